/* What is wrong with a value, all of it. */

/* Note all that is wrong with the value of a frame; false if something is unsure. */
static int explain(const Node *node, const Frame *frame)
{
    for (int i = 0; i < node->count; i++) {
        const Check *check = &node->checks[i];
        if (check->explain != NULL) {
            if (!check->explain(check, frame))
                return 0;
            continue;
        }
        Verdict verdict = check->test(check, frame);
        Finding unmet = {.check = check, .subject = frame->value};
        if (verdict == UNSURE || (verdict == NO && (check->keyword == NULL || !add_finding(frame, unmet, NULL, 0))))
            return 0; /* of false there is nothing to tell */
    }
    return 1;
}

static int explain_shape(Shape *shape, PyObject *value, const Frame *above, Step step)
{
    Frame frame;
    return enter(&frame, shape, value, above, step) && explain(&shape->node, &frame);
}

static int explain_required(const Check *check, const Frame *frame)
{
    for (int slot = 0; frame->kind == OBJECT && slot < frame->shape->names.count; slot++) {
        Finding missing = {.check = check, .subject = frame->shape->names.names[slot].key->name};
        if (check->members & ~frame->present & (uint64_t)1 << slot && !add_finding(frame, missing, NULL, 0))
            return 0;
    }
    return 1;
}

static int explain_properties(const Check *check, const Frame *frame)
{
    for (int i = 0; i < check->property_count; i++) {
        const Property *property = &check->properties[i];
        if (frame->present >> property->slot & 1)
            if (!explain_shape(property->shape, frame->slots[property->slot], frame, step_to(property, frame)))
                return 0;
    }
    return 1;
}

/* additionalProperties */
static int explain_others(const Check *check, const Frame *frame)
{
    PyObject *key, *member;
    Py_ssize_t position = 0;
    for (Py_ssize_t place = 0; frame->kind == OBJECT && PyDict_Next(frame->value, &position, &key, &member); place++) {
        Finding other = {.check = check, .subject = key};
        if (is_other(check, frame, key)
            && !(check->shape == NULL ? add_finding(frame, other, NULL, 0)
                                      : explain_shape(check->shape, member, frame, (Step){key, place})))
            return 0;
    }
    return 1;
}

static int explain_items(const Check *check, const Frame *frame)
{
    Py_ssize_t size = frame->kind == ARRAY ? PyList_GET_SIZE(frame->value) : 0;
    for (Py_ssize_t i = 0; i < size; i++)
        if (!explain_shape(check->shape, PyList_GET_ITEM(frame->value, i), frame, (Step){NULL, i}))
            return 0;
    return 1;
}

static int explain_reference(const Check *check, const Frame *frame)
{
    return explain_shape(check->shape, frame->value, frame, no_step);
}

static int explain_all_of(const Check *check, const Frame *frame)
{
    for (int i = 0; i < check->node_count; i++)
        if (!explain(&check->nodes[i], frame))
            return 0;
    return 1;
}

static int explain_if(const Check *check, const Frame *frame)
{
    Verdict verdict = meets_perhaps(&check->nodes[0], frame);
    return verdict != UNSURE && explain(&check->nodes[verdict == YES ? 1 : 2], frame);
}

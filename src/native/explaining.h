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
        Finding unmet = {.check = check};
        if (verdict == UNSURE || (verdict == NO && (check->keyword == NULL || !add_finding(frame, unmet, NULL, 0))))
            return 0; /* of false there is nothing to tell */
    }
    return 1;
}

static int explain_shape(Shape *shape, Value value, const Frame *above, Step step)
{
    Frame frame;
    return enter(&frame, shape, value, above, step) && explain(&shape->node, &frame);
}

static int explain_required(const Check *check, const Frame *frame)
{
    for (int slot = 0; frame->value.kind & OBJECT && slot < frame->shape->names.count; slot++) {
        Finding missing = {.check = check, .name = frame->shape->names.names[slot].text};
        if (check->members & ~frame->present & (uint64_t)1 << slot && !add_finding(frame, missing, NULL, 0))
            return 0;
    }
    return 1;
}

static int explain_properties(const Check *check, const Frame *frame)
{
    for (int i = 0; i < check->property_count; i++) {
        const Property *property = &check->properties[i];
        if (!(frame->present >> property->slot & 1))
            continue;
        Step step = step_to(property->name, frame->places[property->slot]);
        if (!explain_shape(property->shape, frame->slots[property->slot], frame, step))
            return 0;
    }
    return 1;
}

/* additionalProperties */
static int explain_others(const Check *check, const Frame *frame)
{
    Walk walk = walk_through(frame->value);
    while (frame->value.kind & OBJECT && next_member(&walk)) {
        Text name = text_of(name_at(&walk));
        Step step = step_to(name, walk.place - 1);
        Finding other = {.check = check, .name = name};
        if (is_other(check, frame, name)
            && !(check->shape == NULL ? add_finding(frame, other, NULL, 0)
                                      : explain_shape(check->shape, member_at(&walk), frame, step)))
            return 0;
    }
    return 1;
}

static int explain_items(const Check *check, const Frame *frame)
{
    for (uint32_t i = 0; frame->value.kind & ARRAY && i < frame->value.size; i++)
        if (!explain_shape(check->shape, entry(frame->value, i), frame, step_at(i)))
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

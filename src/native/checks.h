/* Checks of a value, one for each keyword of its schema. */

/* Something to tell of a value: a rule that it breaks, or a check that it does not meet. */
typedef struct {
    PyObject *rule;
    const Check *check;
    PyObject *subject; /* the value, or the name of a member */
    Py_ssize_t first_step, step_count;
} Finding;

/* One look at a document, and what was found. */
struct Look {
    PyObject *root;
    Py_ssize_t count, room;
    Finding *findings;
    Py_ssize_t step_count, step_room;
    Step *steps;
    int without_rules;
};

static void forget(Look *look)
{
    PyMem_Free(look->findings);
    PyMem_Free(look->steps);
}

/* Make room for one more entry of an array; false if there is no memory. */
static int make_room(void *array, Py_ssize_t count, Py_ssize_t *room, size_t size)
{
    void **place = array;
    if (count < *room)
        return 1;
    void *larger = PyMem_Realloc(*place, (size_t)(2 * count + 8) * size);
    if (larger == NULL)
        return 0;
    *place = larger;
    *room = 2 * count + 8;
    return 1;
}

static int add_step(Look *look, Step step)
{
    if (!make_room(&look->steps, look->step_count, &look->step_room, sizeof(Step)))
        return 0;
    look->steps[look->step_count++] = step;
    return 1;
}

/* Add the steps that lead to a frame. */
static int add_steps(const Frame *frame)
{
    if (frame->above == NULL)
        return 1;
    return add_steps(frame->above) && (frame->step.place < 0 || add_step(frame->look, frame->step));
}

/* Add something to tell of the value of a frame, or of one to which more steps lead; false if there is no memory. */
static int add_finding(const Frame *frame, Finding finding, const Step *steps, int step_count)
{
    Look *look = frame->look;
    finding.first_step = look->step_count;
    if (!make_room(&look->findings, look->count, &look->room, sizeof(Finding)) || !add_steps(frame))
        return 0;
    for (int i = 0; i < step_count; i++)
        if (!add_step(look, steps[i]))
            return 0;
    finding.step_count = look->step_count - finding.first_step;
    look->findings[look->count++] = finding;
    return 1;
}

static Verdict meets(const Node *node, const Frame *frame)
{
    for (int i = 0; i < node->count; i++) {
        Verdict verdict = node->checks[i].test(&node->checks[i], frame);
        if (verdict != YES)
            return verdict;
    }
    return YES;
}

/* Forget what was found since there was so much, unless the verdict is YES, and return it. */
static Verdict keep_if_yes(Look *look, Py_ssize_t count, Py_ssize_t step_count, Verdict verdict)
{
    if (verdict != YES) {
        look->count = count;
        look->step_count = step_count;
    }
    return verdict;
}

/* Do the same for what need not be met: the rules that are broken there count only if it is. */
static Verdict meets_perhaps(const Node *node, const Frame *frame)
{
    Py_ssize_t count = frame->look->count, step_count = frame->look->step_count;
    return keep_if_yes(frame->look, count, step_count, meets(node, frame));
}

/* Put the members of an object into their slots; false if it is none that JSON has. */
static int fill_slots(Frame *frame)
{
    PyObject *key, *member;
    Py_ssize_t position = 0, size = PyDict_GET_SIZE(frame->value);
    for (Py_ssize_t place = 0; place < size && PyDict_Next(frame->value, &position, &key, &member); place++) {
        if (Py_TYPE(key) != &PyUnicode_Type)
            return 0;
        int slot = find_member(&frame->shape->names, key, place);
        if (slot < 0 && !has_utf8(key))
            return 0;
        if (slot >= 0) {
            frame->slots[slot] = member;
            frame->places[slot] = place;
            frame->present |= (uint64_t)1 << slot;
        }
    }
    return 1;
}

/* Begin with a value; false if it is none that JSON has, or too deep. */
static inline int enter(Frame *frame, Shape *shape, PyObject *value, const Frame *above, Step step)
{
    frame->value = value;
    frame->kind = kind_of(value);
    frame->depth = above->depth + 1;
    frame->look = above->look;
    frame->above = above;
    frame->step = step;
    frame->shape = shape;
    frame->present = 0;
    if (frame->kind == STRING)
        return has_utf8(value);
    return frame->kind != OTHER && frame->depth <= DEEPEST && (frame->kind != OBJECT || fill_slots(frame));
}

static Verdict fits(Shape *shape, PyObject *value, const Frame *above, Step step)
{
    Frame frame;
    return enter(&frame, shape, value, above, step) ? meets(&shape->node, &frame) : UNSURE;
}

static Verdict test_unknown(const Check *check, const Frame *frame)
{
    (void)check, (void)frame;
    return UNSURE;
}

static Verdict test_true(const Check *check, const Frame *frame)
{
    (void)check, (void)frame;
    return YES;
}

static Verdict test_false(const Check *check, const Frame *frame)
{
    (void)check, (void)frame;
    return NO;
}

static Verdict test_type(const Check *check, const Frame *frame)
{
    if (check->kinds & frame->kind)
        return YES;
    if (frame->kind == NUMBER && check->kinds & INTEGER) {
        double number = PyFloat_AS_DOUBLE(frame->value);
        return number == floor(number);
    }
    return NO;
}

static Verdict test_enum(const Check *check, const Frame *frame)
{
    if (frame->kind == STRING)
        return find(check->texts, frame->value) >= 0;
    double number, other;
    for (int i = 0; i < check->other_count; i++) {
        PyObject *constant = check->others[i];
        Kind kind = kind_of(constant);
        if (constant == frame->value)
            return YES;
        if (kind & (INTEGER | NUMBER) && frame->kind & (INTEGER | NUMBER)) {
            if (!read_number(constant, kind, &other) || !read_number(frame->value, frame->kind, &number))
                return UNSURE;
            if (number == other)
                return YES;
        }
    }
    return NO;
}

static Verdict test_required(const Check *check, const Frame *frame)
{
    return frame->kind != OBJECT || (check->members & ~frame->present) == 0;
}

static Verdict test_min_properties(const Check *check, const Frame *frame)
{
    return frame->kind != OBJECT || PyDict_GET_SIZE(frame->value) >= check->limit;
}

static Verdict test_max_properties(const Check *check, const Frame *frame)
{
    return frame->kind != OBJECT || PyDict_GET_SIZE(frame->value) <= check->limit;
}

static Verdict test_min_items(const Check *check, const Frame *frame)
{
    return frame->kind != ARRAY || PyList_GET_SIZE(frame->value) >= check->limit;
}

static Verdict test_max_items(const Check *check, const Frame *frame)
{
    return frame->kind != ARRAY || PyList_GET_SIZE(frame->value) <= check->limit;
}

static Verdict test_min_length(const Check *check, const Frame *frame)
{
    return frame->kind != STRING || PyUnicode_GET_LENGTH(frame->value) >= check->limit;
}

static Verdict test_max_length(const Check *check, const Frame *frame)
{
    return frame->kind != STRING || PyUnicode_GET_LENGTH(frame->value) <= check->limit;
}

static Verdict test_minimum(const Check *check, const Frame *frame)
{
    double number;
    if (!(frame->kind & (INTEGER | NUMBER)))
        return YES;
    return read_number(frame->value, frame->kind, &number) ? number >= check->bound : UNSURE;
}

static Verdict test_maximum(const Check *check, const Frame *frame)
{
    double number;
    if (!(frame->kind & (INTEGER | NUMBER)))
        return YES;
    return read_number(frame->value, frame->kind, &number) ? number <= check->bound : UNSURE;
}

static Verdict test_pattern(const Check *check, const Frame *frame)
{
    Text text;
    if (frame->kind != STRING)
        return YES;
    return read_text(frame->value, &text) ? matches(check->automaton, text) : UNSURE;
}

static Verdict test_unique_items(const Check *check, const Frame *frame)
{
    (void)check;
    Py_ssize_t size = frame->kind == ARRAY ? PyList_GET_SIZE(frame->value) : 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        Value one = read_value(PyList_GET_ITEM(frame->value, i));
        for (Py_ssize_t j = 0; j < i; j++) {
            Value other = read_value(PyList_GET_ITEM(frame->value, j));
            Verdict verdict = size > MOST_UNIQUE ? UNSURE : equal(one, other);
            if (verdict != NO)
                return verdict == YES ? NO : UNSURE;
        }
    }
    return YES;
}

static Step step_to(const Property *property, const Frame *frame)
{
    return (Step){property->name, frame->places[property->slot]};
}

static Verdict test_properties(const Check *check, const Frame *frame)
{
    for (int i = 0; i < check->property_count; i++) {
        const Property *property = &check->properties[i];
        if (frame->present >> property->slot & 1) {
            Verdict verdict = fits(property->shape, frame->slots[property->slot], frame, step_to(property, frame));
            if (verdict != YES)
                return verdict;
        }
    }
    return YES;
}

/* additionalProperties: false */
static Verdict test_no_others(const Check *check, const Frame *frame)
{
    return frame->kind != OBJECT || PyDict_GET_SIZE(frame->value) == count_bits(frame->present & check->members);
}

/* Tell whether a member is one of the properties beside additionalProperties. */
static int is_other(const Check *check, const Frame *frame, PyObject *name)
{
    int slot = check->members == 0 ? -1 : find(&frame->shape->names, name);
    return slot < 0 || !(check->members >> slot & 1);
}

static Verdict test_others(const Check *check, const Frame *frame)
{
    PyObject *key, *member;
    Py_ssize_t position = 0;
    for (Py_ssize_t place = 0; frame->kind == OBJECT && PyDict_Next(frame->value, &position, &key, &member); place++) {
        Verdict verdict = is_other(check, frame, key) ? fits(check->shape, member, frame, (Step){key, place}) : YES;
        if (verdict != YES)
            return verdict;
    }
    return YES;
}

static Verdict test_items(const Check *check, const Frame *frame)
{
    Py_ssize_t size = frame->kind == ARRAY ? PyList_GET_SIZE(frame->value) : 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        Verdict verdict = fits(check->shape, PyList_GET_ITEM(frame->value, i), frame, (Step){NULL, i});
        if (verdict != YES)
            return verdict;
    }
    return YES;
}

static Verdict test_contains(const Check *check, const Frame *frame)
{
    Verdict verdict = frame->kind == ARRAY ? NO : YES;
    Py_ssize_t size = frame->kind == ARRAY ? PyList_GET_SIZE(frame->value) : 0;
    for (Py_ssize_t i = 0; i < size && verdict != YES; i++) {
        Py_ssize_t count = frame->look->count, step_count = frame->look->step_count;
        verdict = fits(check->shape, PyList_GET_ITEM(frame->value, i), frame, (Step){NULL, i});
        if (keep_if_yes(frame->look, count, step_count, verdict) == UNSURE)
            return UNSURE;
    }
    return verdict;
}

static Verdict test_reference(const Check *check, const Frame *frame)
{
    return fits(check->shape, frame->value, frame, no_step);
}

static Verdict test_all_of(const Check *check, const Frame *frame)
{
    for (int i = 0; i < check->node_count; i++) {
        Verdict verdict = meets(&check->nodes[i], frame);
        if (verdict != YES)
            return verdict;
    }
    return YES;
}

static Verdict test_any_of(const Check *check, const Frame *frame)
{
    Verdict verdict = NO;
    for (int i = 0; i < check->node_count && verdict == NO; i++)
        verdict = meets_perhaps(&check->nodes[i], frame);
    return verdict;
}

static Verdict test_one_of(const Check *check, const Frame *frame)
{
    Verdict verdict = NO;
    for (int i = 0; i < check->node_count; i++) {
        Verdict other = meets_perhaps(&check->nodes[i], frame);
        if (other == UNSURE)
            return UNSURE;
        if (other == YES && verdict == YES)
            return NO;
        verdict = other == YES ? YES : verdict;
    }
    return verdict;
}

static Verdict test_not(const Check *check, const Frame *frame)
{
    Verdict verdict = meets_perhaps(&check->nodes[0], frame);
    return verdict == UNSURE ? UNSURE : verdict == NO;
}

static Verdict test_if(const Check *check, const Frame *frame)
{
    Verdict verdict = meets_perhaps(&check->nodes[0], frame);
    return verdict == UNSURE ? UNSURE : meets(&check->nodes[verdict == YES ? 1 : 2], frame);
}

/* A rule while it is applied to the value of a frame. */
typedef struct {
    const Frame *frame;
    const Rule *rule;
    Value variables[MOST_VARIABLES];
    Step steps[MOST_STEPS];          /* from the value to the item */
} Application;

/* Note each place, that the steps of a rule lead to, where it is broken. */
static Verdict apply(Application *application, int step)
{
    const Rule *rule = application->rule;
    Value *item = &application->variables[ITEM], above = *item;
    if (step == rule->step_count) {
        scratch_used = 0;
        Value value = rule->term->value(rule->term, application->variables);
        Finding broken = {.rule = rule->name};
        if (value.tag != TRUTH)
            return UNSURE;
        return value.truth || add_finding(application->frame, broken, application->steps, step) ? YES : UNSURE;
    }
    Verdict verdict = YES;
    if (rule->steps[step] != NULL) {
        PyObject *member;
        Verdict found = above.tag == MAP ? find_in_map(above.object, rule->steps[step], &member) : NO;
        application->steps[step] = (Step){rule->steps[step]->name, 0};
        if (found == YES) {
            *item = read_value(member);
            verdict = apply(application, step + 1);
        } else if (found == UNSURE) {
            verdict = UNSURE;
        }
    } else {
        Py_ssize_t count = above.tag == LIST ? PyList_GET_SIZE(above.object) : 0;
        for (Py_ssize_t i = 0; i < count && verdict == YES; i++) {
            application->steps[step] = (Step){NULL, i};
            *item = read_value(PyList_GET_ITEM(above.object, i));
            verdict = apply(application, step + 1);
        }
    }
    *item = above;
    return verdict;
}

static Verdict test_rules(const Check *check, const Frame *frame)
{
    Application application;
    if (frame->look->without_rules)
        return YES;
    keep_no_more(&kept_for_self);
    application.frame = frame;
    application.variables[SELF] = application.variables[ITEM] = read_value(frame->value);
    application.variables[ROOT] = read_value(frame->look->root);
    application.variables[FRAME] = (Value){UNKNOWN, 0, {.frame = frame}};
    for (int i = 0; i < check->rule_count; i++) {
        application.rule = &check->rules[i];
        Verdict verdict = apply(&application, 0);
        if (verdict != YES)
            return verdict;
    }
    return YES;
}

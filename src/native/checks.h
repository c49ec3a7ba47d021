/* Checks of a value, one for each keyword of its schema. */

/* Something to tell of a value: a rule that it breaks, or a check that it does not meet. */
typedef struct {
    PyObject *rule;
    const Check *check;
    Text name; /* of the member that is missing or one too many, if it is that */
    Py_ssize_t first_step, step_count;
} Finding;

/* One look at a document, and what was found. */
struct Look {
    Value root;
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

static Step step_to(Text name, Py_ssize_t place)
{
    return (Step){name.bytes, (uint32_t)name.size, (int32_t)place};
}

static Step step_at(Py_ssize_t index)
{
    return (Step){NULL, 0, (int32_t)index};
}

/* Put the members of an object into their slots; false if it is none that JSON has. */
static int fill_slots(Frame *frame, Value object)
{
    Walk walk = walk_through(object);
    while (next_member(&walk)) {
        int slot = find_name(&frame->shape->names, &walk);
        if (slot == NO_TEXT)
            return 0;
        if (slot >= 0) {
            frame->slots[slot] = member_at(&walk);
            frame->places[slot] = (int32_t)walk.place - 1;
            frame->present |= (uint64_t)1 << slot;
        }
    }
    return 1;
}

/* Begin with a value; false if it is none that JSON has, or too deep. */
static inline int enter(Frame *frame, Shape *shape, Value value, const Frame *above, Step step)
{
    frame->value = value;
    frame->depth = above->depth + 1;
    frame->look = above->look;
    frame->above = above;
    frame->step = step;
    frame->shape = shape;
    frame->present = 0;
    return value.kind != UNKNOWN && frame->depth <= DEEPEST && (!(value.kind & OBJECT) || fill_slots(frame, value));
}

static Verdict fits(Shape *shape, Value value, const Frame *above, Step step)
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
    if (check->kinds & frame->value.kind)
        return YES;
    return frame->value.kind & NUMBER && check->kinds & INTEGER && frame->value.number == floor(frame->value.number);
}

static Verdict test_enum(const Check *check, const Frame *frame)
{
    Value value = frame->value;
    if (value.kind & STRING)
        return find_text(check->texts, text_of(value)) >= 0;
    for (int i = 0; i < check->other_count; i++)
        if (equal(check->others[i], value) == YES)
            return YES;
    return NO;
}

static Verdict test_required(const Check *check, const Frame *frame)
{
    return !(frame->value.kind & OBJECT) || (check->members & ~frame->present) == 0;
}

static Verdict test_min_properties(const Check *check, const Frame *frame)
{
    return !(frame->value.kind & OBJECT) || frame->value.size >= check->limit;
}

static Verdict test_max_properties(const Check *check, const Frame *frame)
{
    return !(frame->value.kind & OBJECT) || frame->value.size <= check->limit;
}

static Verdict test_min_items(const Check *check, const Frame *frame)
{
    return !(frame->value.kind & ARRAY) || frame->value.size >= check->limit;
}

static Verdict test_max_items(const Check *check, const Frame *frame)
{
    return !(frame->value.kind & ARRAY) || frame->value.size <= check->limit;
}

static Verdict test_min_length(const Check *check, const Frame *frame)
{
    return !(frame->value.kind & STRING) || characters(frame->value) >= check->limit;
}

static Verdict test_max_length(const Check *check, const Frame *frame)
{
    return !(frame->value.kind & STRING) || characters(frame->value) <= check->limit;
}

static Verdict test_minimum(const Check *check, const Frame *frame)
{
    return !(frame->value.kind & QUANTITY) || frame->value.number >= check->bound;
}

static Verdict test_maximum(const Check *check, const Frame *frame)
{
    return !(frame->value.kind & QUANTITY) || frame->value.number <= check->bound;
}

static Verdict test_pattern(const Check *check, const Frame *frame)
{
    return !(frame->value.kind & STRING) || matches(check->automaton, text_of(frame->value));
}

static Verdict test_unique_items(const Check *check, const Frame *frame)
{
    Value array = frame->value;
    (void)check;
    for (uint32_t i = 0; array.kind & ARRAY && i < array.size; i++) {
        for (uint32_t j = 0; j < i; j++) {
            Verdict verdict = array.size > MOST_UNIQUE ? UNSURE : equal(entry(array, i), entry(array, j));
            if (verdict != NO)
                return verdict == YES ? NO : UNSURE;
        }
    }
    return YES;
}

static Verdict test_properties(const Check *check, const Frame *frame)
{
    for (int i = 0; i < check->property_count; i++) {
        const Property *property = &check->properties[i];
        if (frame->present >> property->slot & 1) {
            Step step = step_to(property->name, frame->places[property->slot]);
            Verdict verdict = fits(property->shape, frame->slots[property->slot], frame, step);
            if (verdict != YES)
                return verdict;
        }
    }
    return YES;
}

/* additionalProperties: false */
static Verdict test_no_others(const Check *check, const Frame *frame)
{
    return !(frame->value.kind & OBJECT) || frame->value.size == (uint32_t)count_bits(frame->present & check->members);
}

/* Tell whether a member is one of the properties beside additionalProperties. */
static int is_other(const Check *check, const Frame *frame, Text name)
{
    int slot = check->members == 0 ? -1 : find_text(&frame->shape->names, name);
    return slot < 0 || !(check->members >> slot & 1);
}

static Verdict test_others(const Check *check, const Frame *frame)
{
    Walk walk = walk_through(frame->value);
    while (frame->value.kind & OBJECT && next_member(&walk)) {
        Text name = text_of(name_at(&walk));
        Step step = step_to(name, walk.place - 1);
        Verdict verdict = is_other(check, frame, name) ? fits(check->shape, member_at(&walk), frame, step) : YES;
        if (verdict != YES)
            return verdict;
    }
    return YES;
}

static Verdict test_items(const Check *check, const Frame *frame)
{
    for (uint32_t i = 0; frame->value.kind & ARRAY && i < frame->value.size; i++) {
        Verdict verdict = fits(check->shape, entry(frame->value, i), frame, step_at(i));
        if (verdict != YES)
            return verdict;
    }
    return YES;
}

static Verdict test_contains(const Check *check, const Frame *frame)
{
    Verdict verdict = frame->value.kind & ARRAY ? NO : YES;
    for (uint32_t i = 0; verdict != YES && i < frame->value.size; i++) {
        Py_ssize_t count = frame->look->count, step_count = frame->look->step_count;
        verdict = fits(check->shape, entry(frame->value, i), frame, step_at(i));
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
        if (!(value.kind & BOOLEAN))
            return UNSURE;
        return value.truth || add_finding(application->frame, broken, application->steps, step) ? YES : UNSURE;
    }
    Verdict verdict = YES;
    if (rule->steps[step] != NULL) {
        Verdict found = above.kind & OBJECT ? find_member(above, rule->steps[step], item) : NO;
        application->steps[step] = step_to(rule->steps[step]->text, 0);
        if (found != NO)
            verdict = found == YES ? apply(application, step + 1) : UNSURE;
    } else {
        for (uint32_t i = 0; above.kind & ARRAY && i < above.size && verdict == YES; i++) {
            application->steps[step] = step_at(i);
            *item = entry(above, i);
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
    application.variables[SELF] = application.variables[ITEM] = frame->value;
    application.variables[ROOT] = frame->look->root;
    application.variables[FRAME] = (Value){.kind = UNKNOWN, .frame = frame};
    for (int i = 0; i < check->rule_count; i++) {
        application.rule = &check->rules[i];
        Verdict verdict = apply(&application, 0);
        if (verdict != YES)
            return verdict;
    }
    return YES;
}

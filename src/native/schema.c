#include "schema.h"

#include <math.h>

#define SCRATCH_SIZE 4096

/* Add an error; undecided if there is no memory. */
static Verdict add_error(const Keyword *keyword, Frame *frame, Value subject)
{
    Finding *error = add_finding(frame->context->findings, &frame->path, subject);
    if (error == NULL)
        return UNDECIDED;
    error->keyword = keyword;
    frame->context->errors++;
    return INVALID;
}

/* Combine the verdicts on parts, all of which must be valid. Quietly, the first that is not decides. */
#define REQUIRE(verdict, part, frame)                                                                                  \
    do {                                                                                                               \
        Verdict part_verdict = (part);                                                                                 \
        if (part_verdict != VALID) {                                                                                   \
            if (part_verdict == UNDECIDED || (frame)->context->is_quiet)                                               \
                return part_verdict;                                                                                   \
            (verdict) = INVALID;                                                                                       \
        }                                                                                                              \
    } while (0)

static Verdict check_schema(const Schema *schema, Frame *frame)
{
    Verdict verdict = VALID;
    for (int i = (schema->kinds & frame->value->kind) != 0; i < schema->count; i++) {
        const Keyword *keyword = &schema->keywords[i];
        Verdict found = keyword->evaluate(keyword, frame);
        if (found == INVALID && !keyword->reports && !frame->context->is_quiet)
            found = add_error(keyword, frame, *frame->value);
        REQUIRE(verdict, found, frame);
    }
    return verdict;
}

/* Decide whether the value of a frame meets a schema that it need not meet. */
static Verdict meets(const Schema *schema, Frame *frame)
{
    if (schema->count == ((schema->kinds & frame->value->kind) != 0))
        return VALID; /* of which there is nothing left to check */
    int was_quiet = frame->context->is_quiet;
    frame->context->is_quiet = 1;
    Verdict verdict = check_schema(schema, frame);
    frame->context->is_quiet = was_quiet;
    return verdict;
}

static void fill_slots(Frame *frame)
{
    const Value *member = frame->value->values;
    for (uint32_t i = 0; i < frame->value->size; i++, member += 2) {
        int slot = find_name(&frame->shape->names, text_of(member[0]));
        if (slot >= 0) {
            frame->slots[slot] = &member[1];
            frame->present |= (uint64_t)1 << slot;
        }
    }
}

/* Check a value to which a path leads. */
static Verdict check_value(const Shape *shape, const Value *value, const Path *path, Context *context, int depth)
{
    Frame frame;
    if (depth > MAX_DEPTH)
        return UNDECIDED;
    frame.path = *path;
    frame.value = value;
    frame.shape = shape;
    frame.context = context;
    frame.depth = depth;
    frame.present = 0;
    if (value->kind & OBJECT)
        fill_slots(&frame);
    return check_schema(&shape->schema, &frame);
}

/* Decide about a value that takes no frame to check; undecided if it takes one. */
static inline Verdict check_at_once(const Shape *shape, const Value *value, const Frame *frame)
{
    if (shape->accepted & value->kind)
        return VALID;
    if (shape->constants == NULL || !(value->kind & STRING))
        return UNDECIDED;
    int is_valid = find_name(shape->constants, text_of(*value)) >= 0;
    return is_valid || frame->context->is_quiet ? (Verdict)is_valid : UNDECIDED;
}

static Verdict check_property(const Shape *shape, const Value *value, Frame *frame)
{
    Verdict verdict = check_at_once(shape, value, frame);
    if (verdict != UNDECIDED)
        return verdict;
    Path path = path_to_property(&frame->path, &value[-1]);
    return check_value(shape, value, &path, frame->context, frame->depth + 1);
}

static Verdict check_item(const Shape *shape, uint32_t index, Frame *frame)
{
    const Value *item = &frame->value->values[index];
    Verdict verdict = check_at_once(shape, item, frame);
    if (verdict != UNDECIDED)
        return verdict;
    Path path = path_to_item(&frame->path, index, item->order);
    return check_value(shape, item, &path, frame->context, frame->depth + 1);
}

Verdict check_nothing(const Keyword *keyword, Frame *frame)
{
    (void)keyword, (void)frame;
    return VALID;
}

Verdict check_undecided(const Keyword *keyword, Frame *frame)
{
    (void)keyword, (void)frame;
    return UNDECIDED;
}

Verdict check_false(const Keyword *keyword, Frame *frame)
{
    (void)keyword;
    return frame->context->is_quiet ? INVALID : UNDECIDED; /* there is no keyword to report */
}

Verdict check_type(const Keyword *keyword, Frame *frame)
{
    const Value *value = frame->value;
    if (keyword->kinds & value->kind)
        return VALID;
    return value->kind & NUMBER && keyword->kinds & INTEGER && value->number == floor(value->number);
}

Verdict check_enum(const Keyword *keyword, Frame *frame)
{
    if (frame->value->kind & STRING)
        return find_name(&keyword->strings, text_of(*frame->value)) >= 0;
    for (int i = 0; i < keyword->other_count; i++)
        if (is_equal(keyword->others[i], *frame->value) == VALID)
            return VALID;
    return INVALID;
}

Verdict check_required(const Keyword *keyword, Frame *frame)
{
    uint64_t missing = frame->value->kind & OBJECT ? keyword->slots & ~frame->present : 0;
    if (missing == 0 || frame->context->is_quiet)
        return missing == 0;
    for (int slot = 0; slot < frame->shape->names.count; slot++) {
        Text name = frame->shape->names.texts[slot];
        if (missing >> slot & 1 && add_error(keyword, frame, string_value(name.bytes, name.size, 0)) == UNDECIDED)
            return UNDECIDED;
    }
    return INVALID;
}

#define CHECK_LIMIT(name, type, size, comparison)                                                                      \
    Verdict check_##name(const Keyword *keyword, Frame *frame)                                                         \
    {                                                                                                                  \
        return !(frame->value->kind & (type)) || (size) comparison keyword->limit;                                     \
    }

CHECK_LIMIT(min_properties, OBJECT, frame->value->size, >=)
CHECK_LIMIT(max_properties, OBJECT, frame->value->size, <=)
CHECK_LIMIT(min_items, ARRAY, frame->value->size, >=)
CHECK_LIMIT(max_items, ARRAY, frame->value->size, <=)
CHECK_LIMIT(min_length, STRING, count_characters(*frame->value), >=)
CHECK_LIMIT(max_length, STRING, count_characters(*frame->value), <=)

Verdict check_minimum(const Keyword *keyword, Frame *frame)
{
    return !(frame->value->kind & ANY_NUMBER) || frame->value->number >= keyword->bound;
}

Verdict check_maximum(const Keyword *keyword, Frame *frame)
{
    return !(frame->value->kind & ANY_NUMBER) || frame->value->number <= keyword->bound;
}

Verdict check_pattern(const Keyword *keyword, Frame *frame)
{
    return !(frame->value->kind & STRING) || matches(keyword->automaton, text_of(*frame->value));
}

Verdict check_unique_items(const Keyword *keyword, Frame *frame)
{
    (void)keyword;
    if (!(frame->value->kind & ARRAY))
        return VALID;
    const Arena before = frame->context->scratch;
    Verdict verdict = is_unique(frame->value->values, frame->value->size, &frame->context->scratch);
    arena_release(&frame->context->scratch, &before);
    return verdict;
}

Verdict check_properties(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = VALID;
    for (uint64_t slots = keyword->slots & frame->present; slots != 0; slots &= slots - 1) {
        int slot = lowest_bit(slots);
        REQUIRE(verdict, check_property(keyword->shapes[slot], frame->slots[slot], frame), frame);
    }
    return verdict;
}

/* Check the properties that are not named beside additionalProperties; without a shape there may be none. */
Verdict check_additional_properties(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = VALID;
    if (!(frame->value->kind & OBJECT) || frame->value->size == count_bits(frame->present & keyword->slots))
        return VALID;
    for (uint32_t i = 0; i < frame->value->size; i++) {
        const Value *name = &frame->value->values[2 * i];
        int slot = keyword->slots == 0 ? -1 : find_name(&frame->shape->names, text_of(*name));
        if (slot >= 0 && keyword->slots >> slot & 1)
            continue;
        if (keyword->shape != NULL)
            REQUIRE(verdict, check_property(keyword->shape, &name[1], frame), frame);
        else
            REQUIRE(verdict, frame->context->is_quiet ? INVALID : add_error(keyword, frame, *name), frame);
    }
    return verdict;
}

Verdict check_items(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = VALID;
    for (uint32_t i = 0; frame->value->kind & ARRAY && i < frame->value->size; i++)
        REQUIRE(verdict, check_item(keyword->shape, i, frame), frame);
    return verdict;
}

Verdict check_contains(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = frame->value->kind & ARRAY ? INVALID : VALID;
    int was_quiet = frame->context->is_quiet;
    frame->context->is_quiet = 1;
    for (uint32_t i = 0; verdict == INVALID && i < frame->value->size; i++)
        verdict = check_item(keyword->shape, i, frame);
    frame->context->is_quiet = was_quiet;
    return verdict;
}

Verdict check_ref(const Keyword *keyword, Frame *frame)
{
    return check_value(keyword->shape, frame->value, &frame->path, frame->context, frame->depth + 1);
}

Verdict check_all_of(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = VALID;
    for (int i = 0; i < keyword->schema_count; i++)
        REQUIRE(verdict, check_schema(&keyword->schemas[i], frame), frame);
    return verdict;
}

/* allOf, each part of which has an if that asks for another value of the same property, which chooses the part. */
Verdict check_tagged(const Keyword *keyword, Frame *frame)
{
    const Value *tag = frame->present >> keyword->slot & 1 ? frame->slots[keyword->slot] : NULL;
    int number = tag != NULL && tag->kind & STRING ? find_name(&keyword->tags, text_of(*tag)) : -1;
    return number < 0 ? VALID : check_schema(&keyword->schemas[number], frame);
}

Verdict check_any_of(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = INVALID;
    for (int i = 0; i < keyword->schema_count && verdict == INVALID; i++)
        verdict = meets(&keyword->schemas[i], frame);
    return verdict;
}

Verdict check_one_of(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = INVALID;
    for (int i = 0; i < keyword->schema_count; i++) {
        Verdict other = meets(&keyword->schemas[i], frame);
        if (other == UNDECIDED)
            return UNDECIDED;
        if (other == VALID && verdict == VALID)
            return INVALID;
        verdict = other == VALID ? VALID : verdict;
    }
    return verdict;
}

Verdict check_not(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = meets(&keyword->schemas[0], frame);
    return verdict == UNDECIDED ? UNDECIDED : verdict == INVALID;
}

Verdict check_if(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = meets(&keyword->schemas[0], frame);
    return verdict == UNDECIDED ? UNDECIDED : check_schema(&keyword->schemas[verdict == VALID ? 1 : 2], frame);
}

/* A rule while it is applied to the value of a frame. */
typedef struct {
    const Rule *rule;
    Context *context;
    Scope *scope;
} Application;

/* Add a broken rule at the end of its pointer, below an entry. */
static Verdict add_broken(const Application *application, int step, const Path *path, const Value *value)
{
    const Rule *rule = application->rule;
    if (step == rule->pointer_count) {
        Finding *finding = add_finding(application->context->findings, path, unknown);
        if (finding == NULL)
            return UNDECIDED;
        finding->rule = rule;
        return VALID;
    }
    Text name = rule->pointer[step];
    const Value *next = value != NULL && value->kind & OBJECT ? find_property(*value, name) : NULL;
    Value missing = string_value(name.bytes, name.size, 0);
    Path inner = path_to_property(path, next != NULL ? &next[-1] : &missing);
    if (value != NULL && value->kind & ARRAY) {
        uint32_t index = (uint32_t)strtoul(name.bytes, NULL, 10); /* a pointer leads to what the rule has read */
        next = index < value->size ? &value->values[index] : NULL;
        inner.order = next != NULL ? next->order : path->order;
    } else if (next == NULL) {
        inner.order = path->order;
    }
    return add_broken(application, step + 1, &inner, next);
}

/* Evaluate a rule for each entry that its steps lead to. */
static Verdict apply_rule(const Application *application, int step, const Path *path, const Value *entry)
{
    const Rule *rule = application->rule;
    Verdict verdict = VALID;
    if (step == rule->each_count) {
        const Arena before = application->context->scratch;
        application->scope->variables[ITEM] = *entry;
        Value holds = evaluate(rule->expression, application->scope);
        arena_release(&application->context->scratch, &before);
        if (!(holds.kind & BOOLEAN))
            return UNDECIDED;
        return holds.boolean ? VALID : add_broken(application, 0, path, entry);
    }
    if (rule->each[step].bytes != NULL) {
        const Value *next = entry->kind & OBJECT ? find_property(*entry, rule->each[step]) : NULL;
        Path inner = next == NULL ? *path : path_to_property(path, &next[-1]);
        return next == NULL ? VALID : apply_rule(application, step + 1, &inner, next);
    }
    for (uint32_t i = 0; entry->kind & ARRAY && i < entry->size && verdict == VALID; i++) {
        Path inner = path_to_item(path, i, entry->values[i].order);
        verdict = apply_rule(application, step + 1, &inner, &entry->values[i]);
    }
    return verdict;
}

/* Apply rules. They count only if the document has no errors, so they are not applied where one was found, and it does
   not matter yet if one cannot be decided. */
Verdict check_rules(const Keyword *keyword, Frame *frame)
{
    Context *context = frame->context;
    Scope scope;
    if (context->is_quiet || context->errors > 0)
        return VALID;
    scope.self = frame->value;
    scope.root = context->root;
    scope.slots = frame->slots;
    scope.present = frame->present;
    scope.cached = context->cached;
    scope.memory = context->findings->arena;
    scope.scratch = &context->scratch;
    scope.variables[SELF] = *frame->value;
    scope.variables[ROOT] = *context->root;
    for (int i = 0; i < keyword->rule_count; i++) {
        Application application = {&keyword->rules[i], context, &scope};
        if (apply_rule(&application, 0, &frame->path, frame->value) == UNDECIDED)
            context->has_undecided_rules = 1;
    }
    return VALID;
}

/* Drop the broken rules from a list of findings. */
static void drop_rules(Findings *findings, Finding **first)
{
    while (*first != NULL) {
        if ((*first)->rule != NULL) {
            *first = (*first)->next;
            findings->count--;
        } else {
            first = &(*first)->next;
        }
    }
    findings->last = first;
}

Verdict check_document(const Shape *shape, const Value *root, const Path *path, size_t cached_count, Findings *findings)
{
    char buffer[SCRATCH_SIZE];
    Finding **first = findings->last;
    Context context = {.root = root, .findings = findings};
    context.cached = arena_calloc(findings->arena, cached_count + 1, sizeof *context.cached);
    if (context.cached == NULL)
        return UNDECIDED;
    arena_init(&context.scratch, buffer, sizeof buffer);
    Verdict verdict = check_value(shape, root, path, &context, 0);
    arena_free(&context.scratch);
    if (verdict == INVALID)
        drop_rules(findings, first);
    return verdict == VALID && context.has_undecided_rules ? UNDECIDED : verdict;
}

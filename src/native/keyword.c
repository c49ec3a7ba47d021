#include "keyword.h"

#include <math.h>

#define SCRATCH_SIZE 4096

/* A document while it is checked. */
typedef struct {
    const Value *root;
    Findings *findings;
    size_t errors;
    int has_undecided_rules;
    int is_quiet; /* only the verdict matters */
    Cached *cached;
    Arena scratch;
} Context;

/* A value while it is checked. */
typedef struct {
    Path path;
    const Value *value;
    const Shape *shape;
    Context *context;
    int depth;
    uint64_t present;              /* a bit for each slot that is filled */
    const Value *slots[MAX_NAMES]; /* the properties, by the numbers of their names */
} Frame;

static Verdict check_schema(const Schema *, Frame *);

/* Add an error; undecided if there is no memory. */
static Verdict add_error(const Keyword *keyword, Frame *frame, Value subject)
{
    if (frame->context->is_quiet)
        return INVALID;
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
    const Value *property = value->values; /* its name, behind which its value stands */
    int slot = -1; /* of the property before; many documents have them in the order of the schema */
    for (uint32_t i = 0; value->kind & OBJECT && i < value->size; i++, property += 2) {
        Text name = text_of(property[0]);
        if (slot + 1 < shape->names.count && is_equal_text(name, shape->names.texts[slot + 1]))
            slot++;
        else
            slot = find_name(&shape->names, name);
        if (slot >= 0) {
            frame.slots[slot] = &property[1];
            frame.present |= (uint64_t)1 << slot;
        }
    }
    return check_schema(&shape->schemas[0], &frame);
}

/* Check a value below that of a frame: of a property or, without a name, an item. */
static inline Verdict check_inner(const Shape *shape, const Value *value, const Value *name, uint32_t index, Frame *frame)
{
    if (shape->accepted & value->kind)
        return VALID;
    if (shape->constants != NULL && value->kind & STRING) {
        int is_valid = find_name(shape->constants, text_of(*value)) >= 0;
        if (is_valid || frame->context->is_quiet)
            return (Verdict)is_valid;
    }
    Path path = {&frame->path, name, index, name != NULL ? name->order : value->order};
    return check_value(shape, value, &path, frame->context, frame->depth + 1);
}

static Verdict check_property(const Shape *shape, const Value *value, Frame *frame)
{
    return check_inner(shape, value, &value[-1], 0, frame);
}

static Verdict check_item(const Shape *shape, uint32_t index, Frame *frame)
{
    return check_inner(shape, &frame->value->values[index], NULL, index, frame);
}

static int is_in_enum(const Keyword *keyword, const Value *value)
{
    if (value->kind & STRING)
        return find_name(&keyword->strings, text_of(*value)) >= 0;
    for (int i = 0; i < keyword->other_count; i++)
        if (is_equal(keyword->others[i], *value) == VALID)
            return 1;
    return 0;
}

static Verdict has_unique_items(Frame *frame)
{
    const Arena before = frame->context->scratch;
    Verdict verdict = is_unique(frame->value->values, frame->value->size, &frame->context->scratch);
    arena_release(&frame->context->scratch, &before);
    return verdict;
}

static int is_between(const Keyword *keyword, double number)
{
    return number >= keyword->least && number <= keyword->most;
}

/* Check by a keyword that looks at a value alone. */
static Verdict check_alone(const Keyword *keyword, Frame *frame)
{
    const Value *value = frame->value;
    switch (keyword->code) {
    case TYPE:
        return keyword->kinds & value->kind
               || (value->kind & NUMBER && keyword->kinds & INTEGER && value->number == floor(value->number));
    case ENUM:
        return is_in_enum(keyword, value);
    case SIZE:
        return is_between(keyword, value->size);
    case LENGTH:
        return is_between(keyword, (double)count_characters(*value));
    case RANGE:
        return is_between(keyword, value->number);
    case PATTERN:
        return matches(keyword->automaton, text_of(*value));
    case UNIQUE_ITEMS:
        return has_unique_items(frame);
    default:
        return UNDECIDED;
    }
}

static Verdict check_required(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = VALID;
    for (uint64_t missing = keyword->slots & ~frame->present; missing != 0; missing &= missing - 1) {
        Text name = frame->shape->names.texts[lowest_bit(missing)];
        REQUIRE(verdict, add_error(keyword, frame, string_value(name.bytes, name.size, 0)), frame);
    }
    return verdict;
}

static Verdict check_properties(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = VALID;
    for (uint64_t slots = keyword->slots & frame->present; slots != 0; slots &= slots - 1) {
        int slot = lowest_bit(slots);
        REQUIRE(verdict, check_property(keyword->shapes[slot], frame->slots[slot], frame), frame);
    }
    return verdict;
}

/* Check the properties that are not named beside additionalProperties; without a shape there may be none. */
static Verdict check_additional_properties(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = VALID;
    if (frame->value->size == count_bits(frame->present & keyword->slots))
        return VALID;
    for (uint32_t i = 0; i < frame->value->size; i++) {
        const Value *name = &frame->value->values[2 * i];
        int slot = keyword->slots == 0 ? -1 : find_name(&frame->shape->names, text_of(*name));
        if (slot >= 0 && keyword->slots >> slot & 1)
            continue;
        REQUIRE(verdict, keyword->shapes[0] != NULL ? check_property(keyword->shapes[0], &name[1], frame)
                                                    : add_error(keyword, frame, *name), frame);
    }
    return verdict;
}

static Verdict check_items(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = VALID;
    for (uint32_t i = 0; i < frame->value->size; i++)
        REQUIRE(verdict, check_item(keyword->shapes[0], i, frame), frame);
    return verdict;
}

static Verdict check_contains(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = INVALID;
    int was_quiet = frame->context->is_quiet;
    frame->context->is_quiet = 1;
    for (uint32_t i = 0; verdict == INVALID && i < frame->value->size; i++)
        verdict = check_item(keyword->shapes[0], i, frame);
    frame->context->is_quiet = was_quiet;
    return verdict;
}

/* allOf, each part of which has an if that asks for another value of the same property, which chooses the part. */
static Verdict check_tagged(const Keyword *keyword, Frame *frame)
{
    const Value *tag = frame->present & keyword->slots ? frame->slots[lowest_bit(keyword->slots)] : NULL;
    int number = tag != NULL && tag->kind & STRING ? find_name(&keyword->strings, text_of(*tag)) : -1;
    return number < 0 ? VALID : check_schema(keyword->schemas[number], frame);
}

static Verdict check_any_of(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = INVALID;
    for (int i = 0; i < keyword->schema_count && verdict == INVALID; i++)
        verdict = meets(keyword->schemas[i], frame);
    return verdict;
}

static Verdict check_one_of(const Keyword *keyword, Frame *frame)
{
    int count = 0;
    for (int i = 0; i < keyword->schema_count; i++) {
        Verdict verdict = meets(keyword->schemas[i], frame);
        if (verdict == UNDECIDED)
            return UNDECIDED;
        count += verdict == VALID;
    }
    return count == 1;
}

static Verdict check_not(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = meets(keyword->schemas[0], frame);
    return verdict == UNDECIDED ? UNDECIDED : verdict == INVALID;
}

static Verdict check_if(const Keyword *keyword, Frame *frame)
{
    Verdict verdict = meets(keyword->schemas[0], frame);
    return verdict == UNDECIDED ? UNDECIDED : check_schema(keyword->schemas[verdict == VALID ? 1 : 2], frame);
}

/* Add a violated rule at the end of its pointer, below an item; what is missing stands where its owner stands. */
static Verdict add_violated(const Rule *rule, int step, const Path *path, const Value *value, Frame *frame)
{
    if (step == rule->pointer_count) {
        Finding *finding = add_finding(frame->context->findings, path, unknown);
        if (finding == NULL)
            return UNDECIDED;
        finding->rule = rule;
        return VALID;
    }
    Text name = rule->pointer[step];
    Value missing = string_value(name.bytes, name.size, 0);
    uint32_t index = (uint32_t)strtoul(name.bytes, NULL, 10);
    const Value *next = value != NULL && value->kind & OBJECT ? find_property(*value, name) : NULL;
    Path inner = {path, next != NULL ? &next[-1] : &missing, 0, next != NULL ? next[-1].order : path->order};
    if (value != NULL && value->kind & ARRAY && index < value->size) {
        next = &value->values[index];
        inner.order = next->order;
    }
    return add_violated(rule, step + 1, &inner, next, frame);
}

/* Evaluate a rule for each item that its steps lead to. */
static Verdict evaluate_rule(const Rule *rule, int step, const Path *path, const Value *item, Scope *scope, Frame *frame)
{
    Verdict verdict = VALID;
    if (step == rule->each_count) {
        const Arena before = *scope->scratch;
        scope->variables[ITEM] = *item;
        Value holds = evaluate(rule->expression, scope);
        arena_release(scope->scratch, &before);
        if (!(holds.kind & BOOLEAN))
            return UNDECIDED;
        return holds.boolean ? VALID : add_violated(rule, 0, path, item, frame);
    }
    if (rule->each[step].bytes != NULL) {
        const Value *next = item->kind & OBJECT ? find_property(*item, rule->each[step]) : NULL;
        if (next == NULL)
            return VALID;
        Path inner = path_to_property(path, &next[-1]);
        return evaluate_rule(rule, step + 1, &inner, next, scope, frame);
    }
    for (uint32_t i = 0; item->kind & ARRAY && i < item->size && verdict == VALID; i++) {
        Path inner = path_to_item(path, i, item->values[i].order);
        verdict = evaluate_rule(rule, step + 1, &inner, &item->values[i], scope, frame);
    }
    return verdict;
}

/* Apply rules. They count only if the document has no errors, so they are not applied where one was found, and it does
   not matter yet if one cannot be decided. */
static Verdict evaluate_rules(const Keyword *keyword, Frame *frame)
{
    Context *context = frame->context;
    Scope scope = {.self = NULL};
    if (context->is_quiet || context->errors > 0)
        return VALID;
    scope.self = frame->value;
    scope.root = context->root;
    scope.present = frame->present;
    scope.slots = frame->slots;
    scope.cached = context->cached;
    scope.memory = context->findings->arena;
    scope.scratch = &context->scratch;
    scope.variables[SELF] = *frame->value;
    scope.variables[ROOT] = *context->root;
    for (int i = 0; i < keyword->rule_count; i++)
        if (evaluate_rule(&keyword->rules[i], 0, &frame->path, frame->value, &scope, frame) == UNDECIDED)
            context->has_undecided_rules = 1;
    return VALID;
}

static Verdict check_keyword(const Keyword *keyword, Frame *frame)
{
    switch (keyword->code) {
    case ANY_OF:
        return check_any_of(keyword, frame);
    case ONE_OF:
        return check_one_of(keyword, frame);
    case NOT:
        return check_not(keyword, frame);
    case CONTAINS:
        return check_contains(keyword, frame);
    case NEVER:
        return frame->context->is_quiet ? INVALID : UNDECIDED; /* there is no keyword to report */
    case REQUIRED:
        return check_required(keyword, frame);
    case PROPERTIES:
        return check_properties(keyword, frame);
    case ADDITIONAL_PROPERTIES:
        return check_additional_properties(keyword, frame);
    case ITEMS:
        return check_items(keyword, frame);
    case REF:
        return check_value(keyword->shapes[0], frame->value, &frame->path, frame->context, frame->depth + 1);
    case TAGGED:
        return check_tagged(keyword, frame);
    case IF:
        return check_if(keyword, frame);
    case RULES:
        return evaluate_rules(keyword, frame);
    default:
        return check_alone(keyword, frame);
    }
}

static Verdict check_schema(const Schema *schema, Frame *frame)
{
    Verdict verdict = VALID;
    for (int i = (schema->kinds & frame->value->kind) != 0; i < schema->count; i++) {
        const Keyword *keyword = &schema->keywords[i];
        if (!(keyword->kinds & frame->value->kind) && keyword->code != TYPE)
            continue;
        Verdict found = check_keyword(keyword, frame);
        if (found == INVALID && keyword->code < NEVER)
            found = add_error(keyword, frame, *frame->value);
        REQUIRE(verdict, found, frame);
    }
    return verdict;
}

/* Drop the violated rules from a list of findings. */
static void drop_rules(Findings *findings, Finding **next)
{
    while (*next != NULL) {
        int is_rule = (*next)->rule != NULL;
        findings->count -= (size_t)is_rule;
        if (is_rule)
            *next = (*next)->next;
        else
            next = &(*next)->next;
    }
    findings->last = next;
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

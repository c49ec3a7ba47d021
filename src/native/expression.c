#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <math.h>

#include "expression.h"

static Value evaluate_part(const Expression *expression, int index, Scope *scope)
{
    return evaluate(&expression->parts[index], scope);
}

static Verdict part_holds(const Expression *expression, int index, Scope *scope)
{
    Value value = evaluate_part(expression, index, scope);
    return value.kind & BOOLEAN ? (Verdict)value.boolean : UNDECIDED;
}

static Value verdict_value(Verdict verdict)
{
    return verdict == UNDECIDED ? unknown : boolean_value(verdict == VALID);
}

static Value count_value(size_t count)
{
    return number_value(INTEGER, (double)count);
}

static Value evaluate_constant(const Expression *expression, Scope *scope)
{
    (void)scope;
    return expression->constant;
}

static Value evaluate_variable(const Expression *expression, Scope *scope)
{
    return scope->variables[expression->number];
}

static Value evaluate_property(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope);
    const Value *property = value.kind & OBJECT ? find_property(value, text_of(expression->constant)) : NULL;
    return property == NULL ? unknown : *property;
}

/* A property of self. */
static Value evaluate_slot(const Expression *expression, Scope *scope)
{
    return scope->present >> expression->number & 1 ? *scope->slots[expression->number] : unknown;
}

static Value evaluate_item(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope);
    return value.kind & ARRAY && (uint32_t)expression->number < value.size ? value.values[expression->number] : unknown;
}

static Value evaluate_and(const Expression *expression, Scope *scope)
{
    for (int i = 0; i < expression->count; i++) {
        Verdict verdict = part_holds(expression, i, scope);
        if (verdict != VALID)
            return verdict_value(verdict);
    }
    return boolean_value(1);
}

static Value evaluate_or(const Expression *expression, Scope *scope)
{
    for (int i = 0; i < expression->count; i++) {
        Verdict verdict = part_holds(expression, i, scope);
        if (verdict != INVALID)
            return verdict_value(verdict);
    }
    return boolean_value(0);
}

static Value evaluate_not(const Expression *expression, Scope *scope)
{
    Verdict verdict = part_holds(expression, 0, scope);
    return verdict == UNDECIDED ? unknown : boolean_value(verdict == INVALID);
}

static Value evaluate_if(const Expression *expression, Scope *scope)
{
    Verdict verdict = part_holds(expression, 0, scope);
    return verdict == UNDECIDED ? unknown : evaluate_part(expression, verdict == VALID ? 1 : 2, scope);
}

static Value evaluate_equal(const Expression *expression, Scope *scope)
{
    Value one = evaluate_part(expression, 0, scope);
    return verdict_value(is_equal(one, evaluate_part(expression, 1, scope)));
}

/* Decide whether one value is an item of an array, the name of a property of an object, or part of a string. */
static Verdict is_in(Value one, Value other)
{
    if (one.kind == UNKNOWN || !(other.kind & (CONTAINER | STRING)))
        return UNDECIDED;
    if (other.kind & STRING)
        return one.kind & STRING ? (Verdict)(find_bytes(text_of(other), text_of(one), 0) >= 0) : UNDECIDED;
    if (other.kind & OBJECT)
        return one.kind & STRING ? (Verdict)(find_property(other, text_of(one)) != NULL) : UNDECIDED;
    if (other.kind & SORTED)
        return one.kind & STRING ? (Verdict)is_in_sorted(other, one) : one.kind & CONTAINER ? UNDECIDED : INVALID;
    for (uint32_t i = 0; i < other.size; i++) {
        Verdict verdict = is_equal(one, other.values[i]);
        if (verdict != INVALID)
            return verdict;
    }
    return INVALID;
}

static Value evaluate_in(const Expression *expression, Scope *scope)
{
    Value one = evaluate_part(expression, 0, scope);
    return one.kind == UNKNOWN ? unknown : verdict_value(is_in(one, evaluate_part(expression, 1, scope)));
}

/* Decide whether a string is one of a set. */
static Value evaluate_in_strings(const Expression *expression, Scope *scope)
{
    Value one = evaluate_part(expression, 0, scope);
    return one.kind & STRING ? boolean_value(find_name(&expression->strings, text_of(one)) >= 0) : unknown;
}

/* Decide whether self, if it is an object, has the property of a slot. */
static Value evaluate_in_self(const Expression *expression, Scope *scope)
{
    if (!(scope->self->kind & OBJECT))
        return evaluate_in(expression, scope);
    return boolean_value((int)(scope->present >> expression->number & 1));
}

/* Compare two numbers or two strings; unknown values and other types cannot be compared. */
static int compare(const Expression *expression, Scope *scope, double *order)
{
    Value one = evaluate_part(expression, 0, scope), other = evaluate_part(expression, 1, scope);
    if (one.kind & ANY_NUMBER && other.kind & ANY_NUMBER)
        *order = one.number < other.number ? -1 : one.number > other.number;
    else if (one.kind & STRING && other.kind & STRING)
        *order = compare_strings(one, other);
    else
        return 0;
    return 1;
}

static Value evaluate_less(const Expression *expression, Scope *scope)
{
    double order;
    return compare(expression, scope, &order) ? boolean_value(order < 0) : unknown;
}

static Value evaluate_at_most(const Expression *expression, Scope *scope)
{
    double order;
    return compare(expression, scope, &order) ? boolean_value(order <= 0) : unknown;
}

static Value join_strings(Value one, Value other, Scope *scope)
{
    size_t size = (size_t)one.size + other.size;
    char *bytes = arena_alloc(scope->scratch, size);
    if (bytes == NULL)
        return unknown;
    memcpy(bytes, one.bytes, one.size);
    memcpy(bytes + one.size, other.bytes, other.size);
    return string_value(bytes, size, one.kind & other.kind & ASCII);
}

static int push_items(Values *values, Value array, Scope *scope)
{
    for (uint32_t i = 0; array.kind & ARRAY && i < array.size; i++)
        if (!push_value(values, array.values[i], scope->scratch))
            return 0;
    return array.kind & ARRAY;
}

static Value values_value(const Values *values)
{
    static const Value none = {.kind = UNKNOWN};
    return array_value(values->values == NULL ? &none : values->values, values->count);
}

/* Add numbers, or join strings or arrays. */
static Value evaluate_add(const Expression *expression, Scope *scope)
{
    Value one = evaluate_part(expression, 0, scope), other = evaluate_part(expression, 1, scope);
    Values values = {NULL, 0, 0};
    if (one.kind & ANY_NUMBER && other.kind & ANY_NUMBER)
        return number_value((one.kind | other.kind) & NUMBER ? NUMBER : INTEGER, one.number + other.number);
    if (one.kind & STRING && other.kind & STRING)
        return join_strings(one, other, scope);
    return push_items(&values, one, scope) && push_items(&values, other, scope) ? values_value(&values) : unknown;
}

static Value evaluate_subtract(const Expression *expression, Scope *scope)
{
    Value one = evaluate_part(expression, 0, scope), other = evaluate_part(expression, 1, scope);
    return one.kind & ANY_NUMBER && other.kind & ANY_NUMBER
           ? number_value((one.kind | other.kind) & NUMBER ? NUMBER : INTEGER, one.number - other.number) : unknown;
}

static Value evaluate_list(const Expression *expression, Scope *scope)
{
    Values values = {NULL, 0, 0};
    for (int i = 0; i < expression->count; i++) {
        Value item = evaluate_part(expression, i, scope);
        if (item.kind == UNKNOWN || !push_value(&values, item, scope->scratch))
            return unknown;
    }
    return values_value(&values);
}

/* A loop has three parts: over what it goes, which values count, and what becomes of each. Over an object it goes by
   name. */
static Value next_value(Value over, uint32_t index)
{
    return over.values[over.kind & OBJECT ? 2 * index : index];
}

static Value evaluate_each(const Expression *expression, Scope *scope)
{
    Value over = evaluate_part(expression, 0, scope);
    Values values = {NULL, 0, 0};
    for (uint32_t i = 0; over.kind & CONTAINER && i < over.size; i++) {
        scope->variables[expression->number] = next_value(over, i);
        Verdict counts = part_holds(expression, 1, scope);
        if (counts == INVALID)
            continue;
        Value value = counts == VALID ? evaluate_part(expression, 2, scope) : unknown;
        if (value.kind == UNKNOWN || !push_value(&values, value, scope->scratch))
            return unknown;
    }
    return over.kind & CONTAINER ? values_value(&values) : unknown;
}

/* Go on while what becomes of the values is so; decide whether it went to the end. */
static Verdict goes_on_while(Verdict expected, const Expression *expression, Scope *scope)
{
    Value over = evaluate_part(expression, 0, scope);
    const Arena before = *scope->scratch;
    for (uint32_t i = 0; over.kind & CONTAINER && i < over.size; i++) {
        scope->variables[expression->number] = next_value(over, i);
        Verdict verdict = part_holds(expression, 1, scope);
        if (verdict == VALID)
            verdict = part_holds(expression, 2, scope);
        else if (verdict == INVALID) /* it does not count */
            verdict = expected;
        if (verdict != expected)
            return verdict == UNDECIDED ? UNDECIDED : INVALID;
        arena_release(scope->scratch, &before);
    }
    return over.kind & CONTAINER ? VALID : UNDECIDED;
}

static Value evaluate_all(const Expression *expression, Scope *scope)
{
    return verdict_value(goes_on_while(VALID, expression, scope));
}

static Value evaluate_any(const Expression *expression, Scope *scope)
{
    Verdict verdict = goes_on_while(INVALID, expression, scope);
    return verdict == UNDECIDED ? unknown : boolean_value(verdict == INVALID);
}

static Value evaluate_count(const Expression *expression, Scope *scope)
{
    Value values = evaluate_each(expression, scope);
    return values.kind & ARRAY ? count_value(values.size) : unknown;
}

/* Copy an array of scalars, strings included, into memory that lasts; sort it if all are strings. */
static Value keep_array(Value array, Arena *memory)
{
    Value *copy = arena_alloc(memory, (array.size + 1) * sizeof *copy);
    int are_strings = copy != NULL;
    for (uint32_t i = 0; copy != NULL && i < array.size; i++) {
        Value value = array.values[i];
        if (value.kind & CONTAINER)
            return unknown;
        are_strings &= (value.kind & STRING) != 0;
        if (value.kind & STRING) {
            char *bytes = arena_alloc(memory, value.size);
            if (bytes == NULL)
                return unknown;
            value.bytes = memcpy(bytes, value.bytes, value.size);
        }
        copy[i] = value;
    }
    if (are_strings)
        sort_strings(copy, array.size);
    array = array_value(copy, array.size);
    array.kind |= are_strings ? SORTED : 0;
    return array;
}

/* Evaluate an array once for each value of the variable on which it depends. */
static Value evaluate_cached(const Expression *expression, Scope *scope)
{
    Cached *cached = &scope->cached[expression->number];
    const Value *owner = expression->constant.number == ROOT ? scope->root : scope->self;
    if (cached->owner == owner)
        return cached->array;
    Value array = evaluate_part(expression, 0, scope);
    Value kept = array.kind & ARRAY ? keep_array(array, scope->memory) : unknown;
    if (kept.kind == UNKNOWN)
        return array;
    *cached = (Cached){owner, kept};
    return kept;
}

static Value evaluate_utf8_size(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope);
    return value.kind & STRING ? count_value(value.size) : unknown;
}

static Value evaluate_starts_with(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope), start = evaluate_part(expression, 1, scope);
    if (!(value.kind & STRING) || !(start.kind & STRING))
        return unknown;
    return boolean_value(value.size >= start.size && memcmp(value.bytes, start.bytes, start.size) == 0);
}

static Value evaluate_ends_with(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope), end = evaluate_part(expression, 1, scope);
    if (!(value.kind & STRING) || !(end.kind & STRING))
        return unknown;
    return boolean_value(value.size >= end.size
                         && memcmp(value.bytes + value.size - end.size, end.bytes, end.size) == 0);
}

static Value evaluate_matches(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope);
    return value.kind & STRING ? boolean_value(matches(expression->automaton, text_of(value))) : unknown;
}

/* Make a number of a string of digits; what else Python reads is unknown here. */
static Value evaluate_float(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope);
    value = value.kind & STRING ? read_decimal(text_of(value)) : value;
    return value.kind & ANY_NUMBER ? number_value(NUMBER, value.number) : unknown;
}

static Value evaluate_string(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope);
    if (value.kind & STRING)
        return value;
    if (value.kind & BOOLEAN)
        return value.boolean ? string_value("true", 4, ASCII) : string_value("false", 5, ASCII);
    if (!(value.kind & ANY_NUMBER) || value.number != floor(value.number))
        return unknown;
    char *bytes = arena_alloc(scope->scratch, 20);
    return bytes == NULL ? unknown : string_value(bytes, write_integer(bytes, (int64_t)value.number), ASCII);
}

/* Add up numbers; of more than two the sum may depend on the version of Python. */
static Value evaluate_total(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope);
    double sum = 0;
    if (!(value.kind & ARRAY) || value.size > 2)
        return unknown;
    for (uint32_t i = 0; i < value.size; i++) {
        if (!(value.values[i].kind & ANY_NUMBER))
            return unknown;
        sum += value.values[i].number;
    }
    return number_value(NUMBER, sum);
}

static Value evaluate_unique(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope);
    return value.kind & ARRAY ? verdict_value(is_unique(value.values, value.size, scope->scratch)) : unknown;
}

static Value evaluate_flatten(const Expression *expression, Scope *scope)
{
    Value arrays = evaluate_part(expression, 0, scope);
    Values values = {NULL, 0, 0};
    for (uint32_t i = 0; arrays.kind & ARRAY && i < arrays.size; i++)
        if (!push_items(&values, arrays.values[i], scope))
            return unknown;
    return arrays.kind & ARRAY ? values_value(&values) : unknown;
}

/* Return the longest array among the properties of an object, the first of equal length; unknown if it has none. */
static Value longest_array(Value object)
{
    Value longest = unknown;
    for (uint32_t j = 0; j < object.size; j++) {
        Value value = object.values[2 * j + 1];
        if (value.kind & ARRAY && (!(longest.kind & ARRAY) || value.size > longest.size))
            longest = value;
    }
    return longest;
}

/* List the items of the longest array of each object in an array. */
static Value evaluate_addresses(const Expression *expression, Scope *scope)
{
    Value objects = evaluate_part(expression, 0, scope);
    Values values = {NULL, 0, 0};
    for (uint32_t i = 0; objects.kind & ARRAY && i < objects.size; i++) {
        if (!(objects.values[i].kind & OBJECT))
            return unknown;
        Value longest = longest_array(objects.values[i]);
        if (longest.kind & ARRAY && !push_items(&values, longest, scope))
            return unknown;
    }
    return objects.kind & ARRAY ? values_value(&values) : unknown;
}

static Value evaluate_len(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope);
    if (!(value.kind & (STRING | CONTAINER)))
        return unknown;
    return count_value(value.kind & STRING ? count_characters(value) : value.size);
}

static Value evaluate_occurrences(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope), part = evaluate_part(expression, 1, scope);
    size_t count = 0;
    if (!(value.kind & STRING) || !(part.kind & STRING) || part.size == 0)
        return unknown;
    for (ptrdiff_t at = 0; (at = find_bytes(text_of(value), text_of(part), (size_t)at)) >= 0; at += part.size)
        count++;
    return count_value(count);
}

/* Tell whether a character is a control, a separator of lines, an override of direction, private or invalid. */
static int is_unprintable(uint32_t character)
{
    static const uint32_t RANGES[][2] = {
        {0x0, 0x1F}, {0x7F, 0x9F}, {0x2028, 0x202E}, {0x2066, 0x2069}, {0xE000, 0xF8FF},
        {0xFDD0, 0xFDEF}, {0xFFF9, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xF0000, 0x10FFFF},
    };
    for (size_t i = 0; i < sizeof RANGES / sizeof *RANGES; i++)
        if (character >= RANGES[i][0] && character <= RANGES[i][1])
            return 1;
    return 0;
}

static Value evaluate_is_printable(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope);
    if (!(value.kind & STRING))
        return unknown;
    for (uint32_t i = 0; i < value.size;) {
        unsigned char first = (unsigned char)value.bytes[i++];
        uint32_t character = first < 0xC0 ? first : first < 0xE0 ? first & 0x1F : first < 0xF0 ? first & 0xF : first & 7;
        while (i < value.size && ((unsigned char)value.bytes[i] & 0xC0) == 0x80)
            character = character << 6 | ((unsigned char)value.bytes[i++] & 0x3F);
        if (is_unprintable(character))
            return boolean_value(0);
    }
    return boolean_value(1);
}

/* Push the N of each {{link_N}} in a text. */
static int push_links_of_text(Values *links, Text text, Arena *scratch)
{
    static const Text OPEN = {"{{link_", 7};
    for (ptrdiff_t at = 0; (at = find_bytes(text, OPEN, (size_t)at)) >= 0;) {
        size_t start = (size_t)at + OPEN.size, end = start;
        while (end < text.size && (Py_ISALNUM(text.bytes[end]) || text.bytes[end] == '_' || text.bytes[end] == '-'))
            end++;
        at = (ptrdiff_t)end;
        if (end > start && end + 2 <= text.size && memcmp(text.bytes + end, "}}", 2) == 0
            && !push_value(links, string_value(text.bytes + start, end - start, ASCII), scratch))
            return 0;
    }
    return 1;
}

/* Push the links of all strings of a value, names included. */
static int push_links(Values *links, Value value, Arena *scratch)
{
    uint32_t count = value.kind & OBJECT ? 2 * value.size : value.kind & ARRAY ? value.size : 0;
    if (value.kind & STRING)
        return push_links_of_text(links, text_of(value), scratch);
    for (uint32_t i = 0; i < count; i++)
        if (!push_links(links, value.values[i], scratch))
            return 0;
    return 1;
}

static Value evaluate_smart_links(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope);
    Values links = {NULL, 0, 0};
    return value.kind & (STRING | CONTAINER) && push_links(&links, value, scope->scratch) ? values_value(&links)
                                                                                          : unknown;
}

/* Return the bytes of a number as JSON; 0 if writers do not agree. */
static size_t json_size_of_number(Value value)
{
    char digits[32];
    if (value.kind & INTEGER)
        return write_integer(digits, (int64_t)value.number);
    if (value.number != 0 && (fabs(value.number) < 1e-4 || fabs(value.number) >= 1e15))
        return 0; /* with an exponent or without */
    char *text = PyOS_double_to_string(value.number, 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    size_t size = text == NULL ? 0 : strlen(text);
    PyMem_Free(text);
    return size;
}

static size_t json_size_of_string(Value string)
{
    size_t size = string.size + 2u;
    const char *end = string.bytes + string.size;
    for (const char *at = string.bytes; (at = skip_plain(at, end)) < end; at++) {
        unsigned char byte = (unsigned char)*at;
        size += byte == '"' || byte == '\\';
        if (byte < 0x20)
            size += byte >= '\b' && byte <= '\r' && byte != '\v' ? 1 : 5;
    }
    return size;
}

/* Return the bytes of a value as compact JSON; 0 if that is unknown. */
static size_t json_size(Value value)
{
    uint32_t count = value.kind & OBJECT ? 2 * value.size : value.size;
    size_t size = value.size == 0 ? 2 : 1 + count; /* brackets, and commas or colons between */
    if (value.kind & NULL_VALUE)
        return 4;
    if (value.kind & BOOLEAN)
        return value.boolean ? 4 : 5;
    if (value.kind & ANY_NUMBER)
        return json_size_of_number(value);
    if (value.kind & STRING)
        return json_size_of_string(value);
    for (uint32_t i = 0; i < count; i++) {
        size_t inner = json_size(value.values[i]);
        if (inner == 0)
            return 0;
        size += inner;
    }
    return size;
}

static Value evaluate_json_size(const Expression *expression, Scope *scope)
{
    Value value = evaluate_part(expression, 0, scope);
    size_t size = value.kind & CONTAINER ? json_size(value) : 0;
    return size == 0 ? unknown : count_value(size);
}

static const OperationEntry OPERATIONS[] = {
    {"constant", evaluate_constant, 0, NO_OPERAND, 0, 0},
    {"variable", evaluate_variable, 0, VARIABLE, 0, 0},
    {"property", evaluate_property, 1, NO_OPERAND, 1, 0},
    {"slot", evaluate_slot, 0, SLOT, 0, 0},
    {"item", evaluate_item, 1, NO_OPERAND, 0, 0},
    {"each", evaluate_each, 3, VARIABLE, 0, 0},
    {"all", evaluate_all, 3, VARIABLE, 0, 0},
    {"any", evaluate_any, 3, VARIABLE, 0, 0},
    {"count", evaluate_count, 3, VARIABLE, 0, 0},
    {"cached", evaluate_cached, 1, CACHED_ARRAY, 0, 0},
    {"list", evaluate_list, -1, NO_OPERAND, 0, 0},
    {"and", evaluate_and, -1, NO_OPERAND, 0, 0},
    {"or", evaluate_or, -1, NO_OPERAND, 0, 0},
    {"not", evaluate_not, 1, NO_OPERAND, 0, 0},
    {"if", evaluate_if, 3, NO_OPERAND, 0, 0},
    {"equal", evaluate_equal, 2, NO_OPERAND, 0, 0},
    {"less", evaluate_less, 2, NO_OPERAND, 0, 0},
    {"at_most", evaluate_at_most, 2, NO_OPERAND, 0, 0},
    {"in", evaluate_in, 2, NO_OPERAND, 0, 0},
    {"in_self", evaluate_in_self, 2, SLOT, 0, 0},
    {"in_strings", evaluate_in_strings, 1, NO_OPERAND, 0, 0},
    {"add", evaluate_add, 2, NO_OPERAND, 0, 0},
    {"subtract", evaluate_subtract, 2, NO_OPERAND, 0, 0},
    {"starts_with", evaluate_starts_with, 2, NO_OPERAND, 0, 0},
    {"ends_with", evaluate_ends_with, 2, NO_OPERAND, 0, 0},
    {"matches", evaluate_matches, 1, NO_OPERAND, 0, 1},
    {"occurrences", evaluate_occurrences, 2, NO_OPERAND, 0, 0},
    {"len", evaluate_len, 1, NO_OPERAND, 0, 0},
    {"float", evaluate_float, 1, NO_OPERAND, 0, 0},
    {"string", evaluate_string, 1, NO_OPERAND, 0, 0},
    {"addresses", evaluate_addresses, 1, NO_OPERAND, 0, 0},
    {"flatten", evaluate_flatten, 1, NO_OPERAND, 0, 0},
    {"is_printable", evaluate_is_printable, 1, NO_OPERAND, 0, 0},
    {"json_size", evaluate_json_size, 1, NO_OPERAND, 0, 0},
    {"smart_links", evaluate_smart_links, 1, NO_OPERAND, 0, 0},
    {"total", evaluate_total, 1, NO_OPERAND, 0, 0},
    {"unique", evaluate_unique, 1, NO_OPERAND, 0, 0},
    {"utf8_size", evaluate_utf8_size, 1, NO_OPERAND, 0, 0},
};

const OperationEntry *find_operation(const char *name)
{
    for (size_t i = 0; i < sizeof OPERATIONS / sizeof *OPERATIONS; i++)
        if (strcmp(OPERATIONS[i].name, name) == 0)
            return &OPERATIONS[i];
    return NULL;
}

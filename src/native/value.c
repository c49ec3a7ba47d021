#include "value.h"

#include <stdlib.h>

#define MAX_COMPARED 100 /* values that are compared with each other */

Value read_decimal(Text text)
{
    static const double POWERS[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    int64_t digits = 0;
    size_t count = 0, fraction = 0, start = text.size > 0 && (text.bytes[0] == '-' || text.bytes[0] == '+');
    int has_point = 0;
    for (size_t i = start; i < text.size; i++) {
        char byte = text.bytes[i];
        if (byte == '.' ? has_point : byte < '0' || byte > '9')
            return unknown;
        if (byte == '.') {
            has_point = 1;
            continue;
        }
        digits = 10 * digits + (byte - '0');
        fraction += (size_t)has_point;
        if (++count > 16)
            return unknown;
    }
    if (count == 0 || digits >= MAX_SAFE_INTEGER || fraction > 15)
        return unknown;
    double number = (double)digits / POWERS[fraction]; /* of two exact doubles: rounded once */
    return number_value(has_point ? NUMBER : INTEGER, text.bytes[0] == '-' ? -number : number);
}

size_t write_integer(char *to, int64_t number)
{
    char digits[20], *first = digits + sizeof digits;
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do
        *--first = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (number < 0)
        *--first = '-';
    memcpy(to, first, (size_t)(digits + sizeof digits - first));
    return (size_t)(digits + sizeof digits - first);
}

Verdict is_equal(Value one, Value other)
{
    unsigned kinds = (one.kind | other.kind) & ~(unsigned)ASCII;
    if (one.kind == UNKNOWN || other.kind == UNKNOWN || kinds & CONTAINER)
        return UNDECIDED;
    if (one.kind & ANY_NUMBER && other.kind & ANY_NUMBER)
        return one.number == other.number;
    if ((kinds & (kinds - 1)) != 0) /* they are of two types */
        return kinds & BOOLEAN && kinds & ANY_NUMBER ? UNDECIDED : INVALID;
    if (one.kind & STRING)
        return is_equal_text(text_of(one), text_of(other));
    return one.kind & NULL_VALUE || one.boolean == other.boolean;
}

int compare_strings(Value one, Value other)
{
    int order = memcmp(one.bytes, other.bytes, one.size < other.size ? one.size : other.size);
    return order != 0 ? order : (one.size > other.size) - (one.size < other.size);
}

static int compare(const void *one, const void *other)
{
    return compare_strings(*(const Value *)one, *(const Value *)other);
}

void sort_strings(Value *values, size_t count)
{
    if (count > 1)
        qsort(values, count, sizeof *values, compare);
}

int is_in_sorted(Value array, Value string)
{
    return array.size > 0 && bsearch(&string, array.values, array.size, sizeof string, compare) != NULL;
}

static int are_strings(const Value *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(values[i].kind & STRING))
            return 0;
    return 1;
}

Verdict is_unique(const Value *values, size_t count, Arena *scratch)
{
    if (count > 8 && are_strings(values, count)) {
        Value *sorted = arena_alloc(scratch, count * sizeof *values);
        if (sorted == NULL)
            return UNDECIDED;
        memcpy(sorted, values, count * sizeof *values);
        sort_strings(sorted, count);
        for (size_t i = 1; i < count; i++)
            if (compare_strings(sorted[i - 1], sorted[i]) == 0)
                return INVALID;
        return VALID;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            Verdict equal = count > MAX_COMPARED ? UNDECIDED : is_equal(values[i], values[j]);
            if (equal != INVALID)
                return equal == VALID ? INVALID : UNDECIDED;
        }
    }
    return VALID;
}

size_t count_characters(Value string)
{
    size_t count = string.kind & ASCII ? string.size : 0;
    for (size_t i = 0; !(string.kind & ASCII) && i < string.size; i++)
        count += (string.bytes[i] & 0xC0) != 0x80; /* the first byte of one */
    return count;
}

const Value *find_property(Value object, Text name)
{
    for (size_t i = 0; i < object.size; i++)
        if (is_equal_text(text_of(object.values[2 * i]), name))
            return &object.values[2 * i + 1];
    return NULL;
}

ptrdiff_t find_bytes(Text text, Text part, size_t offset)
{
    if (part.size == 0)
        return (ptrdiff_t)offset;
    while (offset + part.size <= text.size) {
        const char *first = memchr(text.bytes + offset, part.bytes[0], text.size - part.size - offset + 1);
        if (first == NULL)
            return -1;
        if (memcmp(first, part.bytes, part.size) == 0)
            return first - text.bytes;
        offset = (size_t)(first - text.bytes) + 1;
    }
    return -1;
}

int grow_values(Values *values, Arena *arena)
{
    size_t capacity = values->capacity == 0 ? 16 : 2 * values->capacity;
    Value *larger = arena_alloc(arena, capacity * sizeof *larger);
    if (larger == NULL)
        return 0;
    if (values->count > 0)
        memcpy(larger, values->values, values->count * sizeof *larger);
    values->values = larger;
    values->capacity = capacity;
    return 1;
}

static int grow_names(Names *names, Arena *arena)
{
    Names larger = {names->count, names->capacity == 0 ? 4 : 2 * names->capacity, NULL, NULL};
    larger.texts = arena_alloc(arena, (size_t)larger.capacity * sizeof *larger.texts);
    larger.buckets = arena_alloc(arena, 2 * (size_t)larger.capacity * sizeof *larger.buckets);
    if (larger.texts == NULL || larger.buckets == NULL)
        return 0;
    memset(larger.buckets, -1, 2 * (size_t)larger.capacity * sizeof *larger.buckets);
    for (int i = 0; i < names->count; i++) {
        larger.texts[i] = names->texts[i];
        *find_bucket(&larger, larger.texts[i]) = (int16_t)i;
    }
    *names = larger;
    return 1;
}

int add_name(Names *names, Text text, Arena *arena)
{
    int number = find_name(names, text);
    if (number >= 0)
        return number;
    if (names->count == INT16_MAX / 2)
        return -2;
    if (names->count == names->capacity && !grow_names(names, arena))
        return -1;
    *find_bucket(names, text) = (int16_t)names->count;
    names->texts[names->count] = text;
    return names->count++;
}

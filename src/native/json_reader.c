#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "json_reader.h"

#define MAX_COMPARED_NAMES 32       /* that are compared with each other */
#define MAX_POINTER_BYTES 1000000   /* of all objects that name a property twice; the pure engine omits more of them */
#define MAX_INDEX_BYTES 9           /* of a step in a pointer: a slash, and an index or a name, of escapes at most */

typedef struct {
    const char *start, *next, *end;
    Arena *arena;
    Findings *findings;
    Values stack; /* of arrays and objects that have not come to their end */
    size_t pointer_bytes; /* of the objects that name a property twice */
} Reader;

/* Behind the text stands a character that belongs to no value, so the next character may always be looked at. Only
   what skips white space has to mind the end. */

/* Each of the following reads a value that begins here; unknown if there is none that this reader reads. */

static Value read_value(Reader *, const Path *above, const Value *name, uint32_t index, int depth);

static inline void skip_space(Reader *reader)
{
    while ((unsigned char)*reader->next <= ' ' && reader->next < reader->end
           && (*reader->next == ' ' || *reader->next == '\n' || *reader->next == '\r' || *reader->next == '\t'))
        reader->next++;
}

/* Skip a character and the white space around it; false if there is another character. */
static inline int skip(Reader *reader, char character)
{
    skip_space(reader);
    if (*reader->next != character)
        return 0;
    reader->next++;
    skip_space(reader);
    return 1;
}

static int is_between(char byte, unsigned char least, unsigned char most)
{
    return (unsigned char)byte >= least && (unsigned char)byte <= most;
}

/* Return the number of bytes of a character that is not ASCII; 0 if it is not UTF-8. */
static int character_size(const char *at)
{
    unsigned char first = (unsigned char)*at;
    if (is_between(*at, 0xC2, 0xDF))
        return is_between(at[1], 0x80, 0xBF) ? 2 : 0;
    if (is_between(*at, 0xE0, 0xEF))
        return is_between(at[1], first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF)
               && is_between(at[2], 0x80, 0xBF) ? 3 : 0;
    return is_between(*at, 0xF0, 0xF4)
           && is_between(at[1], first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF)
           && is_between(at[2], 0x80, 0xBF) && is_between(at[3], 0x80, 0xBF) ? 4 : 0;
}

/* Read \uXXXX; -1 if it is not there. */
static long read_code_unit(Reader *reader)
{
    long code = 0;
    if (reader->next[0] != '\\' || reader->next[1] != 'u')
        return -1;
    reader->next += 2;
    for (int i = 0; i < 4; i++, reader->next++) {
        char digit = *reader->next;
        if (!Py_ISXDIGIT(digit))
            return -1;
        code = code << 4 | (Py_ISDIGIT(digit) ? digit - '0' : Py_TOLOWER(digit) - 'a' + 10);
    }
    return code;
}

/* Read an escape and write its character; return the end of that, or NULL if it is no escape. */
static char *read_escape(Reader *reader, char *to)
{
    static const char PAIRS[] = "\"\"\\\\//b\bf\fn\nr\rt\t"; /* of which the first stands for the second */
    for (const char *pair = PAIRS; *pair != 0; pair += 2) {
        if (*pair == reader->next[1]) {
            reader->next += 2;
            *to = pair[1];
            return to + 1;
        }
    }
    long code = read_code_unit(reader);
    if (code >= 0xD800 && code < 0xDC00) {
        long low = read_code_unit(reader);
        code = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((code - 0xD800) << 10 | (low - 0xDC00)) : -1;
    }
    return code < 0 || (code >= 0xDC00 && code < 0xE000) ? NULL : write_character(to, (uint32_t)code);
}

/* Go on to the quotation mark or the escape that ends a run of characters; false if there is no UTF-8. */
static int skip_characters(Reader *reader, unsigned *flag)
{
    for (;;) {
        reader->next = skip_plain(reader->next, reader->end);
        if (*reader->next == '"' || *reader->next == '\\')
            return 1;
        int size = character_size(reader->next);
        if (size == 0)
            return 0;
        *flag = 0;
        reader->next += size;
    }
}

/* Return the offset of the quotation mark that ends a string, or of the end of the text. */
static size_t find_quote(const Reader *reader)
{
    const char *at = reader->next;
    while (at < reader->end && *at != '"')
        at += *at == '\\' ? 2 : 1;
    return (size_t)(at - reader->next);
}

/* Read the rest of a string, from its first escape on, into a copy. */
static Value read_escaped(Reader *reader, const char *from, unsigned flag)
{
    size_t before = (size_t)(reader->next - from);
    char *copy = arena_alloc(reader->arena, before + find_quote(reader) + 1), *to = copy;
    if (copy == NULL)
        return unknown;
    while (*reader->next == '\\') {
        memcpy(to, from, (size_t)(reader->next - from));
        char *character = to + (reader->next - from);
        to = read_escape(reader, character);
        if (to == NULL)
            return unknown;
        flag = to == character + 1 ? flag : 0;
        from = reader->next;
        if (!skip_characters(reader, &flag))
            return unknown;
    }
    memcpy(to, from, (size_t)(reader->next - from));
    return string_value(copy, (size_t)(to + (reader->next - from) - copy), flag);
}

static Value read_string(Reader *reader)
{
    uint32_t order = (uint32_t)(reader->next - reader->start);
    const char *from = ++reader->next;
    unsigned flag = ASCII;
    if (!skip_characters(reader, &flag))
        return unknown;
    Value value = *reader->next == '"' ? string_value(from, (size_t)(reader->next - from), flag)
                                       : read_escaped(reader, from, flag);
    value.order = order;
    reader->next++;
    return value;
}

/* Read an integer or a decimal; what has an exponent is rare. */
static Value read_number(Reader *reader)
{
    const char *start = reader->next, *first = start + (*start == '-'), *at = first;
    while (Py_ISDIGIT(*at) || *at == '.')
        at++;
    reader->next = at;
    int is_number = Py_ISDIGIT(first[0]) && !(first[0] == '0' && Py_ISDIGIT(first[1])) && at[-1] != '.'
                    && *at != 'e' && *at != 'E';
    Value value = is_number ? read_decimal((Text){start, (size_t)(at - start)}) : unknown;
    return *start == '-' && value.number == 0 ? unknown : value; /* parsers differ on -0 */
}

static Value read_word(Reader *reader, const char *word, Value value)
{
    for (; *word != 0; word++)
        if (*reader->next++ != *word)
            return unknown;
    return value;
}

/* Move the values on top of the stack into the arena. */
static const Value *pop_values(Reader *reader, size_t first)
{
    size_t count = reader->stack.count - first;
    Value *values = arena_alloc(reader->arena, (count + 1) * sizeof *values);
    if (values != NULL)
        memcpy(values, reader->stack.values + first, count * sizeof *values);
    reader->stack.count = first;
    return values;
}

static Value read_array(Reader *reader, const Path *path, int depth)
{
    size_t first = reader->stack.count;
    skip(reader, '[');
    for (uint32_t index = 0; *reader->next != ']' || index > 0; index++) {
        Value item = read_value(reader, path, NULL, index, depth + 1);
        if (item.kind == UNKNOWN || !push_value(&reader->stack, item, reader->arena))
            return unknown;
        if (!skip(reader, ','))
            break;
    }
    size_t count = reader->stack.count - first;
    const Value *items = pop_values(reader, first);
    return *reader->next++ == ']' ? array_value(items, count) : unknown;
}

static int compare_names(const void *one, const void *other)
{
    const Value *name = *(const Value *const *)one, *next = *(const Value *const *)other;
    int order = compare_strings(*name, *next);
    return order != 0 ? order : (name > next) - (name < next);
}

/* Let the last value of each name count, at the place of the first one, and report the others. */
static int merge_duplicates(Reader *reader, const Path *path, Value *properties, size_t *count)
{
    const size_t before = *count;
    Value **names = arena_alloc(reader->arena, before * sizeof *names);
    if (names == NULL)
        return 0;
    for (size_t i = 0; i < before; i++)
        names[i] = &properties[2 * i];
    qsort(names, before, sizeof *names, compare_names);
    for (size_t i = 0, next; i < before; i = next) {
        for (next = i + 1; next < before && compare_strings(*names[i], *names[next]) == 0; next++)
            names[next]->kind = UNKNOWN | ASCII; /* still a string to the comparison, but no property */
        if (next == i + 1)
            continue;
        Finding *finding = add_finding(reader->findings, path, *names[i]);
        for (uint32_t step = 0; finding != NULL && step < finding->step_count; step++)
            reader->pointer_bytes += MAX_INDEX_BYTES + 2u * finding->steps[step].name.size;
        if (finding == NULL || reader->pointer_bytes > MAX_POINTER_BYTES)
            return 0;
        finding->order = names[i + 1]->order;
        names[i][0].order = names[next - 1][0].order;
        names[i][1] = names[next - 1][1];
    }
    *count = 0;
    for (size_t i = 0; i < before; i++)
        if (properties[2 * i].kind & STRING)
            memmove(&properties[2 * (*count)++], &properties[2 * i], 2 * sizeof *properties);
    return 1;
}

/* Decide whether the last of some names may stand there twice; true more often than it does. */
static int may_repeat(const Values *stack, size_t first, uint64_t *seen)
{
    Text name = text_of(stack->values[stack->count - 1]);
    uint64_t bit = (uint64_t)1 << (hash_name(name) & 63), was_seen = *seen & bit;
    *seen |= bit;
    if (was_seen == 0)
        return 0;
    if (stack->count - first > 2 * MAX_COMPARED_NAMES)
        return 1;
    for (size_t i = first; i + 1 < stack->count; i += 2)
        if (is_equal_text(name, text_of(stack->values[i])))
            return 1;
    return 0;
}

static Value read_object(Reader *reader, const Path *path, int depth)
{
    size_t first = reader->stack.count;
    uint64_t seen = 0; /* a bit for each hash of a name */
    int repeats = 0;
    skip(reader, '{');
    for (int is_first = 1; *reader->next != '}' || !is_first; is_first = 0) {
        Value name = *reader->next == '"' ? read_string(reader) : unknown;
        if (name.kind == UNKNOWN || !push_value(&reader->stack, name, reader->arena) || !skip(reader, ':'))
            return unknown;
        repeats |= may_repeat(&reader->stack, first, &seen);
        Value value = read_value(reader, path, &name, 0, depth + 1);
        if (value.kind == UNKNOWN || !push_value(&reader->stack, value, reader->arena))
            return unknown;
        if (!skip(reader, ','))
            break;
    }
    size_t count = (reader->stack.count - first) / 2;
    if (repeats && !merge_duplicates(reader, path, reader->stack.values + first, &count))
        return unknown;
    reader->stack.count = first + 2 * count;
    Value object = array_value(pop_values(reader, first), count);
    object.kind = object.kind == UNKNOWN ? UNKNOWN : OBJECT;
    return *reader->next++ == '}' ? object : unknown;
}

static Value read_container(Reader *reader, const Path *above, const Value *name, uint32_t index, int depth)
{
    Path path = {above, name, index, (uint32_t)(reader->next - reader->start)};
    if (depth > MAX_DEPTH)
        return unknown;
    Value value = *reader->next == '{' ? read_object(reader, &path, depth) : read_array(reader, &path, depth);
    value.order = path.order;
    return value;
}

/* Read the value of a property, or an item. */
static Value read_value(Reader *reader, const Path *above, const Value *name, uint32_t index, int depth)
{
    uint32_t order = (uint32_t)(reader->next - reader->start);
    Value value;
    switch (*reader->next) {
    case '"':
        return read_string(reader);
    case '{':
    case '[':
        return read_container(reader, above, name, index, depth);
    case 't':
        value = read_word(reader, "true", boolean_value(1));
        break;
    case 'f':
        value = read_word(reader, "false", boolean_value(0));
        break;
    case 'n':
        value = read_word(reader, "null", (Value){.kind = NULL_VALUE});
        break;
    default:
        value = read_number(reader);
    }
    value.order = order;
    return value;
}

int read_json(Text text, Findings *findings, Value *value)
{
    Value buffer[128];
    Reader reader = {text.bytes, text.bytes, text.bytes + text.size, findings->arena, findings,
                     {buffer, 0, sizeof buffer / sizeof *buffer}, 0};
    if (text.size > MAX_SIZE)
        return 0;
    skip_space(&reader);
    *value = read_value(&reader, NULL, NULL, 0, 0);
    if (value->kind == UNKNOWN)
        return 0; /* the next character may be beyond the one behind the text */
    skip_space(&reader);
    return reader.next == reader.end;
}

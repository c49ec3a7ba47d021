/* JSON texts, read into values of the module's own. What is rare is left to another parser: long texts, deep nesting,
   objects with very many members, numbers that a double may not hold, half of a surrogate pair. So is what is not JSON,
   and what names a member twice. */

#define LONGEST 1000000 /* bytes of a text */
#define MOST_MEMBERS 256

/* What was read: the entries of arrays, the names and members of objects, and the texts that were written with escapes.
   Each of these is complete and took at least two bytes of the text, one of them for what separates it from others. A
   text that was written with escapes took at least four more than it has. So there is room for all. */
static Value finished[LONGEST / 2 + 2];

/* What will become part of an array or object: the same, and those arrays and objects that have not come to their end,
   of which each may have taken but one byte. */
static Value waiting[LONGEST / 2 + DEEPEST + 3];

typedef struct {
    const char *at, *end;
    size_t finished_count, waiting_count;
} Reader;

/* Behind the text there is a line break or a NUL, so that the character after one that belongs to a value, or could,
   may always be looked at. Only what passes over spaces has to mind the end. */

static int read_any(Reader *, int depth, Value *);

static inline void skip_spaces(Reader *reader)
{
    while ((unsigned char)*reader->at <= ' ' && reader->at < reader->end
           && (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\r' || *reader->at == '\t'))
        reader->at++;
}

/* Pass over a character and the spaces around it; false if there is another. */
static inline int skip(Reader *reader, char character)
{
    skip_spaces(reader);
    if (*reader->at != character)
        return 0;
    reader->at++;
    skip_spaces(reader);
    return 1;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte)) /* eight times the same */

/* Pass over the characters of a text that stand for themselves and take one byte. */
static inline const char *skip_plain(const char *at, const char *end)
{
    for (uint64_t word; end - at >= 8; at += 8) {
        memcpy(&word, at, 8);
        uint64_t low = word & EACH(0x7F), is_text = low + EACH(0x60); /* in the highest bit of each byte */
        uint64_t is_no_mark = (low ^ EACH('"')) + EACH(0x7F), is_no_escape = (low ^ EACH('\\')) + EACH(0x7F);
        uint64_t others = ~(is_text & is_no_mark & is_no_escape & ~word) & EACH(0x80);
        if (others != 0 && PY_LITTLE_ENDIAN) /* count the bytes before the first one */
            return at + ((((others - 1) & ~others) >> 7 & EACH(1)) * EACH(1) >> 56);
        if (others != 0)
            break;
    }
    while ((unsigned char)*at >= 0x20 && (unsigned char)*at < 0x80 && *at != '"' && *at != '\\')
        at++;
    return at;
}

static int is_between(char byte, unsigned char least, unsigned char most)
{
    return (unsigned char)byte >= least && (unsigned char)byte <= most;
}

/* Return how many bytes a character takes that takes more than one; 0 if it is no UTF-8. */
static int size_of_character(const char *at)
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

/* Return the number that \uXXXX stands for and pass over it; -1 if there is no such escape. */
static long read_code(Reader *reader)
{
    long code = 0;
    if (reader->at[0] != '\\' || reader->at[1] != 'u')
        return -1;
    reader->at += 2;
    for (int i = 0; i < 4; i++, reader->at++) {
        char digit = *reader->at;
        if (!Py_ISXDIGIT(digit))
            return -1;
        code = code << 4 | (Py_ISDIGIT(digit) ? digit - '0' : Py_TOLOWER(digit) - 'a' + 10);
    }
    return code;
}

/* Write the character that an escape stands for, pass over it, and return where the next one is to be written; NULL if
   it is no escape. */
static char *read_escape(Reader *reader, char *to)
{
    /* Of each pair, the first stands for the second. */
    static const char PAIRS[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    for (const char *pair = PAIRS; *pair != 0; pair += 2) {
        if (*pair == reader->at[1]) {
            reader->at += 2;
            *to = pair[1];
            return to + 1;
        }
    }
    long code = read_code(reader);
    if (code >= 0xD800 && code < 0xDC00) {
        long low = read_code(reader);
        code = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((code - 0xD800) << 10 | (low - 0xDC00)) : -1;
    }
    if (code < 0 || (code >= 0xDC00 && code < 0xE000))
        return NULL;
    int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char FIRST[] = {0, 0xC0, 0xE0, 0xF0};
    *to++ = (char)(FIRST[more] | code >> 6 * more);
    while (more-- > 0)
        *to++ = (char)(0x80 | (code >> 6 * more & 0x3F));
    return to;
}

/* Read a text. It stays where it is unless it has escapes. */
static int read_text(Reader *reader, Value *value)
{
    const char *from = ++reader->at; /* behind the quotation mark */
    char *copy = (char *)(finished + reader->finished_count), *to = copy;
    unsigned flag = ASCII;
    while (*(reader->at = skip_plain(reader->at, reader->end)) != '"') {
        if (*reader->at == '\\') {
            memcpy(to, from, (size_t)(reader->at - from));
            char *character = to + (reader->at - from);
            to = read_escape(reader, character);
            if (to == NULL)
                return 0;
            flag = to == character + 1 ? flag : 0;
            from = reader->at;
            continue;
        }
        int size = size_of_character(reader->at);
        if (size == 0)
            return 0;
        flag = 0;
        reader->at += size;
    }
    size_t rest = (size_t)(reader->at++ - from);
    if (to == copy) {
        *value = text_value(from, (Py_ssize_t)rest, flag);
    } else {
        memcpy(to, from, rest);
        *value = text_value(copy, to + rest - copy, flag);
        reader->finished_count += (value->size + sizeof *finished - 1) / sizeof *finished;
    }
    return 1;
}

static const char *skip_digits(const char *at)
{
    while (Py_ISDIGIT(*at))
        at++;
    return at;
}

static int read_number(Reader *reader, Value *value)
{
    const char *start = reader->at, *first = start + (*start == '-'), *at = first;
    double number = 0;
    char copy[64];
    for (; Py_ISDIGIT(*at); at++)
        number = 10 * number + (*at - '0');
    if (at == first || (*first == '0' && at > first + 1))
        return 0;
    reader->at = at;
    if (*at != '.' && *at != 'e' && *at != 'E') {
        *value = number_value(INTEGER, first > start ? -number : number);
        return value->kind != UNKNOWN && (number != 0 || first == start); /* parsers differ about -0 */
    }
    if (*at == '.' && (reader->at = skip_digits(at + 1)) == at + 1)
        return 0;
    at = reader->at;
    if (*at == 'e' || *at == 'E') {
        at += at[1] == '+' || at[1] == '-' ? 2 : 1;
        if ((reader->at = skip_digits(at)) == at)
            return 0;
    }
    if (reader->at - start >= (Py_ssize_t)sizeof copy)
        return 0;
    memcpy(copy, start, (size_t)(reader->at - start));
    copy[reader->at - start] = 0;
    number = PyOS_string_to_double(copy, NULL, NULL);
    if (number == -1 && PyErr_Occurred()) {
        PyErr_Clear(); /* there was no memory */
        return 0;
    }
    *value = quantity(number);
    return value->kind != UNKNOWN;
}

static int read_word(Reader *reader, const char *word)
{
    for (; *word != 0; word++)
        if (*reader->at++ != *word)
            return 0;
    return 1;
}

/* Read a value behind those that wait. */
static int read_next(Reader *reader, int depth)
{
    Value *value = &waiting[reader->waiting_count++];
    return read_any(reader, depth, value);
}

/* Finish with what waits, from a place on. */
static Value collect(Reader *reader, size_t first)
{
    size_t count = reader->waiting_count - first;
    Value *values = finished + reader->finished_count;
    memcpy(values, waiting + first, sizeof(Value) * count);
    reader->finished_count += count;
    reader->waiting_count = first;
    return values_value(values, (Py_ssize_t)count);
}

static int read_array(Reader *reader, int depth, Value *value)
{
    size_t first = reader->waiting_count;
    skip(reader, '[');
    if (*reader->at != ']') {
        do {
            if (!read_next(reader, depth + 1))
                return 0;
        } while (skip(reader, ','));
    }
    *value = collect(reader, first);
    return *reader->at++ == ']';
}

/* Tell whether the name that waits last is among the names of the same object. */
static int is_repeated(const Reader *reader, size_t first)
{
    Text name = text_of(waiting[reader->waiting_count - 1]);
    for (size_t place = first; place < reader->waiting_count - 1; place += 2)
        if (same(name, text_of(waiting[place])))
            return 1;
    return 0;
}

static int read_object(Reader *reader, int depth, Value *value)
{
    size_t first = reader->waiting_count;
    uint64_t seen = 0; /* a bit for each hash of a name */
    skip(reader, '{');
    if (*reader->at != '}') {
        do {
            int is_full = reader->waiting_count - first == 2 * MOST_MEMBERS;
            if (is_full || *reader->at != '"' || !read_next(reader, depth + 1))
                return 0;
            uint64_t bit = (uint64_t)1 << (hash(text_of(waiting[reader->waiting_count - 1])) & 63);
            if ((seen & bit && is_repeated(reader, first)) || !skip(reader, ':') || !read_next(reader, depth + 1))
                return 0;
            seen |= bit;
        } while (skip(reader, ','));
    }
    *value = collect(reader, first);
    value->kind = OBJECT | OWN;
    value->size /= 2;
    return *reader->at++ == '}';
}

static int read_any(Reader *reader, int depth, Value *value)
{
    switch (depth > DEEPEST ? 0 : *reader->at) {
    case '"':
        return read_text(reader, value);
    case '{':
        return read_object(reader, depth, value);
    case '[':
        return read_array(reader, depth, value);
    case 't':
        *value = truth(1);
        return read_word(reader, "true");
    case 'f':
        *value = truth(0);
        return read_word(reader, "false");
    case 'n':
        *value = (Value){.kind = NOTHING};
        return read_word(reader, "null");
    case 0:
        return 0;
    default:
        return read_number(reader, value);
    }
}

/* Read a text; false if it has to be read by another parser. The value is there until the next one is read. */
static int read_json(Text text, Value *value)
{
    Reader reader = {text.bytes, text.bytes + text.size, 0, 0};
    if (text.size > LONGEST)
        return 0;
    skip_spaces(&reader);
    if (!read_any(&reader, 0, value))
        return 0;
    skip_spaces(&reader);
    return reader.at == reader.end;
}

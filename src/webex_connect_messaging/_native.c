/* Verdicts of JSON Schema, and of rules beside it, on Python values, as fast as they can be had.

   A schema is compiled once, into a check for each of its keywords. An object is read once, in document order: each
   member goes into the slot of its name, and all checks of that object, those of conditions included, look into slots.
   Rules are terms: trees of operations on values, that are neither Python's objects nor counted by it.

   A verdict is YES, NO or UNSURE. UNSURE is the answer to all that is rare: values that no JSON parser makes, numbers
   that a double cannot hold, half of a surrogate pair, deep nesting, a keyword or an operation that is unknown here.
   Then the caller asks another validator, so nothing here needs an opinion of its own on such things.

   Nothing that runs while a value is checked calls back into Python or gives up its lock. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MOST_NAMES 64            /* of members, in the schemas of one object: a bit for each */
#define MOST_VARIABLES 16        /* of a term */
#define MOST_STEPS 16             /* from a value to what its rules speak of */
#define MOST_UNIQUE 100          /* texts that are compared with each other */
#define DEEPEST 100              /* values in values */
#define EXACT 9007199254740992.0 /* up to here a double holds every whole number */

typedef enum { NO, YES, UNSURE } Verdict;

typedef enum { OTHER = 0, OBJECT = 1, ARRAY = 2, STRING = 4, INTEGER = 8, NUMBER = 16, BOOLEAN = 32, NOTHING = 64 } Kind;

/* ---- What schemas are compiled into ----------------------------------------------------------------------------- */

typedef struct Check Check;
typedef struct Frame Frame;
typedef struct Look Look;
typedef struct Shape Shape;
typedef struct Term Term;

/* A text in UTF-8. */
typedef struct {
    const char *bytes;
    Py_ssize_t size;
} Text;

/* The name of a member. Parsers use one object for equal names, and what is the same object need not be compared. */
typedef struct Key {
    PyObject *name;   /* as schemas have it */
    PyObject *latest; /* as a document had it the last time */
    struct Key *next;
} Key;

typedef struct {
    Text text;
    Key *key; /* if it is the name of a member */
} Name;

/* A set of texts; each has a number, in the order in which they were added. */
typedef struct {
    int count, room;
    Name *names;
    int16_t *buckets; /* by hash, twice as many as there is room for: numbers, or -1 */
    int16_t *order;   /* by place in an object: the number of the name that was there the last time, or -1 */
} Names;

/* A schema: checks that must all be met. */
typedef struct {
    int count;
    Check *checks;
} Node;

/* The schema of a value, with the names of members that it and the schemas applied to the same value mention. */
struct Shape {
    Names names;
    Node node;
};

/* A pattern as a deterministic automaton, which begins in state 0. A state is the place of its row: first whether a
   text may end there, then the next state for each class of characters. Those come last from which no way leads on. */
typedef struct {
    uint8_t classes[257]; /* of each of 256 characters, and of all others; from 1 */
    uint16_t *rows;
    unsigned last; /* the first state from which no way leads on */
} Automaton;

typedef struct {
    PyObject *name;
    int slot;
    Shape *shape;
} Property;

/* A rule for a value, or for what is found at each place that its steps lead to; a step of NULL leads to all entries. */
typedef struct {
    PyObject *name;
    Term *term;
    int step_count;
    Key **steps;
} Rule;

struct Check {
    Verdict (*test)(const Check *, const Frame *);
    int (*explain)(const Check *, const Frame *); /* notes what is wrong; if there is none, that the test fails */
    PyObject *keyword, *schema;                   /* that it was made from */
    union {
        unsigned kinds;
        Py_ssize_t limit;
        double bound;
        Automaton *automaton;
        struct { uint64_t members; Shape *shape; };                  /* required, additionalProperties; items, $ref */
        struct { Property *properties; int property_count; };
        struct { Node *nodes; int node_count; };                     /* allOf, anyOf, oneOf, not; if, then, else */
        struct { Names *texts; PyObject **others; int other_count; }; /* enum, const */
        struct { Rule *rules; int rule_count; };
    };
};

/* From a value to one below it: the name of a member and its place, or only an index. If that is negative, it is a step
   to the value itself. */
typedef struct {
    PyObject *name;
    Py_ssize_t place;
} Step;

static const Step no_step = {NULL, -1};

/* A value while it is checked, and how it is reached. */
struct Frame {
    PyObject *value;
    Kind kind;
    int depth;
    Look *look;
    const Frame *above;
    Step step;
    Shape *shape;
    uint64_t present; /* a bit for each slot that is filled */
    PyObject *slots[MOST_NAMES];
    Py_ssize_t places[MOST_NAMES];
};

/* ---- Values ----------------------------------------------------------------------------------------------------- */

static Kind kind_of(PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    if (type == &PyUnicode_Type)
        return STRING;
    if (type == &PyDict_Type)
        return OBJECT;
    if (type == &PyList_Type)
        return ARRAY;
    if (type == &PyLong_Type)
        return INTEGER;
    if (type == &PyBool_Type)
        return BOOLEAN;
    if (type == &PyFloat_Type)
        return isfinite(PyFloat_AS_DOUBLE(value)) ? NUMBER : OTHER;
    return value == Py_None ? NOTHING : OTHER;
}

/* Set the number that a value is; false if a double may not hold it. */
static int read_number(PyObject *value, Kind kind, double *number)
{
    int overflow = 0;
    *number = kind == NUMBER ? PyFloat_AS_DOUBLE(value) : (double)PyLong_AsLongLongAndOverflow(value, &overflow);
    return overflow == 0 && fabs(*number) < EXACT;
}

/* Set the UTF-8 of a text; false if it has none. */
static int read_text(PyObject *value, Text *text)
{
    if (PyUnicode_IS_COMPACT_ASCII(value)) {
        text->size = PyUnicode_GET_LENGTH(value);
        text->bytes = PyUnicode_DATA(value);
        return 1;
    }
    text->bytes = PyUnicode_AsUTF8AndSize(value, &text->size);
    if (text->bytes == NULL)
        PyErr_Clear();
    return text->bytes != NULL;
}

static int has_utf8(PyObject *value)
{
    Text text;
    return PyUnicode_IS_COMPACT_ASCII(value) || read_text(value, &text);
}

static int same(Text one, Text other)
{
    return one.size == other.size && memcmp(one.bytes, other.bytes, (size_t)one.size) == 0;
}

static size_t hash(Text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    return text.size == 0 ? 0 : (size_t)text.size + 31u * bytes[0] + 7u * bytes[text.size - 1] + 3u * bytes[text.size / 2];
}

/* Return the bucket of a text, or the one for it. */
static int16_t *bucket_of(const Names *names, Text text)
{
    size_t mask = 2 * (size_t)names->room - 1, place = hash(text) & mask;
    while (names->buckets[place] >= 0 && !same(text, names->names[names->buckets[place]].text))
        place = (place + 1) & mask;
    return &names->buckets[place];
}

/* Return the number of a text in a set; -1 if it is not there. */
static int find_text(const Names *names, Text text)
{
    return names->count > 0 ? *bucket_of(names, text) : -1;
}

static int find(const Names *names, PyObject *value)
{
    Text text;
    return names->count > 0 && read_text(value, &text) ? find_text(names, text) : -1;
}

/* Do the same for the name of a member, most likely the very object that was at its place in the object before. */
static int find_member(Names *names, PyObject *key, Py_ssize_t place)
{
    if (place >= names->room)
        return find(names, key);
    int number = names->order[place];
    if (number >= 0 && names->names[number].key->latest == key)
        return number;
    number = find(names, key);
    names->order[place] = (int16_t)number;
    if (number >= 0) {
        PyObject *before = names->names[number].key->latest;
        names->names[number].key->latest = Py_NewRef(key);
        Py_DECREF(before);
    }
    return number;
}

static int count_bits(uint64_t bits)
{
    int count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

/* Tell whether a text matches. */
static int matches(const Automaton *automaton, Text text)
{
    const uint8_t *byte = (const uint8_t *)text.bytes, *end = byte + text.size;
    const uint16_t *rows = automaton->rows;
    unsigned state = 0;
    while (byte < end && state < automaton->last) {
        unsigned character = *byte++;
        if (character >= 0xE0) { /* of three bytes or four: beyond the characters that patterns tell apart */
            byte += character >= 0xF0 ? 3 : 2;
            character = 256;
        } else if (character >= 0x80) {
            character = (character & 0x1F) << 6 | (*byte++ & 0x3F);
            character = character < 256 ? character : 256;
        }
        state = rows[state + automaton->classes[character]];
    }
    return rows[state];
}

/* ---- Terms ------------------------------------------------------------------------------------------------------ */

typedef enum { UNKNOWN, NULL_VALUE, TRUTH, QUANTITY, TEXT, MAP, LIST, VALUES } Tag;

/* What a term comes to; small enough to be handed over in registers. VALUES lie in the scratch memory, as texts may. */
typedef struct Value {
    uint32_t tag;
    uint32_t size; /* of a TEXT, of VALUES */
    union {
        int64_t truth;
        double number;
        const char *bytes;
        PyObject *object; /* MAP, LIST */
        const struct Value *values;
        const Frame *frame;
    };
} Value;

enum { SELF, ITEM, ROOT, FRAME, FIRST_FREE }; /* variables; the free ones are those of loops */

/* A value that was kept, and for which root or self. */
typedef struct {
    uint64_t number;
    Value value;
} Memo;

struct Term {
    Value (*value)(const Term *, const Value *variables);
    Term *parts;
    int count;
    int variable;      /* that it reads or, in a loop, gives values to */
    Key *key;          /* of the member that it reads or asks for */
    Value constant;
    Names *texts;      /* in which it looks another up, if all are known ahead */
    Memo *memo;
};

/* Memory for one rule at a time; what needs more is unsure. */
static Value scratch[1 << 14];
static size_t scratch_used;

static const Value unknown = {UNKNOWN, 0, {0}};

static Value truth(int truth)
{
    return (Value){TRUTH, 0, {.truth = truth}};
}

static Value quantity(double number)
{
    return fabs(number) < EXACT ? (Value){QUANTITY, 0, {.number = number}} : unknown;
}

static Value text_value(const char *bytes, Py_ssize_t size)
{
    return size <= UINT32_MAX ? (Value){TEXT, (uint32_t)size, {.bytes = bytes}} : unknown;
}

/* Return values that were put into the scratch memory; unknown if there was no room. */
static Value values_value(const Value *values, Py_ssize_t count)
{
    return values != NULL && count <= UINT32_MAX ? (Value){VALUES, (uint32_t)count, {.values = values}} : unknown;
}

static Text text_of(Value value)
{
    return (Text){value.bytes, value.size};
}

/* Values that stay the same as long as the root does, or self, of which each has a number of its own. */
typedef struct {
    uint64_t number;
    size_t used;
    Value values[1 << 12];
} Kept;

static Kept kept_for_root, kept_for_self;

static void keep_no_more(Kept *kept)
{
    kept->number++;
    kept->used = 0;
}

/* Return room for so many bytes. */
static void *take(size_t bytes)
{
    size_t size = (bytes + sizeof *scratch - 1) / sizeof *scratch;
    if (size > sizeof scratch / sizeof *scratch - scratch_used)
        return NULL;
    scratch_used += size;
    return scratch + scratch_used - size;
}

static int is_scratch(Value value)
{
    uintptr_t place = (uintptr_t)value.bytes, start = (uintptr_t)scratch;
    return value.tag == TEXT && place >= start && place < start + sizeof scratch;
}

/* Put one more value into the scratch memory; false if it is unknown or there is no room. */
static int put(Value value)
{
    Value *place = value.tag == UNKNOWN ? NULL : take(sizeof value);
    if (place != NULL)
        *place = value;
    return place != NULL;
}

/* Return the values that were put since. */
static Value put_since(size_t before)
{
    return values_value(scratch + before, (Py_ssize_t)(scratch_used - before));
}

static Value read_value(PyObject *object)
{
    Kind kind = kind_of(object);
    Text text;
    double number;
    switch (kind) {
    case STRING:
        return read_text(object, &text) ? text_value(text.bytes, text.size) : unknown;
    case OBJECT:
        return (Value){MAP, 0, {.object = object}};
    case ARRAY:
        return (Value){LIST, 0, {.object = object}};
    case INTEGER:
    case NUMBER:
        return read_number(object, kind, &number) ? quantity(number) : unknown;
    case BOOLEAN:
        return truth(object == Py_True);
    case NOTHING:
        return (Value){NULL_VALUE, 0, {0}};
    default:
        return unknown;
    }
}

/* Return one more value of a list, of values, or of the names of a map; UNKNOWN at the end. */
static Value next(Value values, Py_ssize_t *position)
{
    PyObject *key, *member;
    switch (values.tag) {
    case VALUES:
        return *position < values.size ? values.values[(*position)++] : unknown;
    case LIST:
        return *position < PyList_GET_SIZE(values.object) ? read_value(PyList_GET_ITEM(values.object, (*position)++))
                                                           : unknown;
    case MAP:
        return PyDict_Next(values.object, position, &key, &member) ? read_value(key) : unknown;
    default:
        return unknown;
    }
}

/* Return how many values there are; -1 if it is no list and no map. */
static Py_ssize_t length(Value values)
{
    switch (values.tag) {
    case VALUES:
        return values.size;
    case LIST:
        return PyList_GET_SIZE(values.object);
    case MAP:
        return PyDict_GET_SIZE(values.object);
    default:
        return -1;
    }
}

/* Compare two values; lists and maps, and truths with numbers, are not compared. */
static Verdict equal(Value one, Value other)
{
    if (one.tag == UNKNOWN || other.tag == UNKNOWN || one.tag >= MAP || other.tag >= MAP)
        return UNSURE;
    if (one.tag != other.tag)
        return (one.tag == TRUTH && other.tag == QUANTITY) || (one.tag == QUANTITY && other.tag == TRUTH) ? UNSURE : NO;
    switch (one.tag) {
    case TEXT:
        return same(text_of(one), text_of(other));
    case QUANTITY:
        return one.number == other.number;
    case TRUTH:
        return one.truth == other.truth;
    default:
        return YES;
    }
}

static PyObject *member_of(PyObject *map, const Key *key)
{
    return PyDict_GetItemWithError(map, key->latest);
}

static Value part(const Term *term, int index, const Value *variables)
{
    return term->parts[index].value(&term->parts[index], variables);
}

/* Return whether a part holds. */
static Verdict holds(const Term *term, int index, const Value *variables)
{
    Value value = part(term, index, variables);
    return value.tag == TRUTH ? value.truth : UNSURE;
}

static Value term_constant(const Term *term, const Value *variables)
{
    (void)variables;
    return term->constant;
}

static Value term_variable(const Term *term, const Value *variables)
{
    return variables[term->variable];
}

static Value term_member(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    PyObject *member = value.tag == MAP ? member_of(value.object, term->key) : NULL;
    return member == NULL ? unknown : read_value(member);
}

/* A member of self, which is in a slot. */
static Value term_slot(const Term *term, const Value *variables)
{
    const Frame *frame = variables[FRAME].frame;
    return frame->present >> term->variable & 1 ? read_value(frame->slots[term->variable]) : unknown;
}

static Value term_entry(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    Py_ssize_t index = (Py_ssize_t)term->constant.number;
    return value.tag == LIST && index < PyList_GET_SIZE(value.object) ? read_value(PyList_GET_ITEM(value.object, index))
                                                                      : unknown;
}

static Value term_and(const Term *term, const Value *variables)
{
    for (int i = 0; i < term->count; i++) {
        Verdict verdict = holds(term, i, variables);
        if (verdict != YES)
            return verdict == NO ? truth(0) : unknown;
    }
    return truth(1);
}

static Value term_or(const Term *term, const Value *variables)
{
    for (int i = 0; i < term->count; i++) {
        Verdict verdict = holds(term, i, variables);
        if (verdict != NO)
            return verdict == YES ? truth(1) : unknown;
    }
    return truth(0);
}

static Value term_not(const Term *term, const Value *variables)
{
    Verdict verdict = holds(term, 0, variables);
    return verdict == UNSURE ? unknown : truth(verdict == NO);
}

static Value term_if(const Term *term, const Value *variables)
{
    Verdict verdict = holds(term, 0, variables);
    return verdict == UNSURE ? unknown : part(term, verdict == YES ? 1 : 2, variables);
}

static Value term_equal(const Term *term, const Value *variables)
{
    Value one = part(term, 0, variables), other = part(term, 1, variables);
    Verdict verdict = equal(one, other);
    return verdict == UNSURE ? unknown : truth(verdict);
}

/* Return where a text begins in another, from a place on; -1 if it does not. */
static Py_ssize_t find_bytes(Text text, Text wanted, Py_ssize_t place)
{
    if (wanted.size == 0)
        return place;
    while (place + wanted.size <= text.size) {
        const char *first = memchr(text.bytes + place, wanted.bytes[0], (size_t)(text.size - wanted.size - place + 1));
        if (first == NULL)
            return -1;
        if (memcmp(first, wanted.bytes, (size_t)wanted.size) == 0)
            return first - text.bytes;
        place = first - text.bytes + 1;
    }
    return -1;
}

/* Tell whether a value is an entry of a list, a member of a map or part of a text. */
static Value term_in(const Term *term, const Value *variables)
{
    if (term->parts[0].key != NULL) { /* a text that is known ahead is asked of a map */
        Value map = part(term, 1, variables);
        if (map.tag == MAP)
            return truth(member_of(map.object, term->parts[0].key) != NULL);
    }
    Value one = part(term, 0, variables);
    if (term->texts != NULL)
        return one.tag == TEXT ? truth(find_text(term->texts, text_of(one)) >= 0) : unknown;
    Value values = part(term, 1, variables);
    if (values.tag == TEXT)
        return one.tag == TEXT ? truth(find_bytes(text_of(values), text_of(one), 0) >= 0) : unknown;
    Py_ssize_t position = 0, count = length(values);
    for (Py_ssize_t i = 0; i < count; i++) {
        Value other = next(values, &position);
        Verdict verdict = equal(one, other);
        if (verdict != NO)
            return verdict == YES ? truth(1) : unknown;
    }
    return count < 0 ? unknown : truth(0);
}

/* Do the same for a text that is known ahead and self, whose members are in slots. */
static Value term_in_self(const Term *term, const Value *variables)
{
    if (variables[SELF].tag != MAP)
        return term_in(term, variables);
    return truth(variables[FRAME].frame->present >> term->variable & 1);
}

/* Return a number below, at or above 0, as the first of two values is less, the same or more; set whether it is known. */
static double compare(const Term *term, const Value *variables, int *known)
{
    Value one = part(term, 0, variables), other = part(term, 1, variables);
    *known = one.tag == other.tag && (one.tag == QUANTITY || one.tag == TEXT);
    if (!*known)
        return 0;
    if (one.tag == QUANTITY)
        return one.number < other.number ? -1 : one.number > other.number;
    int order = memcmp(one.bytes, other.bytes, one.size < other.size ? one.size : other.size);
    return order != 0 ? order : (double)one.size - (double)other.size;
}

static Value term_less(const Term *term, const Value *variables)
{
    int known;
    double order = compare(term, variables, &known);
    return known ? truth(order < 0) : unknown;
}

static Value term_at_most(const Term *term, const Value *variables)
{
    int known;
    double order = compare(term, variables, &known);
    return known ? truth(order <= 0) : unknown;
}

/* Add numbers, or join texts or lists. */
static Value term_add(const Term *term, const Value *variables)
{
    Value one = part(term, 0, variables), other = part(term, 1, variables);
    if (one.tag != other.tag)
        return unknown;
    if (one.tag == QUANTITY)
        return quantity(one.number + other.number);
    if (one.tag == TEXT) {
        char *bytes = take((size_t)one.size + other.size);
        if (bytes == NULL)
            return unknown;
        memcpy(bytes, one.bytes, one.size);
        memcpy(bytes + one.size, other.bytes, other.size);
        return text_value(bytes, (Py_ssize_t)one.size + other.size);
    }
    Value *values = one.tag == VALUES ? take(sizeof(Value) * ((size_t)one.size + other.size)) : NULL;
    if (values == NULL)
        return unknown;
    memcpy(values, one.values, sizeof(Value) * one.size);
    memcpy(values + one.size, other.values, sizeof(Value) * other.size);
    return values_value(values, (Py_ssize_t)one.size + other.size);
}

static Value term_subtract(const Term *term, const Value *variables)
{
    Value one = part(term, 0, variables), other = part(term, 1, variables);
    return one.tag == QUANTITY && other.tag == QUANTITY ? quantity(one.number - other.number) : unknown;
}

static Value term_list(const Term *term, const Value *variables)
{
    Value *values = take(sizeof(Value) * (size_t)(term->count + 1));
    for (int i = 0; values != NULL && i < term->count; i++) {
        values[i] = part(term, i, variables);
        if (values[i].tag == UNKNOWN)
            return unknown;
    }
    return values_value(values, term->count);
}

/* A loop has three parts: through what it goes, what each value must meet, and what it makes of it. */
typedef struct {
    Value values;
    Py_ssize_t position, count;
    Value variables[MOST_VARIABLES];
} Loop;

static int start(Loop *loop, const Term *term, const Value *variables)
{
    loop->values = part(term, 0, variables);
    loop->position = 0;
    loop->count = length(loop->values);
    memcpy(loop->variables, variables, sizeof(Value) * (size_t)term->variable);
    return loop->count >= 0;
}

static Value term_each(const Term *term, const Value *variables)
{
    Loop loop;
    Value *values = start(&loop, term, variables) ? take(sizeof(Value) * (size_t)(loop.count + 1)) : NULL;
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; values != NULL && i < loop.count; i++) {
        loop.variables[term->variable] = next(loop.values, &loop.position);
        Verdict verdict = holds(term, 1, loop.variables);
        if (verdict == NO)
            continue;
        values[count] = verdict == YES ? part(term, 2, loop.variables) : unknown;
        if (values[count++].tag == UNKNOWN)
            return unknown;
    }
    return values_value(values, count);
}

/* Come to a list that depends on the root alone, or on self and the root: make it once, if there is room to keep it. */
static Value term_known(const Term *term, const Value *variables)
{
    Memo *memo = term->memo;
    Kept *kept = term->variable == ROOT ? &kept_for_root : &kept_for_self;
    if (memo->number == kept->number)
        return memo->value;
    Value value = part(term, 0, variables);
    if (value.tag != VALUES || value.size > sizeof kept->values / sizeof *kept->values - kept->used)
        return value;
    for (uint32_t i = 0; i < value.size; i++)
        if (value.values[i].tag == VALUES || is_scratch(value.values[i]))
            return value;
    memo->number = kept->number;
    memo->value = values_value(kept->values + kept->used, value.size);
    memcpy(kept->values + kept->used, value.values, sizeof(Value) * value.size);
    kept->used += value.size;
    return memo->value;
}

/* Go on while what is made of the values is false, or true; return whether it went to the end. */
static Verdict goes_on(const Term *term, const Value *variables, Verdict while_it_is)
{
    Loop loop;
    if (!start(&loop, term, variables))
        return UNSURE;
    for (Py_ssize_t i = 0; i < loop.count; i++) {
        size_t used = scratch_used;
        loop.variables[term->variable] = next(loop.values, &loop.position);
        Verdict verdict = holds(term, 2, loop.variables);
        if (verdict != while_it_is)
            return verdict == UNSURE ? UNSURE : NO;
        scratch_used = used;
    }
    return YES;
}

static Value term_all(const Term *term, const Value *variables)
{
    Verdict verdict = goes_on(term, variables, YES);
    return verdict == UNSURE ? unknown : truth(verdict == YES);
}

static Value term_any(const Term *term, const Value *variables)
{
    Verdict verdict = goes_on(term, variables, NO);
    return verdict == UNSURE ? unknown : truth(verdict == NO);
}

/* Count the values that meet the condition. */
static Value term_count(const Term *term, const Value *variables)
{
    Loop loop;
    double count = 0;
    if (!start(&loop, term, variables))
        return unknown;
    for (Py_ssize_t i = 0; i < loop.count; i++) {
        loop.variables[term->variable] = next(loop.values, &loop.position);
        Verdict verdict = holds(term, 1, loop.variables);
        if (verdict == UNSURE)
            return unknown;
        count += verdict == YES;
    }
    return quantity(count);
}

static Value term_len(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    Py_ssize_t count = length(value);
    if (value.tag == TEXT) {
        count = 0;
        for (uint32_t i = 0; i < value.size; i++)
            count += (value.bytes[i] & 0xC0) != 0x80; /* the first byte of a character */
    }
    return count < 0 ? unknown : quantity((double)count);
}

static Value term_utf8_size(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    return value.tag == TEXT ? quantity(value.size) : unknown;
}

static Value term_starts_with(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables), beginning = part(term, 1, variables);
    if (value.tag != TEXT || beginning.tag != TEXT)
        return unknown;
    return truth(value.size >= beginning.size && memcmp(value.bytes, beginning.bytes, beginning.size) == 0);
}

/* Read digits, which may have a sign and a decimal point; what else Python reads is not known here. */
static Value term_float(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    if (value.tag != TEXT)
        return value.tag == QUANTITY ? value : unknown;
    char copy[32];
    int digits = 0, points = 0;
    for (uint32_t i = 0; i < value.size; i++) {
        char byte = value.bytes[i];
        digits += Py_ISDIGIT(byte) != 0;
        points += byte == '.';
        if (i + 1 == sizeof copy || !(Py_ISDIGIT(byte) || byte == '.' || (i == 0 && (byte == '+' || byte == '-'))))
            return unknown;
        copy[i] = byte;
    }
    if (digits == 0 || points > 1)
        return unknown;
    copy[value.size] = 0;
    return quantity(PyOS_string_to_double(copy, NULL, NULL));
}

static Value term_string(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    if (value.tag == TEXT)
        return value;
    if (value.tag == TRUTH)
        return value.truth ? text_value("true", 4) : text_value("false", 5);
    char *bytes = value.tag == QUANTITY && value.number == floor(value.number) ? take(32) : NULL;
    if (bytes == NULL)
        return unknown;
    return text_value(bytes, PyOS_snprintf(bytes, 32, "%lld", (long long)value.number));
}

/* Add up numbers; more than two may depend on the version of Python. */
static Value term_total(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    double sum = 0;
    for (Py_ssize_t i = 0; value.tag == VALUES && i < value.size; i++) {
        if (value.values[i].tag != QUANTITY)
            return unknown;
        sum += value.values[i].number;
    }
    return value.tag == VALUES && value.size <= 2 ? quantity(sum) : unknown;
}

static Value term_unique(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    if (value.tag != VALUES || value.size > MOST_UNIQUE)
        return unknown;
    for (uint32_t i = 0; i < value.size; i++) {
        if (value.values[i].tag != TEXT)
            return unknown;
        for (Py_ssize_t j = 0; j < i; j++)
            if (same(text_of(value.values[i]), text_of(value.values[j])))
                return truth(0);
    }
    return truth(1);
}

/* Join lists. */
static Value term_flatten(const Term *term, const Value *variables)
{
    Value lists = part(term, 0, variables);
    Py_ssize_t count = length(lists), position = 0;
    size_t before = scratch_used;
    for (Py_ssize_t i = 0; i < count; i++) {
        Value list = next(lists, &position);
        Py_ssize_t inner = 0;
        for (Py_ssize_t j = list.tag == MAP ? -1 : length(list); j != 0; j--)
            if (j < 0 || !put(next(list, &inner)))
                return unknown;
    }
    return count < 0 ? unknown : put_since(before);
}

/* List the entries of all lists that are members of the maps in a list. */
static Value term_addresses(const Term *term, const Value *variables)
{
    Value list = part(term, 0, variables);
    Py_ssize_t count = list.tag == LIST ? PyList_GET_SIZE(list.object) : -1;
    size_t before = scratch_used;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *map = PyList_GET_ITEM(list.object, i), *key, *member;
        if (Py_TYPE(map) != &PyDict_Type)
            return unknown;
        for (Py_ssize_t position = 0; PyDict_Next(map, &position, &key, &member);) {
            for (Py_ssize_t j = 0; Py_TYPE(member) == &PyList_Type && j < PyList_GET_SIZE(member); j++)
                if (!put(read_value(PyList_GET_ITEM(member, j))))
                    return unknown;
            if (kind_of(member) == OTHER) /* perhaps a list of another kind */
                return unknown;
        }
    }
    return count < 0 ? unknown : put_since(before);
}

static Value term_occurrences(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables), wanted = part(term, 1, variables);
    if (value.tag != TEXT || wanted.tag != TEXT || wanted.size == 0)
        return unknown;
    double count = 0;
    for (Py_ssize_t place = 0; (place = find_bytes(text_of(value), text_of(wanted), place)) >= 0; place += wanted.size)
        count++;
    return quantity(count);
}

/* Put each N of {{link_N}}. */
static int put_links(Text text)
{
    static const Text OPEN = {"{{link_", 7};
    for (Py_ssize_t place = 0; (place = find_bytes(text, OPEN, place)) >= 0;) {
        Py_ssize_t begin = place += OPEN.size;
        while (place < text.size && (Py_ISALNUM(text.bytes[place]) || text.bytes[place] == '_' || text.bytes[place] == '-'))
            place++;
        if (place == begin || place + 2 > text.size || memcmp(text.bytes + place, "}}", 2) != 0)
            continue;
        if (!put(text_value(text.bytes + begin, place - begin)))
            return 0;
    }
    return 1;
}

/* Put the links of all texts of a value, names included, in order; false if one is unknown. */
static int put_all_links(PyObject *value, int depth)
{
    PyObject *key, *member;
    Py_ssize_t position = 0;
    Text text;
    switch (depth > DEEPEST ? OTHER : kind_of(value)) {
    case STRING:
        return read_text(value, &text) && put_links(text);
    case ARRAY:
        for (; position < PyList_GET_SIZE(value); position++)
            if (!put_all_links(PyList_GET_ITEM(value, position), depth + 1))
                return 0;
        return 1;
    case OBJECT:
        while (PyDict_Next(value, &position, &key, &member))
            if (Py_TYPE(key) != &PyUnicode_Type || !read_text(key, &text) || !put_links(text)
                || !put_all_links(member, depth + 1))
                return 0;
        return 1;
    case OTHER:
        return 0;
    default:
        return 1;
    }
}

static Value term_smart_links(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    size_t before = scratch_used;
    if (value.tag == TEXT)
        return put_links(text_of(value)) ? put_since(before) : unknown;
    return (value.tag == MAP || value.tag == LIST) && put_all_links(value.object, 0) ? put_since(before) : unknown;
}

/* Count the bytes of a number as JSON; -1 if writers do not agree. */
static int digits_of(PyObject *object, double number)
{
    char digits[32];
    if (Py_TYPE(object) != &PyFloat_Type)
        return PyOS_snprintf(digits, sizeof digits, "%lld", (long long)number);
    if (number != 0 && (fabs(number) < 1e-4 || fabs(number) >= 1e15))
        return -1; /* with an exponent or without */
    char *text = PyOS_double_to_string(number, 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    int size = text == NULL ? -1 : (int)strlen(text);
    PyMem_Free(text);
    return size;
}

static Py_ssize_t size_as_json_text(Text text)
{
    Py_ssize_t size = text.size + 2;
    for (Py_ssize_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        size += byte == '"' || byte == '\\';
        if (byte < 0x20)
            size += byte >= '\b' && byte <= '\r' && byte != '\v' ? 1 : 5;
    }
    return size;
}

/* Count the bytes of a value as JSON; -1 if it is not known. */
static Py_ssize_t size_as_json(PyObject *object, int depth)
{
    Value value = depth > DEEPEST ? unknown : read_value(object);
    Py_ssize_t size = 2, position = 0, inner;
    PyObject *key, *member;
    switch (value.tag) {
    case NULL_VALUE:
        return 4;
    case TRUTH:
        return value.truth ? 4 : 5;
    case QUANTITY:
        return digits_of(object, value.number);
    case TEXT:
        return size_as_json_text(text_of(value));
    case LIST:
        for (; position < PyList_GET_SIZE(object); position++) {
            if ((inner = size_as_json(PyList_GET_ITEM(object, position), depth + 1)) < 0)
                return -1;
            size += inner + (position > 0); /* a comma */
        }
        return size;
    case MAP:
        while (PyDict_Next(object, &position, &key, &member)) {
            Value name = read_value(key);
            inner = name.tag == TEXT ? size_as_json(member, depth + 1) : -1;
            if (inner < 0)
                return -1;
            size += size_as_json_text(text_of(name)) + inner + 1 + (size > 2); /* a colon and a comma */
        }
        return size;
    default:
        return -1;
    }
}

static Value term_json_size(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    Py_ssize_t size = value.tag == MAP || value.tag == LIST ? size_as_json(value.object, 0) : -1;
    return size < 0 ? unknown : quantity((double)size);
}

/* ---- Checks ----------------------------------------------------------------------------------------------------- */

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

/* Do the same for what need not be met: the rules that are broken there count only if it is. */
static Verdict meets_perhaps(const Node *node, const Frame *frame)
{
    Look *look = frame->look;
    Py_ssize_t count = look->count, step_count = look->step_count;
    Verdict verdict = meets(node, frame);
    if (verdict != YES) {
        look->count = count;
        look->step_count = step_count;
    }
    return verdict;
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
        Verdict other = fits(check->shape, PyList_GET_ITEM(frame->value, i), frame, (Step){NULL, i});
        verdict = other == NO ? verdict : other;
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
    for (int i = 0; i < check->node_count && verdict != YES; i++) {
        Verdict other = meets_perhaps(&check->nodes[i], frame);
        verdict = other == NO ? verdict : other;
    }
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
        PyObject *member = above.tag == MAP ? member_of(above.object, rule->steps[step]) : NULL;
        application->steps[step] = (Step){rule->steps[step]->name, 0};
        if (member != NULL) {
            *item = read_value(member);
            verdict = apply(application, step + 1);
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

/* ---- Explaining ------------------------------------------------------------------------------------------------- */

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

/* Rules are told apart from what the schema says. */
static int explain_rules(const Check *check, const Frame *frame)
{
    (void)check, (void)frame;
    return 1;
}

/* ---- Compiling -------------------------------------------------------------------------------------------------- */

/* Memory for many things side by side. */
typedef struct Block {
    struct Block *next;
    size_t used, size;
    max_align_t data[];
} Block;

/* The schemas of one document. All that they are compiled into lives as long as this. */
typedef struct {
    PyObject_HEAD
    Block *blocks;
    PyObject *definitions; /* dict: the schema of each component */
    PyObject *patterns;    /* dict: the automaton of each pattern */
    PyObject *components;  /* dict: the address of the shape of each component that was referred to */
    PyObject *addresses;   /* dict: the address of each key */
    PyObject *kept;        /* list: the texts and constants that checks point to */
    Key *keys;             /* all of them */
} Schemas;

static int compile_node(Schemas *, Shape *, PyObject *schema, Node *);
static Shape *compile_shape(Schemas *, PyObject *schema);

/* Return memory that holds zeros. */
static void *new_memory(Schemas *schemas, size_t bytes)
{
    size_t size = (bytes + sizeof(max_align_t) - 1) / sizeof(max_align_t);
    Block *block = schemas->blocks;
    if (block == NULL || block->size - block->used < size) {
        size_t most = size > 2000 ? size : 2000;
        block = PyMem_Calloc(1, sizeof(Block) + most * sizeof(max_align_t));
        if (block == NULL)
            return PyErr_NoMemory();
        *block = (Block){.next = schemas->blocks, .size = most};
        schemas->blocks = block;
    }
    block->used += size;
    return block->data + block->used - size;
}

/* Return the key of that name, the same one each time. */
static Key *key_of(Schemas *schemas, PyObject *name)
{
    PyObject *address = PyDict_GetItemWithError(schemas->addresses, name);
    if (address != NULL || PyErr_Occurred())
        return address == NULL ? NULL : PyLong_AsVoidPtr(address);
    Key *key = new_memory(schemas, sizeof(Key));
    address = key == NULL ? NULL : PyLong_FromVoidPtr(key);
    int result = address == NULL ? -1 : PyDict_SetItem(schemas->addresses, name, address);
    Py_XDECREF(address);
    if (result < 0)
        return NULL;
    *key = (Key){name, Py_NewRef(name), schemas->keys}; /* the dict keeps the name */
    return schemas->keys = key;
}

/* Give a set of texts room for so many, a power of two. */
static int make_room_for_names(Schemas *schemas, Names *names, int room)
{
    Name *before = names->names;
    names->room = room;
    names->names = new_memory(schemas, sizeof(Name) * (size_t)room);
    names->buckets = new_memory(schemas, sizeof(int16_t) * 2 * (size_t)room);
    names->order = new_memory(schemas, sizeof(int16_t) * (size_t)room);
    if (names->names == NULL || names->buckets == NULL || names->order == NULL)
        return -1;
    memset(names->buckets, -1, sizeof(int16_t) * 2 * (size_t)room);
    memset(names->order, -1, sizeof(int16_t) * (size_t)room);
    for (int i = 0; i < names->count; i++) {
        names->names[i] = before[i];
        *bucket_of(names, before[i].text) = (int16_t)i;
    }
    return 0;
}

/* Return the number that a text has or gets. */
static int add_name(Schemas *schemas, Names *names, PyObject *value)
{
    Text text;
    text.bytes = PyUnicode_AsUTF8AndSize(value, &text.size);
    if (text.bytes == NULL || PyList_Append(schemas->kept, value) < 0)
        return -1;
    int number = find_text(names, text);
    if (number >= 0)
        return number;
    if (names->count == INT16_MAX / 2) {
        PyErr_SetString(PyExc_ValueError, "there are too many texts to choose from");
        return -1;
    }
    if (names->count == names->room && make_room_for_names(schemas, names, names->room == 0 ? 4 : 2 * names->room) < 0)
        return -1;
    *bucket_of(names, text) = (int16_t)names->count;
    names->names[names->count].text = text;
    return names->count++;
}

/* Return the slot of a member; -1 with an error, also if there are too many. */
static int slot_of(Schemas *schemas, Shape *shape, PyObject *name)
{
    int slot = add_name(schemas, &shape->names, name);
    Key *key = slot < 0 ? NULL : key_of(schemas, name);
    if (key == NULL)
        return -1;
    shape->names.names[slot].key = key;
    if (slot < MOST_NAMES)
        return slot;
    PyErr_Format(PyExc_ValueError, "the schemas of one object mention more than %d members", MOST_NAMES);
    return -1;
}

static int compile_type(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *value, Check *check)
{
    static const struct { const char *name; unsigned kinds; } TYPES[] = {
        {"object", OBJECT}, {"array", ARRAY}, {"string", STRING}, {"integer", INTEGER},
        {"number", INTEGER | NUMBER}, {"boolean", BOOLEAN}, {"null", NOTHING},
    };
    (void)schemas, (void)shape, (void)schema;
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (PyUnicode_Check(value) && PyUnicode_CompareWithASCIIString(value, TYPES[i].name) == 0)
            check->kinds = TYPES[i].kinds;
    check->test = check->kinds ? test_type : test_unknown;
    return 0;
}

static int compile_enum(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *values, Check *check)
{
    (void)shape, (void)schema;
    int size = (int)PyList_Size(values);
    check->others = new_memory(schemas, sizeof(PyObject *) * (size_t)(size + 1));
    check->texts = new_memory(schemas, sizeof(Names));
    if (size < 0 || check->others == NULL || check->texts == NULL)
        return -1;
    check->test = test_enum;
    for (int i = 0; i < size; i++) {
        PyObject *value = PyList_GetItem(values, i);
        Kind kind = kind_of(value);
        if (kind == STRING ? add_name(schemas, check->texts, value) < 0 : PyList_Append(schemas->kept, value) < 0)
            return -1;
        if (kind & (OTHER | OBJECT | ARRAY))
            check->test = test_unknown;
        else if (kind != STRING)
            check->others[check->other_count++] = value;
    }
    return 0;
}

static int compile_const(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *value, Check *check)
{
    PyObject *values = PyList_New(0);
    int result = values == NULL || PyList_Append(values, value) < 0;
    result = result ? -1 : compile_enum(schemas, shape, schema, values, check);
    Py_XDECREF(values);
    return result;
}

static int compile_required(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *names, Check *check)
{
    (void)schema;
    check->test = test_required;
    check->explain = explain_required;
    for (Py_ssize_t i = 0; i < PyList_Size(names); i++) {
        int slot = slot_of(schemas, shape, PyList_GetItem(names, i));
        if (slot < 0)
            return -1;
        check->members |= (uint64_t)1 << slot;
    }
    return 0;
}

#define COMPILE_LIMIT(name)                                                                                            \
    static int compile_##name(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *value, Check *check)         \
    {                                                                                                                  \
        (void)schemas, (void)shape, (void)schema;                                                                      \
        check->test = test_##name;                                                                                     \
        check->limit = PyLong_AsSsize_t(value);                                                                        \
        return check->limit == -1 && PyErr_Occurred() ? -1 : 0;                                                        \
    }

COMPILE_LIMIT(min_properties)
COMPILE_LIMIT(max_properties)
COMPILE_LIMIT(min_items)
COMPILE_LIMIT(max_items)
COMPILE_LIMIT(min_length)
COMPILE_LIMIT(max_length)

#define COMPILE_BOUND(name)                                                                                            \
    static int compile_##name(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *value, Check *check)         \
    {                                                                                                                  \
        (void)schemas, (void)shape, (void)schema;                                                                      \
        check->bound = PyFloat_AsDouble(value);                                                                        \
        check->test = fabs(check->bound) < EXACT ? test_##name : test_unknown;                                         \
        return PyErr_Occurred() ? -1 : 0;                                                                              \
    }

COMPILE_BOUND(minimum)
COMPILE_BOUND(maximum)

static int compile_pattern(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *pattern, Check *check)
{
    (void)shape, (void)schema;
    PyObject *automaton = PyDict_GetItemWithError(schemas->patterns, pattern);
    check->test = automaton == NULL ? test_unknown : test_pattern;
    if (automaton == NULL)
        return PyErr_Occurred() ? -1 : 0;
    const uint8_t *classes, *rows, *ends;
    Py_ssize_t class_size, size, states;
    if (!PyArg_ParseTuple(automaton, "y#y#y#;an automaton", &classes, &class_size, &rows, &size, &ends, &states))
        return -1;
    Py_ssize_t width = states > 0 ? size / states : 0, wrong = class_size < 2 || size == 0 || size != width * states;
    for (Py_ssize_t i = 0; i + 1 < class_size; i += 2)
        wrong += classes[i + 1] >= width;
    for (Py_ssize_t i = 0; i < size; i++)
        wrong += rows[i] >= states;
    Py_ssize_t last = states;
    for (int stays = 1; stays && last > 0; last -= stays)
        for (Py_ssize_t i = 0; !wrong && i < width; i++)
            stays &= rows[(last - 1) * width + i] == last - 1;
    if (wrong) {
        PyErr_SetString(PyExc_ValueError, "an automaton leads out of its tables");
        return -1;
    }
    check->automaton = new_memory(schemas, sizeof(Automaton));
    uint16_t *row = new_memory(schemas, sizeof(uint16_t) * (size_t)(size + states));
    if (check->automaton == NULL || row == NULL)
        return -1;
    check->automaton->rows = row;
    check->automaton->last = (unsigned)(last * (width + 1));
    for (Py_ssize_t i = 0; i + 1 < class_size; i += 2)
        memset(check->automaton->classes + classes[i], classes[i + 1] + 1, (size_t)(257 - classes[i]));
    for (Py_ssize_t state = 0; state < states; state++) {
        *row++ = ends[state];
        for (Py_ssize_t i = 0; i < width; i++)
            *row++ = (uint16_t)(rows[state * width + i] * (width + 1));
    }
    return 0;
}

static int compile_unique_items(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *value, Check *check)
{
    (void)schemas, (void)shape, (void)schema;
    check->test = value == Py_True ? test_unique_items : test_unknown;
    return 0;
}

/* Tell whether a schema asks for a certain value, so that it is worth asking first. */
static int is_constant(PyObject *schema)
{
    PyObject *name = PyUnicode_FromString("const");
    int found = name != NULL && PyDict_Check(schema) && PyDict_Contains(schema, name) == 1;
    Py_XDECREF(name);
    return found;
}

static int compile_properties(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *children, Check *check)
{
    (void)schema;
    check->test = test_properties;
    check->explain = explain_properties;
    check->properties = new_memory(schemas, sizeof(Property) * (size_t)(PyDict_Size(children) + 1));
    if (check->properties == NULL)
        return -1;
    for (int constant = 1; constant >= 0; constant--) {
        PyObject *name, *child;
        Py_ssize_t position = 0;
        while (PyDict_Next(children, &position, &name, &child)) {
            if (is_constant(child) != constant)
                continue;
            Property *property = &check->properties[check->property_count++];
            property->name = name;
            property->slot = slot_of(schemas, shape, name);
            property->shape = property->slot < 0 ? NULL : compile_shape(schemas, child);
            if (property->shape == NULL)
                return -1;
        }
    }
    return 0;
}

static int compile_others(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *child, Check *check)
{
    PyObject *key = PyUnicode_FromString("properties");
    PyObject *properties = key == NULL ? NULL : PyDict_GetItemWithError(schema, key);
    PyObject *name, *property;
    Py_ssize_t position = 0;
    Py_XDECREF(key);
    while (properties != NULL && PyDict_Next(properties, &position, &name, &property)) {
        int slot = slot_of(schemas, shape, name);
        if (slot < 0)
            return -1;
        check->members |= (uint64_t)1 << slot;
    }
    check->test = child == Py_False ? test_no_others : child == Py_True ? test_true : test_others;
    check->explain = child == Py_True ? NULL : explain_others;
    check->shape = check->test == test_others ? compile_shape(schemas, child) : NULL;
    return PyErr_Occurred() ? -1 : 0;
}

static int compile_items(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *child, Check *check)
{
    (void)shape, (void)schema;
    check->test = test_items;
    check->explain = explain_items;
    check->shape = compile_shape(schemas, child);
    return check->shape == NULL ? -1 : 0;
}

static int compile_contains(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *child, Check *check)
{
    int result = compile_items(schemas, shape, schema, child, check);
    check->test = test_contains;
    check->explain = NULL;
    return result;
}

static int compile_reference(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *reference, Check *check)
{
    (void)shape, (void)schema;
    PyObject *address = PyDict_GetItemWithError(schemas->components, reference);
    check->test = test_reference;
    check->explain = explain_reference;
    if (address == NULL && PyErr_Occurred())
        return -1;
    if (address != NULL) {
        check->shape = PyLong_AsVoidPtr(address);
        return 0;
    }
    static const char ABOVE[] = "#/$defs/";
    Py_ssize_t above = sizeof ABOVE - 1, size = PyUnicode_GetLength(reference);
    PyObject *name = PyUnicode_Substring(reference, above, size < above ? above : size);
    PyObject *component = name == NULL ? NULL : PyDict_GetItemWithError(schemas->definitions, name);
    Py_XDECREF(name);
    if (component == NULL) {
        if (!PyErr_Occurred())
            PyErr_Format(PyExc_KeyError, "no component is at %U", reference);
        return -1;
    }
    /* The address is known before the component is compiled, as it may hold itself. */
    check->shape = new_memory(schemas, sizeof(Shape));
    address = check->shape == NULL ? NULL : PyLong_FromVoidPtr(check->shape);
    int result = address == NULL ? -1 : PyDict_SetItem(schemas->components, reference, address);
    Py_XDECREF(address);
    return result < 0 ? -1 : compile_node(schemas, check->shape, component, &check->shape->node);
}

static int compile_nodes(Schemas *schemas, Shape *shape, PyObject *branches, Check *check)
{
    check->node_count = (int)PyList_Size(branches);
    check->nodes = check->node_count < 0 ? NULL : new_memory(schemas, sizeof(Node) * (size_t)(check->node_count + 1));
    if (check->nodes == NULL)
        return -1;
    for (int i = 0; i < check->node_count; i++)
        if (compile_node(schemas, shape, PyList_GetItem(branches, i), &check->nodes[i]) < 0)
            return -1;
    return 0;
}

#define COMPILE_BRANCHES(name)                                                                                         \
    static int compile_##name(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *branches, Check *check)      \
    {                                                                                                                  \
        (void)schema;                                                                                                  \
        check->test = test_##name;                                                                                     \
        return compile_nodes(schemas, shape, branches, check);                                                         \
    }

COMPILE_BRANCHES(any_of)
COMPILE_BRANCHES(one_of)

static int compile_all_of(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *branches, Check *check)
{
    (void)schema;
    check->test = test_all_of;
    check->explain = explain_all_of;
    return compile_nodes(schemas, shape, branches, check);
}

static int compile_not(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *condition, Check *check)
{
    (void)schema;
    check->test = test_not;
    check->nodes = new_memory(schemas, sizeof(Node));
    return check->nodes == NULL ? -1 : compile_node(schemas, shape, condition, &check->nodes[0]);
}

static int compile_if(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *condition, Check *check)
{
    static const char *const BRANCHES[] = {"then", "else"};
    check->test = test_if;
    check->explain = explain_if;
    check->nodes = new_memory(schemas, 3 * sizeof(Node));
    if (check->nodes == NULL || compile_node(schemas, shape, condition, &check->nodes[0]) < 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        PyObject *key = PyUnicode_FromString(BRANCHES[i]);
        PyObject *branch = key == NULL ? NULL : PyDict_GetItemWithError(schema, key);
        Py_XDECREF(key);
        if (PyErr_Occurred() || (branch != NULL && compile_node(schemas, shape, branch, &check->nodes[i + 1]) < 0))
            return -1;
    }
    return 0;
}

typedef Value Operation(const Term *, const Value *);

static const struct {
    const char *name;
    Operation *value;
} OPERATIONS[] = {
    {"constant", term_constant}, /* its value */
    {"variable", term_variable}, /* its number */
    {"member", term_member},     /* its name; the map */
    {"entry", term_entry},       /* its index; the list */
    {"each", term_each},         /* the number of a variable; the values that it gets; a condition; what is made of it */
    {"all", term_all},
    {"any", term_any},
    {"count", term_count},
    {"and", term_and},           /* the terms to which it is applied, here and below */
    {"or", term_or},
    {"not", term_not},
    {"if", term_if},
    {"equal", term_equal},
    {"less", term_less},
    {"at_most", term_at_most},
    {"in", term_in},
    {"add", term_add},
    {"subtract", term_subtract},
    {"list", term_list},
    {"known", term_known},       /* the number of the variable on which it depends; the list */
    {"len", term_len},
    {"float", term_float},
    {"string", term_string},
    {"starts_with", term_starts_with},
    {"addresses", term_addresses},
    {"flatten", term_flatten},
    {"json_size", term_json_size},
    {"occurrences", term_occurrences},
    {"smart_links", term_smart_links},
    {"total", term_total},
    {"unique", term_unique},
    {"utf8_size", term_utf8_size},
};

static Value term_unknown(const Term *term, const Value *variables)
{
    (void)term, (void)variables;
    return unknown;
}

/* Keep the texts of a list in which a term looks another up, if they are all known ahead. */
static int compile_texts(Schemas *schemas, Term *term)
{
    const Term *list = &term->parts[1];
    int known = list->value == term_list && list->count > 0;
    for (int i = 0; known && i < list->count; i++)
        known = list->parts[i].value == term_constant && list->parts[i].constant.tag == TEXT;
    if (!known)
        return 0;
    term->texts = new_memory(schemas, sizeof(Names));
    if (term->texts == NULL)
        return -1;
    for (int i = 0; i < list->count; i++)
        if (add_name(schemas, term->texts, list->parts[i].key->name) < 0)
            return -1;
    return 0;
}

static int is_self(const Term *term)
{
    return term->value == term_variable && term->variable == SELF;
}

/* Compile a term from a list: the name of an operation, what some of them have, its parts. */
static int compile_term(Schemas *schemas, Shape *shape, PyObject *list, Term *term)
{
    PyObject *name = PyList_Check(list) && PyList_GET_SIZE(list) > 0 ? PyList_GET_ITEM(list, 0) : NULL;
    Py_ssize_t first = 1, size = name == NULL ? 0 : PyList_GET_SIZE(list);
    term->value = term_unknown;
    for (size_t i = 0; name != NULL && i < sizeof OPERATIONS / sizeof *OPERATIONS; i++)
        if (PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, OPERATIONS[i].name) == 0)
            term->value = OPERATIONS[i].value;
    if (size > 1 && !PyList_Check(PyList_GET_ITEM(list, 1))) {
        PyObject *constant = PyList_GET_ITEM(list, first++);
        term->constant = read_value(constant);
        term->key = term->constant.tag == TEXT ? key_of(schemas, constant) : NULL;
        if (PyErr_Occurred() || PyList_Append(schemas->kept, constant) < 0)
            return -1;
        if (term->constant.tag == QUANTITY && term->value != term_constant && term->value != term_entry)
            term->variable = (int)term->constant.number;
    }
    if (term->variable < 0 || term->variable >= MOST_VARIABLES) {
        PyErr_Format(PyExc_ValueError, "a rule has more than %d variables", MOST_VARIABLES);
        return -1;
    }
    term->parts = new_memory(schemas, sizeof(Term) * (size_t)(size + 1));
    if (term->parts == NULL)
        return -1;
    for (; first < size; first++)
        if (compile_term(schemas, shape, PyList_GET_ITEM(list, first), &term->parts[term->count++]) < 0)
            return -1;
    if (term->value == term_known) {
        term->memo = new_memory(schemas, sizeof(Memo));
        return term->memo == NULL ? -1 : 0;
    }
    if (term->value == term_member && is_self(&term->parts[0])) {
        term->value = term_slot;
        term->variable = slot_of(schemas, shape, term->key->name);
    } else if (term->value == term_in && term->parts[0].value == term_constant && term->parts[0].key != NULL
               && is_self(&term->parts[1])) {
        term->value = term_in_self;
        term->variable = slot_of(schemas, shape, term->parts[0].key->name);
    } else if (term->value == term_in) {
        return compile_texts(schemas, term);
    }
    return term->variable < 0 ? -1 : 0;
}

/* Compile rules, each from a list: its name, the steps to where it applies (a null leads to all entries), its term. */
static int compile_rules(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *list, Check *check)
{
    (void)schema;
    Py_ssize_t size = PyList_Size(list);
    check->test = test_rules;
    check->explain = explain_rules;
    check->rules = size < 0 ? NULL : new_memory(schemas, sizeof(Rule) * (size_t)(size + 1));
    if (check->rules == NULL || PyList_Append(schemas->kept, list) < 0)
        return -1;
    for (; check->rule_count < size; check->rule_count++) {
        Rule *rule = &check->rules[check->rule_count];
        PyObject *steps, *term;
        PyObject *record = PyList_AsTuple(PyList_GET_ITEM(list, check->rule_count));
        int parsed = record != NULL && PyArg_ParseTuple(record, "UO!O!;a rule", &rule->name, &PyList_Type, &steps,
                                                        &PyList_Type, &term);
        Py_XDECREF(record);
        if (!parsed)
            return -1;
        rule->step_count = (int)PyList_GET_SIZE(steps);
        rule->steps = new_memory(schemas, sizeof(Key *) * (size_t)(rule->step_count + 1));
        rule->term = new_memory(schemas, sizeof(Term));
        if (rule->steps == NULL || rule->term == NULL || compile_term(schemas, shape, term, rule->term) < 0)
            return -1;
        for (int i = 0; i < rule->step_count; i++) {
            PyObject *step = PyList_GET_ITEM(steps, i);
            if (step != Py_None && !PyUnicode_Check(step))
                PyErr_Format(PyExc_TypeError, "a step is the name of a member or None, not %R", step);
            rule->steps[i] = step == Py_None || PyErr_Occurred() ? NULL : key_of(schemas, step);
            if (PyErr_Occurred())
                return -1;
        }
    }
    return 0;
}

static const struct {
    const char *name;
    int (*compile)(Schemas *, Shape *, PyObject *schema, PyObject *value, Check *); /* none: says nothing by itself */
} KEYWORDS[] = {
    {"type", compile_type},
    {"const", compile_const},
    {"enum", compile_enum},
    {"required", compile_required},
    {"minProperties", compile_min_properties},
    {"maxProperties", compile_max_properties},
    {"minItems", compile_min_items},
    {"maxItems", compile_max_items},
    {"minLength", compile_min_length},
    {"maxLength", compile_max_length},
    {"minimum", compile_minimum},
    {"maximum", compile_maximum},
    {"pattern", compile_pattern},
    {"properties", compile_properties},
    {"additionalProperties", compile_others},
    {"items", compile_items},
    {"contains", compile_contains},
    {"uniqueItems", compile_unique_items},
    {"$ref", compile_reference},
    {"allOf", compile_all_of},
    {"anyOf", compile_any_of},
    {"oneOf", compile_one_of},
    {"not", compile_not},
    {"if", compile_if},
    {"x-rules", compile_rules},
    {"then", NULL},
    {"else", NULL},
    {"$schema", NULL},
    {"$id", NULL},
    {"$defs", NULL},
    {"$comment", NULL},
    {"title", NULL},
    {"description", NULL},
    {"examples", NULL},
    {"deprecated", NULL},
};

static int compile_node(Schemas *schemas, Shape *shape, PyObject *schema, Node *node)
{
    if (schema == Py_True)
        return 0;
    Py_ssize_t size = PyDict_Check(schema) ? PyDict_Size(schema) : 0;
    node->checks = new_memory(schemas, sizeof(Check) * (size_t)(size + 1));
    if (node->checks == NULL)
        return -1;
    for (size_t i = 0; PyDict_Check(schema) && i < sizeof KEYWORDS / sizeof *KEYWORDS; i++) {
        PyObject *keyword = PyUnicode_InternFromString(KEYWORDS[i].name);
        PyObject *value = keyword == NULL ? NULL : PyDict_GetItemWithError(schema, keyword);
        int kept = keyword == NULL || PyList_Append(schemas->kept, keyword) < 0 ? -1 : 0;
        Py_XDECREF(keyword);
        if (kept < 0 || (value == NULL && PyErr_Occurred()))
            return -1;
        size -= value != NULL;
        if (value == NULL || KEYWORDS[i].compile == NULL)
            continue;
        Check *check = &node->checks[node->count++];
        check->keyword = keyword;
        check->schema = schema;
        if (KEYWORDS[i].compile(schemas, shape, schema, value, check) < 0)
            return -1;
    }
    if (schema == Py_False)
        node->checks[node->count++].test = test_false;
    else if (size != 0) /* keywords are left over */
        node->checks[node->count++].test = test_unknown;
    return 0;
}

static Shape *compile_shape(Schemas *schemas, PyObject *schema)
{
    Shape *shape = new_memory(schemas, sizeof(Shape));
    if (shape == NULL || compile_node(schemas, shape, schema, &shape->node) < 0)
        return NULL;
    /* What only refers to a component is that component. */
    if (shape->node.count == 1 && shape->node.checks[0].test == test_reference)
        return shape->node.checks[0].shape;
    return shape;
}
/* ---- Names that are given twice ---------------------------------------------------------------------------------- */

/* Count the members of all objects in a value; -1 if it is nested too deeply. */
static Py_ssize_t count_members(PyObject *value, int depth)
{
    Py_ssize_t count = 0, position = 0, below = 0;
    PyObject *key, *member;
    if (depth > DEEPEST)
        return -1;
    if (Py_TYPE(value) == &PyDict_Type)
        for (count = PyDict_GET_SIZE(value); below >= 0 && PyDict_Next(value, &position, &key, &member); count += below)
            below = Py_TYPE(member) == &PyUnicode_Type ? 0 : count_members(member, depth + 1);
    else if (Py_TYPE(value) == &PyList_Type)
        for (; below >= 0 && position < PyList_GET_SIZE(value); position++, count += below) {
            member = PyList_GET_ITEM(value, position);
            below = Py_TYPE(member) == &PyUnicode_Type ? 0 : count_members(member, depth + 1);
        }
    return below < 0 ? -1 : count;
}

#define LOW 0x0101010101010101u /* in each byte the lowest bit */

/* Return a word with the highest bit set in each byte that is a certain one. */
static uint64_t bytes_like(uint64_t word, char byte)
{
    uint64_t others = word ^ LOW * (uint8_t)byte, rest = LOW * 0x7F;
    return ~(((others & rest) + rest) | others | rest);
}

/* Each name ends with a quotation mark, then white space, then a colon. Where no colon follows white space, the marks
   that a colon follows are at least those of the names; if they are as many as the members, no name was lost. */
static int names_once(PyObject *text_object, PyObject *value)
{
    const char *text = PyBytes_AS_STRING(text_object);
    Py_ssize_t size = PyBytes_GET_SIZE(text_object), names = 0;
    uint64_t apart = 0;
    for (Py_ssize_t i = 0; i < size; i += 8) {
        uint64_t word = 0, before = 0;
        size_t rest = (size_t)(size - i);
        if (rest >= 8)
            memcpy(&word, text + i, 8);
        else
            memcpy(&word, text + i, rest);
        uint64_t colons = bytes_like(word, ':');
        if (colons == 0)
            continue;
        if (i > 0 && rest >= 8)
            memcpy(&before, text + i - 1, 8);
        else
            memcpy((char *)&before + (i == 0), text + i - (i > 0), (rest < 8 ? rest : 8) - (i == 0));
        names += (Py_ssize_t)((((colons & bytes_like(before, '"')) >> 7) * LOW) >> 56);
        apart |= colons & (bytes_like(before, ' ') | bytes_like(before, '\n') | bytes_like(before, '\r')
                           | bytes_like(before, '\t'));
    }
    return apart == 0 && names == count_members(value, 0);
}

/* ---- What Python sees ------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *schemas; /* keeps the shape alive */
    Shape *shape;
} Judge;

static PyTypeObject *judge_type;

static int schemas_init(Schemas *self, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"definitions", "patterns", NULL};
    PyObject *definitions, *patterns;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O!O!", names, &PyDict_Type, &definitions, &PyDict_Type,
                                     &patterns))
        return -1;
    if (self->kept != NULL) {
        PyErr_SetString(PyExc_TypeError, "schemas cannot be made anew");
        return -1;
    }
    self->definitions = Py_NewRef(definitions);
    self->patterns = Py_NewRef(patterns);
    self->components = PyDict_New();
    self->addresses = PyDict_New();
    self->kept = PyList_New(0);
    return self->components == NULL || self->addresses == NULL || self->kept == NULL ? -1 : 0;
}

static void schemas_dealloc(Schemas *self)
{
    PyTypeObject *type = Py_TYPE(self);
    for (Key *key = self->keys; key != NULL; key = key->next)
        Py_DECREF(key->latest);
    for (Block *block = self->blocks, *next; block != NULL; block = next) {
        next = block->next;
        PyMem_Free(block);
    }
    Py_XDECREF(self->definitions);
    Py_XDECREF(self->patterns);
    Py_XDECREF(self->components);
    Py_XDECREF(self->addresses);
    Py_XDECREF(self->kept);
    freefunc release = PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static PyObject *schemas_judge(Schemas *self, PyObject *schema)
{
    if (self->kept == NULL)
        return PyErr_Format(PyExc_TypeError, "schemas have no definitions yet");
    Shape *shape = PyList_Append(self->kept, schema) < 0 ? NULL : compile_shape(self, schema);
    if (shape == NULL)
        return NULL;
    allocfunc make = PyType_GetSlot(judge_type, Py_tp_alloc);
    Judge *judge = (Judge *)make(judge_type, 0);
    if (judge == NULL)
        return NULL;
    judge->schemas = Py_NewRef((PyObject *)self);
    judge->shape = shape;
    return (PyObject *)judge;
}

static PyMethodDef schemas_methods[] = {
    {"judge", (PyCFunction)schemas_judge, METH_O, "Compile a schema, which may refer to the definitions."},
    {NULL},
};

static PyType_Spec schemas_spec = {
    "webex_connect_messaging._native.Schemas", sizeof(Schemas), 0, Py_TPFLAGS_DEFAULT, (PyType_Slot[]){
        {Py_tp_doc, "Schemas(definitions, patterns): the components of a document, and an automaton for each pattern."},
        {Py_tp_init, schemas_init},
        {Py_tp_dealloc, schemas_dealloc},
        {Py_tp_methods, schemas_methods},
        {0, NULL},
    },
};

static void judge_dealloc(Judge *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(self->schemas);
    freefunc release = PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

/* Look at a value, and find what is broken or, to explain, all that is wrong. */
static Verdict look_at(const Judge *self, PyObject *value, Look *look, int to_explain)
{
    Frame frame, origin;
    *look = (Look){.root = value};
    keep_no_more(&kept_for_root);
    origin.look = look;
    origin.above = NULL;
    origin.depth = -1;
    if (!enter(&frame, self->shape, value, &origin, no_step))
        return UNSURE;
    return !to_explain ? meets(&self->shape->node, &frame) : explain(&self->shape->node, &frame) ? YES : UNSURE;
}

/* Return where something was found as a JSON Pointer. */
static PyObject *pointer_to(const Look *look, const Finding *finding)
{
    const Step *steps = look->steps + finding->first_step;
    Py_ssize_t most = 1;
    Text text;
    for (Py_ssize_t i = 0; i < finding->step_count; i++)
        most += 32 + (steps[i].name != NULL && read_text(steps[i].name, &text) ? 2 * text.size : 0);
    char buffer[1024] = "", *bytes = most <= (Py_ssize_t)sizeof buffer ? buffer : PyMem_Malloc((size_t)most), *end = bytes;
    if (bytes == NULL)
        return PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < finding->step_count; i++) {
        *end++ = '/';
        if (steps[i].name == NULL)
            end += PyOS_snprintf(end, 32, "%zd", steps[i].place);
        else if (!read_text(steps[i].name, &text))
            text.size = 0; /* there is no such name in a frame */
        for (Py_ssize_t j = 0; steps[i].name != NULL && j < text.size; j++) {
            char byte = text.bytes[j];
            *end++ = byte == '/' || byte == '~' ? '~' : byte;
            if (byte == '/' || byte == '~')
                *end++ = byte == '/' ? '1' : '0';
        }
    }
    PyObject *pointer = PyUnicode_DecodeUTF8(bytes, end - bytes, NULL);
    if (bytes != buffer)
        PyMem_Free(bytes);
    return pointer;
}

/* Return where something was found as bytes that sort as a reader meets it. */
static PyObject *order_of(const Look *look, const Finding *finding)
{
    PyObject *order = PyBytes_FromStringAndSize(NULL, 4 * finding->step_count);
    char *byte = order == NULL ? NULL : PyBytes_AS_STRING(order);
    for (Py_ssize_t i = 0; order != NULL && i < finding->step_count; i++)
        for (int shift = 24; shift >= 0; shift -= 8)
            *byte++ = (char)(look->steps[finding->first_step + i].place >> shift);
    return order;
}

static PyObject *judge_broken_rules(Judge *self, PyObject *value)
{
    Look look;
    Verdict verdict = look_at(self, value, &look, 0);
    PyObject *found = verdict == YES ? PyTuple_New(look.count) : Py_NewRef(Py_None);
    for (Py_ssize_t i = 0; verdict == YES && found != NULL && i < look.count; i++) {
        PyObject *pair = Py_BuildValue("NO", pointer_to(&look, &look.findings[i]), look.findings[i].rule);
        if (pair == NULL)
            Py_CLEAR(found);
        else
            PyTuple_SET_ITEM(found, i, pair);
    }
    forget(&look);
    return found;
}

static PyObject *judge_errors(Judge *self, PyObject *value)
{
    Look look;
    Verdict verdict = look_at(self, value, &look, 1);
    PyObject *found = verdict == YES ? PyList_New(look.count) : Py_NewRef(Py_None);
    for (Py_ssize_t i = 0; verdict == YES && found != NULL && i < look.count; i++) {
        const Finding *error = &look.findings[i];
        PyObject *record = Py_BuildValue("NNOOO", order_of(&look, error), pointer_to(&look, error), error->check->keyword,
                                         error->check->schema, error->subject);
        if (record == NULL)
            Py_CLEAR(found);
        else
            PyList_SET_ITEM(found, i, record);
    }
    forget(&look);
    return found;
}

static PyMethodDef judge_methods[] = {
    {"broken_rules", (PyCFunction)judge_broken_rules, METH_O,
     "Return the pointer to each place where a valid value breaks a rule, and the rule's name; None if it may not be\n"
     "valid."},
    {"errors", (PyCFunction)judge_errors, METH_O,
     "Return all that is wrong with a value, or None if that is unsure. Of each: bytes by which errors sort as a reader\n"
     "meets them, a pointer, the keyword, the schema that has it, and the value or the name of a member."},
    {NULL},
};

static PyType_Spec judge_spec = {
    "webex_connect_messaging._native.Judge", sizeof(Judge), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, (PyType_Slot[]){
        {Py_tp_doc, "Judges values by a schema."},
        {Py_tp_dealloc, judge_dealloc},
        {Py_tp_methods, judge_methods},
        {0, NULL},
    },
};

static PyObject *names_members_once(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    (void)module;
    if (count != 2 || !PyBytes_Check(arguments[0]))
        return PyErr_Format(PyExc_TypeError, "names_members_once() takes bytes and a value");
    return PyBool_FromLong(names_once(arguments[0], arguments[1]));
}

/* Return the judge of a document: the only one, or the one for the value of a member; NULL if there is none. */
static Judge *choose(PyObject *judges, PyObject *document)
{
    if (Py_TYPE(judges) == judge_type)
        return (Judge *)judges;
    PyObject *value = PyDict_Check(document) ? PyDict_GetItemWithError(document, PyTuple_GET_ITEM(judges, 0)) : NULL;
    PyObject *found = value != NULL && PyUnicode_Check(value)
                      ? PyDict_GetItemWithError(PyTuple_GET_ITEM(judges, 1), value) : NULL;
    return found != NULL && Py_TYPE(found) == judge_type ? (Judge *)found : NULL;
}

/* Tell whether nothing is wrong with the document in a text; negative with an error. */
static int is_flawless(PyObject *text, PyObject *read, PyObject *judges)
{
    PyObject *document = PyObject_CallOneArg(read, text);
    if (document == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_ValueError))
            return -1;
        PyErr_Clear();
        return 0;
    }
    Judge *judge = choose(judges, document);
    Look look;
    int flawless = 0;
    if (judge != NULL) {
        flawless = look_at(judge, document, &look, 0) == YES && look.count == 0 && names_once(text, document);
        forget(&look);
    }
    Py_DECREF(document);
    return PyErr_Occurred() ? -1 : flawless;
}

static PyObject *skip_flawless_lines(PyObject *module, PyObject *arguments)
{
    PyObject *lines, *read, *judges;
    Py_ssize_t start, longest, count = 0;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "SnnOO", &lines, &start, &longest, &read, &judges))
        return NULL;
    if (Py_TYPE(judges) != judge_type
        && !(PyTuple_Check(judges) && PyTuple_GET_SIZE(judges) == 2 && PyUnicode_Check(PyTuple_GET_ITEM(judges, 0))
             && PyDict_Check(PyTuple_GET_ITEM(judges, 1))))
        return PyErr_Format(PyExc_TypeError, "a judge is missing, or the name of a member and a dict of judges");
    const char *text = PyBytes_AS_STRING(lines);
    Py_ssize_t size = PyBytes_GET_SIZE(lines);
    while (start >= 0 && start < size) {
        const char *end = memchr(text + start, '\n', (size_t)(size - start));
        Py_ssize_t length = end == NULL ? size - start : end - (text + start);
        PyObject *line = length > longest ? NULL : PyBytes_FromStringAndSize(text + start, length);
        int flawless = line == NULL ? (PyErr_Occurred() ? -1 : 0) : is_flawless(line, read, judges);
        Py_XDECREF(line);
        if (flawless < 0)
            return NULL;
        if (!flawless)
            break;
        count++;
        start += length + 1;
    }
    return Py_BuildValue("nn", count, start);
}

static PyMethodDef functions[] = {
    {"skip_flawless_lines", skip_flawless_lines, METH_VARARGS,
     "Go through lines of JSON from a place on, as long as they are not too long and nothing is wrong with them, and\n"
     "return how many these are, and where the next one begins or, if there is none, would. Takes the lines, the place,\n"
     "the bytes of the longest line, what reads JSON, and a judge; or the name of a member and judges by its value."},
    {"names_members_once", (PyCFunction)(void (*)(void))names_members_once, METH_FASTCALL,
     "Tell by a JSON text and the value that was read from it whether no object names a member twice. False may be\n"
     "wrong, true is not."},
    {NULL},
};

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_native",
    .m_doc = "Verdicts of JSON Schema on Python values.",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC PyInit__native(void)
{
    PyObject *module = PyModule_Create(&module_definition);
    PyObject *schemas_type = module == NULL ? NULL : PyType_FromSpec(&schemas_spec);
    judge_type = schemas_type == NULL ? NULL : (PyTypeObject *)PyType_FromSpec(&judge_spec);
    if (judge_type != NULL && PyModule_AddObjectRef(module, "Schemas", schemas_type) == 0) {
        Py_DECREF(schemas_type);
        return module;
    }
    Py_XDECREF(schemas_type);
    Py_XDECREF(module);
    return NULL;
}

/* Values, Python's or the module's own. */

static const Value unknown = {.kind = UNKNOWN};

static Value truth(int truth)
{
    return (Value){.kind = BOOLEAN, .truth = truth};
}

/* Return a number; unknown if a double may not hold it. */
static Value number_value(Kind kind, double number)
{
    return fabs(number) < EXACT ? (Value){.kind = kind, .number = number} : unknown;
}

static Value quantity(double number)
{
    return number_value(NUMBER, number);
}

/* Return a text, perhaps with a flag. */
static Value text_value(const char *bytes, Py_ssize_t size, unsigned flag)
{
    return size <= INT32_MAX ? (Value){.kind = STRING | flag, .size = (uint32_t)size, .bytes = bytes} : unknown;
}

/* Return an array of the module's own; unknown if there was no room for it. */
static Value values_value(const Value *values, Py_ssize_t count)
{
    return values != NULL && count <= INT32_MAX
           ? (Value){.kind = ARRAY | OWN, .size = (uint32_t)count, .values = values} : unknown;
}

static Value python_value(Kind kind, PyObject *object, Py_ssize_t size)
{
    return size <= INT32_MAX ? (Value){.kind = kind, .size = (uint32_t)size, .object = object} : unknown;
}

static Value read_python_text(PyObject *object)
{
    Py_ssize_t size;
    if (PyUnicode_IS_COMPACT_ASCII(object))
        return text_value(PyUnicode_DATA(object), PyUnicode_GET_LENGTH(object), ASCII);
    const char *bytes = PyUnicode_AsUTF8AndSize(object, &size);
    if (bytes != NULL)
        return text_value(bytes, size, 0);
    PyErr_Clear(); /* half of a surrogate pair */
    return unknown;
}

static inline Value read_value(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    int overflow = 0;
    if (type == &PyUnicode_Type)
        return read_python_text(object);
    if (type == &PyDict_Type)
        return python_value(OBJECT, object, PyDict_GET_SIZE(object));
    if (type == &PyList_Type)
        return python_value(ARRAY, object, PyList_GET_SIZE(object));
    if (type == &PyLong_Type) {
        double number = (double)PyLong_AsLongLongAndOverflow(object, &overflow);
        return overflow == 0 ? number_value(INTEGER, number) : unknown;
    }
    if (type == &PyBool_Type)
        return truth(object == Py_True);
    if (type == &PyFloat_Type)
        return quantity(PyFloat_AS_DOUBLE(object)); /* neither an infinity nor what is no number */
    return object == Py_None ? (Value){.kind = NOTHING} : unknown;
}

static Text text_of(Value value)
{
    return (Text){value.bytes, value.size};
}

static Value entry(Value array, Py_ssize_t index)
{
    return array.kind & OWN ? array.values[index] : read_value(PyList_GET_ITEM(array.object, index));
}

/* A walk through the members of an object, or through the entries of an array. */
typedef struct {
    Value value;
    Py_ssize_t place;        /* how many were passed */
    Py_ssize_t position;     /* as Python counts it */
    PyObject *key, *member;  /* the latest, of an object that is Python's */
} Walk;

static Walk walk_through(Value value)
{
    return (Walk){.value = value};
}

/* Go on to the next member; false at the end. */
static inline int next_member(Walk *walk)
{
    if (walk->place == walk->value.size)
        return 0;
    walk->place++;
    return walk->value.kind & OWN || PyDict_Next(walk->value.object, &walk->position, &walk->key, &walk->member);
}

static inline Value name_at(const Walk *walk)
{
    return walk->value.kind & OWN ? walk->value.values[2 * walk->place - 2] : read_value(walk->key);
}

static inline Value member_at(const Walk *walk)
{
    return walk->value.kind & OWN ? walk->value.values[2 * walk->place - 1] : read_value(walk->member);
}

/* Return the next entry, or the name of the next member; unknown at the end. */
static Value next(Walk *walk)
{
    if (walk->value.kind & OBJECT)
        return next_member(walk) ? name_at(walk) : unknown;
    return walk->place < walk->value.size ? entry(walk->value, walk->place++) : unknown;
}

/* Return how many entries or members there are; -1 if it is no array and no object. */
static Py_ssize_t length(Value value)
{
    return value.kind & CONTAINER ? (Py_ssize_t)value.size : -1;
}

/* Count the characters of a text. */
static Py_ssize_t characters(Value text)
{
    Py_ssize_t count = text.kind & ASCII ? text.size : 0;
    for (uint32_t i = 0; !(text.kind & ASCII) && i < text.size; i++)
        count += (text.bytes[i] & 0xC0) != 0x80; /* the first byte of one */
    return count;
}

static int same(Text one, Text other)
{
    return one.size == other.size && memcmp(one.bytes, other.bytes, (size_t)one.size) == 0;
}

/* Compare two values; arrays and objects, and truths with numbers, are not compared. */
static Verdict equal(Value one, Value other)
{
    unsigned kinds = (one.kind | other.kind) & ~ASCII;
    if (one.kind == UNKNOWN || other.kind == UNKNOWN || kinds & CONTAINER)
        return UNSURE;
    if (one.kind & QUANTITY && other.kind & QUANTITY)
        return one.number == other.number;
    if ((kinds & (kinds - 1)) != 0) /* they are of two kinds */
        return kinds & BOOLEAN && kinds & QUANTITY ? UNSURE : NO;
    if (one.kind & STRING)
        return same(text_of(one), text_of(other));
    return one.kind & NOTHING || one.truth == other.truth;
}

static size_t hash(Text text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    Py_ssize_t size = text.size;
    return size == 0 ? 0 : (size_t)size + 31u * bytes[0] + 7u * bytes[size - 1] + 3u * bytes[size / 2];
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

#define NO_TEXT (-2)

/* Do the same for the name of a member, most likely the one that was at its place before; NO_TEXT if it is none. */
static inline int find_name(Names *names, const Walk *walk)
{
    Py_ssize_t place = walk->place - 1;
    int number = place < names->room ? names->order[place] : -1;
    if (number >= 0 && names->names[number].key->latest == walk->key)
        return number;
    Value name = name_at(walk);
    if (!(name.kind & STRING))
        return NO_TEXT;
    if (number < 0 || !same(names->names[number].text, text_of(name)))
        number = find_text(names, text_of(name));
    if (place < names->room)
        names->order[place] = (int16_t)number;
    if (number >= 0 && walk->key != NULL) {
        Key *key = names->names[number].key;
        PyObject *before = key->latest;
        key->latest = Py_NewRef(walk->key);
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
        if (character >= 0x80) {
            unsigned two = (character & 0x1F) << 6 | (*byte++ & 0x3F);
            /* What takes three bytes or four is beyond the characters that patterns tell apart. */
            byte += character >= 0xF0 ? 2 : character >= 0xE0;
            character = character < 0xE0 && two < 256 ? two : 256;
        }
        state = rows[state + automaton->classes[character]];
    }
    return rows[state];
}

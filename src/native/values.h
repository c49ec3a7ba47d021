/* Python's values as JSON has them. */

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

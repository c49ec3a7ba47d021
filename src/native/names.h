/* Whether a JSON text names a member twice. */

/* Count the members of all objects in a value; -1 if it is nested too deeply or has more parts than are left. */
static Py_ssize_t count_members(PyObject *value, int depth, Py_ssize_t *left)
{
    Py_ssize_t count = 0, position = 0, below = 0;
    PyObject *key, *member;
    if (depth > DEEPEST)
        return -1;
    if (Py_TYPE(value) == &PyDict_Type) {
        count = PyDict_GET_SIZE(value);
        *left -= count;
        for (; below >= 0 && *left >= 0 && PyDict_Next(value, &position, &key, &member); count += below)
            below = Py_TYPE(member) == &PyUnicode_Type ? 0 : count_members(member, depth + 1, left);
    } else if (Py_TYPE(value) == &PyList_Type) {
        *left -= PyList_GET_SIZE(value);
        for (; below >= 0 && *left >= 0 && position < PyList_GET_SIZE(value); position++, count += below) {
            member = PyList_GET_ITEM(value, position);
            below = Py_TYPE(member) == &PyUnicode_Type ? 0 : count_members(member, depth + 1, left);
        }
    }
    return below < 0 || *left < 0 ? -1 : count;
}

#define LOW 0x0101010101010101u /* in each byte the lowest bit */

/* Return a word with the highest bit set in each byte that is a certain one. */
static uint64_t bytes_like(uint64_t word, char byte)
{
    uint64_t others = word ^ LOW * (uint8_t)byte, rest = LOW * 0x7F;
    return ~(((others & rest) + rest) | others | rest);
}

/* What was seen of a text: names, and colons apart from what goes before them. */
typedef struct {
    Py_ssize_t names;
    uint64_t apart;
} Colons;

/* Look at the eight bytes after a first one. */
static inline void count_colons(const char *text, Colons *colons)
{
    uint64_t before, word;
    memcpy(&word, text + 1, 8);
    uint64_t found = bytes_like(word, ':');
    if (found == 0)
        return;
    memcpy(&before, text, 8);
    colons->names += (Py_ssize_t)((((found & bytes_like(before, '"')) >> 7) * LOW) >> 56);
    colons->apart |= found & (bytes_like(before, ' ') | bytes_like(before, '\n') | bytes_like(before, '\r')
                              | bytes_like(before, '\t'));
}

/* Each name ends with a quotation mark, then white space, then a colon. Where no colon follows white space, the marks
   that a colon follows are at least those of the names; if they are as many as the members, no name was lost. */
static int names_once(PyObject *text_object, PyObject *value)
{
    const char *text = PyBytes_AS_STRING(text_object);
    Py_ssize_t size = PyBytes_GET_SIZE(text_object), left = size, i = 0; /* each part of the value takes a byte */
    char rest[16] = "";
    Colons colons = {0, 0};
    for (; i + 9 <= size; i += 8)
        count_colons(text + i, &colons);
    memcpy(rest, text + i, (size_t)(size - i));
    count_colons(rest, &colons);
    return colons.apart == 0 && colons.names == count_members(value, 0, &left);
}

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
    Py_ssize_t left = size; /* as each part takes a byte */
    return apart == 0 && names == count_members(value, 0, &left);
}

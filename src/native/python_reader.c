#include "python_reader.h"

typedef struct {
    Arena *arena;
    uint32_t count; /* of the values read so far */
} Reader;

static int read_object(Reader *, PyObject *, int depth, Value *);

/* Write a character in UTF-8; NULL for half of a surrogate pair. */
static char *write_character(char *to, Py_UCS4 code)
{
    static const unsigned char FIRST[] = {0, 0xC0, 0xE0, 0xF0};
    int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    if (code >= 0xD800 && code < 0xE000)
        return NULL;
    *to++ = (char)(FIRST[more] | code >> 6 * more);
    while (more-- > 0)
        *to++ = (char)(0x80 | (code >> 6 * more & 0x3F));
    return to;
}

static int read_str(Reader *reader, PyObject *object, Value *value)
{
    size_t length = (size_t)PyUnicode_GET_LENGTH(object);
    unsigned kind = PyUnicode_KIND(object), width = kind == 1 ? 2 : kind == 2 ? 3 : 4; /* most bytes of a character */
    int is_ascii = PyUnicode_IS_ASCII(object);
    if (length > MAX_SIZE)
        return 0;
    char *copy = arena_alloc(reader->arena, is_ascii ? length : width * length), *to = copy;
    if (copy == NULL)
        return 0;
    if (is_ascii)
        to = (char *)memcpy(copy, PyUnicode_DATA(object), length) + length;
    for (size_t i = 0; !is_ascii && i < length; i++)
        if ((to = write_character(to, PyUnicode_READ(kind, PyUnicode_DATA(object), i))) == NULL)
            return 0;
    *value = string_value(copy, (size_t)(to - copy), is_ascii ? ASCII : 0);
    return value->kind != UNKNOWN;
}

static int read_list(Reader *reader, PyObject *list, int depth, Value *value)
{
    size_t size = (size_t)PyList_GET_SIZE(list), count = 0;
    Value *values = size > MAX_SIZE ? NULL : arena_alloc(reader->arena, (size + 1) * sizeof *values);
    if (values == NULL)
        return 0;
    while (count < size && count < (size_t)PyList_GET_SIZE(list)) {
        if (!read_object(reader, PyList_GET_ITEM(list, (Py_ssize_t)count), depth + 1, &values[count]))
            return 0;
        count++;
    }
    *value = array_value(values, count);
    return 1;
}

static int read_dict(Reader *reader, PyObject *dict, int depth, Value *value)
{
    size_t size = (size_t)PyDict_GET_SIZE(dict), count = 0;
    Value *values = size > MAX_SIZE ? NULL : arena_alloc(reader->arena, (2 * size + 1) * sizeof *values);
    Py_ssize_t position = 0;
    PyObject *name, *member;
    if (values == NULL)
        return 0;
    while (count < size && PyDict_Next(dict, &position, &name, &member)) {
        if (!PyUnicode_CheckExact(name) || !read_object(reader, name, depth, &values[2 * count])
            || !read_object(reader, member, depth + 1, &values[2 * count + 1]))
            return 0;
        count++;
    }
    *value = array_value(values, count);
    value->kind = OBJECT;
    return 1;
}

/* Read what may hold other objects, while no other thread changes it or makes it go away. */
static int read_container(Reader *reader, PyObject *object, int depth, Value *value)
{
    int is_read = 0;
    if (depth > MAX_DEPTH)
        return 0;
    Py_INCREF(object);
    Py_BEGIN_CRITICAL_SECTION(object);
    is_read = PyDict_CheckExact(object) ? read_dict(reader, object, depth, value)
                                        : read_list(reader, object, depth, value);
    Py_END_CRITICAL_SECTION();
    Py_DECREF(object);
    return is_read;
}

static int read_int(PyObject *object, Value *value)
{
    int overflow = 0;
    double number = (double)PyLong_AsLongLongAndOverflow(object, &overflow);
    *value = overflow == 0 ? number_value(INTEGER, number) : unknown;
    return value->kind != UNKNOWN;
}

static int read_object(Reader *reader, PyObject *object, int depth, Value *value)
{
    PyTypeObject *type = Py_TYPE(object);
    uint32_t order = reader->count++;
    int is_read = 1;
    if (type == &PyUnicode_Type)
        is_read = read_str(reader, object, value);
    else if (type == &PyDict_Type || type == &PyList_Type)
        is_read = read_container(reader, object, depth, value);
    else if (type == &PyLong_Type)
        is_read = read_int(object, value);
    else if (type == &PyBool_Type)
        *value = boolean_value(object == Py_True);
    else if (type == &PyFloat_Type)
        *value = number_value(NUMBER, PyFloat_AS_DOUBLE(object));
    else
        *value = object == Py_None ? (Value){.kind = NULL_VALUE} : unknown;
    value->order = order;
    return is_read && value->kind != UNKNOWN;
}

int read_python(PyObject *object, Arena *arena, Value *value)
{
    Reader reader = {arena, 0};
    return read_object(&reader, object, 0, value);
}

static PyObject *to_dict(Value object)
{
    PyObject *dict = PyDict_New();
    for (size_t i = 0; dict != NULL && i < object.size; i++) {
        PyObject *name = to_python(object.values[2 * i]);
        PyObject *member = name == NULL ? NULL : to_python(object.values[2 * i + 1]);
        if (member == NULL || PyDict_SetItem(dict, name, member) < 0)
            Py_CLEAR(dict);
        Py_XDECREF(name);
        Py_XDECREF(member);
    }
    return dict;
}

static PyObject *to_list(Value array)
{
    PyObject *list = PyList_New(array.size);
    for (size_t i = 0; list != NULL && i < array.size; i++) {
        PyObject *item = to_python(array.values[i]);
        if (item == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    }
    return list;
}

PyObject *to_python(Value value)
{
    switch (value.kind & ~(unsigned)ASCII) {
    case OBJECT:
        return to_dict(value);
    case ARRAY:
        return to_list(value);
    case STRING:
        return PyUnicode_DecodeUTF8(value.bytes, value.size, NULL);
    case INTEGER:
        return PyLong_FromDouble(value.number);
    case NUMBER:
        return PyFloat_FromDouble(value.number);
    case BOOLEAN:
        return PyBool_FromLong((long)value.boolean);
    default:
        return Py_NewRef(Py_None);
    }
}

#include "python_reader.h"

typedef struct {
    Arena *arena;
    uint32_t count; /* of the values read so far */
} Reader;

/* Each of the following reads an object; unknown if it is none that can be read here. */

static Value read_object(Reader *, PyObject *, int depth);

static Value read_str(Reader *reader, PyObject *object)
{
    size_t length = (size_t)PyUnicode_GET_LENGTH(object);
    unsigned kind = PyUnicode_KIND(object), width = kind == 1 ? 2 : kind == 2 ? 3 : 4; /* most bytes of a character */
    int is_ascii = PyUnicode_IS_ASCII(object);
    char *copy = length > MAX_SIZE ? NULL : arena_alloc(reader->arena, is_ascii ? length : width * length), *to = copy;
    if (copy == NULL)
        return unknown;
    if (is_ascii)
        to = (char *)memcpy(copy, PyUnicode_DATA(object), length) + length;
    for (size_t i = 0; !is_ascii && i < length; i++) {
        Py_UCS4 code = PyUnicode_READ(kind, PyUnicode_DATA(object), i);
        if (code >= 0xD800 && code < 0xE000) /* half of a surrogate pair */
            return unknown;
        to = write_character(to, code);
    }
    return string_value(copy, (size_t)(to - copy), is_ascii ? ASCII : 0);
}

/* Read a list or a tuple. */
static Value read_items(Reader *reader, PyObject *list, int depth)
{
    size_t size = (size_t)PySequence_Fast_GET_SIZE(list), count = 0;
    Value *values = size > MAX_SIZE ? NULL : arena_alloc(reader->arena, (size + 1) * sizeof *values);
    for (; values != NULL && count < size && count < (size_t)PySequence_Fast_GET_SIZE(list); count++) {
        values[count] = read_object(reader, PySequence_Fast_GET_ITEM(list, (Py_ssize_t)count), depth + 1);
        if (values[count].kind == UNKNOWN)
            return unknown;
    }
    return array_value(values, count);
}

static Value read_dict(Reader *reader, PyObject *dict, int depth)
{
    size_t size = (size_t)PyDict_GET_SIZE(dict), count = 0;
    Value *values = size > MAX_SIZE ? NULL : arena_alloc(reader->arena, (2 * size + 1) * sizeof *values), *next = values;
    Py_ssize_t position = 0;
    PyObject *name, *value;
    for (; values != NULL && count < size && PyDict_Next(dict, &position, &name, &value); count++, next += 2) {
        next[0] = PyUnicode_CheckExact(name) ? read_object(reader, name, depth) : unknown;
        next[1] = next[0].kind != UNKNOWN ? read_object(reader, value, depth + 1) : unknown;
        if (next[1].kind == UNKNOWN)
            return unknown;
    }
    Value object = array_value(values, count);
    object.kind = object.kind == UNKNOWN ? UNKNOWN : OBJECT;
    return object;
}

/* Read what may hold other objects, while no other thread changes it or makes it go away. */
static Value read_container(Reader *reader, PyObject *object, int depth)
{
    Value value = unknown;
    if (depth > MAX_DEPTH)
        return unknown;
    Py_INCREF(object);
    Py_BEGIN_CRITICAL_SECTION(object);
    value = PyDict_CheckExact(object) ? read_dict(reader, object, depth) : read_items(reader, object, depth);
    Py_END_CRITICAL_SECTION();
    Py_DECREF(object);
    return value;
}

static Value read_int(PyObject *object)
{
    int overflow = 0;
    double number = (double)PyLong_AsLongLongAndOverflow(object, &overflow);
    return overflow == 0 ? number_value(INTEGER, number) : unknown;
}

static Value read_object(Reader *reader, PyObject *object, int depth)
{
    PyTypeObject *type = Py_TYPE(object);
    uint32_t order = reader->count++;
    Value value = unknown;
    if (type == &PyUnicode_Type)
        value = read_str(reader, object);
    else if (type == &PyDict_Type || type == &PyList_Type || type == &PyTuple_Type)
        value = read_container(reader, object, depth);
    else if (type == &PyLong_Type)
        value = read_int(object);
    else if (type == &PyBool_Type)
        value = boolean_value(object == Py_True);
    else if (type == &PyFloat_Type)
        value = number_value(NUMBER, PyFloat_AS_DOUBLE(object));
    else if (object == Py_None)
        value = (Value){.kind = NULL_VALUE};
    value.order = order;
    return value;
}

int read_python(PyObject *object, Arena *arena, Value *value)
{
    Reader reader = {arena, 0};
    *value = read_object(&reader, object, 0);
    return value->kind != UNKNOWN;
}

static PyObject *to_dict(Value object)
{
    PyObject *dict = PyDict_New();
    for (size_t i = 0; dict != NULL && i < object.size; i++) {
        PyObject *name = to_python(object.values[2 * i]);
        PyObject *value = name == NULL ? NULL : to_python(object.values[2 * i + 1]);
        if (value == NULL || PyDict_SetItem(dict, name, value) < 0)
            Py_CLEAR(dict);
        Py_XDECREF(name);
        Py_XDECREF(value);
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

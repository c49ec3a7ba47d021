/* Verdicts of JSON Schema, and of rules beside it, on Python values, as fast as they can be had.

   A schema is compiled once, into a check for each of its keywords. An object is read once, in document order: each
   member goes into the slot of its name, and all checks of that object, those of conditions included, look into slots.
   Rules are terms: trees of operations on values, that are neither Python's objects nor counted by it.

   A verdict is YES, NO or UNSURE. UNSURE is the answer to all that is rare: values that no JSON parser makes, numbers
   that a double cannot hold, half of a surrogate pair, deep nesting, a keyword or an operation that is unknown here.
   Then the caller asks another validator, so nothing here needs an opinion of its own on such things.

   Nothing that runs while a value is checked calls back into Python or gives up its lock. */

#include "schemas.h"
#include "values.h"
#include "terms.h"
#include "checks.h"
#include "explaining.h"
#include "compiling.h"
#include "names.h"

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
    if (self->kept == NULL || self->is_spoilt)
        return PyErr_Format(PyExc_TypeError, "schemas have no definitions, or one that could not be compiled");
    Shape *shape = compile_shape(self, schema);
    self->is_spoilt = shape == NULL; /* perhaps a component is compiled in part */
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

static PyType_Slot schemas_slots[] = {
    {Py_tp_doc, "Schemas(definitions, patterns): the components of a document, and an automaton for each pattern."},
    {Py_tp_init, schemas_init},
    {Py_tp_dealloc, schemas_dealloc},
    {Py_tp_methods, schemas_methods},
    {0, NULL},
};

static PyType_Spec schemas_spec = {
    "webex_connect_messaging._native.Schemas", sizeof(Schemas), 0, Py_TPFLAGS_DEFAULT, schemas_slots,
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
    *look = (Look){.root = value, .without_rules = to_explain};
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
    char buffer[1024] = "";
    char *bytes = most <= (Py_ssize_t)sizeof buffer ? buffer : PyMem_Malloc((size_t)most), *end = bytes;
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
        PyObject *pointer = pointer_to(&look, &look.findings[i]);
        PyObject *pair = pointer == NULL ? NULL : PyTuple_Pack(2, pointer, look.findings[i].rule);
        Py_XDECREF(pointer);
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
        PyObject *record = Py_BuildValue("NNOOO", order_of(&look, error), pointer_to(&look, error),
                                         error->check->keyword, error->check->schema, error->subject);
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
     "Return all that is wrong with a value, or None if that is unsure: of each, bytes by which errors sort as a reader\n"
     "meets them, a pointer, the keyword, the schema that has it, and the value or the name of a member."},
    {NULL},
};

static PyType_Slot judge_slots[] = {
    {Py_tp_doc, "Judges values by a schema."},
    {Py_tp_dealloc, judge_dealloc},
    {Py_tp_methods, judge_methods},
    {0, NULL},
};

static PyType_Spec judge_spec = {
    "webex_connect_messaging._native.Judge", sizeof(Judge), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, judge_slots,
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

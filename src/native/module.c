/* Verdicts of JSON Schema, and of rules beside it, on JSON texts and on Python values, as fast as they can be had.

   A schema is compiled once, into a check for each of its keywords. An object is read once, in document order: each
   member goes into the slot of its name, and all checks of that object, those of conditions included, look into slots.
   Rules are terms: trees of operations on values. These are neither Python's objects nor counted by it; those of a text
   are read without making any such object.

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
#include "reading.h"

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
static Verdict look_at(const Judge *self, Value value, Look *look, int to_explain)
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
    for (Py_ssize_t i = 0; i < finding->step_count; i++)
        most += 32 + 2 * (Py_ssize_t)steps[i].size;
    char buffer[1024] = "";
    char *bytes = most <= (Py_ssize_t)sizeof buffer ? buffer : PyMem_Malloc((size_t)most), *end = bytes;
    if (bytes == NULL)
        return PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < finding->step_count; i++) {
        *end++ = '/';
        if (steps[i].name == NULL)
            end += PyOS_snprintf(end, 32, "%d", (int)steps[i].place);
        for (uint32_t j = 0; j < steps[i].size; j++) {
            char byte = steps[i].name[j];
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

/* Return of what an error is: the value where it was found, or the name of a member there. */
static PyObject *subject_of(PyObject *value, const Look *look, const Finding *error)
{
    PyObject *key;
    if (error->name.bytes != NULL)
        return PyUnicode_DecodeUTF8(error->name.bytes, error->name.size, NULL);
    for (Py_ssize_t i = 0; i < error->step_count; i++) {
        Step step = look->steps[error->first_step + i];
        Py_ssize_t position = 0;
        if (step.name == NULL)
            value = PyList_GET_ITEM(value, step.place);
        for (PyObject *object = value; step.name != NULL && step.place >= 0; step.place--)
            PyDict_Next(object, &position, &key, &value);
    }
    return Py_NewRef(value);
}

/* Return the broken rules as Python has them. No garbage is collected meanwhile, here and below: that may run anything,
   and what was found lies where another text would be read. */
static PyObject *told(const Look *look)
{
    int collects = PyGC_Disable();
    PyObject *found = PyTuple_New(look->count);
    for (Py_ssize_t i = 0; found != NULL && i < look->count; i++) {
        PyObject *pointer = pointer_to(look, &look->findings[i]);
        PyObject *pair = pointer == NULL ? NULL : PyTuple_Pack(2, pointer, look->findings[i].rule);
        Py_XDECREF(pointer);
        if (pair == NULL)
            Py_CLEAR(found);
        else
            PyTuple_SET_ITEM(found, i, pair);
    }
    if (collects)
        PyGC_Enable();
    return found;
}

static PyObject *judge_broken_rules(Judge *self, PyObject *value)
{
    Look look;
    Verdict verdict = look_at(self, read_value(value), &look, 0);
    PyObject *found = verdict == YES ? told(&look) : Py_NewRef(Py_None);
    forget(&look);
    return found;
}

static PyObject *judge_errors(Judge *self, PyObject *value)
{
    Look look;
    Verdict verdict = look_at(self, read_value(value), &look, 1);
    int collects = PyGC_Disable();
    PyObject *found = verdict == YES ? PyList_New(look.count) : Py_NewRef(Py_None);
    for (Py_ssize_t i = 0; verdict == YES && found != NULL && i < look.count; i++) {
        const Finding *error = &look.findings[i];
        PyObject *record = Py_BuildValue("NNOON", order_of(&look, error), pointer_to(&look, error),
                                         error->check->keyword, error->check->schema, subject_of(value, &look, error));
        if (record == NULL)
            Py_CLEAR(found);
        else
            PyList_SET_ITEM(found, i, record);
    }
    if (collects)
        PyGC_Enable();
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

/* Set the text that is bytes or a str; false if it is neither, or has no UTF-8. */
static int get_text(PyObject *object, Text *text)
{
    if (PyBytes_Check(object)) {
        *text = (Text){PyBytes_AS_STRING(object), PyBytes_GET_SIZE(object)};
        return 1;
    }
    text->bytes = PyUnicode_Check(object) ? PyUnicode_AsUTF8AndSize(object, &text->size) : NULL;
    PyErr_Clear();
    return text->bytes != NULL;
}

static PyObject *names_members_once(PyObject *module, PyObject *object)
{
    Text text;
    Value value;
    (void)module;
    return PyBool_FromLong(get_text(object, &text) && read_json(text, &value));
}

static int are_judges(PyObject *judges)
{
    if (Py_TYPE(judges) == judge_type
        || (PyTuple_Check(judges) && PyTuple_GET_SIZE(judges) == 2 && PyUnicode_Check(PyTuple_GET_ITEM(judges, 0))
            && PyDict_Check(PyTuple_GET_ITEM(judges, 1))))
        return 1;
    PyErr_SetString(PyExc_TypeError, "a judge is missing, or the name of a member and a dict of judges");
    return 0;
}

/* Return the judge of a document: the only one, or the one for the value of a member; NULL if there is none. */
static Judge *choose(PyObject *judges, Value document)
{
    if (Py_TYPE(judges) == judge_type)
        return (Judge *)judges;
    Key name = {.latest = PyTuple_GET_ITEM(judges, 0)};
    Value value = unknown;
    if (document.kind & OBJECT && get_text(name.latest, &name.text))
        find_member(document, &name, &value);
    PyObject *key = value.kind & STRING ? PyUnicode_DecodeUTF8(value.bytes, value.size, NULL) : NULL;
    PyObject *found = key == NULL ? NULL : PyDict_GetItemWithError(PyTuple_GET_ITEM(judges, 1), key);
    Py_XDECREF(key);
    return found != NULL && Py_TYPE(found) == judge_type ? (Judge *)found : NULL;
}

/* Look at the document in a text and find what rules it breaks. */
static Verdict look_into(Text text, PyObject *judges, Look *look)
{
    Value document;
    if (!read_json(text, &document))
        return UNSURE;
    Judge *judge = choose(judges, document);
    return judge == NULL ? UNSURE : look_at(judge, document, look, 0);
}

static PyObject *broken_rules(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    Text text;
    Look look = {.count = 0};
    (void)module;
    if (count != 2)
        return PyErr_Format(PyExc_TypeError, "broken_rules() takes a text and judges");
    if (!are_judges(arguments[1]))
        return NULL;
    if (!get_text(arguments[0], &text))
        return Py_NewRef(Py_None);
    Verdict verdict = look_into(text, arguments[1], &look);
    PyObject *found = verdict == YES ? told(&look) : PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    forget(&look);
    return found;
}

static PyObject *skip_flawless_lines(PyObject *module, PyObject *arguments)
{
    PyObject *lines, *judges;
    Py_ssize_t start, longest, count = 0;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "SnnO", &lines, &start, &longest, &judges) || !are_judges(judges))
        return NULL;
    const char *text = PyBytes_AS_STRING(lines);
    Py_ssize_t size = PyBytes_GET_SIZE(lines);
    while (start >= 0 && start < size) {
        const char *end = memchr(text + start, '\n', (size_t)(size - start));
        Text line = {text + start, end == NULL ? size - start : end - (text + start)};
        Look look = {.count = 0};
        int is_flawless = line.size <= longest && look_into(line, judges, &look) == YES && look.count == 0;
        forget(&look);
        if (PyErr_Occurred())
            return NULL;
        if (!is_flawless)
            break;
        count++;
        start += line.size + 1;
    }
    return Py_BuildValue("nn", count, start);
}

static PyMethodDef functions[] = {
    {"broken_rules", (PyCFunction)(void (*)(void))broken_rules, METH_FASTCALL,
     "Do as broken_rules() of a judge does with the document in a JSON text, and return None, too, if that is no JSON\n"
     "or names a member twice. Takes the text and a judge; or the name of a member and judges by its value."},
    {"skip_flawless_lines", skip_flawless_lines, METH_VARARGS,
     "Go through lines of JSON from a place on, as long as they are not too long and nothing is wrong with them, and\n"
     "return how many these are, and where the next one begins or, if there is none, would. Takes the lines, the place,\n"
     "the bytes of the longest line, and a judge; or the name of a member and judges by its value."},
    {"names_members_once", names_members_once, METH_O,
     "Tell that no object in a JSON text names a member twice. False may be wrong, true is not."},
    {NULL},
};

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_native",
    .m_doc = "Verdicts of JSON Schema on JSON texts and Python values.",
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

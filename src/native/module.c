/* The accelerator: checks JSON texts and Python values by schemas and by the rules beside them.

   A document is read once, into values of its own. Schemas and rules are lowered in Python and loaded once; nothing changes
   them afterwards, and nothing else outlives a call, so any number of threads may check at once.

   The answer to what is rare is that it is undecided: values that no JSON parser makes, numbers that a double does not
   hold, half of a surrogate pair, very deep nesting, an unknown keyword. Then the caller asks another validator. */

#include "program.h"
#include "json_reader.h"
#include "python_reader.h"

#include <stdlib.h>

#define BUFFER_SIZE 16384

typedef struct {
    PyObject_HEAD
    Program program;
} Validator;

typedef struct {
    PyTypeObject *validator_type;
} State;

static PyObject *validator_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"shapes", "cached_count", NULL};
    PyObject *shapes;
    Py_ssize_t cached_count;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "On", names, &shapes, &cached_count))
        return NULL;
    Validator *self = (Validator *)type->tp_alloc(type, 0);
    if (self != NULL && load_program(shapes, cached_count, &self->program) < 0) {
        if (self->program.arena.is_exhausted) /* of which some of what is loaded is taken to be malformed */
            PyErr_NoMemory();
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static int validator_traverse(Validator *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->program.kept);
    return 0;
}

static void validator_dealloc(Validator *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    free_program(&self->program);
    type->tp_free(self);
    Py_DECREF(type);
}

/* ISO C converts a function pointer to the void pointer of a slot only by way of an integer. */
#define SLOT_FUNCTION(function) ((void *)(uintptr_t)(function))

static PyType_Slot validator_slots[] = {
    {Py_tp_doc, "Validator(shapes, cached_count)\n--\n\n"
                "What documents are checked by, loaded from shapes as webex_connect_messaging.lowering makes them."},
    {Py_tp_new, SLOT_FUNCTION(validator_new)},
    {Py_tp_traverse, SLOT_FUNCTION(validator_traverse)},
    {Py_tp_dealloc, SLOT_FUNCTION(validator_dealloc)},
    {0, NULL},
};

static PyType_Spec validator_spec = {
    "webex_connect_messaging._native.Validator", sizeof(Validator), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    validator_slots,
};

/* Validators of documents: one for all, or one by the value of a property of the root. */
typedef struct {
    PyTypeObject *type;
    PyObject *only; /* borrowed, as the next */
    PyObject *mapping;
    Text tag;
} Validators;

static int get_validators(PyObject *module, PyObject *object, Validators *validators)
{
    Py_ssize_t size = 0;
    *validators = (Validators){.type = ((State *)PyModule_GetState(module))->validator_type};
    if (Py_TYPE(object) == validators->type) {
        validators->only = object;
    } else if (PyTuple_Check(object) && PyTuple_GET_SIZE(object) == 2 && PyUnicode_Check(PyTuple_GET_ITEM(object, 0))) {
        validators->mapping = PyTuple_GET_ITEM(object, 1);
        validators->tag.bytes = PyUnicode_AsUTF8AndSize(PyTuple_GET_ITEM(object, 0), &size);
        validators->tag.size = (size_t)size;
        return validators->tag.bytes == NULL ? -1 : 0;
    } else {
        PyErr_SetString(PyExc_TypeError, "expected a Validator, or the name of a property and validators by its value");
        return -1;
    }
    return 0;
}

/* Find the value of a key among those that a dict has, a new reference; NULL without an error if it is not there. For the
   few that there are, this takes a fraction of the time that a str for the key would. */
static PyObject *find_in_dict(PyObject *dict, Text key)
{
    PyObject *name, *value, *found = NULL;
    Py_ssize_t position = 0;
    Py_BEGIN_CRITICAL_SECTION(dict);
    while (found == NULL && PyDict_Next(dict, &position, &name, &value))
        if (PyUnicode_CheckExact(name) && PyUnicode_IS_COMPACT_ASCII(name)
            && is_equal_text(key, (Text){PyUnicode_DATA(name), (size_t)PyUnicode_GET_LENGTH(name)}))
            found = Py_NewRef(value);
    Py_END_CRITICAL_SECTION();
    return found;
}

/* Return the validator of a document, a new reference; NULL with an error. */
static PyObject *choose_validator(const Validators *validators, Value document)
{
    if (validators->only != NULL)
        return Py_NewRef(validators->only);
    const Value *tag = document.kind & OBJECT ? find_property(document, validators->tag) : NULL;
    int is_string = tag != NULL && tag->kind & STRING;
    PyObject *found = is_string && PyDict_Check(validators->mapping) ? find_in_dict(validators->mapping, text_of(*tag))
                                                                     : NULL;
    PyObject *key = found != NULL ? NULL : is_string ? to_python(*tag) : Py_NewRef(Py_None);
    if (key != NULL)
        found = PyObject_GetItem(validators->mapping, key);
    Py_XDECREF(key);
    if (found == NULL || Py_TYPE(found) == validators->type)
        return found;
    PyErr_Format(PyExc_TypeError, "%R is no Validator", found);
    Py_DECREF(found);
    return NULL;
}

static size_t pointer_size(const Finding *finding)
{
    size_t size = 0;
    for (uint32_t i = 0; i < finding->step_count; i++)
        size += 12 + 2 * (size_t)finding->steps[i].name.size;
    return size;
}

/* Return the JSON Pointer to where something was found. */
static PyObject *make_pointer(const Finding *finding)
{
    char buffer[1024], *bytes = buffer, *end;
    size_t size = pointer_size(finding);
    if (size > sizeof buffer && (bytes = PyMem_Malloc(size)) == NULL)
        return PyErr_NoMemory();
    end = bytes;
    *end = 0; /* some compilers miss that of no steps no byte is read */
    for (uint32_t i = 0; i < finding->step_count; i++) {
        Value name = finding->steps[i].name;
        *end++ = '/';
        if (name.kind == UNKNOWN)
            end += write_integer(end, finding->steps[i].index);
        for (uint32_t j = 0; name.kind != UNKNOWN && j < name.size; j++) {
            char byte = name.bytes[j];
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

/* Return a finding as a tuple: order, pointer, keyword or rule, schema or rule, subject. */
static PyObject *make_record(const Finding *finding)
{
    const Rule *rule = finding->rule;
    const Keyword *keyword = finding->keyword;
    PyObject *items[] = {
        PyLong_FromUnsignedLong(finding->order),
        make_pointer(finding),
        rule != NULL ? Py_NewRef(rule->id) : keyword != NULL ? Py_NewRef(keyword->name)
                                                             : PyUnicode_FromString("duplicate_member"),
        Py_NewRef(rule != NULL ? rule->record : keyword != NULL ? keyword->schema : Py_None),
        rule != NULL ? Py_NewRef(Py_None) : to_python(finding->subject),
    };
    PyObject *record = PyErr_Occurred() ? NULL : PyTuple_Pack(5, items[0], items[1], items[2], items[3], items[4]);
    for (int i = 0; i < 5; i++)
        Py_XDECREF(items[i]);
    return record;
}

/* Turn findings into records at the end of a list, NULL before the first; false with an error. */
static int add_records(Findings *findings, PyObject **records)
{
    for (const Finding *finding = findings->first; finding != NULL; finding = finding->next) {
        PyObject *record = *records != NULL || (*records = PyList_New(0)) != NULL ? make_record(finding) : NULL;
        int result = record == NULL ? -1 : PyList_Append(*records, record);
        Py_XDECREF(record);
        if (result < 0)
            return 0;
    }
    findings_init(findings, findings->arena);
    return 1;
}

typedef struct {
    uint32_t order;
    PyObject *violation; /* a tuple: pointer, id of the rule, level, message, None */
} Placed;

static int compare_placed(const void *one, const void *other)
{
    static const int KEYS[] = {1, 3, 0};
    const Placed *left = one, *right = other;
    int result = (left->order > right->order) - (left->order < right->order);
    for (int i = 0; i < 3 && result == 0; i++)
        result = PyUnicode_Compare(PyTuple_GET_ITEM(left->violation, KEYS[i]),
                                   PyTuple_GET_ITEM(right->violation, KEYS[i]));
    return result;
}

/* Fill a new tuple with a violated rule, of which the record begins with id, level and message; NULL with an error. */
static PyObject *make_violation(const Finding *finding, PyTypeObject *type)
{
    PyObject *record = finding->rule->record;
    if (!PyTuple_Check(record) || PyTuple_GET_SIZE(record) < 3)
        return PyErr_Format(PyExc_TypeError, "%R does not begin with id, level and message", record);
    PyObject *pointer = make_pointer(finding), *violation = pointer == NULL ? NULL : PyType_GenericAlloc(type, 5);
    if (violation == NULL) {
        Py_XDECREF(pointer);
        return NULL;
    }
    PyTuple_SET_ITEM(violation, 0, pointer);
    for (int i = 0; i < 3; i++)
        PyTuple_SET_ITEM(violation, i + 1, Py_NewRef(PyTuple_GET_ITEM(record, i)));
    PyTuple_SET_ITEM(violation, 4, Py_NewRef(Py_None));
    return violation;
}

/* Return violated rules, which are all that was found, as sorted tuples of a type; NULL with an error. */
static PyObject *make_violations(const Findings *findings, PyTypeObject *type)
{
    PyObject *violations = PyList_New((Py_ssize_t)findings->count);
    Placed *placed = arena_alloc(findings->arena, findings->count * sizeof *placed);
    size_t count = 0;
    if (placed == NULL)
        Py_CLEAR(violations);
    for (const Finding *finding = findings->first; violations != NULL && finding != NULL; finding = finding->next) {
        placed[count] = (Placed){finding->order, make_violation(finding, type)};
        if (placed[count].violation == NULL)
            Py_CLEAR(violations);
        else
            PyList_SET_ITEM(violations, (Py_ssize_t)count, placed[count].violation);
        count++;
    }
    if (violations == NULL)
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    qsort(placed, count, sizeof *placed, compare_placed);
    for (size_t i = 0; i < count; i++) /* of which the list still has them all */
        PyList_SET_ITEM(violations, (Py_ssize_t)i, placed[i].violation);
    return violations;
}

/* Check one document and add its records to a list, or make that list of the violations of rules, if a type for these is
   given and there is nothing else. Undecided with or without an error. */
static Verdict check_one(const Validators *validators, const Value *document, const Path *path, Findings *findings,
                         PyTypeObject *type, PyObject **records)
{
    size_t count = findings->count;
    PyObject *validator = choose_validator(validators, *document);
    if (validator == NULL)
        return UNDECIDED;
    const Program *program = &((Validator *)validator)->program;
    Verdict verdict = check_document(program->shapes, document, path, (size_t)program->cached_count, findings);
    if (verdict == INVALID && findings->count == count) /* of nothing found, no record could be made */
        verdict = UNDECIDED;
    if (verdict == VALID && type != NULL && count == 0 && findings->count > 0)
        *records = make_violations(findings, type);
    else if (verdict != UNDECIDED)
        add_records(findings, records);
    Py_DECREF(validator); /* perhaps nothing else holds it, and findings point into it */
    return PyErr_Occurred() ? UNDECIDED : verdict;
}

/* Do so for each item of an array, of which there must be one: no validator is for the array itself. */
static Verdict check_each(const Validators *validators, const Value *array, Findings *findings, PyObject **records)
{
    Path root = {.order = array->order};
    /* Of what was found while it was read, there are records before any other. */
    Verdict verdict = array->size > 0 && add_records(findings, records) ? VALID : UNDECIDED;
    for (uint32_t i = 0; i < array->size && verdict != UNDECIDED; i++) {
        Path item = path_to_item(&root, i, array->values[i].order);
        verdict = check_one(validators, &array->values[i], &item, findings, NULL, records);
    }
    return verdict;
}

/* Check a document or, where validators are chosen by a property, each item of an array. Make a list of records, unless
   nothing is found; none if it is undecided, with or without an error. */
static Verdict check(const Validators *validators, const Value *document, Findings *findings, PyTypeObject *type,
                     PyObject **records)
{
    Path root = {.order = document->order};
    Verdict verdict = validators->only == NULL && document->kind & ARRAY
                      ? check_each(validators, document, findings, records)
                      : check_one(validators, document, &root, findings, type, records);
    if (verdict == UNDECIDED)
        Py_CLEAR(*records);
    return verdict;
}

/* Return what a call returns: records, None if it is undecided, NULL with an error. */
static PyObject *make_answer(Verdict verdict, PyObject *records)
{
    if (verdict == UNDECIDED)
        return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    return records != NULL ? records : PyList_New(0);
}

/* Get the bytes of a bytes or str object; false if it is neither, or has no UTF-8. */
static int get_text(PyObject *object, Text *text)
{
    Py_ssize_t size;
    if (PyBytes_CheckExact(object)) {
        *text = (Text){PyBytes_AS_STRING(object), (size_t)PyBytes_GET_SIZE(object)};
        return 1;
    }
    text->bytes = PyUnicode_CheckExact(object) ? PyUnicode_AsUTF8AndSize(object, &size) : NULL;
    text->size = text->bytes == NULL ? 0 : (size_t)size;
    PyErr_Clear();
    return text->bytes != NULL;
}

/* Check a document of either form. */
static PyObject *check_either(PyObject *module, PyObject *const *arguments, Py_ssize_t count, int is_text)
{
    char buffer[BUFFER_SIZE];
    Arena arena;
    Findings findings;
    Validators validators;
    Value document;
    Text text;
    PyTypeObject *type = count == 3 ? (PyTypeObject *)arguments[2] : NULL;
    if (count < 2 || count > 3 || (type != NULL && (!PyType_Check(type) || !PyType_IsSubtype(type, &PyTuple_Type))))
        return PyErr_Format(PyExc_TypeError, "expected a document, validators and perhaps a type of tuples");
    if (get_validators(module, arguments[1], &validators) < 0)
        return NULL;
    arena_init(&arena, buffer, sizeof buffer);
    findings_init(&findings, &arena);
    int is_read = !is_text ? read_python(arguments[0], &arena, &document)
                           : get_text(arguments[0], &text) && read_json(text, &findings, &document);
    PyObject *records = NULL;
    Verdict verdict = is_read ? check(&validators, &document, &findings, type, &records) : UNDECIDED;
    arena_free(&arena);
    return make_answer(verdict, records);
}

static PyObject *module_check_value(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    return check_either(module, arguments, count, 0);
}

static PyObject *module_check_text(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    return check_either(module, arguments, count, 1);
}

static Verdict check_line(const Validators *validators, Text line, Arena *arena, PyObject **records)
{
    Value document;
    Findings findings;
    findings_init(&findings, arena);
    return read_json(line, &findings, &document) ? check(validators, &document, &findings, NULL, records) : UNDECIDED;
}

static PyObject *module_check_lines(PyObject *module, PyObject *arguments)
{
    char buffer[BUFFER_SIZE];
    Arena arena, empty;
    Validators validators;
    PyObject *data, *object, *records = NULL;
    Py_ssize_t start, max_length, count = 0;
    if (!PyArg_ParseTuple(arguments, "SnnO", &data, &start, &max_length, &object)
        || get_validators(module, object, &validators) < 0)
        return NULL;
    const char *text = PyBytes_AS_STRING(data);
    Py_ssize_t size = PyBytes_GET_SIZE(data), end = start;
    arena_init(&arena, buffer, sizeof buffer);
    empty = arena;
    while (start >= 0 && start < size) {
        const char *line_break = memchr(text + start, '\n', (size_t)(size - start));
        end = line_break == NULL ? size : line_break - text;
        Text line = {text + start, (size_t)(end - start)};
        Verdict verdict = end - start <= max_length ? check_line(&validators, line, &arena, &records) : UNDECIDED;
        if (verdict == UNDECIDED || records != NULL) {
            arena_free(&arena);
            PyObject *answer = make_answer(verdict, records);
            return answer == NULL ? NULL : Py_BuildValue("nnnN", count, start, end, answer);
        }
        arena_release(&arena, &empty);
        count++;
        start = end + 1;
    }
    arena_free(&arena);
    return Py_BuildValue("nnnO", count, size + 1, size + 1, Py_None);
}

static PyMethodDef functions[] = {
    {"check_value", (PyCFunction)(void (*)(void))module_check_value, METH_FASTCALL,
     "check_value(value, validators, type=None, /)\n--\n\n"
     "Return a record of everything that is wrong with a Python value: its place in document order, a JSON Pointer, the\n"
     "keyword or the id of the rule, the schema or the rule, and the value or, of a property, the name; None if that is\n"
     "undecided. Takes a validator, or the name of a property and a mapping of validators by its value (None if it is\n"
     "no string); then each item of a list is checked by itself. With a type of tuples, what is found of one document is\n"
     "returned sorted, as tuples of pointer, id, level, message and None, if rules are violated and there is no error."},
    {"check_text", (PyCFunction)(void (*)(void))module_check_text, METH_FASTCALL,
     "check_text(text, validators, type=None, /)\n--\n\n"
     "Do the same for a JSON text; records begin with the offset. None, too, if the text is not JSON."},
    {"check_lines", module_check_lines, METH_VARARGS,
     "check_lines(data, start, max_length, validators, /)\n--\n\n"
     "Skip lines, each a JSON text, in which nothing is wrong, from an offset on. Return how many these are, the offsets\n"
     "at which the next line starts and ends, and its records: None if it is undecided, or longer than max_length.\n"
     "Behind the last line both offsets are beyond the end."},
    {NULL},
};

static int module_exec(PyObject *module)
{
    State *state = PyModule_GetState(module);
    state->validator_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &validator_spec, NULL);
    return state->validator_type == NULL ? -1
           : PyModule_AddObjectRef(module, "Validator", (PyObject *)state->validator_type);
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(((State *)PyModule_GetState(module))->validator_type);
    return 0;
}

static int module_clear(PyObject *module)
{
    Py_CLEAR(((State *)PyModule_GetState(module))->validator_type);
    return 0;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, SLOT_FUNCTION(module_exec)},
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_native",
    .m_doc = "The accelerator: checks JSON texts and Python values by compiled schemas and rules.",
    .m_size = sizeof(State),
    .m_methods = functions,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
};

PyMODINIT_FUNC PyInit__native(void)
{
    return PyModuleDef_Init(&module_definition);
}

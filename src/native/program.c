#include "program.h"

#define MAX_STEPS 16 /* from a value to what its rules speak of */

typedef struct {
    Program *program;
    Shape *shape;   /* that is being loaded, */
    Schema *schema; /* and its schema */
} Loader;

/* Return cleared memory for one more than so many; NULL with an error. */
static void *new_memory(Loader *loader, Py_ssize_t count, size_t size)
{
    void *memory = arena_calloc(&loader->program->arena, (size_t)count + 1, size);
    return memory == NULL ? PyErr_NoMemory() : memory;
}

static int refuse(const char *what)
{
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_ValueError, "malformed program: %s", what);
    return -1;
}

/* Get the items of any sequence as a tuple, which is kept; NULL with an error. */
static PyObject *get_items(Loader *loader, PyObject *sequence)
{
    PyObject *items = PySequence_Tuple(sequence);
    int result = items == NULL ? -1 : PyList_Append(loader->program->kept, items);
    Py_XDECREF(items); /* it is kept */
    return result < 0 ? NULL : items;
}

/* Get the text of a str, which its owner keeps. */
static int load_text(PyObject *object, Text *text)
{
    Py_ssize_t size = 0;
    text->bytes = PyUnicode_Check(object) ? PyUnicode_AsUTF8AndSize(object, &size) : NULL;
    text->size = (size_t)size;
    return text->bytes == NULL ? refuse("a string is missing") : 0;
}

static int load_names(Loader *loader, PyObject *strings, int limit, Names *names)
{
    PyObject *items = get_items(loader, strings);
    for (Py_ssize_t i = 0; items != NULL && i < PyTuple_GET_SIZE(items); i++) {
        Text text;
        if (load_text(PyTuple_GET_ITEM(items, i), &text) < 0)
            return -1;
        if (i >= limit || add_name(names, text, &loader->program->arena) != i)
            return refuse("too many names, or a duplicate one");
    }
    return items == NULL ? -1 : 0;
}

/* Load numbers below a limit. */
static int load_numbers(Loader *loader, PyObject *sequence, Py_ssize_t limit, int **numbers, int *count)
{
    PyObject *items = get_items(loader, sequence);
    *count = items == NULL ? 0 : (int)PyTuple_GET_SIZE(items);
    *numbers = items == NULL ? NULL : new_memory(loader, *count, sizeof **numbers);
    for (int i = 0; *numbers != NULL && i < *count; i++) {
        Py_ssize_t number = PyNumber_AsSsize_t(PyTuple_GET_ITEM(items, i), PyExc_ValueError);
        if (number < 0 || number >= limit)
            return refuse("a number that leads nowhere");
        (*numbers)[i] = (int)number;
    }
    return *numbers == NULL ? -1 : 0;
}

/* Return a scalar; unknown if a double may not hold it, or if it is something else. */
static Value load_scalar(PyObject *object)
{
    Text text;
    if (PyUnicode_Check(object))
        return load_text(object, &text) < 0 ? unknown : string_value(text.bytes, text.size, 0);
    if (object == Py_None)
        return (Value){.kind = NULL_VALUE};
    if (PyBool_Check(object))
        return boolean_value(object == Py_True);
    if (!PyLong_Check(object) && !PyFloat_Check(object))
        return unknown;
    double number = PyFloat_AsDouble(object);
    return PyErr_Occurred() ? unknown : number_value(PyLong_Check(object) ? INTEGER : NUMBER, number);
}

static int load_scalars(Loader *loader, PyObject *sequence, Value **values, int *count)
{
    PyObject *items = get_items(loader, sequence);
    *count = items == NULL ? 0 : (int)PyTuple_GET_SIZE(items);
    *values = items == NULL ? NULL : new_memory(loader, *count, sizeof **values);
    for (int i = 0; *values != NULL && i < *count; i++)
        if (((*values)[i] = load_scalar(PyTuple_GET_ITEM(items, i))).kind == UNKNOWN)
            return refuse("a value that cannot be compared");
    return *values == NULL ? -1 : 0;
}

static int load_automaton(Loader *loader, PyObject *tables, const Automaton **automaton)
{
    const char *parts[3];
    Py_ssize_t sizes[3];
    if (tables == Py_None)
        return 0;
    if (!PyTuple_Check(tables)
        || !PyArg_ParseTuple(tables, "y#y#y#", &parts[0], &sizes[0], &parts[1], &sizes[1], &parts[2], &sizes[2]))
        return refuse("an automaton that is none");
    *automaton = build_automaton(&(AutomatonTables){
        (const uint8_t *)parts[0], (size_t)sizes[0], (const uint8_t *)parts[1], (size_t)sizes[1],
        (const uint8_t *)parts[2], (size_t)sizes[2],
    }, &loader->program->arena);
    return *automaton == NULL ? refuse("an automaton that leads out of its tables") : 0;
}

static int load_expressions(Loader *, PyObject *sequence, Expression **, int *count);

/* Decide whether the number of an expression is one of what its operation needs. */
static int has_valid_number(const Loader *loader, Operand operand, Py_ssize_t number)
{
    Py_ssize_t limits[] = {
        [NO_OPERAND] = INT32_MAX, [VARIABLE] = MAX_VARIABLES, [SLOT] = loader->shape->names.count,
        [CACHED_ARRAY] = loader->program->cached_count,
    };
    return number >= 0 && number < limits[operand];
}

static int load_expression(Loader *loader, PyObject *source, Expression *expression)
{
    const char *name;
    PyObject *parts, *constant, *strings, *automaton;
    Py_ssize_t number;
    if (!PyTuple_Check(source)
        || !PyArg_ParseTuple(source, "sOnOOO", &name, &parts, &number, &constant, &strings, &automaton))
        return refuse("an expression that is none");
    const OperationEntry *operation = find_operation(name);
    if (operation == NULL || !has_valid_number(loader, operation->operand, number))
        return refuse("an unknown operation, or a number that leads nowhere");
    expression->evaluate = operation->evaluate;
    expression->number = (int)number;
    expression->constant = load_scalar(constant);
    if (Py_EnterRecursiveCall(" while loading a rule"))
        return -1;
    int result = load_expressions(loader, parts, &expression->parts, &expression->count);
    Py_LeaveRecursiveCall();
    if (result < 0 || load_names(loader, strings, INT16_MAX, &expression->strings) < 0
        || load_automaton(loader, automaton, &expression->automaton) < 0)
        return -1;
    if ((operation->parts >= 0 && expression->count != operation->parts)
        || (operation->needs_string && !(expression->constant.kind & STRING))
        || (operation->needs_automaton && expression->automaton == NULL))
        return refuse("an operation without what it needs");
    return PyErr_Occurred() ? -1 : 0;
}

static int load_expressions(Loader *loader, PyObject *sequence, Expression **expressions, int *count)
{
    PyObject *items = get_items(loader, sequence);
    *count = items == NULL ? 0 : (int)PyTuple_GET_SIZE(items);
    *expressions = items == NULL ? NULL : new_memory(loader, *count, sizeof **expressions);
    for (int i = 0; *expressions != NULL && i < *count; i++)
        if (load_expression(loader, PyTuple_GET_ITEM(items, i), &(*expressions)[i]) < 0)
            return -1;
    return *expressions == NULL ? -1 : 0;
}

/* Load the steps to items, in which None stands for all items, or those of a pointer. */
static int load_steps(Loader *loader, PyObject *sequence, Text **steps, int *count)
{
    PyObject *items = get_items(loader, sequence);
    *count = items == NULL ? 0 : (int)PyTuple_GET_SIZE(items);
    if (*count > MAX_STEPS)
        return refuse("too many steps");
    *steps = items == NULL ? NULL : new_memory(loader, *count, sizeof **steps);
    for (int i = 0; *steps != NULL && i < *count; i++)
        if (PyTuple_GET_ITEM(items, i) != Py_None && load_text(PyTuple_GET_ITEM(items, i), &(*steps)[i]) < 0)
            return -1;
    return *steps == NULL ? -1 : 0;
}

static int load_rules(Loader *loader, PyObject *sequence, Rule **rules, int *count)
{
    PyObject *items = get_items(loader, sequence), *each, *pointer, *expression;
    *count = items == NULL ? 0 : (int)PyTuple_GET_SIZE(items);
    *rules = items == NULL ? NULL : new_memory(loader, *count, sizeof **rules);
    for (int i = 0; *rules != NULL && i < *count; i++) {
        Rule *rule = &(*rules)[i];
        PyObject *fields = get_items(loader, PyTuple_GET_ITEM(items, i));
        if (fields == NULL
            || !PyArg_ParseTuple(fields, "OUOOO", &rule->record, &rule->id, &each, &pointer, &expression)
            || (rule->expression = new_memory(loader, 1, sizeof *rule->expression)) == NULL
            || load_steps(loader, each, &rule->each, &rule->each_count) < 0
            || load_steps(loader, pointer, &rule->pointer, &rule->pointer_count) < 0
            || load_expression(loader, expression, rule->expression) < 0)
            return -1;
    }
    return *rules == NULL ? -1 : 0;
}

static const struct {
    const char *name;
    Code code;
    unsigned kinds;      /* to which it may apply */
    int shapes, schemas; /* how many it needs at least */
} CODES[] = {
    {"undecided", UNDECIDABLE, ~0u, 0, 0}, {"type", TYPE, ~0u, 0, 0}, {"enum", ENUM, ~0u, 0, 0},
    {"size", SIZE, CONTAINER, 0, 0}, {"length", LENGTH, STRING, 0, 0}, {"range", RANGE, ANY_NUMBER, 0, 0},
    {"pattern", PATTERN, STRING, 0, 0}, {"uniqueItems", UNIQUE_ITEMS, ARRAY, 0, 0}, {"anyOf", ANY_OF, ~0u, 0, 0},
    {"oneOf", ONE_OF, ~0u, 0, 0}, {"not", NOT, ~0u, 0, 1}, {"contains", CONTAINS, ARRAY, 1, 0},
    {"never", NEVER, ~0u, 0, 0}, {"required", REQUIRED, OBJECT, 0, 0}, {"properties", PROPERTIES, OBJECT, 0, 0},
    {"additionalProperties", ADDITIONAL_PROPERTIES, OBJECT, 0, 0}, {"items", ITEMS, ARRAY, 1, 0},
    {"$ref", REF, ~0u, 1, 0}, {"tagged", TAGGED, OBJECT, 0, 0}, {"if", IF, ~0u, 0, 3}, {"x-rules", RULES, ~0u, 0, 0},
};

/* Point to the shapes, schemas and slots of a keyword, of which the numbers are known to be right. */
static int link_keyword(Loader *loader, const int *slots, int slot_count, const int *shapes, int shape_count,
                        const int *schemas, Keyword *keyword)
{
    int is_by_slot = keyword->code == PROPERTIES;
    keyword->shapes = new_memory(loader, is_by_slot ? MAX_NAMES : shape_count, sizeof *keyword->shapes);
    keyword->schemas = new_memory(loader, keyword->schema_count, sizeof *keyword->schemas);
    if (keyword->shapes == NULL || keyword->schemas == NULL)
        return -1;
    for (int i = 0; i < slot_count; i++)
        keyword->slots |= (uint64_t)1 << slots[i];
    for (int i = 0; i < shape_count; i++)
        keyword->shapes[is_by_slot ? slots[i] : i] = &loader->program->shapes[shapes[i]];
    for (int i = 0; i < keyword->schema_count; i++) {
        keyword->schemas[i] = &loader->shape->schemas[schemas[i]];
        if (keyword->schemas[i] <= loader->schema)
            return refuse("a schema that may lead to itself"); /* which would have no end, as the value is the same */
    }
    return 0;
}

static int load_keyword(Loader *loader, PyObject *source, Keyword *keyword)
{
    const char *code;
    PyObject *slots, *shapes, *schemas, *strings, *others, *automaton, *rules;
    int *slot_numbers, slot_count, *shape_numbers, shape_count, *schema_numbers;
    size_t i = 0;
    if (!PyTuple_Check(source)
        || !PyArg_ParseTuple(source, "sIUOddOOOOOOO", &code, &keyword->kinds, &keyword->name, &keyword->schema,
                             &keyword->least, &keyword->most, &slots, &shapes, &schemas, &strings, &others, &automaton,
                             &rules))
        return refuse("a keyword that is none");
    while (i < sizeof CODES / sizeof *CODES && strcmp(CODES[i].name, code) != 0)
        i++;
    if (i == sizeof CODES / sizeof *CODES)
        return refuse("an unknown keyword");
    keyword->code = CODES[i].code;
    if (load_numbers(loader, slots, loader->shape->names.count, &slot_numbers, &slot_count) < 0
        || load_numbers(loader, shapes, loader->program->shape_count, &shape_numbers, &shape_count) < 0
        || load_numbers(loader, schemas, loader->shape->schema_count, &schema_numbers, &keyword->schema_count) < 0
        || load_names(loader, strings, INT16_MAX, &keyword->strings) < 0
        || load_scalars(loader, others, &keyword->others, &keyword->other_count) < 0
        || load_automaton(loader, automaton, &keyword->automaton) < 0
        || load_rules(loader, rules, &keyword->rules, &keyword->rule_count) < 0)
        return -1;
    if (shape_count < CODES[i].shapes || keyword->schema_count < CODES[i].schemas || keyword->kinds & ~CODES[i].kinds
        || (keyword->code == PROPERTIES && shape_count != slot_count)
        || (keyword->code == TAGGED && (slot_count != 1 || keyword->schema_count != keyword->strings.count))
        || (keyword->code == PATTERN && keyword->automaton == NULL))
        return refuse("a keyword without what it needs");
    return link_keyword(loader, slot_numbers, slot_count, shape_numbers, shape_count, schema_numbers, keyword);
}

static int load_schema(Loader *loader, PyObject *source, Schema *schema)
{
    PyObject *items = get_items(loader, source);
    loader->schema = schema;
    schema->keywords = items == NULL ? NULL : new_memory(loader, PyTuple_GET_SIZE(items), sizeof *schema->keywords);
    for (Py_ssize_t i = 0; schema->keywords != NULL && i < PyTuple_GET_SIZE(items); i++)
        if (load_keyword(loader, PyTuple_GET_ITEM(items, i), &schema->keywords[schema->count++]) < 0)
            return -1;
    if (schema->count > 0 && schema->keywords[0].code == TYPE)
        schema->kinds = schema->keywords[0].kinds;
    return schema->keywords == NULL ? -1 : 0;
}

/* Load the names of a shape and its schemas, and which values its first keyword alone decides. */
static int load_shape(Loader *loader, PyObject *source, Shape *shape)
{
    PyObject *names, *sources, *items;
    loader->shape = shape;
    if (!PyTuple_Check(source) || !PyArg_ParseTuple(source, "OO", &names, &sources))
        return refuse("a shape that is none");
    if (load_names(loader, names, MAX_NAMES, &shape->names) < 0 || (items = get_items(loader, sources)) == NULL)
        return -1;
    shape->schema_count = PyTuple_GET_SIZE(items);
    shape->schemas = new_memory(loader, shape->schema_count, sizeof *shape->schemas);
    for (Py_ssize_t i = 0; shape->schemas != NULL && i < shape->schema_count; i++)
        if (load_schema(loader, PyTuple_GET_ITEM(items, i), &shape->schemas[i]) < 0)
            return -1;
    if (shape->schemas == NULL || shape->schema_count == 0)
        return refuse("a shape without a schema");
    const Keyword *first = shape->schemas[0].keywords;
    if (shape->schemas[0].count == 0)
        shape->accepted = ~0u;
    else if (shape->schemas[0].count == 1 && first->code == TYPE)
        shape->accepted = first->kinds;
    else if (shape->schemas[0].count == 1 && first->code == ENUM)
        shape->constants = &first->strings;
    return 0;
}

int load_program(PyObject *shapes, Py_ssize_t cached_count, Program *program)
{
    *program = (Program){.kept = PyList_New(0), .cached_count = cached_count};
    Loader loader = {program, NULL, NULL};
    PyObject *items = program->kept == NULL ? NULL : get_items(&loader, shapes);
    if (items == NULL)
        return -1;
    program->shape_count = PyTuple_GET_SIZE(items);
    program->shapes = new_memory(&loader, program->shape_count, sizeof *program->shapes);
    for (Py_ssize_t i = 0; program->shapes != NULL && i < program->shape_count; i++)
        if (load_shape(&loader, PyTuple_GET_ITEM(items, i), &program->shapes[i]) < 0)
            return -1;
    return program->shapes == NULL || program->shape_count == 0 || cached_count < 0 ? refuse("no shapes") : 0;
}

void free_program(Program *program)
{
    arena_free(&program->arena);
    Py_CLEAR(program->kept);
}

#include "compile.h"

#include <math.h>

#define MAX_STEPS 16 /* from a value to what its rules speak of */

typedef struct {
    Compiled *compiled;
    PyObject *definitions; /* dict: the schema of each component */
    PyObject *patterns;    /* dict: the tables of the automaton of each pattern */
    PyObject *components;  /* dict: the address of the shape of each component that was referred to */
    Shape *shape;          /* of the value whose schema is being compiled */
} Compiler;

static int compile_schema(Compiler *, PyObject *source, Schema *);

/* Return cleared memory, or NULL with an error. */
static void *new_memory(Compiler *compiler, Py_ssize_t count, size_t size)
{
    void *memory = arena_calloc(&compiler->compiled->arena, (size_t)count + 1, size);
    return memory == NULL ? PyErr_NoMemory() : memory;
}

/* Keep a Python object as long as what is compiled. */
static int keep(Compiler *compiler, PyObject *object)
{
    return PyList_Append(compiler->compiled->kept, object);
}

static PyObject *get_item(PyObject *dict, const char *key)
{
    PyObject *name = PyUnicode_FromString(key);
    PyObject *item = name == NULL ? NULL : PyDict_GetItemWithError(dict, name);
    Py_XDECREF(name);
    return item;
}

/* Return the text of a str and keep it; without bytes and with an error if it is none. */
static Text text_of_str(Compiler *compiler, PyObject *object)
{
    Py_ssize_t size = 0;
    const char *bytes = PyUnicode_Check(object) ? PyUnicode_AsUTF8AndSize(object, &size) : NULL;
    if (bytes == NULL && !PyErr_Occurred())
        PyErr_Format(PyExc_TypeError, "expected a str, got %R", object);
    return (Text){bytes == NULL || keep(compiler, object) < 0 ? NULL : bytes, (size_t)size};
}

/* Return the number that a string has or gets in a set; -1 with an error. */
static int number_of(Compiler *compiler, Names *names, PyObject *object)
{
    Text text = text_of_str(compiler, object);
    int number = text.bytes == NULL ? -1 : add_name(names, text, &compiler->compiled->arena);
    if (number < 0 && !PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "too many strings in one set");
    return number < 0 ? -1 : number;
}

/* Return the slot of a property; -1 with an error. */
static int slot_of(Compiler *compiler, PyObject *name)
{
    int slot = number_of(compiler, &compiler->shape->names, name);
    if (slot < MAX_NAMES)
        return slot;
    PyErr_Format(PyExc_ValueError, "the schemas of one object name more than %d properties", MAX_NAMES);
    return -1;
}

/* Compile the schema of a value, and see which values take no closer look; -1 with an error. */
static int fill_shape(Compiler *compiler, PyObject *source, Shape *shape)
{
    Shape *outer = compiler->shape;
    compiler->shape = shape;
    int result = compile_schema(compiler, source, &shape->schema);
    compiler->shape = outer;
    const Keyword *only = shape->schema.count == 1 ? shape->schema.keywords : NULL;
    if (result == 0 && shape->schema.count == 0)
        shape->accepted = ~0u;
    else if (only != NULL && only->code == TYPE)
        shape->accepted = only->kinds;
    else if (only != NULL && only->code == ENUM)
        shape->constants = &only->strings;
    return result;
}

static Shape *compile_shape(Compiler *compiler, PyObject *source)
{
    Shape *shape = new_memory(compiler, 1, sizeof *shape);
    if (shape == NULL || fill_shape(compiler, source, shape) < 0)
        return NULL;
    /* What only refers to a component is that component. */
    const Keyword *first = shape->schema.keywords;
    return shape->schema.count == 1 && first->code == REF ? first->shape : shape;
}

/* Each of the following compiles the value of one keyword of a schema; -1 with an error. */
typedef int CompileKeyword(Compiler *, PyObject *source, PyObject *value, Keyword *);

static int compile_type(Compiler *compiler, PyObject *source, PyObject *value, Keyword *keyword)
{
    static const struct { const char *name; unsigned kinds; } TYPES[] = {
        {"object", OBJECT}, {"array", ARRAY}, {"string", STRING}, {"integer", INTEGER},
        {"number", ANY_NUMBER}, {"boolean", BOOLEAN}, {"null", NULL_VALUE},
    };
    (void)compiler, (void)source;
    keyword->kinds = 0;
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (PyUnicode_CompareWithASCIIString(value, TYPES[i].name) == 0)
            keyword->kinds = TYPES[i].kinds;
    if (keyword->kinds == 0)
        *keyword = (Keyword){.code = UNDECIDABLE, .kinds = ~0u};
    return 0;
}

/* Return a scalar that is no string; unknown if a double may not hold it, or if it is something else. */
static Value scalar_value(PyObject *object)
{
    if (object == Py_None)
        return (Value){.kind = NULL_VALUE};
    if (PyBool_Check(object))
        return boolean_value(object == Py_True);
    if (!PyLong_Check(object) && !PyFloat_Check(object))
        return unknown;
    double number = PyFloat_AsDouble(object);
    PyErr_Clear();
    return number_value(PyLong_Check(object) ? INTEGER : NUMBER, number);
}

/* Add a value to those of enum or const. */
static int compile_const(Compiler *compiler, PyObject *source, PyObject *value, Keyword *keyword)
{
    if (PyUnicode_Check(value))
        return number_of(compiler, &keyword->strings, value) < 0 ? -1 : 0;
    if (keyword->others == NULL)
        keyword->others = new_memory(compiler, PyDict_GET_SIZE(source), sizeof *keyword->others);
    if (keyword->others == NULL)
        return -1;
    Value other = keyword->others[keyword->other_count++] = scalar_value(value);
    keyword->code = other.kind == UNKNOWN ? UNDECIDABLE : keyword->code;
    return 0;
}

static int compile_enum(Compiler *compiler, PyObject *source, PyObject *values, Keyword *keyword)
{
    keyword->others = new_memory(compiler, PyList_GET_SIZE(values), sizeof *keyword->others);
    for (Py_ssize_t i = 0; keyword->others != NULL && i < PyList_GET_SIZE(values); i++)
        if (compile_const(compiler, source, PyList_GET_ITEM(values, i), keyword) < 0)
            return -1;
    return keyword->others == NULL ? -1 : 0;
}

static int compile_bound(PyObject *value, double *bound, Keyword *keyword)
{
    *bound = PyFloat_AsDouble(value);
    if (fabs(*bound) >= (double)MAX_SAFE_INTEGER)
        keyword->code = UNDECIDABLE;
    return PyErr_Occurred() ? -1 : 0;
}

static int compile_least(Compiler *compiler, PyObject *source, PyObject *value, Keyword *keyword)
{
    (void)compiler, (void)source;
    keyword->most = INFINITY;
    return compile_bound(value, &keyword->least, keyword);
}

static int compile_most(Compiler *compiler, PyObject *source, PyObject *value, Keyword *keyword)
{
    (void)compiler, (void)source;
    keyword->least = -INFINITY;
    return compile_bound(value, &keyword->most, keyword);
}

/* Return the automaton of a pattern; NULL with an error, or without one if the pattern is not known. */
static const Automaton *automaton_of(Compiler *compiler, PyObject *pattern)
{
    PyObject *found = PyDict_GetItemWithError(compiler->patterns, pattern);
    const char *parts[3];
    Py_ssize_t sizes[3];
    if (found == NULL)
        return NULL;
    if (!PyTuple_Check(found)) {
        PyErr_Format(PyExc_TypeError, "an automaton is a tuple, not %R", found);
        return NULL;
    }
    if (!PyArg_ParseTuple(found, "y#y#y#;an automaton", &parts[0], &sizes[0], &parts[1], &sizes[1], &parts[2], &sizes[2]))
        return NULL;
    AutomatonTables tables = {
        (const uint8_t *)parts[0], (size_t)sizes[0], (const uint8_t *)parts[1], (size_t)sizes[1],
        (const uint8_t *)parts[2], (size_t)sizes[2],
    };
    const Automaton *automaton = build_automaton(&tables, &compiler->compiled->arena);
    if (automaton == NULL)
        PyErr_Format(PyExc_ValueError, "the automaton of %R is malformed", pattern);
    return automaton;
}

static int compile_pattern(Compiler *compiler, PyObject *source, PyObject *pattern, Keyword *keyword)
{
    (void)source;
    keyword->automaton = automaton_of(compiler, pattern);
    if (keyword->automaton == NULL)
        keyword->code = UNDECIDABLE;
    return PyErr_Occurred() ? -1 : 0;
}

static int compile_unique_items(Compiler *compiler, PyObject *source, PyObject *value, Keyword *keyword)
{
    (void)compiler, (void)source;
    keyword->code = value == Py_True ? UNIQUE_ITEMS : UNDECIDABLE;
    return 0;
}

static int compile_required(Compiler *compiler, PyObject *source, PyObject *names, Keyword *keyword)
{
    (void)source;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names); i++) {
        int slot = slot_of(compiler, PyList_GET_ITEM(names, i));
        if (slot < 0)
            return -1;
        keyword->slots |= (uint64_t)1 << slot;
    }
    return 0;
}

static int compile_properties(Compiler *compiler, PyObject *source, PyObject *children, Keyword *keyword)
{
    PyObject *name, *child;
    Py_ssize_t position = 0;
    (void)source;
    keyword->shapes = new_memory(compiler, MAX_NAMES, sizeof *keyword->shapes);
    while (keyword->shapes != NULL && PyDict_Next(children, &position, &name, &child)) {
        int slot = slot_of(compiler, name);
        if (slot < 0 || (keyword->shapes[slot] = compile_shape(compiler, child)) == NULL)
            return -1;
        if (child != Py_True)
            keyword->slots |= (uint64_t)1 << slot;
    }
    keyword->code = keyword->slots == 0 ? NOTHING : PROPERTIES;
    return keyword->shapes == NULL ? -1 : 0;
}

static int compile_shape_of(Compiler *compiler, PyObject *source, PyObject *child, Keyword *keyword)
{
    (void)source;
    keyword->shape = compile_shape(compiler, child);
    return keyword->shape == NULL ? -1 : 0;
}

static int compile_additional_properties(Compiler *compiler, PyObject *source, PyObject *child, Keyword *keyword)
{
    PyObject *properties = get_item(source, "properties"), *name, *property;
    Py_ssize_t position = 0;
    while (properties != NULL && PyDict_Next(properties, &position, &name, &property)) {
        int slot = slot_of(compiler, name);
        if (slot < 0)
            return -1;
        keyword->slots |= (uint64_t)1 << slot;
    }
    if (child == Py_True)
        keyword->code = NOTHING;
    return PyErr_Occurred() ? -1 : child == Py_False || child == Py_True ? 0
                                   : compile_shape_of(compiler, source, child, keyword);
}

/* Compile a component, unless it is compiled; its address is known before, as it may hold itself. */
static Shape *component_of(Compiler *compiler, PyObject *reference, PyObject *source)
{
    PyObject *address = PyDict_GetItemWithError(compiler->components, reference);
    if (address != NULL || PyErr_Occurred())
        return address == NULL ? NULL : PyLong_AsVoidPtr(address);
    Shape *shape = new_memory(compiler, 1, sizeof *shape);
    address = shape == NULL ? NULL : PyLong_FromVoidPtr(shape);
    int result = address == NULL ? -1 : PyDict_SetItem(compiler->components, reference, address);
    Py_XDECREF(address);
    return result < 0 || fill_shape(compiler, source, shape) < 0 ? NULL : shape;
}

static int compile_ref(Compiler *compiler, PyObject *source, PyObject *reference, Keyword *keyword)
{
    static const char DEFINITIONS[] = "#/$defs/";
    const char *text = PyUnicode_AsUTF8(reference);
    PyObject *component = NULL;
    (void)source;
    if (text != NULL && strncmp(text, DEFINITIONS, sizeof DEFINITIONS - 1) == 0)
        component = get_item(compiler->definitions, text + sizeof DEFINITIONS - 1);
    if (component != NULL)
        keyword->shape = component_of(compiler, reference, component);
    else if (!PyErr_Occurred())
        PyErr_Format(PyExc_KeyError, "there is no component at %R", reference);
    return keyword->shape == NULL ? -1 : 0;
}

/* Compile schemas for the same value; those that are missing accept all. */
static int compile_schemas(Compiler *compiler, PyObject *const *sources, Py_ssize_t count, Keyword *keyword)
{
    keyword->schemas = PyErr_Occurred() ? NULL : new_memory(compiler, count, sizeof *keyword->schemas);
    for (; keyword->schemas != NULL && keyword->schema_count < count; keyword->schema_count++) {
        PyObject *source = sources[keyword->schema_count];
        if (source != NULL && compile_schema(compiler, source, &keyword->schemas[keyword->schema_count]) < 0)
            return -1;
    }
    return keyword->schemas == NULL ? -1 : 0;
}

static int compile_branches(Compiler *compiler, PyObject *source, PyObject *branches, Keyword *keyword)
{
    (void)source;
    return compile_schemas(compiler, &PyList_GET_ITEM(branches, 0), PyList_GET_SIZE(branches), keyword);
}

static int compile_not(Compiler *compiler, PyObject *source, PyObject *condition, Keyword *keyword)
{
    (void)source;
    return compile_schemas(compiler, &condition, 1, keyword);
}

static int compile_if(Compiler *compiler, PyObject *source, PyObject *condition, Keyword *keyword)
{
    PyObject *sources[] = {condition, get_item(source, "then"), get_item(source, "else")};
    return compile_schemas(compiler, sources, 3, keyword);
}

/* Return the value of a key if it is of a type and has so many entries; NULL otherwise. */
static PyObject *get_sized(PyObject *dict, const char *key, PyTypeObject *type, Py_ssize_t size)
{
    PyObject *item = dict != NULL && PyDict_Check(dict) ? get_item(dict, key) : NULL;
    return item != NULL && Py_IS_TYPE(item, type) && (size < 0 || PyObject_Size(item) == size) ? item : NULL;
}

/* Return the value for which the if of a branch asks, and the property that shall have it; NULL if it asks for anything
   else. */
static PyObject *tag_of(PyObject *branch, PyObject **name)
{
    PyObject *condition = get_sized(branch, "if", &PyDict_Type, 3);
    PyObject *type = get_sized(condition, "type", &PyUnicode_Type, -1);
    PyObject *required = get_sized(condition, "required", &PyList_Type, 1);
    PyObject *properties = get_sized(condition, "properties", &PyDict_Type, 1);
    if (type == NULL || PyUnicode_CompareWithASCIIString(type, "object") != 0 || required == NULL || properties == NULL
        || PyDict_GET_SIZE(branch) != 2 || get_item(branch, "then") == NULL)
        return NULL;
    *name = PyList_GET_ITEM(required, 0);
    PyObject *schema = PyDict_GetItemWithError(properties, *name);
    return schema != NULL && PyDict_Check(schema) && PyDict_GET_SIZE(schema) == 1
           ? get_sized(schema, "const", &PyUnicode_Type, -1) : NULL;
}

/* Compile allOf, with a set of tags if they choose among its branches. */
static int compile_all_of(Compiler *compiler, PyObject *source, PyObject *branches, Keyword *keyword)
{
    Py_ssize_t count = PyList_GET_SIZE(branches);
    PyObject *name = NULL, *first_name = NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *tag = tag_of(PyList_GET_ITEM(branches, i), &name);
        first_name = i == 0 ? name : first_name;
        if (tag == NULL || PyUnicode_Compare(name, first_name) != 0 || number_of(compiler, &keyword->tags, tag) != i)
            return PyErr_Occurred() ? -1 : compile_branches(compiler, source, branches, keyword);
    }
    if (count == 0 || (keyword->slot = slot_of(compiler, name)) < 0)
        return count == 0 ? 0 : -1;
    keyword->code = TAGGED;
    keyword->schemas = new_memory(compiler, count, sizeof *keyword->schemas);
    for (Py_ssize_t i = 0; keyword->schemas != NULL && i < count; i++)
        if (compile_schema(compiler, get_item(PyList_GET_ITEM(branches, i), "then"), &keyword->schemas[i]) < 0)
            return -1;
    return keyword->schemas == NULL ? -1 : 0;
}

static int refuse_expression(PyObject *list)
{
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_ValueError, "malformed expression: %R", list);
    return -1;
}

/* Read the operand of an expression below so many known variables, of which a loop takes the next one. */
static int compile_operand(Compiler *compiler, PyObject *object, Operand operand, int known, Expression *expression)
{
    if (operand == CONSTANT && !PyUnicode_Check(object)) {
        expression->constant = scalar_value(object);
        return 0;
    }
    if (operand == PATTERN) {
        expression->automaton = PyUnicode_Check(object) ? automaton_of(compiler, object) : NULL;
        return expression->automaton == NULL ? -1 : 0;
    }
    if (operand == CONSTANT || operand == NAME) {
        expression->name = text_of_str(compiler, object);
        expression->constant = string_value(expression->name.bytes, expression->name.size, 0);
        return expression->name.bytes == NULL ? -1 : 0;
    }
    long number = PyLong_CheckExact(object) ? PyLong_AsLong(object) : -1;
    expression->number = (int)number;
    if (number < 0 || number > INT32_MAX || operand == INDEX)
        return number < 0 || number > INT32_MAX ? -1 : 0;
    int is_loop = operand == LOOP_VARIABLE && number == known && number < MAX_VARIABLES;
    return is_loop || (operand == VARIABLE && number < known && number != ROOT + 1) ? 0 : -1;
}

static int is_self(const Expression *expression)
{
    return expression->evaluate == evaluate_variable && expression->number == SELF;
}

static int is_constant_string(const Expression *expression)
{
    return expression->evaluate == evaluate_constant && expression->constant.kind & STRING;
}

/* Use a set for the strings of a list that are all constants. */
static int compile_strings(Compiler *compiler, Expression *expression)
{
    const Expression *list = &expression->parts[1];
    int are_strings = list->evaluate == evaluate_list && list->count > 0;
    for (int i = 0; are_strings && i < list->count; i++)
        are_strings = is_constant_string(&list->parts[i]);
    Names *strings = are_strings ? new_memory(compiler, 1, sizeof *strings) : NULL;
    for (int i = 0; strings != NULL && i < list->count; i++)
        if (add_name(strings, list->parts[i].name, &compiler->compiled->arena) < 0)
            return -1;
    expression->strings = strings;
    return are_strings && strings == NULL ? -1 : 0;
}

/* Replace an operation by one that makes use of what its parts are. */
static int specialise(Compiler *compiler, PyObject *list, Expression *expression)
{
    const Expression *parts = expression->parts;
    PyObject *name = NULL;
    if (expression->evaluate == evaluate_cached) {
        expression->constant = number_value(INTEGER, expression->number);
        expression->number = (int)compiler->compiled->cached_count++;
    } else if (expression->evaluate == evaluate_property && is_self(&parts[0])) {
        expression->evaluate = evaluate_slot;
        name = PyList_GET_ITEM(list, 1);
    } else if (expression->evaluate == evaluate_in && is_constant_string(&parts[0]) && is_self(&parts[1])) {
        expression->evaluate = evaluate_in_self;
        name = PyList_GET_ITEM(PyList_GET_ITEM(list, 1), 1);
    } else if (expression->evaluate == evaluate_in) {
        return compile_strings(compiler, expression);
    }
    if (name != NULL)
        expression->number = slot_of(compiler, name);
    return expression->number < 0 ? -1 : 0;
}

static int compile_expression(Compiler *, PyObject *list, int known, Expression *);

static int compile_parts(Compiler *compiler, PyObject *list, Py_ssize_t first, int known, Expression *expression)
{
    int is_loop = expression->operation->operand == LOOP_VARIABLE;
    expression->count = (int)(PyList_GET_SIZE(list) - first);
    expression->parts = new_memory(compiler, expression->count, sizeof *expression->parts);
    for (int i = 0; expression->parts != NULL && i < expression->count; i++)
        if (compile_expression(compiler, PyList_GET_ITEM(list, first + i), known + (is_loop && i > 0),
                               &expression->parts[i]) < 0)
            return -1;
    return expression->parts == NULL ? -1 : 0;
}

/* Compile an expression from a list: the name of an operation, its operand, its parts. */
static int compile_expression(Compiler *compiler, PyObject *list, int known, Expression *expression)
{
    PyObject *name = PyList_Check(list) && PyList_GET_SIZE(list) > 0 ? PyList_GET_ITEM(list, 0) : NULL;
    const char *text = name != NULL && PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : NULL;
    const OperationEntry *operation = text == NULL ? NULL : find_operation(text);
    Py_ssize_t first = operation != NULL && operation->operand != NO_OPERAND ? 2 : 1;
    if (operation == NULL || PyList_GET_SIZE(list) < first
        || (operation->parts >= 0 && PyList_GET_SIZE(list) != first + operation->parts))
        return refuse_expression(list);
    expression->operation = operation;
    expression->evaluate = operation->evaluate;
    if (first == 2 && compile_operand(compiler, PyList_GET_ITEM(list, 1), operation->operand, known, expression) < 0)
        return refuse_expression(list);
    if (Py_EnterRecursiveCall(" while compiling a rule"))
        return -1;
    int result = compile_parts(compiler, list, first, known, expression);
    Py_LeaveRecursiveCall();
    return result < 0 ? -1 : specialise(compiler, list, expression);
}

/* Compile the steps to entries, in which None stands for all items, or those of a pointer. */
static int compile_steps(Compiler *compiler, PyObject *list, Text **steps, int *count)
{
    Py_ssize_t size = PyList_GET_SIZE(list);
    if (size > MAX_STEPS) {
        PyErr_Format(PyExc_ValueError, "a rule has more than %d steps", MAX_STEPS);
        return -1;
    }
    *count = (int)size;
    *steps = new_memory(compiler, size, sizeof **steps);
    for (Py_ssize_t i = 0; *steps != NULL && i < size; i++)
        if (PyList_GET_ITEM(list, i) != Py_None
            && ((*steps)[i] = text_of_str(compiler, PyList_GET_ITEM(list, i))).bytes == NULL)
            return -1;
    return *steps == NULL ? -1 : 0;
}

static int compile_rule(Compiler *compiler, PyObject *source, Rule *rule)
{
    PyObject *each, *pointer, *expression, *fields = PySequence_Tuple(source);
    int is_ready = fields != NULL
                   && PyArg_ParseTuple(fields, "OUO!O!O!;a rule", &rule->record, &rule->id, &PyList_Type, &each,
                                       &PyList_Type, &pointer, &PyList_Type, &expression)
                   && keep(compiler, fields) == 0
                   && (rule->expression = new_memory(compiler, 1, sizeof *rule->expression)) != NULL
                   && compile_steps(compiler, each, &rule->each, &rule->each_count) == 0
                   && compile_steps(compiler, pointer, &rule->pointer, &rule->pointer_count) == 0
                   && compile_expression(compiler, expression, FIRST_LOOP, rule->expression) == 0;
    Py_XDECREF(fields);
    return is_ready ? 0 : -1;
}

static int compile_rules(Compiler *compiler, PyObject *source, PyObject *list, Keyword *keyword)
{
    (void)source;
    keyword->rules = new_memory(compiler, PyList_GET_SIZE(list), sizeof *keyword->rules);
    for (Py_ssize_t i = 0; keyword->rules != NULL && i < PyList_GET_SIZE(list); i++)
        if (compile_rule(compiler, PyList_GET_ITEM(list, i), &keyword->rules[keyword->rule_count++]) < 0)
            return -1;
    return keyword->rules == NULL ? -1 : 0;
}

typedef struct {
    const char *name;
    Code code;
    unsigned kinds;          /* types that it looks at */
    CompileKeyword *compile; /* none: it says nothing by itself */
    PyTypeObject *type;      /* of its value; none: any */
} KeywordEntry;

/* In the order in which they are checked. Rules come last: they rely on what has been checked. */
static const KeywordEntry KEYWORDS[] = {
    {"type", TYPE, ~0u, compile_type, &PyUnicode_Type},
    {"const", ENUM, ~0u, compile_const, NULL},
    {"enum", ENUM, ~0u, compile_enum, &PyList_Type},
    {"required", REQUIRED, OBJECT, compile_required, &PyList_Type},
    {"minProperties", SIZE, OBJECT, compile_least, &PyLong_Type},
    {"maxProperties", SIZE, OBJECT, compile_most, &PyLong_Type},
    {"minItems", SIZE, ARRAY, compile_least, &PyLong_Type},
    {"maxItems", SIZE, ARRAY, compile_most, &PyLong_Type},
    {"minLength", LENGTH, STRING, compile_least, &PyLong_Type},
    {"maxLength", LENGTH, STRING, compile_most, &PyLong_Type},
    {"minimum", RANGE, ANY_NUMBER, compile_least, NULL},
    {"maximum", RANGE, ANY_NUMBER, compile_most, NULL},
    {"pattern", PATTERN_KEYWORD, STRING, compile_pattern, &PyUnicode_Type},
    {"properties", PROPERTIES, OBJECT, compile_properties, &PyDict_Type},
    {"additionalProperties", ADDITIONAL_PROPERTIES, OBJECT, compile_additional_properties, NULL},
    {"items", ITEMS, ARRAY, compile_shape_of, NULL},
    {"contains", CONTAINS, ARRAY, compile_shape_of, NULL},
    {"uniqueItems", UNIQUE_ITEMS, ARRAY, compile_unique_items, NULL},
    {"$ref", REF, ~0u, compile_ref, &PyUnicode_Type},
    {"allOf", ALL_OF, ~0u, compile_all_of, &PyList_Type},
    {"anyOf", ANY_OF, ~0u, compile_branches, &PyList_Type},
    {"oneOf", ONE_OF, ~0u, compile_branches, &PyList_Type},
    {"not", NOT, ~0u, compile_not, NULL},
    {"if", IF, ~0u, compile_if, NULL},
    {"x-rules", RULES, ~0u, compile_rules, &PyList_Type},
};

/* They say nothing by themselves. */
static const char *const IGNORED[] = {
    "then", "else", "$schema", "$id", "$defs", "$comment", "title", "description", "examples", "deprecated",
};

static int compile_keyword(Compiler *compiler, PyObject *source, const KeywordEntry *entry, PyObject *value,
                           Keyword *keyword)
{
    if (entry->type != NULL && !PyObject_TypeCheck(value, entry->type)) {
        PyErr_Format(PyExc_TypeError, "%s cannot be %R", entry->name, value);
        return -1;
    }
    *keyword = (Keyword){entry->code, entry->kinds, PyUnicode_InternFromString(entry->name), source, {{0, 0}}};
    int result = keyword->name == NULL ? -1 : keep(compiler, keyword->name);
    Py_XDECREF(keyword->name);
    return result < 0 ? -1 : entry->compile(compiler, source, value, keyword);
}

/* Compile the keywords of a schema that is an object. */
static int compile_keywords(Compiler *compiler, PyObject *source, Schema *schema)
{
    Py_ssize_t left = PyDict_GET_SIZE(source);
    schema->keywords = new_memory(compiler, left, sizeof *schema->keywords);
    if (schema->keywords == NULL || keep(compiler, source) < 0)
        return -1;
    for (size_t i = 0; i < sizeof KEYWORDS / sizeof *KEYWORDS && !PyErr_Occurred(); i++) {
        PyObject *value = get_item(source, KEYWORDS[i].name);
        Keyword *keyword = &schema->keywords[schema->count];
        left -= value != NULL;
        if (value != NULL && compile_keyword(compiler, source, &KEYWORDS[i], value, keyword) < 0)
            return -1;
        schema->count += value != NULL && keyword->code != NOTHING;
    }
    for (size_t i = 0; i < sizeof IGNORED / sizeof *IGNORED; i++)
        left -= get_item(source, IGNORED[i]) != NULL;
    if (schema->count > 0 && schema->keywords[0].code == TYPE)
        schema->kinds = schema->keywords[0].kinds;
    if (left != 0) /* it has keywords that are unknown here */
        schema->keywords[schema->count++] = (Keyword){.code = UNDECIDABLE, .kinds = ~0u};
    return PyErr_Occurred() ? -1 : 0;
}

static int compile_schema(Compiler *compiler, PyObject *source, Schema *schema)
{
    if (source == Py_True)
        return 0;
    if (source == Py_False) {
        schema->keywords = new_memory(compiler, 1, sizeof *schema->keywords);
        if (schema->keywords != NULL)
            schema->keywords[schema->count++].code = NEVER;
        return schema->keywords == NULL ? -1 : 0;
    }
    if (!PyDict_Check(source)) {
        PyErr_Format(PyExc_TypeError, "a schema is a dict or a bool, not %R", source);
        return -1;
    }
    if (Py_EnterRecursiveCall(" while compiling a schema"))
        return -1;
    int result = compile_keywords(compiler, source, schema);
    Py_LeaveRecursiveCall();
    return result;
}

int compile_document(PyObject *schema, PyObject *patterns, Compiled *compiled)
{
    *compiled = (Compiled){.kept = PyList_New(0)};
    PyObject *none = PyDict_New(), *definitions = get_item(schema, "$defs");
    Compiler compiler = {compiled, definitions != NULL ? definitions : none, patterns, PyDict_New(), NULL};
    if (definitions != NULL && !PyDict_Check(definitions))
        PyErr_SetString(PyExc_TypeError, "$defs must be a dict");
    if (!PyErr_Occurred())
        compiled->shape = compile_shape(&compiler, schema);
    Py_XDECREF(none);
    Py_XDECREF(compiler.components);
    return compiled->shape == NULL ? -1 : 0;
}

void free_compiled(Compiled *compiled)
{
    arena_free(&compiled->arena);
    Py_CLEAR(compiled->kept);
}

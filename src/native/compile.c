#include "compile.h"

#include <math.h>

typedef struct {
    Compiled *compiled;
    PyObject *definitions; /* dict: the schema of each component */
    PyObject *patterns;    /* dict: the tables of the automaton of each pattern */
    PyObject *components;  /* dict: the address of the shape of each component that was referred to */
} Compiler;

static int compile_schema(Compiler *, Shape *, PyObject *source, Schema *);

/* Return cleared memory, or NULL with an error. */
static void *new_memory(Compiler *compiler, size_t count, size_t size)
{
    void *memory = arena_calloc(&compiler->compiled->arena, count, size);
    return memory == NULL ? PyErr_NoMemory() : memory;
}

/* Keep a Python object as long as what is compiled. */
static int keep(Compiler *compiler, PyObject *object)
{
    return PyList_Append(compiler->compiled->kept, object);
}

/* Get the bytes of a str and keep it; -1 with an error, also if it is none. */
static int get_text(Compiler *compiler, PyObject *object, Text *text)
{
    Py_ssize_t size;
    if (!PyUnicode_Check(object)) {
        PyErr_Format(PyExc_TypeError, "expected a str, got %R", object);
        return -1;
    }
    text->bytes = PyUnicode_AsUTF8AndSize(object, &size);
    text->size = (size_t)size;
    return text->bytes == NULL ? -1 : keep(compiler, object);
}

static PyObject *get_item(PyObject *dict, const char *key)
{
    PyObject *name = PyUnicode_FromString(key);
    PyObject *item = name == NULL ? NULL : PyDict_GetItemWithError(dict, name);
    Py_XDECREF(name);
    return item;
}

/* Return the number that a string has or gets in a set; -1 with an error. */
static int number_of(Compiler *compiler, Names *names, PyObject *object)
{
    Text text;
    int number = get_text(compiler, object, &text) < 0 ? -3 : add_name(names, text, &compiler->compiled->arena);
    if (number == -1)
        PyErr_NoMemory();
    if (number == -2)
        PyErr_SetString(PyExc_ValueError, "too many strings in one set");
    return number < 0 ? -1 : number;
}

static int slot_of(Compiler *compiler, Shape *shape, PyObject *name)
{
    int slot = number_of(compiler, &shape->names, name);
    if (slot < MAX_NAMES)
        return slot;
    PyErr_Format(PyExc_ValueError, "the schemas of one object name more than %d properties", MAX_NAMES);
    return -1;
}

/* Compile a schema into the shape of a value, and see which types need no further look. */
static int fill_shape(Compiler *compiler, Shape *shape, PyObject *source)
{
    if (compile_schema(compiler, shape, source, &shape->schema) < 0)
        return -1;
    const Keyword *only = shape->schema.count == 1 ? shape->schema.keywords : NULL;
    if (shape->schema.count == 0)
        shape->accepted = ~0u;
    else if (only != NULL && only->evaluate == check_type)
        shape->accepted = only->kinds;
    else if (only != NULL && only->evaluate == check_enum)
        shape->constants = &only->strings;
    return 0;
}

static Shape *compile_shape(Compiler *compiler, PyObject *source)
{
    Shape *shape = new_memory(compiler, 1, sizeof *shape);
    if (shape == NULL || fill_shape(compiler, shape, source) < 0)
        return NULL;
    /* What only refers to a component is that component. */
    const Keyword *first = shape->schema.keywords;
    if (shape->schema.count == 1 && first->evaluate == check_ref)
        return first->shape;
    return shape;
}

/* Each of the following compiles the value of one keyword; -1 with an error. */
typedef int CompileKeyword(Compiler *, Shape *, PyObject *source, PyObject *value, Keyword *);

static int compile_type(Compiler *compiler, Shape *shape, PyObject *source, PyObject *value, Keyword *keyword)
{
    static const struct { const char *name; unsigned kinds; } TYPES[] = {
        {"object", OBJECT}, {"array", ARRAY}, {"string", STRING}, {"integer", INTEGER},
        {"number", ANY_NUMBER}, {"boolean", BOOLEAN}, {"null", NULL_VALUE},
    };
    (void)compiler, (void)shape, (void)source;
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (PyUnicode_CompareWithASCIIString(value, TYPES[i].name) == 0)
            keyword->kinds = TYPES[i].kinds;
    if (keyword->kinds == 0)
        keyword->evaluate = check_undecided;
    return 0;
}

/* Get a scalar that is no string; unknown if a double may not hold it, or if it is something else. */
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

static int compile_enum(Compiler *compiler, Shape *shape, PyObject *source, PyObject *values, Keyword *keyword)
{
    Py_ssize_t count = PyList_GET_SIZE(values);
    (void)shape, (void)source;
    keyword->others = new_memory(compiler, (size_t)count + 1, sizeof *keyword->others);
    if (keyword->others == NULL)
        return -1;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PyList_GET_ITEM(values, i);
        if (PyUnicode_Check(item)) {
            if (number_of(compiler, &keyword->strings, item) < 0)
                return -1;
            continue;
        }
        Value other = keyword->others[keyword->other_count++] = scalar_value(item);
        if (other.kind == UNKNOWN)
            keyword->evaluate = check_undecided;
    }
    return 0;
}

static int compile_const(Compiler *compiler, Shape *shape, PyObject *source, PyObject *value, Keyword *keyword)
{
    PyObject *values = PyList_New(1);
    if (values == NULL)
        return -1;
    PyList_SET_ITEM(values, 0, Py_NewRef(value));
    int result = compile_enum(compiler, shape, source, values, keyword);
    Py_DECREF(values);
    return result;
}

static int compile_required(Compiler *compiler, Shape *shape, PyObject *source, PyObject *names, Keyword *keyword)
{
    (void)source;
    keyword->reports = 1;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names); i++) {
        int slot = slot_of(compiler, shape, PyList_GET_ITEM(names, i));
        if (slot < 0)
            return -1;
        keyword->slots |= (uint64_t)1 << slot;
    }
    return 0;
}

static int compile_limit(Compiler *compiler, Shape *shape, PyObject *source, PyObject *value, Keyword *keyword)
{
    (void)compiler, (void)shape, (void)source;
    keyword->limit = PyLong_AsSize_t(value);
    return PyErr_Occurred() ? -1 : 0;
}

static int compile_bound(Compiler *compiler, Shape *shape, PyObject *source, PyObject *value, Keyword *keyword)
{
    (void)compiler, (void)shape, (void)source;
    keyword->bound = PyFloat_AsDouble(value);
    if (fabs(keyword->bound) >= (double)MAX_SAFE_INTEGER)
        keyword->evaluate = check_undecided;
    return PyErr_Occurred() ? -1 : 0;
}

/* Return the automaton of a pattern; NULL with an error, or without one if the pattern is not known. */
static const Automaton *automaton_of(Compiler *compiler, PyObject *pattern)
{
    PyObject *found = PyDict_GetItemWithError(compiler->patterns, pattern);
    const char *classes, *rows, *ends;
    Py_ssize_t classes_size, rows_size, state_count;
    if (found == NULL)
        return NULL;
    if (!PyTuple_Check(found)) {
        PyErr_Format(PyExc_TypeError, "an automaton is a tuple, not %R", found);
        return NULL;
    }
    if (!PyArg_ParseTuple(found, "y#y#y#;an automaton", &classes, &classes_size, &rows, &rows_size, &ends, &state_count))
        return NULL;
    AutomatonTables tables = {
        (const uint8_t *)classes, (size_t)classes_size, (const uint8_t *)rows, (size_t)rows_size,
        (const uint8_t *)ends, (size_t)state_count,
    };
    const Automaton *automaton = build_automaton(&tables, &compiler->compiled->arena);
    if (automaton == NULL)
        PyErr_Format(PyExc_ValueError, "the automaton of %R is malformed", pattern);
    return automaton;
}

static int compile_pattern(Compiler *compiler, Shape *shape, PyObject *source, PyObject *pattern, Keyword *keyword)
{
    (void)shape, (void)source;
    keyword->automaton = automaton_of(compiler, pattern);
    if (keyword->automaton == NULL)
        keyword->evaluate = check_undecided;
    return PyErr_Occurred() ? -1 : 0;
}

static int compile_unique_items(Compiler *compiler, Shape *shape, PyObject *source, PyObject *value, Keyword *keyword)
{
    (void)compiler, (void)shape, (void)source;
    if (value != Py_True)
        keyword->evaluate = check_undecided;
    return 0;
}

static int compile_properties(Compiler *compiler, Shape *shape, PyObject *source, PyObject *children, Keyword *keyword)
{
    PyObject *name, *child;
    Py_ssize_t position = 0;
    (void)source;
    keyword->reports = 1;
    keyword->shapes = new_memory(compiler, MAX_NAMES, sizeof *keyword->shapes);
    while (keyword->shapes != NULL && PyDict_Next(children, &position, &name, &child)) {
        int slot = slot_of(compiler, shape, name);
        if (slot < 0 || (keyword->shapes[slot] = compile_shape(compiler, child)) == NULL)
            return -1;
        if (child != Py_True)
            keyword->slots |= (uint64_t)1 << slot;
    }
    if (keyword->slots == 0)
        keyword->evaluate = check_nothing;
    return keyword->shapes == NULL ? -1 : 0;
}

static int compile_additional_properties(Compiler *compiler, Shape *shape, PyObject *source, PyObject *child,
                                         Keyword *keyword)
{
    PyObject *properties = get_item(source, "properties"), *name, *property;
    Py_ssize_t position = 0;
    while (properties != NULL && PyDict_Next(properties, &position, &name, &property)) {
        int slot = slot_of(compiler, shape, name);
        if (slot < 0)
            return -1;
        keyword->slots |= (uint64_t)1 << slot;
    }
    keyword->reports = 1;
    if (child == Py_True)
        keyword->evaluate = check_nothing;
    else if (child != Py_False)
        keyword->shape = compile_shape(compiler, child);
    return PyErr_Occurred() ? -1 : 0;
}

static int compile_items(Compiler *compiler, Shape *shape, PyObject *source, PyObject *child, Keyword *keyword)
{
    (void)shape, (void)source;
    keyword->reports = keyword->evaluate == check_items;
    keyword->shape = compile_shape(compiler, child);
    return keyword->shape == NULL ? -1 : 0;
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
    return result < 0 || fill_shape(compiler, shape, source) < 0 ? NULL : shape;
}

static int compile_ref(Compiler *compiler, Shape *shape, PyObject *source, PyObject *reference, Keyword *keyword)
{
    static const char DEFINITIONS[] = "#/$defs/";
    const char *text = PyUnicode_AsUTF8(reference);
    (void)shape, (void)source;
    keyword->reports = 1;
    PyObject *component = NULL;
    if (text != NULL && strncmp(text, DEFINITIONS, sizeof DEFINITIONS - 1) == 0)
        component = get_item(compiler->definitions, text + sizeof DEFINITIONS - 1);
    if (component != NULL)
        keyword->shape = component_of(compiler, reference, component);
    else if (!PyErr_Occurred())
        PyErr_Format(PyExc_KeyError, "there is no component at %R", reference);
    return keyword->shape == NULL ? -1 : 0;
}

static int compile_schemas(Compiler *compiler, Shape *shape, PyObject *source, PyObject *branches, Keyword *keyword)
{
    (void)source;
    keyword->schemas = new_memory(compiler, (size_t)PyList_GET_SIZE(branches) + 1, sizeof *keyword->schemas);
    for (Py_ssize_t i = 0; keyword->schemas != NULL && i < PyList_GET_SIZE(branches); i++)
        if (compile_schema(compiler, shape, PyList_GET_ITEM(branches, i), &keyword->schemas[keyword->schema_count++]) < 0)
            return -1;
    return keyword->schemas == NULL ? -1 : 0;
}

/* Return the value for which an if asks, of the property of that name or of the first one that it names; NULL if it asks
   for anything else. */
static PyObject *tag_value(PyObject *branch, PyObject **name)
{
    PyObject *condition = PyDict_Check(branch) && PyDict_GET_SIZE(branch) == 2 ? get_item(branch, "if") : NULL;
    if (condition == NULL || get_item(branch, "then") == NULL || !PyDict_Check(condition) || PyDict_GET_SIZE(condition) != 3)
        return NULL;
    PyObject *type = get_item(condition, "type"), *required = get_item(condition, "required");
    PyObject *properties = get_item(condition, "properties");
    if (type == NULL || !PyUnicode_Check(type) || PyUnicode_CompareWithASCIIString(type, "object") != 0
        || required == NULL || properties == NULL || !PyList_Check(required) || PyList_GET_SIZE(required) != 1 || !PyDict_Check(properties)
        || PyDict_GET_SIZE(properties) != 1)
        return NULL;
    PyObject *asked = PyList_GET_ITEM(required, 0), *schema = PyDict_GetItemWithError(properties, asked);
    PyObject *value = schema != NULL && PyDict_Check(schema) && PyDict_GET_SIZE(schema) == 1 ? get_item(schema, "const")
                                                                                           : NULL;
    if (value == NULL || !PyUnicode_Check(value) || (*name != NULL && PyUnicode_Compare(*name, asked) != 0))
        return NULL;
    *name = asked;
    return value;
}

/* Compile allOf, with a set of tags if they choose among its branches. */
static int compile_all_of(Compiler *compiler, Shape *shape, PyObject *source, PyObject *branches, Keyword *keyword)
{
    PyObject *name = NULL;
    Py_ssize_t count = PyList_GET_SIZE(branches);
    keyword->reports = 1;
    for (Py_ssize_t i = 0; i <= count; i++) {
        PyObject *tag = i < count ? tag_value(PyList_GET_ITEM(branches, i), &name) : name;
        if (tag == NULL || (i < count && number_of(compiler, &keyword->tags, tag) != i))
            return PyErr_Occurred() ? -1 : compile_schemas(compiler, shape, source, branches, keyword);
    }
    keyword->evaluate = check_tagged;
    keyword->slot = slot_of(compiler, shape, name);
    keyword->schemas = keyword->slot < 0 ? NULL : new_memory(compiler, (size_t)count, sizeof *keyword->schemas);
    for (Py_ssize_t i = 0; keyword->schemas != NULL && i < count; i++)
        if (compile_schema(compiler, shape, get_item(PyList_GET_ITEM(branches, i), "then"), &keyword->schemas[i]) < 0)
            return -1;
    return keyword->schemas == NULL ? -1 : 0;
}

static int compile_not(Compiler *compiler, Shape *shape, PyObject *source, PyObject *condition, Keyword *keyword)
{
    (void)source;
    keyword->schemas = new_memory(compiler, 1, sizeof *keyword->schemas);
    return keyword->schemas == NULL ? -1 : compile_schema(compiler, shape, condition, &keyword->schemas[0]);
}

static int compile_if(Compiler *compiler, Shape *shape, PyObject *source, PyObject *condition, Keyword *keyword)
{
    PyObject *branches[] = {condition, get_item(source, "then"), get_item(source, "else")};
    keyword->reports = 1;
    keyword->schemas = PyErr_Occurred() ? NULL : new_memory(compiler, 3, sizeof *keyword->schemas);
    for (int i = 0; keyword->schemas != NULL && i < 3; i++)
        if (branches[i] != NULL && compile_schema(compiler, shape, branches[i], &keyword->schemas[i]) < 0)
            return -1;
    return keyword->schemas == NULL ? -1 : 0;
}

static int refuse_expression(PyObject *list)
{
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_ValueError, "malformed expression: %R", list);
    return -1;
}

/* Read the operand of an expression below so many known variables; a loop takes the next one. */
static int compile_operand(Compiler *compiler, PyObject *object, Operand operand, int known, Expression *expression)
{
    long number = -1;
    if (operand == CONSTANT && !PyUnicode_Check(object)) {
        expression->constant = scalar_value(object);
        return 0;
    }
    if (operand == PATTERN) {
        expression->automaton = PyUnicode_Check(object) ? automaton_of(compiler, object) : NULL;
        return expression->automaton == NULL ? -1 : 0;
    }
    if (operand == CONSTANT || operand == NAME) {
        if (get_text(compiler, object, &expression->name) < 0)
            return -1;
        expression->constant = string_value(expression->name.bytes, expression->name.size, 0);
        return 0;
    }
    if (PyLong_CheckExact(object))
        number = PyLong_AsLong(object);
    expression->number = number >= 0 && number <= INT32_MAX ? (int)number : -1;
    if (expression->number < 0)
        return -1;
    if (operand == LOOP_VARIABLE)
        return number == known && number < MAX_VARIABLES ? 0 : -1;
    return operand == INDEX || (number < known && number != ROOT + 1) ? 0 : -1;
}

/* Use a set for the strings of a list that are all constants. */
static int compile_strings(Compiler *compiler, PyObject *list, Expression *expression)
{
    const Expression *items = &expression->parts[1];
    for (int i = 0; i < items->count; i++)
        if (items->parts[i].evaluate != evaluate_constant || !(items->parts[i].constant.kind & STRING))
            return 0;
    if (items->evaluate != evaluate_list || items->count == 0)
        return 0;
    Names *strings = new_memory(compiler, 1, sizeof *strings);
    expression->strings = strings;
    for (int i = 0; strings != NULL && i < items->count; i++)
        if (add_name(strings, items->parts[i].name, &compiler->compiled->arena) < 0)
            return refuse_expression(list);
    return strings == NULL ? -1 : 0;
}

static int is_self(const Expression *expression)
{
    return expression->evaluate == evaluate_variable && expression->number == SELF;
}

/* Replace an operation by one that makes use of what its parts are. */
static int specialise(Compiler *compiler, Shape *shape, PyObject *list, Expression *expression)
{
    Expression *parts = expression->parts;
    PyObject *name = NULL;
    if (expression->evaluate == evaluate_cached) {
        expression->constant = number_value(INTEGER, expression->number);
        expression->number = (int)compiler->compiled->cached_count++;
    } else if (expression->evaluate == evaluate_property && is_self(&parts[0])) {
        expression->evaluate = evaluate_slot;
        name = PyList_GET_ITEM(list, 1);
    } else if (expression->evaluate == evaluate_in && parts[0].evaluate == evaluate_constant
               && parts[0].constant.kind & STRING && is_self(&parts[1])) {
        expression->evaluate = evaluate_in_self;
        name = PyList_GET_ITEM(PyList_GET_ITEM(list, 1), 1);
    } else if (expression->evaluate == evaluate_in) {
        return compile_strings(compiler, list, expression);
    }
    if (name != NULL)
        expression->number = slot_of(compiler, shape, name);
    return expression->number < 0 ? -1 : 0;
}

static int compile_parts(Compiler *, Shape *, PyObject *list, Py_ssize_t first, int known, int is_loop, Expression *);

/* Compile an expression from a list: the name of an operation, its operand, its parts. */
static int compile_expression(Compiler *compiler, Shape *shape, PyObject *list, int known, Expression *expression)
{
    PyObject *name = PyList_Check(list) && PyList_GET_SIZE(list) > 0 ? PyList_GET_ITEM(list, 0) : NULL;
    const char *text = name != NULL && PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : NULL;
    const OperationEntry *operation = text == NULL ? NULL : find_operation(text);
    Py_ssize_t first = operation != NULL && operation->operand != NO_OPERAND ? 2 : 1;
    if (operation == NULL || PyList_GET_SIZE(list) < first
        || (operation->parts >= 0 && PyList_GET_SIZE(list) != first + operation->parts))
        return refuse_expression(list);
    expression->evaluate = operation->evaluate;
    if (first == 2 && compile_operand(compiler, PyList_GET_ITEM(list, 1), operation->operand, known, expression) < 0)
        return refuse_expression(list);
    if (Py_EnterRecursiveCall(" while compiling a rule"))
        return -1;
    int result = compile_parts(compiler, shape, list, first, known, operation->operand == LOOP_VARIABLE, expression);
    Py_LeaveRecursiveCall();
    return result < 0 ? -1 : specialise(compiler, shape, list, expression);
}

static int compile_parts(Compiler *compiler, Shape *shape, PyObject *list, Py_ssize_t first, int known, int is_loop,
                         Expression *expression)
{
    expression->count = (int)(PyList_GET_SIZE(list) - first);
    expression->parts = new_memory(compiler, (size_t)expression->count + 1, sizeof *expression->parts);
    for (int i = 0; expression->parts != NULL && i < expression->count; i++)
        if (compile_expression(compiler, shape, PyList_GET_ITEM(list, first + i), known + (is_loop && i > 0),
                               &expression->parts[i]) < 0)
            return -1;
    return expression->parts == NULL ? -1 : 0;
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
    *steps = new_memory(compiler, (size_t)size + 1, sizeof **steps);
    for (Py_ssize_t i = 0; *steps != NULL && i < size; i++)
        if (PyList_GET_ITEM(list, i) != Py_None && get_text(compiler, PyList_GET_ITEM(list, i), &(*steps)[i]) < 0)
            return -1;
    return *steps == NULL ? -1 : 0;
}

static int compile_rule(Compiler *compiler, Shape *shape, PyObject *source, Rule *rule)
{
    PyObject *each, *pointer, *expression, *fields = PySequence_Tuple(source);
    int is_parsed = fields != NULL && PyArg_ParseTuple(fields, "OUO!O!O!;a rule", &rule->record, &rule->id, &PyList_Type,
                                                       &each, &PyList_Type, &pointer, &PyList_Type, &expression);
    if (is_parsed)
        rule->expression = new_memory(compiler, 1, sizeof *rule->expression);
    int result = !is_parsed || rule->expression == NULL || keep(compiler, fields) < 0
                 || compile_steps(compiler, each, &rule->each, &rule->each_count) < 0
                 || compile_steps(compiler, pointer, &rule->pointer, &rule->pointer_count) < 0
                 || compile_expression(compiler, shape, expression, FIRST_LOOP, rule->expression) < 0;
    Py_XDECREF(fields);
    return result ? -1 : 0;
}

static int compile_rules(Compiler *compiler, Shape *shape, PyObject *source, PyObject *list, Keyword *keyword)
{
    (void)source;
    keyword->reports = 1;
    keyword->rules = new_memory(compiler, (size_t)PyList_GET_SIZE(list) + 1, sizeof *keyword->rules);
    for (Py_ssize_t i = 0; keyword->rules != NULL && i < PyList_GET_SIZE(list); i++)
        if (compile_rule(compiler, shape, PyList_GET_ITEM(list, i), &keyword->rules[keyword->rule_count++]) < 0)
            return -1;
    return keyword->rules == NULL ? -1 : 0;
}

typedef struct {
    const char *name;
    Verdict (*evaluate)(const Keyword *, Frame *); /* none: it says nothing by itself */
    CompileKeyword *compile;
    PyTypeObject *type; /* of its value; none: any */
} KeywordEntry;

/* In the order in which they are checked. Rules come last: they rely on what has been checked. */
static const KeywordEntry KEYWORDS[] = {
    {"type", check_type, compile_type, &PyUnicode_Type},
    {"const", check_enum, compile_const, NULL},
    {"enum", check_enum, compile_enum, &PyList_Type},
    {"required", check_required, compile_required, &PyList_Type},
    {"minProperties", check_min_properties, compile_limit, &PyLong_Type},
    {"maxProperties", check_max_properties, compile_limit, &PyLong_Type},
    {"minItems", check_min_items, compile_limit, &PyLong_Type},
    {"maxItems", check_max_items, compile_limit, &PyLong_Type},
    {"minLength", check_min_length, compile_limit, &PyLong_Type},
    {"maxLength", check_max_length, compile_limit, &PyLong_Type},
    {"minimum", check_minimum, compile_bound, NULL},
    {"maximum", check_maximum, compile_bound, NULL},
    {"pattern", check_pattern, compile_pattern, &PyUnicode_Type},
    {"properties", check_properties, compile_properties, &PyDict_Type},
    {"additionalProperties", check_additional_properties, compile_additional_properties, NULL},
    {"items", check_items, compile_items, NULL},
    {"contains", check_contains, compile_items, NULL},
    {"uniqueItems", check_unique_items, compile_unique_items, NULL},
    {"$ref", check_ref, compile_ref, &PyUnicode_Type},
    {"allOf", check_all_of, compile_all_of, &PyList_Type},
    {"anyOf", check_any_of, compile_schemas, &PyList_Type},
    {"oneOf", check_one_of, compile_schemas, &PyList_Type},
    {"not", check_not, compile_not, NULL},
    {"if", check_if, compile_if, NULL},
    {"x-rules", check_rules, compile_rules, &PyList_Type},
    {"then", NULL, NULL, NULL},
    {"else", NULL, NULL, NULL},
    {"$schema", NULL, NULL, NULL},
    {"$id", NULL, NULL, NULL},
    {"$defs", NULL, NULL, NULL},
    {"$comment", NULL, NULL, NULL},
    {"title", NULL, NULL, NULL},
    {"description", NULL, NULL, NULL},
    {"examples", NULL, NULL, NULL},
    {"deprecated", NULL, NULL, NULL},
};

static int compile_keyword(Compiler *compiler, Shape *shape, PyObject *source, const KeywordEntry *entry,
                           PyObject *value, Keyword *keyword)
{
    if (entry->type != NULL && !PyObject_TypeCheck(value, entry->type)) {
        PyErr_Format(PyExc_TypeError, "%s cannot be %R", entry->name, value);
        return -1;
    }
    keyword->evaluate = entry->evaluate;
    keyword->schema = source;
    keyword->name = PyUnicode_InternFromString(entry->name);
    int result = keyword->name == NULL ? -1 : keep(compiler, keyword->name);
    Py_XDECREF(keyword->name);
    return result < 0 ? -1 : entry->compile(compiler, shape, source, value, keyword);
}

/* Compile the keywords of a schema that is an object. */
static int compile_keywords(Compiler *compiler, Shape *shape, PyObject *source, Schema *schema)
{
    Py_ssize_t left = PyDict_GET_SIZE(source);
    schema->keywords = new_memory(compiler, (size_t)left + 1, sizeof *schema->keywords);
    if (schema->keywords == NULL || keep(compiler, source) < 0)
        return -1;
    for (size_t i = 0; i < sizeof KEYWORDS / sizeof *KEYWORDS; i++) {
        PyObject *value = get_item(source, KEYWORDS[i].name);
        if (value == NULL && PyErr_Occurred())
            return -1;
        left -= value != NULL;
        if (value == NULL || KEYWORDS[i].compile == NULL)
            continue;
        Keyword *keyword = &schema->keywords[schema->count];
        if (compile_keyword(compiler, shape, source, &KEYWORDS[i], value, keyword) < 0)
            return -1;
        if (keyword->evaluate == check_nothing)
            *keyword = (Keyword){.evaluate = NULL};
        else
            schema->count++;
    }
    if (schema->count > 0 && schema->keywords[0].evaluate == check_type)
        schema->kinds = schema->keywords[0].kinds;
    if (left != 0) /* it has keywords that are unknown here */
        schema->keywords[schema->count++] = (Keyword){.evaluate = check_undecided, .reports = 1};
    return 0;
}

static int compile_schema(Compiler *compiler, Shape *shape, PyObject *source, Schema *schema)
{
    if (source == Py_True)
        return 0;
    if (source == Py_False) {
        schema->keywords = new_memory(compiler, 1, sizeof *schema->keywords);
        if (schema->keywords == NULL)
            return -1;
        schema->keywords[schema->count++] = (Keyword){.evaluate = check_false, .reports = 1};
        return 0;
    }
    if (!PyDict_Check(source)) {
        PyErr_Format(PyExc_TypeError, "a schema is a dict or a bool, not %R", source);
        return -1;
    }
    if (Py_EnterRecursiveCall(" while compiling a schema"))
        return -1;
    int result = compile_keywords(compiler, shape, source, schema);
    Py_LeaveRecursiveCall();
    return result;
}

int compile_document(PyObject *schema, PyObject *patterns, Compiled *compiled)
{
    arena_init(&compiled->arena, NULL, 0);
    compiled->kept = PyList_New(0);
    compiled->cached_count = 0;
    PyObject *none = PyDict_New(), *definitions = get_item(schema, "$defs");
    Compiler compiler = {compiled, definitions != NULL ? definitions : none, patterns, PyDict_New()};
    if (definitions != NULL && !PyDict_Check(definitions))
        PyErr_SetString(PyExc_TypeError, "$defs must be a dict");
    int is_ready = compiled->kept != NULL && none != NULL && compiler.components != NULL && !PyErr_Occurred();
    compiled->shape = is_ready ? compile_shape(&compiler, schema) : NULL;
    Py_XDECREF(none);
    Py_XDECREF(compiler.components);
    return compiled->shape == NULL ? -1 : 0;
}

void free_compiled(Compiled *compiled)
{
    arena_free(&compiled->arena);
    Py_CLEAR(compiled->kept);
}

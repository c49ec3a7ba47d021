/* From schemas, as Python has them, to checks. */

/* What memory is counted in; anything may lie at its start. */
typedef union {
    long long number;
    double real;
    void *pointer;
} Unit;

/* Memory for many things side by side. */
typedef struct Block {
    struct Block *next;
    size_t used, size;
    Unit units[];
} Block;

/* The schemas of one document. All that they are compiled into lives as long as this. */
typedef struct {
    PyObject_HEAD
    Block *blocks;
    PyObject *definitions; /* dict: the schema of each component */
    PyObject *patterns;    /* dict: the automaton of each pattern */
    PyObject *components;  /* dict: the address of the shape of each component that was referred to */
    PyObject *addresses;   /* dict: the address of each key */
    PyObject *kept;        /* list: what checks point to */
    Key *keys;             /* all of them */
    int is_spoilt;
} Schemas;

static int compile_node(Schemas *, Shape *, PyObject *schema, Node *);
static Shape *compile_shape(Schemas *, PyObject *schema);

/* Return memory that holds zeros. */
static void *new_memory(Schemas *schemas, size_t bytes)
{
    size_t size = (bytes + sizeof(Unit) - 1) / sizeof(Unit);
    Block *block = schemas->blocks;
    if (block == NULL || block->size - block->used < size) {
        size_t most = size > 8000 ? size : 8000;
        block = PyMem_Calloc(1, sizeof(Block) + most * sizeof(Unit));
        if (block == NULL)
            return PyErr_NoMemory();
        *block = (Block){.next = schemas->blocks, .size = most};
        schemas->blocks = block;
    }
    block->used += size;
    return block->units + block->used - size;
}

/* Return the key of that name, the same one each time. */
static Key *key_of(Schemas *schemas, PyObject *name)
{
    PyObject *address = PyDict_GetItemWithError(schemas->addresses, name);
    if (address != NULL || PyErr_Occurred())
        return address == NULL ? NULL : PyLong_AsVoidPtr(address);
    Key *key = new_memory(schemas, sizeof(Key));
    address = key == NULL ? NULL : PyLong_FromVoidPtr(key);
    int result = address == NULL ? -1 : PyDict_SetItem(schemas->addresses, name, address);
    Py_XDECREF(address);
    if (result < 0)
        return NULL;
    *key = (Key){{NULL, 0}, name, Py_NewRef(name), schemas->keys}; /* the dict keeps the name */
    schemas->keys = key;
    key->text.bytes = PyUnicode_AsUTF8AndSize(name, &key->text.size);
    return key->text.bytes == NULL ? NULL : key;
}

/* Give a set of texts room for so many, a power of two. */
static int make_room_for_names(Schemas *schemas, Names *names, int room)
{
    Name *before = names->names;
    names->room = room;
    names->names = new_memory(schemas, sizeof(Name) * (size_t)room);
    names->buckets = new_memory(schemas, sizeof(int16_t) * 2 * (size_t)room);
    names->order = new_memory(schemas, sizeof(int16_t) * (size_t)room);
    if (names->names == NULL || names->buckets == NULL || names->order == NULL)
        return -1;
    memset(names->buckets, -1, sizeof(int16_t) * 2 * (size_t)room);
    memset(names->order, -1, sizeof(int16_t) * (size_t)room);
    for (int i = 0; i < names->count; i++) {
        names->names[i] = before[i];
        *bucket_of(names, before[i].text) = (int16_t)i;
    }
    return 0;
}

/* Return the number that a text has or gets. */
static int add_name(Schemas *schemas, Names *names, PyObject *value)
{
    Text text;
    text.bytes = PyUnicode_AsUTF8AndSize(value, &text.size);
    if (text.bytes == NULL || PyList_Append(schemas->kept, value) < 0)
        return -1;
    int number = find_text(names, text);
    if (number >= 0)
        return number;
    if (names->count == INT16_MAX / 2) {
        PyErr_SetString(PyExc_ValueError, "there are too many texts to choose from");
        return -1;
    }
    if (names->count == names->room && make_room_for_names(schemas, names, names->room == 0 ? 4 : 2 * names->room) < 0)
        return -1;
    *bucket_of(names, text) = (int16_t)names->count;
    names->names[names->count].text = text;
    return names->count++;
}

/* Return the slot of a member; -1 with an error, also if there are too many. */
static int slot_of(Schemas *schemas, Shape *shape, PyObject *name)
{
    int slot = add_name(schemas, &shape->names, name);
    Key *key = slot < 0 ? NULL : key_of(schemas, name);
    if (key == NULL)
        return -1;
    shape->names.names[slot].key = key;
    if (slot < MOST_NAMES)
        return slot;
    PyErr_Format(PyExc_ValueError, "the schemas of one object mention more than %d members", MOST_NAMES);
    return -1;
}

static int compile_type(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *value, Check *check)
{
    static const struct { const char *name; unsigned kinds; } TYPES[] = {
        {"object", OBJECT}, {"array", ARRAY}, {"string", STRING}, {"integer", INTEGER},
        {"number", INTEGER | NUMBER}, {"boolean", BOOLEAN}, {"null", NOTHING},
    };
    (void)schemas, (void)shape, (void)schema;
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (PyUnicode_Check(value) && PyUnicode_CompareWithASCIIString(value, TYPES[i].name) == 0)
            check->kinds = TYPES[i].kinds;
    check->test = check->kinds ? test_type : test_unknown;
    return 0;
}

static int compile_enum(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *values, Check *check)
{
    (void)shape, (void)schema;
    int size = (int)PyList_Size(values);
    check->others = new_memory(schemas, sizeof(Value) * (size_t)(size + 1));
    check->texts = new_memory(schemas, sizeof(Names));
    if (size < 0 || check->others == NULL || check->texts == NULL)
        return -1;
    check->test = test_enum;
    for (int i = 0; i < size; i++) {
        PyObject *value = PyList_GetItem(values, i);
        Value constant = read_value(value);
        if (constant.kind & STRING && add_name(schemas, check->texts, value) < 0)
            return -1;
        if (constant.kind & CONTAINER || constant.kind == UNKNOWN)
            check->test = test_unknown;
        else if (!(constant.kind & STRING))
            check->others[check->other_count++] = constant;
    }
    return 0;
}

static int compile_const(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *value, Check *check)
{
    PyObject *values = PyList_New(0);
    int result = values == NULL || PyList_Append(values, value) < 0;
    result = result ? -1 : compile_enum(schemas, shape, schema, values, check);
    Py_XDECREF(values);
    return result;
}

static int compile_required(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *names, Check *check)
{
    (void)schema;
    check->test = test_required;
    check->explain = explain_required;
    for (Py_ssize_t i = 0; i < PyList_Size(names); i++) {
        int slot = slot_of(schemas, shape, PyList_GetItem(names, i));
        if (slot < 0)
            return -1;
        check->members |= (uint64_t)1 << slot;
    }
    return 0;
}

#define COMPILE_LIMIT(name)                                                                                            \
    static int compile_##name(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *value, Check *check)         \
    {                                                                                                                  \
        (void)schemas, (void)shape, (void)schema;                                                                      \
        check->test = test_##name;                                                                                     \
        check->limit = PyLong_AsSsize_t(value);                                                                        \
        return check->limit == -1 && PyErr_Occurred() ? -1 : 0;                                                        \
    }

COMPILE_LIMIT(min_properties)
COMPILE_LIMIT(max_properties)
COMPILE_LIMIT(min_items)
COMPILE_LIMIT(max_items)
COMPILE_LIMIT(min_length)
COMPILE_LIMIT(max_length)

#define COMPILE_BOUND(name)                                                                                            \
    static int compile_##name(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *value, Check *check)         \
    {                                                                                                                  \
        (void)schemas, (void)shape, (void)schema;                                                                      \
        check->bound = PyFloat_AsDouble(value);                                                                        \
        check->test = fabs(check->bound) < EXACT ? test_##name : test_unknown;                                         \
        return PyErr_Occurred() ? -1 : 0;                                                                              \
    }

COMPILE_BOUND(minimum)
COMPILE_BOUND(maximum)

static int compile_pattern(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *pattern, Check *check)
{
    (void)shape, (void)schema;
    PyObject *automaton = PyDict_GetItemWithError(schemas->patterns, pattern);
    check->test = automaton == NULL ? test_unknown : test_pattern;
    if (automaton == NULL)
        return PyErr_Occurred() ? -1 : 0;
    const uint8_t *classes, *rows, *ends;
    Py_ssize_t class_size, size, states;
    if (!PyTuple_Check(automaton)) {
        PyErr_Format(PyExc_TypeError, "an automaton is a tuple, not %R", automaton);
        return -1;
    }
    if (!PyArg_ParseTuple(automaton, "y#y#y#;an automaton", &classes, &class_size, &rows, &size, &ends, &states))
        return -1;
    Py_ssize_t width = states > 0 ? size / states : 0, wrong = class_size < 2 || size == 0 || size != width * states;
    wrong += wrong || classes[0] != 0 || width > UINT8_MAX || size + states > UINT16_MAX;
    for (Py_ssize_t i = 0; i + 1 < class_size; i += 2)
        wrong += classes[i + 1] >= width;
    for (Py_ssize_t i = 0; i < size; i++)
        wrong += rows[i] >= states;
    for (Py_ssize_t i = 0; i < states; i++)
        wrong += ends[i] > 1;
    Py_ssize_t last = states;
    for (int stays = 1; stays && last > 0; last -= stays)
        for (Py_ssize_t i = 0; !wrong && i < width; i++)
            stays &= rows[(last - 1) * width + i] == last - 1;
    if (wrong) {
        PyErr_SetString(PyExc_ValueError, "an automaton leads out of its tables");
        return -1;
    }
    check->automaton = new_memory(schemas, sizeof(Automaton));
    uint16_t *row = new_memory(schemas, sizeof(uint16_t) * (size_t)(size + states));
    if (check->automaton == NULL || row == NULL)
        return -1;
    check->automaton->rows = row;
    check->automaton->last = (unsigned)(last * (width + 1));
    for (Py_ssize_t i = 0; i + 1 < class_size; i += 2)
        memset(check->automaton->classes + classes[i], classes[i + 1] + 1, (size_t)(257 - classes[i]));
    for (Py_ssize_t state = 0; state < states; state++) {
        *row++ = ends[state];
        for (Py_ssize_t i = 0; i < width; i++)
            *row++ = (uint16_t)(rows[state * width + i] * (width + 1));
    }
    return 0;
}

static int compile_unique_items(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *value, Check *check)
{
    (void)schemas, (void)shape, (void)schema;
    check->test = value == Py_True ? test_unique_items : test_unknown;
    return 0;
}

/* Tell whether a schema asks for a certain value, so that it is worth asking first. */
static int is_constant(PyObject *schema)
{
    PyObject *name = PyUnicode_FromString("const");
    int found = name != NULL && PyDict_Check(schema) && PyDict_Contains(schema, name) == 1;
    Py_XDECREF(name);
    return found;
}

static int compile_properties(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *children, Check *check)
{
    (void)schema;
    check->test = test_properties;
    check->explain = explain_properties;
    check->properties = new_memory(schemas, sizeof(Property) * (size_t)(PyDict_Size(children) + 1));
    if (check->properties == NULL)
        return -1;
    for (int constant = 1; constant >= 0; constant--) {
        PyObject *name, *child;
        Py_ssize_t position = 0;
        while (PyDict_Next(children, &position, &name, &child)) {
            if (is_constant(child) != constant)
                continue;
            Property *property = &check->properties[check->property_count++];
            property->slot = slot_of(schemas, shape, name);
            property->shape = property->slot < 0 ? NULL : compile_shape(schemas, child);
            if (property->shape == NULL)
                return -1;
            property->name = shape->names.names[property->slot].text;
        }
    }
    return 0;
}

static int compile_others(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *child, Check *check)
{
    PyObject *key = PyUnicode_FromString("properties");
    PyObject *properties = key == NULL ? NULL : PyDict_GetItemWithError(schema, key);
    PyObject *name, *property;
    Py_ssize_t position = 0;
    Py_XDECREF(key);
    while (properties != NULL && PyDict_Next(properties, &position, &name, &property)) {
        int slot = slot_of(schemas, shape, name);
        if (slot < 0)
            return -1;
        check->members |= (uint64_t)1 << slot;
    }
    check->test = child == Py_False ? test_no_others : child == Py_True ? test_true : test_others;
    check->explain = child == Py_True ? NULL : explain_others;
    check->shape = check->test == test_others ? compile_shape(schemas, child) : NULL;
    return PyErr_Occurred() ? -1 : 0;
}

static int compile_items(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *child, Check *check)
{
    (void)shape, (void)schema;
    check->test = test_items;
    check->explain = explain_items;
    check->shape = compile_shape(schemas, child);
    return check->shape == NULL ? -1 : 0;
}

static int compile_contains(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *child, Check *check)
{
    int result = compile_items(schemas, shape, schema, child, check);
    check->test = test_contains;
    check->explain = NULL;
    return result;
}

static int compile_reference(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *reference, Check *check)
{
    (void)shape, (void)schema;
    PyObject *address = PyDict_GetItemWithError(schemas->components, reference);
    check->test = test_reference;
    check->explain = explain_reference;
    if (address == NULL && PyErr_Occurred())
        return -1;
    if (address != NULL) {
        check->shape = PyLong_AsVoidPtr(address);
        return 0;
    }
    PyObject *above = PyUnicode_FromString("#/$defs/");
    Py_ssize_t size = PyUnicode_GetLength(reference), start = above == NULL ? 0 : PyUnicode_GetLength(above);
    int is_below = above == NULL ? -1 : (int)PyUnicode_Tailmatch(reference, above, 0, size, -1);
    PyObject *name = is_below == 1 ? PyUnicode_Substring(reference, start, size) : NULL;
    PyObject *component = name == NULL ? NULL : PyDict_GetItemWithError(schemas->definitions, name);
    Py_XDECREF(above);
    Py_XDECREF(name);
    if (component == NULL) {
        if (!PyErr_Occurred())
            PyErr_Format(PyExc_KeyError, "no component is at %U", reference);
        return -1;
    }
    /* The address is known before the component is compiled, as it may hold itself. */
    check->shape = new_memory(schemas, sizeof(Shape));
    address = check->shape == NULL ? NULL : PyLong_FromVoidPtr(check->shape);
    int result = address == NULL ? -1 : PyDict_SetItem(schemas->components, reference, address);
    Py_XDECREF(address);
    return result < 0 ? -1 : compile_node(schemas, check->shape, component, &check->shape->node);
}

static int compile_nodes(Schemas *schemas, Shape *shape, PyObject *branches, Check *check)
{
    check->node_count = (int)PyList_Size(branches);
    check->nodes = check->node_count < 0 ? NULL : new_memory(schemas, sizeof(Node) * (size_t)(check->node_count + 1));
    if (check->nodes == NULL)
        return -1;
    for (int i = 0; i < check->node_count; i++)
        if (compile_node(schemas, shape, PyList_GetItem(branches, i), &check->nodes[i]) < 0)
            return -1;
    return 0;
}

#define COMPILE_BRANCHES(name)                                                                                         \
    static int compile_##name(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *branches, Check *check)      \
    {                                                                                                                  \
        (void)schema;                                                                                                  \
        check->test = test_##name;                                                                                     \
        return compile_nodes(schemas, shape, branches, check);                                                         \
    }

COMPILE_BRANCHES(any_of)
COMPILE_BRANCHES(one_of)

static int compile_all_of(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *branches, Check *check)
{
    (void)schema;
    check->test = test_all_of;
    check->explain = explain_all_of;
    return compile_nodes(schemas, shape, branches, check);
}

static int compile_not(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *condition, Check *check)
{
    (void)schema;
    check->test = test_not;
    check->nodes = new_memory(schemas, sizeof(Node));
    return check->nodes == NULL ? -1 : compile_node(schemas, shape, condition, &check->nodes[0]);
}

static int compile_if(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *condition, Check *check)
{
    static const char *const BRANCHES[] = {"then", "else"};
    check->test = test_if;
    check->explain = explain_if;
    check->nodes = new_memory(schemas, 3 * sizeof(Node));
    if (check->nodes == NULL || compile_node(schemas, shape, condition, &check->nodes[0]) < 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        PyObject *key = PyUnicode_FromString(BRANCHES[i]);
        PyObject *branch = key == NULL ? NULL : PyDict_GetItemWithError(schema, key);
        Py_XDECREF(key);
        if (PyErr_Occurred() || (branch != NULL && compile_node(schemas, shape, branch, &check->nodes[i + 1]) < 0))
            return -1;
    }
    return 0;
}

typedef Value Operation(const Term *, const Value *);

enum { NO_CONSTANT, ANY_CONSTANT, A_TEXT, AN_INDEX, A_VARIABLE };

static const struct {
    const char *name;
    Operation *value;
    int constant; /* that comes first */
    int parts;    /* that follow; negative: any number */
} OPERATIONS[] = {
    {"constant", term_constant, ANY_CONSTANT, 0},
    {"variable", term_variable, A_VARIABLE, 0},
    {"member", term_member, A_TEXT, 1},
    {"entry", term_entry, AN_INDEX, 1},
    {"each", term_each, A_VARIABLE, 3}, /* to which values are given: these, a condition, what comes of it */
    {"all", term_all, A_VARIABLE, 3},
    {"any", term_any, A_VARIABLE, 3},
    {"count", term_count, A_VARIABLE, 3},
    {"known", term_known, A_VARIABLE, 1}, /* on which a list depends */
    {"list", term_list, NO_CONSTANT, -1},
    {"and", term_and, NO_CONSTANT, -1},
    {"or", term_or, NO_CONSTANT, -1},
    {"not", term_not, NO_CONSTANT, 1},
    {"if", term_if, NO_CONSTANT, 3},
    {"equal", term_equal, NO_CONSTANT, 2},
    {"less", term_less, NO_CONSTANT, 2},
    {"at_most", term_at_most, NO_CONSTANT, 2},
    {"in", term_in, NO_CONSTANT, 2},
    {"add", term_add, NO_CONSTANT, 2},
    {"subtract", term_subtract, NO_CONSTANT, 2},
    {"starts_with", term_starts_with, NO_CONSTANT, 2},
    {"occurrences", term_occurrences, NO_CONSTANT, 2},
    {"len", term_len, NO_CONSTANT, 1},
    {"float", term_float, NO_CONSTANT, 1},
    {"string", term_string, NO_CONSTANT, 1},
    {"addresses", term_addresses, NO_CONSTANT, 1},
    {"flatten", term_flatten, NO_CONSTANT, 1},
    {"json_size", term_json_size, NO_CONSTANT, 1},
    {"smart_links", term_smart_links, NO_CONSTANT, 1},
    {"total", term_total, NO_CONSTANT, 1},
    {"unique", term_unique, NO_CONSTANT, 1},
    {"utf8_size", term_utf8_size, NO_CONSTANT, 1},
};

static Value term_unknown(const Term *term, const Value *variables)
{
    (void)term, (void)variables;
    return unknown;
}

/* Keep the texts of a list in which a term looks another up, if they are all known ahead. */
static int compile_texts(Schemas *schemas, Term *term)
{
    const Term *list = &term->parts[1];
    int known = list->value == term_list && list->count > 0;
    for (int i = 0; known && i < list->count; i++)
        known = list->parts[i].value == term_constant && list->parts[i].constant.kind & STRING;
    if (!known)
        return 0;
    term->texts = new_memory(schemas, sizeof(Names));
    if (term->texts == NULL)
        return -1;
    for (int i = 0; i < list->count; i++)
        if (add_name(schemas, term->texts, list->parts[i].key->name) < 0)
            return -1;
    return 0;
}

static int is_self(const Term *term)
{
    return term->value == term_variable && term->variable == SELF;
}

static int is_loop(const Term *term)
{
    return term->value == term_each || term->value == term_all || term->value == term_any || term->value == term_count;
}

/* Read the constant of a term; false if the operation takes no such one. So many variables are known; a loop takes the
   next one. */
static int read_constant(Schemas *schemas, PyObject *constant, int wanted, int known, Term *term)
{
    term->constant = read_value(constant);
    if (wanted == AN_INDEX || wanted == A_VARIABLE) {
        double number = term->constant.kind & QUANTITY ? term->constant.number : -1;
        term->variable = wanted == A_VARIABLE && number < MOST_VARIABLES ? (int)number : 0;
        if (number < 0 || number != floor(number))
            return 0;
        if (wanted == A_VARIABLE)
            return number < MOST_VARIABLES && (is_loop(term) ? number == known : number < known);
        return 1;
    }
    if (term->constant.kind & STRING)
        term->key = key_of(schemas, constant);
    return term->key != NULL || (wanted == ANY_CONSTANT && !PyErr_Occurred());
}

/* Tell whether a term reads no variable but the root, perhaps self, and those that its own loops give values to. */
static int reads_only(const Term *term, int variable, int known)
{
    int keeps_for_self = term->value == term_known && term->variable == SELF;
    int reads_self = term->value == term_slot || term->value == term_in_self || is_self(term) || keeps_for_self;
    int reads_outer = term->value == term_variable && term->variable != ROOT && term->variable < known;
    int allowed = reads_self ? variable == SELF : !reads_outer;
    for (int i = 0; allowed && i < term->count; i++)
        allowed = reads_only(&term->parts[i], variable, known);
    return allowed;
}

static int compile_term(Schemas *, Shape *, PyObject *list, int known, Term *);

/* Compile the parts of a term and what follows from them; so many variables are known. */
static int compile_parts(Schemas *schemas, Shape *shape, PyObject *list, int known, Term *term)
{
    Py_ssize_t first = PyList_GET_SIZE(list) - term->count;
    term->parts = new_memory(schemas, sizeof(Term) * (size_t)(term->count + 1));
    if (term->parts == NULL || PyList_Append(schemas->kept, list) < 0)
        return -1;
    for (int i = 0; i < term->count; i++) {
        int is_inner = i > 0 && is_loop(term);
        if (compile_term(schemas, shape, PyList_GET_ITEM(list, first + i), known + is_inner, &term->parts[i]) < 0)
            return -1;
    }
    if (term->value == term_known) {
        term->memo = new_memory(schemas, sizeof(Memo));
        if ((term->variable == SELF || term->variable == ROOT) && reads_only(&term->parts[0], term->variable, known))
            return term->memo == NULL ? -1 : 0;
        PyErr_Format(PyExc_ValueError, "the list depends on more than is said: %R", list);
        return -1;
    }
    if (term->value == term_member && is_self(&term->parts[0])) {
        term->value = term_slot;
        term->variable = slot_of(schemas, shape, term->key->name);
    } else if (term->value == term_in && term->parts[0].value == term_constant && term->parts[0].key != NULL
               && is_self(&term->parts[1])) {
        term->value = term_in_self;
        term->variable = slot_of(schemas, shape, term->parts[0].key->name);
    } else if (term->value == term_in) {
        return compile_texts(schemas, term);
    }
    return term->variable < 0 ? -1 : 0;
}

/* Compile a term from a list: the name of an operation, its constant, its parts. */
static int compile_term(Schemas *schemas, Shape *shape, PyObject *list, int known, Term *term)
{
    PyObject *name = PyList_Check(list) && PyList_GET_SIZE(list) > 0 ? PyList_GET_ITEM(list, 0) : NULL;
    size_t i = 0, count = sizeof OPERATIONS / sizeof *OPERATIONS;
    term->value = term_unknown;
    while (name != NULL && i < count
           && (!PyUnicode_Check(name) || PyUnicode_CompareWithASCIIString(name, OPERATIONS[i].name) != 0))
        i++;
    if (name == NULL || i == count)
        return 0;
    int first = OPERATIONS[i].constant == NO_CONSTANT ? 1 : 2;
    term->value = OPERATIONS[i].value;
    term->count = (int)PyList_GET_SIZE(list) - first;
    int fits = OPERATIONS[i].parts < 0 || term->count == OPERATIONS[i].parts;
    if (fits && first == 2)
        fits = read_constant(schemas, PyList_GET_ITEM(list, 1), OPERATIONS[i].constant, known, term);
    if (!fits && !PyErr_Occurred())
        PyErr_Format(PyExc_ValueError, "there is no such term: %R", list);
    if (!fits || Py_EnterRecursiveCall(" while compiling a rule"))
        return -1;
    int result = compile_parts(schemas, shape, list, known, term);
    Py_LeaveRecursiveCall();
    return result;
}

/* Compile rules, each from a list: its name, the steps to where it applies (a null leads to all entries), its term. */
static int compile_rules(Schemas *schemas, Shape *shape, PyObject *schema, PyObject *list, Check *check)
{
    (void)schema;
    Py_ssize_t size = PyList_Size(list);
    check->test = test_rules;
    check->rules = size < 0 ? NULL : new_memory(schemas, sizeof(Rule) * (size_t)(size + 1));
    if (check->rules == NULL || PyList_Append(schemas->kept, list) < 0)
        return -1;
    for (; check->rule_count < size; check->rule_count++) {
        Rule *rule = &check->rules[check->rule_count];
        PyObject *steps, *term;
        PyObject *record = PyList_AsTuple(PyList_GET_ITEM(list, check->rule_count));
        int parsed = record != NULL && PyArg_ParseTuple(record, "UO!O!;a rule", &rule->name, &PyList_Type, &steps,
                                                        &PyList_Type, &term);
        Py_XDECREF(record);
        if (!parsed || PyList_Append(schemas->kept, rule->name) < 0)
            return -1;
        if (PyList_GET_SIZE(steps) > MOST_STEPS) {
            PyErr_Format(PyExc_ValueError, "a rule has more than %d steps", MOST_STEPS);
            return -1;
        }
        rule->step_count = (int)PyList_GET_SIZE(steps);
        rule->steps = new_memory(schemas, sizeof(Key *) * (size_t)(rule->step_count + 1));
        rule->term = new_memory(schemas, sizeof(Term));
        if (rule->steps == NULL || rule->term == NULL || compile_term(schemas, shape, term, FIRST_FREE, rule->term) < 0)
            return -1;
        for (int i = 0; i < rule->step_count; i++) {
            PyObject *step = PyList_GET_ITEM(steps, i);
            if (step != Py_None && !PyUnicode_Check(step))
                PyErr_Format(PyExc_TypeError, "a step is the name of a member or None, not %R", step);
            rule->steps[i] = step == Py_None || PyErr_Occurred() ? NULL : key_of(schemas, step);
            if (PyErr_Occurred())
                return -1;
        }
    }
    return 0;
}

static const struct {
    const char *name;
    int (*compile)(Schemas *, Shape *, PyObject *schema, PyObject *value, Check *); /* none: says nothing by itself */
    Kind kind; /* of its value; UNKNOWN: any */
} KEYWORDS[] = {
    {"type", compile_type, STRING},
    {"const", compile_const, UNKNOWN},
    {"enum", compile_enum, ARRAY},
    {"required", compile_required, ARRAY},
    {"minProperties", compile_min_properties, UNKNOWN},
    {"maxProperties", compile_max_properties, UNKNOWN},
    {"minItems", compile_min_items, UNKNOWN},
    {"maxItems", compile_max_items, UNKNOWN},
    {"minLength", compile_min_length, UNKNOWN},
    {"maxLength", compile_max_length, UNKNOWN},
    {"minimum", compile_minimum, UNKNOWN},
    {"maximum", compile_maximum, UNKNOWN},
    {"pattern", compile_pattern, STRING},
    {"properties", compile_properties, OBJECT},
    {"additionalProperties", compile_others, UNKNOWN},
    {"items", compile_items, UNKNOWN},
    {"contains", compile_contains, UNKNOWN},
    {"uniqueItems", compile_unique_items, UNKNOWN},
    {"$ref", compile_reference, STRING},
    {"allOf", compile_all_of, ARRAY},
    {"anyOf", compile_any_of, ARRAY},
    {"oneOf", compile_one_of, ARRAY},
    {"not", compile_not, UNKNOWN},
    {"if", compile_if, UNKNOWN},
    {"x-rules", compile_rules, ARRAY},
    {"then", NULL, UNKNOWN},
    {"else", NULL, UNKNOWN},
    {"$schema", NULL, UNKNOWN},
    {"$id", NULL, UNKNOWN},
    {"$defs", NULL, UNKNOWN},
    {"$comment", NULL, UNKNOWN},
    {"title", NULL, UNKNOWN},
    {"description", NULL, UNKNOWN},
    {"examples", NULL, UNKNOWN},
    {"deprecated", NULL, UNKNOWN},
};

static int compile_keywords(Schemas *schemas, Shape *shape, PyObject *schema, Node *node)
{
    if (schema == Py_True)
        return 0;
    if (schema != Py_False && !PyDict_Check(schema)) {
        PyErr_Format(PyExc_TypeError, "a schema is a dict or a bool, not %R", schema);
        return -1;
    }
    Py_ssize_t size = PyDict_Check(schema) ? PyDict_Size(schema) : 0;
    node->checks = new_memory(schemas, sizeof(Check) * (size_t)(size + 1));
    if (node->checks == NULL || PyList_Append(schemas->kept, schema) < 0)
        return -1;
    for (size_t i = 0; PyDict_Check(schema) && i < sizeof KEYWORDS / sizeof *KEYWORDS; i++) {
        PyObject *keyword = PyUnicode_InternFromString(KEYWORDS[i].name);
        PyObject *value = keyword == NULL ? NULL : PyDict_GetItemWithError(schema, keyword);
        int kept = keyword == NULL || PyList_Append(schemas->kept, keyword) < 0 ? -1 : 0;
        Py_XDECREF(keyword);
        if (kept < 0 || (value == NULL && PyErr_Occurred()))
            return -1;
        size -= value != NULL;
        if (value == NULL || KEYWORDS[i].compile == NULL)
            continue;
        if (KEYWORDS[i].kind != UNKNOWN && !(KEYWORDS[i].kind & read_value(value).kind)) {
            PyErr_Format(PyExc_TypeError, "%s cannot be %R", KEYWORDS[i].name, value);
            return -1;
        }
        Check *check = &node->checks[node->count++];
        check->keyword = keyword;
        check->schema = schema;
        if (KEYWORDS[i].compile(schemas, shape, schema, value, check) < 0)
            return -1;
    }
    if (schema == Py_False)
        node->checks[node->count++].test = test_false;
    else if (size != 0) /* keywords are left over */
        node->checks[node->count++].test = test_unknown;
    return 0;
}

static int compile_node(Schemas *schemas, Shape *shape, PyObject *schema, Node *node)
{
    if (Py_EnterRecursiveCall(" while compiling a schema"))
        return -1;
    int result = compile_keywords(schemas, shape, schema, node);
    Py_LeaveRecursiveCall();
    return result;
}

static Shape *compile_shape(Schemas *schemas, PyObject *schema)
{
    Shape *shape = new_memory(schemas, sizeof(Shape));
    if (shape == NULL || compile_node(schemas, shape, schema, &shape->node) < 0)
        return NULL;
    /* What only refers to a component is that component. */
    if (shape->node.count == 1 && shape->node.checks[0].test == test_reference)
        return shape->node.checks[0].shape;
    return shape;
}

/* Rules as terms: trees of operations on values, which are neither Python's objects nor counted by it. */

typedef enum { UNKNOWN, NULL_VALUE, TRUTH, QUANTITY, TEXT, MAP, LIST, VALUES } Tag;

/* What a term comes to; small enough to be handed over in registers. VALUES lie in the scratch memory, as texts may. */
typedef struct Value {
    uint32_t tag;
    uint32_t size; /* of a TEXT, of VALUES */
    union {
        int64_t truth;
        double number;
        const char *bytes;
        PyObject *object; /* MAP, LIST */
        const struct Value *values;
        const Frame *frame;
    };
} Value;

enum { SELF, ITEM, ROOT, FRAME, FIRST_FREE }; /* variables; the free ones are those of loops */

/* A value that was kept, and for which root or self. */
typedef struct {
    uint64_t number;
    Value value;
} Memo;

struct Term {
    Value (*value)(const Term *, const Value *variables);
    Term *parts;
    int count;
    int variable;      /* that it reads or, in a loop, gives values to */
    Key *key;          /* of the member that it reads or asks for */
    Value constant;
    Names *texts;      /* in which it looks another up, if all are known ahead */
    Memo *memo;
};

/* Memory for one rule at a time; what needs more is unsure. */
static Value scratch[1 << 14];
static size_t scratch_used;

static const Value unknown = {UNKNOWN, 0, {0}};

static Value truth(int truth)
{
    return (Value){TRUTH, 0, {.truth = truth}};
}

static Value quantity(double number)
{
    return fabs(number) < EXACT ? (Value){QUANTITY, 0, {.number = number}} : unknown;
}

static Value text_value(const char *bytes, Py_ssize_t size)
{
    return size <= UINT32_MAX ? (Value){TEXT, (uint32_t)size, {.bytes = bytes}} : unknown;
}

/* Return values that were put into the scratch memory; unknown if there was no room. */
static Value values_value(const Value *values, Py_ssize_t count)
{
    return values != NULL && count <= UINT32_MAX ? (Value){VALUES, (uint32_t)count, {.values = values}} : unknown;
}

static Text text_of(Value value)
{
    return (Text){value.bytes, value.size};
}

/* Values that stay the same as long as the root does, or self, of which each has a number of its own. */
typedef struct {
    uint64_t number;
    size_t used;
    Value values[1 << 12];
} Kept;

static Kept kept_for_root, kept_for_self;

static void keep_no_more(Kept *kept)
{
    kept->number++;
    kept->used = 0;
}

/* Return room for so many bytes. */
static void *take(size_t bytes)
{
    size_t size = (bytes + sizeof *scratch - 1) / sizeof *scratch;
    if (size > sizeof scratch / sizeof *scratch - scratch_used)
        return NULL;
    scratch_used += size;
    return scratch + scratch_used - size;
}

static int is_scratch(Value value)
{
    uintptr_t place = (uintptr_t)value.bytes, start = (uintptr_t)scratch;
    return value.tag == TEXT && place >= start && place < start + sizeof scratch;
}

/* Put one more value into the scratch memory; false if it is unknown or there is no room. */
static int put(Value value)
{
    Value *place = value.tag == UNKNOWN ? NULL : take(sizeof value);
    if (place != NULL)
        *place = value;
    return place != NULL;
}

/* Return the values that were put since. */
static Value put_since(size_t before)
{
    return values_value(scratch + before, (Py_ssize_t)(scratch_used - before));
}

static Value read_value(PyObject *object)
{
    Kind kind = kind_of(object);
    Text text;
    double number;
    switch (kind) {
    case STRING:
        return read_text(object, &text) ? text_value(text.bytes, text.size) : unknown;
    case OBJECT:
        return (Value){MAP, 0, {.object = object}};
    case ARRAY:
        return (Value){LIST, 0, {.object = object}};
    case INTEGER:
    case NUMBER:
        return read_number(object, kind, &number) ? quantity(number) : unknown;
    case BOOLEAN:
        return truth(object == Py_True);
    case NOTHING:
        return (Value){NULL_VALUE, 0, {0}};
    default:
        return unknown;
    }
}

/* Return one more value of a list, of values, or of the names of a map; UNKNOWN at the end. */
static Value next(Value values, Py_ssize_t *position)
{
    PyObject *key, *member;
    switch (values.tag) {
    case VALUES:
        return *position < values.size ? values.values[(*position)++] : unknown;
    case LIST:
        return *position < PyList_GET_SIZE(values.object) ? read_value(PyList_GET_ITEM(values.object, (*position)++))
                                                           : unknown;
    case MAP:
        return PyDict_Next(values.object, position, &key, &member) ? read_value(key) : unknown;
    default:
        return unknown;
    }
}

/* Return how many values there are; -1 if it is no list and no map. */
static Py_ssize_t length(Value values)
{
    switch (values.tag) {
    case VALUES:
        return values.size;
    case LIST:
        return PyList_GET_SIZE(values.object);
    case MAP:
        return PyDict_GET_SIZE(values.object);
    default:
        return -1;
    }
}

/* Compare two values; lists and maps, and truths with numbers, are not compared. */
static Verdict equal(Value one, Value other)
{
    if (one.tag == UNKNOWN || other.tag == UNKNOWN || one.tag >= MAP || other.tag >= MAP)
        return UNSURE;
    if (one.tag != other.tag)
        return (one.tag == TRUTH && other.tag == QUANTITY) || (one.tag == QUANTITY && other.tag == TRUTH) ? UNSURE : NO;
    switch (one.tag) {
    case TEXT:
        return same(text_of(one), text_of(other));
    case QUANTITY:
        return one.number == other.number;
    case TRUTH:
        return one.truth == other.truth;
    default:
        return YES;
    }
}

/* Set the member of that name, or nothing; unsure if a name is no text. Looking it up as Python does might then run
   whatever the name says to be compared with others. */
static Verdict find_in_map(PyObject *map, const Key *key, PyObject **found)
{
    PyObject *name, *member;
    Py_ssize_t position = 0;
    Text text;
    *found = NULL;
    while (PyDict_Next(map, &position, &name, &member)) {
        if (Py_TYPE(name) != &PyUnicode_Type)
            return UNSURE;
        if (name == key->latest || (read_text(name, &text) && same(text, key->text))) {
            *found = member;
            return YES;
        }
    }
    return NO;
}

static Value part(const Term *term, int index, const Value *variables)
{
    return term->parts[index].value(&term->parts[index], variables);
}

/* Return whether a part holds. */
static Verdict holds(const Term *term, int index, const Value *variables)
{
    Value value = part(term, index, variables);
    return value.tag == TRUTH ? value.truth : UNSURE;
}

static Value term_constant(const Term *term, const Value *variables)
{
    (void)variables;
    return term->constant;
}

static Value term_variable(const Term *term, const Value *variables)
{
    return variables[term->variable];
}

static Value term_member(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    PyObject *member;
    return value.tag == MAP && find_in_map(value.object, term->key, &member) == YES ? read_value(member) : unknown;
}

/* A member of self, which is in a slot. */
static Value term_slot(const Term *term, const Value *variables)
{
    const Frame *frame = variables[FRAME].frame;
    return frame->present >> term->variable & 1 ? read_value(frame->slots[term->variable]) : unknown;
}

static Value term_entry(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    Py_ssize_t index = (Py_ssize_t)term->constant.number;
    return value.tag == LIST && index < PyList_GET_SIZE(value.object) ? read_value(PyList_GET_ITEM(value.object, index))
                                                                      : unknown;
}

static Value term_and(const Term *term, const Value *variables)
{
    for (int i = 0; i < term->count; i++) {
        Verdict verdict = holds(term, i, variables);
        if (verdict != YES)
            return verdict == NO ? truth(0) : unknown;
    }
    return truth(1);
}

static Value term_or(const Term *term, const Value *variables)
{
    for (int i = 0; i < term->count; i++) {
        Verdict verdict = holds(term, i, variables);
        if (verdict != NO)
            return verdict == YES ? truth(1) : unknown;
    }
    return truth(0);
}

static Value term_not(const Term *term, const Value *variables)
{
    Verdict verdict = holds(term, 0, variables);
    return verdict == UNSURE ? unknown : truth(verdict == NO);
}

static Value term_if(const Term *term, const Value *variables)
{
    Verdict verdict = holds(term, 0, variables);
    return verdict == UNSURE ? unknown : part(term, verdict == YES ? 1 : 2, variables);
}

static Value term_equal(const Term *term, const Value *variables)
{
    Value one = part(term, 0, variables), other = part(term, 1, variables);
    Verdict verdict = equal(one, other);
    return verdict == UNSURE ? unknown : truth(verdict);
}

/* Return where a text begins in another, from a place on; -1 if it does not. */
static Py_ssize_t find_bytes(Text text, Text wanted, Py_ssize_t place)
{
    if (wanted.size == 0)
        return place;
    while (place + wanted.size <= text.size) {
        const char *first = memchr(text.bytes + place, wanted.bytes[0], (size_t)(text.size - wanted.size - place + 1));
        if (first == NULL)
            return -1;
        if (memcmp(first, wanted.bytes, (size_t)wanted.size) == 0)
            return first - text.bytes;
        place = first - text.bytes + 1;
    }
    return -1;
}

/* Tell whether a value is an entry of a list, a member of a map or part of a text. */
static Value term_in(const Term *term, const Value *variables)
{
    Value one = part(term, 0, variables);
    if (one.tag == UNKNOWN)
        return unknown;
    if (term->texts != NULL)
        return one.tag == TEXT ? truth(find_text(term->texts, text_of(one)) >= 0) : unknown;
    Value values = part(term, 1, variables);
    if (values.tag == MAP && term->parts[0].value == term_constant && one.tag == TEXT) {
        PyObject *member;
        Verdict verdict = find_in_map(values.object, term->parts[0].key, &member);
        return verdict == UNSURE ? unknown : truth(verdict == YES);
    }
    if (values.tag == TEXT)
        return one.tag == TEXT ? truth(find_bytes(text_of(values), text_of(one), 0) >= 0) : unknown;
    Py_ssize_t position = 0, count = length(values);
    for (Py_ssize_t i = 0; i < count; i++) {
        Value other = next(values, &position);
        Verdict verdict = equal(one, other);
        if (verdict != NO)
            return verdict == YES ? truth(1) : unknown;
    }
    return count < 0 ? unknown : truth(0);
}

/* Do the same for a text that is known ahead and self, whose members are in slots. */
static Value term_in_self(const Term *term, const Value *variables)
{
    if (variables[SELF].tag != MAP)
        return term_in(term, variables);
    return truth(variables[FRAME].frame->present >> term->variable & 1);
}

/* Return a number below, at or above 0, as one value is less than another, as much or more; set whether it is known. */
static double compare(const Term *term, const Value *variables, int *known)
{
    Value one = part(term, 0, variables), other = part(term, 1, variables);
    *known = one.tag == other.tag && (one.tag == QUANTITY || one.tag == TEXT);
    if (!*known)
        return 0;
    if (one.tag == QUANTITY)
        return one.number < other.number ? -1 : one.number > other.number;
    int order = memcmp(one.bytes, other.bytes, one.size < other.size ? one.size : other.size);
    return order != 0 ? order : (double)one.size - (double)other.size;
}

static Value term_less(const Term *term, const Value *variables)
{
    int known;
    double order = compare(term, variables, &known);
    return known ? truth(order < 0) : unknown;
}

static Value term_at_most(const Term *term, const Value *variables)
{
    int known;
    double order = compare(term, variables, &known);
    return known ? truth(order <= 0) : unknown;
}

/* Add numbers, or join texts or lists. */
static Value term_add(const Term *term, const Value *variables)
{
    Value one = part(term, 0, variables), other = part(term, 1, variables);
    if (one.tag != other.tag)
        return unknown;
    if (one.tag == QUANTITY)
        return quantity(one.number + other.number);
    if (one.tag == TEXT) {
        char *bytes = take((size_t)one.size + other.size);
        if (bytes == NULL)
            return unknown;
        memcpy(bytes, one.bytes, one.size);
        memcpy(bytes + one.size, other.bytes, other.size);
        return text_value(bytes, (Py_ssize_t)one.size + other.size);
    }
    Value *values = one.tag == VALUES ? take(sizeof(Value) * ((size_t)one.size + other.size)) : NULL;
    if (values == NULL)
        return unknown;
    memcpy(values, one.values, sizeof(Value) * one.size);
    memcpy(values + one.size, other.values, sizeof(Value) * other.size);
    return values_value(values, (Py_ssize_t)one.size + other.size);
}

static Value term_subtract(const Term *term, const Value *variables)
{
    Value one = part(term, 0, variables), other = part(term, 1, variables);
    return one.tag == QUANTITY && other.tag == QUANTITY ? quantity(one.number - other.number) : unknown;
}

static Value term_list(const Term *term, const Value *variables)
{
    Value *values = take(sizeof(Value) * (size_t)(term->count + 1));
    for (int i = 0; values != NULL && i < term->count; i++) {
        values[i] = part(term, i, variables);
        if (values[i].tag == UNKNOWN)
            return unknown;
    }
    return values_value(values, term->count);
}

/* A loop has three parts: through what it goes, what each value must meet, and what it makes of it. */
typedef struct {
    Value values;
    Py_ssize_t position, count;
    Value variables[MOST_VARIABLES];
} Loop;

static int start(Loop *loop, const Term *term, const Value *variables)
{
    loop->values = part(term, 0, variables);
    loop->position = 0;
    loop->count = length(loop->values);
    memcpy(loop->variables, variables, sizeof(Value) * (size_t)term->variable);
    return loop->count >= 0;
}

static Value term_each(const Term *term, const Value *variables)
{
    Loop loop;
    Value *values = start(&loop, term, variables) ? take(sizeof(Value) * (size_t)(loop.count + 1)) : NULL;
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; values != NULL && i < loop.count; i++) {
        loop.variables[term->variable] = next(loop.values, &loop.position);
        Verdict verdict = holds(term, 1, loop.variables);
        if (verdict == NO)
            continue;
        values[count] = verdict == YES ? part(term, 2, loop.variables) : unknown;
        if (values[count++].tag == UNKNOWN)
            return unknown;
    }
    return values_value(values, count);
}

/* Come to a list that depends on the root alone, or on self and the root: make it once, if there is room to keep it. */
static Value term_known(const Term *term, const Value *variables)
{
    Memo *memo = term->memo;
    Kept *kept = term->variable == ROOT ? &kept_for_root : &kept_for_self;
    if (memo->number == kept->number)
        return memo->value;
    Value value = part(term, 0, variables);
    if (value.tag != VALUES || value.size > sizeof kept->values / sizeof *kept->values - kept->used)
        return value;
    for (uint32_t i = 0; i < value.size; i++)
        if (value.values[i].tag == VALUES || is_scratch(value.values[i]))
            return value;
    memo->number = kept->number;
    memo->value = values_value(kept->values + kept->used, value.size);
    memcpy(kept->values + kept->used, value.values, sizeof(Value) * value.size);
    kept->used += value.size;
    return memo->value;
}

/* Go on while what is made of the values is false, or true; return whether it went to the end. */
static Verdict goes_on(const Term *term, const Value *variables, Verdict while_it_is)
{
    Loop loop;
    if (!start(&loop, term, variables))
        return UNSURE;
    for (Py_ssize_t i = 0; i < loop.count; i++) {
        size_t used = scratch_used;
        loop.variables[term->variable] = next(loop.values, &loop.position);
        Verdict verdict = holds(term, 1, loop.variables);
        if (verdict == YES)
            verdict = holds(term, 2, loop.variables);
        else if (verdict == NO) /* it does not count */
            verdict = while_it_is;
        if (verdict != while_it_is)
            return verdict == UNSURE ? UNSURE : NO;
        scratch_used = used;
    }
    return YES;
}

static Value term_all(const Term *term, const Value *variables)
{
    Verdict verdict = goes_on(term, variables, YES);
    return verdict == UNSURE ? unknown : truth(verdict == YES);
}

static Value term_any(const Term *term, const Value *variables)
{
    Verdict verdict = goes_on(term, variables, NO);
    return verdict == UNSURE ? unknown : truth(verdict == NO);
}

/* Count the values that meet the condition. */
static Value term_count(const Term *term, const Value *variables)
{
    Value values = term_each(term, variables);
    return values.tag == VALUES ? quantity(values.size) : unknown;
}

static Value term_utf8_size(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    return value.tag == TEXT ? quantity(value.size) : unknown;
}

static Value term_starts_with(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables), beginning = part(term, 1, variables);
    if (value.tag != TEXT || beginning.tag != TEXT)
        return unknown;
    return truth(value.size >= beginning.size && memcmp(value.bytes, beginning.bytes, beginning.size) == 0);
}

/* Read digits, which may have a sign and a decimal point; what else Python reads is not known here. */
static Value term_float(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    if (value.tag != TEXT)
        return value.tag == QUANTITY ? value : unknown;
    char copy[32];
    int digits = 0, points = 0;
    for (uint32_t i = 0; i < value.size; i++) {
        char byte = value.bytes[i];
        digits += Py_ISDIGIT(byte) != 0;
        points += byte == '.';
        if (i + 1 == sizeof copy || !(Py_ISDIGIT(byte) || byte == '.' || (i == 0 && (byte == '+' || byte == '-'))))
            return unknown;
        copy[i] = byte;
    }
    if (digits == 0 || points > 1)
        return unknown;
    copy[value.size] = 0;
    return quantity(PyOS_string_to_double(copy, NULL, NULL));
}

static Value term_string(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    if (value.tag == TEXT)
        return value;
    if (value.tag == TRUTH)
        return value.truth ? text_value("true", 4) : text_value("false", 5);
    char *bytes = value.tag == QUANTITY && value.number == floor(value.number) ? take(32) : NULL;
    if (bytes == NULL)
        return unknown;
    return text_value(bytes, PyOS_snprintf(bytes, 32, "%lld", (long long)value.number));
}

/* Add up numbers; more than two may depend on the version of Python. */
static Value term_total(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    double sum = 0;
    for (Py_ssize_t i = 0; value.tag == VALUES && i < value.size; i++) {
        if (value.values[i].tag != QUANTITY)
            return unknown;
        sum += value.values[i].number;
    }
    return value.tag == VALUES && value.size <= 2 ? quantity(sum) : unknown;
}

static Value term_unique(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    if (value.tag != VALUES || value.size > MOST_UNIQUE)
        return unknown;
    for (uint32_t i = 0; i < value.size; i++) {
        if (value.values[i].tag != TEXT)
            return unknown;
        for (Py_ssize_t j = 0; j < i; j++)
            if (same(text_of(value.values[i]), text_of(value.values[j])))
                return truth(0);
    }
    return truth(1);
}

/* Join lists. */
static Value term_flatten(const Term *term, const Value *variables)
{
    Value lists = part(term, 0, variables);
    Py_ssize_t count = length(lists), position = 0;
    size_t before = scratch_used;
    for (Py_ssize_t i = 0; i < count; i++) {
        Value list = next(lists, &position);
        Py_ssize_t inner = 0;
        for (Py_ssize_t j = list.tag == MAP ? -1 : length(list); j != 0; j--)
            if (j < 0 || !put(next(list, &inner)))
                return unknown;
    }
    return count < 0 ? unknown : put_since(before);
}

/* Count the entries of all lists that are members of the maps in a list, or list them. */
static Value addresses(Value list, int to_list)
{
    Py_ssize_t count = list.tag == LIST ? PyList_GET_SIZE(list.object) : -1, found = 0;
    size_t before = scratch_used;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *map = PyList_GET_ITEM(list.object, i), *key, *member;
        if (Py_TYPE(map) != &PyDict_Type)
            return unknown;
        Py_ssize_t position = 0;
        for (Py_ssize_t left = PyDict_GET_SIZE(map); left > 0 && PyDict_Next(map, &position, &key, &member); left--) {
            Py_ssize_t size = Py_TYPE(member) == &PyList_Type ? PyList_GET_SIZE(member) : 0;
            for (Py_ssize_t j = 0; to_list && j < size; j++)
                if (!put(read_value(PyList_GET_ITEM(member, j))))
                    return unknown;
            if (kind_of(member) == OTHER) /* perhaps a list of another kind */
                return unknown;
            found += size;
        }
    }
    return count < 0 ? unknown : to_list ? put_since(before) : quantity((double)found);
}

static Value term_addresses(const Term *term, const Value *variables)
{
    return addresses(part(term, 0, variables), 1);
}

static Value term_len(const Term *term, const Value *variables)
{
    if (term->parts[0].value == term_addresses)
        return addresses(part(&term->parts[0], 0, variables), 0);
    Value value = part(term, 0, variables);
    Py_ssize_t count = length(value);
    if (value.tag == TEXT) {
        count = 0;
        for (uint32_t i = 0; i < value.size; i++)
            count += (value.bytes[i] & 0xC0) != 0x80; /* the first byte of a character */
    }
    return count < 0 ? unknown : quantity((double)count);
}

static Value term_occurrences(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables), wanted = part(term, 1, variables);
    if (value.tag != TEXT || wanted.tag != TEXT || wanted.size == 0)
        return unknown;
    double count = 0;
    for (Py_ssize_t place = 0; (place = find_bytes(text_of(value), text_of(wanted), place)) >= 0; place += wanted.size)
        count++;
    return quantity(count);
}

static int is_of_link(char byte)
{
    return Py_ISALNUM(byte) || byte == '_' || byte == '-';
}

/* Put each N of {{link_N}}. */
static int put_links(Text text)
{
    static const Text OPEN = {"{{link_", 7};
    for (Py_ssize_t place = 0; (place = find_bytes(text, OPEN, place)) >= 0;) {
        Py_ssize_t begin = place += OPEN.size;
        while (place < text.size && is_of_link(text.bytes[place]))
            place++;
        if (place == begin || place + 2 > text.size || memcmp(text.bytes + place, "}}", 2) != 0)
            continue;
        if (!put(text_value(text.bytes + begin, place - begin)))
            return 0;
    }
    return 1;
}

/* Put the links of all texts of a value, names included, in order; false if one is unknown. */
static int put_all_links(PyObject *value, int depth)
{
    PyObject *key, *member;
    Py_ssize_t position = 0;
    Text text;
    switch (depth > DEEPEST ? OTHER : kind_of(value)) {
    case STRING:
        return read_text(value, &text) && put_links(text);
    case ARRAY:
        for (; position < PyList_GET_SIZE(value); position++)
            if (!put_all_links(PyList_GET_ITEM(value, position), depth + 1))
                return 0;
        return 1;
    case OBJECT:
        while (PyDict_Next(value, &position, &key, &member))
            if (Py_TYPE(key) != &PyUnicode_Type || !read_text(key, &text) || !put_links(text)
                || !put_all_links(member, depth + 1))
                return 0;
        return 1;
    case OTHER:
        return 0;
    default:
        return 1;
    }
}

static Value term_smart_links(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    size_t before = scratch_used;
    if (value.tag == TEXT)
        return put_links(text_of(value)) ? put_since(before) : unknown;
    return (value.tag == MAP || value.tag == LIST) && put_all_links(value.object, 0) ? put_since(before) : unknown;
}

/* Count the bytes of a number as JSON; -1 if writers do not agree. */
static int digits_of(PyObject *object, double number)
{
    char digits[32];
    if (Py_TYPE(object) != &PyFloat_Type)
        return PyOS_snprintf(digits, sizeof digits, "%lld", (long long)number);
    if (number != 0 && (fabs(number) < 1e-4 || fabs(number) >= 1e15))
        return -1; /* with an exponent or without */
    char *text = PyOS_double_to_string(number, 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    int size = text == NULL ? -1 : (int)strlen(text);
    PyMem_Free(text);
    return size;
}

static Py_ssize_t size_as_json_text(Text text)
{
    Py_ssize_t size = text.size + 2;
    for (Py_ssize_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        size += byte == '"' || byte == '\\';
        if (byte < 0x20)
            size += byte >= '\b' && byte <= '\r' && byte != '\v' ? 1 : 5;
    }
    return size;
}

/* Count the bytes of a value as JSON; -1 if it is not known. */
static Py_ssize_t size_as_json(PyObject *object, int depth)
{
    Value value = depth > DEEPEST ? unknown : read_value(object);
    Py_ssize_t size = 2, position = 0, inner;
    PyObject *key, *member;
    switch (value.tag) {
    case NULL_VALUE:
        return 4;
    case TRUTH:
        return value.truth ? 4 : 5;
    case QUANTITY:
        return digits_of(object, value.number);
    case TEXT:
        return size_as_json_text(text_of(value));
    case LIST:
        for (; position < PyList_GET_SIZE(object); position++) {
            if ((inner = size_as_json(PyList_GET_ITEM(object, position), depth + 1)) < 0)
                return -1;
            size += inner + (position > 0); /* a comma */
        }
        return size;
    case MAP:
        while (PyDict_Next(object, &position, &key, &member)) {
            Value name = read_value(key);
            inner = name.tag == TEXT ? size_as_json(member, depth + 1) : -1;
            if (inner < 0)
                return -1;
            size += size_as_json_text(text_of(name)) + inner + 1 + (size > 2); /* a colon and a comma */
        }
        return size;
    default:
        return -1;
    }
}

static Value term_json_size(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    Py_ssize_t size = value.tag == MAP || value.tag == LIST ? size_as_json(value.object, 0) : -1;
    return size < 0 ? unknown : quantity((double)size);
}

/* Rules as terms: trees of operations on values. */

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
    return (value.kind & STRING || value.kind & OWN) && place >= start && place < start + sizeof scratch;
}

/* Put one more value into the scratch memory; false if it is unknown or there is no room. */
static int put(Value value)
{
    Value *place = value.kind == UNKNOWN ? NULL : take(sizeof value);
    if (place != NULL)
        *place = value;
    return place != NULL;
}

/* Return the values that were put since. */
static Value put_since(size_t before)
{
    return values_value(scratch + before, (Py_ssize_t)(scratch_used - before));
}

/* Set the member of that name, or unknown; unsure if a name is no text. Looking it up as Python does might then run
   whatever the name says to be compared with others. */
static Verdict find_member(Value object, const Key *key, Value *found)
{
    Walk walk = walk_through(object);
    *found = unknown;
    while (next_member(&walk)) {
        if (walk.key != key->latest) {
            Value name = name_at(&walk);
            if (!(name.kind & STRING))
                return UNSURE;
            if (!same(text_of(name), key->text))
                continue;
        }
        *found = member_at(&walk);
        return YES;
    }
    return NO;
}

/* Put the entries of an array; false if it is none or there is no room. */
static int put_all(Value array)
{
    for (uint32_t i = 0; array.kind & ARRAY && i < array.size; i++)
        if (!put(entry(array, i)))
            return 0;
    return array.kind & ARRAY;
}

static Value part(const Term *term, int index, const Value *variables)
{
    return term->parts[index].value(&term->parts[index], variables);
}

/* Return whether a part holds. */
static Verdict holds(const Term *term, int index, const Value *variables)
{
    Value value = part(term, index, variables);
    return value.kind & BOOLEAN ? (Verdict)value.truth : UNSURE;
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
    Value value = part(term, 0, variables), member = unknown;
    if (value.kind & OBJECT)
        find_member(value, term->key, &member);
    return member;
}

/* A member of self, which is in a slot. */
static Value term_slot(const Term *term, const Value *variables)
{
    const Frame *frame = variables[FRAME].frame;
    return frame->present >> term->variable & 1 ? frame->slots[term->variable] : unknown;
}

static Value term_entry(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    return value.kind & ARRAY && term->constant.number < value.size ? entry(value, (Py_ssize_t)term->constant.number)
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
    if (one.kind == UNKNOWN)
        return unknown;
    if (term->texts != NULL)
        return one.kind & STRING ? truth(find_text(term->texts, text_of(one)) >= 0) : unknown;
    Value values = part(term, 1, variables);
    if (values.kind & OBJECT && term->parts[0].value == term_constant && one.kind & STRING) {
        Value member;
        Verdict verdict = find_member(values, term->parts[0].key, &member);
        return verdict == UNSURE ? unknown : truth(verdict == YES);
    }
    if (values.kind & STRING)
        return one.kind & STRING ? truth(find_bytes(text_of(values), text_of(one), 0) >= 0) : unknown;
    Walk walk = walk_through(values);
    Py_ssize_t count = length(values);
    for (Py_ssize_t i = 0; i < count; i++) {
        Verdict verdict = equal(one, next(&walk));
        if (verdict != NO)
            return verdict == YES ? truth(1) : unknown;
    }
    return count < 0 ? unknown : truth(0);
}

/* Do the same for a text that is known ahead and self, whose members are in slots. */
static Value term_in_self(const Term *term, const Value *variables)
{
    if (!(variables[SELF].kind & OBJECT))
        return term_in(term, variables);
    return truth(variables[FRAME].frame->present >> term->variable & 1);
}

/* Return a number below, at or above 0, as one value is less than another, as much or more; set whether it is known. */
static double compare(const Term *term, const Value *variables, int *known)
{
    Value one = part(term, 0, variables), other = part(term, 1, variables);
    int numbers = one.kind & QUANTITY && other.kind & QUANTITY;
    *known = numbers || (one.kind & STRING && other.kind & STRING);
    if (!*known)
        return 0;
    if (numbers)
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
    if (one.kind & QUANTITY && other.kind & QUANTITY)
        return quantity(one.number + other.number);
    if (one.kind & STRING && other.kind & STRING) {
        char *bytes = take((size_t)one.size + other.size);
        if (bytes == NULL)
            return unknown;
        memcpy(bytes, one.bytes, one.size);
        memcpy(bytes + one.size, other.bytes, other.size);
        return text_value(bytes, (Py_ssize_t)one.size + other.size, 0);
    }
    size_t before = scratch_used;
    return put_all(one) && put_all(other) ? put_since(before) : unknown;
}

static Value term_subtract(const Term *term, const Value *variables)
{
    Value one = part(term, 0, variables), other = part(term, 1, variables);
    return one.kind & QUANTITY && other.kind & QUANTITY ? quantity(one.number - other.number) : unknown;
}

static Value term_list(const Term *term, const Value *variables)
{
    Value *values = take(sizeof(Value) * (size_t)(term->count + 1));
    for (int i = 0; values != NULL && i < term->count; i++) {
        values[i] = part(term, i, variables);
        if (values[i].kind == UNKNOWN)
            return unknown;
    }
    return values_value(values, term->count);
}

/* A loop has three parts: through what it goes, what each value must meet, and what it makes of it. */
typedef struct {
    Walk walk;
    Py_ssize_t count;
    Value variables[MOST_VARIABLES];
} Loop;

static int start(Loop *loop, const Term *term, const Value *variables)
{
    Value values = part(term, 0, variables);
    loop->walk = walk_through(values);
    loop->count = length(values);
    memcpy(loop->variables, variables, sizeof(Value) * (size_t)term->variable);
    return loop->count >= 0;
}

static Value term_each(const Term *term, const Value *variables)
{
    Loop loop;
    Value *values = start(&loop, term, variables) ? take(sizeof(Value) * (size_t)(loop.count + 1)) : NULL;
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; values != NULL && i < loop.count; i++) {
        loop.variables[term->variable] = next(&loop.walk);
        Verdict verdict = holds(term, 1, loop.variables);
        if (verdict == NO)
            continue;
        values[count] = verdict == YES ? part(term, 2, loop.variables) : unknown;
        if (values[count++].kind == UNKNOWN)
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
    size_t room = sizeof kept->values / sizeof *kept->values - kept->used;
    if (!(value.kind & ARRAY) || !(value.kind & OWN) || value.size > room)
        return value;
    for (uint32_t i = 0; i < value.size; i++)
        if (is_scratch(value.values[i]))
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
        loop.variables[term->variable] = next(&loop.walk);
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
    return values.kind & ARRAY ? quantity(values.size) : unknown;
}

static Value term_utf8_size(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    return value.kind & STRING ? quantity(value.size) : unknown;
}

static Value term_starts_with(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables), beginning = part(term, 1, variables);
    if (!(value.kind & STRING) || !(beginning.kind & STRING))
        return unknown;
    return truth(value.size >= beginning.size && memcmp(value.bytes, beginning.bytes, beginning.size) == 0);
}

/* Read digits, which may have a sign and a decimal point; what else Python reads is not known here. */
static Value term_float(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    if (!(value.kind & STRING))
        return value.kind & QUANTITY ? value : unknown;
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
    if (value.kind & STRING)
        return value;
    if (value.kind & BOOLEAN)
        return value.truth ? text_value("true", 4, 0) : text_value("false", 5, 0);
    char *bytes = value.kind & QUANTITY && value.number == floor(value.number) ? take(32) : NULL;
    if (bytes == NULL)
        return unknown;
    return text_value(bytes, PyOS_snprintf(bytes, 32, "%lld", (long long)value.number), 0);
}

/* Add up numbers; more than two may depend on the version of Python. */
static Value term_total(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    double sum = 0;
    if (!(value.kind & ARRAY) || value.size > 2)
        return unknown;
    for (uint32_t i = 0; i < value.size; i++) {
        Value number = entry(value, i);
        if (!(number.kind & QUANTITY))
            return unknown;
        sum += number.number;
    }
    return quantity(sum);
}

static Value term_unique(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    if (!(value.kind & ARRAY) || value.size > MOST_UNIQUE)
        return unknown;
    for (uint32_t i = 0; i < value.size; i++) {
        Value one = entry(value, i);
        if (!(one.kind & STRING))
            return unknown;
        for (uint32_t j = 0; j < i; j++)
            if (same(text_of(one), text_of(entry(value, j))))
                return truth(0);
    }
    return truth(1);
}

/* Join lists. */
static Value term_flatten(const Term *term, const Value *variables)
{
    Value lists = part(term, 0, variables);
    Walk walk = walk_through(lists);
    Py_ssize_t count = length(lists);
    size_t before = scratch_used;
    for (Py_ssize_t i = 0; i < count; i++)
        if (!put_all(next(&walk)))
            return unknown;
    return count < 0 ? unknown : put_since(before);
}

/* Count the entries of all lists that are members of the objects in a list, or list them. */
static Value addresses(Value list, int to_list)
{
    double found = 0;
    size_t before = scratch_used;
    for (uint32_t i = 0; list.kind & ARRAY && i < list.size; i++) {
        Value object = entry(list, i);
        Walk walk = walk_through(object);
        while (object.kind & OBJECT && next_member(&walk)) {
            Value member = member_at(&walk);
            if (member.kind == UNKNOWN) /* perhaps a list of another kind */
                return unknown;
            if (!(member.kind & ARRAY))
                continue;
            if (to_list && !put_all(member))
                return unknown;
            found += member.size;
        }
        if (!(object.kind & OBJECT))
            return unknown;
    }
    return !(list.kind & ARRAY) ? unknown : to_list ? put_since(before) : quantity(found);
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
    Py_ssize_t count = value.kind & STRING ? characters(value) : length(value);
    return count < 0 ? unknown : quantity((double)count);
}

static Value term_occurrences(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables), wanted = part(term, 1, variables);
    if (!(value.kind & STRING) || !(wanted.kind & STRING) || wanted.size == 0)
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
        if (!put(text_value(text.bytes + begin, place - begin, 0)))
            return 0;
    }
    return 1;
}

/* Put the links of all texts of a value, names included, in order; false if one is unknown. */
static int put_all_links(Value value, int depth)
{
    if (depth > DEEPEST || value.kind == UNKNOWN)
        return 0;
    if (value.kind & STRING)
        return put_links(text_of(value));
    for (uint32_t i = 0; value.kind & ARRAY && i < value.size; i++)
        if (!put_all_links(entry(value, i), depth + 1))
            return 0;
    if (!(value.kind & OBJECT))
        return 1;
    Walk walk = walk_through(value);
    while (next_member(&walk)) {
        Value name = name_at(&walk);
        if (!(name.kind & STRING) || !put_links(text_of(name)) || !put_all_links(member_at(&walk), depth + 1))
            return 0;
    }
    return 1;
}

static Value term_smart_links(const Term *term, const Value *variables)
{
    Value value = part(term, 0, variables);
    size_t before = scratch_used;
    return value.kind & (STRING | CONTAINER) && put_all_links(value, 0) ? put_since(before) : unknown;
}

/* Count the bytes of a number as JSON; -1 if writers do not agree. */
static int digits_of(Value value)
{
    char digits[32];
    if (value.kind & INTEGER)
        return PyOS_snprintf(digits, sizeof digits, "%lld", (long long)value.number);
    if (value.number != 0 && (fabs(value.number) < 1e-4 || fabs(value.number) >= 1e15))
        return -1; /* with an exponent or without */
    char *text = PyOS_double_to_string(value.number, 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
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
static Py_ssize_t size_as_json(Value value, int depth)
{
    Walk walk;
    Py_ssize_t size = 2, inner;
    if (depth > DEEPEST)
        return -1;
    switch (value.kind & ~(ASCII | OWN)) {
    case NOTHING:
        return 4;
    case BOOLEAN:
        return value.truth ? 4 : 5;
    case INTEGER:
    case NUMBER:
        return digits_of(value);
    case STRING:
        return size_as_json_text(text_of(value));
    case ARRAY:
        for (uint32_t i = 0; i < value.size; i++) {
            if ((inner = size_as_json(entry(value, i), depth + 1)) < 0)
                return -1;
            size += inner + (i > 0); /* a comma */
        }
        return size;
    case OBJECT:
        for (walk = walk_through(value); next_member(&walk);) {
            Value name = name_at(&walk);
            inner = name.kind & STRING ? size_as_json(member_at(&walk), depth + 1) : -1;
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
    Py_ssize_t size = value.kind & CONTAINER ? size_as_json(value, 0) : -1;
    return size < 0 ? unknown : quantity((double)size);
}

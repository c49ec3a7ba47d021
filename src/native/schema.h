/* What schemas are compiled into, and how values are checked by them. */

#ifndef SCHEMA_H
#define SCHEMA_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "expression.h"
#include "finding.h"

#define MAX_NAMES 64 /* of properties, in all schemas of one object: a bit for each */
#define MAX_STEPS 16 /* from a value to what its rules speak of */

typedef struct Frame Frame;
typedef struct Keyword Keyword;

/* A schema: keywords that must all be met. */
typedef struct {
    int count;
    unsigned kinds; /* with which its first keyword, type, is met */
    Keyword *keywords;
} Schema;

/* The schema of a value, with the names of properties that it and the schemas applied to the same value mention. */
typedef struct Shape {
    Names names;
    Schema schema;
    unsigned accepted;      /* types of which every value is valid */
    const Names *constants; /* the strings that are valid, if there is nothing but const or enum */
} Shape;

/* A rule for a value, or for each that its steps lead to; a step without bytes leads to all items. */
typedef struct Rule {
    PyObject *id, *record;
    Expression *expression;
    int each_count, pointer_count;
    Text *each, *pointer; /* to the entries, and from one to where it is reported */
} Rule;

struct Keyword {
    Verdict (*evaluate)(const Keyword *, Frame *);
    PyObject *name, *schema; /* as Python has them */
    int reports;             /* whether it adds findings itself: of other values, of names, or none */
    union {
        unsigned kinds;
        size_t limit;
        double bound;
        const Automaton *automaton;
        struct { uint64_t slots; Shape *shape, **shapes; };           /* what leads to names and to other values */
        struct { Schema *schemas; int schema_count; int slot; Names tags; }; /* allOf, anyOf, oneOf, not; if, then, else */
        struct { Names strings; Value *others; int other_count; };    /* enum, const */
        struct { Rule *rules; int rule_count; };
    };
};

/* A document while it is checked. */
typedef struct {
    const Value *root;
    Findings *findings;
    size_t errors;
    int has_undecided_rules;
    int is_quiet; /* only the verdict matters */
    Cached *cached;
    Arena scratch;
} Context;

/* A value while it is checked. */
struct Frame {
    Path path;
    const Value *value;
    const Shape *shape;
    Context *context;
    int depth;
    uint64_t present;               /* a bit for each slot that is filled */
    const Value *slots[MAX_NAMES];  /* the properties, by the numbers of their names */
};

/* Check a document, and add everything that is wrong: errors or, if there are none, broken rules. */
Verdict check_document(const Shape *, const Value *root, const Path *, size_t cached_count, Findings *);

/* The keywords. */
Verdict check_nothing(const Keyword *, Frame *), check_undecided(const Keyword *, Frame *),
    check_false(const Keyword *, Frame *), check_type(const Keyword *, Frame *), check_enum(const Keyword *, Frame *),
    check_required(const Keyword *, Frame *), check_min_properties(const Keyword *, Frame *),
    check_max_properties(const Keyword *, Frame *), check_min_items(const Keyword *, Frame *),
    check_max_items(const Keyword *, Frame *), check_min_length(const Keyword *, Frame *),
    check_max_length(const Keyword *, Frame *), check_minimum(const Keyword *, Frame *),
    check_maximum(const Keyword *, Frame *), check_pattern(const Keyword *, Frame *),
    check_unique_items(const Keyword *, Frame *), check_properties(const Keyword *, Frame *),
    check_additional_properties(const Keyword *, Frame *), check_items(const Keyword *, Frame *),
    check_contains(const Keyword *, Frame *), check_ref(const Keyword *, Frame *),
    check_all_of(const Keyword *, Frame *), check_tagged(const Keyword *, Frame *), check_any_of(const Keyword *, Frame *),
    check_one_of(const Keyword *, Frame *), check_not(const Keyword *, Frame *), check_if(const Keyword *, Frame *),
    check_rules(const Keyword *, Frame *);

#endif

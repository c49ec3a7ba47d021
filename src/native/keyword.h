/* Compiled schemas: keywords, and how values are checked by them. */

#ifndef KEYWORD_H
#define KEYWORD_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "expression.h"
#include "finding.h"

#define MAX_NAMES 64 /* of properties, in all schemas of one object: a bit for each */

typedef struct Keyword Keyword;

/* A schema: keywords that must all be met. */
typedef struct {
    int count;
    unsigned kinds; /* types with which its first keyword, type, is met */
    Keyword *keywords;
} Schema;

/* The schemas of a value, of which the first one is its own and the others are branches that this applies to it, with the
   names of properties that they mention. */
typedef struct {
    Names names;
    Schema *schemas;
    Py_ssize_t schema_count;
    unsigned accepted;      /* types of which every value is valid */
    const Names *constants; /* the strings that are valid, if there is nothing but const or enum */
} Shape;

/* A rule for a value, or for each item that its steps lead to; a step without bytes leads to all items. */
typedef struct Rule {
    PyObject *id, *record;
    Expression *expression;
    int each_count, pointer_count;
    Text *each, *pointer; /* the pointer leads from an item to where the rule is reported */
} Rule;

/* Those from NEVER on report what is wrong themselves; the first ones look at a value alone. */
typedef enum {
    UNDECIDABLE, TYPE, ENUM, SIZE, LENGTH, RANGE, PATTERN, UNIQUE_ITEMS, ANY_OF, ONE_OF, NOT, CONTAINS,
    NEVER, REQUIRED, PROPERTIES, ADDITIONAL_PROPERTIES, ITEMS, REF, TAGGED, IF, RULES,
} Code;

struct Keyword {
    Code code;
    unsigned kinds;          /* types to which it applies or, of TYPE, those that it accepts */
    uint64_t slots;          /* a bit for each name of a property */
    Shape **shapes;          /* of other values: of PROPERTIES by slot */
    Schema **schemas;        /* for the same value */
    int schema_count, rule_count, other_count;
    double least, most;      /* of a number, or of a size */
    Names strings;           /* of ENUM, or the tags that choose among the schemas */
    Value *others;           /* of ENUM */
    const Automaton *automaton;
    Rule *rules;
    PyObject *name, *schema; /* as Python has them */
};

/* Check a document, and add everything that is wrong: errors or, if there are none, violated rules. */
Verdict check_document(const Shape *, const Value *root, const Path *, size_t cached_count, Findings *);

#endif

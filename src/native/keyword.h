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

/* The schema of a value, with the names of properties that it and the schemas applied to the same value mention. */
typedef struct {
    Names names;
    Schema schema;
    unsigned accepted;      /* types of which every value is valid */
    const Names *constants; /* the strings that are valid, if there is nothing but const or enum */
} Shape;

/* A rule for a value, or for each entry that its steps lead to; a step without bytes leads to all items. */
typedef struct Rule {
    PyObject *id, *record;
    Expression *expression;
    int each_count, pointer_count;
    Text *each, *pointer; /* the pointer leads from an entry to where the rule is reported */
} Rule;

/* The first ones look at a value alone; of the others, some report what is wrong themselves. */
typedef enum {
    NOTHING, UNDECIDABLE, TYPE, ENUM, SIZE, LENGTH, RANGE, PATTERN_KEYWORD, UNIQUE_ITEMS,
    ANY_OF, ONE_OF, NOT, CONTAINS,
    NEVER, REQUIRED, PROPERTIES, ADDITIONAL_PROPERTIES, ITEMS, REF, ALL_OF, TAGGED, IF, RULES,
} Code;

struct Keyword {
    Code code;
    unsigned kinds;           /* types that it looks at, or accepts */
    PyObject *name, *schema;  /* as Python has them */
    union {
        struct { double least, most; };                               /* of a number, or of a size */
        const Automaton *automaton;
        struct { Names strings; Value *others; int other_count; };    /* enum, const */
        struct { uint64_t slots; Shape *shape, **shapes; };           /* what names properties or leads to values */
        struct { Schema *schemas; int schema_count; int slot; Names tags; }; /* what applies schemas to the same value */
        struct { Rule *rules; int rule_count; };
    };
};

/* Check a document, and add everything that is wrong: errors or, if there are none, violated rules. */
Verdict check_document(const Shape *, const Value *root, const Path *, size_t cached_count, Findings *);

#endif

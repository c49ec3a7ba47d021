/* What schemas are compiled into. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

#define MOST_NAMES 64            /* of members, in the schemas of one object: a bit for each */
#define MOST_VARIABLES 16        /* of a term */
#define MOST_STEPS 16            /* from a value to what its rules speak of */
#define MOST_UNIQUE 100          /* texts that are compared with each other */
#define DEEPEST 40               /* values in values; each takes up to two kilobytes of the stack */
#define EXACT 9007199254740992.0 /* up to here a double holds every whole number */

typedef enum { NO, YES, UNSURE } Verdict;

typedef enum {
    UNKNOWN = 0, OBJECT = 1, ARRAY = 2, STRING = 4, INTEGER = 8, NUMBER = 16, BOOLEAN = 32, NOTHING = 64
} Kind;

#define QUANTITY (INTEGER | NUMBER)
#define CONTAINER (OBJECT | ARRAY)
#define ASCII 128u /* flag of a text that has one byte for each character */
#define OWN 256u   /* flag of an object or array that is the module's own */

typedef struct Check Check;
typedef struct Frame Frame;
typedef struct Look Look;
typedef struct Shape Shape;
typedef struct Term Term;

/* A text in UTF-8. */
typedef struct {
    const char *bytes;
    Py_ssize_t size;
} Text;

/* A value of a document, or what a term comes to; small enough to be handed over in registers. An object or an array is
   Python's, or the module's own: then it is its entries, or its names and members in turn. */
typedef struct Value {
    uint32_t kind; /* a Kind, perhaps with a flag */
    uint32_t size; /* bytes of a text, members, entries */
    union {
        int64_t truth;
        double number;
        const char *bytes;
        PyObject *object;
        const struct Value *values;
        const Frame *frame;
    };
} Value;

/* The name of a member. Parsers use one object for equal names, and what is the same object need not be compared. */
typedef struct Key {
    Text text;
    PyObject *name;   /* as schemas have it */
    PyObject *latest; /* as a document had it the last time */
    struct Key *next;
} Key;

typedef struct {
    Text text;
    Key *key; /* if it is the name of a member */
} Name;

/* A set of texts; each has a number, in the order in which they were added. */
typedef struct {
    int count, room;
    Name *names;
    int16_t *buckets; /* by hash, twice as many as there is room for: numbers, or -1 */
    int16_t *order;   /* by place in an object: the number of the name that was there the last time, or -1 */
} Names;

/* A schema: checks that must all be met. */
typedef struct {
    int count;
    Check *checks;
} Node;

/* The schema of a value, with the names of members that it and the schemas applied to the same value mention. */
struct Shape {
    Names names;
    Node node;
};

/* A pattern as a deterministic automaton, which begins in state 0. A state is the place of its row: first whether a
   text may end there, then the next state for each class of characters. Those come last from which no way leads on. */
typedef struct {
    uint8_t classes[257]; /* of each of 256 characters, and of all others; from 1 */
    uint16_t *rows;
    unsigned last; /* the first state from which no way leads on */
} Automaton;

typedef struct {
    Text name;
    int slot;
    Shape *shape;
} Property;

/* A rule for a value, or for each that its steps lead to; a step of NULL leads to all entries. */
typedef struct {
    PyObject *name;
    Term *term;
    int step_count;
    Key **steps;
} Rule;

struct Check {
    Verdict (*test)(const Check *, const Frame *);
    int (*explain)(const Check *, const Frame *); /* notes what is wrong; if there is none, that the test fails */
    PyObject *keyword, *schema;                   /* that it was made from */
    union {
        unsigned kinds;
        Py_ssize_t limit;
        double bound;
        Automaton *automaton;
        struct { uint64_t members; Shape *shape; };                   /* required, additionalProperties; items, $ref */
        struct { Property *properties; int property_count; };
        struct { Node *nodes; int node_count; };                      /* allOf, anyOf, oneOf, not; if, then, else */
        struct { Names *texts; Value *others; int other_count; };     /* enum, const */
        struct { Rule *rules; int rule_count; };
    };
};

/* From a value to one below it: the name of a member and its place, or only an index. If that is negative, it is a step
   to the value itself. Small enough to be handed over in registers. */
typedef struct {
    const char *name;
    uint32_t size;
    int32_t place;
} Step;

static const Step no_step = {NULL, 0, -1};

/* A value while it is checked, and how it is reached. */
struct Frame {
    Value value;
    int depth;
    Look *look;
    const Frame *above;
    Step step;
    Shape *shape;
    uint64_t present; /* a bit for each slot that is filled */
    Value slots[MOST_NAMES];
    int32_t places[MOST_NAMES];
};

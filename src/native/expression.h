/* Rules as expressions: trees of operations on values. */

#ifndef EXPRESSION_H
#define EXPRESSION_H

#include "automaton.h"
#include "value.h"

#define MAX_VARIABLES 16

enum { SELF, ITEM, ROOT }; /* variables; a loop gives values to one of its own, from 4 on */

typedef struct Expression Expression;
typedef struct Scope Scope;

/* An array that depends on one variable alone, sorted where it holds only strings, and the value of that variable. */
typedef struct {
    const Value *owner;
    Value array;
} Cached;

/* What an expression is evaluated with. What comes of it lies in the document or in the scratch memory. */
struct Scope {
    const Value *self, *root;
    uint64_t present;          /* a bit for each slot that is filled */
    const Value *const *slots; /* the properties of self, by number */
    Value variables[MAX_VARIABLES];
    Cached *cached;
    Arena *memory; /* lives as long as the document */
    Arena *scratch;
};

typedef Value Operation(const Expression *, Scope *);

struct Expression {
    Operation *evaluate;
    Expression *parts;
    int count;
    int number;           /* of a variable, a slot, an index or what is cached */
    Value constant;       /* a value, the name of a property, or the variable on which what is cached depends */
    Names strings;        /* in which another one is looked up */
    const Automaton *automaton;
};

/* Evaluate an expression; unknown if that cannot be done here. */
static inline Value evaluate(const Expression *expression, Scope *scope)
{
    return expression->evaluate(expression, scope);
}

/* What the number of an expression means. */
typedef enum { NO_OPERAND, VARIABLE, SLOT, CACHED_ARRAY } Operand;

typedef struct {
    const char *name;
    Operation *evaluate;
    int parts; /* -1: any number */
    Operand operand;
    int needs_string, needs_automaton;
} OperationEntry;

/* Return the operation of that name; NULL if there is none. */
const OperationEntry *find_operation(const char *name);

#endif

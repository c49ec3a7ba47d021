/* Rules as expressions: trees of operations on values. */

#ifndef EXPRESSION_H
#define EXPRESSION_H

#include "automaton.h"
#include "value.h"

#define MAX_VARIABLES 16

enum { SELF, ITEM, ROOT, FIRST_LOOP = 4 }; /* variables; a loop gives values to one of its own */

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
    int number;           /* of a variable, of a slot, of what is cached, or the index of an item */
    Text name;            /* of a property */
    Value constant;
    const Names *strings; /* in which another one is looked up, if all are constants */
    const Automaton *automaton;
};

/* Evaluate an expression; unknown if that cannot be done here. */
static inline Value evaluate(const Expression *expression, Scope *scope)
{
    return expression->evaluate(expression, scope);
}

/* What comes first in the list of an expression, before its parts. */
typedef enum { NO_OPERAND, CONSTANT, NAME, INDEX, VARIABLE, LOOP_VARIABLE, PATTERN } Operand;

typedef struct {
    const char *name;
    Operation *evaluate;
    Operand operand;
    int parts; /* -1: any number */
} OperationEntry;

/* Return the operation of that name; NULL if there is none. */
const OperationEntry *find_operation(const char *name);

/* Operations that compilation replaces by others where a part is self or constant, or asks for. */
Operation evaluate_constant, evaluate_variable, evaluate_property, evaluate_slot, evaluate_in, evaluate_in_self,
    evaluate_list, evaluate_cached;

#endif

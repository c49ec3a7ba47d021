/* Patterns as deterministic automata, which take one step for each character. */

#ifndef AUTOMATON_H
#define AUTOMATON_H

#include "value.h"

/* A state is the offset of its row: first whether a string may end there, then the next state for each class of
   characters. It begins with state 0; the states from which no other can be reached come last. */
typedef struct {
    uint8_t classes[257]; /* of each of 256 characters and of all others, from 1 */
    uint16_t *rows;
    unsigned last; /* the first state from which no other can be reached */
} Automaton;

/* The tables of an automaton, as the generator prints them. */
typedef struct {
    const uint8_t *classes; /* pairs of the first character of a class and its number */
    size_t classes_size;
    const uint8_t *rows; /* of each state, the next one by class */
    size_t rows_size;
    const uint8_t *ends; /* of each state, whether a string may end there */
    size_t state_count;
} AutomatonTables;

/* Build an automaton; NULL if a table leads out of itself or there is no memory. */
Automaton *build_automaton(const AutomatonTables *, Arena *);

/* Decide whether a string matches. */
int matches(const Automaton *, Text);

#endif

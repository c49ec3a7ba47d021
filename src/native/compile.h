/* From schemas, as Python has them, to what values are checked by. */

#ifndef COMPILE_H
#define COMPILE_H

#include "schema.h"

/* A compiled schema, which nothing changes. */
typedef struct {
    Arena arena;    /* where all of it lies */
    PyObject *kept; /* list: the Python objects that it points to */
    const Shape *shape;
    size_t cached_count;
} Compiled;

/* Compile a schema with its own "$defs", which takes its automata from a dict of patterns; -1 with an error. */
int compile_document(PyObject *schema, PyObject *patterns, Compiled *);

/* Free what was compiled, also if that failed. */
void free_compiled(Compiled *);

#endif

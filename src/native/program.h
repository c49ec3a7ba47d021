/* Programs: what values are checked by, loaded from what Python lowered schemas to. */

#ifndef PROGRAM_H
#define PROGRAM_H

#include "keyword.h"

/* Nothing changes it once it is loaded. */
typedef struct {
    Arena arena;    /* where all of it lies */
    PyObject *kept; /* list: the Python objects that it points to */
    Shape *shapes;  /* the first one is that of a document */
    Py_ssize_t shape_count, cached_count;
} Program;

/* Load the shapes of a program; -1 with an error, also if anything in them leads out of it. */
int load_program(PyObject *shapes, Py_ssize_t cached_count, Program *);

/* Free a program, also if loading it failed. */
void free_program(Program *);

#endif

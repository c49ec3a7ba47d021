/* Python objects, read into values, and values made Python objects. */

#ifndef PYTHON_READER_H
#define PYTHON_READER_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "value.h"

#if PY_VERSION_HEX < 0x030D0000 /* every Python has a lock of its own */
#define Py_BEGIN_CRITICAL_SECTION(object) {
#define Py_END_CRITICAL_SECTION() }
#endif

/* Copy an object: nothing of the value belongs to Python, and nothing runs that Python could notice. False if it holds what
   no JSON parser makes, or what values do not hold. */
int read_python(PyObject *, Arena *, Value *);

/* Return a new reference to a Python object; NULL with an error. */
PyObject *to_python(Value);

#endif

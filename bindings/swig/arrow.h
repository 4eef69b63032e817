/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which tables go to others and come from them by Arrow's capsules. */
#ifndef MBILL_SWIG_ARROW_H
#define MBILL_SWIG_ARROW_H

#include <Python.h>

/* columns: a list of (name, format, buffer or None, …) in the order of Arrow's buffers. Capsules, or NULL with an error set. */
PyObject *face_arrow_stream(PyObject *columns, long long n_rows);
PyObject *face_arrow_array(PyObject *columns, long long n_rows);
PyObject *face_arrow_schema(PyObject *columns);

/* A capsule of a stream, read to its end: [[(name, format, rows, memoryview of the values or None)], …], a list a batch. The memory is that
 * of the stream's arrays, which live as long as their views. Columns with nulls, and forms other than numbers of one width, have None. */
PyObject *face_arrow_read(PyObject *capsule);
/* The same of the two capsules of one array. */
PyObject *face_arrow_read_array(PyObject *schema_capsule, PyObject *array_capsule);

#endif

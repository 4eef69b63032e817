/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what the wrappers take from Python's objects does: buffers, text, handles; and how a status becomes an exception. */
#ifndef MBILL_SWIG_PYTHON_GLUE_H
#define MBILL_SWIG_PYTHON_GLUE_H

#include <Python.h>

#include "glue.h"

/* Python calls this with (status, message, path, index) and raises what it returns. */
void face_set_raiser(PyObject *make_error);
void face_raise(int status, const mbill_error *err);

/* Python signs by this: called with (number, bytes), it returns 64 bytes. */
void face_set_signing(PyObject *function);
/* A mbill_sign_callback; called without the GIL. What Python raises stays raised. */
mbill_status face_sign(void *ctx, const uint8_t *bytes, size_t n, uint8_t out_signature[64]);
/* A whole number as a pointer; 0 with an error set. */
int face_number(PyObject *object, void **out_number);

/* The C object of a capsule; NULL with TypeError. */
void *face_handle(PyObject *object, const char *type);
/* str or bytes; None is NULL. 0 with an error set. */
int face_text(PyObject *object, const char **out_text, size_t *out_len);
/* 1: held; 0: None; -1: error set. The buffer is contiguous, native, of this item size and one of these formats, and aligned. */
int face_view(PyObject *object, size_t size, const char *formats, int flags, Py_buffer *out_view);

typedef struct face_columns {
    mbill_face_column *columns;
    Py_buffer *views;
    size_t n;
} face_columns;
/* A sequence of int64 buffers, all held until they are given back. 0 with an error set. */
int face_columns_take(PyObject *object, face_columns *out);
void face_columns_give_back(face_columns *columns);

#endif

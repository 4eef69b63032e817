/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a form of common.i becomes in Python does. Handles are capsules that free themselves; no classes are made here. */
%module(threads="1") core
%{
#include "python_glue.h"
#include "arrow.h"
%}
%include "common.i"

/* --- what came of it --- */

%typemap(out) mbill_status %{ (void)$1; $result = Py_None; Py_INCREF(Py_None); %}
%typemap(argout) mbill_error *err %{
    if (result != MBILL_OK) {
        face_raise((int)result, $1);
        SWIG_fail;
    }
%}
%define FACE_RESULT(ARGUMENT, MAKE)
%typemap(argout) ARGUMENT %{
    if (result == MBILL_OK) {
        Py_DECREF($result);
        $result = MAKE;
        if ($result == NULL) SWIG_fail;
    }
%}
%enddef
FACE_RESULT(int64_t *out_value, PyLong_FromLongLong((long long)*$1))
FACE_RESULT(int32_t *out_value32, PyLong_FromLong((long)*$1))
FACE_RESULT(mbill_face_text *out_text, PyUnicode_DecodeUTF8($1->p, (Py_ssize_t)$1->n, "strict"))
FACE_RESULT(mbill_face_bytes *out_bytes, PyBytes_FromStringAndSize((const char *)$1->p, (Py_ssize_t)$1->n))

%define FACE_HANDLE(TYPE, FREE)
%{
static void free_ ## TYPE(PyObject *capsule)
{
    FREE((TYPE *)PyCapsule_GetPointer(capsule, #TYPE));
}
%}
%typemap(in) TYPE * %{
    $1 = (TYPE *)face_handle($input, #TYPE);
    if ($1 == NULL) SWIG_fail;
%}
%typemap(in, numinputs=0) TYPE ** (TYPE *tmp = NULL) %{ $1 = &tmp; %}
%typemap(argout) TYPE ** %{
    if (result == MBILL_OK) {
        PyObject *capsule = PyCapsule_New(*$1, #TYPE, free_ ## TYPE);
        if (capsule == NULL) FREE(*$1);
        Py_DECREF($result);
        $result = capsule;
        if ($result == NULL) SWIG_fail;
    }
%}
%enddef

/* --- text and bytes --- */

%typemap(in) (const char *text, size_t text_len) %{
    if (!face_text($input, (const char **)&$1, &$2)) SWIG_fail;
%}
%typemap(in) (const uint8_t *bytes, size_t bytes_len) (Py_buffer view, int held = 0) %{
    held = face_view($input, sizeof(uint8_t), "B", 0, &view);
    if (held < 0) SWIG_fail;
    $1 = held ? (uint8_t *)view.buf : NULL;
    $2 = held ? (size_t)view.len : 0;
%}
%typemap(freearg) (const uint8_t *bytes, size_t bytes_len) %{ if (held$argnum > 0) PyBuffer_Release(&view$argnum); %}

/* --- who signs elsewhere: the number under which meterbill.commands keeps the function --- */

%typemap(in) (mbill_sign_callback sign, void *ctx) %{
    if (!face_number($input, &$2)) SWIG_fail;
    $1 = face_sign;
%}

/* --- columns --- */

%define FACE_COLUMN_FORM(ARGS, TYPE, FORMATS, FLAGS)
%typemap(in) ARGS (Py_buffer view, int held = 0) %{
    held = face_view($input, sizeof(TYPE), FORMATS, FLAGS, &view);
    if (held < 0) SWIG_fail;
    $1 = held ? (TYPE *)view.buf : NULL;
    $2 = held ? (size_t)view.len / sizeof(TYPE) : 0;
%}
%typemap(freearg) ARGS %{ if (held$argnum > 0) PyBuffer_Release(&view$argnum); %}
%enddef
FACE_COLUMN_FORM((const int64_t *column, size_t n_column), int64_t, "ql", 0)
FACE_COLUMN_FORM((const uint64_t *column, size_t n_column), uint64_t, "QL", 0)
FACE_COLUMN_FORM((const int32_t *column, size_t n_column), int32_t, "il", 0)
FACE_COLUMN_FORM((const uint8_t *column, size_t n_column), uint8_t, "B", 0)
FACE_COLUMN_FORM((int64_t *out_column, size_t n_out_column), int64_t, "ql", PyBUF_WRITABLE)
FACE_COLUMN_FORM((uint64_t *out_column, size_t n_out_column), uint64_t, "QL", PyBUF_WRITABLE)
FACE_COLUMN_FORM((int32_t *out_column, size_t n_out_column), int32_t, "il", PyBUF_WRITABLE)
FACE_COLUMN_FORM((uint8_t *out_column, size_t n_out_column), uint8_t, "B", PyBUF_WRITABLE)

%typemap(in) (const mbill_face_column *columns, size_t n_columns) (face_columns several = {NULL, NULL, 0}) %{
    if (!face_columns_take($input, &several)) SWIG_fail;
    $1 = several.columns;
    $2 = several.n;
%}
%typemap(freearg) (const mbill_face_column *columns, size_t n_columns) %{ face_columns_give_back(&several$argnum); %}

%nothread set_raiser; /* touches Python's objects */
%nothread set_signing;
%inline %{
static void set_signing(PyObject *function)
{
    face_set_signing(function);
}
static void set_raiser(PyObject *make_error)
{
    face_set_raiser(make_error);
}
%}
/* Arrow's capsules: made and read with Python's objects. */
%nothread face_arrow_stream;
%nothread face_arrow_array;
%nothread face_arrow_schema;
%nothread face_arrow_read;
PyObject *face_arrow_stream(PyObject *columns, long long n_rows);
PyObject *face_arrow_array(PyObject *columns, long long n_rows);
PyObject *face_arrow_schema(PyObject *columns);
PyObject *face_arrow_read(PyObject *capsule);
%nothread face_arrow_read_array;
PyObject *face_arrow_read_array(PyObject *schema_capsule, PyObject *array_capsule);
%include "functions.i"

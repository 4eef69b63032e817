/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what the wrappers take from Python's objects does: buffers, text, handles; and how a status becomes an exception. */
#include "python_glue.h"

#include <stdlib.h>
#include <string.h>

/* --- errors --- */

static PyObject *raiser; /* Python's, set once when the package is imported; touched with the GIL alone */

void face_set_raiser(PyObject *make_error)
{
    Py_XINCREF(make_error);
    Py_XDECREF(raiser);
    raiser = make_error;
}

/* A message may repeat bytes of the input: what is not UTF-8 in it is shown, not refused. */
static PyObject *text_of(const char *bytes)
{
    return PyUnicode_DecodeUTF8(bytes, (Py_ssize_t)strlen(bytes), "replace");
}

void face_raise(int status, const mbill_error *err)
{
    if (PyErr_Occurred()) return; /* a callback raised it */
    PyObject *message = text_of(err->message), *path = text_of(err->path), *error = NULL;
    if (message != NULL && path != NULL && raiser != NULL)
        error = PyObject_CallFunction(raiser, "iOOL", status, message, path, (long long)err->index);
    if (error != NULL) PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    else if (!PyErr_Occurred()) PyErr_SetString(PyExc_RuntimeError, err->message);
    Py_XDECREF(message);
    Py_XDECREF(path);
    Py_XDECREF(error);
}

/* --- who signs elsewhere --- */

static PyObject *signing; /* Python's, set once when the package is imported; touched with the GIL alone */

void face_set_signing(PyObject *function)
{
    Py_XINCREF(function);
    Py_XDECREF(signing);
    signing = function;
}

static int take_signature(PyObject *made, uint8_t out_signature[64])
{
    char *bytes = NULL;
    Py_ssize_t n = 0;
    if (made == NULL || PyBytes_AsStringAndSize(made, &bytes, &n) < 0) return 0;
    if (n == MBILL_SIGNATURE_BYTES) memcpy(out_signature, bytes, MBILL_SIGNATURE_BYTES);
    else PyErr_Format(PyExc_ValueError, "the signature has %zd bytes, expected %d", n, MBILL_SIGNATURE_BYTES);
    return n == MBILL_SIGNATURE_BYTES;
}

mbill_status face_sign(void *ctx, const uint8_t *bytes, size_t n, uint8_t out_signature[64])
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *message = PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)n), *made = NULL;
    if (message != NULL && signing != NULL) made = PyObject_CallFunction(signing, "LO", (long long)(intptr_t)ctx, message);
    int taken = take_signature(made, out_signature);
    Py_XDECREF(made);
    Py_XDECREF(message);
    PyGILState_Release(state);
    return taken ? MBILL_OK : MBILL_E_INTERNAL;
}

/* --- what is handed in --- */

int face_number(PyObject *object, void **out_number)
{
    long long number = PyLong_AsLongLong(object);
    *out_number = (void *)(intptr_t)number;
    return number != -1 || !PyErr_Occurred();
}

void *face_handle(PyObject *object, const char *type)
{
    if (PyCapsule_IsValid(object, type)) return PyCapsule_GetPointer(object, type);
    PyErr_Format(PyExc_TypeError, "expected a handle of type %s", type);
    return NULL;
}

int face_text(PyObject *object, const char **out_text, size_t *out_len)
{
    Py_ssize_t n = 0;
    char *bytes = NULL;
    *out_text = NULL;
    *out_len = 0;
    if (object == Py_None) return 1;
    if (PyUnicode_Check(object)) {
        *out_text = PyUnicode_AsUTF8AndSize(object, &n);
    } else if (PyBytes_Check(object)) {
        if (PyBytes_AsStringAndSize(object, &bytes, &n) == 0) *out_text = bytes;
    } else {
        PyErr_SetString(PyExc_TypeError, "expected str or bytes");
    }
    *out_len = (size_t)n;
    return *out_text != NULL;
}

int face_view(PyObject *object, size_t size, const char *formats, int flags, Py_buffer *out_view)
{
    if (object == Py_None) return 0;
    if (PyObject_GetBuffer(object, out_view, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | flags) < 0) return -1;
    const char *format = out_view->format != NULL ? out_view->format : "B";
    if (*format == '@' || *format == '=') format++;
    if ((size_t)out_view->itemsize == size && format[0] != '\0' && format[1] == '\0' && strchr(formats, format[0]) != NULL &&
        (out_view->len == 0 || (uintptr_t)out_view->buf % size == 0))
        return 1;
    PyBuffer_Release(out_view);
    PyErr_Format(PyExc_TypeError,
        "expected an aligned, contiguous, native buffer with items of %d bytes and one of the formats %s", (int)size, formats);
    return -1;
}

void face_columns_give_back(face_columns *columns)
{
    for (size_t i = 0; i < columns->n; i++) PyBuffer_Release(&columns->views[i]);
    free(columns->views);
    free(columns->columns);
    memset(columns, 0, sizeof *columns);
}

static int take_one(PyObject *sequence, Py_ssize_t i, face_columns *out)
{
    PyObject *item = PySequence_GetItem(sequence, i);
    if (item == NULL) return 0;
    int held = face_view(item, sizeof(int64_t), "ql", 0, &out->views[out->n]);
    Py_DECREF(item); /* the view keeps it */
    if (held == 0) PyErr_SetString(PyExc_TypeError, "expected a buffer, not None");
    if (held <= 0) return 0;
    out->columns[out->n].values = out->views[out->n].buf;
    out->columns[out->n].n = (size_t)out->views[out->n].len / sizeof(int64_t);
    out->n++;
    return 1;
}

int face_columns_take(PyObject *object, face_columns *out)
{
    memset(out, 0, sizeof *out);
    Py_ssize_t n = PySequence_Size(object);
    if (n < 0) return 0;
    out->views = calloc((size_t)n + 1, sizeof *out->views);
    out->columns = calloc((size_t)n + 1, sizeof *out->columns);
    int taken = out->views != NULL && out->columns != NULL;
    if (!taken) (void)PyErr_NoMemory();
    for (Py_ssize_t i = 0; taken && i < n; i++) taken = take_one(object, i, out);
    if (!taken) face_columns_give_back(out);
    return taken;
}

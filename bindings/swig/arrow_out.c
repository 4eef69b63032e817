/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which columns are handed to others by the Arrow C interface: their memory is shared, never copied. */
#include "arrow.h"

#include "arrow_abi.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFERS_MAX = 3 };

/* One column: its name and form, and the memory that Python holds for it. */
typedef struct column {
    char *name, *format;
    Py_buffer views[BUFFERS_MAX];
    int is_held[BUFFERS_MAX];
    int n_buffers;
} column;

/* What is shared by a stream, its arrays and their children; freed with the last of them. */
typedef struct table {
    atomic_long users;
    column *columns;
    int64_t n_columns, n_rows;
} table;

typedef struct stream_state {
    table *shared;
    int is_done;
} stream_state;

/* --- a table --- */

static void free_table(table *of)
{
    for (int64_t i = 0; i < of->n_columns; i++) {
        for (int j = 0; j < of->columns[i].n_buffers; j++)
            if (of->columns[i].is_held[j]) PyBuffer_Release(&of->columns[i].views[j]);
        free(of->columns[i].name);
        free(of->columns[i].format);
    }
    free(of->columns);
    free(of);
}

/* Whoever reads the arrays may let go of them in a thread that Python does not know. */
static void drop(table *of)
{
    if (atomic_fetch_sub(&of->users, 1) != 1) return;
    PyGILState_STATE state = PyGILState_Ensure();
    free_table(of);
    PyGILState_Release(state);
}

static char *copy_text(PyObject *text)
{
    Py_ssize_t n = 0;
    const char *utf8 = PyUnicode_Check(text) ? PyUnicode_AsUTF8AndSize(text, &n) : NULL;
    char *copy = utf8 != NULL ? malloc((size_t)n + 1) : NULL;
    if (copy != NULL) memcpy(copy, utf8, (size_t)n + 1);
    else if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "expected text");
    return copy;
}

/* (name, format, buffer or None, …) */
static int take_column(PyObject *tuple, column *out)
{
    Py_ssize_t n = PyTuple_Check(tuple) ? PyTuple_Size(tuple) : 0;
    if (n < 3 || n > 2 + BUFFERS_MAX) {
        PyErr_SetString(PyExc_TypeError, "expected (name, format, buffer, …)");
        return 0;
    }
    out->name = copy_text(PyTuple_GetItem(tuple, 0));
    out->format = out->name != NULL ? copy_text(PyTuple_GetItem(tuple, 1)) : NULL;
    if (out->format == NULL) return 0;
    for (Py_ssize_t i = 2; i < n; i++) {
        PyObject *buffer = PyTuple_GetItem(tuple, i);
        if (buffer != Py_None && PyObject_GetBuffer(buffer, &out->views[i - 2], PyBUF_C_CONTIGUOUS) < 0) return 0;
        out->is_held[i - 2] = buffer != Py_None;
        out->n_buffers++;
    }
    return 1;
}

static table *take_table(PyObject *columns, long long n_rows)
{
    Py_ssize_t n = PyList_Check(columns) ? PyList_Size(columns) : -1;
    if (n < 0 || n_rows < 0) {
        PyErr_SetString(PyExc_TypeError, "expected a list of columns and a number of rows");
        return NULL;
    }
    table *of = calloc(1, sizeof *of);
    if (of != NULL) of->columns = calloc((size_t)n + 1, sizeof *of->columns);
    if (of == NULL || of->columns == NULL) {
        free(of);
        (void)PyErr_NoMemory();
        return NULL;
    }
    atomic_init(&of->users, 1);
    of->n_rows = n_rows;
    for (Py_ssize_t i = 0; i < n; i++) {
        of->n_columns++;
        if (take_column(PyList_GetItem(columns, i), &of->columns[i])) continue;
        free_table(of);
        return NULL;
    }
    return of;
}

/* --- schemas: each a block of its own, so that whoever takes a child apart may keep it --- */

static void release_schema(struct ArrowSchema *schema)
{
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release != NULL) schema->children[i]->release(schema->children[i]);
        free(schema->children[i]);
    }
    free(schema->children);
    free((void *)schema->format);
    free((void *)schema->name);
    schema->release = NULL;
}

static int fill_schema(struct ArrowSchema *out, const char *format, const char *name, int64_t n_children)
{
    memset(out, 0, sizeof *out);
    out->format = strdup(format);
    out->name = strdup(name);
    out->children = calloc((size_t)n_children + 1, sizeof *out->children);
    out->release = release_schema;
    return out->format != NULL && out->name != NULL && out->children != NULL ? 0 : ENOMEM;
}

static int schema_of(const table *of, struct ArrowSchema *out)
{
    int code = fill_schema(out, "+s", "", of->n_columns);
    for (int64_t i = 0; code == 0 && i < of->n_columns; i++) {
        out->children[i] = calloc(1, sizeof *out->children[i]);
        if (out->children[i] == NULL) code = ENOMEM;
        else {
            out->n_children++;
            code = fill_schema(out->children[i], of->columns[i].format, of->columns[i].name, 0);
        }
    }
    if (code != 0) release_schema(out);
    return code;
}

/* --- arrays --- */

static void release_array(struct ArrowArray *array)
{
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release != NULL) array->children[i]->release(array->children[i]);
        free(array->children[i]);
    }
    free(array->children);
    free((void *)array->buffers);
    drop(array->private_data);
    array->release = NULL;
}

static int fill_array(struct ArrowArray *out, table *of, int n_buffers, int64_t n_children)
{
    memset(out, 0, sizeof *out);
    out->length = of->n_rows;
    out->n_buffers = n_buffers;
    out->buffers = calloc((size_t)n_buffers + 1, sizeof *out->buffers);
    out->children = calloc((size_t)n_children + 1, sizeof *out->children);
    out->private_data = of;
    out->release = release_array;
    atomic_fetch_add(&of->users, 1);
    return out->buffers != NULL && out->children != NULL ? 0 : ENOMEM;
}

static int array_of(table *of, struct ArrowArray *out)
{
    int code = fill_array(out, of, 1, of->n_columns);
    for (int64_t i = 0; code == 0 && i < of->n_columns; i++) {
        const column *one = &of->columns[i];
        out->children[i] = calloc(1, sizeof *out->children[i]);
        if (out->children[i] == NULL) {
            code = ENOMEM;
            break;
        }
        out->n_children++;
        code = fill_array(out->children[i], of, one->n_buffers, 0);
        out->children[i]->null_count = one->is_held[0] ? -1 : 0; /* with a bitmap: whoever reads it may count */
        for (int j = 0; code == 0 && j < one->n_buffers; j++)
            out->children[i]->buffers[j] = one->is_held[j] ? one->views[j].buf : NULL;
    }
    if (code != 0) release_array(out);
    return code;
}

/* --- the stream --- */

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    const stream_state *state = stream->private_data;
    return schema_of(state->shared, out);
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    stream_state *state = stream->private_data;
    memset(out, 0, sizeof *out);
    if (state->is_done) return 0;
    int code = array_of(state->shared, out);
    state->is_done = code == 0;
    return code;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "no memory";
}

static void release_stream(struct ArrowArrayStream *stream)
{
    stream_state *state = stream->private_data;
    drop(state->shared);
    free(state);
    stream->release = NULL;
}

static void free_stream(PyObject *capsule)
{
    struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (stream->release != NULL) stream->release(stream);
    free(stream);
}

PyObject *face_arrow_stream(PyObject *columns, long long n_rows)
{
    table *of = take_table(columns, n_rows);
    if (of == NULL) return NULL;
    struct ArrowArrayStream *stream = calloc(1, sizeof *stream);
    stream_state *state = calloc(1, sizeof *state);
    if (stream == NULL || state == NULL) {
        free(stream);
        free(state);
        free_table(of);
        return PyErr_NoMemory();
    }
    state->shared = of;
    *stream = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, state};
    PyObject *capsule = PyCapsule_New(stream, "arrow_array_stream", free_stream);
    if (capsule == NULL) {
        stream->release(stream);
        free(stream);
    }
    return capsule;
}

/* --- one array with its schema --- */

static void free_schema_capsule(PyObject *capsule)
{
    struct ArrowSchema *schema = PyCapsule_GetPointer(capsule, "arrow_schema");
    if (schema->release != NULL) schema->release(schema);
    free(schema);
}

static void free_array_capsule(PyObject *capsule)
{
    struct ArrowArray *array = PyCapsule_GetPointer(capsule, "arrow_array");
    if (array->release != NULL) array->release(array);
    free(array);
}

static PyObject *schema_capsule(const table *of)
{
    struct ArrowSchema *schema = calloc(1, sizeof *schema);
    if (schema == NULL || schema_of(of, schema) != 0) {
        free(schema);
        return PyErr_NoMemory();
    }
    return PyCapsule_New(schema, "arrow_schema", free_schema_capsule);
}

static PyObject *array_capsule(table *of)
{
    struct ArrowArray *array = calloc(1, sizeof *array);
    if (array == NULL || array_of(of, array) != 0) {
        free(array);
        return PyErr_NoMemory();
    }
    return PyCapsule_New(array, "arrow_array", free_array_capsule);
}

PyObject *face_arrow_array(PyObject *columns, long long n_rows)
{
    table *of = take_table(columns, n_rows);
    if (of == NULL) return NULL;
    PyObject *schema = schema_capsule(of), *array = schema != NULL ? array_capsule(of) : NULL;
    PyObject *both = array != NULL ? PyTuple_Pack(2, schema, array) : NULL;
    Py_XDECREF(schema);
    Py_XDECREF(array);
    drop(of);
    return both;
}

PyObject *face_arrow_schema(PyObject *columns)
{
    table *of = take_table(columns, 0);
    if (of == NULL) return NULL;
    PyObject *schema = schema_capsule(of);
    drop(of);
    return schema;
}

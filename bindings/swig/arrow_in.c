/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which columns of others are taken by the Arrow C interface: their memory is read in place. */
#include "arrow.h"

#include "arrow_abi.h"

#include <stdlib.h>
#include <string.h>

static void free_batch(PyObject *capsule)
{
    struct ArrowArray *array = PyCapsule_GetPointer(capsule, "meterbill_batch");
    if (array->release != NULL) array->release(array);
    free(array);
}

/* --- memory of an array, kept as long as somebody looks at it --- */

typedef struct held {
    PyObject_HEAD PyObject *owner;
    void *data;
    Py_ssize_t n;
} held;

static int held_view(PyObject *self, Py_buffer *view, int flags)
{
    const held *of = (const held *)self;
    return PyBuffer_FillInfo(view, self, of->data, of->n, 1, flags);
}

static void free_held(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    Py_XDECREF(((held *)self)->owner);
    release(self);
    Py_DECREF(type);
}

static PyObject *held_type; /* made once, with the GIL */

static PyObject *hold(PyObject *owner, const void *data, Py_ssize_t n)
{
    static char nothing[1];
    static PyType_Slot slots[] = {{Py_bf_getbuffer, (void *)held_view}, {Py_tp_dealloc, (void *)free_held}, {0, NULL}};
    static PyType_Spec spec = {"meterbill._core.Held", (int)sizeof(held), 0,
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    if (held_type == NULL) held_type = PyType_FromSpec(&spec);
    if (held_type == NULL) return NULL;
    allocfunc allocate = (allocfunc)PyType_GetSlot((PyTypeObject *)held_type, Py_tp_alloc);
    held *of = (held *)allocate((PyTypeObject *)held_type, 0);
    if (of == NULL) return NULL;
    Py_INCREF(owner);
    of->owner = owner;
    of->data = n > 0 ? (void *)(uintptr_t)data : nothing;
    of->n = n;
    PyObject *view = PyMemoryView_FromObject((PyObject *)of);
    Py_DECREF(of);
    return view;
}

/* Bytes of a value; 0: not a number of one width. */
static int64_t width_of(const char *format)
{
    static const char *const forms[] = {"c1", "C1", "s2", "S2", "i4", "I4", "l8", "L8", "f4", "g8"};
    if (format[0] == 't') return format[1] == 's' ? 8 : 0; /* instants */
    if (format[0] == 'd') {
        const char *bits = strchr(format, ',');
        bits = bits != NULL ? strchr(bits + 1, ',') : NULL;
        return bits != NULL ? atoi(bits + 1) / 8 : 16;
    }
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (format[0] == forms[i][0] && format[1] == '\0') return forms[i][1] - '0';
    return 0;
}

static int has_nulls(const struct ArrowArray *array)
{
    const uint8_t *bits = array->n_buffers > 0 ? array->buffers[0] : NULL;
    if (array->null_count == 0 || bits == NULL) return 0;
    if (array->null_count > 0) return 1;
    for (int64_t i = array->offset; i < array->offset + array->length; i++)
        if ((bits[i / 8] >> (i % 8) & 1) == 0) return 1;
    return 0;
}

/* (name, format, rows, values); rows that the struct around it skips are skipped here. */
static PyObject *column_of(PyObject *owner, const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t skip,
    int64_t n)
{
    int64_t width = width_of(schema->format), first = array->offset + skip;
    PyObject *values = NULL;
    if (width > 0 && array->n_buffers == 2 && schema->dictionary == NULL && !has_nulls(array)) {
        const char *data = array->buffers[1];
        values = hold(owner, n > 0 && data != NULL ? data + first * width : NULL, data != NULL ? (Py_ssize_t)(n * width) : 0);
    } else {
        values = Py_None;
        Py_INCREF(values);
    }
    return values != NULL
        ? Py_BuildValue("(ssLN)", schema->name != NULL ? schema->name : "", schema->format, (long long)n, values)
        : NULL;
}

static PyObject *columns_of(PyObject *owner, const struct ArrowSchema *schema, const struct ArrowArray *array)
{
    int is_struct = strcmp(schema->format, "+s") == 0;
    int64_t n = is_struct ? schema->n_children : 1;
    PyObject *list = PyList_New(0);
    for (int64_t i = 0; list != NULL && i < n; i++) {
        PyObject *one = is_struct ? column_of(owner, schema->children[i], array->children[i], array->offset, array->length)
                                  : column_of(owner, schema, array, 0, array->length);
        if (one == NULL || PyList_Append(list, one) < 0) { Py_CLEAR(list); }
        Py_XDECREF(one);
    }
    return list;
}

/* Takes the array over. */
static int add_batch(PyObject *batches, const struct ArrowSchema *schema, const struct ArrowArray *next)
{
    struct ArrowArray *array = malloc(sizeof *array);
    if (array == NULL) {
        (void)PyErr_NoMemory();
        return 0;
    }
    *array = *next;
    PyObject *owner = PyCapsule_New(array, "meterbill_batch", free_batch);
    PyObject *columns = owner != NULL ? columns_of(owner, schema, array) : NULL;
    int added = columns != NULL && PyList_Append(batches, columns) == 0;
    Py_XDECREF(owner);
    Py_XDECREF(columns);
    return added;
}

static int fail(struct ArrowArrayStream *stream)
{
    const char *why = stream->get_last_error != NULL ? stream->get_last_error(stream) : NULL;
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_ValueError, "the Arrow stream failed: %s", why != NULL ? why : "it does not say why");
    return 0;
}

static int read_all(struct ArrowArrayStream *stream, PyObject *batches)
{
    struct ArrowSchema schema;
    int right = 1;
    memset(&schema, 0, sizeof schema);
    if (stream->get_schema(stream, &schema) != 0) return fail(stream);
    while (right) {
        struct ArrowArray next;
        memset(&next, 0, sizeof next);
        if (stream->get_next(stream, &next) != 0) right = fail(stream);
        else if (next.release == NULL) break;
        else right = add_batch(batches, &schema, &next);
    }
    if (schema.release != NULL) schema.release(&schema);
    return right;
}

PyObject *face_arrow_read(PyObject *capsule)
{
    struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (stream == NULL) return NULL;
    if (stream->release == NULL) {
        PyErr_SetString(PyExc_ValueError, "the Arrow stream was read before");
        return NULL;
    }
    PyObject *batches = PyList_New(0);
    if (batches != NULL && !read_all(stream, batches)) Py_CLEAR(batches);
    stream->release(stream);
    return batches;
}

PyObject *face_arrow_read_array(PyObject *schema_capsule, PyObject *array_capsule)
{
    struct ArrowSchema *schema = PyCapsule_GetPointer(schema_capsule, "arrow_schema");
    struct ArrowArray *array = schema != NULL ? PyCapsule_GetPointer(array_capsule, "arrow_array") : NULL;
    if (array == NULL) return NULL;
    if (schema->release == NULL || array->release == NULL) {
        PyErr_SetString(PyExc_ValueError, "the Arrow array was taken before");
        return NULL;
    }
    PyObject *batches = PyList_New(0);
    if (batches == NULL) return NULL;
    struct ArrowArray moved = *array;
    array->release = NULL;
    if (!add_batch(batches, schema, &moved)) Py_CLEAR(batches);
    return batches;
}

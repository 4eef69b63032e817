/* SPDX-License-Identifier: Apache-2.0 */
/* A growing buffer of bytes, and how text leaves the library. A failed append sticks, so that writers check once, at the end. */
#include "base/memory.h"

#include <string.h>

#define BUFFER_FIRST 256

void mbill__buffer_start(mbill__buffer *buffer, const mbill_allocator *allocator)
{
    memset(buffer, 0, sizeof *buffer);
    buffer->allocator = *allocator;
}

static bool reserve(mbill__buffer *buffer, size_t more)
{
    if (more >= SIZE_MAX / 2 - buffer->len) return false;
    size_t need = buffer->len + more + 1;
    if (need <= buffer->cap) return true;
    size_t cap = buffer->cap == 0 ? BUFFER_FIRST : buffer->cap * 2;
    if (cap < need) cap = need;
    char *data = mbill__resize(&buffer->allocator, buffer->data, buffer->cap, cap);
    if (data == NULL) return false;
    buffer->data = data;
    buffer->cap = cap;
    return true;
}

void mbill__buffer_append(mbill__buffer *buffer, const void *bytes, size_t n)
{
    if (buffer->failed) return;
    if (!reserve(buffer, n)) {
        buffer->failed = true;
        return;
    }
    if (n > 0) memcpy(buffer->data + buffer->len, bytes, n);
    buffer->len += n;
    buffer->data[buffer->len] = '\0';
}

void mbill__buffer_text(mbill__buffer *buffer, const char *text)
{
    mbill__buffer_append(buffer, text, strlen(text));
}

mbill_status mbill__buffer_check(const mbill__buffer *buffer, mbill_error *err)
{
    if (buffer->failed) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the text that is written");
    return MBILL_OK;
}

mbill_status mbill__buffer_copy(const mbill__buffer *buffer, char *out, size_t *inout_len, mbill_error *err)
{
    MBILL_TRY(mbill__buffer_check(buffer, err));
    return mbill__text_copy(buffer->data, buffer->len, out, inout_len, err);
}

mbill_status mbill__text_copy(const char *text, size_t len, char *out, size_t *inout_len, mbill_error *err)
{
    MBILL__NEED(inout_len);
    size_t room = *inout_len;
    *inout_len = len + 1;
    if (out == NULL) return MBILL_OK;
    if (room < len + 1) return mbill__fail(err, MBILL_E_ROOM, "room of %zu bytes where %zu are needed", room, len + 1);
    if (len > 0) memcpy(out, text, len);
    out[len] = '\0';
    return MBILL_OK;
}

void mbill__buffer_free(mbill__buffer *buffer)
{
    mbill__release(&buffer->allocator, buffer->data, buffer->cap);
    buffer->data = NULL;
    buffer->len = 0;
    buffer->cap = 0;
}

mbill_status mbill__buffer_end(mbill__buffer *buffer, mbill_status status, char *out, size_t *inout_len, mbill_error *err)
{
    if (status == MBILL_OK) status = mbill__buffer_copy(buffer, out, inout_len, err);
    mbill__buffer_free(buffer);
    return status;
}

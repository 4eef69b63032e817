/* SPDX-License-Identifier: Apache-2.0 */
/* Memory inside the library: the caller's allocator behind four calls, an arena for what lives and dies together, and a growing
 * buffer of bytes for what is written out. */
#ifndef MBILL__MEMORY_H
#define MBILL__MEMORY_H

#include "base/fail.h"
#include "meterbill/memory.h"

/* A checked copy of the caller's allocator, to be kept inside a handle; libc's when given is NULL or names no function. */
mbill_status mbill__allocator_read(mbill_allocator *known, const mbill_allocator *given, mbill_error *err);

/* NULL: no memory. A size of 0 is allowed and gives a block. */
void *mbill__alloc(const mbill_allocator *allocator, size_t size); /* bytes are zero */
void *mbill__alloc_array(const mbill_allocator *allocator, size_t count,
    size_t size); /* bytes are zero; the product is checked */
/* block NULL: as mbill__alloc. Bytes past old_size are not set; on NULL the old block stays. */
void *mbill__resize(const mbill_allocator *allocator, void *block, size_t old_size, size_t new_size);
void mbill__release(const mbill_allocator *allocator, void *block, size_t size); /* size as taken; block may be NULL */

/* Overwrite a secret, which no compiler may leave out. bytes may be NULL when n is 0. */
void mbill__wipe(void *bytes, size_t n);

/* What is taken from an arena is freed all at once. */
typedef struct mbill__arena_chunk mbill__arena_chunk;
typedef struct mbill__arena {
    mbill_allocator allocator;
    mbill__arena_chunk *chunks;
} mbill__arena;

void mbill__arena_start(mbill__arena *arena, const mbill_allocator *allocator); /* allocator: already read; cannot fail */
void *mbill__arena_take(mbill__arena *arena, size_t count, size_t size); /* NULL: no memory or product overflow; bytes are zero */
const char *mbill__arena_text(mbill__arena *arena, const char *text,
    size_t len);                             /* a copy with a NUL behind it; NULL: no memory */
void mbill__arena_free(mbill__arena *arena); /* may be called again */

/* A buffer that grows. A failure sticks: appends after it do nothing, and mbill__buffer_check reports it once at the end. */
typedef struct mbill__buffer {
    mbill_allocator allocator;
    char *data; /* always NUL-terminated once anything was appended, NULL before */
    size_t len, cap;
    bool failed;
} mbill__buffer;

void mbill__buffer_start(mbill__buffer *buffer, const mbill_allocator *allocator);
/* bytes may be NULL when n is 0, and are never part of the buffer itself. */
void mbill__buffer_append(mbill__buffer *buffer, const void *bytes, size_t n);
void mbill__buffer_text(mbill__buffer *buffer, const char *text);
mbill_status mbill__buffer_check(const mbill__buffer *buffer, mbill_error *err); /* MBILL_E_NOMEM if any append failed */
/* mbill__text_copy of the whole buffer, after mbill__buffer_check. */
mbill_status mbill__buffer_copy(const mbill__buffer *buffer, char *out, size_t *inout_len, mbill_error *err);
void mbill__buffer_free(mbill__buffer *buffer);
/* The end of whoever writes a text: copied where the status is MBILL_OK, and freed in any case. */
mbill_status mbill__buffer_end(mbill__buffer *buffer, mbill_status status, char *out, size_t *inout_len, mbill_error *err);

/* Copy text out under the library's text convention: *inout_len is the room and becomes the length needed, both with the NUL;
 * out may be NULL to ask. MBILL_E_ROOM when it does not fit; nothing is written to out then. */
mbill_status mbill__text_copy(const char *text, size_t len, char *out, size_t *inout_len, mbill_error *err);

#endif

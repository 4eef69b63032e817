/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that lives and dies together. Blocks are aligned for any object and zero; a failed take leaves the arena as it was. */
#include "base/memory.h"

#include <stddef.h>
#include <string.h>

#define CHUNK_FIRST 1024
#define CHUNK_MOST 65536

struct mbill__arena_chunk {
    mbill__arena_chunk *next;
    size_t size, used; /* of bytes */
    _Alignas(max_align_t) unsigned char bytes[];
};

void mbill__arena_start(mbill__arena *arena, const mbill_allocator *allocator)
{
    arena->allocator = *allocator;
    arena->chunks = NULL;
}

/* A new chunk with room for need; each is twice the one before, up to CHUNK_MOST, so that small handles stay small. */
static mbill__arena_chunk *chunk_add(mbill__arena *arena, size_t need)
{
    size_t size = arena->chunks == NULL ? CHUNK_FIRST : arena->chunks->size * 2;
    if (size > CHUNK_MOST) size = CHUNK_MOST;
    if (size < need) size = need;
    if (size > SIZE_MAX - sizeof(mbill__arena_chunk)) return NULL;
    mbill__arena_chunk *chunk = mbill__alloc(&arena->allocator, sizeof *chunk + size);
    if (chunk == NULL) return NULL;
    chunk->size = size;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    return chunk;
}

void *mbill__arena_take(mbill__arena *arena, size_t count, size_t size)
{
    const size_t grain = _Alignof(max_align_t);
    if (size != 0 && count > SIZE_MAX / size) return NULL;
    size_t need = count * size;
    if (need > SIZE_MAX / 4) return NULL; /* keeps the sums below from wrapping; no such block exists */
    need = need == 0 ? grain : (need + grain - 1) / grain * grain;
    mbill__arena_chunk *chunk = arena->chunks;
    if (chunk == NULL || chunk->size - chunk->used < need) {
        chunk = chunk_add(arena, need);
        if (chunk == NULL) return NULL;
    }
    void *block = chunk->bytes + chunk->used;
    chunk->used += need;
    return block;
}

const char *mbill__arena_text(mbill__arena *arena, const char *text, size_t len)
{
    if (len == SIZE_MAX) return NULL;
    char *copy = mbill__arena_take(arena, len + 1, 1);
    if (copy != NULL && len > 0) memcpy(copy, text, len);
    return copy;
}

void mbill__arena_free(mbill__arena *arena)
{
    while (arena->chunks != NULL) {
        mbill__arena_chunk *chunk = arena->chunks;
        arena->chunks = chunk->next;
        mbill__release(&arena->allocator, chunk, sizeof *chunk + chunk->size);
    }
}

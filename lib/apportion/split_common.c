/* SPDX-License-Identifier: Apache-2.0 */
/* What every part of a split request uses: its memory, and the words for methods and policies. Changes when these do. */
#include "apportion/apportion.h"
#include "apportion/split.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *const method_words[] = {"largest_remainder", "webster", "half_up_each", "floor_each", "first", "absorb"};
static const char *const zero_words[] = {"error", "equal", "fallback", "owner"};

void *mbill__split_take(mbill_split *split, size_t count, size_t size)
{
    return mbill__arena_take(&split->arena, count == 0 ? 1 : count, size);
}

mbill_status mbill__split_no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the split could not be allocated");
}

mbill_status mbill__split_text(mbill_split *split, const mbill__node *node, const char **out, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    *out = mbill__arena_text(&split->arena, text, strlen(text));
    return *out != NULL ? MBILL_OK : mbill__split_no_memory(err);
}

mbill_status mbill__split_ways_read(const mbill__node *node, int32_t *method, int32_t *zero_policy, mbill_error *err)
{
    mbill__node part;
    if (mbill__node_get(node, "method", &part))
        MBILL_TRY(mbill__node_word(&part, method_words, COUNT(method_words), method, err));
    if (!mbill__node_get(node, "zero_policy", &part)) return MBILL_OK;
    return mbill__node_word(&part, zero_words, COUNT(zero_words), zero_policy, err);
}

void mbill_split_free(mbill_split *split)
{
    if (split == NULL) return;
    mbill_allocator memory = split->arena.allocator;
    mbill__arena_free(&split->arena);
    mbill__release(&memory, split, sizeof *split);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when groups are found in another way. Invariant: a group is in the table once. */
#include "store/tally.h"

#include <stdlib.h>
#include <string.h>

#define PLACES_FIRST 64

void mbill__tally_start(mbill__tally *tally, const mbill_allocator *allocator, size_t n_words, size_t n_sums)
{
    memset(tally, 0, sizeof *tally);
    mbill__arena_start(&tally->arena, allocator);
    tally->n_words = n_words;
    tally->n_sums = n_sums;
}

void mbill__tally_end(mbill__tally *tally)
{
    mbill__release(&tally->arena.allocator, tally->places, tally->n_places * sizeof *tally->places);
    mbill__release(&tally->arena.allocator, tally->ordered, (tally->n + 1) * sizeof *tally->ordered);
    mbill__arena_free(&tally->arena);
    tally->places = tally->ordered = NULL;
}

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the groups of a report could not be allocated");
}

/* FNV-1a; a word ends with its NUL. */
static uint64_t hash_of(const mbill__tally *tally, const char *const *words)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < tally->n_words; i++) {
        const unsigned char *at = (const unsigned char *)words[i];
        do hash = (hash ^ *at) * UINT64_C(0x100000001b3);
        while (*at++ != 0);
    }
    return hash ^ hash >> 29;
}

static int compare_words(const mbill__tally *tally, const char *const *a, const char *const *b)
{
    for (size_t i = 0; i < tally->n_words; i++) {
        int order = strcmp(a[i], b[i]);
        if (order != 0) return order;
    }
    return 0;
}

/* The place of the group with these words, or the free one where it belongs. */
static mbill__group **place_of(const mbill__tally *tally, const char *const *words)
{
    size_t at = (size_t)hash_of(tally, words) & (tally->n_places - 1);
    while (tally->places[at] != NULL && compare_words(tally, tally->places[at]->words, words) != 0)
        at = (at + 1) & (tally->n_places - 1);
    return &tally->places[at];
}

static mbill_status widen(mbill__tally *tally, mbill_error *err)
{
    mbill__tally wider = *tally;
    wider.n_places = tally->n_places == 0 ? PLACES_FIRST : tally->n_places * 2;
    wider.places = mbill__alloc_array(&tally->arena.allocator, wider.n_places, sizeof *wider.places);
    if (wider.places == NULL) return no_memory(err);
    for (size_t i = 0; i < tally->n_places; i++)
        if (tally->places[i] != NULL) *place_of(&wider, tally->places[i]->words) = tally->places[i];
    mbill__release(&tally->arena.allocator, tally->places, tally->n_places * sizeof *tally->places);
    tally->places = wider.places;
    tally->n_places = wider.n_places;
    return MBILL_OK;
}

static mbill_status make_group(mbill__tally *tally, const char *const *words, mbill__group **out, mbill_error *err)
{
    mbill__group *group = mbill__arena_take(&tally->arena, 1, sizeof *group);
    if (group == NULL) return no_memory(err);
    for (size_t i = 0; i < tally->n_words; i++) {
        group->words[i] = mbill__arena_text(&tally->arena, words[i], strlen(words[i]));
        if (group->words[i] == NULL) return no_memory(err);
    }
    *out = group;
    tally->n++;
    return MBILL_OK;
}

mbill_status mbill__tally_add(mbill__tally *tally, const char *const *words, const int64_t *values, mbill_error *err)
{
    const char *known[MBILL__TALLY_WORDS];
    for (size_t i = 0; i < tally->n_words; i++) known[i] = words[i] != NULL ? words[i] : "";
    if (tally->n >= tally->n_places / 2) MBILL_TRY(widen(tally, err));
    mbill__group **place = place_of(tally, known);
    if (*place == NULL) MBILL_TRY(make_group(tally, known, place, err));
    for (size_t i = 0; i < tally->n_sums; i++) MBILL_TRY(mbill_sum_add(&(*place)->sums[i], &values[i], 1, err));
    return MBILL_OK;
}

/* Words that a group does not have are NULL, in both. */
static int by_words(const void *a, const void *b)
{
    const mbill__group *one = *(mbill__group *const *)a, *other = *(mbill__group *const *)b;
    for (size_t i = 0; i < MBILL__TALLY_WORDS && one->words[i] != NULL; i++) {
        int order = strcmp(one->words[i], other->words[i]);
        if (order != 0) return order;
    }
    return 0;
}

mbill_status mbill__tally_order(mbill__tally *tally, mbill_error *err)
{
    size_t n = 0;
    tally->ordered = mbill__alloc_array(&tally->arena.allocator, tally->n + 1, sizeof *tally->ordered);
    if (tally->ordered == NULL) return no_memory(err);
    for (size_t i = 0; i < tally->n_places; i++)
        if (tally->places[i] != NULL) tally->ordered[n++] = tally->places[i];
    qsort(tally->ordered, n, sizeof *tally->ordered, by_words);
    return MBILL_OK;
}

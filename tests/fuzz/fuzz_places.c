/* SPDX-License-Identifier: Apache-2.0 */
/* Places documents: what is taken keeps the promises of its form, what is refused has a status and a sentence and gives nothing out. */
#include "meterbill/place.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void need(bool holds)
{
    if (!holds) abort();
}

static void check_name(const char *name)
{
    need(name != NULL && name[0] != '\0' && strlen(name) <= 64);
}

static void check_entry(const mbill_place_entry *entry)
{
    bool place = entry->list == MBILL_PLACE_LIST_PLACES, meter = entry->list == MBILL_PLACE_LIST_METERS;
    need(entry->list >= MBILL_PLACE_LIST_PLACES && entry->list <= MBILL_PLACE_LIST_UTILITIES);
    check_name(entry->id);
    need((entry->kind != NULL) == (place || entry->list == MBILL_PLACE_LIST_UTILITIES));
    if (entry->kind != NULL) check_name(entry->kind);
    need(entry->in == NULL || ((entry->says & MBILL_PLACE_SAYS_IN) != 0 && !(place && strcmp(entry->in, entry->id) == 0)));
    need(entry->behind == NULL || (meter && strcmp(entry->behind, entry->id) != 0));
    need(entry->title == NULL || place);
    need(entry->n_tags == 0 || (entry->says & MBILL_PLACE_SAYS_TAGS) != 0);
    for (size_t i = 0; i < entry->n_tags; i++) {
        check_name(entry->tags[i]);
        for (size_t j = 0; j < i; j++) need(strcmp(entry->tags[i], entry->tags[j]) != 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mbill_places *places = (mbill_places *)(void *)&size;
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    mbill_status status = mbill_places_read((const char *)data, size, NULL, &places, &err);
    if (status != MBILL_OK) {
        need(places == NULL && err.status == (int32_t)status && err.message[0] != '\0');
        return 0;
    }
    const mbill_place_entry *entries = mbill_places_entries(places, &n);
    need(entries != NULL || n == 0);
    for (size_t i = 0; i < n; i++) check_entry(&entries[i]);
    for (size_t i = 1; i < n; i++) need(entries[i - 1].list <= entries[i].list);
    mbill_places_free(places);
    return 0;
}

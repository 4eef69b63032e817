/* SPDX-License-Identifier: Apache-2.0 */
/* From up to three numbers to one: open addressing, at most half full, nothing is ever taken out. Grows in reserve alone. */
#ifndef MBILL__LEDGER_MAP_H
#define MBILL__LEDGER_MAP_H

#include "base/memory.h"

typedef struct mbill__map_slot {
    int64_t key[3];
    int64_t value; /* >= 0; stored + 1, so that zeros are a free slot */
} mbill__map_slot;

typedef struct mbill__map {
    mbill__map_slot *slots;
    size_t cap, n; /* cap: 0 or a power of two */
} mbill__map;

/* Room for n more entries without another allocation. false: no memory, the map is as it was. */
bool mbill__map_reserve(mbill__map *map, const mbill_allocator *allocator, size_t n);
void mbill__map_free(mbill__map *map, const mbill_allocator *allocator);

int64_t mbill__map_get(const mbill__map *map, int64_t a, int64_t b, int64_t c); /* -1: none */

/* The slot of the key, or the free one where it belongs; room was reserved. */
mbill__map_slot *mbill__map_slot_of(const mbill__map *map, int64_t a, int64_t b, int64_t c);

#endif

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

/* Numbers are mixed by the finalizer of SplitMix64 (Steele, Lea, Flood 2014), so that numbers in sequence spread; 0 stays 0, and costs nothing where it is
 * known. */
static inline uint64_t mbill__map_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* Where the search for a key begins; the map has room. */
static inline mbill__map_slot *mbill__map_first(const mbill__map *map, int64_t a, int64_t b, int64_t c)
{
    uint64_t hash = mbill__map_mix((uint64_t)a + mbill__map_mix((uint64_t)b + mbill__map_mix((uint64_t)c)));
    return &map->slots[(size_t)hash & (map->cap - 1)];
}

/* The slot of the key, or the free one where it belongs; room was reserved. */
static inline mbill__map_slot *mbill__map_slot_of(const mbill__map *map, int64_t a, int64_t b, int64_t c)
{
    mbill__map_slot *slot = mbill__map_first(map, a, b, c), *end = map->slots + map->cap;
    while (slot->value != 0 && (slot->key[0] != a || slot->key[1] != b || slot->key[2] != c))
        if (++slot == end) slot = map->slots;
    return slot;
}

static inline int64_t mbill__map_get(const mbill__map *map, int64_t a, int64_t b, int64_t c) /* -1: none */
{
    return map->cap == 0 ? -1 : mbill__map_slot_of(map, a, b, c)->value - 1;
}

#endif

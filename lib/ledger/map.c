/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when another table suits the book better. Linear probing; numbers are mixed by the finalizer of SplitMix64 (Steele, Lea, Flood
 * 2014), so that numbers in sequence spread. */
#include "ledger/map.h"

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint64_t hash_of(int64_t a, int64_t b, int64_t c)
{
    return mix((uint64_t)a + mix((uint64_t)b + mix((uint64_t)c)));
}

static mbill__map_slot *seek(mbill__map_slot *slots, size_t cap, int64_t a, int64_t b, int64_t c)
{
    for (size_t at = (size_t)hash_of(a, b, c) & (cap - 1);; at = (at + 1) & (cap - 1)) {
        mbill__map_slot *slot = &slots[at];
        if (slot->value == 0 || (slot->key[0] == a && slot->key[1] == b && slot->key[2] == c)) return slot;
    }
}

bool mbill__map_reserve(mbill__map *map, const mbill_allocator *allocator, size_t n)
{
    size_t need = map->n + n, cap = map->cap == 0 ? 16 : map->cap;
    if (need < n || need > SIZE_MAX / 4) return false;
    while (cap < 2 * need) cap *= 2;
    if (cap == map->cap) return true;
    mbill__map_slot *slots = mbill__alloc_array(allocator, cap, sizeof *slots);
    if (slots == NULL) return false;
    for (size_t i = 0; i < map->cap; i++) {
        const mbill__map_slot *old = &map->slots[i];
        if (old->value != 0) *seek(slots, cap, old->key[0], old->key[1], old->key[2]) = *old;
    }
    mbill__map_free(map, allocator);
    map->slots = slots;
    map->cap = cap;
    return true;
}

void mbill__map_free(mbill__map *map, const mbill_allocator *allocator)
{
    mbill__release(allocator, map->slots, map->cap * sizeof *map->slots);
    map->slots = NULL;
    map->cap = 0;
}

int64_t mbill__map_get(const mbill__map *map, int64_t a, int64_t b, int64_t c)
{
    return map->cap == 0 ? -1 : seek(map->slots, map->cap, a, b, c)->value - 1;
}

mbill__map_slot *mbill__map_slot_of(const mbill__map *map, int64_t a, int64_t b, int64_t c)
{
    return seek(map->slots, map->cap, a, b, c);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a table grows in another way. */
#include "ledger/map.h"

bool mbill__map_reserve(mbill__map *map, const mbill_allocator *allocator, size_t n)
{
    size_t need = map->n + n;
    mbill__map more = {.cap = map->cap == 0 ? 16 : map->cap, .n = map->n};
    if (need < n || need > SIZE_MAX / 4) return false;
    while (more.cap < 2 * need) more.cap *= 2;
    if (more.cap == map->cap) return true;
    more.slots = mbill__alloc_array(allocator, more.cap, sizeof *more.slots);
    if (more.slots == NULL) return false;
    for (size_t i = 0; i < map->cap; i++) {
        const mbill__map_slot *old = &map->slots[i];
        if (old->value != 0) *mbill__map_slot_of(&more, old->key[0], old->key[1], old->key[2]) = *old;
    }
    mbill__map_free(map, allocator);
    *map = more;
    return true;
}

void mbill__map_free(mbill__map *map, const mbill_allocator *allocator)
{
    mbill__release(allocator, map->slots, map->cap * sizeof *map->slots);
    map->slots = NULL;
    map->cap = 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when names are compared in another way. A table of places by the first bytes of each name's digest, which nobody can aim at. */
#include "operate/names.h"

#include "base/digest.h"

#include <string.h>

typedef struct table {
    const char *const *names;
    size_t *places; /* 1 + place; 0: free */
    size_t mask;
} table;

static size_t hash_of(const char *name)
{
    uint8_t digest[MBILL__DIGEST_BYTES];
    size_t hash;
    mbill__digest(name, strlen(name), digest);
    memcpy(&hash, digest, sizeof hash);
    return hash;
}

/* false: the name is there already. */
static bool add(table *to, size_t place)
{
    size_t at = hash_of(to->names[place]) & to->mask;
    for (; to->places[at] != 0; at = (at + 1) & to->mask)
        if (strcmp(to->names[to->places[at] - 1], to->names[place]) == 0) return false;
    to->places[at] = place + 1;
    return true;
}

mbill_status mbill__names_unique(const char *const *names, size_t n, const mbill_allocator *allocator, size_t *out_at,
    mbill_error *err)
{
    size_t room = 16;
    while (room < 2 * n) room *= 2;
    table to = {names, mbill__alloc_array(allocator, room, sizeof *to.places), room - 1};
    if (to.places == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for %zu names could not be allocated", n);
    for (*out_at = 0; *out_at < n && add(&to, *out_at);) ++*out_at;
    mbill__release(allocator, to.places, room * sizeof *to.places);
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The members of an object in the order of their keys' bytes, for finding duplicates and for the canonical form. */
#ifndef MBILL__MEMBERS_H
#define MBILL__MEMBERS_H

#include "base/memory.h"

#include <cjson/cJSON.h>

typedef struct mbill__members {
    const cJSON **items; /* NULL: there are none */
    size_t n;
} mbill__members;

/* allocator: already read. false: no memory. The object itself keeps its order. n log n comparisons, whatever the order. */
bool mbill__members_take(const cJSON *object, const mbill_allocator *allocator, mbill__members *out);
void mbill__members_release(mbill__members *members, const mbill_allocator *allocator);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with the order of keys in the canonical form. Invariant: no input makes it slower than n log n; libc's qsort would not
 * promise that, and may take memory behind the caller's allocator. */
#include "document/members.h"

#include <string.h>

static bool is_before(const cJSON *a, const cJSON *b)
{
    return strcmp(a->string, b->string) < 0;
}

/* Let items[at] sink until neither child is after it (heap with the last key on top). */
static void sink(const cJSON **items, size_t at, size_t n)
{
    const cJSON *sinking = items[at];
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && is_before(items[child], items[child + 1])) child++;
        if (!is_before(sinking, items[child])) break;
        items[at] = items[child];
    }
    items[at] = sinking;
}

static void sort(const cJSON **items, size_t n)
{
    for (size_t at = n / 2; at-- > 0;) sink(items, at, n);
    for (size_t end = n; end-- > 1;) {
        const cJSON *last = items[0];
        items[0] = items[end];
        items[end] = last;
        sink(items, 0, end);
    }
}

bool mbill__members_take(const cJSON *object, const mbill_allocator *allocator, mbill__members *out)
{
    size_t n = 0;
    *out = (mbill__members){NULL, 0};
    for (const cJSON *item = object->child; item != NULL; item = item->next) n++;
    if (n == 0) return true;
    const cJSON **items = mbill__alloc_array(allocator, n, sizeof *items);
    if (items == NULL) return false;
    n = 0;
    for (const cJSON *item = object->child; item != NULL; item = item->next) items[n++] = item;
    sort(items, n);
    *out = (mbill__members){items, n};
    return true;
}

void mbill__members_release(mbill__members *members, const mbill_allocator *allocator)
{
    mbill__release(allocator, members->items, members->n * sizeof *members->items);
    *members = (mbill__members){NULL, 0};
}

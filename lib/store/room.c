/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when an array that grows does so in other steps. */
#include "store/inner.h"

mbill_status mbill__room(const mbill_allocator *allocator, void **block, size_t *cap, size_t size, size_t n, mbill_error *err)
{
    if (n <= *cap) return MBILL_OK;
    size_t more = n + n / 2 + 16;
    void *larger = more < n || more > SIZE_MAX / size ? NULL : mbill__resize(allocator, *block, *cap * size, more * size);
    if (larger == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for %zu records could not be allocated", n);
    *block = larger;
    *cap = more;
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the memory of a tariff does. */
#include "tariff/take.h"

#include <string.h>

mbill_status mbill__tariff_take(mbill_tariff *tariff, size_t count, size_t size, void *out_block, mbill_error *err)
{
    void *block = mbill__arena_take(&tariff->arena, count, size);
    if (block == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the tariff");
    memcpy(out_block, &block, sizeof block);
    return MBILL_OK;
}

mbill_status mbill__tariff_text(mbill_tariff *tariff, const char *text, const char **out, mbill_error *err)
{
    *out = mbill__arena_text(&tariff->arena, text, strlen(text));
    return *out != NULL ? MBILL_OK : mbill__fail(err, MBILL_E_NOMEM, "no memory for the tariff");
}

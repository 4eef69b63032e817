/* SPDX-License-Identifier: Apache-2.0 */
/* Time zone rules: a rule loads whole or not at all, and a zone that loads keeps the laws of zones. */
#include "zone_laws.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char longer[130];
    mbill_zone *zone = NULL, *other = NULL;
    mbill_error err;
    mbill_error_init(&err);
    if (size > sizeof longer - 2) return 0;
    mbill_status status = mbill_zone_from_rule((const char *)data, size, NULL, &zone, &err);
    if (status != MBILL_OK) {
        require(status == MBILL_E_ZONE || (status == MBILL_E_MISUSE && data == NULL), "a rule fails in one way");
        require(zone == NULL && err.status == (int32_t)status && err.message[0] != '\0', "a refusal says why and gives no zone");
        return 0;
    }
    check_zone_laws(zone, data, size);
    mbill_zone_free(zone);
    longer[0] = ' ';
    memcpy(longer + 1, data, size);
    longer[size + 1] = ' ';
    require(mbill_zone_from_rule(longer, size + 1, NULL, &other, NULL) == MBILL_E_ZONE, "nothing stands before a rule");
    require(mbill_zone_from_rule(longer + 1, size + 1, NULL, &other, NULL) == MBILL_E_ZONE, "nothing stands behind a rule");
    return 0;
}

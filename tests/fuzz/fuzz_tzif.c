/* SPDX-License-Identifier: Apache-2.0 */
/* TZif files: bytes load whole or not at all, a file cut short never loads, and a zone that loads keeps the laws of zones. */
#include "zone_laws.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* From a copy of exactly these bytes, so that a read past them is seen. */
static mbill_status load_part(const uint8_t *data, size_t size)
{
    mbill_zone *zone = NULL;
    uint8_t *exact = malloc(size + 1);
    if (exact == NULL) return MBILL_E_ZONE;
    memcpy(exact + 1, data, size);
    mbill_status status = mbill_zone_from_tzif(exact + 1, size, NULL, &zone, NULL);
    free(exact);
    mbill_zone_free(zone);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mbill_zone *zone = NULL;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_zone_from_tzif(data, size, NULL, &zone, &err);
    if (status != MBILL_OK) {
        require(status == MBILL_E_ZONE || status == MBILL_E_LIMIT || (status == MBILL_E_MISUSE && data == NULL),
            "a file fails in one of two ways");
        require(zone == NULL && err.status == (int32_t)status && err.message[0] != '\0', "a refusal says why and gives no zone");
        return 0;
    }
    check_zone_laws(zone, data, size);
    mbill_zone_free(zone);
    require(load_part(data, size - 1) == MBILL_E_ZONE, "a file without its last byte is none");
    require(load_part(data, (size_t)(seed_of(data, size) % size)) == MBILL_E_ZONE, "a part of a file is none");
    return 0;
}

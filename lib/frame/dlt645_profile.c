/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when meters of DL/T 645 differ in another way: the profile's members, their ranges and defaults. */
#include "frame/dlt645.h"

#include <string.h>

#define FIRST_SIZE 52 /* of the first version of the struct */

typedef struct rule {
    const char *name;
    size_t at; /* of the member */
    int32_t min, max, usual;
} rule;

#define AT(member) offsetof(mbill_dlt645_profile, member)

/* A member of 0 takes what is usual. */
static const rule rules[] = {
    {"checksum", AT(checksum), 0, MBILL_DLT645_CHECKSUM_FROM_SECOND, 0},
    {"read_limit", AT(read_limit), 1, MBILL_DLT645_DATA_MAX, 200},
    {"write_limit", AT(write_limit), 1, MBILL_DLT645_DATA_MAX, 50},
    {"pa", AT(pa), 0, 0x99, 0x02},
    {"pa_clear", AT(pa_clear), 0, 0x99, 0x04},
    {"n2", AT(n2), 0, 0xFF, 0},
    {"serr_bytes", AT(serr_bytes), 0, 2, 0},
    {"topup_amount", AT(topup_amount), 0, MBILL_DLT645_NUMBER_BINARY, 0},
    {"topup_count", AT(topup_count), 0, MBILL_DLT645_NUMBER_BINARY, 0},
    {"rows", AT(rows), 0, MBILL_DLT645_ROWS_HIGH_FIRST, 0},
    {"expiry_cap_s", AT(expiry_cap_s), 1, 366 * 86400, 600},
    {"reserved", AT(reserved), 0, 0, 0},
};

mbill_status mbill__dlt645_profile_known(const mbill_dlt645_profile *given, mbill_dlt645_profile *out, mbill_error *err)
{
    mbill_dlt645_profile known;
    MBILL_TRY(mbill__struct_read(&known, sizeof known, FIRST_SIZE, given, err));
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        int32_t value;
        char *member = (char *)&known + rules[i].at;
        memcpy(&value, member, sizeof value);
        if (value == 0) value = rules[i].usual;
        if (value < rules[i].min || value > rules[i].max)
            return mbill__fail(err, MBILL_E_RANGE, "profile: %s is %d, expected %d to %d", rules[i].name, (int)value,
                (int)rules[i].min, (int)rules[i].max);
        memcpy(member, &value, sizeof value);
    }
    *out = known;
    return MBILL_OK;
}

mbill_status mbill__dlt645_checksum(const mbill_dlt645_profile *given, int32_t *out_checksum, mbill_error *err)
{
    mbill_dlt645_profile known;
    if (given == NULL) {
        *out_checksum = MBILL_DLT645_CHECKSUM_STANDARD;
        return MBILL_OK;
    }
    MBILL_TRY(mbill__dlt645_profile_known(given, &known, err));
    *out_checksum = known.checksum;
    return MBILL_OK;
}

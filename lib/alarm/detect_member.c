/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the members of a rule are kept in another way. */
#include "alarm/detect_member.h"

#include <stddef.h>
#include <string.h>

typedef struct member {
    const char *name;
    size_t offset, size;
} member;

#define ROW(name, bits) {#name, offsetof(mbill_detector_config, name), (bits) / 8},
static const member members[] = {MBILL__DETECT_MEMBER_LIST(ROW)};

const char *mbill__detect_member_name(uint8_t number)
{
    return members[number].name;
}

bool mbill__detect_member_is_wide(uint8_t number)
{
    return members[number].size == sizeof(int64_t);
}

int64_t mbill__detect_member_get(const mbill_detector_config *config, uint8_t number)
{
    const unsigned char *at = (const unsigned char *)config + members[number].offset;
    int64_t wide;
    int32_t narrow;
    if (mbill__detect_member_is_wide(number)) {
        memcpy(&wide, at, sizeof wide);
        return wide;
    }
    memcpy(&narrow, at, sizeof narrow);
    return narrow;
}

void mbill__detect_member_set(mbill_detector_config *config, uint8_t number, int64_t value)
{
    unsigned char *at = (unsigned char *)config + members[number].offset;
    int32_t narrow = (int32_t)value;
    if (mbill__detect_member_is_wide(number)) memcpy(at, &value, sizeof value);
    else memcpy(at, &narrow, sizeof narrow);
}

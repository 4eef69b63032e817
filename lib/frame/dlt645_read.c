/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the profile of a DL/T 645 meter is written otherwise in documents. Law: a key that is not known is refused. */
#include "frame/dlt645_json.h"
#include "frame/value.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *const keys[] = {"meterbill", "kind", "protocol", "checksum", "read_limit", "write_limit", "pa", "pa_clear",
    "n2", "serr_bytes", "topup_amount", "topup_count", "rows", "expiry_cap_s"};

static mbill_status take_word(const mbill__node *root, const char *key, const char *const *words, size_t n, int32_t first,
    int32_t *out, mbill_error *err)
{
    mbill__node node;
    int32_t index;
    if (!mbill__node_get(root, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_word(&node, words, n, &index, err));
    *out = first + index;
    return MBILL_OK;
}

static mbill_status take_whole(const mbill__node *root, const char *key, int64_t max, int32_t *out, mbill_error *err)
{
    mbill__node node;
    int64_t value;
    if (!mbill__node_get(root, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_whole(&node, 1, max, &value, err));
    *out = (int32_t)value;
    return MBILL_OK;
}

/* One byte as two hexadecimal digits. */
static mbill_status take_byte(const mbill__node *root, const char *key, int32_t *out, mbill_error *err)
{
    mbill__node node;
    uint8_t byte;
    if (!mbill__node_get(root, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__frame_hex_bytes(&node, false, &byte, 1, err));
    *out = byte;
    return MBILL_OK;
}

mbill_status mbill__dlt645_profile_read(const mbill__node *root, void *out_profile, mbill_error *err)
{
    static const char *const windows[] = {"standard", "after_first", "from_second"};
    static const char *const numbers[] = {"bcd", "binary"};
    static const char *const orders[] = {"low_first", "high_first"};
    mbill_dlt645_profile *out = out_profile, profile = {.struct_size = sizeof profile};
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(take_word(root, "checksum", windows, COUNT(windows), 0, &profile.checksum, err));
    MBILL_TRY(take_whole(root, "read_limit", MBILL_DLT645_DATA_MAX, &profile.read_limit, err));
    MBILL_TRY(take_whole(root, "write_limit", MBILL_DLT645_DATA_MAX, &profile.write_limit, err));
    MBILL_TRY(take_byte(root, "pa", &profile.pa, err));
    MBILL_TRY(take_byte(root, "pa_clear", &profile.pa_clear, err));
    MBILL_TRY(take_byte(root, "n2", &profile.n2, err));
    MBILL_TRY(take_whole(root, "serr_bytes", 2, &profile.serr_bytes, err));
    MBILL_TRY(take_word(root, "topup_amount", numbers, COUNT(numbers), MBILL_DLT645_NUMBER_BCD, &profile.topup_amount, err));
    MBILL_TRY(take_word(root, "topup_count", numbers, COUNT(numbers), MBILL_DLT645_NUMBER_BCD, &profile.topup_count, err));
    MBILL_TRY(take_word(root, "rows", orders, COUNT(orders), MBILL_DLT645_ROWS_LOW_FIRST, &profile.rows, err));
    MBILL_TRY(take_whole(root, "expiry_cap_s", 366 * 86400, &profile.expiry_cap_s, err));
    MBILL_TRY(mbill__dlt645_profile_known(&profile, &profile, err));
    *out = profile;
    return MBILL_OK;
}

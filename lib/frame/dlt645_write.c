/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a value of DL/T 645 is laid out otherwise in bytes. */
#include "frame/dlt645_write.h"

#include "frame/value.h"

#include <string.h>

static mbill_status put_binary(int64_t value, uint8_t *at, mbill_error *err)
{
    if (value < 0 || value > UINT32_MAX) return mbill__fail(err, MBILL_E_RANGE, "%lld does not fit 4 bytes", (long long)value);
    for (size_t i = 0; i < 4; i++) at[i] = (uint8_t)(value >> 8 * i);
    return MBILL_OK;
}

static mbill_status put_number(const mbill__dlt645_field *field, const mbill_frame_item *item, uint8_t *at, mbill_error *err)
{
    size_t top = field->bytes - (size_t)1;
    bool negative = item->value < 0, is_signed = field->is_signed != 0;
    if (item->present == 0) {
        memset(at, 0xFF, field->bytes);
        return MBILL_OK;
    }
    MBILL_TRY(mbill__dlt645_most(field, item->value, err));
    if (item->scale != field->scale)
        return mbill__fail(err, MBILL_E_INVALID, "a value of scale %d, expected %u", (int)item->scale, field->scale);
    bool fits = (!negative || is_signed) && mbill__bcd_write(negative ? -item->value : item->value, at, field->bytes);
    if (!fits || (is_signed && (at[top] & 0x80) != 0))
        return mbill__fail(err, MBILL_E_RANGE, "a value that %u bytes do not hold", field->bytes);
    if (negative) at[top] |= 0x80;
    return MBILL_OK;
}

static mbill_status put_purchase(const mbill__dlt645_field *field, const mbill_frame_item *item,
    const mbill_dlt645_profile *profile, uint8_t *at, mbill_error *err)
{
    bool amount = field->kind == MBILL__DLT645_AMOUNT;
    int32_t how = amount ? profile->topup_amount : profile->topup_count;
    if (how == MBILL_DLT645_NUMBER_UNSAID)
        return mbill__fail(err, MBILL_E_UNDECIDED, "the profile's \"%s\" decides how this is written",
            amount ? "topup_amount" : "topup_count");
    if (item->present == 0) return mbill__fail(err, MBILL_E_INVALID, "no value for a purchase");
    return how == MBILL_DLT645_NUMBER_BINARY ? put_binary(item->value, at, err) : put_number(field, item, at, err);
}

static mbill_status put_row(const mbill__dlt645_field *field, const mbill_frame_item *item, const mbill_dlt645_profile *profile,
    uint8_t *at, mbill_error *err)
{
    if (profile->rows == MBILL_DLT645_ROWS_UNSAID)
        return mbill__fail(err, MBILL_E_UNDECIDED, "the profile's \"rows\" decides in which order a row is written");
    MBILL_TRY(mbill__dlt645_most(field, item->value, err));
    MBILL_TRY(mbill__frame_time_write(field->parts, item, at, err));
    if (profile->rows == MBILL_DLT645_ROWS_LOW_FIRST) return MBILL_OK;
    uint8_t last = at[2];
    at[2] = at[0];
    at[0] = last;
    return MBILL_OK;
}

static mbill_status put_one(const mbill__dlt645_field *field, const mbill_frame_item *item, const mbill_dlt645_profile *profile,
    uint8_t *at, mbill_error *err)
{
    switch (field->kind) {
    case MBILL__DLT645_AMOUNT:
    case MBILL__DLT645_COUNT: return put_purchase(field, item, profile, at, err);
    case MBILL__DLT645_TIME: return mbill__frame_time_write(field->parts, item, at, err);
    case MBILL__DLT645_ROW: return put_row(field, item, profile, at, err);
    case MBILL__DLT645_WORD:
        if (item->value < 0 || item->value > 0xFFFF) return mbill__fail(err, MBILL_E_RANGE, "a word of more than 16 bits");
        at[0] = (uint8_t)item->value;
        at[1] = (uint8_t)(item->value >> 8);
        return MBILL_OK;
    default: return put_number(field, item, at, err);
    }
}

/* How many items each field takes: what is left over goes to the one whose number varies. */
static mbill_status counts_of(const mbill__dlt645_layout *layout, size_t item_n, size_t *counts, mbill_error *err)
{
    size_t varies = layout->n_fields, fixed = 0;
    for (size_t i = 0; i < layout->n_fields; i++) {
        const mbill__dlt645_field *field = &layout->fields[i];
        counts[i] = field->min;
        if (field->min != field->max) varies = i;
        else if (field->kind != MBILL__DLT645_OPAQUE) fixed += field->min;
    }
    bool varying = varies < layout->n_fields;
    if (item_n < fixed || (!varying && item_n != fixed) ||
        (varying && (item_n - fixed < layout->fields[varies].min || item_n - fixed > layout->fields[varies].max)))
        return mbill__fail(err, MBILL_E_LENGTH, "%s: %zu values, which it does not take", layout->name, item_n);
    if (varying) counts[varies] = item_n - fixed;
    return MBILL_OK;
}

mbill_status mbill__dlt645_payload_of(const mbill__dlt645_layout *layout, const mbill_frame_item *items, size_t item_n,
    const mbill_dlt645_profile *profile, uint8_t *out, size_t *out_n, mbill_error *err)
{
    size_t counts[MBILL__DLT645_FIELDS_MAX], n = 0, at = 0;
    MBILL_TRY(counts_of(layout, item_n, counts, err));
    for (size_t i = 0; i < layout->n_fields; i++) {
        const mbill__dlt645_field *field = &layout->fields[i];
        if (field->kind == MBILL__DLT645_OPAQUE)
            return mbill__fail(err, MBILL_E_INVALID, "%s holds bytes that only its maker's key gives; expected them as payload",
                layout->name);
        for (size_t k = 0; k < counts[i]; k++, n += field->bytes) MBILL_TRY(put_one(field, &items[at++], profile, out + n, err));
    }
    *out_n = n;
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the bytes of a value of DL/T 645 are read otherwise. Law: what reads two ways is not read; the profile's field that decides is named. */
#include "frame/dlt645_items.h"
#include "frame/value.h"

#include <string.h>

/* What reading one payload needs to know. */
typedef struct reading {
    const mbill_dlt645_profile *profile;
    const char *decided_by;
    mbill_error *err;
} reading;

bool mbill__dlt645_layout_for(uint8_t control, const mbill_dlt645_parts *parts, mbill__dlt645_layout *out)
{
    const uint32_t needed = MBILL_DLT645_HAS_DI | MBILL_DLT645_HAS_PAYLOAD;
    uint8_t function = control & MBILL__DLT645_FUNCTION;
    bool reply = (control & MBILL__DLT645_REPLY) != 0;
    if ((parts->has & needed) != needed || (parts->has & MBILL_DLT645_HAS_CIPHER) != 0) return false;
    if (function == MBILL_DLT645_SECURITY) return mbill__dlt645_secure_layout(parts->di, reply, parts->payload.n, out);
    return mbill__dlt645_layout_of(parts->di, out);
}

/* B1, 92 and B2 carry a part of a block. */
static bool is_part(uint8_t control)
{
    return (control & MBILL__DLT645_MORE) != 0 || control == 0x92;
}

mbill_status mbill__dlt645_counts(uint8_t control, const mbill__dlt645_layout *layout, size_t n, size_t *counts, bool *out_whole,
    mbill_error *err)
{
    size_t varies, fixed = mbill__dlt645_fixed(layout, &varies), rest = n - fixed;
    *out_whole = true;
    for (size_t i = 0; i < layout->n_fields; i++) counts[i] = layout->fields[i].min;
    const mbill__dlt645_field *field = varies < layout->n_fields ? &layout->fields[varies] : NULL;
    bool fits = field == NULL ? n == fixed : n >= fixed && rest % field->bytes == 0 && rest / field->bytes >= field->min;
    if (!fits && is_part(control)) {
        *out_whole = false;
        return MBILL_OK;
    }
    if (!fits && field == NULL) return mbill__fail(err, MBILL_E_LENGTH, "%s: %zu bytes, expected %zu", layout->name, n, fixed);
    if (!fits)
        return mbill__fail(err, MBILL_E_LENGTH, "%s: %zu bytes, expected %u for each value", layout->name, n, field->bytes);
    if (field == NULL) return MBILL_OK;
    counts[varies] = rest / field->bytes;
    if (counts[varies] > field->max)
        return mbill__fail(err, MBILL_E_RANGE, "%s: %zu values, expected at most %u", layout->name, counts[varies], field->max);
    return MBILL_OK;
}

/* BCD, perhaps with a sign bit, or binary. */
static mbill_status read_number(const mbill__dlt645_field *field, const uint8_t *at, bool binary, mbill_frame_item *out,
    reading *with)
{
    uint8_t bytes[MBILL__FRAME_NUMBER_BYTES_MAX];
    mbill_frame_item item = {.kind = MBILL_FRAME_ITEM_NUMBER,
        .present = 1,
        .unit = field->unit,
        .scale = field->scale,
        .time = MBILL_FRAME_TIME_NONE};
    bool negative = field->is_signed != 0 && (at[field->bytes - 1] & 0x80) != 0;
    if (field->kind == MBILL__DLT645_DIGITS) item.kind = MBILL_FRAME_ITEM_DIGITS;
    if (!binary && mbill__bytes_are(at, field->bytes, 0xFF)) {
        item.present = 0;
        *out = item;
        return MBILL_OK;
    }
    memcpy(bytes, at, field->bytes);
    if (negative) bytes[field->bytes - 1] &= 0x7F;
    if (binary) item.value = mbill__dlt645_di(bytes);
    else if (!mbill__bcd_read(bytes, field->bytes, &item.value))
        return mbill__fail(with->err, MBILL_E_BCD, "a half byte of a value of %u bytes is no decimal digit", field->bytes);
    if (negative) item.value = -item.value;
    MBILL_TRY(mbill__dlt645_most(field, item.value, with->err));
    *out = item;
    return MBILL_OK;
}

static mbill_status undecided(reading *with, const char *name, const char *ways)
{
    with->decided_by = name;
    return mbill__fail(with->err, MBILL_E_UNDECIDED, "the bytes read two ways, %s; the profile's \"%s\" decides", ways, name);
}

static mbill_status read_purchase(const mbill__dlt645_field *field, const uint8_t *at, mbill_frame_item *out, reading *with)
{
    bool amount = field->kind == MBILL__DLT645_AMOUNT;
    int32_t how = amount ? with->profile->topup_amount : with->profile->topup_count;
    if (how == MBILL_DLT645_NUMBER_UNSAID)
        return undecided(with, amount ? "topup_amount" : "topup_count", "as digits and in binary");
    return read_number(field, at, how == MBILL_DLT645_NUMBER_BINARY, out, with);
}

/* A row with its bytes in this order; a number of 0 only where the whole row is 0. */
static mbill_status read_row(const mbill__dlt645_field *field, const uint8_t *at, bool low_first, mbill_frame_item *out,
    mbill_error *err)
{
    const uint8_t turned[3] = {at[2], at[1], at[0]};
    const uint8_t *bytes = low_first ? at : turned;
    MBILL_TRY(mbill__frame_time_read(field->parts, bytes, out, err));
    if (field->parts[0] == 'N' && out->present != 0 && out->value == 0 && !mbill__bytes_are(at, 3, 0))
        return mbill__fail(err, MBILL_E_RANGE, "a row of number 0");
    return mbill__dlt645_most(field, out->value, err);
}

/* Whether every row reads with its bytes in this order; the first refusal goes to err. */
static mbill_status try_rows(const mbill__dlt645_field *field, const uint8_t *at, size_t n, bool low_first, mbill_error *err)
{
    mbill_frame_item item;
    for (size_t i = 0; i < n; i++) MBILL_TRY(read_row(field, at + 3 * i, low_first, &item, err));
    return MBILL_OK;
}

/* The order is the profile's, or the one in which the rows read at all. */
static mbill_status order_of(const mbill__dlt645_field *field, const uint8_t *at, size_t n, bool *out_low_first, reading *with)
{
    bool same = true;
    *out_low_first = with->profile->rows != MBILL_DLT645_ROWS_HIGH_FIRST;
    for (size_t i = 0; i < n; i++) same = same && at[3 * i] == at[3 * i + 2];
    if (with->profile->rows != MBILL_DLT645_ROWS_UNSAID || same) return try_rows(field, at, n, *out_low_first, with->err);
    bool high = try_rows(field, at, n, false, NULL) == MBILL_OK;
    if (!high) return try_rows(field, at, n, true, with->err);
    if (try_rows(field, at, n, true, NULL) == MBILL_OK) return undecided(with, "rows", "low byte first and high byte first");
    *out_low_first = false;
    return MBILL_OK;
}

static mbill_status read_one(const mbill__dlt645_field *field, const uint8_t *at, bool low_first, mbill_frame_item *out,
    reading *with)
{
    switch (field->kind) {
    case MBILL__DLT645_AMOUNT:
    case MBILL__DLT645_COUNT: return read_purchase(field, at, out, with);
    case MBILL__DLT645_TIME: return mbill__frame_time_read(field->parts, at, out, with->err);
    case MBILL__DLT645_ROW: return read_row(field, at, low_first, out, with->err);
    case MBILL__DLT645_WORD:
        *out = (mbill_frame_item){.kind = MBILL_FRAME_ITEM_WORD,
            .present = 1,
            .value = at[0] | at[1] << 8,
            .time = MBILL_FRAME_TIME_NONE};
        return MBILL_OK;
    default: return read_number(field, at, false, out, with);
    }
}

static mbill_status read_field(const mbill__dlt645_field *field, const uint8_t *at, size_t n, mbill_frame_item *items,
    reading *with)
{
    bool low_first = true;
    if (field->kind == MBILL__DLT645_ROW) MBILL_TRY(order_of(field, at, n, &low_first, with));
    for (size_t i = 0; i < n; i++) MBILL_TRY(read_one(field, at + i * field->bytes, low_first, &items[i], with));
    return MBILL_OK;
}

mbill_status mbill__dlt645_items(uint8_t control, const mbill_dlt645_parts *parts, const mbill_dlt645_profile *profile,
    mbill_frame_item *items, size_t *out_n, const char **out_decided_by, mbill_error *err)
{
    mbill__dlt645_layout layout;
    size_t counts[MBILL__DLT645_FIELDS_MAX], n = 0;
    bool whole;
    reading with = {profile, NULL, err};
    const uint8_t *at = parts->payload.p;
    *out_n = 0;
    *out_decided_by = NULL;
    if (!mbill__dlt645_layout_for(control, parts, &layout)) return MBILL_OK;
    MBILL_TRY(mbill__dlt645_counts(control, &layout, parts->payload.n, counts, &whole, err));
    for (size_t i = 0; i < layout.n_fields && whole; i++) {
        const mbill__dlt645_field *field = &layout.fields[i];
        mbill_status status = field->kind == MBILL__DLT645_OPAQUE ? MBILL_OK : read_field(field, at, counts[i], items + n, &with);
        *out_decided_by = with.decided_by;
        MBILL_TRY(status);
        if (field->kind != MBILL__DLT645_OPAQUE) n += counts[i];
        at += field->bytes * counts[i];
    }
    *out_n = n;
    return MBILL_OK;
}

mbill_status mbill_dlt645_items(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile, mbill_frame_item *items,
    size_t cap, size_t *out_n, mbill_error *err)
{
    mbill_dlt645_profile known;
    mbill_dlt645_parts parts;
    mbill_frame_item read[MBILL_DLT645_ITEMS_MAX];
    const char *decided_by;
    size_t n;
    MBILL__NEED(frame);
    MBILL__NEED(out_n);
    if (cap > 0) MBILL__NEED(items);
    MBILL_TRY(mbill__dlt645_profile_known(profile, &known, err));
    MBILL_TRY(mbill__dlt645_split(frame, &known, &parts, err));
    MBILL_TRY(mbill__dlt645_items(frame->control, &parts, &known, read, &n, &decided_by, err));
    *out_n = n;
    if (n > cap) return mbill__fail(err, MBILL_E_ROOM, "room for %zu items, there are %zu", cap, n);
    if (n > 0) memcpy(items, read, n * sizeof *items);
    return MBILL_OK;
}

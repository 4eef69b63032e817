/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the values of a DL/T 645 frame are written otherwise in documents that it is made from. */
#include "frame/dlt645_parts.h"
#include "frame/dlt645_write.h"
#include "frame/value.h"

static mbill_status take_word(const mbill__node *node, mbill_frame_item *out, mbill_error *err)
{
    uint8_t bytes[2];
    MBILL_TRY(mbill__frame_hex_bytes(node, false, bytes, sizeof bytes, err));
    out->value = (int64_t)bytes[0] << 8 | bytes[1];
    return MBILL_OK;
}

static mbill_status take_digits(const mbill__node *node, const mbill__dlt645_field *field, mbill_frame_item *out,
    mbill_error *err)
{
    uint8_t bytes[6];
    out->present = mbill__node_kind(node) != MBILL__JSON_NULL;
    if (out->present == 0) return MBILL_OK;
    MBILL_TRY(mbill__frame_hex_bytes(node, true, bytes, field->bytes, err));
    if (mbill__bcd_read(bytes, field->bytes, &out->value)) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_BCD, "expected %u digits", field->scale);
}

/* {"from":"06:00","rate":2}, or the time alone where rows have no number. */
static mbill_status take_row(const mbill__node *node, const mbill__dlt645_field *field, mbill_frame_item *out, mbill_error *err)
{
    const char *const keys[] = {"from", field->number_key};
    mbill__node from, number;
    if (field->number_key == NULL || mbill__node_kind(node) == MBILL__JSON_NULL)
        return mbill__frame_time_take(node, field->parts, out, err);
    MBILL_TRY(mbill__node_object(node, keys, 2, err));
    MBILL_TRY(mbill__node_need(node, "from", &from, err));
    MBILL_TRY(mbill__frame_time_take(&from, field->parts, out, err));
    MBILL_TRY(mbill__node_need(node, field->number_key, &number, err));
    return mbill__node_whole(&number, 0, 99, &out->value, err);
}

/* A date with its day of the week, which stands beside it. */
static mbill_status take_time(const mbill__node *node, const mbill__dlt645_field *field, mbill_frame_item *out, mbill_error *err)
{
    mbill__node weekday;
    int64_t day;
    MBILL_TRY(mbill__frame_time_take(node, field->parts, out, err));
    if (out->present == 0 || field->parts[0] == 'm' || (field->parts[0] == 's' && field->parts[3] != 'w')) return MBILL_OK;
    MBILL_TRY(mbill__node_need(node->parent, "weekday", &weekday, err));
    MBILL_TRY(mbill__node_whole(&weekday, 0, 6, &day, err));
    out->time.weekday = (int8_t)day;
    return MBILL_OK;
}

static mbill_status take_one(const mbill__node *node, const mbill__dlt645_field *field, mbill_frame_item *out, mbill_error *err)
{
    *out =
        (mbill_frame_item){.kind = MBILL_FRAME_ITEM_NUMBER, .present = 1, .scale = field->scale, .time = MBILL_FRAME_TIME_NONE};
    switch (field->kind) {
    case MBILL__DLT645_TIME: return take_time(node, field, out, err);
    case MBILL__DLT645_ROW: return take_row(node, field, out, err);
    case MBILL__DLT645_WORD: return take_word(node, out, err);
    case MBILL__DLT645_DIGITS: return take_digits(node, field, out, err);
    default: return mbill__frame_number_take(node, out, err);
    }
}

/* One item, or a list of them. */
static mbill_status take_field(const mbill__node *root, const mbill__dlt645_field *field, mbill_frame_item *items, size_t *n,
    mbill_error *err)
{
    mbill__node node, entry;
    MBILL_TRY(mbill__node_need(root, field->key, &node, err));
    if (field->min == 1 && field->max == 1) return take_one(&node, field, &items[(*n)++], err);
    MBILL_TRY(mbill__node_list(&node, field->min, err));
    if (mbill__node_count(&node) > field->max)
        return mbill__node_fail(&node, err, MBILL_E_RANGE, "%zu values, expected at most %u", mbill__node_count(&node),
            field->max);
    for (bool more = mbill__node_first(&node, &entry); more; more = mbill__node_next(&entry))
        MBILL_TRY(take_one(&entry, field, &items[(*n)++], err));
    return MBILL_OK;
}

mbill_status mbill__dlt645_payload_take(const mbill__node *root, uint8_t control, uint32_t di,
    const mbill_dlt645_profile *profile, uint8_t *out, size_t *out_n, mbill_error *err)
{
    mbill__dlt645_layout layout;
    mbill_frame_item items[MBILL_DLT645_ITEMS_MAX];
    size_t n = 0;
    uint8_t function = control & MBILL__DLT645_FUNCTION;
    *out_n = 0;
    if (function == MBILL_DLT645_SECURITY || !mbill__dlt645_layout_of(di, &layout)) return MBILL_OK;
    for (size_t i = 0; i < layout.n_fields; i++) MBILL_TRY(take_field(root, &layout.fields[i], items, &n, err));
    return mbill__node_place(root, err, mbill__dlt645_payload_of(&layout, items, n, profile, out, out_n, err));
}

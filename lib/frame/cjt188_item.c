/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when an item of CJ/T 188 is written otherwise in documents: its name and its form, a row of one table for both ways. */
#include "frame/cjt188_item.h"
#include "frame/value.h"

#include <string.h>

typedef enum form {
    DECIMAL = 1, /* "25.35" */
    QUANTITY,    /* {"value": "0.02", "unit": "MWh"} */
    LIST,        /* ["1.20", "2.40"]: all items of this name */
    COUNT,       /* 7 */
    DAY,         /* 31, of the month */
    TIME,        /* "2026-01-01T00:00:00" */
    DATE,        /* "2026-01-01" */
    WORD,        /* "2184", as on the wire */
    BYTE,        /* 1 */
    ADDRESS      /* "00000805000001": the last byte first */
} form;

static const struct {
    const char *key;
    form form;
} names[] = {
    [MBILL_CJT188_CURRENT] = {"current", QUANTITY},
    [MBILL_CJT188_SETTLEMENT] = {"settlement", QUANTITY},
    [MBILL_CJT188_CURRENT_COLD] = {"current_cooling", QUANTITY},
    [MBILL_CJT188_SETTLEMENT_COLD] = {"settlement_cooling", QUANTITY},
    [MBILL_CJT188_POWER] = {"power", QUANTITY},
    [MBILL_CJT188_FLOW] = {"flow", QUANTITY},
    [MBILL_CJT188_VOLUME] = {"volume", QUANTITY},
    [MBILL_CJT188_SUPPLY_C] = {"supply_c", DECIMAL},
    [MBILL_CJT188_RETURN_C] = {"return_c", DECIMAL},
    [MBILL_CJT188_SUPPLY_MPA] = {"supply_mpa", DECIMAL},
    [MBILL_CJT188_RETURN_MPA] = {"return_mpa", DECIMAL},
    [MBILL_CJT188_HOURS] = {"hours", DECIMAL},
    [MBILL_CJT188_TIME] = {"time", TIME},
    [MBILL_CJT188_ST] = {"st", WORD},
    [MBILL_CJT188_PRICES] = {"prices", LIST},
    [MBILL_CJT188_VOLUMES] = {"volumes", LIST},
    [MBILL_CJT188_START_DAY] = {"start_day", DAY},
    [MBILL_CJT188_START_DATE] = {"start_date", DATE},
    [MBILL_CJT188_TIER_KIND] = {"tier_kind", WORD},
    [MBILL_CJT188_SETTLEMENT_DAY] = {"settlement_day", DAY},
    [MBILL_CJT188_READING_DAY] = {"reading_day", DAY},
    [MBILL_CJT188_PURCHASE_NO] = {"purchase_no", COUNT},
    [MBILL_CJT188_AMOUNT] = {"amount", DECIMAL},
    [MBILL_CJT188_TOTAL_AMOUNT] = {"total_amount", DECIMAL},
    [MBILL_CJT188_REMAINING] = {"remaining", DECIMAL},
    [MBILL_CJT188_KEY_VERSION] = {"key_version", BYTE},
    [MBILL_CJT188_KEY] = {"key", WORD},
    [MBILL_CJT188_NEW_ADDRESS] = {"new_address", ADDRESS},
    [MBILL_CJT188_VALVE_CODE] = {"valve_code", WORD},
};

/* Bytes of a word, the first one of the wire first. */
static void bytes_of(const mbill_cjt188_item *item, uint8_t *out)
{
    size_t n = (size_t)item->value.scale;
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)((uint64_t)item->value.value >> 8 * (item->name == MBILL_CJT188_ST ? n - 1 - i : i));
}

static void put_quantity(mbill__writer *to, const char *key, const mbill_frame_item *item)
{
    mbill__write_object(to, key);
    mbill__frame_put_number(to, "value", item);
    mbill__write_text(to, "unit", mbill_frame_unit_name(item->unit));
    mbill__write_object_end(to);
}

static bool is_first(const mbill_cjt188_value *value, int32_t at)
{
    return mbill_cjt188_find(value, value->items[at].name) == &value->items[at].value;
}

static void put_list(mbill__writer *to, const char *key, const mbill_cjt188_value *value, int32_t at)
{
    if (!is_first(value, at)) return;
    mbill__write_list(to, key);
    for (int32_t i = at; i < value->n_items; i++)
        if (value->items[i].name == value->items[at].name) mbill__frame_put_number(to, NULL, &value->items[i].value);
    mbill__write_list_end(to);
}

static void put_word(mbill__writer *to, const char *key, const mbill_cjt188_item *item, bool high_first)
{
    uint8_t bytes[8];
    size_t n = (size_t)item->value.scale;
    bytes_of(item, bytes);
    if (high_first) mbill__frame_put_hex_high_first(to, key, bytes, n);
    else mbill__frame_put_hex(to, key, bytes, n);
}

static void put_item(mbill__writer *to, const mbill_cjt188_value *value, int32_t at)
{
    const mbill_cjt188_item *item = &value->items[at];
    const char *key = names[item->name].key;
    switch (names[item->name].form) {
    case DECIMAL: mbill__frame_put_number(to, key, &item->value); break;
    case QUANTITY: put_quantity(to, key, &item->value); break;
    case LIST: put_list(to, key, value, at); break;
    case DAY: mbill__write_whole(to, key, item->value.time.day); break;
    case TIME:
    case DATE: mbill__frame_put_time(to, key, item->value.present != 0 ? &item->value.time : NULL); break;
    case WORD: put_word(to, key, item, false); break;
    case ADDRESS: put_word(to, key, item, true); break;
    case COUNT:
    case BYTE: mbill__write_whole(to, key, item->value.value); break;
    }
}

/* What ST means, where it is no error reply's. */
static void put_state(mbill__writer *to, const mbill_cjt188_value *value, const mbill_cjt188_profile *profile)
{
    static const char *const states[] = {NULL, "open", "closed", "fault"};
    const mbill_frame_item *st = mbill_cjt188_find(value, MBILL_CJT188_ST);
    if (st == NULL || value->di == 0) return;
    mbill__write_text(to, "valve", states[mbill_cjt188_valve_state(st->value, profile)]);
    mbill__write_bool(to, "battery_low", (st->value >> 8 & 4) != 0);
}

void mbill__cjt188_put_items(mbill__writer *to, const mbill_cjt188_value *value, const mbill_cjt188_profile *profile)
{
    for (int32_t i = 0; i < value->n_items; i++) put_item(to, value, i);
    put_state(to, value, profile);
}

static mbill_status take_unit(const mbill__node *node, int32_t *out, mbill_error *err)
{
    const char *text, *name;
    MBILL_TRY(mbill__node_text(node, &text, err));
    for (int32_t unit = 1; (name = mbill_frame_unit_name(unit)) != NULL; unit++) {
        if (strcmp(name, text) != 0) continue;
        *out = unit;
        return MBILL_OK;
    }
    return mbill__node_fail(node, err, MBILL_E_UNIT, "\"%s\" is no unit", text);
}

static mbill_status take_quantity(const mbill__node *node, mbill_frame_item *item, mbill_error *err)
{
    static const char *const keys[] = {"value", "unit"};
    mbill__node part;
    MBILL_TRY(mbill__node_object(node, keys, 2, err));
    MBILL_TRY(mbill__node_need(node, "unit", &part, err));
    MBILL_TRY(take_unit(&part, &item->unit, err));
    MBILL_TRY(mbill__node_need(node, "value", &part, err));
    return mbill__frame_number_take(&part, item, err);
}

/* Entry number index of a list. */
static mbill_status take_entry(const mbill__node *node, size_t index, mbill_frame_item *item, mbill_error *err)
{
    mbill__node entry;
    MBILL_TRY(mbill__node_list(node, index + 1, err));
    bool more = mbill__node_first(node, &entry);
    for (size_t i = 0; more && i < index; i++) more = mbill__node_next(&entry);
    return mbill__frame_number_take(&entry, item, err);
}

static mbill_status take_word(const mbill__node *node, size_t n, bool high_first, mbill_frame_item *item, mbill_error *err)
{
    uint8_t bytes[8];
    uint64_t word = 0;
    MBILL_TRY(mbill__frame_hex_bytes(node, high_first, bytes, n, err));
    for (size_t i = n; i > 0; i--) word = word << 8 | bytes[i - 1];
    item->value = (int64_t)word;
    return MBILL_OK;
}

static mbill_status take_day(const mbill__node *node, mbill_frame_item *item, mbill_error *err)
{
    int64_t day;
    MBILL_TRY(mbill__node_whole(node, 1, 31, &day, err));
    item->kind = MBILL_FRAME_ITEM_TIME;
    item->time.day = (int8_t)day;
    return MBILL_OK;
}

static mbill_status take_item(const mbill__node *node, const mbill__188_field *field, size_t index, mbill_frame_item *item,
    mbill_error *err)
{
    switch (names[field->name].form) {
    case DECIMAL: return mbill__frame_number_take(node, item, err);
    case QUANTITY: return take_quantity(node, item, err);
    case LIST: return take_entry(node, index, item, err);
    case COUNT: return mbill__node_whole(node, 0, 99, &item->value, err);
    case BYTE: return mbill__node_whole(node, 0, UINT8_MAX, &item->value, err);
    case DAY: return take_day(node, item, err);
    case TIME: return mbill__frame_time_take(node, "smhDMYC", item, err);
    case DATE: return mbill__frame_time_take(node, "DMY", item, err);
    case ADDRESS: return take_word(node, field->bytes, true, item, err);
    case WORD: break;
    }
    return take_word(node, field->bytes, field->name == MBILL_CJT188_ST, item, err);
}

mbill_status mbill__cjt188_take_items(const mbill__node *root, const mbill__188_layout *layout, const mbill_cjt188_profile *known,
    mbill_cjt188_value *value, bool *out_has, mbill_error *err)
{
    uint8_t seen[sizeof names / sizeof names[0]] = {0};
    mbill__node node;
    value->n_items = 0;
    *out_has = false;
    for (const mbill__188_field *field = layout->fields; field->name != 0; field++)
        if (!mbill__node_get(root, names[field->name].key, &node)) return MBILL_OK;
    for (const mbill__188_field *field = layout->fields; field->name != 0; field++) {
        mbill_cjt188_item *item = &value->items[value->n_items++];
        bool is_word = field->kind == MBILL__188_RAW || field->kind == MBILL__188_STATUS;
        int32_t scale = is_word ? field->bytes : mbill__cjt188_scale(field, known);
        *item = (mbill_cjt188_item){.name = field->name, .value = {.present = 1, .scale = scale, .time = MBILL_FRAME_TIME_NONE}};
        (void)mbill__node_get(root, names[field->name].key, &node);
        MBILL_TRY(take_item(&node, field, seen[field->name]++, &item->value, err));
    }
    *out_has = true;
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a tile. Invariant: bytes that were changed by anybody are refused before any of them counts, and no byte outside is read. */
#include "store/tile.h"

#include "meterbill/reading.h"

#include <string.h>

/* Written out: compilers make one load of it. */
static inline uint64_t load_be(const uint8_t *at)
{
    return (uint64_t)at[0] << 56 | (uint64_t)at[1] << 48 | (uint64_t)at[2] << 40 | (uint64_t)at[3] << 32 | (uint64_t)at[4] << 24 |
        (uint64_t)at[5] << 16 | (uint64_t)at[6] << 8 | at[7];
}

uint64_t mbill__tile_number(const uint8_t *at, size_t width)
{
    uint64_t number = 0;
    for (size_t i = 0; i < width; i++) number = number << 8 | at[i];
    return number;
}

/* Codes stand in front of the check, so that 8 bytes from the beginning of each can be read. */
static inline uint64_t code_at(const uint8_t *column, size_t width, size_t i)
{
    return width == 0 ? 0 : load_be(column + i * width) >> (64 - 8 * width);
}

/* Each step maps what was summed so far one to one, so that a change within one word is always seen, others all but always. */
uint64_t mbill__tile_check(const uint8_t *bytes, size_t len)
{
    uint64_t sum = UINT64_C(0x9E3779B97F4A7C15) ^ len;
    size_t at = 0;
    for (; at + 8 <= len; at += 8) {
        sum = (sum ^ load_be(bytes + at)) * UINT64_C(0xD6E8FEB86659FD93);
        sum ^= sum >> 32;
    }
    sum = (sum ^ mbill__tile_number(bytes + at, len - at)) * UINT64_C(0xD6E8FEB86659FD93);
    return sum ^ sum >> 32;
}

static mbill_status damaged(mbill_error *err, const char *what)
{
    return mbill__fail(err, MBILL_E_CORRUPT, "the tile is damaged: %s", what);
}

static void read_head(const uint8_t *bytes, mbill__tile *out)
{
    memset(out, 0, sizeof *out);
    out->is_grid = bytes[0] == 1;
    out->kind = bytes[1];
    out->value_width = bytes[2];
    out->time_width = bytes[3];
    out->length_width = bytes[4];
    out->flags_width = bytes[5];
    out->first_slot = (uint16_t)mbill__tile_number(bytes + 6, 2);
    out->n = (uint32_t)mbill__tile_number(bytes + 8, 4);
    out->n_slots = (uint16_t)mbill__tile_number(bytes + 12, 2);
    out->same_flags = bytes[14];
    out->step_s = (uint32_t)mbill__tile_number(bytes + 16, 4);
    out->start_utc_s = (int64_t)load_be(bytes + 20);
    out->base_micro = (int64_t)load_be(bytes + 28);
    out->factor = load_be(bytes + 36);
    out->length_s = (uint32_t)mbill__tile_number(bytes + 44, 4);
}

/* Wider than the calendar; what is read of a tile can stand in one that is made of it. */
static bool can_be(int64_t at_utc_s)
{
    return at_utc_s >= -((int64_t)1 << 40) && at_utc_s <= (int64_t)1 << 40;
}

static mbill_status check_head(const uint8_t *bytes, const mbill__tile *tile, mbill_error *err)
{
    bool widths = tile->value_width <= 8 && tile->time_width <= 8 && tile->length_width <= 4 && tile->flags_width <= 1;
    if (bytes[0] != 1 && bytes[0] != 2) return damaged(err, "its form is none");
    if (tile->kind != MBILL__SAMPLES && tile->kind != MBILL__INTERVALS) return damaged(err, "its kind is none");
    if (!widths || bytes[15] != 0) return damaged(err, "a width is none");
    if (tile->n == 0 || tile->n > (uint32_t)MBILL__TILE_ROWS_MAX * 3) return damaged(err, "its number of readings cannot be");
    if (tile->is_grid && (tile->n_slots == 0 || tile->n % tile->n_slots != 0 || tile->first_slot + tile->n_slots > MBILL__GROUP))
        return damaged(err, "its slots cannot be");
    if (tile->is_grid && tile->time_width + tile->length_width + tile->flags_width != 0)
        return damaged(err, "a grid has columns of a list");
    if (tile->is_grid && (tile->length_s > 0) != (tile->kind == MBILL__INTERVALS)) return damaged(err, "a length cannot be");
    if (tile->is_grid && tile->n > tile->n_slots && tile->step_s == 0) return damaged(err, "its step cannot be");
    if (tile->is_grid && tile->kind == MBILL__SAMPLES && (tile->same_flags & MBILL_READING_INSTALLED) != 0)
        return damaged(err, "a first reading stands in a grid");
    return can_be(tile->start_utc_s) ? MBILL_OK : damaged(err, "its time cannot be");
}

static mbill_status point(const uint8_t *bytes, size_t len, mbill__tile *tile, mbill_error *err)
{
    size_t n = tile->n, slot_width = tile->is_grid ? 0 : 2;
    size_t row = slot_width + tile->time_width + tile->length_width + tile->flags_width + tile->value_width;
    if (len != MBILL__TILE_HEAD + n * row + MBILL__TILE_CHECK) return damaged(err, "its length is another than its head says");
    tile->len = len;
    tile->slots = bytes + MBILL__TILE_HEAD;
    tile->times = tile->slots + n * slot_width;
    tile->lengths = tile->times + n * tile->time_width;
    tile->flags = tile->lengths + n * tile->length_width;
    tile->values = tile->flags + n * tile->flags_width;
    if (tile->is_grid) tile->n_times = tile->n / tile->n_slots;
    if (tile->is_grid && tile->value_width > 0) tile->absent = UINT64_MAX >> (64 - 8 * tile->value_width);
    if (tile->is_grid && !can_be(tile->start_utc_s + (int64_t)tile->step_s * (tile->n_times - 1)))
        return damaged(err, "its last time cannot be");
    return MBILL_OK;
}

int mbill__tile_order(const mbill__tile_row *a, const mbill__tile_row *b)
{
    if (a->at_utc_s != b->at_utc_s) return a->at_utc_s < b->at_utc_s ? -1 : 1;
    if (a->slot != b->slot) return a->slot < b->slot ? -1 : 1;
    return (int)a->place - (int)b->place;
}

/* A list is searched by halves: its order is looked at once. */
static mbill_status check_list(const mbill__tile *tile, mbill_error *err)
{
    mbill__tile_row before = {0}, row;
    for (size_t i = 0; i < tile->n; i++) {
        (void)mbill__tile_at(tile, i, &row);
        if (row.slot >= MBILL__GROUP) return damaged(err, "a slot is outside of the group");
        if (row.at_utc_s < tile->start_utc_s || !can_be(row.at_utc_s)) return damaged(err, "a time cannot be");
        if ((row.length_s > 0) != (tile->kind == MBILL__INTERVALS)) return damaged(err, "a length cannot be");
        if (i > 0 && mbill__tile_order(&before, &row) >= 0) return damaged(err, "its readings are out of order");
        before = row;
    }
    return MBILL_OK;
}

mbill_status mbill__tile_open(const uint8_t *bytes, size_t len, mbill__tile *out, mbill_error *err)
{
    mbill__tile tile;
    if (len < MBILL__TILE_HEAD + MBILL__TILE_CHECK) return damaged(err, "it is shorter than its head");
    size_t checked = len - MBILL__TILE_CHECK;
    if (mbill__tile_check(bytes, checked) != load_be(bytes + checked)) return damaged(err, "its check does not fit");
    read_head(bytes, &tile);
    MBILL_TRY(check_head(bytes, &tile, err));
    MBILL_TRY(point(bytes, len, &tile, err));
    if (!tile.is_grid) MBILL_TRY(check_list(&tile, err));
    *out = tile;
    return MBILL_OK;
}

static int64_t value_of(const mbill__tile *tile, uint64_t code)
{
    return (int64_t)((uint64_t)tile->base_micro + tile->factor * code);
}

static void list_at(const mbill__tile *tile, size_t i, mbill__tile_row *out)
{
    out->slot = (uint16_t)mbill__tile_number(tile->slots + 2 * i, 2);
    out->at_utc_s = (int64_t)((uint64_t)tile->start_utc_s + tile->step_s * code_at(tile->times, tile->time_width, i));
    out->length_s = tile->length_width == 0 ? tile->length_s : (uint32_t)code_at(tile->lengths, tile->length_width, i);
    out->flags = tile->flags_width == 0 ? tile->same_flags : tile->flags[i];
    out->place = tile->kind == MBILL__SAMPLES && (out->flags & MBILL_READING_INSTALLED) != 0;
    out->value_micro = value_of(tile, code_at(tile->values, tile->value_width, i));
}

bool mbill__tile_cell(const mbill__tile *tile, size_t slot_at, size_t time_at, mbill__tile_row *out)
{
    uint64_t code = code_at(tile->values, tile->value_width, slot_at * tile->n_times + time_at);
    if (tile->value_width != 0 && code == tile->absent) return false;
    *out = (mbill__tile_row){.at_utc_s = tile->start_utc_s + (int64_t)tile->step_s * (int64_t)time_at,
        .value_micro = value_of(tile, code),
        .length_s = tile->length_s,
        .slot = (uint16_t)(tile->first_slot + slot_at),
        .flags = tile->same_flags};
    return true;
}

uint32_t mbill__tile_across(const mbill__tile *tile, size_t slot_at, size_t n, size_t time_at, int64_t *out_micro)
{
    uint32_t there = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t code = code_at(tile->values, tile->value_width, (slot_at + i) * tile->n_times + time_at);
        there |= (uint32_t)(tile->value_width == 0 || code != tile->absent) << i;
        out_micro[i] = value_of(tile, code);
    }
    return there;
}

bool mbill__tile_at(const mbill__tile *tile, size_t i, mbill__tile_row *out)
{
    if (tile->is_grid) return mbill__tile_cell(tile, i / tile->n_times, i % tile->n_times, out);
    list_at(tile, i, out);
    return true;
}

static bool find_cell(const mbill__tile *tile, int64_t at_utc_s, uint16_t slot, mbill__tile_row *out)
{
    if (slot < tile->first_slot || slot >= tile->first_slot + tile->n_slots || at_utc_s < tile->start_utc_s) return false;
    uint64_t into_s = (uint64_t)(at_utc_s - tile->start_utc_s), time = 0;
    if (into_s > 0 && (tile->step_s == 0 || into_s % tile->step_s != 0)) return false;
    if (into_s > 0) time = into_s / tile->step_s;
    return time < tile->n_times && mbill__tile_cell(tile, (size_t)(slot - tile->first_slot), (size_t)time, out);
}

bool mbill__tile_find(const mbill__tile *tile, int64_t at_utc_s, uint16_t slot, uint8_t place, mbill__tile_row *out)
{
    if (tile->is_grid) return place == 0 && find_cell(tile, at_utc_s, slot, out);
    const mbill__tile_row wanted = {.at_utc_s = at_utc_s, .slot = slot, .place = place};
    size_t low = 0, high = tile->n;
    while (low < high) {
        mbill__tile_row row;
        size_t middle = low + (high - low) / 2;
        list_at(tile, middle, &row);
        int order = mbill__tile_order(&row, &wanted);
        if (order == 0) *out = row;
        if (order == 0) return true;
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return false;
}

void mbill__tile_span(const mbill__tile *tile, int64_t *out_first_utc_s, int64_t *out_last_utc_s)
{
    mbill__tile_row row;
    int64_t last_utc_s = tile->start_utc_s;
    *out_first_utc_s = tile->start_utc_s;
    if (tile->is_grid) last_utc_s += (int64_t)tile->step_s * (tile->n_times - 1) + (tile->length_s > 0 ? tile->length_s - 1 : 0);
    for (size_t i = 0; !tile->is_grid && i < tile->n; i++) {
        list_at(tile, i, &row);
        int64_t until_utc_s = row.at_utc_s + (row.length_s > 0 ? row.length_s - 1 : 0);
        if (until_utc_s > last_utc_s) last_utc_s = until_utc_s;
    }
    *out_last_utc_s = last_utc_s;
}

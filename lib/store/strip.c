/* SPDX-License-Identifier: Apache-2.0 */
/* Invariant: of samples at one instant that of the newest tile is given, as by mbill__shelf_register(); what that would give otherwise is
 * not given here. */
#include "store/strip.h"

#include <string.h>

void mbill__strip_end(mbill__strip *strip, const mbill_allocator *allocator)
{
    mbill__release(allocator, strip->values_micro, strip->cap_values_micro * sizeof *strip->values_micro);
    mbill__release(allocator, strip->tile_nos, strip->cap_tile_nos * sizeof *strip->tile_nos);
}

typedef enum on_axis { OUTSIDE, BETWEEN, ON_POINT } on_axis;

static on_axis find_point(const mbill__strip *strip, int64_t at_utc_s, size_t *out_point)
{
    int64_t into_s = at_utc_s - strip->from_utc_s;
    if (into_s < 0 || into_s > strip->step_s * (int64_t)(strip->n_points - 1)) return OUTSIDE;
    *out_point = (size_t)(into_s / strip->step_s);
    return into_s % strip->step_s == 0 ? ON_POINT : BETWEEN;
}

static void put(mbill__strip *strip, size_t at, size_t point, int64_t value_micro, int64_t tile_no)
{
    size_t cell = at * strip->n_points + point;
    if (tile_no <= strip->tile_nos[cell]) return;
    strip->tile_nos[cell] = tile_no;
    strip->values_micro[cell] = value_micro;
}

/* The registers of the strip that a grid has are from + [0, n) of its own and at + [0, n) of the strip's. */
typedef struct common {
    size_t from, at, n;
} common;

static common common_of(const mbill__strip *strip, const mbill__tile *tile)
{
    size_t first = strip->first_slot, end = first + MBILL__STRIP, tile_end = (size_t)tile->first_slot + tile->n_slots;
    if (tile->first_slot > first) first = tile->first_slot;
    if (tile_end < end) end = tile_end;
    if (first >= end) return (common){0, 0, 0};
    return (common){first - tile->first_slot, first - strip->first_slot, end - first};
}

static void put_grid(mbill__strip *strip, const mbill__shelf_tile *kept)
{
    const mbill__tile *tile = &kept->tile;
    int64_t values_micro[MBILL__STRIP];
    size_t point = 0;
    const common both = common_of(strip, tile);
    for (size_t time = 0; both.n > 0 && time < tile->n_times; time++) {
        on_axis where = find_point(strip, tile->start_utc_s + (int64_t)tile->step_s * (int64_t)time, &point);
        if (where == OUTSIDE) continue;
        uint32_t there = mbill__tile_across(tile, both.from, both.n, time, values_micro);
        if (where == BETWEEN || tile->same_flags != 0) strip->odd |= there << both.at;
        for (size_t i = 0; where == ON_POINT && i < both.n; i++)
            if ((there >> i & 1) != 0) put(strip, both.at + i, point, values_micro[i], kept->tile_no);
    }
}

static void put_list(mbill__strip *strip, const mbill__shelf *shelf, size_t at)
{
    size_t slot = strip->first_slot + at, point = 0;
    for (size_t i = shelf->slot_ends[slot]; i < shelf->slot_ends[slot + 1]; i++) {
        const mbill__shelf_row *kept = &shelf->rows[i];
        on_axis where = find_point(strip, kept->row.at_utc_s, &point);
        if (where == OUTSIDE) continue;
        if (where == BETWEEN || kept->row.flags != 0) strip->odd |= UINT32_C(1) << at;
        else put(strip, at, point, kept->row.value_micro, kept->tile_no);
    }
}

static mbill_status lay_out(mbill__strip *strip, const mbill__shelf *shelf, mbill_error *err)
{
    const mbill_allocator *allocator = mbill__db_allocator(shelf->store->db);
    size_t n = MBILL__STRIP * strip->n_points;
    strip->load = 0;
    strip->odd = 0;
    MBILL_TRY(mbill__room(allocator, (void **)(void *)&strip->values_micro, &strip->cap_values_micro, sizeof *strip->values_micro,
        n, err));
    MBILL_TRY(mbill__room(allocator, (void **)(void *)&strip->tile_nos, &strip->cap_tile_nos, sizeof *strip->tile_nos, n, err));
    memset(strip->tile_nos, 0, n * sizeof *strip->tile_nos);
    for (size_t i = 0; i < shelf->n_tiles; i++) put_grid(strip, &shelf->tiles[i]);
    for (size_t i = 0; i < MBILL__STRIP; i++) put_list(strip, shelf, i);
    strip->load = shelf->n_loads;
    return MBILL_OK;
}

static bool is_whole(const mbill__strip *strip, size_t at)
{
    bool whole = (strip->odd >> at & 1) == 0;
    for (size_t i = 0; whole && i < strip->n_points; i++) whole = strip->tile_nos[at * strip->n_points + i] != 0;
    return whole;
}

mbill_status mbill__strip_samples(mbill__strip *strip, const mbill__shelf *shelf, uint16_t slot, int64_t from_utc_s,
    int64_t step_s, size_t n_points, const int64_t **out_micro, mbill_error *err)
{
    size_t at = slot % MBILL__STRIP;
    bool there = strip->load == shelf->n_loads && strip->first_slot == slot - at && strip->from_utc_s == from_utc_s &&
        strip->step_s == step_s && strip->n_points == n_points;
    *out_micro = NULL;
    strip->first_slot = (uint16_t)(slot - at);
    strip->from_utc_s = from_utc_s;
    strip->step_s = step_s;
    strip->n_points = n_points;
    if (!there) MBILL_TRY(lay_out(strip, shelf, err));
    if (is_whole(strip, at)) *out_micro = strip->values_micro + at * n_points;
    return MBILL_OK;
}

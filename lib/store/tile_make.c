/* SPDX-License-Identifier: Apache-2.0 */
/* Writing tiles: what most registers of a group report at the same instants becomes grids, the rest a list. Changes when another way of
 * packing pays. */
#include "store/tile.h"

#include <string.h>

#define GRID_MIN 8      /* readings; below that a list is as small */
#define SPARSE 3        /* a grid has at most so many cells for each reading */
#define LIST_ROW_MAX 23 /* bytes of a list's reading: slot 2, time 8, length 4, flags 1, value 8 */

void mbill__tile_put(uint8_t *at, size_t width, uint64_t number)
{
    uint64_t shifted = width == 0 ? 0 : number << (64 - 8 * width);
    for (size_t i = 0; i < 8; i++) at[i] = (uint8_t)(shifted >> (56 - 8 * i));
}

static void put_head(uint8_t *bytes, size_t at, size_t width, uint64_t number)
{
    for (size_t i = 0; i < width; i++) bytes[at + i] = (uint8_t)(number >> (8 * (width - 1 - i)));
}

static uint8_t width_of(uint64_t largest)
{
    uint8_t width = 0;
    for (; largest != 0; largest >>= 8) width++;
    return width;
}

/* How a column of numbers is coded: offset from the least one, divided by what all offsets have in common. */
typedef struct packing {
    int64_t least, most;
    uint64_t factor;
    uint8_t width;
} packing;

static void see(packing *pack, int64_t value)
{
    if (value < pack->least) pack->least = value;
    if (value > pack->most) pack->most = value;
}

static uint64_t offset(const packing *pack, int64_t value)
{
    return (uint64_t)value - (uint64_t)pack->least;
}

static void share(packing *pack, int64_t value)
{
    uint64_t a = pack->factor, b = offset(pack, value);
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    pack->factor = a;
}

/* absent: one code more is needed. Numbers so far apart that SQL could not add them up are kept as they are, in 8 bytes. */
static void settle(packing *pack, bool absent)
{
    if (pack->factor == 0) pack->factor = 1;
    uint64_t range = offset(pack, pack->most);
    if (range > INT64_MAX) {
        *pack = (packing){.least = 0, .most = 0, .factor = 1, .width = 8};
        return;
    }
    pack->width = width_of(range / pack->factor + (absent ? 1 : 0));
}

static uint64_t code_of(const packing *pack, int64_t value)
{
    return pack->factor == 1 ? offset(pack, value) : offset(pack, value) / pack->factor;
}

static mbill_status room(mbill__tile_maker *maker, void **block, size_t *cap, size_t size, size_t n, mbill_error *err)
{
    if (n <= *cap) return MBILL_OK;
    void *larger = mbill__resize(&maker->allocator, *block, *cap * size, n * size);
    if (larger == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for %zu readings could not be allocated", n);
    *block = larger;
    *cap = n;
    return MBILL_OK;
}

#define ROOM(maker, array, n)                                                                                                    \
    room((maker), (void **)(void *)&(maker)->array, &(maker)->cap_##array, sizeof *(maker)->array, (n), err)

static mbill_status seal(mbill__tile_maker *maker, size_t len, size_t n, mbill_error *err)
{
    mbill__tile_put(maker->bytes + len, 8, mbill__tile_check(maker->bytes, len));
    return maker->sink(maker->ctx, maker->bytes, len + MBILL__TILE_CHECK, n, err);
}

/* Lists */

typedef struct list_shape {
    packing times, values, lengths;
    bool flags_differ;
} list_shape;

static list_shape shape_of(const mbill__tile_row *rows, size_t n)
{
    list_shape shape = {.times = {rows[0].at_utc_s, rows[n - 1].at_utc_s, 0, 0},
        .values = {rows[0].value_micro, rows[0].value_micro, 0, 0},
        .lengths = {rows[0].length_s, rows[0].length_s, 0, 0}};
    for (size_t i = 0; i < n; i++) {
        see(&shape.values, rows[i].value_micro);
        see(&shape.lengths, rows[i].length_s);
        shape.flags_differ = shape.flags_differ || rows[i].flags != rows[0].flags;
    }
    for (size_t i = 0; i < n; i++) {
        share(&shape.times, rows[i].at_utc_s);
        share(&shape.values, rows[i].value_micro);
    }
    if (shape.times.factor > UINT32_MAX) shape.times.factor = 1;
    settle(&shape.times, false);
    settle(&shape.values, false);
    shape.lengths.width = shape.lengths.least == shape.lengths.most ? 0 : 4;
    return shape;
}

static void put_list_head(uint8_t *bytes, uint8_t kind, const list_shape *shape, const mbill__tile_row *rows, size_t n)
{
    memset(bytes, 0, MBILL__TILE_HEAD);
    bytes[0] = 2;
    bytes[1] = kind;
    bytes[2] = shape->values.width;
    bytes[3] = shape->times.width;
    bytes[4] = shape->lengths.width;
    bytes[5] = shape->flags_differ;
    put_head(bytes, 8, 4, n);
    bytes[14] = shape->flags_differ ? 0 : rows[0].flags;
    put_head(bytes, 16, 4, shape->times.factor);
    put_head(bytes, 20, 8, (uint64_t)rows[0].at_utc_s);
    put_head(bytes, 28, 8, (uint64_t)shape->values.least);
    put_head(bytes, 36, 8, shape->values.factor);
    put_head(bytes, 44, 4, shape->lengths.width == 0 ? rows[0].length_s : 0);
}

static mbill_status put_list(mbill__tile_maker *maker, uint8_t kind, const mbill__tile_row *rows, size_t n, mbill_error *err)
{
    const list_shape shape = shape_of(rows, n);
    MBILL_TRY(ROOM(maker, bytes, MBILL__TILE_HEAD + n * LIST_ROW_MAX + 8 + MBILL__TILE_CHECK));
    put_list_head(maker->bytes, kind, &shape, rows, n);
    uint8_t *at = maker->bytes + MBILL__TILE_HEAD;
    for (size_t i = 0; i < n; i++, at += 2) mbill__tile_put(at, 2, rows[i].slot);
    for (size_t i = 0; i < n; i++, at += shape.times.width)
        mbill__tile_put(at, shape.times.width, code_of(&shape.times, rows[i].at_utc_s));
    for (size_t i = 0; shape.lengths.width > 0 && i < n; i++, at += 4) mbill__tile_put(at, 4, rows[i].length_s);
    for (size_t i = 0; shape.flags_differ && i < n; i++) *at++ = rows[i].flags;
    for (size_t i = 0; i < n; i++, at += shape.values.width)
        mbill__tile_put(at, shape.values.width, code_of(&shape.values, rows[i].value_micro));
    return seal(maker, (size_t)(at - maker->bytes), n, err);
}

/* Grids */

/* Rows that may stand in a grid have the same flags and length, and are no second reading of an instant. */
typedef struct grid_search {
    const mbill__tile_row *rows;
    size_t n, n_slots; /* slots between the outermost of those rows */
    uint32_t length_s;
    uint8_t kind, flags;
} grid_search;

static bool fits(const grid_search *search, const mbill__tile_row *row)
{
    return row->flags == search->flags && row->length_s == search->length_s && row->place == 0;
}

/* The flags and length of more than half of the rows, if any have. */
static grid_search start_search(const mbill__tile_row *rows, size_t n, uint8_t kind)
{
    grid_search search = {.rows = rows, .n = n, .kind = kind};
    size_t votes = 0, first = MBILL__GROUP, last = 0;
    for (size_t i = 0; i < n; i++) {
        if (votes == 0) {
            search.flags = rows[i].flags;
            search.length_s = rows[i].length_s;
        }
        if (fits(&search, &rows[i])) votes++;
        else if (votes > 0) votes--;
    }
    for (size_t i = 0; i < n; i++) {
        if (!fits(&search, &rows[i])) continue;
        if (rows[i].slot < first) first = rows[i].slot;
        if (rows[i].slot > last) last = rows[i].slot;
    }
    search.n_slots = first <= last ? last - first + 1 : 0;
    return search;
}

/* Instants of one step, from row `from` to row `to`. */
typedef struct grid_run {
    size_t from, to, n_times;
    int64_t start_utc_s, last_utc_s, step_s;
} grid_run;

static bool in_run(const grid_search *search, const grid_run *run, const mbill__tile_row *row)
{
    int64_t into_s = row->at_utc_s - run->start_utc_s;
    return fits(search, row) && (into_s == 0 || (run->step_s > 0 && into_s % run->step_s == 0));
}

typedef struct grid_shape {
    packing values;
    size_t first, last, n;
} grid_shape;

static grid_shape shape_of_run(const grid_search *search, const grid_run *run)
{
    grid_shape shape = {.values = {INT64_MAX, INT64_MIN, 0, 0}, .first = MBILL__GROUP};
    for (size_t i = run->from; i < run->to; i++) {
        const mbill__tile_row *row = &search->rows[i];
        if (!in_run(search, run, row)) continue;
        see(&shape.values, row->value_micro);
        if (row->slot < shape.first) shape.first = row->slot;
        if (row->slot > shape.last) shape.last = row->slot;
        shape.n++;
    }
    for (size_t i = run->from; i < run->to; i++)
        if (in_run(search, run, &search->rows[i])) share(&shape.values, search->rows[i].value_micro);
    return shape;
}

static void put_grid_head(uint8_t *bytes, const grid_search *search, const grid_run *run, const grid_shape *shape, size_t n_slots)
{
    memset(bytes, 0, MBILL__TILE_HEAD);
    bytes[0] = 1;
    bytes[1] = search->kind;
    bytes[2] = shape->values.width;
    put_head(bytes, 6, 2, shape->first);
    put_head(bytes, 8, 4, n_slots * run->n_times);
    put_head(bytes, 12, 2, n_slots);
    bytes[14] = search->flags;
    put_head(bytes, 16, 4, (uint64_t)run->step_s);
    put_head(bytes, 20, 8, (uint64_t)run->start_utc_s);
    put_head(bytes, 28, 8, (uint64_t)shape->values.least);
    put_head(bytes, 36, 8, shape->values.factor);
    put_head(bytes, 44, 4, search->length_s);
}

/* Rows come instant by instant and cells stand slot by slot: a cell is written byte by byte, beside those that are there. */
static void put_cells(mbill__tile_maker *maker, const grid_search *search, const grid_run *run, const grid_shape *shape,
    uint8_t *at)
{
    size_t width = shape->values.width;
    for (size_t i = run->from; i < run->to; i++) {
        const mbill__tile_row *row = &search->rows[i];
        if (!in_run(search, run, row)) continue;
        size_t time = run->step_s == 0 ? 0 : (size_t)((row->at_utc_s - run->start_utc_s) / run->step_s);
        uint8_t *cell = at + ((row->slot - shape->first) * run->n_times + time) * width;
        uint64_t code = code_of(&shape->values, row->value_micro);
        for (size_t k = width; k-- > 0; code >>= 8) cell[k] = (uint8_t)code;
        maker->taken[i] = 1;
    }
}

static mbill_status put_grid(mbill__tile_maker *maker, const grid_search *search, const grid_run *run, mbill_error *err)
{
    grid_shape shape = shape_of_run(search, run);
    size_t n_slots = shape.n == 0 ? 0 : shape.last - shape.first + 1, n_cells = n_slots * run->n_times;
    settle(&shape.values, n_cells > shape.n || shape.values.least < shape.values.most);
    bool worth = shape.n >= GRID_MIN && n_cells <= SPARSE * shape.n && shape.values.width < 8;
    if (!worth) return MBILL_OK; /* they stay for the list */
    size_t len = MBILL__TILE_HEAD + n_cells * shape.values.width;
    MBILL_TRY(ROOM(maker, bytes, len + MBILL__TILE_CHECK));
    put_grid_head(maker->bytes, search, run, &shape, n_slots);
    memset(maker->bytes + MBILL__TILE_HEAD, 0xff, len - MBILL__TILE_HEAD);
    put_cells(maker, search, run, &shape, maker->bytes + MBILL__TILE_HEAD);
    return seal(maker, len, shape.n, err);
}

/* The rows of one instant end at *out_to; whether they are enough of the slots for a grid. */
static bool is_full(const grid_search *search, size_t from, size_t *out_to)
{
    size_t n = 0, to = from;
    for (; to < search->n && search->rows[to].at_utc_s == search->rows[from].at_utc_s; to++) n += fits(search, &search->rows[to]);
    *out_to = to;
    return n > 0 && n * SPARSE >= search->n_slots;
}

static bool goes_on(const grid_run *run, int64_t at_utc_s)
{
    int64_t step_s = at_utc_s - run->last_utc_s;
    return run->n_times == 1 ? step_s <= UINT32_MAX : run->n_times > 1 && step_s == run->step_s;
}

static mbill_status put_grids(mbill__tile_maker *maker, const grid_search *search, mbill_error *err)
{
    grid_run run = {0};
    size_t to;
    for (size_t at = 0; at < search->n; at = to) {
        if (!is_full(search, at, &to)) continue;
        int64_t at_utc_s = search->rows[at].at_utc_s;
        if (goes_on(&run, at_utc_s)) {
            run.step_s = at_utc_s - run.last_utc_s;
        } else {
            if (run.n_times > 0) MBILL_TRY(put_grid(maker, search, &run, err));
            run = (grid_run){.from = at, .start_utc_s = at_utc_s};
        }
        run.last_utc_s = at_utc_s;
        run.to = to;
        run.n_times++;
    }
    return run.n_times > 0 ? put_grid(maker, search, &run, err) : MBILL_OK;
}

mbill_status mbill__tile_make(mbill__tile_maker *maker, uint8_t kind, const mbill__tile_row *rows, size_t n, mbill_error *err)
{
    size_t n_rest = 0;
    if (n == 0) return MBILL_OK;
    MBILL_TRY(ROOM(maker, rest, n));
    MBILL_TRY(ROOM(maker, taken, n));
    memset(maker->taken, 0, n);
    const grid_search search = start_search(rows, n, kind);
    MBILL_TRY(put_grids(maker, &search, err));
    for (size_t i = 0; i < n; i++)
        if (!maker->taken[i]) maker->rest[n_rest++] = rows[i];
    return n_rest == 0 ? MBILL_OK : put_list(maker, kind, maker->rest, n_rest, err);
}

void mbill__tile_maker_free(mbill__tile_maker *maker)
{
    mbill__release(&maker->allocator, maker->bytes, maker->cap_bytes);
    mbill__release(&maker->allocator, maker->rest, maker->cap_rest * sizeof *maker->rest);
    mbill__release(&maker->allocator, maker->taken, maker->cap_taken);
}

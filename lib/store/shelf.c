/* SPDX-License-Identifier: Apache-2.0 */
/* Invariant: of readings at one place the one of the newest tile is given. Blocks are kept from group to group, so that nothing is
 * allocated once they are large enough. */
#include "store/shelf.h"

#include <string.h>

#define BLOCK_BYTES ((size_t)1 << 20)
#define TIME_BITS 40

void mbill__shelf_start(mbill__shelf *shelf, mbill_store *store)
{
    memset(shelf, 0, sizeof *shelf);
    shelf->store = store;
}

void mbill__shelf_end(mbill__shelf *shelf)
{
    const mbill_allocator *allocator = mbill__db_allocator(shelf->store->db);
    for (size_t i = 0; i < shelf->n_blocks; i++) mbill__release(allocator, shelf->blocks[i].bytes, shelf->blocks[i].size);
    mbill__release(allocator, shelf->blocks, shelf->cap_blocks * sizeof *shelf->blocks);
    mbill__release(allocator, shelf->tiles, shelf->cap_tiles * sizeof *shelf->tiles);
    mbill__release(allocator, shelf->rows, shelf->cap_rows * sizeof *shelf->rows);
    mbill__release(allocator, shelf->found, shelf->cap_found * sizeof *shelf->found);
    mbill__release(allocator, shelf->ordered, shelf->cap_ordered * sizeof *shelf->ordered);
    mbill__release(allocator, shelf->moved, shelf->cap_moved);
}

#define ROOM(shelf, array, n)                                                                                                    \
    room((shelf), (void **)(void *)&(shelf)->array, &(shelf)->cap_##array, sizeof *(shelf)->array, (n), err)

static mbill_status room(const mbill__shelf *shelf, void **block, size_t *cap, size_t size, size_t n, mbill_error *err)
{
    return mbill__room(mbill__db_allocator(shelf->store->db), block, cap, size, n, err);
}

/* Loading */

static mbill_status add_block(mbill__shelf *shelf, size_t size, mbill_error *err)
{
    MBILL_TRY(ROOM(shelf, blocks, shelf->n_blocks + 1));
    uint8_t *bytes = mbill__alloc(mbill__db_allocator(shelf->store->db), size);
    if (bytes == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for %zu bytes of readings could not be allocated", size);
    shelf->blocks[shelf->n_blocks++] = (mbill__shelf_block){bytes, 0, size};
    return MBILL_OK;
}

/* A copy that lives until the next load. */
static mbill_status keep_bytes(mbill__shelf *shelf, const uint8_t *bytes, size_t len, const uint8_t **out, mbill_error *err)
{
    size_t i = 0;
    while (i < shelf->n_blocks && shelf->blocks[i].size - shelf->blocks[i].used < len) i++;
    if (i == shelf->n_blocks) MBILL_TRY(add_block(shelf, len > BLOCK_BYTES ? len : BLOCK_BYTES, err));
    mbill__shelf_block *block = &shelf->blocks[i];
    *out = memcpy(block->bytes + block->used, bytes, len);
    block->used += len;
    return MBILL_OK;
}

static mbill_status keep_grid(mbill__shelf *shelf, int64_t tile_no, const mbill__tile *tile, mbill_error *err)
{
    const uint8_t *values;
    size_t len = tile->len - MBILL__TILE_HEAD; /* with the check behind them: the last code is read 8 bytes wide */
    MBILL_TRY(ROOM(shelf, tiles, shelf->n_tiles + 1));
    MBILL_TRY(keep_bytes(shelf, tile->values, len, &values, err));
    mbill__shelf_tile *kept = &shelf->tiles[shelf->n_tiles++];
    *kept = (mbill__shelf_tile){.tile = *tile, .tile_no = tile_no};
    kept->tile.values = values;
    mbill__tile_span(tile, &kept->first_utc_s, &kept->last_utc_s);
    return MBILL_OK;
}

static mbill_status keep_list(mbill__shelf *shelf, int64_t tile_no, const mbill__tile *tile, mbill_error *err)
{
    MBILL_TRY(ROOM(shelf, rows, shelf->n_rows + tile->n));
    for (size_t i = 0; i < tile->n; i++) {
        mbill__shelf_row *kept = &shelf->rows[shelf->n_rows++];
        kept->tile_no = tile_no;
        (void)mbill__tile_at(tile, i, &kept->row);
    }
    return MBILL_OK;
}

static mbill_status read_tiles(mbill__shelf *shelf, mbill_error *err)
{
    static const char SELECT_TOUCHING[] = "SELECT tile_no, data FROM mbill_reading_tile WHERE group_no = ?1 AND kind = ?2 AND "
                                          "last_utc_s >= ?3 AND first_utc_s <= ?4";
    mbill__query *query;
    mbill__tile tile;
    bool row;
    MBILL_TRY(mbill__query_start(shelf->store->db, SELECT_TOUCHING, &query, err));
    mbill__bind_whole(query, 1, shelf->group_no);
    mbill__bind_whole(query, 2, shelf->kind);
    mbill__bind_whole(query, 3, shelf->from_utc_s);
    mbill__bind_whole(query, 4, shelf->to_utc_s);
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill_status status = MBILL_OK;
    while (status == MBILL_OK && row) {
        int64_t tile_no = mbill__column_whole(query, 0);
        status = mbill__tile_read(shelf->store, query, &tile, err);
        shelf->n_bytes += status == MBILL_OK ? tile.len : 0;
        if (status == MBILL_OK) status = (tile.is_grid ? keep_grid : keep_list)(shelf, tile_no, &tile, err);
        if (status == MBILL_OK) status = mbill__query_step(query, &row, err);
    }
    mbill__query_end(query);
    return status;
}

/* Putting in order */

static mbill_status order(mbill__shelf *shelf, void *records, size_t size, size_t n, mbill_error *err)
{
    mbill__order(shelf->ordered, shelf->ordered + n, n);
    MBILL_TRY(mbill__room(mbill__db_allocator(shelf->store->db), &shelf->moved, &shelf->cap_moved, 1, n * size, err));
    memcpy(shelf->moved, records, n * size);
    for (size_t i = 0; i < n; i++)
        memcpy((uint8_t *)records + i * size, (const uint8_t *)shelf->moved + shelf->ordered[i].index * size, size);
    return MBILL_OK;
}

static uint64_t key_of(int64_t at_utc_s, uint32_t rest, unsigned rest_bits)
{
    return ((uint64_t)at_utc_s + ((uint64_t)1 << TIME_BITS)) << rest_bits | rest;
}

static mbill_status order_tiles(mbill__shelf *shelf, mbill_error *err)
{
    if (shelf->n_tiles == 0) return MBILL_OK;
    MBILL_TRY(ROOM(shelf, ordered, 2 * shelf->n_tiles));
    for (size_t i = 0; i < shelf->n_tiles; i++)
        shelf->ordered[i] = (mbill__ordered){key_of(shelf->tiles[i].first_utc_s, 0, 0), (uint32_t)i};
    return order(shelf, shelf->tiles, sizeof *shelf->tiles, shelf->n_tiles, err);
}

static mbill_status order_lists(mbill__shelf *shelf, mbill_error *err)
{
    memset(shelf->slot_ends, 0, sizeof shelf->slot_ends);
    if (shelf->n_rows == 0) return MBILL_OK;
    MBILL_TRY(ROOM(shelf, ordered, 2 * shelf->n_rows));
    for (size_t i = 0; i < shelf->n_rows; i++) {
        const mbill__tile_row *row = &shelf->rows[i].row;
        uint64_t slot = row->slot;
        shelf->ordered[i] = (mbill__ordered){slot << (TIME_BITS + 3) | key_of(row->at_utc_s, row->place, 1), (uint32_t)i};
        shelf->slot_ends[slot + 1]++;
    }
    for (size_t i = 1; i <= MBILL__GROUP; i++) shelf->slot_ends[i] += shelf->slot_ends[i - 1];
    return order(shelf, shelf->rows, sizeof *shelf->rows, shelf->n_rows, err);
}

static mbill_status load(mbill__shelf *shelf, mbill_error *err)
{
    for (size_t i = 0; i < shelf->n_blocks; i++) shelf->blocks[i].used = 0;
    shelf->n_tiles = shelf->n_rows = 0;
    MBILL_TRY(read_tiles(shelf, err));
    MBILL_TRY(order_tiles(shelf, err));
    return order_lists(shelf, err);
}

mbill_status mbill__shelf_load(mbill__shelf *shelf, int64_t group_no, uint8_t kind, int64_t from_utc_s, int64_t to_utc_s,
    mbill_error *err)
{
    bool there = shelf->loaded && shelf->group_no == group_no && shelf->kind == kind && shelf->from_utc_s <= from_utc_s &&
        shelf->to_utc_s >= to_utc_s;
    if (there) return MBILL_OK;
    shelf->group_no = group_no;
    shelf->kind = kind;
    shelf->from_utc_s = from_utc_s;
    shelf->to_utc_s = to_utc_s;
    shelf->loaded = false;
    shelf->n_loads++;
    MBILL_TRY(load(shelf, err));
    shelf->loaded = true;
    return MBILL_OK;
}

/* One register */

/* The cells of the slot, grid by grid, into shelf->found; *out_falls: how often one is not behind the one before. */
static mbill_status collect(mbill__shelf *shelf, uint16_t slot, size_t *out_n, size_t *out_falls, mbill_error *err)
{
    size_t n = 0;
    int64_t last_utc_s = INT64_MIN;
    *out_falls = 0;
    for (size_t i = 0; i < shelf->n_tiles; i++) {
        const mbill__shelf_tile *kept = &shelf->tiles[i];
        const mbill__tile *tile = &kept->tile;
        if (slot < tile->first_slot || slot >= tile->first_slot + tile->n_slots) continue;
        MBILL_TRY(ROOM(shelf, found, n + tile->n_times));
        for (size_t time = 0; time < tile->n_times; time++) {
            mbill__shelf_row *out = &shelf->found[n];
            if (!mbill__tile_cell(tile, (size_t)(slot - tile->first_slot), time, &out->row)) continue;
            out->tile_no = kept->tile_no;
            *out_falls += out->row.at_utc_s <= last_utc_s;
            last_utc_s = out->row.at_utc_s;
            n++;
        }
    }
    *out_n = n;
    return MBILL_OK;
}

/* Every row behind its like: the list's between the grids', from the back, where they have room. */
static void merge(mbill__shelf *shelf, size_t n, const mbill__shelf_row *rows, size_t n_rows)
{
    size_t to = n + n_rows;
    while (n_rows > 0) {
        bool later = n > 0 && mbill__tile_order(&shelf->found[n - 1].row, &rows[n_rows - 1].row) > 0;
        shelf->found[--to] = later ? shelf->found[--n] : rows[--n_rows];
    }
}

static mbill_status order_found(mbill__shelf *shelf, size_t n, mbill_error *err)
{
    MBILL_TRY(ROOM(shelf, ordered, 2 * n));
    for (size_t i = 0; i < n; i++)
        shelf->ordered[i] = (mbill__ordered){key_of(shelf->found[i].row.at_utc_s, shelf->found[i].row.place, 1), (uint32_t)i};
    return order(shelf, shelf->found, sizeof *shelf->found, n, err);
}

static size_t leave_newest(mbill__shelf_row *found, size_t n)
{
    size_t n_left = 0;
    for (size_t i = 0; i < n; i++) {
        bool again = n_left > 0 && mbill__tile_order(&found[n_left - 1].row, &found[i].row) == 0;
        if (!again && n_left++ != i) found[n_left - 1] = found[i];
        if (again && found[i].tile_no > found[n_left - 1].tile_no) found[n_left - 1] = found[i];
    }
    return n_left;
}

bool mbill__shelf_has(const mbill__shelf *shelf, uint16_t slot)
{
    bool has = shelf->slot_ends[slot + 1] > shelf->slot_ends[slot];
    for (size_t i = 0; !has && i < shelf->n_tiles; i++) {
        const mbill__tile *tile = &shelf->tiles[i].tile;
        has = slot >= tile->first_slot && slot < tile->first_slot + tile->n_slots;
    }
    return has;
}

mbill_status mbill__shelf_register(mbill__shelf *shelf, uint16_t slot, const mbill__shelf_row **out_rows, size_t *out_n,
    mbill_error *err)
{
    size_t n, n_falls, from = shelf->slot_ends[slot], n_rows = shelf->slot_ends[slot + 1] - from;
    MBILL_TRY(collect(shelf, slot, &n, &n_falls, err));
    if (n_falls > 0) MBILL_TRY(order_found(shelf, n, err));
    MBILL_TRY(ROOM(shelf, found, n + n_rows + 1));
    merge(shelf, n, shelf->rows + from, n_rows);
    *out_n = leave_newest(shelf->found, n + n_rows);
    *out_rows = shelf->found;
    return MBILL_OK;
}

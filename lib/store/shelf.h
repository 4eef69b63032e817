/* SPDX-License-Identifier: Apache-2.0 */
/* The tiles of one group of registers over a time, in memory, and what each register said out of them. Changes when tiles are read in
 * another way. Each stored byte is read once, however many of the group's registers are asked for. */
#ifndef MBILL__SHELF_H
#define MBILL__SHELF_H

#include "store/inner.h"
#include "store/late.h"
#include "store/order.h"

typedef struct mbill__shelf_block {
    uint8_t *bytes;
    size_t used, size;
} mbill__shelf_block;

typedef struct mbill__shelf_tile {
    mbill__tile tile;
    int64_t tile_no, first_utc_s, last_utc_s;
} mbill__shelf_tile;

typedef struct mbill__shelf_row {
    mbill__tile_row row;
    int64_t tile_no;
} mbill__shelf_row;

typedef struct mbill__shelf {
    mbill_store *store;
    bool loaded;
    uint8_t kind;
    int64_t group_no, from_utc_s, to_utc_s; /* what is loaded: all readings that touch [from, to], and some more */
    mbill__shelf_block *blocks;             /* bytes of tiles */
    mbill__shelf_tile *tiles;               /* the grids alone, by their first instant */
    mbill__shelf_row *rows;                 /* what lists have, by slot, time and place */
    mbill__shelf_row *found;                /* of one register */
    mbill__ordered *ordered;
    void *moved;                        /* for the time of putting in order */
    size_t slot_ends[MBILL__GROUP + 1]; /* behind the rows of each slot - 1 */
    size_t cap_blocks, cap_tiles, cap_rows, cap_found, cap_ordered, cap_moved;
    size_t n_blocks, n_tiles, n_rows;
    uint64_t n_bytes; /* of tiles, read so far */
    uint64_t n_loads; /* so far: what was made of one is stale behind the next */
} mbill__shelf;

void mbill__shelf_start(mbill__shelf *shelf, mbill_store *store);
void mbill__shelf_end(mbill__shelf *shelf);

/* Have what the group said in [from, to]; nothing is read where it is there already. */
mbill_status mbill__shelf_load(mbill__shelf *shelf, int64_t group_no, uint8_t kind, int64_t from_utc_s, int64_t to_utc_s,
    mbill_error *err);

/* What one slot said, in the order of time and place, the newest of each; lives until the next call. */
mbill_status mbill__shelf_register(mbill__shelf *shelf, uint16_t slot, const mbill__shelf_row **out_rows, size_t *out_n,
    mbill_error *err);

/* Whether a slot said anything in what is loaded, or may have: a grid has a place for it. */
bool mbill__shelf_has(const mbill__shelf *shelf, uint16_t slot);

#endif

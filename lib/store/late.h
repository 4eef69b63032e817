/* SPDX-License-Identifier: Apache-2.0 */
/* What is there already: the months of a group, and readings that are not newer than all of them. Changes when a row is found in another
 * way. */
#ifndef MBILL__LATE_H
#define MBILL__LATE_H

#include "store/inner.h"
#include "store/tile.h"

#define MBILL__PRESENT_BYTES (MBILL__GROUP / 8)

/* What a group has of one kind in one month. present: a bit for each slot with a reading, slot 0 the highest of the first byte. */
typedef struct mbill__month_row {
    int64_t group_no, n_readings, first_utc_s, last_utc_s; /* none: first_utc_s is INT64_MAX and last_utc_s INT64_MIN */
    int32_t month;
    uint8_t kind, present[MBILL__PRESENT_BYTES];
} mbill__month_row;

mbill_status mbill__month_read(mbill_store *store, int64_t group_no, uint8_t kind, int32_t month, mbill__month_row *out,
    mbill_error *err);
/* With these rows, of which n_more were not there. */
mbill_status mbill__month_add(mbill_store *store, mbill__month_row *month, const mbill__tile_row *rows, size_t n, int64_t n_more,
    mbill_error *err);

/* The tile of a row of (tile_no, data), checked; it points into the row. MBILL_E_CORRUPT names the tile. */
mbill_status mbill__tile_read(mbill_store *store, mbill__query *query, mbill__tile *out, mbill_error *err);

/* Write a tile of n readings down, as the newest. */
mbill_status mbill__tile_keep(mbill_store *store, int64_t group_no, int32_t month, const uint8_t *bytes, size_t len, size_t n,
    mbill_error *err);

/* A search for rows, in blocks that serve one after another. */
typedef struct mbill__late_hit {
    int64_t tile_no; /* 0: not found */
    mbill__tile_row row;
} mbill__late_hit;

typedef struct mbill__late {
    mbill_store *store;
    mbill__late_hit *hits;
    size_t cap_hits;
    int64_t billed_to_utc_s; /* the last end of all bills */
    bool knows_bills;
} mbill__late;

void mbill__late_start(mbill__late *late, mbill_store *store);
void mbill__late_end(mbill__late *late);

/* Look for rows, which rise in time, in the tiles of their group. */
mbill_status mbill__late_find(mbill__late *late, int64_t group_no, uint8_t kind, const mbill__tile_row *rows, size_t n,
    mbill_error *err);
/* What stands at the place of row i; NULL: nothing. */
const mbill__tile_row *mbill__late_found(const mbill__late *late, size_t i);

/* Write down a row that takes the place of kept, or (kept NULL) comes behind a bill; *inout_n counts those behind one. */
mbill_status mbill__late_name(mbill__late *late, int64_t register_no, const mbill__tile_row *row, const mbill__tile_row *kept,
    int64_t *inout_n, mbill_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What one contract is priced from: the readings of its registers as usage, in buffers that serve one contract after another.
 *
 * What it promises: contracts whose registers rise (as those of one accounts document do) are gathered with each stored tile of the span
 * read once; memory is that of the tiles of MBILL__SHELVES groups of 1,024 registers over the span, 3 to 5 MiB each for hourly readings of a
 * month, and 190 KiB where readings are laid out as columns, however many contracts there are. Contracts in another order are gathered too, and read the tiles of a group again each time that
 * more than MBILL__SHELVES others came between. A register whose last sample before the span, or first behind it, is not at its edge
 * costs its group the tiles of two days more, or of the month that has it. What was gathered stays as it was while the store is written:
 * mbill__gather_refresh() sees readings that came later. A span of a month that has left the store is refused. */
#ifndef MBILL__STORE_GATHER_H
#define MBILL__STORE_GATHER_H

#include "meterbill/column.h"
#include "store/edge.h"
#include "store/inner.h"
#include "store/shelf.h"
#include "store/strip.h"
#include "store/versions.h"

#define MBILL__SHELVES 8 /* groups and kinds at hand: contracts with meters of several utilities go to and fro between groups */

typedef struct mbill__gather {
    mbill_store *store;
    mbill__shelf shelves[MBILL__SHELVES];
    mbill__strip strips[MBILL__SHELVES]; /* of the shelf of that place */
    uint64_t used[MBILL__SHELVES], clock;
    mbill__edge edge;
    int64_t checked_from_utc_s, checked_to_utc_s; /* the span of which all months are in the store */
    mbill_reading *readings;
    mbill_interval *intervals;
    mbill_input *inputs;
    int64_t *quantities;
    size_t cap_readings, cap_intervals, cap_inputs, cap_quantities;
    size_t n_intervals, n_inputs;
    int64_t n_used;         /* readings and intervals taken for the contract */
    int64_t newest_tile_no; /* of the store when tiles were read last */
    uint64_t parts;         /* and the months that had left it */
} mbill__gather;

void mbill__gather_start(mbill__gather *gather, mbill_store *store);
void mbill__gather_end(mbill__gather *gather);

/* In a transaction: forget what was read of tiles if the store has others since, and that months were there. */
mbill_status mbill__gather_refresh(mbill__gather *gather, mbill_error *err);

/* Bytes of tiles that were read so far. */
uint64_t mbill__gather_bytes(const mbill__gather *gather);

/* A request for the chosen span, with nothing in it yet. */
mbill_price_request mbill__gather_request(const mbill__chosen *chosen, bool allow_gaps);

/* Fill out's span, flags and inputs, of every register that one of the versions needs; they live until the next call. Refusals name the
 * meter. */
mbill_status mbill__gather_contract(mbill__gather *gather, int64_t contract_no, const mbill__chosen *chosen, bool allow_gaps,
    mbill_price_request *out, mbill_error *err);

/* The same as columns, one for each register of the one version that was chosen, and no inputs; they live until the next call. *out_plain false:
 * there is more to say of the readings than an axis over the span can, or something to be refused, and nothing else is set. */
mbill_status mbill__gather_columns(mbill__gather *gather, int64_t contract_no, const mbill__chosen *chosen, bool allow_gaps,
    const mbill_axis *axis, mbill_column *columns, mbill_price_request *out, bool *out_plain, mbill_error *err);

/* What a register counted over [from, to): intervals that begin and end with it and leave no gap, which live until the next call. Refusals
 * name the meter; what is not counted from the first instant to the last is MBILL_E_GAP. */
mbill_status mbill__gather_use(mbill__gather *gather, int64_t register_no, int64_t from_utc_s, int64_t to_utc_s,
    const mbill_interval **out, size_t *out_n, mbill_error *err);

#endif

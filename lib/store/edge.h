/* SPDX-License-Identifier: Apache-2.0 */
/* Where a span of samples begins and ends: at the last one before it and the first one behind it, however far away. Changes when they are
 * looked for in another way. */
#ifndef MBILL__EDGE_H
#define MBILL__EDGE_H

#include "meterbill/reading.h"
#include "store/shelf.h"

#define MBILL__EDGE_MAX 2 /* samples at one instant: the last of an old meter and the first of a new one */

/* Tiles before a span and behind it, for the registers of one group after another. */
typedef struct mbill__edge {
    mbill__shelf before, after;
} mbill__edge;

void mbill__edge_start(mbill__edge *edge, mbill_store *store);
void mbill__edge_end(mbill__edge *edge);

/* Rows [first, end) are those in [from_utc_s, to_utc_s]. A tile that touches what was loaded has others too, which may be neither all nor the
 * newest. */
void mbill__edge_span(const mbill__shelf_row *rows, size_t n, int64_t from_utc_s, int64_t to_utc_s, size_t *out_first,
    size_t *out_end);

/* Append the register's samples at its last instant at or before, or its first at or after, at most MBILL__EDGE_MAX; none: nothing. */
mbill_status mbill__edge_before(mbill__edge *edge, int64_t register_no, int64_t utc_s, mbill_reading *readings, size_t *inout_n,
    mbill_error *err);
mbill_status mbill__edge_after(mbill__edge *edge, int64_t register_no, int64_t utc_s, mbill_reading *readings, size_t *inout_n,
    mbill_error *err);

static inline mbill_reading mbill__edge_reading(const mbill__tile_row *row)
{
    return (mbill_reading){.at_utc_s = row->at_utc_s, .value_micro = row->value_micro, .flags = row->flags};
}

#endif

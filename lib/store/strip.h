/* SPDX-License-Identifier: Apache-2.0 */
/* What neighbouring registers of a shelf said at instants that are one step apart: most meters say nothing else, and their readings then need
 * neither a place in time of their own nor to be put in order. Changes when what is plain does. */
#ifndef MBILL__STRIP_H
#define MBILL__STRIP_H

#include "store/shelf.h"

#define MBILL__STRIP 16               /* registers: a tile has them side by side, and about as many in a line of the cache */
#define MBILL__STRIP_POINTS_MAX 16384 /* instants: 4 MiB */

typedef struct mbill__strip {
    uint64_t load; /* of the shelf that is laid out here; 0: none */
    uint16_t first_slot;
    int64_t from_utc_s, step_s;
    size_t n_points;                  /* from_utc_s and so on, both ends of the time with them */
    uint32_t odd;                     /* bit i: register i said something else in that time, or with flags */
    int64_t *values_micro, *tile_nos; /* register behind register; of the tile a value is of, 0: there is none */
    size_t cap_values_micro, cap_tile_nos;
} mbill__strip;

void mbill__strip_end(mbill__strip *strip, const mbill_allocator *allocator);

/* Samples of a loaded shelf's slot at n_points instants (at most MBILL__STRIP_POINTS_MAX) from from_utc_s on, which the shelf covers; they live
 * until the next call. *out NULL: one is missing, or the register said more between them than this, or not only measured values. */
mbill_status mbill__strip_samples(mbill__strip *strip, const mbill__shelf *shelf, uint16_t slot, int64_t from_utc_s,
    int64_t step_s, size_t n_points, const int64_t **out_micro, mbill_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over an input's intervals, cut where the tariff's boundaries cut them: the edges of the bill, the ends of a ladder's spans
 * and, when a schedule is given, the ends of periods. */
#ifndef MBILL__WALK_H
#define MBILL__WALK_H

#include "tariff/factors.h"
#include "tariff/feed.h"

/* A piece of an interval inside one span and one period. */
typedef struct mbill__piece {
    int64_t quantity_micro;
    int64_t weight; /* of its factor, where the walk is weighed; else 1 */
    int32_t period; /* 0 without a schedule */
    uint32_t flags; /* MBILL_LINE_* */
} mbill__piece;

typedef struct mbill__walk {
    const mbill__feed *feed;
    size_t at;
    int64_t at_utc_s;
    bool prorate, by_period;
    mbill__runs runs;
    mbill__run run;
    mbill__factor_at factor;
} mbill__walk;

/* The feed is started, stays where it is and unchanged; intervals that end before the bill begins are passed over. schedule NULL: one
 * period. */
mbill_status mbill__walk_start(mbill__walk *walk, const mbill__feed *feed, const mbill__schedule *schedule,
    const mbill_price_request *request, mbill_error *err);

/* Pieces end where a factor does and have its weight; factored stays where it is, and n is not 0. */
mbill_status mbill__walk_weigh(mbill__walk *walk, const mbill__factored *factored, mbill_error *err);

/* Where the next piece begins; false: there is none. */
bool mbill__walk_at(mbill__walk *walk, int64_t *out_utc_s);

/* The next piece that starts before stop_utc_s and ends there at the latest; *out_more is false when there is none. E_BOUNDARY (index =
 * interval) when a piece is not the whole interval and that was not allowed. */
mbill_status mbill__walk_next(mbill__walk *walk, int64_t stop_utc_s, mbill__piece *out_piece, bool *out_more, mbill_error *err);

#endif

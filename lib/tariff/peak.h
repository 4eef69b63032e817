/* SPDX-License-Identifier: Apache-2.0 */
/* Peaks: the highest average power of an input in each span of a bill, and what it is billed as. */
#ifndef MBILL__PEAK_H
#define MBILL__PEAK_H

#include "tariff/position.h"
#include "tariff/resolve.h"
#include "tariff/source.h"

/* One pass over the peaks of a charge in one bill. */
typedef struct mbill__peaks {
    const mbill__scope *scope; /* of the whole bill */
    const mbill__quantity *quantity;
    const mbill__peak *peak;
    size_t place;                    /* of the charge */
    const mbill__schedule *schedule; /* the charge's calendar */
    const mbill_column *column;      /* NULL: peaks are found reading by reading */
    mbill__source source;
    mbill__runs runs;
    mbill__run run;
    size_t at;                          /* the next reading */
    const mbill_instant_list *instants; /* NULL: any time counts */
    size_t next_instant;
    int64_t next_utc_s; /* where the next span begins; the bill's end: there is none */
    int64_t highest_micro[MBILL__TOP_MAX];
    int32_t n_highest;
    uint32_t flags; /* MBILL_LINE_* of the readings looked at */
} mbill__peaks;

/* A span of the peak as far as it lies in the bill. It stays where it is. */
typedef struct mbill__found_peak {
    mbill__scope scope; /* its request is the one here, or the bill's */
    mbill_price_request request;
    int64_t billed_micro; /* after ratchet, contract and floor */
} mbill__found_peak;

/* E_NOT_KNOWN: no readings with times, or no list of instants; E_BOUNDARY: the bill's edge does not lie on the grid of the interval. */
mbill_status mbill__peaks_start(mbill__peaks *peaks, const mbill__scope *scope, const mbill__charge *charge, mbill_error *err);

/* The next span; slots: all of the position's, read and moved on. E_NOT_KNOWN: too few days for the mean, or an earlier month's peak that is
 * needed; E_BOUNDARY: a reading does not lie on the grid. */
mbill_status mbill__peaks_next(mbill__peaks *peaks, mbill__slot *slots, mbill__found_peak *out, mbill_error *err);

/* What the charge's peak is billed as in the span that holds a day of the bill; nothing is moved on. */
mbill_status mbill__peak_billed(const mbill__scope *scope, const mbill__charge *charge, int32_t day, int64_t *out_micro,
    mbill_error *err);

#endif

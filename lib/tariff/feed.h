/* SPDX-License-Identifier: Apache-2.0 */
/* The readings with times of an input: those of one register as they are, or those of several put together interval by interval. */
#ifndef MBILL__FEED_H
#define MBILL__FEED_H

#include "meterbill/reading.h"
#include "number/wide.h"
#include "tariff/scope.h"

typedef struct mbill__feed {
    const mbill_tariff *tariff;
    int32_t input;
    const mbill_interval *edges; /* the intervals' times, which all registers of the feed share; one register: its readings */
    size_t n;
    bool has_gaps;
    const mbill_interval *of[MBILL__INPUTS_MAX]; /* readings by input, of a feed that is put together; NULL where not needed */
} mbill__feed;

/* Readings are checked (mbill_usage_check) over the bill's span. E_NOT_KNOWN: a register has none, or no times; E_BOUNDARY: registers
 * that are put together were read at different times. */
mbill_status mbill__feed_start(const mbill__scope *scope, int32_t input, mbill__feed *out, mbill_error *err);

/* Quantity and flags of interval at. E_OVERFLOW. */
mbill_status mbill__feed_at(const mbill__feed *feed, size_t at, int64_t *out_micro, uint32_t *out_flags, mbill_error *err);

/* Of the readings [from, to) together, from < to: their sum; of apparent energy what the sums of both its terms come to. */
mbill_status mbill__feed_over(const mbill__feed *feed, size_t from, size_t to, int64_t *out_micro, uint32_t *out_flags,
    mbill_error *err);

/* A term's value into what is gathered of all of them: times its factor into a sum (in nano-parts of micro-units), squared for apparent
 * energy. false: it does not fit. */
bool mbill__derived_add(const mbill__derived *derived, const mbill__derived_term *term, int64_t value_micro, mbill__wide *inout);

/* What is gathered as the input's value: its part, or the root, rounded. false: it does not fit. */
bool mbill__derived_finish(const mbill__derived *derived, mbill__wide sum, int64_t *out_micro);

#endif

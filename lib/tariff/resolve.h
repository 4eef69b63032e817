/* SPDX-License-Identifier: Apache-2.0 */
/* What a pricing call knows: the request's inputs and facts by the tariff's names, the span in civil days, and the quantities that follow. */
#ifndef MBILL__RESOLVE_H
#define MBILL__RESOLVE_H

#include "number/round.h"
#include "tariff/tariff.h"

/* The span [from, to) of days that a factor counted in days or months is for. */
typedef struct mbill__days {
    int32_t from, to;
} mbill__days;

typedef struct mbill__scope {
    const mbill_tariff *tariff;
    const mbill_price_request *request;
    bool whole_days; /* the bill begins and ends at the start of a day */
    bool ends_at_midnight;
    mbill__days days;
} mbill__scope;

/* Check the request against the tariff: its span and validity, names of inputs, facts twice. */
mbill_status mbill__scope_start(mbill__scope *scope, const mbill_tariff *tariff, const mbill_price_request *request,
    mbill_error *err);

/* The entry for a register: its total or intervals (period -1), or its total in one period; NULL when absent. */
const mbill_input *mbill__scope_input(const mbill__scope *scope, int32_t input, int32_t period);
bool mbill__scope_has_periods(const mbill__scope *scope, int32_t input); /* totals per period were given */

/* Its total in one period; E_NOT_KNOWN when other periods have one and this has not. */
mbill_status mbill__scope_period_input(const mbill__scope *scope, int32_t input, size_t period, const mbill_input **out,
    mbill_error *err);

/* E_BOUNDARY when the bill does not begin and end at the start of a day. */
mbill_status mbill__scope_need_days(const mbill__scope *scope, mbill_error *err);

/* A multiplier as an exact fraction. */
typedef struct mbill__ratio {
    mbill__wide numerator, denominator;
} mbill__ratio;

/* The ratio times numerator / denominator, reduced first so that products of many factors stay small. denominator > 0. */
mbill_status mbill__ratio_multiply(mbill__ratio *ratio, int64_t numerator, int64_t denominator, mbill_error *err);

/* A term (a fact, days, months or one) of the given days multiplied into the ratio. */
mbill_status mbill__scope_multiply(const mbill__scope *scope, int32_t term, mbill__days days, mbill__ratio *ratio,
    mbill_error *err);

/* All that multiplies a quantity but its register. */
mbill_status mbill__scope_ratio(const mbill__scope *scope, const mbill__quantity *quantity, mbill__ratio *out, mbill_error *err);

/* value x ratio, rounded (none: half_even) to micro-units. */
mbill_status mbill__ratio_apply(const mbill__ratio *ratio, int64_t value_micro, mbill__rounding round, int64_t *out_micro,
    mbill_error *err);
bool mbill__ratio_is_one(const mbill__ratio *ratio);

/* The free part of a quantity for this bill; 0 when it has none. */
mbill_status mbill__scope_free(const mbill__scope *scope, const mbill__quantity *quantity, int64_t *out_micro, mbill_error *err);

/* value x ratio, less the free part (not below 0), rounded by the quantity's rule. */
mbill_status mbill__quantity_apply(const mbill__quantity *quantity, const mbill__ratio *ratio, int64_t free_micro,
    int64_t value_micro, int64_t *out_micro, mbill_error *err);

/* The stretches a fixed amount is due for: count whole ones, then a part of days / divide_by. */
typedef struct mbill__due {
    int64_t count;
    int32_t divide_by;
} mbill__due;

/* At most two; *out_n = how many are not 0 (at least one is returned). */
mbill_status mbill__scope_due(const mbill__scope *scope, const mbill__charge *charge, mbill__due out_due[2], size_t *out_n,
    mbill_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What multiplies a quantity in a pricing call: facts, days, months and their parts, as exact fractions. */
#ifndef MBILL__RESOLVE_H
#define MBILL__RESOLVE_H

#include "number/ratio.h"
#include "tariff/scope.h"

/* E_BOUNDARY when the bill does not begin and end at the start of a day. */
mbill_status mbill__scope_need_days(const mbill__scope *scope, mbill_error *err);

/* mbill__ratio_times; E_OVERFLOW where it does not fit. */
mbill_status mbill__ratio_multiply(mbill__ratio *ratio, int64_t numerator, int64_t denominator, mbill_error *err);

/* A term (a fact, days, months or one) of the given days multiplied into the ratio. */
mbill_status mbill__scope_multiply(const mbill__scope *scope, int32_t term, mbill__days days, mbill__ratio *ratio,
    mbill_error *err);

/* In how many equal parts the quantity is priced; 1: whole. E_RANGE when what says it is no whole number up to MBILL__PARTS_MAX. */
mbill_status mbill__scope_parts(const mbill__scope *scope, const mbill__quantity *quantity, int64_t *out_n, mbill_error *err);

/* All that multiplies a quantity but its register: of one part, when it is priced in parts. */
mbill_status mbill__scope_ratio(const mbill__scope *scope, const mbill__quantity *quantity, mbill__ratio *out, mbill_error *err);

/* One bound as it is written: a number of micro-units, or a product of facts in them. */
mbill_status mbill__bound_ratio(const mbill__scope *scope, const mbill__tier_bound *bound, mbill__ratio *out, mbill_error *err);

/* value x ratio, rounded (none: half_even) to micro-units. */
mbill_status mbill__ratio_apply(const mbill__ratio *ratio, int64_t value_micro, mbill__rounding round, int64_t *out_micro,
    mbill_error *err);
bool mbill__ratio_is_one(const mbill__ratio *ratio);

/* The free part of a quantity for this bill; 0 when it has none. */
mbill_status mbill__scope_free(const mbill__scope *scope, const mbill__quantity *quantity, int64_t *out_micro, mbill_error *err);

/* What of the quantity is billed at least; 0 when it does not say. */
mbill_status mbill__scope_least(const mbill__scope *scope, const mbill__quantity *quantity, int64_t *out_micro, mbill_error *err);

/* value (micro-units) x ratio, less the free part (not below 0), rounded by the quantity's rule. */
mbill_status mbill__quantity_apply(const mbill__quantity *quantity, const mbill__ratio *ratio, int64_t free_micro,
    mbill__wide value, int64_t *out_micro, mbill_error *err);

/* The stretches a fixed amount is due for: count whole ones, then a part of days / divide_by. */
typedef struct mbill__due_stretch {
    int64_t count;
    int32_t divide_by;
} mbill__due_stretch;

/* At most two; *out_n = how many are not 0 (at least one is returned). */
mbill_status mbill__scope_due(const mbill__scope *scope, const mbill__charge *charge, mbill__due_stretch out_due[2],
    size_t *out_n, mbill_error *err);

#endif

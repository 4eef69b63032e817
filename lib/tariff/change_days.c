/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the use of a span is divided by days in another way. */
#include "base/fail.h"
#include "document/say.h"
#include "number/round.h"
#include "tariff/change.h"
#include "tariff/source.h"

#define QUALITY (MBILL_READING_ESTIMATED | MBILL_READING_SUBSTITUTED)

static mbill_status count_days(const mbill_tariff *tariff, int64_t from_utc_s, int64_t to_utc_s, int64_t *out_n, mbill_error *err)
{
    const int64_t ends_utc_s[] = {from_utc_s, to_utc_s};
    int32_t days[2];
    for (size_t i = 0; i < 2; i++) {
        int64_t midnight_utc_s;
        days[i] = mbill_zone_day(tariff->zone, ends_utc_s[i]);
        MBILL_TRY(mbill_zone_day_start(tariff->zone, days[i], &midnight_utc_s, err));
        if (midnight_utc_s != ends_utc_s[i])
            return mbill__fail(err, MBILL_E_BOUNDARY,
                "use is divided by days, but a part of the bill begins or ends at %s; expected midnight",
                mbill__say_time(ends_utc_s[i], tariff->zone).text);
    }
    *out_n = (int64_t)days[1] - days[0];
    return MBILL_OK;
}

/* The sum of a register's intervals, none of which may reach over an end of the span. */
static mbill_status add_up(const mbill_input *given, const mbill_price_request *request, mbill_input *out, mbill_error *err)
{
    mbill_usage_summary summary = {.struct_size = sizeof summary};
    uint32_t flags = (request->flags & MBILL_PRICE_ALLOW_GAPS) != 0 ? MBILL_USAGE_ALLOW_GAPS : 0;
    for (size_t i = 0; i < given->n_intervals; i++) {
        const mbill_interval *one = &given->intervals[i];
        bool meets = one->start_utc_s < request->to_utc_s && one->end_utc_s > request->from_utc_s;
        if (meets && (one->start_utc_s < request->from_utc_s || one->end_utc_s > request->to_utc_s))
            return mbill__fail_at(err, MBILL_E_BOUNDARY, (int64_t)i,
                "an interval of register \"%s\" reaches over an end of the bill, whose use is divided by days; expected readings "
                "at "
                "both ends",
                given->name);
    }
    MBILL_TRY(
        mbill_usage_check(given->intervals, given->n_intervals, request->from_utc_s, request->to_utc_s, flags, &summary, err));
    *out = (mbill_input){.name = given->name, .total_micro = summary.total_micro, .flags = summary.flags & QUALITY};
    if (summary.gap_s > 0) out->flags |= MBILL__READING_INCOMPLETE;
    return MBILL_OK;
}

mbill_status mbill__dealt_start(mbill__dealt *dealt, const mbill_change_part *parts, size_t n_parts,
    const mbill_price_request *request, mbill_error *err)
{
    dealt->n_inputs = request->n_inputs;
    dealt->n_days = 0;
    if (request->n_inputs > MBILL_CHANGE_MAX)
        return mbill__fail(err, MBILL_E_LIMIT, "%zu quantities are divided by days, expected %d at most", request->n_inputs,
            MBILL_CHANGE_MAX);
    if (request->n_inputs > 0) MBILL__NEED(request->inputs);
    for (size_t i = 0; i < n_parts; i++) {
        int64_t n;
        int64_t to_utc_s = i + 1 < n_parts ? parts[i + 1].from_utc_s : request->to_utc_s;
        MBILL_TRY(count_days(parts[i].tariff, parts[i].from_utc_s, to_utc_s, &n, err));
        dealt->n_days += n;
    }
    for (size_t i = 0; i < request->n_inputs; i++) {
        const mbill_input *given = &request->inputs[i];
        if (given->name == NULL) return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)i, "input name is NULL");
        dealt->inputs[i] = *given;
        if (given->intervals != NULL) MBILL_TRY(add_up(given, request, &dealt->inputs[i], err));
        dealt->inputs[i].flags |= MBILL__READING_DIVIDED;
        dealt->whole_micro[i] = dealt->rest_micro[i] = dealt->inputs[i].total_micro;
    }
    return MBILL_OK;
}

mbill_status mbill__dealt_part(mbill__dealt *dealt, const mbill_tariff *tariff, const mbill_change_rule *rule, int64_t from_utc_s,
    int64_t to_utc_s, bool last, mbill_error *err)
{
    int64_t n_days;
    MBILL_TRY(count_days(tariff, from_utc_s, to_utc_s, &n_days, err));
    for (size_t i = 0; i < dealt->n_inputs; i++) {
        int64_t *part_micro = &dealt->inputs[i].total_micro, steps, divisor;
        *part_micro = dealt->rest_micro[i];
        if (last) continue;
        bool fits = mbill__multiply(dealt->n_days, rule->step_micro, &divisor) &&
            mbill__multiply_divide(dealt->whole_micro[i], n_days, divisor, (mbill_round_how)rule->how, &steps) &&
            mbill__multiply(steps, rule->step_micro, part_micro) &&
            mbill__subtract(dealt->rest_micro[i], *part_micro, &dealt->rest_micro[i]);
        if (!fits)
            return mbill__fail_at(err, MBILL_E_OVERFLOW, (int64_t)i, "the part of register \"%s\" leaves the range of 64 bits",
                dealt->inputs[i].name);
        bool beyond = dealt->whole_micro[i] < 0 ? dealt->rest_micro[i] > 0 : dealt->rest_micro[i] < 0;
        if (beyond)
            return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)i,
                "rounding gives the parts of the bill more of register \"%s\" than its %s, expected a finer step",
                dealt->inputs[i].name, mbill__say_micro(dealt->whole_micro[i]).text);
    }
    return MBILL_OK;
}

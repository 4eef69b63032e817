/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the formula of the payment score does: then what score.h says of it changes too. */
#include "meterbill/score.h"

#include "base/fail.h"
#include "calendar/civil.h"
#include "number/round.h"

#define MONTHS_MAX 1200

static mbill_status check_rule(const mbill_score_rule *rule, mbill_error *err)
{
    if (rule->struct_size != sizeof *rule) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of rule is not set");
    if (rule->months < 1 || rule->months > MONTHS_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "months is %d, expected 1 to %d", rule->months, MONTHS_MAX);
    if (rule->weight != MBILL_SCORE_BY_COUNT && rule->weight != MBILL_SCORE_BY_AMOUNT)
        return mbill__fail(err, MBILL_E_RANGE, "weight is %d, expected by count or by amount", rule->weight);
    if (rule->min_bills < 1) return mbill__fail(err, MBILL_E_RANGE, "min_bills is %d, expected 1 or more", rule->min_bills);
    return MBILL_OK;
}

static mbill_status first_day(int32_t day, int32_t months, int32_t *out, mbill_error *err)
{
    mbill_date date;
    MBILL_TRY(mbill_date_of_days(day, &date, err));
    MBILL_TRY(mbill_date_add_months(date, -months, &date, err));
    return mbill_date_to_days(date, out, err);
}

/* Of this bill, the part that was in time and the whole, as the rule weighs it. */
static void weigh(const mbill_score_rule *rule, const mbill_score_bill *bill, int64_t *out_part, int64_t *out_whole)
{
    int64_t paid_micro = bill->on_time_micro < bill->amount_micro ? bill->on_time_micro : bill->amount_micro;
    *out_whole = rule->weight == MBILL_SCORE_BY_COUNT ? 1 : bill->amount_micro;
    *out_part = rule->weight == MBILL_SCORE_BY_COUNT ? paid_micro == bill->amount_micro : paid_micro > 0 ? paid_micro : 0;
}

mbill_status mbill_score(const mbill_score_rule *rule, const mbill_score_bill *bills, size_t n, int32_t day, int32_t *out_score,
    int32_t *out_bills, mbill_error *err)
{
    int64_t part_sum = 0, whole_sum = 0, part, whole, score = 0;
    int32_t from, n_bills = 0;
    MBILL__NEED(rule);
    if (n > 0) MBILL__NEED(bills);
    MBILL__NEED(out_score);
    MBILL_TRY(check_rule(rule, err));
    MBILL_TRY(first_day(day, rule->months, &from, err));
    for (size_t i = 0; i < n; i++) {
        if (bills[i].due_day < from || bills[i].due_day >= day || bills[i].disputed != 0 || bills[i].amount_micro <= 0) continue;
        weigh(rule, &bills[i], &part, &whole);
        if (!mbill__add(whole_sum, whole, &whole_sum) || !mbill__add(part_sum, part, &part_sum))
            return mbill__fail_at(err, MBILL_E_OVERFLOW, (int64_t)i, "the sum of the bills' amounts leaves its range");
        if (n_bills < INT32_MAX) n_bills++;
    }
    if (out_bills != NULL) *out_bills = n_bills;
    if (n_bills < rule->min_bills)
        return mbill__fail(err, MBILL_E_NOT_KNOWN, "%d bills fell due in the window, expected at least %d for a score", n_bills,
            rule->min_bills);
    (void)mbill__multiply_divide(part_sum, MBILL_SCORE_BEST, whole_sum, MBILL_ROUND_DOWN, &score); /* at most 10,000 */
    *out_score = (int32_t)score;
    return MBILL_OK;
}

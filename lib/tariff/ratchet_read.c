/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of "floor" or "ratchet" does. A month whose percentage is 0 does not count, so that designated months need no word. */
#include "tariff/ratchet_read.h"

#include "document/month_day_read.h"
#include "document/time_read.h"
#include "tariff/bounds_read.h"
#include "tariff/take.h"

#include <string.h>

#define ALL_MONTHS 0xFFFu

static mbill_status read_percent(const mbill__node *node, int64_t *out_micro, mbill_error *err)
{
    MBILL_TRY(mbill__node_decimal(node, MBILL_SCALE_MICRO, out_micro, err));
    if (*out_micro >= 0 && *out_micro <= INT64_C(100000000)) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_RANGE, "a percentage of a peak is from 0 to 100");
}

/* "06", or "11..02": the months as bits, January the lowest. */
static mbill_status read_months(const mbill__node *node, uint32_t *out_months, mbill_error *err)
{
    const char *key = node->key;
    size_t len = strlen(key);
    int32_t from, to;
    bool range = len == 6 && key[2] == '.' && key[3] == '.';
    bool good = (len == 2 || range) && mbill__two_digits(key, &from) && mbill__two_digits(key + len - 2, &to);
    if (!good || from < 1 || from > 12 || to < 1 || to > 12)
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "\"%s\" is not a month; expected one such as \"06\", months such as \"11..02\", or \"otherwise\"", key);
    *out_months = 0;
    for (int32_t month = from; month != to; month = month % 12 + 1) *out_months |= UINT32_C(1) << (month - 1);
    *out_months |= UINT32_C(1) << (to - 1);
    return MBILL_OK;
}

static void set_months(int64_t percent_micro, uint32_t months, int64_t out_micro[12])
{
    for (int32_t i = 0; i < 12; i++)
        if ((months >> i & 1u) != 0) out_micro[i] = percent_micro;
}

/* A percentage, or one by month of the year. */
static mbill_status read_percents(const mbill__node *percents, int64_t out_micro[12], mbill_error *err)
{
    mbill__node node;
    uint32_t known = 0, months = 0;
    int64_t percent_micro = 0, rest_micro = 0;
    bool has_rest = false;
    if (mbill__node_kind(percents) != MBILL__JSON_OBJECT) {
        MBILL_TRY(read_percent(percents, &percent_micro, err));
        set_months(percent_micro, ALL_MONTHS, out_micro);
        return MBILL_OK;
    }
    for (bool more = mbill__node_first(percents, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(read_percent(&node, &percent_micro, err));
        if (strcmp(node.key, "otherwise") == 0) {
            rest_micro = percent_micro;
            has_rest = true;
            continue;
        }
        MBILL_TRY(read_months(&node, &months, err));
        if ((known & months) != 0)
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "a month of \"%s\" stands twice", node.key);
        set_months(percent_micro, months, out_micro);
        known |= months;
    }
    set_months(rest_micro, ALL_MONTHS & ~known, out_micro);
    if (has_rest == (known != ALL_MONTHS)) return MBILL_OK;
    return mbill__node_fail(percents, err, MBILL_E_INVALID,
        has_rest ? "no month is left for \"otherwise\"" : "not every month has a percentage; expected \"otherwise\"");
}

/* How many months or bills before are looked at. */
static mbill_status read_spans(const mbill__node *object, const mbill__peak *peak, mbill__ratchet *out, mbill_error *err)
{
    mbill__node months, bills;
    int64_t n;
    bool of_months = mbill__node_get(object, "months", &months);
    out->of_bills = mbill__node_get(object, "bills", &bills);
    if (of_months && out->of_bills)
        return mbill__node_fail(&bills, err, MBILL_E_INVALID, "expected one of \"months\" and \"bills\"");
    if (!out->of_bills) MBILL_TRY(mbill__node_need(object, "months", &months, err));
    MBILL_TRY(mbill__node_whole(out->of_bills ? &bills : &months, 1, MBILL__RATCHET_SPANS_MAX, &n, err));
    out->spans = (int32_t)n;
    if ((peak->over == MBILL__OVER_BILL) == out->of_bills && peak->over != MBILL__OVER_DAY) return MBILL_OK;
    return mbill__node_fail(object, err, MBILL_E_INVALID,
        "a ratchet looks at earlier months or bills; expected \"over\" \"month\" with \"months\", or \"bill\" with \"bills\"");
}

static bool same_in_all_months(const int64_t percent_micro[12])
{
    for (int32_t i = 1; i < 12; i++)
        if (percent_micro[i] != percent_micro[0]) return false;
    return true;
}

/* A bill may lie in two months; which of them decides how much of it counts? */
static mbill_status read_month_of(const mbill__node *object, mbill__ratchet *out, mbill_error *err)
{
    static const char *const words[] = {"first_day", "last_day"};
    mbill__node node;
    int32_t word;
    bool by_month = !same_in_all_months(out->percent_micro) || !same_in_all_months(out->own_micro);
    if (!mbill__node_get(object, "month_of", &node)) {
        if (!out->of_bills || !by_month) return MBILL_OK;
        return mbill__node_fail(object, err, MBILL_E_AMBIGUOUS,
            "a bill may lie in two months of other percentages; expected \"month_of\": \"first_day\" or \"last_day\"");
    }
    MBILL_TRY(mbill__node_word(&node, words, MBILL__COUNT(words), &word, err));
    if (!out->of_bills || !by_month)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"month_of\" is for \"bills\" with a percentage by month");
    out->by_last_day = word == 1;
    return MBILL_OK;
}

static mbill_status check_unknown(const mbill__node *object, const mbill__ratchet *ratchet, mbill_error *err)
{
    if (!ratchet->of_bills || ratchet->if_unknown_micro == 0 || same_in_all_months(ratchet->percent_micro)) return MBILL_OK;
    return mbill__node_fail(object, err, MBILL_E_AMBIGUOUS,
        "the month of a bill that is not known is not known either; expected one \"percent\", or \"if_unknown\" of \"0\"");
}

static mbill_status take_slots(mbill_tariff *tariff, const mbill__node *node, mbill__ratchet *out, mbill_error *err)
{
    out->slot = tariff->n_slots;
    tariff->n_slots += (size_t)out->spans + 1;
    if (tariff->n_slots <= MBILL__SLOTS_MAX) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_LIMIT, "more than %d ladders, charges and months to keep count of",
        MBILL__SLOTS_MAX);
}

static mbill_status read_ratchet(mbill_tariff *tariff, const mbill__node *object, const mbill__peak *peak, mbill__ratchet *out,
    mbill_error *err)
{
    static const char *const keys[] = {"months", "bills", "percent", "own", "month_of", "if_unknown"};
    mbill__node node;
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(read_spans(object, peak, out, err));
    MBILL_TRY(mbill__node_need(object, "percent", &node, err));
    MBILL_TRY(read_percents(&node, out->percent_micro, err));
    set_months(INT64_C(100000000), ALL_MONTHS, out->own_micro);
    if (mbill__node_get(object, "own", &node)) MBILL_TRY(read_percents(&node, out->own_micro, err));
    MBILL_TRY(read_month_of(object, out, err));
    out->has_if_unknown = mbill__node_get(object, "if_unknown", &node);
    if (out->has_if_unknown) {
        MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_MICRO, &out->if_unknown_micro, err));
        if (out->if_unknown_micro < 0) return mbill__node_fail(&node, err, MBILL_E_RANGE, "a peak is not negative");
    }
    MBILL_TRY(check_unknown(object, out, err));
    return take_slots(tariff, object, out, err);
}

static mbill_status read_floor(mbill_tariff *tariff, const mbill__node *node, mbill__tier_bound *out, mbill_error *err)
{
    MBILL_TRY(mbill__bound_read(tariff, node, out, err));
    if (out->product != NULL || out->value_micro > 0) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_RANGE, "a floor is above 0");
}

mbill_status mbill__ratchet_read(mbill_tariff *tariff, const mbill__node *quantity, mbill__peak *out, mbill_error *err)
{
    mbill__node node;
    mbill__ratchet *ratchet;
    mbill__tier_bound *floor;
    if (mbill__node_get(quantity, "floor", &node)) {
        MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *floor, &floor, err));
        MBILL_TRY(read_floor(tariff, &node, floor, err));
        out->floor = floor;
    }
    if (!mbill__node_get(quantity, "ratchet", &node)) return MBILL_OK;
    MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *ratchet, &ratchet, err));
    MBILL_TRY(read_ratchet(tariff, &node, out, ratchet, err));
    out->ratchet = ratchet;
    return MBILL_OK;
}

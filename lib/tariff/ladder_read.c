/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of "tiers" does. */
#include "tariff/ladder_read.h"

#include "document/month_day_read.h"
#include "tariff/bounds_read.h"
#include "tariff/hours_read.h"
#include "tariff/take.h"
#include "tariff/term_read.h"

static mbill_status read_start(const mbill__node *node, mbill__over over, int32_t *out, mbill_error *err)
{
    bool longer = over == MBILL__OVER_QUARTER || over == MBILL__OVER_YEAR ||
        (over >= MBILL__OVER_TWO_MONTHS && over <= MBILL__OVER_HALF_YEAR);
    if (!longer)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "\"start\" is for a ladder over some months, a quarter or a year");
    return mbill__month_day_read(node, out, err);
}

static mbill_status read_whole(const mbill__node *node, mbill__ladder *out, mbill_error *err)
{
    static const char *const ways[] = {"graduated", "whole"};
    static const char *const sides[] = {"below", "above"};
    mbill__node part;
    int32_t word;
    MBILL_TRY(mbill__node_need(node, "how", &part, err));
    MBILL_TRY(mbill__node_word(&part, ways, MBILL__COUNT(ways), &word, err));
    out->whole = word == 1;
    bool given = mbill__node_get(node, "bound_belongs", &part);
    if (out->whole && !given)
        return mbill__node_fail(node, err, MBILL_E_AMBIGUOUS,
            "a quantity just on a bound could be in either tier; expected \"bound_belongs\": \"below\" or \"above\"");
    if (!out->whole && given)
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "\"bound_belongs\" says nothing in a graduated ladder");
    if (!given) return MBILL_OK;
    MBILL_TRY(mbill__node_word(&part, sides, MBILL__COUNT(sides), &word, err));
    out->bound_above = word == 1;
    return MBILL_OK;
}

/* One ladder for all periods or one each: named where there are periods, whether or not the rates differ. */
static mbill_status read_across(const mbill_tariff *tariff, const mbill__node *node, bool metered, mbill__ladder *out,
    mbill_error *err)
{
    static const char *const ways[] = {"periods", "each_period"};
    static const char *const splits[] = {"chronological", "proportional", "uniform"};
    mbill__node part;
    int32_t word;
    bool periods = tariff->labels.n_periods > 0 && metered;
    bool given = mbill__node_get(node, "across", &part);
    if (periods && !given)
        return mbill__node_fail(node, err, MBILL_E_AMBIGUOUS,
            "the tariff has periods and a ladder; expected \"across\": \"periods\" (one ladder) or \"each_period\"");
    if (!periods && given) return mbill__node_fail(&part, err, MBILL_E_INVALID, "\"across\" says nothing without periods");
    if (given) {
        MBILL_TRY(mbill__node_word(&part, ways, MBILL__COUNT(ways), &word, err));
        out->across = word == 0 ? MBILL__ACROSS_PERIODS : MBILL__ACROSS_EACH;
        if (word == 1 && (out->schedule == NULL || out->schedule->period_set == 0))
            return mbill__node_fail(&part, err, MBILL_E_AMBIGUOUS,
                "a ladder in each period, and the charge does not say of which calendar; expected a \"calendar\" with periods");
    }
    if (!mbill__node_get(node, "split", &part)) return MBILL_OK;
    MBILL_TRY(mbill__node_word(&part, splits, MBILL__COUNT(splits), &word, err));
    if (out->across != MBILL__ACROSS_PERIODS || out->whole)
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "\"split\" is for a graduated ladder across all periods");
    out->split = (mbill__split)(MBILL__SPLIT_CHRONOLOGICAL + word);
    return MBILL_OK;
}

/* A list of positive decimals, one a tier. */
static mbill_status read_by_tier(mbill_tariff *tariff, const mbill__node *list, int32_t scale, size_t n_tiers, int64_t **out,
    mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 1, err));
    if (mbill__node_count(list) != n_tiers)
        return mbill__node_fail(list, err, MBILL_E_INVALID, "%zu values for %zu tiers; expected one more than there are bounds",
            mbill__node_count(list), n_tiers);
    MBILL_TRY(mbill__tariff_take(tariff, n_tiers, sizeof **out, out, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(mbill__node_decimal(&node, scale, &(*out)[node.index], err));
    return MBILL_OK;
}

static mbill_status read_fee(mbill_tariff *tariff, const mbill__node *fee, mbill__ladder *out, mbill_error *err)
{
    static const char *const keys[] = {"values", "due"};
    static const char *const dues[] = {"entered", "reached"};
    mbill__node node;
    int64_t *fees_nano;
    int32_t due;
    MBILL_TRY(mbill__node_object(fee, keys, MBILL__COUNT(keys), err));
    if (out->across == MBILL__ACROSS_EACH)
        return mbill__node_fail(fee, err, MBILL_E_INVALID, "a fee is for one ladder, not for one in each period");
    MBILL_TRY(mbill__node_need(fee, "due", &node, err));
    MBILL_TRY(mbill__node_word(&node, dues, MBILL__COUNT(dues), &due, err));
    MBILL_TRY(mbill__node_need(fee, "values", &node, err));
    MBILL_TRY(read_by_tier(tariff, &node, MBILL_SCALE_NANO, out->n_tiers, &fees_nano, err));
    out->fees_nano = fees_nano;
    out->fee_due = due == 0 ? MBILL__FEE_ENTERED : MBILL__FEE_REACHED;
    return MBILL_OK;
}

static mbill_status read_pack(mbill_tariff *tariff, const mbill__node *list, mbill__ladder *out, mbill_error *err)
{
    int64_t *packs_micro;
    MBILL_TRY(read_by_tier(tariff, list, MBILL_SCALE_MICRO, out->n_tiers, &packs_micro, err));
    for (size_t i = 0; i < out->n_tiers; i++)
        if (packs_micro[i] <= 0) return mbill__node_fail(list, err, MBILL_E_RANGE, "a pack holds more than 0 units");
    if (out->over != MBILL__OVER_BILL || out->across != MBILL__ACROSS_NONE)
        return mbill__node_fail(list, err, MBILL_E_INVALID, "packs are counted over the bill and without periods");
    out->packs_micro = packs_micro;
    return MBILL_OK;
}

/* The rates of a bill that crosses a bound: there if the split is uniform, and only then. */
static mbill_status read_crossing(mbill_tariff *tariff, const mbill__node *tiers, mbill__ladder *out, mbill_error *err)
{
    mbill__node node;
    int64_t *rates_nano;
    bool given = mbill__node_get(tiers, "crossing_rate", &node);
    if (given && out->split != MBILL__SPLIT_UNIFORM)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"crossing_rate\" is for \"split\": \"uniform\"");
    if (out->split != MBILL__SPLIT_UNIFORM) return MBILL_OK;
    MBILL_TRY(mbill__node_need(tiers, "crossing_rate", &node, err));
    MBILL_TRY(read_by_tier(tariff, &node, MBILL_SCALE_NANO, out->n_tiers, &rates_nano, err));
    out->crossing_nano = rates_nano;
    return MBILL_OK;
}

static bool bounds_follow_facts(const mbill__ladder *ladder)
{
    size_t n_seasons = ladder->by_season ? ladder->schedule->n_seasons : 1;
    for (size_t i = 0; i < n_seasons * (ladder->n_tiers - 1); i++)
        if (ladder->bounds[i].product != NULL) return true;
    return ladder->times >= 0 || ladder->add_fact >= 0;
}

/* Bounds that may move inside a span: do units that are paid stay in their tiers? Practice differs, so the tariff says. */
static mbill_status read_moving(const mbill__node *tiers, mbill__ladder *out, mbill_error *err)
{
    static const char *const ways[] = {"keep_paid", "count_total"};
    mbill__node node;
    int32_t word;
    bool long_span = out->over > MBILL__OVER_MONTH && out->over != MBILL__OVER_PURCHASES;
    bool peak = mbill__hours_follow(out) && out->over > MBILL__OVER_BILL; /* of what each bill sees of the span */
    bool moves = peak || (long_span && bounds_follow_facts(out)), given = mbill__node_get(tiers, "when_bounds_move", &node);
    if (!moves && given)
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "\"when_bounds_move\" is for bounds that follow facts over more than a month, or a peak over more than a bill");
    if (moves && !given)
        return mbill__node_fail(tiers, err, MBILL_E_AMBIGUOUS,
            "the bounds follow facts or a peak, which may change inside the span; expected \"when_bounds_move\": \"keep_paid\" "
            "(units that "
            "are "
            "paid stay in their tiers) or \"count_total\"");
    if (!given) return MBILL_OK;
    MBILL_TRY(mbill__node_word(&node, ways, MBILL__COUNT(ways), &word, err));
    out->keeps_paid = word == 0;
    if (!out->keeps_paid || (!out->whole && out->across != MBILL__ACROSS_EACH && out->fee_due == MBILL__FEE_NONE))
        return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_INVALID, "units stay in their tiers in one graduated ladder without fees alone");
}

/* {"months": n}: spans of so many months; those that have a name of their own are called by it. */
static mbill_status read_months(const mbill__node *object, mbill__over *out, mbill_error *err)
{
    static const char *const keys[] = {"months"};
    mbill__node node;
    int64_t months;
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(object, "months", &node, err));
    MBILL_TRY(mbill__node_whole(&node, 1, 12, &months, err));
    *out = months == 2 ? MBILL__OVER_TWO_MONTHS : months == 4 ? MBILL__OVER_FOUR_MONTHS : MBILL__OVER_HALF_YEAR;
    if (months == 2 || months == 4 || months == 6) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_INVALID,
        "%d months; expected 2, 4 or 6, which divide a year, or the words \"month\", \"quarter\" and \"year\"", (int)months);
}

static mbill_status read_over(const mbill_tariff *tariff, const mbill__node *node, mbill__ladder *out, mbill_error *err)
{
    static const char *const words[] = {"bill", "day", "month", "quarter", "year", "purchases", "season"};
    int32_t word;
    if (mbill__node_kind(node) == MBILL__JSON_OBJECT) return read_months(node, &out->over, err);
    MBILL_TRY(mbill__node_word(node, words, MBILL__COUNT(words), &word, err));
    out->over = word == 6 ? MBILL__OVER_SEASON : (mbill__over)(word + MBILL__OVER_BILL);
    if (out->over == MBILL__OVER_PURCHASES && tariff->buy.step_micro == 0)
        return mbill__node_fail(node, err, MBILL_E_AMBIGUOUS,
            "the ladder counts purchases, but the tariff does not say how it is bought; expected \"buy\"");
    if (out->over == MBILL__OVER_SEASON && (out->schedule == NULL || out->schedule->n_seasons < 2 || out->schedule->next != NULL))
        return mbill__node_fail(node, err, MBILL_E_INVALID, "a ladder over a season needs a calendar with seasons");
    return MBILL_OK;
}

/* What a span can be counted for. */
static mbill_status check_over(const mbill__node *over, const mbill__quantity *quantity, const mbill__ladder *out,
    mbill_error *err)
{
    if (out->over == MBILL__OVER_BILL) return MBILL_OK;
    if (quantity->meter < 0)
        return mbill__node_fail(over, err, MBILL_E_INVALID,
            "only a register can be counted over more than a bill; expected \"bill\"");
    if (quantity->free_micro == 0) return MBILL_OK;
    return mbill__node_fail(over, err, MBILL_E_AMBIGUOUS,
        "which span of the bill does the free part belong to? Expected \"over\": \"bill\"");
}

static mbill_status take_slots(mbill_tariff *tariff, const mbill__node *node, mbill__ladder *out, mbill_error *err)
{
    if (out->over == MBILL__OVER_BILL) return MBILL_OK;
    out->slot = tariff->n_slots;
    out->n_slots = out->across == MBILL__ACROSS_EACH ? tariff->labels.n_periods : out->keeps_paid ? out->n_tiers : 1;
    tariff->n_slots += out->n_slots;
    if (tariff->n_slots > MBILL__SLOTS_MAX)
        return mbill__node_fail(node, err, MBILL_E_LIMIT, "more than %d ladders to keep count of", MBILL__SLOTS_MAX);
    return MBILL_OK;
}

/* Each peak climbs a ladder of its own, so that the two spans must agree. */
static mbill_status read_peak_over(const mbill__node *over, const mbill__peak *peak, mbill__ladder *out, mbill_error *err)
{
    if (out->over != (mbill__over)peak->over)
        return mbill__node_fail(over, err, MBILL_E_INVALID,
            "a ladder on a peak is over the same span as the peak; expected that");
    out->over = MBILL__OVER_BILL;
    return MBILL_OK;
}

mbill_status mbill__ladder_read(mbill_tariff *tariff, const mbill__node *node, const mbill__quantity *quantity,
    mbill__ladder *out, mbill_error *err)
{
    static const char *const keys[] = {"over", "start", "how", "bounds", "widths", "inside", "bound_belongs", "across", "split",
        "crossing_rate", "times", "add", "scale", "when_bounds_move", "fee", "pack"};
    mbill__node part;
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "over", &part, err));
    MBILL_TRY(read_over(tariff, &part, out, err));
    if (quantity->peak != NULL) MBILL_TRY(read_peak_over(&part, quantity->peak, out, err));
    else MBILL_TRY(check_over(&part, quantity, out, err));
    if (mbill__node_get(node, "start", &part)) MBILL_TRY(read_start(&part, out->over, &out->start, err));
    MBILL_TRY(read_whole(node, out, err));
    MBILL_TRY(mbill__bounds_read(tariff, node, out, err));
    MBILL_TRY(read_across(tariff, node, quantity->meter >= 0, out, err));
    if (mbill__node_get(node, "times", &part)) MBILL_TRY(mbill__multiplier_read(tariff, &part, &out->times, err));
    if (mbill__node_get(node, "fee", &part)) MBILL_TRY(read_fee(tariff, &part, out, err));
    if (mbill__node_get(node, "pack", &part)) MBILL_TRY(read_pack(tariff, &part, out, err));
    MBILL_TRY(read_crossing(tariff, node, out, err));
    MBILL_TRY(read_moving(node, out, err));
    return take_slots(tariff, node, out, err);
}

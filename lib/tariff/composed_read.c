/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a rate made of a base does: base x times + add, folded into one rate a tier, or the base and what each tier adds on
 * lines of their own. */
#include "tariff/composed_read.h"

#include "tariff/compose.h"
#include "tariff/rounding_read.h"
#include "tariff/take.h"

#include <string.h>

#define ONE_NANO INT64_C(1000000000)

bool mbill__is_composed(const mbill__node *rate)
{
    mbill__node base;
    return mbill__node_get(rate, "base", &base);
}

/* Does a part differ by period, in any row? */
static bool part_by_period(const mbill__node *rate, const char *key)
{
    mbill__node part, row;
    if (!mbill__node_get(rate, key, &part)) return false;
    if (mbill__node_kind(&part) != MBILL__JSON_LIST) return mbill__node_kind(&part) == MBILL__JSON_OBJECT;
    for (bool more = mbill__node_first(&part, &row); more; more = mbill__node_next(&row))
        if (mbill__node_kind(&row) == MBILL__JSON_OBJECT) return true;
    return false;
}

bool mbill__composed_by_period(const mbill__node *rate)
{
    return part_by_period(rate, "base") || part_by_period(rate, "times") || part_by_period(rate, "add");
}

/* A number for all periods, or one a period of the charge's calendar; the columns of others hold the first. */
static mbill_status read_numbers(const mbill_tariff *tariff, const mbill__charge *charge, const mbill__node *row, size_t stride,
    int64_t *out_nano, mbill_error *err)
{
    const char *names[MBILL__PERIODS_MAX];
    mbill__node cell = *row;
    bool by_period = mbill__node_kind(row) == MBILL__JSON_OBJECT;
    size_t n = by_period ? mbill__period_names(tariff, charge->ladder.schedule, names) : 0;
    if (by_period) {
        MBILL_TRY(mbill__node_object(row, names, n, err));
        MBILL_TRY(mbill__node_need(row, names[0], &cell, err));
    }
    MBILL_TRY(mbill__node_decimal(&cell, MBILL_SCALE_NANO, &out_nano[0], err));
    for (size_t i = 1; i < stride; i++) out_nano[i] = out_nano[0];
    for (size_t i = 0; i < n; i++) {
        MBILL_TRY(mbill__node_need(row, names[i], &cell, err));
        MBILL_TRY(mbill__node_decimal(&cell, MBILL_SCALE_NANO, &out_nano[mbill__tariff_period(tariff, names[i])], err));
    }
    return MBILL_OK;
}

/* What multiplies or is added: of every tier, or one a tier. */
static mbill_status read_part(const mbill_tariff *tariff, const mbill__charge *charge, const mbill__node *rate, const char *key,
    size_t tier, size_t stride, int64_t otherwise_nano, int64_t *out_nano, mbill_error *err)
{
    size_t n_tiers = charge->ladder.n_tiers;
    mbill__node part, row;
    for (size_t i = 0; i < stride; i++) out_nano[i] = otherwise_nano;
    if (!mbill__node_get(rate, key, &part)) return MBILL_OK;
    if (mbill__node_kind(&part) != MBILL__JSON_LIST) return read_numbers(tariff, charge, &part, stride, out_nano, err);
    if (mbill__node_count(&part) != n_tiers)
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "%zu values for %zu tiers", mbill__node_count(&part), n_tiers);
    for (bool more = mbill__node_first(&part, &row); more; more = mbill__node_next(&row))
        if (row.index == tier) return read_numbers(tariff, charge, &row, stride, out_nano, err);
    return MBILL_OK;
}

/* ---- what tiers add ---- */

mbill_status mbill__rate_round_read(const mbill__node *object, mbill__rounding *out, mbill_error *err)
{
    mbill__node node;
    *out = (mbill__rounding){0, MBILL_ROUND_HALF_EVEN};
    return mbill__node_get(object, "round", &node) ? mbill__rounding_read(&node, out, err) : MBILL_OK;
}

static bool is_list(const mbill__node *rate, const char *key)
{
    mbill__node part;
    return mbill__node_get(rate, key, &part) && mbill__node_kind(&part) == MBILL__JSON_LIST;
}

bool mbill__adds_for_all_periods(const mbill__node *rate)
{
    mbill__node adds;
    const char *word;
    if (!mbill__node_get(rate, "adds", &adds) || mbill__node_text(&adds, &word, NULL) != MBILL_OK) return false;
    return strcmp(word, "own_lines") == 0 && !part_by_period(rate, "add");
}

/* Whether what tiers add stands on lines of its own. Rounded line by line, the two ways come to different bills. */
static mbill_status read_adds(const mbill__charge *charge, const mbill__node *rate, bool *out_own, mbill_error *err)
{
    static const char *const words[] = {"folded", "own_lines"};
    mbill__node node;
    int32_t word;
    bool by_tier = charge->ladder.n_tiers > 1 && is_list(rate, "add");
    *out_own = false;
    if (!mbill__node_get(rate, "adds", &node)) {
        if (!by_tier) return MBILL_OK;
        return mbill__node_fail(rate, err, MBILL_E_AMBIGUOUS,
            "are tiers' adds part of their rates, or lines beside the base? Expected \"adds\": \"folded\" or \"own_lines\"");
    }
    MBILL_TRY(mbill__node_word(&node, words, MBILL__COUNT(words), &word, err));
    if (!by_tier)
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "\"adds\" says how tiers add; expected \"add\" as a list, one a tier");
    *out_own = word == 1;
    if (*out_own && is_list(rate, "times"))
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "a base on a line of its own is the same in all tiers; expected \"times\" that is no list, or \"folded\"");
    if (*out_own && charge->ladder.packs_micro != NULL)
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "a base on a line of its own is for a unit, and the tiers count packs; expected \"folded\"");
    return MBILL_OK;
}

/* ---- numbers ---- */

/* One season's rates while they are read. */
typedef struct composed {
    int64_t base_nano[MBILL__PERIODS_MAX], times_nano[MBILL__PERIODS_MAX], add_nano[MBILL__PERIODS_MAX];
    mbill__rounding round;
    size_t season, n_seasons, stride;
} composed;

static mbill_status read_base(const mbill_tariff *tariff, const mbill__charge *charge, const mbill__node *rate, composed *out,
    mbill_error *err)
{
    static const char *const keys[] = {"base", "times", "add", "adds", "round"};
    mbill__node base, part;
    MBILL_TRY(mbill__node_object(rate, keys, MBILL__COUNT(keys), err));
    if (!mbill__node_get(rate, "times", &part) && !mbill__node_get(rate, "add", &part))
        return mbill__node_fail(rate, err, MBILL_E_INVALID, "\"base\" alone is the rate itself; expected \"times\" or \"add\"");
    MBILL_TRY(mbill__node_need(rate, "base", &base, err));
    MBILL_TRY(read_numbers(tariff, charge, &base, out->stride, out->base_nano, err));
    return mbill__rate_round_read(rate, &out->round, err);
}

static mbill_status refuse_other_form(const mbill__node *rate, mbill_error *err)
{
    return mbill__node_fail(rate, err, MBILL_E_INVALID, "expected base and adds of the form that they have in the first season");
}

/* The base of its own of the first season is made; that of the others must be of its form. */
static mbill_status take_base(mbill_tariff *tariff, mbill__charge *charge, const mbill__node *rate, const composed *from,
    mbill_error *err)
{
    bool base_by_period = part_by_period(rate, "base") || part_by_period(rate, "times"),
         adds_by_period = part_by_period(rate, "add");
    if (from->season == 0) {
        MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *charge->base, &charge->base, err));
        charge->base->by_period = base_by_period;
        charge->base->adds_by_period = adds_by_period;
        charge->base->n_each_season = from->stride;
        return mbill__tariff_take(tariff, from->n_seasons * from->stride, sizeof *charge->base->rates_nano,
            &charge->base->rates_nano, err);
    }
    if (charge->base != NULL && charge->base->by_period == base_by_period && charge->base->adds_by_period == adds_by_period)
        return MBILL_OK;
    return refuse_other_form(rate, err);
}

/* The base alone, and the adds as they are. */
static mbill_status read_own(mbill_tariff *tariff, mbill__charge *charge, const mbill__node *rate, composed *from,
    int64_t *out_nano, mbill_error *err)
{
    MBILL_TRY(take_base(tariff, charge, rate, from, err));
    int64_t *base_nano = charge->base->rates_nano + from->season * from->stride;
    MBILL_TRY(read_part(tariff, charge, rate, "times", 0, from->stride, ONE_NANO, from->times_nano, err));
    for (size_t i = 0; i < from->stride; i++)
        MBILL_TRY(mbill__node_place(rate, err,
            mbill__compose(from->base_nano[i], from->times_nano[i], 0, from->round, &base_nano[i], err)));
    for (size_t tier = 0; tier < charge->ladder.n_tiers; tier++)
        MBILL_TRY(read_part(tariff, charge, rate, "add", tier, from->stride, 0, out_nano + tier * from->stride, err));
    return MBILL_OK;
}

mbill_status mbill__composed_read(mbill_tariff *tariff, mbill__charge *charge, const mbill__node *rate, size_t season,
    size_t n_seasons, size_t stride, int64_t *out_nano, mbill_error *err)
{
    composed c = {.season = season, .n_seasons = n_seasons, .stride = stride};
    bool own;
    MBILL_TRY(read_base(tariff, charge, rate, &c, err));
    MBILL_TRY(read_adds(charge, rate, &own, err));
    if (own) return read_own(tariff, charge, rate, &c, out_nano, err);
    if (charge->base != NULL) return refuse_other_form(rate, err);
    for (size_t tier = 0; tier < charge->ladder.n_tiers; tier++) {
        MBILL_TRY(read_part(tariff, charge, rate, "times", tier, stride, ONE_NANO, c.times_nano, err));
        MBILL_TRY(read_part(tariff, charge, rate, "add", tier, stride, 0, c.add_nano, err));
        for (size_t i = 0; i < stride; i++)
            MBILL_TRY(mbill__node_place(rate, err,
                mbill__compose(c.base_nano[i], c.times_nano[i], c.add_nano[i], c.round, &out_nano[tier * stride + i], err)));
    }
    return MBILL_OK;
}

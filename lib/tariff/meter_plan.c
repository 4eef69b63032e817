/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what a meter's own tables can say of a tariff: which charges are of its register, and which prices they come to. */
#include "tariff/meter_plan.h"

#include "document/say.h"

#include <string.h>

#define ONE_NANO INT64_C(1000000000)

/* Why a charge of the register is more than a price by time and a ladder; NULL: it is no more. */
static const char *beyond_quantity(const mbill_tariff *tariff, const mbill__quantity *quantity)
{
    const mbill__tariff_input *input = &tariff->inputs[quantity->meter];
    if (input->derived != NULL) return "of registers put together";
    if (input->converted) return "of a register that is converted";
    if (strcmp(quantity->unit, "kWh") != 0 || quantity->in_denominator != 0) return "in another unit than kWh";
    if (quantity->n_terms > 0) return "multiplied by facts";
    if (quantity->factor_nano != ONE_NANO) return "of a part of the use";
    if (quantity->free_micro != 0 || quantity->least_micro != 0) return "of use with a free part or a least one";
    if (quantity->round.step_micro != 0) return "of rounded use";
    if (quantity->cut != 0 || quantity->parts.is) return "of use in parts";
    if (quantity->peak != NULL || quantity->contracted != NULL) return "of the highest power";
    return NULL;
}

static const char *beyond_charge(const mbill__charge *charge)
{
    if (charge->n_conditions > 0) return "due under a condition";
    if (charge->lookups != NULL || charge->by_tier_of >= 0) return "at a rate that is looked up";
    if (charge->series != NULL) return "at the prices of a series";
    if (charge->credit_until != 0 || charge->bound != MBILL__BOUND_NONE) return "with a credit or a limit";
    if (charge->per != MBILL__PER_BILL || charge->once_per != MBILL__OVER_NONE) return "due by time";
    return NULL;
}

static const char *beyond_ladder(const mbill__ladder *ladder)
{
    if (ladder->whole) return "with a ladder whose tier holds for the whole quantity";
    if (ladder->across == MBILL__ACROSS_EACH) return "with a ladder in each period";
    if (ladder->by_season) return "with bounds that differ by season";
    if (ladder->times != MBILL__TERM_ONE || ladder->add_fact != MBILL__TERM_ONE) return "with bounds that facts move";
    if (ladder->scale.of_days != 0) return "with bounds that are scaled by days";
    if (ladder->fee_due != MBILL__FEE_NONE || ladder->packs_micro != NULL || ladder->crossing_nano != NULL)
        return "with fees, packs or one rate for all of a bill";
    for (size_t i = 0; i + 1 < ladder->n_tiers; i++)
        if (ladder->bounds[i].product != NULL || ladder->bounds[i].demand != 0 || ladder->inside_band)
            return "with bounds of facts or of a peak";
    return NULL;
}

static bool has_ladder(const mbill__charge *charge)
{
    return charge->ladder.n_tiers > 1;
}

static bool is_metered(const mbill__charge *charge)
{
    const mbill__quantity *quantity = &charge->quantity;
    return charge->bound == MBILL__BOUND_NONE && quantity->money == NULL && quantity->meter >= 0;
}

static mbill_status refuse(const mbill_tariff *tariff, size_t charge, const char *why, mbill_error *err)
{
    return mbill__fail_at(err, MBILL_E_METER_TABLES, (int64_t)charge, "charge \"%s\" is %s, which no table of the meter holds",
        tariff->labels.charges[charge].id, why);
}

/* --- the ladder --- */

static void end_bounds(const mbill__ladder *ladder, int64_t *out_micro)
{
    int64_t end = 0;
    for (size_t i = 0; i + 1 < ladder->n_tiers; i++) {
        end = ladder->widths ? end + ladder->bounds[i].value_micro : ladder->bounds[i].value_micro;
        out_micro[i] = end;
    }
}

static bool same_ladder(const mbill__ladder *a, const mbill__ladder *b)
{
    int64_t ends_a[MBILL__TIERS_MAX], ends_b[MBILL__TIERS_MAX];
    if (a->n_tiers != b->n_tiers || a->over != b->over || a->start != b->start) return false;
    end_bounds(a, ends_a);
    end_bounds(b, ends_b);
    return memcmp(ends_a, ends_b, (a->n_tiers - 1) * sizeof ends_a[0]) == 0;
}

/* A charge's rate of a tier, its own base in it. */
static int64_t rate_of(const mbill__meter_plan *plan, const mbill__charge *charge, size_t season, size_t tier, size_t period)
{
    size_t n_periods = plan->tariff->labels.n_periods;
    int64_t rate = mbill__charge_rate(charge, n_periods, season, has_ladder(charge) ? tier : 0, period);
    return charge->base != NULL ? rate + mbill__own_base_rate(charge, season, period) : rate;
}

static int64_t sum_of(const mbill__meter_plan *plan, size_t season, size_t tier, size_t period)
{
    int64_t sum = 0;
    for (size_t i = 0; i < plan->n_charges; i++)
        sum += rate_of(plan, &plan->tariff->charges[plan->charges[i]], season, tier, period);
    return sum;
}

static size_t n_seasons(const mbill__meter_plan *plan)
{
    return plan->schedule == NULL || plan->schedule->n_seasons == 0 ? 1 : plan->schedule->n_seasons;
}

static bool has_period(const mbill__meter_plan *plan, size_t period)
{
    if (plan->schedule == NULL || plan->schedule->period_set == 0) return period == 0;
    return (plan->schedule->period_set >> period & 1) != 0;
}

/* Tiers must add the same in every season and period, since the meter adds rate and tier price. */
static mbill_status take_adds(mbill__meter_plan *plan, size_t charge, mbill_error *err)
{
    int64_t lowest = 0;
    for (size_t season = 0; season < n_seasons(plan); season++)
        for (size_t period = 0; period < MBILL__PERIODS_MAX; period++)
            for (size_t tier = 0; has_period(plan, period) && tier < plan->n_tiers; tier++) {
                int64_t add = sum_of(plan, season, tier, period) - sum_of(plan, season, 0, period);
                if (season == 0 && plan->adds_nano[tier] == INT64_MIN) plan->adds_nano[tier] = add;
                if (add != plan->adds_nano[tier])
                    return refuse(plan->tariff, charge, "one whose tiers add another price in another period or season", err);
            }
    for (size_t tier = 0; tier < plan->n_tiers; tier++)
        if (plan->adds_nano[tier] < lowest) lowest = plan->adds_nano[tier];
    for (size_t tier = 0; tier < plan->n_tiers; tier++) plan->adds_nano[tier] -= lowest;
    return MBILL_OK;
}

int64_t mbill__meter_plan_price(const mbill__meter_plan *plan, size_t season, size_t period)
{
    return sum_of(plan, season, 0, period) - plan->adds_nano[0];
}

int32_t mbill__meter_plan_months(const mbill__meter_plan *plan)
{
    if (plan->ladder == NULL) return 0;
    switch (plan->ladder->over) {
    case MBILL__OVER_MONTH: return 1;
    case MBILL__OVER_TWO_MONTHS: return 2;
    case MBILL__OVER_QUARTER: return 3;
    case MBILL__OVER_FOUR_MONTHS: return 4;
    case MBILL__OVER_HALF_YEAR: return 6;
    case MBILL__OVER_YEAR: return 12;
    default: return 0;
    }
}

/* --- charges --- */

static mbill_status take_schedule(mbill__meter_plan *plan, const mbill__charge *charge, mbill_error *err)
{
    const mbill__schedule *schedule = charge->ladder.schedule;
    bool varies = charge->by_period || charge->rates_each_season != 0 || (charge->base != NULL && charge->base->by_period);
    if (!varies || schedule == NULL) return MBILL_OK;
    if (plan->schedule != NULL && plan->schedule != schedule)
        return refuse(plan->tariff, charge->place, "by another calendar than the one before it", err);
    if (schedule->next != NULL)
        return refuse(plan->tariff, charge->place, "by a calendar that another takes over from at an instant", err);
    plan->schedule = schedule;
    return MBILL_OK;
}

static mbill_status take_charge(mbill__meter_plan *plan, const mbill__charge *charge, mbill_error *err)
{
    const char *why = beyond_quantity(plan->tariff, &charge->quantity);
    if (why == NULL) why = beyond_charge(charge);
    if (why == NULL && has_ladder(charge)) why = beyond_ladder(&charge->ladder);
    if (why != NULL) return refuse(plan->tariff, charge->place, why, err);
    if (plan->n_charges > 0 && plan->tariff->charges[plan->charges[0]].quantity.meter != charge->quantity.meter)
        return refuse(plan->tariff, charge->place, "of another register than the one before it", err);
    if (has_ladder(charge) && plan->ladder != NULL && !same_ladder(plan->ladder, &charge->ladder))
        return refuse(plan->tariff, charge->place, "with another ladder than the one before it", err);
    if (has_ladder(charge)) plan->ladder = &charge->ladder;
    plan->charges[plan->n_charges++] = charge->place;
    return take_schedule(plan, charge, err);
}

static mbill_status take_ladder(mbill__meter_plan *plan, mbill_error *err)
{
    size_t last = plan->charges[plan->n_charges - 1];
    plan->n_tiers = plan->ladder != NULL ? plan->ladder->n_tiers : 1;
    for (size_t i = 0; i < MBILL__TIERS_MAX; i++) plan->adds_nano[i] = INT64_MIN;
    if (plan->ladder != NULL) {
        if (mbill__meter_plan_months(plan) == 0)
            return refuse(plan->tariff, last, "with a ladder over a span that the meter does not know, such as a bill or a day",
                err);
        end_bounds(plan->ladder, plan->bounds_micro);
    }
    return take_adds(plan, last, err);
}

mbill_status mbill__meter_plan_make(const mbill_tariff *tariff, bool platform, mbill__meter_plan *out, mbill_error *err)
{
    memset(out, 0, sizeof *out);
    out->tariff = tariff;
    for (size_t i = 0; i < tariff->n_charges; i++) {
        const mbill__charge *charge = &tariff->charges[i];
        if (is_metered(charge)) MBILL_TRY(take_charge(out, charge, err));
        else if (!platform) return refuse(tariff, i, "not of the meter's register", err);
        else out->stays |= UINT64_C(1) << i;
    }
    if (out->n_charges == 0) return mbill__fail(err, MBILL_E_METER_TABLES, "no charge is of a meter's register");
    return take_ladder(out, err);
}

/* --- days --- */

size_t mbill__meter_plan_season(const mbill__meter_plan *plan, int32_t day)
{
    const mbill__schedule *schedule = plan->schedule;
    if (schedule == NULL || schedule->n_seasons == 0) return 0;
    return (size_t)mbill__season_of(schedule->seasons, schedule->n_seasons, day);
}

int32_t mbill__meter_plan_type(const mbill__meter_plan *plan, int32_t day)
{
    const mbill__schedule *schedule = plan->schedule;
    if (schedule == NULL || schedule->period_set == 0 || schedule->n_rules == 0) return 0;
    return mbill__day_type(schedule->rules, schedule->n_rules, NULL, 0, day);
}

int32_t mbill__meter_plan_weekday_type(const mbill__meter_plan *plan, int32_t weekday)
{
    const mbill__schedule *schedule = plan->schedule;
    if (schedule == NULL || schedule->period_set == 0 || schedule->n_rules == 0) return 0;
    for (size_t i = 0; i < schedule->n_rules; i++) {
        const mbill__day_rule *rule = &schedule->rules[i];
        bool dated = rule->n_ranges > 0 || rule->n_yearly > 0 || rule->list >= 0;
        if (rule->otherwise || (!dated && (rule->weekdays >> (weekday - 1) & 1u) != 0)) return rule->type;
    }
    return -1;
}

const mbill__day_table *mbill__meter_plan_table(const mbill__meter_plan *plan, size_t season, int32_t type)
{
    static const mbill__slot_time whole_day[] = {{0, 0}};
    static const mbill__day_table one = {whole_day, 1};
    if (plan->schedule == NULL || plan->schedule->period_set == 0) return &one;
    return &plan->schedule->tables[season * plan->schedule->n_day_types + (size_t)type];
}

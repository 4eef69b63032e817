/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a charge does. A charge that could be read two ways is refused here, with the field that decides. */
#include "tariff/charge_read.h"

#include "tariff/calendars_read.h"
#include "tariff/condition_read.h"
#include "tariff/credit.h"
#include "tariff/hours_read.h"
#include "tariff/in_parts_read.h"
#include "tariff/ladder_read.h"
#include "tariff/limit_read.h"
#include "tariff/once.h"
#include "tariff/quantity_read.h"
#include "tariff/rate_read.h"
#include "tariff/rounding_read.h"
#include "tariff/take.h"

#include <string.h>

/* ---- per, part ---- */

static mbill_status read_part(const mbill__node *node, mbill__charge *charge, mbill_error *err)
{
    static const char *const keys[] = {"days_of"};
    static const char *const words[] = {"month", "year"};
    mbill__node days_of;
    int64_t days;
    int32_t word;
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "days_of", &days_of, err));
    if (charge->per != MBILL__PER_MONTH && charge->per != MBILL__PER_YEAR)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "\"part\" is for a charge per month or per year");
    if (mbill__node_kind(&days_of) == MBILL__JSON_TEXT) {
        MBILL_TRY(mbill__node_word(&days_of, words, MBILL__COUNT(words), &word, err));
        if ((word == 0) != (charge->per == MBILL__PER_MONTH))
            return mbill__node_fail(&days_of, err, MBILL_E_INVALID, "days of a %s do not divide a charge per %s", words[word],
                words[!word]);
        charge->part = MBILL__PART_OF_STRETCH;
        return MBILL_OK;
    }
    MBILL_TRY(mbill__node_whole(&days_of, 30, 366, &days, err));
    if (days != 30 && days != 360 && days != 365 && days != 366)
        return mbill__node_fail(&days_of, err, MBILL_E_INVALID, "%d days; expected 30, 360, 365, 366, \"month\" or \"year\"",
            (int)days);
    charge->part = (int32_t)days;
    return MBILL_OK;
}

static mbill_status read_per(const mbill__node *object, mbill__charge *charge, mbill_error *err)
{
    static const char *const words[] = {"bill", "day", "month", "year"};
    mbill__node node;
    int32_t word = 0;
    bool given = mbill__node_get(object, "per", &node);
    if (given) MBILL_TRY(mbill__node_word(&node, words, MBILL__COUNT(words), &word, err));
    charge->per = (mbill__per)word;
    bool fixed = charge->quantity.meter < 0 && charge->quantity.money == NULL && charge->quantity.peak == NULL &&
        charge->ladder.n_tiers == 1;
    if (word > 0 && !fixed)
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "\"per\" is for a fixed amount; a register, a peak, money and tiers are counted over the bill");
    return mbill__node_get(object, "part", &node) ? read_part(&node, charge, err) : MBILL_OK;
}

/* ---- charges ---- */

static mbill_status check_unit(const mbill__node *object, const mbill__charge *charge, mbill_error *err)
{
    mbill__node node;
    const char *unit;
    if (!mbill__node_get(object, "unit", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_text(&node, &unit, err));
    if (strcmp(unit, charge->quantity.unit) != 0)
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "the rate is per \"%s\", but the quantity is in \"%s\"; expected the quantity's own unit", unit,
            charge->quantity.unit);
    return MBILL_OK;
}

/* A sum per bill has no periods, and one per period no time inside it. */
static mbill_status check_sum(const mbill_tariff *tariff, const mbill__node *object, const mbill__charge *charge,
    mbill_error *err)
{
    const mbill__derived *derived = charge->quantity.meter < 0 ? NULL : tariff->inputs[charge->quantity.meter].derived;
    if (derived == NULL || derived->per == MBILL__PER_INTERVAL) return MBILL_OK;
    const char *name = tariff->inputs[charge->quantity.meter].name;
    if (charge->ladder.split == MBILL__SPLIT_CHRONOLOGICAL)
        return mbill__node_fail(object, err, MBILL_E_INVALID,
            "the ladder is climbed in the order of time, but input \"%s\" knows none; expected \"per\": \"interval\"", name);
    if (derived->per == MBILL__PER_PERIOD || (!charge->by_period && charge->ladder.across != MBILL__ACROSS_EACH)) return MBILL_OK;
    return mbill__node_fail(object, err, MBILL_E_INVALID,
        "input \"%s\" is one total for the bill, but is priced by period; expected \"per\": \"period\" or \"interval\"", name);
}

/* The window of a peak is of the charge's calendar. */
static mbill_status check_window(const mbill_tariff *tariff, const mbill__node *quantity, const mbill__charge *charge,
    mbill_error *err)
{
    const mbill__schedule *schedule = charge->ladder.schedule;
    uint32_t known = schedule == NULL ? 0 : schedule->period_set;
    if (charge->quantity.peak == NULL || (charge->quantity.peak->window & ~known) == 0) return MBILL_OK;
    if (schedule == NULL && tariff->n_schedules > 1)
        return mbill__node_fail(quantity, err, MBILL_E_AMBIGUOUS,
            "a peak in a window, and the tariff has %zu calendars; expected \"calendar\" in the charge", tariff->n_schedules);
    return mbill__node_fail(quantity, err, MBILL_E_INVALID, "\"window\" names a period that the charge's calendar does not have");
}

/* What fills the quantity up is of no period, of one bill, and nothing that was used. */
static mbill_status check_least(const mbill_tariff *tariff, const mbill__node *object, const mbill__charge *charge,
    mbill_error *err)
{
    const char *wrong = NULL;
    if (charge->quantity.least_micro == 0) return MBILL_OK;
    if (charge->by_period || charge->ladder.across == MBILL__ACROSS_EACH)
        wrong = "which period would have it? Expected one rate for all";
    if (charge->ladder.over > MBILL__OVER_BILL) wrong = "which of the ladder's spans would have it? Expected \"over\" \"bill\"";
    if (charge->credit_until != 0 || charge->series != NULL) wrong = "neither a credit nor a price series knows it";
    if (tariff->buy.step_micro != 0) wrong = "a purchase is what is paid for; expected no \"buy\"";
    if (wrong == NULL) return MBILL_OK;
    return mbill__node_fail(object, err, MBILL_E_INVALID, "a least quantity is of the whole bill: %s", wrong);
}

/* A bill in which the charge is not due has no peak; is it one of those that a ratchet looks back at? */
static mbill_status check_ratchet(const mbill__node *quantity, const mbill__charge *charge, mbill_error *err)
{
    const mbill__peak *peak = charge->quantity.peak;
    if (peak == NULL || peak->ratchet == NULL || !peak->ratchet->of_bills || charge->n_conditions == 0) return MBILL_OK;
    return mbill__node_fail(quantity, err, MBILL_E_AMBIGUOUS,
        "a ratchet over bills with \"only_if\": do bills count in which it is not due? Expected a charge that always is");
}

static mbill_status read_rated(mbill_tariff *tariff, const mbill__node *object, mbill__charge *charge, mbill_error *err)
{
    mbill__node node;
    if (mbill__node_get(object, "of", &node))
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"of\" is for \"at_least\" and \"at_most\"");
    MBILL_TRY(mbill__node_need(object, "quantity", &node, err));
    MBILL_TRY(mbill__quantity_read(tariff, &node, object->index, &charge->quantity, err));
    MBILL_TRY(check_window(tariff, &node, charge, err));
    MBILL_TRY(check_ratchet(&node, charge, err));
    if (mbill__node_get(object, "tiers", &node))
        MBILL_TRY(mbill__ladder_read(tariff, &node, &charge->quantity, &charge->ladder, err));
    MBILL_TRY(mbill__node_need(object, "rate", &node, err));
    MBILL_TRY(mbill__rates_read(tariff, &node, charge, err));
    bool tiers_by_period = charge->base == NULL ? charge->by_period : charge->base->adds_by_period;
    if (charge->ladder.split != MBILL__SPLIT_NONE && !tiers_by_period)
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "the tiers have a \"split\", but what they cost is the same in all periods; expected rates by period or no "
            "\"split\"");
    MBILL_TRY(read_per(object, charge, err));
    MBILL_TRY(mbill__once_read(tariff, object, charge, err));
    MBILL_TRY(mbill__credit_read(tariff, object, charge, err));
    MBILL_TRY(mbill__in_parts_read(tariff, object, charge, err));
    MBILL_TRY(check_sum(tariff, object, charge, err));
    MBILL_TRY(check_least(tariff, object, charge, err));
    return check_unit(object, charge, err);
}

/* ---- names ---- */

static mbill_status read_optional_text(mbill_tariff *tariff, const mbill__node *object, const char *key, const char **out,
    mbill_error *err)
{
    mbill__node node;
    const char *text;
    if (!mbill__node_get(object, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_text(&node, &text, err));
    return mbill__tariff_text(tariff, text, out, err);
}

static mbill_status read_id(mbill_tariff *tariff, const mbill__node *object, mbill_charge_label *labels, mbill_error *err)
{
    mbill__node node;
    const char *id;
    MBILL_TRY(mbill__node_need(object, "id", &node, err));
    MBILL_TRY(mbill__node_name(&node, &id, err));
    for (size_t i = 0; i < object->index; i++)
        if (strcmp(labels[i].id, id) == 0) return mbill__node_fail(&node, err, MBILL_E_INVALID, "charge \"%s\" stands twice", id);
    return mbill__tariff_text(tariff, id, &labels[object->index].id, err);
}

static mbill_status read_charge(mbill_tariff *tariff, const mbill__node *object, mbill_charge_label *labels,
    mbill__charge *charge, mbill_error *err)
{
    static const char *const keys[] = {"id", "title", "to", "quantity", "rate", "unit", "tiers", "per", "part", "once_per",
        "start", "credit", "in_parts", "round", "only_if", "at_least", "at_most", "of", "calendar"};
    mbill__node node;
    mbill_charge_label *label = &labels[object->index];
    charge->ladder = (mbill__ladder){.n_tiers = 1, .times = MBILL__TERM_ONE, .add_fact = MBILL__TERM_ONE};
    charge->by_tier_of = -1;
    MBILL_TRY(mbill__node_object(object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__calendar_of(tariff, object, &charge->ladder.schedule, err));
    MBILL_TRY(read_optional_text(tariff, object, "title", &label->title, err));
    MBILL_TRY(read_optional_text(tariff, object, "to", &label->to, err));
    if (mbill__node_get(object, "round", &node)) MBILL_TRY(mbill__rounding_read(&node, &charge->round, err));
    MBILL_TRY(mbill__conditions_read(tariff, object, charge, err));
    bool least = mbill__node_get(object, "at_least", &node);
    if (least && mbill__node_get(object, "at_most", &node))
        return mbill__node_fail(object, err, MBILL_E_INVALID,
            "a charge is a minimum or a maximum; expected one of \"at_least\" and \"at_most\"");
    if (least || mbill__node_get(object, "at_most", &node)) {
        charge->bound = least ? MBILL__BOUND_AT_LEAST : MBILL__BOUND_AT_MOST;
        MBILL_TRY(mbill__limit_read(tariff, object, &node, charge, err));
    } else {
        MBILL_TRY(read_rated(tariff, object, charge, err));
    }
    label->converted = charge->quantity.converted;
    label->unit = charge->ladder.packs_micro != NULL ? "pack" : charge->quantity.unit;
    return MBILL_OK;
}

/* Other charges that a charge names, which may stand later. */
static mbill_status read_names(mbill_tariff *tariff, const mbill__node *object, mbill__charge *charge, mbill_error *err)
{
    MBILL_TRY(mbill__rates_find(tariff, object, charge, err));
    return mbill__hours_check(tariff, object, charge, err);
}

mbill_status mbill__charges_read(mbill_tariff *tariff, const mbill__node *list, mbill__rounding round_charge, mbill_error *err)
{
    mbill_charge_label *labels;
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 1, err));
    size_t n = mbill__node_count(list);
    if (n > MBILL__CHARGES_MAX)
        return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu charges; expected at most %d", n, MBILL__CHARGES_MAX);
    MBILL_TRY(mbill__tariff_take(tariff, n, sizeof *labels, &labels, err));
    MBILL_TRY(mbill__tariff_take(tariff, n, sizeof *tariff->charges, &tariff->charges, err));
    tariff->labels.charges = labels;
    tariff->labels.n_charges = tariff->n_charges = n;
    MBILL_TRY(mbill__tariff_take(tariff, MBILL__MONEY_MAX, sizeof *tariff->money, &tariff->money, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_id(tariff, &node, labels, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        tariff->charges[node.index].place = node.index;
        tariff->charges[node.index].round = round_charge;
        MBILL_TRY(read_charge(tariff, &node, labels, &tariff->charges[node.index], err));
    }
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_names(tariff, &node, &tariff->charges[node.index], err));
    return mbill__calendars_used(tariff, list, err);
}

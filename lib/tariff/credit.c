/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when "credit" does: its form, what it takes off a bill, and how it is settled. */
#include "tariff/credit.h"

#include "document/month_day_read.h"
#include "tariff/source.h"
#include "tariff/take.h"

#include <string.h>

#define ONE_NANO INT64_C(1000000000)

/* ---- form ---- */

static mbill_status read_then(const mbill__node *node, mbill__charge *charge, mbill_error *err)
{
    static const char *const keys[] = {"paid_at"};
    static const char *const words[] = {"lost"};
    mbill__node rate;
    int32_t word;
    if (mbill__node_kind(node) == MBILL__JSON_TEXT) return mbill__node_word(node, words, MBILL__COUNT(words), &word, err);
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "paid_at", &rate, err));
    MBILL_TRY(mbill__node_decimal(&rate, MBILL_SCALE_NANO, &charge->credit_nano, err));
    if (charge->credit_nano <= 0)
        return mbill__node_fail(&rate, err, MBILL_E_RANGE, "what is kept is paid at a rate above 0; expected \"lost\" for none");
    return MBILL_OK;
}

static bool may_keep(const mbill_tariff *tariff, const mbill__charge *charge)
{
    if (charge->bound != MBILL__BOUND_NONE) return tariff->buy.step_micro == 0;
    return charge->quantity.meter >= 0 && !tariff->inputs[charge->quantity.meter].converted && charge->ladder.n_tiers == 1 &&
        !charge->by_period && charge->series == NULL && charge->quantity.free_micro == 0 && tariff->buy.step_micro == 0;
}

mbill_status mbill__credit_read(mbill_tariff *tariff, const mbill__node *object, mbill__charge *charge, mbill_error *err)
{
    static const char *const keys[] = {"until", "then"};
    mbill__node credit, node;
    if (!mbill__node_get(object, "credit", &credit)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&credit, keys, MBILL__COUNT(keys), err));
    if (!may_keep(tariff, charge))
        return mbill__node_fail(&credit, err, MBILL_E_INVALID,
            charge->bound != MBILL__BOUND_NONE
                ? "money that is bought with keeps no credit; expected no \"buy\""
                : "\"credit\" is for a register or a sum at one rate; expected no tiers, no rate by period, no free part, "
                  "no \"buy\" and no input that is converted by factors");
    MBILL_TRY(mbill__node_need(&credit, "until", &node, err));
    MBILL_TRY(mbill__month_day_read(&node, &charge->credit_until, err));
    MBILL_TRY(mbill__node_need(&credit, "then", &node, err));
    MBILL_TRY(read_then(&node, charge, err));
    charge->credit_slot = tariff->n_slots++;
    if (tariff->n_slots > MBILL__SLOTS_MAX)
        return mbill__node_fail(&credit, err, MBILL_E_LIMIT, "more than %d ladders and charges to keep count of",
            MBILL__SLOTS_MAX);
    return MBILL_OK;
}

/* ---- pricing ---- */

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "what is kept leaves the range of +-9223372036854.775807");
}

/* Whether the billing span ends at the date; one inside it is refused, since nobody knows what was left on that day. */
static mbill_status ends_at(const mbill__scope *scope, int32_t month_day, bool *out_ends, mbill_error *err)
{
    mbill_date first, last;
    MBILL_TRY(mbill__scope_need_days(scope, err));
    MBILL_TRY(mbill_date_of_days(scope->days.from, &first, err));
    MBILL_TRY(mbill_date_of_days(scope->days.to, &last, err));
    *out_ends = false;
    for (int32_t year = first.year; year <= last.year; year++) {
        int32_t day;
        mbill_date date = {year, month_day / 100, month_day % 100};
        MBILL_TRY(mbill_date_to_days(date, &day, err));
        if (day > scope->days.from && day < scope->days.to)
            return mbill__fail(err, MBILL_E_BOUNDARY,
                "the credit is settled on %04d-%02d-%02d, inside the bill; expected a bill that ends there", year,
                month_day / 100, month_day % 100);
        *out_ends = *out_ends || (day == scope->days.to && scope->so_far.to == day);
    }
    return MBILL_OK;
}

static mbill_status add(const mbill__scope *scope, int32_t rule, int64_t quantity_micro, int64_t rate_nano, mbill__lines *lines,
    mbill_error *err)
{
    mbill_line line = {.rule = rule,
        .period = -1,
        .from_utc_s = scope->request->from_utc_s,
        .to_utc_s = scope->request->to_utc_s,
        .quantity_micro = quantity_micro,
        .rate_nano = rate_nano,
        .divide_by = 1};
    return mbill__lines_add(lines, line, err);
}

/* The lines in which a person sees what is kept grow and shrink: their quantities add up to what the position keeps. */
static mbill_status move(const mbill__scope *scope, const mbill__charge *charge, int64_t change_micro, int64_t rate_nano,
    bool ends, int64_t *kept_micro, mbill__lines *lines, mbill_error *err)
{
    if (!mbill__add(*kept_micro, change_micro, kept_micro)) return overflow(err);
    if (change_micro != 0) MBILL_TRY(add(scope, MBILL_LINE_CREDIT, change_micro, rate_nano, lines, err));
    if (!ends || *kept_micro == 0) return MBILL_OK;
    MBILL_TRY(add(scope, MBILL_LINE_SETTLED, -*kept_micro, charge->credit_nano, lines, err));
    *kept_micro = 0;
    return MBILL_OK;
}

static int64_t kept_of(const mbill__slot *slot)
{
    return slot->span_day == MBILL__SLOT_UNUSED ? 0 : slot->used_micro;
}

/* What is kept more (above 0) or less: all that is short, or so much of what is due as was kept. */
static bool change_of(int64_t due_micro, int64_t kept_micro, int64_t *out_micro)
{
    int64_t most_micro = due_micro < kept_micro ? due_micro : kept_micro;
    return mbill__subtract(0, most_micro, out_micro);
}

static mbill_status quantity_of(const mbill__scope *scope, const mbill__charge *charge, mbill__lines *lines, int64_t *out_micro,
    mbill_error *err)
{
    mbill__ratio ratio;
    MBILL_TRY(mbill__scope_ratio(scope, &charge->quantity, &ratio, err));
    MBILL_TRY(mbill__source_total(scope, charge->quantity.meter, out_micro, &lines->incomplete, err));
    return mbill__ratio_apply(&ratio, *out_micro, charge->quantity.round, out_micro, err);
}

mbill_status mbill__credit_price(const mbill__scope *scope, const mbill__charge *charge, mbill__slot *slot, mbill__lines *lines,
    mbill_error *err)
{
    int64_t quantity_micro, change_micro, billed_micro, kept_micro = kept_of(slot);
    bool ends;
    MBILL_TRY(ends_at(scope, charge->credit_until, &ends, err));
    MBILL_TRY(quantity_of(scope, charge, lines, &quantity_micro, err));
    if (!change_of(quantity_micro, kept_micro, &change_micro) || !mbill__add(quantity_micro, change_micro, &billed_micro))
        return overflow(err);
    MBILL_TRY(add(scope, MBILL_LINE_PLAIN, billed_micro, charge->rates_nano[0], lines, err));
    MBILL_TRY(move(scope, charge, change_micro, 0, ends, &kept_micro, lines, err));
    *slot = (mbill__slot){0, 0, kept_micro};
    return MBILL_OK;
}

mbill_status mbill__credit_money(const mbill__scope *scope, const mbill__charge *charge, int64_t gap_micro, mbill__slot *slot,
    mbill__lines *lines, mbill_error *err)
{
    int64_t above_micro, change_micro, kept_micro = kept_of(slot);
    bool ends;
    MBILL_TRY(ends_at(scope, charge->credit_until, &ends, err));
    if (lines->provisional != 0) return add(scope, MBILL_LINE_AT_LEAST, 0, ONE_NANO, lines, err); /* it waits for the close */
    if (!mbill__subtract(0, gap_micro, &above_micro) || !change_of(above_micro, kept_micro, &change_micro)) return overflow(err);
    if (change_micro == 0) MBILL_TRY(add(scope, MBILL_LINE_AT_LEAST, 0, ONE_NANO, lines, err));
    MBILL_TRY(move(scope, charge, change_micro, ONE_NANO, ends, &kept_micro, lines, err));
    *slot = (mbill__slot){0, 0, kept_micro};
    return MBILL_OK;
}

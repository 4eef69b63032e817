/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when rounding does. Law: shown amounts always add up to the total. A level that rounds, rounds the exact sum of what is below
 * it; what that changes against the shown amounts stands in a line of its own. */
#include "tariff/lines.h"

#include "tariff/amount.h"

#include <string.h>

#define ONE_NANO INT64_C(1000000000)

void mbill__lines_start(mbill__lines *lines, const mbill__scope *scope, mbill_line *out, size_t cap)
{
    memset(lines, 0, sizeof *lines);
    lines->scope = scope;
    lines->out = out;
    lines->cap = cap;
    lines->provisional = scope->request->to_utc_s < scope->span_to_utc_s ? MBILL_LINE_PROVISIONAL : 0;
    lines->bill_atoms = mbill__wide_of(0);
    lines->charge_atoms = mbill__wide_of(0);
}

static void start_part(mbill__lines *lines)
{
    lines->n_charge = 0;
    lines->charge_atoms = mbill__wide_of(0);
    lines->charge_shown_micro = 0;
}

void mbill__lines_charge(mbill__lines *lines, size_t charge)
{
    lines->charge = charge;
    lines->parts_atoms = mbill__wide_of(0);
    lines->parts_shown_micro = 0;
    start_part(lines);
    lines->incomplete = 0;
    lines->accrues = false;
}

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "an amount leaves the range of +-9223372036854.775807");
}

static void write_line(mbill__lines *lines, mbill_line line)
{
    line.flags |= lines->provisional;
    if (lines->n < lines->cap) lines->out[lines->n] = line;
    lines->n++;
    lines->flags |= line.flags;
}

/* Amounts that are looked at line by line grow here; those of whole charges are set when the charge is finished. */
static bool add_to_money(mbill__lines *lines, const mbill_line *line)
{
    const mbill_tariff *tariff = lines->scope->tariff;
    for (size_t i = 0; i < tariff->n_money; i++) {
        const mbill__money *money = &tariff->money[i];
        bool in_tiers = money->from_tier == 0 || (line->tier >= money->from_tier && line->tier <= money->to_tier);
        bool in_period = money->period < 0 || line->period == money->period;
        bool whole = money->from_tier == 0 && money->period < 0;
        if (money->charge != line->charge || whole || !in_tiers || !in_period) continue;
        if (!mbill__add(lines->money_micro[i], line->amount_micro, &lines->money_micro[i])) return false;
    }
    return true;
}

static void set_money(mbill__lines *lines, int64_t amount_micro)
{
    const mbill_tariff *tariff = lines->scope->tariff;
    for (size_t i = 0; i < tariff->n_money; i++) {
        const mbill__money *money = &tariff->money[i];
        if (money->charge == (int32_t)lines->charge && money->from_tier == 0 && money->period < 0)
            lines->money_micro[i] = amount_micro;
    }
}

/* In a part of the billing span a fixed quantity is due by the time that has passed: one cumulative function, which ends at the whole. */
static bool accrue(const mbill__lines *lines, int64_t *quantity_micro)
{
    const mbill__scope *scope = lines->scope;
    int64_t from_utc_s = scope->request->from_utc_s;
    if (!lines->accrues || lines->provisional == 0) return true;
    return mbill__multiply_divide(*quantity_micro, scope->request->to_utc_s - from_utc_s, scope->span_to_utc_s - from_utc_s,
        MBILL_ROUND_HALF_EVEN, quantity_micro);
}

mbill_status mbill__lines_add(mbill__lines *lines, mbill_line line, mbill_error *err)
{
    mbill__rounding rule = lines->scope->tariff->round_line;
    mbill__wide atoms;
    if (!accrue(lines, &line.quantity_micro) || !mbill__amount_of(line.quantity_micro, line.rate_nano, line.divide_by, &atoms) ||
        !mbill__amount_round(atoms, rule, &line.amount_micro))
        return overflow(err);
    if (rule.step_micro != 0) atoms = mbill__amount_of_micro(line.amount_micro);
    if (!mbill__wide_add(lines->charge_atoms, atoms, &lines->charge_atoms) ||
        !mbill__add(lines->charge_shown_micro, line.amount_micro, &lines->charge_shown_micro))
        return overflow(err);
    line.charge = (int32_t)lines->charge;
    line.flags |= lines->incomplete;
    line.step_micro = rule.step_micro;
    lines->n_charge++;
    if (!add_to_money(lines, &line)) return overflow(err);
    write_line(lines, line);
    return MBILL_OK;
}

static void close_difference(mbill__lines *lines, int32_t charge, int64_t difference_micro)
{
    const mbill_price_request *request = lines->scope->request;
    mbill_line line = {MBILL_LINE_ROUNDING, charge, -1, 0, request->from_utc_s, request->to_utc_s, difference_micro, ONE_NANO, 1,
        0, difference_micro, 0};
    if (difference_micro != 0) write_line(lines, line);
}

mbill_status mbill__lines_finish_charge(mbill__lines *lines, mbill_error *err)
{
    mbill__rounding rule = lines->scope->tariff->charges[lines->charge].round;
    int64_t amount_micro, difference_micro;
    if (!mbill__amount_round(lines->charge_atoms, rule, &amount_micro) ||
        !mbill__subtract(amount_micro, lines->charge_shown_micro, &difference_micro))
        return overflow(err);
    int64_t shown_micro = lines->charge_shown_micro;
    mbill__wide atoms = lines->charge_atoms;
    if (rule.step_micro != 0) {
        close_difference(lines, (int32_t)lines->charge, difference_micro);
        shown_micro = amount_micro;
        atoms = mbill__amount_of_micro(amount_micro);
    }
    if (!mbill__wide_add(lines->bill_atoms, atoms, &lines->bill_atoms) ||
        !mbill__add(lines->bill_shown_micro, shown_micro, &lines->bill_shown_micro) ||
        !mbill__wide_add(lines->parts_atoms, atoms, &lines->parts_atoms) ||
        !mbill__amount_round(lines->parts_atoms, (mbill__rounding){0, MBILL_ROUND_HALF_EVEN}, &amount_micro) ||
        !mbill__add(lines->parts_shown_micro, shown_micro, &lines->parts_shown_micro))
        return overflow(err);
    set_money(lines, amount_micro);
    if (lines->charges_micro != NULL) lines->charges_micro[lines->charge] = lines->parts_shown_micro;
    start_part(lines);
    return MBILL_OK;
}

mbill_status mbill__lines_charged_before(mbill__lines *lines, int64_t charged_micro, int64_t *inout_total_micro, mbill_error *err)
{
    const mbill_price_request *request = lines->scope->request;
    if (charged_micro == 0) return MBILL_OK;
    if (!mbill__subtract(*inout_total_micro, charged_micro, inout_total_micro)) return overflow(err);
    write_line(lines,
        (mbill_line){MBILL_LINE_CHARGED_BEFORE, -1, -1, 0, request->from_utc_s, request->to_utc_s, -charged_micro, ONE_NANO, 1, 0,
            -charged_micro, 0});
    return MBILL_OK;
}

mbill_status mbill__lines_finish_bill(mbill__lines *lines, int64_t *out_total_micro, mbill_error *err)
{
    int64_t difference_micro;
    if (!mbill__amount_round(lines->bill_atoms, lines->scope->tariff->round_bill, out_total_micro) ||
        !mbill__subtract(*out_total_micro, lines->bill_shown_micro, &difference_micro))
        return overflow(err);
    close_difference(lines, -1, difference_micro);
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the order of pricing does: request, then each charge in the document's order, then the bill. The position is worked on
 * in the caller's block and put back as it was when anything is refused. */
#include "tariff/price.h"

#include "document/say.h"
#include "number/round.h"
#include "tariff/billed.h"
#include "tariff/condition.h"
#include "tariff/credit.h"
#include "tariff/demand.h"
#include "tariff/limit.h"
#include "tariff/lookup.h"
#include "tariff/metered.h"
#include "tariff/once.h"
#include "tariff/series.h"
#include "tariff/stretch.h"

#include <string.h>

#define ONE_NANO INT64_C(1000000000)

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "an amount leaves the range of +-9223372036854.775807");
}

/* A working copy of the slots: on the stack, so that nothing of the caller's changes before all is done. */
typedef struct working_slots {
    mbill__slot before[MBILL__SLOTS_MAX], now[MBILL__SLOTS_MAX];
} working_slots;

/* ---- charges that are not metered ---- */

/* The charge's own rate, or that of the tier which another charge's ladder is in after this bill: priced aside, from the position before. */
static mbill_status choose_rate(const mbill__scope *scope, const mbill__charge *charge, const working_slots *work,
    const mbill__lines *lines, int64_t *out_nano, mbill_error *err)
{
    size_t tier = 0, season;
    if (charge->by_tier_of >= 0) {
        const mbill__charge *other = &scope->tariff->charges[charge->by_tier_of];
        mbill__slot slots[MBILL__TIERS_MAX];
        mbill__lines aside = *lines;
        aside.cap = 0;
        if (other->ladder.n_slots > 0) memcpy(slots, work->before + other->ladder.slot, other->ladder.n_slots * sizeof *slots);
        MBILL_TRY(mbill__metered_price(scope, other, slots, &aside, &tier, err));
    }
    MBILL_TRY(mbill__season_of_bill(scope, charge, &season, err));
    *out_nano = mbill__charge_rate(charge, 0, season, tier, 0);
    return MBILL_OK;
}

static mbill_line span_line(const mbill__scope *scope, int32_t rule, int64_t quantity_micro, int64_t rate_nano, int32_t divide_by)
{
    return (mbill_line){.rule = rule,
        .period = -1,
        .from_utc_s = scope->request->from_utc_s,
        .to_utc_s = scope->request->to_utc_s,
        .quantity_micro = quantity_micro,
        .rate_nano = rate_nano,
        .divide_by = divide_by};
}

static mbill_status price_fixed(const mbill__scope *scope, const mbill__charge *charge, working_slots *work, mbill__lines *lines,
    mbill_error *err)
{
    int64_t quantity_micro, rate_nano;
    mbill__due_stretch due[2];
    size_t n_due;
    MBILL_TRY(mbill__billed_product(scope, &charge->quantity, &quantity_micro, err));
    if (charge->ladder.n_tiers > 1) {
        lines->accrues = true;
        return mbill__pooled_price(scope, charge, quantity_micro, lines, err);
    }
    MBILL_TRY(choose_rate(scope, charge, work, lines, &rate_nano, err));
    MBILL_TRY(mbill__scope_due(scope, charge, due, &n_due, err));
    lines->accrues = charge->once_per == MBILL__OVER_NONE;
    if (charge->once_per != MBILL__OVER_NONE)
        MBILL_TRY(mbill__once_count(scope, charge, &work->now[charge->once_slot], &due[0].count, err));
    for (size_t i = 0; i < n_due; i++) {
        int64_t due_micro;
        if (!mbill__multiply(quantity_micro, due[i].count, &due_micro)) return overflow(err);
        if (i > 0 && due_micro == 0) continue;
        MBILL_TRY(mbill__lines_add(lines, span_line(scope, MBILL_LINE_PLAIN, due_micro, rate_nano, due[i].divide_by), err));
    }
    return MBILL_OK;
}

static mbill_status sum_money(const mbill__lines *lines, const int32_t *money, size_t n_money, int64_t *out_micro,
    mbill_error *err)
{
    *out_micro = 0;
    for (size_t i = 0; i < n_money; i++)
        if (!mbill__add(*out_micro, lines->money_micro[money[i]], out_micro)) return overflow(err);
    return MBILL_OK;
}

static mbill_status price_money(const mbill__scope *scope, const mbill__charge *charge, const working_slots *work,
    mbill__lines *lines, mbill_error *err)
{
    int64_t quantity_micro, rate_nano;
    mbill__ratio ratio;
    MBILL_TRY(sum_money(lines, charge->quantity.money, charge->quantity.n_money, &quantity_micro, err));
    MBILL_TRY(mbill__scope_ratio(scope, &charge->quantity, &ratio, err));
    MBILL_TRY(mbill__ratio_apply(&ratio, quantity_micro, charge->quantity.round, &quantity_micro, err));
    if (charge->ladder.n_tiers > 1) return mbill__pooled_price(scope, charge, quantity_micro, lines, err);
    MBILL_TRY(choose_rate(scope, charge, work, lines, &rate_nano, err));
    return mbill__lines_add(lines, span_line(scope, MBILL_LINE_MONEY, quantity_micro, rate_nano, 1), err);
}

/* The shortfall to a minimum or the excess over a maximum, as money at rate 1. */
static mbill_status price_limit(const mbill__scope *scope, const mbill__charge *charge, working_slots *work, mbill__lines *lines,
    mbill_error *err)
{
    int32_t rule = charge->bound == MBILL__BOUND_AT_LEAST ? MBILL_LINE_AT_LEAST : MBILL_LINE_AT_MOST;
    int64_t have_micro, gap_micro;
    MBILL_TRY(sum_money(lines, charge->of, charge->n_of, &have_micro, err));
    MBILL_TRY(
        mbill__limit_gap(scope, charge, lines->provisional != 0, have_micro, &work->now[charge->limit_slot], &gap_micro, err));
    if (charge->credit_until != 0)
        return mbill__credit_money(scope, charge, gap_micro, &work->now[charge->credit_slot], lines, err);
    return mbill__lines_add(lines, span_line(scope, rule, gap_micro, ONE_NANO, 1), err);
}

static mbill_status price_charge(const mbill__scope *scope, const mbill__charge *charge, working_slots *work, mbill__lines *lines,
    mbill_error *err)
{
    bool due;
    mbill__charge looked_up;
    int64_t rates_nano[MBILL__RATES_MAX];
    MBILL_TRY(mbill__charge_is_due(scope, charge, &due, err));
    if (!due) return MBILL_OK;
    if (charge->lookups != NULL) {
        MBILL_TRY(mbill__rates_look_up(scope, charge, lines, rates_nano, &looked_up, err));
        charge = &looked_up;
    }
    if (charge->bound != MBILL__BOUND_NONE) return price_limit(scope, charge, work, lines, err);
    if (charge->quantity.money != NULL) return price_money(scope, charge, work, lines, err);
    if (charge->credit_until != 0) return mbill__credit_price(scope, charge, &work->now[charge->credit_slot], lines, err);
    if (charge->quantity.peak != NULL) return mbill__demand_price(scope, charge, work->now, lines, err);
    if (charge->series != NULL) return mbill__series_price(scope, charge, lines, err);
    if (charge->quantity.meter >= 0)
        return mbill__metered_price(scope, charge, work->now + charge->ladder.slot, lines, NULL, err);
    return price_fixed(scope, charge, work, lines, err);
}

/* Give a refusal its place when what refused it had none. */
static mbill_status place(mbill_status status, const mbill__scope *scope, size_t charge, mbill_error *err)
{
    if (status == MBILL_OK || err == NULL || err->index >= 0 || err->path[0] != '\0') return status;
    char message[sizeof err->message];
    memcpy(message, err->message, sizeof message);
    return mbill__fail(err, status, "charge \"%s\": %s", scope->tariff->labels.charges[charge].id, message);
}

/* ---- the call ---- */

static mbill_status check_input_flags(const mbill_price_request *request, mbill_error *err)
{
    const uint32_t quality = MBILL_READING_ESTIMATED | MBILL_READING_SUBSTITUTED;
    if (request->n_inputs > 0) MBILL__NEED(request->inputs);
    for (size_t i = 0; i < request->n_inputs; i++)
        if ((request->inputs[i].flags & ~quality) != 0)
            return mbill__fail_at(err, MBILL_E_UNKNOWN_OPTION, (int64_t)i,
                "input flags 0x%x have other bits than MBILL_READING_ESTIMATED and MBILL_READING_SUBSTITUTED",
                (unsigned)request->inputs[i].flags);
    return MBILL_OK;
}

mbill_status mbill__price_request_read(mbill_price_request *known, const mbill_price_request *given, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(known, sizeof *known, offsetof(mbill_price_request, inputs), given, err));
    if ((known->flags & ~(MBILL_PRICE_ALLOW_GAPS | MBILL_PRICE_PURCHASE)) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "request flags 0x%x have bits this version does not know",
            (unsigned)known->flags);
    if ((known->flags & MBILL_PRICE_PURCHASE) != 0 && known->to_utc_s - 1 != known->from_utc_s)
        return mbill__fail(err, MBILL_E_RANGE, "a purchase is made at an instant; expected a span of one second");
    if ((known->flags & MBILL_PRICE_PURCHASE) != 0 && known->span_to_utc_s != 0)
        return mbill__fail(err, MBILL_E_INVALID, "a purchase is no part of a billing span; expected span_to 0");
    return check_input_flags(known, err);
}

static mbill_status refuse_order(const mbill_tariff *tariff, int64_t billed_to_utc_s, int64_t from_utc_s, bool purchase,
    mbill_error *err)
{
    return mbill__fail(err, MBILL_E_POSITION, "the position is billed up to %s, but the %s at %s; expected %s",
        mbill__say_time(billed_to_utc_s, tariff->zone).text, purchase ? "purchase is" : "bill begins",
        mbill__say_time(from_utc_s, tariff->zone).text, purchase ? "a later instant" : "the same instant");
}

/* A span that is charged in parts keeps its start and its end until it is closed. */
static mbill_status check_open_span(const mbill__scope *scope, const mbill_position *before, mbill_error *err)
{
    const mbill_zone *zone = scope->tariff->zone;
    const mbill_price_request *request = scope->request;
    if (before->span_from_utc_s != request->from_utc_s || before->span_to_utc_s != scope->span_to_utc_s)
        return mbill__fail(err, MBILL_E_POSITION,
            "the position has the span from %s to %s open, but the bill is for the one from %s to %s",
            mbill__say_time(before->span_from_utc_s, zone).text, mbill__say_time(before->span_to_utc_s, zone).text,
            mbill__say_time(request->from_utc_s, zone).text, mbill__say_time(scope->span_to_utc_s, zone).text);
    if (before->billed_to_utc_s <= request->to_utc_s) return MBILL_OK;
    return mbill__fail(err, MBILL_E_POSITION, "the position is charged up to %s, but the part ends at %s",
        mbill__say_time(before->billed_to_utc_s, zone).text, mbill__say_time(request->to_utc_s, zone).text);
}

static mbill_status check_position(const mbill__scope *scope, const mbill_position *before, mbill_error *err)
{
    const mbill_price_request *request = scope->request;
    bool purchase = (request->flags & MBILL_PRICE_PURCHASE) != 0;
    if (before == NULL) return MBILL_OK;
    MBILL_TRY(mbill__position_check(scope->tariff, before, err));
    if (before->span_from_utc_s != INT64_MIN) return check_open_span(scope, before, err);
    if (before->billed_to_utc_s == INT64_MIN || before->billed_to_utc_s == request->from_utc_s) return MBILL_OK;
    if (purchase && before->billed_to_utc_s < request->from_utc_s) return MBILL_OK;
    return refuse_order(scope->tariff, before->billed_to_utc_s, request->from_utc_s, purchase, err);
}

static void copy_slots(working_slots *work, const mbill_tariff *tariff, const mbill_position *before)
{
    for (size_t i = 0; i < tariff->n_slots; i++)
        work->before[i] = work->now[i] = before == NULL ? (mbill__slot){MBILL__SLOT_UNUSED, 0, 0} : before->slots[i];
}

/* A part leaves the slots as they were at the span's start, and says what the span came to so far. */
static void write_after(const mbill__scope *scope, const working_slots *work, int64_t to_date_micro, mbill_position *out)
{
    const mbill_price_request *request = scope->request;
    bool part = request->to_utc_s < scope->span_to_utc_s;
    mbill_position_init(scope->tariff, out);
    out->billed_to_utc_s = request->flags & MBILL_PRICE_PURCHASE ? request->from_utc_s : request->to_utc_s;
    if (part) {
        out->span_from_utc_s = request->from_utc_s;
        out->span_to_utc_s = scope->span_to_utc_s;
        out->charged_micro = to_date_micro;
    }
    for (size_t i = 0; i < scope->tariff->n_slots; i++) out->slots[i] = part ? work->before[i] : work->now[i];
}

/* A charge in equal parts is one part over and over, each rounded as the charge is. */
static mbill_status price_parts(const mbill__scope *scope, const mbill__charge *charge, working_slots *work, mbill__lines *lines,
    mbill_error *err)
{
    int64_t n = 1;
    for (int64_t part = 0; part < n; part++) {
        MBILL_TRY(price_charge(scope, charge, work, lines, err));
        if (part == 0 && lines->n_charge > 0) MBILL_TRY(mbill__scope_parts(scope, &charge->quantity, &n, err));
        MBILL_TRY(mbill__lines_finish_charge(lines, err));
    }
    return MBILL_OK;
}

static mbill_status price_all(const mbill__scope *scope, working_slots *work, mbill__lines *lines, int64_t *out_total_micro,
    mbill_error *err)
{
    for (size_t i = 0; i < scope->tariff->n_charges; i++) {
        const mbill__charge *charge = &scope->tariff->charges[i];
        mbill__lines_charge(lines, i);
        MBILL_TRY(place(price_parts(scope, charge, work, lines, err), scope, i, err));
    }
    return mbill__lines_finish_bill(lines, out_total_micro, err);
}

mbill_status mbill__price_known(mbill__scope *scope, const mbill_position *before, mbill__lines *lines, int64_t *out_total_micro,
    mbill_position *out_after, mbill_error *err)
{
    working_slots work;
    int64_t to_date_micro;
    MBILL_TRY(check_position(scope, before, err));
    copy_slots(&work, scope->tariff, before);
    scope->slots_before = work.before;
    MBILL_TRY(price_all(scope, &work, lines, &to_date_micro, err));
    *out_total_micro = to_date_micro;
    MBILL_TRY(mbill__lines_charged_before(lines, before == NULL ? 0 : before->charged_micro, out_total_micro, err));
    if (out_after != NULL && (lines->only_sums || lines->n <= lines->cap)) write_after(scope, &work, to_date_micro, out_after);
    return MBILL_OK;
}

mbill_status mbill__price_bill(const mbill_tariff *tariff, const mbill_price_request *request, const mbill_position *before,
    mbill_line *out_lines, size_t cap_lines, size_t *out_n_lines, mbill_bill *out_bill, mbill_position *out_after,
    mbill_error *err)
{
    mbill__scope scope;
    mbill__lines lines;
    int64_t total_micro;
    MBILL_TRY(mbill__scope_start(&scope, tariff, request, err));
    mbill__lines_start(&lines, &scope, out_lines, cap_lines);
    MBILL_TRY(mbill__price_known(&scope, before, &lines, &total_micro, out_after, err));
    *out_n_lines = lines.n;
    if (lines.n > cap_lines)
        return mbill__fail(err, MBILL_E_ROOM, "the bill has %zu lines, but there is room for %zu", lines.n, cap_lines);
    *out_bill = (mbill_bill){out_bill->struct_size, lines.flags, request->from_utc_s, request->to_utc_s, total_micro, NULL, 0};
    return MBILL_OK;
}

mbill_status mbill_tariff_price(const mbill_tariff *tariff, const mbill_price_request *request, const mbill_position *before,
    mbill_line *out_lines, size_t cap_lines, size_t *out_n_lines, mbill_bill *out_bill, mbill_position *out_after,
    mbill_error *err)
{
    mbill_price_request known;
    MBILL__NEED(tariff);
    MBILL__NEED(request);
    MBILL__NEED(out_n_lines);
    MBILL__NEED(out_bill);
    if (out_bill->struct_size < sizeof *out_bill) return mbill__fail(err, MBILL_E_MISUSE, "out_bill: struct_size is not set");
    if (cap_lines > 0) MBILL__NEED(out_lines);
    MBILL_TRY(mbill__price_request_read(&known, request, err));
    return mbill__price_bill(tariff, &known, before, out_lines, cap_lines, out_n_lines, out_bill, out_after, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What the bills of the span would have come to under another tariff: each priced again from the readings as they are now, one behind the other.
 * Changes when such bills are compared in another way. Invariant: what cannot be priced is said in the contract's row, and the others stay. */
#include "meterbill/decimal.h"
#include "number/round.h"
#include "store/bind.h"
#include "store/closing.h"
#include "store/member.h"
#include "store/reporting.h"

#include <string.h>

/* One contract's bills, added up. */
typedef struct compared {
    int64_t from_utc_s, to_utc_s, n_bills;
    mbill_sum billed, cost;
    char currency[8];
    mbill_error why; /* status: what the first bill that could not be priced is refused by */
} compared;

typedef struct cost_report {
    mbill__reporting *report;
    mbill_close close; /* what prices */
} cost_report;

typedef struct kept_bill {
    int64_t from_utc_s, to_utc_s, total_micro;
    bool allow_gaps;
} kept_bill;

/* Civil, "2026-01-31"; empty where the calendar does not reach. */
static mbill__number_text day_text(const mbill_zone *zone, int64_t utc_s)
{
    mbill__number_text out = {""};
    mbill_date date;
    size_t len = sizeof out.text;
    if (mbill_date_of_days(mbill_zone_day(zone, utc_s), &date, NULL) != MBILL_OK) return out;
    if (mbill_date_print(date, out.text, &len, NULL) != MBILL_OK) out.text[0] = '\0';
    return out;
}

/* The other tariff over the bill's span; the contract's own begins or ends nowhere inside of it. */
static mbill_status choose(cost_report *of, const mbill__close_contract *contract, const kept_bill *bill, mbill__chosen *out,
    mbill_error *err)
{
    const mbill__span_asked asked = {.from_utc_s = bill->from_utc_s, .to_utc_s = bill->to_utc_s};
    MBILL_TRY(mbill__versions_choose(&of->close.versions, contract->tariff, contract->from_day, contract->to_day, &asked,
        contract->change.split != 0, out, err));
    if (out->active && out->from_utc_s == bill->from_utc_s && out->to_utc_s == bill->to_utc_s) return MBILL_OK;
    return mbill__fail(err, MBILL_E_UNCOVERED, "tariff \"%s\" has another zone, in which the contract's days are another span",
        contract->tariff);
}

/* Behind the bill before it in row, or as the first. */
static mbill_status price(cost_report *of, const mbill__close_contract *contract, const kept_bill *bill, compared *row,
    mbill_error *err)
{
    mbill__chosen chosen;
    mbill_price_request request;
    mbill_bill made;
    size_t n_lines;
    MBILL_TRY(choose(of, contract, bill, &chosen, err));
    const char *currency = mbill_tariff_labels(chosen.tariff)->currency;
    if (strcmp(currency, row->currency) != 0)
        return mbill__fail(err, MBILL_E_INVALID, "the bill is in %s and tariff \"%s\" in %s, expected one currency",
            row->currency, contract->tariff, currency);
    if (row->n_bills > 0 && row->to_utc_s != bill->from_utc_s)
        return mbill__fail(err, MBILL_E_GAP, "the bill before it ends earlier, expected one behind the other");
    const char *place = row->n_bills > 0 ? of->close.place_text : NULL;
    MBILL_TRY(mbill__close_place(&of->close, &chosen, place, place != NULL ? strlen(place) : 0, err));
    MBILL_TRY(mbill__close_price(&of->close, contract, &chosen, bill->allow_gaps, &request, &n_lines, &made, err));
    MBILL_TRY(mbill__close_keep_place(&of->close, &chosen, err));
    return mbill_sum_add(&row->cost, &made.total_micro, 1, err);
}

static mbill_status add_bill(cost_report *of, const mbill__close_contract *contract, const kept_bill *bill, compared *row,
    mbill_error *err)
{
    if (row->why.status == MBILL_OK) {
        mbill_error cause;
        mbill_error_init(&cause);
        mbill_status status = price(of, contract, bill, row, &cause);
        if (mbill__ends_all(status)) return mbill__fail(err, status, "%s", cause.message);
        if (status != MBILL_OK)
            (void)mbill__fail(&row->why, status, "bill of %s: %s", day_text(of->report->zone, bill->from_utc_s).text,
                cause.message);
    }
    if (row->n_bills++ == 0) row->from_utc_s = bill->from_utc_s;
    row->to_utc_s = bill->to_utc_s;
    return mbill_sum_add(&row->billed, &bill->total_micro, 1, err);
}

static mbill_status read_currency(const cost_report *of, mbill__query *query, int column, compared *row, mbill_error *err)
{
    mbill__json *bill;
    const char *body, *text;
    size_t len;
    MBILL_TRY(mbill__column_text(query, column, &body, &len, err));
    MBILL_TRY(mbill__member_text(body != NULL ? body : "", len, "currency", mbill__db_allocator(of->close.store->db), &bill,
        &text, err));
    const bool fits = text != NULL && strlen(text) < sizeof row->currency;
    if (fits) memcpy(row->currency, text, strlen(text) + 1);
    mbill__json_free(bill);
    return fits ? MBILL_OK : mbill__fail(err, MBILL_E_CORRUPT, "a bill has no currency");
}

static mbill_status add_bills(cost_report *of, const mbill__close_contract *contract, compared *row, mbill_error *err)
{
    static const char SELECT_BILLS[] = "SELECT from_utc_s, to_utc_s, total_micro, flags, body FROM mbill_bill"
                                       " WHERE contract_no = ?1 AND from_utc_s >= ?2 AND from_utc_s < ?3 ORDER BY from_utc_s";
    const mbill__given_value given[] = {MBILL__WHOLE(contract->contract_no), MBILL__WHOLE(of->report->from_utc_s),
        MBILL__WHOLE(of->report->to_utc_s)};
    mbill__query *query;
    bool more;
    mbill_error_init(&row->why);
    MBILL_TRY(mbill__sql_ask(of->report->store, SELECT_BILLS, given, 3, &query, err));
    MBILL_TRY(mbill__query_step(query, &more, err));
    while (more) {
        const kept_bill bill = {mbill__column_whole(query, 0), mbill__column_whole(query, 1), mbill__column_whole(query, 2),
            (mbill__column_whole(query, 3) & MBILL_LINE_INCOMPLETE) != 0};
        MBILL_TRY(read_currency(of, query, 4, row, err));
        MBILL_TRY(add_bill(of, contract, &bill, row, err));
        MBILL_TRY(mbill__query_step(query, &more, err));
    }
    return MBILL_OK;
}

/* Rows */

static mbill_status difference(const compared *row, mbill__number_text *out, mbill_error *err)
{
    int64_t billed_micro, cost_micro, more_micro;
    MBILL_TRY(mbill_sum_value(&row->billed, &billed_micro, err));
    MBILL_TRY(mbill_sum_value(&row->cost, &cost_micro, err));
    if (!mbill__subtract(cost_micro, billed_micro, &more_micro))
        return mbill__fail(err, MBILL_E_OVERFLOW, "the difference of two tariffs does not fit 64 bits");
    const mbill_sum more = {more_micro < 0 ? -1 : 0, (uint64_t)more_micro};
    *out = mbill__sum_text(&more, MBILL_SCALE_MICRO);
    return MBILL_OK;
}

static mbill_status give(const cost_report *of, const mbill__close_contract *contract, const char *own, const compared *row,
    mbill_error *err)
{
    const mbill_zone *zone = of->report->zone;
    const mbill__number_text from = day_text(zone, row->from_utc_s), to = day_text(zone, row->to_utc_s);
    const mbill_sum n = {0, (uint64_t)row->n_bills};
    const mbill__number_text bills = mbill__sum_text(&n, 0), billed = mbill__sum_text(&row->billed, MBILL_SCALE_MICRO),
                             cost = mbill__sum_text(&row->cost, MBILL_SCALE_MICRO);
    const bool priced = row->why.status == MBILL_OK;
    mbill__number_text more = {""};
    if (priced) MBILL_TRY(difference(row, &more, err));
    const mbill_report_cell cells[] = {{contract->account, MBILL_REPORT_TEXT, 0}, {own, MBILL_REPORT_TEXT, 0},
        {from.text, MBILL_REPORT_TEXT, 0}, {to.text, MBILL_REPORT_TEXT, 0}, {bills.text, MBILL_REPORT_NUMBER, 0},
        {row->currency, MBILL_REPORT_TEXT, 0}, {billed.text, MBILL_REPORT_NUMBER, 0},
        {priced ? cost.text : NULL, MBILL_REPORT_NUMBER, 0}, {priced ? more.text : NULL, MBILL_REPORT_NUMBER, 0},
        {priced ? NULL : row->why.message, MBILL_REPORT_TEXT, 0}};
    mbill__report_give(of->report, cells);
    return MBILL_OK;
}

static mbill_status run_contract(cost_report *of, mbill__query *query, mbill_error *err)
{
    mbill__close_contract contract;
    compared row = {0};
    MBILL_TRY(mbill__closing_contract(query, &contract, err));
    if (!mbill__report_means(of->report, contract.account_no)) return MBILL_OK;
    const char *own = contract.tariff;
    contract.tariff = of->report->options.tariff;
    MBILL_TRY(add_bills(of, &contract, &row, err));
    return give(of, &contract, own, &row, err);
}

static mbill_status check_tariff(const mbill__reporting *report, mbill_error *err)
{
    static const char SELECT_TARIFF[] = "SELECT 1 FROM mbill_tariff WHERE id = ?1";
    const mbill__given_value given[] = {MBILL__TEXT(report->options.tariff)};
    int64_t one;
    bool found;
    MBILL_TRY(mbill__report_need(report, report->options.tariff, "tariff", err));
    MBILL_TRY(mbill__sql_whole(report->store, SELECT_TARIFF, given, 1, &found, &one, err));
    return found ? MBILL_OK : mbill__fail(err, MBILL_E_NOT_FOUND, "tariff \"%.64s\" is not in the store", report->options.tariff);
}

/* Prices and days are needed as far as the bills that begin in the span reach. */
static mbill_status load_lists(cost_report *of, mbill_error *err)
{
    static const char SELECT_END[] = "SELECT max(to_utc_s) FROM mbill_bill WHERE from_utc_s >= ?1 AND from_utc_s < ?2";
    const mbill__reporting *report = of->report;
    const mbill__given_value given[] = {MBILL__WHOLE(report->from_utc_s), MBILL__WHOLE(report->to_utc_s)};
    mbill__span_asked asked = {.from_utc_s = report->from_utc_s};
    bool found;
    MBILL_TRY(mbill__sql_whole(report->store, SELECT_END, given, 2, &found, &asked.to_utc_s, err));
    if (asked.to_utc_s <= asked.from_utc_s) asked.to_utc_s = report->to_utc_s;
    of->close.asked = asked;
    return mbill__lists_load(&of->close.lists, report->store, &asked, err);
}

/* Contracts of other tariffs that bill the same utility, where both are known. */
static mbill_status run(cost_report *of, mbill_error *err)
{
    static const char SELECT_COMPARED[] = "SELECT " MBILL__CONTRACT_COLUMNS " LEFT JOIN mbill_utility u ON u.tariff = c.tariff"
                                          " LEFT JOIN mbill_utility o ON o.tariff = ?1 WHERE c.tariff <> ?1"
                                          " AND (u.utility IS NULL OR o.utility IS NULL OR u.utility = o.utility)"
                                          " AND EXISTS (SELECT 1 FROM mbill_bill b WHERE b.contract_no = c.contract_no"
                                          " AND b.from_utc_s >= ?2 AND b.from_utc_s < ?3) ORDER BY c.account_no, c.contract_no";
    const mbill__given_value given[] = {MBILL__TEXT(of->report->options.tariff), MBILL__WHOLE(of->report->from_utc_s),
        MBILL__WHOLE(of->report->to_utc_s)};
    mbill__query *query;
    bool row;
    MBILL_TRY(check_tariff(of->report, err));
    MBILL_TRY(load_lists(of, err));
    MBILL_TRY(mbill__sql_ask(of->report->store, SELECT_COMPARED, given, 3, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        MBILL_TRY(run_contract(of, query, err)); /* on failure the rollback ends the query */
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

mbill_status mbill__report_cost(mbill__reporting *report, mbill_error *err)
{
    cost_report of = {.report = report};
    mbill__closing_start(&of.close, report->store);
    mbill_status status = run(&of, err);
    mbill__closing_end(&of.close);
    return status;
}

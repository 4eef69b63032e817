/* SPDX-License-Identifier: Apache-2.0 */
/* Use of accounts from their bills: for each unit of a fact, for each degree-day, among others, in a period. Changes when these reports do. Quotients
 * are exact and rounded once, half_even to 10^-6. */
#include "number/ratio.h"
#include "store/bill_lines.h"
#include "store/bind.h"
#include "store/lists.h"

#include <stdlib.h>
#include <string.h>

#define MICRO 1000000
#define NANO 1000000000

typedef struct account_use {
    const char *id, *unit; /* unit: NULL until a line has said it */
    int64_t account_no, quantity_micro, period_micro;
    int64_t fact_micro; /* 0: not known */
    int64_t per_fact_micro;
} account_use;

typedef struct use_report {
    mbill__reporting *report;
    mbill__arena arena;
    account_use *accounts;
    size_t n, cap;
} use_report;

static mbill_status refuse_overflow(const char *id, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "the use of account \"%s\" does not fit 64 bits", id);
}

static mbill_status add_line(void *ctx, const mbill__kept_bill *bill, const mbill__kept_line *line, mbill_error *err)
{
    use_report *of = ctx;
    account_use *use = &of->accounts[of->n - 1];
    const char *period = of->report->options.period;
    if (line->unit[0] == '\0' || strcmp(line->charge, of->report->options.charge) != 0) return MBILL_OK;
    if (use->unit == NULL) {
        use->unit = mbill__arena_text(&of->arena, line->unit, strlen(line->unit));
        if (use->unit == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for a report could not be allocated");
    }
    if (strcmp(use->unit, line->unit) != 0)
        return mbill__fail(err, MBILL_E_INVALID, "charge \"%s\" of account \"%s\" is counted in %s and in %s, expected one unit",
            line->charge, bill->account, use->unit, line->unit);
    if (!mbill__add(use->quantity_micro, line->quantity_micro, &use->quantity_micro)) return refuse_overflow(bill->account, err);
    if (period == NULL || strcmp(period, line->period) != 0) return MBILL_OK;
    if (!mbill__add(use->period_micro, line->quantity_micro, &use->period_micro)) return refuse_overflow(bill->account, err);
    return MBILL_OK;
}

/* Bills come account by account. */
static mbill_status add_bill(void *ctx, const mbill__kept_bill *bill, mbill_error *err)
{
    use_report *of = ctx;
    if (of->n == 0 || of->accounts[of->n - 1].account_no != bill->account_no) {
        void *block = of->accounts;
        mbill_status status = mbill__room(mbill__db_allocator(of->report->store->db), &block, &of->cap, sizeof *of->accounts,
            of->n + 1, err);
        of->accounts = block;
        MBILL_TRY(status);
        const char *id = mbill__arena_text(&of->arena, bill->account, strlen(bill->account));
        if (id == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for a report could not be allocated");
        of->accounts[of->n++] = (account_use){.id = id, .account_no = bill->account_no};
    }
    return mbill__bill_lines(bill, add_line, of, err);
}

/* The fact's value on the last day of the span; one that is a word, or not above 0, is none. */
static mbill_status read_fact(const use_report *of, account_use *use, mbill_error *err)
{
    static const char SELECT_FACT_AT[] =
        "SELECT CASE WHEN word IS NULL THEN value_micro ELSE 0 END FROM mbill_fact WHERE account_no ="
        " ?1 AND name = ?2 AND from_day < ?3 ORDER BY from_day DESC LIMIT 1";
    const mbill__given_value given[] = {MBILL__WHOLE(use->account_no), MBILL__TEXT(of->report->options.fact),
        MBILL__WHOLE(of->report->to_day)};
    bool found;
    MBILL_TRY(mbill__sql_whole(of->report->store, SELECT_FACT_AT, given, 3, &found, &use->fact_micro, err));
    if (use->fact_micro < 0) use->fact_micro = 0;
    return MBILL_OK;
}

/* quantity / fact / degree-days; a divisor of 0 is left out. */
static mbill_status divide(const account_use *use, int64_t fact_micro, int64_t days_nano, int64_t *out_micro, mbill_error *err)
{
    mbill__ratio ratio = {mbill__wide_of(1), mbill__wide_of(1)};
    bool fits = fact_micro == 0 || mbill__ratio_times(&ratio, MICRO, fact_micro);
    fits = fits && (days_nano == 0 || mbill__ratio_times(&ratio, NANO, days_nano));
    fits = fits && mbill__ratio_value(&ratio, use->quantity_micro, 1, MBILL_ROUND_HALF_EVEN, out_micro);
    return fits ? MBILL_OK : refuse_overflow(use->id, err);
}

static mbill_status gather(use_report *of, mbill_error *err)
{
    const mbill_report_options *options = &of->report->options;
    size_t kept = 0;
    MBILL_TRY(mbill__report_need(of->report, options->charge, "charge", err));
    MBILL_TRY(mbill__report_need(of->report, options->fact, "fact", err));
    MBILL_TRY(mbill__bills_walk(of->report, of->report->from_utc_s, of->report->to_utc_s, add_bill, of, err));
    for (size_t i = 0; i < of->n; i++)
        if (of->accounts[i].unit != NULL) of->accounts[kept++] = of->accounts[i];
    of->n = kept;
    for (size_t i = 0; i < of->n; i++) {
        account_use *use = &of->accounts[i];
        MBILL_TRY(read_fact(of, use, err));
        if (use->fact_micro > 0) MBILL_TRY(divide(use, use->fact_micro, 0, &use->per_fact_micro, err));
    }
    return MBILL_OK;
}

static mbill__number_text text_of(int64_t value, int32_t scale)
{
    mbill_sum sum = {value < 0 ? -1 : 0, (uint64_t)value};
    return mbill__sum_text(&sum, scale);
}

static mbill_report_cell number(const mbill__number_text *text, bool known)
{
    return (mbill_report_cell){known ? text->text : NULL, MBILL_REPORT_NUMBER, 0};
}

/* Intensity */

static mbill_status sum_series(const mbill__reporting *report, int64_t *out_nano, mbill_error *err)
{
    static const char SELECT_SERIES[] = "SELECT list_no FROM mbill_list WHERE kind = ?2 AND name = ?1";
    static const char SELECT_VALUES[] = "SELECT value FROM mbill_list_entry WHERE list_no = ?1 AND at >= ?2 AND at < ?3";
    const mbill__given_value given[] = {MBILL__TEXT(report->options.series), MBILL__WHOLE(MBILL__LIST_PRICES)};
    mbill__query *query;
    int64_t list_no;
    bool row;
    *out_nano = 0;
    if (report->options.series == NULL) return MBILL_OK;
    MBILL_TRY(mbill__sql_whole(report->store, SELECT_SERIES, given, 2, &row, &list_no, err));
    if (!row) return mbill__fail(err, MBILL_E_NOT_FOUND, "price series \"%s\" is not in the store", report->options.series);
    const mbill__given_value span[] = {MBILL__WHOLE(list_no), MBILL__WHOLE(report->from_utc_s), MBILL__WHOLE(report->to_utc_s)};
    MBILL_TRY(mbill__sql_ask(report->store, SELECT_VALUES, span, 3, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        if (!mbill__add(*out_nano, mbill__column_whole(query, 0), out_nano))
            return mbill__fail(err, MBILL_E_OVERFLOW, "the degree-days do not fit 64 bits");
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    if (*out_nano < 0) return mbill__fail(err, MBILL_E_INVALID, "the degree-days add up to less than 0");
    return MBILL_OK;
}

static mbill_status give_intensity(const use_report *of, const account_use *use, int64_t days_nano, mbill_error *err)
{
    mbill__number_text texts[6];
    int64_t per_day_micro = 0, per_both_micro = 0;
    bool fact = use->fact_micro > 0, days = days_nano > 0;
    if (days) MBILL_TRY(divide(use, 0, days_nano, &per_day_micro, err));
    if (days && fact) MBILL_TRY(divide(use, use->fact_micro, days_nano, &per_both_micro, err));
    const int64_t values[] = {use->quantity_micro, use->fact_micro, use->per_fact_micro, days_nano, per_day_micro,
        per_both_micro};
    for (size_t i = 0; i < 6; i++) texts[i] = text_of(values[i], i == 3 ? MBILL_SCALE_NANO : MBILL_SCALE_MICRO);
    const mbill_report_cell cells[] = {{use->id, MBILL_REPORT_TEXT, 0}, {use->unit, MBILL_REPORT_TEXT, 0},
        number(&texts[0], true), number(&texts[1], fact), number(&texts[2], fact),
        number(&texts[3], of->report->options.series != NULL), number(&texts[4], days), number(&texts[5], days && fact)};
    mbill__report_give(of->report, cells);
    return MBILL_OK;
}

static mbill_status run_intensity(use_report *of, mbill_error *err)
{
    int64_t days_nano;
    MBILL_TRY(gather(of, err));
    MBILL_TRY(sum_series(of->report, &days_nano, err));
    for (size_t i = 0; i < of->n; i++) MBILL_TRY(give_intensity(of, &of->accounts[i], days_nano, err));
    return MBILL_OK;
}

/* Advice */

static int by_value(const void *a, const void *b)
{
    const int64_t *one = a, *other = b;
    return (*one > *other) - (*one < *other);
}

/* Of n values in rising order the one with the number k n / 4, rounded up. */
static int64_t quartile(const int64_t *values, size_t n, size_t k)
{
    return n == 0 ? 0 : values[(k * n + 3) / 4 - 1];
}

static mbill_status give_advice(const use_report *of, const account_use *use, const int64_t *values, size_t n, mbill_error *err)
{
    mbill__number_text texts[8];
    bool fact = use->fact_micro > 0, period = of->report->options.period != NULL, share = period && use->quantity_micro > 0;
    int64_t share_micro = 0;
    if (share && !mbill__multiply_divide(use->period_micro, MICRO, use->quantity_micro, MBILL_ROUND_HALF_EVEN, &share_micro))
        return refuse_overflow(use->id, err);
    const int64_t given[] = {use->quantity_micro, use->per_fact_micro, (int64_t)n, quartile(values, n, 1), quartile(values, n, 2),
        quartile(values, n, 3), use->period_micro, share_micro};
    for (size_t i = 0; i < 8; i++) texts[i] = text_of(given[i], i == 2 ? 0 : MBILL_SCALE_MICRO);
    const mbill_report_cell cells[] = {{use->id, MBILL_REPORT_TEXT, 0}, {use->unit, MBILL_REPORT_TEXT, 0},
        number(&texts[0], true), number(&texts[1], fact), number(&texts[2], true), number(&texts[3], n > 0),
        number(&texts[4], n > 0), number(&texts[5], n > 0), number(&texts[6], period), number(&texts[7], share)};
    mbill__report_give(of->report, cells);
    return MBILL_OK;
}

/* What is compared must be counted alike. */
static mbill_status check_units(const use_report *of, mbill_error *err)
{
    for (size_t i = 1; i < of->n; i++)
        if (strcmp(of->accounts[0].unit, of->accounts[i].unit) != 0)
            return mbill__fail(err, MBILL_E_INVALID,
                "account \"%s\" is counted in %s and account \"%s\" in %s, expected one unit", of->accounts[0].id,
                of->accounts[0].unit, of->accounts[i].id, of->accounts[i].unit);
    return MBILL_OK;
}

static mbill_status run_advice(use_report *of, mbill_error *err)
{
    size_t n = 0;
    MBILL_TRY(gather(of, err));
    MBILL_TRY(check_units(of, err));
    int64_t *values = mbill__arena_take(&of->arena, of->n + 1, sizeof *values);
    if (values == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for a report could not be allocated");
    for (size_t i = 0; i < of->n; i++)
        if (of->accounts[i].fact_micro > 0) values[n++] = of->accounts[i].per_fact_micro;
    qsort(values, n, sizeof *values, by_value);
    for (size_t i = 0; i < of->n; i++) MBILL_TRY(give_advice(of, &of->accounts[i], values, n, err));
    return MBILL_OK;
}

static mbill_status run(mbill__reporting *report, mbill_status (*body)(use_report *of, mbill_error *err), mbill_error *err)
{
    use_report of = {.report = report};
    mbill__arena_start(&of.arena, mbill__db_allocator(report->store->db));
    mbill_status status = body(&of, err);
    mbill__release(mbill__db_allocator(report->store->db), of.accounts, of.cap * sizeof *of.accounts);
    mbill__arena_free(&of.arena);
    return status;
}

mbill_status mbill__report_intensity(mbill__reporting *report, mbill_error *err)
{
    return run(report, run_intensity, err);
}

mbill_status mbill__report_advice(mbill__reporting *report, mbill_error *err)
{
    return run(report, run_advice, err);
}

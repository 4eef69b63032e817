/* SPDX-License-Identifier: Apache-2.0 */
/* Reports from bills: what was billed, and the same a year before. Changes when these reports do. */
#include "number/round.h"
#include "store/bill_lines.h"

#include <stdio.h>
#include <string.h>

typedef struct billed {
    mbill__reporting *report;
    mbill__tally tally;
    const char *label; /* of the bill under way */
    bool before;       /* the year before is added up */
} billed;

static mbill_status add_line(void *ctx, const mbill__kept_bill *bill, const mbill__kept_line *line, mbill_error *err)
{
    billed *of = ctx;
    char tier[24] = "";
    const int64_t values[] = {line->quantity_micro, line->amount_micro};
    if (line->tier > 0) (void)snprintf(tier, sizeof tier, "%lld", (long long)line->tier);
    const char *words[] = {of->label, bill->utility, bill->tariff, line->charge, line->period, tier, line->unit};
    return mbill__tally_add(&of->tally, words, values, err);
}

static mbill_status add_bill(void *ctx, const mbill__kept_bill *bill, mbill_error *err)
{
    billed *of = ctx;
    MBILL_TRY(mbill__report_label(of->report, mbill_zone_day(of->report->zone, bill->from_utc_s), &of->label, err));
    return mbill__bill_lines(bill, add_line, of, err);
}

mbill_status mbill__report_billed(mbill__reporting *report, mbill_error *err)
{
    static const int32_t SCALES[] = {MBILL_SCALE_MICRO, MBILL_SCALE_MICRO};
    billed of = {.report = report};
    mbill__tally_start(&of.tally, mbill__db_allocator(report->store->db), 7, 2);
    mbill_status status = mbill__bills_walk(report, report->from_utc_s, report->to_utc_s, add_bill, &of, err);
    if (status == MBILL_OK) status = mbill__report_groups(report, &of.tally, SCALES, err);
    mbill__tally_end(&of.tally);
    return status;
}

/* A year before */

static mbill_status add_year_line(void *ctx, const mbill__kept_bill *bill, const mbill__kept_line *line, mbill_error *err)
{
    billed *of = ctx;
    const char *words[] = {bill->utility, bill->tariff, line->charge, line->period, line->unit};
    const int64_t now[] = {line->quantity_micro, line->amount_micro, 0, 0};
    const int64_t before[] = {0, 0, line->quantity_micro, line->amount_micro};
    return mbill__tally_add(&of->tally, words, of->before ? before : now, err);
}

static mbill_status add_year_bill(void *ctx, const mbill__kept_bill *bill, mbill_error *err)
{
    return mbill__bill_lines(bill, add_year_line, ctx, err);
}

/* 29 February has 28 February before it. */
static mbill_status year_before(const mbill__reporting *report, int32_t day, int64_t *out_utc_s, mbill_error *err)
{
    mbill_date date;
    int32_t before;
    MBILL_TRY(mbill_date_of_days(day, &date, err));
    date.year--;
    if (date.month == 2 && date.day == 29) date.day = 28;
    MBILL_TRY(mbill_date_to_days(date, &before, err));
    return mbill_zone_day_start(report->zone, before, out_utc_s, err);
}

static mbill_status difference(const mbill_sum *now, const mbill_sum *before, mbill__number_text *out, mbill_error *err)
{
    int64_t now_micro, before_micro, more_micro;
    MBILL_TRY(mbill_sum_value(now, &now_micro, err));
    MBILL_TRY(mbill_sum_value(before, &before_micro, err));
    if (!mbill__subtract(now_micro, before_micro, &more_micro))
        return mbill__fail(err, MBILL_E_OVERFLOW, "the difference of two years does not fit 64 bits");
    mbill_sum sum = {more_micro < 0 ? -1 : 0, (uint64_t)more_micro};
    *out = mbill__sum_text(&sum, MBILL_SCALE_MICRO);
    return MBILL_OK;
}

static mbill_status give_years(mbill__reporting *report, mbill__tally *tally, mbill_error *err)
{
    mbill_report_cell cells[11];
    mbill__number_text numbers[6];
    MBILL_TRY(mbill__tally_order(tally, err));
    for (size_t i = 0; i < tally->n; i++) {
        const mbill__group *group = tally->ordered[i];
        for (size_t j = 0; j < 5; j++) cells[j] = (mbill_report_cell){group->words[j], MBILL_REPORT_TEXT, 0};
        for (size_t j = 0; j < 4; j++) numbers[j] = mbill__sum_text(&group->sums[j], MBILL_SCALE_MICRO);
        MBILL_TRY(difference(&group->sums[0], &group->sums[2], &numbers[4], err));
        MBILL_TRY(difference(&group->sums[1], &group->sums[3], &numbers[5], err));
        for (size_t j = 0; j < 6; j++) cells[5 + j] = (mbill_report_cell){numbers[j].text, MBILL_REPORT_NUMBER, 0};
        mbill__report_give(report, cells);
    }
    return MBILL_OK;
}

mbill_status mbill__report_year(mbill__reporting *report, mbill_error *err)
{
    billed of = {.report = report};
    int64_t from_utc_s, to_utc_s;
    MBILL_TRY(year_before(report, report->from_day, &from_utc_s, err));
    MBILL_TRY(year_before(report, report->to_day, &to_utc_s, err));
    mbill__tally_start(&of.tally, mbill__db_allocator(report->store->db), 5, 4);
    mbill_status status = mbill__bills_walk(report, report->from_utc_s, report->to_utc_s, add_year_bill, &of, err);
    of.before = true;
    if (status == MBILL_OK) status = mbill__bills_walk(report, from_utc_s, to_utc_s, add_year_bill, &of, err);
    if (status == MBILL_OK) status = give_years(report, &of.tally, err);
    mbill__tally_end(&of.tally);
    return status;
}

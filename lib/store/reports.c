/* SPDX-License-Identifier: Apache-2.0 */
/* A report's options, and the table of reports. Changes when there is one more, or another option. */
#include "store/reporting.h"

#include <string.h>

static const char *const BILLED[] = {"period", "utility", "tariff", "charge", "tariff_period", "tier", "unit", "quantity",
    "amount"};
static const char *const YEAR[] = {"utility", "tariff", "charge", "tariff_period", "unit", "quantity", "amount",
    "quantity_before", "amount_before", "quantity_more", "amount_more"};
static const char *const REVENUE[] = {"period", "utility", "charge", "channel", "amount"};
static const char *const CASH[] = {"period", "hour", "channel", "operation", "count", "amount", "mean"};
static const char *const AGEING[] = {"account", "place", "owed", "days_0_30", "days_31_60", "days_61_90", "days_91_180",
    "days_181"};
static const char *const INTENSITY[] = {"account", "unit", "quantity", "fact", "per_fact", "degree_days", "per_degree_day",
    "per_fact_and_degree_day"};
static const char *const ADVICE[] = {"account", "unit", "quantity", "per_fact", "among", "lower_quartile", "median",
    "upper_quartile", "period_quantity", "period_share"};
static const char *const COST[] = {"account", "tariff", "from", "to", "bills", "currency", "billed", "cost", "more", "refused"};
static const char *const LOSSES[] = {"period", "master", "place", "register", "unit", "use", "meters", "meters_use", "loss",
    "loss_share", "missing", "missing_meters"};
static const char *const ALARMS[] = {"period", "kind", "level", "place", "count"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

typedef struct report_form {
    const char *name;
    mbill__report *run;
    const char *const *columns;
    size_t n_columns;
} report_form;

static const report_form FORMS[] = {
    {"billed", mbill__report_billed, BILLED, COUNT(BILLED)},
    {"year", mbill__report_year, YEAR, COUNT(YEAR)},
    {"revenue", mbill__report_revenue, REVENUE, COUNT(REVENUE)},
    {"cash", mbill__report_cash, CASH, COUNT(CASH)},
    {"ageing", mbill__report_ageing, AGEING, COUNT(AGEING)},
    {"intensity", mbill__report_intensity, INTENSITY, COUNT(INTENSITY)},
    {"advice", mbill__report_advice, ADVICE, COUNT(ADVICE)},
    {"alarms", mbill__report_alarms, ALARMS, COUNT(ALARMS)},
    {"cost", mbill__report_cost, COST, COUNT(COST)},
    {"losses", mbill__report_losses, LOSSES, COUNT(LOSSES)},
};

static mbill_status read_day(const char *text, const char *name, int32_t *out, mbill_error *err)
{
    mbill_date date;
    mbill_error cause;
    mbill_error_init(&cause);
    if (text == NULL) return mbill__fail(err, MBILL_E_MISUSE, "%s is NULL", name);
    mbill_status status = mbill_date_parse(text, strlen(text), &date, &cause);
    if (status == MBILL_OK) status = mbill_date_to_days(date, out, &cause);
    return status == MBILL_OK ? MBILL_OK : mbill__fail(err, status, "%s: %s", name, cause.message);
}

static mbill_status read_options(mbill__reporting *report, const mbill_report_options *given, mbill_error *err)
{
    static const char UTC[] = "UTC0";
    mbill_report_options *options = &report->options;
    MBILL_TRY(mbill__struct_read(options, sizeof *options, sizeof *options, given, err));
    if (options->flags != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "flags are 0x%x, expected 0", (unsigned)options->flags);
    if (options->by == NULL) options->by = "month";
    if (strcmp(options->by, "day") != 0 && strcmp(options->by, "month") != 0 && strcmp(options->by, "year") != 0)
        return mbill__fail(err, MBILL_E_INVALID, "by \"%.32s\" is not one of: day, month, year", options->by);
    MBILL_TRY(read_day(options->from, "from", &report->from_day, err));
    MBILL_TRY(read_day(options->to, "to", &report->to_day, err));
    if (report->from_day >= report->to_day)
        return mbill__fail(err, MBILL_E_RANGE, "to \"%s\" is not after from \"%s\"", options->to, options->from);
    const char *rule = options->zone_rule != NULL ? options->zone_rule : UTC;
    MBILL_TRY(mbill_zone_from_rule(rule, strlen(rule), mbill__db_allocator(report->store->db), &report->zone, err));
    MBILL_TRY(mbill_zone_day_start(report->zone, report->from_day, &report->from_utc_s, err));
    return mbill_zone_day_start(report->zone, report->to_day, &report->to_utc_s, err);
}

/* In one state of the file and of the ledger. */
static mbill_status run_in_state(mbill__reporting *report, const report_form *form, mbill_error *err)
{
    const char *selection = report->options.selection;
    report->all = selection == NULL;
    if (!report->all) MBILL_TRY(mbill__select_text(report->store, selection, strlen(selection), &report->selected, err));
    return form->run(report, err);
}

static mbill_status run(mbill__reporting *report, const report_form *form, const mbill_report_options *options, mbill_error *err)
{
    mbill_journal *ledger;
    int64_t first;
    MBILL_TRY(read_options(report, options, err));
    MBILL_TRY(mbill_store_journal(report->store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, false, &first, err));
    return mbill__journal_finish(ledger, first, run_in_state(report, form, err), err);
}

static const report_form *form_of(const char *name)
{
    for (size_t i = 0; i < COUNT(FORMS); i++)
        if (strcmp(FORMS[i].name, name) == 0) return &FORMS[i];
    return NULL;
}

const char *const *mbill_report_columns(const char *name, size_t *out_n)
{
    const report_form *form = name != NULL ? form_of(name) : NULL;
    if (form == NULL) return NULL;
    if (out_n != NULL) *out_n = form->n_columns;
    return form->columns;
}

mbill_status mbill_store_report(mbill_store *store, const char *name, const mbill_report_options *options, mbill_report_row *row,
    void *ctx, mbill_error *err)
{
    mbill__reporting report = {.store = store, .row = row, .ctx = ctx};
    MBILL__NEED(store);
    MBILL__NEED(name);
    MBILL__NEED(options);
    MBILL__NEED(row);
    const report_form *form = form_of(name);
    if (form == NULL)
        return mbill__fail(err, MBILL_E_NOT_FOUND,
            "report \"%.32s\" is not one of: billed, year, revenue, cash, ageing, intensity, advice, alarms, cost, losses", name);
    report.columns = form->columns;
    report.n_columns = form->n_columns;
    mbill_status status = run(&report, form, options, err);
    mbill__selected_free(&report.selected);
    mbill_zone_free(report.zone);
    return status;
}

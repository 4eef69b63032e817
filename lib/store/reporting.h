/* SPDX-License-Identifier: Apache-2.0 */
/* What the reports have in common: the span in civil days of a zone, the accounts that are meant, labels of days, and rows given out. */
#ifndef MBILL__REPORTING_H
#define MBILL__REPORTING_H

#include "meterbill/calendar.h"
#include "meterbill/report.h"
#include "store/inner.h"
#include "store/journal.h"
#include "store/select.h"
#include "store/tally.h"

typedef struct mbill__reporting {
    mbill_store *store;
    mbill_report_options options;
    mbill_zone *zone;
    int32_t from_day, to_day;
    int64_t from_utc_s, to_utc_s;
    mbill__selected selected;
    bool all; /* every account is meant */
    mbill_report_row *row;
    void *ctx;
    const char *const *columns;
    size_t n_columns;
    int32_t label_day; /* of the label that was made last */
    char label[16];
} mbill__reporting;

typedef mbill_status mbill__report(mbill__reporting *report, mbill_error *err);

mbill__report mbill__report_billed, mbill__report_year, mbill__report_intensity, mbill__report_advice;
mbill__report mbill__report_revenue, mbill__report_cash, mbill__report_ageing;
mbill__report mbill__report_alarms, mbill__report_losses, mbill__report_cost;

/* The account is one of those that are meant; the ledger's own and unknown accounts only when all are. */
bool mbill__report_means(const mbill__reporting *report, int64_t account_no);

/* "2026-01-05", "2026-01" or "2026", as asked; lives until the next label. */
mbill_status mbill__report_label(mbill__reporting *report, int32_t day, const char **out, mbill_error *err);

/* The first day behind the period of `day`, at most that of the span's end. */
mbill_status mbill__report_next(const mbill__reporting *report, int32_t day, int32_t *out, mbill_error *err);

/* Cells: words, then numbers as decimal texts. */
void mbill__report_give(const mbill__reporting *report, const mbill_report_cell *cells);

/* A number as a cell's text. */
typedef struct mbill__number_text {
    char text[64];
} mbill__number_text;
mbill__number_text mbill__sum_text(const mbill_sum *sum, int32_t scale);

/* Every group in order: its words, then its sums at these scales. */
mbill_status mbill__report_groups(mbill__reporting *report, mbill__tally *tally, const int32_t *scales, mbill_error *err);

/* An option that the report cannot do without. */
mbill_status mbill__report_need(const mbill__reporting *report, const char *value, const char *name, mbill_error *err);

#endif

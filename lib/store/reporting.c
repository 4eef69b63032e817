/* SPDX-License-Identifier: Apache-2.0 */
/* What reports do alike. Changes when rows are given out in another way. */
#include "store/reporting.h"

#include <string.h>

bool mbill__report_means(const mbill__reporting *report, int64_t account_no)
{
    return report->all || mbill__selected_has(&report->selected, account_no);
}

mbill_status mbill__report_label(mbill__reporting *report, int32_t day, const char **out, mbill_error *err)
{
    mbill_date date;
    size_t len = sizeof report->label;
    const char *by = report->options.by;
    *out = report->label;
    if (report->label[0] != '\0' && report->label_day == day) return MBILL_OK;
    report->label[0] = '\0';
    MBILL_TRY(mbill_date_of_days(day, &date, err));
    MBILL_TRY(mbill_date_print(date, report->label, &len, err));
    if (strcmp(by, "month") == 0) report->label[sizeof "yyyy-mm" - 1] = '\0';
    if (strcmp(by, "year") == 0) report->label[sizeof "yyyy" - 1] = '\0';
    report->label_day = day;
    return MBILL_OK;
}

mbill_status mbill__report_next(const mbill__reporting *report, int32_t day, int32_t *out, mbill_error *err)
{
    mbill_date date;
    int32_t next = day + 1;
    if (strcmp(report->options.by, "day") != 0) {
        MBILL_TRY(mbill_date_of_days(day, &date, err));
        date.day = 1;
        if (strcmp(report->options.by, "year") == 0) date.month = 1;
        MBILL_TRY(mbill_date_add_months(date, strcmp(report->options.by, "year") == 0 ? 12 : 1, &date, err));
        MBILL_TRY(mbill_date_to_days(date, &next, err));
    }
    *out = next < report->to_day ? next : report->to_day;
    return MBILL_OK;
}

void mbill__report_give(const mbill__reporting *report, const mbill_report_cell *cells)
{
    report->row(report->ctx, report->columns, cells, report->n_columns);
}

mbill__number_text mbill__sum_text(const mbill_sum *sum, int32_t scale)
{
    mbill__number_text out = {""};
    size_t len = sizeof out.text;
    if (mbill_sum_print(sum, scale, out.text, &len, NULL) != MBILL_OK) out.text[0] = '\0';
    return out;
}

mbill_status mbill__report_groups(mbill__reporting *report, mbill__tally *tally, const int32_t *scales, mbill_error *err)
{
    mbill_report_cell cells[MBILL__TALLY_WORDS + MBILL__TALLY_SUMS];
    mbill__number_text numbers[MBILL__TALLY_SUMS];
    MBILL_TRY(mbill__tally_order(tally, err));
    for (size_t i = 0; i < tally->n; i++) {
        const mbill__group *group = tally->ordered[i];
        for (size_t j = 0; j < tally->n_words; j++) cells[j] = (mbill_report_cell){group->words[j], MBILL_REPORT_TEXT, 0};
        for (size_t j = 0; j < tally->n_sums; j++) {
            numbers[j] = mbill__sum_text(&group->sums[j], scales[j]);
            cells[tally->n_words + j] = (mbill_report_cell){numbers[j].text, MBILL_REPORT_NUMBER, 0};
        }
        mbill__report_give(report, cells);
    }
    return MBILL_OK;
}

mbill_status mbill__report_need(const mbill__reporting *report, const char *value, const char *name, mbill_error *err)
{
    (void)report;
    return value != NULL ? MBILL_OK : mbill__fail(err, MBILL_E_MISUSE, "%s is not said, and this report cannot do without", name);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Bills and arrears as rows of text. Changes when a column is added. */
#include "document/csv_write.h"
#include "document/write.h"
#include "meterbill/billing.h"
#include "meterbill/calendar.h"
#include "meterbill/decimal.h"
#include "number/round.h"
#include "store/inner.h"

#include <stdio.h>
#include <string.h>

#define DATE_BYTES sizeof "yyyy-mm-dd"

static const int32_t AGES[MBILL_ARREARS_AGES] = {0, 30, 60, 90, INT32_MAX}; /* days late, at most */

typedef struct exporting {
    int32_t what, format;
    mbill_billing_write write;
    void *ctx;
    mbill__buffer buffer;
    mbill__csv_writer csv;
    mbill__writer json;
    /* arrears: the account whose bills come */
    char account[65], *title;
    const mbill_allocator *allocator;
    size_t title_size;
    int64_t n_bills, open_micro, ages_micro[MBILL_ARREARS_AGES];
    int32_t most_late;
} exporting;

static mbill_status give(exporting *of, mbill_error *err)
{
    MBILL_TRY(mbill__buffer_check(&of->buffer, err));
    mbill_status status = of->write(of->ctx, of->buffer.data, of->buffer.len);
    of->buffer.len = 0;
    return status == MBILL_OK ? MBILL_OK : mbill__fail(err, status, "the export was ended by its receiver");
}

static bool is_csv(const exporting *of)
{
    return of->format == MBILL_BILLING_CSV;
}

static void head(exporting *of, const char *const *columns, size_t n)
{
    if (!is_csv(of)) return;
    for (size_t i = 0; i < n; i++) mbill__csv_write_own(&of->csv, columns[i]);
    mbill__csv_write_end(&of->csv);
}

/* ---- values by name ---- */

static void put_text(exporting *of, const char *key, const char *text)
{
    if (is_csv(of)) mbill__csv_write_text(&of->csv, text);
    else mbill__write_text(&of->json, key, text);
}

static void put_money(exporting *of, const char *key, int64_t micro)
{
    if (is_csv(of)) mbill__csv_write_decimal(&of->csv, micro, MBILL_SCALE_MICRO);
    else mbill__write_decimal(&of->json, key, micro, MBILL_SCALE_MICRO);
}

static void put_whole(exporting *of, const char *key, int64_t value)
{
    if (is_csv(of)) mbill__csv_write_whole(&of->csv, value);
    else mbill__write_whole(&of->json, key, value);
}

static void put_day(exporting *of, const char *key, int32_t day)
{
    char text[DATE_BYTES];
    size_t len = sizeof text;
    mbill_date date;
    bool is = day != MBILL_CYCLE_NO_DAY && mbill_date_of_days(day, &date, NULL) == MBILL_OK &&
        mbill_date_print(date, text, &len, NULL) == MBILL_OK;
    if (is_csv(of)) mbill__csv_write_own(&of->csv, is ? text : "");
    else mbill__write_text(&of->json, key, is ? text : NULL);
}

/* Words of a list, with spaces between them in CSV. */
static void put_words(exporting *of, const char *key, const char *const *words, size_t n)
{
    char text[4 * MBILL_CYCLE_CHANNEL_BYTES + 8] = "";
    if (is_csv(of)) {
        for (size_t i = 0; i < n; i++)
            (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i > 0 ? " " : "", words[i]);
        mbill__csv_write_text(&of->csv, text);
        return;
    }
    mbill__write_list(&of->json, key);
    for (size_t i = 0; i < n; i++) mbill__write_text(&of->json, NULL, words[i]);
    mbill__write_list_end(&of->json);
}

static mbill_status begin(exporting *of)
{
    if (is_csv(of)) return MBILL_OK;
    mbill__write_start(&of->json, &of->buffer, false);
    mbill__write_object(&of->json, NULL);
    return MBILL_OK;
}

static mbill_status end(exporting *of, mbill_error *err)
{
    if (is_csv(of)) {
        mbill__csv_write_end(&of->csv);
    } else {
        mbill__write_object_end(&of->json);
        mbill__buffer_text(&of->buffer, "\n");
    }
    return give(of, err);
}

/* ---- bills ---- */

static const char *const BILL_COLUMNS[] = {"bill", "account", "title", "tariff", "from", "state", "disputed", "issued", "due",
    "amount", "items", "corrected", "fees", "paid", "written_off", "open", "days_late", "priority", "reasons", "remind_by",
    "raised_by", "raised_place"};

static void put_bill(exporting *of, const mbill_billing_row *row)
{
    static const char *const names[] = {"readings", "jump", "priority"};
    const mbill_cycle *at = &row->cycle;
    const char *reasons[3];
    size_t n = 0;
    for (size_t i = 0; i < 3; i++)
        if ((row->reasons >> i & 1u) != 0) reasons[n++] = names[i];
    put_whole(of, "bill", row->bill);
    put_text(of, "account", row->account);
    put_text(of, "title", row->title);
    put_text(of, "tariff", row->tariff);
    put_text(of, "from", row->from_date);
    put_text(of, "state", mbill_cycle_state_name(at->state));
    put_text(of, "disputed", (at->flags & MBILL_CYCLE_DISPUTED) != 0 ? "yes" : "no");
    put_day(of, "issued", at->issued_day);
    put_day(of, "due", at->due_day);
    put_money(of, "amount", at->amount_micro);
    put_money(of, "items", row->items_micro);
    put_money(of, "corrected", at->corrected_micro);
    put_money(of, "fees", at->fee_micro);
    put_money(of, "paid", at->paid_micro);
    put_money(of, "written_off", at->written_off_micro);
    put_money(of, "open", mbill_cycle_open(at));
    put_whole(of, "days_late", row->days_late);
    put_whole(of, "priority", row->priority);
    put_words(of, "reasons", reasons, n);
    put_words(of, "remind_by", row->channels, (size_t)row->n_channels);
    put_text(of, "raised_by", row->raised_by);
    put_text(of, "raised_place", row->raised_place);
}

static mbill_status export_bill(void *ctx, const mbill_billing_row *row, mbill_error *err)
{
    exporting *of = ctx;
    MBILL_TRY(begin(of));
    put_bill(of, row);
    return end(of, err);
}

/* ---- arrears ---- */

static const char *const ARREARS_COLUMNS[] = {"account", "title", "bills", "open", "not_late", "late_1_30", "late_31_60",
    "late_61_90", "late_91", "days_late"};

static mbill_status end_account(exporting *of, mbill_error *err)
{
    if (of->n_bills == 0) return MBILL_OK;
    MBILL_TRY(begin(of));
    put_text(of, "account", of->account);
    put_text(of, "title", of->title_size > 0 && of->title[0] != '\0' ? of->title : NULL);
    put_whole(of, "bills", of->n_bills);
    put_money(of, "open", of->open_micro);
    for (size_t i = 0; i < MBILL_ARREARS_AGES; i++) put_money(of, ARREARS_COLUMNS[4 + i], of->ages_micro[i]);
    put_whole(of, "days_late", of->most_late);
    return end(of, err);
}

static mbill_status begin_account(exporting *of, const mbill_billing_row *row, mbill_error *err)
{
    const char *title = row->title != NULL ? row->title : "";
    MBILL_TRY(end_account(of, err));
    MBILL_TRY(mbill__room(of->allocator, (void **)(void *)&of->title, &of->title_size, 1, strlen(title) + 1, err));
    memcpy(of->title, title, strlen(title) + 1);
    (void)snprintf(of->account, sizeof of->account, "%s", row->account);
    of->n_bills = of->open_micro = 0;
    of->most_late = 0;
    memset(of->ages_micro, 0, sizeof of->ages_micro);
    return MBILL_OK;
}

static mbill_status add_arrears(void *ctx, const mbill_billing_row *row, mbill_error *err)
{
    exporting *of = ctx;
    const int64_t open_micro = mbill_cycle_open(&row->cycle);
    size_t age = 0;
    if (open_micro <= 0) return MBILL_OK;
    if (of->n_bills == 0 || strcmp(of->account, row->account) != 0) MBILL_TRY(begin_account(of, row, err));
    while (row->days_late > AGES[age]) age++;
    of->n_bills++;
    if (row->days_late > of->most_late) of->most_late = row->days_late;
    if (!mbill__add(of->open_micro, open_micro, &of->open_micro))
        return mbill__fail(err, MBILL_E_OVERFLOW, "what account \"%s\" owes leaves its range", row->account);
    of->ages_micro[age] += open_micro; /* at most the sum */
    return MBILL_OK;
}

/* ---- the whole ---- */

static mbill_status export_all(mbill_store *store, exporting *of, const mbill_billing_filter *filter, mbill_error *err)
{
    const bool arrears = of->what == MBILL_BILLING_ARREARS;
    mbill_billing_filter by = *filter;
    if (arrears) {
        head(of, ARREARS_COLUMNS, sizeof ARREARS_COLUMNS / sizeof ARREARS_COLUMNS[0]);
        by.states = 1u << MBILL_CYCLE_ISSUED | 1u << MBILL_CYCLE_PART_PAID | 1u << MBILL_CYCLE_OVERDUE;
        by.order = MBILL_BILLING_BY_ACCOUNT;
    } else {
        head(of, BILL_COLUMNS, sizeof BILL_COLUMNS / sizeof BILL_COLUMNS[0]);
    }
    if (is_csv(of)) MBILL_TRY(give(of, err));
    MBILL_TRY(mbill_store_billing_rows(store, &by, arrears ? add_arrears : export_bill, of, err));
    return arrears ? end_account(of, err) : MBILL_OK;
}

mbill_status mbill_store_billing_export(mbill_store *store, const mbill_billing_filter *filter, int32_t what, int32_t format,
    mbill_billing_write write, void *ctx, mbill_error *err)
{
    static const mbill_billing_filter all = {.struct_size = sizeof all};
    MBILL__NEED(store);
    MBILL__NEED(write);
    if (filter != NULL && filter->struct_size != sizeof *filter)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of filter is not set");
    if ((what != MBILL_BILLING_BILLS && what != MBILL_BILLING_ARREARS) ||
        (format != MBILL_BILLING_CSV && format != MBILL_BILLING_JSON_LINES))
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "export %d in form %d is none", what, format);
    exporting of = {.what = what, .format = format, .write = write, .ctx = ctx, .allocator = mbill__db_allocator(store->db)};
    mbill__buffer_start(&of.buffer, of.allocator);
    mbill__csv_write_start(&of.csv, &of.buffer);
    mbill_status status = export_all(store, &of, filter != NULL ? filter : &all, err);
    mbill__buffer_free(&of.buffer);
    mbill__release(of.allocator, of.title, of.title_size);
    return status;
}

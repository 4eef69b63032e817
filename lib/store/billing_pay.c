/* SPDX-License-Identifier: Apache-2.0 */
/* A file of payments (CSV: id,account,amount,time,channel,receipt,operator,bill), all of it or nothing. There is no clock here: a file is booked at the
 * latest time in it, so that it is read twice. Changes when what a payment says or does. */
#include "document/csv.h"
#include "meterbill/billing.h"
#include "meterbill/decimal.h"
#include "store/billing_settle.h"
#include "store/billing_step.h"
#include "store/cashier.h"
#include "store/journal.h"
#include "store/money.h"

#include <string.h>

enum {
    COLUMN_ID,
    COLUMN_ACCOUNT,
    COLUMN_AMOUNT,
    COLUMN_TIME,
    COLUMN_CHANNEL,
    COLUMN_RECEIPT,
    COLUMN_OPERATOR,
    COLUMN_BILL,
    N_COLUMNS
};
enum { N_REQUIRED = COLUMN_BILL };

static const char *const COLUMNS[N_COLUMNS] = {"id", "account", "amount", "time", "channel", "receipt", "operator", "bill"};

typedef struct payment {
    mbill_id id;
    int64_t amount_micro, at_utc_s, channel, receipt, bill_no, account_no;
    char cashier[MBILL__CASHIER_BYTES];
} payment;

typedef struct paying {
    mbill_store *store;
    mbill__billing billing;
    const mbill_zone *zone;
    const char *text;
    size_t len;
    uint32_t flags;
    mbill__csv csv;
    int32_t columns[N_COLUMNS];
    int64_t latest_utc_s, n_added, n_same;
} paying;

/* ---- a row ---- */

/* A whole number; an empty or absent field is 0. */
static mbill_status read_number(const mbill__csv_field *from, int64_t least, int64_t *out, mbill_error *err)
{
    *out = 0;
    if (from->len == 0) return MBILL_OK;
    MBILL_TRY(mbill_decimal_parse(from->text, from->len, 0, out, err));
    if (*out >= least) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "number %lld, expected %lld or more", (long long)*out, (long long)least);
}

static mbill_status read_cashier(const mbill__csv_field *from, char out[MBILL__CASHIER_BYTES], mbill_error *err)
{
    if (from->len == 0 || from->len >= MBILL__CASHIER_BYTES)
        return mbill__fail(err, MBILL_E_INVALID, "a name of %zu bytes, expected 1 to %d", from->len, MBILL__CASHIER_BYTES - 1);
    memcpy(out, from->text, from->len);
    out[from->len] = '\0';
    return MBILL_OK;
}

static mbill_status read_field(const paying *of, int32_t column, payment *out, mbill_error *err)
{
    static const mbill__csv_field absent = {"", 0};
    const mbill__csv_field *from = of->columns[column] < 0 ? &absent : &of->csv.fields[of->columns[column]];
    switch (column) {
    case COLUMN_ID: return mbill_id_parse(from->text, from->len, &out->id, err);
    case COLUMN_ACCOUNT: return mbill__store_account(of->store, from->text, from->len, &out->account_no, err);
    case COLUMN_AMOUNT: return mbill_decimal_parse(from->text, from->len, MBILL_SCALE_MICRO, &out->amount_micro, err);
    case COLUMN_TIME: return mbill_time_parse(from->text, from->len, of->zone, &out->at_utc_s, err);
    case COLUMN_CHANNEL: return read_number(from, 0, &out->channel, err);
    case COLUMN_RECEIPT: return read_number(from, 1, &out->receipt, err);
    case COLUMN_OPERATOR: return read_cashier(from, out->cashier, err);
    default: return read_number(from, 1, &out->bill_no, err);
    }
}

static mbill_status read_row(const paying *of, payment *out, mbill_error *err)
{
    memset(out, 0, sizeof *out);
    for (int32_t column = 0; column < N_COLUMNS; column++) {
        mbill_error cause;
        mbill_error_init(&cause);
        mbill_status status = read_field(of, column, out, &cause);
        if (status != MBILL_OK) return mbill__fail(err, status, "%s: %s", COLUMNS[column], cause.message);
    }
    if (out->amount_micro != 0 && out->amount_micro != INT64_MIN && (out->amount_micro > 0 || out->bill_no == 0)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "amount %s, expected one above 0, or below 0 and no bill",
        mbill__say_micro(out->amount_micro).text);
}

static mbill_status look_at_row(paying *of, mbill_error *err)
{
    payment row;
    MBILL_TRY(read_row(of, &row, err));
    if (row.at_utc_s > of->latest_utc_s) of->latest_utc_s = row.at_utc_s;
    return MBILL_OK;
}

/* ---- money ---- */

static mbill_status check_bill(const paying *of, const payment *row, mbill_error *err)
{
    mbill__due due;
    if (row->bill_no == 0) return MBILL_OK;
    MBILL_TRY(mbill__due_load(of->store, row->bill_no, &due, err));
    if (due.account_no == row->account_no) return MBILL_OK;
    return mbill__fail(err, MBILL_E_NOT_FOUND, "bill %lld is another account's", (long long)row->bill_no);
}

/* Late fees come before the money that stops them. */
static mbill_status tick_account(paying *of, const payment *row, mbill_error *err)
{
    const mbill__billing_said said = {row->at_utc_s, NULL, NULL};
    const mbill_cycle_step tick = {.struct_size = (uint32_t)sizeof tick, .kind = MBILL_CYCLE_TICK};
    size_t n;
    MBILL_TRY(mbill__due_of_account(&of->billing, row->account_no, false, &n, err));
    for (size_t i = 0; i < n; i++) {
        mbill__billing_did did;
        mbill__due due;
        MBILL_TRY(mbill__due_of_account(&of->billing, row->account_no, false, &n, err)); /* a fee may have settled another */
        if (i >= n) break;
        due = of->billing.dues[i];
        MBILL_TRY(mbill__billing_step(&of->billing, &due, &tick, &said, &did, err));
    }
    return MBILL_OK;
}

/* EXISTS: it was taken before. */
static mbill_status move(paying *of, const payment *row, mbill_error *err)
{
    if (row->amount_micro > 0)
        return mbill__money_pay(of->store, row->account_no, &row->id, row->amount_micro, row->channel, row->receipt,
            row->at_utc_s, of->latest_utc_s, err);
    return mbill__money_give(of->store, row->account_no, &row->id, -row->amount_micro, row->channel, row->receipt, row->at_utc_s,
        of->latest_utc_s, err);
}

static mbill_status put_row(paying *of, mbill_error *err)
{
    payment row;
    const mbill_book *book = of->store->ledger->follow.book;
    MBILL_TRY(read_row(of, &row, err));
    if (mbill_book_find(book, &row.id) >= 0) {
        mbill_status status = move(of, &row, err);
        if (status == MBILL_E_EXISTS) of->n_same++;
        return status == MBILL_E_EXISTS ? MBILL_OK : status;
    }
    MBILL_TRY(check_bill(of, &row, err));
    MBILL_TRY(tick_account(of, &row, err));
    const int64_t first = mbill_book_n_records(book);
    MBILL_TRY(move(of, &row, err));
    MBILL_TRY(mbill__billing_booked(&of->billing, row.account_no, first, 0, row.bill_no, row.at_utc_s, err));
    MBILL_TRY(mbill__billing_policy(&of->billing, 0, err));
    MBILL_TRY(mbill__cashier_enter(of->store, mbill_book_find(book, &row.id), row.cashier, row.channel,
        mbill__billing_day(&of->billing, row.at_utc_s), (of->flags & MBILL_PAYMENT_NEXT_DAY) != 0, err));
    of->n_added++;
    return MBILL_OK;
}

/* ---- the file ---- */

static mbill_status each_row(paying *of, mbill_status (*take)(paying *of, mbill_error *err), mbill_error *err)
{
    bool more = false;
    MBILL_TRY(mbill__csv_start(&of->csv, of->text, of->len, COLUMNS, N_COLUMNS, N_REQUIRED, of->columns, err));
    for (;;) {
        MBILL_TRY(mbill__csv_next(&of->csv, &more, err));
        if (!more) return MBILL_OK;
        mbill_error cause;
        mbill_error_init(&cause);
        mbill_status status = take(of, &cause);
        if (status != MBILL_OK) return mbill__store_line(err, of->csv.line, status, &cause);
    }
}

static mbill_status put_file(paying *of, mbill_error *err)
{
    mbill_journal *ledger;
    int64_t first;
    MBILL_TRY(each_row(of, look_at_row, err));
    MBILL_TRY(mbill_store_journal(of->store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
    mbill_status status = mbill__billing_follow(&of->billing, err);
    if (status == MBILL_OK) status = each_row(of, put_row, err);
    return mbill__journal_finish(ledger, first, status, err);
}

mbill_status mbill_store_put_payments(mbill_store *store, const char *csv, size_t len, const char *zone_rule, uint32_t flags,
    mbill_import_counts *out, mbill_error *err)
{
    mbill_zone *zone = NULL;
    MBILL__NEED(store);
    if (csv == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "csv is NULL");
    if ((flags & ~MBILL_PAYMENT_NEXT_DAY) != 0) return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "flags 0x%x are none", flags);
    MBILL_TRY(mbill__import_out(out, err));
    if (zone_rule != NULL)
        MBILL_TRY(mbill_zone_from_rule(zone_rule, strlen(zone_rule), mbill__db_allocator(store->db), &zone, err));
    paying of =
        {.store = store, .zone = zone, .text = csv == NULL ? "" : csv, .len = len, .flags = flags, .latest_utc_s = INT64_MIN};
    mbill__billing_start(&of.billing, store);
    mbill_status status = put_file(&of, err);
    mbill__billing_end(&of.billing);
    mbill_zone_free(zone);
    if (status == MBILL_OK) mbill__import_give(out, of.n_added, of.n_same);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A file of top-ups (CSV: id,account,amount,time) into the ledger, all of it or nothing. There is no clock here: a file is booked at the latest
 * time in it, so that it is read twice. */
#include "document/csv.h"
#include "meterbill/calendar.h"
#include "meterbill/decimal.h"
#include "store/inner.h"
#include "store/journal.h"
#include "store/money.h"

#include <string.h>

enum { COLUMN_ID, COLUMN_ACCOUNT, COLUMN_AMOUNT, COLUMN_TIME, N_COLUMNS };

static const char *const COLUMNS[N_COLUMNS] = {"id", "account", "amount", "time"};

typedef struct top_up {
    mbill_id id;
    int64_t amount_micro, at_utc_s;
} top_up;

typedef struct top_up_import {
    mbill_store *store;
    const mbill_zone *zone;
    const char *text;
    size_t len;
    mbill__csv csv;
    int32_t columns[N_COLUMNS];
    int64_t latest_utc_s, n_added, n_same;
} top_up_import;

static const mbill__csv_field *field(const top_up_import *import, int32_t column)
{
    return &import->csv.fields[import->columns[column]];
}

static mbill_status read_field(const top_up_import *import, int32_t column, top_up *out, mbill_error *err)
{
    const mbill__csv_field *from = field(import, column);
    mbill_error cause;
    mbill_status status;
    mbill_error_init(&cause);
    if (column == COLUMN_ID) status = mbill_id_parse(from->text, from->len, &out->id, &cause);
    else if (column == COLUMN_AMOUNT)
        status = mbill_decimal_parse(from->text, from->len, MBILL_SCALE_MICRO, &out->amount_micro, &cause);
    else status = mbill_time_parse(from->text, from->len, import->zone, &out->at_utc_s, &cause);
    return status == MBILL_OK ? MBILL_OK : mbill__fail(err, status, "%s: %s", COLUMNS[column], cause.message);
}

static mbill_status read_row(const top_up_import *import, top_up *out, mbill_error *err)
{
    MBILL_TRY(read_field(import, COLUMN_ID, out, err));
    MBILL_TRY(read_field(import, COLUMN_AMOUNT, out, err));
    return read_field(import, COLUMN_TIME, out, err);
}

static mbill_status look_at_row(top_up_import *import, mbill_error *err)
{
    top_up row;
    MBILL_TRY(read_row(import, &row, err));
    if (row.at_utc_s > import->latest_utc_s) import->latest_utc_s = row.at_utc_s;
    return MBILL_OK;
}

static mbill_status put_row(top_up_import *import, mbill_error *err)
{
    const mbill__csv_field *account = field(import, COLUMN_ACCOUNT);
    top_up row;
    int64_t account_no;
    MBILL_TRY(read_row(import, &row, err));
    MBILL_TRY(mbill__store_account(import->store, account->text, account->len, &account_no, err));
    mbill_status status = mbill__money_top_up(import->store, account_no, &row.id, row.amount_micro, row.at_utc_s,
        import->latest_utc_s, err);
    if (status == MBILL_OK) import->n_added++;
    else if (status == MBILL_E_EXISTS) import->n_same++;
    else return status;
    return MBILL_OK;
}

static mbill_status each_row(top_up_import *import, mbill_status (*take)(top_up_import *import, mbill_error *err),
    mbill_error *err)
{
    bool more = false;
    MBILL_TRY(mbill__csv_start(&import->csv, import->text, import->len, COLUMNS, N_COLUMNS, N_COLUMNS, import->columns, err));
    for (;;) {
        MBILL_TRY(mbill__csv_next(&import->csv, &more, err));
        if (!more) return MBILL_OK;
        mbill_error cause;
        mbill_error_init(&cause);
        mbill_status status = take(import, &cause);
        if (status != MBILL_OK) return mbill__store_line(err, import->csv.line, status, &cause);
    }
}

static mbill_status put_file(top_up_import *import, mbill_error *err)
{
    mbill_journal *ledger;
    int64_t first;
    MBILL_TRY(each_row(import, look_at_row, err));
    MBILL_TRY(mbill_store_journal(import->store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
    return mbill__journal_finish(ledger, first, each_row(import, put_row, err), err);
}

mbill_status mbill_store_put_top_ups(mbill_store *store, const char *csv, size_t len, const char *zone_rule,
    mbill_import_counts *out, mbill_error *err)
{
    MBILL__NEED(store);
    if (csv == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "csv is NULL");
    MBILL_TRY(mbill__import_out(out, err));
    mbill_zone *zone = NULL;
    if (zone_rule != NULL)
        MBILL_TRY(mbill_zone_from_rule(zone_rule, strlen(zone_rule), mbill__db_allocator(store->db), &zone, err));
    top_up_import import = {.store = store, .zone = zone, .text = csv == NULL ? "" : csv, .len = len, .latest_utc_s = INT64_MIN};
    mbill_status status = put_file(&import, err);
    mbill_zone_free(zone);
    if (status == MBILL_OK) mbill__import_give(out, import.n_added, import.n_same);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A file of top-ups (CSV: id,account,amount,time) into the journal, all of it or nothing. */
#include "document/csv.h"
#include "meterbill/calendar.h"
#include "meterbill/decimal.h"
#include "store/inner.h"
#include "store/post.h"

#include <string.h>

enum { COLUMN_ID, COLUMN_ACCOUNT, COLUMN_AMOUNT, COLUMN_TIME, N_COLUMNS };

static const char *const COLUMNS[N_COLUMNS] = {"id", "account", "amount", "time"};

typedef struct top_up_import {
    mbill_store *store;
    const mbill_zone *zone;
    mbill__csv csv;
    int32_t columns[N_COLUMNS];
    int64_t n_added, n_same;
} top_up_import;

static const mbill__csv_field *field(const top_up_import *import, int32_t column)
{
    return &import->csv.fields[import->columns[column]];
}

static mbill_status read_field(const top_up_import *import, int32_t column, mbill_posting *out, mbill_error *err)
{
    const mbill__csv_field *from = field(import, column);
    mbill_error cause;
    mbill_status status;
    mbill_error_init(&cause);
    if (column == COLUMN_ID) status = mbill_id_parse(from->text, from->len, &out->id, &cause);
    else if (column == COLUMN_AMOUNT)
        status = mbill_decimal_parse(from->text, from->len, MBILL_SCALE_MICRO, &out->amount_micro, &cause);
    else status = mbill_time_parse(from->text, from->len, import->zone, &out->effective_utc_s, &cause);
    return status == MBILL_OK ? MBILL_OK : mbill__fail(err, status, "%s: %s", COLUMNS[column], cause.message);
}

static mbill_status read_row(const top_up_import *import, mbill_posting *out, mbill_error *err)
{
    *out = (mbill_posting){.kind = MBILL_POSTING_TOP_UP};
    MBILL_TRY(read_field(import, COLUMN_ID, out, err));
    MBILL_TRY(read_field(import, COLUMN_AMOUNT, out, err));
    return read_field(import, COLUMN_TIME, out, err);
}

/* No clock here: a top-up is taken to be booked at the time it is for. */
static mbill_status put_row(top_up_import *import, mbill_error *err)
{
    const mbill__csv_field *account = field(import, COLUMN_ACCOUNT);
    mbill_posting operation;
    int64_t account_no, operation_no;
    MBILL_TRY(read_row(import, &operation, err));
    MBILL_TRY(mbill__store_account(import->store, account->text, account->len, &account_no, err));
    mbill_status status = mbill__store_post(import->store, account_no, &operation, operation.effective_utc_s, NULL, &operation_no,
        err);
    if (status == MBILL_OK) import->n_added++;
    else if (status == MBILL_E_EXISTS) import->n_same++;
    else return status;
    return MBILL_OK;
}

static mbill_status put_rows(top_up_import *import, mbill_error *err)
{
    bool more = false;
    for (;;) {
        MBILL_TRY(mbill__csv_next(&import->csv, &more, err));
        if (!more) return MBILL_OK;
        mbill_error cause;
        mbill_error_init(&cause);
        mbill_status status = put_row(import, &cause);
        if (status != MBILL_OK) return mbill__store_line(err, import->csv.line, status, &cause);
    }
}

static mbill_status put_file(top_up_import *import, const char *csv, size_t len, mbill_error *err)
{
    MBILL_TRY(mbill__csv_start(&import->csv, csv, len, COLUMNS, N_COLUMNS, N_COLUMNS, import->columns, err));
    MBILL_TRY(mbill__db_begin(import->store->db, err));
    return mbill__db_finish(import->store->db, put_rows(import, err), err);
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
    top_up_import import = {.store = store, .zone = zone};
    mbill_status status = put_file(&import, csv == NULL ? "" : csv, len, err);
    mbill_zone_free(zone);
    if (status == MBILL_OK) mbill__import_give(out, import.n_added, import.n_same);
    return status;
}

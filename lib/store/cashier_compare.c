/* SPDX-License-Identifier: Apache-2.0 */
/* What a provider's file says of a day against the ledger's own records, receipt by receipt. Changes when what makes two of them differ does. */
#include "document/csv.h"
#include "meterbill/billing.h"
#include "meterbill/decimal.h"
#include "store/inner.h"
#include "store/journal.h"

#include <stdlib.h>
#include <string.h>

typedef struct entry {
    int64_t receipt, amount_micro;
    int64_t record; /* -1: of the file */
    int64_t line;   /* 0: of the ledger */
} entry;

typedef struct comparing {
    mbill_store *store;
    entry *entries;
    size_t n, cap;
    mbill_cashier_each_difference each;
    void *ctx;
    mbill_cashier_comparison sums;
} comparing;

static mbill_status add(comparing *of, const entry *one, mbill_error *err)
{
    MBILL_TRY(mbill__room(mbill__db_allocator(of->store->db), (void **)(void *)&of->entries, &of->cap, sizeof *of->entries,
        of->n + 1, err));
    of->entries[of->n++] = *one;
    return MBILL_OK;
}

/* ---- both sides ---- */

static mbill_status take_record(comparing *of, int64_t record, mbill_error *err)
{
    mbill_operation op;
    MBILL_TRY(mbill_book_record(of->store->ledger->follow.book, record, &op, NULL, NULL, NULL, err));
    const entry one = {op.receipt, op.kind == MBILL_OPERATION_REFUND ? -op.amount_micro : op.amount_micro, record, 0};
    of->sums.n_ledger++;
    MBILL_TRY(mbill_sum_add(&of->sums.ledger, &one.amount_micro, 1, err));
    return add(of, &one, err);
}

static mbill_status take_ledger(comparing *of, int64_t channel, int32_t day, mbill_error *err)
{
    static const char SELECT_CHANNEL[] = "SELECT record FROM mbill_cashier_entry WHERE channel = ?1 AND day = ?2 ORDER BY record";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(of->store->db, SELECT_CHANNEL, &query, err));
    mbill__bind_whole(query, 1, channel);
    mbill__bind_whole(query, 2, day);
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        MBILL_TRY(take_record(of, mbill__column_whole(query, 0), err)); /* on failure the rollback ends the query */
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

static mbill_status read_line(const mbill__csv *csv, const int32_t *columns, entry *out, mbill_error *err)
{
    const mbill__csv_field *receipt = &csv->fields[columns[0]], *amount = &csv->fields[columns[1]];
    MBILL_TRY(mbill_decimal_parse(receipt->text, receipt->len, 0, &out->receipt, err));
    MBILL_TRY(mbill_decimal_parse(amount->text, amount->len, MBILL_SCALE_MICRO, &out->amount_micro, err));
    if (out->receipt > 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "receipt %lld, expected 1 or more", (long long)out->receipt);
}

static mbill_status take_file(comparing *of, const char *text, size_t len, mbill_error *err)
{
    static const char *const wanted[] = {"receipt", "amount"};
    mbill__csv csv;
    int32_t columns[2];
    bool more;
    MBILL_TRY(mbill__csv_start(&csv, text, len, wanted, 2, 2, columns, err));
    for (;;) {
        entry one = {0, 0, -1, 0};
        mbill_error cause;
        mbill_error_init(&cause);
        MBILL_TRY(mbill__csv_next(&csv, &more, err));
        if (!more) return MBILL_OK;
        mbill_status status = read_line(&csv, columns, &one, &cause);
        if (status != MBILL_OK) return mbill__store_line(err, csv.line, status, &cause);
        one.line = csv.line;
        of->sums.n_file++;
        MBILL_TRY(mbill_sum_add(&of->sums.file, &one.amount_micro, 1, err));
        MBILL_TRY(add(of, &one, err));
    }
}

/* ---- differences ---- */

/* By receipt, then amount, then the ledger's before the file's. */
static int compare(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    if (a->receipt != b->receipt) return a->receipt < b->receipt ? -1 : 1;
    if (a->amount_micro != b->amount_micro) return a->amount_micro < b->amount_micro ? -1 : 1;
    return a->line == b->line ? 0 : a->line < b->line ? -1 : 1;
}

static mbill_status tell(comparing *of, int32_t kind, const entry *ledger, const entry *file, mbill_error *err)
{
    const mbill_cashier_difference difference = {.struct_size = (uint32_t)sizeof difference,
        .kind = kind,
        .receipt = ledger != NULL ? ledger->receipt : file->receipt,
        .record = ledger != NULL ? ledger->record : -1,
        .line = file != NULL ? file->line : 0,
        .ledger_micro = ledger != NULL ? ledger->amount_micro : 0,
        .file_micro = file != NULL ? file->amount_micro : 0};
    of->sums.n_different++;
    return of->each(of->ctx, &difference, err);
}

/* The entries [from, to) of one receipt, without those that are equal on both sides; a payment without a receipt is of the ledger alone. */
static mbill_status compare_receipt(comparing *of, size_t from, size_t to, mbill_error *err)
{
    const entry *ledger = NULL, *file = NULL;
    for (size_t i = from; i < to; i++) {
        const entry *one = &of->entries[i];
        const bool equal = i + 1 < to && one->line == 0 && one[1].line != 0 && one->amount_micro == one[1].amount_micro;
        if (equal) {
            i++;
            continue;
        }
        if (one->line == 0 && ledger != NULL) MBILL_TRY(tell(of, MBILL_CASHIER_NOT_IN_FILE, ledger, NULL, err));
        if (one->line != 0 && file != NULL) MBILL_TRY(tell(of, MBILL_CASHIER_NOT_IN_LEDGER, NULL, file, err));
        if (one->line == 0) ledger = one;
        else file = one;
    }
    if (ledger != NULL && file != NULL) return tell(of, MBILL_CASHIER_OTHER_AMOUNT, ledger, file, err);
    if (ledger != NULL) return tell(of, MBILL_CASHIER_NOT_IN_FILE, ledger, NULL, err);
    return file != NULL ? tell(of, MBILL_CASHIER_NOT_IN_LEDGER, NULL, file, err) : MBILL_OK;
}

static mbill_status compare_all(comparing *of, mbill_error *err)
{
    if (of->n > 1) qsort(of->entries, of->n, sizeof *of->entries, compare);
    for (size_t from = 0, to; from < of->n; from = to) {
        for (to = from + 1; to < of->n && of->entries[to].receipt == of->entries[from].receipt; to++) {}
        MBILL_TRY(compare_receipt(of, from, to, err));
    }
    return MBILL_OK;
}

static mbill_status run(comparing *of, const mbill_cashier_day *day, const char *csv, size_t len, mbill_error *err)
{
    MBILL_TRY(take_ledger(of, day->channel, day->day, err));
    MBILL_TRY(take_file(of, csv, len, err));
    return compare_all(of, err);
}

mbill_status mbill_store_cashier_compare(mbill_store *store, const mbill_cashier_day *day, const char *csv, size_t len,
    mbill_cashier_each_difference each, void *ctx, mbill_cashier_comparison *out, mbill_error *err)
{
    comparing of = {.store = store, .each = each, .ctx = ctx};
    mbill_journal *ledger;
    int64_t first;
    MBILL__NEED(store);
    MBILL__NEED(day);
    MBILL__NEED(each);
    if (csv == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "csv is NULL");
    if (day->struct_size != sizeof *day || (out != NULL && out->struct_size < sizeof *out))
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of day or out is not set");
    MBILL_TRY(mbill_store_journal(store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, false, &first, err));
    mbill_status status = mbill__journal_finish(ledger, first, run(&of, day, csv == NULL ? "" : csv, len, err), err);
    mbill__release(mbill__db_allocator(store->db), of.entries, of.cap * sizeof *of.entries);
    if (status != MBILL_OK || out == NULL) return status;
    of.sums.struct_size = out->struct_size;
    memcpy(out, &of.sums, sizeof of.sums);
    return MBILL_OK;
}

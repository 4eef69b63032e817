/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of ledger operations, and the book they make: after every batch the sums of all legs balance and no retry is booked; in the end the journal,
 * read again, gives the same book. */
#include "meterbill/operations.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ACCOUNTS_MAX 64

static void need(bool holds)
{
    if (!holds) abort();
}

/* Each leg has two sides and an amount; a refused operation has none. */
static void check_record(const mbill_book *book, int64_t number)
{
    mbill_leg legs[MBILL_LEGS_MAX];
    mbill_operation op;
    mbill_result result;
    int64_t recorded_utc_s;
    size_t len = 0;
    need(mbill_book_record(book, number, &op, &result, &recorded_utc_s, legs, NULL) == MBILL_OK);
    need(result.code == MBILL_RESULT_OK || result.n_legs == 0);
    for (uint32_t i = 0; i < result.n_legs; i++) {
        need(legs[i].amount_micro > 0);
        need(legs[i].debit_account != legs[i].credit_account || legs[i].debit_place != legs[i].credit_place);
    }
    need(mbill_book_record_write(book, number, NULL, &len, NULL) == MBILL_OK);
}

/* What the numbers of an account promise, whatever was done to it. */
static void check_account(const mbill_book *book, int64_t number)
{
    mbill_view view = {.struct_size = sizeof view};
    size_t len = 0;
    if (mbill_book_view(book, number, &view, NULL) != MBILL_OK) return;
    need(view.accum_micro >= 0 && view.ec_used_micro >= 0 && view.ec_left_micro >= 0 && view.spendable_micro >= 0);
    need(view.remaining_micro == 0 || view.overdraft_micro == 0);
    for (size_t i = 0; i < MBILL_DEBTS_MAX; i++) need(view.debt_micro[i] >= 0);
    need(mbill_book_account_write(book, number, NULL, &len, NULL) == MBILL_OK);
}

/* Applied once, then again: the second time nothing new is booked. */
static void apply(mbill_book *book, const mbill_operation_batch *batch)
{
    size_t n = batch->n_operations;
    mbill_result *results = calloc(n == 0 ? 1 : n, sizeof *results);
    mbill_error err;
    mbill_error_init(&err);
    need(results != NULL);
    mbill_status status = n == 0 ? mbill_book_tick(book, batch->at_utc_s, &err)
                                 : mbill_book_apply(book, batch->operations, n, batch->at_utc_s, results, &err);
    need((int32_t)status == err.status && status != MBILL_E_INTERNAL);
    int64_t n_records = mbill_book_n_records(book);
    if (status == MBILL_OK && n > 0) {
        need(mbill_book_apply(book, batch->operations, n, batch->at_utc_s, results, &err) == MBILL_OK);
        for (size_t i = 0; i < n; i++)
            need(results[i].code != MBILL_RESULT_OK || results[i].record >= n_records); /* freed by a chain that failed */
    }
    for (size_t i = 0; i < n && i < ACCOUNTS_MAX; i++) {
        check_account(book, batch->operations[i].account);
        check_account(book, batch->operations[i].other);
    }
    free(results);
}

static void check_fold(const mbill_book *book)
{
    const uint8_t *bytes, *again_bytes;
    size_t len, again_len;
    mbill_book *again;
    mbill_error err;
    mbill_error_init(&err);
    int64_t n = mbill_book_n_records(book);
    need(mbill_book_open(NULL, &again, NULL) == MBILL_OK);
    need(mbill_book_journal(book, 0, n, &bytes, &len, NULL) == MBILL_OK);
    need(mbill_book_replay(again, bytes, len, &err) == MBILL_OK);
    need(mbill_book_journal(again, 0, n, &again_bytes, &again_len, NULL) == MBILL_OK);
    need(len == again_len && (len == 0 || memcmp(bytes, again_bytes, len) == 0));
    for (int64_t i = 0; i < n; i++) {
        mbill_operation op;
        mbill_view view = {.struct_size = sizeof view}, other = {.struct_size = sizeof other};
        check_record(book, i);
        need(mbill_book_record(book, i, &op, NULL, NULL, NULL, NULL) == MBILL_OK);
        bool there = mbill_book_view(book, op.account, &view, NULL) == MBILL_OK;
        need(there == (mbill_book_view(again, op.account, &other, NULL) == MBILL_OK));
        need(memcmp(&view, &other, sizeof view) == 0);
    }
    mbill_book_free(again);
}

/* The same bytes as one line, and as a policy: read or refused with a sentence. */
static void check_alone(const char *text, size_t size)
{
    mbill_operations *operations;
    mbill_policy policy;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_operations_read_line(text, size, MBILL_OPERATION_USAGE, NULL, &operations, &err);
    need(status == MBILL_OK || (operations == NULL && err.status == (int32_t)status && err.message[0] != '\0'));
    mbill_operations_free(operations);
    mbill_error_init(&err);
    status = mbill_policy_read(text, size, &policy, &err);
    need(status == MBILL_OK ? mbill_policy_check(&policy, NULL) == MBILL_OK : err.status == (int32_t)status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mbill_operations *operations = (mbill_operations *)(void *)&size;
    mbill_book *book;
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    check_alone((const char *)data, size);
    mbill_status status = mbill_operations_read((const char *)data, size, NULL, &operations, &err);
    if (status != MBILL_OK) {
        need(operations == NULL && err.status == (int32_t)status && err.message[0] != '\0');
        return 0;
    }
    const mbill_operation_batch *batches = mbill_operations_batches(operations, &n);
    need(mbill_book_open(NULL, &book, NULL) == MBILL_OK);
    for (size_t i = 0; i < n; i++) apply(book, &batches[i]);
    check_fold(book);
    mbill_book_free(book);
    mbill_operations_free(operations);
    return 0;
}

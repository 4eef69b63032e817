/* SPDX-License-Identifier: Apache-2.0 */
/* Journals from anywhere: what a book takes in is written out the same, balances, can be read and written record by record, and the book goes on:
 * every hold that was taken in is posted, every operation reversed and accepted, every account used. */
#include "meterbill/operations.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS_MAX = 64 };
#define LATEST INT64_C(32000000000) /* in 2984, with room before the calendar ends */

static void need(bool holds)
{
    if (!holds) abort();
}

static void check_record(const mbill_book *book, int64_t number, mbill_operation *out)
{
    mbill_leg legs[MBILL_LEGS_MAX];
    mbill_result result;
    int64_t recorded_utc_s;
    size_t len = 0;
    need(mbill_book_record(book, number, out, &result, &recorded_utc_s, legs, NULL) == MBILL_OK);
    need(result.code == MBILL_RESULT_OK || result.n_legs == 0);
    for (uint32_t i = 0; i < result.n_legs; i++) need(legs[i].amount_micro > 0);
    need(mbill_book_record_write(book, number, NULL, &len, NULL) == MBILL_OK);
}

static void check_account(const mbill_book *book, int64_t number)
{
    size_t len = 0;
    mbill_status status = mbill_book_account_write(book, number, NULL, &len, NULL);
    need(status == MBILL_OK || status == MBILL_E_NOT_FOUND);
}

/* Read again: the same bytes. */
static void check_fold(const mbill_book *book)
{
    const uint8_t *bytes, *again_bytes;
    size_t len, again_len;
    mbill_book *again;
    int64_t n = mbill_book_n_records(book);
    need(mbill_book_open(NULL, &again, NULL) == MBILL_OK);
    need(mbill_book_journal(book, 0, n, &bytes, &len, NULL) == MBILL_OK);
    if (n > 0) need(mbill_book_replay(again, bytes, len, NULL) == MBILL_OK);
    need(mbill_book_journal(again, 0, n, &again_bytes, &again_len, NULL) == MBILL_OK);
    need(len == again_len && (len == 0 || memcmp(bytes, again_bytes, len) == 0));
    mbill_book_free(again);
}

static mbill_operation op_of(uint64_t number, int32_t kind)
{
    mbill_operation op = {.kind = kind, .sequence = MBILL_NONE, .charge = MBILL_NONE, .period = MBILL_NONE};
    op.id.bytes[0] = 0xfe;
    memcpy(op.id.bytes + 8, &number, sizeof number);
    return op;
}

static void apply(mbill_book *book, const mbill_operation *op, int64_t now_utc_s)
{
    mbill_result result;
    need(mbill_book_apply(book, op, 1, now_utc_s, &result, NULL) == MBILL_OK);
    need(strcmp(mbill_result_name(result.code), "UNKNOWN") != 0);
}

/* What may be asked of a record that is there, and of its account. */
static void go_on(mbill_book *book, int64_t number, int64_t now_utc_s)
{
    static const int32_t on_target[] = {MBILL_OPERATION_POST, MBILL_OPERATION_ACCEPT, MBILL_OPERATION_REVERSE,
        MBILL_OPERATION_VOID};
    static const int32_t on_account[] = {MBILL_OPERATION_USAGE, MBILL_OPERATION_TOP_UP, MBILL_OPERATION_ACCRUE,
        MBILL_OPERATION_OBSERVE, MBILL_OPERATION_WALLET_INIT, MBILL_OPERATION_SELECT_EC, MBILL_OPERATION_CLOSE};
    mbill_operation meant;
    check_record(book, number, &meant);
    for (size_t i = 0; i < sizeof on_target / sizeof on_target[0]; i++) {
        mbill_operation op = op_of((uint64_t)number << 8 | i, on_target[i]);
        op.target = meant.id;
        if (op.kind == MBILL_OPERATION_POST) op.amount_micro = MBILL_AMOUNT_ALL;
        apply(book, &op, now_utc_s);
    }
    for (size_t i = 0; i < sizeof on_account / sizeof on_account[0]; i++) {
        mbill_operation op = op_of((uint64_t)number << 8 | (i + 16), on_account[i]);
        op.account = meant.account > 0 ? meant.account : 1;
        if (op.kind <= MBILL_OPERATION_ACCRUE && op.kind >= MBILL_OPERATION_WALLET_INIT) op.amount_micro = 1000000;
        if (op.kind == MBILL_OPERATION_ACCRUE) op.charge = 0;
        if (op.kind == MBILL_OPERATION_ACCRUE) op.period = number;
        if (op.kind == MBILL_OPERATION_OBSERVE) op.sequence = 1000;
        apply(book, &op, now_utc_s);
    }
    check_account(book, meant.account);
    check_account(book, meant.other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mbill_book *book;
    mbill_error err;
    int64_t last_utc_s = 0;
    mbill_error_init(&err);
    need(mbill_book_open(NULL, &book, NULL) == MBILL_OK);
    mbill_status status = mbill_book_replay(book, data, size, &err);
    int64_t n = mbill_book_n_records(book);
    need(status == MBILL_OK || (status == MBILL_E_CORRUPT && err.index == n && err.message[0] != '\0'));
    check_fold(book);
    if (n > 0) need(mbill_book_record(book, n - 1, NULL, NULL, &last_utc_s, NULL, NULL) == MBILL_OK);
    for (int64_t i = 0; i < n && i < RECORDS_MAX && last_utc_s < LATEST; i++) go_on(book, i, last_utc_s + i);
    if (last_utc_s < LATEST) need(mbill_book_tick(book, last_utc_s + RECORDS_MAX + 86400, NULL) == MBILL_OK);
    check_fold(book);
    mbill_book_free(book);
    return 0;
}

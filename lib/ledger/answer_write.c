/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is said of operations that were booked does: results with their records, what observations found, decisions about supply, the
 * accounts after them. */
#include "meterbill/operations.h"

#include "base/fail.h"
#include "base/memory.h"
#include "ledger/book_write.h"
#include "ledger/measure.h"
#include "meterbill/decimal.h"

/* ---- parts ---- */

static mbill_status write_result(mbill__writer *to, const mbill_book *book, const mbill_result *result, mbill_error *err)
{
    mbill__write_text(to, "result", mbill_result_name(result->code));
    if (result->code == MBILL_RESULT_EXISTS || result->code == MBILL_RESULT_REFUSED_BEFORE)
        mbill__write_text(to, "first", mbill_result_name(result->first));
    if (result->field != 0) mbill__write_text(to, "field", mbill_operation_field_name(result->field));
    return result->record < 0 ? MBILL_OK : mbill__write_record(to, "record", book, result->record, err);
}

static void write_decision(mbill__writer *to, int64_t account, int32_t supply, uint32_t reasons)
{
    /* MBILL_REASON_*, from the lowest bit */
    static const char *const words[] = {"no_credit", "protected", "not_cleared", "below_reclose", "emergency_credit_selected",
        "cleared"};
    mbill__write_object(to, NULL);
    mbill__write_whole(to, "account", account);
    mbill__write_text(to, "supply", mbill_supply_name(supply));
    mbill__write_list(to, "reasons");
    for (size_t bit = 0; bit < sizeof words / sizeof words[0]; bit++)
        if ((reasons >> bit & 1) != 0) mbill__write_text(to, NULL, words[bit]);
    mbill__write_list_end(to);
    mbill__write_object_end(to);
}

/* needed: a question about an account that is not there is a mistake, not a question without an answer. */
static mbill_status write_decisions(mbill__writer *to, const mbill_book *book, const mbill_operation_batch *batch,
    int64_t now_utc_s, bool needed, mbill_error *err)
{
    mbill__write_list(to, "supply");
    for (size_t i = 0; i < batch->n_questions; i++) {
        const mbill_supply_question *question = &batch->questions[i];
        int32_t supply;
        uint32_t reasons;
        if (!needed && mbill_book_policy(book, question->account) == NULL) continue;
        MBILL_TRY(mbill_book_supply(book, question, now_utc_s, &supply, &reasons, err));
        write_decision(to, question->account, supply, reasons);
    }
    mbill__write_list_end(to);
    return MBILL_OK;
}

/* ---- a batch ---- */

static int64_t account_named(const mbill_operation_batch *batch, size_t i)
{
    const mbill_operation *op = &batch->operations[i / 2];
    return i % 2 == 0 ? op->account : op->other;
}

static bool was_named(const mbill_operation_batch *batch, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (account_named(batch, j) == account_named(batch, i)) return true;
    return false;
}

static mbill_status write_batch(mbill__writer *to, const mbill_book *book, const mbill_operation_batch *batch,
    const mbill_result *results, int64_t at_utc_s, mbill_error *err)
{
    mbill__write_object(to, NULL);
    MBILL_TRY(mbill__write_time(to, "at", at_utc_s, NULL, err));
    mbill__write_list(to, "results");
    for (size_t i = 0; i < batch->n_operations; i++) {
        mbill__write_object(to, NULL);
        MBILL_TRY(write_result(to, book, &results[i], err));
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
    MBILL_TRY(write_decisions(to, book, batch, at_utc_s, true, err));
    mbill__write_list(to, "accounts");
    for (size_t i = 0; i < 2 * batch->n_operations; i++) {
        int64_t account = account_named(batch, i);
        if (mbill_book_has(book, account) && !was_named(batch, i)) MBILL_TRY(mbill__write_numbers(to, NULL, book, account, err));
    }
    mbill__write_list_end(to);
    mbill__write_object_end(to);
    return MBILL_OK;
}

/* ---- one operation ---- */

/* Payments that the meter has, those on their way, use that is not posted, and what nothing explains. */
static void write_reconciliation(mbill__writer *to, const mbill_view *view, const mbill_policy *policy, const mbill_operation *op,
    const mbill_result *result)
{
    int64_t expected_micro = mbill__less(op->amount_micro, result->moved_micro);
    int64_t arrived_micro = mbill__less(expected_micro, mbill__less(view->credit_micro, op->unposted_micro));
    bool within = result->moved_micro >= -policy->tolerance_micro && result->moved_micro <= policy->tolerance_micro;
    mbill__write_object(to, "reconciliation");
    mbill__write_decimal(to, "expected", expected_micro, MBILL_SCALE_MICRO);
    mbill__write_decimal(to, "arrived", arrived_micro, MBILL_SCALE_MICRO);
    mbill__write_decimal(to, "in_flight", mbill__less(view->pending_credits_micro, arrived_micro), MBILL_SCALE_MICRO);
    mbill__write_decimal(to, "unposted", op->unposted_micro, MBILL_SCALE_MICRO);
    mbill__write_decimal(to, "unexplained", result->moved_micro, MBILL_SCALE_MICRO);
    mbill__write_bool(to, "mismatch", !within);
    mbill__write_object_end(to);
}

/* What an observation found can be told while the book is as it saw it. */
static mbill_status write_found(mbill__writer *to, const mbill_book *book, const mbill_operation *op, const mbill_result *result,
    mbill_error *err)
{
    mbill_view view = {.struct_size = sizeof view};
    const mbill_policy *policy = mbill_book_policy(book, op->account);
    bool is_last = result->record == mbill_book_n_records(book) - 1;
    if (op->kind != MBILL_OPERATION_OBSERVE || result->code != MBILL_RESULT_OK || !is_last || policy == NULL) return MBILL_OK;
    MBILL_TRY(mbill_book_view(book, op->account, &view, err));
    write_reconciliation(to, &view, policy, op, result);
    return MBILL_OK;
}

static mbill_status write_one_account(mbill__writer *to, const char *key, const mbill_book *book, int64_t account,
    mbill_error *err)
{
    return mbill_book_has(book, account) ? mbill__write_numbers(to, key, book, account, err) : MBILL_OK;
}

static mbill_status write_operation_answer(mbill__writer *to, const mbill_book *book, const mbill_operation *op,
    const mbill_result *result, mbill_error *err)
{
    mbill_operation meant = {.account = 0};
    const mbill_operation *of = op;
    MBILL_TRY(write_result(to, book, result, err));
    MBILL_TRY(write_found(to, book, op, result, err));
    if (op->account == 0 && /* a post, a void, a reversal: the accounts of what it means */
        mbill_book_record(book, mbill_book_find(book, &op->target), &meant, NULL, NULL, NULL, NULL) == MBILL_OK)
        of = &meant;
    MBILL_TRY(write_one_account(to, "account", book, of->account, err));
    return write_one_account(to, "other", book, of->other, err);
}

static mbill_status write_line_answer(mbill__writer *to, const mbill_book *book, const mbill_operation_batch *line,
    const mbill_result *result, int64_t now_utc_s, mbill_error *err)
{
    mbill__write_object(to, NULL);
    if (line->n_operations == 0) mbill__write_text(to, "result", mbill_result_name(MBILL_RESULT_OK));
    else MBILL_TRY(write_operation_answer(to, book, &line->operations[0], result, err));
    if (line->n_questions > 0) MBILL_TRY(write_decisions(to, book, line, now_utc_s, false, err));
    mbill__write_object_end(to);
    return MBILL_OK;
}

/* ---- the calls ---- */

typedef mbill_status (*write_said)(mbill__writer *to, const mbill_book *book, const mbill_operation_batch *batch,
    const mbill_result *results, int64_t at_utc_s, mbill_error *err);

static mbill_status write_said_out(write_said said, const mbill_book *book, const mbill_operation_batch *batch,
    const mbill_result *results, int64_t at_utc_s, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_allocator libc;
    mbill__buffer buffer;
    mbill__writer writer;
    MBILL__NEED(book);
    MBILL__NEED(batch);
    if (batch->n_operations > 0) MBILL__NEED(results);
    MBILL__NEED(inout_len);
    MBILL_TRY(mbill__allocator_read(&libc, NULL, err));
    mbill__buffer_start(&buffer, &libc);
    mbill__write_start(&writer, &buffer, false);
    mbill_status status = said(&writer, book, batch, results, at_utc_s, err);
    return mbill__buffer_end(&buffer, status, out_text, inout_len, err);
}

mbill_status mbill_book_batch_write(const mbill_book *book, const mbill_operation_batch *batch, const mbill_result *results,
    char *out_text, size_t *inout_len, mbill_error *err)
{
    MBILL__NEED(batch);
    return write_said_out(write_batch, book, batch, results, batch->at_utc_s, out_text, inout_len, err);
}

mbill_status mbill_book_answer_write(const mbill_book *book, const mbill_operation_batch *line, const mbill_result *result,
    int64_t now_utc_s, char *out_text, size_t *inout_len, mbill_error *err)
{
    return write_said_out(write_line_answer, book, line, result, now_utc_s, out_text, inout_len, err);
}

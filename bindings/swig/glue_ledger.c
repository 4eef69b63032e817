/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of a ledger in memory does. */
#include "glue_ledger.h"

#include "join.h"
#include "ledger_says.h"

#include <stdlib.h>
#include <string.h>

mbill_status mbill_face_book_open(mbill_book **out_book, mbill_error *err)
{
    return mbill_book_open(NULL, out_book, err);
}

/* --- what is said of a record, an account, a decision --- */

typedef struct number_of_book {
    const mbill_book *book;
    int64_t number;
} number_of_book;

static mbill_status write_record(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const number_of_book *one = context;
    return mbill_book_record_write(one->book, one->number, out_text, inout_len, err);
}

static mbill_status write_account(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const number_of_book *one = context;
    return mbill_book_account_write(one->book, one->number, out_text, inout_len, err);
}

/* A prepay account, a plain one, or one of the system that was used. */
int face_is_there(const mbill_book *book, int64_t account)
{
    mbill_view view;
    mbill_place_sums sums;
    memset(&view, 0, sizeof view);
    view.struct_size = (uint32_t)sizeof view;
    return (account > 0 && mbill_book_view(book, account, &view, NULL) == MBILL_OK) ||
        ((account > 0 || mbill_is_system_account(account)) &&
            mbill_book_sums(book, account, MBILL_PLACE_PLAIN, &sums, NULL) == MBILL_OK);
}

static void add_text(face_join *join, const char *key, const char *text)
{
    face_add_key(join, key);
    face_add_quoted(join, text);
}

/* Without its closing brace. */
static mbill_status add_result(face_join *join, const mbill_book *book, const mbill_result *result, mbill_error *err)
{
    face_add(join, "{");
    add_text(join, "result", mbill_result_name(result->code));
    if (result->code == MBILL_RESULT_EXISTS || result->code == MBILL_RESULT_REFUSED_BEFORE)
        add_text(join, "first", mbill_result_name(result->first));
    if (result->field != 0) add_text(join, "field", mbill_operation_field_name(result->field));
    if (result->record < 0) return MBILL_OK;
    const number_of_book one = {book, result->record};
    face_add_key(join, "record");
    return face_add_written(join, write_record, &one, err);
}

static mbill_status add_account(face_join *join, const mbill_book *book, int64_t account, mbill_error *err)
{
    const number_of_book one = {book, account};
    return face_add_written(join, write_account, &one, err);
}

static mbill_status add_decision(face_join *join, const mbill_book *book, const mbill_supply_question *question,
    int64_t now_utc_s, mbill_error *err)
{
    static const char *const supplies[] = {"KEEP", "TRIP", "ARM"};
    static const char *const reasons[] = {"no_credit", "protected", "not_cleared", "below_reclose", "emergency_credit_selected",
        "cleared"};
    int32_t supply = MBILL_SUPPLY_KEEP;
    uint32_t why = 0;
    mbill_status status = mbill_book_supply(book, question, now_utc_s, &supply, &why, err);
    if (status != MBILL_OK) return status;
    face_add(join, "{\"account\":");
    face_add_int(join, question->account);
    add_text(join, "supply", supplies[supply - MBILL_SUPPLY_KEEP]);
    face_add_key(join, "reasons");
    face_add(join, "[");
    for (size_t bit = 0; bit < sizeof reasons / sizeof reasons[0]; bit++) {
        if ((why >> bit & 1) == 0) continue;
        if (join->n > 0 && join->p[join->n - 1] != '[') face_add(join, ",");
        face_add_quoted(join, reasons[bit]);
    }
    face_add(join, "]}");
    return MBILL_OK;
}

static mbill_status add_decisions(face_join *join, const mbill_book *book, const mbill_operation_batch *batch, int64_t now_utc_s,
    mbill_error *err)
{
    mbill_status status = MBILL_OK;
    face_add_key(join, "supply");
    face_add(join, "[");
    for (size_t i = 0; status == MBILL_OK && i < batch->n_questions; i++) {
        if (i > 0) face_add(join, ",");
        status = add_decision(join, book, &batch->questions[i], now_utc_s, err);
    }
    face_add(join, "]");
    return status;
}

/* --- a document --- */

static int64_t account_of(const mbill_operation_batch *batch, size_t i)
{
    const mbill_operation *op = &batch->operations[i / 2];
    return i % 2 == 0 ? op->account : op->other;
}

static int named_before(const mbill_operation_batch *batch, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (account_of(batch, j) == account_of(batch, i)) return 1;
    return 0;
}

/* Each account that the batch names, once. */
static mbill_status add_accounts(face_join *join, const mbill_book *book, const mbill_operation_batch *batch, mbill_error *err)
{
    mbill_status status = MBILL_OK;
    face_add_key(join, "accounts");
    face_add(join, "[");
    for (size_t i = 0; status == MBILL_OK && i < 2 * batch->n_operations; i++) {
        int64_t account = account_of(batch, i);
        if (!face_is_there(book, account) || named_before(batch, i)) continue;
        if (join->n > 0 && join->p[join->n - 1] == '}') face_add(join, ",");
        status = add_account(join, book, account, err);
    }
    face_add(join, "]");
    return status;
}

static mbill_status write_time(const void *utc_s, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_time_print(*(const int64_t *)utc_s, NULL, out_text, inout_len, err);
}

static mbill_status add_results(face_join *join, const mbill_book *book, const mbill_result *results, size_t n, mbill_error *err)
{
    mbill_status status = MBILL_OK;
    face_add_key(join, "results");
    face_add(join, "[");
    for (size_t i = 0; status == MBILL_OK && i < n; i++) {
        if (i > 0) face_add(join, ",");
        status = add_result(join, book, &results[i], err);
        face_add(join, "}");
    }
    face_add(join, "]");
    return status;
}

static mbill_status book_batch(face_join *join, mbill_book *book, const mbill_operation_batch *batch, mbill_error *err)
{
    size_t n = batch->n_operations;
    mbill_result *results = face_allocate(n, sizeof *results, err);
    if (results == NULL) return MBILL_E_NOMEM;
    mbill_status status = n > 0 ? mbill_book_apply(book, batch->operations, n, batch->at_utc_s, results, err)
                                : mbill_book_tick(book, batch->at_utc_s, err);
    face_add(join, "{\"at\":\"");
    if (status == MBILL_OK) status = face_add_written(join, write_time, &batch->at_utc_s, err);
    face_add(join, "\"");
    if (status == MBILL_OK) status = add_results(join, book, results, n, err);
    if (status == MBILL_OK) status = add_decisions(join, book, batch, batch->at_utc_s, err);
    if (status == MBILL_OK) status = add_accounts(join, book, batch, err);
    face_add(join, "}");
    free(results);
    return status;
}

static mbill_status book_all(face_join *join, mbill_book *book, const mbill_operations *operations, mbill_error *err)
{
    mbill_status status = MBILL_OK;
    size_t n = 0;
    const mbill_operation_batch *batches = mbill_operations_batches(operations, &n);
    face_add(join, "{\"meterbill\":1,\"kind\":\"ledger\",\"batches\":[");
    for (size_t i = 0; status == MBILL_OK && i < n; i++) {
        if (i > 0) face_add(join, ",");
        status = book_batch(join, book, &batches[i], err);
    }
    face_add(join, "]}");
    return status;
}

static mbill_status copy_of(const mbill_book *book, mbill_book **out, mbill_error *err)
{
    const uint8_t *bytes = NULL;
    size_t len = 0;
    mbill_status status = mbill_book_open(NULL, out, err);
    if (status == MBILL_OK) status = mbill_book_journal(book, 0, mbill_book_n_records(book), &bytes, &len, err);
    if (status == MBILL_OK && len > 0) status = mbill_book_replay(*out, bytes, len, err);
    return status;
}

/* The batches are tried on a copy first, so that nothing is booked of a document that is refused in the middle. */
mbill_status mbill_face_book_apply(mbill_book *book, const char *text, size_t text_len, mbill_face_text *out_text,
    mbill_error *err)
{
    mbill_operations *operations = NULL;
    mbill_book *copy = NULL;
    face_join tried = {NULL, 0, 0, 0}, join = {NULL, 0, 0, 0};
    if (book == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "the handle is NULL");
    mbill_status status = mbill_operations_read(text, text_len, NULL, &operations, err);
    if (status == MBILL_OK) status = copy_of(book, &copy, err);
    if (status == MBILL_OK) status = book_all(&tried, copy, operations, err);
    if (status == MBILL_OK) status = book_all(&join, book, operations, err);
    mbill_book_free(copy);
    mbill_operations_free(operations);
    free(tried.p);
    return face_take(&join, status, out_text, err);
}

/* --- one operation --- */

mbill_status face_add_operation(face_join *join, const mbill_book *book, const mbill_operation *op, const mbill_result *result,
    const mbill_operation_batch *batch, int64_t now_utc_s, mbill_error *err)
{
    mbill_operation meant;
    memset(&meant, 0, sizeof meant);
    int64_t account = op->account, other = op->other;
    mbill_status status = add_result(join, book, result, err);
    if (account == 0 && /* a post, a void, a reversal: the accounts of what it means */
        mbill_book_record(book, mbill_book_find(book, &op->target), &meant, NULL, NULL, NULL, NULL) == MBILL_OK)
        account = meant.account, other = meant.other;
    if (status == MBILL_OK && face_is_there(book, account)) {
        face_add_key(join, "account");
        status = add_account(join, book, account, err);
    }
    if (status == MBILL_OK && face_is_there(book, other)) {
        face_add_key(join, "other");
        status = add_account(join, book, other, err);
    }
    if (status == MBILL_OK && batch->n_questions > 0) status = add_decisions(join, book, batch, now_utc_s, err);
    face_add(join, "}");
    return status;
}

static mbill_status do_one(mbill_book *book, const mbill_operation_batch *batch, const mbill_policy *policy, int64_t now_utc_s,
    face_join *join, mbill_error *err)
{
    mbill_operation op = batch->operations[0];
    mbill_result result;
    memset(&result, 0, sizeof result);
    if (policy != NULL && op.kind == MBILL_OPERATION_OPEN && op.policy == NULL && !face_is_there(book, op.account)) op.policy = policy;
    mbill_status status = mbill_book_apply(book, &op, 1, now_utc_s, &result, err);
    return status == MBILL_OK ? face_add_operation(join, book, &op, &result, batch, now_utc_s, err) : status;
}

mbill_status mbill_face_book_do(mbill_book *book, const char *text, size_t text_len, const char *policy, size_t policy_len,
    int64_t now_utc_s, mbill_face_text *out_text, mbill_error *err)
{
    mbill_operations *operations = NULL;
    mbill_policy given;
    face_join join = {NULL, 0, 0, 0};
    size_t n = 0;
    mbill_status status = MBILL_OK;
    if (book == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "the handle is NULL");
    if (policy != NULL) status = mbill_policy_read(policy, policy_len, &given, err);
    if (status == MBILL_OK) status = mbill_operations_read_line(text, text_len, 0, NULL, &operations, err);
    if (status == MBILL_OK) {
        const mbill_operation_batch *batch = mbill_operations_batches(operations, &n);
        int64_t now = batch->at_utc_s != MBILL_AT_UNSAID ? batch->at_utc_s : now_utc_s;
        if (batch->n_operations != 1) status = face_fail(err, MBILL_E_MISSING_KEY, -1, "the line has no operation");
        else status = do_one(book, batch, policy != NULL ? &given : NULL, now, &join, err);
    }
    mbill_operations_free(operations);
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_book_tick(mbill_book *book, int64_t now_utc_s, mbill_error *err)
{
    return mbill_book_tick(book, now_utc_s, err);
}

/* --- what is asked of a book --- */

mbill_status mbill_face_book_account(const mbill_book *book, int64_t account, mbill_face_text *out_text, mbill_error *err)
{
    const number_of_book one = {book, account};
    return face_write(write_account, &one, out_text, err);
}

mbill_status mbill_face_book_record(const mbill_book *book, int64_t record, mbill_face_text *out_text, mbill_error *err)
{
    const number_of_book one = {book, record};
    return face_write(write_record, &one, out_text, err);
}

mbill_status mbill_face_book_n_records(const mbill_book *book, int64_t *out_value, mbill_error *err)
{
    if (book == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "the handle is NULL");
    *out_value = mbill_book_n_records(book);
    return MBILL_OK;
}

mbill_status mbill_face_book_find(const mbill_book *book, const uint8_t *bytes, size_t bytes_len, int64_t *out_value,
    mbill_error *err)
{
    mbill_id id;
    if (book == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "the handle is NULL");
    if (bytes_len != sizeof id.bytes) return face_fail(err, MBILL_E_RANGE, -1, "an id of %zu bytes, expected 16", bytes_len);
    memcpy(id.bytes, bytes, sizeof id.bytes);
    *out_value = mbill_book_find(book, &id);
    return MBILL_OK;
}

mbill_status mbill_face_book_journal(const mbill_book *book, int64_t first, int64_t n, mbill_face_bytes *out_bytes,
    mbill_error *err)
{
    const uint8_t *bytes = NULL;
    size_t len = 0;
    mbill_status status = mbill_book_journal(book, first, n, &bytes, &len, err);
    if (status != MBILL_OK) return status;
    out_bytes->p = face_allocate(len, 1, err);
    if (out_bytes->p == NULL) return MBILL_E_NOMEM;
    if (len > 0) memcpy(out_bytes->p, bytes, len);
    out_bytes->n = len;
    return MBILL_OK;
}

mbill_status mbill_face_book_replay(mbill_book *book, const uint8_t *bytes, size_t bytes_len, mbill_error *err)
{
    return mbill_book_replay(book, bytes, bytes_len, err);
}

mbill_status mbill_face_policy_check(const char *policy, size_t policy_len, mbill_error *err)
{
    mbill_policy read;
    return mbill_policy_read(policy, policy_len, &read, err);
}

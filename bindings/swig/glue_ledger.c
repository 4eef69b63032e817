/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of a ledger in memory does. */
#include "glue_ledger.h"

#include "glue_kept.h"
#include "join.h"
#include "ledger_says.h"

#include <stdlib.h>
#include <string.h>

mbill_status mbill_face_book_open(mbill_book **out_book, mbill_error *err)
{
    return mbill_book_open(NULL, out_book, err);
}

/* --- what is said of a record, an account --- */

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

/* --- a document --- */

typedef struct batch_of {
    const mbill_book *book;
    const mbill_operation_batch *batch;
    const mbill_result *results;
} batch_of;

static mbill_status write_batch(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const batch_of *of = context;
    return mbill_book_batch_write(of->book, of->batch, of->results, out_text, inout_len, err);
}

/* Where operations go: into a book in memory, or durably into the one that a journal keeps. */
typedef struct booking {
    mbill_book *book;
    mbill_journal *journal; /* NULL: the book */
} booking;

static mbill_status book_operations(const booking *to, const mbill_operation_batch *batch, mbill_result *results,
    const mbill_book **out_book, mbill_error *err)
{
    size_t n = batch->n_operations;
    *out_book = to->book;
    if (to->journal == NULL)
        return n > 0 ? mbill_book_apply(to->book, batch->operations, n, batch->at_utc_s, results, err)
                     : mbill_book_tick(to->book, batch->at_utc_s, err);
    mbill_status status = n > 0 ? mbill_journal_apply(to->journal, batch->operations, n, batch->at_utc_s, results, err)
                                : mbill_journal_tick(to->journal, batch->at_utc_s, err);
    return status == MBILL_OK ? mbill_journal_book(to->journal, out_book, err) : status;
}

static mbill_status book_batch(face_join *join, const booking *to, const mbill_operation_batch *batch, mbill_error *err)
{
    size_t n = batch->n_operations;
    const mbill_book *book = NULL;
    mbill_result *results = face_allocate(n, sizeof *results, err);
    if (results == NULL) return MBILL_E_NOMEM;
    mbill_status status = book_operations(to, batch, results, &book, err);
    const batch_of of = {book, batch, results};
    if (status == MBILL_OK) status = face_add_written(join, write_batch, &of, err);
    free(results);
    return status;
}

static mbill_status book_all(face_join *join, const booking *to, const mbill_operations *operations, mbill_error *err)
{
    mbill_status status = MBILL_OK;
    size_t n = 0;
    const mbill_operation_batch *batches = mbill_operations_batches(operations, &n);
    face_add(join, "{\"meterbill\":1,\"kind\":\"ledger\",\"batches\":[");
    for (size_t i = 0; status == MBILL_OK && i < n; i++) {
        if (i > 0) face_add(join, ",");
        status = book_batch(join, to, &batches[i], err);
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
    if (status == MBILL_OK) status = book_all(&tried, &(booking){copy, NULL}, operations, err);
    if (status == MBILL_OK) status = book_all(&join, &(booking){book, NULL}, operations, err);
    mbill_book_free(copy);
    mbill_operations_free(operations);
    free(tried.p);
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_store_ledger_apply(mbill_store *store, const char *text, size_t text_len, mbill_face_text *out_text,
    mbill_error *err)
{
    mbill_operations *operations = NULL;
    booking to = {NULL, NULL};
    face_join join = {NULL, 0, 0, 0};
    mbill_status status = mbill_operations_read(text, text_len, NULL, &operations, err);
    if (status == MBILL_OK) status = mbill_store_journal(store, &to.journal, err);
    if (status == MBILL_OK) status = book_all(&join, &to, operations, err);
    mbill_operations_free(operations);
    return face_take(&join, status, out_text, err);
}

/* --- one operation --- */

typedef struct line_of {
    const mbill_book *book;
    const mbill_operation_batch *line;
    const mbill_result *result;
    int64_t now_utc_s;
} line_of;

static mbill_status write_answer(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const line_of *of = context;
    return mbill_book_answer_write(of->book, of->line, of->result, of->now_utc_s, out_text, inout_len, err);
}

mbill_status face_add_answer(face_join *join, const mbill_book *book, const mbill_operation_batch *line, const mbill_result *result,
    int64_t now_utc_s, mbill_error *err)
{
    const line_of of = {book, line, result, now_utc_s};
    return face_add_written(join, write_answer, &of, err);
}

static mbill_status do_one(mbill_book *book, const mbill_operation_batch *batch, const mbill_policy *policy, int64_t now_utc_s,
    face_join *join, mbill_error *err)
{
    mbill_operation op = batch->operations[0];
    mbill_result result;
    memset(&result, 0, sizeof result);
    if (policy != NULL && op.kind == MBILL_OPERATION_OPEN && op.policy == NULL && !mbill_book_has(book, op.account)) op.policy = policy;
    mbill_status status = mbill_book_apply(book, &op, 1, now_utc_s, &result, err);
    return status == MBILL_OK ? face_add_answer(join, book, batch, &result, now_utc_s, err) : status;
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

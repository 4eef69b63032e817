/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with a store's ledger and alarms does. */
#include "glue_kept.h"
#include "glue_ledger.h"

#include "join.h"
#include "ledger_says.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

/* ---- the ledger ---- */

static mbill_status do_one(mbill_journal *journal, const mbill_operation_batch *batch, const mbill_policy *policy, int64_t now_utc_s,
    face_join *join, mbill_error *err)
{
    const mbill_book *book = NULL;
    mbill_operation op = batch->operations[0];
    mbill_result result;
    memset(&result, 0, sizeof result);
    mbill_status status = mbill_journal_book(journal, &book, err);
    if (status != MBILL_OK) return status;
    if (policy != NULL && op.kind == MBILL_OPERATION_OPEN && op.policy == NULL && !mbill_book_has(book, op.account)) op.policy = policy;
    status = mbill_journal_apply(journal, &op, 1, now_utc_s, &result, err);
    return status == MBILL_OK ? face_add_answer(join, book, batch, &result, now_utc_s, err) : status;
}

mbill_status mbill_face_store_do(mbill_store *store, const char *text, size_t text_len, const char *policy, size_t policy_len,
    int64_t now_utc_s, mbill_face_text *out_text, mbill_error *err)
{
    mbill_operations *operations = NULL;
    mbill_journal *journal = NULL;
    mbill_policy given;
    face_join join = {NULL, 0, 0, 0};
    size_t n = 0;
    mbill_status status = mbill_store_journal(store, &journal, err);
    if (status == MBILL_OK && policy != NULL) status = mbill_policy_read(policy, policy_len, &given, err);
    if (status == MBILL_OK) status = mbill_operations_read_line(text, text_len, 0, NULL, &operations, err);
    if (status == MBILL_OK) {
        const mbill_operation_batch *batch = mbill_operations_batches(operations, &n);
        int64_t now = batch->at_utc_s != MBILL_AT_UNSAID ? batch->at_utc_s : now_utc_s;
        if (batch->n_operations != 1) status = face_fail(err, MBILL_E_MISSING_KEY, -1, "the line has no operation");
        else status = do_one(journal, batch, policy != NULL ? &given : NULL, now, &join, err);
    }
    mbill_operations_free(operations);
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_store_ledger_account(mbill_store *store, int64_t number, mbill_face_text *out_text, mbill_error *err)
{
    mbill_journal *journal = NULL;
    const mbill_book *book = NULL;
    mbill_status status = mbill_store_journal(store, &journal, err);
    if (status == MBILL_OK) status = mbill_journal_book(journal, &book, err);
    return status == MBILL_OK ? mbill_face_book_account(book, number, out_text, err) : status;
}

mbill_status mbill_face_store_verify(mbill_store *store, int64_t *out_value, mbill_error *err)
{
    mbill_journal_head head = {.struct_size = (uint32_t)sizeof head};
    mbill_status status = mbill_journal_verify(store, NULL, &head, err);
    if (status == MBILL_OK) *out_value = head.n_records;
    return status;
}

mbill_status mbill_face_store_ledger_tick(mbill_store *store, int64_t now_utc_s, mbill_error *err)
{
    mbill_journal *journal = NULL;
    mbill_status status = mbill_store_journal(store, &journal, err);
    return status == MBILL_OK ? mbill_journal_tick(journal, now_utc_s, err) : status;
}

mbill_status mbill_face_store_ledger_rebuild(mbill_store *store, int64_t *out_value, mbill_error *err)
{
    mbill_journal *journal = NULL;
    const mbill_book *book = NULL;
    mbill_status status = mbill_store_journal(store, &journal, err);
    if (status == MBILL_OK) status = mbill_journal_rebuild(journal, err);
    if (status == MBILL_OK) status = mbill_journal_book(journal, &book, err);
    if (status == MBILL_OK) *out_value = mbill_book_n_records(book);
    return status;
}

static mbill_status add_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    face_join *to = ctx;
    face_add_n(to, (const char *)bytes, n);
    return to->failed ? MBILL_E_NOMEM : MBILL_OK;
}

mbill_status mbill_face_store_ledger_export(mbill_store *store, mbill_face_bytes *out_bytes, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    mbill_face_text made = {NULL, 0};
    mbill_status status = mbill_journal_export(store, add_bytes, &join, err);
    status = face_take(&join, status, &made, err);
    if (status == MBILL_OK) *out_bytes = (mbill_face_bytes){(uint8_t *)made.p, made.n};
    return status;
}

mbill_status mbill_face_store_ledger_import(mbill_store *store, const uint8_t *bytes, size_t bytes_len, mbill_error *err)
{
    mbill_journal *journal = NULL;
    mbill_status status = mbill_store_journal(store, &journal, err);
    return status == MBILL_OK ? mbill_journal_import(journal, bytes, bytes_len, err) : status;
}

/* ---- alarms ---- */

mbill_status mbill_face_store_alarm_put(mbill_store *store, const char *name, size_t name_len, const char *text, size_t text_len,
    mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    face_join join = {NULL, 0, 0, 0};
    mbill_import_counts counts = {.struct_size = (uint32_t)sizeof counts};
    const char *under = face_word(&words, name, name_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_store_alarm_put(store, under, text, text_len, &counts, err);
    face_words_free(&words);
    face_add(&join, "{");
    face_add_whole(&join, "added", counts.n_added);
    face_add_whole(&join, "same", counts.n_same);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_store_alarm_default(mbill_store *store, const char *name, size_t name_len, mbill_error *err)
{
    face_words words = {0};
    const char *under = face_word(&words, name, name_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_store_alarm_default(store, under, err);
    face_words_free(&words);
    return status;
}

mbill_status mbill_face_store_alarm_choose(mbill_store *store, const char *name, size_t name_len, const char *selection,
    size_t selection_len, int64_t *out_value, mbill_error *err)
{
    face_words words = {0};
    size_t n = 0;
    const char *under = face_word(&words, name, name_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_store_alarm_choose(store, under, selection, selection_len, &n, err);
    if (status == MBILL_OK) *out_value = (int64_t)n;
    face_words_free(&words);
    return status;
}

mbill_status mbill_face_store_alarm_tick(mbill_store *store, int64_t now_utc_s, mbill_error *err)
{
    return mbill_store_alarm_tick(store, now_utc_s, err);
}

static mbill_status add_line(void *ctx, const char *text, size_t len, mbill_error *err)
{
    (void)err;
    face_add_n(ctx, text, len);
    face_add(ctx, "\n");
    return MBILL_OK;
}

mbill_status mbill_face_store_alarm_run(mbill_store *store, const char *name, size_t name_len, const char *text, size_t text_len,
    mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    face_join join = {NULL, 0, 0, 0};
    mbill_alarm_run_summary summary = {.struct_size = (uint32_t)sizeof summary};
    const char *under = face_word(&words, name, name_len, err);
    mbill_status status = words.status;
    face_add(&join, "");
    if (status == MBILL_OK) status = mbill_store_alarm_run(store, under, text, text_len, add_line, &join, &summary, err);
    face_words_free(&words);
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_store_alarm_events(mbill_store *store, const char *name, size_t name_len, int64_t from_utc_s, int64_t to_utc_s,
    int64_t behind, mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    face_join join = {NULL, 0, 0, 0};
    mbill_alarm_filter filter = {.struct_size = (uint32_t)sizeof filter, .from_utc_s = from_utc_s, .to_utc_s = to_utc_s, .behind = behind};
    filter.account = face_word(&words, name, name_len, err);
    mbill_status status = words.status;
    face_add(&join, "");
    if (status == MBILL_OK) status = mbill_store_alarm_events(store, &filter, add_line, &join, err);
    face_words_free(&words);
    return face_take(&join, status, out_text, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with payment bills does: policies tried out, steps, reminders, lists by state and order, sums, scores. */
#include "glue_bills.h"

#include "join.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

/* ---- trying a policy out ---- */

typedef struct cycle_text {
    const char *text;
    size_t len;
} cycle_text;

static mbill_status write_cycle(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const cycle_text *of = context;
    return mbill_cycle_run(of->text, of->len, NULL, out_text, inout_len, err);
}

mbill_status mbill_face_cycle_run(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err)
{
    return face_write(write_cycle, &(cycle_text){text, text_len}, out_text, err);
}

/* ---- steps ---- */

static int32_t kind_of(const char *what, size_t len)
{
    for (int32_t kind = MBILL_CYCLE_REVIEW; kind <= MBILL_CYCLE_TICK; kind++)
        if (face_is(what, len, mbill_cycle_kind_name(kind))) return kind;
    return 0;
}

static void add_refusal(void *ctx, int64_t bill, const mbill_error *err)
{
    face_join *to = ctx;
    face_add(to, to->n > 0 ? ",{" : "{");
    face_add_whole(to, "bill", bill);
    face_add_error(to, err);
    face_add(to, "}");
}

static mbill_status add_reminder(void *ctx, const mbill_billing_row *row, mbill_error *err)
{
    face_join *to = ctx;
    face_add(to, to->n > 0 ? ",{" : "{");
    face_add_whole(to, "bill", row->bill);
    face_add_member(to, "account", row->account);
    face_add_whole(to, "step", row->reminder);
    face_add_amount(to, "open", mbill_cycle_open(&row->cycle));
    face_add_whole(to, "days_late", row->days_late);
    face_add_key(to, "channels");
    face_add(to, "[");
    for (int32_t i = 0; i < row->n_channels; i++) {
        if (i > 0) face_add(to, ",");
        face_add_quoted(to, row->channels[i]);
    }
    face_add(to, "]}");
    return to->failed ? face_no_memory(err) : MBILL_OK; /* what is not told is not marked */
}

mbill_status mbill_face_billing_step(mbill_store *store, const char *what, size_t what_len, int64_t bill, int64_t at_utc_s,
    int32_t flags, int64_t amount_micro, int32_t reason, const char *note, size_t note_len, const char *by, size_t by_len,
    mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    face_join join = {NULL, 0, 0, 0}, refusals = join, reminders = join;
    mbill_billing_summary summary = {.struct_size = (uint32_t)sizeof summary};
    mbill_billing_request request = {.struct_size = (uint32_t)sizeof request,
        .kind = kind_of(what, what_len),
        .flags = (uint32_t)flags,
        .reason = reason,
        .bill = bill,
        .at_utc_s = at_utc_s,
        .amount_micro = amount_micro,
        .each = add_reminder,
        .each_ctx = &reminders,
        .refused = add_refusal,
        .refused_ctx = &refusals};
    if (request.kind == 0) return face_no_such(what, what_len, err);
    request.note = face_word(&words, note, note_len, err);
    request.by = face_word(&words, by, by_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_store_billing_step(store, &request, &summary, err);
    face_words_free(&words);
    face_add(&join, "{");
    face_add_member(&join, "do", mbill_cycle_kind_name(request.kind));
    face_add_whole(&join, "done", summary.n_done);
    face_add_whole(&join, "refused", summary.n_refused);
    face_add_sum(&join, "booked", &summary.booked);
    face_add_list(&join, "refusals", &refusals);
    face_add_list(&join, "reminders", &reminders);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

/* ---- one bill ---- */

typedef struct bill_of {
    mbill_store *store;
    int64_t bill;
} bill_of;

static mbill_status write_bill(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const bill_of *of = context;
    return mbill_store_billing_document(of->store, of->bill, out_text, inout_len, err);
}

mbill_status mbill_face_billing_document(mbill_store *store, int64_t bill, mbill_face_text *out_text, mbill_error *err)
{
    return face_write(write_bill, &(bill_of){store, bill}, out_text, err);
}

/* ---- lists ---- */

static mbill_status add_bytes(void *ctx, const char *text, size_t len)
{
    face_join *to = ctx;
    face_add_n(to, text, len);
    return to->failed ? MBILL_E_NOMEM : MBILL_OK;
}

mbill_status mbill_face_billing_rows(mbill_store *store, const char *what, size_t what_len, int64_t at_utc_s, int32_t states,
    int32_t order, const char *name, size_t name_len, const char *selection, size_t selection_len, int32_t format,
    mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    face_join join = {NULL, 0, 0, 0};
    mbill_billing_filter filter = {.struct_size = (uint32_t)sizeof filter,
        .states = (uint32_t)states,
        .at_utc_s = at_utc_s,
        .order = order};
    int32_t rows = face_is(what, what_len, "bills") ? MBILL_BILLING_BILLS
        : face_is(what, what_len, "arrears")        ? MBILL_BILLING_ARREARS
                                                    : 0;
    if (rows == 0) return face_no_such(what, what_len, err);
    filter.account = face_word(&words, name, name_len, err);
    filter.selection = face_word(&words, selection, selection_len, err);
    mbill_status status = words.status;
    face_add(&join, "");
    if (status == MBILL_OK) status = mbill_store_billing_export(store, &filter, rows, format, add_bytes, &join, err);
    face_words_free(&words);
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_billing_totals(mbill_store *store, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    mbill_billing_totals totals = {.struct_size = (uint32_t)sizeof totals};
    mbill_status status = mbill_store_billing_totals(store, &totals, err);
    face_add(&join, "{");
    face_add_whole(&join, "bills", totals.n_bills);
    face_add_sum(&join, "issued", &totals.issued);
    face_add_sum(&join, "corrected", &totals.corrected);
    face_add_sum(&join, "fees", &totals.fees);
    face_add_sum(&join, "paid", &totals.paid);
    face_add_sum(&join, "open", &totals.open);
    face_add_sum(&join, "written_off", &totals.written_off);
    face_add_sum(&join, "rest", &totals.rest);
    face_add_sum(&join, "ledger", &totals.ledger);
    face_add_whole(&join, "different", totals.n_different);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

/* ---- priorities and scores ---- */

mbill_status mbill_face_billing_priority(mbill_store *store, const char *what, size_t what_len, const char *name, size_t name_len,
    int32_t priority, mbill_error *err)
{
    face_words words = {0};
    const char *whose = face_word(&words, name, name_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) {
        if (face_is(what, what_len, "account")) status = mbill_store_billing_priority(store, whose, priority, err);
        else if (face_is(what, what_len, "place")) status = mbill_store_billing_place_priority(store, whose, priority, err);
        else status = face_no_such(what, what_len, err);
    }
    face_words_free(&words);
    return status;
}

mbill_status mbill_face_billing_score(mbill_store *store, const char *name, size_t name_len, int32_t months, int32_t weight,
    int32_t least, int64_t at_utc_s, const char *fact, size_t fact_len, mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    face_join join = {NULL, 0, 0, 0};
    mbill_score_rule rule = {(uint32_t)sizeof rule, months, weight, least};
    int32_t score = 0, n_bills = 0;
    const char *account = face_word(&words, name, name_len, err), *kept = face_word(&words, fact, fact_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_store_billing_score(store, account, &rule, at_utc_s, kept, &score, &n_bills, err);
    face_words_free(&words);
    face_add(&join, "{");
    face_add_whole(&join, "score", score);
    face_add_whole(&join, "bills", n_bills);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

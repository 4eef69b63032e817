/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with the payment bills of a store does. */
#include "glue_kept.h"

#include "join.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

static int32_t step_of(const char *what, size_t len)
{
    for (int32_t kind = MBILL_CYCLE_REVIEW; kind <= MBILL_CYCLE_TICK; kind++)
        if (face_is(what, len, mbill_cycle_kind_name(kind))) return kind;
    return 0;
}

static void add_refusal(void *ctx, int64_t bill, const mbill_error *err)
{
    face_join *join = ctx;
    face_add(join, join->n > 0 ? ",{" : "{");
    face_add_key(join, "bill");
    face_add_int(join, bill);
    face_add_key(join, "status");
    face_add_quoted(join, mbill_status_name(err->status));
    face_add_key(join, "message");
    face_add_quoted(join, err->message);
    face_add(join, "}");
}

static int64_t whole_option(face_words *words, const char *lines, size_t len, const char *key, mbill_error *err)
{
    int64_t value = 0;
    const char *text = face_option(words, lines, len, key, err);
    if (text != NULL && words->status == MBILL_OK) words->status = mbill_decimal_parse(text, strlen(text), 0, &value, err);
    return value;
}

static mbill_status read_step(const char *lines, size_t len, face_words *words, mbill_billing_request *out, mbill_error *err)
{
    static const char *const keys[] = {"amount", "reason", "note", "by", "plain", NULL};
    int64_t reason = whole_option(words, lines, len, "reason", err);
    out->amount_micro = whole_option(words, lines, len, "amount", err);
    out->note = face_option(words, lines, len, "note", err);
    out->by = face_option(words, lines, len, "by", err);
    out->flags = face_option(words, lines, len, "plain", err) != NULL ? MBILL_BILLING_PLAIN : 0;
    if (words->status == MBILL_OK && (reason < 0 || reason > INT32_MAX))
        return face_fail(err, MBILL_E_RANGE, -1, "the reason is no number of 31 bits");
    out->reason = (int32_t)reason;
    return words->status == MBILL_OK ? face_options_known(lines, len, keys, err) : words->status;
}

static mbill_status give_step(mbill_status status, const mbill_billing_summary *summary, const face_join *refused, mbill_face_text *out_text,
    mbill_error *err)
{
    char booked[64];
    size_t len = sizeof booked;
    face_join join = {NULL, 0, 0, refused->failed};
    if (status == MBILL_OK) status = mbill_sum_print(&summary->booked, MBILL_SCALE_MICRO, booked, &len, err);
    if (status == MBILL_OK) {
        face_add(&join, "{");
        face_add_key(&join, "done");
        face_add_int(&join, summary->n_done);
        face_add_key(&join, "refused");
        face_add_int(&join, summary->n_refused);
        face_add_key(&join, "booked");
        face_add_quoted(&join, booked);
        face_add_key(&join, "refusals");
        face_add(&join, "[");
        if (refused->n > 0) face_add_n(&join, refused->p, refused->n);
        face_add(&join, "]}");
    }
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_store_billing_step(mbill_store *store, const char *what, size_t what_len, int64_t bill, int64_t at_utc_s,
    const char *options, size_t options_len, mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    face_join refused = {NULL, 0, 0, 0};
    mbill_billing_request request = {.struct_size = (uint32_t)sizeof request, .bill = bill, .at_utc_s = at_utc_s, .refused = add_refusal, .refused_ctx = &refused};
    mbill_billing_summary summary = {.struct_size = (uint32_t)sizeof summary};
    request.kind = step_of(what, what_len);
    mbill_status status = request.kind != 0 ? read_step(options, options_len, &words, &request, err)
                                            : face_fail(err, MBILL_E_NOT_FOUND, -1, "there is no such step of a bill");
    if (status == MBILL_OK) status = mbill_store_billing_step(store, &request, &summary, err);
    face_words_free(&words);
    status = give_step(status, &summary, &refused, out_text, err);
    free(refused.p);
    return status;
}

typedef struct bill_of {
    mbill_store *store;
    int64_t bill;
} bill_of;

static mbill_status write_bill(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const bill_of *of = context;
    return mbill_store_billing_document(of->store, of->bill, out_text, inout_len, err);
}

mbill_status mbill_face_store_billing_document(mbill_store *store, int64_t bill, mbill_face_text *out_text, mbill_error *err)
{
    return face_write(write_bill, &(bill_of){store, bill}, out_text, err);
}

static mbill_status add_bytes(void *ctx, const char *text, size_t len)
{
    face_add_n(ctx, text, len);
    return MBILL_OK;
}

mbill_status mbill_face_store_billing_export(mbill_store *store, int32_t kind, int32_t format, int64_t at_utc_s, const char *name,
    size_t name_len, const char *selection, size_t selection_len, mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    face_join join = {NULL, 0, 0, 0};
    mbill_billing_filter filter = {.struct_size = (uint32_t)sizeof filter, .at_utc_s = at_utc_s};
    filter.account = face_word(&words, name, name_len, err);
    filter.selection = face_word(&words, selection, selection_len, err);
    mbill_status status = words.status;
    face_add(&join, "");
    if (status == MBILL_OK) status = mbill_store_billing_export(store, &filter, kind, format, add_bytes, &join, err);
    face_words_free(&words);
    return face_take(&join, status, out_text, err);
}

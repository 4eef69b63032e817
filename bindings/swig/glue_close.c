/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which other languages bill every contract for a span. */
#include "glue_close.h"

#include "join.h"
#include "words.h"

#include <stdlib.h>

struct mbill_face_close {
    mbill_close *close;
    face_join refusals;
};

static void add_refusal(void *ctx, const char *account, const char *tariff, const mbill_error *err)
{
    face_join *to = ctx;
    face_add(to, to->n > 0 ? ",{" : "{");
    face_add_member(to, "account", account);
    face_add_member(to, "tariff", tariff);
    face_add_error(to, err);
    face_add(to, "}");
}

static mbill_status null_handle(mbill_error *err)
{
    return face_fail(err, MBILL_E_MISUSE, -1, "the handle is NULL");
}

void mbill_face_close_free(mbill_face_close *close)
{
    if (close == NULL) return;
    mbill_close_free(close->close);
    free(close->refusals.p);
    free(close);
}

mbill_status mbill_face_close_begin(mbill_store *store, const char *from, size_t from_len, const char *to, size_t to_len,
    int32_t flags, int64_t recorded_utc_s, mbill_face_close **out_close, mbill_error *err)
{
    face_words words = {0};
    mbill_face_close *made = face_allocate(1, sizeof *made, err);
    if (made == NULL) return MBILL_E_NOMEM;
    mbill_close_options options = {.struct_size = (uint32_t)sizeof options,
        .flags = (uint32_t)flags,
        .recorded_utc_s = recorded_utc_s,
        .refused = add_refusal,
        .refused_ctx = &made->refusals};
    options.from = face_word(&words, from, from_len, err);
    options.to = face_word(&words, to, to_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK && (options.from == NULL || options.to == NULL))
        status = face_fail(err, MBILL_E_MISUSE, -1, "the span's first day and the day after its last are needed");
    if (status == MBILL_OK) status = mbill_close_begin(store, &options, &made->close, err);
    face_words_free(&words);
    if (status == MBILL_OK) *out_close = made;
    else mbill_face_close_free(made);
    return status;
}

mbill_status mbill_face_close_step(mbill_face_close *close, int64_t budget, int64_t *out_value, mbill_error *err)
{
    bool more = false;
    if (close == NULL) return null_handle(err);
    size_t before = close->refusals.n;
    mbill_status status = mbill_close_step(close->close, budget, &more, err);
    if (status == MBILL_OK) *out_value = more ? 1 : 0;
    else close->refusals.n = before; /* they are told again when the step is taken again */
    return status;
}

mbill_status mbill_face_close_done(mbill_face_close *close, int64_t *out_value, mbill_error *err)
{
    return close != NULL ? mbill_close_sums(close->close, NULL, out_value, NULL, err) : null_handle(err);
}

mbill_status mbill_face_close_contracts(mbill_face_close *close, int64_t *out_value, mbill_error *err)
{
    return close != NULL ? mbill_close_sums(close->close, NULL, NULL, out_value, err) : null_handle(err);
}

mbill_status mbill_face_close_sums(mbill_face_close *close, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    mbill_close_summary summary = {.struct_size = (uint32_t)sizeof summary};
    int64_t done = 0, contracts = 0;
    if (close == NULL) return null_handle(err);
    mbill_status status = mbill_close_sums(close->close, &summary, &done, &contracts, err);
    join.failed = close->refusals.failed;
    face_add(&join, "{");
    face_add_whole(&join, "billed", summary.n_billed);
    face_add_whole(&join, "already", summary.n_already);
    face_add_whole(&join, "refused", summary.n_refused);
    face_add_whole(&join, "flagged", summary.n_flagged);
    face_add_whole(&join, "readings", summary.n_readings);
    face_add_sum(&join, "total", &summary.total);
    face_add_key(&join, "refusals");
    face_add(&join, "[");
    if (close->refusals.p != NULL) face_add_n(&join, close->refusals.p, close->refusals.n);
    face_add(&join, "]");
    face_add_whole(&join, "done", done);
    face_add_whole(&join, "contracts", contracts);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

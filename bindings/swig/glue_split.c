/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages ask of shared costs does. */
#include "glue_split.h"

#include "join.h"

#include <stdlib.h>
#include <string.h>

mbill_status mbill_face_split_read(const char *text, size_t text_len, mbill_split **out_split, mbill_error *err)
{
    return mbill_split_read(text, text_len, NULL, out_split, err);
}

static mbill_status write_split(const void *split, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_split_write(split, out_text, inout_len, err);
}

mbill_status mbill_face_split_write(const mbill_split *split, mbill_face_text *out_text, mbill_error *err)
{
    return face_write(write_split, split, out_text, err);
}

mbill_status mbill_face_split_verify(const mbill_split *split, const char *claim, size_t claim_len, mbill_error *err)
{
    return mbill_split_verify(split, claim, claim_len, err);
}

/* --- for the ledger --- */

static mbill_status write_operation(const void *posting, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_operation operation;
    mbill_status status = mbill_posting_operation(posting, &operation, err);
    return status == MBILL_OK ? mbill_operation_write(&operation, out_text, inout_len, err) : status;
}

static int has_id(const mbill_posting *posting)
{
    static const mbill_id none;
    return memcmp(&posting->id, &none, sizeof none) != 0;
}

mbill_status mbill_face_split_ledger(const mbill_split *split, mbill_face_text *out_text, mbill_error *err)
{
    size_t n = 0;
    face_join join = {NULL, 0, 0, 0};
    mbill_status status = MBILL_OK;
    const mbill_posting *postings = mbill_split_postings(split, &n);
    if (postings == NULL || (n > 0 && !has_id(&postings[0])))
        return face_fail(err, MBILL_E_MISSING_KEY, -1,
            "the request has no \"id\", from which the ids of its operations are made");
    face_add(&join, "");
    for (size_t i = 0; status == MBILL_OK && i < n; i++) {
        if (!mbill_posting_is_booked(&postings[i])) continue;
        status = face_add_written(&join, write_operation, &postings[i], err);
        face_add(&join, "\n");
    }
    return face_take(&join, status, out_text, err);
}

/* --- as bills --- */

typedef struct account_run {
    const mbill_split_bill *bill;
    const mbill_posting *postings;
    size_t n;
} account_run;

static mbill_status write_bill(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const account_run *run = context;
    return mbill_posting_bill_write(run->bill, run->postings, run->n, 0, out_text, inout_len, err);
}

/* The owner, with a residual of 0 and nothing else. */
static int is_nothing(const account_run *run)
{
    return run->n == 1 && (run->postings[0].flags & MBILL_POSTING_RESIDUAL) != 0 && run->postings[0].amount_micro == 0;
}

/* Numbers from 2^31 on are text, as everywhere. */
static mbill_status add_bill(const account_run *run, face_join *join, mbill_error *err)
{
    int64_t account = run->postings[0].account;
    const char *quote = account > INT32_MAX ? "\"" : "";
    face_add(join, "{\"account\":");
    face_add(join, quote);
    face_add_int(join, account);
    face_add(join, quote);
    face_add(join, ",\"bill\":");
    mbill_status status = face_add_written(join, write_bill, run, err);
    face_add(join, "}\n");
    return status;
}

mbill_status mbill_face_split_bills(const mbill_split *split, mbill_face_text *out_text, mbill_error *err)
{
    account_run run = {split != NULL ? mbill_split_bill_of(split) : NULL, NULL, 0};
    face_join join = {NULL, 0, 0, 0};
    mbill_status status = MBILL_OK;
    size_t n = 0;
    if (run.bill == NULL)
        return face_fail(err, MBILL_E_MISSING_KEY, -1, "the request has no \"bill\", which says what its bills are to say");
    const mbill_posting *postings = mbill_split_postings(split, &n);
    face_add(&join, "");
    for (size_t i = 0; status == MBILL_OK && i < n; i += run.n) {
        run.postings = &postings[i];
        run.n = 1;
        while (i + run.n < n && postings[i + run.n].account == postings[i].account) run.n++;
        if (!is_nothing(&run)) status = add_bill(&run, &join, err);
    }
    return face_take(&join, status, out_text, err);
}

/* --- columns --- */

mbill_status mbill_face_apportion(int64_t total, const uint64_t *keys, size_t n_keys, const uint64_t *weights, size_t n_weights,
    int32_t method, int32_t zero_policy, uint64_t tie_salt, uint64_t absorb_key, int64_t step, int64_t *out_amounts,
    size_t n_out_amounts, int64_t *out_value, mbill_error *err)
{
    mbill_apportion_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = (uint32_t)sizeof options;
    options.method = method;
    options.zero_policy = zero_policy;
    options.tie_salt = tie_salt;
    options.absorb_key = absorb_key;
    options.step = step;
    if (n_weights != n_keys || n_out_amounts != n_keys)
        return face_fail(err, MBILL_E_RANGE, -1, "%zu keys with %zu weights; expected one weight for each", n_keys, n_weights);
    mbill_share *shares = face_allocate(n_keys, sizeof *shares, err);
    void *scratch = face_allocate(1, mbill_apportion_scratch_size(n_keys) + 1, err);
    mbill_status status = shares == NULL || scratch == NULL ? MBILL_E_NOMEM : MBILL_OK;
    for (size_t i = 0; status == MBILL_OK && i < n_keys; i++) {
        shares[i].key = keys[i];
        shares[i].weight = weights[i];
    }
    if (status == MBILL_OK) status = mbill_apportion(total, shares, n_keys, &options, scratch, out_amounts, out_value, err);
    free(shares);
    free(scratch);
    return status;
}

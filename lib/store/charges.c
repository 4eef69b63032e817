/* SPDX-License-Identifier: Apache-2.0 */
/* Charges into the file, their end, and what is kept of them as a document. Changes when those calls do. */
#include "document/write.h"
#include "operate/charge.h"
#include "store/bind.h"
#include "store/charge_keep.h"
#include "store/listing.h"

#include <string.h>

const char *mbill_charge_state_name(int32_t state)
{
    static const char *const words[] = {"charged", "for_bill", "refused", "waiting", "planned"};
    return state >= MBILL_CHARGE_CHARGED && state <= MBILL_CHARGE_PLANNED ? words[state - 1] : "unknown";
}

/* The document in memory of the store's, to be released with its length. */
static mbill_status text_of(mbill_store *store, const mbill_charge *charge, char **out, size_t *out_len, mbill_error *err)
{
    size_t room;
    MBILL_TRY(mbill_charge_write(charge, NULL, out_len, err));
    *out = mbill__alloc(mbill__db_allocator(store->db), *out_len);
    if (*out == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the charge could not be allocated");
    room = *out_len;
    return mbill_charge_write(charge, *out, &room, err);
}

/* What differs of that which must stay; NULL: nothing. */
static const char *differs(const mbill_charge *kept, const mbill_charge *given)
{
    const mbill__repeat *a = &kept->repeat, *b = &given->repeat;
    if (strcmp(kept->zone_rule, given->zone_rule) != 0) return "zone";
    if (a->unit != b->unit || a->every != b->every) return "length of its periods";
    if (a->from_day != b->from_day) return "first day";
    if (kept->due_at_end != given->due_at_end || kept->due_days != given->due_days) return "due day";
    if (kept->info.prorate != given->info.prorate) return "prorate";
    if (kept->step_micro != given->step_micro || kept->how != given->how) return "rounding";
    return kept->info.to != given->info.to || kept->info.accrual != given->info.accrual ? "place where it goes" : NULL;
}

static mbill_status check_accounts(mbill_store *store, const mbill_charge *charge, mbill_task_refused refused, void *ctx,
    mbill_error *err)
{
    int64_t account_no, n = 0;
    mbill_error said;
    for (size_t i = 0; i < charge->info.n_accounts; i++) {
        const char *name = charge->accounts[i].account;
        mbill_error_init(&said);
        mbill_status status = mbill__store_account(store, name, strlen(name), &account_no, &said);
        if (status == MBILL_OK) continue;
        if (status != MBILL_E_NOT_FOUND) return mbill__fail(err, status, "%s", said.message);
        said.index = (int64_t)i;
        if (refused != NULL) refused(ctx, &said);
        if (n++ == 0) (void)mbill__fail_at(err, MBILL_E_NOT_FOUND, (int64_t)i, "%s", said.message);
    }
    return n == 0 ? MBILL_OK : MBILL_E_NOT_FOUND;
}

static bool shares_account(const mbill_charge *one, const mbill_charge *other)
{
    if (one->everyone || other->everyone) return true;
    for (size_t i = 0; i < one->info.n_accounts; i++)
        for (size_t j = 0; j < other->info.n_accounts; j++)
            if (strcmp(one->accounts[i].account, other->accounts[j].account) == 0) return true;
    return false;
}

/* The ledger counts the periods of an account's accrual, from 0 for every charge: so one charge alone can be collected by it. */
static mbill_status check_accrual(mbill_store *store, const mbill_charge *charge, mbill_error *err)
{
    int64_t charge_no = 0;
    if (charge->info.accrual < 0) return MBILL_OK;
    for (;;) {
        mbill_charge *kept;
        mbill_status status = MBILL_OK;
        MBILL_TRY(mbill__charge_next(store, charge_no, &charge_no, err));
        if (charge_no == 0) return MBILL_OK;
        MBILL_TRY(mbill__charge_load(store, charge_no, &kept, err));
        if (kept->info.accrual == charge->info.accrual && strcmp(kept->info.id, charge->info.id) != 0 &&
            shares_account(kept, charge))
            status = mbill__fail_path(err, MBILL_E_INVALID, "/accrual",
                "accrual %d of an account is that of charge \"%s\" already, expected another one for each charge",
                charge->info.accrual, kept->info.id);
        mbill_charge_free(kept);
        MBILL_TRY(status);
    }
}

static mbill_status insert(mbill_store *store, const char *id, const char *body, mbill_error *err)
{
    static const char PUT_CHARGE[] = "INSERT INTO mbill_charge(charge_no, id, body) VALUES(" MBILL__NEXT("charge_no",
        "mbill_charge") ", ?1, ?2) ON CONFLICT(id) DO UPDATE SET body = ?2";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, PUT_CHARGE, &query, err));
    mbill__bind_text(query, 1, id, strlen(id));
    mbill__bind_text(query, 2, body, strlen(body));
    return mbill__query_run(query, NULL, err);
}

/* MBILL_E_EXISTS: the same is there. */
static mbill_status compare(mbill_store *store, const mbill_charge *charge, const char *body, mbill_error *err)
{
    static const char SELECT_SAME_CHARGE[] =
        "SELECT charge_no, CASE WHEN body = ?2 THEN 1 ELSE 0 END FROM mbill_charge WHERE id = ?1";
    mbill__query *query;
    mbill_charge *kept;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_SAME_CHARGE, &query, err));
    mbill__bind_text(query, 1, charge->info.id, strlen(charge->info.id));
    mbill__bind_text(query, 2, body, strlen(body));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    int64_t charge_no = mbill__column_whole(query, 0);
    bool same = mbill__column_whole(query, 1) != 0;
    mbill__query_end(query);
    if (same) return mbill__fail(err, MBILL_E_EXISTS, "charge \"%s\" is in the store", charge->info.id);
    MBILL_TRY(mbill__charge_load(store, charge_no, &kept, err));
    const char *what = differs(kept, charge);
    mbill_charge_free(kept);
    if (what == NULL) return MBILL_OK;
    return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT, "charge \"%s\" is in the store with another %s, expected a new charge",
        charge->info.id, what);
}

mbill_status mbill_store_charge_put(mbill_store *store, const mbill_charge *charge, mbill_task_refused refused, void *refused_ctx,
    mbill_error *err)
{
    char *body = NULL;
    size_t len = 0;
    MBILL__NEED(store);
    MBILL__NEED(charge);
    mbill_status status = text_of(store, charge, &body, &len, err);
    if (status == MBILL_OK) status = mbill__db_begin(store->db, err);
    if (status == MBILL_OK) {
        status = compare(store, charge, body, err);
        if (status == MBILL_OK) status = check_accrual(store, charge, err);
        if (status == MBILL_OK) status = check_accounts(store, charge, refused, refused_ctx, err);
        if (status == MBILL_OK) status = insert(store, charge->info.id, body, err);
        status = mbill__db_finish(store->db, status, err);
    }
    mbill__release(mbill__db_allocator(store->db), body, len);
    return status;
}

static mbill_status end_at(mbill_store *store, mbill_charge *charge, int32_t day, mbill_error *err)
{
    char *body = NULL;
    size_t len = 0;
    if (charge->repeat.unit == 0)
        return mbill__fail(err, MBILL_E_INVALID, "charge \"%s\" is for one day and has no end", charge->info.id);
    if (day <= charge->repeat.from_day)
        return mbill__fail(err, MBILL_E_INVALID, "the end is not after the first day of charge \"%s\"", charge->info.id);
    charge->repeat.until_day = day;
    mbill_status status = text_of(store, charge, &body, &len, err);
    if (status == MBILL_OK) status = insert(store, charge->info.id, body, err);
    mbill__release(mbill__db_allocator(store->db), body, len);
    return status;
}

mbill_status mbill_store_charge_end(mbill_store *store, const char *charge, int32_t day, mbill_error *err)
{
    mbill_charge *kept = NULL;
    int64_t charge_no;
    MBILL__NEED(store);
    MBILL__NEED(charge);
    MBILL_TRY(mbill__db_begin(store->db, err));
    mbill_status status = mbill__charge_find(store, charge, &charge_no, err);
    if (status == MBILL_OK) status = mbill__charge_load(store, charge_no, &kept, err);
    if (status == MBILL_OK) status = end_at(store, kept, day, err);
    mbill_charge_free(kept);
    return mbill__db_finish(store->db, status, err);
}

/* As a document */

static mbill_status write_sums(mbill_store *store, int64_t charge_no, mbill__writer *to, mbill_error *err)
{
    static const char SUM_STATES[] =
        "SELECT state, count(*), sum(amount_micro) FROM mbill_charge_item WHERE charge_no = ?1 GROUP BY state ORDER BY state";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SUM_STATES, &query, err));
    mbill__bind_whole(query, 1, charge_no);
    mbill__write_object(to, "periods");
    for (;;) {
        MBILL_TRY(mbill__query_step(query, &row, err));
        if (!row) break;
        mbill__write_object(to, mbill_charge_state_name((int32_t)mbill__column_whole(query, 0)));
        mbill__write_whole(to, "n", mbill__column_whole(query, 1));
        mbill__write_decimal(to, "amount", mbill__column_whole(query, 2), MBILL_SCALE_MICRO);
        mbill__write_object_end(to);
    }
    mbill__write_object_end(to);
    return MBILL_OK;
}

static mbill_status write_charges(mbill_store *store, const void *asked, mbill__writer *to, mbill_error *err)
{
    static const char SELECT_BEHIND_CHARGE[] =
        "SELECT charge_no, body FROM mbill_charge WHERE charge_no > ?1 ORDER BY charge_no LIMIT 1";
    mbill__query *query;
    const char *body;
    size_t len;
    bool row;
    (void)asked;
    for (int64_t charge_no = 0;;) {
        MBILL_TRY(mbill__query_start(store->db, SELECT_BEHIND_CHARGE, &query, err));
        mbill__bind_whole(query, 1, charge_no);
        MBILL_TRY(mbill__query_step(query, &row, err));
        if (!row) return MBILL_OK;
        charge_no = mbill__column_whole(query, 0);
        MBILL_TRY(mbill__column_text(query, 1, &body, &len, err));
        mbill__write_object(to, NULL);
        mbill__write_raw(to, "charge", body, len);
        mbill__query_end(query);
        MBILL_TRY(write_sums(store, charge_no, to, err));
        mbill__write_object_end(to);
    }
}

mbill_status mbill_store_charges(mbill_store *store, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill__listing(store, "charges", "charges", write_charges, NULL, out_text, inout_len, err);
}

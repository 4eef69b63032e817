/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when steps are asked for in another way: policies and priorities, one bill or all that take the step, batch by batch. */
#include "meterbill/billing.h"

#include "store/billing_settle.h"
#include "store/billing_step.h"
#include "store/billing_view.h"
#include "store/bind.h"
#include "store/journal.h"

#include <string.h>

#define BATCH 1000

/* ---- policies and priorities ---- */

static mbill_status put_policy(mbill_store *store, const char *json, size_t len, int64_t *out_changes, mbill_error *err)
{
    static const char PUT_POLICY[] = "INSERT INTO mbill_billing_policy(policy_no, json) VALUES(" MBILL__NEXT("policy_no",
        "mbill_billing_policy") ", ?1) ON CONFLICT(json) DO NOTHING";
    static const char SELECT_LAST[] = "SELECT CASE WHEN json = ?1 THEN 1 ELSE 0 END FROM mbill_billing_policy"
                                      " ORDER BY policy_no DESC LIMIT 1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, PUT_POLICY, &query, err));
    mbill__bind_text(query, 1, json, len);
    MBILL_TRY(mbill__query_run(query, out_changes, err));
    MBILL_TRY(mbill__query_start(store->db, SELECT_LAST, &query, err));
    mbill__bind_text(query, 1, json, len);
    MBILL_TRY(mbill__query_step(query, &row, err));
    const bool is_last = row && mbill__column_whole(query, 0) != 0;
    mbill__query_end(query);
    if (is_last) return MBILL_OK;
    return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT,
        "this billing policy was in force before another, expected a document that differs from every one before");
}

mbill_status mbill_store_put_billing_policy(mbill_store *store, const char *json, size_t len, mbill_import_counts *out,
    mbill_error *err)
{
    mbill_cycle_policy policy;
    int64_t changes = 0;
    MBILL__NEED(store);
    MBILL_TRY(mbill__import_out(out, err));
    MBILL_TRY(mbill_cycle_policy_read(json, len, &policy, err));
    MBILL_TRY(mbill__db_begin(store->db, err));
    MBILL_TRY(mbill__db_finish(store->db, put_policy(store, json, len, &changes, err), err));
    mbill__import_give(out, changes, 1 - changes);
    return MBILL_OK;
}

static mbill_status set_priority(mbill_store *store, const char *account, int32_t priority, mbill_error *err)
{
    static const char SET_PRIORITY[] = "INSERT INTO mbill_due_priority(account_no, priority) VALUES(?1, ?2)"
                                       " ON CONFLICT(account_no) DO UPDATE SET priority = excluded.priority, event_no = NULL";
    mbill__query *query;
    int64_t account_no;
    MBILL_TRY(mbill__store_account(store, account, strlen(account), &account_no, err));
    MBILL_TRY(mbill__query_start(store->db, SET_PRIORITY, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_whole(query, 2, priority);
    return mbill__query_run(query, NULL, err);
}

mbill_status mbill_store_billing_priority(mbill_store *store, const char *account, int32_t priority, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(account);
    if (priority < 0) return mbill__fail(err, MBILL_E_RANGE, "priority is %d, expected 0 or more", priority);
    MBILL_TRY(mbill__db_begin(store->db, err));
    return mbill__db_finish(store->db, set_priority(store, account, priority, err), err);
}

static mbill_status set_place_priority(mbill_store *store, const char *place, int32_t priority, mbill_error *err)
{
    static const char SELECT_RAISED[] = "SELECT place_no FROM mbill_place WHERE id = ?1";
    static const char SET_PLACE[] = "INSERT INTO mbill_due_place(place_no, priority) VALUES(?1, ?2)"
                                    " ON CONFLICT(place_no) DO UPDATE SET priority = excluded.priority, event_no = NULL";
    const mbill__given_value given[] = {MBILL__TEXT(place)};
    int64_t place_no, changes = 0;
    bool found;
    MBILL_TRY(mbill__sql_whole(store, SELECT_RAISED, given, 1, &found, &place_no, err));
    if (!found) return mbill__fail(err, MBILL_E_NOT_FOUND, "place \"%.64s\" is not in the store", place);
    const mbill__given_value row[] = {MBILL__WHOLE(place_no), MBILL__WHOLE(priority)};
    return mbill__sql_tell(store, SET_PLACE, row, 2, &changes, err);
}

mbill_status mbill_store_billing_place_priority(mbill_store *store, const char *place, int32_t priority, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(place);
    if (priority < 0) return mbill__fail(err, MBILL_E_RANGE, "priority is %d, expected 0 or more", priority);
    MBILL_TRY(mbill__db_begin(store->db, err));
    return mbill__db_finish(store->db, set_place_priority(store, place, priority, err), err);
}

/* ---- steps ---- */

typedef struct stepping {
    mbill_store *store;
    const mbill_billing_request *request;
    mbill__billing billing;
    mbill__due *batch;
    size_t cap_batch, n_batch;
    int64_t last_no;
    mbill_billing_summary summary;
} stepping;

static mbill_cycle_step step_of(const mbill_billing_request *request)
{
    return (mbill_cycle_step){.struct_size = (uint32_t)sizeof(mbill_cycle_step),
        .kind = request->kind,
        .reason = request->reason,
        .amount_micro = request->amount_micro};
}

/* Which reminder is due, told before it is marked; *out_is: there is one. */
static mbill_status find_reminder(stepping *at, const mbill__due *due, mbill_cycle_step *step, bool *out_is, mbill_error *err)
{
    mbill_billing_row row;
    MBILL_TRY(mbill__billing_policy(&at->billing, due->policy_no, err));
    step->reminder = mbill_cycle_reminder(&at->billing.policy, &due->cycle,
        mbill__billing_day(&at->billing, at->request->at_utc_s));
    *out_is = step->reminder >= 0;
    if (!*out_is || at->request->each == NULL) return MBILL_OK;
    return mbill__billing_show(&at->billing, due->bill_no, at->request->at_utc_s, &row, at->request->each, at->request->each_ctx,
        err);
}

static mbill_status step_one(stepping *at, mbill__due *due, bool *out_half, mbill_error *err)
{
    mbill_cycle_step step = step_of(at->request);
    mbill__billing_did did = {false, false, 0};
    uint32_t reasons = 0;
    bool is = true;
    *out_half = false;
    if (step.kind == MBILL_CYCLE_REMIND) MBILL_TRY(find_reminder(at, due, &step, &is, err));
    if ((at->request->flags & MBILL_BILLING_PLAIN) != 0)
        MBILL_TRY(mbill__billing_reasons(&at->billing, due, &reasons, NULL, err));
    if (!is || reasons != 0) return MBILL_OK;
    const mbill__billing_said said = {at->request->at_utc_s, at->request->by, at->request->note};
    mbill_status status = mbill__billing_step(&at->billing, due, &step, &said, &did, err);
    *out_half = did.half_written;
    if (status != MBILL_OK) return status;
    at->summary.n_done += did.changed;
    return mbill_sum_add(&at->summary.booked, &did.owed_micro, 1, err);
}

static mbill_status step_named(stepping *at, mbill_error *err)
{
    mbill__due due;
    bool half;
    MBILL_TRY(mbill__billing_follow(&at->billing, err));
    MBILL_TRY(mbill__due_load(at->store, at->request->bill, &due, err));
    mbill_error why;
    mbill_error_init(&why);
    mbill_status status = step_one(at, &due, &half, &why);
    return status == MBILL_OK ? MBILL_OK : mbill__fail(err, status, "bill %lld: %s", (long long)due.bill_no, why.message);
}

/* The next bills whose state takes the step. */
static mbill_status read_batch(stepping *at, mbill_error *err)
{
    static const char SELECT_BATCH[] =
        "SELECT " MBILL__DUE_COLUMNS
        " FROM mbill_due d WHERE d.bill_no > ?1 AND ((CAST(?2 AS BIGINT) = 1 AND d.state = 1) OR (?2 = 3 AND d.state = 2)"
        " OR (?2 IN (11, 14) AND d.state IN (3, 4, 6)) OR (?2 = 14 AND d.state = 5 AND d.fee_sum_micro > 0))"
        " ORDER BY d.bill_no LIMIT 1000";
    mbill__query *query;
    bool row;
    at->n_batch = 0;
    MBILL_TRY(mbill__query_start(at->store->db, SELECT_BATCH, &query, err));
    mbill__bind_whole(query, 1, at->last_no);
    mbill__bind_whole(query, 2, at->request->kind);
    MBILL_TRY(mbill__query_step(query, &row, err));
    for (; row; at->n_batch++) {
        MBILL_TRY(mbill__room(mbill__db_allocator(at->store->db), (void **)(void *)&at->batch, &at->cap_batch, sizeof *at->batch,
            at->n_batch + 1, err)); /* on failure the rollback ends the query */
        MBILL_TRY(mbill__due_take(query, &at->batch[at->n_batch], err));
        at->last_no = at->batch[at->n_batch].bill_no;
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

/* A step before it may have settled another bill of the batch: each is read again. */
static mbill_status step_batch(stepping *at, mbill_error *err)
{
    MBILL_TRY(mbill__billing_follow(&at->billing, err));
    MBILL_TRY(read_batch(at, err));
    for (size_t i = 0; i < at->n_batch; i++) {
        mbill__due due;
        mbill_error why;
        bool half;
        mbill_error_init(&why);
        MBILL_TRY(mbill__due_load(at->store, at->batch[i].bill_no, &due, err));
        mbill_status status = step_one(at, &due, &half, &why);
        if (status == MBILL_OK || status == MBILL_E_ORDER) continue; /* ORDER: it was settled meanwhile */
        if (half || mbill__ends_all(status) || status == MBILL_E_NOT_FOUND)
            return mbill__fail(err, status, "bill %lld: %s", (long long)due.bill_no, why.message);
        at->summary.n_refused++;
        if (at->request->refused != NULL) at->request->refused(at->request->refused_ctx, due.bill_no, &why);
    }
    return MBILL_OK;
}

static mbill_status run(stepping *at, mbill_error *err)
{
    mbill_journal *ledger;
    int64_t first;
    MBILL_TRY(mbill_store_journal(at->store, &ledger, err));
    do {
        MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
        mbill_status status = at->request->bill != 0 ? step_named(at, err) : step_batch(at, err);
        MBILL_TRY(mbill__journal_finish(ledger, first, status, err));
    } while (at->n_batch == BATCH);
    return MBILL_OK;
}

static mbill_status check_request(const mbill_billing_request *request, mbill_error *err)
{
    const int32_t kind = request->kind;
    if (request->struct_size != sizeof *request) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of request is not set");
    if (kind < 1 || kind > MBILL_CYCLE_TICK || kind == MBILL_CYCLE_PAY || kind == MBILL_CYCLE_UNPAY ||
        (request->flags & ~MBILL_BILLING_PLAIN) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "step %d or flags 0x%x are none of a request", kind, request->flags);
    const bool for_all = kind == MBILL_CYCLE_REVIEW || kind == MBILL_CYCLE_ISSUE || kind == MBILL_CYCLE_TICK ||
        kind == MBILL_CYCLE_REMIND;
    if (request->bill == 0 && !for_all)
        return mbill__fail(err, MBILL_E_INVALID, "a %s is of one bill, expected its number", mbill_cycle_kind_name(kind));
    return MBILL_OK;
}

mbill_status mbill_store_billing_step(mbill_store *store, const mbill_billing_request *request,
    mbill_billing_summary *out_summary, mbill_error *err)
{
    stepping at;
    MBILL__NEED(store);
    MBILL__NEED(request);
    if (out_summary != NULL && out_summary->struct_size < sizeof *out_summary)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_summary is not set");
    MBILL_TRY(check_request(request, err));
    memset(&at, 0, sizeof at);
    at.store = store;
    at.request = request;
    mbill__billing_start(&at.billing, store);
    mbill_status status = run(&at, err);
    mbill__billing_end(&at.billing);
    mbill__release(mbill__db_allocator(store->db), at.batch, at.cap_batch * sizeof *at.batch);
    if (status != MBILL_OK || out_summary == NULL) return status;
    at.summary.struct_size = out_summary->struct_size;
    memcpy(out_summary, &at.summary, sizeof at.summary);
    return MBILL_OK;
}

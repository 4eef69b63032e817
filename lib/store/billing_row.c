/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a bill that is paid afterwards is kept in other columns. */
#include "store/billing_row.h"

#include "store/bind.h"

#include <string.h>

void mbill__billing_start(mbill__billing *billing, mbill_store *store)
{
    memset(billing, 0, sizeof *billing);
    billing->store = store;
    mbill__buffer_start(&billing->raised, mbill__db_allocator(store->db));
}

void mbill__billing_end(mbill__billing *billing)
{
    const mbill_allocator *allocator = mbill__db_allocator(billing->store->db);
    mbill_zone_free(billing->zone);
    mbill__buffer_free(&billing->raised);
    mbill__release(allocator, billing->dues, billing->cap_dues * sizeof *billing->dues);
    mbill__release(allocator, billing->cycles, billing->cap_cycles * sizeof *billing->cycles);
    mbill__release(allocator, billing->parts, billing->cap_parts * sizeof *billing->parts);
}

/* ---- policies ---- */

static mbill_status take_policy(mbill__billing *billing, const char *json, size_t len, mbill_error *err)
{
    mbill_zone *zone;
    mbill_cycle_policy policy;
    MBILL_TRY(mbill_cycle_policy_read(json, len, &policy, err));
    MBILL_TRY(mbill_zone_from_rule(policy.zone, strlen(policy.zone), mbill__db_allocator(billing->store->db), &zone, err));
    mbill_zone_free(billing->zone);
    billing->zone = zone;
    billing->policy = policy;
    return MBILL_OK;
}

mbill_status mbill__billing_policy(mbill__billing *billing, int64_t policy_no, mbill_error *err)
{
    static const char SELECT_POLICY[] = "SELECT policy_no, json FROM mbill_billing_policy WHERE CAST(?1 AS BIGINT) IN (0, "
                                        "policy_no) ORDER BY policy_no DESC LIMIT 1";
    mbill__query *query;
    const char *json;
    size_t len;
    bool row;
    if (policy_no != 0 && policy_no == billing->policy_no) return MBILL_OK;
    MBILL_TRY(mbill__query_start(billing->store->db, SELECT_POLICY, &query, err));
    mbill__bind_whole(query, 1, policy_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row)
        return mbill__fail(err, MBILL_E_NOT_FOUND,
            "the store has no billing policy; expected one of kind \"billing_policy\" to be imported first");
    const int64_t found_no = mbill__column_whole(query, 0);
    mbill_status status = found_no == billing->policy_no ? MBILL_OK : mbill__column_text(query, 1, &json, &len, err);
    if (status == MBILL_OK && found_no != billing->policy_no) status = take_policy(billing, json, len, err);
    mbill__query_end(query);
    if (status == MBILL_OK) billing->policy_no = found_no;
    return status;
}

int32_t mbill__billing_day(const mbill__billing *billing, int64_t utc_s)
{
    return mbill_zone_day(billing->zone, utc_s);
}

/* ---- bills ---- */

mbill_status mbill__due_take(mbill__query *query, mbill__due *out, mbill_error *err)
{
    int64_t at[MBILL__N_DUE_COLUMNS];
    for (int i = 0; i < MBILL__N_DUE_COLUMNS; i++) at[i] = mbill__column_whole(query, i);
    *out = (mbill__due){at[0], at[1], at[2], at[3], at[4], at[5], at[6], (uint32_t)at[7],
        {(uint32_t)sizeof out->cycle, (int32_t)at[8], (uint32_t)at[9], (uint32_t)at[10], (int32_t)at[11], (int32_t)at[12],
            (int32_t)at[13], (int32_t)at[14], at[15], at[16], at[17], at[18], at[19], at[20], at[21], at[22]}};
    mbill_error why;
    mbill_error_init(&why);
    mbill_status status = mbill_cycle_check(&out->cycle, &why);
    if (status == MBILL_OK) return MBILL_OK;
    return mbill__fail(err, status, "bill %lld: %s", (long long)out->bill_no, why.message);
}

mbill_status mbill__due_load(mbill_store *store, int64_t bill_no, mbill__due *out, mbill_error *err)
{
    static const char SELECT_DUE[] = "SELECT " MBILL__DUE_COLUMNS " FROM mbill_due d WHERE d.bill_no = ?1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_DUE, &query, err));
    mbill__bind_whole(query, 1, bill_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return mbill__fail(err, MBILL_E_NOT_FOUND, "there is no bill %lld to be paid", (long long)bill_no);
    mbill_status status = mbill__due_take(query, out, err);
    mbill__query_end(query);
    return status;
}

mbill_status mbill__due_save(mbill_store *store, const mbill__due *due, mbill_error *err)
{
    static const char SET_DUE[] =
        "UPDATE mbill_due SET policy_no = nullif(CAST(?2 AS BIGINT), 0), state = ?3, flags = ?4, reminded = ?5, issued_day = ?6, "
        "due_day = ?7, "
        "day = ?8,"
        " reason = ?9, amount_micro = ?10, corrected_micro = ?11, paid_micro = ?12, fee_micro = ?13, fee_paid_micro = ?14,"
        " fee_sum_micro = ?15, on_time_micro = ?16, written_off_micro = ?17 WHERE bill_no = ?1";
    const mbill_cycle *at = &due->cycle;
    const int64_t values[] = {due->bill_no, due->policy_no, at->state, at->flags, at->reminded, at->issued_day, at->due_day,
        at->day, at->reason, at->amount_micro, at->corrected_micro, at->paid_micro, at->fee_micro, at->fee_paid_micro,
        at->fee_sum_micro, at->on_time_micro, at->written_off_micro};
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, SET_DUE, &query, err));
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) mbill__bind_whole(query, (int)i + 1, values[i]);
    return mbill__query_run(query, NULL, err);
}

static void bind_words(mbill__query *query, int place, const char *words)
{
    mbill__bind_text(query, place, words, words != NULL ? strlen(words) : 0);
}

mbill_status mbill__due_event_keep(mbill_store *store, const mbill__due_event *event, mbill_error *err)
{
    static const char PUT_EVENT[] = "INSERT INTO mbill_due_event(event_no, bill_no, at_utc_s, kind, amount_micro, was_micro, "
                                    "is_micro, record, operator, note)"
                                    " VALUES(" MBILL__NEXT("event_no",
                                        "mbill_due_event") ", ?1, ?2, ?3, ?4, ?5, ?6, nullif(CAST(?7 AS BIGINT), -1), ?8, ?9)";
    const int64_t values[] = {event->bill_no, event->at_utc_s, event->kind, event->amount_micro, event->was_micro,
        event->is_micro, event->record < 0 ? -1 : event->record};
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, PUT_EVENT, &query, err));
    for (int i = 0; i < 7; i++) mbill__bind_whole(query, i + 1, values[i]);
    bind_words(query, 8, event->by);
    bind_words(query, 9, event->note);
    return mbill__query_run(query, NULL, err);
}

#define ROOM(billing, array, n)                                                                                                  \
    mbill__room(mbill__db_allocator((billing)->store->db), (void **)(void *)&(billing)->array, &(billing)->cap_##array,          \
        sizeof *(billing)->array, (n), err)

mbill_status mbill__due_of_account(mbill__billing *billing, int64_t account_no, bool paid_too, size_t *out_n, mbill_error *err)
{
    static const char SELECT_ACCOUNT[] = "SELECT " MBILL__DUE_COLUMNS
                                         " FROM mbill_due d WHERE d.account_no = ?1 AND (d.state IN (3, 4, 6) OR (CAST(?2 AS "
                                         "BIGINT) <> 0 AND d.state = 5)) ORDER BY d.bill_no";
    mbill__query *query;
    bool row;
    size_t n = 0;
    MBILL_TRY(mbill__query_start(billing->store->db, SELECT_ACCOUNT, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_whole(query, 2, paid_too);
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        MBILL_TRY(ROOM(billing, dues, n + 1)); /* on failure the rollback ends the query */
        MBILL_TRY(ROOM(billing, cycles, n + 1));
        MBILL_TRY(ROOM(billing, parts, n + 1));
        MBILL_TRY(mbill__due_take(query, &billing->dues[n], err));
        billing->cycles[n] = billing->dues[n].cycle;
        n++;
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    *out_n = n;
    return MBILL_OK;
}

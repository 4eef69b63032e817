/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when money that moves an account's debt settles its bills in another way. */
#include "store/billing_settle.h"

#include "store/journal.h"

#include <string.h>

static mbill_book *book_of(const mbill__billing *billing)
{
    return billing->store->ledger->follow.book;
}

int64_t mbill__billing_owed(const mbill__billing *billing, int64_t account_no)
{
    mbill_place_sums sums;
    if (mbill_book_sums(book_of(billing), account_no, MBILL_PLACE_ACCUM, &sums, NULL) != MBILL_OK) return 0;
    return sums.debits_micro - sums.credits_micro;
}

/* ---- steps ---- */

mbill_status mbill__billing_apply(mbill__billing *billing, mbill__due *due, int32_t kind, int64_t amount_micro, int64_t at_utc_s,
    int64_t record, mbill_error *err)
{
    mbill_cycle_step step = {.struct_size = (uint32_t)sizeof step, .kind = kind, .amount_micro = amount_micro};
    mbill_cycle_effect effect = {.struct_size = (uint32_t)sizeof effect};
    mbill__due_event event = {due->bill_no, at_utc_s, kind, amount_micro, mbill__due_sum(&due->cycle), 0, record, NULL, NULL};
    MBILL_TRY(mbill__billing_policy(billing, due->policy_no, err));
    step.day = mbill__billing_day(billing, at_utc_s);
    MBILL_TRY(mbill_cycle_apply(&billing->policy, &due->cycle, &step, &due->cycle, &effect, err));
    MBILL_TRY(mbill__due_save(billing->store, due, err));
    event.is_micro = mbill__due_sum(&due->cycle);
    return mbill__due_event_keep(billing->store, &event, err);
}

/* ---- what is owed outside of bills ---- */

static mbill_status read_rest(mbill__billing *billing, int64_t account_no, bool *out_is, int64_t *out_micro, mbill_error *err)
{
    static const char SELECT_REST[] = "SELECT rest_micro FROM mbill_due_rest WHERE account_no = ?1";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(billing->store->db, SELECT_REST, &query, err));
    mbill__bind_whole(query, 1, account_no);
    MBILL_TRY(mbill__query_step(query, out_is, err));
    *out_micro = *out_is ? mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status write_rest(mbill__billing *billing, int64_t account_no, int64_t rest_micro, mbill_error *err)
{
    static const char SET_REST[] = "INSERT INTO mbill_due_rest(account_no, rest_micro) VALUES(?1, ?2)"
                                   " ON CONFLICT(account_no) DO UPDATE SET rest_micro = excluded.rest_micro";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(billing->store->db, SET_REST, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_whole(query, 2, rest_micro);
    return mbill__query_run(query, NULL, err);
}

mbill_status mbill__billing_begin(mbill__billing *billing, int64_t account_no, mbill_error *err)
{
    bool is;
    int64_t rest_micro;
    MBILL_TRY(read_rest(billing, account_no, &is, &rest_micro, err));
    return is ? MBILL_OK : write_rest(billing, account_no, mbill__billing_owed(billing, account_no), err);
}

/* ---- payments ---- */

/* Share out among the account's bills; what is left over is *inout_micro. */
static mbill_status pay(mbill__billing *billing, int64_t account_no, int64_t named, int64_t at_utc_s, int64_t record,
    int64_t *inout_micro, mbill_error *err)
{
    size_t n, at = MBILL_CYCLE_NO_BILL;
    MBILL_TRY(mbill__due_of_account(billing, account_no, false, &n, err));
    for (size_t i = 0; i < n; i++)
        if (billing->dues[i].bill_no == named) at = i;
    MBILL_TRY(mbill_cycle_settle(billing->cycles, n, at, *inout_micro, billing->parts, inout_micro, err));
    for (size_t i = 0; i < n; i++)
        if (billing->parts[i] > 0)
            MBILL_TRY(
                mbill__billing_apply(billing, &billing->dues[i], MBILL_CYCLE_PAY, billing->parts[i], at_utc_s, record, err));
    return MBILL_OK;
}

/* What a record has paid of each bill, less what was taken back. */
static mbill_status paid_by(mbill__billing *billing, int64_t record, int64_t bill_no, int64_t *out_micro, mbill_error *err)
{
    static const char SELECT_PAID[] =
        "SELECT coalesce(sum(amount_micro), 0) FROM mbill_due_event WHERE record = ?1 AND bill_no = ?2 AND kind = 6";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(billing->store->db, SELECT_PAID, &query, err));
    mbill__bind_whole(query, 1, record);
    mbill__bind_whole(query, 2, bill_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out_micro = row ? mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static mbill_status unpay_one(mbill__billing *billing, mbill__due *due, int64_t most_micro, int64_t at_utc_s, int64_t record,
    int64_t *inout_micro, mbill_error *err)
{
    const int64_t back_micro = least(least(most_micro, *inout_micro), due->cycle.paid_micro);
    if (back_micro <= 0) return MBILL_OK;
    *inout_micro -= back_micro;
    return mbill__billing_apply(billing, due, MBILL_CYCLE_UNPAY, back_micro, at_utc_s, record, err);
}

/* A payment is taken back: from the bills it paid, then from those due last. */
static mbill_status unpay(mbill__billing *billing, int64_t account_no, int64_t target, int64_t at_utc_s, int64_t record,
    int64_t *inout_micro, mbill_error *err)
{
    size_t n;
    MBILL_TRY(mbill__due_of_account(billing, account_no, true, &n, err));
    for (size_t i = n; i-- > 0 && *inout_micro > 0;) {
        int64_t most_micro;
        MBILL_TRY(paid_by(billing, target, billing->dues[i].bill_no, &most_micro, err));
        MBILL_TRY(unpay_one(billing, &billing->dues[i], most_micro, at_utc_s, record, inout_micro, err));
    }
    for (size_t i = n; i-- > 0 && *inout_micro > 0;)
        MBILL_TRY(unpay_one(billing, &billing->dues[i], INT64_MAX, at_utc_s, record, inout_micro, err));
    return MBILL_OK;
}

/* less > 0: the debt fell by so much more than the bills' open amounts; below 0: it grew. target < 0: no payment is taken back. */
static mbill_status absorb(mbill__billing *billing, int64_t account_no, int64_t less_micro, int64_t named, int64_t target,
    int64_t at_utc_s, int64_t record, mbill_error *err)
{
    bool is;
    int64_t rest_micro;
    if (less_micro == 0) return MBILL_OK;
    MBILL_TRY(read_rest(billing, account_no, &is, &rest_micro, err));
    if (!is) return MBILL_OK; /* no bill of it was ever issued */
    if (less_micro < 0) {
        int64_t more_micro = -less_micro;
        if (target >= 0) MBILL_TRY(unpay(billing, account_no, target, at_utc_s, record, &more_micro, err));
        return more_micro == 0 ? MBILL_OK : write_rest(billing, account_no, rest_micro + more_micro, err);
    }
    if (named == 0) {
        const int64_t first_micro = least(rest_micro, less_micro);
        rest_micro -= first_micro;
        less_micro -= first_micro;
        if (first_micro > 0) MBILL_TRY(write_rest(billing, account_no, rest_micro, err));
    }
    if (less_micro > 0) MBILL_TRY(pay(billing, account_no, named, at_utc_s, record, &less_micro, err));
    if (less_micro == 0) return MBILL_OK;
    if (less_micro > rest_micro)
        return mbill__fail(err, MBILL_E_CORRUPT, "account %lld owes less in the ledger than on its bills", (long long)account_no);
    return write_rest(billing, account_no, rest_micro - less_micro, err);
}

/* ---- records ---- */

/* What a record's posted legs add to an account's accumulated debt. */
static int64_t debt_of(const mbill_leg *leg, int64_t account_no)
{
    int64_t micro = 0;
    if (leg->pending != 0) return 0;
    if (leg->debit_account == account_no && leg->debit_place == MBILL_PLACE_ACCUM) micro += leg->amount_micro;
    if (leg->credit_account == account_no && leg->credit_place == MBILL_PLACE_ACCUM) micro -= leg->amount_micro;
    return micro;
}

static mbill_status read_head(mbill__billing *billing, int64_t *out, mbill_error *err)
{
    static const char SELECT_HEAD[] = "SELECT n_records FROM mbill_due_head";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(billing->store->db, SELECT_HEAD, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out = row ? mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status write_head(mbill__billing *billing, mbill_error *err)
{
    static const char SET_HEAD[] = "INSERT INTO mbill_due_head(one, n_records) VALUES(1, ?1)"
                                   " ON CONFLICT(one) DO UPDATE SET n_records = excluded.n_records";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(billing->store->db, SET_HEAD, &query, err));
    mbill__bind_whole(query, 1, mbill_book_n_records(book_of(billing)));
    return mbill__query_run(query, NULL, err);
}

/* The payment that a record takes back; -1: it takes none back. */
static int64_t target_of(const mbill__billing *billing, const mbill_operation *op)
{
    mbill_operation was;
    if (op->kind != MBILL_OPERATION_REVERSE) return -1;
    const int64_t record = mbill_book_find(book_of(billing), &op->target);
    if (mbill_book_record(book_of(billing), record, &was, NULL, NULL, NULL, NULL) != MBILL_OK) return -1;
    return was.kind == MBILL_OPERATION_TOP_UP || was.kind == MBILL_OPERATION_OFFSET || was.kind == MBILL_OPERATION_POST ? record
                                                                                                                        : -1;
}

static mbill_status follow_record(mbill__billing *billing, int64_t record, mbill_error *err)
{
    mbill_leg legs[MBILL_LEGS_MAX];
    mbill_operation op;
    mbill_result result;
    int64_t at_utc_s, accounts[2 * MBILL_LEGS_MAX];
    size_t n_accounts = 0;
    MBILL_TRY(mbill_book_record(book_of(billing), record, &op, &result, &at_utc_s, legs, err));
    for (uint32_t i = 0; i < result.n_legs; i++) {
        if (legs[i].debit_place == MBILL_PLACE_ACCUM) accounts[n_accounts++] = legs[i].debit_account;
        if (legs[i].credit_place == MBILL_PLACE_ACCUM) accounts[n_accounts++] = legs[i].credit_account;
    }
    for (size_t a = 0; a < n_accounts; a++) {
        int64_t debt_micro = 0;
        bool known = false;
        for (size_t b = 0; b < a; b++) known = known || accounts[b] == accounts[a];
        for (uint32_t i = 0; !known && i < result.n_legs; i++) debt_micro += debt_of(&legs[i], accounts[a]);
        MBILL_TRY(absorb(billing, accounts[a], -debt_micro, 0, target_of(billing, &op), at_utc_s, record, err));
    }
    return MBILL_OK;
}

mbill_status mbill__billing_follow(mbill__billing *billing, mbill_error *err)
{
    int64_t from, n = mbill_book_n_records(book_of(billing));
    MBILL_TRY(read_head(billing, &from, err));
    if (from == n) return MBILL_OK;
    for (int64_t record = from; record < n; record++) MBILL_TRY(follow_record(billing, record, err));
    return write_head(billing, err);
}

mbill_status mbill__billing_booked(mbill__billing *billing, int64_t account_no, int64_t first, int64_t own_micro, int64_t named,
    int64_t at_utc_s, mbill_error *err)
{
    mbill_leg legs[MBILL_LEGS_MAX];
    mbill_result result;
    int64_t debt_micro = 0;
    for (int64_t record = first; record < mbill_book_n_records(book_of(billing)); record++) {
        MBILL_TRY(mbill_book_record(book_of(billing), record, NULL, &result, NULL, legs, err));
        for (uint32_t i = 0; i < result.n_legs; i++) debt_micro += debt_of(&legs[i], account_no);
    }
    MBILL_TRY(absorb(billing, account_no, own_micro - debt_micro, named, -1, at_utc_s, first, err));
    return write_head(billing, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The journal of money in the file: operations, legs, balances. Invariant: the balance of an account is the sum of its
 * operations, since the three are only ever written together; an id is taken once. */
#include "store/post.h"

#include <string.h>

static mbill_status read_balance(mbill_store *store, int64_t account_no, mbill_balance *out, mbill_error *err)
{
    static const char SELECT_BALANCE[] =
        "SELECT debits_micro, credits_micro, n_operations FROM mbill_balance WHERE account_no = ?1";
    mbill__query *query;
    bool row;
    mbill_balance_init(out);
    MBILL_TRY(mbill__query_start(store->db, SELECT_BALANCE, &query, err));
    mbill__bind_whole(query, 1, account_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    out->debits_micro = mbill__column_whole(query, 0);
    out->credits_micro = mbill__column_whole(query, 1);
    out->n_operations = mbill__column_whole(query, 2);
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status write_balance(mbill_store *store, int64_t account_no, const mbill_balance *after, mbill_error *err)
{
    static const char PUT_BALANCE[] =
        "INSERT INTO mbill_balance(account_no, debits_micro, credits_micro, n_operations) VALUES(?1, ?2, ?3, ?4)"
        " ON CONFLICT(account_no) DO UPDATE SET debits_micro = ?2, credits_micro = ?3, n_operations = ?4";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, PUT_BALANCE, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_whole(query, 2, after->debits_micro);
    mbill__bind_whole(query, 3, after->credits_micro);
    mbill__bind_whole(query, 4, after->n_operations);
    return mbill__query_run(query, NULL, err);
}

static mbill_status write_operation(mbill_store *store, int64_t account_no, const mbill_posting *operation,
    int64_t recorded_utc_s, const mbill_balance *after, int64_t *out_operation_no, mbill_error *err)
{
    static const char PUT_OPERATION[] =
        "INSERT INTO mbill_operation(op_id, account_no, kind, flags, amount_micro, effective_at_s, recorded_at_s,"
        " debits_after_micro, credits_after_micro, n_after) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, PUT_OPERATION, &query, err));
    mbill__bind_blob(query, 1, operation->id.bytes, sizeof operation->id.bytes);
    mbill__bind_whole(query, 2, account_no);
    mbill__bind_whole(query, 3, operation->kind);
    mbill__bind_whole(query, 4, operation->flags);
    mbill__bind_whole(query, 5, operation->amount_micro);
    mbill__bind_whole(query, 6, operation->effective_utc_s);
    mbill__bind_whole(query, 7, recorded_utc_s);
    mbill__bind_whole(query, 8, after->debits_micro);
    mbill__bind_whole(query, 9, after->credits_micro);
    mbill__bind_whole(query, 10, after->n_operations);
    MBILL_TRY(mbill__query_run(query, NULL, err));
    *out_operation_no = mbill__db_last_row(store->db);
    return MBILL_OK;
}

static mbill_status write_legs(mbill_store *store, int64_t operation_no, const mbill_posting_effect *effect, mbill_error *err)
{
    static const char PUT_LEG[] =
        "INSERT INTO mbill_leg(operation_no, n, debit, credit, amount_micro) VALUES(?1, ?2, ?3, ?4, ?5)";
    for (uint32_t i = 0; i < effect->n_legs; i++) {
        mbill__query *query;
        MBILL_TRY(mbill__query_start(store->db, PUT_LEG, &query, err));
        mbill__bind_whole(query, 1, operation_no);
        mbill__bind_whole(query, 2, i);
        mbill__bind_whole(query, 3, effect->legs[i].debit);
        mbill__bind_whole(query, 4, effect->legs[i].credit);
        mbill__bind_whole(query, 5, effect->legs[i].amount_micro);
        MBILL_TRY(mbill__query_run(query, NULL, err));
    }
    return MBILL_OK;
}

/* What is kept under an id; *out_found false: nothing. */
static mbill_status read_operation(mbill_store *store, const mbill_id *id, bool *out_found, mbill_posting *out,
    int64_t *out_account_no, mbill_balance *out_after, mbill_error *err)
{
    static const char SELECT_OPERATION[] =
        "SELECT account_no, kind, flags, amount_micro, effective_at_s, debits_after_micro, credits_after_micro,"
        " n_after FROM mbill_operation WHERE op_id = ?1";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, SELECT_OPERATION, &query, err));
    mbill__bind_blob(query, 1, id->bytes, sizeof id->bytes);
    MBILL_TRY(mbill__query_step(query, out_found, err));
    if (!*out_found) return MBILL_OK;
    memset(out, 0, sizeof *out);
    out->id = *id;
    *out_account_no = mbill__column_whole(query, 0);
    out->kind = (int32_t)mbill__column_whole(query, 1);
    out->flags = (uint32_t)mbill__column_whole(query, 2);
    out->amount_micro = mbill__column_whole(query, 3);
    out->effective_utc_s = mbill__column_whole(query, 4);
    mbill_balance_init(out_after);
    out_after->debits_micro = mbill__column_whole(query, 5);
    out_after->credits_micro = mbill__column_whole(query, 6);
    out_after->n_operations = mbill__column_whole(query, 7);
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status refuse_repeated(mbill_store *store, int64_t account_no, const mbill_posting *operation,
    mbill_balance *out_after, mbill_error *err)
{
    mbill_posting stored;
    mbill_balance after;
    int64_t stored_account_no = 0;
    bool found;
    MBILL_TRY(read_operation(store, &operation->id, &found, &stored, &stored_account_no, &after, err));
    if (!found) return MBILL_OK;
    if (stored_account_no != account_no)
        return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT, "this id was applied before to another account");
    mbill_status status = mbill_posting_compare(&stored, operation, err);
    if (status == MBILL_OK) return mbill__fail(err, MBILL_E_INTERNAL, "an id compares as another than itself");
    if (status == MBILL_E_EXISTS && out_after != NULL) *out_after = after;
    return status;
}

mbill_status mbill__store_post(mbill_store *store, int64_t account_no, const mbill_posting *operation, int64_t recorded_utc_s,
    mbill_balance *out_after, int64_t *out_operation_no, mbill_error *err)
{
    mbill_balance before;
    mbill_posting_effect effect;
    memset(&effect, 0, sizeof effect);
    effect.struct_size = (uint32_t)sizeof effect;
    MBILL_TRY(refuse_repeated(store, account_no, operation, out_after, err));
    MBILL_TRY(read_balance(store, account_no, &before, err));
    MBILL_TRY(mbill_posting_apply(&before, operation, &effect, err));
    MBILL_TRY(write_operation(store, account_no, operation, recorded_utc_s, &effect.after, out_operation_no, err));
    MBILL_TRY(write_legs(store, *out_operation_no, &effect, err));
    MBILL_TRY(write_balance(store, account_no, &effect.after, err));
    if (out_after != NULL) *out_after = effect.after;
    return MBILL_OK;
}

static mbill_status check_out(const mbill_balance *out_balance, mbill_error *err)
{
    if (out_balance == NULL || out_balance->struct_size >= sizeof *out_balance) return MBILL_OK;
    return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_balance is not set");
}

/* The members of this version; what a longer struct of the caller holds behind them stays. */
static void give_balance(mbill_balance *out, const mbill_balance *balance)
{
    if (out == NULL) return;
    out->format = balance->format;
    out->debits_micro = balance->debits_micro;
    out->credits_micro = balance->credits_micro;
    out->n_operations = balance->n_operations;
}

static mbill_status post_one(mbill_store *store, const char *account, const mbill_posting *operation, int64_t recorded_utc_s,
    mbill_balance *out_after, mbill_error *err)
{
    int64_t account_no, operation_no;
    MBILL_TRY(mbill__store_account(store, account, strlen(account), &account_no, err));
    return mbill__store_post(store, account_no, operation, recorded_utc_s, out_after, &operation_no, err);
}

mbill_status mbill_store_apply(mbill_store *store, const char *account, const mbill_posting *operation, int64_t recorded_utc_s,
    mbill_balance *out_balance, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(account);
    MBILL__NEED(operation);
    MBILL_TRY(check_out(out_balance, err));
    mbill_balance after;
    mbill_posting given = *operation;
    MBILL_TRY(mbill__db_begin(store->db, err));
    mbill_status status = mbill__db_finish(store->db, post_one(store, account, &given, recorded_utc_s, &after, err), err);
    if (status == MBILL_OK || status == MBILL_E_EXISTS) give_balance(out_balance, &after);
    return status;
}

mbill_status mbill_store_balance(mbill_store *store, const char *account, mbill_balance *out_balance, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(account);
    MBILL__NEED(out_balance);
    MBILL_TRY(check_out(out_balance, err));
    int64_t account_no;
    mbill_balance balance;
    MBILL_TRY(mbill__db_begin_read(store->db, err));
    mbill_status status = mbill__store_account(store, account, strlen(account), &account_no, err);
    if (status == MBILL_OK) status = read_balance(store, account_no, &balance, err);
    MBILL_TRY(mbill__db_finish(store->db, status, err));
    give_balance(out_balance, &balance);
    return MBILL_OK;
}

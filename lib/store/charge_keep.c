/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the tables of charges do. */
#include "store/charge_keep.h"

#include <string.h>

mbill_status mbill__charge_find(mbill_store *store, const char *id, int64_t *out_charge_no, mbill_error *err)
{
    static const char SELECT_CHARGE_NO[] = "SELECT charge_no FROM mbill_charge WHERE id = ?1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_CHARGE_NO, &query, err));
    mbill__bind_text(query, 1, id, strlen(id));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return mbill__fail(err, MBILL_E_NOT_FOUND, "charge \"%.64s\" is not in the store", id);
    *out_charge_no = mbill__column_whole(query, 0);
    mbill__query_end(query);
    return MBILL_OK;
}

mbill_status mbill__charge_next(mbill_store *store, int64_t behind, int64_t *out_charge_no, mbill_error *err)
{
    static const char SELECT_NEXT_CHARGE[] = "SELECT charge_no FROM mbill_charge WHERE charge_no > ?1 ORDER BY charge_no LIMIT 1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_NEXT_CHARGE, &query, err));
    mbill__bind_whole(query, 1, behind);
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out_charge_no = row ? mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

mbill_status mbill__charge_load(mbill_store *store, int64_t charge_no, mbill_charge **out, mbill_error *err)
{
    static const char SELECT_BODY[] = "SELECT body FROM mbill_charge WHERE charge_no = ?1";
    mbill__query *query;
    const char *body = NULL;
    size_t len = 0;
    bool row;
    mbill_error cause;
    mbill_error_init(&cause);
    *out = NULL;
    MBILL_TRY(mbill__query_start(store->db, SELECT_BODY, &query, err));
    mbill__bind_whole(query, 1, charge_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return mbill__fail(err, MBILL_E_CORRUPT, "charge %lld is in the store and is not", (long long)charge_no);
    MBILL_TRY(mbill__column_text(query, 0, &body, &len, err));
    mbill_status status = mbill_charge_read(body, len, mbill__db_allocator(store->db), out, &cause);
    mbill__query_end(query);
    if (status == MBILL_OK || status == MBILL_E_NOMEM)
        return status == MBILL_OK ? status : mbill__fail(err, status, "%s", cause.message);
    return mbill__fail(err, MBILL_E_CORRUPT, "charge %lld of the store cannot be read: %s", (long long)charge_no, cause.message);
}

mbill_status mbill__charge_settled(mbill_store *store, int64_t charge_no, int64_t account_no, int64_t *out_next, mbill_error *err)
{
    static const char SELECT_SETTLED[] = "SELECT next_period FROM mbill_charge_account WHERE charge_no = ?1 AND account_no = ?2";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_SETTLED, &query, err));
    mbill__bind_whole(query, 1, charge_no);
    mbill__bind_whole(query, 2, account_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out_next = row ? mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

mbill_status mbill__charge_settle(mbill_store *store, int64_t charge_no, int64_t account_no, int64_t next, mbill_error *err)
{
    static const char PUT_SETTLED[] = "INSERT INTO mbill_charge_account(charge_no, account_no, next_period) VALUES(?1, ?2, ?3)"
                                      " ON CONFLICT(charge_no, account_no) DO UPDATE SET next_period = ?3";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, PUT_SETTLED, &query, err));
    mbill__bind_whole(query, 1, charge_no);
    mbill__bind_whole(query, 2, account_no);
    mbill__bind_whole(query, 3, next);
    return mbill__query_run(query, NULL, err);
}

mbill_status mbill__charge_item_insert(mbill_store *store, int64_t charge_no, int64_t account_no, const mbill_charge_line *line,
    const mbill_id *id, int64_t recorded_utc_s, mbill_error *err)
{
    static const char PUT_PERIOD[] =
        "INSERT INTO mbill_charge_item(charge_no, account_no, period, from_day, to_day, due_utc_s, n_days,"
        " amount_micro, state, code, recorded_utc_s, op)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    const int64_t values[] = {charge_no, account_no, line->period.number, line->period.from_day, line->period.to_day,
        line->period.due_utc_s, line->amount.n_days, line->amount.amount_micro, line->state, line->code, recorded_utc_s};
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, PUT_PERIOD, &query, err));
    for (int i = 0; i < 11; i++) mbill__bind_whole(query, i + 1, values[i]);
    if (id != NULL) mbill__bind_blob(query, 12, id->bytes, sizeof id->bytes);
    else mbill__bind_text(query, 12, NULL, 0);
    return mbill__query_run(query, NULL, err);
}

mbill_status mbill__charge_facts(mbill_store *store, int64_t account_no, mbill__arena *arena, mbill_charge_fact **out,
    size_t *out_n, mbill_error *err)
{
    static const char SELECT_NUMBERS[] = "SELECT name, from_day, value_micro, count(*) OVER () FROM mbill_fact"
                                         " WHERE account_no = ?1 AND word IS NULL ORDER BY name, from_day";
    mbill__query *query;
    const char *name;
    size_t len;
    bool row;
    *out = NULL;
    MBILL_TRY(mbill__query_start(store->db, SELECT_NUMBERS, &query, err));
    mbill__bind_whole(query, 1, account_no);
    for (*out_n = 0;; (*out_n)++) {
        MBILL_TRY(mbill__query_step(query, &row, err));
        if (!row) return MBILL_OK;
        if (*out == NULL) *out = mbill__arena_take(arena, (size_t)mbill__column_whole(query, 3), sizeof **out);
        MBILL_TRY(mbill__column_text(query, 0, &name, &len, err));
        const char *kept = *out != NULL ? mbill__arena_text(arena, name != NULL ? name : "", len) : NULL;
        if (kept == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for facts could not be allocated");
        (*out)[*out_n] = (mbill_charge_fact){kept, mbill__column_whole(query, 2), (int32_t)mbill__column_whole(query, 1), 0};
    }
}

mbill_status mbill__charge_next_account(mbill_store *store, int64_t behind, mbill__arena *arena, int64_t *out_no,
    mbill_charge_account *out, mbill_error *err)
{
    static const char SELECT_SUPPLIED[] =
        "SELECT account_no, id, (SELECT min(from_day) FROM mbill_contract c WHERE c.account_no = a.account_no),"
        " (SELECT max(to_day) FROM mbill_contract c WHERE c.account_no = a.account_no) FROM mbill_account a"
        " WHERE account_no > ?1 AND EXISTS(SELECT 1 FROM mbill_contract c WHERE c.account_no = a.account_no)"
        " ORDER BY account_no LIMIT 1";
    mbill__query *query;
    const char *id;
    size_t len;
    bool row;
    *out_no = 0;
    MBILL_TRY(mbill__query_start(store->db, SELECT_SUPPLIED, &query, err));
    mbill__bind_whole(query, 1, behind);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    MBILL_TRY(mbill__column_text(query, 1, &id, &len, err));
    *out = (mbill_charge_account){.account = mbill__arena_text(arena, id != NULL ? id : "", len),
        .has = {(int32_t)mbill__column_whole(query, 2), (int32_t)mbill__column_whole(query, 3)}};
    *out_no = mbill__column_whole(query, 0);
    mbill__query_end(query);
    return out->account != NULL ? MBILL_OK : mbill__fail(err, MBILL_E_NOMEM, "memory for an account could not be allocated");
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a task does something else inside the store, or in another way. Everything is looked at before anything is written. */
#include "store/task_effect.h"

#include "alarm/alarms.h"
#include "meterbill/operations.h"
#include "store/bind.h"
#include "store/journal.h"
#include "store/member.h"
#include "store/money.h"
#include "store/watch.h"

#include <string.h>

bool mbill__task_may_go_on(mbill_status status)
{
    return status != MBILL_E_NOMEM && status != MBILL_E_INTERNAL && status != MBILL_E_MISUSE && status < MBILL_E_BUSY;
}

/* Top-ups */

static mbill_status top_up(mbill_store *store, const mbill__kept_task *task, const mbill_task_item *item, int64_t account_no,
    int64_t now_utc_s, int32_t *out_code, mbill_error *err)
{
    mbill_operation op = {.id = item->id,
        .kind = MBILL_OPERATION_TOP_UP,
        .account = account_no,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE,
        .amount_micro = task->plan->targets[item->target].amount_micro,
        .channel = task->plan->info.channel,
        .effective_utc_s = task->state.run_utc_s};
    mbill_result result;
    MBILL_TRY(mbill__money_apply(store, &op, now_utc_s, &result, err));
    *out_code = result.code;
    if (result.code == MBILL_RESULT_OK || result.code == MBILL_RESULT_EXISTS) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "%s, %s", mbill_result_name(result.code), mbill_result_text(result.code));
}

/* Tariffs */

typedef struct contract {
    int64_t contract_no;
    int32_t from_day, to_day;
} contract;

/* The contracts of the account that are in force on the day, under that tariff or any. */
static mbill_status find_contract(mbill_store *store, int64_t account_no, const char *tariff, int32_t day, contract *out,
    size_t *out_n, mbill_error *err)
{
    static const char SELECT_IN_FORCE[] =
        "SELECT contract_no, from_day, to_day FROM mbill_contract WHERE account_no = ?1"
        " AND from_day <= ?2 AND to_day > ?2 AND (CAST(?3 AS TEXT) IS NULL OR tariff = ?3) LIMIT 2";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_IN_FORCE, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_whole(query, 2, day);
    mbill__bind_text(query, 3, tariff, tariff != NULL ? strlen(tariff) : 0);
    for (*out_n = 0;; (*out_n)++) {
        MBILL_TRY(mbill__query_step(query, &row, err));
        if (!row) return MBILL_OK;
        *out = (contract){mbill__column_whole(query, 0), (int32_t)mbill__column_whole(query, 1),
            (int32_t)mbill__column_whole(query, 2)};
    }
}

/* The zone of the tariff in that column. */
static mbill_status read_zone(mbill_store *store, mbill__query *query, int column, mbill_zone **out, mbill_error *err)
{
    mbill__json *tariff;
    const char *json, *rule;
    size_t len;
    MBILL_TRY(mbill__column_text(query, column, &json, &len, err));
    MBILL_TRY(mbill__member_text(json != NULL ? json : "", len, "zone", mbill__db_allocator(store->db), &tariff, &rule, err));
    mbill_status status = mbill_zone_from_rule(rule != NULL ? rule : "", rule != NULL ? strlen(rule) : 0,
        mbill__db_allocator(store->db), out, err);
    mbill__json_free(tariff);
    return status;
}

/* A bill that reaches past the day's beginning in its tariff's zone would have been made under the wrong contract. */
static mbill_status check_unbilled(mbill_store *store, int64_t contract_no, int32_t day, mbill_error *err)
{
    static const char SELECT_LAST_BILL[] =
        "SELECT b.to_utc_s, t.json FROM mbill_bill b"
        " JOIN mbill_tariff t USING(tariff_no) WHERE b.contract_no = ?1 ORDER BY b.to_utc_s DESC LIMIT 1";
    mbill__query *query;
    mbill_zone *zone = NULL;
    int64_t start_utc_s = 0;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_LAST_BILL, &query, err));
    mbill__bind_whole(query, 1, contract_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    int64_t to_utc_s = mbill__column_whole(query, 0);
    mbill_status status = read_zone(store, query, 1, &zone, err);
    if (status == MBILL_OK) status = mbill_zone_day_start(zone, day, &start_utc_s, err);
    if (status == MBILL_OK && to_utc_s > start_utc_s)
        status = mbill__fail(err, MBILL_E_OVERLAP, "the contract is billed up to %s already",
            mbill__say_time(to_utc_s, zone).text);
    mbill_zone_free(zone);
    mbill__query_end(query);
    return status;
}

/* The same meters and the same rule for changes, to the day on which the old one would have ended. */
static mbill_status write_contract(mbill_store *store, const contract *old, const char *tariff, int32_t day, mbill_error *err)
{
    static const char END_OLD[] = "UPDATE mbill_contract SET to_day = ?2 WHERE contract_no = ?1";
    static const char PUT_NEW[] = "INSERT INTO mbill_contract(contract_no, account_no, tariff, from_day, to_day, change_split, "
                                  "change_step_micro, change_how, postpaid)"
                                  " SELECT " MBILL__NEXT("contract_no",
                                      "mbill_contract") ", account_no, ?2, ?3, ?4, change_split, change_step_micro, change_how, "
                                                        "postpaid FROM mbill_contract WHERE "
                                                        "contract_no = ?1 RETURNING contract_no";
    static const char PUT_METERS[] = "INSERT INTO mbill_contract_register(contract_no, register_no)"
                                     " SELECT ?2, register_no FROM mbill_contract_register WHERE contract_no = ?1";
    mbill__query *query;
    int64_t new_no;
    MBILL_TRY(mbill__query_start(store->db, END_OLD, &query, err));
    mbill__bind_whole(query, 1, old->contract_no);
    mbill__bind_whole(query, 2, day);
    MBILL_TRY(mbill__query_run(query, NULL, err));
    MBILL_TRY(mbill__query_start(store->db, PUT_NEW, &query, err));
    mbill__bind_whole(query, 1, old->contract_no);
    mbill__bind_text(query, 2, tariff, strlen(tariff));
    mbill__bind_whole(query, 3, day);
    mbill__bind_whole(query, 4, old->to_day);
    MBILL_TRY(mbill__query_number(query, &new_no, err));
    MBILL_TRY(mbill__query_start(store->db, PUT_METERS, &query, err));
    mbill__bind_whole(query, 1, old->contract_no);
    mbill__bind_whole(query, 2, new_no);
    return mbill__query_run(query, NULL, err);
}

static mbill_status check_later(mbill_store *store, int64_t account_no, const char *tariff, const contract *old, int32_t day,
    mbill_error *err)
{
    static const char SELECT_LATER[] = "SELECT 1 FROM mbill_contract WHERE account_no = ?1 AND tariff = ?2 AND from_day < ?4"
                                       " AND to_day > ?3 LIMIT 1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_LATER, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_text(query, 2, tariff, strlen(tariff));
    mbill__bind_whole(query, 3, day);
    mbill__bind_whole(query, 4, old->to_day);
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill__query_end(query);
    return !row ? MBILL_OK : mbill__fail(err, MBILL_E_OVERLAP, "a later contract is under tariff \"%s\" already", tariff);
}

static mbill_status set_tariff(mbill_store *store, const mbill_task_info *info, int64_t account_no, mbill_error *err)
{
    contract old = {0, 0, 0};
    size_t n;
    MBILL_TRY(find_contract(store, account_no, info->tariff, info->from_day, &old, &n, err));
    if (n > 0) return MBILL_OK; /* it is there */
    MBILL_TRY(find_contract(store, account_no, info->replaces, info->from_day, &old, &n, err));
    if (n == 0) return mbill__fail(err, MBILL_E_NOT_FOUND, "no contract is in force on the day");
    if (n > 1)
        return mbill__fail(err, MBILL_E_AMBIGUOUS,
            "several contracts are in force on the day, expected \"replaces\" to say which");
    if (old.from_day == info->from_day)
        return mbill__fail(err, MBILL_E_OVERLAP, "the contract begins on the same day, expected a later one");
    MBILL_TRY(check_unbilled(store, old.contract_no, info->from_day, err));
    MBILL_TRY(check_later(store, account_no, info->tariff, &old, info->from_day, err));
    return write_contract(store, &old, info->tariff, info->from_day, err);
}

/* Alarm amounts */

static mbill_status check_amounts(const mbill_task_info *info, mbill_error *err)
{
    for (int32_t i = 0; i < info->n_amounts; i++)
        if (info->amounts_micro[i] > MBILL__WATCH_AMOUNT_MAX || info->amounts_micro[i] < -MBILL__WATCH_AMOUNT_MAX)
            return mbill__fail(err, MBILL_E_RANGE, "an alarm amount of %s, expected at most 4000000000000 either way",
                mbill__say_micro(info->amounts_micro[i]).text);
    return MBILL_OK;
}

/* The account's alarms have other limits from now on, and what it has now is compared with them. */
static mbill_status look_again(mbill_store *store, int64_t account_no, int64_t now_utc_s, mbill_error *err)
{
    static const char NOT_QUIET[] = "UPDATE mbill_alarm_state SET quiet_from_micro = 1, quiet_to_micro = 0 WHERE account_no = ?1";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, NOT_QUIET, &query, err));
    mbill__bind_whole(query, 1, account_no);
    MBILL_TRY(mbill__query_run(query, NULL, err));
    return mbill__watch_account(store, store->ledger->follow.book, account_no, now_utc_s, err);
}

static mbill_status set_alarm_amounts(mbill_store *store, const mbill_task_info *info, int64_t account_no, int64_t now_utc_s,
    mbill_error *err)
{
    static const char DROP_AMOUNTS[] = "DELETE FROM mbill_alarm_amount WHERE account_no = ?1";
    static const char PUT_AMOUNT[] = "INSERT INTO mbill_alarm_amount(account_no, level, amount_micro) VALUES(?1, ?2, ?3)";
    mbill__query *query;
    MBILL_TRY(check_amounts(info, err));
    MBILL_TRY(mbill__query_start(store->db, DROP_AMOUNTS, &query, err));
    mbill__bind_whole(query, 1, account_no);
    MBILL_TRY(mbill__query_run(query, NULL, err));
    for (int32_t i = 0; i < info->n_amounts; i++) {
        MBILL_TRY(mbill__query_start(store->db, PUT_AMOUNT, &query, err));
        mbill__bind_whole(query, 1, account_no);
        mbill__bind_whole(query, 2, i + 1);
        mbill__bind_whole(query, 3, info->amounts_micro[i]);
        MBILL_TRY(mbill__query_run(query, NULL, err));
    }
    return look_again(store, account_no, now_utc_s, err);
}

mbill_status mbill__task_effect(mbill_store *store, const mbill__kept_task *task, const mbill_task_item *item, int64_t now_utc_s,
    int32_t *out_code, mbill_error *err)
{
    const mbill_task_info *info = &task->plan->info;
    const char *name = task->plan->targets[item->target].name;
    int64_t account_no;
    *out_code = 0;
    MBILL_TRY(mbill__store_account(store, name, strlen(name), &account_no, err));
    switch (info->kind) {
    case MBILL_TASK_TOP_UP: return top_up(store, task, item, account_no, now_utc_s, out_code, err);
    case MBILL_TASK_SET_TARIFF: return set_tariff(store, info, account_no, err);
    case MBILL_TASK_SET_ALARM_AMOUNTS: return set_alarm_amounts(store, info, account_no, now_utc_s, err);
    default: return mbill__fail(err, MBILL_E_INTERNAL, "a task of kind %d is not the store's", (int)info->kind);
    }
}

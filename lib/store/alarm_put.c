/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how a configuration is kept, and how accounts are given one. */
#include "alarm/alarms.h"
#include "calendar/civil.h"
#include "meterbill/watch.h"
#include "store/bind.h"
#include "store/select.h"
#include "store/watch.h"

#include <string.h>

/* ---- a version ---- */

static mbill_status check_name(const char *name, mbill_error *err)
{
    size_t len = strlen(name);
    if (len == 0 || len > MBILL_ALARM_NAME_MAX)
        return mbill__fail(err, MBILL_E_INVALID, "a name of %zu bytes, expected 1 to %d", len, MBILL_ALARM_NAME_MAX);
    if (strcmp(name, "none") == 0 || strcmp(name, "default") == 0)
        return mbill__fail(err, MBILL_E_INVALID, "\"%s\" is no name of a configuration: it says which an account is given", name);
    return MBILL_OK;
}

/* Each account's alarms stand alone: what others would do to them is refused, not left out. */
static mbill_status check_alone(const mbill_alarms *alarms, mbill_error *err)
{
    for (size_t i = 0; i < alarms->n_defs; i++) {
        if (alarms->defs[i].watches != MBILL__WATCHES_BALANCE || (!alarms->has_group && alarms->n_inhibitions == 0)) continue;
        return mbill__fail_path(err, MBILL_E_INVALID, alarms->has_group ? "/group" : "/inhibit",
            "alarm \"%s\" watches balances, whose alarms stand alone; expected groups and inhibition in another configuration",
            alarms->defs[i].name);
    }
    return MBILL_OK;
}

static mbill_status canonical(const mbill_alarms *alarms, const mbill_allocator *allocator, mbill__buffer *out, mbill_error *err)
{
    mbill__writer to;
    mbill__buffer_start(out, allocator);
    mbill__write_start(&to, out, false);
    mbill__alarms_print(alarms, &to);
    return mbill__buffer_check(out, err);
}

/* What was quiet may be so no longer. */
static mbill_status put_version(mbill_store *store, const char *name, const char *json, int64_t *out_changes, mbill_error *err)
{
    static const char PUT_CONFIG[] =
        "INSERT INTO mbill_alarm_config(config_no, name, version, json) SELECT " MBILL__NEXT("config_no",
            "mbill_alarm_config") ", ?1,"
                                  " (SELECT coalesce(max(version), 0) + 1 FROM mbill_alarm_config WHERE name = ?1), ?2"
                                  " WHERE (SELECT json FROM mbill_alarm_config WHERE name = ?1 ORDER BY version DESC LIMIT 1) IS "
                                  "DISTINCT FROM ?2";
    static const char NONE_QUIET[] = "UPDATE mbill_alarm_state SET quiet_from_micro = 1, quiet_to_micro = 0 WHERE name = ?1";
    const mbill__given_value given[] = {MBILL__TEXT(name), MBILL__TEXT(json)};
    int64_t changes = 0;
    *out_changes = 0;
    MBILL_TRY(mbill__sql_tell(store, PUT_CONFIG, given, 2, out_changes, err));
    return *out_changes == 0 ? MBILL_OK : mbill__sql_tell(store, NONE_QUIET, given, 1, &changes, err);
}

static mbill_status put(mbill_store *store, const char *name, const mbill_alarms *alarms, int64_t *out_changes, mbill_error *err)
{
    mbill__buffer text;
    mbill_status status = canonical(alarms, mbill__db_allocator(store->db), &text, err);
    if (status == MBILL_OK) status = mbill__db_begin(store->db, err);
    if (status == MBILL_OK) status = mbill__db_finish(store->db, put_version(store, name, text.data, out_changes, err), err);
    mbill__buffer_free(&text);
    return status;
}

mbill_status mbill_store_alarm_put(mbill_store *store, const char *name, const char *json, size_t len, mbill_import_counts *out,
    mbill_error *err)
{
    mbill_alarms *alarms;
    int64_t changes = 0;
    MBILL__NEED(store);
    MBILL__NEED(name);
    if (len > 0) MBILL__NEED(json);
    MBILL_TRY(mbill__import_out(out, err));
    MBILL_TRY(check_name(name, err));
    MBILL_TRY(mbill_alarms_read(json, len, mbill__db_allocator(store->db), &alarms, NULL, 0, NULL, err));
    mbill_status status = check_alone(alarms, err);
    if (status == MBILL_OK) status = put(store, name, alarms, &changes, err);
    mbill_alarms_free(alarms);
    if (status == MBILL_OK) mbill__import_give(out, changes, 1 - changes);
    return status;
}

/* ---- who is given which ---- */

static mbill_status check_kept(mbill_store *store, const char *name, mbill_error *err)
{
    static const char SELECT_NAME[] = "SELECT 1 FROM mbill_alarm_config WHERE name = ?1 LIMIT 1";
    const mbill__given_value given[] = {MBILL__TEXT(name)};
    bool found;
    int64_t one;
    MBILL_TRY(mbill__sql_whole(store, SELECT_NAME, given, 1, &found, &one, err));
    if (found) return MBILL_OK;
    return mbill__fail(err, MBILL_E_NOT_FOUND, "no configuration \"%.64s\" of alarms is in the store", name);
}

static mbill_status set_default(mbill_store *store, const char *name, mbill_error *err)
{
    static const char PUT_DEFAULT[] =
        "INSERT INTO mbill_alarm_default(one, name) VALUES(1, ?1) ON CONFLICT(one) DO UPDATE SET name = excluded.name";
    const mbill__given_value given[] = {MBILL__TEXT(name == NULL ? "" : name)};
    int64_t changes = 0;
    if (name != NULL) MBILL_TRY(check_kept(store, name, err));
    return mbill__sql_tell(store, PUT_DEFAULT, given, 1, &changes, err);
}

mbill_status mbill_store_alarm_default(mbill_store *store, const char *name, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL_TRY(mbill__db_begin(store->db, err));
    return mbill__db_finish(store->db, set_default(store, name, err), err);
}

static mbill_status choose(mbill_store *store, const char *name, const int64_t *accounts, size_t n, mbill_error *err)
{
    static const char PUT_CHOICE[] = "INSERT INTO mbill_alarm_choice(account_no, name) VALUES(?1, ?2)"
                                     " ON CONFLICT(account_no) DO UPDATE SET name = excluded.name";
    static const char DROP_CHOICE[] = "DELETE FROM mbill_alarm_choice WHERE account_no = ?1";
    const bool is_default = strcmp(name, "default") == 0, is_none = strcmp(name, "none") == 0;
    int64_t changes = 0;
    if (!is_default && !is_none) MBILL_TRY(check_kept(store, name, err));
    for (size_t i = 0; i < n; i++) {
        const mbill__given_value given[] = {MBILL__WHOLE(accounts[i]), MBILL__TEXT(is_none ? "" : name)};
        MBILL_TRY(mbill__sql_tell(store, is_default ? DROP_CHOICE : PUT_CHOICE, given, is_default ? 1 : 2, &changes, err));
    }
    return MBILL_OK;
}

mbill_status mbill_store_alarm_choose(mbill_store *store, const char *name, const char *selection, size_t len, size_t *out_n,
    mbill_error *err)
{
    mbill__selected selected = {0};
    MBILL__NEED(store);
    MBILL__NEED(name);
    if (len > 0) MBILL__NEED(selection);
    MBILL_TRY(mbill__db_begin(store->db, err));
    mbill_status status = mbill__select_text(store, selection, len, &selected, err);
    if (status == MBILL_OK) status = choose(store, name, selected.numbers, selected.n, err);
    status = mbill__db_finish(store->db, status, err);
    if (status == MBILL_OK && out_n != NULL) *out_n = selected.n;
    mbill__selected_free(&selected);
    return status;
}

mbill_status mbill_store_alarm_choose_account(mbill_store *store, const char *name, const char *account, mbill_error *err)
{
    int64_t account_no;
    MBILL__NEED(store);
    MBILL__NEED(name);
    MBILL__NEED(account);
    MBILL_TRY(mbill__db_begin(store->db, err));
    mbill_status status = mbill__store_account(store, account, strlen(account), &account_no, err);
    if (status == MBILL_OK) status = choose(store, name, &account_no, 1, err);
    return mbill__db_finish(store->db, status, err);
}

/* ---- time ---- */

mbill_status mbill_store_alarm_tick(mbill_store *store, int64_t t_utc_s, mbill_error *err)
{
    MBILL__NEED(store);
    if (t_utc_s < MBILL__INSTANT_MIN || t_utc_s >= MBILL__INSTANT_END)
        return mbill__fail(err, MBILL_E_RANGE, "time %lld, expected one of the years %d to %d", (long long)t_utc_s,
            MBILL_YEAR_MIN, MBILL_YEAR_MAX);
    MBILL_TRY(mbill__db_begin(store->db, err));
    return mbill__db_finish(store->db, mbill__watch_tick_all(store, t_utc_s, err), err);
}

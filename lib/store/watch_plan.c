/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when accounts come to their alarms in another way. What was read is kept from transaction to transaction until there is a newer version. */
#include "store/watch_plan.h"

#include "store/bind.h"

#include <string.h>

static void drop_configs(mbill_store *store, mbill__watch *watch)
{
    const mbill_allocator *allocator = mbill__db_allocator(store->db);
    for (size_t i = 0; i < watch->n_configs; i++) {
        mbill__watch_config *config = &watch->configs[i];
        mbill_board_free(config->board);
        mbill_alarms_free(config->alarms);
        mbill__release(allocator, config->watched, config->n_watched * sizeof *config->watched);
        mbill__release(allocator, config->name, config->name_len + 1);
    }
    watch->n_configs = 0;
    watch->known_no = 0;
}

void mbill__watch_plan_free(mbill_store *store)
{
    const mbill_allocator *allocator = mbill__db_allocator(store->db);
    mbill__watch *watch = store->watch;
    if (watch == NULL) return;
    drop_configs(store, watch);
    mbill__release(allocator, watch->configs, watch->cap_configs * sizeof *watch->configs);
    mbill__release(allocator, watch->samples, watch->cap_samples * sizeof *watch->samples);
    mbill__release(allocator, watch, sizeof *watch);
    store->watch = NULL;
}

/* ---- reading ---- */

static mbill_status read_watched(mbill_store *store, mbill__watch_config *config, mbill_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < config->alarms->n_defs; i++) n += config->alarms->defs[i].watches == MBILL__WATCHES_BALANCE;
    if (n == 0) return MBILL_OK;
    config->watched = mbill__alloc_array(mbill__db_allocator(store->db), n, sizeof *config->watched);
    if (config->watched == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for %zu alarms could not be allocated", n);
    config->n_watched = n;
    n = 0;
    for (size_t i = 0; i < config->alarms->n_defs; i++) {
        const mbill__alarm_def *def = &config->alarms->defs[i];
        if (def->watches != MBILL__WATCHES_BALANCE) continue;
        mbill__watch_alarm *out = &config->watched[n++];
        out->given = def;
        mbill__watch_def(def, NULL, 0, &out->def);
        out->quiet = mbill__watch_quiet_new(&out->def);
    }
    return MBILL_OK;
}

static mbill_status read_config(mbill_store *store, mbill__watch *watch, mbill__query *query, mbill_error *err)
{
    const mbill_allocator *allocator = mbill__db_allocator(store->db);
    void *block = watch->configs;
    const char *name, *json;
    size_t name_len, len;
    mbill_status status = mbill__room(allocator, &block, &watch->cap_configs, sizeof *watch->configs, watch->n_configs + 1, err);
    watch->configs = block;
    MBILL_TRY(status);
    MBILL_TRY(mbill__column_text(query, 1, &name, &name_len, err));
    MBILL_TRY(mbill__column_text(query, 2, &json, &len, err));
    mbill__watch_config *config = &watch->configs[watch->n_configs];
    *config = (mbill__watch_config){.config_no = mbill__column_whole(query, 0), .name_len = name_len};
    config->name = mbill__alloc(allocator, name_len + 1);
    if (config->name == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for a name could not be allocated");
    memcpy(config->name, name, name_len + 1);
    watch->n_configs++;
    MBILL_TRY(mbill_alarms_read(json, len, allocator, &config->alarms, NULL, 0, NULL, err));
    MBILL_TRY(mbill_board_open(config->alarms, allocator, &config->board, err));
    return read_watched(store, config, err);
}

static mbill_status read_configs(mbill_store *store, mbill__watch *watch, int64_t newest_no, mbill_error *err)
{
    static const char SELECT_CONFIGS[] =
        "SELECT config_no, name, json FROM mbill_alarm_config c"
        " WHERE version = (SELECT max(version) FROM mbill_alarm_config o WHERE o.name = c.name) ORDER BY config_no";
    mbill__query *query;
    mbill_status status = MBILL_OK;
    bool row;
    drop_configs(store, watch);
    MBILL_TRY(mbill__query_start(store->db, SELECT_CONFIGS, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        status = read_config(store, watch, query, err);
        if (status != MBILL_OK) break;
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    if (status == MBILL_OK) watch->known_no = newest_no;
    else mbill__query_end(query);
    return status;
}

mbill_status mbill__watch_plan(mbill_store *store, mbill__watch **out, mbill_error *err)
{
    static const char SELECT_HEAD[] =
        "SELECT (SELECT coalesce(max(config_no), 0) FROM mbill_alarm_config),"
        " (SELECT coalesce(max(config_no), 0) FROM mbill_alarm_config JOIN mbill_alarm_default USING(name)),"
        " (SELECT coalesce(max(tick_utc_s), -9223372036854775807 - 1) FROM mbill_alarm_head),"
        " CASE WHEN EXISTS(SELECT 1 FROM mbill_alarm_choice) THEN 1 ELSE 0 END,"
        " CASE WHEN EXISTS(SELECT 1 FROM mbill_alarm_amount) THEN 1 ELSE 0 END";
    mbill__query *query;
    bool row;
    if (store->watch == NULL) store->watch = mbill__alloc(mbill__db_allocator(store->db), sizeof *store->watch);
    mbill__watch *watch = store->watch;
    if (watch == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for alarms could not be allocated");
    MBILL_TRY(mbill__query_start(store->db, SELECT_HEAD, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return mbill__fail(err, MBILL_E_INTERNAL, "the head of the alarms gave no row");
    int64_t newest_no = mbill__column_whole(query, 0);
    watch->default_no = mbill__column_whole(query, 1);
    watch->tick_utc_s = mbill__column_whole(query, 2);
    watch->any_choice = mbill__column_whole(query, 3) != 0;
    watch->any_amount = mbill__column_whole(query, 4) != 0;
    mbill__query_end(query);
    if (newest_no != watch->known_no) MBILL_TRY(read_configs(store, watch, newest_no, err));
    *out = watch;
    return MBILL_OK;
}

/* ---- asking ---- */

mbill_status mbill__watch_config_of(mbill_store *store, mbill__watch *watch, int64_t account_no, mbill__watch_config **out,
    mbill_error *err)
{
    static const char SELECT_CHOSEN[] =
        "SELECT (SELECT coalesce(max(config_no), 0) FROM mbill_alarm_config c WHERE c.name = h.name)"
        " FROM mbill_alarm_choice h WHERE account_no = ?1";
    const mbill__given_value given[] = {MBILL__WHOLE(account_no)};
    int64_t config_no = watch->default_no, chosen_no;
    bool found = false;
    *out = NULL;
    if (watch->any_choice) MBILL_TRY(mbill__sql_whole(store, SELECT_CHOSEN, given, 1, &found, &chosen_no, err));
    if (found) config_no = chosen_no;
    for (size_t i = 0; i < watch->n_configs; i++)
        if (watch->configs[i].config_no == config_no) *out = &watch->configs[i];
    return MBILL_OK;
}

mbill_status mbill__watch_amounts(mbill_store *store, const mbill__watch *watch, int64_t account_no, int64_t *out, size_t *out_n,
    mbill_error *err)
{
    static const char SELECT_AMOUNTS[] =
        "SELECT amount_micro FROM mbill_alarm_amount WHERE account_no = ?1 ORDER BY level LIMIT 8";
    const mbill__given_value given[] = {MBILL__WHOLE(account_no)};
    mbill__query *query;
    bool row;
    *out_n = 0;
    if (!watch->any_amount) return MBILL_OK;
    MBILL_TRY(mbill__sql_ask(store, SELECT_AMOUNTS, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        out[(*out_n)++] = mbill__column_whole(query, 0);
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* States, each the only blob of its row. Changes when another state is kept. */
#include "store/command_state.h"

#include <string.h>

/* The row's blob; n 0: there is none. */
static mbill_status read_state(mbill__query *query, uint8_t out[MBILL_STATE_BYTES_MAX], mbill_bytes *out_bytes, mbill_error *err)
{
    const uint8_t *bytes = NULL;
    size_t len = 0;
    bool row;
    *out_bytes = (mbill_bytes){out, 0};
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    mbill_status status = mbill__column_bytes(query, 0, &bytes, &len, err);
    if (status == MBILL_OK && len <= MBILL_STATE_BYTES_MAX) memcpy(out, bytes, len);
    mbill__query_end(query);
    MBILL_TRY(status);
    if (len == 0 || len > MBILL_STATE_BYTES_MAX) return mbill__fail(err, MBILL_E_CORRUPT, "a state of %zu bytes", len);
    out_bytes->n = len;
    return MBILL_OK;
}

mbill_status mbill__numbers_load(mbill_store *store, const char *target, const uint8_t kid[8], mbill_replay *out,
    mbill_error *err)
{
    static const char SELECT[] = "SELECT state FROM mbill_command_number WHERE target = ?1 AND kid = ?2";
    uint8_t room[MBILL_STATE_BYTES_MAX];
    mbill_bytes bytes;
    mbill__query *query;
    *out = (mbill_replay){0};
    MBILL_TRY(mbill__query_start(store->db, SELECT, &query, err));
    mbill__bind_text(query, 1, target, strlen(target));
    mbill__bind_blob(query, 2, kid, MBILL_KID_BYTES);
    MBILL_TRY(read_state(query, room, &bytes, err));
    return bytes.n == 0 ? MBILL_OK : mbill_replay_decode(bytes, out, err);
}

mbill_status mbill__numbers_save(mbill_store *store, const char *target, const uint8_t kid[8], const mbill_replay *state,
    mbill_error *err)
{
    static const char PUT[] = "INSERT INTO mbill_command_number(target, kid, state) VALUES(?1, ?2, ?3)"
                              " ON CONFLICT(target, kid) DO UPDATE SET state = excluded.state";
    uint8_t bytes[MBILL_STATE_BYTES_MAX];
    mbill__query *query;
    size_t n;
    MBILL_TRY(mbill_replay_encode(state, bytes, sizeof bytes, &n, err));
    MBILL_TRY(mbill__query_start(store->db, PUT, &query, err));
    mbill__bind_text(query, 1, target, strlen(target));
    mbill__bind_blob(query, 2, kid, MBILL_KID_BYTES);
    mbill__bind_blob(query, 3, bytes, n);
    return mbill__query_run(query, NULL, err);
}

mbill_status mbill__purchases_load(mbill_store *store, const char *target, mbill_purchases *out, mbill_error *err)
{
    static const char SELECT[] = "SELECT state FROM mbill_command_purchase WHERE target = ?1";
    uint8_t room[MBILL_STATE_BYTES_MAX];
    mbill_bytes bytes;
    mbill__query *query;
    *out = (mbill_purchases){0};
    MBILL_TRY(mbill__query_start(store->db, SELECT, &query, err));
    mbill__bind_text(query, 1, target, strlen(target));
    MBILL_TRY(read_state(query, room, &bytes, err));
    return bytes.n == 0 ? MBILL_OK : mbill_purchases_decode(bytes, out, err);
}

mbill_status mbill__purchases_save(mbill_store *store, const char *target, const mbill_purchases *state, mbill_error *err)
{
    static const char PUT[] = "INSERT INTO mbill_command_purchase(target, state) VALUES(?1, ?2)"
                              " ON CONFLICT(target) DO UPDATE SET state = excluded.state";
    uint8_t bytes[MBILL_STATE_BYTES_MAX];
    mbill__query *query;
    size_t n;
    MBILL_TRY(mbill_purchases_encode(state, bytes, sizeof bytes, &n, err));
    MBILL_TRY(mbill__query_start(store->db, PUT, &query, err));
    mbill__bind_text(query, 1, target, strlen(target));
    mbill__bind_blob(query, 2, bytes, n);
    return mbill__query_run(query, NULL, err);
}

mbill_status mbill__quota_count(mbill_store *store, const mbill_key *key, const mbill_command *command, int64_t now_s,
    mbill_error *err)
{
    static const char SELECT[] = "SELECT state FROM mbill_command_quota WHERE kid = ?1";
    static const char PUT[] = "INSERT INTO mbill_command_quota(kid, state) VALUES(?1, ?2)"
                              " ON CONFLICT(kid) DO UPDATE SET state = excluded.state";
    uint8_t room[MBILL_STATE_BYTES_MAX];
    mbill_quota quota = {0};
    mbill_bytes bytes;
    mbill__query *query;
    size_t n;
    MBILL_TRY(mbill__query_start(store->db, SELECT, &query, err));
    mbill__bind_blob(query, 1, key->kid, MBILL_KID_BYTES);
    MBILL_TRY(read_state(query, room, &bytes, err));
    if (bytes.n > 0) MBILL_TRY(mbill_quota_decode(bytes, &quota, err));
    MBILL_TRY(mbill_quota_admit(key, command, now_s, &quota, &quota, err));
    MBILL_TRY(mbill_quota_encode(&quota, room, sizeof room, &n, err));
    MBILL_TRY(mbill__query_start(store->db, PUT, &query, err));
    mbill__bind_blob(query, 1, key->kid, MBILL_KID_BYTES);
    mbill__bind_blob(query, 2, room, n);
    return mbill__query_run(query, NULL, err);
}

mbill_status mbill__pace_load(mbill_store *store, mbill_pace *out, mbill_error *err)
{
    static const char SELECT[] = "SELECT state FROM mbill_command_pace WHERE pace_no = 1";
    uint8_t room[MBILL_STATE_BYTES_MAX];
    mbill_bytes bytes;
    mbill__query *query;
    *out = (mbill_pace){0};
    MBILL_TRY(mbill__query_start(store->db, SELECT, &query, err));
    MBILL_TRY(read_state(query, room, &bytes, err));
    return bytes.n == 0 ? MBILL_OK : mbill_pace_decode(bytes, out, err);
}

mbill_status mbill__pace_save(mbill_store *store, const mbill_pace *state, mbill_error *err)
{
    static const char PUT[] = "INSERT INTO mbill_command_pace(pace_no, state) VALUES(1, ?1)"
                              " ON CONFLICT(pace_no) DO UPDATE SET state = excluded.state";
    uint8_t bytes[MBILL_STATE_BYTES_MAX];
    mbill__query *query;
    size_t n;
    MBILL_TRY(mbill_pace_encode(state, bytes, sizeof bytes, &n, err));
    MBILL_TRY(mbill__query_start(store->db, PUT, &query, err));
    mbill__bind_blob(query, 1, bytes, n);
    return mbill__query_run(query, NULL, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* How a command is taken: numbers, quota, the command, what it supersedes and its money in one transaction. Changes when taking one has another effect. */
#include "meterbill/outbox.h"

#include "store/inner.h"
#include "store/journal.h"
#include "store/money.h"

#include <string.h>

typedef struct taking {
    mbill_store *store;
    const mbill_key *key;
    const mbill_command *command;
    mbill_bytes message;
    uint8_t hash[MBILL_HASH_BYTES];
    const char *account;
    int64_t now_s;
    int32_t verdict;
} taking;

static void seq_bytes(uint64_t seq, uint8_t out[8])
{
    for (int i = 0; i < 8; i++) out[i] = (uint8_t)(seq >> (56 - 8 * i));
}

/* ---- states, each the only blob of its row ---- */

/* The row's blob; n 0: there is none. */
static mbill_status read_state(mbill__query *query, uint8_t *out, size_t room, size_t *out_n, mbill_error *err)
{
    const uint8_t *bytes = NULL;
    size_t len = 0;
    bool row;
    *out_n = 0;
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    mbill_status status = mbill__column_bytes(query, 0, &bytes, &len, err);
    if (status == MBILL_OK && len <= room) memcpy(out, bytes, len);
    mbill__query_end(query);
    MBILL_TRY(status);
    if (len == 0 || len > room) return mbill__fail(err, MBILL_E_CORRUPT, "a state of %zu bytes", len);
    *out_n = len;
    return MBILL_OK;
}

static mbill_status load_number(const taking *t, mbill_replay *out, mbill_error *err)
{
    static const char SELECT[] = "SELECT state FROM mbill_command_number WHERE target = ?1 AND kid = ?2";
    uint8_t bytes[MBILL_STATE_BYTES_MAX];
    mbill__query *query;
    size_t n;
    *out = (mbill_replay){0};
    MBILL_TRY(mbill__query_start(t->store->db, SELECT, &query, err));
    mbill__bind_text(query, 1, t->command->target, strlen(t->command->target));
    mbill__bind_blob(query, 2, t->command->kid, MBILL_KID_BYTES);
    MBILL_TRY(read_state(query, bytes, sizeof bytes, &n, err));
    return n == 0 ? MBILL_OK : mbill_replay_decode((mbill_bytes){bytes, n}, out, err);
}

static mbill_status save_number(const taking *t, const mbill_replay *state, mbill_error *err)
{
    static const char PUT[] = "INSERT INTO mbill_command_number(target, kid, state) VALUES(?1, ?2, ?3)"
                              " ON CONFLICT(target, kid) DO UPDATE SET state = excluded.state";
    uint8_t bytes[MBILL_STATE_BYTES_MAX];
    mbill__query *query;
    size_t n;
    MBILL_TRY(mbill_replay_encode(state, bytes, sizeof bytes, &n, err));
    MBILL_TRY(mbill__query_start(t->store->db, PUT, &query, err));
    mbill__bind_text(query, 1, t->command->target, strlen(t->command->target));
    mbill__bind_blob(query, 2, t->command->kid, MBILL_KID_BYTES);
    mbill__bind_blob(query, 3, bytes, n);
    return mbill__query_run(query, NULL, err);
}

static mbill_status load_purchases(const taking *t, mbill_purchases *out, mbill_error *err)
{
    static const char SELECT[] = "SELECT state FROM mbill_command_purchase WHERE target = ?1";
    uint8_t bytes[MBILL_STATE_BYTES_MAX];
    mbill__query *query;
    size_t n;
    *out = (mbill_purchases){0};
    MBILL_TRY(mbill__query_start(t->store->db, SELECT, &query, err));
    mbill__bind_text(query, 1, t->command->target, strlen(t->command->target));
    MBILL_TRY(read_state(query, bytes, sizeof bytes, &n, err));
    return n == 0 ? MBILL_OK : mbill_purchases_decode((mbill_bytes){bytes, n}, out, err);
}

static mbill_status save_purchases(const taking *t, const mbill_purchases *state, mbill_error *err)
{
    static const char PUT[] = "INSERT INTO mbill_command_purchase(target, state) VALUES(?1, ?2)"
                              " ON CONFLICT(target) DO UPDATE SET state = excluded.state";
    uint8_t bytes[MBILL_STATE_BYTES_MAX];
    mbill__query *query;
    size_t n;
    MBILL_TRY(mbill_purchases_encode(state, bytes, sizeof bytes, &n, err));
    MBILL_TRY(mbill__query_start(t->store->db, PUT, &query, err));
    mbill__bind_text(query, 1, t->command->target, strlen(t->command->target));
    mbill__bind_blob(query, 2, bytes, n);
    return mbill__query_run(query, NULL, err);
}

static mbill_status count_quota(const taking *t, mbill_error *err)
{
    static const char SELECT[] = "SELECT state FROM mbill_command_quota WHERE kid = ?1";
    static const char PUT[] = "INSERT INTO mbill_command_quota(kid, state) VALUES(?1, ?2)"
                              " ON CONFLICT(kid) DO UPDATE SET state = excluded.state";
    uint8_t bytes[MBILL_STATE_BYTES_MAX];
    mbill_quota quota = {0};
    mbill__query *query;
    size_t n;
    MBILL_TRY(mbill__query_start(t->store->db, SELECT, &query, err));
    mbill__bind_blob(query, 1, t->command->kid, MBILL_KID_BYTES);
    MBILL_TRY(read_state(query, bytes, sizeof bytes, &n, err));
    if (n > 0) MBILL_TRY(mbill_quota_decode((mbill_bytes){bytes, n}, &quota, err));
    MBILL_TRY(mbill_quota_admit(t->key, t->command, t->now_s, &quota, &quota, err));
    MBILL_TRY(mbill_quota_encode(&quota, bytes, sizeof bytes, &n, err));
    MBILL_TRY(mbill__query_start(t->store->db, PUT, &query, err));
    mbill__bind_blob(query, 1, t->command->kid, MBILL_KID_BYTES);
    mbill__bind_blob(query, 2, bytes, n);
    return mbill__query_run(query, NULL, err);
}

/* ---- rows of commands ---- */

static mbill_status known_hash(const taking *t, uint8_t out[MBILL_HASH_BYTES], bool *out_known, mbill_error *err)
{
    static const char SELECT[] = "SELECT hash FROM mbill_command WHERE id = ?1";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(t->store->db, SELECT, &query, err));
    mbill__bind_blob(query, 1, t->command->id.bytes, sizeof t->command->id.bytes);
    MBILL_TRY(mbill__query_step(query, out_known, err));
    if (!*out_known) return MBILL_OK;
    mbill_status status = mbill__column_blob(query, 0, out, MBILL_HASH_BYTES, err);
    mbill__query_end(query);
    return status;
}

static bool moves_supply(int32_t kind)
{
    return kind == MBILL_COMMAND_TRIP || kind == MBILL_COMMAND_PERMIT_CLOSE || kind == MBILL_COMMAND_DIRECT_CLOSE ||
        kind == MBILL_COMMAND_VALVE_OPEN || kind == MBILL_COMMAND_VALVE_CLOSE;
}

/* What waits for this target and is overtaken: by a newer command that moves supply, or because it is cancelled. */
static mbill_status supersede(const taking *t, mbill_error *err)
{
    static const char OVERTAKEN[] =
        "UPDATE mbill_command SET state = 8, changed_utc_s = ?2 WHERE state = 2 AND target = ?1 AND kind IN (1, 2, 3, 12, 13)";
    static const char CANCELLED[] =
        "UPDATE mbill_command SET state = 8, changed_utc_s = ?2 WHERE state = 2 AND target = ?1 AND kind <> 15"
        " AND kid = ?3 AND seq BETWEEN ?4 AND ?5";
    uint8_t first[8], last[8];
    mbill__query *query;
    bool is_cancel = t->command->kind == MBILL_COMMAND_CANCEL;
    if (!is_cancel && !moves_supply(t->command->kind)) return MBILL_OK;
    MBILL_TRY(mbill__query_start(t->store->db, is_cancel ? CANCELLED : OVERTAKEN, &query, err));
    mbill__bind_text(query, 1, t->command->target, strlen(t->command->target));
    mbill__bind_whole(query, 2, t->now_s);
    if (is_cancel) {
        seq_bytes(t->command->first_seq, first);
        seq_bytes(t->command->last_seq, last);
        mbill__bind_blob(query, 3, t->command->kid, MBILL_KID_BYTES);
        mbill__bind_blob(query, 4, first, sizeof first);
        mbill__bind_blob(query, 5, last, sizeof last);
    }
    return mbill__query_run(query, NULL, err);
}

static mbill_status insert_row(const taking *t, mbill_error *err)
{
    static const char INSERT[] =
        "INSERT INTO mbill_command(id, hash, message, target, kid, seq, kind, nbf_utc_s, exp_utc_s, state, taken_utc_s,"
        " changed_utc_s) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 2, ?10, ?10)";
    const mbill_command *c = t->command;
    uint8_t seq[8];
    mbill__query *query;
    seq_bytes(c->seq, seq);
    MBILL_TRY(mbill__query_start(t->store->db, INSERT, &query, err));
    mbill__bind_blob(query, 1, c->id.bytes, sizeof c->id.bytes);
    mbill__bind_blob(query, 2, t->hash, sizeof t->hash);
    mbill__bind_blob(query, 3, t->message.p, t->message.n);
    mbill__bind_text(query, 4, c->target, strlen(c->target));
    mbill__bind_blob(query, 5, c->kid, sizeof c->kid);
    mbill__bind_blob(query, 6, seq, sizeof seq);
    mbill__bind_whole(query, 7, c->kind);
    mbill__bind_whole(query, 8, (c->has & MBILL_COMMAND_HAS_NBF) != 0 ? c->nbf_s : 0);
    mbill__bind_whole(query, 9, c->exp_s);
    mbill__bind_whole(query, 10, t->now_s);
    return mbill__query_run(query, NULL, err);
}

static mbill_status book(const taking *t, mbill_error *err)
{
    int64_t account_no;
    if (t->command->kind != MBILL_COMMAND_TOP_UP) return MBILL_OK;
    MBILL_TRY(mbill__store_account(t->store, t->account, strlen(t->account), &account_no, err));
    mbill_status status = mbill__money_top_up(t->store, account_no, &t->command->id, t->command->amount_micro, t->now_s, t->now_s,
        err);
    return status == MBILL_E_EXISTS ? MBILL_OK : status; /* the payment was booked when it was made */
}

/* ---- the whole ---- */

static mbill_status admit(taking *t, mbill_error *err)
{
    uint8_t known[MBILL_HASH_BYTES];
    bool is_known = false;
    mbill_replay number;
    mbill_purchases purchases;
    MBILL_TRY(known_hash(t, known, &is_known, err));
    MBILL_TRY(load_number(t, &number, err));
    MBILL_TRY(load_purchases(t, &purchases, err));
    MBILL_TRY(mbill_replay_admit(t->command, t->hash, is_known ? known : NULL, &number, &purchases, &number, &purchases,
        &t->verdict, err));
    if (t->verdict == MBILL_ADMIT_REPEAT) return MBILL_OK;
    MBILL_TRY(count_quota(t, err));
    MBILL_TRY(save_number(t, &number, err));
    if (t->command->kind == MBILL_COMMAND_TOP_UP) MBILL_TRY(save_purchases(t, &purchases, err));
    MBILL_TRY(supersede(t, err));
    MBILL_TRY(insert_row(t, err));
    return book(t, err);
}

static mbill_status admit_with_money(taking *t, mbill_error *err)
{
    mbill_journal *ledger;
    int64_t first;
    MBILL_TRY(mbill_store_journal(t->store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
    return mbill__journal_finish(ledger, first, admit(t, err), err);
}

static mbill_status check_effect(const mbill_command *c, const char *account, mbill_error *err)
{
    if (c->group_count > 0) return mbill__fail(err, MBILL_E_GROUP, "the command is for %s, expected one meter", c->target);
    if (c->kind == MBILL_COMMAND_REFUND) return mbill__fail(err, MBILL_E_INVALID, "a refund, expected one of the ledger's own");
    if (c->kind == MBILL_COMMAND_TOP_UP) MBILL__NEED(account);
    if (c->kind != MBILL_COMMAND_TOP_UP && account != NULL)
        return mbill__fail(err, MBILL_E_MISUSE, "account is \"%s\", expected none for %s", account, mbill_command_name(c->kind));
    return MBILL_OK;
}

mbill_status mbill_store_command_take(mbill_store *store, const mbill_keyset *keyset, mbill_bytes realm, int64_t now_s,
    const mbill_command_policy *policy, mbill_bytes message, const char *account, mbill_command *out_command,
    int32_t *out_verdict, mbill_error *err)
{
    mbill_command got;
    MBILL__NEED(store);
    MBILL__NEED(out_command);
    MBILL__NEED(out_verdict);
    MBILL_TRY(mbill_command_open(keyset, realm, now_s, policy, message, &got, err));
    MBILL_TRY(check_effect(&got, account, err));
    taking t = {.store = store,
        .key = mbill_keyset_key(keyset, got.kid),
        .command = &got,
        .message = message,
        .account = account,
        .now_s = now_s};
    mbill_command_hash(message, t.hash);
    if (got.kind == MBILL_COMMAND_TOP_UP) {
        MBILL_TRY(admit_with_money(&t, err));
    } else {
        MBILL_TRY(mbill__db_begin(store->db, err));
        MBILL_TRY(mbill__db_finish(store->db, admit(&t, err), err));
    }
    *out_command = got;
    *out_verdict = t.verdict;
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* How a command is taken: numbers, quota, the command at each of its meters, what it supersedes and its money in one transaction. Changes when taking one has
 * another effect. */
#include "meterbill/outbox.h"

#include "store/bind.h"
#include "store/command_row.h"
#include "store/command_scene.h"
#include "store/command_state.h"
#include "store/journal.h"
#include "store/money.h"

#include <string.h>

typedef struct taking {
    mbill_store *store;
    const mbill_keyset *keyset;
    const mbill_command *command;
    mbill_bytes message;
    uint8_t hash[MBILL_HASH_BYTES];
    mbill_store_taking options;
    int64_t now_s, account_no, command_no;
    int32_t verdict;
} taking;

static bool is_money(const mbill_command *c)
{
    return c->kind == MBILL_COMMAND_TOP_UP || c->kind == MBILL_COMMAND_REFUND;
}

static bool is_to_group(const taking *t)
{
    return t->command->group_count > 0;
}

static bool keeps_power(int32_t kind)
{
    return kind == MBILL_COMMAND_KEEP_ON || kind == MBILL_COMMAND_KEEP_OFF;
}

static bool moves_supply(int32_t kind)
{
    return mbill__takes_supply(kind) || kind == MBILL_COMMAND_PERMIT_CLOSE || kind == MBILL_COMMAND_DIRECT_CLOSE ||
        kind == MBILL_COMMAND_VALVE_OPEN;
}

static void seq_bytes(uint64_t seq, uint8_t out[8])
{
    for (int i = 0; i < 8; i++) out[i] = (uint8_t)(seq >> (56 - 8 * i));
}

/* ---- the message, once ---- */

/* out: the hash of what is there under this id. */
static mbill_status find_known(taking *t, uint8_t out[MBILL_HASH_BYTES], bool *out_known, mbill_error *err)
{
    static const char SELECT[] = "SELECT hash, command_no FROM mbill_command WHERE id = ?1";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(t->store->db, SELECT, &query, err));
    mbill__bind_blob(query, 1, t->command->id.bytes, sizeof t->command->id.bytes);
    MBILL_TRY(mbill__query_step(query, out_known, err));
    if (!*out_known) return MBILL_OK;
    mbill_status status = mbill__column_blob(query, 0, out, MBILL_HASH_BYTES, err);
    t->command_no = mbill__column_whole(query, 1);
    mbill__query_end(query);
    return status;
}

static mbill_status insert_message(taking *t, mbill_error *err)
{
    static const char INSERT[] = "INSERT INTO mbill_command(command_no, id, hash, message, audience, kid, seq, kind, nbf_utc_s, "
                                 "exp_utc_s, on_balance, account_no,"
                                 " taken_utc_s) VALUES(" MBILL__NEXT("command_no",
                                     "mbill_command") ", ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
                                                      " nullif(CAST(?11 AS BIGINT), 0), ?12) RETURNING command_no";
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
    mbill__bind_whole(query, 10, (c->has & MBILL_COMMAND_HAS_BELOW) != 0);
    mbill__bind_whole(query, 11, t->account_no);
    mbill__bind_whole(query, 12, t->now_s);
    return mbill__query_number(query, &t->command_no, err);
}

/* Against the quota of each key that has signed it. */
static mbill_status count_signers(const taking *t, mbill_error *err)
{
    for (size_t i = 0; i < t->command->n_signers; i++) {
        uint8_t kid[MBILL_KID_BYTES];
        MBILL_TRY(mbill_command_signer(t->message, i, kid, err));
        MBILL_TRY(mbill__quota_count(t->store, mbill_keyset_key(t->keyset, kid), t->command, t->now_s, err));
    }
    return MBILL_OK;
}

/* Numbers and purchases of whom the command names; t->verdict says whether it is new. */
static mbill_status admit_message(taking *t, mbill_error *err)
{
    const mbill_command *c = t->command;
    uint8_t known[MBILL_HASH_BYTES];
    bool is_known = false;
    mbill_replay number;
    mbill_purchases purchases;
    MBILL_TRY(find_known(t, known, &is_known, err));
    MBILL_TRY(mbill__numbers_load(t->store, c->target, c->kid, &number, err));
    MBILL_TRY(mbill__purchases_load(t->store, c->target, &purchases, err));
    MBILL_TRY(
        mbill_replay_admit(c, t->hash, is_known ? known : NULL, &number, &purchases, &number, &purchases, &t->verdict, err));
    if (t->verdict == MBILL_ADMIT_REPEAT) return MBILL_OK;
    MBILL_TRY(count_signers(t, err));
    MBILL_TRY(mbill__numbers_save(t->store, c->target, c->kid, &number, err));
    if (is_money(c)) MBILL_TRY(mbill__purchases_save(t->store, c->target, &purchases, err));
    return insert_message(t, err);
}

/* ---- at each of its meters ---- */

/* A meter of a group has its own number of the group's key. *out_cause: why the meter is left out. */
static mbill_status admit_at_meter(const taking *t, const char *target, mbill_status *out_refusal, mbill_error *out_cause,
    mbill_error *err)
{
    const mbill_command *c = t->command;
    mbill_replay number;
    int32_t verdict;
    *out_refusal = MBILL_OK;
    if (!is_to_group(t)) return MBILL_OK;
    MBILL_TRY(mbill__numbers_load(t->store, target, c->kid, &number, err));
    *out_refusal = mbill_replay_admit(c, t->hash, NULL, &number, NULL, &number, NULL, &verdict, out_cause);
    if (*out_refusal == MBILL_E_REPLAY) return MBILL_OK;
    if (*out_refusal != MBILL_OK) return mbill__fail(err, *out_refusal, "%s", out_cause->message);
    return mbill__numbers_save(t->store, target, c->kid, &number, err);
}

/* What speaks against it already now; what is not known yet is looked at when it is handed out, as everything is then once more. */
static mbill_status check_scene(const taking *t, const char *target, mbill_status *out_refusal, mbill_error *out_cause,
    mbill_error *err)
{
    const mbill__command_scene scene = {.store = t->store, .knows_money = true, .now_s = t->now_s};
    mbill_command now = *t->command;
    mbill_situation situation;
    MBILL_TRY(mbill__scene_look(&scene, &now, target, t->account_no, &situation, err));
    bool is_later = (now.has & MBILL_COMMAND_HAS_NBF) != 0 && now.nbf_s > t->now_s;
    now.notes |= MBILL_COMMAND_TIME_UNCHECKED;
    now.has &= ~MBILL_COMMAND_HAS_STATUS;
    if (is_later || (situation.has & MBILL_SITUATION_BALANCE) == 0) now.has &= ~MBILL_COMMAND_HAS_BELOW;
    *out_refusal = mbill_command_may_run(&now, t->now_s, &situation, out_cause);
    return MBILL_OK;
}

/* What waits for this target and is overtaken: by a newer command that moves supply, or because it is cancelled. */
static mbill_status supersede(const taking *t, const char *target, mbill_error *err)
{
    static const char OVERTAKEN[] =
        "UPDATE mbill_command_target SET state = 8, changed_utc_s = ?2 WHERE state = 2 AND target = ?1"
        " AND EXISTS(SELECT 1 FROM mbill_command c WHERE c.command_no = mbill_command_target.command_no"
        " AND kind IN (1, 2, 3, 12, 13))";
    static const char CANCELLED[] =
        "UPDATE mbill_command_target SET state = 8, changed_utc_s = ?2 WHERE state = 2 AND target = ?1"
        " AND EXISTS(SELECT 1 FROM mbill_command c WHERE c.command_no = mbill_command_target.command_no"
        " AND kid = ?3 AND seq BETWEEN ?4 AND ?5)";
    const mbill_command *c = t->command;
    uint8_t first[8], last[8];
    mbill__query *query;
    bool is_cancel = c->kind == MBILL_COMMAND_CANCEL;
    if (!is_cancel && !moves_supply(c->kind)) return MBILL_OK;
    MBILL_TRY(mbill__query_start(t->store->db, is_cancel ? CANCELLED : OVERTAKEN, &query, err));
    mbill__bind_text(query, 1, target, strlen(target));
    mbill__bind_whole(query, 2, t->now_s);
    if (is_cancel) {
        seq_bytes(c->first_seq, first);
        seq_bytes(c->last_seq, last);
        mbill__bind_blob(query, 3, c->kid, MBILL_KID_BYTES);
        mbill__bind_blob(query, 4, first, sizeof first);
        mbill__bind_blob(query, 5, last, sizeof last);
    }
    return mbill__query_run(query, NULL, err);
}

/* A cancel has done its work when it is taken. */
static int32_t state_of(const taking *t, mbill_status refusal)
{
    if (refusal != MBILL_OK) return MBILL_RECEIPT_REFUSED;
    return t->command->kind == MBILL_COMMAND_CANCEL ? MBILL_RECEIPT_CONFIRMED : MBILL_RECEIPT_VERIFIED;
}

static mbill_status insert_target(const taking *t, const char *target, mbill_status refusal, const char *why, mbill_error *err)
{
    static const char INSERT[] =
        "INSERT INTO mbill_command_target(errand_no, command_no, target, state, reason, why, changed_utc_s)"
        " VALUES(" MBILL__NEXT("errand_no", "mbill_command_target") ", ?1, ?2, ?3, ?4, ?5, ?6)";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(t->store->db, INSERT, &query, err));
    mbill__bind_whole(query, 1, t->command_no);
    mbill__bind_text(query, 2, target, strlen(target));
    mbill__bind_whole(query, 3, state_of(t, refusal));
    mbill__bind_whole(query, 4, (int32_t)refusal);
    mbill__bind_text(query, 5, why, strlen(why));
    mbill__bind_whole(query, 6, t->now_s);
    return mbill__query_run(query, NULL, err);
}

/* From when on power is kept, or not kept any longer. */
static mbill_status list_power(const taking *t, const char *target, mbill_error *err)
{
    static const char INSERT[] = "INSERT INTO mbill_command_keep(target, from_utc_s, command_no, kept) VALUES(?1, ?2, ?3, ?4)";
    const mbill_command *c = t->command;
    bool is_later = (c->has & MBILL_COMMAND_HAS_NBF) != 0 && c->nbf_s > t->now_s;
    mbill__query *query;
    if (!keeps_power(c->kind)) return MBILL_OK;
    MBILL_TRY(mbill__query_start(t->store->db, INSERT, &query, err));
    mbill__bind_text(query, 1, target, strlen(target));
    mbill__bind_whole(query, 2, is_later ? c->nbf_s : t->now_s);
    mbill__bind_whole(query, 3, t->command_no);
    mbill__bind_whole(query, 4, c->kind == MBILL_COMMAND_KEEP_ON);
    return mbill__query_run(query, NULL, err);
}

/* One meter of a group is left out by name; a command to one meter is refused as a whole. */
static mbill_status take_at_meter(const taking *t, const char *target, mbill_error *err)
{
    mbill_error cause;
    mbill_status refusal;
    mbill_error_init(&cause);
    MBILL_TRY(admit_at_meter(t, target, &refusal, &cause, err));
    if (refusal == MBILL_OK) MBILL_TRY(check_scene(t, target, &refusal, &cause, err));
    if (refusal != MBILL_OK && !is_to_group(t)) return mbill__fail(err, refusal, "%s", cause.message);
    if (refusal == MBILL_OK) MBILL_TRY(supersede(t, target, err));
    MBILL_TRY(insert_target(t, target, refusal, refusal != MBILL_OK ? cause.message : "", err));
    return refusal == MBILL_OK ? list_power(t, target, err) : MBILL_OK;
}

/* ---- the whole ---- */

static mbill_status book(const taking *t, mbill_error *err)
{
    const mbill_command *c = t->command;
    mbill_status status = MBILL_OK;
    if (c->kind == MBILL_COMMAND_TOP_UP)
        status = mbill__money_top_up(t->store, t->account_no, &c->id, c->amount_micro, t->now_s, t->now_s, err);
    if (c->kind == MBILL_COMMAND_REFUND)
        status = mbill__money_refund(t->store, t->account_no, &c->id, c->amount_micro, t->now_s, t->now_s, err);
    return status == MBILL_E_EXISTS ? MBILL_OK : status; /* it was booked when the money changed hands */
}

static mbill_status admit(taking *t, mbill_error *err)
{
    const char *account = t->options.account;
    if (account != NULL) MBILL_TRY(mbill__store_account(t->store, account, strlen(account), &t->account_no, err));
    MBILL_TRY(admit_message(t, err));
    if (t->verdict == MBILL_ADMIT_REPEAT) return MBILL_OK;
    if (!is_to_group(t)) MBILL_TRY(take_at_meter(t, t->command->target, err));
    for (size_t i = 0; is_to_group(t) && i < t->options.n_targets; i++) MBILL_TRY(take_at_meter(t, t->options.targets[i], err));
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

static mbill_status check_group(const mbill_command *c, const mbill_store_taking *options, mbill_error *err)
{
    if (c->group_count == 0 && options->n_targets > 0)
        return mbill__fail(err, MBILL_E_MISUSE, "%zu targets of a group, expected none for %s", options->n_targets, c->target);
    if (c->group_count == 0) return MBILL_OK;
    if (is_money(c))
        return mbill__fail(err, MBILL_E_GROUP, "%s for %s, expected one meter, whose purchases count",
            mbill_command_name(c->kind), c->target);
    if (options->n_targets == 0)
        return mbill__fail(err, MBILL_E_GROUP, "the command is for %s, expected the list of its %llu meters", c->target,
            (unsigned long long)c->group_count);
    return mbill_targets_check(c, options->targets, options->n_targets, err);
}

static mbill_status check_account(const mbill_command *c, const mbill_store_taking *options, mbill_error *err)
{
    bool may = is_money(c) || (c->group_count == 0 && (c->has & MBILL_COMMAND_HAS_BELOW) != 0);
    if (is_money(c) && options->account == NULL)
        return mbill__fail(err, MBILL_E_MISUSE, "account is NULL, expected whose money it is");
    if (options->account == NULL || may) return MBILL_OK;
    return mbill__fail(err, MBILL_E_MISUSE, "account is \"%s\", expected none for %s", options->account,
        mbill_command_name(c->kind));
}

static mbill_status read_options(const mbill_store_taking *given, mbill_store_taking *out, mbill_error *err)
{
    *out = (mbill_store_taking)MBILL_STORE_TAKING_INIT;
    if (given == NULL) return MBILL_OK;
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof *out, given, err));
    if (out->reserved != 0) return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "reserved is %u", (unsigned)out->reserved);
    if (out->targets == NULL && out->n_targets > 0) return mbill__fail(err, MBILL_E_MISUSE, "targets is NULL");
    return MBILL_OK;
}

static mbill_status tell(const taking *t, mbill_error *err)
{
    static const char SELECT[] = MBILL__COMMAND_SELECT "WHERE t.command_no = ?1 ORDER BY t.errand_no";
    mbill__query *query;
    if (t->options.each == NULL) return MBILL_OK;
    MBILL_TRY(mbill__query_start(t->store->db, SELECT, &query, err));
    mbill__bind_whole(query, 1, t->command_no);
    return mbill__command_rows_tell(query, t->options.each, t->options.ctx, err);
}

mbill_status mbill_store_command_take(mbill_store *store, const mbill_keyset *keyset, mbill_bytes realm, int64_t now_s,
    const mbill_store_taking *options, mbill_bytes message, mbill_command *out_command, int32_t *out_verdict, mbill_error *err)
{
    mbill_command got;
    taking t = {.store = store, .keyset = keyset, .command = &got, .message = message, .now_s = now_s};
    MBILL__NEED(store);
    MBILL__NEED(out_command);
    MBILL__NEED(out_verdict);
    MBILL_TRY(read_options(options, &t.options, err));
    MBILL_TRY(mbill_command_open(keyset, realm, now_s, t.options.policy, message, &got, err));
    MBILL_TRY(check_group(&got, &t.options, err));
    MBILL_TRY(check_account(&got, &t.options, err));
    mbill_command_hash(message, t.hash);
    if (is_money(&got) || (got.has & MBILL_COMMAND_HAS_BELOW) != 0) {
        MBILL_TRY(admit_with_money(&t, err));
    } else {
        MBILL_TRY(mbill__db_begin(store->db, err));
        MBILL_TRY(mbill__db_finish(store->db, admit(&t, err), err));
    }
    *out_command = got;
    *out_verdict = t.verdict;
    return tell(&t, err);
}

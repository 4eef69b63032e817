/* SPDX-License-Identifier: Apache-2.0 */
/* What became of commands that were sent, and all of them as they stand. Changes when a command's life does. */
#include "meterbill/outbox.h"

#include "store/bind.h"
#include "store/command_row.h"

#include <string.h>

/* ---- lists ---- */

mbill_status mbill_store_command_list(mbill_store *store, int32_t state, mbill_store_command_each each, void *ctx,
    mbill_error *err)
{
    static const char SELECT[] = MBILL__COMMAND_SELECT "WHERE CAST(?1 AS BIGINT) IN (0, t.state) ORDER BY t.errand_no";
    mbill__query *query;
    MBILL__NEED(store);
    if (each == NULL) return mbill__fail(err, MBILL_E_MISUSE, "each is NULL");
    MBILL_TRY(mbill__query_start(store->db, SELECT, &query, err));
    mbill__bind_whole(query, 1, state);
    return mbill__command_rows_tell(query, each, ctx, err);
}

static mbill_status read_power(mbill__query *query, mbill_kept_power *out, mbill_error *err)
{
    size_t n;
    MBILL_TRY(mbill__column_text(query, 0, &out->target, &n, err));
    out->since_s = mbill__column_whole(query, 1);
    return mbill__column_blob(query, 2, out->id.bytes, sizeof out->id.bytes, err);
}

mbill_status mbill_store_kept_power(mbill_store *store, int64_t now_s, mbill_kept_power_each each, void *ctx, mbill_error *err)
{
    /* of each target the latest word by then, as mbill__is_power_kept() */
    static const char SELECT[] =
        "SELECT target, from_utc_s, id FROM (SELECT k.target, from_utc_s, command_no, kept, row_number() OVER"
        " (PARTITION BY k.target ORDER BY from_utc_s DESC, command_no DESC) AS nth FROM mbill_command_keep k"
        " JOIN mbill_command_target t USING(command_no, target) WHERE from_utc_s <= ?1 AND t.state <> 8 AND t.reason = 0) k"
        " JOIN mbill_command USING(command_no) WHERE nth = 1 AND kept = 1 ORDER BY target";
    mbill_kept_power power;
    mbill__query *query;
    bool more;
    MBILL__NEED(store);
    if (each == NULL) return mbill__fail(err, MBILL_E_MISUSE, "each is NULL");
    MBILL_TRY(mbill__query_start(store->db, SELECT, &query, err));
    mbill__bind_whole(query, 1, now_s);
    for (;;) {
        MBILL_TRY(mbill__query_step(query, &more, err));
        if (!more) return MBILL_OK;
        mbill_status status = read_power(query, &power, err);
        if (status != MBILL_OK) {
            mbill__query_end(query);
            return status;
        }
        each(ctx, &power);
    }
}

static mbill_status read_receipt(mbill__query *query, mbill_store_receipt *out, mbill_error *err)
{
    size_t n;
    *out = (mbill_store_receipt){.at_s = mbill__column_whole(query, 2), .state = (int32_t)mbill__column_whole(query, 3)};
    MBILL_TRY(mbill__column_blob(query, 0, out->id.bytes, sizeof out->id.bytes, err));
    MBILL_TRY(mbill__column_text(query, 1, &out->target, &n, err));
    return mbill__column_bytes(query, 4, &out->message.p, &out->message.n, err);
}

mbill_status mbill_store_receipts(mbill_store *store, mbill_store_receipt_each each, void *ctx, mbill_error *err)
{
    static const char SELECT[] =
        "SELECT c.id, t.target, r.at_utc_s, r.state, r.message FROM mbill_command_receipt r JOIN mbill_command_target t"
        " USING(errand_no) JOIN mbill_command c USING(command_no) WHERE r.message IS NOT NULL ORDER BY r.receipt_no";
    mbill_store_receipt receipt;
    mbill__query *query;
    bool more;
    MBILL__NEED(store);
    if (each == NULL) return mbill__fail(err, MBILL_E_MISUSE, "each is NULL");
    MBILL_TRY(mbill__query_start(store->db, SELECT, &query, err));
    for (;;) {
        MBILL_TRY(mbill__query_step(query, &more, err));
        if (!more) return MBILL_OK;
        mbill_status status = read_receipt(query, &receipt, err);
        if (status != MBILL_OK) {
            mbill__query_end(query);
            return status;
        }
        each(ctx, &receipt);
    }
}

/* ---- settle ---- */

/* From where it can come to this state. */
static bool may_come(int32_t from, int32_t to)
{
    if (from == MBILL_RECEIPT_SENT || from == MBILL_RECEIPT_UNKNOWN) return true;
    return from == MBILL_RECEIPT_ACCEPTED && to != MBILL_RECEIPT_ACCEPTED;
}

static mbill_status keep_receipt(mbill_store *store, int64_t errand_no, int32_t state, int64_t now_s, mbill_bytes receipt,
    mbill_error *err)
{
    static const char INSERT[] =
        "INSERT INTO mbill_command_receipt(receipt_no, errand_no, state, at_utc_s, message) VALUES(" MBILL__NEXT("receipt_no",
            "mbill_command_receipt") ", ?1, ?2, ?3, ?4)";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, INSERT, &query, err));
    mbill__bind_whole(query, 1, errand_no);
    mbill__bind_whole(query, 2, state);
    mbill__bind_whole(query, 3, now_s);
    if (receipt.n > 0) mbill__bind_blob(query, 4, receipt.p, receipt.n);
    else mbill__bind_text(query, 4, NULL, 0);
    return mbill__query_run(query, NULL, err);
}

/* A command at one of its meters, as a receipt must say it. */
typedef struct errand {
    int64_t no;
    int32_t state;
    bool is_of_group;
    uint8_t hash[MBILL_HASH_BYTES], seq[8];
    char target[MBILL_TARGET_ROOM];
} errand;

static mbill_status read_errand(mbill__query *query, errand *out, mbill_error *err)
{
    const char *target;
    size_t n;
    out->no = mbill__column_whole(query, 1);
    out->state = (int32_t)mbill__column_whole(query, 2);
    out->is_of_group = mbill__column_whole(query, 3) != 0;
    MBILL_TRY(mbill__column_blob(query, 4, out->hash, sizeof out->hash, err));
    MBILL_TRY(mbill__column_blob(query, 5, out->seq, sizeof out->seq, err));
    MBILL_TRY(mbill__column_text(query, 6, &target, &n, err));
    if (n >= sizeof out->target) return mbill__fail(err, MBILL_E_CORRUPT, "a target of %zu bytes", n);
    memcpy(out->target, target, n);
    out->target[n] = '\0';
    return MBILL_OK;
}

/* The only one of the command, or the one at that meter. */
static mbill_status find_errand(mbill_store *store, const mbill_id *id, const char *target, errand *out, mbill_error *err)
{
    static const char SELECT[] = "SELECT count(*) OVER (), errand_no, state, CASE WHEN audience <> target THEN 1 ELSE 0 END, "
                                 "hash, seq, target FROM mbill_command_target"
                                 " JOIN mbill_command USING(command_no) WHERE id = ?1 AND coalesce(?2, target) = target";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT, &query, err));
    mbill__bind_blob(query, 1, id->bytes, sizeof id->bytes);
    mbill__bind_text(query, 2, target, target != NULL ? strlen(target) : 0);
    MBILL_TRY(mbill__query_step(query, &row, err));
    int64_t n = row ? mbill__column_whole(query, 0) : 0;
    mbill_status status = n == 1 ? read_errand(query, out, err) : MBILL_OK;
    mbill__query_end(query);
    if (n == 0)
        return mbill__fail(err, MBILL_E_NOT_FOUND, "no command of that id%s%s is in the store", target != NULL ? " to " : "",
            target != NULL ? target : "");
    if (n == 1) return status;
    return mbill__fail(err, MBILL_E_GROUP, "the command went to %lld meters, expected one of them by name", (long long)n);
}

static mbill_status check_state(int32_t state, mbill_error *err)
{
    if (state == MBILL_RECEIPT_ACCEPTED || state == MBILL_RECEIPT_CONFIRMED || state == MBILL_RECEIPT_REFUSED ||
        state == MBILL_RECEIPT_UNKNOWN)
        return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "state %d, expected accepted, confirmed, refused or unknown", (int)state);
}

static mbill_status move_on(mbill_store *store, const errand *of, int32_t state, int64_t now_s, mbill_bytes receipt,
    mbill_error *err)
{
    if (of->state == state) return MBILL_OK;
    if (!may_come(of->state, state))
        return mbill__fail(err, MBILL_E_ORDER, "the command is %s, from where it cannot become %s",
            mbill_receipt_state_name(of->state), mbill_receipt_state_name(state));
    MBILL_TRY(mbill__command_mark(store, of->no, state, MBILL_OK, "", now_s, err));
    return keep_receipt(store, of->no, state, now_s, receipt, err);
}

static mbill_status settle(mbill_store *store, const mbill_id *id, const char *target, int32_t state, int64_t now_s,
    mbill_error *err)
{
    errand of = {0};
    MBILL_TRY(find_errand(store, id, target, &of, err));
    return move_on(store, &of, state, now_s, (mbill_bytes){NULL, 0}, err);
}

mbill_status mbill_store_command_settle(mbill_store *store, const mbill_id *id, const char *target, int32_t state, int64_t now_s,
    mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(id);
    MBILL_TRY(check_state(state, err));
    MBILL_TRY(mbill__db_begin(store->db, err));
    return mbill__db_finish(store->db, settle(store, id, target, state, now_s, err), err);
}

/* ---- settle by a proof ---- */

static bool is_number(const uint8_t bytes[8], uint64_t seq)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++) number = number << 8 | bytes[i];
    return number == seq;
}

/* Of these bytes and this meter: of a group's command all receipts name the same, and only the reply says whose it is. */
static mbill_status check_proof(const errand *of, const mbill_receipt *receipt, mbill_error *err)
{
    if (memcmp(of->hash, receipt->command_hash, sizeof of->hash) != 0)
        return mbill__fail(err, MBILL_E_CLAIMS, "the receipt is of other bytes than the command that is kept under its id");
    if (!is_number(of->seq, receipt->seq))
        return mbill__fail(err, MBILL_E_CLAIMS, "the receipt is of number %llu, which is not that of its command",
            (unsigned long long)receipt->seq);
    bool is_silence = receipt->state == MBILL_RECEIPT_UNKNOWN && receipt->n_reply == 0;
    return of->is_of_group && !is_silence ? mbill_receipt_is_from(receipt, of->target, err) : MBILL_OK;
}

static mbill_status prove(mbill_store *store, const mbill_receipt *receipt, const char *target, int64_t now_s,
    mbill_bytes message, mbill_error *err)
{
    errand of = {0};
    MBILL_TRY(find_errand(store, &receipt->id, target, &of, err));
    MBILL_TRY(check_proof(&of, receipt, err));
    return move_on(store, &of, receipt->state, now_s, message, err);
}

mbill_status mbill_store_command_prove(mbill_store *store, const uint8_t public_key[32], mbill_bytes realm, const char *target,
    int64_t now_s, mbill_bytes receipt, mbill_receipt *out_receipt, mbill_error *err)
{
    mbill_receipt got;
    MBILL__NEED(store);
    MBILL_TRY(mbill_receipt_open(public_key, realm, receipt, &got, err));
    MBILL_TRY(check_state(got.state, err));
    MBILL_TRY(mbill__db_begin(store->db, err));
    MBILL_TRY(mbill__db_finish(store->db, prove(store, &got, target, now_s, receipt, err), err));
    if (out_receipt != NULL) *out_receipt = got;
    return MBILL_OK;
}

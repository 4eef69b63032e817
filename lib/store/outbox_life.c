/* SPDX-License-Identifier: Apache-2.0 */
/* How a command that was taken goes on. Changes when a command's life does. */
#include "meterbill/outbox.h"

#include "store/inner.h"

#include <string.h>

#define COLUMNS "id, target, message, seq, nbf_utc_s, exp_utc_s, changed_utc_s, kind, state"

/* Rows as they are read, until the transaction is over. */
typedef struct kept {
    mbill_store_command command;
    char target[MBILL_TARGET_ROOM];
    uint8_t message[MBILL_COMMAND_BYTES_MAX];
} kept;

static mbill_status read_row(mbill__query *query, kept *out, mbill_error *err)
{
    const char *target;
    const uint8_t *message;
    uint8_t seq[8];
    size_t n_target, n_message;
    mbill_store_command *c = &out->command;
    MBILL_TRY(mbill__column_blob(query, 0, c->id.bytes, sizeof c->id.bytes, err));
    MBILL_TRY(mbill__column_text(query, 1, &target, &n_target, err));
    if (target == NULL || n_target >= sizeof out->target)
        return mbill__fail(err, MBILL_E_CORRUPT, "a target of %zu bytes", n_target);
    memcpy(out->target, target, n_target + 1);
    MBILL_TRY(mbill__column_bytes(query, 2, &message, &n_message, err));
    if (n_message > sizeof out->message) return mbill__fail(err, MBILL_E_CORRUPT, "a command of %zu bytes", n_message);
    memcpy(out->message, message, n_message);
    MBILL_TRY(mbill__column_blob(query, 3, seq, sizeof seq, err));
    c->seq = 0;
    for (size_t i = 0; i < sizeof seq; i++) c->seq = c->seq << 8 | seq[i];
    c->nbf_s = mbill__column_whole(query, 4);
    c->exp_s = mbill__column_whole(query, 5);
    c->changed_s = mbill__column_whole(query, 6);
    c->kind = (int32_t)mbill__column_whole(query, 7);
    c->state = (int32_t)mbill__column_whole(query, 8);
    c->target = out->target;
    c->message = (mbill_bytes){out->message, n_message};
    return MBILL_OK;
}

/* ---- list ---- */

mbill_status mbill_store_command_list(mbill_store *store, int32_t state, mbill_store_command_each each, void *ctx,
    mbill_error *err)
{
    static const char SELECT[] = "SELECT " COLUMNS " FROM mbill_command WHERE ?1 IN (0, state) ORDER BY command_no";
    mbill__query *query;
    kept row;
    bool more;
    MBILL__NEED(store);
    if (each == NULL) return mbill__fail(err, MBILL_E_MISUSE, "each is NULL");
    MBILL_TRY(mbill__query_start(store->db, SELECT, &query, err));
    mbill__bind_whole(query, 1, state);
    for (;;) {
        MBILL_TRY(mbill__query_step(query, &more, err));
        if (!more) return MBILL_OK;
        mbill_status status = read_row(query, &row, err);
        if (status != MBILL_OK) {
            mbill__query_end(query);
            return status;
        }
        each(ctx, &row.command);
    }
}

/* ---- hand out ---- */

static mbill_status let_expire(mbill_store *store, int64_t now_s, mbill_error *err)
{
    static const char EXPIRE[] =
        "UPDATE mbill_command SET state = 7, changed_utc_s = ?1 WHERE state = 2 AND kind <> 15 AND exp_utc_s <= ?1";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, EXPIRE, &query, err));
    mbill__bind_whole(query, 1, now_s);
    return mbill__query_run(query, NULL, err);
}

static mbill_status mark(mbill_store *store, const mbill_id *id, int32_t state, int64_t now_s, mbill_error *err)
{
    static const char MARK[] = "UPDATE mbill_command SET state = ?2, changed_utc_s = ?3 WHERE id = ?1";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, MARK, &query, err));
    mbill__bind_blob(query, 1, id->bytes, sizeof id->bytes);
    mbill__bind_whole(query, 2, state);
    mbill__bind_whole(query, 3, now_s);
    return mbill__query_run(query, NULL, err);
}

static mbill_status select_due(mbill_store *store, int64_t now_s, size_t room, kept *out, size_t *out_n, mbill_error *err)
{
    static const char SELECT[] =
        "SELECT " COLUMNS " FROM mbill_command WHERE state = 2 AND kind <> 15 AND nbf_utc_s <= ?1 ORDER BY command_no LIMIT ?2";
    mbill__query *query;
    bool more;
    MBILL_TRY(mbill__query_start(store->db, SELECT, &query, err));
    mbill__bind_whole(query, 1, now_s);
    mbill__bind_whole(query, 2, (int64_t)room);
    for (*out_n = 0;; (*out_n)++) {
        MBILL_TRY(mbill__query_step(query, &more, err));
        if (!more) return MBILL_OK;
        mbill_status status = read_row(query, &out[*out_n], err);
        if (status != MBILL_OK) {
            mbill__query_end(query);
            return status;
        }
    }
}

static mbill_status hand_out(mbill_store *store, int64_t now_s, size_t room, kept *out, size_t *out_n, mbill_error *err)
{
    MBILL_TRY(let_expire(store, now_s, err));
    MBILL_TRY(select_due(store, now_s, room, out, out_n, err));
    for (size_t i = 0; i < *out_n; i++) {
        MBILL_TRY(mark(store, &out[i].command.id, MBILL_RECEIPT_SENT, now_s, err));
        out[i].command.state = MBILL_RECEIPT_SENT;
        out[i].command.changed_s = now_s;
    }
    return MBILL_OK;
}

mbill_status mbill_store_command_due(mbill_store *store, int64_t now_s, size_t room, mbill_store_command_each each, void *ctx,
    size_t *out_n, mbill_error *err)
{
    enum { ROOM_MAX = 4096 };
    size_t n = 0;
    MBILL__NEED(store);
    if (each == NULL) return mbill__fail(err, MBILL_E_MISUSE, "each is NULL");
    if (room == 0 || now_s < 0) return mbill__fail(err, MBILL_E_RANGE, "room for %zu commands at %lld s", room, (long long)now_s);
    if (room > ROOM_MAX) room = ROOM_MAX;
    const mbill_allocator *allocator = mbill__db_allocator(store->db);
    kept *rows = mbill__alloc_array(allocator, room, sizeof *rows);
    if (rows == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for %zu commands could not be allocated", room);
    mbill_status status = mbill__db_begin(store->db, err);
    if (status == MBILL_OK) status = mbill__db_finish(store->db, hand_out(store, now_s, room, rows, &n, err), err);
    for (size_t i = 0; status == MBILL_OK && i < n; i++) each(ctx, &rows[i].command);
    mbill__release(allocator, rows, room * sizeof *rows);
    if (status == MBILL_OK && out_n != NULL) *out_n = n;
    return status;
}

/* ---- settle ---- */

/* From where it can come to this state. */
static bool may_come(int32_t from, int32_t to)
{
    if (from == MBILL_RECEIPT_SENT || from == MBILL_RECEIPT_UNKNOWN) return true;
    return from == MBILL_RECEIPT_ACCEPTED && to != MBILL_RECEIPT_ACCEPTED;
}

static mbill_status keep_receipt(mbill_store *store, int64_t command_no, int32_t state, int64_t now_s, mbill_bytes receipt,
    mbill_error *err)
{
    static const char INSERT[] = "INSERT INTO mbill_command_receipt(command_no, state, at_utc_s, message) VALUES(?1, ?2, ?3, ?4)";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, INSERT, &query, err));
    mbill__bind_whole(query, 1, command_no);
    mbill__bind_whole(query, 2, state);
    mbill__bind_whole(query, 3, now_s);
    if (receipt.n > 0) mbill__bind_blob(query, 4, receipt.p, receipt.n);
    else mbill__bind_text(query, 4, NULL, 0);
    return mbill__query_run(query, NULL, err);
}

static mbill_status settle(mbill_store *store, const mbill_id *id, int32_t state, int64_t now_s, mbill_bytes receipt,
    mbill_error *err)
{
    static const char SELECT[] = "SELECT command_no, state FROM mbill_command WHERE id = ?1";
    mbill__query *query;
    bool is_there;
    MBILL_TRY(mbill__query_start(store->db, SELECT, &query, err));
    mbill__bind_blob(query, 1, id->bytes, sizeof id->bytes);
    MBILL_TRY(mbill__query_step(query, &is_there, err));
    if (!is_there) return mbill__fail(err, MBILL_E_NOT_FOUND, "no command of that id is in the store");
    int64_t command_no = mbill__column_whole(query, 0);
    int32_t from = (int32_t)mbill__column_whole(query, 1);
    mbill__query_end(query);
    if (from == state) return MBILL_OK;
    if (!may_come(from, state))
        return mbill__fail(err, MBILL_E_ORDER, "the command is %s, from where it cannot become %s",
            mbill_receipt_state_name(from), mbill_receipt_state_name(state));
    MBILL_TRY(mark(store, id, state, now_s, err));
    return keep_receipt(store, command_no, state, now_s, receipt, err);
}

mbill_status mbill_store_command_settle(mbill_store *store, const mbill_id *id, int32_t state, int64_t now_s, mbill_bytes receipt,
    mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(id);
    if (receipt.p == NULL && receipt.n > 0) return mbill__fail(err, MBILL_E_MISUSE, "receipt is NULL");
    if (state != MBILL_RECEIPT_ACCEPTED && state != MBILL_RECEIPT_CONFIRMED && state != MBILL_RECEIPT_REFUSED &&
        state != MBILL_RECEIPT_UNKNOWN)
        return mbill__fail(err, MBILL_E_INVALID, "state %d, expected accepted, confirmed, refused or unknown", (int)state);
    MBILL_TRY(mbill__db_begin(store->db, err));
    return mbill__db_finish(store->db, settle(store, id, state, now_s, receipt, err), err);
}

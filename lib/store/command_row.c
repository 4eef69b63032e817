/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the tables of commands have other columns. */
#include "store/command_row.h"

#include <string.h>

static mbill_status read_text(mbill__query *query, int place, char *out, size_t room, mbill_error *err)
{
    const char *text;
    size_t n;
    MBILL_TRY(mbill__column_text(query, place, &text, &n, err));
    if (text == NULL || n >= room) return mbill__fail(err, MBILL_E_CORRUPT, "a command's text of %zu bytes", n);
    memcpy(out, text, n + 1);
    return MBILL_OK;
}

static mbill_status read_bytes(mbill__query *query, mbill_store_command *c, mbill__command_whole *out, mbill_error *err)
{
    const uint8_t *message;
    uint8_t seq[8];
    MBILL_TRY(mbill__column_blob(query, 2, c->id.bytes, sizeof c->id.bytes, err));
    MBILL_TRY(mbill__column_blob(query, 5, seq, sizeof seq, err));
    c->seq = 0;
    for (size_t i = 0; i < sizeof seq; i++) c->seq = c->seq << 8 | seq[i];
    MBILL_TRY(mbill__column_bytes(query, 14, &message, &out->n_message, err));
    if (out->n_message > sizeof out->message) return mbill__fail(err, MBILL_E_CORRUPT, "a command of %zu bytes", out->n_message);
    memcpy(out->message, message, out->n_message);
    return MBILL_OK;
}

mbill_status mbill__command_row_read(mbill__query *query, mbill__command_whole *out, mbill_error *err)
{
    mbill__command_row *row = &out->row;
    mbill_store_command *c = &row->command;
    *row = (mbill__command_row){.errand_no = mbill__column_whole(query, 0), .command_no = mbill__column_whole(query, 1)};
    MBILL_TRY(read_text(query, 3, row->target, sizeof row->target, err));
    MBILL_TRY(read_text(query, 4, row->audience, sizeof row->audience, err));
    MBILL_TRY(read_text(query, 12, row->why, sizeof row->why, err));
    MBILL_TRY(read_bytes(query, c, out, err));
    c->nbf_s = mbill__column_whole(query, 6);
    c->exp_s = mbill__column_whole(query, 7);
    c->changed_s = mbill__column_whole(query, 8);
    c->kind = (int32_t)mbill__column_whole(query, 9);
    c->state = (int32_t)mbill__column_whole(query, 10);
    c->reason = (int32_t)mbill__column_whole(query, 11);
    row->account_no = mbill__column_null(query, 13) ? 0 : mbill__column_whole(query, 13);
    return MBILL_OK;
}

const mbill_store_command *mbill__command_row_told(mbill__command_row *row, mbill_bytes message)
{
    row->command.target = row->target;
    row->command.audience = row->audience;
    row->command.why = row->why;
    row->command.message = message;
    return &row->command;
}

mbill_status mbill__command_rows_tell(mbill__query *query, mbill_store_command_each each, void *ctx, mbill_error *err)
{
    mbill__command_whole whole;
    bool more;
    for (;;) {
        MBILL_TRY(mbill__query_step(query, &more, err));
        if (!more) return MBILL_OK;
        mbill_status status = mbill__command_row_read(query, &whole, err);
        if (status != MBILL_OK) {
            mbill__query_end(query);
            return status;
        }
        each(ctx, mbill__command_row_told(&whole.row, (mbill_bytes){whole.message, whole.n_message}));
    }
}

mbill_status mbill__command_mark(mbill_store *store, int64_t errand_no, int32_t state, int32_t reason, const char *why,
    int64_t now_s, mbill_error *err)
{
    static const char MARK[] =
        "UPDATE mbill_command_target SET state = ?2, reason = ?3, why = ?4, changed_utc_s = ?5 WHERE errand_no = ?1";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, MARK, &query, err));
    mbill__bind_whole(query, 1, errand_no);
    mbill__bind_whole(query, 2, state);
    mbill__bind_whole(query, 3, reason);
    mbill__bind_text(query, 4, why, strlen(why));
    mbill__bind_whole(query, 5, now_s);
    return mbill__query_run(query, NULL, err);
}

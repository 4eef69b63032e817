/* SPDX-License-Identifier: Apache-2.0 */
/* How commands that wait are handed out: each is checked once more at the moment it is to run. Changes when something else is looked at then. */
#include "meterbill/outbox.h"

#include "store/command_row.h"
#include "store/command_scene.h"
#include "store/command_state.h"
#include "store/journal.h"

#include <stdio.h>
#include <string.h>

enum { ROOM_USUAL = 1000, ROOM_MAX = 4096, CUTS_USUAL = 60 };

typedef struct handing {
    mbill_store *store;
    const mbill_keyset *keyset;
    mbill_bytes realm;
    mbill_store_handing options;
    mbill__command_scene scene;
    mbill_pace pace;
    mbill__command_whole *out; /* room of them */
    size_t room, n;
    mbill__command_row *left; /* only where somebody wants to know */
    size_t n_left, cap_left;
} handing;

/* What becomes of a command now. */
typedef enum fate { SEND, WAIT, REFUSE } fate;

static mbill_status let_expire(mbill_store *store, int64_t now_s, mbill_error *err)
{
    static const char EXPIRE[] =
        "UPDATE mbill_command_target SET state = 7, changed_utc_s = ?1 WHERE state = 2"
        " AND EXISTS(SELECT 1 FROM mbill_command c WHERE c.command_no = mbill_command_target.command_no AND exp_utc_s <= ?1)";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, EXPIRE, &query, err));
    mbill__bind_whole(query, 1, now_s);
    return mbill__query_run(query, NULL, err);
}

/* The next that waits behind errand_no; those that keep power go before all others. */
static mbill_status next_due(const handing *h, bool of_power, int64_t errand_no, mbill__command_whole *out, bool *out_found,
    mbill_error *err)
{
    static const char SELECT[] = MBILL__COMMAND_SELECT
        "WHERE t.state = 2 AND t.errand_no > ?1 AND CASE WHEN c.kind IN (6, 7) THEN 1 ELSE 0 END = CAST(?2 AS BIGINT) AND "
        "c.nbf_utc_s <= ?3 ORDER BY t.errand_no LIMIT 1";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(h->store->db, SELECT, &query, err));
    mbill__bind_whole(query, 1, errand_no);
    mbill__bind_whole(query, 2, of_power);
    mbill__bind_whole(query, 3, h->scene.now_s);
    MBILL_TRY(mbill__query_step(query, out_found, err));
    if (!*out_found) return MBILL_OK;
    mbill_status status = mbill__command_row_read(query, out, err);
    mbill__query_end(query);
    return status;
}

/* ---- what becomes of one ---- */

/* A status word that nobody has said may still come; everything else that does not hold now is final. */
static bool may_still_hold(const handing *h, const mbill_command *command, const mbill_situation *situation)
{
    mbill_command rest = *command;
    if ((command->has & MBILL_COMMAND_HAS_STATUS) == 0 || (situation->has & MBILL_SITUATION_STATUS) != 0) return false;
    rest.has &= ~MBILL_COMMAND_HAS_STATUS;
    return mbill_command_may_run(&rest, h->scene.now_s, situation, NULL) == MBILL_OK;
}

/* Keys and times as of now: what is not trusted now may be again with the right keyset, so it waits until its end. */
static mbill_status judge(handing *h, const mbill__command_whole *whole, fate *out, mbill_status *out_reason,
    mbill_error *out_cause, mbill_error *err)
{
    const mbill__command_row *row = &whole->row;
    mbill_command command = {.struct_size = (uint32_t)sizeof command, .kind = row->command.kind};
    mbill_situation situation;
    mbill_pace pace;
    *out = WAIT;
    *out_reason = mbill_pace_admit(&command, h->options.cuts_a_minute, h->scene.now_s, &h->pace, &pace, out_cause);
    if (*out_reason != MBILL_OK) return MBILL_OK;
    *out_reason = mbill_command_open(h->keyset, h->realm, h->scene.now_s, h->options.policy,
        (mbill_bytes){whole->message, whole->n_message}, &command, out_cause);
    if (*out_reason != MBILL_OK) return MBILL_OK;
    if (memcmp(command.id.bytes, row->command.id.bytes, sizeof command.id.bytes) != 0 ||
        strcmp(command.target, row->audience) != 0)
        return mbill__fail(err, MBILL_E_CORRUPT, "the command to %s is kept under another name", command.target);
    MBILL_TRY(mbill__scene_look(&h->scene, &command, row->target, row->account_no, &situation, err));
    *out_reason = mbill_command_may_run(&command, h->scene.now_s, &situation, out_cause);
    if (*out_reason != MBILL_OK) {
        *out = may_still_hold(h, &command, &situation) ? WAIT : REFUSE;
        return MBILL_OK;
    }
    h->pace = pace;
    *out = SEND;
    return MBILL_OK;
}

static mbill_status leave_out(handing *h, const mbill__command_row *row, mbill_error *err)
{
    const mbill_allocator *allocator = mbill__db_allocator(h->store->db);
    void *block = h->left;
    if (h->options.left_out == NULL) return MBILL_OK;
    MBILL_TRY(mbill__room(allocator, &block, &h->cap_left, sizeof *h->left, h->n_left + 1, err));
    h->left = block;
    h->left[h->n_left++] = *row;
    return MBILL_OK;
}

static mbill_status carry_on(handing *h, mbill__command_whole *whole, mbill_error *err)
{
    mbill__command_row *row = &whole->row;
    mbill_status reason;
    mbill_error cause;
    fate what;
    mbill_error_init(&cause);
    MBILL_TRY(judge(h, whole, &what, &reason, &cause, err));
    if (what == SEND) row->command.state = MBILL_RECEIPT_SENT;
    if (what == REFUSE) row->command.state = MBILL_RECEIPT_REFUSED;
    row->command.reason = (int32_t)reason;
    (void)snprintf(row->why, sizeof row->why, "%s", reason != MBILL_OK ? cause.message : "");
    if (what != WAIT) {
        row->command.changed_s = h->scene.now_s;
        MBILL_TRY(mbill__command_mark(h->store, row->errand_no, row->command.state, row->command.reason, row->why, h->scene.now_s,
            err));
    }
    if (what != SEND) return leave_out(h, row, err);
    h->n++;
    return MBILL_OK;
}

static mbill_status hand_out(handing *h, mbill_error *err)
{
    MBILL_TRY(let_expire(h->store, h->scene.now_s, err));
    MBILL_TRY(mbill__pace_load(h->store, &h->pace, err));
    for (int others = 0; others < 2; others++) {
        bool found = true;
        for (int64_t last = 0; h->n < h->room && found;) {
            mbill__command_whole *whole = &h->out[h->n];
            MBILL_TRY(next_due(h, others == 0, last, whole, &found, err));
            last = found ? whole->row.errand_no : last;
            if (found) MBILL_TRY(carry_on(h, whole, err));
        }
    }
    return mbill__pace_save(h->store, &h->pace, err);
}

/* ---- the whole ---- */

static mbill_status need_money(mbill_store *store, int64_t now_s, bool *out, mbill_error *err)
{
    static const char SELECT[] = "SELECT 1 FROM mbill_command_target t JOIN mbill_command c USING(command_no)"
                                 " WHERE t.state = 2 AND on_balance = 1 AND exp_utc_s > ?1 LIMIT 1";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, SELECT, &query, err));
    mbill__bind_whole(query, 1, now_s);
    MBILL_TRY(mbill__query_step(query, out, err));
    mbill__query_end(*out ? query : NULL);
    return MBILL_OK;
}

static mbill_status in_transaction(handing *h, mbill_error *err)
{
    mbill_journal *ledger;
    int64_t first;
    MBILL_TRY(need_money(h->store, h->scene.now_s, &h->scene.knows_money, err));
    if (!h->scene.knows_money) {
        MBILL_TRY(mbill__db_begin(h->store->db, err));
        return mbill__db_finish(h->store->db, hand_out(h, err), err);
    }
    MBILL_TRY(mbill_store_journal(h->store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
    return mbill__journal_finish(ledger, first, hand_out(h, err), err);
}

static mbill_status read_options(const mbill_store_handing *given, int64_t now_s, mbill_store_handing *out, mbill_error *err)
{
    *out = (mbill_store_handing)MBILL_STORE_HANDING_INIT;
    if (given != NULL) MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof *out, given, err));
    if (out->reserved != 0) return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "reserved is %u", (unsigned)out->reserved);
    if (out->words == NULL && out->n_words > 0) return mbill__fail(err, MBILL_E_MISUSE, "words is NULL");
    for (size_t i = 0; i < out->n_words; i++)
        if (out->words[i].target == NULL || out->words[i].status_word > UINT16_MAX)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "status word %zu is %x for %s", i,
                (unsigned)out->words[i].status_word, out->words[i].target != NULL ? out->words[i].target : "nobody");
    if (out->cuts_a_minute < 0 || now_s < 0)
        return mbill__fail(err, MBILL_E_RANGE, "%lld cuts a minute at %lld s", (long long)out->cuts_a_minute, (long long)now_s);
    if (out->room == 0) out->room = ROOM_USUAL;
    if (out->cuts_a_minute == 0) out->cuts_a_minute = CUTS_USUAL;
    return MBILL_OK;
}

mbill_status mbill_store_command_due(mbill_store *store, const mbill_keyset *keyset, mbill_bytes realm, int64_t now_s,
    const mbill_store_handing *options, mbill_store_command_each each, void *ctx, size_t *out_n, mbill_error *err)
{
    handing h = {.store = store, .keyset = keyset, .realm = realm};
    MBILL__NEED(store);
    MBILL__NEED(keyset);
    if (each == NULL) return mbill__fail(err, MBILL_E_MISUSE, "each is NULL");
    if (realm.p == NULL && realm.n > 0) return mbill__fail(err, MBILL_E_MISUSE, "realm is NULL");
    MBILL_TRY(read_options(options, now_s, &h.options, err));
    h.scene = (mbill__command_scene){store, false, now_s, h.options.words, h.options.n_words};
    h.room = h.options.room < ROOM_MAX ? h.options.room : ROOM_MAX;
    const mbill_allocator *allocator = mbill__db_allocator(store->db);
    h.out = mbill__alloc_array(allocator, h.room, sizeof *h.out);
    if (h.out == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for %zu commands could not be allocated", h.room);
    mbill_status status = in_transaction(&h, err);
    for (size_t i = 0; status == MBILL_OK && i < h.n; i++)
        each(ctx, mbill__command_row_told(&h.out[i].row, (mbill_bytes){h.out[i].message, h.out[i].n_message}));
    for (size_t i = 0; status == MBILL_OK && i < h.n_left; i++)
        h.options.left_out(ctx, mbill__command_row_told(&h.left[i], (mbill_bytes){NULL, 0}));
    mbill__release(allocator, h.out, h.room * sizeof *h.out);
    mbill__release(allocator, h.left, h.cap_left * sizeof *h.left);
    if (status == MBILL_OK && out_n != NULL) *out_n = h.n;
    return status;
}

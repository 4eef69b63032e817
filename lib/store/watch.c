/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how a balance that moved comes to its alarms. Law: each record of the ledger that moves an account's credit is one sample, whatever the
 * transactions are; samples, what they bring and how alarms stand are kept in the transaction that keeps the record. */
#include "store/watch.h"

#include "store/alarm_event.h"
#include "store/bind.h"
#include "store/watch_plan.h"

#include <stdlib.h>
#include <string.h>

void mbill__watch_free(mbill_store *store)
{
    mbill__watch_plan_free(store);
}

/* ---- one alarm ---- */

/* One alarm of one account, while it is looked at. */
typedef struct looking {
    mbill_store *store;
    mbill__watch_config *config;
    const mbill__watch_alarm *alarm;
    int64_t account_no;
    mbill__alarm_def own; /* with the account's amounts */
    bool has_own, has_row, is_set;
    mbill__quiet quiet;
    uint8_t bytes[MBILL__WATCH_BYTES_MAX];
    size_t n_bytes;
} looking;

static mbill_status read_row(looking *of, mbill_error *err)
{
    static const char SELECT_STATE[] = "SELECT due_utc_s, quiet_from_micro, quiet_to_micro, state FROM mbill_alarm_state"
                                       " WHERE account_no = ?1 AND name = ?2 AND alarm = ?3";
    const mbill__given_value given[] = {MBILL__WHOLE(of->account_no), MBILL__TEXT(of->config->name),
        MBILL__TEXT(of->alarm->def.name)};
    mbill__query *query;
    const uint8_t *bytes;
    MBILL_TRY(mbill__sql_ask(of->store, SELECT_STATE, given, 3, &query, err));
    MBILL_TRY(mbill__query_step(query, &of->has_row, err));
    if (!of->has_row) return MBILL_OK;
    of->quiet = (mbill__quiet){mbill__column_whole(query, 1), mbill__column_whole(query, 2), mbill__column_whole(query, 0)};
    mbill_status status = mbill__column_bytes(query, 3, &bytes, &of->n_bytes, err);
    if (status == MBILL_OK && of->n_bytes > sizeof of->bytes)
        status = mbill__fail(err, MBILL_E_CORRUPT, "an alarm's state of %zu bytes, expected at most %zu", of->n_bytes,
            sizeof of->bytes);
    if (status == MBILL_OK && of->n_bytes > 0) memcpy(of->bytes, bytes, of->n_bytes);
    mbill__query_end(query);
    return status;
}

static mbill_status begin(looking *of, const mbill__watch *watch, mbill_error *err)
{
    int64_t amounts_micro[MBILL_LEVELS_MAX];
    size_t n;
    of->is_set = of->has_own = false;
    of->n_bytes = 0;
    MBILL_TRY(mbill__watch_amounts(of->store, watch, of->account_no, amounts_micro, &n, err));
    if (n > 0) mbill__watch_def(of->alarm->given, amounts_micro, n, &of->own);
    of->has_own = n > 0;
    of->quiet = n > 0 ? mbill__watch_quiet_new(&of->own) : of->alarm->quiet;
    return read_row(of, err);
}

static mbill_status set(looking *of, mbill_error *err)
{
    if (of->is_set) return MBILL_OK;
    of->is_set = true;
    return mbill__watch_set(of->config->board, of->has_own ? &of->own : &of->alarm->def, of->bytes, of->n_bytes, err);
}

static mbill_status keep_sayings(looking *of, mbill_error *err)
{
    const mbill__alarm_subject subject = {.config_no = of->config->config_no, .account_no = of->account_no};
    const mbill_board *board = of->config->board;
    for (size_t i = 0; i < board->n_sayings; i++)
        MBILL_TRY(mbill__alarm_keep(of->store, board, &board->sayings[i], &subject, err));
    of->quiet = mbill__watch_quiet(board);
    return MBILL_OK;
}

static mbill_status finish(looking *of, mbill_error *err)
{
    static const char PUT_STATE[] =
        "INSERT INTO mbill_alarm_state(account_no, name, alarm, due_utc_s, quiet_from_micro, quiet_to_micro, state)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(account_no, name, alarm) DO UPDATE SET due_utc_s = excluded.due_utc_s,"
        " quiet_from_micro = excluded.quiet_from_micro, quiet_to_micro = excluded.quiet_to_micro, state = excluded.state";
    const mbill__given_value given[] = {MBILL__WHOLE(of->account_no), MBILL__TEXT(of->config->name),
        MBILL__TEXT(of->alarm->def.name), MBILL__WHOLE(of->quiet.due_s), MBILL__WHOLE(of->quiet.from_micro),
        MBILL__WHOLE(of->quiet.to_micro)};
    mbill__query *query;
    if (!of->is_set) return MBILL_OK;
    MBILL_TRY(mbill__watch_bytes(of->config->board, of->bytes, &of->n_bytes, err));
    MBILL_TRY(mbill__sql_ask(of->store, PUT_STATE, given, 6, &query, err));
    mbill__bind_blob(query, 7, of->bytes, of->n_bytes);
    return mbill__query_run(query, NULL, err);
}

static mbill_status take_samples(looking *of, const mbill__watch *watch, const mbill__moved *samples, size_t n, mbill_error *err)
{
    MBILL_TRY(begin(of, watch, err));
    for (size_t i = 0; i < n; i++) {
        const int64_t value = samples[i].balance_micro,
                      t_s = samples[i].t_utc_s > watch->tick_utc_s ? samples[i].t_utc_s : watch->tick_utc_s + 1;
        if (t_s < of->quiet.due_s && value >= of->quiet.from_micro && value <= of->quiet.to_micro) continue;
        MBILL_TRY(set(of, err));
        MBILL_TRY(mbill__watch_sample(of->config->board, t_s, value, err));
        MBILL_TRY(keep_sayings(of, err));
    }
    return finish(of, err);
}

/* ---- one account ---- */

/* A number that the ledger alone knows is nobody's account here. */
static mbill_status is_kept(mbill_store *store, int64_t account_no, bool *out, mbill_error *err)
{
    static const char SELECT_KEPT[] = "SELECT 1 FROM mbill_account WHERE account_no = ?1";
    const mbill__given_value given[] = {MBILL__WHOLE(account_no)};
    int64_t one;
    return mbill__sql_whole(store, SELECT_KEPT, given, 1, out, &one, err);
}

static mbill_status take_account(mbill_store *store, mbill__watch *watch, const mbill__moved *samples, size_t n, mbill_error *err)
{
    looking of = {.store = store, .account_no = samples[0].account_no};
    bool kept;
    MBILL_TRY(mbill__watch_config_of(store, watch, of.account_no, &of.config, err));
    if (of.config == NULL || of.config->n_watched == 0) return MBILL_OK;
    MBILL_TRY(is_kept(store, of.account_no, &kept, err));
    for (size_t i = 0; kept && i < of.config->n_watched; i++) {
        of.alarm = &of.config->watched[i];
        MBILL_TRY(take_samples(&of, watch, samples, n, err));
    }
    return MBILL_OK;
}

static mbill_status balance_of(const mbill_book *book, int64_t account_no, int64_t *out, mbill_error *err)
{
    mbill_place_sums sums = {0, 0, 0, 0};
    mbill_status status = mbill_book_sums(book, account_no, MBILL_PLACE_CREDIT, &sums, err);
    *out = status == MBILL_OK ? sums.credits_micro - sums.debits_micro : 0;
    return status;
}

mbill_status mbill__watch_account(mbill_store *store, const mbill_book *book, int64_t account_no, int64_t t_utc_s,
    mbill_error *err)
{
    mbill__watch *watch;
    mbill__moved sample = {.account_no = account_no, .t_utc_s = t_utc_s};
    if (balance_of(book, account_no, &sample.balance_micro, NULL) != MBILL_OK) return MBILL_OK; /* it has had no money yet */
    MBILL_TRY(mbill__watch_plan(store, &watch, err));
    return take_account(store, watch, &sample, 1, err);
}

/* ---- what records did ---- */

static mbill_status add(mbill_store *store, mbill__watch *watch, const mbill__moved *sample, mbill_error *err)
{
    for (size_t i = watch->n_samples; i > 0 && watch->samples[i - 1].record == sample->record; i--)
        if (watch->samples[i - 1].account_no == sample->account_no) {
            watch->samples[i - 1].balance_micro += sample->balance_micro;
            return MBILL_OK;
        }
    void *block = watch->samples;
    mbill_status status = mbill__room(mbill__db_allocator(store->db), &block, &watch->cap_samples, sizeof *watch->samples,
        watch->n_samples + 1, err);
    watch->samples = block;
    if (status == MBILL_OK) watch->samples[watch->n_samples++] = *sample;
    return status;
}

/* What the posted legs of a record add to credit. */
static mbill_status add_record(mbill_store *store, mbill__watch *watch, const mbill_book *book, int64_t record, mbill_error *err)
{
    mbill_leg legs[MBILL_LEGS_MAX];
    mbill_result result;
    int64_t t_utc_s;
    MBILL_TRY(mbill_book_record(book, record, NULL, &result, &t_utc_s, legs, err));
    for (uint32_t i = 0; i < result.n_legs; i++) {
        const mbill_leg *leg = &legs[i];
        if (leg->pending != 0) continue;
        if (leg->debit_place == MBILL_PLACE_CREDIT && leg->debit_account > 0)
            MBILL_TRY(add(store, watch, &(mbill__moved){leg->debit_account, record, t_utc_s, -leg->amount_micro}, err));
        if (leg->credit_place == MBILL_PLACE_CREDIT && leg->credit_account > 0)
            MBILL_TRY(add(store, watch, &(mbill__moved){leg->credit_account, record, t_utc_s, leg->amount_micro}, err));
    }
    return MBILL_OK;
}

static int by_account(const void *a, const void *b)
{
    const mbill__moved *left = a, *right = b;
    if (left->account_no != right->account_no) return left->account_no < right->account_no ? -1 : 1;
    return left->record < right->record ? -1 : left->record > right->record;
}

/* From what records added to what they left: the book has the last balance, those before follow. */
static mbill_status sum(const mbill_book *book, mbill__moved *samples, size_t n, mbill_error *err)
{
    int64_t balance_micro;
    MBILL_TRY(balance_of(book, samples[0].account_no, &balance_micro, err));
    for (size_t i = n; i > 0; i--) {
        const int64_t added_micro = samples[i - 1].balance_micro;
        samples[i - 1].balance_micro = balance_micro;
        balance_micro -= added_micro;
    }
    return MBILL_OK;
}

static mbill_status take_all(mbill_store *store, mbill__watch *watch, const mbill_book *book, mbill_error *err)
{
    qsort(watch->samples, watch->n_samples, sizeof *watch->samples, by_account);
    for (size_t from = 0, to; from < watch->n_samples; from = to) {
        for (to = from + 1; to < watch->n_samples && watch->samples[to].account_no == watch->samples[from].account_no;) to++;
        MBILL_TRY(sum(book, watch->samples + from, to - from, err));
        MBILL_TRY(take_account(store, watch, watch->samples + from, to - from, err));
    }
    return MBILL_OK;
}

mbill_status mbill__watch_records(mbill_store *store, const mbill_book *book, int64_t first, mbill_error *err)
{
    mbill__watch *watch;
    MBILL_TRY(mbill__watch_plan(store, &watch, err));
    if (watch->n_configs == 0) return MBILL_OK;
    watch->n_samples = 0;
    for (int64_t record = first; record < mbill_book_n_records(book); record++)
        MBILL_TRY(add_record(store, watch, book, record, err));
    return watch->n_samples == 0 ? MBILL_OK : take_all(store, watch, book, err);
}

/* ---- time alone ---- */

static mbill_status tick_account(mbill_store *store, mbill__watch *watch, int64_t account_no, int64_t t_utc_s, mbill_error *err)
{
    looking of = {.store = store, .account_no = account_no};
    MBILL_TRY(mbill__watch_config_of(store, watch, account_no, &of.config, err));
    for (size_t i = 0; of.config != NULL && i < of.config->n_watched; i++) {
        of.alarm = &of.config->watched[i];
        MBILL_TRY(begin(&of, watch, err));
        if (!of.has_row || of.quiet.due_s > t_utc_s) continue;
        MBILL_TRY(set(&of, err));
        MBILL_TRY(mbill__watch_tick(of.config->board, t_utc_s, err));
        MBILL_TRY(keep_sayings(&of, err));
        MBILL_TRY(finish(&of, err));
    }
    return MBILL_OK;
}

mbill_status mbill__watch_act_on(mbill_store *store, mbill__watch_config *config, const mbill__board_line *line, mbill_error *err)
{
    static const char SELECT_KEYED[] = "SELECT account_no FROM mbill_account WHERE id = ?1";
    const mbill__given_value given[] = {MBILL__TEXT(line->key)};
    looking of = {.store = store};
    mbill__watch_config *own;
    mbill__watch *watch;
    bool found;
    MBILL_TRY(mbill__watch_plan(store, &watch, err));
    MBILL_TRY(mbill__sql_whole(store, SELECT_KEYED, given, 1, &found, &of.account_no, err));
    MBILL_TRY(mbill__watch_config_of(store, watch, of.account_no, &own, err));
    if (!found || own != config)
        return mbill__fail_path(err, MBILL_E_NOT_FOUND, "/key", "no account \"%.64s\" has these alarms", line->key);
    of.config = config;
    for (size_t i = 0; i < config->n_watched; i++)
        if (config->watched[i].given == line->def) of.alarm = &config->watched[i];
    MBILL_TRY(begin(&of, watch, err));
    MBILL_TRY(set(&of, err));
    MBILL_TRY(mbill__watch_act(config->board, line, err));
    config->board->standings[0].key = line->key;
    config->board->text.len = 0;
    mbill__board_print(config->board);
    MBILL_TRY(keep_sayings(&of, err));
    return finish(&of, err);
}

/* The next account behind one of which something is due; 0: none. */
static mbill_status next_due(mbill_store *store, int64_t behind_no, int64_t t_utc_s, int64_t *out, mbill_error *err)
{
    static const char SELECT_DUE[] = "SELECT min(account_no) FROM mbill_alarm_state WHERE account_no > ?1 AND due_utc_s <= ?2"
                                     " AND due_utc_s < 9223372036854775807";
    const mbill__given_value given[] = {MBILL__WHOLE(behind_no), MBILL__WHOLE(t_utc_s)};
    bool found;
    return mbill__sql_whole(store, SELECT_DUE, given, 2, &found, out, err);
}

mbill_status mbill__watch_tick_all(mbill_store *store, int64_t t_utc_s, mbill_error *err)
{
    static const char PUT_TICK[] = "INSERT INTO mbill_alarm_head(one, tick_utc_s) VALUES(1, ?1)"
                                   " ON CONFLICT(one) DO UPDATE SET tick_utc_s = excluded.tick_utc_s";
    const mbill__given_value given[] = {MBILL__WHOLE(t_utc_s)};
    mbill__watch *watch;
    int64_t account_no, changes = 0;
    MBILL_TRY(mbill__watch_plan(store, &watch, err));
    if (t_utc_s < watch->tick_utc_s)
        return mbill__fail(err, MBILL_E_LATE, "a tick of %s, behind that of %s", mbill__say_time(t_utc_s, NULL).text,
            mbill__say_time(watch->tick_utc_s, NULL).text);
    MBILL_TRY(next_due(store, 0, t_utc_s, &account_no, err));
    while (account_no > 0) {
        MBILL_TRY(tick_account(store, watch, account_no, t_utc_s, err));
        MBILL_TRY(next_due(store, account_no, t_utc_s, &account_no, err));
    }
    return mbill__sql_tell(store, PUT_TICK, given, 1, &changes, err);
}

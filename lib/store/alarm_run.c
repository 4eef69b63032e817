/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how lines of samples come to the alarms that a store keeps. Law: all lines of a call, what came of them and how alarms stand then are one
 * transaction, and an alarm takes only what is later than what it had before the call; so lines that are given again do nothing twice. */
#include "meterbill/watch.h"
#include "store/alarm_event.h"
#include "store/bind.h"
#include "store/watch.h"
#include "store/watch_plan.h"

#include <string.h>

typedef struct running {
    mbill_store *store;
    mbill__watch_config *config;
    mbill_board *board;
    mbill__buffer out; /* what is said, a line each, until it is durable */
    mbill_alarm_run_summary sums;
} running;

/* ---- how the alarms stand ---- */

static mbill_status load(running *of, mbill_error *err)
{
    static const char SELECT_BOARD[] = "SELECT state FROM mbill_alarm_board WHERE name = ?1";
    const mbill__given_value given[] = {MBILL__TEXT(of->config->name)};
    mbill__query *query;
    const char *text;
    size_t len;
    bool row;
    MBILL_TRY(mbill_board_open(of->config->alarms, mbill__db_allocator(of->store->db), &of->board, err));
    MBILL_TRY(mbill__sql_ask(of->store, SELECT_BOARD, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill_status status = row ? mbill__column_text(query, 0, &text, &len, err) : MBILL_OK;
    if (status == MBILL_OK && row) status = mbill_board_load(of->board, text, len, err);
    mbill__query_end(query);
    mbill__board_keep(of->board);
    return status;
}

static mbill_status save(running *of, mbill_error *err)
{
    static const char PUT_BOARD[] = "INSERT INTO mbill_alarm_board(name, state) VALUES(?1, ?2)"
                                    " ON CONFLICT(name) DO UPDATE SET state = excluded.state";
    const mbill_allocator *allocator = mbill__db_allocator(of->store->db);
    size_t len = 0;
    int64_t changes = 0;
    mbill_status status = mbill_board_save(of->board, NULL, &len, err);
    if (status != MBILL_OK && status != MBILL_E_ROOM) return status;
    const size_t room = len;
    char *text = mbill__alloc(allocator, room);
    if (text == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for a state of %zu bytes could not be allocated", room);
    status = mbill_board_save(of->board, text, &len, err);
    const mbill__given_value given[] = {MBILL__TEXT(of->config->name), MBILL__TEXT(text)};
    if (status == MBILL_OK) status = mbill__sql_tell(of->store, PUT_BOARD, given, 2, &changes, err);
    mbill__release(allocator, text, room);
    return status;
}

/* ---- whose alarm it is ---- */

static mbill_status number_of(running *of, const char *sql, const char *key, int64_t *out, mbill_error *err)
{
    const mbill__given_value given[] = {MBILL__TEXT(key)};
    bool found;
    return mbill__sql_whole(of->store, sql, given, 1, &found, out, err);
}

/* A key that the store does not know is nobody's: its events are kept with the key alone. */
static mbill_status find_subject(running *of, const mbill__standing *standing, mbill__alarm_subject *out, mbill_error *err)
{
    static const char ACCOUNT_OF_KEY[] = "SELECT account_no FROM mbill_account WHERE id = ?1";
    static const char PLACE_OF_KEY[] = "SELECT place_no FROM mbill_place WHERE id = ?1";
    static const char PLACE_OF_METER[] = "SELECT place_no FROM mbill_meter_at JOIN mbill_meter USING(meter_no) WHERE id = ?1";
    static const char ACCOUNT_OF_METER[] =
        "SELECT account_no FROM mbill_meter m JOIN mbill_register USING(meter_no) JOIN mbill_contract_register USING(register_no)"
        " JOIN mbill_contract c USING(contract_no) WHERE m.id = ?1 ORDER BY c.from_day DESC, contract_no DESC LIMIT 1";
    const int32_t watches = standing->def->watches;
    *out = (mbill__alarm_subject){.config_no = of->config->config_no, .key = standing->key};
    if (watches == MBILL__WATCHES_ACCOUNT) return number_of(of, ACCOUNT_OF_KEY, standing->key, &out->account_no, err);
    if (watches == MBILL__WATCHES_PLACE) return number_of(of, PLACE_OF_KEY, standing->key, &out->place_no, err);
    if (watches != MBILL__WATCHES_METER) return MBILL_OK;
    MBILL_TRY(number_of(of, PLACE_OF_METER, standing->key, &out->place_no, err));
    return number_of(of, ACCOUNT_OF_METER, standing->key, &out->account_no, err);
}

static mbill_status keep_sayings(running *of, mbill_error *err)
{
    for (size_t i = 0; i < of->board->n_sayings; i++) {
        const mbill__saying *saying = &of->board->sayings[i];
        mbill__alarm_subject subject;
        if (saying->what == MBILL__SAYS_GROUP || saying->what == MBILL__SAYS_STATE) continue;
        MBILL_TRY(find_subject(of, &of->board->standings[saying->standing], &subject, err));
        MBILL_TRY(mbill__alarm_keep(of->store, of->board, saying, &subject, err));
        of->sums.n_events++;
    }
    return MBILL_OK;
}

/* ---- lines ---- */

/* What an operator does to an alarm of a balance: it stands with its account. */
static mbill_status act(running *of, const char *line, size_t len, bool *out_done, mbill_error *err)
{
    mbill__json *document;
    mbill__board_line asked;
    *out_done = false;
    MBILL_TRY(mbill__json_read(line, len, mbill__db_allocator(of->store->db), &document, err));
    mbill__node root = mbill__json_root(document);
    mbill_status status = mbill__board_line_read(of->config->alarms, &root, &asked, err);
    if (status == MBILL_OK && asked.asks == MBILL__ASKS_ACTION && asked.def != NULL &&
        asked.def->watches == MBILL__WATCHES_BALANCE) {
        *out_done = true;
        status = asked.key != NULL ? mbill__watch_act_on(of->store, of->config, &asked, err)
                                   : mbill__fail(err, MBILL_E_INVALID, "an action on the alarm of a balance, expected the account as \"key\"");
    }
    if (*out_done && status == MBILL_OK)
        mbill__buffer_append(&of->out, of->config->board->text.data, of->config->board->text.len);
    mbill__json_free(document);
    return status;
}

static mbill_status take(running *of, const char *line, size_t len, mbill_error *err)
{
    const char *text = "";
    size_t n = 0;
    bool done;
    MBILL_TRY(act(of, line, len, &done, err));
    if (done) return MBILL_OK;
    mbill_status status = mbill_board_line(of->board, line, len, &text, &n, err);
    mbill__buffer_append(&of->out, text, n);
    return status;
}

static void say_refusal(running *of, int64_t number, const mbill_error *why)
{
    mbill__writer to;
    of->sums.n_refused++;
    mbill__write_start(&to, &of->out, false);
    mbill__write_object(&to, NULL);
    mbill__write_whole(&to, "line", number);
    mbill__write_text(&to, "refused", mbill_status_name(why->status));
    if (why->path[0] != '\0') mbill__write_text(&to, "path", why->path);
    mbill__write_text(&to, "message", why->message);
    mbill__write_object_end(&to);
    mbill__buffer_text(&of->out, "\n");
}

/* What is no fault of the line ends the call. */
static bool is_the_line(mbill_status status)
{
    return status != MBILL_E_NOMEM && status != MBILL_E_INTERNAL && status != MBILL_E_MISUSE && status < MBILL_E_BUSY;
}

static mbill_status take_line(running *of, const char *line, size_t len, int64_t number, mbill_error *err)
{
    mbill_error why;
    mbill_error_init(&why);
    of->board->n_sayings = 0;
    mbill_status status = take(of, line, len, &why);
    MBILL_TRY(keep_sayings(of, err));
    of->board->n_sayings = 0;
    of->sums.n_lines++;
    if (status == MBILL_OK) return MBILL_OK;
    if (!is_the_line(status)) return mbill__fail_at(err, status, number, "line %lld: %s", (long long)number, why.message);
    say_refusal(of, number, &why);
    return MBILL_OK;
}

static bool is_blank(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') return false;
    return true;
}

static mbill_status take_lines(running *of, const char *lines, size_t len, mbill_error *err)
{
    int64_t number = 0;
    for (size_t from = 0; from < len;) {
        const char *end = memchr(lines + from, '\n', len - from);
        const size_t n = end != NULL ? (size_t)(end - lines) - from : len - from;
        number++;
        if (!is_blank(lines + from, n)) MBILL_TRY(take_line(of, lines + from, n, number, err));
        from += n + 1;
    }
    of->sums.n_passed = of->board->n_passed;
    return mbill__buffer_check(&of->out, err);
}

static mbill_status run(running *of, const char *name, const char *lines, size_t len, mbill_error *err)
{
    mbill__watch *watch;
    MBILL_TRY(mbill__watch_plan(of->store, &watch, err));
    for (size_t i = 0; i < watch->n_configs; i++)
        if (strcmp(watch->configs[i].name, name) == 0) of->config = &watch->configs[i];
    if (of->config == NULL)
        return mbill__fail(err, MBILL_E_NOT_FOUND, "no configuration \"%.64s\" of alarms is in the store", name);
    MBILL_TRY(load(of, err));
    MBILL_TRY(take_lines(of, lines, len, err));
    return save(of, err);
}

static mbill_status give(const running *of, mbill_alarm_each each, void *ctx, mbill_error *err)
{
    const char *at = of->out.data, *end;
    for (; at != NULL && (end = strchr(at, '\n')) != NULL; at = end + 1) MBILL_TRY(each(ctx, at, (size_t)(end - at), err));
    return MBILL_OK;
}

mbill_status mbill_store_alarm_run(mbill_store *store, const char *name, const char *lines, size_t len, mbill_alarm_each each,
    void *ctx, mbill_alarm_run_summary *out, mbill_error *err)
{
    running of = {.store = store};
    MBILL__NEED(store);
    MBILL__NEED(name);
    if (len > 0) MBILL__NEED(lines);
    if (out != NULL && out->struct_size < sizeof *out) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out is not set");
    mbill__buffer_start(&of.out, mbill__db_allocator(store->db));
    mbill_status status = mbill__db_begin(store->db, err);
    if (status == MBILL_OK) status = mbill__db_finish(store->db, run(&of, name, lines, len, err), err);
    mbill_board_free(of.board);
    if (status == MBILL_OK && out != NULL) {
        of.sums.struct_size = out->struct_size;
        *out = of.sums;
    }
    if (status == MBILL_OK && each != NULL) status = give(&of, each, ctx, err);
    mbill__buffer_free(&of.out);
    return status;
}

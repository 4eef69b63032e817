/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what a board remembers, and how it is written and read. Every state has a checksum of its own, and the document one of all its members. */
#include "alarm/board.h"

#include "base/digest.h"

#include <inttypes.h>
#include <string.h>

enum { SUM = 8, STATE_MAX = 16 + 16 + 16 * MBILL_WINDOW_MAX, FLAGS = 6 };

/* ---- hex ---- */

static void put_sum(const char *key, const char *text, size_t len, mbill__writer *to)
{
    uint8_t digest[MBILL__DIGEST_BYTES];
    mbill__digest(text, len, digest);
    mbill__write_hex(to, key, digest, SUM);
}

static int digit_of(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = digit == '\0' ? NULL : strchr(digits, digit);
    return at == NULL ? -1 : (int)(at - digits);
}

static mbill_status read_hex(const mbill__node *node, uint8_t *out, size_t cap, size_t *out_n, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    size_t len = strlen(text);
    if (len % 2 != 0 || len / 2 > cap)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "%zu digits, expected at most %zu, in pairs", len, 2 * cap);
    for (size_t i = 0; i < len / 2; i++) {
        int high = digit_of(text[2 * i]), low = digit_of(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return mbill__node_fail(node, err, MBILL_E_INVALID, "\"%.2s\", expected two digits 0-9 a-f", text + 2 * i);
        out[i] = (uint8_t)(high << 4 | low);
    }
    *out_n = len / 2;
    return MBILL_OK;
}

/* ---- writing ---- */

/* The sum of the configuration: with another one delays may pend again. */
static mbill_status config_sum(const mbill_alarms *alarms, uint8_t out[SUM], mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer to;
    uint8_t digest[MBILL__DIGEST_BYTES];
    mbill__buffer_start(&buffer, &alarms->arena.allocator);
    mbill__write_start(&to, &buffer, false);
    mbill__alarms_print(alarms, &to);
    mbill_status status = mbill__buffer_check(&buffer, err);
    if (status == MBILL_OK) {
        mbill__digest(buffer.data, buffer.len, digest);
        memcpy(out, digest, SUM);
    }
    mbill__buffer_free(&buffer);
    return status;
}

/* The machine, by the name of its form. */
static mbill_status put_machine(const mbill__standing *standing, size_t level, mbill__writer *to, mbill_error *err)
{
    uint8_t bytes[STATE_MAX];
    const mbill_votes votes = {standing->alarms[level], standing->bits};
    if (standing->window != NULL) {
        MBILL_TRY(mbill_window_encode(&standing->def->window, standing->window, bytes, err));
        mbill__write_hex(to, "window", bytes, mbill_window_encoded_size(&standing->def->window));
    } else if (standing->detector != NULL) {
        MBILL_TRY(mbill_detector_encode(standing->detector, bytes, err));
        mbill__write_hex(to, "detector", bytes, MBILL_DETECTOR_ENCODED_BYTES);
    } else if (standing->def->n > 0) {
        MBILL_TRY(mbill_votes_encode(&votes, bytes, err));
        mbill__write_hex(to, "votes", bytes, MBILL_VOTES_ENCODED_BYTES);
    } else {
        MBILL_TRY(mbill_alarm_encode(&standing->alarms[level], bytes, err));
        mbill__write_hex(to, "single", bytes, MBILL_ALARM_ENCODED_BYTES);
    }
    return MBILL_OK;
}

/* Keys in the order of their bytes, as the checksum takes them. */
static mbill_status put_level(const mbill__standing *standing, size_t level, mbill__writer *to, mbill_error *err)
{
    uint8_t bytes[MBILL_NOTICE_ENCODED_BYTES];
    const uint8_t flags[FLAGS] = {standing->active[level], standing->resolved[level], standing->asked[level],
        standing->inhibited[level], standing->members[level].now, standing->members[level].sent};
    mbill__write_object(to, NULL);
    if (standing->detector != NULL) MBILL_TRY(put_machine(standing, level, to, err));
    mbill__write_hex(to, "flags", flags, sizeof flags);
    MBILL_TRY(mbill_notice_encode(&standing->notices[level], bytes, err));
    mbill__write_hex(to, "notice", bytes, sizeof bytes);
    if (standing->detector == NULL) MBILL_TRY(put_machine(standing, level, to, err));
    mbill__write_object_end(to);
    return MBILL_OK;
}

static mbill_status put_standing(const mbill__standing *standing, mbill__writer *to, mbill_error *err)
{
    mbill__write_object(to, NULL);
    mbill__write_text(to, "alarm", standing->def->name);
    mbill__write_bool(to, "keeps_supply", standing->keeps_supply != 0);
    mbill__write_text(to, "key", standing->key);
    mbill__write_list(to, "levels");
    for (size_t level = 0; level < standing->def->n_levels; level++) MBILL_TRY(put_level(standing, level, to, err));
    mbill__write_list_end(to);
    mbill__write_bool(to, "tripped", standing->tripped != 0);
    mbill__write_object_end(to);
    return MBILL_OK;
}

static void put_gathering(const mbill__gathering *gathering, mbill__writer *to)
{
    mbill__write_object(to, NULL);
    mbill__write_bool(to, "begun", gathering->group.begun != 0);
    mbill__write_text(to, "by", gathering->by);
    mbill__write_bool(to, "has_sent", gathering->group.has_sent != 0);
    mbill__write_decimal(to, "next", gathering->group.next_s, 0);
    mbill__write_decimal(to, "sent", gathering->group.sent_s, 0);
    mbill__write_object_end(to);
}

static mbill_status put_state(const mbill_board *board, mbill__writer *to, mbill_error *err)
{
    uint8_t sum[SUM];
    MBILL_TRY(config_sum(board->alarms, sum, err));
    mbill__write_object(to, NULL);
    mbill__write_list(to, "alarms");
    for (size_t i = 0; i < board->n_standings; i++) MBILL_TRY(put_standing(&board->standings[i], to, err));
    mbill__write_list_end(to);
    mbill__write_hex(to, "config", sum, sizeof sum);
    mbill__write_list(to, "groups");
    for (size_t i = 0; i < board->n_gatherings; i++) put_gathering(&board->gatherings[i], to);
    mbill__write_list_end(to);
    if (board->has_last) mbill__write_decimal(to, "last", board->last_s, 0);
    if (board->has_tick) mbill__write_decimal(to, "tick", board->tick_s, 0);
    mbill__write_object_end(to);
    return MBILL_OK;
}

mbill_status mbill_board_save(const mbill_board *board, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__buffer state, whole;
    mbill__writer to;
    MBILL__NEED(board);
    MBILL__NEED(inout_len);
    mbill__buffer_start(&state, &board->arena.allocator);
    mbill__buffer_start(&whole, &board->arena.allocator);
    mbill__write_start(&to, &state, false);
    mbill_status status = put_state(board, &to, err);
    if (status == MBILL_OK) status = mbill__buffer_check(&state, err);
    if (status == MBILL_OK) {
        mbill__write_start(&to, &whole, false);
        mbill__write_object(&to, NULL);
        mbill__write_whole(&to, "meterbill", 1);
        mbill__write_text(&to, "kind", "alarm_state");
        put_sum("checksum", state.data, state.len, &to);
        mbill__write_raw(&to, "state", state.data, state.len);
        mbill__write_object_end(&to);
        mbill__buffer_text(&whole, "\n");
        status = mbill__buffer_copy(&whole, out_text, inout_len, err);
    }
    mbill__buffer_free(&state);
    mbill__buffer_free(&whole);
    return status;
}

/* ---- reading ---- */

/* The members' checksum, over their text without spaces, is the document's. */
static mbill_status check_sum(const mbill_board *board, const mbill__node *root, const mbill__node *state, mbill_error *err)
{
    mbill__buffer text;
    mbill__node node;
    uint8_t sum[SUM], digest[MBILL__DIGEST_BYTES];
    size_t n;
    MBILL_TRY(mbill__node_need(root, "checksum", &node, err));
    MBILL_TRY(read_hex(&node, sum, sizeof sum, &n, err));
    mbill__buffer_start(&text, &board->arena.allocator);
    mbill__json_canonical(state, &text);
    mbill_status status = mbill__buffer_check(&text, err);
    if (status == MBILL_OK) mbill__digest(text.data, text.len, digest);
    mbill__buffer_free(&text);
    MBILL_TRY(status);
    if (n == SUM && memcmp(sum, digest, SUM) == 0) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_CHECKSUM, "the checksum is not that of the state, expected what was saved");
}

/* A state's own refusal, at its place. */
static mbill_status place(const mbill__node *node, mbill_status status, const mbill_error *why, mbill_error *err)
{
    return status == MBILL_OK ? MBILL_OK : mbill__node_fail(node, err, status, "%s", why->message);
}

/* That of another kind is left out, as one of another form is. */
static mbill_status read_detector(const mbill__node *node, const uint8_t *bytes, size_t n, mbill__standing *out, bool *fits,
    mbill_error *err)
{
    mbill_detector got;
    mbill_error why;
    mbill_error_init(&why);
    MBILL_TRY(place(node, mbill_detector_decode(bytes, n, &got, &why), &why, err));
    *fits = got.kind == 0 || got.kind == out->def->detector.kind;
    if (!*fits) return MBILL_OK;
    *out->detector = got;
    out->alarms[0] = got.alarm;
    return MBILL_OK;
}

/* What there is of an alarm in another form is left out: the caller looks at *fits. */
static mbill_status read_machine(const mbill__node *node, mbill__standing *out, size_t level, bool *fits, mbill_error *err)
{
    uint8_t bytes[STATE_MAX];
    mbill__node member;
    mbill_error why;
    mbill_votes votes;
    size_t n;
    mbill_error_init(&why);
    const char *key = out->window != NULL ? "window" : out->detector != NULL ? "detector" : out->def->n > 0 ? "votes" : "single";
    *fits = mbill__node_get(node, key, &member);
    if (!*fits) return MBILL_OK;
    MBILL_TRY(read_hex(&member, bytes, sizeof bytes, &n, err));
    if (out->window != NULL) {
        *fits = n == mbill_window_encoded_size(&out->def->window);
        return *fits ? place(&member, mbill_window_decode(&out->def->window, bytes, n, out->window, &why), &why, err) : MBILL_OK;
    }
    if (out->detector != NULL) return read_detector(&member, bytes, n, out, fits, err);
    if (out->def->n == 0) return place(&member, mbill_alarm_decode(bytes, n, &out->alarms[level], &why), &why, err);
    MBILL_TRY(place(&member, mbill_votes_decode(bytes, n, &votes, &why), &why, err));
    out->alarms[0] = votes.alarm;
    out->bits = votes.bits;
    return MBILL_OK;
}

static mbill_status read_level(const mbill__node *node, mbill__standing *out, size_t level, bool *fits, mbill_error *err)
{
    static const char *const keys[] = {"single", "votes", "window", "detector", "notice", "flags"};
    uint8_t bytes[STATE_MAX];
    mbill__node member;
    mbill_error why;
    size_t n;
    mbill_error_init(&why);
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT_OF(keys), err));
    MBILL_TRY(read_machine(node, out, level, fits, err));
    MBILL_TRY(mbill__node_need(node, "notice", &member, err));
    MBILL_TRY(read_hex(&member, bytes, sizeof bytes, &n, err));
    MBILL_TRY(place(&member, mbill_notice_decode(bytes, n, &out->notices[level], &why), &why, err));
    MBILL_TRY(mbill__node_need(node, "flags", &member, err));
    MBILL_TRY(read_hex(&member, bytes, FLAGS, &n, err));
    if (n != FLAGS) return mbill__node_fail(&member, err, MBILL_E_INVALID, "%zu flags, expected %d", n, FLAGS);
    out->active[level] = bytes[0] != 0;
    out->resolved[level] = bytes[1] != 0;
    out->asked[level] = bytes[2] != 0;
    out->inhibited[level] = bytes[3] != 0;
    out->members[level] = (mbill_group_member){bytes[4], bytes[5]};
    return MBILL_OK;
}

static mbill_status read_standing(mbill_board *board, const mbill__node *node, mbill_error *err)
{
    static const char *const keys[] = {"alarm", "key", "keeps_supply", "tripped", "levels"};
    const mbill__alarm_def *def = NULL;
    mbill__node name, key, list, level, flag;
    const char *name_text, *key_text;
    bool fits = true, is_set;
    size_t at, i = 0;
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT_OF(keys), err));
    MBILL_TRY(mbill__node_need(node, "alarm", &name, err));
    MBILL_TRY(mbill__node_text(&name, &name_text, err));
    MBILL_TRY(mbill__node_need(node, "key", &key, err));
    MBILL_TRY(mbill__node_text(&key, &key_text, err));
    MBILL_TRY(mbill__node_need(node, "levels", &list, err));
    MBILL_TRY(mbill__node_list(&list, 1, err));
    for (size_t k = 0; k < board->alarms->n_defs; k++)
        if (strcmp(board->alarms->defs[k].name, name_text) == 0) def = &board->alarms->defs[k];
    if (def == NULL || mbill__node_count(&list) != def->n_levels) return MBILL_OK;
    MBILL_TRY(mbill__board_find(board, def, key_text, &at, err));
    mbill__standing fresh = board->standings[at], *out = &board->standings[at];
    for (bool more = mbill__node_first(&list, &level); more && fits; more = mbill__node_next(&level), i++)
        MBILL_TRY(read_level(&level, out, i, &fits, err));
    if (!fits) *out = fresh; /* its window, if it has one, was not touched */
    MBILL_TRY(mbill__node_need(node, "keeps_supply", &flag, err));
    MBILL_TRY(mbill__node_bool(&flag, &is_set, err));
    out->keeps_supply = is_set;
    MBILL_TRY(mbill__node_need(node, "tripped", &flag, err));
    MBILL_TRY(mbill__node_bool(&flag, &is_set, err));
    out->tripped = is_set;
    return MBILL_OK;
}

static mbill_status read_time(const mbill__node *object, const char *key, int64_t *out, bool *there, mbill_error *err)
{
    mbill__node node;
    *there = mbill__node_get(object, key, &node);
    if (!*there) return MBILL_OK;
    MBILL_TRY(mbill__node_decimal(&node, 0, out, err));
    if (*out >= -MBILL_ALARM_TIME_MAX && *out <= MBILL_ALARM_TIME_MAX + MBILL_ALARM_DELAY_MAX) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_RANGE, "time %" PRId64 ", expected at most %" PRId64 " either way", *out,
        MBILL_ALARM_TIME_MAX);
}

/* Only groups that alarms of the state are in. */
static mbill_status read_gathering(mbill_board *board, const mbill__node *node, mbill_error *err)
{
    static const char *const keys[] = {"by", "begun", "has_sent", "next", "sent"};
    mbill__node member;
    const char *by;
    bool begun, has_sent, there;
    mbill_group group = {0};
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT_OF(keys), err));
    MBILL_TRY(mbill__node_need(node, "by", &member, err));
    MBILL_TRY(mbill__node_text(&member, &by, err));
    MBILL_TRY(mbill__node_need(node, "begun", &member, err));
    MBILL_TRY(mbill__node_bool(&member, &begun, err));
    MBILL_TRY(mbill__node_need(node, "has_sent", &member, err));
    MBILL_TRY(mbill__node_bool(&member, &has_sent, err));
    MBILL_TRY(read_time(node, "next", &group.next_s, &there, err));
    MBILL_TRY(read_time(node, "sent", &group.sent_s, &there, err));
    group.begun = begun;
    group.has_sent = has_sent;
    for (size_t i = 0; i < board->n_gatherings; i++)
        if (strcmp(board->gatherings[i].by, by) == 0) board->gatherings[i].group = group;
    return MBILL_OK;
}

static mbill_status read_state(mbill_board *board, const mbill__node *state, mbill_error *err)
{
    static const char *const keys[] = {"alarms", "config", "groups", "last", "tick"};
    mbill__node list, node;
    uint8_t sum[SUM], own[SUM];
    size_t n;
    MBILL_TRY(mbill__node_object(state, keys, MBILL__COUNT_OF(keys), err));
    MBILL_TRY(mbill__node_need(state, "alarms", &list, err));
    MBILL_TRY(mbill__node_list(&list, 0, err));
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_standing(board, &node, err));
    MBILL_TRY(mbill__node_need(state, "groups", &list, err));
    MBILL_TRY(mbill__node_list(&list, 0, err));
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_gathering(board, &node, err));
    MBILL_TRY(mbill__node_need(state, "config", &node, err));
    MBILL_TRY(read_hex(&node, sum, sizeof sum, &n, err));
    MBILL_TRY(config_sum(board->alarms, own, err));
    MBILL_TRY(read_time(state, "last", &board->last_s, &board->has_last, err));
    MBILL_TRY(read_time(state, "tick", &board->tick_s, &board->has_tick, err));
    board->other_config = n != SUM || memcmp(sum, own, SUM) != 0;
    board->restores = board->has_last;
    board->saved_s = board->last_s;
    return MBILL_OK;
}

mbill_status mbill_board_load(mbill_board *board, const char *json, size_t len, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "checksum", "state"};
    mbill__json *document;
    mbill__node state;
    MBILL__NEED(board);
    if (len > 0) MBILL__NEED(json);
    if (board->n_standings > 0 || board->has_last)
        return mbill__fail(err, MBILL_E_MISUSE, "the board has taken a line, expected a fresh one");
    MBILL_TRY(mbill__json_read(json == NULL ? "" : json, len, &board->arena.allocator, &document, err));
    mbill__node root = mbill__json_root(document);
    mbill_status status = mbill__json_header(&root, "alarm_state", false, err);
    if (status == MBILL_OK) status = mbill__node_object(&root, keys, MBILL__COUNT_OF(keys), err);
    if (status == MBILL_OK) status = mbill__node_need(&root, "state", &state, err);
    if (status == MBILL_OK) status = check_sum(board, &root, &state, err);
    if (status == MBILL_OK) status = read_state(board, &state, err);
    mbill__json_free(document);
    return status;
}

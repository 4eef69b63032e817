/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how an account's balance is watched. Law: a balance inside the quiet ones before the time that is due changes nothing but when the alarm was
 * last looked at, so that it need not be looked at. */
#include "alarm/watched.h"

#include "alarm/machine.h"

#include <string.h>

enum { FORM = 1, HEAD = 4, FLAGS = 6 };

void mbill__watch_def(const mbill__alarm_def *def, const int64_t *amounts_micro, size_t n_amounts, mbill__alarm_def *out)
{
    const int64_t scale = mbill__watch_scale(def);
    size_t n_own = def->form == MBILL__FORM_PREPAID ? 2 : def->n_levels;
    *out = *def;
    out->decimals = 6;
    for (size_t i = 0; i < def->n_levels; i++) {
        out->levels[i].config.limit = i < n_own && i < n_amounts ? amounts_micro[i] : def->levels[i].config.limit * scale;
        out->levels[i].config.deadband *= scale;
    }
}

/* ---- its state as bytes ---- */

static mbill_status read_levels(mbill__standing *out, const uint8_t *bytes, mbill_error *err)
{
    for (size_t i = 0; i < out->def->n_levels; i++) {
        out->active[i] = bytes[0] != 0;
        out->resolved[i] = bytes[1] != 0;
        out->asked[i] = bytes[2] != 0;
        bytes += FLAGS;
        MBILL_TRY(mbill_alarm_decode(bytes, MBILL_ALARM_ENCODED_BYTES, &out->alarms[i], err));
        bytes += MBILL_ALARM_ENCODED_BYTES;
        MBILL_TRY(mbill_notice_decode(bytes, MBILL_NOTICE_ENCODED_BYTES, &out->notices[i], err));
        bytes += MBILL_NOTICE_ENCODED_BYTES;
    }
    return MBILL_OK;
}

static mbill_status read_bytes(mbill__standing *out, const uint8_t *bytes, size_t n, mbill_error *err)
{
    if (n < HEAD || bytes[0] != FORM)
        return mbill__fail(err, MBILL_E_VERSION, "an alarm's state of form %d, expected %d", n > 0 ? bytes[0] : 0, FORM);
    if (n != HEAD + bytes[1] * (size_t)(FLAGS + MBILL_ALARM_ENCODED_BYTES + MBILL_NOTICE_ENCODED_BYTES))
        return mbill__fail(err, MBILL_E_INVALID, "an alarm's state of %zu bytes, which no %d levels have", n, bytes[1]);
    if (bytes[1] != out->def->n_levels) return MBILL_OK; /* of another form: as never seen */
    out->keeps_supply = bytes[2] & 1;
    out->tripped = bytes[2] >> 1 & 1;
    return read_levels(out, bytes + HEAD, err);
}

mbill_status mbill__watch_set(mbill_board *board, const mbill__alarm_def *def, const uint8_t *bytes, size_t n, mbill_error *err)
{
    void *items = board->standings;
    mbill_status status = mbill__board_grow(board, &items, &board->cap_standings, 1, sizeof *board->standings, err);
    board->standings = items;
    MBILL_TRY(status);
    board->n_standings = 1;
    board->n_sayings = 0;
    board->has_last = board->has_tick = board->restores = false;
    mbill__standing *standing = &board->standings[0];
    memset(standing, 0, sizeof *standing);
    standing->def = def;
    standing->key = "";
    for (size_t i = 0; i < def->n_levels; i++) standing->alarms[i].level = (uint8_t)(i + 1);
    return n == 0 ? MBILL_OK : read_bytes(standing, bytes, n, err);
}

mbill_status mbill__watch_bytes(const mbill_board *board, uint8_t *out, size_t *out_n, mbill_error *err)
{
    const mbill__standing *standing = &board->standings[0];
    const uint8_t head[HEAD] = {FORM, (uint8_t)standing->def->n_levels,
        (uint8_t)(standing->keeps_supply | standing->tripped << 1), 0};
    uint8_t *at = out + HEAD;
    memcpy(out, head, HEAD);
    for (size_t i = 0; i < standing->def->n_levels; i++) {
        const uint8_t flags[FLAGS] = {standing->active[i], standing->resolved[i], standing->asked[i], 0, 0, 0};
        memcpy(at, flags, FLAGS);
        at += FLAGS;
        MBILL_TRY(mbill_alarm_encode(&standing->alarms[i], at, err));
        at += MBILL_ALARM_ENCODED_BYTES;
        MBILL_TRY(mbill_notice_encode(&standing->notices[i], at, err));
        at += MBILL_NOTICE_ENCODED_BYTES;
    }
    *out_n = (size_t)(at - out);
    return MBILL_OK;
}

/* ---- samples and ticks ---- */

static mbill_status run(mbill_board *board, mbill__board_line *line, mbill_error *err)
{
    const mbill_alarm *clock = &board->standings[0].alarms[0];
    const bool is_tick = line->asks == MBILL__ASKS_TICK;
    if (clock->mark != 0 && line->t_s < clock->last_s) line->t_s = clock->last_s;
    if (!is_tick && clock->mark == 2 && line->t_s == clock->last_s) line->t_s++;
    board->n_sayings = board->n_told = board->n_found = 0;
    MBILL_TRY(mbill__board_run_at(board, line, 0, err));
    mbill__board_order(board);
    return MBILL_OK;
}

mbill_status mbill__watch_sample(mbill_board *board, int64_t t_s, int64_t balance_micro, mbill_error *err)
{
    mbill__board_line line = {.asks = MBILL__ASKS_SAMPLE,
        .t_s = t_s,
        .def = board->standings[0].def,
        .has_value = true,
        .is_balance = true,
        .balance_micro = balance_micro};
    return run(board, &line, err);
}

mbill_status mbill__watch_tick(mbill_board *board, int64_t t_s, mbill_error *err)
{
    mbill__board_line line = {.asks = MBILL__ASKS_TICK, .t_s = t_s, .def = board->standings[0].def, .is_balance = true};
    return run(board, &line, err);
}

mbill_status mbill__watch_act(mbill_board *board, const mbill__board_line *line, mbill_error *err)
{
    mbill__board_line own = *line;
    return run(board, &own, err);
}

/* ---- what changes nothing ---- */

/* Inside [from, to] the comparison goes on as it is. Limits are far enough from the ends of 64 bits. */
static void narrow(const mbill_alarm_config *config, const mbill_alarm *alarm, mbill__quiet *quiet)
{
    const bool active = mbill__alarm_is_active(alarm), low = config->comparator <= MBILL_AT_OR_BELOW,
               holds = alarm->state == MBILL_ALARM_PENDING || alarm->state == MBILL_ALARM_ON;
    const int64_t limit = config->limit + (!active ? 0 : low ? config->deadband : -config->deadband);
    const bool with_limit = mbill__alarm_trips(config, limit, active) == holds; /* the limit itself is on the quiet side */
    if (low == holds) {
        int64_t last = with_limit ? limit : limit - 1;
        if (last < quiet->to_micro) quiet->to_micro = last;
    } else {
        int64_t first = with_limit ? limit : limit + 1;
        if (first > quiet->from_micro) quiet->from_micro = first;
    }
}

static mbill__quiet quiet_of(const mbill__alarm_def *def, const mbill__standing *standing)
{
    static const mbill_alarm unseen = {0};
    mbill__quiet quiet = {INT64_MIN, INT64_MAX, INT64_MAX};
    for (size_t i = 0; i < def->n_levels; i++) {
        const mbill_alarm_config *config = &def->levels[i].config;
        const mbill_alarm *alarm = standing == NULL ? &unseen : &standing->alarms[i];
        const int64_t due_s = mbill__alarm_due(config, alarm), hold_s = mbill__alarm_hold_end(config, alarm),
                      told_s = standing == NULL || !def->levels[i].has_notice
            ? INT64_MAX
            : mbill_notice_deadline(&def->levels[i].notice, &standing->notices[i]);
        narrow(config, alarm, &quiet);
        if (config->max_hold_s > 0) quiet.to_micro = INT64_MIN; /* when it was last heard of matters */
        if (due_s < quiet.due_s) quiet.due_s = due_s;
        if (hold_s < quiet.due_s) quiet.due_s = hold_s;
        if (told_s < quiet.due_s) quiet.due_s = told_s;
    }
    if (quiet.to_micro == INT64_MIN) quiet.from_micro = INT64_MAX;
    return quiet;
}

mbill__quiet mbill__watch_quiet(const mbill_board *board)
{
    return quiet_of(board->standings[0].def, &board->standings[0]);
}

mbill__quiet mbill__watch_quiet_new(const mbill__alarm_def *def)
{
    return quiet_of(def, NULL);
}

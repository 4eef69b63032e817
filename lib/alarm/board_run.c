/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what a line does to the alarms that it is for. First it is seen that all of them can take it; then they do. */
#include "alarm/board.h"
#include "alarm/check.h"

#include <inttypes.h>

enum { EVENTS = MBILL_LEVEL_EVENTS };

/* Whether an alarm of this form takes such a line. */
static bool takes(const mbill_board *board, const mbill__alarm_def *def, const mbill__board_line *line)
{
    if (board->is_kept && def->watches == MBILL__WATCHES_BALANCE) return false; /* the store gives it samples */
    if (line->asks == MBILL__ASKS_EVENT) return def->form == MBILL__FORM_WINDOW;
    if (line->asks != MBILL__ASKS_SAMPLE) return true;
    if (line->has_holds) return def->form == MBILL__FORM_GIVEN;
    if (def->form == MBILL__FORM_DETECT) return !line->has_use && mbill__board_detector_takes(def, line);
    if (line->second_key != NULL) return false;
    if (line->has_use) return def->form == MBILL__FORM_DAYS;
    return def->form == MBILL__FORM_VALUE || def->form == MBILL__FORM_LEVELS || def->form == MBILL__FORM_PREPAID;
}

/* A tick or an action without a key is for every key. */
static bool is_for_all(const mbill__board_line *line)
{
    return line->key == NULL && (line->asks == MBILL__ASKS_TICK || line->asks == MBILL__ASKS_ACTION);
}

static mbill_status find_touched(mbill_board *board, const mbill__board_line *line, size_t **out, size_t *n, mbill_error *err)
{
    const mbill_alarms *alarms = board->alarms;
    const char *key = line->key == NULL ? "" : line->key;
    size_t room = alarms->n_defs + (is_for_all(line) ? board->n_standings : 0);
    *out = mbill__alloc_array(&board->arena.allocator, room, sizeof **out);
    if (*out == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the board could not be allocated");
    for (size_t i = 0; is_for_all(line) && i < board->n_standings; i++)
        if (line->def == NULL || board->standings[i].def == line->def) (*out)[(*n)++] = i;
    for (size_t i = 0; !is_for_all(line) && i < alarms->n_defs; i++) {
        const mbill__alarm_def *def = &alarms->defs[i];
        if (line->def != NULL ? def != line->def : !takes(board, def, line)) continue;
        if (board->is_kept && def->watches == MBILL__WATCHES_BALANCE)
            return mbill__fail(err, MBILL_E_INVALID, "a line for alarm \"%s\", to which the store itself gives balances", def->name);
        if (!takes(board, def, line))
            return mbill__fail(err, MBILL_E_INVALID, "a line that alarm \"%s\" does not take: its form asks for another",
                def->name);
        MBILL_TRY(mbill__board_find(board, def, key, &(*out)[*n], err));
        (*n)++;
    }
    if (*n == 0 && !is_for_all(line)) return mbill__fail(err, MBILL_E_INVALID, "a line that no alarm of the document takes");
    return MBILL_OK;
}

/* ---- what it says to one alarm ---- */

static mbill_status value_of(const mbill__standing *standing, const mbill__board_line *line, int64_t *value, int64_t *use,
    mbill_error *err)
{
    *value = line->balance_micro;
    *use = 0;
    if (line->is_balance) return MBILL_OK;
    if (line->has_value) MBILL_TRY(mbill__node_decimal(&line->value, standing->def->decimals, value, err));
    return line->has_use ? mbill__node_decimal(&line->use, standing->def->decimals, use, err) : MBILL_OK;
}

/* Whether it will be taken: its time, and its numbers. */
static mbill_status check_one(const mbill__standing *standing, const mbill__board_line *line, mbill_error *err)
{
    int64_t value, use, days;
    int32_t holds;
    mbill_alarm clock = standing->alarms[0];
    bool is_tick = line->asks == MBILL__ASKS_TICK;
    if (standing->window != NULL) clock = (mbill_alarm){.last_s = standing->window->last_s, .mark = standing->window->mark};
    if (line->asks == MBILL__ASKS_ACTION && clock.mark == 2) is_tick = true; /* an operator may act at the very tick */
    MBILL_TRY(mbill__alarm_in_time(&clock, line->t_s, is_tick, err));
    MBILL_TRY(value_of(standing, line, &value, &use, err));
    if (standing->detector != NULL && !(line->asks == MBILL__ASKS_ACTION && is_tick)) {
        mbill_detector tried = *standing->detector;
        mbill_alarm_event events[EVENTS];
        size_t n;
        bool closed;
        return mbill__board_detect(standing->def, line, value, &tried, events, &n, &closed, err);
    }
    if (standing->def->form != MBILL__FORM_DAYS || !line->has_use) return MBILL_OK;
    return mbill_days_to_empty(value, use, standing->def->over_days, standing->def->warn_days, &holds, &days, err);
}

static mbill_status run_votes(mbill__standing *standing, const mbill__board_line *line, int64_t value, mbill_alarm_event *events,
    size_t *n, mbill_error *err)
{
    const mbill_votes_config config = {standing->def->levels[0].config, standing->def->m, standing->def->n};
    mbill_votes votes = {standing->alarms[0], standing->bits};
    mbill_status status = line->asks == MBILL__ASKS_TICK ? mbill_votes_tick(&config, &votes, line->t_s, events, n, err)
        : line->asks == MBILL__ASKS_ACTION || line->estimated
        ? mbill_votes_estimated(&config, &votes, line->t_s, value, events, n, err)
        : mbill_votes_sample(&config, &votes, line->t_s, value, events, n, err);
    standing->alarms[0] = votes.alarm;
    standing->bits = votes.bits;
    return status;
}

static mbill_status run_levels(mbill__standing *standing, const mbill__board_line *line, int64_t value, mbill_alarm_event *events,
    size_t *n, mbill_error *err)
{
    mbill_alarm_config configs[MBILL_LEVELS_MAX];
    size_t n_levels = standing->def->n_levels;
    for (size_t i = 0; i < n_levels; i++) configs[i] = standing->def->levels[i].config;
    if (line->asks == MBILL__ASKS_TICK) return mbill_levels_tick(configs, n_levels, standing->alarms, line->t_s, events, n, err);
    if (line->asks == MBILL__ASKS_ACTION || line->estimated)
        return mbill_levels_estimated(configs, n_levels, standing->alarms, line->t_s, value, events, n, err);
    return mbill_levels_sample(configs, n_levels, standing->alarms, line->t_s, value, events, n, err);
}

/* Before an action only what is due before it: a tick of the second before. */
static mbill_status run_window(mbill__standing *standing, const mbill__board_line *line, mbill_alarm_event *events, size_t *n,
    mbill_error *err)
{
    const mbill_window_config *config = &standing->def->window;
    if (line->asks == MBILL__ASKS_TICK) return mbill_window_tick(config, standing->window, line->t_s, events, n, err);
    if (line->asks == MBILL__ASKS_EVENT)
        return mbill_window_event(config, standing->window, line->t_s, line->who, events, n, err);
    if (standing->window->mark != 0 && standing->window->last_s >= line->t_s) return MBILL_OK;
    return mbill_window_tick(config, standing->window, line->t_s - 1, events, n, err);
}

static mbill_status run_one(mbill__standing *standing, const mbill__board_line *line, mbill_alarm_event *events, size_t *n,
    mbill_error *err)
{
    const mbill__alarm_def *def = standing->def;
    int64_t value, use, days = 0;
    int32_t holds = line->holds;
    *n = 0;
    standing->closed = 0;
    MBILL_TRY(value_of(standing, line, &value, &use, err));
    if (def->form == MBILL__FORM_WINDOW) return run_window(standing, line, events, n, err);
    if (line->asks == MBILL__ASKS_ACTION && standing->alarms[0].mark == 2 && standing->alarms[0].last_s == line->t_s)
        return MBILL_OK;
    if (def->form == MBILL__FORM_DETECT) {
        bool closed;
        MBILL_TRY(mbill__board_detect(def, line, value, standing->detector, events, n, &closed, err));
        standing->alarms[0] = standing->detector->alarm;
        standing->closed = closed;
        return MBILL_OK;
    }
    if (def->n > 0) return run_votes(standing, line, value, events, n, err);
    if ((def->form != MBILL__FORM_DAYS && def->form != MBILL__FORM_GIVEN) || line->asks != MBILL__ASKS_SAMPLE || line->estimated)
        return run_levels(standing, line, value, events, n, err);
    if (def->form == MBILL__FORM_DAYS)
        MBILL_TRY(mbill_days_to_empty(value, use, def->over_days, def->warn_days, &holds, &days, err));
    return mbill_alarm_condition(&def->levels[0].config, &standing->alarms[0], line->t_s, holds, value, events, n, err);
}

/* ---- all of them ---- */

static mbill_status keep_found(mbill_board *board, size_t standing, const mbill_alarm_event *events, size_t n, mbill_error *err)
{
    void *items = board->found;
    mbill_status status = mbill__board_grow(board, &items, &board->cap_found, board->n_found + n, sizeof *board->found, err);
    board->found = items;
    for (size_t i = 0; status == MBILL_OK && i < n; i++) {
        mbill__found one = {events[i], standing};
        size_t at = board->n_found++;
        for (; at > 0 && board->found[at - 1].event.effective_s > one.event.effective_s; at--)
            board->found[at] = board->found[at - 1];
        board->found[at] = one;
    }
    return status;
}

/* ---- not too much at once ---- */

/* Messages that the time since then may bring, at most. */
static uint64_t repeats(int64_t since_s, int64_t t_s, int64_t every_s)
{
    return t_s <= since_s || every_s == 0 ? 0 : ((uint64_t)t_s - (uint64_t)since_s) / (uint64_t)every_s;
}

static mbill_status check_many(const mbill_board *board, const mbill__board_line *line, const size_t *touched, size_t n,
    mbill_error *err)
{
    const mbill_group_config *group = &board->alarms->group;
    uint64_t n_messages = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t level = 0; level < board->standings[touched[i]].def->n_levels; level++) {
            const mbill_notice_config *config = &board->standings[touched[i]].def->levels[level].notice;
            const mbill_notice *notice = &board->standings[touched[i]].notices[level];
            uint64_t most = config->max_count > 0 ? (uint64_t)config->max_count : UINT64_MAX;
            uint64_t due = notice->mark == 0 ? 0 : repeats(notice->last_s, line->t_s, config->repeat_s);
            due = due < most ? due : most;
            n_messages = n_messages > MBILL_BOARD_EVENTS_MAX
                ? n_messages
                : n_messages + (due < MBILL_BOARD_EVENTS_MAX ? due : MBILL_BOARD_EVENTS_MAX + 1);
        }
    for (size_t i = 0; i < board->n_gatherings && n_messages <= MBILL_BOARD_EVENTS_MAX; i++)
        n_messages += repeats(board->last_s, line->t_s,
            group->repeat_s > group->interval_s ? group->repeat_s : group->interval_s);
    if (n_messages <= MBILL_BOARD_EVENTS_MAX) return MBILL_OK;
    return mbill__fail(err, MBILL_E_LIMIT, "time %" PRId64 " may bring more than %d messages at once, expected a tick before",
        line->t_s, MBILL_BOARD_EVENTS_MAX);
}

/* A tick for all: also those that are heard of later. */
static bool is_watermark(const mbill__board_line *line)
{
    return line->asks == MBILL__ASKS_TICK && line->key == NULL && line->def == NULL;
}

/* ---- what a store's board has had ---- */

static bool had(const mbill__standing *standing, const mbill__board_line *line)
{
    return standing->has_kept != 0 && line->t_s <= standing->kept_s;
}

/* Those that have had it are left out; what one of them has had of a tick all have. Whether any is left, or there was none at all. */
static bool leave_out(mbill_board *board, const mbill__board_line *line, size_t *touched, size_t *n)
{
    const size_t n_before = *n;
    bool is_old = is_watermark(line) && board->has_kept_tick && line->t_s <= board->kept_tick_s;
    if (!board->is_kept || line->asks == MBILL__ASKS_ACTION) return true;
    *n = 0;
    for (size_t i = 0; i < n_before; i++)
        if (!had(&board->standings[touched[i]], line)) touched[(*n)++] = touched[i];
    if (line->asks == MBILL__ASKS_TICK && *n < n_before) is_old = true;
    if (is_old) *n = 0;
    const bool goes_on = !is_old && (*n > 0 || n_before == 0);
    board->n_passed += !goes_on;
    return goes_on;
}

static mbill_status run_touched(mbill_board *board, const mbill__board_line *line, const size_t *touched, size_t n,
    mbill_error *err)
{
    mbill_alarm_event events[EVENTS];
    const mbill_alarm clock = {.last_s = board->tick_s, .mark = board->has_tick ? 2 : 0};
    if (is_watermark(line)) MBILL_TRY(mbill__alarm_in_time(&clock, line->t_s, true, err));
    for (size_t i = 0; i < n; i++) MBILL_TRY(check_one(&board->standings[touched[i]], line, err));
    MBILL_TRY(check_many(board, line, touched, n, err));
    if (board->restores) MBILL_TRY(mbill__board_restore(board, line->t_s, err));
    for (size_t i = 0; i < n; i++) {
        size_t n_events;
        MBILL_TRY(run_one(&board->standings[touched[i]], line, events, &n_events, err));
        for (size_t k = 0; k < n_events; k++) events[k].observed_s = line->t_s;
        MBILL_TRY(keep_found(board, touched[i], events, n_events, err));
    }
    if (is_watermark(line)) board->tick_s = line->t_s;
    board->has_tick = board->has_tick || is_watermark(line);
    if (!board->has_last || line->t_s > board->last_s) board->last_s = line->t_s;
    board->has_last = true;
    MBILL_TRY(mbill__board_tell(board, line, touched, n, err));
    return line->asks == MBILL__ASKS_ACTION ? mbill__board_act(board, line, touched, n, err) : MBILL_OK;
}

mbill_status mbill__board_run_at(mbill_board *board, const mbill__board_line *line, size_t at, mbill_error *err)
{
    return run_touched(board, line, &at, 1, err);
}

mbill_status mbill__board_run(mbill_board *board, const mbill__board_line *line, mbill_error *err)
{
    size_t *touched = NULL, n = 0, room = board->alarms->n_defs + (is_for_all(line) ? board->n_standings : 0);
    mbill_status status = find_touched(board, line, &touched, &n, err);
    if (status == MBILL_OK && leave_out(board, line, touched, &n)) status = run_touched(board, line, touched, n, err);
    mbill__release(&board->arena.allocator, touched, room * sizeof *touched);
    return status;
}

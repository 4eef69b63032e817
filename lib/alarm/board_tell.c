/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what RAISE and CLEAR lead to. They are taken in order of their effective times; what each means to inhibition, the notice, the supply and
 * groups is done before the next. */
#include "alarm/board.h"

/* What is neither RAISE nor CLEAR is told, and leads to nothing. */
static mbill_status tell_other(mbill_board *board, const mbill__found *found, mbill_error *err)
{
    const mbill_alarm_event *event = &found->event;
    const mbill__saying one = {.what = MBILL__SAYS_ROLLOVER + (event->kind - MBILL_DETECT_ROLLOVER),
        .standing = found->standing,
        .effective_s = event->effective_s,
        .observed_s = event->observed_s,
        .value = event->value,
        .has_value = event->kind == MBILL_DETECT_ROLLOVER,
        .episode = event->episode,
        .priority = event->priority};
    return mbill__board_say(board, &one, err);
}

static mbill_status tell_one(mbill_board *board, const mbill__found *found, bool has_value, mbill_error *err)
{
    const mbill_alarm_event *event = &found->event;
    mbill__standing *standing = &board->standings[found->standing];
    size_t level = event->level > 0 && standing->window == NULL ? event->level - 1U : 0;
    bool is_raise = event->kind == MBILL_ALARM_RAISE;
    const mbill__saying one = {.what = is_raise ? MBILL__SAYS_RAISE : MBILL__SAYS_CLEAR,
        .standing = found->standing,
        .level = level,
        .effective_s = event->effective_s,
        .observed_s = event->observed_s,
        .value = event->value,
        .has_value = has_value,
        .episode = event->episode,
        .priority = event->priority};
    const mbill_notice_input input = {event->effective_s, 0, is_raise ? MBILL_NOTICE_RAISE : MBILL_NOTICE_CLEAR, 0};
    MBILL_TRY(mbill__board_flush(board, event->effective_s, false, event->observed_s, err));
    if (event->kind > MBILL_ALARM_CLEAR) return tell_other(board, found, err);
    MBILL_TRY(mbill__board_say(board, &one, err));
    standing->active[level] = is_raise;
    standing->resolved[level] = !is_raise;
    MBILL_TRY(mbill__board_inhibit(board, event->effective_s, event->observed_s, err));
    MBILL_TRY(mbill__board_notice(board, found->standing, level, &input, event->observed_s, err));
    if (is_raise && board->alarms->has_group)
        mbill_group_begin(&board->alarms->group, &board->gatherings[standing->group].group, event->effective_s);
    return mbill__board_trip(board, found->standing, event->effective_s, event->observed_s, err);
}

mbill_status mbill__board_tell(mbill_board *board, const mbill__board_line *line, const size_t *touched, size_t n_touched,
    mbill_error *err)
{
    bool is_tick = line->asks == MBILL__ASKS_TICK,
         is_sample = line->asks == MBILL__ASKS_SAMPLE || line->asks == MBILL__ASKS_EVENT;
    bool has_value = is_sample && !line->estimated && (line->has_value || line->asks == MBILL__ASKS_EVENT);
    const mbill_notice_input time = {line->t_s, 0, is_tick ? MBILL_NOTICE_TICK : MBILL_NOTICE_PASS, 0};
    for (size_t i = 0; i < board->n_found; i++)
        MBILL_TRY(tell_one(board, &board->found[i], has_value && board->found[i].event.effective_s == line->t_s, err));
    MBILL_TRY(mbill__board_flush(board, line->t_s, is_tick, line->t_s, err));
    for (size_t i = 0; i < n_touched; i++)
        for (size_t level = 0; level < board->standings[touched[i]].def->n_levels; level++)
            MBILL_TRY(mbill__board_notice(board, touched[i], level, &time, line->t_s, err));
    return MBILL_OK;
}

/* ---- an operator ---- */

static mbill_status act_on_level(mbill_board *board, const mbill__board_line *line, size_t at, size_t level, mbill_error *err)
{
    const mbill__standing *standing = &board->standings[at];
    const mbill_notice_input input = {line->t_s, line->until_s, line->action, 0};
    if (line->action == MBILL_NOTICE_SUPPRESS || line->action == MBILL_NOTICE_UNSUPPRESS)
        return mbill__board_suppress(board, at, level, line->action == MBILL_NOTICE_SUPPRESS, standing->inhibited[level] != 0,
            line->t_s, line->t_s, err);
    if (!standing->def->levels[level].has_notice)
        return mbill__fail_path(err, MBILL_E_INVALID, "/do", "alarm \"%s\" has no notice, expected one that does",
            standing->def->name);
    return mbill__board_notice(board, at, level, &input, line->t_s, err);
}

/* How every level stands, or the one that is named. */
static mbill_status show(mbill_board *board, const mbill__board_line *line, size_t at, mbill_error *err)
{
    for (size_t level = 0; level < board->standings[at].def->n_levels; level++) {
        const mbill__saying one = {.what = MBILL__SAYS_STATE,
            .standing = at,
            .level = level,
            .effective_s = line->t_s,
            .observed_s = line->t_s};
        if (line->level == 0 || line->level == (int32_t)(level + 1)) MBILL_TRY(mbill__board_say(board, &one, err));
    }
    return MBILL_OK;
}

static mbill_status act_on(mbill_board *board, const mbill__board_line *line, size_t at, size_t *n_done, mbill_error *err)
{
    mbill__standing *standing = &board->standings[at];
    mbill_status refused = MBILL_OK;
    if (line->action == MBILL__SHOW) {
        (*n_done)++;
        return show(board, line, at, err);
    }
    if (line->action == MBILL__RECLOSE) {
        if (standing->closed == 0)
            return mbill__fail_path(err, MBILL_E_NOT_FOUND, "/do",
                "nothing of alarm \"%s\" is tripped, expected a detector that is", standing->def->name);
        (*n_done)++;
        return MBILL_OK;
    }
    if (line->action >= MBILL__KEEP_SUPPLY) {
        standing->keeps_supply = line->action == MBILL__KEEP_SUPPLY;
        (*n_done)++;
        return mbill__board_trip(board, at, line->t_s, line->t_s, err);
    }
    for (size_t level = 0; level < standing->def->n_levels; level++) {
        if (line->level != 0 && line->level != (int32_t)(level + 1)) continue;
        mbill_status status = act_on_level(board, line, at, level, err);
        if (status == MBILL_E_NOMEM) return status;
        if (status == MBILL_OK) (*n_done)++;
        else refused = status;
    }
    return refused;
}

/* Done if one of those that it is for could do it. */
mbill_status mbill__board_act(mbill_board *board, const mbill__board_line *line, const size_t *touched, size_t n_touched,
    mbill_error *err)
{
    size_t n_done = 0;
    mbill_error why;
    mbill_error_init(&why);
    mbill_status refused = n_touched == 0
        ? mbill__fail(&why, MBILL_E_NOT_FOUND, "no alarm that the action is for was heard of yet")
        : MBILL_OK;
    for (size_t i = 0; i < n_touched; i++) {
        mbill_status status = act_on(board, line, touched[i], &n_done, &why);
        if (status != MBILL_OK) refused = status;
        if (status == MBILL_E_NOMEM) break;
    }
    if (refused == MBILL_OK || (n_done > 0 && refused != MBILL_E_NOMEM)) return MBILL_OK;
    return mbill__fail_path(err, refused, why.path, "%s", why.message);
}

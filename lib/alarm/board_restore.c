/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what a stop means to the alarms of a board. */
#include "alarm/board.h"

static mbill_status restore_one(mbill_board *board, size_t at, const mbill_restart *restart, mbill_error *err)
{
    mbill__standing *standing = &board->standings[at];
    for (size_t level = 0; standing->window == NULL && standing->detector == NULL && level < standing->def->n_levels; level++) {
        const mbill_alarm_config *config = &standing->def->levels[level].config;
        mbill_alarm *alarm = &standing->alarms[level];
        bool is_pending_again = board->alarms->repends && board->other_config && alarm->state == MBILL_ALARM_ON &&
            alarm->t0_s > restart->restored_s - config->on_s;
        MBILL_TRY(mbill_alarm_restore(config, alarm, restart, err));
        if (!is_pending_again) continue;
        mbill_alarm_event events[MBILL_ALARM_RECONFIGURE_EVENTS];
        size_t n;
        MBILL_TRY(mbill_alarm_reconfigure(config, config, alarm, restart->restored_s, MBILL_ALARM_REPEND, events, &n, err));
        for (size_t i = 0; i < n; i++) {
            void *items = board->found;
            mbill_status status = mbill__board_grow(board, &items, &board->cap_found, board->n_found + 1, sizeof *board->found,
                err);
            board->found = items;
            MBILL_TRY(status);
            board->found[board->n_found++] = (mbill__found){events[i], at};
        }
    }
    return MBILL_OK;
}

void mbill__board_keep(mbill_board *board)
{
    board->is_kept = true;
    board->restores = board->restores && board->other_config;
    board->has_kept_tick = board->has_tick;
    board->kept_tick_s = board->tick_s;
    for (size_t i = 0; i < board->n_standings; i++) {
        mbill__standing *standing = &board->standings[i];
        standing->has_kept = (standing->window != NULL ? standing->window->mark : standing->alarms[0].mark) != 0;
        standing->kept_s = standing->window != NULL ? standing->window->last_s : standing->alarms[0].last_s;
    }
}

mbill_status mbill__board_restore(mbill_board *board, int64_t t_s, mbill_error *err)
{
    mbill_restart restart = board->alarms->restart;
    restart.saved_s = board->saved_s;
    restart.restored_s = t_s > board->saved_s ? t_s : board->saved_s;
    board->restores = false;
    for (size_t i = 0; i < board->n_standings; i++) MBILL_TRY(restore_one(board, i, &restart, err));
    return MBILL_OK;
}

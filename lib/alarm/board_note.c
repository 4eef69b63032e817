/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what one alarm of a board tells: events, messages of its notice, the supply. */
#include "alarm/board.h"

enum { ROOM = 8 };

mbill_status mbill__board_say(mbill_board *board, const mbill__saying *one, mbill_error *err)
{
    void *items = board->sayings;
    mbill_status status = mbill__board_grow(board, &items, &board->cap_sayings, board->n_sayings + 1, sizeof *one, err);
    board->sayings = items;
    if (status == MBILL_OK) board->sayings[board->n_sayings++] = *one;
    return status;
}

/* ---- notices ---- */

static mbill_status say_told(mbill_board *board, size_t at, size_t level, const mbill_notice_event *event, int64_t observed_s,
    mbill_error *err)
{
    const mbill__saying one = {.what = event->kind == MBILL_TOLD_NOTIFY ? MBILL__SAYS_NOTIFY : MBILL__SAYS_ESCALATE,
        .standing = at,
        .level = level,
        .effective_s = event->effective_s,
        .observed_s = observed_s,
        .episode = event->episode,
        .channels = event->channels,
        .count = event->count,
        .step = event->step,
        .priority = board->standings[at].def->priority};
    return mbill__board_say(board, &one, err);
}

mbill_status mbill__board_notice(mbill_board *board, size_t at, size_t level, const mbill_notice_input *input, int64_t observed_s,
    mbill_error *err)
{
    mbill__standing *standing = &board->standings[at];
    mbill_notice *notice = &standing->notices[level];
    mbill_notice_input own = *input;
    mbill_notice_event events[ROOM];
    mbill_status status;
    if (!standing->def->levels[level].has_notice) return MBILL_OK;
    if (notice->mark != 0 && notice->last_s > own.t_s) own.t_s = notice->last_s;
    do {
        size_t n;
        status = mbill_notice_step(&standing->def->levels[level].notice, notice, &own, events, ROOM, &n, err);
        for (size_t i = 0; i < n; i++) MBILL_TRY(say_told(board, at, level, &events[i], observed_s, err));
    } while (status == MBILL_E_ROOM);
    return status;
}

mbill_status mbill__board_suppress(mbill_board *board, size_t at, size_t level, bool asked, bool inhibited, int64_t t_s,
    int64_t observed_s, mbill_error *err)
{
    mbill__standing *standing = &board->standings[at];
    bool before = (standing->asked[level] | standing->inhibited[level]) != 0, after = asked || inhibited;
    const mbill_notice_input input = {t_s, 0, after ? MBILL_NOTICE_SUPPRESS : MBILL_NOTICE_UNSUPPRESS, 0};
    standing->asked[level] = asked;
    standing->inhibited[level] = inhibited;
    return before == after ? MBILL_OK : mbill__board_notice(board, at, level, &input, observed_s, err);
}

/* ---- the supply ---- */

static bool trips(const mbill__standing *standing)
{
    for (size_t i = 0; i < standing->def->n_levels; i++) {
        int32_t trip = standing->def->levels[i].trip;
        bool is_masked = trip == MBILL__TRIP_MASKABLE && standing->keeps_supply != 0;
        if (standing->active[i] != 0 && trip != MBILL__TRIP_NONE && !is_masked) return true;
    }
    return false;
}

mbill_status mbill__board_trip(mbill_board *board, size_t at, int64_t t_s, int64_t observed_s, mbill_error *err)
{
    mbill__standing *standing = &board->standings[at];
    bool is_tripped = trips(standing);
    if (is_tripped == (standing->tripped != 0)) return MBILL_OK;
    standing->tripped = is_tripped;
    const mbill__saying one = {.what = is_tripped ? MBILL__SAYS_TRIP : MBILL__SAYS_RELEASE,
        .standing = at,
        .effective_s = t_s,
        .observed_s = observed_s};
    return mbill__board_say(board, &one, err);
}

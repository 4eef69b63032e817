/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what the alarms of a board do to each other: inhibition, and messages of groups. */
#include "alarm/board.h"

/* ---- inhibition ---- */

/* Labels of the document, and alarm, key and level. */
static mbill_label *labels_of(mbill_board *board, const mbill__standing *standing, size_t level, size_t *n)
{
    static const char *const names[] = {"alarm", "key", "level"};
    *n = standing->def->n_labels + MBILL__COUNT_OF(names);
    mbill_label *labels = mbill__arena_take(&board->arena, *n, sizeof *labels);
    for (size_t i = 0; labels != NULL && i < *n; i++) {
        bool is_own = i < MBILL__COUNT_OF(names);
        labels[i].name = is_own ? names[i] : standing->def->labels[i - MBILL__COUNT_OF(names)].name;
        labels[i].value = mbill__board_label(standing, level, labels[i].name);
    }
    return labels;
}

static mbill_status learn(mbill_board *board, mbill__standing *standing, mbill_error *err)
{
    void *labelled = board->labelled, *suppressed = board->suppressed;
    size_t wanted = board->n_labelled + standing->def->n_levels;
    mbill_status status = mbill__board_grow(board, &labelled, &board->cap_labelled, wanted, sizeof *board->labelled, err);
    board->labelled = labelled;
    if (status == MBILL_OK) status = mbill__board_grow(board, &suppressed, &board->cap_suppressed, wanted, 1, err);
    board->suppressed = suppressed;
    MBILL_TRY(status);
    standing->first_labelled = board->n_labelled;
    for (size_t level = 0; level < standing->def->n_levels; level++) {
        size_t n;
        mbill_label *labels = labels_of(board, standing, level, &n);
        if (labels == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the board could not be allocated");
        board->labelled[board->n_labelled++] = (mbill_labelled){labels, n, 0, 0};
    }
    return MBILL_OK;
}

mbill_status mbill__board_inhibit(mbill_board *board, int64_t t_s, int64_t observed_s, mbill_error *err)
{
    const mbill_alarms *alarms = board->alarms;
    if (alarms->n_inhibitions == 0) return MBILL_OK;
    for (; board->n_known < board->n_standings; board->n_known++) MBILL_TRY(learn(board, &board->standings[board->n_known], err));
    for (size_t i = 0; i < board->n_standings; i++)
        for (size_t level = 0; level < board->standings[i].def->n_levels; level++)
            board->labelled[board->standings[i].first_labelled + level].active = board->standings[i].active[level];
    MBILL_TRY(
        mbill_inhibit(alarms->inhibitions, alarms->n_inhibitions, board->labelled, board->n_labelled, board->suppressed, err));
    for (size_t i = 0; i < board->n_standings; i++)
        for (size_t level = 0; level < board->standings[i].def->n_levels; level++) {
            const mbill__standing *standing = &board->standings[i];
            bool inhibited = board->suppressed[standing->first_labelled + level] != 0;
            if (inhibited != (standing->inhibited[level] != 0))
                MBILL_TRY(mbill__board_suppress(board, i, level, standing->asked[level] != 0, inhibited, t_s, observed_s, err));
        }
    return MBILL_OK;
}

/* ---- groups ---- */

static bool is_masked(const mbill__standing *standing, size_t level, int64_t t_s)
{
    const mbill_notice *notice = &standing->notices[level];
    bool is_shelved = notice->shelved != MBILL_SHELF_NONE && notice->shelf_end_s > t_s;
    return standing->asked[level] != 0 || standing->inhibited[level] != 0 || is_shelved || notice->out_of_service != 0;
}

/* How every level of a gathering's alarms stands now; fills the board's members. */
static mbill_status gather(mbill_board *board, size_t gathering, int64_t t_s, size_t *n, bool *anybody, mbill_error *err)
{
    void *members = board->members;
    mbill_status status = mbill__board_grow(board, &members, &board->cap_members, board->n_standings * MBILL_LEVELS_MAX,
        sizeof *board->members, err);
    board->members = members;
    MBILL_TRY(status);
    *n = 0;
    *anybody = false;
    for (size_t i = 0; i < board->n_standings; i++)
        for (size_t level = 0; board->standings[i].group == gathering && level < board->standings[i].def->n_levels; level++) {
            mbill__standing *standing = &board->standings[i];
            mbill_group_member *member = &standing->members[level];
            *anybody = *anybody || standing->active[level] != 0;
            if (is_masked(standing, level, t_s)) member->now = MBILL_GROUP_ABSENT;
            else
                member->now = standing->active[level] != 0 ? MBILL_GROUP_FIRING
                    : standing->resolved[level] != 0       ? MBILL_GROUP_RESOLVED
                                                           : MBILL_GROUP_ABSENT;
            board->members[(*n)++] = *member;
        }
    return MBILL_OK;
}

/* What the flush noted goes back to the alarms, and into the message. */
static mbill_status scatter(mbill_board *board, size_t gathering, bool is_message, int64_t effective_s, int64_t observed_s,
    mbill_error *err)
{
    size_t at = 0, first = board->n_told;
    void *told = board->told;
    mbill_status status = mbill__board_grow(board, &told, &board->cap_told, first + board->n_standings * MBILL_LEVELS_MAX,
        sizeof *board->told, err);
    board->told = told;
    MBILL_TRY(status);
    for (size_t i = 0; i < board->n_standings; i++)
        for (size_t level = 0; board->standings[i].group == gathering && level < board->standings[i].def->n_levels;
             level++, at++) {
            mbill__standing *standing = &board->standings[i];
            standing->members[level] = board->members[at];
            standing->resolved[level] = 0;
            if (is_message && board->members[at].sent != MBILL_GROUP_ABSENT)
                board->told[board->n_told++] = (mbill__told){i, level, board->members[at].sent == MBILL_GROUP_FIRING};
        }
    const mbill__saying one = {.what = MBILL__SAYS_GROUP,
        .standing = gathering,
        .effective_s = effective_s,
        .observed_s = observed_s,
        .first_member = first,
        .n_members = board->n_told - first};
    return is_message ? mbill__board_say(board, &one, err) : MBILL_OK;
}

/* After a look without a message the next that can have one, when no alarm's shelving ends in between: the looks before it would only cost time. */
static void skip(const mbill_group_config *config, mbill_group *group, const mbill_group_member *members, size_t n,
    int64_t limit_s)
{
    bool fires = false;
    for (size_t i = 0; i < n; i++) fires = fires || members[i].now == MBILL_GROUP_FIRING;
    int64_t target_s = limit_s + 1;
    if (fires && group->has_sent != 0 && group->sent_s + config->repeat_s < limit_s)
        target_s = group->sent_s + config->repeat_s + 1;
    if (group->begun == 0 || group->next_s >= target_s) return;
    uint64_t gap_s = (uint64_t)target_s - (uint64_t)group->next_s, interval_s = (uint64_t)config->interval_s;
    group->next_s = (int64_t)((uint64_t)group->next_s + (gap_s + interval_s - 1) / interval_s * interval_s);
}

static bool has_shelved(const mbill_board *board, size_t gathering)
{
    for (size_t i = 0; i < board->n_standings; i++)
        for (size_t level = 0; board->standings[i].group == gathering && level < board->standings[i].def->n_levels; level++)
            if (board->standings[i].notices[level].shelved != MBILL_SHELF_NONE) return true;
    return false;
}

static mbill_status flush_one(mbill_board *board, size_t gathering, int64_t limit_s, int64_t observed_s, mbill_error *err)
{
    const mbill_group_config *config = &board->alarms->group;
    mbill_group *group = &board->gatherings[gathering].group;
    int64_t at_s = group->next_s;
    size_t n;
    bool anybody;
    MBILL_TRY(gather(board, gathering, at_s, &n, &anybody, err));
    bool is_message = mbill_group_flush(config, group, board->members, n, at_s, NULL) == 1;
    if (group->begun == 0 && anybody) { /* only masked ones are left: the group goes on */
        group->begun = 1;
        group->next_s = at_s + config->interval_s;
    }
    MBILL_TRY(scatter(board, gathering, is_message, at_s, observed_s, err));
    if (!is_message && !has_shelved(board, gathering)) skip(config, group, board->members, n, limit_s);
    return MBILL_OK;
}

mbill_status mbill__board_flush(mbill_board *board, int64_t t_s, bool inclusive, int64_t observed_s, mbill_error *err)
{
    for (size_t i = 0; i < board->n_gatherings; i++)
        for (;;) {
            const mbill_group *group = &board->gatherings[i].group;
            if (group->begun == 0 || group->next_s > t_s || (!inclusive && group->next_s == t_s)) break;
            MBILL_TRY(flush_one(board, i, t_s, observed_s, err));
        }
    return MBILL_OK;
}

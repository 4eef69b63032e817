/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how events look: one JSON object a line, in order of their effective times. */
#include "alarm/board.h"

#include <string.h>

static const char *const event_words[] = {"", "RAISE", "CLEAR", "TRIP", "RELEASE", "NOTIFY", "ESCALATE", "GROUP", "STATE",
    "ROLLOVER", "LOCK", "UNLOCK"};

/* Of one instant in the order in which they came. */
void mbill__board_order(mbill_board *board)
{
    mbill__saying *sayings = board->sayings;
    for (size_t i = 1; i < board->n_sayings; i++) {
        mbill__saying one = sayings[i];
        size_t at = i;
        for (; at > 0 && sayings[at - 1].effective_s > one.effective_s; at--) sayings[at] = sayings[at - 1];
        sayings[at] = one;
    }
}

static void put_name(const mbill__standing *standing, size_t level, bool with_level, mbill__writer *to)
{
    mbill__write_text(to, "alarm", standing->def->name);
    if (standing->key[0] != '\0') mbill__write_text(to, "key", standing->key);
    if (!with_level || standing->def->n_levels == 1) return;
    if (standing->def->levels[level].name != NULL) mbill__write_text(to, "level", standing->def->levels[level].name);
    else mbill__write_whole(to, "level", (int64_t)level + 1);
}

static void put_value(const mbill__alarm_def *def, const mbill__saying *saying, mbill__writer *to)
{
    if (!saying->has_value) return;
    if (def->form == MBILL__FORM_WINDOW) mbill__write_whole(to, "count", saying->value);
    else if (def->decimals == 0) mbill__write_whole(to, "value", saying->value);
    else mbill__write_decimal(to, "value", saying->value, def->decimals);
}

static void put_message(const mbill_alarms *alarms, const mbill__saying *saying, mbill__writer *to)
{
    if (saying->what == MBILL__SAYS_NOTIFY) mbill__write_whole(to, "count", saying->count);
    else mbill__write_whole(to, "step", saying->step);
    mbill__write_list(to, "channels");
    for (size_t i = 0; i < alarms->n_channels; i++)
        if ((saying->channels >> i & 1) != 0) mbill__write_text(to, NULL, alarms->channels[i]);
    mbill__write_list_end(to);
}

static void put_members(const mbill_board *board, const mbill__saying *saying, bool fires, mbill__writer *to)
{
    mbill__write_list(to, fires ? "firing" : "resolved");
    for (size_t i = 0; i < saying->n_members; i++) {
        const mbill__told *told = &board->told[saying->first_member + i];
        if (told->fires != fires) continue;
        mbill__write_object(to, NULL);
        put_name(&board->standings[told->standing], told->level, true, to);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
}

/* {"by": {"area": "7"}} */
static void put_group(const mbill_board *board, const mbill__saying *saying, mbill__writer *to)
{
    const char *value = board->gatherings[saying->standing].by;
    if (board->alarms->n_group_by > 0) mbill__write_object(to, "by");
    for (size_t i = 0; i < board->alarms->n_group_by; i++) {
        size_t len = strcspn(value, "\n");
        mbill__write_text_part(to, board->alarms->group_by[i], value, len);
        value += len + 1;
    }
    if (board->alarms->n_group_by > 0) mbill__write_object_end(to);
    put_members(board, saying, true, to);
    put_members(board, saying, false, to);
}

/* The machine's state, what is known of the signal, and the letter of ISA-18.2. */
static void put_state(const mbill__standing *standing, size_t level, mbill__writer *to)
{
    static const char *const states[] = {"off", "pending", "on", "clearing"}, *const qualities[] = {"unseen", "good", "unknown"};
    const mbill_alarm *alarm = &standing->alarms[level];
    bool is_window = standing->window != NULL;
    const char letter[2] = {mbill_notice_letter(&standing->notices[level]), '\0'};
    mbill__write_text(to, "state",
        is_window ? states[standing->window->active != 0 ? MBILL_ALARM_ON : MBILL_ALARM_OFF] : states[alarm->state]);
    if (!is_window) mbill__write_text(to, "quality", qualities[alarm->quality]);
    if (standing->def->levels[level].has_notice) mbill__write_text(to, "letter", letter);
}

static void put_saying(const mbill_board *board, const mbill__saying *saying, mbill__writer *to)
{
    bool is_group = saying->what == MBILL__SAYS_GROUP,
         is_supply = saying->what == MBILL__SAYS_TRIP || saying->what == MBILL__SAYS_RELEASE;
    const mbill__standing *standing = is_group ? NULL : &board->standings[saying->standing];
    mbill__write_object(to, NULL);
    mbill__write_text(to, "event", event_words[saying->what]);
    if (standing != NULL) put_name(standing, saying->level, !is_supply, to);
    mbill__write_whole(to, "effective", saying->effective_s);
    mbill__write_whole(to, "observed", saying->observed_s);
    if (is_group) put_group(board, saying, to);
    else if (saying->what == MBILL__SAYS_STATE) put_state(standing, saying->level, to);
    else if (!is_supply) {
        put_value(standing->def, saying, to);
        if (saying->what == MBILL__SAYS_NOTIFY || saying->what == MBILL__SAYS_ESCALATE) put_message(board->alarms, saying, to);
        mbill__write_whole(to, "episode", saying->episode);
        if (saying->priority > 0) mbill__write_whole(to, "priority", saying->priority);
    }
    mbill__write_object_end(to);
}

void mbill__board_print(mbill_board *board)
{
    mbill__board_order(board);
    for (size_t i = 0; i < board->n_sayings; i++) {
        mbill__writer to;
        mbill__write_start(&to, &board->text, false);
        put_saying(board, &board->sayings[i], &to);
        mbill__buffer_text(&board->text, "\n");
    }
}

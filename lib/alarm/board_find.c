/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with which alarms a board keeps: one of each definition for each key that it heard of, found by both. */
#include "alarm/board.h"

#include <string.h>

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the board could not be allocated");
}

mbill_status mbill__board_grow(mbill_board *board, void **items, size_t *cap, size_t wanted, size_t size, mbill_error *err)
{
    if (wanted <= *cap) return MBILL_OK;
    size_t more = *cap * 2 < wanted ? wanted + 16 : *cap * 2;
    if (more > SIZE_MAX / size) return no_memory(err);
    void *grown = mbill__resize(&board->arena.allocator, *items, *cap * size, more * size);
    if (grown == NULL) return no_memory(err);
    *items = grown;
    *cap = more;
    return MBILL_OK;
}

/* ---- alarms by name and key ---- */

/* FNV-1a over the definition's place and the key. */
static size_t hash_of(const mbill_board *board, const mbill__alarm_def *def, const char *key)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ (uint64_t)(def - board->alarms->defs);
    for (const char *at = key; *at != '\0'; at++) hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
    return (size_t)(hash ^ hash >> 32);
}

/* Where it is, or would be. */
static size_t *place_of(const mbill_board *board, const mbill__alarm_def *def, const char *key)
{
    size_t at = hash_of(board, def, key) & (board->n_index - 1);
    for (;; at = (at + 1) & (board->n_index - 1)) {
        size_t *place = &board->index[at];
        if (*place == 0) return place;
        const mbill__standing *there = &board->standings[*place - 1];
        if (there->def == def && strcmp(there->key, key) == 0) return place;
    }
}

static mbill_status grow_index(mbill_board *board, mbill_error *err)
{
    if (2 * (board->n_standings + 1) <= board->n_index) return MBILL_OK;
    size_t n = board->n_index == 0 ? 64 : 2 * board->n_index,
           *index = mbill__alloc_array(&board->arena.allocator, n, sizeof *index);
    if (index == NULL) return no_memory(err);
    mbill__release(&board->arena.allocator, board->index, board->n_index * sizeof *index);
    board->index = index;
    board->n_index = n;
    for (size_t i = 0; i < board->n_standings; i++) *place_of(board, board->standings[i].def, board->standings[i].key) = i + 1;
    return MBILL_OK;
}

const char *mbill__board_label(const mbill__standing *standing, size_t level, const char *name)
{
    static const char *const numbers[MBILL_LEVELS_MAX] = {"1", "2", "3", "4", "5", "6", "7", "8"};
    for (size_t i = 0; i < standing->def->n_labels; i++)
        if (strcmp(standing->def->labels[i].name, name) == 0) return standing->def->labels[i].value;
    if (strcmp(name, "alarm") == 0) return standing->def->name;
    if (strcmp(name, "key") == 0) return standing->key;
    if (strcmp(name, "level") != 0 || standing->def->n_levels == 1) return "";
    return standing->def->levels[level].name != NULL ? standing->def->levels[level].name : numbers[level];
}

/* The gathering of those with the same labels. */
static mbill_status find_gathering(mbill_board *board, const mbill__standing *standing, size_t *out, mbill_error *err)
{
    const mbill_alarms *alarms = board->alarms;
    mbill__buffer by;
    void *items = board->gatherings;
    mbill__buffer_start(&by, &board->arena.allocator);
    mbill__buffer_text(&by, "");
    for (size_t i = 0; i < alarms->n_group_by; i++) {
        mbill__buffer_text(&by, mbill__board_label(standing, 0, alarms->group_by[i]));
        mbill__buffer_text(&by, "\n");
    }
    mbill_status status = mbill__buffer_check(&by, err);
    const char *text = by.data == NULL ? "" : by.data;
    size_t at = 0;
    while (status == MBILL_OK && at < board->n_gatherings && strcmp(board->gatherings[at].by, text) != 0) at++;
    if (status == MBILL_OK && at == board->n_gatherings) {
        status = mbill__board_grow(board, &items, &board->cap_gatherings, at + 1, sizeof *board->gatherings, err);
        board->gatherings = items;
        const char *kept = mbill__arena_text(&board->arena, text, strlen(text));
        if (status == MBILL_OK && kept == NULL) status = no_memory(err);
        if (status == MBILL_OK) board->gatherings[board->n_gatherings++] = (mbill__gathering){kept, {0}};
    }
    mbill__buffer_free(&by);
    *out = at;
    return status;
}

/* A new one has heard the ticks that were for all. */
static void catch_up(const mbill_board *board, mbill__standing *standing)
{
    if (!board->has_tick) return;
    for (size_t i = 0; i < standing->def->n_levels; i++) {
        standing->alarms[i].last_s = board->tick_s;
        standing->alarms[i].mark = 2;
    }
    if (standing->detector != NULL) standing->detector->alarm = standing->alarms[0];
    if (standing->window == NULL) return;
    standing->window->last_s = board->tick_s;
    standing->window->mark = 2;
}

static mbill_status add(mbill_board *board, const mbill__alarm_def *def, const char *key, size_t *out, mbill_error *err)
{
    void *items = board->standings;
    mbill__standing one = {.def = def, .key = mbill__arena_text(&board->arena, key, strlen(key))};
    if (one.key == NULL) return no_memory(err);
    if (def->form == MBILL__FORM_WINDOW) {
        one.window = mbill__arena_take(&board->arena, 1, mbill_window_size(&def->window));
        if (one.window == NULL) return no_memory(err);
    }
    if (def->form == MBILL__FORM_DETECT) {
        one.detector = mbill__arena_take(&board->arena, 1, sizeof *one.detector);
        if (one.detector == NULL) return no_memory(err);
        one.detector->alarm.level = 1;
    }
    for (size_t i = 0; i < def->n_levels; i++) one.alarms[i].level = (uint8_t)(i + 1);
    catch_up(board, &one);
    if (board->alarms->has_group) MBILL_TRY(find_gathering(board, &one, &one.group, err));
    mbill_status status = mbill__board_grow(board, &items, &board->cap_standings, board->n_standings + 1, sizeof one, err);
    board->standings = items;
    MBILL_TRY(status);
    board->standings[board->n_standings] = one;
    *out = board->n_standings++;
    *place_of(board, def, one.key) = *out + 1;
    return MBILL_OK;
}

mbill_status mbill__board_find(mbill_board *board, const mbill__alarm_def *def, const char *key, size_t *out, mbill_error *err)
{
    MBILL_TRY(grow_index(board, err));
    size_t place = *place_of(board, def, key);
    if (place == 0) return add(board, def, key, out, err);
    *out = place - 1;
    return MBILL_OK;
}

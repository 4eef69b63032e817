/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how a board is opened, asked and closed. */
#include "alarm/board.h"

mbill_status mbill_board_open(const mbill_alarms *alarms, const mbill_allocator *allocator, mbill_board **out_board,
    mbill_error *err)
{
    mbill_allocator memory;
    MBILL__NEED(out_board);
    *out_board = NULL;
    MBILL__NEED(alarms);
    MBILL_TRY(mbill__allocator_read(&memory, allocator, err));
    mbill_board *board = mbill__alloc(&memory, sizeof *board);
    if (board == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the board could not be allocated");
    board->alarms = alarms;
    mbill__arena_start(&board->arena, &memory);
    mbill__buffer_start(&board->text, &memory);
    *out_board = board;
    return MBILL_OK;
}

void mbill_board_free(mbill_board *board)
{
    if (board == NULL) return;
    mbill_allocator memory = board->arena.allocator;
    mbill__release(&memory, board->standings, board->cap_standings * sizeof *board->standings);
    mbill__release(&memory, board->gatherings, board->cap_gatherings * sizeof *board->gatherings);
    mbill__release(&memory, board->sayings, board->cap_sayings * sizeof *board->sayings);
    mbill__release(&memory, board->told, board->cap_told * sizeof *board->told);
    mbill__release(&memory, board->found, board->cap_found * sizeof *board->found);
    mbill__release(&memory, board->index, board->n_index * sizeof *board->index);
    mbill__release(&memory, board->labelled, board->cap_labelled * sizeof *board->labelled);
    mbill__release(&memory, board->suppressed, board->cap_suppressed * sizeof *board->suppressed);
    mbill__release(&memory, board->members, board->cap_members * sizeof *board->members);
    mbill__buffer_free(&board->text);
    mbill__arena_free(&board->arena);
    mbill__release(&memory, board, sizeof *board);
}

mbill_status mbill_board_line(mbill_board *board, const char *line, size_t len, const char **out_text, size_t *out_len,
    mbill_error *err)
{
    mbill__json *document;
    mbill__board_line asked;
    MBILL__NEED(board);
    MBILL__NEED(out_text);
    MBILL__NEED(out_len);
    *out_text = "";
    *out_len = 0;
    if (len > 0) MBILL__NEED(line);
    MBILL_TRY(mbill__json_read(line == NULL ? "" : line, len, &board->arena.allocator, &document, err));
    mbill__node root = mbill__json_root(document);
    board->n_sayings = board->n_told = board->n_found = 0;
    board->text.len = 0;
    mbill_status status = mbill__board_line_read(board->alarms, &root, &asked, err);
    if (status == MBILL_OK) status = mbill__board_run(board, &asked, err);
    mbill__json_free(document);
    mbill__board_print(board);
    if (status == MBILL_OK) status = mbill__buffer_check(&board->text, err);
    if (board->text.len > 0 && !board->text.failed) {
        *out_text = board->text.data;
        *out_len = board->text.len;
    }
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with alarms does: configurations, and a board that takes lines. */
#include "glue_alarm.h"

#include "join.h"

#include <stdlib.h>
#include <string.h>

enum { REASONS = 100 };

struct mbill_face_board {
    mbill_alarms *alarms;
    mbill_board *board;
};

static mbill_status read_alarms(const char *text, size_t len, mbill_alarms **out, mbill_error *err)
{
    size_t n = 0;
    return mbill_alarms_read(text, len, NULL, out, NULL, 0, &n, err);
}

static void add_reasons(face_join *join, const mbill_error *reasons, size_t n)
{
    face_add(join, "{\"reasons\":[");
    for (size_t i = 0; i < n; i++) {
        face_add(join, i > 0 ? ",{" : "{");
        face_add_key(join, "status");
        face_add_quoted(join, mbill_status_name(reasons[i].status));
        face_add_key(join, "path");
        face_add_quoted(join, reasons[i].path);
        face_add_key(join, "message");
        face_add_quoted(join, reasons[i].message);
        face_add(join, "}");
    }
    face_add(join, "]}");
}

mbill_status mbill_face_alarms_reasons(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    mbill_alarms *alarms = NULL;
    size_t n = 0;
    mbill_error *reasons = face_allocate(REASONS, sizeof *reasons, err);
    if (reasons == NULL) return MBILL_E_NOMEM;
    for (size_t i = 0; i < REASONS; i++) mbill_error_init(&reasons[i]);
    mbill_status status = mbill_alarms_read(text, text_len, NULL, &alarms, reasons, REASONS, &n, err);
    if (status != MBILL_OK && n > 0) status = MBILL_OK;
    if (status == MBILL_OK) add_reasons(&join, reasons, n < REASONS ? n : REASONS);
    mbill_alarms_free(alarms);
    free(reasons);
    return face_take(&join, status, out_text, err);
}

static mbill_status write_alarms(const void *alarms, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_alarms_write(alarms, out_text, inout_len, err);
}

mbill_status mbill_face_alarms_canonical(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err)
{
    mbill_alarms *alarms = NULL;
    mbill_status status = read_alarms(text, text_len, &alarms, err);
    if (status == MBILL_OK) status = face_write(write_alarms, alarms, out_text, err);
    mbill_alarms_free(alarms);
    return status;
}

/* ---- the board ---- */

mbill_status mbill_face_board_open(const char *text, size_t text_len, mbill_face_board **out_board, mbill_error *err)
{
    mbill_face_board *board = face_allocate(1, sizeof *board, err);
    if (board == NULL) return MBILL_E_NOMEM;
    mbill_status status = read_alarms(text, text_len, &board->alarms, err);
    if (status == MBILL_OK) status = mbill_board_open(board->alarms, NULL, &board->board, err);
    if (status == MBILL_OK) *out_board = board;
    else mbill_face_board_free(board);
    return status;
}

void mbill_face_board_free(mbill_face_board *board)
{
    if (board == NULL) return;
    mbill_board_free(board->board);
    mbill_alarms_free(board->alarms);
    free(board);
}

static void add_refusal(face_join *join, int64_t line, const mbill_error *err)
{
    face_add(join, "{");
    face_add_key(join, "line");
    face_add_int(join, line);
    face_add_key(join, "refused");
    face_add_quoted(join, mbill_status_name(err->status));
    if (err->path[0] != '\0') {
        face_add_key(join, "path");
        face_add_quoted(join, err->path);
    }
    face_add_key(join, "message");
    face_add_quoted(join, err->message);
    face_add(join, "}\n");
}

static int is_blank(const char *line, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strchr(" \t\r\n", line[i]) == NULL || line[i] == '\0') return 0;
    return 1;
}

/* One line; the events that it brought stay also where it is refused. */
static void take_line(mbill_board *board, const char *line, size_t n, int64_t number, face_join *join)
{
    const char *events = "";
    size_t n_events = 0;
    mbill_error err;
    mbill_error_init(&err);
    if (is_blank(line, n)) return;
    mbill_status status = mbill_board_line(board, line, n, &events, &n_events, &err);
    face_add_n(join, events, n_events);
    if (status != MBILL_OK) add_refusal(join, number, &err);
}

mbill_status mbill_face_board_lines(mbill_face_board *board, const char *text, size_t text_len, int64_t first, mbill_face_text *out_text,
    mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    if (board == NULL || (text == NULL && text_len > 0)) return face_fail(err, MBILL_E_MISUSE, -1, "a board and lines are needed");
    face_add(&join, "");
    for (size_t at = 0; at < text_len; first++) {
        const char *end = memchr(text + at, '\n', text_len - at);
        size_t n = end != NULL ? (size_t)(end - (text + at)) + 1 : text_len - at;
        take_line(board->board, text + at, n, first, &join);
        at += n;
    }
    return face_take(&join, MBILL_OK, out_text, err);
}

static mbill_status write_board(const void *board, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_board_save(board, out_text, inout_len, err);
}

mbill_status mbill_face_board_save(mbill_face_board *board, mbill_face_text *out_text, mbill_error *err)
{
    return face_write(write_board, board != NULL ? board->board : NULL, out_text, err);
}

mbill_status mbill_face_board_load(mbill_face_board *board, const char *text, size_t text_len, mbill_error *err)
{
    return mbill_board_load(board != NULL ? board->board : NULL, text, text_len, err);
}

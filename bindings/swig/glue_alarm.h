/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with alarms does: configurations, and a board that takes lines. */
#ifndef MBILL_SWIG_GLUE_ALARM_H
#define MBILL_SWIG_GLUE_ALARM_H

#include "glue.h"

/* A board with the configurations that it stands on. */
typedef struct mbill_face_board mbill_face_board;

/* Every reason against a document of kind "alarms" as {"reasons": [{"status", "path", "message"}, …]}; none where it can be used. */
mbill_status mbill_face_alarms_reasons(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err);
/* The document as the library writes it. */
mbill_status mbill_face_alarms_canonical(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err);

mbill_status mbill_face_board_open(const char *text, size_t text_len, mbill_face_board **out_board, mbill_error *err);
#ifndef SWIG /* freed by what owns the handle there */
void mbill_face_board_free(mbill_face_board *board);
#endif
/* Lines of samples, ticks, events and actions in, answers out, a JSON object a line: events, and {"line", "refused", "path", "message"} for a line that is
 * refused and changes nothing. `first` is the number of the first line. */
mbill_status mbill_face_board_lines(mbill_face_board *board, const char *text, size_t text_len, int64_t first, mbill_face_text *out_text,
    mbill_error *err);
mbill_status mbill_face_board_save(mbill_face_board *board, mbill_face_text *out_text, mbill_error *err);
/* A board that no line was given yet takes what was saved. */
mbill_status mbill_face_board_load(mbill_face_board *board, const char *text, size_t text_len, mbill_error *err);

#endif

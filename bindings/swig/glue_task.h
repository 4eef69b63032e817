/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with batch tasks does: adding, operators, work out and answers in. */
#ifndef MBILL_SWIG_GLUE_TASK_H
#define MBILL_SWIG_GLUE_TASK_H

#include "glue.h"

/* A document of kind "task" as the library writes it, with its targets: those of a file (CSV or JSON lines), where targets is not NULL. */
mbill_status mbill_face_task_canonical(const char *text, size_t text_len, const char *targets, size_t targets_len,
    mbill_face_text *out_text, mbill_error *err);

/* Keep a task; its targets stand in it, in a file, or are those that a selection names now. The task as it stands afterwards, a document of kind "tasks";
 * the same task again changes nothing. */
mbill_status mbill_face_task_add(mbill_store *store, const char *text, size_t text_len, const char *targets, size_t targets_len,
    const char *selection, size_t selection_len, int64_t now_utc_s, mbill_face_text *out_text, mbill_error *err);
/* Every task, or the one of an id: a document of kind "tasks". */
mbill_status mbill_face_task_show(mbill_store *store, const char *name, size_t name_len, mbill_face_text *out_text,
    mbill_error *err);
/* What an operator does: what is "approve", "pause", "resume" or "cancel". */
mbill_status mbill_face_task_step(mbill_store *store, const char *name, size_t name_len, const char *what, size_t what_len,
    const char *by, size_t by_len, int64_t now_utc_s, mbill_error *err);

/* Do what the store does itself, of one task or of all; budget: at most so many items, 0 for all. {"done", "refused", "left"}. */
mbill_status mbill_face_task_run(mbill_store *store, const char *name, size_t name_len, int64_t now_utc_s, int64_t budget,
    mbill_face_text *out_text, mbill_error *err);
/* Hand out what the host does, at most so many: an object a line, each durable. */
mbill_status mbill_face_task_due(mbill_store *store, const char *name, size_t name_len, int64_t now_utc_s, int64_t room,
    mbill_face_text *out_text, mbill_error *err);
/* The host's answer, {"item", "attempt", "outcome", "code"}, and a reason or NULL. {"item", "attempt", "verdict"}. */
mbill_status mbill_face_task_result(mbill_store *store, const char *text, size_t text_len, const char *reason, size_t reason_len,
    int64_t now_utc_s, mbill_face_text *out_text, mbill_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A store: one SQLite file that keeps everything. */
%{
#include "glue_store.h"
%}
FACE_HANDLE(mbill_store, mbill_store_free)
FACE_TEXT(path)
FACE_TEXT(what)
FACE_TEXT(name)
FACE_TEXT(zone)
FACE_TEXT(reason)
FACE_TEXT(from)
FACE_TEXT(to)
FACE_TEXT(selection)
FACE_TEXT(options)
FACE_TEXT(meter)
FACE_COLUMN(int64_t, registers)
FACE_COLUMN(int64_t, ends_utc_s)
%include "glue_store.h"

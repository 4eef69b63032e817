/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which adapters put answers together from what the library writes. */
#ifndef MBILL_SWIG_JOIN_H
#define MBILL_SWIG_JOIN_H

#include "glue.h"

/* A text that grows; after memory has run out it stays NULL and the rest is let pass. */
typedef struct face_join {
    char *p;
    size_t n, cap;
    int failed;
} face_join;

/* One of the library's writers, bound to what it writes: asked with NULL for the length, then for the text. */
typedef mbill_status (*face_writer)(const void *context, char *out_text, size_t *inout_len, mbill_error *err);

mbill_status face_fail(mbill_error *err, mbill_status status, int64_t index, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
mbill_status face_no_memory(mbill_error *err);
/* Bytes or rows that must be so many. */
mbill_status face_expect(size_t n, size_t expected, const char *what, mbill_error *err);
/* A word that names nothing here. */
mbill_status face_no_such(const char *what, size_t len, mbill_error *err);
/* NULL: no memory, which err then says. Room for none is room for one. */
void *face_allocate(size_t n, size_t size, mbill_error *err);
/* For text that must end: a copy with a NUL; NULL as above. */
char *face_copy(const char *text, size_t len, mbill_error *err);

/* Bytes of the caller's as an answer of their own. */
mbill_status face_give(const uint8_t *bytes, size_t n, mbill_face_bytes *out_bytes, mbill_error *err);

/* What a writer writes, as a text of its own. */
mbill_status face_write(face_writer write, const void *context, mbill_face_text *out_text, mbill_error *err);

void face_add(face_join *join, const char *text);
void face_add_n(face_join *join, const char *text, size_t n);
/* A JSON text with its quotes; NULL is null. */
void face_add_quoted(face_join *join, const char *text_or_null);
void face_add_int(face_join *join, int64_t value);
/* A decimal as JSON text, 10^-6. */
void face_add_micro(face_join *join, int64_t value_micro);
/* ,"key": with a comma where something stands before. */
void face_add_key(face_join *join, const char *key);
/* "key": and a whole number, an amount, a sum, a text. */
void face_add_whole(face_join *join, const char *key, int64_t value);
void face_add_amount(face_join *join, const char *key, int64_t value_micro);
void face_add_sum(face_join *join, const char *key, const mbill_sum *sum);
void face_add_member(face_join *join, const char *key, const char *text_or_null);
/* "key": and bytes in hexadecimal, an id as text, an instant as text in UTC. */
void face_add_hex(face_join *join, const char *key, const uint8_t *bytes, size_t n);
void face_add_id(face_join *join, const char *key, const mbill_id *id);
void face_add_instant(face_join *join, const char *key, int64_t utc_s);
/* "key": and a list that was made apart, without its brackets; the list is freed. */
void face_add_list(face_join *join, const char *key, face_join *list);
/* "status", "path" and "message" of an error. */
void face_add_error(face_join *join, const mbill_error *err);
/* What a writer writes, at the end. */
mbill_status face_add_written(face_join *join, face_writer write, const void *context, mbill_error *err);
/* The same where it mostly fits `room`, and is then written once. */
mbill_status face_add_written_once(face_join *join, size_t room, face_writer write, const void *context, mbill_error *err);
/* A document that is left open: "meterbill" and its kind. */
void face_begin(face_join *join, const char *kind);
/* The finished text, or the failure; the join is empty afterwards in any case. */
mbill_status face_take(face_join *join, mbill_status status, mbill_face_text *out_text, mbill_error *err);

#endif

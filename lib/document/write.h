/* SPDX-License-Identifier: Apache-2.0 */
/* JSON out: a writer over a growing buffer. Commas, colons and escapes are its affair; pretty form with two spaces when indent is
 * set. key is NULL inside lists and at the root. Decimals are written as text, exactly. Nothing can fail but memory, which shows
 * in mbill__buffer_check; bytes of a text that are not UTF-8 are written as U+FFFD, so that what was written can always be read.
 * */
#ifndef MBILL__WRITE_H
#define MBILL__WRITE_H

#include "base/memory.h"
#include "meterbill/calendar.h"

typedef struct mbill__writer {
    mbill__buffer *buffer;
    bool indent, first;
    int32_t depth;
} mbill__writer;

void mbill__write_start(mbill__writer *writer, mbill__buffer *buffer, bool indent); /* buffer: started; what is in it stays */
void mbill__write_object(mbill__writer *writer, const char *key);
void mbill__write_object_end(mbill__writer *writer);
void mbill__write_list(mbill__writer *writer, const char *key);
void mbill__write_list_end(mbill__writer *writer);
void mbill__write_text(mbill__writer *writer, const char *key, const char *text);                  /* NULL text writes null */
void mbill__write_text_part(mbill__writer *writer, const char *key, const char *text, size_t len); /* text[0..len), not NULL */
void mbill__write_decimal(mbill__writer *writer, const char *key, int64_t value, int32_t scale);   /* scale 0..9; "7.5" */
/* A number when |value| < 2^31, else decimal text. */
void mbill__write_whole(mbill__writer *writer, const char *key, int64_t value);
void mbill__write_bool(mbill__writer *writer, const char *key, bool value);
/* Text, two lower-case digits a byte. */
void mbill__write_hex(mbill__writer *writer, const char *key, const void *bytes, size_t n);
/* An instant with the zone's offset there. */
mbill_status mbill__write_time(mbill__writer *writer, const char *key, int64_t utc_s, const mbill_zone *zone, mbill_error *err);
void mbill__write_raw(mbill__writer *writer, const char *key, const char *json, size_t len); /* a value that is JSON already */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* JSON out: a writer over a growing buffer. Commas, colons and escapes are its affair; pretty form with two spaces when indent is set.
 * key is NULL inside lists. Decimals are written as text, exactly. */
#ifndef MBILL__WRITE_H
#define MBILL__WRITE_H

#include "base/memory.h"

typedef struct mbill__writer {
    mbill__buffer *buffer;
    bool indent, first;
    int32_t depth;
} mbill__writer;

void mbill__write_start(mbill__writer *writer, mbill__buffer *buffer, bool indent);
void mbill__write_object(mbill__writer *writer, const char *key);
void mbill__write_object_end(mbill__writer *writer);
void mbill__write_list(mbill__writer *writer, const char *key);
void mbill__write_list_end(mbill__writer *writer);
void mbill__write_text(mbill__writer *writer, const char *key, const char *text); /* NULL text writes null */
void mbill__write_decimal(mbill__writer *writer, const char *key, int64_t value, int32_t scale);
void mbill__write_whole(mbill__writer *writer, const char *key, int64_t value);   /* |value| < 2^31, else written as decimal text */
void mbill__write_bool(mbill__writer *writer, const char *key, bool value);
void mbill__write_hex(mbill__writer *writer, const char *key, const void *bytes, size_t n);
void mbill__write_raw(mbill__writer *writer, const char *key, const char *json, size_t len); /* a value that is JSON already */

#endif

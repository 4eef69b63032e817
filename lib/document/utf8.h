/* SPDX-License-Identifier: Apache-2.0 */
/* What documents need of UTF-8 beyond base/utf8.h: cutting text between characters, and writing one. */
#ifndef MBILL__DOCUMENT_UTF8_H
#define MBILL__DOCUMENT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the longest head of text[0..len) that has at most `room` bytes and does not cut a character of well-formed text. */
size_t mbill__utf8_head(const char *text, size_t len, size_t room);

/* Write one code point (not a surrogate, at most U+10FFFF); returns its bytes, 1 to 4. */
size_t mbill__utf8_put(uint32_t code, char out[4]);

#endif

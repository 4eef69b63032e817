/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of frames that protocols share: BCD numbers, times, hexadecimal text, and items as JSON in and out. */
#ifndef MBILL__FRAME_VALUE_H
#define MBILL__FRAME_VALUE_H

#include "document/json.h"
#include "document/write.h"
#include "meterbill/frame.h"

#include <stdbool.h>

#define MBILL__FRAME_NUMBER_BYTES_MAX 9 /* 18 digits fit an int64_t */

/* BCD, low byte first. n at most MBILL__FRAME_NUMBER_BYTES_MAX. false: a half byte is no digit. */
bool mbill__bcd_read(const uint8_t *bytes, size_t n, int64_t *out);
/* false: value is below 0 or has more than 2n digits; nothing is written then. */
bool mbill__bcd_write(int64_t value, uint8_t *bytes, size_t n);
/* All n bytes are this one; false for n = 0. */
bool mbill__bytes_are(const uint8_t *bytes, size_t n, uint8_t byte);

/* A time field is a text of letters, one a byte in the order of the wire: s second, m minute, h hour, w weekday, D day, M month,
 * Y year of the century (20 unless C stands too), C century, N the number of a table's row. Digits are BCD.
 * E_BCD, E_DATE; the message says which bytes. All 99H and all FFH give an item that is not present, and so does all 00H when the
 * field has a day. */
mbill_status mbill__frame_time_read(const char *parts, const uint8_t *bytes, mbill_frame_item *out, mbill_error *err);
/* Not present writes 99H. E_DATE: no such day or time; E_RANGE: the row's number past 99, or a year of another century. */
mbill_status mbill__frame_time_write(const char *parts, const mbill_frame_item *item, uint8_t *bytes, mbill_error *err);

/* Members in JSON. Hexadecimal text has capital letters. */
void mbill__frame_put_hex(mbill__writer *to, const char *key, const uint8_t *bytes, size_t n);
void mbill__frame_put_hex_high_first(mbill__writer *to, const char *key, const uint8_t *bytes, size_t n);
void mbill__frame_put_number(mbill__writer *to, const char *key, const mbill_frame_item *item); /* "0.26", all places; null */
void mbill__frame_put_time(mbill__writer *to, const char *key, const mbill_frame_time *time_or_null);

/* Hexadecimal text with an even number of digits, blanks between bytes allowed; E_INVALID, E_LENGTH past cap. */
mbill_status mbill__frame_hex_read(const mbill__node *node, uint8_t *out, size_t cap, size_t *out_n, mbill_error *err);
/* The same of exactly n bytes. high_first: the text's first byte is the last of out. */
mbill_status mbill__frame_hex_bytes(const mbill__node *node, bool high_first, uint8_t *out, size_t n, mbill_error *err);
/* A decimal of exactly item->scale places or fewer into item->value, or null (not present). */
mbill_status mbill__frame_number_take(const mbill__node *node, mbill_frame_item *item, mbill_error *err);
/* Text of the parts that a field of these letters has, as mbill__frame_put_time writes it, or null. */
mbill_status mbill__frame_time_take(const mbill__node *node, const char *parts, mbill_frame_item *item, mbill_error *err);

#endif

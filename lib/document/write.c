/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how our JSON looks. Invariant: what is written between start and the last end is one value of RFC 8259 JSON in
 * clean UTF-8, if objects and lists were ended as they were begun. */
#include "document/write.h"
#include "base/fail.h"
#include "base/utf8.h"
#include "meterbill/decimal.h"

#include <string.h>

void mbill__write_start(mbill__writer *writer, mbill__buffer *buffer, bool indent)
{
    *writer = (mbill__writer){.buffer = buffer, .indent = indent, .first = true, .depth = 0};
}

static void put(mbill__writer *writer, const char *text)
{
    mbill__buffer_text(writer->buffer, text);
}

/* Where there is room, as nearly always, without the ways of a longer text. */
static void put_byte(mbill__writer *writer, char byte)
{
    mbill__buffer *buffer = writer->buffer;
    if (buffer->failed || buffer->cap - buffer->len < 2) {
        mbill__buffer_append(buffer, &byte, 1);
        return;
    }
    buffer->data[buffer->len++] = byte;
    buffer->data[buffer->len] = '\0';
}

static void put_line(mbill__writer *writer)
{
    if (!writer->indent) return;
    put(writer, "\n");
    for (int32_t i = 0; i < writer->depth; i++) put(writer, "  ");
}

/* RFC 8259 section 7: only ", \ and C0 need an escape; the short one where there is one. */
static void put_escape(mbill__writer *writer, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef", from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    char text[6] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
    const char *known = byte == 0 ? NULL : strchr(from, byte);
    if (known != NULL) text[1] = to[known - from];
    mbill__buffer_append(writer->buffer, text, known != NULL ? 2 : 6);
}

/* ASCII that stands as it is. */
static inline bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

static void put_text(mbill__writer *writer, const char *text, size_t len)
{
    size_t kept = 0, at = 0; /* text[kept..at) can be written as it is */
    put_byte(writer, '"');
    while (at < len) {
        unsigned char byte = (unsigned char)text[at];
        if (is_plain(byte)) {
            at++;
            continue;
        }
        size_t step = byte < 0x80 ? 0 : mbill__utf8_step(text + at, len - at);
        if (step == 0) {
            mbill__buffer_append(writer->buffer, text + kept, at - kept);
            if (byte >= 0x80) put(writer, "\xEF\xBF\xBD");
            else put_escape(writer, byte);
            kept = at + 1;
        }
        at += step > 0 ? step : 1;
    }
    mbill__buffer_append(writer->buffer, text + kept, len - kept);
    put_byte(writer, '"');
}

/* What stands before a value: comma, line, key. */
static void put_start(mbill__writer *writer, const char *key)
{
    if (!writer->first) put_byte(writer, ',');
    if (writer->depth > 0) put_line(writer);
    writer->first = false;
    if (key == NULL) return;
    put_text(writer, key, strlen(key));
    put_byte(writer, ':');
    if (writer->indent) put_byte(writer, ' ');
}

static void put_open(mbill__writer *writer, const char *key, char bracket)
{
    put_start(writer, key);
    put_byte(writer, bracket);
    writer->depth++;
    writer->first = true;
}

static void put_close(mbill__writer *writer, char bracket)
{
    writer->depth--;
    if (!writer->first) put_line(writer);
    put_byte(writer, bracket);
    writer->first = false;
}

void mbill__write_object(mbill__writer *writer, const char *key)
{
    put_open(writer, key, '{');
}

void mbill__write_object_end(mbill__writer *writer)
{
    put_close(writer, '}');
}

void mbill__write_list(mbill__writer *writer, const char *key)
{
    put_open(writer, key, '[');
}

void mbill__write_list_end(mbill__writer *writer)
{
    put_close(writer, ']');
}

void mbill__write_text(mbill__writer *writer, const char *key, const char *text)
{
    if (text == NULL) mbill__write_raw(writer, key, "null", 4);
    else mbill__write_text_part(writer, key, text, strlen(text));
}

void mbill__write_text_part(mbill__writer *writer, const char *key, const char *text, size_t len)
{
    put_start(writer, key);
    put_text(writer, text, len);
}

static void put_decimal(mbill__writer *writer, int64_t value, int32_t scale)
{
    char text[32]; /* sign, 19 digits, point, a leading 0, NUL */
    size_t len = sizeof text;
    if (mbill_decimal_print(value, scale, text, &len, NULL) != MBILL_OK)
        writer->buffer->failed = true; /* a scale of our own is wrong: never half a document */
    else put(writer, text);
}

void mbill__write_decimal(mbill__writer *writer, const char *key, int64_t value, int32_t scale)
{
    put_start(writer, key);
    put_byte(writer, '"');
    put_decimal(writer, value, scale);
    put_byte(writer, '"');
}

void mbill__write_whole(mbill__writer *writer, const char *key, int64_t value)
{
    if (value < -INT32_MAX || value > INT32_MAX) {
        mbill__write_decimal(writer, key, value, 0);
        return;
    }
    put_start(writer, key);
    put_decimal(writer, value, 0);
}

void mbill__write_bool(mbill__writer *writer, const char *key, bool value)
{
    put_start(writer, key);
    put(writer, value ? "true" : "false");
}

void mbill__write_hex(mbill__writer *writer, const char *key, const void *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *at = bytes;
    put_start(writer, key);
    put_byte(writer, '"');
    for (size_t i = 0; i < n; i++) {
        char pair[2] = {digits[at[i] >> 4], digits[at[i] & 15]};
        mbill__buffer_append(writer->buffer, pair, sizeof pair);
    }
    put_byte(writer, '"');
}

void mbill__write_raw(mbill__writer *writer, const char *key, const char *json, size_t len)
{
    put_start(writer, key);
    mbill__buffer_append(writer->buffer, json, len);
}

mbill_status mbill__write_time(mbill__writer *writer, const char *key, int64_t utc_s, const mbill_zone *zone, mbill_error *err)
{
    char text[64];
    size_t room = sizeof text;
    MBILL_TRY(mbill_time_print(utc_s, zone, text, &room, err));
    mbill__write_text(writer, key, text);
    return MBILL_OK;
}

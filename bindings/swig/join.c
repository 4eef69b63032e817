/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which adapters put answers together from what the library writes. */
#include "join.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

mbill_status face_fail(mbill_error *err, mbill_status status, int64_t index, const char *format, ...)
{
    if (err != NULL) {
        va_list arguments;
        va_start(arguments, format);
        mbill_error_init(err);
        err->status = (int32_t)status;
        err->index = index;
        (void)vsnprintf(err->message, sizeof err->message, format, arguments);
        va_end(arguments);
    }
    return status;
}

mbill_status face_no_such(const char *what, size_t len, mbill_error *err)
{
    return face_fail(err, MBILL_E_NOT_FOUND, -1, "there is no \"%.*s\" here", (int)(len < 64 ? len : 64),
        what != NULL ? what : "");
}

mbill_status face_expect(size_t n, size_t expected, const char *what, mbill_error *err)
{
    if (n == expected) return MBILL_OK;
    return face_fail(err, MBILL_E_MISUSE, -1, "%s has %zu bytes, expected %zu", what, n, expected);
}

mbill_status face_no_memory(mbill_error *err)
{
    return face_fail(err, MBILL_E_NOMEM, -1, "no memory for the answer");
}

void *face_allocate(size_t n, size_t size, mbill_error *err)
{
    void *p = calloc(n > 0 ? n : 1, size);
    if (p == NULL) (void)face_no_memory(err);
    return p;
}

char *face_copy(const char *text, size_t len, mbill_error *err)
{
    char *copy = face_allocate(len + 1, 1, err);
    if (copy != NULL && len > 0) memcpy(copy, text, len);
    return copy;
}

mbill_status face_give(const uint8_t *bytes, size_t n, mbill_face_bytes *out_bytes, mbill_error *err)
{
    uint8_t *copy = face_allocate(n, 1, err);
    if (copy == NULL) return MBILL_E_NOMEM;
    if (n > 0) memcpy(copy, bytes, n);
    *out_bytes = (mbill_face_bytes){copy, n};
    return MBILL_OK;
}

static void make_room(face_join *join, size_t more)
{
    if (join->failed || join->cap - join->n > more) return;
    size_t cap = (join->cap + more) * 2 + 64;
    char *p = cap > more ? realloc(join->p, cap) : NULL;
    if (p == NULL) {
        join->failed = 1;
        return;
    }
    join->p = p;
    join->cap = cap;
}

void face_add_n(face_join *join, const char *text, size_t n)
{
    make_room(join, n + 1);
    if (join->failed) return;
    if (n > 0) memcpy(join->p + join->n, text, n);
    join->n += n;
    join->p[join->n] = '\0';
}

void face_add(face_join *join, const char *text)
{
    face_add_n(join, text, strlen(text));
}

void face_add_quoted(face_join *join, const char *text)
{
    if (text == NULL) {
        face_add(join, "null");
        return;
    }
    face_add(join, "\"");
    for (; *text != '\0'; text++) {
        char escaped[8];
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') (void)snprintf(escaped, sizeof escaped, "\\%c", c);
        else if (c < 0x20) (void)snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)c);
        else (void)snprintf(escaped, sizeof escaped, "%c", c);
        face_add(join, escaped);
    }
    face_add(join, "\"");
}

void face_add_int(face_join *join, int64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)value);
    face_add(join, text);
}

void face_add_micro(face_join *join, int64_t value_micro)
{
    char text[MBILL_DECIMAL_TEXT_MAX];
    size_t len = sizeof text;
    if (mbill_decimal_print(value_micro, MBILL_SCALE_MICRO, text, &len, NULL) != MBILL_OK) join->failed = 1;
    else face_add_quoted(join, text);
}

void face_add_key(face_join *join, const char *key)
{
    if (join->n > 0 && join->p[join->n - 1] != '{' && join->p[join->n - 1] != '[') face_add(join, ",");
    face_add_quoted(join, key);
    face_add(join, ":");
}

void face_add_whole(face_join *join, const char *key, int64_t value)
{
    face_add_key(join, key);
    face_add_int(join, value);
}

void face_add_amount(face_join *join, const char *key, int64_t value_micro)
{
    face_add_key(join, key);
    face_add_micro(join, value_micro);
}

void face_add_sum(face_join *join, const char *key, const mbill_sum *sum)
{
    char text[64];
    size_t len = sizeof text;
    face_add_key(join, key);
    if (mbill_sum_print(sum, MBILL_SCALE_MICRO, text, &len, NULL) != MBILL_OK) join->failed = 1;
    else face_add_quoted(join, text);
}

void face_add_member(face_join *join, const char *key, const char *text)
{
    face_add_key(join, key);
    face_add_quoted(join, text);
}

void face_add_hex(face_join *join, const char *key, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    face_add_key(join, key);
    face_add(join, "\"");
    for (size_t i = 0; i < n; i++) face_add_n(join, (char[]){digits[bytes[i] >> 4], digits[bytes[i] & 15]}, 2);
    face_add(join, "\"");
}

void face_add_id(face_join *join, const char *key, const mbill_id *id)
{
    char text[64];
    size_t len = sizeof text;
    if (mbill_id_print(id, text, &len, NULL) != MBILL_OK) join->failed = 1;
    else face_add_member(join, key, text);
}

void face_add_instant(face_join *join, const char *key, int64_t utc_s)
{
    char text[64];
    size_t len = sizeof text;
    if (mbill_time_print(utc_s, NULL, text, &len, NULL) != MBILL_OK) join->failed = 1;
    else face_add_member(join, key, text);
}

void face_add_list(face_join *join, const char *key, face_join *list)
{
    face_add_key(join, key);
    face_add(join, "[");
    if (list->p != NULL) face_add_n(join, list->p, list->n);
    face_add(join, "]");
    if (list->failed) join->failed = 1;
    free(list->p);
}

void face_add_error(face_join *join, const mbill_error *err)
{
    face_add_member(join, "status", mbill_status_name(err->status));
    face_add_member(join, "path", err->path);
    face_add_member(join, "message", err->message);
}

mbill_status face_add_written(face_join *join, face_writer write, const void *context, mbill_error *err)
{
    size_t len = 0;
    mbill_status status = write(context, NULL, &len, err);
    if (status != MBILL_OK && status != MBILL_E_ROOM) return status;
    make_room(join, len + 1);
    if (join->failed) return face_no_memory(err);
    status = write(context, join->p + join->n, &len, err);
    if (status == MBILL_OK) join->n += len - 1;
    return status;
}

mbill_status face_add_written_once(face_join *join, size_t room, face_writer write, const void *context, mbill_error *err)
{
    make_room(join, room + 1);
    if (join->failed) return face_no_memory(err);
    size_t len = room;
    mbill_status status = write(context, join->p + join->n, &len, err);
    if (status == MBILL_E_ROOM) return face_add_written(join, write, context, err);
    if (status == MBILL_OK) join->n += len - 1;
    return status;
}

void face_begin(face_join *join, const char *kind)
{
    face_add(join, "{\"meterbill\":1");
    face_add_member(join, "kind", kind);
}

mbill_status face_take(face_join *join, mbill_status status, mbill_face_text *out_text, mbill_error *err)
{
    if (status == MBILL_OK && join->failed) status = face_no_memory(err);
    if (status == MBILL_OK) {
        out_text->p = join->p;
        out_text->n = join->n;
    } else {
        free(join->p);
    }
    memset(join, 0, sizeof *join);
    return status;
}

mbill_status face_write(face_writer write, const void *context, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    return face_take(&join, face_add_written(&join, write, context, err), out_text, err);
}

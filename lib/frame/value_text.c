/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a field that protocols share is written otherwise in documents. */
#include "frame/value.h"

#include "calendar/civil.h"
#include "meterbill/decimal.h"

#include <string.h>

#define TIME_TEXT_MAX 20 /* 2026-02-01T00:00:00 and the NUL */

static void put_bytes(mbill__writer *to, const char *key, const uint8_t *bytes, size_t n, bool high_first)
{
    static const char digits[] = "0123456789ABCDEF";
    char text[1024];
    size_t len = n < sizeof text / 2 ? n : sizeof text / 2;
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = bytes[high_first ? len - 1 - i : i];
        text[2 * i] = digits[byte >> 4];
        text[2 * i + 1] = digits[byte & 15];
    }
    mbill__write_text_part(to, key, text, 2 * len);
}

void mbill__frame_put_hex(mbill__writer *to, const char *key, const uint8_t *bytes, size_t n)
{
    put_bytes(to, key, bytes, n, false);
}

void mbill__frame_put_hex_high_first(mbill__writer *to, const char *key, const uint8_t *bytes, size_t n)
{
    put_bytes(to, key, bytes, n, true);
}

void mbill__frame_put_number(mbill__writer *to, const char *key, const mbill_frame_item *item)
{
    char text[MBILL_DECIMAL_TEXT_MAX];
    size_t len = sizeof text;
    bool written = item->present != 0 &&
        mbill_decimal_print_places(item->value, item->scale, item->scale, text, &len, NULL) == MBILL_OK;
    mbill__write_text(to, key, written ? text : NULL);
}

/* Append two digits and what stands before them. */
static size_t put_part(char *text, size_t len, char before, int32_t value)
{
    if (value < 0) return len;
    if (len > 0) text[len++] = before;
    mbill__civil_write(text + len, 2, value);
    return len + 2;
}

static size_t print_time(const mbill_frame_time *time, char *text)
{
    size_t len = 0;
    if (time->year >= 0) {
        mbill__civil_write(text, 4, time->year);
        len = 4;
    }
    len = put_part(text, len, '-', time->month);
    len = put_part(text, len, '-', time->day);
    len = put_part(text, len, 'T', time->hour);
    len = put_part(text, len, ':', time->minute);
    return put_part(text, len, ':', time->second);
}

void mbill__frame_put_time(mbill__writer *to, const char *key, const mbill_frame_time *time_or_null)
{
    char text[TIME_TEXT_MAX];
    if (time_or_null == NULL) mbill__write_text(to, key, NULL);
    else mbill__write_text_part(to, key, text, print_time(time_or_null, text));
}

static int32_t hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

mbill_status mbill__frame_hex_read(const mbill__node *node, uint8_t *out, size_t cap, size_t *out_n, mbill_error *err)
{
    const char *at;
    size_t n = 0;
    MBILL_TRY(mbill__node_text(node, &at, err));
    while (*at != '\0') {
        if (*at == ' ') {
            at++;
            continue;
        }
        int32_t high = hex_digit(at[0]), low = high < 0 ? -1 : hex_digit(at[1]);
        if (low < 0) return mbill__node_fail(node, err, MBILL_E_INVALID, "expected two hexadecimal digits a byte");
        if (n == cap) return mbill__node_fail(node, err, MBILL_E_LENGTH, "more than %zu bytes", cap);
        out[n++] = (uint8_t)(high * 16 + low);
        at += 2;
    }
    *out_n = n;
    return MBILL_OK;
}

mbill_status mbill__frame_hex_bytes(const mbill__node *node, bool high_first, uint8_t *out, size_t n, mbill_error *err)
{
    uint8_t bytes[MBILL__FRAME_NUMBER_BYTES_MAX + 23];
    size_t got;
    MBILL_TRY(mbill__frame_hex_read(node, bytes, n, &got, err));
    if (got != n) return mbill__node_fail(node, err, MBILL_E_LENGTH, "%zu bytes, expected %zu", got, n);
    for (size_t i = 0; i < n; i++) out[i] = bytes[high_first ? n - 1 - i : i];
    return MBILL_OK;
}

mbill_status mbill__frame_number_take(const mbill__node *node, mbill_frame_item *item, mbill_error *err)
{
    item->present = mbill__node_kind(node) != MBILL__JSON_NULL;
    return item->present != 0 ? mbill__node_decimal(node, item->scale, &item->value, err) : MBILL_OK;
}

/* The shape of a field's text: '0' stands for a digit. */
static size_t shape_of(const char *parts, char *shape)
{
    mbill_frame_time all = MBILL_FRAME_TIME_NONE;
    if (strchr(parts, 'Y') != NULL) all.year = 0;
    if (strchr(parts, 'M') != NULL) all.month = 0;
    if (strchr(parts, 'D') != NULL) all.day = 0;
    if (strchr(parts, 'h') != NULL) all.hour = 0;
    if (strchr(parts, 'm') != NULL) all.minute = 0;
    if (strchr(parts, 's') != NULL) all.second = 0;
    size_t len = print_time(&all, shape);
    shape[len] = '\0';
    return len;
}

static bool fits_shape(const char *text, const char *shape)
{
    if (strlen(text) != strlen(shape)) return false;
    for (; *text != '\0'; text++, shape++)
        if (*shape == '0' ? *text < '0' || *text > '9' : *text != *shape) return false;
    return true;
}

static int8_t take_two(const char **at, const char *parts, char part)
{
    int32_t value = -1;
    if (strchr(parts, part) == NULL) return -1;
    if (**at == '-' || **at == 'T' || **at == ':') ++*at;
    (void)mbill__civil_digits(*at, 2, &value);
    *at += 2;
    return (int8_t)value;
}

mbill_status mbill__frame_time_take(const mbill__node *node, const char *parts, mbill_frame_item *item, mbill_error *err)
{
    char shape[TIME_TEXT_MAX];
    const char *text;
    int32_t year = -1;
    mbill_frame_time time = MBILL_FRAME_TIME_NONE;
    item->kind = MBILL_FRAME_ITEM_TIME;
    item->present = mbill__node_kind(node) != MBILL__JSON_NULL;
    item->time = time;
    if (item->present == 0) return MBILL_OK;
    MBILL_TRY(mbill__node_text(node, &text, err));
    (void)shape_of(parts, shape);
    if (!fits_shape(text, shape)) return mbill__node_fail(node, err, MBILL_E_DATE, "\"%s\" is not of the form %s", text, shape);
    if (strchr(parts, 'Y') != NULL) {
        (void)mbill__civil_digits(text, 4, &year);
        text += 4;
    }
    time.year = (int16_t)year;
    time.month = take_two(&text, parts, 'M');
    time.day = take_two(&text, parts, 'D');
    time.hour = take_two(&text, parts, 'h');
    time.minute = take_two(&text, parts, 'm');
    time.second = take_two(&text, parts, 's');
    item->time = time;
    return MBILL_OK;
}

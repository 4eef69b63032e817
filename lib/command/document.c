/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when documents write bytes or large numbers in another way. */
#include "command/document.h"

#include "document/say.h"

#include <stdio.h>
#include <string.h>

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

mbill_status mbill__node_bytes(const mbill__node *node, uint8_t *out, size_t n, size_t *out_n, mbill_error *err)
{
    const char *text = NULL;
    MBILL_TRY(mbill__node_text(node, &text, err));
    size_t len = strlen(text);
    if (len % 2 != 0 || len / 2 > n || (out_n == NULL && len / 2 != n))
        return mbill__node_fail(node, err, MBILL_E_INVALID, "%zu hex digits, expected %s%zu", len,
            out_n != NULL ? "an even number up to " : "", 2 * n);
    for (size_t i = 0; i < len; i++)
        if (digit_of(text[i]) < 0) return mbill__node_fail(node, err, MBILL_E_INVALID, "no hex digit at %zu", i);
    for (size_t i = 0; i < len / 2; i++) out[i] = (uint8_t)(digit_of(text[2 * i]) << 4 | digit_of(text[2 * i + 1]));
    if (out_n != NULL) *out_n = len / 2;
    return MBILL_OK;
}

mbill_status mbill__node_uint64(const mbill__node *node, uint64_t *out, mbill_error *err)
{
    const char *text = NULL;
    uint64_t value = 0;
    int64_t small = 0;
    if (mbill__node_kind(node) == MBILL__JSON_WHOLE) {
        MBILL_TRY(mbill__node_whole(node, 0, INT32_MAX, &small, err));
        *out = (uint64_t)small;
        return MBILL_OK;
    }
    MBILL_TRY(mbill__node_text(node, &text, err));
    if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
        return mbill__node_fail(node, err, MBILL_E_NUMBER, "\"%.24s\" is not a whole number", text);
    for (const char *at = text; *at != '\0'; at++) {
        unsigned digit = (unsigned)(*at - '0');
        if (*at < '0' || *at > '9') return mbill__node_fail(node, err, MBILL_E_NUMBER, "\"%.24s\" is not a whole number", text);
        if (value > (UINT64_MAX - digit) / 10)
            return mbill__node_fail(node, err, MBILL_E_OVERFLOW, "\"%.24s\" passes 64 bits", text);
        value = value * 10 + digit;
    }
    *out = value;
    return MBILL_OK;
}

mbill_status mbill__node_named(const mbill__node *node, const char *(*name)(int32_t), int32_t least, int32_t most, int32_t *out,
    mbill_error *err)
{
    const char *words[16] = {NULL};
    int32_t at = 0;
    size_t n = (size_t)(most - least + 1);
    for (size_t i = 0; i < n && i < sizeof words / sizeof words[0]; i++) words[i] = name(least + (int32_t)i);
    MBILL_TRY(mbill__node_word(node, words, n, &at, err));
    *out = least + at;
    return MBILL_OK;
}

mbill_status mbill__need_hex(const mbill__node *object, const char *key, uint8_t *out, size_t n, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    return mbill__node_bytes(&node, out, n, NULL, err);
}

mbill_status mbill__need_uint64(const mbill__node *object, const char *key, uint64_t *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    return mbill__node_uint64(&node, out, err);
}

mbill_status mbill__need_instant(const mbill__node *object, const char *key, int64_t *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    return mbill__node_instant(&node, out, err);
}

void mbill__write_uint64(mbill__writer *to, const char *key, uint64_t value)
{
    char text[24];
    if (value <= INT32_MAX) {
        mbill__write_whole(to, key, (int64_t)value);
        return;
    }
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    mbill__write_text(to, key, text);
}

void mbill__write_instant(mbill__writer *to, const char *key, int64_t utc_s)
{
    mbill__write_text(to, key, mbill__say_time(utc_s, NULL).text);
}

void mbill__write_head(mbill__writer *to, const char *kind)
{
    mbill__write_object(to, NULL);
    mbill__write_whole(to, "meterbill", 1);
    mbill__write_text(to, "kind", kind);
}

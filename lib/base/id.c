/* SPDX-License-Identifier: Apache-2.0 */
/* The text of an operation's id: 32 hex digits, or those of a UUID with its dashes (RFC 9562 section 4). What is printed parses
 * back. */
#include "base/id.h"

#include "base/memory.h"

#include <string.h>

#define PLAIN_LEN 32
#define UUID_LEN 36

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

static bool is_dash_place(size_t at)
{
    return at == 8 || at == 13 || at == 18 || at == 23;
}

bool mbill__id_is_blank(const mbill_id *id)
{
    uint64_t words[2];
    memcpy(words, id->bytes, sizeof words);
    return (words[0] | words[1]) == 0 || (words[0] & words[1]) == UINT64_MAX;
}

mbill_status mbill_id_parse(const char *hex, size_t len, mbill_id *out_id, mbill_error *err)
{
    MBILL__NEED(hex);
    MBILL__NEED(out_id);
    if (len != PLAIN_LEN && len != UUID_LEN)
        return mbill__fail_at(err, MBILL_E_INVALID, 0, "id has %zu characters, expected 32 hex digits or a UUID of 36", len);
    mbill_id id = {{0}};
    size_t n_digits = 0;
    for (size_t at = 0; at < len; at++) {
        int value = hex_value(hex[at]);
        if (len == UUID_LEN && is_dash_place(at)) {
            if (hex[at] == '-') continue;
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)at,
                "id \"%.36s\" has no dash in place %zu, expected 8-4-4-4-12 digits", hex, at + 1);
        }
        if (value < 0)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)at, "id \"%.*s\" has no hex digit in place %zu", (int)len, hex,
                at + 1);
        id.bytes[n_digits / 2] = (uint8_t)(id.bytes[n_digits / 2] << 4 | value);
        n_digits++;
    }
    if (mbill__id_is_blank(&id))
        return mbill__fail_at(err, MBILL_E_INVALID, 0, "id is all %s, expected an id made by the caller",
            id.bytes[0] == 0 ? "zeros" : "ones");
    *out_id = id;
    return MBILL_OK;
}

mbill_status mbill_id_print(const mbill_id *id, char *out_text, size_t *inout_len, mbill_error *err)
{
    char text[PLAIN_LEN];
    MBILL__NEED(id);
    MBILL__NEED(inout_len);
    for (size_t i = 0; i < sizeof id->bytes; i++) {
        uint8_t byte = id->bytes[i];
        text[2 * i] = "0123456789abcdef"[byte >> 4];
        text[2 * i + 1] = "0123456789abcdef"[byte & 0xF];
    }
    return mbill__text_copy(text, sizeof text, out_text, inout_len, err);
}

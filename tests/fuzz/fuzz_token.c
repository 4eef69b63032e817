/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: the first byte says what the rest is. 0: a block of STS; 1: digits of STS; 2: digits of OpenPAYGO behind a state; 3: keys, a NUL and a request. Laws: what
 * decodes encodes to the same block or digits; no token is taken twice; a refusal has a message and changes nothing. */
#include "meterbill/token.h"
#include "meterbill/token_document.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void need(bool holds)
{
    if (!holds) abort();
}

static uint64_t number(const uint8_t *data, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++) value = value << 8 | (i < size ? data[i] : 0);
    return value;
}

static void block(const uint8_t *data, size_t size)
{
    mbill_sts_token token = {.struct_size = sizeof token};
    uint64_t given = number(data + 1, size - 1), again = 0;
    if (mbill_sts_block_decode(data[0] & 3, given, &token, NULL) != MBILL_OK) return;
    need(mbill_sts_block_encode(&token, &again, NULL) == MBILL_OK && again == given);
}

static void sts_digits(const uint8_t *data, size_t size)
{
    static const mbill_sts_key key = {sizeof key, MBILL_STS_EA11, 2014, 0,
        {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
    mbill_sts_token token = {.struct_size = sizeof token};
    mbill_sts_used used = {.struct_size = sizeof used}, before;
    mbill_error err;
    char digits[MBILL_TOKEN_ROOM] = {0};
    mbill_error_init(&err);
    mbill_status status = mbill_sts_decode((const char *)data, size, &key, 1, NULL, &token, NULL, &err);
    need(status == MBILL_OK || (err.status == (int32_t)status && err.message[0] != '\0'));
    if (status != MBILL_OK) return;
    need(mbill_sts_encode(&token, &key, NULL, digits, NULL) == MBILL_OK && size == 20 && memcmp(digits, data, 20) == 0);
    need(mbill_sts_admit(&token, &used, &used, NULL) == MBILL_OK);
    before = used;
    need(used.n == 0 || mbill_sts_admit(&token, &used, &used, NULL) == MBILL_E_TOKEN_USED);
    need(memcmp(&used, &before, sizeof used) == 0);
}

static void paygo_digits(const uint8_t *data, size_t size)
{
    static const mbill_openpaygo_device device = {sizeof device, 0, 516959010,
        {0xBC, 0x41, 0xEC, 0x95, 0x30, 0xF6, 0xDA, 0xC8, 0x6B, 0x1A, 0x29, 0xAB, 0x82, 0xED, 0xC5, 0xFB}};
    mbill_openpaygo_used used = {.struct_size = sizeof used,
                             .count = (uint32_t)(data[0] * 4),
                             .below = (uint32_t)(data[1] * 257)},
                         before = used;
    mbill_openpaygo_token token = {.struct_size = sizeof token};
    char digits[MBILL_TOKEN_ROOM] = {0};
    if (mbill_openpaygo_decode(&device, (const char *)data + 2, size - 2, &used, &token, &used, NULL) != MBILL_OK) {
        need(memcmp(&used, &before, sizeof used) == 0);
        return;
    }
    need(mbill_openpaygo_encode(&device, &token, digits, NULL) == MBILL_OK && strlen(digits) == size - 2 &&
        memcmp(digits, data + 2, size - 2) == 0);
    need(used.count >= before.count);
    need(mbill_openpaygo_decode(&device, digits, size - 2, &used, &token, &used, NULL) == MBILL_E_TOKEN_USED);
}

typedef mbill_status (*step)(const mbill_token_keys *, const char *, size_t, char *, size_t *, mbill_error *);

static void ask(step way, const mbill_token_keys *keys, const char *text, size_t len)
{
    char out[8192];
    size_t room = sizeof out;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = way(keys, text, len, out, &room, &err);
    need(status == MBILL_OK || (err.status == (int32_t)status && err.message[0] != '\0'));
}

static void documents(const char *text, size_t size)
{
    const char *end = memchr(text, '\0', size);
    size_t len = end != NULL ? (size_t)(end - text) : size;
    mbill_token_keys *keys = (mbill_token_keys *)(void *)&len;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_token_keys_read(text, len, NULL, &keys, &err);
    if (status != MBILL_OK) {
        need(keys == NULL && err.message[0] != '\0');
        return;
    }
    if (end != NULL) {
        ask(mbill_token_make, keys, end + 1, size - len - 1);
        ask(mbill_token_read, keys, end + 1, size - len - 1);
    }
    mbill_token_keys_free(keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3) return 0;
    switch (data[0] & 3) {
    case 0: block(data + 1, size - 1); break;
    case 1: sts_digits(data + 1, size - 1); break;
    case 2: paygo_digits(data + 1, size - 1); break;
    default: documents((const char *)data + 1, size - 1); break;
    }
    return 0;
}

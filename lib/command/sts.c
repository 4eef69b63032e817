/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how an STS token is put together: block, cipher, class bits and digits. */
#include "command/digits.h"
#include "command/sts_block.h"

#include "base/memory.h"

#define CLASS_LOW_BIT 27 /* the bits 28 and 27 of the cipher block make room for the class, and go to the top */

static uint64_t two_bits(uint64_t value)
{
    return value & 3;
}

/* 66 bits, as the two of the top and 64 below (IEC 62055-41, 6.4.2). */
static void put_class_in(int32_t token_class, uint64_t block, uint64_t *out_top, uint64_t *out_rest)
{
    *out_top = two_bits(block >> CLASS_LOW_BIT);
    *out_rest = (block & ~(UINT64_C(3) << CLASS_LOW_BIT)) | (two_bits((uint64_t)token_class) << CLASS_LOW_BIT);
}

static void take_class_out(uint64_t top, uint64_t rest, int32_t *out_class, uint64_t *out_block)
{
    *out_class = (int32_t)two_bits(rest >> CLASS_LOW_BIT);
    *out_block = (rest & ~(UINT64_C(3) << CLASS_LOW_BIT)) | (top << CLASS_LOW_BIT);
}

mbill_status mbill_sts_encode(const mbill_sts_token *token, const mbill_sts_key *key_or_null,
    const mbill_sts_tables *tables_or_null, char *out_digits, mbill_error *err)
{
    uint64_t block, top, rest;
    MBILL__NEED(token);
    MBILL__NEED(out_digits);
    MBILL_TRY(mbill_sts_block_encode(token, &block, err));
    if (token->token_class != MBILL_STS_TEST) {
        MBILL__NEED(key_or_null);
        MBILL_TRY(mbill_sts_cipher_block(key_or_null, tables_or_null, 0, block, &block, err));
    }
    put_class_in(token->token_class, block, &top, &rest);
    mbill__digits_of_66(top, rest, out_digits);
    return MBILL_OK;
}

static mbill_status refuse_crc(size_t n_keys, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_TOKEN_CRC, "the crc of the token is wrong under each of %zu keys", n_keys);
}

/* The first key under which the CRC is right. A class that is not here is one of these keys', and said so. */
static mbill_status try_keys(int32_t token_class, uint64_t block, const mbill_sts_key *keys, size_t n_keys,
    const mbill_sts_tables *tables_or_null, mbill_sts_token *out_token, int64_t *out_key, mbill_error *err)
{
    for (size_t i = 0; i < n_keys; i++) {
        uint64_t plain;
        mbill_status status = mbill_sts_cipher_block(&keys[i], tables_or_null, 1, block, &plain, err);
        if (status != MBILL_OK) {
            if (err != NULL) err->index = (int64_t)i;
            return status;
        }
        if (mbill_sts_block_decode(token_class, plain, out_token, NULL) == MBILL_E_TOKEN_CRC) continue;
        status = mbill_sts_block_decode(token_class, plain, out_token, err);
        mbill__wipe(&plain, sizeof plain);
        if (status == MBILL_OK && out_key != NULL) *out_key = (int64_t)i;
        return status;
    }
    return refuse_crc(n_keys, err);
}

mbill_status mbill_sts_decode(const char *digits, size_t len, const mbill_sts_key *keys, size_t n_keys,
    const mbill_sts_tables *tables_or_null, mbill_sts_token *out_token, int64_t *out_key, mbill_error *err)
{
    uint64_t top, rest, block;
    int32_t token_class;
    MBILL__NEED(digits);
    MBILL__NEED(out_token);
    if (n_keys > 0) MBILL__NEED(keys);
    if (len != MBILL_STS_DIGITS) return mbill__fail(err, MBILL_E_TOKEN_FORM, "%zu digits; a token has %d", len, MBILL_STS_DIGITS);
    if (!mbill__digits_are(digits, len, '0', '9')) return mbill__fail(err, MBILL_E_TOKEN_FORM, "a token has digits alone");
    if (!mbill__digits_to_66(digits, &top, &rest))
        return mbill__fail(err, MBILL_E_TOKEN_FORM, "a number of more than 66 bits, which no token is");
    take_class_out(top, rest, &token_class, &block);
    if (token_class > MBILL_STS_MANAGEMENT)
        return mbill__fail(err, MBILL_E_TOKEN_CLASS, "class %d is reserved", (int)token_class);
    if (token_class != MBILL_STS_TEST) return try_keys(token_class, block, keys, n_keys, tables_or_null, out_token, out_key, err);
    MBILL_TRY(mbill_sts_block_decode(token_class, block, out_token, err));
    if (out_key != NULL) *out_key = -1;
    return MBILL_OK;
}

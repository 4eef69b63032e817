/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of signed commands need: keys, a keyset of one operator, a trip. The operator's key is that of RFC 8032 section 7.1, test 1. */
#ifndef SIGNED_H
#define SIGNED_H

#include "meterbill/command.h"

#include <check.h>
#include <string.h>

#define NOW INT64_C(1767225700)
#define REALM ((mbill_bytes){(const uint8_t *)"demo", 4})

static const uint8_t operator_secret[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec,
    0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};

static inline size_t unhex(const char *hex, uint8_t *out)
{
    size_t n = 0;
    for (; hex[2 * n] != '\0'; n++) {
        unsigned byte = 0;
        for (int i = 0; i < 2; i++) {
            char c = hex[2 * n + (size_t)i];
            byte = byte << 4 | (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
        }
        out[n] = (uint8_t)byte;
    }
    return n;
}

/* A signer whose secret is a number. */
static inline mbill_signer *signer_of(uint8_t number)
{
    uint8_t secret[32];
    mbill_signer *signer;
    for (size_t i = 0; i < 32; i++) secret[i] = (uint8_t)(number * 7 + i);
    ck_assert_int_eq(mbill_signer_open(secret, NULL, &signer, NULL), MBILL_OK);
    return signer;
}

static inline mbill_signer *operator_signer(void)
{
    mbill_signer *signer;
    ck_assert_int_eq(mbill_signer_open(operator_secret, NULL, &signer, NULL), MBILL_OK);
    return signer;
}

static inline mbill_key key_of(const mbill_signer *signer, uint32_t commands)
{
    mbill_key key = {.nbf_s = 0,
        .exp_s = INT64_C(4102444800),
        .lifetime_s = INT64_C(366) * 86400,
        .quota_commands = -1,
        .quota_micro = -1,
        .commands = commands};
    ck_assert_int_eq(mbill_signer_public(signer, key.public_key, NULL), MBILL_OK);
    mbill_kid(key.public_key, key.kid);
    return key;
}

/* A keyset of these keys, signed by root number 1, good until exp_s. */
static inline mbill_keyset *keyset_of(const mbill_key *keys, size_t n_keys, int64_t exp_s)
{
    uint8_t root[1][32], payload[MBILL_KEYSET_BYTES_MAX], message[MBILL_KEYSET_BYTES_MAX];
    size_t n, len;
    mbill_keyset *pinned, *keyset;
    mbill_error err;
    mbill_signer *signer = signer_of(1);
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_signer_public(signer, root[0], NULL), MBILL_OK);
    const mbill_keyset_plan plan = {(uint32_t)sizeof plan, 1, 1, exp_s, root[0], 1, keys, n_keys};
    ck_assert_msg(mbill_keyset_encode(&plan, payload, sizeof payload, &n, &err) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(mbill_keyset_sign(signer, REALM, (mbill_bytes){payload, n}, message, sizeof message, &len, &err), MBILL_OK);
    ck_assert_int_eq(mbill_keyset_pin(root[0], 1, 1, 0, NULL, &pinned, &err), MBILL_OK);
    ck_assert_msg(mbill_keyset_open((mbill_bytes){message, len}, REALM, pinned, NULL, &keyset, &err) == MBILL_OK, "%s",
        err.message);
    mbill_keyset_free(pinned);
    mbill_signer_free(signer);
    return keyset;
}

static inline mbill_command trip_of(const char *target)
{
    mbill_command trip = MBILL_COMMAND_INIT;
    trip.kind = MBILL_COMMAND_TRIP;
    strcpy(trip.target, target);
    for (size_t i = 0; i < 16; i++) trip.id.bytes[i] = (uint8_t)i;
    trip.seq = 123456;
    trip.iat_s = INT64_C(1767225600);
    trip.exp_s = INT64_C(1767225900);
    return trip;
}

#endif

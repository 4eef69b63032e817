/* SPDX-License-Identifier: Apache-2.0 */
/* A keyset as it is kept, and its payload. */
#ifndef MBILL__KEYSET_H
#define MBILL__KEYSET_H

#include "base/memory.h"
#include "meterbill/keyset.h"

#include <stdbool.h>

struct mbill_keyset {
    mbill_allocator allocator;
    uint64_t version;
    int64_t exp_s;
    uint32_t threshold;
    size_t n_roots, n_keys;
    uint8_t roots[MBILL_SIGNERS_MAX][MBILL_KEY_BYTES];
    mbill_key keys[MBILL_KEYS_MAX]; /* rising by kid */
};

/* What a plan must be; keys' kid and role are not looked at. index of a refusal: the key. */
mbill_status mbill__keyset_check(const mbill_keyset_plan *plan, mbill_error *err);
mbill_status mbill__keys_check(const mbill_keyset_plan *plan, mbill_error *err);
mbill_status mbill__roots_check(const uint8_t *roots, size_t n_roots, uint32_t threshold, mbill_error *err);
/* A payload, into an empty keyset; payload.p stands in the message at whole.p. */
mbill_status mbill__keyset_decode(mbill_bytes whole, mbill_bytes payload, mbill_keyset *out, mbill_error *err);

#endif

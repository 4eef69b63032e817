/* SPDX-License-Identifier: Apache-2.0 */
/* Who signs: a secret in guarded memory, or a callback. */
#ifndef MBILL__SIGNER_H
#define MBILL__SIGNER_H

#include "base/fail.h"
#include "meterbill/keyset.h"

#include <stdbool.h>

const uint8_t *mbill__signer_public(const mbill_signer *signer);
const uint8_t *mbill__signer_kid(const mbill_signer *signer);
/* 64 bytes; E_SIGNATURE when a callback's is not of its public key. */
mbill_status mbill__signer_sign(mbill_signer *signer, const uint8_t *bytes, size_t n, uint8_t *out_signature, mbill_error *err);
/* A point of the curve's main group: neither small nor another encoding. */
bool mbill__is_public_key(const uint8_t public_key[32]);
/* libsodium is ready: its own call may be repeated and is safe between threads. */
mbill_status mbill__sodium_ready(mbill_error *err);

#endif

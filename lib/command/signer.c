/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when secrets are kept or used in another way. Invariant: outside a signature and a hold nobody can read the secret, and it is never anywhere else. */
#include "command/signer.h"

#include "base/digest.h"
#include "base/memory.h"

#include <sodium.h>
#include <string.h>

_Static_assert(crypto_sign_BYTES == MBILL_SIGNATURE_BYTES && crypto_sign_PUBLICKEYBYTES == MBILL_KEY_BYTES &&
        crypto_sign_SEEDBYTES == MBILL_KEY_BYTES,
    "Ed25519 as RFC 8032 has it");

struct mbill_signer {
    mbill_allocator allocator;
    uint8_t public_key[MBILL_KEY_BYTES], kid[MBILL_KID_BYTES];
    uint8_t *secret; /* crypto_sign_SECRETKEYBYTES in guarded memory; NULL: by callback */
    mbill_sign_callback sign;
    void *ctx;
    bool is_held;
};

void mbill_kid(const uint8_t public_key[32], uint8_t out_kid[8])
{
    uint8_t digest[MBILL__DIGEST_BYTES];
    if (public_key == NULL || out_kid == NULL) return;
    mbill__digest(public_key, MBILL_KEY_BYTES, digest);
    memcpy(out_kid, digest, MBILL_KID_BYTES);
}

bool mbill__is_public_key(const uint8_t public_key[32])
{
    return crypto_core_ed25519_is_valid_point(public_key) == 1;
}

mbill_status mbill__sodium_ready(mbill_error *err)
{
    return sodium_init() >= 0 ? MBILL_OK : mbill__fail(err, MBILL_E_INTERNAL, "libsodium cannot be set up on this machine");
}

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for a signer could not be allocated");
}

static mbill_status protection_failed(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_INTERNAL, "the protection of the secret's memory could not be changed");
}

static mbill_status make(const mbill_allocator *given, mbill_signer **out, mbill_error *err)
{
    mbill_allocator allocator;
    MBILL_TRY(mbill__allocator_read(&allocator, given, err));
    MBILL_TRY(mbill__sodium_ready(err));
    mbill_signer *signer = mbill__alloc(&allocator, sizeof *signer);
    if (signer == NULL) return no_memory(err);
    signer->allocator = allocator;
    *out = signer;
    return MBILL_OK;
}

mbill_status mbill_signer_open(const uint8_t secret[32], const mbill_allocator *allocator, mbill_signer **out_signer,
    mbill_error *err)
{
    mbill_signer *signer;
    uint8_t varies = 0;
    MBILL__NEED(out_signer);
    *out_signer = NULL;
    MBILL__NEED(secret);
    for (size_t i = 1; i < MBILL_KEY_BYTES; i++) varies |= (uint8_t)(secret[i] ^ secret[0]);
    if (varies == 0) return mbill__fail(err, MBILL_E_INVALID, "the secret is one byte 32 times, expected 32 random bytes");
    MBILL_TRY(make(allocator, &signer, err));
    signer->secret = sodium_malloc(crypto_sign_SECRETKEYBYTES);
    if (signer->secret == NULL) {
        mbill_signer_free(signer);
        return no_memory(err);
    }
    (void)crypto_sign_seed_keypair(signer->public_key, signer->secret, secret); /* always 0 */
    mbill_kid(signer->public_key, signer->kid);
    if (sodium_mprotect_noaccess(signer->secret) != 0) {
        mbill_signer_free(signer);
        return protection_failed(err);
    }
    *out_signer = signer;
    return MBILL_OK;
}

mbill_status mbill_signer_open_callback(const uint8_t public_key[32], mbill_sign_callback sign, void *ctx,
    const mbill_allocator *allocator, mbill_signer **out_signer, mbill_error *err)
{
    mbill_signer *signer;
    MBILL__NEED(out_signer);
    *out_signer = NULL;
    MBILL__NEED(public_key);
    if (sign == NULL) return mbill__fail(err, MBILL_E_MISUSE, "sign is NULL");
    MBILL_TRY(mbill__sodium_ready(err));
    if (!mbill__is_public_key(public_key)) return mbill__fail(err, MBILL_E_INVALID, "the public key is no point of the curve");
    MBILL_TRY(make(allocator, &signer, err));
    memcpy(signer->public_key, public_key, MBILL_KEY_BYTES);
    mbill_kid(public_key, signer->kid);
    signer->sign = sign;
    signer->ctx = ctx;
    *out_signer = signer;
    return MBILL_OK;
}

mbill_status mbill_signer_hold(mbill_signer *signer, mbill_error *err)
{
    MBILL__NEED(signer);
    if (signer->is_held) return MBILL_OK;
    if (signer->secret != NULL && sodium_mprotect_readonly(signer->secret) != 0) return protection_failed(err);
    signer->is_held = true;
    return MBILL_OK;
}

void mbill_signer_rest(mbill_signer *signer)
{
    if (signer == NULL || !signer->is_held) return;
    if (signer->secret != NULL) (void)sodium_mprotect_noaccess(signer->secret); /* fails for no page that readonly was set on */
    signer->is_held = false;
}

mbill_status mbill_signer_public(const mbill_signer *signer, uint8_t out_public_key[32], mbill_error *err)
{
    MBILL__NEED(signer);
    MBILL__NEED(out_public_key);
    memcpy(out_public_key, signer->public_key, MBILL_KEY_BYTES);
    return MBILL_OK;
}

void mbill_signer_free(mbill_signer *signer)
{
    if (signer == NULL) return;
    if (signer->secret != NULL) {
        if (sodium_mprotect_readwrite(signer->secret) == 0) sodium_memzero(signer->secret, crypto_sign_SECRETKEYBYTES);
        sodium_free(signer->secret);
    }
    mbill_allocator allocator = signer->allocator;
    mbill__release(&allocator, signer, sizeof *signer);
}

const uint8_t *mbill__signer_public(const mbill_signer *signer)
{
    return signer->public_key;
}

const uint8_t *mbill__signer_kid(const mbill_signer *signer)
{
    return signer->kid;
}

static mbill_status sign_by_callback(const mbill_signer *signer, const uint8_t *bytes, size_t n, uint8_t *out, mbill_error *err)
{
    uint8_t made[MBILL_SIGNATURE_BYTES] = {0};
    mbill_status status = signer->sign(signer->ctx, bytes, n, made);
    if (status != MBILL_OK) return mbill__fail(err, status, "the callback did not sign");
    if (crypto_sign_verify_detached(made, bytes, n, signer->public_key) != 0)
        return mbill__fail(err, MBILL_E_SIGNATURE, "the callback's signature is not one of its public key");
    memcpy(out, made, sizeof made);
    return MBILL_OK;
}

mbill_status mbill__signer_sign(mbill_signer *signer, const uint8_t *bytes, size_t n, uint8_t *out_signature, mbill_error *err)
{
    bool was_held = signer->is_held;
    if (signer->secret == NULL) return sign_by_callback(signer, bytes, n, out_signature, err);
    if (!was_held && sodium_mprotect_readonly(signer->secret) != 0) return protection_failed(err);
    (void)crypto_sign_detached(out_signature, NULL, bytes, n, signer->secret); /* always 0 */
    if (!was_held && sodium_mprotect_noaccess(signer->secret) != 0) return protection_failed(err);
    return MBILL_OK;
}

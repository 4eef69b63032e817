/* SPDX-License-Identifier: Apache-2.0 */
/* BLAKE2b-256 (RFC 7693) by libsodium. crypto_generichash without a key needs no sodium_init, so nothing is set up or kept. */
#include "base/digest.h"

#include <sodium.h>

_Static_assert(MBILL__DIGEST_BYTES == crypto_generichash_BYTES, "the digest is libsodium's default, 32 bytes");

void mbill__digest(const void *bytes, size_t n, uint8_t out[MBILL__DIGEST_BYTES])
{
    /* It fails only for output or key lengths out of range; both are constants here. */
    (void)crypto_generichash(out, MBILL__DIGEST_BYTES, bytes, n, NULL, 0);
}

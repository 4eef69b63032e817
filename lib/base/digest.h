/* SPDX-License-Identifier: Apache-2.0 */
/* BLAKE2b-256, the hash that names tariff versions and chains the ledger. By libsodium, which needs no sodium_init for it. */
#ifndef MBILL__DIGEST_H
#define MBILL__DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define MBILL__DIGEST_BYTES 32

void mbill__digest(const void *bytes, size_t n, uint8_t out[MBILL__DIGEST_BYTES]);

#endif

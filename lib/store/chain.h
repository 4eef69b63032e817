/* SPDX-License-Identifier: Apache-2.0 */
/* The hash chain of a journal: h(n) = BLAKE2b-256(h(n - 1), record n), h(-1) = 32 zero bytes. A record that is kept also bears a mark, the
 * first bytes of its own hash, in eight bytes that are zero in the book and no part of what is hashed: so the first bad one has a name. */
#ifndef MBILL__CHAIN_H
#define MBILL__CHAIN_H

#include "base/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MBILL__SEGMENT_BYTES 32768 /* records are packed into as many bytes at most */

/* A book's records, as many as fit into a segment, to be kept: marked, and the hash carried on to the last of them. Returns their bytes. */
size_t mbill__chain_seal(const uint8_t *bytes, size_t len, uint8_t hash[MBILL__DIGEST_BYTES], uint8_t out[MBILL__SEGMENT_BYTES],
    int64_t *out_n);

/* Kept records, as many as fit into a segment, as a book takes them. false: the record *out_n, from 0, is not what was kept or is cut off;
 * *out_len are the bytes of those before it. */
bool mbill__chain_open(const uint8_t *bytes, size_t len, uint8_t hash[MBILL__DIGEST_BYTES], uint8_t out[MBILL__SEGMENT_BYTES],
    size_t *out_len, int64_t *out_n);

#endif

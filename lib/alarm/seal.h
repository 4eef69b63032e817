/* SPDX-License-Identifier: Apache-2.0 */
/* States as bytes: a name, a version, the members in little-endian order, a checksum. The same for every state of an alarm. */
#ifndef MBILL__SEAL_H
#define MBILL__SEAL_H

#include "base/fail.h"

enum { MBILL__SEAL_HEAD = 8, MBILL__SEAL_TAIL = 8, MBILL__SEAL_FRAME = MBILL__SEAL_HEAD + MBILL__SEAL_TAIL };

/* Fills head and tail of n bytes whose members are written. name: 3 letters. */
void mbill__seal(uint8_t *bytes, size_t n, const char *name, uint8_t format);
/* Whether they are what mbill__seal left: E_INVALID (another name or size), E_VERSION, E_CHECKSUM. `what` is for the message. */
mbill_status mbill__unseal(const uint8_t *bytes, size_t n, size_t expected, const char *name, uint8_t format, const char *what,
    mbill_error *err);

/* Where a member is written or read next. */
void mbill__seal_put(uint8_t **at, uint64_t value, size_t n_bytes);
uint64_t mbill__seal_get(const uint8_t **at, size_t n_bytes);

#endif

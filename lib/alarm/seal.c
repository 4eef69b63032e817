/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when states are framed in another way. Head: 3 letters, the version, 4 bytes of size. Tail: the first 8 bytes of BLAKE2b-256 of all before it. */
#include "alarm/seal.h"

#include "base/digest.h"

#include <string.h>

enum { NAME = 3 };

void mbill__seal_put(uint8_t **at, uint64_t value, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++) *(*at)++ = (uint8_t)(value >> (8 * i));
}

uint64_t mbill__seal_get(const uint8_t **at, size_t n_bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n_bytes; i++) value |= (uint64_t) * (*at)++ << (8 * i);
    return value;
}

static void sum(const uint8_t *bytes, size_t n, uint8_t out[MBILL__SEAL_TAIL])
{
    uint8_t digest[MBILL__DIGEST_BYTES];
    mbill__digest(bytes, n - MBILL__SEAL_TAIL, digest);
    memcpy(out, digest, MBILL__SEAL_TAIL);
}

void mbill__seal(uint8_t *bytes, size_t n, const char *name, uint8_t format)
{
    uint8_t *at = bytes + NAME;
    memcpy(bytes, name, NAME);
    mbill__seal_put(&at, format, 1);
    mbill__seal_put(&at, n, 4);
    sum(bytes, n, bytes + n - MBILL__SEAL_TAIL);
}

mbill_status mbill__unseal(const uint8_t *bytes, size_t n, size_t expected, const char *name, uint8_t format, const char *what,
    mbill_error *err)
{
    uint8_t tail[MBILL__SEAL_TAIL];
    if (n < MBILL__SEAL_FRAME || memcmp(bytes, name, NAME) != 0)
        return mbill__fail(err, MBILL_E_INVALID, "%zu bytes that are not %s, expected what was encoded", n, what);
    if (bytes[NAME] != format)
        return mbill__fail(err, MBILL_E_VERSION, "%s in form %u, expected form %u", what, (unsigned)bytes[NAME],
            (unsigned)format);
    const uint8_t *size = bytes + NAME + 1;
    if (n != expected || mbill__seal_get(&size, 4) != n)
        return mbill__fail(err, MBILL_E_INVALID, "%zu bytes of %s, expected %zu", n, what, expected);
    sum(bytes, n, tail);
    if (memcmp(tail, bytes + n - MBILL__SEAL_TAIL, sizeof tail) != 0)
        return mbill__fail(err, MBILL_E_CHECKSUM, "the checksum of %s is not that of its bytes", what);
    return MBILL_OK;
}

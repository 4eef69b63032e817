/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is hashed does. The places of length and mark are those of a record's fixed fields (lib/ledger/record.c). */
#include "store/chain.h"

#include "ledger/record.h"

#include <string.h>

#define LENGTH_AT 52
#define MARK_AT 56
#define MARK_BYTES 8
#define FIXED_BYTES 64

_Static_assert(MBILL__SEGMENT_BYTES >= MBILL__RECORD_MAX, "a segment holds any record");

/* Bytes of the record that begins here; 0: there is no whole one. */
static size_t length_of(const uint8_t *bytes, size_t len)
{
    if (len < FIXED_BYTES) return 0;
    const uint8_t *at = bytes + LENGTH_AT;
    size_t length = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
    return length >= FIXED_BYTES && length <= MBILL__RECORD_MAX && length <= len ? length : 0;
}

static void carry_on(uint8_t hash[MBILL__DIGEST_BYTES], const uint8_t *record, size_t length)
{
    uint8_t text[MBILL__DIGEST_BYTES + MBILL__RECORD_MAX];
    memcpy(text, hash, MBILL__DIGEST_BYTES);
    memcpy(text + MBILL__DIGEST_BYTES, record, MARK_AT);
    memcpy(text + MBILL__DIGEST_BYTES + MARK_AT, record + FIXED_BYTES, length - FIXED_BYTES);
    mbill__digest(text, MBILL__DIGEST_BYTES + length - MARK_BYTES, hash);
}

size_t mbill__chain_seal(const uint8_t *bytes, size_t len, uint8_t hash[MBILL__DIGEST_BYTES], uint8_t out[MBILL__SEGMENT_BYTES],
    int64_t *out_n)
{
    size_t done = 0, length;
    for (*out_n = 0; (length = length_of(bytes + done, len - done)) > 0 && length <= MBILL__SEGMENT_BYTES - done; ++*out_n) {
        carry_on(hash, bytes + done, length);
        memcpy(out + done, bytes + done, length);
        memcpy(out + done + MARK_AT, hash, MARK_BYTES);
        done += length;
    }
    return done;
}

bool mbill__chain_open(const uint8_t *bytes, size_t len, uint8_t hash[MBILL__DIGEST_BYTES], uint8_t out[MBILL__SEGMENT_BYTES],
    size_t *out_len, int64_t *out_n)
{
    size_t length;
    *out_len = 0;
    for (*out_n = 0; *out_len < len; ++*out_n) {
        const uint8_t *record = bytes + *out_len;
        length = length_of(record, len - *out_len);
        if (length == 0) return false;
        if (length > MBILL__SEGMENT_BYTES - *out_len) break;
        carry_on(hash, record, length);
        if (memcmp(record + MARK_AT, hash, MARK_BYTES) != 0) return false;
        memcpy(out + *out_len, record, length);
        memset(out + *out_len + MARK_AT, 0, MARK_BYTES);
        *out_len += length;
    }
    return true;
}

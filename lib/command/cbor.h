/* SPDX-License-Identifier: Apache-2.0 */
/* The part of CBOR (RFC 8949) that signed messages use, in its one deterministic form (section 4.2.1): whole numbers, byte and text strings, arrays, maps with
 * rising keys, tags where the profile has one, null. No indefinite lengths, no floats; heads as short as can be. */
#ifndef MBILL__CBOR_H
#define MBILL__CBOR_H

#include "base/fail.h"
#include "meterbill/bytes.h"

/* Major types (section 3.1). */
typedef enum mbill__cbor_major {
    MBILL__CBOR_UINT = 0,
    MBILL__CBOR_NINT,
    MBILL__CBOR_BYTES,
    MBILL__CBOR_TEXT,
    MBILL__CBOR_ARRAY,
    MBILL__CBOR_MAP,
    MBILL__CBOR_TAG,
    MBILL__CBOR_SIMPLE
} mbill__cbor_major;

/* Where bytes go. What does not fit is counted and not written. */
typedef struct mbill__cbor_out {
    uint8_t *bytes;
    size_t cap, n; /* n may pass cap: the length needed */
} mbill__cbor_out;

void mbill__cbor_put_head(mbill__cbor_out *out, mbill__cbor_major major, uint64_t value);
void mbill__cbor_put_raw(mbill__cbor_out *out, const void *bytes, size_t n);
void mbill__cbor_put_int(mbill__cbor_out *out, int64_t value);
void mbill__cbor_put_bytes(mbill__cbor_out *out, const void *bytes, size_t n);
void mbill__cbor_put_text(mbill__cbor_out *out, const char *text);
/* E_ROOM when something did not fit; *out_len is the length in every case. */
mbill_status mbill__cbor_end(const mbill__cbor_out *out, size_t *out_len, mbill_error *err);

/* Where bytes come from; offsets in refusals are from `start`. */
typedef struct mbill__cbor_in {
    const uint8_t *start;
    size_t at, end;
    mbill_status shape; /* the status of an item of the wrong kind or size: E_STRUCTURE, E_CLAIMS */
} mbill__cbor_in;

/* The bytes from in->at to in->end are one item in its one form and nothing behind it: E_TRUNCATED, E_NONCANONICAL, E_STRUCTURE (a float, a simple value, too deep;
 * a tag anywhere but in front). in is left as it is. */
mbill_status mbill__cbor_check(const mbill__cbor_in *in, mbill_error *err);

/* The next head must be of that kind. */
mbill_status mbill__cbor_take(mbill__cbor_in *in, mbill__cbor_major major, uint64_t *out_value, mbill_error *err);
mbill_status mbill__cbor_take_int(mbill__cbor_in *in, int64_t *out_value, mbill_error *err);
/* A whole number of 0 to most. */
mbill_status mbill__cbor_take_uint(mbill__cbor_in *in, uint64_t most, uint64_t *out, mbill_error *err);
mbill_status mbill__cbor_take_whole(mbill__cbor_in *in, int64_t most, int64_t *out, mbill_error *err);
/* A string; its bytes stay where they are. n not 0: of just that length. */
mbill_status mbill__cbor_take_string(mbill__cbor_in *in, mbill__cbor_major major, size_t n, mbill_bytes *out, mbill_error *err);
/* A byte string of n bytes, copied. */
mbill_status mbill__cbor_take_copy(mbill__cbor_in *in, size_t n, uint8_t *out, mbill_error *err);
/* The last item began at `at`: refuse what it says. */
mbill_status mbill__cbor_refuse(const mbill__cbor_in *in, size_t at, mbill_error *err, const char *what);

#endif

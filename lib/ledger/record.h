/* SPDX-License-Identifier: Apache-2.0 */
/* One record of the journal: an operation, what became of it and its legs, as bytes that are the same on every machine. */
#ifndef MBILL__LEDGER_RECORD_H
#define MBILL__LEDGER_RECORD_H

#include "meterbill/ledger.h"

#include <stdbool.h>

#define MBILL__RECORD_MAX 4096 /* bytes: no record is longer */

/* What follows for an account that no leg says. */
enum { MBILL__AFTER_EC = 1, MBILL__AFTER_OTHER_EC = 2 };

typedef struct mbill__record {
    mbill_operation operation; /* policy: NULL, or policy below */
    mbill_policy policy;
    uint32_t given; /* the operation's fields that are not at rest (given.h) */
    int32_t code;   /* mbill_result_code */
    uint32_t after;
    int64_t recorded_utc_s;
    int64_t moved_micro;
    size_t n_legs;
    mbill_leg legs[MBILL_LEGS_MAX];
} mbill__record;

size_t mbill__record_encode(const mbill__record *record, uint8_t out[MBILL__RECORD_MAX]); /* bytes written */

/* The first byte says a format that is not known yet. */
bool mbill__record_is_later(const uint8_t *bytes);

/* false: not a record, or cut off. *out_len: its bytes. */
bool mbill__record_decode(const uint8_t *bytes, size_t len, mbill__record *out, size_t *out_len);

#endif

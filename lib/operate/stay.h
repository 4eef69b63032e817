/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of kind "opening" and "leaving": somebody begins to live with an account, and ends. The store does what they say, all or nothing. */
#ifndef MBILL__STAY_H
#define MBILL__STAY_H

#include "base/digest.h"
#include "base/memory.h"
#include "meterbill/id.h"

typedef struct mbill__stay_reading {
    const char *meter, *reg;
    int64_t at_utc_s, value_micro;
} mbill__stay_reading;

typedef struct mbill__stay {
    mbill__arena arena;
    mbill_id id;
    uint8_t hash[MBILL__DIGEST_BYTES]; /* of the canonical document: the same call again says the same */
    int64_t at_utc_s;
    const char *account;                 /* its id */
    const char *accounts, *people;       /* opening: documents of the account and of its person (NULL: none) */
    const mbill__stay_reading *readings; /* each register once */
    size_t n_readings;
    bool tops_up;
    int64_t amount_micro, channel, receipt;
    int32_t to_day; /* leaving: the first day that is no longer supplied */
} mbill__stay;

/* out is to be ended in every case. */
mbill_status mbill__opening_read(const char *json, size_t len, const mbill_allocator *allocator, mbill__stay *out,
    mbill_error *err);
mbill_status mbill__leaving_read(const char *json, size_t len, const mbill_allocator *allocator, mbill__stay *out,
    mbill_error *err);
void mbill__stay_end(mbill__stay *stay);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Sums by groups: rows with the same words add up, in 128 bits. Groups come out in the order of their words' bytes. */
#ifndef MBILL__TALLY_H
#define MBILL__TALLY_H

#include "base/memory.h"
#include "meterbill/decimal.h"

#define MBILL__TALLY_WORDS 8
#define MBILL__TALLY_SUMS 4

typedef struct mbill__group {
    const char *words[MBILL__TALLY_WORDS];
    mbill_sum sums[MBILL__TALLY_SUMS];
} mbill__group;

typedef struct mbill__tally {
    mbill__arena arena;
    size_t n_words, n_sums;
    mbill__group **places; /* a table that is never more than half full */
    size_t n_places, n;
    mbill__group **ordered; /* NULL until mbill__tally_order */
} mbill__tally;

void mbill__tally_start(mbill__tally *tally, const mbill_allocator *allocator, size_t n_words, size_t n_sums);
void mbill__tally_end(mbill__tally *tally);

/* Add to the group of these words (NULL: as ""). */
mbill_status mbill__tally_add(mbill__tally *tally, const char *const *words, const int64_t *values, mbill_error *err);

/* The groups in order: tally->ordered[0 .. n). */
mbill_status mbill__tally_order(mbill__tally *tally, mbill_error *err);

#endif

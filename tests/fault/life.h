/* SPDX-License-Identifier: Apache-2.0 */
/* The life of two prepaid accounts in batches of operations, the same on every run: what a kept journal must hold after any part of it,
 * whatever befell the file. Each batch is all there or not at all; sent again, it changes nothing. */
#ifndef LIFE_H
#define LIFE_H

#include "meterbill/journal.h"

#include <stdbool.h>

#define LIFE_BATCHES 12

/* What a life without faults left behind: life_learn() makes the file. */
typedef struct life_known {
    int64_t n_records[LIFE_BATCHES + 1]; /* after so many batches */
    uint8_t hash[32];
} life_known;

/* A wide life has batches of many segments, and checkpoints while it goes on: life_tune() is for each store that is opened for it. */
void life_wide(bool on);
mbill_status life_tune(mbill_store *store, mbill_error *err);

void life_learn(const char *path, uint32_t flags, life_known *out);

/* Send batch i, from 0. */
mbill_status life_send(mbill_journal *journal, int i, mbill_error *err);

/* Open the file, which must hold whole batches and at least those answered, and send all of them again: the end is the same life.
 * Returns the batches that were there; fails the test otherwise. */
int life_check(const char *path, uint32_t flags, int answered, const life_known *known, const char *what);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A store that begins again and again as it was, and a life in it that lasts until a fault ends it. */
#ifndef AFRESH_H
#define AFRESH_H

#include "district.h" /* first: it asks for POSIX */

#include "life.h"

/* The file and what SQLite has beside it. */
UNUSED_OK static void remove_file(const char *name)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    char whole[340];
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        snprintf(whole, sizeof whole, "%s%s", name, tails[i]);
        unlink(whole);
    }
}

UNUSED_OK static void start_afresh(const char *path, const char *pristine)
{
    mbill_error err;
    remove_file(path);
    mbill_store *store = open_store(pristine, 0);
    ck_ok(mbill_store_backup(store, path, &err));
    mbill_store_free(store);
}

/* Live until something fails, as a client does that does not know better; a refused call is tried once more. Batches answered; *out_status: what
 * ended it. */
UNUSED_OK static int live_until(const char *path, uint32_t flags, const mbill_allocator *allocator, mbill_status *out_status)
{
    mbill_store_options options = {sizeof options, flags, 0, 0};
    mbill_store *store = NULL;
    mbill_journal *journal = NULL;
    mbill_error err;
    int answered = 0;
    mbill_error_init(&err);
    mbill_status status = mbill_store_open(path, &options, allocator, &store, &err);
    if (status == MBILL_OK) status = life_tune(store, &err);
    if (status == MBILL_OK) status = mbill_journal_open(store, &journal, &err);
    for (int i = 0; i < LIFE_BATCHES && status == MBILL_OK; i++) {
        status = life_send(journal, i, &err);
        if (status != MBILL_OK) status = life_send(journal, i, &err);
        if (status == MBILL_OK) answered++;
    }
    mbill_journal_free(journal);
    mbill_store_free(store);
    *out_status = status;
    return answered;
}

#endif

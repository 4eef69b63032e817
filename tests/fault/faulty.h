/* SPDX-License-Identifier: Apache-2.0 */
/* An SQLite VFS over the machine's own that fails when it is told to, and two allocators that do: the n-th operation of a kind,
 * once or from then on. faulty_install() must come before any use of SQLite. */
#ifndef FAULTY_H
#define FAULTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "meterbill/memory.h"

typedef enum fault_kind {
    FAULT_NONE = 0,
    FAULT_OPEN,
    FAULT_READ,
    FAULT_WRITE,
    FAULT_FULL, /* of a write, with SQLITE_FULL */
    FAULT_SYNC,
    FAULT_TRUNCATE,
    FAULT_SIZE,      /* of asking how long a file is */
    FAULT_LOCK,      /* with an I/O error, not because somebody else has it */
    FAULT_ACCESS,    /* of asking whether a file is there */
    FAULT_DELETE,    /* the file stays */
    FAULT_MEMORY,    /* of SQLite */
    FAULT_ALLOCATOR, /* of the caller */
    FAULT_KINDS
} fault_kind;

/* What is written, as it happens: before the call is made, by whatever name the file was opened. */
typedef enum faulty_event_kind { FAULTY_WRITE, FAULTY_TRUNCATE, FAULTY_SYNC, FAULTY_DELETE } faulty_event_kind;
typedef struct faulty_event {
    faulty_event_kind kind;
    const char *name;
    int64_t at; /* WRITE: place; TRUNCATE: size; DELETE: whether the folder is synced */
    const void *bytes;
    size_t n;
} faulty_event;

void faulty_install(void);
void faulty_watch(void (*seen)(const faulty_event *event)); /* NULL: nobody */
/* How far to the next point that is tried, when one in `apart` is enough: with FAULT_EVERY in the environment each one, with FAULT_STRIDE=N
 * one in `apart` x N, where the failures themselves are somebody else's matter. */
int64_t fault_step(int64_t apart);
void fault_arm(fault_kind kind, int64_t nth, bool for_ever);
bool fault_disarm(void);            /* whether it struck */
void fault_deny_writing(bool deny); /* files open read-only, as on a file or folder that nobody can write */
const mbill_allocator *faulty_allocator(void);
int64_t faulty_live_blocks(void);

#endif

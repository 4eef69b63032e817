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
    FAULT_MEMORY,    /* of SQLite */
    FAULT_ALLOCATOR, /* of the caller */
    FAULT_KINDS
} fault_kind;

void faulty_install(void);
void fault_arm(fault_kind kind, int64_t nth, bool for_ever);
bool fault_disarm(void);            /* whether it struck */
void fault_deny_writing(bool deny); /* files open read-only, as on a file or folder that nobody can write */
const mbill_allocator *faulty_allocator(void);
int64_t faulty_live_blocks(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A loss of power at the calls that a piece of work makes to a file and its journals: on the disk is what was synced, and of what was not
 * nothing, all, or sectors of it in any order, also torn. */
#ifndef POWER_H
#define POWER_H

#include "afresh.h"

/* A file as a disk has it. */
typedef struct disk_file {
    bool there;
    uint8_t *bytes;
    size_t len, cap;
} disk_file;

void disk_read(disk_file *out, const char *name);
void disk_write(const disk_file *file, const char *name);

/* Remember each call to the file, which is closed now, and to its journals, until power_recorded(), which says how many there were. */
void power_record(const char *path);
void power_answered(int64_t n); /* that much was answered as done until now */
size_t power_recorded(void);

/* Put every state of the file, after each `apart`-th call of those that were remembered, where it was, and have it checked. FAULT_IMAGES in the
 * environment: how many of each random damage. Returns the states. */
typedef void power_check(void *ctx, int64_t answered, const char *what);
int64_t power_lose(size_t apart, power_check *check, void *ctx);

#endif

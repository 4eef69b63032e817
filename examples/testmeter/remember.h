/* SPDX-License-Identifier: Apache-2.0 */
/* What a gateway of one meter must not forget: numbers taken, purchases, and every command with its receipt. A text file of lines. */
#ifndef REMEMBER_H
#define REMEMBER_H

#include "meterbill/receipt.h"
#include "meterbill/replay.h"

#include <stdbool.h>

enum { KEYS_KEPT = 8, COMMANDS_KEPT = 256 };

/* A command that was taken, and the receipt that was given for it; n = 0: none yet. */
typedef struct kept_command {
    mbill_id id;
    uint8_t hash[32], receipt[MBILL_RECEIPT_BYTES_MAX];
    size_t n;
} kept_command;

typedef struct memory {
    mbill_purchases purchase;
    size_t n_keys, n_commands, n_last;
    struct {
        uint8_t kid[8];
        mbill_replay replay;
    } keys[KEYS_KEPT];
    kept_command commands[COMMANDS_KEPT];
    uint8_t last[MBILL_RECEIPT_BYTES_MAX]; /* the receipt before: the next one is chained to it */
} memory;

/* Hex digits, 2n of them and then the end or a blank; the next word. NULL: they are not there. */
const char *hex_read(const char *text, uint8_t *out, size_t cap, size_t *out_n);
/* No such file: nothing was seen. false: it is damaged. */
bool memory_load(memory *m, const char *path);
/* On the disk when it returns true: nothing may be sent before. */
bool memory_save(const memory *m, const char *path);
/* Of this key; NULL: no room. */
mbill_replay *memory_replay(memory *m, const uint8_t kid[8]);
kept_command *memory_find(memory *m, const mbill_id *id);

#endif

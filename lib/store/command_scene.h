/* SPDX-License-Identifier: Apache-2.0 */
/* How things stand where a command is to run: whose power is kept, what the account has, what the meter says. */
#ifndef MBILL__COMMAND_SCENE_H
#define MBILL__COMMAND_SCENE_H

#include "meterbill/outbox.h"
#include "store/inner.h"

typedef struct mbill__command_scene {
    mbill_store *store;
    bool knows_money; /* the ledger is as the file, in this transaction */
    int64_t now_s;
    const mbill_meter_word *words; /* what meters have said */
    size_t n_words;
} mbill__command_scene;

/* Trip and valve close. */
bool mbill__takes_supply(int32_t kind);

/* Whether this target's power is kept at that time. */
mbill_status mbill__is_power_kept(mbill_store *store, const char *target, int64_t now_s, bool *out_kept, mbill_error *err);

/* What is known of a target at a command to it; account_no 0: the account that its meter measures for. */
mbill_status mbill__scene_look(const mbill__command_scene *scene, const mbill_command *command, const char *target,
    int64_t account_no, mbill_situation *out, mbill_error *err);

#endif

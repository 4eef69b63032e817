/* SPDX-License-Identifier: Apache-2.0 */
/* What was taken before, as replay.h has it, kept in the file. Inside of the caller's transaction. */
#ifndef MBILL__COMMAND_STATE_H
#define MBILL__COMMAND_STATE_H

#include "meterbill/replay.h"
#include "store/inner.h"

/* Numbers of a key to a target, which may be a group. */
mbill_status mbill__numbers_load(mbill_store *store, const char *target, const uint8_t kid[8], mbill_replay *out,
    mbill_error *err);
mbill_status mbill__numbers_save(mbill_store *store, const char *target, const uint8_t kid[8], const mbill_replay *state,
    mbill_error *err);

mbill_status mbill__purchases_load(mbill_store *store, const char *target, mbill_purchases *out, mbill_error *err);
mbill_status mbill__purchases_save(mbill_store *store, const char *target, const mbill_purchases *state, mbill_error *err);

/* Count a command against its key's quota; mbill_quota_admit() says no. */
mbill_status mbill__quota_count(mbill_store *store, const mbill_key *key, const mbill_command *command, int64_t now_s,
    mbill_error *err);

mbill_status mbill__pace_load(mbill_store *store, mbill_pace *out, mbill_error *err);
mbill_status mbill__pace_save(mbill_store *store, const mbill_pace *state, mbill_error *err);

#endif

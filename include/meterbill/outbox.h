/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file outbox.h  Signed commands that a store has taken, what was taken before them, and how far each came.
 *
 * A command is taken in one transaction: its number, purchase and quota, the command itself, what it supersedes, and the money of a top-up are durable together
 * or not there at all; a crash in between means that it was not taken. A newer command to cut or give supply supersedes those of its target that still wait.
 *
 * The life: verified (it waits), sent (handed out), then accepted, confirmed, refused or unknown as mbill_receipt_judge() says; or expired or superseded while it waited.
 */
#ifndef MBILL_OUTBOX_H
#define MBILL_OUTBOX_H

#include "meterbill/receipt.h"
#include "meterbill/replay.h"
#include "meterbill/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Check a command to a meter (mbill_command_open(), mbill_replay_admit(), mbill_quota_admit()) and take it.
 *
 * A top-up is booked to the account under the command's id; where that entry is there already, since the payment was booked when it was made, it stays one entry.
 *
 * @param store             not NULL
 * @param keyset            whom to trust
 * @param realm             as it was signed
 * @param now_s             now, UTC
 * @param policy            NULL: the usual one
 * @param message           of mbill_command_sign()
 * @param account           the account that a top-up is for; NULL for every other command
 * @param[out] out_command  what it is; untouched on failure
 * @param[out] out_verdict  mbill_admit: new, or the same command again, which changes nothing; untouched on failure
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ID_REUSED, MBILL_E_REPLAY, MBILL_E_COUNT, MBILL_E_QUOTA  as mbill_replay_admit() and mbill_quota_admit()
 * @retval MBILL_E_GROUP      a command to a group: the gateway that has its list takes it, meter by meter
 * @retval MBILL_E_INVALID    a refund, which the ledger's own refunds book; what the ledger refuses
 * @retval MBILL_E_NOT_FOUND  no such account
 * @retval MBILL_E_MISUSE     a pointer is NULL; an account that is missing, or not for this command
 * @retval MBILL_E_EXPIRED    and the other statuses of mbill_command_open()
 * @retval MBILL_E_BUSY, MBILL_E_FULL, MBILL_E_IO, MBILL_E_CORRUPT, MBILL_E_READ_ONLY, MBILL_E_OUTCOME_UNKNOWN
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * One verification and one durable transaction; a top-up opens the ledger: mbill_store_journal().
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_command_take(mbill_store *store, const mbill_keyset *keyset, mbill_bytes realm,
    int64_t now_s, const mbill_command_policy *policy, mbill_bytes message, const char *account, mbill_command *out_command,
    int32_t *out_verdict, mbill_error *err);

/** A command that a store has; what it points to lives during the call back. */
typedef struct mbill_store_command {
    mbill_id id;
    const char *target;
    mbill_bytes message; /**< as it was taken: whoever carries it out checks it again */
    uint64_t seq;
    int64_t nbf_s; /**< 0: none */
    int64_t exp_s;
    int64_t changed_s; /**< when it came to its state */
    int32_t kind;      /**< mbill_command_kind */
    int32_t state;     /**< mbill_receipt_state */
} mbill_store_command;

/** Called for each command; must not use the store. */
typedef void (*mbill_store_command_each)(void *ctx, const mbill_store_command *command);

/**
 * Hand out commands that wait and may run now, the oldest first; those whose time is over become expired. What is handed out is sent, durably, before @p each is
 * called. Whether a precondition holds and whether power is kept, mbill_command_may_run() says.
 *
 * @param store       not NULL
 * @param now_s       now, UTC
 * @param room        at most so many, 1 or more
 * @param each        not NULL
 * @param ctx         handed to @p each
 * @param[out] out_n  NULL, or how many
 * @param[out] err    NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE, MBILL_E_RANGE
 * @retval MBILL_E_NOMEM, and those of the file as mbill_store_command_take()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_command_due(mbill_store *store, int64_t now_s, size_t room,
    mbill_store_command_each each, void *ctx, size_t *out_n, mbill_error *err);

/**
 * Say what became of a command that was sent. The same again changes nothing.
 *
 * @param store     not NULL
 * @param id        of the command
 * @param state     #MBILL_RECEIPT_ACCEPTED, _CONFIRMED, _REFUSED or _UNKNOWN
 * @param now_s     now, UTC
 * @param receipt   the signed receipt that is kept with it; n 0: none
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such command
 * @retval MBILL_E_ORDER      from where it stands it cannot come to that: what is confirmed, refused, expired or superseded stays so
 * @retval MBILL_E_INVALID    another state
 * @retval MBILL_E_MISUSE     and those of the file as mbill_store_command_take()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_command_settle(mbill_store *store, const mbill_id *id, int32_t state,
    int64_t now_s, mbill_bytes receipt, mbill_error *err);

/**
 * All commands in the order in which they were taken, or those of one state (0: all). #MBILL_E_MISUSE, and those of the file.
 * @param store     not NULL
 * @param state     a mbill_receipt_state, or 0
 * @param each      called for each, in order; another answer than #MBILL_OK ends the walk
 * @param ctx       handed to the callback as it is
 * @param[out] err  NULL, or filled on failure
 * @return #MBILL_OK, #MBILL_E_MISUSE, what the callback answers, or what is wrong with the file
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_command_list(mbill_store *store, int32_t state, mbill_store_command_each each,
    void *ctx, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

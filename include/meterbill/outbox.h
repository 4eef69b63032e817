/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file outbox.h  Signed commands that a store has taken, what was taken before them, and how far each came.
 *
 * A command is taken in one transaction: its number, purchase and quota, the command itself at each of its meters, what it supersedes, and the money of a top-up or
 * refund are durable together or not there at all; a crash in between means that it was not taken. A newer command to cut or give supply supersedes those of its
 * target that still wait.
 *
 * The life, at each meter: verified (it waits), sent (handed out), then accepted, confirmed, refused or unknown as mbill_receipt_judge() says; or expired or
 * superseded while it waited; or refused by the store, with a reason, without being sent. A cancel has done its work when it is taken, and is confirmed.
 *
 * Whose power is kept: keep_on puts a meter on a list, keep_off takes it off, from when the command is taken or from its `nbf` on; nothing else does. What takes supply
 * (trip, valve close) of a meter on the list is refused when it is offered and when it would be handed out, and in a group that one meter is left out.
 *
 * @code
 * mbill_store_command_take(store, keyset, realm, now_s, NULL, message, &command, &verdict, &err);
 * mbill_store_command_due(store, keyset, realm, now_s, NULL, carry_out, gateway, NULL, &err);   // sends frames, reads back
 * mbill_store_command_prove(store, gateway_key, realm, NULL, now_s, receipt, NULL, &err);
 * @endcode
 */
#ifndef MBILL_OUTBOX_H
#define MBILL_OUTBOX_H

#include "meterbill/receipt.h"
#include "meterbill/replay.h"
#include "meterbill/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A command at one of its meters; what it points to lives during the call back. */
typedef struct mbill_store_command {
    mbill_id id;          /**< of the order: mbill_command.id */
    const char *target;   /**< the meter */
    const char *audience; /**< whom the command names: the meter, or the group that it belongs to */
    mbill_bytes message;  /**< as it was taken: whoever carries it out checks it again */
    uint64_t seq;         /**< the command's number: rises with each command of one key to one target */
    int64_t nbf_s;        /**< not before, UTC seconds; 0: none */
    int64_t exp_s;        /**< from then on void, UTC seconds */
    int64_t changed_s;    /**< when it came to its state */
    int32_t kind;         /**< mbill_command_kind */
    int32_t state;        /**< mbill_receipt_state */
    int32_t reason;       /**< mbill_status: why the store left the meter out; #MBILL_OK: it did not */
    int32_t reserved;     /**< 0 */
    const char *why;      /**< the same as a sentence; "" */
} mbill_store_command;

/** Called for each command; must not use the store. */
typedef void (*mbill_store_command_each)(void *ctx, const mbill_store_command *command);

/** What a command may need to be taken. Members that are 0 mean nothing. */
typedef struct mbill_store_taking {
    uint32_t struct_size;               /**< sizeof(mbill_store_taking) */
    uint32_t reserved;                  /**< 0 */
    const mbill_command_policy *policy; /**< NULL: the usual one */
    const char *
        account; /**< whose money: of a top-up or refund; of a condition on the balance, where it is not that of the meter's account */
    const char *const *targets;    /**< of a group: all its meters, rising by bytes, as mbill_targets_hash() */
    size_t n_targets;              /**< how many; 0 when the command is not to a group */
    mbill_store_command_each each; /**< NULL, or told what became of it at each meter, also when it is taken again */
    void *ctx;                     /**< handed to @p each */
} mbill_store_taking;

/** One to start from. */
#define MBILL_STORE_TAKING_INIT                                                                                                  \
    {                                                                                                                            \
        .struct_size = (uint32_t)sizeof(mbill_store_taking)                                                                      \
    }

/**
 * Check a command (mbill_command_open(), mbill_replay_admit(), mbill_quota_admit(); of a group mbill_targets_check()) and take it.
 *
 * A top-up is booked to the account under the command's id, a refund set aside from it (the ledger's REFUND); where that entry is there already, since it was booked
 * when the money changed hands, it stays one entry. Both need the target's purchase count.
 *
 * A group's command is admitted at each of its meters, whose numbers of this key are its own: one that is not free for it, whose power is kept, or whose account is
 * not below the command's balance is left out, and its entry says why. To one meter such a command is refused, and nothing is kept of it. What takes supply from a
 * group needs two signers (mbill_targets_check()).
 *
 * @param store             not NULL
 * @param keyset            whom to trust
 * @param realm             as it was signed
 * @param now_s             now, UTC
 * @param options           NULL: none
 * @param message           of mbill_command_sign() or mbill_command_cosign()
 * @param[out] out_command  what it is; untouched on failure
 * @param[out] out_verdict  mbill_admit: new, or the same command again, which changes nothing; untouched on failure
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ID_REUSED, MBILL_E_REPLAY, MBILL_E_COUNT, MBILL_E_QUOTA  as mbill_replay_admit() and mbill_quota_admit()
 * @retval MBILL_E_GROUP         a group without the list that was signed; money for a group, whose meters count their purchases each
 * @retval MBILL_E_THRESHOLD     as mbill_targets_check()
 * @retval MBILL_E_KEEP_POWER    it takes supply from a meter whose power is kept
 * @retval MBILL_E_PRECONDITION  the balance is not below the command's
 * @retval MBILL_E_INVALID       what the ledger refuses
 * @retval MBILL_E_NOT_FOUND     no such account
 * @retval MBILL_E_MISUSE        a pointer is NULL; an account that is missing, or not for this command; targets of no group
 * @retval MBILL_E_EXPIRED       and the other statuses of mbill_command_open()
 * @retval MBILL_E_BUSY, MBILL_E_FULL, MBILL_E_IO, MBILL_E_CORRUPT, MBILL_E_READ_ONLY, MBILL_E_OUTCOME_UNKNOWN, MBILL_E_UNKNOWN_OPTION
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * One verification a signature and one durable transaction, O(1) a meter; money and conditions on it open the ledger: mbill_store_journal().
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_command_take(mbill_store *store, const mbill_keyset *keyset, mbill_bytes realm,
    int64_t now_s, const mbill_store_taking *options, mbill_bytes message, mbill_command *out_command, int32_t *out_verdict,
    mbill_error *err);

/** What a meter has just said of itself. */
typedef struct mbill_meter_word {
    const char *target;   /**< as commands name it */
    uint32_t status_word; /**< status word 3 of DL/T 645-2007, 16 bits */
    uint32_t reserved;    /**< 0 */
} mbill_meter_word;

/** How commands are handed out. Members that are 0 mean the usual value. */
typedef struct mbill_store_handing {
    uint32_t struct_size;               /**< sizeof(mbill_store_handing) */
    uint32_t reserved;                  /**< 0 */
    const mbill_command_policy *policy; /**< NULL: the usual one */
    size_t room;                        /**< at most so many at once: 1000; never more than 4096 */
    int64_t cuts_a_minute;              /**< of how many meters supply is taken in a minute: 60 (mbill_pace_admit()) */
    const mbill_meter_word *words;      /**< what meters have said, in any order */
    size_t n_words;                     /**< how many `words` */
    mbill_store_command_each
        left_out; /**< NULL, or told which may not run now, with the reason (without the message); with the @p ctx of @p each */
} mbill_store_handing;

/** One to start from. */
#define MBILL_STORE_HANDING_INIT                                                                                                 \
    {                                                                                                                            \
        .struct_size = (uint32_t)sizeof(mbill_store_handing)                                                                     \
    }

/**
 * Hand out commands that wait and may run now, each checked once more at this moment; those that keep power first, then the oldest. What is handed out is sent,
 * durably, before @p each is called; those whose time is over become expired.
 *
 * Checked are the signature, the key and its span, the keyset's end, the command's times (mbill_command_open()), that power is not kept, and the conditions
 * (mbill_command_may_run()): the balance is that of the account that was named, or that the meter measures for now (the meter's id in the store is the target's name, or
 * what stands behind its "/"). What does not hold becomes refused with #MBILL_E_KEEP_POWER or #MBILL_E_PRECONDITION as its reason. What may hold later waits: a key or keyset that
 * is not trusted now, a status word that nobody has said yet, and what takes supply from more meters than a minute may.
 *
 * @param store       not NULL
 * @param keyset      whom to trust now
 * @param realm       as they were signed
 * @param now_s       now, UTC
 * @param options     NULL: the usual ones
 * @param each        not NULL; told only what is to be carried out
 * @param ctx         handed to @p each
 * @param[out] out_n  NULL, or how many were handed out
 * @param[out] err    NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE, MBILL_E_RANGE, MBILL_E_INVALID (a status word of more than 16 bits), MBILL_E_UNKNOWN_OPTION
 * @retval MBILL_E_NOMEM, and those of the file as mbill_store_command_take()
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * One durable transaction; one verification a signature for each that waits. Conditions on the balance open the ledger: mbill_store_journal().
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_command_due(mbill_store *store, const mbill_keyset *keyset, mbill_bytes realm,
    int64_t now_s, const mbill_store_handing *options, mbill_store_command_each each, void *ctx, size_t *out_n, mbill_error *err);

/**
 * Say what became of a command that was sent, without a proof of it. The same again changes nothing.
 *
 * @param store     not NULL
 * @param id        of the command
 * @param target    the meter; NULL: the command went to one alone
 * @param state     #MBILL_RECEIPT_ACCEPTED, _CONFIRMED, _REFUSED or _UNKNOWN
 * @param now_s     now, UTC
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such command, or not to that meter
 * @retval MBILL_E_GROUP      it went to several meters, and none is named
 * @retval MBILL_E_ORDER      from where it stands it cannot come to that: what is confirmed, refused, expired or superseded stays so
 * @retval MBILL_E_INVALID    another state
 * @retval MBILL_E_MISUSE     and those of the file as mbill_store_command_take()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_command_settle(mbill_store *store, const mbill_id *id, const char *target,
    int32_t state, int64_t now_s, mbill_error *err);

/**
 * Settle a command by a signed receipt, and keep it. It is checked first: who signed it, that it is of this very command (its id, number and the hash of its bytes), and of a
 * group's command that it is of this meter: its reply is from there (mbill_receipt_is_from()), or nobody replied and it says `unknown`. What it settles already changes nothing.
 *
 * @param store             not NULL
 * @param public_key        of the gateway that signs receipts, 32 bytes
 * @param realm             as it was signed
 * @param target            the meter; NULL: the command went to one alone
 * @param now_s             now, UTC
 * @param receipt           of mbill_receipt_sign()
 * @param[out] out_receipt  NULL, or what it says; untouched on failure
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_KID_UNKNOWN, MBILL_E_SIGNATURE  and the other statuses of mbill_receipt_open()
 * @retval MBILL_E_CLAIMS     it is of other bytes, or of another number, than the command that is kept under its id
 * @retval MBILL_E_ADDRESS    it is of a group's command, and not of this meter
 * @retval MBILL_E_INVALID    its state is not accepted, confirmed, refused or unknown
 * @retval MBILL_E_NOT_FOUND, MBILL_E_GROUP, MBILL_E_ORDER  as mbill_store_command_settle()
 * @retval MBILL_E_MISUSE     and those of the file as mbill_store_command_take()
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * One verification and one durable transaction.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_command_prove(mbill_store *store, const uint8_t public_key[32],
    mbill_bytes realm, const char *target, int64_t now_s, mbill_bytes receipt, mbill_receipt *out_receipt, mbill_error *err);

/**
 * All commands in the order in which they were taken, a group's once a meter, or those of one state.
 *
 * @param store     not NULL
 * @param state     a mbill_receipt_state; 0: all
 * @param each      called for each, in order; not NULL
 * @param ctx       handed to @p each
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE, and those of the file as mbill_store_command_take()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_command_list(mbill_store *store, int32_t state, mbill_store_command_each each,
    void *ctx, mbill_error *err);

/** A receipt that a store keeps; what it points to lives during the call back. */
typedef struct mbill_store_receipt {
    mbill_id id;         /**< of the command */
    const char *target;  /**< the meter */
    mbill_bytes message; /**< as mbill_store_command_prove() was given it */
    int64_t at_s;        /**< when it was kept */
    int32_t state;       /**< mbill_receipt_state that it settled */
    int32_t reserved;    /**< 0 */
} mbill_store_receipt;

/** Called for each receipt; must not use the store. */
typedef void (*mbill_store_receipt_each)(void *ctx, const mbill_store_receipt *receipt);

/**
 * The receipts that are kept, in the order in which they came: those of one signer make a chain (mbill_receipt_follows()). Whoever signs the next one takes the hash of the
 * last; whoever holds the others sees in the chain that one is missing, or that this file was put back to what it was before.
 *
 * @param store     not NULL
 * @param each      not NULL
 * @param ctx       handed to @p each
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE, and those of the file as mbill_store_command_take()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_receipts(mbill_store *store, mbill_store_receipt_each each, void *ctx,
    mbill_error *err);

/** A meter whose power is kept; what it points to lives during the call back. */
typedef struct mbill_kept_power {
    const char *target; /**< the meter */
    int64_t since_s;    /**< UTC */
    mbill_id id;        /**< of the command that says so */
} mbill_kept_power;

/** Called for each meter; must not use the store. */
typedef void (*mbill_kept_power_each)(void *ctx, const mbill_kept_power *power);

/**
 * The meters whose power is kept at a time, by name.
 *
 * @param store     not NULL
 * @param now_s     that time, UTC
 * @param each      called for each; not NULL
 * @param ctx       handed to @p each
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE, and those of the file as mbill_store_command_take()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_kept_power(mbill_store *store, int64_t now_s, mbill_kept_power_each each,
    void *ctx, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

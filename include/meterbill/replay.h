/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file replay.h  What was taken before, as plain data: numbers, purchases, quotas, pace; and what must hold at the moment a command runs.
 *
 * Each function takes the old state and gives the new one; it knows no file and no clock. Keep the states in the same transaction as the effect of the
 * command, so that no crash can lie between: a state that went back opens the door to what was taken before (a chain of receipts shows it).
 *
 * @code
 * mbill_replay replay = {0};                       // one for each target and key
 * mbill_purchases purchase = {0};                   // one for each target, whoever signs
 * mbill_replay_admit(&command, hash, known_or_null, &replay, &purchase, &replay, &purchase, &verdict, &err);
 * @endcode
 */
#ifndef MBILL_REPLAY_H
#define MBILL_REPLAY_H

#include "meterbill/command.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Numbers of one key to one target. All zero: nothing seen. */
typedef struct mbill_replay {
    uint32_t struct_size; /**< sizeof(mbill_replay); 0 while nothing was seen */
    uint32_t version;     /**< 1; 0 while nothing was seen */
    uint64_t last_seq;    /**< the highest number taken */
    uint64_t window;      /**< bit n: last_seq - n was taken; only reads look at it (RFC 6479) */
} mbill_replay;

/** Purchases of one target, whichever key signs. All zero: none. */
typedef struct mbill_purchases {
    uint32_t struct_size; /**< sizeof(mbill_purchases); 0 while there was none */
    uint32_t version;     /**< 1; 0 while there was none */
    uint64_t last_count;  /**< top-ups and refunds taken */
} mbill_purchases;

/** What came of a command that was offered. */
typedef enum mbill_admit {
    MBILL_ADMIT_NEW = 1, /**< take it */
    MBILL_ADMIT_REPEAT   /**< the same command again: the kept result is given again, nothing changes */
} mbill_admit;

/**
 * Whether a command that was opened may be taken: id, number, purchase count, in this order.
 *
 * A number must be above the last one of its key and target; reads alone may come late, within 64 below it, each once. A top-up or refund must have the count that
 * follows the target's last.
 *
 * @param command              not NULL; of mbill_command_open()
 * @param command_hash         mbill_command_hash() of its bytes
 * @param known_hash           the hash that is kept under this id; NULL: the id is new
 * @param replay               of the key and target; not NULL
 * @param purchase             of the target; not NULL for top-up and refund
 * @param[out] replay_out      untouched unless new; may be @p replay
 * @param[out] purchase_out    the same; may be @p purchase
 * @param[out] out_verdict     mbill_admit; untouched on failure
 * @param[out] err             NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ID_REUSED  another command under this id: somebody cheats or errs
 * @retval MBILL_E_REPLAY     the number was used or passed
 * @retval MBILL_E_COUNT      not the purchase that follows
 * @retval MBILL_E_VERSION    a state of a form that this version does not know
 * @retval MBILL_E_MISUSE     a pointer is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant, about 10 ns; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_replay_admit(const mbill_command *command, const uint8_t command_hash[32],
    const uint8_t *known_hash, const mbill_replay *replay, const mbill_purchases *purchase, mbill_replay *replay_out,
    mbill_purchases *purchase_out, int32_t *out_verdict, mbill_error *err);

/** What a key has signed on a day. One for each key. All zero: nothing. */
typedef struct mbill_quota {
    uint32_t struct_size; /**< sizeof(mbill_quota); 0 at first */
    uint32_t version;     /**< 1; 0 at first */
    int64_t day;          /**< UTC days since 1970-01-01 */
    int64_t commands;     /**< on that day; a group's once a target */
    int64_t amount_micro; /**< top-ups and refunds of that day, both upwards */
} mbill_quota;

/**
 * Count a command against its key's quota. A clock that goes back does not begin the day again.
 *
 * @param key            of the keyset
 * @param command        of mbill_command_open()
 * @param now_s          UTC, from 1970 on
 * @param quota          not NULL
 * @param[out] quota_out untouched on failure; may be @p quota
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_QUOTA    more than the key may
 * @retval MBILL_E_RANGE    a time before 1970
 * @retval MBILL_E_VERSION, MBILL_E_MISUSE  as mbill_replay_admit()
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_quota_admit(const mbill_key *key, const mbill_command *command, int64_t now_s,
    const mbill_quota *quota, mbill_quota *quota_out, mbill_error *err);

/**
 * Whether a group's command goes to these targets: their hash and number are the signed ones, and what takes supply from a group (trip, valve close) was
 * signed by two keys, of two roles or both of #MBILL_ROLE_ROOT.
 *
 * @param command  of mbill_command_open()
 * @param targets  all of the group, as mbill_targets_hash()
 * @param n        1 or more
 * @param[out] err NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_GROUP      no command to a group, or to another list
 * @retval MBILL_E_THRESHOLD  one signature, or two of one role, where two must agree
 * @retval MBILL_E_ORDER, MBILL_E_INVALID, MBILL_E_RANGE, MBILL_E_MISUSE  as mbill_targets_hash()
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(bytes of names); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_targets_check(const mbill_command *command, const char *const *targets, size_t n,
    mbill_error *err);

/** How many meters a gateway took supply from, of late. All zero: none. */
typedef struct mbill_pace {
    uint32_t struct_size; /**< sizeof(mbill_pace); 0 at first */
    uint32_t version;     /**< 1; 0 at first */
    int64_t begin_s;      /**< of the present minute: its first trip */
    int64_t count;        /**< since then */
} mbill_pace;

/**
 * Count one trip or valve close against a limit a minute, from the first of the minute on. Others pass. #MBILL_E_PACE, #MBILL_E_RANGE (a limit below 1, a time before
 *  1970); else as mbill_quota_admit().
 * @param command        not NULL
 * @param limit          commands a minute, from 1
 * @param now_s          UTC seconds
 * @param pace           the state before
 * @param[out] pace_out  the state after; may be @p pace; untouched on failure
 * @param[out] err       NULL, or filled on failure
 * @return #MBILL_E_PACE, #MBILL_E_RANGE, else as mbill_quota_admit()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_pace_admit(const mbill_command *command, int64_t limit, int64_t now_s,
    const mbill_pace *pace, mbill_pace *pace_out, mbill_error *err);

#define MBILL_SITUATION_BALANCE 0x1u    /**< `balance_micro` is known */
#define MBILL_SITUATION_STATUS 0x2u     /**< `status_word` is known */
#define MBILL_SITUATION_KEEP_POWER 0x4u /**< the target is on the list of those whose power is kept */

/** How things stand at the moment a command is about to run. */
typedef struct mbill_situation {
    uint32_t struct_size;  /**< sizeof(mbill_situation) */
    uint32_t has;          /**< MBILL_SITUATION_… */
    int64_t balance_micro; /**< of the account */
    uint32_t status_word;  /**< status word 3 of DL/T 645-2007: bit 12 keeps power */
    uint32_t reserved;     /**< 0 */
} mbill_situation;

/**
 * Whether a command may run now, however it was admitted: not void by now, power not kept, preconditions met. What is not known is not met.
 *
 * @param command  of mbill_command_open()
 * @param now_s    UTC; not looked at when the command is marked #MBILL_COMMAND_TIME_UNCHECKED
 * @param situation not NULL
 * @param[out] err NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_EXPIRED       it is void by now: from exp on
 * @retval MBILL_E_NOT_YET       before nbf
 * @retval MBILL_E_KEEP_POWER    a trip or valve close, and power is kept: this always wins
 * @retval MBILL_E_PRECONDITION  the balance is not below, the status is another, or it is not known
 * @retval MBILL_E_MISUSE, MBILL_E_UNKNOWN_OPTION
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_command_may_run(const mbill_command *command, int64_t now_s,
    const mbill_situation *situation, mbill_error *err);

#define MBILL_STATE_BYTES_MAX 40 /**< of an encoded state */

/**
 * A state in its one portable form, at most #MBILL_STATE_BYTES_MAX bytes. #MBILL_E_ROOM, #MBILL_E_MISUSE, #MBILL_E_VERSION.
 * @param replay        the state
 * @param[out] out      the bytes
 * @param cap           room at @p out
 * @param[out] out_len  bytes written, or needed when the status is #MBILL_E_ROOM
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM
 * @retval MBILL_E_MISUSE
 * @retval MBILL_E_VERSION
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_replay_encode(const mbill_replay *replay, uint8_t *out, size_t cap, size_t *out_len,
    mbill_error *err);
/**
 * What mbill_replay_encode() wrote, back; else #MBILL_E_TRUNCATED, #MBILL_E_NONCANONICAL, #MBILL_E_INVALID, #MBILL_E_VERSION.
 * @param in               the bytes
 * @param[out] out_replay  the state; untouched on failure
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_TRUNCATED
 * @retval MBILL_E_NONCANONICAL
 * @retval MBILL_E_INVALID
 * @retval MBILL_E_VERSION
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_replay_decode(mbill_bytes in, mbill_replay *out_replay, mbill_error *err);
/**
 * As mbill_replay_encode().
 * @param purchase      the state
 * @param[out] out      the bytes
 * @param cap           room at @p out
 * @param[out] out_len  bytes written, or needed when the status is #MBILL_E_ROOM
 * @param[out] err      NULL, or filled on failure
 * @return as mbill_replay_encode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_purchases_encode(const mbill_purchases *purchase, uint8_t *out, size_t cap,
    size_t *out_len, mbill_error *err);
/**
 * As mbill_replay_decode().
 * @param in                 the bytes
 * @param[out] out_purchase  the state; untouched on failure
 * @param[out] err           NULL, or filled on failure
 * @return as mbill_replay_decode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_purchases_decode(mbill_bytes in, mbill_purchases *out_purchase, mbill_error *err);
/**
 * As mbill_replay_encode().
 * @param quota         the state
 * @param[out] out      the bytes
 * @param cap           room at @p out
 * @param[out] out_len  bytes written, or needed when the status is #MBILL_E_ROOM
 * @param[out] err      NULL, or filled on failure
 * @return as mbill_replay_encode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_quota_encode(const mbill_quota *quota, uint8_t *out, size_t cap, size_t *out_len,
    mbill_error *err);
/**
 * As mbill_replay_decode().
 * @param in              the bytes
 * @param[out] out_quota  the state; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @return as mbill_replay_decode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_quota_decode(mbill_bytes in, mbill_quota *out_quota, mbill_error *err);
/**
 * As mbill_replay_encode().
 * @param pace          the state before
 * @param[out] out      the bytes
 * @param cap           room at @p out
 * @param[out] out_len  bytes written, or needed when the status is #MBILL_E_ROOM
 * @param[out] err      NULL, or filled on failure
 * @return as mbill_replay_encode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_pace_encode(const mbill_pace *pace, uint8_t *out, size_t cap, size_t *out_len,
    mbill_error *err);
/**
 * As mbill_replay_decode().
 * @param in             the bytes
 * @param[out] out_pace  the state; untouched on failure
 * @param[out] err       NULL, or filled on failure
 * @return as mbill_replay_decode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_pace_decode(mbill_bytes in, mbill_pace *out_pace, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

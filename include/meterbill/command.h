/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file command.h  Commands that nobody can forge: one meter or one group, one expiry, one number, signed.
 *
 * A command is a COSE_Sign1 message (RFC 9052, tag 18; COSE_Sign, tag 98, where several sign) with Ed25519, in one closed profile of domain
 * "libmeterbill/cmd/v1": the key's name is in the protected header, the unprotected one is empty, the payload is a deterministic CBOR map of at most 512 bytes
 * (RFC 8949 section 4.2.1) with the labels 3-7 of RFC 8392 and our own below 0. One message has one wire form; everything else is refused.
 *
 * Checks come in this order: size, structure, key known and in its span, signature, payload, target, times, role. Nothing of the payload is used before
 * the signature is right. Order and repetition are for mbill_replay_admit() (replay.h), which needs what was taken before.
 *
 * @code
 * mbill_command trip = MBILL_COMMAND_INIT;
 * trip.kind = MBILL_COMMAND_TRIP;
 * strcpy(trip.target, "e/000000000001");
 * trip.id = order;                                        // the id of the ledger entry that decided it
 * trip.seq = last + 1;
 * trip.iat_s = now_s;
 * trip.exp_s = now_s + 300;
 * mbill_command_sign(signer, realm, &trip, bytes, sizeof bytes, &len, &err);               // 140 bytes
 * mbill_command_open(keyset, realm, now_s, NULL, (mbill_bytes){bytes, len}, &got, &err);   // at the last trusted hop
 * @endcode
 */
#ifndef MBILL_COMMAND_H
#define MBILL_COMMAND_H

#include "meterbill/bytes.h"
#include "meterbill/id.h"
#include "meterbill/keyset.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_COMMAND_PAYLOAD_MAX 512 /**< bytes of what is signed */
#define MBILL_COMMAND_BYTES_MAX 2048  /**< bytes of a whole command, with #MBILL_SIGNERS_MAX signatures */
#define MBILL_HASH_BYTES 32           /**< of BLAKE2b-256 */

/** What is commanded. In documents they go by the names in quotes. */
typedef enum mbill_command_kind {
    MBILL_COMMAND_TRIP = 1,     /**< "trip" */
    MBILL_COMMAND_PERMIT_CLOSE, /**< "permit_close": a user presses a key */
    MBILL_COMMAND_DIRECT_CLOSE, /**< "direct_close" */
    MBILL_COMMAND_ALARM_ON,     /**< "alarm_on" */
    MBILL_COMMAND_ALARM_OFF,    /**< "alarm_off" */
    MBILL_COMMAND_KEEP_ON,      /**< "keep_on": power is kept whatever else is commanded */
    MBILL_COMMAND_KEEP_OFF,     /**< "keep_off" */
    MBILL_COMMAND_TOP_UP,       /**< "top_up": amount and count */
    MBILL_COMMAND_REFUND,       /**< "refund": amount and count */
    MBILL_COMMAND_TARIFF,       /**< "tariff": hash and switch time */
    MBILL_COMMAND_CLOCK,        /**< "clock": time */
    MBILL_COMMAND_VALVE_OPEN,   /**< "valve_open" */
    MBILL_COMMAND_VALVE_CLOSE,  /**< "valve_close" */
    MBILL_COMMAND_READ,         /**< "read": DI */
    MBILL_COMMAND_CANCEL        /**< "cancel": numbers first to last of the same key and target */
} mbill_command_kind;

#define MBILL_COMMAND_HAS_NBF 0x1u    /**< `nbf_s` is set: not before */
#define MBILL_COMMAND_HAS_BELOW 0x2u  /**< precondition: the balance is below `below_micro` */
#define MBILL_COMMAND_HAS_STATUS 0x4u /**< precondition: the status word and `status_mask` is `status_value` */

#define MBILL_COMMAND_TIME_UNCHECKED 0x1u /**< of `notes`: without a trusted clock; numbers alone protect */
#define MBILL_COMMAND_KEYSET_EXPIRED 0x2u /**< of `notes`: taken after the keyset's time, since it is towards supply */

/** A command. Members that its kind does not have are 0. */
typedef struct mbill_command {
    uint32_t struct_size; /**< sizeof(mbill_command) */
    int32_t kind;         /**< mbill_command_kind */
    char target
        [MBILL_TARGET_ROOM]; /**< "e/000000000001", "w/…", "h/…", "g/…": a meter; "grp/NAME": a group. 0-9, a-z and / alone */
    mbill_id id;             /**< of the order; the id of the ledger entry */
    int64_t iat_s;           /**< made, UTC */
    int64_t exp_s;           /**< from then on void, UTC */
    int64_t nbf_s;           /**< #MBILL_COMMAND_HAS_NBF: not before, UTC */
    uint64_t seq;            /**< rises with each command of one key to one target */
    uint32_t has;            /**< MBILL_COMMAND_HAS_… */
    uint32_t di;             /**< read: what */
    int64_t amount_micro;    /**< top-up, refund: above 0 */
    uint64_t count;          /**< top-up, refund: the target's last + 1 */
    uint8_t tariff_hash[32]; /**< tariff: BLAKE2b-256 of its canonical document */
    int64_t switch_s;        /**< tariff: from then on, UTC */
    int64_t clock_s;         /**< clock: the time to set, UTC */
    uint64_t first_seq;      /**< cancel: from this number */
    uint64_t last_seq;       /**< cancel: to this, included */
    int64_t below_micro;     /**< #MBILL_COMMAND_HAS_BELOW */
    uint32_t status_mask;    /**< #MBILL_COMMAND_HAS_STATUS: 16 bits, not 0 */
    uint32_t status_value;   /**< bits within the mask */
    uint8_t group_hash[32];  /**< group: mbill_targets_hash() */
    uint64_t group_count;    /**< group: how many targets; 0: no group */
    uint8_t kid[8];          /**< by mbill_command_open(): who signed; of several the first by name, whose numbers count */
    uint32_t n_signers;      /**< by mbill_command_open() */
    uint32_t roles;          /**< by mbill_command_open(): bit n: a signer of role n */
    uint32_t n_roots;        /**< by mbill_command_open(): signers of #MBILL_ROLE_ROOT */
    uint32_t notes;          /**< by mbill_command_open(): MBILL_COMMAND_TIME_UNCHECKED, MBILL_COMMAND_KEYSET_EXPIRED */
} mbill_command;

/** A command to start from. */
#define MBILL_COMMAND_INIT                                                                                                       \
    {                                                                                                                            \
        .struct_size = (uint32_t)sizeof(mbill_command)                                                                           \
    }

/**
 * The name of a kind in documents; NULL for none.
 * @param kind  any number
 * @return a constant, or NULL
 * @since 0.1
 */
MBILL_API const char *mbill_command_name(int32_t kind);

/**
 * The payload of a command in its one form: what is signed.
 *
 * @param command       not NULL; what mbill_command_open() fills is not looked at
 * @param[out] out      NULL if @p cap is 0
 * @param cap           room
 * @param[out] out_len  bytes, also when the room is too small
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM    @p out_len says how much is needed
 * @retval MBILL_E_CLAIMS  a member that the kind does not have, one that it must have, or one out of range; the message names it
 * @retval MBILL_E_MISUSE  a pointer is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_command_encode(const mbill_command *command, uint8_t *out, size_t cap,
    size_t *out_len, mbill_error *err);

/**
 * A payload back into a command; refuses what mbill_command_encode() cannot have written. #MBILL_E_TRUNCATED, #MBILL_E_NONCANONICAL, #MBILL_E_CLAIMS with the
 *  offending byte as index. A payload proves nothing: it is for those who check signatures elsewhere.
 * @param payload           its bytes
 * @param[out] out_command  the command; untouched on failure
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_TRUNCATED
 * @retval MBILL_E_NONCANONICAL
 * @retval MBILL_E_CLAIMS
 * @retval MBILL_E_MISUSE  a pointer is NULL
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_command_decode(mbill_bytes payload, mbill_command *out_command, mbill_error *err);

/**
 * Sign a command.
 *
 * @param signer        not NULL
 * @param realm         at most #MBILL_REALM_MAX bytes: who belongs together
 * @param command       as mbill_command_encode()
 * @param[out] out      the message; #MBILL_COMMAND_BYTES_MAX is always enough
 * @param cap           room
 * @param[out] out_len  bytes, also when the room is too small
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM       @p out_len says how much is needed
 * @retval MBILL_E_CLAIMS     as mbill_command_encode()
 * @retval MBILL_E_LIMIT      the realm is too long
 * @retval MBILL_E_SIGNATURE  the callback signs with another key; else what the callback returned
 * @retval MBILL_E_MISUSE     a pointer is NULL
 * @par Thread safety
 * As the signer's.
 * @par Cost
 * One signature; no allocation. The secret is made readable for the call, unless it is held.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_command_sign(mbill_signer *signer, mbill_bytes realm, const mbill_command *command,
    uint8_t *out, size_t cap, size_t *out_len, mbill_error *err);

/**
 * Sign together with others (a trip of a group needs two): a COSE_Sign message, to which each adds a signature where he is.
 *
 * @param signer        not NULL
 * @param realm         as mbill_command_sign()
 * @param in            of mbill_command_encode(), or a message that others have signed together
 * @param[out] out      the message; not @p in
 * @param cap           room
 * @param[out] out_len  bytes, also when the room is too small
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_EXISTS     this key has signed already
 * @retval MBILL_E_CLAIMS, MBILL_E_TRUNCATED, MBILL_E_NONCANONICAL, MBILL_E_STRUCTURE  @p in is neither
 * @retval MBILL_E_ROOM, MBILL_E_LIMIT, MBILL_E_SIGNATURE, MBILL_E_MISUSE  as mbill_command_sign()
 * @par Thread safety
 * As the signer's.
 * @par Cost
 * One signature; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_command_cosign(mbill_signer *signer, mbill_bytes realm, mbill_bytes in, uint8_t *out,
    size_t cap, size_t *out_len, mbill_error *err);

#define MBILL_POLICY_TIME_UNTRUSTED                                                                                              \
    0x1u /**< there is no clock to trust: times are compared with each other alone, and the command is marked */

/** What a receiver takes. Members that are 0 mean the usual value, NULL as a whole all of them. */
typedef struct mbill_command_policy {
    uint32_t struct_size;       /**< sizeof(mbill_command_policy) */
    uint32_t flags;             /**< MBILL_POLICY_… */
    int64_t skew_s;             /**< how far clocks may differ: 120; -1: not at all */
    int64_t now_max_s;          /**< longest exp - iat of a command for now, all but those below: 600 */
    int64_t scheduled_max_s;    /**< longest exp - iat of a command with "not before": 86400 */
    int64_t money_max_s;        /**< longest exp - iat of top-up and refund: 604800 */
    int64_t tariff_max_s;       /**< longest exp - iat of a tariff: 7776000 */
    const char *const *targets; /**< who the receiver is: meters and groups, rising by bytes */
    size_t n_targets;           /**< 0: it does not say, and the caller looks at the target */
} mbill_command_policy;

/** A policy to start from. */
#define MBILL_COMMAND_POLICY_INIT                                                                                                \
    {                                                                                                                            \
        .struct_size = (uint32_t)sizeof(mbill_command_policy)                                                                    \
    }

/**
 * Check a command and say what it is. A message signed by several is taken when every one of them may sign it.
 *
 * An expired keyset still opens commands towards supply (keep on, both closes, valve open), marked #MBILL_COMMAND_KEYSET_EXPIRED. A command is void from exp + skew on,
 * taken from nbf - skew on.
 *
 * @param keyset           not NULL
 * @param realm            as it was signed; another one shows as a wrong signature
 * @param now_s            the time, UTC; not looked at with #MBILL_POLICY_TIME_UNTRUSTED
 * @param policy           NULL: the usual one
 * @param in               the message
 * @param[out] out_command untouched on failure
 * @param[out] err         NULL, or filled on failure: index = the offending byte, where there is one
 * @retval MBILL_OK
 * @retval MBILL_E_LIMIT           more than #MBILL_COMMAND_BYTES_MAX bytes, or a payload of more than #MBILL_COMMAND_PAYLOAD_MAX
 * @retval MBILL_E_TRUNCATED       the message ends before it should
 * @retval MBILL_E_NONCANONICAL    a second wire form: long heads, indefinite lengths, keys out of order or twice, bytes behind the end
 * @retval MBILL_E_STRUCTURE       no message of the profile: another tag or shape, an unprotected entry, another protected label, a float, a tag inside
 * @retval MBILL_E_ALGORITHM       another algorithm than EdDSA (-8) and Ed25519 (-19, RFC 9864)
 * @retval MBILL_E_KID_UNKNOWN     the keyset has no such key
 * @retval MBILL_E_KID_TIME        the key is not yet or no longer in its span
 * @retval MBILL_E_SIGNATURE       a wrong signature, or another realm or domain
 * @retval MBILL_E_CLAIMS          what is signed is no command
 * @retval MBILL_E_AUDIENCE        it is for somebody else
 * @retval MBILL_E_NOT_YET         before nbf, or made in the future
 * @retval MBILL_E_EXPIRED         after exp
 * @retval MBILL_E_LIFETIME        it would live longer than the policy or the key allows
 * @retval MBILL_E_KEYSET_EXPIRED  the keyset is past its time and this is not towards supply
 * @retval MBILL_E_ROLE            the key may not sign this command, or not for this target
 * @retval MBILL_E_MISUSE, MBILL_E_UNKNOWN_OPTION
 * @par Thread safety
 * Pure; any number of threads share a keyset.
 * @par Cost
 * One verification a signature, and about 0.2 microseconds; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_command_open(const mbill_keyset *keyset, mbill_bytes realm, int64_t now_s,
    const mbill_command_policy *policy, mbill_bytes in, mbill_command *out_command, mbill_error *err);

/**
 * The name of one key that has signed a command, for what is counted for each key, such as its quota (mbill_quota_admit()). Only what mbill_command_open() has taken says
 * that it has signed: no signature is checked here.
 *
 * @param message       a whole command
 * @param nth           0 to `n_signers` - 1, rising by name; the first is the command's `kid`
 * @param[out] out_kid  8 bytes; untouched on failure
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND   so many have not signed
 * @retval MBILL_E_STRUCTURE   and the statuses before it in mbill_command_open(): it is no command
 * @retval MBILL_E_MISUSE      a pointer is NULL
 * @par Thread safety
 * Pure.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_command_signer(mbill_bytes message, size_t nth, uint8_t out_kid[8],
    mbill_error *err);

/**
 * BLAKE2b-256 of the bytes of a command, as ids and receipts remember it.
 * @param message        its bytes
 * @param[out] out_hash  32 bytes
 * @since 0.1
 */
MBILL_API void mbill_command_hash(mbill_bytes message, uint8_t out_hash[32]);

/**
 * The hash of a group's targets: BLAKE2b-256 of the names rising by bytes, each followed by a byte 00.
 *
 * @param targets        names of meters
 * @param n              1 or more
 * @param[out] out_hash  untouched on failure
 * @param[out] err       NULL, or filled on failure: index = the offending name
 * @retval MBILL_OK
 * @retval MBILL_E_ORDER    a name that is not above the one before it
 * @retval MBILL_E_INVALID  no meter's name
 * @retval MBILL_E_RANGE    @p n is 0
 * @retval MBILL_E_MISUSE   a pointer is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(bytes of names); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_targets_hash(const char *const *targets, size_t n, uint8_t out_hash[32],
    mbill_error *err);

/**
 * A command from its document (kind "command", schema/command-1.schema.json).
 *
 * @param text             JSON; not NUL-terminated
 * @param len              bytes of @p text
 * @param[out] out_command untouched on failure
 * @param[out] err         NULL, or filled on failure: a JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_CLAIMS  as mbill_command_encode()
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_VERSION, MBILL_E_UNKNOWN_KEY, MBILL_E_DUPLICATE_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE,
 *         MBILL_E_NUMBER, MBILL_E_DIGITS, MBILL_E_OVERFLOW, MBILL_E_RANGE, MBILL_E_INVALID, MBILL_E_DATE, MBILL_E_AMBIGUOUS, MBILL_E_NOMEM, MBILL_E_MISUSE
 * @par Thread safety
 * Any number of threads.
 * @par Cost
 * Linear; what a document takes.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_command_read(const char *text, size_t len, mbill_command *out_command,
    mbill_error *err);

/**
 * A command as its document; mbill_command_read() of it gives the command back. Room as everywhere: NULL asks for the size. #MBILL_E_CLAIMS, #MBILL_E_ROOM,
 *  #MBILL_E_NOMEM, #MBILL_E_MISUSE.
 * @param command         not NULL
 * @param[out] out_text   text with a zero at its end; NULL asks for the size
 * @param[out] inout_len  room at @p out_text; then bytes written, or needed
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_CLAIMS
 * @retval MBILL_E_ROOM
 * @retval MBILL_E_NOMEM
 * @retval MBILL_E_MISUSE
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_command_write(const mbill_command *command, char *out_text, size_t *inout_len,
    mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

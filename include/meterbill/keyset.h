/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file keyset.h  Who may sign commands: secret keys that cannot be read back, and sets of public keys signed by a threshold of roots.
 *
 * A keyset lists keys with a span of time, the commands they may sign, the targets they may name, a longest lifetime and a quota a day. It is a COSE_Sign
 * message (RFC 9052, tag 98) of domain "libmeterbill/keys/v1", signed by at least `threshold` root keys. Its version only grows; a change of roots is signed by
 * the old and by the new threshold (as The Update Framework does). Revocation is a new keyset without the key. After `exp_s` only commands towards supply
 * are taken: it fails towards supply.
 *
 * The first keyset is checked against roots that the device was given by hand (mbill_keyset_pin()); each later one against the one before it.
 *
 * @code
 * mbill_signer_open(secret, NULL, &root, &err);                      // 32 bytes of the caller's, from a good source
 * mbill_keyset_encode(&plan, payload, sizeof payload, &n, &err);     // what is to be signed
 * mbill_keyset_sign(root, realm, (mbill_bytes){payload, n}, message, sizeof message, &len, &err);
 * mbill_keyset_pin(root_public, 1, 1, 0, NULL, &pinned, &err);      // in the device
 * mbill_keyset_open((mbill_bytes){message, len}, realm, pinned, NULL, &keyset, &err);
 * @endcode
 */
#ifndef MBILL_KEYSET_H
#define MBILL_KEYSET_H

#include "meterbill/bytes.h"
#include "meterbill/memory.h"
#include "meterbill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_KID_BYTES 8            /**< a key's name: the first bytes of BLAKE2b-256 of its public key */
#define MBILL_KEY_BYTES 32           /**< a public key, and the secret that a signer is made of */
#define MBILL_SIGNATURE_BYTES 64     /**< an Ed25519 signature */
#define MBILL_SIGNERS_MAX 16         /**< signatures of one message */
#define MBILL_REALM_MAX 64           /**< bytes of a realm */
#define MBILL_TARGET_ROOM 64         /**< room of a target's name, with the NUL */
#define MBILL_KEYS_MAX 64            /**< keys of a keyset */
#define MBILL_KEYSET_BYTES_MAX 16384 /**< of a whole keyset message */

/** What a key is for. The role follows from the commands that it may sign: it is the first role that permits all of them. */
typedef enum mbill_role {
    MBILL_ROLE_RELAY = 1, /**< trip, close, alarm, valve; read, cancel */
    MBILL_ROLE_MONEY,     /**< top-up, refund; read, cancel */
    MBILL_ROLE_TARIFF,    /**< tariff; read, cancel */
    MBILL_ROLE_CLOCK,     /**< clock; read, cancel */
    MBILL_ROLE_ROOT       /**< what relay may, and keep power on and off */
} mbill_role;

/**
 * The commands of a role, a set of bits: bit n is the command numbered n (mbill_command_kind); 0 for no role.
 * @param role  any number
 * @return a set of bits
 * @since 0.1
 */
MBILL_API uint32_t mbill_role_commands(int32_t role);

/**
 * The name of a role in documents: "relay", "money", "tariff", "clock", "root"; NULL for none.
 * @param role  any number
 * @return a constant, or NULL
 * @since 0.1
 */
MBILL_API const char *mbill_role_name(int32_t role);

/* ---- secret keys ---- */

/** A secret key, or somebody who signs with one. One thread at a time, unless it is held (mbill_signer_hold()). */
typedef struct mbill_signer mbill_signer;

/**
 * A signer of 32 secret bytes (RFC 8032, the seed). The bytes are kept in guarded memory that cannot be read between signatures, is not part of a core dump, and is
 * overwritten by mbill_signer_free(). No call gives them back.
 *
 * @param secret          not NULL; the caller overwrites his copy
 * @param allocator       for all but the secret; NULL = libc
 * @param[out] out_signer NULL on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  all bytes are the same: no secret that anybody drew
 * @retval MBILL_E_NOMEM    memory, or guarded memory, could not be had
 * @retval MBILL_E_MISUSE   a pointer is NULL, an allocator with holes
 * @par Thread safety
 * Any number of threads.
 * @par Cost
 * One key derivation, three guarded pages.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_signer_open(const uint8_t secret[32], const mbill_allocator *allocator,
    mbill_signer **out_signer, mbill_error *err);

/** What signs in place of a secret key that is here: a security module. Fills 64 bytes and returns MBILL_OK, or returns why not. */
typedef mbill_status (*mbill_sign_callback)(void *ctx, const uint8_t *bytes, size_t n, uint8_t out_signature[64]);

/**
 * A signer behind a callback. Each signature is checked against the public key before it is used (#MBILL_E_SIGNATURE); else as mbill_signer_open().
 * @param public_key       32 bytes
 * @param sign             called for each signature
 * @param ctx              handed to the callback as it is
 * @param allocator        NULL = libc
 * @param[out] out_signer  the signer; NULL on failure
 * @param[out] err         NULL, or filled on failure
 * @return as mbill_signer_open()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_signer_open_callback(const uint8_t public_key[32], mbill_sign_callback sign,
    void *ctx, const mbill_allocator *allocator, mbill_signer **out_signer, mbill_error *err);

/**
 * Leave the secret readable from now on, so that many signatures cost no change of page protection each and several threads may sign with it; until
 * mbill_signer_rest(). A callback's signer has nothing to hold.
 *
 * @param signer    not NULL
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INTERNAL  the page protection could not be changed
 * @retval MBILL_E_MISUSE    @p signer is NULL
 *
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_signer_hold(mbill_signer *signer, mbill_error *err);

/**
 * The opposite of mbill_signer_hold(); NULL and a signer at rest are allowed.
 * @param signer  may be NULL
 * @since 0.1
 */
MBILL_API void mbill_signer_rest(mbill_signer *signer);

/**
 * The public key.
 * @param signer               not NULL
 * @param[out] out_public_key  32 bytes
 * @param[out] err             NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer is NULL
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_signer_public(const mbill_signer *signer, uint8_t out_public_key[32],
    mbill_error *err);

/**
 * Overwrite the secret and free all. NULL is allowed.
 * @param signer  NULL is accepted
 * @since 0.1
 */
MBILL_API void mbill_signer_free(mbill_signer *signer);

/**
 * The name of a public key: the first 8 bytes of its BLAKE2b-256.
 * @param public_key    32 bytes
 * @param[out] out_kid  8 bytes
 * @since 0.1
 */
MBILL_API void mbill_kid(const uint8_t public_key[32], uint8_t out_kid[8]);

/* ---- keysets ---- */

/** A key of a keyset. A record. */
typedef struct mbill_key {
    uint8_t kid[8];                 /**< mbill_kid() of the public key; a plan may leave it 0 */
    uint8_t public_key[32];         /**< of Ed25519 */
    int64_t nbf_s;                  /**< from then on, UTC */
    int64_t exp_s;                  /**< until then, not included */
    int64_t lifetime_s;             /**< longest exp - iat of its commands; 1 or more */
    int64_t quota_commands;         /**< commands a UTC day, a group's once a target; -1: any number */
    int64_t quota_micro;            /**< micro-units of money a UTC day; -1: any amount */
    uint32_t commands;              /**< a set of bits: bit n is the command numbered n; within one role */
    int32_t role;                   /**< mbill_role; filled by mbill_keyset_open(), a plan leaves it 0 */
    char prefix[MBILL_TARGET_ROOM]; /**< how the names of its targets begin; "": any target */
} mbill_key;

/** A keyset as it is to be signed. */
typedef struct mbill_keyset_plan {
    uint32_t struct_size;  /**< sizeof(mbill_keyset_plan) */
    uint32_t threshold;    /**< how many roots sign; 1 or more */
    uint64_t version;      /**< 1 or more; above the one before it */
    int64_t exp_s;         /**< from then on only commands towards supply are taken, UTC */
    const uint8_t *roots;  /**< public keys of roots, 32 bytes each, one behind the other; each once, in any order */
    size_t n_roots;        /**< 1 to #MBILL_SIGNERS_MAX */
    const mbill_key *keys; /**< in any order */
    size_t n_keys;         /**< 0 to #MBILL_KEYS_MAX */
} mbill_keyset_plan;

/**
 * What the roots sign, in its one form (deterministic CBOR: RFC 8949 section 4.2.1).
 *
 * @param plan          not NULL
 * @param[out] out      NULL if @p cap is 0
 * @param cap           room
 * @param[out] out_len  bytes, also when the room is too small
 * @param[out] err      NULL, or filled on failure: index = the offending key
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM       @p out_len says how much is needed
 * @retval MBILL_E_RANGE      a number outside its range, too many keys or roots, a threshold above the roots
 * @retval MBILL_E_ROLE       commands that no single role permits, or none
 * @retval MBILL_E_DUPLICATE_KEY  two keys with one kid, a root twice, a root among the keys
 * @retval MBILL_E_INVALID    a public key that is no point of the curve, a prefix with other characters than 0-9, a-z and /, a span that ends before it begins
 * @retval MBILL_E_MISUSE     a pointer is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(keys^2); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_keyset_encode(const mbill_keyset_plan *plan, uint8_t *out, size_t cap,
    size_t *out_len, mbill_error *err);

/**
 * Sign a keyset, or add a signature to one: each root signs where it is kept.
 *
 * @param signer        not NULL
 * @param realm         at most #MBILL_REALM_MAX bytes: who belongs together; what is signed in one realm is worth nothing in another
 * @param in            of mbill_keyset_encode(), or a message that others have signed
 * @param[out] out      the message; not @p in
 * @param cap           room
 * @param[out] out_len  bytes, also when the room is too small
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM       @p out_len says how much is needed
 * @retval MBILL_E_EXISTS     this key has signed already
 * @retval MBILL_E_LIMIT      too many signatures, too many bytes
 * @retval MBILL_E_TRUNCATED, MBILL_E_NONCANONICAL, MBILL_E_STRUCTURE  @p in is neither
 * @retval MBILL_E_SIGNATURE  the callback signs with another key
 * @retval MBILL_E_MISUSE     a pointer is NULL
 * @par Thread safety
 * As the signer's.
 * @par Cost
 * One signature; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_keyset_sign(mbill_signer *signer, mbill_bytes realm, mbill_bytes in, uint8_t *out,
    size_t cap, size_t *out_len, mbill_error *err);

/** A keyset that was checked. Immutable; any number of threads may use one. */
typedef struct mbill_keyset mbill_keyset;

/**
 * Roots that are trusted because somebody brought them: what the first keyset is checked against. It has no keys.
 *
 * @param roots           public keys, 32 bytes each, one behind the other
 * @param n_roots         1 to #MBILL_SIGNERS_MAX
 * @param threshold       how many of them must sign
 * @param version         of the last keyset that was taken, so that an older one is not taken again after a restart; 0: none
 * @param allocator       NULL = libc
 * @param[out] out_keyset NULL on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE, MBILL_E_DUPLICATE_KEY, MBILL_E_INVALID  as mbill_keyset_encode()
 * @retval MBILL_E_NOMEM, MBILL_E_MISUSE
 * @par Thread safety
 * Any number of threads.
 * @par Cost
 * One allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_keyset_pin(const uint8_t *roots, size_t n_roots, uint32_t threshold,
    uint64_t version, const mbill_allocator *allocator, mbill_keyset **out_keyset, mbill_error *err);

/**
 * Check a keyset and take it. Every signature must be right and of a root, old or new; at least the old threshold of the old roots and the new threshold of the new
 * roots have signed. A keyset past its time opens too: a device that starts without a newer one must still take commands towards supply.
 *
 * @param in              the message; not kept
 * @param realm           as it was signed
 * @param previous        not NULL: the one before it, or mbill_keyset_pin()
 * @param allocator       NULL = libc
 * @param[out] out_keyset NULL on failure
 * @param[out] err        NULL, or filled on failure: index = the offending byte, signature or key
 * @retval MBILL_OK
 * @retval MBILL_E_LIMIT, MBILL_E_TRUNCATED, MBILL_E_NONCANONICAL, MBILL_E_STRUCTURE, MBILL_E_ALGORITHM  no message of this form
 * @retval MBILL_E_KID_UNKNOWN      a signature by somebody who is no root
 * @retval MBILL_E_SIGNATURE        a wrong signature, or another realm
 * @retval MBILL_E_THRESHOLD        too few roots have signed
 * @retval MBILL_E_KEYSET_VERSION   not above the version of @p previous
 * @retval MBILL_E_CLAIMS, MBILL_E_RANGE, MBILL_E_ROLE, MBILL_E_DUPLICATE_KEY, MBILL_E_INVALID  what is signed is no keyset
 * @retval MBILL_E_NOMEM, MBILL_E_MISUSE
 * @par Thread safety
 * Any number of threads.
 * @par Cost
 * One verification a signature, one allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_keyset_open(mbill_bytes in, mbill_bytes realm, const mbill_keyset *previous,
    const mbill_allocator *allocator, mbill_keyset **out_keyset, mbill_error *err);

/**
 * NULL is allowed.
 * @param keyset  NULL is accepted
 * @since 0.1
 */
MBILL_API void mbill_keyset_free(mbill_keyset *keyset);

/**
 * What a keyset says, pointing into it: valid until it is freed. Of a pinned one: its roots and version.
 * @param keyset         not NULL
 * @param[out] out_plan  what it says; untouched on failure
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer is NULL
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_keyset_plan_of(const mbill_keyset *keyset, mbill_keyset_plan *out_plan,
    mbill_error *err);

/**
 * The key of a name; NULL: there is none. Valid until the keyset is freed.
 * @param keyset  not NULL
 * @param kid     8 bytes
 * @return the key, or NULL
 * @since 0.1
 */
MBILL_API const mbill_key *mbill_keyset_key(const mbill_keyset *keyset, const uint8_t kid[8]);

/**
 * What roots sign, from a document (kind "keyset", schema/keyset-1.schema.json): mbill_keyset_encode() of it. Refused as that and as mbill_command_read().
 * @param text          JSON in UTF-8
 * @param len           its bytes
 * @param[out] out      what roots sign
 * @param cap           room at @p out
 * @param[out] out_len  bytes written, or needed when the status is #MBILL_E_ROOM
 * @param[out] err      NULL, or filled on failure
 * @return as mbill_keyset_encode() and mbill_command_read()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_keyset_read(const char *text, size_t len, uint8_t *out, size_t cap, size_t *out_len,
    mbill_error *err);

/**
 * A keyset as its document; as mbill_command_write().
 * @param keyset          not NULL
 * @param[out] out_text   text with a zero at its end; NULL asks for the size
 * @param[out] inout_len  room at @p out_text; then bytes written, or needed
 * @param[out] err        NULL, or filled on failure
 * @return as mbill_command_write()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_keyset_write(const mbill_keyset *keyset, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * Keys that are trusted because somebody brought them, without roots and without end: for a device that was given one key by hand. Its version is 0, and no keyset
 * can follow it.
 *
 * @param keys            as in a plan
 * @param n_keys          1 to #MBILL_KEYS_MAX
 * @param allocator       NULL = libc
 * @param[out] out_keyset NULL on failure
 * @param[out] err        NULL, or filled on failure: index = the offending key
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE, MBILL_E_ROLE, MBILL_E_DUPLICATE_KEY, MBILL_E_INVALID  as mbill_keyset_encode()
 * @retval MBILL_E_NOMEM, MBILL_E_MISUSE
 * @par Thread safety
 * Any number of threads.
 * @par Cost
 * One allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_keyset_trust(const mbill_key *keys, size_t n_keys, const mbill_allocator *allocator,
    mbill_keyset **out_keyset, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

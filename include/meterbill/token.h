/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file token.h  Tokens: twenty digits that a customer types into a meter. STS (IEC 62055-41) and OpenPAYGO.
 *
 * Everything here is a pure function of its arguments: the time, the random digit and the keys are the caller's, and what a meter or a seller
 * must remember is plain data that goes in and comes out. Nothing allocates memory. Documents that ask for tokens are in token_document.h.
 *
 * Of STS the block coding, CRC, token identifier, amount code, the cipher EA11 (MISTY1, RFC 2994) and the key derivation DKGA04 (HMAC-SHA-256) are
 * here. The cipher EA07 needs tables that the STS Association licenses: the caller who has them supplies them, and without them every token of EA07
 * is refused with #MBILL_E_TOKEN_TABLES. The derivation DKGA02 (DES) is not here and is refused with #MBILL_E_TOKEN_DERIVATION.
 */
#ifndef MBILL_TOKEN_H
#define MBILL_TOKEN_H

#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_STS_DIGITS 20                /**< digits of an STS token */
#define MBILL_TOKEN_ROOM 21                /**< room for the digits of any token, with the NUL */
#define MBILL_STS_AMOUNT_MAX 18201624      /**< the largest amount of one token, in tenths of a unit */
#define MBILL_STS_TID_MAX 16777215         /**< the largest token identifier: minutes since the base date */
#define MBILL_STS_USED_MAX 50              /**< token identifiers that a meter remembers */
#define MBILL_STS_VENDING_KEY_MAX 64       /**< bytes of a vending key */
#define MBILL_OPENPAYGO_VALUE_MAX 995      /**< the largest value of a plain token */
#define MBILL_OPENPAYGO_EXTENDED_MAX 999999 /**< the largest value of an extended token */
#define MBILL_OPENPAYGO_COUNT_MAX 65535    /**< the largest count of a token */
#define MBILL_OPENPAYGO_BACK 16            /**< how far back an unused count to add is looked for: above last - 16 */
#define MBILL_OPENPAYGO_JUMP 64            /**< how far ahead a count is looked for */
#define MBILL_OPENPAYGO_JUMP_SYNCHRONISE 100 /**< the same for a token that synchronises the count */

/** The cipher of an STS token. @since 0.1 */
typedef enum mbill_sts_cipher {
    MBILL_STS_EA07 = 7, /**< 64-bit key; needs mbill_sts_tables */
    MBILL_STS_EA11 = 11 /**< 128-bit key; MISTY1, RFC 2994 */
} mbill_sts_cipher;

/** How a decoder key is derived from a vending key. @since 0.1 */
typedef enum mbill_sts_derivation {
    MBILL_STS_DKGA02 = 2, /**< DES; refused with #MBILL_E_TOKEN_DERIVATION */
    MBILL_STS_DKGA04 = 4  /**< HMAC-SHA-256 */
} mbill_sts_derivation;

/** Classes of STS tokens. @since 0.1 */
typedef enum mbill_sts_class {
    MBILL_STS_CREDIT = 0,    /**< subclass 0 electricity, 1 water, 2 gas, 3 time; 4 to 7 the same in money */
    MBILL_STS_TEST = 1,      /**< subclass 0 and 1; not encrypted */
    MBILL_STS_MANAGEMENT = 2 /**< see mbill_sts_subclass */
} mbill_sts_class;

/** Subclasses of management tokens. Those not named, 10 to 15, carry a register like the others. @since 0.1 */
typedef enum mbill_sts_subclass {
    MBILL_STS_SET_MAXIMUM_POWER = 0,     /**< W, in the amount code */
    MBILL_STS_CLEAR_CREDIT = 1,          /**< register FFFF: all registers */
    MBILL_STS_SET_TARIFF_RATE = 2,       /**< register */
    MBILL_STS_SET_KEY_1 = 3,             /**< first section of a new decoder key */
    MBILL_STS_SET_KEY_2 = 4,             /**< second section */
    MBILL_STS_CLEAR_TAMPER = 5,          /**< register */
    MBILL_STS_SET_PHASE_UNBALANCE = 6,   /**< W, in the amount code */
    MBILL_STS_SET_WATER_FACTOR = 7,      /**< register */
    MBILL_STS_SET_KEY_3 = 8,             /**< third section, of a 128-bit key */
    MBILL_STS_SET_KEY_4 = 9              /**< fourth section */
} mbill_sts_subclass;

/**
 * What an STS token says. Members that its class and subclass do not have are 0.
 * @since 0.1
 */
typedef struct mbill_sts_token {
    uint32_t struct_size;       /**< sizeof(mbill_sts_token) */
    int32_t token_class;        /**< mbill_sts_class */
    int32_t subclass;           /**< 0 to 15 */
    uint32_t random;            /**< credit and management: 0 to 15, makes two tokens of one minute differ */
    uint32_t tid;               /**< credit and management: minutes since the base date; mbill_sts_tid() */
    uint32_t value;             /**< credit: amount code; management: register; 16 bits */
    uint64_t control;           /**< test: 36 bits (subclass 1: 28), which tests to run */
    uint32_t manufacturer;      /**< test: 8 bits (subclass 1: 16) */
    uint32_t key_part;          /**< sections: 32 bits of the new key. Secret */
    uint32_t key_expiry;        /**< sections 1 and 2: the upper and the lower 4 bits of the key expiry number */
    uint32_t key_revision;      /**< section 1: 4 bits */
    uint32_t roll_over;         /**< section 1: 1 when the meter is to forget the identifiers it has seen */
    uint32_t key_type;          /**< section 1: 2 bits */
    uint32_t tariff_index;      /**< section 2: 8 bits */
    uint32_t supply_group_part; /**< sections 3 and 4: the lower and the upper 12 bits of the supply group code */
    uint32_t reserved;          /**< section 1: the reserved bit, 0 or 1; else 0 */
} mbill_sts_token;

/**
 * The tables of EA07, from the caller's licence: two substitutions of nibbles, chosen by a bit of the key, and where each bit goes.
 * They are the tables of encryption; those of decryption follow from them.
 *
 * What is done with them: the key begins as its complement, turned right by 12 bits; sixteen times each nibble of the block is
 * substituted by the table that the highest bit of the key's nibble chooses, the bits are permuted, and the key is turned left by
 * one bit. A meter goes the other way round, from the decoder key as it stands, by each nibble's lowest bit, and turns it right.
 * Sources: IEC 62055-41:2018, 6.5.4.2 and 6.5.4.4 (which bit chooses, one bit to the left) and 7.3.3.2 (entry n of the permutation is
 * where bit n goes, bit 0 the least), as quoted in public; the first alignment of the key by public implementations of either
 * direction, which fit together in this way alone. No token of EA07 is tested here, for want of tables: whoever has them should make
 * a token of their own before relying on it.
 * @since 0.1
 */
typedef struct mbill_sts_tables {
    uint32_t struct_size;      /**< sizeof(mbill_sts_tables) */
    uint32_t reserved;         /**< 0 */
    uint8_t substitute[2][16]; /**< the table where the key bit is 0, and where it is 1; each holds 0 to 15 once */
    uint8_t permute[64];       /**< bit n, counted from the least, goes to bit permute[n]; holds 0 to 63 once */
} mbill_sts_tables;

/**
 * The key of one meter. Secret: wipe it with mbill_token_wipe().
 * @since 0.1
 */
typedef struct mbill_sts_key {
    uint32_t struct_size; /**< sizeof(mbill_sts_key) */
    int32_t cipher;       /**< mbill_sts_cipher */
    int32_t base_year;    /**< 1993, 2014 or 2035: the date from which its token identifiers count */
    int32_t reserved;     /**< 0 */
    uint8_t bytes[16];    /**< EA11: all; EA07: the first 8, the others 0 */
} mbill_sts_key;

/**
 * What a decoder key is derived for.
 * @since 0.1
 */
typedef struct mbill_sts_meter {
    uint32_t struct_size;      /**< sizeof(mbill_sts_meter) */
    int32_t cipher;            /**< mbill_sts_cipher of the key that is wanted */
    int32_t base_year;         /**< 1993, 2014 or 2035 */
    int32_t key_type;          /**< 0 to 3 */
    int32_t key_revision;      /**< 1 to 9 */
    int32_t tariff_index;      /**< 0 to 99 */
    char supply_group[8];      /**< six digits and a NUL */
    char account_number[20];   /**< the meter's primary account number: eighteen digits, the last a check digit (ISO/IEC 7812), and a NUL */
} mbill_sts_meter;

/**
 * Which token identifiers a meter has taken. All 0 but struct_size is a meter that has taken none.
 * @since 0.1
 */
typedef struct mbill_sts_used {
    uint32_t struct_size;              /**< sizeof(mbill_sts_used) */
    uint32_t n;                        /**< 0 to #MBILL_STS_USED_MAX */
    uint32_t tids[MBILL_STS_USED_MAX]; /**< the newest, rising */
} mbill_sts_used;

/**
 * What a seller must remember of one meter. All 0 but struct_size is a meter to which nothing was sold.
 * @since 0.1
 */
typedef struct mbill_token_sales {
    uint32_t struct_size; /**< sizeof(mbill_token_sales) */
    int32_t base_year;    /**< STS: of the last token; 0 before the first */
    uint64_t purchase;    /**< the ledger's purchase count (`sequence` of a top-up) that the last token was made for */
    uint32_t tid;         /**< STS: of the last token */
    uint32_t count;       /**< OpenPAYGO: of the last token, or the count that the device began with */
} mbill_token_sales;

/** What an OpenPAYGO token does. @since 0.1 */
typedef enum mbill_openpaygo_kind {
    MBILL_OPENPAYGO_ADD = 1,    /**< adds its value; even counts */
    MBILL_OPENPAYGO_SET,        /**< sets the value; odd counts */
    MBILL_OPENPAYGO_DISABLE,    /**< takes the lock away (value 998); odd counts, plain tokens */
    MBILL_OPENPAYGO_SYNCHRONISE /**< brings the device's count up to its own (value 999); odd counts, plain tokens */
} mbill_openpaygo_kind;

#define MBILL_OPENPAYGO_RESTRICTED 1 /**< form: for keypads with the keys 1 to 4; 15 digits, or 20 */
#define MBILL_OPENPAYGO_EXTENDED 2   /**< form: six digits of value; 12 digits, or 20 */

/**
 * The secret of one OpenPAYGO device. Wipe it with mbill_token_wipe().
 * @since 0.1
 */
typedef struct mbill_openpaygo_device {
    uint32_t struct_size;   /**< sizeof(mbill_openpaygo_device) */
    uint32_t reserved;      /**< 0 */
    uint64_t starting_code; /**< at most nine digits; twelve where only extended tokens are used */
    uint8_t key[16];        /**< of SipHash-2-4 */
} mbill_openpaygo_device;

/** What an OpenPAYGO token says. @since 0.1 */
typedef struct mbill_openpaygo_token {
    uint32_t struct_size; /**< sizeof(mbill_openpaygo_token) */
    int32_t kind;         /**< mbill_openpaygo_kind */
    uint32_t value;       /**< 0 to #MBILL_OPENPAYGO_VALUE_MAX or #MBILL_OPENPAYGO_EXTENDED_MAX; 0 for DISABLE and SYNCHRONISE */
    uint32_t count;       /**< its own count: even for ADD, odd for the others; 1 to #MBILL_OPENPAYGO_COUNT_MAX */
    uint32_t form;        /**< MBILL_OPENPAYGO_RESTRICTED and _EXTENDED, or 0 */
    uint32_t reserved;    /**< 0 */
} mbill_openpaygo_token;

/** Which counts a device has taken. @since 0.1 */
typedef struct mbill_openpaygo_used {
    uint32_t struct_size; /**< sizeof(mbill_openpaygo_used) */
    uint32_t count;       /**< the highest count that was taken, or that the device began with */
    uint32_t below;       /**< bit n: count - 1 - n was taken, or can no longer be; 16 bits */
    uint32_t reserved;    /**< 0 */
} mbill_openpaygo_used;

/* --- STS --- */

/**
 * The token identifier of a minute: minutes since 1 January of the base year, 00:00 UTC. The minute 00:01 of every day is reserved, and a token
 * of it takes the next (IEC 62055-41, 6.3.5).
 *
 * @param base_year     1993, 2014 or 2035
 * @param issued_utc_s  when the token is issued; seconds of the minute do not count
 * @param[out] out_tid  not NULL; untouched on failure
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  no such base year
 * @retval MBILL_E_RANGE    before the base date, or more than #MBILL_STS_TID_MAX minutes after it (1993: 2024-11-24)
 * @retval MBILL_E_MISUSE   @p out_tid is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sts_tid(int32_t base_year, int64_t issued_utc_s, uint32_t *out_tid, mbill_error *err);

/**
 * The beginning of the minute that a token identifier names.
 *
 * @param base_year       1993, 2014 or 2035
 * @param tid             0 to #MBILL_STS_TID_MAX
 * @param[out] out_utc_s  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  no such base year
 * @retval MBILL_E_RANGE    @p tid is too large
 * @retval MBILL_E_MISUSE   @p out_utc_s is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sts_tid_time(int32_t base_year, uint32_t tid, int64_t *out_utc_s, mbill_error *err);

/**
 * The amount code of an amount: exponent e in 2 bits and mantissa m in 14 bits mean 10^e x m and, for every n below e, 2^14 x 10^n. An amount that
 * has no code takes that of the next larger one that has.
 *
 * @param tenths         of the unit (0.1 kWh, 0.1 m3), or W of a power; 0 to #MBILL_STS_AMOUNT_MAX
 * @param[out] out_code  not NULL; untouched on failure
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE   below 0 or above #MBILL_STS_AMOUNT_MAX
 * @retval MBILL_E_MISUSE  @p out_code is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sts_amount_encode(int64_t tenths, uint32_t *out_code, mbill_error *err);

/**
 * The amount that an amount code means.
 *
 * @param code  its lower 16 bits
 * @return tenths of the unit, 0 to #MBILL_STS_AMOUNT_MAX
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API int64_t mbill_sts_amount_decode(uint32_t code);

/**
 * The 64-bit block of a token with its CRC, before encryption: what stands in a token beside its class.
 *
 * @param token           not NULL; members that its class does not have are 0
 * @param[out] out_block  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_TOKEN_CLASS  a class or subclass that is not here
 * @retval MBILL_E_RANGE        a member that its bits do not hold, or that the class does not have
 * @retval MBILL_E_MISUSE       a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sts_block_encode(const mbill_sts_token *token, uint64_t *out_block, mbill_error *err);

/**
 * What a block says; mbill_sts_block_encode() gives the block back.
 *
 * @param token_class     0, 1 or 2: the two bits beside the block
 * @param block           deciphered
 * @param[out] out_token  not NULL, struct_size set; otherwise untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_TOKEN_CRC    the CRC is not that of the other bits
 * @retval MBILL_E_TOKEN_CLASS  a class or subclass that is not here
 * @retval MBILL_E_MISUSE       a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sts_block_decode(int32_t token_class, uint64_t block, mbill_sts_token *out_token,
    mbill_error *err);

/**
 * The decoder key of a meter from the vending key of its supply group.
 *
 * DKGA04 is HMAC-SHA-256 under the vending key over the lengths and texts of "04", base date, cipher and tariff index, a 0, those of supply group,
 * key type, key revision and account number, and the wanted bits in four bytes; the key is the first bits of it.
 *
 * @param meter            not NULL
 * @param derivation       mbill_sts_derivation
 * @param vending_key      not NULL; secret
 * @param n_vending_key    16 to #MBILL_STS_VENDING_KEY_MAX bytes
 * @param[out] out_key     not NULL, struct_size set; otherwise untouched on failure
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_TOKEN_DERIVATION  DKGA02, which is not shipped
 * @retval MBILL_E_INVALID           another derivation, cipher or base year; a text of wrong digits; a wrong check digit
 * @retval MBILL_E_RANGE             key type, revision, tariff index or key length outside their range
 * @retval MBILL_E_MISUSE            a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Two SHA-256 blocks or three; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sts_derive(const mbill_sts_meter *meter, int32_t derivation, const uint8_t *vending_key,
    size_t n_vending_key, mbill_sts_key *out_key, mbill_error *err);

/**
 * One block through a cipher, as it stands inside a token.
 *
 * EA11 looks its substitutions up in tables: its time depends on data through the cache alone, no branch depends on a secret. A process beside an
 * enemy on the same core should leave this to an HSM.
 *
 * @param key             not NULL
 * @param tables_or_null  for EA07
 * @param decipher        not 0: the other way
 * @param block           the input
 * @param[out] out_block  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_TOKEN_TABLES  EA07 without tables
 * @retval MBILL_E_INVALID       another cipher or base year; tables that are no permutations
 * @retval MBILL_E_MISUSE        a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * EA11: below a microsecond; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sts_cipher_block(const mbill_sts_key *key, const mbill_sts_tables *tables_or_null, int32_t decipher,
    uint64_t block, uint64_t *out_block, mbill_error *err);

/**
 * Make a token.
 *
 * @code
 * mbill_sts_token token = {.struct_size = sizeof token, .token_class = MBILL_STS_CREDIT, .random = 5};
 * char digits[MBILL_TOKEN_ROOM];
 * if (mbill_sts_tid(key.base_year, issued_utc_s, &token.tid, &err) != MBILL_OK) return err.status;
 * if (mbill_sts_amount_encode(256, &token.value, &err) != MBILL_OK) return err.status; // 25.6 kWh
 * if (mbill_sts_encode(&token, &key, NULL, digits, &err) != MBILL_OK) return err.status;
 * @endcode
 *
 * @param token            not NULL
 * @param key_or_null      of the meter; NULL for a test token, which is not encrypted
 * @param tables_or_null   for EA07
 * @param[out] out_digits  not NULL; room for #MBILL_TOKEN_ROOM; untouched on failure
 * @param[out] err         NULL, or filled on failure; never holds digits or keys
 * @retval MBILL_OK
 * @retval MBILL_E_TOKEN_CLASS   a class or subclass that is not here
 * @retval MBILL_E_TOKEN_TABLES  EA07 without tables
 * @retval MBILL_E_RANGE         a member that its bits do not hold
 * @retval MBILL_E_INVALID       another cipher or base year; tables that are no permutations
 * @retval MBILL_E_MISUSE        a pointer is NULL, struct_size is not set, or no key for a token that needs one
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * One block of the cipher; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sts_encode(const mbill_sts_token *token, const mbill_sts_key *key_or_null,
    const mbill_sts_tables *tables_or_null, char *out_digits, mbill_error *err);

/**
 * Read a token: every key is tried in the order of the list, and the first under which the CRC is right is the one.
 *
 * A wrong key passes the 16-bit CRC once in 65,536 tries: list few keys, and limit how often a customer may try.
 *
 * @param digits            not NULL; twenty digits, nothing between them
 * @param len               bytes of @p digits
 * @param keys              not NULL unless @p n_keys is 0
 * @param n_keys            keys to be tried, each with its base date; a test token needs none
 * @param tables_or_null    for EA07
 * @param[out] out_token    not NULL, struct_size set; otherwise untouched on failure
 * @param[out] out_key      NULL, or the place of the key in the list; -1 of a test token
 * @param[out] err          NULL, or filled on failure; index = the key that cannot be used; never holds digits or keys
 * @retval MBILL_OK
 * @retval MBILL_E_TOKEN_FORM    not twenty digits, or a number of more than 66 bits
 * @retval MBILL_E_TOKEN_CRC     the CRC is wrong under every key
 * @retval MBILL_E_TOKEN_CLASS   class 3, or a subclass that is not here
 * @retval MBILL_E_TOKEN_TABLES  a key of EA07 and no tables
 * @retval MBILL_E_INVALID       another cipher or base year of a key; tables that are no permutations
 * @retval MBILL_E_MISUSE        a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * One block of the cipher a key; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sts_decode(const char *digits, size_t len, const mbill_sts_key *keys, size_t n_keys,
    const mbill_sts_tables *tables_or_null, mbill_sts_token *out_token, int64_t *out_key, mbill_error *err);

/**
 * Whether a meter takes a token, and what it remembers then: no identifier twice, and none below all that it remembers once it remembers
 * #MBILL_STS_USED_MAX. Test tokens and sections of a key carry no identifier and change nothing; a caller whose meter takes a new key with roll_over
 * begins with an empty memory.
 *
 * @param token           not NULL
 * @param before          not NULL
 * @param[out] out_after  not NULL, struct_size set; otherwise untouched on failure; may be @p before
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_TOKEN_USED  the identifier was taken before
 * @retval MBILL_E_TOKEN_OLD   it is below all that are remembered
 * @retval MBILL_E_INVALID     @p before is not rising, or holds more than it can
 * @retval MBILL_E_MISUSE      a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(#MBILL_STS_USED_MAX); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sts_admit(const mbill_sts_token *token, const mbill_sts_used *before, mbill_sts_used *out_after,
    mbill_error *err);

/**
 * The token identifier for the next purchase of a meter: that of the minute, or the one behind the last token's when that is not below it, so that no
 * meter refuses the second purchase of a minute. The purchase count is the ledger's, and must be the last plus one.
 *
 * @param before        not NULL
 * @param purchase      of the ledger's top-up (`sequence`)
 * @param base_year     of the meter's key
 * @param issued_utc_s  when the token is issued
 * @param[out] out_tid    not NULL; untouched on failure
 * @param[out] out_after  not NULL, struct_size set; otherwise untouched on failure; may be @p before
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_TOKEN_COUNT  @p purchase is not the last plus one
 * @retval MBILL_E_ORDER        the base year is before that of the last token
 * @retval MBILL_E_INVALID      no such base year
 * @retval MBILL_E_RANGE        the identifiers of the base year are used up
 * @retval MBILL_E_MISUSE       a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_sts_sell(const mbill_token_sales *before, uint64_t purchase, int32_t base_year,
    int64_t issued_utc_s, uint32_t *out_tid, mbill_token_sales *out_after, mbill_error *err);

/* --- OpenPAYGO --- */

/**
 * The starting code that is derived from a device's key where it was given none: SipHash-2-4 of the key under itself.
 *
 * @param key  not NULL; 16 bytes
 * @return at most nine digits; 0 where @p key is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * One SipHash; no allocation.
 * @since 0.1
 */
MBILL_API uint64_t mbill_openpaygo_starting_code(const uint8_t *key);

/**
 * Make a token: the starting code with its last digits replaced by base + value, pushed `count` times through SipHash-2-4.
 *
 * @param device           not NULL
 * @param token            not NULL
 * @param[out] out_digits  not NULL; room for #MBILL_TOKEN_ROOM; untouched on failure
 * @param[out] err         NULL, or filled on failure; never holds digits or keys
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE   value, count or starting code outside their range
 * @retval MBILL_E_INVALID a kind that is not here, not of this form, or a count of the other parity
 * @retval MBILL_E_MISUSE  a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * `count` times SipHash of 8 bytes; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_openpaygo_encode(const mbill_openpaygo_device *device, const mbill_openpaygo_token *token,
    char *out_digits, mbill_error *err);

/**
 * Read a token as the device does, and what the device remembers then. Its form shows from the number of digits: 9, 12 (extended), 15 (restricted), 20 (both).
 *
 * Taken is a count above the last within the jump window; and a count to add above last - 16 that was not taken. A count that was taken, or that sets
 * and is not above the last, is refused for ever; that holds for tokens that synchronise, too.
 *
 * @param device           not NULL
 * @param digits           not NULL
 * @param len              bytes of @p digits
 * @param before           not NULL
 * @param[out] out_token   not NULL, struct_size set; otherwise untouched on failure
 * @param[out] out_after   not NULL, struct_size set; otherwise untouched on failure; may be @p before
 * @param[out] err         NULL, or filled on failure; never holds digits or keys
 * @retval MBILL_OK
 * @retval MBILL_E_TOKEN_FORM   not 9, 12, 15 or 20 digits, or digits that the keypad does not have
 * @retval MBILL_E_TOKEN_CRC    no count within the window gives these digits
 * @retval MBILL_E_TOKEN_USED   its count was taken, or is too far back
 * @retval MBILL_E_TOKEN_VALUE  a value that no token carries: 996, 997, or 998 and 999 at an even count
 * @retval MBILL_E_RANGE        starting code or count outside their range
 * @retval MBILL_E_MISUSE       a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * `count` + window times SipHash of 8 bytes; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_openpaygo_decode(const mbill_openpaygo_device *device, const char *digits, size_t len,
    const mbill_openpaygo_used *before, mbill_openpaygo_token *out_token, mbill_openpaygo_used *out_after, mbill_error *err);

/**
 * The count for the next token of a device: the next even one to add, the next odd one for the other kinds. The purchase count is the ledger's, and must be
 * the last plus one.
 *
 * @param before          not NULL; `count` is the last token's
 * @param purchase        of the ledger's top-up (`sequence`)
 * @param kind            mbill_openpaygo_kind
 * @param[out] out_count  not NULL; untouched on failure
 * @param[out] out_after  not NULL, struct_size set; otherwise untouched on failure; may be @p before
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_TOKEN_COUNT  @p purchase is not the last plus one
 * @retval MBILL_E_INVALID      no such kind
 * @retval MBILL_E_RANGE        the counts are used up
 * @retval MBILL_E_MISUSE       a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_openpaygo_sell(const mbill_token_sales *before, uint64_t purchase, int32_t kind,
    uint32_t *out_count, mbill_token_sales *out_after, mbill_error *err);

/**
 * Overwrite a secret so that no compiler leaves it out.
 *
 * @param bytes  may be NULL when @p n is 0
 * @param n      how many
 * @par Thread safety
 * Pure.
 * @par Cost
 * Linear.
 * @since 0.1
 */
MBILL_API void mbill_token_wipe(void *bytes, size_t n);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/** @file status.h  How calls succeed and fail: a status returned, the place and reason in an mbill_error that the caller owns. */
#ifndef MBILL_STATUS_H
#define MBILL_STATUS_H

#include "meterbill/export.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What every call that can fail returns. The numbers are pinned for ever and the same in all languages.
 *
 * The enumerators are written from status.def by tests/tools/status. A later version may return a status that this list does not
 * have; treat it as a failure.
 * @since 0.1
 */
typedef enum mbill_status {
    /* status.def begin */
    MBILL_OK = 0,                   /**< done */
    MBILL_E_INTERNAL = 1,           /**< an invariant of the library failed */
    MBILL_E_MISUSE = 2,             /**< a call that the documentation forbids */
    MBILL_E_INVALID = 3,            /**< a value that is not allowed here */
    MBILL_E_RANGE = 4,              /**< a value outside its range */
    MBILL_E_OVERFLOW = 5,           /**< a result that does not fit its type */
    MBILL_E_NOMEM = 6,              /**< memory could not be allocated */
    MBILL_E_ROOM = 7,               /**< the caller's buffer is too small */
    MBILL_E_UNKNOWN_OPTION = 8,     /**< an option or flag this version does not know */
    MBILL_E_NOT_FOUND = 9,          /**< nothing of that name is there */
    MBILL_E_ORDER = 10,             /**< records out of order */
    MBILL_E_SYNTAX = 20,            /**< a document that is not well formed */
    MBILL_E_ENCODING = 21,          /**< text that is not clean UTF-8 */
    MBILL_E_LIMIT = 22,             /**< a document past a size or depth limit */
    MBILL_E_UNKNOWN_KEY = 23,       /**< a key this version does not know */
    MBILL_E_DUPLICATE_KEY = 24,     /**< a key that stands twice */
    MBILL_E_MISSING_KEY = 25,       /**< a key that must be there is missing */
    MBILL_E_TYPE = 26,              /**< a value of the wrong JSON type */
    MBILL_E_NUMBER = 40,            /**< text that is not a decimal number */
    MBILL_E_DIGITS = 41,            /**< more decimal places than the unit holds */
    MBILL_E_DATE = 60,              /**< text that is not a date or time */
    MBILL_E_NO_SUCH_TIME = 61,      /**< a local time that the clock change skips */
    MBILL_E_AMBIGUOUS_TIME = 62,    /**< a local time that occurs twice */
    MBILL_E_ZONE = 63,              /**< a time zone that cannot be used */
    MBILL_E_GAP = 100,              /**< readings that leave time uncovered */
    MBILL_E_OVERLAP = 101,          /**< readings that cover time twice */
    MBILL_E_REGRESSED = 102,        /**< a register that falls without a mark */
    MBILL_E_BOUNDARY = 103,         /**< a reading that crosses a boundary of the tariff */
    MBILL_E_AMBIGUOUS = 200,        /**< a tariff that could be read two ways */
    MBILL_E_COVERAGE = 201,         /**< minutes that no period or two periods cover */
    MBILL_E_UNCOVERED = 202,        /**< time that no tariff version covers */
    MBILL_E_NOT_KNOWN = 203,        /**< an input or fact that pricing needs is missing */
    MBILL_E_POSITION = 204,         /**< a position that does not fit the tariff or span */
    MBILL_E_EXISTS = 300,           /**< this id was applied before, with the same body */
    MBILL_E_EXISTS_DIFFERENT = 301, /**< this id was applied before, with another body */
    MBILL_E_ZERO_WEIGHT = 320,      /**< a cost to share and nobody with a weight */
    MBILL_E_INFEASIBLE = 321,       /**< minimums and maximums that no split can hold */
    MBILL_E_ALIGN = 322,            /**< readings of different units or intervals */
    MBILL_E_NEGATIVE_REST = 323,    /**< sub-meters that read more than their master */
    MBILL_E_NO_PARENT = 324,        /**< a node whose parent is not there */
    MBILL_E_CYCLE = 325,            /**< a node that stands above itself */
    MBILL_E_LATE = 360,             /**< a call for a time that is over */
    MBILL_E_CHECKSUM = 361,         /**< a checksum that is not that of the bytes */
    MBILL_E_INCOMPLETE = 400,       /**< bytes that end before the frame does */
    MBILL_E_SHAPE = 401,            /**< bytes that are no frame */
    MBILL_E_LENGTH = 402,           /**< a frame or value of another length than its own */
    MBILL_E_FUNCTION = 403,         /**< a control byte that the protocol does not have */
    MBILL_E_DIRECTION = 404,        /**< a frame that goes the other way */
    MBILL_E_BCD = 405,              /**< a decimal digit that is none */
    MBILL_E_UNIT = 406,             /**< a unit that is not known */
    MBILL_E_DI = 407,               /**< a data identifier that is not the one expected */
    MBILL_E_ECHO = 408,             /**< the request itself, come back */
    MBILL_E_ADDRESS = 409,          /**< an address that is not the one expected */
    MBILL_E_ANSWER = 410,           /**< a reply to another request */
    MBILL_E_POLICY = 411,           /**< a frame that must not be built */
    MBILL_E_UNDECIDED = 412,        /**< bytes that only the meter's profile can tell */
    MBILL_E_TRUNCATED = 420,        /**< a signed message that ends too early */
    MBILL_E_NONCANONICAL = 421,     /**< a second form of a signed message */
    MBILL_E_STRUCTURE = 422,        /**< no message of the closed profile */
    MBILL_E_ALGORITHM = 423,        /**< another signature algorithm than Ed25519 */
    MBILL_E_KID_UNKNOWN = 424,      /**< a key that the keyset does not have */
    MBILL_E_KID_TIME = 425,         /**< a key outside its span of time */
    MBILL_E_SIGNATURE = 426,        /**< a signature that is not right */
    MBILL_E_CLAIMS = 427,           /**< signed content that is not what it should be */
    MBILL_E_AUDIENCE = 428,         /**< a command for somebody else */
    MBILL_E_NOT_YET = 429,          /**< a command before its time */
    MBILL_E_EXPIRED = 430,          /**< a command after its time */
    MBILL_E_LIFETIME = 431,         /**< a command that would live too long */
    MBILL_E_ROLE = 432,             /**< a command that the key may not sign */
    MBILL_E_QUOTA = 433,            /**< more commands or money than the key may sign a day */
    MBILL_E_ID_REUSED = 434,        /**< another command under an id that was used */
    MBILL_E_REPLAY = 435,           /**< a command whose number was used or passed */
    MBILL_E_COUNT = 436,            /**< a purchase out of turn */
    MBILL_E_KEYSET_VERSION = 437,   /**< a keyset that is not above the last one */
    MBILL_E_KEYSET_EXPIRED = 438,   /**< a command that the keyset's time no longer permits */
    MBILL_E_THRESHOLD = 439,        /**< too few signatures */
    MBILL_E_GROUP = 440,            /**< a list of targets that is not the signed one */
    MBILL_E_PACE = 441,             /**< more meters cut off in a minute than may be */
    MBILL_E_KEEP_POWER = 442,       /**< a trip where power is kept */
    MBILL_E_PRECONDITION = 443,     /**< a command whose precondition does not hold */
    MBILL_E_CHAIN = 444,            /**< a receipt that does not follow */
    MBILL_E_TOKEN_FORM = 450,       /**< digits that are no token */
    MBILL_E_TOKEN_CRC = 451,        /**< a token that no key and no count explain */
    MBILL_E_TOKEN_CLASS = 452,      /**< a class of tokens this version does not know */
    MBILL_E_TOKEN_TABLES = 453,     /**< a cipher whose tables were not supplied */
    MBILL_E_TOKEN_DERIVATION = 454, /**< a key derivation that is not shipped */
    MBILL_E_TOKEN_USED = 455,       /**< a token that was used before */
    MBILL_E_TOKEN_OLD = 456,        /**< a token older than all that are remembered */
    MBILL_E_TOKEN_VALUE = 457,      /**< a value that has no meaning in a token */
    MBILL_E_TOKEN_COUNT = 458,      /**< a purchase that does not follow the last */
    MBILL_E_METER_TABLES = 459,     /**< a tariff that the tables of a meter do not hold */
    MBILL_E_BUSY = 500,             /**< another connection holds the file */
    MBILL_E_FULL = 501,             /**< the disk is full */
    MBILL_E_IO = 502,               /**< reading or writing the file failed */
    MBILL_E_CORRUPT = 503,          /**< the file is damaged */
    MBILL_E_VERSION = 504,          /**< written by a version that this one cannot read */
    MBILL_E_READ_ONLY = 505,        /**< the file cannot be written */
    MBILL_E_UNSAFE_SQLITE = 506,    /**< the SQLite that is linked cannot do this safely */
    MBILL_E_OUTCOME_UNKNOWN = 507   /**< it is not known whether the change was kept */
    /* status.def end */
} mbill_status;

/**
 * Why a call failed and where in its input. Owned by the caller, on the stack if it likes; passed last; NULL is always allowed.
 *
 * Call mbill_error_init() before the first use. The library fills it on failure only; after success it holds what it held.
 * It never writes past @p struct_size, and leaves a member that does not fit in it whole alone, so that the struct may grow.
 *
 * @code
 * mbill_error err;
 * int64_t amount_micro;
 * mbill_error_init(&err);
 * if (mbill_decimal_parse("12,5", 4, MBILL_SCALE_MICRO, &amount_micro, &err) != MBILL_OK)
 *     fprintf(stderr, "%s: %s\n", mbill_status_name(err.status), err.message);
 * @endcode
 * @since 0.1
 */
typedef struct mbill_error {
    uint32_t struct_size; /**< sizeof(mbill_error) where the caller was compiled; 0 leaves the rest unwritten */
    int32_t status;       /**< the mbill_status that was returned */
    int64_t index;        /**< record of the input, from 0; -1 when no record is meant */
    char path[128];       /**< JSON pointer (RFC 6901) into the document; "" when none is meant */
    char message[256];    /**< one line of UTF-8 without a full stop: what is wrong, the offending value, what was expected */
} mbill_error;

/**
 * Make an mbill_error ready: size, status 0, index -1 and two empty texts. The rest of the texts is not cleared.
 *
 * @param[out] err  not NULL
 * @par Thread safety
 * Writes @p err only.
 * @par Cost
 * Five stores.
 * @since 0.1
 */
static inline void mbill_error_init(mbill_error *err)
{
    err->struct_size = (uint32_t)sizeof *err;
    err->status = 0;
    err->index = -1;
    err->path[0] = '\0';
    err->message[0] = '\0';
}

/**
 * What a status means, in a few lower-case words ("text that is not a decimal number").
 *
 * @param status  any number, such as a status read from a log or returned by a newer library
 * @return static text, never NULL; "unknown status" for a number that is not in status.def. Do not free.
 * @par Thread safety
 * Any thread, any time.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API const char *mbill_status_text(int32_t status);

/**
 * The name of a status as it stands in the code ("MBILL_E_NUMBER").
 *
 * @param status  any number
 * @return static text, never NULL; "unknown status" for a number that is not in status.def. Do not free.
 * @par Thread safety
 * Any thread, any time.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API const char *mbill_status_name(int32_t status);

#ifdef __cplusplus
}
#endif
#endif

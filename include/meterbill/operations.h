/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file operations.h  Ledger operations, their records and an account's numbers as documents.
 *
 * @code{.json}
 * {"meterbill": 1, "kind": "operations",
 *  "policies": {"home": {"preset": "SMETS", "emergency_credit": {"limit": "5", "threshold": "1"}}},
 *  "batches": [
 *    {"at": "2026-01-05T10:00:00Z", "operations": [
 *      {"id": "00000000000000000000000000000001", "do": "open", "account": 7, "policy": "home"},
 *      {"id": "00000000000000000000000000000002", "do": "top_up", "account": 7, "amount": "20.00", "channel": 1, "receipt": 501}],
 *     "supply": [{"account": 7, "contactor": "tripped", "tripped": "2026-01-05T09:00:00Z"}]}]}
 * @endcode
 */
#ifndef MBILL_OPERATIONS_H
#define MBILL_OPERATIONS_H

#include "meterbill/ledger.h"
#include "meterbill/memory.h"
#include "meterbill/supply.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A question of a batch: is this account's supply to be cut, or may it be restored? */
typedef struct mbill_supply_question {
    int64_t account;                       /**< number of the account */
    mbill_supply_state state;              /**< of its contactor, as the document says */
    const mbill_non_disablement *calendar; /**< asked at the moment of the decision, beside the state's flags; NULL: none */
} mbill_supply_question;

/** Operations that are booked at one moment, and what is asked after them. */
typedef struct mbill_operation_batch {
    int64_t at_utc_s;                       /**< the moment of booking, UTC seconds */
    const mbill_operation *operations;      /**< their policies belong to the document */
    size_t n_operations;                    /**< 0: only the time goes on, mbill_book_tick() */
    const mbill_supply_question *questions; /**< they belong to the document */
    size_t n_questions;                     /**< how many `questions` */
} mbill_operation_batch;

/** A document of kind "operations", read; owns all its arrays. */
typedef struct mbill_operations mbill_operations;

/**
 * Read a document of kind "operations".
 *
 * An operation has `id` (32 hex digits, or as a UUID), `do` (a kind of mbill_operation_kind in lower case) and those members of mbill_operation that
 * its kind knows, by their names without unit: amounts are decimals, `effective` a time with its offset from UTC, `timeout` seconds, `target` an
 * id, `flags` a list of words, `policy` a name in `policies`. `amount` of a post may be "all". `account` and `other` of a transfer may be
 * {"system": "cash", "index": 1}. An open has `policy`, or `limit` ("none", "debits_up_to_credits", "credits_up_to_debits") for a
 * plain account, or only a `sequence`, which opens the meter of an account that is there (DL/T 645). What an operation says is checked by mbill_book_apply(), not here.
 *
 * @param json                the document, UTF-8; need not be NUL-terminated; not NULL unless @p len is 0
 * @param len                 its length in bytes, at most 64 MiB
 * @param allocator           NULL = libc; remembered by the handle
 * @param[out] out_operations the handle, to be freed with mbill_operations_free(); NULL on failure
 * @param[out] err            NULL, or filled on failure: path = JSON pointer of the place
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID     a word that is none; a policy that contradicts itself; an id of all zeros or ones
 * @retval MBILL_E_NOT_FOUND   a policy that the document does not have
 * @retval MBILL_E_AMBIGUOUS   a time that does not say its offset from UTC
 * @retval MBILL_E_ZONE        a policy's zone is no rule
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_DUPLICATE_KEY, MBILL_E_UNKNOWN_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE,
 *         MBILL_E_NUMBER, MBILL_E_DIGITS, MBILL_E_OVERFLOW, MBILL_E_DATE, MBILL_E_RANGE, MBILL_E_VERSION  not the form
 * @retval MBILL_E_NOMEM       no memory
 * @retval MBILL_E_MISUSE      a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear in the document.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_operations_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_operations **out_operations, mbill_error *err);

#define MBILL_AT_UNSAID INT64_MIN /**< at_utc_s of a line that does not say when */

/**
 * Read one operation that stands alone, as in a file of one a line: {"at": …, "id": …, "do": …, …}, with the members that it has in a document, an
 * own `policy` as an object, `at` (#MBILL_AT_UNSAID when absent) and `supply` as a batch has them. {"at": …} alone lets time go on. An open need not
 * say its policy: the caller gives it one. A policy may be the name of a preset alone.
 *
 * @param json, len, allocator, out_operations, err  as for mbill_operations_read(); one batch of one operation, or of none
 * @param kind  mbill_operation_kind of a line that does not say what to `do`; 0: every line says it
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  also: @p kind is none
 * @return otherwise as mbill_operations_read()
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear in the text.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_operations_read_line(const char *json, size_t len, int32_t kind,
    const mbill_allocator *allocator, mbill_operations **out_operations, mbill_error *err);

/**
 * Write an operation as the line that mbill_operations_read_line() reads: {"id": …, "do": …, …}.
 * @param operation      of a right form, without a policy; not NULL
 * @param[out] out_text  NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len      in: the room, with the NUL; out: the length needed, with the NUL, also when the status is #MBILL_E_ROOM
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM     the room is too small; nothing was written to @p out_text
 * @retval MBILL_E_INVALID  not the form of an operation; or one with a policy
 * @retval MBILL_E_NOMEM    no memory (libc's) for the text
 * @retval MBILL_E_MISUSE   @p operation or @p inout_len is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_operation_write(const mbill_operation *operation, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * Read a policy: {"preset": "SMETS", …}, or "SMETS" alone, as it stands in a document of kind "operations".
 * @param json             UTF-8 text; not NULL unless @p len is 0
 * @param len              its length in bytes
 * @param[out] out_policy  not NULL; untouched on failure
 * @param[out] err         NULL, or filled on failure: path = JSON pointer of the place
 * @retval MBILL_OK
 * @return otherwise as mbill_operations_read()
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_policy_read(const char *json, size_t len, mbill_policy *out_policy,
    mbill_error *err);

/**
 * Answer a question about supply from the book as it is: mbill_book_view(), the question's calendar, mbill_supply_decide().
 * @param book             not NULL
 * @param question         not NULL
 * @param now_utc_s        the moment of the decision, for the calendar
 * @param[out] out_supply  mbill_supply; not NULL
 * @param[out] out_reasons MBILL_REASON_*; may be NULL
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no prepaid account of this number
 * @return otherwise as mbill_non_disablement_active() and mbill_supply_decide()
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_supply(const mbill_book *book, const mbill_supply_question *question,
    int64_t now_utc_s, int32_t *out_supply, uint32_t *out_reasons, mbill_error *err);

/**
 * Free a document. NULL is accepted.
 * @param operations  NULL is accepted
 * @since 0.1
 */
MBILL_API void mbill_operations_free(mbill_operations *operations);

/**
 * The batches of a document, in its order.
 * @param operations  not NULL
 * @param[out] out_n  not NULL: how many
 * @return            they live with the document
 * @par Thread safety
 * Any number of threads.
 * @since 0.1
 */
MBILL_API const mbill_operation_batch *mbill_operations_batches(const mbill_operations *operations, size_t *out_n);

/**
 * A record as JSON: its number, when it was booked, the operation by the same names as in a document of kind "operations", the result, and
 * every leg with its two sides. A policy is not written out.
 *
 * @param book            not NULL
 * @param record          from 0
 * @param[out] out_text   NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len       in: the room, with the NUL; out: the length needed, with the NUL, also when the status is #MBILL_E_ROOM
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such record
 * @retval MBILL_E_ROOM       the room is too small; nothing was written to @p out_text
 * @retval MBILL_E_NOMEM      no memory
 * @retval MBILL_E_MISUSE     @p book or @p inout_len is NULL
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_record_write(const mbill_book *book, int64_t record, char *out_text,
    size_t *inout_len, mbill_error *err);

/**
 * An account's numbers as JSON: of a prepay account its view, and the same numbers under the names of three standards, `smets` (SMETS2 section 5),
 * `dlms` (IEC 62056-6-2, Account and Credit) and `dlt` (DL/T 645, 00900200 and 00900201); of a plain or system account its four sums.
 *
 * @param book            not NULL
 * @param account         its number
 * @param[out] out_text   NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len       in: the room, with the NUL; out: the length needed, with the NUL, also when the status is #MBILL_E_ROOM
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no account has this number
 * @retval MBILL_E_ROOM       the room is too small; nothing was written to @p out_text
 * @retval MBILL_E_NOMEM      no memory
 * @retval MBILL_E_MISUSE     @p book or @p inout_len is NULL
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_account_write(const mbill_book *book, int64_t account, char *out_text,
    size_t *inout_len, mbill_error *err);

/**
 * What became of a batch as JSON, an element of `batches` in a document of kind "ledger" (schema/ledger-1.schema.json): `at`; `results` with `result`,
 * where they say anything `first` and `field`, and the `record`; `supply`, an answer to each question; `accounts`, each that the batch names, once,
 * as it is now. So write it before the next batch is applied.
 *
 * @param book           not NULL; after the batch was applied to it
 * @param batch          not NULL
 * @param results        what mbill_book_apply() gave, one for each operation; not NULL unless there are none
 * @param[out] out_text  NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len      in: the room, with the NUL; out: the length needed, with the NUL, also when the status is #MBILL_E_ROOM
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  a question is about an account that is no prepaid one of the book; a result names a record that is not there
 * @retval MBILL_E_ROOM       the room is too small; nothing was written to @p out_text
 * @retval MBILL_E_NOMEM      no memory (libc's)
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @return otherwise as mbill_book_supply()
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @par Cost
 * That of the text, and n x n comparisons for n operations.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_batch_write(const mbill_book *book, const mbill_operation_batch *batch,
    const mbill_result *results, char *out_text, size_t *inout_len, mbill_error *err);

/**
 * What became of one line of mbill_operations_read_line() as JSON: the result as in a batch; of an observation that is the book's last record its
 * `reconciliation`; `account` and `other`, those that it names, or of a post, void or reversal those of what it means; and `supply`, where it asks:
 * questions about accounts that are not there have no answer. A line without an operation says `result` and `supply` alone.
 *
 * @param book           not NULL; after the line was applied to it
 * @param line           not NULL; one operation or none
 * @param result         what mbill_book_apply() gave; not NULL unless there is no operation
 * @param now_utc_s      the moment of the decisions about supply
 * @param[out] out_text  NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len      in: the room, with the NUL; out: the length needed, with the NUL, also when the status is #MBILL_E_ROOM
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  the result names a record that is not there
 * @retval MBILL_E_ROOM       the room is too small; nothing was written to @p out_text
 * @retval MBILL_E_NOMEM      no memory (libc's)
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @return otherwise as mbill_book_supply()
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_answer_write(const mbill_book *book, const mbill_operation_batch *line,
    const mbill_result *result, int64_t now_utc_s, char *out_text, size_t *inout_len, mbill_error *err);

/**
 * The word of an operation's member in documents, such as "amount" for MBILL_FIELD_AMOUNT; "unknown" for any other number.
 * @param field  any number
 * @return a constant
 * @since 0.1
 */
MBILL_API const char *mbill_operation_field_name(int32_t field);

#ifdef __cplusplus
}
#endif
#endif

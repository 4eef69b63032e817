/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file ledger.h  The prepaid ledger: operations in, two-sided legs out, nothing lost and nothing twice.
 *
 * A book holds any number of accounts. A prepay account has places: CREDIT, emergency credit used, accumulated debt, debts; a policy says
 * how payments fall through them, how use is collected, and when supply may be cut or restored. A plain account is one place, with a limit or
 * none. Every operation has a 128-bit id made by the caller: a retry gives the first answer, and an id once refused stays refused. The book
 * is pure: the time of every call is an argument, and the same operations give the same bytes everywhere.
 *
 * @code
 * mbill_book *book = NULL;
 * mbill_policy policy;
 * mbill_result result;
 * mbill_policy_preset(MBILL_PRESET_SMETS, &policy);
 * if (mbill_book_open(NULL, &book, &err) != MBILL_OK) return 1;
 * mbill_operation open = {.id = id_1, .kind = MBILL_OPERATION_OPEN, .account = 7, .policy = &policy};
 * mbill_operation pay = {.id = id_2, .kind = MBILL_OPERATION_TOP_UP, .account = 7, .amount_micro = 50000000, .channel = 1};
 * if (mbill_book_apply(book, &open, 1, now, &result, &err) != MBILL_OK || result.code != MBILL_RESULT_OK) …
 * @endcode
 */
#ifndef MBILL_LEDGER_H
#define MBILL_LEDGER_H

#include "meterbill/id.h"
#include "meterbill/memory.h"
#include "meterbill/policy.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_LEGS_MAX 64          /**< legs of one operation */
#define MBILL_AMOUNT_ALL INT64_MAX /**< post: all that the hold reserved */

/** What a caller asks for. The numbers stand in journals. */
typedef enum mbill_operation_kind {
    MBILL_OPERATION_OPEN = 1,    /**< make the account; with a count, as a meter is opened: see MBILL_POLICY_METER_OPENING */
    MBILL_OPERATION_ACTIVATE,    /**< a new account begins to work */
    MBILL_OPERATION_CLOSE,       /**< only when nothing is held or owed */
    MBILL_OPERATION_REOPEN,      /**< undo a close */
    MBILL_OPERATION_SET_POLICY,  /**< another policy from now on */
    MBILL_OPERATION_SELECT_EC,   /**< the customer takes emergency credit */
    MBILL_OPERATION_TARIFF_MARK, /**< from effective_utc_s on, usage cites this tariff */
    MBILL_OPERATION_WALLET_INIT, /**< a meter's wallet is set to the amount, its count to 0, its customer to none */
    MBILL_OPERATION_TOP_UP,      /**< CASH to the places of the waterfall */
    MBILL_OPERATION_USAGE,       /**< what was consumed; never refused for lack of money */
    MBILL_OPERATION_ACCRUE,      /**< a period of a charge, or of a debt that is paid by time */
    MBILL_OPERATION_DEBT_LOAD,   /**< DEBT[charge] grows */
    MBILL_OPERATION_DEBT_ADJUST, /**< DEBT[charge] changes by a signed amount */
    MBILL_OPERATION_WRITE_OFF,   /**< DEBT[charge], or ACCUM when charge is MBILL_NONE, is given up */
    MBILL_OPERATION_REFUND,      /**< CREDIT to REFUND_CLEARING */
    MBILL_OPERATION_OFFSET,      /**< CREDIT to another account's waterfall */
    MBILL_OPERATION_HOLD,        /**< reserve what `hold` says, until posted, voided or expired */
    MBILL_OPERATION_POST,        /**< the hold `target` becomes real, whole or in part */
    MBILL_OPERATION_VOID,        /**< the hold `target` is given up */
    MBILL_OPERATION_EXPIRE,      /**< written by the ledger alone, when a hold's time is over */
    MBILL_OPERATION_REVERSE,     /**< the exact mirror of the legs of `target`, once */
    MBILL_OPERATION_CORRECT,     /**< a signed amount that belongs to `target`: + to CREDIT, - collected like usage */
    MBILL_OPERATION_OBSERVE,     /**< what the meter shows: amount, sequence, unposted_micro; moves nothing */
    MBILL_OPERATION_ACCEPT,      /**< book what the observation `target` left unexplained, once */
    MBILL_OPERATION_TRANSFER,    /**< plain accounts: account (debit) to other (credit) */
    MBILL_OPERATION_ATTACH_METER /**< the meter is the account's from now on; an account with meters takes no other's */
} mbill_operation_kind;

#define MBILL_OPERATION_LINKED 0x1u      /**< one with the next operation of the batch: all or none */
#define MBILL_OPERATION_FORCE 0x2u       /**< reverse: allow what is missing to become debt, if the policy does */
#define MBILL_OPERATION_PENDING 0x4u     /**< transfer: a hold */
#define MBILL_OPERATION_UP_TO 0x8u       /**< transfer: what the limits leave, possibly 0 */
#define MBILL_OPERATION_SUPPLY_OFF 0x10u /**< usage, accrue: supply is off */
#define MBILL_OPERATION_ROLLOVER 0x20u   /**< usage: the register rolled over */
#define MBILL_OPERATION_REPLACED 0x40u   /**< usage: the meter was replaced */
#define MBILL_OPERATION_GAP 0x80u        /**< usage: the gap before the reading is accepted */
#define MBILL_OPERATION_INACTIVE 0x100u  /**< open: the account waits for activate */

/** What a hold reserves, and where it goes. */
typedef enum mbill_hold_kind {
    MBILL_HOLD_REFUND = 1, /**< CREDIT to REFUND_CLEARING */
    MBILL_HOLD_OFFSET,     /**< CREDIT to CREDIT of `other` */
    MBILL_HOLD_TOP_UP,     /**< CASH to CREDIT: money that is on its way */
    MBILL_HOLD_TRANSFER    /**< between plain accounts */
} mbill_hold_kind;

/** System accounts. Their numbers are negative: mbill_system_account(). */
typedef enum mbill_system {
    MBILL_SYSTEM_CASH = 1, /**< a channel's money; the index is the channel */
    MBILL_SYSTEM_WRITE_OFF,
    MBILL_SYSTEM_ADJUST,
    MBILL_SYSTEM_REVENUE, /**< the index is 0 for usage, 1 + index for a charge */
    MBILL_SYSTEM_FEE,     /**< what a waterfall's FEE stages took; the index is the stage's */
    MBILL_SYSTEM_TAX,
    MBILL_SYSTEM_DEBT_FUND,
    MBILL_SYSTEM_REFUND_CLEARING,
    MBILL_SYSTEM_SUSPENSE
} mbill_system;

/**
 * The number of a system account: -(kind x 2^32 + index).
 * @param kind   mbill_system
 * @param index  of the channel, charge or fee; else 0
 * @return a number below 0
 * @since 0.1
 */
static inline int64_t mbill_system_account(mbill_system kind, uint32_t index)
{
    return -(((int64_t)kind << 32) + (int64_t)index);
}

/**
 * Whether a number is that of a system account.
 * @param number  any
 * @return 1 or 0
 * @since 0.1
 */
static inline int mbill_is_system_account(int64_t number)
{
    return number <= mbill_system_account(MBILL_SYSTEM_CASH, 0) &&
        number >= mbill_system_account(MBILL_SYSTEM_SUSPENSE, UINT32_MAX);
}

/** What keeps the balance of a plain account on one side. */
typedef enum mbill_limit {
    MBILL_LIMIT_NONE = 0,
    MBILL_LIMIT_DEBITS_UP_TO_CREDITS, /**< debits, pending ones too, may not exceed credits */
    MBILL_LIMIT_CREDITS_UP_TO_DEBITS  /**< the reverse */
} mbill_limit;

/** Whether operations may use an account: not yet, yes, no more. */
typedef enum mbill_account_state { MBILL_ACCOUNT_NEW = 1, MBILL_ACCOUNT_ACTIVE = 2, MBILL_ACCOUNT_SHUT = 3 } mbill_account_state;

/* ---- operations, legs, results ---- */

/** What a caller asks for. Members that say nothing for a kind are 0, indexes and counts MBILL_NONE (or 0 where that is none). */
typedef struct mbill_operation {
    mbill_id id;                /**< the caller's, made before the first attempt; a retry has the same */
    int32_t kind;               /**< mbill_operation_kind */
    uint32_t flags;             /**< MBILL_OPERATION_* */
    int64_t account;            /**< number > 0, chosen by the caller; transfer: also a system account */
    int64_t other;              /**< offset, transfer: the receiver */
    int64_t meter;              /**< 0: the account's only one */
    int64_t amount_micro;       /**< above 0; open, wallet_init, usage, accrue: or 0; debt_adjust, correct, observe: or below */
    int64_t channel;            /**< of the payment */
    int64_t receipt;            /**< 0: none; else unique on its channel for ever */
    int64_t sequence;           /**< purchase count; MBILL_NONE: none */
    mbill_id target;            /**< the operation that is meant; zero: none */
    int32_t charge;             /**< index of an accrual or debt; MBILL_NONE: none */
    int32_t hold;               /**< mbill_hold_kind; 0: none */
    int64_t period;             /**< accrue: its index; MBILL_NONE: none */
    int64_t reg;                /**< register of a reading; 0: none */
    int64_t from_micro;         /**< usage: the register's value at the last reading, in 10^-6 of its unit */
    int64_t to_micro;           /**< usage: its value now */
    int64_t tariff;             /**< number of the tariff version; 0: none */
    int64_t effective_utc_s;    /**< the moment it is for, in the years of calendar.h; 0: the moment of booking */
    int64_t timeout_s;          /**< hold: expires so long after booking; 0: never */
    int64_t customer;           /**< 0: not said */
    int64_t unposted_micro;     /**< observe: use the meter has deducted and the book has not */
    int64_t user_data;          /**< the caller's number, kept with the record and compared on a retry; 0: none */
    int32_t reason;             /**< the caller's code */
    int32_t limit;              /**< open: a plain account with this mbill_limit, when policy is NULL */
    const mbill_policy *policy; /**< open, set_policy; copied */
} mbill_operation;

/** Why a leg was made. */
typedef enum mbill_purpose {
    MBILL_PURPOSE_PLAIN = 1, /**< the operation itself */
    MBILL_PURPOSE_DEBT,      /**< a payment's share for a debt */
    MBILL_PURPOSE_REPAY,     /**< accumulated debt or emergency credit repaid */
    MBILL_PURPOSE_FEE,
    MBILL_PURPOSE_TAX,
    MBILL_PURPOSE_RESERVE,   /**< a hold made */
    MBILL_PURPOSE_RELEASE,   /**< a hold given back */
    MBILL_PURPOSE_MIRROR,    /**< a reversal */
    MBILL_PURPOSE_SHORTFALL, /**< what a forced reversal left missing */
    MBILL_PURPOSE_LEVEL      /**< money set free pays what is owed */
} mbill_purpose;

/** One two-sided leg: an entry that does not balance cannot be written. */
typedef struct mbill_leg {
    int64_t debit_account;  /**< number of the account that is debited, or of a system account */
    int64_t credit_account; /**< of the one that is credited */
    int64_t amount_micro;   /**< in micro-units of the currency; > 0 */
    int32_t debit_place;    /**< mbill_place of the account debited, with its index */
    int32_t credit_place;   /**< mbill_place of the account credited, with its index */
    int32_t purpose;        /**< mbill_purpose */
    int32_t pending;        /**< 0: posted; 1: reserved; -1: given back */
} mbill_leg;

/** Results in the order in which they are looked for. Written from ledger_result.def by tests/tools/status. */
typedef enum mbill_result_code {
    /* ledger_result.def begin */
    MBILL_RESULT_OK = 0,                     /**< done */
    MBILL_RESULT_LINK_OPEN = 10,             /**< the batch ends inside a chain */
    MBILL_RESULT_LINKED_FAILED = 11,         /**< another operation of its chain was refused */
    MBILL_RESULT_BAD_ID = 20,                /**< an id of all zeros or all ones */
    MBILL_RESULT_BAD_KIND = 21,              /**< a kind this version does not know, or one that only the ledger writes */
    MBILL_RESULT_BAD_AMOUNT = 22,            /**< an amount outside what the kind allows */
    MBILL_RESULT_BAD_POLICY = 23,            /**< a policy that contradicts itself */
    MBILL_RESULT_RESERVED_NONZERO = 24,      /**< a field that says nothing for this kind */
    MBILL_RESULT_REFUSED_BEFORE = 30,        /**< this id was refused before, and stays refused */
    MBILL_RESULT_EXISTS_WITH_DIFFERENT = 31, /**< this id was applied before with another body */
    MBILL_RESULT_EXISTS = 32,                /**< this id was applied before with the same body */
    MBILL_RESULT_NO_ACCOUNT = 40,            /**< the account is not there */
    MBILL_RESULT_NO_METER = 41,              /**< the meter is not the account's */
    MBILL_RESULT_NO_PENDING = 42,            /**< no hold has the id that is meant */
    MBILL_RESULT_NO_ORIGINAL = 43,           /**< no accepted operation has the id that is meant */
    MBILL_RESULT_ACCOUNT_EXISTS = 44,        /**< an account of this number is there already */
    MBILL_RESULT_NO_CHARGE = 45,             /**< the account has no such charge, debt or credit */
    MBILL_RESULT_NOT_ACTIVE = 50,            /**< the account is not active */
    MBILL_RESULT_CLOSED = 51,                /**< the account is closed */
    MBILL_RESULT_NOT_EMPTY = 52,             /**< the account still holds or owes something */
    MBILL_RESULT_NOT_PENDING = 53,           /**< the operation that is meant is not a hold */
    MBILL_RESULT_ALREADY_POSTED = 54,        /**< it was posted or accepted before */
    MBILL_RESULT_ALREADY_VOIDED = 55,        /**< the hold was voided before */
    MBILL_RESULT_EXPIRED = 56,               /**< the hold has expired */
    MBILL_RESULT_NOT_REVERSIBLE = 57,        /**< an operation of this kind cannot be reversed */
    MBILL_RESULT_ALREADY_REVERSED = 58,      /**< it was reversed before */
    MBILL_RESULT_CUSTOMER_MISMATCH = 59,     /**< the customer number is not the registered one */
    MBILL_RESULT_DUPLICATE_RECEIPT = 70,     /**< the receipt was used before on this channel */
    MBILL_RESULT_SEQ_DUPLICATE = 71,         /**< the purchase count was used before */
    MBILL_RESULT_SEQ_GAP = 72,               /**< the purchase count is not the next one */
    MBILL_RESULT_READING_REGRESSED = 73,     /**< the reading ends below its beginning */
    MBILL_RESULT_READING_OVERLAP = 74,       /**< the reading begins before the last one ends */
    MBILL_RESULT_READING_GAP = 75,           /**< the reading begins after the last one ends */
    MBILL_RESULT_PERIOD_DONE = 76,           /**< the period was collected before */
    MBILL_RESULT_EXCEEDS_AVAILABLE = 80,     /**< more than is available */
    MBILL_RESULT_EXCEEDS_REFUNDABLE = 81,    /**< more than can be refunded */
    MBILL_RESULT_EXCEEDS_PENDING = 82,       /**< more than the hold reserved */
    MBILL_RESULT_EXCEEDS_TOPUP = 83,         /**< more than one top-up may be */
    MBILL_RESULT_EXCEEDS_HOARDING = 84,      /**< the balance would exceed its highest */
    MBILL_RESULT_FORCE_NOT_ALLOWED = 85,     /**< the policy does not allow a forced reversal */
    MBILL_RESULT_EC_NOT_OFFERED = 86,        /**< emergency credit is not offered now */
    MBILL_RESULT_OVERFLOW = 90               /**< a counter would leave its range */
    /* ledger_result.def end */
} mbill_result_code;

/** What became of one operation. */
typedef struct mbill_result {
    int32_t code;        /**< mbill_result_code */
    int32_t first;       /**< EXISTS, REFUSED_BEFORE: the first result's code */
    int32_t field;       /**< EXISTS_WITH_DIFFERENT: mbill_operation_field of the first that differs */
    uint32_t n_legs;     /**< legs of its record, at most #MBILL_LEGS_MAX; EXISTS: of the first result; 0 when it was refused */
    int64_t record;      /**< its record in the journal, from 0; -1: none was written, or none is left after a failed chain */
    int64_t moved_micro; /**< transfer: what moved; accept: what was booked; observe: the residual; else 0 */
} mbill_result;

/** Fields in the order in which bodies are compared. */
typedef enum mbill_operation_field {
    MBILL_FIELD_KIND = 1,
    MBILL_FIELD_FLAGS,
    MBILL_FIELD_ACCOUNT,
    MBILL_FIELD_OTHER,
    MBILL_FIELD_METER,
    MBILL_FIELD_AMOUNT,
    MBILL_FIELD_CHANNEL,
    MBILL_FIELD_RECEIPT,
    MBILL_FIELD_SEQUENCE,
    MBILL_FIELD_TARGET,
    MBILL_FIELD_CHARGE,
    MBILL_FIELD_HOLD,
    MBILL_FIELD_PERIOD,
    MBILL_FIELD_REGISTER,
    MBILL_FIELD_FROM,
    MBILL_FIELD_TO,
    MBILL_FIELD_TARIFF,
    MBILL_FIELD_EFFECTIVE,
    MBILL_FIELD_TIMEOUT,
    MBILL_FIELD_CUSTOMER,
    MBILL_FIELD_UNPOSTED,
    MBILL_FIELD_LIMIT,
    MBILL_FIELD_POLICY,
    MBILL_FIELD_REASON,
    MBILL_FIELD_USER_DATA
} mbill_operation_field;

/** Numbers derived from an account's state; see the members for the standards they serve. */
typedef struct mbill_view {
    uint32_t struct_size;                            /**< sizeof(mbill_view), set by the caller before the call */
    int32_t state;                                   /**< mbill_account_state */
    int32_t ec_offered;                              /**< 1: the customer may take emergency credit now */
    int32_t ec_selected;                             /**< 1: it is taken and in use */
    int64_t ec_selected_utc_s;                       /**< when it was last selected; 0: never */
    int64_t credit_micro;                            /**< CREDIT; SMETS meter balance */
    int64_t pending_debits_micro;                    /**< held out of CREDIT */
    int64_t pending_credits_micro;                   /**< on its way into CREDIT */
    int64_t free_micro;                              /**< credit - pending debits */
    int64_t spendable_micro;                         /**< what a charge may take from CREDIT */
    int64_t ec_used_micro;                           /**< emergency credit that is owed, 0 or more */
    int64_t ec_left_micro;                           /**< what of it may still be used; 0 unless it is selected */
    int64_t available_micro;                         /**< free - disablement + ec_left: drives the decision */
    int64_t accum_micro;                             /**< ACCUM: accumulated debt, 0 or more */
    int64_t amount_to_clear_micro;                   /**< least payment that restores supply, but for payment debts */
    int64_t aggregated_debt_micro;                   /**< sum of the debts */
    int64_t debt_micro[MBILL_DEBTS_MAX];             /**< DEBT by its index: what is owed */
    int64_t further_credit_micro[MBILL_CREDITS_MAX]; /**< [0] is CREDIT */
    int64_t remaining_micro;                         /**< DL/T 645 remaining amount: CREDIT, where it is above 0 */
    int64_t overdraft_micro;                         /**< DL/T 645 overdraft: what CREDIT lies below 0, as a magnitude */
    int64_t available_credit_micro;                  /**< DLMS: positive amounts of credits that are in use or selected */
} mbill_view;

/* ---- the book ---- */

/** A ledger in memory: accounts, meters, records and their legs. */
typedef struct mbill_book mbill_book;

/**
 * Make an empty book.
 * @param allocator      NULL = libc; remembered by the book
 * @param[out] out_book  to be freed with mbill_book_free(); NULL on failure
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOMEM   no memory
 * @retval MBILL_E_UNKNOWN_OPTION  @p allocator has a flag or member this version does not know
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is, or @p allocator is incomplete
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_open(const mbill_allocator *allocator, mbill_book **out_book, mbill_error *err);

/**
 * Free a book and all it holds. NULL is accepted.
 * @param book  NULL is accepted
 * @since 0.1
 */
MBILL_API void mbill_book_free(mbill_book *book);

/**
 * Make room, so that no call before the next @p n_operations operations on @p n_accounts further accounts allocates, as long as their records
 * come to 256 bytes on average (a payment through a long waterfall takes more) and but for policies that are new and for chains.
 * @param book          not NULL
 * @param n_accounts    accounts to come
 * @param n_operations  operations to come, expiries counted
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOMEM   no memory; the book is as it was
 * @retval MBILL_E_MISUSE  @p book is NULL
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_reserve(mbill_book *book, size_t n_accounts, size_t n_operations,
    mbill_error *err);

/**
 * Apply operations in order.
 *
 * Results are looked for in the order of ledger_result.def, and the first that holds is the answer. What fails before its id is known
 * changes nothing; an operation refused later is written down, and its id answers REFUSED_BEFORE for ever. Operations joined by
 * #MBILL_OPERATION_LINKED succeed or fail together; sent again as they were taken, every one of them EXISTS. Holds that have expired by
 * @p now_utc_s are given back before the first operation that passes the check of its id. A clock that steps back is taken as standing still.
 *
 * @param book              not NULL
 * @param operations        @p n of them; only read
 * @param n                 1 to 8,192
 * @param now_utc_s         the moment of booking
 * @param[out] out_results  one an operation
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK        every operation has its result; look at each
 * @retval MBILL_E_NOMEM   no memory; nothing was applied
 * @retval MBILL_E_RANGE   @p n or the time is outside its range
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @par Cost
 * Constant an operation; a capped payment debt looks back over the account's records of its window.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_apply(mbill_book *book, const mbill_operation *operations, size_t n,
    int64_t now_utc_s, mbill_result *out_results, mbill_error *err);

/**
 * Give back the holds that have expired by now, without an operation.
 * @param book       not NULL
 * @param now_utc_s  the moment
 * @param[out] err   NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOMEM   no memory; nothing was done
 * @retval MBILL_E_RANGE   a time outside the years of calendar.h
 * @retval MBILL_E_MISUSE  @p book is NULL
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_tick(mbill_book *book, int64_t now_utc_s, mbill_error *err);

/**
 * Records written so far; 0 for NULL.
 * @param book  may be NULL
 * @return their number
 * @since 0.1
 */
MBILL_API int64_t mbill_book_n_records(const mbill_book *book);

/**
 * The record of an operation by its id, done or refused; -1 when no such id was written down, or a pointer is NULL. Constant time on average.
 *
 * @param book  may be NULL
 * @param id    may be NULL
 * @return its place, from 0, or -1
 * @since 0.1
 */
MBILL_API int64_t mbill_book_find(const mbill_book *book, const mbill_id *id);

/**
 * A record as it was written.
 * @param book                not NULL
 * @param record              from 0
 * @param[out] out_operation  the operation; its policy points into the book until the next apply. May be NULL
 * @param[out] out_result     what became of it; may be NULL
 * @param[out] out_recorded_utc_s  when it was booked; may be NULL
 * @param[out] out_legs       room for #MBILL_LEGS_MAX legs, or NULL
 * @param[out] err            NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such record
 * @retval MBILL_E_MISUSE     @p book is NULL
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_record(const mbill_book *book, int64_t record, mbill_operation *out_operation,
    mbill_result *out_result, int64_t *out_recorded_utc_s, mbill_leg *out_legs, mbill_error *err);

/**
 * Records as bytes, one behind the other: fixed big-endian fields, the same on every machine.
 * @param book            not NULL
 * @param first           from 0
 * @param n               how many; 0 gives no bytes
 * @param[out] out_bytes  point into the book until the next apply, tick or replay
 * @param[out] out_len    how many bytes
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  not all of these records are there
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @par Cost
 * Constant.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_journal(const mbill_book *book, int64_t first, int64_t n,
    const uint8_t **out_bytes, size_t *out_len, mbill_error *err);

/**
 * Take in records that a book has written, behind those that are there: a book is the fold of its journal.
 *
 * The records are not worked out again: their results and legs stand. Each must be one that a book writes, and fit those before it; bytes
 * from anywhere may be given.
 *
 * @param book      not NULL; after a failure it has the records before the offending one
 * @param bytes     whole records, from mbill_book_journal(); NULL only when there are none
 * @param len       how many bytes
 * @param[out] err  NULL, or filled on failure: index = the record, from 0
 * @retval MBILL_OK
 * @retval MBILL_E_CORRUPT  bytes that are no record; an id that is there, a step back in time, a record that contradicts the ones before
 * @retval MBILL_E_NOMEM    no memory
 * @retval MBILL_E_MISUSE   a pointer that must not be NULL is
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @par Cost
 * Constant a record.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_replay(mbill_book *book, const uint8_t *bytes, size_t len, mbill_error *err);

/**
 * Whether there is an account.
 * @param book     NULL has none
 * @param account  any number
 * @return         1 for a prepay or plain account of the book, and for every system account, also one that nothing was booked to; else 0
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @since 0.1
 */
MBILL_API int mbill_book_has(const mbill_book *book, int64_t account);

/**
 * An account's numbers.
 * @param book           not NULL
 * @param account        number of a prepay account
 * @param[out] out_view  struct_size set by the caller
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no prepay account has this number
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is, or struct_size is not set
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_view(const mbill_book *book, int64_t account, mbill_view *out_view,
    mbill_error *err);

/**
 * The policy that a prepay account follows now.
 * @param book     NULL gives NULL
 * @param account  its number
 * @return         into the book, until the next apply or replay; NULL when no prepay account has this number
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @since 0.1
 */
MBILL_API const mbill_policy *mbill_book_policy(const mbill_book *book, int64_t account);

/** Posted and pending sums of one place. */
typedef struct mbill_place_sums {
    int64_t debits_micro;          /**< all that was ever posted to its debit, in micro-units; 0 or more, as all here */
    int64_t credits_micro;         /**< … to its credit */
    int64_t pending_debits_micro;  /**< what holds reserve to its debit now */
    int64_t pending_credits_micro; /**< … to its credit */
} mbill_place_sums;

/**
 * The four sums of a place of an account, of a plain account or of a system account.
 * @param book          not NULL
 * @param account       its number
 * @param place         mbill_place with its index; #MBILL_PLACE_PLAIN for plain and system accounts
 * @param[out] out_sums a system account that nothing has moved yet has zeros
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such account or place
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * A book belongs to one thread at a time.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_book_sums(const mbill_book *book, int64_t account, int32_t place,
    mbill_place_sums *out_sums, mbill_error *err);

/**
 * Part k of a sum that is paid in n running parts: F(k) - F(k - 1), F(k) = k x total / n rounded down to the step, F(n) = total.
 * @param total_micro  the sum, >= 0
 * @param n            parts, >= 1
 * @param k            which, 1 to @p n
 * @param step_micro   grain, >= 1
 * @return             the part; -1 when an argument is outside its range
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API int64_t mbill_series_part(int64_t total_micro, int64_t n, int64_t k, int64_t step_micro);

/**
 * Name of a result, such as "EXCEEDS_HOARDING"; "UNKNOWN" for any other number. A constant.
 * @param code  any number
 * @return a constant
 * @since 0.1
 */
MBILL_API const char *mbill_result_name(int32_t code);

/**
 * A sentence for a result. A constant.
 * @param code  any number
 * @return a constant
 * @since 0.1
 */
MBILL_API const char *mbill_result_text(int32_t code);

#ifdef __cplusplus
}
#endif
#endif

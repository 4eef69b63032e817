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

#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A 128-bit id made by the caller before the first attempt; neither all zero nor all ones. */
typedef struct mbill_id {
    uint8_t bytes[16];
} mbill_id;

#define MBILL_DEBTS_MAX 8    /**< debts of one account */
#define MBILL_CREDITS_MAX 4  /**< credits of one account; the first is CREDIT */
#define MBILL_ACCRUALS_MAX 8 /**< charges that are collected by time */
#define MBILL_STAGES_MAX 16  /**< stages of a waterfall */
#define MBILL_LEGS_MAX 64    /**< legs of one operation */
#define MBILL_SEQUENCE_SET_MAX 32      /**< counts that a SET remembers */
#define MBILL_SEQUENCE_WINDOW_MAX 1000 /**< counts that a WINDOW may jump */
#define MBILL_AMOUNT_ALL INT64_MAX /**< post: all that the hold reserved */
#define MBILL_NONE (-1)            /**< no index, count or period */

/** What a caller asks for. The numbers stand in journals. */
typedef enum mbill_operation_kind {
    MBILL_OPERATION_OPEN = 1,     /**< make the account; with a count, as a meter is opened: see MBILL_POLICY_METER_OPENING */
    MBILL_OPERATION_ACTIVATE,     /**< a new account begins to work */
    MBILL_OPERATION_CLOSE,        /**< only when nothing is held or owed */
    MBILL_OPERATION_REOPEN,       /**< undo a close */
    MBILL_OPERATION_SET_POLICY,   /**< another policy from now on */
    MBILL_OPERATION_SELECT_EC,    /**< the customer takes emergency credit */
    MBILL_OPERATION_TARIFF_MARK,  /**< from effective_utc_s on, usage cites this tariff */
    MBILL_OPERATION_WALLET_INIT,  /**< a meter's wallet is set to the amount, its count to 0, its customer to none */
    MBILL_OPERATION_TOP_UP,       /**< CASH to the places of the waterfall */
    MBILL_OPERATION_USAGE,        /**< what was consumed; never refused for lack of money */
    MBILL_OPERATION_ACCRUE,       /**< a period of a charge, or of a debt that is paid by time */
    MBILL_OPERATION_DEBT_LOAD,    /**< DEBT[charge] grows */
    MBILL_OPERATION_DEBT_ADJUST,  /**< DEBT[charge] changes by a signed amount */
    MBILL_OPERATION_WRITE_OFF,    /**< DEBT[charge], or ACCUM when charge is MBILL_NONE, is given up */
    MBILL_OPERATION_REFUND,       /**< CREDIT to REFUND_CLEARING */
    MBILL_OPERATION_OFFSET,       /**< CREDIT to another account's waterfall */
    MBILL_OPERATION_HOLD,         /**< reserve what `hold` says, until posted, voided or expired */
    MBILL_OPERATION_POST,         /**< the hold `target` becomes real, whole or in part */
    MBILL_OPERATION_VOID,         /**< the hold `target` is given up */
    MBILL_OPERATION_EXPIRE,       /**< written by the ledger alone, when a hold's time is over */
    MBILL_OPERATION_REVERSE,      /**< the exact mirror of the legs of `target`, once */
    MBILL_OPERATION_CORRECT,      /**< a signed amount that belongs to `target`: + to CREDIT, - collected like usage */
    MBILL_OPERATION_OBSERVE,      /**< what the meter shows: amount, sequence, unposted_micro; moves nothing */
    MBILL_OPERATION_ACCEPT,       /**< book what the observation `target` left unexplained, once */
    MBILL_OPERATION_TRANSFER,     /**< plain accounts: account (debit) to other (credit) */
    MBILL_OPERATION_ATTACH_METER  /**< the meter is the account's from now on; an account with meters takes no other's */
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

typedef enum mbill_hold_kind {
    MBILL_HOLD_REFUND = 1, /**< CREDIT to REFUND_CLEARING */
    MBILL_HOLD_OFFSET,     /**< CREDIT to CREDIT of `other` */
    MBILL_HOLD_TOP_UP,     /**< CASH to CREDIT: money that is on its way */
    MBILL_HOLD_TRANSFER    /**< between plain accounts */
} mbill_hold_kind;

/** The places of a prepay account. */
typedef enum mbill_place {
    MBILL_PLACE_PLAIN = 0,   /**< a plain or system account itself */
    MBILL_PLACE_CREDIT = 1,  /**< + 0 … MBILL_CREDITS_MAX - 1 for further credits */
    MBILL_PLACE_EC_USED = 8, /**< emergency credit that is owed */
    MBILL_PLACE_ACCUM = 9,   /**< accumulated debt */
    MBILL_PLACE_DEBT = 16    /**< + index of the debt */
} mbill_place;

/** System accounts. Their numbers are negative: mbill_system_account(). */
typedef enum mbill_system {
    MBILL_SYSTEM_CASH = 1,       /**< a channel's money; the index is the channel */
    MBILL_SYSTEM_WRITE_OFF,
    MBILL_SYSTEM_ADJUST,
    MBILL_SYSTEM_REVENUE,        /**< the index is 0 for usage, 1 + index for a charge */
    MBILL_SYSTEM_FEE,            /**< what a waterfall's FEE stages took; the index is the stage's */
    MBILL_SYSTEM_TAX,
    MBILL_SYSTEM_DEBT_FUND,
    MBILL_SYSTEM_REFUND_CLEARING,
    MBILL_SYSTEM_SUSPENSE
} mbill_system;

/** The number of a system account: -(kind x 2^32 + index). */
static inline int64_t mbill_system_account(mbill_system kind, uint32_t index)
{
    return -(((int64_t)kind << 32) + (int64_t)index);
}

typedef enum mbill_limit {
    MBILL_LIMIT_NONE = 0,
    MBILL_LIMIT_DEBITS_UP_TO_CREDITS, /**< debits, pending ones too, may not exceed credits */
    MBILL_LIMIT_CREDITS_UP_TO_DEBITS  /**< the reverse */
} mbill_limit;

typedef enum mbill_account_state {
    MBILL_ACCOUNT_NEW = 1,
    MBILL_ACCOUNT_ACTIVE = 2,
    MBILL_ACCOUNT_SHUT = 3
} mbill_account_state;

/* ---- policy ---- */

typedef enum mbill_stage_kind {
    MBILL_STAGE_PAY_DEBT = 1,   /**< every payment debt takes its share of the tender */
    MBILL_STAGE_DEBT,           /**< what is due of DEBT[index] */
    MBILL_STAGE_ACCUM,          /**< accumulated debt */
    MBILL_STAGE_TO_DISABLEMENT, /**< CREDIT up to the disablement level */
    MBILL_STAGE_EC,             /**< emergency credit used */
    MBILL_STAGE_FEE,            /**< share_1e4 of the tender to FEE[index] */
    MBILL_STAGE_TAX,            /**< the tax inside what is left, at share_1e4, to TAX */
    MBILL_STAGE_CREDITS,        /**< the shares of the further credits */
    MBILL_STAGE_SELL            /**< all that is left to REVENUE: units are sold at once */
} mbill_stage_kind;

typedef struct mbill_stage {
    int32_t kind;      /**< mbill_stage_kind */
    int32_t index;     /**< DEBT, FEE */
    int64_t share_1e4; /**< FEE, TAX: in 1/10,000 */
} mbill_stage;

typedef enum mbill_window_kind {
    MBILL_WINDOW_NONE = 0, /**< no cap */
    MBILL_WINDOW_DAY,      /**< the local day that holds the payment */
    MBILL_WINDOW_WEEK,     /**< the local week */
    MBILL_WINDOW_MONTH,    /**< the local month */
    MBILL_WINDOW_ROLLING   /**< (now - seconds, now] */
} mbill_window_kind;

/** At most this much in any such window. */
typedef struct mbill_cap {
    int32_t window;        /**< mbill_window_kind */
    int32_t first_weekday; /**< WEEK: 1 Monday … 7 Sunday */
    int64_t seconds;       /**< ROLLING */
    int64_t amount_micro;
} mbill_cap;

typedef enum mbill_debt_kind {
    MBILL_DEBT_NONE = 0,
    MBILL_DEBT_TIME,      /**< collected by accrue */
    MBILL_DEBT_PAYMENT,   /**< a share of every payment */
    MBILL_DEBT_INSTALMENT /**< a plan of equal parts with due dates */
} mbill_debt_kind;

typedef struct mbill_debt {
    int32_t kind;          /**< mbill_debt_kind */
    int32_t n_parts;       /**< INSTALMENT: how many */
    int64_t share_1e4;     /**< PAYMENT: of the whole tender, in 1/10,000 */
    int64_t total_micro;   /**< INSTALMENT: of the plan */
    int64_t first_utc_s;   /**< INSTALMENT: the first part is due then */
    int64_t period_s;      /**< INSTALMENT: between two parts */
} mbill_debt;

typedef enum mbill_collect {
    MBILL_COLLECT = 1,  /**< CREDIT, then emergency credit, then the sink */
    MBILL_ACCUMULATE,   /**< CREDIT, then the sink */
    MBILL_WAIT          /**< CREDIT alone; the rest is not booked */
} mbill_collect;

/** A charge that is collected by time. */
typedef struct mbill_accrual {
    int32_t debt;                /**< the time debt it pays, or MBILL_NONE: revenue */
    int32_t normal, in_ec, off;  /**< mbill_collect by phase */
    mbill_cap cap;               /**< its own, besides */
} mbill_accrual;

typedef enum mbill_sequence_kind {
    MBILL_SEQUENCE_NEXT = 1, /**< exactly the next count */
    MBILL_SEQUENCE_WINDOW,   /**< at most n ahead */
    MBILL_SEQUENCE_SET       /**< any above the smallest of the last n, and not one of them */
} mbill_sequence_kind;

#define MBILL_POLICY_EC_NET_OF_ACCUM 0x1u   /**< what is accumulated lessens emergency credit */
#define MBILL_POLICY_FORCED_REVERSAL 0x2u   /**< a forced reversal may make debt */
#define MBILL_POLICY_EC_OFFER_EQUAL 0x4u    /**< offered at the threshold too, not only below */
#define MBILL_POLICY_RECLOSE_ABOVE 0x8u     /**< reclosing needs more than the limit, not only the limit */
#define MBILL_POLICY_METER_OPENING 0x10u    /**< open and top-up follow a meter's customer number and count */

/** How one account behaves. Plain data: start from mbill_policy_preset() and change members. */
typedef struct mbill_policy {
    uint32_t struct_size;
    uint32_t flags;               /**< MBILL_POLICY_* */
    int32_t sink;                 /**< MBILL_PLACE_ACCUM or MBILL_PLACE_CREDIT: what use falls into when money ends */
    int32_t sequence;             /**< mbill_sequence_kind */
    int32_t sequence_n;           /**< WINDOW: 1 to #MBILL_SEQUENCE_WINDOW_MAX; SET: 1 to #MBILL_SEQUENCE_SET_MAX; else 0 */
    int32_t n_stages;
    mbill_stage stages[MBILL_STAGES_MAX];
    int64_t overdraft_limit_micro;    /**< >= 0 */
    int64_t disablement_micro;        /**< level at which supply ends */
    int64_t clearance_micro;          /**< level to be reached before reclosing; >= disablement */
    int64_t reclose_limit_micro;
    int64_t hoarding_limit_micro;     /**< 0: none */
    int64_t max_top_up_micro;         /**< 0: none */
    int64_t ec_limit_micro;
    int64_t ec_threshold_micro;
    int64_t step_micro;               /**< grain of shares and series; > 0 */
    int64_t tolerance_micro;          /**< an observation's residual up to this raises no mismatch */
    mbill_cap pay_debt_cap;           /**< common to all payment debts */
    int64_t credit_share_1e4[MBILL_CREDITS_MAX]; /**< CREDITS: least share of the tender each takes; [0] is CREDIT's */
    mbill_debt debts[MBILL_DEBTS_MAX];
    mbill_accrual accruals[MBILL_ACCRUALS_MAX];
    char zone[64];                    /**< POSIX rule of the caps' windows, "UTC0" */
} mbill_policy;

typedef enum mbill_preset {
    MBILL_PRESET_SMETS = 1, /**< SMETS2 section 5: payment debt, accumulated debt, emergency credit; use falls into ACCUM */
    MBILL_PRESET_DLMS,      /**< IEC 62056-6-2 classes 111 to 113: as SMETS, with shares, emergency credit offered at equality */
    MBILL_PRESET_DLT,       /**< DL/T 645 fee control: one signed balance, overdraft first, counts and customer numbers */
    MBILL_PRESET_VEND       /**< token vending: fee, arrears, tax, and the rest is sold */
} mbill_preset;

/* ---- operations, legs, results ---- */

/** What a caller asks for. Members that say nothing for a kind are 0, indexes and counts MBILL_NONE (or 0 where that is none). */
typedef struct mbill_operation {
    mbill_id id;
    int32_t kind;            /**< mbill_operation_kind */
    uint32_t flags;          /**< MBILL_OPERATION_* */
    int64_t account;         /**< number > 0, chosen by the caller; transfer: also a system account */
    int64_t other;           /**< offset, transfer: the receiver */
    int64_t meter;           /**< 0: the account's only one */
    int64_t amount_micro;
    int64_t channel;         /**< of the payment */
    int64_t receipt;         /**< 0: none; else unique on its channel for ever */
    int64_t sequence;        /**< purchase count; MBILL_NONE: none */
    mbill_id target;         /**< the operation that is meant; zero: none */
    int32_t charge;          /**< index of an accrual or debt; MBILL_NONE: none */
    int32_t hold;            /**< mbill_hold_kind; 0: none */
    int64_t period;          /**< accrue: its index; MBILL_NONE: none */
    int64_t reg;             /**< register of a reading; 0: none */
    int64_t from_micro;      /**< usage: the reading's two values */
    int64_t to_micro;
    int64_t tariff;          /**< number of the tariff version; 0: none */
    int64_t effective_utc_s; /**< the moment it is for; 0: the moment of booking */
    int64_t timeout_s;       /**< hold: expires so long after booking; 0: never */
    int64_t customer;        /**< 0: not said */
    int64_t unposted_micro;  /**< observe: use the meter has deducted and the book has not */
    int64_t user_data;
    int32_t reason;          /**< the caller's code */
    int32_t limit;           /**< open: a plain account with this mbill_limit, when policy is NULL */
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
    int64_t debit_account, credit_account;
    int64_t amount_micro; /**< > 0 */
    int32_t debit_place, credit_place; /**< mbill_place, with its index */
    int32_t purpose;      /**< mbill_purpose */
    int32_t pending;      /**< 0: posted; 1: reserved; -1: given back */
} mbill_leg;

typedef enum mbill_result_code {
#define X(name, number, text) MBILL_RESULT_##name = number,
#include "meterbill/ledger_result.def"
#undef X
    MBILL_RESULT_END
} mbill_result_code;

/** What became of one operation. */
typedef struct mbill_result {
    int32_t code;         /**< mbill_result_code */
    int32_t first;        /**< EXISTS, REFUSED_BEFORE: the first result's code */
    int32_t field;        /**< EXISTS_WITH_DIFFERENT: mbill_operation_field of the first that differs */
    uint32_t n_legs;
    int64_t record;       /**< its record in the journal, from 0; -1: none was written */
    int64_t moved_micro;  /**< transfer: what moved; accept: what was booked; observe: the residual; else 0 */
} mbill_result;

/** Fields in the order in which bodies are compared. */
typedef enum mbill_operation_field {
    MBILL_FIELD_KIND = 1, MBILL_FIELD_FLAGS, MBILL_FIELD_ACCOUNT, MBILL_FIELD_OTHER, MBILL_FIELD_METER, MBILL_FIELD_AMOUNT,
    MBILL_FIELD_CHANNEL, MBILL_FIELD_RECEIPT, MBILL_FIELD_SEQUENCE, MBILL_FIELD_TARGET, MBILL_FIELD_CHARGE, MBILL_FIELD_HOLD,
    MBILL_FIELD_PERIOD, MBILL_FIELD_REGISTER, MBILL_FIELD_FROM, MBILL_FIELD_TO, MBILL_FIELD_TARIFF, MBILL_FIELD_EFFECTIVE,
    MBILL_FIELD_TIMEOUT, MBILL_FIELD_CUSTOMER, MBILL_FIELD_UNPOSTED, MBILL_FIELD_LIMIT, MBILL_FIELD_POLICY, MBILL_FIELD_REASON,
    MBILL_FIELD_USER_DATA
} mbill_operation_field;

/** Numbers derived from an account's state; see the members for the standards they serve. */
typedef struct mbill_view {
    uint32_t struct_size;
    int32_t state;                    /**< mbill_account_state */
    int32_t ec_offered, ec_selected;
    int64_t ec_selected_utc_s;
    int64_t credit_micro;             /**< CREDIT; SMETS meter balance */
    int64_t pending_debits_micro;     /**< held out of CREDIT */
    int64_t pending_credits_micro;    /**< on its way into CREDIT */
    int64_t free_micro;               /**< credit - pending debits */
    int64_t spendable_micro;          /**< what a charge may take from CREDIT */
    int64_t ec_used_micro, ec_left_micro;
    int64_t available_micro;          /**< free - disablement + ec_left: drives the decision */
    int64_t accum_micro;
    int64_t amount_to_clear_micro;    /**< least payment that restores supply, but for payment debts */
    int64_t aggregated_debt_micro;    /**< sum of the debts */
    int64_t debt_micro[MBILL_DEBTS_MAX];
    int64_t further_credit_micro[MBILL_CREDITS_MAX]; /**< [0] is CREDIT */
    int64_t remaining_micro, overdraft_micro;        /**< DL/T 645: the balance's two faces */
    int64_t available_credit_micro;   /**< DLMS: positive amounts of credits that are in use or selected */
} mbill_view;

/* ---- the book ---- */

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

/** Free a book and all it holds. NULL is accepted. @since 0.1 */
MBILL_API void mbill_book_free(mbill_book *book);

/**
 * Make room, so that no call before the next @p n_operations operations on @p n_accounts further accounts allocates.
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
MBILL_API MBILL_NODISCARD mbill_status mbill_book_reserve(mbill_book *book, size_t n_accounts, size_t n_operations, mbill_error *err);

/**
 * Apply operations in order.
 *
 * Results are looked for in the order of ledger_result.def, and the first that holds is the answer. What fails before its id is known
 * changes nothing; an operation refused later is written down, and its id answers REFUSED_BEFORE for ever. Operations joined by
 * #MBILL_OPERATION_LINKED succeed or fail together. Holds that have expired by @p now_utc_s are given back before the first operation
 * that passes the check of its id. A clock that steps back is taken as standing still.
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

/** Records written so far; 0 for NULL. @since 0.1 */
MBILL_API int64_t mbill_book_n_records(const mbill_book *book);

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

/** Posted and pending sums of one place. */
typedef struct mbill_place_sums {
    int64_t debits_micro, credits_micro, pending_debits_micro, pending_credits_micro;
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
 * A policy as one of the presets.
 * @param preset           mbill_preset
 * @param[out] out_policy  filled; struct_size too
 * @return                 0 when there is no such preset (nothing is written), else 1
 * @par Thread safety
 * Writes @p out_policy only.
 * @since 0.1
 */
MBILL_API int mbill_policy_preset(int32_t preset, mbill_policy *out_policy);

/**
 * Whether a policy contradicts itself.
 * @param policy    not NULL
 * @param[out] err  NULL, or filled on failure: path = the member
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  a member outside its range, or one that contradicts another
 * @retval MBILL_E_ZONE     the zone's rule is none
 * @retval MBILL_E_NOMEM    no memory for reading the zone
 * @retval MBILL_E_MISUSE   @p policy is NULL or struct_size is not that of this version
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_policy_check(const mbill_policy *policy, mbill_error *err);

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

/** Name of a result, such as "EXCEEDS_HOARDING"; "UNKNOWN" for any other number. A constant. @since 0.1 */
MBILL_API const char *mbill_result_name(int32_t code);

/** A sentence for a result. A constant. @since 0.1 */
MBILL_API const char *mbill_result_text(int32_t code);

/* ---- supply ---- */

typedef enum mbill_supply {
    MBILL_SUPPLY_KEEP = 1,
    MBILL_SUPPLY_TRIP,
    MBILL_SUPPLY_ARM /**< the customer may close the switch */
} mbill_supply;

#define MBILL_CONTACTOR_OPEN 0x1u         /**< supply is off */
#define MBILL_CONTACTOR_TRIPPED 0x2u      /**< … because credit ran out */
#define MBILL_SUPPLY_NOT_PREPAID 0x4u     /**< prepayment is off */
#define MBILL_SUPPLY_KEEP_ON 0x8u         /**< keep-supply: never trip */
#define MBILL_SUPPLY_NON_DISABLEMENT 0x10u /**< a non-disablement period is active */

/** What a decision rests on, beside the view and the policy. */
typedef struct mbill_supply_state {
    uint32_t struct_size;
    uint32_t flags;        /**< MBILL_CONTACTOR_*, MBILL_SUPPLY_* */
    int64_t tripped_utc_s; /**< when it tripped, if it did */
} mbill_supply_state;

#define MBILL_REASON_NO_CREDIT 0x1u         /**< available <= 0 */
#define MBILL_REASON_PROTECTED 0x2u         /**< keep-supply or a non-disablement period holds it on */
#define MBILL_REASON_NOT_CLEARED 0x4u       /**< amount to clear is not 0 */
#define MBILL_REASON_BELOW_RECLOSE 0x8u     /**< the reclose limit is not reached */
#define MBILL_REASON_EC_SELECTED 0x10u      /**< emergency credit was selected at or after the trip */
#define MBILL_REASON_CLEARED 0x20u          /**< all is paid that must be */

/**
 * Whether supply is to be cut or may be restored. Writes nothing: it decides, the caller commands.
 *
 * TRIP when the contactor is closed, prepayment is on, neither keep-supply nor a non-disablement period holds, and available <= 0. ARM when
 * it was tripped for credit, available > 0, and either nothing is to clear and free has reached the reclose limit, or emergency credit was
 * selected at or after the trip.
 *
 * @param view             not NULL; from mbill_book_view()
 * @param policy           not NULL; the account's
 * @param state            not NULL
 * @param[out] out_supply  mbill_supply
 * @param[out] out_reasons MBILL_REASON_*; may be NULL
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_UNKNOWN_OPTION  a flag this version does not know
 * @retval MBILL_E_MISUSE          a pointer that must not be NULL is, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_supply_decide(const mbill_view *view, const mbill_policy *policy,
    const mbill_supply_state *state, int32_t *out_supply, uint32_t *out_reasons, mbill_error *err);

/* ---- ids ---- */

/**
 * An id from its text: 32 hex digits of either case, or the same with the four dashes of a UUID (8-4-4-4-12, RFC 9562 section 4).
 *
 * @param hex          not NULL; not NUL-terminated
 * @param len          bytes of @p hex
 * @param[out] out_id  untouched on failure
 * @param[out] err     NULL, or filled on failure: index = the first offending byte
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  another length, another character, a dash elsewhere, or an id of all zeros or all ones
 * @retval MBILL_E_MISUSE   a pointer is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_id_parse(const char *hex, size_t len, mbill_id *out_id, mbill_error *err);

/**
 * An id as 32 lower-case hex digits; mbill_id_parse() of them gives the id back.
 *
 * @param id            not NULL
 * @param[out] out_text NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len     in: the room, with the NUL; out: the length needed, with the NUL (33)
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM    the room is too small; nothing was written to @p out_text
 * @retval MBILL_E_MISUSE  @p id or @p inout_len is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_id_print(const mbill_id *id, char *out_text, size_t *inout_len, mbill_error *err);


#ifdef __cplusplus
}
#endif
#endif

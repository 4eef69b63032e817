/* SPDX-License-Identifier: Apache-2.0 */
/** @file balance.h  Prepaid balances as two-sided entries: a pure function from state and operation to entry and state. */
#ifndef MBILL_BALANCE_H
#define MBILL_BALANCE_H

#include "meterbill/id.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum mbill_posting_kind {
    MBILL_POSTING_TOP_UP = 1, /**< CASH to CREDIT: the customer pays */
    MBILL_POSTING_USAGE = 2   /**< CREDIT to REVENUE: a bill or an hourly deduction is taken; never refused for lack of money */
} mbill_posting_kind;

/** The accounts a leg moves money between. */
typedef enum mbill_posting_account {
    MBILL_POSTING_CASH = 1,
    MBILL_POSTING_CREDIT = 2,
    MBILL_POSTING_REVENUE = 3
} mbill_posting_account;

/** What a caller asks for. Stride is fixed for ever: 48 bytes. */
typedef struct mbill_posting {
    mbill_id id;
    int32_t kind;            /**< mbill_posting_kind */
    uint32_t flags;          /**< 0 */
    int64_t amount_micro;    /**< top-up: > 0; usage: >= 0 or, for a credit, < 0 */
    int64_t effective_utc_s; /**< the moment it is for */
    int64_t reserved;        /**< 0 */
} mbill_posting;

/** One two-sided leg: an entry that does not balance cannot be written. amount > 0. */
typedef struct mbill_posting_leg {
    int32_t debit, credit; /**< mbill_posting_account */
    int64_t amount_micro;
} mbill_posting_leg;

/** A prepay account's state: what was posted to either side of CREDIT. Plain data; zero with mbill_balance_init. */
typedef struct mbill_balance {
    uint32_t struct_size;
    uint32_t format;       /**< 1 */
    int64_t debits_micro;  /**< posted debits, >= 0 */
    int64_t credits_micro; /**< posted credits, >= 0 */
    int64_t n_operations;
} mbill_balance;

/** An operation's effect: the legs and the state after. */
typedef struct mbill_posting_effect {
    uint32_t struct_size; /**< sizeof(mbill_posting_effect), set by the caller before the call */
    uint32_t n_legs;      /**< 0 (amount 0) or 1 */
    mbill_posting_leg legs[1];
    mbill_balance after;
} mbill_posting_effect;

/**
 * Make an empty balance: nothing posted to either side.
 *
 * @param[out] balance  filled; NULL is ignored
 * @par Thread safety
 * Touches only its argument.
 * @since 0.1
 */
MBILL_API void mbill_balance_init(mbill_balance *balance);

/**
 * The signed balance of the customer's credit: posted credits less posted debits. Below zero the customer owes.
 *
 * @param balance                not NULL; made by mbill_balance_init() or taken from mbill_posting_effect.after
 * @param[out] out_amount_micro  in micro-units of the account's currency; untouched on failure
 * @param[out] err               NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE          a pointer is NULL, or struct_size is not set
 * @retval MBILL_E_UNKNOWN_OPTION  the balance has members that this version does not know
 * @retval MBILL_E_INVALID         format is not 1, or a counter is negative
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_balance_amount(const mbill_balance *balance, int64_t *out_amount_micro,
    mbill_error *err);

/**
 * What an operation does to a balance: a pure function from state and operation to legs and state.
 *
 * A top-up moves its amount from CASH to CREDIT (a leg that debits CASH and credits CREDIT). Usage moves it from CREDIT to
 * REVENUE and is never refused for lack of money, so a balance may fall below zero; usage of a negative amount is a credit note
 * and moves the same amount from REVENUE to CREDIT; usage of 0 makes no leg and counts as an operation. Every leg has two sides,
 * so no money can appear or be lost. That an id is applied once is the caller's affair: look for it first and ask
 * mbill_posting_compare().
 *
 * @code
 * mbill_balance balance;
 * mbill_balance_init(&balance);
 * mbill_posting top_up = {.id = id, .kind = MBILL_POSTING_TOP_UP, .amount_micro = 50000000, .effective_utc_s = now};
 * mbill_posting_effect effect = {.struct_size = sizeof effect};
 * if (mbill_posting_apply(&balance, &top_up, &effect, &err) == MBILL_OK) balance = effect.after;
 * @endcode
 *
 * @param before           not NULL; only read
 * @param operation        not NULL; only read
 * @param[out] out_effect  not NULL; its struct_size is set by the caller; untouched on failure
 * @param[out] err         NULL, or filled on failure: path = the operation's field, such as "/amount"
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE          a pointer is NULL, or a struct_size is not set
 * @retval MBILL_E_INVALID         the id is all zero or all ones; an unknown kind; a top-up of 0 or less; reserved is not 0; a
 *                                 balance whose format is not 1 or that has a negative counter
 * @retval MBILL_E_UNKNOWN_OPTION  flags has a bit, or the balance a member, that this version does not know
 * @retval MBILL_E_RANGE           the effective time is outside the years #MBILL_YEAR_MIN to #MBILL_YEAR_MAX of calendar.h
 * @retval MBILL_E_OVERFLOW        a counter would leave the int64_t range; nothing is moved
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_posting_apply(const mbill_balance *before, const mbill_posting *operation,
    mbill_posting_effect *out_effect, mbill_error *err);

/**
 * Whether an operation that is already stored is the one that is given now: how a retry is told from a clash of ids.
 *
 * The bodies are compared field by field in the order kind, flags, amount, effective time; the first that differs is named with
 * both values.
 *
 * @param stored    not NULL; the operation that was applied under its id
 * @param given     not NULL; the one that came in now
 * @param[out] err  NULL, or filled when the status is not #MBILL_OK: path = the field that differs, such as "/amount"; "/id"
 *                  when none does
 * @retval MBILL_OK                  the ids differ: these are two operations
 * @retval MBILL_E_EXISTS            same id, same body: a retry, to be answered with the first result
 * @retval MBILL_E_EXISTS_DIFFERENT  same id, another body: never to be applied
 * @retval MBILL_E_MISUSE            a pointer is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_posting_compare(const mbill_posting *stored, const mbill_posting *given,
    mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

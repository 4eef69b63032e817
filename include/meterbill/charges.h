/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file charges.h  Custom charges that a store keeps (charge.h says what a charge is).
 *
 * mbill_store_charge_run() charges every period that is due, account by account: what is taken from balances is an operation of the ledger with an id that
 * follows from charge, account and period, and it stands in one transaction with what the store remembers. So each period is charged once, however
 * often a run is repeated or cut short. What goes on a payment bill is kept for it, in the table mbill_charge_item, and comes onto the next draft that a
 * close makes of a postpaid contract of the account (billing.h), once; a draft that is cancelled or replaced gives it back for the next one (the view mbill_charge_line says on which bill a
 * period is). An account without such a contract has it kept.
 */
#ifndef MBILL_CHARGES_H
#define MBILL_CHARGES_H

#include "meterbill/charge.h"
#include "meterbill/store.h"
#include "meterbill/task.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What became of a period for an account. */
typedef enum mbill_charge_state {
    MBILL_CHARGE_CHARGED = 1, /**< it is in the ledger; or it is an amount of 0 */
    MBILL_CHARGE_FOR_BILL,    /**< it is kept for a payment bill, or stands on one */
    MBILL_CHARGE_REFUSED,     /**< the ledger refused it for good: see code */
    MBILL_CHARGE_WAITING, /**< it cannot be priced yet, a fact is missing; it and the periods behind it are tried again by the next run */
    MBILL_CHARGE_PLANNED /**< of a preview: it would be charged */
} mbill_charge_state;

/** One period of one account. */
typedef struct mbill_charge_line {
    const char *charge;         /**< id; lives during the call back, as all texts here */
    const char *account;        /**< id */
    const char *reason;         /**< REFUSED, WAITING; else NULL */
    mbill_charge_period period; /**< its days and when it is due */
    mbill_charge_amount amount; /**< what the account pays for it, and for how many days */
    int32_t state;              /**< mbill_charge_state */
    int32_t code;               /**< REFUSED: mbill_result_code of the ledger; else 0 */
} mbill_charge_line;

/** What a run did. */
typedef struct mbill_charge_summary {
    uint32_t struct_size; /**< sizeof(mbill_charge_summary) where the caller was compiled */
    uint32_t reserved;    /**< 0 */
    int64_t n_charged;    /**< periods of accounts: charged, or planned, or kept for a bill */
    int64_t n_refused;    /**< periods of accounts that the ledger would not take */
    int64_t n_waiting;    /**< accounts */
    int64_t total_micro;  /**< of those charged; INT64_MAX when it does not fit */
} mbill_charge_summary;

#define MBILL_CHARGE_PREVIEW 0x1u /**< nothing is written, and the ledger is not asked */

/**
 * Keep a charge, or another version of it.
 *
 * A version may bring other rates, accounts, suspensions and another end; what is charged stays charged. When a period is and what an account's part of it
 * is must stay: zone, periods, first day, due days, prorate, rounding, where it goes.
 *
 * @param store        not NULL
 * @param charge       not NULL
 * @param refused      NULL, or called for each account that is not in the store: err->index is its place, from 0. Must not use the store
 * @param refused_ctx  handed to @p refused
 * @param[out] err     NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_EXISTS           the same is there; nothing changes
 * @retval MBILL_E_EXISTS_DIFFERENT what must stay is another one
 * @retval MBILL_E_NOT_FOUND        an account is not in the store; index = its place
 * @retval MBILL_E_INVALID          its accrual is that of another charge for an account that both have; path = /accrual
 * @retval MBILL_E_MISUSE           a pointer is NULL
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_charge_put(mbill_store *store, const mbill_charge *charge,
    mbill_task_refused refused, void *refused_ctx, mbill_error *err);

/**
 * End a charge: from a day on nothing is charged. What is charged stays so.
 *
 * @param store     not NULL
 * @param charge    id
 * @param day       the first day without it, in the charge's zone
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND no such charge
 * @retval MBILL_E_INVALID   the day is not after the charge's first; the charge is for one day
 * @retval MBILL_E_MISUSE    a pointer is NULL
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_charge_end(mbill_store *store, const char *charge, int32_t day,
    mbill_error *err);

/**
 * Charge every period that is due and not charged yet, batch by batch, each one transaction.
 *
 * A period is a USAGE of the ledger (ledger.h), or an ACCRUE where the charge names an accrual, effective when it is due. What the ledger's policy does
 * with it (credit below 0, debt, limits) is the policy's affair. A charge of every account is for those that have a contract, from their first
 * contract's first day to their last one's end.
 *
 * @param store        not NULL
 * @param charge       one charge, or NULL: all, in the order in which they were made
 * @param now_utc_s    now
 * @param flags        MBILL_CHARGE_PREVIEW; unknown bits are refused
 * @param each         NULL, or called for each period once it is durable; must not use the store
 * @param each_ctx     handed to @p each
 * @param[in,out] out  NULL, or with struct_size set
 * @param[out] err     NULL, or filled on failure; the batches before stay charged
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND      no such charge
 * @retval MBILL_E_UNKNOWN_OPTION a flag that is not known
 * @retval MBILL_E_MISUSE         @p store is NULL, or struct_size of @p out is not set
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(accounts + periods due).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_charge_run(mbill_store *store, const char *charge, int64_t now_utc_s,
    uint32_t flags, void (*each)(void *ctx, const mbill_charge_line *line), void *each_ctx, mbill_charge_summary *out,
    mbill_error *err);

/**
 * Charges, as a document of kind "charges": each with its document and, by state, how many periods were settled and what they come to.
 *
 * @param store              not NULL
 * @param[out] out_text      NUL-terminated; NULL asks the length
 * @param[in,out] inout_len  room in bytes with the NUL; becomes the length needed with the NUL
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM      the room is too small; nothing was written
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_charges(mbill_store *store, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * Name of a mbill_charge_state; "unknown" for a number that is none.
 * @param state  any number
 * @return a constant
 * @since 0.1
 */
MBILL_API const char *mbill_charge_state_name(int32_t state);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file charge.h  Custom charges: property fee, rent, service, once or again and again, beside what meters measure.
 *
 * A charge has periods by the calendar of its zone, and a rate, which may change from a day on: an amount, or a price for each unit of a fact of
 * the account (area, persons). What an account pays for a period is
 *
 *     amount = round( sum over its days of  rate x fact / days of the period )
 *
 * with one rounding, over the days on which the account has the charge and is not suspended; or, as the charge says, the whole period's amount
 * for a part of it. Each period is charged once: what is booked has an id that follows from charge, account and period, and a period that was
 * missed is charged on its own due date. Everything here is pure; store.h keeps charges for those who want them kept (charges.h).
 *
 * @code{.json}
 * {"meterbill": 1, "kind": "charge", "id": "property-fee", "zone": "CST-8",
 *  "every": {"months": 1}, "from": "2026-01-01", "due": {"at": "start", "days": 9}, "prorate": "days",
 *  "rates": [{"from": "2026-01-01", "rate": "2.5", "fact": "area"}],
 *  "round": {"step": "0.01", "how": "half_up"}, "to": "balance", "accounts": [{"account": "A0001", "from": "2026-02-10"}]}
 * @endcode
 */
#ifndef MBILL_CHARGE_H
#define MBILL_CHARGE_H

#include "meterbill/id.h"
#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_CHARGE_EVER INT32_MIN   /**< a day before all others */
#define MBILL_CHARGE_NO_END INT32_MAX /**< a day behind all others */

/** How a period is charged in which an account has the charge for some of the days. */
typedef enum mbill_charge_prorate {
    MBILL_PRORATE_DAYS = 1, /**< each day its part; rates and facts of each day */
    MBILL_PRORATE_WHOLE,    /**< all of it, if it has one day; rate and fact of its first such day */
    MBILL_PRORATE_FULL_ONLY /**< all of it, if it has every day, else nothing; rate and fact of the first day */
} mbill_charge_prorate;

/** Where what is charged goes. */
typedef enum mbill_charge_to {
    MBILL_CHARGE_TO_BALANCE = 1, /**< it is taken from the account's balance */
    MBILL_CHARGE_TO_BILL         /**< it is put on a payment bill */
} mbill_charge_to;

/** A charge, read; owns its texts. Immutable. */
typedef struct mbill_charge mbill_charge;

/** What a charge says. */
typedef struct mbill_charge_info {
    uint32_t struct_size; /**< sizeof(mbill_charge_info) where the caller was compiled */
    int32_t prorate;      /**< mbill_charge_prorate; 0: it is charged once, for one day */
    const char *id;       /**< its id, as all texts here the charge's own */
    const char *title;    /**< NULL: none */
    int32_t to;           /**< mbill_charge_to */
    int32_t accrual;      /**< index of the accrual of the account's policy that it is collected by; -1: like use */
    size_t n_accounts;    /**< that stand in it; 0: every account, while it has a contract */
} mbill_charge_info;

/** Civil days [from_day, to_day). */
typedef struct mbill_charge_days {
    int32_t from_day; /**< the first day; #MBILL_CHARGE_EVER: since ever */
    int32_t to_day;   /**< the first that is no more of them; #MBILL_CHARGE_NO_END: none */
} mbill_charge_days;

/** An account that has the charge. */
typedef struct mbill_charge_account {
    const char *account;                /**< id */
    mbill_charge_days has;              /**< MBILL_CHARGE_EVER, MBILL_CHARGE_NO_END: as long as there is the charge */
    const mbill_charge_days *suspended; /**< days on which it is not charged; rising, apart from each other */
    size_t n_suspended;                 /**< how many `suspended` */
} mbill_charge_account;

/** A period. */
typedef struct mbill_charge_period {
    int64_t number;    /**< from 0 */
    int32_t from_day;  /**< the first day, a civil day of the charge's zone */
    int32_t to_day;    /**< the first day of the next period */
    int32_t due_day;   /**< on which it is charged: the document's `due`, counted from the period's beginning or end */
    int32_t reserved;  /**< 0 */
    int64_t due_utc_s; /**< when that day begins in the charge's zone */
} mbill_charge_period;

/** A number that is known of an account from a day on. */
typedef struct mbill_charge_fact {
    const char *name;    /**< as the charge's document says; the caller's */
    int64_t value_micro; /**< in 10^-6 of the fact's unit, such as m2 or persons */
    int32_t from_day;    /**< MBILL_CHARGE_EVER: since ever */
    int32_t reserved;    /**< 0 */
} mbill_charge_fact;

/** What an account pays for a period. */
typedef struct mbill_charge_amount {
    int64_t amount_micro; /**< in 10^-6 of the currency, rounded to the charge's step */
    int32_t n_days;       /**< on which it has the charge; 0: it pays nothing */
    int32_t period_days;  /**< of the whole period */
} mbill_charge_amount;

/**
 * Read a document of kind "charge" (schema/charge-1.schema.json).
 *
 * @param json             the document, UTF-8; need not be NUL-terminated
 * @param len              its length in bytes
 * @param allocator        NULL = libc; remembered by the handle
 * @param[out] out_charge  to be freed with mbill_charge_free(); NULL on failure
 * @param[out] err         NULL, or filled on failure: path = JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID        a value that is not allowed; a rate below 0
 * @retval MBILL_E_UNCOVERED      days before the first rate
 * @retval MBILL_E_ORDER          rates or suspensions that do not rise
 * @retval MBILL_E_DUPLICATE_KEY  an account that stands twice
 * @retval MBILL_E_MISSING_KEY    and the other statuses of documents: not the form
 * @retval MBILL_E_ZONE, MBILL_E_DATE  a zone or date that is none
 * @retval MBILL_E_NOMEM          no memory
 * @retval MBILL_E_MISUSE         a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_charge_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_charge **out_charge, mbill_error *err);

/**
 * Free a charge. NULL is accepted.
 * @param charge  NULL is accepted
 * @since 0.1
 */
MBILL_API void mbill_charge_free(mbill_charge *charge);

/**
 * The charge's document, in one form whatever was read.
 *
 * @param charge         not NULL
 * @param[out] out_text  NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len      in: the room, with the NUL; out: the length needed, with the NUL
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM    the room is too small; nothing was written
 * @retval MBILL_E_NOMEM   no memory
 * @retval MBILL_E_MISUSE  @p charge or @p inout_len is NULL
 * @par Thread safety
 * Any number of threads may share @p charge.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_charge_write(const mbill_charge *charge, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * What the charge says.
 *
 * @param charge       not NULL
 * @param[in,out] out  with struct_size set; texts live with the charge
 * @param[out] err     NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Any number of threads may share @p charge.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_charge_get_info(const mbill_charge *charge, mbill_charge_info *out,
    mbill_error *err);

/**
 * One of the accounts that stand in the charge.
 *
 * @param charge     not NULL
 * @param at         from 0, below n_accounts
 * @param[out] out   not NULL; what it points to lives with the charge
 * @param[out] err   NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE  there is no such account
 * @retval MBILL_E_MISUSE a pointer is NULL
 * @par Thread safety
 * Any number of threads may share @p charge.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_charge_get_account(const mbill_charge *charge, size_t at, mbill_charge_account *out,
    mbill_error *err);

/**
 * A period of the charge, and when it is due.
 *
 * @param charge     not NULL
 * @param number     from 0
 * @param[out] out   not NULL; untouched on failure
 * @param[out] err   NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND there is no such period: the charge ends before it, or the calendar does
 * @retval MBILL_E_RANGE     it is due outside the calendar
 * @retval MBILL_E_MISUSE    a pointer is NULL
 * @par Thread safety
 * Any number of threads may share @p charge.
 * @par Cost
 * O(log changes of the zone).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_charge_get_period(const mbill_charge *charge, int64_t number,
    mbill_charge_period *out, mbill_error *err);

/**
 * What an account pays for a period. Nothing is charged for days behind the end of the charge.
 *
 * @param charge     not NULL
 * @param number     of the period
 * @param account    its days and suspensions; its name is not looked at
 * @param facts      of the account, those of one name rising by from_day; other names may stand between them
 * @param n_facts    how many
 * @param[out] out   not NULL; untouched on failure
 * @param[out] err   NULL, or filled on failure
 * @retval MBILL_OK          also when it pays nothing: see n_days
 * @retval MBILL_E_NOT_FOUND there is no such period
 * @retval MBILL_E_NOT_KNOWN a fact is not known on a day that it is needed for; the message names both
 * @retval MBILL_E_INVALID   a fact below 0
 * @retval MBILL_E_OVERFLOW  the amount does not fit
 * @retval MBILL_E_MISUSE    a pointer is NULL
 * @par Thread safety
 * Any number of threads may share @p charge.
 * @par Cost
 * O((rates + suspensions) x facts); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_charge_price(const mbill_charge *charge, int64_t number,
    const mbill_charge_account *account, const mbill_charge_fact *facts, size_t n_facts, mbill_charge_amount *out,
    mbill_error *err);

/**
 * The id of what is booked for an account and a period.
 *
 * @param charge       not NULL
 * @param account      id of the account
 * @param number       of the period
 * @param[out] out_id  not NULL
 * @param[out] err     NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID @p account has no byte, or more than 64
 * @retval MBILL_E_MISUSE  a pointer is NULL
 * @par Thread safety
 * Any number of threads may share @p charge.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_charge_operation_id(const mbill_charge *charge, const char *account, int64_t number,
    mbill_id *out_id, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/** @file supply.h  Whether supply is to be cut or may be restored: a decision, and no command. */
#ifndef MBILL_SUPPLY_H
#define MBILL_SUPPLY_H

#include "meterbill/ledger.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What is to become of a supply. */
typedef enum mbill_supply {
    MBILL_SUPPLY_KEEP = 1,
    MBILL_SUPPLY_TRIP,
    MBILL_SUPPLY_ARM /**< the customer may close the switch */
} mbill_supply;

#define MBILL_CONTACTOR_OPEN 0x1u          /**< supply is off */
#define MBILL_CONTACTOR_TRIPPED 0x2u       /**< … because credit ran out */
#define MBILL_SUPPLY_NOT_PREPAID 0x4u      /**< prepayment is off */
#define MBILL_SUPPLY_KEEP_ON 0x8u          /**< keep-supply: never trip */
#define MBILL_SUPPLY_NON_DISABLEMENT 0x10u /**< a non-disablement period is active */

/**
 * The word of a decision in documents, such as "TRIP" for MBILL_SUPPLY_TRIP; "unknown" for any other number.
 * @param supply  any number
 * @return a constant
 * @since 0.1
 */
MBILL_API const char *mbill_supply_name(int32_t supply);

/** What a decision rests on, beside the view and the policy. */
typedef struct mbill_supply_state {
    uint32_t struct_size;  /**< sizeof(mbill_supply_state) where the caller was compiled */
    uint32_t flags;        /**< MBILL_CONTACTOR_*, MBILL_SUPPLY_* */
    int64_t tripped_utc_s; /**< when it tripped, if it did */
} mbill_supply_state;

#define MBILL_REASON_NO_CREDIT 0x1u     /**< available <= 0 */
#define MBILL_REASON_PROTECTED 0x2u     /**< keep-supply or a non-disablement period holds it on */
#define MBILL_REASON_NOT_CLEARED 0x4u   /**< amount to clear is not 0 */
#define MBILL_REASON_BELOW_RECLOSE 0x8u /**< the reclose limit is not reached */
#define MBILL_REASON_EC_SELECTED 0x10u  /**< emergency credit was selected at or after the trip */
#define MBILL_REASON_CLEARED 0x20u      /**< all is paid that must be */

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

/** When supply may not be cut: local hours of some weekdays, such as 18:00 to 11:00 of the next day from Monday to Saturday. */
typedef struct mbill_non_disablement_window {
    uint32_t weekdays;   /**< on which it begins: bit 0 Monday to bit 6 Sunday */
    int32_t from_minute; /**< of the local day, 0 to 1439 */
    int32_t to_minute;   /**< 0 to 1440; not above from_minute: of the next day */
    int32_t from_day;    /**< first civil day (mbill_date_to_days()) on which it begins … */
    int32_t to_day;      /**< … and the first on which it does not any more; both 0: on any day */
} mbill_non_disablement_window;

#define MBILL_NON_DISABLEMENT_MAX 16 /**< windows of a calendar */

/** A non-disablement calendar (SMETS2 5.7: the times at which supply is not to be disabled). Plain data. */
typedef struct mbill_non_disablement {
    uint32_t struct_size; /**< sizeof(mbill_non_disablement) where the caller was compiled */
    int32_t n_windows;    /**< 0 to #MBILL_NON_DISABLEMENT_MAX */
    mbill_non_disablement_window windows[MBILL_NON_DISABLEMENT_MAX]; /**< in any order; they may overlap */
    char zone[64];        /**< POSIX rule of the local time, "CST-8" */
} mbill_non_disablement;

/**
 * Whether a moment lies in one of a calendar's windows; then #MBILL_SUPPLY_NON_DISABLEMENT is to be set in the state that is decided on. A day's
 * hours are those that its clock shows: a window keeps its local ends on days on which the clock changes.
 *
 * @param calendar         not NULL
 * @param now_utc_s        seconds since 1970, UTC
 * @param[out] out_active  1 or 0; not NULL; untouched on failure
 * @param[out] err         NULL, or filled on failure: index = the window, from 0
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE   a window without weekday, minutes outside the day, days in the wrong order, or more windows than there can be
 * @retval MBILL_E_ZONE    the zone's rule is none
 * @retval MBILL_E_NOMEM   no memory for reading the zone
 * @retval MBILL_E_MISUSE  a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * The reading of the zone's rule, then O(windows): ask once for all accounts that have the calendar.
 * @par Example
 * @code
 * mbill_non_disablement friendly = {.struct_size = sizeof friendly, .n_windows = 1, .zone = "GMT0BST,M3.5.0/1,M10.5.0",
 *     .windows = {{.weekdays = 0x3f, .from_minute = 18 * 60, .to_minute = 11 * 60}}};
 * @endcode
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_non_disablement_active(const mbill_non_disablement *calendar, int64_t now_utc_s,
    int32_t *out_active, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

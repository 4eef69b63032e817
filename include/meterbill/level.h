/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file level.h  Several limits on one signal: warnings that grow, the prepaid profile, and how many days a balance lasts.
 *
 * @code
 * mbill_prepaid_profile profile = {sizeof profile, 0, 20000000, 5000000, 10000000, 15000000};   // 20.00, 5.00, overdraft 10.00, re-close 15.00
 * mbill_alarm_config levels[MBILL_PREPAID_LEVELS];
 * mbill_alarm alarms[MBILL_PREPAID_LEVELS] = {{0}};
 * mbill_alarm_event events[MBILL_ALARM_EVENTS * MBILL_PREPAID_LEVELS];
 * if (mbill_prepaid_levels(&profile, levels, &err) != MBILL_OK) return 1;
 * mbill_levels_sample(levels, MBILL_PREPAID_LEVELS, alarms, now_s, balance_micro, events, &n, &err);
 * if (mbill_prepaid_trips(alarms, keeps_supply)) open_the_valve_or_not();
 * @endcode
 */
#ifndef MBILL_LEVEL_H
#define MBILL_LEVEL_H

#include "meterbill/alarm.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_LEVELS_MAX 8                                         /**< levels of one signal */
#define MBILL_LEVEL_EVENTS (MBILL_ALARM_EVENTS * MBILL_LEVELS_MAX) /**< events of one call on levels, at most */

/**
 * Say everything that is wrong with levels of growing severity: each by itself, and their order.
 *
 * All look in one direction, and each limit is as severe as the one before or more. Equal limits are allowed: with own delays they escalate over time.
 *
 * @param levels            mild to severe; not NULL
 * @param n_levels          1 to #MBILL_LEVELS_MAX
 * @param[out] out_reasons  as mbill_alarm_check(); the pointers begin with the level's place ("/1/limit")
 * @param cap               room
 * @param[out] out_n        NULL, or how many reasons there are
 * @param[out] err          NULL, or the first reason
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  levels out of order or of two directions, or none, or too many; as mbill_alarm_check()
 * @retval MBILL_E_RANGE, MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_alarm_check()
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(levels); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_levels_check(const mbill_alarm_config *levels, size_t n_levels,
    mbill_error *out_reasons, size_t cap, size_t *out_n, mbill_error *err);

/**
 * Take a good sample on every level.
 *
 * Events come by effective time; at one instant CLEAR before RAISE, CLEAR from severe to mild, RAISE from mild to severe. Their `level` counts from 1.
 * The order of limits is not looked at: any machines that share a signal may run so (the prepaid profile does).
 *
 * @param levels           the configurations
 * @param n_levels         1 to #MBILL_LEVELS_MAX
 * @param[in,out] alarms   one for each; all zero at first, and only ever used together; unchanged on failure
 * @param t_s              as mbill_alarm_sample()
 * @param value            as mbill_alarm_sample()
 * @param[out] out_events  #MBILL_ALARM_EVENTS for each level
 * @param[out] out_n       how many
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  no level or too many; as mbill_alarm_sample()
 * @retval MBILL_E_LATE, MBILL_E_RANGE, MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_alarm_sample()
 * @par Thread safety
 * Pure; any number of threads, each with its own alarms.
 * @par Cost
 * O(levels); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_levels_sample(const mbill_alarm_config *levels, size_t n_levels, mbill_alarm *alarms,
    int64_t t_s, int64_t value, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * As mbill_levels_sample(), with an estimated sample: mbill_alarm_estimated() on every level.
 * @param levels           their configurations, the lowest first
 * @param n_levels         their number
 * @param alarms           their states, one a level
 * @param t_s              UTC seconds
 * @param value            in the unit of the configuration
 * @param[out] out_events  what happened, filled from 0
 * @param[out] out_n       how many there are; may be NULL
 * @param[out] err         NULL, or filled on failure
 * @return as mbill_levels_sample()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_levels_estimated(const mbill_alarm_config *levels, size_t n_levels,
    mbill_alarm *alarms, int64_t t_s, int64_t value, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * As mbill_levels_sample(), with a tick: mbill_alarm_tick() on every level.
 * @param levels           their configurations, the lowest first
 * @param n_levels         their number
 * @param alarms           their states, one a level
 * @param t_s              UTC seconds
 * @param[out] out_events  what happened, filled from 0
 * @param[out] out_n       how many there are; may be NULL
 * @param[out] err         NULL, or filled on failure
 * @return as mbill_levels_sample()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_levels_tick(const mbill_alarm_config *levels, size_t n_levels, mbill_alarm *alarms,
    int64_t t_s, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * The earliest mbill_alarm_deadline() of the levels.
 * @param levels    their configurations, the lowest first
 * @param n_levels  their number
 * @param alarms    their states, one a level
 * @return UTC seconds, or INT64_MAX
 * @since 0.1
 */
MBILL_API int64_t mbill_levels_deadline(const mbill_alarm_config *levels, size_t n_levels, const mbill_alarm *alarms);

/**
 * The highest level that is on or clearing, from 1; 0: none.
 * @param alarms    their states, one a level
 * @param n_levels  their number
 * @return a level, or 0
 * @since 0.1
 */
MBILL_API int32_t mbill_levels_severity(const mbill_alarm *alarms, size_t n_levels);

/** Places of the prepaid profile. */
typedef enum mbill_prepaid_level {
    MBILL_PREPAID_L1 = 0,    /**< "L1": balance <= alarm amount 1 */
    MBILL_PREPAID_L2,        /**< "L2": balance <= alarm amount 2 */
    MBILL_PREPAID_ZERO,      /**< "ZERO": balance <= 0 */
    MBILL_PREPAID_OVERDRAFT, /**< "OVERDRAFT": balance < 0 */
    MBILL_PREPAID_LOCK       /**< "LOCK": balance <= -overdraft; it ends only above the re-close limit */
} mbill_prepaid_level;

#define MBILL_PREPAID_LEVELS 5 /**< of the prepaid profile */

/** The amounts of a prepaid meter (DL/T 698 alarm amounts 1 and 2, overdraft, re-close limit), in any one unit. */
typedef struct mbill_prepaid_profile {
    uint32_t struct_size; /**< sizeof(mbill_prepaid_profile) where the caller was compiled */
    uint32_t reserved;    /**< 0 */
    int64_t alarm_1;      /**< at least alarm_2 */
    int64_t alarm_2;      /**< 0 or more */
    int64_t overdraft;    /**< 0 or more: how far below 0 supply goes on */
    int64_t reclose;      /**< at least -overdraft: supply comes back above it */
} mbill_prepaid_profile;

/**
 * The five machines of a prepaid meter. Give them to mbill_levels_sample() with the balance.
 *
 * @param profile          not NULL
 * @param[out] out_levels  #MBILL_PREPAID_LEVELS; untouched on failure; without delays, which the caller may set
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  alarm amounts that do not fall, a negative amount 2 or overdraft, a re-close limit below -overdraft
 * @retval MBILL_E_RANGE    amounts that leave int64_t together
 * @retval MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  a struct this version does not know, or a NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_prepaid_levels(const mbill_prepaid_profile *profile, mbill_alarm_config *out_levels,
    mbill_error *err);

/**
 * Whether a prepaid meter must be off: LOCK is active, and nothing keeps the supply.
 *
 * @param alarms        those of mbill_prepaid_levels(); NULL: 0
 * @param keeps_supply  not 0: supply is kept, whatever the balance (every trip but that of overload is masked)
 * @return 1 or 0
 * @since 0.1
 */
MBILL_API int32_t mbill_prepaid_trips(const mbill_alarm *alarms, int32_t keeps_supply);

#define MBILL_DAYS_NEVER INT64_MAX /**< of mbill_days_to_empty(): nothing was used */

/**
 * How many days a balance lasts at the use of the last days, exactly.
 *
 * The alarm holds if something was used and balance x @p over_days < @p warn_days x @p use; give it to mbill_alarm_condition().
 *
 * @param balance         any unit
 * @param use             what the last @p over_days used, in the same unit; 0 or less: it lasts for ever
 * @param over_days       1 or more
 * @param warn_days       0 or more
 * @param[out] out_holds  1: fewer days than @p warn_days are left; else 0
 * @param[out] out_days   NULL, or the whole days: floor(max(balance, 0) x over_days / use), or #MBILL_DAYS_NEVER
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID   days that are less than that
 * @retval MBILL_E_OVERFLOW  more days than int64_t holds
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1), in 128 bits; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_days_to_empty(int64_t balance, int64_t use, int64_t over_days, int64_t warn_days,
    int32_t *out_holds, int64_t *out_days, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

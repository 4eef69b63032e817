/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file meter_tables.h  A tariff as the tables of a prepaid electricity meter of DL/T 645-2007: zones of the year, slots of the day, rate prices, a
 * ladder; and the proof that a meter's tables price as a tariff does.
 *
 * The meter charges every kWh at the price of its rate plus the price of the tier that its use since the last settlement has reached. A tariff that
 * cannot be said so is refused with #MBILL_E_METER_TABLES and the reason. Charges that a meter cannot know (fixed fees, taxes, minimums) stay with the
 * platform, and only where the caller allows that.
 */
#ifndef MBILL_METER_TABLES_H
#define MBILL_METER_TABLES_H

#include "meterbill/tariff.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_METER_ZONES_MAX 14     /**< zones of a year */
#define MBILL_METER_DAYS_MAX 8       /**< tables of slots of a day */
#define MBILL_METER_SLOTS_MAX 14     /**< slots of a day */
#define MBILL_METER_RATES_MAX 63     /**< rates */
#define MBILL_METER_TIERS_MAX 7      /**< tiers of the ladder */
#define MBILL_METER_HOLIDAYS_MAX 254 /**< days with a table of their own */
#define MBILL_METER_SETTLEMENTS_MAX 6 /**< days of a year on which the ladder begins anew */
#define MBILL_METER_BLOCK_MAX 252    /**< bytes of one block that is written */

/**
 * What a meter holds. Members that are 0 take the standard's number, which none may exceed.
 * @since 0.1
 */
typedef struct mbill_meter_profile {
    uint32_t struct_size;   /**< sizeof(mbill_meter_profile) */
    int32_t zones;          /**< at most 14 */
    int32_t days;           /**< at most 8 */
    int32_t slots;          /**< at most 14 */
    int32_t slot_minutes;   /**< slots begin at multiples of it: 1 to 60; 0: 15 */
    int32_t rates;          /**< at most 63 */
    int32_t tiers;          /**< at most 7 */
    int32_t holidays;       /**< at most 254 */
    int32_t monthly_ladder; /**< not 0: it can begin its ladder anew every month */
    int32_t platform;       /**< not 0: charges that the meter cannot know may stay with the platform */
} mbill_meter_profile;

/** From this month-day on, until the next zone begins, the day table holds. @since 0.1 */
typedef struct mbill_meter_zone {
    int32_t month_day; /**< month x 100 + day */
    int32_t table;     /**< from 1 */
} mbill_meter_zone;

/** From this minute of the day on, until the next slot begins, the rate holds. @since 0.1 */
typedef struct mbill_meter_slot {
    int32_t minute; /**< 0 to 1439; the first is 0 */
    int32_t rate;   /**< from 1 */
} mbill_meter_slot;

/** The slots of a day. @since 0.1 */
typedef struct mbill_meter_day {
    int32_t n_slots;                               /**< at least 1 */
    int32_t reserved;                              /**< 0 */
    mbill_meter_slot slots[MBILL_METER_SLOTS_MAX]; /**< rising */
} mbill_meter_day;

/** A day with a table of its own. @since 0.1 */
typedef struct mbill_meter_holiday {
    int32_t day;   /**< civil day */
    int32_t table; /**< from 1 */
} mbill_meter_holiday;

/**
 * What is in a meter. All 0 but struct_size is a meter whose tables have not been read.
 * @since 0.1
 */
typedef struct mbill_meter_tables {
    uint32_t struct_size;                                       /**< sizeof(mbill_meter_tables) */
    int32_t n_zones;                                            /**< 1 to #MBILL_METER_ZONES_MAX */
    mbill_meter_zone zones[MBILL_METER_ZONES_MAX];              /**< rising; before the first, the last holds */
    int32_t n_days;                                             /**< 1 to #MBILL_METER_DAYS_MAX */
    int32_t rest_table;                                         /**< of the weekdays of rest; 0: none */
    mbill_meter_day days[MBILL_METER_DAYS_MAX];                 /**< table 1 first */
    uint32_t rest_weekdays;                                     /**< bit 0 is Monday */
    int32_t n_holidays;                                         /**< 0 to #MBILL_METER_HOLIDAYS_MAX */
    mbill_meter_holiday holidays[MBILL_METER_HOLIDAYS_MAX];     /**< rising; they come before weekdays of rest */
    int32_t n_rates;                                            /**< 1 to #MBILL_METER_RATES_MAX */
    int32_t n_tiers;                                            /**< 1 (no ladder) to #MBILL_METER_TIERS_MAX */
    int64_t rate_e4[MBILL_METER_RATES_MAX];                     /**< price of each rate, in 0.0001 of the currency by kWh */
    int64_t bound_e2[MBILL_METER_TIERS_MAX - 1];                /**< end of each tier but the last, in 0.01 kWh */
    int64_t tier_e4[MBILL_METER_TIERS_MAX];                     /**< what each tier adds, in 0.0001 of the currency by kWh */
    int32_t n_settlements;                                      /**< 0: every month, or no ladder */
    int32_t monthly;                                            /**< 1: the ladder begins anew with every month */
    int32_t settlements[MBILL_METER_SETTLEMENTS_MAX];           /**< month x 100 + day on which the ladder begins anew */
    int64_t switch_utc_s;                                       /**< when the tables take over */
    int32_t from_day;                                           /**< the tables hold from this civil day … */
    int32_t to_day;                                             /**< … up to this one, not included: the holidays are those of this span */
    uint8_t tariff_hash[32];                                    /**< of the tariff they were made of; all 0: not known */
} mbill_meter_tables;

/**
 * Compile a tariff into tables.
 *
 * What was made is checked against the tariff before it is given out, as mbill_meter_tables_check() does.
 *
 * @param tariff            not NULL; only read
 * @param profile           NULL = what the standard holds, nothing stays with the platform
 * @param switch_utc_s      when the tables take over; the tariff is valid then
 * @param to_utc_s          up to when holidays are planned: after @p switch_utc_s, at most ten years
 * @param[out] out_tables   not NULL, struct_size set; otherwise untouched on failure
 * @param[out] out_stays    NULL, or one bit for each charge, by its place, that stays with the platform
 * @param[out] err          NULL, or filled on failure; index = the charge that cannot be held
 * @retval MBILL_OK
 * @retval MBILL_E_METER_TABLES  this meter cannot hold the tariff; the message says why
 * @retval MBILL_E_UNCOVERED     the tariff is not valid at @p switch_utc_s
 * @retval MBILL_E_RANGE         a member of the profile above the standard's, or a span that is empty or too long
 * @retval MBILL_E_MISUSE        a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Any number of threads may share @p tariff.
 * @par Cost
 * Days of the span x slots; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_meter_tables_make(const mbill_tariff *tariff, const mbill_meter_profile *profile, int64_t switch_utc_s,
    int64_t to_utc_s, mbill_meter_tables *out_tables, uint64_t *out_stays, mbill_error *err);

/**
 * Whether tables, such as those read back from a meter, price every kWh of every minute of their span as a tariff does: the same sum of rate and tier price
 * in every minute, the same bounds, the same days on which the ladder begins anew.
 *
 * @param tariff    not NULL; only read
 * @param tables    not NULL
 * @param[out] err  NULL, or filled on failure: the first minute, tier or bound that differs
 * @retval MBILL_OK
 * @retval MBILL_E_METER_TABLES  they price otherwise, or no meter could hold the tariff
 * @retval MBILL_E_INVALID       tables that are not whole: a table or rate that is not there, slots or zones that do not rise
 * @retval MBILL_E_MISUSE        a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Any number of threads may share @p tariff.
 * @par Cost
 * Days of the span x slots; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_meter_tables_check(const mbill_tariff *tariff, const mbill_meter_tables *tables, mbill_error *err);

/**
 * The blocks to be written, in order: counts, backup zone and day tables, rest days and holidays, backup rate prices and ladder, and the switch times
 * last. Data is what stands behind the DI, password and operator, low byte first, before 33H is added.
 *
 * @param tables        not NULL
 * @param zone          in whose time the meter's clock runs; NULL = UTC
 * @param at            number of the block, from 0
 * @param[out] out_di   not NULL; the data identifier
 * @param[out] out_data not NULL; room for #MBILL_METER_BLOCK_MAX
 * @param[out] out_len  not NULL; bytes of it
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  there are not so many
 * @retval MBILL_E_INVALID    tables that are not whole
 * @retval MBILL_E_RANGE      the switch time is outside the years 2000 to 2099
 * @retval MBILL_E_MISUSE     a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(blocks); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_meter_tables_block(const mbill_meter_tables *tables, const mbill_zone *zone, size_t at, uint32_t *out_di,
    uint8_t *out_data, size_t *out_len, mbill_error *err);

/**
 * Take a block that was read back from a meter into tables: those of mbill_meter_tables_block(), and the same of the set in use. Counts are to be
 * read first.
 *
 * @param tables    not NULL, struct_size set; changed by what the block says, untouched on failure
 * @param zone      in whose time the meter's clock runs; NULL = UTC
 * @param di        the data identifier
 * @param data      not NULL
 * @param len       bytes of @p data
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such table
 * @retval MBILL_E_INVALID    digits that are no BCD, or values that the table cannot have
 * @retval MBILL_E_MISUSE     a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure; @p tables is one thread's.
 * @par Cost
 * Linear in @p len; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_meter_tables_take(mbill_meter_tables *tables, const mbill_zone *zone, uint32_t di, const uint8_t *data,
    size_t len, mbill_error *err);

/**
 * The tables as a document of kind "meter_tables", with the blocks to be written.
 *
 * @param tariff             not NULL; they were made of it
 * @param tables             not NULL
 * @param stays              the charges that stay with the platform
 * @param[out] out_text      room for *@p inout_len bytes; NULL asks for the length
 * @param[in,out] inout_len  not NULL; room in, bytes needed with the NUL out
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM     the text does not fit; nothing was written
 * @retval MBILL_E_INVALID  tables that are not whole
 * @retval MBILL_E_NOMEM    no memory
 * @retval MBILL_E_MISUSE   a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Any number of threads may share @p tariff.
 * @par Cost
 * Linear.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_meter_tables_write(const mbill_tariff *tariff, const mbill_meter_tables *tables, uint64_t stays,
    char *out_text, size_t *inout_len, mbill_error *err);

/**
 * Read tables from the `blocks` of such a document, each a DI and its bytes as a meter gave them back.
 *
 * @param text             not NULL; @p len bytes of JSON
 * @param len              bytes of @p text
 * @param zone             in whose time the meter's clock runs; NULL = UTC
 * @param[out] out_tables  not NULL, struct_size set; otherwise untouched on failure
 * @param[out] err         NULL, or filled on failure; path = where
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  tables that are not whole, or hex that is none; and the statuses of documents
 * @retval MBILL_E_MISUSE   a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure.
 * @par Cost
 * Linear.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_meter_tables_read(const char *text, size_t len, const mbill_zone *zone, mbill_meter_tables *out_tables,
    mbill_error *err);

/**
 * Read what a meter holds, of kind "meter_profile".
 *
 * @param text              not NULL; @p len bytes of JSON
 * @param len               bytes of @p text
 * @param[out] out_profile  not NULL, struct_size set; otherwise untouched on failure
 * @param[out] err          NULL, or filled on failure; path = where
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE   above the standard's; and the statuses of documents
 * @retval MBILL_E_MISUSE  a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure.
 * @par Cost
 * Linear.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_meter_profile_read(const char *text, size_t len, mbill_meter_profile *out_profile, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

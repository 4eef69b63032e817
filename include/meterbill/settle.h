/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file settle.h  The end of a heating season: what the heat came to against what was paid in advance, step by step.
 *
 * Heat is paid by area before the season and settled by the two-part price after it. Places differ in five switches: whether a surplus is paid back, goes
 * to the next season, stays in a wallet or is kept; whether a shortage is charged; and at which share of the area fee the two-part fee ends. None of them
 * has a default. Rooms that were too cold and flats that stood empty change the fee before.
 *
 * @code
 * mbill_settlement season = {.struct_size = sizeof season, .season_days = 120, .area_fee_micro = 2500000000, .basic_fee_micro = 750000000,
 *     .metered_fee_micro = 1053000000, .paid_micro = 2500000000, .surplus = MBILL_SETTLE_REFUND, .shortage = MBILL_SETTLE_CHARGE,
 *     .step_micro = 10000, .how = MBILL_ROUND_HALF_UP};
 * mbill_settled settled = {.struct_size = sizeof settled};
 * mbill_settle_step steps[16];
 * size_t n_steps;
 * mbill_status status = mbill_settle(&season, steps, 16, &n_steps, &settled, &err); // due 1803, surplus 697 paid back
 * @endcode
 */
#ifndef MBILL_SETTLE_H
#define MBILL_SETTLE_H

#include "meterbill/decimal.h"
#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What becomes of a surplus, and of a shortage.
 * @since 0.1
 */
typedef enum mbill_settle_how {
    MBILL_SETTLE_REFUND = 1, /**< "refund": a surplus is paid back */
    MBILL_SETTLE_CREDIT = 2, /**< "credit": a surplus goes to the next season */
    MBILL_SETTLE_WALLET = 3, /**< "wallet": a surplus stays in the account's wallet */
    MBILL_SETTLE_KEEP = 4,   /**< "keep": a surplus is kept by the supplier */
    MBILL_SETTLE_CHARGE = 5, /**< "charge": a shortage is charged */
    MBILL_SETTLE_WAIVE = 6   /**< "waive": a shortage is not charged */
} mbill_settle_how;

/**
 * What a refund for rooms that were too cold is a share of.
 * @since 0.1
 */
typedef enum mbill_settle_base {
    MBILL_SETTLE_OF_AREA_FEE = 1, /**< "area_fee" */
    MBILL_SETTLE_OF_DUE = 2       /**< "due": the fee after vacancy and cap */
} mbill_settle_base;

/**
 * A refund for rooms colder than the standard by up to so much: rising, and the last band without an end.
 * @since 0.1
 */
typedef struct mbill_settle_band {
    int64_t up_to_micro_k; /**< above 0, the end included; 0: all that is beyond the band before */
    int64_t percent_micro; /**< 0 to 100 %, of the fee of the days */
} mbill_settle_band;

/**
 * Days on which the rooms had a temperature.
 * @since 0.1
 */
typedef struct mbill_settle_episode {
    int64_t temperature_micro_c; /**< any; at the standard or above it nothing is due back */
    int32_t days;                /**< above 0 */
    int32_t reserved;            /**< 0 */
} mbill_settle_episode;

/**
 * A season of one account.
 * @since 0.1
 */
typedef struct mbill_settlement {
    uint32_t struct_size;           /**< sizeof(mbill_settlement) where the caller was compiled */
    int32_t season_days;            /**< 1 to 366 */
    int64_t area_fee_micro;         /**< what the season costs by area; 0 or more */
    int64_t basic_fee_micro;        /**< basic part of the two-part fee for the whole season; 0 or more */
    int64_t metered_fee_micro;      /**< metered part; 0 or more */
    int64_t paid_micro;             /**< paid in advance; 0 or more */
    int64_t carried_micro;          /**< credit or wallet from the season before; 0 or more */
    int32_t empty_days;             /**< days on which the flat stood empty by agreement; 0 to season_days */
    int32_t surplus;                /**< #MBILL_SETTLE_REFUND, #MBILL_SETTLE_CREDIT, #MBILL_SETTLE_WALLET or #MBILL_SETTLE_KEEP */
    int64_t empty_percent_micro;    /**< share of the area fee that an empty flat pays; 0 to 100 % */
    int32_t shortage;               /**< #MBILL_SETTLE_CHARGE or #MBILL_SETTLE_WAIVE */
    int32_t service_of;             /**< mbill_settle_base; 0 without episodes */
    int64_t cap_percent_micro;      /**< the fee ends at this share of the area fee; -1: no cap */
    int64_t standard_micro_c;       /**< temperature that is owed; with episodes */
    const mbill_settle_band *bands; /**< with episodes; the last has no end */
    size_t n_bands;                 /**< number of bands */
    const mbill_settle_episode *episodes; /**< NULL without any */
    size_t n_episodes;                    /**< their days are at most season_days together */
    int64_t step_micro;                   /**< every amount is rounded to a multiple of this: 1 to #MBILL_STEP_MAX_MICRO */
    int32_t how;                          /**< mbill_round_how */
    int32_t reserved;                     /**< 0 */
} mbill_settlement;

/**
 * What a step does. The first ones add up to the fee that is due; with what was paid and what becomes of the rest all steps add up to 0.
 * @since 0.1
 */
typedef enum mbill_settle_kind {
    MBILL_SETTLE_STEP_BASIC = 1,    /**< "basic": basic fee of the days that the flat was not empty */
    MBILL_SETTLE_STEP_METERED = 2,  /**< "metered" */
    MBILL_SETTLE_STEP_EMPTY = 3,    /**< "empty": share of the area fee of the days that it was */
    MBILL_SETTLE_STEP_CAP = 4,      /**< "cap": what is above the cap, negative */
    MBILL_SETTLE_STEP_SERVICE = 5,  /**< "service": refund for an episode, negative */
    MBILL_SETTLE_STEP_FLOOR = 6,    /**< "floor": what refunds exceed the fee by */
    MBILL_SETTLE_STEP_PAID = 7,     /**< "paid": negative */
    MBILL_SETTLE_STEP_CARRIED = 8,  /**< "carried": from the season before, negative */
    MBILL_SETTLE_STEP_SURPLUS = 9,  /**< "refund", "credit", "wallet" or "keep", as index says */
    MBILL_SETTLE_STEP_SHORTAGE = 10 /**< "charge" or "waive", as index says; negative */
} mbill_settle_kind;

/**
 * A step: amount = base x share / 100 % x days / of_days, rounded once. Stride is fixed for ever.
 * @since 0.1
 */
typedef struct mbill_settle_step {
    int32_t kind;          /**< mbill_settle_kind */
    int32_t index;         /**< service: episode; surplus and shortage: mbill_settle_how; else 0 */
    int64_t base_micro;    /**< what it is a share of, with the sign of the amount */
    int64_t percent_micro; /**< the share; 100 % is 100000000 */
    int32_t days;          /**< the days it is for */
    int32_t of_days;       /**< of so many; 1 of 1: no matter of days */
    int64_t amount_micro;  /**< what the step comes to */
    int64_t running_micro; /**< sum of all steps up to this one */
} mbill_settle_step;

/**
 * What a settlement comes to.
 * @since 0.1
 */
typedef struct mbill_settled {
    uint32_t struct_size;  /**< sizeof(mbill_settled) where the caller was compiled */
    uint32_t reserved;     /**< 0 */
    int64_t due_micro;     /**< fee of the season */
    int64_t balance_micro; /**< paid and carried less due: above 0 a surplus, below a shortage */
    int64_t refund_micro;  /**< to be paid back */
    int64_t next_micro;    /**< carried to the next season: credit or wallet */
    int64_t charge_micro;  /**< to be charged */
    int64_t forgone_micro; /**< a shortage that is waived (above 0), or a surplus that is kept (below 0) */
} mbill_settled;

/**
 * Settle a season.
 *
 * In this order: basic fee of the days that the flat was lived in, metered fee, share of the area fee for the days that it stood empty; what of
 * them is above the cap comes off; refunds for cold rooms come off, but not more than all of it; the rest is due. What was paid and carried is held against it, and a
 * surplus or a shortage goes where the switches say. Each step is exact and rounded once.
 *
 * @param settlement       not NULL
 * @param[out] out_steps   filled from 0; may be NULL if @p cap_steps is 0; untouched on failure
 * @param cap_steps        room in @p out_steps; 9 and one for each episode are always enough
 * @param[out] out_n_steps not NULL; steps needed, also when the status is #MBILL_E_ROOM
 * @param[in,out] out      not NULL, struct_size set; untouched on failure
 * @param[out] err         NULL, or filled on failure: index = offending band or episode
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM      @p cap_steps is too small
 * @retval MBILL_E_RANGE     a fee below 0, a share outside 0 to 100 %, days outside the season
 * @retval MBILL_E_ORDER     bands that do not rise, or whose last one ends
 * @retval MBILL_E_INVALID   a switch that is none that there is, or a reserved word that is not 0
 * @retval MBILL_E_OVERFLOW  an amount leaves the range of int64_t
 * @retval MBILL_E_MISUSE    NULL where it is not allowed, or a struct_size that is not set
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(episodes x bands); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_settle(const mbill_settlement *settlement, mbill_settle_step *out_steps,
    size_t cap_steps, size_t *out_n_steps, mbill_settled *out, mbill_error *err);

/** A document of kind "heat_settlement", read; it holds the settlement's arrays. */
typedef struct mbill_settlement_document mbill_settlement_document;

/**
 * Read a document of kind "heat_settlement" (schema heat_settlement-1.schema.json).
 *
 * @code{.json}
 * {"meterbill": 1, "kind": "heat_settlement", "season_days": 120, "fees": {"area": "2500", "basic": "750", "metered": "1053"}, "paid": "2500",
 *  "surplus": "refund", "shortage": "charge", "cap_percent": null, "round": {"step": "0.01", "how": "half_up"}}
 * @endcode
 *
 * @param json              not NULL; @p len bytes, not kept
 * @param len               bytes of @p json
 * @param allocator         NULL = libc
 * @param[out] out_document not NULL; NULL on failure; free it with mbill_settlement_document_free()
 * @param[out] err          NULL, or filled on failure: path = JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_MISSING_KEY a switch is not said, and the other statuses of a document that is not well formed
 * @retval MBILL_E_NOMEM    no memory
 * @retval MBILL_E_MISUSE   a pointer is NULL
 * @par Thread safety
 * What is read is not changed any more and may be shared.
 * @par Cost
 * Linear in @p len.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_settlement_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_settlement_document **out_document, mbill_error *err);

/**
 * The settlement of a document.
 * @param document not NULL, or NULL is returned
 * @return what lives as long as @p document
 * @par Thread safety
 * Only read.
 * @since 0.1
 */
MBILL_API const mbill_settlement *mbill_settlement_of(const mbill_settlement_document *document);

/**
 * Free what mbill_settlement_read() gave.
 * @param document NULL is allowed
 * @par Thread safety
 * No other thread may use @p document any more.
 * @since 0.1
 */
MBILL_API void mbill_settlement_document_free(mbill_settlement_document *document);

/**
 * Write what a settlement came to as a document of kind "heat_settled": the steps in order, each with its arithmetic, and the results.
 *
 * @param settled           not NULL
 * @param steps             @p n_steps as mbill_settle() gave them
 * @param n_steps           number of @p steps
 * @param[out] out_text     @p inout_len bytes, NUL-terminated; NULL asks for the size; untouched on failure
 * @param[in,out] inout_len not NULL; room in @p out_text, becomes the bytes needed, both with the NUL, also on #MBILL_E_ROOM
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM     the room is too small
 * @retval MBILL_E_INVALID  a step of a kind that there is not
 * @retval MBILL_E_NOMEM    no memory
 * @retval MBILL_E_MISUSE   a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(steps); allocates a buffer and frees it.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_settled_write(const mbill_settled *settled, const mbill_settle_step *steps,
    size_t n_steps, char *out_text, size_t *inout_len, mbill_error *err);

/**
 * The word of a step as documents have it.
 * @param step not NULL, or NULL is returned
 * @return static text; NULL for a kind that there is not
 * @par Thread safety
 * Only read.
 * @since 0.1
 */
MBILL_API const char *mbill_settle_step_name(const mbill_settle_step *step);

#ifdef __cplusplus
}
#endif
#endif

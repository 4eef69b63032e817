/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file apportion.h  One cost among many, to the last cent: the parts always add up to the whole.
 *
 * Amounts are int64_t of any smallest unit (micro-units of money, Wh, litres); weights are whole numbers, so 55.20 m2 is 5520. The rule is largest
 * remainder in exact integers: every share is total x weight / sum toward zero, and the units that are left go one each to the largest remainders, ties
 * to the smaller key. So the result never depends on the order of the input, a charge and its reversal cancel for everybody, and equal weights differ by
 * one unit at most. Nothing is allocated: memory is the caller's scratch.
 *
 * @code
 * const mbill_share flats[] = {{101, 5520}, {102, 4180}};
 * uint64_t scratch[4];                       // mbill_apportion_scratch_size(2) bytes
 * int64_t amounts[2], residual;
 * mbill_apportion_options options = MBILL_APPORTION_OPTIONS_INIT;
 * options.step = 10000;                      // cents, as amounts are micro-units
 * if (mbill_apportion(100070000, flats, 2, &options, scratch, amounts, &residual, &err) != MBILL_OK) return 1;
 * // amounts: 56.95 and 43.12, residual 0
 * @endcode
 */
#ifndef MBILL_APPORTION_H
#define MBILL_APPORTION_H

#include "meterbill/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Who takes part, with how much. An array of them is in any order. */
typedef struct mbill_share {
    uint64_t key;    /**< of the unit, the caller's; unique in a call: it decides ties */
    uint64_t weight; /**< area, use, persons, a ratio, …; the sum of all must be below 2^64 */
} mbill_share;

/** How a total becomes whole units. In documents they go by the names in quotes. */
typedef enum mbill_apportion_method {
    MBILL_APPORTION_LARGEST_REMAINDER = 0, /**< "largest_remainder" (Hamilton): the default */
    MBILL_APPORTION_WEBSTER, /**< "webster": unit by unit to the largest weight / (2 x amount + 1); never falls when the total rises */
    MBILL_APPORTION_HALF_UP_EACH, /**< "half_up_each": each share rounded alone, halves away from zero; what is over is the residual, of either sign */
    MBILL_APPORTION_FLOOR_EACH, /**< "floor_each": each share toward zero; the rest is the residual */
    MBILL_APPORTION_FIRST, /**< "first": toward zero, then one unit each to the first listed with a weight; depends on the order */
    MBILL_APPORTION_ABSORB /**< "absorb": toward zero, and `absorb_key` takes the rest, with a weight or without */
} mbill_apportion_method;

/** What happens when there is a total and every weight is 0 (or nobody is there). */
typedef enum mbill_zero_policy {
    MBILL_ZERO_ERROR = 0, /**< "error": #MBILL_E_ZERO_WEIGHT */
    MBILL_ZERO_EQUAL,     /**< "equal": every weight is 1 */
    MBILL_ZERO_FALLBACK,  /**< "fallback": `fallback_weights` are used; their sum 0 is refused */
    MBILL_ZERO_OWNER      /**< "owner": nobody pays, the total is the residual */
} mbill_zero_policy;

#define MBILL_APPORTION_CHECK_KEYS 0x1u /**< refuse equal keys always, not only where they would decide a tie */

/** How to apportion; all 0 is the default of each. */
typedef struct mbill_apportion_options {
    uint32_t struct_size; /**< sizeof(mbill_apportion_options) where the caller was compiled */
    uint32_t flags;       /**< MBILL_APPORTION_CHECK_KEYS */
    int32_t method;       /**< mbill_apportion_method */
    int32_t zero_policy;  /**< mbill_zero_policy */
    uint64_t
        tie_salt; /**< 0: ties to the smaller key; else to the smaller mbill_tie_order(): pass the billing month, and the odd cent rotates */
    uint64_t absorb_key; /**< of #MBILL_APPORTION_ABSORB */
    int64_t step;        /**< amounts are multiples of it; what of the total is no multiple joins the residual; 0 means 1 */
    const uint64_t *fallback_weights; /**< of #MBILL_ZERO_FALLBACK: one for each share; else NULL */
} mbill_apportion_options;

/** Options to start from. */
#define MBILL_APPORTION_OPTIONS_INIT                                                                                             \
    {                                                                                                                            \
        sizeof(mbill_apportion_options), 0, 0, 0, 0, 0, 0, NULL                                                                  \
    }

/**
 * The place of a key in ties: the smallest comes first. The key itself when @p tie_salt is 0, else SplitMix64's finaliser of key XOR salt (Steele, Lea
 * and Flood, Fast splittable pseudorandom number generators, 2014), which gives different keys different places.
 * @param key       the key of a share
 * @param tie_salt  0, or a number that mixes the keys
 * @return its place: any number of 64 bits
 * @par Thread safety
 * Pure; any number of threads.
 *
 * @since 0.1
 */
MBILL_API uint64_t mbill_tie_order(uint64_t key, uint64_t tie_salt);

/**
 * The bytes of scratch that a call on @p n shares needs: 16 a share. SIZE_MAX when that is no size.
 * @param n  shares
 * @return bytes
 * @par Thread safety
 * Pure; any number of threads.
 *
 * @since 0.1
 */
MBILL_API size_t mbill_apportion_scratch_size(size_t n);

/**
 * Split a total over shares.
 *
 * The amounts and the residual add up to the total exactly. By largest remainder each amount is within one unit of total x weight / sum, no weight pays
 * nothing, more weight never pays less, and the residual is what the step leaves. A negative total gives the opposite of every number.
 *
 * @param total              any int64_t
 * @param shares             in any order; may be NULL if @p n is 0
 * @param n                  how many
 * @param options            NULL = defaults
 * @param scratch            mbill_apportion_scratch_size() bytes, aligned for uint64_t; may be NULL if @p n is 0
 * @param[out] out_amounts   @p n amounts, in the order of @p shares; untouched on failure
 * @param[out] out_residual  what nobody pays; untouched on failure
 * @param[out] err           NULL, or filled on failure: index = the offending share
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE           the weights (or the fallback weights that are needed) add up to 2^64 or more
 * @retval MBILL_E_DUPLICATE_KEY   a key stands twice and would decide a tie, or #MBILL_APPORTION_CHECK_KEYS is set
 * @retval MBILL_E_ZERO_WEIGHT     a total other than 0, and no weight above 0
 * @retval MBILL_E_NOT_FOUND       no share has `absorb_key`
 * @retval MBILL_E_OVERFLOW        half_up_each of INT64_MIN would leave a residual of 2^63
 * @retval MBILL_E_INVALID         an unknown method or policy, a negative step
 * @retval MBILL_E_UNKNOWN_OPTION  an unknown flag, or a member that this version does not know
 * @retval MBILL_E_MISUSE          a pointer that must not be NULL is, the scratch is not aligned, or fallback weights are missing
 * @par Thread safety
 * Pure; any number of threads, each with its own scratch.
 * @par Cost
 * Linear in @p n; Webster and #MBILL_APPORTION_CHECK_KEYS n log n; no allocation.
 * @par Source
 * M. Balinski, H. P. Young, Fair Representation, 2nd ed. 2001, chapters 2 and 3 (Hamilton, Webster).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_apportion(int64_t total, const mbill_share *shares, size_t n,
    const mbill_apportion_options *options, void *scratch, int64_t *out_amounts, int64_t *out_residual, mbill_error *err);

#define MBILL_NO_MAXIMUM INT64_MAX /**< of a share in mbill_apportion_bounded() */

/**
 * Split a total over shares that pay at least a minimum and at most a maximum.
 *
 * The shares that neither bound holds pay in proportion to their weights: there is a level at which sum of clamp(level x weight, minimum, maximum) is the
 * total, and those between their bounds have what is left by largest remainder. A share without weight pays its minimum. Bounds are of the magnitude: a
 * negative total gives the opposite amounts.
 *
 * @param total              any int64_t
 * @param shares             in any order; may be NULL if @p n is 0
 * @param min                a minimum for each share, 0 or more, a multiple of the step; NULL: none has one
 * @param max                a maximum for each share, or #MBILL_NO_MAXIMUM; NULL: none has one
 * @param n                  how many
 * @param options            NULL = defaults; the method is largest remainder
 * @param scratch            mbill_apportion_scratch_size(2 x @p n) bytes
 * @param[out] out_amounts   @p n amounts; untouched on failure
 * @param[out] out_residual  what of the total is no multiple of the step; untouched on failure
 * @param[out] out_gap       NULL, or on #MBILL_E_INFEASIBLE alone: above 0, how much the minimums are more than the total; below 0, minus how much
 *                           the maximums are less than it; INT64_MAX or its opposite when it is past that
 * @param[out] err           NULL, or filled on failure: index = the offending share
 * @retval MBILL_OK
 * @retval MBILL_E_INFEASIBLE  no split keeps the bounds
 * @retval MBILL_E_INVALID     a minimum below 0, above its maximum, or a bound that is no multiple of the step; as mbill_apportion()
 * @retval MBILL_E_MISUSE      another method than largest remainder; as mbill_apportion()
 * @retval MBILL_E_RANGE, MBILL_E_DUPLICATE_KEY, MBILL_E_ZERO_WEIGHT, MBILL_E_UNKNOWN_OPTION  as mbill_apportion()
 * @par Thread safety
 * Pure; any number of threads, each with its own scratch.
 * @par Cost
 * n log n; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_apportion_bounded(int64_t total, const mbill_share *shares, const int64_t *min,
    const int64_t *max, size_t n, const mbill_apportion_options *options, void *scratch, int64_t *out_amounts,
    int64_t *out_residual, int64_t *out_gap, mbill_error *err);

/**
 * Split a total and carry what every share was rounded by to the next one, so that over the months everybody pays his exact share.
 *
 * The total is split by largest remainder in millionths of the step; with what was carried they are whole steps and a rest, and the steps that are missing go to
 * the largest rests. A share may be -1 step in a bill that is smaller than what was carried, and one whose weight is 0 now may still pay what it owes.
 *
 * @param total                    at most 9 x 10^12 steps either way
 * @param shares                   in any order, the same keys each month; may be NULL if @p n is 0
 * @param n                        how many
 * @param options                  NULL = defaults; the method is largest remainder
 * @param[in,out] inout_carry_micro for each share what it was charged too little (below 0: too much), in millionths of a step; 0 at first; they add up
 *                                 to 0; untouched on failure and by a total of 0
 * @param scratch                  mbill_apportion_scratch_size() bytes
 * @param[out] out_amounts         @p n amounts; untouched on failure
 * @param[out] out_residual        what of the total is no multiple of the step; untouched on failure
 * @param[out] err                 NULL, or filled on failure: index = the offending share
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE     more steps than that, a carry of a whole step or more; as mbill_apportion()
 * @retval MBILL_E_INVALID   carries that do not add up to 0; as mbill_apportion()
 * @retval MBILL_E_OVERFLOW  an amount could leave 64 bits with what was carried
 * @retval MBILL_E_MISUSE    another method than largest remainder; as mbill_apportion()
 * @retval MBILL_E_DUPLICATE_KEY, MBILL_E_ZERO_WEIGHT, MBILL_E_UNKNOWN_OPTION  as mbill_apportion()
 * @par Thread safety
 * Pure; any number of threads, each with its own scratch and carry.
 * @par Cost
 * Linear in @p n; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_apportion_carry(int64_t total, const mbill_share *shares, size_t n,
    const mbill_apportion_options *options, int64_t *inout_carry_micro, void *scratch, int64_t *out_amounts,
    int64_t *out_residual, mbill_error *err);

/** A part of a total that is shared by weights of its own: 30 of 100 by area, say. */
typedef struct mbill_component {
    uint64_t weight;                        /**< its share of the total: 30 of 30 and 70 */
    const mbill_share *shares;              /**< the units with their weights in this component, in the same order in each */
    const mbill_apportion_options *options; /**< NULL = defaults; the step is that of the call */
} mbill_component;

/**
 * The bytes of scratch that mbill_apportion_mixed() needs; SIZE_MAX when that is no size.
 * @param n_components  components of a key
 * @param n             shares
 * @return bytes
 * @since 0.1
 */
MBILL_API size_t mbill_apportion_mixed_scratch_size(size_t n_components, size_t n);

/**
 * Split a total into components and each of them over the same units: 30 % by area and 70 % by use, hot water first and then heating.
 *
 * The components are cut by largest remainder, ties to the earlier one; then each is split by its own weights. A unit pays the sum of its lines, so that
 * every line and every column that is printed adds up.
 *
 * @param total                       any int64_t
 * @param step                        amounts are multiples of it; 0 means 1
 * @param components                  not NULL
 * @param n_components                how many, at least one with a weight unless the total is 0
 * @param n                           units of each component
 * @param scratch                     mbill_apportion_mixed_scratch_size() bytes, not NULL
 * @param[out] out_component_amounts  @p n_components amounts; untouched on failure, as all outputs are
 * @param[out] out_lines              @p n_components x @p n: the units of the first component, then those of the second, …
 * @param[out] out_totals             @p n: what each unit pays
 * @param[out] out_residual           what nobody pays: of all components, and what of the total is no multiple of the step
 * @param[out] err                    NULL, or filled on failure: the message names the component, index = the offending share
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE, MBILL_E_DUPLICATE_KEY, MBILL_E_ZERO_WEIGHT, MBILL_E_NOT_FOUND, MBILL_E_OVERFLOW, MBILL_E_INVALID,
 *         MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_apportion()
 * @par Thread safety
 * Pure; any number of threads, each with its own scratch.
 * @par Cost
 * That of mbill_apportion() for each component; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_apportion_mixed(int64_t total, int64_t step, const mbill_component *components,
    size_t n_components, size_t n, void *scratch, int64_t *out_component_amounts, int64_t *out_lines, int64_t *out_totals,
    int64_t *out_residual, mbill_error *err);

/** How a unit counts that nobody lives in. In documents they go by the names in quotes. */
typedef enum mbill_vacancy_rule {
    MBILL_VACANCY_OWNER = 0, /**< "owner": as if it were occupied; the owner pays its part */
    MBILL_VACANCY_EXCLUDE,   /**< "exclude": its weight is 0 */
    MBILL_VACANCY_REDUCED    /**< "reduced": its weight counts numerator / denominator */
} mbill_vacancy_rule;

/** A rule for vacancy. Swiss practice reduces to 1/3 with two or three flats, 1/2 with four to eight, 2/3 with more. */
typedef struct mbill_vacancy {
    int32_t rule;         /**< mbill_vacancy_rule */
    uint32_t numerator;   /**< of #MBILL_VACANCY_REDUCED: 0 to the denominator; else not looked at */
    uint32_t denominator; /**< of #MBILL_VACANCY_REDUCED: 1 or more; else not looked at */
} mbill_vacancy;

/**
 * The weights with vacancy: pass them to any split.
 *
 * @param shares           may be NULL if @p n is 0
 * @param vacant           for each share: not 0 when it stands empty
 * @param n                how many
 * @param rule             not NULL
 * @param[out] out_shares  @p n shares; may be @p shares; untouched on failure
 * @param[out] err         NULL, or filled on failure: index = the offending share
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  an unknown rule, a denominator of 0, or more than 1
 * @retval MBILL_E_RANGE    a weight times the denominator is 2^64 or more
 * @retval MBILL_E_MISUSE   a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear in @p n; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_apportion_vacancy(const mbill_share *shares, const uint8_t *vacant, size_t n,
    const mbill_vacancy *rule, mbill_share *out_shares, mbill_error *err);

#define MBILL_NODE_ROOT 0x1u    /**< nothing is above it; `parent` is not looked at */
#define MBILL_NODE_READING 0x2u /**< it has a reading of its own; without, that is the sum of those below */
#define MBILL_NODE_LEAF 0x1u    /**< of a report: nothing is below it, it is billed */

/** A meter in a tree of meters, or a sum of meters. An array of them is in any order; what no node is below is billed. */
typedef struct mbill_node {
    uint64_t key;           /**< the caller's number of the node; unique in a call */
    uint64_t parent;        /**< key of the node above; not looked at with #MBILL_NODE_ROOT */
    int64_t reading;        /**< what it measured, 0 or more; a leaf needs one */
    uint64_t common_weight; /**< of a leaf: its weight for what the meters below a node do not explain */
    int64_t from_utc_s;     /**< where the interval of the reading begins, UTC seconds; 0 as to_utc_s: not said */
    int64_t to_utc_s;       /**< where it ends, not included; 0 as from_utc_s: not said */
    uint32_t flags;         /**< MBILL_NODE_ROOT, MBILL_NODE_READING */
    int32_t unit;           /**< the caller's number of the unit; 0: not said */
} mbill_node;

/** Who pays for what a meter measured and the meters below it did not. In documents they go by the names in quotes. */
typedef enum mbill_rest_policy {
    MBILL_REST_COMMON =
        0, /**< "common": it costs as much as it measures, shared by all leaves below by common weight: corridors, lifts, losses */
    MBILL_REST_BY_USAGE, /**< "by_usage": the meters below pay all, by their readings */
    MBILL_REST_OWNER     /**< "owner": it costs as much as it measures, and the owner pays */
} mbill_rest_policy;

/** What happens when the meters below read more than the one above. In documents they go by the names in quotes. */
typedef enum mbill_negative_policy {
    MBILL_NEGATIVE_ERROR = 0, /**< "error": #MBILL_E_NEGATIVE_REST */
    MBILL_NEGATIVE_ZERO,      /**< "zero": they pay all by their readings, and the rest is reported */
    MBILL_NEGATIVE_SCALE      /**< "scale": the same, and their readings put to the scale of the one above are reported */
} mbill_negative_policy;

/** How a cost goes down a tree; all 0 is the default of each. */
typedef struct mbill_tree_options {
    uint32_t struct_size;    /**< sizeof(mbill_tree_options) where the caller was compiled */
    uint32_t flags;          /**< 0 */
    int32_t rest_policy;     /**< mbill_rest_policy */
    int32_t negative_policy; /**< mbill_negative_policy */
    int32_t
        zero_policy;  /**< mbill_zero_policy of a node below which all readings are 0; its fallback is the common weights below */
    int32_t reserved; /**< 0 */
    uint64_t tie_salt;     /**< as of mbill_apportion_options */
    int64_t step;          /**< as of mbill_apportion_options */
    int64_t tolerance_ppm; /**< a rest of more than so many millionths of the reading, of either sign, is warned of; 0: of any */
} mbill_tree_options;

/** Options to start from. */
#define MBILL_TREE_OPTIONS_INIT                                                                                                  \
    {                                                                                                                            \
        sizeof(mbill_tree_options), 0, 0, 0, 0, 0, 0, 0, 0                                                                       \
    }

#define MBILL_W_LOSS 0x1u /**< the rest is more than the tolerance */

/** What came of a node. A leaf pays amount + common. */
typedef struct mbill_node_report {
    int64_t amount;    /**< what comes to it by readings */
    int64_t common;    /**< of a leaf: its parts of what is not explained, at all nodes above it */
    int64_t bucket;    /**< what its own rest costs: shared by the leaves below, or the owner's */
    int64_t owner;     /**< of that and of amounts that nobody below can be charged with, what the owner pays */
    int64_t rest;      /**< its reading less those of the meters below */
    int64_t loss_ppm;  /**< rest in millionths of the reading, toward zero; 0 when the reading is */
    int64_t adjusted;  /**< the reading, or what it is at the scale of the meter above (#MBILL_NEGATIVE_SCALE) */
    uint32_t warnings; /**< MBILL_W_LOSS */
    uint32_t flags;    /**< MBILL_NODE_LEAF */
} mbill_node_report;

/**
 * The bytes of scratch that mbill_apportion_tree() needs; SIZE_MAX when that is no size.
 * @param n  nodes
 * @return bytes
 * @since 0.1
 */
MBILL_API size_t mbill_apportion_tree_scratch_size(size_t n);

/**
 * Bring a cost down a tree of meters: a master meter with sub-meters, houses, floors and flats.
 *
 * At every node its amount is split by largest remainder over the readings below it, and what the node measured beyond them, its rest, is one more share that
 * comes last in every tie. The rest's part goes to all leaves below by common weight, or as the policy says. Several roots share the total by their readings.
 * At every node the amounts below, the bucket and the owner's part add up to its own; leaves and residual add up to the total.
 *
 * @param total             any int64_t
 * @param nodes             in any order; may be NULL if @p n is 0
 * @param n                 how many
 * @param options           NULL = defaults
 * @param scratch           mbill_apportion_tree_scratch_size() bytes, aligned for uint64_t, not NULL
 * @param[out] out_reports  @p n reports, in the order of @p nodes; untouched on failure
 * @param[out] out_residual what the owner pays at all nodes, and what of the total is no multiple of the step; untouched on failure
 * @param[out] err          NULL, or filled on failure: index = the offending node
 * @retval MBILL_OK
 * @retval MBILL_E_DUPLICATE_KEY  a key stands twice
 * @retval MBILL_E_NO_PARENT      a parent that is not there
 * @retval MBILL_E_CYCLE          a node whose parents run in a circle
 * @retval MBILL_E_RANGE          more than 32 levels; readings or weights that add up to more than a word
 * @retval MBILL_E_INVALID        a leaf without a reading, a reading below 0, an unknown policy, a negative step or tolerance
 * @retval MBILL_E_ALIGN          readings of different units or intervals
 * @retval MBILL_E_NEGATIVE_REST  meters below that read more than the one above
 * @retval MBILL_E_ZERO_WEIGHT    an amount, and nothing below that could carry it
 * @retval MBILL_E_UNKNOWN_OPTION an unknown flag, or a member that this version does not know
 * @retval MBILL_E_MISUSE         a pointer that must not be NULL is, or the scratch is not aligned
 * @par Thread safety
 * Pure; any number of threads, each with its own scratch.
 * @par Cost
 * n log n, and linear in n x levels; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_apportion_tree(int64_t total, const mbill_node *nodes, size_t n,
    const mbill_tree_options *options, void *scratch, mbill_node_report *out_reports, int64_t *out_residual, mbill_error *err);

#define MBILL_VACANT (-1) /**< the segment of a line of vacancy */

/** Who has a unit from one day to another, the end not included: civil days as mbill_date_to_days() numbers them. */
typedef struct mbill_segment {
    int32_t from_day; /**< the first day */
    int32_t to_day;   /**< the first day that is no more of it; above from_day */
} mbill_segment;

/** How time weighs. In documents they go by the names in quotes. */
typedef enum mbill_time_rule {
    MBILL_TIME_DAYS = 0,   /**< "days": every day the same */
    MBILL_TIME_DEGREE_DAYS /**< "degree_days": by month, as mbill_degree_weight() does */
} mbill_time_rule;

/** A part of a unit's amount. */
typedef struct mbill_segment_line {
    int32_t from_day; /**< the first day, a civil day number */
    int32_t to_day;   /**< the first day that is no more of it */
    int64_t segment;  /**< its index; #MBILL_VACANT: nobody had the unit then */
    uint64_t weight;  /**< its days, or by degree-days what mbill_degree_weight() gives for them */
    int64_t amount;   /**< its part, in the unit of the amount that was split; a multiple of the step */
} mbill_segment_line;

/**
 * What days weigh by degree-days: each month has its part of a heating year, and its days have that part in equal shares, so that a whole year weighs the same, leap
 * or not.
 *
 * @param from_day  civil day
 * @param to_day    the first day that does not count; not after @p from_day: 0 is returned
 * @param table     NULL, or thirds of a per mille of the heating year for January to December; NULL is 510 450 390 240 120 40 40 40 90 240 360 480 (sum 3000),
 *                  the table of German practice
 * @return          sum over months of table x days x (377580 / days of the month); 1,132,740,000 for a whole year by the usual table
 * @par Thread safety
 * Pure; any number of threads.
 * @par Source
 * VDI 2067 part 1, degree-days of the heating year in per mille; June to August together 40.
 * @since 0.1
 */
MBILL_API uint64_t mbill_degree_weight(int32_t from_day, int32_t to_day, const uint16_t table[12]);

/**
 * The bytes of scratch that mbill_apportion_segments() needs; SIZE_MAX when that is no size.
 * @param n  shares
 * @return bytes
 * @since 0.1
 */
MBILL_API size_t mbill_apportion_segments_scratch_size(size_t n);

/**
 * Split one unit's amount over those who had it in turn. What the unit pays never depends on them: split the cost over the units first, then each unit's amount.
 *
 * Gaps between segments become lines of vacancy. Lines stand in the order of time, and ties go to the one that begins earlier.
 *
 * @param amount            any int64_t
 * @param from_day          first day of the period
 * @param to_day            its end, not included
 * @param segments          in any order, inside the period, not overlapping; may be NULL if @p n is 0
 * @param n                 how many; with 0 all is vacancy
 * @param rule              an mbill_time_rule
 * @param table             as of mbill_degree_weight(); not looked at by days
 * @param options           NULL = defaults: step, method, and the zero policy of a period whose days weigh nothing by the table; its fallback is the days
 * @param scratch           mbill_apportion_segments_scratch_size() bytes, aligned for uint64_t, not NULL
 * @param[out] out_lines    room for 2 x @p n + 1 lines; of no use on failure
 * @param[out] out_n        how many there are; untouched on failure
 * @param[out] out_residual what no line has; untouched on failure
 * @param[out] err          NULL, or filled on failure: index = the offending segment
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID      an empty period or segment, a segment outside the period, an unknown rule
 * @retval MBILL_E_OVERLAP      two segments share a day
 * @retval MBILL_E_ZERO_WEIGHT  an amount, and by the table no day weighs anything
 * @retval MBILL_E_UNKNOWN_OPTION, MBILL_E_NOT_FOUND, MBILL_E_OVERFLOW, MBILL_E_MISUSE  as mbill_apportion()
 * @par Thread safety
 * Pure; any number of threads, each with its own scratch.
 * @par Cost
 * n log n, and linear in the months; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_apportion_segments(int64_t amount, int32_t from_day, int32_t to_day,
    const mbill_segment *segments, size_t n, int32_t rule, const uint16_t table[12], const mbill_apportion_options *options,
    void *scratch, mbill_segment_line *out_lines, size_t *out_n, int64_t *out_residual, mbill_error *err);

/** All that one share's amount rests on beside its key and weight: with this record anybody can compute it again, without the others. */
typedef struct mbill_proof {
    uint32_t struct_size;   /**< sizeof(mbill_proof) where the caller was compiled */
    uint32_t flags;         /**< 0 */
    int64_t total;          /**< what was split, in the caller's unit; of either sign */
    int64_t step;           /**< 1 or more */
    uint64_t tie_salt;      /**< as of mbill_apportion_options */
    uint64_t weight_sum;    /**< of the weights that were used; 0: nobody pays */
    uint64_t n_extra;       /**< steps that the shares toward zero leave, and that go to the largest remainders */
    uint64_t cut_remainder; /**< of the last share that gets one of them, when there are any */
    uint64_t cut_key;       /**< its key */
} mbill_proof;

/** One share's part of the proof, as a bill may print it: weight x (total / step) / weight_sum is floor, and remainder / weight_sum more. */
typedef struct mbill_share_proof {
    uint64_t weight;    /**< that was used: by a zero policy another than its own */
    uint64_t floor;     /**< in steps, whatever the total's sign */
    uint64_t remainder; /**< below weight_sum */
    uint64_t rank;      /**< from 1: the place among all by remainder, then by key; 0: nobody pays */
    int32_t got_one;    /**< 1: it is among the first n_extra and pays a step more */
    int32_t reserved;   /**< 0 */
} mbill_share_proof;

/**
 * The proof of a split by largest remainder: the same arguments as mbill_apportion(), and why in place of what.
 *
 * @param total           any int64_t
 * @param shares          in any order; may be NULL if @p n is 0
 * @param n               how many
 * @param options         NULL = defaults; the method is largest remainder
 * @param scratch         mbill_apportion_scratch_size(2 x @p n) bytes
 * @param[out] out_proof  untouched on failure
 * @param[out] out_units  @p n entries, in the order of @p shares; untouched on failure
 * @param[out] err        NULL, or filled on failure: index = the offending share
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE, MBILL_E_DUPLICATE_KEY, MBILL_E_ZERO_WEIGHT, MBILL_E_INVALID, MBILL_E_UNKNOWN_OPTION  as mbill_apportion()
 * @retval MBILL_E_MISUSE  another method than largest remainder; a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads, each with its own scratch.
 * @par Cost
 * n log n, for the ranks; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_apportion_explain(int64_t total, const mbill_share *shares, size_t n,
    const mbill_apportion_options *options, void *scratch, mbill_proof *out_proof, mbill_share_proof *out_units,
    mbill_error *err);

/**
 * One share's amount from the proof alone, without the other shares.
 *
 * @param proof            not NULL
 * @param key              of the share
 * @param weight           of the share, as it was used
 * @param[out] out_amount  what it pays; 0 on failure when the proof contradicts itself
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  a step below 1, a weight above the sum, a proof that gives more than the total
 * @retval MBILL_E_MISUSE   a pointer is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_proof_amount(const mbill_proof *proof, uint64_t key, uint64_t weight,
    int64_t *out_amount, mbill_error *err);

/**
 * Is this the split? By any method: it is made again and compared.
 *
 * @param total             any int64_t
 * @param shares            in any order; may be NULL if @p n is 0
 * @param n                 how many
 * @param options           NULL = defaults
 * @param scratch           mbill_apportion_scratch_size(2 x @p n) bytes
 * @param claimed           @p n amounts, in the order of @p shares
 * @param claimed_residual  what nobody pays
 * @param[out] out_bad      @p n: all is right; below: the first share whose amount is another; @p n + 1: the residual is another; untouched on failure
 * @param[out] err          NULL, or filled on failure: index = the offending share
 * @retval MBILL_OK         also when the claim is wrong: see @p out_bad
 * @retval MBILL_E_RANGE, MBILL_E_DUPLICATE_KEY, MBILL_E_ZERO_WEIGHT, MBILL_E_NOT_FOUND, MBILL_E_OVERFLOW, MBILL_E_INVALID,
 *         MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_apportion()
 * @par Thread safety
 * Pure; any number of threads, each with its own scratch.
 * @par Cost
 * That of mbill_apportion(); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_apportion_verify(int64_t total, const mbill_share *shares, size_t n,
    const mbill_apportion_options *options, void *scratch, const int64_t *claimed, int64_t claimed_residual, size_t *out_bad,
    mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

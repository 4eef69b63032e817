/* SPDX-License-Identifier: Apache-2.0 */
/** @file policy.h  How a prepay account behaves: order of payments, collection, limits, purchase counts. Plain data. */
#ifndef MBILL_POLICY_H
#define MBILL_POLICY_H

#include "meterbill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_DEBTS_MAX 8              /**< debts of one account */
#define MBILL_CREDITS_MAX 4            /**< credits of one account; the first is CREDIT */
#define MBILL_ACCRUALS_MAX 8           /**< charges that are collected by time */
#define MBILL_STAGES_MAX 16            /**< stages of a waterfall */
#define MBILL_SEQUENCE_SET_MAX 32      /**< counts that a SET remembers */
#define MBILL_SEQUENCE_WINDOW_MAX 1000 /**< counts that a WINDOW may jump */
#define MBILL_NONE (-1)                /**< no index, count or period */

/** The places of a prepay account. */
typedef enum mbill_place {
    MBILL_PLACE_PLAIN = 0,   /**< a plain or system account itself */
    MBILL_PLACE_CREDIT = 1,  /**< + 0 … MBILL_CREDITS_MAX - 1 for further credits */
    MBILL_PLACE_EC_USED = 8, /**< emergency credit that is owed */
    MBILL_PLACE_ACCUM = 9,   /**< accumulated debt */
    MBILL_PLACE_DEBT = 16    /**< + index of the debt */
} mbill_place;

/** What a stage of the waterfall takes of a payment. */
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

/** A stage of the waterfall, in which a payment is divided from the first to the last. */
typedef struct mbill_stage {
    int32_t kind;      /**< mbill_stage_kind */
    int32_t index;     /**< DEBT, FEE */
    int64_t share_1e4; /**< FEE, TAX: in 1/10,000 */
} mbill_stage;

/** The time over which a cap counts. */
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
    int64_t amount_micro;  /**< in micro-units of the currency, 0 or more; without a window 0 */
} mbill_cap;

/** How a debt is collected. */
typedef enum mbill_debt_kind {
    MBILL_DEBT_NONE = 0,
    MBILL_DEBT_TIME,      /**< collected by accrue */
    MBILL_DEBT_PAYMENT,   /**< a share of every payment */
    MBILL_DEBT_INSTALMENT /**< a plan of equal parts with due dates */
} mbill_debt_kind;

/** One of an account's debts. */
typedef struct mbill_debt {
    int32_t kind;        /**< mbill_debt_kind */
    int32_t n_parts;     /**< INSTALMENT: how many */
    int64_t share_1e4;   /**< PAYMENT: of the whole tender, in 1/10,000 */
    int64_t total_micro; /**< INSTALMENT: of the plan */
    int64_t first_utc_s; /**< INSTALMENT: the first part is due then */
    int64_t period_s;    /**< INSTALMENT: between two parts */
} mbill_debt;

/** What an accrual does when there is not enough credit. */
typedef enum mbill_collect {
    MBILL_COLLECT = 1, /**< CREDIT, then emergency credit, then the sink */
    MBILL_ACCUMULATE,  /**< CREDIT, then the sink */
    MBILL_WAIT         /**< CREDIT alone; the rest is not booked */
} mbill_collect;

/** A charge that is collected by time. */
typedef struct mbill_accrual {
    int32_t debt;   /**< the time debt it pays, or MBILL_NONE: revenue */
    int32_t normal; /**< mbill_collect while supply is on and no emergency credit is in use */
    int32_t in_ec;  /**< mbill_collect while emergency credit is in use */
    int32_t off;    /**< mbill_collect while supply is off: #MBILL_OPERATION_SUPPLY_OFF */
    mbill_cap cap;  /**< its own, besides */
} mbill_accrual;

/** Which counts of purchases are taken, one after the other. */
typedef enum mbill_sequence_kind {
    MBILL_SEQUENCE_NEXT = 1, /**< exactly the next count */
    MBILL_SEQUENCE_WINDOW,   /**< at most n ahead */
    MBILL_SEQUENCE_SET       /**< any above the smallest of the last n, and not one of them */
} mbill_sequence_kind;

#define MBILL_POLICY_EC_NET_OF_ACCUM 0x1u /**< what is accumulated lessens emergency credit */
#define MBILL_POLICY_FORCED_REVERSAL 0x2u /**< a forced reversal may make debt */
#define MBILL_POLICY_EC_OFFER_EQUAL 0x4u  /**< offered at the threshold too, not only below */
#define MBILL_POLICY_RECLOSE_ABOVE 0x8u   /**< reclosing needs more than the limit, not only the limit */
#define MBILL_POLICY_METER_OPENING 0x10u  /**< open and top-up follow a meter's customer number and count */

/** How one account behaves. Plain data: start from mbill_policy_preset() and change members. */
typedef struct mbill_policy {
    uint32_t struct_size;              /**< sizeof(mbill_policy) of this version; another is refused */
    uint32_t flags;                    /**< MBILL_POLICY_* */
    int32_t sink;                      /**< MBILL_PLACE_ACCUM or MBILL_PLACE_CREDIT: what use falls into when money ends */
    int32_t sequence;                  /**< mbill_sequence_kind */
    int32_t sequence_n;                /**< WINDOW: 1 to #MBILL_SEQUENCE_WINDOW_MAX; SET: 1 to #MBILL_SEQUENCE_SET_MAX; else 0 */
    int32_t n_stages;                  /**< 0 to #MBILL_STAGES_MAX */
    mbill_stage stages[MBILL_STAGES_MAX]; /**< the waterfall, first to last; none stands twice; what is left goes to CREDIT */
    int64_t overdraft_limit_micro;     /**< how far below 0 a reversal may leave `free`, as a magnitude; >= 0 */
    int64_t disablement_micro;         /**< level at which supply ends */
    int64_t clearance_micro;           /**< level to be reached before reclosing; >= disablement */
    int64_t reclose_limit_micro;       /**< what `free` must reach before reclosing; see #MBILL_POLICY_RECLOSE_ABOVE */
    int64_t hoarding_limit_micro;      /**< highest CREDIT that a payment may lead to; 0: none */
    int64_t max_top_up_micro;          /**< highest amount of one payment; 0: none */
    int64_t ec_limit_micro;            /**< emergency credit that may be used, 0 or more; 0: there is none */
    int64_t ec_threshold_micro;        /**< offered when `free` is below it, or at it: #MBILL_POLICY_EC_OFFER_EQUAL */
    int64_t step_micro;                /**< grain of shares and series; > 0 */
    int64_t tolerance_micro;           /**< an observation's residual up to this raises no mismatch */
    mbill_cap pay_debt_cap;            /**< common to all payment debts */
    int64_t credit_share_1e4[MBILL_CREDITS_MAX]; /**< CREDITS: least share of the tender each takes; [0] is CREDIT's */
    mbill_debt debts[MBILL_DEBTS_MAX]; /**< by index; MBILL_DEBT_NONE where there is none */
    mbill_accrual accruals[MBILL_ACCRUALS_MAX]; /**< charges by time, by index: mbill_operation.charge */
    char zone[64];                     /**< POSIX rule of the caps' windows, "UTC0" */
} mbill_policy;

/** Policies of standards, to start from. */
typedef enum mbill_preset {
    MBILL_PRESET_SMETS = 1, /**< SMETS2 section 5: payment debt, accumulated debt, emergency credit; use falls into ACCUM */
    MBILL_PRESET_DLMS,      /**< IEC 62056-6-2 classes 111 to 113: as SMETS, with shares, emergency credit offered at equality */
    MBILL_PRESET_DLT,       /**< DL/T 645 fee control: one signed balance, overdraft first, counts and customer numbers */
    MBILL_PRESET_VEND       /**< token vending: fee, arrears, tax, and the rest is sold */
} mbill_preset;

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

#ifdef __cplusplus
}
#endif
#endif

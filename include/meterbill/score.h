/* SPDX-License-Identifier: Apache-2.0 */
/** @file score.h  How reliably an account has paid: the share of what fell due that was paid in time, from the bills' own facts. */
#ifndef MBILL_SCORE_H
#define MBILL_SCORE_H

#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_SCORE_BEST 10000 /**< every bill was paid in time */

/** What counts in a score. */
typedef enum mbill_score_weight {
    MBILL_SCORE_BY_COUNT = 1, /**< each bill counts alike: in time is what was paid whole by the end of its due day */
    MBILL_SCORE_BY_AMOUNT     /**< each unit of money counts alike */
} mbill_score_weight;

/** How a score is formed. */
typedef struct mbill_score_rule {
    uint32_t struct_size; /**< sizeof(mbill_score_rule) of this version; another is refused */
    int32_t months;       /**< the window, 1 to 1,200: bills whose due day lies in these months before the day of the score */
    int32_t weight;       /**< mbill_score_weight */
    int32_t min_bills;    /**< >= 1: with fewer there is no score */
} mbill_score_rule;

/** A bill that was issued. */
typedef struct mbill_score_bill {
    int32_t due_day;       /**< civil day */
    int32_t disputed;      /**< not 0: it is left out, until the dispute is over */
    int64_t amount_micro;  /**< what was due; 0 and below: it is left out */
    int64_t on_time_micro; /**< of it, what was paid by the end of the due day; mbill_cycle_on_time() */
} mbill_score_bill;

/**
 * The score of a day, in 1/10,000.
 *
 * The window is [the same day `months` months ago, the day). By count the score is floor(10,000 x k / n), where n is the number of bills
 * in the window and k of them those with on_time >= amount; by amount it is floor(10,000 x sum of min(on_time, amount) / sum of amount). A bill that
 * was written off counts with what was paid in time, like any other. A payment that was taken back does not count.
 *
 * @param rule            not NULL
 * @param bills           @p n of them in any order; not NULL unless @p n is 0
 * @param n               how many
 * @param day             civil day of the score
 * @param[out] out_score  0 to #MBILL_SCORE_BEST; not NULL; untouched on failure
 * @param[out] out_bills  NULL, or how many bills it rests on; given also with #MBILL_E_NOT_KNOWN
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_KNOWN  fewer bills than the rule asks for
 * @retval MBILL_E_RANGE      months, weight or least number outside their range; a day outside the calendar
 * @retval MBILL_E_OVERFLOW   the amounts' sum leaves its range
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is, or struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Linear; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_score(const mbill_score_rule *rule, const mbill_score_bill *bills, size_t n,
    int32_t day, int32_t *out_score, int32_t *out_bills, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Every share cut or rounded alone, as national practice prints it: changes when a method of that kind comes. */
#include "apportion/each.h"

/* One step each for the first listed with a weight, as long as there are any. */
static void hand_out_first(const mbill__pool *pool, const mbill__whole *whole, uint64_t left, int64_t *amounts)
{
    const int64_t one = whole->negative ? -whole->step : whole->step;
    for (size_t i = 0; i < pool->n && left > 0; i++) {
        if (mbill__pool_weight(pool, i) == 0) continue;
        amounts[i] += one;
        left--;
    }
}

static uint64_t part_of(const mbill__pool *pool, const mbill__whole *whole, const mbill__divisor *by, int32_t method, size_t i)
{
    uint64_t rest, part = mbill__quota(whole->units, mbill__pool_weight(pool, i), by, &rest);
    return part + (method == MBILL_APPORTION_HALF_UP_EACH && rest >= pool->sum - rest ? 1 : 0);
}

mbill_status mbill__each_share(const mbill__pool *pool, const mbill__whole *whole, int32_t method, size_t absorber,
    int64_t *amounts, int64_t *out_over, mbill_error *err)
{
    const mbill__divisor by = mbill__divisor_of(pool->sum);
    uint64_t left = whole->units; /* below 0 when halves were rounded up: it wraps, and so does the amount of it */
    for (size_t i = 0; i < pool->n; i++) left -= part_of(pool, whole, &by, method, i);
    *out_over = mbill__whole_amount(whole, left);
    if (whole->negative && left > whole->units && *out_over == INT64_MIN)
        return mbill__fail(err, MBILL_E_OVERFLOW, "the residual is 2^63, one more than 64 bits hold");
    for (size_t i = 0; i < pool->n; i++) amounts[i] = mbill__whole_amount(whole, part_of(pool, whole, &by, method, i));
    if (method == MBILL_APPORTION_FIRST) hand_out_first(pool, whole, left, amounts);
    if (method == MBILL_APPORTION_ABSORB) amounts[absorber] += *out_over; /* both have the total's sign, and are within it */
    if (method == MBILL_APPORTION_FIRST || method == MBILL_APPORTION_ABSORB) *out_over = 0;
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when largest remainder over signed weights does: split a whole so that the parts add up to it exactly, ties to the lowest index. No memory is
 * taken: rests are computed again where they are needed. lib/apportion does the same with keys, and keeps the rests. */
#include "number/quota.h"
#include "number/round.h"
#include "number/select.h"

typedef struct split {
    uint64_t whole;
    const int64_t *weights;
    mbill__divisor by;
} split;

static bool rest_at(const void *list, size_t i, uint64_t *out)
{
    const split *of = list;
    (void)mbill__quota(of->whole, (uint64_t)of->weights[i], &of->by, out);
    return true;
}

static int64_t with_sign(uint64_t part, bool negative)
{
    return mbill__word_signed(negative ? 0 - part : part);
}

/* One unit to each of the largest rests: all past the border, then those on it from the lowest index. */
static void hand_out(const split *of, size_t units, bool negative, int64_t *parts, size_t n)
{
    mbill__border border = mbill__find_border(rest_at, of, n, units);
    size_t on_border = border.on_it;
    for (size_t i = 0; i < n; i++) {
        uint64_t rest;
        (void)rest_at(of, i, &rest);
        if (rest < border.value || (rest == border.value && border.on_it > 0 && on_border == 0)) continue;
        if (rest == border.value && border.on_it > 0) on_border--;
        parts[i] += negative ? -1 : 1;
    }
}

bool mbill__share_out(int64_t whole, const int64_t *weights, int64_t *parts, size_t n)
{
    int64_t total = 0;
    for (size_t i = 0; i < n; i++)
        if (weights[i] < 0 || !mbill__add(total, weights[i], &total)) return false;
    if (total == 0) return false;
    const split of = {mbill__word_magnitude(whole), weights, mbill__divisor_of((uint64_t)total)};
    uint64_t left = of.whole;
    for (size_t i = 0; i < n; i++) {
        uint64_t rest, part = mbill__quota(of.whole, (uint64_t)weights[i], &of.by, &rest);
        parts[i] = with_sign(part, whole < 0);
        left -= part; /* no more than whole in all */
    }
    if (left != 0) hand_out(&of, (size_t)left, whole < 0, parts, n);
    return true;
}

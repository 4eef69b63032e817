/* SPDX-License-Identifier: Apache-2.0 */
/* Largest remainder: split a whole so that the parts add up to it exactly. No memory is taken: remainders are computed again
 * where they are needed, and the smallest one that still earns a unit is found by halving its range. */
#include "number/round.h"

/* whole x weight / total, cut toward zero, with the size of what was cut off (below total). */
static int64_t cut_share(int64_t whole, int64_t weight, int64_t total, int64_t *out_rest)
{
    mbill__wide quotient, rest;
    int64_t share = 0, left = 0;
    /* Both fit: weight <= total bounds the share by whole, and the rest is below total. */
    (void)mbill__wide_divide(mbill__wide_product(whole, weight), mbill__wide_of(total), &quotient, &rest);
    (void)mbill__wide_fits(quotient, &share);
    (void)mbill__wide_fits(rest, &left);
    *out_rest = left < 0 ? -left : left;
    return share;
}

static size_t count_rests_from(int64_t border, int64_t whole, const int64_t *weights, size_t n, int64_t total)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t rest;
        (void)cut_share(whole, weights[i], total, &rest);
        if (rest >= border) count++;
    }
    return count;
}

/* The largest border at which at least units rests are as large; 0 < units < n, and more than units rests are above 0. */
static int64_t find_border(size_t units, int64_t whole, const int64_t *weights, size_t n, int64_t total)
{
    int64_t low = 1, high = total - 1;
    while (low < high) {
        int64_t middle = low + (high - low) / 2 + 1;
        size_t count = count_rests_from(middle, whole, weights, n, total);
        if (count == units) return middle;
        if (count > units) low = middle;
        else high = middle - 1;
    }
    return low;
}

/* One unit to each of the largest rests: all past the border, then those on it from the lowest index. */
static void hand_out(size_t units, int64_t whole, const int64_t *weights, int64_t *parts, size_t n, int64_t total)
{
    int64_t border = find_border(units, whole, weights, n, total);
    size_t on_border = units - count_rests_from(border + 1, whole, weights, n, total);
    for (size_t i = 0; i < n; i++) {
        int64_t rest;
        (void)cut_share(whole, weights[i], total, &rest);
        if (rest < border || (rest == border && on_border == 0)) continue;
        if (rest == border) on_border--;
        parts[i] += whole < 0 ? -1 : 1;
    }
}

bool mbill__share_out(int64_t whole, const int64_t *weights, int64_t *parts, size_t n)
{
    int64_t total = 0, left = whole;
    for (size_t i = 0; i < n; i++)
        if (weights[i] < 0 || !mbill__add(total, weights[i], &total)) return false;
    if (total == 0) return false;
    for (size_t i = 0; i < n; i++) {
        int64_t rest;
        parts[i] = cut_share(whole, weights[i], total, &rest);
        left -= parts[i]; /* same sign, and no more than whole in all */
    }
    if (left != 0) hand_out((size_t)(left < 0 ? -left : left), whole, weights, parts, n, total);
    return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the largest of many values are found another way: digit by digit from the top, by counting, without memory of its own and without
 * moving a value. At most six passes; a pass ends the search as soon as a digit's count is what is wanted. */
#ifndef MBILL__SELECT_H
#define MBILL__SELECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Value i of a list; false: it takes no part. */
typedef bool (*mbill__value_at)(const void *list, size_t i, uint64_t *out);

/* Where the largest values end: all above value are among them, and of those that equal it as many as `on_it` says, or all when it is 0. */
typedef struct mbill__border {
    uint64_t value;
    size_t on_it;
} mbill__border;

#define MBILL__DIGIT_BITS 11

/* A call for every value costs more than all the rest of the search. */
#if defined(__GNUC__) || defined(__clang__)
#define MBILL__INLINE __attribute__((always_inline)) inline
#else
#define MBILL__INLINE inline
#endif

/* The border of the `wanted` largest of n values; 0 < wanted <= those that take part. */
static MBILL__INLINE mbill__border mbill__find_border(mbill__value_at at, const void *list, size_t n, size_t wanted)
{
    size_t counts[1 << MBILL__DIGIT_BITS];
    mbill__border border = {0, wanted};
    uint64_t fixed = 0; /* the bits of the border that are known */
    for (unsigned width = 64; width > 0;) {
        unsigned bits = width < MBILL__DIGIT_BITS ? width : MBILL__DIGIT_BITS;
        uint64_t mask = (UINT64_C(1) << bits) - 1, value, digit = mask;
        width -= bits;
        memset(counts, 0, sizeof counts);
        for (size_t i = 0; i < n; i++)
            if (at(list, i, &value) && ((value ^ border.value) & fixed) == 0) counts[(value >> width) & mask]++;
        for (; digit > 0 && counts[digit] < border.on_it; digit--) border.on_it -= counts[digit];
        border.value |= digit << width;
        fixed |= mask << width;
        if (counts[digit] != border.on_it) continue;
        border.on_it = 0;
        return border;
    }
    return border;
}

#endif

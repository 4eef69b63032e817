/* SPDX-License-Identifier: Apache-2.0 */
/* Signed 128-bit integers, the only place where products and exact sums are formed. Two implementations with the same results: the
 * compiler's __int128 where there is one, and a pair of 64-bit words (always compiled, so that tests compare the two). Range is the
 * two's complement one; every operation that could leave it says so and returns false. */
#ifndef MBILL__WIDE_H
#define MBILL__WIDE_H

#include <stdbool.h>
#include <stdint.h>

/* [base/number engineer: types mbill__wide (whichever is chosen; MBILL_NO_INT128 forces the pair), and the functions below] */
mbill__wide mbill__wide_of(int64_t value);
mbill__wide mbill__wide_product(int64_t a, int64_t b);                          /* always fits */
bool mbill__wide_add(mbill__wide a, mbill__wide b, mbill__wide *out);           /* false: overflow, out untouched */
bool mbill__wide_subtract(mbill__wide a, mbill__wide b, mbill__wide *out);
bool mbill__wide_multiply(mbill__wide a, int64_t b, mbill__wide *out);          /* false: overflow */
bool mbill__wide_negate(mbill__wide a, mbill__wide *out);
int mbill__wide_compare(mbill__wide a, mbill__wide b);                          /* -1, 0, 1 */
int mbill__wide_sign(mbill__wide a);                                            /* -1, 0, 1 */
void mbill__wide_divide(mbill__wide a, mbill__wide b, mbill__wide *quotient, mbill__wide *rest); /* b != 0; toward zero, rest has a's sign */
bool mbill__wide_fits(mbill__wide a, int64_t *out);                             /* false: outside int64_t */

#endif

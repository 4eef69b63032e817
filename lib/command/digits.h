/* SPDX-License-Identifier: Apache-2.0 */
/* The digits of tokens as numbers. */
#ifndef MBILL__DIGITS_H
#define MBILL__DIGITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool mbill__digits_are(const char *digits, size_t len, char first, char last);

/* n digits with leading zeros and a NUL; value < 10^n, n <= 19. */
void mbill__digits_of(uint64_t value, size_t n, char *out);

/* At most 19 digits. */
uint64_t mbill__digits_to(const char *digits, size_t n);

/* Twenty digits of top x 2^64 + rest, top < 4; and back, false: 2^66 or more. */
void mbill__digits_of_66(uint64_t top, uint64_t rest, char out[21]);
bool mbill__digits_to_66(const char *digits, uint64_t *out_top, uint64_t *out_rest);

#endif

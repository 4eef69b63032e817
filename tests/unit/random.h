/* SPDX-License-Identifier: Apache-2.0 */
/* Random numbers that a failure can be repeated with: a fixed sequence for each start, which MBILL_SEED may choose. */
#ifndef RANDOM_H
#define RANDOM_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t random_state;

/* splitmix64 (Steele, Lea and Flood 2014), for tests with a start of their own. */
static inline uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Start the numbers of random_word anew: from MBILL_SEED, else from a fixed number; the first call of a program says which. */
static inline void random_begin(const char *program)
{
    static bool said;
    const char *given = getenv("MBILL_SEED");
    random_state = given == NULL ? 20240229 : strtoull(given, NULL, 10);
    if (!said) fprintf(stderr, "%s: MBILL_SEED=%" PRIu64 "\n", program, random_state);
    said = true;
}

static inline uint64_t random_word(void)
{
    return random_next(&random_state);
}

/* Of any length, either sign. */
static inline int64_t random_value(void)
{
    int64_t value = (int64_t)(random_word() >> (random_word() % 63 + 1));
    return random_word() % 2 == 0 ? value : -value - 1;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A city's readings on their way to the store: those that arrive together. */
#ifndef CITY_H
#define CITY_H

#include "bench.h"

#define START INT64_C(1767225600) /* 2026-01-01 */
#define HOUR INT64_C(3600)
#define STEP INT64_C(10000) /* a meter's last digit: 0.01 kWh */

enum { LATE_HOURS = 24 };

typedef struct batch {
    int64_t *registers, *times, *values;
    size_t n, cap;
} batch;

static inline void add(batch *to, int64_t number, int64_t time, int64_t value)
{
    if (to->n == to->cap) {
        to->cap = to->cap * 2 + 1024;
        to->registers = more(to->registers, to->cap * sizeof *to->registers);
        to->times = more(to->times, to->cap * sizeof *to->times);
        to->values = more(to->values, to->cap * sizeof *to->values);
    }
    to->registers[to->n] = number;
    to->times[to->n] = time;
    to->values[to->n++] = value;
}

#endif

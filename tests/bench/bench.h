/* SPDX-License-Identifier: Apache-2.0 */
/* What benches do alike: stop, look at a clock, take a median, ask for memory, draw. The file that includes it asks for POSIX first. */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline void stop(const char *why)
{
    fprintf(stderr, "bench: %s\n", why);
    exit(1);
}

static inline double clock_ns(clockid_t clock)
{
    struct timespec at;
    clock_gettime(clock, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static inline double now_s(void)
{
    return clock_ns(CLOCK_MONOTONIC) / 1e9;
}

/* Time of the processor alone, which other work on the machine does not lengthen as much. */
static inline double cpu_s(void)
{
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID) / 1e9;
}

static inline int rises(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double median(double *times, size_t n)
{
    qsort(times, n, sizeof *times, rises);
    return times[n / 2];
}

static inline void *room(size_t n, size_t size)
{
    void *block = calloc(n, size);
    if (block == NULL) stop("no memory");
    return block;
}

static inline void *more(void *block, size_t size)
{
    void *larger = realloc(block, size);
    if (larger == NULL) stop("no memory");
    return larger;
}

/* 0 to n - 1, from a start that is the same in every run. */
static inline uint32_t chance(size_t n)
{
    static uint64_t state = 1;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((state >> 33) % n);
}

#endif

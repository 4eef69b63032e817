/* SPDX-License-Identifier: Apache-2.0 */
/* One total over many units: one JSON object a line. `bench_split` times 1,000,000 units against a bare sum of their weights; `bench_split UNITS ROUNDS`
 * does so with others, for tests. `bench_split peer UNITS` prints the nanoseconds of one split of that many units, the weights being those that peers.mjs
 * draws. That the parts add up is seen before anything is said; times are the thread's own, medians of rounds in which both sides take turns. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include "meterbill/apportion.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS_MAX = 99, PEER_ROUNDS = 21 };

typedef struct pool {
    size_t n;
    mbill_share *shares;
    uint64_t *scratch;
    int64_t *amounts;
} pool;

/* Areas in square centimetres: 20.0000 to 439.4303 m2, drawn by the generator of peers.mjs. */
static pool draw(size_t n)
{
    pool out = {n, room(n, sizeof *out.shares), room(1, mbill_apportion_scratch_size(n)), room(n, sizeof *out.amounts)};
    uint32_t state = 20240229;
    for (size_t i = 0; i < n; i++) {
        state = state * UINT32_C(1664525) + UINT32_C(1013904223);
        out.shares[i] = (mbill_share){n - i, 200000 + (state >> 10)};
    }
    return out;
}

static void drop(pool *of)
{
    free(of->shares);
    free(of->scratch);
    free(of->amounts);
}

static double split_once(const pool *of, int64_t total)
{
    int64_t residual, sum = 0;
    double start = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    if (mbill_apportion(total, of->shares, of->n, NULL, of->scratch, of->amounts, &residual, NULL) != MBILL_OK) stop("refused");
    double end = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    for (size_t i = 0; i < of->n; i++) sum += of->amounts[i];
    if (sum != total || residual != 0) stop("the parts do not add up");
    return end - start;
}

static double bare_once(const pool *of)
{
    volatile uint64_t kept;
    uint64_t sum = 0;
    double start = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    for (size_t i = 0; i < of->n; i++) sum += of->shares[i].weight;
    kept = sum;
    (void)kept;
    return clock_ns(CLOCK_THREAD_CPUTIME_ID) - start;
}

static void row(size_t n, size_t rounds)
{
    double ours[ROUNDS_MAX], bare[ROUNDS_MAX];
    pool of = draw(n);
    for (size_t i = 0; i < rounds; i++) {
        ours[i] = split_once(&of, INT64_C(123456789012) + (int64_t)i);
        bare[i] = bare_once(&of);
    }
    double value = median(ours, rounds), against = median(bare, rounds);
    printf("{\"name\":\"split_1m\",\"value\":%.2f,\"unit\":\"ns/unit\",\"units\":%zu,\"milliseconds\":%.3f,\"against\":\"bare "
           "sum of the weights\","
           "\"ratio\":%.2f}\n",
        value / (double)n, n, value / 1e6, value / against);
    drop(&of);
}

static void peer(size_t n)
{
    double ours[PEER_ROUNDS];
    pool of = draw(n);
    for (size_t i = 0; i < PEER_ROUNDS; i++) ours[i] = split_once(&of, INT64_C(123456789) + (int64_t)i);
    printf("%.0f\n", median(ours, PEER_ROUNDS));
    drop(&of);
}

static size_t count(const char *text, size_t most)
{
    unsigned long value = strtoul(text, NULL, 10);
    if (value < 1 || value > most) stop("a count is out of its range");
    return (size_t)value;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "peer") == 0) peer(count(argv[2], 100000000));
    else if (argc == 3) row(count(argv[1], 100000000), count(argv[2], ROUNDS_MAX));
    else if (argc == 1) row(1000000, 15);
    else stop("usage: bench_split [UNITS ROUNDS | peer UNITS]");
    return 0;
}

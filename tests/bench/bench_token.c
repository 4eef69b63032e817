/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: one of EA11 made, one found among 32 keys, one of OpenPAYGO with the count 1000. One JSON object a line; the goal of each stands in "against". */
#define _POSIX_C_SOURCE 200809L
#include "meterbill/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 9, KEYS = 32 };

static long times = 20000;

static void stop(const char *why)
{
    fprintf(stderr, "bench_token: %s\n", why);
    exit(1);
}

static double now_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at); /* a core's own time: what else the machine does is not ours */
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static int rises(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *list)
{
    qsort(list, ROUNDS, sizeof *list, rises);
    return list[ROUNDS / 2];
}

static void say(const char *name, double ns, double goal_ns)
{
    printf("{\"name\": \"%s\", \"value\": %.0f, \"unit\": \"ns\", \"against\": \"goal %.0f ns\", \"ratio\": %.2f}\n", name, ns,
        goal_ns, goal_ns / ns);
}

static mbill_sts_key keys[KEYS];
static char made[MBILL_TOKEN_ROOM];

static void make_keys(void)
{
    for (int i = 0; i < KEYS; i++) {
        keys[i] = (mbill_sts_key){.struct_size = sizeof keys[i], .cipher = MBILL_STS_EA11, .base_year = 2014};
        for (int k = 0; k < 16; k++) keys[i].bytes[k] = (uint8_t)(i + 37 * k);
    }
}

static double encode(void)
{
    double list[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double began = now_ns();
        for (long i = 0; i < times; i++) {
            mbill_sts_token token = {.struct_size = sizeof token, .random = (uint32_t)i & 15, .tid = (uint32_t)i, .value = 256};
            if (mbill_sts_encode(&token, &keys[KEYS - 1], NULL, made, NULL) != MBILL_OK) stop("a token was refused");
        }
        list[round] = (now_ns() - began) / (double)times;
    }
    return median(list);
}

static double search(void)
{
    double list[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double began = now_ns();
        for (long i = 0; i < times / 10 + 1; i++) {
            mbill_sts_token token = {.struct_size = sizeof token};
            int64_t at = -1;
            if (mbill_sts_decode(made, 20, keys, KEYS, NULL, &token, &at, NULL) != MBILL_OK || at != KEYS - 1)
                stop("the key was not found");
        }
        list[round] = (now_ns() - began) / (double)(times / 10 + 1);
    }
    return median(list);
}

static double chain(void)
{
    static const mbill_openpaygo_device device = {sizeof device, 0, 516959010,
        {0xBC, 0x41, 0xEC, 0x95, 0x30, 0xF6, 0xDA, 0xC8, 0x6B, 0x1A, 0x29, 0xAB, 0x82, 0xED, 0xC5, 0xFB}};
    const mbill_openpaygo_token token = {.struct_size = sizeof token, .kind = MBILL_OPENPAYGO_ADD, .value = 30, .count = 1000};
    double list[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double began = now_ns();
        for (long i = 0; i < times / 20 + 1; i++)
            if (mbill_openpaygo_encode(&device, &token, made, NULL) != MBILL_OK) stop("a token was refused");
        list[round] = (now_ns() - began) / (double)(times / 20 + 1);
    }
    return median(list);
}

int main(int argc, char **argv)
{
    if (argc > 1) times = strtol(argv[1], NULL, 10);
    make_keys();
    say("token_sts_make", encode(), 1000);
    say("token_sts_search_32", search(), 40000);
    say("token_openpaygo_1000", chain(), 15000);
    return 0;
}

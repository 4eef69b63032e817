/* SPDX-License-Identifier: Apache-2.0 */
/* One tariff, several threads: each prices its accounts with positions of its own, and comes to what one thread comes to. Under
 * ThreadSanitizer (`sh tests/run.sh threads`) this is also the proof that pricing writes nothing that two threads share. */
#include "check_run.h"
#include "meterbill/tariff.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define N_THREADS 4
#define N_ACCOUNTS 12
#define N_BILLS 3
#define N_HOURS 720
#define LINES_CAP 256
#define HOUR_S INT64_C(3600)
#define MICRO INT64_C(1000000)
/* 2026-01-01T00:00:00Z */
#define JANUARY INT64_C(1767225600)

static const char document[] =
    "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"UTC0\",\"valid\":{\"from\":\"2020-01-01\","
    "\"to\":null},"
    "\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"},\"area\":{\"fact\":\"area\",\"unit\":\"m2\"}},"
    "\"calendar\":{\"days\":[{\"name\":\"free\",\"weekdays\":[\"sat\",\"sun\"]},{\"name\":\"work\",\"otherwise\":true}],"
    "\"periods\":["
    "{\"name\":\"peak\",\"when\":[{\"day\":\"work\",\"at\":[\"08:00-20:00\"]}]},{\"name\":\"base\",\"otherwise\":true}]},"
    "\"rounding\":{\"line\":\"none\",\"charge\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"bill\":\"none\"},\"charges\":["
    "{\"id\":\"energy\",\"quantity\":\"energy\",\"rate\":[{\"peak\":\"0.5\",\"base\":\"0.25\"},{\"peak\":\"0.7\",\"base\":\"0."
    "3\"}],"
    "\"tiers\":{\"over\":\"year\",\"how\":\"graduated\",\"bounds\":[\"500\"],\"across\":\"periods\",\"split\":\"chronological\"}}"
    ","
    "{\"id\":\"basic\",\"quantity\":\"area\",\"rate\":\"0.1\"},"
    "{\"id\":\"tax\",\"quantity\":{\"money\":[\"energy\",\"basic\"]},\"rate\":\"0.19\"}]}";

typedef struct account {
    int64_t totals[N_BILLS];
    mbill_status status;
} account;

typedef struct share {
    const mbill_tariff *tariff;
    account accounts[N_ACCOUNTS];
} share;

static void fill(mbill_interval *intervals, int64_t from, size_t number)
{
    for (size_t i = 0; i < N_HOURS; i++)
        intervals[i] = (mbill_interval){from + (int64_t)i * HOUR_S, from + ((int64_t)i + 1) * HOUR_S,
            (int64_t)((i * 7 + number) % 5) * MICRO, 0, 0};
}

static mbill_status price_bill(const mbill_tariff *tariff, size_t number, size_t n, mbill_position *position, int64_t *out_total)
{
    mbill_interval intervals[N_HOURS];
    mbill_line lines[LINES_CAP];
    const int64_t from = JANUARY + (int64_t)n * N_HOURS * HOUR_S;
    fill(intervals, from, number + n);
    const mbill_input input = {.name = "import", .intervals = intervals, .n_intervals = N_HOURS};
    const mbill_fact fact = {"area", ((int64_t)number + 1) * MICRO, NULL};
    const mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = from,
        .to_utc_s = from + N_HOURS * HOUR_S,
        .inputs = &input,
        .n_inputs = 1,
        .facts = &fact,
        .n_facts = 1};
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_error err;
    size_t n_lines = 0;
    mbill_error_init(&err);
    mbill_status status = mbill_tariff_price(tariff, &request, position, lines, LINES_CAP, &n_lines, &bill, position, &err);
    if (status == MBILL_OK) status = mbill_bill_check(&bill, lines, n_lines, &err);
    *out_total = bill.total_micro;
    return status;
}

static void price_account(const mbill_tariff *tariff, size_t number, account *out)
{
    mbill_position *position = malloc(mbill_position_size(tariff));
    out->status = position == NULL ? MBILL_E_NOMEM : MBILL_OK;
    if (position == NULL) return;
    mbill_position_init(tariff, position);
    for (size_t n = 0; n < N_BILLS && out->status == MBILL_OK; n++)
        out->status = price_bill(tariff, number, n, position, &out->totals[n]);
    free(position);
}

static void *price_all(void *given)
{
    share *work = given;
    for (size_t i = 0; i < N_ACCOUNTS; i++) price_account(work->tariff, i, &work->accounts[i]);
    return NULL;
}

START_TEST(threads_share_a_tariff)
{
    mbill_tariff *tariff = NULL;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_read(document, strlen(document), NULL, &tariff, &err) == MBILL_OK, "%s: %s", err.path,
        err.message);
    static share alone, shares[N_THREADS];
    alone.tariff = tariff;
    price_all(&alone);
    pthread_t threads[N_THREADS];
    for (size_t i = 0; i < N_THREADS; i++) {
        shares[i].tariff = tariff;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, price_all, &shares[i]), 0);
    }
    for (size_t i = 0; i < N_THREADS; i++) ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    for (size_t n = 0; n < N_ACCOUNTS; n++) {
        ck_assert_int_eq(alone.accounts[n].status, MBILL_OK);
        ck_assert(alone.accounts[n].totals[0] > 0 &&
            alone.accounts[n].totals[2] > alone.accounts[n].totals[0]); /* the ladder is climbed */
        for (size_t i = 0; i < N_THREADS; i++)
            ck_assert_int_eq(memcmp(&alone.accounts[n], &shares[i].accounts[n], sizeof alone.accounts[n]), 0);
    }
    mbill_tariff_free(tariff);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("threads");
    TCase *tests = tcase_create("threads");
    tcase_add_test(tests, threads_share_a_tariff);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

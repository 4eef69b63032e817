/* SPDX-License-Identifier: Apache-2.0 */
/* One bulk handle, several threads: each prices its share of the accounts in its own work space, and all come to what one thread comes to.
 * Under ThreadSanitizer (`sh tests/run.sh threads`) also the proof that the handle is only read. */
#include "check_run.h"
#include "meterbill/bulk.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define N_THREADS 4
#define N_ACCOUNTS 64
#define N_HOURS 744
#define CAP 64
#define HOUR_S INT64_C(3600)
/* 2026-01-01T00:00:00Z */
#define JANUARY INT64_C(1767225600)

/* A ladder that is climbed along columns, and a net input, for which columns are spelled out in the work space. */
static const char document[] =
    "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"UTC0\",\"valid\":{\"from\":\"2020-01-01\","
    "\"to\":null},"
    "\"inputs\":{\"in\":{\"register\":\"import\",\"unit\":\"kWh\"},\"out\":{\"register\":\"export\",\"unit\":\"kWh\"},"
    "\"net\":{\"minus\":[\"in\",\"out\"],\"part\":\"positive\",\"per\":\"interval\",\"unit\":\"kWh\"}},"
    "\"calendar\":{\"days\":[{\"name\":\"free\",\"weekdays\":[\"sat\",\"sun\"]},{\"name\":\"work\",\"otherwise\":true}],"
    "\"periods\":["
    "{\"name\":\"peak\",\"when\":[{\"day\":\"work\",\"at\":[\"08:00-20:00\"]}]},{\"name\":\"flat\",\"otherwise\":true}]},"
    "\"rounding\":{\"line\":\"none\",\"charge\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"bill\":\"none\"},\"charges\":["
    "{\"id\":\"energy\",\"quantity\":\"in\",\"rate\":[{\"peak\":\"0.5\",\"flat\":\"0.25\"},{\"peak\":\"0.7\",\"flat\":\"0.3\"}],"
    "\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"bounds\":[\"500\"],\"across\":\"periods\",\"split\":\"chronological\"}"
    "},{\"id\":\"net\",\"quantity\":\"net\",\"rate\":{\"peak\":\"0.1\",\"flat\":\"0.05\"}}]}";

static const mbill_axis axis = {JANUARY, HOUR_S, N_HOURS};
static const char *const registers[] = {"import", "export"};
static int64_t quantities[N_ACCOUNTS][2][N_HOURS];
static mbill_column columns[N_ACCOUNTS][2];

typedef struct share {
    const mbill_bulk *bulk;
    size_t n;
    mbill_bulk_account accounts[N_ACCOUNTS];
    mbill_line lines[N_ACCOUNTS][CAP];
    mbill_status status;
} share;

static share alone, shares[N_THREADS];

static void make_columns(void)
{
    uint64_t state = 20240229;
    for (size_t i = 0; i < N_ACCOUNTS; i++)
        for (size_t k = 0; k < 2; k++) {
            for (size_t hour = 0; hour < N_HOURS; hour++) {
                state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
                quantities[i][k][hour] = (int64_t)((state >> 33) % 1500000);
            }
            ck_assert_int_eq(mbill_column_check(&axis, quantities[i][k], NULL, &columns[i][k], NULL), MBILL_OK);
        }
}

/* Accounts first, first + step, … */
static void deal(share *out, const mbill_bulk *bulk, size_t first, size_t step)
{
    out->bulk = bulk;
    out->n = 0;
    for (size_t i = first; i < N_ACCOUNTS; i += step, out->n++)
        out->accounts[out->n] = (mbill_bulk_account){.columns = columns[i], .lines = out->lines[out->n], .cap_lines = CAP};
}

static void *price(void *given)
{
    share *own = given;
    void *work = malloc(mbill_bulk_work_size(own->bulk));
    own->status = work == NULL ? MBILL_E_NOMEM : mbill_bulk_price(own->bulk, own->accounts, own->n, work, NULL);
    free(work);
    return NULL;
}

START_TEST(threads_share_a_handle)
{
    pthread_t threads[N_THREADS];
    mbill_error err;
    mbill_tariff *tariff = NULL;
    mbill_bulk *bulk = NULL;
    mbill_price_request span = {.struct_size = sizeof span, .from_utc_s = JANUARY, .to_utc_s = JANUARY + N_HOURS * HOUR_S};
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_read(document, strlen(document), NULL, &tariff, &err) == MBILL_OK, "%s", err.message);
    ck_assert_msg(mbill_bulk_open(tariff, &span, &axis, registers, 2, NULL, &bulk, &err) == MBILL_OK, "%s", err.message);
    make_columns();
    deal(&alone, bulk, 0, 1);
    (void)price(&alone);
    ck_assert_int_eq(alone.status, MBILL_OK);
    for (size_t i = 0; i < N_THREADS; i++) {
        deal(&shares[i], bulk, i, N_THREADS);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, price, &shares[i]), 0);
    }
    for (size_t i = 0; i < N_THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_int_eq(shares[i].status, MBILL_OK);
        for (size_t k = 0; k < shares[i].n; k++) {
            const mbill_bulk_account *one = &alone.accounts[i + k * N_THREADS], *other = &shares[i].accounts[k];
            ck_assert_int_eq(other->total_micro, one->total_micro);
            ck_assert_uint_eq(other->n_lines, one->n_lines);
            ck_assert_mem_eq(other->lines, one->lines, one->n_lines * sizeof *one->lines);
        }
    }
    ck_assert_int_ne(alone.accounts[0].total_micro, alone.accounts[1].total_micro);
    mbill_bulk_free(bulk);
    mbill_tariff_free(tariff);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bulk_threads");
    TCase *tests = tcase_create("bulk_threads");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, threads_share_a_handle);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

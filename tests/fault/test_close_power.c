/* SPDX-License-Identifier: Apache-2.0 */
/* A month close whose steps take top-ups along, and a loss of power at calls in the middle of them: what was answered is there, each step whole or not
 * at all, and the close begun again, with all top-ups sent again, ends in the very file that an undisturbed close leaves. */
#include "power.h"
#include "check_run.h"

#include "faulty.h"
#include "meterbill/close.h"
#include "store/inner.h"

enum { ACCOUNTS = 20, BUDGET = 3, STEPS = (ACCOUNTS + BUDGET - 1) / BUDGET };

static char path[300], pristine[300];
static const char *folder;
static uint64_t expected;

/* With a checkpoint every eight pages: some steps pay for one. */
static mbill_store *open_tuned(uint32_t flags)
{
    mbill_error err;
    mbill_store *store = open_store(path, flags);
    if (flags == 0) ck_ok(mbill__db_run(store->db, "PRAGMA wal_autocheckpoint=8", &err));
    return store;
}

static mbill_close *begin(mbill_store *store)
{
    mbill_close_options options = {.struct_size = sizeof options,
        .from = "2026-01-01",
        .to = "2026-02-01",
        .recorded_utc_s = RECORDED_UTC_S};
    mbill_close *close;
    mbill_error err;
    ck_ok(mbill_close_begin(store, &options, &close, &err));
    return close;
}

/* Step i, from 0, with a top-up of an account that it bills, and one of another. Returns whether both are new. */
static bool take_step(mbill_close *close, int i, const char *what)
{
    mbill_operation ops[2];
    mbill_result results[2];
    mbill_error err;
    bool more = false;
    for (int k = 0; k < 2; k++)
        ops[k] = (mbill_operation){.id = {{3, (uint8_t)(i + 1), (uint8_t)k}},
            .kind = MBILL_OPERATION_TOP_UP,
            .account = k == 0 ? i * BUDGET + 1 : ACCOUNTS - i,
            .amount_micro = (i + 1) * INT64_C(1000000),
            .sequence = MBILL_NONE,
            .charge = MBILL_NONE,
            .period = MBILL_NONE};
    mbill_error_init(&err);
    mbill_status status = mbill_close_step_apply(close, BUDGET, ops, 2, RECORDED_UTC_S, results, &more, &err);
    ck_assert_msg(status == MBILL_OK, "%s: step %d: %s", what, i, err.message);
    ck_assert_msg(more == (i + 1 < STEPS), "%s: step %d", what, i);
    ck_assert_msg(results[0].code == results[1].code, "%s: step %d took one top-up of two", what, i);
    ck_assert(results[0].code == MBILL_RESULT_OK || results[0].code == MBILL_RESULT_EXISTS);
    return results[0].code == MBILL_RESULT_OK;
}

/* Every account is in the ledger before. */
static void setup(void)
{
    mbill_error err;
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    snprintf(pristine, sizeof pristine, "%s/copy.db", folder);
    mbill_store *store = make_district(path, ACCOUNTS);
    for (int i = 1; i <= ACCOUNTS; i++) {
        char csv[200];
        snprintf(csv, sizeof csv, TOP_UPS("%032x,A%04d,5,2026-01-02\n"), 0x900 + (unsigned)i, i);
        ck_ok(put_top_ups(store, csv, NULL, &err));
    }
    ck_ok(mbill_store_backup(store, pristine, &err));
    mbill_store_free(store);
}

static void teardown(void)
{
    remove_file(path);
    remove_folder(folder);
}

static void close_undisturbed(uint32_t flags)
{
    mbill_store *store = open_tuned(flags);
    mbill_close *close = begin(store);
    for (int i = 0; i < STEPS; i++) {
        ck_assert(take_step(close, i, "undisturbed"));
        power_answered(i + 1);
    }
    mbill_close_free(close);
    mbill_store_free(store);
}

/* Begun again: which steps were kept is told by their top-ups and by their bills alike. */
static void resume(void *ctx, int64_t answered, const char *what)
{
    const uint32_t *flags = ctx;
    mbill_close_summary summary = {.struct_size = sizeof summary};
    mbill_error err;
    int64_t n_kept = 0;
    mbill_store *store = open_tuned(*flags);
    mbill_close *close = begin(store);
    for (int i = 0; i < STEPS; i++) {
        if (take_step(close, i, what)) continue;
        ck_assert_msg(n_kept == i, "%s: step %d is there and the one before is not", what, i);
        n_kept++;
    }
    ck_ok(mbill_close_sums(close, &summary, NULL, NULL, &err));
    mbill_close_free(close);
    mbill_store_free(store);
    ck_assert_msg(n_kept >= answered, "%s: %lld steps were answered, %lld are there", what, (long long)answered,
        (long long)n_kept);
    ck_assert_int_eq(summary.n_already, n_kept * BUDGET < ACCOUNTS ? n_kept * BUDGET : ACCOUNTS);
    ck_assert_int_eq(summary.n_billed + summary.n_already, ACCOUNTS);
    ck_assert_msg(digest_file(path) == expected, "%s: another file", what);
}

static const struct {
    const char *name;
    uint32_t flags;
} MODES[] = {{"write-ahead", 0}, {"rollback", MBILL_STORE_ROLLBACK}};

START_TEST(power_lost)
{
    uint32_t flags = MODES[_i].flags;
    const int64_t apart = fault_step(3); /* a frame is two writes: its head and its page */
    start_afresh(path, pristine);
    power_record(path);
    close_undisturbed(flags);
    size_t n_calls = power_recorded();
    expected = digest_file(path);
    int64_t n_states = power_lose((size_t)apart, resume, &flags);
    printf("# close, power lost, %s journal: %zu calls, %lld states, 0 violations\n", MODES[_i].name, n_calls,
        (long long)n_states);
    ck_assert_uint_ge(n_calls, 180);
    ck_assert_int_ge(n_states, 4 * (int64_t)n_calls / apart);
}
END_TEST

int main(void)
{
    faulty_install();
    Suite *suite = suite_create("close_power");
    TCase *power = tcase_create("power");
    tcase_add_checked_fixture(power, setup, teardown);
    tcase_set_timeout(power, 900);
    tcase_add_loop_test(power, power_lost, 0, 2);
    suite_add_tcase(suite, power);
    return check_run(suite, CK_NOFORK);
}

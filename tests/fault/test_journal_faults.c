/* SPDX-License-Identifier: Apache-2.0 */
/* The kept journal with each call to its files and each allocation failing in turn, once and for ever; and after a loss of
 * power at each of these calls, with what was not synced lost, out of order and torn. Whole batches are there, those that were answered among
 * them, and sending all again ends in the same chain. The counts are printed and may not shrink. */
#include "power.h"
#include "check_run.h"

#include "faulty.h"

static char path[300], pristine[300];
static const char *folder;
static life_known known;
static int64_t n_points;

enum { MODES = 3 };

/* Wide: batches of several segments, and checkpoints while the life goes on. */
static const struct {
    const char *name;
    uint32_t flags;
    bool wide;
} modes[MODES] = {{"write-ahead", 0, false}, {"rollback", MBILL_STORE_ROLLBACK, false}, {"write-ahead, wide", 0, true}};

static void choose(int mode)
{
    remove_file(path);
    life_wide(modes[mode].wide);
    life_learn(path, 0, &known);
}

static void setup(void)
{
    mbill_error err;
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    snprintf(pristine, sizeof pristine, "%s/copy.db", folder);
    mbill_store *empty = open_store(path, MBILL_STORE_CREATE);
    ck_ok(mbill_store_backup(empty, pristine, &err));
    mbill_store_free(empty);
    n_points = 0;
}

static void teardown(void)
{
    remove_file(path);
    remove_folder(folder);
}

/* ---- one call fails ---- */

/* Until something fails. Batches answered. */
static int live(uint32_t flags)
{
    mbill_status status;
    int answered = live_until(path, flags, faulty_allocator(), &status);
    ck_assert_msg(status == MBILL_OK || status == MBILL_E_FULL || status == MBILL_E_IO || status == MBILL_E_NOMEM ||
            status == MBILL_E_CORRUPT || status == MBILL_E_BUSY || status == MBILL_E_READ_ONLY ||
            status == MBILL_E_OUTCOME_UNKNOWN,
        "%s", mbill_status_name((int32_t)status));
    return answered;
}

static void every_fault(fault_kind kind, bool for_ever, uint32_t flags)
{
    bool struck = true;
    char what[80];
    for (int64_t nth = 1; struck; nth += fault_step(kind == FAULT_MEMORY ? 29 : 1)) {
        start_afresh(path, pristine);
        fault_arm(kind, nth, for_ever);
        int answered = live(flags);
        struck = fault_disarm();
        ck_assert_int_eq(faulty_live_blocks(), 0);
        snprintf(what, sizeof what, "kind %d, number %lld, %s", (int)kind, (long long)nth, for_ever ? "for ever" : "once");
        life_check(path, flags, answered, &known, what);
        n_points++;
    }
}

/* Calls of a life by kind of fault, the least of both narrow modes, and of the wide one: fewer would be a sweep that misses some. */
static const int64_t LEAST[2][FAULT_KINDS] = {{[FAULT_OPEN] = 3,
                                                  [FAULT_READ] = 16,
                                                  [FAULT_WRITE] = 55,
                                                  [FAULT_FULL] = 55,
                                                  [FAULT_SYNC] = 16,
                                                  [FAULT_TRUNCATE] = 1,
                                                  [FAULT_SIZE] = 10,
                                                  [FAULT_LOCK] = 4,
                                                  [FAULT_ACCESS] = 3,
                                                  [FAULT_DELETE] = 2,
                                                  [FAULT_MEMORY] = 110,
                                                  [FAULT_ALLOCATOR] = 50},
    {[FAULT_OPEN] = 3,
        [FAULT_READ] = 45,
        [FAULT_WRITE] = 140,
        [FAULT_FULL] = 140,
        [FAULT_SYNC] = 26,
        [FAULT_TRUNCATE] = 1,
        [FAULT_SIZE] = 10,
        [FAULT_LOCK] = 4,
        [FAULT_ACCESS] = 3,
        [FAULT_DELETE] = 2,
        [FAULT_MEMORY] = 110,
        [FAULT_ALLOCATOR] = 50}};

START_TEST(each_call)
{
    fault_kind kind = (fault_kind)(1 + _i / (2 * MODES));
    int mode = _i / 2 % MODES;
    choose(mode);
    every_fault(kind, (_i & 1) != 0, modes[mode].flags);
    printf("# journal, kind %d, %s, %s journal: %lld points, 0 violations\n", (int)kind, (_i & 1) != 0 ? "for ever" : "once",
        modes[mode].name, (long long)n_points);
    ck_assert_int_ge(n_points * fault_step(1), LEAST[modes[mode].wide][kind]);
}
END_TEST

/* ---- power is lost ---- */

static void record_life(uint32_t flags)
{
    start_afresh(path, pristine);
    power_record(path);
    for (int part = 0; part < 2; part++) { /* closed and opened in the middle: checkpoints are part of it */
        mbill_store *store = open_store(path, flags);
        mbill_journal *journal;
        mbill_error err;
        ck_ok(life_tune(store, &err));
        ck_ok(mbill_journal_open(store, &journal, &err));
        for (int i = part * LIFE_BATCHES / 2; i < (part + 1) * LIFE_BATCHES / 2; i++) {
            ck_ok(life_send(journal, i, &err));
            power_answered(i + 1);
        }
        mbill_journal_free(journal);
        mbill_store_free(store);
    }
}

static void check_life(void *ctx, int64_t answered, const char *what)
{
    const uint32_t *flags = ctx;
    life_check(path, *flags, (int)answered, &known, what);
}

START_TEST(power_lost)
{
    uint32_t flags = modes[_i].flags;
    choose(_i);
    record_life(flags);
    size_t n_calls = power_recorded();
    n_points = power_lose(1, check_life, &flags);
    printf("# journal, power lost, %s journal: %zu calls, %lld states, 0 violations\n", modes[_i].name, n_calls,
        (long long)n_points);
    ck_assert_int_ge(n_points, modes[_i].wide ? 700 : 380);
}
END_TEST

/* ---- the disk says something else ---- */

/* One byte of the closed file is another: the journal is what it was, or it is refused. */
START_TEST(each_byte_changed)
{
    int64_t refused = 0;
    disk_file whole = {0};
    mbill_error err;
    choose(0);
    disk_read(&whole, path);
    for (size_t at = 7; at < whole.len; at += 211) {
        mbill_journal_head head = {.struct_size = sizeof head};
        mbill_store *store = NULL;
        remove_file(path);
        whole.bytes[at] ^= (uint8_t)(1 << at % 8);
        disk_write(&whole, path);
        whole.bytes[at] ^= (uint8_t)(1 << at % 8);
        mbill_error_init(&err);
        mbill_status status = mbill_store_open(path, NULL, NULL, &store, &err);
        if (status == MBILL_OK) status = mbill_journal_verify(store, NULL, &head, &err);
        mbill_store_free(store);
        bool same = head.n_records == known.n_records[LIFE_BATCHES] && memcmp(head.hash, known.hash, sizeof head.hash) == 0;
        ck_assert_msg(status != MBILL_OK || same, "byte %zu: another journal, and nothing said", at);
        if (status != MBILL_OK) refused++;
        n_points++;
    }
    printf("# journal, one byte changed: %lld places, %lld refused, the rest without effect\n", (long long)n_points,
        (long long)refused);
    free(whole.bytes);
    ck_assert_int_ge(n_points, 400);
    ck_assert_int_ge(refused, 40);
}
END_TEST

int main(void)
{
    faulty_install();
    Suite *suite = suite_create("journal_faults");
    TCase *faults = tcase_create("faults"), *power = tcase_create("power");
    tcase_add_checked_fixture(faults, setup, teardown);
    tcase_add_checked_fixture(power, setup, teardown);
    tcase_set_timeout(faults, 900);
    tcase_set_timeout(power, 900);
    tcase_add_loop_test(faults, each_call, 0, 2 * MODES * (FAULT_KINDS - 1));
    tcase_add_loop_test(power, power_lost, 0, MODES);
    tcase_add_test(power, each_byte_changed);
    suite_add_tcase(suite, faults);
    suite_add_tcase(suite, power);
    return check_run(suite, CK_NOFORK);
}

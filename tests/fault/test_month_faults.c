/* SPDX-License-Identifier: Apache-2.0 */
/* Batches of readings, corrections, and a month that leaves for a file and comes back, with each write, sync, truncation, read, opening and
 * allocation failing in turn, once and for ever: every batch is whole or not there, the month is whole in the store or whole in its file at any
 * moment, and the work repeated without faults ends with the very same readings. */
#include "answered.h"

#include "every.h"

#include "meterbill/ingest.h"
#include "meterbill/months.h"

#include <stdbool.h>

#define N_ACCOUNTS 4
#define N_ROWS 40

static char path[300], part[300], pristine[300];
static const char *folder;
static int64_t expected;

/* What the readings come to, whichever file they are in. */
static const char SUM[] =
    "SELECT coalesce(sum(register_no * 1000003 + at_utc_s * 7 + value_micro % 1000003), 0) FROM mbill_reading";
static const char IN_MONTH[] = "SELECT coalesce(sum(register_no * 1000003 + at_utc_s * 7 + value_micro % 1000003), 0) FROM "
                               "mbill_reading WHERE at_utc_s < 1767225600";

typedef struct answers {
    mbill_status open, batch, correct, detach, attach;
} answers;

/* EXISTS: it was done before; EXISTS_DIFFERENT: the correction of the same batch was. */
static mbill_status judge(mbill_status status, const mbill_error *err)
{
    check_answer(status, err,
        status == MBILL_E_EXISTS || status == MBILL_E_EXISTS_DIFFERENT || status == MBILL_E_NOT_FOUND ||
            status == MBILL_E_INVALID);
    return status;
}

/* Hours of all meters, one of them late; correct: the last has another value. */
static mbill_status put_batch(mbill_store *store, bool correct, mbill_error *err)
{
    int64_t registers[N_ROWS], times[N_ROWS], values[N_ROWS];
    for (int i = 0; i < N_ROWS; i++) {
        registers[i] = 1 + i % N_ACCOUNTS;
        times[i] = INT64_C(1769904000) + 3600 * (i / N_ACCOUNTS) - (i == 5 ? 1800 : 0);
        values[i] = INT64_C(1200000000) + i * INT64_C(10000) + (correct && i == N_ROWS - 1 ? 7 : 0);
    }
    const mbill_reading_columns batch = {.struct_size = sizeof batch,
        .flags = correct ? MBILL_INGEST_CORRECT : 0,
        .n = N_ROWS,
        .registers = registers,
        .at_utc_s = times,
        .values_micro = values};
    return mbill_store_ingest(store, &batch, NULL, err);
}

/* In the order of a day's work; the month is December, with a reading of each meter. */
static answers work(bool bring_back)
{
    mbill_store *store = NULL;
    mbill_error err;
    answers out;
    memset(&out, 0xff, sizeof out);
    mbill_error_init(&err);
    out.open = judge(mbill_store_open(path, NULL, faulty_allocator(), &store, &err), &err);
    if (out.open != MBILL_OK) return out;
    out.batch = mbill_store_ingest(store, &(mbill_reading_columns){.struct_size = sizeof(mbill_reading_columns)}, NULL, &err);
    out.batch = judge(put_batch(store, false, &err), &err);
    out.correct = judge(put_batch(store, true, &err), &err);
    out.detach = judge(mbill_store_detach_month(store, "2025-12", part, NULL, &err), &err);
    if (bring_back) out.attach = judge(mbill_store_attach_month(store, part, NULL, &err), &err);
    mbill_store_free(store);
    return out;
}

static bool is_detached(void)
{
    return ask_file(path, "SELECT count(*) FROM mbill_reading_part") > 0;
}

/* The month is whole in one of the two files, and its edges are in the store in any case. */
static void check_files(int64_t in_month)
{
    ck_assert_int_eq(ask_file(path, IN_MONTH), in_month); /* each meter's only reading of December is its edge */
    if (is_detached()) ck_assert_int_eq(ask_file(part, SUM), in_month);
    else ck_assert_int_eq(ask_file(path, "SELECT sum(n_readings) FROM mbill_reading_month WHERE month = 671"), N_ACCOUNTS);
    int64_t n = ask_file(path,
        "SELECT count(*) FROM mbill_reading WHERE at_utc_s >= 1769904000 - 1800 AND at_utc_s < 1770000000");
    ck_assert_msg(n == 0 || n == N_ROWS, "%lld rows of a batch", (long long)n);
}

static void start_anew(void)
{
    char journal[320];
    copy_file(pristine, path);
    unlink(part);
    snprintf(journal, sizeof journal, "%s-journal", part);
    unlink(journal);
}

static void every_fault(fault_kind kind, bool for_ever)
{
    bool struck = true;
    int64_t nth = 1, n_between = 0, in_month = ask_file(pristine, IN_MONTH);
    for (; struck; nth += fault_step(kind != FAULT_MEMORY ? 1 : for_ever ? 997 : 499)) {
        start_anew();
        fault_arm(kind, nth, for_ever);
        answers got = work(nth % 2 == 0);
        struck = fault_disarm();
        ck_assert_int_eq(faulty_live_blocks(), 0);
        check_files(in_month);
        n_between += got.detach != MBILL_OK && access(part, F_OK) == 0;
        got = work(false);
        ck_assert_int_eq(got.open, MBILL_OK);
        ck_assert(got.batch == MBILL_OK || got.batch == MBILL_E_EXISTS_DIFFERENT);
        ck_assert_msg(got.detach == MBILL_OK || got.detach == MBILL_E_EXISTS, "kind %d, number %lld: %s", (int)kind,
            (long long)nth, mbill_status_name((int32_t)got.detach));
        check_files(in_month);
        ck_assert(is_detached());
        got = work(true);
        ck_assert_int_eq(got.attach, MBILL_OK);
        ck_assert_msg(ask_file(path, SUM) == expected, "kind %d, number %lld: other readings", (int)kind, (long long)nth);
        ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
    }
    ck_assert_int_gt(nth, kind == FAULT_TRUNCATE ? 1 : 2);
    printf("# kind %d, %s: %lld, cut short between the two files in %lld\n", (int)kind, for_ever ? "for ever" : "once",
        (long long)nth, (long long)n_between);
}

static void setup(void)
{
    mbill_close_summary closed;
    mbill_error err;
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    snprintf(part, sizeof part, "%s/other.db", folder);
    snprintf(pristine, sizeof pristine, "%s/copy.db", folder);
    mbill_store *store = make_district(pristine, N_ACCOUNTS);
    ck_ok(close_month(store, "2026-01-01", "2026-02-01", 0, &closed, &err));
    mbill_store_free(store);
    start_anew();
    answers got = work(true);
    ck_assert(got.batch == MBILL_OK && got.correct == MBILL_OK && got.detach == MBILL_OK && got.attach == MBILL_OK);
    expected = ask_file(path, SUM);
}

static void teardown(void)
{
    remove_folder(folder);
}

int main(void)
{
    return run_every_fault("month faults", setup, teardown, NULL);
}

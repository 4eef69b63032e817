/* SPDX-License-Identifier: Apache-2.0 */
/* What else is done with a kept journal, with each call to its files and each allocation failing in turn, once and for ever:
 * exporting, importing, copying, rebuilding, verifying, and letting time pass. Each is done or not done at all, what was there stays there, and
 * without the failure it is done. The counts are printed and may not shrink. */
#include "afresh.h"
#include "check_run.h"
#include "faulty.h"
#include "store/journal.h"

static char path[300], copy[300], kept[300], empty[320];
static const char *folder;
static life_known known;
static growing whole; /* the export of a whole life */
static int64_t n_points;
static fault_kind failing;

static const uint32_t MODES[] = {0, MBILL_STORE_ROLLBACK};

static mbill_status collect(void *ctx, const uint8_t *bytes, size_t n)
{
    growing *out = ctx;
    out->text = realloc(out->text, out->len + n);
    ck_assert_ptr_nonnull(out->text);
    memcpy(out->text + out->len, bytes, n);
    out->len += n;
    return MBILL_OK;
}

static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    size_t n;
    remove_file(to);
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    ck_assert_ptr_nonnull(in);
    ck_assert_ptr_nonnull(out);
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0) ck_assert_uint_eq(fwrite(bytes, 1, n, out), n);
    fclose(in);
    ck_assert_int_eq(fclose(out), 0);
}

static void setup(void)
{
    mbill_error err;
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
    snprintf(copy, sizeof copy, "%s/copy.db", folder);
    snprintf(kept, sizeof kept, "%s/other.db", folder);
    snprintf(empty, sizeof empty, "%s.empty", path);
    mbill_store_free(open_store(empty, MBILL_STORE_CREATE));
    life_learn(kept, 0, &known);
    whole = (growing){0};
    mbill_store *store = open_store(kept, 0);
    ck_ok(mbill_journal_export(store, collect, &whole, &err));
    mbill_store_free(store);
    n_points = 0;
}

static void teardown(void)
{
    free(whole.text);
    remove_file(path);
    remove_file(copy);
    remove_file(kept);
    remove_file(empty);
    remove_folder(folder);
}

/* A failure is one of the file or the machine. */
static void judge(mbill_status status, const mbill_error *err, const char *what)
{
    ck_assert_msg(status == MBILL_OK || status == MBILL_E_FULL || status == MBILL_E_IO || status == MBILL_E_NOMEM ||
            status == MBILL_E_CORRUPT || status == MBILL_E_BUSY || status == MBILL_E_READ_ONLY ||
            status == MBILL_E_OUTCOME_UNKNOWN,
        "%s: %s: %s", what, mbill_status_name((int32_t)status), err->message);
    ck_assert_msg(status == MBILL_OK || err->message[0] != '\0', "%s: nothing is said", what);
}

static mbill_status open_faulty(uint32_t flags, mbill_store **store, mbill_error *err)
{
    mbill_store_options options = {sizeof options, flags, 0, 0};
    *store = NULL;
    return mbill_store_open(path, &options, faulty_allocator(), store, err);
}

/* Records of a journal whose chain is whole, and the hash of the last. */
static int64_t count_records(const char *name, uint32_t flags, uint8_t hash[32])
{
    mbill_journal *journal;
    mbill_error err;
    mbill_store *store = open_store(name, flags);
    ck_ok(mbill_journal_open(store, &journal, &err));
    int64_t n = mbill_book_n_records(journal->follow.book);
    memcpy(hash, journal->follow.hash, sizeof journal->follow.hash);
    mbill_journal_free(journal);
    mbill_store_free(store);
    return n;
}

static void assert_whole(const char *name, uint32_t flags)
{
    uint8_t hash[32];
    ck_assert_int_eq(count_records(name, flags, hash), known.n_records[LIFE_BATCHES]);
    ck_assert_mem_eq(hash, known.hash, sizeof hash);
}

/* ---- what is done ---- */

static void with_life(void)
{
    copy_file(kept, path);
    remove_file(copy);
}

static void with_nothing(void)
{
    copy_file(empty, path);
}

static void life_is_whole(uint32_t flags, mbill_status status)
{
    (void)status;
    assert_whole(path, flags);
}

static mbill_status export_it(uint32_t flags, mbill_error *err)
{
    mbill_store *store;
    growing out = {0};
    mbill_status status = open_faulty(flags, &store, err);
    if (status == MBILL_OK) status = mbill_journal_export(store, collect, &out, err);
    ck_assert_uint_le(out.len, whole.len);
    if (status == MBILL_OK) ck_assert_uint_eq(out.len, whole.len);
    if (out.len > 0) ck_assert_mem_eq(out.text, whole.text, out.len);
    free(out.text);
    mbill_store_free(store);
    return status;
}

static mbill_status verify_it(uint32_t flags, mbill_error *err)
{
    mbill_store *store;
    mbill_journal_head head = {.struct_size = sizeof head, .n_records = -7};
    mbill_status status = open_faulty(flags, &store, err);
    if (status == MBILL_OK) status = mbill_journal_verify(store, NULL, &head, err);
    ck_assert_int_eq(head.n_records, status == MBILL_OK ? known.n_records[LIFE_BATCHES] : -7);
    mbill_store_free(store);
    return status;
}

/* A rebuild that fails leaves a journal that says what is in the file, or that it cannot. */
static mbill_status rebuild_it(uint32_t flags, mbill_error *err)
{
    mbill_store *store;
    mbill_journal *journal = NULL;
    const mbill_book *book;
    mbill_status status = open_faulty(flags, &store, err);
    if (status == MBILL_OK) status = mbill_journal_open(store, &journal, err);
    if (status == MBILL_OK) {
        status = mbill_journal_rebuild(journal, err);
        mbill_status after = mbill_journal_book(journal, &book, err);
        if (after == MBILL_OK) ck_assert_int_eq(mbill_book_n_records(book), known.n_records[LIFE_BATCHES]);
        else if (status == MBILL_OK) status = after;
    }
    mbill_journal_free(journal);
    mbill_store_free(store);
    return status;
}

static mbill_status copy_it(uint32_t flags, mbill_error *err)
{
    mbill_store *store;
    remove_file(copy);
    mbill_status status = open_faulty(flags, &store, err);
    if (status == MBILL_OK) status = mbill_store_backup(store, copy, err);
    mbill_store_free(store);
    return status;
}

/* The copy is whole, or is not left behind unless it cannot be removed. */
static void copy_is_whole(uint32_t flags, mbill_status status)
{
    assert_whole(path, flags);
    if (status == MBILL_OK) assert_whole(copy, flags);
    else ck_assert(failing == FAULT_DELETE || access(copy, F_OK) != 0);
}

static mbill_status import_it(uint32_t flags, mbill_error *err)
{
    mbill_store *store;
    mbill_journal *journal = NULL;
    mbill_status status = open_faulty(flags, &store, err);
    if (status == MBILL_OK) status = mbill_journal_open(store, &journal, err);
    if (status == MBILL_OK) status = mbill_journal_import(journal, (const uint8_t *)whole.text, whole.len, err);
    mbill_journal_free(journal);
    mbill_store_free(store);
    return status;
}

/* All that was brought is there, or nothing of it. */
static void import_is_whole(uint32_t flags, mbill_status status)
{
    uint8_t hash[32];
    int64_t n = count_records(path, flags, hash);
    ck_assert_msg(n == known.n_records[LIFE_BATCHES] || (n == 0 && status != MBILL_OK), "%lld records after %s", (long long)n,
        mbill_status_name((int32_t)status));
    if (n > 0) ck_assert_mem_eq(hash, known.hash, sizeof hash);
}

/* The last batch's hold expires. */
static mbill_status tick_it(uint32_t flags, mbill_error *err)
{
    mbill_store *store;
    mbill_journal *journal = NULL;
    mbill_status status = open_faulty(flags, &store, err);
    if (status == MBILL_OK) status = mbill_journal_open(store, &journal, err);
    if (status == MBILL_OK) status = mbill_journal_tick(journal, INT64_C(1800000000), err);
    mbill_journal_free(journal);
    mbill_store_free(store);
    return status;
}

static void tick_is_whole(uint32_t flags, mbill_status status)
{
    uint8_t hash[32];
    int64_t more = count_records(path, flags, hash) - known.n_records[LIFE_BATCHES];
    ck_assert_msg(more == 1 || (more == 0 && status != MBILL_OK), "%lld records more after %s", (long long)more,
        mbill_status_name((int32_t)status));
}

/* least: calls that fail, of both journals and all kinds of failure, once and for ever. */
static const struct {
    const char *name;
    void (*prepare)(void);
    mbill_status (*run)(uint32_t flags, mbill_error *err);
    void (*check)(uint32_t flags, mbill_status status); /* what is in the file after that answer */
    int64_t least;
} WORKS[] = {{"export", with_life, export_it, life_is_whole, 150}, {"verify", with_life, verify_it, life_is_whole, 500},
    {"rebuild", with_life, rebuild_it, life_is_whole, 400}, {"copy", with_life, copy_it, copy_is_whole, 500},
    {"import", with_nothing, import_it, import_is_whole, 400}, {"tick", with_life, tick_it, tick_is_whole, 400}};

static void every_fault(fault_kind kind, bool for_ever, uint32_t flags, int work)
{
    mbill_error err;
    for (int64_t nth = 1;; nth += fault_step(kind == FAULT_MEMORY ? 211 : 1)) {
        WORKS[work].prepare();
        mbill_error_init(&err);
        failing = kind;
        fault_arm(kind, nth, for_ever);
        mbill_status status = WORKS[work].run(flags, &err);
        bool struck = fault_disarm();
        judge(status, &err, WORKS[work].name);
        ck_assert_int_eq(faulty_live_blocks(), 0);
        WORKS[work].check(flags, status);
        mbill_error_init(&err);
        status = WORKS[work].run(flags, &err);
        ck_assert_msg(status == MBILL_OK, "%s, kind %d, number %lld: %s", WORKS[work].name, (int)kind, (long long)nth,
            err.message);
        WORKS[work].check(flags, status);
        if (!struck) return;
        n_points++;
    }
}

START_TEST(each_call_of_each_work)
{
    for (int kind = FAULT_OPEN; kind < FAULT_KINDS; kind++)
        for (int how = 0; how < 4; how++) every_fault((fault_kind)kind, how % 2 == 1, MODES[how / 2], _i);
    printf("# journal, %s: %lld points, 0 violations\n", WORKS[_i].name, (long long)n_points);
    ck_assert_int_ge(n_points * fault_step(1), WORKS[_i].least);
}
END_TEST

int main(void)
{
    faulty_install();
    Suite *suite = suite_create("journal_works");
    TCase *works = tcase_create("works");
    tcase_add_checked_fixture(works, setup, teardown);
    tcase_set_timeout(works, 900);
    tcase_add_loop_test(works, each_call_of_each_work, 0, (int)(sizeof WORKS / sizeof WORKS[0]));
    suite_add_tcase(suite, works);
    return check_run(suite, CK_NOFORK);
}

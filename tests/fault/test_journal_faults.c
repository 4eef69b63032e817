/* SPDX-License-Identifier: Apache-2.0 */
/* The kept journal with each call to its files and each allocation failing in turn, once and for ever; and after a loss of
 * power at each of these calls, with what was not synced lost, out of order and torn. Whole batches are there, those that were answered among
 * them, and sending all again ends in the same chain. The counts are printed and may not shrink. */
#include "afresh.h"
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

#define SECTOR 512
#define FILES 3
#define CALLS_MAX 4096

static const char *const TAILS[FILES] = {"", "-wal", "-journal"};

/* One call as it was made; ANSWER: so many batches were answered until then. */
typedef struct call {
    int kind; /* faulty_event_kind, or ANSWER */
    int file;
    int64_t at;
    uint8_t *bytes;
    size_t n;
} call;

#define ANSWER 100

static call calls[CALLS_MAX];
static size_t n_calls;

static void remember(const faulty_event *event)
{
    size_t len = strlen(path);
    if (event->name == NULL || strncmp(event->name, path, len) != 0) return;
    for (int file = 0; file < FILES; file++) {
        if (strcmp(event->name + len, TAILS[file]) != 0) continue;
        ck_assert_uint_lt(n_calls, CALLS_MAX);
        call *made = &calls[n_calls++];
        *made = (call){(int)event->kind, file, event->at, NULL, event->n};
        if (event->n > 0) made->bytes = memcpy(malloc(event->n), event->bytes, event->n);
    }
}

static void record_life(uint32_t flags)
{
    start_afresh(path, pristine);
    n_calls = 0;
    faulty_watch(remember);
    for (int part = 0; part < 2; part++) { /* closed and opened in the middle: checkpoints are part of it */
        mbill_store *store = open_store(path, flags);
        mbill_journal *journal;
        mbill_error err;
        ck_ok(life_tune(store, &err));
        ck_ok(mbill_journal_open(store, &journal, &err));
        for (int i = part * LIFE_BATCHES / 2; i < (part + 1) * LIFE_BATCHES / 2; i++) {
            ck_ok(life_send(journal, i, &err));
            calls[n_calls++] = (call){.kind = ANSWER, .at = i + 1};
        }
        mbill_journal_free(journal);
        mbill_store_free(store);
    }
    faulty_watch(NULL);
}

/* A file as it is: what is on the disk, and which calls are not yet. */
typedef struct disk_file {
    bool there;
    uint8_t *bytes;
    size_t len, cap;
} disk_file;

static void resize(disk_file *file, size_t len)
{
    if (len > file->cap) {
        file->cap = len + len / 2;
        file->bytes = realloc(file->bytes, file->cap);
    }
    if (len > file->len) memset(file->bytes + file->len, 0, len - file->len);
    file->len = len;
}

static void put(disk_file *file, int64_t at, const uint8_t *bytes, size_t n)
{
    file->there = true;
    if (file->len < (size_t)at + n) resize(file, (size_t)at + n);
    memcpy(file->bytes + at, bytes, n);
}

static uint64_t chance;

static uint32_t draw(uint32_t n)
{
    chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(chance >> 33) % n;
}

typedef enum damage { LOSE_ALL, KEEP_ALL, LOSE_SOME, TEAR_SOME, DAMAGES } damage;

/* Sector by sector: kept, lost, or something else there. */
static void put_damaged(disk_file *file, const call *made, damage how)
{
    for (size_t done = 0; done < made->n;) {
        size_t at = (size_t)made->at + done, n = SECTOR - at % SECTOR;
        uint8_t noise[SECTOR];
        if (n > made->n - done) n = made->n - done;
        for (size_t i = 0; i < n; i++) noise[i] = (uint8_t)draw(256);
        uint32_t fate = how == KEEP_ALL ? 0 : draw(how == TEAR_SOME ? 3 : 2);
        if (fate == 0) put(file, (int64_t)at, made->bytes + done, n);
        else if (fate == 2) put(file, (int64_t)at, noise, n);
        done += n;
    }
}

static void do_call(disk_file *file, const call *made, damage how)
{
    bool kept = how == KEEP_ALL || draw(2) == 0;
    if (made->kind == FAULTY_WRITE) put_damaged(file, made, how);
    else if (made->kind == FAULTY_TRUNCATE && kept && (size_t)made->at < file->len) file->len = (size_t)made->at;
    else if (made->kind == FAULTY_DELETE && kept) *file = (disk_file){.bytes = file->bytes, .cap = file->cap};
}

static void copy_disk(disk_file *to, const disk_file *from)
{
    to->len = 0;
    resize(to, from->len);
    if (from->len > 0) memcpy(to->bytes, from->bytes, from->len);
    to->there = from->there;
}

/* What is on the disk at that call: synced files, and the calls since by the damage, in any order of sectors. */
static void lose_power(const disk_file synced[FILES], const size_t since[FILES], size_t at, damage how)
{
    static disk_file image[FILES];
    char name[310];
    remove_file(path);
    for (int file = 0; file < FILES; file++) {
        copy_disk(&image[file], &synced[file]);
        for (size_t i = since[file]; how != LOSE_ALL && i < at; i++)
            if (calls[i].kind != ANSWER && calls[i].file == file) do_call(&image[file], &calls[i], how);
        if (!image[file].there) continue;
        snprintf(name, sizeof name, "%s%s", path, TAILS[file]);
        FILE *out = fopen(name, "wb");
        ck_assert_ptr_nonnull(out);
        ck_assert_uint_eq(fwrite(image[file].bytes, 1, image[file].len, out), image[file].len);
        fclose(out);
    }
}

/* The call reaches the disk for good: a sync takes all of its file before it; so does the removal of a file when its folder is synced. */
static void settle(disk_file synced[FILES], size_t since[FILES], size_t at)
{
    const call *made = &calls[at];
    bool lasting = made->kind == FAULTY_SYNC || (made->kind == FAULTY_DELETE && made->at != 0);
    if (made->kind == ANSWER || !lasting) return;
    for (size_t i = since[made->file]; i <= at; i++)
        if (calls[i].kind != ANSWER && calls[i].file == made->file) do_call(&synced[made->file], &calls[i], KEEP_ALL);
    since[made->file] = at + 1;
}

static void read_disk(disk_file *out, const char *name)
{
    uint8_t bytes[4096];
    size_t n;
    FILE *in = fopen(name, "rb");
    ck_assert_ptr_nonnull(in);
    out->len = 0;
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0) put(out, (int64_t)out->len, bytes, n);
    fclose(in);
}

static void every_loss(uint32_t flags)
{
    disk_file synced[FILES] = {{0}};
    size_t since[FILES] = {0};
    int answered = 0;
    char what[80];
    const char *rounds = getenv("FAULT_IMAGES"); /* of each random damage, at each call */
    int n_rounds = rounds == NULL ? 1 : atoi(rounds);
    record_life(flags);
    remove_file(path);
    start_afresh(path, pristine);
    read_disk(&synced[0], path);
    for (size_t at = 0; at <= n_calls; at++) {
        for (int how = 0; how < DAMAGES; how++)
            for (int round = 0; round < (how < LOSE_SOME ? 1 : n_rounds); round++) {
                chance = at * 1000 + (size_t)(how * 100 + round);
                lose_power(synced, since, at, (damage)how);
                snprintf(what, sizeof what, "power lost at call %zu, damage %d, round %d", at, how, round);
                life_check(path, flags, answered, &known, what);
                n_points++;
            }
        if (at == n_calls) break;
        if (calls[at].kind == ANSWER) answered = (int)calls[at].at;
        else settle(synced, since, at);
    }
    for (int file = 0; file < FILES; file++) free(synced[file].bytes);
    for (size_t i = 0; i < n_calls; i++) free(calls[i].bytes);
}

START_TEST(power_lost)
{
    choose(_i);
    every_loss(modes[_i].flags);
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
    read_disk(&whole, path);
    for (size_t at = 7; at < whole.len; at += 211) {
        mbill_journal_head head = {.struct_size = sizeof head};
        mbill_store *store = NULL;
        remove_file(path);
        whole.bytes[at] ^= (uint8_t)(1 << at % 8);
        FILE *out = fopen(path, "wb");
        ck_assert_ptr_nonnull(out);
        ck_assert_uint_eq(fwrite(whole.bytes, 1, whole.len, out), whole.len);
        fclose(out);
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
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

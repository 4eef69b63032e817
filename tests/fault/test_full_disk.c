/* SPDX-License-Identifier: Apache-2.0 */
/* The disk is really full: the machine's own limit on the size of a file, at many sizes, and a small file system in memory with as little room left, where one
 * may be mounted. What was answered is there when there is room again, whole batches alone, and sending all again ends in the same chain. */
#ifdef __linux__
#define _GNU_SOURCE /* unshare */
#include <sched.h>
#include <sys/mount.h>
#endif
#include "afresh.h"
#include "check_run.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static char path[300], pristine[320], filler[320];
static const char *folder;
static life_known known;
static int n_points, n_full;

static const uint32_t MODES[] = {0, MBILL_STORE_ROLLBACK};

static void start_in(const char *where)
{
    snprintf(path, sizeof path, "%s/s.db", where);
    snprintf(pristine, sizeof pristine, "%s/copy.db", where);
    snprintf(filler, sizeof filler, "%s/other.db", where);
    life_learn(path, 0, &known);
    remove_file(path);
    mbill_store_free(open_store(pristine, MBILL_STORE_CREATE));
    n_points = n_full = 0;
}

static void setup(void)
{
    folder = temporary_folder();
    life_wide(true);
}

static void teardown(void)
{
    remove_file(path);
    remove_folder(folder);
}

/* Until there is no more room. Batches answered. */
static int live(uint32_t flags)
{
    mbill_status status;
    int answered = live_until(path, flags, NULL, &status);
    ck_assert_msg(status == MBILL_OK || status == MBILL_E_FULL || status == MBILL_E_IO || status == MBILL_E_OUTCOME_UNKNOWN, "%s",
        mbill_status_name((int32_t)status));
    n_full += status != MBILL_OK;
    return answered;
}

/* ---- no file may be longer ---- */

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(no_file_may_be_longer)
{
    char what[80];
    bool full = true;
    start_in(folder);
    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    for (rlim_t bytes = 20000; full; bytes += 2731) {
        start_afresh(path, pristine);
        int before = n_full;
        limit_files(bytes);
        int answered = live(MODES[_i]);
        limit_files(RLIM_INFINITY);
        full = n_full > before;
        snprintf(what, sizeof what, "files of at most %llu bytes", (unsigned long long)bytes);
        life_check(path, MODES[_i], answered, &known, what);
        n_points++;
    }
    printf("# full disk, files limited, %s journal: %d sizes, %d too small, 0 violations\n", _i == 1 ? "rollback" : "write-ahead",
        n_points, n_full);
    ck_assert_int_ge(n_full, 40);
}
END_TEST

/* ---- a small file system ---- */

#define DISK_BYTES 2097152 /* two empty stores, the life, and a write-ahead log as long as that */
#define BLOCK_BYTES 4096

static bool mount_small(const char *where)
{
#ifdef __linux__
    if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && mount("tmpfs", where, "tmpfs", 0, "size=2m,mode=700") == 0;
#else
    (void)where;
    return false;
#endif
}

static void unmount_small(const char *where)
{
#ifdef __linux__
    ck_assert_int_eq(umount2(where, MNT_DETACH), 0);
#else
    (void)where;
#endif
}

/* Blocks of it that are taken, but for so many; false: there are no more. */
static bool leave_blocks(int blocks)
{
    static const char zeros[BLOCK_BYTES];
    int n = 0;
    unlink(filler);
    FILE *file = fopen(filler, "wb");
    ck_assert_ptr_nonnull(file);
    setvbuf(file, NULL, _IONBF, 0);
    while (fwrite(zeros, 1, sizeof zeros, file) == sizeof zeros) n++;
    fclose(file);
    if (n < blocks) return false;
    return truncate(filler, (off_t)(n - blocks) * BLOCK_BYTES) == 0;
}

START_TEST(a_small_file_system)
{
    char what[80];
    if (!mount_small(folder)) {
        printf("# full disk: no file system may be mounted here, so files were limited alone\n");
        return;
    }
    start_in(folder);
    for (int blocks = 0;; blocks += blocks < 30 ? 1 : 3) {
        start_afresh(path, pristine);
        if (!leave_blocks(blocks)) break;
        int before = n_full, answered = live(MODES[_i]);
        unlink(filler);
        snprintf(what, sizeof what, "%d blocks left", blocks);
        life_check(path, MODES[_i], answered, &known, what);
        n_points++;
        if (n_full == before) break;
    }
    printf("# full disk, a file system of %d KiB, %s journal: %d sizes, %d too small, 0 violations\n", DISK_BYTES / 1024,
        _i == 1 ? "rollback" : "write-ahead", n_points, n_full);
    ck_assert_int_ge(n_full, 20);
    unmount_small(folder);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("full_disk");
    TCase *full = tcase_create("full");
    tcase_add_checked_fixture(full, setup, teardown);
    tcase_set_timeout(full, 900);
    tcase_add_loop_test(full, no_file_may_be_longer, 0, 2);
    tcase_add_loop_test(full, a_small_file_system, 0, 2);
    suite_add_tcase(suite, full);
    return check_run(suite, CK_FORK_GETENV);
}

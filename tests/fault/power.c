/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a disk may do something else to what it was not asked to keep. */
#include "power.h"

#include "faulty.h"

#define SECTOR 512
#define FILES 3
#define ANSWER 100 /* behind the kinds of faulty_event_kind */

static const char *const TAILS[FILES] = {"", "-wal", "-journal"};

/* One call as it was made; ANSWER: so much was answered until then. */
typedef struct call {
    int kind;
    int file;
    int64_t at;
    uint8_t *bytes;
    size_t n;
} call;

static char path[300];
static disk_file begun; /* the file before the first call */
static call *calls;
static size_t n_calls, cap_calls;

/* ---- what is remembered ---- */

static call *next_call(void)
{
    if (n_calls == cap_calls) {
        cap_calls = 2 * cap_calls + 1024;
        calls = realloc(calls, cap_calls * sizeof *calls);
        ck_assert_ptr_nonnull(calls);
    }
    return &calls[n_calls++];
}

static void remember(const faulty_event *event)
{
    size_t len = strlen(path);
    if (event->name == NULL || strncmp(event->name, path, len) != 0) return;
    for (int file = 0; file < FILES; file++) {
        if (strcmp(event->name + len, TAILS[file]) != 0) continue;
        call *made = next_call();
        *made = (call){(int)event->kind, file, event->at, NULL, event->n};
        if (event->n > 0) made->bytes = memcpy(malloc(event->n), event->bytes, event->n);
    }
}

void power_record(const char *name)
{
    snprintf(path, sizeof path, "%s", name);
    disk_read(&begun, path);
    n_calls = 0;
    faulty_watch(remember);
}

void power_answered(int64_t n)
{
    *next_call() = (call){.kind = ANSWER, .at = n};
}

size_t power_recorded(void)
{
    faulty_watch(NULL);
    return n_calls;
}

/* ---- what is left ---- */

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

void disk_read(disk_file *out, const char *name)
{
    uint8_t bytes[4096];
    size_t n;
    FILE *in = fopen(name, "rb");
    ck_assert_ptr_nonnull(in);
    out->len = 0;
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0) put(out, (int64_t)out->len, bytes, n);
    fclose(in);
}

void disk_write(const disk_file *file, const char *name)
{
    FILE *out = fopen(name, "wb");
    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite(file->bytes, 1, file->len, out), file->len);
    fclose(out);
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
static void leave(const disk_file synced[FILES], const size_t since[FILES], size_t at, damage how)
{
    static disk_file image[FILES];
    char name[310];
    remove_file(path);
    for (int file = 0; file < FILES; file++) {
        copy_disk(&image[file], &synced[file]);
        for (size_t i = since[file]; how != LOSE_ALL && i < at; i++)
            if (calls[i].kind != ANSWER && calls[i].file == file) do_call(&image[file], &calls[i], how);
        snprintf(name, sizeof name, "%s%s", path, TAILS[file]);
        if (image[file].there) disk_write(&image[file], name);
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

int64_t power_lose(size_t apart, power_check *check, void *ctx)
{
    disk_file synced[FILES] = {{0}};
    size_t since[FILES] = {0};
    int64_t answered = 0, n_states = 0;
    char what[80];
    const char *rounds = getenv("FAULT_IMAGES");
    const int n_rounds = rounds == NULL ? 1 : atoi(rounds);
    copy_disk(&synced[0], &begun);
    for (size_t at = 0; at <= n_calls; at++) {
        for (int how = 0; at % apart == 0 && how < DAMAGES; how++)
            for (int round = 0; round < (how < LOSE_SOME ? 1 : n_rounds); round++) {
                chance = at * 1000 + (size_t)(how * 100 + round);
                leave(synced, since, at, (damage)how);
                snprintf(what, sizeof what, "power lost at call %zu, damage %d, round %d", at, how, round);
                check(ctx, answered, what);
                n_states++;
            }
        if (at == n_calls) break;
        if (calls[at].kind == ANSWER) answered = calls[at].at;
        else settle(synced, since, at);
    }
    for (int file = 0; file < FILES; file++) free(synced[file].bytes);
    for (size_t i = 0; i < n_calls; i++) free(calls[i].bytes);
    n_calls = 0;
    return n_states;
}

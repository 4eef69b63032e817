/* SPDX-License-Identifier: Apache-2.0 */
/* A kept ledger whose process is killed again and again (SIGKILL, at any moment, while it opens too), with a client that sends again what was
 * not answered, and at times what was: kill FOLDER KILLS [rollback]. Every answered batch must be there once, the one under way all or not at
 * all, and the chain whole. Prints one line of figures. */
#define _DEFAULT_SOURCE
#include "meterbill/journal.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { OPS = 3 };
#define UNIT INT64_C(1000000)
#define NOW INT64_C(1767571200)

/* What the client knows; it outlives the killed. */
typedef struct client {
    volatile int64_t answered; /* batches */
    volatile int64_t opened;   /* of this process */
    volatile int64_t kept, lost, sent_again;
} client;

static client *shared;
static char path[400];
static uint32_t flags;
static uint64_t chance = 1;

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "kill: %s: %s\n", what, why);
    _exit(2);
}

static uint32_t draw(uint32_t n)
{
    chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(chance >> 33) % n;
}

/* Batch 0 opens an account; each later one is a payment, use and a refund that is refused. */
static size_t make_batch(int64_t batch, mbill_operation *ops, mbill_policy *policy)
{
    static const int32_t kinds[OPS] = {MBILL_OPERATION_TOP_UP, MBILL_OPERATION_USAGE, MBILL_OPERATION_REFUND};
    static const int64_t amounts[OPS] = {2 * UNIT, UNIT, INT64_C(1000000000) * UNIT};
    for (size_t n = 0; n < OPS; n++) {
        ops[n] = (mbill_operation){.id = {{3, (uint8_t)n}},
            .kind = kinds[n],
            .account = 1,
            .amount_micro = amounts[n],
            .sequence = MBILL_NONE,
            .charge = MBILL_NONE,
            .period = MBILL_NONE};
        for (size_t i = 0; i < 8; i++) ops[n].id.bytes[15 - i] = (uint8_t)((uint64_t)batch >> 8 * i);
    }
    if (batch > 0) return OPS;
    if (mbill_policy_preset(MBILL_PRESET_SMETS, policy) != 1) stop("policy", "no preset");
    ops[0].kind = MBILL_OPERATION_OPEN;
    ops[0].amount_micro = 0;
    ops[0].policy = policy;
    return 1;
}

/* true: the batch was there already. Half a batch ends the run. */
static int send(mbill_journal *journal, int64_t batch)
{
    static const int32_t first[OPS] = {MBILL_RESULT_OK, MBILL_RESULT_OK, MBILL_RESULT_EXCEEDS_REFUNDABLE};
    static const int32_t again[OPS] = {MBILL_RESULT_EXISTS, MBILL_RESULT_EXISTS, MBILL_RESULT_REFUSED_BEFORE};
    mbill_operation ops[OPS];
    mbill_result results[OPS];
    mbill_policy policy;
    mbill_error err;
    mbill_error_init(&err);
    size_t n = make_batch(batch, ops, &policy);
    if (mbill_journal_apply(journal, ops, n, NOW, results, &err) != MBILL_OK) stop("apply", err.message);
    int there = results[0].code == again[0];
    for (size_t i = 0; i < n; i++)
        if (results[i].code != (there ? again[i] : first[i])) stop("half a batch", mbill_result_name(results[i].code));
    return there;
}

static void open_file(mbill_store **store, mbill_journal **journal)
{
    mbill_store_options options = {sizeof options, flags, 0, 0};
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_store_open(path, &options, NULL, store, &err) != MBILL_OK || mbill_journal_open(*store, journal, &err) != MBILL_OK)
        stop("open", err.message);
}

/* In the process that will be killed. */
static void serve(void)
{
    mbill_store *store;
    mbill_journal *journal;
    open_file(&store, &journal);
    shared->opened = 1;
    int there = send(journal, shared->answered); /* its answer was never seen */
    if (there) shared->kept++;
    else shared->lost++;
    for (shared->answered++;; shared->answered++) {
        if (draw(4) == 0) {
            if (!send(journal, draw((uint32_t)shared->answered))) stop("an answered batch", "is not there");
            shared->sent_again++;
        }
        if (send(journal, shared->answered)) stop("a batch", "is there before it was sent");
    }
}

static void kill_one(void)
{
    int exited = 0;
    shared->opened = 0;
    chance += (uint64_t)time(NULL);
    pid_t child = fork();
    if (child < 0) stop("fork", "failed");
    if (child == 0) serve();
    if (draw(5) == 0) usleep(draw(4000));
    else {
        while (!shared->opened && waitpid(child, &exited, WNOHANG) == 0) usleep(200);
        usleep(draw(60000));
    }
    kill(child, SIGKILL);
    waitpid(child, &exited, 0);
    if (!WIFSIGNALED(exited)) stop("the process", "ended by itself");
}

/* All that was answered, once, and nothing else but the batch under way. */
static void check(int64_t kills)
{
    mbill_store *store;
    mbill_journal *journal;
    const mbill_book *book;
    mbill_view view = {.struct_size = sizeof view};
    mbill_journal_head head = {.struct_size = sizeof head};
    mbill_error err;
    mbill_error_init(&err);
    open_file(&store, &journal);
    for (int64_t batch = 0; batch < shared->answered; batch++)
        if (!send(journal, batch)) stop("an answered batch", "is not there");
    if (mbill_journal_book(journal, &book, &err) != MBILL_OK || mbill_book_view(book, 1, &view, &err) != MBILL_OK ||
        mbill_journal_verify(store, NULL, &head, &err) != MBILL_OK)
        stop("verify", err.message);
    int64_t batches = 1 + (head.n_records - 1) / OPS;
    if ((head.n_records - 1) % OPS != 0 || batches < shared->answered || batches > shared->answered + 1)
        stop("records", "are not those of the batches");
    if (view.credit_micro != (batches - 1) * UNIT) stop("the balance", "is another");
    mbill_journal_free(journal);
    mbill_store_free(store);
    printf("%" PRId64 " kills, %s journal: %" PRId64 " batches answered, 0 lost, 0 doubled, 0 halves; of those under way %" PRId64
           " were there and %" PRId64 " were not; %" PRId64 " sent again; %" PRId64 " records, chain whole\n",
        kills, (flags & MBILL_STORE_ROLLBACK) != 0 ? "rollback" : "write-ahead", shared->answered, shared->kept, shared->lost,
        shared->sent_again, head.n_records);
}

int main(int argc, char **argv)
{
    mbill_store_options make = {sizeof make, MBILL_STORE_CREATE, 0, 0};
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    if (argc != 3 && argc != 4) stop("usage", "kill FOLDER KILLS [rollback]");
    if (argc == 4) flags = MBILL_STORE_ROLLBACK;
    snprintf(path, sizeof path, "%s/killed.db", argv[1]);
    make.flags |= flags;
    if (mbill_store_open(path, &make, NULL, &store, &err) != MBILL_OK) stop("make", err.message);
    mbill_store_free(store);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) stop("memory", "none");
    int64_t kills = strtoll(argv[2], NULL, 10);
    for (int64_t i = 0; i < kills || shared->answered == 0; i++) kill_one();
    check(kills);
    unlink(path);
    return 0;
}

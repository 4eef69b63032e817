/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger in memory against a bare loop that only copies a record of 64 bytes a posting and adds to two sums: one JSON object a line. Sums
 * are compared before anything is said; times are the thread's own, medians of rounds in which both sides take turns. */
#define _POSIX_C_SOURCE 200809L
#include "bench.h"
#include "meterbill.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* OPERATED: of the row whose accounts are looked at after each batch, while they are still in a cache. */
enum { ROUNDS = 5, BATCH = 8190, OPERATED = 1024, PLAIN = 10000, BARE_BYTES = 64 };
#define UNIT INT64_C(1000000)
#define NOW INT64_C(1767571200) /* 2026-01-05T00:00:00Z */

/* Of each row: the arguments, small in a test. */
static int64_t n_operations = 1000000, n_accounts = 100000;

static uint64_t state;
static mbill_operation operations[BATCH];
static mbill_result results[BATCH];

static uint64_t draw(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return state >> 33;
}

/* 16 bytes that rise in time, as the ids of a client do. */
static mbill_id id_of(int64_t number)
{
    mbill_id id = {{0}};
    id.bytes[0] = 1;
    for (size_t i = 0; i < 8; i++) id.bytes[15 - i] = (uint8_t)((uint64_t)number >> 8 * i);
    return id;
}

static mbill_operation rest(int32_t kind, int64_t number)
{
    return (
        mbill_operation){.id = id_of(number), .kind = kind, .sequence = MBILL_NONE, .charge = MBILL_NONE, .period = MBILL_NONE};
}

static void apply(mbill_book *book, int64_t n, int64_t now_utc_s)
{
    if (mbill_book_apply(book, operations, (size_t)n, now_utc_s, results, NULL) != MBILL_OK) stop("a batch is refused");
}

static void all_taken(int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (results[i].code != MBILL_RESULT_OK) stop(mbill_result_name(results[i].code));
}

static mbill_book *open_book(int64_t accounts, const mbill_policy *policy)
{
    mbill_book *book = NULL;
    if (mbill_book_open(NULL, &book, NULL) != MBILL_OK ||
        mbill_book_reserve(book, (size_t)accounts, (size_t)(accounts + n_operations + BATCH), NULL) != MBILL_OK)
        stop("no memory");
    for (int64_t first = 0; first < accounts; first += BATCH) {
        int64_t n = accounts - first < BATCH ? accounts - first : BATCH;
        for (int64_t i = 0; i < n; i++) {
            operations[i] = rest(MBILL_OPERATION_OPEN, first + i + 1);
            operations[i].account = first + i + 1;
            operations[i].policy = policy;
        }
        apply(book, n, NOW);
        all_taken(n);
    }
    return book;
}

static void say(const char *name, double ns, double bare)
{
    printf("{\"name\": \"%s\", \"value\": %.2f, \"unit\": \"million/s\", \"against\": \"bare copy of %d bytes and two additions, "
           "%.2f million/s\", "
           "\"ratio\": %.2f}\n",
        name, 1e3 / ns, (int)BARE_BYTES, 1e3 / bare, ns / bare);
}

/* ---- postings ---- */

typedef struct bare_ledger {
    uint8_t *journal;
    int64_t *debits, *credits;
    size_t n;
} bare_ledger;

static __attribute__((noinline)) void bare_post(bare_ledger *bare, const mbill_operation *ops, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        memcpy(bare->journal + BARE_BYTES * bare->n++, &ops[i], BARE_BYTES);
        bare->debits[ops[i].account] += ops[i].amount_micro;
        bare->credits[ops[i].other] += ops[i].amount_micro;
    }
}

static void draw_transfers(int64_t first, int64_t n, int64_t accounts)
{
    for (int64_t i = 0; i < n; i++) {
        mbill_operation *op = &operations[i];
        *op = rest(MBILL_OPERATION_TRANSFER, INT64_C(1) << 40 | (first + i));
        op->account = 1 + (int64_t)(draw() % (uint64_t)accounts);
        op->other = 1 + (int64_t)(draw() % (uint64_t)accounts);
        if (op->other == op->account) op->other = 1 + op->account % accounts;
        op->amount_micro = 1 + (int64_t)(draw() % (100 * UNIT));
    }
}

static void compare_sums(const mbill_book *book, const bare_ledger *bare, int64_t accounts)
{
    mbill_place_sums sums;
    for (int64_t a = 1; a <= accounts; a++)
        if (mbill_book_sums(book, a, MBILL_PLACE_PLAIN, &sums, NULL) != MBILL_OK || sums.debits_micro != bare->debits[a] ||
            sums.credits_micro != bare->credits[a])
            stop("sums differ");
}

static void memory_round(double *out_ours, double *out_bare)
{
    int64_t accounts = n_accounts < PLAIN ? n_accounts : PLAIN;
    mbill_book *book = open_book(accounts, NULL);
    bare_ledger bare = {malloc((size_t)n_operations * BARE_BYTES), calloc((size_t)accounts + 1, sizeof(int64_t)),
        calloc((size_t)accounts + 1, sizeof(int64_t)), 0};
    if (!bare.journal || !bare.debits || !bare.credits) stop("no memory");
    memset(bare.journal, 1, (size_t)n_operations * BARE_BYTES);
    *out_ours = *out_bare = 0;
    for (int64_t first = 0; first < n_operations; first += BATCH) {
        int64_t n = n_operations - first < BATCH ? n_operations - first : BATCH;
        draw_transfers(first, n, accounts);
        double start = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        bare_post(&bare, operations, n);
        double middle = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        apply(book, n, NOW + first / BATCH);
        *out_ours += clock_ns(CLOCK_THREAD_CPUTIME_ID) - middle;
        *out_bare += middle - start;
        all_taken(n);
    }
    compare_sums(book, &bare, accounts);
    mbill_book_free(book);
    free(bare.journal);
    free(bare.debits);
    free(bare.credits);
}

/* ---- prepayment ---- */

/* SMETS2 with a payment debt, a time debt and emergency credit. */
static mbill_policy prepay_policy(void)
{
    mbill_policy policy;
    if (!mbill_policy_preset(MBILL_PRESET_SMETS, &policy)) stop("no preset");
    policy.debts[0] = (mbill_debt){.kind = MBILL_DEBT_PAYMENT, .share_1e4 = 1000};
    policy.debts[1] = (mbill_debt){.kind = MBILL_DEBT_TIME};
    policy.accruals[0].debt = 1;
    policy.ec_limit_micro = 5 * UNIT;
    policy.ec_threshold_micro = UNIT;
    return policy;
}

/* Rank r of n as often as 1 / r, ranks strewn over the numbers. */
static int64_t draw_account(void)
{
    int64_t rank = (int64_t)exp((double)(draw() % (1u << 30)) / (double)(1u << 30) * log((double)n_accounts));
    return 1 + (int64_t)((uint64_t)rank * 7919 % (uint64_t)n_accounts);
}

/* 90 % usage, 7 % payments, 2 % accruals, 1 % refunds and reversals of the batch's payments; refusals for lack of money are part of it. */
static void draw_prepay(int64_t first, int64_t n)
{
    mbill_id paid = {{0}};
    for (int64_t i = 0; i < n; i++) {
        uint64_t how = draw() % 100;
        mbill_operation *op = &operations[i];
        *op = rest(how < 90 ? MBILL_OPERATION_USAGE
                : how < 97  ? MBILL_OPERATION_TOP_UP
                : how < 99  ? MBILL_OPERATION_ACCRUE
                            : MBILL_OPERATION_REFUND,
            INT64_C(1) << 40 | (first + i));
        op->account = draw_account();
        op->amount_micro = (1 + (int64_t)(draw() % 40)) * UNIT / 100;
        if (op->kind == MBILL_OPERATION_TOP_UP) {
            op->amount_micro *= 50;
            op->channel = 1;
            op->receipt = first + i + 1;
            paid = op->id;
        }
        if (op->kind == MBILL_OPERATION_ACCRUE) {
            op->charge = 0;
            op->period = first + i;
        }
        if (op->kind != MBILL_OPERATION_REFUND || draw() % 2 == 0 || paid.bytes[0] == 0) continue;
        *op = rest(MBILL_OPERATION_REVERSE, INT64_C(1) << 40 | (first + i));
        op->target = paid;
    }
}

/* Every account gets 20.00 of each debt and some credit, so that the mix finds them at work. */
static void fill_accounts(mbill_book *book)
{
    for (int32_t charge = -1; charge < 2; charge++)
        for (int64_t first = 0; first < n_accounts; first += BATCH) {
            int64_t n = n_accounts - first < BATCH ? n_accounts - first : BATCH;
            for (int64_t i = 0; i < n; i++) {
                operations[i] = rest(charge < 0 ? MBILL_OPERATION_TOP_UP : MBILL_OPERATION_DEBT_LOAD,
                    INT64_C(1) << (42 + charge) | (first + i));
                operations[i].account = first + i + 1;
                operations[i].charge = charge;
                operations[i].amount_micro = 20 * UNIT;
            }
            apply(book, n, NOW);
            all_taken(n);
        }
}

/* Of every operation: its waterfall or collection, then the account's view and whether supply is to be cut. */
static int64_t operate(mbill_book *book, const mbill_policy *policy, int64_t n, int64_t now_utc_s)
{
    const mbill_supply_state closed = {.struct_size = sizeof closed};
    int64_t trips = 0;
    apply(book, n, now_utc_s);
    for (int64_t i = 0; i < n; i++) {
        mbill_view view = {.struct_size = sizeof view};
        int32_t supply = 0;
        if (operations[i].account == 0) continue; /* a reversal: its payment's account was looked at */
        if (mbill_book_view(book, operations[i].account, &view, NULL) != MBILL_OK ||
            mbill_supply_decide(&view, policy, &closed, &supply, NULL, NULL) != MBILL_OK)
            stop("no view");
        trips += supply == MBILL_SUPPLY_TRIP;
    }
    return trips;
}

static void operations_round(double *out_ours, double *out_bare)
{
    mbill_policy policy = prepay_policy();
    mbill_book *book = open_book(n_accounts, &policy);
    bare_ledger bare = {malloc((size_t)n_operations * BARE_BYTES), calloc((size_t)n_accounts + 1, sizeof(int64_t)),
        calloc((size_t)n_accounts + 1, sizeof(int64_t)), 0};
    int64_t trips = 0, taken = 0;
    if (!bare.journal || !bare.debits || !bare.credits) stop("no memory");
    memset(bare.journal, 1, (size_t)n_operations * BARE_BYTES);
    fill_accounts(book);
    *out_ours = *out_bare = 0;
    for (int64_t first = 0; first < n_operations; first += OPERATED) {
        int64_t n = n_operations - first < OPERATED ? n_operations - first : OPERATED;
        draw_prepay(first, n);
        double start = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        bare_post(&bare, operations, n);
        double middle = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        trips += operate(book, &policy, n, NOW + first / OPERATED);
        *out_ours += clock_ns(CLOCK_THREAD_CPUTIME_ID) - middle;
        *out_bare += middle - start;
        for (int64_t i = 0; i < n; i++) taken += results[i].code == MBILL_RESULT_OK;
    }
    if (taken < n_operations * 9 / 10 || trips == n_operations) stop("the mix is none");
    mbill_book_free(book);
    free(bare.journal);
    free(bare.debits);
    free(bare.credits);
}

static void row(const char *name, void (*round_of)(double *ours, double *bare))
{
    double ours[ROUNDS], bare[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        state = 20260105 + i;
        round_of(&ours[i], &bare[i]);
    }
    say(name, median(ours, ROUNDS) / (double)n_operations, median(bare, ROUNDS) / (double)n_operations);
}

/* bench_ledger [ACCOUNTS OPERATIONS [ROW]] */
int main(int argc, char **argv)
{
    if (argc > 2) {
        n_accounts = strtol(argv[1], NULL, 10);
        n_operations = strtol(argv[2], NULL, 10);
    }
    if (n_accounts < 2 || n_operations < 1) stop("at least 2 accounts and 1 operation");
    const char *only = argc > 3 ? argv[3] : NULL;
    if (only == NULL || strcmp(only, "ledger_memory") == 0) row("ledger_memory", memory_round);
    if (only == NULL || strcmp(only, "ledger_operations") == 0) row("ledger_operations", operations_round);
    return 0;
}

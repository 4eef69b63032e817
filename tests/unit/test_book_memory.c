/* SPDX-License-Identifier: Apache-2.0 */
/* No memory, in turn at every allocation of long lives of a book with every kind of operation: the call answers MBILL_E_NOMEM, the book is what it
 * was in every sum, view and byte, and the same call sent again leads to the very bytes of a book that never failed. Also while a journal is
 * read again and while room is asked for ahead. The counts are printed and may not shrink. */
#include "../fuzz/ledger_laws.h"
#include "check_run.h"
#include "counting_allocator.h"

#include <check.h>

enum { LIVES = 8, LIFE_BYTES = 12000 };

/* A life as it is without failure: before[i] is what is seen before the batch that begins with operation i. */
static struct {
    ledger_bytes from;
    mbill_result results[LEDGER_OPERATIONS_MAX];
    ledger_sight before[LEDGER_OPERATIONS_MAX + 1];
    int64_t n_records[LEDGER_OPERATIONS_MAX + 1];
    mbill_book *book;
    const uint8_t *bytes;
    size_t len;
} life;

static int64_t n_points, n_failed_by_kind[MBILL_OPERATION_ATTACH_METER + 1];

static void fill_bytes(uint64_t seed, uint8_t out[LIFE_BYTES])
{
    for (size_t i = 0; i < LIFE_BYTES; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        out[i] = (uint8_t)(seed >> 40);
    }
}

static void learn_life(uint64_t seed)
{
    static uint8_t bytes[LIFE_BYTES];
    fill_bytes(seed, bytes);
    ledger_start(&life.from, bytes, sizeof bytes);
    ck_assert_int_eq(mbill_book_open(NULL, &life.book, NULL), MBILL_OK);
    for (int32_t first = 0, n;; first += n) {
        ledger_see(life.book, &life.before[first]);
        life.n_records[first] = mbill_book_n_records(life.book);
        n = ledger_batch(&life.from);
        if (n == 0) break;
        ck_assert_int_eq(mbill_book_apply(life.book, &life.from.operations[first], (size_t)n, life.from.now_utc_s,
                             &life.results[first], NULL),
            MBILL_OK);
        for (int32_t i = first; i < first + n; i++) life.from.taken[i] = life.results[i].code == MBILL_RESULT_OK;
    }
    ck_assert_int_eq(mbill_book_journal(life.book, 0, mbill_book_n_records(life.book), &life.bytes, &life.len, NULL), MBILL_OK);
}

static void end_life(void)
{
    mbill_book_free(life.book);
    life.book = NULL;
}

static int32_t batch_at(int32_t first)
{
    int32_t n = 1;
    while (life.from.ends[first + n - 1] == 0) n++;
    return n;
}

static mbill_status apply(mbill_book *book, int32_t first, mbill_result *results)
{
    return mbill_book_apply(book, &life.from.operations[first], (size_t)batch_at(first), life.from.times[first], results, NULL);
}

/* The book is what it is in a life without failure before that batch. */
static void assert_untouched(const mbill_book *book, int32_t first)
{
    static ledger_sight seen;
    const uint8_t *bytes;
    size_t len;
    ledger_see(book, &seen);
    ck_assert(ledger_same(&seen, &life.before[first]));
    ck_assert_int_eq(mbill_book_n_records(book), life.n_records[first]);
    ck_assert_int_eq(mbill_book_journal(book, 0, life.n_records[first], &bytes, &len, NULL), MBILL_OK);
    ck_assert_uint_le(len, life.len);
    if (len > 0) ck_assert_mem_eq(bytes, life.bytes, len);
}

static void assert_whole(const mbill_book *book)
{
    assert_untouched(book, life.from.n_operations);
    const uint8_t *bytes;
    size_t len;
    ck_assert_int_eq(mbill_book_journal(book, 0, mbill_book_n_records(book), &bytes, &len, NULL), MBILL_OK);
    ck_assert_uint_eq(len, life.len);
}

/* The batch fails for want of memory, and is sent again with memory. */
static void fail_and_go_on(mbill_book *book, counting_allocator *counter, int32_t first, mbill_result *results)
{
    assert_untouched(book, first);
    for (int32_t i = first; i < first + batch_at(first); i++)
        if (life.from.operations[i].kind <= MBILL_OPERATION_ATTACH_METER) n_failed_by_kind[life.from.operations[i].kind]++;
    counter->fail_at = 0;
    ck_assert_int_eq(apply(book, first, results), MBILL_OK);
}

/* ---- operations ---- */

/* The whole life, with one allocation failing. false: it was never come to. */
static bool live(size_t fail_at)
{
    static mbill_result results[LEDGER_OPERATIONS_MAX];
    counting_allocator counter;
    mbill_book *book = NULL;
    counting_start(&counter, fail_at);
    mbill_status status = mbill_book_open(&counter.allocator, &book, NULL);
    if (status != MBILL_OK) {
        ck_assert_int_eq(status, MBILL_E_NOMEM);
        ck_assert_ptr_null(book);
        return true;
    }
    for (int32_t first = 0; first < life.from.n_operations; first += batch_at(first)) {
        status = apply(book, first, &results[first]);
        ck_assert(status == MBILL_OK || status == MBILL_E_NOMEM);
        if (status != MBILL_OK) fail_and_go_on(book, &counter, first, &results[first]);
    }
    ck_assert_mem_eq(results, life.results, sizeof results[0] * (size_t)life.from.n_operations);
    assert_whole(book);
    bool struck = fail_at > 0 && counter.calls >= fail_at;
    mbill_book_free(book);
    ck_assert(counting_is_even(&counter));
    return struck;
}

START_TEST(every_allocation_of_a_life_fails_in_turn)
{
    n_points = 0;
    for (uint64_t seed = 1; seed <= LIVES; seed++) {
        learn_life(seed);
        for (size_t at = 1; live(at); at++) n_points++;
        end_life();
    }
    printf("# book, lives: %d, allocations failed: %lld, 0 differences\n", LIVES, (long long)n_points);
    ck_assert_int_ge(n_points, 420);
}
END_TEST

/* Each batch of a life on a book that has just been read from its journal, and so has little room. */
static void fail_batch(int32_t first)
{
    mbill_result results[LEDGER_BATCH_MAX];
    const uint8_t *bytes;
    size_t len;
    ck_assert_int_eq(mbill_book_journal(life.book, 0, life.n_records[first], &bytes, &len, NULL), MBILL_OK);
    for (size_t at = 1;; at++) {
        counting_allocator counter;
        mbill_book *book;
        counting_start(&counter, 0);
        ck_assert_int_eq(mbill_book_open(&counter.allocator, &book, NULL), MBILL_OK);
        if (len > 0) ck_assert_int_eq(mbill_book_replay(book, bytes, len, NULL), MBILL_OK);
        counter.fail_at = counter.calls + at;
        mbill_status status = apply(book, first, results);
        bool struck = status != MBILL_OK;
        if (struck) fail_and_go_on(book, &counter, first, results);
        assert_untouched(book, first + batch_at(first));
        mbill_book_free(book);
        ck_assert(counting_is_even(&counter));
        if (!struck) return;
        n_points++;
    }
}

START_TEST(every_allocation_of_a_batch_fails_in_turn)
{
    memset(n_failed_by_kind, 0, sizeof n_failed_by_kind);
    n_points = 0;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        learn_life(seed);
        for (int32_t first = 0; first < life.from.n_operations; first += batch_at(first)) fail_batch(first);
        end_life();
    }
    printf("# book, batches behind a journal read again: allocations failed: %lld, 0 differences\n", (long long)n_points);
    ck_assert_int_ge(n_points, 4700);
    for (int32_t kind = MBILL_OPERATION_OPEN; kind <= MBILL_OPERATION_ATTACH_METER; kind++)
        ck_assert_msg(kind == MBILL_OPERATION_EXPIRE || n_failed_by_kind[kind] > 0, "no batch with kind %d failed", (int)kind);
}
END_TEST

/* The lives above have every kind of operation taken, chains that hold and chains that fail, and holds that expire. */
START_TEST(the_lives_have_everything_in_them)
{
    int64_t taken[MBILL_OPERATION_ATTACH_METER + 1] = {0}, chains[2] = {0};
    for (uint64_t seed = 1; seed <= LIVES; seed++) {
        learn_life(seed);
        for (int64_t i = 0; i < mbill_book_n_records(life.book); i++) {
            mbill_operation op;
            mbill_result result;
            ck_assert_int_eq(mbill_book_record(life.book, i, &op, &result, NULL, NULL, NULL), MBILL_OK);
            if (result.code == MBILL_RESULT_OK) taken[op.kind]++;
            if ((op.flags & MBILL_OPERATION_LINKED) != 0) chains[result.code == MBILL_RESULT_OK]++;
        }
        end_life();
    }
    for (int32_t kind = MBILL_OPERATION_OPEN; kind <= MBILL_OPERATION_ATTACH_METER; kind++)
        ck_assert_msg(taken[kind] > 0, "kind %d is never taken", (int)kind);
    ck_assert_int_gt(chains[0], 0);
    ck_assert_int_gt(chains[1], 0);
}
END_TEST

/* ---- a tick ---- */

enum { HOLDS = 40 };

/* An account and holds that all expire at 1010, as a journal. */
static mbill_book *make_holds(void)
{
    mbill_operation open = {.id = {{1}}, .kind = MBILL_OPERATION_OPEN, .account = 7, .sequence = -1, .charge = -1, .period = -1};
    mbill_operation hold = open;
    mbill_policy policy;
    mbill_result result;
    mbill_book *book;
    (void)mbill_policy_preset(MBILL_PRESET_SMETS, &policy);
    open.policy = &policy;
    ck_assert_int_eq(mbill_book_open(NULL, &book, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_book_apply(book, &open, 1, 1000, &result, NULL), MBILL_OK);
    hold.kind = MBILL_OPERATION_HOLD;
    hold.hold = MBILL_HOLD_TOP_UP;
    hold.amount_micro = 5;
    hold.timeout_s = 10;
    for (uint8_t i = 0; i < HOLDS; i++) {
        hold.id.bytes[1] = (uint8_t)(i + 1);
        ck_assert_int_eq(mbill_book_apply(book, &hold, 1, 1000, &result, NULL), MBILL_OK);
        ck_assert_int_eq(result.code, MBILL_RESULT_OK);
    }
    return book;
}

static void assert_holds(const mbill_book *book, int64_t n_records, int64_t pending_micro)
{
    mbill_view view = {.struct_size = sizeof view};
    ck_assert_int_eq(mbill_book_n_records(book), n_records);
    ck_assert_int_eq(mbill_book_view(book, 7, &view, NULL), MBILL_OK);
    ck_assert_int_eq(view.pending_credits_micro, pending_micro);
}

/* false: the allocation was never come to. */
static bool tick(const uint8_t *bytes, size_t len, size_t at)
{
    counting_allocator counter;
    mbill_book *book;
    counting_start(&counter, 0);
    ck_assert_int_eq(mbill_book_open(&counter.allocator, &book, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_book_replay(book, bytes, len, NULL), MBILL_OK);
    counter.fail_at = counter.calls + at;
    mbill_status status = mbill_book_tick(book, 1010, NULL);
    if (status != MBILL_OK) {
        ck_assert_int_eq(status, MBILL_E_NOMEM);
        assert_holds(book, 1 + HOLDS, 5 * HOLDS);
        ck_assert_int_eq(mbill_book_tick(book, 1010, NULL), MBILL_OK);
    }
    assert_holds(book, 1 + 2 * HOLDS, 0);
    mbill_book_free(book);
    ck_assert(counting_is_even(&counter));
    return status != MBILL_OK;
}

START_TEST(a_tick_without_memory_gives_nothing_back)
{
    mbill_book *holds = make_holds();
    const uint8_t *bytes;
    size_t len, at = 1;
    ck_assert_int_eq(mbill_book_journal(holds, 0, mbill_book_n_records(holds), &bytes, &len, NULL), MBILL_OK);
    while (tick(bytes, len, at)) at++;
    mbill_book_free(holds);
    printf("# book, tick: allocations failed: %zu\n", at - 1);
    ck_assert_uint_ge(at - 1, 5);
}
END_TEST

/* ---- reading again, room ahead ---- */

/* The record that could not be taken in is named, those before it are there, and reading goes on with it. */
static bool read_again(size_t fail_at)
{
    counting_allocator counter;
    mbill_book *book = NULL;
    mbill_error err;
    const uint8_t *bytes;
    size_t len;
    counting_start(&counter, fail_at);
    if (mbill_book_open(&counter.allocator, &book, NULL) != MBILL_OK) return true;
    mbill_error_init(&err);
    mbill_status status = mbill_book_replay(book, life.bytes, life.len, &err);
    if (status != MBILL_OK) {
        int64_t n = mbill_book_n_records(book);
        ck_assert_int_eq(status, MBILL_E_NOMEM);
        ck_assert_int_eq(err.index, n);
        ck_assert_int_eq(mbill_book_journal(life.book, n, mbill_book_n_records(life.book) - n, &bytes, &len, NULL), MBILL_OK);
        ck_assert_int_eq(mbill_book_replay(book, bytes, len, NULL), MBILL_OK);
    }
    assert_whole(book);
    mbill_book_free(book);
    ck_assert(counting_is_even(&counter));
    return status != MBILL_OK;
}

START_TEST(every_allocation_of_a_replay_fails_in_turn)
{
    n_points = 0;
    for (uint64_t seed = 1; seed <= LIVES; seed++) {
        learn_life(seed);
        for (size_t at = 1; read_again(at); at++) n_points++;
        end_life();
    }
    printf("# book, journals read again: allocations failed: %lld, 0 differences\n", (long long)n_points);
    ck_assert_int_ge(n_points, 410);
}
END_TEST

START_TEST(every_allocation_of_a_reserve_fails_in_turn)
{
    n_points = 0;
    learn_life(1);
    for (bool struck = true; struck;) {
        static mbill_result results[LEDGER_OPERATIONS_MAX];
        counting_allocator counter;
        mbill_book *book;
        int32_t half = 0;
        counting_start(&counter, 0);
        ck_assert_int_eq(mbill_book_open(&counter.allocator, &book, NULL), MBILL_OK);
        for (; half < life.from.n_operations / 2; half += batch_at(half)) ck_assert_int_eq(apply(book, half, results), MBILL_OK);
        counter.fail_at = counter.calls + (size_t)n_points + 1;
        mbill_status status = mbill_book_reserve(book, 1000, 10000, NULL);
        struck = status != MBILL_OK;
        if (struck) ck_assert_int_eq(status, MBILL_E_NOMEM);
        if (struck) n_points++;
        assert_untouched(book, half);
        for (; half < life.from.n_operations; half += batch_at(half)) ck_assert_int_eq(apply(book, half, results), MBILL_OK);
        assert_whole(book);
        mbill_book_free(book);
        ck_assert(counting_is_even(&counter));
    }
    end_life();
    printf("# book, reserve: allocations failed: %lld, 0 differences\n", (long long)n_points);
    ck_assert_int_ge(n_points, 15);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("book memory");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_test(all, the_lives_have_everything_in_them);
    tcase_add_test(all, every_allocation_of_a_life_fails_in_turn);
    tcase_add_test(all, every_allocation_of_a_batch_fails_in_turn);
    tcase_add_test(all, a_tick_without_memory_gives_nothing_back);
    tcase_add_test(all, every_allocation_of_a_replay_fails_in_turn);
    tcase_add_test(all, every_allocation_of_a_reserve_fails_in_turn);
    suite_add_tcase(suite, all);
    return check_run(suite, CK_NOFORK);
}

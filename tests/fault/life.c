/* SPDX-License-Identifier: Apache-2.0 */
/* See life.h. */
#include "life.h"

#include "store/inner.h"

#include <check.h>
#include <string.h>

#define UNIT INT64_C(1000000)
#define START INT64_C(1767571200) /* 2026-01-05T00:00:00Z */
#define OPS_MAX 400

static size_t long_batch = 40;
static bool wide;

void life_wide(bool on)
{
    wide = on;
    long_batch = on ? OPS_MAX : 40;
}

mbill_status life_tune(mbill_store *store, mbill_error *err)
{
    return wide ? mbill__db_run(store->db, "PRAGMA wal_autocheckpoint=4", err) : MBILL_OK;
}

static mbill_operation op_of(int batch, size_t n, int32_t kind, int64_t account, int64_t amount_micro)
{
    return (mbill_operation){.id = {{7, (uint8_t)batch, (uint8_t)n, (uint8_t)(n >> 8)}},
        .kind = kind,
        .account = account,
        .amount_micro = amount_micro,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
}

static size_t opening(int i, mbill_operation *ops, mbill_policy *policy)
{
    ck_assert_int_eq(mbill_policy_preset(MBILL_PRESET_SMETS, policy), 1);
    policy->debts[0] = (mbill_debt){.kind = MBILL_DEBT_PAYMENT, .share_1e4 = 2500};
    for (size_t n = 0; n < 2; n++) {
        ops[n] = op_of(i, n, MBILL_OPERATION_OPEN, 1 + (int64_t)n, 0);
        ops[n].policy = policy;
    }
    return 2;
}

/* A payment, use, a payment that is refused, a hold that a later batch finds expired, and two that stand or fall together. */
static size_t living(int i, mbill_operation *ops)
{
    size_t n = 0;
    ops[n] = op_of(i, n, MBILL_OPERATION_TOP_UP, 1 + i % 2, (10 + i) * UNIT);
    n++;
    ops[n] = op_of(i, n, MBILL_OPERATION_USAGE, 1, i * UNIT / 2);
    n++;
    ops[n] = op_of(i, n, MBILL_OPERATION_REFUND, 2, 1000000 * UNIT);
    n++;
    ops[n] = op_of(i, n, MBILL_OPERATION_HOLD, 1 + (i + 1) % 2, UNIT);
    ops[n].hold = MBILL_HOLD_TOP_UP;
    ops[n].timeout_s = 3600;
    n++;
    for (size_t k = 0; k < 2; k++, n++) ops[n] = op_of(i, n, MBILL_OPERATION_USAGE, 1 + (int64_t)k, UNIT);
    ops[n - 2].flags = MBILL_OPERATION_LINKED;
    return n;
}

/* Every fourth is long enough for several pages of the file. */
static size_t make_batch(int i, mbill_operation *ops, mbill_policy *policy)
{
    if (i == 0) return opening(i, ops, policy);
    size_t n = living(i, ops);
    for (; i % 4 == 3 && n < long_batch; n++) ops[n] = op_of(i, n, MBILL_OPERATION_TOP_UP, 2, UNIT);
    return n;
}

mbill_status life_send(mbill_journal *journal, int i, mbill_error *err)
{
    mbill_operation ops[OPS_MAX];
    mbill_result results[OPS_MAX];
    mbill_policy policy;
    size_t n = make_batch(i, ops, &policy);
    return mbill_journal_apply(journal, ops, n, START + i * INT64_C(7200), results, err);
}

static void must(mbill_status status, const mbill_error *err, const char *what)
{
    ck_assert_msg(status == MBILL_OK, "%s: %s: %s", what, mbill_status_name((int32_t)status), err->message);
}

static int64_t count(mbill_journal *journal, const char *what)
{
    const mbill_book *book;
    mbill_error err;
    mbill_error_init(&err);
    must(mbill_journal_book(journal, &book, &err), &err, what);
    return mbill_book_n_records(book);
}

static void open_both(const char *path, uint32_t flags, mbill_store **store, mbill_journal **journal, const char *what)
{
    mbill_store_options options = {sizeof options, flags, 0, 0};
    mbill_error err;
    mbill_error_init(&err);
    must(mbill_store_open(path, &options, NULL, store, &err), &err, what);
    must(life_tune(*store, &err), &err, what);
    must(mbill_journal_open(*store, journal, &err), &err, what);
}

void life_learn(const char *path, uint32_t flags, life_known *out)
{
    mbill_store *store;
    mbill_journal *journal;
    mbill_journal_head head = {.struct_size = sizeof head};
    mbill_error err;
    mbill_error_init(&err);
    open_both(path, flags | MBILL_STORE_CREATE, &store, &journal, "the first life");
    out->n_records[0] = 0;
    for (int i = 0; i < LIFE_BATCHES; i++) {
        must(life_send(journal, i, &err), &err, "the first life");
        out->n_records[i + 1] = count(journal, "the first life");
    }
    must(mbill_journal_verify(store, NULL, &head, &err), &err, "the first life");
    memcpy(out->hash, head.hash, sizeof out->hash);
    mbill_journal_free(journal);
    mbill_store_free(store);
}

int life_check(const char *path, uint32_t flags, int answered, const life_known *known, const char *what)
{
    mbill_store *store;
    mbill_journal *journal;
    mbill_journal_head head = {.struct_size = sizeof head};
    mbill_error err;
    int there = 0;
    mbill_error_init(&err);
    open_both(path, flags, &store, &journal, what);
    int64_t n = count(journal, what);
    while (there < LIFE_BATCHES && known->n_records[there] < n) there++;
    ck_assert_msg(known->n_records[there] == n, "%s: %lld records are no whole batches", what, (long long)n);
    ck_assert_msg(there >= answered, "%s: %d batches are there, %d were answered", what, there, answered);
    for (int i = 0; i < LIFE_BATCHES; i++) must(life_send(journal, i, &err), &err, what);
    must(mbill_journal_verify(store, NULL, &head, &err), &err, what);
    ck_assert_msg(head.n_records == known->n_records[LIFE_BATCHES] && memcmp(head.hash, known->hash, sizeof head.hash) == 0,
        "%s: another life", what);
    mbill_journal_free(journal);
    mbill_store_free(store);
    return there;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What holds after every operation of any life of a ledger, however odd: asserted from outside, by records, sums and views alone, and by a
 * second book that only reads the first one's journal. Changes when the ledger promises more. */
#ifndef FUZZ_LEDGER_LAWS_H
#define FUZZ_LEDGER_LAWS_H

#include "ledger_bytes.h"
#include "meterbill/ledger.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    LEDGER_PLACES = 2 * MBILL_CREDITS_MAX + MBILL_DEBTS_MAX - 2,
    LEDGER_SYSTEMS = 4, /* indexes of each kind of system account */
    LEDGER_RECORDS_MAX = 2 * LEDGER_OPERATIONS_MAX
};

/* All that can be seen of a book. */
typedef struct ledger_sight {
    mbill_place_sums prepay[LEDGER_PREPAY + 1][LEDGER_PLACES];
    mbill_place_sums plain[LEDGER_PLAIN_END - LEDGER_PLAIN];
    mbill_place_sums systems[MBILL_SYSTEM_SUSPENSE][LEDGER_SYSTEMS];
    mbill_view views[LEDGER_PREPAY + 1];
} ledger_sight;

typedef struct ledger_life {
    ledger_bytes from;
    mbill_book *book, *again; /* again: made of the journal alone */
    ledger_sight before, after, seen_again;
    mbill_result results[LEDGER_BATCH_MAX];
    int32_t n;                /* operations of the last batch */
    int64_t first, n_records; /* of its records, and of all */
    int64_t last_recorded_utc_s;
    uint8_t ended[LEDGER_RECORDS_MAX]; /* of each record: a hold that ended, an operation that was reversed */
    uint64_t n_checked;
    int32_t expired; /* holds, in the last batch */
} ledger_life;

static inline void ledger_law(int holds, const char *law)
{
    if (holds) return;
    fflush(stdout);
    fprintf(stderr, "broken: %s\n", law);
    abort();
}

/* ---- seeing ---- */

static inline int32_t ledger_place(int32_t i)
{
    static const int32_t places[] = {MBILL_PLACE_CREDIT, MBILL_PLACE_CREDIT + 1, MBILL_PLACE_CREDIT + 2, MBILL_PLACE_CREDIT + 3,
        MBILL_PLACE_EC_USED, MBILL_PLACE_ACCUM};
    return i < 6 ? places[i] : MBILL_PLACE_DEBT + i - 6;
}

static inline void ledger_see(const mbill_book *book, ledger_sight *out)
{
    memset(out, 0, sizeof *out);
    for (int32_t a = 0; a <= LEDGER_PREPAY; a++) {
        out->views[a].struct_size = sizeof out->views[a];
        if (mbill_book_sums(book, a + 1, MBILL_PLACE_PLAIN, &out->prepay[a][0], NULL) == MBILL_OK)
            continue; /* opened as a plain one */
        if (mbill_book_view(book, a + 1, &out->views[a], NULL) != MBILL_OK) continue;
        for (int32_t i = 0; i < LEDGER_PLACES; i++)
            ledger_law(mbill_book_sums(book, a + 1, ledger_place(i), &out->prepay[a][i], NULL) == MBILL_OK,
                "every place is there");
    }
    for (int32_t a = 0; a < LEDGER_PLAIN_END - LEDGER_PLAIN; a++)
        if (mbill_book_sums(book, LEDGER_PLAIN + a, MBILL_PLACE_PLAIN, &out->plain[a], NULL) != MBILL_OK) continue;
    for (int32_t kind = 0; kind < MBILL_SYSTEM_SUSPENSE; kind++)
        for (uint32_t i = 0; i < LEDGER_SYSTEMS; i++)
            ledger_law(mbill_book_sums(book, mbill_system_account((mbill_system)(kind + 1), i), MBILL_PLACE_PLAIN,
                           &out->systems[kind][i], NULL) == MBILL_OK,
                "every system account is there");
}

static inline int ledger_same(const ledger_sight *a, const ledger_sight *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* ---- what is seen ---- */

/* I1, I3: debits are credits, posted and pending. A difference that wraps round twice is 0 only when it is. */
static inline void ledger_add(uint64_t total[2], const mbill_place_sums *at)
{
    ledger_law(at->debits_micro >= 0 && at->credits_micro >= 0 && at->pending_debits_micro >= 0 && at->pending_credits_micro >= 0,
        "no sum is below 0");
    total[0] += (uint64_t)at->debits_micro - (uint64_t)at->credits_micro;
    total[1] += (uint64_t)at->pending_debits_micro - (uint64_t)at->pending_credits_micro;
}

static inline void ledger_check_conserved(const ledger_sight *sight)
{
    uint64_t total[2] = {0, 0};
    for (int32_t a = 0; a <= LEDGER_PREPAY; a++)
        for (int32_t i = 0; i < LEDGER_PLACES; i++) ledger_add(total, &sight->prepay[a][i]);
    for (int32_t a = 0; a < LEDGER_PLAIN_END - LEDGER_PLAIN; a++) ledger_add(total, &sight->plain[a]);
    for (int32_t kind = 0; kind < MBILL_SYSTEM_SUSPENSE; kind++)
        for (int32_t i = 0; i < LEDGER_SYSTEMS; i++) ledger_add(total, &sight->systems[kind][i]);
    ledger_law(total[0] == 0 && total[1] == 0, "debits are credits over the whole ledger");
}

static inline int ledger_repays(const mbill_policy *policy, int32_t stage)
{
    for (int32_t i = 0; i < policy->n_stages; i++)
        if (policy->stages[i].kind == stage) return 1;
    return 0;
}

/* I8, and the emergency credit's rule. */
static inline void ledger_check_view(const mbill_view *view, const mbill_policy *policy)
{
    ledger_law(view->accum_micro >= 0 && view->ec_used_micro >= 0, "what is owed is not below 0");
    for (size_t i = 0; i < MBILL_DEBTS_MAX; i++) ledger_law(view->debt_micro[i] >= 0, "a debt is not below 0");
    ledger_law(view->remaining_micro == 0 || view->overdraft_micro == 0, "remaining or overdraft, not both");
    if (view->spendable_micro > 0 && ledger_repays(policy, MBILL_STAGE_ACCUM))
        ledger_law(view->accum_micro == 0, "money that is free has paid accumulated debt");
    if (view->spendable_micro > 0 && ledger_repays(policy, MBILL_STAGE_EC))
        ledger_law(view->ec_used_micro == 0, "money that is free has paid emergency credit");
    ledger_law(view->ec_used_micro == 0 || view->ec_selected, "emergency credit that is used is selected");
    ledger_law(!view->ec_selected || view->ec_used_micro > 0 || view->ec_offered,
        "unused emergency credit is selected while offered");
}

/* ---- records ---- */

static inline int64_t ledger_record_of(const mbill_book *book, const mbill_id *id)
{
    mbill_operation op;
    mbill_result result;
    for (int64_t i = mbill_book_n_records(book) - 1; i >= 0; i--) {
        ledger_law(mbill_book_record(book, i, &op, &result, NULL, NULL, NULL) == MBILL_OK, "every record can be read");
        if (memcmp(op.id.bytes, id->bytes, sizeof id->bytes) == 0) return result.code == MBILL_RESULT_OK ? i : -1;
    }
    return -1;
}

/* I9: what is posted of a hold is not more than it reserved, and a hold ends once. */
static inline void ledger_check_end(ledger_life *life, const mbill_operation *op, const mbill_leg *legs, uint32_t n_legs)
{
    mbill_leg reserved[MBILL_LEGS_MAX];
    mbill_operation hold;
    int64_t at = ledger_record_of(life->book, &op->target), posted_micro = 0, given_micro = 0;
    ledger_law(at >= 0 && mbill_book_record(life->book, at, &hold, NULL, NULL, reserved, NULL) == MBILL_OK,
        "a hold that ends was made");
    ledger_law(!life->ended[at], "a hold ends once");
    life->ended[at] = 1;
    for (uint32_t i = 0; i < n_legs; i++) {
        if (legs[i].pending < 0) given_micro += legs[i].amount_micro;
        if (legs[i].pending == 0 && legs[i].purpose != MBILL_PURPOSE_LEVEL) posted_micro += legs[i].amount_micro;
    }
    ledger_law(given_micro == (reserved[0].pending == 1 ? reserved[0].amount_micro : 0) || hold.kind == MBILL_OPERATION_TRANSFER,
        "a hold gives back all it reserved");
    ledger_law(op->kind == MBILL_OPERATION_POST ? posted_micro <= given_micro : posted_micro == 0, "a post is within its hold");
    if (hold.kind == MBILL_OPERATION_HOLD && hold.timeout_s > 0 && op->kind == MBILL_OPERATION_EXPIRE)
        ledger_law(op->effective_utc_s <= life->from.now_utc_s || op->effective_utc_s <= life->last_recorded_utc_s,
            "a hold expires at its moment");
}

/* I10: the first legs mirror what was posted, once. */
static inline void ledger_check_mirror(ledger_life *life, const mbill_operation *op, const mbill_leg *legs, uint32_t n_legs)
{
    mbill_leg first[MBILL_LEGS_MAX];
    mbill_result result;
    uint32_t at_leg = 0;
    int64_t at = ledger_record_of(life->book, &op->target);
    ledger_law(at >= 0 && mbill_book_record(life->book, at, NULL, &result, NULL, first, NULL) == MBILL_OK,
        "what is reversed was booked");
    ledger_law(!life->ended[at], "a reversal happens once");
    life->ended[at] = 1;
    for (uint32_t i = 0; i < result.n_legs; i++) {
        if (first[i].pending != 0) continue;
        ledger_law(at_leg < n_legs, "every posted leg is mirrored");
        const mbill_leg *leg = &legs[at_leg++];
        ledger_law(leg->debit_account == first[i].credit_account && leg->credit_account == first[i].debit_account &&
                leg->debit_place == first[i].credit_place && leg->credit_place == first[i].debit_place &&
                leg->amount_micro == first[i].amount_micro && leg->purpose == MBILL_PURPOSE_MIRROR,
            "a mirrored leg is the stored one, turned");
    }
}

/* What a payment, use or refund moves is its amount. */
static inline void ledger_check_whole(const mbill_operation *op, const mbill_leg *legs, uint32_t n_legs)
{
    int64_t sum_micro = 0;
    int whole = op->kind == MBILL_OPERATION_TOP_UP || op->kind == MBILL_OPERATION_USAGE || op->kind == MBILL_OPERATION_REFUND ||
        op->kind == MBILL_OPERATION_OFFSET;
    for (uint32_t i = 0; i < n_legs; i++)
        if (legs[i].purpose != MBILL_PURPOSE_LEVEL && legs[i].pending == 0) sum_micro += legs[i].amount_micro;
    if (whole) ledger_law(sum_micro == op->amount_micro, "the parts of an amount are the amount");
    if (op->kind == MBILL_OPERATION_ACCRUE)
        ledger_law(sum_micro <= op->amount_micro, "an accrual takes no more than it asks for");
}

/* I2, I7 and by kind I8 to I10. */
static inline void ledger_check_record(ledger_life *life, int64_t number)
{
    mbill_operation op;
    mbill_result result;
    mbill_leg legs[MBILL_LEGS_MAX];
    int64_t recorded_utc_s;
    ledger_law(mbill_book_record(life->book, number, &op, &result, &recorded_utc_s, legs, NULL) == MBILL_OK,
        "every record can be read");
    ledger_law(recorded_utc_s >= life->last_recorded_utc_s || number == 0, "recorded time never falls");
    life->last_recorded_utc_s = recorded_utc_s;
    life->expired += op.kind == MBILL_OPERATION_EXPIRE;
    ledger_law(result.code == MBILL_RESULT_OK || result.n_legs == 0, "what is refused has no legs");
    for (uint32_t i = 0; i < result.n_legs; i++) {
        const mbill_leg *leg = &legs[i];
        ledger_law(leg->amount_micro > 0, "a leg moves more than nothing");
        ledger_law(leg->debit_account != leg->credit_account || leg->debit_place != leg->credit_place, "a leg has two sides");
    }
    if (result.code != MBILL_RESULT_OK) return;
    ledger_check_whole(&op, legs, result.n_legs);
    if (op.kind == MBILL_OPERATION_POST || op.kind == MBILL_OPERATION_VOID || op.kind == MBILL_OPERATION_EXPIRE)
        ledger_check_end(life, &op, legs, result.n_legs);
    if (op.kind == MBILL_OPERATION_REVERSE) ledger_check_mirror(life, &op, legs, result.n_legs);
}

/* ---- operations ---- */

/* I4, right after one operation. */
static inline void ledger_check_floors(const ledger_life *life, const mbill_operation *op)
{
    int pays = op->kind == MBILL_OPERATION_REFUND || op->kind == MBILL_OPERATION_OFFSET ||
        (op->kind == MBILL_OPERATION_HOLD && op->hold != MBILL_HOLD_TOP_UP);
    int64_t receiver = op->other != 0 ? op->other : op->account;
    int receives = op->kind == MBILL_OPERATION_TOP_UP || op->kind == MBILL_OPERATION_OFFSET ||
        (op->kind == MBILL_OPERATION_HOLD && op->hold != MBILL_HOLD_REFUND);
    if (pays) ledger_law(life->after.views[op->account - 1].free_micro >= 0, "a refund, offset or hold takes only what is free");
    if (!receives) return;
    const mbill_view *view = &life->after.views[receiver - 1];
    int64_t highest_micro = mbill_book_policy(life->book, receiver)->hoarding_limit_micro;
    if (highest_micro > 0)
        ledger_law(view->credit_micro <= highest_micro - view->pending_credits_micro,
            "what is received stays within the hoarding limit");
}

/* I5, I6: sent again, an operation has its first answer and changes nothing. */
static inline void ledger_check_again(ledger_life *life, const mbill_operation *op, const mbill_result *first)
{
    mbill_result result;
    mbill_operation other = *op;
    if (first->record < 0 || (first->code != MBILL_RESULT_OK && first->code < MBILL_RESULT_NO_ACCOUNT)) return;
    other.flags &= ~MBILL_OPERATION_LINKED;
    if (first->code == MBILL_RESULT_OK && other.flags != op->flags) return; /* another body: a chain is sent again as a whole */
    ledger_law(mbill_book_apply(life->book, &other, 1, life->from.now_utc_s, &result, NULL) == MBILL_OK, "a retry is answered");
    ledger_law(result.code == (first->code == MBILL_RESULT_OK ? MBILL_RESULT_EXISTS : MBILL_RESULT_REFUSED_BEFORE),
        "a retry exists, or stays refused");
    ledger_law(result.first == first->code && result.record == first->record, "a retry has the first answer");
    other.user_data++;
    ledger_law(mbill_book_apply(life->book, &other, 1, life->from.now_utc_s, &result, NULL) == MBILL_OK, "a retry is answered");
    ledger_law(result.code == (first->code == MBILL_RESULT_OK ? MBILL_RESULT_EXISTS_WITH_DIFFERENT : MBILL_RESULT_REFUSED_BEFORE),
        "another body under the same id is refused");
    ledger_law(mbill_book_n_records(life->book) == life->n_records, "a retry writes nothing");
}

/* I12: the second book reads what was written, and shows the same. */
static inline void ledger_check_journal(ledger_life *life)
{
    const uint8_t *bytes;
    size_t len;
    ledger_law(mbill_book_journal(life->book, life->first, life->n_records - life->first, &bytes, &len, NULL) == MBILL_OK,
        "the journal is there");
    ledger_law(mbill_book_replay(life->again, bytes, len, NULL) == MBILL_OK, "the journal is read again");
    ledger_see(life->again, &life->seen_again);
    ledger_law(ledger_same(&life->after, &life->seen_again), "a book is the fold of its journal");
}

static inline void ledger_check_batch(ledger_life *life)
{
    int taken = 0;
    life->expired = 0;
    const mbill_operation *ops = &life->from.operations[life->from.n_operations - life->n];
    for (int32_t i = 0; i < life->n; i++) {
        int ok = life->results[i].code == MBILL_RESULT_OK;
        life->from.taken[life->from.n_operations - life->n + i] = (uint8_t)ok;
        taken += ok;
    }
    life->n_records = mbill_book_n_records(life->book);
    ledger_law(life->n_records - life->first >= taken && life->n_records < LEDGER_RECORDS_MAX, "what is taken is written");
    for (int64_t i = life->first; i < life->n_records; i++) ledger_check_record(life, i);
    ledger_see(life->book, &life->after);
    ledger_check_conserved(&life->after);
    for (int64_t a = 1; a <= LEDGER_PREPAY + 1; a++)
        if (mbill_book_policy(life->book, a) != NULL)
            ledger_check_view(&life->after.views[a - 1], mbill_book_policy(life->book, a));
    if (taken == 0 && life->expired == 0) ledger_law(ledger_same(&life->before, &life->after), "a refusal changes nothing");
    if (life->n == 1 && taken == 1) ledger_check_floors(life, ops);
    for (int32_t i = 0; i < life->n; i++) ledger_check_again(life, &ops[i], &life->results[i]);
    ledger_check_journal(life);
    life->before = life->after;
    life->first = life->n_records;
    life->n_checked += (uint64_t)life->n;
}

/* ---- a life ---- */

static inline void ledger_begin(ledger_life *life, const uint8_t *data, size_t size)
{
    memset(life, 0, sizeof *life);
    ledger_start(&life->from, data, size);
    ledger_law(mbill_book_open(NULL, &life->book, NULL) == MBILL_OK && mbill_book_open(NULL, &life->again, NULL) == MBILL_OK,
        "a book is made");
    ledger_see(life->book, &life->before);
}

/* One batch, applied and checked; 0 at the end. */
static inline int ledger_step(ledger_life *life)
{
    life->n = ledger_batch(&life->from);
    if (life->n == 0) return 0;
    const mbill_operation *ops = &life->from.operations[life->from.n_operations - life->n];
    ledger_law(mbill_book_apply(life->book, ops, (size_t)life->n, life->from.now_utc_s, life->results, NULL) == MBILL_OK,
        "a batch is answered");
    ledger_check_batch(life);
    return life->n;
}

/* I14: the same operations one life later give the same bytes; batches are cut where their moments or chains do. */
static inline void ledger_live_again(ledger_life *life, mbill_book *book)
{
    const ledger_bytes *from = &life->from;
    mbill_result results[LEDGER_OPERATIONS_MAX];
    for (int32_t i = 0; i < from->n_operations;) {
        int32_t n = 1;
        while ((from->operations[i + n - 1].flags & MBILL_OPERATION_LINKED) != 0 && !from->ends[i + n - 1]) n++;
        ledger_law(mbill_book_apply(book, &from->operations[i], (size_t)n, from->times[i], results, NULL) == MBILL_OK,
            "a batch is answered");
        i += n;
    }
}

static inline void ledger_end(ledger_life *life)
{
    mbill_book *once_more;
    const uint8_t *bytes = NULL, *others = NULL;
    size_t len = 0, others_len = 0;
    ledger_law(mbill_book_open(NULL, &once_more, NULL) == MBILL_OK, "a book is made");
    ledger_live_again(life, once_more);
    ledger_law(mbill_book_journal(life->book, 0, mbill_book_n_records(life->book), &bytes, &len, NULL) == MBILL_OK &&
            mbill_book_journal(once_more, 0, mbill_book_n_records(once_more), &others, &others_len, NULL) == MBILL_OK,
        "the journal is there");
    ledger_law(len == others_len && (len == 0 || memcmp(bytes, others, len) == 0), "the same operations give the same bytes");
    mbill_book_free(once_more);
    mbill_book_free(life->again);
    mbill_book_free(life->book);
}

#endif

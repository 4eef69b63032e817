/* SPDX-License-Identifier: Apache-2.0 */
/* From parts to postings: which account each amount goes to, under an id that is the same whenever the request is. Changes when another amount is
 * booked or an id is made of something else. */
#include "apportion/heap.h"
#include "apportion/posting.h"
#include "base/digest.h"
#include "document/say.h"
#include "meterbill/decimal.h"
#include "number/round.h"

#include <inttypes.h>
#include <string.h>

#define NO_DAY INT32_MIN

typedef struct maker {
    mbill_split *split;
    mbill_posting *postings;
    size_t n;
} maker;

static void put(uint8_t *to, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) to[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

/* The first half of the BLAKE2b-256 of the request's id, the key, the first day of a segment (-2^31 without) and whether it is the residual. */
static mbill_id id_of(const mbill_id *request, uint64_t key, int32_t day, bool residual)
{
    uint8_t bytes[sizeof request->bytes + 13], digest[MBILL__DIGEST_BYTES];
    mbill_id id;
    memcpy(bytes, request->bytes, sizeof request->bytes);
    put(bytes + sizeof request->bytes, key, 8);
    put(bytes + sizeof request->bytes + 8, (uint32_t)day, 4);
    bytes[sizeof bytes - 1] = residual ? 1 : 0;
    mbill__digest(bytes, sizeof bytes, digest);
    memcpy(id.bytes, digest, sizeof id.bytes);
    return id;
}

/* An amount of the split's scale in micro-units. */
static mbill_status to_micro(const mbill_split *split, int64_t amount, int64_t *out, mbill_error *err)
{
    int64_t factor = 1;
    for (int32_t places = split->scale; places != MBILL_SCALE_MICRO; places += places < MBILL_SCALE_MICRO ? 1 : -1) factor *= 10;
    if (split->scale <= MBILL_SCALE_MICRO) {
        if (mbill__multiply(amount, factor, out)) return MBILL_OK;
        return mbill__fail(err, MBILL_E_OVERFLOW, "an amount of the split is past 64 bits in micro-units");
    }
    *out = amount / factor;
    if (amount % factor == 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "an amount of the split has more than 6 places, which no account holds");
}

/* ---- who pays ---- */

/* The account of a unit: its own, else the one whose number is its key. */
static mbill_status account_of(uint64_t key, int64_t account, int64_t *out, mbill_error *err)
{
    *out = account != 0 ? account : (int64_t)key;
    if (account != 0 || (key > 0 && key <= INT64_MAX)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "key %" PRIu64 " is no account's number, expected an \"account\"", key);
}

/* What stands empty is the owner's, if he has an account. */
static int64_t or_owner(const mbill_split *split, bool vacant, int64_t account)
{
    return vacant && split->terms.owner != 0 ? split->terms.owner : account;
}

/* A posting under way, with room for its lines. */
typedef struct entry {
    mbill_posting *posting;
    mbill_posting_line *lines;
} entry;

static mbill_status add(maker *to, uint64_t key, int64_t account, int32_t day, uint32_t flags, size_t n_lines, entry *out,
    mbill_error *err)
{
    const mbill__terms *terms = &to->split->terms;
    const bool residual = (flags & MBILL_POSTING_RESIDUAL) != 0;
    out->posting = &to->postings[to->n++];
    out->lines = mbill__split_take(to->split, n_lines, sizeof *out->lines);
    if (out->lines == NULL) return mbill__split_no_memory(err);
    *out->posting = (mbill_posting){.key = key,
        .account = account,
        .from_day = to->split->stay.from_day,
        .to_day = to->split->stay.to_day,
        .lines = out->lines,
        .flags = flags,
        .credit_channel = terms->credit_channel,
        .effective_utc_s = terms->effective_utc_s};
    if (terms->is_booked) out->posting->id = id_of(&terms->id, key, day, residual);
    if (!terms->corrects) return MBILL_OK;
    out->posting->target = id_of(&terms->corrected, key, day, residual);
    out->posting->flags |= MBILL_POSTING_CORRECTION;
    return MBILL_OK;
}

static mbill_status add_line(const mbill_split *split, const entry *to, mbill_posting_line line, mbill_error *err)
{
    mbill_posting *posting = to->posting;
    MBILL_TRY(to_micro(split, line.amount_micro, &line.amount_micro, err));
    MBILL_TRY(to_micro(split, line.shared_micro, &line.shared_micro, err));
    if (!mbill__add(posting->amount_micro, line.amount_micro, &posting->amount_micro))
        return mbill__fail(err, MBILL_E_OVERFLOW, "what account %" PRId64 " pays is past 64 bits", posting->account);
    to->lines[posting->n_lines++] = line;
    return MBILL_OK;
}

/* ---- what for ---- */

/* Whether a unit's amount is its weight's quota to less than a step. */
static bool is_quota(const mbill_split *split, const mbill__column *column)
{
    return column->options.method == MBILL_APPORTION_LARGEST_REMAINDER && split->carry_micro == NULL && split->min == NULL &&
        split->max == NULL;
}

static uint64_t weight_sum(const mbill_split *split, const mbill__column *column)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < split->n; i++) sum += column->shares[i].weight;
    return sum;
}

static int64_t amount_of(const mbill_split *split, size_t c, size_t i)
{
    return split->lines == NULL ? split->parts[i].amount : split->lines[c * split->n + i];
}

/* What all pay in a column, within the total. */
static int64_t shared_of(const mbill_split *split, size_t c)
{
    int64_t sum = 0;
    for (size_t i = 0; i < split->n; i++) sum += amount_of(split, c, i);
    return sum;
}

/* A unit that one pays for. */
static mbill_status post_unit(maker *to, size_t i, const mbill_posting_line *basis, mbill_error *err)
{
    const mbill_split *split = to->split;
    const bool vacant = split->vacant != NULL && split->vacant[i] != 0;
    const uint64_t key = split->parts[i].key;
    int64_t account;
    entry out;
    MBILL_TRY(account_of(key, split->accounts[i], &account, err));
    MBILL_TRY(
        add(to, key, or_owner(split, vacant, account), NO_DAY, vacant ? MBILL_POSTING_VACANT : 0, split->n_columns, &out, err));
    for (size_t c = 0; c < split->n_columns; c++) {
        mbill_posting_line line = basis[c];
        line.amount_micro = amount_of(split, c, i);
        line.weight = line.weight_sum > 0 ? split->columns[c].shares[i].weight : 0;
        MBILL_TRY(add_line(split, &out, line, err));
    }
    return MBILL_OK;
}

static uint64_t time_sum(const mbill_segment_line *cells, size_t n)
{
    uint64_t sum = 0;
    for (size_t k = 0; k < n; k++) sum += cells[k].weight;
    return sum;
}

/* Those who had a unit in turn. */
static mbill_status post_residents(maker *to, size_t i, mbill_error *err)
{
    const mbill_split *split = to->split;
    const mbill__residents *residents = &split->stay.residents[i];
    const size_t room = 2 * residents->n + 1;
    const bool empty = split->vacant != NULL && split->vacant[i] != 0;
    const uint64_t key = split->parts[i].key;
    for (size_t k = 0; k < room && residents->lines[k].from_day != residents->lines[k].to_day; k++) {
        const mbill_segment_line *one = &residents->lines[k];
        const bool vacant = empty || one->segment == MBILL_VACANT;
        int64_t account = one->segment == MBILL_VACANT ? 0 : residents->accounts[one->segment];
        if (account == 0) account = split->accounts[i];
        entry out;
        MBILL_TRY(account_of(key, account, &account, err));
        MBILL_TRY(add(to, key, or_owner(split, vacant, account), one->from_day, vacant ? MBILL_POSTING_VACANT : 0,
            split->n_columns, &out, err));
        out.posting->from_day = one->from_day;
        out.posting->to_day = one->to_day;
        for (size_t c = 0; c < split->n_columns; c++) {
            const mbill_segment_line *cells = &residents->cells[c * room];
            const mbill_posting_line line = {(int32_t)c, 0, cells[k].amount, amount_of(split, c, i), cells[k].weight,
                time_sum(cells, room)};
            MBILL_TRY(add_line(split, &out, line, err));
        }
    }
    return MBILL_OK;
}

/* Leaf number i of a tree, which is node number `at`: by readings, and its parts of what they do not explain. */
static mbill_status post_leaf(maker *to, size_t i, size_t at, mbill_error *err)
{
    const mbill_split *split = to->split;
    const mbill_node_report *report = &split->grove.reports[at];
    const mbill_posting_line line = {.amount_micro = report->amount}, common = {.charge = 1, .amount_micro = report->common};
    int64_t account;
    entry out;
    MBILL_TRY(account_of(split->parts[i].key, split->accounts[i], &account, err));
    MBILL_TRY(add(to, split->parts[i].key, account, NO_DAY, 0, 2, &out, err));
    MBILL_TRY(add_line(split, &out, line, err));
    return common.amount_micro == 0 ? MBILL_OK : add_line(split, &out, common, err);
}

static mbill_status post_leaves(maker *to, mbill_error *err)
{
    const mbill__grove *grove = &to->split->grove;
    size_t leaf = 0;
    for (size_t at = 0; at < grove->n; at++) {
        if ((grove->reports[at].flags & MBILL_NODE_LEAF) == 0) continue;
        const mbill_status status = post_leaf(to, leaf++, at, err);
        if (status != MBILL_OK) {
            err->index = (int64_t)at;
            return status;
        }
    }
    return MBILL_OK;
}

static mbill_status post_shares(maker *to, mbill_error *err)
{
    const mbill_split *split = to->split;
    mbill_posting_line *basis = mbill__split_take(to->split, split->n_columns, sizeof *basis);
    if (basis == NULL) return mbill__split_no_memory(err);
    for (size_t c = 0; c < split->n_columns; c++) {
        basis[c] = (mbill_posting_line){.charge = (int32_t)c,
            .weight_places = split->columns[c].weight_places,
            .shared_micro = shared_of(split, c)};
        if (is_quota(split, &split->columns[c])) basis[c].weight_sum = weight_sum(split, &split->columns[c]);
    }
    for (size_t i = 0; i < split->n; i++) {
        const bool told = split->stay.residents != NULL && split->stay.residents[i].lines != NULL;
        const mbill_status status = told ? post_residents(to, i, err) : post_unit(to, i, basis, err);
        if (status != MBILL_OK) {
            err->index = (int64_t)i;
            return status;
        }
    }
    return MBILL_OK;
}

static mbill_status post_residual(maker *to, mbill_error *err)
{
    const mbill_split *split = to->split;
    const mbill_posting_line line = {.charge = -1, .amount_micro = split->residual};
    entry out;
    if (split->terms.owner == 0 && (split->terms.owner_is_said || split->residual == 0)) return MBILL_OK;
    if (!split->terms.owner_is_said)
        return mbill__fail(err, MBILL_E_INVALID,
            "nobody pays the residual of %s; expected \"owner\", the account that does, or null where there is none",
            mbill__say_decimal(split->residual, split->scale).text);
    MBILL_TRY(add(to, 0, split->terms.owner, NO_DAY, MBILL_POSTING_RESIDUAL, 1, &out, err));
    return add_line(split, &out, line, err);
}

/* ---- all of them ---- */

static bool comes_later(const void *context, uint64_t a, uint64_t b)
{
    const mbill_posting *one = &((const mbill_posting *)context)[a], *other = &((const mbill_posting *)context)[b];
    if (one->account != other->account) return one->account > other->account;
    if ((one->flags & MBILL_POSTING_RESIDUAL) != (other->flags & MBILL_POSTING_RESIDUAL))
        return (one->flags & MBILL_POSTING_RESIDUAL) != 0;
    return one->key != other->key ? one->key > other->key : one->from_day > other->from_day;
}

/* By account, key and day, so that the order of the request does not matter. */
static mbill_status put_in_order(maker *from, mbill_error *err)
{
    mbill_split *split = from->split;
    uint64_t *order = mbill__split_take(split, from->n, sizeof *order);
    split->postings = mbill__split_take(split, from->n, sizeof *split->postings);
    if (order == NULL || split->postings == NULL) return mbill__split_no_memory(err);
    for (size_t i = 0; i < from->n; i++) order[i] = i;
    mbill__heap_sort_down(order, from->n, comes_later, from->postings);
    for (size_t i = 0; i < from->n; i++) split->postings[i] = from->postings[order[i]];
    split->n_postings = from->n;
    return MBILL_OK;
}

static size_t count_most(const mbill_split *split)
{
    size_t n = split->n + 1;
    for (size_t i = 0; split->stay.residents != NULL && i < split->n; i++) n += 2 * split->stay.residents[i].n;
    return n;
}

mbill_status mbill__split_postings_make(mbill_split *split, mbill_error *err)
{
    if (!split->terms.is_booked && !split->terms.is_billed) return MBILL_OK;
    maker to = {.split = split};
    to.postings = mbill__split_take(split, count_most(split), sizeof *to.postings);
    if (to.postings == NULL) return mbill__split_no_memory(err);
    MBILL_TRY(to_micro(split, split->step, &split->terms.bill.step_micro, err));
    MBILL_TRY(split->grove.nodes != NULL ? post_leaves(&to, err) : post_shares(&to, err));
    MBILL_TRY(post_residual(&to, err));
    return put_in_order(&to, err);
}

const mbill_posting *mbill_split_postings(const mbill_split *split, size_t *out_n)
{
    *out_n = split->n_postings;
    return split->postings;
}

const mbill_split_bill *mbill_split_bill_of(const mbill_split *split)
{
    return split->terms.is_billed ? &split->terms.bill : NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the order of applying operations does: form, id, expiries, then the plan; what is known is written down and folded in. */
#include "base/digest.h"
#include "calendar/civil.h"
#include "ledger/fold.h"
#include "ledger/form.h"
#include "ledger/given.h"
#include "ledger/plan.h"
#include "ledger/room.h"

#include <string.h>

typedef struct room_of_one {
    mbill__work work;
    mbill__record record, meant;
} room_of_one;

static void start_record(mbill__record *record, const mbill_operation *op, uint32_t given, int64_t now_utc_s)
{
    record->operation = *op;
    record->given = given;
    record->code = MBILL_RESULT_OK;
    record->after = 0;
    record->recorded_utc_s = now_utc_s;
    record->moved_micro = 0;
    record->n_legs = 0;
}

static void write_down(mbill_book *book, const room_of_one *room)
{
    mbill__book_append(book, &room->record);
    (void)mbill__fold(book, &room->record, room->work.touched,
        mbill__meant_hold(&room->work)); /* what was planned fits the book */
}

/* Work it out and write it down. */
static int32_t book_one(mbill_book *book, room_of_one *room, const mbill_operation *op, uint32_t given, int64_t now_utc_s)
{
    mbill__record *record = &room->record;
    start_record(record, op, given, now_utc_s);
    mbill__work_start(&room->work, book, op, now_utc_s, record, &room->meant);
    record->code = mbill__work_plan(&room->work);
    if (record->code != MBILL_RESULT_OK) {
        record->n_legs = 0;
        record->after = 0;
        record->moved_micro = 0;
    }
    if (book->in_chain && record->code != MBILL_RESULT_OK) return record->code; /* written when the chain is undone */
    write_down(book, room);
    return record->code;
}

/* ---- expiries ---- */

static size_t pop_expiring(mbill_book *book)
{
    size_t first = book->expiring[0], last = book->expiring[--book->n_expiring], at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= book->n_expiring) break;
        if (child + 1 < book->n_expiring && mbill__expires_before(book, book->expiring[child + 1], book->expiring[child]))
            child++;
        if (!mbill__expires_before(book, book->expiring[child], last)) break;
        book->expiring[at] = book->expiring[child];
        at = child;
    }
    book->expiring[at] = last;
    return first;
}

/* The id of an expiry: of the hold's id and a word, so that it is the same wherever the journal is made again. Where a caller has taken that
 * id, which he can only do on purpose, it is that of the id and the word, and so on. */
static mbill_id expiry_id(const mbill_book *book, const mbill_id *hold)
{
    mbill_id id = *hold;
    do {
        uint8_t bytes[sizeof id.bytes + 6], digest[MBILL__DIGEST_BYTES];
        memcpy(bytes, "expire", 6);
        memcpy(bytes + 6, id.bytes, sizeof id.bytes);
        mbill__digest(bytes, sizeof bytes, digest);
        memcpy(id.bytes, digest, sizeof id.bytes);
    } while (mbill__book_find(book, &id) >= 0);
    return id;
}

static void expire_due(mbill_book *book, room_of_one *room, int64_t now_utc_s)
{
    while (book->n_expiring > 0 && book->holds[book->expiring[0]].expires_utc_s <= now_utc_s) {
        const mbill__hold *hold = &book->holds[pop_expiring(book)];
        mbill_operation op = {.kind = MBILL_OPERATION_EXPIRE, .sequence = MBILL_NONE, .charge = MBILL_NONE, .period = MBILL_NONE};
        if (hold->state != MBILL__HOLD_OPEN || !mbill__book_read(book, hold->record, &room->meant)) continue;
        op.target = room->meant.operation.id;
        op.effective_utc_s = hold->expires_utc_s;
        op.id = expiry_id(book, &op.target);
        (void)book_one(book, room, &op, mbill__given_fields(&op), now_utc_s);
    }
}

/* ---- one operation ---- */

/* What the form and the id say; MBILL_RESULT_OK: the operation is new. */
static int32_t known_result(const mbill_book *book, room_of_one *room, const mbill_operation *op, uint32_t given,
    mbill_result *out)
{
    *out = (mbill_result){.code = mbill__form_check(op, given), .record = -1};
    if (out->code != MBILL_RESULT_OK) return out->code;
    int64_t at = mbill__book_find(book, &op->id);
    if (at < 0 || !mbill__book_read(book, at, &room->meant)) return MBILL_RESULT_OK;
    out->record = at;
    out->first = room->meant.code;
    out->field = room->meant.code != MBILL_RESULT_OK ? 0 : mbill__form_differs(&room->meant.operation, op);
    out->code = out->first != MBILL_RESULT_OK ? MBILL_RESULT_REFUSED_BEFORE
        : out->field != 0                     ? MBILL_RESULT_EXISTS_WITH_DIFFERENT
                                              : MBILL_RESULT_EXISTS;
    if (out->code == MBILL_RESULT_EXISTS) {
        out->n_legs = (uint32_t)room->meant.n_legs;
        out->moved_micro = room->meant.moved_micro;
    }
    return out->code;
}

static void give_result(const mbill_book *book, const room_of_one *room, mbill_result *out)
{
    *out = (mbill_result){.code = room->record.code,
        .n_legs = (uint32_t)room->record.n_legs,
        .record = (int64_t)book->n_records - 1,
        .moved_micro = room->record.moved_micro};
}

static void apply_one(mbill_book *book, room_of_one *room, const mbill_operation *op, int64_t now_utc_s, mbill_result *out)
{
    uint32_t given = mbill__given_fields(op);
    if (known_result(book, room, op, given, out) != MBILL_RESULT_OK) return;
    if (!book->in_chain) expire_due(book, room, now_utc_s);
    (void)book_one(book, room, op, given, now_utc_s);
    give_result(book, room, out);
}

/* A chain that is sent again, as it was taken: every one of it exists. */
static bool is_known_chain(const mbill_book *book, room_of_one *room, const mbill_operation *ops, size_t n, mbill_result *out)
{
    for (size_t i = 0; i < n; i++)
        if (known_result(book, room, &ops[i], mbill__given_fields(&ops[i]), &out[i]) != MBILL_RESULT_EXISTS) return false;
    return true;
}

/* An id that stands twice in a chain was found among what has been undone. */
static void forget_undone(const mbill_book *book, mbill_result *out)
{
    if (out->record < (int64_t)book->n_records) return;
    out->record = -1;
    out->n_legs = 0;
    out->moved_micro = 0;
}

/* All or none: the one that failed is written down, the others leave no trace. */
static void apply_chain(mbill_book *book, room_of_one *room, const mbill_operation *ops, size_t n, int64_t now_utc_s,
    mbill_result *out)
{
    size_t failed = n;
    if (is_known_chain(book, room, ops, n, out)) return;
    if (known_result(book, room, &ops[0], mbill__given_fields(&ops[0]), &out[0]) == MBILL_RESULT_OK)
        expire_due(book, room, now_utc_s);
    mbill__book_begin_chain(book);
    for (size_t i = 0; i < n && failed == n; i++) {
        apply_one(book, room, &ops[i], now_utc_s, &out[i]);
        if (out[i].code != MBILL_RESULT_OK) failed = i;
    }
    mbill__book_end_chain(book, failed < n);
    if (failed == n) return;
    for (size_t i = 0; i < n; i++)
        if (i != failed) out[i] = (mbill_result){.code = MBILL_RESULT_LINKED_FAILED, .record = -1};
    forget_undone(book, &out[failed]);
    if (out[failed].code < MBILL_RESULT_NO_ACCOUNT) return;
    mbill__work_start(&room->work, book, &ops[failed], now_utc_s, &room->record,
        &room->meant); /* whom it concerns without the chain */
    write_down(book, room);
    out[failed].record = (int64_t)book->n_records - 1;
}

static size_t chain_at(const mbill_operation *ops, size_t n)
{
    size_t length = 1;
    while (length < n && (ops[length - 1].flags & MBILL_OPERATION_LINKED) != 0) length++;
    return length;
}

static void refuse_open_chain(mbill_result *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (mbill_result){.code = i + 1 == n ? MBILL_RESULT_LINK_OPEN : MBILL_RESULT_LINKED_FAILED, .record = -1};
}

/* ---- fetching ahead ---- */

/* An operation's id and accounts lie anywhere in memory, and waiting for them is most of the work: what later operations need is asked for
 * while this one is worked out, first the slots of the tables, then the accounts that these name. */
#if defined(__GNUC__) || defined(__clang__)
#define FETCH(pointer) __builtin_prefetch(pointer)
#else
#define FETCH(pointer) ((void)(pointer))
#endif

enum { SLOTS_AHEAD = 16, ACCOUNTS_AHEAD = 8, LINES_OF_ACCOUNT = 2 };

static void fetch_slots(const mbill_book *book, const mbill_operation *op)
{
    if (book->cap_account_of == 0 || book->cap_ids == 0) return;
    FETCH(&book->ids[mbill__id_hash(op->id.bytes) & (book->cap_ids - 1)]);
    FETCH(mbill__account_first(book, op->account));
    if (op->other > 0) FETCH(mbill__account_first(book, op->other));
    if (op->receipt != 0 && book->receipt_of.cap > 0) FETCH(mbill__map_first(&book->receipt_of, op->channel, op->receipt, 0));
    if (op->reg != 0 && book->reading_of.cap > 0) FETCH(mbill__map_first(&book->reading_of, op->account, op->meter, op->reg));
}

static void fetch_account(const mbill_book *book, int64_t number)
{
    const mbill__account *account = number > 0 ? mbill__account_guess(book, number) : NULL;
    if (account == NULL) return;
    for (size_t line = 0; line < LINES_OF_ACCOUNT; line++) FETCH((const char *)account + line * MBILL__LINE_BYTES);
}

static void fetch_ahead(const mbill_book *book, const mbill_operation *operations, size_t n)
{
    if (n > SLOTS_AHEAD) fetch_slots(book, &operations[SLOTS_AHEAD]);
    if (n <= ACCOUNTS_AHEAD) return;
    fetch_account(book, operations[ACCOUNTS_AHEAD].account);
    fetch_account(book, operations[ACCOUNTS_AHEAD].other);
}

/* ---- the calls ---- */

static mbill_status check_now(int64_t now_utc_s, mbill_error *err)
{
    if (now_utc_s >= MBILL__INSTANT_MIN && now_utc_s < MBILL__INSTANT_END) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "the moment of booking is outside the years %d to %d", MBILL_YEAR_MIN, MBILL_YEAR_MAX);
}

static int64_t clamp(const mbill_book *book, int64_t now_utc_s)
{
    return now_utc_s > book->last_utc_s ? now_utc_s : book->last_utc_s;
}

mbill_status mbill_book_apply(mbill_book *book, const mbill_operation *operations, size_t n, int64_t now_utc_s,
    mbill_result *out_results, mbill_error *err)
{
    room_of_one room;
    MBILL__NEED(book);
    MBILL__NEED(operations);
    MBILL__NEED(out_results);
    if (n < 1 || n > MBILL__BATCH_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "%zu operations, expected 1 to %d", n, MBILL__BATCH_MAX);
    MBILL_TRY(check_now(now_utc_s, err));
    if (!mbill__book_room(book, operations, n)) return mbill__fail(err, MBILL_E_NOMEM, "no memory for %zu operations", n);
    now_utc_s = clamp(book, now_utc_s);
    for (size_t i = 0; i < n;) {
        size_t length = chain_at(operations + i, n - i);
        fetch_ahead(book, operations + i, n - i);
        bool open = (operations[i + length - 1].flags & MBILL_OPERATION_LINKED) != 0;
        if (open) refuse_open_chain(out_results + i, length);
        else if (length == 1) apply_one(book, &room, &operations[i], now_utc_s, &out_results[i]);
        else apply_chain(book, &room, operations + i, length, now_utc_s, out_results + i);
        i += length;
    }
    return MBILL_OK;
}

mbill_status mbill_book_tick(mbill_book *book, int64_t now_utc_s, mbill_error *err)
{
    room_of_one room;
    MBILL__NEED(book);
    MBILL_TRY(check_now(now_utc_s, err));
    if (!mbill__book_room(book, NULL, 0)) return mbill__fail(err, MBILL_E_NOMEM, "no memory for %zu expiries", book->n_expiring);
    expire_due(book, &room, clamp(book, now_utc_s));
    return MBILL_OK;
}

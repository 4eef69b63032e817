/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when an operation leaves something else behind. Law: the book is the fold of its journal, whether records are new or read again. */
#include "ledger/fold.h"

#include "ledger/work.h"

#include <string.h>

/* ---- tables ---- */

#define KEEP(book, lvalue) mbill__book_keep((book), &(lvalue), sizeof(lvalue))

static void map_set(mbill_book *book, mbill__map *map, int64_t a, int64_t b, int64_t c, int64_t value)
{
    mbill__map_slot *slot = mbill__map_slot_of(map, a, b, c);
    KEEP(book, *slot);
    if (slot->value == 0) {
        KEEP(book, map->n);
        map->n++;
    }
    *slot = (mbill__map_slot){{a, b, c}, value + 1};
}

static mbill__system_sums *system_sums(mbill_book *book, int64_t number)
{
    int64_t at = mbill__map_get(&book->system_of, number, 0, 0);
    if (at < 0) {
        at = (int64_t)book->n_systems;
        KEEP(book, book->n_systems);
        book->systems[book->n_systems++] = (mbill__system_sums){{0, 0}, {0, 0}};
        map_set(book, &book->system_of, number, 0, 0, at);
    }
    return &book->systems[at];
}

static mbill__account *account_at(mbill_book *book, const mbill__touched *touched, size_t i)
{
    return touched->places[i] < 0 ? NULL : &book->accounts[touched->places[i]];
}

/* Legs are between accounts that the record concerns. */
static mbill__sums *sums_of(mbill_book *book, const mbill__touched *touched, int64_t number, int32_t place, int32_t pending)
{
    if (number < 0) {
        mbill__system_sums *sums = system_sums(book, number);
        return pending == 0 ? &sums->posted : &sums->pending;
    }
    mbill__account *account = account_at(book, touched, number == touched->numbers[0] ? 0 : 1);
    return account == NULL || account->number != number ? NULL : mbill__sums_at(account, place, pending);
}

static bool fold_legs(mbill_book *book, const mbill__record *record, const mbill__touched *touched)
{
    for (size_t i = 0; i < record->n_legs; i++) {
        const mbill_leg *leg = &record->legs[i];
        mbill__sums *debit = sums_of(book, touched, leg->debit_account, leg->debit_place, leg->pending);
        mbill__sums *credit = sums_of(book, touched, leg->credit_account, leg->credit_place, leg->pending);
        if (debit == NULL || credit == NULL || debit == credit || leg->amount_micro <= 0) return false;
        KEEP(book, *debit);
        KEEP(book, *credit);
        if (!mbill__sums_post(debit, credit, leg->pending < 0 ? -leg->amount_micro : leg->amount_micro)) return false;
    }
    return true;
}

/* ---- counts, receipts, readings ---- */

static mbill__count *count_of(mbill_book *book, int64_t account, int64_t meter, int64_t channel, int64_t *out_at)
{
    *out_at = mbill__map_get(&book->count_of, account, meter, channel);
    if (*out_at < 0) {
        *out_at = (int64_t)book->n_counts;
        KEEP(book, book->n_counts);
        memset(&book->counts[book->n_counts++], 0, sizeof *book->counts);
        map_set(book, &book->count_of, account, meter, channel, *out_at);
    }
    return &book->counts[*out_at];
}

static void take_count(mbill_book *book, mbill__count *count, int64_t given)
{
    KEEP(book, count->last);
    KEEP(book, count->n_recent);
    for (size_t i = 0; i < MBILL__RECENT_MAX; i += 8) mbill__book_keep(book, &count->recent[i], 8 * sizeof count->recent[0]);
    if (given > count->last) count->last = given;
    memmove(count->recent + 1, count->recent, (MBILL__RECENT_MAX - 1) * sizeof count->recent[0]);
    count->recent[0] = given;
    if (count->n_recent < MBILL__RECENT_MAX) count->n_recent++;
}

static void fold_payment(mbill_book *book, const mbill_operation *op, int64_t receiver)
{
    int64_t at;
    if (op->receipt != 0) map_set(book, &book->receipt_of, op->channel, op->receipt, 0, 0);
    if (op->sequence == MBILL_NONE || op->kind == MBILL_OPERATION_OBSERVE) return;
    mbill__count *count = count_of(book, receiver, op->meter, op->channel, &at);
    if (op->kind != MBILL_OPERATION_OPEN || op->sequence != count->last) take_count(book, count, op->sequence);
}

static void fold_reading(mbill_book *book, const mbill_operation *op)
{
    if (op->reg == 0) return;
    int64_t at = mbill__map_get(&book->reading_of, op->account, op->meter, op->reg);
    if (at < 0) {
        at = (int64_t)book->n_readings;
        KEEP(book, book->n_readings);
        book->n_readings++;
        map_set(book, &book->reading_of, op->account, op->meter, op->reg, at);
    }
    KEEP(book, book->readings[at]);
    book->readings[at] = op->to_micro;
}

/* ---- holds ---- */

bool mbill__expires_before(const mbill_book *book, size_t a, size_t b)
{
    const mbill__hold *x = &book->holds[a], *y = &book->holds[b];
    return x->expires_utc_s != y->expires_utc_s ? x->expires_utc_s < y->expires_utc_s : x->record < y->record;
}

static void push_expiring(mbill_book *book, size_t hold)
{
    size_t at = book->n_expiring;
    KEEP(book, book->n_expiring);
    book->n_expiring++;
    for (; at > 0 && mbill__expires_before(book, hold, book->expiring[(at - 1) / 2]); at = (at - 1) / 2) {
        KEEP(book, book->expiring[at]);
        book->expiring[at] = book->expiring[(at - 1) / 2];
    }
    KEEP(book, book->expiring[at]);
    book->expiring[at] = hold;
}

static void fold_hold(mbill_book *book, const mbill__record *record, int64_t number)
{
    const mbill_operation *op = &record->operation;
    bool transfer = op->kind == MBILL_OPERATION_TRANSFER;
    int64_t receiver = op->other != 0 ? op->other : op->account, at = -1, never = INT64_MAX;
    mbill__account *account = receiver > 0 ? mbill__book_account(book, receiver) : NULL;
    mbill__hold hold = {.record = number,
        .kind = transfer ? MBILL_HOLD_TRANSFER : op->hold,
        .state = MBILL__HOLD_OPEN,
        .account = op->account,
        .other = op->other,
        .meter = op->meter,
        .amount_micro = transfer ? record->moved_micro : op->amount_micro,
        .expires_utc_s = op->timeout_s == 0 || op->timeout_s > never - record->recorded_utc_s
            ? never
            : record->recorded_utc_s + op->timeout_s,
        .count = -1,
        .sequence = op->sequence,
        .next = -1};
    if (op->sequence != MBILL_NONE) {
        const mbill__count *count = count_of(book, receiver, op->meter, op->channel, &at);
        hold.sequence_before = count->last;
        hold.era = count->era;
    }
    hold.count = at;
    if (account != NULL && (hold.kind == MBILL_HOLD_TOP_UP || hold.kind == MBILL_HOLD_OFFSET)) {
        mbill__rest *rest = mbill__book_rest(book, account);
        KEEP(book, rest->open_holds);
        hold.next = rest->open_holds;
        rest->open_holds = (int64_t)book->n_holds;
    }
    KEEP(book, book->n_holds);
    book->holds[book->n_holds] = hold;
    map_set(book, &book->hold_of, number, 0, 0, (int64_t)book->n_holds);
    if (hold.expires_utc_s != never) push_expiring(book, book->n_holds);
    book->n_holds++;
}

static void unlink_hold(mbill_book *book, const mbill__hold *hold)
{
    int64_t receiver = hold->other != 0 ? hold->other : hold->account, place = hold - book->holds;
    mbill__account *account = receiver > 0 ? mbill__book_account(book, receiver) : NULL;
    if (account == NULL) return;
    for (int64_t *at = &mbill__book_rest(book, account)->open_holds; *at >= 0; at = &book->holds[*at].next) {
        if (*at != place) continue;
        KEEP(book, *at);
        *at = hold->next;
        return;
    }
}

/* A count is given back if none was taken after it, and the meter's counts were not begun again since. */
static void give_back_count(mbill_book *book, const mbill__hold *hold)
{
    if (hold->count < 0) return;
    mbill__count *count = &book->counts[hold->count];
    if (count->era != hold->era || count->n_recent == 0 || count->recent[0] != hold->sequence) return;
    KEEP(book, count->last);
    KEEP(book, count->n_recent);
    for (size_t i = 0; i < MBILL__RECENT_MAX; i += 8) mbill__book_keep(book, &count->recent[i], 8 * sizeof count->recent[0]);
    count->last = hold->sequence_before;
    count->n_recent--;
    memmove(count->recent, count->recent + 1, (MBILL__RECENT_MAX - 1) * sizeof count->recent[0]);
}

static bool fold_hold_end(mbill_book *book, const mbill_operation *op, const mbill__hold *meant)
{
    if (meant == NULL || meant->state != MBILL__HOLD_OPEN) return false;
    mbill__hold *hold = &book->holds[meant - book->holds];
    unlink_hold(book, hold);
    KEEP(book, hold->state);
    hold->state = op->kind == MBILL_OPERATION_POST ? MBILL__HOLD_POSTED
        : op->kind == MBILL_OPERATION_VOID         ? MBILL__HOLD_VOIDED
                                                   : MBILL__HOLD_EXPIRED;
    if (hold->state != MBILL__HOLD_POSTED) give_back_count(book, hold);
    return true;
}

/* ---- an account's life ---- */

/* How far the account's policy reaches; what an earlier one has left stays in sight. */
static void reach(mbill_book *book, mbill__account *account, const mbill_policy *policy)
{
    int8_t n = mbill__slots_of_policy(policy);
    KEEP(book, account->n_slots);
    if (n > account->n_slots) account->n_slots = n;
}

static mbill__account *add_account(mbill_book *book, const mbill_operation *op, int32_t policy)
{
    uint64_t *slot = mbill__account_slot(book, op->account);
    mbill__account *account = &book->accounts[book->n_accounts];
    mbill__rest *rest = &book->rests[book->n_accounts];
    KEEP(book, book->n_accounts);
    KEEP(book, *slot);
    memset(account, 0, sizeof *account);
    *account = (mbill__account){.number = op->account,
        .limit = (int8_t)op->limit,
        .policy = policy,
        .last_record = -1,
        .seldom = rest->at};
    *rest = (mbill__rest){.open_holds = -1};
    for (size_t i = 0; i < MBILL_ACCRUALS_MAX; i++) rest->last_period[i] = -1;
    book->n_accounts++;
    *slot = mbill__account_tag(op->account) | book->n_accounts;
    return account;
}

static bool fold_open(mbill_book *book, const mbill_operation *op, mbill__touched *touched)
{
    mbill__account *account = account_at(book, touched, 0);
    if (op->account <= 0) return false;
    if (account == NULL) {
        int64_t policy = op->policy == NULL ? -1 : mbill__book_policy_at(book, op->policy);
        if (op->policy != NULL && policy < 0) return false;
        touched->places[0] = (int64_t)book->n_accounts;
        account = add_account(book, op, (int32_t)policy);
        reach(book, account, op->policy);
    }
    mbill__rest *rest = mbill__book_rest(book, account);
    KEEP(book, account->state);
    KEEP(book, rest->customer);
    account->state = (op->flags & MBILL_OPERATION_INACTIVE) != 0 ? MBILL_ACCOUNT_NEW : MBILL_ACCOUNT_ACTIVE;
    if (op->customer != 0) rest->customer = op->customer;
    return true;
}

static void attach_meter(mbill_book *book, mbill__account *account, int64_t meter)
{
    if (meter == 0 || mbill__map_get(&book->meter_of, account->number, meter, 0) >= 0) return;
    mbill__rest *rest = mbill__book_rest(book, account);
    KEEP(book, rest->n_meters);
    rest->n_meters++;
    map_set(book, &book->meter_of, account->number, meter, 0, 0);
}

static void fold_wallet(mbill_book *book, mbill__account *account, const mbill_operation *op)
{
    int64_t at = mbill__map_get(&book->count_of, account->number, op->meter, op->channel);
    mbill__rest *rest = mbill__book_rest(book, account);
    KEEP(book, account->state);
    KEEP(book, rest->customer);
    account->state = MBILL_ACCOUNT_NEW;
    rest->customer = 0;
    if (at < 0) return;
    KEEP(book, book->counts[at].last);
    KEEP(book, book->counts[at].n_recent);
    KEEP(book, book->counts[at].era);
    book->counts[at].last = 0;
    book->counts[at].n_recent = 0;
    book->counts[at].era++;
}

static bool fold_life(mbill_book *book, const mbill__record *record, const mbill__touched *touched)
{
    const mbill_operation *op = &record->operation;
    mbill__account *account = account_at(book, touched, 0);
    if (account == NULL) return false;
    switch (op->kind) {
    case MBILL_OPERATION_OPEN:
        attach_meter(book, account, op->meter);
        fold_payment(book, op, op->account);
        break;
    case MBILL_OPERATION_ATTACH_METER: attach_meter(book, account, op->meter); break;
    case MBILL_OPERATION_ACTIVATE:
    case MBILL_OPERATION_REOPEN:
        KEEP(book, account->state);
        account->state = MBILL_ACCOUNT_ACTIVE;
        break;
    case MBILL_OPERATION_CLOSE:
        KEEP(book, account->state);
        account->state = MBILL_ACCOUNT_SHUT;
        break;
    case MBILL_OPERATION_SET_POLICY:
        KEEP(book, account->policy);
        account->policy = (int32_t)mbill__book_policy_at(book, op->policy);
        if (account->policy < 0) return false;
        reach(book, account, op->policy);
        break;
    case MBILL_OPERATION_WALLET_INIT: fold_wallet(book, account, op); break;
    default: break;
    }
    return true;
}

/* ---- records ---- */

static void fold_ec(mbill_book *book, const mbill__record *record, const mbill__touched *touched)
{
    static const uint32_t after[2] = {MBILL__AFTER_EC, MBILL__AFTER_OTHER_EC};
    const mbill_operation *op = &record->operation;
    for (size_t i = 0; i < 2; i++) {
        mbill__account *account = account_at(book, touched, i);
        bool selected = (record->after & after[i]) != 0;
        if (account == NULL || account->policy < 0 || (!selected && account->ec != MBILL__EC_SELECTED)) continue;
        bool again = op->kind == MBILL_OPERATION_SELECT_EC && op->charge == MBILL_NONE;
        mbill__rest *rest = mbill__book_rest(book, account);
        KEEP(book, account->ec);
        KEEP(book, rest->ec_selected_utc_s);
        if (selected && (account->ec != MBILL__EC_SELECTED || again)) rest->ec_selected_utc_s = record->recorded_utc_s;
        account->ec = selected ? MBILL__EC_SELECTED : MBILL__EC_BEFORE;
    }
}

static void mark(mbill_book *book, const mbill_id *target, uint8_t what)
{
    int64_t at = mbill__book_find(book, target);
    if (at < 0) return;
    KEEP(book, book->records[at].marks);
    book->records[at].marks |= what;
}

static bool fold_effects(mbill_book *book, const mbill__record *record, int64_t number, const mbill__touched *touched,
    const mbill__hold *meant)
{
    const mbill_operation *op = &record->operation;
    switch (op->kind) {
    case MBILL_OPERATION_TOP_UP:
    case MBILL_OPERATION_REFUND: fold_payment(book, op, op->account); return true;
    case MBILL_OPERATION_OFFSET: fold_payment(book, op, op->other); return true;
    case MBILL_OPERATION_USAGE: fold_reading(book, op); return true;
    case MBILL_OPERATION_ACCRUE: {
        mbill__account *account = account_at(book, touched, 0);
        if (account == NULL || op->charge < 0 || op->charge >= MBILL_ACCRUALS_MAX) return false;
        mbill__rest *rest = mbill__book_rest(book, account);
        KEEP(book, rest->last_period[op->charge]);
        rest->last_period[op->charge] = op->period;
        return true;
    }
    case MBILL_OPERATION_HOLD:
        fold_hold(book, record, number);
        fold_payment(book, op, op->other != 0 ? op->other : op->account);
        return true;
    case MBILL_OPERATION_TRANSFER:
        if ((op->flags & MBILL_OPERATION_PENDING) != 0) fold_hold(book, record, number);
        return true;
    case MBILL_OPERATION_POST:
    case MBILL_OPERATION_VOID:
    case MBILL_OPERATION_EXPIRE: return fold_hold_end(book, op, meant);
    case MBILL_OPERATION_REVERSE: mark(book, &op->target, MBILL__MARK_REVERSED); return true;
    case MBILL_OPERATION_ACCEPT: mark(book, &op->target, MBILL__MARK_ACCEPTED); return true;
    default: return true;
    }
}

static bool is_life(int32_t kind)
{
    return kind <= MBILL_OPERATION_WALLET_INIT || kind == MBILL_OPERATION_ATTACH_METER;
}

bool mbill__fold(mbill_book *book, const mbill__record *record, mbill__touched touched, const mbill__hold *meant)
{
    const mbill_operation *op = &record->operation;
    int64_t number = (int64_t)book->n_records - 1;
    if (record->code == MBILL_RESULT_OK) {
        if (op->kind == MBILL_OPERATION_OPEN && !fold_open(book, op, &touched)) return false;
        if (!fold_legs(book, record, &touched)) return false;
        if (is_life(op->kind) ? !fold_life(book, record, &touched) : !fold_effects(book, record, number, &touched, meant))
            return false;
        fold_ec(book, record, &touched);
    }
    mbill__place_of_record *place = &book->records[number];
    for (size_t i = 0; i < 2; i++) {
        mbill__account *account = account_at(book, &touched, i);
        place->accounts[i] = account == NULL ? 0 : touched.numbers[i];
        place->previous[i] = account == NULL ? -1 : account->last_record;
        if (account == NULL) continue;
        KEEP(book, account->last_record);
        account->last_record = number;
    }
    return true;
}

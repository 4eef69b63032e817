/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a step of a bill's life is booked or kept in another way. */
#include "store/billing_step.h"

#include "store/billing_items.h"
#include "store/billing_settle.h"
#include "store/bind.h"
#include "store/journal.h"
#include "store/money.h"

#include <string.h>

static mbill_book *book_of(const mbill__billing *billing)
{
    return billing->store->ledger->follow.book;
}

/* ---- bookings ---- */

static mbill_status ask_whole(mbill_store *store, const char *sql, int64_t bill_no, int64_t *out, mbill_error *err)
{
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, sql, &query, err));
    mbill__bind_whole(query, 1, bill_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out = row ? mbill__column_whole(query, 0) : -1;
    mbill__query_end(query);
    return MBILL_OK;
}

/* The id of an entry follows from the bill and how much has happened to it. */
static mbill_status next_id(mbill__billing *billing, int64_t bill_no, mbill_id *out, mbill_error *err)
{
    static const char COUNT_EVENTS[] = "SELECT count(*) FROM mbill_due_event WHERE bill_no = ?1";
    int64_t n;
    MBILL_TRY(ask_whole(billing->store, COUNT_EVENTS, bill_no, &n, err));
    *out = mbill__money_step_id(bill_no, n);
    return MBILL_OK;
}

/* The operation that gave up what was open. */
static mbill_status written_off(mbill__billing *billing, int64_t bill_no, mbill_id *out, mbill_error *err)
{
    static const char SELECT_LAST[] =
        "SELECT record FROM mbill_due_event WHERE bill_no = ?1 AND kind = 12 ORDER BY event_no DESC LIMIT 1";
    mbill_operation was;
    int64_t record;
    MBILL_TRY(ask_whole(billing->store, SELECT_LAST, bill_no, &record, err));
    MBILL_TRY(mbill_book_record(book_of(billing), record, &was, NULL, NULL, NULL, err));
    *out = was.id;
    return MBILL_OK;
}

static mbill__bill_money money_of(const mbill__due *due)
{
    return (mbill__bill_money){due->contract_no, due->account_no, due->from_utc_s, due->to_utc_s, due->cycle.amount_micro};
}

static mbill_status book_entry(mbill__billing *billing, const mbill__due *due, const mbill_cycle_entry *entry, int32_t reason,
    int64_t at_utc_s, mbill_error *err)
{
    mbill_operation op = {.kind = entry->operation, .sequence = MBILL_NONE, .charge = MBILL_NONE, .period = MBILL_NONE};
    MBILL_TRY(next_id(billing, due->bill_no, &op.id, err));
    op.effective_utc_s = at_utc_s;
    op.user_data = due->bill_no;
    op.reason = reason;
    if (entry->operation == MBILL_OPERATION_REVERSE) {
        MBILL_TRY(written_off(billing, due->bill_no, &op.target, err));
        return mbill__money_book(billing->store, &op, at_utc_s, NULL, err);
    }
    op.account = due->account_no;
    op.amount_micro = entry->amount_micro;
    if (entry->operation == MBILL_OPERATION_CORRECT) op.target = mbill__money_bill_id(due->contract_no, due->from_utc_s);
    return mbill__money_book(billing->store, &op, at_utc_s, NULL, err);
}

/* *inout_record: the first record to be written; of an issue the bill's use, which the account's opening may stand before. */
static mbill_status book(mbill__billing *billing, const mbill__due *due, const mbill_cycle_effect *effect, int32_t reason,
    int64_t at_utc_s, int64_t *inout_record, mbill_error *err)
{
    const mbill__bill_money money = money_of(due);
    if (effect->entries[0].purpose == MBILL_CYCLE_OF_BILL)
        return mbill__money_bill(billing->store, &money, at_utc_s, inout_record, err);
    for (int32_t i = 0; i < effect->n_entries; i++)
        MBILL_TRY(book_entry(billing, due, &effect->entries[i], reason, at_utc_s, err));
    return MBILL_OK;
}

/* Before the first write, as a refused operation is kept for ever. */
static mbill_status may_book(mbill__billing *billing, const mbill__due *due, const mbill_cycle_effect *effect, mbill_error *err)
{
    const mbill__bill_money money = money_of(due);
    if (effect->n_entries == 0) return MBILL_OK;
    if (effect->entries[0].purpose != MBILL_CYCLE_OF_BILL) return mbill__money_may_move(billing->store, due->account_no, err);
    MBILL_TRY(mbill__money_may_owe(billing->store, due->account_no, err));
    return mbill__money_may_bill(billing->store, &money, err);
}

/* ---- drafts ---- */

static mbill_status refuse_earlier(mbill__billing *billing, const mbill__due *due, mbill_error *err)
{
    static const char COUNT_LATER[] = "SELECT count(*) FROM mbill_bill b JOIN mbill_due d ON d.bill_no = ?1"
                                      " WHERE b.contract_no = d.contract_no AND b.from_utc_s > d.from_utc_s";
    int64_t n;
    MBILL_TRY(ask_whole(billing->store, COUNT_LATER, due->bill_no, &n, err));
    if (n <= 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_ORDER,
        "bill %lld is not the last of its contract, expected the later ones to be cancelled first", (long long)due->bill_no);
}

static mbill_status run_for(mbill_store *store, const char *sql, int64_t number, mbill_error *err)
{
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, sql, &query, err));
    mbill__bind_whole(query, 1, number);
    return mbill__query_run(query, NULL, err);
}

/* The draft's document stays with it, its span is open again. */
static mbill_status drop_priced(mbill__billing *billing, const mbill__due *due, mbill_error *err)
{
    static const char KEEP_BODY[] = "UPDATE mbill_due SET body = (SELECT body FROM mbill_bill b WHERE b.bill_no = priced_no),"
                                    " priced_no = NULL WHERE bill_no = ?1";
    static const char DROP_BILL[] = "DELETE FROM mbill_bill WHERE bill_no = ?1";
    MBILL_TRY(run_for(billing->store, KEEP_BODY, due->bill_no, err));
    return run_for(billing->store, DROP_BILL, due->priced_no, err);
}

mbill_status mbill__billing_draft(mbill_store *store, int64_t priced_no, mbill_error *err)
{
    static const char PUT_DRAFT[] =
        "INSERT INTO mbill_due(bill_no, account_no, contract_no, priced_no, replaces, from_utc_s, to_utc_s, from_date, "
        "bill_flags, state, "
        "flags,"
        " reminded, issued_day, due_day, day, reason, amount_micro, corrected_micro, paid_micro, fee_micro, fee_paid_micro,"
        " fee_sum_micro, on_time_micro, written_off_micro)"
        " SELECT " MBILL__NEXT("bill_no",
            "mbill_due") ", b.account_no, b.contract_no, b.bill_no, (SELECT max(d.bill_no) FROM mbill_due d WHERE d.contract_no "
                         "= "
                         "b.contract_no"
                         " AND d.from_utc_s = b.from_utc_s), b.from_utc_s, b.to_utc_s, b.from_date, b.flags, 1, 0, 0, "
                         "-2147483648, -2147483648,"
                         " -2147483648, 0, b.total_micro, 0, 0, 0, 0, 0, 0, 0 FROM mbill_bill b WHERE b.bill_no = ?1"
                         " RETURNING bill_no";
    mbill__query *query;
    int64_t bill_no;
    MBILL_TRY(mbill__query_start(store->db, PUT_DRAFT, &query, err));
    mbill__bind_whole(query, 1, priced_no);
    MBILL_TRY(mbill__query_number(query, &bill_no, err));
    return mbill__billing_items_take(store, bill_no, err);
}

/* ---- the step ---- */

static bool is_worth_writing(const mbill_cycle *before, const mbill_cycle *after, const mbill_cycle_step *step,
    const mbill_cycle_effect *effect)
{
    return step->kind != MBILL_CYCLE_TICK || effect->n_entries > 0 || before->state != after->state;
}

/* was_micro: what the bill came to before. */
static mbill_status keep(mbill__billing *billing, const mbill__due *due, int64_t was_micro, const mbill_cycle_step *step,
    const mbill_cycle_effect *effect, const mbill__billing_said *said, mbill_error *err)
{
    const int64_t at_utc_s = said->at_utc_s;
    int64_t record = effect->n_entries > 0 ? mbill_book_n_records(book_of(billing)) : -1;
    const bool books = effect->n_entries > 0 &&
        step->kind != MBILL_CYCLE_CORRECT; /* a difference is booked with the other sign */
    const int64_t amount_micro = books ? effect->entries[effect->n_entries - 1].amount_micro : step->amount_micro;
    MBILL_TRY(mbill__due_save(billing->store, due, err));
    if (step->kind == MBILL_CYCLE_ISSUE) MBILL_TRY(mbill__billing_begin(billing, due->account_no, err));
    if (effect->n_entries > 0) MBILL_TRY(book(billing, due, effect, step->reason, at_utc_s, &record, err));
    if (due->cycle.state == MBILL_CYCLE_CANCELLED || due->cycle.state == MBILL_CYCLE_REPLACED)
        MBILL_TRY(drop_priced(billing, due, err));
    const mbill__due_event event = {due->bill_no, at_utc_s, step->kind, amount_micro, was_micro, mbill__due_sum(&due->cycle),
        record, said->by, said->note};
    return mbill__due_event_keep(billing->store, &event, err);
}

mbill_status mbill__billing_step(mbill__billing *billing, mbill__due *due, const mbill_cycle_step *step,
    const mbill__billing_said *said, mbill__billing_did *out, mbill_error *err)
{
    mbill_cycle_effect effect = {.struct_size = (uint32_t)sizeof effect};
    mbill_cycle_step on_day = *step;
    mbill_cycle after;
    const int64_t first = mbill_book_n_records(book_of(billing)), open_micro = mbill_cycle_open(&due->cycle),
                  was_micro = mbill__due_sum(&due->cycle);
    *out = (mbill__billing_did){false, false, 0};
    MBILL_TRY(mbill__billing_policy(billing, due->policy_no, err));
    on_day.day = mbill__billing_day(billing, said->at_utc_s);
    MBILL_TRY(mbill_cycle_apply(&billing->policy, &due->cycle, &on_day, &after, &effect, err));
    if (!is_worth_writing(&due->cycle, &after, step, &effect)) return MBILL_OK;
    MBILL_TRY(may_book(billing, due, &effect, err));
    if (step->kind == MBILL_CYCLE_CANCEL || step->kind == MBILL_CYCLE_REPLACE) MBILL_TRY(refuse_earlier(billing, due, err));
    out->half_written = out->changed = true;
    out->owed_micro = mbill_cycle_open(&after) - open_micro;
    due->cycle = after;
    if (step->kind == MBILL_CYCLE_ISSUE) due->policy_no = billing->policy_no;
    MBILL_TRY(keep(billing, due, was_micro, &on_day, &effect, said, err));
    if (effect.n_entries > 0)
        MBILL_TRY(mbill__billing_booked(billing, due->account_no, first, out->owed_micro, 0, said->at_utc_s, err));
    out->half_written = false;
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when rows or sums of bills show something else. Reads, after the bills were settled by what the ledger has. */
#include "store/billing_view.h"

#include "store/billing_items.h"
#include "store/billing_settle.h"
#include "store/journal.h"
#include "store/select.h"

#include <string.h>

/* ---- why to look at a draft ---- */

static mbill_status keep_raised(mbill__billing *billing, mbill__query *query, mbill_error *err)
{
    billing->raised.len = 0;
    for (int column = 1; column <= 2; column++) {
        const char *text;
        size_t len;
        MBILL_TRY(mbill__column_text(query, column, &text, &len, err));
        mbill__buffer_append(&billing->raised, text == NULL ? "" : text, text == NULL ? 0 : len);
        mbill__buffer_append(&billing->raised, "", 1);
    }
    return mbill__buffer_check(&billing->raised, err);
}

/* As the view mbill_due_first has it: the highest, of equal ones the account's own, then that of the place that was made first. */
static mbill_status read_priority(mbill__billing *billing, int64_t account_no, int32_t *out, mbill_error *err)
{
    static const char SELECT_PRIORITY[] =
        "WITH RECURSIVE up(place_no) AS (SELECT place_no FROM mbill_account_at WHERE account_no = ?1"
        " UNION SELECT p.in_no FROM mbill_place p JOIN up USING(place_no) WHERE p.in_no IS NOT NULL)"
        " SELECT f.priority, e.kind, p.id FROM (SELECT priority, NULL AS place_no, event_no, 0 AS rank FROM mbill_due_priority"
        " WHERE account_no = ?1 AND priority > 0 UNION ALL SELECT priority, place_no, event_no, place_no FROM mbill_due_place"
        " JOIN up USING(place_no) WHERE priority > 0) f LEFT JOIN mbill_alarm_event e ON e.event_no = f.event_no"
        " LEFT JOIN mbill_place p ON p.place_no = f.place_no ORDER BY f.priority DESC, f.rank LIMIT 1";
    mbill__query *query;
    mbill_status status = MBILL_OK;
    bool row;
    billing->raised.len = 0;
    MBILL_TRY(mbill__query_start(billing->store->db, SELECT_PRIORITY, &query, err));
    mbill__bind_whole(query, 1, account_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out = row ? (int32_t)mbill__column_whole(query, 0) : 0;
    if (row) status = keep_raised(billing, query, err);
    mbill__query_end(query);
    return status;
}

/* The bill of the same account and tariff that began on the same date a year before. */
static mbill_status read_before(mbill__billing *billing, const mbill__due *due, mbill_review_facts *out, mbill_error *err)
{
    static const char SELECT_BEFORE[] =
        "SELECT b.total_micro FROM mbill_due d JOIN mbill_contract c ON c.contract_no = d.contract_no"
        " JOIN mbill_bill b ON b.account_no = d.account_no AND b.from_date = "
        "CAST(CAST(substr(d.from_date, 1, 4) AS BIGINT) - 1 AS TEXT) ||"
        " CASE WHEN substr(d.from_date, 5) = '-02-29' THEN '-03-01' ELSE substr(d.from_date, 5) END"
        " JOIN mbill_contract o ON o.contract_no = b.contract_no AND o.tariff = c.tariff WHERE d.bill_no = ?1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(billing->store->db, SELECT_BEFORE, &query, err));
    mbill__bind_whole(query, 1, due->bill_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    out->has_before = row;
    out->before_micro = row ? mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

mbill_status mbill__billing_reasons(mbill__billing *billing, const mbill__due *due, uint32_t *out_reasons, int32_t *out_priority,
    mbill_error *err)
{
    mbill_review_facts facts = {.struct_size = (uint32_t)sizeof facts,
        .bill_flags = due->bill_flags,
        .amount_micro = due->cycle.amount_micro};
    int64_t items_micro;
    *out_reasons = 0;
    MBILL_TRY(read_priority(billing, due->account_no, &facts.priority, err));
    if (out_priority != NULL) *out_priority = facts.priority;
    if (due->cycle.state > MBILL_CYCLE_REVIEWED) return MBILL_OK;
    MBILL_TRY(read_before(billing, due, &facts, err));
    MBILL_TRY(mbill__billing_items_sum(billing->store, due->bill_no, &items_micro, err));
    facts.amount_micro -= items_micro; /* what meters measured is compared */
    MBILL_TRY(mbill__billing_policy(billing, due->policy_no, err));
    *out_reasons = mbill_cycle_review_reasons(&billing->policy, &facts);
    return MBILL_OK;
}

/* ---- rows ---- */

/* What concerns the moment asked for. */
static mbill_status date_row(mbill__billing *billing, const mbill__due *due, int64_t at_utc_s, mbill_billing_row *out,
    mbill_error *err)
{
    MBILL_TRY(mbill__billing_reasons(billing, due, &out->reasons, &out->priority, err));
    if (billing->raised.len > 0) {
        const char *by = billing->raised.data, *place = by + strlen(by) + 1;
        out->raised_by = by[0] != '\0' ? by : NULL;
        out->raised_place = place[0] != '\0' ? place : NULL;
    }
    MBILL_TRY(mbill__billing_policy(billing, due->policy_no, err));
    const int32_t day = mbill__billing_day(billing, at_utc_s);
    out->reminder = mbill_cycle_reminder(&billing->policy, &due->cycle, day);
    if (mbill_cycle_open(&due->cycle) > 0 && day > due->cycle.due_day) out->days_late = day - due->cycle.due_day;
    if (out->reminder < 0) return MBILL_OK;
    const mbill_reminder *reminder = &billing->policy.reminders[out->reminder];
    out->n_channels = reminder->n_channels;
    for (int32_t i = 0; i < reminder->n_channels; i++) out->channels[i] = reminder->channels[i];
    return MBILL_OK;
}

#define ROW_COLUMNS MBILL__DUE_COLUMNS ", d.from_date, a.id, a.title, c.tariff"
#define ROW_TABLES                                                                                                               \
    " FROM mbill_due d JOIN mbill_account a ON a.account_no = d.account_no JOIN mbill_contract c ON c.contract_no = "            \
    "d.contract_no"

static mbill_status take_row(mbill__billing *billing, mbill__query *query, int64_t at_utc_s, mbill_billing_row *out,
    mbill_error *err)
{
    mbill__due due;
    size_t len;
    MBILL_TRY(mbill__due_take(query, &due, err));
    memset(out, 0, sizeof *out);
    out->struct_size = (uint32_t)sizeof *out;
    out->bill = due.bill_no;
    out->from_utc_s = due.from_utc_s;
    out->to_utc_s = due.to_utc_s;
    out->cycle = due.cycle;
    MBILL_TRY(mbill__column_text(query, MBILL__N_DUE_COLUMNS, &out->from_date, &len, err));
    MBILL_TRY(mbill__column_text(query, MBILL__N_DUE_COLUMNS + 1, &out->account, &len, err));
    MBILL_TRY(mbill__column_text(query, MBILL__N_DUE_COLUMNS + 2, &out->title, &len, err));
    MBILL_TRY(mbill__column_text(query, MBILL__N_DUE_COLUMNS + 3, &out->tariff, &len, err));
    MBILL_TRY(mbill__billing_items_sum(billing->store, due.bill_no, &out->items_micro, err));
    return date_row(billing, &due, at_utc_s, out, err);
}

mbill_status mbill__billing_show(mbill__billing *billing, int64_t bill_no, int64_t at_utc_s, mbill_billing_row *row,
    mbill_billing_each each, void *ctx, mbill_error *err)
{
    static const char SELECT_ONE[] = "SELECT " ROW_COLUMNS ROW_TABLES " WHERE d.bill_no = ?1";
    mbill__query *query;
    bool is;
    MBILL_TRY(mbill__query_start(billing->store->db, SELECT_ONE, &query, err));
    mbill__bind_whole(query, 1, bill_no);
    MBILL_TRY(mbill__query_step(query, &is, err));
    mbill_status status = is ? take_row(billing, query, at_utc_s, row, err) : MBILL_OK;
    if (status == MBILL_OK && is) status = each(ctx, row, err);
    mbill__query_end(query);
    return status;
}

typedef struct listing {
    mbill__billing billing;
    const mbill_billing_filter *filter;
    mbill_billing_each each;
    void *ctx;
    bool only_flagged, only_plain; /* the two halves of a review's order */
    bool selects;
    mbill__selected selected;
} listing;

static mbill_status each_row(listing *of, mbill__query *query, mbill_error *err)
{
    mbill_billing_row row;
    if (of->selects && !mbill__selected_has(&of->selected, mbill__column_whole(query, 1))) return MBILL_OK;
    MBILL_TRY(take_row(&of->billing, query, of->filter->at_utc_s, &row, err));
    const bool flagged = row.reasons != 0;
    if ((of->only_flagged && !flagged) || (of->only_plain && flagged)) return MBILL_OK;
    return of->each(of->ctx, &row, err);
}

/* priority < 0: of any. */
static mbill_status list(listing *of, int64_t account_no, int64_t priority, mbill_error *err)
{
    static const char SELECT_ROWS[] = "SELECT " ROW_COLUMNS ROW_TABLES
                                      " LEFT JOIN mbill_due_first p ON p.account_no = d.account_no"
                                      " WHERE (CAST(?1 AS BIGINT) = 0 OR d.account_no = ?1) AND (CAST(?2 AS BIGINT) = 0 OR (?2 "
                                      ">> CAST(d.state AS INT)) & 1 = 1)"
                                      " AND (CAST(?3 AS BIGINT) < 0 OR coalesce(p.priority, 0) = ?3)"
                                      " ORDER BY CASE WHEN CAST(?4 AS BIGINT) = 2 THEN a.id END, d.bill_no";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(of->billing.store->db, SELECT_ROWS, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_whole(query, 2, of->filter->states);
    mbill__bind_whole(query, 3, priority);
    mbill__bind_whole(query, 4, of->filter->order);
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        MBILL_TRY(each_row(of, query, err)); /* on failure the rollback ends the query */
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

/* The highest priority below this one; -1: there is none. */
static mbill_status next_priority(mbill__billing *billing, int64_t below, int64_t *out, mbill_error *err)
{
    static const char SELECT_NEXT[] = "SELECT coalesce(max(priority), -1) FROM"
                                      " (SELECT priority FROM mbill_due_first UNION ALL SELECT 0) p WHERE priority < ?1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(billing->store->db, SELECT_NEXT, &query, err));
    mbill__bind_whole(query, 1, below);
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out = row ? mbill__column_whole(query, 0) : -1;
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status list_all(listing *of, mbill_error *err)
{
    int64_t account_no = 0, priority;
    const char *account = of->filter->account;
    MBILL_TRY(mbill__billing_follow(&of->billing, err));
    if (account != NULL) MBILL_TRY(mbill__store_account(of->billing.store, account, strlen(account), &account_no, err));
    const char *selection = of->filter->selection;
    of->selects = selection != NULL;
    if (of->selects) MBILL_TRY(mbill__select_text(of->billing.store, selection, strlen(selection), &of->selected, err));
    if (of->filter->order != MBILL_BILLING_BY_REVIEW) return list(of, account_no, -1, err);
    MBILL_TRY(next_priority(&of->billing, INT64_MAX, &priority, err));
    while (priority >= 0) {
        of->only_flagged = true;
        of->only_plain = false;
        MBILL_TRY(list(of, account_no, priority, err));
        of->only_flagged = false;
        of->only_plain = true;
        MBILL_TRY(list(of, account_no, priority, err));
        MBILL_TRY(next_priority(&of->billing, priority, &priority, err));
    }
    return MBILL_OK;
}

mbill_status mbill_store_billing_rows(mbill_store *store, const mbill_billing_filter *filter, mbill_billing_each each, void *ctx,
    mbill_error *err)
{
    static const mbill_billing_filter all = {.struct_size = sizeof all};
    listing of = {.filter = filter != NULL ? filter : &all, .each = each, .ctx = ctx};
    mbill_journal *ledger;
    int64_t first;
    MBILL__NEED(store);
    MBILL__NEED(each);
    if (of.filter->struct_size != sizeof *filter) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of filter is not set");
    MBILL_TRY(mbill_store_journal(store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
    mbill__billing_start(&of.billing, store);
    mbill_status status = mbill__journal_finish(ledger, first, list_all(&of, err), err);
    mbill__selected_free(&of.selected);
    mbill__billing_end(&of.billing);
    return status;
}

/* ---- sums ---- */

/* One account: its sums into the totals, and whether it agrees with the ledger. */
static mbill_status add_account(mbill__billing *billing, mbill__query *query, mbill_billing_totals *out, mbill_error *err)
{
    const int64_t account_no = mbill__column_whole(query, 0), rest_micro = mbill__column_whole(query, 1),
                  open_micro = mbill__column_whole(query, 2), owed_micro = mbill__billing_owed(billing, account_no);
    out->n_different += open_micro + rest_micro != owed_micro;
    MBILL_TRY(mbill_sum_add(&out->rest, &rest_micro, 1, err));
    return mbill_sum_add(&out->ledger, &owed_micro, 1, err);
}

static mbill_status add_accounts(mbill__billing *billing, mbill_billing_totals *out, mbill_error *err)
{
    static const char SELECT_ACCOUNTS[] =
        "SELECT r.account_no, r.rest_micro, coalesce((SELECT sum(amount_micro + corrected_micro + fee_micro - paid_micro) FROM "
        "mbill_due d"
        " WHERE d.account_no = r.account_no AND d.state BETWEEN 3 AND 6), 0) FROM mbill_due_rest r ORDER BY r.account_no";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(billing->store->db, SELECT_ACCOUNTS, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        MBILL_TRY(add_account(billing, query, out, err)); /* on failure the rollback ends the query */
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

static mbill_status add_bill(const mbill_cycle *bill, mbill_billing_totals *out, mbill_error *err)
{
    const int64_t open_micro = mbill_cycle_open(bill);
    out->n_bills++;
    MBILL_TRY(mbill_sum_add(&out->issued, &bill->amount_micro, 1, err));
    MBILL_TRY(mbill_sum_add(&out->corrected, &bill->corrected_micro, 1, err));
    MBILL_TRY(mbill_sum_add(&out->fees, &bill->fee_micro, 1, err));
    MBILL_TRY(mbill_sum_add(&out->paid, &bill->paid_micro, 1, err));
    MBILL_TRY(mbill_sum_add(&out->open, &open_micro, 1, err));
    return mbill_sum_add(&out->written_off, &bill->written_off_micro, 1, err);
}

static mbill_status add_all(mbill__billing *billing, mbill_billing_totals *out, mbill_error *err)
{
    static const char SELECT_ISSUED[] = "SELECT " MBILL__DUE_COLUMNS
                                        " FROM mbill_due d WHERE d.state BETWEEN 3 AND 7 ORDER BY d.bill_no";
    mbill__query *query;
    mbill__due due;
    bool row;
    MBILL_TRY(mbill__billing_follow(billing, err));
    MBILL_TRY(mbill__query_start(billing->store->db, SELECT_ISSUED, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        MBILL_TRY(mbill__due_take(query, &due, err)); /* on failure the rollback ends the query */
        MBILL_TRY(add_bill(&due.cycle, out, err));
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return add_accounts(billing, out, err);
}

mbill_status mbill_store_billing_totals(mbill_store *store, mbill_billing_totals *out_totals, mbill_error *err)
{
    mbill_billing_totals totals;
    mbill__billing billing;
    mbill_journal *ledger;
    int64_t first;
    MBILL__NEED(store);
    MBILL__NEED(out_totals);
    if (out_totals->struct_size < sizeof totals) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_totals is not set");
    memset(&totals, 0, sizeof totals);
    totals.struct_size = out_totals->struct_size;
    MBILL_TRY(mbill_store_journal(store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
    mbill__billing_start(&billing, store);
    mbill_status status = mbill__journal_finish(ledger, first, add_all(&billing, &totals, err), err);
    mbill__billing_end(&billing);
    if (status == MBILL_OK) memcpy(out_totals, &totals, sizeof totals);
    return status;
}

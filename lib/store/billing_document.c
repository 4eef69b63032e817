/* SPDX-License-Identifier: Apache-2.0 */
/* One bill that is paid afterwards as a document: what was priced, custom charges, where it stands, and everything that happened to it. Changes when
 * it says more. */
#include "document/write.h"
#include "meterbill/billing.h"
#include "meterbill/calendar.h"
#include "store/billing_items.h"
#include "store/billing_settle.h"
#include "store/bind.h"
#include "store/journal.h"

#include <string.h>

static void write_day(mbill__writer *to, const char *key, int32_t day)
{
    char text[sizeof "yyyy-mm-dd"];
    size_t len = sizeof text;
    mbill_date date;
    const bool is = day != MBILL_CYCLE_NO_DAY && mbill_date_of_days(day, &date, NULL) == MBILL_OK &&
        mbill_date_print(date, text, &len, NULL) == MBILL_OK;
    mbill__write_text(to, key, is ? text : NULL);
}

static void write_money(mbill__writer *to, const char *key, int64_t micro)
{
    mbill__write_decimal(to, key, micro, MBILL_SCALE_MICRO);
}

static void write_cycle(mbill__writer *to, const mbill_cycle *at)
{
    mbill__write_text(to, "state", mbill_cycle_state_name(at->state));
    mbill__write_text(to, "disputed", (at->flags & MBILL_CYCLE_DISPUTED) != 0 ? "yes" : "no");
    write_day(to, "issued", at->issued_day);
    write_day(to, "due", at->due_day);
    write_money(to, "amount", at->amount_micro);
    write_money(to, "corrected", at->corrected_micro);
    write_money(to, "fees", at->fee_micro);
    write_money(to, "paid", at->paid_micro);
    write_money(to, "written_off", at->written_off_micro);
    write_money(to, "open", mbill_cycle_open(at));
}

static mbill_status write_step(mbill__query *query, mbill__writer *to, mbill_error *err)
{
    static const char *const keys[] = {"by", "note"};
    const char *text;
    size_t len;
    mbill__write_object(to, NULL);
    mbill__write_text(to, "at", mbill__say_time(mbill__column_whole(query, 0), NULL).text);
    mbill__write_text(to, "step", mbill_cycle_kind_name((int32_t)mbill__column_whole(query, 1)));
    for (int i = 0; i < 2; i++) {
        MBILL_TRY(mbill__column_text(query, 2 + i, &text, &len, err));
        if (text != NULL) mbill__write_text(to, keys[i], text);
    }
    write_money(to, "amount", mbill__column_whole(query, 4));
    write_money(to, "was", mbill__column_whole(query, 5));
    write_money(to, "is", mbill__column_whole(query, 6));
    if (!mbill__column_null(query, 7)) mbill__write_whole(to, "record", mbill__column_whole(query, 7));
    mbill__write_object_end(to);
    return MBILL_OK;
}

static mbill_status write_history(mbill_store *store, int64_t bill_no, mbill__writer *to, mbill_error *err)
{
    static const char SELECT_EVENTS[] = "SELECT at_utc_s, kind, operator, note, amount_micro, was_micro, is_micro, record"
                                        " FROM mbill_due_event WHERE bill_no = ?1 ORDER BY event_no";
    const mbill__given_value given[] = {MBILL__WHOLE(bill_no)};
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__sql_ask(store, SELECT_EVENTS, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill__write_list(to, "history");
    while (row) {
        MBILL_TRY(write_step(query, to, err)); /* on failure the rollback ends the query */
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    mbill__write_list_end(to);
    return MBILL_OK;
}

/* Of whom, and what was priced: the document of a bill that was given up is kept with it. */
static mbill_status write_priced(mbill_store *store, int64_t bill_no, mbill__writer *to, mbill_error *err)
{
    static const char SELECT_PRICED[] =
        "SELECT a.id, a.title, coalesce(b.body, d.body) FROM mbill_due d JOIN mbill_account a ON a.account_no = d.account_no"
        " LEFT JOIN mbill_bill b ON b.bill_no = d.priced_no WHERE d.bill_no = ?1";
    const mbill__given_value given[] = {MBILL__WHOLE(bill_no)};
    const char *account, *title, *body;
    mbill__query *query;
    size_t len;
    bool row;
    MBILL_TRY(mbill__sql_ask(store, SELECT_PRICED, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return mbill__fail(err, MBILL_E_NOT_FOUND, "there is no bill %lld to be paid", (long long)bill_no);
    MBILL_TRY(mbill__column_text(query, 0, &account, &len, err));
    MBILL_TRY(mbill__column_text(query, 1, &title, &len, err));
    mbill__write_text(to, "account", account);
    if (title != NULL) mbill__write_text(to, "title", title);
    MBILL_TRY(mbill__column_text(query, 2, &body, &len, err));
    if (body == NULL) return mbill__fail(err, MBILL_E_CORRUPT, "bill %lld has no document", (long long)bill_no);
    mbill__write_raw(to, "priced", body, len);
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status write_bill(mbill__billing *billing, int64_t bill_no, mbill__writer *to, mbill_error *err)
{
    mbill__due due;
    MBILL_TRY(mbill__billing_follow(billing, err));
    MBILL_TRY(mbill__due_load(billing->store, bill_no, &due, err));
    mbill__write_whole(to, "bill", bill_no);
    MBILL_TRY(write_priced(billing->store, bill_no, to, err));
    MBILL_TRY(mbill__billing_items_write(billing->store, bill_no, to, err));
    write_cycle(to, &due.cycle);
    return write_history(billing->store, bill_no, to, err);
}

static mbill_status write_in_state(mbill_store *store, int64_t bill_no, mbill__writer *to, mbill_error *err)
{
    mbill__billing billing;
    mbill_journal *ledger;
    int64_t first;
    MBILL_TRY(mbill_store_journal(store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
    mbill__billing_start(&billing, store);
    mbill_status status = mbill__journal_finish(ledger, first, write_bill(&billing, bill_no, to, err), err);
    mbill__billing_end(&billing);
    return status;
}

mbill_status mbill_store_billing_document(mbill_store *store, int64_t bill, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer to;
    MBILL__NEED(store);
    MBILL__NEED(inout_len);
    mbill__buffer_start(&buffer, mbill__db_allocator(store->db));
    mbill__write_start(&to, &buffer, false);
    mbill__write_object(&to, NULL);
    mbill__write_whole(&to, "meterbill", 1);
    mbill__write_text(&to, "kind", "payment_bill");
    mbill_status status = write_in_state(store, bill, &to, err);
    mbill__write_object_end(&to);
    if (status == MBILL_OK) status = mbill__buffer_check(&buffer, err);
    if (status == MBILL_OK) status = mbill__buffer_copy(&buffer, out_text, inout_len, err);
    mbill__buffer_free(&buffer);
    return status;
}

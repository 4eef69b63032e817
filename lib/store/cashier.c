/* SPDX-License-Identifier: Apache-2.0 */
/* Cashiers' days, summed from the ledger's own records. Changes when what a day counts does. */
#include "store/cashier.h"

#include "meterbill/billing.h"
#include "meterbill/calendar.h"
#include "number/round.h"
#include "store/journal.h"

#include <stdio.h>
#include <string.h>

/* ---- entering ---- */

static void bind_day(mbill__query *query, const char *cashier, int64_t channel, int32_t day)
{
    mbill__bind_text(query, 1, cashier, strlen(cashier));
    mbill__bind_whole(query, 2, channel);
    mbill__bind_whole(query, 3, day);
}

/* The first day from this one on that is open. */
static mbill_status open_day(mbill_store *store, const char *cashier, int64_t channel, int32_t *inout_day, mbill_error *err)
{
    static const char SELECT_CLOSED[] = "SELECT 1 FROM mbill_cashier_day WHERE operator = ?1 AND channel = ?2 AND day = ?3";
    mbill__query *query;
    bool closed = true;
    for (; closed; *inout_day += closed) {
        MBILL_TRY(mbill__query_start(store->db, SELECT_CLOSED, &query, err));
        bind_day(query, cashier, channel, *inout_day);
        MBILL_TRY(mbill__query_step(query, &closed, err));
        mbill__query_end(query);
    }
    return MBILL_OK;
}

mbill_status mbill__cashier_enter(mbill_store *store, int64_t record, const char *cashier, int64_t channel, int32_t day,
    bool next_day, mbill_error *err)
{
    static const char PUT_ENTRY[] = "INSERT INTO mbill_cashier_entry(operator, channel, day, record) VALUES(?1, ?2, ?3, ?4)";
    mbill__query *query;
    int32_t at = day;
    MBILL_TRY(open_day(store, cashier, channel, &at, err));
    if (at != day && !next_day) {
        mbill_date date;
        MBILL_TRY(mbill_date_of_days(day, &date, err));
        return mbill__fail(err, MBILL_E_ORDER,
            "operator \"%s\" has closed %04d-%02d-%02d on channel %lld, expected a payment of an open day", cashier, date.year,
            date.month, date.day, (long long)channel);
    }
    MBILL_TRY(mbill__query_start(store->db, PUT_ENTRY, &query, err));
    bind_day(query, cashier, channel, at);
    mbill__bind_whole(query, 4, record);
    return mbill__query_run(query, NULL, err);
}

/* ---- summing ---- */

/* One record: a payment, or money given back. One that was reversed since has been paid all the same: what was counted had it. */
static mbill_status add_record(const mbill_book *book, int64_t record, mbill_cashier_day *out, mbill_error *err)
{
    mbill_operation op;
    MBILL_TRY(mbill_book_record(book, record, &op, NULL, NULL, NULL, err));
    const bool given = op.kind == MBILL_OPERATION_REFUND;
    int64_t *sum = given ? &out->given_micro : &out->taken_micro;
    if (!mbill__add(*sum, op.amount_micro, sum)) return mbill__fail(err, MBILL_E_OVERFLOW, "a cashier's day leaves its range");
    if (given) out->n_given++;
    else out->n_taken++;
    return MBILL_OK;
}

static mbill_status add_up(mbill_store *store, mbill_cashier_day *out, mbill_error *err)
{
    static const char SELECT_ENTRIES[] =
        "SELECT record FROM mbill_cashier_entry WHERE operator = ?1 AND channel = ?2 AND day = ?3 ORDER BY record";
    mbill__query *query;
    bool row;
    out->n_taken = out->n_given = out->taken_micro = out->given_micro = 0;
    MBILL_TRY(mbill__query_start(store->db, SELECT_ENTRIES, &query, err));
    bind_day(query, out->cashier, out->channel, out->day);
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        MBILL_TRY(
            add_record(store->ledger->follow.book, mbill__column_whole(query, 0), out, err)); /* the rollback ends the query */
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

/* ---- closing ---- */

static mbill_status find_closed(mbill_store *store, mbill_cashier_day *inout, bool *out_is, mbill_error *err)
{
    static const char SELECT_DAY[] = "SELECT counted_micro, closed_utc_s FROM mbill_cashier_day"
                                     " WHERE operator = ?1 AND channel = ?2 AND day = ?3";
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, SELECT_DAY, &query, err));
    bind_day(query, inout->cashier, inout->channel, inout->day);
    MBILL_TRY(mbill__query_step(query, out_is, err));
    inout->counted_micro = *out_is ? mbill__column_whole(query, 0) : 0;
    inout->closed_utc_s = *out_is ? mbill__column_whole(query, 1) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status put_closed(mbill_store *store, const mbill_cashier_day *day, const char *note, mbill_error *err)
{
    static const char PUT_DAY[] = "INSERT INTO mbill_cashier_day(operator, channel, day, n_taken, taken_micro, n_given, "
                                  "given_micro, counted_micro, closed_utc_s,"
                                  " note) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    const int64_t values[] = {day->n_taken, day->taken_micro, day->n_given, day->given_micro, day->counted_micro,
        day->closed_utc_s};
    mbill__query *query;
    MBILL_TRY(mbill__query_start(store->db, PUT_DAY, &query, err));
    bind_day(query, day->cashier, day->channel, day->day);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) mbill__bind_whole(query, (int)i + 4, values[i]);
    mbill__bind_text(query, 10, note, note != NULL ? strlen(note) : 0);
    return mbill__query_run(query, NULL, err);
}

static mbill_status close_day(mbill_store *store, const mbill_cashier_day *day, const char *note, mbill_cashier_day *out,
    bool *out_was, mbill_error *err)
{
    *out = *day;
    MBILL_TRY(find_closed(store, out, out_was, err));
    MBILL_TRY(add_up(store, out, err));
    if (*out_was && out->counted_micro != day->counted_micro)
        return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT, "operator \"%s\" has closed this day with %s, now given with %s",
            day->cashier, mbill__say_micro(out->counted_micro).text, mbill__say_micro(day->counted_micro).text);
    if (*out_was) return MBILL_OK;
    out->counted_micro = day->counted_micro;
    out->closed_utc_s = day->closed_utc_s;
    return put_closed(store, out, note, err);
}

mbill_status mbill_store_cashier_close(mbill_store *store, const mbill_cashier_day *day, const char *note,
    mbill_cashier_day *out_day, mbill_error *err)
{
    mbill_cashier_day closed;
    mbill_journal *ledger;
    int64_t first;
    bool was = false;
    MBILL__NEED(store);
    MBILL__NEED(day);
    MBILL__NEED(out_day);
    if (day->struct_size != sizeof *day || out_day->struct_size < sizeof closed)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of day or out_day is not set");
    if (day->cashier == NULL || day->cashier[0] == '\0' || strlen(day->cashier) >= MBILL__CASHIER_BYTES)
        return mbill__fail(err, MBILL_E_INVALID, "a cashier's name is missing or longer than %d bytes", MBILL__CASHIER_BYTES - 1);
    MBILL_TRY(mbill_store_journal(store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
    MBILL_TRY(mbill__journal_finish(ledger, first, close_day(store, day, note, &closed, &was, err), err));
    closed.struct_size = out_day->struct_size;
    memcpy(out_day, &closed, sizeof closed);
    return was ? mbill__fail(err, MBILL_E_EXISTS, "the day was closed before, with the same count") : MBILL_OK;
}

/* ---- showing ---- */

static mbill_status show_days(mbill_store *store, mbill_cashier_each each, void *ctx, mbill_error *err)
{
    static const char SELECT_DAYS[] =
        "SELECT operator, channel, day FROM mbill_cashier_entry UNION SELECT operator, channel, day FROM mbill_cashier_day"
        " ORDER BY day, operator, channel";
    mbill__query *query;
    size_t len;
    bool row, closed;
    MBILL_TRY(mbill__query_start(store->db, SELECT_DAYS, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        mbill_cashier_day day = {.struct_size = (uint32_t)sizeof day,
            .channel = mbill__column_whole(query, 1),
            .day = (int32_t)mbill__column_whole(query, 2)};
        MBILL_TRY(mbill__column_text(query, 0, &day.cashier, &len, err)); /* the rollback ends the query */
        MBILL_TRY(find_closed(store, &day, &closed, err));
        MBILL_TRY(add_up(store, &day, err));
        MBILL_TRY(each(ctx, &day, err));
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

mbill_status mbill_store_cashier_days(mbill_store *store, mbill_cashier_each each, void *ctx, mbill_error *err)
{
    mbill_journal *ledger;
    int64_t first;
    MBILL__NEED(store);
    MBILL__NEED(each);
    MBILL_TRY(mbill_store_journal(store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, false, &first, err));
    return mbill__journal_finish(ledger, first, show_days(store, each, ctx, err), err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when custom charges come onto bills in another way. A bill that is given up has its periods no more: they go onto the next one. */
#include "store/billing_items.h"

#include "meterbill/calendar.h"
#include "meterbill/cycle.h"
#include "number/round.h"
#include "store/bind.h"
#include "store/member.h"

static mbill_status put(mbill_store *store, int64_t bill_no, mbill__query *item, mbill_error *err)
{
    static const char PUT_ITEM[] =
        "INSERT INTO mbill_due_item(bill_no, charge_no, account_no, period, amount_micro) VALUES(?1, ?2, ?3, ?4, ?5)";
    const mbill__given_value given[] = {MBILL__WHOLE(bill_no), MBILL__WHOLE(mbill__column_whole(item, 0)),
        MBILL__WHOLE(mbill__column_whole(item, 1)), MBILL__WHOLE(mbill__column_whole(item, 2)),
        MBILL__WHOLE(mbill__column_whole(item, 3))};
    int64_t changes = 0;
    return mbill__sql_tell(store, PUT_ITEM, given, 5, &changes, err);
}

/* Those that would make the bill too large wait for the next one. */
static bool fits(int64_t amount_micro, int64_t more_micro, int64_t *out_micro)
{
    return mbill__add(amount_micro, more_micro, out_micro) && *out_micro <= MBILL_CYCLE_AMOUNT_MAX;
}

static mbill_status put_all(mbill_store *store, int64_t bill_no, int64_t *inout_micro, int64_t *out_n, mbill_error *err)
{
    static const char SELECT_FREE[] =
        "SELECT i.charge_no, i.account_no, i.period, i.amount_micro FROM mbill_due d JOIN mbill_charge_item i USING(account_no)"
        " WHERE d.bill_no = ?1 AND i.state = 2 AND NOT EXISTS (SELECT 1 FROM mbill_due_item l JOIN mbill_due o USING(bill_no)"
        " WHERE l.charge_no = i.charge_no AND l.account_no = i.account_no AND l.period = i.period AND o.state NOT IN (8, 9))"
        " ORDER BY i.due_utc_s, i.charge_no, i.period";
    const mbill__given_value given[] = {MBILL__WHOLE(bill_no)};
    mbill__query *query;
    int64_t sum_micro;
    bool row;
    MBILL_TRY(mbill__sql_ask(store, SELECT_FREE, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    for (*out_n = 0; row && fits(*inout_micro, mbill__column_whole(query, 3), &sum_micro); (*out_n)++) {
        MBILL_TRY(put(store, bill_no, query, err)); /* on failure the rollback ends the query */
        *inout_micro = sum_micro;
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    mbill__query_end(query);
    return MBILL_OK;
}

mbill_status mbill__billing_items_take(mbill_store *store, int64_t bill_no, mbill_error *err)
{
    static const char SELECT_AMOUNT[] = "SELECT amount_micro FROM mbill_due WHERE bill_no = ?1";
    static const char SET_AMOUNT[] = "UPDATE mbill_due SET amount_micro = ?2 WHERE bill_no = ?1";
    mbill__given_value given[] = {MBILL__WHOLE(bill_no), MBILL__WHOLE(0)};
    int64_t amount_micro, n, changes = 0;
    bool found;
    MBILL_TRY(mbill__sql_whole(store, SELECT_AMOUNT, given, 1, &found, &amount_micro, err));
    MBILL_TRY(put_all(store, bill_no, &amount_micro, &n, err));
    if (n == 0) return MBILL_OK;
    given[1] = MBILL__WHOLE(amount_micro);
    return mbill__sql_tell(store, SET_AMOUNT, given, 2, &changes, err);
}

mbill_status mbill__billing_items_sum(mbill_store *store, int64_t bill_no, int64_t *out_micro, mbill_error *err)
{
    static const char SUM_ITEMS[] = "SELECT coalesce(sum(amount_micro), 0) FROM mbill_due_item WHERE bill_no = ?1";
    const mbill__given_value given[] = {MBILL__WHOLE(bill_no)};
    bool found;
    return mbill__sql_whole(store, SUM_ITEMS, given, 1, &found, out_micro, err);
}

static void write_day(mbill__writer *writer, const char *key, int64_t day)
{
    char text[sizeof "yyyy-mm-dd"];
    size_t len = sizeof text;
    mbill_date date;
    if (mbill_date_of_days((int32_t)day, &date, NULL) == MBILL_OK && mbill_date_print(date, text, &len, NULL) == MBILL_OK)
        mbill__write_text(writer, key, text);
}

static mbill_status write_title(mbill_store *store, const char *body, size_t len, mbill__writer *writer, mbill_error *err)
{
    mbill__json *charge;
    const char *title;
    MBILL_TRY(mbill__member_text(body, len, "title", mbill__db_allocator(store->db), &charge, &title, err));
    if (title != NULL) mbill__write_text(writer, "title", title);
    mbill__json_free(charge);
    return MBILL_OK;
}

mbill_status mbill__billing_items_write(mbill_store *store, int64_t bill_no, mbill__writer *writer, mbill_error *err)
{
    static const char SELECT_ITEMS[] =
        "SELECT c.id, c.body, i.from_day, i.to_day, i.n_days, l.amount_micro FROM mbill_due_item l"
        " JOIN mbill_charge c USING(charge_no) JOIN mbill_charge_item i USING(charge_no, account_no, period)"
        " WHERE l.bill_no = ?1 ORDER BY i.due_utc_s, l.charge_no, l.period";
    const mbill__given_value given[] = {MBILL__WHOLE(bill_no)};
    mbill__query *query;
    const char *id, *body;
    size_t len;
    bool row;
    MBILL_TRY(mbill__sql_ask(store, SELECT_ITEMS, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill__write_list(writer, "items");
    while (row) {
        MBILL_TRY(mbill__column_text(query, 0, &id, &len, err));
        mbill__write_object(writer, NULL);
        mbill__write_text(writer, "charge", id);
        MBILL_TRY(mbill__column_text(query, 1, &body, &len, err));
        MBILL_TRY(write_title(store, body, len, writer, err));
        write_day(writer, "from", mbill__column_whole(query, 2));
        write_day(writer, "to", mbill__column_whole(query, 3));
        mbill__write_whole(writer, "days", mbill__column_whole(query, 4));
        mbill__write_decimal(writer, "amount", mbill__column_whole(query, 5), MBILL_SCALE_MICRO);
        mbill__write_object_end(writer);
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    mbill__write_list_end(writer);
    return MBILL_OK;
}

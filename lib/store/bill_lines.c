/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when bills are kept in another form. Invariant: what is given out of a bill adds up to its total, or the bill is refused as damaged. */
#include "store/bill_lines.h"

#include "meterbill/decimal.h"
#include "number/round.h"
#include "store/bind.h"

#include <string.h>

static mbill_status refuse_damaged(const mbill__kept_bill *bill, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_CORRUPT, "a bill of account \"%s\" is not what its lines add up to", bill->account);
}

mbill_status mbill__bill_take(mbill_store *store, mbill__query *query, mbill__kept_bill *out, mbill__json **out_document,
    mbill_error *err)
{
    const char *body;
    size_t len;
    *out = (mbill__kept_bill){.store = store,
        .bill_no = mbill__column_whole(query, 8),
        .account_no = mbill__column_whole(query, 0),
        .record = mbill__column_whole(query, 1),
        .from_utc_s = mbill__column_whole(query, 2),
        .total_micro = mbill__column_whole(query, 3)};
    MBILL_TRY(mbill__column_text(query, 4, &out->account, &len, err));
    MBILL_TRY(mbill__column_text(query, 5, &out->tariff, &len, err));
    MBILL_TRY(mbill__column_text(query, 6, &out->utility, &len, err));
    if (out->utility == NULL) out->utility = "";
    MBILL_TRY(mbill__column_text(query, 7, &body, &len, err));
    if (body == NULL) return refuse_damaged(out, err);
    MBILL_TRY(mbill__json_read(body, len, mbill__db_allocator(store->db), out_document, err));
    out->root = mbill__json_root(*out_document);
    return MBILL_OK;
}

mbill_status mbill__bills_walk(mbill__reporting *report, int64_t from_utc_s, int64_t to_utc_s, mbill__each_bill *each, void *ctx,
    mbill_error *err)
{
    static const char SELECT_BILLED[] = "SELECT " MBILL__BILL_COLUMNS("b.record",
        "mbill_bill b") " WHERE b.from_utc_s >= ?1 AND b.from_utc_s < ?2 ORDER BY b.account_no, b.from_utc_s, b.bill_no";
    const mbill__given_value given[] = {MBILL__WHOLE(from_utc_s), MBILL__WHOLE(to_utc_s)};
    mbill__kept_bill bill;
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__sql_ask(report->store, SELECT_BILLED, given, 2, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        mbill__json *document = NULL;
        if (mbill__report_means(report, mbill__column_whole(query, 0))) {
            MBILL_TRY(mbill__bill_take(report->store, query, &bill, &document, err));
            mbill_status status = each(ctx, &bill, err); /* on failure the rollback ends the query */
            mbill__json_free(document);
            MBILL_TRY(status);
        }
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

static mbill_status read_text(const mbill__node *object, const char *key, const char **out, mbill_error *err)
{
    mbill__node node;
    *out = "";
    return mbill__node_get(object, key, &node) ? mbill__node_text(&node, out, err) : MBILL_OK;
}

static mbill_status read_number(const mbill__node *object, const char *key, int64_t *out, mbill_error *err)
{
    mbill__node node;
    *out = 0;
    return mbill__node_get(object, key, &node) ? mbill__node_decimal(&node, MBILL_SCALE_MICRO, out, err) : MBILL_OK;
}

static mbill_status read_line(const mbill__node *node, mbill__kept_line *out, mbill_error *err)
{
    mbill__node tier;
    out->tier = 0;
    MBILL_TRY(read_text(node, "charge", &out->charge, err));
    MBILL_TRY(read_text(node, "period", &out->period, err));
    MBILL_TRY(read_text(node, "unit", &out->unit, err));
    if (mbill__node_get(node, "tier", &tier)) MBILL_TRY(mbill__node_whole(&tier, 0, INT32_MAX, &out->tier, err));
    MBILL_TRY(read_number(node, "quantity", &out->quantity_micro, err));
    return read_number(node, "amount", &out->amount_micro, err);
}

/* The custom charges on a bill that is paid afterwards. */
static mbill_status give_items(const mbill__kept_bill *bill, mbill__each_line *each, void *ctx, mbill_error *err)
{
    static const char SELECT_ITEMS[] =
        "SELECT c.id, l.amount_micro FROM mbill_due d JOIN mbill_due_item l USING(bill_no) JOIN mbill_charge c USING(charge_no)"
        " WHERE d.priced_no = ?1 ORDER BY l.charge_no, l.period";
    const mbill__given_value given[] = {MBILL__WHOLE(bill->bill_no)};
    mbill__kept_bill of_none = *bill;
    mbill__query *query;
    size_t len;
    bool row;
    of_none.tariff = of_none.utility = "";
    MBILL_TRY(mbill__sql_ask(bill->store, SELECT_ITEMS, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        mbill__kept_line line = {"", "", "", 0, 0, mbill__column_whole(query, 1)};
        MBILL_TRY(mbill__column_text(query, 0, &line.charge, &len, err));
        MBILL_TRY(each(ctx, &of_none, &line, err)); /* on failure the rollback ends the query */
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

mbill_status mbill__bill_lines(const mbill__kept_bill *bill, mbill__each_line *each, void *ctx, mbill_error *err)
{
    mbill__node list, node;
    mbill__kept_line line;
    int64_t sum_micro = 0;
    MBILL_TRY(mbill__node_need(&bill->root, "lines", &list, err));
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(read_line(&node, &line, err));
        if (!mbill__add(sum_micro, line.amount_micro, &sum_micro)) return refuse_damaged(bill, err);
        MBILL_TRY(each(ctx, bill, &line, err));
    }
    return sum_micro == bill->total_micro ? give_items(bill, each, ctx, err) : refuse_damaged(bill, err);
}

mbill_status mbill__bill_charges(const mbill__kept_bill *bill, mbill__each_line *each, void *ctx, mbill_error *err)
{
    mbill__node list, node;
    mbill__kept_line line = {"", "", "", 0, 0, 0};
    int64_t rest_micro = bill->total_micro;
    MBILL_TRY(mbill__node_need(&bill->root, "charges", &list, err));
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(read_text(&node, "id", &line.charge, err));
        MBILL_TRY(read_number(&node, "amount", &line.amount_micro, err));
        if (!mbill__subtract(rest_micro, line.amount_micro, &rest_micro)) return refuse_damaged(bill, err);
        MBILL_TRY(each(ctx, bill, &line, err));
    }
    line.charge = "";
    line.amount_micro = rest_micro;
    if (rest_micro != 0) MBILL_TRY(each(ctx, bill, &line, err));
    return give_items(bill, each, ctx, err);
}

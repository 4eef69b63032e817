/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of kept bills, bill by bill: what reports are made from. */
#ifndef MBILL__BILL_LINES_H
#define MBILL__BILL_LINES_H

#include "document/json.h"
#include "store/reporting.h"

typedef struct mbill__kept_bill {
    mbill_store *store;
    int64_t bill_no, account_no, record, from_utc_s, total_micro;
    const char *account, *tariff, *utility; /* utility: "" when none is said */
    mbill__node root;                       /* the document */
} mbill__kept_bill;

/* A line; what it does not have is "". quantity 0 where it has none. */
typedef struct mbill__kept_line {
    const char *charge, *period, *unit;
    int64_t tier, quantity_micro, amount_micro;
} mbill__kept_line;

typedef mbill_status mbill__each_bill(void *ctx, const mbill__kept_bill *bill, mbill_error *err);
typedef mbill_status mbill__each_line(void *ctx, const mbill__kept_bill *bill, const mbill__kept_line *line, mbill_error *err);

/* Bills of accounts that are meant, whose span begins in [from, to), by account and then by time. */
mbill_status mbill__bills_walk(mbill__reporting *report, int64_t from_utc_s, int64_t to_utc_s, mbill__each_bill *each, void *ctx,
    mbill_error *err);

/* Its lines, then the custom charges on it, of no tariff and utility. */
mbill_status mbill__bill_lines(const mbill__kept_bill *bill, mbill__each_line *each, void *ctx, mbill_error *err);

/* A charge of the bill and what it comes to; then what belongs to no charge, as ""; then the custom charges on it. */
mbill_status mbill__bill_charges(const mbill__kept_bill *bill, mbill__each_line *each, void *ctx, mbill_error *err);

/* A row of these columns into a bill and its document, which is to be freed. record: of the bill's use in the ledger, 0 while it is a draft. */
#define MBILL__BILL_COLUMNS(record, from)                                                                                        \
    "b.account_no, " record ", b.from_utc_s, b.total_micro, a.id, c.tariff, u.utility, b.body, b.bill_no FROM " from             \
    " JOIN mbill_account a ON a.account_no = b.account_no JOIN mbill_contract c ON c.contract_no = b.contract_no"                \
    " LEFT JOIN mbill_utility u ON u.tariff = c.tariff"
mbill_status mbill__bill_take(mbill_store *store, mbill__query *query, mbill__kept_bill *out, mbill__json **out_document,
    mbill_error *err);

#endif

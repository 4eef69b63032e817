/* SPDX-License-Identifier: Apache-2.0 */
/* A month close under way, for the files of the close. */
#ifndef MBILL__CLOSING_H
#define MBILL__CLOSING_H

#include "meterbill/close.h"
#include "store/contract_factors.h"
#include "store/gather.h"
#include "store/inner.h"
#include "store/lists.h"
#include "store/parts.h"
#include "store/plans.h"
#include "store/versions.h"

/* How far it is; a step that fails goes back to how far it was. */
typedef struct mbill__close_reached {
    int64_t last_no; /* of the contract that was looked at last */
    int64_t n_done;
    mbill_close_summary summary;
} mbill__close_reached;

struct mbill_close {
    mbill_store *store;
    mbill_close_options options;
    mbill__span_asked asked;
    mbill__versions versions;
    mbill__gather gather;
    mbill__parts parts;
    mbill__plans plans;
    const mbill__plan *plan; /* the contract's columns are of its axis; NULL: it has usage instead */
    mbill_column columns[MBILL__PLAN_REGISTERS];
    mbill__lists lists;
    mbill__contract_factors factors;
    mbill_line *lines;
    mbill_bill_segment *segments;       /* one a part */
    char *position, *body, *place_text; /* the position, the bill and the position after it as documents */
    size_t cap_lines, cap_segments, cap_position, cap_body, cap_place_text;
    int64_t end_no, n_total; /* contracts there at the beginning: the last, and how many */
    mbill__close_reached reached;
    bool half_written; /* the open transaction holds a part of a contract */
    bool over;
};

typedef struct mbill__close_contract {
    int64_t contract_no, account_no;
    const char *account, *tariff; /* live until the query steps on */
    int32_t from_day, to_day;
    mbill_change_rule change; /* split 0: not said */
    bool postpaid;            /* a draft is made, and nothing is booked */
} mbill__close_contract;

/* What mbill__closing_contract() reads. */
#define MBILL__CONTRACT_COLUMNS                                                                                                  \
    "c.contract_no, c.account_no, c.from_day, c.to_day, c.change_split, c.change_step_micro, c.change_how, c.tariff, a.id, "     \
    "c.postpaid"                                                                                                                 \
    " FROM mbill_contract c JOIN mbill_account a USING(account_no)"

void mbill__closing_start(mbill_close *close, mbill_store *store);
void mbill__closing_end(mbill_close *close);
mbill_status mbill__closing_contract(mbill__query *query, mbill__close_contract *out, mbill_error *err);

/* Bill one contract for what was asked, in the open transaction; a contract that is not in force then has no bill. A failure may have written a part. */
mbill_status mbill__close_bill(mbill_close *close, const mbill__close_contract *contract, mbill_error *err);

/* Where a contract stands into close->position, by its document; text NULL: at the beginning. */
mbill_status mbill__close_place(mbill_close *close, const mbill__chosen *chosen, const char *text, size_t len, mbill_error *err);

/* close->position as a document into close->place_text. */
mbill_status mbill__close_keep_place(mbill_close *close, const mbill__chosen *chosen, mbill_error *err);

/* Price one contract over the chosen span into close->lines, from close->position to the one behind it; its parts and segments are
 * the close's too. Writes nothing; what the request points at lives until the next call, and it has no inputs where columns were priced. */
mbill_status mbill__close_price(mbill_close *close, const mbill__close_contract *contract, const mbill__chosen *chosen,
    bool allow_gaps, mbill_price_request *out_request, size_t *out_n_lines, mbill_bill *out_bill, mbill_error *err);

/* Bill one contract in the open transaction, or count it as billed before, or refuse it by name; a failure ends the transaction. */
mbill_status mbill__close_one(mbill_close *close, const mbill__close_contract *contract, mbill_error *err);

#endif

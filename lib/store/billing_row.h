/* SPDX-License-Identifier: Apache-2.0 */
/* Bills that are paid afterwards as rows of the file, and what all calls on them need; a transaction to write is open. */
#ifndef MBILL__STORE_BILLING_ROW_H
#define MBILL__STORE_BILLING_ROW_H

#include "meterbill/cycle.h"
#include "store/inner.h"

typedef struct mbill__due {
    int64_t bill_no, account_no, contract_no;
    int64_t priced_no; /* 0: it was cancelled or replaced */
    int64_t policy_no; /* 0 before issue */
    int64_t from_utc_s, to_utc_s;
    uint32_t bill_flags;
    mbill_cycle cycle;
} mbill__due;

/* For one call: the policy last asked for, and room for an account's bills. */
typedef struct mbill__billing {
    mbill_store *store;
    int64_t policy_no; /* of policy and zone; 0: none yet */
    mbill_cycle_policy policy;
    mbill_zone *zone;
    mbill__due *dues;
    mbill_cycle *cycles;
    int64_t *parts;
    size_t cap_dues, cap_cycles, cap_parts;
    mbill__buffer raised; /* the alarm and the place of the priority that was read last, each ended by a NUL */
} mbill__billing;

void mbill__billing_start(mbill__billing *billing, mbill_store *store);
void mbill__billing_end(mbill__billing *billing);

/* The policy of a bill into billing->policy; 0: the one that holds now. MBILL_E_NOT_FOUND: there is none yet. */
mbill_status mbill__billing_policy(mbill__billing *billing, int64_t policy_no, mbill_error *err);

/* The civil day of an instant in the policy's zone. */
int32_t mbill__billing_day(const mbill__billing *billing, int64_t utc_s);

/* The columns of a mbill__due, in order, of a table or alias d. */
#define MBILL__DUE_COLUMNS                                                                                                       \
    "d.bill_no, d.account_no, d.contract_no, coalesce(d.priced_no, 0), coalesce(d.policy_no, 0), d.from_utc_s, d.to_utc_s, "     \
    "d.bill_flags, d.state, d.flags, d.reminded, d.issued_day, d.due_day, d.day, d.reason, d.amount_micro, d.corrected_micro, "  \
    "d.paid_micro, d.fee_micro, d.fee_paid_micro, d.fee_sum_micro, d.on_time_micro, d.written_off_micro"
enum { MBILL__N_DUE_COLUMNS = 23 };

/* From the first columns of a row; MBILL_E_CORRUPT: no bill can stand so. */
mbill_status mbill__due_take(mbill__query *query, mbill__due *out, mbill_error *err);
mbill_status mbill__due_load(mbill_store *store, int64_t bill_no, mbill__due *out, mbill_error *err); /* MBILL_E_NOT_FOUND */
mbill_status mbill__due_save(mbill_store *store, const mbill__due *due, mbill_error *err);

/* What happened to a bill, which came to was_micro before it. */
typedef struct mbill__due_event {
    int64_t bill_no, at_utc_s;
    int32_t kind;
    int64_t amount_micro, was_micro, is_micro;
    int64_t record;        /* < 0: nothing was booked */
    const char *by, *note; /* NULL: none */
} mbill__due_event;

mbill_status mbill__due_event_keep(mbill_store *store, const mbill__due_event *event, mbill_error *err);

/* What a bill comes to, without late fees. */
static inline int64_t mbill__due_sum(const mbill_cycle *cycle)
{
    return cycle->amount_micro + cycle->corrected_micro; /* mbill_cycle_check() has bounded both */
}

/* The bills of an account of which something is open, and those that are paid too where asked, into billing->dues and ->cycles, by number. */
mbill_status mbill__due_of_account(mbill__billing *billing, int64_t account_no, bool paid_too, size_t *out_n, mbill_error *err);

#endif

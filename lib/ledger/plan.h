/* SPDX-License-Identifier: Apache-2.0 */
/* Working an operation out: checks in the order of results, then legs into the work. One function a kind; none touches the book. */
#ifndef MBILL__LEDGER_PLAN_H
#define MBILL__LEDGER_PLAN_H

#include "ledger/work.h"

/* What becomes of the operation: a result of rank existence or later, or MBILL_RESULT_OK with its legs made and its accounts levelled. */
int32_t mbill__work_plan(mbill__work *work);

/* Those of payments and use (plan_money.c). */
int32_t mbill__plan_top_up(mbill__work *work);
int32_t mbill__plan_usage(mbill__work *work);
int32_t mbill__plan_accrue(mbill__work *work);
int32_t mbill__plan_debt(mbill__work *work);
int32_t mbill__plan_write_off(mbill__work *work);
int32_t mbill__plan_refund(mbill__work *work);
int32_t mbill__plan_offset(mbill__work *work);
int32_t mbill__plan_transfer(mbill__work *work);

/* Of holds (plan_hold.c). */
void mbill__hold_sides(int32_t kind, int64_t account, int64_t other, int64_t channel, mbill__side *debit,
    mbill__side *credit); /* where its money comes from, and goes to */
int32_t mbill__plan_hold(mbill__work *work);
int32_t mbill__plan_post(mbill__work *work);
int32_t mbill__plan_void(mbill__work *work);

/* Of what is put right (plan_mend.c). */
int32_t mbill__plan_reverse(mbill__work *work);
int32_t mbill__plan_correct(mbill__work *work);
int32_t mbill__plan_observe(mbill__work *work);
int32_t mbill__plan_accept(mbill__work *work);

/* Of an account's life (plan_life.c). */
int32_t mbill__plan_open(mbill__work *work);
int32_t mbill__plan_state(mbill__work *work);   /* activate, close, reopen */
int32_t mbill__plan_setting(mbill__work *work); /* set_policy, tariff_mark, attach_meter */
int32_t mbill__plan_select(mbill__work *work);
int32_t mbill__plan_wallet(mbill__work *work);

/* Checks that several kinds share (plan_check.c). */
int32_t mbill__check_there(const mbill__work *work, size_t n);   /* the first n are prepay accounts: NO_ACCOUNT, NO_METER */
int32_t mbill__check_working(const mbill__work *work, size_t n); /* NOT_ACTIVE, CLOSED */
int32_t mbill__check_prepay(const mbill__work *work, size_t n);  /* both */
int32_t mbill__check_customer(const mbill__work *work);
int32_t mbill__check_sequence(const mbill__work *work, size_t which);              /* DUPLICATE_RECEIPT, SEQ_DUPLICATE, SEQ_GAP */
int64_t mbill__hoard_room(const mbill__work *work, const mbill__account *account); /* what CREDIT may still get */
int32_t mbill__receive(mbill__work *work, mbill__account *account, mbill__side payer,
    int64_t tender_micro); /* EXCEEDS_HOARDING, OVERFLOW */
const mbill__hold *mbill__meant_hold(const mbill__work *work);
int64_t mbill__count_at(const mbill__work *work, int64_t account); /* place among the counts; -1: none yet */

#define MBILL__CHECK(call)                                                                                                       \
    do {                                                                                                                         \
        int32_t mbill__result = (call);                                                                                          \
        if (mbill__result != MBILL_RESULT_OK) return mbill__result;                                                              \
    } while (0)

#endif

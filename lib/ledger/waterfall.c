/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a payment can fall through another stage. Law: what the stages take and what CREDIT keeps add up to the tender. */
#include "ledger/flow.h"

#include "ledger/lookback.h"
#include "ledger/measure.h"
#include "ledger/series.h"
#include "number/round.h"

#define WHOLE 10000

typedef struct payment {
    mbill__work *work;
    mbill__account *account;
    const mbill_policy *policy;
    mbill__side payer;
    int64_t tender_micro, rest_micro;
    int64_t credited_micro;
} payment;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What a stage takes of the rest; wanted may be below 0. */
static void take(payment *pay, int64_t wanted_micro, mbill__side to, int32_t purpose)
{
    int64_t taken_micro = mbill__clip(wanted_micro, 0, pay->rest_micro);
    pay->work->purpose = purpose;
    mbill__work_leg(pay->work, pay->payer, to, taken_micro, 0);
    pay->work->purpose = MBILL_PURPOSE_PLAIN;
    pay->rest_micro -= taken_micro;
    if (to.account == pay->account->number && to.place == MBILL_PLACE_CREDIT) pay->credited_micro += taken_micro;
}

static int64_t share_of(payment *pay, int64_t share_1e4)
{
    int64_t out = 0;
    if (!mbill__part_of(pay->tender_micro, share_1e4, WHOLE, pay->policy->step_micro, &out)) pay->work->overflow = true;
    return out;
}

static void pay_debts(payment *pay)
{
    int64_t left_micro = mbill__payment_cap_left(pay->work->book, pay->account, pay->work->now_utc_s);
    for (int32_t k = 0; k < MBILL_DEBTS_MAX; k++) {
        if (pay->policy->debts[k].kind != MBILL_DEBT_PAYMENT) continue;
        int64_t wanted_micro = least(share_of(pay, pay->policy->debts[k].share_1e4), mbill__debt(pay->account, k));
        int64_t before_micro = pay->rest_micro;
        take(pay, least(wanted_micro, left_micro), mbill__place(pay->account, MBILL_PLACE_DEBT + k), MBILL_PURPOSE_DEBT);
        left_micro -= before_micro - pay->rest_micro;
    }
}

/* Of a plan, the parts that are due; of any other debt all of it. */
static int64_t due_of(payment *pay, int32_t k)
{
    const mbill_debt *debt = &pay->policy->debts[k];
    int64_t owed_micro = mbill__debt(pay->account, k), due_micro = 0;
    if (debt->kind != MBILL_DEBT_INSTALMENT) return owed_micro;
    if (pay->work->now_utc_s < debt->first_utc_s) return 0;
    int64_t n = mbill__less(pay->work->now_utc_s, debt->first_utc_s) / debt->period_s + 1;
    if (!mbill__series_due(debt->total_micro, debt->n_parts, n, pay->policy->step_micro, &due_micro)) pay->work->overflow = true;
    int64_t paid_micro = mbill__less(debt->total_micro, owed_micro);
    return least(mbill__less(due_micro, paid_micro), owed_micro);
}

static void take_tax(payment *pay, int64_t share_1e4)
{
    int64_t net_steps, net_micro;
    mbill__wide divisor;
    if (!mbill__wide_multiply(mbill__wide_of(WHOLE + share_1e4), pay->policy->step_micro, &divisor) ||
        !mbill__round_quotient(mbill__wide_product(pay->rest_micro, WHOLE), divisor, MBILL_ROUND_HALF_UP, &net_steps) ||
        !mbill__multiply(net_steps, pay->policy->step_micro, &net_micro)) {
        pay->work->overflow = true;
        return;
    }
    take(pay, pay->rest_micro - net_micro, mbill__system(MBILL_SYSTEM_TAX, 0), MBILL_PURPOSE_TAX);
}

/* CREDIT's own share is kept for it first; each further credit takes its share of what is left then. */
static void share_credits(payment *pay)
{
    int64_t kept_micro = least(share_of(pay, pay->policy->credit_share_1e4[0]), pay->rest_micro);
    pay->rest_micro -= kept_micro;
    for (int32_t k = 1; k < MBILL_CREDITS_MAX; k++)
        take(pay, share_of(pay, pay->policy->credit_share_1e4[k]), mbill__place(pay->account, MBILL_PLACE_CREDIT + k),
            MBILL_PURPOSE_PLAIN);
    pay->rest_micro += kept_micro;
}

static void run_stage(payment *pay, const mbill_stage *stage)
{
    mbill__account *account = pay->account;
    int64_t below_micro;
    switch (stage->kind) {
    case MBILL_STAGE_PAY_DEBT: pay_debts(pay); break;
    case MBILL_STAGE_DEBT:
        take(pay, due_of(pay, stage->index), mbill__place(account, MBILL_PLACE_DEBT + stage->index), MBILL_PURPOSE_REPAY);
        break;
    case MBILL_STAGE_ACCUM:
        take(pay, mbill__owed_of(&account->at[MBILL__AT_ACCUM]), mbill__place(account, MBILL_PLACE_ACCUM), MBILL_PURPOSE_REPAY);
        break;
    case MBILL_STAGE_TO_DISABLEMENT:
        below_micro = mbill__less(pay->policy->disablement_micro, mbill__credit_of(&account->at[MBILL__AT_CREDIT]));
        take(pay, below_micro, mbill__place(account, MBILL_PLACE_CREDIT), MBILL_PURPOSE_PLAIN);
        break;
    case MBILL_STAGE_EC:
        take(pay, mbill__owed_of(&account->at[MBILL__AT_EC_USED]), mbill__place(account, MBILL_PLACE_EC_USED),
            MBILL_PURPOSE_REPAY);
        break;
    case MBILL_STAGE_FEE:
        take(pay, share_of(pay, stage->share_1e4), mbill__system(MBILL_SYSTEM_FEE, (uint32_t)stage->index), MBILL_PURPOSE_FEE);
        break;
    case MBILL_STAGE_TAX: take_tax(pay, stage->share_1e4); break;
    case MBILL_STAGE_CREDITS: share_credits(pay); break;
    default: take(pay, pay->rest_micro, mbill__system(MBILL_SYSTEM_REVENUE, 0), MBILL_PURPOSE_PLAIN); break;
    }
}

int64_t mbill__waterfall(mbill__work *work, mbill__account *account, mbill__side payer, int64_t tender_micro)
{
    payment pay = {work, account, mbill__book_policy(work->book, account), payer, tender_micro, tender_micro, 0};
    for (int32_t i = 0; i < pay.policy->n_stages; i++) run_stage(&pay, &pay.policy->stages[i]);
    take(&pay, pay.rest_micro, mbill__place(account, MBILL_PLACE_CREDIT), MBILL_PURPOSE_PLAIN);
    return pay.credited_micro;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a kind of operation is added: one row. After every one the accounts it touched are levelled and their emergency credit
 * is settled. */
#include "ledger/plan.h"

#include "ledger/flow.h"

typedef int32_t plan_of(mbill__work *work);

static plan_of *const plans[] = {
    [MBILL_OPERATION_OPEN] = mbill__plan_open,
    [MBILL_OPERATION_ACTIVATE] = mbill__plan_state,
    [MBILL_OPERATION_CLOSE] = mbill__plan_state,
    [MBILL_OPERATION_REOPEN] = mbill__plan_state,
    [MBILL_OPERATION_SET_POLICY] = mbill__plan_setting,
    [MBILL_OPERATION_SELECT_EC] = mbill__plan_select,
    [MBILL_OPERATION_TARIFF_MARK] = mbill__plan_setting,
    [MBILL_OPERATION_WALLET_INIT] = mbill__plan_wallet,
    [MBILL_OPERATION_TOP_UP] = mbill__plan_top_up,
    [MBILL_OPERATION_USAGE] = mbill__plan_usage,
    [MBILL_OPERATION_ACCRUE] = mbill__plan_accrue,
    [MBILL_OPERATION_DEBT_LOAD] = mbill__plan_debt,
    [MBILL_OPERATION_DEBT_ADJUST] = mbill__plan_debt,
    [MBILL_OPERATION_WRITE_OFF] = mbill__plan_write_off,
    [MBILL_OPERATION_REFUND] = mbill__plan_refund,
    [MBILL_OPERATION_OFFSET] = mbill__plan_offset,
    [MBILL_OPERATION_HOLD] = mbill__plan_hold,
    [MBILL_OPERATION_POST] = mbill__plan_post,
    [MBILL_OPERATION_VOID] = mbill__plan_void,
    [MBILL_OPERATION_EXPIRE] = mbill__plan_void,
    [MBILL_OPERATION_REVERSE] = mbill__plan_reverse,
    [MBILL_OPERATION_CORRECT] = mbill__plan_correct,
    [MBILL_OPERATION_OBSERVE] = mbill__plan_observe,
    [MBILL_OPERATION_ACCEPT] = mbill__plan_accept,
    [MBILL_OPERATION_TRANSFER] = mbill__plan_transfer,
    [MBILL_OPERATION_ATTACH_METER] = mbill__plan_setting,
};

int32_t mbill__work_plan(mbill__work *work)
{
    static const uint32_t after[2] = {MBILL__AFTER_EC, MBILL__AFTER_OTHER_EC};
    int32_t code = plans[work->op->kind](work);
    for (size_t i = 0; i < 2 && code == MBILL_RESULT_OK; i++) {
        mbill__account *account = &work->accounts[i];
        if (!work->known[i] || account->policy < 0) continue;
        mbill__level_further(work, account);
        mbill__level_places(work, account);
        mbill__level_credit(work, account);
        mbill__settle_ec(work, account);
        if (account->ec == MBILL__EC_SELECTED) work->record->after |= after[i];
    }
    return code == MBILL_RESULT_OK && work->overflow ? MBILL_RESULT_OVERFLOW : code;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when use is collected, or what is owed is levelled, in another way. Law: what is taken never exceeds what is asked for, and
 * emergency credit and accumulated debt are never below zero when an operation ends. */
#include "ledger/flow.h"

#include "ledger/measure.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void mbill__collect(mbill__work *work, mbill__account *account, int64_t amount_micro, int32_t mode, mbill__side to)
{
    const mbill_policy *policy = mbill__book_policy(work->book, account);
    int64_t from_credit_micro = least(amount_micro, mbill__spendable(account, policy)),
            rest_micro = amount_micro - from_credit_micro;
    mbill__work_leg(work, mbill__place(account, MBILL_PLACE_CREDIT), to, from_credit_micro, 0);
    if (mode == MBILL_COLLECT) {
        int64_t from_ec_micro = least(rest_micro, mbill__ec_left(account, policy));
        mbill__work_leg(work, mbill__place(account, MBILL_PLACE_EC_USED), to, from_ec_micro, 0);
        rest_micro -= from_ec_micro;
    }
    if (mode != MBILL_WAIT) mbill__work_leg(work, mbill__place(account, policy->sink), to, rest_micro, 0);
}

static void level_place(mbill__work *work, mbill__account *account, int32_t slot, int32_t place)
{
    int64_t owed_micro = mbill__owed_of(mbill__at(account, slot));
    if (owed_micro < 0)
        mbill__work_leg(work, mbill__place(account, place), mbill__place(account, MBILL_PLACE_CREDIT), -owed_micro, 0);
}

void mbill__level_further(mbill__work *work, mbill__account *account)
{
    int32_t purpose = work->purpose;
    work->purpose = MBILL_PURPOSE_LEVEL;
    for (int32_t slot = MBILL__AT_FURTHER; slot < account->n_slots; slot++) {
        int64_t missing_micro = -mbill__credit_of(mbill__at(account, slot));
        int32_t place = MBILL_PLACE_CREDIT + 1 + slot - MBILL__AT_FURTHER;
        if (missing_micro > 0)
            mbill__work_leg(work, mbill__place(account, MBILL_PLACE_CREDIT), mbill__place(account, place), missing_micro, 0);
    }
    work->purpose = purpose;
}

void mbill__level_places(mbill__work *work, mbill__account *account)
{
    static const struct {
        int32_t slot, place;
    } first[] = {{MBILL__AT_ACCUM, MBILL_PLACE_ACCUM}, {MBILL__AT_EC_USED, MBILL_PLACE_EC_USED}};
    int32_t purpose = work->purpose;
    work->purpose = MBILL_PURPOSE_LEVEL;
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) level_place(work, account, first[i].slot, first[i].place);
    for (int32_t slot = MBILL__AT_DEBT; slot < account->n_slots && slot < MBILL__AT_FURTHER; slot++)
        level_place(work, account, slot, MBILL_PLACE_DEBT + slot - MBILL__AT_DEBT);
    work->purpose = purpose;
}

void mbill__level_credit(mbill__work *work, mbill__account *account)
{
    static const struct {
        int32_t stage, place, slot;
    } repaid[] = {{MBILL_STAGE_ACCUM, MBILL_PLACE_ACCUM, MBILL__AT_ACCUM},
        {MBILL_STAGE_EC, MBILL_PLACE_EC_USED, MBILL__AT_EC_USED}};
    const mbill_policy *policy = mbill__book_policy(work->book, account);
    int32_t purpose = work->purpose;
    work->purpose = MBILL_PURPOSE_LEVEL;
    for (size_t i = 0; i < sizeof repaid / sizeof repaid[0]; i++) {
        int64_t owed_micro = mbill__owed_of(&account->at[repaid[i].slot]);
        if (owed_micro > 0 && mbill__repays(policy, repaid[i].stage))
            mbill__work_leg(work, mbill__place(account, MBILL_PLACE_CREDIT), mbill__place(account, repaid[i].place),
                least(owed_micro, mbill__spendable(account, policy)), 0);
    }
    work->purpose = purpose;
}

void mbill__settle_ec(const mbill__work *work, mbill__account *account)
{
    const mbill_policy *policy = mbill__book_policy(work->book, account);
    bool owed = mbill__owed_of(&account->at[MBILL__AT_EC_USED]) > 0;
    bool stays = account->ec == MBILL__EC_SELECTED && mbill__ec_offered(account, policy);
    account->ec = owed || stays ? MBILL__EC_SELECTED : MBILL__EC_BEFORE;
}

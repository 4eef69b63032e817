/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when accounts can behave in another way: presets, and which policies contradict themselves. The presets are data; their order
 * of stages is that of SMETS2 "Add Credit" (xii)-(xv), of DL/T 645 (overdraft first, which a signed balance does by itself), and of token
 * vending (fee, arrears, tax, energy). */
#include "ledger/policy.h"

#include "base/fail.h"
#include "calendar/zone.h"

#include <string.h>

#define SHARE_MAX 10000 /* 1/10,000: the whole */
#define PARTS_MAX 1000000

static void add_stage(mbill_policy *policy, int32_t kind)
{
    policy->stages[policy->n_stages++] = (mbill_stage){.kind = kind};
}

static void start(mbill_policy *policy)
{
    memset(policy, 0, sizeof *policy);
    policy->struct_size = (uint32_t)sizeof *policy;
    policy->sink = MBILL_PLACE_ACCUM;
    policy->sequence = MBILL_SEQUENCE_NEXT;
    policy->step_micro = 10000;
    for (size_t i = 0; i < MBILL_ACCRUALS_MAX; i++)
        policy->accruals[i] =
            (mbill_accrual){.debt = MBILL_NONE, .normal = MBILL_COLLECT, .in_ec = MBILL_COLLECT, .off = MBILL_ACCUMULATE};
    memcpy(policy->zone, "UTC0", sizeof "UTC0");
}

int mbill_policy_preset(int32_t preset, mbill_policy *out_policy)
{
    static const int32_t smets[] = {MBILL_STAGE_PAY_DEBT, MBILL_STAGE_ACCUM, MBILL_STAGE_TO_DISABLEMENT, MBILL_STAGE_EC};
    static const int32_t dlms[] = {MBILL_STAGE_PAY_DEBT, MBILL_STAGE_ACCUM, MBILL_STAGE_TO_DISABLEMENT, MBILL_STAGE_EC,
        MBILL_STAGE_CREDITS};
    static const int32_t vend[] = {MBILL_STAGE_ACCUM, MBILL_STAGE_SELL};
    if (out_policy == NULL || preset < MBILL_PRESET_SMETS || preset > MBILL_PRESET_VEND) return 0;
    start(out_policy);
    if (preset == MBILL_PRESET_SMETS)
        for (size_t i = 0; i < sizeof smets / sizeof smets[0]; i++) add_stage(out_policy, smets[i]);
    if (preset == MBILL_PRESET_DLMS) {
        for (size_t i = 0; i < sizeof dlms / sizeof dlms[0]; i++) add_stage(out_policy, dlms[i]);
        out_policy->flags = MBILL_POLICY_EC_OFFER_EQUAL;
    }
    if (preset == MBILL_PRESET_VEND)
        for (size_t i = 0; i < sizeof vend / sizeof vend[0]; i++) add_stage(out_policy, vend[i]);
    if (preset == MBILL_PRESET_DLT) {
        out_policy->sink = MBILL_PLACE_CREDIT;
        out_policy->flags = MBILL_POLICY_METER_OPENING;
    }
    return 1;
}

static mbill_status refuse(mbill_error *err, const char *path, const char *why)
{
    return mbill__fail_path(err, MBILL_E_INVALID, path, "%s", why);
}

static mbill_status check_levels(const mbill_policy *p, mbill_error *err)
{
    if (p->overdraft_limit_micro < 0) return refuse(err, "/overdraft_limit", "an overdraft limit is a magnitude, not below 0");
    if (p->hoarding_limit_micro < 0) return refuse(err, "/hoarding_limit", "a hoarding limit is not below 0; 0 is none");
    if (p->max_top_up_micro < 0) return refuse(err, "/max_top_up", "a highest top-up is not below 0; 0 is none");
    if (p->ec_limit_micro < 0) return refuse(err, "/emergency_credit", "an emergency credit limit is not below 0");
    if (p->tolerance_micro < 0) return refuse(err, "/tolerance", "a tolerance is not below 0");
    if (p->step_micro < 1) return refuse(err, "/step", "a step is above 0");
    if (p->clearance_micro < p->disablement_micro)
        return refuse(err, "/clearance", "the clearance level is below the disablement level");
    return MBILL_OK;
}

static bool good_share(int64_t share)
{
    return share >= 0 && share <= SHARE_MAX;
}

static bool good_stage(const mbill_stage *stage)
{
    switch (stage->kind) {
    case MBILL_STAGE_PAY_DEBT:
    case MBILL_STAGE_ACCUM:
    case MBILL_STAGE_TO_DISABLEMENT:
    case MBILL_STAGE_EC:
    case MBILL_STAGE_CREDITS:
    case MBILL_STAGE_SELL: return stage->index == 0 && stage->share_1e4 == 0;
    case MBILL_STAGE_DEBT: return stage->index >= 0 && stage->index < MBILL_DEBTS_MAX && stage->share_1e4 == 0;
    case MBILL_STAGE_FEE:
        return stage->index >= 0 && stage->index < MBILL_STAGES_MAX && stage->share_1e4 > 0 && good_share(stage->share_1e4);
    case MBILL_STAGE_TAX: return stage->index == 0 && stage->share_1e4 > 0 && good_share(stage->share_1e4);
    default: return false;
    }
}

static mbill_status check_stages(const mbill_policy *p, mbill_error *err)
{
    if (p->n_stages < 0 || p->n_stages > MBILL_STAGES_MAX) return refuse(err, "/waterfall", "more stages than a waterfall holds");
    for (int32_t i = 0; i < p->n_stages; i++) {
        if (!good_stage(&p->stages[i]))
            return refuse(err, "/waterfall", "a stage that is none, or one with a member that says nothing");
        if (p->stages[i].kind == MBILL_STAGE_SELL && i != p->n_stages - 1)
            return refuse(err, "/waterfall", "what stands behind the stage that sells all the rest is never reached");
        for (int32_t j = 0; j < i; j++)
            if (p->stages[i].kind == p->stages[j].kind && p->stages[i].index == p->stages[j].index)
                return refuse(err, "/waterfall", "a stage stands twice");
    }
    return MBILL_OK;
}

static bool good_cap(const mbill_cap *cap)
{
    switch (cap->window) {
    case MBILL_WINDOW_NONE: return cap->amount_micro == 0 && cap->seconds == 0;
    case MBILL_WINDOW_DAY:
    case MBILL_WINDOW_MONTH: return cap->amount_micro >= 0 && cap->seconds == 0;
    case MBILL_WINDOW_WEEK: return cap->amount_micro >= 0 && cap->first_weekday >= 1 && cap->first_weekday <= 7;
    case MBILL_WINDOW_ROLLING: return cap->amount_micro >= 0 && cap->seconds > 0;
    default: return false;
    }
}

static bool good_debt(const mbill_debt *debt)
{
    switch (debt->kind) {
    case MBILL_DEBT_NONE:
    case MBILL_DEBT_TIME: return debt->share_1e4 == 0 && debt->n_parts == 0;
    case MBILL_DEBT_PAYMENT: return good_share(debt->share_1e4) && debt->n_parts == 0;
    case MBILL_DEBT_INSTALMENT:
        return debt->n_parts >= 1 && debt->n_parts <= PARTS_MAX && debt->total_micro >= 0 && debt->period_s >= 1;
    default: return false;
    }
}

static bool good_mode(int32_t mode)
{
    return mode >= MBILL_COLLECT && mode <= MBILL_WAIT;
}

static bool good_accrual(const mbill_policy *p, const mbill_accrual *accrual)
{
    bool debt = accrual->debt == MBILL_NONE ||
        (accrual->debt >= 0 && accrual->debt < MBILL_DEBTS_MAX && p->debts[accrual->debt].kind == MBILL_DEBT_TIME);
    return debt && good_mode(accrual->normal) && good_mode(accrual->in_ec) && good_mode(accrual->off) && good_cap(&accrual->cap);
}

static mbill_status check_parts(const mbill_policy *p, mbill_error *err)
{
    int64_t shares = 0;
    if (!good_cap(&p->pay_debt_cap)) return refuse(err, "/pay_debt_cap", "a cap that is none");
    for (size_t i = 0; i < MBILL_DEBTS_MAX; i++)
        if (!good_debt(&p->debts[i])) return refuse(err, "/debts", "a debt whose members contradict its kind");
    for (size_t i = 0; i < MBILL_ACCRUALS_MAX; i++)
        if (!good_accrual(p, &p->accruals[i])) return refuse(err, "/charges", "a charge with an unknown mode, cap or debt");
    for (size_t i = 0; i < MBILL_CREDITS_MAX; i++) {
        if (!good_share(p->credit_share_1e4[i])) return refuse(err, "/credit_shares", "a share outside 0 to 10000");
        shares += p->credit_share_1e4[i];
    }
    return shares <= SHARE_MAX ? MBILL_OK : refuse(err, "/credit_shares", "shares that come to more than the whole");
}

static mbill_status check_words(const mbill_policy *p, mbill_error *err)
{
    const uint32_t known = MBILL_POLICY_EC_NET_OF_ACCUM | MBILL_POLICY_FORCED_REVERSAL | MBILL_POLICY_EC_OFFER_EQUAL |
        MBILL_POLICY_RECLOSE_ABOVE | MBILL_POLICY_METER_OPENING;
    bool counted = p->sequence == MBILL_SEQUENCE_WINDOW || p->sequence == MBILL_SEQUENCE_SET;
    int32_t n_max = p->sequence == MBILL_SEQUENCE_SET ? MBILL_SEQUENCE_SET_MAX : MBILL_SEQUENCE_WINDOW_MAX;
    if ((p->flags & ~known) != 0) return refuse(err, "", "a flag this version does not know");
    if (p->sink != MBILL_PLACE_ACCUM && p->sink != MBILL_PLACE_CREDIT) return refuse(err, "/sink", "a sink is ACCUM or CREDIT");
    if (p->sequence != MBILL_SEQUENCE_NEXT && !counted) return refuse(err, "/sequence", "a rule of purchase counts that is none");
    if (counted ? p->sequence_n < 1 || p->sequence_n > n_max : p->sequence_n != 0)
        return refuse(err, "/sequence", "the number of a window or set is outside its range");
    return MBILL_OK;
}

mbill_status mbill__policy_zone(const mbill_policy *policy, const mbill_allocator *allocator, mbill_zone **out, mbill_error *err)
{
    return mbill_zone_from_rule(policy->zone, strlen(policy->zone), allocator, out, err);
}

static mbill_status check_zone(const mbill_policy *p, mbill_error *err)
{
    const char *end = memchr(p->zone, '\0', sizeof p->zone);
    mbill__zone_rule rule;
    mbill_error why;
    if (end == NULL) return mbill__fail_path(err, MBILL_E_ZONE, "/zone", "the zone's rule does not end");
    mbill_error_init(&why);
    mbill_status status = mbill__zone_rule_parse(p->zone, (size_t)(end - p->zone), &rule, &why);
    return status == MBILL_OK ? MBILL_OK : mbill__fail_path(err, status, "/zone", "%s", why.message);
}

mbill_status mbill_policy_check(const mbill_policy *policy, mbill_error *err)
{
    MBILL__NEED(policy);
    if (policy->struct_size != sizeof *policy)
        return mbill__fail(err, MBILL_E_MISUSE, "policy has struct_size %u, expected %zu", (unsigned)policy->struct_size,
            sizeof *policy);
    MBILL_TRY(check_words(policy, err));
    MBILL_TRY(check_levels(policy, err));
    MBILL_TRY(check_stages(policy, err));
    MBILL_TRY(check_parts(policy, err));
    return check_zone(policy, err);
}

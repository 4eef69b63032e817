/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when documents say how an account behaves in another form. The names of members are those that mbill_policy_check() points to. */
#include "ledger/policy_read.h"

#include "meterbill/decimal.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define SHARE_SCALE 4 /* shares are whole 1/10,000 */

/* ---- members that stand by themselves ---- */

static mbill_status read_amount(const mbill__node *object, const char *key, int64_t *out, mbill_error *err)
{
    mbill__node node;
    return mbill__node_get(object, key, &node) ? mbill__node_decimal(&node, MBILL_SCALE_MICRO, out, err) : MBILL_OK;
}

static mbill_status read_share(const mbill__node *object, const char *key, int64_t *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    return mbill__node_decimal(&node, SHARE_SCALE, out, err);
}

/* A member that may be absent; absent leaves *out. */
static mbill_status read_number(const mbill__node *object, const char *key, int64_t min, int64_t max, int32_t *out,
    mbill_error *err)
{
    mbill__node node;
    int64_t number;
    if (!mbill__node_get(object, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_whole(&node, min, max, &number, err));
    *out = (int32_t)number;
    return MBILL_OK;
}

static mbill_status read_seconds(const mbill__node *object, const char *key, int64_t *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    return mbill__node_decimal(&node, 0, out, err);
}

/* A word of the list, as its place + first; absent leaves *out. */
static mbill_status read_word(const mbill__node *object, const char *key, const char *const *words, size_t n, int32_t first,
    int32_t *out, mbill_error *err)
{
    mbill__node node;
    int32_t at;
    if (!mbill__node_get(object, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_word(&node, words, n, &at, err));
    *out = first + at;
    return MBILL_OK;
}

/* true sets the flag, false clears it; absent leaves it. */
static mbill_status read_flag(const mbill__node *object, const char *key, uint32_t flag, uint32_t *flags, mbill_error *err)
{
    mbill__node node;
    bool set;
    if (!mbill__node_get(object, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_bool(&node, &set, err));
    *flags = set ? *flags | flag : *flags & ~flag;
    return MBILL_OK;
}

/* A choice between two words, the second of which sets the flag. */
static mbill_status read_choice(const mbill__node *object, const char *key, const char *const words[2], uint32_t flag,
    uint32_t *flags, mbill_error *err)
{
    int32_t at = (*flags & flag) != 0;
    MBILL_TRY(read_word(object, key, words, 2, 0, &at, err));
    *flags = at == 1 ? *flags | flag : *flags & ~flag;
    return MBILL_OK;
}

/* ---- parts ---- */

/* {"amount": "5", "window": "week", "first_weekday": 1} */
static mbill_status read_cap(const mbill__node *object, const char *key, mbill_cap *out, mbill_error *err)
{
    static const char *const keys[] = {"amount", "window", "first_weekday", "seconds"};
    static const char *const windows[] = {"day", "week", "month", "rolling"};
    mbill__node cap, node;
    if (!mbill__node_get(object, key, &cap)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&cap, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(&cap, "amount", &node, err));
    MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_MICRO, &out->amount_micro, err));
    MBILL_TRY(mbill__node_need(&cap, "window", &node, err));
    MBILL_TRY(read_word(&cap, "window", windows, COUNT(windows), MBILL_WINDOW_DAY, &out->window, err));
    if (out->window == MBILL_WINDOW_WEEK) MBILL_TRY(mbill__node_need(&cap, "first_weekday", &node, err));
    MBILL_TRY(read_number(&cap, "first_weekday", 1, 7, &out->first_weekday, err));
    return out->window == MBILL_WINDOW_ROLLING ? read_seconds(&cap, "seconds", &out->seconds, err) : MBILL_OK;
}

/* "pay_debt", {"debt": 0}, {"fee": 0, "share": "0.1"}, {"tax": "0.15"} */
static mbill_status read_stage(const mbill__node *node, mbill_stage *out, mbill_error *err)
{
    static const char *const words[] = {"pay_debt", "accumulated_debt", "to_disablement", "emergency_credit", "credits", "sell"};
    static const int32_t kinds[] = {MBILL_STAGE_PAY_DEBT, MBILL_STAGE_ACCUM, MBILL_STAGE_TO_DISABLEMENT, MBILL_STAGE_EC,
        MBILL_STAGE_CREDITS, MBILL_STAGE_SELL};
    static const char *const keys[] = {"debt", "fee", "share", "tax"};
    mbill__node which;
    int32_t at;
    *out = (mbill_stage){0, 0, 0};
    if (mbill__node_kind(node) != MBILL__JSON_OBJECT) {
        MBILL_TRY(mbill__node_word(node, words, COUNT(words), &at, err));
        out->kind = kinds[at];
        return MBILL_OK;
    }
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    if (mbill__node_get(node, "debt", &which)) {
        out->kind = MBILL_STAGE_DEBT;
        return read_number(node, "debt", 0, MBILL_DEBTS_MAX - 1, &out->index, err);
    }
    if (mbill__node_get(node, "fee", &which)) {
        out->kind = MBILL_STAGE_FEE;
        MBILL_TRY(read_number(node, "fee", 0, MBILL_STAGES_MAX - 1, &out->index, err));
        return read_share(node, "share", &out->share_1e4, err);
    }
    out->kind = MBILL_STAGE_TAX;
    return read_share(node, "tax", &out->share_1e4, err);
}

/* A list of at most max entries, or absent. */
static mbill_status find_list(const mbill__node *object, const char *key, size_t max, mbill__node *out, bool *there,
    mbill_error *err)
{
    *there = mbill__node_get(object, key, out);
    if (!*there) return MBILL_OK;
    MBILL_TRY(mbill__node_list(out, 0, err));
    size_t n = mbill__node_count(out);
    return n <= max ? MBILL_OK : mbill__node_fail(out, err, MBILL_E_LIMIT, "%zu entries, expected at most %zu", n, max);
}

static mbill_status read_waterfall(const mbill__node *object, mbill_policy *out, mbill_error *err)
{
    mbill__node list, node;
    bool there;
    MBILL_TRY(find_list(object, "waterfall", MBILL_STAGES_MAX, &list, &there, err));
    if (!there) return MBILL_OK;
    memset(out->stages, 0, sizeof out->stages);
    out->n_stages = 0;
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_stage(&node, &out->stages[out->n_stages++], err));
    return MBILL_OK;
}

static mbill_status read_instalments(const mbill__node *node, mbill_debt *out, mbill_error *err)
{
    mbill__node first, total;
    MBILL_TRY(mbill__node_need(node, "parts", &first, err));
    MBILL_TRY(read_number(node, "parts", 1, INT32_MAX, &out->n_parts, err));
    MBILL_TRY(mbill__node_need(node, "total", &total, err));
    MBILL_TRY(mbill__node_decimal(&total, MBILL_SCALE_MICRO, &out->total_micro, err));
    MBILL_TRY(mbill__node_need(node, "first", &first, err));
    MBILL_TRY(mbill__node_instant(&first, &out->first_utc_s, err));
    return read_seconds(node, "every_s", &out->period_s, err);
}

static mbill_status read_debt(const mbill__node *node, mbill_debt *out, mbill_error *err)
{
    static const char *const keys[] = {"kind", "share", "parts", "total", "first", "every_s"};
    static const char *const kinds[] = {"time", "payment", "instalment"};
    mbill__node kind;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "kind", &kind, err));
    MBILL_TRY(read_word(node, "kind", kinds, COUNT(kinds), MBILL_DEBT_TIME, &out->kind, err));
    if (out->kind == MBILL_DEBT_PAYMENT) return read_share(node, "share", &out->share_1e4, err);
    return out->kind == MBILL_DEBT_INSTALMENT ? read_instalments(node, out, err) : MBILL_OK;
}

/* A charge that is collected by time. What pays a debt waits while emergency credit is used or supply is off, unless it says otherwise
 * (SMETS2 "Suspend Debt"). */
static mbill_status read_charge(const mbill__node *node, mbill_accrual *out, mbill_error *err)
{
    static const char *const keys[] = {"debt", "normal", "in_emergency_credit", "off", "cap"};
    static const char *const modes[] = {"collect", "accumulate", "wait"};
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(read_number(node, "debt", 0, MBILL_DEBTS_MAX - 1, &out->debt, err));
    if (out->debt != MBILL_NONE) out->in_ec = out->off = MBILL_WAIT;
    MBILL_TRY(read_word(node, "normal", modes, COUNT(modes), MBILL_COLLECT, &out->normal, err));
    MBILL_TRY(read_word(node, "in_emergency_credit", modes, COUNT(modes), MBILL_COLLECT, &out->in_ec, err));
    MBILL_TRY(read_word(node, "off", modes, COUNT(modes), MBILL_COLLECT, &out->off, err));
    return read_cap(node, "cap", &out->cap, err);
}

static mbill_status read_lists(const mbill__node *object, mbill_policy *out, mbill_error *err)
{
    mbill__node list, node;
    bool there;
    size_t n = 0;
    MBILL_TRY(find_list(object, "debts", MBILL_DEBTS_MAX, &list, &there, err));
    for (bool more = there && mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_debt(&node, &out->debts[n++], err));
    n = 0;
    MBILL_TRY(find_list(object, "charges", MBILL_ACCRUALS_MAX, &list, &there, err));
    for (bool more = there && mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_charge(&node, &out->accruals[n++], err));
    n = 0;
    MBILL_TRY(find_list(object, "credit_shares", MBILL_CREDITS_MAX, &list, &there, err));
    for (bool more = there && mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(mbill__node_decimal(&node, SHARE_SCALE, &out->credit_share_1e4[n++], err));
    return MBILL_OK;
}

static mbill_status read_emergency_credit(const mbill__node *object, mbill_policy *out, mbill_error *err)
{
    static const char *const keys[] = {"limit", "threshold", "offered", "net_of_accumulated_debt"};
    static const char *const offers[2] = {"below", "at_or_below"};
    mbill__node node;
    if (!mbill__node_get(object, "emergency_credit", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&node, keys, COUNT(keys), err));
    MBILL_TRY(read_amount(&node, "limit", &out->ec_limit_micro, err));
    MBILL_TRY(read_amount(&node, "threshold", &out->ec_threshold_micro, err));
    MBILL_TRY(read_choice(&node, "offered", offers, MBILL_POLICY_EC_OFFER_EQUAL, &out->flags, err));
    return read_flag(&node, "net_of_accumulated_debt", MBILL_POLICY_EC_NET_OF_ACCUM, &out->flags, err);
}

/* {"how": "next"}, {"how": "window", "n": 30}, {"how": "set", "n": 10} */
static mbill_status read_sequence(const mbill__node *object, mbill_policy *out, mbill_error *err)
{
    static const char *const keys[] = {"how", "n"};
    static const char *const rules[] = {"next", "window", "set"};
    mbill__node node, how;
    if (!mbill__node_get(object, "sequence", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(&node, "how", &how, err));
    MBILL_TRY(read_word(&node, "how", rules, COUNT(rules), MBILL_SEQUENCE_NEXT, &out->sequence, err));
    return read_number(&node, "n", 0, MBILL_SEQUENCE_WINDOW_MAX, &out->sequence_n, err);
}

static mbill_status read_zone(const mbill__node *object, mbill_policy *out, mbill_error *err)
{
    mbill__node node;
    const char *text;
    if (!mbill__node_get(object, "zone", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_text(&node, &text, err));
    size_t len = strlen(text);
    if (len >= sizeof out->zone)
        return mbill__node_fail(&node, err, MBILL_E_ZONE, "a rule of %zu bytes, expected at most %zu", len, sizeof out->zone - 1);
    memset(out->zone, 0, sizeof out->zone);
    memcpy(out->zone, text, len);
    return MBILL_OK;
}

/* Supply ends where the overdraft does, unless a level is named. */
static mbill_status read_levels(const mbill__node *object, mbill_policy *out, mbill_error *err)
{
    const struct {
        const char *key;
        int64_t *at;
    } levels[] = {{"overdraft_limit", &out->overdraft_limit_micro}, {"clearance", &out->clearance_micro},
        {"reclose_limit", &out->reclose_limit_micro}, {"hoarding_limit", &out->hoarding_limit_micro},
        {"max_top_up", &out->max_top_up_micro}, {"step", &out->step_micro}, {"tolerance", &out->tolerance_micro}};
    for (size_t i = 0; i < COUNT(levels); i++) MBILL_TRY(read_amount(object, levels[i].key, levels[i].at, err));
    out->disablement_micro = out->overdraft_limit_micro > 0 ? -out->overdraft_limit_micro : 0;
    return read_amount(object, "disablement", &out->disablement_micro, err);
}

/* ---- the whole ---- */

static mbill_status read_preset(const mbill__node *node, mbill_policy *out, mbill_error *err)
{
    static const char *const presets[] = {"SMETS", "DLMS", "DLT", "VEND"};
    int32_t at;
    MBILL_TRY(mbill__node_word(node, presets, COUNT(presets), &at, err));
    (void)mbill_policy_preset(MBILL_PRESET_SMETS + at, out);
    return MBILL_OK;
}

/* The pointer of a contradiction is that of the policy's member. */
static mbill_status check(const mbill__node *object, const mbill_policy *policy, mbill_error *err)
{
    mbill_error why;
    mbill__node member;
    mbill_error_init(&why);
    mbill_status status = mbill_policy_check(policy, &why);
    if (status == MBILL_OK) return MBILL_OK;
    bool there = why.path[0] == '/' && mbill__node_get(object, why.path + 1, &member);
    return mbill__node_fail(there ? &member : object, err, status, "%s", why.message);
}

mbill_status mbill__policy_read(const mbill__node *node, mbill_policy *out, mbill_error *err)
{
    static const char *const keys[] = {"preset", "waterfall", "sink", "overdraft_limit", "disablement", "clearance", "reclose",
        "reclose_limit", "hoarding_limit", "max_top_up", "emergency_credit", "step", "tolerance", "sequence", "pay_debt_cap",
        "debts", "charges", "credit_shares", "forced_reversal", "meter_opening", "zone"};
    static const char *const recloses[2] = {"at_limit", "above_limit"};
    static const char *const sinks[] = {"credit", "accumulated_debt"};
    mbill__node preset;
    if (mbill__node_kind(node) == MBILL__JSON_TEXT) return read_preset(node, out, err);
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "preset", &preset, err));
    MBILL_TRY(read_preset(&preset, out, err));
    int32_t sink = out->sink == MBILL_PLACE_ACCUM;
    MBILL_TRY(read_word(node, "sink", sinks, COUNT(sinks), 0, &sink, err));
    out->sink = sink == 1 ? MBILL_PLACE_ACCUM : MBILL_PLACE_CREDIT;
    MBILL_TRY(read_waterfall(node, out, err));
    MBILL_TRY(read_levels(node, out, err));
    MBILL_TRY(read_choice(node, "reclose", recloses, MBILL_POLICY_RECLOSE_ABOVE, &out->flags, err));
    MBILL_TRY(read_emergency_credit(node, out, err));
    MBILL_TRY(read_sequence(node, out, err));
    MBILL_TRY(read_cap(node, "pay_debt_cap", &out->pay_debt_cap, err));
    MBILL_TRY(read_lists(node, out, err));
    MBILL_TRY(read_flag(node, "forced_reversal", MBILL_POLICY_FORCED_REVERSAL, &out->flags, err));
    MBILL_TRY(read_flag(node, "meter_opening", MBILL_POLICY_METER_OPENING, &out->flags, err));
    MBILL_TRY(read_zone(node, out, err));
    return check(node, out, err);
}

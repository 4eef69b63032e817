/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when documents write an operation in another form. */
#include "ledger/operation_read.h"

#include "ledger/policy_read.h"
#include "ledger/words.h"
#include "meterbill/decimal.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static mbill_status read_id(const mbill__node *node, mbill_id *out, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    return mbill__node_place(node, err, mbill_id_parse(text, strlen(text), out, err));
}

/* A number, or {"system": "cash", "index": 1}. */
static mbill_status read_account(const mbill__node *node, int64_t *out, mbill_error *err)
{
    static const char *const keys[] = {"system", "index"};
    mbill__node part;
    int32_t system;
    int64_t index = 0;
    if (mbill__node_kind(node) != MBILL__JSON_OBJECT) return mbill__node_decimal(node, 0, out, err);
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "system", &part, err));
    MBILL_TRY(mbill__node_word(&part, mbill__system_words, MBILL__N_SYSTEMS, &system, err));
    if (mbill__node_get(node, "index", &part)) MBILL_TRY(mbill__node_whole(&part, 0, INT32_MAX, &index, err));
    *out = mbill_system_account((mbill_system)(system + 1), (uint32_t)index);
    return MBILL_OK;
}

/* "all" where a hold is posted whole. */
static mbill_status read_amount(const mbill__node *node, mbill_operation *out, mbill_error *err)
{
    const char *text;
    bool whole = out->kind == MBILL_OPERATION_POST && mbill__node_kind(node) == MBILL__JSON_TEXT &&
        mbill__node_text(node, &text, NULL) == MBILL_OK && strcmp(text, "all") == 0;
    if (!whole) return mbill__node_decimal(node, MBILL_SCALE_MICRO, &out->amount_micro, err);
    out->amount_micro = MBILL_AMOUNT_ALL;
    return MBILL_OK;
}

static mbill_status read_flags(const mbill__node *list, uint32_t *out, mbill_error *err)
{
    mbill__node node;
    int32_t at;
    MBILL_TRY(mbill__node_list(list, 0, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(mbill__node_word(&node, mbill__flag_words, MBILL__N_FLAGS, &at, err));
        *out |= UINT32_C(1) << at;
    }
    return MBILL_OK;
}

static mbill_status read_small(const mbill__node *node, int32_t *out, mbill_error *err)
{
    int64_t number;
    MBILL_TRY(mbill__node_whole(node, 0, INT32_MAX, &number, err));
    *out = (int32_t)number;
    return MBILL_OK;
}

static mbill_status find_policy(const mbill__node *node, const mbill__named_policy *policies, size_t n_policies,
    const mbill_policy **out, mbill_error *err)
{
    const char *name;
    MBILL_TRY(mbill__node_text(node, &name, err));
    for (size_t i = 0; i < n_policies && *out == NULL; i++)
        if (strcmp(policies[i].name, name) == 0) *out = &policies[i].policy;
    if (*out != NULL) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_NOT_FOUND, "the document has no policy \"%s\"", name);
}

/* One member, which mbill__field_words knows. */
static mbill_status read_field(const mbill__node *node, mbill_operation_field field, mbill_operation *out, mbill_error *err)
{
    int32_t at;
    switch (field) {
    case MBILL_FIELD_KIND: return MBILL_OK; /* read first */
    case MBILL_FIELD_FLAGS: return read_flags(node, &out->flags, err);
    case MBILL_FIELD_ACCOUNT: return read_account(node, &out->account, err);
    case MBILL_FIELD_OTHER: return read_account(node, &out->other, err);
    case MBILL_FIELD_METER: return mbill__node_decimal(node, 0, &out->meter, err);
    case MBILL_FIELD_AMOUNT: return read_amount(node, out, err);
    case MBILL_FIELD_CHANNEL: return mbill__node_decimal(node, 0, &out->channel, err);
    case MBILL_FIELD_RECEIPT: return mbill__node_decimal(node, 0, &out->receipt, err);
    case MBILL_FIELD_SEQUENCE: return mbill__node_decimal(node, 0, &out->sequence, err);
    case MBILL_FIELD_TARGET: return read_id(node, &out->target, err);
    case MBILL_FIELD_CHARGE: return read_small(node, &out->charge, err);
    case MBILL_FIELD_HOLD:
        MBILL_TRY(mbill__node_word(node, mbill__hold_words, MBILL__N_HOLDS, &at, err));
        out->hold = at + 1;
        return MBILL_OK;
    case MBILL_FIELD_PERIOD: return mbill__node_decimal(node, 0, &out->period, err);
    case MBILL_FIELD_REGISTER: return mbill__node_decimal(node, 0, &out->reg, err);
    case MBILL_FIELD_FROM: return mbill__node_decimal(node, MBILL_SCALE_MICRO, &out->from_micro, err);
    case MBILL_FIELD_TO: return mbill__node_decimal(node, MBILL_SCALE_MICRO, &out->to_micro, err);
    case MBILL_FIELD_TARIFF: return mbill__node_decimal(node, 0, &out->tariff, err);
    case MBILL_FIELD_EFFECTIVE: return mbill__node_instant(node, &out->effective_utc_s, err);
    case MBILL_FIELD_TIMEOUT: return mbill__node_decimal(node, 0, &out->timeout_s, err);
    case MBILL_FIELD_CUSTOMER: return mbill__node_decimal(node, 0, &out->customer, err);
    case MBILL_FIELD_UNPOSTED: return mbill__node_decimal(node, MBILL_SCALE_MICRO, &out->unposted_micro, err);
    case MBILL_FIELD_LIMIT: return mbill__node_word(node, mbill__limit_words, MBILL__N_LIMITS, &out->limit, err);
    case MBILL_FIELD_POLICY: break;
    case MBILL_FIELD_REASON: return read_small(node, &out->reason, err);
    case MBILL_FIELD_USER_DATA: return mbill__node_decimal(node, 0, &out->user_data, err);
    }
    return MBILL_OK;
}

/* kind: what is done where "do" does not say it, or 0. */
static mbill_status read_head(const mbill__node *node, int32_t kind, mbill_operation *out, mbill_error *err)
{
    mbill__node part;
    int32_t at = kind - 1;
    *out = (mbill_operation){.sequence = MBILL_NONE, .charge = MBILL_NONE, .period = MBILL_NONE};
    MBILL_TRY(mbill__node_need(node, "id", &part, err));
    MBILL_TRY(read_id(&part, &out->id, err));
    if (kind == 0) MBILL_TRY(mbill__node_need(node, "do", &part, err));
    if (mbill__node_get(node, "do", &part)) MBILL_TRY(mbill__node_word(&part, mbill__kind_words, MBILL__N_KINDS, &at, err));
    out->kind = at + 1;
    return MBILL_OK;
}

static mbill_status read_members(const mbill__node *node, int32_t kind, mbill_operation *out, mbill_error *err)
{
    mbill__node part;
    MBILL_TRY(read_head(node, kind, out, err));
    for (int field = MBILL_FIELD_KIND; field <= MBILL__N_FIELDS; field++)
        if (mbill__node_get(node, mbill__field_words[field - 1], &part))
            MBILL_TRY(read_field(&part, (mbill_operation_field)field, out, err));
    return MBILL_OK;
}

mbill_status mbill__operation_read(const mbill__node *node, const mbill__named_policy *policies, size_t n_policies,
    mbill_operation *out, mbill_error *err)
{
    const char *keys[1 + MBILL__N_FIELDS] = {"id"};
    mbill__node part;
    memcpy(keys + 1, mbill__field_words, sizeof mbill__field_words);
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(read_members(node, 0, out, err));
    if (mbill__node_get(node, "policy", &part)) return find_policy(&part, policies, n_policies, &out->policy, err);
    bool says = mbill__node_get(node, "limit", &part) || mbill__node_get(node, "sequence", &part);
    if (out->kind != MBILL_OPERATION_OPEN || says) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_MISSING_KEY,
        "an open has neither \"policy\" nor \"limit\" nor \"sequence\"; expected one of them");
}

mbill_status mbill__operation_read_alone(const mbill__node *node, int32_t kind, mbill_policy *own, mbill_operation *out,
    mbill_error *err)
{
    const char *keys[3 + MBILL__N_FIELDS] = {"id", "at", "supply"};
    mbill__node part;
    memcpy(keys + 3, mbill__field_words, sizeof mbill__field_words);
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(read_members(node, kind, out, err));
    if (!mbill__node_get(node, "policy", &part)) return MBILL_OK;
    MBILL_TRY(mbill__policy_read(&part, own, err));
    out->policy = own;
    return MBILL_OK;
}

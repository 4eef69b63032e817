/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a record holds more. Big-endian, fixed fields first, then the fields that are not at rest, in the order of a mask, then
 * the legs. Law: decode(encode(x)) is x, and no two records have the same bytes. */
#include "ledger/record.h"

#include <string.h>

#define FORMAT 1
#define HEAD_BYTES 64
#define LEG_BYTES 32

typedef struct writer {
    uint8_t *at;
} writer;

typedef struct reader {
    const uint8_t *at, *end;
    bool failed;
} reader;

static void put(writer *to, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) *to->at++ = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

static void put_bytes(writer *to, const void *bytes, size_t n)
{
    memcpy(to->at, bytes, n);
    to->at += n;
}

static uint64_t get(reader *from, size_t bytes)
{
    uint64_t value = 0;
    if ((size_t)(from->end - from->at) < bytes) {
        from->failed = true;
        return 0;
    }
    for (size_t i = 0; i < bytes; i++) value = value << 8 | *from->at++;
    return value;
}

static void get_bytes(reader *from, void *out, size_t n)
{
    if ((size_t)(from->end - from->at) < n) {
        from->failed = true;
        return;
    }
    memcpy(out, from->at, n);
    from->at += n;
}

/* ---- the fields that may be at rest ---- */

enum {
    F_TARGET = 0,
    F_OTHER,
    F_METER,
    F_CHANNEL,
    F_RECEIPT,
    F_SEQUENCE,
    F_PERIOD,
    F_REGISTER,
    F_FROM,
    F_TO,
    F_TARIFF,
    F_EFFECTIVE,
    F_TIMEOUT,
    F_CUSTOMER,
    F_UNPOSTED,
    F_USER_DATA,
    F_CHARGE,
    F_HOLD,
    F_REASON,
    F_LIMIT,
    F_MOVED,
    F_POLICY,
    F_END
};

/* The whole numbers among them, with what they are at rest. */
static int64_t *number_of(mbill__record *record, int field, int64_t *out_rest)
{
    mbill_operation *op = &record->operation;
    *out_rest = 0;
    switch (field) {
    case F_OTHER: return &op->other;
    case F_METER: return &op->meter;
    case F_CHANNEL: return &op->channel;
    case F_RECEIPT: return &op->receipt;
    case F_SEQUENCE: *out_rest = MBILL_NONE; return &op->sequence;
    case F_PERIOD: *out_rest = MBILL_NONE; return &op->period;
    case F_REGISTER: return &op->reg;
    case F_FROM: return &op->from_micro;
    case F_TO: return &op->to_micro;
    case F_TARIFF: return &op->tariff;
    case F_EFFECTIVE: return &op->effective_utc_s;
    case F_TIMEOUT: return &op->timeout_s;
    case F_CUSTOMER: return &op->customer;
    case F_UNPOSTED: return &op->unposted_micro;
    case F_USER_DATA: return &op->user_data;
    case F_MOVED: return &record->moved_micro;
    default: return NULL;
    }
}

static int32_t *small_of(mbill__record *record, int field, int32_t *out_rest)
{
    mbill_operation *op = &record->operation;
    *out_rest = 0;
    switch (field) {
    case F_CHARGE: *out_rest = MBILL_NONE; return &op->charge;
    case F_HOLD: return &op->hold;
    case F_REASON: return &op->reason;
    case F_LIMIT: return &op->limit;
    default: return NULL;
    }
}

static bool has_target(const mbill_operation *op)
{
    static const mbill_id zero;
    return memcmp(&op->target, &zero, sizeof zero) != 0;
}

static uint32_t mask_of(mbill__record *record)
{
    uint32_t mask = 0;
    for (int field = 0; field < F_END; field++) {
        int64_t rest;
        int32_t small_rest;
        const int64_t *number = number_of(record, field, &rest);
        const int32_t *small = small_of(record, field, &small_rest);
        bool given = number != NULL ? *number != rest : small != NULL && *small != small_rest;
        if (field == F_TARGET) given = has_target(&record->operation);
        if (field == F_POLICY) given = record->operation.policy != NULL;
        if (given) mask |= UINT32_C(1) << field;
    }
    return mask;
}

/* ---- policies ---- */

static void put_cap(writer *to, const mbill_cap *cap)
{
    put(to, (uint32_t)cap->window, 4);
    put(to, (uint32_t)cap->first_weekday, 4);
    put(to, (uint64_t)cap->seconds, 8);
    put(to, (uint64_t)cap->amount_micro, 8);
}

static void get_cap(reader *from, mbill_cap *cap)
{
    cap->window = (int32_t)get(from, 4);
    cap->first_weekday = (int32_t)get(from, 4);
    cap->seconds = (int64_t)get(from, 8);
    cap->amount_micro = (int64_t)get(from, 8);
}

static int64_t *level_of(mbill_policy *policy, size_t index)
{
    int64_t *const levels[] = {&policy->overdraft_limit_micro, &policy->disablement_micro, &policy->clearance_micro,
        &policy->reclose_limit_micro, &policy->hoarding_limit_micro, &policy->max_top_up_micro, &policy->ec_limit_micro,
        &policy->ec_threshold_micro, &policy->step_micro, &policy->tolerance_micro};
    return index < sizeof levels / sizeof levels[0] ? levels[index] : NULL;
}

static void put_policy(writer *to, const mbill_policy *given)
{
    mbill_policy policy = *given;
    put(to, policy.flags, 4);
    put(to, (uint32_t)policy.sink, 4);
    put(to, (uint32_t)policy.sequence, 4);
    put(to, (uint32_t)policy.sequence_n, 4);
    put(to, (uint32_t)policy.n_stages, 4);
    for (size_t i = 0; i < MBILL_STAGES_MAX; i++) {
        put(to, (uint32_t)policy.stages[i].kind, 4);
        put(to, (uint32_t)policy.stages[i].index, 4);
        put(to, (uint64_t)policy.stages[i].share_1e4, 8);
    }
    for (size_t i = 0; level_of(&policy, i) != NULL; i++) put(to, (uint64_t)*level_of(&policy, i), 8);
    put_cap(to, &policy.pay_debt_cap);
    for (size_t i = 0; i < MBILL_CREDITS_MAX; i++) put(to, (uint64_t)policy.credit_share_1e4[i], 8);
    for (size_t i = 0; i < MBILL_DEBTS_MAX; i++) {
        const mbill_debt *debt = &policy.debts[i];
        put(to, (uint32_t)debt->kind, 4);
        put(to, (uint32_t)debt->n_parts, 4);
        put(to, (uint64_t)debt->share_1e4, 8);
        put(to, (uint64_t)debt->total_micro, 8);
        put(to, (uint64_t)debt->first_utc_s, 8);
        put(to, (uint64_t)debt->period_s, 8);
    }
    for (size_t i = 0; i < MBILL_ACCRUALS_MAX; i++) {
        const mbill_accrual *accrual = &policy.accruals[i];
        put(to, (uint32_t)accrual->debt, 4);
        put(to, (uint32_t)accrual->normal, 4);
        put(to, (uint32_t)accrual->in_ec, 4);
        put(to, (uint32_t)accrual->off, 4);
        put_cap(to, &accrual->cap);
    }
    put_bytes(to, policy.zone, sizeof policy.zone);
}

static void get_policy(reader *from, mbill_policy *policy)
{
    memset(policy, 0, sizeof *policy);
    policy->struct_size = (uint32_t)sizeof *policy;
    policy->flags = (uint32_t)get(from, 4);
    policy->sink = (int32_t)get(from, 4);
    policy->sequence = (int32_t)get(from, 4);
    policy->sequence_n = (int32_t)get(from, 4);
    policy->n_stages = (int32_t)get(from, 4);
    for (size_t i = 0; i < MBILL_STAGES_MAX; i++) {
        policy->stages[i].kind = (int32_t)get(from, 4);
        policy->stages[i].index = (int32_t)get(from, 4);
        policy->stages[i].share_1e4 = (int64_t)get(from, 8);
    }
    for (size_t i = 0; level_of(policy, i) != NULL; i++) *level_of(policy, i) = (int64_t)get(from, 8);
    get_cap(from, &policy->pay_debt_cap);
    for (size_t i = 0; i < MBILL_CREDITS_MAX; i++) policy->credit_share_1e4[i] = (int64_t)get(from, 8);
    for (size_t i = 0; i < MBILL_DEBTS_MAX; i++) {
        mbill_debt *debt = &policy->debts[i];
        debt->kind = (int32_t)get(from, 4);
        debt->n_parts = (int32_t)get(from, 4);
        debt->share_1e4 = (int64_t)get(from, 8);
        debt->total_micro = (int64_t)get(from, 8);
        debt->first_utc_s = (int64_t)get(from, 8);
        debt->period_s = (int64_t)get(from, 8);
    }
    for (size_t i = 0; i < MBILL_ACCRUALS_MAX; i++) {
        mbill_accrual *accrual = &policy->accruals[i];
        accrual->debt = (int32_t)get(from, 4);
        accrual->normal = (int32_t)get(from, 4);
        accrual->in_ec = (int32_t)get(from, 4);
        accrual->off = (int32_t)get(from, 4);
        get_cap(from, &accrual->cap);
    }
    get_bytes(from, policy->zone, sizeof policy->zone);
}

/* ---- records ---- */

static void put_fields(writer *to, mbill__record *record, uint32_t mask)
{
    for (int field = 0; field < F_END; field++) {
        int64_t rest;
        int32_t small_rest;
        if ((mask >> field & 1) == 0) continue;
        const int64_t *number = number_of(record, field, &rest);
        const int32_t *small = small_of(record, field, &small_rest);
        if (field == F_TARGET) put_bytes(to, record->operation.target.bytes, sizeof record->operation.target.bytes);
        else if (field == F_POLICY) put_policy(to, record->operation.policy);
        else if (number != NULL) put(to, (uint64_t)*number, 8);
        else put(to, (uint32_t)*small, 4);
    }
}

static void put_leg(writer *to, const mbill_leg *leg)
{
    put(to, (uint64_t)leg->debit_account, 8);
    put(to, (uint64_t)leg->credit_account, 8);
    put(to, (uint64_t)leg->amount_micro, 8);
    put(to, (uint8_t)leg->debit_place, 1);
    put(to, (uint8_t)leg->credit_place, 1);
    put(to, (uint8_t)leg->purpose, 1);
    put(to, (uint8_t)leg->pending, 1);
    put(to, 0, 4);
}

size_t mbill__record_encode(const mbill__record *given, uint8_t out[MBILL__RECORD_MAX])
{
    mbill__record *record = (mbill__record *)(uintptr_t)given; /* the table of fields serves both ways; nothing is written here */
    const mbill_operation *op = &given->operation;
    uint32_t mask = mask_of(record);
    writer to = {out};
    put(&to, FORMAT, 1);
    put(&to, (uint8_t)op->kind, 1);
    put(&to, (uint8_t)given->code, 1);
    put(&to, given->n_legs, 1);
    put(&to, op->flags | given->after << 24, 4);
    put_bytes(&to, op->id.bytes, sizeof op->id.bytes);
    put(&to, (uint64_t)op->account, 8);
    put(&to, (uint64_t)op->amount_micro, 8);
    put(&to, (uint64_t)given->recorded_utc_s, 8);
    put(&to, mask, 4);
    uint8_t *length = to.at;
    put(&to, 0, 4);
    put(&to, 0, 8);
    put_fields(&to, record, mask);
    for (size_t i = 0; i < given->n_legs; i++) put_leg(&to, &given->legs[i]);
    size_t len = (size_t)(to.at - out);
    to.at = length;
    put(&to, len, 4);
    return len;
}

static void get_fields(reader *from, mbill__record *record, uint32_t mask)
{
    for (int field = 0; field < F_END; field++) {
        int64_t rest;
        int32_t small_rest;
        bool given = (mask >> field & 1) != 0;
        int64_t *number = number_of(record, field, &rest);
        int32_t *small = small_of(record, field, &small_rest);
        if (number != NULL) *number = given ? (int64_t)get(from, 8) : rest;
        else if (small != NULL) *small = given ? (int32_t)get(from, 4) : small_rest;
        else if (field == F_TARGET && given)
            get_bytes(from, record->operation.target.bytes, sizeof record->operation.target.bytes);
        else if (field == F_POLICY && given) {
            get_policy(from, &record->policy);
            record->operation.policy = &record->policy;
        }
    }
}

static void get_leg(reader *from, mbill_leg *leg)
{
    leg->debit_account = (int64_t)get(from, 8);
    leg->credit_account = (int64_t)get(from, 8);
    leg->amount_micro = (int64_t)get(from, 8);
    leg->debit_place = (int32_t)get(from, 1);
    leg->credit_place = (int32_t)get(from, 1);
    leg->purpose = (int32_t)get(from, 1);
    leg->pending = (int8_t)get(from, 1);
    if (get(from, 4) != 0) from->failed = true;
}

bool mbill__record_decode(const uint8_t *bytes, size_t len, mbill__record *out, size_t *out_len)
{
    reader from = {bytes, bytes + len, false};
    mbill_operation *op = &out->operation;
    memset(op, 0, sizeof *op);
    if (get(&from, 1) != FORMAT) return false;
    op->kind = (int32_t)get(&from, 1);
    out->code = (int32_t)get(&from, 1);
    out->n_legs = (size_t)get(&from, 1);
    uint32_t flags = (uint32_t)get(&from, 4);
    op->flags = flags & 0xffffff;
    out->after = flags >> 24;
    get_bytes(&from, op->id.bytes, sizeof op->id.bytes);
    op->account = (int64_t)get(&from, 8);
    op->amount_micro = (int64_t)get(&from, 8);
    out->recorded_utc_s = (int64_t)get(&from, 8);
    uint32_t mask = (uint32_t)get(&from, 4);
    size_t length = (size_t)get(&from, 4);
    if (get(&from, 8) != 0 || mask >> F_END != 0 || out->n_legs > MBILL_LEGS_MAX || from.failed || length > len) return false;
    from.end = bytes + length;
    get_fields(&from, out, mask);
    for (size_t i = 0; i < out->n_legs; i++) get_leg(&from, &out->legs[i]);
    *out_len = length;
    return !from.failed && from.at == from.end && mask_of(out) == mask;
}

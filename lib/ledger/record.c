/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a record holds more. Big-endian, fixed fields first, then the fields that are not at rest, in the order of a mask, then
 * the legs. Law: decode(encode(x)) is x, and no two records have the same bytes. */
#include "ledger/record.h"

#include "ledger/given.h"

#include <stddef.h>
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

/* A number whose bytes in memory run from the highest to the lowest; its own inverse. */
static inline uint64_t big_endian(uint64_t value)
{
#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return __builtin_bswap64(value);
#else
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    memcpy(&value, bytes, sizeof value);
    return value;
#endif
}

static inline void put(writer *to, uint64_t value, size_t bytes)
{
    uint64_t shown = big_endian(value << (64 - 8 * bytes));
    memcpy(to->at, &shown, bytes);
    to->at += bytes;
}

static void put_bytes(writer *to, const void *bytes, size_t n)
{
    memcpy(to->at, bytes, n);
    to->at += n;
}

static inline uint64_t get(reader *from, size_t bytes)
{
    uint64_t shown = 0;
    if ((size_t)(from->end - from->at) < bytes) {
        from->failed = true;
        return 0;
    }
    memcpy(&shown, from->at, bytes);
    from->at += bytes;
    return big_endian(shown) >> (64 - 8 * bytes);
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

/* Where a whole number stands in a record, its bytes there and in the journal, and what it is at rest. The two fields that are none have no bytes. */
typedef struct field_place {
    uint16_t offset;
    uint8_t bytes;
    int8_t rest;
} field_place;

#define NUMBER(member, at_rest)                                                                                                  \
    {                                                                                                                            \
        offsetof(mbill__record, member), sizeof(((mbill__record *)NULL)->member), at_rest                                        \
    }
static const field_place places[MBILL__F_END] = {
    [MBILL__F_OTHER] = NUMBER(operation.other, 0),
    [MBILL__F_METER] = NUMBER(operation.meter, 0),
    [MBILL__F_CHANNEL] = NUMBER(operation.channel, 0),
    [MBILL__F_RECEIPT] = NUMBER(operation.receipt, 0),
    [MBILL__F_SEQUENCE] = NUMBER(operation.sequence, MBILL_NONE),
    [MBILL__F_PERIOD] = NUMBER(operation.period, MBILL_NONE),
    [MBILL__F_REGISTER] = NUMBER(operation.reg, 0),
    [MBILL__F_FROM] = NUMBER(operation.from_micro, 0),
    [MBILL__F_TO] = NUMBER(operation.to_micro, 0),
    [MBILL__F_TARIFF] = NUMBER(operation.tariff, 0),
    [MBILL__F_EFFECTIVE] = NUMBER(operation.effective_utc_s, 0),
    [MBILL__F_TIMEOUT] = NUMBER(operation.timeout_s, 0),
    [MBILL__F_CUSTOMER] = NUMBER(operation.customer, 0),
    [MBILL__F_UNPOSTED] = NUMBER(operation.unposted_micro, 0),
    [MBILL__F_USER_DATA] = NUMBER(operation.user_data, 0),
    [MBILL__F_CHARGE] = NUMBER(operation.charge, MBILL_NONE),
    [MBILL__F_HOLD] = NUMBER(operation.hold, 0),
    [MBILL__F_REASON] = NUMBER(operation.reason, 0),
    [MBILL__F_LIMIT] = NUMBER(operation.limit, 0),
    [MBILL__F_MOVED] = NUMBER(moved_micro, 0),
};
#undef NUMBER

static int64_t number_at(const mbill__record *record, const field_place *place)
{
    const uint8_t *at = (const uint8_t *)record + place->offset;
    int64_t number;
    int32_t small;
    if (place->bytes == sizeof number) {
        memcpy(&number, at, sizeof number);
        return number;
    }
    memcpy(&small, at, sizeof small);
    return small;
}

static void set_number(mbill__record *record, const field_place *place, int64_t number)
{
    uint8_t *at = (uint8_t *)record + place->offset;
    int32_t small = (int32_t)number;
    if (place->bytes == sizeof number) memcpy(at, &number, sizeof number);
    else memcpy(at, &small, sizeof small);
}

static uint32_t mask_of(const mbill__record *record)
{
    uint32_t of_operation = record->given & ((UINT32_C(1) << MBILL__F_END) - 1);
    return of_operation | (uint32_t)(record->moved_micro != 0) << MBILL__F_MOVED;
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

/* The lowest bit that is set; mask is not 0. */
static int lowest_bit(uint32_t mask)
{
#if defined(__GNUC__)
    return __builtin_ctz(mask);
#else
    int bit = 0;
    while ((mask >> bit & 1) == 0) bit++;
    return bit;
#endif
}

static void put_fields(writer *to, const mbill__record *record, uint32_t mask)
{
    for (; mask != 0; mask &= mask - 1) {
        int field = lowest_bit(mask);
        if (field == MBILL__F_TARGET) put_bytes(to, record->operation.target.bytes, sizeof record->operation.target.bytes);
        else if (field == MBILL__F_POLICY) put_policy(to, record->operation.policy);
        else if (places[field].bytes == 8) put(to, (uint64_t)number_at(record, &places[field]), 8);
        else put(to, (uint32_t)number_at(record, &places[field]), 4);
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

size_t mbill__record_encode(const mbill__record *record, uint8_t out[MBILL__RECORD_MAX])
{
    const mbill_operation *op = &record->operation;
    uint32_t mask = mask_of(record);
    writer to = {out};
    put(&to, FORMAT, 1);
    put(&to, (uint8_t)op->kind, 1);
    put(&to, (uint8_t)record->code, 1);
    put(&to, record->n_legs, 1);
    put(&to, op->flags | record->after << 24, 4);
    put_bytes(&to, op->id.bytes, sizeof op->id.bytes);
    put(&to, (uint64_t)op->account, 8);
    put(&to, (uint64_t)op->amount_micro, 8);
    put(&to, (uint64_t)record->recorded_utc_s, 8);
    put(&to, mask, 4);
    uint8_t *length = to.at;
    put(&to, 0, 4);
    put(&to, 0, 8);
    put_fields(&to, record, mask);
    for (size_t i = 0; i < record->n_legs; i++) put_leg(&to, &record->legs[i]);
    size_t len = (size_t)(to.at - out);
    to.at = length;
    put(&to, len, 4);
    return len;
}

static const mbill_operation at_rest = {.sequence = MBILL_NONE, .period = MBILL_NONE, .charge = MBILL_NONE};

static void get_target(reader *from, mbill_id *target)
{
    static const mbill_id none;
    get_bytes(from, target->bytes, sizeof target->bytes);
    if (memcmp(target, &none, sizeof none) == 0) from->failed = true;
}

static void get_number(reader *from, mbill__record *record, const field_place *place)
{
    int64_t number = place->bytes == 8 ? (int64_t)get(from, 8) : (int32_t)get(from, 4);
    if (number == place->rest) from->failed = true; /* one way to write a record */
    set_number(record, place, number);
}

/* The others are at rest. */
static void get_fields(reader *from, mbill__record *record, uint32_t mask)
{
    for (; mask != 0; mask &= mask - 1) {
        int field = lowest_bit(mask);
        if (field == MBILL__F_TARGET) get_target(from, &record->operation.target);
        else if (field != MBILL__F_POLICY) get_number(from, record, &places[field]);
        else {
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

bool mbill__record_is_later(const uint8_t *bytes)
{
    return bytes[0] > FORMAT;
}

bool mbill__record_decode(const uint8_t *bytes, size_t len, mbill__record *out, size_t *out_len)
{
    reader from = {bytes, bytes + len, false};
    mbill_operation *op = &out->operation;
    *op = at_rest;
    out->moved_micro = 0;
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
    if (get(&from, 8) != 0 || mask >> MBILL__F_END != 0 || out->n_legs > MBILL_LEGS_MAX || from.failed || length < HEAD_BYTES ||
        length > len)
        return false;
    from.end = bytes + length;
    get_fields(&from, out, mask);
    for (size_t i = 0; i < out->n_legs; i++) get_leg(&from, &out->legs[i]);
    *out_len = length;
    out->given = (mask & ~(UINT32_C(1) << MBILL__F_MOVED)) | (uint32_t)(op->account != 0) << MBILL__F_ACCOUNT |
        (uint32_t)(op->amount_micro != 0) << MBILL__F_AMOUNT;
    return !from.failed && from.at == from.end;
}

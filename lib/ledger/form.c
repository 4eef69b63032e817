/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when an operation has another field, or a kind another form. A field that says nothing for a kind must be at rest, so that no
 * caller believes it was heard. */
#include "ledger/form.h"

#include "base/id.h"
#include "calendar/civil.h"
#include "ledger/given.h"

#include <string.h>

#define BIT(field) (UINT32_C(1) << (field))
#define ACCOUNT BIT(MBILL__F_ACCOUNT)
#define OTHER BIT(MBILL__F_OTHER)
#define METER BIT(MBILL__F_METER)
#define AMOUNT BIT(MBILL__F_AMOUNT)
#define PAID (BIT(MBILL__F_CHANNEL) | BIT(MBILL__F_RECEIPT))
#define COUNT BIT(MBILL__F_SEQUENCE)
#define TARGET BIT(MBILL__F_TARGET)
#define CHARGE BIT(MBILL__F_CHARGE)
#define READING (BIT(MBILL__F_REGISTER) | BIT(MBILL__F_FROM) | BIT(MBILL__F_TO))
#define TARIFF BIT(MBILL__F_TARIFF)
#define CUSTOMER BIT(MBILL__F_CUSTOMER)
#define POLICY BIT(MBILL__F_POLICY)
#define TIMEOUT BIT(MBILL__F_TIMEOUT)
#define ANY_KIND (BIT(MBILL__F_EFFECTIVE) | BIT(MBILL__F_USER_DATA) | BIT(MBILL__F_REASON))

/* What the amount may be. */
typedef enum amount_form { NO_AMOUNT, ANY, POSITIVE, NOT_NEGATIVE, NOT_ZERO } amount_form;

typedef struct kind_form {
    uint32_t fields; /* that may be given, besides those of any kind */
    uint32_t flags;  /* besides LINKED */
    amount_form amount;
} kind_form;

static const kind_form forms[] = {
    [MBILL_OPERATION_OPEN] = {ACCOUNT | METER | AMOUNT | PAID | COUNT | CUSTOMER | POLICY | BIT(MBILL__F_LIMIT),
        MBILL_OPERATION_INACTIVE, NOT_NEGATIVE},
    [MBILL_OPERATION_ACTIVATE] = {ACCOUNT, 0, NO_AMOUNT},
    [MBILL_OPERATION_CLOSE] = {ACCOUNT, 0, NO_AMOUNT},
    [MBILL_OPERATION_REOPEN] = {ACCOUNT, 0, NO_AMOUNT},
    [MBILL_OPERATION_SET_POLICY] = {ACCOUNT | POLICY, 0, NO_AMOUNT},
    [MBILL_OPERATION_SELECT_EC] = {ACCOUNT | CHARGE, 0, NO_AMOUNT},
    [MBILL_OPERATION_TARIFF_MARK] = {ACCOUNT | METER | TARIFF, 0, NO_AMOUNT},
    [MBILL_OPERATION_WALLET_INIT] = {ACCOUNT | METER | AMOUNT | BIT(MBILL__F_CHANNEL), 0, NOT_NEGATIVE},
    [MBILL_OPERATION_TOP_UP] = {ACCOUNT | METER | AMOUNT | PAID | COUNT | CUSTOMER, 0, POSITIVE},
    [MBILL_OPERATION_USAGE] = {ACCOUNT | METER | AMOUNT | READING | TARIFF,
        MBILL_OPERATION_SUPPLY_OFF | MBILL_OPERATION_ROLLOVER | MBILL_OPERATION_REPLACED | MBILL_OPERATION_GAP, NOT_NEGATIVE},
    [MBILL_OPERATION_ACCRUE] = {ACCOUNT | AMOUNT | CHARGE | BIT(MBILL__F_PERIOD) | TARIFF, MBILL_OPERATION_SUPPLY_OFF,
        NOT_NEGATIVE},
    [MBILL_OPERATION_DEBT_LOAD] = {ACCOUNT | AMOUNT | CHARGE, 0, POSITIVE},
    [MBILL_OPERATION_DEBT_ADJUST] = {ACCOUNT | AMOUNT | CHARGE, 0, NOT_ZERO},
    [MBILL_OPERATION_WRITE_OFF] = {ACCOUNT | AMOUNT | CHARGE, 0, POSITIVE},
    [MBILL_OPERATION_REFUND] = {ACCOUNT | AMOUNT | PAID, 0, POSITIVE},
    [MBILL_OPERATION_OFFSET] = {ACCOUNT | OTHER | METER | AMOUNT | BIT(MBILL__F_CHANNEL) | COUNT, 0, POSITIVE},
    [MBILL_OPERATION_HOLD] = {ACCOUNT | OTHER | METER | AMOUNT | PAID | COUNT | CUSTOMER | TIMEOUT | BIT(MBILL__F_HOLD), 0,
        POSITIVE},
    [MBILL_OPERATION_POST] = {TARGET | AMOUNT, 0, POSITIVE},
    [MBILL_OPERATION_VOID] = {TARGET, 0, NO_AMOUNT},
    [MBILL_OPERATION_EXPIRE] = {TARGET, 0, NO_AMOUNT},
    [MBILL_OPERATION_REVERSE] = {TARGET, MBILL_OPERATION_FORCE, NO_AMOUNT},
    [MBILL_OPERATION_CORRECT] = {ACCOUNT | TARGET | AMOUNT, 0, NOT_ZERO},
    [MBILL_OPERATION_OBSERVE] = {ACCOUNT | METER | AMOUNT | COUNT | BIT(MBILL__F_UNPOSTED), 0, ANY},
    [MBILL_OPERATION_ACCEPT] = {TARGET, 0, NO_AMOUNT},
    [MBILL_OPERATION_TRANSFER] = {ACCOUNT | OTHER | AMOUNT | TIMEOUT, MBILL_OPERATION_PENDING | MBILL_OPERATION_UP_TO, POSITIVE},
    [MBILL_OPERATION_ATTACH_METER] = {ACCOUNT | METER, 0, NO_AMOUNT},
};

static bool good_amount(int64_t amount_micro, amount_form form)
{
    switch (form) {
    case POSITIVE: return amount_micro > 0;
    case NOT_NEGATIVE: return amount_micro >= 0;
    case NOT_ZERO: return amount_micro != 0 && amount_micro != INT64_MIN;
    case ANY: return amount_micro != INT64_MIN;
    case NO_AMOUNT: break;
    }
    return true; /* a field that must be at rest */
}

static bool good_kind(const mbill_operation *op)
{
    bool known = op->kind >= MBILL_OPERATION_OPEN && op->kind <= MBILL_OPERATION_ATTACH_METER &&
        op->kind != MBILL_OPERATION_EXPIRE;
    bool hold = op->kind != MBILL_OPERATION_HOLD || (op->hold >= MBILL_HOLD_REFUND && op->hold <= MBILL_HOLD_OFFSET + 1);
    return known && hold;
}

/* A payment comes with a meter's count; a plain account has neither meter nor customer, and a limit nothing else. */
static bool good_opening(const mbill_operation *op)
{
    bool counted = op->sequence != MBILL_NONE, plain = op->policy == NULL && !counted;
    bool paid = op->amount_micro != 0 || op->channel != 0 || op->receipt != 0;
    bool limit = op->limit == 0 || (plain && op->limit <= MBILL_LIMIT_CREDITS_UP_TO_DEBITS);
    return (counted || !paid) && (!plain || (op->meter == 0 && op->customer == 0)) && limit;
}

/* Numbers that are counted from 0 or 1, and belong together. */
static bool good_numbers(const mbill_operation *op)
{
    bool system = op->kind == MBILL_OPERATION_TRANSFER;
    bool counts = op->sequence >= MBILL_NONE && op->charge >= MBILL_NONE && op->period >= MBILL_NONE;
    int64_t any_sign = op->timeout_s | op->meter | op->channel | op->receipt | op->reg | op->tariff | op->customer;
    bool names = any_sign >= 0 && op->channel <= UINT32_MAX;
    bool moment = op->effective_utc_s >= MBILL__INSTANT_MIN && op->effective_utc_s < MBILL__INSTANT_END;
    bool accounts = (system || (op->account >= 0 && op->other >= 0)) && (op->other == 0 || op->other != op->account);
    bool pair = op->kind != MBILL_OPERATION_HOLD || (op->hold == MBILL_HOLD_OFFSET) == (op->other != 0);
    bool opening = op->kind != MBILL_OPERATION_OPEN || good_opening(op);
    return counts && names && moment && accounts && pair && opening && op->limit >= 0;
}

static bool good_fields(const mbill_operation *op, uint32_t given)
{
    const kind_form *form = &forms[op->kind];
    bool strange = (given & ~(form->fields | ANY_KIND)) != 0 || (op->flags & ~(form->flags | MBILL_OPERATION_LINKED)) != 0;
    return !strange && good_numbers(op);
}

int32_t mbill__form_check(const mbill_operation *op, uint32_t given)
{
    if (mbill__id_is_blank(&op->id)) return MBILL_RESULT_BAD_ID;
    if (!good_kind(op)) return MBILL_RESULT_BAD_KIND;
    const kind_form *form = &forms[op->kind];
    if (!good_amount(op->amount_micro, form->amount)) return MBILL_RESULT_BAD_AMOUNT;
    if (op->kind == MBILL_OPERATION_SET_POLICY && op->policy == NULL) return MBILL_RESULT_BAD_POLICY;
    if (op->policy != NULL && mbill_policy_check(op->policy, NULL) != MBILL_OK) return MBILL_RESULT_BAD_POLICY;
    return good_fields(op, given) ? MBILL_RESULT_OK : MBILL_RESULT_RESERVED_NONZERO;
}

bool mbill__form_is_recorded(const mbill_operation *op, uint32_t given)
{
    if (op->kind != MBILL_OPERATION_EXPIRE) return mbill__form_check(op, given) == MBILL_RESULT_OK;
    return !mbill__id_is_blank(&op->id) && good_fields(op, given);
}

static bool same_policy(const mbill_policy *a, const mbill_policy *b)
{
    if (a == NULL || b == NULL) return a == b;
    return memcmp(a, b, sizeof *a) == 0;
}

int32_t mbill__form_differs(const mbill_operation *a, const mbill_operation *b)
{
    const struct {
        int32_t field;
        bool differs;
    } all[] = {{MBILL_FIELD_KIND, a->kind != b->kind}, {MBILL_FIELD_FLAGS, a->flags != b->flags},
        {MBILL_FIELD_ACCOUNT, a->account != b->account}, {MBILL_FIELD_OTHER, a->other != b->other},
        {MBILL_FIELD_METER, a->meter != b->meter}, {MBILL_FIELD_AMOUNT, a->amount_micro != b->amount_micro},
        {MBILL_FIELD_CHANNEL, a->channel != b->channel}, {MBILL_FIELD_RECEIPT, a->receipt != b->receipt},
        {MBILL_FIELD_SEQUENCE, a->sequence != b->sequence},
        {MBILL_FIELD_TARGET, memcmp(&a->target, &b->target, sizeof a->target) != 0}, {MBILL_FIELD_CHARGE, a->charge != b->charge},
        {MBILL_FIELD_HOLD, a->hold != b->hold}, {MBILL_FIELD_PERIOD, a->period != b->period},
        {MBILL_FIELD_REGISTER, a->reg != b->reg}, {MBILL_FIELD_FROM, a->from_micro != b->from_micro},
        {MBILL_FIELD_TO, a->to_micro != b->to_micro}, {MBILL_FIELD_TARIFF, a->tariff != b->tariff},
        {MBILL_FIELD_EFFECTIVE, a->effective_utc_s != b->effective_utc_s}, {MBILL_FIELD_TIMEOUT, a->timeout_s != b->timeout_s},
        {MBILL_FIELD_CUSTOMER, a->customer != b->customer}, {MBILL_FIELD_UNPOSTED, a->unposted_micro != b->unposted_micro},
        {MBILL_FIELD_LIMIT, a->limit != b->limit}, {MBILL_FIELD_POLICY, !same_policy(a->policy, b->policy)},
        {MBILL_FIELD_REASON, a->reason != b->reason}, {MBILL_FIELD_USER_DATA, a->user_data != b->user_data}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].differs) return all[i].field;
    return 0;
}

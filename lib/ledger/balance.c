/* SPDX-License-Identifier: Apache-2.0 */
/* What an operation does to a prepaid balance, and when two operations are the same one. Pure: state and operation in, legs and
 * state out. A leg always has two sides and a positive amount, and the two counters only rise, so that no step can lose or make
 * money. */
#include "ledger/id.h"

#include "base/fail.h"
#include "calendar/civil.h"
#include "document/say.h"
#include "meterbill/balance.h"
#include "number/round.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BALANCE_FORMAT 1u

_Static_assert(sizeof(mbill_posting) == 48, "the stride of operations is fixed for ever");
_Static_assert(sizeof(mbill_id) == 16, "an id is 128 bits");

static mbill__said kind_text(int32_t kind)
{
    mbill__said out;
    switch (kind) {
    case MBILL_POSTING_TOP_UP: snprintf(out.text, sizeof out.text, "top-up"); break;
    case MBILL_POSTING_USAGE: snprintf(out.text, sizeof out.text, "usage"); break;
    default: snprintf(out.text, sizeof out.text, "%" PRId32, kind); break;
    }
    return out;
}

void mbill_balance_init(mbill_balance *balance)
{
    if (balance == NULL) return;
    memset(balance, 0, sizeof *balance);
    balance->struct_size = (uint32_t)sizeof *balance;
    balance->format = BALANCE_FORMAT;
}

static mbill_status balance_read(mbill_balance *known, const mbill_balance *given, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(known, sizeof *known, sizeof *known, given, err));
    known->struct_size = (uint32_t)sizeof *known;
    if (known->format != BALANCE_FORMAT)
        return mbill__fail(err, MBILL_E_INVALID, "balance has format %" PRIu32 ", expected %u", known->format, BALANCE_FORMAT);
    if (known->debits_micro < 0 || known->credits_micro < 0 || known->n_operations < 0)
        return mbill__fail(err, MBILL_E_INVALID,
            "balance has debits %s, credits %s and %" PRId64 " operations, expected none below 0",
            mbill__say_micro(known->debits_micro).text, mbill__say_micro(known->credits_micro).text, known->n_operations);
    return MBILL_OK;
}

mbill_status mbill_balance_amount(const mbill_balance *balance, int64_t *out_amount_micro, mbill_error *err)
{
    mbill_balance known;
    MBILL__NEED(balance);
    MBILL__NEED(out_amount_micro);
    MBILL_TRY(balance_read(&known, balance, err));
    *out_amount_micro = known.credits_micro - known.debits_micro; /* both >= 0: always fits */
    return MBILL_OK;
}

static mbill_status operation_check(const mbill_posting *operation, mbill_error *err)
{
    if (mbill__id_is_blank(&operation->id))
        return mbill__fail_path(err, MBILL_E_INVALID, "/id", "operation id is all %s, expected an id made by the caller",
            operation->id.bytes[0] == 0 ? "zeros" : "ones");
    if (operation->kind != MBILL_POSTING_TOP_UP && operation->kind != MBILL_POSTING_USAGE)
        return mbill__fail_path(err, MBILL_E_INVALID, "/kind",
            "operation kind %" PRId32 " is not known, expected 1 (top-up) or 2 (usage)", operation->kind);
    if (operation->flags != 0)
        return mbill__fail_path(err, MBILL_E_UNKNOWN_OPTION, "/flags", "operation flags 0x%" PRIx32 " are not known, expected 0",
            operation->flags);
    if (operation->kind == MBILL_POSTING_TOP_UP && operation->amount_micro <= 0)
        return mbill__fail_path(err, MBILL_E_INVALID, "/amount", "top-up of %s is not above 0",
            mbill__say_micro(operation->amount_micro).text);
    if (operation->effective_utc_s < MBILL__INSTANT_MIN || operation->effective_utc_s >= MBILL__INSTANT_END)
        return mbill__fail_path(err, MBILL_E_RANGE, "/effective", "effective time %" PRId64 " s is outside the years %d to %d",
            operation->effective_utc_s, MBILL_YEAR_MIN, MBILL_YEAR_MAX);
    if (operation->reserved != 0)
        return mbill__fail_path(err, MBILL_E_INVALID, "/reserved", "reserved is %" PRId64 ", expected 0", operation->reserved);
    return MBILL_OK;
}

/* The leg that an operation makes. false: the amount has no positive counterpart. */
static bool leg_of(const mbill_posting *operation, mbill_posting_leg *leg)
{
    bool credit_note = operation->kind == MBILL_POSTING_USAGE && operation->amount_micro < 0;
    leg->amount_micro = operation->amount_micro;
    if (credit_note && !mbill__subtract(0, operation->amount_micro, &leg->amount_micro)) return false;
    if (operation->kind == MBILL_POSTING_TOP_UP) leg->debit = MBILL_POSTING_CASH;
    else leg->debit = credit_note ? MBILL_POSTING_REVENUE : MBILL_POSTING_CREDIT;
    leg->credit = leg->debit == MBILL_POSTING_CREDIT ? MBILL_POSTING_REVENUE : MBILL_POSTING_CREDIT;
    return true;
}

mbill_status mbill_posting_apply(const mbill_balance *before, const mbill_posting *operation, mbill_posting_effect *out_effect,
    mbill_error *err)
{
    MBILL__NEED(before);
    MBILL__NEED(operation);
    MBILL__NEED(out_effect);
    if (out_effect->struct_size < sizeof *out_effect)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_effect is %" PRIu32 ", expected %zu", out_effect->struct_size,
            sizeof *out_effect);
    const mbill_posting wanted = *operation;
    mbill_balance after;
    mbill_posting_leg leg;
    MBILL_TRY(balance_read(&after, before, err));
    MBILL_TRY(operation_check(&wanted, err));
    int64_t *side = NULL;
    if (leg_of(&wanted, &leg)) side = leg.debit == MBILL_POSTING_CREDIT ? &after.debits_micro : &after.credits_micro;
    if (side == NULL || !mbill__add(*side, leg.amount_micro, side))
        return mbill__fail_path(err, MBILL_E_OVERFLOW, "/amount", "%s of %s does not fit: debits %s, credits %s",
            kind_text(wanted.kind).text, mbill__say_micro(wanted.amount_micro).text, mbill__say_micro(after.debits_micro).text,
            mbill__say_micro(after.credits_micro).text);
    if (!mbill__add(after.n_operations, 1, &after.n_operations))
        return mbill__fail(err, MBILL_E_OVERFLOW, "balance has %" PRId64 " operations, no more can be counted",
            after.n_operations);
    uint32_t struct_size = out_effect->struct_size;
    memset(out_effect, 0, sizeof *out_effect);
    out_effect->struct_size = struct_size;
    out_effect->n_legs = leg.amount_micro == 0 ? 0 : 1;
    if (out_effect->n_legs == 1) out_effect->legs[0] = leg;
    out_effect->after = after;
    return MBILL_OK;
}

static mbill_status differs(mbill_error *err, const char *path, const char *field, mbill__said stored, mbill__said given)
{
    return mbill__fail_path(err, MBILL_E_EXISTS_DIFFERENT, path, "this id was applied with %s %s, now given with %s", field,
        stored.text, given.text);
}

static mbill__said flags_text(uint32_t flags)
{
    mbill__said out;
    snprintf(out.text, sizeof out.text, "0x%" PRIx32, flags);
    return out;
}

mbill_status mbill_posting_compare(const mbill_posting *stored, const mbill_posting *given, mbill_error *err)
{
    MBILL__NEED(stored);
    MBILL__NEED(given);
    const mbill_posting was = *stored, is = *given;
    if (memcmp(was.id.bytes, is.id.bytes, sizeof was.id.bytes) != 0) return MBILL_OK;
    if (was.kind != is.kind) return differs(err, "/kind", "kind", kind_text(was.kind), kind_text(is.kind));
    if (was.flags != is.flags) return differs(err, "/flags", "flags", flags_text(was.flags), flags_text(is.flags));
    if (was.amount_micro != is.amount_micro)
        return differs(err, "/amount", "amount", mbill__say_micro(was.amount_micro), mbill__say_micro(is.amount_micro));
    if (was.effective_utc_s != is.effective_utc_s)
        return differs(err, "/effective", "effective time", mbill__say_time(was.effective_utc_s, NULL),
            mbill__say_time(is.effective_utc_s, NULL));
    return mbill__fail_path(err, MBILL_E_EXISTS, "/id", "this id was applied before as %s of %s", kind_text(was.kind).text,
        mbill__say_micro(was.amount_micro).text);
}

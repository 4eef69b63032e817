/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when another rule says what may be taken after what. */
#include "base/fail.h"
#include "command/state.h"

#include <stdbool.h>
#include <string.h>

enum { WINDOW = 64, DAY_S = 86400, MINUTE_S = 60, KEEP_POWER_BIT = 12 };

static bool is_money(const mbill_command *c)
{
    return c->kind == MBILL_COMMAND_TOP_UP || c->kind == MBILL_COMMAND_REFUND;
}

static bool takes_supply(const mbill_command *c)
{
    return c->kind == MBILL_COMMAND_TRIP || c->kind == MBILL_COMMAND_VALVE_CLOSE;
}

static mbill_status passed(const mbill_command *c, const mbill_replay *replay, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_REPLAY, "number %llu was used or passed, the last one is %llu", (unsigned long long)c->seq,
        (unsigned long long)replay->last_seq);
}

/* The number, into the window; a read may come late. */
static mbill_status admit_number(const mbill_command *c, mbill_replay *replay, mbill_error *err)
{
    if (c->seq > replay->last_seq) {
        uint64_t step = c->seq - replay->last_seq;
        replay->window = (step < WINDOW ? replay->window << step : 0) | 1;
        replay->last_seq = c->seq;
        return MBILL_OK;
    }
    uint64_t back = replay->last_seq - c->seq;
    if (c->kind != MBILL_COMMAND_READ || c->seq == 0 || back >= WINDOW || (replay->window >> back & 1) != 0)
        return passed(c, replay, err);
    replay->window |= UINT64_C(1) << back;
    return MBILL_OK;
}

static mbill_status admit_count(const mbill_command *c, mbill_purchases *purchase, mbill_error *err)
{
    if (purchase->last_count == UINT64_MAX || c->count != purchase->last_count + 1)
        return mbill__fail(err, MBILL_E_COUNT, "purchase %llu, expected the one behind %llu", (unsigned long long)c->count,
            (unsigned long long)purchase->last_count);
    purchase->last_count = c->count;
    return MBILL_OK;
}

mbill_status mbill_replay_admit(const mbill_command *command, const uint8_t command_hash[32], const uint8_t *known_hash,
    const mbill_replay *replay, const mbill_purchases *purchase, mbill_replay *replay_out, mbill_purchases *purchase_out,
    int32_t *out_verdict, mbill_error *err)
{
    mbill_replay next;
    mbill_purchases bought = {0};
    MBILL__NEED(command);
    MBILL__NEED(command_hash);
    MBILL__NEED(replay);
    MBILL__NEED(replay_out);
    MBILL__NEED(out_verdict);
    if (is_money(command)) MBILL__NEED(purchase);
    if (is_money(command)) MBILL__NEED(purchase_out);
    if (known_hash != NULL && memcmp(known_hash, command_hash, MBILL_HASH_BYTES) != 0)
        return mbill__fail(err, MBILL_E_ID_REUSED, "the command's id was used by another command");
    if (known_hash != NULL) {
        *out_verdict = MBILL_ADMIT_REPEAT;
        return MBILL_OK;
    }
    next = *replay;
    MBILL_TRY(mbill__state_read(&next.struct_size, &next.version, sizeof next, err));
    MBILL_TRY(admit_number(command, &next, err));
    if (is_money(command)) {
        bought = *purchase;
        MBILL_TRY(mbill__state_read(&bought.struct_size, &bought.version, sizeof bought, err));
        MBILL_TRY(admit_count(command, &bought, err));
        *purchase_out = bought;
    }
    *replay_out = next;
    *out_verdict = MBILL_ADMIT_NEW;
    return MBILL_OK;
}

/* a + n x b within limit (-1: none) and the range of 64 bits. */
static bool adds(int64_t *inout, int64_t each, uint64_t n, int64_t limit)
{
    int64_t most = limit < 0 ? INT64_MAX : limit;
    if (*inout > most) return false;
    if (each > 0 && n > (uint64_t)((most - *inout) / each)) return false;
    *inout += each * (int64_t)n;
    return true;
}

mbill_status mbill_quota_admit(const mbill_key *key, const mbill_command *command, int64_t now_s, const mbill_quota *quota,
    mbill_quota *quota_out, mbill_error *err)
{
    mbill_quota next;
    MBILL__NEED(key);
    MBILL__NEED(command);
    MBILL__NEED(quota);
    MBILL__NEED(quota_out);
    if (now_s < 0) return mbill__fail(err, MBILL_E_RANGE, "the time %lld s is before 1970", (long long)now_s);
    next = *quota;
    MBILL_TRY(mbill__state_read(&next.struct_size, &next.version, sizeof next, err));
    uint64_t n = command->group_count > 0 ? command->group_count : 1;
    if (now_s / DAY_S > next.day) {
        next.day = now_s / DAY_S;
        next.commands = next.amount_micro = 0;
    }
    if (!adds(&next.commands, 1, n, key->quota_commands))
        return mbill__fail(err, MBILL_E_QUOTA, "the key has signed %lld commands today and may sign %lld",
            (long long)next.commands, (long long)key->quota_commands);
    if (!adds(&next.amount_micro, command->amount_micro, n, key->quota_micro))
        return mbill__fail(err, MBILL_E_QUOTA, "the key has signed for %lld micro-units today and may for %lld",
            (long long)next.amount_micro, (long long)key->quota_micro);
    *quota_out = next;
    return MBILL_OK;
}

static bool is_power_of_two(uint32_t bits)
{
    return (bits & (bits - 1)) == 0;
}

mbill_status mbill_targets_check(const mbill_command *command, const char *const *targets, size_t n, mbill_error *err)
{
    uint8_t hash[MBILL_HASH_BYTES];
    MBILL__NEED(command);
    if (command->group_count == 0) return mbill__fail(err, MBILL_E_GROUP, "the command is for %s alone", command->target);
    MBILL_TRY(mbill_targets_hash(targets, n, hash, err));
    if (command->group_count != n || memcmp(hash, command->group_hash, sizeof hash) != 0)
        return mbill__fail(err, MBILL_E_GROUP, "the list of %zu targets is not the signed one of %llu", n,
            (unsigned long long)command->group_count);
    if (!takes_supply(command)) return MBILL_OK;
    if (command->n_signers >= 2 && (!is_power_of_two(command->roles) || command->n_roots >= 2)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_THRESHOLD, "%s of a group by %u keys, expected two of two roles, or two of root",
        mbill_command_name(command->kind), (unsigned)command->n_signers);
}

mbill_status mbill_pace_admit(const mbill_command *command, int64_t limit, int64_t now_s, const mbill_pace *pace,
    mbill_pace *pace_out, mbill_error *err)
{
    mbill_pace next;
    MBILL__NEED(command);
    MBILL__NEED(pace);
    MBILL__NEED(pace_out);
    if (limit < 1 || now_s < 0)
        return mbill__fail(err, MBILL_E_RANGE, "a limit of %lld at %lld s", (long long)limit, (long long)now_s);
    next = *pace;
    MBILL_TRY(mbill__state_read(&next.struct_size, &next.version, sizeof next, err));
    if (takes_supply(command)) {
        if (next.count == 0 || now_s - next.begin_s >= MINUTE_S) {
            next.begin_s = now_s;
            next.count = 0;
        }
        if (next.count >= limit)
            return mbill__fail(err, MBILL_E_PACE, "%lld this minute, expected %lld at most", (long long)next.count,
                (long long)limit);
        next.count++;
    }
    *pace_out = next;
    return MBILL_OK;
}

/* ---- at the moment it runs ---- */

static mbill_status check_conditions(const mbill_command *c, const mbill_situation *s, mbill_error *err)
{
    if ((c->has & MBILL_COMMAND_HAS_BELOW) != 0) {
        if ((s->has & MBILL_SITUATION_BALANCE) == 0) return mbill__fail(err, MBILL_E_PRECONDITION, "the balance is not known");
        if (s->balance_micro >= c->below_micro)
            return mbill__fail(err, MBILL_E_PRECONDITION, "the balance is %lld micro-units, expected one below %lld",
                (long long)s->balance_micro, (long long)c->below_micro);
    }
    if ((c->has & MBILL_COMMAND_HAS_STATUS) != 0) {
        if ((s->has & MBILL_SITUATION_STATUS) == 0) return mbill__fail(err, MBILL_E_PRECONDITION, "the status word is not known");
        if ((s->status_word & c->status_mask) != c->status_value)
            return mbill__fail(err, MBILL_E_PRECONDITION, "the status word is %04x, expected %04x of %04x",
                (unsigned)s->status_word, (unsigned)c->status_value, (unsigned)c->status_mask);
    }
    return MBILL_OK;
}

mbill_status mbill_command_may_run(const mbill_command *command, int64_t now_s, const mbill_situation *situation,
    mbill_error *err)
{
    mbill_situation s;
    MBILL__NEED(command);
    MBILL__NEED(situation);
    MBILL_TRY(mbill__struct_read(&s, sizeof s, sizeof s, situation, err));
    if ((s.has & ~(MBILL_SITUATION_BALANCE | MBILL_SITUATION_STATUS | MBILL_SITUATION_KEEP_POWER)) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "a situation with unknown members %x", (unsigned)s.has);
    bool has_clock = (command->notes & MBILL_COMMAND_TIME_UNCHECKED) == 0;
    if (has_clock && now_s >= command->exp_s)
        return mbill__fail(err, MBILL_E_EXPIRED, "the command ended at %lld s, it is %lld s", (long long)command->exp_s,
            (long long)now_s);
    if (has_clock && (command->has & MBILL_COMMAND_HAS_NBF) != 0 && now_s < command->nbf_s)
        return mbill__fail(err, MBILL_E_NOT_YET, "the command begins at %lld s, it is %lld s", (long long)command->nbf_s,
            (long long)now_s);
    bool kept = (s.has & MBILL_SITUATION_KEEP_POWER) != 0 ||
        ((s.has & MBILL_SITUATION_STATUS) != 0 && (s.status_word >> KEEP_POWER_BIT & 1) != 0);
    if (kept && takes_supply(command))
        return mbill__fail(err, MBILL_E_KEEP_POWER, "%s for %s, whose power is kept", mbill_command_name(command->kind),
            command->target);
    return check_conditions(command, &s, err);
}

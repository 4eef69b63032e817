/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a command has another parameter, or another range. */
#include "command/payload_check.h"

#include "base/fail.h"
#include "base/id.h"
#include "command/payload.h"
#include "command/target.h"

#include <string.h>

#define PLACE(member) offsetof(mbill_command, member)
#define TIME_MAX ((uint64_t)MBILL__SIGNED_TIME_MAX)

static const mbill__parameter money[] = {{"amount", PLACE(amount_micro), MBILL__PARAMETER_INT64, 1, INT64_MAX},
    {"count", PLACE(count), MBILL__PARAMETER_UINT64, 1, UINT64_MAX}};
static const mbill__parameter tariff[] = {{"tariff hash", PLACE(tariff_hash), MBILL__PARAMETER_HASH, 0, 0},
    {"switch time", PLACE(switch_s), MBILL__PARAMETER_INT64, 0, TIME_MAX}};
static const mbill__parameter set_clock[] = {{"clock", PLACE(clock_s), MBILL__PARAMETER_INT64, 0, TIME_MAX}};
static const mbill__parameter data[] = {{"DI", PLACE(di), MBILL__PARAMETER_UINT32, 0, UINT32_MAX}};
static const mbill__parameter numbers[] = {{"first number", PLACE(first_seq), MBILL__PARAMETER_UINT64, 0, UINT64_MAX},
    {"last number", PLACE(last_seq), MBILL__PARAMETER_UINT64, 0, UINT64_MAX}};

static const struct {
    const char *name;
    const mbill__parameter *parameters;
    size_t n_parameters;
} kinds[] = {
    [MBILL_COMMAND_TRIP] = {"trip", NULL, 0},
    [MBILL_COMMAND_PERMIT_CLOSE] = {"permit_close", NULL, 0},
    [MBILL_COMMAND_DIRECT_CLOSE] = {"direct_close", NULL, 0},
    [MBILL_COMMAND_ALARM_ON] = {"alarm_on", NULL, 0},
    [MBILL_COMMAND_ALARM_OFF] = {"alarm_off", NULL, 0},
    [MBILL_COMMAND_KEEP_ON] = {"keep_on", NULL, 0},
    [MBILL_COMMAND_KEEP_OFF] = {"keep_off", NULL, 0},
    [MBILL_COMMAND_TOP_UP] = {"top_up", money, 2},
    [MBILL_COMMAND_REFUND] = {"refund", money, 2},
    [MBILL_COMMAND_TARIFF] = {"tariff", tariff, 2},
    [MBILL_COMMAND_CLOCK] = {"clock", set_clock, 1},
    [MBILL_COMMAND_VALVE_OPEN] = {"valve_open", NULL, 0},
    [MBILL_COMMAND_VALVE_CLOSE] = {"valve_close", NULL, 0},
    [MBILL_COMMAND_READ] = {"read", data, 1},
    [MBILL_COMMAND_CANCEL] = {"cancel", numbers, 2},
};

static bool is_kind(int32_t kind)
{
    return kind >= MBILL_COMMAND_TRIP && kind <= MBILL_COMMAND_CANCEL;
}

const char *mbill_command_name(int32_t kind)
{
    return is_kind(kind) ? kinds[kind].name : NULL;
}

size_t mbill__parameters_of(int32_t kind, const mbill__parameter **out)
{
    *out = is_kind(kind) ? kinds[kind].parameters : NULL;
    return is_kind(kind) ? kinds[kind].n_parameters : 0;
}

uint64_t mbill__parameter_value(const mbill__parameter *parameter, const uint8_t *member)
{
    uint32_t small;
    uint64_t value;
    if (parameter->kind == MBILL__PARAMETER_UINT32) {
        memcpy(&small, member, sizeof small);
        return small;
    }
    memcpy(&value, member, sizeof value);
    return value;
}

void mbill__parameter_set(const mbill__parameter *parameter, uint8_t *member, uint64_t value)
{
    uint32_t small = (uint32_t)value;
    if (parameter->kind == MBILL__PARAMETER_UINT32) memcpy(member, &small, sizeof small);
    else memcpy(member, &value, sizeof value);
}

static mbill_status refuse(mbill_error *err, const mbill_command *c, const char *what)
{
    return mbill__fail(err, MBILL_E_CLAIMS, "the command (%s) has %s", mbill_command_name(c->kind), what);
}

/* The kind's own are in range; everybody else's are 0. */
static mbill_status check_parameters(const mbill_command *c, mbill_error *err)
{
    static const uint8_t no_hash[MBILL_HASH_BYTES];
    const mbill__parameter *own;
    mbill_command rest = *c;
    size_t n = mbill__parameters_of(c->kind, &own);
    for (size_t i = 0; i < n; i++) {
        uint8_t *member = (uint8_t *)&rest + own[i].offset;
        if (own[i].kind == MBILL__PARAMETER_HASH) {
            memset(member, 0, MBILL_HASH_BYTES);
            continue;
        }
        uint64_t value = mbill__parameter_value(&own[i], member);
        if (value < own[i].least || value > own[i].most)
            return mbill__fail(err, MBILL_E_CLAIMS, "the command (%s) has a %s out of range", mbill_command_name(c->kind),
                own[i].name);
        mbill__parameter_set(&own[i], member, 0);
    }
    if (rest.amount_micro != 0 || rest.count != 0 || rest.switch_s != 0 || rest.clock_s != 0 || rest.di != 0 ||
        rest.first_seq != 0 || rest.last_seq != 0 || memcmp(rest.tariff_hash, no_hash, sizeof no_hash) != 0)
        return refuse(err, c, "a parameter that it does not take");
    return c->kind != MBILL_COMMAND_CANCEL || c->first_seq <= c->last_seq ? MBILL_OK
                                                                          : refuse(err, c, "a last number below the first");
}

static mbill_status check_times(const mbill_command *c, mbill_error *err)
{
    bool has_nbf = (c->has & MBILL_COMMAND_HAS_NBF) != 0;
    if (!mbill__is_signed_time(c->iat_s) || !mbill__is_signed_time(c->exp_s)) return refuse(err, c, "a time out of range");
    if (c->exp_s < c->iat_s) return refuse(err, c, "an end before it was made");
    if (!has_nbf) return c->nbf_s == 0 ? MBILL_OK : refuse(err, c, "a beginning that it does not say it has");
    return mbill__is_signed_time(c->nbf_s) && c->nbf_s <= c->exp_s ? MBILL_OK : refuse(err, c, "a beginning after its end");
}

static mbill_status check_condition(const mbill_command *c, mbill_error *err)
{
    bool below = (c->has & MBILL_COMMAND_HAS_BELOW) != 0, status = (c->has & MBILL_COMMAND_HAS_STATUS) != 0;
    if (!below && c->below_micro != 0) return refuse(err, c, "a balance that it does not say it has");
    if (!status && (c->status_mask != 0 || c->status_value != 0)) return refuse(err, c, "a status that it does not say it has");
    if (status && (c->status_mask == 0 || c->status_mask > UINT16_MAX)) return refuse(err, c, "a mask out of range");
    return (c->status_value & ~c->status_mask) == 0 ? MBILL_OK : refuse(err, c, "bits outside its mask");
}

static mbill_status check_group(const mbill_command *c, mbill_error *err)
{
    static const uint8_t no_hash[MBILL_HASH_BYTES];
    size_t n = mbill__target_len(c->target);
    mbill__target_kind kind = mbill__target_kind_of(c->target, n);
    if (kind == MBILL__TARGET_NONE) return refuse(err, c, "a target that is neither a meter nor a group");
    if (kind == MBILL__TARGET_GROUP)
        return c->group_count > 0 ? MBILL_OK : refuse(err, c, "a group without its targets' hash and number");
    if (c->group_count == 0 && memcmp(c->group_hash, no_hash, sizeof no_hash) == 0) return MBILL_OK;
    return refuse(err, c, "a hash of targets, but one meter");
}

mbill_status mbill__command_check(const mbill_command *c, mbill_error *err)
{
    const uint32_t known = MBILL_COMMAND_HAS_NBF | MBILL_COMMAND_HAS_BELOW | MBILL_COMMAND_HAS_STATUS;
    if (!is_kind(c->kind)) return mbill__fail(err, MBILL_E_CLAIMS, "a command of no kind, expected 1 to 15");
    if ((c->has & ~known) != 0) return refuse(err, c, "a member that this version does not know");
    if (mbill__id_is_blank(&c->id)) return refuse(err, c, "an id of all zeros or all ones");
    MBILL_TRY(check_group(c, err));
    MBILL_TRY(check_times(c, err));
    MBILL_TRY(check_condition(c, err));
    return check_parameters(c, err);
}

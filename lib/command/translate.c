/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when means, times or money are taken otherwise in every protocol. */
#include "command/translate.h"

#include "base/fail.h"
#include "calendar/civil.h"
#include "command/target.h"

#include <string.h>

#define OFFSET_MAX_S (14 * 3600)
#define CENT_MICRO 10000
#define CLOCK_MOVES_S 60 /* between writing and reading back */

mbill_status mbill__translate_kind(int32_t kind, bool has_frame, const mbill__meter_wire *wire, mbill_error *err)
{
    const char *name = mbill_command_name(kind);
    if (name == NULL) return mbill__fail(err, MBILL_E_INVALID, "kind %d, expected 1 to 15", (int)kind);
    if (!has_frame) return mbill__fail(err, MBILL_E_POLICY, "%s: %s has no such frame", name, wire->protocol);
    return MBILL_OK;
}

mbill_status mbill__translate_target(const char *target, const mbill__meter_wire *wire, mbill_error *err)
{
    size_t n = mbill__target_len(target);
    if (mbill__target_kind_of(target, n) == MBILL__TARGET_GROUP)
        return mbill__fail(err, MBILL_E_POLICY, "%.*s is a group: its meters are commanded one by one", (int)n, target);
    if (n != 2 + wire->n_digits || strchr(wire->kinds, target[0]) == NULL || target[1] != '/' ||
        strspn(target + 2, wire->digits) != wire->n_digits)
        return mbill__fail(err, MBILL_E_ADDRESS, "target %.*s is no %s meter, expected %s", (int)n, target, wire->protocol,
            wire->expected);
    if (strspn(target + 2, "9") == wire->n_digits)
        return mbill__fail(err, MBILL_E_POLICY, "%.*s is every meter, expected one", (int)n, target);
    return MBILL_OK;
}

mbill_status mbill__translate_now(const mbill_command *command, int64_t now_s, mbill_error *err)
{
    if (!mbill__is_signed_time(now_s))
        return mbill__fail(err, MBILL_E_RANGE, "now is %lld, expected seconds since 1970", (long long)now_s);
    if (command->exp_s <= now_s)
        return mbill__fail(err, MBILL_E_EXPIRED, "the command is void since %lld s", (long long)(now_s - command->exp_s));
    if ((command->has & MBILL_COMMAND_HAS_NBF) != 0 && now_s < command->nbf_s)
        return mbill__fail(err, MBILL_E_NOT_YET, "the command is not to run for another %lld s",
            (long long)(command->nbf_s - now_s));
    return MBILL_OK;
}

mbill_status mbill__means_read(const mbill_means *given, mbill_means *out, mbill_error *err)
{
    const uint32_t known = MBILL_MEANS_OFFSET | MBILL_MEANS_PASSWORD | MBILL_MEANS_CUSTOMER;
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof *out, given, err));
    if ((out->has & ~known) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "means with unknown members %x", (unsigned)out->has);
    if (out->offset_s < -OFFSET_MAX_S || out->offset_s > OFFSET_MAX_S)
        return mbill__fail(err, MBILL_E_RANGE, "offset_s is %d, expected -%d to %d", (int)out->offset_s, OFFSET_MAX_S,
            OFFSET_MAX_S);
    if (out->table.n > 0) MBILL__NEED(out->table.p);
    if (out->sealed.n > 0) MBILL__NEED(out->sealed.p);
    if (out->macs.n > 0) MBILL__NEED(out->macs.p);
    return MBILL_OK;
}

mbill_frame_item mbill__time_item(int64_t local_s)
{
    int64_t days = mbill__floor_divide(local_s, MBILL__DAY_S), rest = local_s - days * MBILL__DAY_S;
    mbill_date date = mbill__civil_date(days);
    return (mbill_frame_item){.kind = MBILL_FRAME_ITEM_TIME,
        .present = 1,
        .time = {(int16_t)date.year, (int8_t)date.month, (int8_t)date.day, (int8_t)(rest / 3600), (int8_t)(rest / 60 % 60),
            (int8_t)(rest % 60), (int8_t)(mbill_date_weekday((int32_t)days) % 7)}};
}

mbill_status mbill__local_time(const mbill_means *means, int64_t utc_s, mbill_frame_item *out, mbill_error *err)
{
    if ((means->has & MBILL_MEANS_OFFSET) == 0)
        return mbill__fail(err, MBILL_E_POLICY, "a frame with a time needs the offset of the meter's clock from UTC");
    *out = mbill__time_item(utc_s + means->offset_s);
    return MBILL_OK;
}

mbill_status mbill__cents_of(int64_t amount_micro, int64_t *out, mbill_error *err)
{
    if (amount_micro % CENT_MICRO != 0)
        return mbill__fail(err, MBILL_E_POLICY, "%lld micro-units are no multiple of the wire's 0.01", (long long)amount_micro);
    *out = amount_micro / CENT_MICRO;
    return MBILL_OK;
}

static int64_t seconds_of(const mbill_frame_time *time)
{
    int64_t days = mbill__civil_days(time->year, time->month, time->day);
    return ((days * 24 + time->hour) * 60 + time->minute) * 60 + time->second;
}

bool mbill__clock_goes_on(const mbill_frame_item *set, const mbill_frame_item *shown)
{
    if (set == NULL || shown == NULL || set->present == 0 || shown->present == 0) return false;
    int64_t moved_s = seconds_of(&shown->time) - seconds_of(&set->time);
    return moved_s >= 0 && moved_s <= CLOCK_MOVES_S;
}

mbill_status mbill__translate_is_request(uint8_t control, mbill_error *err)
{
    if ((control & 0x80) == 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_DIRECTION, "control byte %02XH is that of a reply, expected what was sent", control);
}

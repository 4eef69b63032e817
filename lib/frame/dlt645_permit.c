/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when it is decided otherwise what may be built and sent to a DL/T 645 meter. Law: a control frame names one meter and ends. */
#include "calendar/civil.h"
#include "frame/dlt645_layout.h"
#include "frame/dlt645_names.h"
#include "frame/dlt645_parts.h"
#include "frame/value.h"

static bool names_one_meter(const uint8_t *address)
{
    return address[5] != 0xAA && !mbill__bytes_are(address, 6, 0x99);
}

static mbill_status check_order(const mbill_dlt645_frame *frame, const mbill_dlt645_parts *parts, mbill_error *err)
{
    if ((frame->control & MBILL__DLT645_FUNCTION) != MBILL_DLT645_CONTROL) return MBILL_OK;
    if (!names_one_meter(frame->address))
        return mbill__fail(err, MBILL_E_POLICY, "control of more than one meter, expected an address of 12 digits");
    if ((parts->has & MBILL_DLT645_HAS_CIPHER) != 0) return MBILL_OK;
    if (mbill__dlt645_order_name(parts->order) == NULL)
        return mbill__fail(err, MBILL_E_POLICY, "N1 is %02XH, which is no order", (unsigned)parts->order);
    if (parts->time.present == 0) return mbill__fail(err, MBILL_E_POLICY, "control without a limit of time");
    return MBILL_OK;
}

static int64_t seconds_of(const mbill_frame_time *time)
{
    int64_t day = mbill__civil_days(time->year, time->month, time->day);
    return ((day * 24 + time->hour) * 60 + time->minute) * 60 + time->second;
}

static mbill_status check_expiry(const mbill_dlt645_parts *parts, const mbill_dlt645_profile *profile,
    const mbill_frame_time *now, mbill_error *err)
{
    if (now == NULL || (parts->has & MBILL_DLT645_HAS_ORDER) == 0) return MBILL_OK;
    int64_t left_s = seconds_of(&parts->time.time) - seconds_of(now);
    if (left_s <= 0) return mbill__fail(err, MBILL_E_POLICY, "the control frame is over already");
    if (left_s > profile->expiry_cap_s)
        return mbill__fail(err, MBILL_E_POLICY,
            "the control frame can be used for %lld s, expected at most the profile's expiry_cap_s of %d", (long long)left_s,
            (int)profile->expiry_cap_s);
    return MBILL_OK;
}

/* Level and N2 are those of the profile; a write is no longer than it allows. */
static mbill_status check_profile(const mbill_dlt645_frame *frame, const mbill_dlt645_parts *parts,
    const mbill_dlt645_profile *profile, mbill_error *err)
{
    uint8_t function = frame->control & MBILL__DLT645_FUNCTION;
    bool clears = function >= MBILL_DLT645_CLEAR_DEMAND && function <= MBILL_DLT645_CLEAR_EVENTS;
    int32_t level = clears ? profile->pa_clear : profile->pa;
    bool sealed = parts->pa == MBILL__DLT645_PA_CIPHER || parts->pa == MBILL__DLT645_PA_MAC;
    bool timed = parts->order == MBILL_DLT645_TRIP_TIMED || parts->order == MBILL_DLT645_TRIP_TIMED_2;
    if (function == MBILL_DLT645_WRITE && frame->length > profile->write_limit)
        return mbill__fail(err, MBILL_E_POLICY, "a write with L of %u, expected at most the profile's write_limit of %d",
            frame->length, (int)profile->write_limit);
    if ((parts->has & MBILL_DLT645_HAS_OPERATOR) != 0 && (parts->has & MBILL_DLT645_HAS_PASSWORD) != 0 && !sealed &&
        parts->pa != level)
        return mbill__fail(err, MBILL_E_POLICY, "password level %02X, expected the profile's %02X", parts->pa, (unsigned)level);
    if ((parts->has & MBILL_DLT645_HAS_ORDER) != 0 && !timed && parts->n2 != profile->n2)
        return mbill__fail(err, MBILL_E_POLICY, "N2 is %02XH, expected the profile's %02XH", (unsigned)parts->n2,
            (unsigned)profile->n2);
    return MBILL_OK;
}

mbill_status mbill_dlt645_permit(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile,
    const mbill_frame_time *now, mbill_error *err)
{
    mbill_dlt645_profile known;
    mbill_dlt645_parts parts;
    MBILL__NEED(frame);
    MBILL_TRY(mbill__dlt645_profile_known(profile, &known, err));
    MBILL_TRY(mbill__dlt645_split(frame, &known, &parts, err));
    if ((frame->control & MBILL__DLT645_REPLY) != 0) return MBILL_OK;
    MBILL_TRY(check_order(frame, &parts, err));
    if ((frame->control & MBILL__DLT645_FUNCTION) == MBILL_DLT645_WRITE && mbill__dlt645_in_use(parts.di))
        return mbill__fail(err, MBILL_E_POLICY, "a write of %08X, which is in use; expected the backup set", (unsigned)parts.di);
    if (profile == NULL) return MBILL_OK;
    MBILL_TRY(check_profile(frame, &parts, &known, err));
    return check_expiry(&parts, &known, now, err);
}

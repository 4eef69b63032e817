/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when an alarm remembers something else: with its form. */
#include "alarm/state.h"

#include "alarm/machine.h"

enum { FORMAT = 1 };
static const char NAME[] = "MAL";

_Static_assert(sizeof(mbill_alarm) == MBILL__ALARM_BYTES, "an alarm is 32 bytes");
_Static_assert(MBILL__ALARM_BYTES + MBILL__SEAL_FRAME == MBILL_ALARM_ENCODED_BYTES, "members and frame");

void mbill__alarm_put_state(uint8_t **at, const mbill_alarm *alarm)
{
    mbill__seal_put(at, (uint64_t)alarm->t0_s, 8);
    mbill__seal_put(at, (uint64_t)alarm->last_s, 8);
    mbill__seal_put(at, (uint64_t)alarm->good_s, 8);
    mbill__seal_put(at, alarm->state, 1);
    mbill__seal_put(at, alarm->mark, 1);
    mbill__seal_put(at, alarm->quality, 1);
    mbill__seal_put(at, alarm->level, 1);
    mbill__seal_put(at, alarm->episode, 4);
}

mbill_alarm mbill__alarm_get_state(const uint8_t **at)
{
    mbill_alarm out;
    out.t0_s = (int64_t)mbill__seal_get(at, 8);
    out.last_s = (int64_t)mbill__seal_get(at, 8);
    out.good_s = (int64_t)mbill__seal_get(at, 8);
    out.state = (uint8_t)mbill__seal_get(at, 1);
    out.mark = (uint8_t)mbill__seal_get(at, 1);
    out.quality = (uint8_t)mbill__seal_get(at, 1);
    out.level = (uint8_t)mbill__seal_get(at, 1);
    out.episode = (uint32_t)mbill__seal_get(at, 4);
    return out;
}

mbill_status mbill_alarm_encode(const mbill_alarm *alarm, uint8_t *out_bytes, mbill_error *err)
{
    MBILL__NEED(alarm);
    MBILL__NEED(out_bytes);
    mbill_alarm own = *alarm;
    uint8_t *at = out_bytes + MBILL__SEAL_HEAD;
    if (!mbill__alarm_is_sound(&own))
        return mbill__fail(err, MBILL_E_MISUSE, "the alarm's state %d is none that this library made", (int)own.state);
    mbill__alarm_put_state(&at, &own);
    mbill__seal(out_bytes, MBILL_ALARM_ENCODED_BYTES, NAME, FORMAT);
    return MBILL_OK;
}

mbill_status mbill_alarm_decode(const uint8_t *bytes, size_t n, mbill_alarm *out_alarm, mbill_error *err)
{
    if (n > 0) MBILL__NEED(bytes);
    MBILL__NEED(out_alarm);
    MBILL_TRY(mbill__unseal(bytes, n, MBILL_ALARM_ENCODED_BYTES, NAME, FORMAT, "an alarm's state", err));
    const uint8_t *at = bytes + MBILL__SEAL_HEAD;
    mbill_alarm got = mbill__alarm_get_state(&at);
    if (!mbill__alarm_is_sound(&got))
        return mbill__fail(err, MBILL_E_INVALID, "an alarm's state %d that cannot be, expected what was encoded", (int)got.state);
    *out_alarm = got;
    return MBILL_OK;
}

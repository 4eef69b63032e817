/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a detector remembers something else: with its form. */
#include "alarm/detect.h"
#include "alarm/state.h"

enum { FORMAT = 1 };
static const char NAME[] = "MDE";

_Static_assert(sizeof(mbill_detector) == 80, "a detector is 80 bytes");
_Static_assert(sizeof(mbill_detector) + MBILL__SEAL_FRAME == MBILL_DETECTOR_ENCODED_BYTES, "members and frame");

mbill_status mbill_detector_encode(const mbill_detector *detector, uint8_t *out_bytes, mbill_error *err)
{
    MBILL__NEED(detector);
    MBILL__NEED(out_bytes);
    mbill_detector own = *detector;
    uint8_t *at = out_bytes + MBILL__SEAL_HEAD;
    if (!mbill__detect_is_sound(&own))
        return mbill__fail(err, MBILL_E_MISUSE, "the state of kind %u is none that this library made", (unsigned)own.kind);
    mbill__alarm_put_state(&at, &own.alarm);
    mbill__seal_put(&at, (uint64_t)own.begin_s, 8);
    mbill__seal_put(&at, (uint64_t)own.since_s, 8);
    mbill__seal_put(&at, (uint64_t)own.until_s, 8);
    mbill__seal_put(&at, (uint64_t)own.value, 8);
    mbill__seal_put(&at, own.bits, 8);
    mbill__seal_put(&at, (uint32_t)own.day, 4);
    mbill__seal_put(&at, own.count, 2);
    mbill__seal_put(&at, own.kind, 1);
    mbill__seal_put(&at, own.flags, 1);
    mbill__seal(out_bytes, MBILL_DETECTOR_ENCODED_BYTES, NAME, FORMAT);
    return MBILL_OK;
}

mbill_status mbill_detector_decode(const uint8_t *bytes, size_t n, mbill_detector *out_detector, mbill_error *err)
{
    if (n > 0) MBILL__NEED(bytes);
    MBILL__NEED(out_detector);
    MBILL_TRY(mbill__unseal(bytes, n, MBILL_DETECTOR_ENCODED_BYTES, NAME, FORMAT, "a detector's state", err));
    const uint8_t *at = bytes + MBILL__SEAL_HEAD;
    mbill_detector got;
    got.alarm = mbill__alarm_get_state(&at);
    got.begin_s = (int64_t)mbill__seal_get(&at, 8);
    got.since_s = (int64_t)mbill__seal_get(&at, 8);
    got.until_s = (int64_t)mbill__seal_get(&at, 8);
    got.value = (int64_t)mbill__seal_get(&at, 8);
    got.bits = mbill__seal_get(&at, 8);
    got.day = (int32_t)mbill__seal_get(&at, 4);
    got.count = (uint16_t)mbill__seal_get(&at, 2);
    got.kind = (uint8_t)mbill__seal_get(&at, 1);
    got.flags = (uint8_t)mbill__seal_get(&at, 1);
    if (!mbill__detect_is_sound(&got))
        return mbill__fail(err, MBILL_E_INVALID, "a detector's state of kind %u that cannot be, expected what was encoded",
            (unsigned)got.kind);
    *out_detector = got;
    return MBILL_OK;
}

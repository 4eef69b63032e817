/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a notice remembers something else: with its form. */
#include "alarm/machine.h"
#include "alarm/notice.h"
#include "alarm/seal.h"

enum { FORMAT = 1, MEMBERS = 48 };
static const char NAME[] = "MNO";

_Static_assert(sizeof(mbill_notice) == MEMBERS && MEMBERS + MBILL__SEAL_FRAME == MBILL_NOTICE_ENCODED_BYTES, "members and frame");

static bool are_flags(const mbill_notice *notice)
{
    return notice->mark <= 1 && notice->active <= 1 && notice->unacked <= 1 && notice->latched <= 1 && notice->suppressed <= 1 &&
        notice->out_of_service <= 1;
}

bool mbill__notice_is_sound(const mbill_notice *notice)
{
    bool shelf_fits = notice->shelf_end_s == INT64_MAX ||
        (notice->shelf_end_s >= -MBILL_ALARM_TIME_MAX && notice->shelf_end_s <= MBILL_ALARM_TIME_MAX + MBILL_ALARM_DELAY_MAX);
    return are_flags(notice) && notice->shelved <= MBILL_SHELF_ONCE && notice->step <= MBILL_ESCALATIONS_MAX && shelf_fits &&
        mbill__alarm_time_fits(notice->last_s) && mbill__alarm_time_fits(notice->clock_s) &&
        mbill__alarm_time_fits(notice->told_s);
}

mbill_status mbill_notice_encode(const mbill_notice *notice, uint8_t *out_bytes, mbill_error *err)
{
    MBILL__NEED(notice);
    MBILL__NEED(out_bytes);
    uint8_t *at = out_bytes + MBILL__SEAL_HEAD;
    if (!mbill__notice_is_sound(notice))
        return mbill__fail(err, MBILL_E_MISUSE, "the notice's state is none that this library made");
    const int64_t times[] = {notice->clock_s, notice->told_s, notice->shelf_end_s, notice->last_s};
    const uint8_t flags[] = {notice->mark, notice->active, notice->unacked, notice->latched, notice->shelved, notice->suppressed,
        notice->out_of_service, notice->step};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) mbill__seal_put(&at, (uint64_t)times[i], 8);
    mbill__seal_put(&at, notice->episode, 4);
    mbill__seal_put(&at, notice->count, 4);
    for (size_t i = 0; i < sizeof flags; i++) mbill__seal_put(&at, flags[i], 1);
    mbill__seal(out_bytes, MBILL_NOTICE_ENCODED_BYTES, NAME, FORMAT);
    return MBILL_OK;
}

mbill_status mbill_notice_decode(const uint8_t *bytes, size_t n, mbill_notice *out_notice, mbill_error *err)
{
    mbill_notice got = {0};
    if (n > 0) MBILL__NEED(bytes);
    MBILL__NEED(out_notice);
    MBILL_TRY(mbill__unseal(bytes, n, MBILL_NOTICE_ENCODED_BYTES, NAME, FORMAT, "a notice's state", err));
    const uint8_t *at = bytes + MBILL__SEAL_HEAD;
    int64_t *const times[] = {&got.clock_s, &got.told_s, &got.shelf_end_s, &got.last_s};
    uint8_t *const flags[] = {&got.mark, &got.active, &got.unacked, &got.latched, &got.shelved, &got.suppressed,
        &got.out_of_service, &got.step};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) *times[i] = (int64_t)mbill__seal_get(&at, 8);
    got.episode = (uint32_t)mbill__seal_get(&at, 4);
    got.count = (uint32_t)mbill__seal_get(&at, 4);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) *flags[i] = (uint8_t)mbill__seal_get(&at, 1);
    if (!mbill__notice_is_sound(&got))
        return mbill__fail(err, MBILL_E_INVALID, "a notice's state that cannot be, expected what was encoded");
    *out_notice = got;
    return MBILL_OK;
}

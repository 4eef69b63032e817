/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how samples vote. The machine is that of one condition; what it takes for true is the vote. */
#include "alarm/check.h"
#include "alarm/machine.h"
#include "alarm/state.h"
#include "meterbill/window.h"

#include <inttypes.h>

enum { FORMAT = 1 };
static const char NAME[] = "MVO";

_Static_assert(MBILL__ALARM_BYTES + 8 + MBILL__SEAL_FRAME == MBILL_VOTES_ENCODED_BYTES, "members and frame");

static bool votes_work(const mbill_votes_config *config)
{
    return config->n >= 1 && config->n <= MBILL_WINDOW_MAX && config->m >= 1 && config->m <= config->n;
}

mbill_status mbill_votes_check(const mbill_votes_config *config, mbill_error *out_reasons, size_t cap, size_t *out_n,
    mbill_error *err)
{
    MBILL__NEED(config);
    if (cap > 0) MBILL__NEED(out_reasons);
    mbill__reasons reasons = mbill__reasons_start(out_reasons, cap, err);
    mbill__alarm_reasons(&config->alarm, &reasons);
    if (config->n < 1 || config->n > MBILL_WINDOW_MAX)
        mbill__reasons_add(&reasons, MBILL_E_INVALID, "/n", "%" PRId32 " samples, expected 1 to %d", config->n, MBILL_WINDOW_MAX);
    if (config->m < 1 || config->m > config->n)
        mbill__reasons_add(&reasons, MBILL_E_INVALID, "/m", "%" PRId32 " samples of %" PRId32 ", expected 1 to all of them",
            config->m, config->n);
    if (out_n != NULL) *out_n = reasons.n;
    return reasons.status;
}

static mbill_status begin(const mbill_votes_config *config, mbill_votes *votes, int64_t t_s, bool is_tick,
    const mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    MBILL__NEED(out_n);
    *out_n = 0;
    MBILL__NEED(config);
    MBILL__NEED(votes);
    MBILL__NEED(out_events);
    if (!votes_work(config)) return mbill_votes_check(config, NULL, 0, NULL, err);
    return mbill__alarm_may(&config->alarm, &votes->alarm, t_s, is_tick, err);
}

static mbill__alarm_call call_of(const mbill_votes_config *config, mbill_votes *votes, mbill_alarm_event *out_events, int64_t t_s,
    int64_t value)
{
    return (mbill__alarm_call){&config->alarm, &votes->alarm, out_events, 0, t_s, value, &votes->bits, config->m, config->n};
}

mbill_status mbill_votes_sample(const mbill_votes_config *config, mbill_votes *votes, int64_t t_s, int64_t value,
    mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    MBILL_TRY(begin(config, votes, t_s, false, out_events, out_n, err));
    mbill__alarm_call call = call_of(config, votes, out_events, t_s, value);
    mbill__alarm_sample(&call);
    *out_n = call.n;
    return MBILL_OK;
}

mbill_status mbill_votes_estimated(const mbill_votes_config *config, mbill_votes *votes, int64_t t_s, int64_t value,
    mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    MBILL_TRY(begin(config, votes, t_s, false, out_events, out_n, err));
    mbill__alarm_call call = call_of(config, votes, out_events, t_s, value);
    mbill__alarm_estimated(&call);
    *out_n = call.n;
    return MBILL_OK;
}

mbill_status mbill_votes_tick(const mbill_votes_config *config, mbill_votes *votes, int64_t t_s, mbill_alarm_event *out_events,
    size_t *out_n, mbill_error *err)
{
    MBILL_TRY(begin(config, votes, t_s, true, out_events, out_n, err));
    mbill__alarm_call call = call_of(config, votes, out_events, t_s, 0);
    mbill__alarm_tick(&call);
    *out_n = call.n;
    return MBILL_OK;
}

mbill_status mbill_votes_encode(const mbill_votes *votes, uint8_t *out_bytes, mbill_error *err)
{
    MBILL__NEED(votes);
    MBILL__NEED(out_bytes);
    uint8_t *at = out_bytes + MBILL__SEAL_HEAD;
    if (!mbill__alarm_is_sound(&votes->alarm))
        return mbill__fail(err, MBILL_E_MISUSE, "the alarm's state %d is none that this library made", (int)votes->alarm.state);
    mbill__alarm_put_state(&at, &votes->alarm);
    mbill__seal_put(&at, votes->bits, 8);
    mbill__seal(out_bytes, MBILL_VOTES_ENCODED_BYTES, NAME, FORMAT);
    return MBILL_OK;
}

mbill_status mbill_votes_decode(const uint8_t *bytes, size_t n, mbill_votes *out_votes, mbill_error *err)
{
    if (n > 0) MBILL__NEED(bytes);
    MBILL__NEED(out_votes);
    MBILL_TRY(mbill__unseal(bytes, n, MBILL_VOTES_ENCODED_BYTES, NAME, FORMAT, "the state of an alarm by votes", err));
    const uint8_t *at = bytes + MBILL__SEAL_HEAD;
    mbill_votes got;
    got.alarm = mbill__alarm_get_state(&at);
    got.bits = mbill__seal_get(&at, 8);
    if (!mbill__alarm_is_sound(&got.alarm))
        return mbill__fail(err, MBILL_E_INVALID, "an alarm's state %d that cannot be, expected what was encoded",
            (int)got.alarm.state);
    *out_votes = got;
    return MBILL_OK;
}

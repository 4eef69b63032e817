/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when there is another kind of detector, or one has another member. */
#include "alarm/detect.h"
#include "alarm/detect_member.h"

#include <inttypes.h>

#define HAS(name, min, max)                                                                                                      \
    {                                                                                                                            \
        MBILL__DETECT_##name, min, max                                                                                           \
    }
#define DELAY(name, min) HAS(name, min, MBILL_ALARM_DELAY_MAX)
#define STALE DELAY(max_hold_s, 0), HAS(stale_policy, MBILL_STALE_HOLD, MBILL_STALE_TRIP)
#define DELAYS DELAY(on_s, 0), DELAY(off_s, 0), STALE

enum { TIMES_MAX = 36600, TRIPS_MAX = 10000, PERMILLE_MAX = 1000000, DAY_S = 86400, VOTES_MAX = 64, SHARE_MAX = 1000 };

static void check_leak(const mbill_detector_config *config, mbill__reasons *reasons)
{
    if (config->quiet_s >= config->window_s)
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/quiet_s", "%" PRId64 " s, expected less than the window of %" PRId64 " s",
            config->quiet_s, config->window_s);
}

static void check_night(const mbill_detector_config *config, mbill__reasons *reasons)
{
    if (config->from_s >= config->to_s)
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/to_s", "second %" PRId32 " of the day, expected after %" PRId32,
            config->to_s, config->from_s);
}

/* Backward by the tolerance and forward over the end must not be the same step. */
static void check_reverse(const mbill_detector_config *config, mbill__reasons *reasons)
{
    if ((config->modulus == 0) != (config->max_step == 0))
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/max_step",
            "%" PRId64 " with modulus %" PRId64
            ", expected both or neither: a rollover is known by the most that runs between two readings",
            config->max_step, config->modulus);
    else if (config->modulus > 0 && (config->max_step >= config->modulus || config->limit >= config->modulus - config->max_step))
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/max_step",
            "%" PRId64 " and tolerance %" PRId64 " reach around the register, expected their sum to be below %" PRId64,
            config->max_step, config->limit, config->modulus);
}

static void check_power(const mbill_detector_config *config, mbill__reasons *reasons)
{
    if (config->m > config->of)
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/m", "%" PRId32 " of %" PRId32 " samples, expected not more than all",
            config->m, config->of);
}

static void check_restore(const mbill_detector_config *config, mbill__reasons *reasons)
{
    if (config->trips == 1 && config->reclose_s == 0)
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/reclose_s", "0 s, expected 1 or more where it trips");
    if (config->trips == 0 && (config->reclose_s != 0 || config->per_day != 0))
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/trips", "0 with a time or a number of restores, expected 1");
}

static void check_bands(const mbill_detector_config *config, mbill__reasons *reasons)
{
    check_restore(config, reasons);
    for (int32_t i = 0; i < config->n_bands && i < MBILL_DETECTOR_BANDS; i++)
        if (config->bands[i].low < 1 || config->bands[i].high < config->bands[i].low) {
            mbill__reasons_add(reasons, MBILL_E_INVALID, "/bands",
                "band %" PRId32 " from %" PRId64 " to %" PRId64 ", expected from 1 or more to not less", i, config->bands[i].low,
                config->bands[i].high);
        }
}

static void check_flapping(const mbill_detector_config *config, mbill__reasons *reasons)
{
    if (config->low_permille >= config->high_permille)
        mbill__reasons_add(reasons, MBILL_E_INVALID, "/low_permille", "%" PRId32 ", expected below %" PRId32,
            config->low_permille, config->high_permille);
}

static const mbill__detect_row rows[] = {
    {"comm_loss", false, NULL, 0, {HAS(timeout_s, 1, MBILL_ALARM_DELAY_MAX - 1)}, NULL, mbill__detect_silence, NULL,
        mbill__detect_heard, NULL},
    {"failure", false, NULL, 0, {DELAY(window_s, 0)}, NULL, NULL, mbill__detect_forget, mbill__detect_failed,
        mbill__detect_forgotten},
    {"arrears_trip", false, NULL, 0, {{0, 0, 0}}, NULL, NULL, NULL, mbill__detect_arrears, NULL},
    {"leak_flow", false, NULL, 0, {HAS(limit, 1, INT64_MAX), DELAY(window_s, 2), DELAY(quiet_s, 1), DELAY(max_hold_s, 0)},
        check_leak, NULL, mbill__detect_leak_pass, mbill__detect_flow, mbill__detect_leak_due},
    {"leak_volume", false, NULL, 0, {HAS(limit, 1, INT64_MAX), HAS(times, 1, TIMES_MAX)}, NULL, NULL, NULL, mbill__detect_volume,
        NULL},
    {"burst", false, NULL, 0, {HAS(base, 1, INT64_MAX), HAS(permille, 1, PERMILLE_MAX), DELAYS}, NULL, NULL, NULL,
        mbill__detect_burst, NULL},
    {"night_flow", true, NULL, 0,
        {HAS(limit, 0, INT64_MAX), HAS(times, 1, TIMES_MAX), HAS(from_s, 0, DAY_S - 1), HAS(to_s, 1, DAY_S)}, check_night, NULL,
        mbill__detect_dawn, mbill__detect_night, mbill__detect_night_end},
    {"zero_use", false, "occupied", MBILL__DETECT_TRUTH, {HAS(times, 1, TIMES_MAX), STALE}, NULL, mbill__detect_days, NULL,
        mbill__detect_register, NULL},
    {"reverse_flow", false, NULL, 0, {HAS(limit, 0, INT64_MAX), HAS(modulus, 0, INT64_MAX), HAS(max_step, 0, INT64_MAX)},
        check_reverse, NULL, NULL, mbill__detect_reverse, NULL},
    {"over_power", true, NULL, 0,
        {HAS(limit, 1, INT64_MAX), DELAY(on_s, 0), HAS(m, 1, VOTES_MAX), HAS(of, 1, VOTES_MAX), DELAY(reclose_s, 1),
            HAS(per_day, 1, TRIPS_MAX)},
        check_power, NULL, mbill__detect_trip_pass, mbill__detect_power, mbill__detect_trip_due},
    {"malicious_load", true, "power_factor", 3,
        {HAS(power_factor_permille, 0, 1000), DELAY(max_hold_s, 0), HAS(trips, 0, 1), DELAY(reclose_s, 0),
            HAS(per_day, 0, TRIPS_MAX), HAS(n_bands, 1, MBILL_DETECTOR_BANDS)},
        check_bands, NULL, mbill__detect_trip_pass, mbill__detect_step, mbill__detect_trip_due},
    {"high_flow", false, "dt", 3, {HAS(base, 1, INT64_MAX), HAS(permille, 1, PERMILLE_MAX), HAS(dt_mk, 1, INT64_MAX), DELAYS},
        NULL, NULL, NULL, mbill__detect_high_flow, NULL},
    {"loss", false, "sum", MBILL__DETECT_OWN, {HAS(limit, 0, INT64_MAX), DELAYS}, NULL, NULL, NULL, mbill__detect_loss, NULL},
    {"flapping", false, NULL, 0, {HAS(high_permille, 1, SHARE_MAX), HAS(low_permille, 0, SHARE_MAX)}, check_flapping, NULL, NULL,
        mbill__detect_result, NULL},
};

enum { N_ROWS = sizeof rows / sizeof rows[0] };
_Static_assert(N_ROWS == (int)MBILL_DETECT_FLAPPING, "a row a kind, in their order");

const mbill__detect_row *mbill__detect_row_of(int32_t kind)
{
    return kind < 1 || kind > N_ROWS ? NULL : &rows[kind - 1];
}

const char *mbill_detect_kind_name(int32_t kind)
{
    const mbill__detect_row *row = mbill__detect_row_of(kind);
    return row == NULL ? NULL : row->name;
}

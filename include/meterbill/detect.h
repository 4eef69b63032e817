/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file detect.h  What meters tell between their readings: silence, leaks, bursts, tampering, overload, losses, results that keep changing.
 *
 * A detector looks at the readings of one meter and raises and clears one alarm by an exact rule. All detectors have one shape: a configuration with the
 * members of its kind, a state of 80 bytes that is all zero before the first call, and calls that fill an array of events. Order and time are those of alarm.h:
 * readings come in order of time, a tick says that no reading up to its time will follow, what is too late is #MBILL_E_LATE, an event has the time of the rule
 * and the time of the call that found it, and ticks may be put anywhere: no effective time changes.
 *
 * Times are UTC seconds, values are whole numbers in the unit of the configuration. Only good readings are looked at. **An estimated reading is left out by
 * every kind:** time goes on, the value neither raises nor clears, counts nothing and is nobody's predecessor. A reading that is missing is one that was not
 * given: what was known holds, for ever or for `max_hold_s` where the kind has it.
 *
 * | kind | value, second | it raises | it clears |
 * |---|---|---|---|
 * | `comm_loss` | any | at last good reading + `timeout_s` + 1: now - last > `timeout_s` | with the next good reading |
 * | `failure` | result, 0 = success | with a result that is not 0 | with success, or `window_s` after the last failure if that is not 0 |
 * | `arrears_trip` | 1 = tripped for arrears, 0 = not | with 1 | with 0 |
 * | `leak_flow` | flow | the longest run of flow < `limit` inside (t - `window_s`, t] is shorter than `quiet_s`; not before `window_s` of history | after `quiet_s` of flow < `limit` |
 * | `leak_volume` | volume of the hour that ends at t | each of the last `times` volumes is >= `limit` | with a smaller one |
 * | `burst` | flow | flow x 1000 > `permille` x `base` for `on_s` | it fails for `off_s` |
 * | `night_flow` | flow | at the end of night number `times` in a row whose smallest flow in local [`from_s`, `to_s`) is > `limit` | at the end of a night where it is not |
 * | `zero_use` | register, 1 = occupied | the register is the same for `times` x 86400 s while occupied | it moved, or not occupied |
 * | `reverse_flow` | register | reading < previous - `limit`, and no rollover | with the next reading that is not |
 * | `over_power` | power | `m` of the last `of` samples >= `limit`, for `on_s` | `reclose_s` later; locked after `per_day` trips of a day |
 * | `malicious_load` | power, power factor in permille | step from the sample before inside a band, at a power factor >= `power_factor_permille` | next sample without; with `trips`: `reclose_s` later, at most `per_day` times a day, then locked |
 * | `high_flow` | flow, temperature difference in mK | flow x 1000 > `permille` x `base` and difference < `dt_mk`, for `on_s` | it fails for `off_s` |
 * | `loss` | master, sum of sub-meters | 10^6 x \|master - sum\| > `limit` x \|master\|, for `on_s` | it fails for `off_s` |
 * | `flapping` | any result | weighted share of changes in 21 results >= `high_permille` | <= `low_permille` |
 *
 * Days and nights are those of the zone that is given with a call.
 *
 * @code
 * mbill_detector_config quiet = MBILL_DETECTOR_CONFIG_INIT; // no hour without flow of 20 l/h in a day
 * mbill_detector leak = {0};
 * mbill_alarm_event events[MBILL_DETECTOR_EVENTS];
 * size_t n;
 * quiet.kind = MBILL_DETECT_LEAK_FLOW;
 * quiet.limit = 20;
 * quiet.window_s = 86400;
 * quiet.quiet_s = 3600;
 * if (mbill_detector_check(&quiet, NULL, 0, NULL, &err) != MBILL_OK) return 1;
 * if (mbill_detector_sample(&quiet, NULL, &leak, now_s, flow_lph, 0, events, &n, &err) != MBILL_OK) return 1;
 * @endcode
 */
#ifndef MBILL_DETECT_H
#define MBILL_DETECT_H

#include "meterbill/alarm.h"
#include "meterbill/calendar.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_DETECTOR_EVENTS 4         /**< events of one call, at most */
#define MBILL_DETECTOR_BANDS 6          /**< bands of a malicious load, at most */
#define MBILL_DETECTOR_ENCODED_BYTES 96 /**< of mbill_detector_encode() */

/** What is looked for. The words are those of documents. */
typedef enum mbill_detect_kind {
    MBILL_DETECT_COMM_LOSS = 1,  /**< "comm_loss" */
    MBILL_DETECT_FAILURE,        /**< "failure": of a top-up, of a command */
    MBILL_DETECT_ARREARS_TRIP,   /**< "arrears_trip" */
    MBILL_DETECT_LEAK_FLOW,      /**< "leak_flow" */
    MBILL_DETECT_LEAK_VOLUME,    /**< "leak_volume" */
    MBILL_DETECT_BURST,          /**< "burst" */
    MBILL_DETECT_NIGHT_FLOW,     /**< "night_flow" */
    MBILL_DETECT_ZERO_USE,       /**< "zero_use" */
    MBILL_DETECT_REVERSE_FLOW,   /**< "reverse_flow" */
    MBILL_DETECT_OVER_POWER,     /**< "over_power" */
    MBILL_DETECT_MALICIOUS_LOAD, /**< "malicious_load" */
    MBILL_DETECT_HIGH_FLOW,      /**< "high_flow": with a small temperature difference */
    MBILL_DETECT_LOSS,           /**< "loss": between a master and its sub-meters */
    MBILL_DETECT_FLAPPING        /**< "flapping" */
} mbill_detect_kind;

/** Events of detectors besides #MBILL_ALARM_RAISE and #MBILL_ALARM_CLEAR. */
typedef enum mbill_detect_event {
    MBILL_DETECT_ROLLOVER = 16, /**< "ROLLOVER": the register passed its modulus; value = how far it ran on */
    MBILL_DETECT_LOCK,          /**< "LOCK": the supply that was tripped stays off until mbill_detector_reset() */
    MBILL_DETECT_UNLOCK         /**< "UNLOCK" */
} mbill_detect_event;

/** Steps of power from low to high, both belonging to it. */
typedef struct mbill_band {
    int64_t low;  /**< above 0 */
    int64_t high; /**< not below `low` */
} mbill_band;

/** A rule. Members that its kind does not have are 0; each other must be set where 0 is not allowed: there are no defaults. */
typedef struct mbill_detector_config {
    uint32_t struct_size; /**< sizeof(mbill_detector_config) where the caller was compiled */
    int32_t kind;         /**< mbill_detect_kind */
    int64_t
        limit; /**< leak_flow, leak_volume, over_power: 1 or more; night_flow, reverse_flow (tolerance), loss (ppm): 0 or more */
    int64_t base;    /**< burst, high_flow: what `permille` is of (Q3, the design flow), 1 or more */
    int64_t modulus; /**< reverse_flow: the register goes from 0 to this less 1; 0: it never rolls over */
    int64_t
        max_step; /**< reverse_flow, with a modulus: the most that runs between two readings, 1 or more; with `limit` below `modulus` */
    int64_t dt_mk; /**< high_flow: a difference below this is small; 1 or more, in thousandths of a kelvin */
    int64_t on_s;  /**< burst, over_power, high_flow, loss: on-delay */
    int64_t off_s; /**< burst, high_flow, loss: off-delay */
    int64_t
        max_hold_s; /**< burst, zero_use, high_flow, loss: as in alarm.h; leak_flow: after it history begins anew; malicious_load: a longer gap makes no
                               step; 0: for ever */
    int64_t timeout_s;             /**< comm_loss: 1 or more */
    int64_t window_s;              /**< leak_flow: above `quiet_s`, usually 86400; failure: 0 or more */
    int64_t quiet_s;               /**< leak_flow: 1 or more, usually 3600 */
    int64_t reclose_s;             /**< over_power, malicious_load with `trips`: 1 or more, usually 300 */
    int32_t stale_policy;          /**< burst, zero_use, high_flow, loss: mbill_stale_policy */
    int32_t permille;              /**< burst, high_flow: 1 to 1000000 */
    int32_t high_permille;         /**< flapping: 1 to 1000, usually 300 */
    int32_t low_permille;          /**< flapping: 0 or more, below `high_permille`, usually 200 */
    int32_t power_factor_permille; /**< malicious_load: 0 to 1000 */
    int32_t times; /**< leak_volume: hours, usually 24; night_flow: nights, usually 3; zero_use: days, usually 30; 1 to 36600 */
    int32_t m;     /**< over_power: samples that must hold, 1 or more; with `of` 1 the delay alone decides */
    int32_t of;    /**< over_power: of so many, `m` to 64 */
    int32_t
        per_day; /**< over_power: the trip of this number in a day locks, 1 to 10000; malicious_load with `trips`: so many are restored, the
                                        next one locks, 0 to 10000 */
    int32_t from_s;                         /**< night_flow: second of the local day, 0 or more, usually 7200 */
    int32_t to_s;                           /**< night_flow: above `from_s`, at most 86400, usually 14400 */
    int32_t trips;                          /**< malicious_load: 1 = it switches off, 0 = it only warns */
    int32_t n_bands;                        /**< malicious_load: 1 to #MBILL_DETECTOR_BANDS */
    int32_t reserved;                       /**< 0 */
    mbill_band bands[MBILL_DETECTOR_BANDS]; /**< those past `n_bands` are 0 */
} mbill_detector_config;

/** A configuration to start from: no kind, all 0. */
#define MBILL_DETECTOR_CONFIG_INIT                                                                                               \
    {                                                                                                                            \
        sizeof(mbill_detector_config), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,          \
        {                                                                                                                        \
            {                                                                                                                    \
                0, 0                                                                                                             \
            }                                                                                                                    \
        }                                                                                                                        \
    }

#define MBILL_DETECTOR_SEEN 0x1u      /**< there was a good reading; leak_flow: history began; night_flow: a night is going on */
#define MBILL_DETECTOR_QUIET 0x2u     /**< leak_flow: quiet since `since_s` */
#define MBILL_DETECTOR_QUALIFIED 0x4u /**< leak_flow: there was a long enough quiet run, which ended at `until_s` or goes on */
#define MBILL_DETECTOR_OPEN 0x8u      /**< over_power, malicious_load: tripped, until `until_s` or a reset */
#define MBILL_DETECTOR_LOCKED 0x10u   /**< and stays so until a reset */

/** One detector. All zero: nothing seen yet. Members are read by anybody and written by the functions alone. May be copied. */
typedef struct mbill_detector {
    mbill_alarm alarm; /**< its state, order of time and count of episodes; `level` is the caller's */
    int64_t begin_s;   /**< leak_flow: begin of history */
    int64_t since_s;   /**< leak_flow: begin of the quiet run */
    int64_t until_s;   /**< end of a night, of a quiet run, of a trip, of what a failure holds */
    int64_t value;     /**< the reading before, or the smallest of the night */
    uint64_t bits;     /**< over_power: samples; flapping: changes; the newest is bit 0 */
    int32_t day;       /**< over_power, malicious_load: the day that is counted, 0 = 1970-01-01 */
    uint16_t count;    /**< hours, nights, trips of the day */
    uint8_t kind;      /**< mbill_detect_kind; 0 before the first call */
    uint8_t flags;     /**< MBILL_DETECTOR_… */
} mbill_detector;

/**
 * Say everything that is wrong with a rule.
 *
 * @param config            not NULL
 * @param[out] out_reasons  each with its status, the member as a pointer ("/limit") and a sentence; @p cap of them with `struct_size` set
 *                          (mbill_error_init()); may be NULL if @p cap is 0
 * @param cap               room; 32 are always enough
 * @param[out] out_n        NULL, or how many reasons there are, also those there was no room for
 * @param[out] err          NULL, or the first reason
 * @retval MBILL_OK              the rule works
 * @retval MBILL_E_INVALID       an unknown kind; a member below what its kind allows; two members that contradict each other
 * @retval MBILL_E_RANGE         a member above what its kind allows
 * @retval MBILL_E_UNKNOWN_OPTION  a member that the kind does not have is set, or one that this version does not know
 * @retval MBILL_E_MISUSE        a pointer that must not be NULL is, or `struct_size` is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_detector_check(const mbill_detector_config *config, mbill_error *out_reasons,
    size_t cap, size_t *out_n, mbill_error *err);

/**
 * Take a good reading: first what is due before it, then the reading itself.
 *
 * @param config             not NULL; only read
 * @param zone               whose days and nights are counted; NULL = UTC; only night_flow, over_power and malicious_load ask it
 * @param[in,out] detector   not NULL; unchanged on failure
 * @param t_s                not before the last call, and after every tick
 * @param value              as the kind has it
 * @param second             as the kind has it; 0 for others
 * @param[out] out_events    #MBILL_DETECTOR_EVENTS, filled from 0; not NULL
 * @param[out] out_n         how many; not NULL; 0 on failure
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LATE      @p t_s is before the last call, or not after a tick
 * @retval MBILL_E_RANGE     @p t_s is past #MBILL_ALARM_TIME_MAX either way, or outside the calendar for a night; a register that is not below its modulus; a
 *                           power factor that is none; as mbill_detector_check()
 * @retval MBILL_E_INVALID   `occupied` or an arrears trip that is neither 0 nor 1; a second value of a kind that has none; as mbill_detector_check()
 * @retval MBILL_E_UNKNOWN_OPTION  as mbill_detector_check()
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is, or the state is of another kind or none that this library made
 * @par Thread safety
 * Pure; any number of threads, each with its own detectors.
 * @par Cost
 * O(1); O(log changes of the zone) for nights and trips; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_detector_sample(const mbill_detector_config *config, const mbill_zone *zone,
    mbill_detector *detector, int64_t t_s, int64_t value, int64_t second, mbill_alarm_event *out_events, size_t *out_n,
    mbill_error *err);

/**
 * Take note of an estimated reading: time goes on, the value is left out.
 *
 * @param config             not NULL; only read
 * @param zone               as mbill_detector_sample()
 * @param[in,out] detector   not NULL; unchanged on failure
 * @param t_s                as mbill_detector_sample()
 * @param value              what events that are found now shall carry
 * @param[out] out_events    #MBILL_DETECTOR_EVENTS
 * @param[out] out_n         how many
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LATE, MBILL_E_RANGE, MBILL_E_INVALID, MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_detector_sample()
 * @par Thread safety
 * Pure; any number of threads, each with its own detectors.
 * @par Cost
 * As mbill_detector_sample().
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_detector_estimated(const mbill_detector_config *config, const mbill_zone *zone,
    mbill_detector *detector, int64_t t_s, int64_t value, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * Say that no reading up to and with @p t_s will follow: what is due up to and with it takes effect.
 *
 * @param config             not NULL; only read
 * @param zone               as mbill_detector_sample()
 * @param[in,out] detector   not NULL; unchanged on failure
 * @param t_s                not before the last call; the same tick again is allowed
 * @param[out] out_events    #MBILL_DETECTOR_EVENTS
 * @param[out] out_n         how many
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LATE     @p t_s is before the last call
 * @retval MBILL_E_RANGE, MBILL_E_INVALID, MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_detector_sample()
 * @par Thread safety
 * Pure; any number of threads, each with its own detectors.
 * @par Cost
 * As mbill_detector_sample().
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_detector_tick(const mbill_detector_config *config, const mbill_zone *zone,
    mbill_detector *detector, int64_t t_s, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * Somebody switched on again what over_power or malicious_load had tripped: the alarm clears, a lock is taken off, and the trips of the day count from 0.
 *
 * @param config             not NULL; only read
 * @param zone               as mbill_detector_sample()
 * @param[in,out] detector   not NULL; unchanged on failure
 * @param t_s                as mbill_detector_sample()
 * @param[out] out_events    #MBILL_DETECTOR_EVENTS
 * @param[out] out_n         how many
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  nothing is tripped at @p t_s
 * @retval MBILL_E_LATE, MBILL_E_RANGE, MBILL_E_INVALID, MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_detector_sample()
 * @par Thread safety
 * Pure; any number of threads, each with its own detectors.
 * @par Cost
 * As mbill_detector_sample().
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_detector_reset(const mbill_detector_config *config, const mbill_zone *zone,
    mbill_detector *detector, int64_t t_s, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * The next time at which a tick could raise or clear.
 *
 * @param config    may be NULL
 * @param detector  its state; may be NULL
 * @return INT64_MAX: no tick can; also for a NULL or a rule that mbill_detector_check() refuses
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1).
 *
 * @since 0.1
 */
MBILL_API int64_t mbill_detector_deadline(const mbill_detector_config *config, const mbill_detector *detector);

/**
 * Write a detector as 96 bytes that any machine and any later version can read: a name and version, the members, a checksum.
 *
 * @param detector        not NULL
 * @param[out] out_bytes  #MBILL_DETECTOR_ENCODED_BYTES; not NULL
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer is NULL, or the state is none that this library made
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_detector_encode(const mbill_detector *detector, uint8_t *out_bytes,
    mbill_error *err);

/**
 * Read a detector back.
 *
 * @param bytes              what mbill_detector_encode() wrote; may be NULL if @p n is 0
 * @param n                  how many
 * @param[out] out_detector  not NULL; untouched on failure
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID   not the state of a detector
 * @retval MBILL_E_VERSION   written by a version that this one cannot read
 * @retval MBILL_E_CHECKSUM  damaged
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_detector_decode(const uint8_t *bytes, size_t n, mbill_detector *out_detector,
    mbill_error *err);

/**
 * The word of a kind, as documents have it: "leak_flow".
 *
 * @param kind  mbill_detect_kind
 * @return NULL: no such kind
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1).
 * @since 0.1
 */
MBILL_API const char *mbill_detect_kind_name(int32_t kind);

/**
 * The water that ran past what the energy would have needed at a good temperature difference: V - E / (c x dT), the score by which the substations of a
 * network are ranked.
 *
 * @param volume_micro       10^-6 m3
 * @param energy_micro       10^-6 kWh
 * @param heat_wh_per_m3_k   heat that a cubic metre takes up for a kelvin; water has about 1163
 * @param dt_mk              the good difference, in thousandths of a kelvin
 * @param[out] out_micro     10^-6 m3, the quotient rounded half away from zero; not NULL; untouched on failure
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID   @p heat_wh_per_m3_k or @p dt_mk is not above 0
 * @retval MBILL_E_OVERFLOW  the result leaves 64 bits
 * @retval MBILL_E_MISUSE    @p out_micro is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_excess_volume(int64_t volume_micro, int64_t energy_micro, int64_t heat_wh_per_m3_k,
    int64_t dt_mk, int64_t *out_micro, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

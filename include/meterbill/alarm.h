/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file alarm.h  Thresholds that warn in time: one condition as a small state machine, whose events do not depend on how often anybody looks.
 *
 * A signal is compared with a limit. When the comparison holds for the on-delay without a break the alarm is raised; when, with the deadband, it fails for
 * the off-delay without a break the alarm is cleared. The machine is in one of four states: off, pending (the comparison holds, the on-delay runs), on, and
 * clearing (it fails, the off-delay runs). It is fed samples and ticks; a tick says that no sample up to that time will follow. Every event carries its
 * effective time, which the rule gives, and its observed time, at which the call came that found it. Ticks may be put anywhere: no effective time changes.
 *
 * Times are UTC seconds of the caller's, the state is 32 bytes of the caller's, all zero before the first call, and may be copied. Nothing is allocated, no
 * clock is read.
 *
 * **Conditions that are not one number against one limit.** A detector that computes a truth by itself gives it to mbill_alarm_condition(), which leaves the
 * limit, deadband and comparator of the configuration aside; #MBILL_ALARM_CONDITION_INIT is a configuration to start from. A detector that computes a
 * number (a loss, an hour's volume, a count) gives it to mbill_alarm_sample() as any signal. Deadlines, delays, stale data and events are the same in both.
 *
 * @code
 * mbill_alarm_config low = {.limit = 20000000, .deadband = 5000000, .on_s = 300, .comparator = MBILL_AT_OR_BELOW};  // at most 20.00 for 5 minutes
 * mbill_alarm alarm = {0};
 * mbill_alarm_event events[MBILL_ALARM_EVENTS];
 * size_t n;
 * if (mbill_alarm_check(&low, NULL, 0, NULL, &err) != MBILL_OK) return 1;
 * mbill_alarm_sample(&low, &alarm, now_s, balance_micro, events, &n, &err);       // with each new value
 * mbill_alarm_tick(&low, &alarm, later_s, events, &n, &err);                      // at mbill_alarm_deadline(), or any time
 * @endcode
 */
#ifndef MBILL_ALARM_H
#define MBILL_ALARM_H

#include "meterbill/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_ALARM_TIME_MAX (INT64_C(1) << 62)  /**< times are from minus this to this */
#define MBILL_ALARM_DELAY_MAX (INT64_C(1) << 61) /**< delays are from 0 to this */
#define MBILL_ALARM_EVENTS 2                     /**< events of one call, at most */
#define MBILL_ALARM_ENCODED_BYTES 48             /**< of mbill_alarm_encode() */

/** When the alarm trips. While it is active (on or clearing) the same comparison is made with limit + deadband (below) or limit - deadband (above). */
typedef enum mbill_comparator {
    MBILL_BELOW = 1,   /**< "below": value < limit */
    MBILL_AT_OR_BELOW, /**< "at_or_below": value <= limit, as meters compare a balance */
    MBILL_ABOVE,       /**< "above": value > limit */
    MBILL_AT_OR_ABOVE  /**< "at_or_above": value >= limit */
} mbill_comparator;

/** What becomes of an alarm whose last good sample is older than `max_hold_s`. */
typedef enum mbill_stale_policy {
    MBILL_STALE_HOLD = 0, /**< "hold": the state stays and the delays stand still until the next good sample */
    MBILL_STALE_CLEAR,    /**< "clear": as a sample that does not trip */
    MBILL_STALE_TRIP      /**< "trip": as a sample that trips */
} mbill_stale_policy;

/** While active a strict comparison also holds at exactly the relaxed limit (BACnet, ASHRAE 135 clause 13.3.6); the others hold there anyhow. */
#define MBILL_ALARM_HOLD_AT_EQUAL 0x1u
/** Delays are looked at by samples alone, and end when a sample finds them ended (Prometheus "for" and "keep_firing_for"). Not with `max_hold_s`. */
#define MBILL_ALARM_OBSERVED_ONLY 0x2u

/** A condition and its delays. Many alarms share one; all 0 but limit and comparator is an alarm without delays. A record of arrays: the size is fixed. */
typedef struct mbill_alarm_config {
    int64_t limit;        /**< in the signal's unit */
    int64_t deadband;     /**< 0 or more, in the signal's unit; limit + or - it must be an int64_t */
    int64_t on_s;         /**< on-delay: 0 to #MBILL_ALARM_DELAY_MAX */
    int64_t off_s;        /**< off-delay: the same */
    int64_t max_hold_s;   /**< a good sample holds for so long; 0: for ever */
    int32_t comparator;   /**< mbill_comparator */
    int32_t stale_policy; /**< mbill_stale_policy */
    uint32_t flags;       /**< MBILL_ALARM_… */
    uint32_t priority;    /**< what events carry: how much sooner the area's bills or reports are looked at; 0: no matter */
    uint32_t reserved[2]; /**< 0 */
} mbill_alarm_config;

/** A configuration for mbill_alarm_condition(): no delays, data that holds for ever. As a number, a truth is 1 or 0 against the limit 1. */
#define MBILL_ALARM_CONDITION_INIT                                                                                               \
    {                                                                                                                            \
        1, 0, 0, 0, 0, MBILL_AT_OR_ABOVE, 0, 0, 0,                                                                               \
        {                                                                                                                        \
            0, 0                                                                                                                 \
        }                                                                                                                        \
    }

/** The four states. */
typedef enum mbill_alarm_state {
    MBILL_ALARM_OFF = 0, /**< the condition does not hold */
    MBILL_ALARM_PENDING, /**< it holds since `t0_s`, and the on-delay is not over */
    MBILL_ALARM_ON,      /**< raised; it holds since `t0_s` */
    MBILL_ALARM_CLEARING /**< raised; it fails since `t0_s`, and the off-delay is not over */
} mbill_alarm_state;

/** What is known of the signal. */
typedef enum mbill_alarm_quality {
    MBILL_ALARM_UNSEEN = 0, /**< no good sample yet */
    MBILL_ALARM_GOOD,       /**< the last good sample holds */
    MBILL_ALARM_UNKNOWN     /**< it is older than `max_hold_s` */
} mbill_alarm_quality;

/** One alarm. All zero: nothing seen yet. Members are read by anybody and written by the functions alone. */
typedef struct mbill_alarm {
    int64_t t0_s;     /**< when the present state's condition began */
    int64_t last_s;   /**< time of the last call */
    int64_t good_s;   /**< time of the last good sample */
    uint8_t state;    /**< mbill_alarm_state */
    uint8_t mark;     /**< 0: no call yet; 1: `last_s` may have more samples; 2: it was ticked */
    uint8_t quality;  /**< mbill_alarm_quality */
    uint8_t level;    /**< the caller's: events carry it */
    uint32_t episode; /**< how often it was raised, modulo 2^32 */
} mbill_alarm;

/** What an event says. */
typedef enum mbill_alarm_kind {
    MBILL_ALARM_RAISE = 1, /**< "RAISE" */
    MBILL_ALARM_CLEAR      /**< "CLEAR" */
} mbill_alarm_kind;

/** An event. Of one alarm RAISE and CLEAR strictly alternate, RAISE first, and effective times never fall. */
typedef struct mbill_alarm_event {
    int64_t effective_s; /**< when it happened, by the rule */
    int64_t observed_s;  /**< the time of the call that found it; never before `effective_s` */
    int64_t value;       /**< the value of that call; 0 of a tick */
    uint32_t source;     /**< mbill_alarm_batch(): the alarm's place; else 0 */
    uint32_t episode;    /**< the alarm's: a CLEAR has that of its RAISE */
    uint16_t kind;       /**< mbill_alarm_kind */
    uint16_t level;      /**< the alarm's */
    uint32_t priority;   /**< the configuration's */
} mbill_alarm_event;

/**
 * Say everything that is wrong with a configuration.
 *
 * Other calls refuse the same configurations with the first reason.
 *
 * @param config            not NULL
 * @param[out] out_reasons  each with its status, the member as a pointer ("/on_s") and a sentence; @p cap of them with `struct_size` set
 *                          (mbill_error_init()); may be NULL if @p cap is 0
 * @param cap               room; 9 are always enough
 * @param[out] out_n        NULL, or how many reasons there are, also those there was no room for
 * @param[out] err          NULL, or the first reason
 * @retval MBILL_OK              the configuration works
 * @retval MBILL_E_INVALID       a comparator or policy that is none, a negative delay, hold or deadband, #MBILL_ALARM_OBSERVED_ONLY with `max_hold_s`
 * @retval MBILL_E_RANGE         a delay above #MBILL_ALARM_DELAY_MAX, or limit and deadband that leave int64_t
 * @retval MBILL_E_UNKNOWN_OPTION  an unknown flag, or reserved words that are not 0
 * @retval MBILL_E_MISUSE        a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_alarm_check(const mbill_alarm_config *config, mbill_error *out_reasons, size_t cap,
    size_t *out_n, mbill_error *err);

/**
 * Take a good sample.
 *
 * First deadlines before @p t_s take effect, in their order; then the value is compared, with the deadband if the alarm is active by then; then a delay that is
 * over at @p t_s itself ends. So a condition that ends exactly at its deadline raises nothing, and one that still holds there does.
 *
 * @param config           not NULL; only read
 * @param[in,out] alarm    not NULL; unchanged on failure
 * @param t_s              not before the last call, and after every tick; samples of one time are taken in the order of their calls
 * @param value            in the unit of the limit
 * @param[out] out_events  #MBILL_ALARM_EVENTS, filled from 0; not NULL
 * @param[out] out_n       how many; not NULL; 0 on failure
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LATE     @p t_s is before the last call, or not after a tick
 * @retval MBILL_E_RANGE    @p t_s is past #MBILL_ALARM_TIME_MAX either way; as mbill_alarm_check()
 * @retval MBILL_E_INVALID, MBILL_E_UNKNOWN_OPTION  as mbill_alarm_check()
 * @retval MBILL_E_MISUSE   a pointer that must not be NULL is, or the state is none that this library made
 * @par Thread safety
 * Pure; any number of threads, each with its own alarms.
 * @par Cost
 * O(1), a few nanoseconds; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_alarm_sample(const mbill_alarm_config *config, mbill_alarm *alarm, int64_t t_s,
    int64_t value, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * Take a sample whose comparison the caller has made: for conditions of more than one number.
 *
 * As mbill_alarm_sample(), but limit, deadband and comparator are not looked at. A detector with an own relaxed condition asks `alarm->state` first, after
 * mbill_alarm_estimated() at @p t_s, which does what is due before.
 *
 * @param config           not NULL; only read
 * @param[in,out] alarm    not NULL; unchanged on failure
 * @param t_s              as mbill_alarm_sample()
 * @param holds            0: the condition does not hold; else it does
 * @param value            what the events shall carry: the loss, the step, the flow
 * @param[out] out_events  #MBILL_ALARM_EVENTS
 * @param[out] out_n       how many
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LATE, MBILL_E_RANGE, MBILL_E_INVALID, MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_alarm_sample()
 * @par Thread safety
 * Pure; any number of threads, each with its own alarms.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_alarm_condition(const mbill_alarm_config *config, mbill_alarm *alarm, int64_t t_s,
    int32_t holds, int64_t value, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * Take note of an estimated sample: time goes on, the value neither raises nor clears, and what holds is not held longer.
 *
 * @param config           not NULL; only read
 * @param[in,out] alarm    not NULL; unchanged on failure
 * @param t_s              as mbill_alarm_sample()
 * @param value            what events that are found now shall carry
 * @param[out] out_events  #MBILL_ALARM_EVENTS
 * @param[out] out_n       how many
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LATE, MBILL_E_RANGE, MBILL_E_INVALID, MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_alarm_sample()
 * @par Thread safety
 * Pure; any number of threads, each with its own alarms.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_alarm_estimated(const mbill_alarm_config *config, mbill_alarm *alarm, int64_t t_s,
    int64_t value, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * Say that no sample up to and with @p t_s will follow: deadlines up to and with it take effect.
 *
 * @param config           not NULL; only read
 * @param[in,out] alarm    not NULL; unchanged on failure
 * @param t_s              not before the last call; the same tick again is allowed
 * @param[out] out_events  #MBILL_ALARM_EVENTS
 * @param[out] out_n       how many
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LATE     @p t_s is before the last call
 * @retval MBILL_E_RANGE, MBILL_E_INVALID, MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_alarm_sample()
 * @par Thread safety
 * Pure; any number of threads, each with its own alarms.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_alarm_tick(const mbill_alarm_config *config, mbill_alarm *alarm, int64_t t_s,
    mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * The next time at which a tick could change the alarm's state: when a delay ends, or when data gets too old and that matters.
 *
 * @param config  may be NULL
 * @param alarm   its state; may be NULL
 * @return INT64_MAX: no tick can; also for a NULL or a configuration that mbill_alarm_check() refuses
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1).
 *
 * @since 0.1
 */
MBILL_API int64_t mbill_alarm_deadline(const mbill_alarm_config *config, const mbill_alarm *alarm);

/**
 * Write an alarm as 48 bytes that any machine and any later version can read: a name and version, the members, a checksum.
 *
 * @param alarm           not NULL
 * @param[out] out_bytes  #MBILL_ALARM_ENCODED_BYTES; not NULL
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer is NULL, or the state is none that this library made
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_alarm_encode(const mbill_alarm *alarm, uint8_t *out_bytes, mbill_error *err);

/**
 * Read an alarm back.
 *
 * @param bytes           what mbill_alarm_encode() wrote; may be NULL if @p n is 0
 * @param n               how many
 * @param[out] out_alarm  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID   not the state of an alarm
 * @retval MBILL_E_VERSION   written by a version that this one cannot read
 * @retval MBILL_E_CHECKSUM  damaged
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_alarm_decode(const uint8_t *bytes, size_t n, mbill_alarm *out_alarm,
    mbill_error *err);

/** What becomes of an on-delay that was running when the host stopped. */
typedef enum mbill_restart_rule {
    MBILL_RESTART_COUNT_DOWNTIME = 1, /**< "count_downtime": it ran on; what fell due takes effect at its own time */
    MBILL_RESTART_PAUSE               /**< "pause": it stood still (Prometheus, rules/group.go RestoreForState) */
} mbill_restart_rule;

/** How to go on after a stop. */
typedef struct mbill_restart {
    uint32_t struct_size; /**< sizeof(mbill_restart) where the caller was compiled */
    int32_t rule;         /**< mbill_restart_rule */
    int64_t saved_s;      /**< when the state was saved; not before the alarm's last call */
    int64_t restored_s;   /**< now; not before `saved_s` */
    int64_t tolerance_s;  /**< pause: after a longer stop the on-delay begins again; Prometheus has 3600 */
    int64_t grace_s;      /**< pause: at least this much is left of the on-delay; Prometheus has 600 */
} mbill_restart;

/**
 * Go on with a saved alarm.
 *
 * With #MBILL_RESTART_PAUSE and a pending alarm, as Prometheus does: stopped for longer than the tolerance, the on-delay begins again; else the rest of it is
 * what was left when it was saved, or the grace if that is more; a delay that was over already stays over. Other states go on.
 *
 * @param config         not NULL
 * @param[in,out] alarm  not NULL; unchanged on failure
 * @param restart        not NULL
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LATE     saved before the alarm's last call, or restored before it was saved
 * @retval MBILL_E_INVALID  an unknown rule, a negative tolerance or grace; as mbill_alarm_check()
 * @retval MBILL_E_RANGE    a time or a delay out of range; as mbill_alarm_check()
 * @retval MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_alarm_sample()
 * @par Thread safety
 * Pure; any number of threads, each with its own alarms.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_alarm_restore(const mbill_alarm_config *config, mbill_alarm *alarm,
    const mbill_restart *restart, mbill_error *err);

#define MBILL_ALARM_REPEND 0x1u          /**< an alarm that is on for less than the new on-delay is cleared and pending again */
#define MBILL_ALARM_RECONFIGURE_EVENTS 3 /**< of one mbill_alarm_reconfigure(), at most */

/**
 * Go on with another configuration. An alarm that is on or clearing stays so; a delay that runs is measured by the new one from where it began.
 *
 * What was due before @p t_s by the old configuration takes effect first. Time that the old one let stand still stays uncounted.
 *
 * @param before           the configuration until now; not NULL
 * @param after            the one from now on; not NULL
 * @param[in,out] alarm    not NULL; unchanged on failure
 * @param t_s              now; as mbill_alarm_sample()
 * @param flags            #MBILL_ALARM_REPEND or 0
 * @param[out] out_events  #MBILL_ALARM_RECONFIGURE_EVENTS
 * @param[out] out_n       how many
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LATE, MBILL_E_RANGE, MBILL_E_INVALID, MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_alarm_sample()
 * @par Thread safety
 * Pure; any number of threads, each with its own alarms.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_alarm_reconfigure(const mbill_alarm_config *before, const mbill_alarm_config *after,
    mbill_alarm *alarm, int64_t t_s, uint32_t flags, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/** What a sample of a batch is. */
typedef enum mbill_sample_kind {
    MBILL_SAMPLE_GOOD = 0,  /**< mbill_alarm_sample() */
    MBILL_SAMPLE_ESTIMATED, /**< mbill_alarm_estimated() */
    MBILL_SAMPLE_TICK       /**< mbill_alarm_tick() */
} mbill_sample_kind;

/** A sample of a batch. */
typedef struct mbill_sample {
    int64_t t_s;       /**< its moment, UTC seconds */
    int64_t value;     /**< of the signal, in the unit of the configuration's limit; not looked at for a tick */
    uint32_t alarm;    /**< its place in the alarms */
    uint16_t class_of; /**< the place of its configuration */
    uint16_t kind;     /**< mbill_sample_kind */
} mbill_sample;

/**
 * Take many samples of many alarms, in order of the array. Sorted by alarm they are several times faster than at random.
 *
 * It stops before the first sample that it cannot take: when the room for events could be too small, or at a refused sample. Everything before it is done.
 * Call again with more room, or past it, from @p samples + @p *out_done.
 *
 * @param by_class         configurations; each is checked first
 * @param n_classes        how many
 * @param[in,out] alarms   not NULL if there are samples
 * @param n_alarms         how many
 * @param samples          those of one alarm in order of time
 * @param n                how many
 * @param[out] out_events  in the order of the samples; `source` is the alarm's place
 * @param cap              room; at least #MBILL_ALARM_EVENTS, or nothing can be taken
 * @param[out] out_n       events written, also on failure
 * @param[out] out_done    samples taken, also on failure
 * @param[out] err         NULL, or filled on failure: index = the sample, or the class
 * @retval MBILL_OK         all are taken
 * @retval MBILL_E_ROOM     fewer than #MBILL_ALARM_EVENTS places are left before a sample
 * @retval MBILL_E_LATE     a sample is late; only it is not taken
 * @retval MBILL_E_NOT_FOUND  a sample names an alarm or a class that is not there
 * @retval MBILL_E_INVALID  a sample of no kind; as mbill_alarm_check() for a class
 * @retval MBILL_E_RANGE, MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_alarm_sample()
 * @par Thread safety
 * Pure; any number of threads, each with its own alarms.
 * @par Cost
 * O(classes + samples); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_alarm_batch(const mbill_alarm_config *by_class, size_t n_classes,
    mbill_alarm *alarms, size_t n_alarms, const mbill_sample *samples, size_t n, mbill_alarm_event *out_events, size_t cap,
    size_t *out_n, size_t *out_done, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

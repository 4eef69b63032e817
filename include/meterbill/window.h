/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file window.h  Alarms that count: N events in T, by kind or by different keys, and m of the last n samples.
 *
 * @code
 * mbill_window_config complaints = {.within_s = 900, .n = 5, .flags = MBILL_WINDOW_DISTINCT, .priority = 2};   // five customers in a quarter of an hour
 * void *window = calloc(1, mbill_window_size(&complaints));
 * mbill_window_event(&complaints, window, now_s, customer, events, &n, &err);    // events[0].priority is 2
 * @endcode
 */
#ifndef MBILL_WINDOW_H
#define MBILL_WINDOW_H

#include "meterbill/alarm.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_WINDOW_MAX 64 /**< events or samples that a window counts, at most */

/** Both edges belong to the window: [t - T, t], as in Prometheus 2. Without it the left one does not: (t - T, t], as in Prometheus 3. */
#define MBILL_WINDOW_CLOSED 0x1u
/** Different keys are counted; one that comes again counts at its last time alone. */
#define MBILL_WINDOW_DISTINCT 0x2u

/** N events in T. A record of arrays: the size is fixed. */
typedef struct mbill_window_config {
    int64_t within_s;     /**< T: 1 to #MBILL_ALARM_DELAY_MAX */
    int32_t n;            /**< N: 1 to #MBILL_WINDOW_MAX */
    int32_t n_clear;      /**< cleared at the instant the count falls below it: 1 to n; 0: n */
    uint32_t flags;       /**< MBILL_WINDOW_… */
    uint32_t priority;    /**< what events carry: how much sooner the area's bills or reports are looked at; 0: no matter */
    uint32_t reserved[2]; /**< 0 */
} mbill_window_config;

/** What every window begins with; behind it are times, and keys if they count. */
typedef struct mbill_window {
    int64_t last_s;   /**< time of the last call */
    uint32_t episode; /**< how often it was raised */
    uint8_t active;   /**< 1: raised */
    uint8_t mark;     /**< as of mbill_alarm */
    uint8_t count;    /**< times that are kept */
    uint8_t level;    /**< the caller's: events carry it */
} mbill_window;

/**
 * Everything that is wrong with a configuration; as mbill_alarm_check().
 * @param config            may be NULL
 * @param[out] out_reasons  every reason, filled from 0; may be NULL when @p cap is 0
 * @param cap               room at @p out
 * @param[out] out_n        how many there are; may be NULL
 * @param[out] err          NULL, or filled on failure
 * @return as mbill_alarm_check()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_window_check(const mbill_window_config *config, mbill_error *out_reasons, size_t cap,
    size_t *out_n, mbill_error *err);

/**
 * Bytes of a window: 16, and 8 for each of its N times (16 with keys). All zero: nothing seen yet. 0: the configuration does not work.
 * @param config  may be NULL
 * @return bytes, or 0
 * @since 0.1
 */
MBILL_API size_t mbill_window_size(const mbill_window_config *config);

/**
 * Take an event.
 *
 * What falls due before @p t_s clears first; the N-th event inside the window raises. An event at the very instant at which it would clear keeps it active.
 *
 * @param config           not NULL; only read
 * @param[in,out] window   mbill_window_size() bytes, aligned for int64_t; unchanged on failure
 * @param t_s              as mbill_alarm_sample()
 * @param key              who it comes from; looked at with #MBILL_WINDOW_DISTINCT
 * @param[out] out_events  #MBILL_ALARM_EVENTS; `value` is the number of events that are kept
 * @param[out] out_n       how many
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LATE     as mbill_alarm_sample()
 * @retval MBILL_E_INVALID, MBILL_E_RANGE, MBILL_E_UNKNOWN_OPTION  as mbill_window_check()
 * @retval MBILL_E_MISUSE   a pointer that must not be NULL is, or the state is none of this configuration
 * @par Thread safety
 * Pure; any number of threads, each with its own windows.
 * @par Cost
 * O(1), as N is bounded; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_window_event(const mbill_window_config *config, mbill_window *window, int64_t t_s,
    uint64_t key, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * Say that no event up to and with @p t_s will follow; as mbill_alarm_tick().
 * @param config           may be NULL
 * @param window           its state
 * @param t_s              UTC seconds
 * @param[out] out_events  what happened, filled from 0
 * @param[out] out_n       how many there are; may be NULL
 * @param[out] err         NULL, or filled on failure
 * @return as mbill_alarm_tick()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_window_tick(const mbill_window_config *config, mbill_window *window, int64_t t_s,
    mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * When it clears unless something comes; INT64_MAX: it is not raised.
 * @param config  may be NULL
 * @param window  its state
 * @return UTC seconds, or INT64_MAX
 * @since 0.1
 */
MBILL_API int64_t mbill_window_deadline(const mbill_window_config *config, const mbill_window *window);

/**
 * Bytes of mbill_window_encode(): mbill_window_size() + 16; 0: the configuration does not work.
 * @param config  may be NULL
 * @return bytes, or 0
 * @since 0.1
 */
MBILL_API size_t mbill_window_encoded_size(const mbill_window_config *config);

/**
 * Write a window as mbill_window_encoded_size() bytes with version and checksum; as mbill_alarm_encode().
 * @param config          may be NULL
 * @param window          its state
 * @param[out] out_bytes  the bytes
 * @param[out] err        NULL, or filled on failure
 * @return as mbill_alarm_encode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_window_encode(const mbill_window_config *config, const mbill_window *window,
    uint8_t *out_bytes, mbill_error *err);

/**
 * Read a window back, of the same N and the same choice of keys.
 *
 * @param config           not NULL
 * @param bytes            what mbill_window_encode() wrote
 * @param n                how many
 * @param[out] out_window  mbill_window_size() bytes; untouched on failure
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID, MBILL_E_VERSION, MBILL_E_CHECKSUM, MBILL_E_MISUSE  as mbill_alarm_decode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_window_decode(const mbill_window_config *config, const uint8_t *bytes, size_t n,
    mbill_window *out_window, mbill_error *err);

/** m of the last n samples. A record of arrays: the size is fixed. */
typedef struct mbill_votes_config {
    mbill_alarm_config alarm; /**< what trips a sample, and the delays of the whole */
    int32_t m;                /**< samples that must trip: 1 to n */
    int32_t n;                /**< samples that are looked at: 1 to #MBILL_WINDOW_MAX; m = n: n in a row */
} mbill_votes_config;

/** An alarm with its last samples. All zero: nothing seen yet, and what is missing does not trip. */
typedef struct mbill_votes {
    mbill_alarm alarm; /**< where the alarm stands that the votes decide */
    uint64_t bits;     /**< bit 0 is the last sample */
} mbill_votes;

#define MBILL_VOTES_ENCODED_BYTES 56 /**< of mbill_votes_encode() */

/**
 * Everything that is wrong with a configuration; as mbill_alarm_check().
 * @param config            may be NULL
 * @param[out] out_reasons  every reason, filled from 0; may be NULL when @p cap is 0
 * @param cap               room at @p out
 * @param[out] out_n        how many there are; may be NULL
 * @param[out] err          NULL, or filled on failure
 * @return as mbill_alarm_check()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_votes_check(const mbill_votes_config *config, mbill_error *out_reasons, size_t cap,
    size_t *out_n, mbill_error *err);

/**
 * As mbill_alarm_sample(): the sample is compared in the state that it finds, and the condition holds while m of the last n trip.
 * @param config           may be NULL
 * @param votes            its state
 * @param t_s              UTC seconds
 * @param value            in the unit of the configuration
 * @param[out] out_events  what happened, filled from 0
 * @param[out] out_n       how many there are; may be NULL
 * @param[out] err         NULL, or filled on failure
 * @return as mbill_alarm_sample()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_votes_sample(const mbill_votes_config *config, mbill_votes *votes, int64_t t_s,
    int64_t value, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * As mbill_alarm_estimated(); the sample does not count.
 * @param config           may be NULL
 * @param votes            its state
 * @param t_s              UTC seconds
 * @param value            in the unit of the configuration
 * @param[out] out_events  what happened, filled from 0
 * @param[out] out_n       how many there are; may be NULL
 * @param[out] err         NULL, or filled on failure
 * @return as mbill_alarm_estimated()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_votes_estimated(const mbill_votes_config *config, mbill_votes *votes, int64_t t_s,
    int64_t value, mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * As mbill_alarm_tick().
 * @param config           may be NULL
 * @param votes            its state
 * @param t_s              UTC seconds
 * @param[out] out_events  what happened, filled from 0
 * @param[out] out_n       how many there are; may be NULL
 * @param[out] err         NULL, or filled on failure
 * @return as mbill_alarm_tick()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_votes_tick(const mbill_votes_config *config, mbill_votes *votes, int64_t t_s,
    mbill_alarm_event *out_events, size_t *out_n, mbill_error *err);

/**
 * As mbill_alarm_encode(), #MBILL_VOTES_ENCODED_BYTES bytes.
 * @param votes           its state
 * @param[out] out_bytes  the bytes
 * @param[out] err        NULL, or filled on failure
 * @return as mbill_alarm_encode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_votes_encode(const mbill_votes *votes, uint8_t *out_bytes, mbill_error *err);

/**
 * As mbill_alarm_decode().
 * @param bytes           @p n of them
 * @param n               their number
 * @param[out] out_votes  the state; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @return as mbill_alarm_decode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_votes_decode(const uint8_t *bytes, size_t n, mbill_votes *out_votes,
    mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

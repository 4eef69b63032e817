/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how events in a window are counted. Only the newest N times matter, oldest first behind the struct, then their keys: the count is at least k
 * exactly while the k-th newest is inside. */
#include "meterbill/window.h"

#include "alarm/check.h"
#include "alarm/machine.h"
#include "alarm/seal.h"

#include <inttypes.h>
#include <string.h>

enum { FORMAT = 1, HEAD = 16 };
static const char NAME[] = "MWI";

_Static_assert(sizeof(mbill_window) == HEAD, "times begin 16 bytes on, aligned");

/* ---- configuration ---- */

static bool works(const mbill_window_config *config)
{
    return config->within_s >= 1 && config->within_s <= MBILL_ALARM_DELAY_MAX && config->n >= 1 &&
        config->n <= MBILL_WINDOW_MAX && config->n_clear >= 0 && config->n_clear <= config->n &&
        (config->flags & ~(MBILL_WINDOW_CLOSED | MBILL_WINDOW_DISTINCT)) == 0 && (config->reserved[0] | config->reserved[1]) == 0;
}

mbill_status mbill_window_check(const mbill_window_config *config, mbill_error *out_reasons, size_t cap, size_t *out_n,
    mbill_error *err)
{
    MBILL__NEED(config);
    if (cap > 0) MBILL__NEED(out_reasons);
    mbill__reasons reasons = mbill__reasons_start(out_reasons, cap, err);
    if (config->within_s == 0) mbill__reasons_add(&reasons, MBILL_E_INVALID, "/within_s", "a window of 0 s, expected 1 or more");
    mbill__alarm_delay(config->within_s, "/within_s", &reasons);
    if (config->n < 1 || config->n > MBILL_WINDOW_MAX)
        mbill__reasons_add(&reasons, MBILL_E_INVALID, "/n", "%" PRId32 " events, expected 1 to %d", config->n, MBILL_WINDOW_MAX);
    if (config->n_clear < 0 || config->n_clear > config->n)
        mbill__reasons_add(&reasons, MBILL_E_INVALID, "/n_clear",
            "cleared below %" PRId32 " events, expected 1 to %" PRId32 ", or 0", config->n_clear, config->n);
    if ((config->flags & ~(MBILL_WINDOW_CLOSED | MBILL_WINDOW_DISTINCT)) != 0)
        mbill__reasons_add(&reasons, MBILL_E_UNKNOWN_OPTION, "/flags", "flags 0x%" PRIx32 ", expected 0 to 0x3", config->flags);
    if ((config->reserved[0] | config->reserved[1]) != 0)
        mbill__reasons_add(&reasons, MBILL_E_UNKNOWN_OPTION, "/reserved", "reserved words are set, expected 0");
    if (out_n != NULL) *out_n = reasons.n;
    return reasons.status;
}

static bool is_distinct(const mbill_window_config *config)
{
    return (config->flags & MBILL_WINDOW_DISTINCT) != 0;
}

size_t mbill_window_size(const mbill_window_config *config)
{
    if (config == NULL || !works(config)) return 0;
    return HEAD + (size_t)config->n * (is_distinct(config) ? 16 : 8);
}

/* ---- what is kept ---- */

static int64_t *times_of(mbill_window *window)
{
    return (int64_t *)(void *)(window + 1);
}

static uint64_t *keys_of(const mbill_window_config *config, mbill_window *window)
{
    return (uint64_t *)(void *)(times_of(window) + config->n);
}

/* Time of the k-th newest, which is there. */
static int64_t newest(const mbill_window *window, int32_t k)
{
    return ((const int64_t *)(const void *)(window + 1))[window->count - k];
}

/* When an event at t_s leaves the window. */
static int64_t leaves(const mbill_window_config *config, int64_t t_s)
{
    return t_s + config->within_s + ((config->flags & MBILL_WINDOW_CLOSED) != 0 ? 1 : 0);
}

static void forget(const mbill_window_config *config, mbill_window *window, size_t at)
{
    size_t behind = window->count - at - 1;
    memmove(times_of(window) + at, times_of(window) + at + 1, behind * sizeof(int64_t));
    if (is_distinct(config)) memmove(keys_of(config, window) + at, keys_of(config, window) + at + 1, behind * sizeof(uint64_t));
    window->count--;
}

static void keep(const mbill_window_config *config, mbill_window *window, int64_t t_s, uint64_t key)
{
    for (size_t i = 0; is_distinct(config) && i < window->count; i++)
        if (keys_of(config, window)[i] == key) forget(config, window, i);
    if (window->count == config->n) forget(config, window, 0);
    times_of(window)[window->count] = t_s;
    if (is_distinct(config)) keys_of(config, window)[window->count] = key;
    window->count++;
}

static bool is_sound(const mbill_window_config *config, const mbill_window *window)
{
    const int64_t *times = (const int64_t *)(const void *)(window + 1);
    int32_t least = config->n_clear == 0 ? config->n : config->n_clear;
    if (window->count > config->n || window->active > 1 || window->mark > 2 || !mbill__alarm_time_fits(window->last_s))
        return false;
    for (size_t i = 0; i < window->count; i++)
        if (!mbill__alarm_time_fits(times[i]) || times[i] > window->last_s || (i > 0 && times[i] < times[i - 1])) return false;
    return window->active == 0 || window->count >= least;
}

/* ---- calls ---- */

int64_t mbill_window_deadline(const mbill_window_config *config, const mbill_window *window)
{
    if (config == NULL || window == NULL || !works(config) || !is_sound(config, window) || window->active == 0) return INT64_MAX;
    return leaves(config, newest(window, config->n_clear == 0 ? config->n : config->n_clear));
}

static void put(const mbill_window_config *config, const mbill_window *window, uint16_t kind, int64_t effective_s, int64_t t_s,
    mbill_alarm_event *out_events, size_t *n)
{
    out_events[(*n)++] = (mbill_alarm_event){effective_s, t_s, window->count, 0, window->episode, kind, window->level,
        config->priority};
}

static mbill_status begin(const mbill_window_config *config, const mbill_window *window, int64_t t_s, bool is_tick,
    const mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    MBILL__NEED(out_n);
    *out_n = 0;
    MBILL__NEED(config);
    MBILL__NEED(window);
    MBILL__NEED(out_events);
    if (!works(config)) return mbill_window_check(config, NULL, 0, NULL, err);
    if (!is_sound(config, window)) return mbill__fail(err, MBILL_E_MISUSE, "the window's state is none of this configuration");
    const mbill_alarm clock = {.last_s = window->last_s, .mark = window->mark};
    return mbill__alarm_in_time(&clock, t_s, is_tick, err);
}

static void advance(const mbill_window_config *config, mbill_window *window, int64_t t_s, bool is_tick,
    mbill_alarm_event *out_events, size_t *out_n)
{
    int64_t due_s = mbill_window_deadline(config, window);
    if (due_s < t_s || (is_tick && due_s == t_s)) {
        put(config, window, MBILL_ALARM_CLEAR, due_s, t_s, out_events, out_n);
        window->active = 0;
    }
    window->last_s = t_s;
    window->mark = is_tick ? 2 : 1;
}

mbill_status mbill_window_event(const mbill_window_config *config, mbill_window *window, int64_t t_s, uint64_t key,
    mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    MBILL_TRY(begin(config, window, t_s, false, out_events, out_n, err));
    advance(config, window, t_s, false, out_events, out_n);
    keep(config, window, t_s, key);
    if (window->active == 0 && window->count == config->n && leaves(config, newest(window, config->n)) > t_s) {
        window->active = 1;
        window->episode++;
        put(config, window, MBILL_ALARM_RAISE, t_s, t_s, out_events, out_n);
    }
    return MBILL_OK;
}

mbill_status mbill_window_tick(const mbill_window_config *config, mbill_window *window, int64_t t_s,
    mbill_alarm_event *out_events, size_t *out_n, mbill_error *err)
{
    MBILL_TRY(begin(config, window, t_s, true, out_events, out_n, err));
    advance(config, window, t_s, true, out_events, out_n);
    return MBILL_OK;
}

/* ---- as bytes ---- */

size_t mbill_window_encoded_size(const mbill_window_config *config)
{
    size_t size = mbill_window_size(config);
    return size == 0 ? 0 : size + MBILL__SEAL_FRAME;
}

mbill_status mbill_window_encode(const mbill_window_config *config, const mbill_window *window, uint8_t *out_bytes,
    mbill_error *err)
{
    MBILL__NEED(config);
    MBILL__NEED(window);
    MBILL__NEED(out_bytes);
    if (!works(config)) return mbill_window_check(config, NULL, 0, NULL, err);
    if (!is_sound(config, window)) return mbill__fail(err, MBILL_E_MISUSE, "the window's state is none of this configuration");
    const int64_t *words = (const int64_t *)(const void *)(window + 1);
    size_t n = (size_t)config->n, size = mbill_window_encoded_size(config);
    uint8_t *at = out_bytes + MBILL__SEAL_HEAD;
    memset(out_bytes, 0, size);
    mbill__seal_put(&at, (uint64_t)window->last_s, 8);
    mbill__seal_put(&at, window->episode, 4);
    mbill__seal_put(&at, window->active, 1);
    mbill__seal_put(&at, window->mark, 1);
    mbill__seal_put(&at, window->count, 1);
    mbill__seal_put(&at, window->level, 1);
    for (size_t i = 0; i < n; i++) mbill__seal_put(&at, i < window->count ? (uint64_t)words[i] : 0, 8);
    for (size_t i = 0; is_distinct(config) && i < n; i++) mbill__seal_put(&at, i < window->count ? (uint64_t)words[n + i] : 0, 8);
    mbill__seal(out_bytes, size, NAME, FORMAT);
    return MBILL_OK;
}

mbill_status mbill_window_decode(const mbill_window_config *config, const uint8_t *bytes, size_t n, mbill_window *out_window,
    mbill_error *err)
{
    int64_t block[(HEAD + 16 * MBILL_WINDOW_MAX) / 8] = {0};
    mbill_window *got = (mbill_window *)(void *)block;
    MBILL__NEED(config);
    if (n > 0) MBILL__NEED(bytes);
    MBILL__NEED(out_window);
    if (!works(config)) return mbill_window_check(config, NULL, 0, NULL, err);
    MBILL_TRY(mbill__unseal(bytes, n, mbill_window_encoded_size(config), NAME, FORMAT, "a window's state", err));
    const uint8_t *at = bytes + MBILL__SEAL_HEAD;
    got->last_s = (int64_t)mbill__seal_get(&at, 8);
    got->episode = (uint32_t)mbill__seal_get(&at, 4);
    got->active = (uint8_t)mbill__seal_get(&at, 1);
    got->mark = (uint8_t)mbill__seal_get(&at, 1);
    got->count = (uint8_t)mbill__seal_get(&at, 1);
    got->level = (uint8_t)mbill__seal_get(&at, 1);
    size_t size = mbill_window_size(config);
    for (size_t i = HEAD / 8; i < size / 8; i++) block[i] = (int64_t)mbill__seal_get(&at, 8);
    if (!is_sound(config, got))
        return mbill__fail(err, MBILL_E_INVALID, "a window's state that cannot be, expected what was encoded");
    memcpy(out_window, block, size);
    return MBILL_OK;
}

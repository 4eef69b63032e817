/* SPDX-License-Identifier: Apache-2.0 */
/* Looking more often changes nothing: random alarms, votes and windows, each run twice over the same random input, once with ticks at random places, must tell the same events at
 * the same effective times. MBILL_RUNS says how many of each (400,000), MBILL_SEED where the numbers start. */
#include "check_run.h"
#include "random.h"

#include "meterbill/window.h"

#include <check.h>
#include <string.h>

enum { STEPS = 14, EVENTS = 4 * STEPS };

typedef struct story {
    int64_t t_s[STEPS], value[STEPS];
    uint16_t kind[STEPS];
    int64_t end_s;
} story;

typedef struct told {
    mbill_alarm_event events[EVENTS];
    size_t n;
} told;

typedef mbill_status (
    *call)(const void *config, void *state, uint16_t kind, int64_t t_s, int64_t value, mbill_alarm_event *events, size_t *n);

static int64_t below(uint64_t n)
{
    return (int64_t)(random_word() % n);
}

static mbill_alarm_config draw_config(void)
{
    mbill_alarm_config out = {.limit = below(5),
        .deadband = below(3),
        .on_s = below(7),
        .off_s = below(7),
        .comparator = (int32_t)below(4) + 1,
        .flags = below(4) == 0 ? MBILL_ALARM_HOLD_AT_EQUAL : 0};
    if (below(2) == 0) return out;
    out.max_hold_s = below(8);
    out.stale_policy = (int32_t)below(3);
    return out;
}

static story draw_story(void)
{
    story out;
    int64_t t_s = 0;
    for (size_t i = 0; i < STEPS; i++) {
        t_s += below(4) == 0 ? below(12) : below(3);
        out.t_s[i] = t_s;
        out.value[i] = below(6);
        out.kind[i] = below(8) == 0 ? MBILL_SAMPLE_ESTIMATED : MBILL_SAMPLE_GOOD;
    }
    out.end_s = t_s + below(20);
    return out;
}

static uint64_t n_events, n_wrong;

/* A check that is made some million times. */
static void want(bool holds)
{
    n_wrong += !holds;
}

static void take(call one, const void *config, void *state, uint16_t kind, int64_t t_s, int64_t value, told *out)
{
    size_t n;
    want(one(config, state, kind, t_s, value, out->events + out->n, &n) == MBILL_OK);
    out->n += n;
}

/* Ticks from the last step's time to before the next one's. */
static void tick(call one, const void *config, void *state, int64_t from_s, int64_t to_s, told *out)
{
    while (from_s < to_s && below(3) != 0) {
        from_s += below((uint64_t)(to_s - from_s));
        take(one, config, state, MBILL_SAMPLE_TICK, from_s, 0, out);
    }
}

static void compare(call one, const void *config, const story *of, void *plain, void *ticked)
{
    told a = {.n = 0}, b = {.n = 0};
    for (size_t i = 0; i < STEPS; i++) {
        take(one, config, plain, of->kind[i], of->t_s[i], of->value[i], &a);
        if (i > 0) tick(one, config, ticked, of->t_s[i - 1], of->t_s[i], &b);
        take(one, config, ticked, of->kind[i], of->t_s[i], of->value[i], &b);
    }
    tick(one, config, ticked, of->t_s[STEPS - 1], of->end_s, &b);
    take(one, config, plain, MBILL_SAMPLE_TICK, of->end_s, 0, &a);
    take(one, config, ticked, MBILL_SAMPLE_TICK, of->end_s, 0, &b);
    want(a.n == b.n);
    for (size_t i = 0; i < a.n && i < b.n; i++) {
        want(a.events[i].kind == b.events[i].kind && a.events[i].effective_s == b.events[i].effective_s);
        want(a.events[i].episode == b.events[i].episode && b.events[i].observed_s <= a.events[i].observed_s);
        want(a.events[i].kind == (i % 2 == 0 ? MBILL_ALARM_RAISE : MBILL_ALARM_CLEAR));
    }
    n_events += a.n;
}

static mbill_status call_alarm(const void *config, void *state, uint16_t kind, int64_t t_s, int64_t value,
    mbill_alarm_event *events, size_t *n)
{
    if (kind == MBILL_SAMPLE_TICK) return mbill_alarm_tick(config, state, t_s, events, n, NULL);
    if (kind == MBILL_SAMPLE_ESTIMATED) return mbill_alarm_estimated(config, state, t_s, value, events, n, NULL);
    return mbill_alarm_sample(config, state, t_s, value, events, n, NULL);
}

static mbill_status call_votes(const void *config, void *state, uint16_t kind, int64_t t_s, int64_t value,
    mbill_alarm_event *events, size_t *n)
{
    if (kind == MBILL_SAMPLE_TICK) return mbill_votes_tick(config, state, t_s, events, n, NULL);
    if (kind == MBILL_SAMPLE_ESTIMATED) return mbill_votes_estimated(config, state, t_s, value, events, n, NULL);
    return mbill_votes_sample(config, state, t_s, value, events, n, NULL);
}

static mbill_status call_window(const void *config, void *state, uint16_t kind, int64_t t_s, int64_t value,
    mbill_alarm_event *events, size_t *n)
{
    if (kind == MBILL_SAMPLE_TICK) return mbill_window_tick(config, state, t_s, events, n, NULL);
    return mbill_window_event(config, state, t_s, (uint64_t)value, events, n, NULL);
}

static uint64_t runs(void)
{
    const char *given = getenv("MBILL_RUNS");
    uint64_t n = given == NULL ? 400000 : strtoull(given, NULL, 10);
    random_begin("test_alarm_ticks");
    n_events = n_wrong = 0;
    return n;
}

static void report(const char *what, uint64_t n)
{
    fprintf(stderr, "%s: %" PRIu64 " runs, %" PRIu64 " events, %" PRIu64 " wrong\n", what, n, n_events, n_wrong);
    ck_assert_uint_eq(n_wrong, 0);
    ck_assert_uint_gt(n_events, n / 2);
}

START_TEST(ticks_of_conditions)
{
    uint64_t n = runs();
    for (uint64_t i = 0; i < n; i++) {
        const mbill_alarm_config config = draw_config();
        const story of = draw_story();
        mbill_alarm plain = {0}, ticked = {0};
        compare(call_alarm, &config, &of, &plain, &ticked);
    }
    report("conditions", n);
}
END_TEST

START_TEST(ticks_of_votes)
{
    uint64_t n = runs();
    for (uint64_t i = 0; i < n; i++) {
        mbill_votes_config config = {.alarm = draw_config(), .n = (int32_t)below(5) + 1};
        config.m = (int32_t)below((uint64_t)config.n) + 1;
        const story of = draw_story();
        mbill_votes plain = {.bits = 0}, ticked = {.bits = 0};
        compare(call_votes, &config, &of, &plain, &ticked);
    }
    report("votes", n);
}
END_TEST

START_TEST(ticks_of_windows)
{
    uint64_t n = runs();
    for (uint64_t i = 0; i < n; i++) {
        mbill_window_config config = {.within_s = below(12) + 1, .n = (int32_t)below(4) + 1, .flags = (uint32_t)below(4)};
        config.n_clear = (int32_t)below((uint64_t)config.n + 1);
        const story of = draw_story();
        int64_t plain[16] = {0}, ticked[16] = {0};
        compare(call_window, &config, &of, plain, ticked);
    }
    report("windows", n);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alarm_ticks");
    TCase *laws = tcase_create("laws");
    tcase_set_timeout(laws, 3600);
    tcase_add_test(laws, ticks_of_conditions);
    tcase_add_test(laws, ticks_of_votes);
    tcase_add_test(laws, ticks_of_windows);
    suite_add_tcase(suite, laws);
    return check_run(suite, CK_FORK_GETENV);
}

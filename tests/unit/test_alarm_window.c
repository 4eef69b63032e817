/* SPDX-License-Identifier: Apache-2.0 */
/* N events in T, and m of n samples: the published cases, what is kept, every refusal. */
#include "check_run.h"
#include "refusal.h"

#include "meterbill/window.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define LENGTH(list) (sizeof(list) / sizeof(list)[0])
#define ROOM 256

typedef struct window_case {
    mbill_window_config config;
    const char *script, *expected; /* "4" an event at 4, "4k2" of key 2, "|9" a tick */
} window_case;

#define C34 .n = 5, .within_s = 15
#define CLOSED .flags = MBILL_WINDOW_CLOSED

static const window_case cases[] = {
    {{C34}, "0 3 6 9 14 |99", "14:RAISE 15:CLEAR@99"},
    {{C34, CLOSED}, "0 3 6 9 14 |99", "14:RAISE 16:CLEAR@99"},
    {{C34}, "0 3 6 9 15 |99", ""},
    {{C34, CLOSED}, "0 3 6 9 15 |99", "15:RAISE 16:CLEAR@99"},
    {{C34}, "10 13 14 16 18 |25", "18:RAISE 25:CLEAR"},
    {{C34, CLOSED}, "10 13 14 16 18 |26", "18:RAISE 26:CLEAR"},
    {{C34}, "0 0 0 0 0 |15", "0:RAISE 15:CLEAR"},
    {{C34, CLOSED}, "0 0 0 0 0 |16", "0:RAISE 16:CLEAR"},
    {{.n = 5, .within_s = 900}, "0 200 400 600 899 |900", "899:RAISE 900:CLEAR"},
    {{.n = 5, .within_s = 900, CLOSED}, "0 200 400 600 900 |901", "900:RAISE 901:CLEAR"},
    {{.n = 5, .within_s = 900}, "0 200 400 600 900 |901", ""},
    {{.n = 3, .within_s = 10, .flags = MBILL_WINDOW_DISTINCT}, "0k1 4k2 9k1 12k3 |14", "12:RAISE 14:CLEAR"}, /* N7 */
    {{.n = 3, .within_s = 10}, "0k1 4k2 9k1 12k3 |14", "9:RAISE 10:CLEAR@12 12:RAISE 14:CLEAR"},
    {{.n = 4, .n_clear = 2, .within_s = 20}, "0 2 4 6 23 30", "6:RAISE 26:CLEAR@30"},
    {{.n = 2, .within_s = 10}, "0 5 10 |14 |20", "5:RAISE 15:CLEAR@20"}, /* the event at 10 keeps it active */
    {{.n = 2, .within_s = 10}, "0 5 |10 10", "5:RAISE 10:CLEAR 10:LATE"},
    {{.n = 1, .within_s = 10}, "0 5 3 |15", "0:RAISE 3:LATE 15:CLEAR"},
};

static void say(char *out, size_t room, const mbill_alarm_event *event)
{
    size_t at = strlen(out);
    at += (size_t)snprintf(out + at, room - at, "%s%" PRId64 ":%s", at > 0 ? " " : "", event->effective_s,
        event->kind == MBILL_ALARM_RAISE ? "RAISE" : "CLEAR");
    if (event->observed_s != event->effective_s) snprintf(out + at, room - at, "@%" PRId64, event->observed_s);
}

static void run(const mbill_window_config *config, mbill_window *window, const char *script, char *out, size_t room)
{
    mbill_alarm_event events[MBILL_ALARM_EVENTS];
    size_t n;
    out[0] = '\0';
    while (*script != '\0') {
        char *end;
        int is_tick = *script == '|';
        uint64_t key = 0;
        int64_t t_s = strtoll(script + is_tick, &end, 10);
        if (*end == 'k') key = strtoull(end + 1, &end, 10);
        script = end + strspn(end, " ");
        mbill_status status = is_tick ? mbill_window_tick(config, window, t_s, events, &n, NULL)
                                      : mbill_window_event(config, window, t_s, key, events, &n, NULL);
        size_t at = strlen(out);
        if (status == MBILL_E_LATE) snprintf(out + at, room - at, "%s%" PRId64 ":LATE", at > 0 ? " " : "", t_s);
        else ck_assert_int_eq(status, MBILL_OK);
        for (size_t i = 0; i < n; i++) {
            ck_assert_uint_eq(events[i].priority, config->priority);
            say(out, room, &events[i]);
        }
    }
}

START_TEST(published_windows)
{
    const window_case *one = &cases[_i];
    mbill_window_config config = one->config;
    char said[ROOM];
    config.priority = 3;
    size_t size = mbill_window_size(&config);
    mbill_window *window = calloc(1, size);
    ck_assert_int_eq(mbill_window_check(&config, NULL, 0, NULL, NULL), MBILL_OK);
    run(&config, window, one->script, said, sizeof said);
    ck_assert_msg(strcmp(said, one->expected) == 0, "%s: \"%s\", expected \"%s\"", one->script, said, one->expected);
    uint8_t *bytes = malloc(mbill_window_encoded_size(&config));
    mbill_window *back = calloc(1, size);
    ck_assert_int_eq(mbill_window_encode(&config, window, bytes, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_window_decode(&config, bytes, mbill_window_encoded_size(&config), back, NULL), MBILL_OK);
    char again[ROOM], first[ROOM]; /* what goes on is the same */
    run(&config, window, "100 101 102 103 104 |200", first, sizeof first);
    run(&config, back, "100 101 102 103 104 |200", again, sizeof again);
    ck_assert_str_eq(first, again);
    ck_assert(first[0] != '\0' || (config.flags & MBILL_WINDOW_DISTINCT) != 0);
    free(back);
    free(bytes);
    free(window);
}
END_TEST

START_TEST(kept_windows)
{
    const mbill_window_config config = {.n = 3, .within_s = 10, .flags = MBILL_WINDOW_DISTINCT}, other = {.n = 4, .within_s = 10};
    int64_t block[8] = {0};
    mbill_window *window = (mbill_window *)(void *)block;
    uint8_t bytes[80];
    char said[ROOM];
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_uint_eq(mbill_window_size(&config), 64);
    ck_assert_uint_eq(mbill_window_encoded_size(&config), sizeof bytes);
    run(&config, window, "1k1 2k2", said, sizeof said);
    ck_assert_int_eq(mbill_window_encode(&config, window, bytes, &err), MBILL_OK);
    for (size_t i = 0; i < sizeof bytes; i++) {
        mbill_status expected = i < 3 || (i > 3 && i < 8) ? MBILL_E_INVALID : i == 3 ? MBILL_E_VERSION : MBILL_E_CHECKSUM;
        bytes[i] ^= 0x10;
        assert_refusal(&err, mbill_window_decode(&config, bytes, sizeof bytes, window, &err), expected, "");
        bytes[i] ^= 0x10;
    }
    assert_refusal(&err, mbill_window_decode(&other, bytes, sizeof bytes, window, &err), MBILL_E_INVALID, "80 bytes");
    assert_refusal(&err, mbill_window_decode(&config, NULL, 1, window, &err), MBILL_E_MISUSE, "bytes");
    window->count = 4;
    assert_refusal(&err, mbill_window_encode(&config, window, bytes, &err), MBILL_E_MISUSE, "state");
    mbill_alarm_event events[MBILL_ALARM_EVENTS];
    size_t n;
    assert_refusal(&err, mbill_window_event(&config, window, 9, 0, events, &n, &err), MBILL_E_MISUSE, "state");
    ck_assert_int_eq(mbill_window_deadline(&config, window), INT64_MAX);
}
END_TEST

START_TEST(refused_windows)
{
    const mbill_window_config bad = {.within_s = 0, .n = 65, .n_clear = 66, .flags = 4, .reserved = {0, 1}},
                              none = {.within_s = -1, .n = 0};
    static const char *const paths[] = {"/within_s", "/n", "/n_clear", "/flags", "/reserved"};
    mbill_error reasons[6], err;
    mbill_window window = {0};
    mbill_alarm_event events[MBILL_ALARM_EVENTS];
    size_t n;
    for (size_t i = 0; i < 6; i++) mbill_error_init(&reasons[i]);
    mbill_error_init(&err);
    assert_refusal_path(&err, mbill_window_check(&bad, reasons, 6, &n, &err), MBILL_E_INVALID, "/within_s", "0 s");
    ck_assert_uint_eq(n, LENGTH(paths));
    for (size_t i = 0; i < n; i++) ck_assert_str_eq(reasons[i].path, paths[i]);
    ck_assert_int_eq(mbill_window_check(&none, NULL, 0, &n, NULL), MBILL_E_INVALID);
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(mbill_window_size(&bad), 0);
    ck_assert_uint_eq(mbill_window_encoded_size(NULL), 0);
    assert_refusal_path(&err, mbill_window_event(&bad, &window, 0, 0, events, &n, &err), MBILL_E_INVALID, "/within_s", "");
    assert_refusal_path(&err, mbill_window_tick(&bad, &window, 0, events, &n, &err), MBILL_E_INVALID, "/within_s", "");
    assert_refusal(&err, mbill_window_event(NULL, &window, 0, 0, events, &n, &err), MBILL_E_MISUSE, "config");
    assert_refusal(&err, mbill_window_check(NULL, NULL, 0, NULL, &err), MBILL_E_MISUSE, "config");
}
END_TEST

/* ---- m of n ---- */

static const char *vote(const mbill_votes_config *config, const int64_t *values, size_t n_values, const char *expected)
{
    static char said[ROOM];
    mbill_votes votes = {{0}, 0}, back;
    mbill_alarm_event events[MBILL_ALARM_EVENTS];
    uint8_t bytes[MBILL_VOTES_ENCODED_BYTES];
    size_t n;
    said[0] = '\0';
    ck_assert_int_eq(mbill_votes_check(config, NULL, 0, NULL, NULL), MBILL_OK);
    for (size_t i = 0; i < n_values; i++) {
        ck_assert_int_eq(mbill_votes_sample(config, &votes, (int64_t)i, values[i], events, &n, NULL), MBILL_OK);
        for (size_t k = 0; k < n; k++) say(said, sizeof said, &events[k]);
        ck_assert_int_eq(mbill_votes_encode(&votes, bytes, NULL), MBILL_OK);
        ck_assert_int_eq(mbill_votes_decode(bytes, sizeof bytes, &back, NULL), MBILL_OK);
        ck_assert_mem_eq(&votes, &back, sizeof back);
    }
    ck_assert_str_eq(said, expected);
    return said;
}

START_TEST(votes_of_samples)
{
    const mbill_votes_config two_of_three = {{.limit = 3, .comparator = MBILL_ABOVE}, 2, 3},
                             ten = {{.limit = 1000, .comparator = MBILL_AT_OR_ABOVE}, 10, 10},
                             all = {{.limit = 1, .comparator = MBILL_AT_OR_ABOVE}, 64, 64};
    static const int64_t two_values[] = {4, 1, 4, 1, 1, 4, 4};
    int64_t load[21], many[66];
    vote(&two_of_three, two_values, LENGTH(two_values), "2:RAISE 3:CLEAR 6:RAISE"); /* N9 */
    for (size_t i = 0; i < LENGTH(load); i++) load[i] = i == 0 || i == 10 ? 999 : 1000;
    vote(&ten, load, 20, "");
    vote(&ten, load, 21, "20:RAISE"); /* C44 */
    for (size_t i = 0; i < LENGTH(many); i++) many[i] = i < 65;
    vote(&all, many, 66, "63:RAISE 65:CLEAR");
}
END_TEST

START_TEST(votes_and_missing_data)
{
    const mbill_votes_config config =
        {{.limit = 3, .max_hold_s = 5, .off_s = 1, .comparator = MBILL_ABOVE, .stale_policy = MBILL_STALE_TRIP}, 2, 3};
    mbill_votes votes = {{0}, 0};
    mbill_alarm_event events[MBILL_ALARM_EVENTS];
    size_t n;
    ck_assert_int_eq(mbill_votes_sample(&config, &votes, 0, 9, events, &n, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_votes_estimated(&config, &votes, 1, 9, events, &n, NULL), MBILL_OK);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(mbill_votes_tick(&config, &votes, 5, events, &n, NULL), MBILL_OK); /* what is missing trips, as a sample */
    ck_assert(n == 1 && events[0].kind == MBILL_ALARM_RAISE && events[0].effective_s == 5);
}
END_TEST

START_TEST(refused_votes)
{
    const mbill_votes_config bad = {{.limit = 3, .on_s = -1, .comparator = MBILL_ABOVE}, 0, 65},
                             good = {{.comparator = MBILL_ABOVE}, 1, 1};
    static const char *const paths[] = {"/on_s", "/n", "/m"};
    mbill_error reasons[4], err;
    mbill_votes votes = {{0}, 0};
    mbill_alarm_event events[MBILL_ALARM_EVENTS];
    uint8_t bytes[MBILL_VOTES_ENCODED_BYTES];
    size_t n;
    for (size_t i = 0; i < 4; i++) mbill_error_init(&reasons[i]);
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_votes_check(&bad, reasons, 4, &n, &err), MBILL_E_INVALID);
    ck_assert_uint_eq(n, LENGTH(paths));
    for (size_t i = 0; i < n; i++) ck_assert_str_eq(reasons[i].path, paths[i]);
    assert_refusal(&err, mbill_votes_sample(&bad, &votes, 0, 0, events, &n, &err), MBILL_E_INVALID, "-1");
    assert_refusal(&err, mbill_votes_tick(NULL, &votes, 0, events, &n, &err), MBILL_E_MISUSE, "config");
    ck_assert_int_eq(mbill_votes_tick(&good, &votes, 5, events, &n, &err), MBILL_OK);
    assert_refusal(&err, mbill_votes_estimated(&good, &votes, 5, 0, events, &n, &err), MBILL_E_LATE, "5");
    ck_assert_int_eq(mbill_votes_encode(&votes, bytes, &err), MBILL_OK);
    bytes[3]++;
    assert_refusal(&err, mbill_votes_decode(bytes, sizeof bytes, &votes, &err), MBILL_E_VERSION, "form 2");
    bytes[3]--;
    bytes[20]++;
    assert_refusal(&err, mbill_votes_decode(bytes, sizeof bytes, &votes, &err), MBILL_E_CHECKSUM, "checksum");
    assert_refusal(&err, mbill_votes_decode(bytes, 5, &votes, &err), MBILL_E_INVALID, "5 bytes");
    votes.alarm.state = 9;
    assert_refusal(&err, mbill_votes_encode(&votes, bytes, &err), MBILL_E_MISUSE, "state 9");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alarm_window");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused");
    tcase_add_loop_test(ok, published_windows, 0, (int)LENGTH(cases));
    tcase_add_test(ok, votes_of_samples);
    tcase_add_test(ok, votes_and_missing_data);
    tcase_add_test(refused, kept_windows);
    tcase_add_test(refused, refused_windows);
    tcase_add_test(refused, refused_votes);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    return check_run(suite, CK_FORK_GETENV);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* One condition: the published cases, every refusal, what is kept, stops and new configurations, batches, and the walk over all short inputs. */
#include "alarm_script.h"
#include "check_run.h"
#include "random.h"
#include "refusal.h"

#define LENGTH(list) (sizeof(list) / sizeof(list)[0])
#define ROOM 512

typedef struct script_case {
    const char *id;
    mbill_alarm_config config;
    const char *script, *expected;
} script_case;

#define LOW .comparator = MBILL_BELOW
#define LOW_AT .comparator = MBILL_AT_OR_BELOW
#define HIGH .comparator = MBILL_ABOVE
#define HIGH_AT .comparator = MBILL_AT_OR_ABOVE

static const script_case cases[] = {
    {"C26", {.limit = 0, .on_s = 5, LOW_AT}, "0:0 1:0 2:0 3:0 4:0 5:0", "5:RAISE"},
    {"C26, no delay", {.limit = 0, LOW_AT}, "0:0 1:0", "0:RAISE"},
    {"C29", {.limit = 50, .on_s = 1, .off_s = 1, HIGH}, "0:75 1:85 2:70 3:70 4:10 5:10", "1:RAISE 5:CLEAR"},
    {"C29, short", {.limit = 50, .on_s = 1, .off_s = 1, HIGH}, "0:75 1:10", ""},
    {"C29, off-delay", {.limit = 2000, .on_s = 2, .off_s = 3, LOW},
        "0:1999 1:1999 2:1999 3:1999 4:1999 5:2500 6:2500 7:1999 8:2500 9:2500 10:2500 11:2500 12:2500", "2:RAISE 11:CLEAR"},
    {"C31, Rockwell", {.limit = 50, .deadband = 5, HIGH_AT}, "0:50 1:51 2:50 3:46 4:45 5:44", "0:RAISE 5:CLEAR"},
    {"C31, BACnet", {.limit = 50, .deadband = 5, HIGH, .flags = MBILL_ALARM_HOLD_AT_EQUAL}, "0:50 1:51 2:50 3:46 4:45 5:44",
        "1:RAISE 5:CLEAR"},
    {"C31, above", {.limit = 50, .deadband = 5, HIGH}, "0:50 1:51 2:50 3:46 4:45 5:44", "1:RAISE 4:CLEAR"},
    {"C31, at most", {.limit = 2000, .deadband = 500, LOW_AT}, "0:2000 1:2500 2:2501", "0:RAISE 2:CLEAR"},
    {"C31, below, held", {.limit = 2000, .deadband = 500, LOW, .flags = MBILL_ALARM_HOLD_AT_EQUAL}, "0:2000 1:1999 2:2500 3:2501",
        "1:RAISE 3:CLEAR"},
    {"C31, below", {.limit = 2000, .deadband = 500, LOW}, "0:1999 1:2499 2:2500", "0:RAISE 2:CLEAR"},
    {"C39, ends at the deadline", {.limit = 2000, .on_s = 5, LOW}, "0:1999 5:2500", ""},
    {"C39, tick", {.limit = 2000, .on_s = 5, LOW}, "0:1999 |5 5:2500 6:2500", "5:RAISE 5:LATE 6:CLEAR"},
    {"C39, no tick", {.limit = 2000, .on_s = 30, LOW}, "0:1999 50:2500", "30:RAISE@50 50:CLEAR"},
    {"C39, observed", {.limit = 2000, .on_s = 30, LOW, .flags = MBILL_ALARM_OBSERVED_ONLY}, "0:1999 50:2500", ""},
    {"C39, both delays", {.limit = 2000, .on_s = 5, .off_s = 3, LOW}, "0:1999 4:2500 5:1999 12:2500 13:1999 14:2500 |20",
        "10:RAISE@12 17:CLEAR@20"},
    {"C39, no delays", {.limit = 50, .deadband = 5, HIGH_AT}, "0:49 1:50 2:46 3:45 4:44 5:50", "1:RAISE 4:CLEAR 5:RAISE"},
    {"C40", {.limit = 2000, .on_s = 5, LOW}, "0:1999 1:1999 4:1999 5:1999 6:1999", "5:RAISE"},
    {"C40, clear", {.limit = 2000, .on_s = 5, .max_hold_s = 1, LOW, .stale_policy = MBILL_STALE_CLEAR},
        "0:1999 1:1999 3:1999 4:1999 5:1999 6:1999 7:1999 8:1999", "8:RAISE"},
    {"C40, hold", {.limit = 2000, .on_s = 5, .max_hold_s = 1, LOW}, "0:1999 1:1999 3:1999 4:1999 5:1999 6:1999 7:1999",
        "6:RAISE"},
    {"C40, trip", {.limit = 2000, .on_s = 5, .max_hold_s = 1, LOW, .stale_policy = MBILL_STALE_TRIP},
        "0:1999 1:1999 3:1999 4:1999 5:1999 6:1999 7:1999", "5:RAISE"},
    {"C40, for ever", {.limit = 2000, .on_s = 5, LOW}, "0:1999 1:1999 3:1999 4:1999 5:1999 6:1999 7:1999", "5:RAISE"},
    {"C40, once above", {.limit = 2000, .on_s = 5, LOW},
        "0:1999 1:1999 2:1999 3:1999 4:2000 5:1999 6:1999 7:1999 8:1999 9:1999 10:1999", "10:RAISE"},
    {"C41", {.limit = 50, .deadband = 5, .on_s = 3, .off_s = 3, HIGH}, "0:60 1:60 2:60 3:60 4:40 5:40 6:40 7:40 8:40",
        "3:RAISE 7:CLEAR"},
    {"C41, five", {.limit = 50, .deadband = 5, .on_s = 3, .off_s = 3, HIGH}, "0:60 1:60 2:60 3:60 4:60 5:40 6:40 7:40 8:40 9:40",
        "3:RAISE 8:CLEAR"},
    {"N5, hold, late sample", {.limit = 10, .on_s = 6, .off_s = 4, .max_hold_s = 5, HIGH}, "0:20 15:20 |16", "16:RAISE"},
    {"N5, hold", {.limit = 10, .on_s = 6, .off_s = 4, .max_hold_s = 5, HIGH}, "0:20 3:20 |8 |9 |12", "6:RAISE@8"},
    {"N5, clear", {.limit = 10, .on_s = 6, .off_s = 4, .max_hold_s = 5, HIGH, .stale_policy = MBILL_STALE_CLEAR},
        "0:20 3:20 |8 |9 |12", "6:RAISE@8 12:CLEAR"},
    {"N5, trip", {.limit = 10, .on_s = 6, .off_s = 4, .max_hold_s = 5, HIGH, .stale_policy = MBILL_STALE_TRIP},
        "0:20 3:20 |8 |9 |12", "6:RAISE@8"},
    {"N5, below, hold", {.limit = 10, .on_s = 6, .off_s = 4, .max_hold_s = 5, HIGH}, "0:5 |11 12:5 |16", ""},
    {"N5, below, clear", {.limit = 10, .on_s = 6, .off_s = 4, .max_hold_s = 5, HIGH, .stale_policy = MBILL_STALE_CLEAR},
        "0:5 |11 12:5 |16", ""},
    {"N5, below, trip", {.limit = 10, .on_s = 6, .off_s = 4, .max_hold_s = 5, HIGH, .stale_policy = MBILL_STALE_TRIP},
        "0:5 |11 12:5 |16", "11:RAISE 16:CLEAR"},
    {"N6", {.limit = 7, .on_s = 4, HIGH_AT}, "0:7 ~2:1 |4 ~5:1 6:6", "4:RAISE 6:CLEAR"},
    {"N6, estimated only", {.limit = 7, .on_s = 4, HIGH_AT}, "0:1 ~2:9 |20", ""},
    {"N8", {.limit = 0, LOW_AT}, "0:5 2:-1 1:5 |3 3:5 4:5", "2:RAISE 1:LATE 3:LATE 4:CLEAR"},
    {"equal times", {.limit = 0, LOW_AT}, "0:5 0:-1 0:5 |0 |0 0:-1", "0:RAISE 0:CLEAR 0:LATE"},
    {"deadline at the end of the hold, hold", {.limit = 0, .on_s = 5, .max_hold_s = 5, LOW_AT}, "0:0 |9", "5:RAISE@9"},
    {"deadline at the end of the hold, clear",
        {.limit = 0, .on_s = 5, .max_hold_s = 5, LOW_AT, .stale_policy = MBILL_STALE_CLEAR}, "0:0 |9", ""},
    {"deadline at the end of the hold, trip", {.limit = 0, .on_s = 5, .max_hold_s = 5, LOW_AT, .stale_policy = MBILL_STALE_TRIP},
        "0:0 |9", "5:RAISE@9"},
    {"a good sample at the end of the hold", {.limit = 0, .max_hold_s = 5, LOW_AT, .stale_policy = MBILL_STALE_CLEAR},
        "0:0 5:0 |9 |10", "0:RAISE 10:CLEAR"},
    {"long before", {.limit = 0, .on_s = 9, LOW_AT}, "|-4611686018427387904 -4611686018427387903:1 -4611686018427387902:0 0:0",
        "-4611686018427387893:RAISE@0"},
    {"lowest limit", {.limit = INT64_MIN, LOW_AT}, "0:-9223372036854775808 1:-9223372036854775807", "0:RAISE 1:CLEAR"},
    {"highest limit", {.limit = INT64_MAX, HIGH}, "0:9223372036854775807", ""},
};

START_TEST(published_cases)
{
    char said[ROOM];
    mbill_alarm alarm = {0};
    const script_case *one = &cases[_i];
    ck_assert_int_eq(mbill_alarm_check(&one->config, NULL, 0, NULL, NULL), MBILL_OK);
    alarm_script_run(&one->config, &alarm, one->script, said, sizeof said);
    ck_assert_msg(strcmp(said, one->expected) == 0, "%s: \"%s\", expected \"%s\"", one->id, said, one->expected);
}
END_TEST

START_TEST(a_truth_is_a_sample)
{
    mbill_alarm_config config = MBILL_ALARM_CONDITION_INIT;
    config.on_s = 3;
    mbill_alarm by_truth = {.level = 7}, by_value = by_truth;
    static const int truths[] = {0, 1, 1, 0, 1, 1, 1, 1, 0};
    for (size_t i = 0; i < LENGTH(truths); i++) {
        mbill_alarm_event a[MBILL_ALARM_EVENTS], b[MBILL_ALARM_EVENTS];
        size_t n_a, n_b;
        ck_assert_int_eq(mbill_alarm_condition(&config, &by_truth, (int64_t)i, truths[i], truths[i], a, &n_a, NULL), MBILL_OK);
        ck_assert_int_eq(mbill_alarm_sample(&config, &by_value, (int64_t)i, truths[i], b, &n_b, NULL), MBILL_OK);
        ck_assert_uint_eq(n_a, n_b);
        ck_assert_uint_eq(n_a, i == 7 || i == 8);
        if (n_a == 1) ck_assert_mem_eq(a, b, sizeof a[0]);
        if (n_a == 1) ck_assert_uint_eq(a[0].level, 7);
    }
    ck_assert_mem_eq(&by_truth, &by_value, sizeof by_truth);
}
END_TEST

START_TEST(deadlines)
{
    char said[ROOM];
    mbill_alarm_config config = {.limit = 0, .on_s = 5, .off_s = 7, LOW_AT};
    mbill_alarm alarm = {0};
    ck_assert_int_eq(mbill_alarm_deadline(NULL, &alarm), INT64_MAX);
    ck_assert_int_eq(mbill_alarm_deadline(&config, NULL), INT64_MAX);
    ck_assert_int_eq(mbill_alarm_deadline(&config, &alarm), INT64_MAX);
    alarm_script_run(&config, &alarm, "10:0", said, sizeof said);
    ck_assert_int_eq(mbill_alarm_deadline(&config, &alarm), 15);
    alarm_script_run(&config, &alarm, "20:1", said, sizeof said);
    ck_assert_int_eq(mbill_alarm_deadline(&config, &alarm), 27);
    config.max_hold_s = 3; /* good until 23: the delay then stands still */
    ck_assert_int_eq(mbill_alarm_deadline(&config, &alarm), INT64_MAX);
    config.stale_policy = MBILL_STALE_TRIP;
    ck_assert_int_eq(mbill_alarm_deadline(&config, &alarm), 23);
    config.stale_policy = MBILL_STALE_CLEAR;
    ck_assert_int_eq(mbill_alarm_deadline(&config, &alarm), 27);
    config.max_hold_s = 0;
    config.flags = MBILL_ALARM_OBSERVED_ONLY;
    ck_assert_int_eq(mbill_alarm_deadline(&config, &alarm), INT64_MAX);
    config.comparator = 0;
    ck_assert_int_eq(mbill_alarm_deadline(&config, &alarm), INT64_MAX);
}
END_TEST

/* ---- refusals ---- */

START_TEST(every_reason_up_front)
{
    const mbill_alarm_config config = {.limit = 5,
        .deadband = -1,
        .on_s = -2,
        .off_s = MBILL_ALARM_DELAY_MAX + 1,
        .max_hold_s = -3,
        .comparator = 9,
        .stale_policy = 5,
        .flags = 0x12,
        .reserved = {0, 1}};
    static const struct {
        const char *path;
        mbill_status status;
    } expected[] = {{"/deadband", MBILL_E_INVALID}, {"/on_s", MBILL_E_INVALID}, {"/off_s", MBILL_E_RANGE},
        {"/max_hold_s", MBILL_E_INVALID}, {"/comparator", MBILL_E_INVALID}, {"/stale_policy", MBILL_E_INVALID},
        {"/flags", MBILL_E_UNKNOWN_OPTION}, {"/reserved", MBILL_E_UNKNOWN_OPTION}, {"/max_hold_s", MBILL_E_INVALID}};
    mbill_error reasons[LENGTH(expected)], err;
    size_t n;
    for (size_t i = 0; i < LENGTH(expected); i++) mbill_error_init(&reasons[i]);
    mbill_error_init(&err);
    mbill_status status = mbill_alarm_check(&config, reasons, LENGTH(expected), &n, &err);
    assert_refusal_path(&err, status, MBILL_E_INVALID, "/deadband", "-1");
    ck_assert_uint_eq(n, LENGTH(expected)); /* 0x12 also holds "observed only", and a hold beside it */
    for (size_t i = 0; i < n; i++)
        assert_refusal_path(&reasons[i], (mbill_status)reasons[i].status, expected[i].status, expected[i].path, "expected");
}
END_TEST

START_TEST(refused_configurations)
{
    static const struct {
        mbill_alarm_config config;
        mbill_status status;
        const char *path;
    } refused[] = {
        {{.limit = INT64_MAX, .deadband = 1, LOW}, MBILL_E_RANGE, "/deadband"},
        {{.limit = INT64_MIN, .deadband = 1, HIGH}, MBILL_E_RANGE, "/deadband"},
        {{.limit = 0}, MBILL_E_INVALID, "/comparator"},
        {{.max_hold_s = 1, LOW, .flags = MBILL_ALARM_OBSERVED_ONLY}, MBILL_E_INVALID, "/max_hold_s"},
        {{.max_hold_s = MBILL_ALARM_DELAY_MAX + 1, LOW}, MBILL_E_RANGE, "/max_hold_s"},
    };
    for (size_t i = 0; i < LENGTH(refused); i++) {
        mbill_error err;
        mbill_alarm alarm = {0};
        mbill_alarm_event events[MBILL_ALARM_RECONFIGURE_EVENTS];
        static const mbill_alarm_config good = {LOW};
        size_t n = 9;
        mbill_error_init(&err);
        assert_refusal_path(&err, mbill_alarm_check(&refused[i].config, NULL, 0, NULL, &err), refused[i].status, refused[i].path,
            "");
        assert_refusal_path(&err, mbill_alarm_sample(&refused[i].config, &alarm, 0, 0, events, &n, &err), refused[i].status,
            refused[i].path, "");
        ck_assert_uint_eq(n, 0);
        assert_refusal_path(&err, mbill_alarm_reconfigure(&good, &refused[i].config, &alarm, 0, 0, events, &n, &err),
            refused[i].status, refused[i].path, "");
    }
}
END_TEST

START_TEST(refused_calls)
{
    mbill_alarm_config config = {.limit = 0, LOW};
    mbill_alarm alarm = {0}, broken = {.state = 4};
    mbill_alarm_event events[MBILL_ALARM_RECONFIGURE_EVENTS];
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_alarm_sample(&config, &alarm, MBILL_ALARM_TIME_MAX + 1, 0, events, &n, &err), MBILL_E_RANGE,
        "time");
    assert_refusal(&err, mbill_alarm_tick(&config, &alarm, -MBILL_ALARM_TIME_MAX - 1, events, &n, &err), MBILL_E_RANGE, "time");
    assert_refusal(&err, mbill_alarm_sample(&config, &broken, 0, 0, events, &n, &err), MBILL_E_MISUSE, "state 4");
    assert_refusal(&err, mbill_alarm_sample(NULL, &alarm, 0, 0, events, &n, &err), MBILL_E_MISUSE, "config");
    assert_refusal(&err, mbill_alarm_sample(&config, NULL, 0, 0, events, &n, &err), MBILL_E_MISUSE, "alarm");
    assert_refusal(&err, mbill_alarm_condition(&config, &alarm, 0, 1, 0, NULL, &n, &err), MBILL_E_MISUSE, "out_events");
    assert_refusal(&err, mbill_alarm_estimated(&config, &alarm, 0, 0, events, NULL, &err), MBILL_E_MISUSE, "out_n");
    assert_refusal(&err, mbill_alarm_check(NULL, NULL, 0, NULL, &err), MBILL_E_MISUSE, "config");
    assert_refusal(&err, mbill_alarm_check(&config, NULL, 1, NULL, &err), MBILL_E_MISUSE, "out_reasons");
    assert_refusal(&err, mbill_alarm_reconfigure(&config, &config, &alarm, 0, 2, events, &n, &err), MBILL_E_UNKNOWN_OPTION,
        "0x2");
    ck_assert_int_eq(mbill_alarm_tick(&config, &alarm, 5, events, &n, &err), MBILL_OK);
    assert_refusal(&err, mbill_alarm_estimated(&config, &alarm, 5, 0, events, &n, &err), MBILL_E_LATE, "after 5, the last tick");
    assert_refusal(&err, mbill_alarm_tick(&config, &alarm, 4, events, &n, &err), MBILL_E_LATE, "not before 5");
    assert_refusal(&err, mbill_alarm_reconfigure(&config, &config, &alarm, 4, 0, events, &n, &err), MBILL_E_LATE, "5");
}
END_TEST

/* ---- kept states ---- */

START_TEST(kept_and_read_back)
{
    char said[ROOM];
    uint8_t bytes[MBILL_ALARM_ENCODED_BYTES];
    const mbill_alarm_config config = {.limit = 0, .on_s = 5, LOW_AT};
    mbill_alarm alarm = {.level = 3}, back;
    mbill_error err;
    mbill_error_init(&err);
    alarm_script_run(&config, &alarm, "-9:0 2:1 4:0", said, sizeof said);
    ck_assert_int_eq(mbill_alarm_encode(&alarm, bytes, &err), MBILL_OK);
    ck_assert_int_eq(mbill_alarm_decode(bytes, sizeof bytes, &back, &err), MBILL_OK);
    ck_assert_mem_eq(&alarm, &back, sizeof back);
    for (size_t i = 0; i < sizeof bytes; i++) { /* every byte is looked at */
        mbill_status expected = i < 3 || (i > 3 && i < 8) ? MBILL_E_INVALID : i == 3 ? MBILL_E_VERSION : MBILL_E_CHECKSUM;
        memset(&back, 9, sizeof back);
        bytes[i] ^= 0x40;
        assert_refusal(&err, mbill_alarm_decode(bytes, sizeof bytes, &back, &err), expected, "");
        ck_assert_int_eq(back.state, 9);
        bytes[i] ^= 0x40;
    }
    assert_refusal(&err, mbill_alarm_decode(bytes, sizeof bytes - 1, &back, &err), MBILL_E_INVALID, "47 bytes");
    assert_refusal(&err, mbill_alarm_decode(NULL, 0, &back, &err), MBILL_E_INVALID, "0 bytes");
    assert_refusal(&err, mbill_alarm_decode(NULL, 1, &back, &err), MBILL_E_MISUSE, "bytes");
    alarm.quality = 3;
    assert_refusal(&err, mbill_alarm_encode(&alarm, bytes, &err), MBILL_E_MISUSE, "state");
}
END_TEST

/* C28, and the same history without a pause. */
START_TEST(restarts)
{
    static const struct {
        int32_t rule;
        int64_t saved, restored, t0, fires, observed;
    } rows[] = {{MBILL_RESTART_PAUSE, 5, 15, 10, 35, 35}, {MBILL_RESTART_PAUSE, 5, 40, 40, 65, 65},
        {MBILL_RESTART_PAUSE, 20, 25, 10, 35, 35}, {MBILL_RESTART_COUNT_DOWNTIME, 5, 15, 0, 25, 25},
        {MBILL_RESTART_COUNT_DOWNTIME, 5, 40, 0, 25, 40}, {MBILL_RESTART_COUNT_DOWNTIME, 20, 25, 0, 25, 25}};
    const mbill_alarm_config config = {.limit = 0, .on_s = 25 * 60, LOW_AT};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char said[ROOM];
        mbill_alarm alarm = {0};
        mbill_alarm_event events[MBILL_ALARM_EVENTS];
        size_t n = 0;
        const mbill_restart restart = {sizeof restart, rows[i].rule, rows[i].saved * 60, rows[i].restored * 60, 30 * 60, 10 * 60};
        alarm_script_run(&config, &alarm, "0:0", said, sizeof said);
        ck_assert_int_eq(mbill_alarm_restore(&config, &alarm, &restart, NULL), MBILL_OK);
        ck_assert_int_eq(alarm.t0_s, rows[i].t0 * 60);
        for (int64_t t_s = rows[i].restored * 60; n == 0; t_s += 60)
            ck_assert_int_eq(mbill_alarm_sample(&config, &alarm, t_s, 0, events, &n, NULL), MBILL_OK);
        /* a sample sees a deadline of its own time at once */
        ck_assert_int_eq(events[0].effective_s, rows[i].fires * 60);
        ck_assert_int_eq(events[0].observed_s, rows[i].observed * 60);
    }
}
END_TEST

START_TEST(refused_restarts)
{
    static const struct {
        mbill_restart restart;
        mbill_status status;
        const char *part;
    } rows[] = {{{sizeof(mbill_restart), 0, 5, 6, 0, 0}, MBILL_E_INVALID, "rule 0"},
        {{sizeof(mbill_restart), 2, 5, 6, -1, 0}, MBILL_E_INVALID, "-1"},
        {{sizeof(mbill_restart), 2, 5, 6, 0, INT64_MAX}, MBILL_E_RANGE, "expected at most"},
        {{sizeof(mbill_restart), 2, 4, 6, 0, 0}, MBILL_E_LATE, "saved at 4"},
        {{sizeof(mbill_restart), 2, 6, 5, 0, 0}, MBILL_E_LATE, "restored at 5"},
        {{sizeof(mbill_restart), 2, 6, MBILL_ALARM_TIME_MAX + 1, 0, 0}, MBILL_E_RANGE, "times"},
        {{sizeof(mbill_restart), 2, 6, MBILL_ALARM_TIME_MAX, MBILL_ALARM_DELAY_MAX, 9}, MBILL_OK, ""},
        {{4, 2, 6, 7, 0, 0}, MBILL_E_MISUSE, "struct_size"}};
    const mbill_alarm_config config = {.limit = 0, .on_s = 25, LOW_AT};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char said[ROOM];
        mbill_error err;
        mbill_alarm alarm = {0};
        mbill_error_init(&err);
        alarm_script_run(&config, &alarm, "5:0", said, sizeof said);
        mbill_alarm before = alarm;
        mbill_status status = mbill_alarm_restore(&config, &alarm, &rows[i].restart, &err);
        if (rows[i].status == MBILL_OK) ck_assert_int_eq(status, MBILL_OK);
        else assert_refusal(&err, status, rows[i].status, rows[i].part);
        if (status != MBILL_OK) ck_assert_mem_eq(&before, &alarm, sizeof before);
    }
}
END_TEST

/* ---- other configurations ---- */

static const char *reconfigured(const mbill_alarm_config *before, const char *script, const mbill_alarm_config *after,
    int64_t t_s, uint32_t flags, const char *then)
{
    static char out[3 * ROOM];
    char said[ROOM], changed[ROOM] = "";
    mbill_alarm alarm = {0};
    mbill_alarm_event events[MBILL_ALARM_RECONFIGURE_EVENTS];
    size_t n;
    alarm_script_run(before, &alarm, script, said, sizeof said);
    ck_assert_int_eq(mbill_alarm_reconfigure(before, after, &alarm, t_s, flags, events, &n, NULL), MBILL_OK);
    for (size_t i = 0; i < n; i++) alarm_event_say(&events[i], changed, sizeof changed);
    int at = snprintf(out, sizeof out, "%s / %s / ", said, changed);
    alarm_script_run(after, &alarm, then, out + at, sizeof out - (size_t)at);
    return out;
}

START_TEST(new_configurations)
{
    const mbill_alarm_config quick = {.limit = 0, .on_s = 5, .off_s = 5, LOW_AT},
                             slow = {.limit = 0, .on_s = 20, .off_s = 20, LOW_AT},
                             holds = {.limit = 0, .on_s = 5, .max_hold_s = 3, LOW_AT},
                             clears = {.limit = 0, .on_s = 5, .max_hold_s = 9, LOW_AT, .stale_policy = MBILL_STALE_CLEAR},
                             trips = {.limit = 0, .on_s = 5, .max_hold_s = 9, LOW_AT, .stale_policy = MBILL_STALE_TRIP};
    ck_assert_str_eq(reconfigured(&quick, "0:0", &slow, 8, 0, "|30"), " / 5:RAISE@8 / ");
    ck_assert_str_eq(reconfigured(&quick, "0:0", &slow, 8, MBILL_ALARM_REPEND, "|30"), " / 5:RAISE@8 8:CLEAR / 20:RAISE@30");
    ck_assert_str_eq(reconfigured(&quick, "0:0", &slow, 20, MBILL_ALARM_REPEND, "|30"), " / 5:RAISE@20 / ");
    ck_assert_str_eq(reconfigured(&slow, "0:0", &quick, 8, 0, "|30"), " /  / 5:RAISE@30");
    ck_assert_str_eq(reconfigured(&slow, "0:0 |20 21:1", &quick, 30, 0, "|30"), "20:RAISE /  / 26:CLEAR@30");
    /* nothing is known since 3; from 10 on that acts as a sample */
    ck_assert_str_eq(reconfigured(&holds, "0:0", &clears, 10, 0, "|30"), " /  / ");
    ck_assert_str_eq(reconfigured(&holds, "0:0", &trips, 10, 0, "|30"), " /  / 12:RAISE@30");
    ck_assert_str_eq(reconfigured(&holds, "0:1", &trips, 10, 0, "|30"), " /  / 15:RAISE@30");
    ck_assert_str_eq(reconfigured(&holds, "0:0", &quick, 10, 0, "|30"), " /  / 12:RAISE@30");
    ck_assert_str_eq(reconfigured(&trips, "0:1", &holds, 10, 0, "|30 31:0 33:0 |40"), " /  / 35:RAISE@40");
}
END_TEST

/* ---- batches ---- */

START_TEST(a_batch_is_its_samples)
{
    const mbill_alarm_config classes[] = {{.limit = 0, .on_s = 3, LOW_AT},
        {.limit = 0, .max_hold_s = 2, HIGH, .stale_policy = MBILL_STALE_CLEAR}};
    enum { N = 600, ALARMS = 7 };
    static mbill_sample samples[N];
    mbill_alarm one[ALARMS] = {{0}}, all[ALARMS] = {{0}};
    static mbill_alarm_event expected[2 * N], got[2 * N];
    size_t n_expected = 0, n_got = 0, done = 0;
    uint64_t state = 7;
    for (size_t i = 0; i < N; i++) {
        uint64_t word = random_next(&state);
        samples[i] = (mbill_sample){(int64_t)(i / 5), (int64_t)(word % 3) - 1, (uint32_t)(word >> 8) % ALARMS,
            (uint16_t)(word >> 40) % 2, 0};
        samples[i].class_of = samples[i].alarm % 2;
        samples[i].kind = word >> 60 == 0 ? MBILL_SAMPLE_ESTIMATED : MBILL_SAMPLE_GOOD;
        const alarm_step step = {samples[i].kind, samples[i].t_s, samples[i].value};
        size_t n;
        ck_assert_int_eq(alarm_step_run(&classes[samples[i].class_of], &one[samples[i].alarm], &step, &expected[n_expected], &n),
            MBILL_OK);
        for (size_t k = 0; k < n; k++) expected[n_expected + k].source = samples[i].alarm;
        n_expected += n;
    }
    while (done < N) { /* with room for four events only */
        size_t n, part;
        mbill_status status = mbill_alarm_batch(classes, 2, all, ALARMS, samples + done, N - done, got + n_got, 4, &n, &part,
            NULL);
        ck_assert(status == MBILL_OK || (status == MBILL_E_ROOM && n >= 3));
        n_got += n;
        done += part;
    }
    ck_assert_uint_gt(n_expected, 50);
    ck_assert_uint_eq(n_got, n_expected);
    ck_assert_mem_eq(got, expected, n_got * sizeof got[0]);
    ck_assert_mem_eq(one, all, sizeof one);
}
END_TEST

START_TEST(refused_batches)
{
    const mbill_alarm_config classes[] = {{.limit = 0, LOW_AT}, {.limit = 0}};
    mbill_sample samples[] = {{5, 1, 0, 0, 0}, {6, 0, 0, 0, 0}, {4, 0, 0, 0, 0}, {7, 1, 0, 0, 0}};
    mbill_alarm alarms[1] = {{0}}, none[1] = {{0}};
    mbill_alarm_event events[8];
    mbill_error err;
    size_t n, done;
    mbill_error_init(&err);
    assert_refusal_index(&err, mbill_alarm_batch(classes, 2, alarms, 1, samples, 4, events, 8, &n, &done, &err), MBILL_E_INVALID,
        1, "comparator");
    assert_refusal_index(&err, mbill_alarm_batch(classes, 1, alarms, 1, samples, 4, events, 8, &n, &done, &err), MBILL_E_LATE, 2,
        "4");
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(done, 2);
    assert_refusal_index(&err, mbill_alarm_batch(classes, 1, alarms, 1, samples + 3, 1, events, 1, &n, &done, &err), MBILL_E_ROOM,
        0, "room");
    ck_assert_int_eq(mbill_alarm_batch(classes, 1, alarms, 1, samples + 3, 1, events, 2, &n, &done, &err), MBILL_OK);
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(done, 1);
    samples[0].alarm = 1;
    assert_refusal_index(&err, mbill_alarm_batch(classes, 1, none, 1, samples, 1, events, 8, &n, &done, &err), MBILL_E_NOT_FOUND,
        0, "alarm 1");
    samples[0].alarm = 0;
    samples[0].class_of = 1;
    assert_refusal_index(&err, mbill_alarm_batch(classes, 1, none, 1, samples, 1, events, 8, &n, &done, &err), MBILL_E_NOT_FOUND,
        0, "class 1");
    samples[0].class_of = 0;
    samples[0].kind = 3;
    assert_refusal_index(&err, mbill_alarm_batch(classes, 1, none, 1, samples, 1, events, 8, &n, &done, &err), MBILL_E_INVALID, 0,
        "kind 3");
    none[0].mark = 3;
    samples[0].kind = 0;
    assert_refusal_index(&err, mbill_alarm_batch(classes, 1, none, 1, samples, 1, events, 8, &n, &done, &err), MBILL_E_MISUSE, 0,
        "alarm 0");
    assert_refusal(&err, mbill_alarm_batch(classes, 1, NULL, 1, samples, 1, events, 8, &n, &done, &err), MBILL_E_MISUSE,
        "alarms");
    ck_assert_int_eq(mbill_alarm_batch(NULL, 0, NULL, 0, NULL, 0, NULL, 0, &n, &done, NULL), MBILL_OK);
}
END_TEST

/* ---- all inputs to a depth ---- */

typedef struct walk {
    const mbill_alarm_config *config;
    uint64_t calls, events;
} walk;

/* Every continuation of an alarm: samples that trip, lie in the deadband or clear, an estimated one and a tick, each 0, 1 or 2 seconds on. */
static void walk_on(walk *of, const mbill_alarm *from, int64_t t_s, int64_t effective_s, int was_raised, int depth)
{
    if (depth == 0) return;
    for (int input = 0; input < 15; input++) {
        static const int64_t values[] = {0, 1, 2};
        alarm_step step = {input % 5 < 3 ? MBILL_SAMPLE_GOOD
                : input % 5 == 3         ? MBILL_SAMPLE_ESTIMATED
                                         : MBILL_SAMPLE_TICK,
            t_s + input / 5, values[input % 3]};
        mbill_alarm alarm = *from;
        mbill_alarm_event events[MBILL_ALARM_EVENTS];
        size_t n;
        int raised = was_raised;
        int64_t last_s = effective_s, due_s = mbill_alarm_deadline(of->config, from);
        mbill_status status = alarm_step_run(of->config, &alarm, &step, events, &n);
        ck_assert(status == MBILL_OK || status == MBILL_E_LATE);
        if (status == MBILL_E_LATE) continue;
        of->calls++;
        if (step.kind == MBILL_SAMPLE_TICK && step.t_s < due_s) ck_assert(alarm.state == from->state && n == 0);
        if (step.kind == MBILL_SAMPLE_TICK && step.t_s >= due_s) ck_assert(alarm.state != from->state || n == 2);
        for (size_t i = 0; i < n; i++) {
            ck_assert_int_eq(events[i].kind, raised ? MBILL_ALARM_CLEAR : MBILL_ALARM_RAISE);
            ck_assert(events[i].effective_s >= last_s && events[i].effective_s <= events[i].observed_s);
            last_s = events[i].effective_s;
            raised = !raised;
        }
        of->events += n;
        ck_assert_int_eq(alarm.state >= MBILL_ALARM_ON, raised);
        walk_on(of, &alarm, step.t_s, last_s, raised, depth - 1);
    }
}

START_TEST(raise_and_clear_alternate)
{
    walk of = {NULL, 0, 0};
    uint64_t n_configs = 0;
    for (int64_t delays = 0; delays < 9; delays++)
        for (int hold = 0; hold < 7; hold++) { /* none, and each policy with 1 and 2 s */
            const mbill_alarm_config config = {.limit = 0,
                .deadband = 1,
                .on_s = delays % 3,
                .off_s = delays / 3,
                .max_hold_s = (hold + 2) / 3,
                LOW_AT,
                .stale_policy = hold == 0 ? 0 : (hold - 1) % 3};
            const mbill_alarm start = {0};
            of.config = &config;
            walk_on(&of, &start, 0, INT64_MIN, 0, 4);
            n_configs++;
        }
    fprintf(stderr, "raise_and_clear_alternate: %" PRIu64 " configurations, %" PRIu64 " calls, %" PRIu64 " events\n", n_configs,
        of.calls, of.events);
    ck_assert_uint_gt(of.calls, 1000000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alarm");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_set_timeout(edges, 120);
    tcase_add_loop_test(ok, published_cases, 0, (int)LENGTH(cases));
    tcase_add_test(ok, a_truth_is_a_sample);
    tcase_add_test(ok, deadlines);
    tcase_add_test(ok, kept_and_read_back);
    tcase_add_test(ok, restarts);
    tcase_add_test(ok, new_configurations);
    tcase_add_test(ok, a_batch_is_its_samples);
    tcase_add_test(refused, every_reason_up_front);
    tcase_add_test(refused, refused_configurations);
    tcase_add_test(refused, refused_calls);
    tcase_add_test(refused, refused_restarts);
    tcase_add_test(refused, refused_batches);
    tcase_add_test(edges, raise_and_clear_alternate);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_FORK_GETENV);
}

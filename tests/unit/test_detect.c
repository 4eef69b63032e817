/* SPDX-License-Identifier: Apache-2.0 */
/* Detectors: cases of each kind reckoned by hand, every refusal, nights and days of zones, what is kept, and random lives in which ticks change nothing.
 *
 * A script is "0:5 ~3:9 |10 !11": a reading of 5 at 0, an estimated one of 9 at 3, a tick, a reset. "0..60+10:5" is one reading every 10 s, "0:5/1" has a
 * second value. What comes out is "4:RAISE@10", the observed time only where it is another one. */
#include "meterbill/detect.h"

#include "check_run.h"
#include "random.h"
#include "refusal.h"

#include <string.h>

#define LENGTH(list) (sizeof(list) / sizeof(list)[0])
#define ROOM 512
#define FLAT(kind_) .struct_size = sizeof(mbill_detector_config), .kind = MBILL_DETECT_##kind_
#define LEAK FLAT(LEAK_FLOW), .limit = 1, .window_s = 100, .quiet_s = 10
#define DAY_OF_FLOW FLAT(LEAK_FLOW), .limit = 1, .window_s = 86400, .quiet_s = 3600
#define NIGHT FLAT(NIGHT_FLOW), .limit = 10, .times = 2, .from_s = 7200, .to_s = 14400
#define POWER FLAT(OVER_POWER), .limit = 1000, .m = 1, .of = 1, .reclose_s = 300, .per_day = 3
#define HEATER FLAT(MALICIOUS_LOAD), .power_factor_permille = 950, .n_bands = 1, .bands = {{500, 2000}}
#define HEATER_TRIPS HEATER, .trips = 1, .reclose_s = 300, .per_day = 3
#define DT FLAT(HIGH_FLOW), .base = 1000, .permille = 800, .dt_mk = 5000, .on_s = 10
#define FLAPS FLAT(FLAPPING), .high_permille = 300, .low_permille = 200
#define REGISTER FLAT(REVERSE_FLOW), .modulus = 100000, .max_step = 50

typedef struct detect_case {
    const char *id;
    mbill_detector_config config;
    const char *script, *expected;
} detect_case;

static const detect_case cases[] = {
    {"silence", {FLAT(COMM_LOSS), .timeout_s = 10}, "0:1 10:1 |25 26:1", "21:RAISE@25 26:CLEAR"},
    {"silence, heard at the last moment", {FLAT(COMM_LOSS), .timeout_s = 10}, "0:1 11:1", ""},
    {"silence, heard too late", {FLAT(COMM_LOSS), .timeout_s = 10}, "0:1 12:1", "11:RAISE@12 12:CLEAR"},
    {"silence, an estimate is none", {FLAT(COMM_LOSS), .timeout_s = 10}, "0:1 ~5:1 |10 |11 ~12:1", "11:RAISE"},
    {"silence before the first reading", {FLAT(COMM_LOSS), .timeout_s = 10}, "|0 ~5:1 |100", ""},
    {"C40, stays on", {FLAT(COMM_LOSS), .timeout_s = 5}, "0:1 1:1 2:1 |20 |100000", "8:RAISE@20"},
    {"failure", {FLAT(FAILURE)}, "0:0 1:3 5:4 ~6:0 9:0", "1:RAISE 9:CLEAR"},
    {"failure, again at the end", {FLAT(FAILURE), .window_s = 10}, "0:3 10:3 |20", "0:RAISE 20:CLEAR"},
    {"failure, forgotten by a tick", {FLAT(FAILURE), .window_s = 10}, "0:3 |9 |10 11:3", "0:RAISE 10:CLEAR 11:RAISE"},
    {"failure, forgotten", {FLAT(FAILURE), .window_s = 10}, "0:3 12:3", "0:RAISE 10:CLEAR@12 12:RAISE"},
    {"arrears", {FLAT(ARREARS_TRIP)}, "0:0 1:1 2:1 ~3:0 4:0", "1:RAISE 4:CLEAR"},
    {"C37, in minutes", {FLAT(LEAK_FLOW), .limit = 1, .window_s = 1440, .quiet_s = 60},
        "0..119+1:0 120..1619+1:5 1620..1679+1:0 1680..1700+1:5", "1501:RAISE 1680:CLEAR"},
    {"C37, in seconds", {DAY_OF_FLOW}, "0..7140+60:0 7200..97140+60:5 97200..100740+60:0 100800:5",
        "90001:RAISE@90060 100800:CLEAR"},
    {"C37, two readings", {DAY_OF_FLOW}, "0:0 7200:5 |90000 |90001", "90001:RAISE"},
    {"leak, not before a day", {DAY_OF_FLOW}, "0:5 |86399", ""},
    {"leak, after a day", {DAY_OF_FLOW}, "0:5 |86400", "86400:RAISE"},
    {"leak, a short run is none", {LEAK}, "0:5 50:0 59:5 |100", "100:RAISE"},
    {"leak, a run that is just long enough", {LEAK}, "0:5 50:0 60:5 |200", "151:RAISE@200"},
    {"leak, becoming quiet too late", {LEAK}, "0:5 91:0 |100 |101", "100:RAISE 101:CLEAR"},
    {"leak, becoming quiet in time", {LEAK}, "0:5 90:0 |100 |150", ""},
    {"leak, quiet for long", {LEAK}, "0:0 |500 501:5 |1000", "592:RAISE@1000"},
    {"leak, an estimate", {LEAK}, "0:5 50:0 ~55:5 60:5 |151", "151:RAISE"},
    {"leak, both in one call", {LEAK}, "0:5 95:0 |300", "100:RAISE@300 105:CLEAR@300"},
    {"leak, history", {LEAK, .max_hold_s = 20}, "0..100+10:5", "100:RAISE"},
    {"leak, history with a gap", {LEAK, .max_hold_s = 20}, "0:5 30:5 50:5 |200", ""},
    {"leak, stays over a gap", {LEAK, .max_hold_s = 20}, "0..100+10:5 200:5 |300", "100:RAISE"},
    {"leak, quiet before a gap", {LEAK, .max_hold_s = 20}, "0..100+10:5 110:0 |300", "100:RAISE 120:CLEAR@300"},
    {"C37, hours", {FLAT(LEAK_VOLUME), .limit = 3, .times = 24}, "3600..86400+3600:3 ~90000:0 93600:0",
        "86400:RAISE 93600:CLEAR"},
    {"hours, an estimate does not count", {FLAT(LEAK_VOLUME), .limit = 3, .times = 24}, "3600..82800+3600:3 ~86400:3 90000:3",
        "90000:RAISE"},
    {"hours, one short", {FLAT(LEAK_VOLUME), .limit = 3, .times = 24}, "3600..82800+3600:3 86400:2 90000..169200+3600:3", ""},
    {"burst, ends at the deadline", {FLAT(BURST), .base = 1000, .permille = 100, .on_s = 1800}, "0:101 1800:100", ""},
    {"burst", {FLAT(BURST), .base = 1000, .permille = 100, .on_s = 1800}, "0:101 |1800 1801:100", "1800:RAISE 1801:CLEAR"},
    {"burst, at the share", {FLAT(BURST), .base = 1000, .permille = 100, .on_s = 1800}, "0:100 |5000", ""},
    {"burst, without data", {FLAT(BURST), .base = 1000, .permille = 100, .on_s = 1800, .max_hold_s = 900, .stale_policy = 1},
        "0:101 901:101 |1800 |1801 |2701", ""},
    {"burst, largest numbers", {FLAT(BURST), .base = INT64_MAX, .permille = 1000}, "0:9223372036854775807", ""},
    {"nights", {NIGHT}, "7200:11 14399:12 14400:0 93600:50 |100800 180000:5 |187200", "100800:RAISE 187200:CLEAR"},
    {"nights, found later", {NIGHT}, "7200:11 93600:50 150000:0", "100800:RAISE@150000"},
    {"nights, at the limit", {NIGHT}, "7200:11 93600:50 93601:10 |200000", ""},
    {"nights, one left out", {NIGHT}, "7200:11 ~93600:0 180000:11 |187200", "187200:RAISE"},
    {"nights, one quiet between", {NIGHT}, "7200:11 93600:0 180000:11 |187200 266400:11 |273600", "273600:RAISE"},
    {"unmoved", {FLAT(ZERO_USE), .times = 1}, "0:7/1 86399:7/1 |86400 86401:8/1", "86400:RAISE 86401:CLEAR"},
    {"unmoved, moved at the end", {FLAT(ZERO_USE), .times = 1}, "0:7/1 86400:8/1", ""},
    {"unmoved since it moved", {FLAT(ZERO_USE), .times = 1}, "0:7/1 100:8/1 |86400 |86500", "86500:RAISE"},
    {"unmoved, empty", {FLAT(ZERO_USE), .times = 1}, "0:7/0 |200000", ""},
    {"unmoved since somebody moved in", {FLAT(ZERO_USE), .times = 1}, "0:7/0 50000:7/1 |136400", "136400:RAISE"},
    {"unmoved, moved out", {FLAT(ZERO_USE), .times = 1}, "0:7/1 |86400 90000:7/0", "86400:RAISE 90000:CLEAR"},
    {"unmoved, an estimate does not move it", {FLAT(ZERO_USE), .times = 1}, "0:7/1 ~5000:8 9000:7/1 |86400", "86400:RAISE"},
    {"unmoved, without data", {FLAT(ZERO_USE), .times = 1, .max_hold_s = 40000}, "0:7/1 50000:7/1 |80000 90000:7/1 |96400",
        "96400:RAISE"},
    {"backward", {FLAT(REVERSE_FLOW)}, "0:10 1:9 2:9 3:10", "1:RAISE 2:CLEAR"},
    {"backward by more than the tolerance", {FLAT(REVERSE_FLOW), .limit = 2}, "0:10 1:8 2:5 3:5", "2:RAISE 3:CLEAR"},
    {"backward, an estimate", {FLAT(REVERSE_FLOW)}, "0:10 ~1:5 2:10", ""},
    {"backward, widest", {FLAT(REVERSE_FLOW), .limit = INT64_MAX}, "0:9223372036854775807 1:-9223372036854775808", "1:RAISE"},
    {"over the end", {REGISTER}, "0:99990 1:40 2:41", "1:ROLLOVER=50"},
    {"over the end by too much", {REGISTER}, "0:99990 1:41", "1:RAISE"},
    {"over the end while raised", {REGISTER}, "0:99995 1:99990 2:5", "1:RAISE 2:CLEAR 2:ROLLOVER=15"},
    {"C44, overload", {FLAT(OVER_POWER), .limit = 1000, .m = 10, .of = 10, .reclose_s = 300, .per_day = 3},
        "0:999 1..9+1:1000 10:999 11..20+1:1000 |319 |320", "20:RAISE 320:CLEAR"},
    {"overload, locked", {POWER}, "0:1000 10:1000 |300 301:1000 |601 602:1000 |5000 !6000 6001:1000",
        "0:RAISE 300:CLEAR 301:RAISE 601:CLEAR 602:RAISE 602:LOCK 6000:CLEAR 6000:UNLOCK 6001:RAISE"},
    {"overload, a new day", {POWER}, "86000:1000 |86300 86398:1000 |86698 86700:1000 |87000 87001:1000 |87301 87302:1000",
        "86000:RAISE 86300:CLEAR 86398:RAISE 86698:CLEAR 86700:RAISE 87000:CLEAR 87001:RAISE 87301:CLEAR 87302:RAISE 87302:LOCK"},
    {"overload, at the end of the trip", {POWER}, "0:1000 300:1000", "0:RAISE 300:CLEAR 300:RAISE"},
    {"overload, delay", {POWER, .on_s = 10}, "0:1000 50:999 |310", "10:RAISE@50 310:CLEAR"},
    {"overload, delay and all in one call", {POWER, .on_s = 10}, "0:1000 400:1000 |420",
        "10:RAISE@400 310:CLEAR@400 410:RAISE@420"},
    {"overload, 2 of 3", {FLAT(OVER_POWER), .limit = 4, .m = 2, .of = 3, .reclose_s = 1, .per_day = 9}, "0:4 1:1 2:4 4:4 5:1 6:4",
        "2:RAISE 3:CLEAR@4 6:RAISE"},
    {"overload, an estimate", {POWER, .on_s = 10}, "0:1000 ~5:1 |10", "10:RAISE"},
    {"overload, reset by hand", {POWER}, "0:1000 !100 |300", "0:RAISE 100:CLEAR"},
    {"C44, heater", {HEATER}, "0:110/990 1:1900/990 2:1900/990", "1:RAISE 2:CLEAR"},
    {"C44, small step", {HEATER}, "0:100/990 1:450/990", ""},
    {"C44, motor", {HEATER}, "0:100/990 1:1300/800", ""},
    {"heater, edges", {HEATER}, "0:0/950 1:499/950 2:999/950 3:0/950 4:2000/949 5:0/990 6:2001/990 7:0/0 8:2000/950",
        "2:RAISE 3:CLEAR 8:RAISE"},
    {"heater, an estimate is left out", {HEATER}, "0:100/990 ~1:800 2:1000/990", "2:RAISE"},
    {"heater, after a gap", {HEATER, .max_hold_s = 5}, "0:100/990 6:1000/990 7:0/990 12:1000/990", "12:RAISE"},
    {"heater, widest gap", {HEATER, .max_hold_s = 5}, "-4611686018427387904:100/990 4611686018427387904:1000/990", ""},
    {"C44, locked at the fourth", {HEATER_TRIPS},
        "0:100/990 1:1900/990 2:100/990 |301 302:1900/990 303:100/990 |602 603:1900/990 604:100/990 |903 904:1900/990 |9999",
        "1:RAISE 301:CLEAR 302:RAISE 602:CLEAR 603:RAISE 903:CLEAR 904:RAISE 904:LOCK"},
    {"heater, still plugged in", {HEATER_TRIPS}, "0:100/990 1:1900/990 2:0/1000 301:1800/990", "1:RAISE 301:CLEAR 301:RAISE"},
    {"large flow", {DT}, "0:801/4999 |10 11:801/5000", "10:RAISE 11:CLEAR"},
    {"large flow, at the share", {DT}, "0:800/4999 |10", ""},
    {"C22, 13.72 %", {FLAT(LOSS), .limit = 137199}, "0:10000/8628", "0:RAISE"},
    {"C22, at the tolerance", {FLAT(LOSS), .limit = 137200}, "0:10000/8628", ""},
    {"C22, 20 %", {FLAT(LOSS), .limit = 200000}, "0:10000/8628", ""},
    {"C22, negative", {FLAT(LOSS), .limit = 9999}, "0:1000/1010 1:1000/1009", "0:RAISE 1:CLEAR"},
    {"loss of nothing", {FLAT(LOSS), .limit = 200000}, "0:0/0 1:0/1 2:-9223372036854775808/9223372036854775807", "1:RAISE"},
    {"flapping", {FLAPS}, "0:0 1:1 2:0 3:1 4:0 5:1 6:0 7..30+1:0", "6:RAISE 22:CLEAR"},
    {"flapping, five changes", {FLAPS}, "0:0 1:1 2:0 3:1 4:0 5:1 6..40+1:1", ""},
    {"flapping, an estimate", {FLAPS}, "0:0 1:1 ~1:0 2:0 3:1 4:0 5:1 ~5:3 6:0", "6:RAISE"},
    {"flapping, all change", {FLAT(FLAPPING), .high_permille = 1000, .low_permille = 0},
        "0:0 1:1 2:2 3:3 4:4 5:5 6:6 7:7 8:8 9:9 10:8 11:7 12:6 13:5 14:4 15:3 16:2 17:1 18:0 19:1 20:0", "20:RAISE"},
    {"late", {FLAT(FAILURE)}, "5:1 4:0 |6 6:0 |6 7:0", "5:RAISE 4:LATE 6:LATE 7:CLEAR"},
};

/* ---- scripts ---- */

typedef struct player {
    const mbill_detector_config *config;
    const mbill_zone *zone;
    mbill_detector detector;
    char said[ROOM];
} player;

static const char *word_of(uint16_t kind)
{
    if (kind <= MBILL_ALARM_CLEAR) return kind == MBILL_ALARM_RAISE ? "RAISE" : "CLEAR";
    return kind == MBILL_DETECT_ROLLOVER ? "ROLLOVER" : kind == MBILL_DETECT_LOCK ? "LOCK" : "UNLOCK";
}

static void say(player *of, int64_t t_s, const char *word)
{
    size_t at = strlen(of->said);
    if (at > 0) of->said[at++] = ' ';
    snprintf(of->said + at, sizeof of->said - at, "%" PRId64 ":%s", t_s, word);
}

static void say_event(player *of, const mbill_alarm_event *event)
{
    say(of, event->effective_s, word_of(event->kind));
    size_t at = strlen(of->said);
    if (event->observed_s != event->effective_s) snprintf(of->said + at, sizeof of->said - at, "@%" PRId64, event->observed_s);
    if (event->kind == MBILL_DETECT_ROLLOVER) snprintf(of->said + at, sizeof of->said - at, "=%" PRId64, event->value);
}

static mbill_status call(player *of, char how, int64_t t_s, int64_t value, int64_t second, mbill_alarm_event *events, size_t *n)
{
    if (how == '~') return mbill_detector_estimated(of->config, of->zone, &of->detector, t_s, value, events, n, NULL);
    if (how == '|') return mbill_detector_tick(of->config, of->zone, &of->detector, t_s, events, n, NULL);
    if (how == '!') return mbill_detector_reset(of->config, of->zone, &of->detector, t_s, events, n, NULL);
    return mbill_detector_sample(of->config, of->zone, &of->detector, t_s, value, second, events, n, NULL);
}

static void play_one(player *of, char how, int64_t t_s, int64_t value, int64_t second)
{
    mbill_alarm_event events[MBILL_DETECTOR_EVENTS];
    mbill_detector before = of->detector;
    size_t n;
    mbill_status status = call(of, how, t_s, value, second, events, &n);
    if (status == MBILL_E_LATE) say(of, t_s, "LATE");
    else ck_assert_int_eq(status, MBILL_OK);
    if (status == MBILL_E_LATE) ck_assert_mem_eq(&before, &of->detector, sizeof before);
    for (size_t i = 0; i < n; i++) say_event(of, &events[i]);
}

static void play(player *of, const char *script)
{
    of->said[0] = '\0';
    while (*script != '\0') {
        char how = *script, *end;
        if (how == '~' || how == '|' || how == '!') script++;
        int64_t from = strtoll(script, &end, 10), to = from, step = 1, value = 0, second = 0;
        if (*end == '.') to = strtoll(end + 2, &end, 10);
        if (*end == '+') step = strtoll(end + 1, &end, 10);
        if (*end == ':') value = strtoll(end + 1, &end, 10);
        if (*end == '/') second = strtoll(end + 1, &end, 10);
        ck_assert_msg(*end == ' ' || *end == '\0', "a step ends with \"%s\"", end);
        for (int64_t t = from; t <= to; t += step) play_one(of, how, t, value, second);
        script = *end == ' ' ? end + 1 : end;
    }
}

START_TEST(reckoned_by_hand)
{
    const detect_case *one = &cases[_i];
    player of = {.config = &one->config};
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_detector_check(&one->config, NULL, 0, NULL, &err) == MBILL_OK, "%s: %s %s", one->id, err.path,
        err.message);
    play(&of, one->script);
    ck_assert_msg(strcmp(of.said, one->expected) == 0, "%s: \"%s\", expected \"%s\"", one->id, of.said, one->expected);
}
END_TEST

/* ---- zones ---- */

static const char berlin[] = "CET-1CEST,M3.5.0,M10.5.0/3";

static int64_t at(const char *text)
{
    int64_t out = 0;
    ck_assert_int_eq(mbill_time_parse(text, strlen(text), NULL, &out, NULL), MBILL_OK);
    return out;
}

/* One night of one reading: when it ends, or -1 where the reading is of no night. */
static int64_t end_of_night(const mbill_zone *zone, int32_t from_s, int32_t to_s, const char *reading)
{
    mbill_detector_config config = {FLAT(NIGHT_FLOW), .times = 1, .from_s = from_s, .to_s = to_s};
    player of = {.config = &config, .zone = zone};
    play_one(&of, ' ', at(reading), 1, 0);
    int64_t due_s = mbill_detector_deadline(&config, &of.detector);
    return due_s == INT64_MAX ? -1 : due_s;
}

START_TEST(nights_of_clocks)
{
    mbill_zone *zone;
    ck_assert_int_eq(mbill_zone_from_rule(berlin, sizeof berlin - 1, NULL, &zone, NULL), MBILL_OK);
    ck_assert_int_eq(end_of_night(zone, 7200, 14400, "2026-01-10T01:00:00Z"), at("2026-01-10T03:00:00Z"));
    ck_assert_int_eq(end_of_night(zone, 7200, 14400, "2026-01-10T00:59:59Z"), -1);
    ck_assert_int_eq(end_of_night(zone, 7200, 14400, "2026-01-10T03:00:00Z"), -1);
    /* 02:00 to 03:00 is skipped: the night is 03:00 to 04:00 */
    ck_assert_int_eq(end_of_night(zone, 7200, 14400, "2026-03-29T00:59:59Z"), -1);
    ck_assert_int_eq(end_of_night(zone, 7200, 14400, "2026-03-29T01:00:00Z"), at("2026-03-29T02:00:00Z"));
    /* it ends where its end is skipped */
    ck_assert_int_eq(end_of_night(zone, 3600, 9000, "2026-03-29T00:30:00Z"), at("2026-03-29T01:00:00Z"));
    /* 02:00 to 03:00 comes twice: three hours */
    ck_assert_int_eq(end_of_night(zone, 7200, 14400, "2026-10-25T00:00:00Z"), at("2026-10-25T03:00:00Z"));
    ck_assert_int_eq(end_of_night(zone, 3600, 9000, "2026-10-24T23:00:00Z"), at("2026-10-25T01:30:00Z"));
    ck_assert_int_eq(end_of_night(zone, 3600, 9000, "2026-10-25T00:45:00Z"), -1);
    ck_assert_int_eq(end_of_night(zone, 3600, 9000, "2026-10-25T01:15:00Z"), at("2026-10-25T01:30:00Z"));
    ck_assert_int_eq(end_of_night(NULL, 0, 86400, "2026-01-10T12:00:00Z"), at("2026-01-11T00:00:00Z"));
    mbill_zone_free(zone);
}
END_TEST

START_TEST(trips_of_local_days)
{
    static const char shanghai[] = "CST-8";
    mbill_detector_config config = {POWER};
    config.per_day = 2;
    mbill_zone *zone;
    char script[ROOM], expected[ROOM];
    int64_t eve = at("2026-05-04T15:00:00Z"), midnight = at("2026-05-04T16:00:00Z");
    ck_assert_int_eq(mbill_zone_from_rule(shanghai, sizeof shanghai - 1, NULL, &zone, NULL), MBILL_OK);
    player of = {.config = &config, .zone = zone};
    snprintf(script, sizeof script, "%" PRId64 ":1000 |%" PRId64 " %" PRId64 ":1000", eve, eve + 300, midnight);
    snprintf(expected, sizeof expected, "%" PRId64 ":RAISE %" PRId64 ":CLEAR %" PRId64 ":RAISE", eve, eve + 300, midnight);
    play(&of, script);
    ck_assert_str_eq(of.said, expected);
    of = (player){.config = &config}; /* of UTC both are of one day */
    strcat(expected, " ");
    snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%" PRId64 ":LOCK", midnight);
    play(&of, script);
    ck_assert_str_eq(of.said, expected);
    mbill_zone_free(zone);
}
END_TEST

/* ---- refusals ---- */

typedef struct refused_rule {
    mbill_detector_config config;
    mbill_status status;
    const char *path, *part;
} refused_rule;

static const refused_rule refused_rules[] = {
    {{.struct_size = sizeof(mbill_detector_config)}, MBILL_E_INVALID, "/kind", "kind 0, expected 1 to 14"},
    {{.struct_size = sizeof(mbill_detector_config), .kind = 15}, MBILL_E_INVALID, "/kind", "kind 15"},
    {{.struct_size = 4}, MBILL_E_MISUSE, "", "struct_size"},
    {{FLAT(COMM_LOSS)}, MBILL_E_INVALID, "/timeout_s", "0, expected 1 or more"},
    {{FLAT(COMM_LOSS), .timeout_s = MBILL_ALARM_DELAY_MAX}, MBILL_E_RANGE, "/timeout_s", "expected at most"},
    {{FLAT(COMM_LOSS), .timeout_s = 1, .limit = 2}, MBILL_E_UNKNOWN_OPTION, "/limit", "comm_loss has no such member"},
    {{FLAT(FAILURE), .window_s = -1}, MBILL_E_INVALID, "/window_s", "-1, expected 0"},
    {{FLAT(ARREARS_TRIP), .on_s = 1}, MBILL_E_UNKNOWN_OPTION, "/on_s", "arrears_trip"},
    {{FLAT(LEAK_FLOW), .window_s = 100, .quiet_s = 10}, MBILL_E_INVALID, "/limit", "0, expected 1"},
    {{FLAT(LEAK_FLOW), .limit = 1, .window_s = 10, .quiet_s = 10}, MBILL_E_INVALID, "/quiet_s",
        "10 s, expected less than the window of 10 s"},
    {{LEAK, .reserved = 1}, MBILL_E_UNKNOWN_OPTION, "/reserved", "1, expected 0"},
    {{FLAT(LEAK_VOLUME), .limit = 1}, MBILL_E_INVALID, "/times", "0, expected 1"},
    {{FLAT(LEAK_VOLUME), .limit = 1, .times = 36601}, MBILL_E_RANGE, "/times", "36601, expected at most 36600"},
    {{FLAT(BURST), .base = 1}, MBILL_E_INVALID, "/permille", "0, expected 1"},
    {{FLAT(BURST), .permille = 1}, MBILL_E_INVALID, "/base", "0, expected 1"},
    {{FLAT(BURST), .permille = 1, .base = 1, .on_s = -5}, MBILL_E_INVALID, "/on_s", "-5"},
    {{FLAT(BURST), .permille = 1, .base = 1, .stale_policy = 3}, MBILL_E_RANGE, "/stale_policy", "3, expected at most 2"},
    {{FLAT(NIGHT_FLOW), .times = 1, .from_s = 7200, .to_s = 7200}, MBILL_E_INVALID, "/to_s",
        "second 7200 of the day, expected after 7200"},
    {{FLAT(NIGHT_FLOW), .times = 1, .from_s = 7200, .to_s = 86401}, MBILL_E_RANGE, "/to_s", "86401"},
    {{FLAT(ZERO_USE), .times = -1}, MBILL_E_INVALID, "/times", "-1"},
    {{FLAT(REVERSE_FLOW), .modulus = 100000}, MBILL_E_INVALID, "/max_step", "both or neither"},
    {{REGISTER, .limit = 99950}, MBILL_E_INVALID, "/max_step", "expected their sum to be below 100000"},
    {{FLAT(REVERSE_FLOW), .modulus = 100000, .max_step = 100000}, MBILL_E_INVALID, "/max_step", "100000"},
    {{FLAT(OVER_POWER), .limit = 1, .m = 2, .of = 1, .reclose_s = 1, .per_day = 1}, MBILL_E_INVALID, "/m", "2 of 1 samples"},
    {{FLAT(OVER_POWER), .limit = 1, .m = 2, .of = 65, .reclose_s = 1, .per_day = 1}, MBILL_E_RANGE, "/of", "65"},
    {{FLAT(OVER_POWER), .limit = 1, .m = 1, .of = 1, .per_day = 1}, MBILL_E_INVALID, "/reclose_s", "0, expected 1"},
    {{FLAT(OVER_POWER), .limit = 1, .m = 1, .of = 1, .reclose_s = 1}, MBILL_E_INVALID, "/per_day", "0, expected 1"},
    {{HEATER, .trips = 1}, MBILL_E_INVALID, "/reclose_s", "where it trips"},
    {{HEATER, .per_day = 1}, MBILL_E_INVALID, "/trips", "expected 1"},
    {{FLAT(MALICIOUS_LOAD), .power_factor_permille = 1001, .n_bands = 1, .bands = {{1, 5}}}, MBILL_E_RANGE,
        "/power_factor_permille", "1001"},
    {{FLAT(MALICIOUS_LOAD), .n_bands = 1, .bands = {{0, 5}}}, MBILL_E_INVALID, "/bands", "band 0 from 0 to 5"},
    {{FLAT(MALICIOUS_LOAD), .n_bands = 2, .bands = {{1, 5}, {7, 6}}}, MBILL_E_INVALID, "/bands", "band 1 from 7 to 6"},
    {{FLAT(MALICIOUS_LOAD), .n_bands = 1, .bands = {{1, 5}, {7, 8}}}, MBILL_E_UNKNOWN_OPTION, "/bands", "past the 1"},
    {{FLAT(MALICIOUS_LOAD), .n_bands = 7, .bands = {{1, 5}, {1, 5}, {1, 5}, {1, 5}, {1, 5}, {1, 5}}}, MBILL_E_RANGE, "/n_bands",
        "7"},
    {{FLAT(HIGH_FLOW), .base = 1000, .permille = 800}, MBILL_E_INVALID, "/dt_mk", "0"},
    {{FLAT(LOSS), .limit = -1}, MBILL_E_INVALID, "/limit", "-1"},
    {{FLAT(FLAPPING), .high_permille = 300, .low_permille = 300}, MBILL_E_INVALID, "/low_permille", "300, expected below 300"},
    {{FLAT(FLAPPING), .high_permille = 1001}, MBILL_E_RANGE, "/high_permille", "1001"},
};

START_TEST(refused_each)
{
    const refused_rule *one = &refused_rules[_i];
    mbill_detector detector = {0}, before = detector;
    mbill_alarm_event events[MBILL_DETECTOR_EVENTS];
    mbill_error err, again;
    size_t n = 9;
    mbill_error_init(&err);
    mbill_error_init(&again);
    assert_refusal_path(&err, mbill_detector_check(&one->config, NULL, 0, NULL, &err), one->status, one->path, one->part);
    assert_refusal_path(&again, mbill_detector_sample(&one->config, NULL, &detector, 0, 0, 0, events, &n, &again), one->status,
        one->path, one->part);
    ck_assert_uint_eq(n, 0);
    ck_assert_mem_eq(&before, &detector, sizeof before);
    ck_assert_int_eq(mbill_detector_deadline(&one->config, &detector), INT64_MAX);
}
END_TEST

START_TEST(every_reason_up_front)
{
    const mbill_detector_config config = {FLAT(NIGHT_FLOW), .limit = -1, .from_s = -1, .to_s = -5, .base = 7, .trips = 1};
    mbill_error reasons[8];
    size_t n = 0;
    for (size_t i = 0; i < LENGTH(reasons); i++) mbill_error_init(&reasons[i]);
    ck_assert_int_eq(mbill_detector_check(&config, reasons, LENGTH(reasons), &n, NULL), MBILL_E_INVALID);
    static const char *const paths[] = {"/limit", "/base", "/times", "/from_s", "/to_s", "/trips", "/to_s"};
    ck_assert_uint_eq(n, LENGTH(paths));
    for (size_t i = 0; i < n; i++) ck_assert_str_eq(reasons[i].path, paths[i]);
    ck_assert_int_eq(mbill_detector_check(&config, reasons, 2, &n, NULL), MBILL_E_INVALID);
    ck_assert_uint_eq(n, LENGTH(paths));
    ck_assert_int_eq(mbill_detector_check(&config, NULL, 1, &n, NULL), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_detector_check(NULL, NULL, 0, NULL, NULL), MBILL_E_MISUSE);
}
END_TEST

typedef struct refused_reading {
    mbill_detector_config config;
    int64_t t_s, value, second;
    mbill_status status;
    const char *part;
} refused_reading;

static const refused_reading refused_readings[] = {
    {{FLAT(FAILURE)}, MBILL_ALARM_TIME_MAX + 1, 0, 0, MBILL_E_RANGE, "time"},
    {{FLAT(FAILURE)}, 0, 0, 1, MBILL_E_INVALID, "second value 1, expected 0: failure has one value"},
    {{FLAT(ARREARS_TRIP)}, 0, 2, 0, MBILL_E_INVALID, "tripped 2"},
    {{FLAT(ZERO_USE), .times = 1}, 0, 0, 2, MBILL_E_INVALID, "occupied 2"},
    {{REGISTER}, 0, 100000, 0, MBILL_E_RANGE, "reading 100000, expected 0 or more and below the modulus 100000"},
    {{REGISTER}, 0, -1, 0, MBILL_E_RANGE, "reading -1"},
    {{HEATER}, 0, 0, 1001, MBILL_E_RANGE, "power factor 1001"},
    {{HEATER}, 0, 0, -1, MBILL_E_RANGE, "power factor -1"},
    {{FLAT(NIGHT_FLOW), .times = 1, .to_s = 86400}, INT64_C(1) << 61, 11, 0, MBILL_E_RANGE, ""},
    {{FLAT(NIGHT_FLOW), .times = 1, .to_s = 86400}, INT64_C(1) << 36, 11, 0, MBILL_E_RANGE, ""},
};

START_TEST(refused_one_reading)
{
    const refused_reading *one = &refused_readings[_i];
    mbill_detector detector = {0}, before = detector;
    mbill_alarm_event events[MBILL_DETECTOR_EVENTS];
    mbill_error err;
    size_t n = 9;
    mbill_error_init(&err);
    assert_refusal(&err,
        mbill_detector_sample(&one->config, NULL, &detector, one->t_s, one->value, one->second, events, &n, &err), one->status,
        one->part);
    ck_assert_uint_eq(n, 0);
    ck_assert_mem_eq(&before, &detector, sizeof before);
}
END_TEST

START_TEST(refused_calls)
{
    const mbill_detector_config config = {POWER}, other = {FLAT(FAILURE)};
    mbill_detector detector = {0}, broken = {0};
    mbill_alarm_event events[MBILL_DETECTOR_EVENTS];
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_detector_sample(NULL, NULL, &detector, 0, 0, 0, events, &n, &err), MBILL_E_MISUSE,
        "config is NULL");
    assert_refusal(&err, mbill_detector_tick(&config, NULL, NULL, 0, events, &n, &err), MBILL_E_MISUSE, "detector is NULL");
    assert_refusal(&err, mbill_detector_tick(&config, NULL, &detector, 0, NULL, &n, &err), MBILL_E_MISUSE, "out_events is NULL");
    assert_refusal(&err, mbill_detector_tick(&config, NULL, &detector, 0, events, NULL, &err), MBILL_E_MISUSE, "out_n is NULL");
    assert_refusal(&err, mbill_detector_reset(&config, NULL, &detector, 0, events, &n, &err), MBILL_E_NOT_FOUND,
        "nothing tripped");
    assert_refusal(&err, mbill_detector_reset(&other, NULL, &detector, 0, events, &n, &err), MBILL_E_NOT_FOUND,
        "nothing tripped");
    ck_assert_int_eq(mbill_detector_sample(&config, NULL, &detector, 0, 1000, 0, events, &n, NULL), MBILL_OK);
    assert_refusal(&err, mbill_detector_tick(&other, NULL, &detector, 5, events, &n, &err), MBILL_E_MISUSE,
        "a state of over_power, expected one of failure");
    ck_assert_int_eq(mbill_detector_deadline(&other, &detector), INT64_MAX);
    ck_assert_int_eq(mbill_detector_deadline(&config, &detector), 300);
    ck_assert_int_eq(mbill_detector_deadline(NULL, &detector), INT64_MAX);
    ck_assert_int_eq(mbill_detector_deadline(&config, NULL), INT64_MAX);
    /* the trip is over when somebody would reset it */
    assert_refusal(&err, mbill_detector_reset(&config, NULL, &detector, 300, events, &n, &err), MBILL_E_NOT_FOUND, "at 300");
    broken.flags = 0x80;
    assert_refusal(&err, mbill_detector_tick(&config, NULL, &broken, 5, events, &n, &err), MBILL_E_MISUSE,
        "none that this library");
    ck_assert_ptr_null(mbill_detect_kind_name(0));
    ck_assert_str_eq(mbill_detect_kind_name(MBILL_DETECT_FLAPPING), "flapping");
}
END_TEST

/* ---- what is kept ---- */

START_TEST(kept_and_read_back)
{
    const mbill_detector_config config = {POWER};
    uint8_t bytes[MBILL_DETECTOR_ENCODED_BYTES];
    player of = {.config = &config};
    mbill_detector back = {0}, broken;
    mbill_error err;
    mbill_error_init(&err);
    of.detector.alarm.level = 3;
    play(&of, "0:1000 |300 301:1000");
    ck_assert_int_eq(mbill_detector_encode(&of.detector, bytes, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_detector_decode(bytes, sizeof bytes, &back, NULL), MBILL_OK);
    ck_assert_mem_eq(&back, &of.detector, sizeof back);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] ^= 1;
        ck_assert_int_ne(mbill_detector_decode(bytes, sizeof bytes, &back, NULL), MBILL_OK);
        bytes[i] ^= 1;
    }
    ck_assert_mem_eq(&back, &of.detector, sizeof back);
    bytes[40] ^= 1;
    assert_refusal(&err, mbill_detector_decode(bytes, sizeof bytes, &back, &err), MBILL_E_CHECKSUM, "checksum");
    bytes[3]++;
    assert_refusal(&err, mbill_detector_decode(bytes, sizeof bytes, &back, &err), MBILL_E_VERSION, "form 2, expected form 1");
    assert_refusal(&err, mbill_detector_decode(bytes, 7, &back, &err), MBILL_E_INVALID, "7 bytes");
    assert_refusal(&err, mbill_detector_decode(NULL, 0, &back, &err), MBILL_E_INVALID, "0 bytes");
    assert_refusal(&err, mbill_detector_decode(NULL, 7, &back, &err), MBILL_E_MISUSE, "bytes is NULL");
    broken = back;
    broken.kind = 99;
    assert_refusal(&err, mbill_detector_encode(&broken, bytes, &err), MBILL_E_MISUSE, "kind 99");
}
END_TEST

/* ---- random lives ---- */

typedef struct life_event {
    int64_t effective_s;
    uint32_t episode, kind;
} life_event;

typedef struct life {
    int64_t t_s[40], value[40], second[40];
    bool estimated[40];
    size_t n;
} life;

/* Seconds between readings are multiples of the scale. */
typedef struct lively_rule {
    int64_t scale_s;
    mbill_detector_config config;
} lively_rule;

static const lively_rule lively[] = {
    {1, {FLAT(COMM_LOSS), .timeout_s = 7}},
    {1, {FLAT(FAILURE), .window_s = 6}},
    {1, {FLAT(ARREARS_TRIP)}},
    {1, {FLAT(LEAK_FLOW), .limit = 1, .window_s = 20, .quiet_s = 4}},
    {1, {FLAT(LEAK_FLOW), .limit = 1, .window_s = 20, .quiet_s = 4, .max_hold_s = 5}},
    {1, {FLAT(LEAK_VOLUME), .limit = 1, .times = 3}},
    {1, {FLAT(BURST), .base = 1, .permille = 500, .on_s = 5, .off_s = 3, .max_hold_s = 4, .stale_policy = 1}},
    {20000, {FLAT(NIGHT_FLOW), .times = 1, .to_s = 86400}},
    {20000, {FLAT(ZERO_USE), .times = 1, .max_hold_s = 50000}},
    {1, {FLAT(REVERSE_FLOW)}},
    {1, {FLAT(OVER_POWER), .limit = 1, .m = 2, .of = 3, .on_s = 2, .reclose_s = 5, .per_day = 3}},
    {1, {FLAT(MALICIOUS_LOAD), .n_bands = 1, .bands = {{1, 1}}, .trips = 1, .reclose_s = 4, .per_day = 2}},
    {1, {FLAT(MALICIOUS_LOAD), .n_bands = 1, .bands = {{1, 1}}, .max_hold_s = 3}},
    {1, {FLAT(HIGH_FLOW), .base = 1, .permille = 500, .dt_mk = 1, .on_s = 4, .off_s = 4}},
    {1, {FLAT(LOSS), .on_s = 3, .off_s = 3}},
    {1, {FLAT(FLAPPING), .high_permille = 300, .low_permille = 200}},
};

static life make_life(const lively_rule *rule)
{
    life out = {.n = 40};
    int64_t t_s = 0;
    for (size_t i = 0; i < out.n; i++) {
        t_s += (int64_t)(random_word() % 5) * rule->scale_s;
        out.t_s[i] = t_s;
        out.value[i] = (int64_t)(random_word() % 2);
        out.second[i] = rule->config.kind == MBILL_DETECT_ZERO_USE && random_word() % 4 != 0;
        out.estimated[i] = random_word() % 8 == 0;
    }
    return out;
}

/* Plays it, with ticks between if that is asked, and encoding between all calls; returns the number of events. */
static size_t live(const mbill_detector_config *config, const life *of, bool ticked, life_event *out)
{
    mbill_detector detector = {0};
    mbill_alarm_event events[MBILL_DETECTOR_EVENTS];
    uint8_t bytes[MBILL_DETECTOR_ENCODED_BYTES];
    size_t n_out = 0;
    for (size_t i = 0; i <= of->n; i++) {
        int64_t last_s = i > 0 ? of->t_s[i - 1] : 0, next_s = i < of->n ? of->t_s[i] : last_s + 90000;
        int64_t tick_s = ticked && i > 0 && next_s > last_s ? last_s + (int64_t)(random_word() % (uint64_t)(next_s - last_s))
                                                            : next_s;
        for (int half = tick_s < next_s ? 0 : 1; half < 2; half++) {
            size_t n;
            int64_t due_s = mbill_detector_deadline(config, &detector);
            bool is_tick = half == 0 || i == of->n;
            int64_t t_s = half == 0 ? tick_s : next_s;
            if (is_tick) ck_assert_int_eq(mbill_detector_tick(config, NULL, &detector, t_s, events, &n, NULL), MBILL_OK);
            else if (of->estimated[i])
                ck_assert_int_eq(mbill_detector_estimated(config, NULL, &detector, t_s, of->value[i], events, &n, NULL),
                    MBILL_OK);
            else
                ck_assert_int_eq(mbill_detector_sample(config, NULL, &detector, t_s, of->value[i], of->second[i], events, &n,
                                     NULL),
                    MBILL_OK);
            ck_assert(!is_tick || t_s >= due_s || n == 0);
            for (size_t k = 0; k < n; k++) {
                ck_assert(events[k].observed_s == t_s && events[k].effective_s <= t_s);
                out[n_out++] = (life_event){events[k].effective_s, events[k].episode, events[k].kind};
            }
            ck_assert_int_eq(mbill_detector_encode(&detector, bytes, NULL), MBILL_OK);
            detector = (mbill_detector){0};
            ck_assert_int_eq(mbill_detector_decode(bytes, sizeof bytes, &detector, NULL), MBILL_OK);
        }
    }
    return n_out;
}

START_TEST(ticks_change_nothing)
{
    static const char program[] = "test_detect";
    random_begin(program);
    const mbill_detector_config *config = &lively[_i].config;
    size_t n_events = 0;
    for (int round = 0; round < 150; round++) {
        life one = make_life(&lively[_i]);
        life_event plain[200], ticked[200];
        size_t n = live(config, &one, false, plain), n_ticked = live(config, &one, true, ticked);
        ck_assert_msg(n == n_ticked && memcmp(plain, ticked, n * sizeof plain[0]) == 0, "%s: round %d of %" PRIu64,
            mbill_detect_kind_name(config->kind), round, random_state);
        uint32_t expected = MBILL_ALARM_RAISE;
        int64_t last_s = INT64_MIN;
        for (size_t i = 0; i < n; i++) {
            ck_assert(plain[i].effective_s >= last_s);
            last_s = plain[i].effective_s;
            if (plain[i].kind > MBILL_ALARM_CLEAR) continue;
            ck_assert_int_eq(plain[i].kind, expected);
            expected = expected == MBILL_ALARM_RAISE ? MBILL_ALARM_CLEAR : MBILL_ALARM_RAISE;
        }
        n_events += n;
    }
    ck_assert_msg(n_events > 50, "%s: %zu events", mbill_detect_kind_name(config->kind), n_events);
}
END_TEST

START_TEST(water_for_nothing)
{
    mbill_error err;
    int64_t out = 7;
    mbill_error_init(&err);
    /* 1163 kWh at 10 K need 100 m3 */
    ck_assert_int_eq(mbill_excess_volume(120000000, 1163000000, 1163, 10000, &out, NULL), MBILL_OK);
    ck_assert_int_eq(out, 20000000);
    ck_assert_int_eq(mbill_excess_volume(0, 1, 2000000, 1, &out, NULL), MBILL_OK); /* half of 10^-6 m3 */
    ck_assert_int_eq(out, -1);
    ck_assert_int_eq(mbill_excess_volume(0, -1, 2000001, 1, &out, NULL), MBILL_OK);
    ck_assert_int_eq(out, 0);
    assert_refusal(&err, mbill_excess_volume(0, 1, 0, 1, &out, &err), MBILL_E_INVALID, "0 Wh");
    assert_refusal(&err, mbill_excess_volume(0, 1, 1, -1, &out, &err), MBILL_E_INVALID, "-1 mK");
    assert_refusal(&err, mbill_excess_volume(0, INT64_MAX, 1, 1, &out, &err), MBILL_E_OVERFLOW, "expected less than");
    assert_refusal(&err, mbill_excess_volume(INT64_MIN, 2, 1, 1, &out, &err), MBILL_E_OVERFLOW, "");
    assert_refusal(&err, mbill_excess_volume(0, 1, 1, 1, NULL, &err), MBILL_E_MISUSE, "out_micro is NULL");
    ck_assert_int_eq(out, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("detect");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_set_timeout(edges, 120);
    tcase_add_loop_test(ok, reckoned_by_hand, 0, (int)LENGTH(cases));
    tcase_add_test(ok, nights_of_clocks);
    tcase_add_test(ok, trips_of_local_days);
    tcase_add_test(ok, kept_and_read_back);
    tcase_add_test(ok, water_for_nothing);
    tcase_add_loop_test(refused, refused_each, 0, (int)LENGTH(refused_rules));
    tcase_add_test(refused, every_reason_up_front);
    tcase_add_loop_test(refused, refused_one_reading, 0, (int)LENGTH(refused_readings));
    tcase_add_test(refused, refused_calls);
    tcase_add_loop_test(edges, ticks_change_nothing, 0, (int)LENGTH(lively));
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_FORK_GETENV);
}

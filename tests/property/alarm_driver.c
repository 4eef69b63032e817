/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms behind a line protocol, for the models and for promtool: public functions alone. One request a line, words separated by spaces or tabs; one answer
 * a line: "ok", and for each step its state (O off, P pending, N on, C clearing) or the status that refused it, followed by its events as KIND@EFFECTIVE.
 *
 *     condition LIMIT DEADBAND ON OFF HOLD COMPARATOR POLICY FLAGS STEP…
 *     detector ZONE KIND N NAME VALUE… N_BANDS LOW HIGH… STEP…    ZONE a rule, or "-" for UTC; the state is encoded and decoded between all steps
 *
 * STEP is g T VALUE SECOND (good), e T VALUE (estimated), k T (tick) or r T (reset).
 */
#include "meterbill.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES (1 << 20)

static char line[LINE_MAX_BYTES];
static char *at;

static void stop(const char *why)
{
    fprintf(stderr, "alarm_driver: %s\n", why);
    exit(2);
}

static int more(void)
{
    at += strspn(at, " \t\n");
    return *at != '\0';
}

static const char *word(void)
{
    if (!more()) stop("a word is missing");
    char *start = at;
    at += strcspn(at, " \t\n");
    if (*at != '\0') *at++ = '\0';
    return start;
}

static int64_t number(void)
{
    return strtoimax(word(), NULL, 10);
}

/* ---- steps ---- */

typedef struct step {
    char how;
    int64_t t_s, value, second;
} step;

static step read_step(void)
{
    step out = {word()[0], number(), 0, 0};
    if (out.how == 'g' || out.how == 'e') out.value = number();
    if (out.how == 'g') out.second = number();
    return out;
}

static void say_event(const mbill_alarm_event *event, int64_t t_s)
{
    static const char *const others[] = {"ROLLOVER", "LOCK", "UNLOCK"};
    if (event->observed_s != t_s) stop("an event is observed at another time than its call's");
    const char *kind = event->kind == MBILL_ALARM_RAISE ? "RAISE"
        : event->kind == MBILL_ALARM_CLEAR              ? "CLEAR"
                                                        : others[event->kind - MBILL_DETECT_ROLLOVER];
    printf("\t%s@%" PRId64, kind, event->effective_s);
}

static void say(mbill_status status, const mbill_alarm *alarm, const mbill_alarm_event *events, size_t n, int64_t t_s)
{
    if (status != MBILL_OK) printf("\t%s", mbill_status_name((int32_t)status));
    else printf("\t%c", "OPNC"[alarm->state]);
    for (size_t i = 0; i < n; i++) say_event(&events[i], t_s);
}

/* ---- requests ---- */

static void do_condition(void)
{
    mbill_alarm_config config = {.limit = number(), .deadband = 0};
    mbill_alarm alarm = {0};
    mbill_alarm_event events[MBILL_ALARM_EVENTS];
    config.deadband = number();
    config.on_s = number();
    config.off_s = number();
    config.max_hold_s = number();
    config.comparator = (int32_t)number();
    config.stale_policy = (int32_t)number();
    config.flags = (uint32_t)number();
    while (more()) {
        step now = read_step();
        size_t n;
        mbill_status status = now.how == 'k' ? mbill_alarm_tick(&config, &alarm, now.t_s, events, &n, NULL)
            : now.how == 'e'                 ? mbill_alarm_estimated(&config, &alarm, now.t_s, now.value, events, &n, NULL)
                                             : mbill_alarm_sample(&config, &alarm, now.t_s, now.value, events, &n, NULL);
        say(status, &alarm, events, n, now.t_s);
    }
}

typedef struct member {
    const char *name;
    size_t offset, size;
} member;

#define MEMBER(name)                                                                                                             \
    {                                                                                                                            \
#name, offsetof(mbill_detector_config, name), sizeof(((mbill_detector_config *)0)->name)                                 \
    }
static const member members[] = {MEMBER(limit), MEMBER(base), MEMBER(modulus), MEMBER(max_step), MEMBER(dt_mk), MEMBER(on_s),
    MEMBER(off_s), MEMBER(max_hold_s), MEMBER(timeout_s), MEMBER(window_s), MEMBER(quiet_s), MEMBER(reclose_s),
    MEMBER(stale_policy), MEMBER(permille), MEMBER(high_permille), MEMBER(low_permille), MEMBER(power_factor_permille),
    MEMBER(times), MEMBER(m), MEMBER(of), MEMBER(per_day), MEMBER(from_s), MEMBER(to_s), MEMBER(trips)};

static void set_member(mbill_detector_config *config)
{
    const char *name = word();
    int64_t value = number();
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strcmp(members[i].name, name) != 0) continue;
        int32_t narrow = (int32_t)value;
        if (members[i].size == sizeof value) memcpy((char *)config + members[i].offset, &value, sizeof value);
        else memcpy((char *)config + members[i].offset, &narrow, sizeof narrow);
        return;
    }
    stop("an unknown member");
}

static int32_t kind_of(const char *name)
{
    for (int32_t kind = 1; mbill_detect_kind_name(kind) != NULL; kind++)
        if (strcmp(mbill_detect_kind_name(kind), name) == 0) return kind;
    stop("an unknown kind");
    return 0;
}

static mbill_detector_config read_rule(void)
{
    mbill_detector_config config = MBILL_DETECTOR_CONFIG_INIT;
    config.kind = kind_of(word());
    for (int64_t left = number(); left > 0; left--) set_member(&config);
    config.n_bands = (int32_t)number();
    for (int32_t i = 0; i < config.n_bands; i++) {
        config.bands[i].low = number();
        config.bands[i].high = number();
    }
    return config;
}

static mbill_status run(const mbill_detector_config *config, const mbill_zone *zone, mbill_detector *detector, const step *now,
    mbill_alarm_event *events, size_t *n)
{
    if (now->how == 'k') return mbill_detector_tick(config, zone, detector, now->t_s, events, n, NULL);
    if (now->how == 'r') return mbill_detector_reset(config, zone, detector, now->t_s, events, n, NULL);
    if (now->how == 'e') return mbill_detector_estimated(config, zone, detector, now->t_s, now->value, events, n, NULL);
    return mbill_detector_sample(config, zone, detector, now->t_s, now->value, now->second, events, n, NULL);
}

static void restart(mbill_detector *detector)
{
    uint8_t bytes[MBILL_DETECTOR_ENCODED_BYTES];
    if (mbill_detector_encode(detector, bytes, NULL) != MBILL_OK) stop("a state that is not encoded");
    memset(detector, 0xFF, sizeof *detector);
    if (mbill_detector_decode(bytes, sizeof bytes, detector, NULL) != MBILL_OK) stop("a state that is not decoded");
}

static void do_detector(void)
{
    const char *rule = word();
    mbill_zone *zone = NULL;
    mbill_detector detector = {0};
    mbill_alarm_event events[MBILL_DETECTOR_EVENTS];
    if (strcmp(rule, "-") != 0 && mbill_zone_from_rule(rule, strlen(rule), NULL, &zone, NULL) != MBILL_OK) stop("no such zone");
    mbill_detector_config config = read_rule();
    if (mbill_detector_check(&config, NULL, 0, NULL, NULL) != MBILL_OK) stop("a rule that is refused");
    while (more()) {
        step now = read_step();
        size_t n;
        mbill_status status = run(&config, zone, &detector, &now, events, &n);
        say(status, &detector.alarm, events, n, now.t_s);
        restart(&detector);
    }
    mbill_zone_free(zone);
}

int main(void)
{
    while (fgets(line, sizeof line, stdin) != NULL) {
        at = line;
        const char *verb = word();
        printf("ok");
        if (strcmp(verb, "condition") == 0) do_condition();
        else if (strcmp(verb, "detector") == 0) do_detector();
        else stop("an unknown verb");
        printf("\n");
        fflush(stdout);
    }
    return 0;
}

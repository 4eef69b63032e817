/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when one alarm of a document may say something else. */
#include "alarm/alarms.h"

#include <string.h>

enum { REASONS = 32, DECIMALS_MAX = 9 };

const char *const mbill__when_words[4] = {"below", "at_or_below", "above", "at_or_above"};
const char *const mbill__trip_words[3] = {"none", "maskable", "always"};
const char *const mbill__prepaid_words[MBILL_PREPAID_LEVELS] = {"L1", "L2", "ZERO", "OVERDRAFT", "LOCK"};

#define COMMON "labels", "notice", "priority", "decimals", "trip", "watches"
#define DELAYS "on_s", "off_s", "max_hold_s", "stale", "observed_only"
#define LIMITS "when", "limit", "deadband", "hold_at_equal"

/* What a check found: the members that are named otherwise in documents are renamed. */
typedef struct found {
    mbill_error reasons[REASONS];
    size_t n;
} found;

static void found_start(found *out)
{
    out->n = 0;
    for (size_t i = 0; i < REASONS; i++) mbill_error_init(&out->reasons[i]);
}

static void report(mbill__alarms_reader *reader, const mbill__node *node, found *of)
{
    for (size_t i = 0; i < of->n; i++) {
        char *path = of->reasons[i].path;
        if (strcmp(path, "/comparator") == 0) memcpy(path, "/when", sizeof "/when");
        if (strcmp(path, "/stale_policy") == 0) memcpy(path, "/stale", sizeof "/stale");
    }
    mbill__reader_check(reader, node, of->reasons, of->n < REASONS ? of->n : REASONS);
}

/* ---- channels and notices ---- */

/* ["sms", "app"] as a set; absent: nobody. */
static void read_channels(mbill__alarms_reader *reader, const mbill__node *object, uint32_t *out)
{
    mbill__node list, node;
    mbill_error why;
    mbill_error_init(&why);
    if (!mbill__node_get(object, "channels", &list) || !mbill__reader_took(reader, mbill__node_list(&list, 0, &why), &why))
        return;
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        const char *name;
        size_t i = 0;
        if (!mbill__reader_took(reader, mbill__node_text(&node, &name, &why), &why)) continue;
        while (i < reader->alarms->n_channels && strcmp(reader->alarms->channels[i], name) != 0) i++;
        if (i < reader->alarms->n_channels) *out |= UINT32_C(1) << i;
        else
            (void)mbill__reader_took(reader,
                mbill__node_fail(&node, &why, MBILL_E_NOT_FOUND, "channel \"%s\", expected one of \"channels\"", name), &why);
    }
}

/* [{"after_s": 900, "channels": ["duty"]}] */
static void read_escalate(mbill__alarms_reader *reader, const mbill__node *object, mbill_notice_config *out)
{
    static const char *const keys[] = {"after_s", "channels"};
    mbill__node list, node, after;
    mbill_error why;
    mbill_error_init(&why);
    if (!mbill__node_get(object, "escalate", &list) || !mbill__reader_took(reader, mbill__node_list(&list, 0, &why), &why))
        return;
    size_t n = mbill__node_count(&list);
    if (n > MBILL_ESCALATIONS_MAX) {
        (void)mbill__reader_took(reader,
            mbill__node_fail(&list, &why, MBILL_E_LIMIT, "%zu steps, expected at most %d", n, MBILL_ESCALATIONS_MAX), &why);
        return;
    }
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        int32_t at = out->n_escalate;
        if (!mbill__reader_object(reader, &node, keys, MBILL__COUNT_OF(keys)) ||
            !mbill__reader_need(reader, &node, "after_s", &after))
            continue;
        (void)mbill__reader_decimal(reader, &node, "after_s", 0, &out->escalate_s[at]);
        read_channels(reader, &node, &out->escalate_channels[at]);
        out->n_escalate++;
    }
}

void mbill__alarm_notice_read(mbill__alarms_reader *reader, const mbill__node *object, mbill__alarm_level *out, int32_t max_count)
{
    static const char *const keys[] = {"repeat_s", "max_count", "max_shelve_s", "escalate", "latch", "auto_ack", "channels"};
    mbill__node node;
    found of;
    found_start(&of);
    if (!mbill__node_get(object, "notice", &node) || !mbill__reader_object(reader, &node, keys, MBILL__COUNT_OF(keys))) return;
    out->has_notice = true;
    out->notice = (mbill_notice_config){.max_count = max_count};
    bool is_whole = mbill__reader_decimal(reader, &node, "repeat_s", 0, &out->notice.repeat_s);
    is_whole &= mbill__reader_whole(reader, &node, "max_count", 0, INT32_MAX, &out->notice.max_count);
    is_whole &= mbill__reader_decimal(reader, &node, "max_shelve_s", 0, &out->notice.max_shelve_s);
    is_whole &= mbill__reader_flag(reader, &node, "latch", MBILL_NOTICE_LATCH, &out->notice.flags);
    is_whole &= mbill__reader_flag(reader, &node, "auto_ack", MBILL_NOTICE_AUTO_ACK, &out->notice.flags);
    read_channels(reader, &node, &out->notice.channels);
    read_escalate(reader, &node, &out->notice);
    if (!is_whole) return;
    if (mbill_notice_check(&out->notice, of.reasons, REASONS, &of.n, NULL) == MBILL_OK) return;
    for (size_t i = 0; i < of.n && i < REASONS; i++)
        if (strcmp(of.reasons[i].path, "/escalate_s") == 0) memcpy(of.reasons[i].path, "/escalate", sizeof "/escalate");
    report(reader, &node, &of);
}

/* ---- conditions ---- */

static bool read_delays(mbill__alarms_reader *reader, const mbill__node *node, mbill_alarm_config *out)
{
    bool is_whole = mbill__reader_decimal(reader, node, "on_s", 0, &out->on_s);
    is_whole &= mbill__reader_decimal(reader, node, "off_s", 0, &out->off_s);
    is_whole &= mbill__reader_decimal(reader, node, "max_hold_s", 0, &out->max_hold_s);
    is_whole &= mbill__reader_word(reader, node, "stale", mbill__stale_words, MBILL__COUNT_OF(mbill__stale_words), 0,
        &out->stale_policy);
    is_whole &= mbill__reader_flag(reader, node, "observed_only", MBILL_ALARM_OBSERVED_ONLY, &out->flags);
    return is_whole;
}

/* false: something is not of the form; it must not be checked then. */
static bool read_limits(mbill__alarms_reader *reader, const mbill__node *node, int32_t decimals, mbill_alarm_config *out)
{
    mbill__node need;
    bool is_whole = mbill__reader_need(reader, node, "when", &need);
    is_whole &= mbill__reader_need(reader, node, "limit", &need);
    is_whole &= mbill__reader_word(reader, node, "when", mbill__when_words, MBILL__COUNT_OF(mbill__when_words), MBILL_BELOW,
        &out->comparator);
    is_whole &= mbill__reader_decimal(reader, node, "limit", decimals, &out->limit);
    is_whole &= mbill__reader_decimal(reader, node, "deadband", decimals, &out->deadband);
    is_whole &= mbill__reader_flag(reader, node, "hold_at_equal", MBILL_ALARM_HOLD_AT_EQUAL, &out->flags);
    return read_delays(reader, node, out) && is_whole;
}

/* {"m": 2, "n": 3} */
static bool read_votes(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out)
{
    static const char *const keys[] = {"m", "n"};
    mbill__node votes, need;
    if (!mbill__node_get(node, "of", &votes)) return true;
    if (!mbill__reader_object(reader, &votes, keys, MBILL__COUNT_OF(keys))) return false;
    bool is_whole = mbill__reader_need(reader, &votes, "m", &need);
    is_whole &= mbill__reader_need(reader, &votes, "n", &need);
    is_whole &= mbill__reader_whole(reader, &votes, "n", 1, MBILL_WINDOW_MAX, &out->n);
    return mbill__reader_whole(reader, &votes, "m", 1, out->n > 0 ? out->n : MBILL_WINDOW_MAX, &out->m) && is_whole;
}

static void read_value(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out)
{
    static const char *const keys[] = {LIMITS, DELAYS, COMMON, "of"};
    found of;
    found_start(&of);
    if (!mbill__reader_object(reader, node, keys, MBILL__COUNT_OF(keys))) return;
    (void)read_votes(reader, node, out);
    if (!read_limits(reader, node, out->decimals, &out->levels[0].config)) return;
    if (mbill_alarm_check(&out->levels[0].config, of.reasons, REASONS, &of.n, NULL) != MBILL_OK) report(reader, node, &of);
}

static void read_given(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out)
{
    static const char *const keys[] = {DELAYS, COMMON, "given"};
    mbill__node given;
    mbill_error why;
    bool is_given = false;
    found of;
    found_start(&of);
    mbill_error_init(&why);
    out->levels[0].config = (mbill_alarm_config)MBILL_ALARM_CONDITION_INIT;
    if (!mbill__reader_object(reader, node, keys, MBILL__COUNT_OF(keys)) || !mbill__node_get(node, "given", &given)) return;
    if (mbill__reader_took(reader, mbill__node_bool(&given, &is_given, &why), &why) && !is_given)
        (void)mbill__reader_took(reader,
            mbill__node_fail(&given, &why, MBILL_E_INVALID, "false, expected true: lines say whether it holds"), &why);
    if (!read_delays(reader, node, &out->levels[0].config)) return;
    if (mbill_alarm_check(&out->levels[0].config, of.reasons, REASONS, &of.n, NULL) != MBILL_OK) report(reader, node, &of);
}

/* ---- levels ---- */

static void read_name(mbill__alarms_reader *reader, const mbill__node *node, const char **out)
{
    mbill__node name;
    mbill_error why;
    const char *text;
    mbill_error_init(&why);
    if (!mbill__node_get(node, "name", &name) || !mbill__reader_took(reader, mbill__node_name(&name, &text, &why), &why)) return;
    *out = mbill__arena_text(&reader->alarms->arena, text, strlen(text));
    reader->no_memory = reader->no_memory || *out == NULL;
}

/* Each level's reasons stand at its own entry. */
static void check_levels(mbill__alarms_reader *reader, const mbill__node *list, const mbill__alarm_def *def)
{
    mbill_alarm_config configs[MBILL_LEVELS_MAX];
    mbill__node node;
    size_t at = 0;
    found all, of;
    found_start(&all);
    for (size_t i = 0; i < def->n_levels; i++) configs[i] = def->levels[i].config;
    if (mbill_levels_check(configs, def->n_levels, all.reasons, REASONS, &all.n, NULL) == MBILL_OK) return;
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node), at++) {
        found_start(&of);
        for (size_t i = 0; i < all.n && i < REASONS; i++) {
            if (all.reasons[i].path[1] - '0' != (int)at) continue;
            of.reasons[of.n] = all.reasons[i];
            memmove(of.reasons[of.n].path, all.reasons[i].path + 2, sizeof all.reasons[i].path - 2);
            of.n++;
        }
        report(reader, &node, &of);
    }
}

static void read_levels(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out)
{
    static const char *const keys[] = {COMMON, "levels"}, *const level_keys[] = {LIMITS, DELAYS, "name", "notice", "trip"};
    mbill__node list, level;
    mbill_error why;
    bool is_whole = true;
    mbill_error_init(&why);
    if (!mbill__reader_object(reader, node, keys, MBILL__COUNT_OF(keys)) || !mbill__node_get(node, "levels", &list) ||
        !mbill__reader_took(reader, mbill__node_list(&list, 1, &why), &why))
        return;
    size_t n = mbill__node_count(&list);
    if (n > MBILL_LEVELS_MAX) {
        (void)mbill__reader_took(reader,
            mbill__node_fail(&list, &why, MBILL_E_LIMIT, "%zu levels, expected at most %d", n, MBILL_LEVELS_MAX), &why);
        return;
    }
    mbill__alarm_level common = out->levels[0];
    for (bool more = mbill__node_first(&list, &level); more; more = mbill__node_next(&level)) {
        mbill__alarm_level *one = &out->levels[out->n_levels++];
        *one = common;
        is_whole &= mbill__reader_object(reader, &level, level_keys, MBILL__COUNT_OF(level_keys));
        read_name(reader, &level, &one->name);
        mbill__alarm_notice_read(reader, &level, one, 3);
        (void)mbill__reader_word(reader, &level, "trip", mbill__trip_words, MBILL__COUNT_OF(mbill__trip_words), 0, &one->trip);
        is_whole &= read_limits(reader, &level, out->decimals, &one->config);
    }
    if (is_whole) check_levels(reader, &list, out);
}

/* "notices": {"L1": {…}} beside the "notice" of all. */
static void read_prepaid_notices(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out)
{
    mbill__node notices, level;
    if (!mbill__node_get(node, "notices", &notices) ||
        !mbill__reader_object(reader, &notices, mbill__prepaid_words, MBILL_PREPAID_LEVELS))
        return;
    for (size_t i = 0; i < MBILL_PREPAID_LEVELS; i++)
        if (mbill__node_get(&notices, mbill__prepaid_words[i], &level)) {
            static const char *const keys[] = {"notice"};
            if (mbill__reader_object(reader, &level, keys, 1)) mbill__alarm_notice_read(reader, &level, &out->levels[i], 3);
        }
}

static void read_prepaid(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out)
{
    static const char *const keys[] = {"labels", "notice", "priority", "decimals", "watches", "prepaid", "notices", "off_s",
        "on_s", "max_hold_s", "stale"},
                             *const amounts[] = {"alarm_1", "alarm_2", "overdraft", "reclose"};
    mbill__node profile, need;
    mbill_alarm_config configs[MBILL_PREPAID_LEVELS], delays = {0};
    found of;
    found_start(&of);
    int64_t *const to[] = {&out->prepaid.alarm_1, &out->prepaid.alarm_2, &out->prepaid.overdraft, &out->prepaid.reclose};
    bool is_whole = mbill__reader_object(reader, node, keys, MBILL__COUNT_OF(keys));
    if (!mbill__node_get(node, "prepaid", &profile) || !mbill__reader_object(reader, &profile, amounts, MBILL__COUNT_OF(amounts)))
        return;
    out->prepaid.struct_size = sizeof out->prepaid;
    for (size_t i = 0; i < MBILL__COUNT_OF(amounts); i++) {
        is_whole &= mbill__reader_need(reader, &profile, amounts[i], &need);
        is_whole &= mbill__reader_decimal(reader, &profile, amounts[i], out->decimals, to[i]);
    }
    is_whole &= read_delays(reader, node, &delays);
    mbill__alarm_level common = out->levels[0];
    out->n_levels = MBILL_PREPAID_LEVELS;
    if (!is_whole) return;
    of.n = mbill_prepaid_levels(&out->prepaid, configs, &of.reasons[0]) != MBILL_OK;
    report(reader, &profile, &of);
    if (of.n > 0) return;
    for (size_t i = 0; i < MBILL_PREPAID_LEVELS; i++) {
        delays.limit = configs[i].limit;
        delays.deadband = configs[i].deadband;
        delays.comparator = configs[i].comparator;
        out->levels[i] = common;
        out->levels[i].name = mbill__prepaid_words[i];
        out->levels[i].config = delays;
        out->levels[i].trip = i == MBILL_PREPAID_LOCK ? MBILL__TRIP_MASKABLE : MBILL__TRIP_NONE;
    }
    if (mbill_alarm_check(&out->levels[0].config, of.reasons, REASONS, &of.n, NULL) != MBILL_OK) report(reader, node, &of);
    read_prepaid_notices(reader, node, out);
}

/* ---- windows and days ---- */

static void read_window(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out)
{
    static const char *const keys[] = {"labels", "notice", "priority", "watches", "window"},
                             *const window_keys[] = {"n", "within_s", "n_clear", "closed", "distinct"};
    mbill__node window, need;
    found of;
    found_start(&of);
    if (!mbill__reader_object(reader, node, keys, MBILL__COUNT_OF(keys)) || !mbill__node_get(node, "window", &window) ||
        !mbill__reader_object(reader, &window, window_keys, MBILL__COUNT_OF(window_keys)))
        return;
    bool is_whole = mbill__reader_need(reader, &window, "n", &need);
    is_whole &= mbill__reader_need(reader, &window, "within_s", &need);
    is_whole &= mbill__reader_whole(reader, &window, "n", INT32_MIN, INT32_MAX, &out->window.n);
    is_whole &= mbill__reader_whole(reader, &window, "n_clear", INT32_MIN, INT32_MAX, &out->window.n_clear);
    is_whole &= mbill__reader_decimal(reader, &window, "within_s", 0, &out->window.within_s);
    is_whole &= mbill__reader_flag(reader, &window, "closed", MBILL_WINDOW_CLOSED, &out->window.flags);
    is_whole &= mbill__reader_flag(reader, &window, "distinct", MBILL_WINDOW_DISTINCT, &out->window.flags);
    out->window.priority = out->priority;
    if (!is_whole) return;
    if (mbill_window_check(&out->window, of.reasons, REASONS, &of.n, NULL) != MBILL_OK) report(reader, &window, &of);
}

static void read_days(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out)
{
    static const char *const keys[] = {DELAYS, COMMON, "days_to_empty"}, *const days_keys[] = {"warn_days", "over_days"};
    mbill__node days, need;
    mbill_error why;
    found of;
    found_start(&of);
    mbill_error_init(&why);
    out->levels[0].config = (mbill_alarm_config)MBILL_ALARM_CONDITION_INIT;
    if (!mbill__reader_object(reader, node, keys, MBILL__COUNT_OF(keys)) || !mbill__node_get(node, "days_to_empty", &days) ||
        !mbill__reader_object(reader, &days, days_keys, MBILL__COUNT_OF(days_keys)))
        return;
    for (size_t i = 0; i < MBILL__COUNT_OF(days_keys); i++) {
        if (!mbill__reader_need(reader, &days, days_keys[i], &need)) continue;
        int64_t *to = i == 0 ? &out->warn_days : &out->over_days, least = (int64_t)i;
        if (mbill__reader_decimal(reader, &days, days_keys[i], 0, to) && *to < least)
            (void)mbill__reader_took(reader,
                mbill__node_fail(&need, &why, MBILL_E_INVALID, "%lld days, expected %lld or more", (long long)*to,
                    (long long)least),
                &why);
    }
    if (!read_delays(reader, node, &out->levels[0].config)) return;
    if (mbill_alarm_check(&out->levels[0].config, of.reasons, REASONS, &of.n, NULL) != MBILL_OK) report(reader, node, &of);
}

/* ---- one alarm ---- */

typedef void (*read_form)(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out);

static const struct {
    const char *key;
    read_form read;
    int32_t form;
} forms[] = {{"limit", read_value, MBILL__FORM_VALUE}, {"levels", read_levels, MBILL__FORM_LEVELS},
    {"prepaid", read_prepaid, MBILL__FORM_PREPAID}, {"window", read_window, MBILL__FORM_WINDOW},
    {"days_to_empty", read_days, MBILL__FORM_DAYS}, {"given", read_given, MBILL__FORM_GIVEN},
    {"detect", mbill__alarm_detect_read, MBILL__FORM_DETECT}};

/* The one member that says what kind of alarm it is. */
static read_form form_of(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out)
{
    mbill__node member;
    mbill_error why;
    size_t at = MBILL__COUNT_OF(forms);
    mbill_error_init(&why);
    for (size_t i = 0; i < MBILL__COUNT_OF(forms); i++) {
        if (!mbill__node_get(node, forms[i].key, &member)) continue;
        if (at < MBILL__COUNT_OF(forms)) {
            (void)mbill__reader_took(reader,
                mbill__node_fail(&member, &why, MBILL_E_AMBIGUOUS,
                    "beside \"%s\", expected one of them: it says what the alarm is", forms[at].key),
                &why);
            return NULL;
        }
        at = i;
    }
    if (at == MBILL__COUNT_OF(forms)) {
        (void)mbill__reader_took(reader,
            mbill__node_fail(node, &why, MBILL_E_MISSING_KEY,
                "an alarm without what it watches, expected limit, levels, prepaid, window, days_to_empty, given or detect"),
            &why);
        return NULL;
    }
    out->form = forms[at].form;
    return forms[at].read;
}

void mbill__alarm_def_read(mbill__alarms_reader *reader, const mbill__node *node, mbill__alarm_def *out)
{
    mbill__node labels;
    if (!mbill__reader_object(reader, node, NULL, 0)) return;
    read_form read = form_of(reader, node, out);
    if (read == NULL) return;
    bool is_balance = out->form == MBILL__FORM_LEVELS || out->form == MBILL__FORM_PREPAID || out->form == MBILL__FORM_DAYS;
    int32_t priority = 0;
    if (!mbill__reader_whole(reader, node, "decimals", 0, DECIMALS_MAX, &out->decimals)) return;
    (void)mbill__reader_whole(reader, node, "priority", 0, INT32_MAX, &priority);
    out->priority = (uint32_t)priority;
    if (mbill__node_get(node, "labels", &labels)) mbill__reader_labels(reader, &labels, &out->labels, &out->n_labels);
    mbill__alarm_notice_read(reader, node, &out->levels[0], is_balance ? 3 : 0);
    if (out->form != MBILL__FORM_PREPAID)
        (void)mbill__reader_word(reader, node, "trip", mbill__trip_words, MBILL__COUNT_OF(mbill__trip_words), 0,
            &out->levels[0].trip);
    read(reader, node, out);
    if (out->n_levels == 0) out->n_levels = 1;
    mbill__alarm_watches_read(reader, node, out);
    for (size_t i = 0; i < out->n_levels; i++) out->levels[i].config.priority = out->priority;
}

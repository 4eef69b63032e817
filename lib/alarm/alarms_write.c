/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when an alarms document is written in another way. Every default is said, so that a copy of it means the same for ever. */
#include "alarm/alarms.h"

static void put_channels(const mbill_alarms *alarms, uint32_t set, mbill__writer *to)
{
    mbill__write_list(to, "channels");
    for (size_t i = 0; i < alarms->n_channels; i++)
        if ((set >> i & 1) != 0) mbill__write_text(to, NULL, alarms->channels[i]);
    mbill__write_list_end(to);
}

static void put_notice(const mbill_alarms *alarms, const mbill__alarm_level *level, mbill__writer *to)
{
    const mbill_notice_config *notice = &level->notice;
    if (!level->has_notice) return;
    mbill__write_object(to, "notice");
    mbill__write_whole(to, "repeat_s", notice->repeat_s);
    mbill__write_whole(to, "max_count", notice->max_count);
    mbill__write_whole(to, "max_shelve_s", notice->max_shelve_s);
    mbill__write_list(to, "escalate");
    for (int32_t i = 0; i < notice->n_escalate; i++) {
        mbill__write_object(to, NULL);
        mbill__write_whole(to, "after_s", notice->escalate_s[i]);
        put_channels(alarms, notice->escalate_channels[i], to);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
    mbill__write_bool(to, "latch", (notice->flags & MBILL_NOTICE_LATCH) != 0);
    mbill__write_bool(to, "auto_ack", (notice->flags & MBILL_NOTICE_AUTO_ACK) != 0);
    put_channels(alarms, notice->channels, to);
    mbill__write_object_end(to);
}

static void put_delays(const mbill_alarm_config *config, bool observes, mbill__writer *to)
{
    mbill__write_whole(to, "on_s", config->on_s);
    mbill__write_whole(to, "off_s", config->off_s);
    mbill__write_whole(to, "max_hold_s", config->max_hold_s);
    mbill__write_text(to, "stale", mbill__stale_words[config->stale_policy]);
    if (observes) mbill__write_bool(to, "observed_only", (config->flags & MBILL_ALARM_OBSERVED_ONLY) != 0);
}

static void put_limits(const mbill__alarm_def *def, const mbill_alarm_config *config, mbill__writer *to)
{
    mbill__write_text(to, "when", mbill__when_words[config->comparator - MBILL_BELOW]);
    mbill__write_decimal(to, "limit", config->limit, def->decimals);
    mbill__write_decimal(to, "deadband", config->deadband, def->decimals);
    mbill__write_bool(to, "hold_at_equal", (config->flags & MBILL_ALARM_HOLD_AT_EQUAL) != 0);
    put_delays(config, true, to);
}

static void put_value(const mbill_alarms *alarms, const mbill__alarm_def *def, mbill__writer *to)
{
    (void)alarms;
    put_limits(def, &def->levels[0].config, to);
    if (def->n == 0) return;
    mbill__write_object(to, "of");
    mbill__write_whole(to, "m", def->m);
    mbill__write_whole(to, "n", def->n);
    mbill__write_object_end(to);
}

static void put_levels(const mbill_alarms *alarms, const mbill__alarm_def *def, mbill__writer *to)
{
    mbill__write_list(to, "levels");
    for (size_t i = 0; i < def->n_levels; i++) {
        mbill__write_object(to, NULL);
        if (def->levels[i].name != NULL) mbill__write_text(to, "name", def->levels[i].name);
        put_limits(def, &def->levels[i].config, to);
        mbill__write_text(to, "trip", mbill__trip_words[def->levels[i].trip]);
        put_notice(alarms, &def->levels[i], to);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
}

static void put_prepaid(const mbill_alarms *alarms, const mbill__alarm_def *def, mbill__writer *to)
{
    mbill__write_object(to, "prepaid");
    mbill__write_decimal(to, "alarm_1", def->prepaid.alarm_1, def->decimals);
    mbill__write_decimal(to, "alarm_2", def->prepaid.alarm_2, def->decimals);
    mbill__write_decimal(to, "overdraft", def->prepaid.overdraft, def->decimals);
    mbill__write_decimal(to, "reclose", def->prepaid.reclose, def->decimals);
    mbill__write_object_end(to);
    put_delays(&def->levels[0].config, false, to);
    mbill__write_object(to, "notices");
    for (size_t i = 0; i < def->n_levels; i++) {
        mbill__write_object(to, def->levels[i].name);
        put_notice(alarms, &def->levels[i], to);
        mbill__write_object_end(to);
    }
    mbill__write_object_end(to);
}

static void put_window(const mbill_alarms *alarms, const mbill__alarm_def *def, mbill__writer *to)
{
    (void)alarms;
    mbill__write_object(to, "window");
    mbill__write_whole(to, "n", def->window.n);
    mbill__write_whole(to, "within_s", def->window.within_s);
    mbill__write_whole(to, "n_clear", def->window.n_clear == 0 ? def->window.n : def->window.n_clear);
    mbill__write_bool(to, "closed", (def->window.flags & MBILL_WINDOW_CLOSED) != 0);
    mbill__write_bool(to, "distinct", (def->window.flags & MBILL_WINDOW_DISTINCT) != 0);
    mbill__write_object_end(to);
}

static void put_days(const mbill_alarms *alarms, const mbill__alarm_def *def, mbill__writer *to)
{
    (void)alarms;
    mbill__write_object(to, "days_to_empty");
    mbill__write_whole(to, "warn_days", def->warn_days);
    mbill__write_whole(to, "over_days", def->over_days);
    mbill__write_object_end(to);
    put_delays(&def->levels[0].config, true, to);
}

static void put_given(const mbill_alarms *alarms, const mbill__alarm_def *def, mbill__writer *to)
{
    (void)alarms;
    mbill__write_bool(to, "given", true);
    put_delays(&def->levels[0].config, true, to);
}

static void put_detect(const mbill_alarms *alarms, const mbill__alarm_def *def, mbill__writer *to)
{
    (void)alarms;
    mbill__alarm_detect_print(def, to);
}

static void put_labels(const mbill_label *labels, size_t n, const char *key, mbill__writer *to)
{
    mbill__write_object(to, key);
    for (size_t i = 0; i < n; i++) mbill__write_text(to, labels[i].name, labels[i].value);
    mbill__write_object_end(to);
}

static void put_def(const mbill_alarms *alarms, const mbill__alarm_def *def, mbill__writer *to)
{
    static void (*const put[])(const mbill_alarms *, const mbill__alarm_def *, mbill__writer *) = {put_value, put_levels,
        put_prepaid, put_window, put_days, put_given, put_detect};
    bool is_many = def->form == MBILL__FORM_LEVELS || def->form == MBILL__FORM_PREPAID;
    mbill__write_object(to, def->name);
    if (def->form != MBILL__FORM_WINDOW) mbill__write_whole(to, "decimals", def->decimals);
    put[def->form](alarms, def, to);
    if (def->watches != MBILL__WATCHES_NOTHING) mbill__write_text(to, "watches", mbill__watches_words[def->watches - 1]);
    mbill__write_whole(to, "priority", def->priority);
    put_labels(def->labels, def->n_labels, "labels", to);
    if (!is_many && def->form != MBILL__FORM_WINDOW) mbill__write_text(to, "trip", mbill__trip_words[def->levels[0].trip]);
    if (!is_many) put_notice(alarms, &def->levels[0], to);
    mbill__write_object_end(to);
}

static void put_names(const char *key, const char *const *names, size_t n, mbill__writer *to)
{
    mbill__write_list(to, key);
    for (size_t i = 0; i < n; i++) mbill__write_text(to, NULL, names[i]);
    mbill__write_list_end(to);
}

static void put_rest(const mbill_alarms *alarms, mbill__writer *to)
{
    mbill__write_list(to, "inhibit");
    for (size_t i = 0; i < alarms->n_inhibitions; i++) {
        const mbill_inhibition *rule = &alarms->inhibitions[i];
        mbill__write_object(to, NULL);
        put_labels(rule->source, rule->n_source, "source", to);
        put_labels(rule->target, rule->n_target, "target", to);
        put_names("equal", rule->equal, rule->n_equal, to);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
    if (alarms->has_group) {
        mbill__write_object(to, "group");
        put_names("by", alarms->group_by, alarms->n_group_by, to);
        mbill__write_whole(to, "wait_s", alarms->group.wait_s);
        mbill__write_whole(to, "interval_s", alarms->group.interval_s);
        mbill__write_whole(to, "repeat_s", alarms->group.repeat_s);
        mbill__write_bool(to, "send_resolved", alarms->group.flags != 0);
        mbill__write_object_end(to);
    }
    mbill__write_object(to, "restart");
    mbill__write_text(to, "rule", mbill__restart_words[alarms->restart.rule - MBILL_RESTART_COUNT_DOWNTIME]);
    mbill__write_whole(to, "tolerance_s", alarms->restart.tolerance_s);
    mbill__write_whole(to, "grace_s", alarms->restart.grace_s);
    mbill__write_bool(to, "repend", alarms->repends);
    mbill__write_object_end(to);
}

void mbill__alarms_print(const mbill_alarms *alarms, mbill__writer *to)
{
    mbill__write_object(to, NULL);
    mbill__write_whole(to, "meterbill", 1);
    mbill__write_text(to, "kind", "alarms");
    put_names("channels", alarms->channels, alarms->n_channels, to);
    mbill__write_object(to, "alarms");
    for (size_t i = 0; i < alarms->n_defs; i++) put_def(alarms, &alarms->defs[i], to);
    mbill__write_object_end(to);
    put_rest(alarms, to);
    mbill__write_object_end(to);
}

mbill_status mbill_alarms_write(const mbill_alarms *alarms, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer to;
    MBILL__NEED(alarms);
    MBILL__NEED(inout_len);
    mbill__buffer_start(&buffer, &alarms->arena.allocator);
    mbill__write_start(&to, &buffer, true);
    mbill__alarms_print(alarms, &to);
    return mbill__buffer_end(&buffer, MBILL_OK, out_text, inout_len, err);
}

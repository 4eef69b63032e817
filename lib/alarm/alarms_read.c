/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when an alarms document as a whole may say something else: channels, inhibition, groups, restarts. */
#include "alarm/alarms.h"

#include <string.h>

enum { REASONS = 16 };

const char *const mbill__restart_words[2] = {"count_downtime", "pause"};

static void read_channels(mbill__alarms_reader *reader, const mbill__node *root)
{
    mbill__node list, node;
    mbill_error why;
    mbill_error_init(&why);
    if (!mbill__node_get(root, "channels", &list) || !mbill__reader_took(reader, mbill__node_list(&list, 0, &why), &why)) return;
    size_t n = mbill__node_count(&list);
    if (n > MBILL__CHANNELS_MAX) {
        (void)mbill__reader_took(reader,
            mbill__node_fail(&list, &why, MBILL_E_LIMIT, "%zu channels, expected at most %d", n, MBILL__CHANNELS_MAX), &why);
        return;
    }
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        const char *text = mbill__reader_text(reader, &node);
        for (size_t i = 0; text != NULL && i < reader->alarms->n_channels; i++)
            if (strcmp(reader->alarms->channels[i], text) == 0)
                (void)mbill__reader_took(reader,
                    mbill__node_fail(&node, &why, MBILL_E_DUPLICATE_KEY, "channel \"%s\" stands twice", text), &why);
        if (text != NULL) reader->alarms->channels[reader->alarms->n_channels++] = text;
    }
}

static void read_defs(mbill__alarms_reader *reader, const mbill__node *root)
{
    mbill__node object, node;
    mbill_error why;
    mbill_error_init(&why);
    if (!mbill__reader_need(reader, root, "alarms", &object) || !mbill__reader_object(reader, &object, NULL, 0)) return;
    size_t n = mbill__node_count(&object);
    if (n == 0)
        (void)mbill__reader_took(reader, mbill__node_fail(&object, &why, MBILL_E_INVALID, "no alarm, expected at least one"),
            &why);
    mbill__alarm_def *defs = reader->alarms->defs = mbill__reader_take(reader, n, sizeof *defs);
    if (defs == NULL) return;
    for (bool more = mbill__node_first(&object, &node); more; more = mbill__node_next(&node)) {
        const char *name;
        mbill__alarm_def *out = &defs[reader->alarms->n_defs];
        if (!mbill__reader_took(reader, mbill__node_key_name(&node, &name, &why), &why)) continue;
        out->name = mbill__arena_text(&reader->alarms->arena, name, strlen(name));
        reader->no_memory = reader->no_memory || out->name == NULL;
        reader->alarms->n_defs++;
        mbill__alarm_def_read(reader, &node, out);
    }
}

/* A list of names. */
static void read_names(mbill__alarms_reader *reader, const mbill__node *object, const char *key, const char *const **out,
    size_t *out_n)
{
    mbill__node list, node;
    mbill_error why;
    mbill_error_init(&why);
    if (!mbill__node_get(object, key, &list) || !mbill__reader_took(reader, mbill__node_list(&list, 0, &why), &why)) return;
    const char **names = mbill__reader_take(reader, mbill__node_count(&list), sizeof *names);
    if (names == NULL) return;
    *out = names;
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        names[*out_n] = mbill__reader_text(reader, &node);
        if (names[*out_n] != NULL) (*out_n)++;
    }
}

/* [{"source": {"alarm": "job_down"}, "target": {"alarm": "instance_down"}, "equal": ["key"]}] */
static void read_inhibitions(mbill__alarms_reader *reader, const mbill__node *root)
{
    static const char *const keys[] = {"source", "target", "equal"};
    mbill__node list, node, side;
    mbill_error why;
    mbill_error_init(&why);
    if (!mbill__node_get(root, "inhibit", &list) || !mbill__reader_took(reader, mbill__node_list(&list, 0, &why), &why)) return;
    mbill_inhibition *rules = reader->alarms->inhibitions = mbill__reader_take(reader, mbill__node_count(&list), sizeof *rules);
    if (rules == NULL) return;
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        mbill_inhibition *out = &rules[reader->alarms->n_inhibitions++];
        mbill_label *labels = NULL;
        if (!mbill__reader_object(reader, &node, keys, MBILL__COUNT_OF(keys))) continue;
        if (mbill__reader_need(reader, &node, "source", &side)) mbill__reader_labels(reader, &side, &labels, &out->n_source);
        out->source = labels;
        labels = NULL;
        if (mbill__reader_need(reader, &node, "target", &side)) mbill__reader_labels(reader, &side, &labels, &out->n_target);
        out->target = labels;
        read_names(reader, &node, "equal", &out->equal, &out->n_equal);
    }
}

/* Alertmanager's defaults. */
static void read_group(mbill__alarms_reader *reader, const mbill__node *root)
{
    static const char *const keys[] = {"by", "wait_s", "interval_s", "repeat_s", "send_resolved"};
    mbill_group_config *out = &reader->alarms->group;
    mbill_error found[REASONS];
    mbill__node node;
    const char *const *names = NULL;
    size_t n = 0;
    *out = (mbill_group_config){30, 300, 14400, 0, 0};
    if (!mbill__node_get(root, "group", &node) || !mbill__reader_object(reader, &node, keys, MBILL__COUNT_OF(keys))) return;
    reader->alarms->has_group = true;
    bool is_whole = mbill__reader_decimal(reader, &node, "wait_s", 0, &out->wait_s);
    is_whole &= mbill__reader_decimal(reader, &node, "interval_s", 0, &out->interval_s);
    is_whole &= mbill__reader_decimal(reader, &node, "repeat_s", 0, &out->repeat_s);
    is_whole &= mbill__reader_flag(reader, &node, "send_resolved", MBILL_GROUP_SEND_RESOLVED, &out->flags);
    read_names(reader, &node, "by", &names, &reader->alarms->n_group_by);
    reader->alarms->group_by = (const char **)(uintptr_t)names;
    for (size_t i = 0; i < REASONS; i++) mbill_error_init(&found[i]);
    if (is_whole && mbill_group_check(out, found, REASONS, &n, NULL) != MBILL_OK) mbill__reader_check(reader, &node, found, n);
}

static void check_delay(mbill__alarms_reader *reader, const mbill__node *object, const char *key, int64_t value_s)
{
    mbill__node node;
    mbill_error why;
    mbill_error_init(&why);
    if ((value_s >= 0 && value_s <= MBILL_ALARM_DELAY_MAX) || !mbill__node_get(object, key, &node)) return;
    mbill_status status = value_s < 0 ? MBILL_E_INVALID : MBILL_E_RANGE;
    (void)mbill__reader_took(reader,
        mbill__node_fail(&node, &why, status, "%lld s, expected 0 to %lld", (long long)value_s, (long long)MBILL_ALARM_DELAY_MAX),
        &why);
}

/* Prometheus' numbers; what runs counts the time that the host was down, unless it says otherwise. */
static void read_restart(mbill__alarms_reader *reader, const mbill__node *root)
{
    static const char *const keys[] = {"rule", "tolerance_s", "grace_s", "repend"};
    mbill_restart *out = &reader->alarms->restart;
    uint32_t repends = 0;
    mbill__node node;
    *out = (mbill_restart){sizeof *out, MBILL_RESTART_COUNT_DOWNTIME, 0, 0, 3600, 600};
    if (!mbill__node_get(root, "restart", &node) || !mbill__reader_object(reader, &node, keys, MBILL__COUNT_OF(keys))) return;
    (void)mbill__reader_word(reader, &node, "rule", mbill__restart_words, MBILL__COUNT_OF(mbill__restart_words),
        MBILL_RESTART_COUNT_DOWNTIME, &out->rule);
    if (mbill__reader_decimal(reader, &node, "tolerance_s", 0, &out->tolerance_s))
        check_delay(reader, &node, "tolerance_s", out->tolerance_s);
    if (mbill__reader_decimal(reader, &node, "grace_s", 0, &out->grace_s)) check_delay(reader, &node, "grace_s", out->grace_s);
    (void)mbill__reader_flag(reader, &node, "repend", 1, &repends);
    reader->alarms->repends = repends != 0;
}

static void read_document(mbill__alarms_reader *reader, const mbill__node *root)
{
    static const char *const keys[] = {"meterbill", "kind", "channels", "alarms", "inhibit", "group", "restart"};
    mbill_error why;
    mbill_error_init(&why);
    if (!mbill__reader_took(reader, mbill__json_header(root, "alarms", false, &why), &why)) return;
    (void)mbill__reader_object(reader, root, keys, MBILL__COUNT_OF(keys));
    read_channels(reader, root);
    read_defs(reader, root);
    read_inhibitions(reader, root);
    read_group(reader, root);
    read_restart(reader, root);
}

static mbill_status read_into(const char *json, size_t len, mbill_alarms *alarms, mbill__reasons *reasons, mbill_error *err)
{
    mbill__json *document;
    mbill_error why;
    mbill_error_init(&why);
    mbill_status status = mbill__json_read(json == NULL ? "" : json, len, &alarms->arena.allocator, &document, &why);
    if (status != MBILL_OK) {
        mbill__reasons_take(reasons, status, &why);
        return status;
    }
    mbill__node root = mbill__json_root(document);
    mbill__alarms_reader reader = {alarms, reasons, false};
    read_document(&reader, &root);
    mbill__json_free(document);
    if (reader.no_memory) return mbill__fail(err, MBILL_E_NOMEM, "memory for the alarms could not be allocated");
    return reasons->status;
}

mbill_status mbill_alarms_read(const char *json, size_t len, const mbill_allocator *allocator, mbill_alarms **out_alarms,
    mbill_error *out_reasons, size_t cap, size_t *out_n, mbill_error *err)
{
    mbill_allocator memory;
    MBILL__NEED(out_alarms);
    *out_alarms = NULL;
    if (out_n != NULL) *out_n = 0;
    if (len > 0) MBILL__NEED(json);
    if (cap > 0) MBILL__NEED(out_reasons);
    MBILL_TRY(mbill__allocator_read(&memory, allocator, err));
    mbill_alarms *alarms = mbill__alloc(&memory, sizeof *alarms);
    if (alarms == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the alarms could not be allocated");
    mbill__arena_start(&alarms->arena, &memory);
    mbill__reasons reasons = mbill__reasons_start(out_reasons, cap, err);
    mbill_status status = read_into(json, len, alarms, &reasons, err);
    if (out_n != NULL) *out_n = reasons.n;
    if (status == MBILL_OK) *out_alarms = alarms;
    else mbill_alarms_free(alarms);
    return status;
}

void mbill_alarms_free(mbill_alarms *alarms)
{
    if (alarms == NULL) return;
    mbill_allocator memory = alarms->arena.allocator;
    for (size_t i = 0; i < alarms->n_defs; i++) mbill_zone_free(alarms->defs[i].zone);
    mbill__arena_free(&alarms->arena);
    mbill__release(&memory, alarms, sizeof *alarms);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The document of kind "task". Changes when that form does. */
#include "document/json.h"
#include "document/time_read.h"
#include "meterbill/decimal.h"
#include "operate/task.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define SECONDS_MAX INT32_MAX
#define ATTEMPTS_MAX 1000
#define MILLI 1000

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the task could not be allocated");
}

static mbill_status keep_text(mbill_task *task, const char *text, const char **out, mbill_error *err)
{
    *out = mbill__arena_text(&task->arena, text, strlen(text));
    return *out != NULL ? MBILL_OK : no_memory(err);
}

/* 1 to max bytes of any text. */
static mbill_status read_text(mbill_task *task, const mbill__node *node, size_t max, const char **out, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    if (text[0] == '\0' || strlen(text) > max)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "text of %zu bytes, expected 1 to %zu", strlen(text), max);
    return keep_text(task, text, out, err);
}

/* ---- what is done ---- */

static mbill_status read_set_tariff(mbill_task *task, const mbill__node *node, mbill_error *err)
{
    static const char *const keys[] = {"tariff", "replaces", "from"};
    mbill__node part;
    const char *name;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "tariff", &part, err));
    MBILL_TRY(mbill__node_name(&part, &name, err));
    MBILL_TRY(keep_text(task, name, &task->info.tariff, err));
    if (mbill__node_get(node, "replaces", &part)) {
        MBILL_TRY(mbill__node_name(&part, &name, err));
        MBILL_TRY(keep_text(task, name, &task->info.replaces, err));
    }
    MBILL_TRY(mbill__node_need(node, "from", &part, err));
    return mbill__node_day(&part, &task->info.from_day, err);
}

static mbill_status read_top_up(mbill_task *task, const mbill__node *node, mbill_error *err)
{
    static const char *const keys[] = {"amount", "channel"};
    mbill__node part;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need_whole(node, "channel", 0, INT32_MAX, &task->info.channel, err));
    if (!mbill__node_get(node, "amount", &part)) return MBILL_OK;
    MBILL_TRY(mbill__node_decimal(&part, MBILL_SCALE_MICRO, &task->info.amount_micro, err));
    return task->info.amount_micro > 0 ? MBILL_OK : mbill__node_fail(&part, err, MBILL_E_INVALID, "the amount is not above 0");
}

static mbill_status read_alarm_amounts(mbill_task *task, const mbill__node *list, mbill_error *err)
{
    mbill_task_info *info = &task->info;
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 1, err));
    if (mbill__node_count(list) > MBILL_TASK_AMOUNTS_MAX)
        return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu amounts, expected at most %d", mbill__node_count(list),
            MBILL_TASK_AMOUNTS_MAX);
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        int32_t n = info->n_amounts;
        MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_MICRO, &info->amounts_micro[n], err));
        if (n > 0 && info->amounts_micro[n] >= info->amounts_micro[n - 1])
            return mbill__node_fail(&node, err, MBILL_E_ORDER, "the amount is not below the one before it");
        info->n_amounts++;
    }
    return MBILL_OK;
}

static mbill_status read_switch(mbill_task *task, const mbill__node *node, mbill_error *err)
{
    static const char *const words[] = {"off", "on"};
    return mbill__node_word(node, words, COUNT(words), &task->info.is_on, err);
}

/* "all", or names. */
static mbill_status read_registers(mbill_task *task, const mbill__node *list, mbill_error *err)
{
    static const char *const all[] = {"all"};
    mbill__node node;
    const char *name;
    int32_t at;
    if (mbill__node_kind(list) == MBILL__JSON_TEXT) return mbill__node_word(list, all, COUNT(all), &at, err);
    MBILL_TRY(mbill__node_list(list, 1, err));
    task->registers = mbill__arena_take(&task->arena, mbill__node_count(list), sizeof *task->registers);
    if (task->registers == NULL) return no_memory(err);
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(mbill__node_name(&node, &name, err));
        MBILL_TRY(keep_text(task, name, &task->registers[task->info.n_registers++], err));
    }
    return MBILL_OK;
}

static mbill_status read_do(mbill_task *task, const mbill__node *root, mbill_error *err)
{
    static mbill_status (*const readers[])(mbill_task * task, const mbill__node *node, mbill_error *err) = {read_set_tariff,
        read_top_up, read_alarm_amounts, read_switch, read_registers};
    mbill__node node, what;
    MBILL_TRY(mbill__node_need(root, "do", &node, err));
    MBILL_TRY(mbill__node_object(&node, mbill__task_kind_words, COUNT(mbill__task_kind_words), err));
    if (mbill__node_count(&node) != 1)
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "%zu things to be done, expected one of: set_tariff, top_up, set_alarm_amounts, switch, read",
            mbill__node_count(&node));
    for (int32_t i = 0; i < (int32_t)COUNT(readers); i++)
        if (mbill__node_get(&node, mbill__task_kind_words[i], &what)) {
            task->info.kind = i + 1;
            return readers[i](task, &what, err);
        }
    return MBILL_OK;
}

/* ---- when ---- */

static mbill_status read_zone(mbill_task *task, const mbill__node *node, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    mbill_status status = mbill_zone_from_rule(text, strlen(text), &task->arena.allocator, &task->zone, err);
    MBILL_TRY(mbill__node_place(node, err, status));
    return keep_text(task, text, &task->zone_rule, err);
}

/* "HH:MM" */
static mbill_status read_time(mbill_task *task, const mbill__node *node, mbill_error *err)
{
    const char *text;
    int32_t hour, minute;
    MBILL_TRY(mbill__node_text(node, &text, err));
    bool form = strlen(text) == 5 && text[2] == ':' && mbill__two_digits(text, &hour) && mbill__two_digits(text + 3, &minute);
    if (!form || hour > 23 || minute > 59)
        return mbill__node_fail(node, err, MBILL_E_DATE, "time \"%.16s\", expected one such as \"02:30\"", text);
    task->time_s = hour * 3600 + minute * 60;
    return MBILL_OK;
}

static mbill_status read_repeated(mbill_task *task, const mbill__node *node, mbill_error *err)
{
    static const char *const keys[] = {"every", "from", "until", "time", "zone", "missed"};
    static const char *const words[] = {"each", "latest"};
    mbill__node part;
    int32_t at;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "every", &part, err));
    MBILL_TRY(mbill__repeat_every_read(&part, &task->repeat, err));
    MBILL_TRY(mbill__node_need(node, "from", &part, err));
    MBILL_TRY(mbill__node_day(&part, &task->repeat.from_day, err));
    if (mbill__node_get(node, "until", &part)) {
        MBILL_TRY(mbill__node_day(&part, &task->repeat.until_day, err));
        if (task->repeat.until_day <= task->repeat.from_day)
            return mbill__node_fail(&part, err, MBILL_E_INVALID, "the end is not after the first day");
    }
    MBILL_TRY(mbill__node_need(node, "time", &part, err));
    MBILL_TRY(read_time(task, &part, err));
    MBILL_TRY(mbill__node_need(node, "zone", &part, err));
    MBILL_TRY(read_zone(task, &part, err));
    MBILL_TRY(mbill__node_need(node, "missed", &part, err));
    MBILL_TRY(mbill__node_word(&part, words, COUNT(words), &at, err));
    task->latest_alone = at == 1;
    task->start = MBILL__START_REPEATED;
    task->info.repeats = 1;
    return MBILL_OK;
}

static mbill_status read_start(mbill_task *task, const mbill__node *root, mbill_error *err)
{
    static const char *const now[] = {"now"};
    static const char *const once[] = {"at"};
    mbill__node node, part;
    int32_t at;
    task->repeat.until_day = MBILL__REPEAT_FOREVER;
    task->start = MBILL__START_NOW;
    MBILL_TRY(mbill__node_need(root, "start", &node, err));
    if (mbill__node_kind(&node) == MBILL__JSON_TEXT) return mbill__node_word(&node, now, COUNT(now), &at, err);
    if (mbill__node_get(&node, "at", &part)) {
        MBILL_TRY(mbill__node_object(&node, once, COUNT(once), err));
        task->start = MBILL__START_AT;
        return mbill__node_instant(&part, &task->start_utc_s, err);
    }
    MBILL_TRY(read_repeated(task, &node, err));
    if (task->info.kind != MBILL_TASK_SET_TARIFF) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_INVALID, "set_tariff is for one day, expected a task that does not repeat");
}

/* ---- work that the host does ---- */

static mbill_status read_retry_delays(mbill_task *task, const mbill__node *node, mbill_error *err)
{
    mbill__node part;
    mbill__retry *retry = &task->retry;
    MBILL_TRY(mbill__node_need_whole(node, "delay_s", 0, SECONDS_MAX, &retry->delay_s, err));
    retry->cap_s = retry->delay_s;
    retry->growth_milli = MILLI;
    if (!mbill__node_get(node, "growth", &part)) {
        if (!mbill__node_get(node, "cap_s", &part)) return MBILL_OK;
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "cap_s belongs to delays that have a growth");
    }
    MBILL_TRY(mbill__node_decimal(&part, 3, &retry->growth_milli, err));
    if (retry->growth_milli < MILLI || retry->growth_milli > 100 * MILLI)
        return mbill__node_fail(&part, err, MBILL_E_RANGE, "the growth is outside 1 to 100");
    return mbill__node_need_whole(node, "cap_s", retry->delay_s, SECONDS_MAX, &retry->cap_s, err);
}

static mbill_status read_retry(mbill_task *task, const mbill__node *node, mbill_error *err)
{
    static const char *const keys[] = {"attempts", "delay_s", "growth", "cap_s", "on"};
    static const char *const words[] = {"failed", "busy", "no_answer"};
    mbill__node list, part;
    int64_t attempts;
    int32_t at;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need_whole(node, "attempts", 2, ATTEMPTS_MAX, &attempts, err));
    task->info.max_attempts = task->retry.max_attempts = (int32_t)attempts;
    MBILL_TRY(read_retry_delays(task, node, err));
    MBILL_TRY(mbill__node_need(node, "on", &list, err));
    MBILL_TRY(mbill__node_list(&list, 1, err));
    for (bool more = mbill__node_first(&list, &part); more; more = mbill__node_next(&part)) {
        MBILL_TRY(mbill__node_word(&part, words, COUNT(words), &at, err));
        uint32_t bit = UINT32_C(1) << (MBILL_OUTCOME_FAILED + at);
        if ((task->retry.on & bit) != 0)
            return mbill__node_fail(&part, err, MBILL_E_DUPLICATE_KEY, "\"%s\" stands twice", words[at]);
        task->retry.on |= bit;
    }
    return MBILL_OK;
}

/* "host": how work that leaves the library is waited for and tried again. */
static mbill_status read_host(mbill_task *task, const mbill__node *root, mbill_error *err)
{
    static const char *const keys[] = {"lease_s", "parallel", "retry"};
    mbill__node node, part;
    bool leaves = task->info.kind >= MBILL_TASK_SWITCH;
    task->info.parallel = INT64_MAX;
    task->info.max_attempts = task->retry.max_attempts = 1;
    if (!leaves && !mbill__node_get(root, "host", &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_need(root, "host", &node, err));
    if (!leaves)
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "host belongs to switch and read: a %s is done in the store",
            mbill_task_kind_name(task->info.kind));
    MBILL_TRY(mbill__node_object(&node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need_whole(&node, "lease_s", 1, SECONDS_MAX, &task->info.lease_s, err));
    if (mbill__node_get(&node, "parallel", &part)) MBILL_TRY(mbill__node_whole(&part, 1, INT32_MAX, &task->info.parallel, err));
    return mbill__node_get(&node, "retry", &part) ? read_retry(task, &part, err) : MBILL_OK;
}

/* ---- the whole ---- */

static mbill_status read_id(const mbill__node *root, mbill_id *out, mbill_error *err)
{
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_need(root, "id", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    return mbill__node_place(&node, err, mbill_id_parse(text, strlen(text), out, err));
}

static mbill_status read_who(mbill_task *task, const mbill__node *root, mbill_error *err)
{
    mbill__node node;
    bool dual;
    MBILL_TRY(read_id(root, &task->info.id, err));
    MBILL_TRY(mbill__node_need(root, "made_by", &node, err));
    MBILL_TRY(read_text(task, &node, MBILL_TASK_NAME_MAX - 1, &task->info.made_by, err));
    if (mbill__node_get(root, "title", &node)) MBILL_TRY(read_text(task, &node, 200, &task->info.title, err));
    MBILL_TRY(mbill__node_need(root, "dual_control", &node, err));
    MBILL_TRY(mbill__node_bool(&node, &dual, err));
    task->info.dual_control = dual;
    return MBILL_OK;
}

static mbill_status read_plan(mbill_task *task, const mbill__node *root, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "id", "title", "made_by", "dual_control", "do", "start",
        "expires_after_s", "host", "targets"};
    mbill__node node;
    MBILL_TRY(mbill__node_object(root, NULL, 0, err));
    MBILL_TRY(mbill__json_header(root, "task", false, err));
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(read_who(task, root, err));
    MBILL_TRY(read_do(task, root, err));
    MBILL_TRY(read_start(task, root, err));
    if (mbill__node_get(root, "expires_after_s", &node))
        MBILL_TRY(mbill__node_whole(&node, 1, SECONDS_MAX, &task->expires_s, err));
    return read_host(task, root, err);
}

typedef struct target_text {
    const char *text; /* NULL: in the document */
    size_t len;
    mbill_task_refused refused;
    void *ctx;
} target_text;

static mbill_status read_document(mbill__json *document, const target_text *file, mbill_task *task, mbill_error *err)
{
    mbill__node root = mbill__json_root(document), list;
    MBILL_TRY(read_plan(task, &root, err));
    bool inside = mbill__node_get(&root, "targets", &list);
    if (!inside && file->text == NULL)
        return mbill__node_fail(&root, err, MBILL_E_INVALID, "no targets, expected them in the document or in a file");
    if (file->text == NULL) return mbill__task_targets_read(task, &list, err);
    if (inside)
        return mbill__node_fail(&list, err, MBILL_E_INVALID, "targets stand in the document and in a file, expected one of them");
    return mbill__task_target_file_read(task, file->text, file->len, file->refused, file->ctx, err);
}

mbill_status mbill_task_read(const char *json, size_t len, const char *targets, size_t targets_len, mbill_task_refused refused,
    void *refused_ctx, const mbill_allocator *allocator, mbill_task **out_task, mbill_error *err)
{
    mbill_allocator memory;
    mbill__json *document;
    const target_text file = {targets, targets_len, refused, refused_ctx};
    MBILL__NEED(out_task);
    *out_task = NULL;
    if (json == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "json is NULL");
    MBILL_TRY(mbill__allocator_read(&memory, allocator, err));
    MBILL_TRY(mbill__json_read(json == NULL ? "" : json, len, &memory, &document, err));
    mbill_task *task = mbill__alloc(&memory, sizeof *task);
    mbill_status status = task == NULL ? no_memory(err) : MBILL_OK;
    if (status == MBILL_OK) {
        mbill__arena_start(&task->arena, &memory);
        task->info.struct_size = (uint32_t)sizeof task->info;
        status = read_document(document, &file, task, err);
    }
    mbill__json_free(document);
    if (status == MBILL_OK) *out_task = task;
    else mbill_task_free(task);
    return status;
}

static mbill_status read_kind(const mbill__node *root, mbill_task *task, mbill_error *err)
{
    MBILL_TRY(mbill__node_object(root, NULL, 0, err));
    MBILL_TRY(mbill__json_header(root, "task", false, err));
    return read_do(task, root, err);
}

mbill_status mbill__task_kind_read(const char *json, size_t len, const mbill_allocator *allocator, int32_t *out_kind,
    mbill_error *err)
{
    mbill_task task = {.info.struct_size = (uint32_t)sizeof task.info};
    mbill__json *document;
    MBILL_TRY(mbill__json_read(json, len, allocator, &document, err));
    mbill__arena_start(&task.arena, allocator);
    const mbill__node root = mbill__json_root(document);
    mbill_status status = read_kind(&root, &task, err);
    mbill__arena_free(&task.arena);
    mbill__json_free(document);
    if (status == MBILL_OK) *out_kind = task.info.kind;
    return status;
}

void mbill_task_free(mbill_task *task)
{
    if (task == NULL) return;
    mbill_allocator memory = task->arena.allocator;
    mbill_zone_free(task->zone);
    mbill__arena_free(&task->arena);
    mbill__release(&memory, task, sizeof *task);
}

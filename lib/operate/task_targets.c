/* SPDX-License-Identifier: Apache-2.0 */
/* For whom a task is done: the document's list, or a file of its own, CSV or JSON lines. Changes when those forms do. All lines of a file are
 * looked at, and every wrong one is said. */
#include "document/csv.h"
#include "meterbill/decimal.h"
#include "operate/names.h"
#include "operate/task.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the targets could not be allocated");
}

/* amount: whether the target says its own. */
static mbill_status check_target(const mbill_task *task, const char *name, size_t len, bool amount, mbill_task_target *target,
    mbill_error *err)
{
    if (len == 0 || len > MBILL_TASK_NAME_MAX)
        return mbill__fail(err, MBILL_E_INVALID, "target \"%.*s\" has %zu bytes, expected 1 to %d", (int)(len < 64 ? len : 64),
            name, len, MBILL_TASK_NAME_MAX);
    if (task->info.kind != MBILL_TASK_TOP_UP)
        return !amount ? MBILL_OK : mbill__fail(err, MBILL_E_INVALID, "an amount belongs to a top_up alone");
    if (!amount) target->amount_micro = task->info.amount_micro;
    if (!amount && target->amount_micro == 0)
        return mbill__fail(err, MBILL_E_INVALID, "target \"%.*s\" has no amount, and the task has none either", (int)len, name);
    if (target->amount_micro > 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "the amount of target \"%.*s\" is not above 0", (int)len, name);
}

static mbill_status keep_name(mbill_task *task, const char *name, size_t len, mbill_task_target *target, mbill_error *err)
{
    target->name = mbill__arena_text(&task->arena, name, len);
    return target->name != NULL ? MBILL_OK : no_memory(err);
}

mbill_status mbill__task_targets_unique(mbill_task *task, size_t *out_at, mbill_error *err)
{
    size_t n = task->info.n_targets;
    const char **names = mbill__arena_take(&task->arena, n, sizeof *names);
    if (names == NULL) return no_memory(err);
    for (size_t i = 0; i < n; i++) names[i] = task->targets[i].name;
    MBILL_TRY(mbill__names_unique(names, n, &task->arena.allocator, out_at, err));
    if (*out_at == n) return MBILL_OK;
    return mbill__fail(err, MBILL_E_DUPLICATE_KEY, "target \"%s\" stands twice", names[*out_at]);
}

/* The document's list */

/* "A0001", or {"target": "A0001", "amount": "5"}; in a file of JSON lines only the latter. */
static mbill_status read_target(mbill_task *task, const mbill__node *node, bool alone, mbill_task_target *target,
    mbill_error *err)
{
    static const char *const keys[] = {"target", "amount"};
    mbill__node part, amount;
    const char *name;
    bool own = false;
    *target = (mbill_task_target){NULL, 0};
    if (alone && mbill__node_kind(node) == MBILL__JSON_TEXT) {
        part = *node;
    } else {
        MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
        MBILL_TRY(mbill__node_need(node, "target", &part, err));
        own = mbill__node_get(node, "amount", &amount);
    }
    MBILL_TRY(mbill__node_text(&part, &name, err));
    if (own) MBILL_TRY(mbill__node_decimal(&amount, MBILL_SCALE_MICRO, &target->amount_micro, err));
    MBILL_TRY(mbill__node_place(node, err, check_target(task, name, strlen(name), own, target, err)));
    return keep_name(task, name, strlen(name), target, err);
}

static mbill_status place_of(const mbill__node *list, size_t at, mbill_error *err, mbill_status status)
{
    mbill__node node;
    bool more = mbill__node_first(list, &node);
    while (more && node.index < at) more = mbill__node_next(&node);
    return mbill__node_place(more ? &node : list, err, status);
}

mbill_status mbill__task_targets_read(mbill_task *task, const mbill__node *list, mbill_error *err)
{
    mbill__node node;
    size_t n = 0, at = 0;
    MBILL_TRY(mbill__node_list(list, 1, err));
    task->targets = mbill__arena_take(&task->arena, mbill__node_count(list), sizeof *task->targets);
    if (task->targets == NULL) return no_memory(err);
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_target(task, &node, true, &task->targets[n++], err));
    task->info.n_targets = n;
    mbill_status status = mbill__task_targets_unique(task, &at, err);
    return status == MBILL_OK ? MBILL_OK : place_of(list, at, err, status);
}

/* Files of their own */

typedef struct target_file {
    mbill_task *task;
    const char *at, *end;
    int64_t *lines; /* of each target */
    size_t n, cap;
    mbill_task_refused refused;
    void *refused_ctx;
    int64_t n_refused;
    mbill_error first;
} target_file;

static void refuse_line(target_file *file, int64_t line, mbill_status status, const mbill_error *cause)
{
    mbill_error said;
    mbill_error_init(&said);
    (void)mbill__fail_at(&said, status, line, "line %lld: %s", (long long)line, cause->message);
    if (file->n_refused++ == 0) file->first = said;
    if (file->refused != NULL) file->refused(file->refused_ctx, &said);
}

static void keep_target(target_file *file, int64_t line, mbill_task_target target)
{
    file->lines[file->n] = line;
    file->task->targets[file->n++] = target;
}

static mbill_status read_fields(mbill_task *task, const mbill__csv *csv, const int32_t columns[2], mbill_task_target *out,
    mbill_error *err)
{
    const mbill__csv_field *name = &csv->fields[columns[0]];
    const mbill__csv_field *amount = columns[1] >= 0 ? &csv->fields[columns[1]] : NULL;
    bool own = amount != NULL && amount->len > 0;
    *out = (mbill_task_target){NULL, 0};
    if (own) MBILL_TRY(mbill_decimal_parse(amount->text, amount->len, MBILL_SCALE_MICRO, &out->amount_micro, err));
    MBILL_TRY(check_target(task, name->text, name->len, own, out, err));
    return keep_name(task, name->text, name->len, out, err);
}

static mbill_status read_csv(target_file *file, mbill_error *err)
{
    static const char *const wanted[] = {"target", "amount"};
    mbill__csv csv;
    mbill_task_target target;
    mbill_error cause;
    int32_t columns[2];
    MBILL_TRY(mbill__csv_start(&csv, file->at, (size_t)(file->end - file->at), wanted, COUNT(wanted), 1, columns, err));
    for (bool more = true;;) {
        mbill_error_init(&cause);
        mbill_status status = mbill__csv_next(&csv, &more, &cause);
        if (status == MBILL_OK && !more) return MBILL_OK;
        if (status != MBILL_OK) { /* where a record ends is not known any more */
            refuse_line(file, cause.index, status, &cause);
            return MBILL_OK;
        }
        status = read_fields(file->task, &csv, columns, &target, &cause);
        if (status == MBILL_E_NOMEM) return no_memory(err);
        if (status == MBILL_OK) keep_target(file, csv.line, target);
        else refuse_line(file, csv.line, status, &cause);
    }
}

static mbill_status read_line(target_file *file, const char *line, size_t len, mbill_task_target *out, mbill_error *err)
{
    mbill__json *document;
    MBILL_TRY(mbill__json_read(line, len, &file->task->arena.allocator, &document, err));
    mbill__node root = mbill__json_root(document);
    mbill_status status = read_target(file->task, &root, false, out, err);
    mbill__json_free(document);
    return status;
}

static mbill_status read_json_lines(target_file *file, mbill_error *err)
{
    mbill_task_target target;
    mbill_error cause;
    for (int64_t line = 1; file->at < file->end; line++) {
        const char *stop = memchr(file->at, '\n', (size_t)(file->end - file->at));
        size_t len = (size_t)((stop != NULL ? stop : file->end) - file->at);
        mbill_error_init(&cause);
        mbill_status status = read_line(file, file->at, len, &target, &cause);
        if (status == MBILL_E_NOMEM) return no_memory(err);
        if (status == MBILL_OK) keep_target(file, line, target);
        else refuse_line(file, line, status, &cause);
        file->at += len + (stop != NULL);
    }
    return MBILL_OK;
}

static mbill_status finish(target_file *file, mbill_error *err)
{
    mbill_error cause;
    size_t at;
    mbill_error_init(&cause);
    file->task->info.n_targets = file->n;
    if (file->n_refused == 0 && file->n == 0)
        return mbill__fail_at(err, MBILL_E_INVALID, 1, "line 1: no target, expected at least one");
    mbill_status status = mbill__task_targets_unique(file->task, &at, &cause);
    if (status == MBILL_E_NOMEM) return no_memory(err);
    if (status != MBILL_OK) refuse_line(file, file->lines[at], status, &cause);
    if (file->n_refused == 0) return MBILL_OK;
    const mbill_error *first = &file->first;
    if (file->n_refused == 1) return mbill__fail_at(err, (mbill_status)first->status, first->index, "%s", first->message);
    return mbill__fail_at(err, (mbill_status)first->status, first->index, "%s; %lld more lines are refused", first->message,
        (long long)(file->n_refused - 1));
}

mbill_status mbill__task_target_file_read(mbill_task *task, const char *text, size_t len, mbill_task_refused refused,
    void *refused_ctx, mbill_error *err)
{
    target_file file = {.task = task, .at = text, .end = text + len, .cap = 1, .refused = refused, .refused_ctx = refused_ctx};
    for (size_t i = 0; i < len; i++) file.cap += text[i] == '\n';
    task->targets = mbill__arena_take(&task->arena, file.cap, sizeof *task->targets);
    file.lines = mbill__arena_take(&task->arena, file.cap, sizeof *file.lines);
    if (task->targets == NULL || file.lines == NULL) return no_memory(err);
    MBILL_TRY(len > 0 && text[0] == '{' ? read_json_lines(&file, err) : read_csv(&file, err));
    return finish(&file, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill task add, list, show, approve, pause, resume, cancel and run: batch tasks that a store keeps. */
#include "command.h"

#include "document.h"
#include "load.h"
#include "open.h"
#include "output.h"
#include "table.h"
#include "task_target.h"
#include "values.h"

#include "meterbill/account.h"
#include "meterbill/tasks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int cli_task_now(const cli_arguments *arguments, int64_t *out_utc_s)
{
    *out_utc_s = (int64_t)time(NULL);
    return cli_option_instant(arguments, CLI_OPTION_NOW, NULL, out_utc_s);
}

int cli_task_id(const cli_arguments *arguments, int at, mbill_id *out, const mbill_id **out_given)
{
    mbill_error err;
    mbill_error_init(&err);
    *out_given = NULL;
    if (arguments->n_operands <= at) return CLI_DONE;
    const char *text = arguments->operands[at];
    if (mbill_id_parse(text, strlen(text), out, &err) != MBILL_OK) return cli_usage("%s", err.message);
    *out_given = out;
    return CLI_DONE;
}

/* ---- what is kept, as text ---- */

typedef struct tasks_context {
    mbill_store *store;
    const mbill_id *id; /* NULL: all */
} tasks_context;

static mbill_status tasks_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const tasks_context *tasks = context;
    return mbill_store_tasks(tasks->store, tasks->id, out_text, inout_len, err);
}

static void cell(cli_table *table, cli_value object, const char *key)
{
    char text[256];
    cli_value_text(cli_value_member(object, key), text, sizeof text);
    cli_table_cell(table, text);
}

static void words_cell(cli_table *table, cli_value object, const char *key)
{
    char text[256];
    cli_value_words(cli_value_member(object, key), "", text, sizeof text);
    cli_table_cell(table, text);
}

static void show_items(cli_value task)
{
    static const char *const keys[] = {"target", "state", "attempts", "outcome", "at", "reason"};
    cli_value list = cli_value_member(task, "list");
    cli_table table;
    if (cli_value_count(list) == 0) return;
    cli_table_start(&table, "llrlll");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) cli_table_cell(&table, keys[i]);
    for (cli_walk walk = cli_walk_over(list); cli_walk_next(&walk);)
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) cell(&table, walk.value, keys[i]);
    cli_table_end(&table, "  ");
}

static void show_tasks(const char *text)
{
    cli_value tasks = cli_value_member(cli_value_of(text, strlen(text)), "tasks");
    cli_table table;
    if (cli_value_count(tasks) == 0) {
        (void)puts("no tasks");
        return;
    }
    cli_table_start(&table, "lllrll");
    for (cli_walk walk = cli_walk_over(tasks); cli_walk_next(&walk);) {
        cell(&table, walk.value, "id");
        cell(&table, walk.value, "do");
        cell(&table, walk.value, "life");
        cell(&table, walk.value, "targets");
        cell(&table, walk.value, "due");
        words_cell(&table, walk.value, "items");
    }
    cli_table_end(&table, "");
    for (cli_walk walk = cli_walk_over(tasks); cli_walk_next(&walk);) show_items(walk.value);
}

static int print_tasks(const char *path, mbill_store *store, const mbill_id *id)
{
    mbill_error err;
    tasks_context context = {store, id};
    mbill_error_init(&err);
    char *text = cli_make_text(tasks_text, &context, &err);
    if (text == NULL) return cli_refuse(path, CLI_DOCUMENT, &err);
    if (cli_json()) (void)puts(text);
    else show_tasks(text);
    free(text);
    return CLI_DONE;
}

static int show(const cli_arguments *arguments)
{
    mbill_store *store = NULL;
    mbill_id id;
    const mbill_id *given;
    int code = cli_task_id(arguments, 1, &id, &given);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE) code = print_tasks(arguments->operands[0], store, given);
    mbill_store_free(store);
    return code;
}

int cli_task_list(const cli_arguments *arguments)
{
    return show(arguments);
}

int cli_task_show(const cli_arguments *arguments)
{
    return show(arguments);
}

/* ---- add ---- */

typedef struct adding {
    const char *path; /* of the targets, or of the task */
    int64_t line;     /* of the first target; 0: they stand in the document */
    int said;         /* lines and targets that were refused, each by name */
} adding;

/* The end of it all, unless it was the one thing that was said. */
static int refuse_targets(const adding *of, const mbill_error *err)
{
    cli_place place = of->line > 0 ? CLI_LINES : CLI_RECORDS;
    return of->said == 1 ? cli_refuse_quietly(of->path, place, err) : cli_refuse(of->path, place, err);
}

static void say_line(void *ctx, const mbill_error *err)
{
    adding *of = ctx;
    of->said++;
    cli_complain(of->path, CLI_LINES, err);
}

static void say_target(void *ctx, const mbill_error *err)
{
    adding *of = ctx;
    mbill_error said = *err;
    of->said++;
    if (of->line > 0) said.index += of->line;
    cli_complain(of->path, of->line > 0 ? CLI_LINES : CLI_RECORDS, &said);
}

/* ---- targets by --selection ---- */

typedef struct selection_context {
    mbill_store *store;
    const char *text;
    const cli_file *task;
} selection_context;

static mbill_status selected_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const selection_context *of = context;
    return mbill_store_task_targets(of->store, of->task->bytes, of->task->len, of->text, strlen(of->text), out_text, inout_len,
        err);
}

/* The accounts or meters that are meant now, as a file of targets. */
static int select_targets(mbill_store *store, const char *selection, const cli_file *task, cli_file *out)
{
    mbill_error err;
    selection_context context = {store, selection, task};
    mbill_error_init(&err);
    out->bytes = cli_make_text(selected_text, &context, &err);
    if (out->bytes == NULL) return cli_refuse(NULL, CLI_DOCUMENT, &err);
    out->len = strlen(out->bytes);
    return CLI_DONE;
}

/* The targets of a file, or of a selection; *of says how they are to be named. */
static int read_targets(const cli_arguments *arguments, mbill_store *store, const cli_file *task, adding *of, cli_file *out)
{
    const char *selection = arguments->options[CLI_OPTION_SELECTION];
    int by_file = arguments->n_operands > 2;
    of->path = arguments->operands[by_file ? 2 : 1];
    if (by_file && selection != NULL) return cli_usage("targets are chosen by a file, or by --selection, not both");
    int code = by_file      ? cli_load_file(of->path, out)
        : selection != NULL ? select_targets(store, selection, task, out)
                            : CLI_DONE;
    if (by_file) of->line = out->len > 0 && out->bytes[0] == '{' ? 1 : 2;
    return code;
}

static int read_task(const cli_arguments *arguments, mbill_store *store, adding *of, mbill_task **out)
{
    mbill_error err;
    cli_file json = {NULL, 0}, targets = {NULL, 0};
    mbill_error_init(&err);
    int code = cli_load_file(arguments->operands[1], &json);
    if (code == CLI_DONE) code = read_targets(arguments, store, &json, of, &targets);
    if (code == CLI_DONE &&
        mbill_task_read(json.bytes, json.len, targets.bytes, targets.len, say_line, of, NULL, out, &err) != MBILL_OK)
        code = err.path[0] != '\0' || err.index < 0 ? cli_refuse(arguments->operands[1], CLI_DOCUMENT, &err)
                                                    : refuse_targets(of, &err);
    cli_file_free(&json);
    cli_file_free(&targets);
    return code;
}

/* The same task once more is no failure: it is shown as it stands. */
int cli_task_add(const cli_arguments *arguments)
{
    mbill_store *store = NULL;
    mbill_task *task = NULL;
    mbill_task_info info = {.struct_size = sizeof info};
    mbill_error err;
    adding of = {NULL, 0, 0};
    int64_t now_utc_s;
    mbill_error_init(&err);
    int code = cli_task_now(arguments, &now_utc_s);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE) code = read_task(arguments, store, &of, &task);
    if (code == CLI_DONE) {
        mbill_status status = mbill_store_task_add(store, task, now_utc_s, say_target, &of, &err);
        if (status == MBILL_E_NOT_FOUND && err.index >= 0) {
            if (of.line > 0) err.index += of.line;
            code = refuse_targets(&of, &err);
        } else if (status != MBILL_OK && status != MBILL_E_EXISTS) {
            code = cli_refuse(arguments->operands[1], CLI_DOCUMENT, &err);
        }
    }
    if (code == CLI_DONE && mbill_task_get_info(task, &info, &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[1], CLI_DOCUMENT, &err);
    if (code == CLI_DONE) code = print_tasks(arguments->operands[0], store, &info.id);
    mbill_task_free(task);
    mbill_store_free(store);
    return code;
}

/* ---- operators ---- */

static int step(const cli_arguments *arguments, int32_t event)
{
    mbill_store *store = NULL;
    mbill_id id;
    const mbill_id *given;
    mbill_error err;
    int64_t now_utc_s;
    mbill_error_init(&err);
    int code = cli_need_option(arguments, CLI_OPTION_BY, "it names the operator");
    if (code == CLI_DONE) code = cli_task_now(arguments, &now_utc_s);
    if (code == CLI_DONE) code = cli_task_id(arguments, 1, &id, &given);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE &&
        mbill_store_task_step(store, given, event, arguments->options[CLI_OPTION_BY], now_utc_s, &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    if (code == CLI_DONE) code = print_tasks(arguments->operands[0], store, given);
    mbill_store_free(store);
    return code;
}

int cli_task_approve(const cli_arguments *arguments)
{
    return step(arguments, MBILL_TASK_APPROVE);
}

int cli_task_pause(const cli_arguments *arguments)
{
    return step(arguments, MBILL_TASK_PAUSE);
}

int cli_task_resume(const cli_arguments *arguments)
{
    return step(arguments, MBILL_TASK_RESUME);
}

int cli_task_cancel(const cli_arguments *arguments)
{
    return step(arguments, MBILL_TASK_CANCEL);
}

/* ---- run ---- */

static void print_run(const mbill_task_run *run)
{
    if (cli_json()) {
        cli_json_begin("task_run");
        cli_json_whole("done", run->n_done);
        cli_json_whole("refused", run->n_refused);
        cli_json_whole("left", run->n_left);
        cli_json_end();
    } else {
        (void)printf("done %" PRId64 ", refused %" PRId64 ", left %" PRId64 "\n", run->n_done, run->n_refused, run->n_left);
    }
}

int cli_task_run(const cli_arguments *arguments)
{
    mbill_store *store = NULL;
    mbill_id id;
    const mbill_id *given;
    mbill_error err;
    mbill_task_run run = {.struct_size = sizeof run};
    int64_t now_utc_s;
    mbill_error_init(&err);
    int code = cli_task_now(arguments, &now_utc_s);
    if (code == CLI_DONE) code = cli_task_id(arguments, 1, &id, &given);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE && mbill_store_task_run(store, given, now_utc_s, 0, NULL, NULL, &run, &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    if (code == CLI_DONE) print_run(&run);
    mbill_store_free(store);
    return code;
}

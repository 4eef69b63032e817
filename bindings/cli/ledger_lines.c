/* SPDX-License-Identifier: Apache-2.0 */
/* Operations one a line: a line of JSON out for each, with the result and the account after it. Lines that are linked are applied together, when the last
 * of them is there. A line without the form is refused by itself, and nothing changes. */
#define _POSIX_C_SOURCE 200809L
#include "ledger_lines.h"

#include "document.h"
#include "ledger_target.h"
#include "output.h"

#include "meterbill/operations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct line_run {
    const mbill_policy *policy;
    int32_t kind;
    cli_ledger target;
    mbill_operations **kept; /* lines under way; they own the policies of their operations */
    mbill_operation *operations;
    size_t n, cap;
    int64_t now_utc_s;
    int refused; /* lines without the form */
} line_run;

static void forget(line_run *run)
{
    for (size_t i = 0; i < run->n; i++) mbill_operations_free(run->kept[i]);
    run->n = 0;
}

static void print_refusal(line_run *run, const mbill_error *err)
{
    run->refused = 1;
    (void)fputs("{\"refused\":", stdout);
    cli_json_text(mbill_status_name(err->status));
    if (err->path[0] != '\0') cli_json_member("path", err->path);
    cli_json_member("message", err->message);
    (void)fputs("}\n", stdout);
}

/* What became of a line, and what it asks of supply. */
typedef struct said_line {
    const mbill_book *book;
    const mbill_operation_batch *line;
    const mbill_result *result;
    int64_t now_utc_s;
} said_line;

static mbill_status write_answer(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const said_line *of = context;
    return mbill_book_answer_write(of->book, of->line, of->result, of->now_utc_s, out_text, inout_len, err);
}

static void print_line(line_run *run, const mbill_operation_batch *line, const mbill_result *result)
{
    const said_line of = {run->target.book, line, result, run->now_utc_s};
    mbill_error err;
    mbill_error_init(&err);
    char *text = cli_make_text(write_answer, &of, &err);
    if (text == NULL) print_refusal(run, &err);
    else (void)printf("%s\n", text);
    free(text);
}

/* Apply what is under way. */
static void apply(line_run *run)
{
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    if (run->n == 0) return;
    mbill_result *results = cli_allocate(NULL, run->n, sizeof *results);
    if (cli_ledger_book(&run->target, run->operations, run->n, run->now_utc_s, results, &err) != MBILL_OK)
        print_refusal(run, &err);
    else
        for (size_t i = 0; i < run->n; i++) print_line(run, mbill_operations_batches(run->kept[i], &n), &results[i]);
    free(results);
    forget(run);
}

static void pass_time(line_run *run, const mbill_operation_batch *batch)
{
    mbill_error err;
    mbill_error_init(&err);
    if (cli_ledger_book(&run->target, NULL, 0, run->now_utc_s, NULL, &err) == MBILL_OK) print_line(run, batch, NULL);
    else print_refusal(run, &err);
}

/* An open that says neither policy nor limit has the policy that was given, unless the account is there: then a meter is opened. */
static void give_policy(const line_run *run, const char *line, size_t len, mbill_operation *op)
{
    int limited = cli_value_member(cli_value_of(line, len), "limit").at != NULL;
    int opens = op->kind == MBILL_OPERATION_OPEN && op->policy == NULL && !limited;
    if (run->policy != NULL && opens && !mbill_book_has(run->target.book, op->account)) op->policy = run->policy;
}

static void keep(line_run *run, mbill_operations *read, const mbill_operation *op)
{
    if (run->n == run->cap) {
        run->cap = run->cap == 0 ? 16 : 2 * run->cap;
        run->kept = cli_allocate(run->kept, run->cap, sizeof *run->kept);
        run->operations = cli_allocate(run->operations, run->cap, sizeof *run->operations);
    }
    run->kept[run->n] = read;
    run->operations[run->n++] = *op;
}

static void take_operations(line_run *run, const char *line, size_t len, mbill_operations *read)
{
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    const mbill_operation_batch *batch = mbill_operations_batches(read, &n);
    if (batch->at_utc_s != MBILL_AT_UNSAID) run->now_utc_s = batch->at_utc_s;
    if (batch->n_operations == 0) {
        apply(run);
        pass_time(run, batch);
        mbill_operations_free(read);
    } else if (run->kind != 0 && batch->operations[0].kind != run->kind) {
        apply(run);
        (void)cli_fail(&err, MBILL_E_INVALID, -1, "the line does something else than the command says");
        print_refusal(run, &err);
        mbill_operations_free(read);
    } else {
        keep(run, read, &batch->operations[0]);
        give_policy(run, line, len, &run->operations[run->n - 1]);
        if ((batch->operations[0].flags & MBILL_OPERATION_LINKED) == 0) apply(run);
    }
}

static void take_line(line_run *run, const char *line, size_t len)
{
    mbill_operations *read;
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_operations_read_line(line, len, run->kind, NULL, &read, &err) == MBILL_OK) {
        take_operations(run, line, len, read);
        return;
    }
    apply(run);
    print_refusal(run, &err);
}

static void take_lines(line_run *run)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    while ((len = getline(&line, &room, stdin)) > 0) {
        if (strspn(line, " \t\r\n") < (size_t)len) take_line(run, line, (size_t)len);
        (void)fflush(stdout); /* whoever writes the lines may wait for the answer */
    }
    apply(run);
    free(line);
}

int cli_ledger_lines(const char *path, const mbill_policy *policy, int32_t kind)
{
    /* until a line says when it is: in a store the clock's time, in memory a time that makes the same lines answer the same */
    line_run run = {.policy = policy, .kind = kind, .now_utc_s = path == NULL ? 0 : (int64_t)time(NULL)};
    int code = cli_ledger_open(path, kind == 0 || kind == MBILL_OPERATION_OPEN, &run.target);
    if (code == CLI_DONE) take_lines(&run);
    free(run.kept);
    free(run.operations);
    cli_ledger_close(&run.target);
    return code == CLI_DONE && run.refused ? CLI_REFUSED : code;
}

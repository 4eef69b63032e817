/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill ledger apply: a document of operations on an empty book, or on the one that a store keeps, and after each batch its results, the supply
 * decisions it asks for and the numbers of the accounts it names. The batches are tried on a book in memory first, so that nothing is booked or printed
 * of a document that is refused in the middle. */
#include "command.h"

#include "ledger_lines.h"
#include "ledger_print.h"
#include "ledger_target.h"
#include "load.h"
#include "output.h"
#include "table.h"

#include "meterbill/operations.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct book_run {
    cli_ledger target;
    mbill_result *results;
    int prints;
    size_t n_printed; /* batches */
} book_run;

/* ---- what is printed ---- */

static int64_t account_of(const mbill_operation_batch *batch, size_t i)
{
    const mbill_operation *op = &batch->operations[i / 2];
    return i % 2 == 0 ? op->account : op->other;
}

static int named_before(const mbill_operation_batch *batch, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (account_of(batch, j) == account_of(batch, i)) return 1;
    return 0;
}

typedef struct batch_of_run {
    const book_run *run;
    const mbill_operation_batch *batch;
} batch_of_run;

static mbill_status write_batch(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const batch_of_run *of = context;
    return mbill_book_batch_write(of->run->target.book, of->batch, of->run->results, out_text, inout_len, err);
}

static mbill_status print_json(book_run *run, const mbill_operation_batch *batch, mbill_error *err)
{
    const batch_of_run of = {run, batch};
    char *text = cli_make_text(write_batch, &of, err);
    if (text == NULL) return (mbill_status)err->status;
    if (run->n_printed++ > 0) (void)fputs(",", stdout);
    (void)fputs(text, stdout);
    free(text);
    return MBILL_OK;
}

static void print_text(const book_run *run, const mbill_operation_batch *batch, const int32_t *supplies)
{
    cli_table table;
    (void)printf("%s\n", cli_time_text(batch->at_utc_s, NULL).text);
    for (size_t i = 0; i < batch->n_operations; i++) {
        const mbill_result *result = &run->results[i];
        (void)printf("  account %" PRId64 ": %s, %s\n", batch->operations[i].account, mbill_result_name(result->code),
            mbill_result_text(result->code));
    }
    cli_table_start(&table, "lrrrrr");
    const char *const head[] = {"account", "credit", "free", "available", "to clear", "debts"};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) cli_table_cell(&table, head[i]);
    for (size_t i = 0; i < 2 * batch->n_operations; i++) {
        mbill_view view = {.struct_size = sizeof view};
        char number[24];
        if (named_before(batch, i) || mbill_book_view(run->target.book, account_of(batch, i), &view, NULL) != MBILL_OK) continue;
        (void)snprintf(number, sizeof number, "%" PRId64, account_of(batch, i));
        cli_table_cell(&table, number);
        cli_table_cell(&table, cli_money(view.credit_micro).text);
        cli_table_cell(&table, cli_money(view.free_micro).text);
        cli_table_cell(&table, cli_money(view.available_micro).text);
        cli_table_cell(&table, cli_money(view.amount_to_clear_micro).text);
        cli_table_cell(&table, cli_money(view.aggregated_debt_micro).text);
    }
    cli_table_end(&table, "  ");
    for (size_t i = 0; i < batch->n_questions; i++)
        (void)printf("  supply of account %" PRId64 ": %s\n", batch->questions[i].account, mbill_supply_name(supplies[i]));
}

/* ---- the run ---- */

static mbill_status run_batch(book_run *run, const mbill_operation_batch *batch, mbill_error *err)
{
    size_t n = batch->n_operations;
    if (n > 0) run->results = cli_allocate(run->results, n, sizeof *run->results);
    mbill_status status = cli_ledger_book(&run->target, batch->operations, n, batch->at_utc_s, run->results, err);
    int32_t *supplies = batch->n_questions == 0 ? NULL : cli_allocate(NULL, batch->n_questions, sizeof *supplies);
    for (size_t i = 0; status == MBILL_OK && i < batch->n_questions; i++)
        status = mbill_book_supply(run->target.book, &batch->questions[i], batch->at_utc_s, &supplies[i], NULL, err);
    if (status == MBILL_OK && run->prints && cli_json()) status = print_json(run, batch, err);
    else if (status == MBILL_OK && run->prints) print_text(run, batch, supplies);
    free(supplies);
    return status;
}

static mbill_status copy(const mbill_book *from, mbill_book *to, mbill_error *err)
{
    const uint8_t *bytes;
    size_t len;
    mbill_status status = mbill_book_journal(from, 0, mbill_book_n_records(from), &bytes, &len, err);
    return status == MBILL_OK && len > 0 ? mbill_book_replay(to, bytes, len, err) : status;
}

/* On a copy in memory. */
static int try_all(const char *path, const mbill_book *book, const mbill_operation_batch *batches, size_t n_batches)
{
    book_run run = {.prints = 0};
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_ledger_open(NULL, 0, &run.target);
    mbill_status status = code == CLI_DONE ? copy(book, run.target.own, &err) : MBILL_OK;
    for (size_t i = 0; code == CLI_DONE && status == MBILL_OK && i < n_batches; i++) status = run_batch(&run, &batches[i], &err);
    if (status != MBILL_OK) code = cli_refuse(path, CLI_DOCUMENT, &err);
    free(run.results);
    cli_ledger_close(&run.target);
    return code;
}

/* Booked and printed; what stops it half way is the disk. */
static mbill_status run_all(book_run *run, const mbill_operation_batch *batches, size_t n_batches, mbill_error *err)
{
    mbill_status status = MBILL_OK;
    run->prints = 1;
    if (cli_json()) {
        cli_json_begin("ledger");
        (void)fputs(",\"batches\":[", stdout);
    }
    for (size_t i = 0; status == MBILL_OK && i < n_batches; i++) status = run_batch(run, &batches[i], err);
    if (cli_json()) {
        (void)fputs("]", stdout);
        if (status != MBILL_OK) cli_json_member("stopped", mbill_status_name((int32_t)status));
        cli_json_end();
    }
    return status;
}

static int apply_document(const cli_arguments *arguments, const mbill_operations *operations)
{
    const char *path = arguments->options[CLI_OPTION_STORE];
    book_run run = {.prints = 0};
    mbill_error err;
    size_t n_batches;
    mbill_error_init(&err);
    const mbill_operation_batch *batches = mbill_operations_batches(operations, &n_batches);
    int code = cli_ledger_open(path, 1, &run.target);
    if (code == CLI_DONE) code = try_all(arguments->operands[0], run.target.book, batches, n_batches);
    if (code == CLI_DONE && run_all(&run, batches, n_batches, &err) != MBILL_OK) {
        cli_complain(path, CLI_DOCUMENT, &err);
        code = CLI_REFUSED;
    }
    free(run.results);
    cli_ledger_close(&run.target);
    return code;
}

/* "SMETS", …: a preset by its name, else a file. */
static int is_preset(const char *text)
{
    return strcmp(text, "SMETS") == 0 || strcmp(text, "DLMS") == 0 || strcmp(text, "DLT") == 0 || strcmp(text, "VEND") == 0;
}

/* Operations from standard input; json: the policy of accounts that are opened without one. */
static int apply_lines(const cli_arguments *arguments, const char *json, size_t len)
{
    mbill_policy policy;
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_policy_read(json, len, &policy, &err) != MBILL_OK) return cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    return cli_ledger_lines(arguments->options[CLI_OPTION_STORE], &policy, 0);
}

static int apply_file(const cli_arguments *arguments, const cli_file *file)
{
    char kind[CLI_KIND_MAX];
    mbill_operations *operations;
    mbill_error err;
    mbill_error_init(&err);
    cli_kind_of(file, kind);
    if (cli_is_document(file) && strcmp(kind, "tariff") == 0) /* what has no kind: here a policy */
        return apply_lines(arguments, file->bytes, file->len);
    if (mbill_operations_read(file->bytes, file->len, NULL, &operations, &err) != MBILL_OK)
        return cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    int code = apply_document(arguments, operations);
    mbill_operations_free(operations);
    return code;
}

int cli_ledger_apply(const cli_arguments *arguments)
{
    const char *path = arguments->operands[0];
    char text[16];
    cli_file file;
    if (is_preset(path)) return apply_lines(arguments, text, (size_t)snprintf(text, sizeof text, "\"%s\"", path));
    int code = cli_load_file(path, &file);
    if (code != CLI_DONE) return code;
    code = apply_file(arguments, &file);
    cli_file_free(&file);
    return code;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill ledger apply: a document of operations on an empty book, or on the one that a store keeps, and after each batch its results, the supply
 * decisions it asks for and the numbers of the accounts it names. The batches are tried on a book in memory first, so that nothing is booked or printed
 * of a document that is refused in the middle. */
#include "command.h"

#include "load.h"
#include "open.h"
#include "output.h"
#include "table.h"

#include "meterbill/journal.h"
#include "meterbill/operations.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct book_run {
    const char *path;
    mbill_journal *journal; /* NULL: the book is in memory alone */
    mbill_book *own;        /* that one */
    const mbill_book *book; /* to be read */
    mbill_result *results;
    int prints;
    size_t n_printed; /* batches */
} book_run;

typedef struct decision {
    int32_t supply;
    uint32_t reasons;
} decision;

static const char *const supplies[] = {"KEEP", "TRIP", "ARM"};
static const char *const reasons[] = {"no_credit", "protected", "not_cleared", "below_reclose", "emergency_credit_selected",
    "cleared"};

#define N_REASONS (sizeof reasons / sizeof reasons[0])

/* ---- what is printed ---- */

typedef struct number_of_book {
    const mbill_book *book;
    int64_t number;
} number_of_book;

static mbill_status write_record(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const number_of_book *one = context;
    return mbill_book_record_write(one->book, one->number, out_text, inout_len, err);
}

static mbill_status write_account(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const number_of_book *one = context;
    return mbill_book_account_write(one->book, one->number, out_text, inout_len, err);
}

static void print_made(cli_text_maker make, const mbill_book *book, int64_t number)
{
    mbill_error err;
    mbill_error_init(&err);
    const number_of_book one = {book, number};
    char *text = cli_make_text(make, &one, &err);
    (void)fputs(text != NULL ? text : "null", stdout);
    free(text);
}

static void print_result(const book_run *run, const mbill_result *result)
{
    (void)fputs("{\"result\":", stdout);
    cli_json_text(mbill_result_name(result->code));
    if (result->code == MBILL_RESULT_EXISTS || result->code == MBILL_RESULT_REFUSED_BEFORE)
        cli_json_member("first", mbill_result_name(result->first));
    if (result->field != 0) cli_json_member("field", mbill_operation_field_name(result->field));
    if (result->record >= 0) {
        (void)fputs(",\"record\":", stdout);
        print_made(write_record, run->book, result->record);
    }
    (void)fputs("}", stdout);
}

static void print_decision(int64_t account, decision made)
{
    const char *comma = "";
    (void)printf("{\"account\":%" PRId64, account);
    cli_json_member("supply", supplies[made.supply - MBILL_SUPPLY_KEEP]);
    (void)fputs(",\"reasons\":[", stdout);
    for (size_t bit = 0; bit < N_REASONS; bit++) {
        if ((made.reasons >> bit & 1) == 0) continue;
        (void)fputs(comma, stdout);
        cli_json_text(reasons[bit]);
        comma = ",";
    }
    (void)fputs("]}", stdout);
}

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

static int has_account(const mbill_book *book, int64_t number)
{
    mbill_view view = {.struct_size = sizeof view};
    mbill_place_sums sums;
    return number != 0 &&
        (mbill_book_view(book, number, &view, NULL) == MBILL_OK ||
            mbill_book_sums(book, number, MBILL_PLACE_PLAIN, &sums, NULL) == MBILL_OK);
}

/* Each account that the batch names, once. */
static void print_accounts(const book_run *run, const mbill_operation_batch *batch)
{
    const char *comma = "";
    (void)fputs(",\"accounts\":[", stdout);
    for (size_t i = 0; i < 2 * batch->n_operations; i++) {
        int64_t number = account_of(batch, i);
        if (!has_account(run->book, number) || named_before(batch, i)) continue;
        (void)fputs(comma, stdout);
        print_made(write_account, run->book, number);
        comma = ",";
    }
    (void)fputs("]}", stdout);
}

static void print_json(book_run *run, const mbill_operation_batch *batch, const decision *decisions)
{
    (void)fputs(run->n_printed++ == 0 ? "{\"at\":" : ",{\"at\":", stdout);
    cli_json_text(cli_time_text(batch->at_utc_s, NULL).text);
    (void)fputs(",\"results\":[", stdout);
    for (size_t i = 0; i < batch->n_operations; i++) {
        if (i > 0) (void)fputs(",", stdout);
        print_result(run, &run->results[i]);
    }
    (void)fputs("],\"supply\":[", stdout);
    for (size_t i = 0; i < batch->n_questions; i++) {
        if (i > 0) (void)fputs(",", stdout);
        print_decision(batch->questions[i].account, decisions[i]);
    }
    (void)fputs("]", stdout);
    print_accounts(run, batch);
}

static void print_text(const book_run *run, const mbill_operation_batch *batch, const decision *decisions)
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
        if (named_before(batch, i) || mbill_book_view(run->book, account_of(batch, i), &view, NULL) != MBILL_OK) continue;
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
        (void)printf("  supply of account %" PRId64 ": %s\n", batch->questions[i].account,
            supplies[decisions[i].supply - MBILL_SUPPLY_KEEP]);
}

/* ---- the run ---- */

static mbill_status decide(const mbill_book *book, const mbill_supply_question *question, decision *out, mbill_error *err)
{
    mbill_view view = {.struct_size = sizeof view};
    mbill_status status = mbill_book_view(book, question->account, &view, err);
    if (status != MBILL_OK) return status;
    return mbill_supply_decide(&view, mbill_book_policy(book, question->account), &question->state, &out->supply, &out->reasons,
        err);
}

static mbill_status apply_batch(book_run *run, const mbill_operation_batch *batch, mbill_error *err)
{
    size_t n = batch->n_operations;
    mbill_status status;
    if (n > 0) run->results = cli_allocate(run->results, n, sizeof *run->results);
    if (run->journal == NULL) {
        run->book = run->own;
        return n == 0 ? mbill_book_tick(run->own, batch->at_utc_s, err)
                      : mbill_book_apply(run->own, batch->operations, n, batch->at_utc_s, run->results, err);
    }
    if (n == 0) status = mbill_journal_tick(run->journal, batch->at_utc_s, err);
    else status = mbill_journal_apply(run->journal, batch->operations, n, batch->at_utc_s, run->results, err);
    return status == MBILL_OK ? mbill_journal_book(run->journal, &run->book, err) : status;
}

static mbill_status run_batch(book_run *run, const mbill_operation_batch *batch, mbill_error *err)
{
    mbill_status status = apply_batch(run, batch, err);
    decision *decisions = batch->n_questions == 0 ? NULL : cli_allocate(NULL, batch->n_questions, sizeof *decisions);
    for (size_t i = 0; status == MBILL_OK && i < batch->n_questions; i++)
        status = decide(run->book, &batch->questions[i], &decisions[i], err);
    if (status == MBILL_OK && run->prints && cli_json()) print_json(run, batch, decisions);
    else if (status == MBILL_OK && run->prints) print_text(run, batch, decisions);
    free(decisions);
    return status;
}

/* What the store keeps, as a book of our own. */
static mbill_status copy_kept(book_run *run, mbill_journal *journal, mbill_error *err)
{
    const mbill_book *kept;
    const uint8_t *bytes;
    size_t len;
    mbill_status status = mbill_journal_book(journal, &kept, err);
    if (status == MBILL_OK) status = mbill_book_journal(kept, 0, mbill_book_n_records(kept), &bytes, &len, err);
    return status == MBILL_OK && len > 0 ? mbill_book_replay(run->own, bytes, len, err) : status;
}

static mbill_status try_all(book_run *run, mbill_journal *journal, const mbill_operation_batch *batches, size_t n_batches,
    mbill_error *err)
{
    mbill_status status = mbill_book_open(NULL, &run->own, err);
    if (status == MBILL_OK && journal != NULL) status = copy_kept(run, journal, err);
    for (size_t i = 0; status == MBILL_OK && i < n_batches; i++) status = run_batch(run, &batches[i], err);
    mbill_book_free(run->own);
    run->own = NULL;
    return status;
}

/* Booked and printed; what stops it half way is the disk. */
static mbill_status run_all(book_run *run, mbill_journal *journal, const mbill_operation_batch *batches, size_t n_batches,
    mbill_error *err)
{
    run->journal = journal;
    run->prints = 1;
    mbill_status status = journal == NULL ? mbill_book_open(NULL, &run->own, err) : MBILL_OK;
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
    mbill_book_free(run->own);
    return status;
}

static int apply_document(const cli_arguments *arguments, mbill_journal *journal, const mbill_operations *operations)
{
    book_run run = {.path = arguments->operands[0]};
    mbill_error err;
    size_t n_batches;
    mbill_error_init(&err);
    const mbill_operation_batch *batches = mbill_operations_batches(operations, &n_batches);
    mbill_status status = try_all(&run, journal, batches, n_batches, &err);
    int code = status == MBILL_OK ? CLI_DONE : cli_refuse(run.path, CLI_DOCUMENT, &err);
    if (code == CLI_DONE && run_all(&run, journal, batches, n_batches, &err) != MBILL_OK) {
        cli_complain(arguments->options[CLI_OPTION_STORE], CLI_DOCUMENT, &err);
        code = CLI_REFUSED;
    }
    free(run.results);
    return code;
}

static int apply_to_store(const cli_arguments *arguments, const mbill_operations *operations)
{
    const char *path = arguments->options[CLI_OPTION_STORE];
    mbill_store *store = NULL;
    mbill_journal *journal = NULL;
    int code = cli_journal_open(path, 1, &store, &journal);
    if (code == CLI_DONE) code = apply_document(arguments, journal, operations);
    mbill_journal_free(journal);
    mbill_store_free(store);
    return code;
}

int cli_ledger_apply(const cli_arguments *arguments)
{
    const char *path = arguments->operands[0];
    cli_file file;
    mbill_operations *operations;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_load_file(path, &file);
    if (code != CLI_DONE) return code;
    mbill_status status = mbill_operations_read(file.bytes, file.len, NULL, &operations, &err);
    cli_file_free(&file);
    if (status != MBILL_OK) return cli_refuse(path, CLI_DOCUMENT, &err);
    code = arguments->options[CLI_OPTION_STORE] != NULL ? apply_to_store(arguments, operations)
                                                        : apply_document(arguments, NULL, operations);
    mbill_operations_free(operations);
    return code;
}

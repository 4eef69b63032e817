/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill ledger statement: every leg of an account in the order of booking, what it was for, and the credit after it. */
#include "command.h"

#include "document.h"
#include "ledger_print.h"
#include "ledger_target.h"
#include "load.h"
#include "output.h"
#include "table.h"
#include "values.h"

#include <stdlib.h>
#include <string.h>

typedef struct statement {
    const mbill_book *book;
    int64_t account, from_utc_s, to_utc_s;
    int64_t credit_micro; /* posted so far */
    cli_table table;
    size_t n_shown;
} statement;

/* ---- one leg ---- */

static int concerns(const mbill_leg *leg, int64_t account)
{
    return leg->debit_account == account || leg->credit_account == account;
}

static void add_up(statement *of, const mbill_leg *leg)
{
    if (leg->pending != 0) return;
    if (leg->credit_account == of->account && leg->credit_place == MBILL_PLACE_CREDIT) of->credit_micro += leg->amount_micro;
    if (leg->debit_account == of->account && leg->debit_place == MBILL_PLACE_CREDIT) of->credit_micro -= leg->amount_micro;
}

/* "7 credit 0", "cash 1". */
static void side_cell(cli_table *table, cli_value side)
{
    cli_walk walk = cli_walk_over(side);
    char text[96] = "", part[48];
    while (cli_walk_next(&walk)) {
        cli_value_text(walk.value, part, sizeof part);
        if (text[0] != '\0') cli_append(text, sizeof text, " ");
        cli_append(text, sizeof text, part);
    }
    cli_table_cell(table, text);
}

static void cell(cli_table *table, cli_value object, const char *key)
{
    char text[48];
    cli_value_text(cli_value_member(object, key), text, sizeof text);
    cli_table_cell(table, text);
}

static void leg_as_text(statement *of, cli_value record, cli_value leg)
{
    cell(&of->table, record, "record");
    cell(&of->table, record, "at");
    cell(&of->table, cli_value_member(record, "operation"), "do");
    cell(&of->table, leg, "purpose");
    cell(&of->table, leg, "is");
    side_cell(&of->table, cli_value_member(leg, "debit"));
    side_cell(&of->table, cli_value_member(leg, "credit"));
    cell(&of->table, leg, "amount");
    cli_table_cell(&of->table, cli_micro(of->credit_micro).text);
}

static void leg_as_json(statement *of, cli_value record, cli_value leg)
{
    static const char *const keys[] = {"record", "at"};
    (void)fputs(of->n_shown == 0 ? "{" : ",{", stdout);
    for (size_t i = 0; i < 2; i++) {
        cli_value value = cli_value_member(record, keys[i]);
        (void)printf("\"%s\":%.*s,", keys[i], (int)(value.end - value.at), value.at);
    }
    cli_value operation = cli_value_member(record, "operation");
    (void)printf("\"operation\":%.*s,\"leg\":%.*s", (int)(operation.end - operation.at), operation.at, (int)(leg.end - leg.at),
        leg.at);
    cli_json_member("credit_after", cli_micro(of->credit_micro).text);
    (void)fputs("}", stdout);
}

/* ---- the whole ---- */

static void show_record(statement *of, int64_t number, const mbill_leg *legs)
{
    char *text = cli_ledger_record_text(of->book, number);
    cli_value record = cli_value_of(text, strlen(text));
    cli_walk walk = cli_walk_over(cli_value_member(record, "legs"));
    for (size_t i = 0; cli_walk_next(&walk); i++) {
        if (!concerns(&legs[i], of->account)) continue;
        add_up(of, &legs[i]);
        if (cli_json()) leg_as_json(of, record, walk.value);
        else leg_as_text(of, record, walk.value);
        of->n_shown++;
    }
    free(text);
}

static mbill_status show_records(statement *of, mbill_error *err)
{
    mbill_leg legs[MBILL_LEGS_MAX];
    mbill_result result;
    int64_t at_utc_s;
    mbill_status status = MBILL_OK;
    for (int64_t number = 0; status == MBILL_OK && number < mbill_book_n_records(of->book); number++) {
        status = mbill_book_record(of->book, number, NULL, &result, &at_utc_s, legs, err);
        if (status != MBILL_OK || at_utc_s >= of->to_utc_s) continue;
        int touched = 0;
        for (uint32_t i = 0; i < result.n_legs; i++) touched |= concerns(&legs[i], of->account);
        if (touched && at_utc_s >= of->from_utc_s) show_record(of, number, legs);
        else if (touched)
            for (uint32_t i = 0; i < result.n_legs; i++) add_up(of, &legs[i]);
    }
    return status;
}

static mbill_status show_json(statement *of, mbill_error *err)
{
    cli_json_begin("statement");
    cli_json_whole("account", of->account);
    (void)fputs(",\"entries\":[", stdout);
    mbill_status status = show_records(of, err);
    (void)fputs("]", stdout);
    cli_json_member("credit", cli_micro(of->credit_micro).text);
    (void)fputs(",\"now\":", stdout);
    cli_ledger_account(of->book, of->account);
    cli_json_end();
    return status;
}

static mbill_status show_text(statement *of, mbill_error *err)
{
    static const char *const heads[] = {"record", "at", "operation", "for", "is", "from", "to", "amount", "credit"};
    cli_table_start(&of->table, "rllllllrr");
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) cli_table_cell(&of->table, heads[i]);
    mbill_status status = show_records(of, err);
    cli_table_end(&of->table, "");
    return status;
}

static int show(const cli_arguments *arguments, statement *of)
{
    mbill_error err;
    mbill_error_init(&err);
    if (!mbill_book_has(of->book, of->account)) {
        (void)cli_fail(&err, MBILL_E_NOT_FOUND, -1, "the ledger has no account %s", arguments->operands[1]);
        return cli_refuse(arguments->operands[0], CLI_RECORDS, &err);
    }
    mbill_status status = cli_json() ? show_json(of, &err) : show_text(of, &err);
    return status == MBILL_OK ? CLI_DONE : cli_refuse_quietly(arguments->operands[0], CLI_RECORDS, &err);
}

int cli_ledger_statement(const cli_arguments *arguments)
{
    statement of = {.from_utc_s = INT64_MIN, .to_utc_s = INT64_MAX};
    cli_ledger target;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_option_instant(arguments, CLI_OPTION_FROM, NULL, &of.from_utc_s);
    if (code == CLI_DONE) code = cli_option_instant(arguments, CLI_OPTION_TO, NULL, &of.to_utc_s);
    if (code != CLI_DONE) return code;
    code = cli_ledger_open(arguments->operands[0], 0, &target);
    of.book = target.book;
    if (code == CLI_DONE && cli_ledger_number(target.store, arguments->operands[1], &of.account, &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[0], CLI_RECORDS, &err);
    if (code == CLI_DONE) code = show(arguments, &of);
    cli_ledger_close(&target);
    return code;
}

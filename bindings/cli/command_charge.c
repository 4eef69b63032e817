/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill charge add, list, preview, run and end: custom charges that a store keeps. */
#include "command.h"

#include "document.h"
#include "load.h"
#include "open.h"
#include "output.h"
#include "table.h"
#include "task_target.h"
#include "values.h"

#include "meterbill/calendar.h"
#include "meterbill/charges.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- list ---- */

static mbill_status charges_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_store *const *store = context;
    return mbill_store_charges(*store, out_text, inout_len, err);
}

static void show_charges(const char *text)
{
    cli_value charges = cli_value_member(cli_value_of(text, strlen(text)), "charges");
    cli_table table;
    char words[256];
    if (cli_value_count(charges) == 0) {
        (void)puts("no charges");
        return;
    }
    cli_table_start(&table, "lll");
    for (cli_walk walk = cli_walk_over(charges); cli_walk_next(&walk);) {
        cli_value charge = cli_value_member(walk.value, "charge");
        cli_value_text(cli_value_member(charge, "id"), words, sizeof words);
        cli_table_cell(&table, words);
        cli_value every = cli_value_member(charge, "every"), once = cli_value_member(charge, "once");
        words[0] = '\0';
        cli_append(words, sizeof words, once.at != NULL ? "once " : "every ");
        cli_value_words(once.at != NULL ? once : every, "", words + strlen(words), sizeof words - strlen(words));
        cli_table_cell(&table, words);
        cli_value_words(cli_value_member(walk.value, "periods"), "", words, sizeof words);
        cli_table_cell(&table, words);
    }
    cli_table_end(&table, "");
}

static int print_charges(const char *path, mbill_store *store)
{
    mbill_error err;
    mbill_error_init(&err);
    char *text = cli_make_text(charges_text, &store, &err);
    if (text == NULL) return cli_refuse(path, CLI_DOCUMENT, &err);
    if (cli_json()) (void)puts(text);
    else show_charges(text);
    free(text);
    return CLI_DONE;
}

int cli_charge_list(const cli_arguments *arguments)
{
    mbill_store *store = NULL;
    int code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE) code = print_charges(arguments->operands[0], store);
    mbill_store_free(store);
    return code;
}

/* ---- add, end ---- */

static void say_account(void *ctx, const mbill_error *err)
{
    const char *path = ctx;
    cli_complain(path, CLI_RECORDS, err);
}

int cli_charge_add(const cli_arguments *arguments)
{
    mbill_store *store = NULL;
    mbill_charge *charge = NULL;
    cli_file json = {NULL, 0};
    mbill_error err;
    char *path = arguments->operands[1];
    mbill_error_init(&err);
    int code = cli_load_file(path, &json);
    if (code == CLI_DONE && mbill_charge_read(json.bytes, json.len, NULL, &charge, &err) != MBILL_OK)
        code = cli_refuse(path, CLI_DOCUMENT, &err);
    cli_file_free(&json);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE) {
        mbill_status status = mbill_store_charge_put(store, charge, say_account, path, &err);
        if (status == MBILL_E_NOT_FOUND) code = cli_refuse_quietly(path, CLI_RECORDS, &err);
        else if (status != MBILL_OK && status != MBILL_E_EXISTS) code = cli_refuse(path, CLI_DOCUMENT, &err);
    }
    if (code == CLI_DONE) code = print_charges(arguments->operands[0], store);
    mbill_charge_free(charge);
    mbill_store_free(store);
    return code;
}

int cli_charge_end(const cli_arguments *arguments)
{
    mbill_store *store = NULL;
    mbill_date date;
    int32_t day = 0;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_need_option(arguments, CLI_OPTION_FROM, "it is the first day without the charge");
    if (code != CLI_DONE) return code;
    const char *from = arguments->options[CLI_OPTION_FROM];
    if (mbill_date_parse(from, strlen(from), &date, &err) != MBILL_OK || mbill_date_to_days(date, &day, &err) != MBILL_OK)
        return cli_usage("--from: %s", err.message);
    code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE && mbill_store_charge_end(store, arguments->operands[1], day, &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    if (code == CLI_DONE) code = print_charges(arguments->operands[0], store);
    mbill_store_free(store);
    return code;
}

/* ---- preview, run ---- */

typedef struct day_text {
    char text[16];
} day_text;

static day_text print_day(int32_t day)
{
    day_text out = {""};
    mbill_date date;
    size_t len = sizeof out.text;
    if (mbill_date_of_days(day, &date, NULL) != MBILL_OK || mbill_date_print(date, out.text, &len, NULL) != MBILL_OK)
        out.text[0] = '\0';
    return out;
}

static void print_json_line(const mbill_charge_line *line)
{
    (void)fputs("{\"charge\":", stdout);
    cli_json_text(line->charge);
    cli_json_member("account", line->account);
    cli_json_whole("period", line->period.number);
    cli_json_member("from", print_day(line->period.from_day).text);
    cli_json_member("to", print_day(line->period.to_day).text);
    cli_json_member("due", print_day(line->period.due_day).text);
    if (line->state != MBILL_CHARGE_WAITING) {
        cli_json_whole("days", line->amount.n_days);
        cli_json_whole("of", line->amount.period_days);
        cli_json_member("amount", cli_micro(line->amount.amount_micro).text);
    }
    cli_json_member("state", mbill_charge_state_name(line->state));
    cli_json_optional("reason", line->reason);
    (void)fputs("}\n", stdout);
}

static void print_line(void *ctx, const mbill_charge_line *line)
{
    cli_table *table = ctx;
    char days[32] = "";
    if (cli_json()) {
        print_json_line(line);
        return;
    }
    if (line->state != MBILL_CHARGE_WAITING)
        (void)snprintf(days, sizeof days, "%d/%d", (int)line->amount.n_days, (int)line->amount.period_days);
    cli_table_cell(table, line->charge);
    cli_table_cell(table, line->account);
    cli_table_cell(table, print_day(line->period.from_day).text);
    cli_table_cell(table, days);
    cli_table_cell(table, line->state != MBILL_CHARGE_WAITING ? cli_money(line->amount.amount_micro).text : "");
    cli_table_cell(table, mbill_charge_state_name(line->state));
    cli_table_cell(table, line->reason != NULL ? line->reason : "");
}

static void print_sums(const mbill_charge_summary *sums)
{
    if (cli_json()) {
        cli_json_begin("charge_run");
        cli_json_whole("charged", sums->n_charged);
        cli_json_whole("refused", sums->n_refused);
        cli_json_whole("waiting", sums->n_waiting);
        cli_json_member("total", cli_micro(sums->total_micro).text);
        cli_json_end();
    } else {
        (void)printf("%" PRId64 " periods, %s; refused %" PRId64 ", waiting %" PRId64 "\n", sums->n_charged,
            cli_money(sums->total_micro).text, sums->n_refused, sums->n_waiting);
    }
}

static int run(const cli_arguments *arguments, uint32_t flags)
{
    mbill_store *store = NULL;
    mbill_charge_summary sums = {.struct_size = sizeof sums};
    cli_table table;
    mbill_error err;
    int64_t now_utc_s;
    mbill_error_init(&err);
    int code = cli_task_now(arguments, &now_utc_s);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code != CLI_DONE) return code;
    const char *id = arguments->n_operands > 1 ? arguments->operands[1] : NULL;
    cli_table_start(&table, "llllrll");
    mbill_status status = mbill_store_charge_run(store, id, now_utc_s, flags, print_line, &table, &sums, &err);
    cli_table_end(&table, "");
    if (status != MBILL_OK) code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    else print_sums(&sums);
    mbill_store_free(store);
    return code;
}

int cli_charge_preview(const cli_arguments *arguments)
{
    return run(arguments, MBILL_CHARGE_PREVIEW);
}

int cli_charge_run(const cli_arguments *arguments)
{
    return run(arguments, 0);
}

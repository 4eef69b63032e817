/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill cashier compare: a provider's file against the ledger, receipt by receipt. */
#include "command.h"

#include "bill_rows.h"
#include "load.h"
#include "open.h"
#include "output.h"
#include "table.h"
#include "values.h"

#include "meterbill/billing.h"

#include <string.h>

static const char *const names[] = {"not_in_file", "not_in_ledger", "other_amount"};

typedef struct comparing {
    cli_table table;
    size_t n;
} comparing;

static void as_json(const mbill_cashier_difference *one)
{
    (void)printf("{\"difference\":\"%s\"", names[one->kind - 1]);
    cli_json_whole("receipt", one->receipt);
    if (one->record >= 0) cli_json_whole("record", one->record);
    if (one->record >= 0) cli_json_member("ledger", cli_micro(one->ledger_micro).text);
    if (one->line > 0) cli_json_whole("line", one->line);
    if (one->line > 0) cli_json_member("file", cli_micro(one->file_micro).text);
    (void)fputs("}", stdout);
}

static void as_row(cli_table *table, const mbill_cashier_difference *one)
{
    char text[32];
    cli_table_cell(table, names[one->kind - 1]);
    (void)snprintf(text, sizeof text, "%lld", (long long)one->receipt);
    cli_table_cell(table, one->receipt > 0 ? text : "none");
    cli_table_cell(table, one->record >= 0 ? cli_micro(one->ledger_micro).text : "");
    cli_table_cell(table, one->line > 0 ? cli_micro(one->file_micro).text : "");
}

static mbill_status take(void *ctx, const mbill_cashier_difference *one, mbill_error *err)
{
    comparing *to = ctx;
    (void)err;
    if (cli_json()) {
        if (to->n > 0) (void)fputs(",", stdout);
        as_json(one);
    } else {
        as_row(&to->table, one);
    }
    to->n++;
    return MBILL_OK;
}

static void begin(comparing *to)
{
    static const char *const heads[] = {"difference", "receipt", "ledger", "file"};
    if (cli_json()) {
        cli_json_begin("cashier_compare");
        (void)fputs(",\"differences\":[", stdout);
        return;
    }
    cli_table_start(&to->table, "lrrr");
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) cli_table_cell(&to->table, heads[i]);
}

static void end(comparing *to, const mbill_cashier_comparison *sums)
{
    if (cli_json()) {
        (void)fputs("]", stdout);
        cli_json_whole("ledger_entries", sums->n_ledger);
        cli_json_member("ledger", cli_sum(&sums->ledger).text);
        cli_json_whole("file_entries", sums->n_file);
        cli_json_member("file", cli_sum(&sums->file).text);
        cli_json_end();
        return;
    }
    cli_table_end(&to->table, "");
    (void)printf("ledger %s in %lld, file %s in %lld: %lld difference%s\n", cli_sum(&sums->ledger).text,
        (long long)sums->n_ledger, cli_sum(&sums->file).text, (long long)sums->n_file, (long long)sums->n_different,
        sums->n_different == 1 ? "" : "s");
}

static int compare(const cli_arguments *arguments, const mbill_cashier_day *day, const cli_file *file)
{
    comparing to = {.n = 0};
    mbill_cashier_comparison sums = {.struct_size = (uint32_t)sizeof sums};
    mbill_error err;
    mbill_store *store = NULL;
    int code = cli_store_open(arguments->operands[0], MBILL_STORE_READ_ONLY, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    begin(&to);
    mbill_status status = mbill_store_cashier_compare(store, day, file->bytes, file->len, take, &to, &sums, &err);
    mbill_store_free(store);
    end(&to, &sums);
    if (status != MBILL_OK) {
        cli_complain(arguments->operands[1], CLI_LINES, &err);
        return CLI_REFUSED;
    }
    return sums.n_different > 0 ? CLI_REFUSED : CLI_DONE;
}

int cli_cashier_compare(const cli_arguments *arguments)
{
    mbill_cashier_day day = {.struct_size = (uint32_t)sizeof day};
    cli_file file;
    int code = cli_option_channel_day(arguments, &day.channel, &day.day);
    if (code == CLI_DONE) code = cli_load_file(arguments->operands[1], &file);
    if (code != CLI_DONE) return code;
    code = compare(arguments, &day, &file);
    cli_file_free(&file);
    return code;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill bill list, queue, due, export, totals: what is kept of bills that are paid afterwards. */
#define _POSIX_C_SOURCE 200809L
#include "command.h"

#include "bill_rows.h"
#include "document.h"
#include "open.h"
#include "output.h"
#include "table.h"
#include "values.h"

#include "meterbill/decimal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DRAFTS (1u << MBILL_CYCLE_DRAFT)
#define OPEN (1u << MBILL_CYCLE_ISSUED | 1u << MBILL_CYCLE_PART_PAID | 1u << MBILL_CYCLE_OVERDUE)

int cli_bill_filter(const cli_arguments *arguments, mbill_billing_filter *out)
{
    *out = (mbill_billing_filter){.struct_size = (uint32_t)sizeof *out, .at_utc_s = (int64_t)time(NULL)};
    out->account = arguments->options[CLI_OPTION_ACCOUNT];
    out->selection = arguments->options[CLI_OPTION_SELECTION];
    return cli_option_instant(arguments, CLI_OPTION_AT, NULL, &out->at_utc_s);
}

/* ---- rows ---- */

typedef struct listing {
    cli_table table;
    size_t n;
    int begun;
} listing;

static void cell(cli_table *table, cli_value row, const char *key)
{
    char text[96];
    cli_value value = cli_value_member(row, key);
    if (cli_value_kind(value) == '[') cli_value_words(value, "", text, sizeof text);
    else cli_value_text(value, text, sizeof text);
    cli_table_cell(table, cli_value_kind(value) == 'n' ? "" : text);
}

/* The document begins with its first row, or at its end: what is refused prints nothing before the refusal. */
static void begin_document(listing *to)
{
    if (to->begun) return;
    to->begun = 1;
    cli_json_begin("bill_rows");
    (void)fputs(",\"bills\":[", stdout);
}

/* "priority by complaints at east-7" */
static void cell_of_reasons(cli_table *table, cli_value row)
{
    static const char *const keys[] = {"raised_by", "raised_place"}, *const words[] = {" by ", " at "};
    char text[256];
    cli_value_words(cli_value_member(row, "reasons"), "", text, sizeof text);
    for (size_t i = 0; i < 2; i++) {
        char name[96];
        cli_value value = cli_value_member(row, keys[i]);
        if (cli_value_kind(value) != '"') continue;
        cli_value_text(value, name, sizeof name);
        cli_append(text, sizeof text, words[i]);
        cli_append(text, sizeof text, name);
    }
    cli_table_cell(table, text);
}

static mbill_status take_row(void *ctx, const char *text, size_t len)
{
    static const char *const keys[] = {"bill", "account", "from", "state", "due", "amount", "fees", "paid", "open", "days_late"};
    listing *to = ctx;
    cli_value row = cli_value_of(text, len);
    if (cli_json()) {
        begin_document(to);
        (void)printf("%s%.*s", to->n > 0 ? "," : "", (int)(row.end - row.at), row.at);
    } else {
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) cell(&to->table, row, keys[i]);
        cell_of_reasons(&to->table, row);
    }
    to->n++;
    return MBILL_OK;
}

static mbill_status print_rows(mbill_store *store, const mbill_billing_filter *filter, mbill_error *err)
{
    static const char *const heads[] = {"bill", "account", "from", "state", "due", "amount", "fees", "paid", "open", "late",
        "look at"};
    listing to = {.n = 0};
    if (!cli_json()) {
        cli_table_start(&to.table, "rllllrrrrrl");
        for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) cli_table_cell(&to.table, heads[i]);
    }
    mbill_status status = mbill_store_billing_export(store, filter, MBILL_BILLING_BILLS, MBILL_BILLING_JSON_LINES, take_row, &to,
        err);
    if (!cli_json()) {
        cli_table_end(&to.table, "");
    } else if (status == MBILL_OK) {
        begin_document(&to);
        (void)fputs("]", stdout);
        cli_json_end();
    }
    return status;
}

int cli_bill_print(const char *path, const mbill_billing_filter *filter)
{
    mbill_error err;
    mbill_store *store = NULL;
    int code = cli_store_open(path, 0, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    mbill_status status = print_rows(store, filter, &err);
    mbill_store_free(store);
    return status == MBILL_OK ? CLI_DONE : cli_refuse(path, CLI_DOCUMENT, &err);
}

static int list(const cli_arguments *arguments, uint32_t states, int32_t order)
{
    mbill_billing_filter filter;
    int code = cli_bill_filter(arguments, &filter);
    if (code != CLI_DONE) return code;
    filter.states = states;
    filter.order = order;
    return cli_bill_print(arguments->operands[0], &filter);
}

int cli_bill_list(const cli_arguments *arguments)
{
    return list(arguments, 0, MBILL_BILLING_BY_NUMBER);
}

int cli_bill_queue(const cli_arguments *arguments)
{
    return list(arguments, DRAFTS, MBILL_BILLING_BY_REVIEW);
}

int cli_bill_due(const cli_arguments *arguments)
{
    return list(arguments, OPEN, MBILL_BILLING_BY_ACCOUNT);
}

/* ---- export ---- */

static mbill_status write_out(void *ctx, const char *text, size_t len)
{
    (void)ctx;
    return fwrite(text, 1, len, stdout) == len ? MBILL_OK : MBILL_E_IO;
}

int cli_bill_export(const cli_arguments *arguments)
{
    static const char *const words[] = {"bills", "arrears"};
    const char *path = arguments->operands[0], *word = arguments->operands[1];
    mbill_billing_filter filter;
    mbill_error err;
    mbill_store *store = NULL;
    int32_t what = 0;
    while (what < 2 && strcmp(words[what], word) != 0) what++;
    if (what == 2) return cli_usage("\"%s\" is nothing to export, expected bills or arrears", word);
    int code = cli_bill_filter(arguments, &filter);
    if (code == CLI_DONE) code = cli_store_open(path, 0, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    mbill_status status = mbill_store_billing_export(store, &filter, MBILL_BILLING_BILLS + what,
        cli_json() ? MBILL_BILLING_JSON_LINES : MBILL_BILLING_CSV, write_out, NULL, &err);
    mbill_store_free(store);
    return status == MBILL_OK ? CLI_DONE : cli_refuse_quietly(path, CLI_DOCUMENT, &err);
}

/* ---- totals ---- */

static void print_sum(cli_table *table, const char *name, const mbill_sum *sum)
{
    char text[64];
    size_t len = sizeof text;
    if (mbill_sum_print(sum, MBILL_SCALE_MICRO, text, &len, NULL) != MBILL_OK) text[0] = '\0';
    if (cli_json()) {
        cli_json_member(name, text);
        return;
    }
    cli_table_cell(table, name);
    cli_table_cell(table, text);
}

static void print_count(cli_table *table, const char *name, int64_t n)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%lld", (long long)n);
    if (cli_json()) {
        cli_json_whole(name, n);
        return;
    }
    cli_table_cell(table, name);
    cli_table_cell(table, text);
}

static void print_totals(const mbill_billing_totals *totals)
{
    const struct {
        const char *name;
        const mbill_sum *sum;
    } sums[] = {{"issued", &totals->issued}, {"corrected", &totals->corrected}, {"fees", &totals->fees}, {"paid", &totals->paid},
        {"open", &totals->open}, {"written_off", &totals->written_off}, {"rest", &totals->rest}, {"ledger", &totals->ledger}};
    cli_table table;
    if (cli_json()) cli_json_begin("bill_totals");
    else cli_table_start(&table, "lr");
    print_count(&table, "bills", totals->n_bills);
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) print_sum(&table, sums[i].name, sums[i].sum);
    print_count(&table, "different", totals->n_different);
    if (cli_json()) cli_json_end();
    else cli_table_end(&table, "");
}

int cli_bill_totals(const cli_arguments *arguments)
{
    mbill_billing_totals totals = {.struct_size = (uint32_t)sizeof totals};
    mbill_error err;
    mbill_store *store = NULL;
    int code = cli_store_open(arguments->operands[0], 0, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    mbill_status status = mbill_store_billing_totals(store, &totals, &err);
    mbill_store_free(store);
    if (status != MBILL_OK) return cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    print_totals(&totals);
    return totals.n_different == 0 ? CLI_DONE : CLI_REFUSED;
}

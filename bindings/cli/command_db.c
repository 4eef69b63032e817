/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill db init, backup, import, bill, balance and summary: the store's calls, one transaction each. */
#include "command.h"

#include "open.h"
#include "output.h"
#include "show_bill.h"
#include "table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void print_made(const char *kind, const char *path)
{
    if (cli_json()) {
        cli_json_begin(kind);
        cli_json_member("file", path);
        cli_json_end();
    } else {
        (void)fputs("made ", stdout);
        cli_print_clean(stdout, path, strlen(path));
        (void)fputc('\n', stdout);
    }
}

int cli_db_init(const cli_arguments *arguments)
{
    mbill_store *store = NULL;
    int code = cli_store_open(arguments->operands[0], MBILL_STORE_CREATE, &store);
    if (code != CLI_DONE) return code;
    mbill_store_free(store);
    print_made("db_init", arguments->operands[0]);
    return CLI_DONE;
}

int cli_db_backup(const cli_arguments *arguments)
{
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE && mbill_store_backup(store, arguments->operands[1], &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[1], CLI_DOCUMENT, &err);
    mbill_store_free(store);
    if (code == CLI_DONE) print_made("db_backup", arguments->operands[1]);
    return code;
}

/* --- bills and balances --- */

typedef struct bills_context {
    mbill_store *store;
    const char *account, *from;
} bills_context;

static mbill_status bills_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const bills_context *bills = context;
    return mbill_store_bills(bills->store, bills->account, bills->from, out_text, inout_len, err);
}

static void show_bills(const char *text)
{
    size_t n = 0;
    for (cli_walk bills = cli_walk_over(cli_value_member(cli_value_of(text, strlen(text)), "bills")); cli_walk_next(&bills);
         n++) {
        if (n > 0) (void)fputc('\n', stdout);
        cli_show_bill(bills.value);
    }
    if (n == 0) (void)puts("no bills");
}

int cli_db_bill(const cli_arguments *arguments)
{
    mbill_error err;
    bills_context context = {NULL, arguments->operands[1], arguments->options[CLI_OPTION_FROM]};
    int code = context.from != NULL ? cli_check_date(context.from, "from") : CLI_DONE;
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], MBILL_STORE_READ_ONLY, &context.store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    char *text = cli_make_text(bills_text, &context, &err);
    if (text == NULL) code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    else if (cli_json()) (void)puts(text);
    else show_bills(text);
    free(text);
    mbill_store_free(context.store);
    return code;
}

typedef struct account_balance {
    mbill_balance balance;
    int64_t amount_micro;
} account_balance;

static void print_balances(const cli_arguments *arguments, const account_balance *balances, int n)
{
    cli_table table;
    cli_table_start(&table, "lrl");
    if (cli_json()) {
        cli_json_begin("db_balance");
        (void)fputs(",\"balances\":[", stdout);
    }
    for (int i = 0; i < n; i++) {
        const char *account = arguments->operands[i + 1];
        if (cli_json()) {
            (void)fputs(i > 0 ? ",{\"account\":" : "{\"account\":", stdout);
            cli_json_text(account);
            cli_json_member("balance", cli_micro(balances[i].amount_micro).text);
            cli_json_member("debits", cli_micro(balances[i].balance.debits_micro).text);
            cli_json_member("credits", cli_micro(balances[i].balance.credits_micro).text);
            cli_json_whole("operations", balances[i].balance.n_operations);
            (void)fputs("}", stdout);
        } else {
            char words[160];
            (void)snprintf(words, sizeof words, "paid in %s, taken %s, operations %" PRId64,
                cli_money(balances[i].balance.credits_micro).text, cli_money(balances[i].balance.debits_micro).text,
                balances[i].balance.n_operations);
            cli_table_cell(&table, account);
            cli_table_cell(&table, cli_money(balances[i].amount_micro).text);
            cli_table_cell(&table, words);
        }
    }
    if (cli_json()) {
        (void)fputs("]", stdout);
        cli_json_end();
    }
    cli_table_end(&table, "");
}

int cli_db_balance(const cli_arguments *arguments)
{
    mbill_error err;
    mbill_store *store = NULL;
    int n = arguments->n_operands - 1;
    int code = cli_store_open(arguments->operands[0], MBILL_STORE_READ_ONLY, &store);
    if (code != CLI_DONE) return code;
    account_balance *balances = cli_allocate(NULL, (size_t)n, sizeof *balances);
    mbill_error_init(&err);
    for (int i = 0; i < n && code == CLI_DONE; i++) {
        mbill_balance_init(&balances[i].balance);
        mbill_status status = mbill_store_balance(store, arguments->operands[i + 1], &balances[i].balance, &err);
        if (status == MBILL_OK) status = mbill_balance_amount(&balances[i].balance, &balances[i].amount_micro, &err);
        if (status != MBILL_OK) code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    }
    if (code == CLI_DONE) print_balances(arguments, balances, n);
    free(balances);
    mbill_store_free(store);
    return code;
}

/* --- summary --- */

static mbill_status summary_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_store_summary(*(mbill_store *const *)context, out_text, inout_len, err);
}

/* Every member of the document as name and value; what is within a member has its name before it. */
static void summary_rows(cli_table *table, cli_value object, const char *prefix)
{
    char name[160], text[256];
    for (cli_walk members = cli_walk_over(object); cli_walk_next(&members);) {
        char kind = cli_value_kind(members.value);
        cli_value_text(members.is_object ? members.key : (cli_value){NULL, NULL}, text, sizeof text);
        (void)snprintf(name, sizeof name, "%s", prefix);
        cli_append(name, sizeof name, prefix[0] != '\0' && text[0] != '\0' ? " " : "");
        cli_append(name, sizeof name, text);
        if (prefix[0] == '\0' && (strcmp(text, "meterbill") == 0 || strcmp(text, "kind") == 0)) continue;
        if (kind == '{' || kind == '[') {
            summary_rows(table, members.value, name);
            continue;
        }
        cli_value_text(members.value, text, sizeof text);
        cli_table_cell(table, name);
        cli_table_cell(table, text);
    }
}

int cli_db_summary(const cli_arguments *arguments)
{
    mbill_error err;
    mbill_store *store = NULL;
    int code = cli_store_open(arguments->operands[0], MBILL_STORE_READ_ONLY, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    char *text = cli_make_text(summary_text, &store, &err);
    if (text == NULL) {
        code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    } else if (cli_json()) {
        (void)puts(text);
    } else {
        cli_table table;
        cli_table_start(&table, "lr");
        summary_rows(&table, cli_value_of(text, strlen(text)), "");
        cli_table_end(&table, "");
    }
    free(text);
    mbill_store_free(store);
    return code;
}

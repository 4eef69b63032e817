/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill db init, backup, import, bill, balance and summary: the store's calls, one transaction each. */
#include "command.h"

#include "open.h"
#include "output.h"
#include "show_bill.h"
#include "table.h"

#include "meterbill/journal.h"

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
    int64_t number; /* in the ledger */
    mbill_place_sums credit;
} account_balance;

static int64_t amount_of(const account_balance *balance)
{
    return balance->credit.credits_micro - balance->credit.debits_micro;
}

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
            cli_json_whole("number", balances[i].number);
            cli_json_member("balance", cli_micro(amount_of(&balances[i])).text);
            cli_json_member("debits", cli_micro(balances[i].credit.debits_micro).text);
            cli_json_member("credits", cli_micro(balances[i].credit.credits_micro).text);
            (void)fputs("}", stdout);
        } else {
            char words[160];
            (void)snprintf(words, sizeof words, "in %s, out %s", cli_money(balances[i].credit.credits_micro).text,
                cli_money(balances[i].credit.debits_micro).text);
            cli_table_cell(&table, account);
            cli_table_cell(&table, cli_money(amount_of(&balances[i])).text);
            cli_table_cell(&table, words);
        }
    }
    if (cli_json()) {
        (void)fputs("]", stdout);
        cli_json_end();
    }
    cli_table_end(&table, "");
}

/* The ledger does not know an account before its first money: then all is 0. */
static mbill_status look_up(mbill_store *store, const mbill_book *book, const char *account, account_balance *out,
    mbill_error *err)
{
    mbill_status status = mbill_store_account_number(store, account, &out->number, err);
    if (status == MBILL_OK && mbill_book_sums(book, out->number, MBILL_PLACE_CREDIT, &out->credit, NULL) != MBILL_OK)
        out->credit = (mbill_place_sums){0, 0, 0, 0};
    return status;
}

int cli_db_balance(const cli_arguments *arguments)
{
    mbill_error err;
    mbill_store *store = NULL;
    mbill_journal *journal;
    const mbill_book *book;
    int n = arguments->n_operands - 1;
    int code = cli_store_open(arguments->operands[0], MBILL_STORE_READ_ONLY, &store);
    if (code != CLI_DONE) return code;
    account_balance *balances = cli_allocate(NULL, (size_t)n, sizeof *balances);
    mbill_error_init(&err);
    mbill_status status = mbill_store_journal(store, &journal, &err);
    if (status == MBILL_OK) status = mbill_journal_book(journal, &book, &err);
    for (int i = 0; i < n && status == MBILL_OK; i++)
        status = look_up(store, book, arguments->operands[i + 1], &balances[i], &err);
    if (status == MBILL_OK) print_balances(arguments, balances, n);
    else code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
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

/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill ledger balance, verify, rebuild, export and import: the prepaid ledger that a store keeps. */
#include "command.h"

#include "ledger_print.h"
#include "ledger_target.h"
#include "load.h"
#include "open.h"
#include "output.h"

#include "meterbill/journal.h"
#include "meterbill/operations.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- balance ---- */

typedef struct account_of_book {
    const mbill_book *book;
    const char *name; /* as it was asked for */
    int64_t number;
} account_of_book;

static void print_account(const account_of_book *one, const char *json)
{
    mbill_view view = {.struct_size = sizeof view};
    if (cli_json()) {
        (void)fputs(json, stdout);
        return;
    }
    cli_print_clean(stdout, one->name, strlen(one->name));
    if (mbill_book_view(one->book, one->number, &view, NULL) == MBILL_OK)
        (void)printf("  credit %s, available %s, to clear %s, debts %s", cli_money(view.credit_micro).text,
            cli_money(view.available_micro).text, cli_money(view.amount_to_clear_micro).text,
            cli_money(view.aggregated_debt_micro).text);
    (void)puts("");
}

/* All accounts are written before any is printed. */
static int print_accounts(const cli_arguments *arguments, mbill_store *store, const mbill_book *book)
{
    int n = arguments->n_operands - 1, code = CLI_DONE;
    char **texts = cli_allocate(NULL, (size_t)n, sizeof *texts);
    account_of_book *all = cli_allocate(NULL, (size_t)n, sizeof *all);
    mbill_error err;
    mbill_error_init(&err);
    for (int i = 0; i < n; i++) {
        texts[i] = NULL;
        all[i] = (account_of_book){book, arguments->operands[i + 1], 0};
        if (code == CLI_DONE && cli_ledger_number(store, all[i].name, &all[i].number, &err) == MBILL_OK)
            texts[i] = cli_ledger_account_text(book, all[i].number, &err);
        if (code == CLI_DONE && texts[i] == NULL) code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    }
    if (code == CLI_DONE && cli_json()) cli_json_begin("accounts_of_ledger");
    if (code == CLI_DONE && cli_json()) (void)fputs(",\"accounts\":[", stdout);
    for (int i = 0; i < n; i++) {
        if (code == CLI_DONE && cli_json() && i > 0) (void)fputs(",", stdout);
        if (code == CLI_DONE) print_account(&all[i], texts[i]);
        free(texts[i]);
    }
    if (code == CLI_DONE && cli_json()) (void)fputs("]", stdout);
    if (code == CLI_DONE && cli_json()) cli_json_end();
    free(all);
    free(texts);
    return code;
}

int cli_ledger_balance(const cli_arguments *arguments)
{
    mbill_store *store = NULL;
    mbill_journal *journal = NULL;
    const mbill_book *book;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_journal_open(arguments->operands[0], 0, &store, &journal);
    if (code == CLI_DONE && mbill_journal_book(journal, &book, &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[0], CLI_RECORDS, &err);
    if (code == CLI_DONE) code = print_accounts(arguments, store, book);
    mbill_journal_free(journal);
    mbill_store_free(store);
    return code;
}

/* ---- verify ---- */

static void print_head(const char *path, const mbill_journal_head *head)
{
    char hash[2 * sizeof head->hash + 1];
    for (size_t i = 0; i < sizeof head->hash; i++) (void)snprintf(hash + 2 * i, 3, "%02x", head->hash[i]);
    if (cli_json()) {
        cli_json_begin("ledger_head");
        cli_json_whole("records", head->n_records);
        cli_json_member("hash", hash);
        cli_json_end();
    } else {
        (void)printf("%s  ok  %" PRId64 " records  %s\n", path, head->n_records, hash);
    }
}

int cli_ledger_verify(const cli_arguments *arguments)
{
    const char *path = arguments->operands[0];
    mbill_store *store = NULL;
    mbill_journal_head head = {.struct_size = sizeof head};
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_store_open(path, 0, &store);
    if (code == CLI_DONE && mbill_journal_verify(store, NULL, &head, &err) != MBILL_OK)
        code = cli_refuse(path, CLI_RECORDS, &err);
    if (code == CLI_DONE) print_head(path, &head);
    mbill_store_free(store);
    return code;
}

/* ---- rebuild ---- */

static void print_rebuilt(const char *path, int64_t n_records)
{
    if (cli_json()) {
        cli_json_begin("ledger_rebuilt");
        cli_json_whole("records", n_records);
        cli_json_end();
    } else {
        (void)printf("%s  made anew from %" PRId64 " records\n", path, n_records);
    }
}

int cli_ledger_rebuild(const cli_arguments *arguments)
{
    const char *path = arguments->operands[0];
    mbill_store *store = NULL;
    mbill_journal *journal = NULL;
    const mbill_book *book = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_journal_open(path, 0, &store, &journal);
    if (code == CLI_DONE &&
        (mbill_journal_rebuild(journal, &err) != MBILL_OK || mbill_journal_book(journal, &book, &err) != MBILL_OK))
        code = cli_refuse(path, CLI_RECORDS, &err);
    if (code == CLI_DONE) print_rebuilt(path, mbill_book_n_records(book));
    mbill_journal_free(journal);
    mbill_store_free(store);
    return code;
}

/* ---- export and import ---- */

static mbill_status write_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    return fwrite(bytes, 1, n, ctx) == n ? MBILL_OK : MBILL_E_IO;
}

static void print_done(const char *kind, const char *path)
{
    if (!cli_json()) return;
    cli_json_begin(kind);
    cli_json_member("file", path);
    cli_json_end();
}

int cli_ledger_export(const cli_arguments *arguments)
{
    const char *path = arguments->operands[1];
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_store_open(arguments->operands[0], 0, &store);
    if (code != CLI_DONE) return code;
    FILE *file = fopen(path, "wb");
    mbill_status status = file == NULL ? cli_fail(&err, MBILL_E_IO, -1, "%s", strerror(errno)) : MBILL_OK;
    if (status == MBILL_OK) status = mbill_journal_export(store, write_bytes, file, &err);
    if (file != NULL && fclose(file) != 0 && status == MBILL_OK) status = cli_fail(&err, MBILL_E_IO, -1, "%s", strerror(errno));
    mbill_store_free(store);
    if (status != MBILL_OK) return cli_refuse(path, CLI_DOCUMENT, &err);
    print_done("ledger_export", path);
    return CLI_DONE;
}

int cli_ledger_import(const cli_arguments *arguments)
{
    const char *path = arguments->operands[1];
    mbill_store *store = NULL;
    mbill_journal *journal = NULL;
    cli_file file;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_load_file(path, &file);
    if (code != CLI_DONE) return code;
    code = cli_journal_open(arguments->operands[0], 1, &store, &journal);
    if (code == CLI_DONE && mbill_journal_import(journal, (const uint8_t *)file.bytes, file.len, &err) != MBILL_OK)
        code = cli_refuse(path, CLI_RECORDS, &err);
    if (code == CLI_DONE) print_done("ledger_import", path);
    mbill_journal_free(journal);
    mbill_store_free(store);
    cli_file_free(&file);
    return code;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill account …: accounts of a store in their town. */
#include "command.h"

#include "document.h"
#include "load.h"
#include "open.h"
#include "output.h"
#include "table.h"
#include "values.h"

#include "meterbill/account.h"

#include <stdlib.h>
#include <string.h>

typedef struct asked {
    mbill_store *store;
    const char *text; /* the selection; NULL: every account */
} asked;

static mbill_status list_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const asked *of = context;
    return mbill_store_account_list(of->store, of->text, of->text != NULL ? strlen(of->text) : 0, out_text, inout_len, err);
}

static mbill_status places_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const asked *of = context;
    return mbill_store_places(of->store, out_text, inout_len, err);
}

/* The words of a list, or one word. */
static void cell(cli_table *table, cli_value object, const char *key)
{
    char text[512] = "", part[96];
    cli_value value = cli_value_member(object, key);
    if (cli_value_kind(value) != '[') {
        cli_value_text(value, text, sizeof text);
    } else {
        for (cli_walk walk = cli_walk_over(value); cli_walk_next(&walk);) {
            cli_value_text(walk.value, part, sizeof part);
            if (text[0] != '\0') cli_append(text, sizeof text, " ");
            cli_append(text, sizeof text, part);
        }
    }
    cli_table_cell(table, text);
}

static void show_list(const char *text)
{
    static const char *const KEYS[] = {"account", "number", "at", "tags", "utilities"};
    cli_table table;
    cli_table_start(&table, "lrlll");
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) cli_table_cell(&table, KEYS[i]);
    for (cli_walk walk = cli_walk_over(cli_value_member(cli_value_of(text, strlen(text)), "accounts")); cli_walk_next(&walk);)
        for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) cell(&table, walk.value, KEYS[i]);
    cli_table_end(&table, "");
}

static int print_document(const cli_arguments *arguments, cli_text_maker make, void (*show)(const char *text))
{
    mbill_error err;
    asked of = {NULL, arguments->options[CLI_OPTION_SELECTION]};
    int code = cli_store_open(arguments->operands[0], MBILL_STORE_READ_ONLY, &of.store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    char *text = cli_make_text(make, &of, &err);
    if (text == NULL) code = cli_refuse(of.text != NULL ? NULL : arguments->operands[0], CLI_DOCUMENT, &err);
    else if (cli_json() || show == NULL) (void)puts(text);
    else show(text);
    free(text);
    mbill_store_free(of.store);
    return code;
}

static mbill_status account_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const asked *of = context;
    return mbill_store_account(of->store, of->text, out_text, inout_len, err);
}

int cli_account_show(const cli_arguments *arguments)
{
    mbill_error err;
    asked of = {NULL, arguments->operands[1]};
    int code = cli_store_open(arguments->operands[0], MBILL_STORE_READ_ONLY, &of.store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    char *text = cli_make_text(account_text, &of, &err);
    if (text != NULL) (void)puts(text);
    else code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    free(text);
    mbill_store_free(of.store);
    return code;
}

int cli_account_forget(const cli_arguments *arguments)
{
    mbill_error err;
    mbill_store *store = NULL;
    int64_t at_utc_s = 0, n_fields = 0;
    int code = cli_need_option(arguments, CLI_OPTION_AT, "it is recorded when");
    if (code == CLI_DONE) code = cli_need_option(arguments, CLI_OPTION_REASON, "it is recorded why");
    if (code == CLI_DONE) code = cli_option_instant(arguments, CLI_OPTION_AT, NULL, &at_utc_s);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    const char *account = arguments->operands[1];
    if (mbill_store_forget(store, account, at_utc_s, arguments->options[CLI_OPTION_REASON], &n_fields, &err) != MBILL_OK) {
        code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    } else if (cli_json()) {
        cli_json_begin("account_forget");
        cli_json_member("account", account);
        cli_json_whole("fields", n_fields);
        cli_json_end();
    } else {
        (void)printf("%lld field%s erased\n", (long long)n_fields, n_fields == 1 ? "" : "s");
    }
    mbill_store_free(store);
    return code;
}

int cli_account_list(const cli_arguments *arguments)
{
    return print_document(arguments, list_text, show_list);
}

int cli_account_places(const cli_arguments *arguments)
{
    return print_document(arguments, places_text, NULL);
}

/* --- opening and leaving --- */

typedef mbill_status stay_call(mbill_store *store, const char *json, size_t len, mbill_stay_result *out, mbill_error *err);

static void print_stay(const char *kind, const mbill_stay_result *result, int leaving)
{
    if (cli_json()) {
        cli_json_begin(kind);
        cli_json_whole("number", result->number);
        (void)printf(",\"already\":%s", result->already ? "true" : "false");
        if (leaving) {
            cli_json_whole("bills", result->n_billed);
            cli_json_member("billed", cli_sum(&result->billed).text);
            cli_json_member("refund", cli_micro(result->refund_micro).text);
            cli_json_member("owed", cli_micro(result->owed_micro).text);
        }
        cli_json_end();
        return;
    }
    if (!leaving) (void)printf("account %lld %s\n", (long long)result->number, result->already ? "was opened before" : "opened");
    else
        (void)printf("account %lld %s, %lld bill%s of %s, to be given back %s, owed %s\n", (long long)result->number,
            result->already ? "was left before" : "left", (long long)result->n_billed, result->n_billed == 1 ? "" : "s",
            cli_sum(&result->billed).text, cli_money(result->refund_micro).text, cli_money(result->owed_micro).text);
}

static int run_stay(const cli_arguments *arguments, const char *kind, stay_call *call, int leaving)
{
    mbill_error err;
    mbill_store *store = NULL;
    cli_file content;
    mbill_stay_result result;
    memset(&result, 0, sizeof result);
    result.struct_size = (uint32_t)sizeof result;
    int code = cli_load_file(arguments->operands[1], &content);
    if (code != CLI_DONE) return code;
    code = cli_store_open(arguments->operands[0], 0, &store);
    mbill_error_init(&err);
    if (code == CLI_DONE && call(store, content.bytes, content.len, &result, &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[1], CLI_DOCUMENT, &err);
    else if (code == CLI_DONE) print_stay(kind, &result, leaving);
    cli_file_free(&content);
    mbill_store_free(store);
    return code;
}

int cli_account_open(const cli_arguments *arguments)
{
    return run_stay(arguments, "account_open", mbill_store_open_account, 0);
}

int cli_account_move_out(const cli_arguments *arguments)
{
    return run_stay(arguments, "account_move_out", mbill_store_leave_account, 1);
}

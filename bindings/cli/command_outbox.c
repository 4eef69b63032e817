/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill command take, due, settle and list: signed commands that a store keeps. Changes when one of them does. */
#include "command.h"

#include "load.h"
#include "open.h"
#include "output.h"
#include "signed.h"
#include "table.h"
#include "values.h"

#include "meterbill/outbox.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static int now_of(const cli_arguments *arguments, int64_t *out_s)
{
    *out_s = (int64_t)time(NULL);
    return cli_option_instant(arguments, CLI_OPTION_NOW, NULL, out_s);
}

/* ---- take ---- */

static int take(const cli_arguments *arguments, mbill_store *store, const mbill_keyset *keyset, mbill_bytes realm,
    const cli_signed *input)
{
    int64_t now_s;
    int32_t verdict = 0;
    mbill_command got;
    mbill_error err;
    mbill_error_init(&err);
    int code = now_of(arguments, &now_s);
    if (code != CLI_DONE) return code;
    if (mbill_store_command_take(store, keyset, realm, now_s, NULL, (mbill_bytes){input->bytes, input->n_bytes},
            arguments->options[CLI_OPTION_ACCOUNT], &got, &verdict, &err) != MBILL_OK)
        return cli_refuse(input->name, CLI_DOCUMENT, &err);
    const char *word = verdict == MBILL_ADMIT_REPEAT ? "repeat" : "new";
    if (cli_json()) {
        cli_json_begin("command_take");
        cli_json_member("verdict", word);
        cli_json_member("command", mbill_command_name(got.kind));
        cli_json_member("target", got.target);
        (void)fputs(",\"id\":\"", stdout);
        cli_print_hex(got.id.bytes, sizeof got.id.bytes);
        (void)fputs("\"", stdout);
        cli_json_end();
    } else {
        (void)printf("%s: %s %s\n", word, mbill_command_name(got.kind), got.target);
    }
    return CLI_DONE;
}

int cli_command_take(const cli_arguments *arguments)
{
    cli_signed input = {0};
    mbill_bytes realm = {NULL, 0};
    mbill_keyset *keyset = NULL;
    mbill_store *store = NULL;
    int code = cli_need_realm(arguments, &realm);
    if (code == CLI_DONE) code = cli_load_keyset(arguments, realm, &keyset);
    if (code == CLI_DONE) code = cli_signed_load(arguments->operands[1], &input);
    if (code == CLI_DONE && input.text != NULL) code = cli_usage("command take takes a message of hex digits, not a document");
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE) code = take(arguments, store, keyset, realm, &input);
    mbill_store_free(store);
    mbill_keyset_free(keyset);
    cli_signed_free(&input);
    return code;
}

/* ---- due, list ---- */

typedef struct listing {
    cli_table table;
    const char *before;
} listing;

static void print_json(void *ctx, const mbill_store_command *command)
{
    listing *list = ctx;
    (void)printf("%s{\"id\":\"", list->before);
    cli_print_hex(command->id.bytes, sizeof command->id.bytes);
    (void)fputs("\"", stdout);
    cli_json_member("command", mbill_command_name(command->kind));
    cli_json_member("target", command->target);
    cli_json_member("state", mbill_receipt_state_name(command->state));
    cli_json_member("at", cli_time_text(command->changed_s, NULL).text);
    cli_json_member("ends", cli_time_text(command->exp_s, NULL).text);
    (void)fputs(",\"message\":\"", stdout);
    cli_print_hex(command->message.p, command->message.n);
    (void)fputs("\"}", stdout);
    list->before = ",";
}

static void print_row(void *ctx, const mbill_store_command *command)
{
    static const char digits[] = "0123456789abcdef";
    listing *list = ctx;
    char id[2 * sizeof command->id.bytes + 1] = "";
    for (size_t i = 0; i < sizeof command->id.bytes; i++) {
        id[2 * i] = digits[command->id.bytes[i] >> 4];
        id[2 * i + 1] = digits[command->id.bytes[i] & 15];
    }
    cli_table_cell(&list->table, id);
    cli_table_cell(&list->table, mbill_command_name(command->kind));
    cli_table_cell(&list->table, command->target);
    cli_table_cell(&list->table, mbill_receipt_state_name(command->state));
    cli_table_cell(&list->table, cli_time_text(command->changed_s, NULL).text);
}

static int list_all(const cli_arguments *arguments, int is_due)
{
    int64_t now_s;
    listing list = {.before = ""};
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int code = now_of(arguments, &now_s);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code != CLI_DONE) return code;
    if (cli_json()) {
        cli_json_begin("commands");
        (void)fputs(",\"commands\":[", stdout);
    } else {
        cli_table_start(&list.table, "lllll");
    }
    mbill_store_command_each each = cli_json() ? print_json : print_row;
    mbill_status status = is_due ? mbill_store_command_due(store, now_s, 1000, each, &list, NULL, &err)
                                 : mbill_store_command_list(store, 0, each, &list, &err);
    if (cli_json()) {
        (void)fputs("]", stdout);
        cli_json_end();
    } else {
        cli_table_end(&list.table, "");
    }
    if (status != MBILL_OK) code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    mbill_store_free(store);
    return code;
}

int cli_command_due(const cli_arguments *arguments)
{
    return list_all(arguments, 1);
}

int cli_command_list(const cli_arguments *arguments)
{
    return list_all(arguments, 0);
}

/* ---- settle ---- */

int cli_command_settle(const cli_arguments *arguments)
{
    const char *id_text = arguments->operands[1], *word = arguments->operands[2];
    int64_t now_s;
    int32_t state = MBILL_RECEIPT_ACCEPTED;
    mbill_id id;
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_id_parse(id_text, strlen(id_text), &id, &err) != MBILL_OK) return cli_usage("%s", err.message);
    while (mbill_receipt_state_name(state) != NULL && strcmp(mbill_receipt_state_name(state), word) != 0) state++;
    if (mbill_receipt_state_name(state) == NULL)
        return cli_usage("state \"%s\", expected accepted, confirmed, refused or unknown", word);
    int code = now_of(arguments, &now_s);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE && mbill_store_command_settle(store, &id, state, now_s, (mbill_bytes){NULL, 0}, &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    mbill_store_free(store);
    if (code != CLI_DONE) return code;
    if (cli_json()) {
        cli_json_begin("command_settle");
        cli_json_member("state", word);
        cli_json_end();
    } else {
        (void)printf("%s\n", word);
    }
    return CLI_DONE;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill account …: accounts of a store in their town. */
#include "command.h"

#include "document.h"
#include "open.h"
#include "output.h"
#include "table.h"

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

int cli_account_list(const cli_arguments *arguments)
{
    return print_document(arguments, list_text, show_list);
}

int cli_account_places(const cli_arguments *arguments)
{
    return print_document(arguments, places_text, NULL);
}

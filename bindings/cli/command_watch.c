/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill alarm put, default, choose, list, tick and events: alarms that a store keeps. */
#include "command.h"

#include "document.h"
#include "load.h"
#include "open.h"
#include "output.h"
#include "table.h"
#include "values.h"

#include "meterbill/watch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- configurations ---- */

static int refuse(mbill_store *store, const char *path, const mbill_error *err)
{
    mbill_store_free(store);
    return cli_refuse(path, CLI_DOCUMENT, err);
}

int cli_alarm_put(const cli_arguments *arguments)
{
    const char *name = arguments->operands[1], *path = arguments->operands[2];
    mbill_import_counts counts = {.struct_size = sizeof counts};
    mbill_store *store = NULL;
    cli_file file = {NULL, 0};
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_load_file(path, &file);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE && mbill_store_alarm_put(store, name, file.bytes, file.len, &counts, &err) != MBILL_OK)
        code = cli_refuse(path, CLI_DOCUMENT, &err);
    cli_file_free(&file);
    mbill_store_free(store);
    if (code == CLI_DONE && cli_json()) {
        cli_json_begin("alarm_put");
        cli_json_member("name", name);
        (void)printf(",\"added\":%" PRId64 ",\"same\":%" PRId64, counts.n_added, counts.n_same);
        cli_json_end();
    } else if (code == CLI_DONE) (void)printf("%s: %s\n", name, counts.n_added > 0 ? "kept" : "there already");
    return code;
}

int cli_alarm_default(const cli_arguments *arguments)
{
    const char *path = arguments->operands[0], *name = arguments->operands[1];
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_store_open(path, 0, &store);
    if (code != CLI_DONE) return code;
    if (mbill_store_alarm_default(store, strcmp(name, "none") == 0 ? NULL : name, &err) != MBILL_OK)
        return refuse(store, path, &err);
    mbill_store_free(store);
    return CLI_DONE;
}

static mbill_status choose(const cli_arguments *arguments, mbill_store *store, size_t *out_n, mbill_error *err)
{
    const char *name = arguments->operands[1], *selection = arguments->options[CLI_OPTION_SELECTION];
    *out_n = (size_t)arguments->n_operands - 2;
    if (selection != NULL) return mbill_store_alarm_choose(store, name, selection, strlen(selection), out_n, err);
    for (int i = 2; i < arguments->n_operands; i++) {
        mbill_status status = mbill_store_alarm_choose_account(store, name, arguments->operands[i], err);
        if (status != MBILL_OK) return status;
    }
    return MBILL_OK;
}

int cli_alarm_choose(const cli_arguments *arguments)
{
    const char *path = arguments->operands[0];
    mbill_store *store = NULL;
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    if ((arguments->options[CLI_OPTION_SELECTION] != NULL) == (arguments->n_operands > 2))
        return cli_usage("accounts, or --selection, say for whom");
    int code = cli_store_open(path, 0, &store);
    if (code != CLI_DONE) return code;
    if (choose(arguments, store, &n, &err) != MBILL_OK) return refuse(store, path, &err);
    mbill_store_free(store);
    if (cli_json()) {
        cli_json_begin("alarm_choose");
        (void)printf(",\"accounts\":%zu", n);
        cli_json_end();
    } else (void)printf("%zu accounts\n", n);
    return CLI_DONE;
}

static mbill_status configs_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_store *const *store = context;
    return mbill_store_alarm_configs(*store, out_text, inout_len, err);
}

static void show_configs(const char *text)
{
    static const char *const keys[] = {"name", "version", "default", "accounts"};
    cli_value configs = cli_value_member(cli_value_of(text, strlen(text)), "configs");
    cli_table table;
    char words[128];
    if (cli_value_count(configs) == 0) {
        (void)puts("no configurations");
        return;
    }
    cli_table_start(&table, "lrlr");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) cli_table_cell(&table, keys[i]);
    for (cli_walk walk = cli_walk_over(configs); cli_walk_next(&walk);)
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            cli_value_text(cli_value_member(walk.value, keys[i]), words, sizeof words);
            cli_table_cell(&table, words);
        }
    cli_table_end(&table, "");
}

int cli_alarm_list(const cli_arguments *arguments)
{
    const char *path = arguments->operands[0];
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_store_open(path, MBILL_STORE_READ_ONLY, &store);
    if (code != CLI_DONE) return code;
    char *text = cli_make_text(configs_text, &store, &err);
    if (text == NULL) return refuse(store, path, &err);
    if (cli_json()) (void)puts(text);
    else show_configs(text);
    free(text);
    mbill_store_free(store);
    return CLI_DONE;
}

/* ---- time and events ---- */

int cli_alarm_tick(const cli_arguments *arguments)
{
    const char *path = arguments->operands[0];
    mbill_store *store = NULL;
    mbill_error err;
    int64_t at_utc_s = 0;
    mbill_error_init(&err);
    int code = cli_need_option(arguments, CLI_OPTION_AT, "time goes by up to and with it");
    if (code == CLI_DONE) code = cli_option_instant(arguments, CLI_OPTION_AT, NULL, &at_utc_s);
    if (code == CLI_DONE) code = cli_store_open(path, 0, &store);
    if (code != CLI_DONE) return code;
    if (mbill_store_alarm_tick(store, at_utc_s, &err) != MBILL_OK) return refuse(store, path, &err);
    mbill_store_free(store);
    return CLI_DONE;
}

static mbill_status print_event(void *ctx, const char *text, size_t len, mbill_error *err)
{
    (void)ctx;
    (void)err;
    (void)printf("%.*s\n", (int)len, text);
    return MBILL_OK;
}

int cli_alarm_events(const cli_arguments *arguments)
{
    const char *path = arguments->operands[0];
    mbill_alarm_filter filter = {.struct_size = sizeof filter, .from_utc_s = INT64_MIN, .to_utc_s = INT64_MAX};
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    filter.account = arguments->options[CLI_OPTION_ACCOUNT];
    int code = cli_option_instant(arguments, CLI_OPTION_FROM, NULL, &filter.from_utc_s);
    if (code == CLI_DONE) code = cli_option_instant(arguments, CLI_OPTION_TO, NULL, &filter.to_utc_s);
    if (code == CLI_DONE) code = cli_store_open(path, MBILL_STORE_READ_ONLY, &store);
    if (code != CLI_DONE) return code;
    if (mbill_store_alarm_events(store, &filter, print_event, NULL, &err) != MBILL_OK) return refuse(store, path, &err);
    mbill_store_free(store);
    return CLI_DONE;
}

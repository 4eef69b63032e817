/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill db correct, months, detach, attach and purge: the readings of a store after they came. */
#include "command.h"

#include "load.h"
#include "open.h"
#include "output.h"
#include "show_bill.h"
#include "table.h"

#include "meterbill/calendar.h"
#include "meterbill/ingest.h"
#include "meterbill/months.h"

#include <stdlib.h>
#include <string.h>

static void print_corrected(const mbill_ingest_counts *did)
{
    if (cli_json()) {
        cli_json_begin("db_correct");
        cli_json_whole("corrected", did->n_corrected);
        cli_json_whole("added", did->n_added);
        cli_json_whole("same", did->n_same);
        cli_json_whole("behind_bill", did->n_behind_bill);
        cli_json_end();
        return;
    }
    (void)printf("%lld corrected, %lld added, %lld there already\n", (long long)did->n_corrected, (long long)did->n_added,
        (long long)did->n_same);
    if (did->n_behind_bill > 0) (void)printf("%lld of them concern bills that were made\n", (long long)did->n_behind_bill);
}

int cli_db_correct(const cli_arguments *arguments)
{
    const char *rule = arguments->options[CLI_OPTION_ZONE], *path = arguments->operands[1];
    mbill_ingest_counts did = {.struct_size = sizeof did};
    mbill_store *store = NULL;
    mbill_error err;
    cli_file content;
    int code = cli_check_zone(rule);
    if (code == CLI_DONE) code = cli_load_file(path, &content);
    if (code != CLI_DONE) return code;
    code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE) {
        mbill_error_init(&err);
        mbill_status status = rule == NULL ? cli_need_offsets(&content, &err) : MBILL_OK;
        if (status == MBILL_OK) status = mbill_store_correct_readings(store, content.bytes, content.len, rule, &did, &err);
        if (status != MBILL_OK) code = cli_refuse(path, CLI_LINES, &err);
    }
    cli_file_free(&content);
    mbill_store_free(store);
    if (code == CLI_DONE) print_corrected(&did);
    return code;
}

/* --- months --- */

typedef mbill_status month_call(mbill_store *store, const cli_arguments *arguments, mbill_month_summary *out, mbill_error *err);

static void print_month(const char *kind, const char *what, const mbill_month_summary *month)
{
    if (cli_json()) {
        cli_json_begin(kind);
        cli_json_member("month", month->month);
        cli_json_whole("readings", month->n_readings);
        cli_json_end();
    } else {
        (void)printf("%s %s: %lld readings\n", what, month->month, (long long)month->n_readings);
    }
}

static int move_month(const cli_arguments *arguments, month_call *call, const char *kind, const char *what)
{
    mbill_month_summary month = {.struct_size = sizeof month};
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    int code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE && call(store, arguments, &month, &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    mbill_store_free(store);
    if (code == CLI_DONE) print_month(kind, what, &month);
    return code;
}

static mbill_status detach(mbill_store *store, const cli_arguments *arguments, mbill_month_summary *out, mbill_error *err)
{
    return mbill_store_detach_month(store, arguments->operands[1], arguments->operands[2], out, err);
}

static mbill_status attach(mbill_store *store, const cli_arguments *arguments, mbill_month_summary *out, mbill_error *err)
{
    return mbill_store_attach_month(store, arguments->operands[1], out, err);
}

static mbill_status purge(mbill_store *store, const cli_arguments *arguments, mbill_month_summary *out, mbill_error *err)
{
    return mbill_store_purge_month(store, arguments->operands[1], out, err);
}

int cli_db_detach(const cli_arguments *arguments)
{
    return move_month(arguments, detach, "db_detach", "detached");
}

int cli_db_attach(const cli_arguments *arguments)
{
    return move_month(arguments, attach, "db_attach", "attached");
}

int cli_db_purge(const cli_arguments *arguments)
{
    return move_month(arguments, purge, "db_purge", "purged");
}

static mbill_status months_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_store_months(*(mbill_store *const *)context, out_text, inout_len, err);
}

static void show_months(const char *text)
{
    static const char *const COLUMNS[] = {"month", "state", "readings"};
    char cell[64];
    cli_table table;
    cli_table_start(&table, "llr");
    for (cli_walk months = cli_walk_over(cli_value_member(cli_value_of(text, strlen(text)), "months")); cli_walk_next(&months);)
        for (size_t i = 0; i < sizeof COLUMNS / sizeof COLUMNS[0]; i++) {
            cli_value_text(cli_value_member(months.value, COLUMNS[i]), cell, sizeof cell);
            cli_table_cell(&table, cell);
        }
    cli_table_end(&table, "");
}

int cli_db_months(const cli_arguments *arguments)
{
    mbill_error err;
    mbill_store *store = NULL;
    int code = cli_store_open(arguments->operands[0], MBILL_STORE_READ_ONLY, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    char *text = cli_make_text(months_text, &store, &err);
    if (text == NULL) code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    else if (cli_json()) (void)puts(text);
    else show_months(text);
    free(text);
    mbill_store_free(store);
    return code;
}

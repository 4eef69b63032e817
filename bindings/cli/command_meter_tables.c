/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill meter-tables: a tariff as a meter's own tables, or why the meter cannot hold it; and whether tables read back price as the tariff does. */
#include "command.h"

#include "document.h"
#include "load.h"
#include "output.h"
#include "table.h"
#include "values.h"

#include "meterbill/meter_tables.h"

#include <stdlib.h>
#include <string.h>

#define YEAR_S (INT64_C(366) * 86400)

typedef struct planning {
    mbill_tariff *tariff;
    mbill_meter_profile profile;
    mbill_meter_tables tables;
    uint64_t stays;
} planning;

static int load_profile(const char *path, mbill_meter_profile *out)
{
    mbill_error err;
    cli_file file;
    if (path == NULL) return CLI_DONE;
    mbill_error_init(&err);
    int code = cli_load_file(path, &file);
    if (code != CLI_DONE) return code;
    if (mbill_meter_profile_read(file.bytes, file.len, out, &err) != MBILL_OK) code = cli_refuse(path, CLI_DOCUMENT, &err);
    cli_file_free(&file);
    return code;
}

static mbill_status make_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const planning *of = context;
    return mbill_meter_tables_write(of->tariff, &of->tables, of->stays, out_text, inout_len, err);
}

/* --- for people --- */

static void cells(cli_table *table, cli_value object, const char *const *keys, size_t n_keys)
{
    char text[2 * MBILL_METER_BLOCK_MAX + 1];
    for (size_t i = 0; i < n_keys; i++) {
        cli_value_text(cli_value_member(object, keys[i]), text, sizeof text);
        cli_table_cell(table, text);
    }
}

static void rows(const char *title, cli_value list, const char *const *keys, size_t n_keys, const char *columns)
{
    cli_table table;
    if (cli_value_count(list) == 0) return;
    (void)puts(title);
    cli_table_start(&table, columns);
    for (cli_walk walk = cli_walk_over(list); cli_walk_next(&walk);) cells(&table, walk.value, keys, n_keys);
    cli_table_end(&table, "  ");
}

static void line(const char *name, cli_value value)
{
    char text[512];
    if (cli_value_kind(value) == '\0' || cli_value_count(value) == 0) return;
    cli_value_words(value, "", text, sizeof text);
    (void)printf("%s  ", name);
    cli_print_clean(stdout, text, strlen(text));
    (void)putchar('\n');
}

static void show(const char *text)
{
    static const char *const zone[] = {"from", "table"}, *const holiday[] = {"day", "table"}, *const slot[] = {"at", "rate"},
                             *const block[] = {"di", "data"};
    char number[32];
    cli_value answer = cli_value_of(text, strlen(text));
    int rate = 0;
    (void)puts("rates");
    for (cli_walk walk = cli_walk_over(cli_value_member(answer, "rates")); cli_walk_next(&walk);) {
        cli_value_text(walk.value, number, sizeof number);
        (void)printf("  %d  %s\n", ++rate, number);
    }
    rows("zones of the year, and their day table", cli_value_member(answer, "zones"), zone, 2, "lr");
    for (cli_walk walk = cli_walk_over(cli_value_member(answer, "day_tables")); cli_walk_next(&walk);) {
        char title[64];
        cli_value_text(cli_value_member(walk.value, "table"), number, sizeof number);
        (void)snprintf(title, sizeof title, "day table %s, and its rates", number);
        rows(title, cli_value_member(walk.value, "slots"), slot, 2, "lr");
    }
    line("weekdays of rest", cli_value_member(answer, "rest"));
    rows("days with a table of their own", cli_value_member(answer, "holidays"), holiday, 2, "lr");
    line("ladder", cli_value_member(answer, "ladder"));
    line("stays with the platform", cli_value_member(answer, "platform"));
    rows("blocks to be written", cli_value_member(answer, "blocks"), block, 2, "ll");
}

static int print(const planning *of, const char *path)
{
    mbill_error err;
    mbill_error_init(&err);
    char *text = cli_make_text(make_text, of, &err);
    if (text == NULL) return cli_refuse(path, CLI_DOCUMENT, &err);
    if (cli_json()) (void)puts(text);
    else show(text);
    free(text);
    return CLI_DONE;
}

/* --- the two things it does --- */

static int plan(planning *of, const cli_arguments *arguments)
{
    mbill_error err;
    int64_t at_utc_s = 0, to_utc_s;
    const mbill_zone *zone = mbill_tariff_labels(of->tariff)->zone;
    mbill_error_init(&err);
    int code = cli_need_option(arguments, CLI_OPTION_AT, "when the tables take over");
    if (code == CLI_DONE) code = cli_option_instant(arguments, CLI_OPTION_AT, zone, &at_utc_s);
    to_utc_s = at_utc_s + YEAR_S;
    if (code == CLI_DONE) code = cli_option_instant(arguments, CLI_OPTION_TO, zone, &to_utc_s);
    if (code == CLI_DONE) code = load_profile(arguments->options[CLI_OPTION_PROFILE], &of->profile);
    if (code != CLI_DONE) return code;
    if (mbill_meter_tables_make(of->tariff, &of->profile, at_utc_s, to_utc_s, &of->tables, &of->stays, &err) != MBILL_OK)
        return cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    return print(of, arguments->operands[0]);
}

static int verify(planning *of, const char *path)
{
    mbill_error err;
    cli_file file;
    mbill_error_init(&err);
    int code = cli_load_file(path, &file);
    if (code != CLI_DONE) return code;
    mbill_status status = mbill_meter_tables_read(file.bytes, file.len, mbill_tariff_labels(of->tariff)->zone, &of->tables, &err);
    if (status == MBILL_OK) status = mbill_meter_tables_check(of->tariff, &of->tables, &err);
    cli_file_free(&file);
    if (status != MBILL_OK) return cli_refuse(path, CLI_DOCUMENT, &err);
    if (cli_json()) {
        cli_json_begin("verified");
        cli_json_whole("days", of->tables.to_day - of->tables.from_day);
        cli_json_end();
    } else {
        (void)printf("%s  ok  %d days price as the tariff does\n", path, (int)(of->tables.to_day - of->tables.from_day));
    }
    return CLI_DONE;
}

int cli_meter_tables(const cli_arguments *arguments)
{
    planning of = {NULL, {.struct_size = sizeof of.profile}, {.struct_size = sizeof of.tables}, 0};
    const char *claimed = arguments->options[CLI_OPTION_VERIFY];
    int code = cli_load_tariff(arguments->operands[0], &of.tariff);
    if (code == CLI_DONE) code = claimed != NULL ? verify(&of, claimed) : plan(&of, arguments);
    mbill_tariff_free(of.tariff);
    return code;
}

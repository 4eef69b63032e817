/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill report: rows of a store as CSV or as one JSON document; nothing is printed of a report that fails. */
#include "command.h"

#include "open.h"
#include "output.h"

#include "meterbill/report.h"

#include <stdlib.h>
#include <string.h>

/* What is to be printed, row by row. */
typedef struct printing {
    char *text;
    size_t len, cap;
    size_t n; /* rows */
} printing;

static void append(printing *to, const char *text, size_t len)
{
    if (to->len + len > to->cap) {
        to->cap = (to->len + len) * 2;
        to->text = cli_allocate(to->text, to->cap, 1);
    }
    memcpy(to->text + to->len, text, len);
    to->len += len;
}

typedef struct row_of {
    int32_t format;
    const char *const *columns;
    const mbill_report_cell *cells;
    size_t n;
} row_of;

static mbill_status row_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const row_of *row = context;
    return mbill_report_row_write(row->format, row->columns, row->cells, row->n, out_text, inout_len, err);
}

static void append_row(printing *to, const row_of *row)
{
    mbill_error err;
    mbill_error_init(&err);
    char *text = cli_make_text(row_text, row, &err);
    if (text == NULL) cli_out_of_memory();
    append(to, text, strlen(text) - (row->format == MBILL_REPORT_JSON ? 1 : 0));
    free(text);
}

static void on_row(void *ctx, const char *const *columns, const mbill_report_cell *cells, size_t n)
{
    printing *to = ctx;
    if (cli_json()) append(to, to->n > 0 ? ",\n" : "\n", to->n > 0 ? 2 : 1);
    append_row(to, &(row_of){cli_json() ? MBILL_REPORT_JSON : MBILL_REPORT_CSV, columns, cells, n});
    to->n++;
}

static void print(const char *name, const printing *of)
{
    if (cli_json()) {
        cli_json_begin("report");
        cli_json_member("report", name);
        (void)fputs(",\"rows\":[", stdout);
    }
    if (of->len > 0) (void)fwrite(of->text, 1, of->len, stdout);
    if (cli_json()) {
        (void)fputs("]", stdout);
        cli_json_end();
    }
}

static int read_options(const cli_arguments *arguments, mbill_report_options *out)
{
    const char *const *given = arguments->options;
    *out = (mbill_report_options){.struct_size = (uint32_t)sizeof *out,
        .from = given[CLI_OPTION_FROM],
        .to = given[CLI_OPTION_TO],
        .zone_rule = given[CLI_OPTION_ZONE],
        .by = given[CLI_OPTION_PER],
        .selection = given[CLI_OPTION_SELECTION],
        .charge = given[CLI_OPTION_CHARGE],
        .fact = given[CLI_OPTION_FACT],
        .series = given[CLI_OPTION_SERIES],
        .period = given[CLI_OPTION_PERIOD],
        .tariff = given[CLI_OPTION_TARIFF]};
    if (out->from == NULL || out->to == NULL) return cli_usage("--%s is missing", out->from == NULL ? "from" : "to");
    int code = cli_check_date(out->from, "from");
    return code == CLI_DONE ? cli_check_date(out->to, "to") : code;
}

int cli_report(const cli_arguments *arguments)
{
    mbill_report_options options;
    mbill_store *store = NULL;
    mbill_error err;
    printing to = {NULL, 0, 0, 0};
    const char *name = arguments->operands[0], *path = arguments->operands[1];
    int code = read_options(arguments, &options);
    if (code == CLI_DONE) code = cli_store_open(path, MBILL_STORE_READ_ONLY, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    row_of heads = {MBILL_REPORT_CSV, mbill_report_columns(name, NULL), NULL, 0};
    (void)mbill_report_columns(name, &heads.n);
    if (heads.columns != NULL && !cli_json()) append_row(&to, &heads);
    if (mbill_store_report(store, name, &options, on_row, &to, &err) == MBILL_OK) print(name, &to);
    else code = cli_refuse(path, CLI_DOCUMENT, &err);
    free(to.text);
    mbill_store_free(store);
    return code;
}

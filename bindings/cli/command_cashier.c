/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill cashier show, close: what operators took and gave by channel and day, and what was counted. */
#define _POSIX_C_SOURCE 200809L
#include "command.h"

#include "bill_rows.h"
#include "open.h"
#include "output.h"
#include "table.h"
#include "values.h"

#include "meterbill/billing.h"
#include "meterbill/calendar.h"

#include <stdbool.h>

#include <string.h>
#include <time.h>

typedef struct showing {
    cli_table table;
    size_t n;
} showing;

static void date_text(int32_t day, char out[16])
{
    mbill_date date;
    size_t len = 16;
    out[0] = '\0';
    if (mbill_date_of_days(day, &date, NULL) == MBILL_OK && mbill_date_print(date, out, &len, NULL) != MBILL_OK) out[0] = '\0';
}

static int64_t difference_of(const mbill_cashier_day *day)
{
    return day->counted_micro - (day->taken_micro - day->given_micro);
}

static void as_json(const mbill_cashier_day *day)
{
    char date[16];
    date_text(day->day, date);
    (void)fputs("{\"operator\":", stdout);
    cli_json_text(day->cashier);
    cli_json_whole("channel", day->channel);
    cli_json_member("day", date);
    cli_json_whole("payments", day->n_taken);
    cli_json_member("taken", cli_micro(day->taken_micro).text);
    cli_json_whole("refunds", day->n_given);
    cli_json_member("given", cli_micro(day->given_micro).text);
    cli_json_member("state", day->closed_utc_s != 0 ? "closed" : "open");
    if (day->closed_utc_s != 0) {
        cli_json_member("counted", cli_micro(day->counted_micro).text);
        cli_json_member("difference", cli_micro(difference_of(day)).text);
    }
    (void)fputs("}", stdout);
}

static void as_row(cli_table *table, const mbill_cashier_day *day)
{
    char text[32], date[16];
    const bool closed = day->closed_utc_s != 0;
    date_text(day->day, date);
    cli_table_cell(table, date);
    cli_table_cell(table, day->cashier);
    (void)snprintf(text, sizeof text, "%lld", (long long)day->channel);
    cli_table_cell(table, text);
    (void)snprintf(text, sizeof text, "%lld", (long long)day->n_taken);
    cli_table_cell(table, text);
    cli_table_cell(table, cli_micro(day->taken_micro).text);
    (void)snprintf(text, sizeof text, "%lld", (long long)day->n_given);
    cli_table_cell(table, text);
    cli_table_cell(table, cli_micro(day->given_micro).text);
    cli_table_cell(table, closed ? cli_micro(day->counted_micro).text : "open");
    cli_table_cell(table, closed ? cli_micro(difference_of(day)).text : "");
}

static void start_table(cli_table *table)
{
    static const char *const heads[] = {"day", "operator", "channel", "payments", "taken", "refunds", "given", "counted",
        "difference"};
    cli_table_start(table, "llrrrrrrr");
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) cli_table_cell(table, heads[i]);
}

static mbill_status take_day(void *ctx, const mbill_cashier_day *day, mbill_error *err)
{
    showing *to = ctx;
    (void)err;
    if (cli_json()) {
        if (to->n > 0) (void)fputs(",", stdout);
        as_json(day);
    } else {
        as_row(&to->table, day);
    }
    to->n++;
    return MBILL_OK;
}

int cli_cashier_show(const cli_arguments *arguments)
{
    showing to = {.n = 0};
    mbill_error err;
    mbill_store *store = NULL;
    int code = cli_store_open(arguments->operands[0], MBILL_STORE_READ_ONLY, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    if (cli_json()) {
        cli_json_begin("cashier_days");
        (void)fputs(",\"days\":[", stdout);
    } else {
        start_table(&to.table);
    }
    mbill_status status = mbill_store_cashier_days(store, take_day, &to, &err);
    if (cli_json()) {
        (void)fputs("]", stdout);
        cli_json_end();
    } else {
        cli_table_end(&to.table, "");
    }
    mbill_store_free(store);
    return status == MBILL_OK ? CLI_DONE : cli_refuse_quietly(arguments->operands[0], CLI_DOCUMENT, &err);
}

/* ---- close ---- */

int cli_option_channel_day(const cli_arguments *arguments, int64_t *out_channel, int32_t *out_day)
{
    const char *channel = arguments->options[CLI_OPTION_CHANNEL], *day = arguments->options[CLI_OPTION_DAY];
    mbill_date date;
    mbill_error err;
    mbill_error_init(&err);
    if (channel == NULL || day == NULL) return cli_usage("--%s is missing", channel == NULL ? "channel" : "day");
    if (mbill_decimal_parse(channel, strlen(channel), 0, out_channel, &err) != MBILL_OK)
        return cli_usage("--channel: %s", err.message);
    if (mbill_date_parse(day, strlen(day), &date, &err) != MBILL_OK || mbill_date_to_days(date, out_day, &err) != MBILL_OK)
        return cli_usage("--day: %s", err.message);
    return CLI_DONE;
}

static int read_day(const cli_arguments *arguments, mbill_cashier_day *out)
{
    *out = (mbill_cashier_day){.struct_size = (uint32_t)sizeof *out,
        .cashier = arguments->operands[1],
        .closed_utc_s = (int64_t)time(NULL)};
    int code = cli_option_channel_day(arguments, &out->channel, &out->day);
    if (code == CLI_DONE) code = cli_need_option(arguments, CLI_OPTION_COUNTED, NULL);
    return code == CLI_DONE ? cli_option_micro(arguments, CLI_OPTION_COUNTED, INT64_MIN, &out->counted_micro) : code;
}

static void print_closed(const mbill_cashier_day *day)
{
    showing to = {.n = 0};
    if (cli_json()) {
        cli_json_begin("cashier_close");
        (void)fputs(",\"day\":", stdout);
        as_json(day);
        cli_json_end();
        return;
    }
    start_table(&to.table);
    as_row(&to.table, day);
    cli_table_end(&to.table, "");
}

int cli_cashier_close(const cli_arguments *arguments)
{
    mbill_cashier_day day, closed = {.struct_size = (uint32_t)sizeof closed};
    mbill_error err;
    mbill_store *store = NULL;
    int code = read_day(arguments, &day);
    if (code == CLI_DONE) code = cli_option_instant(arguments, CLI_OPTION_AT, NULL, &day.closed_utc_s);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    mbill_status status = mbill_store_cashier_close(store, &day, arguments->options[CLI_OPTION_NOTE], &closed, &err);
    if (status == MBILL_OK || status == MBILL_E_EXISTS) print_closed(&closed);
    else code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    mbill_store_free(store);
    return code;
}

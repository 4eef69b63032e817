/* SPDX-License-Identifier: Apache-2.0 */
/* How a bill looks on paper; a bill just priced and one out of the store look the same, because both are printed from the
 * document. */
#include "show_bill.h"

#include "output.h"
#include "table.h"

#include <string.h>

#define CELL_MAX 256

static void member_text(cli_value object, const char *key, char out[CELL_MAX])
{
    cli_value_text(cli_value_member(object, key), out, CELL_MAX);
}

/* "before" and the member, when it is there. */
static void append_member(char out[CELL_MAX], const char *before, cli_value object, const char *key)
{
    char text[CELL_MAX];
    member_text(object, key, text);
    if (text[0] != '\0') cli_append(out, CELL_MAX, before);
    cli_append(out, CELL_MAX, text);
}

/* An amount with two places at least. */
static void member_money(cli_value object, const char *key, char out[CELL_MAX])
{
    int64_t micro;
    size_t room = CELL_MAX;
    member_text(object, key, out);
    if (mbill_decimal_parse(out, strlen(out), MBILL_SCALE_MICRO, &micro, NULL) != MBILL_OK ||
        mbill_decimal_print_places(micro, MBILL_SCALE_MICRO, 2, out, &room, NULL) != MBILL_OK)
        (void)snprintf(out, CELL_MAX, "?");
}

/* "rule" in words where charge, period and tier do not say it already. */
static const char *rule_words(cli_value line)
{
    static const char *const words[][2] = {
        {"whole", "whole quantity"},
        {"whole_before", "charged before"},
        {"proportional", "shared in proportion"},
        {"chronological", "in order of time"},
        {"at_least", "shortfall to the minimum"},
        {"at_most", "excess over the maximum"},
        {"rounding", "rounding"},
        {"charged_before", "charged before in the span"},
        {"settled", "what was kept, settled"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (cli_value_is(cli_value_member(line, "rule"), words[i][0])) return words[i][1];
    if (cli_value_is(cli_value_member(line, "rule"), "credit")) {
        char quantity[CELL_MAX];
        member_text(line, "quantity", quantity);
        return quantity[0] == '-' ? "from what was kept" : "kept for later bills";
    }
    return "";
}

/* What the line rests on, and its rule: "whole quantity; estimated, divided at a boundary". */
static void notes(cli_value line, char out[CELL_MAX])
{
    (void)snprintf(out, CELL_MAX, "%s", rule_words(line));
    if (cli_value_is(cli_value_member(line, "rule"), "series")) append_member(out, "from ", line, "from");
    const char *before = out[0] == '\0' ? "" : "; ";
    for (cli_walk flags = cli_walk_over(cli_value_member(line, "flags")); cli_walk_next(&flags); before = ", ") {
        char flag[CELL_MAX];
        cli_value_text(flags.value, flag, sizeof flag);
        cli_append(out, CELL_MAX, before);
        cli_append(out, CELL_MAX, flag);
    }
}

static void subject(cli_value line, char out[CELL_MAX])
{
    member_text(line, "charge", out);
    if (out[0] == '\0') (void)snprintf(out, CELL_MAX, "bill");
    append_member(out, ", version ", line, "version");
    append_member(out, ", ", line, "period");
    append_member(out, ", tier ", line, "tier");
}

/* A line that only says an amount (a minimum, a rounding) has no quantity x rate. */
static int is_amount_alone(cli_value line)
{
    cli_value rule = cli_value_member(line, "rule");
    return cli_value_is(rule, "at_least") || cli_value_is(rule, "at_most") || cli_value_is(rule, "rounding") ||
        cli_value_is(rule, "charged_before");
}

static void show_line(cli_table *table, cli_value line)
{
    char cell[CELL_MAX];
    int alone = is_amount_alone(line);
    subject(line, cell);
    cli_table_cell(table, cell);
    member_text(line, "quantity", cell);
    cli_table_cell(table, alone ? "" : cell);
    member_text(line, "unit", cell);
    cli_table_cell(table, alone || strcmp(cell, "1") == 0 ? "" : cell);
    member_text(line, "rate", cell);
    append_member(cell, " / ", line, "divide_by");
    cli_table_cell(table, alone ? "" : "x");
    cli_table_cell(table, alone ? "" : cell);
    cli_table_cell(table, "=");
    member_money(line, "amount", cell);
    cli_table_cell(table, cell);
    notes(line, cell);
    cli_table_cell(table, cell);
}

static void show_charges(cli_value bill, const char *currency)
{
    char cell[CELL_MAX];
    cli_table table;
    cli_table_start(&table, "lrll");
    for (cli_walk charges = cli_walk_over(cli_value_member(bill, "charges")); cli_walk_next(&charges);) {
        member_text(charges.value, "id", cell);
        cli_table_cell(&table, cell);
        member_money(charges.value, "amount", cell);
        cli_table_cell(&table, cell);
        cli_table_cell(&table, currency);
        cell[0] = '\0';
        append_member(cell, "to ", charges.value, "to");
        cli_table_cell(&table, cell);
    }
    cli_table_cell(&table, "total");
    member_money(bill, "total", cell);
    cli_table_cell(&table, cell);
    cli_table_cell(&table, currency);
    cli_table_cell(&table, "");
    cli_table_end(&table, "  ");
}

/* "gas  100 gas_m3  x  10.7744098  =  1077.44098 kWh  gas_z 0.9614, gas_kwh_per_m3 11.207" for each factor; nothing where none converts. */
static void show_converted(cli_value bill)
{
    char cell[CELL_MAX];
    cli_table table;
    cli_walk records = cli_walk_over(cli_value_member(bill, "converted"));
    if (!cli_walk_next(&records)) return;
    (void)puts("converted");
    cli_table_start(&table, "lrllllrll");
    do {
        static const char *const members[] = {"register", "measured", "measured_unit", "x", "factor", "=", "quantity", "unit"};
        for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
            if (members[i][1] == '\0') {
                cli_table_cell(&table, members[i]);
                continue;
            }
            member_text(records.value, members[i], cell);
            cli_table_cell(&table, cell);
        }
        member_text(records.value, "from", cell);
        append_member(cell, " to ", records.value, "to");
        append_member(cell, "; ", records.value, "origin");
        cli_table_cell(&table, cell);
    } while (cli_walk_next(&records));
    cli_table_end(&table, "  ");
}

void cli_show_bill(cli_value bill)
{
    char head[CELL_MAX], currency[CELL_MAX];
    member_text(bill, "tariff", head);
    append_member(head, ", version ", bill, "version");
    cli_print_clean(stdout, head, strlen(head));
    head[0] = '\0';
    append_member(head, "\n", bill, "from");
    append_member(head, " to ", bill, "to");
    (void)puts(head);
    show_converted(bill);
    member_text(bill, "currency", currency);
    cli_table table;
    cli_table_start(&table, "lrllrlrl");
    for (cli_walk lines = cli_walk_over(cli_value_member(bill, "lines")); cli_walk_next(&lines);) show_line(&table, lines.value);
    (void)puts("lines");
    cli_table_end(&table, "  ");
    (void)puts("charges");
    show_charges(bill, currency);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* How charges and rates are printed, from the canonical document: one row for each rate, with the tier and period it is for, and
 * below them every rule that the rows do not say. */
#include "show_tariff.h"

#include "output.h"
#include "table.h"

#include <string.h>

#define CELL_MAX 256

static void append(char out[CELL_MAX], const char *before, const char *text)
{
    cli_append(out, CELL_MAX, before);
    cli_append(out, CELL_MAX, text);
}

static void append_value(char out[CELL_MAX], const char *before, cli_value value)
{
    char text[CELL_MAX];
    cli_value_text(value, text, sizeof text);
    if (value.at != NULL) append(out, before, text);
}

static void append_list(char out[CELL_MAX], const char *between, cli_value list)
{
    const char *before = "";
    for (cli_walk walk = cli_walk_over(list); cli_walk_next(&walk); before = between) append_value(out, before, walk.value);
}

/* What is multiplied: "energy", "0.9 of volume", "area x days", "amounts of energy + basic". */
static void quantity_words(cli_value quantity, char out[CELL_MAX])
{
    out[0] = '\0';
    if (cli_value_kind(quantity) == '"') {
        append_value(out, "", quantity);
        return;
    }
    append_value(out, "", cli_value_member(quantity, "factor"));
    append_value(out, out[0] != '\0' ? " of " : "", cli_value_member(quantity, "of"));
    cli_value money = cli_value_member(quantity, "money");
    if (out[0] != '\0' && cli_value_member(quantity, "of").at == NULL) cli_append(out, CELL_MAX, " of ");
    append_list(out, " x ", cli_value_member(quantity, "product"));
    if (money.at != NULL) cli_append(out, CELL_MAX, "amounts of ");
    append_list(out, " + ", money);
}

/* "at least 25.00 of energy, basic" */
static void bound_words(cli_value charge, char out[CELL_MAX])
{
    const char *keys[] = {"at_least", "at_most"}, *words[] = {"at least ", "at most "};
    out[0] = '\0';
    for (size_t i = 0; i < 2; i++) {
        cli_value bound = cli_value_member(charge, keys[i]);
        append_value(out, words[i], cli_value_member(bound, "amount"));
        append_value(out, words[i], cli_value_member(bound, "rate"));
        append_value(out, " x ", cli_value_member(bound, "quantity"));
    }
    cli_append(out, CELL_MAX, " for ");
    append_list(out, " + ", cli_value_member(charge, "of"));
}

/* Bounds that are plain numbers, one a tier, stand beside their rates; the others are a rule of their own. */
static int bounds_are_plain(cli_value tiers)
{
    cli_walk bounds = cli_walk_over(cli_value_member(tiers, "bounds"));
    if (bounds.is_object || cli_value_member(tiers, "inside").at != NULL || !cli_walk_next(&bounds)) return 0;
    do {
        if (cli_value_kind(bounds.value) == '{') return 0;
    } while (cli_walk_next(&bounds));
    return 1;
}

/* The nth of a list; absent when it is shorter, or no list. */
static cli_value nth_of(cli_value list, size_t n)
{
    cli_walk walk = cli_walk_over(list);
    for (size_t i = 0; cli_walk_next(&walk); i++)
        if (i == n) return walk.value;
    return (cli_value){NULL, NULL};
}

/* ", 2760 to 4800"; tier from 0 */
static void range_words(cli_value bounds, size_t tier, const char *before, char out[CELL_MAX])
{
    cli_value low = tier > 0 ? nth_of(bounds, tier - 1) : (cli_value){NULL, NULL}, high = nth_of(bounds, tier);
    cli_append(out, CELL_MAX, before);
    if (high.at == NULL) append_value(out, "above ", low);
    else if (low.at != NULL) append_value(out, "", low);
    append_value(out, low.at != NULL ? " to " : "up to ", high);
}

/* "tier 2, 2760 to 4800 a year, fee 3"; "tier 1, rest up to 200, summer up to 260"; tier from 0 */
static void tier_words(cli_value tiers, size_t tier, char out[CELL_MAX])
{
    char season[CELL_MAX];
    cli_value bounds = cli_value_member(tiers, "bounds"), over = cli_value_member(tiers, "over");
    (void)snprintf(out, CELL_MAX, "tier %zu", tier + 1);
    if (cli_value_kind(bounds) == '{' && cli_value_member(tiers, "inside").at == NULL) {
        for (cli_walk seasons = cli_walk_over(bounds); cli_walk_next(&seasons);) {
            cli_value_text(seasons.key, season, sizeof season);
            append(out, ", ", season);
            range_words(seasons.value, tier, " ", out);
        }
    } else if (bounds_are_plain(tiers)) {
        range_words(bounds, tier, ", ", out);
        if (cli_value_is(over, "purchases")) append(out, "", " a month of purchases");
        else append_value(out, " a ", over);
        append_value(out, " x ", cli_value_member(tiers, "times"));
    }
    append_value(out, ", fee ", nth_of(cli_value_member(cli_value_member(tiers, "fee"), "values"), tier));
    append_value(out, ", packs of ", nth_of(cli_value_member(tiers, "pack"), tier));
}

/* The charge as it stands before its first rate; the rows after it leave these cells empty. */
typedef struct row_head {
    char id[CELL_MAX], what[CELL_MAX], notes[CELL_MAX], per[CELL_MAX];
} row_head;

static void row(cli_table *table, row_head *head, const char *tier, const char *period, const char *rate)
{
    cli_table_cell(table, head->id);
    cli_table_cell(table, head->what);
    cli_table_cell(table, tier);
    cli_table_cell(table, period);
    cli_table_cell(table, rate);
    cli_table_cell(table, head->per);
    cli_table_cell(table, head->notes);
    head->id[0] = head->what[0] = head->notes[0] = '\0';
}

/* An object whose members are all named after periods; of another form, such as a table or a series, it says itself what it is. */
static int is_by_period(const mbill_labels *labels, cli_value rate)
{
    if (cli_value_kind(rate) != '{') return 0;
    for (cli_walk members = cli_walk_over(rate); cli_walk_next(&members);) {
        size_t i = 0;
        while (i < labels->n_periods && !cli_value_is(members.key, labels->periods[i])) i++;
        if (i == labels->n_periods) return 0;
    }
    return 1;
}

static void rate_rows(cli_table *table, const mbill_labels *labels, row_head *head, const char *tier, cli_value rate)
{
    char text[CELL_MAX], period[CELL_MAX];
    if (!is_by_period(labels, rate)) {
        if (cli_value_kind(rate) == '{') cli_value_words(rate, "", text, sizeof text);
        else cli_value_text(rate, text, sizeof text);
        row(table, head, tier, "", text);
        return;
    }
    for (cli_walk periods = cli_walk_over(rate); cli_walk_next(&periods);) {
        cli_value_text(periods.key, period, sizeof period);
        cli_value_text(periods.value, text, sizeof text);
        row(table, head, tier, period, text);
    }
}

/* "CNY/kWh", "CNY/m2 per month"; nothing where the rate is on money or on one. */
static void rate_unit(const mbill_labels *labels, size_t nth, cli_value charge, char out[CELL_MAX])
{
    const char *unit = nth < labels->n_charges ? labels->charges[nth].unit : NULL;
    int is_money = cli_value_member(cli_value_member(charge, "quantity"), "money").at != NULL;
    out[0] = '\0';
    if (!is_money) append(out, "", labels->currency);
    if (!is_money && unit != NULL && unit[0] != '\0' && strcmp(unit, "1") != 0) append(out, "/", unit);
    append_value(out, out[0] != '\0' ? " per " : "per ", cli_value_member(charge, "per"));
}

static void charge_rows(cli_table *table, const mbill_labels *labels, size_t nth, cli_value charge)
{
    row_head head;
    char tier[CELL_MAX];
    cli_value rate = cli_value_member(charge, "rate");
    cli_value_text(cli_value_member(charge, "id"), head.id, sizeof head.id);
    head.notes[0] = '\0';
    append_value(head.notes, "", cli_value_member(charge, "title"));
    append_value(head.notes, head.notes[0] != '\0' ? ", to " : "to ", cli_value_member(charge, "to"));
    rate_unit(labels, nth, charge, head.per);
    quantity_words(cli_value_member(charge, "quantity"), head.what);
    if (rate.at == NULL) {
        bound_words(charge, head.what);
        head.per[0] = '\0';
        row(table, &head, "", "", "");
    } else if (cli_value_kind(rate) == '[') {
        size_t n = 0;
        for (cli_walk rates = cli_walk_over(rate); cli_walk_next(&rates); n++) {
            tier_words(cli_value_member(charge, "tiers"), n, tier);
            rate_rows(table, labels, &head, tier, rates.value);
        }
    } else if (cli_value_member(rate, "by_tier_of").at != NULL) {
        size_t n = 0;
        for (cli_walk rates = cli_walk_over(cli_value_member(rate, "values")); cli_walk_next(&rates); n++) {
            (void)snprintf(tier, sizeof tier, "tier %zu", n + 1);
            append_value(tier, " of ", cli_value_member(rate, "by_tier_of"));
            rate_rows(table, labels, &head, tier, rates.value);
        }
    } else {
        rate_rows(table, labels, &head, "", rate);
    }
}

/* What the table of rates does not say: every other member of a charge, whatever it is, as it stands in the document. */
static void rule_rows(cli_table *table, cli_value charge)
{
    static const char *const shown[] = {"id", "title", "to", "unit", "rate", "per", "at_least", "at_most", "of"};
    char id[CELL_MAX], key[CELL_MAX], words[1024];
    cli_value_text(cli_value_member(charge, "id"), id, sizeof id);
    for (cli_walk members = cli_walk_over(charge); cli_walk_next(&members);) {
        size_t i = 0, n_shown = sizeof shown / sizeof shown[0];
        while (i < n_shown && !cli_value_is(members.key, shown[i])) i++;
        if (i < n_shown) continue;
        int is_tiers = cli_value_is(members.key, "tiers");
        if (cli_value_is(members.key, "quantity") && cli_value_member(members.value, "free").at == NULL &&
            cli_value_member(members.value, "round").at == NULL)
            continue;
        cli_value_text(members.key, key, sizeof key);
        cli_value_words(members.value, is_tiers && bounds_are_plain(members.value) ? "bounds" : "", words, sizeof words);
        cli_table_cell(table, id);
        cli_table_cell(table, key);
        cli_table_cell(table, words);
        id[0] = '\0';
    }
}

void cli_show_charges(const mbill_tariff *tariff, cli_value document)
{
    cli_table table, rules;
    size_t nth = 0;
    cli_table_start(&table, "llllrll");
    cli_table_start(&rules, "lll");
    for (cli_walk charges = cli_walk_over(cli_value_member(document, "charges")); cli_walk_next(&charges); nth++) {
        charge_rows(&table, mbill_tariff_labels(tariff), nth, charges.value);
        rule_rows(&rules, charges.value);
    }
    (void)puts("\ncharges");
    cli_table_end(&table, "  ");
    if (rules.n_cells > 0) (void)puts("\nrules");
    cli_table_end(&rules, "  ");
}

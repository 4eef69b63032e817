/* SPDX-License-Identifier: Apache-2.0 */
/* What the other tables of a tariff do not say stands here as it is in the document, so that nothing of it goes unseen. */
#include "show_tariff.h"

#include "table.h"

#include <stdio.h>

#define WORDS_MAX 2048
#define NAME_MAX_BYTES 128

static int is_shown(cli_value key, const char *const *shown, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cli_value_is(key, shown[i])) return 1;
    return 0;
}

/* An object of named parts, such as tables: each is a row of its own. */
static int holds_parts(cli_value value)
{
    if (cli_value_kind(value) != '{' || cli_value_count(value) == 0) return 0;
    for (cli_walk members = cli_walk_over(value); cli_walk_next(&members);)
        if (cli_value_kind(members.value) != '{' && cli_value_kind(members.value) != '[') return 0;
    return 1;
}

static void part_rows(cli_table *table, const char *name, cli_value parts)
{
    char row[NAME_MAX_BYTES], words[WORDS_MAX];
    for (cli_walk members = cli_walk_over(parts); cli_walk_next(&members);) {
        cli_value_text(members.key, words, sizeof words);
        (void)snprintf(row, sizeof row, "%.60s %.60s", name, words);
        cli_value_words(members.value, "", words, sizeof words);
        cli_table_cell(table, row);
        cli_table_cell(table, words);
    }
}

/* Every member but those: a row with its name and its words. */
static void member_rows(cli_table *table, cli_value object, const char *const *shown, size_t n_shown)
{
    char name[NAME_MAX_BYTES], words[WORDS_MAX];
    for (cli_walk members = cli_walk_over(object); cli_walk_next(&members);) {
        if (is_shown(members.key, shown, n_shown)) continue;
        cli_value_text(members.key, name, sizeof name);
        if (holds_parts(members.value)) {
            part_rows(table, name, members.value);
            continue;
        }
        cli_value_words(members.value, "", words, sizeof words);
        cli_table_cell(table, name);
        cli_table_cell(table, words);
    }
}

static void show_members(const char *title, cli_value object, const char *const *shown, size_t n_shown)
{
    cli_table table;
    cli_table_start(&table, "ll");
    member_rows(&table, object, shown, n_shown);
    if (table.n_cells > 0) (void)printf("\n%s\n", title);
    cli_table_end(&table, "  ");
}

void cli_show_rest(cli_value document)
{
    static const char *const top[] = {"meterbill", "kind", "id", "version", "title", "source", "currency", "zone", "valid",
        "inputs", "calendar", "rounding", "charges"};
    static const char *const calendar[] = {"seasons", "days", "periods"};
    show_members("inputs", cli_value_member(document, "inputs"), NULL, 0);
    show_members("calendar", cli_value_member(document, "calendar"), calendar, sizeof calendar / sizeof calendar[0]);
    show_members("besides", document, top, sizeof top / sizeof top[0]);
}

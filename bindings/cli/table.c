/* SPDX-License-Identifier: Apache-2.0 */
/* How tables are aligned. Cells come row by row; every row has all columns. */
#include "table.h"

#include "output.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 16

void cli_table_start(cli_table *table, const char *columns)
{
    memset(table, 0, sizeof *table);
    table->columns = columns;
}

void cli_table_cell(cli_table *table, const char *text)
{
    if (table->n_cells == table->cap) {
        table->cap = table->cap * 2 + 64;
        table->cells = cli_allocate(table->cells, table->cap, sizeof *table->cells);
    }
    table->cells[table->n_cells++] = cli_copy(text);
}

/* Places on the screen: two for the wide characters of East Asian scripts (the blocks of Unicode's EastAsianWidth W and F). */
size_t cli_width(const char *text)
{
    size_t n = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if ((*at & 0xC0u) == 0x80u) continue;
        uint32_t lead = *at >= 0xE0 && at[1] != '\0' ? (uint32_t)*at << 8 | at[1] : 0;
        int wide = (lead >= 0xE2BA && lead <= 0xEA93) || (lead >= 0xEAB0 && lead <= 0xED9E) ||
            (lead >= 0xEFA4 && lead <= 0xEFAB) || (lead >= 0xEFBC && lead <= 0xEFBD) || *at >= 0xF0;
        n += wide ? 2 : 1;
    }
    return n;
}

static void pad(size_t n)
{
    while (n-- > 0) (void)fputc(' ', stdout);
}

static void print_cell(const char *text, char alignment, size_t room, int is_last)
{
    size_t empty = room - cli_width(text);
    if (alignment == 'r') pad(empty);
    cli_print_clean(stdout, text, strlen(text));
    if (alignment == 'l' && !is_last) pad(empty);
}

void cli_table_end(cli_table *table, const char *indent)
{
    size_t n_columns = strlen(table->columns), widths[COLUMNS_MAX] = {0};
    for (size_t i = 0; i < table->n_cells; i++) {
        size_t w = cli_width(table->cells[i]);
        if (w > widths[i % n_columns]) widths[i % n_columns] = w;
    }
    for (size_t row = 0; row + n_columns <= table->n_cells; row += n_columns) {
        size_t last = n_columns;
        while (last > 1 && table->cells[row + last - 1][0] == '\0') last--;
        (void)fputs(indent, stdout);
        for (size_t c = 0; c < last; c++) {
            if (c > 0 && widths[c] > 0) (void)fputs("  ", stdout);
            print_cell(table->cells[row + c], table->columns[c], widths[c], c + 1 == last);
        }
        (void)fputc('\n', stdout);
    }
    for (size_t i = 0; i < table->n_cells; i++) free(table->cells[i]);
    free(table->cells);
    memset(table, 0, sizeof *table);
}

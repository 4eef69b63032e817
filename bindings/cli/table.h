/* SPDX-License-Identifier: Apache-2.0 */
/* Aligned columns for people, by the width that characters take on a screen. */
#ifndef MBILL_CLI_TABLE_H
#define MBILL_CLI_TABLE_H

#include <stddef.h>

typedef struct cli_table {
    const char *columns; /* a letter for each: 'l' left, 'r' right */
    char **cells;
    size_t n_cells, cap;
} cli_table;

void cli_table_start(cli_table *table, const char *columns);
void cli_table_cell(cli_table *table, const char *text);  /* the next cell; the text is copied */
void cli_table_end(cli_table *table, const char *indent); /* print on stdout and free */

/* Places that a text takes on the screen. */
size_t cli_width(const char *text);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the look of the table of hours does. A cell is an hour, or a half or quarter where a price changes inside an hour; a
 * cell in which the price changes still is a '*', and the list of times below the table says when. */
#include "show_grid.h"

#include "output.h"
#include "table.h"

#include <string.h>

#define LETTERS_MAX 64

/* Backgrounds that dark text stands out on, told apart by most eyes in this order. */
static const int backgrounds[] = {101, 103, 102, 106, 105, 104, 43, 42, 46, 45};

/* The first letter of the name that no period before it has, else the first of the alphabet. */
static char letter_for(const char *name, const char *taken)
{
    for (const char *at = name; *at != '\0'; at++) {
        char upper = *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
        if (upper >= 'A' && upper <= 'Z' && strchr(taken, upper) == NULL) return upper;
    }
    for (char letter = 'A'; letter <= 'Z'; letter++)
        if (strchr(taken, letter) == NULL) return letter;
    return '?';
}

static void letters_of(const mbill_labels *labels, char out[LETTERS_MAX])
{
    memset(out, 0, LETTERS_MAX);
    for (size_t i = 0; i < labels->n_periods && i + 1 < LETTERS_MAX; i++) out[i] = letter_for(labels->periods[i], out);
}

static void print_cell(const char *letters, int period, int colored)
{
    size_t n = sizeof backgrounds / sizeof backgrounds[0];
    char letter = period == -1 ? ' ' : period < -1 ? '*' : period + 1 < LETTERS_MAX ? letters[period] : '?';
    if (colored && period >= 0) (void)printf("\x1b[30;%dm%c\x1b[0m", backgrounds[(size_t)period % n], letter);
    else (void)fputc(letter, stdout);
}

void cli_show_grid_legend(const mbill_labels *labels, int colored)
{
    char letters[LETTERS_MAX];
    letters_of(labels, letters);
    (void)fputs("\nperiods\n ", stdout);
    for (size_t i = 0; i < labels->n_periods; i++) {
        (void)fputc(' ', stdout);
        print_cell(letters, (int)i, colored);
        (void)fputc(' ', stdout);
        cli_print_clean(stdout, labels->periods[i], strlen(labels->periods[i]));
    }
    (void)fputc('\n', stdout);
}

/* The longest of an hour, a half and a quarter that no change of period lies inside; a quarter when there is none. */
static int cell_minutes(const cli_day_periods *days, size_t n)
{
    int cell = 60;
    for (size_t day = 0; day < n; day++)
        for (int minute = 1; minute < CLI_DAY_MINUTES; minute++)
            if (days[day].period[minute] != days[day].period[minute - 1])
                while (cell > 15 && minute % cell != 0) cell /= 2;
    return cell;
}

/* The period of a cell; -2: more than one. */
static int cell_period(const cli_day_periods *day, int from, int minutes)
{
    for (int minute = from + 1; minute < from + minutes; minute++)
        if (day->period[minute] != day->period[from]) return -2;
    return day->period[from];
}

void cli_show_grid_hours(const cli_day_periods *days, size_t n, size_t label_room)
{
    int width = 60 / cell_minutes(days, n);
    (void)printf("  %*s", (int)label_room, "");
    int every = width > 1 ? 1 : 2, room = width > 1 ? width : 3;
    for (int hour = 0; hour < 24; hour += every) (void)printf(" %-*d", hour + every < 24 ? room : 0, hour);
    (void)fputc('\n', stdout);
}

void cli_show_grid_row(const mbill_labels *labels, const cli_day_periods *days, size_t n, size_t row, const char *label,
    size_t label_room, int colored)
{
    char letters[LETTERS_MAX];
    int minutes = cell_minutes(days, n);
    letters_of(labels, letters);
    (void)fputs("  ", stdout);
    cli_print_clean(stdout, label, strlen(label));
    (void)printf("%*s", (int)(label_room - cli_width(label)), "");
    for (int minute = 0; minute < CLI_DAY_MINUTES; minute += minutes) {
        if (minute % 60 == 0) (void)fputc(' ', stdout);
        print_cell(letters, cell_period(&days[row], minute, minutes), colored);
    }
    (void)fputc('\n', stdout);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* From rows to columns: which row belongs to which register of the tariff, and the line to name when usage cannot be built. */
#include "gather.h"

#include "output.h"

#include <stdlib.h>
#include <string.h>

/* --- rows --- */

static void add_row(cli_register_rows *to, const mbill_reading_row *row)
{
    if (to->n_rows == to->cap) {
        to->cap = to->cap * 2 + 1024;
        to->lines = cli_allocate(to->lines, to->cap, sizeof *to->lines);
        if (row->is_interval) to->intervals = cli_allocate(to->intervals, to->cap, sizeof *to->intervals);
        else to->readings = cli_allocate(to->readings, to->cap, sizeof *to->readings);
    }
    if (row->is_interval) to->intervals[to->n_rows] = row->interval;
    else to->readings[to->n_rows] = row->reading;
    to->lines[to->n_rows++] = row->line;
}

/* Place of the row's register in the tariff. */
static mbill_status find_register(const mbill_tariff *tariff, const mbill_reading_row *row, size_t *out, mbill_error *err)
{
    size_t n = mbill_tariff_n_registers(tariff);
    if (row->reg == NULL) {
        *out = 0;
        if (n == 1) return MBILL_OK;
        return cli_fail(err, MBILL_E_MISSING_KEY, 1,
            "the file has no column \"register\", and the tariff has %zu registers, expected one", n);
    }
    for (size_t i = 0; i < n; i++) {
        const char *name = mbill_tariff_register(tariff, i);
        *out = i;
        if (strlen(name) == row->reg_len && memcmp(name, row->reg, row->reg_len) == 0) return MBILL_OK;
    }
    char known[128] = "";
    for (size_t i = 0; i < n; i++) {
        cli_append(known, sizeof known, i > 0 ? ", " : "");
        cli_append(known, sizeof known, mbill_tariff_register(tariff, i));
    }
    return cli_fail(err, MBILL_E_NOT_FOUND, row->line, "the tariff has no register \"%.*s\", expected one of: %s",
        (int)row->reg_len, row->reg, known);
}

static mbill_status same_meter(const mbill_reading_row *first, const mbill_reading_row *row, mbill_error *err)
{
    if (first->meter == NULL || (first->meter_len == row->meter_len && memcmp(first->meter, row->meter, row->meter_len) == 0))
        return MBILL_OK;
    return cli_fail(err, MBILL_E_INVALID, row->line, "meter \"%.*s\" after meter \"%.*s\", expected the readings of one meter",
        (int)row->meter_len, row->meter, (int)first->meter_len, first->meter);
}

static mbill_status read_rows(mbill_reading_file *rows, const mbill_tariff *tariff, cli_gathered *out, mbill_error *err)
{
    mbill_reading_row first, row;
    size_t place = 0;
    int32_t more = 0;
    for (int64_t n = 0;; n++) {
        mbill_status status = mbill_reading_file_next(rows, &row, &more, err);
        if (status == MBILL_OK && !more && n == 0)
            return cli_fail(err, MBILL_E_GAP, 1, "the file has no readings below its header");
        if (status != MBILL_OK || !more) return status;
        if (n == 0) first = row;
        out->is_interval = row.is_interval;
        status = same_meter(&first, &row, err);
        if (status == MBILL_OK) status = find_register(tariff, &row, &place, err);
        if (status != MBILL_OK) return status;
        add_row(&out->registers[place], &row);
    }
}

/* --- usage --- */

/* The line of the row that the library names by its number; the number means nothing in a file. */
static mbill_status name_line(const cli_register_rows *rows, mbill_status status, mbill_error *err)
{
    err->index = err->index >= 0 && (uint64_t)err->index < rows->n_rows ? rows->lines[err->index] : -1;
    err->path[0] = '\0';
    return status;
}

static mbill_status build_usage(cli_register_rows *rows, const cli_gather_options *options, mbill_input *input, mbill_error *err)
{
    mbill_usage_summary summary;
    mbill_status status;
    memset(&summary, 0, sizeof summary);
    summary.struct_size = (uint32_t)sizeof summary;
    if (rows->readings != NULL) {
        rows->intervals = cli_allocate(NULL, rows->n_rows, sizeof *rows->intervals);
        status = mbill_usage_from_registers(&options->reg, rows->readings, rows->n_rows, options->from_utc_s, options->to_utc_s,
            options->usage_flags, rows->intervals, rows->n_rows, &input->n_intervals, &summary, err);
    } else {
        input->n_intervals = rows->n_rows;
        status = mbill_usage_check(rows->intervals, rows->n_rows, options->from_utc_s, options->to_utc_s, options->usage_flags,
            &summary, err);
    }
    input->intervals = rows->intervals;
    return status == MBILL_OK ? status : name_line(rows, status, err);
}

mbill_status cli_gather(const cli_file *file, const mbill_tariff *tariff, const cli_gather_options *options, cli_gathered *out,
    mbill_error *err)
{
    mbill_reading_file *rows = NULL;
    memset(out, 0, sizeof *out);
    out->n_registers = mbill_tariff_n_registers(tariff);
    out->registers = cli_allocate(NULL, out->n_registers, sizeof *out->registers);
    out->inputs = cli_allocate(NULL, out->n_registers, sizeof *out->inputs);
    memset(out->registers, 0, out->n_registers * sizeof *out->registers);
    memset(out->inputs, 0, out->n_registers * sizeof *out->inputs);
    mbill_status status = mbill_reading_file_open(file->bytes, file->len, mbill_tariff_labels(tariff)->zone, NULL, &rows, err);
    if (status == MBILL_OK) status = read_rows(rows, tariff, out, err);
    mbill_reading_file_free(rows);
    if (status == MBILL_OK && out->is_interval && options->reg_given) return MBILL_OK;
    for (size_t i = 0; status == MBILL_OK && i < out->n_registers; i++) {
        if (out->registers[i].n_rows == 0) continue;
        mbill_input *input = &out->inputs[out->n_inputs++];
        input->name = mbill_tariff_register(tariff, i);
        status = build_usage(&out->registers[i], options, input, err);
    }
    return status;
}

int64_t cli_gathered_line(const cli_gathered *gathered, int64_t interval)
{
    if (gathered->n_inputs != 1 || interval < 0) return -1;
    size_t i = 0;
    while (gathered->registers[i].n_rows == 0) i++;
    const cli_register_rows *rows = &gathered->registers[i];
    return rows->readings == NULL && (uint64_t)interval < rows->n_rows ? rows->lines[interval] : -1;
}

void cli_gathered_free(cli_gathered *gathered)
{
    for (size_t i = 0; i < gathered->n_registers; i++) {
        free(gathered->registers[i].readings);
        free(gathered->registers[i].intervals);
        free(gathered->registers[i].lines);
    }
    free(gathered->registers);
    free(gathered->inputs);
    memset(gathered, 0, sizeof *gathered);
}

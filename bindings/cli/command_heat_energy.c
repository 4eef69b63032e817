/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill heat energy: what a heat meter counts, of records in a document or of one pair of registers given by options. */
#include "command.h"

#include "heat_options.h"
#include "load.h"
#include "output.h"
#include "table.h"
#include "values.h"

#include "meterbill/heat.h"

#include <stdlib.h>
#include <string.h>

typedef struct counting {
    mbill_heat_records *document; /* NULL: by options */
    mbill_heat_meter meter;
    mbill_heat_record row; /* of the options */
    const mbill_heat_record *rows;
    size_t n_rows;
    mbill_heat_registers registers;
    int64_t *energies_micro;
} counting;

static int read_unit(const cli_arguments *arguments, int32_t *out_unit)
{
    const char *unit = arguments->options[CLI_OPTION_UNIT];
    if (unit == NULL || strcmp(unit, "kWh") == 0) *out_unit = MBILL_HEAT_UNIT_KWH;
    else if (strcmp(unit, "MJ") == 0) *out_unit = MBILL_HEAT_UNIT_MJ;
    else return cli_usage("--unit is \"%s\", expected kWh or MJ", unit);
    return CLI_DONE;
}

static int load_options(counting *c, const cli_arguments *arguments)
{
    mbill_heat_side side = MBILL_HEAT_SIDE_FLOW;
    int64_t pressure_pa = MBILL_HEAT_PRESSURE_PA;
    c->meter = (mbill_heat_meter){.struct_size = (uint32_t)sizeof c->meter};
    c->registers = (mbill_heat_registers){.struct_size = (uint32_t)sizeof c->registers};
    int code = cli_need_micro(arguments, CLI_OPTION_VOLUME, &c->row.volume_micro_m3);
    if (code == CLI_DONE) code = cli_need_micro(arguments, CLI_OPTION_FLOW, &c->row.flow_micro_c);
    if (code == CLI_DONE) code = cli_need_micro(arguments, CLI_OPTION_RETURN, &c->row.return_micro_c);
    if (code == CLI_DONE) code = cli_need_side(arguments, &side);
    if (code == CLI_DONE) code = cli_option_pressure(arguments, &pressure_pa);
    if (code == CLI_DONE) code = read_unit(arguments, &c->meter.unit);
    if (code != CLI_DONE) return code;
    c->meter.side = (int32_t)side;
    c->meter.pressure_pa = pressure_pa == 0 ? -1 : pressure_pa; /* 0 means the usual one in the struct alone */
    if (arguments->options[CLI_OPTION_COLD] != NULL) c->meter.flags = MBILL_HEAT_METER_COLD;
    c->rows = &c->row;
    c->n_rows = 1;
    return CLI_DONE;
}

static int load_document(counting *c, const char *path)
{
    mbill_error err;
    cli_file file;
    int code = cli_load_file(path, &file);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    if (mbill_heat_records_read(file.bytes, file.len, NULL, &c->document, &err) != MBILL_OK)
        code = cli_refuse(path, CLI_DOCUMENT, &err);
    cli_file_free(&file);
    if (code != CLI_DONE) return code;
    c->meter = *mbill_heat_records_meter(c->document);
    c->registers = *mbill_heat_records_before(c->document);
    c->rows = mbill_heat_records_rows(c->document, &c->n_rows);
    return CLI_DONE;
}

static mbill_status registers_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const counting *c = context;
    return mbill_heat_registers_write((mbill_heat_unit)c->meter.unit, &c->registers, out_text, inout_len, err);
}

static void print_json(const counting *c, const char *registers)
{
    int64_t flow_micro_c, return_micro_c;
    cli_json_begin("heat_energy");
    cli_json_member("unit", c->meter.unit == MBILL_HEAT_UNIT_KWH ? "kWh" : "MJ");
    cli_json_member("heat", cli_micro(c->registers.heat_micro).text);
    cli_json_member("cold", cli_micro(c->registers.cold_micro).text);
    if (mbill_heat_mean_temperatures(&c->registers, &flow_micro_c, &return_micro_c, NULL) == MBILL_OK) {
        cli_json_member("mean_flow", cli_micro(flow_micro_c).text);
        cli_json_member("mean_return", cli_micro(return_micro_c).text);
    }
    (void)fputs(",\"records\":[", stdout);
    for (size_t i = 0; i < c->n_rows; i++) (void)printf("%s\"%s\"", i == 0 ? "" : ",", cli_micro(c->energies_micro[i]).text);
    (void)printf("],\"registers\":%s", registers);
    cli_json_end();
}

static void put_row(cli_table *table, const char *name, int64_t value_micro, const char *unit)
{
    cli_table_cell(table, name);
    cli_table_cell(table, cli_micro(value_micro).text);
    cli_table_cell(table, unit);
}

static void print_text(const counting *c)
{
    const mbill_heat_registers *r = &c->registers;
    const char *unit = c->meter.unit == MBILL_HEAT_UNIT_KWH ? "kWh" : "MJ";
    int64_t flow_micro_c, return_micro_c;
    cli_table table;
    cli_table_start(&table, "lrl");
    put_row(&table, "heat", r->heat_micro, unit);
    if (r->cold_micro != 0 || r->cold_volume_micro_m3 != 0) put_row(&table, "cold", r->cold_micro, unit);
    put_row(&table, "volume of heat", r->heat_volume_micro_m3, "m3");
    if (r->cold_volume_micro_m3 != 0) put_row(&table, "volume of cold", r->cold_volume_micro_m3, "m3");
    if (r->idle_volume_micro_m3 != 0) put_row(&table, "not counted", r->idle_volume_micro_m3, "m3");
    if (r->faults != 0) put_row(&table, "at a fault", r->fault_volume_micro_m3, "m3");
    if (r->low_difference_micro_m3 != 0) put_row(&table, "high flow, low difference", r->low_difference_micro_m3, "m3");
    if (mbill_heat_mean_temperatures(r, &flow_micro_c, &return_micro_c, NULL) == MBILL_OK) {
        put_row(&table, "mean flow", flow_micro_c, "C");
        put_row(&table, "mean return", return_micro_c, "C");
    }
    cli_table_end(&table, "");
}

static int count(counting *c, const char *path_or_null)
{
    mbill_error err;
    mbill_error_init(&err);
    c->energies_micro = cli_allocate(NULL, c->n_rows + 1, sizeof *c->energies_micro);
    if (mbill_heat_count(&c->meter, c->rows, c->n_rows, &c->registers, c->energies_micro, &err) != MBILL_OK)
        return cli_refuse(path_or_null, CLI_RECORDS, &err);
    char *registers = cli_make_text(registers_text, c, &err);
    if (registers == NULL) return cli_refuse(path_or_null, CLI_DOCUMENT, &err);
    if (cli_json()) print_json(c, registers);
    else print_text(c);
    free(registers);
    return CLI_DONE;
}

int cli_heat_energy(const cli_arguments *arguments)
{
    static const cli_option singly[] = {CLI_OPTION_VOLUME, CLI_OPTION_FLOW, CLI_OPTION_RETURN, CLI_OPTION_SIDE,
        CLI_OPTION_PRESSURE, CLI_OPTION_UNIT, CLI_OPTION_COLD};
    const char *path = arguments->n_operands > 0 ? arguments->operands[0] : NULL;
    counting c;
    memset(&c, 0, sizeof c);
    for (size_t i = 0; path != NULL && i < sizeof singly / sizeof singly[0]; i++)
        if (arguments->options[singly[i]] != NULL)
            return cli_usage("--%s does not go with a document, which says it itself", cli_option_forms[singly[i]].name);
    int code = path != NULL ? load_document(&c, path) : load_options(&c, arguments);
    if (code == CLI_DONE) code = count(&c, path);
    free(c.energies_micro);
    mbill_heat_records_free(c.document);
    return code;
}

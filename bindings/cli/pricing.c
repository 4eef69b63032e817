/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a bill is made of from files does. */
#include "pricing.h"

#include "change.h"
#include "load.h"
#include "values.h"

#include <stdlib.h>
#include <string.h>

static int blame(cli_pricing *p, const char *path, cli_place place)
{
    p->blamed = path;
    p->place = place;
    return CLI_REFUSED;
}

static int take_document(cli_pricing *p, const cli_arguments *arguments)
{
    static const cli_option foreign[] = {CLI_OPTION_FROM, CLI_OPTION_TO, CLI_OPTION_SPAN_TO, CLI_OPTION_MODULUS,
        CLI_OPTION_MULTIPLIER};
    const mbill_zone *zone = mbill_tariff_labels(p->tariff)->zone;
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        if (arguments->options[foreign[i]] != NULL)
            return cli_usage("--%s is given, but a usage document says it itself", cli_option_forms[foreign[i]].name);
    if (mbill_usage_read(p->readings.bytes, p->readings.len, zone, NULL, &p->usage, &p->err) != MBILL_OK)
        return blame(p, p->readings_path, CLI_DOCUMENT);
    p->request.from_utc_s = mbill_usage_from_utc_s(p->usage);
    p->request.to_utc_s = mbill_usage_to_utc_s(p->usage);
    p->request.span_to_utc_s = mbill_usage_span_to_utc_s(p->usage);
    p->request.inputs = mbill_usage_inputs(p->usage, &p->request.n_inputs);
    return CLI_DONE;
}

static int read_options(const cli_pricing *p, const cli_arguments *arguments, cli_gather_options *out)
{
    static const char needed[] = "a readings file needs --from and --to";
    const mbill_zone *zone = mbill_tariff_labels(p->tariff)->zone;
    int code = cli_need_option(arguments, CLI_OPTION_FROM, needed);
    if (code == CLI_DONE) code = cli_need_option(arguments, CLI_OPTION_TO, needed);
    if (code == CLI_DONE) code = cli_option_instant(arguments, CLI_OPTION_FROM, zone, &out->from_utc_s);
    if (code == CLI_DONE) code = cli_option_instant(arguments, CLI_OPTION_TO, zone, &out->to_utc_s);
    if (code == CLI_DONE) code = cli_option_micro(arguments, CLI_OPTION_MODULUS, 0, &out->reg.modulus_micro);
    if (code == CLI_DONE) code = cli_option_micro(arguments, CLI_OPTION_MULTIPLIER, 1, &out->reg.multiplier_micro);
    out->reg_given = arguments->options[CLI_OPTION_MODULUS] != NULL || arguments->options[CLI_OPTION_MULTIPLIER] != NULL;
    out->usage_flags = arguments->options[CLI_OPTION_ALLOW_GAPS] != NULL ? MBILL_USAGE_ALLOW_GAPS : 0;
    return code;
}

static int take_readings(cli_pricing *p, const cli_arguments *arguments)
{
    cli_gather_options options = {0, 0, {(uint32_t)sizeof(mbill_register), 0, 0, 1000000}, 0, 0};
    int code = read_options(p, arguments, &options);
    if (code == CLI_DONE && arguments->options[CLI_OPTION_SPAN_TO] != NULL)
        code = cli_option_instant(arguments, CLI_OPTION_SPAN_TO, mbill_tariff_labels(p->tariff)->zone, &p->request.span_to_utc_s);
    if (code != CLI_DONE) return code;
    if (cli_gather(&p->readings, p->tariff, &options, &p->gathered, &p->err) != MBILL_OK)
        return blame(p, p->readings_path, CLI_LINES);
    if (p->gathered.is_interval && options.reg_given)
        return cli_usage("--modulus and --multiplier are for register readings; the file has intervals");
    p->request.from_utc_s = options.from_utc_s;
    p->request.to_utc_s = options.to_utc_s;
    p->request.inputs = p->gathered.inputs;
    p->request.n_inputs = p->gathered.n_inputs;
    return CLI_DONE;
}

static int load(cli_pricing *p, const cli_arguments *arguments)
{
    if (cli_read_tariff(p->tariff_path, &p->tariff, &p->err) != MBILL_OK) return blame(p, p->tariff_path, CLI_DOCUMENT);
    int code = cli_change_load(p, arguments);
    if (code != CLI_DONE) return code;
    if (cli_read_position(p->position_path, p->tariff, &p->position, &p->err) != MBILL_OK)
        return blame(p, p->position_path, CLI_DOCUMENT);
    if (cli_file_read(p->readings_path, &p->readings, &p->err) != MBILL_OK) return blame(p, p->readings_path, CLI_DOCUMENT);
    p->request.struct_size = (uint32_t)sizeof p->request;
    p->request.flags = arguments->options[CLI_OPTION_ALLOW_GAPS] != NULL ? MBILL_PRICE_ALLOW_GAPS : 0;
    cli_take_facts(p->facts, &p->request);
    return cli_is_document(&p->readings) ? take_document(p, arguments) : take_readings(p, arguments);
}

static mbill_status write_bill(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const cli_pricing *p = context;
    if (p->n_later > 0)
        return mbill_bill_write_segments(&p->bill, p->lines, p->n_lines, p->segments, 1 + p->n_later, 0, out_text, inout_len,
            err);
    return mbill_bill_write(&p->bill, p->lines, p->n_lines, mbill_tariff_labels(p->tariff), 0, out_text, inout_len, err);
}

static mbill_status write_position(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const cli_pricing *p = context;
    return mbill_position_write(p->n_later > 0 ? p->later[p->n_later - 1] : p->tariff, p->position, out_text, inout_len, err);
}

/* The file that is to be blamed, and the line of the row where rows are what was priced. */
static int blame_price(cli_pricing *p)
{
    if (p->err.status == MBILL_E_POSITION && p->position_path != NULL) return blame(p, p->position_path, CLI_DOCUMENT);
    if (p->usage != NULL) return blame(p, p->readings_path, CLI_RECORDS);
    p->err.index = cli_gathered_line(&p->gathered, p->err.index);
    return blame(p, p->readings_path, CLI_LINES);
}

static mbill_status price_one(cli_pricing *p)
{
    size_t cap = 0;
    mbill_status status = mbill_tariff_lines_max(p->tariff, p->request.from_utc_s, p->request.to_utc_s, &cap, &p->err);
    if (status != MBILL_OK) return status;
    p->lines = cli_allocate(NULL, cap, sizeof *p->lines);
    return mbill_tariff_price(p->tariff, &p->request, p->position, p->lines, cap, &p->n_lines, &p->bill, p->position, &p->err);
}

/* What of the readings was converted by which factor. */
static mbill_status show_converted(cli_pricing *p)
{
    size_t n = 0;
    mbill_status status = mbill_tariff_converted(p->tariff, &p->request, NULL, 0, &n, &p->err);
    if (status != MBILL_E_ROOM) return status;
    p->converted = cli_allocate(NULL, n, sizeof *p->converted);
    p->bill.converted = p->converted;
    p->bill.n_converted = n;
    return mbill_tariff_converted(p->tariff, &p->request, p->converted, n, &n, &p->err);
}

static int price(cli_pricing *p)
{
    p->bill.struct_size = (uint32_t)sizeof p->bill;
    if ((p->n_later > 0 ? cli_change_price(p) : price_one(p)) != MBILL_OK) return blame_price(p);
    if (show_converted(p) != MBILL_OK) return blame_price(p);
    p->bill_text = cli_make_text(write_bill, p, &p->err);
    if (p->bill_text != NULL) p->position_text = cli_make_text(write_position, p, &p->err);
    return p->position_text != NULL ? CLI_DONE : blame(p, p->readings_path, CLI_DOCUMENT);
}

int cli_pricing_make(cli_pricing *p, const cli_arguments *arguments)
{
    mbill_error_init(&p->err);
    int code = load(p, arguments);
    return code == CLI_DONE ? price(p) : code;
}

void cli_pricing_free(cli_pricing *p)
{
    cli_change_free(p);
    free(p->position_text);
    free(p->bill_text);
    free(p->converted);
    free(p->lines);
    free(p->position);
    cli_gathered_free(&p->gathered);
    mbill_usage_free(p->usage);
    cli_file_free(&p->readings);
    mbill_tariff_free(p->tariff);
}

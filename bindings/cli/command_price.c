/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill price: one bill from files. Nothing is printed or saved before all of it is known to be right. */
#include "command.h"

#include "gather.h"
#include "load.h"
#include "output.h"
#include "show_bill.h"
#include "values.h"

#include <stdlib.h>
#include <string.h>

/* Everything that one pricing needs and makes. */
typedef struct pricing {
    mbill_tariff *tariff;
    mbill_facts *facts;
    mbill_position *position; /* before, then after */
    cli_file readings;
    mbill_usage *usage;    /* of a usage document, or */
    cli_gathered gathered; /* of a readings file */
    mbill_price_request request;
    mbill_line *lines;
    size_t n_lines;
    mbill_bill bill;
    char *bill_text, *position_text;
} pricing;

static int take_document(pricing *p, const cli_arguments *arguments)
{
    static const struct {
        cli_option option;
        const char *name;
    } foreign[] = {{CLI_OPTION_FROM, "from"}, {CLI_OPTION_TO, "to"}, {CLI_OPTION_MODULUS, "modulus"},
        {CLI_OPTION_MULTIPLIER, "multiplier"}};
    mbill_error err;
    mbill_error_init(&err);
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        if (arguments->options[foreign[i].option] != NULL)
            return cli_usage("--%s is given, but a usage document says it itself", foreign[i].name);
    if (mbill_usage_read(p->readings.bytes, p->readings.len, mbill_tariff_labels(p->tariff)->zone, NULL, &p->usage, &err) !=
        MBILL_OK)
        return cli_refuse(arguments->operands[1], CLI_DOCUMENT, &err);
    p->request.from_utc_s = mbill_usage_from_utc_s(p->usage);
    p->request.to_utc_s = mbill_usage_to_utc_s(p->usage);
    p->request.inputs = mbill_usage_inputs(p->usage, &p->request.n_inputs);
    return CLI_DONE;
}

static int take_readings(pricing *p, const cli_arguments *arguments)
{
    mbill_error err;
    const mbill_zone *zone = mbill_tariff_labels(p->tariff)->zone;
    cli_gather_options options = {0, 0, {(uint32_t)sizeof(mbill_register), 0, 0, 1000000}, 0, 0};
    mbill_error_init(&err);
    int code = cli_need_option(arguments, CLI_OPTION_FROM, "a readings file needs --from and --to");
    if (code == CLI_DONE) code = cli_need_option(arguments, CLI_OPTION_TO, "a readings file needs --from and --to");
    if (code == CLI_DONE) code = cli_option_instant(arguments, CLI_OPTION_FROM, zone, &options.from_utc_s);
    if (code == CLI_DONE) code = cli_option_instant(arguments, CLI_OPTION_TO, zone, &options.to_utc_s);
    if (code == CLI_DONE) code = cli_option_micro(arguments, CLI_OPTION_MODULUS, 0, &options.reg.modulus_micro);
    if (code == CLI_DONE) code = cli_option_micro(arguments, CLI_OPTION_MULTIPLIER, 1, &options.reg.multiplier_micro);
    if (code != CLI_DONE) return code;
    options.reg_given = arguments->options[CLI_OPTION_MODULUS] != NULL || arguments->options[CLI_OPTION_MULTIPLIER] != NULL;
    options.usage_flags = arguments->options[CLI_OPTION_ALLOW_GAPS] != NULL ? MBILL_USAGE_ALLOW_GAPS : 0;
    if (cli_gather(&p->readings, p->tariff, &options, &p->gathered, &err) != MBILL_OK)
        return cli_refuse(arguments->operands[1], CLI_LINES, &err);
    if (p->gathered.is_interval && options.reg_given)
        return cli_usage("--modulus and --multiplier are for register readings; the file has intervals");
    p->request.from_utc_s = options.from_utc_s;
    p->request.to_utc_s = options.to_utc_s;
    p->request.inputs = p->gathered.inputs;
    p->request.n_inputs = p->gathered.n_inputs;
    return CLI_DONE;
}

static int load(pricing *p, const cli_arguments *arguments)
{
    int code = cli_load_tariff(arguments->operands[0], &p->tariff);
    if (code == CLI_DONE) code = cli_load_facts(arguments->options[CLI_OPTION_FACTS], &p->facts);
    if (code == CLI_DONE) code = cli_load_position(arguments->options[CLI_OPTION_POSITION], p->tariff, &p->position);
    if (code == CLI_DONE) code = cli_load_file(arguments->operands[1], &p->readings);
    if (code != CLI_DONE) return code;
    p->request.struct_size = (uint32_t)sizeof p->request;
    p->request.flags = arguments->options[CLI_OPTION_ALLOW_GAPS] != NULL ? MBILL_PRICE_ALLOW_GAPS : 0;
    if (p->facts != NULL) {
        p->request.facts = mbill_facts_values(p->facts, &p->request.n_facts);
        p->request.lists = mbill_facts_lists(p->facts, &p->request.n_lists);
        p->request.instants = mbill_facts_instants(p->facts, &p->request.n_instants);
    }
    return cli_is_document(&p->readings) ? take_document(p, arguments) : take_readings(p, arguments);
}

static mbill_status write_bill(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const pricing *p = context;
    return mbill_bill_write(&p->bill, p->lines, p->n_lines, mbill_tariff_labels(p->tariff), 0, out_text, inout_len, err);
}

static mbill_status write_position(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const pricing *p = context;
    return mbill_position_write(p->tariff, p->position, out_text, inout_len, err);
}

/* The file that is to be blamed, and the line of the row where rows are what was priced. */
static int refuse_price(const pricing *p, const cli_arguments *arguments, mbill_error *err)
{
    const char *position = arguments->options[CLI_OPTION_POSITION];
    if (err->status == MBILL_E_POSITION && position != NULL) return cli_refuse(position, CLI_DOCUMENT, err);
    if (p->usage != NULL) return cli_refuse(arguments->operands[1], CLI_RECORDS, err);
    err->index = cli_gathered_line(&p->gathered, err->index);
    return cli_refuse(arguments->operands[1], CLI_LINES, err);
}

static int price(pricing *p, const cli_arguments *arguments)
{
    mbill_error err;
    size_t cap = 0;
    mbill_error_init(&err);
    p->bill.struct_size = (uint32_t)sizeof p->bill;
    mbill_status status = mbill_tariff_lines_max(p->tariff, p->request.from_utc_s, p->request.to_utc_s, &cap, &err);
    if (status == MBILL_OK) {
        p->lines = cli_allocate(NULL, cap, sizeof *p->lines);
        status = mbill_tariff_price(p->tariff, &p->request, p->position, p->lines, cap, &p->n_lines, &p->bill, p->position, &err);
    }
    if (status != MBILL_OK) return refuse_price(p, arguments, &err);
    p->bill_text = cli_make_text(write_bill, p, &err);
    if (p->bill_text != NULL) p->position_text = cli_make_text(write_position, p, &err);
    return p->position_text != NULL ? CLI_DONE : cli_refuse(arguments->operands[1], CLI_DOCUMENT, &err);
}

static int save_position(const pricing *p, const char *path)
{
    mbill_error err;
    if (path == NULL) return CLI_DONE;
    mbill_error_init(&err);
    return cli_file_save(path, p->position_text, &err) == MBILL_OK ? CLI_DONE : cli_refuse(path, CLI_DOCUMENT, &err);
}

static void print(const pricing *p)
{
    if (cli_json()) {
        cli_json_begin("price");
        (void)printf(",\"bill\":%s,\"position\":%s", p->bill_text, p->position_text);
        cli_json_end();
    } else {
        const char *title = mbill_tariff_title(p->tariff);
        if (title != NULL) {
            cli_print_clean(stdout, title, strlen(title));
            (void)fputc('\n', stdout);
        }
        cli_show_bill(cli_value_of(p->bill_text, strlen(p->bill_text)));
    }
}

static void release(pricing *p)
{
    free(p->position_text);
    free(p->bill_text);
    free(p->lines);
    free(p->position);
    cli_gathered_free(&p->gathered);
    mbill_usage_free(p->usage);
    cli_file_free(&p->readings);
    mbill_facts_free(p->facts);
    mbill_tariff_free(p->tariff);
}

int cli_price(const cli_arguments *arguments)
{
    pricing p;
    memset(&p, 0, sizeof p);
    int code = load(&p, arguments);
    if (code == CLI_DONE) code = price(&p, arguments);
    if (code == CLI_DONE) code = save_position(&p, arguments->options[CLI_OPTION_SAVE_POSITION]);
    if (code == CLI_DONE) print(&p);
    release(&p);
    return code;
}

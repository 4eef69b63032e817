/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill buy: what money buys at an instant, and the bill of it. Nothing is printed or saved before all of it is known to be right. */
#include "command.h"

#include "load.h"
#include "output.h"
#include "show_bill.h"
#include "values.h"

#include "meterbill/buy.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct buying {
    mbill_tariff *tariff;
    mbill_facts *facts;
    mbill_position *position; /* before, then after */
    mbill_price_request request;
    int64_t money_micro;
    mbill_line *lines;
    size_t n_lines;
    mbill_bill bill;
    mbill_purchase purchase;
    char *bill_text, *position_text;
} buying;

static int load(buying *b, const cli_arguments *arguments)
{
    int code = cli_need_option(arguments, CLI_OPTION_MONEY, NULL);
    if (code == CLI_DONE) code = cli_option_micro(arguments, CLI_OPTION_MONEY, 1, &b->money_micro);
    if (code == CLI_DONE) code = cli_load_tariff(arguments->operands[0], &b->tariff);
    if (code == CLI_DONE) code = cli_load_facts(arguments->options[CLI_OPTION_FACTS], &b->facts);
    if (code == CLI_DONE) code = cli_load_position(arguments->options[CLI_OPTION_POSITION], b->tariff, &b->position);
    if (code != CLI_DONE) return code;
    b->request.struct_size = (uint32_t)sizeof b->request;
    b->request.flags = MBILL_PRICE_PURCHASE;
    b->request.from_utc_s = (int64_t)time(NULL);
    code = cli_option_instant(arguments, CLI_OPTION_AT, mbill_tariff_labels(b->tariff)->zone, &b->request.from_utc_s);
    b->request.to_utc_s = b->request.from_utc_s + 1;
    cli_take_facts(b->facts, &b->request);
    return code;
}

static mbill_status write_bill(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const buying *b = context;
    return mbill_bill_write(&b->bill, b->lines, b->n_lines, mbill_tariff_labels(b->tariff), 0, out_text, inout_len, err);
}

static mbill_status write_position(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const buying *b = context;
    return mbill_position_write(b->tariff, b->position, out_text, inout_len, err);
}

static int buy(buying *b, const cli_arguments *arguments)
{
    mbill_error err;
    size_t cap = 0;
    mbill_error_init(&err);
    b->bill.struct_size = (uint32_t)sizeof b->bill;
    b->purchase.struct_size = (uint32_t)sizeof b->purchase;
    mbill_status status = mbill_tariff_lines_max(b->tariff, b->request.from_utc_s, b->request.to_utc_s, &cap, &err);
    if (status == MBILL_OK) {
        b->lines = cli_allocate(NULL, cap, sizeof *b->lines);
        status = mbill_tariff_buy(b->tariff, &b->request, b->position, b->money_micro, b->lines, cap, &b->n_lines, &b->bill,
            &b->purchase, b->position, &err);
    }
    const char *position = arguments->options[CLI_OPTION_POSITION];
    const char *blamed = status == MBILL_E_POSITION && position != NULL ? position : arguments->operands[0];
    if (status != MBILL_OK) return cli_refuse(blamed, CLI_DOCUMENT, &err);
    b->bill_text = cli_make_text(write_bill, b, &err);
    if (b->bill_text != NULL) b->position_text = cli_make_text(write_position, b, &err);
    return b->position_text != NULL ? CLI_DONE : cli_refuse(blamed, CLI_DOCUMENT, &err);
}

static int save_position(const buying *b, const char *path)
{
    mbill_error err;
    if (path == NULL) return CLI_DONE;
    mbill_error_init(&err);
    return cli_file_save(path, b->position_text, &err) == MBILL_OK ? CLI_DONE : cli_refuse(path, CLI_DOCUMENT, &err);
}

static void print(const buying *b)
{
    const char *unit = mbill_tariff_register_unit(b->tariff, 0);
    cli_short quantity = cli_micro(b->purchase.quantity_micro);
    if (cli_json()) {
        cli_json_begin("buy");
        cli_json_member("money", cli_micro(b->money_micro).text);
        cli_json_member("quantity", quantity.text);
        cli_json_member("unit", unit);
        cli_json_member("change", cli_micro(b->purchase.change_micro).text);
        (void)printf(",\"bill\":%s,\"position\":%s", b->bill_text, b->position_text);
        cli_json_end();
        return;
    }
    (void)printf("%s buys %s ", cli_money(b->money_micro).text, quantity.text);
    cli_print_clean(stdout, unit, strlen(unit));
    (void)printf(", change %s\n", cli_money(b->purchase.change_micro).text);
    cli_show_bill(cli_value_of(b->bill_text, strlen(b->bill_text)));
}

int cli_buy(const cli_arguments *arguments)
{
    buying b;
    memset(&b, 0, sizeof b);
    int code = load(&b, arguments);
    if (code == CLI_DONE) code = buy(&b, arguments);
    if (code == CLI_DONE) code = save_position(&b, arguments->options[CLI_OPTION_SAVE_POSITION]);
    if (code == CLI_DONE) print(&b);
    free(b.position_text);
    free(b.bill_text);
    free(b.lines);
    free(b.position);
    mbill_facts_free(b.facts);
    mbill_tariff_free(b.tariff);
    return code;
}

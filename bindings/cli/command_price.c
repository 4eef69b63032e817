/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill price: one bill from files. Nothing is printed or saved before all of it is known to be right. */
#include "command.h"

#include "correct.h"
#include "load.h"
#include "output.h"
#include "pricing.h"
#include "show_bill.h"

#include <stdlib.h>
#include <string.h>

static int save_position(const cli_pricing *p, const char *path)
{
    mbill_error err;
    if (path == NULL) return CLI_DONE;
    mbill_error_init(&err);
    return cli_file_save(path, p->position_text, &err) == MBILL_OK ? CLI_DONE : cli_refuse(path, CLI_DOCUMENT, &err);
}

/* correction: NULL, or a document that is printed for people in place of the bill. */
static void print(const cli_pricing *p, const char *correction)
{
    if (cli_json()) {
        cli_json_begin("price");
        (void)printf(",\"bill\":%s,\"position\":%s", p->bill_text, p->position_text);
        if (correction != NULL) (void)printf(",\"correction\":%s", correction);
        cli_json_end();
    } else {
        const char *title = mbill_tariff_title(p->tariff);
        if (title != NULL) {
            cli_print_clean(stdout, title, strlen(title));
            (void)fputc('\n', stdout);
        }
        const char *shown = correction != NULL ? correction : p->bill_text;
        cli_show_bill(cli_value_of(shown, strlen(shown)));
    }
}

/* What the bill comes to less the one that was made out before, where --correct names that. */
static int make_correction(cli_pricing *p, const char *path, char **out_text)
{
    if (path == NULL) return CLI_DONE;
    *out_text = cli_correct(p, path, &p->blamed, &p->err);
    return *out_text != NULL ? CLI_DONE : cli_refuse(p->blamed, CLI_DOCUMENT, &p->err);
}

int cli_price(const cli_arguments *arguments)
{
    cli_pricing p;
    mbill_facts *facts = NULL;
    char *correction = NULL;
    if (arguments->n_operands > 2 && arguments->options[CLI_OPTION_CORRECT] != NULL)
        return cli_usage("--correct is for a bill of one tariff version, %d are given", arguments->n_operands - 1);
    int code = cli_load_facts(arguments->options[CLI_OPTION_FACTS], &facts);
    if (code != CLI_DONE) return code;
    memset(&p, 0, sizeof p);
    p.tariff_path = arguments->operands[0];
    p.later_paths = arguments->operands + 1;
    p.n_later = (size_t)arguments->n_operands - 2;
    p.readings_path = arguments->operands[arguments->n_operands - 1];
    p.position_path = arguments->options[CLI_OPTION_POSITION];
    p.facts = facts;
    code = cli_pricing_make(&p, arguments);
    if (code == CLI_REFUSED) code = cli_refuse(p.blamed, p.place, &p.err);
    if (code == CLI_DONE) code = make_correction(&p, arguments->options[CLI_OPTION_CORRECT], &correction);
    if (code == CLI_DONE) code = save_position(&p, arguments->options[CLI_OPTION_SAVE_POSITION]);
    if (code == CLI_DONE) print(&p, correction);
    free(correction);
    cli_pricing_free(&p);
    mbill_facts_free(facts);
    return code;
}

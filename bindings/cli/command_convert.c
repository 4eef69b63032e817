/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill convert: a quantity in another unit, with the exact factor. */
#include "command.h"

#include "load.h"
#include "output.h"
#include "values.h"

#include "meterbill/convert.h"

#include <stdlib.h>
#include <string.h>

/* The account's facts that are numbers, as a conversion takes them. To be freed. */
static mbill_convert_fact *numbers_of(const mbill_facts *facts_or_null, size_t *out_n)
{
    size_t n = 0;
    const mbill_fact *given = facts_or_null != NULL ? mbill_facts_values(facts_or_null, &n) : NULL;
    mbill_convert_fact *facts = cli_allocate(NULL, n + 1, sizeof *facts);
    *out_n = 0;
    for (size_t i = 0; i < n; i++)
        if (given[i].text == NULL) facts[(*out_n)++] = (mbill_convert_fact){given[i].name, given[i].value_micro};
    return facts;
}

/* Exact: the words of a sum without a point. */
static cli_short whole_text(const mbill_sum *sum)
{
    cli_short out = {""};
    size_t len = sizeof out.text;
    if (mbill_sum_print(sum, 0, out.text, &len, NULL) != MBILL_OK) out.text[0] = '\0';
    return out;
}

static void print(const char *from, const char *to, int64_t value_micro, const mbill_conversion *conversion)
{
    if (cli_json()) {
        cli_json_begin("conversion");
        cli_json_member("value", cli_micro(value_micro).text);
        cli_json_member("from", from);
        cli_json_member("to", to);
        cli_json_member("result", cli_micro(conversion->value_micro).text);
        cli_json_member("numerator", whole_text(&conversion->numerator).text);
        cli_json_member("denominator", whole_text(&conversion->denominator).text);
        cli_json_end();
    } else {
        cli_short below = whole_text(&conversion->denominator);
        (void)printf("%s %s = %s %s x %s%s%s\n", cli_micro(conversion->value_micro).text, to, cli_micro(value_micro).text, from,
            whole_text(&conversion->numerator).text, strcmp(below.text, "1") != 0 ? "/" : "",
            strcmp(below.text, "1") != 0 ? below.text : "");
    }
}

int cli_convert(const cli_arguments *arguments)
{
    const char *value = arguments->operands[0], *from = arguments->operands[1], *to = arguments->operands[2];
    const char *path = arguments->options[CLI_OPTION_FACTS];
    int64_t value_micro, step_micro = 1;
    mbill_round_how how = MBILL_ROUND_HALF_EVEN;
    mbill_conversion conversion = {.struct_size = (uint32_t)sizeof conversion};
    mbill_facts *facts = NULL;
    mbill_error err;
    size_t n_facts;
    mbill_error_init(&err);
    int code = cli_option_round(arguments, CLI_OPTION_ROUND, &step_micro, &how);
    if (code != CLI_DONE) return code;
    if (mbill_decimal_parse(value, strlen(value), MBILL_SCALE_MICRO, &value_micro, &err) != MBILL_OK)
        return cli_refuse(NULL, CLI_DOCUMENT, &err);
    code = cli_load_facts(path, &facts);
    if (code != CLI_DONE) return code;
    mbill_convert_fact *numbers = numbers_of(facts, &n_facts);
    if (mbill_convert(value_micro, from, to, numbers, n_facts, step_micro, how, &conversion, &err) == MBILL_OK)
        print(from, to, value_micro, &conversion);
    else code = cli_refuse(path, CLI_DOCUMENT, &err);
    free(numbers);
    mbill_facts_free(facts);
    return code;
}

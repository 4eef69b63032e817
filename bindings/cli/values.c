/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when an option holds another kind of value. */
#include "values.h"

#include "output.h"

#include "meterbill/decimal.h"

#include <string.h>

int cli_need_option(const cli_arguments *arguments, cli_option option, const char *why)
{
    if (arguments->options[option] != NULL) return CLI_DONE;
    return cli_usage("--%s is missing%s%s", cli_option_forms[option].name, why != NULL ? "; " : "", why != NULL ? why : "");
}

int cli_option_instant(const cli_arguments *arguments, cli_option option, const mbill_zone *zone, int64_t *inout_utc_s)
{
    mbill_error err;
    const char *text = arguments->options[option];
    mbill_error_init(&err);
    if (text == NULL || mbill_time_parse(text, strlen(text), zone, inout_utc_s, &err) == MBILL_OK) return CLI_DONE;
    return cli_usage("--%s: %s", cli_option_forms[option].name, err.message);
}

int cli_read_whole(const char *text, const char *name, int64_t least, int64_t most, int64_t *out)
{
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_decimal_parse(text, strlen(text), 0, out, &err) != MBILL_OK) return cli_usage("%s: %s", name, err.message);
    if (*out < least || *out > most)
        return cli_usage("%s is %s, expected %lld to %lld", name, text, (long long)least, (long long)most);
    return CLI_DONE;
}

int cli_option_whole(const cli_arguments *arguments, cli_option option, int64_t least, int64_t most, int64_t *inout)
{
    const char *text = arguments->options[option];
    return text == NULL ? CLI_DONE : cli_read_whole(text, cli_option_forms[option].name, least, most, inout);
}

int cli_option_micro(const cli_arguments *arguments, cli_option option, int64_t least_micro, int64_t *inout_micro)
{
    mbill_error err;
    const char *text = arguments->options[option], *name = cli_option_forms[option].name;
    mbill_error_init(&err);
    if (text == NULL) return CLI_DONE;
    if (mbill_decimal_parse(text, strlen(text), MBILL_SCALE_MICRO, inout_micro, &err) != MBILL_OK)
        return cli_usage("--%s: %s", name, err.message);
    if (*inout_micro >= least_micro) return CLI_DONE;
    return cli_usage("--%s is %s, expected %s", name, text, least_micro > 0 ? "more than 0" : "0 or more");
}

int cli_option_round(const cli_arguments *arguments, cli_option option, int64_t *inout_step_micro, mbill_round_how *inout_how)
{
    static const char *const rules[] = {"half_up", "half_even", "down", "up", "floor", "ceiling"};
    const char *text = arguments->options[option], *comma = text != NULL ? strchr(text, ',') : NULL;
    if (text == NULL || strcmp(text, "none") == 0) return CLI_DONE;
    for (size_t i = 0; comma != NULL && i < sizeof rules / sizeof rules[0]; i++) {
        if (strcmp(comma + 1, rules[i]) != 0) continue;
        *inout_how = (mbill_round_how)(i + MBILL_ROUND_HALF_UP);
        mbill_status status = mbill_decimal_parse(text, (size_t)(comma - text), MBILL_SCALE_MICRO, inout_step_micro, NULL);
        if (status == MBILL_OK && *inout_step_micro > 0) return CLI_DONE;
    }
    return cli_usage("--%s is \"%s\", expected none, or a step and one of half_up, half_even, down, up, floor, ceiling",
        cli_option_forms[option].name, text);
}

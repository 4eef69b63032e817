/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a heat command takes another kind of value. */
#include "heat_options.h"

#include "values.h"

#include <inttypes.h>
#include <string.h>

int cli_need_micro(const cli_arguments *arguments, cli_option option, int64_t *out_micro)
{
    int code = cli_need_option(arguments, option, NULL);
    return code == CLI_DONE ? cli_option_micro(arguments, option, INT64_MIN, out_micro) : code;
}

/* A micro-megapascal is a pascal. */
int cli_option_pressure(const cli_arguments *arguments, int64_t *inout_pa)
{
    return cli_option_micro(arguments, CLI_OPTION_PRESSURE, INT64_MIN, inout_pa);
}

int cli_need_side(const cli_arguments *arguments, mbill_heat_side *out_side)
{
    const char *side = arguments->options[CLI_OPTION_SIDE];
    int code = cli_need_option(arguments, CLI_OPTION_SIDE, "the pipe in which the flow sensor stands: flow or return");
    if (code != CLI_DONE) return code;
    *out_side = strcmp(side, "flow") == 0 ? MBILL_HEAT_SIDE_FLOW : MBILL_HEAT_SIDE_RETURN;
    if (*out_side == MBILL_HEAT_SIDE_FLOW || strcmp(side, "return") == 0) return CLI_DONE;
    return cli_usage("--side is \"%s\", expected flow or return", side);
}

const char *cli_side_name(mbill_heat_side side)
{
    return side == MBILL_HEAT_SIDE_FLOW ? "flow" : "return";
}

static cli_short scaled(int64_t value, int places)
{
    cli_short out = {""};
    uint64_t unit = 1, size = value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value;
    for (int place = 0; place < places; place++) unit *= 10;
    int len = snprintf(out.text, sizeof out.text, "%s%" PRIu64 ".%0*" PRIu64, value < 0 ? "-" : "", size / unit, places,
        size % unit);
    while (out.text[len - 1] == '0') len--;
    if (out.text[len - 1] == '.') len--;
    out.text[len] = '\0';
    return out;
}

cli_short cli_pico(int64_t value_pico)
{
    return scaled(value_pico, 12);
}

cli_short cli_nano(int64_t value_nano)
{
    return scaled(value_nano, 9);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way to say how a bill over a price change is made does. */
#include "change.h"

#include "load.h"
#include "values.h"

#include <stdlib.h>
#include <string.h>

/* Without one: every place that a quantity has. */
static int read_round(const cli_arguments *arguments, mbill_change_rule *out)
{
    mbill_round_how how = MBILL_ROUND_HALF_EVEN;
    out->step_micro = 1;
    int code = cli_option_round(arguments, CLI_OPTION_CHANGE_ROUND, &out->step_micro, &how);
    out->how = (int32_t)how;
    return code;
}

static int read_rule(const cli_arguments *arguments, mbill_change_rule *out)
{
    const char *change = arguments->options[CLI_OPTION_CHANGE], *round = arguments->options[CLI_OPTION_CHANGE_ROUND];
    *out = (mbill_change_rule){.struct_size = (uint32_t)sizeof *out};
    if (change == NULL) return cli_usage("several versions of a tariff need --change days or --change readings");
    if (strcmp(change, "readings") == 0) {
        out->split = MBILL_CHANGE_READINGS;
        return round == NULL ? CLI_DONE : cli_usage("--change-round is for --change days; readings are not rounded");
    }
    if (strcmp(change, "days") != 0) return cli_usage("--change is \"%s\", expected days or readings", change);
    out->split = MBILL_CHANGE_DAYS;
    return round != NULL ? read_round(arguments, out) : cli_usage("--change days needs --change-round");
}

int cli_change_load(cli_pricing *p, const cli_arguments *arguments)
{
    if (p->n_later == 0) {
        if (arguments->options[CLI_OPTION_CHANGE] == NULL && arguments->options[CLI_OPTION_CHANGE_ROUND] == NULL) return CLI_DONE;
        return cli_usage("--change is for several versions of a tariff; one is given");
    }
    int code = read_rule(arguments, &p->change);
    if (code != CLI_DONE) return code;
    p->later = cli_allocate(NULL, p->n_later, sizeof(mbill_tariff *));
    memset(p->later, 0, p->n_later * sizeof(mbill_tariff *));
    for (size_t i = 0; i < p->n_later; i++) {
        p->blamed = p->later_paths[i];
        p->place = CLI_DOCUMENT;
        if (cli_read_tariff(p->later_paths[i], &p->later[i], &p->err) != MBILL_OK) return CLI_REFUSED;
    }
    return CLI_DONE;
}

mbill_status cli_change_price(cli_pricing *p)
{
    size_t n_parts = 1 + p->n_later, n_lines = 0;
    mbill_change_part *parts = cli_allocate(NULL, n_parts, sizeof *parts);
    mbill_position *after = cli_allocate(NULL, mbill_position_size(p->later[p->n_later - 1]), 1);
    p->segments = cli_allocate(NULL, n_parts, sizeof *p->segments);
    for (size_t i = 0; i < n_parts; i++) {
        parts[i] = (mbill_change_part){.tariff = i == 0 ? p->tariff : p->later[i - 1], .from_utc_s = p->request.from_utc_s};
        if (i > 0) mbill_tariff_valid(parts[i].tariff, &parts[i].from_utc_s, NULL);
    }
    mbill_status status = mbill_change_price(parts, n_parts, &p->change, &p->request, p->position, NULL, 0, &n_lines, p->segments,
        &p->bill, after, &p->err);
    if (status == MBILL_E_ROOM) {
        mbill_error_init(&p->err);
        p->lines = cli_allocate(NULL, n_lines, sizeof *p->lines);
        status = mbill_change_price(parts, n_parts, &p->change, &p->request, p->position, p->lines, n_lines, &p->n_lines,
            p->segments, &p->bill, after, &p->err);
    }
    free(p->position);
    p->position = after;
    free(parts);
    return status;
}

void cli_change_free(cli_pricing *p)
{
    for (size_t i = 0; p->later != NULL && i < p->n_later; i++) mbill_tariff_free(p->later[i]);
    free((void *)p->later);
    free(p->segments);
}

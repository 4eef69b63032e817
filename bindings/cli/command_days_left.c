/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill days-left: how long money lasts at a use per day. */
#include "command.h"

#include "load.h"
#include "output.h"
#include "values.h"

#include "meterbill/buy.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct lasting {
    mbill_tariff *tariff;
    mbill_facts *facts;
    mbill_position *position;
    mbill_price_request request;
    int64_t balance_micro;
    mbill_recent_use use;
    mbill_days_left left;
} lasting;

static int load(lasting *l, const cli_arguments *arguments)
{
    int code = cli_need_option(arguments, CLI_OPTION_BALANCE, NULL);
    if (code == CLI_DONE) code = cli_need_option(arguments, CLI_OPTION_USE, NULL);
    if (code == CLI_DONE) code = cli_option_micro(arguments, CLI_OPTION_BALANCE, INT64_MIN, &l->balance_micro);
    if (code == CLI_DONE) code = cli_option_micro(arguments, CLI_OPTION_USE, 0, &l->use.per_day_micro);
    if (code == CLI_DONE) code = cli_load_tariff(arguments->operands[0], &l->tariff);
    if (code == CLI_DONE) code = cli_load_facts(arguments->options[CLI_OPTION_FACTS], &l->facts);
    if (code == CLI_DONE) code = cli_load_position(arguments->options[CLI_OPTION_POSITION], l->tariff, &l->position);
    if (code != CLI_DONE) return code;
    l->request.struct_size = (uint32_t)sizeof l->request;
    l->request.from_utc_s = (int64_t)time(NULL);
    cli_take_facts(l->facts, &l->request);
    return cli_option_instant(arguments, CLI_OPTION_AT, mbill_tariff_labels(l->tariff)->zone, &l->request.from_utc_s);
}

static int look_ahead(lasting *l, const cli_arguments *arguments)
{
    mbill_error err;
    size_t cap = 0;
    int64_t from_utc_s = l->request.from_utc_s;
    mbill_error_init(&err);
    l->use.struct_size = (uint32_t)sizeof l->use;
    l->left.struct_size = (uint32_t)sizeof l->left;
    mbill_status status = mbill_tariff_lines_max(l->tariff, from_utc_s, from_utc_s + 2 * 86400, &cap, &err);
    if (status == MBILL_OK) {
        mbill_line *lines = cli_allocate(NULL, cap, sizeof *lines);
        status = mbill_tariff_days_left(l->tariff, &l->request, l->position, l->balance_micro, &l->use, lines, cap, &l->left,
            &err);
        free(lines);
    }
    const char *position = arguments->options[CLI_OPTION_POSITION];
    if (status == MBILL_OK) return CLI_DONE;
    return cli_refuse(status == MBILL_E_POSITION && position != NULL ? position : arguments->operands[0], CLI_DOCUMENT, &err);
}

static void print(const lasting *l)
{
    int never = (l->left.flags & MBILL_DAYS_LEFT_NEVER) != 0, at_least = (l->left.flags & MBILL_DAYS_LEFT_AT_LEAST) != 0;
    cli_time until = cli_time_text(never || at_least ? 0 : l->left.runs_out_utc_s, mbill_tariff_labels(l->tariff)->zone);
    if (cli_json()) {
        cli_json_begin("days_left");
        cli_json_member("balance", cli_micro(l->balance_micro).text);
        cli_json_member("use", cli_micro(l->use.per_day_micro).text);
        cli_json_member("lasts", never ? "ever" : at_least ? "at_least" : "until");
        if (!never) cli_json_whole("days", l->left.days);
        if (!never && !at_least) cli_json_member("until", until.text);
        cli_json_end();
    } else if (never) {
        (void)puts("nothing is charged: the money does not run out");
    } else {
        (void)printf("%s%" PRId64 " day%s%s%s\n", at_least ? "at least " : "", l->left.days, l->left.days == 1 ? "" : "s",
            at_least ? "" : ", until ", at_least ? "" : until.text);
    }
}

int cli_days_left(const cli_arguments *arguments)
{
    lasting l;
    memset(&l, 0, sizeof l);
    int code = load(&l, arguments);
    if (code == CLI_DONE) code = look_ahead(&l, arguments);
    if (code == CLI_DONE) print(&l);
    free(l.position);
    mbill_facts_free(l.facts);
    mbill_tariff_free(l.tariff);
    return code;
}

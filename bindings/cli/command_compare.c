/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill compare: what one account would pay under each tariff, the cheapest first. A tariff that cannot price the readings is listed
 * with its reason. */
#include "command.h"

#include "load.h"
#include "output.h"
#include "pricing.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

typedef struct candidate {
    cli_pricing pricing;
    int refused;
} candidate;

/* Money of two currencies has no order: the first tariff that prices says which one is compared in. */
static void check_currency(candidate *all, int n)
{
    const char *currency = NULL;
    for (int i = 0; i < n; i++) {
        candidate *one = &all[i];
        if (one->refused) continue;
        const char *own = mbill_tariff_labels(one->pricing.tariff)->currency;
        if (currency == NULL) currency = own;
        if (strcmp(own, currency) == 0) continue;
        one->refused = 1;
        one->pricing.blamed = one->pricing.tariff_path;
        one->pricing.place = CLI_DOCUMENT;
        (void)cli_fail(&one->pricing.err, MBILL_E_INVALID, -1, "the price is in %s, but those before it are in %s", own,
            currency);
    }
}

/* By total; equal ones stay in the order they were named in, and so do those that are refused, at the end. */
static void rank(candidate *all, candidate **order, int n)
{
    for (int i = 0; i < n; i++) {
        int at = i;
        for (; at > 0; at--) {
            const candidate *before = order[at - 1];
            int later = all[i].refused ||
                (!before->refused && before->pricing.bill.total_micro <= all[i].pricing.bill.total_micro);
            if (later) break;
            order[at] = order[at - 1];
        }
        order[at] = &all[i];
    }
}

static void print_refused_json(const candidate *one)
{
    const cli_pricing *p = &one->pricing;
    cli_json_member("status", mbill_status_name(p->err.status));
    if (strcmp(p->blamed, p->tariff_path) != 0) cli_json_member("blamed", p->blamed);
    if (p->err.path[0] != '\0') cli_json_member("path", p->err.path);
    cli_json_member("message", p->err.message);
}

static void print_json(candidate *const *order, int n)
{
    cli_json_begin("compare");
    (void)fputs(",\"tariffs\":[", stdout);
    for (int i = 0; i < n; i++) {
        const cli_pricing *p = &order[i]->pricing;
        (void)fputs(i > 0 ? ",{\"file\":" : "{\"file\":", stdout);
        cli_json_text(p->tariff_path);
        if (order[i]->refused) {
            print_refused_json(order[i]);
        } else {
            const mbill_labels *labels = mbill_tariff_labels(p->tariff);
            cli_json_whole("rank", i + 1);
            cli_json_member("id", labels->tariff);
            cli_json_member("version", labels->version);
            cli_json_member("total", cli_micro(p->bill.total_micro).text);
            cli_json_member("currency", labels->currency);
            cli_json_member("more", cli_micro(p->bill.total_micro - order[0]->pricing.bill.total_micro).text);
            (void)printf(",\"bill\":%s", p->bill_text);
        }
        (void)fputs("}", stdout);
    }
    (void)fputs("]", stdout);
    cli_json_end();
}

static void print_table(candidate *const *order, int n)
{
    cli_table table;
    char text[80];
    cli_table_start(&table, "rrlrlll");
    for (int i = 0; i < n && !order[i]->refused; i++) {
        const cli_pricing *p = &order[i]->pricing;
        const mbill_labels *labels = mbill_tariff_labels(p->tariff);
        (void)snprintf(text, sizeof text, "%d", i + 1);
        cli_table_cell(&table, text);
        cli_table_cell(&table, cli_money(p->bill.total_micro).text);
        cli_table_cell(&table, labels->currency);
        (void)snprintf(text, sizeof text, "+%s", cli_money(p->bill.total_micro - order[0]->pricing.bill.total_micro).text);
        cli_table_cell(&table, i > 0 ? text : "");
        cli_table_cell(&table, labels->tariff);
        cli_table_cell(&table, labels->version);
        cli_table_cell(&table, p->tariff_path);
    }
    cli_table_end(&table, "");
    for (int i = 0; i < n; i++) {
        if (!order[i]->refused) continue;
        (void)fputs("not priced: ", stdout);
        cli_print_clean(stdout, order[i]->pricing.tariff_path, strlen(order[i]->pricing.tariff_path));
        (void)fputs(": ", stdout);
        cli_print_clean(stdout, order[i]->pricing.err.message, strlen(order[i]->pricing.err.message));
        (void)fputc('\n', stdout);
    }
}

/* Price all; usage that is wrong is wrong for every tariff. */
static int price_all(candidate *all, int n, const mbill_facts *facts, const cli_arguments *arguments)
{
    for (int i = 0; i < n; i++) {
        cli_pricing *p = &all[i].pricing;
        p->tariff_path = arguments->operands[i];
        p->readings_path = arguments->operands[n];
        p->facts = facts;
        int code = cli_pricing_make(p, arguments);
        if (code == CLI_USAGE) return code;
        all[i].refused = code != CLI_DONE;
    }
    return CLI_DONE;
}

int cli_compare(const cli_arguments *arguments)
{
    mbill_facts *facts = NULL;
    int n = arguments->n_operands - 1;
    int code = cli_load_facts(arguments->options[CLI_OPTION_FACTS], &facts);
    if (code != CLI_DONE) return code;
    candidate *all = cli_allocate(NULL, (size_t)n, sizeof *all), **order = cli_allocate(NULL, (size_t)n, sizeof *order);
    memset(all, 0, (size_t)n * sizeof *all);
    code = price_all(all, n, facts, arguments);
    if (code == CLI_DONE) {
        check_currency(all, n);
        rank(all, order, n);
        if (order[0]->refused && n == 1) code = cli_refuse(all->pricing.blamed, all->pricing.place, &all->pricing.err);
        else if (cli_json()) print_json(order, n);
        else print_table(order, n);
        if (order[0]->refused) code = CLI_REFUSED;
    }
    for (int i = 0; i < n; i++) cli_pricing_free(&all[i].pricing);
    free(order);
    free(all);
    mbill_facts_free(facts);
    return code;
}

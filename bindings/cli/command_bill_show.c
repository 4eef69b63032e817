/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill bill show: one bill that is paid afterwards, from what was priced to what happened to it. */
#include "command.h"

#include "document.h"
#include "open.h"
#include "output.h"
#include "show_bill.h"
#include "table.h"

#include "meterbill/billing.h"
#include "meterbill/decimal.h"

#include <stdlib.h>
#include <string.h>

typedef struct showing {
    mbill_store *store;
    int64_t bill;
} showing;

static mbill_status bill_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const showing *of = context;
    return mbill_store_billing_document(of->store, of->bill, out_text, inout_len, err);
}

static void cell(cli_table *table, cli_value object, const char *key)
{
    char text[160];
    cli_value value = cli_value_member(object, key);
    cli_value_text(value, text, sizeof text);
    cli_table_cell(table, cli_value_kind(value) == 'n' ? "" : text);
}

/* A list of objects as a table under its name; nothing where it is empty. */
static void show_list(cli_value bill, const char *name, const char *columns, const char *const *keys, size_t n)
{
    cli_table table;
    cli_walk walk = cli_walk_over(cli_value_member(bill, name));
    if (!cli_walk_next(&walk)) return;
    (void)puts(name);
    cli_table_start(&table, columns);
    do
        for (size_t i = 0; i < n; i++) cell(&table, walk.value, keys[i]);
    while (cli_walk_next(&walk));
    cli_table_end(&table, "  ");
}

static void show_state(cli_value bill)
{
    static const char *const keys[] = {"state", "issued", "due", "amount", "corrected", "fees", "paid", "written_off", "open"};
    cli_table table;
    (void)puts("bill");
    cli_table_start(&table, "lr");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        cli_table_cell(&table, keys[i]);
        cell(&table, bill, keys[i]);
    }
    cli_table_end(&table, "  ");
}

static void show(cli_value bill)
{
    static const char *const items[] = {"charge", "from", "to", "days", "amount", "title"};
    static const char *const steps[] = {"at", "step", "amount", "was", "is", "by", "note"};
    char text[160];
    cli_value_text(cli_value_member(bill, "account"), text, sizeof text);
    cli_print_clean(stdout, text, strlen(text));
    (void)fputs(", ", stdout);
    cli_show_bill(cli_value_member(bill, "priced"));
    show_list(bill, "items", "lllrrl", items, sizeof items / sizeof items[0]);
    show_state(bill);
    show_list(bill, "history", "llrrrll", steps, sizeof steps / sizeof steps[0]);
}

int cli_bill_show(const cli_arguments *arguments)
{
    const char *path = arguments->operands[0], *number = arguments->operands[1];
    showing of = {NULL, 0};
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_decimal_parse(number, strlen(number), 0, &of.bill, &err) != MBILL_OK) return cli_usage("BILL: %s", err.message);
    int code = cli_store_open(path, 0, &of.store);
    if (code != CLI_DONE) return code;
    char *text = cli_make_text(bill_text, &of, &err);
    if (text == NULL) code = cli_refuse(path, CLI_DOCUMENT, &err);
    else if (cli_json()) (void)puts(text);
    else show(cli_value_of(text, strlen(text)));
    free(text);
    mbill_store_free(of.store);
    return code;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill heat settle: the end of a season, step by step. */
#include "command.h"

#include "load.h"
#include "output.h"
#include "table.h"

#include "meterbill/settle.h"

#include <stdlib.h>
#include <string.h>

typedef struct settling {
    mbill_settlement_document *document;
    mbill_settle_step *steps;
    size_t n_steps;
    mbill_settled settled;
} settling;

static mbill_status settled_text(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const settling *s = context;
    return mbill_settled_write(&s->settled, s->steps, s->n_steps, out_text, inout_len, err);
}

/* "2500, 30 %, 20 of 120 days": what is not a share is left out. */
static void put_base(cli_table *table, const mbill_settle_step *step)
{
    char text[160] = "";
    cli_append(text, sizeof text, cli_money(step->base_micro).text);
    if (step->percent_micro != INT64_C(100000000)) {
        cli_append(text, sizeof text, " x ");
        cli_append(text, sizeof text, cli_micro(step->percent_micro).text);
        cli_append(text, sizeof text, " %");
    }
    if (step->of_days != 1) {
        char days[48];
        (void)snprintf(days, sizeof days, " x %d/%d days", (int)step->days, (int)step->of_days);
        cli_append(text, sizeof text, days);
    }
    cli_table_cell(table, step->percent_micro == INT64_C(100000000) && step->of_days == 1 ? "" : text);
}

static void put_sum(cli_table *table, const char *name, int64_t amount_micro)
{
    cli_table_cell(table, name);
    cli_table_cell(table, "");
    cli_table_cell(table, cli_money(amount_micro).text);
}

static void print_text(const settling *s)
{
    cli_table table;
    cli_table_start(&table, "llr");
    for (size_t i = 0; i < s->n_steps; i++) {
        if (s->steps[i].kind == MBILL_SETTLE_STEP_PAID) put_sum(&table, "due", s->settled.due_micro);
        cli_table_cell(&table, mbill_settle_step_name(&s->steps[i]));
        put_base(&table, &s->steps[i]);
        cli_table_cell(&table, cli_money(s->steps[i].amount_micro).text);
    }
    cli_table_end(&table, "");
}

static mbill_status settle(settling *s, mbill_error *err)
{
    const mbill_settlement *settlement = mbill_settlement_of(s->document);
    size_t cap = settlement->n_episodes + 9;
    s->steps = cli_allocate(NULL, cap, sizeof *s->steps);
    s->settled.struct_size = (uint32_t)sizeof s->settled;
    return mbill_settle(settlement, s->steps, cap, &s->n_steps, &s->settled, err);
}

static int run(settling *s, const char *path)
{
    mbill_error err;
    cli_file file;
    int code = cli_load_file(path, &file);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    mbill_status status = mbill_settlement_read(file.bytes, file.len, NULL, &s->document, &err);
    cli_file_free(&file);
    if (status == MBILL_OK) status = settle(s, &err);
    char *text = status == MBILL_OK ? cli_make_text(settled_text, s, &err) : NULL;
    if (text == NULL) return cli_refuse(path, CLI_RECORDS, &err);
    if (cli_json()) (void)puts(text);
    else print_text(s);
    free(text);
    return CLI_DONE;
}

int cli_heat_settle(const cli_arguments *arguments)
{
    settling s;
    memset(&s, 0, sizeof s);
    int code = run(&s, arguments->operands[0]);
    free(s.steps);
    mbill_settlement_document_free(s.document);
    return code;
}

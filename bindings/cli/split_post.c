/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a split is given to the ledger or billed in another form. Every line is made before any is printed. */
#include "split_post.h"

#include "output.h"

#include "meterbill/operations.h"
#include "meterbill/posting.h"

#include <inttypes.h>
#include <stdlib.h>

/* The postings of one account. */
typedef struct account_run {
    const mbill_split_bill *bill;
    const mbill_posting *postings;
    size_t n;
} account_run;

typedef struct line_list {
    char **texts;
    int64_t *accounts;
    size_t n;
} line_list;

static mbill_status write_operation(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_operation operation;
    mbill_status status = mbill_posting_operation(context, &operation, err);
    return status == MBILL_OK ? mbill_operation_write(&operation, out_text, inout_len, err) : status;
}

static mbill_status write_bill(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const account_run *run = context;
    return mbill_posting_bill_write(run->bill, run->postings, run->n, 0, out_text, inout_len, err);
}

/* One line more; 0: refused. */
static int add(line_list *lines, int64_t account, char *text)
{
    if (text == NULL) return 0;
    lines->accounts[lines->n] = account;
    lines->texts[lines->n++] = text;
    return 1;
}

static void start(line_list *lines, size_t n)
{
    lines->texts = cli_allocate(NULL, n + 1, sizeof *lines->texts);
    lines->accounts = cli_allocate(NULL, n + 1, sizeof *lines->accounts);
    lines->n = 0;
}

static void finish(line_list *lines)
{
    for (size_t i = 0; i < lines->n; i++) free(lines->texts[i]);
    free(lines->texts);
    free(lines->accounts);
}

/* What the request must say before anything is booked or billed. */
static int refuse_without(const char *path, const char *key, const char *what)
{
    mbill_error err;
    mbill_error_init(&err);
    (void)cli_fail(&err, MBILL_E_MISSING_KEY, -1, "the request has no \"%s\", %s", key, what);
    return cli_refuse(path, CLI_DOCUMENT, &err);
}

static int has_id(const mbill_posting *posting)
{
    static const mbill_id none;
    size_t i = 0;
    while (i < sizeof none.bytes && posting->id.bytes[i] == none.bytes[i]) i++;
    return i < sizeof none.bytes;
}

int cli_split_ledger(const mbill_split *split, const char *path)
{
    size_t n;
    int right = 1, code = CLI_DONE;
    line_list lines;
    mbill_error err;
    mbill_error_init(&err);
    const mbill_posting *postings = mbill_split_postings(split, &n);
    if (postings == NULL || (n > 0 && !has_id(&postings[0])))
        return refuse_without(path, "id", "from which the ids of its operations are made");
    start(&lines, n);
    for (size_t i = 0; i < n && right; i++)
        if (mbill_posting_is_booked(&postings[i]))
            right = add(&lines, postings[i].account, cli_make_text(write_operation, &postings[i], &err));
    for (size_t i = 0; i < lines.n && right; i++) (void)puts(lines.texts[i]);
    if (!right) code = cli_refuse(path, CLI_DOCUMENT, &err);
    finish(&lines);
    return code;
}

/* The owner, with a residual of 0 and nothing else. */
static int is_nothing(const account_run *run)
{
    return run->n == 1 && (run->postings[0].flags & MBILL_POSTING_RESIDUAL) != 0 && run->postings[0].amount_micro == 0;
}

/* Numbers from 2^31 on are text, as everywhere. */
static void print_bill(int64_t account, const char *bill)
{
    const char *quote = account > INT32_MAX ? "\"" : "";
    (void)printf("{\"account\":%s%" PRId64 "%s,\"bill\":%s}\n", quote, account, quote, bill);
}

int cli_split_bills(const mbill_split *split, const char *path)
{
    account_run run = {mbill_split_bill_of(split), NULL, 0};
    size_t n;
    int right = 1, code = CLI_DONE;
    line_list lines;
    mbill_error err;
    mbill_error_init(&err);
    if (run.bill == NULL) return refuse_without(path, "bill", "which says what its bills are to say");
    const mbill_posting *postings = mbill_split_postings(split, &n);
    start(&lines, n);
    for (size_t i = 0; i < n && right; i += run.n) {
        run.postings = &postings[i];
        run.n = 1;
        while (i + run.n < n && postings[i + run.n].account == postings[i].account) run.n++;
        if (is_nothing(&run)) continue;
        right = add(&lines, postings[i].account, cli_make_text(write_bill, &run, &err));
    }
    for (size_t i = 0; i < lines.n && right; i++) print_bill(lines.accounts[i], lines.texts[i]);
    if (!right) code = cli_refuse(path, CLI_DOCUMENT, &err);
    finish(&lines);
    return code;
}

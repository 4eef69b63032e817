/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill bill review, issue and every other step of a bill's life, payments, reminders, priorities and scores. */
#define _POSIX_C_SOURCE 200809L
#include "command.h"

#include "bill_rows.h"
#include "load.h"
#include "open.h"
#include "output.h"
#include "table.h"
#include "values.h"

#include "meterbill/decimal.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- options ---- */

static int option_whole(const cli_arguments *arguments, cli_option option, int64_t least, int64_t most, int64_t *out)
{
    const char *text = arguments->options[option];
    if (text == NULL) return cli_usage("--%s is missing", cli_option_forms[option].name);
    return cli_read_whole(text, cli_option_forms[option].name, least, most, out);
}

/* ---- steps ---- */

static void on_refused(void *ctx, int64_t bill, const mbill_error *err)
{
    (void)fprintf(stderr, "meterbill: ");
    cli_print_clean(stderr, ctx, strlen(ctx));
    (void)fprintf(stderr, ": bill %lld: ", (long long)bill);
    cli_print_clean(stderr, err->message, strlen(err->message));
    (void)fputc('\n', stderr);
}

static void print_summary(int32_t kind, const mbill_billing_summary *summary)
{
    if (!cli_json()) {
        (void)printf("%s: %lld bill%s, %s booked\n", mbill_cycle_kind_name(kind), (long long)summary->n_done,
            summary->n_done == 1 ? "" : "s", cli_sum(&summary->booked).text);
        if (summary->n_refused > 0) (void)printf("refused: %lld; the messages say why\n", (long long)summary->n_refused);
        return;
    }
    cli_json_begin("bill_step");
    cli_json_member("do", mbill_cycle_kind_name(kind));
    cli_json_whole("done", summary->n_done);
    cli_json_whole("refused", summary->n_refused);
    cli_json_member("booked", cli_sum(&summary->booked).text);
    cli_json_end();
}

/* The words behind the file: numbers of bills, or "all", or "plain" for those that nothing speaks against. */
static int read_bills(const cli_arguments *arguments, int32_t kind, int64_t *bills, uint32_t *out_flags)
{
    const int n = arguments->n_operands - 1;
    const bool for_all = kind == MBILL_CYCLE_REVIEW || kind == MBILL_CYCLE_ISSUE;
    const char *word = n == 1 ? arguments->operands[1] : "";
    *out_flags = kind == MBILL_CYCLE_REVIEW && strcmp(word, "plain") == 0 ? MBILL_BILLING_PLAIN : 0;
    bills[0] = 0;
    if (*out_flags != 0 || (for_all && strcmp(word, "all") == 0)) return CLI_DONE;
    for (int i = 0; i < n; i++) {
        int code = cli_read_whole(arguments->operands[i + 1], "BILL", 1, INT64_MAX, &bills[i]);
        if (code != CLI_DONE) return code;
    }
    return CLI_DONE;
}

static int run_steps(const cli_arguments *arguments, mbill_billing_request *request, const int64_t *bills)
{
    const char *path = arguments->operands[0];
    const int n = bills[0] == 0 ? 1 : arguments->n_operands - 1;
    mbill_billing_summary all = {.struct_size = (uint32_t)sizeof all};
    mbill_error err;
    mbill_store *store = NULL;
    mbill_status status = MBILL_OK;
    int code = cli_store_open(path, 0, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    for (int i = 0; i < n && status == MBILL_OK; i++) {
        mbill_billing_summary one = {.struct_size = (uint32_t)sizeof one};
        request->bill = bills[i];
        status = mbill_store_billing_step(store, request, &one, &err);
        all.n_done += one.n_done;
        all.n_refused += one.n_refused;
        int64_t booked_micro = 0;
        if (status == MBILL_OK) status = mbill_sum_value(&one.booked, &booked_micro, &err);
        if (status == MBILL_OK) status = mbill_sum_add(&all.booked, &booked_micro, 1, &err);
    }
    mbill_store_free(store);
    if (status != MBILL_OK) return cli_refuse(path, CLI_DOCUMENT, &err);
    print_summary(request->kind, &all);
    return all.n_refused > 0 ? CLI_REFUSED : CLI_DONE;
}

static int start_request(const cli_arguments *arguments, int32_t kind, mbill_billing_request *out)
{
    *out = (mbill_billing_request){.struct_size = (uint32_t)sizeof *out,
        .kind = kind,
        .at_utc_s = (int64_t)time(NULL),
        .note = arguments->options[CLI_OPTION_NOTE],
        .by = arguments->options[CLI_OPTION_BY],
        .refused = on_refused,
        .refused_ctx = arguments->operands[0]};
    return cli_option_instant(arguments, CLI_OPTION_AT, NULL, &out->at_utc_s);
}

static int step(const cli_arguments *arguments, int32_t kind)
{
    mbill_billing_request request;
    int64_t *bills = cli_allocate(NULL, (size_t)arguments->n_operands, sizeof *bills), reason = 0;
    int code = start_request(arguments, kind, &request);
    if (code == CLI_DONE) code = read_bills(arguments, kind, bills, &request.flags);
    if (code == CLI_DONE && kind == MBILL_CYCLE_WRITE_OFF)
        code = option_whole(arguments, CLI_OPTION_REASON, 1, INT32_MAX, &reason);
    if (code == CLI_DONE && kind == MBILL_CYCLE_CORRECT) {
        if (arguments->options[CLI_OPTION_AMOUNT] == NULL) code = cli_usage("--amount is missing");
        else code = cli_option_micro(arguments, CLI_OPTION_AMOUNT, INT64_MIN, &request.amount_micro);
    }
    request.reason = (int32_t)reason;
    if (code == CLI_DONE) code = run_steps(arguments, &request, bills);
    free(bills);
    return code;
}

#define STEP(name, kind)                                                                                                         \
    int cli_bill_##name(const cli_arguments *arguments)                                                                          \
    {                                                                                                                            \
        return step(arguments, kind);                                                                                            \
    }

STEP(review, MBILL_CYCLE_REVIEW)
STEP(unreview, MBILL_CYCLE_UNREVIEW)
STEP(issue, MBILL_CYCLE_ISSUE)
STEP(cancel, MBILL_CYCLE_CANCEL)
STEP(replace, MBILL_CYCLE_REPLACE)
STEP(correct, MBILL_CYCLE_CORRECT)
STEP(dispute, MBILL_CYCLE_DISPUTE)
STEP(resolve, MBILL_CYCLE_RESOLVE)
STEP(writeoff, MBILL_CYCLE_WRITE_OFF)
STEP(restore, MBILL_CYCLE_RESTORE)

int cli_bill_overdue(const cli_arguments *arguments)
{
    const int64_t all = 0;
    mbill_billing_request request;
    int code = start_request(arguments, MBILL_CYCLE_TICK, &request);
    return code == CLI_DONE ? run_steps(arguments, &request, &all) : code;
}

/* ---- reminders ---- */

typedef struct reminding {
    char **lines; /* printed when they are marked */
    size_t n, cap;
} reminding;

static mbill_status take_reminder(void *ctx, const mbill_billing_row *row, mbill_error *err)
{
    reminding *to = ctx;
    char text[512];
    (void)err;
    (void)snprintf(text, sizeof text,
        "{\"bill\":%lld,\"account\":\"%s\",\"step\":%d,\"open\":\"%s\",\"days_late\":%d,\"channels\":[", (long long)row->bill,
        row->account, row->reminder, cli_micro(mbill_cycle_open(&row->cycle)).text, row->days_late);
    for (int32_t i = 0; i < row->n_channels; i++) {
        cli_append(text, sizeof text, i > 0 ? ",\"" : "\"");
        cli_append(text, sizeof text, row->channels[i]);
        cli_append(text, sizeof text, "\"");
    }
    cli_append(text, sizeof text, "]}");
    if (to->n == to->cap) {
        to->cap = to->cap * 2 + 16;
        to->lines = cli_allocate(to->lines, to->cap, sizeof *to->lines);
    }
    to->lines[to->n++] = cli_copy(text);
    return MBILL_OK;
}

int cli_bill_remind(const cli_arguments *arguments)
{
    const char *path = arguments->operands[0];
    reminding to = {NULL, 0, 0};
    mbill_billing_request request;
    mbill_error err;
    mbill_store *store = NULL;
    int code = start_request(arguments, MBILL_CYCLE_REMIND, &request);
    request.each = take_reminder;
    request.each_ctx = &to;
    if (code == CLI_DONE) code = cli_store_open(path, 0, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    mbill_status status = mbill_store_billing_step(store, &request, NULL, &err);
    mbill_store_free(store);
    for (size_t i = 0; i < to.n; i++) {
        if (status == MBILL_OK) (void)puts(to.lines[i]);
        free(to.lines[i]);
    }
    free(to.lines);
    return status == MBILL_OK ? CLI_DONE : cli_refuse(path, CLI_DOCUMENT, &err);
}

/* ---- payments ---- */

static void print_payments(const mbill_import_counts *counts)
{
    if (!cli_json()) {
        (void)printf("payments: %lld taken, %lld taken before\n", (long long)counts->n_added, (long long)counts->n_same);
        return;
    }
    cli_json_begin("bill_pay");
    cli_json_whole("added", counts->n_added);
    cli_json_whole("same", counts->n_same);
    cli_json_end();
}

int cli_bill_pay(const cli_arguments *arguments)
{
    const uint32_t flags = arguments->options[CLI_OPTION_NEXT_DAY] != NULL ? MBILL_PAYMENT_NEXT_DAY : 0;
    const char *path = strcmp(arguments->operands[1], "-") == 0 ? "/dev/stdin" : arguments->operands[1];
    mbill_import_counts counts = {.struct_size = (uint32_t)sizeof counts};
    mbill_error err;
    mbill_store *store = NULL;
    cli_file file;
    int code = cli_load_file(path, &file);
    if (code != CLI_DONE) return code;
    code = cli_store_open(arguments->operands[0], 0, &store);
    if (code == CLI_DONE) {
        mbill_error_init(&err);
        mbill_status status = mbill_store_put_payments(store, file.bytes, file.len, arguments->options[CLI_OPTION_ZONE], flags,
            &counts, &err);
        if (status == MBILL_OK) print_payments(&counts);
        else code = cli_refuse(arguments->operands[1], CLI_LINES, &err);
    }
    mbill_store_free(store);
    cli_file_free(&file);
    return code;
}

/* ---- priorities and scores ---- */

static int set_priority(const cli_arguments *arguments,
    mbill_status (*set)(mbill_store *store, const char *whose, int32_t priority, mbill_error *err))
{
    mbill_error err;
    mbill_store *store = NULL;
    int64_t priority;
    int code = cli_read_whole(arguments->operands[2], "PRIORITY", 0, INT32_MAX, &priority);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    if (set(store, arguments->operands[1], (int32_t)priority, &err) != MBILL_OK)
        code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    mbill_store_free(store);
    return code;
}

int cli_bill_priority(const cli_arguments *arguments)
{
    return set_priority(arguments, mbill_store_billing_priority);
}

int cli_bill_place_priority(const cli_arguments *arguments)
{
    return set_priority(arguments, mbill_store_billing_place_priority);
}

static int read_rule(const cli_arguments *arguments, mbill_score_rule *out)
{
    const char *weight = arguments->options[CLI_OPTION_WEIGHT];
    int64_t months = 0, least = 0;
    int code = option_whole(arguments, CLI_OPTION_MONTHS, 1, 1200, &months);
    if (code == CLI_DONE) code = option_whole(arguments, CLI_OPTION_LEAST, 1, INT32_MAX, &least);
    if (code != CLI_DONE) return code;
    if (weight == NULL || (strcmp(weight, "count") != 0 && strcmp(weight, "amount") != 0))
        return cli_usage("--weight is %s, expected count or amount", weight != NULL ? weight : "missing");
    *out = (mbill_score_rule){(uint32_t)sizeof *out, (int32_t)months,
        strcmp(weight, "count") == 0 ? MBILL_SCORE_BY_COUNT : MBILL_SCORE_BY_AMOUNT, (int32_t)least};
    return CLI_DONE;
}

static void print_score(const char *account, int32_t score, int32_t n_bills)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%d.%04d", score / MBILL_SCORE_BEST, score % MBILL_SCORE_BEST);
    if (!cli_json()) {
        cli_print_clean(stdout, account, strlen(account));
        (void)printf(": %s of what fell due was paid in time, by %d bill%s\n", text, n_bills, n_bills == 1 ? "" : "s");
        return;
    }
    cli_json_begin("bill_score");
    cli_json_member("account", account);
    cli_json_member("score", text);
    cli_json_whole("bills", n_bills);
    cli_json_end();
}

int cli_bill_score(const cli_arguments *arguments)
{
    mbill_score_rule rule;
    mbill_error err;
    mbill_store *store = NULL;
    int64_t at_utc_s = (int64_t)time(NULL);
    int32_t score, n_bills;
    int code = read_rule(arguments, &rule);
    if (code == CLI_DONE) code = cli_option_instant(arguments, CLI_OPTION_AT, NULL, &at_utc_s);
    if (code == CLI_DONE) code = cli_store_open(arguments->operands[0], 0, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    mbill_status status = mbill_store_billing_score(store, arguments->operands[1], &rule, at_utc_s,
        arguments->options[CLI_OPTION_FACT], &score, &n_bills, &err);
    if (status == MBILL_OK) print_score(arguments->operands[1], score, n_bills);
    else code = cli_refuse(arguments->operands[0], CLI_DOCUMENT, &err);
    mbill_store_free(store);
    return code;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* meterbill db close: every contract's bill for a span of days. What cannot be billed is named, the rest is billed; exit 1 says
 * so. */
#define _POSIX_C_SOURCE 200809L
#include "command.h"

#include "open.h"
#include "output.h"
#include "progress.h"

#include "meterbill/decimal.h"
#include "meterbill/tariff.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct refusal {
    char *account, *tariff;
    mbill_error err;
} refusal;

typedef struct closing {
    const char *file;
    cli_progress progress;
    refusal *refusals; /* kept for --json */
    size_t n, cap;
} closing;

static void on_progress(void *ctx, int64_t done, int64_t total)
{
    closing *to = ctx;
    cli_progress_show(&to->progress, done, total);
}

static void on_refused(void *ctx, const char *account, const char *tariff, const mbill_error *err)
{
    closing *to = ctx;
    cli_progress_clear(&to->progress);
    (void)fputs("meterbill: ", stderr);
    cli_print_clean(stderr, to->file, strlen(to->file));
    (void)fputs(": account ", stderr);
    cli_print_clean(stderr, account, strlen(account));
    (void)fputs(", tariff ", stderr);
    cli_print_clean(stderr, tariff, strlen(tariff));
    (void)fprintf(stderr, ": %s%s", err->path, err->path[0] != '\0' ? ": " : "");
    cli_print_clean(stderr, err->message, strlen(err->message));
    (void)fputc('\n', stderr);
    if (!cli_json()) return;
    if (to->n == to->cap) {
        to->cap = to->cap * 2 + 16;
        to->refusals = cli_allocate(to->refusals, to->cap, sizeof *to->refusals);
    }
    to->refusals[to->n++] = (refusal){cli_copy(account), cli_copy(tariff), *err};
}

static int64_t milliseconds(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void print_json(const closing *to, const mbill_close_summary *summary, int64_t elapsed_ms)
{
    cli_json_begin("db_close");
    cli_json_whole("billed", summary->n_billed);
    cli_json_whole("already", summary->n_already);
    cli_json_whole("refused", summary->n_refused);
    cli_json_whole("flagged", summary->n_flagged);
    cli_json_whole("readings", summary->n_readings);
    cli_json_member("total", cli_sum(&summary->total).text);
    cli_json_whole("elapsed_ms", elapsed_ms);
    (void)fputs(",\"refusals\":[", stdout);
    for (size_t i = 0; i < to->n; i++) {
        (void)fputs(i > 0 ? ",{\"account\":" : "{\"account\":", stdout);
        cli_json_text(to->refusals[i].account);
        cli_json_member("tariff", to->refusals[i].tariff);
        cli_json_member("status", mbill_status_name(to->refusals[i].err.status));
        if (to->refusals[i].err.path[0] != '\0') cli_json_member("path", to->refusals[i].err.path);
        cli_json_member("message", to->refusals[i].err.message);
        (void)fputs("}", stdout);
    }
    (void)fputs("]", stdout);
    cli_json_end();
}

static const char *plural(int64_t n)
{
    return n == 1 ? "" : "s";
}

static void print(const mbill_close_summary *summary, int64_t elapsed_ms)
{
    (void)printf("billed %" PRId64 " contract%s from %" PRId64 " reading%s in %" PRId64 ".%03" PRId64 " s, total %s\n",
        summary->n_billed, plural(summary->n_billed), summary->n_readings, plural(summary->n_readings), elapsed_ms / 1000,
        elapsed_ms % 1000, cli_sum(&summary->total).text);
    if (summary->n_flagged > 0)
        (void)printf("of them on estimated, divided or missing readings: %" PRId64 "\n", summary->n_flagged);
    if (summary->n_already > 0) (void)printf("billed before: %" PRId64 "\n", summary->n_already);
    if (summary->n_refused > 0)
        (void)printf("not billed: %" PRId64 "; the messages say why, and the same close may be run again\n", summary->n_refused);
}

/* The options of the command line as the store takes them; wrong ones are wrong usage. */
static int read_options(const cli_arguments *arguments, mbill_close_options *out)
{
    mbill_error err;
    const char *batch = arguments->options[CLI_OPTION_BATCH];
    out->from = arguments->options[CLI_OPTION_FROM];
    out->to = arguments->options[CLI_OPTION_TO];
    if (out->from == NULL || out->to == NULL) return cli_usage("--%s is missing", out->from == NULL ? "from" : "to");
    int code = cli_check_date(out->from, "from");
    if (code == CLI_DONE) code = cli_check_date(out->to, "to");
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    if (batch != NULL && mbill_decimal_parse(batch, strlen(batch), 0, &out->batch, &err) != MBILL_OK)
        return cli_usage("--batch: %s", err.message);
    if (batch != NULL && out->batch < 1) return cli_usage("--batch is %s, expected 1 or more", batch);
    out->flags = arguments->options[CLI_OPTION_ALLOW_GAPS] != NULL ? MBILL_PRICE_ALLOW_GAPS : 0;
    return CLI_DONE;
}

static int close_span(const char *path, const mbill_close_options *options, closing *to)
{
    mbill_error err;
    mbill_store *store = NULL;
    mbill_close_summary summary;
    memset(&summary, 0, sizeof summary);
    summary.struct_size = (uint32_t)sizeof summary;
    int code = cli_store_open(path, 0, &store);
    if (code != CLI_DONE) return code;
    mbill_error_init(&err);
    cli_progress_start(&to->progress, "bill");
    int64_t start_ms = milliseconds();
    mbill_status status = mbill_store_close_span(store, options, &summary, &err);
    int64_t elapsed_ms = milliseconds() - start_ms;
    cli_progress_clear(&to->progress);
    mbill_store_free(store);
    if (status != MBILL_OK) return cli_refuse(path, CLI_DOCUMENT, &err);
    if (cli_json()) print_json(to, &summary, elapsed_ms);
    else print(&summary, elapsed_ms);
    return summary.n_refused > 0 ? CLI_REFUSED : CLI_DONE;
}

int cli_db_close(const cli_arguments *arguments)
{
    closing to;
    mbill_close_options options;
    memset(&to, 0, sizeof to);
    memset(&options, 0, sizeof options);
    to.file = arguments->operands[0];
    options.struct_size = (uint32_t)sizeof options;
    options.recorded_utc_s = (int64_t)time(NULL);
    options.progress = on_progress;
    options.progress_ctx = &to;
    options.refused = on_refused;
    options.refused_ctx = &to;
    int code = read_options(arguments, &options);
    if (code == CLI_DONE) code = close_span(to.file, &options, &to);
    for (size_t i = 0; i < to.n; i++) {
        free(to.refusals[i].account);
        free(to.refusals[i].tariff);
    }
    free(to.refusals);
    return code;
}

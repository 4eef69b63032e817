/* SPDX-License-Identifier: Apache-2.0 */
/* Apportionment behind a line protocol, for the model in model_share.py: public functions alone. One request a line, words separated by spaces,
 * all whole numbers but the first; one answer a line, "ok" and numbers, or a status and the index of the refusal. What is refused must have written
 * nothing. A list is its count and then its entries.
 *
 *     split TOTAL OPTIONS SHARES            → amount …, residual
 *     bounded TOTAL OPTIONS SHARES MIN… MAX…  → amount …, residual; a refusal as infeasible has the gap behind its index
 *     carry TOTAL OPTIONS SHARES CARRY…     → amount …, residual, carry …
 *     mixed TOTAL STEP COMPONENTS           → component amount …, line …, total …, residual; COMPONENTS a list of WEIGHT OPTIONS SHARES
 *     vacancy RULE NUMERATOR DENOMINATOR SHARES VACANT…  → weight …
 *     tree TOTAL REST NEGATIVE ZERO_POLICY TIE_SALT STEP TOLERANCE NODES → amount common bucket owner rest loss_ppm adjusted warnings flags …, residual;
 *                                             NODES a list of KEY PARENT READING COMMON_WEIGHT FROM TO FLAGS UNIT
 *     segments AMOUNT FROM TO RULE TABLE… OPTIONS BOUNDS… → from to segment weight amount …, residual; BOUNDS a list of FROM TO …, TABLE one of 0 or 12
 *     explain TOTAL OPTIONS SHARES          → weight floor remainder rank got_one …, weight sum, extra; the amounts by the proof alone are compared with the
 *                                             split's here, and a claim with one amount changed is seen
 *
 * OPTIONS are METHOD ZERO_POLICY TIE_SALT ABSORB_KEY STEP FLAGS FALLBACK…, a list of none or of one for each share; SHARES a list of KEY WEIGHT.
 */
#include "meterbill/apportion.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES (1 << 20)
#define UNTOUCHED INT64_C(-7700000000000000077)

static char line[LINE_MAX_BYTES];
static char *at;
static mbill_error err;

static void stop(const char *why)
{
    fprintf(stderr, "share_driver: %s\n", why);
    exit(2);
}

static const char *word(void)
{
    at += strspn(at, " ");
    char *start = at;
    at += strcspn(at, " \n");
    if (at == start) stop("a word is missing");
    if (*at != '\0') *at++ = '\0';
    return start;
}

static int64_t number(void)
{
    return strtoimax(word(), NULL, 10);
}

static uint64_t natural(void)
{
    return strtoumax(word(), NULL, 10);
}

static void *room(size_t n, size_t size)
{
    void *block = calloc(n + 1, size);
    if (block == NULL) stop("no memory");
    return block;
}

/* --- what requests begin with --- */

static uint64_t *naturals(size_t *out_n)
{
    *out_n = (size_t)natural();
    uint64_t *list = room(*out_n, sizeof *list);
    for (size_t i = 0; i < *out_n; i++) list[i] = natural();
    return list;
}

static mbill_apportion_options read_options(uint64_t **out_fallback)
{
    mbill_apportion_options options = MBILL_APPORTION_OPTIONS_INIT;
    size_t n;
    options.method = (int32_t)number();
    options.zero_policy = (int32_t)number();
    options.tie_salt = natural();
    options.absorb_key = natural();
    options.step = number();
    options.flags = (uint32_t)natural();
    *out_fallback = naturals(&n);
    options.fallback_weights = n > 0 ? *out_fallback : NULL;
    return options;
}

static mbill_share *read_shares(size_t *out_n)
{
    *out_n = (size_t)natural();
    mbill_share *shares = room(*out_n, sizeof *shares);
    for (size_t i = 0; i < *out_n; i++) {
        shares[i].key = natural();
        shares[i].weight = natural();
    }
    return shares;
}

/* --- answers --- */

static int64_t *outputs(size_t n)
{
    int64_t *list = room(n, sizeof *list);
    for (size_t i = 0; i < n; i++) list[i] = UNTOUCHED;
    return list;
}

static void answer(mbill_status status, const int64_t *numbers, size_t n)
{
    if (status == MBILL_OK) {
        printf("ok");
        for (size_t i = 0; i < n; i++) printf(" %" PRId64, numbers[i]);
        printf("\n");
        return;
    }
    if (err.status != (int32_t)status || err.message[0] == '\0') stop("a failure did not fill the error");
    for (size_t i = 0; i < n; i++)
        if (numbers[i] != UNTOUCHED) stop("a refused call has written");
    printf("%s %" PRId64 "\n", mbill_status_name((int32_t)status), err.index);
}

/* --- requests --- */

static void do_split(void)
{
    size_t n;
    int64_t total = number();
    uint64_t *fallback;
    mbill_apportion_options options = read_options(&fallback);
    mbill_share *shares = read_shares(&n);
    int64_t *amounts = outputs(n + 1);
    void *scratch = room(1, mbill_apportion_scratch_size(n));
    answer(mbill_apportion(total, shares, n, &options, scratch, amounts, &amounts[n], &err), amounts, n + 1);
    free(scratch);
    free(amounts);
    free(shares);
    free(fallback);
}

/* Numbers behind the shares, one for each. */
static int64_t *numbers(size_t n)
{
    if (natural() != n) stop("a list has another length");
    int64_t *list = room(n, sizeof *list);
    for (size_t i = 0; i < n; i++) list[i] = number();
    return list;
}

static void do_bounded(void)
{
    size_t n;
    int64_t total = number(), gap = UNTOUCHED;
    uint64_t *fallback;
    mbill_apportion_options options = read_options(&fallback);
    mbill_share *shares = read_shares(&n);
    int64_t *min = numbers(n), *max = numbers(n), *amounts = outputs(n + 1);
    void *scratch = room(1, mbill_apportion_scratch_size(2 * n));
    mbill_status status = mbill_apportion_bounded(total, shares, min, max, n, &options, scratch, amounts, &amounts[n], &gap,
        &err);
    if ((status == MBILL_E_INFEASIBLE) != (gap != UNTOUCHED)) stop("a gap without its status");
    if (status == MBILL_E_INFEASIBLE) printf("gap %" PRId64 " ", gap);
    answer(status, amounts, n + 1);
    free(scratch);
    free(amounts);
    free(max);
    free(min);
    free(shares);
    free(fallback);
}

static void do_carry(void)
{
    size_t n;
    int64_t total = number();
    uint64_t *fallback;
    mbill_apportion_options options = read_options(&fallback);
    mbill_share *shares = read_shares(&n);
    int64_t *carry = numbers(n), *before = room(n, sizeof *before), *amounts = outputs(2 * n + 1);
    void *scratch = room(1, mbill_apportion_scratch_size(n));
    memcpy(before, carry, n * sizeof *before);
    mbill_status status = mbill_apportion_carry(total, shares, n, &options, carry, scratch, amounts, &amounts[n], &err);
    if (status != MBILL_OK && memcmp(before, carry, n * sizeof *before) != 0) stop("a refused call has written a carry");
    if (status == MBILL_OK) memcpy(amounts + n + 1, carry, n * sizeof *carry);
    answer(status, amounts, 2 * n + 1);
    free(scratch);
    free(amounts);
    free(before);
    free(carry);
    free(shares);
    free(fallback);
}

static void do_mixed(void)
{
    int64_t total = number(), step = number();
    size_t n_components = (size_t)natural(), n = 0;
    mbill_component *components = room(n_components, sizeof *components);
    mbill_apportion_options *options = room(n_components, sizeof *options);
    uint64_t **fallback = room(n_components, sizeof *fallback);
    mbill_share **shares = room(n_components, sizeof *shares);
    for (size_t i = 0; i < n_components; i++) {
        uint64_t weight = natural();
        options[i] = read_options(&fallback[i]);
        shares[i] = read_shares(&n);
        components[i] = (mbill_component){weight, shares[i], &options[i]};
    }
    int64_t *out = outputs(n_components + n_components * n + n + 1), *lines = out + n_components,
            *totals = lines + n_components * n;
    void *scratch = room(1, mbill_apportion_mixed_scratch_size(n_components, n));
    mbill_status status = mbill_apportion_mixed(total, step, components, n_components, n, scratch, out, lines, totals, totals + n,
        &err);
    answer(status, out, n_components + n_components * n + n + 1);
    for (size_t i = 0; i < n_components; i++) {
        free(fallback[i]);
        free(shares[i]);
    }
    free(scratch);
    free(out);
    free(shares);
    free(fallback);
    free(options);
    free(components);
}

static void do_vacancy(void)
{
    size_t n;
    mbill_vacancy rule;
    rule.rule = (int32_t)number();
    rule.numerator = (uint32_t)natural();
    rule.denominator = (uint32_t)natural();
    mbill_share *shares = read_shares(&n);
    int64_t *flags = numbers(n);
    uint8_t *vacant = room(n, 1);
    for (size_t i = 0; i < n; i++) vacant[i] = (uint8_t)flags[i];
    mbill_status status = mbill_apportion_vacancy(shares, vacant, n, &rule, shares, &err);
    if (status == MBILL_OK) {
        printf("ok");
        for (size_t i = 0; i < n; i++) printf(" %" PRIu64, shares[i].weight);
        printf("\n");
    } else {
        answer(status, NULL, 0);
    }
    free(vacant);
    free(flags);
    free(shares);
}

static void do_tree(void)
{
    int64_t total = number();
    mbill_tree_options options = MBILL_TREE_OPTIONS_INIT;
    options.rest_policy = (int32_t)number();
    options.negative_policy = (int32_t)number();
    options.zero_policy = (int32_t)number();
    options.tie_salt = natural();
    options.step = number();
    options.tolerance_ppm = number();
    size_t n = (size_t)natural(), n_numbers = 0;
    mbill_node *nodes = room(n, sizeof *nodes);
    for (size_t i = 0; i < n; i++) {
        nodes[i].key = natural();
        nodes[i].parent = natural();
        nodes[i].reading = number();
        nodes[i].common_weight = natural();
        nodes[i].from_utc_s = number();
        nodes[i].to_utc_s = number();
        nodes[i].flags = (uint32_t)natural();
        nodes[i].unit = (int32_t)number();
    }
    mbill_node_report *reports = room(n, sizeof *reports);
    int64_t *numbers_out = outputs(9 * n + 1), residual = UNTOUCHED;
    memset(reports, 0x5A, (n + 1) * sizeof *reports);
    void *scratch = room(1, mbill_apportion_tree_scratch_size(n));
    mbill_status status = mbill_apportion_tree(total, nodes, n, &options, scratch, reports, &residual, &err);
    if (status != MBILL_OK && (reports[0].amount != INT64_C(0x5A5A5A5A5A5A5A5A) || residual != UNTOUCHED))
        stop("a refused tree has written");
    for (size_t i = 0; status == MBILL_OK && i < n; i++) {
        const mbill_node_report *one = &reports[i];
        const int64_t values[] = {one->amount, one->common, one->bucket, one->owner, one->rest, one->loss_ppm, one->adjusted,
            one->warnings, one->flags};
        memcpy(numbers_out + n_numbers, values, sizeof values);
        n_numbers += 9;
    }
    if (status == MBILL_OK) numbers_out[n_numbers++] = residual;
    answer(status, numbers_out, status == MBILL_OK ? n_numbers : 0);
    free(scratch);
    free(numbers_out);
    free(reports);
    free(nodes);
}

static void do_segments(void)
{
    int64_t amount = number(), residual = UNTOUCHED;
    int32_t from_day = (int32_t)number(), to_day = (int32_t)number(), rule = (int32_t)number();
    size_t n_table, n_days, n_lines = 0, n_numbers = 0;
    uint64_t *months = naturals(&n_table), *fallback;
    uint16_t table[12];
    for (size_t i = 0; i < 12 && i < n_table; i++) table[i] = (uint16_t)months[i];
    mbill_apportion_options options = read_options(&fallback);
    n_days = (size_t)natural();
    const size_t n = n_days / 2;
    mbill_segment *segments = room(n, sizeof *segments);
    for (size_t i = 0; i < n; i++) {
        segments[i].from_day = (int32_t)number();
        segments[i].to_day = (int32_t)number();
    }
    mbill_segment_line *lines = room(2 * n + 1, sizeof *lines);
    int64_t *numbers_out = room(10 * n + 6, sizeof *numbers_out);
    void *scratch = room(1, mbill_apportion_segments_scratch_size(n));
    mbill_status status = mbill_apportion_segments(amount, from_day, to_day, segments, n, rule, n_table == 12 ? table : NULL,
        &options, scratch, lines, &n_lines, &residual, &err);
    if (status != MBILL_OK && (n_lines != 0 || residual != UNTOUCHED)) stop("refused segments have written");
    for (size_t i = 0; i < n_lines; i++) {
        numbers_out[n_numbers++] = lines[i].from_day;
        numbers_out[n_numbers++] = lines[i].to_day;
        numbers_out[n_numbers++] = lines[i].segment;
        numbers_out[n_numbers++] = (int64_t)lines[i].weight;
        numbers_out[n_numbers++] = lines[i].amount;
    }
    if (status == MBILL_OK) numbers_out[n_numbers++] = residual;
    answer(status, numbers_out, n_numbers);
    free(scratch);
    free(numbers_out);
    free(lines);
    free(segments);
    free(fallback);
    free(months);
}

static void check_claims(int64_t total, const mbill_share *shares, size_t n, const mbill_apportion_options *options,
    const mbill_proof *proof, const mbill_share_proof *units, void *scratch)
{
    int64_t *amounts = room(n, sizeof *amounts), residual, amount;
    size_t bad = 0;
    if (mbill_apportion(total, shares, n, options, scratch, amounts, &residual, &err) != MBILL_OK)
        stop("what is explained cannot be split");
    for (size_t i = 0; i < n; i++)
        if (mbill_proof_amount(proof, shares[i].key, units[i].weight, &amount, &err) != MBILL_OK || amount != amounts[i])
            stop("the proof gives another amount");
    if (mbill_apportion_verify(total, shares, n, options, scratch, amounts, residual, &bad, &err) != MBILL_OK || bad != n)
        stop("a right claim is doubted");
    if (mbill_apportion_verify(total, shares, n, options, scratch, amounts, residual - 1, &bad, &err) != MBILL_OK || bad != n + 1)
        stop("a wrong residual is believed");
    if (n > 0) amounts[n - 1] ^= 1;
    if (n > 0 &&
        (mbill_apportion_verify(total, shares, n, options, scratch, amounts, residual, &bad, &err) != MBILL_OK || bad != n - 1))
        stop("a wrong claim is believed");
    free(amounts);
}

static void do_explain(void)
{
    size_t n;
    int64_t total = number();
    uint64_t *fallback;
    mbill_apportion_options options = read_options(&fallback);
    mbill_share *shares = read_shares(&n);
    mbill_share_proof *units = room(n, sizeof *units);
    mbill_proof proof;
    void *scratch = room(1, mbill_apportion_scratch_size(2 * n));
    mbill_status status = mbill_apportion_explain(total, shares, n, &options, scratch, &proof, units, &err);
    if (status == MBILL_OK) {
        check_claims(total, shares, n, &options, &proof, units, scratch);
        printf("ok");
        for (size_t i = 0; i < n; i++)
            printf(" %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId32, units[i].weight, units[i].floor,
                units[i].remainder, units[i].rank, units[i].got_one);
        printf(" %" PRIu64 " %" PRIu64 "\n", proof.weight_sum, proof.n_extra);
    } else {
        answer(status, NULL, 0);
    }
    free(scratch);
    free(units);
    free(shares);
    free(fallback);
}

static const struct {
    const char *name;
    void (*run)(void);
} requests[] = {{"split", do_split}, {"bounded", do_bounded}, {"carry", do_carry}, {"mixed", do_mixed}, {"vacancy", do_vacancy},
    {"tree", do_tree}, {"segments", do_segments}, {"explain", do_explain}};

int main(void)
{
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t i = 0;
        at = line;
        mbill_error_init(&err);
        const char *name = word();
        while (i < sizeof requests / sizeof requests[0] && strcmp(requests[i].name, name) != 0) i++;
        if (i == sizeof requests / sizeof requests[0]) stop("an unknown request");
        requests[i].run();
        fflush(stdout);
    }
    return 0;
}

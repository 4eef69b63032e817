/* SPDX-License-Identifier: Apache-2.0 */
/* Splits on plain arrays, drawn from bytes: by every method, between bounds, with a carry, down a tree, over segments. Laws: all adds up, bounds are kept, a
 * reversal is the mirror, a refusal says why; and no input is too odd. */
#include "meterbill/apportion.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 24 };

typedef struct bytes {
    const uint8_t *at, *end;
} bytes;

static uint64_t scratch[64 * (MOST + 1)];

static void need(bool holds)
{
    if (!holds) abort();
}

static uint64_t take(bytes *from, size_t n)
{
    uint64_t value = 0;
    for (; n > 0 && from->at < from->end; n--) value = value << 8 | *from->at++;
    return value;
}

/* Small more often than wide. */
static uint64_t number(bytes *from)
{
    static const size_t widths[] = {1, 1, 1, 2, 4, 8};
    return take(from, widths[take(from, 1) % 6]);
}

static int64_t signed_number(bytes *from)
{
    const uint64_t value = number(from);
    int64_t out;
    memcpy(&out, &value, sizeof out);
    return out;
}

static mbill_apportion_options draw_options(bytes *from, const uint64_t *fallback)
{
    mbill_apportion_options options = MBILL_APPORTION_OPTIONS_INIT;
    options.method = (int32_t)(take(from, 1) % 7);
    options.zero_policy = (int32_t)(take(from, 1) % 5);
    options.tie_salt = number(from);
    options.absorb_key = number(from);
    options.step = signed_number(from);
    options.flags = (uint32_t)(take(from, 1) % 3);
    options.fallback_weights = options.zero_policy == MBILL_ZERO_FALLBACK ? fallback : NULL;
    return options;
}

/* The true sum is the total: both are within 64 bits, so the wrapped one says it. */
static void check_sum(const int64_t *amounts, size_t n, int64_t residual, int64_t total)
{
    uint64_t sum = (uint64_t)residual;
    for (size_t i = 0; i < n; i++) sum += (uint64_t)amounts[i];
    need(sum == (uint64_t)total);
}

static void check_status(mbill_status status, const mbill_error *err)
{
    need(err->status == (int32_t)status && status != MBILL_E_INTERNAL && (status == MBILL_OK || err->message[0] != '\0'));
}

static void fuzz_plain(bytes *from, int64_t total, const mbill_share *shares, size_t n, const mbill_apportion_options *options)
{
    int64_t amounts[MOST], mirror[MOST], residual, other;
    mbill_error err;
    (void)from;
    mbill_error_init(&err);
    mbill_status status = mbill_apportion(total, shares, n, options, scratch, amounts, &residual, &err);
    check_status(status, &err);
    if (status != MBILL_OK) return;
    check_sum(amounts, n, residual, total);
    if (total == INT64_MIN) return;
    need(mbill_apportion(-total, shares, n, options, scratch, mirror, &other, NULL) == MBILL_OK && other == -residual);
    for (size_t i = 0; i < n; i++) need(mirror[i] == -amounts[i]);
}

static void fuzz_bounds(bytes *from, int64_t total, const mbill_share *shares, size_t n, const mbill_apportion_options *options)
{
    int64_t amounts[MOST], min[MOST], max[MOST], residual, gap = 0;
    mbill_error err;
    mbill_error_init(&err);
    for (size_t i = 0; i < n; i++) {
        min[i] = (int64_t)take(from, 1);
        max[i] = take(from, 1) % 3 == 0 ? MBILL_NO_MAXIMUM : signed_number(from);
    }
    mbill_status status = mbill_apportion_bounded(total, shares, min, max, n, options, scratch, amounts, &residual, &gap, &err);
    check_status(status, &err);
    need((status == MBILL_E_INFEASIBLE) == (gap != 0));
    if (status != MBILL_OK) return;
    check_sum(amounts, n, residual, total);
    if (residual == total) return; /* the owner pays */
    for (size_t i = 0; i < n; i++) {
        const uint64_t magnitude = amounts[i] < 0 ? 0 - (uint64_t)amounts[i] : (uint64_t)amounts[i];
        need(magnitude >= (uint64_t)min[i] && (max[i] == MBILL_NO_MAXIMUM || magnitude <= (uint64_t)max[i]));
    }
}

static void fuzz_carry(bytes *from, int64_t total, const mbill_share *shares, size_t n, const mbill_apportion_options *options)
{
    int64_t amounts[MOST], carry[MOST] = {0}, residual;
    for (int month = 0; month < 3; month++) {
        int64_t sum = 0;
        mbill_error err;
        mbill_error_init(&err);
        mbill_status status = mbill_apportion_carry(total, shares, n, options, carry, scratch, amounts, &residual, &err);
        check_status(status, &err);
        if (status != MBILL_OK) return;
        check_sum(amounts, n, residual, total);
        for (size_t i = 0; i < n; i++) {
            need(carry[i] > -1000000 && carry[i] < 1000000);
            sum += carry[i];
        }
        need(sum == 0);
        total = signed_number(from);
    }
}

static void fuzz_tree(bytes *from, int64_t total, size_t n)
{
    mbill_node nodes[MOST];
    mbill_node_report reports[MOST];
    mbill_tree_options options = MBILL_TREE_OPTIONS_INIT;
    int64_t leaves[MOST], residual;
    mbill_error err;
    mbill_error_init(&err);
    options.rest_policy = (int32_t)(take(from, 1) % 3);
    options.negative_policy = (int32_t)(take(from, 1) % 3);
    options.zero_policy = (int32_t)(take(from, 1) % 4);
    options.tolerance_ppm = (int64_t)take(from, 3);
    options.step = (int64_t)take(from, 1);
    for (size_t i = 0; i < n; i++) {
        memset(&nodes[i], 0, sizeof nodes[i]);
        nodes[i].key = take(from, 1) % 8 == 0 ? take(from, 1) : i;
        nodes[i].parent = i == 0 ? 0 : take(from, 1) % i;
        nodes[i].reading = signed_number(from);
        nodes[i].common_weight = number(from);
        nodes[i].flags = (uint32_t)((i == 0 || take(from, 1) % 16 == 0 ? MBILL_NODE_ROOT : 0u) |
            (take(from, 1) % 4 != 0 ? MBILL_NODE_READING : 0u));
    }
    mbill_status status = mbill_apportion_tree(total, nodes, n, &options, scratch, reports, &residual, &err);
    check_status(status, &err);
    if (status != MBILL_OK) return;
    size_t n_leaves = 0;
    for (size_t i = 0; i < n; i++)
        if ((reports[i].flags & MBILL_NODE_LEAF) != 0) leaves[n_leaves++] = reports[i].amount + reports[i].common;
    check_sum(leaves, n_leaves, residual, total);
}

static void fuzz_segments(bytes *from, int64_t total, size_t n, const mbill_apportion_options *options)
{
    mbill_segment segments[MOST];
    mbill_segment_line lines[2 * MOST + 1];
    int64_t amounts[2 * MOST + 1], residual;
    size_t n_lines = 0;
    int32_t at = (int32_t)take(from, 2), begin = at, end = begin + (int32_t)take(from, 2);
    mbill_error err;
    mbill_error_init(&err);
    for (size_t i = 0; i < n; i++) {
        segments[i].from_day = at + (int32_t)(take(from, 1) % 40);
        at = segments[i].to_day = segments[i].from_day + (int32_t)(take(from, 1) % 64);
        if (take(from, 1) % 32 == 0) at -= 5;
    }
    mbill_status status = mbill_apportion_segments(total, begin, end, segments, n, (int32_t)(take(from, 1) % 2), NULL, options,
        scratch, lines, &n_lines, &residual, &err);
    check_status(status, &err);
    if (status != MBILL_OK) return;
    for (size_t i = 0; i < n_lines; i++) {
        need(lines[i].from_day == (i == 0 ? begin : lines[i - 1].to_day) && lines[i].from_day < lines[i].to_day);
        amounts[i] = lines[i].amount;
    }
    need(n_lines > 0 && lines[n_lines - 1].to_day == end);
    check_sum(amounts, n_lines, residual, total);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bytes from = {data, data + size};
    mbill_share shares[MOST];
    uint64_t fallback[MOST];
    const uint64_t kind = take(&from, 1) % 5;
    const size_t n = (size_t)(take(&from, 1) % MOST);
    const int64_t total = signed_number(&from);
    const mbill_apportion_options options = draw_options(&from, fallback);
    for (size_t i = 0; i < n; i++) {
        shares[i] = (mbill_share){take(&from, 1) % 16 == 0 ? 3 : i, number(&from)};
        fallback[i] = take(&from, 1);
    }
    switch (kind) {
    case 0: fuzz_plain(&from, total, shares, n, &options); break;
    case 1: fuzz_bounds(&from, total, shares, n, &options); break;
    case 2: fuzz_carry(&from, total, shares, n, &options); break;
    case 3: fuzz_tree(&from, total, n); break;
    default: fuzz_segments(&from, total, n, &options); break;
    }
    return 0;
}

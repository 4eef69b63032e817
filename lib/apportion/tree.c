/* SPDX-License-Identifier: Apache-2.0 */
/* A cost that goes down a tree of meters: at every node it is split by the readings below, and what the meters below do not explain goes by a stated
 * policy. Changes when such a policy comes. */
#include "apportion/apportion.h"
#include "apportion/loss.h"
#include "apportion/tree_order.h"
#include "number/round.h"

#include <inttypes.h>
#include <string.h>

#define MILLION 1000000

/* What is worked out, by place in the tree's order, and room for one split. */
typedef struct work {
    mbill__tree tree;
    mbill_tree_options options;
    int64_t *amount, *common, *bucket, *owner, *adjusted; /* common: a leaf's parts of buckets above it */
    int64_t *reading;
    uint64_t *below; /* common weights of the leaves below */
    mbill_share *shares;
    uint64_t *fallback, *words;
    int64_t *parts;
} work;

#define NODE_WORDS                                                                                                               \
    (MBILL__TREE_WORDS + 13) /* a node: the tree's, seven numbers, a share (2), a fallback, a split (2) and its part */

size_t mbill_apportion_tree_scratch_size(size_t n)
{
    const size_t one = NODE_WORDS * sizeof(uint64_t);
    return n >= SIZE_MAX / one ? SIZE_MAX : (n + 1) * one;
}

static void lay_out(work *of, uint64_t *words, size_t n)
{
    int64_t **const numbers[] = {&of->amount, &of->common, &of->bucket, &of->owner, &of->adjusted, &of->reading, &of->parts};
    words = mbill__tree_lay_out(&of->tree, words, n);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++, words += n + 1) {
        *numbers[i] = (int64_t *)(void *)words;
        memset(words, 0, (n + 1) * sizeof *words);
    }
    of->below = words;
    of->shares = (mbill_share *)(void *)(words + n + 1);
    of->fallback = words + 3 * (n + 1);
    of->words = words + 4 * (n + 1);
}

static mbill_status read_options(const mbill_tree_options *given, mbill_tree_options *out, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof out->struct_size, given, err));
    if (out->flags != 0) return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "flags are %#" PRIx32 ", expected 0", out->flags);
    if (out->rest_policy < MBILL_REST_COMMON || out->rest_policy > MBILL_REST_OWNER)
        return mbill__fail(err, MBILL_E_INVALID, "rest_policy is %" PRId32 ", expected an mbill_rest_policy", out->rest_policy);
    if (out->negative_policy < MBILL_NEGATIVE_ERROR || out->negative_policy > MBILL_NEGATIVE_SCALE)
        return mbill__fail(err, MBILL_E_INVALID, "negative_policy is %" PRId32 ", expected an mbill_negative_policy",
            out->negative_policy);
    if (out->zero_policy < 0 || out->zero_policy >= MBILL__N_ZERO_POLICIES)
        return mbill__fail(err, MBILL_E_INVALID, "zero_policy is %" PRId32 ", expected an mbill_zero_policy", out->zero_policy);
    if (out->step < 0) return mbill__fail(err, MBILL_E_INVALID, "step is %" PRId64 ", expected 0 or more", out->step);
    if (out->tolerance_ppm < 0)
        return mbill__fail(err, MBILL_E_INVALID, "tolerance_ppm is %" PRId64 ", expected 0 or more", out->tolerance_ppm);
    if (out->step == 0) out->step = 1;
    return MBILL_OK;
}

/* --- readings --- */

static const mbill_node *node_at(const work *of, size_t place)
{
    return &of->tree.nodes[of->tree.order[place]];
}

static bool is_leaf(const work *of, size_t place)
{
    return of->tree.end[place] == place + 1;
}

static mbill_status refuse_sum(const work *of, size_t place, const char *what, mbill_error *err)
{
    return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)of->tree.order[place],
        "the %s below node %" PRIu64 " add up to more than a word holds", what, node_at(of, place)->key);
}

/* From the leaves up: a node without a reading has the sum of those below. */
static mbill_status gather(work *of, mbill_error *err)
{
    for (size_t place = of->tree.n; place-- > 0;) {
        const mbill_node *node = node_at(of, place);
        int64_t sum = 0;
        uint64_t below = is_leaf(of, place) ? node->common_weight : 0;
        for (size_t child = place + 1; child < of->tree.end[place]; child = (size_t)of->tree.end[child]) {
            if (!mbill__add(sum, of->reading[child], &sum)) return refuse_sum(of, place, "readings", err);
            if (of->below[child] > UINT64_MAX - below) return refuse_sum(of, place, "common weights", err);
            below += of->below[child];
        }
        of->below[place] = below;
        of->reading[place] = (node->flags & MBILL_NODE_READING) != 0 ? node->reading : sum;
        of->adjusted[place] = of->reading[place];
    }
    return MBILL_OK;
}

/* The reading less those of the meters below. */
static int64_t rest_of(const work *of, size_t place)
{
    int64_t rest = of->reading[place];
    if (is_leaf(of, place)) return 0;
    for (size_t child = place + 1; child < of->tree.end[place]; child = (size_t)of->tree.end[child]) rest -= of->reading[child];
    return rest;
}

/* --- one node --- */

/* Where a node's children stand: from first to the one that ends at end. place: of the node itself; n for the one above all roots. */
typedef struct family {
    size_t place, first, end;
} family;

static mbill_status place_error(const work *of, size_t place, mbill_status status, mbill_error *err)
{
    mbill_error inner;
    if (status == MBILL_OK || err == NULL || place >= of->tree.n) return status;
    inner = *err;
    return mbill__fail_at(err, status, (int64_t)of->tree.order[place], "node %" PRIu64 ": %s", node_at(of, place)->key,
        inner.message);
}

static mbill_apportion_options split_options(const work *of, int32_t zero_policy)
{
    const mbill_apportion_options out = {(uint32_t)sizeof out, 0, MBILL_APPORTION_LARGEST_REMAINDER, zero_policy,
        of->options.tie_salt, 0, of->options.step, of->fallback};
    return out;
}

/* The shares of a pool over them, into parts; what nobody pays joins the owner's. */
static mbill_status split_shares(work *of, size_t n, bool bucket, int64_t amount, int32_t zero_policy, int64_t *inout_owner,
    mbill_error *err)
{
    mbill_apportion_options options = split_options(of, zero_policy);
    mbill__pool pool = {of->shares, NULL, n, false, bucket, options.tie_salt, 0};
    int64_t residual;
    MBILL_TRY(mbill__pool_add_up(&pool, err));
    MBILL_TRY(mbill__pool_split(&pool, amount, &options, of->words, of->parts, &residual, err));
    *inout_owner += residual; /* the owner's parts are parts of the total */
    return MBILL_OK;
}

/* What the bucket costs goes to all leaves below by their common weights. */
static mbill_status empty_bucket(work *of, const family *at, mbill_error *err)
{
    const int32_t policy = of->options.zero_policy == MBILL_ZERO_FALLBACK ? MBILL_ZERO_ERROR : of->options.zero_policy;
    size_t n = 0;
    for (size_t place = at->first; place < at->end; place++)
        if (is_leaf(of, place)) of->shares[n++] = (mbill_share){node_at(of, place)->key, node_at(of, place)->common_weight};
    MBILL_TRY(split_shares(of, n, false, of->bucket[at->place], policy, &of->owner[at->place], err));
    n = 0;
    for (size_t place = at->first; place < at->end; place++)
        if (is_leaf(of, place)) of->common[place] += of->parts[n++];
    return MBILL_OK;
}

static size_t take_children(work *of, const family *at)
{
    size_t n = 0;
    for (size_t child = at->first; child < at->end; child = (size_t)of->tree.end[child]) {
        of->fallback[n] = of->below[child];
        of->shares[n++] = (mbill_share){node_at(of, child)->key, (uint64_t)of->reading[child]};
    }
    return n;
}

/* Readings below that are more than their master's: refused, taken as they are, or put to scale. */
static mbill_status settle_negative(work *of, const family *at, int64_t rest, mbill_error *err)
{
    const mbill_apportion_options plain = {(uint32_t)sizeof plain, 0, 0, 0, of->options.tie_salt, 0, 1, NULL};
    const size_t n = take_children(of, at);
    mbill__pool pool = {of->shares, NULL, n, false, false, plain.tie_salt, 0};
    int64_t residual;
    if (of->options.negative_policy == MBILL_NEGATIVE_ERROR)
        return mbill__fail(err, MBILL_E_NEGATIVE_REST, "the meters below read %" PRIu64 " more than its %" PRId64,
            mbill__word_magnitude(rest), of->reading[at->place]);
    if (of->options.negative_policy == MBILL_NEGATIVE_ZERO) return MBILL_OK;
    MBILL_TRY(mbill__pool_add_up(&pool, err));
    MBILL_TRY(mbill__pool_split(&pool, of->reading[at->place], &plain, of->words, of->parts, &residual, err));
    size_t i = 0;
    for (size_t child = at->first; child < at->end; child = (size_t)of->tree.end[child]) of->adjusted[child] = of->parts[i++];
    return MBILL_OK;
}

static mbill_status share_family(work *of, const family *at, int64_t rest, mbill_error *err)
{
    const bool bucket = rest > 0 && of->options.rest_policy != MBILL_REST_BY_USAGE;
    if (rest < 0) MBILL_TRY(settle_negative(of, at, rest, err));
    size_t n = take_children(of, at), i = 0;
    of->fallback[n] = 0;
    if (bucket) of->shares[n] = (mbill_share){0, (uint64_t)rest};
    MBILL_TRY(split_shares(of, n + (bucket ? 1 : 0), bucket, of->amount[at->place], of->options.zero_policy,
        &of->owner[at->place], err));
    for (size_t child = at->first; child < at->end; child = (size_t)of->tree.end[child]) of->amount[child] = of->parts[i++];
    if (!bucket) return MBILL_OK;
    of->bucket[at->place] = of->parts[n];
    if (of->options.rest_policy == MBILL_REST_COMMON) return empty_bucket(of, at, err);
    of->owner[at->place] += of->bucket[at->place];
    return MBILL_OK;
}

/* From the roots down. Above them stands one place more, whose reading is the sum of theirs. */
static mbill_status share_all(work *of, int64_t total, mbill_error *err)
{
    const family roots = {of->tree.n, 0, of->tree.n};
    of->amount[of->tree.n] = total;
    MBILL_TRY(share_family(of, &roots, 0, err));
    for (size_t place = 0; place < of->tree.n; place++) {
        const family at = {place, place + 1, (size_t)of->tree.end[place]};
        if (is_leaf(of, place)) continue;
        MBILL_TRY(place_error(of, place, share_family(of, &at, rest_of(of, place), err), err));
    }
    return MBILL_OK;
}

/* --- reports --- */

static mbill_node_report report_of(const work *of, size_t place)
{
    const int64_t rest = rest_of(of, place), reading = of->reading[place];
    const bool warned = mbill__pair_compare_unsigned(mbill__times(MILLION, mbill__word_magnitude(rest)),
                            mbill__times((uint64_t)of->options.tolerance_ppm, (uint64_t)reading)) > 0;
    const mbill_node_report out = {of->amount[place], of->common[place], of->bucket[place], of->owner[place], rest,
        mbill__loss_ppm(rest, reading), of->adjusted[place], warned ? MBILL_W_LOSS : 0, is_leaf(of, place) ? MBILL_NODE_LEAF : 0};
    return out;
}

mbill_status mbill_apportion_tree(int64_t total, const mbill_node *nodes, size_t n, const mbill_tree_options *options,
    void *scratch, mbill_node_report *out_reports, int64_t *out_residual, mbill_error *err)
{
    work of;
    int64_t residual = 0;
    if (n > 0) {
        MBILL__NEED(nodes);
        MBILL__NEED(out_reports);
    }
    MBILL__NEED(out_residual);
    MBILL_TRY(read_options(options, &of.options, err));
    MBILL_TRY(mbill__scratch_check(scratch, 1, err));
    lay_out(&of, scratch, n);
    MBILL_TRY(mbill__tree_order(&of.tree, nodes, n, err));
    MBILL_TRY(gather(&of, err));
    MBILL_TRY(share_all(&of, total, err));
    for (size_t place = 0; place <= n; place++) residual += of.owner[place];
    for (size_t place = 0; place < n; place++) out_reports[of.tree.order[place]] = report_of(&of, place);
    *out_residual = residual;
    return MBILL_OK;
}

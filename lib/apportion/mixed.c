/* SPDX-License-Identifier: Apache-2.0 */
/* A total in components, each shared by its own weights, such as 30 % by area and 70 % by use; and weights of units that stand empty. Changes when
 * components are cut another way or another rule for vacancy comes. */
#include "apportion/apportion.h"
#include "number/round.h"

#include <inttypes.h>
#include <string.h>

/* Words of scratch: the components as shares (2 each) and their amounts, then the lines, then the scratch of one split. */
static bool layout_of(size_t n_components, size_t n, size_t *out_lines, size_t *out_split, size_t *out_words)
{
    const size_t larger = n > n_components ? n : n_components, most = SIZE_MAX / sizeof(uint64_t) / 8;
    if (n_components > most || larger > most || (n > 0 && n_components > most / n)) return false;
    *out_lines = 3 * n_components;
    *out_split = *out_lines + n_components * n;
    *out_words = *out_split + 2 * larger;
    return true;
}

size_t mbill_apportion_mixed_scratch_size(size_t n_components, size_t n)
{
    size_t lines, split, words;
    return layout_of(n_components, n, &lines, &split, &words) ? words * sizeof(uint64_t) : SIZE_MAX;
}

/* The components' amounts: by largest remainder, ties to the earlier one. */
static mbill_status cut_components(int64_t total, int64_t step, const mbill_component *components, size_t n_components,
    uint64_t *words, uint64_t *scratch, int64_t *out_beyond, mbill_error *err)
{
    mbill_share *shares = (mbill_share *)(void *)words;
    mbill_apportion_options options = MBILL_APPORTION_OPTIONS_INIT;
    options.step = step;
    for (size_t i = 0; i < n_components; i++) shares[i] = (mbill_share){i, components[i].weight};
    return mbill_apportion(total, shares, n_components, &options, scratch, (int64_t *)(void *)(words + 2 * n_components),
        out_beyond, err);
}

/* The failure of one component's split says which it was. */
static mbill_status refuse_component(size_t component, mbill_status status, mbill_error *err)
{
    mbill_error inner;
    if (err == NULL) return status;
    inner = *err;
    return mbill__fail_at(err, status, inner.index, "component %zu: %s", component, inner.message);
}

static mbill_status split_component(const mbill_component *component, int64_t amount, int64_t step, size_t n, uint64_t *scratch,
    int64_t *out_line, int64_t *inout_residual, mbill_error *err)
{
    mbill_apportion_options options;
    int64_t residual;
    MBILL_TRY(mbill__apportion_options_read(component->options, &options, err));
    options.struct_size = (uint32_t)sizeof options;
    options.step = step;
    MBILL_TRY(mbill_apportion(amount, component->shares, n, &options, scratch, out_line, &residual, err));
    if (mbill__add(*inout_residual, residual, inout_residual)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_OVERFLOW, "the residuals of all components leave 64 bits");
}

mbill_status mbill_apportion_mixed(int64_t total, int64_t step, const mbill_component *components, size_t n_components, size_t n,
    void *scratch, int64_t *out_component_amounts, int64_t *out_lines, int64_t *out_totals, int64_t *out_residual,
    mbill_error *err)
{
    size_t lines_at, split_at, words_all;
    uint64_t *words = scratch;
    int64_t residual = 0;
    MBILL__NEED(components);
    MBILL__NEED(out_component_amounts);
    MBILL__NEED(out_residual);
    if (n > 0) {
        MBILL__NEED(out_lines);
        MBILL__NEED(out_totals);
    }
    MBILL_TRY(mbill__scratch_check(scratch, 1, err));
    if (!layout_of(n_components, n, &lines_at, &split_at, &words_all))
        return mbill__fail(err, MBILL_E_RANGE, "%zu components of %zu shares are more than memory can hold", n_components, n);
    MBILL_TRY(cut_components(total, step, components, n_components, words, words + split_at, &residual, err));
    const int64_t *amounts = (int64_t *)(void *)(words + 2 * n_components);
    int64_t *lines = (int64_t *)(void *)(words + lines_at);
    for (size_t c = 0; c < n_components; c++) {
        mbill_status status = split_component(&components[c], amounts[c], step, n, words + split_at, lines + c * n, &residual,
            err);
        if (status != MBILL_OK) return refuse_component(c, status, err);
    }
    memcpy(out_component_amounts, amounts, n_components * sizeof *amounts);
    if (n > 0) memcpy(out_lines, lines, n_components * n * sizeof *lines);
    for (size_t i = 0; i < n; i++) {
        out_totals[i] = 0;
        for (size_t c = 0; c < n_components; c++) out_totals[i] += lines[c * n + i]; /* of one sign, each within its component */
    }
    *out_residual = residual;
    return MBILL_OK;
}

static mbill_status refuse_weight(size_t i, uint64_t weight, uint64_t by, mbill_error *err)
{
    return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)i, "weight %" PRIu64 " times %" PRIu64 " is 2^64 or more", weight, by);
}

mbill_status mbill_apportion_vacancy(const mbill_share *shares, const uint8_t *vacant, size_t n, const mbill_vacancy *rule,
    mbill_share *out_shares, mbill_error *err)
{
    if (n > 0) {
        MBILL__NEED(shares);
        MBILL__NEED(vacant);
        MBILL__NEED(out_shares);
    }
    MBILL__NEED(rule);
    const bool reduced = rule->rule == MBILL_VACANCY_REDUCED;
    if (rule->rule < MBILL_VACANCY_OWNER || rule->rule > MBILL_VACANCY_REDUCED)
        return mbill__fail(err, MBILL_E_INVALID, "rule is %" PRId32 ", expected an mbill_vacancy_rule", rule->rule);
    if (reduced && (rule->denominator == 0 || rule->numerator > rule->denominator))
        return mbill__fail(err, MBILL_E_INVALID, "an empty unit counts %" PRIu32 "/%" PRIu32 ", expected a part of 1",
            rule->numerator, rule->denominator);
    for (size_t i = 0; i < n; i++) {
        uint64_t by = !reduced ? 1 : vacant[i] != 0 ? rule->numerator : rule->denominator;
        if (by > 0 && shares[i].weight > UINT64_MAX / by) return refuse_weight(i, shares[i].weight, by, err);
    }
    for (size_t i = 0; i < n; i++) {
        uint64_t by = !reduced ? 1 : vacant[i] != 0 ? rule->numerator : rule->denominator;
        bool left_out = rule->rule == MBILL_VACANCY_EXCLUDE && vacant[i] != 0;
        out_shares[i] = (mbill_share){shares[i].key, left_out ? 0 : shares[i].weight * by};
    }
    return MBILL_OK;
}

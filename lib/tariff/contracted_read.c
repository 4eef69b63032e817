/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a comparison with a contracted quantity does. Each band says itself whether its end belongs to it, so that a rule
 * may jump there. */
#include "tariff/contracted_read.h"

#include "number/wide.h"
#include "tariff/take.h"
#include "tariff/term_read.h"

#include <string.h>

#define ONE_NANO INT64_C(1000000000)
#define BANDS_MAX 16

static mbill_status read_fact(const mbill_tariff *tariff, const mbill__node *node, const mbill__quantity *quantity, int32_t *out,
    mbill_error *err)
{
    MBILL_TRY(mbill__multiplier_read(tariff, node, out, err));
    if (*out < 0) return mbill__node_fail(node, err, MBILL_E_INVALID, "what is contracted is a fact");
    const char *unit = tariff->inputs[*out].unit;
    if (quantity->n_terms > 1 || strcmp(unit, quantity->unit) == 0) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_INVALID,
        "\"%s\" is in %s, but what is compared with it in %s; expected the same unit", tariff->inputs[*out].name, unit,
        quantity->unit);
}

/* The end of a band, above that of the one before. */
static mbill_status read_end(const mbill__node *object, int64_t least_nano, bool last, mbill__contract_band *out,
    mbill_error *err)
{
    mbill__node end, other;
    bool up_to = mbill__node_get(object, "up_to", &end);
    out->end_open = mbill__node_get(object, "below", &other);
    if (out->end_open) end = other;
    if (last && (up_to || out->end_open))
        return mbill__node_fail(&end, err, MBILL_E_INVALID, "what is billed above the last band? Expected one without an end");
    if (last) return MBILL_OK;
    if (up_to == out->end_open)
        return mbill__node_fail(object, err, MBILL_E_INVALID,
            "a band but the last ends at exactly one of \"up_to\" (its end is inside) and \"below\" (it is not)");
    MBILL_TRY(mbill__node_decimal(&end, MBILL_SCALE_NANO, &out->end_nano, err));
    if (out->end_nano > least_nano) return MBILL_OK;
    return mbill__node_fail(&end, err, MBILL_E_INVALID, "a band ends above where the one before does, and above 0");
}

/* What a band bills at a multiple of the contracted quantity is not below 0. */
static bool bills_at(const mbill__contract_band *band, int64_t multiple_nano)
{
    mbill__wide sum;
    return mbill__wide_add(mbill__wide_product(band->contracted_nano, ONE_NANO),
               mbill__wide_product(band->actual_nano, multiple_nano), &sum) &&
        mbill__wide_sign(sum) >= 0;
}

static mbill_status read_shares(const mbill__node *object, int64_t from_nano, bool last, mbill__contract_band *out,
    mbill_error *err)
{
    mbill__node contracted, actual;
    bool has_contracted = mbill__node_get(object, "contracted", &contracted);
    bool has_actual = mbill__node_get(object, "actual", &actual);
    if (!has_contracted && !has_actual)
        return mbill__node_fail(object, err, MBILL_E_MISSING_KEY,
            "what is billed in this band? Expected \"contracted\", \"actual\" or both, each times a number");
    if (has_contracted) MBILL_TRY(mbill__node_decimal(&contracted, MBILL_SCALE_NANO, &out->contracted_nano, err));
    if (has_actual) MBILL_TRY(mbill__node_decimal(&actual, MBILL_SCALE_NANO, &out->actual_nano, err));
    if (bills_at(out, from_nano) && (last ? out->actual_nano >= 0 : bills_at(out, out->end_nano))) return MBILL_OK;
    return mbill__node_fail(object, err, MBILL_E_RANGE, "somewhere in this band less than nothing is billed");
}

static mbill_status read_bands(mbill_tariff *tariff, const mbill__node *list, mbill__contracted *out, mbill_error *err)
{
    static const char *const keys[] = {"up_to", "below", "contracted", "actual"};
    mbill__contract_band *bands;
    mbill__node node;
    int64_t end_nano = 0;
    MBILL_TRY(mbill__node_list(list, 1, err));
    out->n_bands = mbill__node_count(list);
    if (out->n_bands > BANDS_MAX)
        return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu bands; expected at most %d", out->n_bands, BANDS_MAX);
    MBILL_TRY(mbill__tariff_take(tariff, out->n_bands, sizeof *bands, &bands, err));
    out->bands = bands;
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        bool last = node.index + 1 == out->n_bands;
        MBILL_TRY(mbill__node_object(&node, keys, MBILL__COUNT(keys), err));
        MBILL_TRY(read_end(&node, end_nano, last, &bands[node.index], err));
        MBILL_TRY(read_shares(&node, end_nano, last, &bands[node.index], err));
        end_nano = bands[node.index].end_nano;
    }
    return MBILL_OK;
}

/* A contract is for a quantity that stands at the bill's end: what is counted with time grows in it. */
static mbill_status check_quantity(const mbill__node *node, const mbill__quantity *quantity, mbill_error *err)
{
    bool counted = quantity->meter >= 0 || quantity->money != NULL;
    for (size_t i = 0; i < quantity->n_terms; i++)
        counted = counted || quantity->terms[i] == MBILL__TERM_DAYS || quantity->terms[i] == MBILL__TERM_MONTHS;
    if (!counted) return MBILL_OK;
    return mbill__node_fail(node, err, MBILL_E_INVALID,
        "what is compared with a contracted quantity is a peak or a product of facts");
}

mbill_status mbill__contracted_read(mbill_tariff *tariff, const mbill__node *quantity, mbill__quantity *out, mbill_error *err)
{
    static const char *const keys[] = {"of", "bands"};
    mbill__node object, node;
    mbill__contracted *contracted;
    if (!mbill__node_get(quantity, "contracted", &object)) return MBILL_OK;
    MBILL_TRY(check_quantity(&object, out, err));
    MBILL_TRY(mbill__node_object(&object, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__tariff_take(tariff, 1, sizeof *contracted, &contracted, err));
    MBILL_TRY(mbill__node_need(&object, "of", &node, err));
    MBILL_TRY(read_fact(tariff, &node, out, &contracted->fact, err));
    MBILL_TRY(mbill__node_need(&object, "bands", &node, err));
    MBILL_TRY(read_bands(tariff, &node, contracted, err));
    out->contracted = contracted;
    return MBILL_OK;
}

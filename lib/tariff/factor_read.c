/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a dated factor does: a number, or two units and the facts by which one is worth so many of the other. */
#include "tariff/factor_read.h"

#include "document/say.h"
#include "document/time_read.h"
#include "meterbill/convert.h"
#include "number/ratio.h"

#include <string.h>

#define FACTS_MAX 16
#define NANO INT64_C(1000000000)
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "no memory for the factors");
}

static mbill_status read_text(mbill__arena *arena, const mbill__node *object, const char *key, size_t most, const char **out,
    mbill_error *err)
{
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    if (text[0] == '\0' || strlen(text) > most)
        return mbill__node_fail(&node, err, MBILL_E_LIMIT, "it has %zu bytes; expected 1 to %zu", strlen(text), most);
    *out = mbill__arena_text(arena, text, strlen(text));
    return *out != NULL ? MBILL_OK : no_memory(err);
}

static mbill_status read_day(const mbill__node *object, const mbill_factor *before, int32_t *out, mbill_error *err)
{
    mbill__node node;
    const char *text;
    *out = MBILL_DAY_EVER;
    if (!mbill__node_get(object, "from", &node))
        return before == NULL ? MBILL_OK
                              : mbill__node_fail(object, err, MBILL_E_ORDER,
                                    "only the first factor of a register holds since ever; expected \"from\"");
    MBILL_TRY(mbill__node_day(&node, out, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    if (before == NULL || before->from_day < *out) return MBILL_OK;
    return mbill__node_fail(&node, err, MBILL_E_ORDER, "the factor of %s does not begin after the one before it", text);
}

/* ---- a number ---- */

/* "10.7744098", or "2500/9". */
static mbill_status read_number(const mbill__node *node, mbill_factor *out, mbill_error *err)
{
    const char *text = "";
    if (mbill__node_kind(node) == MBILL__JSON_TEXT) MBILL_TRY(mbill__node_text(node, &text, err));
    const char *slash = strchr(text, '/');
    out->denominator = NANO;
    if (slash == NULL) {
        MBILL_TRY(mbill__node_decimal(node, MBILL_SCALE_NANO, &out->numerator, err));
    } else {
        MBILL_TRY(mbill__node_place(node, err, mbill_decimal_parse(text, (size_t)(slash - text), 0, &out->numerator, err)));
        MBILL_TRY(mbill__node_place(node, err, mbill_decimal_parse(slash + 1, strlen(slash + 1), 0, &out->denominator, err)));
    }
    if (out->numerator <= 0 || out->denominator <= 0)
        return mbill__node_fail(node, err, MBILL_E_RANGE, "the factor is %s; expected more than 0",
            slash == NULL ? mbill__say_decimal(out->numerator, MBILL_SCALE_NANO).text : text);
    int64_t common = mbill__common_divisor(out->numerator, out->denominator);
    out->numerator /= common;
    out->denominator /= common;
    return MBILL_OK;
}

/* ---- what two units make ---- */

/* Of which unit a fact is: its first letters, which the unit's name has too. */
static bool is_of(const char *fact, const char *unit)
{
    if (strncmp(fact, "cold_", 5) == 0) fact = "hot_";
    size_t len = strcspn(fact, "_") + 1;
    return strncmp(fact, unit, len) == 0;
}

static mbill_status read_fact(const mbill__node *node, const mbill_factor *factor, mbill_convert_fact *out, mbill_error *err)
{
    out->name = node->key;
    if (!is_of(node->key, factor->unit) && !is_of(node->key, factor->to))
        return mbill__node_fail(node, err, MBILL_E_INVALID, "it says nothing of %s or %s", factor->unit, factor->to);
    return mbill__node_decimal(node, MBILL_SCALE_MICRO, &out->value_micro, err);
}

/* "gas_z 0.9614, gas_kwh_per_m3 11.207" */
static mbill_status say_facts(mbill__arena *arena, const mbill__node *object, const mbill_convert_fact *facts, size_t n,
    const char **out, mbill_error *err)
{
    mbill__buffer text;
    mbill__buffer_start(&text, &arena->allocator);
    for (size_t i = 0; i < n; i++) {
        if (i > 0) mbill__buffer_text(&text, ", ");
        mbill__buffer_text(&text, facts[i].name);
        mbill__buffer_text(&text, " ");
        mbill__buffer_text(&text, mbill__say_micro(facts[i].value_micro).text);
    }
    mbill_status status = mbill__buffer_check(&text, err);
    if (status == MBILL_OK && text.len > MBILL_CONVERTED_ORIGIN_MAX)
        status = mbill__node_fail(object, err, MBILL_E_LIMIT, "the facts are %zu bytes of text; expected at most %d", text.len,
            MBILL_CONVERTED_ORIGIN_MAX);
    if (status == MBILL_OK && n > 0 && (*out = mbill__arena_text(arena, text.data, text.len)) == NULL) status = no_memory(err);
    mbill__buffer_free(&text);
    return status;
}

static mbill_status read_conversion(mbill__arena *arena, const mbill__node *object, mbill_factor *out, mbill_error *err)
{
    static const char *const known[] = {"gas_kwh_per_m3", "gas_mj_per_m3", "gas_z", "gas_temperature", "gas_pressure_hpa",
        "gas_altitude_m", "gas_gauge_hpa", "gas_humidity", "gas_vapour_hpa", "gas_k", "hot_water_kwh_per_m3",
        "hot_water_kwh_per_m3_k", "hot_temperature", "cold_temperature", "allocator_kwh_per_unit", "allocator_kq", "allocator_kc",
        "allocator_kt"};
    mbill_convert_fact facts[FACTS_MAX];
    mbill_conversion made = {.struct_size = (uint32_t)sizeof made};
    mbill__node list, node;
    size_t n = 0;
    if (mbill__node_get(object, "facts", &list)) {
        MBILL_TRY(mbill__node_object(&list, known, COUNT(known), err));
        if (mbill__node_count(&list) > FACTS_MAX)
            return mbill__node_fail(&list, err, MBILL_E_LIMIT, "more than %d facts", FACTS_MAX);
        for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
            MBILL_TRY(read_fact(&node, out, &facts[n++], err));
    }
    mbill_status status = mbill_convert(0, out->unit, out->to, facts, n, 1, MBILL_ROUND_HALF_UP, &made, err);
    if (status == MBILL_OK) status = mbill_sum_value(&made.numerator, &out->numerator, err);
    if (status == MBILL_OK) status = mbill_sum_value(&made.denominator, &out->denominator, err);
    MBILL_TRY(mbill__node_place(object, err, status));
    return say_facts(arena, object, facts, n, &out->origin, err);
}

/* ---- both ---- */

static mbill_status read_factor(mbill__arena *arena, const mbill__node *object, const mbill_factor *before, mbill_factor *out,
    mbill_error *err)
{
    static const char *const keys[] = {"from", "unit", "to", "factor", "origin", "facts"};
    mbill__node factor, node;
    MBILL_TRY(mbill__node_object(object, keys, COUNT(keys), err));
    MBILL_TRY(read_day(object, before, &out->from_day, err));
    MBILL_TRY(read_text(arena, object, "unit", MBILL_CONVERTED_UNIT_MAX, &out->unit, err));
    MBILL_TRY(read_text(arena, object, "to", MBILL_CONVERTED_UNIT_MAX, &out->to, err));
    bool is_number = mbill__node_get(object, "factor", &factor);
    if (is_number && mbill__node_get(object, "facts", &node))
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "a factor is a number, or made of facts; expected one of them");
    if (!is_number && mbill__node_get(object, "origin", &node))
        return mbill__node_fail(&node, err, MBILL_E_INVALID, "what is made of facts says them itself; \"origin\" is of a number");
    if (!is_number) return read_conversion(arena, object, out, err);
    if (mbill__node_get(object, "origin", &node))
        MBILL_TRY(read_text(arena, object, "origin", MBILL_CONVERTED_ORIGIN_MAX, &out->origin, err));
    return read_number(&factor, out, err);
}

static size_t count_factors(const mbill__node *object)
{
    mbill__node list;
    size_t n = 0;
    for (bool more = mbill__node_first(object, &list); more; more = mbill__node_next(&list)) n += mbill__node_count(&list);
    return n;
}

mbill_status mbill__factors_read(mbill__arena *arena, const mbill__node *object, const mbill_factor **out, size_t *out_n,
    mbill_error *err)
{
    mbill__node list, node;
    if (mbill__node_kind(object) != MBILL__JSON_OBJECT)
        return mbill__node_fail(object, err, MBILL_E_TYPE, "expected an object with one member a register");
    mbill_factor *factors = mbill__arena_take(arena, count_factors(object) + 1, sizeof *factors);
    if (factors == NULL) return no_memory(err);
    *out_n = 0;
    for (bool more = mbill__node_first(object, &list); more; more = mbill__node_next(&list)) {
        const char *name;
        MBILL_TRY(mbill__node_key_name(&list, &name, err));
        if ((name = mbill__arena_text(arena, name, strlen(name))) == NULL) return no_memory(err);
        MBILL_TRY(mbill__node_list(&list, 1, err));
        for (bool next = mbill__node_first(&list, &node); next; next = mbill__node_next(&node)) {
            mbill_factor *factor = &factors[*out_n];
            factor->name = name;
            MBILL_TRY(read_factor(arena, &node, node.index == 0 ? NULL : factor - 1, factor, err));
            ++*out_n;
        }
    }
    *out = factors;
    return MBILL_OK;
}

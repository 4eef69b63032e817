/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a facts document does: an account's facts, lists of days, lists of instants, price series and factors, by name. */
#include "document/json.h"
#include "document/time_read.h"
#include "meterbill/decimal.h"
#include "meterbill/tariff.h"
#include "tariff/fact_value.h"
#include "tariff/factor_read.h"

#include <string.h>

struct mbill_facts {
    mbill__arena arena;
    mbill_fact *values;
    size_t n_values;
    mbill_day_list *lists;
    size_t n_lists;
    mbill_instant_list *instants;
    size_t n_instants;
    mbill_price_series *series;
    size_t n_series;
    const mbill_factor *factors;
    size_t n_factors;
};

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "no memory for the facts");
}

static mbill_status read_key(mbill_facts *facts, const mbill__node *member, const char **out, mbill_error *err)
{
    const char *key;
    MBILL_TRY(mbill__node_key_name(member, &key, err));
    *out = mbill__arena_text(&facts->arena, key, strlen(key));
    return *out != NULL ? MBILL_OK : no_memory(err);
}

/* Room for one entry a member of an object. */
static mbill_status take_members(mbill_facts *facts, const mbill__node *object, const char *what, size_t size, void *out_entries,
    mbill_error *err)
{
    if (mbill__node_kind(object) != MBILL__JSON_OBJECT)
        return mbill__node_fail(object, err, MBILL_E_TYPE, "expected an object with one member a %s", what);
    void *entries = mbill__arena_take(&facts->arena, mbill__node_count(object) + 1, size);
    memcpy(out_entries, &entries, sizeof entries);
    return entries != NULL ? MBILL_OK : no_memory(err);
}

static mbill_status read_values(mbill_facts *facts, const mbill__node *object, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(take_members(facts, object, "fact", sizeof *facts->values, &facts->values, err));
    for (bool more = mbill__node_first(object, &node); more; more = mbill__node_next(&node)) {
        mbill_fact *fact = &facts->values[facts->n_values++];
        MBILL_TRY(read_key(facts, &node, &fact->name, err));
        MBILL_TRY(mbill__fact_value(&node, &fact->value_micro, &fact->text, err));
        if (fact->text == NULL) continue;
        fact->text = mbill__arena_text(&facts->arena, fact->text, strlen(fact->text));
        if (fact->text == NULL) return no_memory(err);
    }
    return MBILL_OK;
}

static mbill_status read_day(const mbill__node *node, const int32_t *before, int32_t *out, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_day(node, out, err));
    MBILL_TRY(mbill__node_text(node, &text, err));
    if (before != NULL && *before >= *out)
        return mbill__node_fail(node, err, MBILL_E_ORDER, "day \"%s\" is not after the one before it", text);
    return MBILL_OK;
}

static mbill_status read_list(mbill_facts *facts, const mbill__node *list, mbill_day_list *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(read_key(facts, list, &out->name, err));
    MBILL_TRY(mbill__node_list(list, 0, err));
    int32_t *days = mbill__arena_take(&facts->arena, mbill__node_count(list) + 1, sizeof *days);
    if (days == NULL) return no_memory(err);
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_day(&node, node.index == 0 ? NULL : &days[node.index - 1], &days[node.index], err));
    out->days = days;
    out->n_days = mbill__node_count(list);
    return MBILL_OK;
}

static mbill_status read_lists(mbill_facts *facts, const mbill__node *object, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(take_members(facts, object, "list", sizeof *facts->lists, &facts->lists, err));
    for (bool more = mbill__node_first(object, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_list(facts, &node, &facts->lists[facts->n_lists++], err));
    return MBILL_OK;
}

static mbill_status read_instant_list(mbill_facts *facts, const mbill__node *list, mbill_instant_list *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(read_key(facts, list, &out->name, err));
    MBILL_TRY(mbill__node_list(list, 0, err));
    int64_t *instants = mbill__arena_take(&facts->arena, mbill__node_count(list) + 1, sizeof *instants);
    if (instants == NULL) return no_memory(err);
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        MBILL_TRY(mbill__node_instant(&node, &instants[node.index], err));
        if (node.index > 0 && instants[node.index - 1] >= instants[node.index])
            return mbill__node_fail(&node, err, MBILL_E_ORDER, "this instant is not after the one before it");
    }
    out->instants_utc_s = instants;
    out->n_instants = mbill__node_count(list);
    return MBILL_OK;
}

static mbill_status read_instants(mbill_facts *facts, const mbill__node *object, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(take_members(facts, object, "list", sizeof *facts->instants, &facts->instants, err));
    for (bool more = mbill__node_first(object, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_instant_list(facts, &node, &facts->instants[facts->n_instants++], err));
    return MBILL_OK;
}

static mbill_status read_price(const mbill__node *node, int64_t *out_nano, mbill_error *err)
{
    *out_nano = MBILL_PRICE_MISSING;
    return mbill__node_kind(node) == MBILL__JSON_NULL ? MBILL_OK : mbill__node_decimal(node, MBILL_SCALE_NANO, out_nano, err);
}

static mbill_status read_one_series(mbill_facts *facts, const mbill__node *object, mbill_price_series *out, mbill_error *err)
{
    static const char *const keys[] = {"start", "step_s", "values"};
    enum { DAY_S = 86400 };
    mbill__node node, list;
    MBILL_TRY(read_key(facts, object, &out->name, err));
    MBILL_TRY(mbill__node_object(object, keys, sizeof keys / sizeof keys[0], err));
    MBILL_TRY(mbill__node_need(object, "start", &node, err));
    MBILL_TRY(mbill__node_instant(&node, &out->start_utc_s, err));
    MBILL_TRY(mbill__node_need(object, "step_s", &node, err));
    MBILL_TRY(mbill__node_whole(&node, 1, DAY_S, &out->step_s, err));
    MBILL_TRY(mbill__node_need(object, "values", &list, err));
    MBILL_TRY(mbill__node_list(&list, 1, err));
    out->n_values = mbill__node_count(&list);
    int64_t *values_nano = mbill__arena_take(&facts->arena, out->n_values, sizeof *values_nano);
    if (values_nano == NULL) return no_memory(err);
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_price(&node, &values_nano[node.index], err));
    out->values_nano = values_nano;
    return MBILL_OK;
}

static mbill_status read_series(mbill_facts *facts, const mbill__node *object, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(take_members(facts, object, "price series", sizeof *facts->series, &facts->series, err));
    for (bool more = mbill__node_first(object, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_one_series(facts, &node, &facts->series[facts->n_series++], err));
    return MBILL_OK;
}

static mbill_status read_facts(mbill_facts *facts, const mbill__node *root, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "facts", "lists", "instants", "series", "factors"};
    mbill__node node;
    MBILL_TRY(mbill__json_header(root, "facts", false, err));
    MBILL_TRY(mbill__node_object(root, keys, sizeof keys / sizeof keys[0], err));
    if (mbill__node_get(root, "facts", &node)) MBILL_TRY(read_values(facts, &node, err));
    if (mbill__node_get(root, "lists", &node)) MBILL_TRY(read_lists(facts, &node, err));
    if (mbill__node_get(root, "instants", &node)) MBILL_TRY(read_instants(facts, &node, err));
    if (mbill__node_get(root, "series", &node)) MBILL_TRY(read_series(facts, &node, err));
    if (!mbill__node_get(root, "factors", &node)) return MBILL_OK;
    return mbill__factors_read(&facts->arena, &node, &facts->factors, &facts->n_factors, err);
}

mbill_status mbill_facts_read(const char *json, size_t len, const mbill_allocator *allocator, mbill_facts **out_facts,
    mbill_error *err)
{
    mbill_allocator known;
    mbill__json *document;
    MBILL__NEED(out_facts);
    *out_facts = NULL;
    MBILL__NEED(json);
    MBILL_TRY(mbill__allocator_read(&known, allocator, err));
    MBILL_TRY(mbill__json_read(json, len, &known, &document, err));
    mbill_facts *facts = mbill__alloc(&known, sizeof *facts);
    mbill_status status = MBILL_E_NOMEM;
    if (facts != NULL) {
        mbill__arena_start(&facts->arena, &known);
        mbill__node root = mbill__json_root(document);
        status = read_facts(facts, &root, err);
    } else {
        status = no_memory(err);
    }
    mbill__json_free(document);
    if (status == MBILL_OK) *out_facts = facts;
    else mbill_facts_free(facts);
    return status;
}

void mbill_facts_free(mbill_facts *facts)
{
    if (facts == NULL) return;
    mbill_allocator allocator = facts->arena.allocator;
    mbill__arena_free(&facts->arena);
    mbill__release(&allocator, facts, sizeof *facts);
}

const mbill_fact *mbill_facts_values(const mbill_facts *facts, size_t *out_n)
{
    if (out_n != NULL) *out_n = facts == NULL ? 0 : facts->n_values;
    return facts == NULL ? NULL : facts->values;
}

const mbill_day_list *mbill_facts_lists(const mbill_facts *facts, size_t *out_n)
{
    if (out_n != NULL) *out_n = facts == NULL ? 0 : facts->n_lists;
    return facts == NULL ? NULL : facts->lists;
}

const mbill_instant_list *mbill_facts_instants(const mbill_facts *facts, size_t *out_n)
{
    if (out_n != NULL) *out_n = facts == NULL ? 0 : facts->n_instants;
    return facts == NULL ? NULL : facts->instants;
}

const mbill_price_series *mbill_facts_series(const mbill_facts *facts, size_t *out_n)
{
    if (out_n != NULL) *out_n = facts == NULL ? 0 : facts->n_series;
    return facts == NULL ? NULL : facts->series;
}

const mbill_factor *mbill_facts_factors(const mbill_facts *facts, size_t *out_n)
{
    if (out_n != NULL) *out_n = facts == NULL ? 0 : facts->n_factors;
    return facts == NULL ? NULL : facts->factors;
}

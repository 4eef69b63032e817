/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when documents say otherwise how a season is settled. Law: a switch that is not said is refused; nothing is implied. */
#include "document/json.h"
#include "meterbill/settle.h"
#include "number/round.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define PARTS_MAX 10000
#define YEAR_DAYS 366 /* no season is longer */

struct mbill_settlement_document {
    mbill__arena arena;
    mbill_settlement settlement;
};

/* A word of the list, as its place + first. */
static mbill_status need_word(const mbill__node *object, const char *key, const char *const *words, size_t n_words, int32_t first,
    int32_t *out, mbill_error *err)
{
    int32_t index;
    MBILL_TRY(mbill__node_need_word(object, key, words, n_words, &index, err));
    *out = first + index;
    return MBILL_OK;
}

static mbill_status read_fees(const mbill__node *root, mbill_settlement *out, mbill_error *err)
{
    static const char *const keys[] = {"area", "basic", "metered"};
    mbill__node fees;
    MBILL_TRY(mbill__node_need(root, "fees", &fees, err));
    MBILL_TRY(mbill__node_object(&fees, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need_decimal(&fees, "area", MBILL_SCALE_MICRO, &out->area_fee_micro, err));
    MBILL_TRY(mbill__node_need_decimal(&fees, "basic", MBILL_SCALE_MICRO, &out->basic_fee_micro, err));
    return mbill__node_need_decimal(&fees, "metered", MBILL_SCALE_MICRO, &out->metered_fee_micro, err);
}

static mbill_status read_empty(const mbill__node *root, mbill_settlement *out, mbill_error *err)
{
    static const char *const keys[] = {"days", "percent"};
    mbill__node empty;
    if (!mbill__node_get(root, "empty", &empty)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&empty, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need_int(&empty, "days", 0, YEAR_DAYS, &out->empty_days, err));
    return mbill__node_need_decimal(&empty, "percent", MBILL_SCALE_MICRO, &out->empty_percent_micro, err);
}

/* Of 1 to PARTS_MAX entries; *out_list holds their memory. */
static mbill_status take_list(mbill__arena *arena, const mbill__node *object, const char *key, size_t size, mbill__node *list,
    size_t *out_n, void **out_list, mbill_error *err)
{
    MBILL_TRY(mbill__node_need(object, key, list, err));
    MBILL_TRY(mbill__node_list(list, 1, err));
    *out_n = mbill__node_count(list);
    if (*out_n > PARTS_MAX)
        return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu entries, expected at most %d", *out_n, PARTS_MAX);
    *out_list = mbill__arena_take(arena, *out_n, size);
    return *out_list != NULL ? MBILL_OK : mbill__node_fail(list, err, MBILL_E_NOMEM, "no memory for the settlement");
}

static mbill_status read_band(const mbill__node *node, bool last, mbill_settle_band *out, mbill_error *err)
{
    static const char *const keys[] = {"up_to", "percent"};
    mbill__node end;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need_decimal(node, "percent", MBILL_SCALE_MICRO, &out->percent_micro, err));
    bool ends = mbill__node_get(node, "up_to", &end);
    if (last == !ends) return ends ? mbill__node_decimal(&end, MBILL_SCALE_MICRO, &out->up_to_micro_k, err) : MBILL_OK;
    if (!last) return mbill__node_fail(node, err, MBILL_E_ORDER, "a band without an end is the last one; expected \"up_to\"");
    return mbill__node_fail(&end, err, MBILL_E_ORDER, "the last band has no end; expected it without \"up_to\"");
}

static mbill_status read_bands(mbill__arena *arena, const mbill__node *service, mbill_settlement *out, mbill_error *err)
{
    mbill__node list, node;
    void *bands;
    size_t i = 0;
    MBILL_TRY(take_list(arena, service, "bands", sizeof *out->bands, &list, &out->n_bands, &bands, err));
    out->bands = bands;
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node), i++)
        MBILL_TRY(read_band(&node, i + 1 == out->n_bands, (mbill_settle_band *)bands + i, err));
    return MBILL_OK;
}

static mbill_status read_episodes(mbill__arena *arena, const mbill__node *service, mbill_settlement *out, mbill_error *err)
{
    static const char *const keys[] = {"temperature", "days"};
    mbill__node list, node;
    void *episodes;
    size_t i = 0;
    MBILL_TRY(take_list(arena, service, "episodes", sizeof *out->episodes, &list, &out->n_episodes, &episodes, err));
    out->episodes = episodes;
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node), i++) {
        mbill_settle_episode *one = (mbill_settle_episode *)episodes + i;
        MBILL_TRY(mbill__node_object(&node, keys, COUNT(keys), err));
        MBILL_TRY(mbill__node_need_decimal(&node, "temperature", MBILL_SCALE_MICRO, &one->temperature_micro_c, err));
        MBILL_TRY(mbill__node_need_int(&node, "days", 1, YEAR_DAYS, &one->days, err));
    }
    return MBILL_OK;
}

static mbill_status read_service(mbill__arena *arena, const mbill__node *root, mbill_settlement *out, mbill_error *err)
{
    static const char *const keys[] = {"of", "standard", "bands", "episodes"};
    static const char *const fees[] = {"area_fee", "due"};
    mbill__node service;
    if (!mbill__node_get(root, "service", &service)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&service, keys, COUNT(keys), err));
    MBILL_TRY(need_word(&service, "of", fees, COUNT(fees), MBILL_SETTLE_OF_AREA_FEE, &out->service_of, err));
    MBILL_TRY(mbill__node_need_decimal(&service, "standard", MBILL_SCALE_MICRO, &out->standard_micro_c, err));
    MBILL_TRY(read_bands(arena, &service, out, err));
    return read_episodes(arena, &service, out, err);
}

static mbill_status read_switches(const mbill__node *root, mbill_settlement *out, mbill_error *err)
{
    static const char *const surpluses[] = {"refund", "credit", "wallet", "keep"};
    static const char *const shortages[] = {"charge", "waive"};
    mbill__node cap;
    MBILL_TRY(need_word(root, "surplus", surpluses, COUNT(surpluses), MBILL_SETTLE_REFUND, &out->surplus, err));
    MBILL_TRY(need_word(root, "shortage", shortages, COUNT(shortages), MBILL_SETTLE_CHARGE, &out->shortage, err));
    MBILL_TRY(mbill__node_need(root, "cap_percent", &cap, err));
    out->cap_percent_micro = -1;
    if (mbill__node_kind(&cap) == MBILL__JSON_NULL) return MBILL_OK;
    MBILL_TRY(mbill__node_decimal(&cap, MBILL_SCALE_MICRO, &out->cap_percent_micro, err));
    if (out->cap_percent_micro >= 0) return MBILL_OK;
    return mbill__node_fail(&cap, err, MBILL_E_RANGE, "a cap below 0; expected 0 or more, or null for none");
}

static mbill_status read_round(const mbill__node *root, mbill_settlement *out, mbill_error *err)
{
    static const char *const keys[] = {"step", "how"};
    mbill__node round;
    MBILL_TRY(mbill__node_need(root, "round", &round, err));
    MBILL_TRY(mbill__node_object(&round, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need_decimal(&round, "step", MBILL_SCALE_MICRO, &out->step_micro, err));
    return need_word(&round, "how", mbill__round_names, 6, MBILL_ROUND_HALF_UP, &out->how, err);
}

static mbill_status read_document(const mbill__node *root, mbill_settlement_document *document, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "season_days", "fees", "paid", "carried", "empty", "service",
        "surplus", "shortage", "cap_percent", "round"};
    mbill_settlement *out = &document->settlement;
    mbill__node node;
    MBILL_TRY(mbill__json_header(root, "heat_settlement", false, err));
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    *out = (mbill_settlement){.struct_size = (uint32_t)sizeof *out};
    MBILL_TRY(mbill__node_need_int(root, "season_days", 1, YEAR_DAYS, &out->season_days, err));
    MBILL_TRY(read_fees(root, out, err));
    MBILL_TRY(mbill__node_need_decimal(root, "paid", MBILL_SCALE_MICRO, &out->paid_micro, err));
    if (mbill__node_get(root, "carried", &node))
        MBILL_TRY(mbill__node_decimal(&node, MBILL_SCALE_MICRO, &out->carried_micro, err));
    MBILL_TRY(read_empty(root, out, err));
    MBILL_TRY(read_service(&document->arena, root, out, err));
    MBILL_TRY(read_switches(root, out, err));
    return read_round(root, out, err);
}

mbill_status mbill_settlement_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_settlement_document **out_document, mbill_error *err)
{
    mbill_allocator own;
    mbill__json *parsed;
    MBILL__NEED(out_document);
    *out_document = NULL;
    MBILL__NEED(json);
    MBILL_TRY(mbill__allocator_read(&own, allocator, err));
    MBILL_TRY(mbill__json_read(json, len, &own, &parsed, err));
    mbill__node root = mbill__json_root(parsed);
    mbill_settlement_document *document = mbill__alloc(&own, sizeof *document);
    mbill_status status = MBILL_OK;
    if (document == NULL) status = mbill__node_fail(&root, err, MBILL_E_NOMEM, "no memory for the settlement");
    if (status == MBILL_OK) {
        mbill__arena_start(&document->arena, &own);
        status = read_document(&root, document, err);
    }
    mbill__json_free(parsed);
    if (status == MBILL_OK) *out_document = document;
    else mbill_settlement_document_free(document);
    return status;
}

const mbill_settlement *mbill_settlement_of(const mbill_settlement_document *document)
{
    return document == NULL ? NULL : &document->settlement;
}

void mbill_settlement_document_free(mbill_settlement_document *document)
{
    if (document == NULL) return;
    mbill_allocator allocator = document->arena.allocator;
    mbill__arena_free(&document->arena);
    mbill__release(&allocator, document, sizeof *document);
}

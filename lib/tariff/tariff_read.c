/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the frame of a tariff document does: who, where, when and rounding. The parts have readers of their own. */
#include "tariff/calendars_read.h"

#include "base/digest.h"
#include "document/time_read.h"
#include "tariff/buy_read.h"
#include "tariff/charge_read.h"
#include "tariff/derived_read.h"
#include "tariff/input_read.h"
#include "tariff/rounding_read.h"
#include "tariff/series_read.h"
#include "tariff/table_read.h"
#include "tariff/take.h"

#include <string.h>

static mbill_status read_name(mbill_tariff *tariff, const mbill__node *root, const char *key, const char **out, mbill_error *err)
{
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_need(root, key, &node, err));
    MBILL_TRY(mbill__node_name(&node, &text, err));
    return mbill__tariff_text(tariff, text, out, err);
}

static mbill_status read_words(mbill_tariff *tariff, const mbill__node *root, const char *key, const char **out, mbill_error *err)
{
    mbill__node node;
    const char *text;
    if (!mbill__node_get(root, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_text(&node, &text, err));
    return mbill__tariff_text(tariff, text, out, err);
}

static mbill_status read_currency(mbill_tariff *tariff, const mbill__node *root, mbill_error *err)
{
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_need(root, "currency", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    bool good = strlen(text) == 3;
    for (size_t i = 0; good && i < 3; i++) good = text[i] >= 'A' && text[i] <= 'Z';
    if (!good)
        return mbill__node_fail(&node, err, MBILL_E_INVALID,
            "\"%s\" is not a currency; expected three capital letters such as \"CNY\"", text);
    return mbill__tariff_text(tariff, text, &tariff->labels.currency, err);
}

static mbill_status read_zone(mbill_tariff *tariff, const mbill__node *root, mbill_error *err)
{
    mbill__node node;
    const char *rule;
    MBILL_TRY(mbill__node_need(root, "zone", &node, err));
    MBILL_TRY(mbill__node_text(&node, &rule, err));
    MBILL_TRY(
        mbill__node_place(&node, err, mbill_zone_from_rule(rule, strlen(rule), &tariff->arena.allocator, &tariff->zone, err)));
    tariff->labels.zone = tariff->zone;
    return MBILL_OK;
}

static mbill_status read_day_start(const mbill_tariff *tariff, const mbill__node *node, int64_t *out_utc_s, mbill_error *err)
{
    int32_t days;
    MBILL_TRY(mbill__node_day(node, &days, err));
    return mbill__node_place(node, err, mbill_zone_day_start(tariff->zone, days, out_utc_s, err));
}

static mbill_status read_valid(mbill_tariff *tariff, const mbill__node *root, mbill_error *err)
{
    static const char *const keys[] = {"from", "to"};
    mbill__node valid, from, to;
    MBILL_TRY(mbill__node_need(root, "valid", &valid, err));
    MBILL_TRY(mbill__node_object(&valid, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(&valid, "from", &from, err));
    MBILL_TRY(mbill__node_need(&valid, "to", &to, err));
    MBILL_TRY(read_day_start(tariff, &from, &tariff->valid_from_utc_s, err));
    tariff->valid_to_utc_s = INT64_MAX;
    if (mbill__node_kind(&to) == MBILL__JSON_NULL) return MBILL_OK;
    MBILL_TRY(read_day_start(tariff, &to, &tariff->valid_to_utc_s, err));
    if (tariff->valid_from_utc_s >= tariff->valid_to_utc_s)
        return mbill__node_fail(&valid, err, MBILL_E_INVALID, "the tariff ends before it begins");
    return MBILL_OK;
}

static mbill_status read_level(const mbill__node *rounding, const char *key, mbill__rounding *out, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_need(rounding, key, &node, err));
    return mbill__rounding_read(&node, out, err);
}

static mbill_status read_body(mbill_tariff *tariff, const mbill__node *root, mbill_error *err)
{
    static const char *const levels[] = {"line", "charge", "bill"};
    mbill__node node;
    mbill__rounding round_charge;
    MBILL_TRY(mbill__node_need(root, "rounding", &node, err));
    MBILL_TRY(mbill__node_object(&node, levels, MBILL__COUNT(levels), err));
    MBILL_TRY(read_level(&node, "line", &tariff->round_line, err));
    MBILL_TRY(read_level(&node, "charge", &round_charge, err));
    MBILL_TRY(read_level(&node, "bill", &tariff->round_bill, err));
    MBILL_TRY(mbill__node_need(root, "inputs", &node, err));
    MBILL_TRY(mbill__inputs_read(tariff, &node, err));
    MBILL_TRY(mbill__calendars_read(tariff, root, err));
    if (mbill__node_get(root, "buy", &node)) MBILL_TRY(mbill__buy_read(tariff, &node, err));
    if (mbill__node_get(root, "tables", &node)) MBILL_TRY(mbill__tables_read(tariff, &node, err));
    if (mbill__node_get(root, "series", &node)) MBILL_TRY(mbill__series_read(tariff, &node, err));
    MBILL_TRY(mbill__node_need(root, "inputs", &node, err));
    MBILL_TRY(mbill__derived_read(tariff, &node, err));
    MBILL_TRY(mbill__node_need(root, "charges", &node, err));
    MBILL_TRY(mbill__charges_read(tariff, &node, round_charge, err));
    MBILL_TRY(mbill__series_check_used(tariff, root, err));
    return mbill__tables_check_used(tariff, root, err);
}

static mbill_status name_by_hash(mbill_tariff *tariff, const mbill__node *root, mbill_error *err)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[MBILL__DIGEST_BYTES];
    char hex[2 * MBILL__DIGEST_BYTES + 1] = {0};
    mbill__buffer text;
    mbill__buffer_start(&text, &tariff->arena.allocator);
    mbill__json_canonical(root, &text);
    mbill_status status = mbill__buffer_check(&text, err);
    if (status == MBILL_OK) {
        mbill__digest(text.data, text.len, digest);
        for (size_t i = 0; i < sizeof digest; i++) {
            hex[2 * i] = digits[digest[i] >> 4];
            hex[2 * i + 1] = digits[digest[i] & 15];
        }
        status = mbill__tariff_text(tariff, text.data, &tariff->canonical, err);
    }
    mbill__buffer_free(&text);
    return status == MBILL_OK ? mbill__tariff_text(tariff, hex, &tariff->labels.hash, err) : status;
}

static mbill_status read_tariff(mbill_tariff *tariff, const mbill__node *root, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "id", "version", "title", "source", "currency", "zone", "valid",
        "inputs", "calendar", "calendars", "tables", "series", "rounding", "buy", "charges"};
    MBILL_TRY(mbill__json_header(root, "tariff", true, err));
    MBILL_TRY(mbill__node_object(root, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(read_name(tariff, root, "id", &tariff->labels.tariff, err));
    MBILL_TRY(read_name(tariff, root, "version", &tariff->labels.version, err));
    MBILL_TRY(read_words(tariff, root, "title", &tariff->title, err));
    MBILL_TRY(read_words(tariff, root, "source", &tariff->source, err));
    MBILL_TRY(read_currency(tariff, root, err));
    MBILL_TRY(read_zone(tariff, root, err));
    MBILL_TRY(read_valid(tariff, root, err));
    MBILL_TRY(read_body(tariff, root, err));
    return name_by_hash(tariff, root, err);
}

mbill_status mbill_tariff_read(const char *json, size_t len, const mbill_allocator *allocator, mbill_tariff **out_tariff,
    mbill_error *err)
{
    mbill_allocator known;
    mbill__json *document;
    MBILL__NEED(out_tariff);
    *out_tariff = NULL;
    MBILL__NEED(json);
    MBILL_TRY(mbill__allocator_read(&known, allocator, err));
    MBILL_TRY(mbill__json_read(json, len, &known, &document, err));
    mbill_status status = MBILL_E_NOMEM;
    mbill_tariff *tariff = mbill__alloc(&known, sizeof *tariff);
    if (tariff != NULL) {
        mbill__arena_start(&tariff->arena, &known);
        tariff->labels.struct_size = sizeof tariff->labels;
        mbill__node root = mbill__json_root(document);
        status = read_tariff(tariff, &root, err);
    } else {
        status = mbill__fail(err, MBILL_E_NOMEM, "no memory for the tariff");
    }
    mbill__json_free(document);
    if (status == MBILL_OK) *out_tariff = tariff;
    else mbill_tariff_free(tariff);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what a document says of how much a meter's tables hold. */
#include "document/json.h"
#include "meterbill/meter_tables.h"

#define NAMES(list) (list), sizeof(list) / sizeof((list)[0])

static mbill_status read_whole(const mbill__node *of, const char *key, int64_t max, int32_t *out, mbill_error *err)
{
    mbill__node node;
    int64_t value;
    if (!mbill__node_get(of, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_whole(&node, 1, max, &value, err));
    *out = (int32_t)value;
    return MBILL_OK;
}

static mbill_status read_flag(const mbill__node *of, const char *key, int32_t *out, mbill_error *err)
{
    mbill__node node;
    bool set;
    if (!mbill__node_get(of, key, &node)) return MBILL_OK;
    MBILL_TRY(mbill__node_bool(&node, &set, err));
    *out = set;
    return MBILL_OK;
}

static mbill_status read_profile(const mbill__node *root, mbill_meter_profile *out, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "zones", "day_tables", "slots", "slot_minutes", "rates", "tiers",
        "holidays", "monthly_ladder", "platform"};
    MBILL_TRY(mbill__json_header(root, "meter_profile", false, err));
    MBILL_TRY(mbill__node_object(root, NAMES(keys), err));
    MBILL_TRY(read_whole(root, "zones", MBILL_METER_ZONES_MAX, &out->zones, err));
    MBILL_TRY(read_whole(root, "day_tables", MBILL_METER_DAYS_MAX, &out->days, err));
    MBILL_TRY(read_whole(root, "slots", MBILL_METER_SLOTS_MAX, &out->slots, err));
    MBILL_TRY(read_whole(root, "slot_minutes", 60, &out->slot_minutes, err));
    MBILL_TRY(read_whole(root, "rates", MBILL_METER_RATES_MAX, &out->rates, err));
    MBILL_TRY(read_whole(root, "tiers", MBILL_METER_TIERS_MAX, &out->tiers, err));
    MBILL_TRY(read_whole(root, "holidays", MBILL_METER_HOLIDAYS_MAX, &out->holidays, err));
    MBILL_TRY(read_flag(root, "monthly_ladder", &out->monthly_ladder, err));
    return read_flag(root, "platform", &out->platform, err);
}

mbill_status mbill_meter_profile_read(const char *text, size_t len, mbill_meter_profile *out_profile, mbill_error *err)
{
    mbill_meter_profile profile = {.struct_size = sizeof profile};
    mbill__json *document;
    MBILL__NEED(text);
    MBILL__NEED(out_profile);
    if (out_profile->struct_size < sizeof profile)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_profile is not set");
    MBILL_TRY(mbill__json_read(text, len, NULL, &document, err));
    mbill__node root = mbill__json_root(document);
    mbill_status status = read_profile(&root, &profile, err);
    mbill__json_free(document);
    if (status == MBILL_OK) *out_profile = profile;
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a decision about supply rests on something more, or documents say it in another form. */
#include "ledger/question_read.h"

#include "document/time_read.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define EVERY_WEEKDAY 0x7fu

/* {"weekdays": ["mon", "sat"], "hours": "18:00-11:00", "dates": "2026-12-24/2027-01-02"} */
static mbill_status read_window(const mbill__node *node, mbill_non_disablement_window *out, mbill_error *err)
{
    static const char *const keys[] = {"weekdays", "hours", "dates"};
    mbill__node part;
    *out = (mbill_non_disablement_window){.weekdays = EVERY_WEEKDAY};
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    if (mbill__node_get(node, "weekdays", &part)) MBILL_TRY(mbill__node_weekdays(&part, &out->weekdays, err));
    MBILL_TRY(mbill__node_need(node, "hours", &part, err));
    MBILL_TRY(mbill__node_window(&part, &out->from_minute, &out->to_minute, err));
    return mbill__node_get(node, "dates", &part) ? mbill__node_days(&part, &out->from_day, &out->to_day, err) : MBILL_OK;
}

static mbill_status read_zone(const mbill__node *node, mbill_non_disablement *out, mbill_error *err)
{
    const char *text;
    int32_t active;
    MBILL_TRY(mbill__node_text(node, &text, err));
    size_t len = strlen(text);
    if (len >= sizeof out->zone)
        return mbill__node_fail(node, err, MBILL_E_ZONE, "a rule of %zu bytes, expected at most %zu", len, sizeof out->zone - 1);
    memcpy(out->zone, text, len);
    return mbill__node_place(node, err, mbill_non_disablement_active(out, 0, &active, err)); /* reads the rule */
}

/* {"zone": "GMT0BST,M3.5.0/1,M10.5.0", "windows": [...]} */
static mbill_status read_calendar(const mbill__node *node, mbill_non_disablement *out, mbill_error *err)
{
    static const char *const keys[] = {"zone", "windows"};
    mbill__node list, part;
    out->struct_size = (uint32_t)sizeof *out;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "zone", &part, err));
    MBILL_TRY(read_zone(&part, out, err));
    MBILL_TRY(mbill__node_need(node, "windows", &list, err));
    MBILL_TRY(mbill__node_list(&list, 1, err));
    size_t n = mbill__node_count(&list);
    if (n > MBILL_NON_DISABLEMENT_MAX)
        return mbill__node_fail(&list, err, MBILL_E_LIMIT, "%zu windows, expected at most %d", n, MBILL_NON_DISABLEMENT_MAX);
    for (bool more = mbill__node_first(&list, &part); more; more = mbill__node_next(&part))
        MBILL_TRY(read_window(&part, &out->windows[out->n_windows++], err));
    return MBILL_OK;
}

/* true, false, or a calendar. */
static mbill_status read_non_disablement(const mbill__node *node, mbill__arena *arena, mbill_supply_question *out,
    mbill_error *err)
{
    bool active = false;
    if (mbill__node_kind(node) != MBILL__JSON_OBJECT) {
        MBILL_TRY(mbill__node_bool(node, &active, err));
        if (active) out->state.flags |= MBILL_SUPPLY_NON_DISABLEMENT;
        return MBILL_OK;
    }
    mbill_non_disablement *calendar = mbill__arena_take(arena, 1, sizeof *calendar);
    if (calendar == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for a calendar could not be allocated");
    out->calendar = calendar;
    return read_calendar(node, calendar, err);
}

static mbill_status read_flag(const mbill__node *node, const char *key, bool when, uint32_t flag, uint32_t *inout,
    mbill_error *err)
{
    mbill__node part;
    bool value = !when;
    if (mbill__node_get(node, key, &part)) MBILL_TRY(mbill__node_bool(&part, &value, err));
    if (value == when) *inout |= flag;
    return MBILL_OK;
}

mbill_status mbill__question_read(const mbill__node *node, mbill__arena *arena, mbill_supply_question *out, mbill_error *err)
{
    static const char *const keys[] = {"account", "contactor", "tripped", "prepaid", "keep", "non_disablement"};
    static const char *const contactors[] = {"closed", "open", "tripped"};
    static const uint32_t states[] = {0, MBILL_CONTACTOR_OPEN, MBILL_CONTACTOR_OPEN | MBILL_CONTACTOR_TRIPPED};
    mbill__node part;
    int32_t at;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "account", &part, err));
    MBILL_TRY(mbill__node_decimal(&part, 0, &out->account, err));
    MBILL_TRY(mbill__node_need(node, "contactor", &part, err));
    MBILL_TRY(mbill__node_word(&part, contactors, COUNT(contactors), &at, err));
    out->state.struct_size = (uint32_t)sizeof out->state;
    out->state.flags = states[at];
    MBILL_TRY(read_flag(node, "prepaid", false, MBILL_SUPPLY_NOT_PREPAID, &out->state.flags, err));
    MBILL_TRY(read_flag(node, "keep", true, MBILL_SUPPLY_KEEP_ON, &out->state.flags, err));
    if (mbill__node_get(node, "non_disablement", &part)) MBILL_TRY(read_non_disablement(&part, arena, out, err));
    return mbill__node_get(node, "tripped", &part) ? mbill__node_instant(&part, &out->state.tripped_utc_s, err) : MBILL_OK;
}

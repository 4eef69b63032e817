/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a position document does. */
#include "document/json.h"
#include "document/time_read.h"
#include "document/write.h"
#include "tariff/once.h"
#include "tariff/position.h"

#include <string.h>

static const mbill__ratchet *ratchet_of(const mbill__charge *charge)
{
    return charge->quantity.peak == NULL ? NULL : charge->quantity.peak->ratchet;
}

/* ---- out ---- */

static mbill_status write_time(mbill__writer *writer, const char *key, int64_t utc_s, const mbill_zone *zone, mbill_error *err)
{
    if (utc_s != INT64_MIN) return mbill__write_time(writer, key, utc_s, zone, err);
    mbill__write_text(writer, key, NULL);
    return MBILL_OK;
}

static mbill_status write_day(mbill__writer *writer, int32_t day, mbill_error *err)
{
    char text[16];
    size_t room = sizeof text;
    mbill_date date;
    MBILL_TRY(mbill_date_of_days(day, &date, err));
    MBILL_TRY(mbill_date_print(date, text, &room, err));
    mbill__write_text(writer, "from", text);
    return MBILL_OK;
}

static mbill_status write_used(mbill__writer *writer, const mbill_tariff *tariff, const mbill__ladder *ladder,
    const mbill__slot *slots, mbill_error *err)
{
    MBILL_TRY(write_day(writer, slots[0].span_day, err));
    if (ladder->keeps_paid) {
        mbill__write_list(writer, "used");
        for (size_t i = 0; i < ladder->n_slots; i++) mbill__write_decimal(writer, NULL, slots[i].used_micro, MBILL_SCALE_MICRO);
        mbill__write_list_end(writer);
        return MBILL_OK;
    }
    if (ladder->across != MBILL__ACROSS_EACH) {
        mbill__write_decimal(writer, "used", slots[0].used_micro, MBILL_SCALE_MICRO);
        return MBILL_OK;
    }
    mbill__write_object(writer, "used");
    for (size_t i = 0; i < ladder->n_slots; i++)
        if (mbill__has_period(ladder->schedule, i))
            mbill__write_decimal(writer, tariff->labels.periods[i], slots[i].used_micro, MBILL_SCALE_MICRO);
    mbill__write_object_end(writer);
    return MBILL_OK;
}

/* Charges that are due once in a span, and the span in which each was due last; nothing when there is none. */
static mbill_status write_once(mbill__writer *writer, const mbill_tariff *tariff, const mbill_position *position,
    mbill_error *err)
{
    bool any = false;
    for (size_t i = 0; i < tariff->n_charges; i++) {
        const mbill__charge *charge = &tariff->charges[i];
        if (charge->once_per == MBILL__OVER_NONE || position->slots[charge->once_slot].span_day == MBILL__SLOT_UNUSED) continue;
        if (!any) mbill__write_list(writer, "once");
        any = true;
        mbill__write_object(writer, NULL);
        mbill__write_text(writer, "charge", tariff->labels.charges[i].id);
        MBILL_TRY(write_day(writer, position->slots[charge->once_slot].span_day, err));
        mbill__write_object_end(writer);
    }
    if (any) mbill__write_list_end(writer);
    return MBILL_OK;
}

/* What charges keep for later bills; nothing when none does. */
static void write_credits(mbill__writer *writer, const mbill_tariff *tariff, const mbill_position *position)
{
    bool any = false;
    for (size_t i = 0; i < tariff->n_charges; i++) {
        const mbill__charge *charge = &tariff->charges[i];
        const mbill__slot *slot = &position->slots[charge->credit_slot];
        if (charge->credit_until == 0 || slot->span_day == MBILL__SLOT_UNUSED) continue;
        if (!any) mbill__write_list(writer, "credits");
        any = true;
        mbill__write_object(writer, NULL);
        mbill__write_text(writer, "charge", tariff->labels.charges[i].id);
        mbill__write_decimal(writer, "kept", slot->used_micro, MBILL_SCALE_MICRO);
        mbill__write_object_end(writer);
    }
    if (any) mbill__write_list_end(writer);
}

/* The peaks of one ratchet's months or bills, in the order of time. */
static mbill_status write_peaks_of(mbill__writer *writer, const char *charge, const mbill__ratchet *ratchet,
    const mbill__slot *slots, bool *any, mbill_error *err)
{
    int32_t before = MBILL__SLOT_UNUSED;
    for (;;) {
        const mbill__slot *next = NULL;
        for (int32_t i = 0; i <= ratchet->spans; i++)
            if (slots[i].span_day > before && (next == NULL || slots[i].span_day < next->span_day)) next = &slots[i];
        if (next == NULL) return MBILL_OK;
        if (!*any) mbill__write_list(writer, "peaks");
        *any = true;
        mbill__write_object(writer, NULL);
        mbill__write_text(writer, "charge", charge);
        MBILL_TRY(write_day(writer, next->span_day, err));
        mbill__write_decimal(writer, "peak", next->used_micro, MBILL_SCALE_MICRO);
        mbill__write_object_end(writer);
        before = next->span_day;
    }
}

/* Earlier peaks that ratchets look at; nothing when there is none. */
static mbill_status write_peaks(mbill__writer *writer, const mbill_tariff *tariff, const mbill_position *position,
    mbill_error *err)
{
    bool any = false;
    for (size_t i = 0; i < tariff->n_charges; i++) {
        const mbill__ratchet *ratchet = ratchet_of(&tariff->charges[i]);
        if (ratchet == NULL) continue;
        MBILL_TRY(write_peaks_of(writer, tariff->labels.charges[i].id, ratchet, &position->slots[ratchet->slot], &any, err));
    }
    if (any) mbill__write_list_end(writer);
    return MBILL_OK;
}

/* What limits over more than a bill know their spans came to; nothing when there is none. */
static mbill_status write_limits(mbill__writer *writer, const mbill_tariff *tariff, const mbill_position *position,
    mbill_error *err)
{
    bool any = false;
    for (size_t i = 0; i < tariff->n_charges; i++) {
        const mbill__charge *charge = &tariff->charges[i];
        const mbill__slot *slot = &position->slots[charge->limit_slot];
        if (charge->limit_over == MBILL__OVER_NONE || slot->span_day == MBILL__SLOT_UNUSED) continue;
        if (!any) mbill__write_list(writer, "limits");
        any = true;
        mbill__write_object(writer, NULL);
        mbill__write_text(writer, "charge", tariff->labels.charges[i].id);
        MBILL_TRY(write_day(writer, slot->span_day, err));
        mbill__write_decimal(writer, "charged", slot->used_micro, MBILL_SCALE_MICRO);
        mbill__write_object_end(writer);
    }
    if (any) mbill__write_list_end(writer);
    return MBILL_OK;
}

/* The billing span that is charged in parts, when one is. */
static mbill_status write_open(mbill__writer *writer, const mbill_tariff *tariff, const mbill_position *position,
    mbill_error *err)
{
    if (position->span_from_utc_s == INT64_MIN) return MBILL_OK;
    mbill__write_object(writer, "open");
    MBILL_TRY(write_time(writer, "from", position->span_from_utc_s, tariff->zone, err));
    MBILL_TRY(write_time(writer, "to", position->span_to_utc_s, tariff->zone, err));
    mbill__write_decimal(writer, "charged", position->charged_micro, MBILL_SCALE_MICRO);
    mbill__write_object_end(writer);
    return MBILL_OK;
}

static mbill_status write_position(mbill__writer *writer, const mbill_tariff *tariff, const mbill_position *position,
    mbill_error *err)
{
    mbill__write_object(writer, NULL);
    mbill__write_whole(writer, "meterbill", 1);
    mbill__write_text(writer, "kind", "position");
    mbill__write_text(writer, "tariff", tariff->labels.tariff);
    mbill__write_text(writer, "version", tariff->labels.version);
    MBILL_TRY(write_time(writer, "billed_to", position->billed_to_utc_s, tariff->zone, err));
    MBILL_TRY(write_open(writer, tariff, position, err));
    mbill__write_list(writer, "ladders");
    for (size_t i = 0; i < tariff->n_charges; i++) {
        const mbill__ladder *ladder = &tariff->charges[i].ladder;
        const mbill__slot *slots = &position->slots[ladder->slot];
        if (ladder->n_slots == 0 || slots[0].span_day == MBILL__SLOT_UNUSED) continue;
        mbill__write_object(writer, NULL);
        mbill__write_text(writer, "charge", tariff->labels.charges[i].id);
        MBILL_TRY(write_used(writer, tariff, ladder, slots, err));
        mbill__write_object_end(writer);
    }
    mbill__write_list_end(writer);
    MBILL_TRY(write_once(writer, tariff, position, err));
    write_credits(writer, tariff, position);
    MBILL_TRY(write_peaks(writer, tariff, position, err));
    MBILL_TRY(write_limits(writer, tariff, position, err));
    mbill__write_object_end(writer);
    return MBILL_OK;
}

mbill_status mbill_position_write(const mbill_tariff *tariff, const mbill_position *position, char *out_text, size_t *inout_len,
    mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer writer;
    MBILL__NEED(tariff);
    MBILL__NEED(position);
    MBILL__NEED(inout_len);
    MBILL_TRY(mbill__position_check(tariff, position, err));
    mbill__buffer_start(&buffer, &tariff->arena.allocator);
    mbill__write_start(&writer, &buffer, false);
    mbill_status status = write_position(&writer, tariff, position, err);
    return mbill__buffer_end(&buffer, status, out_text, inout_len, err);
}

/* ---- in ---- */

typedef bool owns(const mbill__charge *charge);

static bool counts_a_ladder(const mbill__charge *charge)
{
    return charge->ladder.n_slots > 0;
}

static bool is_due_once(const mbill__charge *charge)
{
    return charge->once_per != MBILL__OVER_NONE;
}

static bool keeps_a_credit(const mbill__charge *charge)
{
    return charge->credit_until != 0;
}

static bool has_limit(const mbill__charge *charge)
{
    return charge->limit_over != MBILL__OVER_NONE;
}

static bool looks_back(const mbill__charge *charge)
{
    return ratchet_of(charge) != NULL;
}

/* The charge that an entry is of, among those that own places of the kind; what and that name the kind in the message. */
static mbill_status find_owner(const mbill_tariff *tariff, const mbill__node *object, owns *owner, const char *what,
    const char *that, const mbill__charge **out, mbill_error *err)
{
    mbill__node node;
    const char *id;
    MBILL_TRY(mbill__node_need(object, "charge", &node, err));
    MBILL_TRY(mbill__node_text(&node, &id, err));
    for (size_t i = 0; i < tariff->n_charges; i++) {
        *out = &tariff->charges[i];
        if (strcmp(tariff->labels.charges[i].id, id) == 0 && owner(*out)) return MBILL_OK;
    }
    return mbill__node_fail(&node, err, MBILL_E_POSITION, "the tariff has no %s \"%s\" that %s", what, id, that);
}

static mbill_status read_used_micro(const mbill__node *node, int64_t *out_micro, mbill_error *err)
{
    MBILL_TRY(mbill__node_decimal(node, MBILL_SCALE_MICRO, out_micro, err));
    if (*out_micro < 0) return mbill__node_fail(node, err, MBILL_E_RANGE, "what is used of a ladder is not negative");
    return MBILL_OK;
}

/* What is used of each tier, where what is paid stays in its tier. */
static mbill_status read_used_tiers(const mbill__ladder *ladder, const mbill__node *used, mbill__slot *slots, mbill_error *err)
{
    mbill__node node;
    MBILL_TRY(mbill__node_list(used, 1, err));
    if (mbill__node_count(used) != ladder->n_slots)
        return mbill__node_fail(used, err, MBILL_E_POSITION, "%zu values for the %zu tiers of the ladder",
            mbill__node_count(used), ladder->n_slots);
    for (bool more = mbill__node_first(used, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_used_micro(&node, &slots[node.index].used_micro, err));
    return MBILL_OK;
}

static mbill_status read_used(const mbill_tariff *tariff, const mbill__ladder *ladder, const mbill__node *used,
    mbill__slot *slots, mbill_error *err)
{
    mbill__node node;
    if (ladder->keeps_paid) return read_used_tiers(ladder, used, slots, err);
    if (ladder->across != MBILL__ACROSS_EACH) return read_used_micro(used, &slots[0].used_micro, err);
    const char *names[MBILL__PERIODS_MAX];
    MBILL_TRY(mbill__node_object(used, names, mbill__period_names(tariff, ladder->schedule, names), err));
    for (size_t i = 0; i < ladder->n_slots; i++) {
        if (!mbill__has_period(ladder->schedule, i)) continue;
        MBILL_TRY(mbill__node_need(used, tariff->labels.periods[i], &node, err));
        MBILL_TRY(read_used_micro(&node, &slots[i].used_micro, err));
    }
    return MBILL_OK;
}

/* The first day of a span; what says in messages whose. */
static mbill_status read_span(const mbill__ladder *ladder, const char *what, const mbill__node *node, int32_t *out_day,
    mbill_error *err)
{
    const char *text;
    int32_t from, to;
    MBILL_TRY(mbill__node_day(node, out_day, err));
    MBILL_TRY(mbill__node_text(node, &text, err));
    MBILL_TRY(mbill__node_place(node, err, mbill__ladder_span(ladder, *out_day, &from, &to, err)));
    if (from != *out_day) return mbill__node_fail(node, err, MBILL_E_POSITION, "no span of the %s begins on %s", what, text);
    return MBILL_OK;
}

static mbill_status read_ladder(const mbill_tariff *tariff, const mbill__node *object, mbill__slot *all, mbill_error *err)
{
    static const char *const keys[] = {"charge", "from", "used"};
    const mbill__charge *charge = NULL;
    mbill__node from, used;
    int32_t day;
    MBILL_TRY(mbill__node_object(object, keys, sizeof keys / sizeof keys[0], err));
    MBILL_TRY(find_owner(tariff, object, counts_a_ladder, "ladder", "counts over more than a bill", &charge, err));
    const mbill__ladder *ladder = &charge->ladder;
    MBILL_TRY(mbill__node_need(object, "from", &from, err));
    MBILL_TRY(mbill__node_need(object, "used", &used, err));
    MBILL_TRY(read_span(ladder, "ladder", &from, &day, err));
    mbill__slot *slots = &all[ladder->slot];
    if (slots[0].span_day != MBILL__SLOT_UNUSED) return mbill__node_fail(object, err, MBILL_E_INVALID, "the ladder stands twice");
    for (size_t i = 0; i < ladder->n_slots; i++) slots[i].span_day = day;
    return read_used(tariff, ladder, &used, slots, err);
}

/* One entry of "once": a charge, and the span in which it was due last. */
static mbill_status read_once(const mbill_tariff *tariff, const mbill__node *object, mbill__slot *all, mbill_error *err)
{
    static const char *const keys[] = {"charge", "from"};
    const mbill__charge *charge = NULL;
    mbill__node from;
    MBILL_TRY(mbill__node_object(object, keys, sizeof keys / sizeof keys[0], err));
    MBILL_TRY(find_owner(tariff, object, is_due_once, "charge", "is due once in a span", &charge, err));
    MBILL_TRY(mbill__node_need(object, "from", &from, err));
    int32_t *day = &all[charge->once_slot].span_day;
    if (*day != MBILL__SLOT_UNUSED) return mbill__node_fail(object, err, MBILL_E_INVALID, "the charge stands twice");
    const mbill__ladder once = mbill__once_spans(charge);
    return read_span(&once, "charge", &from, day, err);
}

/* One entry of "limits": a charge, the span, and what it came to. */
static mbill_status read_limit(const mbill_tariff *tariff, const mbill__node *object, mbill__slot *all, mbill_error *err)
{
    static const char *const keys[] = {"charge", "from", "charged"};
    const mbill__charge *charge = NULL;
    mbill__node node;
    MBILL_TRY(mbill__node_object(object, keys, sizeof keys / sizeof keys[0], err));
    MBILL_TRY(find_owner(tariff, object, has_limit, "limit", "is over more than a bill", &charge, err));
    const mbill__ladder span = {.over = charge->limit_over, .start = charge->limit_start};
    mbill__slot *slot = &all[charge->limit_slot];
    if (slot->span_day != MBILL__SLOT_UNUSED) return mbill__node_fail(object, err, MBILL_E_INVALID, "the charge stands twice");
    MBILL_TRY(mbill__node_need(object, "from", &node, err));
    MBILL_TRY(read_span(&span, "limit", &node, &slot->span_day, err));
    MBILL_TRY(mbill__node_need(object, "charged", &node, err));
    return mbill__node_decimal(&node, MBILL_SCALE_MICRO, &slot->used_micro, err);
}

/* One entry of "credits": a charge, and what it keeps. */
static mbill_status read_credit(const mbill_tariff *tariff, const mbill__node *object, mbill__slot *all, mbill_error *err)
{
    static const char *const keys[] = {"charge", "kept"};
    const mbill__charge *charge = NULL;
    mbill__node kept;
    MBILL_TRY(mbill__node_object(object, keys, sizeof keys / sizeof keys[0], err));
    MBILL_TRY(find_owner(tariff, object, keeps_a_credit, "charge", "keeps a credit", &charge, err));
    MBILL_TRY(mbill__node_need(object, "kept", &kept, err));
    mbill__slot *slot = &all[charge->credit_slot];
    if (slot->span_day != MBILL__SLOT_UNUSED) return mbill__node_fail(object, err, MBILL_E_INVALID, "the charge stands twice");
    slot->span_day = 0;
    MBILL_TRY(mbill__node_decimal(&kept, MBILL_SCALE_MICRO, &slot->used_micro, err));
    return slot->used_micro >= 0 ? MBILL_OK : mbill__node_fail(&kept, err, MBILL_E_RANGE, "what is kept is not negative");
}

/* One entry of "peaks": a charge, the first day of a month or a bill, and its peak. One that is too early to count is left out. */
static mbill_status read_peak(const mbill_tariff *tariff, const mbill__node *object, mbill__slot *all, mbill_error *err)
{
    static const char *const keys[] = {"charge", "from", "peak"};
    static const mbill__ladder month = {.over = MBILL__OVER_MONTH}, day = {.over = MBILL__OVER_DAY};
    const mbill__charge *charge = NULL;
    mbill__node from, peak;
    mbill__slot slot = {MBILL__SLOT_UNUSED, 0, 0}, *place;
    MBILL_TRY(mbill__node_object(object, keys, sizeof keys / sizeof keys[0], err));
    MBILL_TRY(find_owner(tariff, object, looks_back, "charge", "looks at earlier peaks", &charge, err));
    MBILL_TRY(mbill__node_need(object, "from", &from, err));
    MBILL_TRY(mbill__node_need(object, "peak", &peak, err));
    MBILL_TRY(read_span(ratchet_of(charge)->of_bills ? &day : &month, "charge", &from, &slot.span_day, err));
    MBILL_TRY(mbill__node_decimal(&peak, MBILL_SCALE_MICRO, &slot.used_micro, err));
    if (slot.used_micro < 0) return mbill__node_fail(&peak, err, MBILL_E_RANGE, "a peak is not negative");
    MBILL_TRY(mbill__node_place(&from, err, mbill__ratchet_place(ratchet_of(charge), all, slot.span_day, &place, err)));
    if (place->span_day == slot.span_day) return mbill__node_fail(object, err, MBILL_E_INVALID, "the month or bill stands twice");
    if (place->span_day < slot.span_day) *place = slot;
    return MBILL_OK;
}

typedef struct position_read {
    mbill__slot slots[MBILL__SLOTS_MAX];
    int64_t billed_to_utc_s;
    int64_t span_from_utc_s, span_to_utc_s, charged_micro;
} position_read;

static mbill_status read_instant(const mbill_tariff *tariff, const mbill__node *node, int64_t *out_utc_s, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    return mbill__node_place(node, err, mbill_time_parse(text, strlen(text), tariff->zone, out_utc_s, err));
}

static mbill_status read_open(const mbill_tariff *tariff, const mbill__node *open, position_read *out, mbill_error *err)
{
    static const char *const keys[] = {"from", "to", "charged"};
    mbill__node node;
    MBILL_TRY(mbill__node_object(open, keys, sizeof keys / sizeof keys[0], err));
    MBILL_TRY(mbill__node_need(open, "from", &node, err));
    MBILL_TRY(read_instant(tariff, &node, &out->span_from_utc_s, err));
    MBILL_TRY(mbill__node_need(open, "to", &node, err));
    MBILL_TRY(read_instant(tariff, &node, &out->span_to_utc_s, err));
    if (out->billed_to_utc_s <= out->span_from_utc_s || out->billed_to_utc_s >= out->span_to_utc_s)
        return mbill__node_fail(open, err, MBILL_E_POSITION,
            "an open span is charged up to an instant inside it; expected \"billed_to\" between \"from\" and \"to\"");
    MBILL_TRY(mbill__node_need(open, "charged", &node, err));
    return mbill__node_decimal(&node, MBILL_SCALE_MICRO, &out->charged_micro, err);
}

typedef mbill_status read_entry(const mbill_tariff *tariff, const mbill__node *object, mbill__slot *all, mbill_error *err);

static mbill_status read_entries(const mbill_tariff *tariff, const mbill__node *list, read_entry *read, mbill__slot *all,
    mbill_error *err)
{
    mbill__node entry;
    MBILL_TRY(mbill__node_list(list, 1, err));
    for (bool more = mbill__node_first(list, &entry); more; more = mbill__node_next(&entry))
        MBILL_TRY(read(tariff, &entry, all, err));
    return MBILL_OK;
}

static mbill_status read_position(const mbill_tariff *tariff, const mbill__node *root, position_read *out, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "tariff", "version", "billed_to", "open", "ladders", "once",
        "credits", "peaks", "limits"};
    mbill__node node, ladder;
    const char *text;
    MBILL_TRY(mbill__json_header(root, "position", false, err));
    MBILL_TRY(mbill__node_object(root, keys, sizeof keys / sizeof keys[0], err));
    MBILL_TRY(mbill__node_need(root, "tariff", &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    if (strcmp(text, tariff->labels.tariff) != 0)
        return mbill__node_fail(&node, err, MBILL_E_POSITION, "the position is of tariff \"%s\", expected \"%s\"", text,
            tariff->labels.tariff);
    if (mbill__node_get(root, "version", &node)) MBILL_TRY(mbill__node_text(&node, &text, err));
    MBILL_TRY(mbill__node_need(root, "billed_to", &node, err));
    if (mbill__node_kind(&node) != MBILL__JSON_NULL) MBILL_TRY(read_instant(tariff, &node, &out->billed_to_utc_s, err));
    if (mbill__node_get(root, "open", &node)) MBILL_TRY(read_open(tariff, &node, out, err));
    MBILL_TRY(mbill__node_need(root, "ladders", &node, err));
    MBILL_TRY(mbill__node_list(&node, 0, err));
    for (bool more = mbill__node_first(&node, &ladder); more; more = mbill__node_next(&ladder))
        MBILL_TRY(read_ladder(tariff, &ladder, out->slots, err));
    if (mbill__node_get(root, "once", &node)) MBILL_TRY(read_entries(tariff, &node, read_once, out->slots, err));
    if (mbill__node_get(root, "credits", &node)) MBILL_TRY(read_entries(tariff, &node, read_credit, out->slots, err));
    if (mbill__node_get(root, "peaks", &node)) MBILL_TRY(read_entries(tariff, &node, read_peak, out->slots, err));
    return mbill__node_get(root, "limits", &node) ? read_entries(tariff, &node, read_limit, out->slots, err) : MBILL_OK;
}

mbill_status mbill_position_read(const mbill_tariff *tariff, const char *json, size_t len, mbill_position *out_position,
    mbill_error *err)
{
    mbill__json *document;
    position_read work;
    MBILL__NEED(tariff);
    MBILL__NEED(json);
    MBILL__NEED(out_position);
    for (size_t i = 0; i < tariff->n_slots; i++) work.slots[i] = (mbill__slot){MBILL__SLOT_UNUSED, 0, 0};
    work.billed_to_utc_s = work.span_from_utc_s = INT64_MIN;
    work.span_to_utc_s = work.charged_micro = 0;
    MBILL_TRY(mbill__json_read(json, len, &tariff->arena.allocator, &document, err));
    mbill__node root = mbill__json_root(document);
    mbill_status status = read_position(tariff, &root, &work, err);
    mbill__json_free(document);
    if (status != MBILL_OK) return status;
    mbill_position_init(tariff, out_position);
    out_position->billed_to_utc_s = work.billed_to_utc_s;
    out_position->span_from_utc_s = work.span_from_utc_s;
    out_position->span_to_utc_s = work.span_to_utc_s;
    out_position->charged_micro = work.charged_micro;
    memcpy(out_position->slots, work.slots, tariff->n_slots * sizeof *work.slots);
    return MBILL_OK;
}

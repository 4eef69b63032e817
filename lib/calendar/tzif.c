/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the TZif format does: RFC 8536 (versions 1 to 3) and RFC 9636 (version 4). Every count is checked against the
 * bytes that are there before the first of them is read; leap seconds are refused, since instants here are POSIX time. */
#include "calendar/zone.h"

#include <string.h>

enum { HEADER_BYTES = 44, TYPE_BYTES = 6, HOUR_S = 3600, OFFSET_MAX_S = 26 * HOUR_S };
#define TZIF_SIZE_MAX ((size_t)64 * 1024)

/* The six counts of a header, in the order of RFC 8536, 3.1. */
typedef struct counts {
    uint32_t isut, isstd, leap, time, type, chars;
} counts;

typedef struct block {
    counts n;
    size_t time_bytes; /* 4 or 8 */
    const uint8_t *times, *indexes, *types;
} block;

static uint32_t read_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_signed(const uint8_t *at, size_t bytes)
{
    uint64_t value = (at[0] & 0x80) != 0 ? UINT64_MAX : 0;
    for (size_t i = 0; i < bytes; i++) value = value << 8 | at[i];
    return value <= INT64_MAX ? (int64_t)value : -(int64_t)(UINT64_MAX - value) - 1;
}

static mbill_status refuse(mbill_error *err, const char *why)
{
    return mbill__fail(err, MBILL_E_ZONE, "the time zone data %s", why);
}

/* Header and data block at *at; moves *at behind it. */
static mbill_status read_block(const uint8_t **at, const uint8_t *end, size_t time_bytes, block *out, mbill_error *err)
{
    if (end - *at < HEADER_BYTES) return refuse(err, "ends inside a header");
    const uint8_t *counts_at = *at + 20;
    out->n = (counts){read_u32(counts_at), read_u32(counts_at + 4), read_u32(counts_at + 8), read_u32(counts_at + 12),
        read_u32(counts_at + 16), read_u32(counts_at + 20)};
    out->time_bytes = time_bytes;
    const counts *n = &out->n;
    if (n->isut > TZIF_SIZE_MAX || n->isstd > TZIF_SIZE_MAX || n->leap > TZIF_SIZE_MAX || n->time > TZIF_SIZE_MAX ||
        n->type > 256 || n->chars > TZIF_SIZE_MAX)
        return refuse(err, "has counts past any real zone's");
    size_t need = n->time * (time_bytes + 1) + n->type * TYPE_BYTES + n->chars + n->leap * (time_bytes + 4) + n->isstd + n->isut;
    if ((size_t)(end - *at - HEADER_BYTES) < need) return refuse(err, "is shorter than its counts say");
    out->times = *at + HEADER_BYTES;
    out->indexes = out->times + n->time * time_bytes;
    out->types = out->indexes + n->time;
    *at += HEADER_BYTES + need;
    return MBILL_OK;
}

static bool is_daylight(const block *b, uint32_t type)
{
    return b->types[type * TYPE_BYTES + 4] != 0;
}

static mbill__offset plain_offset(const block *b, uint32_t type)
{
    int32_t offset_s = (int32_t)read_signed(b->types + type * TYPE_BYTES, 4);
    return (mbill__offset){offset_s, offset_s};
}

/* What RFC 8536, 3.2 demands of the counts and of each type. */
static mbill_status check_types(const block *b, mbill_error *err)
{
    const counts *n = &b->n;
    if (n->leap != 0) return refuse(err, "counts leap seconds; expected POSIX time, without them");
    if (n->type == 0 || n->chars == 0) return refuse(err, "has no type or no name for one");
    if ((n->isut != 0 && n->isut != n->type) || (n->isstd != 0 && n->isstd != n->type))
        return refuse(err, "has indicators for some of its types only");
    for (uint32_t i = 0; i < n->type; i++) {
        const uint8_t *type = b->types + i * TYPE_BYTES;
        int64_t offset_s = read_signed(type, 4);
        if (offset_s < -OFFSET_MAX_S || offset_s > OFFSET_MAX_S)
            return mbill__fail_at(err, MBILL_E_ZONE, i, "type %u is %lld seconds from UTC; expected at most 26 hours", i,
                (long long)offset_s);
        if (type[4] > 1)
            return mbill__fail_at(err, MBILL_E_ZONE, i, "type %u has a daylight-saving flag of %d; expected 0 or 1", i, type[4]);
        if (type[5] >= n->chars) return mbill__fail_at(err, MBILL_E_ZONE, i, "type %u has its name past the names' end", i);
    }
    return MBILL_OK;
}

/* Whether daylight saving may be ahead of this standard time: by up to two hours, or an hour behind it (Ireland, Morocco). */
static bool may_be(int32_t standard_s, int32_t offset_s)
{
    int32_t ahead_s = offset_s - standard_s;
    return ahead_s != 0 && ahead_s >= -HOUR_S && ahead_s <= 2 * HOUR_S;
}

/* Of the standard times before and behind a daylight saving, the one it is ahead of: the one before, but where only the one
 * behind makes it the usual hour, or a possible one; else it is an hour ahead. They differ only where a place changed both at
 * once, as Moscow did in 1991, Samoa in 2011 and Bahia de Banderas in 2010. */
static int32_t choose_standard(int32_t before_s, int32_t behind_s, int32_t offset_s)
{
    if (offset_s - behind_s == HOUR_S) return behind_s; /* the same one, where both make it that */
    if (may_be(before_s, offset_s)) return before_s;
    return may_be(behind_s, offset_s) ? behind_s : offset_s - HOUR_S;
}

/* TZif does not say what daylight saving is ahead of. Where no standard time is known before or behind it, its own offset stands
 * for that one, which choose_standard never takes. */
static void find_standard(const block *b, mbill_zone *zone)
{
    mbill__change *changes = zone->changes;
    bool known = !is_daylight(b, 0);
    int32_t standard_s = zone->first.offset_s;
    for (uint32_t i = 0; i < b->n.time; i++) {
        if (!is_daylight(b, b->indexes[i])) {
            standard_s = changes[i].after.offset_s;
            known = true;
        }
        if (known) changes[i].after.standard_s = standard_s;
    }
    const mbill__change *behind = NULL;
    for (uint32_t i = b->n.time; i-- > 0;) {
        mbill__offset *after = &changes[i].after;
        int32_t behind_s = behind != NULL ? behind->after.offset_s : after->offset_s;
        if (is_daylight(b, b->indexes[i])) after->standard_s = choose_standard(after->standard_s, behind_s, after->offset_s);
        else behind = &changes[i];
    }
    if (is_daylight(b, 0)) zone->first.standard_s = zone->first.offset_s - HOUR_S;
}

static mbill_status read_changes(const block *b, mbill_zone *zone, mbill_error *err)
{
    MBILL_TRY(check_types(b, err));
    zone->first = plain_offset(b, 0);
    if (b->n.time > 0) zone->changes = mbill__alloc_array(&zone->allocator, b->n.time, sizeof *zone->changes);
    if (b->n.time > 0 && zone->changes == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the time zone");
    zone->cap_changes = zone->n_changes = b->n.time;
    for (uint32_t i = 0; i < b->n.time; i++) {
        mbill__change *change = &zone->changes[i];
        uint32_t type = b->indexes[i];
        change->at_utc_s = read_signed(b->times + i * b->time_bytes, b->time_bytes);
        if (i > 0 && change->at_utc_s <= change[-1].at_utc_s)
            return mbill__fail_at(err, MBILL_E_ZONE, i, "change %u is not later than the one before it", i);
        if (type >= b->n.type) return mbill__fail_at(err, MBILL_E_ZONE, i, "change %u is to type %u of %u", i, type, b->n.type);
        change->after = plain_offset(b, type);
    }
    find_standard(b, zone);
    return MBILL_OK;
}

/* The rule must say what the last change says (RFC 9636, 3.3), and from then on it alone is asked. */
static mbill_status join_rule(mbill_zone *zone, mbill_error *err)
{
    int64_t next_utc_s;
    zone->has_rule = true;
    if (zone->n_changes == 0) return MBILL_OK;
    mbill__change *last = &zone->changes[zone->n_changes - 1];
    mbill__offset then = mbill__zone_rule_at(&zone->rule, last->at_utc_s, &next_utc_s);
    if (then.offset_s != last->after.offset_s) return refuse(err, "has a rule in its footer that contradicts its last change");
    last->after = then;
    return MBILL_OK;
}

/* Newline, a POSIX TZ rule (may be empty), newline. */
static mbill_status read_footer(const uint8_t *at, const uint8_t *end, mbill_zone *zone, mbill_error *err)
{
    if (at == end || *at != '\n') return refuse(err, "has no footer");
    at++;
    const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
    if (stop == NULL) return refuse(err, "ends inside its footer");
    if (stop + 1 != end) return refuse(err, "goes on after its footer");
    if (stop == at) return MBILL_OK;
    MBILL_TRY(mbill__zone_rule_parse((const char *)at, (size_t)(stop - at), &zone->rule, err));
    return join_rule(zone, err);
}

static mbill_status read_tzif(const uint8_t *bytes, size_t n_bytes, mbill_zone *zone, mbill_error *err)
{
    const uint8_t *at = bytes, *end = bytes + n_bytes;
    block b;
    if (n_bytes < HEADER_BYTES || memcmp(bytes, "TZif", 4) != 0) return refuse(err, "does not begin with a TZif header");
    uint8_t version = bytes[4];
    if (version != 0 && (version < '2' || version > '4')) return refuse(err, "is of a version this one does not know");
    MBILL_TRY(read_block(&at, end, 4, &b, err));
    if (version == 0) {
        if (at != end) return refuse(err, "goes on after its end");
        return read_changes(&b, zone, err);
    }
    if (end - at < HEADER_BYTES || memcmp(at, "TZif", 4) != 0) return refuse(err, "has no second header");
    MBILL_TRY(read_block(&at, end, 8, &b, err));
    MBILL_TRY(read_changes(&b, zone, err));
    return read_footer(at, end, zone, err);
}

mbill_status mbill_zone_from_tzif(const void *bytes, size_t n_bytes, const mbill_allocator *allocator, mbill_zone **out_zone,
    mbill_error *err)
{
    mbill_allocator known;
    MBILL__NEED(out_zone);
    *out_zone = NULL;
    MBILL__NEED(bytes);
    MBILL_TRY(mbill__allocator_read(&known, allocator, err));
    if (n_bytes > TZIF_SIZE_MAX)
        return mbill__fail(err, MBILL_E_LIMIT, "time zone data of %zu bytes; expected at most %zu", n_bytes, TZIF_SIZE_MAX);
    mbill_zone *zone = mbill__alloc(&known, sizeof *zone);
    if (zone == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the time zone");
    zone->allocator = known;
    mbill_status status = read_tzif(bytes, n_bytes, zone, err);
    if (status == MBILL_OK) *out_zone = zone;
    else mbill_zone_free(zone);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the TZif format does: RFC 8536 (versions 1 to 3) and RFC 9636 (version 4). Every count is checked against the bytes
 * that are there before the first of them is read; leap seconds are refused, since instants here are POSIX time. */
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
    out->n = (counts){read_u32(counts_at), read_u32(counts_at + 4), read_u32(counts_at + 8), read_u32(counts_at + 12), read_u32(counts_at + 16), read_u32(counts_at + 20)};
    out->time_bytes = time_bytes;
    const counts *n = &out->n;
    if (n->isut > TZIF_SIZE_MAX || n->isstd > TZIF_SIZE_MAX || n->leap > TZIF_SIZE_MAX || n->time > TZIF_SIZE_MAX || n->type > 256 || n->chars > TZIF_SIZE_MAX)
        return refuse(err, "has counts past any real zone's");
    size_t need = n->time * (time_bytes + 1) + n->type * TYPE_BYTES + n->chars + n->leap * (time_bytes + 4) + n->isstd + n->isut;
    if ((size_t)(end - *at - HEADER_BYTES) < need) return refuse(err, "is shorter than its counts say");
    out->times = *at + HEADER_BYTES;
    out->indexes = out->times + n->time * time_bytes;
    out->types = out->indexes + n->time;
    *at += HEADER_BYTES + need;
    return MBILL_OK;
}

/* A type's offset; a standard one when it is not daylight saving. */
static mbill_status read_type(const block *b, uint32_t index, int32_t standard_s, mbill__offset *out, mbill_error *err)
{
    if (index >= b->n.type) return refuse(err, "names a type that it does not have");
    const uint8_t *type = b->types + index * TYPE_BYTES;
    int64_t offset_s = read_signed(type, 4);
    if (offset_s < -OFFSET_MAX_S || offset_s > OFFSET_MAX_S) return refuse(err, "has an offset of more than 26 hours");
    if (type[4] > 1) return refuse(err, "has a daylight-saving flag that is neither 0 nor 1");
    out->offset_s = (int32_t)offset_s;
    out->standard_s = type[4] == 0 ? out->offset_s : standard_s == INT32_MIN ? out->offset_s - HOUR_S : standard_s;
    return MBILL_OK;
}

static mbill_status read_changes(const block *b, mbill_zone *zone, mbill_error *err)
{
    if (b->n.type == 0) return refuse(err, "has no type");
    if (b->n.leap != 0) return refuse(err, "counts leap seconds; expected POSIX time, without them");
    MBILL_TRY(read_type(b, 0, INT32_MIN, &zone->first, err));
    int32_t standard_s = b->types[4] == 0 ? zone->first.offset_s : INT32_MIN;
    zone->cap_changes = b->n.time;
    if (b->n.time > 0) zone->changes = mbill__alloc_array(&zone->allocator, b->n.time, sizeof *zone->changes);
    if (b->n.time > 0 && zone->changes == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the time zone");
    for (uint32_t i = 0; i < b->n.time; i++) {
        mbill__change *change = &zone->changes[i];
        change->at_utc_s = read_signed(b->times + i * b->time_bytes, b->time_bytes);
        if (i > 0 && change->at_utc_s <= change[-1].at_utc_s) return refuse(err, "has changes that do not rise in time");
        MBILL_TRY(read_type(b, b->indexes[i], standard_s, &change->after, err));
        if (b->types[b->indexes[i] * TYPE_BYTES + 4] == 0) standard_s = change->after.offset_s;
        zone->n_changes = i + 1;
    }
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
    zone->has_rule = true;
    return mbill__zone_rule_parse((const char *)at, (size_t)(stop - at), &zone->rule, err);
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

mbill_status mbill_zone_from_tzif(const void *bytes, size_t n_bytes, const mbill_allocator *allocator, mbill_zone **out_zone, mbill_error *err)
{
    mbill_allocator known;
    MBILL__NEED(out_zone);
    *out_zone = NULL;
    MBILL__NEED(bytes);
    MBILL_TRY(mbill__allocator_read(&known, allocator, err));
    if (n_bytes > TZIF_SIZE_MAX) return mbill__fail(err, MBILL_E_LIMIT, "time zone data of %zu bytes; expected at most %zu", n_bytes, TZIF_SIZE_MAX);
    mbill_zone *zone = mbill__alloc(&known, sizeof *zone);
    if (zone == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the time zone");
    zone->allocator = known;
    mbill_status status = read_tzif(bytes, n_bytes, zone, err);
    if (status == MBILL_OK) *out_zone = zone;
    else mbill_zone_free(zone);
    return status;
}

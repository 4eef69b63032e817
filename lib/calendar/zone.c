/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way between instants and local clocks does. A zone NULL is UTC. */
#include "calendar/zone.h"

#include "calendar/civil.h"

#include <string.h>

/* No zone is further than this from UTC, so a local time lies within it of its instant. */
#define REACH_S (INT64_C(26) * 3600 + 1)
#define CLAMP_S (INT64_C(1) << 40)

mbill_status mbill_zone_from_rule(const char *rule, size_t len, const mbill_allocator *allocator, mbill_zone **out_zone,
    mbill_error *err)
{
    mbill_allocator known;
    mbill__zone_rule parsed;
    MBILL__NEED(out_zone);
    *out_zone = NULL;
    MBILL__NEED(rule);
    MBILL_TRY(mbill__allocator_read(&known, allocator, err));
    MBILL_TRY(mbill__zone_rule_parse(rule, len, &parsed, err));
    mbill_zone *zone = mbill__alloc(&known, sizeof *zone);
    if (zone == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the time zone");
    zone->allocator = known;
    zone->has_rule = true;
    zone->rule = parsed;
    *out_zone = zone;
    return MBILL_OK;
}

void mbill_zone_free(mbill_zone *zone)
{
    if (zone == NULL) return;
    mbill_allocator allocator = zone->allocator;
    mbill__release(&allocator, zone->changes, zone->cap_changes * sizeof *zone->changes);
    mbill__release(&allocator, zone, sizeof *zone);
}

/* How many changes are at or before the instant. */
static size_t changes_until(const mbill_zone *zone, int64_t utc_s)
{
    size_t low = 0, high = zone->n_changes;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->changes[middle].at_utc_s <= utc_s) low = middle + 1;
        else high = middle;
    }
    return low;
}

static bool same(mbill__offset one, mbill__offset other)
{
    return one.offset_s == other.offset_s && one.standard_s == other.standard_s;
}

/* The rule takes over at the last change of the table, and agrees with it (the reader has seen to that). */
mbill__offset mbill__zone_at(const mbill_zone *zone, int64_t utc_s, int64_t *out_next_utc_s)
{
    *out_next_utc_s = INT64_MAX;
    if (zone == NULL) return (mbill__offset){0, 0};
    size_t n = changes_until(zone, utc_s);
    if (n == zone->n_changes && zone->has_rule) return mbill__zone_rule_at(&zone->rule, utc_s, out_next_utc_s);
    mbill__offset now = n == 0 ? zone->first : zone->changes[n - 1].after;
    while (n < zone->n_changes && same(zone->changes[n].after, now)) n++;
    if (n < zone->n_changes) *out_next_utc_s = zone->changes[n].at_utc_s;
    else if (zone->has_rule) (void)mbill__zone_rule_at(&zone->rule, zone->changes[n - 1].at_utc_s, out_next_utc_s);
    return now;
}

int32_t mbill_zone_offset(const mbill_zone *zone, int64_t utc_s)
{
    int64_t next;
    return mbill__zone_at(zone, utc_s, &next).offset_s;
}

int32_t mbill_zone_standard_offset(const mbill_zone *zone, int64_t utc_s)
{
    int64_t next;
    return mbill__zone_at(zone, utc_s, &next).standard_s;
}

int64_t mbill_zone_next_change(const mbill_zone *zone, int64_t utc_s)
{
    int64_t next;
    (void)mbill__zone_at(zone, utc_s, &next);
    return next;
}

int32_t mbill_zone_day(const mbill_zone *zone, int64_t utc_s)
{
    int64_t clamped = utc_s < -CLAMP_S ? -CLAMP_S : utc_s > CLAMP_S ? CLAMP_S : utc_s;
    return (int32_t)mbill__floor_divide(clamped + mbill_zone_offset(zone, clamped), MBILL__DAY_S);
}

/* The instants at which a local clock shows a time (none, one, two; more where a zone changes within hours), and the first jump
 * over that time, if it comes before them. */
typedef struct local_match {
    int32_t n;
    bool jumped;
    int64_t first_utc_s, last_utc_s, jump_utc_s;
    int32_t jump_from_s, jump_to_s; /* offsets before and after the jump */
} local_match;

static local_match find_local(const mbill_zone *zone, int64_t local_s)
{
    local_match match = {0};
    int64_t start = local_s - REACH_S, next;
    int32_t before_s = 0;
    do {
        int32_t offset_s = mbill__zone_at(zone, start, &next).offset_s;
        int64_t utc_s = local_s - offset_s;
        if (utc_s >= start && utc_s < next) {
            if (match.n++ == 0) match.first_utc_s = utc_s;
            match.last_utc_s = utc_s;
        } else if (utc_s < start && match.n == 0 && !match.jumped) {
            match.jumped = true;
            match.jump_utc_s = start;
            match.jump_from_s = before_s;
            match.jump_to_s = offset_s;
        }
        before_s = offset_s;
        start = next;
    } while (start <= local_s + REACH_S);
    return match;
}

static void write_local(int64_t local_s, char out[24])
{
    mbill_date date = mbill__civil_date(mbill__floor_divide(local_s, MBILL__DAY_S));
    int32_t second = (int32_t)(local_s - mbill__floor_divide(local_s, MBILL__DAY_S) * MBILL__DAY_S);
    memcpy(out, "yyyy-mm-ddThh:mm:ss", 20);
    mbill__civil_write(out, 4, date.year);
    mbill__civil_write(out + 5, 2, date.month);
    mbill__civil_write(out + 8, 2, date.day);
    mbill__civil_write(out + 11, 2, second / 3600);
    mbill__civil_write(out + 14, 2, second / 60 % 60);
    mbill__civil_write(out + 17, 2, second % 60);
}

static mbill_status refuse_gap(const local_match *match, int64_t local_s, mbill_error *err)
{
    char text[24], from[24], to[24];
    write_local(local_s, text);
    write_local(match->jump_utc_s + match->jump_from_s, from);
    write_local(match->jump_utc_s + match->jump_to_s, to);
    size_t skip = memcmp(from, to, 11) == 0 ? 11 : 0; /* the date, where it is one */
    return mbill__fail(err, MBILL_E_NO_SUCH_TIME, "%s does not exist: clocks go from %s to %s", text, from + skip, to + skip);
}

static bool in_calendar(int64_t local_s)
{
    return local_s >= MBILL__DAYS_MIN * MBILL__DAY_S && local_s < (MBILL__DAYS_MAX + 1) * MBILL__DAY_S;
}

mbill_status mbill_zone_to_utc(const mbill_zone *zone, int64_t local_s, mbill_fold fold, int64_t *out_utc_s, mbill_error *err)
{
    MBILL__NEED(out_utc_s);
    if ((int)fold < MBILL_FOLD_REFUSE || (int)fold > MBILL_FOLD_LATER)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "fold %d is not known", (int)fold);
    if (!in_calendar(local_s))
        return mbill__fail(err, MBILL_E_RANGE, "a local time outside the years %d to %d", MBILL_YEAR_MIN, MBILL_YEAR_MAX);
    local_match match = find_local(zone, local_s);
    if (match.n == 0) return refuse_gap(&match, local_s, err);
    if (match.n > 1 && fold == MBILL_FOLD_REFUSE) {
        char text[24];
        write_local(local_s, text);
        return mbill__fail(err, MBILL_E_AMBIGUOUS_TIME,
            "%s occurs twice: clocks go back; expected the time with its offset from UTC", text);
    }
    *out_utc_s = fold == MBILL_FOLD_LATER ? match.last_utc_s : match.first_utc_s;
    return MBILL_OK;
}

mbill_status mbill_zone_day_start(const mbill_zone *zone, int32_t days, int64_t *out_utc_s, mbill_error *err)
{
    MBILL__NEED(out_utc_s);
    if (days < MBILL__DAYS_MIN || days > MBILL__DAYS_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "day number %d is outside the years %d to %d", days, MBILL_YEAR_MIN,
            MBILL_YEAR_MAX);
    local_match match = find_local(zone, days * MBILL__DAY_S);
    *out_utc_s = match.jumped ? match.jump_utc_s : match.first_utc_s;
    return MBILL_OK;
}

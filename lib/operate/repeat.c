/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when days come back by another rule. */
#include "operate/repeat.h"

#include "calendar/civil.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define EVERY_MAX 1000
#define SEARCH_S (2 * MBILL__DAY_S) /* farther than clocks are from UTC, and than they ever jump */

static const struct {
    const char *word;
    int32_t unit, times;
} WORDS[] = {{"years", MBILL__REPEAT_MONTHS, 12}, {"quarters", MBILL__REPEAT_MONTHS, 3}, {"months", MBILL__REPEAT_MONTHS, 1},
    {"weeks", MBILL__REPEAT_DAYS, 7}, {"days", MBILL__REPEAT_DAYS, 1}};

mbill_status mbill__repeat_every_read(const mbill__node *node, mbill__repeat *out, mbill_error *err)
{
    static const char *const keys[] = {"days", "weeks", "months", "quarters", "years"};
    mbill__node part;
    int64_t number;
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    if (mbill__node_count(node) != 1)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "%zu units, expected one of days, weeks, months, quarters, years",
            mbill__node_count(node));
    for (size_t i = 0; i < COUNT(WORDS); i++) {
        if (!mbill__node_get(node, WORDS[i].word, &part)) continue;
        MBILL_TRY(mbill__node_whole(&part, 1, EVERY_MAX, &number, err));
        out->unit = WORDS[i].unit;
        out->every = (int32_t)number * WORDS[i].times;
    }
    return MBILL_OK;
}

void mbill__repeat_every_write(const mbill__repeat *repeat, int32_t *out_number, const char **out_word)
{
    size_t at = 0;
    while (WORDS[at].unit != repeat->unit || repeat->every % WORDS[at].times != 0) at++;
    *out_number = repeat->every / WORDS[at].times;
    *out_word = WORDS[at].word;
}

static bool months_later(int32_t day, int64_t months, int32_t *out_day)
{
    mbill_date date;
    if (months > INT32_MAX) return false;
    return mbill_date_add_months(mbill__civil_date(day), (int32_t)months, &date, NULL) == MBILL_OK &&
        mbill_date_to_days(date, out_day, NULL) == MBILL_OK;
}

bool mbill__repeat_day(const mbill__repeat *repeat, int64_t n, int32_t *out_day)
{
    int32_t day = repeat->from_day;
    if (n < 0 || n > MBILL__DAYS_MAX - MBILL__DAYS_MIN || (n > 0 && repeat->unit == 0)) return false;
    if (repeat->unit == MBILL__REPEAT_DAYS) {
        int64_t later = repeat->from_day + n * repeat->every;
        if (later > MBILL__DAYS_MAX) return false;
        day = (int32_t)later;
    } else if (repeat->unit == MBILL__REPEAT_MONTHS && !months_later(repeat->from_day, n * repeat->every, &day)) {
        return false;
    }
    if (day >= repeat->until_day) return false;
    *out_day = day;
    return true;
}

/* A guess that is at most one too low: months are never shorter than 28 days, nor longer than 31. */
static int64_t guess(const mbill__repeat *repeat, int32_t day)
{
    mbill_date first = mbill__civil_date(repeat->from_day), last = mbill__civil_date(day);
    int64_t months = (int64_t)(last.year - first.year) * 12 + last.month - first.month;
    if (repeat->unit == 0) return 0;
    if (repeat->unit == MBILL__REPEAT_DAYS) return (day - repeat->from_day) / repeat->every;
    return months > 0 ? (months - 1) / repeat->every : 0;
}

int64_t mbill__repeat_count(const mbill__repeat *repeat, int32_t day)
{
    int32_t at;
    if (day >= repeat->until_day) day = repeat->until_day - 1;
    if (day > MBILL__DAYS_MAX) day = MBILL__DAYS_MAX;
    if (day < repeat->from_day) return 0;
    int64_t n = guess(repeat, day);
    while (mbill__repeat_day(repeat, n, &at) && at <= day) n++;
    return n;
}

/* The change at which clocks skip this local time. */
static int64_t skipped_at(const mbill_zone *zone, int64_t local_s)
{
    int64_t at = local_s - SEARCH_S;
    for (;;) {
        at = mbill_zone_next_change(zone, at);
        if (at == INT64_MAX || at + mbill_zone_offset(zone, at) > local_s) return at;
    }
}

mbill_status mbill__repeat_instant(const mbill_zone *zone, int32_t day, int32_t at_s, int64_t *out_utc_s, mbill_error *err)
{
    int64_t local_s = day * MBILL__DAY_S + at_s;
    mbill_status status = mbill_zone_to_utc(zone, local_s, MBILL_FOLD_EARLIER, out_utc_s, err);
    if (status != MBILL_E_NO_SUCH_TIME) return status;
    *out_utc_s = skipped_at(zone, local_s);
    return MBILL_OK;
}

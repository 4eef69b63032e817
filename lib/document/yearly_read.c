/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of days that come back every year does. */
#include "document/yearly_read.h"

#include "document/month_day_read.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { MOVE_MAX = 6, FEBRUARY = 2, LEAP_DAY = 29 };

static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static mbill_status read_weekday(const mbill__node *object, int32_t *out, mbill_error *err)
{
    MBILL_TRY(mbill__node_need_word(object, "weekday", weekdays, COUNT(weekdays), out, err));
    ++*out;
    return MBILL_OK;
}

static mbill_status read_month_day(const mbill__node *node, mbill__yearly *out, mbill_error *err)
{
    int32_t month_day;
    MBILL_TRY(mbill__month_day_read(node, &month_day, err));
    out->month = month_day / 100;
    out->day = month_day % 100;
    return MBILL_OK;
}

static mbill_status read_beside(const mbill__node *object, const mbill__node *node, mbill__yearly *out, mbill_error *err)
{
    MBILL_TRY(read_month_day(node, out, err));
    if (out->month == FEBRUARY && out->day == LEAP_DAY)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "\"02-29\" is not in every year; expected a day that is");
    return read_weekday(object, &out->weekday, err);
}

static mbill_status read_nth(const mbill__node *object, const mbill__node *node, mbill__yearly *out, mbill_error *err)
{
    mbill__node month;
    int64_t nth, number;
    MBILL_TRY(mbill__node_whole(node, -5, 5, &nth, err));
    if (nth == 0)
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "0 counts nothing; expected 1 to 5, or -1 to -5 from the end of the month");
    MBILL_TRY(mbill__node_need(object, "month", &month, err));
    MBILL_TRY(mbill__node_whole(&month, 1, 12, &number, err));
    out->nth = (int32_t)nth;
    out->month = (int32_t)number;
    return read_weekday(object, &out->weekday, err);
}

/* Exactly one of the keys says how the day is named; "month" and "weekday" belong to some. */
static mbill_status read_named(const mbill__node *object, mbill__yearly *out, mbill_error *err)
{
    static const char *const kinds[] = {"date", "nth", "on_or_after", "on_or_before", "easter"};
    mbill__node node = *object, other;
    int64_t days;
    size_t n = 0;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (!mbill__node_get(object, kinds[i], &other)) continue;
        out->kind = (mbill__yearly_kind)(MBILL__YEARLY_DATE + i);
        node = other;
        n++;
    }
    if (n != 1)
        return mbill__node_fail(object, err, MBILL_E_INVALID,
            "a day of every year is named by exactly one of \"date\", \"nth\", \"on_or_after\", \"on_or_before\", \"easter\"");
    bool of_month = out->kind == MBILL__YEARLY_NTH,
         of_week = of_month || out->kind == MBILL__YEARLY_ON_OR_AFTER || out->kind == MBILL__YEARLY_ON_OR_BEFORE;
    if (!of_month && mbill__node_get(object, "month", &other))
        return mbill__node_fail(&other, err, MBILL_E_INVALID, "\"month\" belongs to \"nth\"");
    if (!of_week && mbill__node_get(object, "weekday", &other))
        return mbill__node_fail(&other, err, MBILL_E_INVALID,
            "\"weekday\" belongs to \"nth\", \"on_or_after\" and \"on_or_before\"");
    if (of_month) return read_nth(object, &node, out, err);
    if (of_week) return read_beside(object, &node, out, err);
    if (out->kind == MBILL__YEARLY_DATE) return read_month_day(&node, out, err);
    MBILL_TRY(mbill__node_whole(&node, -MBILL__YEARLY_EASTER_MAX, MBILL__YEARLY_EASTER_MAX, &days, err));
    out->plus = (int32_t)days;
    return MBILL_OK;
}

static mbill_status read_moves(const mbill__node *object, int8_t out[7], mbill_error *err)
{
    MBILL_TRY(mbill__node_object(object, weekdays, COUNT(weekdays), err));
    for (size_t i = 0; i < COUNT(weekdays); i++) {
        mbill__node node;
        int64_t move;
        if (!mbill__node_get(object, weekdays[i], &node)) continue;
        MBILL_TRY(mbill__node_whole(&node, -MOVE_MAX, MOVE_MAX, &move, err));
        if (move == 0) return mbill__node_fail(&node, err, MBILL_E_INVALID, "a move of 0 days says nothing");
        out[i] = (int8_t)move;
    }
    if (mbill__node_count(object) > 0) return MBILL_OK;
    return mbill__node_fail(object, err, MBILL_E_INVALID, "no weekday is moved; expected one such as {\"sun\": 1}");
}

/* Whether the day itself stays such a day is done both ways, so that it must be said. */
static mbill_status read_observed(const mbill__node *object, mbill__yearly *out, mbill_error *err)
{
    static const char *const words[] = {"next_monday", "nearest_weekday", "sunday_to_monday"};
    static const int8_t moves[][7] = {{0, 0, 0, 0, 0, 2, 1}, {0, 0, 0, 0, 0, -1, 1}, {0, 0, 0, 0, 0, 0, 1}};
    mbill__node observed, itself;
    int32_t word;
    bool moved = mbill__node_get(object, "observed", &observed), said = mbill__node_get(object, "itself", &itself);
    if (!moved && said) return mbill__node_fail(&itself, err, MBILL_E_INVALID, "\"itself\" belongs to \"observed\"");
    if (!moved) return MBILL_OK;
    if (!said)
        return mbill__node_fail(object, err, MBILL_E_AMBIGUOUS,
            "a day observed on another one: is it such a day itself too? Expected \"itself\": true or false");
    MBILL_TRY(mbill__node_bool(&itself, &out->stays, err));
    if (mbill__node_kind(&observed) == MBILL__JSON_OBJECT) return read_moves(&observed, out->moves, err);
    MBILL_TRY(mbill__node_word(&observed, words, COUNT(words), &word, err));
    memcpy(out->moves, moves[word], sizeof out->moves);
    return MBILL_OK;
}

mbill_status mbill__yearly_read(const mbill__node *object, mbill__yearly *out, mbill_error *err)
{
    static const char *const keys[] = {"date", "nth", "on_or_after", "on_or_before", "easter", "weekday", "month", "plus",
        "observed", "itself"};
    mbill__node node;
    int64_t plus;
    *out = (mbill__yearly){.kind = MBILL__YEARLY_DATE};
    MBILL_TRY(mbill__node_object(object, keys, COUNT(keys), err));
    MBILL_TRY(read_named(object, out, err));
    if (mbill__node_get(object, "plus", &node)) {
        if (out->kind == MBILL__YEARLY_EASTER)
            return mbill__node_fail(&node, err, MBILL_E_INVALID, "\"easter\" has its days already; expected no \"plus\"");
        MBILL_TRY(mbill__node_whole(&node, -MBILL__YEARLY_PLUS_MAX, MBILL__YEARLY_PLUS_MAX, &plus, err));
        out->plus = (int32_t)plus;
    }
    return read_observed(object, out, err);
}

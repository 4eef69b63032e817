/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of days off does. Dates have the form that they have in a tariff's calendar. */
#include "document/time_read.h"
#include "document/yearly_read.h"
#include "operate/off_days.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define ALL_WEEK 0x7fu

static mbill_status read_yearly(const mbill__node *node, mbill_cycle_days *out, mbill_error *err)
{
    mbill__yearly rule;
    MBILL_TRY(mbill__yearly_read(node, &rule, err));
    *out = (mbill_cycle_days){.kind = (int32_t)rule.kind,
        .month = rule.month,
        .day = rule.day,
        .nth = rule.nth,
        .weekday = rule.weekday,
        .plus = rule.plus,
        .itself = rule.stays};
    memcpy(out->moves, rule.moves, sizeof out->moves);
    return MBILL_OK;
}

/* Written days rise; days of every year stand where they like. */
static mbill_status read_dates(const mbill__node *list, mbill_cycle_days *out, int32_t *out_n, mbill_error *err)
{
    mbill__node node;
    int32_t end = INT32_MIN;
    MBILL_TRY(mbill__node_list(list, 1, err));
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node), ++*out_n) {
        if (*out_n == MBILL_CYCLE_OFF_MAX)
            return mbill__node_fail(list, err, MBILL_E_LIMIT, "%zu entries, expected at most %d", mbill__node_count(list),
                MBILL_CYCLE_OFF_MAX);
        mbill_cycle_days *one = &out[*out_n];
        if (mbill__node_kind(&node) == MBILL__JSON_OBJECT) {
            MBILL_TRY(read_yearly(&node, one, err));
            continue;
        }
        *one = (mbill_cycle_days){0};
        MBILL_TRY(mbill__node_days(&node, &one->from_day, &one->to_day, err));
        if (one->from_day < end)
            return mbill__node_fail(&node, err, MBILL_E_ORDER,
                "the dates begin before the ones above them end; expected rising dates");
        end = one->to_day;
    }
    return MBILL_OK;
}

static mbill_status read_move(const mbill__node *object, const char *key, int32_t *out, mbill_error *err)
{
    static const char *const words[] = {"stay", "next", "previous"};
    return mbill__node_need_word(object, key, words, COUNT(words), out, err);
}

mbill_status mbill__off_days_read(const mbill__node *node, mbill_cycle_off *out, mbill_error *err)
{
    static const char *const keys[] = {"weekdays", "dates", "worked", "due", "reminders"};
    mbill__node part;
    memset(out, 0, sizeof *out);
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    const bool week = mbill__node_get(node, "weekdays", &part);
    if (week) MBILL_TRY(mbill__node_weekdays(&part, &out->weekdays, err));
    if (out->weekdays == ALL_WEEK)
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "all weekdays are off, expected one that is worked");
    const bool dates = mbill__node_get(node, "dates", &part);
    if (dates) MBILL_TRY(read_dates(&part, out->dates, &out->n_dates, err));
    if (!week && !dates)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "no day is off, expected \"weekdays\", \"dates\" or both");
    if (mbill__node_get(node, "worked", &part)) MBILL_TRY(read_dates(&part, out->worked, &out->n_worked, err));
    MBILL_TRY(read_move(node, "due", &out->due, err));
    return read_move(node, "reminders", &out->reminders, err);
}

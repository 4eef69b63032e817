/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when documents write days or minutes in another form. */
#include "document/time_read.h"

#include <string.h>

bool mbill__two_digits(const char *text, int32_t *out)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return false;
    *out = (text[0] - '0') * 10 + (text[1] - '0');
    return true;
}

mbill_status mbill__node_weekdays(const mbill__node *list, uint32_t *out, mbill_error *err)
{
    static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    mbill__node node;
    MBILL_TRY(mbill__node_list(list, 1, err));
    *out = 0;
    for (bool more = mbill__node_first(list, &node); more; more = mbill__node_next(&node)) {
        int32_t day;
        MBILL_TRY(mbill__node_word(&node, names, sizeof names / sizeof names[0], &day, err));
        if (*out & (1u << day)) return mbill__node_fail(&node, err, MBILL_E_INVALID, "weekday \"%s\" stands twice", names[day]);
        *out |= 1u << day;
    }
    return MBILL_OK;
}

static bool read_clock(const char *text, int32_t *out_minute)
{
    int32_t hour, minute;
    if (!mbill__two_digits(text, &hour) || text[2] != ':' || !mbill__two_digits(text + 3, &minute)) return false;
    *out_minute = hour * 60 + minute;
    return minute < 60 && *out_minute <= MBILL__DAY_MINUTES;
}

mbill_status mbill__node_window(const mbill__node *node, int32_t *out_from, int32_t *out_to, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    bool good = strlen(text) == 11 && text[5] == '-' && read_clock(text, out_from) && read_clock(text + 6, out_to);
    if (!good || *out_from == MBILL__DAY_MINUTES || *out_from == *out_to)
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "\"%s\" is not a window of the day; expected one such as \"22:00-06:00\", up to \"24:00\"", text);
    return MBILL_OK;
}

static mbill_status read_day(const mbill__node *node, const char *text, size_t len, int32_t *out, mbill_error *err)
{
    mbill_date date;
    MBILL_TRY(mbill__node_place(node, err, mbill_date_parse(text, len, &date, err)));
    return mbill__node_place(node, err, mbill_date_to_days(date, out, err));
}

mbill_status mbill__node_day(const mbill__node *node, int32_t *out, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    return read_day(node, text, strlen(text), out, err);
}

mbill_status mbill__node_days(const mbill__node *node, int32_t *out_from, int32_t *out_to, mbill_error *err)
{
    const char *text;
    MBILL_TRY(mbill__node_text(node, &text, err));
    const char *slash = strchr(text, '/');
    size_t first_len = slash == NULL ? strlen(text) : (size_t)(slash - text);
    MBILL_TRY(read_day(node, text, first_len, out_from, err));
    *out_to = *out_from + 1;
    if (slash != NULL) MBILL_TRY(read_day(node, slash + 1, strlen(slash + 1), out_to, err));
    if (*out_from >= *out_to)
        return mbill__node_fail(node, err, MBILL_E_INVALID, "the dates \"%s\" hold no day: the end is not included", text);
    return MBILL_OK;
}

mbill_status mbill__node_time(const mbill__node *object, const char *key, const mbill_zone *zone, int64_t *out, mbill_error *err)
{
    mbill__node node;
    const char *text;
    MBILL_TRY(mbill__node_need(object, key, &node, err));
    MBILL_TRY(mbill__node_text(&node, &text, err));
    return mbill__node_place(&node, err, mbill_time_parse(text, strlen(text), zone, out, err));
}

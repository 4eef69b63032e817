/* SPDX-License-Identifier: Apache-2.0 */
/* Events of alarms, kept and counted. Changes when an event says more. */
#include "store/bind.h"
#include "store/reporting.h"

#include <stdio.h>
#include <string.h>

static const char *const WHATS[] = {"raise", "clear", "acknowledge", "notify", "escalate", "trip", "release", "rollover", "lock",
    "unlock"};

#define N_WHATS (sizeof WHATS / sizeof WHATS[0])

typedef struct noting {
    mbill_store *store;
    int64_t n_added, n_same;
} noting;

static mbill_status find(const noting *to, const char *sql, const char *what, const char *id, mbill__given_value *out,
    mbill_error *err)
{
    const mbill__given_value given[] = {MBILL__TEXT(id)};
    bool found;
    int64_t number;
    *out = MBILL__NULL;
    if (id == NULL) return MBILL_OK;
    MBILL_TRY(mbill__sql_whole(to->store, sql, given, 1, &found, &number, err));
    if (!found) return mbill__fail(err, MBILL_E_NOT_FOUND, "%s \"%.64s\" is not in the store", what, id);
    *out = MBILL__WHOLE(number);
    return MBILL_OK;
}

static mbill_status check(const mbill_alarm_note *event, int64_t *out_what, mbill_error *err)
{
    if (event->id == NULL || event->id[0] == '\0') return mbill__fail(err, MBILL_E_INVALID, "the event has no id");
    if (event->kind == NULL || event->kind[0] == '\0') return mbill__fail(err, MBILL_E_INVALID, "the event has no kind");
    if (event->level < 0) return mbill__fail(err, MBILL_E_RANGE, "level %lld is below 0", (long long)event->level);
    for (*out_what = 0; *out_what < (int64_t)N_WHATS; (*out_what)++)
        if (event->what != NULL && strcmp(WHATS[*out_what], event->what) == 0) break;
    if ((*out_what)++ < (int64_t)N_WHATS) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID,
        "\"%.32s\" is not one of: raise, clear, acknowledge, notify, escalate, trip, release, rollover, lock, unlock",
        event->what != NULL ? event->what : "");
}

static mbill_status put(noting *to, const mbill_alarm_note *event, mbill_error *err)
{
    static const char PUT_EVENT[] =
        "INSERT INTO mbill_alarm_event(event_no, id, account_no, place_no, kind, what, at_utc_s, "
        "observed_utc_s, level, value_micro, episode, n)"
        " VALUES(" MBILL__NEXT("event_no",
            "mbill_alarm_event") ", ?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, 0, 0) ON CONFLICT(id) DO NOTHING";
    static const char SELECT_SAME[] = "SELECT 1 FROM mbill_alarm_event WHERE id = ?1 AND account_no IS NOT DISTINCT FROM ?2 AND "
                                      "place_no IS NOT DISTINCT FROM ?3 AND kind = ?4 AND what = ?5"
                                      " AND at_utc_s = ?6 AND level = ?7 AND value_micro = ?8";
    static const char SELECT_NUMBER_OF[] = "SELECT account_no FROM mbill_account WHERE id = ?1";
    static const char SELECT_PLACE_OF[] = "SELECT place_no FROM mbill_place WHERE id = ?1";
    int64_t what, changes = 0, one;
    bool same;
    mbill__given_value account, place;
    MBILL_TRY(check(event, &what, err));
    MBILL_TRY(find(to, SELECT_NUMBER_OF, "account", event->account, &account, err));
    MBILL_TRY(find(to, SELECT_PLACE_OF, "place", event->place, &place, err));
    const mbill__given_value given[] = {MBILL__TEXT(event->id), account, place, MBILL__TEXT(event->kind), MBILL__WHOLE(what),
        MBILL__WHOLE(event->at_utc_s), MBILL__WHOLE(event->level), MBILL__WHOLE(event->value_micro)};
    MBILL_TRY(mbill__sql_tell(to->store, PUT_EVENT, given, 8, &changes, err));
    to->n_added += changes;
    if (changes > 0) return MBILL_OK;
    MBILL_TRY(mbill__sql_whole(to->store, SELECT_SAME, given, 8, &same, &one, err));
    if (!same)
        return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT, "event \"%.64s\" is in the store with another content", event->id);
    to->n_same++;
    return MBILL_OK;
}

static mbill_status put_all(noting *to, const mbill_alarm_note *events, size_t n, mbill_error *err)
{
    for (size_t i = 0; i < n; i++) {
        mbill_error cause;
        mbill_error_init(&cause);
        mbill_status status = put(to, &events[i], &cause);
        if (status != MBILL_OK) return mbill__fail_at(err, status, (int64_t)i, "%s", cause.message);
    }
    return MBILL_OK;
}

mbill_status mbill_store_put_alarm_events(mbill_store *store, const mbill_alarm_note *events, size_t n, mbill_import_counts *out,
    mbill_error *err)
{
    noting to = {store, 0, 0};
    MBILL__NEED(store);
    if (n > 0) MBILL__NEED(events);
    MBILL_TRY(mbill__import_out(out, err));
    MBILL_TRY(mbill__db_begin(store->db, err));
    MBILL_TRY(mbill__db_finish(store->db, put_all(&to, events, n, err), err));
    mbill__import_give(out, to.n_added, to.n_same);
    return MBILL_OK;
}

/* Counts */

static mbill_status add_event(mbill__reporting *report, mbill__tally *tally, mbill__query *query, mbill_error *err)
{
    static const int64_t ONE = 1;
    const char *label, *kind, *place;
    char level[24];
    size_t len;
    if (!report->all && (mbill__column_null(query, 1) || !mbill__report_means(report, mbill__column_whole(query, 1))))
        return MBILL_OK;
    MBILL_TRY(mbill__report_label(report, mbill_zone_day(report->zone, mbill__column_whole(query, 0)), &label, err));
    MBILL_TRY(mbill__column_text(query, 2, &kind, &len, err));
    (void)snprintf(level, sizeof level, "%lld", (long long)mbill__column_whole(query, 3));
    MBILL_TRY(mbill__column_text(query, 4, &place, &len, err));
    const char *words[] = {label, kind, level, place};
    return mbill__tally_add(tally, words, &ONE, err);
}

static mbill_status count_events(mbill__reporting *report, mbill__tally *tally, mbill_error *err)
{
    static const char SELECT_RAISED[] =
        "SELECT e.at_utc_s, e.account_no, e.kind, e.level, p.id FROM mbill_alarm_event e LEFT JOIN mbill_account_at s"
        " USING(account_no) LEFT JOIN mbill_place p ON p.place_no = coalesce(e.place_no, s.place_no)"
        " WHERE e.what = 1 AND e.at_utc_s >= ?1 AND e.at_utc_s < ?2 ORDER BY e.at_utc_s, e.event_no";
    const mbill__given_value given[] = {MBILL__WHOLE(report->from_utc_s), MBILL__WHOLE(report->to_utc_s)};
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__sql_ask(report->store, SELECT_RAISED, given, 2, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        MBILL_TRY(add_event(report, tally, query, err)); /* on failure the rollback ends the query */
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

mbill_status mbill__report_alarms(mbill__reporting *report, mbill_error *err)
{
    static const int32_t SCALES[] = {0};
    mbill__tally tally;
    mbill__tally_start(&tally, mbill__db_allocator(report->store->db), 4, 1);
    mbill_status status = count_events(report, &tally, err);
    if (status == MBILL_OK) status = mbill__report_groups(report, &tally, SCALES, err);
    mbill__tally_end(&tally);
    return status;
}

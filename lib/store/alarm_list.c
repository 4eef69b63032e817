/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a configuration or an event is shown with something else. Reads alone. */
#include "meterbill/watch.h"
#include "store/alarm_event.h"
#include "store/bind.h"
#include "store/listing.h"

#include <string.h>

/* ---- configurations ---- */

static mbill_status write_config(mbill__query *query, mbill__writer *to, mbill_error *err)
{
    const char *name, *json;
    size_t len;
    MBILL_TRY(mbill__column_text(query, 0, &name, &len, err));
    mbill__write_object(to, NULL);
    mbill__write_text(to, "name", name);
    mbill__write_whole(to, "version", mbill__column_whole(query, 1));
    mbill__write_bool(to, "default", mbill__column_whole(query, 2) != 0);
    mbill__write_whole(to, "accounts", mbill__column_whole(query, 3));
    MBILL_TRY(mbill__column_text(query, 4, &json, &len, err));
    mbill__write_raw(to, "alarms", json, len);
    mbill__write_object_end(to);
    return MBILL_OK;
}

static mbill_status write_configs(mbill_store *store, const void *asked, mbill__writer *to, mbill_error *err)
{
    static const char SELECT_SHOWN[] =
        "SELECT name, version, CASE WHEN EXISTS(SELECT 1 FROM mbill_alarm_default d WHERE d.name = c.name) THEN 1 ELSE 0 END,"
        " (SELECT count(*) FROM mbill_alarm_choice h WHERE h.name = c.name), json FROM mbill_alarm_config c"
        " WHERE version = (SELECT max(version) FROM mbill_alarm_config o WHERE o.name = c.name) ORDER BY name";
    mbill__query *query;
    bool row;
    (void)asked;
    MBILL_TRY(mbill__query_start(store->db, SELECT_SHOWN, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        MBILL_TRY(write_config(query, to, err)); /* on failure the rollback ends the query */
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

mbill_status mbill_store_alarm_configs(mbill_store *store, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill__listing(store, "alarm_configs", "configs", write_configs, NULL, out_text, inout_len, err);
}

/* ---- events ---- */

enum { EVENT_NO, WHAT, KIND, ACCOUNT, PLACE, KEY, LEVEL, AT, OBSERVED, VALUE, EPISODE, N, CHANNELS };

static mbill_status put_text(mbill__query *query, int column, const char *name, mbill__writer *to, mbill_error *err)
{
    const char *text;
    size_t len;
    MBILL_TRY(mbill__column_text(query, column, &text, &len, err));
    if (text != NULL) mbill__write_text(to, name, text);
    return MBILL_OK;
}

static mbill_status write_event(mbill__query *query, mbill__writer *to, mbill_error *err)
{
    const int64_t what = mbill__column_whole(query, WHAT), n = mbill__column_whole(query, N);
    const char *channels;
    size_t len;
    mbill__write_object(to, NULL);
    mbill__write_whole(to, "number", mbill__column_whole(query, EVENT_NO));
    mbill__write_text(to, "event", mbill__alarm_whats[what - 1]);
    MBILL_TRY(put_text(query, KIND, "alarm", to, err));
    MBILL_TRY(put_text(query, ACCOUNT, "account", to, err));
    MBILL_TRY(put_text(query, PLACE, "place", to, err));
    MBILL_TRY(put_text(query, KEY, "key", to, err));
    mbill__write_whole(to, "level", mbill__column_whole(query, LEVEL));
    mbill__write_whole(to, "effective", mbill__column_whole(query, AT));
    mbill__write_whole(to, "observed", mbill__column_whole(query, OBSERVED));
    if (what <= 2) mbill__write_decimal(to, "value", mbill__column_whole(query, VALUE), 6);
    mbill__write_whole(to, "episode", mbill__column_whole(query, EPISODE));
    if (n > 0) mbill__write_whole(to, "count", n);
    MBILL_TRY(mbill__column_text(query, CHANNELS, &channels, &len, err));
    if (channels != NULL) mbill__write_raw(to, "channels", channels, len);
    mbill__write_object_end(to);
    return MBILL_OK;
}

typedef struct listing {
    mbill__buffer buffer;
    mbill_alarm_each each;
    void *ctx;
} listing;

static mbill_status give_event(listing *of, mbill__query *query, mbill_error *err)
{
    mbill__writer to;
    of->buffer.len = 0;
    mbill__write_start(&to, &of->buffer, false);
    MBILL_TRY(write_event(query, &to, err));
    MBILL_TRY(mbill__buffer_check(&of->buffer, err));
    return of->each(of->ctx, of->buffer.data, of->buffer.len, err);
}

static mbill_status list_events(listing *of, mbill_store *store, const mbill_alarm_filter *filter, mbill_error *err)
{
    static const char SELECT_EVENTS[] =
        "SELECT e.event_no, e.what, e.kind, a.id, p.id, e.key, e.level, e.at_utc_s, e.observed_utc_s, e.value_micro, e.episode, "
        "e.n,"
        " e.channels FROM mbill_alarm_event e LEFT JOIN mbill_account a USING(account_no) LEFT JOIN mbill_place p USING(place_no)"
        " WHERE e.event_no > ?1 AND e.at_utc_s >= ?2 AND e.at_utc_s < ?3 AND (CAST(?4 AS BIGINT) IS NULL OR e.account_no = ?4) "
        "ORDER BY "
        "e.event_no";
    int64_t account_no = 0;
    mbill__query *query;
    bool row;
    if (filter->account != NULL)
        MBILL_TRY(mbill__store_account(store, filter->account, strlen(filter->account), &account_no, err));
    const mbill__given_value given[] = {MBILL__WHOLE(filter->behind), MBILL__WHOLE(filter->from_utc_s),
        MBILL__WHOLE(filter->to_utc_s), filter->account != NULL ? MBILL__WHOLE(account_no) : MBILL__NULL};
    MBILL_TRY(mbill__sql_ask(store, SELECT_EVENTS, given, 4, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        MBILL_TRY(give_event(of, query, err)); /* on failure the rollback ends the query */
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

mbill_status mbill_store_alarm_events(mbill_store *store, const mbill_alarm_filter *filter, mbill_alarm_each each, void *ctx,
    mbill_error *err)
{
    static const mbill_alarm_filter all = {sizeof all, 0, NULL, INT64_MIN, INT64_MAX, 0};
    listing of = {.each = each, .ctx = ctx};
    MBILL__NEED(store);
    MBILL__NEED(each);
    if (filter == NULL) filter = &all;
    if (filter->struct_size != sizeof *filter) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of filter is not set");
    mbill__buffer_start(&of.buffer, mbill__db_allocator(store->db));
    mbill_status status = mbill__db_begin_read(store->db, err);
    if (status == MBILL_OK) status = mbill__db_finish(store->db, list_events(&of, store, filter, err), err);
    mbill__buffer_free(&of.buffer);
    return status;
}

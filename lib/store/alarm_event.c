/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how what an alarm says is kept, and what it leads to beside: drafts of whom it concerns are looked at first. */
#include "store/alarm_event.h"

#include "number/wide.h"
#include "operate/selection.h"
#include "store/bind.h"

const char *const mbill__alarm_whats[MBILL__ALARM_WHATS] = {"raise", "clear", "acknowledge", "notify", "escalate", "trip",
    "release", "rollover", "lock", "unlock"};

/* mbill_alarm_event.what of a saying; 0: it is not kept. */
static int64_t what_of(const mbill__saying *saying)
{
    static const uint8_t whats[] = {0, 1, 2, 6, 7, 4, 5, 0, 0, 8, 9, 10};
    return whats[saying->what];
}

static mbill_status put_channels(const mbill_board *board, uint32_t set, mbill__buffer *out, mbill_error *err)
{
    const char *names[MBILL__CHANNELS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < board->alarms->n_channels; i++)
        if ((set >> i & 1) != 0) names[n++] = board->alarms->channels[i];
    mbill__names_write(names, n, out);
    return mbill__buffer_check(out, err);
}

/* Of a window it is a count. */
static int64_t value_of(const mbill__alarm_def *def, const mbill__saying *saying)
{
    static const int64_t scales[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    const int32_t decimals = def->form == MBILL__FORM_WINDOW ? 0 : def->decimals;
    int64_t value = saying->value, micro = 0;
    if (!saying->has_value) return 0;
    for (int32_t i = decimals; i > 6; i--) value /= 10;
    return mbill__wide_fits(mbill__wide_product(value, scales[decimals < 6 ? decimals : 6]), &micro) ? micro : 0;
}

static mbill_status put_event(mbill_store *store, const mbill_board *board, const mbill__saying *saying,
    const mbill__alarm_subject *of, const char *channels, int64_t *out_event_no, mbill_error *err)
{
    static const char PUT_EVENT[] =
        "INSERT INTO mbill_alarm_event(event_no, config_no, account_no, place_no, key, kind, what, at_utc_s, observed_utc_s, "
        "level,"
        " value_micro, episode, n, channels) VALUES(" MBILL__NEXT("event_no",
            "mbill_alarm_event") ","
                                 " ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) RETURNING event_no";
    const mbill__alarm_def *def = board->standings[saying->standing].def;
    const bool is_supply = saying->what == MBILL__SAYS_TRIP || saying->what == MBILL__SAYS_RELEASE;
    const mbill__given_value given[] = {MBILL__WHOLE(of->config_no),
        of->account_no != 0 ? MBILL__WHOLE(of->account_no) : MBILL__NULL,
        of->place_no != 0 ? MBILL__WHOLE(of->place_no) : MBILL__NULL, MBILL__TEXT(of->key), MBILL__TEXT(def->name),
        MBILL__WHOLE(what_of(saying)), MBILL__WHOLE(saying->effective_s), MBILL__WHOLE(saying->observed_s),
        MBILL__WHOLE(is_supply ? 0 : (int64_t)saying->level + 1), MBILL__WHOLE(value_of(def, saying)),
        MBILL__WHOLE(saying->episode), MBILL__WHOLE(saying->what == MBILL__SAYS_ESCALATE ? saying->step : saying->count),
        MBILL__TEXT(channels)};
    mbill__query *query;
    MBILL_TRY(mbill__sql_ask(store, PUT_EVENT, given, sizeof given / sizeof given[0], &query, err));
    return mbill__query_number(query, out_event_no, err);
}

/* Of several reasons the highest stays, and of equal ones the first. */
static mbill_status raise_priority(mbill_store *store, uint32_t priority, const mbill__alarm_subject *of, int64_t event_no,
    mbill_error *err)
{
    static const char RAISE_ACCOUNT[] =
        "INSERT INTO mbill_due_priority(account_no, priority, event_no) VALUES(?1, ?2, ?3) ON CONFLICT(account_no) DO UPDATE"
        " SET priority = excluded.priority, event_no = excluded.event_no WHERE excluded.priority > mbill_due_priority.priority";
    static const char RAISE_PLACE[] =
        "INSERT INTO mbill_due_place(place_no, priority, event_no) VALUES(?1, ?2, ?3) ON CONFLICT(place_no) DO UPDATE"
        " SET priority = excluded.priority, event_no = excluded.event_no WHERE excluded.priority > mbill_due_place.priority";
    const mbill__given_value given[] = {MBILL__WHOLE(of->account_no != 0 ? of->account_no : of->place_no), MBILL__WHOLE(priority),
        MBILL__WHOLE(event_no)};
    int64_t changes = 0;
    if (of->account_no == 0 && of->place_no == 0) return MBILL_OK;
    return of->account_no != 0 ? mbill__sql_tell(store, RAISE_ACCOUNT, given, 3, &changes, err)
                               : mbill__sql_tell(store, RAISE_PLACE, given, 3, &changes, err);
}

mbill_status mbill__alarm_keep(mbill_store *store, const mbill_board *board, const mbill__saying *saying,
    const mbill__alarm_subject *of, mbill_error *err)
{
    mbill__buffer channels;
    int64_t event_no;
    mbill_status status = MBILL_OK;
    const bool is_message = saying->what == MBILL__SAYS_NOTIFY || saying->what == MBILL__SAYS_ESCALATE;
    if (what_of(saying) == 0) return MBILL_OK;
    mbill__buffer_start(&channels, mbill__db_allocator(store->db));
    if (is_message) status = put_channels(board, saying->channels, &channels, err);
    if (status == MBILL_OK) status = put_event(store, board, saying, of, channels.data, &event_no, err);
    mbill__buffer_free(&channels);
    if (status != MBILL_OK || saying->what != MBILL__SAYS_RAISE || saying->priority == 0) return status;
    return raise_priority(store, saying->priority, of, event_no, err);
}

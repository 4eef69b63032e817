/* SPDX-License-Identifier: Apache-2.0 */
/* A places document into the file: what it says of an entry takes the place of what was there. Invariant: every place that is named is there,
 * and none is inside itself. */
#include "meterbill/account.h"

#include "document/path.h"
#include "meterbill/place.h"
#include "operate/selection.h"
#include "store/bind.h"

#include <string.h>

typedef struct placing {
    mbill_store *store;
    const mbill_place_entry *entries;
    size_t n;
    int64_t n_added, n_same;
} placing;

/* Refused at a member of an entry: "/meters/3/at". */
static mbill_status refuse(const placing *to, const mbill_place_entry *entry, const char *key, mbill_status status,
    const char *message, mbill_error *err)
{
    static const char *const LISTS[] = {"places", "accounts", "meters", "utilities"};
    const char *list = LISTS[entry->list - 1];
    size_t index = 0;
    mbill__path path;
    for (const mbill_place_entry *at = to->entries; at < entry; at++) index += at->list == entry->list;
    mbill__path_start(&path);
    mbill__path_key(&path, list, strlen(list));
    mbill__path_index(&path, index);
    mbill__path_key(&path, key, strlen(key));
    return mbill__fail_path(err, status, path.text, "%s", message);
}

/* The number of what a member of the entry names. */
static mbill_status find(const placing *to, const mbill_place_entry *entry, const char *key, const char *sql, const char *what,
    const char *id, int64_t *out_no, mbill_error *err)
{
    const mbill__given_value given[] = {MBILL__TEXT(id)};
    mbill_error cause;
    bool found;
    MBILL_TRY(mbill__sql_whole(to->store, sql, given, 1, &found, out_no, err));
    if (found) return MBILL_OK;
    mbill_error_init(&cause);
    (void)mbill__fail(&cause, MBILL_E_NOT_FOUND, "%s \"%s\" is not in the store", what, id);
    return refuse(to, entry, key, MBILL_E_NOT_FOUND, cause.message, err);
}

static mbill_status find_place(const placing *to, const mbill_place_entry *entry, const char *key, const char *id,
    int64_t *out_no, mbill_error *err)
{
    static const char SELECT_PLACE[] = "SELECT place_no FROM mbill_place WHERE id = ?1";
    return find(to, entry, key, SELECT_PLACE, "place", id, out_no, err);
}

static mbill_status find_account(const placing *to, const mbill_place_entry *entry, int64_t *out_no, mbill_error *err)
{
    static const char SELECT_NUMBER[] = "SELECT account_no FROM mbill_account WHERE id = ?1";
    return find(to, entry, "id", SELECT_NUMBER, "account", entry->id, out_no, err);
}

static mbill_status find_meter(const placing *to, const mbill_place_entry *entry, const char *key, const char *id,
    int64_t *out_no, mbill_error *err)
{
    static const char SELECT_METER_OF_ID[] = "SELECT meter_no FROM mbill_meter WHERE id = ?1";
    return find(to, entry, key, SELECT_METER_OF_ID, "meter", id, out_no, err);
}

/* Tags are a set: those that are not said any more go. */

typedef struct tag_table {
    const char *put, *drop;
} tag_table;

static mbill_status set_tags(const placing *to, const mbill_place_entry *entry, const tag_table *table, int64_t number,
    int64_t *inout_changes, mbill_error *err)
{
    mbill__buffer tags;
    if ((entry->says & MBILL_PLACE_SAYS_TAGS) == 0) return MBILL_OK;
    mbill__buffer_start(&tags, mbill__db_allocator(to->store->db));
    mbill__names_write(entry->tags, entry->n_tags, &tags);
    const mbill__given_value kept[] = {MBILL__WHOLE(number), MBILL__TEXT(tags.data)};
    mbill_status status = mbill__buffer_check(&tags, err);
    if (status == MBILL_OK) status = mbill__sql_tell(to->store, table->drop, kept, 2, inout_changes, err);
    for (size_t i = 0; status == MBILL_OK && i < entry->n_tags; i++) {
        const mbill__given_value one[] = {MBILL__WHOLE(number), MBILL__TEXT(entry->tags[i])};
        status = mbill__sql_tell(to->store, table->put, one, 2, inout_changes, err);
    }
    mbill__buffer_free(&tags);
    return status;
}

/* Places */

static mbill_status put_place(const placing *to, const mbill_place_entry *entry, int64_t *inout_changes, mbill_error *err)
{
    static const char PUT_PLACE[] = "INSERT INTO mbill_place(place_no, id, kind, title) VALUES(" MBILL__NEXT("place_no",
        "mbill_place") ", ?1, ?2, ?3)"
                       " ON CONFLICT(id) DO UPDATE SET kind = ?2,"
                       " title = CASE WHEN CAST(?4 AS BIGINT) = 1 THEN ?3 ELSE mbill_place.title END"
                       " WHERE mbill_place.kind <> ?2 OR (CAST(?4 AS BIGINT) = 1 AND mbill_place.title IS DISTINCT FROM ?3)";
    static const tag_table TAGS =
        {"INSERT INTO mbill_place_tag(place_no, tag) VALUES(?1, ?2) ON CONFLICT(place_no, tag) DO NOTHING",
            "DELETE FROM mbill_place_tag WHERE place_no = ?1 AND NOT " MBILL__NAMED("tag", "?2")};
    const mbill__given_value given[] = {MBILL__TEXT(entry->id), MBILL__TEXT(entry->kind), MBILL__TEXT(entry->title),
        MBILL__WHOLE((entry->says & MBILL_PLACE_SAYS_TITLE) != 0)};
    int64_t number;
    MBILL_TRY(mbill__sql_tell(to->store, PUT_PLACE, given, 4, inout_changes, err));
    MBILL_TRY(find_place(to, entry, "id", entry->id, &number, err));
    return set_tags(to, entry, &TAGS, number, inout_changes, err);
}

static mbill_status hang_place(const placing *to, const mbill_place_entry *entry, int64_t *inout_changes, mbill_error *err)
{
    static const char HANG_PLACE[] = "UPDATE mbill_place SET in_no = ?2 WHERE place_no = ?1 AND in_no IS DISTINCT FROM ?2";
    int64_t number, above = 0;
    if ((entry->says & MBILL_PLACE_SAYS_IN) == 0) return MBILL_OK;
    MBILL_TRY(find_place(to, entry, "id", entry->id, &number, err));
    if (entry->in != NULL) MBILL_TRY(find_place(to, entry, "in", entry->in, &above, err));
    const mbill__given_value given[] = {MBILL__WHOLE(number), entry->in != NULL ? MBILL__WHOLE(above) : MBILL__NULL};
    return mbill__sql_tell(to->store, HANG_PLACE, given, 2, inout_changes, err);
}

/* UNION drops what was seen, so that the walk up ends in a circle too. */
static mbill_status refuse_circle(const placing *to, const mbill_place_entry *entry, mbill_error *err)
{
    static const char SELECT_CIRCLE[] =
        "WITH RECURSIVE up(no) AS (SELECT in_no FROM mbill_place WHERE id = ?1 UNION SELECT p.in_no FROM mbill_place p JOIN up"
        " ON p.place_no = up.no) SELECT 1 FROM up JOIN mbill_place p ON p.place_no = up.no WHERE p.id = ?1";
    const mbill__given_value given[] = {MBILL__TEXT(entry->id)};
    mbill_error cause;
    int64_t one;
    bool found;
    if (entry->in == NULL) return MBILL_OK;
    MBILL_TRY(mbill__sql_whole(to->store, SELECT_CIRCLE, given, 1, &found, &one, err));
    if (!found) return MBILL_OK;
    mbill_error_init(&cause);
    (void)mbill__fail(&cause, MBILL_E_INVALID, "place \"%s\" in \"%s\" would be inside itself, expected a tree", entry->id,
        entry->in);
    return refuse(to, entry, "in", MBILL_E_INVALID, cause.message, err);
}

/* What stands there */

static mbill_status put_account(const placing *to, const mbill_place_entry *entry, int64_t *inout_changes, mbill_error *err)
{
    static const char PUT_AT[] = "INSERT INTO mbill_account_at(account_no, place_no) VALUES(?1, ?2) ON CONFLICT(account_no)"
                                 " DO UPDATE SET place_no = ?2 WHERE mbill_account_at.place_no <> ?2";
    static const char DROP_AT[] = "DELETE FROM mbill_account_at WHERE account_no = ?1";
    static const tag_table TAGS =
        {"INSERT INTO mbill_account_tag(account_no, tag) VALUES(?1, ?2) ON CONFLICT(account_no, tag) DO NOTHING",
            "DELETE FROM mbill_account_tag WHERE account_no = ?1 AND NOT " MBILL__NAMED("tag", "?2")};
    int64_t number, place = 0;
    MBILL_TRY(find_account(to, entry, &number, err));
    if (entry->in != NULL) MBILL_TRY(find_place(to, entry, "at", entry->in, &place, err));
    const mbill__given_value given[] = {MBILL__WHOLE(number), MBILL__WHOLE(place)};
    if (entry->in != NULL) MBILL_TRY(mbill__sql_tell(to->store, PUT_AT, given, 2, inout_changes, err));
    else if ((entry->says & MBILL_PLACE_SAYS_IN) != 0)
        MBILL_TRY(mbill__sql_tell(to->store, DROP_AT, given, 1, inout_changes, err));
    return set_tags(to, entry, &TAGS, number, inout_changes, err);
}

static mbill_status put_meter(const placing *to, const mbill_place_entry *entry, int64_t *inout_changes, mbill_error *err)
{
    static const char PUT_METER_AT[] =
        "INSERT INTO mbill_meter_at(meter_no, place_no, behind_no) VALUES(?1, ?2, ?3) ON CONFLICT(meter_no) DO UPDATE SET"
        " place_no = CASE WHEN CAST(?4 AS BIGINT) = 1 THEN ?2 ELSE mbill_meter_at.place_no END,"
        " behind_no = CASE WHEN CAST(?5 AS BIGINT) = 1 THEN ?3 ELSE mbill_meter_at.behind_no END"
        " WHERE (CAST(?4 AS BIGINT) = 1 AND mbill_meter_at.place_no IS DISTINCT FROM ?2)"
        " OR (CAST(?5 AS BIGINT) = 1 AND mbill_meter_at.behind_no IS DISTINCT FROM ?3)";
    int64_t number, place = 0, master = 0;
    MBILL_TRY(find_meter(to, entry, "id", entry->id, &number, err));
    if (entry->in != NULL) MBILL_TRY(find_place(to, entry, "at", entry->in, &place, err));
    if (entry->behind != NULL) MBILL_TRY(find_meter(to, entry, "behind", entry->behind, &master, err));
    const mbill__given_value given[] = {MBILL__WHOLE(number), entry->in != NULL ? MBILL__WHOLE(place) : MBILL__NULL,
        entry->behind != NULL ? MBILL__WHOLE(master) : MBILL__NULL, MBILL__WHOLE((entry->says & MBILL_PLACE_SAYS_IN) != 0),
        MBILL__WHOLE((entry->says & MBILL_PLACE_SAYS_BEHIND) != 0)};
    return mbill__sql_tell(to->store, PUT_METER_AT, given, 5, inout_changes, err);
}

static mbill_status refuse_meter_circle(const placing *to, const mbill_place_entry *entry, mbill_error *err)
{
    static const char SELECT_METER_CIRCLE[] =
        "WITH RECURSIVE up(no) AS (SELECT a.behind_no FROM mbill_meter m JOIN mbill_meter_at a USING(meter_no) WHERE m.id = ?1"
        " UNION SELECT a.behind_no FROM mbill_meter_at a JOIN up ON a.meter_no = up.no)"
        " SELECT 1 FROM up JOIN mbill_meter m ON m.meter_no = up.no WHERE m.id = ?1";
    const mbill__given_value given[] = {MBILL__TEXT(entry->id)};
    mbill_error cause;
    int64_t one;
    bool found;
    if (entry->behind == NULL) return MBILL_OK;
    MBILL_TRY(mbill__sql_whole(to->store, SELECT_METER_CIRCLE, given, 1, &found, &one, err));
    if (!found) return MBILL_OK;
    mbill_error_init(&cause);
    (void)mbill__fail(&cause, MBILL_E_INVALID, "meter \"%s\" behind \"%s\" would be behind itself, expected a tree", entry->id,
        entry->behind);
    return refuse(to, entry, "behind", MBILL_E_INVALID, cause.message, err);
}

static mbill_status put_utility(const placing *to, const mbill_place_entry *entry, int64_t *inout_changes, mbill_error *err)
{
    static const char PUT_UTILITY[] = "INSERT INTO mbill_utility(tariff, utility) VALUES(?1, ?2) ON CONFLICT(tariff) DO UPDATE"
                                      " SET utility = ?2 WHERE mbill_utility.utility <> ?2";
    const mbill__given_value given[] = {MBILL__TEXT(entry->id), MBILL__TEXT(entry->kind)};
    return mbill__sql_tell(to->store, PUT_UTILITY, given, 2, inout_changes, err);
}

static mbill_status put_entry(const placing *to, const mbill_place_entry *entry, int64_t *inout_changes, mbill_error *err)
{
    switch (entry->list) {
    case MBILL_PLACE_LIST_PLACES: return hang_place(to, entry, inout_changes, err);
    case MBILL_PLACE_LIST_ACCOUNTS: return put_account(to, entry, inout_changes, err);
    case MBILL_PLACE_LIST_METERS: return put_meter(to, entry, inout_changes, err);
    default: return put_utility(to, entry, inout_changes, err);
    }
}

/* All places first, since an entry may name one that stands behind it in the document. */
static mbill_status put_all(placing *to, mbill_error *err)
{
    const mbill_place_entry *end = to->entries + to->n;
    const mbill_place_entry *rest = to->entries;
    int64_t n_changed = 0;
    while (rest < end && rest->list == MBILL_PLACE_LIST_PLACES) rest++;
    int64_t *changes = mbill__alloc_array(mbill__db_allocator(to->store->db), to->n + 1, sizeof *changes);
    if (changes == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the places could not be allocated");
    mbill_status status = MBILL_OK;
    for (const mbill_place_entry *at = to->entries; status == MBILL_OK && at < rest; at++)
        status = put_place(to, at, &changes[at - to->entries], err);
    for (const mbill_place_entry *at = to->entries; status == MBILL_OK && at < end; at++)
        status = put_entry(to, at, &changes[at - to->entries], err);
    for (const mbill_place_entry *at = to->entries; status == MBILL_OK && at < end; at++)
        status = at->list == MBILL_PLACE_LIST_METERS ? refuse_meter_circle(to, at, err)
            : at < rest                              ? refuse_circle(to, at, err)
                                                     : MBILL_OK;
    for (size_t i = 0; i < to->n; i++) n_changed += changes[i] > 0;
    mbill__release(mbill__db_allocator(to->store->db), changes, (to->n + 1) * sizeof *changes);
    to->n_added = n_changed;
    to->n_same = (int64_t)to->n - n_changed;
    return status;
}

mbill_status mbill_store_put_places(mbill_store *store, const char *json, size_t len, mbill_import_counts *out, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL_TRY(mbill__import_out(out, err));
    mbill_places *places;
    MBILL_TRY(mbill_places_read(json, len, mbill__db_allocator(store->db), &places, err));
    placing to = {.store = store};
    to.entries = mbill_places_entries(places, &to.n);
    mbill_status status = mbill__db_begin(store->db, err);
    if (status == MBILL_OK) status = mbill__db_finish(store->db, to.n > 0 ? put_all(&to, err) : MBILL_OK, err);
    mbill_places_free(places);
    if (status == MBILL_OK) mbill__import_give(out, to.n_added, to.n_same);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when accounts can be selected by something else. */
#include "store/select.h"

#include "meterbill/account.h"
#include "store/bind.h"

#include <string.h>

static mbill_status check_named(mbill_store *store, const char *sql, const char *path, const char *what, const char *id,
    mbill_error *err)
{
    const mbill__given_value given[] = {MBILL__TEXT(id)};
    int64_t number;
    bool found;
    if (id == NULL) return MBILL_OK;
    MBILL_TRY(mbill__sql_whole(store, sql, given, 1, &found, &number, err));
    if (found) return MBILL_OK;
    return mbill__fail_path(err, MBILL_E_NOT_FOUND, path, "%s \"%s\" is not in the store", what, id);
}

static mbill_status check(mbill_store *store, const mbill__selection *selection, mbill_error *err)
{
    static const char SELECT_NAMED[] = "SELECT place_no FROM mbill_place WHERE id = ?1";
    static const char SELECT_MASTER[] = "SELECT meter_no FROM mbill_meter WHERE id = ?1";
    MBILL_TRY(check_named(store, SELECT_NAMED, "/under", "place", selection->under, err));
    return check_named(store, SELECT_MASTER, "/behind", "meter", selection->behind, err);
}

static mbill_status take_rows(mbill__query *query, mbill__selected *out, mbill_error *err)
{
    bool row;
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        void *block = out->numbers;
        mbill_status status = mbill__room(out->allocator, &block, &out->cap, sizeof *out->numbers, out->n + 1, err);
        out->numbers = block;
        if (status != MBILL_OK) mbill__query_end(query);
        MBILL_TRY(status);
        out->numbers[out->n++] = mbill__column_whole(query, 0);
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

/* Places inside of one, tags of places with those above, and the tags asked for that anything has: ?6 of them are, and ?3 lists them. */
#define INSIDE_AND_TAGGED                                                                                                        \
    "WITH RECURSIVE inside(place_no) AS (SELECT place_no FROM mbill_place WHERE id = ?1"                                         \
    " UNION SELECT p.place_no FROM mbill_place p JOIN inside i ON p.in_no = i.place_no),"                                        \
    " tagged(place_no, tag) AS (SELECT place_no, tag FROM mbill_place_tag"                                                       \
    " UNION SELECT p.place_no, t.tag FROM mbill_place p JOIN tagged t ON p.in_no = t.place_no),"                                 \
    " asked(tag) AS (SELECT tag FROM mbill_place_tag WHERE CAST(?6 AS BIGINT) > 0 AND " MBILL__NAMED("tag",                      \
        "?3") " UNION SELECT tag FROM mbill_account_tag WHERE CAST(?6 AS BIGINT) > 0 AND " MBILL__NAMED("tag", "?3") ")"

/* A contract of a utility, measured by a meter with such a register, behind such a meter; all of it of the same contract and meter. */
#define MEASURED                                                                                                                 \
    "EXISTS (SELECT 1 FROM mbill_contract c LEFT JOIN mbill_utility u ON u.tariff = c.tariff LEFT JOIN mbill_contract_register"  \
    " k ON k.contract_no = c.contract_no LEFT JOIN mbill_register r ON r.register_no = k.register_no"                            \
    " LEFT JOIN mbill_meter_at w ON w.meter_no = r.meter_no LEFT JOIN mbill_meter b ON b.meter_no = w.behind_no WHERE "

static const char ACCOUNTS_MEANT[] = INSIDE_AND_TAGGED
    " SELECT a.account_no FROM mbill_account a LEFT JOIN mbill_account_at s USING(account_no)"
    " WHERE (CAST(?1 AS TEXT) IS NULL OR s.place_no IN (SELECT place_no FROM inside))"
    " AND (coalesce(CAST(?2 AS TEXT), ?4, ?5) IS NULL OR " MEASURED
    "c.account_no = a.account_no AND (CAST(?2 AS TEXT) IS NULL OR u.utility = ?2) AND (CAST(?4 AS TEXT) IS NULL"
    " OR r.name = ?4) AND (CAST(?5 AS TEXT) IS NULL OR b.id = ?5)))"
    " AND (SELECT count(*) FROM asked) = ?6 AND NOT EXISTS (SELECT 1 FROM asked j WHERE (coalesce(s.place_no, 0), j.tag) NOT IN "
    "(SELECT place_no, tag "
    "FROM tagged)"
    " AND NOT EXISTS (SELECT 1 FROM mbill_account_tag t WHERE t.account_no = a.account_no AND t.tag = j.tag))"
    " ORDER BY a.account_no";

/* Accounts that a meter measures, and where they stand. */
#define ITS_ACCOUNTS                                                                                                             \
    "mbill_register r JOIN mbill_contract_register k USING(register_no) JOIN mbill_contract c USING(contract_no)"                \
    " LEFT JOIN mbill_account_at s USING(account_no)"

/* A meter without a place of its own stands where its accounts do; it has the tags of its place and those of its accounts. */
static const char METERS_MEANT[] = INSIDE_AND_TAGGED
    " SELECT m.meter_no FROM mbill_meter m LEFT JOIN mbill_meter_at a USING(meter_no) LEFT JOIN mbill_meter b ON b.meter_no = "
    "a.behind_no"
    " WHERE (CAST(?1 AS TEXT) IS NULL OR a.place_no IN (SELECT place_no FROM inside) OR (a.place_no IS NULL AND EXISTS (SELECT 1 "
    "FROM " ITS_ACCOUNTS " WHERE r.meter_no = m.meter_no AND s.place_no IN (SELECT place_no FROM inside))))"
    " AND (CAST(?2 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM " ITS_ACCOUNTS
    " JOIN mbill_utility u ON u.tariff = c.tariff WHERE r.meter_no = m.meter_no AND u.utility = ?2))"
    " AND (CAST(?4 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM mbill_register r WHERE r.meter_no = m.meter_no AND r.name = ?4))"
    " AND (CAST(?5 AS TEXT) IS NULL OR b.id = ?5)"
    " AND (SELECT count(*) FROM asked) = ?6 AND NOT EXISTS (SELECT 1 FROM asked j WHERE (coalesce(a.place_no, 0), j.tag) NOT IN "
    "(SELECT place_no, tag FROM "
    "tagged)"
    " AND NOT EXISTS (SELECT 1 FROM " ITS_ACCOUNTS
    " WHERE r.meter_no = m.meter_no AND ((coalesce(s.place_no, 0), j.tag) IN (SELECT place_no, tag FROM tagged)"
    " OR EXISTS (SELECT 1 FROM mbill_account_tag t WHERE t.account_no = c.account_no AND t.tag = j.tag))))"
    " ORDER BY m.id";

static mbill_status select_by(mbill_store *store, const char *sql, const mbill__selection *selection, mbill__selected *out,
    mbill_error *err)
{
    mbill__buffer tags;
    mbill__query *query;
    out->allocator = mbill__db_allocator(store->db);
    out->n = 0;
    MBILL_TRY(check(store, selection, err));
    mbill__buffer_start(&tags, out->allocator);
    mbill__names_write(selection->tags, selection->n_tags, &tags);
    const mbill__given_value given[] = {MBILL__TEXT(selection->under), MBILL__TEXT(selection->utility), MBILL__TEXT(tags.data),
        MBILL__TEXT(selection->reg), MBILL__TEXT(selection->behind), MBILL__WHOLE((int64_t)selection->n_tags)};
    mbill_status status = mbill__buffer_check(&tags, err);
    if (status == MBILL_OK) status = mbill__sql_ask(store, sql, given, 6, &query, err);
    if (status == MBILL_OK) status = take_rows(query, out, err);
    mbill__buffer_free(&tags);
    return status;
}

mbill_status mbill__select(mbill_store *store, const mbill__selection *selection, mbill__selected *out, mbill_error *err)
{
    return select_by(store, ACCOUNTS_MEANT, selection, out, err);
}

static mbill_status select_text(mbill_store *store, const char *sql, const char *json, size_t len, mbill__selected *out,
    mbill_error *err)
{
    mbill__arena arena;
    mbill__selection selection;
    mbill__json *document;
    memset(&selection, 0, sizeof selection);
    if (json == NULL || len == 0) return select_by(store, sql, &selection, out, err);
    MBILL_TRY(mbill__json_read(json, len, mbill__db_allocator(store->db), &document, err));
    mbill__node root = mbill__json_root(document);
    mbill__arena_start(&arena, mbill__db_allocator(store->db));
    mbill_status status = mbill__selection_read(&root, &arena, &selection, err);
    if (status == MBILL_OK) status = select_by(store, sql, &selection, out, err);
    mbill__arena_free(&arena);
    mbill__json_free(document);
    return status;
}

mbill_status mbill__select_text(mbill_store *store, const char *json, size_t len, mbill__selected *out, mbill_error *err)
{
    return select_text(store, ACCOUNTS_MEANT, json, len, out, err);
}

mbill_status mbill__select_meters(mbill_store *store, const char *json, size_t len, mbill__selected *out, mbill_error *err)
{
    return select_text(store, METERS_MEANT, json, len, out, err);
}

bool mbill__selected_has(const mbill__selected *selected, int64_t account_no)
{
    size_t from = 0, to = selected->n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (selected->numbers[middle] < account_no) from = middle + 1;
        else to = middle;
    }
    return from < selected->n && selected->numbers[from] == account_no;
}

void mbill__selected_free(mbill__selected *selected)
{
    if (selected->allocator == NULL) return;
    mbill__release(selected->allocator, selected->numbers, selected->cap * sizeof *selected->numbers);
    memset(selected, 0, sizeof *selected);
}

static mbill_status give(const mbill__selected *selected, int64_t *out_numbers, size_t cap_numbers, size_t *out_n,
    mbill_error *err)
{
    *out_n = selected->n;
    if (selected->n > cap_numbers)
        return mbill__fail(err, MBILL_E_ROOM, "room for %zu accounts, %zu are selected", cap_numbers, selected->n);
    if (selected->n > 0) memcpy(out_numbers, selected->numbers, selected->n * sizeof *out_numbers);
    return MBILL_OK;
}

mbill_status mbill_store_select(mbill_store *store, const char *json, size_t len, int64_t *out_numbers, size_t cap_numbers,
    size_t *out_n, mbill_error *err)
{
    mbill__selected selected = {0};
    MBILL__NEED(store);
    MBILL__NEED(out_n);
    if (out_numbers == NULL && cap_numbers > 0) return mbill__fail(err, MBILL_E_MISUSE, "out_numbers is NULL");
    MBILL_TRY(mbill__db_begin_read(store->db, err));
    mbill_status status = mbill__db_finish(store->db, mbill__select_text(store, json, len, &selected, err), err);
    if (status == MBILL_OK) status = give(&selected, out_numbers, cap_numbers, out_n, err);
    mbill__selected_free(&selected);
    return status;
}

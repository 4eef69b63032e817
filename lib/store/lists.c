/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what the bills of all accounts share does: from its document into the file, and from the file to pricing. Invariant: an entry
 * that is there never changes; lists grow. */
#include "store/lists.h"

#include "store/bind.h"

#include <string.h>

#define DAY_S INT64_C(86400)
#define MARGIN_DAYS 2 /* more than any zone is away from UTC */

/* Into the file */

typedef struct adding {
    mbill_store *store;
    int64_t n_added, n_same;
} adding;

/* A list by its kind and name; a new one is made. A list without entries is known to be empty. */
static mbill_status put_list(adding *to, int64_t kind, const char *name, int64_t start_utc_s, int64_t step_s,
    int64_t *out_list_no, mbill_error *err)
{
    static const char PUT_LIST[] =
        "INSERT INTO mbill_list(list_no, kind, name, start_utc_s, step_s) VALUES(" MBILL__NEXT("list_no",
            "mbill_list") ", ?1, ?2, ?3, ?4) ON CONFLICT(kind, name) DO NOTHING";
    static const char SELECT_LIST[] = "SELECT list_no, step_s, start_utc_s FROM mbill_list WHERE kind = ?1 AND name = ?2";
    mbill__query *query;
    int64_t changes;
    bool row;
    MBILL_TRY(mbill__query_start(to->store->db, PUT_LIST, &query, err));
    mbill__bind_whole(query, 1, kind);
    mbill__bind_text(query, 2, name, strlen(name));
    mbill__bind_whole(query, 3, start_utc_s);
    mbill__bind_whole(query, 4, step_s);
    MBILL_TRY(mbill__query_run(query, &changes, err));
    if (changes > 0) to->n_added++;
    else to->n_same++;
    MBILL_TRY(mbill__query_start(to->store->db, SELECT_LIST, &query, err));
    mbill__bind_whole(query, 1, kind);
    mbill__bind_text(query, 2, name, strlen(name));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return mbill__fail(err, MBILL_E_CORRUPT, "list \"%s\" is in the store and is not", name);
    *out_list_no = mbill__column_whole(query, 0);
    int64_t kept_step_s = mbill__column_whole(query, 1), kept_start_utc_s = mbill__column_whole(query, 2);
    mbill__query_end(query);
    if (step_s == 0 || (kept_step_s == step_s && (start_utc_s - kept_start_utc_s) % step_s == 0)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT,
        "price series \"%s\" is in the store with steps of %lld s that begin at other times than these of %lld s", name,
        (long long)kept_step_s, (long long)step_s);
}

static mbill_status compare_entry(const adding *to, int64_t list_no, const char *name, int64_t at, int64_t value,
    mbill_error *err)
{
    static const char SELECT_ENTRY[] = "SELECT value FROM mbill_list_entry WHERE list_no = ?1 AND at = ?2";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(to->store->db, SELECT_ENTRY, &query, err));
    mbill__bind_whole(query, 1, list_no);
    mbill__bind_whole(query, 2, at);
    MBILL_TRY(mbill__query_step(query, &row, err));
    int64_t kept = row ? mbill__column_whole(query, 0) : value;
    mbill__query_end(query);
    if (kept == value) return MBILL_OK;
    return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT, "price series \"%s\" has another price at %s in the store", name,
        mbill__say_time(at, NULL).text);
}

static mbill_status put_entry(adding *to, int64_t list_no, const char *name, int64_t at, int64_t value, mbill_error *err)
{
    static const char PUT_ENTRY[] =
        "INSERT INTO mbill_list_entry(list_no, at, value) VALUES(?1, ?2, ?3) ON CONFLICT(list_no, at) DO NOTHING";
    mbill__query *query;
    int64_t changes;
    MBILL_TRY(mbill__query_start(to->store->db, PUT_ENTRY, &query, err));
    mbill__bind_whole(query, 1, list_no);
    mbill__bind_whole(query, 2, at);
    mbill__bind_whole(query, 3, value);
    MBILL_TRY(mbill__query_run(query, &changes, err));
    if (changes > 0) {
        to->n_added++;
        return MBILL_OK;
    }
    to->n_same++;
    return compare_entry(to, list_no, name, at, value, err);
}

static mbill_status put_days(adding *to, const mbill_day_list *list, mbill_error *err)
{
    int64_t list_no;
    MBILL_TRY(put_list(to, MBILL__LIST_DAYS, list->name, 0, 0, &list_no, err));
    for (size_t i = 0; i < list->n_days; i++) MBILL_TRY(put_entry(to, list_no, list->name, list->days[i], 0, err));
    return MBILL_OK;
}

static mbill_status put_instants(adding *to, const mbill_instant_list *list, mbill_error *err)
{
    int64_t list_no;
    MBILL_TRY(put_list(to, MBILL__LIST_INSTANTS, list->name, 0, 0, &list_no, err));
    for (size_t i = 0; i < list->n_instants; i++) MBILL_TRY(put_entry(to, list_no, list->name, list->instants_utc_s[i], 0, err));
    return MBILL_OK;
}

/* A price that is missing is left out, and may be brought by a later document. */
static mbill_status put_prices(adding *to, const mbill_price_series *series, mbill_error *err)
{
    int64_t list_no;
    MBILL_TRY(put_list(to, MBILL__LIST_PRICES, series->name, series->start_utc_s, series->step_s, &list_no, err));
    for (size_t i = 0; i < series->n_values; i++) {
        if (series->values_nano[i] == MBILL_PRICE_MISSING) continue;
        MBILL_TRY(
            put_entry(to, list_no, series->name, series->start_utc_s + (int64_t)i * series->step_s, series->values_nano[i], err));
    }
    return MBILL_OK;
}

static mbill_status put_all(adding *to, const mbill_facts *facts, mbill_error *err)
{
    size_t n_days, n_instants, n_series;
    const mbill_day_list *days = mbill_facts_lists(facts, &n_days);
    const mbill_instant_list *instants = mbill_facts_instants(facts, &n_instants);
    const mbill_price_series *series = mbill_facts_series(facts, &n_series);
    for (size_t i = 0; i < n_days; i++) MBILL_TRY(put_days(to, &days[i], err));
    for (size_t i = 0; i < n_instants; i++) MBILL_TRY(put_instants(to, &instants[i], err));
    for (size_t i = 0; i < n_series; i++) MBILL_TRY(put_prices(to, &series[i], err));
    return MBILL_OK;
}

mbill_status mbill_store_put_lists(mbill_store *store, const char *json, size_t len, mbill_import_counts *out, mbill_error *err)
{
    mbill_facts *facts;
    size_t n_facts, n_factors;
    MBILL__NEED(store);
    MBILL_TRY(mbill__import_out(out, err));
    MBILL_TRY(mbill_facts_read(json, len, mbill__db_allocator(store->db), &facts, err));
    adding to = {store, 0, 0};
    const mbill_fact *values = mbill_facts_values(facts, &n_facts);
    mbill_status status = MBILL_OK;
    const mbill_factor *factors = mbill_facts_factors(facts, &n_factors);
    if (n_factors > 0)
        status = mbill__fail(err, MBILL_E_INVALID,
            "a factor of register \"%s\" is of no contract; expected it in a document of accounts", factors[0].name);
    else if (n_facts > 0)
        status = mbill__fail(err, MBILL_E_INVALID,
            "fact \"%s\" is of no account; expected it in a document of accounts, and lists and price series here",
            values[0].name);
    if (status == MBILL_OK) status = mbill__db_begin(store->db, err);
    if (status == MBILL_OK) status = mbill__db_finish(store->db, put_all(&to, facts, err), err);
    mbill_facts_free(facts);
    if (status == MBILL_OK) mbill__import_give(out, to.n_added, to.n_same);
    return status;
}

/* Out of the file */

void mbill__lists_start(mbill__lists *lists, mbill_store *store)
{
    memset(lists, 0, sizeof *lists);
    mbill__arena_start(&lists->arena, mbill__db_allocator(store->db));
}

void mbill__lists_end(mbill__lists *lists)
{
    mbill__arena_free(&lists->arena);
}

/* The numbers that a list holds in [from, to), in their order. */
typedef struct entries {
    int64_t *at, *value;
    size_t n;
} entries;

static mbill_status no_memory(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_NOMEM, "memory for lists and price series could not be allocated");
}

static mbill_status count_entries(mbill_store *store, int64_t list_no, int64_t from, int64_t to, size_t *out, mbill_error *err)
{
    static const char COUNT_ENTRIES[] = "SELECT count(*) FROM mbill_list_entry WHERE list_no = ?1 AND at >= ?2 AND at < ?3";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, COUNT_ENTRIES, &query, err));
    mbill__bind_whole(query, 1, list_no);
    mbill__bind_whole(query, 2, from);
    mbill__bind_whole(query, 3, to);
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out = row ? (size_t)mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status load_entries(mbill__lists *lists, mbill_store *store, int64_t list_no, int64_t from, int64_t to, entries *out,
    mbill_error *err)
{
    static const char SELECT_ENTRIES[] =
        "SELECT at, value FROM mbill_list_entry WHERE list_no = ?1 AND at >= ?2 AND at < ?3 ORDER BY at";
    mbill__query *query;
    size_t n;
    bool row;
    MBILL_TRY(count_entries(store, list_no, from, to, &n, err));
    *out = (entries){mbill__arena_take(&lists->arena, n + 1, sizeof *out->at),
        mbill__arena_take(&lists->arena, n + 1, sizeof *out->value), 0};
    if (out->at == NULL || out->value == NULL) return no_memory(err);
    MBILL_TRY(mbill__query_start(store->db, SELECT_ENTRIES, &query, err));
    mbill__bind_whole(query, 1, list_no);
    mbill__bind_whole(query, 2, from);
    mbill__bind_whole(query, 3, to);
    MBILL_TRY(mbill__query_step(query, &row, err));
    for (; row && out->n < n; out->n++) {
        out->at[out->n] = mbill__column_whole(query, 0);
        out->value[out->n] = mbill__column_whole(query, 1);
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status give_days(mbill__lists *lists, const char *name, const entries *of, mbill_error *err)
{
    int32_t *days = mbill__arena_take(&lists->arena, of->n + 1, sizeof *days);
    if (days == NULL) return no_memory(err);
    for (size_t i = 0; i < of->n; i++) days[i] = (int32_t)of->at[i];
    lists->days[lists->n_days++] = (mbill_day_list){name, days, of->n};
    return MBILL_OK;
}

/* Steps without an entry are missing; a series without any begins nowhere in particular. */
static mbill_status give_prices(mbill__lists *lists, const char *name, const entries *of, int64_t start_utc_s, int64_t step_s,
    mbill_error *err)
{
    mbill_price_series *series = &lists->series[lists->n_series++];
    int64_t first_utc_s = of->n > 0 ? of->at[0] : start_utc_s;
    size_t n = of->n > 0 ? (size_t)((of->at[of->n - 1] - first_utc_s) / step_s) + 1 : 0;
    int64_t *values_nano = mbill__arena_take(&lists->arena, n + 1, sizeof *values_nano);
    if (values_nano == NULL) return no_memory(err);
    for (size_t i = 0; i < n; i++) values_nano[i] = MBILL_PRICE_MISSING;
    for (size_t i = 0; i < of->n; i++) values_nano[(of->at[i] - first_utc_s) / step_s] = of->value[i];
    *series = (mbill_price_series){name, first_utc_s, step_s, values_nano, n};
    return MBILL_OK;
}

/* A row of mbill_list. */
typedef struct list_row {
    int64_t list_no, kind, start_utc_s, step_s;
    const char *name;
} list_row;

static mbill_status load_list(mbill__lists *lists, mbill_store *store, const list_row *row, int64_t from_utc_s, int64_t to_utc_s,
    mbill_error *err)
{
    entries of;
    bool prices = row->kind == MBILL__LIST_PRICES;
    MBILL_TRY(load_entries(lists, store, row->list_no, prices ? from_utc_s - row->step_s : INT64_MIN,
        prices ? to_utc_s : INT64_MAX, &of, err));
    if (prices) return give_prices(lists, row->name, &of, row->start_utc_s, row->step_s, err);
    if (row->kind == MBILL__LIST_DAYS) return give_days(lists, row->name, &of, err);
    lists->instants[lists->n_instants++] = (mbill_instant_list){row->name, of.at, of.n};
    return MBILL_OK;
}

static mbill_status read_row(mbill__lists *lists, mbill__query *query, list_row *out, mbill_error *err)
{
    const char *name;
    size_t len;
    *out = (list_row){mbill__column_whole(query, 0), mbill__column_whole(query, 1), mbill__column_whole(query, 2),
        mbill__column_whole(query, 3), NULL};
    MBILL_TRY(mbill__column_text(query, 4, &name, &len, err));
    out->name = mbill__arena_text(&lists->arena, name != NULL ? name : "", len);
    return out->name != NULL ? MBILL_OK : no_memory(err);
}

static mbill_status count_lists(mbill_store *store, size_t *out, mbill_error *err)
{
    static const char COUNT_LISTS[] = "SELECT count(*) FROM mbill_list";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, COUNT_LISTS, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out = row ? (size_t)mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status load_rows(mbill__lists *lists, mbill_store *store, size_t n, int64_t from_utc_s, int64_t to_utc_s,
    mbill_error *err)
{
    static const char SELECT_LISTS[] = "SELECT list_no, kind, start_utc_s, step_s, name FROM mbill_list ORDER BY kind, name";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_LISTS, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill_status status = MBILL_OK;
    for (; status == MBILL_OK && row && n > 0; n--) {
        list_row at;
        status = read_row(lists, query, &at, err);
        if (status == MBILL_OK) status = load_list(lists, store, &at, from_utc_s, to_utc_s, err);
        if (status == MBILL_OK) status = mbill__query_step(query, &row, err);
    }
    mbill__query_end(query);
    return status;
}

mbill_status mbill__lists_load(mbill__lists *lists, mbill_store *store, const mbill__span_asked *asked, mbill_error *err)
{
    int64_t from_utc_s = asked->civil ? ((int64_t)asked->from_day - MARGIN_DAYS) * DAY_S : asked->from_utc_s;
    int64_t to_utc_s = asked->civil ? ((int64_t)asked->to_day + MARGIN_DAYS) * DAY_S : asked->to_utc_s;
    size_t n;
    MBILL_TRY(count_lists(store, &n, err));
    lists->days = mbill__arena_take(&lists->arena, n + 1, sizeof *lists->days);
    lists->instants = mbill__arena_take(&lists->arena, n + 1, sizeof *lists->instants);
    lists->series = mbill__arena_take(&lists->arena, n + 1, sizeof *lists->series);
    if (lists->days == NULL || lists->instants == NULL || lists->series == NULL) return no_memory(err);
    return load_rows(lists, store, n, from_utc_s, to_utc_s, err);
}

void mbill__lists_give(const mbill__lists *lists, mbill_price_request *out)
{
    out->lists = lists->days;
    out->n_lists = lists->n_days;
    out->instants = lists->instants;
    out->n_instants = lists->n_instants;
    out->series = lists->series;
    out->n_series = lists->n_series;
}

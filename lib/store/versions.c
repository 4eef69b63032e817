/* SPDX-License-Identifier: Apache-2.0 */
/* Which versions of a tariff bill a span. The version that has begun last by the span's start is the first; it must hold to the
 * span's end or, where the contract says how such a bill is divided, to the beginning of the next. Invariant: a version is compiled at most once a close. */
#include "store/versions.h"

#include "meterbill/contract.h"

#include <string.h>

void mbill__versions_start(mbill__versions *versions, mbill_store *store)
{
    memset(versions, 0, sizeof *versions);
    versions->store = store;
    versions->end_no = INT64_MAX;
    mbill__arena_start(&versions->arena, mbill__db_allocator(store->db));
}

void mbill__versions_end(mbill__versions *versions)
{
    for (size_t i = 0; i < versions->n_lists; i++)
        for (size_t j = 0; j < versions->lists[i].n_versions; j++) mbill_tariff_free(versions->lists[i].versions[j].tariff);
    mbill__release(mbill__db_allocator(versions->store->db), versions->lists, versions->cap_lists * sizeof *versions->lists);
    mbill__arena_free(&versions->arena);
}

static mbill_status count_versions(mbill__versions *versions, const char *id, size_t *out, mbill_error *err)
{
    static const char COUNT_VERSIONS[] = "SELECT count(*) FROM mbill_tariff WHERE id = ?1 AND tariff_no <= ?2";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(versions->store->db, COUNT_VERSIONS, &query, err));
    mbill__bind_text(query, 1, id, strlen(id));
    mbill__bind_whole(query, 2, versions->end_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out = row ? (size_t)mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status load_list(mbill__versions *versions, const char *id, mbill__version_list *out, mbill_error *err)
{
    static const char SELECT_VERSIONS[] = "SELECT tariff_no, valid_from_utc_s, valid_to_utc_s FROM mbill_tariff WHERE id = ?1"
                                          " AND tariff_no <= ?2 ORDER BY valid_from_utc_s";
    mbill__query *query;
    bool row;
    size_t n;
    MBILL_TRY(count_versions(versions, id, &n, err));
    out->n_versions = 0;
    out->id = mbill__arena_text(&versions->arena, id, strlen(id));
    out->versions = mbill__arena_take(&versions->arena, n + 1, sizeof *out->versions);
    if (out->id == NULL || out->versions == NULL)
        return mbill__fail(err, MBILL_E_NOMEM, "memory for a tariff's versions could not be allocated");
    MBILL_TRY(mbill__query_start(versions->store->db, SELECT_VERSIONS, &query, err));
    mbill__bind_text(query, 1, id, strlen(id));
    mbill__bind_whole(query, 2, versions->end_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row && out->n_versions < n) {
        mbill__version *version = &out->versions[out->n_versions++];
        version->tariff_no = mbill__column_whole(query, 0);
        version->valid_from_utc_s = mbill__column_whole(query, 1);
        version->valid_to_utc_s = mbill__column_whole(query, 2);
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status find_list(mbill__versions *versions, const char *id, mbill__version_list **out, mbill_error *err)
{
    for (size_t i = 0; i < versions->n_lists; i++) {
        size_t at = (versions->last + i) % versions->n_lists; /* contracts of one tariff often come together */
        if (strcmp(versions->lists[at].id, id) != 0) continue;
        versions->last = at;
        *out = &versions->lists[at];
        return MBILL_OK;
    }
    void *block = versions->lists;
    mbill_status status = mbill__room(mbill__db_allocator(versions->store->db), &block, &versions->cap_lists,
        sizeof *versions->lists, versions->n_lists + 1, err);
    versions->lists = block;
    MBILL_TRY(status);
    MBILL_TRY(load_list(versions, id, &versions->lists[versions->n_lists], err));
    versions->last = versions->n_lists++;
    *out = &versions->lists[versions->last];
    return MBILL_OK;
}

static mbill_status compile(mbill__versions *versions, mbill__version *version, mbill_error *err)
{
    static const char SELECT_JSON[] = "SELECT json FROM mbill_tariff WHERE tariff_no = ?1";
    mbill__query *query;
    const char *json = NULL;
    size_t len = 0;
    bool row;
    if (version->tariff != NULL) return MBILL_OK;
    MBILL_TRY(mbill__query_start(versions->store->db, SELECT_JSON, &query, err));
    mbill__bind_whole(query, 1, version->tariff_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill_status status = row ? mbill__column_text(query, 0, &json, &len, err) : MBILL_OK;
    if (status == MBILL_OK)
        status = mbill_tariff_read(json, len, mbill__db_allocator(versions->store->db), &version->tariff, err);
    mbill__query_end(query);
    return status;
}

/* What a contract is in force for, and what is asked for. */
typedef struct contract_days {
    int32_t from_day, to_day;
    const mbill__span_asked *asked;
} contract_days;

static mbill_status meet(const mbill_zone *zone, const contract_days *days, mbill__chosen *out, mbill_error *err)
{
    const mbill__span_asked *asked = days->asked;
    int32_t from_day = days->from_day, to_day = days->to_day;
    int64_t from_utc_s = INT64_MIN, to_utc_s = INT64_MAX;
    if (asked->civil) {
        if (from_day < asked->from_day) from_day = asked->from_day;
        if (to_day > asked->to_day) to_day = asked->to_day;
        if (from_day >= to_day) return MBILL_OK;
    }
    MBILL_TRY(mbill_zone_day_start(zone, from_day, &from_utc_s, err));
    if (to_day != MBILL_DAY_NO_END) MBILL_TRY(mbill_zone_day_start(zone, to_day, &to_utc_s, err));
    if (!asked->civil && from_utc_s < asked->from_utc_s) from_utc_s = asked->from_utc_s;
    if (!asked->civil && to_utc_s > asked->to_utc_s) to_utc_s = asked->to_utc_s;
    if (from_utc_s >= to_utc_s) return MBILL_OK;
    out->active = true;
    out->from_day = mbill_zone_day(zone, from_utc_s);
    out->from_utc_s = from_utc_s;
    out->to_utc_s = to_utc_s;
    return MBILL_OK;
}

static mbill_status refuse_early(const mbill__version_list *list, const mbill__version *first, const mbill__chosen *chosen,
    mbill_error *err)
{
    const mbill_zone *zone = mbill_tariff_labels(first->tariff)->zone;
    return mbill__fail(err, MBILL_E_UNCOVERED, "the span begins at %s and no version of tariff \"%s\" before %s is in the store",
        mbill__say_time(chosen->from_utc_s, zone).text, list->id, mbill__say_time(first->valid_from_utc_s, zone).text);
}

static mbill_status refuse_end(const mbill__version_list *list, const mbill__version *version, int64_t end_utc_s,
    const mbill__chosen *chosen, mbill_error *err)
{
    const mbill_labels *labels = mbill_tariff_labels(version->tariff);
    return mbill__fail(err, MBILL_E_UNCOVERED,
        "version \"%s\" of tariff \"%s\" ends at %s and the span at %s, expected a version for the rest", labels->version,
        list->id, mbill__say_time(end_utc_s, labels->zone).text, mbill__say_time(chosen->to_utc_s, labels->zone).text);
}

static mbill_status refuse_change(const mbill__version_list *list, int64_t begin_utc_s, const mbill__chosen *chosen,
    mbill_error *err)
{
    const mbill_zone *zone = mbill_tariff_labels(chosen->tariff)->zone;
    return mbill__fail(err, MBILL_E_UNCOVERED,
        "a new version of tariff \"%s\" begins at %s, inside the span that ends at %s; expected \"change\" in the contract, "
        "which says "
        "how the bill is divided, or a bill up to it first",
        list->id, mbill__say_time(begin_utc_s, zone).text, mbill__say_time(chosen->to_utc_s, zone).text);
}

/* Where versions have different zones, a civil day is not the same span in both. */
static mbill_status check_zone(const mbill__version_list *list, const mbill__version *version, const contract_days *days,
    const mbill__chosen *chosen, mbill_error *err)
{
    const mbill_labels *labels = mbill_tariff_labels(version->tariff);
    mbill__chosen own = {0};
    MBILL_TRY(meet(labels->zone, days, &own, err));
    if (own.active && own.from_utc_s == chosen->from_utc_s && own.to_utc_s == chosen->to_utc_s) return MBILL_OK;
    return mbill__fail(err, MBILL_E_UNCOVERED,
        "version \"%s\" of tariff \"%s\" has another zone, in which the span is another; bill up to %s first", labels->version,
        list->id, mbill__say_time(version->valid_from_utc_s, labels->zone).text);
}

/* The versions behind the first, to the span's end. */
static mbill_status follow(mbill__versions *versions, mbill__version_list *list, size_t at, const contract_days *days,
    bool may_change, mbill__chosen *chosen, mbill_error *err)
{
    for (; at < list->n_versions; at++) {
        mbill__version *version = &list->versions[at];
        mbill__version *next = at + 1 < list->n_versions ? version + 1 : NULL;
        bool changes = next != NULL && next->valid_from_utc_s <= version->valid_to_utc_s;
        int64_t end_utc_s = changes ? next->valid_from_utc_s : version->valid_to_utc_s;
        chosen->n_versions++;
        if (end_utc_s >= chosen->to_utc_s) return MBILL_OK;
        if (!changes || end_utc_s <= chosen->from_utc_s) return refuse_end(list, version, end_utc_s, chosen, err);
        if (!may_change) return refuse_change(list, end_utc_s, chosen, err);
        MBILL_TRY(compile(versions, next, err));
        MBILL_TRY(check_zone(list, next, days, chosen, err));
    }
    return MBILL_OK;
}

mbill_status mbill__versions_choose(mbill__versions *versions, const char *id, int32_t from_day, int32_t to_day,
    const mbill__span_asked *asked, bool may_change, mbill__chosen *out, mbill_error *err)
{
    const contract_days days = {from_day, to_day, asked};
    mbill__version_list *list;
    memset(out, 0, sizeof *out);
    MBILL_TRY(find_list(versions, id, &list, err));
    if (list->n_versions == 0) return mbill__fail(err, MBILL_E_NOT_FOUND, "tariff \"%s\" is not in the store", id);
    for (size_t at = list->n_versions; at-- > 0;) {
        mbill__version *version = &list->versions[at];
        mbill__chosen chosen = {0};
        MBILL_TRY(compile(versions, version, err));
        MBILL_TRY(meet(mbill_tariff_labels(version->tariff)->zone, &days, &chosen, err));
        if (!chosen.active) return MBILL_OK;
        if (version->valid_from_utc_s > chosen.from_utc_s) {
            if (at == 0) return refuse_early(list, version, &chosen, err);
            continue;
        }
        chosen.versions = version;
        chosen.tariff = version->tariff;
        MBILL_TRY(follow(versions, list, at, &days, may_change, &chosen, err));
        *out = chosen;
        return MBILL_OK;
    }
    return MBILL_OK;
}

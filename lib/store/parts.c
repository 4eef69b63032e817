/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what begins a new part of a bill does: a version of the tariff, or another value of a fact that one of them needs. */
#include "store/parts.h"

#include <string.h>

void mbill__parts_start(mbill__parts *parts, mbill_store *store)
{
    memset(parts, 0, sizeof *parts);
    parts->store = store;
}

void mbill__parts_end(mbill__parts *parts)
{
    const mbill_allocator *allocator = mbill__db_allocator(parts->store->db);
    mbill__release(allocator, parts->dated, parts->cap_dated * sizeof *parts->dated);
    mbill__release(allocator, parts->parts, parts->cap_parts * sizeof *parts->parts);
    mbill__release(allocator, parts->facts, parts->cap_facts * sizeof *parts->facts);
}

#define ROOM(parts, array, n)                                                                                                    \
    room((parts), (void **)(void *)&(parts)->array, &(parts)->cap_##array, sizeof *(parts)->array, (n), err)

static mbill_status room(const mbill__parts *parts, void **block, size_t *cap, size_t size, size_t n, mbill_error *err)
{
    return mbill__room(mbill__db_allocator(parts->store->db), block, cap, size, n, err);
}

/* Facts by date */

static bool is_needed(const mbill__chosen *chosen, const char *name)
{
    for (size_t at = 0; at < chosen->n_versions; at++) {
        const mbill_tariff *tariff = chosen->versions[at].tariff;
        for (size_t i = 0; i < mbill_tariff_n_facts(tariff); i++)
            if (strcmp(mbill_tariff_fact(tariff, i), name) == 0) return true;
    }
    return false;
}

/* A text of a row, or "" for none, into a room of MBILL__FACT_NAME_MAX + 1 bytes. */
static mbill_status keep_text(mbill__query *query, int place, char *out, mbill_error *err)
{
    const char *text;
    size_t len;
    MBILL_TRY(mbill__column_text(query, place, &text, &len, err));
    if (len > MBILL__FACT_NAME_MAX) return mbill__fail(err, MBILL_E_CORRUPT, "a fact in the store has a text of %zu bytes", len);
    if (text != NULL) memcpy(out, text, len);
    out[len] = '\0';
    return MBILL_OK;
}

static mbill_status refuse_fact(const char *name, int32_t from_day, const mbill__chosen *chosen, mbill_error *err)
{
    const mbill_zone *zone = mbill_tariff_labels(chosen->tariff)->zone;
    int64_t utc_s;
    MBILL_TRY(mbill_zone_day_start(zone, from_day, &utc_s, err));
    return mbill__fail(err, MBILL_E_UNCOVERED,
        "fact \"%s\" changes at %s, inside the span; expected \"change\" in the contract, which says how the bill is divided, or "
        "a "
        "bill up to it first",
        name, mbill__say_time(utc_s, zone).text);
}

/* Rows of one name rise in time: of those begun by the span's start the last one holds. */
static mbill_status take_fact(mbill__parts *parts, mbill__query *query, const mbill__chosen *chosen, bool may_change,
    mbill_error *err)
{
    const char *name;
    size_t len;
    int32_t from_day = (int32_t)mbill__column_whole(query, 1);
    MBILL_TRY(mbill__column_text(query, 0, &name, &len, err));
    if (!is_needed(chosen, name)) return MBILL_OK;
    if (from_day > chosen->from_day && !may_change) return refuse_fact(name, from_day, chosen, err);
    MBILL_TRY(ROOM(parts, dated, parts->n_dated + 1));
    mbill__dated *last = parts->n_dated > 0 ? &parts->dated[parts->n_dated - 1] : NULL;
    bool supersedes = last != NULL && strcmp(last->name, name) == 0 && from_day <= chosen->from_day;
    mbill__dated *dated = supersedes ? last : &parts->dated[parts->n_dated++];
    dated->from_day = from_day;
    dated->value_micro = mbill__column_whole(query, 2);
    MBILL_TRY(keep_text(query, 0, dated->name, err));
    return keep_text(query, 3, dated->word, err);
}

static mbill_status load_facts(mbill__parts *parts, int64_t account_no, const mbill__chosen *chosen, bool may_change,
    mbill_error *err)
{
    static const char SELECT_FACTS[] = "SELECT name, from_day, value_micro, word FROM mbill_fact WHERE account_no = ?1 AND "
                                       "from_day <= ?2 ORDER BY name, from_day";
    mbill__query *query;
    bool row;
    parts->n_dated = 0;
    MBILL_TRY(mbill__query_start(parts->store->db, SELECT_FACTS, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_whole(query, 2, mbill_zone_day(mbill_tariff_labels(chosen->tariff)->zone, chosen->to_utc_s - 1));
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill_status status = MBILL_OK;
    while (status == MBILL_OK && row) {
        status = take_fact(parts, query, chosen, may_change, err);
        if (status == MBILL_OK) status = mbill__query_step(query, &row, err);
    }
    mbill__query_end(query);
    return status;
}

/* Beginnings */

/* A part from that instant on, in the order of time; once. */
static mbill_status begin_part(mbill__parts *parts, int64_t from_utc_s, mbill_error *err)
{
    size_t at = parts->n_parts;
    while (at > 0 && parts->parts[at - 1].from_utc_s > from_utc_s) at--;
    if (at > 0 && parts->parts[at - 1].from_utc_s == from_utc_s) return MBILL_OK;
    MBILL_TRY(ROOM(parts, parts, parts->n_parts + 1));
    memmove(&parts->parts[at + 1], &parts->parts[at], (parts->n_parts - at) * sizeof *parts->parts);
    parts->parts[at] = (mbill_change_part){.from_utc_s = from_utc_s};
    parts->n_parts++;
    return MBILL_OK;
}

static mbill_status begin_parts(mbill__parts *parts, const mbill__chosen *chosen, mbill_error *err)
{
    const mbill_zone *zone = mbill_tariff_labels(chosen->tariff)->zone;
    parts->n_parts = 0;
    MBILL_TRY(begin_part(parts, chosen->from_utc_s, err));
    for (size_t i = 1; i < chosen->n_versions; i++) MBILL_TRY(begin_part(parts, chosen->versions[i].valid_from_utc_s, err));
    for (size_t i = 0; i < parts->n_dated; i++) {
        int64_t from_utc_s;
        if (parts->dated[i].from_day <= chosen->from_day) continue;
        MBILL_TRY(mbill_zone_day_start(zone, parts->dated[i].from_day, &from_utc_s, err));
        MBILL_TRY(begin_part(parts, from_utc_s, err));
    }
    return MBILL_OK;
}

static const mbill_tariff *tariff_at(const mbill__chosen *chosen, int64_t utc_s)
{
    size_t at = chosen->n_versions - 1;
    while (at > 0 && chosen->versions[at].valid_from_utc_s > utc_s) at--;
    return chosen->versions[at].tariff;
}

/* The facts that hold at a day, behind those before; of each name the last begun. */
static size_t hold_facts(mbill__parts *parts, int32_t day, size_t n)
{
    size_t first = n;
    for (size_t i = 0; i < parts->n_dated; i++) {
        const mbill__dated *dated = &parts->dated[i];
        if (dated->from_day > day) continue;
        if (n == first || strcmp(parts->facts[n - 1].name, dated->name) != 0) n++;
        parts->facts[n - 1] = (mbill_fact){.name = dated->name,
            .value_micro = dated->value_micro,
            .text = dated->word[0] != '\0' ? dated->word : NULL};
    }
    return n;
}

mbill_status mbill__parts_make(mbill__parts *parts, int64_t account_no, const mbill__chosen *chosen, bool may_change,
    mbill_error *err)
{
    const mbill_zone *zone = mbill_tariff_labels(chosen->tariff)->zone;
    size_t n = 0;
    MBILL_TRY(load_facts(parts, account_no, chosen, may_change, err));
    MBILL_TRY(begin_parts(parts, chosen, err));
    MBILL_TRY(ROOM(parts, facts, parts->n_parts * parts->n_dated + 1));
    for (size_t i = 0; i < parts->n_parts; i++) {
        mbill_change_part *part = &parts->parts[i];
        size_t after = hold_facts(parts, mbill_zone_day(zone, part->from_utc_s), n);
        part->tariff = tariff_at(chosen, part->from_utc_s);
        part->facts = parts->facts + n;
        part->n_facts = after - n;
        n = after;
    }
    return MBILL_OK;
}

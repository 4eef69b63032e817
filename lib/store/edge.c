/* SPDX-License-Identifier: Apache-2.0 */
/* Invariant: a month in which the register has no reading is not read. The days next to the span are tried before the whole month. */
#include "store/edge.h"

#include "store/month.h"

#define NEAR_S (2 * (int64_t)86400)

void mbill__edge_start(mbill__edge *edge, mbill_store *store)
{
    mbill__shelf_start(&edge->before, store);
    mbill__shelf_start(&edge->after, store);
}

void mbill__edge_end(mbill__edge *edge)
{
    mbill__shelf_end(&edge->before);
    mbill__shelf_end(&edge->after);
}

void mbill__edge_span(const mbill__shelf_row *rows, size_t n, int64_t from_utc_s, int64_t to_utc_s, size_t *out_first,
    size_t *out_end)
{
    size_t first = 0, end;
    while (first < n && rows[first].row.at_utc_s < from_utc_s) first++;
    for (end = first; end < n && rows[end].row.at_utc_s <= to_utc_s;) end++;
    *out_first = first;
    *out_end = end;
}

/* A register's samples of a time; which instants are wanted. */
typedef struct edge_search {
    mbill__shelf *shelf;
    int64_t register_no, first_utc_s, last_utc_s;
    bool is_last;
} edge_search;

/* Append what the register said at the last, or the first, instant in [from, to]. */
static mbill_status search_in(const edge_search *search, int64_t from_utc_s, int64_t to_utc_s, mbill_reading *readings,
    size_t *inout_n, mbill_error *err)
{
    const mbill__shelf_row *rows;
    size_t n, at = 0, end;
    MBILL_TRY(
        mbill__shelf_load(search->shelf, search->register_no >> MBILL__GROUP_BITS, MBILL__SAMPLES, from_utc_s, to_utc_s, err));
    MBILL_TRY(mbill__shelf_register(search->shelf, (uint16_t)(search->register_no & (MBILL__GROUP - 1)), &rows, &n, err));
    while (at < n && rows[at].row.at_utc_s < from_utc_s) at++;
    for (end = at; end < n && rows[end].row.at_utc_s <= to_utc_s;) end++;
    if (at == end) return MBILL_OK;
    int64_t wanted_utc_s = search->is_last ? rows[end - 1].row.at_utc_s : rows[at].row.at_utc_s;
    for (; at < end; at++)
        if (rows[at].row.at_utc_s == wanted_utc_s) readings[(*inout_n)++] = mbill__edge_reading(&rows[at].row);
    return MBILL_OK;
}

/* In one month: first in the days that are near the span. */
static mbill_status search_month(const edge_search *search, int32_t month, mbill_reading *readings, size_t *inout_n,
    mbill_error *err)
{
    size_t n = *inout_n;
    int64_t from_utc_s = mbill__month_start_utc_s(month), to_utc_s = mbill__month_start_utc_s(month + 1) - 1;
    if (from_utc_s < search->first_utc_s) from_utc_s = search->first_utc_s;
    if (to_utc_s > search->last_utc_s) to_utc_s = search->last_utc_s;
    if (from_utc_s > to_utc_s) return MBILL_OK;
    bool is_long = to_utc_s - from_utc_s > NEAR_S;
    int64_t near_from_utc_s = is_long && search->is_last ? to_utc_s - NEAR_S : from_utc_s;
    int64_t near_to_utc_s = is_long && !search->is_last ? from_utc_s + NEAR_S : to_utc_s;
    MBILL_TRY(search_in(search, near_from_utc_s, near_to_utc_s, readings, inout_n, err));
    return *inout_n > n || !is_long ? MBILL_OK : search_in(search, from_utc_s, to_utc_s, readings, inout_n, err);
}

/* The next month, down from `month` or up, in which the register has a reading; *out_found false: none. */
static mbill_status next_month(const edge_search *search, int32_t month, int32_t *out_month, bool *out_found, mbill_error *err)
{
    static const char SELECT_DOWN[] =
        "SELECT month, present FROM mbill_reading_month WHERE group_no = ?1 AND kind = ?2 AND month <= "
        "?3 ORDER BY month DESC";
    static const char SELECT_UP[] =
        "SELECT month, present FROM mbill_reading_month WHERE group_no = ?1 AND kind = ?2 AND month >= ?3 "
        "ORDER BY month";
    uint8_t present[MBILL__PRESENT_BYTES];
    mbill__query *query;
    uint32_t slot = (uint32_t)(search->register_no & (MBILL__GROUP - 1));
    MBILL_TRY(mbill__query_start(search->shelf->store->db, search->is_last ? SELECT_DOWN : SELECT_UP, &query, err));
    mbill__bind_whole(query, 1, search->register_no >> MBILL__GROUP_BITS);
    mbill__bind_whole(query, 2, MBILL__SAMPLES);
    mbill__bind_whole(query, 3, month);
    *out_found = false;
    for (bool row = true; row && !*out_found;) {
        MBILL_TRY(mbill__query_step(query, &row, err));
        if (!row) return MBILL_OK;
        *out_month = (int32_t)mbill__column_whole(query, 0);
        MBILL_TRY(mbill__column_blob(query, 1, present, sizeof present, err));
        *out_found = (present[slot / 8] & 0x80u >> (slot % 8)) != 0;
    }
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status search(const edge_search *search, mbill_reading *readings, size_t *inout_n, mbill_error *err)
{
    size_t n = *inout_n;
    int32_t month = mbill__month_of(search->is_last ? search->last_utc_s : search->first_utc_s);
    for (bool found = true; *inout_n == n;) {
        MBILL_TRY(next_month(search, month, &month, &found, err));
        if (!found) return MBILL_OK;
        MBILL_TRY(search_month(search, month, readings, inout_n, err));
        month += search->is_last ? -1 : 1;
    }
    return MBILL_OK;
}

mbill_status mbill__edge_before(mbill__edge *edge, int64_t register_no, int64_t utc_s, mbill_reading *readings, size_t *inout_n,
    mbill_error *err)
{
    const edge_search wanted = {&edge->before, register_no, INT64_MIN, utc_s, true};
    return search(&wanted, readings, inout_n, err);
}

mbill_status mbill__edge_after(mbill__edge *edge, int64_t register_no, int64_t utc_s, mbill_reading *readings, size_t *inout_n,
    mbill_error *err)
{
    const edge_search wanted = {&edge->after, register_no, utc_s, INT64_MAX, false};
    return search(&wanted, readings, inout_n, err);
}

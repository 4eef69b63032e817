/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a statement can be given another kind of value. */
#include "store/bind.h"

#include <string.h>

mbill_status mbill__sql_ask(mbill_store *store, const char *sql, const mbill__given_value *values, size_t n, mbill__query **out,
    mbill_error *err)
{
    MBILL_TRY(mbill__query_start(store->db, sql, out, err));
    for (size_t i = 0; i < n; i++) {
        bool text = values[i].text != NULL || values[i].null;
        if (text) mbill__bind_text(*out, (int)i + 1, values[i].text, values[i].text != NULL ? strlen(values[i].text) : 0);
        else mbill__bind_whole(*out, (int)i + 1, values[i].whole);
    }
    return MBILL_OK;
}

mbill_status mbill__sql_whole(mbill_store *store, const char *sql, const mbill__given_value *values, size_t n, bool *out_found,
    int64_t *out, mbill_error *err)
{
    mbill__query *query;
    *out = 0;
    MBILL_TRY(mbill__sql_ask(store, sql, values, n, &query, err));
    MBILL_TRY(mbill__query_step(query, out_found, err));
    if (*out_found) *out = mbill__column_whole(query, 0);
    mbill__query_end(query);
    return MBILL_OK;
}

mbill_status mbill__query_number(mbill__query *query, int64_t *out_number, mbill_error *err)
{
    bool row;
    *out_number = 0;
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    *out_number = mbill__column_whole(query, 0);
    return mbill__query_run(query, NULL, err);
}

mbill_status mbill__next_number(mbill_store *store, const char *name, int64_t *out_number, mbill_error *err)
{
    static const char NEXT_NUMBER[] = "INSERT INTO mbill_number(name, given) VALUES(?1, 1) ON CONFLICT(name)"
                                      " DO UPDATE SET given = mbill_number.given + 1 RETURNING given";
    const mbill__given_value given[] = {MBILL__TEXT(name)};
    mbill__query *query;
    MBILL_TRY(mbill__sql_ask(store, NEXT_NUMBER, given, 1, &query, err));
    return mbill__query_number(query, out_number, err);
}

mbill_status mbill__sql_tell(mbill_store *store, const char *sql, const mbill__given_value *values, size_t n,
    int64_t *inout_changes, mbill_error *err)
{
    mbill__query *query;
    int64_t changes;
    MBILL_TRY(mbill__sql_ask(store, sql, values, n, &query, err));
    MBILL_TRY(mbill__query_run(query, &changes, err));
    *inout_changes += changes;
    return MBILL_OK;
}

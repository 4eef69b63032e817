/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is kept of a factor does. A factor that is there is never changed: another one begins on another day. */
#include "store/contract_factors.h"

#include <string.h>

/* Into the file */

static void bind(mbill__query *query, int64_t contract_no, const mbill_factor *factor)
{
    mbill__bind_whole(query, 1, contract_no);
    mbill__bind_text(query, 2, factor->name, strlen(factor->name));
    mbill__bind_whole(query, 3, factor->from_day);
    mbill__bind_whole(query, 4, factor->numerator);
    mbill__bind_whole(query, 5, factor->denominator);
    mbill__bind_text(query, 6, factor->unit, strlen(factor->unit));
    mbill__bind_text(query, 7, factor->to, strlen(factor->to));
    mbill__bind_text(query, 8, factor->origin, factor->origin != NULL ? strlen(factor->origin) : 0);
}

mbill_status mbill__contract_factor_put(mbill__db *db, const char *account, int64_t contract_no, const mbill_factor *factor,
    int64_t *out_changes, mbill_error *err)
{
    static const char PUT_FACTOR[] =
        "INSERT INTO mbill_factor(contract_no, name, from_day, numerator, denominator, unit, to_unit, "
        "origin) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        " ON CONFLICT(contract_no, name, from_day) DO NOTHING";
    static const char SELECT_FACTOR[] =
        "SELECT CASE WHEN numerator = ?4 AND denominator = ?5 AND unit = ?6 AND to_unit = ?7 AND origin IS NOT DISTINCT FROM ?8"
        " THEN 1 ELSE 0 END FROM mbill_factor"
        " WHERE contract_no = ?1 AND name = ?2 AND from_day = ?3";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(db, PUT_FACTOR, &query, err));
    bind(query, contract_no, factor);
    MBILL_TRY(mbill__query_run(query, out_changes, err));
    if (*out_changes > 0) return MBILL_OK;
    MBILL_TRY(mbill__query_start(db, SELECT_FACTOR, &query, err));
    bind(query, contract_no, factor);
    MBILL_TRY(mbill__query_step(query, &row, err));
    bool same = !row || mbill__column_whole(query, 0) != 0;
    mbill__query_end(query);
    if (same) return MBILL_OK;
    return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT,
        "a factor of register \"%s\" of account \"%s\" is in the store with another value from the same day, expected a new day",
        factor->name, account);
}

/* Out of it */

void mbill__contract_factors_start(mbill__contract_factors *factors, mbill_store *store)
{
    memset(factors, 0, sizeof *factors);
    factors->store = store;
}

void mbill__contract_factors_end(mbill__contract_factors *factors)
{
    const mbill_allocator *allocator = mbill__db_allocator(factors->store->db);
    mbill__release(allocator, factors->kept, factors->cap_kept * sizeof *factors->kept);
    mbill__release(allocator, factors->factors, factors->cap_factors * sizeof *factors->factors);
    mbill__release(allocator, factors->converted, factors->cap_converted * sizeof *factors->converted);
}

#define ROOM(of, array, n) room((of), (void **)(void *)&(of)->array, &(of)->cap_##array, sizeof *(of)->array, (n), err)

static mbill_status room(const mbill__contract_factors *factors, void **block, size_t *cap, size_t size, size_t n,
    mbill_error *err)
{
    return mbill__room(mbill__db_allocator(factors->store->db), block, cap, size, n, err);
}

static mbill_status keep_text(mbill__query *query, int place, char *out, size_t size, mbill_error *err)
{
    const char *text;
    size_t len;
    MBILL_TRY(mbill__column_text(query, place, &text, &len, err));
    if (len >= size) return mbill__fail(err, MBILL_E_CORRUPT, "a factor in the store has a text of %zu bytes", len);
    if (text != NULL) memcpy(out, text, len);
    out[len] = '\0';
    return MBILL_OK;
}

static mbill_status keep(mbill__contract_factors *factors, mbill__query *query, mbill_error *err)
{
    MBILL_TRY(ROOM(factors, kept, factors->n + 1));
    mbill__kept_factor *kept = &factors->kept[factors->n++];
    kept->factor = (mbill_factor){.from_day = (int32_t)mbill__column_whole(query, 1),
        .numerator = mbill__column_whole(query, 2),
        .denominator = mbill__column_whole(query, 3)};
    MBILL_TRY(keep_text(query, 0, kept->name, sizeof kept->name, err));
    MBILL_TRY(keep_text(query, 4, kept->unit, sizeof kept->unit, err));
    MBILL_TRY(keep_text(query, 5, kept->to, sizeof kept->to, err));
    return keep_text(query, 6, kept->origin, sizeof kept->origin, err);
}

static mbill_status load_rows(mbill__contract_factors *factors, int64_t contract_no, mbill_error *err)
{
    static const char SELECT_FACTORS[] = "SELECT name, from_day, numerator, denominator, unit, to_unit, origin FROM mbill_factor"
                                         " WHERE contract_no = ?1 ORDER BY name, from_day";
    mbill__query *query;
    bool row;
    factors->n = 0;
    MBILL_TRY(mbill__query_start(factors->store->db, SELECT_FACTORS, &query, err));
    mbill__bind_whole(query, 1, contract_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill_status status = MBILL_OK;
    while (status == MBILL_OK && row) {
        status = keep(factors, query, err);
        if (status == MBILL_OK) status = mbill__query_step(query, &row, err);
    }
    mbill__query_end(query);
    return status;
}

/* Rows may have moved while they grew: texts are pointed to at the end. */
mbill_status mbill__contract_factors_load(mbill__contract_factors *factors, int64_t contract_no, mbill_error *err)
{
    MBILL_TRY(load_rows(factors, contract_no, err));
    MBILL_TRY(ROOM(factors, factors, factors->n + 1));
    for (size_t i = 0; i < factors->n; i++) {
        const mbill__kept_factor *kept = &factors->kept[i];
        mbill_factor *factor = &factors->factors[i];
        *factor = kept->factor;
        factor->name = kept->name;
        factor->unit = kept->unit;
        factor->to = kept->to;
        factor->origin = kept->origin[0] != '\0' ? kept->origin : NULL;
    }
    return MBILL_OK;
}

void mbill__contract_factors_give(const mbill__contract_factors *factors, mbill_price_request *out)
{
    out->factors = factors->factors;
    out->n_factors = factors->n;
}

mbill_status mbill__contract_factors_show(mbill__contract_factors *factors, const mbill_tariff *tariff,
    const mbill_price_request *request, mbill_bill *out, mbill_error *err)
{
    size_t n = 0;
    if (request->n_factors == 0) return MBILL_OK;
    MBILL_TRY(ROOM(factors, converted, request->n_factors + 1)); /* one of each, at most */
    MBILL_TRY(mbill_tariff_converted(tariff, request, factors->converted, factors->cap_converted, &n, err));
    out->converted = factors->converted;
    out->n_converted = n;
    return MBILL_OK;
}

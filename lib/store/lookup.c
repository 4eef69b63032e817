/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when readings name their register in another way. Invariant: one query for each meter and register of a file, at the
 * first row of it. */
#include "store/lookup.h"

#include "meterbill/ingest.h"

#include <string.h>

#define SHOWN_MAX 64 /* bytes of a name in a message */

void mbill__lookup_start(mbill__store_lookup *lookup, mbill_store *store)
{
    memset(lookup, 0, sizeof *lookup);
    lookup->store = store;
}

void mbill__lookup_end(mbill__store_lookup *lookup)
{
    mbill__release(mbill__db_allocator(lookup->store->db), lookup->register_nos,
        lookup->cap_register_nos * sizeof *lookup->register_nos);
}

static int shown(size_t len)
{
    return (int)(len < SHOWN_MAX ? len : SHOWN_MAX);
}

static mbill_status refuse_missing(mbill_store *store, const mbill__register_name *name, mbill_error *err)
{
    static const char SELECT_METER[] = "SELECT 1 FROM mbill_meter WHERE id = ?1";
    mbill__query *query;
    bool found;
    MBILL_TRY(mbill__query_start(store->db, SELECT_METER, &query, err));
    mbill__bind_text(query, 1, name->meter, name->meter_len);
    MBILL_TRY(mbill__query_step(query, &found, err));
    mbill__query_end(query);
    if (!found)
        return mbill__fail(err, MBILL_E_NOT_FOUND, "meter \"%.*s\" is not in the store", shown(name->meter_len), name->meter);
    return mbill__fail(err, MBILL_E_NOT_FOUND, "meter \"%.*s\" has no register \"%.*s\"", shown(name->meter_len), name->meter,
        shown(name->reg_len), name->reg);
}

mbill_status mbill__find_register(mbill_store *store, const mbill__register_name *name, int64_t *out_register_no,
    mbill_error *err)
{
    static const char SELECT_REGISTER[] = "SELECT r.register_no FROM mbill_meter m JOIN mbill_register r USING(meter_no)"
                                          " WHERE m.id = ?1 AND (CAST(?2 AS TEXT) IS NULL OR r.name = ?2) LIMIT 2";
    mbill__query *query;
    bool found, second;
    MBILL_TRY(mbill__query_start(store->db, SELECT_REGISTER, &query, err));
    mbill__bind_text(query, 1, name->meter, name->meter_len);
    mbill__bind_text(query, 2, name->reg, name->reg_len); /* a file without the column: null */
    MBILL_TRY(mbill__query_step(query, &found, err));
    if (!found) return refuse_missing(store, name, err);
    *out_register_no = mbill__column_whole(query, 0);
    MBILL_TRY(mbill__query_step(query, &second, err));
    mbill__query_end(query);
    if (!second) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID,
        "meter \"%.*s\" has several registers, expected a column \"register\" that says which", shown(name->meter_len),
        name->meter);
}

mbill_status mbill__lookup_register(mbill__store_lookup *lookup, const mbill_reading_row *row, int64_t *out_register_no,
    mbill_error *err)
{
    size_t series = (size_t)row->series;
    if (series == lookup->n) { /* series are numbered as they first appear */
        void *block = lookup->register_nos;
        mbill_status status = mbill__room(mbill__db_allocator(lookup->store->db), &block, &lookup->cap_register_nos,
            sizeof *lookup->register_nos, series + 1, err);
        lookup->register_nos = block;
        MBILL_TRY(status);
        const mbill__register_name name = {row->meter, row->reg, row->meter_len, row->reg_len};
        MBILL_TRY(mbill__find_register(lookup->store, &name, &lookup->register_nos[series], err));
        lookup->n++;
    }
    *out_register_no = lookup->register_nos[series];
    return MBILL_OK;
}

mbill_status mbill_store_register_number(mbill_store *store, const char *meter, const char *name, int64_t *out_number,
    mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(meter);
    MBILL__NEED(out_number);
    const mbill__register_name wanted = {meter, name, strlen(meter), name != NULL ? strlen(name) : 0};
    int64_t register_no;
    MBILL_TRY(mbill__db_begin_read(store->db, err));
    MBILL_TRY(mbill__db_finish(store->db, mbill__find_register(store, &wanted, &register_no, err), err));
    *out_number = register_no;
    return MBILL_OK;
}

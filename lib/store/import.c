/* SPDX-License-Identifier: Apache-2.0 */
/* Tariff versions into the file, one transaction a call. Invariant: a version that is there is never changed; the same one again is counted,
 * another one at its place is refused. */
#include "meterbill/tariff.h"
#include "store/bind.h"
#include "store/inner.h"

#include <string.h>

static mbill_status refuse_taken(mbill_store *store, const mbill_labels *labels, int64_t valid_from_utc_s, mbill_error *err)
{
    static const char SELECT_TAKEN[] =
        "SELECT version FROM mbill_tariff WHERE id = ?1 AND valid_from_utc_s = ?2 AND version <> ?3";
    mbill__query *query;
    bool row;
    const char *version;
    size_t len;
    MBILL_TRY(mbill__query_start(store->db, SELECT_TAKEN, &query, err));
    mbill__bind_text(query, 1, labels->tariff, strlen(labels->tariff));
    mbill__bind_whole(query, 2, valid_from_utc_s);
    mbill__bind_text(query, 3, labels->version, strlen(labels->version));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    mbill_status status = mbill__column_text(query, 0, &version, &len, err);
    if (status == MBILL_OK)
        status = mbill__fail(err, MBILL_E_OVERLAP,
            "version \"%s\" of tariff \"%s\" is valid from the same instant as version \"%s\" in the store", labels->version,
            labels->tariff, version);
    mbill__query_end(query);
    return status;
}

static mbill_status compare_tariff(mbill_store *store, const mbill_labels *labels, bool *out_found, mbill_error *err)
{
    static const char SELECT_HASH[] = "SELECT hash FROM mbill_tariff WHERE id = ?1 AND version = ?2";
    mbill__query *query;
    const char *hash;
    size_t len;
    MBILL_TRY(mbill__query_start(store->db, SELECT_HASH, &query, err));
    mbill__bind_text(query, 1, labels->tariff, strlen(labels->tariff));
    mbill__bind_text(query, 2, labels->version, strlen(labels->version));
    MBILL_TRY(mbill__query_step(query, out_found, err));
    if (!*out_found) return MBILL_OK;
    mbill_status status = mbill__column_text(query, 0, &hash, &len, err);
    if (status == MBILL_OK && (hash == NULL || strcmp(hash, labels->hash) != 0))
        status = mbill__fail(err, MBILL_E_EXISTS_DIFFERENT,
            "version \"%s\" of tariff \"%s\" is in the store with another content, expected a new version", labels->version,
            labels->tariff);
    mbill__query_end(query);
    return status;
}

static mbill_status insert_tariff(mbill_store *store, const mbill_tariff *tariff, const char *canonical, size_t len,
    mbill_error *err)
{
    static const char PUT_TARIFF[] =
        "INSERT INTO mbill_tariff(tariff_no, id, version, hash, valid_from_utc_s, valid_to_utc_s, json)"
        " VALUES(" MBILL__NEXT("tariff_no", "mbill_tariff") ", ?1, ?2, ?3, ?4, ?5, ?6)";
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    int64_t valid_from_utc_s, valid_to_utc_s;
    mbill__query *query;
    mbill_tariff_valid(tariff, &valid_from_utc_s, &valid_to_utc_s);
    MBILL_TRY(refuse_taken(store, labels, valid_from_utc_s, err));
    MBILL_TRY(mbill__query_start(store->db, PUT_TARIFF, &query, err));
    mbill__bind_text(query, 1, labels->tariff, strlen(labels->tariff));
    mbill__bind_text(query, 2, labels->version, strlen(labels->version));
    mbill__bind_text(query, 3, labels->hash, strlen(labels->hash));
    mbill__bind_whole(query, 4, valid_from_utc_s);
    mbill__bind_whole(query, 5, valid_to_utc_s);
    mbill__bind_text(query, 6, canonical, len);
    return mbill__query_run(query, NULL, err);
}

static mbill_status keep_tariff(mbill_store *store, const mbill_tariff *tariff, const char *canonical, size_t len,
    bool *out_found, mbill_error *err)
{
    MBILL_TRY(mbill__db_begin(store->db, err));
    mbill_status status = compare_tariff(store, mbill_tariff_labels(tariff), out_found, err);
    if (status == MBILL_OK && !*out_found) status = insert_tariff(store, tariff, canonical, len, err);
    return mbill__db_finish(store->db, status, err);
}

static mbill_status put_tariff(mbill_store *store, const mbill_tariff *tariff, bool *out_found, mbill_error *err)
{
    const mbill_allocator *allocator = mbill__db_allocator(store->db);
    size_t room = 0;
    mbill_status status = mbill_tariff_canonical(tariff, NULL, &room, NULL); /* asks the length */
    if (status != MBILL_OK && status != MBILL_E_ROOM)
        return mbill__fail(err, status, "the tariff's canonical form could not be had");
    char *text = mbill__alloc(allocator, room);
    if (text == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the tariff's canonical form could not be allocated");
    size_t len = room;
    status = mbill_tariff_canonical(tariff, text, &len, err);
    if (status == MBILL_OK) status = keep_tariff(store, tariff, text, strlen(text), out_found, err);
    mbill__release(allocator, text, room);
    return status;
}

mbill_status mbill_store_put_tariff(mbill_store *store, const char *json, size_t len, mbill_import_counts *out, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL_TRY(mbill__import_out(out, err));
    mbill_tariff *tariff;
    bool found = false;
    MBILL_TRY(mbill_tariff_read(json, len, mbill__db_allocator(store->db), &tariff, err));
    mbill_status status = put_tariff(store, tariff, &found, err);
    mbill_tariff_free(tariff);
    if (status == MBILL_OK) mbill__import_give(out, !found, found);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Months of readings out of the store and into it. Invariant: at every moment a month is whole in the store, or whole in a file that was
 * verified before the store let go of it. Changes when a month may leave under other conditions. */
#include "meterbill/months.h"

#include "document/write.h"
#include "store/month.h"
#include "store/part.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/versions.h"

#include <string.h>

/* What may leave */

typedef struct open_contract {
    const char *account, *tariff;
    int32_t from_day, to_day;
    int64_t billed_to_utc_s;
} open_contract;

/* Whether time of the contract before the end is not billed; what cannot be told counts as not billed. */
static bool is_open(mbill__versions *versions, const open_contract *contract, int64_t end_utc_s)
{
    const mbill__span_asked asked = {.from_utc_s = contract->billed_to_utc_s, .to_utc_s = end_utc_s};
    mbill__chosen chosen;
    mbill_status status = mbill__versions_choose(versions, contract->tariff, contract->from_day, contract->to_day, &asked, true,
        &chosen, NULL);
    return status != MBILL_OK || chosen.active;
}

static mbill_status check_contracts(mbill_store *store, mbill__versions *versions, const mbill__part *part, mbill_error *err)
{
    static const char SELECT_UNBILLED[] =
        "SELECT id, tariff, from_day, to_day, billed_to FROM (SELECT a.id, c.tariff, c.from_day, c.to_day, c.contract_no,"
        " coalesce((SELECT max(to_utc_s) FROM mbill_bill b WHERE b.contract_no = c.contract_no), -2208988800) AS billed_to"
        " FROM mbill_contract c JOIN mbill_account a USING(account_no)) c WHERE billed_to < ?1"
        " AND EXISTS (SELECT 1 FROM mbill_contract_register r WHERE r.contract_no = c.contract_no) ORDER BY c.contract_no";
    int64_t end_utc_s = mbill__month_start_utc_s(part->month + 1);
    open_contract contract;
    mbill__query *query;
    size_t len;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_UNBILLED, &query, err));
    mbill__bind_whole(query, 1, end_utc_s);
    for (;;) {
        MBILL_TRY(mbill__query_step(query, &row, err));
        if (!row) return MBILL_OK;
        MBILL_TRY(mbill__column_text(query, 0, &contract.account, &len, err));
        MBILL_TRY(mbill__column_text(query, 1, &contract.tariff, &len, err));
        contract.from_day = (int32_t)mbill__column_whole(query, 2);
        contract.to_day = (int32_t)mbill__column_whole(query, 3);
        contract.billed_to_utc_s = mbill__column_whole(query, 4);
        if (is_open(versions, &contract, end_utc_s)) break;
    }
    mbill_status status = mbill__fail(err, MBILL_E_ORDER,
        "month %s is not closed: the contract of account \"%s\" under tariff \"%s\" is not billed up to %s", part->name.text,
        contract.account, contract.tariff, mbill__say_time(end_utc_s, NULL).text);
    mbill__query_end(query);
    return status;
}

/* The month's digest and counts, where it may leave. */
static mbill_status may_leave(mbill_store *store, int32_t month, mbill__part *out, mbill_error *err)
{
    mbill__versions versions;
    MBILL_TRY(mbill__part_read(store->db, month, out, err));
    if (out->state != 0)
        return mbill__fail(err, MBILL_E_EXISTS, "the readings of %s were %s before", out->name.text,
            out->state == MBILL__PART_PURGED ? "purged" : "detached");
    mbill__versions_start(&versions, store);
    mbill_status status = check_contracts(store, &versions, out, err);
    mbill__versions_end(&versions);
    if (status == MBILL_OK) status = mbill__part_sum(store->db, month, out, err);
    if (status == MBILL_OK && out->n_tiles == 0)
        return mbill__fail(err, MBILL_E_NOT_FOUND, "the store has no readings of %s", out->name.text);
    return status;
}

/* The file of a month */

static const char ASK_MONTH[] = "SELECT month FROM mbill_reading_part WHERE state = 3";

/* The month that the file is a part of. */
static mbill_status check_part(mbill__db *db, int32_t *out_month, mbill_error *err)
{
    mbill__content content;
    int64_t month;
    MBILL_TRY(mbill__db_look(db, &content, err));
    if (content.magic != MBILL__PART_MAGIC)
        return mbill__fail(err, MBILL_E_INVALID, "file \"%s\" does not hold a month of readings (application id %lld)",
            mbill__db_path(db), (long long)content.magic);
    if (content.version != MBILL__SCHEMA_VERSION)
        return mbill__fail(err, MBILL_E_VERSION, "file \"%s\" has tables of version %lld, this library knows version %d",
            mbill__db_path(db), (long long)content.version, MBILL__SCHEMA_VERSION);
    MBILL_TRY(mbill__db_ask(db, ASK_MONTH, &month, err));
    *out_month = (int32_t)month;
    return MBILL_OK;
}

static bool is_same(const mbill__part *a, const mbill__part *b)
{
    return a->month == b->month && a->n_tiles == b->n_tiles && a->n_readings == b->n_readings &&
        memcmp(a->digest, b->digest, sizeof a->digest) == 0;
}

/* What is in the file must be what the store says of the month. */
static mbill_status verify(mbill__db *db, const mbill__part *expected, mbill_error *err)
{
    mbill__part found;
    MBILL_TRY(mbill__part_sum(db, expected->month, &found, err));
    if (is_same(&found, expected)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_CORRUPT, "file \"%s\" has other readings of %s than those that the store knows",
        mbill__db_path(db), expected->name.text);
}

/* Meters and registers, so that the file's own views name them. */
static mbill_status copy_registers(mbill__db *from, mbill__db *to, mbill_error *err)
{
    static const char SELECT_REGISTERS[] = "SELECT register_no, meter_no, name, unit, modulus_micro, multiplier_micro, id FROM "
                                           "mbill_register JOIN mbill_meter USING(meter_no) ORDER BY register_no";
    static const char PUT_METER_AS_IT_IS[] = "INSERT INTO mbill_meter(meter_no, id) VALUES(?1, ?2) ON CONFLICT DO NOTHING";
    static const char PUT_REGISTER_AS_IT_IS[] = "INSERT INTO mbill_register(register_no, meter_no, name, unit, modulus_micro, "
                                                "multiplier_micro) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
    mbill__query *query, *put;
    const char *name, *unit, *id;
    size_t name_len, unit_len, id_len;
    bool row;
    MBILL_TRY(mbill__query_start(from, SELECT_REGISTERS, &query, err));
    for (;;) {
        MBILL_TRY(mbill__query_step(query, &row, err));
        if (!row) return MBILL_OK;
        MBILL_TRY(mbill__column_text(query, 2, &name, &name_len, err));
        MBILL_TRY(mbill__column_text(query, 3, &unit, &unit_len, err));
        MBILL_TRY(mbill__column_text(query, 6, &id, &id_len, err));
        MBILL_TRY(mbill__query_start(to, PUT_METER_AS_IT_IS, &put, err));
        mbill__bind_whole(put, 1, mbill__column_whole(query, 1));
        mbill__bind_text(put, 2, id, id_len);
        MBILL_TRY(mbill__query_run(put, NULL, err));
        MBILL_TRY(mbill__query_start(to, PUT_REGISTER_AS_IT_IS, &put, err));
        mbill__bind_whole(put, 1, mbill__column_whole(query, 0));
        mbill__bind_whole(put, 2, mbill__column_whole(query, 1));
        mbill__bind_text(put, 3, name, name_len);
        mbill__bind_text(put, 4, unit, unit_len);
        mbill__bind_whole(put, 5, mbill__column_whole(query, 4));
        mbill__bind_whole(put, 6, mbill__column_whole(query, 5));
        MBILL_TRY(mbill__query_run(put, NULL, err));
    }
}

static mbill_status fill_part(mbill_store *store, mbill__db *db, const mbill__part *part, mbill_error *err)
{
    mbill__part itself = *part;
    itself.state = MBILL__PART_ITSELF;
    MBILL_TRY(mbill__schema_put(db, err));
    MBILL_TRY(mbill__db_sign(db, MBILL__PART_MAGIC, MBILL__SCHEMA_VERSION, err));
    MBILL_TRY(copy_registers(store->db, db, err));
    MBILL_TRY(mbill__part_copy(store->db, db, part->month, err));
    return mbill__part_write(db, &itself, err);
}

/* A file that a call which was cut short has written already is taken as it is, when it is the right one. */
static mbill_status write_part(mbill_store *store, mbill__db *db, const mbill__part *part, mbill_error *err)
{
    mbill__content content;
    int32_t month = part->month;
    MBILL_TRY(mbill__db_look(db, &content, err));
    if (content.n_objects > 0) {
        if (content.magic == MBILL__PART_MAGIC) MBILL_TRY(check_part(db, &month, err));
        if (content.magic == MBILL__PART_MAGIC && month == part->month && verify(db, part, NULL) == MBILL_OK) return MBILL_OK;
        return mbill__fail(err, MBILL_E_EXISTS, "file \"%s\" is there already, expected to make it", mbill__db_path(db));
    }
    MBILL_TRY(mbill__db_journal(db, err));
    MBILL_TRY(mbill__db_begin(db, err));
    MBILL_TRY(mbill__db_finish(db, fill_part(store, db, part, err), err));
    return verify(db, part, err);
}

static mbill_status write_file(mbill_store *store, const char *path, const mbill__part *part, mbill_error *err)
{
    mbill__db *db = NULL;
    MBILL_TRY(
        mbill__db_open(&mbill__sqlite, path, MBILL__DB_CREATE | MBILL__DB_ROLLBACK, 0, mbill__db_allocator(store->db), &db, err));
    mbill_status status = write_part(store, db, part, err);
    mbill__db_close(db);
    return status;
}

/* The calls */

static mbill_status check_out(const mbill_month_summary *out, mbill_error *err)
{
    if (out == NULL || out->struct_size >= sizeof *out) return MBILL_OK;
    return mbill__fail(err, MBILL_E_MISUSE, "struct_size of the summary is not set");
}

static void give(mbill_month_summary *out, const mbill__part *part)
{
    if (out == NULL) return;
    out->n_readings = part->n_readings;
    out->n_tiles = part->n_tiles;
    memcpy(out->digest, part->digest, sizeof out->digest);
    memcpy(out->month, part->name.text, sizeof out->month);
}

/* The file is whole and on the disk before the transaction ends that takes the month out. */
static mbill_status leave(mbill_store *store, int32_t month, const char *path, mbill__part *out, mbill_error *err)
{
    MBILL_TRY(may_leave(store, month, out, err));
    if (path != NULL) MBILL_TRY(write_file(store, path, out, err));
    out->state = path != NULL ? MBILL__PART_DETACHED : MBILL__PART_PURGED;
    MBILL_TRY(mbill__part_remove(store, month, true, err));
    return mbill__part_write(store->db, out, err);
}

static mbill_status take_out(mbill_store *store, const char *month, const char *path, mbill_month_summary *out, mbill_error *err)
{
    int32_t number;
    mbill__part part;
    MBILL__NEED(store);
    MBILL__NEED(month);
    MBILL_TRY(check_out(out, err));
    MBILL_TRY(mbill__month_parse(month, &number, err));
    MBILL_TRY(mbill__db_begin(store->db, err));
    MBILL_TRY(mbill__db_finish(store->db, leave(store, number, path, &part, err), err));
    give(out, &part);
    return MBILL_OK;
}

mbill_status mbill_store_detach_month(mbill_store *store, const char *month, const char *path, mbill_month_summary *out,
    mbill_error *err)
{
    MBILL__NEED(path);
    if (path[0] == '\0') return mbill__fail(err, MBILL_E_INVALID, "path is empty, expected the name of a file");
    return take_out(store, month, path, out, err);
}

mbill_status mbill_store_purge_month(mbill_store *store, const char *month, mbill_month_summary *out, mbill_error *err)
{
    return take_out(store, month, NULL, out, err);
}

static mbill_status take_in(mbill_store *store, mbill__db *db, mbill__part *out, mbill_error *err)
{
    int32_t month = 0;
    MBILL_TRY(check_part(db, &month, err));
    MBILL_TRY(mbill__part_read(store->db, month, out, err));
    if (out->state == 0) return mbill__fail(err, MBILL_E_EXISTS, "the readings of %s are in the store", out->name.text);
    MBILL_TRY(verify(db, out, err));
    MBILL_TRY(mbill__part_remove(store, month, false, err));
    MBILL_TRY(mbill__part_copy(db, store->db, month, err));
    out->state = 0;
    return mbill__part_write(store->db, out, err);
}

static mbill_status attach(mbill_store *store, const char *path, mbill__part *out, mbill_error *err)
{
    mbill__db *db = NULL;
    MBILL_TRY(mbill__db_open(&mbill__sqlite, path, MBILL__DB_READ_ONLY | MBILL__DB_ROLLBACK, 0, mbill__db_allocator(store->db),
        &db, err));
    mbill_status status = take_in(store, db, out, err);
    mbill__db_close(db);
    return status;
}

mbill_status mbill_store_attach_month(mbill_store *store, const char *path, mbill_month_summary *out, mbill_error *err)
{
    mbill__part part;
    MBILL__NEED(store);
    MBILL__NEED(path);
    if (path[0] == '\0') return mbill__fail(err, MBILL_E_INVALID, "path is empty, expected the name of a file");
    MBILL_TRY(check_out(out, err));
    MBILL_TRY(mbill__db_begin(store->db, err));
    MBILL_TRY(mbill__db_finish(store->db, attach(store, path, &part, err), err));
    give(out, &part);
    return MBILL_OK;
}

/* The list */

static void write_digest(mbill__writer *writer, const uint8_t digest[MBILL__DIGEST_BYTES])
{
    static const char hex[] = "0123456789abcdef";
    char text[2 * MBILL__DIGEST_BYTES + 1] = "";
    for (size_t i = 0; i < MBILL__DIGEST_BYTES; i++) {
        text[2 * i] = hex[digest[i] >> 4];
        text[2 * i + 1] = hex[digest[i] & 15];
    }
    mbill__write_text(writer, "digest", text);
}

static mbill_status write_month(mbill_store *store, mbill__query *query, mbill__writer *writer, mbill_error *err)
{
    static const char *const STATES[] = {"here", "detached", "purged"};
    mbill__part part;
    MBILL_TRY(mbill__part_read(store->db, (int32_t)mbill__column_whole(query, 0), &part, err));
    mbill__write_object(writer, NULL);
    mbill__write_text(writer, "month", part.name.text);
    mbill__write_text(writer, "state", STATES[part.state % 3]);
    mbill__write_whole(writer, "readings", part.state == 0 ? mbill__column_whole(query, 1) : part.n_readings);
    if (part.state != 0) write_digest(writer, part.digest);
    mbill__write_object_end(writer);
    return MBILL_OK;
}

static mbill_status write_months(mbill_store *store, mbill__writer *writer, mbill_error *err)
{
    static const char SELECT_MONTHS[] = "SELECT month, sum(n_readings) FROM mbill_reading_month GROUP BY month ORDER BY month";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_MONTHS, &query, err));
    for (;;) {
        MBILL_TRY(mbill__query_step(query, &row, err));
        if (!row) return MBILL_OK;
        MBILL_TRY(write_month(store, query, writer, err));
    }
}

mbill_status mbill_store_months(mbill_store *store, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer writer;
    MBILL__NEED(store);
    MBILL__NEED(inout_len);
    mbill__buffer_start(&buffer, mbill__db_allocator(store->db));
    mbill__write_start(&writer, &buffer, false);
    mbill__write_object(&writer, NULL);
    mbill__write_whole(&writer, "meterbill", 1);
    mbill__write_text(&writer, "kind", "store_months");
    mbill__write_list(&writer, "months");
    mbill_status status = mbill__db_begin_read(store->db, err);
    if (status == MBILL_OK) status = mbill__db_finish(store->db, write_months(store, &writer, err), err);
    mbill__write_list_end(&writer);
    mbill__write_object_end(&writer);
    if (status == MBILL_OK) status = mbill__buffer_check(&buffer, err);
    if (status == MBILL_OK) status = mbill__buffer_copy(&buffer, out_text, inout_len, err);
    mbill__buffer_free(&buffer);
    return status;
}

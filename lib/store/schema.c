/* SPDX-License-Identifier: Apache-2.0 */
/* The tables, their meaning and their migrations. Invariant: a file is of one whole version; a migration happens in one
 * transaction. */
#include "store/schema.h"

/* Times are UTC seconds (`datetime(at_utc_s, 'unixepoch')` shows them), days are civil day numbers from 1970-01-01 (`date(day *
 * 86400, 'unixepoch')`), quantities and amounts micro-units (10^-6). */
static const char WHO_1[] =
    "PRAGMA application_id=1296189772;" /* 0x4D42494C */

    /* Who is billed. */
    "CREATE TABLE mbill_account("
    " account_no INTEGER PRIMARY KEY,"
    " id TEXT NOT NULL UNIQUE,"
    " title TEXT) STRICT;"

    /* What is known of an account from a day on: area, persons. from_day -2147483648: since ever. */
    "CREATE TABLE mbill_fact("
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " name TEXT NOT NULL,"
    " from_day INTEGER NOT NULL,"
    " value_micro INTEGER NOT NULL,"
    " PRIMARY KEY(account_no, name, from_day)) STRICT, WITHOUT ROWID;"

    /* One account's supply under one tariff over the civil days [from_day, to_day) of the tariff's zone. to_day 2147483647: no
     * end. */
    "CREATE TABLE mbill_contract("
    " contract_no INTEGER PRIMARY KEY,"
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " tariff TEXT NOT NULL,"
    " from_day INTEGER NOT NULL,"
    " to_day INTEGER NOT NULL CHECK(to_day > from_day),"
    " UNIQUE(account_no, tariff, from_day)) STRICT;"

    "CREATE TABLE mbill_meter("
    " meter_no INTEGER PRIMARY KEY,"
    " id TEXT NOT NULL UNIQUE) STRICT;"

    /* modulus_micro 0: never rolls over. */
    "CREATE TABLE mbill_register("
    " register_no INTEGER PRIMARY KEY,"
    " meter_no INTEGER NOT NULL REFERENCES mbill_meter,"
    " name TEXT NOT NULL,"
    " unit TEXT NOT NULL,"
    " modulus_micro INTEGER NOT NULL,"
    " multiplier_micro INTEGER NOT NULL,"
    " UNIQUE(meter_no, name)) STRICT;"

    /* Which registers measure a contract. */
    "CREATE TABLE mbill_contract_register("
    " contract_no INTEGER NOT NULL REFERENCES mbill_contract,"
    " register_no INTEGER NOT NULL REFERENCES mbill_register,"
    " PRIMARY KEY(contract_no, register_no)) STRICT, WITHOUT ROWID;"

    /* Tariff versions as canonical documents; hash: BLAKE2b-256 of json, hex. valid_to_utc_s 9223372036854775807: no end of its
     * own. */
    "CREATE TABLE mbill_tariff("
    " tariff_no INTEGER PRIMARY KEY,"
    " id TEXT NOT NULL,"
    " version TEXT NOT NULL,"
    " hash TEXT NOT NULL,"
    " valid_from_utc_s INTEGER NOT NULL,"
    " valid_to_utc_s INTEGER NOT NULL,"
    " json TEXT NOT NULL,"
    " UNIQUE(id, version),"
    " UNIQUE(id, valid_from_utc_s)) STRICT;";

static const char WHAT_1[] =
    /* Register samples. flags: MBILL_READING_*. place 1: the first reading of a new meter, behind the last of the old one at the
     * same instant. */
    "CREATE TABLE mbill_reading("
    " register_no INTEGER NOT NULL REFERENCES mbill_register,"
    " at_utc_s INTEGER NOT NULL,"
    " place INTEGER NOT NULL,"
    " value_micro INTEGER NOT NULL,"
    " flags INTEGER NOT NULL,"
    " PRIMARY KEY(register_no, at_utc_s, place)) STRICT, WITHOUT ROWID;"

    /* Usage of [start_utc_s, end_utc_s) where the meter itself reports intervals. */
    "CREATE TABLE mbill_interval("
    " register_no INTEGER NOT NULL REFERENCES mbill_register,"
    " start_utc_s INTEGER NOT NULL,"
    " end_utc_s INTEGER NOT NULL CHECK(end_utc_s > start_utc_s),"
    " quantity_micro INTEGER NOT NULL,"
    " flags INTEGER NOT NULL,"
    " PRIMARY KEY(register_no, start_utc_s)) STRICT, WITHOUT ROWID;"

    /* The journal of money. op_id is made by whoever asks; *_after: the account's counters behind it. kind, flags: balance.h. */
    "CREATE TABLE mbill_operation("
    " operation_no INTEGER PRIMARY KEY,"
    " op_id BLOB NOT NULL UNIQUE CHECK(length(op_id) = 16),"
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " kind INTEGER NOT NULL,"
    " flags INTEGER NOT NULL,"
    " amount_micro INTEGER NOT NULL,"
    " effective_at_s INTEGER NOT NULL,"
    " recorded_at_s INTEGER NOT NULL,"
    " debits_after_micro INTEGER NOT NULL,"
    " credits_after_micro INTEGER NOT NULL,"
    " n_after INTEGER NOT NULL) STRICT;"

    /* The two sides of an operation (mbill_posting_account). An operation of amount 0 has none. */
    "CREATE TABLE mbill_leg("
    " operation_no INTEGER NOT NULL REFERENCES mbill_operation,"
    " n INTEGER NOT NULL,"
    " debit INTEGER NOT NULL,"
    " credit INTEGER NOT NULL CHECK(credit <> debit),"
    " amount_micro INTEGER NOT NULL CHECK(amount_micro > 0),"
    " PRIMARY KEY(operation_no, n)) STRICT, WITHOUT ROWID;"

    /* A cache: the sums of the journal, by account. */
    "CREATE TABLE mbill_balance("
    " account_no INTEGER PRIMARY KEY REFERENCES mbill_account,"
    " debits_micro INTEGER NOT NULL,"
    " credits_micro INTEGER NOT NULL,"
    " n_operations INTEGER NOT NULL) STRICT;"

    /* Bills as documents. from_date: first civil day in the tariff's zone. position: the document of where the contract stands
     * behind it. */
    "CREATE TABLE mbill_bill("
    " bill_no INTEGER PRIMARY KEY,"
    " contract_no INTEGER NOT NULL REFERENCES mbill_contract,"
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " tariff_no INTEGER NOT NULL REFERENCES mbill_tariff,"
    " operation_no INTEGER NOT NULL UNIQUE REFERENCES mbill_operation,"
    " from_utc_s INTEGER NOT NULL,"
    " to_utc_s INTEGER NOT NULL CHECK(to_utc_s > from_utc_s),"
    " from_date TEXT NOT NULL,"
    " flags INTEGER NOT NULL,"
    " total_micro INTEGER NOT NULL,"
    " body TEXT NOT NULL,"
    " position TEXT NOT NULL,"
    " UNIQUE(contract_no, from_utc_s)) STRICT;"
    "CREATE INDEX mbill_bill_of_account ON mbill_bill(account_no, from_utc_s);";

static const char RULES_1[] =
    /* What is written in these three stays as it is. */
    "CREATE TRIGGER mbill_operation_keep BEFORE UPDATE ON mbill_operation BEGIN SELECT RAISE(ABORT, 'operations are never "
    "changed'); END;"
    "CREATE TRIGGER mbill_operation_hold BEFORE DELETE ON mbill_operation BEGIN SELECT RAISE(ABORT, 'operations are never "
    "removed'); END;"
    "CREATE TRIGGER mbill_leg_keep BEFORE UPDATE ON mbill_leg BEGIN SELECT RAISE(ABORT, 'legs are never changed'); END;"
    "CREATE TRIGGER mbill_leg_hold BEFORE DELETE ON mbill_leg BEGIN SELECT RAISE(ABORT, 'legs are never removed'); END;"
    "CREATE TRIGGER mbill_bill_keep BEFORE UPDATE ON mbill_bill BEGIN SELECT RAISE(ABORT, 'bills are never changed'); END;"
    "CREATE TRIGGER mbill_bill_hold BEFORE DELETE ON mbill_bill BEGIN SELECT RAISE(ABORT, 'bills are never removed'); END;"
    "PRAGMA user_version=1;";

static const char WORDS_2[] =
    /* A fact that is a word, such as a payment class; null: it is value_micro. */
    "ALTER TABLE mbill_fact ADD COLUMN word TEXT;"
    "PRAGMA user_version=2;";

static const char CHANGES_3[] =
    /* How a bill of the contract is divided in which a version of the tariff or a fact begins (mbill_change_rule); 0: it is refused.
     * A bill's tariff_no is then the version that holds at its end. */
    "ALTER TABLE mbill_contract ADD COLUMN change_split INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE mbill_contract ADD COLUMN change_step_micro INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE mbill_contract ADD COLUMN change_how INTEGER NOT NULL DEFAULT 0;"
    "PRAGMA user_version=3;";

#define PARTS 3 /* a string of C may have 4095 characters */

/* MIGRATIONS[v] brings a file of version v to version v + 1. */
static const char *const MIGRATIONS[MBILL__SCHEMA_VERSION][PARTS] = {{WHO_1, WHAT_1, RULES_1}, {WORDS_2}, {CHANGES_3}};

static mbill_status read_whole(mbill__db *db, const char *sql, int64_t *out, mbill_error *err)
{
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(db, sql, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    *out = row ? mbill__column_whole(query, 0) : 0;
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status migrate(mbill__db *db, int64_t version, mbill_error *err)
{
    MBILL_TRY(mbill__db_begin(db, err));
    mbill_status status = MBILL_OK;
    for (int64_t at = version; at < MBILL__SCHEMA_VERSION; at++)
        for (size_t part = 0; status == MBILL_OK && part < PARTS && MIGRATIONS[at][part] != NULL; part++)
            status = mbill__db_run(db, MIGRATIONS[at][part], err);
    return mbill__db_finish(db, status, err);
}

static mbill_status check_ours(mbill__db *db, int64_t magic, int64_t version, int64_t n_objects, mbill_error *err)
{
    const char *path = mbill__db_path(db);
    if (magic != MBILL__SCHEMA_MAGIC && magic == 0 && n_objects == 0)
        return mbill__fail(err, MBILL_E_INVALID, "file \"%s\" is empty, expected a store", path);
    if (magic != MBILL__SCHEMA_MAGIC)
        return mbill__fail(err, MBILL_E_INVALID,
            "file \"%s\" is an SQLite file of another program (application id %lld), expected a store", path, (long long)magic);
    if (version > MBILL__SCHEMA_VERSION)
        return mbill__fail(err, MBILL_E_VERSION,
            "file \"%s\" has tables of version %lld, this library knows them up to version %d", path, (long long)version,
            MBILL__SCHEMA_VERSION);
    if (version < 1)
        return mbill__fail(err, MBILL_E_CORRUPT, "file \"%s\" has tables of version %lld, which never was", path,
            (long long)version);
    return MBILL_OK;
}

mbill_status mbill__schema_ready(mbill__db *db, bool create, mbill_error *err)
{
    int64_t magic, version, n_objects;
    MBILL_TRY(read_whole(db, "PRAGMA application_id", &magic, err));
    MBILL_TRY(read_whole(db, "PRAGMA user_version", &version, err));
    MBILL_TRY(read_whole(db, "SELECT count(*) FROM sqlite_schema", &n_objects, err));
    if (create) {
        if (magic != 0 || version != 0 || n_objects != 0)
            return mbill__fail(err, MBILL_E_EXISTS, "file \"%s\" is there already, expected to make it", mbill__db_path(db));
        MBILL_TRY(mbill__db_journal(db, err));
        return migrate(db, 0, err);
    }
    MBILL_TRY(check_ours(db, magic, version, n_objects, err));
    if (mbill__db_read_only(db)) {
        if (version == MBILL__SCHEMA_VERSION) return MBILL_OK;
        return mbill__fail(err, MBILL_E_VERSION,
            "file \"%s\" has tables of version %lld, open it once for writing to bring them up to %d", mbill__db_path(db),
            (long long)version, MBILL__SCHEMA_VERSION);
    }
    MBILL_TRY(mbill__db_journal(db, err));
    return version < MBILL__SCHEMA_VERSION ? migrate(db, version, err) : MBILL_OK;
}

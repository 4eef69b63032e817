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

    /* The journal of money. op_id is made by whoever asks; *_after: the account's counters behind it. kind 1: a top-up, 2: a bill. */
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

    /* The two sides of an operation. debit, credit 1: cash, 2: credit, 3: revenue. An operation of amount 0 has none. */
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

static const char SEGMENTS_4[] =
    /* The journal of the prepaid ledger (journal.h): records as they are hashed, one behind the other, from first_record on. hash:
     * that of the last one. A record, big-endian: format 1, kind 1, result 1, legs 1, flags 4, op_id 16, account 8, amount 8,
     * recorded 8, mask of further fields 4, length 4, mark 8 (the first bytes of its own hash; not hashed), the fields of
     * mbill_field whose bit is set, legs of 32 bytes each (debit 8, credit 8, amount 8, debit place 1, credit place 1, purpose 1,
     * pending 1, zeros 4). */
    "CREATE TABLE mbill_segment("
    " first_record INTEGER PRIMARY KEY,"
    " n_records INTEGER NOT NULL CHECK(n_records > 0),"
    " hash BLOB NOT NULL CHECK(length(hash) = 32),"
    " data BLOB NOT NULL) STRICT;"
    "CREATE TRIGGER mbill_segment_keep BEFORE UPDATE ON mbill_segment BEGIN SELECT RAISE(ABORT, 'records are never changed'); "
    "END;"
    "CREATE TRIGGER mbill_segment_hold BEFORE DELETE ON mbill_segment BEGIN SELECT RAISE(ABORT, 'records are never removed'); "
    "END;"

    /* What reads it: names of numbers, further fields with their bit and bytes, and 0 to 63. */
    "CREATE TABLE mbill_word(topic TEXT NOT NULL, number INTEGER NOT NULL, word TEXT NOT NULL, PRIMARY KEY(topic, number)) "
    "STRICT, WITHOUT ROWID;"
    "CREATE TABLE mbill_field(bit INTEGER PRIMARY KEY, name TEXT NOT NULL, bytes INTEGER NOT NULL) STRICT;"
    "CREATE TABLE mbill_nth(n INTEGER PRIMARY KEY) STRICT;"
    "INSERT INTO mbill_nth WITH RECURSIVE i(n) AS (VALUES(0) UNION ALL SELECT n + 1 FROM i WHERE n < 63) SELECT n FROM i;";

static const char WORDS_4[] =
    "INSERT INTO mbill_field(bit, name, bytes) VALUES"
    " (0,'target',16),(1,'other',8),(2,'meter',8),(3,'channel',8),(4,'receipt',8),(5,'sequence',8),(6,'period',8),"
    " (7,'register',8),(8,'from_micro',8),(9,'to_micro',8),(10,'tariff',8),(11,'effective_utc_s',8),(12,'timeout_s',8),"
    " (13,'customer',8),(14,'unposted_micro',8),(15,'user_data',8),(16,'charge',4),(17,'hold',4),(18,'reason',4),"
    " (19,'limit',4),(20,'moved_micro',8),(21,'policy',1116);"
    "INSERT INTO mbill_word(topic, number, word) VALUES"
    " ('kind',1,'open'),('kind',2,'activate'),('kind',3,'close'),('kind',4,'reopen'),('kind',5,'set_policy'),"
    " ('kind',6,'select_ec'),('kind',7,'tariff_mark'),('kind',8,'wallet_init'),('kind',9,'top_up'),('kind',10,'usage'),"
    " ('kind',11,'accrue'),('kind',12,'debt_load'),('kind',13,'debt_adjust'),('kind',14,'write_off'),('kind',15,'refund'),"
    " ('kind',16,'offset'),('kind',17,'hold'),('kind',18,'post'),('kind',19,'void'),('kind',20,'expire'),"
    " ('kind',21,'reverse'),('kind',22,'correct'),('kind',23,'observe'),('kind',24,'accept'),('kind',25,'transfer'),"
    " ('kind',26,'attach_meter'),('purpose',1,'plain'),('purpose',2,'debt'),('purpose',3,'repay'),('purpose',4,'fee'),"
    " ('purpose',5,'tax'),('purpose',6,'reserve'),('purpose',7,'release'),('purpose',8,'mirror'),('purpose',9,'shortfall'),"
    " ('purpose',10,'level'),('system',1,'cash'),('system',2,'write_off'),('system',3,'adjust'),('system',4,'revenue'),"
    " ('system',5,'fee'),('system',6,'tax'),('system',7,'debt_fund'),('system',8,'refund_clearing'),('system',9,'suspense'),"
    " ('place',0,'plain'),('place',1,'credit'),('place',2,'credit_1'),('place',3,'credit_2'),('place',4,'credit_3'),"
    " ('place',8,'ec_used'),('place',9,'accum'),('place',16,'debt_0'),('place',17,'debt_1'),('place',18,'debt_2'),"
    " ('place',19,'debt_3'),('place',20,'debt_4'),('place',21,'debt_5'),('place',22,'debt_6'),('place',23,'debt_7');";

static const char RESULTS_4[] =
    "INSERT INTO mbill_word(topic, number, word) VALUES"
    " ('result',0,'OK'),('result',10,'LINK_OPEN'),('result',11,'LINKED_FAILED'),('result',20,'BAD_ID'),"
    " ('result',21,'BAD_KIND'),('result',22,'BAD_AMOUNT'),('result',23,'BAD_POLICY'),('result',24,'RESERVED_NONZERO'),"
    " ('result',30,'REFUSED_BEFORE'),('result',31,'EXISTS_WITH_DIFFERENT'),('result',32,'EXISTS'),('result',40,'NO_ACCOUNT'),"
    " ('result',41,'NO_METER'),('result',42,'NO_PENDING'),('result',43,'NO_ORIGINAL'),('result',44,'ACCOUNT_EXISTS'),"
    " ('result',45,'NO_CHARGE'),('result',50,'NOT_ACTIVE'),('result',51,'CLOSED'),('result',52,'NOT_EMPTY'),"
    " ('result',53,'NOT_PENDING'),('result',54,'ALREADY_POSTED'),('result',55,'ALREADY_VOIDED'),('result',56,'EXPIRED'),"
    " ('result',57,'NOT_REVERSIBLE'),('result',58,'ALREADY_REVERSED'),('result',59,'CUSTOMER_MISMATCH'),"
    " ('result',70,'DUPLICATE_RECEIPT'),('result',71,'SEQ_DUPLICATE'),('result',72,'SEQ_GAP'),"
    " ('result',73,'READING_REGRESSED'),('result',74,'READING_OVERLAP'),('result',75,'READING_GAP'),"
    " ('result',76,'PERIOD_DONE'),('result',80,'EXCEEDS_AVAILABLE'),('result',81,'EXCEEDS_REFUNDABLE'),"
    " ('result',82,'EXCEEDS_PENDING'),('result',83,'EXCEEDS_TOPUP'),('result',84,'EXCEEDS_HOARDING'),"
    " ('result',85,'FORCE_NOT_ALLOWED'),('result',86,'EC_NOT_OFFERED'),('result',90,'OVERFLOW');";

static const char RECORDS_4[] =
    /* Each record's own bytes. */
    "CREATE VIEW mbill_record_bytes AS WITH RECURSIVE walk(segment, record, at, size) AS ("
    " SELECT first_record, first_record, 1, (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(data, 53, 4)), n + 1, 1)) << "
    "(28 - 4 * n)) FROM mbill_nth WHERE n < 8) FROM mbill_segment"
    " UNION ALL"
    " SELECT segment, record + 1, at + size, (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(data, at + size + 52, 4)), n "
    "+ 1, 1)) << (28 - 4 * n)) FROM mbill_nth WHERE n < 8)"
    " FROM walk JOIN mbill_segment ON first_record = segment WHERE record + 1 < first_record + n_records ORDER BY 1)"
    " SELECT record, substr(data, at, size) AS bytes FROM walk JOIN mbill_segment ON first_record = segment;"

    "CREATE VIEW mbill_record AS SELECT record,"
    " (SELECT word FROM mbill_word WHERE topic = 'kind' AND number = (SELECT sum(instr('123456789ABCDEF', "
    "substr(hex(substr(bytes, 2, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2)) AS kind,"
    " (SELECT word FROM mbill_word WHERE topic = 'result' AND number = (SELECT sum(instr('123456789ABCDEF', "
    "substr(hex(substr(bytes, 3, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2)) AS result,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, 41, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n "
    "< 16) AS recorded_utc_s,"
    " lower(hex(substr(bytes, 9, 16))) AS op_id,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, 25, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n "
    "< 16) AS account,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, 33, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n "
    "< 16) AS amount_micro,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, 6, 3)), n + 1, 1)) << (20 - 4 * n)) FROM mbill_nth WHERE n < "
    "6) AS flags,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, 4, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < "
    "2) AS n_legs,"
    " lower(hex(substr(bytes, 57, 8))) AS mark"
    " FROM mbill_record_bytes;";

static const char LEGS_4[] =
    /* The further fields of each record that are given; ids as hex, a policy as null (its bytes are in mbill_record_bytes). */
    "CREATE VIEW mbill_record_field AS"
    " WITH given AS (SELECT record, r.bytes, (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(r.bytes, 49, 4)), n + 1, 1)) "
    "<< (28 - 4 * n)) FROM mbill_nth WHERE n < 8) AS mask FROM mbill_record_bytes r),"
    " placed AS (SELECT record, name, given.bytes, f.bytes AS size, f.bit,"
    " 65 + (SELECT total(b.bytes) FROM mbill_field b WHERE b.bit < f.bit AND mask >> b.bit & 1) AS at"
    " FROM given JOIN mbill_field f ON mask >> f.bit & 1)"
    " SELECT record, name, CASE size"
    " WHEN 16 THEN lower(hex(substr(bytes, at, 16)))"
    " WHEN 8 THEN (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, at, 8)), n + 1, 1)) << (60 - 4 * n)) FROM "
    "mbill_nth WHERE n < 16)"
    " WHEN 4 THEN ((SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, at, 4)), n + 1, 1)) << (28 - 4 * n)) FROM "
    "mbill_nth WHERE n < 8) + 2147483648) % 4294967296 - 2147483648"
    " END AS value FROM placed;"

    /* Every leg. pending: 0 posted, 1 reserved, -1 given back. */
    "CREATE VIEW mbill_entry AS"
    " WITH counted AS (SELECT record, bytes, (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(bytes, 4, 1)), n + 1, 1)) << "
    "(4 - 4 * n)) FROM mbill_nth WHERE n < 2) AS n_legs FROM mbill_record_bytes),"
    " leg AS (SELECT record, l.n, bytes AS whole, substr(bytes, length(bytes) + 1 - 32 * (n_legs - l.n), 32) AS b"
    " FROM counted JOIN mbill_nth l ON l.n < n_legs)"
    " SELECT record, leg.n AS n,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(whole, 41, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n "
    "< 16) AS recorded_utc_s,"
    " (SELECT word FROM mbill_word WHERE topic = 'kind' AND number = (SELECT sum(instr('123456789ABCDEF', "
    "substr(hex(substr(whole, 2, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2)) AS kind,"
    " (SELECT word FROM mbill_word WHERE topic = 'purpose' AND number = (SELECT sum(instr('123456789ABCDEF', "
    "substr(hex(substr(b, 27, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2)) AS purpose,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(b, 1, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n < 16) "
    "AS debit_account,"
    " (SELECT word FROM mbill_word WHERE topic = 'place' AND number = (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(b, "
    "25, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2)) AS debit_place,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(b, 9, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n < 16) "
    "AS credit_account,"
    " (SELECT word FROM mbill_word WHERE topic = 'place' AND number = (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(b, "
    "26, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2)) AS credit_place,"
    " (SELECT sum(instr('123456789ABCDEF', substr(hex(substr(b, 17, 8)), n + 1, 1)) << (60 - 4 * n)) FROM mbill_nth WHERE n < "
    "16) AS amount_micro,"
    " ((SELECT sum(instr('123456789ABCDEF', substr(hex(substr(b, 28, 1)), n + 1, 1)) << (4 - 4 * n)) FROM mbill_nth WHERE n < 2) "
    "+ 128) % 256 - 128 AS pending"
    " FROM leg;";

static const char SUMS_4[] =
    /* Both sides of every leg, account by account: account > 0 a caller's, below 0 the ledger's own (mbill_system_account). */
    "CREATE VIEW mbill_statement AS"
    " SELECT debit_account AS account, record, n, recorded_utc_s, kind, purpose, debit_place AS place, amount_micro AS "
    "debit_micro,"
    " 0 AS credit_micro, pending, credit_account AS other_account, credit_place AS other_place FROM mbill_entry"
    " UNION ALL SELECT credit_account, record, n, recorded_utc_s, kind, purpose, credit_place, 0, amount_micro, pending,"
    " debit_account, debit_place FROM mbill_entry;"

    "CREATE VIEW mbill_place_balance AS SELECT account, place,"
    " sum(CASE WHEN pending = 0 THEN debit_micro ELSE 0 END) AS debits_micro,"
    " sum(CASE WHEN pending = 0 THEN credit_micro ELSE 0 END) AS credits_micro,"
    " sum(pending * debit_micro) AS pending_debits_micro,"
    " sum(pending * credit_micro) AS pending_credits_micro"
    " FROM mbill_statement GROUP BY account, place;"

    /* What was earned, by UTC day of booking: revenue (number 0 for usage, 1 + index for a charge), fees and taxes. */
    "CREATE VIEW mbill_revenue AS SELECT date(recorded_utc_s, 'unixepoch') AS day, word AS source, -account & 4294967295 AS "
    "number,"
    " sum(credit_micro - debit_micro) AS amount_micro"
    " FROM mbill_statement JOIN mbill_word ON topic = 'system' AND mbill_word.number = -account >> 32"
    " WHERE account < 0 AND pending = 0 AND word IN ('revenue', 'fee', 'tax') GROUP BY 1, 2, 3;"
    "PRAGMA user_version=4;";

static const char LISTS_5[] =
    /* What the bills of all accounts share. kind 1: days, 2: instants, 3: prices by steps of step_s, one of which begins at start_utc_s. */
    "CREATE TABLE mbill_list("
    " list_no INTEGER PRIMARY KEY,"
    " kind INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " start_utc_s INTEGER NOT NULL,"
    " step_s INTEGER NOT NULL,"
    " UNIQUE(kind, name)) STRICT;"

    /* at: a day, an instant, or where a step begins; value: its price in 10^-9, else 0. A step without a row has no price. */
    "CREATE TABLE mbill_list_entry("
    " list_no INTEGER NOT NULL REFERENCES mbill_list,"
    " at INTEGER NOT NULL,"
    " value INTEGER NOT NULL,"
    " PRIMARY KEY(list_no, at)) STRICT, WITHOUT ROWID;"
    "PRAGMA user_version=5;";

static const char LEDGER_6[] =
    /* One ledger: the account's number there is its account_no. policy: how its money behaves, as mbill_policy_read() takes it; null: as
     * the preset DLT. */
    "ALTER TABLE mbill_account ADD COLUMN policy TEXT;"

    /* What bills and top-ups were booked in before; nothing is in them (check_empty). */
    "DROP TABLE mbill_leg; DROP TABLE mbill_balance; DROP TABLE mbill_bill; DROP TABLE mbill_operation;"

    /* Bills as documents. record: the bill's use in the ledger. from_date: first civil day in the tariff's zone. position: the document of
     * where the contract stands behind it. */
    "CREATE TABLE mbill_bill("
    " bill_no INTEGER PRIMARY KEY,"
    " contract_no INTEGER NOT NULL REFERENCES mbill_contract,"
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " tariff_no INTEGER NOT NULL REFERENCES mbill_tariff,"
    " record INTEGER NOT NULL UNIQUE,"
    " from_utc_s INTEGER NOT NULL,"
    " to_utc_s INTEGER NOT NULL CHECK(to_utc_s > from_utc_s),"
    " from_date TEXT NOT NULL,"
    " flags INTEGER NOT NULL,"
    " total_micro INTEGER NOT NULL,"
    " body TEXT NOT NULL,"
    " position TEXT NOT NULL,"
    " UNIQUE(contract_no, from_utc_s)) STRICT;"
    "CREATE INDEX mbill_bill_of_account ON mbill_bill(account_no, from_utc_s);"
    "CREATE TRIGGER mbill_bill_keep BEFORE UPDATE ON mbill_bill BEGIN SELECT RAISE(ABORT, 'bills are never changed'); END;"
    "CREATE TRIGGER mbill_bill_hold BEFORE DELETE ON mbill_bill BEGIN SELECT RAISE(ABORT, 'bills are never removed'); END;"

    /* As before, with the account's id in the store; null: it has none. */
    "DROP VIEW mbill_statement; DROP VIEW mbill_place_balance;"
    "CREATE VIEW mbill_statement AS"
    " SELECT debit_account AS account, record, n, recorded_utc_s, kind, purpose, debit_place AS place, amount_micro AS "
    "debit_micro,"
    " 0 AS credit_micro, pending, credit_account AS other_account, credit_place AS other_place,"
    " (SELECT id FROM mbill_account WHERE account_no = debit_account) AS id FROM mbill_entry"
    " UNION ALL SELECT credit_account, record, n, recorded_utc_s, kind, purpose, credit_place, 0, amount_micro, pending,"
    " debit_account, debit_place, (SELECT id FROM mbill_account WHERE account_no = credit_account) FROM mbill_entry;"
    "CREATE VIEW mbill_place_balance AS SELECT account, place,"
    " sum(CASE WHEN pending = 0 THEN debit_micro ELSE 0 END) AS debits_micro,"
    " sum(CASE WHEN pending = 0 THEN credit_micro ELSE 0 END) AS credits_micro,"
    " sum(pending * debit_micro) AS pending_debits_micro,"
    " sum(pending * credit_micro) AS pending_credits_micro,"
    " id FROM mbill_statement GROUP BY account, place, id;"
    "PRAGMA user_version=6;";

#define ONE_LEDGER 6 /* the first version without tables of its own for top-ups and bills */

#define PARTS 6 /* a string of C may have 4095 characters */

/* MIGRATIONS[v] brings a file of version v to version v + 1. */
static const char *const MIGRATIONS[MBILL__SCHEMA_VERSION][PARTS] = {{WHO_1, WHAT_1, RULES_1}, {WORDS_2}, {CHANGES_3},
    {SEGMENTS_4, WORDS_4, RESULTS_4, RECORDS_4, LEGS_4, SUMS_4}, {LISTS_5}, {LEDGER_6}};

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

/* Version 6 drops the tables; no program that was given out has booked anything in them. */
static mbill_status check_empty(mbill__db *db, int64_t version, mbill_error *err)
{
    int64_t n_operations = 0;
    if (version < 1 || version >= ONE_LEDGER) return MBILL_OK;
    MBILL_TRY(read_whole(db, "SELECT count(*) FROM mbill_operation", &n_operations, err));
    if (n_operations == 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_VERSION,
        "file \"%s\" has tables of version %lld with %lld operations, which version %d keeps elsewhere; expected a store made "
        "anew "
        "from the same files",
        mbill__db_path(db), (long long)version, (long long)n_operations, ONE_LEDGER);
}

static mbill_status migrate(mbill__db *db, int64_t version, mbill_error *err)
{
    MBILL_TRY(mbill__db_begin(db, err));
    mbill_status status = check_empty(db, version, err);
    for (int64_t at = version; at < MBILL__SCHEMA_VERSION; at++)
        for (size_t part = 0; status == MBILL_OK && part < PARTS && MIGRATIONS[at][part] != NULL; part++)
            status = mbill__db_run(db, MIGRATIONS[at][part], err);
    return mbill__db_finish(db, status, err);
}

mbill_status mbill__schema_make(mbill__db *db, mbill_error *err)
{
    return migrate(db, 0, err);
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
        return mbill__schema_make(db, err);
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

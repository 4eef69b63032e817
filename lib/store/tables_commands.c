/* SPDX-License-Identifier: Apache-2.0 */
/* Signed commands, what was taken before them, and what became of them. Changes when a command's life does. */
#include "store/tables.h"

static const char COMMANDS[] =
    /* A signed message, once. message: as it was taken, hash its BLAKE2b-256; audience: whom it names, a meter or a group; seq: big-endian, so that bytes sort as
     * numbers; nbf_utc_s 0: none; on_balance: it has a condition on the balance; account_no: whose money, where it was said. */
    "CREATE TABLE mbill_command("
    " command_no INTEGER PRIMARY KEY,"
    " id BLOB NOT NULL UNIQUE CHECK(length(id) = 16),"
    " hash BLOB NOT NULL CHECK(length(hash) = 32),"
    " message BLOB NOT NULL,"
    " audience TEXT NOT NULL,"
    " kid BLOB NOT NULL CHECK(length(kid) = 8),"
    " seq BLOB NOT NULL CHECK(length(seq) = 8),"
    " kind INTEGER NOT NULL,"
    " nbf_utc_s INTEGER NOT NULL,"
    " exp_utc_s INTEGER NOT NULL,"
    " on_balance INTEGER NOT NULL CHECK(on_balance IN (0, 1)),"
    " account_no INTEGER REFERENCES mbill_account,"
    " taken_utc_s INTEGER NOT NULL) STRICT;"

    /* The life of it at each of its meters. state: mbill_receipt_state; reason: why the store left the meter out (a number of mbill_status; 0: it did not), why: the sentence. */
    "CREATE TABLE mbill_command_target("
    " errand_no INTEGER PRIMARY KEY,"
    " command_no INTEGER NOT NULL REFERENCES mbill_command,"
    " target TEXT NOT NULL,"
    " state INTEGER NOT NULL,"
    " reason INTEGER NOT NULL,"
    " why TEXT NOT NULL,"
    " changed_utc_s INTEGER NOT NULL,"
    " UNIQUE(command_no, target)) STRICT;"
    "CREATE INDEX mbill_command_waiting ON mbill_command_target(target) WHERE state = 2;"
    "CREATE INDEX mbill_command_queue ON mbill_command_target(state) WHERE state = 2;"

    /* Whose power is kept (kept 1) or not any longer (0), and from when on: of the rows whose command was not taken back, the latest counts. */
    "CREATE TABLE mbill_command_keep("
    " target TEXT NOT NULL,"
    " from_utc_s INTEGER NOT NULL,"
    " command_no INTEGER NOT NULL REFERENCES mbill_command,"
    " kept INTEGER NOT NULL CHECK(kept IN (0, 1)),"
    " PRIMARY KEY(target, from_utc_s, command_no)) STRICT, WITHOUT ROWID;";

static const char STATES[] =
    /* mbill_replay_encode, mbill_purchases_encode, mbill_quota_encode, mbill_pace_encode. */
    "CREATE TABLE mbill_command_number("
    " target TEXT NOT NULL, kid BLOB NOT NULL CHECK(length(kid) = 8), state BLOB NOT NULL, PRIMARY KEY(target, kid)) STRICT, "
    "WITHOUT ROWID;"
    "CREATE TABLE mbill_command_purchase("
    " target TEXT PRIMARY KEY, state BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE mbill_command_quota("
    " kid BLOB PRIMARY KEY CHECK(length(kid) = 8), state BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE mbill_command_pace("
    " pace_no INTEGER PRIMARY KEY CHECK(pace_no = 1), state BLOB NOT NULL) STRICT;"

    /* message: the signed receipt; null: there was none. */
    "CREATE TABLE mbill_command_receipt("
    " receipt_no INTEGER PRIMARY KEY,"
    " errand_no INTEGER NOT NULL REFERENCES mbill_command_target,"
    " state INTEGER NOT NULL,"
    " at_utc_s INTEGER NOT NULL,"
    " message BLOB) STRICT;";

static const char VIEWS[] =
    "CREATE VIEW mbill_command_life AS SELECT lower(hex(id)) AS command, audience, target,"
    " CASE kind WHEN 1 THEN 'trip' WHEN 2 THEN 'permit_close' WHEN 3 THEN 'direct_close' WHEN 4 THEN 'alarm_on' WHEN 5 THEN "
    "'alarm_off'"
    " WHEN 6 THEN 'keep_on' WHEN 7 THEN 'keep_off' WHEN 8 THEN 'top_up' WHEN 9 THEN 'refund' WHEN 10 THEN 'tariff' WHEN 11 THEN "
    "'clock'"
    " WHEN 12 THEN 'valve_open' WHEN 13 THEN 'valve_close' WHEN 14 THEN 'read' ELSE 'cancel' END AS kind,"
    " CASE state WHEN 1 THEN 'received' WHEN 2 THEN 'verified' WHEN 3 THEN 'sent' WHEN 4 THEN 'accepted' WHEN 5 THEN 'confirmed'"
    " WHEN 6 THEN 'refused' WHEN 7 THEN 'expired' WHEN 8 THEN 'superseded' ELSE 'unknown' END AS state,"
    " datetime(taken_utc_s, 'unixepoch') AS taken, datetime(changed_utc_s, 'unixepoch') AS changed, why"
    " FROM mbill_command_target JOIN mbill_command USING(command_no);"
    "CREATE VIEW mbill_command_power AS SELECT k.target, CASE kept WHEN 1 THEN 'keep_on' ELSE 'keep_off' END AS power,"
    " datetime(from_utc_s, 'unixepoch') AS begins, lower(hex(id)) AS command, CASE WHEN t.state <> 8 AND t.reason = 0 THEN 1 ELSE 0 END AS counts"
    " FROM mbill_command_keep k JOIN mbill_command USING(command_no) JOIN mbill_command_target t USING(command_no, target);";

const char *const mbill__tables_commands[] = {COMMANDS, STATES, VIEWS, NULL};

/* SPDX-License-Identifier: Apache-2.0 */
/* Signed commands, what was taken before them, and what became of them. Changes when a command's life does. */
#include "store/tables.h"

static const char COMMANDS[] =
    /* message: as it was taken, hash its BLAKE2b-256; seq: big-endian, so that bytes sort as numbers; nbf_s 0: none; state: mbill_receipt_state. */
    "CREATE TABLE mbill_command("
    " command_no INTEGER PRIMARY KEY,"
    " id BLOB NOT NULL UNIQUE CHECK(length(id) = 16),"
    " hash BLOB NOT NULL CHECK(length(hash) = 32),"
    " message BLOB NOT NULL,"
    " target TEXT NOT NULL,"
    " kid BLOB NOT NULL CHECK(length(kid) = 8),"
    " seq BLOB NOT NULL CHECK(length(seq) = 8),"
    " kind INTEGER NOT NULL,"
    " nbf_utc_s INTEGER NOT NULL,"
    " exp_utc_s INTEGER NOT NULL,"
    " state INTEGER NOT NULL,"
    " taken_utc_s INTEGER NOT NULL,"
    " changed_utc_s INTEGER NOT NULL) STRICT;"
    "CREATE INDEX mbill_command_waiting ON mbill_command(target, kind) WHERE state = 2;"

    /* mbill_replay_encode, mbill_purchases_encode, mbill_quota_encode. */
    "CREATE TABLE mbill_command_number("
    " target TEXT NOT NULL, kid BLOB NOT NULL CHECK(length(kid) = 8), state BLOB NOT NULL, PRIMARY KEY(target, kid)) STRICT, "
    "WITHOUT ROWID;"
    "CREATE TABLE mbill_command_purchase("
    " target TEXT PRIMARY KEY, state BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE mbill_command_quota("
    " kid BLOB PRIMARY KEY CHECK(length(kid) = 8), state BLOB NOT NULL) STRICT, WITHOUT ROWID;"

    /* message: the signed receipt; null: there was none. */
    "CREATE TABLE mbill_command_receipt("
    " receipt_no INTEGER PRIMARY KEY,"
    " command_no INTEGER NOT NULL REFERENCES mbill_command,"
    " state INTEGER NOT NULL,"
    " at_utc_s INTEGER NOT NULL,"
    " message BLOB) STRICT;";

static const char VIEWS[] =
    "CREATE VIEW mbill_command_life AS SELECT lower(hex(id)) AS command, target,"
    " CASE kind WHEN 1 THEN 'trip' WHEN 2 THEN 'permit_close' WHEN 3 THEN 'direct_close' WHEN 4 THEN 'alarm_on' WHEN 5 THEN "
    "'alarm_off'"
    " WHEN 6 THEN 'keep_on' WHEN 7 THEN 'keep_off' WHEN 8 THEN 'top_up' WHEN 9 THEN 'refund' WHEN 10 THEN 'tariff' WHEN 11 THEN "
    "'clock'"
    " WHEN 12 THEN 'valve_open' WHEN 13 THEN 'valve_close' WHEN 14 THEN 'read' ELSE 'cancel' END AS kind,"
    " CASE state WHEN 1 THEN 'received' WHEN 2 THEN 'verified' WHEN 3 THEN 'sent' WHEN 4 THEN 'accepted' WHEN 5 THEN 'confirmed'"
    " WHEN 6 THEN 'refused' WHEN 7 THEN 'expired' WHEN 8 THEN 'superseded' ELSE 'unknown' END AS state,"
    " datetime(taken_utc_s, 'unixepoch') AS taken, datetime(changed_utc_s, 'unixepoch') AS changed FROM mbill_command;";

const char *const mbill__tables_commands[] = {COMMANDS, VIEWS, NULL};

/* SPDX-License-Identifier: Apache-2.0 */
/* What meters said. Changes when readings are kept in another way. */
#include "store/tables.h"

static const char READINGS[] =
    /* Readings of a group of registers (register_no >> 10), packed: tile.h has the form of data, and the views show the readings. Of two at
     * one instant the one in the tile of the higher number counts; a number is never given twice. kind 1: samples, 2: intervals. month: of UTC, from January 1970, in
     * which all of them are, or begin. first_utc_s, last_utc_s: the seconds that they touch. */
    "CREATE TABLE mbill_reading_tile("
    " tile_no INTEGER PRIMARY KEY,"
    " group_no INTEGER NOT NULL,"
    " kind INTEGER NOT NULL,"
    " month INTEGER NOT NULL,"
    " first_utc_s INTEGER NOT NULL,"
    " last_utc_s INTEGER NOT NULL CHECK(last_utc_s >= first_utc_s),"
    " n_readings INTEGER NOT NULL CHECK(n_readings > 0),"
    " data BLOB NOT NULL) STRICT;"
    "CREATE INDEX mbill_reading_tile_of_group ON mbill_reading_tile(group_no, kind, last_utc_s, first_utc_s);"
    "CREATE TRIGGER mbill_reading_tile_keep BEFORE UPDATE ON mbill_reading_tile BEGIN SELECT RAISE(ABORT, 'readings are never "
    "changed'); END;"

    /* What a group has in a month; one that was corrected counts once. present: a bit for each register with a reading, the first the
     * highest of the first byte. */
    "CREATE TABLE mbill_reading_month("
    " group_no INTEGER NOT NULL,"
    " kind INTEGER NOT NULL,"
    " month INTEGER NOT NULL,"
    " n_readings INTEGER NOT NULL,"
    " first_utc_s INTEGER NOT NULL,"
    " last_utc_s INTEGER NOT NULL,"
    " present BLOB NOT NULL CHECK(length(present) = 128),"
    " PRIMARY KEY(group_no, kind, month)) STRICT, WITHOUT ROWID;";

static const char PARTS[] =
    /* Months that are not in the file, but for the edges that later bills begin with, and (state 3) the month that a detached file is. state
     * 1: detached, 2: purged. digest: of the month's tiles, as the store had them. */
    "CREATE TABLE mbill_reading_part("
    " month INTEGER PRIMARY KEY,"
    " state INTEGER NOT NULL CHECK(state BETWEEN 1 AND 3),"
    " n_tiles INTEGER NOT NULL,"
    " n_readings INTEGER NOT NULL,"
    " digest BLOB NOT NULL CHECK(length(digest) = 32)) STRICT;";

static const char CORRECTIONS[] =
    /* Readings that took the place of another (was_*), and those that came when a bill of their time was made (was_* null). place 1: the
     * first of a new meter, at the instant of the last of the old one. bill_no: the first bill that they concern; null: none yet. One that is
     * not there was a draft, and was cancelled. */
    "CREATE TABLE mbill_reading_correction("
    " correction_no INTEGER PRIMARY KEY,"
    " kind INTEGER NOT NULL,"
    " register_no INTEGER NOT NULL REFERENCES mbill_register,"
    " at_utc_s INTEGER NOT NULL,"
    " place INTEGER NOT NULL,"
    " was_micro INTEGER,"
    " was_flags INTEGER,"
    " value_micro INTEGER NOT NULL,"
    " flags INTEGER NOT NULL,"
    " bill_no INTEGER) STRICT;"
    "CREATE TRIGGER mbill_reading_correction_keep BEFORE UPDATE ON mbill_reading_correction BEGIN SELECT RAISE(ABORT, "
    "'corrections "
    "are never changed'); END;"
    "CREATE TRIGGER mbill_reading_correction_hold BEFORE DELETE ON mbill_reading_correction BEGIN SELECT RAISE(ABORT, "
    "'corrections "
    "are never removed'); END;";

const char *const mbill__tables_readings[] = {READINGS, PARTS, CORRECTIONS, NULL};

/* SPDX-License-Identifier: Apache-2.0 */
/* What meters said. Changes when readings are kept in another way. */
#include "store/tables.h"

static const char READINGS[] =
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
    " PRIMARY KEY(register_no, start_utc_s)) STRICT, WITHOUT ROWID;";

const char *const mbill__tables_readings[] = {READINGS, NULL};

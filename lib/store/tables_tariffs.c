/* SPDX-License-Identifier: Apache-2.0 */
/* What prices come from. Changes when tariffs, or what all bills share, are kept in another way. */
#include "store/tables.h"

static const char TARIFFS[] =
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

static const char LISTS[] =
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
    " PRIMARY KEY(list_no, at)) STRICT, WITHOUT ROWID;";

const char *const mbill__tables_tariffs[] = {TARIFFS, LISTS, NULL};

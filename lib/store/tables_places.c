/* SPDX-License-Identifier: Apache-2.0 */
/* Where accounts and meters stand, and by what words they are found. Changes when a places document does. */
#include "store/tables.h"

static const char PLACES[] =
    /* The tree; in_no null: at the top. */
    "CREATE TABLE mbill_place("
    " place_no INTEGER PRIMARY KEY,"
    " id TEXT NOT NULL UNIQUE,"
    " kind TEXT NOT NULL,"
    " title TEXT,"
    " in_no INTEGER REFERENCES mbill_place) STRICT;"
    "CREATE INDEX mbill_place_within ON mbill_place(in_no);"
    "CREATE TABLE mbill_place_tag("
    " place_no INTEGER NOT NULL REFERENCES mbill_place,"
    " tag TEXT NOT NULL,"
    " PRIMARY KEY(place_no, tag)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE mbill_account_at("
    " account_no INTEGER PRIMARY KEY REFERENCES mbill_account,"
    " place_no INTEGER NOT NULL REFERENCES mbill_place) STRICT;"
    "CREATE TABLE mbill_account_tag("
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " tag TEXT NOT NULL,"
    " PRIMARY KEY(account_no, tag)) STRICT, WITHOUT ROWID;"

    /* behind_no: the master meter that counts what this one does, and more. */
    "CREATE TABLE mbill_meter_at("
    " meter_no INTEGER PRIMARY KEY REFERENCES mbill_meter,"
    " place_no INTEGER REFERENCES mbill_place,"
    " behind_no INTEGER REFERENCES mbill_meter) STRICT;"
    "CREATE INDEX mbill_meter_behind ON mbill_meter_at(behind_no);"

    /* What a tariff bills: water, electricity, heat. */
    "CREATE TABLE mbill_utility("
    " tariff TEXT PRIMARY KEY,"
    " utility TEXT NOT NULL) STRICT, WITHOUT ROWID;";

const char *const mbill__tables_places[] = {PLACES, NULL};

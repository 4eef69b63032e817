/* SPDX-License-Identifier: Apache-2.0 */
/* The people behind accounts: the only tables with what is theirs. Bills, journal and readings know an account's number alone. Changes when more is
 * known of people. */
#include "store/tables.h"

static const char PEOPLE[] = "CREATE TABLE mbill_person("
                             " account_no INTEGER NOT NULL REFERENCES mbill_account,"
                             " field TEXT NOT NULL,"
                             " value TEXT NOT NULL,"
                             " PRIMARY KEY(account_no, field)) STRICT, WITHOUT ROWID;"

                             /* That it was done: when, why, and how many fields went. */
                             "CREATE TABLE mbill_forgotten("
                             " account_no INTEGER PRIMARY KEY REFERENCES mbill_account,"
                             " at_utc_s INTEGER NOT NULL,"
                             " reason TEXT NOT NULL,"
                             " n_fields INTEGER NOT NULL) STRICT;";

const char *const mbill__tables_people[] = {PEOPLE, NULL};

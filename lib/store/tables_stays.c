/* SPDX-License-Identifier: Apache-2.0 */
/* Since when and until when somebody lives with an account. Changes when an opening or a leaving is kept in another way. */
#include "store/tables.h"

static const char STAYS[] =
    /* The calls that opened the account and that ended it, by their ids; hash: of the canonical document. An account without a row is registered, and
     * nobody lives there yet. to_day: the first day that is no longer supplied. */
    "CREATE TABLE mbill_stay("
    " account_no INTEGER PRIMARY KEY REFERENCES mbill_account,"
    " opening_id BLOB NOT NULL UNIQUE,"
    " opening_hash BLOB NOT NULL,"
    " opened_utc_s INTEGER NOT NULL,"
    " leaving_id BLOB UNIQUE,"
    " leaving_hash BLOB,"
    " left_utc_s INTEGER,"
    " to_day INTEGER) STRICT;";

const char *const mbill__tables_stays[] = {STAYS, NULL};

/* SPDX-License-Identifier: Apache-2.0 */
/* Bills as they were made. Changes when a bill is kept in another way. */
#include "store/tables.h"

static const char BILLS[] =
    /* Bills as documents. record: the bill's use in the ledger; null: it is paid afterwards, and mbill_due says where it stands. from_date: first civil day in the tariff's zone. A number is never given twice, also not that of a draft that was cancelled. position: the document of
     * where the contract stands behind it. */
    "CREATE TABLE mbill_bill("
    " bill_no INTEGER PRIMARY KEY,"
    " contract_no INTEGER NOT NULL REFERENCES mbill_contract,"
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " tariff_no INTEGER NOT NULL REFERENCES mbill_tariff,"
    " record INTEGER UNIQUE,"
    " from_utc_s INTEGER NOT NULL,"
    " to_utc_s INTEGER NOT NULL CHECK(to_utc_s > from_utc_s),"
    " from_date TEXT NOT NULL,"
    " flags INTEGER NOT NULL,"
    " total_micro INTEGER NOT NULL,"
    " body TEXT NOT NULL,"
    " position TEXT NOT NULL,"
    " UNIQUE(contract_no, from_utc_s)) STRICT;"
    "CREATE INDEX mbill_bill_of_account ON mbill_bill(account_no, from_utc_s);"
    "CREATE INDEX mbill_bill_by_end ON mbill_bill(to_utc_s);"
    "CREATE TRIGGER mbill_bill_keep BEFORE UPDATE ON mbill_bill BEGIN SELECT RAISE(ABORT, 'bills are never changed'); END;"
    /* A draft that is cancelled leaves its span open. */
    "CREATE TRIGGER mbill_bill_hold BEFORE DELETE ON mbill_bill WHEN OLD.record IS NOT NULL OR EXISTS(SELECT 1 FROM mbill_due "
    "WHERE priced_no = "
    "OLD.bill_no) BEGIN SELECT RAISE(ABORT, 'bills are never removed'); END;";

const char *const mbill__tables_bills[] = {BILLS, NULL};

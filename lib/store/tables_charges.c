/* SPDX-License-Identifier: Apache-2.0 */
/* Custom charges and the periods that were settled. Changes when what is kept of a period does. */
#include "store/tables.h"

static const char CHARGES[] =
    /* body: the charge's document, its last version. */
    "CREATE TABLE mbill_charge("
    " charge_no INTEGER PRIMARY KEY,"
    " id TEXT NOT NULL UNIQUE,"
    " body TEXT NOT NULL) STRICT;"

    /* Up to which period, not included, an account is settled. */
    "CREATE TABLE mbill_charge_account("
    " charge_no INTEGER NOT NULL REFERENCES mbill_charge,"
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " next_period INTEGER NOT NULL,"
    " PRIMARY KEY(charge_no, account_no)) STRICT, WITHOUT ROWID;"

    /* A period that an account paid for, over civil days [from_day, to_day). state: mbill_charge_state; op: the operation in the ledger, null:
     * there is none; code: the ledger's result. */
    "CREATE TABLE mbill_charge_item("
    " charge_no INTEGER NOT NULL REFERENCES mbill_charge,"
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " period INTEGER NOT NULL,"
    " from_day INTEGER NOT NULL,"
    " to_day INTEGER NOT NULL,"
    " due_utc_s INTEGER NOT NULL,"
    " n_days INTEGER NOT NULL,"
    " amount_micro INTEGER NOT NULL,"
    " state INTEGER NOT NULL,"
    " code INTEGER NOT NULL,"
    " op BLOB,"
    " recorded_utc_s INTEGER NOT NULL,"
    " PRIMARY KEY(charge_no, account_no, period)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX mbill_charge_item_of_account ON mbill_charge_item(account_no, due_utc_s);"

    /* Periods on bills that are paid afterwards. One stands on at most one bill that was not cancelled or replaced. */
    "CREATE TABLE mbill_due_item("
    " bill_no INTEGER NOT NULL REFERENCES mbill_due,"
    " charge_no INTEGER NOT NULL,"
    " account_no INTEGER NOT NULL,"
    " period INTEGER NOT NULL,"
    " amount_micro INTEGER NOT NULL,"
    " PRIMARY KEY(bill_no, charge_no, period),"
    " FOREIGN KEY(charge_no, account_no, period) REFERENCES mbill_charge_item) STRICT, WITHOUT ROWID;"
    "CREATE INDEX mbill_due_item_of_period ON mbill_due_item(charge_no, account_no, period);"
    "CREATE TRIGGER mbill_due_item_keep BEFORE UPDATE ON mbill_due_item BEGIN SELECT RAISE(ABORT, 'items are never changed'); END;"
    "CREATE TRIGGER mbill_due_item_hold BEFORE DELETE ON mbill_due_item BEGIN SELECT RAISE(ABORT, 'items are never removed'); END;"

    /* bill: the one that it stands on; null: none, or not yet. */
    "CREATE VIEW mbill_charge_line AS SELECT c.id AS charge, a.id AS account, period, date(from_day * 86400, 'unixepoch') AS"
    " from_date, date(to_day * 86400, 'unixepoch') AS to_date, due_utc_s, n_days, amount_micro,"
    " CASE i.state WHEN 1 THEN 'charged' WHEN 2 THEN 'for_bill' ELSE 'refused' END AS state, code, lower(hex(op)) AS op_id,"
    " (SELECT l.bill_no FROM mbill_due_item l JOIN mbill_due d USING(bill_no) WHERE l.charge_no = i.charge_no"
    " AND l.account_no = i.account_no AND l.period = i.period AND d.state NOT IN (8, 9)) AS bill"
    " FROM mbill_charge_item i JOIN mbill_charge c USING(charge_no) JOIN mbill_account a USING(account_no);";

const char *const mbill__tables_charges[] = {CHARGES, NULL};

/* SPDX-License-Identifier: Apache-2.0 */
/* Who is billed and by which meters. Changes when an accounts document does. */
#include "store/tables.h"

static const char NUMBERS[] =
    /* The highest number of each kind that was given; none is given twice, whatever became of what had it. */
    "CREATE TABLE mbill_number("
    " name TEXT PRIMARY KEY,"
    " given INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

static const char ACCOUNTS[] =
    /* Who is billed; the ledger knows the account by account_no. policy: how its money behaves, as mbill_policy_read() takes it; null: as
     * the preset DLT. */
    "CREATE TABLE mbill_account("
    " account_no INTEGER PRIMARY KEY,"
    " id TEXT NOT NULL UNIQUE,"
    " title TEXT,"
    " policy TEXT) STRICT;"

    /* What is known of an account from a day on: area, persons. from_day -2147483648: since ever. word: a fact that is one, such as a
     * payment class; null: it is value_micro. */
    "CREATE TABLE mbill_fact("
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " name TEXT NOT NULL,"
    " from_day INTEGER NOT NULL,"
    " value_micro INTEGER NOT NULL,"
    " word TEXT,"
    " PRIMARY KEY(account_no, name, from_day)) STRICT, WITHOUT ROWID;"

    /* One account's supply under one tariff over the civil days [from_day, to_day) of the tariff's zone. to_day 2147483647: no
     * end. postpaid 1: its bills are drafts first, and are paid afterwards. change_*: how a bill is divided in which a version of the tariff or a fact begins (mbill_change_rule); 0: it is refused. */
    "CREATE TABLE mbill_contract("
    " contract_no INTEGER PRIMARY KEY,"
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " tariff TEXT NOT NULL,"
    " from_day INTEGER NOT NULL,"
    " to_day INTEGER NOT NULL CHECK(to_day > from_day),"
    " change_split INTEGER NOT NULL,"
    " change_step_micro INTEGER NOT NULL,"
    " change_how INTEGER NOT NULL,"
    " postpaid INTEGER NOT NULL CHECK(postpaid IN (0, 1)),"
    " UNIQUE(account_no, tariff, from_day)) STRICT;";

static const char METERS[] =
    "CREATE TABLE mbill_meter("
    " meter_no INTEGER PRIMARY KEY,"
    " id TEXT NOT NULL UNIQUE) STRICT;"

    /* modulus_micro 0: never rolls over. */
    "CREATE TABLE mbill_register("
    " register_no INTEGER PRIMARY KEY,"
    " meter_no INTEGER NOT NULL REFERENCES mbill_meter,"
    " name TEXT NOT NULL,"
    " unit TEXT NOT NULL,"
    " modulus_micro INTEGER NOT NULL,"
    " multiplier_micro INTEGER NOT NULL,"
    " UNIQUE(meter_no, name)) STRICT;"

    /* Which registers measure a contract. */
    "CREATE TABLE mbill_contract_register("
    " contract_no INTEGER NOT NULL REFERENCES mbill_contract,"
    " register_no INTEGER NOT NULL REFERENCES mbill_register,"
    " PRIMARY KEY(contract_no, register_no)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX mbill_contract_of_register ON mbill_contract_register(register_no);"

    /* What a unit of a register named so is worth in to_unit from a day on: numerator / denominator. from_day
     * -2147483648: since ever. unit: what it counts; origin: where the fraction comes from, null: not said. */
    "CREATE TABLE mbill_factor("
    " contract_no INTEGER NOT NULL REFERENCES mbill_contract,"
    " name TEXT NOT NULL,"
    " from_day INTEGER NOT NULL,"
    " numerator INTEGER NOT NULL CHECK(numerator > 0),"
    " denominator INTEGER NOT NULL CHECK(denominator > 0),"
    " unit TEXT NOT NULL,"
    " to_unit TEXT NOT NULL,"
    " origin TEXT,"
    " PRIMARY KEY(contract_no, name, from_day)) STRICT, WITHOUT ROWID;";

const char *const mbill__tables_accounts[] = {NUMBERS, ACCOUNTS, METERS, NULL};

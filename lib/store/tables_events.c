/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations of alarms, how each stands, and what they have said. Changes when one of them is kept in another way. */
#include "store/tables.h"

static const char CONFIGS[] =
    /* Versions of configurations, each as its document; of a name the last one holds. */
    "CREATE TABLE mbill_alarm_config("
    " config_no INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL,"
    " version INTEGER NOT NULL,"
    " json TEXT NOT NULL,"
    " UNIQUE(name, version)) STRICT;"

    /* Whose balances a configuration watches: those of all accounts, or of one. name '': nobody's. */
    "CREATE TABLE mbill_alarm_default("
    " one INTEGER PRIMARY KEY CHECK(one = 1),"
    " name TEXT NOT NULL) STRICT;"
    "CREATE TABLE mbill_alarm_choice("
    " account_no INTEGER PRIMARY KEY REFERENCES mbill_account,"
    " name TEXT NOT NULL) STRICT;"

    /* How an account's alarm stands. A balance from quiet_from_micro to quiet_to_micro before due_utc_s changes nothing; an alarm that
     * nothing ever changed has no row. due_utc_s 9223372036854775807: never. */
    "CREATE TABLE mbill_alarm_state("
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " name TEXT NOT NULL,"
    " alarm TEXT NOT NULL,"
    " due_utc_s INTEGER NOT NULL,"
    " quiet_from_micro INTEGER NOT NULL,"
    " quiet_to_micro INTEGER NOT NULL,"
    " state BLOB NOT NULL,"
    " PRIMARY KEY(account_no, name, alarm)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX mbill_alarm_state_due ON mbill_alarm_state(due_utc_s) WHERE due_utc_s < 9223372036854775807;"

    /* The alarms of a configuration that lines are for, as mbill_board_save() writes them. */
    "CREATE TABLE mbill_alarm_board("
    " name TEXT PRIMARY KEY,"
    " state TEXT NOT NULL) STRICT, WITHOUT ROWID;"

    /* The last tick. */
    "CREATE TABLE mbill_alarm_head("
    " one INTEGER PRIMARY KEY CHECK(one = 1),"
    " tick_utc_s INTEGER NOT NULL) STRICT;";

static const char EVENTS[] =
    /* what 1: raised, 2: cleared, 3: acknowledged, 4: told, 5: escalated, 6: trips, 7: released, 8: rolled over, 9: locked, 10: unlocked.
     * id null: the store's own alarms said it. place_no null: where the account stands, if there is one. at_utc_s: when it happened, by
     * the rule; observed_utc_s: when it was found. n: how often it was told, or the step of the escalation. channels: a JSON list. */
    "CREATE TABLE mbill_alarm_event("
    " event_no INTEGER PRIMARY KEY,"
    " id TEXT UNIQUE,"
    " config_no INTEGER REFERENCES mbill_alarm_config,"
    " account_no INTEGER REFERENCES mbill_account,"
    " place_no INTEGER REFERENCES mbill_place,"
    " key TEXT,"
    " kind TEXT NOT NULL,"
    " what INTEGER NOT NULL,"
    " at_utc_s INTEGER NOT NULL,"
    " observed_utc_s INTEGER NOT NULL,"
    " level INTEGER NOT NULL,"
    " value_micro INTEGER NOT NULL,"
    " episode INTEGER NOT NULL,"
    " n INTEGER NOT NULL,"
    " channels TEXT) STRICT;"
    "CREATE INDEX mbill_alarm_event_at ON mbill_alarm_event(at_utc_s);";

const char *const mbill__tables_events[] = {CONFIGS, EVENTS, NULL};

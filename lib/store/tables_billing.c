/* SPDX-License-Identifier: Apache-2.0 */
/* Bills that are paid afterwards: where each stands, what happened to it, and under which policy. Changes when one is kept in another way. */
#include "store/tables.h"

static const char BILLING[] =
    /* Policies as they were given, in turn: a draft goes by the last one, a bill by that under which it was issued. */
    "CREATE TABLE mbill_billing_policy("
    " policy_no INTEGER PRIMARY KEY,"
    " json TEXT NOT NULL UNIQUE) STRICT;"

    /* Where each bill stands: the members of mbill_cycle. Days are civil days in the policy's zone, -2147483648 before issue. priced_no: the
     * bill as a document; null when it was cancelled or replaced, and then body has the document. replaces: the draft whose place it took. */
    "CREATE TABLE mbill_due("
    " bill_no INTEGER PRIMARY KEY,"
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " contract_no INTEGER NOT NULL REFERENCES mbill_contract,"
    " priced_no INTEGER UNIQUE REFERENCES mbill_bill,"
    " policy_no INTEGER REFERENCES mbill_billing_policy,"
    " replaces INTEGER REFERENCES mbill_due,"
    " from_utc_s INTEGER NOT NULL,"
    " to_utc_s INTEGER NOT NULL,"
    " from_date TEXT NOT NULL,"
    " bill_flags INTEGER NOT NULL,"
    " state INTEGER NOT NULL CHECK(state BETWEEN 1 AND 9),"
    " flags INTEGER NOT NULL,"
    " reminded INTEGER NOT NULL,"
    " issued_day INTEGER NOT NULL,"
    " due_day INTEGER NOT NULL,"
    " day INTEGER NOT NULL,"
    " reason INTEGER NOT NULL,"
    " amount_micro INTEGER NOT NULL,"
    " corrected_micro INTEGER NOT NULL,"
    " paid_micro INTEGER NOT NULL,"
    " fee_micro INTEGER NOT NULL,"
    " fee_paid_micro INTEGER NOT NULL,"
    " fee_sum_micro INTEGER NOT NULL,"
    " on_time_micro INTEGER NOT NULL,"
    " written_off_micro INTEGER NOT NULL,"
    " body TEXT) STRICT;"
    "CREATE INDEX mbill_due_of_account ON mbill_due(account_no, state);"
    "CREATE INDEX mbill_due_by_state ON mbill_due(state);"
    "CREATE INDEX mbill_due_of_contract ON mbill_due(contract_no, from_utc_s);"
    "CREATE TRIGGER mbill_due_hold BEFORE DELETE ON mbill_due BEGIN SELECT RAISE(ABORT, 'bills are never removed'); END;";

static const char EVENTS[] =
    /* What happened to a bill, in order. kind: mbill_cycle_kind; amount_micro: what was paid, taken back, corrected, booked; was_micro, is_micro: what
     * the bill came to before it and after it, corrections among it, late fees not; record: that of the ledger, null where nothing was booked. operator: who
     * did it, null: not said. */
    "CREATE TABLE mbill_due_event("
    " event_no INTEGER PRIMARY KEY,"
    " bill_no INTEGER NOT NULL REFERENCES mbill_due,"
    " at_utc_s INTEGER NOT NULL,"
    " kind INTEGER NOT NULL,"
    " amount_micro INTEGER NOT NULL,"
    " was_micro INTEGER NOT NULL,"
    " is_micro INTEGER NOT NULL,"
    " record INTEGER,"
    " operator TEXT,"
    " note TEXT) STRICT;"
    "CREATE INDEX mbill_due_event_of_bill ON mbill_due_event(bill_no, event_no);"
    "CREATE INDEX mbill_due_event_of_record ON mbill_due_event(record) WHERE record IS NOT NULL;"
    "CREATE TRIGGER mbill_due_event_keep BEFORE UPDATE ON mbill_due_event BEGIN SELECT RAISE(ABORT, 'events are never changed'); "
    "END;"
    "CREATE TRIGGER mbill_due_event_hold BEFORE DELETE ON mbill_due_event BEGIN SELECT RAISE(ABORT, 'events are never removed'); "
    "END;"

    /* How many of the ledger's records the bills have been settled by. */
    "CREATE TABLE mbill_due_head("
    " one INTEGER PRIMARY KEY CHECK(one = 1),"
    " n_records INTEGER NOT NULL) STRICT;"

    /* What an account owes in the ledger (accumulated debt) that is on no bill. */
    "CREATE TABLE mbill_due_rest("
    " account_no INTEGER PRIMARY KEY REFERENCES mbill_account,"
    " rest_micro INTEGER NOT NULL CHECK(rest_micro >= 0)) STRICT;"

    /* Whose drafts are looked at first: an account's, or those of every account at a place or inside it. event_no: the alarm that raised it;
     * null: an operator. */
    "CREATE TABLE mbill_due_priority("
    " account_no INTEGER PRIMARY KEY REFERENCES mbill_account,"
    " priority INTEGER NOT NULL,"
    " event_no INTEGER REFERENCES mbill_alarm_event) STRICT;"
    "CREATE TABLE mbill_due_place("
    " place_no INTEGER PRIMARY KEY REFERENCES mbill_place,"
    " priority INTEGER NOT NULL,"
    " event_no INTEGER REFERENCES mbill_alarm_event) STRICT;";

static const char FIRST[] =
    /* The highest priority of each account, its own or that of a place it is in; place_no null: its own. */
    "CREATE VIEW mbill_due_first AS WITH RECURSIVE raised(place_no, of_no, priority, event_no) AS ("
    " SELECT place_no, place_no, priority, event_no FROM mbill_due_place WHERE priority > 0"
    " UNION ALL SELECT p.place_no, r.of_no, r.priority, r.event_no FROM raised r JOIN mbill_place p ON p.in_no = r.place_no),"
    " every(account_no, priority, rank, place_no, event_no) AS ("
    " SELECT account_no, priority, 0, NULL, event_no FROM mbill_due_priority WHERE priority > 0"
    " UNION ALL SELECT a.account_no, r.priority, r.of_no, r.of_no, r.event_no FROM raised r JOIN mbill_account_at a "
    "USING(place_no))"
    " SELECT account_no, priority, place_no, event_no FROM (SELECT *, row_number() OVER (PARTITION BY account_no"
    " ORDER BY priority DESC, rank) AS place_in_line FROM every) e WHERE place_in_line = 1;";

static const char CASHIERS[] =
    /* Who took or gave which money: record of the ledger, civil day in the billing policy's zone. */
    "CREATE TABLE mbill_cashier_entry("
    " record INTEGER PRIMARY KEY,"
    " operator TEXT NOT NULL,"
    " channel INTEGER NOT NULL,"
    " day INTEGER NOT NULL) STRICT;"
    "CREATE INDEX mbill_cashier_entry_of_day ON mbill_cashier_entry(operator, channel, day);"

    /* Days that take no more: what the ledger has, and what was counted. */
    "CREATE TABLE mbill_cashier_day("
    " operator TEXT NOT NULL,"
    " channel INTEGER NOT NULL,"
    " day INTEGER NOT NULL,"
    " n_taken INTEGER NOT NULL,"
    " taken_micro INTEGER NOT NULL,"
    " n_given INTEGER NOT NULL,"
    " given_micro INTEGER NOT NULL,"
    " counted_micro INTEGER NOT NULL,"
    " closed_utc_s INTEGER NOT NULL,"
    " note TEXT,"
    " PRIMARY KEY(operator, channel, day)) STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER mbill_cashier_day_keep BEFORE UPDATE ON mbill_cashier_day BEGIN SELECT RAISE(ABORT, 'closed days are never "
    "changed'); END;"
    "CREATE TRIGGER mbill_cashier_day_hold BEFORE DELETE ON mbill_cashier_day BEGIN SELECT RAISE(ABORT, 'closed days are never "
    "removed'); END;";

const char *const mbill__tables_billing[] = {BILLING, EVENTS, FIRST, CASHIERS, NULL};

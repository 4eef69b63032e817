/* SPDX-License-Identifier: Apache-2.0 */
/* Batch tasks and where each of their targets stands. Changes when a task's state does. */
#include "store/tables.h"

static const char TASKS[] =
    /* body: the task's canonical document. The rest is mbill_task_state; begun, overtaken, has_items: 0 or 1; ends_utc_s
     * 9223372036854775807: never. */
    "CREATE TABLE mbill_task("
    " task_no INTEGER PRIMARY KEY,"
    " id BLOB NOT NULL UNIQUE CHECK(length(id) = 16),"
    " kind INTEGER NOT NULL,"
    " body TEXT NOT NULL,"
    " life INTEGER NOT NULL,"
    " resumes INTEGER NOT NULL,"
    " begun INTEGER NOT NULL,"
    " overtaken INTEGER NOT NULL,"
    " has_items INTEGER NOT NULL,"
    " run INTEGER NOT NULL,"
    " run_utc_s INTEGER NOT NULL,"
    " ends_utc_s INTEGER NOT NULL,"
    " n_finished INTEGER NOT NULL,"
    " n_missed INTEGER NOT NULL,"
    " changed_utc_s INTEGER NOT NULL,"
    " approved_by TEXT NOT NULL) STRICT;"

    /* One target of one run: mbill_task_item. place: the target's among those of the document; name: the target itself; reason: why it was
     * refused, or words of the host. */
    "CREATE TABLE mbill_task_item("
    " task_no INTEGER NOT NULL REFERENCES mbill_task,"
    " run INTEGER NOT NULL,"
    " place INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " item BLOB NOT NULL CHECK(length(item) = 16),"
    " state INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL,"
    " outcome INTEGER NOT NULL,"
    " answered INTEGER NOT NULL,"
    " code INTEGER NOT NULL,"
    " at_utc_s INTEGER NOT NULL,"
    " reason TEXT,"
    " PRIMARY KEY(task_no, run, place)) STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX mbill_task_item_id ON mbill_task_item(item);"
    "CREATE INDEX mbill_task_item_open ON mbill_task_item(task_no, run, place)"
    " WHERE state IN (1, 2, 5) AND at_utc_s < 9223372036854775807;"

    /* Balances at which an account is warned; level 1 is the highest. */
    "CREATE TABLE mbill_alarm_amount("
    " account_no INTEGER NOT NULL REFERENCES mbill_account,"
    " level INTEGER NOT NULL,"
    " amount_micro INTEGER NOT NULL,"
    " PRIMARY KEY(account_no, level)) STRICT, WITHOUT ROWID;";

static const char VIEWS[] =
    /* How far each run is. */
    "CREATE VIEW mbill_task_progress AS SELECT lower(hex(id)) AS task, i.run,"
    " CASE i.state WHEN 1 THEN 'due' WHEN 2 THEN 'out' WHEN 3 THEN 'done' WHEN 4 THEN 'refused' WHEN 5 THEN 'failed'"
    " WHEN 6 THEN 'expired' ELSE 'unknown' END AS state, count(*) AS n"
    " FROM mbill_task JOIN mbill_task_item i USING(task_no) GROUP BY task_no, i.run, i.state;";

const char *const mbill__tables_tasks[] = {TASKS, VIEWS, NULL};

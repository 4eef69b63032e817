/* SPDX-License-Identifier: Apache-2.0 */
/* What alarms have said. Changes when an event is kept in another way. */
#include "store/tables.h"

static const char EVENTS[] =
    /* what 1: raised, 2: cleared, 3: acknowledged. place_no null: where the account stands, if there is one. */
    "CREATE TABLE mbill_alarm_event("
    " event_no INTEGER PRIMARY KEY,"
    " id TEXT NOT NULL UNIQUE,"
    " account_no INTEGER REFERENCES mbill_account,"
    " place_no INTEGER REFERENCES mbill_place,"
    " kind TEXT NOT NULL,"
    " what INTEGER NOT NULL,"
    " at_utc_s INTEGER NOT NULL,"
    " level INTEGER NOT NULL,"
    " value_micro INTEGER NOT NULL) STRICT;"
    "CREATE INDEX mbill_alarm_event_at ON mbill_alarm_event(at_utc_s);";

const char *const mbill__tables_events[] = {EVENTS, NULL};

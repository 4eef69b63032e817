/* SPDX-License-Identifier: Apache-2.0 */
/* The tables, area by area: statements that make them, ended by NULL; each text is below the 4095 characters that a string of C may have.
 * Times are UTC seconds (`datetime(at_utc_s, 'unixepoch')` shows them), days are civil day numbers from 1970-01-01 (`date(day * 86400,
 * 'unixepoch')`), quantities and amounts micro-units (10^-6). Changes when an area is added: here, and in the list of schema.c. */
#ifndef MBILL__TABLES_H
#define MBILL__TABLES_H

#include <stddef.h>

#define MBILL__STATEMENTS_MAX 8 /* of an area, with the NULL behind them */

extern const char *const mbill__tables_accounts[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_events[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_people[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_places[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_stays[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_tariffs[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_readings[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_reading_views[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_journal[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_journal_views[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_bills[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_tasks[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_charges[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_billing[MBILL__STATEMENTS_MAX];
extern const char *const mbill__tables_commands[MBILL__STATEMENTS_MAX];

#endif

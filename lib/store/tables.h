/* SPDX-License-Identifier: Apache-2.0 */
/* The tables, area by area: statements that make them, ended by NULL; each text is below the 4095 characters that a string of C may have.
 * Times are UTC seconds (`datetime(at_utc_s, 'unixepoch')` shows them), days are civil day numbers from 1970-01-01 (`date(day * 86400,
 * 'unixepoch')`), quantities and amounts micro-units (10^-6). Changes when an area is added: here, and in the list of schema.c. */
#ifndef MBILL__TABLES_H
#define MBILL__TABLES_H

#include <stddef.h>

extern const char *const mbill__tables_accounts[];
extern const char *const mbill__tables_events[];
extern const char *const mbill__tables_people[];
extern const char *const mbill__tables_places[];
extern const char *const mbill__tables_stays[];
extern const char *const mbill__tables_tariffs[];
extern const char *const mbill__tables_readings[];
extern const char *const mbill__tables_reading_views[];
extern const char *const mbill__tables_journal[];
extern const char *const mbill__tables_journal_views[];
extern const char *const mbill__tables_bills[];
extern const char *const mbill__tables_tasks[];
extern const char *const mbill__tables_charges[];
extern const char *const mbill__tables_billing[];
extern const char *const mbill__tables_commands[];

#endif

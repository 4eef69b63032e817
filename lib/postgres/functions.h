/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite's functions that the views use, for PostgreSQL: made in the schema with the tables. Changes when a view uses another one. */
#ifndef MBILL__FUNCTIONS_H
#define MBILL__FUNCTIONS_H

extern const char mbill__postgres_functions[];

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite as a provider of databases: a location is the name of a file. Changes when SQLite's rules do. sqlite.c is the only user of
 * sqlite3.h. */
#ifndef MBILL__SQLITE_H
#define MBILL__SQLITE_H

#include "store/provider.h"

extern const mbill_provider mbill__sqlite;

/* The bug in SQLite 3.7.0 to 3.51.2 that can lose committed pages when two connections write and checkpoint at the same instant
 * (sqlite.org/wal.html), by sqlite3_libversion_number(). */
bool mbill__sqlite_has_wal_reset_bug(int version);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The store's SQL as PostgreSQL takes it. The store's statements are written so that both databases read them; what is left, and is turned
 * here, are the marks of parameters, the types and options of tables, and triggers that refuse. */
#ifndef MBILL__DIALECT_H
#define MBILL__DIALECT_H

#include "base/memory.h"

/* One statement: ?1 is $1, but not inside of quotes. Appended to out. */
void mbill__dialect_statement(const char *sql, mbill__buffer *out);

/* Statements that make tables and what belongs to them, one after another. In all of them INTEGER is BIGINT and BLOB is BYTEA; in CREATE
 * TABLE also TEXT is TEXT COLLATE "C", since texts are compared byte by byte, and AUTOINCREMENT, STRICT and WITHOUT ROWID are left out.
 * CREATE TRIGGER name BEFORE UPDATE|DELETE ON table [WHEN …] BEGIN SELECT RAISE(ABORT, '…'); END becomes a function of that name and a
 * trigger that calls it; one against deleting is also one against TRUNCATE. MBILL_E_INTERNAL: a trigger of another form. */
mbill_status mbill__dialect_tables(const char *sql, mbill__buffer *out, mbill_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Packed bytes in SQL, for the views that show them. Changes when another database must understand it. SQLite's own functions hex, instr and
 * substr, so that its stock shell reads the views; where a database has them not, its provider makes them. Shifts by an INT, sums as a
 * BIGINT: PostgreSQL shifts by 32 bits alone and adds up beyond 64, SQLite makes no difference. */
#ifndef MBILL__STORE_VIEWS_H
#define MBILL__STORE_VIEWS_H

/* The whole number of `width` bytes, big-endian, at place `at` (from 1) of `bytes`, all of them SQL; no bytes: 0. */
#define MBILL__SQL_NUMBER(bytes, at, width)                                                                                      \
    "(SELECT coalesce(CAST(sum(instr('123456789ABCDEF', substr(hex(substr(" bytes ", " at ", " width ")), n + 1, 1)) << CAST(8"  \
    " * " width " - 4 - 4 * n AS INT)) AS BIGINT), 0) FROM mbill_nth WHERE n < 2 * " width ")"

#endif

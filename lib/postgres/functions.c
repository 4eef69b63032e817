/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a view uses another function of SQLite (sqlite.org/lang_corefunc.html, lang_datefunc.html). */
#include "postgres/functions.h"

const char mbill__postgres_functions[] =
    "CREATE FUNCTION hex(bytea) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT coalesce(upper(encode($1, 'hex')), '')$$;\n"
    "CREATE FUNCTION instr(text, text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS $$SELECT strpos($1, $2)::bigint$$;\n"
    "CREATE FUNCTION substr(bytea, bigint, bigint) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$SELECT pg_catalog.substr($1, "
    "$2::int, $3::int)$$;\n"
    "CREATE FUNCTION substr(text, bigint, bigint) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$SELECT pg_catalog.substr($1, "
    "$2::int, $3::int)$$;\n"
    "CREATE FUNCTION date(bigint, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$SELECT to_char(to_timestamp($1) AT TIME "
    "ZONE 'UTC', 'YYYY-MM-DD')$$;\n"
    "CREATE FUNCTION datetime(bigint, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$SELECT to_char(to_timestamp($1) AT "
    "TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')$$;\n";

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when something else of a table, view, index, trigger or function counts. */
#include "postgres/objects.h"

#define HERE " = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
#define COLUMNS                                                                                                                  \
    "(SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull || ' ' ||"                       \
    " coalesce((SELECT collname FROM pg_collation l WHERE l.oid = attcollation), '') || ' ' ||"                                  \
    " coalesce((SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef d WHERE d.adrelid = attrelid AND d.adnum = attnum), ''),"     \
    " ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped)"
#define CONSTRAINTS                                                                                                              \
    "coalesce((SELECT string_agg(conname || ' ' || pg_get_constraintdef(k.oid, true), ', ' ORDER BY conname)"                    \
    " FROM pg_constraint k WHERE conrelid = c.oid), '')"
#define OBJECTS                                                                                                                  \
    "(SELECT 'table' AS type, relname::text AS name, " COLUMNS " || '; ' || " CONSTRAINTS " AS sql"                              \
    " FROM pg_class c WHERE relkind = 'r' AND relnamespace" HERE                                                                 \
    " UNION ALL SELECT 'view', relname::text, pg_get_viewdef(oid, true) FROM pg_class WHERE relkind = 'v' AND relnamespace" HERE \
    " UNION ALL SELECT 'index', relname::text, pg_get_indexdef(oid, 0, true) FROM pg_class WHERE relkind = 'i' AND "             \
    "relnamespace" HERE                                                                                                          \
    " UNION ALL SELECT 'trigger', tgname::text, pg_get_triggerdef(t.oid, true) || ' ' || tgenabled::text FROM pg_trigger t"      \
    " JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND relnamespace" HERE                                           \
    " UNION ALL SELECT 'function', proname::text, prosrc FROM pg_proc WHERE pronamespace" HERE ") made"

const char mbill__postgres_objects[] = "SELECT type, name, sql FROM " OBJECTS
                                       " ORDER BY type COLLATE \"C\", name COLLATE \"C\", sql COLLATE \"C\"";

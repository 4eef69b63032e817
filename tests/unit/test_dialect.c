/* SPDX-License-Identifier: Apache-2.0 */
/* The store's SQL as PostgreSQL takes it: marks of parameters, types, options of tables, triggers; and nothing inside of quotes. */
#include "check_run.h"
#include "postgres/dialect.h"

#include <check.h>
#include <string.h>

static mbill_allocator libc;

static void begin(mbill__buffer *out)
{
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__allocator_read(&libc, NULL, &err), MBILL_OK);
    mbill__buffer_start(out, &libc);
}

static void becomes(const char *sql, const char *expected)
{
    mbill__buffer out;
    mbill_error err;
    begin(&out);
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__dialect_tables(sql, &out, &err), MBILL_OK);
    ck_assert_str_eq(out.data, expected);
    mbill__buffer_free(&out);
}

static void is_asked_as(const char *sql, const char *expected)
{
    mbill__buffer out;
    begin(&out);
    mbill__dialect_statement(sql, &out);
    ck_assert_str_eq(out.data, expected);
    mbill__buffer_free(&out);
}

START_TEST(parameters)
{
    is_asked_as("SELECT a FROM t WHERE b = ?1 AND c > ?12", "SELECT a FROM t WHERE b = $1 AND c > $12");
    is_asked_as("SELECT '?1', \"?2\", 'it''s ?3', ?4", "SELECT '?1', \"?2\", 'it''s ?3', $4");
    is_asked_as("SELECT INTEGER", "SELECT INTEGER"); /* types are those of both databases */
}
END_TEST

START_TEST(tables)
{
    becomes("CREATE TABLE t( n INTEGER PRIMARY KEY AUTOINCREMENT, w TEXT NOT NULL, b BLOB CHECK(length(b) = 16)) STRICT;",
        "CREATE TABLE t( n BIGINT PRIMARY KEY , w TEXT COLLATE \"C\" NOT NULL, b BYTEA CHECK(length(b) = 16)) ;");
    becomes("CREATE TABLE t(a TEXT, PRIMARY KEY(a)) STRICT, WITHOUT ROWID;CREATE INDEX i ON t(a);",
        "CREATE TABLE t(a TEXT COLLATE \"C\", PRIMARY KEY(a))   ;CREATE INDEX i ON t(a);");
    becomes("CREATE TABLE t(a TEXT CHECK(a <> 'TEXT; INTEGER ?1'))",
        "CREATE TABLE t(a TEXT COLLATE \"C\" CHECK(a <> 'TEXT; INTEGER ?1'))");
}
END_TEST

START_TEST(views_and_rows)
{
    becomes("CREATE VIEW v AS SELECT CAST(a AS TEXT), CAST(b AS INTEGER) FROM t;INSERT INTO t VALUES('STRICT','BLOB');",
        "CREATE VIEW v AS SELECT CAST(a AS TEXT), CAST(b AS BIGINT) FROM t;INSERT INTO t VALUES('STRICT','BLOB');");
}
END_TEST

START_TEST(triggers)
{
    becomes("CREATE TRIGGER keep BEFORE UPDATE ON t BEGIN SELECT RAISE(ABORT, 'never; 100% never'); END;CREATE INDEX i ON t(a);",
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $refuse$ BEGIN RAISE EXCEPTION USING MESSAGE = "
        "'never; 100% never'; END $refuse$; CREATE TRIGGER keep BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION keep();"
        "CREATE INDEX i ON t(a);");
    becomes("CREATE TRIGGER hold BEFORE DELETE ON t WHEN OLD.a IS NOT NULL OR EXISTS(SELECT 1 FROM u) "
            "BEGIN SELECT RAISE(ABORT, 'no'); END;",
        "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $refuse$ BEGIN IF TG_OP = 'TRUNCATE' THEN NULL; ELSIF NOT "
        "COALESCE(( OLD.a IS NOT NULL OR EXISTS(SELECT 1 FROM u)), FALSE) THEN RETURN OLD; END IF; RAISE EXCEPTION USING "
        "MESSAGE = 'no'; END $refuse$; CREATE TRIGGER hold BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION hold(); CREATE "
        "TRIGGER hold_all BEFORE TRUNCATE ON t FOR EACH STATEMENT EXECUTE FUNCTION hold();");
}
END_TEST

START_TEST(other_triggers_are_refused)
{
    static const char *const others[] = {
        "CREATE TRIGGER a AFTER UPDATE ON t BEGIN SELECT RAISE(ABORT, 'no'); END;",
        "CREATE TRIGGER a BEFORE INSERT ON t BEGIN SELECT RAISE(ABORT, 'no'); END;",
        "CREATE TRIGGER a BEFORE DELETE ON t BEGIN DELETE FROM u; END;",
        "CREATE TRIGGER a BEFORE DELETE ON t BEGIN SELECT RAISE(IGNORE); END;",
        "CREATE TRIGGER a BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'no');",
        "CREATE TRIGGER a BEFORE DELETE",
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        mbill__buffer out;
        mbill_error err;
        begin(&out);
        mbill_error_init(&err);
        ck_assert_int_eq(mbill__dialect_tables(others[i], &out, &err), MBILL_E_INTERNAL);
        ck_assert_ptr_nonnull(strstr(err.message, "another form: CREATE TRIGGER a"));
        mbill__buffer_free(&out);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dialect");
    TCase *tests = tcase_create("dialect");
    tcase_add_test(tests, parameters);
    tcase_add_test(tests, tables);
    tcase_add_test(tests, views_and_rows);
    tcase_add_test(tests, triggers);
    tcase_add_test(tests, other_triggers_are_refused);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

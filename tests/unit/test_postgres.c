/* SPDX-License-Identifier: Apache-2.0 */
/* What only a store in PostgreSQL can meet: schemas of others, two writers at once, connections that are cut before, in and behind a commit, and a
 * server that is killed. Law: what was answered is there once, whatever happened, when the same ids are sent again. Needs a server:
 * MBILL_TEST_POSTGRES; to be killed also MBILL_TEST_POSTGRES_FOLDER, where tests/postgres/server.sh has made it, in the folder that the test
 * is started in. */
#include "kept.h" /* first: it asks for POSIX */

#include "check_run.h"
#include "cutting_proxy.h"

#include <time.h>

enum { WRITERS = 2, EACH = 120, LOAD = 400 };

static mbill_operation top_up(int n)
{
    mbill_operation op = op_of(0, MBILL_OPERATION_TOP_UP, UNIT);
    op.id = (mbill_id){{9, (uint8_t)(n >> 8), (uint8_t)n}};
    return op;
}

static mbill_status open_at(const char *location, uint32_t flags, mbill_store **out, mbill_error *err)
{
    mbill_store_options options = {sizeof options, flags, 10000, 0};
    mbill_error_init(err);
    return mbill_store_open_with(mbill_postgres(), location, &options, NULL, out, err);
}

static void begin_life(void)
{
    setup();
    open_home();
}

/* Schemas */

static void begin_nothing(void)
{
    folder = temporary_folder();
    snprintf(path, sizeof path, "%s/s.db", folder);
}

START_TEST(schemas_of_others)
{
    mbill_error err;
    mbill_store *none = NULL;
    char schema[SCHEMA_SIZE], sql[200];
    schema_of(path, schema);
    snprintf(sql, sizeof sql, "CREATE SCHEMA %s", schema);
    ck_assert_int_eq(change_there(path, sql), 0);
    ck_refused(open_at(location_of(path), 0, &none, &err), MBILL_E_INVALID, "is empty, expected a store");
    ck_assert_int_eq(change_there(path, "CREATE TABLE theirs(a bigint)"), 0);
    ck_refused(open_at(location_of(path), 0, &none, &err), MBILL_E_INVALID, "another program");
    ck_refused(open_at(location_of(path), MBILL_STORE_CREATE, &none, &err), MBILL_E_EXISTS, schema);
    ck_assert_int_eq(change_there(path, "CREATE TABLE mbill_signature(a bigint)"), 0);
    ck_refused(open_at(location_of(path), 0, &none, &err), MBILL_E_INVALID, "another program");
    ck_assert_ptr_null(none);
}
END_TEST

START_TEST(an_empty_schema_is_taken)
{
    mbill_error err;
    char schema[SCHEMA_SIZE], sql[200];
    schema_of(path, schema);
    snprintf(sql, sizeof sql, "CREATE SCHEMA %s", schema);
    ck_assert_int_eq(change_there(path, sql), 0);
    ck_ok(open_at(location_of(path), MBILL_STORE_CREATE, &store, &err));
    mbill_store_free(store);
    ck_ok(open_at(location_of(path), 0, &store, &err));
    mbill_store_free(store);
}
END_TEST

#define BYTES_KEPT                                                                                                               \
    " FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relkind = 'r'"                                                 \
    " AND relnamespace = current_schema()::regnamespace AND atttypid = 'bytea'::regtype"

/* A second packing of what is packed costs the server more than all else of a batch. */
START_TEST(bytes_are_kept_as_they_are)
{
    mbill_store_free(open_store(path, MBILL_STORE_CREATE));
    ck_assert_int_gt(ask_there(path, "SELECT count(*)" BYTES_KEPT), 10);
    ck_assert_int_eq(ask_there(path, "SELECT count(*)" BYTES_KEPT " AND attstorage <> 'e'"), 0);
}
END_TEST

START_TEST(versions)
{
    mbill_error err;
    mbill_store *none = NULL;
    mbill_store_free(open_store(path, MBILL_STORE_CREATE));
    ck_assert_int_eq(change_there(path, "UPDATE mbill_signature SET user_version = 99"), 0);
    ck_refused(open_at(location_of(path), 0, &none, &err), MBILL_E_VERSION, "tables of version 99");
    ck_assert_int_eq(change_there(path, "UPDATE mbill_signature SET user_version = 1"), 0);
    ck_refused(open_at(location_of(path), 0, &none, &err), MBILL_E_VERSION, "which no released version wrote");
    ck_assert_int_eq(change_there(path, "UPDATE mbill_signature SET user_version = -1"), 0);
    ck_refused(open_at(location_of(path), 0, &none, &err), MBILL_E_CORRUPT, "which never was");
    ck_assert_int_eq(change_there(path, "UPDATE mbill_signature SET application_id = 7"), 0);
    ck_refused(open_at(location_of(path), 0, &none, &err), MBILL_E_INVALID, "another program (application id 7)");
}
END_TEST

START_TEST(damage_of_the_schema_is_named)
{
    static const char *const changes[][2] = {
        {"DROP TRIGGER mbill_segment_keep ON mbill_segment", "has lost its trigger mbill_segment_keep"},
        {"ALTER TABLE mbill_segment DISABLE TRIGGER mbill_segment_hold", "trigger mbill_segment_hold is not as it was made"},
        {"CREATE OR REPLACE FUNCTION mbill_segment_keep() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
            "function mbill_segment_keep is not as it was made"},
        {"ALTER TABLE mbill_due ADD COLUMN theirs bigint", "table mbill_due is not as it was made"},
        {"UPDATE mbill_word SET word = 'refund' WHERE word = 'top_up'", "is expected"},
    };
    mbill_error err;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        remove_store(path);
        store = open_store(path, MBILL_STORE_CREATE);
        ck_ok(mbill_journal_verify(store, NULL, NULL, &err));
        ck_assert_int_eq(change_there(path, changes[i][0]), 0);
        ck_refused(mbill_journal_verify(store, NULL, NULL, &err), MBILL_E_CORRUPT, changes[i][1]);
        mbill_store_free(store);
    }
}
END_TEST

/* Two at once */

/* Own ids, and ids that the other one sends too. */
static void write_beside(int who)
{
    open_again(0);
    mbill_store_free(store);
    mbill_error err;
    mbill_result result;
    mbill_journal_free(journal);
    ck_ok(open_at(location_of(path), 0, &store, &err));
    ck_ok(mbill_journal_open(store, &journal, &err));
    for (int i = 0; i < EACH; i++) {
        int own = 1000 * (who + 1) + i, shared = who == 0 ? i : EACH - 1 - i;
        mbill_operation ops[2] = {top_up(own), top_up(shared)};
        mbill_result results[2];
        ck_ok(mbill_journal_apply(journal, ops, 2, NOW + 10 - who * 5, results, &err));
        ck_assert_int_eq(results[0].code, MBILL_RESULT_OK);
        ck_assert(results[1].code == MBILL_RESULT_OK || results[1].code == MBILL_RESULT_EXISTS);
    }
    mbill_operation again = top_up(1000 * (who + 1));
    ck_ok(mbill_journal_apply(journal, &again, 1, NOW, &result, &err));
    ck_assert_int_eq(result.code, MBILL_RESULT_EXISTS);
    close_all();
}

START_TEST(two_writers_lose_nothing_and_double_nothing)
{
    close_all();
    pid_t writers[WRITERS];
    for (int i = 0; i < WRITERS; i++)
        if ((writers[i] = fork()) == 0) {
            write_beside(i);
            _exit(0);
        }
    for (int i = 0; i < WRITERS; i++) {
        int status;
        ck_assert_int_eq(waitpid(writers[i], &status, 0), writers[i]);
        ck_assert_int_eq(status, 0);
    }
    open_again(0);
    ck_assert_int_eq(n_records(), 1 + 3 * EACH);
    ck_assert_int_eq(view_now().credit_micro, 3 * EACH * UNIT);
    mbill_journal_head head = head_now();
    ck_assert_int_eq(head.n_records, 1 + 3 * EACH);
    /* The second writer's clock is 5 s behind: it stood still. */
    ck_assert_int_eq(ask_there(path,
                         "SELECT count(*) FROM (SELECT recorded_utc_s - lag(recorded_utc_s) OVER (ORDER BY record) AS on_by"
                         " FROM mbill_record) steps WHERE on_by < 0"),
        0);
    ck_assert_int_eq(ask_there(path, "SELECT max(recorded_utc_s) FROM mbill_record"), NOW + 10);
}
END_TEST

START_TEST(a_writer_that_may_not_wait_is_refused)
{
    mbill_error err;
    mbill_operation pay = top_up(1);
    mbill_result result;
    PGconn *other = stranger(path);
    PQclear(PQexec(other, "BEGIN; SELECT one FROM mbill_head FOR UPDATE"));
    ck_refused(mbill_journal_apply(journal, &pay, 1, NOW, &result, &err), MBILL_E_BUSY, "held by another connection");
    ck_assert_int_eq(n_records(), 1);
    PQclear(PQexec(other, "ROLLBACK")); /* answered: the row is free */
    PQfinish(other);
    ck_ok(mbill_journal_apply(journal, &pay, 1, NOW, &result, &err));
    ck_assert_int_eq(result.code, MBILL_RESULT_OK);
}
END_TEST

START_TEST(who_has_not_seen_the_end_adds_nothing)
{
    mbill_error err;
    mbill_operation pay = top_up(1);
    mbill_result result;
    ck_assert_int_eq(change_there(path, "UPDATE mbill_head SET n_records = 2"), 0);
    ck_refused(mbill_journal_apply(journal, &pay, 1, NOW, &result, &err), MBILL_E_BUSY, "no longer ends with record 0");
    ck_assert_int_eq(change_there(path, "UPDATE mbill_head SET n_records = 1"), 0);
    ck_ok(mbill_journal_apply(journal, &pay, 1, NOW, &result, &err));
    ck_assert_int_eq(view_now().credit_micro, UNIT);
}
END_TEST

/* The server says three times, then always, that two transactions collided. */
START_TEST(collisions_are_tried_again)
{
    mbill_error err;
    mbill_operation pay = top_up(1);
    mbill_result result;
    ck_assert_int_eq(change_there(path,
                         "CREATE SEQUENCE theirs_n; CREATE FUNCTION theirs() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN"
                         " IF nextval('theirs_n') < 4 THEN RAISE EXCEPTION 'collided' USING ERRCODE = '40001'; END IF; RETURN "
                         "NEW;"
                         " END$$; CREATE TRIGGER theirs BEFORE INSERT ON mbill_segment FOR EACH ROW EXECUTE FUNCTION theirs()"),
        0);
    ck_ok(mbill_journal_apply(journal, &pay, 1, NOW, &result, &err));
    ck_assert_int_eq(result.code, MBILL_RESULT_OK);
    ck_assert_int_eq(ask_there(path, "SELECT last_value FROM theirs_n"), 4);
    ck_assert_int_eq(change_there(path,
                         "CREATE OR REPLACE FUNCTION theirs() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION "
                         "'collided'"
                         " USING ERRCODE = '40P01'; END$$"),
        0);
    pay = top_up(2);
    ck_refused(mbill_journal_apply(journal, &pay, 1, NOW, &result, &err), MBILL_E_BUSY, "SQLSTATE 40P01");
    ck_assert_int_eq(change_there(path, "DROP TRIGGER theirs ON mbill_segment"), 0);
    ck_assert_int_eq(n_records(), 2);
}
END_TEST

/* Connections that are cut */

static int server_port(void)
{
    const char *colon = strrchr(elsewhere(), ':');
    return (int)strtol(colon + 1, NULL, 10);
}

static void through(const proxy *made, char *out, size_t size)
{
    char schema[SCHEMA_SIZE];
    schema_of(path, schema);
    snprintf(out, size, "postgresql://meterbill@127.0.0.1:%d/postgres#%s", made->port, schema);
}

static void is_cut(const char *after, const char *words, bool server_has_them, mbill_status expected, int32_t code_again)
{
    mbill_error err;
    mbill_operation pay = top_up(1);
    mbill_result result;
    char location[300];
    close_all();
    proxy made = start_proxy(server_port(), after, words, server_has_them);
    through(&made, location, sizeof location);
    ck_ok(open_at(location, 0, &store, &err));
    ck_ok(mbill_journal_open(store, &journal, &err));
    mbill_error_init(&err);
    ck_assert_msg(mbill_journal_apply(journal, &pay, 1, NOW, &result, &err) == expected, "%s", err.message);
    if (expected == MBILL_E_OUTCOME_UNKNOWN) {
        ck_refused(mbill_journal_apply(journal, &pay, 1, NOW, &result, &err), expected, "not known whether the last change");
        close_all();
        ck_ok(open_at(location, 0, &store, &err));
        ck_ok(mbill_journal_open(store, &journal, &err));
    }
    ck_ok(mbill_journal_apply(journal, &pay, 1, NOW, &result, &err));
    ck_assert_int_eq(result.code, code_again);
    ck_assert_int_eq(n_records(), 2);
    ck_assert_int_eq(view_now().credit_micro, UNIT);
    close_all();
    stop_proxy(&made);
    open_again(0);
    ck_assert_int_eq(head_now().n_records, 2);
}

START_TEST(cut_before_the_commit)
{
    is_cut(NULL, "INSERT INTO mbill_segment", false, MBILL_E_IO, MBILL_RESULT_OK);
}
END_TEST

START_TEST(cut_when_the_commit_is_sent)
{
    is_cut("INSERT INTO mbill_segment", "COMMIT", false, MBILL_E_OUTCOME_UNKNOWN, MBILL_RESULT_OK);
}
END_TEST

START_TEST(cut_when_the_commit_is_answered)
{
    is_cut("INSERT INTO mbill_segment", "COMMIT", true, MBILL_E_OUTCOME_UNKNOWN, MBILL_RESULT_EXISTS);
}
END_TEST

/* Between two calls: nobody notices. */
START_TEST(cut_between_transactions)
{
    mbill_error err;
    mbill_operation pay = top_up(1);
    mbill_result result;
    ck_assert_int_eq(ask_there(path,
                         "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                         " AND application_name = 'meterbill'") >= 1,
        1);
    ck_ok(mbill_journal_apply(journal, &pay, 1, NOW, &result, &err));
    ck_assert_int_eq(result.code, MBILL_RESULT_OK);
}
END_TEST

/* A server that is killed */

static void command(const char *what)
{
    char line[600];
    snprintf(line, sizeof line, "sh tests/postgres/server.sh %s '%s' >/dev/null", what, getenv("MBILL_TEST_POSTGRES_FOLDER"));
    ck_assert_msg(system(line) == 0, "%s", line);
}

static void rest(void)
{
    const struct timespec a_little = {0, 50000000};
    nanosleep(&a_little, NULL);
}

/* One operation until it is answered; each answer that is final is told. */
static void apply_until_answered(int n, int told)
{
    mbill_error err;
    mbill_result result;
    mbill_operation pay = top_up(n);
    for (;;) {
        mbill_error_init(&err);
        mbill_status status = store != NULL ? MBILL_OK : open_at(location_of(path), 0, &store, &err);
        if (status == MBILL_OK && journal == NULL) status = mbill_journal_open(store, &journal, &err);
        if (status == MBILL_OK) status = mbill_journal_apply(journal, &pay, 1, NOW, &result, &err);
        if (status == MBILL_OK) break;
        close_all();
        rest();
    }
    if (result.code == MBILL_RESULT_OK || result.code == MBILL_RESULT_EXISTS) pass_on(told, "+", 1);
}

START_TEST(killed_under_load)
{
    int ends[2];
    char answers[LOAD];
    close_all();
    ck_assert_int_eq(pipe(ends), 0);
    pid_t client = fork();
    if (client == 0) {
        for (int n = 0; n < LOAD; n++) apply_until_answered(n, ends[1]);
        close_all();
        _exit(0);
    }
    close(ends[1]);
    for (int got = 0, kills = 0; got < LOAD;) {
        ssize_t n = read(ends[0], answers, sizeof answers);
        ck_assert_int_gt(n, 0);
        got += (int)n;
        if (got < 100 * (kills + 1) || kills == 2) continue;
        command("kill");
        command("again");
        open_again(MBILL_STORE_READ_ONLY);
        ck_assert_int_ge(n_records(), got + 1);
        close_all();
        kills++;
    }
    ck_assert_int_eq(waitpid(client, NULL, 0), client);
    open_again(0);
    ck_assert_int_eq(n_records(), LOAD + 1);
    ck_assert_int_eq(view_now().credit_micro, LOAD * UNIT);
    ck_assert_int_eq(head_now().n_records, LOAD + 1);
}
END_TEST

int main(void)
{
    if (elsewhere() == NULL) {
        printf("1..0 # SKIP no server: MBILL_TEST_POSTGRES is not set\n");
        return 0;
    }
    Suite *suite = suite_create("postgres");
    TCase *schemas = tcase_create("schemas"), *lives = tcase_create("lives"), *kills = tcase_create("kills");
    TCase *all[] = {schemas, lives, kills};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        tcase_set_timeout(all[i], 100);
        suite_add_tcase(suite, all[i]);
    }
    tcase_add_checked_fixture(schemas, begin_nothing, NULL);
    tcase_add_checked_fixture(lives, begin_life, teardown);
    tcase_add_checked_fixture(kills, begin_life, teardown);
    tcase_add_test(schemas, schemas_of_others);
    tcase_add_test(schemas, an_empty_schema_is_taken);
    tcase_add_test(schemas, bytes_are_kept_as_they_are);
    tcase_add_test(schemas, versions);
    tcase_add_test(schemas, damage_of_the_schema_is_named);
    tcase_add_test(lives, two_writers_lose_nothing_and_double_nothing);
    tcase_add_test(lives, a_writer_that_may_not_wait_is_refused);
    tcase_add_test(lives, who_has_not_seen_the_end_adds_nothing);
    tcase_add_test(lives, collisions_are_tried_again);
    tcase_add_test(lives, cut_before_the_commit);
    tcase_add_test(lives, cut_when_the_commit_is_sent);
    tcase_add_test(lives, cut_when_the_commit_is_answered);
    tcase_add_test(lives, cut_between_transactions);
    if (getenv("MBILL_TEST_POSTGRES_FOLDER") != NULL) tcase_add_test(kills, killed_under_load);
    return check_run(suite, CK_FORK_GETENV);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A kept journal that was damaged, cut short or changed by hand: every record that is edited, taken out, put in or moved is named, and so is every table,
 * view and word that is not as it was made. */
#include "kept.h"
#include "check_run.h"
#include "store/schema.h"

/* ---- damage ---- */

static void assert_bad(int64_t record, const char *sql)
{
    mbill_error err;
    ck_assert_msg(change_file(path, sql) == SQLITE_OK, "%s", sql);
    store = open_store(path, 0);
    ck_refused(mbill_journal_open(store, &journal, &err), MBILL_E_CORRUPT, "record");
    ck_assert_ptr_null(journal);
    ck_assert_msg(err.index == record, "%s: record %lld, expected %lld", sql, (long long)err.index, (long long)record);
    ck_refused(mbill_journal_verify(store, NULL, NULL, &err), MBILL_E_CORRUPT, "record");
    ck_assert_int_eq(err.index, record);
    mbill_store_free(store);
    store = NULL;
}

#define FREE_HAND "DROP TRIGGER IF EXISTS mbill_segment_keep; DROP TRIGGER IF EXISTS mbill_segment_hold; "

START_TEST(damage_has_a_name)
{
    static const struct {
        int64_t record;
        const char *sql;
    } cases[] = {
        {0, "UPDATE mbill_segment SET data = zeroblob(length(data)) WHERE first_record = 0"},
        {3, "DELETE FROM mbill_segment WHERE first_record = 3"},
        {3, "UPDATE mbill_segment SET hash = zeroblob(32) WHERE first_record = 3"},
        {8, "UPDATE mbill_segment SET data = substr(data, 1, length(data) - 1) WHERE n_records = 3"},
        {9, "UPDATE mbill_segment SET n_records = 4 WHERE n_records = 3"},
        {8, "UPDATE mbill_segment SET n_records = 2 WHERE n_records = 3"},
        {2, "UPDATE mbill_segment SET data = (SELECT data FROM mbill_segment WHERE first_record = 3) WHERE first_record = 2"},
        {1, "UPDATE mbill_segment SET first_record = first_record + 100 WHERE first_record > 0"},
        {2,
            "INSERT INTO mbill_segment SELECT 9, n_records, hash, data FROM mbill_segment WHERE first_record = 2; DELETE FROM "
            "mbill_segment WHERE first_record = 2"},
    };
    char sql[600];
    live_a_little();
    mbill_error err;
    ck_ok(mbill_store_backup(store, copy, &err));
    close_all();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unlink(path);
        ck_assert_int_eq(rename(copy, path), 0);
        store = open_store(path, 0);
        ck_ok(mbill_store_backup(store, copy, &err));
        mbill_store_free(store);
        snprintf(sql, sizeof sql, FREE_HAND "%s", cases[i].sql);
        assert_bad(cases[i].record, sql);
    }
}
END_TEST

/* The file opens; verifying names what is not as it was made, and the sentence says how. */
START_TEST(tables_and_views_changed_by_hand_are_named)
{
    static const struct {
        const char *sql, *says;
    } cases[] = {
        {"DROP VIEW mbill_revenue", "lost its view mbill_revenue"},
        {"DROP VIEW mbill_revenue; CREATE VIEW mbill_revenue AS SELECT 1 AS day", "view mbill_revenue is not as it was made"},
        {"PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, 'debit_account AS account', '7 AS account') "
         "WHERE "
         "name = 'mbill_statement'",
            "view mbill_statement is not"},
        {"DROP TRIGGER mbill_segment_keep", "lost its trigger mbill_segment_keep"},
        {"DROP TABLE mbill_list_entry", "lost its table mbill_list_entry"},
        {"DROP TABLE mbill_word", "lost its table mbill_word"},
        {"ALTER TABLE mbill_contract ADD COLUMN more INTEGER", "table mbill_contract is not as it was made"},
        {"DROP INDEX mbill_bill_of_account", "lost its index mbill_bill_of_account"},
        {"UPDATE mbill_word SET word = 'debit' WHERE topic = 'place' AND word = 'credit'",
            "word place 1 is debit where word place 1 is credit is expected"},
        {"DELETE FROM mbill_word WHERE topic = 'result' AND number = 90", "where word result 90 is OVERFLOW is expected"},
        {"INSERT INTO mbill_word VALUES('zone', 1, 'x')", "word zone 1 is x where nothing is expected"},
        {"UPDATE mbill_field SET bytes = 8 WHERE name = 'charge'", "field 16 is charge of 8 bytes where"},
        {"DELETE FROM mbill_nth WHERE n = 63", "nothing where number 63 is expected"},
    };
    mbill_error err;
    live_a_little();
    ck_ok(mbill_store_backup(store, copy, &err));
    close_all();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unlink(path);
        store = open_store(copy, 0);
        ck_ok(mbill_store_backup(store, path, &err));
        mbill_store_free(store);
        ck_assert_msg(change_file(path, cases[i].sql) == SQLITE_OK, "%s", cases[i].sql);
        store = open_store(path, 0);
        ck_refused(mbill_journal_verify(store, NULL, NULL, &err), MBILL_E_CORRUPT, cases[i].says);
        ck_assert_int_eq(err.index, -1);
        mbill_store_free(store);
        store = NULL;
    }
    unlink(path);
    ck_assert_int_eq(rename(copy, path), 0);
    ck_assert_int_eq(change_file(path, "CREATE TABLE theirs(a); CREATE VIEW their_view AS SELECT * FROM mbill_entry"), SQLITE_OK);
    open_again(0);
    ck_assert_int_eq(head_now().n_records, 9); /* what stands beside them is nobody's business */
}
END_TEST

/* Reading the journal never comes to it, but the views would show it. */
START_TEST(a_segment_beside_the_journal_is_named)
{
    static const int64_t places[] = {-5, 7, 8};
    mbill_error err;
    char sql[300];
    live_a_little();
    close_all();
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO mbill_segment SELECT %d, 1, hash, data FROM mbill_segment WHERE first_record = 2",
            (int)places[i]);
        ck_assert_int_eq(change_file(path, sql), SQLITE_OK);
        store = open_store(path, 0);
        ck_refused(mbill_journal_verify(store, NULL, NULL, &err), MBILL_E_CORRUPT, "put beside the journal");
        ck_assert_int_eq(err.index, places[i]);
        mbill_store_free(store);
        snprintf(sql, sizeof sql,
            "DROP TRIGGER mbill_segment_hold; DELETE FROM mbill_segment WHERE first_record = %d;"
            "CREATE TRIGGER mbill_segment_hold BEFORE DELETE ON mbill_segment BEGIN SELECT RAISE(ABORT, 'records are never "
            "removed'); END",
            (int)places[i]);
        ck_assert_int_eq(change_file(path, sql), SQLITE_OK);
    }
    open_again(0);
    ck_assert_int_eq(head_now().n_records, 9);
}
END_TEST

/* Without its table, or with one that is something else, there is no journal to be opened. */
START_TEST(a_lost_journal_is_named)
{
    static const struct {
        const char *sql, *says;
    } cases[] = {
        {"DROP TABLE mbill_segment", "no such table: mbill_segment"},
        {"DROP TABLE mbill_segment; CREATE TABLE mbill_segment(first_record, n_records)", "no such column: hash"},
        {"DROP TABLE mbill_segment; CREATE VIEW mbill_segment AS SELECT 0 AS first_record, 1 AS n_records, x'' AS hash, x'' AS "
         "data",
            "mbill_segment"},
    };
    mbill_error err;
    live_a_little();
    ck_ok(mbill_store_backup(store, copy, &err));
    close_all();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unlink(path);
        store = open_store(copy, 0);
        ck_ok(mbill_store_backup(store, path, &err));
        mbill_store_free(store);
        ck_assert_msg(change_file(path, cases[i].sql) == SQLITE_OK, "%s", cases[i].sql);
        store = open_store(path, 0);
        if (i < 2) ck_refused(mbill_journal_open(store, &journal, &err), MBILL_E_CORRUPT, cases[i].says);
        else ck_assert_int_eq(mbill_journal_open(store, &journal, NULL), MBILL_E_CORRUPT);
        ck_assert_ptr_null(journal);
        ck_assert_int_eq(mbill_journal_verify(store, NULL, NULL, NULL), MBILL_E_CORRUPT);
        mbill_store_free(store);
        store = NULL;
    }
}
END_TEST

/* Two segments that have changed places, in all ways that tables allow. */
START_TEST(segments_that_changed_places_are_named)
{
    static const char *const COLUMNS[] = {"data", "hash", "hash, data", "n_records, hash, data"};
    mbill_error err;
    char sql[600];
    live_a_little();
    ck_ok(mbill_store_backup(store, copy, &err));
    close_all();
    for (int a = 1; a < 6; a++)
        for (size_t i = 0; i < sizeof COLUMNS / sizeof COLUMNS[0]; i++) {
            unlink(path);
            store = open_store(copy, 0);
            ck_ok(mbill_store_backup(store, path, &err));
            mbill_store_free(store);
            snprintf(sql, sizeof sql,
                FREE_HAND "CREATE TABLE aside AS SELECT * FROM mbill_segment WHERE first_record IN (%d, %d);"
                          "UPDATE mbill_segment SET (%s) = (SELECT %s FROM aside WHERE aside.first_record = %d - "
                          "mbill_segment.first_record) WHERE first_record IN (%d, %d); DROP TABLE aside",
                a, a - 1, COLUMNS[i], COLUMNS[i], 2 * a - 1, a, a - 1);
            assert_bad(a - 1, sql);
        }
}
END_TEST

/* A file that ends early is refused when it is opened or read, whatever is missing. */
START_TEST(a_file_cut_short_is_named)
{
    mbill_error err;
    int n_refused = 0, n_cuts = 0;
    live_a_little();
    mbill_journal_head head = head_now(), got = {.struct_size = sizeof got};
    close_all();
    FILE *file = fopen(path, "rb");
    static char bytes[1 << 20];
    ck_assert_ptr_nonnull(file);
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    ck_assert_uint_lt(len, sizeof bytes);
    for (size_t cut = 0; cut < len; cut += cut < 2048 ? 97 : 1024) {
        mbill_store *short_one = NULL;
        file = fopen(path, "wb");
        ck_assert_uint_eq(fwrite(bytes, 1, cut, file), cut);
        fclose(file);
        mbill_error_init(&err);
        mbill_status status = mbill_store_open(path, NULL, NULL, &short_one, &err);
        if (status == MBILL_OK) status = mbill_journal_verify(short_one, NULL, &got, &err);
        mbill_store_free(short_one);
        n_cuts++;
        n_refused += status != MBILL_OK;
        if (status == MBILL_OK) ck_assert_mem_eq(&got, &head, sizeof got);
        else
            ck_assert_msg(status == (cut == 0 ? MBILL_E_INVALID : MBILL_E_CORRUPT) && strstr(err.message, path) != NULL,
                "%zu: %s", cut, err.message);
    }
    printf("# journal, file cut short: %d lengths, %d refused, the rest without effect\n", n_cuts, n_refused);
    ck_assert_int_ge(n_refused, 50);
    file = fopen(path, "wb");
    ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
    fclose(file);
    open_again(0);
}
END_TEST

/* Numbers in the head of the file: another program's, none, and those of a later version; and a record of a later one. */
START_TEST(numbers_of_others_are_named)
{
    mbill_error err;
    mbill_store *none = NULL;
    live_a_little();
    close_all();
    ck_assert_int_eq(change_file(path, "PRAGMA application_id=0"), SQLITE_OK);
    ck_refused(mbill_store_open(path, NULL, NULL, &none, &err), MBILL_E_INVALID, "another program (application id 0)");
    ck_assert_int_eq(change_file(path, "PRAGMA application_id=1296189773"), SQLITE_OK);
    ck_refused(mbill_store_open(path, NULL, NULL, &none, &err), MBILL_E_INVALID, "another program (application id 1296189773)");
    ck_assert_int_eq(change_file(path, "PRAGMA application_id=1296189772; PRAGMA user_version=99"), SQLITE_OK);
    ck_refused(mbill_store_open(path, NULL, NULL, &none, &err), MBILL_E_VERSION, "tables of version 99, this library knows");
    ck_assert_int_eq(change_file(path, "PRAGMA user_version=-1"), SQLITE_OK);
    ck_refused(mbill_store_open(path, NULL, NULL, &none, &err), MBILL_E_CORRUPT, "tables of version -1, which never was");
    char as_made[48];
    snprintf(as_made, sizeof as_made, "PRAGMA user_version=%d", MBILL__SCHEMA_VERSION);
    ck_assert_int_eq(change_file(path, as_made), SQLITE_OK);
    open_again(0);
    ck_assert_int_eq(head_now().n_records, 9);
    const uint8_t *bytes;
    size_t len;
    mbill_book *book;
    ck_ok(mbill_book_journal(journal->follow.book, 0, 1, &bytes, &len, &err));
    uint8_t *later = memcpy(malloc(len), bytes, len);
    later[0] = 2;
    ck_ok(mbill_book_open(NULL, &book, &err));
    ck_refused(mbill_book_replay(book, later, len, &err), MBILL_E_CORRUPT, "a record of a later version");
    mbill_book_free(book);
    free(later);
}
END_TEST

/* Any byte of any record: the record that holds it is named. */
START_TEST(each_changed_byte_is_found)
{
    char sql[600];
    mbill_error err;
    live_a_little();
    const uint8_t *bytes;
    size_t len, at = 0;
    ck_ok(mbill_book_journal(journal->follow.book, 6, 3, &bytes, &len, &err));
    close_all();
    for (; at < len; at += 5) {
        snprintf(sql, sizeof sql,
            FREE_HAND "CREATE TABLE IF NOT EXISTS kept AS SELECT data FROM mbill_segment WHERE first_record = 6;"
                      "UPDATE mbill_segment SET data = CAST(substr(data, 1, %zu) || char((instr('123456789ABCDEF', substr(hex("
                      "substr(data, %zu, 1)), 2, 1)) + 1) %% 16) || substr(data, %zu) AS BLOB) WHERE first_record = 6",
            at, at + 1, at + 2);
        ck_assert_int_eq(change_file(path, sql), SQLITE_OK);
        snprintf(sql, sizeof sql,
            "SELECT count(*) FROM mbill_segment, kept WHERE first_record = 6 AND mbill_segment.data = kept.data");
        if (ask_file(path, sql) == 0) {
            store = open_store(path, 0);
            ck_refused(mbill_journal_open(store, &journal, &err), MBILL_E_CORRUPT, "record");
            ck_assert_int_ge(err.index, 6);
            ck_assert_int_le(err.index, 8);
            mbill_store_free(store);
            store = NULL;
        }
        ck_assert_int_eq(change_file(path, "UPDATE mbill_segment SET data = (SELECT data FROM kept) WHERE first_record = 6"),
            SQLITE_OK);
    }
    open_again(0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("journal damage");
    TCase *damage = tcase_create("damage");
    tcase_add_checked_fixture(damage, setup, teardown);
    tcase_set_timeout(damage, 60);
    tcase_add_test(damage, damage_has_a_name);
    tcase_add_test(damage, tables_and_views_changed_by_hand_are_named);
    tcase_add_test(damage, a_segment_beside_the_journal_is_named);
    tcase_add_test(damage, a_lost_journal_is_named);
    tcase_add_test(damage, segments_that_changed_places_are_named);
    tcase_add_test(damage, a_file_cut_short_is_named);
    tcase_add_test(damage, numbers_of_others_are_named);
    tcase_add_test(damage, each_changed_byte_is_found);
    suite_add_tcase(suite, damage);
    return check_run(suite, CK_FORK_GETENV);
}

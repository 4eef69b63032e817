/* SPDX-License-Identifier: Apache-2.0 */
/* The kept journal: what is answered is in the file, a retry is safe, the book is what the file says; every record that is damaged, taken
 * out, put in or moved is named; exports, copies, several processes; and what plain SQL shows is what the book says. */
#include "kept.h"
#include "check_run.h"

#include "ledger/words.h"
#include "store/sqlite.h"

#include <sys/wait.h>

/* ---- ok ---- */

START_TEST(what_is_answered_is_there_after_opening_again)
{
    live_a_little();
    ck_assert_int_eq(n_records(), 9);
    mbill_view before = view_now(), after;
    close_all();
    open_again(0);
    ck_assert_int_eq(n_records(), 9);
    after = view_now();
    ck_assert_mem_eq(&before, &after, sizeof before);
    ck_assert_int_eq(after.credit_micro, 12 * UNIT + UNIT / 2);
    ck_assert_int_eq(one(3, MBILL_OPERATION_TOP_UP, 20 * UNIT, NOW + 99999), MBILL_RESULT_EXISTS);
    ck_assert_int_eq(one(3, MBILL_OPERATION_TOP_UP, 21 * UNIT, NOW + 99999), MBILL_RESULT_EXISTS_WITH_DIFFERENT);
    ck_assert_int_eq(one(5, MBILL_OPERATION_REFUND, UNIT, NOW + 99999), MBILL_RESULT_REFUSED_BEFORE);
    ck_assert_int_eq(n_records(), 9);
}
END_TEST

START_TEST(rebuilding_changes_nothing)
{
    mbill_error err;
    live_a_little();
    mbill_view before = view_now(), after;
    ck_ok(mbill_journal_rebuild(journal, &err));
    after = view_now();
    ck_assert_mem_eq(&before, &after, sizeof before);
}
END_TEST

START_TEST(time_alone_gives_back_what_expired)
{
    mbill_error err;
    open_home();
    ck_assert_int_eq(one(3, MBILL_OPERATION_TOP_UP, 20 * UNIT, NOW), MBILL_RESULT_OK);
    ck_assert_int_eq(one(6, MBILL_OPERATION_HOLD, UNIT, NOW), MBILL_RESULT_OK);
    ck_ok(mbill_journal_tick(journal, NOW + 3599, &err));
    ck_assert_int_eq(view_now().pending_debits_micro, UNIT);
    ck_ok(mbill_journal_tick(journal, NOW + 3600, &err));
    ck_assert_int_eq(view_now().pending_debits_micro, 0);
    close_all();
    open_again(0);
    ck_assert_int_eq(view_now().pending_debits_micro, 0);
}
END_TEST

START_TEST(head_names_where_it_ends)
{
    mbill_error err;
    mbill_journal_head empty = head_now(), then, now;
    const uint8_t zeros[32] = {0};
    ck_assert_int_eq(empty.n_records, 0);
    ck_assert_mem_eq(empty.hash, zeros, sizeof zeros);
    open_home();
    then = head_now();
    ck_assert_int_eq(then.n_records, 1);
    ck_assert_int_eq(one(3, MBILL_OPERATION_TOP_UP, 20 * UNIT, NOW), MBILL_RESULT_OK);
    now = head_now();
    ck_assert_int_eq(now.n_records, 2);
    ck_ok(mbill_journal_verify(store, &empty, NULL, &err));
    ck_ok(mbill_journal_verify(store, &then, NULL, &err));
    then.hash[31] ^= 1;
    ck_refused(mbill_journal_verify(store, &then, NULL, &err), MBILL_E_CORRUPT, "replaced");
    ck_assert_int_eq(err.index, 0);
    now.n_records = 3;
    ck_refused(mbill_journal_verify(store, &now, NULL, &err), MBILL_E_CORRUPT, "cut off");
    ck_assert_int_eq(err.index, 2);
}
END_TEST

/* A batch of 8,192 goes over many segments, and each hash stands behind its last record. */
START_TEST(large_batches_fill_segments)
{
    static mbill_operation ops[8192];
    static mbill_result results[8192];
    mbill_error err;
    open_home();
    for (size_t i = 0; i < 8192; i++) {
        ops[i] = op_of(0, MBILL_OPERATION_TOP_UP, UNIT);
        ops[i].id = (mbill_id){{9, (uint8_t)(i >> 8), (uint8_t)i}};
    }
    ck_ok(mbill_journal_apply(journal, ops, 8192, NOW, results, &err));
    ck_assert_int_eq(n_records(), 8193);
    mbill_journal_head head = head_now();
    ck_assert_int_eq(head.n_records, 8193);
    close_all();
    ck_assert_int_gt(ask_file(path, "SELECT count(*) FROM mbill_segment"), 20);
    ck_assert_int_le(ask_file(path, "SELECT max(length(data)) FROM mbill_segment"), 32768);
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_record"), 8193);
    open_again(0);
    ck_ok(mbill_journal_verify(store, &head, NULL, &err));
    ck_assert_int_eq(view_now().credit_micro, 8192 * UNIT);
}
END_TEST

/* ---- what SQL shows ---- */

START_TEST(sql_shows_what_the_book_says)
{
    live_a_little();
    mbill_view view = view_now();
    close_all();
    ck_assert_int_eq(ask_file(path, "SELECT count(*) FROM mbill_record"), 9);
    ck_assert_int_eq(ask_file(path, "SELECT record FROM mbill_record WHERE kind = 'refund' AND result = 'EXCEEDS_REFUNDABLE'"),
        4);
    ck_assert_int_eq(ask_file(path, "SELECT recorded_utc_s FROM mbill_record WHERE kind = 'expire'"), NOW + 10000);
    ck_assert_int_eq(ask_file(path, "SELECT op_id = '01030000000000000000000000000000' FROM mbill_record WHERE record = 2"), 1);
    ck_assert_int_eq(ask_file(path, "SELECT value FROM mbill_record_field WHERE record = 5 AND name = 'timeout_s'"), 3600);
    ck_assert_int_eq(ask_file(path, "SELECT value FROM mbill_record_field WHERE record = 5 AND name = 'hold'"),
        MBILL_HOLD_REFUND);
    ck_assert_int_eq(ask_file(path, "SELECT hex = '01060000000000000000000000000000' FROM mbill_record_field WHERE record = 6"),
        1);
    ck_assert_int_eq(ask_file(path, "SELECT length(bytes) FROM mbill_record_bytes WHERE record = 0"), 64 + 1116);
    ck_assert_int_eq(ask_file(path,
                         "SELECT credits_micro - debits_micro FROM mbill_place_balance WHERE account = 7 AND place = 'credit'"),
        view.credit_micro);
    ck_assert_int_eq(ask_file(path,
                         "SELECT debits_micro - credits_micro FROM mbill_place_balance WHERE account = 7 AND place = 'debt_0'"),
        view.debt_micro[0]);
    ck_assert_int_eq(ask_file(path, "SELECT sum(debits_micro) - sum(credits_micro) FROM mbill_place_balance"), 0);
    ck_assert_int_eq(ask_file(path, "SELECT sum(pending_debits_micro) FROM mbill_place_balance"), 0);
    ck_assert_int_eq(ask_file(path, "SELECT sum(amount_micro) FROM mbill_revenue WHERE source = 'revenue' AND number = 0"),
        4 * UNIT);
    ck_assert_int_eq(ask_file(path,
                         "SELECT count(*) FROM mbill_entry WHERE kind IS NULL OR purpose IS NULL OR debit_place IS NULL"),
        0);
    ck_assert_int_eq(ask_file(path, "SELECT pending FROM mbill_entry WHERE kind = 'expire'"), -1);
    ck_assert_int_eq(ask_file(path, "SELECT -debit_account >> 32 FROM mbill_entry WHERE kind = 'top_up' LIMIT 1"),
        MBILL_SYSTEM_CASH);
}
END_TEST

/* Words from number 1 on, no more and no fewer. */
static void assert_words(const char *topic, const char *const *words, int n)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM mbill_word WHERE topic = '%s'", topic);
    ck_assert_int_eq(ask_file(path, sql), n);
    for (int i = 0; i < n; i++) {
        snprintf(sql, sizeof sql, "SELECT word = '%s' FROM mbill_word WHERE topic = '%s' AND number = %d", words[i], topic,
            i + 1);
        ck_assert_msg(ask_file(path, sql) == 1, "%s", words[i]);
    }
}

START_TEST(sql_words_are_those_of_the_library)
{
    char sql[200];
    close_all();
    for (int32_t code = 0; code < 100; code++) {
        const char *name = mbill_result_name(code);
        bool known = strcmp(name, "UNKNOWN") != 0;
        snprintf(sql, sizeof sql, "SELECT count(*) FROM mbill_word WHERE topic = 'result' AND number = %d AND word = '%s'",
            (int)code, name);
        ck_assert_msg(ask_file(path, sql) == known, "%s", name);
    }
    assert_words("kind", mbill__kind_words, MBILL__N_KINDS);
    assert_words("purpose", mbill__purpose_words, MBILL__N_PURPOSES);
    assert_words("system", mbill__system_words, MBILL__N_SYSTEMS);
    ck_assert_int_eq(ask_file(path, "SELECT number FROM mbill_word WHERE topic = 'place' AND word = 'accum'"), MBILL_PLACE_ACCUM);
    ck_assert_int_eq(ask_file(path, "SELECT number FROM mbill_word WHERE topic = 'place' AND word = 'debt_7'"),
        MBILL_PLACE_DEBT + 7);
}
END_TEST

START_TEST(records_are_never_changed_by_hand)
{
    live_a_little();
    close_all();
    ck_assert_int_ne(change_file(path, "UPDATE mbill_segment SET n_records = 2"), SQLITE_OK);
    ck_assert_int_ne(change_file(path, "DELETE FROM mbill_segment"), SQLITE_OK);
    open_again(0);
    ck_assert_int_eq(n_records(), 9);
}
END_TEST

/* ---- exports and copies ---- */

static mbill_status collect(void *ctx, const uint8_t *bytes, size_t n)
{
    growing *out = ctx;
    out->text = realloc(out->text, out->len + n);
    memcpy(out->text + out->len, bytes, n);
    out->len += n;
    return MBILL_OK;
}

static mbill_status refuse(void *ctx, const uint8_t *bytes, size_t n)
{
    (void)bytes;
    size_t *left = ctx;
    if (*left < n) return MBILL_E_FULL;
    *left -= n;
    return MBILL_OK;
}

static growing export_now(void)
{
    growing out = {0};
    mbill_error err;
    ck_ok(mbill_journal_export(store, collect, &out, &err));
    return out;
}

static mbill_status import(const growing *from, size_t len, mbill_error *err)
{
    return mbill_journal_import(journal, (const uint8_t *)from->text, len, err);
}

static void open_other(void)
{
    close_all();
    snprintf(path, sizeof path, "%s/other.db", folder);
    remove_store(path);
    open_again(MBILL_STORE_CREATE);
}

START_TEST(export_is_taken_in_whole)
{
    mbill_error err;
    live_a_little();
    mbill_view before = view_now(), after;
    growing all = export_now();
    mbill_journal_head head = head_now();
    open_other();
    ck_ok(import(&all, all.len, &err));
    after = view_now();
    ck_assert_mem_eq(&before, &after, sizeof before);
    ck_ok(mbill_journal_verify(store, &head, NULL, &err));
    ck_ok(import(&all, all.len, &err)); /* again: nothing is new */
    ck_assert_int_eq(n_records(), 9);
    ck_assert_int_eq(one(9, MBILL_OPERATION_TOP_UP, UNIT, NOW + 20000), MBILL_RESULT_OK);
    ck_refused(import(&all, all.len, &err), MBILL_E_EXISTS_DIFFERENT, "not in the export");
    ck_assert_int_eq(err.index, 9);
    growing longer = export_now();
    open_other();
    ck_ok(import(&all, all.len, &err));
    ck_ok(import(&longer, longer.len, &err)); /* goes on behind what is there */
    ck_assert_int_eq(n_records(), 10);
    size_t room = 100;
    ck_refused(mbill_journal_export(store, refuse, &room, &err), MBILL_E_FULL, "receiver");
    ck_ok(mbill_journal_verify(store, NULL, NULL, &err));
    free(all.text);
    free(longer.text);
}
END_TEST

START_TEST(damaged_export_leaves_nothing)
{
    mbill_error err;
    live_a_little();
    growing all = export_now();
    open_other();
    for (size_t len = 0; len < all.len; len += 13) {
        ck_refused(import(&all, len, &err), MBILL_E_CORRUPT, "");
        ck_assert_int_eq(n_records(), 0);
    }
    for (size_t at = 0; at < all.len; at += 7) {
        all.text[at] = (char)(all.text[at] ^ 0x10);
        ck_refused(import(&all, all.len, &err), at == 7 ? MBILL_E_VERSION : MBILL_E_CORRUPT, "");
        all.text[at] = (char)(all.text[at] ^ 0x10);
        ck_assert_int_eq(n_records(), 0);
    }
    ck_ok(import(&all, all.len, &err));
    ck_assert_int_eq(n_records(), 9);
    free(all.text);
}
END_TEST

START_TEST(copy_while_in_use)
{
    mbill_error err;
    live_a_little();
    mbill_journal_head head = head_now();
    ck_ok(mbill_store_backup(store, copy, &err));
    ck_refused(mbill_store_backup(store, copy, &err), MBILL_E_EXISTS, copy);
    ck_refused(mbill_store_backup(store, "", &err), MBILL_E_INVALID, "path");
    ck_assert_int_eq(one(9, MBILL_OPERATION_TOP_UP, UNIT, NOW + 20000), MBILL_RESULT_OK);
    mbill_store *other = open_store(copy, 0);
    mbill_journal_head copied = {.struct_size = sizeof copied};
    ck_ok(mbill_journal_verify(other, &head, &copied, &err));
    ck_assert_int_eq(copied.n_records, 9);
    mbill_store_free(other);
}
END_TEST

/* ---- several processes ---- */

/* In another process: open the file with these flags and top up. 0 done, 1 refused by the book, 2 by a busy file, 3 otherwise. */
static int32_t top_up_elsewhere(uint32_t flags, uint8_t id)
{
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        mbill_store_options options = {sizeof options, flags, 0, 0};
        mbill_store *theirs = NULL;
        mbill_journal *their_journal = NULL;
        mbill_operation op = op_of(id, MBILL_OPERATION_TOP_UP, UNIT);
        mbill_result result = {0};
        mbill_status status = mbill_store_open(path, &options, NULL, &theirs, NULL);
        if (status == MBILL_OK) status = mbill_journal_open(theirs, &their_journal, NULL);
        if (status == MBILL_OK) status = mbill_journal_apply(their_journal, &op, 1, NOW + 30000, &result, NULL);
        _exit(status == MBILL_OK ? (result.code == MBILL_RESULT_OK ? 0 : 1) : status == MBILL_E_BUSY ? 2 : 3);
    }
    int exited = 0;
    ck_assert_int_eq(waitpid(child, &exited, 0), child);
    ck_assert(WIFEXITED(exited));
    return WEXITSTATUS(exited);
}

START_TEST(versions_with_the_wal_reset_bug)
{
    static const struct {
        int version;
        bool bug;
    } cases[] = {{3006999, false}, {3007000, true}, {3040001, true}, {3044005, true}, {3044006, false}, {3044999, false},
        {3045000, true}, {3050006, true}, {3050007, false}, {3050999, false}, {3051000, true}, {3051002, true}, {3051003, false},
        {3052000, false}, {4000000, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(mbill__sqlite_has_wal_reset_bug(cases[i].version) == cases[i].bug, "%d", cases[i].version);
}
END_TEST

START_TEST(write_ahead_journal_is_shared_only_where_it_is_safe)
{
    mbill_error err;
    bool bug = mbill__sqlite_has_wal_reset_bug(sqlite3_libversion_number());
    mbill_store_options options = {sizeof options, MBILL_STORE_SHARED, 0, 0};
    mbill_store *shared = NULL;
    open_home();
    ck_assert_int_eq(top_up_elsewhere(0, 50), bug ? 2 : 0);
    ck_assert_int_eq(top_up_elsewhere(MBILL_STORE_ROLLBACK, 51), 2);
    ck_assert_int_eq(n_records(), bug ? 1 : 2);
    close_all();
    if (bug) ck_refused(mbill_store_open(path, &options, NULL, &shared, &err), MBILL_E_UNSAFE_SQLITE, "rollback");
    else shared = open_store(path, MBILL_STORE_SHARED);
    mbill_store_free(shared);
    options.flags = MBILL_STORE_SHARED | MBILL_STORE_ROLLBACK;
    ck_refused(mbill_store_open(path, &options, NULL, &shared, &err), MBILL_E_MISUSE, "both");
}
END_TEST

START_TEST(processes_take_turns_with_a_rollback_journal)
{
    mbill_error err;
    open_home();
    close_all();
    open_again(MBILL_STORE_ROLLBACK);
    ck_assert_int_eq(one(3, MBILL_OPERATION_TOP_UP, UNIT, NOW), MBILL_RESULT_OK);
    ck_assert_int_eq(top_up_elsewhere(MBILL_STORE_ROLLBACK, 50), 0);
    ck_assert_int_eq(view_now().credit_micro, 2 * UNIT); /* what they wrote is seen */
    ck_assert_int_eq(top_up_elsewhere(MBILL_STORE_ROLLBACK, 50), 1);
    ck_assert_int_eq(top_up_elsewhere(MBILL_STORE_ROLLBACK, 51), 0);
    ck_assert_int_eq(one(51, MBILL_OPERATION_TOP_UP, UNIT, NOW + 40000), MBILL_RESULT_EXISTS);
    ck_assert_int_eq(one(52, MBILL_OPERATION_TOP_UP, UNIT, NOW + 40000), MBILL_RESULT_OK);
    int64_t first;
    ck_ok(mbill__journal_begin(journal, true, &first, &err));
    ck_assert_int_eq(top_up_elsewhere(MBILL_STORE_ROLLBACK, 53), 2); /* while a transaction is open */
    ck_ok(mbill__journal_finish(journal, first, MBILL_OK, &err));
    ck_assert_int_eq(top_up_elsewhere(MBILL_STORE_ROLLBACK, 53), 0);
    ck_assert_int_eq(view_now().credit_micro, 5 * UNIT);
    ck_assert_int_eq(n_records(), 6);
}
END_TEST

START_TEST(another_journal_meanwhile_is_noticed)
{
    mbill_error err;
    mbill_operation pay = op_of(60, MBILL_OPERATION_TOP_UP, UNIT);
    mbill_result result;
    open_home();
    close_all();
    open_again(MBILL_STORE_ROLLBACK);
    ck_assert_int_eq(top_up_elsewhere(0, 50), 0); /* gives the file a write-ahead journal */
    ck_refused(mbill_journal_apply(journal, &pay, 1, NOW + 50000, &result, &err), MBILL_E_BUSY, "another journal");
    close_all();
    open_again(MBILL_STORE_ROLLBACK);
    ck_assert_int_eq(apply(&pay, 1, NOW + 50000), MBILL_RESULT_OK);
    ck_assert_int_eq(view_now().credit_micro, 2 * UNIT);
}
END_TEST

START_TEST(reading_only)
{
    mbill_error err;
    mbill_operation pay = op_of(60, MBILL_OPERATION_TOP_UP, UNIT);
    mbill_result result;
    live_a_little();
    mbill_view before = view_now(), after;
    close_all();
    open_again(MBILL_STORE_READ_ONLY);
    after = view_now();
    ck_assert_mem_eq(&before, &after, sizeof before);
    ck_refused(mbill_journal_apply(journal, &pay, 1, NOW + 50000, &result, &err), MBILL_E_READ_ONLY, name_of_store(path));
    ck_assert_int_eq(n_records(), 9);
}
END_TEST

/* ---- another database behind the same table of functions ---- */

typedef struct shelf {
    mbill__segment segments[16];
    size_t n, n_before;
    mbill_status next; /* of the next finish */
} shelf;

static mbill_status shelf_begin(void *ctx, bool to_write, mbill_error *err)
{
    shelf *kept = ctx;
    (void)to_write;
    (void)err;
    kept->n_before = kept->n;
    return MBILL_OK;
}

static mbill_status shelf_finish(void *ctx, mbill_status status, mbill_error *err)
{
    shelf *kept = ctx;
    (void)err;
    if (status == MBILL_OK) status = kept->next;
    kept->next = MBILL_OK;
    while (status != MBILL_OK && kept->n > kept->n_before) free((void *)(uintptr_t)kept->segments[--kept->n].bytes);
    return status;
}

static mbill_status shelf_read(void *ctx, int64_t from, mbill__segment *out, mbill_error *err)
{
    shelf *kept = ctx;
    (void)err;
    memset(out, 0, sizeof *out);
    for (size_t i = kept->n; i-- > 0 && kept->segments[i].first >= from;) *out = kept->segments[i];
    return MBILL_OK;
}

static mbill_status shelf_last(void *ctx, mbill__segment *out, mbill_error *err)
{
    shelf *kept = ctx;
    (void)err;
    memset(out, 0, sizeof *out);
    if (kept->n > 0) *out = kept->segments[kept->n - 1];
    return MBILL_OK;
}

static mbill_status shelf_add(void *ctx, const mbill__segment *segment, mbill_error *err)
{
    shelf *kept = ctx;
    (void)err;
    uint8_t *bytes = malloc(segment->len);
    memcpy(bytes, segment->bytes, segment->len);
    kept->segments[kept->n] = *segment;
    kept->segments[kept->n++].bytes = bytes;
    return MBILL_OK;
}

static bool shelf_collided(void *ctx)
{
    (void)ctx;
    return false;
}

START_TEST(another_database_can_keep_it)
{
    shelf kept = {0};
    mbill__keep keep = {&kept, shelf_begin, shelf_finish, shelf_read, shelf_last, shelf_add, shelf_collided};
    mbill_error err;
    mbill_allocator memory;
    mbill_operation pay = op_of(60, MBILL_OPERATION_TOP_UP, UNIT);
    mbill_result result;
    live_a_little();
    mbill_view before = view_now(), after;
    close_all();
    ck_ok(mbill__allocator_read(&memory, NULL, &err));
    ck_ok(mbill__journal_make(&keep, &memory, &journal, &err));
    live_a_little();
    after = view_now();
    ck_assert_mem_eq(&before, &after, sizeof before);
    ck_ok(mbill_journal_rebuild(journal, &err));
    kept.next = MBILL_E_FULL; /* the book that ran ahead is dropped */
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_journal_apply(journal, &pay, 1, NOW + 50000, &result, &err), MBILL_E_FULL);
    ck_assert_int_eq(n_records(), 9);
    ck_assert_int_eq(apply(&pay, 1, NOW + 50000), MBILL_RESULT_OK);
    mbill_journal_free(journal);
    journal = NULL;
    while (kept.n > 0) free((void *)(uintptr_t)kept.segments[--kept.n].bytes);
}
END_TEST

/* ---- refused ---- */

START_TEST(calls_that_are_forbidden)
{
    mbill_error err;
    mbill_operation pay = op_of(60, MBILL_OPERATION_TOP_UP, UNIT);
    mbill_result result;
    mbill_journal *none = NULL;
    mbill_journal_head unset = {0};
    ck_refused(mbill_journal_open(NULL, &none, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_journal_open(store, NULL, &err), MBILL_E_MISUSE, "out_journal");
    ck_refused(mbill_journal_apply(NULL, &pay, 1, NOW, &result, &err), MBILL_E_MISUSE, "journal");
    ck_refused(mbill_journal_apply(journal, NULL, 1, NOW, &result, &err), MBILL_E_MISUSE, "operations");
    ck_refused(mbill_journal_apply(journal, &pay, 1, NOW, NULL, &err), MBILL_E_MISUSE, "out_results");
    ck_refused(mbill_journal_apply(journal, &pay, 0, NOW, &result, &err), MBILL_E_RANGE, "0");
    ck_refused(mbill_journal_tick(NULL, NOW, &err), MBILL_E_MISUSE, "journal");
    ck_refused(mbill_journal_tick(journal, INT64_MAX, &err), MBILL_E_RANGE, "year");
    ck_refused(mbill_journal_book(journal, NULL, &err), MBILL_E_MISUSE, "out_book");
    ck_refused(mbill_journal_rebuild(NULL, &err), MBILL_E_MISUSE, "journal");
    ck_refused(mbill_journal_verify(NULL, NULL, NULL, &err), MBILL_E_MISUSE, "store");
    ck_refused(mbill_journal_verify(store, &unset, NULL, &err), MBILL_E_MISUSE, "expected");
    ck_refused(mbill_journal_verify(store, NULL, &unset, &err), MBILL_E_MISUSE, "out_head");
    ck_refused(mbill_journal_export(store, NULL, NULL, &err), MBILL_E_MISUSE, "write");
    ck_refused(mbill_journal_import(journal, NULL, 0, &err), MBILL_E_MISUSE, "bytes");
    ck_refused(mbill_store_backup(NULL, copy, &err), MBILL_E_MISUSE, "store");
    mbill_journal_free(NULL);
    ck_assert_int_eq(n_records(), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("journal");
    TCase *ok = tcase_create("ok"), *damage = tcase_create("damage"), *shared = tcase_create("shared");
    TCase *const all[] = {ok, damage, shared};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        tcase_add_checked_fixture(all[i], setup, teardown);
        tcase_set_timeout(all[i], 60);
        suite_add_tcase(suite, all[i]);
    }
    tcase_add_test(ok, what_is_answered_is_there_after_opening_again);
    tcase_add_test(ok, rebuilding_changes_nothing);
    tcase_add_test(ok, time_alone_gives_back_what_expired);
    tcase_add_test(ok, head_names_where_it_ends);
    tcase_add_test(ok, large_batches_fill_segments);
    tcase_add_test(ok, sql_shows_what_the_book_says);
    tcase_add_test(ok, sql_words_are_those_of_the_library);
    tcase_add_test(ok, another_database_can_keep_it);
    tcase_add_test(ok, calls_that_are_forbidden);
    tcase_add_test(damage, records_are_never_changed_by_hand);
    tcase_add_test(damage, export_is_taken_in_whole);
    tcase_add_test(damage, damaged_export_leaves_nothing);
    on_files(damage, copy_while_in_use, "a store there is copied by pg_dump");
    tcase_add_test(shared, versions_with_the_wal_reset_bug);
    on_files(shared, write_ahead_journal_is_shared_only_where_it_is_safe, "it is about journals of files");
    tcase_add_test(shared, processes_take_turns_with_a_rollback_journal);
    on_files(shared, another_journal_meanwhile_is_noticed, "it is about journals of files");
    tcase_add_test(shared, reading_only);
    return check_run(suite, CK_FORK_GETENV);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The places that are kept as one document, in the form in which they are read, and the accounts that a selection means. Changes when these
 * forms do. */
#include "document/write.h"
#include "meterbill/account.h"
#include "store/bind.h"
#include "store/select.h"

#include <string.h>

/* A list: members by the statement's columns in this order; with tags one column more, the number by which that statement finds them. */
typedef struct list_text {
    const char *name, *sql;
    const char *keys[4];
    int n_keys;
    const char *tags;
} list_text;

static const char TAGS_OF_PLACE[] = "SELECT tag FROM mbill_place_tag WHERE place_no = ?1 ORDER BY tag";
static const char TAGS_OF_ACCOUNT[] = "SELECT tag FROM mbill_account_tag WHERE account_no = ?1 ORDER BY tag";

static const list_text LISTS[] = {
    {"places",
        "SELECT p.id, p.kind, a.id, p.title, p.place_no FROM mbill_place p LEFT JOIN mbill_place a ON a.place_no = p.in_no"
        " ORDER BY p.id",
        {"id", "kind", "in", "title"}, 4, TAGS_OF_PLACE},
    {"accounts",
        "SELECT a.id, p.id, a.account_no FROM mbill_account a LEFT JOIN mbill_account_at s USING(account_no) LEFT JOIN "
        "mbill_place p"
        " USING(place_no) WHERE p.id IS NOT NULL OR EXISTS (SELECT 1 FROM mbill_account_tag t WHERE t.account_no = a.account_no)"
        " ORDER BY a.id",
        {"id", "at"}, 2, TAGS_OF_ACCOUNT},
    {"meters",
        "SELECT m.id, p.id, b.id FROM mbill_meter_at s JOIN mbill_meter m USING(meter_no) LEFT JOIN mbill_place p USING(place_no)"
        " LEFT JOIN mbill_meter b ON b.meter_no = s.behind_no WHERE p.id IS NOT NULL OR b.id IS NOT NULL ORDER BY m.id",
        {"id", "at", "behind"}, 3, NULL},
    {"utilities", "SELECT tariff, utility FROM mbill_utility ORDER BY tariff", {"tariff", "utility"}, 2, NULL},
};

static mbill_status write_member(mbill__query *query, int column, const char *key, mbill__writer *writer, mbill_error *err)
{
    const char *text;
    size_t len;
    MBILL_TRY(mbill__column_text(query, column, &text, &len, err));
    if (text != NULL) mbill__write_text(writer, key, text);
    return MBILL_OK;
}

/* The names that a statement finds by a number, as a list; none: no member. */
static mbill_status write_names(mbill_store *store, const char *sql, int64_t number, const char *key, mbill__writer *writer,
    mbill_error *err)
{
    const mbill__given_value given[] = {MBILL__WHOLE(number)};
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__sql_ask(store, sql, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    mbill__write_list(writer, key);
    while (row) {
        MBILL_TRY(write_member(query, 0, NULL, writer, err));
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    mbill__write_list_end(writer);
    return MBILL_OK;
}

static mbill_status write_list(mbill_store *store, const list_text *list, mbill__writer *writer, mbill_error *err)
{
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, list->sql, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    mbill__write_list(writer, list->name);
    while (row) {
        mbill__write_object(writer, NULL);
        for (int i = 0; i < list->n_keys; i++) MBILL_TRY(write_member(query, i, list->keys[i], writer, err));
        if (list->tags != NULL)
            MBILL_TRY(write_names(store, list->tags, mbill__column_whole(query, list->n_keys), "tags", writer, err));
        mbill__write_object_end(writer);
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    mbill__write_list_end(writer);
    return MBILL_OK;
}

static mbill_status write_places(mbill_store *store, const char *selection, size_t len, mbill__writer *writer, mbill_error *err)
{
    (void)selection;
    (void)len;
    mbill__write_text(writer, "kind", "places");
    for (size_t i = 0; i < sizeof LISTS / sizeof LISTS[0]; i++) MBILL_TRY(write_list(store, &LISTS[i], writer, err));
    return MBILL_OK;
}

/* Accounts */

static mbill_status write_members(mbill_store *store, int64_t number, mbill__writer *writer, mbill_error *err)
{
    static const char SELECT_LISTED[] = "SELECT a.id, p.id FROM mbill_account a LEFT JOIN mbill_account_at s USING(account_no)"
                                        " LEFT JOIN mbill_place p USING(place_no) WHERE a.account_no = ?1";
    static const char UTILITIES[] = "SELECT DISTINCT utility FROM mbill_contract c JOIN mbill_utility u ON u.tariff = c.tariff"
                                    " WHERE c.account_no = ?1 ORDER BY utility";
    const mbill__given_value given[] = {MBILL__WHOLE(number)};
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__sql_ask(store, SELECT_LISTED, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    MBILL_TRY(write_member(query, 0, "account", writer, err));
    mbill__write_whole(writer, "number", number);
    MBILL_TRY(write_member(query, 1, "at", writer, err));
    mbill__query_end(query);
    MBILL_TRY(write_names(store, TAGS_OF_ACCOUNT, number, "tags", writer, err));
    return write_names(store, UTILITIES, number, "utilities", writer, err);
}

static mbill_status write_account(mbill_store *store, int64_t number, mbill__writer *writer, mbill_error *err)
{
    mbill__write_object(writer, NULL);
    MBILL_TRY(write_members(store, number, writer, err));
    mbill__write_object_end(writer);
    return MBILL_OK;
}

static mbill_status write_accounts(mbill_store *store, const char *selection, size_t len, mbill__writer *writer, mbill_error *err)
{
    mbill__selected selected = {0};
    mbill_status status = mbill__select_text(store, selection, len, &selected, err);
    mbill__write_text(writer, "kind", "account_list");
    mbill__write_list(writer, "accounts");
    for (size_t i = 0; status == MBILL_OK && i < selected.n; i++) status = write_account(store, selected.numbers[i], writer, err);
    mbill__write_list_end(writer);
    mbill__selected_free(&selected);
    return status;
}

/* One account */

static mbill_status write_person(mbill_store *store, int64_t number, mbill__writer *writer, mbill_error *err)
{
    static const char SELECT_FIELDS[] = "SELECT field, value FROM mbill_person WHERE account_no = ?1 ORDER BY field";
    const mbill__given_value given[] = {MBILL__WHOLE(number)};
    const char *field, *value;
    mbill__query *query;
    size_t len;
    bool row;
    MBILL_TRY(mbill__sql_ask(store, SELECT_FIELDS, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    mbill__write_object(writer, "person");
    while (row) {
        MBILL_TRY(mbill__column_text(query, 0, &field, &len, err));
        MBILL_TRY(mbill__column_text(query, 1, &value, &len, err));
        mbill__write_text(writer, field, value);
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    mbill__write_object_end(writer);
    return MBILL_OK;
}

static mbill_status write_forgotten(mbill_store *store, int64_t number, mbill__writer *writer, mbill_error *err)
{
    static const char SELECT_RECORD[] = "SELECT at_utc_s, reason FROM mbill_forgotten WHERE account_no = ?1";
    const mbill__given_value given[] = {MBILL__WHOLE(number)};
    const char *reason;
    mbill__query *query;
    size_t len;
    bool row;
    MBILL_TRY(mbill__sql_ask(store, SELECT_RECORD, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    MBILL_TRY(mbill__column_text(query, 1, &reason, &len, err));
    mbill__write_object(writer, "forgotten");
    mbill__write_text(writer, "at", mbill__say_time(mbill__column_whole(query, 0), NULL).text);
    mbill__write_text(writer, "reason", reason);
    mbill__write_object_end(writer);
    mbill__query_end(query);
    return MBILL_OK;
}

/* Since when and until when somebody lives with it; an account that was registered alone says nothing. */
static mbill_status write_stay(mbill_store *store, int64_t number, mbill__writer *writer, mbill_error *err)
{
    static const char SELECT_TIMES[] = "SELECT opened_utc_s, left_utc_s FROM mbill_stay WHERE account_no = ?1";
    const mbill__given_value given[] = {MBILL__WHOLE(number)};
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__sql_ask(store, SELECT_TIMES, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    mbill__write_text(writer, "opened", mbill__say_time(mbill__column_whole(query, 0), NULL).text);
    if (!mbill__column_null(query, 1))
        mbill__write_text(writer, "left", mbill__say_time(mbill__column_whole(query, 1), NULL).text);
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status write_one(mbill_store *store, const char *account, size_t len, mbill__writer *writer, mbill_error *err)
{
    int64_t number;
    mbill__write_text(writer, "kind", "account");
    MBILL_TRY(mbill__store_account(store, account, len, &number, err));
    MBILL_TRY(write_members(store, number, writer, err));
    MBILL_TRY(write_stay(store, number, writer, err));
    MBILL_TRY(write_person(store, number, writer, err));
    return write_forgotten(store, number, writer, err);
}

/* A document in one state of the file. */
typedef mbill_status body(mbill_store *store, const char *selection, size_t len, mbill__writer *writer, mbill_error *err);

static mbill_status write_document(mbill_store *store, body *write, const char *selection, size_t len, char *out_text,
    size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer writer;
    MBILL__NEED(store);
    MBILL__NEED(inout_len);
    MBILL_TRY(mbill__db_begin_read(store->db, err));
    mbill__buffer_start(&buffer, mbill__db_allocator(store->db));
    mbill__write_start(&writer, &buffer, false);
    mbill__write_object(&writer, NULL);
    mbill__write_whole(&writer, "meterbill", 1);
    mbill_status status = mbill__db_finish(store->db, write(store, selection, len, &writer, err), err);
    mbill__write_object_end(&writer);
    if (status == MBILL_OK) status = mbill__buffer_check(&buffer, err);
    if (status == MBILL_OK) status = mbill__buffer_copy(&buffer, out_text, inout_len, err);
    mbill__buffer_free(&buffer);
    return status;
}

mbill_status mbill_store_places(mbill_store *store, char *out_text, size_t *inout_len, mbill_error *err)
{
    return write_document(store, write_places, NULL, 0, out_text, inout_len, err);
}

mbill_status mbill_store_account_list(mbill_store *store, const char *selection, size_t len, char *out_text, size_t *inout_len,
    mbill_error *err)
{
    return write_document(store, write_accounts, selection, len, out_text, inout_len, err);
}

mbill_status mbill_store_account(mbill_store *store, const char *account, char *out_text, size_t *inout_len, mbill_error *err)
{
    MBILL__NEED(account);
    return write_document(store, write_one, account, strlen(account), out_text, inout_len, err);
}

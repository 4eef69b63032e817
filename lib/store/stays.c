/* SPDX-License-Identifier: Apache-2.0 */
/* An account opened, and left, by one call each. Invariant: all of it is in the file, or nothing; the same call again does nothing. */
#include "meterbill/account.h"
#include "meterbill/ingest.h"
#include "operate/stay.h"
#include "store/bind.h"
#include "store/ingest.h"
#include "store/journal.h"
#include "store/stay.h"

#include <string.h>

typedef struct staying {
    mbill_store *store;
    mbill__stay stay;
    mbill_accounts *accounts;
    mbill_people *people;
    mbill_stay_result result;
} staying;

/* A failure of a part of the document, at its place in the whole: "/accounts/0/facts" of the part is "/account/facts". */
static mbill_status move_path(mbill_status status, const mbill_error *cause, const char *head, const char *place,
    mbill_error *err)
{
    size_t len = strlen(head);
    char path[sizeof cause->path + 16];
    bool inside = strncmp(cause->path, head, len) == 0;
    size_t n = strlen(place);
    memcpy(path, place, n);
    memcpy(path + n, inside ? cause->path + len : "", strlen(inside ? cause->path + len : "") + 1);
    return mbill__fail_path(err, status, path, "%s", cause->message);
}

static mbill_status read_parts(staying *of, mbill_error *err)
{
    const mbill_allocator *allocator = mbill__db_allocator(of->store->db);
    mbill_error cause;
    mbill_error_init(&cause);
    mbill_status status = mbill_accounts_read(of->stay.accounts, strlen(of->stay.accounts), allocator, &of->accounts, &cause);
    if (status != MBILL_OK) return move_path(status, &cause, "/accounts/0", "/account", err);
    if (of->stay.people == NULL) return MBILL_OK;
    status = mbill_people_read(of->stay.people, strlen(of->stay.people), allocator, &of->people, &cause);
    return status == MBILL_OK ? MBILL_OK : move_path(status, &cause, "/people/0/fields", "/person", err);
}

/* Whether a call of this id was done; one with another content is refused. */
static mbill_status was_done(const staying *of, const char *sql, bool *out, mbill_error *err)
{
    uint8_t hash[sizeof of->stay.hash];
    mbill__query *query;
    MBILL_TRY(mbill__query_start(of->store->db, sql, &query, err));
    mbill__bind_blob(query, 1, of->stay.id.bytes, sizeof of->stay.id.bytes);
    MBILL_TRY(mbill__query_step(query, out, err));
    if (!*out) return MBILL_OK;
    mbill_status status = mbill__column_blob(query, 0, hash, sizeof hash, err);
    mbill__query_end(query);
    if (status != MBILL_OK || memcmp(hash, of->stay.hash, sizeof hash) == 0) return status;
    return mbill__fail_path(err, MBILL_E_EXISTS_DIFFERENT, "/id", "this id was used before with another document");
}

static mbill_status put_readings(const staying *of, mbill_error *err)
{
    static const char SELECT_REGISTER_NO[] =
        "SELECT register_no FROM mbill_meter m JOIN mbill_register r USING(meter_no) WHERE m.id = ?1 AND r.name = ?2";
    for (size_t i = 0; i < of->stay.n_readings; i++) {
        const mbill__stay_reading *one = &of->stay.readings[i];
        const mbill__given_value given[] = {MBILL__TEXT(one->meter), MBILL__TEXT(one->reg)};
        mbill__reading_conflict conflict = {.index = -1};
        mbill_ingest_counts counts = {.struct_size = sizeof counts};
        int64_t register_no;
        bool found;
        MBILL_TRY(mbill__sql_whole(of->store, SELECT_REGISTER_NO, given, 2, &found, &register_no, err));
        if (!found)
            return mbill__fail_at(err, MBILL_E_NOT_FOUND, (int64_t)i, "meter \"%s\" has no register \"%s\" in the store",
                one->meter, one->reg);
        const mbill_reading_columns batch = {.struct_size = sizeof batch,
            .n = 1,
            .registers = &register_no,
            .at_utc_s = &one->at_utc_s,
            .values_micro = &one->value_micro};
        MBILL_TRY(mbill__ingest(of->store, &batch, &counts, &conflict, err));
        if (conflict.index >= 0)
            return mbill__fail_at(err, MBILL_E_EXISTS_DIFFERENT, (int64_t)i,
                "meter \"%s\" has another reading at that time: %s in the store", one->meter,
                mbill__say_micro(conflict.kept_micro).text);
    }
    return MBILL_OK;
}

/* Opening */

static mbill_status refuse_open(const staying *of, int64_t account_no, mbill_error *err)
{
    static const char SELECT_STAY[] = "SELECT opened_utc_s FROM mbill_stay WHERE account_no = ?1";
    const mbill__given_value given[] = {MBILL__WHOLE(account_no)};
    int64_t opened_utc_s;
    bool found;
    MBILL_TRY(mbill__sql_whole(of->store, SELECT_STAY, given, 1, &found, &opened_utc_s, err));
    if (!found) return MBILL_OK;
    return mbill__fail_path(err, MBILL_E_EXISTS, "/account/id", "account \"%s\" was opened at %s", of->stay.account,
        mbill__say_time(opened_utc_s, NULL).text);
}

static mbill_status put_stay(const staying *of, mbill_error *err)
{
    static const char PUT_STAY[] =
        "INSERT INTO mbill_stay(account_no, opened_utc_s, opening_id, opening_hash) VALUES(?1, ?2, ?3, ?4)";
    const mbill__given_value given[] = {MBILL__WHOLE(of->result.number), MBILL__WHOLE(of->stay.at_utc_s)};
    mbill__query *query;
    MBILL_TRY(mbill__sql_ask(of->store, PUT_STAY, given, 2, &query, err));
    mbill__bind_blob(query, 3, of->stay.id.bytes, sizeof of->stay.id.bytes);
    mbill__bind_blob(query, 4, of->stay.hash, sizeof of->stay.hash);
    return mbill__query_run(query, NULL, err);
}

static mbill_status put_money(const staying *of, mbill_error *err)
{
    const mbill__stay *stay = &of->stay;
    const mbill_operation top_up = {.id = stay->id,
        .kind = MBILL_OPERATION_TOP_UP,
        .account = of->result.number,
        .amount_micro = stay->amount_micro,
        .channel = stay->channel,
        .receipt = stay->receipt,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE,
        .effective_utc_s = stay->at_utc_s};
    return mbill__money_open(of->store, of->result.number, stay->tops_up ? &top_up : NULL, stay->at_utc_s, err);
}

static mbill_status open_account(staying *of, mbill_error *err)
{
    static const char SELECT_OPENING[] = "SELECT opening_hash FROM mbill_stay WHERE opening_id = ?1";
    size_t n, n_fields = 0;
    bool done;
    const mbill_account *account = mbill_accounts_values(of->accounts, &n);
    const mbill_person_field *fields = of->people != NULL ? mbill_people_fields(of->people, &n_fields) : NULL;
    MBILL_TRY(was_done(of, SELECT_OPENING, &done, err));
    of->result.already = done;
    if (!done) MBILL_TRY(mbill__account_put(of->store, account, err));
    MBILL_TRY(mbill__store_account(of->store, of->stay.account, strlen(of->stay.account), &of->result.number, err));
    if (done) return MBILL_OK;
    MBILL_TRY(refuse_open(of, of->result.number, err));
    MBILL_TRY(mbill__people_add(of->store, fields, n_fields, err));
    MBILL_TRY(put_readings(of, err));
    MBILL_TRY(put_stay(of, err));
    return put_money(of, err);
}

/* Leaving */

static mbill_status end_contracts(const staying *of, mbill_error *err)
{
    static const char SELECT_LATER[] = "SELECT 1 FROM mbill_contract WHERE account_no = ?1 AND from_day >= ?2";
    static const char END_CONTRACTS[] = "UPDATE mbill_contract SET to_day = ?2 WHERE account_no = ?1 AND to_day > ?2";
    const mbill__given_value given[] = {MBILL__WHOLE(of->result.number), MBILL__WHOLE(of->stay.to_day)};
    int64_t one, changes = 0;
    bool found;
    MBILL_TRY(mbill__sql_whole(of->store, SELECT_LATER, given, 2, &found, &one, err));
    if (found)
        return mbill__fail_path(err, MBILL_E_INVALID, "/to", "a contract of account \"%s\" begins on that day or later",
            of->stay.account);
    return mbill__sql_tell(of->store, END_CONTRACTS, given, 2, &changes, err);
}

static mbill_status put_leaving(const staying *of, mbill_error *err)
{
    static const char PUT_LEAVING[] = "UPDATE mbill_stay SET left_utc_s = ?2, to_day = ?3, leaving_id = ?4, leaving_hash = ?5"
                                      " WHERE account_no = ?1 AND leaving_id IS NULL";
    const mbill__given_value given[] = {MBILL__WHOLE(of->result.number), MBILL__WHOLE(of->stay.at_utc_s),
        MBILL__WHOLE(of->stay.to_day)};
    int64_t changes;
    mbill__query *query;
    MBILL_TRY(mbill__sql_ask(of->store, PUT_LEAVING, given, 3, &query, err));
    mbill__bind_blob(query, 4, of->stay.id.bytes, sizeof of->stay.id.bytes);
    mbill__bind_blob(query, 5, of->stay.hash, sizeof of->stay.hash);
    MBILL_TRY(mbill__query_run(query, &changes, err));
    if (changes > 0) return MBILL_OK;
    return mbill__fail_path(err, MBILL_E_INVALID, "/account",
        "account \"%s\" is not open: it was never opened, or was left before", of->stay.account);
}

/* What is to be given back, and what is owed. */
static void read_balance(staying *of)
{
    mbill_view view = {.struct_size = sizeof view};
    if (mbill_book_view(of->store->ledger->follow.book, of->result.number, &view, NULL) != MBILL_OK) return;
    of->result.refund_micro = view.credit_micro > 0 ? view.credit_micro : 0;
    of->result.owed_micro = view.accum_micro + view.ec_used_micro + view.aggregated_debt_micro + view.overdraft_micro;
}

static mbill_status leave_account(staying *of, mbill_error *err)
{
    static const char SELECT_LEAVING[] = "SELECT leaving_hash FROM mbill_stay WHERE leaving_id = ?1";
    bool done;
    MBILL_TRY(was_done(of, SELECT_LEAVING, &done, err));
    of->result.already = done;
    MBILL_TRY(mbill__store_account(of->store, of->stay.account, strlen(of->stay.account), &of->result.number, err));
    if (!done) {
        MBILL_TRY(put_leaving(of, err));
        MBILL_TRY(end_contracts(of, err));
        MBILL_TRY(put_readings(of, err));
        MBILL_TRY(
            mbill__close_account(of->store, of->result.number, of->stay.at_utc_s, &of->result.n_billed, &of->result.billed, err));
    }
    read_balance(of);
    return MBILL_OK;
}

/* Both */

typedef mbill_status body(staying *of, mbill_error *err);

static mbill_status run(staying *of, body *what, mbill_stay_result *out, mbill_error *err)
{
    mbill_journal *ledger;
    int64_t first;
    MBILL_TRY(mbill_store_journal(of->store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
    MBILL_TRY(mbill__journal_finish(ledger, first, what(of, err), err));
    if (out == NULL) return MBILL_OK;
    of->result.struct_size = out->struct_size;
    memcpy(out, &of->result, sizeof *out);
    return MBILL_OK;
}

static mbill_status check(mbill_store *store, const char *json, size_t len, const mbill_stay_result *out, mbill_error *err)
{
    MBILL__NEED(store);
    if (json == NULL && len > 0) return mbill__fail(err, MBILL_E_MISUSE, "json is NULL");
    if (out == NULL || out->struct_size >= sizeof *out) return MBILL_OK;
    return mbill__fail(err, MBILL_E_MISUSE, "struct_size of the result is not set");
}

mbill_status mbill_store_open_account(mbill_store *store, const char *json, size_t len, mbill_stay_result *out, mbill_error *err)
{
    staying of = {.store = store};
    MBILL_TRY(check(store, json, len, out, err));
    mbill_status status = mbill__opening_read(json != NULL ? json : "", len, mbill__db_allocator(store->db), &of.stay, err);
    if (status == MBILL_OK) status = read_parts(&of, err);
    if (status == MBILL_OK) status = run(&of, open_account, out, err);
    mbill_accounts_free(of.accounts);
    mbill_people_free(of.people);
    mbill__stay_end(&of.stay);
    return status;
}

mbill_status mbill_store_leave_account(mbill_store *store, const char *json, size_t len, mbill_stay_result *out, mbill_error *err)
{
    staying of = {.store = store};
    MBILL_TRY(check(store, json, len, out, err));
    mbill_status status = mbill__leaving_read(json != NULL ? json : "", len, mbill__db_allocator(store->db), &of.stay, err);
    if (status == MBILL_OK) status = run(&of, leave_account, out, err);
    mbill__stay_end(&of.stay);
    return status;
}

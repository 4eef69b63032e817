/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of people, kept and erased. Invariant: no byte of a value that was changed or erased is left in the file or its journal. SQLite overwrites
 * what is deleted (secure_delete), but a page that was divided before may still hold a copy of what moved to its neighbour: so the table of people is
 * written anew, and the pages that it had are overwritten whole. */
#include "meterbill/account.h"
#include "meterbill/calendar.h"
#include "meterbill/person.h"
#include "store/bind.h"
#include "store/stay.h"

#include <string.h>

#define REASON_MAX 256

static const char SELECT_WHO[] = "SELECT account_no FROM mbill_account WHERE id = ?1";
static const char SELECT_FORGOTTEN[] = "SELECT at_utc_s FROM mbill_forgotten WHERE account_no = ?1";

static mbill_status find_account(mbill_store *store, const char *id, int64_t *out_no, mbill_error *err)
{
    const mbill__given_value given[] = {MBILL__TEXT(id)};
    bool found;
    MBILL_TRY(mbill__sql_whole(store, SELECT_WHO, given, 1, &found, out_no, err));
    return found ? MBILL_OK : mbill__fail(err, MBILL_E_NOT_FOUND, "account \"%.64s\" is not in the store", id);
}

/* The table of people on pages of its own making: what was on the old ones is overwritten when they are freed. */
static mbill_status write_anew(mbill_store *store, mbill_error *err)
{
    return mbill__db_write_anew(store->db,
        "CREATE TEMP TABLE mbill_person_copy AS SELECT account_no, field, value FROM mbill_person ORDER BY account_no, field;"
        "DELETE FROM mbill_person;"
        "INSERT INTO mbill_person SELECT account_no, field, value FROM temp.mbill_person_copy ORDER BY account_no, field;"
        "DROP TABLE temp.mbill_person_copy",
        err);
}

/* A change of people with all traces of what was there before; *out_removes: whether anything was. */
typedef mbill_status change(mbill_store *store, void *ctx, bool *out_removes, mbill_error *err);

static mbill_status change_people(mbill_store *store, change *body, void *ctx, mbill_error *err)
{
    bool removes = false;
    MBILL_TRY(mbill__db_check(store->db, err));
    MBILL_TRY(mbill__db_erase(store->db, true, err));
    mbill_status status = mbill__db_begin(store->db, err);
    if (status == MBILL_OK) {
        status = body(store, ctx, &removes, err);
        if (status == MBILL_OK && removes) status = write_anew(store, err);
        status = mbill__db_finish(store->db, status, err);
    }
    if (status == MBILL_OK && removes) status = mbill__db_cleanse(store->db, "mbill_person", err);
    if (mbill__db_erase(store->db, false, NULL) != MBILL_OK) return status; /* it may stay on: only slower */
    return status;
}

/* Keeping */

typedef struct keeping {
    const mbill_person_field *fields;
    size_t n;
    int64_t n_added, n_same;
} keeping;

static mbill_status put_field(mbill_store *store, keeping *to, const mbill_person_field *field, bool *out_removes,
    mbill_error *err)
{
    static const char PUT_FIELD[] =
        "INSERT INTO mbill_person(account_no, field, value) VALUES(?1, ?2, ?3) ON CONFLICT(account_no, field) DO NOTHING";
    static const char SET_FIELD[] = "UPDATE mbill_person SET value = ?3 WHERE account_no = ?1 AND field = ?2 AND value <> ?3";
    static const char DROP_FIELD[] = "DELETE FROM mbill_person WHERE account_no = ?1 AND field = ?2";
    int64_t number, at_utc_s, added = 0, changed = 0;
    bool forgotten;
    MBILL_TRY(find_account(store, field->account, &number, err));
    const mbill__given_value given[] = {MBILL__WHOLE(number), MBILL__TEXT(field->name), MBILL__TEXT(field->value)};
    MBILL_TRY(mbill__sql_whole(store, SELECT_FORGOTTEN, given, 1, &forgotten, &at_utc_s, err));
    if (forgotten)
        return mbill__fail(err, MBILL_E_INVALID, "the person behind account \"%s\" was forgotten at %s", field->account,
            mbill__say_time(at_utc_s, NULL).text);
    if (field->value == NULL) MBILL_TRY(mbill__sql_tell(store, DROP_FIELD, given, 2, &changed, err));
    else MBILL_TRY(mbill__sql_tell(store, PUT_FIELD, given, 3, &added, err));
    if (field->value != NULL && added == 0) MBILL_TRY(mbill__sql_tell(store, SET_FIELD, given, 3, &changed, err));
    *out_removes = *out_removes || changed > 0;
    if (added + changed > 0) to->n_added++;
    else to->n_same++;
    return MBILL_OK;
}

static mbill_status put_fields(mbill_store *store, void *ctx, bool *out_removes, mbill_error *err)
{
    keeping *to = ctx;
    for (size_t i = 0; i < to->n; i++) MBILL_TRY(put_field(store, to, &to->fields[i], out_removes, err));
    return MBILL_OK;
}

mbill_status mbill__people_add(mbill_store *store, const mbill_person_field *fields, size_t n, mbill_error *err)
{
    keeping to = {fields, n, 0, 0};
    bool removes = false;
    MBILL_TRY(put_fields(store, &to, &removes, err));
    if (!removes) return MBILL_OK;
    return mbill__fail_path(err, MBILL_E_EXISTS_DIFFERENT, "/person",
        "account \"%s\" has a person of whom something else is known, expected a document of people that says so",
        fields->account);
}

mbill_status mbill_store_put_people(mbill_store *store, const char *json, size_t len, mbill_import_counts *out, mbill_error *err)
{
    mbill_people *people;
    keeping to = {NULL, 0, 0, 0};
    MBILL__NEED(store);
    MBILL_TRY(mbill__import_out(out, err));
    MBILL_TRY(mbill_people_read(json, len, mbill__db_allocator(store->db), &people, err));
    to.fields = mbill_people_fields(people, &to.n);
    mbill_status status = change_people(store, put_fields, &to, err);
    mbill_people_free(people);
    if (status == MBILL_OK) mbill__import_give(out, to.n_added, to.n_same);
    return status;
}

/* Forgetting */

typedef struct forgetting {
    const char *account, *reason;
    int64_t at_utc_s, n_fields;
} forgetting;

static mbill_status drop_fields(mbill_store *store, void *ctx, bool *out_removes, mbill_error *err)
{
    static const char DROP_ALL[] = "DELETE FROM mbill_person WHERE account_no = ?1";
    static const char DROP_TITLE[] = "UPDATE mbill_account SET title = NULL WHERE account_no = ?1 AND title IS NOT NULL";
    static const char PUT_RECORD[] =
        "INSERT INTO mbill_forgotten(account_no, at_utc_s, reason, n_fields) VALUES(?1, ?2, ?3, ?4)"
        " ON CONFLICT(account_no) DO UPDATE SET n_fields = mbill_forgotten.n_fields + ?4 WHERE ?4 > 0";
    forgetting *of = ctx;
    int64_t number, ignored = 0;
    of->n_fields = 0;
    *out_removes = true; /* also when called again, for what the journal still holds */
    MBILL_TRY(find_account(store, of->account, &number, err));
    const mbill__given_value given[] = {MBILL__WHOLE(number)};
    MBILL_TRY(mbill__sql_tell(store, DROP_ALL, given, 1, &of->n_fields, err));
    MBILL_TRY(mbill__sql_tell(store, DROP_TITLE, given, 1, &of->n_fields, err));
    const mbill__given_value record[] = {MBILL__WHOLE(number), MBILL__WHOLE(of->at_utc_s), MBILL__TEXT(of->reason),
        MBILL__WHOLE(of->n_fields)};
    return mbill__sql_tell(store, PUT_RECORD, record, 4, &ignored, err);
}

mbill_status mbill_store_forget(mbill_store *store, const char *account, int64_t at_utc_s, const char *reason,
    int64_t *out_n_fields, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(account);
    MBILL__NEED(reason);
    forgetting of = {account, reason, at_utc_s, 0};
    char text[40];
    size_t len = sizeof text;
    if (reason[0] == '\0' || strlen(reason) > REASON_MAX)
        return mbill__fail(err, MBILL_E_INVALID, "the reason has %zu bytes, expected 1 to %d", strlen(reason), REASON_MAX);
    MBILL_TRY(mbill_time_print(at_utc_s, NULL, text, &len, err)); /* in the years of the calendar */
    MBILL_TRY(change_people(store, drop_fields, &of, err));
    if (out_n_fields != NULL) *out_n_fields = of.n_fields;
    return MBILL_OK;
}

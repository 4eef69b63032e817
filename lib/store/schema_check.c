/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a file's tables, views and triggers, and the words that the views show, are those that were made. Changes when another table has
 * content that is always the same. What somebody has put beside them is left alone, but for segments, which the views would show. */
#include "store/schema.h"

#include <string.h>

/* One text a row, in an order that both files have. */
static const char WORDS[] = "SELECT 'word ' || topic || ' ' || number || ' is ' || word FROM mbill_word ORDER BY topic, number";
static const char FIELDS[] =
    "SELECT 'field ' || bit || ' is ' || name || ' of ' || bytes || ' bytes' FROM mbill_field ORDER BY bit";
static const char NUMBERS[] = "SELECT 'number ' || n FROM mbill_nth ORDER BY n";
static const char *const CONTENTS[] = {WORDS, FIELDS, NUMBERS};

/* A table, view, index or trigger; what it says lives until the next one is asked for. */
typedef struct object {
    const char *type, *name, *sql;
    size_t sql_len;
    bool is_there;
} object;

static mbill_status next_object(mbill__query *query, object *out, mbill_error *err)
{
    size_t len;
    MBILL_TRY(mbill__query_step(query, &out->is_there, err));
    if (!out->is_there) return MBILL_OK;
    MBILL_TRY(mbill__column_text(query, 0, &out->type, &len, err));
    MBILL_TRY(mbill__column_text(query, 1, &out->name, &len, err));
    return mbill__column_text(query, 2, &out->sql, &out->sql_len, err);
}

/* By type and name; one that is not there stands behind all others. */
static int order_of(const object *a, const object *b)
{
    if (!a->is_there || !b->is_there) return (int)b->is_there - (int)a->is_there;
    int by_type = strcmp(a->type, b->type);
    return by_type != 0 ? by_type : strcmp(a->name, b->name);
}

static mbill_status compare_object(mbill__db *db, const object *found, const object *expected, mbill_error *err)
{
    if (order_of(found, expected) != 0)
        return mbill__fail(err, MBILL_E_CORRUPT, "%s \"%s\" has lost its %s %s", mbill__db_noun(db), mbill__db_path(db),
            expected->type, expected->name);
    if (found->sql_len == expected->sql_len && (found->sql_len == 0 || memcmp(found->sql, expected->sql, found->sql_len) == 0))
        return MBILL_OK;
    return mbill__fail(err, MBILL_E_CORRUPT, "%s \"%s\": %s %s is not as it was made", mbill__db_noun(db), mbill__db_path(db),
        expected->type, expected->name);
}

static mbill_status compare_in_order(mbill__db *db, mbill__query *theirs, mbill__query *ours, mbill_error *err)
{
    object found, expected;
    MBILL_TRY(next_object(theirs, &found, err));
    for (;;) {
        MBILL_TRY(next_object(ours, &expected, err));
        if (!expected.is_there) return MBILL_OK;
        while (order_of(&found, &expected) < 0) MBILL_TRY(next_object(theirs, &found, err));
        MBILL_TRY(compare_object(db, &found, &expected, err));
        MBILL_TRY(next_object(theirs, &found, err));
    }
}

static mbill_status compare_objects(mbill__db *db, mbill__db *made, mbill_error *err)
{
    mbill__query *theirs, *ours;
    MBILL_TRY(mbill__query_start(made, mbill__db_objects(made), &ours, err));
    MBILL_TRY(mbill__query_start(db, mbill__db_objects(db), &theirs, err));
    mbill_status status = compare_in_order(db, theirs, ours, err);
    mbill__query_end(theirs);
    return status;
}

static mbill_status compare_content(mbill__db *db, mbill__db *made, const char *sql, mbill_error *err)
{
    mbill__query *ours, *theirs;
    bool row, more = true;
    const char *expected = NULL, *text = NULL;
    size_t expected_len = 0, len = 0;
    MBILL_TRY(mbill__query_start(made, sql, &ours, err));
    MBILL_TRY(mbill__query_start(db, sql, &theirs, err));
    while (more) {
        MBILL_TRY(mbill__query_step(ours, &more, err));
        MBILL_TRY(mbill__query_step(theirs, &row, err));
        if (more) MBILL_TRY(mbill__column_text(ours, 0, &expected, &expected_len, err));
        if (row) MBILL_TRY(mbill__column_text(theirs, 0, &text, &len, err));
        if (row == more && (!row || (len == expected_len && len > 0 && memcmp(text, expected, len) == 0))) continue;
        mbill_status status = mbill__fail(err, MBILL_E_CORRUPT, "%s \"%s\": %s where %s is expected", mbill__db_noun(db),
            mbill__db_path(db),
            !row               ? "nothing"
                : text == NULL ? "null"
                               : text,
            more ? expected : "nothing");
        mbill__query_end(theirs);
        return status;
    }
    return MBILL_OK;
}

/* A segment that reading the journal from its beginning never comes to, but that the views show. */
static mbill_status check_segments(mbill__db *db, mbill_error *err)
{
    static const char SELECT_ASIDE[] =
        "SELECT first_record FROM mbill_segment WHERE first_record < 0 UNION ALL"
        " SELECT b.first_record FROM mbill_segment a JOIN mbill_segment b"
        " ON b.first_record > a.first_record AND b.first_record < a.first_record + a.n_records LIMIT 1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(db, SELECT_ASIDE, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return MBILL_OK;
    int64_t first = mbill__column_whole(query, 0);
    mbill__query_end(query);
    return mbill__fail_at(err, MBILL_E_CORRUPT, first, "%s \"%s\": the segment of record %lld was put beside the journal",
        mbill__db_noun(db), mbill__db_path(db), (long long)first);
}

mbill_status mbill__schema_check(mbill__db *db, mbill_error *err)
{
    mbill__db *made = NULL;
    MBILL_TRY(mbill__db_open_beside(db, &made, err));
    mbill_status status = mbill__schema_make(made, err);
    if (status == MBILL_OK) status = compare_objects(db, made, err);
    if (status == MBILL_OK) status = check_segments(db, err);
    for (size_t i = 0; status == MBILL_OK && i < sizeof CONTENTS / sizeof CONTENTS[0]; i++)
        status = compare_content(db, made, CONTENTS[i], err);
    mbill__db_close(made);
    return status;
}

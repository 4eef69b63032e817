/* SPDX-License-Identifier: Apache-2.0 */
/* Which tables a file has, and how one of another version comes to them. Invariant: a file is of one whole version; a migration happens in
 * one transaction. */
#include "store/schema.h"

#include "store/tables.h"

/* In the order in which they refer to each other. */
static const char *const *const AREAS[] = {mbill__tables_accounts, mbill__tables_places, mbill__tables_people,
    mbill__tables_stays, mbill__tables_events, mbill__tables_tariffs, mbill__tables_readings, mbill__tables_journal,
    mbill__tables_journal_views, mbill__tables_reading_views, mbill__tables_bills, mbill__tables_billing, mbill__tables_tasks,
    mbill__tables_charges, mbill__tables_commands, NULL};

/* From a version to the one of today; 0: an empty file. A version that no migration begins at was never given out. */
typedef struct migration {
    int64_t from;
    const char *const *const *areas;
} migration;

static const migration MIGRATIONS[] = {{0, AREAS}};

static const migration *migration_from(int64_t version)
{
    for (size_t i = 0; i < sizeof MIGRATIONS / sizeof MIGRATIONS[0]; i++)
        if (MIGRATIONS[i].from == version) return &MIGRATIONS[i];
    return NULL;
}

static mbill_status run_all(mbill__db *db, const char *const *statements, mbill_error *err)
{
    for (; *statements != NULL; statements++) MBILL_TRY(mbill__db_run(db, *statements, err));
    return MBILL_OK;
}

static mbill_status run_areas(mbill__db *db, const migration *by, mbill_error *err)
{
    for (const char *const *const *area = by->areas; *area != NULL; area++) MBILL_TRY(run_all(db, *area, err));
    return mbill__db_sign(db, MBILL__SCHEMA_MAGIC, MBILL__SCHEMA_VERSION, err);
}

static mbill_status migrate(mbill__db *db, const migration *by, mbill_error *err)
{
    MBILL_TRY(mbill__db_begin(db, err));
    return mbill__db_finish(db, run_areas(db, by, err), err);
}

mbill_status mbill__schema_put(mbill__db *db, mbill_error *err)
{
    return run_areas(db, migration_from(0), err);
}

mbill_status mbill__schema_make(mbill__db *db, mbill_error *err)
{
    return migrate(db, migration_from(0), err);
}

static mbill_status check_ours(mbill__db *db, const mbill__content *content, mbill_error *err)
{
    const char *path = mbill__db_path(db), *noun = mbill__db_noun(db);
    long long version = content->version;
    if (content->magic == 0 && content->n_objects == 0)
        return mbill__fail(err, MBILL_E_INVALID, "%s \"%s\" is empty, expected a store", noun, path);
    if (content->magic != MBILL__SCHEMA_MAGIC)
        return mbill__fail(err, MBILL_E_INVALID, "%s \"%s\" is one of another program (application id %lld), expected a store",
            noun, path, (long long)content->magic);
    if (version > MBILL__SCHEMA_VERSION)
        return mbill__fail(err, MBILL_E_VERSION, "%s \"%s\" has tables of version %lld, this library knows them up to version %d",
            noun, path, version, MBILL__SCHEMA_VERSION);
    if (version < 1)
        return mbill__fail(err, MBILL_E_CORRUPT, "%s \"%s\" has tables of version %lld, which never was", noun, path, version);
    if (version == MBILL__SCHEMA_VERSION || migration_from(version) != NULL) return MBILL_OK;
    return mbill__fail(err, MBILL_E_VERSION,
        "%s \"%s\" has tables of version %lld, which no released version wrote; expected a store made anew from the same "
        "files",
        noun, path, version);
}

static mbill_status make(mbill__db *db, const mbill__content *content, mbill_error *err)
{
    if (content->magic != 0 || content->version != 0 || content->n_objects != 0)
        return mbill__fail(err, MBILL_E_EXISTS, "%s \"%s\" is there already, expected to make it", mbill__db_noun(db),
            mbill__db_path(db));
    MBILL_TRY(mbill__db_journal(db, err));
    return mbill__schema_make(db, err);
}

static mbill_status bring_up(mbill__db *db, int64_t version, mbill_error *err)
{
    if (!mbill__db_read_only(db)) {
        MBILL_TRY(mbill__db_journal(db, err));
        return version < MBILL__SCHEMA_VERSION ? migrate(db, migration_from(version), err) : MBILL_OK;
    }
    if (version == MBILL__SCHEMA_VERSION) return MBILL_OK;
    return mbill__fail(err, MBILL_E_VERSION,
        "%s \"%s\" has tables of version %lld, open it once for writing to bring them up to %d", mbill__db_noun(db),
        mbill__db_path(db), (long long)version, MBILL__SCHEMA_VERSION);
}

mbill_status mbill__schema_ready(mbill__db *db, bool create, mbill_error *err)
{
    mbill__content content;
    MBILL_TRY(mbill__db_look(db, &content, err));
    if (create) return make(db, &content, err);
    MBILL_TRY(check_ours(db, &content, err));
    return bring_up(db, content.version, err);
}

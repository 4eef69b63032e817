/* SPDX-License-Identifier: Apache-2.0 */
/* The handle: opening, closing, and what the other files of the store have in common. */
#include "store/inner.h"
#include "store/provider.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/watch.h"

#include <stddef.h>
#include <string.h>

#define OPEN_FLAGS (MBILL_STORE_CREATE | MBILL_STORE_READ_ONLY | MBILL_STORE_ROLLBACK | MBILL_STORE_SHARED)

_Static_assert(MBILL_STORE_CREATE == MBILL__DB_CREATE && MBILL_STORE_READ_ONLY == MBILL__DB_READ_ONLY &&
        MBILL_STORE_ROLLBACK == MBILL__DB_ROLLBACK && MBILL_STORE_SHARED == MBILL__DB_SHARED,
    "flags are handed on as they are");

bool mbill__ends_all(mbill_status status)
{
    return status == MBILL_E_INTERNAL || status == MBILL_E_NOMEM || status >= MBILL_E_BUSY;
}

static mbill_status check_options(const mbill_store_options *options, mbill_error *err)
{
    if ((options->flags & ~OPEN_FLAGS) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "flags 0x%x hold a bit this version does not know",
            (unsigned)options->flags);
    if ((options->flags & MBILL_STORE_CREATE) != 0 && (options->flags & MBILL_STORE_READ_ONLY) != 0)
        return mbill__fail(err, MBILL_E_MISUSE, "a file cannot be made and be read only at once");
    if ((options->flags & MBILL_STORE_ROLLBACK) != 0 && (options->flags & MBILL_STORE_SHARED) != 0)
        return mbill__fail(err, MBILL_E_MISUSE, "a file has a rollback journal or a write-ahead one, not both");
    if (options->busy_timeout_ms < 0)
        return mbill__fail(err, MBILL_E_RANGE, "busy_timeout_ms %d is negative, expected 0 or more",
            (int)options->busy_timeout_ms);
    if (options->reserved != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "reserved is %d, expected 0", (int)options->reserved);
    return MBILL_OK;
}

static mbill_status open_known(const mbill_provider *provider, const char *location, const mbill_store_options *options,
    const mbill_allocator *memory, mbill_store **out_store, mbill_error *err)
{
    mbill_store *store = mbill__alloc(memory, sizeof *store);
    if (store == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the store could not be allocated");
    bool create = (options->flags & MBILL_STORE_CREATE) != 0;
    mbill_status status = mbill__db_open(provider, location, options->flags, options->busy_timeout_ms, memory, &store->db, err);
    if (status == MBILL_OK) status = mbill__schema_ready(store->db, create, err);
    if (status != MBILL_OK) {
        mbill__db_close(store->db);
        mbill__release(memory, store, sizeof *store);
        return status;
    }
    *out_store = store;
    return MBILL_OK;
}

mbill_status mbill_store_open_with(const mbill_provider *provider, const char *location, const mbill_store_options *options,
    const mbill_allocator *allocator, mbill_store **out_store, mbill_error *err)
{
    MBILL__NEED(out_store);
    *out_store = NULL;
    MBILL__NEED(provider);
    MBILL__NEED(location);
    if (provider->form != MBILL__PROVIDER_FORM)
        return mbill__fail(err, MBILL_E_MISUSE, "the provider is of another release than the store (form %u, expected %d)",
            (unsigned)provider->form, MBILL__PROVIDER_FORM);
    if (location[0] == '\0') return mbill__fail(err, MBILL_E_INVALID, "path is empty, expected the name of a %s", provider->noun);
    mbill_store_options known;
    mbill_allocator memory;
    MBILL_TRY(mbill__struct_read(&known, sizeof known, sizeof known, options, err));
    MBILL_TRY(mbill__allocator_read(&memory, allocator, err));
    MBILL_TRY(check_options(&known, err));
    return open_known(provider, location, &known, &memory, out_store, err);
}

mbill_status mbill_store_open(const char *path, const mbill_store_options *options, const mbill_allocator *allocator,
    mbill_store **out_store, mbill_error *err)
{
    MBILL__NEED(out_store);
    *out_store = NULL;
    MBILL__NEED(path);
    return mbill_store_open_with(&mbill__sqlite, path, options, allocator, out_store, err);
}

void mbill_store_free(mbill_store *store)
{
    if (store == NULL) return;
    mbill_allocator memory = *mbill__db_allocator(store->db);
    mbill_journal_free(store->ledger);
    mbill_task_free(store->plan);
    mbill__watch_free(store);
    mbill__db_close(store->db);
    mbill__release(&memory, store, sizeof *store);
}

mbill_status mbill_store_backup(mbill_store *store, const char *path, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(path);
    if (path[0] == '\0') return mbill__fail(err, MBILL_E_INVALID, "path is empty, expected the name of a file");
    return mbill__db_backup(store->db, path, err);
}

mbill_status mbill__store_account(mbill_store *store, const char *id, size_t len, int64_t *out_account_no, mbill_error *err)
{
    static const char SELECT_ACCOUNT[] = "SELECT account_no FROM mbill_account WHERE id = ?1";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(store->db, SELECT_ACCOUNT, &query, err));
    mbill__bind_text(query, 1, id, len);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return mbill__fail(err, MBILL_E_NOT_FOUND, "account \"%.*s\" is not in the store", (int)(len < 64 ? len : 64), id);
    *out_account_no = mbill__column_whole(query, 0);
    mbill__query_end(query);
    return MBILL_OK;
}

mbill_status mbill_store_account_number(mbill_store *store, const char *account, int64_t *out_number, mbill_error *err)
{
    MBILL__NEED(store);
    MBILL__NEED(account);
    MBILL__NEED(out_number);
    int64_t account_no;
    MBILL_TRY(mbill__db_begin_read(store->db, err));
    mbill_status status = mbill__store_account(store, account, strlen(account), &account_no, err);
    MBILL_TRY(mbill__db_finish(store->db, status, err));
    *out_number = account_no;
    return MBILL_OK;
}

mbill_status mbill__import_out(const mbill_import_counts *out, mbill_error *err)
{
    if (out == NULL || out->struct_size >= sizeof *out) return MBILL_OK;
    return mbill__fail(err, MBILL_E_MISUSE, "struct_size of the counts is not set");
}

void mbill__import_give(mbill_import_counts *out, int64_t n_added, int64_t n_same)
{
    if (out == NULL) return;
    out->n_added = n_added;
    out->n_same = n_same;
}

mbill_status mbill__store_line(mbill_error *err, int64_t line, mbill_status status, const mbill_error *cause)
{
    return mbill__fail_at(err, status, line, "line %lld: %s", (long long)line, cause->message);
}

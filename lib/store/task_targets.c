/* SPDX-License-Identifier: Apache-2.0 */
/* The targets that a selection means for a task: meters where the work is for meters, else accounts. Changes when a file of targets has another form. */
#include "document/csv_write.h"
#include "meterbill/tasks.h"
#include "operate/task.h"
#include "store/bind.h"
#include "store/select.h"

static mbill_status write_target(mbill_store *store, const char *sql, int64_t number, mbill__csv_writer *to, mbill_error *err)
{
    const mbill__given_value given[] = {MBILL__WHOLE(number)};
    const char *id = NULL;
    mbill__query *query;
    size_t len;
    bool row;
    MBILL_TRY(mbill__sql_ask(store, sql, given, 1, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (row) MBILL_TRY(mbill__column_text(query, 0, &id, &len, err));
    mbill__csv_write_own(to, id != NULL ? id : "");
    mbill__csv_write_end(to);
    mbill__query_end(query);
    return MBILL_OK;
}

static mbill_status write_targets(mbill_store *store, int32_t kind, const char *selection, size_t len, mbill__csv_writer *to,
    mbill_error *err)
{
    static const char SELECT_METER[] = "SELECT id FROM mbill_meter WHERE meter_no = ?1";
    static const char SELECT_ACCOUNT[] = "SELECT id FROM mbill_account WHERE account_no = ?1";
    const bool meters = kind >= MBILL_TASK_SWITCH;
    mbill__selected selected = {0};
    mbill_status status = meters ? mbill__select_meters(store, selection, len, &selected, err)
                                 : mbill__select_text(store, selection, len, &selected, err);
    mbill__csv_write_own(to, "target");
    mbill__csv_write_end(to);
    for (size_t i = 0; status == MBILL_OK && i < selected.n; i++)
        status = write_target(store, meters ? SELECT_METER : SELECT_ACCOUNT, selected.numbers[i], to, err);
    mbill__selected_free(&selected);
    return status;
}

mbill_status mbill_store_task_targets(mbill_store *store, const char *json, size_t len, const char *selection,
    size_t selection_len, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__csv_writer to;
    int32_t kind;
    MBILL__NEED(store);
    MBILL__NEED(json);
    MBILL__NEED(inout_len);
    MBILL_TRY(mbill__task_kind_read(json, len, mbill__db_allocator(store->db), &kind, err));
    MBILL_TRY(mbill__db_begin_read(store->db, err));
    mbill__buffer_start(&buffer, mbill__db_allocator(store->db));
    mbill__csv_write_start(&to, &buffer);
    mbill_status status = mbill__db_finish(store->db, write_targets(store, kind, selection, selection_len, &to, err), err);
    if (status == MBILL_OK) status = mbill__buffer_check(&buffer, err);
    if (status == MBILL_OK) status = mbill__buffer_copy(&buffer, out_text, inout_len, err);
    mbill__buffer_free(&buffer);
    return status;
}

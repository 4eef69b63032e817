/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with a store does: opening, filling, closing a span, what it shows. */
#include "glue_store.h"

#include "join.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

/* ---- the file ---- */

mbill_status mbill_face_store_open(const char *path, size_t path_len, int32_t flags, int32_t busy_timeout_ms, mbill_store **out_store,
    mbill_error *err)
{
    face_words words = {0};
    mbill_store_options options = {.struct_size = (uint32_t)sizeof options, .flags = (uint32_t)flags, .busy_timeout_ms = busy_timeout_ms};
    const char *file = face_word(&words, path, path_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_store_open(file, &options, NULL, out_store, err);
    face_words_free(&words);
    return status;
}

mbill_status mbill_face_store_backup(mbill_store *store, const char *path, size_t path_len, mbill_error *err)
{
    face_words words = {0};
    const char *file = face_word(&words, path, path_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_store_backup(store, file, err);
    face_words_free(&words);
    return status;
}

/* ---- what is put in ---- */

static mbill_status give_counts(mbill_status status, const mbill_import_counts *counts, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    face_add(&join, "{");
    face_add_whole(&join, "added", counts->n_added);
    face_add_whole(&join, "same", counts->n_same);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

typedef mbill_status put_document(mbill_store *store, const char *json, size_t len, mbill_import_counts *out, mbill_error *err);

mbill_status mbill_face_store_put(mbill_store *store, const char *what, size_t what_len, const char *text, size_t text_len,
    mbill_face_text *out_text, mbill_error *err)
{
    static const struct {
        const char *what;
        put_document *put;
    } kinds[] = {{"tariff", mbill_store_put_tariff}, {"accounts", mbill_store_put_accounts}, {"lists", mbill_store_put_lists},
        {"places", mbill_store_put_places}, {"people", mbill_store_put_people}, {"billing_policy", mbill_store_put_billing_policy}};
    mbill_import_counts counts = {.struct_size = (uint32_t)sizeof counts};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (face_is(what, what_len, kinds[i].what))
            return give_counts(kinds[i].put(store, text, text_len, &counts, err), &counts, out_text, err);
    return face_no_such(what, what_len, err);
}

mbill_status mbill_face_store_put_rows(mbill_store *store, const char *what, size_t what_len, const char *text, size_t text_len,
    const char *zone, size_t zone_len, mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    mbill_import_counts counts = {.struct_size = (uint32_t)sizeof counts};
    const char *rule = face_word(&words, zone, zone_len, err);
    mbill_status status = words.status;
    if (status != MBILL_OK) return status;
    if (face_is(what, what_len, "readings")) status = mbill_store_put_readings(store, text, text_len, rule, &counts, err);
    else if (face_is(what, what_len, "top_ups")) status = mbill_store_put_top_ups(store, text, text_len, rule, &counts, err);
    else if (face_is(what, what_len, "payments")) status = mbill_store_put_payments(store, text, text_len, rule, 0, &counts, err);
    else status = face_no_such(what, what_len, err);
    face_words_free(&words);
    return give_counts(status, &counts, out_text, err);
}

static mbill_status give_ingest(mbill_status status, const mbill_ingest_counts *counts, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    face_add(&join, "{");
    face_add_whole(&join, "added", counts->n_added);
    face_add_whole(&join, "same", counts->n_same);
    face_add_whole(&join, "corrected", counts->n_corrected);
    face_add_whole(&join, "behind_bill", counts->n_behind_bill);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_store_register_number(mbill_store *store, const char *meter, size_t meter_len, const char *name, size_t name_len,
    int64_t *out_value, mbill_error *err)
{
    face_words words = {0};
    const char *which = face_word(&words, meter, meter_len, err), *under = face_word(&words, name, name_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_store_register_number(store, which, under, out_value, err);
    face_words_free(&words);
    return status;
}

mbill_status mbill_face_store_ingest(mbill_store *store, const int64_t *registers, size_t n_registers, const int64_t *at_utc_s,
    size_t n_at_utc_s, const int64_t *ends_utc_s, size_t n_ends_utc_s, const int64_t *values_micro, size_t n_values_micro,
    const uint8_t *marks, size_t n_marks, int32_t flags, mbill_face_text *out_text, mbill_error *err)
{
    mbill_ingest_counts counts = {.struct_size = (uint32_t)sizeof counts};
    mbill_reading_columns batch = {.struct_size = (uint32_t)sizeof batch,
        .flags = (uint32_t)flags,
        .n = n_registers,
        .registers = registers,
        .at_utc_s = at_utc_s,
        .ends_utc_s = ends_utc_s,
        .values_micro = values_micro,
        .reading_flags = marks};
    mbill_status status = face_expect(n_at_utc_s, n_registers, "the column of times", err);
    if (status == MBILL_OK) status = face_expect(n_values_micro, n_registers, "the column of values", err);
    if (status == MBILL_OK && ends_utc_s != NULL) status = face_expect(n_ends_utc_s, n_registers, "the column of ends", err);
    if (status == MBILL_OK && marks != NULL) status = face_expect(n_marks, n_registers, "the column of marks", err);
    if (status == MBILL_OK) status = mbill_store_ingest(store, &batch, &counts, err);
    return give_ingest(status, &counts, out_text, err);
}

mbill_status mbill_face_store_correct(mbill_store *store, const char *text, size_t text_len, const char *zone, size_t zone_len,
    mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    mbill_ingest_counts counts = {.struct_size = (uint32_t)sizeof counts};
    const char *rule = face_word(&words, zone, zone_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_store_correct_readings(store, text, text_len, rule, &counts, err);
    face_words_free(&words);
    return give_ingest(status, &counts, out_text, err);
}

mbill_status mbill_face_store_stay(mbill_store *store, const char *what, size_t what_len, const char *text, size_t text_len,
    mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    mbill_stay_result result = {.struct_size = (uint32_t)sizeof result};
    mbill_status status;
    if (face_is(what, what_len, "opening")) status = mbill_store_open_account(store, text, text_len, &result, err);
    else if (face_is(what, what_len, "leaving")) status = mbill_store_leave_account(store, text, text_len, &result, err);
    else status = face_no_such(what, what_len, err);
    face_add(&join, "{");
    face_add_key(&join, "already");
    face_add(&join, result.already != 0 ? "true" : "false");
    face_add_whole(&join, "number", result.number);
    face_add_whole(&join, "n_billed", result.n_billed);
    face_add_sum(&join, "billed", &result.billed);
    face_add_amount(&join, "refund", result.refund_micro);
    face_add_amount(&join, "owed", result.owed_micro);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_store_forget(mbill_store *store, const char *name, size_t name_len, int64_t at_utc_s, const char *reason,
    size_t reason_len, int64_t *out_value, mbill_error *err)
{
    face_words words = {0};
    const char *account = face_word(&words, name, name_len, err), *why = face_word(&words, reason, reason_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_store_forget(store, account, at_utc_s, why, out_value, err);
    face_words_free(&words);
    return status;
}

/* ---- what it shows ---- */

typedef mbill_status show_store(mbill_store *store, char *out_text, size_t *inout_len, mbill_error *err);

typedef struct asked {
    mbill_store *store;
    show_store *show;
    const char *name, *from;
    size_t len;
} asked;

static mbill_status write_shown(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const asked *of = context;
    return of->show(of->store, out_text, inout_len, err);
}

static mbill_status show_tasks(mbill_store *store, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_store_tasks(store, NULL, out_text, inout_len, err);
}

mbill_status mbill_face_store_show(mbill_store *store, const char *what, size_t what_len, mbill_face_text *out_text, mbill_error *err)
{
    static const struct {
        const char *what;
        show_store *show;
    } kinds[] = {{"summary", mbill_store_summary}, {"places", mbill_store_places}, {"alarms", mbill_store_alarm_configs},
        {"charges", mbill_store_charges}, {"months", mbill_store_months}, {"tasks", show_tasks}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (face_is(what, what_len, kinds[i].what))
            return face_write(write_shown, &(asked){store, kinds[i].show, NULL, NULL, 0}, out_text, err);
    return face_no_such(what, what_len, err);
}

mbill_status mbill_face_store_account_number(mbill_store *store, const char *name, size_t name_len, int64_t *out_value, mbill_error *err)
{
    face_words words = {0};
    const char *account = face_word(&words, name, name_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_store_account_number(store, account, out_value, err);
    face_words_free(&words);
    return status;
}

static mbill_status write_account(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const asked *of = context;
    return mbill_store_account(of->store, of->name, out_text, inout_len, err);
}

static mbill_status write_accounts(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const asked *of = context;
    return mbill_store_account_list(of->store, of->name, of->len, out_text, inout_len, err);
}

static mbill_status write_bills(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const asked *of = context;
    return mbill_store_bills(of->store, of->name, of->from, out_text, inout_len, err);
}

mbill_status mbill_face_store_account(mbill_store *store, const char *name, size_t name_len, mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    asked of = {store, NULL, face_word(&words, name, name_len, err), NULL, 0};
    mbill_status status = words.status;
    if (status == MBILL_OK) status = face_write(write_account, &of, out_text, err);
    face_words_free(&words);
    return status;
}

mbill_status mbill_face_store_accounts(mbill_store *store, const char *selection, size_t selection_len, mbill_face_text *out_text,
    mbill_error *err)
{
    return face_write(write_accounts, &(asked){store, NULL, selection, NULL, selection_len}, out_text, err);
}

mbill_status mbill_face_store_bills(mbill_store *store, const char *name, size_t name_len, const char *from, size_t from_len,
    mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    asked of = {store, NULL, face_word(&words, name, name_len, err), face_word(&words, from, from_len, err), 0};
    mbill_status status = words.status;
    if (status == MBILL_OK) status = face_write(write_bills, &of, out_text, err);
    face_words_free(&words);
    return status;
}

/* ---- reports ---- */

typedef struct reporting {
    face_join join;
    int32_t format;
} reporting;

typedef struct row {
    int32_t format;
    const char *const *columns;
    const mbill_report_cell *cells;
    size_t n;
} row;

static mbill_status write_row(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const row *of = context;
    return mbill_report_row_write(of->format, of->columns, of->cells, of->n, out_text, inout_len, err);
}

static void add_row(void *ctx, const char *const *columns, const mbill_report_cell *cells, size_t n)
{
    reporting *to = ctx;
    if (face_add_written(&to->join, write_row, &(row){to->format, columns, cells, n}, NULL) != MBILL_OK) to->join.failed = 1;
}

static mbill_status read_report(const char *lines, size_t len, face_words *words, mbill_report_options *out, mbill_error *err)
{
    static const char *const keys[] = {"from", "to", "zone", "by", "selection", "charge", "fact", "series", "period", "tariff", NULL};
    *out = (mbill_report_options){.struct_size = (uint32_t)sizeof *out,
        .from = face_option(words, lines, len, "from", err),
        .to = face_option(words, lines, len, "to", err),
        .zone_rule = face_option(words, lines, len, "zone", err),
        .by = face_option(words, lines, len, "by", err),
        .selection = face_option(words, lines, len, "selection", err),
        .charge = face_option(words, lines, len, "charge", err),
        .fact = face_option(words, lines, len, "fact", err),
        .series = face_option(words, lines, len, "series", err),
        .period = face_option(words, lines, len, "period", err),
        .tariff = face_option(words, lines, len, "tariff", err)};
    return words->status == MBILL_OK ? face_options_known(lines, len, keys, err) : words->status;
}

mbill_status mbill_face_store_report(mbill_store *store, const char *name, size_t name_len, const char *options, size_t options_len,
    int32_t format, mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    mbill_report_options of;
    reporting to = {{NULL, 0, 0, 0}, format};
    size_t n = 0;
    const char *report = face_word(&words, name, name_len, err);
    mbill_status status = words.status == MBILL_OK ? read_report(options, options_len, &words, &of, err) : words.status;
    if (status == MBILL_OK && format != MBILL_REPORT_CSV && format != MBILL_REPORT_JSON)
        status = face_fail(err, MBILL_E_UNKNOWN_OPTION, -1, "there is no format %d", (int)format);
    const char *const *columns = status == MBILL_OK && report != NULL ? mbill_report_columns(report, &n) : NULL;
    face_add(&to.join, "");
    if (columns != NULL && format == MBILL_REPORT_CSV) add_row(&to, columns, NULL, n);
    if (status == MBILL_OK) status = mbill_store_report(store, report, &of, add_row, &to, err);
    face_words_free(&words);
    return face_take(&to.join, status, out_text, err);
}

/* ---- months ---- */

static mbill_status give_month(mbill_status status, const mbill_month_summary *summary, mbill_face_text *out_text, mbill_error *err)
{
    static const char digits[] = "0123456789abcdef";
    face_join join = {NULL, 0, 0, 0};
    face_add(&join, "{");
    face_add_key(&join, "month");
    face_add_quoted(&join, summary->month);
    face_add_whole(&join, "readings", summary->n_readings);
    face_add_whole(&join, "tiles", summary->n_tiles);
    face_add_key(&join, "digest");
    face_add(&join, "\"");
    for (size_t i = 0; i < sizeof summary->digest; i++)
        face_add(&join, (char[]){digits[summary->digest[i] >> 4], digits[summary->digest[i] & 15], '\0'});
    face_add(&join, "\"}");
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_store_month(mbill_store *store, const char *what, size_t what_len, const char *name, size_t name_len,
    const char *path, size_t path_len, mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    mbill_month_summary summary = {.struct_size = (uint32_t)sizeof summary};
    const char *month = face_word(&words, name, name_len, err), *file = face_word(&words, path, path_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) {
        if (face_is(what, what_len, "detach")) status = mbill_store_detach_month(store, month, file, &summary, err);
        else if (face_is(what, what_len, "purge")) status = mbill_store_purge_month(store, month, &summary, err);
        else if (face_is(what, what_len, "attach")) status = mbill_store_attach_month(store, file, &summary, err);
        else status = face_no_such(what, what_len, err);
    }
    face_words_free(&words);
    return give_month(status, &summary, out_text, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with cashiers' days does: what was taken and given, counting, a provider's file. */
#include "glue_cashier.h"

#include "join.h"
#include "words.h"

static void add_date(face_join *join, const char *key, int32_t day)
{
    mbill_date date;
    char text[16];
    size_t len = sizeof text;
    if (mbill_date_of_days(day, &date, NULL) != MBILL_OK || mbill_date_print(date, text, &len, NULL) != MBILL_OK)
        join->failed = 1;
    else face_add_member(join, key, text);
}

static void add_day(face_join *to, const mbill_cashier_day *day)
{
    face_add(to, "{");
    face_add_member(to, "operator", day->cashier);
    face_add_whole(to, "channel", day->channel);
    add_date(to, "day", day->day);
    face_add_whole(to, "payments", day->n_taken);
    face_add_amount(to, "taken", day->taken_micro);
    face_add_whole(to, "refunds", day->n_given);
    face_add_amount(to, "given", day->given_micro);
    face_add_member(to, "state", day->closed_utc_s != 0 ? "closed" : "open");
    if (day->closed_utc_s != 0) {
        face_add_amount(to, "counted", day->counted_micro);
        face_add_amount(to, "difference", day->counted_micro - (day->taken_micro - day->given_micro));
    }
    face_add(to, "}");
}

static mbill_status add_each_day(void *ctx, const mbill_cashier_day *day, mbill_error *err)
{
    face_join *to = ctx;
    if (to->n > 0) face_add(to, ",");
    add_day(to, day);
    return to->failed ? face_no_memory(err) : MBILL_OK;
}

mbill_status mbill_face_cashier_days(mbill_store *store, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0}, days = join;
    mbill_status status = mbill_store_cashier_days(store, add_each_day, &days, err);
    face_begin(&join, "cashier_days");
    face_add_list(&join, "days", &days);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

mbill_status mbill_face_cashier_close(mbill_store *store, const char *name, size_t name_len, int64_t channel, int32_t day,
    int64_t counted_micro, const char *note, size_t note_len, int64_t at_utc_s, mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    face_join join = {NULL, 0, 0, 0};
    mbill_cashier_day closed = {.struct_size = (uint32_t)sizeof closed};
    mbill_cashier_day counted = {.struct_size = (uint32_t)sizeof counted,
        .day = day,
        .channel = channel,
        .counted_micro = counted_micro,
        .closed_utc_s = at_utc_s};
    counted.cashier = face_word(&words, name, name_len, err);
    const char *why = face_word(&words, note, note_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_store_cashier_close(store, &counted, why, &closed, err);
    if (status == MBILL_E_EXISTS) status = MBILL_OK;
    face_begin(&join, "cashier_close");
    face_add_key(&join, "day");
    if (status == MBILL_OK) add_day(&join, &closed);
    face_add(&join, "}");
    face_words_free(&words);
    return face_take(&join, status, out_text, err);
}

static mbill_status add_difference(void *ctx, const mbill_cashier_difference *one, mbill_error *err)
{
    static const char *const names[] = {"not_in_file", "not_in_ledger", "other_amount"};
    face_join *to = ctx;
    face_add(to, to->n > 0 ? ",{" : "{");
    face_add_member(to, "difference", names[one->kind - 1]);
    face_add_whole(to, "receipt", one->receipt);
    if (one->record >= 0) face_add_whole(to, "record", one->record);
    if (one->record >= 0) face_add_amount(to, "ledger", one->ledger_micro);
    if (one->line > 0) face_add_whole(to, "line", one->line);
    if (one->line > 0) face_add_amount(to, "file", one->file_micro);
    face_add(to, "}");
    return to->failed ? face_no_memory(err) : MBILL_OK;
}

mbill_status mbill_face_cashier_compare(mbill_store *store, int64_t channel, int32_t day, const char *text, size_t text_len,
    mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0}, list = join;
    mbill_cashier_day which = {.struct_size = (uint32_t)sizeof which, .day = day, .channel = channel};
    mbill_cashier_comparison sums = {.struct_size = (uint32_t)sizeof sums};
    mbill_status status = mbill_store_cashier_compare(store, &which, text, text_len, add_difference, &list, &sums, err);
    face_begin(&join, "cashier_compare");
    face_add_list(&join, "differences", &list);
    face_add_whole(&join, "ledger_entries", sums.n_ledger);
    face_add_sum(&join, "ledger", &sums.ledger);
    face_add_whole(&join, "file_entries", sums.n_file);
    face_add_sum(&join, "file", &sums.file);
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with custom charges does. */
#include "glue_charge.h"

#include "join.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

/* ---- documents ---- */

static mbill_status write_charge(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_charge_write(context, out_text, inout_len, err);
}

mbill_status mbill_face_charge_canonical(const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err)
{
    mbill_charge *charge = NULL;
    mbill_status status = mbill_charge_read(text, text_len, NULL, &charge, err);
    if (status == MBILL_OK) status = face_write(write_charge, charge, out_text, err);
    mbill_charge_free(charge);
    return status;
}

mbill_status mbill_face_charge_put(mbill_store *store, const char *text, size_t text_len, mbill_error *err)
{
    mbill_charge *charge = NULL;
    mbill_status status = mbill_charge_read(text, text_len, NULL, &charge, err);
    if (status == MBILL_OK) status = mbill_store_charge_put(store, charge, NULL, NULL, err);
    mbill_charge_free(charge);
    return status;
}

mbill_status mbill_face_charge_end(mbill_store *store, const char *name, size_t name_len, int32_t day, mbill_error *err)
{
    face_words words = {0};
    const char *charge = face_word(&words, name, name_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK) status = mbill_store_charge_end(store, charge, day, err);
    face_words_free(&words);
    return status;
}

/* ---- running ---- */

static void add_day(face_join *join, const char *key, int32_t day)
{
    char text[16] = "";
    mbill_date date;
    size_t len = sizeof text;
    if (mbill_date_of_days(day, &date, NULL) != MBILL_OK || mbill_date_print(date, text, &len, NULL) != MBILL_OK)
        join->failed = 1;
    else face_add_member(join, key, text);
}

static void add_period(void *ctx, const mbill_charge_line *line)
{
    face_join *to = ctx;
    face_add(to, to->n > 0 ? ",{" : "{");
    face_add_member(to, "charge", line->charge);
    face_add_member(to, "account", line->account);
    face_add_whole(to, "period", line->period.number);
    add_day(to, "from", line->period.from_day);
    add_day(to, "to", line->period.to_day);
    add_day(to, "due", line->period.due_day);
    if (line->state != MBILL_CHARGE_WAITING) {
        face_add_whole(to, "days", line->amount.n_days);
        face_add_whole(to, "of", line->amount.period_days);
        face_add_amount(to, "amount", line->amount.amount_micro);
    }
    face_add_member(to, "state", mbill_charge_state_name(line->state));
    if (line->reason != NULL) face_add_member(to, "reason", line->reason);
    face_add(to, "}");
}

mbill_status mbill_face_charge_run(mbill_store *store, const char *name, size_t name_len, int64_t now_utc_s, int32_t flags,
    mbill_face_text *out_text, mbill_error *err)
{
    face_words words = {0};
    face_join join = {NULL, 0, 0, 0}, periods = join;
    mbill_charge_summary summary = {.struct_size = (uint32_t)sizeof summary};
    const char *id = face_word(&words, name, name_len, err);
    mbill_status status = words.status;
    if (status == MBILL_OK)
        status = mbill_store_charge_run(store, id, now_utc_s, (uint32_t)flags, add_period, &periods, &summary, err);
    face_words_free(&words);
    join.failed = periods.failed;
    face_add(&join, "{");
    face_add_whole(&join, "charged", summary.n_charged);
    face_add_whole(&join, "refused", summary.n_refused);
    face_add_whole(&join, "waiting", summary.n_waiting);
    face_add_amount(&join, "total", summary.total_micro);
    face_add_key(&join, "periods");
    face_add(&join, "[");
    if (periods.p != NULL) face_add_n(&join, periods.p, periods.n);
    face_add(&join, "]}");
    free(periods.p);
    return face_take(&join, status, out_text, err);
}

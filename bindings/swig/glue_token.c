/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages do with tokens and with the tables of meters does. */
#include "glue_token.h"

#include "join.h"

#include <stdlib.h>

mbill_status mbill_face_token_keys_open(const char *text, size_t text_len, mbill_token_keys **out_keys, mbill_error *err)
{
    return mbill_token_keys_read(text, text_len, NULL, out_keys, err);
}

typedef mbill_status token_step(const mbill_token_keys *keys, const char *text, size_t len, char *out_text, size_t *inout_len,
    mbill_error *err);

typedef struct asked {
    token_step *step;
    const mbill_token_keys *keys;
    const char *text;
    size_t len;
} asked;

static mbill_status write_answer(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const asked *of = context;
    return of->step(of->keys, of->text, of->len, out_text, inout_len, err);
}

mbill_status mbill_face_token_make(mbill_token_keys *keys, const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err)
{
    return face_write(write_answer, &(asked){mbill_token_make, keys, text, text_len}, out_text, err);
}

mbill_status mbill_face_token_read(mbill_token_keys *keys, const char *text, size_t text_len, mbill_face_text *out_text, mbill_error *err)
{
    return face_write(write_answer, &(asked){mbill_token_read, keys, text, text_len}, out_text, err);
}

/* ---- tables of meters ---- */

typedef struct planning {
    const mbill_tariff *tariff;
    mbill_meter_tables tables;
    uint64_t stays;
} planning;

static mbill_status write_tables(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const planning *of = context;
    return mbill_meter_tables_write(of->tariff, &of->tables, of->stays, out_text, inout_len, err);
}

static planning *start(const mbill_tariff *tariff, mbill_error *err)
{
    planning *of = face_allocate(1, sizeof *of, err);
    if (of == NULL) return NULL;
    of->tariff = tariff;
    of->tables.struct_size = (uint32_t)sizeof of->tables;
    return of;
}

mbill_status mbill_face_meter_tables_make(mbill_tariff *tariff, const char *profile, size_t profile_len, int64_t switch_utc_s,
    int64_t to_utc_s, mbill_face_text *out_text, mbill_error *err)
{
    mbill_meter_profile limits = {.struct_size = (uint32_t)sizeof limits};
    mbill_status status = MBILL_OK;
    planning *of = start(tariff, err);
    if (of == NULL) return MBILL_E_NOMEM;
    if (profile != NULL) status = mbill_meter_profile_read(profile, profile_len, &limits, err);
    if (status == MBILL_OK) status = mbill_meter_tables_make(tariff, &limits, switch_utc_s, to_utc_s, &of->tables, &of->stays, err);
    if (status == MBILL_OK) status = face_write(write_tables, of, out_text, err);
    free(of);
    return status;
}

mbill_status mbill_face_meter_tables_check(mbill_tariff *tariff, const char *text, size_t text_len, int64_t *out_value, mbill_error *err)
{
    if (tariff == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "the tariff is NULL");
    planning *of = start(tariff, err);
    if (of == NULL) return MBILL_E_NOMEM;
    mbill_status status = mbill_meter_tables_read(text, text_len, mbill_tariff_labels(tariff)->zone, &of->tables, err);
    if (status == MBILL_OK) status = mbill_meter_tables_check(tariff, &of->tables, err);
    if (status == MBILL_OK) *out_value = of->tables.to_day - of->tables.from_day;
    free(of);
    return status;
}

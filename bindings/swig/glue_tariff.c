/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what other languages can ask of a tariff does. */
#include "glue_tariff.h"

#include "join.h"

#include <stdlib.h>

mbill_status mbill_face_tariff_read(const char *text, size_t text_len, mbill_tariff **out_tariff, mbill_error *err)
{
    return mbill_tariff_read(text, text_len, NULL, out_tariff, err);
}

static mbill_status write_canonical(const void *tariff, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_tariff_canonical(tariff, out_text, inout_len, err);
}

mbill_status mbill_face_tariff_canonical(const mbill_tariff *tariff, mbill_face_text *out_text, mbill_error *err)
{
    return face_write(write_canonical, tariff, out_text, err);
}

/* --- what is asked of a tariff --- */

static void add_member(face_join *join, const char *key, const char *text)
{
    face_add_key(join, key);
    face_add_quoted(join, text);
}

static void add_valid(face_join *join, const mbill_tariff *tariff)
{
    int64_t from = 0, to = 0;
    mbill_tariff_valid(tariff, &from, &to);
    face_add_key(join, "valid");
    face_add(join, "[");
    face_add_int(join, from);
    face_add(join, ",");
    if (to == INT64_MAX) face_add(join, "null");
    else face_add_int(join, to);
    face_add(join, "]");
}

static void add_registers(face_join *join, const mbill_tariff *tariff)
{
    face_add_key(join, "registers");
    face_add(join, "[");
    for (size_t i = 0; i < mbill_tariff_n_registers(tariff); i++) {
        face_add(join, i > 0 ? ",{" : "{");
        add_member(join, "name", mbill_tariff_register(tariff, i));
        add_member(join, "unit", mbill_tariff_register_unit(tariff, i));
        face_add_key(join, "converted");
        face_add(join, mbill_tariff_register_converted(tariff, i) ? "true}" : "false}");
    }
    face_add(join, "]");
}

static void add_names(face_join *join, const mbill_tariff *tariff, const mbill_labels *labels)
{
    face_add_key(join, "facts");
    face_add(join, "[");
    for (size_t i = 0; i < mbill_tariff_n_facts(tariff); i++) {
        if (i > 0) face_add(join, ",");
        face_add_quoted(join, mbill_tariff_fact(tariff, i));
    }
    face_add(join, "]");
    face_add_key(join, "periods");
    face_add(join, "[");
    for (size_t i = 0; i < labels->n_periods; i++) {
        if (i > 0) face_add(join, ",");
        face_add_quoted(join, labels->periods[i]);
    }
    face_add(join, "]");
    face_add_key(join, "charges");
    face_add(join, "[");
    for (size_t i = 0; i < labels->n_charges; i++) {
        face_add(join, i > 0 ? ",{" : "{");
        add_member(join, "id", labels->charges[i].id);
        add_member(join, "title", labels->charges[i].title);
        add_member(join, "to", labels->charges[i].to);
        add_member(join, "unit", labels->charges[i].unit);
        face_add(join, "}");
    }
    face_add(join, "]");
}

mbill_status mbill_face_tariff_info(const mbill_tariff *tariff, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    if (labels == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "tariff is NULL");
    face_add(&join, "{");
    add_member(&join, "id", labels->tariff);
    add_member(&join, "version", labels->version);
    add_member(&join, "currency", labels->currency);
    add_member(&join, "hash", labels->hash);
    add_member(&join, "title", mbill_tariff_title(tariff));
    add_member(&join, "source", mbill_tariff_source(tariff));
    add_valid(&join, tariff);
    add_registers(&join, tariff);
    add_names(&join, tariff, labels);
    face_add_key(&join, "step");
    if (mbill_tariff_buy_step(tariff) == 0) face_add(&join, "null");
    else face_add_micro(&join, mbill_tariff_buy_step(tariff));
    face_add_key(&join, "position_size");
    face_add_int(&join, (int64_t)mbill_position_size(tariff));
    face_add(&join, "}");
    return face_take(&join, MBILL_OK, out_text, err);
}

mbill_status mbill_face_tariff_period_at(const mbill_tariff *tariff, const char *calendar, size_t calendar_len, const char *facts,
    size_t facts_len, int64_t at_utc_s, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    mbill_facts *lists = NULL;
    char *name = NULL;
    int32_t period = -1;
    int64_t end = 0;
    mbill_status status = MBILL_OK;
    if (calendar != NULL && (name = face_copy(calendar, calendar_len, err)) == NULL) return MBILL_E_NOMEM;
    if (facts != NULL) status = mbill_facts_read(facts, facts_len, NULL, &lists, err);
    if (status == MBILL_OK) {
        size_t n_lists = 0;
        const mbill_day_list *of = lists != NULL ? mbill_facts_lists(lists, &n_lists) : NULL;
        status = mbill_tariff_period_at(tariff, name, of, n_lists, at_utc_s, &period, &end, err);
    }
    if (status == MBILL_OK) {
        face_add(&join, "{");
        add_member(&join, "period", mbill_tariff_labels(tariff)->periods[period]);
        face_add_key(&join, "end");
        face_add_int(&join, end);
        face_add(&join, "}");
    }
    mbill_facts_free(lists);
    free(name);
    return face_take(&join, status, out_text, err);
}

/* --- positions --- */

typedef struct placed {
    const mbill_tariff *tariff;
    const mbill_position *position;
} placed;

static mbill_status write_position(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const placed *at = context;
    return mbill_position_write(at->tariff, at->position, out_text, inout_len, err);
}

mbill_status mbill_face_position(const mbill_tariff *tariff, const char *position, size_t position_len, mbill_face_text *out_text,
    mbill_error *err)
{
    if (tariff == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "tariff is NULL");
    mbill_position *block = face_allocate(mbill_position_size(tariff), 1, err);
    if (block == NULL) return MBILL_E_NOMEM;
    mbill_status status = MBILL_OK;
    if (position != NULL) status = mbill_position_read(tariff, position, position_len, block, err);
    else mbill_position_init(tariff, block);
    placed at = {tariff, block};
    if (status == MBILL_OK) status = face_write(write_position, &at, out_text, err);
    free(block);
    return status;
}

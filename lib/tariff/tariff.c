/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a caller may ask of a compiled tariff does. */
#include "tariff/tariff.h"

#include "calendar/day.h"

#include <string.h>

void mbill_tariff_free(mbill_tariff *tariff)
{
    if (tariff == NULL) return;
    mbill_allocator allocator = tariff->arena.allocator;
    mbill_zone_free(tariff->zone);
    mbill__arena_free(&tariff->arena);
    mbill__release(&allocator, tariff, sizeof *tariff);
}

const mbill_labels *mbill_tariff_labels(const mbill_tariff *tariff)
{
    return tariff == NULL ? NULL : &tariff->labels;
}

const char *mbill_tariff_title(const mbill_tariff *tariff)
{
    return tariff == NULL ? NULL : tariff->title;
}

const char *mbill_tariff_source(const mbill_tariff *tariff)
{
    return tariff == NULL ? NULL : tariff->source;
}

void mbill_tariff_valid(const mbill_tariff *tariff, int64_t *out_from_utc_s, int64_t *out_to_utc_s)
{
    if (tariff == NULL) return;
    if (out_from_utc_s != NULL) *out_from_utc_s = tariff->valid_from_utc_s;
    if (out_to_utc_s != NULL) *out_to_utc_s = tariff->valid_to_utc_s;
}

static const mbill__tariff_input *input_at(const mbill_tariff *tariff, bool is_fact, size_t index)
{
    for (size_t i = 0; i < tariff->n_inputs; i++)
        if (tariff->inputs[i].derived == NULL && tariff->inputs[i].is_fact == is_fact && index-- == 0) return &tariff->inputs[i];
    return NULL;
}

static size_t count_inputs(const mbill_tariff *tariff, bool is_fact)
{
    size_t n = 0;
    for (size_t i = 0; i < tariff->n_inputs; i++) n += tariff->inputs[i].derived == NULL && tariff->inputs[i].is_fact == is_fact;
    return n;
}

size_t mbill_tariff_n_registers(const mbill_tariff *tariff)
{
    return tariff == NULL ? 0 : count_inputs(tariff, false);
}

const char *mbill_tariff_register(const mbill_tariff *tariff, size_t index)
{
    const mbill__tariff_input *input = tariff == NULL ? NULL : input_at(tariff, false, index);
    return input == NULL ? NULL : input->from;
}

const char *mbill_tariff_register_unit(const mbill_tariff *tariff, size_t index)
{
    const mbill__tariff_input *input = tariff == NULL ? NULL : input_at(tariff, false, index);
    return input == NULL ? NULL : input->unit;
}

bool mbill_tariff_register_converted(const mbill_tariff *tariff, size_t index)
{
    const mbill__tariff_input *input = tariff == NULL ? NULL : input_at(tariff, false, index);
    return input != NULL && input->converted;
}

size_t mbill_tariff_n_facts(const mbill_tariff *tariff)
{
    return tariff == NULL ? 0 : count_inputs(tariff, true);
}

const char *mbill_tariff_fact(const mbill_tariff *tariff, size_t index)
{
    const mbill__tariff_input *input = tariff == NULL ? NULL : input_at(tariff, true, index);
    return input == NULL ? NULL : input->from;
}

size_t mbill__period_names(const mbill_tariff *tariff, const mbill__schedule *schedule, const char *out[MBILL__PERIODS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < tariff->labels.n_periods; i++)
        if (mbill__has_period(schedule, i)) out[n++] = tariff->labels.periods[i];
    return n;
}

int32_t mbill__tariff_period(const mbill_tariff *tariff, const char *name)
{
    for (size_t i = 0; i < tariff->labels.n_periods; i++)
        if (strcmp(tariff->labels.periods[i], name) == 0) return (int32_t)i;
    return -1;
}

mbill_status mbill_tariff_canonical(const mbill_tariff *tariff, char *out_text, size_t *inout_len, mbill_error *err)
{
    MBILL__NEED(tariff);
    MBILL__NEED(inout_len);
    size_t room = *inout_len, need = strlen(tariff->canonical) + 1;
    *inout_len = need;
    if (out_text == NULL) return MBILL_OK;
    if (room < need) return mbill__fail(err, MBILL_E_ROOM, "the document takes %zu bytes, but there is room for %zu", need, room);
    memcpy(out_text, tariff->canonical, need);
    return MBILL_OK;
}

static mbill_status find_calendar(const mbill_tariff *tariff, const char *name, const mbill__schedule **out, mbill_error *err)
{
    if (name == NULL && tariff->n_schedules > 1)
        return mbill__fail(err, MBILL_E_AMBIGUOUS, "the tariff has %zu calendars; expected the name of one", tariff->n_schedules);
    for (size_t i = 0; i < tariff->n_schedules; i++) {
        *out = &tariff->schedules[i];
        if (name == NULL || ((*out)->name != NULL && strcmp((*out)->name, name) == 0)) {
            if ((*out)->period_set != 0) return MBILL_OK;
            return mbill__fail(err, MBILL_E_NOT_FOUND, "the calendar has no periods");
        }
    }
    return mbill__fail(err, MBILL_E_NOT_FOUND, "the tariff has no calendar%s%s", name != NULL ? " " : "",
        name != NULL ? name : "");
}

mbill_status mbill_tariff_period_at(const mbill_tariff *tariff, const char *calendar, const mbill_day_list *lists, size_t n_lists,
    int64_t utc_s, int32_t *out_period, int64_t *out_end_utc_s, mbill_error *err)
{
    const mbill__schedule *schedule = NULL;
    mbill__runs runs;
    mbill__run run;
    MBILL__NEED(tariff);
    MBILL__NEED(out_period);
    MBILL__NEED(out_end_utc_s);
    MBILL_TRY(mbill__lists_check(lists, n_lists, err));
    MBILL_TRY(find_calendar(tariff, calendar, &schedule, err));
    MBILL_TRY(mbill__runs_start(&runs, schedule, lists, n_lists, utc_s, utc_s + INT64_C(8) * 86400, err));
    if (!mbill__runs_next(&runs, &run)) return mbill__fail(err, MBILL_E_INTERNAL, "the calendar covers nothing");
    *out_period = run.period;
    *out_end_utc_s = run.end_utc_s;
    return MBILL_OK;
}

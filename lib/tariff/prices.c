/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form in which price series are given does. Steps are counted in seconds of real time from the first, so that the days on
 * which clocks change have as many as they have hours. */
#include "tariff/prices.h"

#include "base/fail.h"
#include "calendar/civil.h"
#include "document/say.h"

#include <inttypes.h>
#include <string.h>

const mbill_price_series *mbill__prices_find(const mbill_price_request *request, const char *name)
{
    for (size_t i = 0; i < request->n_series; i++)
        if (strcmp(request->series[i].name, name) == 0) return &request->series[i];
    return NULL;
}

static mbill_status check_one(const mbill_price_request *request, size_t index, mbill_error *err)
{
    const mbill_price_series *series = &request->series[index];
    if (series->name == NULL) return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)index, "price series name is NULL");
    if (series->n_values > 0 && series->values_nano == NULL)
        return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)index, "price series \"%s\" has no values", series->name);
    for (size_t i = 0; i < index; i++)
        if (strcmp(request->series[i].name, series->name) == 0)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)index, "price series \"%s\" is given twice", series->name);
    if (series->start_utc_s < MBILL__INSTANT_MIN || series->start_utc_s >= MBILL__INSTANT_END)
        return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)index, "price series \"%s\" starts outside the years 1900 to 2999",
            series->name);
    return MBILL_OK;
}

/* The steps are those of the tariff, and the first begins where the local clock shows a whole one. */
static mbill_status check_grid(const mbill_tariff *tariff, const mbill__price_series *known, const mbill_price_series *given,
    size_t index, mbill_error *err)
{
    if (given->step_s != known->step_s)
        return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)index,
            "price series \"%s\" has steps of %" PRId64 " s, but the tariff says %d s", known->name, given->step_s,
            (int)known->step_s);
    int64_t local_s = given->start_utc_s + mbill_zone_offset(tariff->zone, given->start_utc_s);
    if (local_s - mbill__floor_divide(local_s, known->step_s) * known->step_s == 0) return MBILL_OK;
    return mbill__fail_at(err, MBILL_E_BOUNDARY, (int64_t)index,
        "price series \"%s\" starts at %s; expected a whole step of %d minutes of the local clock", known->name,
        mbill__say_time(given->start_utc_s, tariff->zone).text, (int)known->step_s / 60);
}

mbill_status mbill__prices_check(const mbill_tariff *tariff, const mbill_price_request *request, mbill_error *err)
{
    if (request->n_series > 0) MBILL__NEED(request->series);
    for (size_t i = 0; i < request->n_series; i++) {
        MBILL_TRY(check_one(request, i, err));
        for (size_t k = 0; k < tariff->n_series; k++)
            if (strcmp(tariff->series[k].name, request->series[i].name) == 0)
                MBILL_TRY(check_grid(tariff, &tariff->series[k], &request->series[i], i, err));
    }
    return MBILL_OK;
}

int64_t mbill__prices_step(const mbill_price_series *series, int64_t utc_s)
{
    return mbill__floor_divide(utc_s - series->start_utc_s, series->step_s);
}

int64_t mbill__prices_at(const mbill_price_series *series, int64_t step)
{
    return step < 0 || (uint64_t)step >= series->n_values ? MBILL_PRICE_MISSING : series->values_nano[step];
}

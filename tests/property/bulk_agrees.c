/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what bulk pricing takes or gives does. */
#include "bulk_agrees.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define REGISTERS_MAX 32

typedef struct columns {
    mbill_axis axis;
    size_t n;
    const char *registers[REGISTERS_MAX];
    mbill_column columns[REGISTERS_MAX];
    int64_t *quantities_micro[REGISTERS_MAX];
    uint8_t *flags[REGISTERS_MAX];
} columns;

static bool find_axis(const mbill_price_request *request, mbill_axis *axis)
{
    const mbill_input *input = request->inputs;
    if (request->n_inputs == 0 || request->n_inputs > REGISTERS_MAX || input->intervals == NULL || input->n_intervals == 0)
        return false;
    axis->start_utc_s = input->intervals[0].start_utc_s;
    axis->step_s = input->intervals[0].end_utc_s - axis->start_utc_s;
    axis->n = (int64_t)input->n_intervals;
    return true;
}

static bool add_column(columns *all, const mbill_input *input)
{
    size_t n = (size_t)all->axis.n, at = all->n;
    if (input->intervals == NULL || input->period != NULL) return false;
    all->quantities_micro[at] = malloc(n * sizeof(int64_t));
    all->flags[at] = malloc(n);
    all->registers[at] = input->name;
    all->n++;
    return mbill_column_of_intervals(&all->axis, input->intervals, input->n_intervals, all->quantities_micro[at], all->flags[at],
               &all->columns[at], NULL) == MBILL_OK;
}

static bool make_columns(columns *all, const mbill_price_request *request)
{
    if (!find_axis(request, &all->axis)) return false;
    for (size_t i = 0; i < request->n_inputs; i++)
        if (!add_column(all, &request->inputs[i])) return false;
    return true;
}

static const char *compare(const mbill_tariff *tariff, const mbill_bulk_account *account, const single_price *single)
{
    if (account->status != (int32_t)single->status) return "bulk pricing gives another status";
    if (single->status != MBILL_OK) return NULL;
    if (account->total_micro != single->bill->total_micro) return "bulk pricing comes to another total";
    if (account->flags != single->bill->flags) return "bulk pricing gives other flags";
    if (account->n_lines != single->n_lines ||
        memcmp(account->lines, single->lines, single->n_lines * sizeof *single->lines) != 0)
        return "bulk pricing makes other lines";
    if (memcmp(account->after, single->after, mbill_position_size(tariff)) != 0) return "bulk pricing leaves another position";
    return NULL;
}

static const char *price(const columns *all, const mbill_tariff *tariff, const mbill_price_request *request,
    const mbill_position *before, const single_price *single)
{
    mbill_bulk *bulk = NULL;
    mbill_price_request shared = *request;
    shared.inputs = NULL;
    shared.facts = NULL;
    shared.factors = NULL;
    shared.n_inputs = shared.n_facts = shared.n_factors = 0;
    mbill_status status = mbill_bulk_open(tariff, &shared, &all->axis, all->registers, all->n, NULL, &bulk, NULL);
    if (status != MBILL_OK) return status == single->status ? NULL : "bulk pricing cannot be prepared";
    void *work = malloc(mbill_bulk_work_size(bulk));
    size_t cap = single->n_lines + 1;
    mbill_bulk_account account = {.columns = all->columns,
        .facts = request->facts,
        .n_facts = request->n_facts,
        .factors = request->factors,
        .n_factors = request->n_factors,
        .before = before,
        .after = malloc(mbill_position_size(tariff)),
        .lines = malloc(cap * sizeof(mbill_line)),
        .cap_lines = cap};
    (void)!mbill_bulk_price(bulk, &account, 1, work, NULL);
    const char *differs = compare(tariff, &account, single);
    free(account.lines);
    free(account.after);
    free(work);
    mbill_bulk_free(bulk);
    return differs;
}

const char *bulk_differs(const mbill_tariff *tariff, const mbill_price_request *request, const mbill_position *before,
    const single_price *single)
{
    columns all = {.n = 0};
    const char *differs = NULL;
    if (make_columns(&all, request)) differs = price(&all, tariff, request, before, single);
    for (size_t i = 0; i < all.n; i++) {
        free(all.quantities_micro[i]);
        free(all.flags[i]);
    }
    return differs;
}

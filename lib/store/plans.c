/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what makes contracts alike does: here their inputs are the steps of one axis over the span, all measured, none missing. A plan is
 * made for the second such contract of late, so that a span of one alone costs nothing. */
#include "store/plans.h"

#include <string.h>

void mbill__plans_start(mbill__plans *plans, mbill_store *store)
{
    memset(plans, 0, sizeof *plans);
    plans->store = store;
}

void mbill__plans_end(mbill__plans *plans)
{
    const mbill_allocator *allocator = mbill__db_allocator(plans->store->db);
    for (size_t i = 0; i < MBILL__PLANS; i++) {
        mbill_bulk_free(plans->plans[i].bulk);
        mbill__release(allocator, plans->plans[i].work, plans->plans[i].cap_work);
    }
    mbill__release(allocator, plans->quantities, plans->cap_quantities * sizeof *plans->quantities);
}

/* The axis that the first interval begins; whether the others are its steps is found when they are put on it. */
static bool read_key(const mbill_tariff *tariff, const mbill_price_request *request, mbill__plan_key *out)
{
    memset(out, 0, sizeof *out);
    if (request->n_factors > 0 || request->n_inputs == 0 || request->n_inputs > MBILL__PLAN_REGISTERS) return false;
    if (request->inputs[0].n_intervals == 0) return false;
    const mbill_interval *first = request->inputs[0].intervals;
    int64_t step_s = first->end_utc_s - first->start_utc_s, span_s = request->to_utc_s - request->from_utc_s;
    if (first->start_utc_s != request->from_utc_s || step_s <= 0 || span_s % step_s != 0) return false;
    out->tariff = tariff;
    out->axis = (mbill_axis){request->from_utc_s, step_s, span_s / step_s};
    out->n_registers = request->n_inputs;
    out->flags = request->flags;
    return true;
}

static bool same(const mbill__plan_key *a, const mbill__plan_key *b)
{
    return a->tariff == b->tariff && a->axis.start_utc_s == b->axis.start_utc_s && a->axis.step_s == b->axis.step_s &&
        a->axis.n == b->axis.n && a->n_registers == b->n_registers && a->flags == b->flags;
}

static mbill_status open_plan(mbill__plans *plans, const mbill__plan_key *key, const mbill_price_request *request,
    mbill__plan *out, mbill_error *err)
{
    const mbill_allocator *allocator = mbill__db_allocator(plans->store->db);
    mbill_price_request shared = *request;
    mbill_error cause;
    mbill_error_init(&cause);
    shared.inputs = NULL;
    shared.facts = NULL;
    shared.n_inputs = shared.n_facts = 0;
    mbill_bulk_free(out->bulk);
    out->bulk = NULL;
    out->key = *key;
    for (size_t i = 0; i < key->n_registers; i++) out->registers[i] = request->inputs[i].name;
    mbill_status status = mbill_bulk_open(key->tariff, &shared, &key->axis, out->registers, key->n_registers, allocator,
        &out->bulk, &cause);
    if (status == MBILL_E_NOMEM) return mbill__fail(err, status, "%s", cause.message);
    if (status != MBILL_OK) return MBILL_OK;
    return mbill__room(allocator, &out->work, &out->cap_work, 1, mbill_bulk_work_size(out->bulk), err);
}

static bool was_wanted(mbill__plans *plans, const mbill__plan_key *key)
{
    for (size_t i = 0; i < MBILL__PLANS; i++)
        if (same(&plans->wanted[i], key)) return true;
    plans->wanted[plans->next_wanted] = *key;
    plans->next_wanted = (plans->next_wanted + 1) % MBILL__PLANS;
    return false;
}

/* *out NULL: there is none yet, or none can be made. Registers are in the tariff's order. */
static mbill_status find_plan(mbill__plans *plans, const mbill__plan_key *key, const mbill_price_request *request,
    mbill__plan **out, mbill_error *err)
{
    *out = NULL;
    for (size_t i = 0; i < MBILL__PLANS; i++)
        if (plans->plans[i].bulk != NULL && same(&plans->plans[i].key, key)) {
            *out = &plans->plans[i];
            return MBILL_OK;
        }
    if (!was_wanted(plans, key)) return MBILL_OK;
    mbill__plan *plan = &plans->plans[plans->next];
    plans->next = (plans->next + 1) % MBILL__PLANS;
    MBILL_TRY(open_plan(plans, key, request, plan, err));
    if (plan->bulk != NULL) *out = plan;
    return MBILL_OK;
}

/* false: an input is not what the axis says. */
static bool put_columns(mbill__plans *plans, const mbill_axis *axis, const mbill_price_request *request, mbill_column *columns)
{
    for (size_t i = 0; i < request->n_inputs; i++) {
        const mbill_input *input = &request->inputs[i];
        if (input->n_intervals != (size_t)axis->n) return false;
        if (mbill_column_of_intervals(axis, input->intervals, input->n_intervals, plans->quantities + i * (size_t)axis->n, NULL,
                &columns[i], NULL) != MBILL_OK)
            return false;
    }
    return true;
}

const mbill__plan *mbill__plans_next(const mbill__plans *plans, const mbill_tariff *tariff, const mbill_price_request *request,
    const mbill__plan *after)
{
    int64_t span_s = request->to_utc_s - request->from_utc_s;
    for (size_t i = after == NULL ? 0 : (size_t)(after - plans->plans) + 1; i < MBILL__PLANS; i++) {
        const mbill__plan_key *key = &plans->plans[i].key;
        if (plans->plans[i].bulk != NULL && key->tariff == tariff && key->flags == request->flags &&
            key->axis.start_utc_s == request->from_utc_s && key->axis.step_s * key->axis.n == span_s &&
            key->n_registers == mbill_tariff_n_registers(tariff))
            return &plans->plans[i];
    }
    return NULL;
}

bool mbill__plan_price(const mbill__plan *plan, const mbill_column *columns, mbill__plan_work *work)
{
    mbill_bulk_account account = {.columns = columns,
        .facts = work->request->facts,
        .n_facts = work->request->n_facts,
        .before = work->position,
        .after = work->position,
        .lines = work->lines,
        .cap_lines = work->cap_lines};
    if (mbill_bulk_price(plan->bulk, &account, 1, plan->work, NULL) != MBILL_OK) return false;
    work->n_lines = account.n_lines;
    *work->bill = (mbill_bill){.struct_size = work->bill->struct_size,
        .flags = account.flags,
        .from_utc_s = work->request->from_utc_s,
        .to_utc_s = work->request->to_utc_s,
        .total_micro = account.total_micro};
    return true;
}

mbill_status mbill__plans_price(mbill__plans *plans, const mbill_tariff *tariff, mbill__plan_work *work, bool *out_done,
    mbill_error *err)
{
    mbill__plan_key key;
    mbill__plan *plan;
    mbill_column columns[MBILL__PLAN_REGISTERS];
    *out_done = false;
    if (!read_key(tariff, work->request, &key)) return MBILL_OK;
    MBILL_TRY(find_plan(plans, &key, work->request, &plan, err));
    if (plan == NULL) return MBILL_OK;
    MBILL_TRY(mbill__room(mbill__db_allocator(plans->store->db), (void **)(void *)&plans->quantities, &plans->cap_quantities,
        sizeof *plans->quantities, key.n_registers * (size_t)key.axis.n, err));
    if (put_columns(plans, &key.axis, work->request, columns)) *out_done = mbill__plan_price(plan, columns, work);
    return MBILL_OK;
}

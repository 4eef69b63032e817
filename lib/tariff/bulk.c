/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what accounts on one tariff share does. An account takes the road of mbill_tariff_price; only the gathering of its
 * columns differs (gather_column.h). */
#include "meterbill/bulk.h"

#include "tariff/factors.h"
#include "tariff/price.h"
#include "tariff/stretch.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct mbill_bulk {
    mbill__arena arena;
    const mbill_tariff *tariff;
    mbill_price_request request;
    mbill_axis axis;
    const char *const *registers;
    size_t n_registers;
    mbill__scope scope;     /* of no account yet */
    mbill__columns columns; /* nor these */
};

/* ---- what is shared ---- */

static bool days_on_steps(const mbill_bulk *bulk)
{
    size_t step;
    const mbill_zone *zone = bulk->tariff->zone;
    int64_t at_utc_s = bulk->request.from_utc_s;
    while (at_utc_s < bulk->request.to_utc_s) {
        if (!mbill__columns_step(&bulk->columns, at_utc_s, &step)) return false;
        if (mbill_zone_day_start(zone, mbill_zone_day(zone, at_utc_s) + 1, &at_utc_s, NULL) != MBILL_OK) return false;
    }
    return true;
}

static mbill_status make_plans(mbill_bulk *bulk, mbill_error *err)
{
    const mbill_tariff *tariff = bulk->tariff;
    mbill__stretch_plan *plans = mbill__arena_take(&bulk->arena, tariff->n_charges, sizeof *plans);
    if (plans == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the plan");
    for (size_t i = 0; i < tariff->n_charges; i++)
        MBILL_TRY(mbill__stretch_plan_make(&plans[i], &bulk->arena, &bulk->scope, &tariff->charges[i], err));
    bulk->columns.plans = plans;
    return MBILL_OK;
}

static mbill_status make_columns(mbill_bulk *bulk, mbill_error *err)
{
    const mbill_tariff *tariff = bulk->tariff;
    mbill__columns *columns = &bulk->columns;
    columns->axis = &bulk->axis;
    columns->on_steps = mbill__columns_step(columns, bulk->request.from_utc_s, &columns->from) &&
        mbill__columns_step(columns, bulk->request.to_utc_s, &columns->to);
    if (!columns->on_steps) return MBILL_OK;
    columns->days_on_steps = days_on_steps(bulk);
    mbill__rows *rows = mbill__arena_take(&bulk->arena, tariff->n_schedules, sizeof *rows);
    if (rows == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the plan");
    for (size_t i = 0; i < tariff->n_schedules; i++)
        MBILL_TRY(mbill__rows_make(&rows[i], &bulk->arena, &tariff->schedules[i], bulk->request.lists, bulk->request.n_lists,
            &bulk->axis, columns->from, columns->to, err));
    columns->rows = rows;
    columns->n_rows = tariff->n_schedules;
    return MBILL_OK;
}

/* The registers and the span, checked as a pricing call would. */
static mbill_status start_shared(mbill_bulk *bulk, mbill_error *err)
{
    mbill_input inputs[MBILL__INPUTS_MAX];
    mbill_price_request request = bulk->request;
    if (request.n_inputs > 0 || request.n_facts > 0 || request.n_factors > 0)
        return mbill__fail(err, MBILL_E_INVALID, "the request has inputs, facts or factors, which belong to the accounts");
    if (bulk->n_registers > MBILL__INPUTS_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "%zu registers, expected at most %d", bulk->n_registers, MBILL__INPUTS_MAX);
    for (size_t i = 0; i < bulk->n_registers; i++) inputs[i] = (mbill_input){.name = bulk->registers[i]};
    request.inputs = inputs;
    request.n_inputs = bulk->n_registers;
    MBILL_TRY(mbill__scope_start(&bulk->scope, bulk->tariff, &request, err));
    bulk->scope.request = &bulk->request;
    return MBILL_OK;
}

static mbill_status fill(mbill_bulk *bulk, const mbill_price_request *request, mbill_error *err)
{
    MBILL_TRY(mbill__price_request_read(&bulk->request, request, err));
    MBILL_TRY(mbill__axis_check(&bulk->axis, err));
    MBILL_TRY(start_shared(bulk, err));
    MBILL_TRY(make_plans(bulk, err));
    return make_columns(bulk, err);
}

mbill_status mbill_bulk_open(const mbill_tariff *tariff, const mbill_price_request *request, const mbill_axis *axis,
    const char *const *registers, size_t n_registers, const mbill_allocator *allocator, mbill_bulk **out_bulk, mbill_error *err)
{
    mbill_allocator known;
    MBILL__NEED(out_bulk);
    *out_bulk = NULL;
    MBILL__NEED(tariff);
    MBILL__NEED(request);
    MBILL__NEED(axis);
    if (n_registers > 0) MBILL__NEED(registers);
    MBILL_TRY(mbill__allocator_read(&known, allocator, err));
    mbill_bulk *bulk = mbill__alloc(&known, sizeof *bulk);
    if (bulk == NULL) return mbill__fail(err, MBILL_E_NOMEM, "no memory for the plan");
    mbill__arena_start(&bulk->arena, &known);
    bulk->tariff = tariff;
    bulk->axis = *axis;
    bulk->registers = registers;
    bulk->n_registers = n_registers;
    mbill_status status = fill(bulk, request, err);
    if (status != MBILL_OK) {
        mbill_bulk_free(bulk);
        return status;
    }
    *out_bulk = bulk;
    return MBILL_OK;
}

size_t mbill_bulk_work_size(const mbill_bulk *bulk)
{
    if (bulk == NULL) return 0;
    size_t size = bulk->n_registers * (size_t)bulk->axis.n * sizeof(mbill_interval);
    return size == 0 ? 1 : size;
}

void mbill_bulk_free(mbill_bulk *bulk)
{
    if (bulk == NULL) return;
    mbill_allocator allocator = bulk->arena.allocator;
    mbill__arena_free(&bulk->arena);
    mbill__release(&allocator, bulk, sizeof *bulk);
}

/* ---- accounts ---- */

static mbill_status check_columns(const mbill_bulk *bulk, const mbill_column *columns, mbill_error *err)
{
    if (bulk->n_registers > 0) MBILL__NEED(columns);
    for (size_t i = 0; i < bulk->n_registers; i++)
        if (columns[i].n != bulk->axis.n)
            return mbill__fail(err, MBILL_E_RANGE, "the column of register \"%s\" has %" PRId64 " steps, but the axis %" PRId64,
                bulk->registers[i], columns[i].n, bulk->axis.n);
    return MBILL_OK;
}

static void start_lines(mbill__lines *lines, const mbill__scope *scope, const mbill_bulk_account *account)
{
    mbill__lines_start(lines, scope, account->lines, account->lines == NULL ? 0 : account->cap_lines);
    lines->charges_micro = account->charges_micro;
    lines->only_sums = account->lines == NULL;
}

static mbill_status price_account(const mbill_bulk *bulk, mbill_bulk_account *account, void *work, mbill_error *err)
{
    bool spelled[MBILL__INPUTS_MAX] = {false};
    mbill_input inputs[MBILL__INPUTS_MAX];
    mbill_price_request request = bulk->request;
    mbill__columns columns = bulk->columns;
    mbill__scope scope = bulk->scope;
    mbill__lines lines;
    if (account->n_facts > 0) MBILL__NEED(account->facts);
    MBILL_TRY(check_columns(bulk, account->columns, err));
    MBILL_TRY(mbill__factors_check(bulk->tariff, account->factors, account->n_factors, err));
    columns.columns = account->columns;
    columns.intervals = work;
    columns.spelled = spelled;
    for (size_t i = 0; i < bulk->n_registers; i++)
        inputs[i] = (mbill_input){.name = bulk->registers[i],
            .intervals = columns.intervals + i * (size_t)bulk->axis.n,
            .n_intervals = (size_t)bulk->axis.n};
    request.inputs = inputs;
    request.n_inputs = bulk->n_registers;
    request.facts = account->facts;
    request.n_facts = account->n_facts;
    request.factors = account->factors;
    request.n_factors = account->n_factors;
    scope.request = &request;
    scope.columns = &columns;
    start_lines(&lines, &scope, account);
    MBILL_TRY(mbill__price_known(&scope, account->before, &lines, &account->total_micro, account->after, err));
    account->n_lines = lines.n;
    account->flags = lines.flags;
    if (lines.only_sums || lines.n <= lines.cap) return MBILL_OK;
    return mbill__fail(err, MBILL_E_ROOM, "the bill has %zu lines, but there is room for %zu", lines.n, lines.cap);
}

/* The refusal is the account's: its place is the account, and its own place (an interval, a fact) goes into the sentence. */
static void place(const mbill_error *own, size_t account, mbill_error *err)
{
    if (err == NULL) return;
    *err = *own;
    if (own->index >= 0) {
        size_t len = strlen(err->message);
        snprintf(err->message + len, sizeof err->message - len, " (record %" PRId64 ")", own->index);
    }
    err->index = (int64_t)account;
}

mbill_status mbill_bulk_price(const mbill_bulk *bulk, mbill_bulk_account *accounts, size_t n_accounts, void *work,
    mbill_error *err)
{
    mbill_status first = MBILL_OK;
    mbill_error own;
    MBILL__NEED(bulk);
    MBILL__NEED(work);
    if (n_accounts > 0) MBILL__NEED(accounts);
    for (size_t i = 0; i < n_accounts; i++) {
        mbill_error_init(&own);
        mbill_status status = price_account(bulk, &accounts[i], work, &own);
        accounts[i].status = (int32_t)status;
        if (status == MBILL_OK || first != MBILL_OK) continue;
        first = status;
        place(&own, i, err);
    }
    return first;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What one contract's bill of a close is priced from, and by which road. Changes when a contract is priced from more. Invariant: each road comes
 * to the same lines; the short one, by columns and a plan that contracts share, is left where it cannot be seen to. */
#include "store/closing.h"

#include <string.h>

#define ROOM(closing, array, n)                                                                                                  \
    room((closing), (void **)(void *)&(closing)->array, &(closing)->cap_##array, sizeof *(closing)->array, (n), err)

static mbill_status room(const mbill_close *close, void **block, size_t *cap, size_t size, size_t n, mbill_error *err)
{
    return mbill__room(mbill__db_allocator(close->store->db), block, cap, size, n, err);
}

/* Inputs */

/* What a request has besides its span and inputs, and its part's facts. */
static void complete(const mbill_close *close, mbill_price_request *out)
{
    mbill__lists_give(&close->lists, out);
    mbill__contract_factors_give(&close->factors, out);
}

static mbill_status gather_usage(mbill_close *close, const mbill__close_contract *contract, const mbill__chosen *chosen,
    bool allow_gaps, mbill_price_request *out, mbill_error *err)
{
    close->plan = NULL;
    MBILL_TRY(mbill__gather_contract(&close->gather, contract->contract_no, chosen, allow_gaps, out, err));
    complete(close, out);
    return MBILL_OK;
}

/* Columns where a plan has their axis: close->plan; else usage. */
static mbill_status gather(mbill_close *close, const mbill__close_contract *contract, const mbill__chosen *chosen,
    bool allow_gaps, mbill_price_request *out, mbill_error *err)
{
    const mbill_price_request span = mbill__gather_request(chosen, allow_gaps);
    const mbill__plan *plan = NULL;
    bool plain = false;
    if (chosen->n_versions > 1 || close->factors.n > 0) return gather_usage(close, contract, chosen, allow_gaps, out, err);
    do {
        plan = mbill__plans_next(&close->plans, chosen->tariff, &span, plan);
        if (plan == NULL) return gather_usage(close, contract, chosen, allow_gaps, out, err);
        MBILL_TRY(mbill__gather_columns(&close->gather, contract->contract_no, chosen, allow_gaps, &plan->key.axis,
            close->columns, out, &plain, err));
    } while (!plain);
    close->plan = plan;
    complete(close, out);
    return MBILL_OK;
}

/* Pricing */

/* Lines that are always enough for all parts. */
static mbill_status make_room(mbill_close *close, const mbill__chosen *chosen, mbill_error *err)
{
    const mbill__parts *parts = &close->parts;
    size_t n_lines = 0, n;
    for (size_t i = 0; i < parts->n_parts; i++) {
        int64_t to_utc_s = i + 1 < parts->n_parts ? parts->parts[i + 1].from_utc_s : chosen->to_utc_s;
        MBILL_TRY(mbill_tariff_lines_max(parts->parts[i].tariff, parts->parts[i].from_utc_s, to_utc_s, &n, err));
        n_lines += n;
    }
    MBILL_TRY(ROOM(close, segments, parts->n_parts));
    return ROOM(close, lines, n_lines);
}

static mbill_status price_usage(mbill_close *close, mbill__plan_work *work, mbill_error *err)
{
    const mbill_tariff *tariff = close->parts.parts->tariff;
    bool done;
    MBILL_TRY(mbill__plans_price(&close->plans, tariff, work, &done, err));
    if (done) return MBILL_OK;
    return mbill_tariff_price(tariff, work->request, work->position, work->lines, work->cap_lines, &work->n_lines, work->bill,
        work->position, err);
}

/* One part is an ordinary bill, whether or not the contract says how more are made. */
static mbill_status price_parts(mbill_close *close, const mbill__close_contract *contract, const mbill__chosen *chosen,
    bool allow_gaps, mbill_price_request *request, mbill__plan_work *work, mbill_error *err)
{
    const mbill_change_part *parts = close->parts.parts;
    const size_t n_parts = close->parts.n_parts;
    bool done = false;
    if (close->plan != NULL && n_parts == 1) {
        request->facts = parts->facts;
        request->n_facts = parts->n_facts;
        done = mbill__plan_price(close->plan, close->columns, work);
    }
    if (close->plan != NULL && !done) MBILL_TRY(gather_usage(close, contract, chosen, allow_gaps, request, err));
    if (n_parts > 1)
        return mbill_change_price(parts, n_parts, &contract->change, request, work->position, work->lines, work->cap_lines,
            &work->n_lines, close->segments, work->bill, work->position, err);
    request->facts = parts->facts;
    request->n_facts = parts->n_facts;
    if (!done) MBILL_TRY(price_usage(close, work, err));
    close->segments[0] = (mbill_bill_segment){mbill_tariff_labels(parts->tariff), work->bill->from_utc_s, work->bill->to_utc_s, 0,
        work->n_lines, work->bill->total_micro};
    return MBILL_OK;
}

mbill_status mbill__close_price(mbill_close *close, const mbill__close_contract *contract, const mbill__chosen *chosen,
    bool allow_gaps, mbill_price_request *out_request, size_t *out_n_lines, mbill_bill *out_bill, mbill_error *err)
{
    MBILL_TRY(mbill__contract_factors_load(&close->factors, contract->contract_no, err));
    MBILL_TRY(gather(close, contract, chosen, allow_gaps, out_request, err));
    MBILL_TRY(mbill__parts_make(&close->parts, contract->account_no, chosen, contract->change.split != 0, err));
    MBILL_TRY(make_room(close, chosen, err));
    memset(out_bill, 0, sizeof *out_bill);
    out_bill->struct_size = (uint32_t)sizeof *out_bill;
    mbill__plan_work work = {.request = out_request,
        .position = (mbill_position *)(void *)close->position,
        .lines = close->lines,
        .cap_lines = close->cap_lines,
        .bill = out_bill};
    MBILL_TRY(price_parts(close, contract, chosen, allow_gaps, out_request, &work, err));
    *out_n_lines = work.n_lines;
    return MBILL_OK;
}

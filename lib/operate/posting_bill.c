/* SPDX-License-Identifier: Apache-2.0 */
/* An account's postings of a split as its payment bill. Changes when a line says another way what its amount rests on. */
#include "meterbill/posting.h"

#include "base/memory.h"
#include "meterbill/decimal.h"
#include "number/round.h"

#include <inttypes.h>

#define UNIT INT64_C(1000000)
#define NANO_IN_MICRO 1000

typedef struct sheet {
    mbill_allocator memory;
    mbill_zone *zone;
    mbill_charge_label *charges;
    mbill_line *lines;
    size_t n_lines;
} sheet;

/* Weight and sum of weights as a quantity and a whole divisor, where a line holds them. */
static bool as_quotient(const mbill_posting_line *part, int64_t *out_quantity_micro, int32_t *out_divide_by)
{
    uint64_t whole = 1, factor = (uint64_t)UNIT;
    for (int32_t i = 0; i < part->weight_places; i++) whole *= 10;
    uint64_t divide_by = part->weight_sum;
    if (whole <= (uint64_t)UNIT && divide_by % whole == 0) { /* 55.20 of 97 m2; else 5520 of 9735 */
        factor /= whole;
        divide_by /= whole;
    }
    if (divide_by < 1 || divide_by > INT32_MAX || part->weight > (uint64_t)INT64_MAX / factor) return false;
    *out_quantity_micro = (int64_t)(part->weight * factor);
    *out_divide_by = (int32_t)divide_by;
    return true;
}

/* weight x what all pay / sum of weights, or the amount alone. */
static mbill_status say_amount(const mbill_posting_line *part, int64_t step_micro, mbill_line *out, mbill_error *err)
{
    const bool stepped = step_micro > 0 && step_micro <= MBILL_STEP_MAX_MICRO;
    out->amount_micro = part->amount_micro;
    if (part->charge >= 0 && part->weight_sum > 0 && stepped && as_quotient(part, &out->quantity_micro, &out->divide_by) &&
        mbill__multiply(part->shared_micro, NANO_IN_MICRO, &out->rate_nano)) {
        out->rule = MBILL_LINE_PLAIN;
        out->step_micro = step_micro;
        return MBILL_OK;
    }
    out->rule = part->charge >= 0 ? MBILL_LINE_FEE : MBILL_LINE_ROUNDING;
    out->quantity_micro = UNIT;
    out->divide_by = 1;
    if (mbill__multiply(part->amount_micro, NANO_IN_MICRO, &out->rate_nano)) return MBILL_OK;
    return mbill__fail(err, MBILL_E_OVERFLOW, "an amount is more than the rate of a line holds");
}

static mbill_status add_posting(const mbill_split_bill *bill, const mbill_posting *posting, sheet *to, mbill_error *err)
{
    int64_t from_utc_s, to_utc_s;
    MBILL_TRY(mbill_zone_day_start(to->zone, posting->from_day, &from_utc_s, err));
    MBILL_TRY(mbill_zone_day_start(to->zone, posting->to_day, &to_utc_s, err));
    for (size_t i = 0; i < posting->n_lines; i++) {
        mbill_line *line = &to->lines[to->n_lines++];
        *line = (mbill_line){.charge = posting->lines[i].charge, .period = -1, .from_utc_s = from_utc_s, .to_utc_s = to_utc_s};
        MBILL_TRY(say_amount(&posting->lines[i], bill->step_micro, line, err));
    }
    return MBILL_OK;
}

static mbill_status make_room(const mbill_split_bill *bill, const mbill_posting *postings, size_t n, size_t *out_n_lines,
    sheet *out, mbill_error *err)
{
    *out_n_lines = 0;
    for (size_t i = 0; i < n; i++) {
        if (postings[i].account != postings[0].account)
            return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)i, "posting %zu is of account %" PRId64 ", expected %" PRId64, i,
                postings[i].account, postings[0].account);
        *out_n_lines += postings[i].n_lines;
    }
    out->charges = mbill__alloc_array(&out->memory, bill->n_charges, sizeof *out->charges);
    out->lines = mbill__alloc_array(&out->memory, *out_n_lines, sizeof *out->lines);
    if (out->charges != NULL && out->lines != NULL) return MBILL_OK;
    return mbill__fail(err, MBILL_E_NOMEM, "memory for the bill could not be allocated");
}

static mbill_status write_sheet(const mbill_split_bill *bill, const mbill_posting *postings, size_t n, sheet *to, uint32_t flags,
    char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_bill head = {.struct_size = (uint32_t)sizeof head};
    mbill_sum sum = {0, 0};
    size_t zone_len = 0;
    while (bill->zone[zone_len] != '\0') zone_len++;
    MBILL_TRY(mbill_zone_from_rule(bill->zone, zone_len, &to->memory, &to->zone, err));
    MBILL_TRY(mbill_zone_day_start(to->zone, bill->from_day, &head.from_utc_s, err));
    MBILL_TRY(mbill_zone_day_start(to->zone, bill->to_day, &head.to_utc_s, err));
    for (size_t i = 0; i < n; i++) MBILL_TRY(add_posting(bill, &postings[i], to, err));
    for (size_t i = 0; i < to->n_lines; i++) MBILL_TRY(mbill_sum_add(&sum, &to->lines[i].amount_micro, 1, err));
    MBILL_TRY(mbill_sum_value(&sum, &head.total_micro, err));
    for (size_t i = 0; i < bill->n_charges; i++)
        to->charges[i] = (mbill_charge_label){.id = bill->charges[i], .title = bill->title};
    const mbill_labels labels = {.struct_size = (uint32_t)sizeof labels,
        .tariff = bill->tariff,
        .version = bill->version,
        .currency = bill->currency,
        .zone = to->zone,
        .charges = to->charges,
        .n_charges = bill->n_charges};
    MBILL_TRY(mbill_bill_check(&head, to->lines, to->n_lines, err));
    return mbill_bill_write(&head, to->lines, to->n_lines, &labels, flags, out_text, inout_len, err);
}

mbill_status mbill_posting_bill_write(const mbill_split_bill *bill, const mbill_posting *postings, size_t n, uint32_t flags,
    char *out_text, size_t *inout_len, mbill_error *err)
{
    sheet to = {.zone = NULL};
    size_t n_lines = 0;
    MBILL__NEED(bill);
    MBILL__NEED(postings);
    MBILL__NEED(inout_len);
    if (n == 0) return mbill__fail(err, MBILL_E_MISUSE, "n is 0, expected at least 1");
    MBILL_TRY(mbill__allocator_read(&to.memory, NULL, err));
    mbill_status status = make_room(bill, postings, n, &n_lines, &to, err);
    if (status == MBILL_OK) status = write_sheet(bill, postings, n, &to, flags, out_text, inout_len, err);
    mbill_zone_free(to.zone);
    mbill__release(&to.memory, to.charges, bill->n_charges * sizeof *to.charges);
    mbill__release(&to.memory, to.lines, n_lines * sizeof *to.lines);
    return status;
}

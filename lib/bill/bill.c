/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a bill holds what it promises: each line is its product, and the lines add up to the total. Exact: products and sums
 * are formed in 128 bits, nothing is rounded on the way. */
#include "bill/converted.h"
#include "bill/line.h"
#include "document/say.h"
#include "meterbill/decimal.h"

#include <inttypes.h>
#include <stddef.h>

static mbill_status check_product(const mbill_line *line, size_t index, mbill_error *err)
{
    if (mbill__line_is_product(line)) return MBILL_OK;
    return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)index, "line amount %s is not the product %s x %s / %" PRId32,
        mbill__say_micro(line->amount_micro).text, mbill__say_micro(line->quantity_micro).text,
        mbill__say_decimal(line->rate_nano, MBILL_SCALE_NANO).text, line->divide_by);
}

static mbill_status check_lines(const mbill_line *lines, size_t n_lines, mbill_sum *sum, uint32_t *flags, mbill_error *err)
{
    for (size_t i = 0; i < n_lines; i++) {
        const mbill_line line = lines[i];
        MBILL_TRY(mbill__line_check(&line, i, err));
        MBILL_TRY(check_product(&line, i, err));
        MBILL_TRY(mbill_sum_add(sum, &line.amount_micro, 1, err));
        *flags |= line.flags;
    }
    return MBILL_OK;
}

static mbill_status check_converted(const mbill_bill *bill, mbill_error *err)
{
    if (bill->n_converted > 0) MBILL__NEED(bill->converted);
    for (size_t i = 0; i < bill->n_converted; i++) {
        const mbill_converted *converted = &bill->converted[i];
        MBILL_TRY(mbill__converted_check(converted, i, err));
        if (converted->from_utc_s < bill->from_utc_s || converted->to_utc_s > bill->to_utc_s)
            return mbill__fail(err, MBILL_E_INVALID, "conversion %zu reaches over an end of the bill", i);
    }
    return MBILL_OK;
}

mbill_status mbill_bill_check(const mbill_bill *bill, const mbill_line *lines, size_t n_lines, mbill_error *err)
{
    mbill_bill known;
    mbill_sum sum = {0, 0};
    uint32_t flags = 0;
    int64_t total_micro;
    MBILL__NEED(bill);
    if (n_lines > 0) MBILL__NEED(lines);
    MBILL_TRY(mbill__struct_read(&known, sizeof known, offsetof(mbill_bill, converted), bill, err));
    if (known.from_utc_s >= known.to_utc_s)
        return mbill__fail(err, MBILL_E_INVALID, "bill ends at %" PRId64 " s, not after its start at %" PRId64 " s",
            known.to_utc_s, known.from_utc_s);
    MBILL_TRY(check_converted(&known, err));
    MBILL_TRY(check_lines(lines, n_lines, &sum, &flags, err));
    if (mbill_sum_value(&sum, &total_micro, NULL) != MBILL_OK)
        return mbill__fail_at(err, MBILL_E_OVERFLOW, (int64_t)n_lines,
            "lines add up to more than 64 bits hold, not to the total %s", mbill__say_micro(known.total_micro).text);
    if (total_micro != known.total_micro)
        return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)n_lines, "lines add up to %s, not to the total %s",
            mbill__say_micro(total_micro).text, mbill__say_micro(known.total_micro).text);
    if (flags != known.flags)
        return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)n_lines,
            "bill flags 0x%" PRIx32 " are not those of its lines, 0x%" PRIx32, known.flags, flags);
    return MBILL_OK;
}

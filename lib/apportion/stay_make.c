/* SPDX-License-Identifier: Apache-2.0 */
/* The amounts of those who had a unit in turn. Changes when a unit's part goes to them in another way. */
#include "apportion/stay.h"

#include <inttypes.h>

/* One component's amount of a unit, added to the lines of those who had it. */
static mbill_status add_lines(const mbill_split *split, const mbill__residents *residents, int32_t rule, int64_t amount,
    mbill_segment_line *cells, void *scratch, mbill_error *err)
{
    const mbill__split_span *stay = &split->stay;
    mbill_apportion_options options = MBILL_APPORTION_OPTIONS_INIT;
    size_t n_lines = 0;
    int64_t residual;
    options.step = split->step;
    options.zero_policy = stay->zero_policy;
    MBILL_TRY(mbill_apportion_segments(amount, stay->from_day, stay->to_day, residents->segments, residents->n, rule,
        stay->has_table ? stay->table : NULL, &options, scratch, cells, &n_lines, &residual, err));
    for (size_t k = 0; k < n_lines; k++) {
        const int64_t before = residents->lines[k].amount;
        residents->lines[k] = cells[k];
        residents->lines[k].amount += before;
    }
    return MBILL_OK;
}

static mbill_status split_unit(mbill_split *split, size_t i, mbill_error *err)
{
    mbill__residents *residents = &split->stay.residents[i];
    void *scratch = mbill__split_take(split, 1, mbill_apportion_segments_scratch_size(residents->n));
    if (scratch == NULL) return mbill__split_no_memory(err);
    for (size_t c = 0; c < split->n_columns; c++) {
        const int64_t amount = split->lines == NULL ? split->parts[i].amount : split->lines[c * split->n + i];
        MBILL_TRY(add_lines(split, residents, split->columns[c].time_rule, amount, &residents->cells[c * (2 * residents->n + 1)],
            scratch, err));
    }
    return MBILL_OK;
}

mbill_status mbill__split_time_make(mbill_split *split, mbill_error *err)
{
    for (size_t i = 0; split->stay.residents != NULL && i < split->n; i++) {
        if (split->stay.residents[i].lines == NULL) continue;
        const mbill_status status = split_unit(split, i, err);
        if (status == MBILL_OK) continue;
        const mbill_error inner = *err;
        return mbill__fail_at(err, status, (int64_t)i, "share %" PRIu64 ": %s", split->parts[i].key, inner.message);
    }
    return MBILL_OK;
}

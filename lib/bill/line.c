/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a line gets a member, a rule or a flag. Every line that a document or a sentence is made of has passed here. */
#include "bill/line.h"

#include "meterbill/decimal.h"

#include <inttypes.h>
#include <string.h>

_Static_assert(sizeof(mbill_line) == 72, "the stride of lines is fixed for ever");

const char *const mbill__line_flag_names[MBILL__LINE_FLAGS] = {"estimated", "prorated", "incomplete", "provisional",
    "correction"};

const char *const mbill__line_rule_names[MBILL__LINE_RULES] = {"plain", "period", "graduated", "whole", "whole_before",
    "proportional", "chronological", "money", "at_least", "at_most", "rounding", "fee", "charged_before", "series", "credit",
    "settled"};

const char *mbill_line_rule_name(int32_t rule)
{
    bool known = rule >= MBILL_LINE_PLAIN && rule <= MBILL_LINE_SETTLED;
    return known ? mbill__line_rule_names[rule - MBILL_LINE_PLAIN] : "unknown";
}

mbill_status mbill__line_check(const mbill_line *line, size_t index, mbill_error *err)
{
    int64_t at = (int64_t)index;
    if (line->rule < MBILL_LINE_PLAIN || line->rule > MBILL_LINE_SETTLED)
        return mbill__fail_at(err, MBILL_E_INVALID, at, "line rule %" PRId32 " is not known, expected 1 to %d", line->rule,
            (int)MBILL_LINE_SETTLED);
    if (line->charge < -1)
        return mbill__fail_at(err, MBILL_E_INVALID, at, "charge %" PRId32 " of a line is below -1", line->charge);
    if (line->period < -1)
        return mbill__fail_at(err, MBILL_E_INVALID, at, "period %" PRId32 " of a line is below -1", line->period);
    if (line->tier < 0) return mbill__fail_at(err, MBILL_E_INVALID, at, "tier %" PRId32 " of a line is below 0", line->tier);
    if (line->from_utc_s >= line->to_utc_s)
        return mbill__fail_at(err, MBILL_E_INVALID, at, "line ends at %" PRId64 " s, not after its start at %" PRId64 " s",
            line->to_utc_s, line->from_utc_s);
    if (line->divide_by < 1)
        return mbill__fail_at(err, MBILL_E_INVALID, at, "divide_by %" PRId32 " of a line is below 1", line->divide_by);
    if ((line->flags >> MBILL__LINE_FLAGS) != 0)
        return mbill__fail_at(err, MBILL_E_UNKNOWN_OPTION, at, "line flags 0x%" PRIx32 " have bits this version does not know",
            line->flags);
    if (line->step_micro < 0 || line->step_micro > MBILL_STEP_MAX_MICRO)
        return mbill__fail_at(err, MBILL_E_INVALID, at, "step_micro %" PRId64 ", expected 0 to %" PRId64, line->step_micro,
            MBILL_STEP_MAX_MICRO);
    return MBILL_OK;
}

mbill_status mbill__labels_read(mbill_labels *known, const mbill_labels *given, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(known, sizeof *known, sizeof *known, given, err));
    if (known->n_charges > 0 && known->charges == NULL) return mbill__fail(err, MBILL_E_MISUSE, "labels->charges is NULL");
    if (known->n_periods > 0 && known->periods == NULL) return mbill__fail(err, MBILL_E_MISUSE, "labels->periods is NULL");
    return MBILL_OK;
}

mbill_status mbill__labels_check_names(const mbill_labels *labels, mbill_error *err)
{
    if (labels->tariff == NULL) return mbill__fail(err, MBILL_E_MISUSE, "labels->tariff is NULL");
    if (labels->version == NULL) return mbill__fail(err, MBILL_E_MISUSE, "labels->version is NULL");
    if (labels->currency == NULL) return mbill__fail(err, MBILL_E_MISUSE, "labels->currency is NULL");
    for (size_t i = 0; i < labels->n_charges; i++)
        if (labels->charges[i].id == NULL)
            return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)i, "labels->charges[%zu].id is NULL", i);
    for (size_t i = 0; i < labels->n_periods; i++)
        if (labels->periods[i] == NULL) return mbill__fail_at(err, MBILL_E_MISUSE, (int64_t)i, "labels->periods[%zu] is NULL", i);
    return MBILL_OK;
}

size_t mbill__labels_find(const mbill_labels *labels, const char *charge_id)
{
    size_t at = 0;
    while (at < labels->n_charges && strcmp(labels->charges[at].id, charge_id) != 0) at++;
    return at;
}

mbill_status mbill__line_label_check(const mbill_line *line, size_t index, const mbill_labels *labels, mbill_error *err)
{
    MBILL_TRY(mbill__line_check(line, index, err));
    if (line->charge >= 0 && (size_t)line->charge >= labels->n_charges)
        return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)index,
            "charge %" PRId32 " of a line is not among the %zu charges of the labels", line->charge, labels->n_charges);
    if (line->period >= 0 && (size_t)line->period >= labels->n_periods)
        return mbill__fail_at(err, MBILL_E_INVALID, (int64_t)index,
            "period %" PRId32 " of a line is not among the %zu periods of the labels", line->period, labels->n_periods);
    return MBILL_OK;
}

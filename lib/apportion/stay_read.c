/* SPDX-License-Identifier: Apache-2.0 */
/* Who lived where, and when: the time in a split request. Changes when its form does. */
#include "apportion/stay.h"

#include "apportion/posting.h"
#include "document/time_read.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define MONTHS 12

static mbill_status read_day(const mbill__node *object, const char *key, int32_t *out, mbill_error *err)
{
    mbill__node part;
    MBILL_TRY(mbill__node_need(object, key, &part, err));
    return mbill__node_day(&part, out, err);
}

mbill_status mbill__split_time_rule_read(const mbill__node *node, int32_t *inout_rule, mbill_error *err)
{
    static const char *const rules[] = {"days", "degree_days"};
    mbill__node part;
    if (!mbill__node_get(node, "time", &part)) return MBILL_OK;
    return mbill__node_word(&part, rules, COUNT(rules), inout_rule, err);
}

static mbill_status read_table(const mbill__node *root, mbill__split_span *stay, mbill_error *err)
{
    mbill__node list, node;
    size_t i = 0;
    if (!mbill__node_get(root, "degree_days", &list)) return MBILL_OK;
    MBILL_TRY(mbill__node_list(&list, MONTHS, err));
    if (mbill__node_count(&list) != MONTHS)
        return mbill__node_fail(&list, err, MBILL_E_INVALID, "the list has %zu entries, expected 12, January to December",
            mbill__node_count(&list));
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node)) {
        int64_t month;
        MBILL_TRY(mbill__node_whole(&node, 0, UINT16_MAX, &month, err));
        stay->table[i++] = (uint16_t)month;
    }
    stay->has_table = true;
    return MBILL_OK;
}

/* "period": {"from": "2023-01-01", "to": "2024-01-01"} */
mbill_status mbill__split_period_read(const mbill__node *root, mbill_split *split, mbill_error *err)
{
    static const char *const keys[] = {"from", "to"};
    mbill__split_span *stay = &split->stay;
    mbill__node period;
    if (!mbill__node_get(root, "period", &period)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&period, keys, COUNT(keys), err));
    MBILL_TRY(read_day(&period, "from", &stay->from_day, err));
    MBILL_TRY(read_day(&period, "to", &stay->to_day, err));
    if (stay->from_day < stay->to_day) return MBILL_OK;
    return mbill__node_fail(&period, err, MBILL_E_INVALID, "the period ends before it begins, or is empty");
}

/* The period and how it weighs: "time": "degree_days", "degree_days": [510, …] */
mbill_status mbill__split_time_read(const mbill__node *root, mbill_split *split, mbill_error *err)
{
    static const char *const zero_words[] = {"error", "equal",
        "fallback"}; /* somebody pays: a unit's amount is not the residual */
    mbill__split_span *stay = &split->stay;
    mbill__node part;
    MBILL_TRY(mbill__split_time_rule_read(root, &stay->rule, err));
    if (mbill__node_get(root, "time_zero_policy", &part))
        MBILL_TRY(mbill__node_word(&part, zero_words, COUNT(zero_words), &stay->zero_policy, err));
    MBILL_TRY(mbill__split_period_read(root, split, err));
    if (stay->from_day == stay->to_day) {
        if (!mbill__node_get(root, "time", &part) && !mbill__node_get(root, "degree_days", &part) &&
            !mbill__node_get(root, "time_zero_policy", &part))
            return MBILL_OK;
        return mbill__node_fail(&part, err, MBILL_E_INVALID, "time weighs nothing without a period");
    }
    stay->residents = mbill__split_take(split, split->n, sizeof *stay->residents);
    return stay->residents != NULL ? read_table(root, stay, err) : mbill__split_no_memory(err);
}

/* "segments": [{"from": "2023-01-01", "to": "2023-03-15", "name": "…"}] */
mbill_status mbill__split_residents_read(const mbill__node *share, mbill_split *split, size_t i, mbill_error *err)
{
    static const char *const keys[] = {"from", "to", "name", "account"};
    mbill__node list, node, part;
    size_t k = 0;
    if (!mbill__node_get(share, "segments", &list)) return MBILL_OK;
    if (split->stay.residents == NULL) return mbill__node_fail(&list, err, MBILL_E_INVALID, "segments need the request's period");
    MBILL_TRY(mbill__node_list(&list, 0, err));
    mbill__residents *residents = &split->stay.residents[i];
    residents->n = mbill__node_count(&list);
    residents->segments = mbill__split_take(split, residents->n, sizeof *residents->segments);
    residents->names = mbill__split_take(split, residents->n, sizeof *residents->names);
    residents->accounts = mbill__split_take(split, residents->n, sizeof *residents->accounts);
    residents->lines = mbill__split_take(split, 2 * residents->n + 1, sizeof *residents->lines);
    residents->cells = mbill__split_take(split, split->n_columns * (2 * residents->n + 1), sizeof *residents->cells);
    if (residents->segments == NULL || residents->names == NULL || residents->accounts == NULL || residents->lines == NULL ||
        residents->cells == NULL)
        return mbill__split_no_memory(err);
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node), k++) {
        MBILL_TRY(mbill__node_object(&node, keys, COUNT(keys), err));
        MBILL_TRY(read_day(&node, "from", &residents->segments[k].from_day, err));
        MBILL_TRY(read_day(&node, "to", &residents->segments[k].to_day, err));
        if (mbill__node_get(&node, "name", &part)) MBILL_TRY(mbill__split_text(split, &part, &residents->names[k], err));
        MBILL_TRY(mbill__split_account_read(&node, &residents->accounts[k], err));
    }
    return MBILL_OK;
}

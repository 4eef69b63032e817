/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with which alarms silence which others (Alertmanager, inhibit/inhibit.go, v0.25). */
#include "base/fail.h"
#include "meterbill/notice.h"

#include <stdbool.h>
#include <string.h>

/* "" when it is missing. */
static const char *value_of(const mbill_labelled *alarm, const char *name)
{
    for (size_t i = 0; i < alarm->n_labels; i++)
        if (strcmp(alarm->labels[i].name, name) == 0) return alarm->labels[i].value;
    return "";
}

static bool matches(const mbill_labelled *alarm, const mbill_label *labels, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(value_of(alarm, labels[i].name), labels[i].value) != 0) return false;
    return true;
}

static bool are_equal(const mbill_inhibition *rule, const mbill_labelled *a, const mbill_labelled *b)
{
    for (size_t i = 0; i < rule->n_equal; i++)
        if (strcmp(value_of(a, rule->equal[i]), value_of(b, rule->equal[i])) != 0) return false;
    return true;
}

static bool is_suppressed(const mbill_inhibition *rule, const mbill_labelled *alarms, size_t n, const mbill_labelled *target)
{
    if (!matches(target, rule->target, rule->n_target)) return false;
    bool is_both = matches(target, rule->source, rule->n_source);
    for (size_t i = 0; i < n; i++) {
        const mbill_labelled *source = &alarms[i];
        if (source->active == 0 || !matches(source, rule->source, rule->n_source) || !are_equal(rule, source, target)) continue;
        if (!is_both || !matches(source, rule->target, rule->n_target)) return true;
    }
    return false;
}

mbill_status mbill_inhibit(const mbill_inhibition *rules, size_t n_rules, const mbill_labelled *alarms, size_t n,
    uint8_t *out_suppressed, mbill_error *err)
{
    if (n_rules > 0) MBILL__NEED(rules);
    if (n > 0) MBILL__NEED(alarms);
    if (n > 0) MBILL__NEED(out_suppressed);
    for (size_t i = 0; i < n; i++) {
        out_suppressed[i] = 0;
        for (size_t k = 0; k < n_rules && out_suppressed[i] == 0; k++)
            out_suppressed[i] = is_suppressed(&rules[k], alarms, n, &alarms[i]);
    }
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Names of tasks' numbers, as documents and programs show them. Changes when a kind, a state or an outcome is added. */
#include "operate/task.h"

const char *const mbill__task_kind_words[5] = {"set_tariff", "top_up", "set_alarm_amounts", "switch", "read"};
const char *const mbill__task_outcome_words[5] = {"done", "refused", "failed", "busy", "no_answer"};

static const char *word(const char *const *words, int32_t n, int32_t number)
{
    return number >= 1 && number <= n ? words[number - 1] : "unknown";
}

const char *mbill_task_kind_name(int32_t kind)
{
    return word(mbill__task_kind_words, 5, kind);
}

const char *mbill_task_life_name(int32_t life)
{
    static const char *const words[] = {"draft", "approved", "running", "paused", "done", "cancelled", "expired"};
    return word(words, MBILL_TASK_EXPIRED, life);
}

const char *mbill_item_state_name(int32_t state)
{
    static const char *const words[] = {"due", "out", "done", "refused", "failed", "expired", "unknown"};
    return word(words, MBILL_ITEM_STATES, state);
}

const char *mbill_outcome_name(int32_t outcome)
{
    return word(mbill__task_outcome_words, 5, outcome);
}

const char *mbill_verdict_name(int32_t verdict)
{
    static const char *const words[] = {"taken", "late_taken", "same", "late", "contradicts", "never_out"};
    return word(words, MBILL_VERDICT_NEVER_OUT, verdict);
}

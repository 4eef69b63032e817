/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the form of a rounding rule does. */
#include "tariff/rounding_read.h"

#include "number/round.h"
#include "tariff/take.h"

#include <string.h>

mbill_status mbill__rounding_read(const mbill__node *node, mbill__rounding *out, mbill_error *err)
{
    static const char *const keys[] = {"step", "how"};
    mbill__node step, how;
    const char *text;
    int32_t rule;
    *out = (mbill__rounding){0, MBILL_ROUND_HALF_EVEN};
    if (mbill__node_kind(node) == MBILL__JSON_TEXT) {
        MBILL_TRY(mbill__node_text(node, &text, err));
        if (strcmp(text, "none") == 0) return MBILL_OK;
        return mbill__node_fail(node, err, MBILL_E_INVALID,
            "\"%s\" is not a rounding; expected \"none\" or {\"step\": …, \"how\": …}", text);
    }
    MBILL_TRY(mbill__node_object(node, keys, MBILL__COUNT(keys), err));
    MBILL_TRY(mbill__node_need(node, "step", &step, err));
    MBILL_TRY(mbill__node_need(node, "how", &how, err));
    MBILL_TRY(mbill__node_decimal(&step, MBILL_SCALE_MICRO, &out->step_micro, err));
    if (out->step_micro < 1 || out->step_micro > MBILL_STEP_MAX_MICRO)
        return mbill__node_fail(&step, err, MBILL_E_RANGE, "a rounding step is above 0 and at most 10000");
    MBILL_TRY(mbill__node_word(&how, mbill__round_names, MBILL__COUNT(mbill__round_names), &rule, err));
    out->how = (mbill_round_how)(rule + 1);
    return MBILL_OK;
}

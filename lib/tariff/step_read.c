/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when time can be cut into other short steps. */
#include "tariff/step_read.h"

#include "tariff/take.h"

mbill_status mbill__step_read(const mbill__node *node, int32_t *out_s, mbill_error *err)
{
    static const char *const words[] = {"5min", "10min", "15min", "20min", "30min", "60min"};
    static const int32_t seconds[] = {300, 600, 900, 1200, 1800, 3600};
    int32_t word;
    MBILL_TRY(mbill__node_word(node, words, MBILL__COUNT(words), &word, err));
    *out_s = seconds[word];
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* P / sqrt(P² + Q²), rounded exactly. */
#ifndef MBILL__POWER_FACTOR_H
#define MBILL__POWER_FACTOR_H

#include "meterbill/decimal.h"

/* active, reactive >= 0 and not both 0; 0 < step_micro <= 1,000,000. The result is a multiple of the step in micro-units. */
int64_t mbill__power_factor(int64_t active, int64_t reactive, int64_t step_micro, mbill_round_how how);

#endif

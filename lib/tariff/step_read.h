/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a short step of time: those that divide the hour. */
#ifndef MBILL__STEP_READ_H
#define MBILL__STEP_READ_H

#include "document/json.h"

/* "5min", "10min", "15min", "20min", "30min" or "60min". */
mbill_status mbill__step_read(const mbill__node *node, int32_t *out_s, mbill_error *err);

#endif

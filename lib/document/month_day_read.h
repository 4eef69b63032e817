/* SPDX-License-Identifier: Apache-2.0 */
/* The form of days of the year. */
#ifndef MBILL__MONTH_DAY_READ_H
#define MBILL__MONTH_DAY_READ_H

#include "document/json.h"

/* "07-01" as month * 100 + day. */
mbill_status mbill__month_day_read(const mbill__node *node, int32_t *out, mbill_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Time in a split request. */
#ifndef MBILL__APPORTION_STAY_H
#define MBILL__APPORTION_STAY_H

#include "apportion/split.h"

mbill_status mbill__split_time_rule_read(const mbill__node *node, int32_t *inout_rule, mbill_error *err);
mbill_status mbill__split_period_read(const mbill__node *root, mbill_split *split, mbill_error *err);
mbill_status mbill__split_time_read(const mbill__node *root, mbill_split *split, mbill_error *err);
mbill_status mbill__split_residents_read(const mbill__node *share, mbill_split *split, size_t i, mbill_error *err);
/* The lines of those who had a unit in turn, from the parts and lines that are there. err is not NULL. */
mbill_status mbill__split_time_make(mbill_split *split, mbill_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What an axis must be. */
#ifndef MBILL__AXIS_H
#define MBILL__AXIS_H

#include "base/fail.h"
#include "meterbill/column.h"

/* E_RANGE; after it no time of the axis can overflow. */
mbill_status mbill__axis_check(const mbill_axis *axis, mbill_error *err);

#endif

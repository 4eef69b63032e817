/* SPDX-License-Identifier: Apache-2.0 */
/* The form of days that come back every year. */
#ifndef MBILL__YEARLY_READ_H
#define MBILL__YEARLY_READ_H

#include "calendar/yearly.h"
#include "document/json.h"

/* {"date": "12-25"}, {"nth": 1, "weekday": "mon", "month": 9}, {"weekday": "sat", "on_or_after": "06-20"}, {"easter": -2}; each with
 * "plus", and with "observed" and "itself". */
mbill_status mbill__yearly_read(const mbill__node *object, mbill__yearly *out, mbill_error *err);

#endif

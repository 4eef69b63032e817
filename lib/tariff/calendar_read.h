/* SPDX-License-Identifier: Apache-2.0 */
/* The form of one table of a calendar: its seasons, days and periods. */
#ifndef MBILL__CALENDAR_READ_H
#define MBILL__CALENDAR_READ_H

#include "tariff/days_read.h"

/* Compile the object, whose keys the caller has checked, into out. */
mbill_status mbill__calendar_read(mbill__calendar_pool *pool, const mbill__node *node, mbill__schedule *out, mbill_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The form of "calendar". */
#ifndef MBILL__CALENDAR_READ_H
#define MBILL__CALENDAR_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* Compile the calendar into tariff->schedule. */
mbill_status mbill__calendar_read(mbill_tariff *tariff, const mbill__node *node, mbill_error *err);

#endif

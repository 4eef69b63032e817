/* SPDX-License-Identifier: Apache-2.0 */
/* The calendars of a tariff, by name, and the tables of one that follow each other. */
#ifndef MBILL__CALENDARS_READ_H
#define MBILL__CALENDARS_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* "calendar" or "calendars" of the document, or neither. */
mbill_status mbill__calendars_read(mbill_tariff *tariff, const mbill__node *root, mbill_error *err);

/* The calendar that a charge names, or the only one; NULL when there are several and it names none, or there is none. */
mbill_status mbill__calendar_of(const mbill_tariff *tariff, const mbill__node *charge, const mbill__schedule **out,
    mbill_error *err);

/* A charge without use for its "calendar", or a calendar that no charge uses, is refused. charges: the document's list. */
mbill_status mbill__calendars_used(const mbill_tariff *tariff, const mbill__node *charges, mbill_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The form of "only_if". */
#ifndef MBILL__CONDITION_READ_H
#define MBILL__CONDITION_READ_H

#include "document/json.h"
#include "tariff/tariff.h"

/* A charge's conditions: none, one or a list. */
mbill_status mbill__conditions_read(mbill_tariff *tariff, const mbill__node *object, mbill__charge *charge, mbill_error *err);

#endif

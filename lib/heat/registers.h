/* SPDX-License-Identifier: Apache-2.0 */
/* A heat meter's registers in documents, and the words that they share with records. */
#ifndef MBILL__HEAT_REGISTERS_H
#define MBILL__HEAT_REGISTERS_H

#include "document/json.h"
#include "meterbill/heat.h"

enum { MBILL__HEAT_N_UNITS = 2, MBILL__HEAT_N_FAULTS = 3 };
extern const char *const mbill__heat_units[MBILL__HEAT_N_UNITS]; /* the unit u is [u - 1] */

/* The list of words "faults" of an object; absent: none. */
mbill_status mbill__heat_faults_read(const mbill__node *object, uint32_t *out_faults, mbill_error *err);

/* What mbill_heat_registers_write() wrote, of a meter of the same unit. */
mbill_status mbill__heat_before_read(const mbill__node *node, int32_t unit, mbill_heat_registers *out, mbill_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The structs of a heat meter, as callers and documents give them, checked. */
#ifndef MBILL__ENERGY_H
#define MBILL__ENERGY_H

#include "meterbill/heat.h"

/* A copy whose pressure is set; refused where no meter can be set so. */
mbill_status mbill__heat_meter_read(const mbill_heat_meter *given, mbill_heat_meter *out, mbill_error *err);
mbill_status mbill__heat_registers_read(const mbill_heat_registers *given, mbill_heat_registers *out, mbill_error *err);

#endif

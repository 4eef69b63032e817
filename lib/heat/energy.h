/* SPDX-License-Identifier: Apache-2.0 */
/* The structs of a heat meter, as callers and documents give them, checked. */
#ifndef MBILL__ENERGY_H
#define MBILL__ENERGY_H

#include "meterbill/heat.h"

/* A copy whose pressure is set; refused where no meter can be set so. */
mbill_status mbill__heat_meter_read(const mbill_heat_meter *given, mbill_heat_meter *out, mbill_error *err);
mbill_status mbill__heat_registers_read(const mbill_heat_registers *given, mbill_heat_registers *out, mbill_error *err);

/* What passed, without its times. */
typedef struct mbill__heat_flow {
    int64_t volume_micro_m3, flow_micro_c, return_micro_c;
} mbill__heat_flow;

/* 1: heat is counted of it, -1: cold, 0: neither. */
int mbill__heat_direction(const mbill_heat_meter *meter, const mbill__heat_flow *flow);

/* Its energy, heat above 0: E_RANGE when the water would boil, E_OVERFLOW; index as of mbill__fail_at. Temperatures are checked. */
mbill_status mbill__heat_energy(const mbill_heat_meter *meter, const mbill__heat_flow *flow, int64_t index, int64_t *out_micro,
    mbill_error *err);

#endif

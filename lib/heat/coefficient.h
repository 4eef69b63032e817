/* SPDX-License-Identifier: Apache-2.0 */
/* The refusals about water that every caller of water.h shares. */
#ifndef MBILL__COEFFICIENT_H
#define MBILL__COEFFICIENT_H

#include "heat/water.h"

#include "meterbill/status.h"

/* Why there is no answer for water of this temperature, the warmest of those asked, as a sentence; index as of mbill__fail_at. */
mbill_status mbill__water_fail(mbill__water_state state, int64_t temperature_micro_c, int64_t pressure_pa, int64_t index,
    mbill_error *err);

/* A temperature, called name in the message, and the pressure are within what the equations cover, boiling apart. */
mbill_status mbill__water_check_temperature(const char *name, int64_t micro_c, int64_t index, mbill_error *err);
mbill_status mbill__water_check_pressure(int64_t pressure_pa, mbill_error *err);

#endif

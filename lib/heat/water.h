/* SPDX-License-Identifier: Apache-2.0 */
/* Liquid water by IAPWS-IF97: integers in, integers out. What is computed between them is floating point, and stays in water.c. */
#ifndef MBILL__WATER_H
#define MBILL__WATER_H

#include <stdbool.h>
#include <stdint.h>

/* Why there is no answer. */
typedef enum mbill__water_state {
    MBILL__WATER_LIQUID,
    MBILL__WATER_OUTSIDE, /* a temperature or the pressure is outside region 1 */
    MBILL__WATER_STEAM    /* the pressure is below that of saturation: water boils */
} mbill__water_state;

/* What region 1 covers: 0 to 350 degrees Celsius, to 100 MPa (IAPWS R7-97(2012), section 5). */
#define MBILL__WATER_HOTTEST_MICRO_C INT64_C(350000000)
#define MBILL__WATER_PRESSURE_MAX_PA INT64_C(100000000)

/* Specific volume in 10^-12 m3/kg and specific enthalpy in 10^-9 kJ/kg, each rounded once. */
mbill__water_state mbill__water_properties(int64_t temperature_micro_c, int64_t pressure_pa, int64_t *volume_pico,
    int64_t *enthalpy_nano);

/* The heat coefficient in 10^-12 kWh/(m3 K) and 10^-12 MJ/(m3 K), each rounded once. at_first: the flow sensor stands where the first
 * temperature is. Both may be equal: then it is the limit, the heat capacity by volume. */
mbill__water_state mbill__water_coefficient(int64_t first_micro_c, int64_t second_micro_c, bool at_first, int64_t pressure_pa,
    int64_t *kwh_pico, int64_t *mj_pico);

#endif

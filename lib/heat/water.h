/* SPDX-License-Identifier: Apache-2.0 */
/* Liquid water by IAPWS-IF97: integers in, integers out. What is computed between them is floating point, and stays in water.c. */
#ifndef MBILL__WATER_H
#define MBILL__WATER_H

#include <stdbool.h>
#include <stddef.h>
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

/* The same of one pressure, prepared: enthalpy and density of water up to 200 degrees Celsius as polynomials, degree by degree. A block of
 * mbill__water_table_size() bytes, aligned as a double. */
typedef struct mbill__water_table mbill__water_table;
size_t mbill__water_table_size(void);
/* false: the pressure is outside region 1. */
bool mbill__water_table_fill(mbill__water_table *table, int64_t pressure_pa);

/* What the difference of two temperatures is worth in a volume, at the density of the first or the second, in 10^-6 kWh or, with in_mj,
 * 10^-6 MJ: within 10^-10 of mbill__water_coefficient() times volume and difference, and to the nearest whole number. false: the table does
 * not say, because a temperature is not in it, the difference is below 0.02 K, or the numbers are too large. */
bool mbill__water_table_energy(const mbill__water_table *table, int64_t volume_micro_m3, int64_t first_micro_c,
    int64_t second_micro_c, bool at_first, bool in_mj, int64_t *energy_micro);

#endif

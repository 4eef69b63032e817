/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file heat.h  Heat carried by water: properties of liquid water and the heat coefficient of EN 1434.
 *
 * Temperatures are in micro-degrees Celsius, differences in micro-kelvin, pressures in pascal, volumes in micro-m3. What is computed from them
 * is rounded once and leaves as integers: the same on every machine, whatever compiled it.
 *
 * @code
 * mbill_heat_k k; // 70 to 50 degrees, flow sensor in the return pipe, 16 bar: 1.147927654988 kWh/(m3 K)
 * mbill_status status = mbill_heat_coefficient(70000000, 50000000, MBILL_HEAT_PRESSURE_PA, MBILL_HEAT_SIDE_RETURN, 0, &k, &err);
 * @endcode
 */
#ifndef MBILL_HEAT_H
#define MBILL_HEAT_H

#include "meterbill/status.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** 16 bar: the pressure that heat meters compute with (EN 1434-1, OIML R 75-1). */
#define MBILL_HEAT_PRESSURE_PA INT64_C(1600000)
/** The highest temperature that the equations cover: 350 degrees Celsius. The lowest is 0. */
#define MBILL_HEAT_TEMPERATURE_MAX_MICRO_C INT64_C(350000000)
/** The highest pressure that the equations cover: 100 MPa. The lowest is that at which the water boils. */
#define MBILL_HEAT_PRESSURE_MAX_PA INT64_C(100000000)

/**
 * In which pipe the flow sensor stands: the volume is counted at that pipe's temperature.
 * @since 0.1
 */
typedef enum mbill_heat_side {
    MBILL_HEAT_SIDE_FLOW = 1,  /**< "flow": the pipe in which water comes (inlet) */
    MBILL_HEAT_SIDE_RETURN = 2 /**< "return": the pipe in which it goes back (outlet) */
} mbill_heat_side;

/** Flag of mbill_heat_coefficient(): the flow pipe is the colder one. */
#define MBILL_HEAT_COLD UINT32_C(1)

/**
 * Properties of liquid water.
 * @since 0.1
 */
typedef struct mbill_heat_water {
    int64_t volume_pico;   /**< specific volume, 10^-12 m3/kg */
    int64_t enthalpy_nano; /**< specific enthalpy, 10^-9 kJ/kg; 0 is near that of water at its triple point */
} mbill_heat_water;

/**
 * A heat coefficient in both units: energy = volume x difference of temperatures x coefficient.
 * @since 0.1
 */
typedef struct mbill_heat_k {
    int64_t kwh_pico; /**< 10^-12 kWh/(m3 K) */
    int64_t mj_pico;  /**< 10^-12 MJ/(m3 K) */
} mbill_heat_k;

/**
 * Specific volume and enthalpy of liquid water.
 *
 * IAPWS-IF97, region 1 (release R7-97(2012), equation 7 and table 2), within 1 unit of the last place of the exact value of that equation
 * up to 200 degrees Celsius.
 *
 * @param temperature_micro_c  0 to #MBILL_HEAT_TEMPERATURE_MAX_MICRO_C
 * @param pressure_pa          from the pressure of saturation at that temperature to #MBILL_HEAT_PRESSURE_MAX_PA
 * @param[out] out_water       not NULL; untouched on failure
 * @param[out] err             NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE    the temperature or the pressure is outside the equations' range, or the water boils at that pressure
 * @retval MBILL_E_MISUSE   @p out_water is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1), about 0.1 microseconds; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_heat_water_properties(int64_t temperature_micro_c, int64_t pressure_pa,
    mbill_heat_water *out_water, mbill_error *err);

/**
 * The heat coefficient k of EN 1434-1: (h_flow - h_return) / (T_flow - T_return) / v, with v at the flow sensor's temperature.
 *
 * The difference of enthalpies is formed without cancellation, so k keeps its digits however close the two temperatures are. Where they
 * are equal it is the limit, the heat capacity by volume. Within 1 unit of the last place of the exact value up to 200 degrees Celsius.
 *
 * @param flow_micro_c    temperature of the flow pipe, 0 to #MBILL_HEAT_TEMPERATURE_MAX_MICRO_C
 * @param return_micro_c  temperature of the return pipe; not above @p flow_micro_c, and not below it with #MBILL_HEAT_COLD
 * @param pressure_pa     #MBILL_HEAT_PRESSURE_PA, or another one at which the warmer water is liquid
 * @param side            where the flow sensor stands
 * @param flags           0 or #MBILL_HEAT_COLD
 * @param[out] out_k      not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE    a temperature or the pressure is outside its range, the temperatures are crossed, or the warmer water boils
 * @retval MBILL_E_INVALID  @p side is none of the two
 * @retval MBILL_E_UNKNOWN_OPTION an unknown flag
 * @retval MBILL_E_MISUSE   @p out_k is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1), about 0.2 microseconds; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_heat_coefficient(int64_t flow_micro_c, int64_t return_micro_c, int64_t pressure_pa,
    mbill_heat_side side, uint32_t flags, mbill_heat_k *out_k, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

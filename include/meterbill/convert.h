/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file convert.h  Heat equivalents: a quantity in another unit, by an exact fraction.
 *
 * Quantities are converted, never prices: published pairs of prices per kWh and per GJ are rounded and do not agree. A bill is made in the unit of the
 * tariff, so what a meter counts in another one is converted into it first. A unit of energy is a fixed number of joules; gas, hot water
 * and allocator units are worth what facts of the account say, which are dated in its contract.
 *
 * @code
 * mbill_conversion c = {.struct_size = sizeof c};
 * mbill_status status = mbill_convert(21600000, "GJ", "kWh", NULL, 0, 1, MBILL_ROUND_HALF_UP, &c, &err); // 6000 kWh by 2500/9
 * @endcode
 */
#ifndef MBILL_CONVERT_H
#define MBILL_CONVERT_H

#include "meterbill/decimal.h"
#include "meterbill/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What a conversion goes by.
 *
 * | name | meaning |
 * |---|---|
 * | gas_kwh_per_m3, gas_mj_per_m3 | calorific value of gas at normal conditions; one of the two |
 * | gas_z | normal m3 that a m3 of the meter is: the state number, or another factor of correction |
 * | gas_temperature | in place of gas_z: degrees Celsius of the gas in the meter, above -273.15 |
 * | gas_pressure_hpa, gas_altitude_m | with it, one of the two: air pressure, or the metres above the sea that it follows from, 1016 - 0.12 x metres |
 * | gas_gauge_hpa | with it: what the gas has above the air pressure |
 * | gas_humidity, gas_vapour_hpa | with it, both or none: relative humidity 0 to 1, and the pressure of saturated vapour; none: dry |
 * | gas_k | with it: the compressibility number; left out: 1, as at low pressures |
 * | hot_water_kwh_per_m3 | energy of a m3 of hot water, as a rule says it; or |
 * | hot_water_kwh_per_m3_k, hot_temperature, cold_temperature | energy of a m3 for each kelvin, and the two temperatures in degrees Celsius |
 * | allocator_kwh_per_unit | energy of a unit of a heat cost allocator |
 * | allocator_kq, allocator_kc, allocator_kt | its rating factors, which multiply; each left out: 1 |
 * @since 0.1
 */
typedef struct mbill_convert_fact {
    const char *name;    /**< NUL-terminated */
    int64_t value_micro; /**< 10^-6 */
} mbill_convert_fact;

/**
 * A quantity converted.
 * @since 0.1
 */
typedef struct mbill_conversion {
    uint32_t struct_size;  /**< sizeof(mbill_conversion) where the caller was compiled */
    uint32_t reserved;     /**< 0 */
    int64_t value_micro;   /**< the quantity in the unit asked for */
    mbill_sum numerator;   /**< the factor in lowest terms: value x numerator / denominator, both above 0 */
    mbill_sum denominator; /**< as above */
} mbill_conversion;

/**
 * Convert a quantity: value x factor, exact until it is rounded once.
 *
 * Units of energy: J, kJ, MJ, GJ, TJ, Wh, kWh, MWh, GWh, kcal, Mcal and Gcal; a calorie is 4.1868 J, the International Table one, so that a Gcal is 1163
 * kWh. The others are gas_m3 (of the meter), gas_nm3 (at normal conditions), hot_water_m3 and allocator_unit. Z, when it is not given, is
 * 273.15 / (273.15 + t) x (air pressure + gauge - humidity x vapour) / 1013.25 / K. Any unit goes into any other: what is between them is the
 * energy they are worth, except between the two of gas, where Z alone counts.
 *
 * @param value_micro   any
 * @param from, to      units by the names above; not NULL
 * @param facts         @p n_facts with names that are told apart; others than those in the table of mbill_convert_fact are not looked at
 * @param n_facts       number of @p facts
 * @param step_micro    1 to #MBILL_STEP_MAX_MICRO: the result is a multiple of it; 1 keeps whole micro-units
 * @param how           one of the six rules
 * @param[in,out] out   not NULL, struct_size set; untouched on failure
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  a unit that there is not
 * @retval MBILL_E_NOT_KNOWN  a fact that the unit needs is not given; the message names it
 * @retval MBILL_E_AMBIGUOUS  two facts say the same: a Z that is given and a temperature, two calorific values, two air pressures, two
 *                            energies of hot water, a name twice
 * @retval MBILL_E_RANGE      a fact with which the unit would be worth nothing or less, a humidity outside 0 to 1, a step outside its range
 * @retval MBILL_E_INVALID    @p how is not a rule
 * @retval MBILL_E_OVERFLOW   the result, or a product on the way, does not fit
 * @retval MBILL_E_MISUSE     NULL where it is not allowed, or a struct_size that is not set
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(facts); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_convert(int64_t value_micro, const char *from, const char *to,
    const mbill_convert_fact *facts, size_t n_facts, int64_t step_micro, mbill_round_how how, mbill_conversion *out,
    mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when another unit can be converted. A unit is worth an exact fraction of joules; facts say what gas, water and allocator units are. */
#include "meterbill/convert.h"
#include "base/fail.h"
#include "document/say.h"
#include "number/ratio.h"

#include <string.h>

#define MICRO INT64_C(1000000)
#define J_IN_KWH INT64_C(3600000)
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

typedef struct given {
    const mbill_convert_fact *facts;
    size_t n_facts;
    mbill_error *err;
} given;

/* ---- facts ---- */

/* What is not given leaves *out_micro. */
static mbill_status find(const given *in, const char *name, bool *out_found, int64_t *out_micro)
{
    *out_found = false;
    for (size_t i = 0; i < in->n_facts; i++) {
        if (strcmp(in->facts[i].name, name) != 0) continue;
        if (*out_found) return mbill__fail_at(in->err, MBILL_E_AMBIGUOUS, (int64_t)i, "the fact \"%s\" is given twice", name);
        *out_found = true;
        *out_micro = in->facts[i].value_micro;
    }
    return MBILL_OK;
}

static mbill_status need(const given *in, const char *name, int64_t *out_micro)
{
    bool found;
    MBILL_TRY(find(in, name, &found, out_micro));
    return found ? MBILL_OK
                 : mbill__fail(in->err, MBILL_E_NOT_KNOWN, "the fact \"%s\" is not given, and the unit needs it", name);
}

/* Exactly one of two facts; *out_second tells which. */
static mbill_status need_one(const given *in, const char *first, const char *second, bool *out_second, int64_t *out_micro)
{
    bool has_first;
    int64_t first_micro = 0;
    MBILL_TRY(find(in, first, &has_first, &first_micro));
    MBILL_TRY(find(in, second, out_second, out_micro));
    if (has_first && *out_second)
        return mbill__fail(in->err, MBILL_E_AMBIGUOUS, "the facts \"%s\" and \"%s\" are both given; expected one of them", first,
            second);
    if (!has_first && !*out_second)
        return mbill__fail(in->err, MBILL_E_NOT_KNOWN, "neither the fact \"%s\" nor \"%s\" is given, and the unit needs one",
            first, second);
    if (has_first) *out_micro = first_micro;
    return MBILL_OK;
}

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "a factor of the conversion leaves the range of 128 bits");
}

/* The ratio times numerator / denominator, both above 0. */
static mbill_status times(const given *in, mbill__ratio *ratio, int64_t numerator, int64_t denominator)
{
    if (!mbill__ratio_times(ratio, numerator, denominator)) return overflow(in->err);
    mbill__ratio_reduce(ratio);
    return MBILL_OK;
}

static mbill_status times_fact(const given *in, mbill__ratio *ratio, const char *name, int64_t value_micro)
{
    if (value_micro <= 0)
        return mbill__fail(in->err, MBILL_E_RANGE, "the fact \"%s\" is %s; expected more than 0", name,
            mbill__say_micro(value_micro).text);
    return times(in, ratio, value_micro, MICRO);
}

/* ---- gas (DVGW G 685; Tn = 273.15 K, pn = 1013.25 hPa) ---- */

/* The pressure of the dry gas in 10^-12 hPa: air + gauge - humidity x vapour. */
static mbill_status dry_pressure(const given *in, int64_t air_micro, mbill__wide *out_pico)
{
    int64_t gauge_micro = 0, humidity_micro = 0, vapour_micro = 0, sum_micro = 0;
    bool humid, vapour;
    MBILL_TRY(need(in, "gas_gauge_hpa", &gauge_micro));
    MBILL_TRY(find(in, "gas_humidity", &humid, &humidity_micro));
    MBILL_TRY(find(in, "gas_vapour_hpa", &vapour, &vapour_micro));
    if (humid != vapour)
        return mbill__fail(in->err, MBILL_E_NOT_KNOWN,
            "the facts \"gas_humidity\" and \"gas_vapour_hpa\" go together; expected both or none");
    if (humidity_micro < 0 || humidity_micro > MICRO || vapour_micro < 0)
        return mbill__fail(in->err, MBILL_E_RANGE,
            "a humidity of %s and a vapour pressure of %s hPa; expected 0 to 1, and 0 or more",
            mbill__say_micro(humidity_micro).text, mbill__say_micro(vapour_micro).text);
    if (!mbill__add(air_micro, gauge_micro, &sum_micro) ||
        !mbill__wide_subtract(mbill__wide_product(sum_micro, MICRO), mbill__wide_product(humidity_micro, vapour_micro), out_pico))
        return overflow(in->err);
    if (mbill__wide_sign(*out_pico) > 0) return MBILL_OK;
    return mbill__fail(in->err, MBILL_E_RANGE, "the pressure of the gas is 0 or less; expected more than 0");
}

static mbill_status air_pressure(const given *in, int64_t *out_micro)
{
    bool by_altitude;
    int64_t value_micro = 0, fall_micro;
    MBILL_TRY(need_one(in, "gas_pressure_hpa", "gas_altitude_m", &by_altitude, &value_micro));
    *out_micro = value_micro;
    if (!by_altitude) return MBILL_OK;
    if (value_micro % 25 != 0)
        return mbill__fail(in->err, MBILL_E_DIGITS, "an altitude of %s m; expected it to 0.000025 m",
            mbill__say_micro(value_micro).text);
    fall_micro = value_micro / 25 * 3; /* 0.12 hPa a metre */
    return mbill__subtract(1016 * MICRO, fall_micro, out_micro) ? MBILL_OK : overflow(in->err);
}

static mbill_status state_number(const given *in, int64_t temperature_micro_c, mbill__ratio *ratio)
{
    int64_t air_micro = 0, kelvin_micro = 0, k_micro = MICRO;
    bool has_k;
    mbill__ratio pressure = {mbill__wide_of(0), mbill__wide_of(1)};
    MBILL_TRY(air_pressure(in, &air_micro));
    MBILL_TRY(dry_pressure(in, air_micro, &pressure.numerator));
    MBILL_TRY(find(in, "gas_k", &has_k, &k_micro));
    if (!mbill__add(temperature_micro_c, 273150000, &kelvin_micro) || kelvin_micro <= 0 || k_micro <= 0)
        return mbill__fail(in->err, MBILL_E_RANGE,
            "gas of %s degrees Celsius with a compressibility number of %s; expected more than -273.15 and 0",
            mbill__say_micro(temperature_micro_c).text, mbill__say_micro(k_micro).text);
    /* 10^-12 hPa over 1013.25 hPa */
    if (!mbill__ratio_times(&pressure, 1, INT64_C(1013250000) * MICRO)) return overflow(in->err);
    mbill__ratio_reduce(&pressure);
    mbill__ratio inverse = {pressure.denominator, pressure.numerator}, product;
    if (!mbill__ratio_divide(ratio, &inverse, &product)) return overflow(in->err);
    *ratio = product;
    MBILL_TRY(times(in, ratio, 273150000, kelvin_micro));
    return times(in, ratio, MICRO, k_micro);
}

/* Normal m3 for a m3 of the meter. */
static mbill_status gas_z(const given *in, mbill__ratio *ratio)
{
    bool by_state;
    int64_t value_micro = 0;
    MBILL_TRY(need_one(in, "gas_z", "gas_temperature", &by_state, &value_micro));
    return by_state ? state_number(in, value_micro, ratio) : times_fact(in, ratio, "gas_z", value_micro);
}

static mbill_status calorific(const given *in, mbill__ratio *ratio)
{
    bool by_mj;
    int64_t value_micro = 0;
    MBILL_TRY(need_one(in, "gas_kwh_per_m3", "gas_mj_per_m3", &by_mj, &value_micro));
    MBILL_TRY(times_fact(in, ratio, by_mj ? "gas_mj_per_m3" : "gas_kwh_per_m3", value_micro));
    return times(in, ratio, by_mj ? MICRO : J_IN_KWH, 1);
}

/* ---- the others ---- */

static mbill_status hot_water(const given *in, mbill__ratio *ratio)
{
    bool by_kelvin;
    int64_t value_micro = 0, hot_micro = 0, cold_micro = 0, rise_micro = 0;
    MBILL_TRY(need_one(in, "hot_water_kwh_per_m3", "hot_water_kwh_per_m3_k", &by_kelvin, &value_micro));
    MBILL_TRY(times_fact(in, ratio, by_kelvin ? "hot_water_kwh_per_m3_k" : "hot_water_kwh_per_m3", value_micro));
    if (by_kelvin) {
        MBILL_TRY(need(in, "hot_temperature", &hot_micro));
        MBILL_TRY(need(in, "cold_temperature", &cold_micro));
        if (!mbill__subtract(hot_micro, cold_micro, &rise_micro) || rise_micro <= 0)
            return mbill__fail(in->err, MBILL_E_RANGE,
                "hot water of %s and cold water of %s degrees; expected the hot one above the cold one",
                mbill__say_micro(hot_micro).text, mbill__say_micro(cold_micro).text);
        MBILL_TRY(times(in, ratio, rise_micro, MICRO));
    }
    return times(in, ratio, J_IN_KWH, 1);
}

static mbill_status allocator_unit(const given *in, mbill__ratio *ratio)
{
    static const char *const factors[] = {"allocator_kq", "allocator_kc", "allocator_kt"};
    int64_t value_micro = 0;
    bool found;
    MBILL_TRY(need(in, "allocator_kwh_per_unit", &value_micro));
    MBILL_TRY(times_fact(in, ratio, "allocator_kwh_per_unit", value_micro));
    for (size_t i = 0; i < COUNT(factors); i++) {
        MBILL_TRY(find(in, factors[i], &found, &value_micro));
        if (found) MBILL_TRY(times_fact(in, ratio, factors[i], value_micro));
    }
    return times(in, ratio, J_IN_KWH, 1);
}

/* ---- units ---- */

typedef enum kind { ENERGY, GAS, NORMAL_GAS, HOT_WATER, ALLOCATOR } kind;

typedef struct unit {
    const char *name;
    kind kind;
    int64_t joules, over; /* of energy: a fraction, as a calorie is no whole number of joules */
} unit;

static const unit units[] = {
    {"J", ENERGY, 1, 1},
    {"kJ", ENERGY, 1000, 1},
    {"MJ", ENERGY, 1000000, 1},
    {"GJ", ENERGY, 1000000000, 1},
    {"TJ", ENERGY, 1000000000000, 1},
    {"Wh", ENERGY, 3600, 1},
    {"kWh", ENERGY, J_IN_KWH, 1},
    {"MWh", ENERGY, 3600000000, 1},
    {"GWh", ENERGY, 3600000000000, 1},
    {"kcal", ENERGY, 20934, 5},
    {"Mcal", ENERGY, 4186800, 1},
    {"Gcal", ENERGY, 4186800000, 1},
    {"gas_m3", GAS, 0, 0},
    {"gas_nm3", NORMAL_GAS, 0, 0},
    {"hot_water_m3", HOT_WATER, 0, 0},
    {"allocator_unit", ALLOCATOR, 0, 0},
};

static mbill_status unit_named(const char *name, const unit **out, mbill_error *err)
{
    for (size_t i = 0; i < COUNT(units); i++) {
        if (strcmp(units[i].name, name) != 0) continue;
        *out = &units[i];
        return MBILL_OK;
    }
    return mbill__fail(err, MBILL_E_NOT_FOUND,
        "there is no unit \"%.40s\"; expected J, kJ, MJ, GJ, TJ, Wh, kWh, MWh, GWh, kcal, Mcal, Gcal, gas_m3, gas_nm3, "
        "hot_water_m3 or "
        "allocator_unit",
        name);
}

/* What one of the unit is worth: joules, or of gas only normal m3. */
static mbill_status worth(const given *in, const unit *of, bool in_normal_m3, mbill__ratio *out)
{
    *out = (mbill__ratio){mbill__wide_of(1), mbill__wide_of(1)};
    switch (of->kind) {
    case ENERGY: return times(in, out, of->joules, of->over);
    case HOT_WATER: return hot_water(in, out);
    case ALLOCATOR: return allocator_unit(in, out);
    case GAS: MBILL_TRY(gas_z(in, out)); break;
    case NORMAL_GAS: break;
    }
    return in_normal_m3 ? MBILL_OK : calorific(in, out);
}

static bool is_gas(const unit *of)
{
    return of->kind == GAS || of->kind == NORMAL_GAS;
}

static mbill_status factor_of(const given *in, const unit *from, const unit *to, mbill__ratio *out)
{
    mbill__ratio first, second;
    *out = (mbill__ratio){mbill__wide_of(1), mbill__wide_of(1)};
    if (from == to) return MBILL_OK;
    bool in_normal_m3 = is_gas(from) && is_gas(to);
    MBILL_TRY(worth(in, from, in_normal_m3, &first));
    MBILL_TRY(worth(in, to, in_normal_m3, &second));
    return mbill__ratio_divide(&first, &second, out) ? MBILL_OK : overflow(in->err);
}

static mbill_sum sum_of(mbill__wide value)
{
    /* Above 0: the words of 2^64 are quotient and rest. */
    mbill__wide high, low, half = mbill__wide_product(INT64_C(1) << 32, INT64_C(1) << 31), top, below;
    int64_t high_word = 0, upper = 0, lower = 0;
    (void)mbill__wide_divide(value, half, &high, &low);
    (void)mbill__wide_divide(high, mbill__wide_of(2), &top, &below);
    (void)mbill__wide_fits(top, &high_word);
    (void)mbill__wide_fits(below, &upper);
    (void)mbill__wide_fits(low, &lower);
    return (mbill_sum){high_word, ((uint64_t)upper << 63) | (uint64_t)lower};
}

static mbill_status check_arguments(const given *in, int64_t step_micro, mbill_round_how how, const mbill_conversion *out)
{
    mbill_conversion known;
    for (size_t i = 0; i < in->n_facts; i++)
        if (in->facts[i].name == NULL) return mbill__fail_at(in->err, MBILL_E_MISUSE, (int64_t)i, "a fact has no name");
    if (step_micro < 1 || step_micro > MBILL_STEP_MAX_MICRO)
        return mbill__fail(in->err, MBILL_E_RANGE, "the step is %s; expected 0.000001 to 10000",
            mbill__say_micro(step_micro).text);
    if (how < MBILL_ROUND_HALF_UP || how > MBILL_ROUND_CEILING)
        return mbill__fail(in->err, MBILL_E_INVALID, "%d is no rounding rule", (int)how);
    return mbill__struct_read(&known, sizeof known, sizeof known, out, in->err);
}

mbill_status mbill_convert(int64_t value_micro, const char *from, const char *to, const mbill_convert_fact *facts, size_t n_facts,
    int64_t step_micro, mbill_round_how how, mbill_conversion *out, mbill_error *err)
{
    given in = {facts, n_facts, err};
    const unit *from_unit = NULL, *to_unit = NULL;
    mbill__ratio factor;
    int64_t converted_micro;
    MBILL__NEED(from);
    MBILL__NEED(to);
    MBILL__NEED(out);
    if (n_facts > 0) MBILL__NEED(facts);
    MBILL_TRY(check_arguments(&in, step_micro, how, out));
    MBILL_TRY(unit_named(from, &from_unit, err));
    MBILL_TRY(unit_named(to, &to_unit, err));
    MBILL_TRY(factor_of(&in, from_unit, to_unit, &factor));
    if (!mbill__ratio_value(&factor, value_micro, step_micro, how, &converted_micro))
        return mbill__fail(err, MBILL_E_OVERFLOW, "%s %s in %s leave the range of 64 bits", mbill__say_micro(value_micro).text,
            from, to);
    out->value_micro = converted_micro;
    out->numerator = sum_of(factor.numerator);
    out->denominator = sum_of(factor.denominator);
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Heat equivalents: units of energy, gas by its state, hot water, allocator units; exact factors; every refusal. */
#include "check_run.h"
#include "meterbill/convert.h"
#include "refusal.h"

#include <check.h>
#include <stdlib.h>

#define MICRO INT64_C(1000000)
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static mbill_error err;
static mbill_conversion out;
static mbill_convert_fact facts[12];
static size_t n_facts;

static void reset(void)
{
    mbill_error_init(&err);
    out = (mbill_conversion){.struct_size = sizeof out};
    n_facts = 0;
}

static void give(const char *name, int64_t value_micro)
{
    facts[n_facts++] = (mbill_convert_fact){name, value_micro};
}

static mbill_status convert(int64_t value_micro, const char *from, const char *to)
{
    return mbill_convert(value_micro, from, to, facts, n_facts, 1, MBILL_ROUND_HALF_EVEN, &out, &err);
}

static void expect(int64_t value_micro, const char *from, const char *to, int64_t expected_micro)
{
    mbill_status status = convert(value_micro, from, to);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
    ck_assert_msg(out.value_micro == expected_micro, "%s in %s: %lld", from, to, (long long)out.value_micro);
}

static void expect_factor(uint64_t numerator, uint64_t denominator)
{
    ck_assert_int_eq(out.numerator.high, 0);
    ck_assert_int_eq(out.denominator.high, 0);
    ck_assert_uint_eq(out.numerator.low, numerator);
    ck_assert_uint_eq(out.denominator.low, denominator);
}

START_TEST(energies)
{
    expect(21600000, "GJ", "kWh", 6000 * MICRO);
    expect_factor(2500, 9);
    expect(MICRO, "Gcal", "kWh", 1163 * MICRO);
    expect_factor(1163, 1);
    expect(MICRO, "Gcal", "GJ", 4186800);
    expect_factor(10467, 2500);
    expect(MICRO, "Mcal", "kWh", 1163000);
    expect(1000 * MICRO, "kcal", "MJ", 4186800);
    expect(-18100000, "MWh", "kWh", -18100 * MICRO);
    expect(MICRO, "kWh", "J", 3600000 * MICRO);
    expect(MICRO, "TJ", "GWh", 277778);
    expect(5, "kWh", "kWh", 5);
    expect_factor(1, 1);
    ck_assert_int_eq(mbill_convert(MICRO, "GJ", "kWh", NULL, 0, 10000, MBILL_ROUND_DOWN, &out, &err), MBILL_OK);
    ck_assert_int_eq(out.value_micro, 277770000);
}
END_TEST

START_TEST(gas_by_a_factor)
{
    give("gas_z", 1022640);
    give("gas_mj_per_m3", 39300000);
    expect(2 * MICRO, "gas_m3", "kWh", 22327640); /* 2 x 1.02264 x 39.3 / 3.6 */
    expect(2 * MICRO, "gas_m3", "gas_nm3", 2045280);
    expect(22327640, "kWh", "gas_m3", 2 * MICRO);
    expect(36 * MICRO, "gas_nm3", "MJ", 1414800000);
}
END_TEST

START_TEST(gas_by_its_state)
{
    give("gas_temperature", 15 * MICRO);
    give("gas_altitude_m", 100 * MICRO);
    give("gas_gauge_hpa", 22 * MICRO);
    expect(MICRO, "gas_m3", "gas_nm3", 959872); /* 273.15/288.15 x 1026/1013.25 */
    expect_factor(2491128, 2595271);
    give("gas_k", MICRO);
    expect(MICRO, "gas_m3", "gas_nm3", 959872);
    give("gas_humidity", 500000);
    give("gas_vapour_hpa", 17000000);
    expect(MICRO, "gas_m3", "gas_nm3", 951920); /* … x 1017.5 … */
    give("gas_kwh_per_m3", 11500000);
    expect(1000 * MICRO, "gas_m3", "kWh", 10947078359);
    reset();
    give("gas_temperature", -10 * MICRO);
    give("gas_pressure_hpa", 1013250000);
    give("gas_gauge_hpa", 0);
    give("gas_k", 2 * MICRO);
    expect(MICRO, "gas_m3", "gas_nm3", 519001); /* 273.15/263.15/2 */
}
END_TEST

START_TEST(hot_water_and_allocators)
{
    give("hot_water_kwh_per_m3_k", 2500000);
    give("hot_temperature", 60 * MICRO);
    give("cold_temperature", 10 * MICRO);
    expect(47200000, "hot_water_m3", "kWh", 5900 * MICRO);
    expect(47200000, "hot_water_m3", "GJ", 21240000);
    reset();
    give("hot_water_kwh_per_m3", 46500000);
    expect(2 * MICRO, "hot_water_m3", "MWh", 93000);
    reset();
    give("allocator_kwh_per_unit", 1500000);
    expect(100 * MICRO, "allocator_unit", "kWh", 150 * MICRO);
    give("allocator_kq", 1200000);
    give("allocator_kc", 1100000);
    give("allocator_kt", 500000);
    expect(100 * MICRO, "allocator_unit", "kWh", 99 * MICRO);
}
END_TEST

static void refuse(const char *from, const char *to, mbill_status status, const char *part)
{
    out.value_micro = 7;
    mbill_error_init(&err);
    assert_refusal(&err, convert(MICRO, from, to), status, part);
    ck_assert_int_eq(out.value_micro, 7);
}

START_TEST(refused)
{
    refuse("BTU", "kWh", MBILL_E_NOT_FOUND, "no unit \"BTU\"");
    refuse("kWh", "", MBILL_E_NOT_FOUND, "no unit \"\"");
    refuse("gas_m3", "kWh", MBILL_E_NOT_KNOWN, "neither the fact \"gas_z\" nor \"gas_temperature\"");
    refuse("gas_nm3", "kWh", MBILL_E_NOT_KNOWN, "gas_kwh_per_m3");
    refuse("hot_water_m3", "kWh", MBILL_E_NOT_KNOWN, "hot_water_kwh_per_m3");
    refuse("allocator_unit", "kWh", MBILL_E_NOT_KNOWN, "allocator_kwh_per_unit");
    give("gas_z", MICRO);
    give("gas_kwh_per_m3", 0);
    refuse("gas_m3", "kWh", MBILL_E_RANGE, "\"gas_kwh_per_m3\" is 0");
    give("gas_mj_per_m3", MICRO);
    refuse("gas_m3", "kWh", MBILL_E_AMBIGUOUS, "both given");
    give("gas_temperature", MICRO);
    refuse("gas_m3", "gas_nm3", MBILL_E_AMBIGUOUS, "\"gas_z\" and \"gas_temperature\"");
    reset();
    give("gas_z", MICRO);
    give("gas_z", MICRO);
    refuse("gas_m3", "gas_nm3", MBILL_E_AMBIGUOUS, "given twice");
    reset();
    give("hot_water_kwh_per_m3_k", MICRO);
    refuse("kWh", "hot_water_m3", MBILL_E_NOT_KNOWN, "hot_temperature");
    give("hot_temperature", 10 * MICRO);
    give("cold_temperature", 10 * MICRO);
    refuse("kWh", "hot_water_m3", MBILL_E_RANGE, "the hot one above the cold one");
}
END_TEST

START_TEST(states_refused)
{
    give("gas_temperature", -273150000);
    refuse("gas_m3", "gas_nm3", MBILL_E_NOT_KNOWN, "gas_altitude_m");
    give("gas_altitude_m", 0);
    refuse("gas_m3", "gas_nm3", MBILL_E_NOT_KNOWN, "gas_gauge_hpa");
    give("gas_gauge_hpa", 0);
    refuse("gas_m3", "gas_nm3", MBILL_E_RANGE, "gas of -273.15 degrees");
    facts[0].value_micro = 0;
    facts[1].value_micro = 1;
    refuse("gas_m3", "gas_nm3", MBILL_E_DIGITS, "an altitude of 0.000001");
    facts[1].value_micro = 9000 * MICRO;
    refuse("gas_m3", "gas_nm3", MBILL_E_RANGE, "the pressure of the gas is 0 or less");
    facts[1].value_micro = 0;
    give("gas_humidity", 1000001);
    refuse("gas_m3", "gas_nm3", MBILL_E_NOT_KNOWN, "go together");
    give("gas_vapour_hpa", MICRO);
    refuse("gas_m3", "gas_nm3", MBILL_E_RANGE, "a humidity of 1.000001");
    facts[3].value_micro = MICRO;
    give("gas_pressure_hpa", MICRO);
    refuse("gas_m3", "gas_nm3", MBILL_E_AMBIGUOUS, "gas_pressure_hpa");
}
END_TEST

START_TEST(misuse_and_overflow)
{
    assert_refusal(&err, convert(INT64_MAX, "TJ", "J"), MBILL_E_OVERFLOW, "TJ in J");
    give("allocator_kwh_per_unit", INT64_MAX);
    give("allocator_kq", INT64_MAX - 1);
    give("allocator_kc", INT64_MAX - 3);
    assert_refusal(&err, convert(MICRO, "allocator_unit", "kWh"), MBILL_E_OVERFLOW, "128 bits");
    reset();
    assert_refusal(&err, mbill_convert(1, NULL, "J", NULL, 0, 1, MBILL_ROUND_UP, &out, &err), MBILL_E_MISUSE, "from");
    assert_refusal(&err, mbill_convert(1, "J", NULL, NULL, 0, 1, MBILL_ROUND_UP, &out, &err), MBILL_E_MISUSE, "to");
    assert_refusal(&err, mbill_convert(1, "J", "J", NULL, 1, 1, MBILL_ROUND_UP, &out, &err), MBILL_E_MISUSE, "facts");
    assert_refusal(&err, mbill_convert(1, "J", "J", NULL, 0, 1, MBILL_ROUND_UP, NULL, &err), MBILL_E_MISUSE, "out");
    assert_refusal(&err, mbill_convert(1, "J", "J", NULL, 0, 0, MBILL_ROUND_UP, &out, &err), MBILL_E_RANGE, "the step is 0");
    assert_refusal(&err, mbill_convert(1, "J", "J", NULL, 0, 1, (mbill_round_how)7, &out, &err), MBILL_E_INVALID, "7 is no");
    give(NULL, 1);
    assert_refusal_index(&err, convert(1, "J", "J"), MBILL_E_MISUSE, 0, "no name");
    reset();
    out.struct_size = 0;
    assert_refusal(&err, convert(1, "J", "J"), MBILL_E_MISUSE, "struct_size");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("convert");
    TCase *tests = tcase_create("convert");
    tcase_add_checked_fixture(tests, reset, NULL);
    tcase_add_test(tests, energies);
    tcase_add_test(tests, gas_by_a_factor);
    tcase_add_test(tests, gas_by_its_state);
    tcase_add_test(tests, hot_water_and_allocators);
    tcase_add_test(tests, refused);
    tcase_add_test(tests, states_refused);
    tcase_add_test(tests, misuse_and_overflow);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

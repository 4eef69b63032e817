/* SPDX-License-Identifier: Apache-2.0 */
/* Water and the heat coefficient: the release's tables of verification values, true energies that a manufacturer publishes, limits, and
 * every refusal. */
#include "check_run.h"
#include "meterbill/heat.h"
#include "refusal.h"

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>

#define MICRO INT64_C(1000000)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static mbill_error err;

static void reset(void)
{
    mbill_error_init(&err);
}

static int64_t off(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

/* IAPWS R7-97(2012), table 5: nine digits at 300 K and 3 MPa, 300 K and 80 MPa, 500 K and 3 MPa. */
START_TEST(release_table_5)
{
    static const struct {
        int64_t micro_c, pressure_pa, volume_pico, enthalpy_nano, half_volume, half_enthalpy;
    } rows[] = {{26850000, 3000000, 1002151680, 115331273000, 5, 500}, {26850000, 80000000, 971180894, 184142828000, 0, 500},
        {226850000, 3000000, 1202418000, 975542239000, 5, 500}};
    mbill_heat_water water;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert_int_eq(mbill_heat_water_properties(rows[i].micro_c, rows[i].pressure_pa, &water, &err), MBILL_OK);
        ck_assert_msg(off(water.volume_pico, rows[i].volume_pico) <= rows[i].half_volume, "row %zu: v %" PRId64, i,
            water.volume_pico);
        ck_assert_msg(off(water.enthalpy_nano, rows[i].enthalpy_nano) <= rows[i].half_enthalpy, "row %zu: h %" PRId64, i,
            water.enthalpy_nano);
    }
}
END_TEST

/* Table 35: saturation at 300 K and 500 K is 0.353658941e-2 and 0.263889776e1 MPa; at 600 K 0.123443146e2. */
START_TEST(release_table_35)
{
    static const struct {
        int64_t micro_c, boils_pa;
    } rows[] = {{26850000, 3536}, {226850000, 2638897}, {326850000, 12344314}};
    mbill_heat_water water;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert_int_eq(mbill_heat_water_properties(rows[i].micro_c, rows[i].boils_pa + 1, &water, &err), MBILL_OK);
        ck_assert_int_eq(mbill_heat_water_properties(rows[i].micro_c, rows[i].boils_pa, &water, &err), MBILL_E_RANGE);
    }
}
END_TEST

/* Energies of 0.1 m3 in 0.01 Wh, as the technical description of a meter prints them (MULTICAL 302, at 16 bar). */
START_TEST(true_energies)
{
    static const struct {
        int64_t flow_c, return_c, at_flow, at_return;
    } rows[] = {{42, 40, 23011, 23029}, {53, 50, 34362, 34411}, {50, 40, 114670, 115155}, {70, 50, 227203, 229586},
        {160, 20, 1490000, 1639083}};
    mbill_heat_k k;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (int side = MBILL_HEAT_SIDE_FLOW; side <= MBILL_HEAT_SIDE_RETURN; side++) {
            int64_t expected = side == MBILL_HEAT_SIDE_FLOW ? rows[i].at_flow : rows[i].at_return;
            ck_assert_int_eq(mbill_heat_coefficient(rows[i].flow_c * MICRO, rows[i].return_c * MICRO, MBILL_HEAT_PRESSURE_PA,
                                 (mbill_heat_side)side, 0, &k, &err),
                MBILL_OK);
            /* 0.1 m3 are 10^4 times 10^-2 Wh a kWh, of 10^-12 */
            int64_t hundredths = (k.kwh_pico * (rows[i].flow_c - rows[i].return_c) + 50000000) / 100000000;
            ck_assert_int_eq(hundredths, expected);
            ck_assert_int_le(off((k.mj_pico * 10 + 18) / 36, k.kwh_pico), 1);
        }
}
END_TEST

/* The coefficient of two temperatures that meet goes to its limit without a jump, and does not depend on their order. */
START_TEST(close_temperatures_keep_their_digits)
{
    mbill_heat_k limit, near, turned;
    for (int64_t at = 1 * MICRO; at < 190 * MICRO; at += 7 * MICRO) {
        ck_assert_int_eq(mbill_heat_coefficient(at, at, MBILL_HEAT_PRESSURE_PA, MBILL_HEAT_SIDE_FLOW, 0, &limit, &err), MBILL_OK);
        ck_assert_int_eq(mbill_heat_coefficient(at, at - 1, MBILL_HEAT_PRESSURE_PA, MBILL_HEAT_SIDE_FLOW, 0, &near, &err),
            MBILL_OK);
        ck_assert_int_le(off(limit.kwh_pico, near.kwh_pico), 3000);
        ck_assert_int_eq(mbill_heat_coefficient(at - 1, at, MBILL_HEAT_PRESSURE_PA, MBILL_HEAT_SIDE_RETURN, MBILL_HEAT_COLD,
                             &turned, &err),
            MBILL_OK);
        ck_assert_int_le(off(turned.kwh_pico, near.kwh_pico), 3);
    }
}
END_TEST

START_TEST(limits_of_the_range)
{
    mbill_heat_water water;
    ck_assert_int_eq(mbill_heat_water_properties(0, 1000, &water, &err), MBILL_OK);
    ck_assert_int_lt(water.enthalpy_nano, 0);
    ck_assert_int_eq(mbill_heat_water_properties(0, MBILL_HEAT_PRESSURE_MAX_PA, &water, &err), MBILL_OK);
    ck_assert_int_eq(mbill_heat_water_properties(MBILL_HEAT_TEMPERATURE_MAX_MICRO_C, MBILL_HEAT_PRESSURE_MAX_PA, &water, &err),
        MBILL_OK);
    ck_assert_int_eq(mbill_heat_water_properties(100 * MICRO, 101500, &water, &err), MBILL_OK);
    ck_assert_int_eq(mbill_heat_water_properties(180 * MICRO, 1003000, &water, &err), MBILL_OK);
}
END_TEST

static mbill_status ask(int64_t flow, int64_t back, int64_t pressure_pa, int side, uint32_t flags)
{
    mbill_heat_k k = {-1, -1};
    reset();
    mbill_status status = mbill_heat_coefficient(flow, back, pressure_pa, (mbill_heat_side)side, flags, &k, &err);
    ck_assert_msg(k.kwh_pico == -1 && k.mj_pico == -1, "a refusal wrote the coefficient");
    return status;
}

START_TEST(refused)
{
    mbill_heat_water water;
    const int64_t p = MBILL_HEAT_PRESSURE_PA, warm = 60 * MICRO, cold = 40 * MICRO;
    assert_refusal(&err, ask(-1, -2, p, 1, 0), MBILL_E_RANGE, "the flow temperature is -0.000001 degrees");
    assert_refusal(&err, ask(warm, -1, p, 1, 0), MBILL_E_RANGE, "the return temperature is -0.000001");
    assert_refusal(&err, ask(350 * MICRO + 1, cold, 100 * p / 2, 1, 0), MBILL_E_RANGE, "350.000001");
    assert_refusal(&err, ask(INT64_MAX, cold, p, 1, 0), MBILL_E_RANGE, "expected 0 to 350");
    assert_refusal(&err, ask(INT64_MIN, cold, p, 1, 0), MBILL_E_RANGE, "expected 0 to 350");
    assert_refusal(&err, ask(cold, warm, p, 1, 0), MBILL_E_RANGE, "crossed: flow 40, return 60");
    assert_refusal(&err, ask(warm, cold, p, 1, MBILL_HEAT_COLD), MBILL_E_RANGE, "crossed: flow 60, return 40");
    assert_refusal(&err, ask(warm, cold, 0, 1, 0), MBILL_E_RANGE, "the pressure is 0 Pa");
    assert_refusal(&err, ask(warm, cold, MBILL_HEAT_PRESSURE_MAX_PA + 1, 1, 0), MBILL_E_RANGE, "100000001 Pa");
    assert_refusal(&err, ask(210 * MICRO, cold, p, 1, 0), MBILL_E_RANGE, "210 degrees Celsius boils at a pressure of 1600000 Pa");
    assert_refusal(&err, ask(cold, 210 * MICRO, p, 1, MBILL_HEAT_COLD), MBILL_E_RANGE, "210 degrees Celsius boils");
    assert_refusal(&err, ask(warm, cold, p, 0, 0), MBILL_E_INVALID, "side 0");
    assert_refusal(&err, ask(warm, cold, p, 3, 0), MBILL_E_INVALID, "side 3");
    assert_refusal(&err, ask(warm, cold, p, 1, 2), MBILL_E_UNKNOWN_OPTION, "0x2");
    reset();
    assert_refusal(&err, mbill_heat_water_properties(-1, p, &water, &err), MBILL_E_RANGE, "the temperature is");
    assert_refusal(&err, mbill_heat_water_properties(warm, -5, &water, &err), MBILL_E_RANGE, "-5 Pa");
    assert_refusal(&err, mbill_heat_water_properties(300 * MICRO, p, &water, &err), MBILL_E_RANGE, "boils");
    assert_refusal(&err, mbill_heat_water_properties(warm, p, NULL, &err), MBILL_E_MISUSE, "out_water");
    assert_refusal(&err, mbill_heat_coefficient(warm, cold, p, MBILL_HEAT_SIDE_FLOW, 0, NULL, &err), MBILL_E_MISUSE, "out_k");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("heat");
    TCase *tests = tcase_create("heat");
    tcase_add_checked_fixture(tests, reset, NULL);
    tcase_add_test(tests, release_table_5);
    tcase_add_test(tests, release_table_35);
    tcase_add_test(tests, true_energies);
    tcase_add_test(tests, close_temperatures_keep_their_digits);
    tcase_add_test(tests, limits_of_the_range);
    tcase_add_test(tests, refused);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

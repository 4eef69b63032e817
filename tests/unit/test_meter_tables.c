/* SPDX-License-Identifier: Apache-2.0 */
/* A tariff as a meter's tables: what is made, every reason why a meter cannot hold one, the blocks and back, and tables that price otherwise. */
#include "check_run.h"
#include "meterbill/meter_tables.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                                                                     \
    "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"CST-8\",\"valid\":{\"from\":\"2020-01-01\",\"to\":null},"       \
    "\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},"
#define TWO "\"periods\":[{\"name\":\"peak\",\"when\":[{\"at\":[\"08:00-21:00\"]}]},{\"name\":\"valley\",\"otherwise\":true}]"
#define TOU "\"calendar\":{" TWO "},"
#define ENERGY(rest) "\"charges\":[{\"id\":\"energy\",\"quantity\":\"energy\"," rest "}"
#define PEAKED "\"rate\":{\"peak\":\"0.5583\",\"valley\":\"0.3583\"}"
#define LADDER "{\"id\":\"ladder\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"year\",\"how\":\"graduated\",\"across\":\"periods\",\"bounds\":[\"2760\",\"4800\"]},\"rate\":[\"0\",\"0.05\",\"0.3\"]}"
#define END "]}"

enum { AT = 1767196800, TO = 1798732800 }; /* 2026-01-01 and 2027-01-01 at +08:00 */

static mbill_tariff *tariff_of(const char *text)
{
    mbill_tariff *tariff;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err) == MBILL_OK, "%s %s in %s", err.path, err.message, text);
    return tariff;
}

static mbill_meter_tables made(const mbill_tariff *tariff, const mbill_meter_profile *profile)
{
    mbill_meter_tables tables = {.struct_size = sizeof tables};
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_meter_tables_make(tariff, profile, AT, TO, &tables, NULL, &err) == MBILL_OK, "%s", err.message);
    return tables;
}

/* Through the blocks into an empty meter. */
static mbill_meter_tables read_back(const mbill_meter_tables *tables, const mbill_zone *zone)
{
    mbill_meter_tables again = {.struct_size = sizeof again};
    uint8_t data[MBILL_METER_BLOCK_MAX];
    uint32_t di;
    size_t len;
    for (size_t at = 0; mbill_meter_tables_block(tables, zone, at, &di, data, &len, NULL) == MBILL_OK; at++)
        ck_assert_int_eq(mbill_meter_tables_take(&again, zone, di, data, len, NULL), MBILL_OK);
    again.from_day = tables->from_day;
    again.to_day = tables->to_day;
    memcpy(again.tariff_hash, tables->tariff_hash, 32);
    return again;
}

START_TEST(ladder_and_periods)
{
    mbill_tariff *tariff = tariff_of(HEAD TOU ENERGY(PEAKED) "," LADDER END);
    const mbill_zone *zone = mbill_tariff_labels(tariff)->zone;
    mbill_meter_tables tables = made(tariff, NULL), again = read_back(&tables, zone);
    ck_assert_int_eq(tables.n_rates, 2);
    ck_assert_int_eq(tables.rate_e4[0], 3583); /* the day begins with the valley */
    ck_assert_int_eq(tables.rate_e4[1], 5583);
    ck_assert_int_eq(tables.n_days, 1);
    ck_assert_int_eq(tables.days[0].n_slots, 3);
    ck_assert_int_eq(tables.days[0].slots[1].minute, 480);
    ck_assert_int_eq(tables.n_zones, 1);
    ck_assert_int_eq(tables.zones[0].month_day, 101);
    ck_assert_int_eq(tables.n_tiers, 3);
    ck_assert_int_eq(tables.bound_e2[1], 480000);
    ck_assert_int_eq(tables.tier_e4[2], 3000);
    ck_assert_int_eq(tables.n_settlements, 1);
    ck_assert_int_eq(tables.settlements[0], 101);
    ck_assert_mem_eq(&tables, &again, sizeof tables);
    ck_assert_int_eq(mbill_meter_tables_check(tariff, &again, NULL), MBILL_OK);
    mbill_tariff_free(tariff);
}
END_TEST

/* The bytes on the wire: BCD, low byte first. */
START_TEST(bytes)
{
    static const struct {
        size_t at;
        uint32_t di;
        size_t len;
        uint8_t head[12];
    } expected[] = {
        {0, 0x04000201, 1, {0x01}},
        {2, 0x04000203, 1, {0x03}},
        {4, 0x04000205, 2, {0x00, 0x00}},
        {5, 0x04000207, 1, {0x02}},
        {6, 0x04020000, 3, {0x01, 0x01, 0x01}},                                           /* NN DD MM */
        {7, 0x04020001, 9, {0x01, 0x00, 0x00, 0x02, 0x00, 0x08, 0x01, 0x00, 0x21}},       /* NN mm hh */
        {8, 0x04000801, 1, {0x7F}},
        {10, 0x040502FF, 8, {0x83, 0x35, 0x00, 0x00, 0x83, 0x55, 0x00, 0x00}},
        {11, 0x04060AFF, 70, {0x00, 0x60, 0x27, 0x00, 0x00, 0x00, 0x48, 0x00, 0x99, 0x99, 0x99, 0x99}},
        {12, 0x04000106, 5, {0x00, 0x00, 0x01, 0x01, 0x26}},
        {15, 0x04000109, 5, {0x00, 0x00, 0x01, 0x01, 0x26}},
    };
    mbill_tariff *tariff = tariff_of(HEAD TOU ENERGY(PEAKED) "," LADDER END);
    const mbill_zone *zone = mbill_tariff_labels(tariff)->zone;
    mbill_meter_tables tables = made(tariff, NULL);
    uint8_t data[MBILL_METER_BLOCK_MAX];
    uint32_t di = 0;
    size_t len = 0;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        ck_assert_int_eq(mbill_meter_tables_block(&tables, zone, expected[i].at, &di, data, &len, NULL), MBILL_OK);
        ck_assert_uint_eq(di, expected[i].di);
        ck_assert_uint_eq(len, expected[i].len);
        ck_assert_mem_eq(data, expected[i].head, len < 12 ? len : 12);
    }
    ck_assert_int_eq(mbill_meter_tables_block(&tables, zone, 16, &di, data, &len, NULL), MBILL_E_NOT_FOUND);
    mbill_tariff_free(tariff);
}
END_TEST

/* Seasons are zones, weekends the meter's days of rest, dates its holidays; a working Saturday is one, too. */
START_TEST(calendar)
{
    mbill_tariff *tariff = tariff_of(HEAD
        "\"calendar\":{\"seasons\":[{\"name\":\"summer\",\"from\":\"07-01\",\"to\":\"10-01\"},{\"name\":\"rest\",\"otherwise\":true}],"
        "\"days\":[{\"name\":\"workday\",\"dates\":[\"2026-10-10\"]},{\"name\":\"holiday\",\"dates\":[\"2026-10-01/2026-10-04\"]},"
        "{\"name\":\"holiday\",\"weekdays\":[\"sat\",\"sun\"]},{\"name\":\"workday\",\"otherwise\":true}],"
        "\"periods\":[{\"name\":\"low\",\"when\":[{\"day\":\"holiday\",\"at\":[\"00:00-24:00\"]}]},"
        "{\"name\":\"peak\",\"when\":[{\"season\":\"summer\",\"at\":[\"10:15-22:00\"]},{\"at\":[\"17:00-20:00\"]}]},{\"name\":\"flat\",\"otherwise\":true}]}," ENERGY(
            "\"rate\":{\"low\":\"0.3\",\"peak\":\"0.9\",\"flat\":\"0.6\"}") END);
    mbill_meter_tables tables = made(tariff, NULL), again = read_back(&tables, mbill_tariff_labels(tariff)->zone);
    ck_assert_int_eq(tables.n_zones, 2);
    ck_assert_int_eq(tables.zones[0].month_day, 701);
    ck_assert_int_eq(tables.zones[1].month_day, 1001);
    ck_assert_uint_eq(tables.rest_weekdays, 0x60);
    ck_assert_int_eq(tables.n_holidays, 3); /* 1 and 2 October, and the working 10th; the 3rd is a Saturday anyway */
    ck_assert_int_eq(tables.holidays[2].day - tables.holidays[0].day, 9);
    ck_assert_int_eq(tables.holidays[2].table, tables.zones[1].table);
    ck_assert_mem_eq(&tables, &again, sizeof tables);
    mbill_tariff_free(tariff);
}
END_TEST

static const struct {
    const char *text;
    mbill_meter_profile profile;
    const char *part;
} refused[] = {
    {HEAD ENERGY("\"rate\":\"0.55835\"") END, {.platform = 0}, "0.55835, and the meter holds prices"},
    {HEAD ENERGY("\"rate\":\"-0.5\"") END, {.platform = 0}, "-0.5, and the meter"},
    {HEAD ENERGY("\"rate\":\"10000\"") END, {.platform = 0}, "10000, and the meter"},
    {HEAD ENERGY("\"rate\":\"0.5\"") ",{\"id\":\"fix\",\"quantity\":\"days\",\"rate\":\"1\"}" END, {.platform = 0}, "\"fix\" is not of the meter's register"},
    {HEAD ENERGY("\"rate\":\"0.5\"") ",{\"id\":\"tax\",\"quantity\":{\"money\":[\"energy\"]},\"rate\":\"0.1\"}" END, {.platform = 0}, "\"tax\" is not of"},
    {HEAD "\"charges\":[{\"id\":\"fix\",\"quantity\":\"days\",\"rate\":\"1\"}" END, {.platform = 1}, "no charge is of a meter's register"},
    {HEAD TOU ENERGY("\"tiers\":{\"over\":\"year\",\"how\":\"graduated\",\"across\":\"each_period\",\"bounds\":[\"100\"]},\"rate\":[{\"peak\":\"1\",\"valley\":\"1\"},{\"peak\":\"2\",\"valley\":\"2\"}]") END,
        {.platform = 0}, "ladder in each period"},
    {HEAD ENERGY("\"tiers\":{\"over\":\"year\",\"how\":\"whole\",\"bound_belongs\":\"below\",\"bounds\":[\"100\"]},\"rate\":[\"1\",\"2\"]") END, {.platform = 0}, "whole quantity"},
    {HEAD ENERGY("\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"bounds\":[\"100\"]},\"rate\":[\"1\",\"2\"]") END, {.platform = 0}, "every month"},
    {HEAD ENERGY("\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\",\"bounds\":[\"100\"]},\"rate\":[\"1\",\"2\"]") END, {.platform = 0}, "such as a bill"},
    {HEAD ENERGY("\"tiers\":{\"over\":\"year\",\"how\":\"graduated\",\"bounds\":[\"100.005\"]},\"rate\":[\"1\",\"2\"]") END, {.platform = 0}, "100.005 kWh"},
    {HEAD ENERGY("\"tiers\":{\"over\":\"year\",\"how\":\"graduated\",\"bounds\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\"]},\"rate\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\"]") END,
        {.platform = 0}, "8 tiers, and this meter holds 7"},
    {HEAD TOU ENERGY(PEAKED) END, {.slots = 2}, "3 slots or more"},
    {HEAD TOU ENERGY(PEAKED) END, {.rates = 1}, "2 rates or more"},
    {HEAD "\"calendar\":{\"periods\":[{\"name\":\"a\",\"when\":[{\"at\":[\"08:10-21:00\"]}]},{\"name\":\"b\",\"otherwise\":true}]}," ENERGY("\"rate\":{\"a\":\"1\",\"b\":\"2\"}") END,
        {.platform = 0}, "08:10"},
    {HEAD TOU ENERGY("\"tiers\":{\"over\":\"year\",\"how\":\"graduated\",\"across\":\"periods\",\"split\":\"chronological\",\"bounds\":[\"100\"]},\"rate\":[{\"peak\":\"1\",\"valley\":\"1\"},"
        "{\"peak\":\"2\",\"valley\":\"3\"}]") END,
        {.platform = 0}, "another period or season"},
    {HEAD "\"calendar\":{\"days\":[{\"name\":\"event\",\"from_list\":\"e\"},{\"name\":\"plain\",\"otherwise\":true}],\"periods\":[{\"name\":\"a\",\"when\":[{\"day\":\"event\",\"at\":[\"08:00-21:00\"]}]},"
        "{\"name\":\"b\",\"otherwise\":true}]}," ENERGY("\"rate\":{\"a\":\"1\",\"b\":\"2\"}") END,
        {.platform = 0}, "list \"e\""},
    {HEAD "\"calendar\":{\"days\":[{\"name\":\"sat\",\"weekdays\":[\"sat\"]},{\"name\":\"sun\",\"weekdays\":[\"sun\"]},{\"name\":\"plain\",\"otherwise\":true}],"
        "\"periods\":[{\"name\":\"a\",\"when\":[{\"day\":\"sat\",\"at\":[\"08:00-21:00\"]},{\"day\":\"sun\",\"at\":[\"09:00-21:00\"]}]},{\"name\":\"b\",\"otherwise\":true}]}," ENERGY(
            "\"rate\":{\"a\":\"1\",\"b\":\"2\"}") END,
        {.platform = 0}, "more than two kinds of day"},
    {HEAD "\"calendar\":{\"seasons\":[{\"name\":\"s\",\"from\":\"07-01\",\"to\":\"10-01\"},{\"name\":\"r\",\"otherwise\":true}],\"periods\":[{\"name\":\"a\",\"when\":[{\"season\":\"s\",\"at\":[\"08:00-21:00\"]}]},"
        "{\"name\":\"b\",\"otherwise\":true}]}," ENERGY("\"rate\":{\"a\":\"1\",\"b\":\"2\"}") END,
        {.zones = 1}, "2 zones or more"},
    {HEAD "\"calendar\":{\"seasons\":[{\"name\":\"s\",\"from\":\"07-01\",\"to\":\"10-01\"},{\"name\":\"r\",\"otherwise\":true}],\"periods\":[{\"name\":\"a\",\"when\":[{\"season\":\"s\",\"at\":[\"08:00-21:00\"]}]},"
        "{\"name\":\"b\",\"otherwise\":true}]}," ENERGY("\"rate\":{\"a\":\"1\",\"b\":\"2\"}") END,
        {.days = 1}, "2 day tables or more"},
    {HEAD "\"calendar\":{\"days\":[{\"name\":\"h\",\"dates\":[\"2026-10-01/2026-10-08\"]},{\"name\":\"w\",\"otherwise\":true}],\"periods\":[{\"name\":\"a\",\"when\":[{\"day\":\"h\",\"at\":[\"08:00-21:00\"]}]},"
        "{\"name\":\"b\",\"otherwise\":true}]}," ENERGY("\"rate\":{\"a\":\"1\",\"b\":\"2\"}") END,
        {.holidays = 6}, "7 days with a table"},
};

START_TEST(refusals)
{
    mbill_tariff *tariff = NULL;
    mbill_meter_profile profile = refused[_i].profile;
    mbill_meter_tables tables = {.struct_size = sizeof tables};
    mbill_error err;
    profile.struct_size = sizeof profile;
    tariff = tariff_of(refused[_i].text);
    mbill_error_init(&err);
    assert_refusal(&err, mbill_meter_tables_make(tariff, &profile, AT, TO, &tables, NULL, &err), MBILL_E_METER_TABLES, refused[_i].part);
    ck_assert_int_eq(tables.n_zones, 0);
    mbill_tariff_free(tariff);
}
END_TEST

START_TEST(spans_and_profiles)
{
    static const char profile_text[] = "{\"meterbill\":1,\"kind\":\"meter_profile\",\"zones\":2,\"day_tables\":3,\"slots\":4,\"slot_minutes\":30,\"rates\":5,\"tiers\":6,\"holidays\":7,"
                                       "\"monthly_ladder\":true,\"platform\":true}";
    mbill_tariff *tariff = tariff_of(HEAD ENERGY("\"rate\":\"0.5\"") ",{\"id\":\"fix\",\"quantity\":\"days\",\"rate\":\"1\"}" END);
    mbill_meter_profile profile = {.struct_size = sizeof profile, .platform = 1};
    mbill_meter_tables tables = {.struct_size = sizeof tables};
    uint64_t stays = 0;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_meter_tables_make(tariff, &profile, AT, TO, &tables, &stays, NULL), MBILL_OK);
    ck_assert_uint_eq(stays, 2);
    assert_refusal(&err, mbill_meter_tables_make(tariff, &profile, AT, AT, &tables, NULL, &err), MBILL_E_RANGE, "one day");
    assert_refusal(&err, mbill_meter_tables_make(tariff, &profile, 0, TO, &tables, NULL, &err), MBILL_E_UNCOVERED, "not valid");
    profile.slots = 15;
    assert_refusal(&err, mbill_meter_tables_make(tariff, &profile, AT, TO, &tables, NULL, &err), MBILL_E_RANGE, "slots is 15");
    assert_refusal(&err, mbill_meter_tables_make(NULL, &profile, AT, TO, &tables, NULL, &err), MBILL_E_MISUSE, "tariff");
    profile = (mbill_meter_profile){.struct_size = sizeof profile};
    ck_assert_int_eq(mbill_meter_profile_read(profile_text, sizeof profile_text - 1, &profile, NULL), MBILL_OK);
    ck_assert_int_eq(profile.slot_minutes, 30);
    ck_assert_int_eq(profile.holidays, 7);
    ck_assert_int_eq(profile.monthly_ladder, 1);
    assert_refusal_path(&err, mbill_meter_profile_read("{\"meterbill\":1,\"kind\":\"meter_profile\",\"zones\":15}", 49, &profile, &err), MBILL_E_RANGE, "/zones", "15");
    mbill_tariff_free(tariff);
}
END_TEST

/* Tables that a meter has otherwise: each change is found. */
START_TEST(what_a_check_finds)
{
    mbill_tariff *tariff = tariff_of(HEAD TOU ENERGY(PEAKED) "," LADDER END);
    const mbill_meter_tables good = made(tariff, NULL);
    mbill_meter_tables bad = good;
    mbill_error err;
    mbill_error_init(&err);
    bad.days[0].slots[1].minute = 481;
    assert_refusal(&err, mbill_meter_tables_check(tariff, &bad, &err), MBILL_E_METER_TABLES, "on 2026-01-01 at 08:00 a kWh of tier 1 costs 0.3583 at the meter and 0.5583 by the tariff");
    bad = good;
    bad.rate_e4[1]++;
    assert_refusal(&err, mbill_meter_tables_check(tariff, &bad, &err), MBILL_E_METER_TABLES, "at 08:00");
    bad = good;
    bad.tier_e4[2] = 0;
    assert_refusal(&err, mbill_meter_tables_check(tariff, &bad, &err), MBILL_E_METER_TABLES, "of tier 3");
    bad = good;
    bad.bound_e2[0]--;
    assert_refusal(&err, mbill_meter_tables_check(tariff, &bad, &err), MBILL_E_METER_TABLES, "2759.99");
    bad = good;
    bad.n_tiers = 2;
    assert_refusal(&err, mbill_meter_tables_check(tariff, &bad, &err), MBILL_E_METER_TABLES, "2 tiers");
    bad = good;
    bad.settlements[0] = 201;
    assert_refusal(&err, mbill_meter_tables_check(tariff, &bad, &err), MBILL_E_METER_TABLES, "begin anew");
    bad = good;
    bad.n_holidays = 1;
    bad.n_days = 2;
    bad.days[1] = (mbill_meter_day){.n_slots = 1, .slots = {{0, 1}}};
    bad.holidays[0] = (mbill_meter_holiday){bad.from_day + 40, 2};
    assert_refusal(&err, mbill_meter_tables_check(tariff, &bad, &err), MBILL_E_METER_TABLES, "2026-02-10");
    bad = good;
    bad.zones[0].table = 2;
    assert_refusal(&err, mbill_meter_tables_check(tariff, &bad, &err), MBILL_E_INVALID, "zone");
    bad = good;
    bad.days[0].slots[2].rate = 3;
    assert_refusal(&err, mbill_meter_tables_check(tariff, &bad, &err), MBILL_E_INVALID, "day table");
    mbill_tariff_free(tariff);
}
END_TEST

static const struct {
    uint32_t di;
    uint8_t data[6];
    size_t len;
    const char *part;
} wrong_blocks[] = {
    {0x04000201, {0x15}, 1, "count"},       {0x04000201, {0x0A}, 1, "count"},           {0x04000205, {0x01}, 1, "count"},
    {0x04020000, {1, 1, 1}, 3, "zone"},     {0x04020009, {1, 0, 0}, 3, "counted"},      {0x04000801, {1, 1}, 2, "one byte"},
    {0x04000802, {0x0B}, 1, "table"},       {0x04030001, {1, 1, 1, 0x26}, 4, "counted"}, {0x040502FF, {1, 1}, 2, "four bytes"},
    {0x04060AFF, {1, 1}, 2, "70 bytes"},    {0x04000B01, {1, 1}, 2, "first day"},       {0x04000108, {0, 0, 0x32, 1, 0x26}, 5, "minute of a day"},
};

START_TEST(refused_blocks)
{
    mbill_meter_tables tables = {.struct_size = sizeof tables}, before = tables;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_meter_tables_take(&tables, NULL, wrong_blocks[_i].di, wrong_blocks[_i].data, wrong_blocks[_i].len, &err), MBILL_E_INVALID, wrong_blocks[_i].part);
    ck_assert_mem_eq(&tables, &before, sizeof tables);
    assert_refusal(&err, mbill_meter_tables_take(&tables, NULL, 0x00010000, wrong_blocks[_i].data, 4, &err), MBILL_E_NOT_FOUND, "00010000");
}
END_TEST

/* The document reads back as the tables. */
START_TEST(documents)
{
    static char text[65536];
    size_t len = sizeof text;
    mbill_tariff *tariff = tariff_of(HEAD TOU ENERGY(PEAKED) "," LADDER END);
    mbill_meter_tables tables = made(tariff, NULL), again = {.struct_size = sizeof again};
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_meter_tables_write(tariff, &tables, 0, text, &len, NULL), MBILL_OK);
    ck_assert_ptr_nonnull(strstr(text, "\"di\":\"040502ff\",\"data\":\"8335000083550000\""));
    ck_assert_int_eq(mbill_meter_tables_read(text, strlen(text), mbill_tariff_labels(tariff)->zone, &again, NULL), MBILL_OK);
    ck_assert_mem_eq(&tables, &again, sizeof tables);
    memcpy(strstr(text, "8335000083550000"), "8335000083zz0000", 16);
    assert_refusal_path(&err, mbill_meter_tables_read(text, strlen(text), NULL, &again, &err), MBILL_E_INVALID, "/blocks/10/data", "whole bytes");
    mbill_tariff_free(tariff);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("meter_tables");
    TCase *tests = tcase_create("meter_tables");
    tcase_add_test(tests, ladder_and_periods);
    tcase_add_test(tests, bytes);
    tcase_add_test(tests, calendar);
    tcase_add_loop_test(tests, refusals, 0, (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(tests, spans_and_profiles);
    tcase_add_test(tests, what_a_check_finds);
    tcase_add_loop_test(tests, refused_blocks, 0, (int)(sizeof wrong_blocks / sizeof wrong_blocks[0]));
    tcase_add_test(tests, documents);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}

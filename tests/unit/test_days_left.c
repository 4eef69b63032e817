/* SPDX-License-Identifier: Apache-2.0 */
/* How long money lasts: by hand for each thing that changes the price of the days ahead. */
#include "check_run.h"
#include "meterbill/buy.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define CAP 64
#define DAY_S INT64_C(86400)
#define HOUR_S INT64_C(3600)
/* 2026-01-01T00:00:00Z */
#define JANUARY INT64_C(1767225600)

#define HEAD                                                                                                                     \
    "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"UTC0\",\"valid\":{\"from\":\"2020-01-01\"," \
    "\"to\":%s},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}%s},\"rounding\":{\"line\":\"none\","           \
    "\"charge\":"                                                                                                                \
    "\"none\",\"bill\":\"none\"},%s}"
#define FLAT "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"1\"}]"
#define STANDING                                                                                                                 \
    "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"1\"},{\"id\":\"d\",\"quantity\":\"days\",\"rate\":\"0.5\"}]"
#define LADDER                                                                                                                   \
    "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":[\"1\",\"2\"],\"tiers\":{\"over\":\"month\",\"how\":"           \
    "\"graduated\","                                                                                                             \
    "\"bounds\":[\"100\"]}}]"
#define PERIODS                                                                                                                  \
    "\"calendar\":{\"periods\":[{\"name\":\"day\",\"when\":[{\"at\":[\"08:00-22:00\"]}]},{\"name\":\"night\",\"otherwise\":"     \
    "true}]},"                                                                                                                   \
    "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":{\"day\":\"1\",\"night\":\"0.1\"}}]"
#define MONTHLY                                                                                                                  \
    "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"1\"},{\"id\":\"m\",\"quantity\":\"one\",\"rate\":\"30\","     \
    "\"once_per\":"                                                                                                              \
    "\"month\"}]"

static mbill_tariff *tariff;
static mbill_position *position;
static mbill_days_left left;
static mbill_recent_use use;
static mbill_error err;

static void load(const char *body, const char *to, const char *inputs)
{
    char text[2048];
    snprintf(text, sizeof text, HEAD, to, inputs, body);
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err) == MBILL_OK, "%s: %s", err.path, err.message);
    position = malloc(mbill_position_size(tariff));
    mbill_position_init(tariff, position);
    use = (mbill_recent_use){.struct_size = sizeof use};
}

static void drop(void)
{
    mbill_tariff_free(tariff);
    free(position);
}

static mbill_status days_left(int64_t at, int64_t balance_micro)
{
    static mbill_line lines[CAP];
    mbill_price_request request = {.struct_size = sizeof request, .from_utc_s = at};
    left = (mbill_days_left){.struct_size = sizeof left};
    mbill_error_init(&err);
    return mbill_tariff_days_left(tariff, &request, position, balance_micro, &use, lines, CAP, &left, &err);
}

typedef struct lasts {
    const char *body;
    int64_t at, balance_micro, per_day_micro, days, until_s; /* until: seconds after at */
} lasts;

static const lasts cases[] = {
    {FLAT, JANUARY, 100 * MICRO, 10 * MICRO, 10, 10 * DAY_S},
    {FLAT, JANUARY, 105 * MICRO, 10 * MICRO, 10, 10 * DAY_S + 12 * HOUR_S},
    {FLAT, JANUARY + 6 * HOUR_S, 25 * MICRO, 10 * MICRO, 2, 2 * DAY_S + 12 * HOUR_S},
    {FLAT, JANUARY, 1, 10 * MICRO, 0, 0},
    {FLAT, JANUARY, 0, 10 * MICRO, 0, 0},
    {FLAT, JANUARY, -5 * MICRO, 10 * MICRO, 0, 0},
    {STANDING, JANUARY, 5 * MICRO, 0, 10, 10 * DAY_S},
    {STANDING, JANUARY, 52500000, 10 * MICRO, 5, 5 * DAY_S},
    {STANDING, JANUARY, 57750000, 10 * MICRO, 5, 5 * DAY_S + 12 * HOUR_S},
    {LADDER, JANUARY, 300 * MICRO, 10 * MICRO, 20, 20 * DAY_S},
    {LADDER, JANUARY + 21 * DAY_S, 110 * MICRO, 10 * MICRO, 11, 11 * DAY_S},
    {PERIODS, JANUARY, 2800000, 24 * MICRO, 0, 10 * HOUR_S},
    {PERIODS, JANUARY, 17800000, 24 * MICRO, 1, DAY_S + 10 * HOUR_S},
    {MONTHLY, JANUARY + 30 * DAY_S, 90 * MICRO, 10 * MICRO, 3, 3 * DAY_S},
};

START_TEST(money_lasts)
{
    const lasts *one = &cases[_i];
    load(one->body, "null", "");
    use.per_day_micro = one->per_day_micro;
    ck_assert_msg(days_left(one->at, one->balance_micro) == MBILL_OK, "%s", err.message);
    ck_assert_msg(err.status == MBILL_OK && err.message[0] == '\0', "done, but noted: %s", err.message);
    ck_assert_int_eq(left.days, one->days);
    ck_assert_int_eq(left.runs_out_utc_s - one->at, one->until_s);
    ck_assert_uint_eq(left.flags, 0);
    drop();
}
END_TEST

START_TEST(position_is_where_the_ladder_goes_on)
{
    static const char document[] =
        "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"t\",\"billed_to\":\"2026-01-30\",\"ladders\":[{"
        "\"charge\":\"e\",\"from\":\"2026-01-01\",\"used\":\"300\"}]}";
    load(LADDER, "null", "");
    use.per_day_micro = 10 * MICRO;
    ck_assert_int_eq(mbill_position_read(tariff, document, strlen(document), position, NULL), MBILL_OK);
    ck_assert_msg(days_left(JANUARY + 29 * DAY_S, 70 * MICRO) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(left.days, 5);
    ck_assert_int_eq(days_left(JANUARY + 28 * DAY_S, 70 * MICRO), MBILL_E_POSITION);
    drop();
}
END_TEST

START_TEST(recent_use_repeats)
{
    const mbill_interval recent[] = {{JANUARY - 2 * DAY_S, JANUARY - DAY_S, 10 * MICRO, 0, 0},
        {JANUARY - DAY_S, JANUARY - 12 * HOUR_S, 0, 0, 0}, {JANUARY - 12 * HOUR_S, JANUARY, 4 * MICRO, 0, 0}};
    load(FLAT, "null", "");
    use.intervals = recent;
    use.n_intervals = 3;
    ck_assert_msg(days_left(JANUARY, 33 * MICRO) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(left.days, 4);
    ck_assert_int_eq(left.runs_out_utc_s, JANUARY + 4 * DAY_S + 12 * HOUR_S);
    ck_assert_msg(days_left(JANUARY + DAY_S, 1 * MICRO) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(left.runs_out_utc_s, JANUARY + DAY_S + 15 * HOUR_S);
    drop();
}
END_TEST

START_TEST(money_that_does_not_run_out)
{
    load(FLAT, "null", "");
    ck_assert_msg(days_left(JANUARY, MICRO) == MBILL_OK, "%s", err.message);
    ck_assert_uint_eq(left.flags, MBILL_DAYS_LEFT_NEVER);
    ck_assert_int_eq(left.runs_out_utc_s, INT64_MAX);
    drop();
    load(FLAT, "\"2026-01-11\"", "");
    use.per_day_micro = MICRO;
    ck_assert_msg(days_left(JANUARY, 1000 * MICRO) == MBILL_OK, "%s", err.message);
    ck_assert_uint_eq(left.flags, MBILL_DAYS_LEFT_AT_LEAST);
    ck_assert_int_eq(left.days, 10);
    ck_assert_int_eq(left.runs_out_utc_s, INT64_MAX);
    drop();
}
END_TEST

START_TEST(refusals_have_words)
{
    const mbill_interval part[] = {{JANUARY, JANUARY + HOUR_S, MICRO, 0, 0}};
    const mbill_interval fed_in[] = {{JANUARY, JANUARY + DAY_S, -MICRO, 0, 0}};
    const mbill_interval holed[] = {{JANUARY, JANUARY + HOUR_S, 0, 0, 0}, {JANUARY + 2 * HOUR_S, JANUARY + DAY_S, 0, 0, 0}};
    load(FLAT, "\"2026-01-11\"", "");
    use.per_day_micro = -1;
    assert_refusal(&err, days_left(JANUARY, MICRO), MBILL_E_RANGE, "negative");
    use = (mbill_recent_use){.struct_size = sizeof use, .intervals = part, .n_intervals = 1};
    assert_refusal(&err, days_left(JANUARY, MICRO), MBILL_E_INVALID, "whole days");
    use.intervals = fed_in;
    assert_refusal_index(&err, days_left(JANUARY, MICRO), MBILL_E_RANGE, 0, "negative");
    use.intervals = holed;
    use.n_intervals = 2;
    ck_assert_int_eq(days_left(JANUARY, MICRO), MBILL_E_GAP);
    use = (mbill_recent_use){.struct_size = sizeof use, .per_day_micro = MICRO};
    assert_refusal(&err, days_left(JANUARY + 10 * DAY_S, MICRO), MBILL_E_UNCOVERED, "ceases to be valid");
    assert_refusal(&err, days_left(INT64_MAX - 5, MICRO), MBILL_E_RANGE, "1900 to 2999");
    drop();
    load(FLAT, "null", ",\"hot\":{\"register\":\"hot\",\"unit\":\"m3\"}");
    assert_refusal(&err, days_left(JANUARY, MICRO), MBILL_E_AMBIGUOUS, "\"import\" or of \"hot\"");
    drop();
    load("\"buy\":{\"step\":\"1\",\"how\":\"down\"},\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":[\"1\",\"2\"],"
         "\"tiers\":{"
         "\"over\":\"purchases\",\"how\":\"graduated\",\"bounds\":[\"100\"]}}]",
        "null", "");
    assert_refusal(&err, days_left(JANUARY, MICRO), MBILL_E_INVALID, "counts purchases");
    drop();
}
END_TEST

START_TEST(arguments_are_checked)
{
    mbill_line lines[CAP];
    mbill_input input = {.name = "import"};
    mbill_price_request request = {.struct_size = sizeof request, .from_utc_s = JANUARY};
    load(FLAT, "null", "");
    use.per_day_micro = MICRO;
    left.struct_size = sizeof left;
    mbill_error_init(&err);
#define LEFT(given, used, room) mbill_tariff_days_left(tariff, given, NULL, MICRO, used, lines, room, &left, &err)
    assert_refusal(&err, LEFT(NULL, &use, CAP), MBILL_E_MISUSE, "request");
    assert_refusal(&err, LEFT(&request, NULL, CAP), MBILL_E_MISUSE, "use");
    assert_refusal(&err, LEFT(&request, &use, 0), MBILL_E_ROOM, "room");
    request.inputs = &input;
    request.n_inputs = 1;
    assert_refusal(&err, LEFT(&request, &use, CAP), MBILL_E_INVALID, "inputs");
    request.n_inputs = 0;
    request.flags = MBILL_PRICE_PURCHASE;
    assert_refusal(&err, LEFT(&request, &use, CAP), MBILL_E_INVALID, "no purchase");
    left.struct_size = 4;
    assert_refusal(&err, LEFT(&request, &use, CAP), MBILL_E_MISUSE, "struct_size");
#undef LEFT
    drop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("days_left");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused");
    tcase_add_loop_test(ok, money_lasts, 0, (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(ok, position_is_where_the_ladder_goes_on);
    tcase_add_test(ok, recent_use_repeats);
    tcase_add_test(ok, money_that_does_not_run_out);
    tcase_add_test(refused, refusals_have_words);
    tcase_add_test(refused, arguments_are_checked);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    return check_run(suite, CK_FORK_GETENV);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Decimals: text, the six rules against a naive reference, products and sums. */
#include "check_run.h"
#include "meterbill/decimal.h"
#include "number/round.h"
#include "random.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Text in --- */

typedef struct parse_case {
    const char *text;
    int32_t scale;
    int64_t value;
} parse_case;

static const parse_case good_texts[] = {{"0", 6, 0}, {"-0", 6, 0}, {"0.0", 0, 0}, {"-0.000", 6, 0}, {"1", 6, 1000000},
    {"-12", 6, -12000000}, {"7.50", 6, 7500000}, {"0.5", 6, 500000}, {"0.000001", 6, 1}, {"-0.000001", 6, -1},
    {"0.5000000000", 6, 500000}, {"12.000", 0, 12}, {"0.123456789", 9, 123456789}, {"700", 0, 700}, {"10", 1, 100},
    {"9223372036854775807", 0, INT64_MAX}, {"-9223372036854775808", 0, INT64_MIN}, {"9223372036854.775807", 6, INT64_MAX},
    {"-9223372036854.775808", 6, INT64_MIN}, {"9223372036.854775807", 9, INT64_MAX}, {"-9223372036.8547758080000", 9, INT64_MIN},
    {"-9223372036854.775807000", 6, -INT64_MAX}};

START_TEST(parse_good)
{
    const parse_case *c = &good_texts[_i];
    int64_t out = 77;
    ck_assert_int_eq(mbill_decimal_parse(c->text, strlen(c->text), c->scale, &out, NULL), MBILL_OK);
    ck_assert_int_eq(out, c->value);
}
END_TEST

START_TEST(parse_reads_no_further_than_len)
{
    int64_t out = 0;
    ck_assert_int_eq(mbill_decimal_parse("12.5x", 4, 1, &out, NULL), MBILL_OK);
    ck_assert_int_eq(out, 125);
    ck_assert_int_eq(mbill_decimal_parse("12.5x", 2, 1, &out, NULL), MBILL_OK);
    ck_assert_int_eq(out, 120);
}
END_TEST

typedef struct refused_case {
    const char *text;
    int32_t scale;
    mbill_status status;
    const char *message; /* NULL: as for any text that is not a number */
} refused_case;

static const refused_case bad_texts[] = {{"", 6, MBILL_E_NUMBER, NULL}, {"-", 6, MBILL_E_NUMBER, NULL},
    {".", 6, MBILL_E_NUMBER, NULL}, {"+1", 6, MBILL_E_NUMBER, NULL}, {"1.", 6, MBILL_E_NUMBER, NULL},
    {".5", 6, MBILL_E_NUMBER, NULL}, {"-.5", 6, MBILL_E_NUMBER, NULL}, {"01", 6, MBILL_E_NUMBER, NULL},
    {"00", 6, MBILL_E_NUMBER, NULL}, {"-00.5", 6, MBILL_E_NUMBER, NULL}, {"1e5", 6, MBILL_E_NUMBER, NULL},
    {" 1", 6, MBILL_E_NUMBER, NULL}, {"1 ", 6, MBILL_E_NUMBER, NULL}, {"1,5", 6, MBILL_E_NUMBER, NULL},
    {"1_000", 6, MBILL_E_NUMBER, NULL}, {"--1", 6, MBILL_E_NUMBER, NULL}, {"0x10", 6, MBILL_E_NUMBER, NULL},
    {"1.2.3", 6, MBILL_E_NUMBER, NULL}, {"1.-5", 6, MBILL_E_NUMBER, NULL}, {"NaN", 6, MBILL_E_NUMBER, NULL},
    {"inf", 6, MBILL_E_NUMBER, NULL}, {"\xD9\xA1", 6, MBILL_E_NUMBER, NULL},
    {"0.1234567", 6, MBILL_E_DIGITS, "\"0.1234567\" has more than 6 decimal places"},
    {"0.5", 0, MBILL_E_DIGITS, "\"0.5\" has more than 0 decimal places"},
    {"99999999999999999999.0000001", 6, MBILL_E_DIGITS, "\"99999999999999999999.0000001\" has more than 6 decimal places"},
    {"9223372036854775808", 0, MBILL_E_OVERFLOW,
        "\"9223372036854775808\" is not between -9223372036854775808 and 9223372036854775807"},
    {"-9223372036854775809", 0, MBILL_E_OVERFLOW,
        "\"-9223372036854775809\" is not between -9223372036854775808 and 9223372036854775807"},
    {"9223372036854.775808", 6, MBILL_E_OVERFLOW,
        "\"9223372036854.775808\" is not between -9223372036854.775808 and 9223372036854.775807"},
    {"10000000000", 9, MBILL_E_OVERFLOW, "\"10000000000\" is not between -9223372036.854775808 and 9223372036.854775807"},
    {"18446744073709551616", 0, MBILL_E_OVERFLOW,
        "\"18446744073709551616\" is not between -9223372036854775808 and 9223372036854775807"},
    {"1111111111111111111111111111111111111111111111", 0, MBILL_E_OVERFLOW,
        "\"1111111111111111111111111111111111111111...\" is not between -9223372036854775808 and 9223372036854775807"}};

START_TEST(parse_refused)
{
    const refused_case *c = &bad_texts[_i];
    char expected[300];
    int64_t out = 77;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_decimal_parse(c->text, strlen(c->text), c->scale, &out, &err), c->status);
    ck_assert_int_eq(out, 77);
    ck_assert_int_eq(err.status, c->status);
    ck_assert_int_eq(err.index, -1);
    ck_assert_str_eq(err.path, "");
    snprintf(expected, sizeof expected, "\"%s\" is not a decimal number such as \"12\" or \"-0.5\"", c->text);
    ck_assert_str_eq(err.message, c->message != NULL ? c->message : expected);
    ck_assert_int_eq(mbill_decimal_parse(c->text, strlen(c->text), c->scale, &out, NULL), c->status);
}
END_TEST

START_TEST(parse_quotes_are_cut_whole)
{
    mbill_error err;
    int64_t out = 77;
    char text[64];
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_decimal_parse("1\0002", 3, 6, &out, &err), MBILL_E_NUMBER);
    ck_assert_int_eq(strncmp(err.message, "\"1?2\" is not", 12), 0);
    memset(text, 'x', sizeof text);
    memcpy(text + 38, "\xE2\x82\xAC", 3); /* stands across the 40th byte */
    ck_assert_int_eq(mbill_decimal_parse(text, sizeof text, 6, &out, &err), MBILL_E_NUMBER);
    ck_assert_int_eq(strncmp(err.message + 30, "xxxxxxxxx...\" is not", 20), 0);
    ck_assert_int_eq(out, 77);
}
END_TEST

START_TEST(parse_misuse)
{
    mbill_error err;
    int64_t out = 77;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_decimal_parse(NULL, 0, 6, &out, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "text is NULL");
    ck_assert_int_eq(mbill_decimal_parse("1", 1, 6, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "out_value is NULL");
    ck_assert_int_eq(mbill_decimal_parse("1", 1, 10, &out, &err), MBILL_E_RANGE);
    ck_assert_str_eq(err.message, "scale is 10 where 0 to 9 was expected");
    ck_assert_int_eq(mbill_decimal_parse("1", 1, -1, &out, &err), MBILL_E_RANGE);
    ck_assert_int_eq(err.status, MBILL_E_RANGE);
    ck_assert_int_eq(out, 77);
}
END_TEST

/* --- Text out --- */

typedef struct print_case {
    int64_t value;
    int32_t scale, min_places;
    const char *text;
} print_case;

static const print_case printed[] = {{0, 0, 0, "0"}, {0, 6, 0, "0"}, {0, 6, 2, "0.00"}, {100000, 6, 0, "0.1"},
    {700000000, 6, 0, "700"}, {-3200000, 6, 0, "-3.2"}, {7500000, 6, 2, "7.50"}, {7000000, 6, 2, "7.00"},
    {7123456, 6, 2, "7.123456"}, {1, 6, 0, "0.000001"}, {-1, 9, 0, "-0.000000001"}, {7, 0, 2, "7.00"}, {75, 1, 9, "7.500000000"},
    {INT64_MAX, 0, 0, "9223372036854775807"}, {INT64_MIN, 0, 9, "-9223372036854775808.000000000"},
    {INT64_MIN, 6, 0, "-9223372036854.775808"}, {INT64_MIN, 9, 9, "-9223372036.854775808"}, {-1000000, 6, 0, "-1"},
    {10, 0, 0, "10"}};

START_TEST(print_known)
{
    const print_case *c = &printed[_i];
    char text[MBILL_DECIMAL_TEXT_MAX];
    size_t len = 0;
    ck_assert_int_eq(mbill_decimal_print_places(c->value, c->scale, c->min_places, NULL, &len, NULL), MBILL_OK);
    ck_assert_uint_eq(len, strlen(c->text) + 1);
    ck_assert_uint_le(len, sizeof text);
    ck_assert_int_eq(mbill_decimal_print_places(c->value, c->scale, c->min_places, text, &len, NULL), MBILL_OK);
    ck_assert_str_eq(text, c->text);
}
END_TEST

START_TEST(print_refused)
{
    mbill_error err;
    char text[8] = "old";
    size_t len = 3;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_decimal_print(-5, 1, text, &len, &err), MBILL_E_ROOM);
    ck_assert_str_eq(err.message, "room of 3 bytes where 5 are needed");
    ck_assert_str_eq(text, "old");
    ck_assert_uint_eq(len, 5);
    ck_assert_int_eq(mbill_decimal_print(-5, 10, text, &len, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_decimal_print_places(-5, 1, 10, text, &len, &err), MBILL_E_RANGE);
    ck_assert_str_eq(err.message, "min_places is 10 where 0 to 9 was expected");
    ck_assert_int_eq(mbill_decimal_print_places(-5, 1, -1, text, &len, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_decimal_print(-5, 1, text, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "inout_len is NULL");
    ck_assert_str_eq(text, "old");
}
END_TEST

START_TEST(text_round_trip)
{
    random_begin("test_decimal");
    for (int i = 0; i < 100000; i++) {
        int64_t value = random_value(), back = 0;
        int32_t scale = (int32_t)(random_word() % 10);
        char text[MBILL_DECIMAL_TEXT_MAX];
        size_t len = sizeof text;
        if (mbill_decimal_print_places(value, scale, (int32_t)(random_word() % 10), text, &len, NULL) != MBILL_OK ||
            mbill_decimal_parse(text, len - 1, scale, &back, NULL) != MBILL_OK || back != value)
            ck_abort_msg("%" PRId64 " at scale %d came back as %" PRId64, value, (int)scale, back);
    }
}
END_TEST

/* --- Rounding --- */

typedef struct round_case {
    int64_t value, step;
    int64_t by_rule[6]; /* half_up, half_even, down, up, floor, ceiling */
} round_case;

#define CENT 10000
#define ONE 1000000
#define TEN 10000000

static const round_case rounded[] = {{500000, ONE, {ONE, 0, 0, ONE, 0, ONE}}, {-500000, ONE, {-ONE, 0, 0, -ONE, -ONE, 0}},
    {1500000, ONE, {2 * ONE, 2 * ONE, ONE, 2 * ONE, ONE, 2 * ONE}},
    {-1500000, ONE, {-2 * ONE, -2 * ONE, -ONE, -2 * ONE, -2 * ONE, -ONE}},
    {2500000, ONE, {3 * ONE, 2 * ONE, 2 * ONE, 3 * ONE, 2 * ONE, 3 * ONE}},
    {-2500000, ONE, {-3 * ONE, -2 * ONE, -2 * ONE, -3 * ONE, -3 * ONE, -2 * ONE}}, {499999, ONE, {0, 0, 0, ONE, 0, ONE}},
    {-499999, ONE, {0, 0, 0, -ONE, -ONE, 0}}, {500001, ONE, {ONE, ONE, 0, ONE, 0, ONE}},
    {-500001, ONE, {-ONE, -ONE, 0, -ONE, -ONE, 0}}, {1005000, CENT, {1010000, 1000000, 1000000, 1010000, 1000000, 1010000}},
    {1015000, CENT, {1020000, 1020000, 1010000, 1020000, 1010000, 1020000}},
    {-1005000, CENT, {-1010000, -1000000, -1000000, -1010000, -1010000, -1000000}}, {1, CENT, {0, 0, 0, CENT, 0, CENT}},
    {-1, CENT, {0, 0, 0, -CENT, -CENT, 0}}, {5000000, TEN, {TEN, 0, 0, TEN, 0, TEN}},
    {15000000, TEN, {2 * TEN, 2 * TEN, TEN, 2 * TEN, TEN, 2 * TEN}},
    {-14999999, TEN, {-TEN, -TEN, -TEN, -2 * TEN, -2 * TEN, -TEN}},
    {30000000, TEN, {3 * TEN, 3 * TEN, 3 * TEN, 3 * TEN, 3 * TEN, 3 * TEN}}, {0, TEN, {0, 0, 0, 0, 0, 0}},
    {7, 3, {6, 6, 6, 9, 6, 9}}, {8, 3, {9, 9, 6, 9, 6, 9}},
    {INT64_MAX, 1, {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}},
    {INT64_MIN, 1, {INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN}}};

START_TEST(round_known)
{
    const round_case *c = &rounded[_i];
    for (int how = MBILL_ROUND_HALF_UP; how <= MBILL_ROUND_CEILING; how++) {
        int64_t out = 77;
        ck_assert_int_eq(mbill_decimal_round(c->value, c->step, (mbill_round_how)how, &out, NULL), MBILL_OK);
        ck_assert_msg(out == c->by_rule[how - 1], "%" PRId64 " to %" PRId64 " by %s is %" PRId64, c->value, c->step,
            mbill__round_names[how - 1], out);
    }
}
END_TEST

/* The rules said another way, one multiple below (or at) and one above, by plain int64_t: for values far from the edges only. */
static int64_t naive_round(int64_t value, int64_t step, int how)
{
    int64_t below = value / step * step;
    if (below > value) below -= step;
    if (below == value) return value;
    int64_t above = below + step, to_below = value - below, to_above = above - value;
    if (how == MBILL_ROUND_FLOOR) return below;
    if (how == MBILL_ROUND_CEILING) return above;
    if (how == MBILL_ROUND_DOWN) return value > 0 ? below : above;
    if (how == MBILL_ROUND_UP) return value > 0 ? above : below;
    if (to_below != to_above) return to_below < to_above ? below : above;
    if (how == MBILL_ROUND_HALF_UP) return value > 0 ? above : below;
    return below / step % 2 == 0 ? below : above;
}

START_TEST(round_is_the_naive_rule)
{
    random_begin("test_decimal");
    for (int i = 0; i < 200000; i++) {
        int64_t step = 1 + (int64_t)(random_word() % (random_word() % 2 == 0 ? 12 : 20000000)), value = random_value() / 16,
                out = 0;
        if (random_word() % 4 == 0) value = value / step * step + step / 2; /* on or beside the half */
        int how = 1 + (int)(random_word() % 6);
        int64_t again = 0;
        if (mbill_decimal_round(value, step, (mbill_round_how)how, &out, NULL) != MBILL_OK ||
            out != naive_round(value, step, how) ||
            mbill_decimal_round(out, step, (mbill_round_how)how, &again, NULL) != MBILL_OK || again != out)
            ck_abort_msg("%" PRId64 " to %" PRId64 " by %d is %" PRId64 ", again %" PRId64, value, step, how, out, again);
    }
}
END_TEST

START_TEST(round_at_the_edges)
{
    mbill_error err;
    int64_t out = 77;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_decimal_round(INT64_MAX, ONE, MBILL_ROUND_UP, &out, &err), MBILL_E_OVERFLOW);
    ck_assert_str_eq(err.message, "9223372036854775807 rounded to a multiple of 1000000 does not fit 64 bits");
    ck_assert_int_eq(mbill_decimal_round(INT64_MIN, ONE, MBILL_ROUND_FLOOR, &out, &err), MBILL_E_OVERFLOW);
    ck_assert_int_eq(out, 77);
    ck_assert_int_eq(mbill_decimal_round(INT64_MIN, ONE, MBILL_ROUND_CEILING, &out, &err), MBILL_OK);
    ck_assert_int_eq(out, INT64_C(-9223372036854000000));
    ck_assert_int_eq(mbill_decimal_round(INT64_MAX, MBILL_STEP_MAX_MICRO, MBILL_ROUND_DOWN, &out, &err), MBILL_OK);
    ck_assert_int_eq(out, INT64_C(9223372030000000000));
}
END_TEST

START_TEST(round_refused)
{
    mbill_error err;
    int64_t out = 77;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_decimal_round(1, 0, MBILL_ROUND_UP, &out, &err), MBILL_E_RANGE);
    ck_assert_str_eq(err.message, "rounding step of 0 micro-units is not between 1 and 10000000000");
    ck_assert_int_eq(mbill_decimal_round(1, -1, MBILL_ROUND_UP, &out, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_decimal_round(1, MBILL_STEP_MAX_MICRO + 1, MBILL_ROUND_UP, &out, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_decimal_round(1, 1, (mbill_round_how)0, &out, &err), MBILL_E_INVALID);
    ck_assert_str_eq(err.message, "rounding rule 0 is not one of 1 (half_up) to 6 (ceiling)");
    ck_assert_int_eq(mbill_decimal_round(1, 1, (mbill_round_how)7, &out, &err), MBILL_E_INVALID);
    ck_assert_int_eq(mbill_decimal_round(1, 1, MBILL_ROUND_UP, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "out_micro is NULL");
    ck_assert_int_eq(out, 77);
}
END_TEST

START_TEST(names_of_rules)
{
    const char *const names[6] = {"half_up", "half_even", "down", "up", "floor", "ceiling"};
    for (int i = 0; i < 6; i++) ck_assert_str_eq(mbill__round_names[i], names[i]);
    ck_assert_str_eq(mbill__round_names[MBILL_ROUND_CEILING - 1], "ceiling");
}
END_TEST

/* --- Products --- */

START_TEST(multiply_known)
{
    int64_t out = 0;
    ck_assert_int_eq(mbill_decimal_multiply(123400000, 546900000, CENT, MBILL_ROUND_HALF_UP, &out, NULL), MBILL_OK);
    ck_assert_int_eq(out, 67490000); /* 123.4 x 0.5469 = 67.48746 */
    ck_assert_int_eq(mbill_decimal_multiply(123400000, 546900000, 1, MBILL_ROUND_HALF_UP, &out, NULL), MBILL_OK);
    ck_assert_int_eq(out, 67487460);
    ck_assert_int_eq(mbill_decimal_multiply(1, 500000000, 1, MBILL_ROUND_HALF_UP, &out, NULL), MBILL_OK);
    ck_assert_int_eq(out, 1);
    ck_assert_int_eq(mbill_decimal_multiply(1, 500000000, 1, MBILL_ROUND_HALF_EVEN, &out, NULL), MBILL_OK);
    ck_assert_int_eq(out, 0);
    ck_assert_int_eq(mbill_decimal_multiply(-1, 1, TEN, MBILL_ROUND_UP, &out, NULL), MBILL_OK);
    ck_assert_int_eq(out, -TEN);
    /* 4,000,000,000 at 2 each: the product is 8 x 10^24, past 64 bits, the amount is not */
    ck_assert_int_eq(mbill_decimal_multiply(INT64_C(4000000000000000), 2000000000, CENT, MBILL_ROUND_DOWN, &out, NULL), MBILL_OK);
    ck_assert_int_eq(out, INT64_C(8000000000000000));
    ck_assert_int_eq(mbill_decimal_multiply(INT64_MIN, 1000000000, 1, MBILL_ROUND_FLOOR, &out, NULL), MBILL_OK);
    ck_assert_int_eq(out, INT64_MIN);
    /* the widest step, 10^19 of the product's units, does not fit a signed word */
    ck_assert_int_eq(mbill_decimal_multiply(INT64_C(15000000000), 1000000000, MBILL_STEP_MAX_MICRO, MBILL_ROUND_HALF_EVEN, &out,
                         NULL),
        MBILL_OK);
    ck_assert_int_eq(out, INT64_C(20000000000));
}
END_TEST

START_TEST(multiply_refused)
{
    mbill_error err;
    int64_t out = 77;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_decimal_multiply(INT64_MAX, 1000000001, 1, MBILL_ROUND_DOWN, &out, &err), MBILL_E_OVERFLOW);
    ck_assert_str_eq(err.message, "9223372036854775807 micro-units at a rate of 1000000001 nano does not fit 64 bits");
    ck_assert_int_eq(mbill_decimal_multiply(INT64_MIN, -1000000000, 1, MBILL_ROUND_DOWN, &out, &err), MBILL_E_OVERFLOW);
    ck_assert_int_eq(mbill_decimal_multiply(INT64_MIN, INT64_MIN, 1, MBILL_ROUND_DOWN, &out, &err), MBILL_E_OVERFLOW);
    ck_assert_int_eq(mbill_decimal_multiply(1, 1, 0, MBILL_ROUND_DOWN, &out, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_decimal_multiply(1, 1, 1, (mbill_round_how)9, &out, &err), MBILL_E_INVALID);
    ck_assert_int_eq(err.status, MBILL_E_INVALID);
    ck_assert_int_eq(mbill_decimal_multiply(1, 1, 1, MBILL_ROUND_DOWN, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "out_amount_micro is NULL");
    ck_assert_int_eq(out, 77);
}
END_TEST

START_TEST(scale_known_and_refused)
{
    mbill_error err;
    int64_t out = 0;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_decimal_scale(100000000, 55, 1000, MBILL_ROUND_HALF_UP, &out, &err), MBILL_OK);
    ck_assert_int_eq(out, 5500000);
    ck_assert_int_eq(mbill_decimal_scale(-7, 1, 2, MBILL_ROUND_HALF_EVEN, &out, &err), MBILL_OK);
    ck_assert_int_eq(out, -4);
    ck_assert_int_eq(mbill_decimal_scale(INT64_MAX, INT64_MAX, INT64_MAX, MBILL_ROUND_DOWN, &out, &err), MBILL_OK);
    ck_assert_int_eq(out, INT64_MAX);
    out = 77;
    ck_assert_int_eq(mbill_decimal_scale(INT64_MAX, 2, 1, MBILL_ROUND_DOWN, &out, &err), MBILL_E_OVERFLOW);
    ck_assert_str_eq(err.message, "9223372036854775807 x 2 / 1 does not fit 64 bits");
    ck_assert_int_eq(mbill_decimal_scale(INT64_MIN, -1, 1, MBILL_ROUND_DOWN, &out, &err), MBILL_E_OVERFLOW);
    ck_assert_int_eq(mbill_decimal_scale(1, 1, 0, MBILL_ROUND_DOWN, &out, &err), MBILL_E_RANGE);
    ck_assert_str_eq(err.message, "denominator 0 is not above 0");
    ck_assert_int_eq(mbill_decimal_scale(1, 1, INT64_MIN, MBILL_ROUND_DOWN, &out, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_decimal_scale(1, 1, 1, (mbill_round_how)0, &out, &err), MBILL_E_INVALID);
    ck_assert_int_eq(mbill_decimal_scale(1, 1, 1, MBILL_ROUND_DOWN, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(out, 77);
}
END_TEST

/* --- Sums --- */

static void check_sum_text(const mbill_sum *sum, int32_t scale, const char *expected)
{
    char text[MBILL_SUM_TEXT_MAX];
    size_t len = sizeof text;
    ck_assert_int_eq(mbill_sum_print(sum, scale, text, &len, NULL), MBILL_OK);
    ck_assert_str_eq(text, expected);
    ck_assert_uint_eq(len, strlen(expected) + 1);
}

START_TEST(sum_past_one_word)
{
    const int64_t most[4] = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}, least[4] = {INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN};
    mbill_sum sum = {0, 0};
    mbill_error err;
    int64_t out = 77;
    mbill_error_init(&err);
    check_sum_text(&sum, 6, "0");
    ck_assert_int_eq(mbill_sum_add(&sum, most, 4, &err), MBILL_OK);
    check_sum_text(&sum, 6, "36893488147419.103228");
    ck_assert_int_eq(mbill_sum_value(&sum, &out, &err), MBILL_E_OVERFLOW);
    ck_assert_str_eq(err.message, "the sum 36893488147419103228 does not fit 64 bits");
    ck_assert_int_eq(out, 77);
    ck_assert_int_eq(mbill_sum_add(&sum, least, 4, &err), MBILL_OK);
    ck_assert_int_eq(mbill_sum_value(&sum, &out, &err), MBILL_OK);
    ck_assert_int_eq(out, -4);
    check_sum_text(&sum, 0, "-4");
    ck_assert_int_eq(mbill_sum_add(&sum, least, 4, &err), MBILL_OK);
    check_sum_text(&sum, 9, "-36893488147.419103236");
    ck_assert_int_eq(mbill_sum_add(&sum, NULL, 0, &err), MBILL_OK);
}
END_TEST

START_TEST(sum_edges)
{
    const int64_t values[3] = {5, -1, -1}, one[2] = {0, 1};
    mbill_sum highest = {INT64_MAX, UINT64_MAX}, lowest = {INT64_MIN, 0}, three = {INT64_MIN, 3};
    mbill_error err;
    mbill_error_init(&err);
    check_sum_text(&highest, 0, "170141183460469231731687303715884105727");
    check_sum_text(&lowest, 9, "-170141183460469231731687303715.884105728");
    mbill_sum before = highest;
    ck_assert_int_eq(mbill_sum_add(&highest, one, 2, &err), MBILL_E_OVERFLOW);
    ck_assert_int_eq(err.status, MBILL_E_OVERFLOW);
    ck_assert_int_eq(err.index, 1);
    ck_assert_str_eq(err.message, "the sum leaves 128 bits at value 1");
    ck_assert_mem_eq(&before, &highest, sizeof before);
    before = lowest;
    ck_assert_int_eq(mbill_sum_add(&lowest, values + 1, 1, &err), MBILL_E_OVERFLOW);
    ck_assert_mem_eq(&before, &lowest, sizeof before);
    ck_assert_int_eq(mbill_sum_add(&three, values, 3, &err), MBILL_OK);
    ck_assert_int_eq(three.high, INT64_MIN);
    ck_assert_uint_eq(three.low, 6);
}
END_TEST

START_TEST(sum_refused)
{
    mbill_sum sum = {0, 12};
    mbill_error err;
    char text[8] = "old";
    size_t len = 2;
    int64_t out = 77;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_sum_add(NULL, &out, 1, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "sum is NULL");
    ck_assert_int_eq(mbill_sum_add(&sum, NULL, 1, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "values is NULL");
    ck_assert_int_eq(mbill_sum_value(NULL, &out, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_sum_value(&sum, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_sum_print(NULL, 0, text, &len, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_sum_print(&sum, 0, text, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_sum_print(&sum, 10, text, &len, &err), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_sum_print(&sum, 0, text, &len, &err), MBILL_E_ROOM);
    ck_assert_uint_eq(len, 3);
    ck_assert_str_eq(text, "old");
    ck_assert_int_eq(out, 77);
}
END_TEST

#define COUNT(rows) ((int)(sizeof(rows) / sizeof(rows)[0]))

int main(void)
{
    Suite *suite = suite_create("decimal");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_loop_test(ok, parse_good, 0, COUNT(good_texts));
    tcase_add_loop_test(ok, print_known, 0, COUNT(printed));
    tcase_add_loop_test(ok, round_known, 0, COUNT(rounded));
    tcase_add_test(ok, text_round_trip);
    tcase_add_test(ok, round_is_the_naive_rule);
    tcase_add_test(ok, names_of_rules);
    tcase_add_test(ok, multiply_known);
    tcase_add_test(ok, sum_past_one_word);
    tcase_add_loop_test(refused, parse_refused, 0, COUNT(bad_texts));
    tcase_add_test(refused, parse_misuse);
    tcase_add_test(refused, print_refused);
    tcase_add_test(refused, round_refused);
    tcase_add_test(refused, multiply_refused);
    tcase_add_test(refused, scale_known_and_refused);
    tcase_add_test(refused, sum_refused);
    tcase_add_test(edges, parse_reads_no_further_than_len);
    tcase_add_test(edges, parse_quotes_are_cut_whole);
    tcase_add_test(edges, round_at_the_edges);
    tcase_add_test(edges, sum_edges);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}

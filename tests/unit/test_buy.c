/* SPDX-License-Identifier: Apache-2.0 */
/* Money to quantity through the public API: exact against the price at every edge, and every refusal by its words. */
#include "check_run.h"
#include "meterbill/buy.h"
#include "refusal.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define CAP 64
/* 2026-01-31T23:59:59Z, the last second of January */
#define LAST_OF_JANUARY INT64_C(1769903999)

#define HEAD                                                                                                                     \
    "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"UTC0\",\"valid\":{\"from\":\"2020-01-01\"," \
    "\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"},\"area\":{\"fact\":\"area\",\"unit\":"       \
    "\"m2\"}},"
#define EXACT "\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},"
#define CENTS                                                                                                                    \
    "\"rounding\":{\"line\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"charge\":\"none\",\"bill\":{\"step\":\"0.1\",\"how\":"     \
    "\"down\"}},"
#define DOWN "\"buy\":{\"step\":\"0.1\",\"how\":\"down\"},"
#define HALF_UP "\"buy\":{\"step\":\"0.1\",\"how\":\"half_up\"},"
#define LADDER                                                                                                                   \
    "{\"id\":\"energy\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"purchases\",\"how\":\"graduated\",\"bounds\":[\"50\","     \
    "\"100\","                                                                                                                   \
    "\"400\"],\"fee\":{\"values\":[\"1\",\"2\",\"3\",\"4\"],\"due\":\"entered\"}},\"rate\":[\"0.5\",\"0.75\",\"1.1\",\"2\"]}"
#define TAXED                                                                                                                    \
    LADDER ",{\"id\":\"basic\",\"quantity\":\"area\",\"rate\":\"0.05\"},"                                                        \
           "{\"id\":\"levy\",\"quantity\":{\"of\":\"energy\",\"factor\":\"0.9\"},\"rate\":\"0.031\"},"                           \
           "{\"id\":\"tax\",\"quantity\":{\"money\":[\"energy\",\"basic\",\"levy\"]},\"rate\":\"0.16\"}"

static mbill_tariff *tariff;
static mbill_position *position;
static mbill_line lines[CAP];
static size_t n_lines;
static mbill_bill bill;
static mbill_purchase purchase;
static mbill_error err;
static const mbill_fact facts[] = {{"area", 100 * MICRO, NULL}};

static void load(const char *body)
{
    char text[4096];
    snprintf(text, sizeof text, HEAD "%s}", body);
    mbill_tariff_free(tariff);
    free(position);
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err) == MBILL_OK, "%s: %s", err.path, err.message);
    position = malloc(mbill_position_size(tariff));
    mbill_position_init(tariff, position);
}

static void drop(void)
{
    mbill_tariff_free(tariff);
    free(position);
    tariff = NULL;
    position = NULL;
}

static mbill_price_request request_at(int64_t at)
{
    return (mbill_price_request){.struct_size = sizeof(mbill_price_request),
        .flags = MBILL_PRICE_PURCHASE,
        .from_utc_s = at,
        .to_utc_s = at + 1,
        .facts = facts,
        .n_facts = 1};
}

static mbill_status buy(int64_t at, int64_t money_micro)
{
    mbill_price_request request = request_at(at);
    bill.struct_size = sizeof bill;
    purchase.struct_size = sizeof purchase;
    mbill_error_init(&err);
    return mbill_tariff_buy(tariff, &request, position, money_micro, lines, CAP, &n_lines, &bill, &purchase, position, &err);
}

static void expect(int64_t at, int64_t money_micro, int64_t quantity_micro)
{
    ck_assert_msg(buy(at, money_micro) == MBILL_OK, "%s", err.message);
    ck_assert_msg(err.status == MBILL_OK && err.message[0] == '\0', "done, but noted: %s", err.message);
    ck_assert_int_eq(purchase.quantity_micro, quantity_micro);
    ck_assert_int_eq(purchase.change_micro, money_micro - bill.total_micro);
    ck_assert_msg(mbill_bill_check(&bill, lines, n_lines, &err) == MBILL_OK, "%s", err.message);
}

/* What so much costs now; the position stays. */
static int64_t price_of(int64_t at, int64_t quantity_micro)
{
    mbill_interval interval = {at, at + 1, quantity_micro, 0, 0};
    mbill_input input = {.name = "import", .intervals = &interval, .n_intervals = 1};
    mbill_price_request request = request_at(at);
    mbill_bill priced = {.struct_size = sizeof priced};
    mbill_line made[CAP];
    size_t n;
    request.inputs = &input;
    request.n_inputs = 1;
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_price(tariff, &request, position, made, CAP, &n, &priced, NULL, &err) == MBILL_OK, "%s",
        err.message);
    return priced.total_micro;
}

/* The laws of buy.h for one sum; the position stays. */
static void check_laws(int64_t at, int64_t money_micro, bool half_up)
{
    size_t size = mbill_position_size(tariff);
    mbill_position *before = malloc(size);
    memcpy(before, position, size);
    ck_assert_msg(buy(at, money_micro) == MBILL_OK, "%s", err.message);
    memcpy(position, before, size);
    free(before);
    int64_t step = mbill_tariff_buy_step(tariff), quantity = purchase.quantity_micro;
    ck_assert_int_eq(price_of(at, quantity), bill.total_micro);
    if (half_up) {
        if (quantity >= step) ck_assert_int_le(price_of(at, quantity - step / 2), money_micro);
        ck_assert_int_ge(price_of(at, quantity + step / 2), money_micro);
    } else {
        ck_assert_int_le(bill.total_micro, money_micro);
        ck_assert_int_gt(price_of(at, quantity + step), money_micro);
    }
}

/* ---- what money buys ---- */

START_TEST(quantity_is_exact_on_each_side_of_each_bound)
{
    static const char *const bodies[] = {EXACT DOWN "\"charges\":[" TAXED "]", CENTS DOWN "\"charges\":[" TAXED "]",
        EXACT HALF_UP "\"charges\":[" TAXED "]", CENTS HALF_UP "\"charges\":[" TAXED "]"};
    static const int64_t bounds[] = {0, 50 * MICRO, 100 * MICRO, 400 * MICRO};
    load(bodies[_i]);
    for (int bought = 0; bought < 2; bought++) {
        for (size_t i = 0; i < 4; i++) {
            for (int64_t move = -2; move <= 2; move++) {
                int64_t quantity = bounds[i] + move * 50000;
                if (quantity < 0) continue;
                int64_t price = price_of(LAST_OF_JANUARY, quantity);
                for (int64_t cent = 0; cent <= 2; cent++) check_laws(LAST_OF_JANUARY, price + cent * 10000, _i >= 2);
                if (quantity > 100000) check_laws(LAST_OF_JANUARY, price - 1, _i >= 2);
            }
        }
        ck_assert_int_eq(buy(LAST_OF_JANUARY, 60 * MICRO), MBILL_OK);
    }
    drop();
}
END_TEST

START_TEST(blocks_count_purchases_of_the_calendar_month)
{
    load(EXACT DOWN "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"purchases\",\"how\":\"graduated\","
                    "\"bounds\":[\"100\"]},\"rate\":[\"1\",\"2\"]}]");
    expect(LAST_OF_JANUARY - 86400 * 20, 60 * MICRO, 60 * MICRO);
    expect(LAST_OF_JANUARY, 60 * MICRO, 50 * MICRO);
    expect(LAST_OF_JANUARY, 60 * MICRO, 30 * MICRO);
    expect(LAST_OF_JANUARY + 1, 60 * MICRO, 60 * MICRO);
    drop();
}
END_TEST

START_TEST(fixed_charge_is_due_on_the_first_purchase_of_the_month)
{
    load(EXACT DOWN
        "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"1\"},{\"id\":\"f\",\"quantity\":\"one\",\"rate\":\"5\","
        "\"once_per\":\"month\"}]");
    char text[512];
    size_t len = sizeof text;
    expect(LAST_OF_JANUARY - 86400, 20 * MICRO, 15 * MICRO);
    expect(LAST_OF_JANUARY, 20 * MICRO, 20 * MICRO);
    ck_assert_int_eq(mbill_position_write(tariff, position, text, &len, NULL), MBILL_OK);
    ck_assert_ptr_nonnull(strstr(text, "\"once\":[{\"charge\":\"f\",\"from\":\"2026-01-01\"}]"));
    mbill_position_init(tariff, position);
    ck_assert_int_eq(mbill_position_read(tariff, text, len - 1, position, NULL), MBILL_OK);
    expect(LAST_OF_JANUARY, 20 * MICRO, 20 * MICRO);
    expect(LAST_OF_JANUARY + 1, 20 * MICRO, 15 * MICRO);
    drop();
}
END_TEST

/* Bills of use: one for each month that they touch, and none twice. */
START_TEST(fixed_charge_is_due_once_in_each_month_of_a_bill)
{
    static const struct {
        int64_t days, total_micro;
    } bills[] = {{10, 5 * MICRO}, {21, 0}, {1, 5 * MICRO}, {27, 0}, {62, 15 * MICRO}};
    load(EXACT "\"charges\":[{\"id\":\"f\",\"quantity\":\"one\",\"rate\":\"5\",\"once_per\":\"month\"}]");
    int64_t at = LAST_OF_JANUARY + 1 - 31 * 86400;
    for (size_t i = 0; i < sizeof bills / sizeof bills[0]; i++) {
        mbill_price_request request = request_at(at);
        request.flags = 0;
        request.to_utc_s = at += bills[i].days * 86400;
        bill.struct_size = sizeof bill;
        ck_assert_int_eq(mbill_tariff_price(tariff, &request, position, lines, CAP, &n_lines, &bill, position, NULL), MBILL_OK);
        ck_assert_int_eq(bill.total_micro, bills[i].total_micro);
    }
    drop();
}
END_TEST

START_TEST(money_on_a_bound_and_one_step_past_it)
{
    load(EXACT DOWN "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\","
                    "\"bounds\":[\"100\"]},\"rate\":[\"1\",\"2\"]}]");
    expect(LAST_OF_JANUARY, 100 * MICRO - 1, 99900000);
    expect(LAST_OF_JANUARY, 100 * MICRO, 100 * MICRO);
    expect(LAST_OF_JANUARY, 100 * MICRO + 199999, 100 * MICRO);
    expect(LAST_OF_JANUARY, 100 * MICRO + 200000, 100100000);
    drop();
}
END_TEST

START_TEST(half_a_step_rounds_up_and_money_spent_does_not)
{
    load(EXACT HALF_UP "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"2\"}]");
    expect(LAST_OF_JANUARY, 2 * MICRO, 1 * MICRO);
    expect(LAST_OF_JANUARY, 2 * MICRO + 99999, 1 * MICRO);
    expect(LAST_OF_JANUARY, 2 * MICRO + 100000, 1100000);
    ck_assert_int_eq(purchase.change_micro, -100000);
    drop();
}
END_TEST

START_TEST(same_purchase_again_is_the_same)
{
    load(EXACT DOWN "\"charges\":[" TAXED "]");
    size_t size = mbill_position_size(tariff);
    mbill_position *before = malloc(size), *after = malloc(size);
    memcpy(before, position, size);
    ck_assert_int_eq(buy(LAST_OF_JANUARY, 77 * MICRO), MBILL_OK);
    int64_t quantity = purchase.quantity_micro;
    memcpy(after, position, size);
    memcpy(position, before, size);
    expect(LAST_OF_JANUARY, 77 * MICRO, quantity);
    ck_assert_mem_eq(position, after, size);
    free(before);
    free(after);
    drop();
}
END_TEST

START_TEST(a_whole_span_may_be_bought_too)
{
    load(EXACT DOWN
        "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"2\"},{\"id\":\"d\",\"quantity\":\"days\",\"rate\":"
        "\"0.5\"}]");
    mbill_price_request request = request_at(LAST_OF_JANUARY + 1);
    request.flags = 0;
    request.to_utc_s = request.from_utc_s + 28 * 86400;
    bill.struct_size = sizeof bill;
    purchase.struct_size = sizeof purchase;
    ck_assert_int_eq(mbill_tariff_buy(tariff, &request, NULL, 20 * MICRO, lines, CAP, &n_lines, &bill, &purchase, NULL, NULL),
        MBILL_OK);
    ck_assert_int_eq(purchase.quantity_micro, 3 * MICRO);
    drop();
}
END_TEST

START_TEST(dear_units_are_bought_too)
{
    load(EXACT DOWN "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"100000000\"}]");
    expect(LAST_OF_JANUARY, 35000000 * MICRO, 300000);
    drop();
}
END_TEST

START_TEST(few_prices_are_asked)
{
    load(EXACT DOWN "\"charges\":[" TAXED "]");
    ck_assert_int_eq(buy(LAST_OF_JANUARY, 400 * MICRO), MBILL_OK);
    ck_assert_uint_lt(purchase.n_prices, 5 * 25);
    drop();
}
END_TEST

/* ---- refusals ---- */

/* Documents whose "buy" cannot be read beside the inputs; test_tariff.c has those of its form. */
START_TEST(documents_that_money_says_nothing_of)
{
    static const struct {
        const char *inputs, *buy;
        mbill_status status;
        const char *path, *says;
    } cases[] = {
        {"\"a\":{\"register\":\"hot\",\"unit\":\"m3\"},\"b\":{\"register\":\"cold\",\"unit\":\"m3\"}", "", MBILL_E_AMBIGUOUS,
            "/buy", "\"hot\" or of \"cold\""},
        {"\"a\":{\"fact\":\"area\",\"unit\":\"m2\"}", "", MBILL_E_INVALID, "/buy", "no register"},
        {"\"a\":{\"register\":\"hot\",\"unit\":\"m3\"}", ",\"period_at\":\"instant of purchase\"", MBILL_E_INVALID,
            "/buy/period_at", "without periods"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1024];
        snprintf(text, sizeof text,
            "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"UTC0\",\"valid\":{\"from\":\"2020-"
            "01-01\","
            "\"to\":null},\"inputs\":{%s}," EXACT
            "\"buy\":{\"step\":\"1\",\"how\":\"down\"%s},\"charges\":[{\"id\":\"c\",\"quantity\":"
            "\"a\",\"rate\":\"1\"}]}",
            cases[i].inputs, cases[i].buy);
        mbill_error_init(&err);
        assert_refusal_path(&err, mbill_tariff_read(text, strlen(text), NULL, &tariff, &err), cases[i].status, cases[i].path,
            cases[i].says);
    }
}
END_TEST

typedef struct refused_case {
    const char *body;
    int64_t money_micro;
    mbill_status status;
    const char *says;
} refused_case;

static const refused_case refused_cases[] = {
    {EXACT "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"1\"}]", MICRO, MBILL_E_NOT_FOUND, "expected \"buy\""},
    {EXACT DOWN "\"charges\":[" TAXED "]", 0, MBILL_E_RANGE, "the money is 0"},
    {EXACT DOWN "\"charges\":[" TAXED "]", -5 * MICRO, MBILL_E_RANGE, "the money is -5"},
    {EXACT DOWN "\"charges\":[" TAXED "]", 6 * MICRO, MBILL_E_RANGE, "6.96 is due without any quantity"},
    {EXACT DOWN "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"0\"}]", MICRO, MBILL_E_RANGE,
        "any quantity costs 0"},
    {EXACT DOWN "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"0.000001\"}]", 1001 * MICRO, MBILL_E_RANGE,
        "more than 1000000000 kWh"},
    {EXACT DOWN
        "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"-1\"},{\"id\":\"b\",\"quantity\":\"one\",\"rate\":\"1\"}"
        "]",
        2 * MICRO, MBILL_E_AMBIGUOUS, "0 kWh cost 1, but 1000000000 kWh cost -999999999"},
    {EXACT DOWN
        "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"whole\",\"bound_belongs\":"
        "\"above\",\"bounds\":[\"100\"]},\"rate\":[\"2\",\"1\"]}]",
        20 * MICRO, MBILL_E_AMBIGUOUS, "99.9 kWh cost 199.8, but 100 kWh cost 100"},
    {EXACT DOWN
        "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"1\"},{\"id\":\"rebate\",\"quantity\":{\"money\":[\"e\"]},"
        "\"rate\":\"-0.1\",\"only_if\":{\"total\":\"energy\",\"above\":\"300\"}}]",
        20 * MICRO, MBILL_E_AMBIGUOUS, "300 kWh cost 300, but 300.1 kWh cost 270.09"},
    {EXACT DOWN
        "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\",\"bounds\":"
        "[\"70\"]},\"rate\":[\"2\",\"-1\"]}]",
        20 * MICRO, MBILL_E_AMBIGUOUS, "says one quantity"},
    {EXACT DOWN
        "\"charges\":[{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":\"1\"},{\"id\":\"d\",\"quantity\":\"days\",\"rate\":\"1\"}]",
        20 * MICRO, MBILL_E_BOUNDARY, "counts days"},
};

START_TEST(refusals_have_words_and_change_nothing)
{
    const refused_case *one = &refused_cases[_i];
    load(one->body);
    size_t size = mbill_position_size(tariff);
    mbill_position *before = malloc(size);
    memcpy(before, position, size);
    memset(&bill, 0, sizeof bill);
    purchase.quantity_micro = 77;
    assert_refusal(&err, buy(LAST_OF_JANUARY, one->money_micro), one->status, one->says);
    ck_assert_mem_eq(before, position, size);
    ck_assert_int_eq(bill.total_micro, 0);
    ck_assert_int_eq(purchase.quantity_micro, 77);
    free(before);
    drop();
}
END_TEST

START_TEST(arguments_are_checked)
{
    load(EXACT DOWN "\"charges\":[" TAXED "]");
    mbill_price_request request = request_at(LAST_OF_JANUARY);
    mbill_input input = {.name = "import"};
    bill.struct_size = sizeof bill;
    purchase.struct_size = sizeof purchase;
    mbill_error_init(&err);
#define BUY(given, room) mbill_tariff_buy(tariff, given, NULL, 70 * MICRO, lines, room, &n_lines, &bill, &purchase, NULL, &err)
    assert_refusal(&err, BUY(NULL, CAP), MBILL_E_MISUSE, "request");
    assert_refusal(&err, BUY(&request, 1), MBILL_E_ROOM, "1");
    ck_assert_uint_gt(n_lines, 1);
    request.inputs = &input;
    request.n_inputs = 1;
    assert_refusal(&err, BUY(&request, CAP), MBILL_E_INVALID, "inputs");
    request = request_at(LAST_OF_JANUARY);
    request.to_utc_s++;
    assert_refusal(&err, BUY(&request, CAP), MBILL_E_RANGE, "one second");
    request = request_at(LAST_OF_JANUARY);
    purchase.struct_size = 1;
    assert_refusal(&err, BUY(&request, CAP), MBILL_E_MISUSE, "out_purchase");
    bill.struct_size = 1;
    assert_refusal(&err, BUY(&request, CAP), MBILL_E_MISUSE, "out_bill");
#undef BUY
    ck_assert_int_eq(mbill_tariff_buy_step(NULL), 0);
    ck_assert_int_eq(buy(LAST_OF_JANUARY, 70 * MICRO), MBILL_OK);
    assert_refusal(&err, buy(LAST_OF_JANUARY - 1, 70 * MICRO), MBILL_E_POSITION, "the purchase is at");
    drop();
}
END_TEST

START_TEST(ladder_of_purchases_has_no_place_in_a_bill_of_use)
{
    load(EXACT DOWN "\"charges\":[" TAXED "]");
    mbill_input input = {.name = "import", .total_micro = MICRO};
    mbill_price_request request = request_at(LAST_OF_JANUARY);
    request.flags = 0;
    request.inputs = &input;
    request.n_inputs = 1;
    bill.struct_size = sizeof bill;
    assert_refusal(&err, mbill_tariff_price(tariff, &request, NULL, lines, CAP, &n_lines, &bill, NULL, &err), MBILL_E_INVALID,
        "purchases");
    drop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("buy");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused");
    tcase_add_loop_test(ok, quantity_is_exact_on_each_side_of_each_bound, 0, 4);
    tcase_add_test(ok, blocks_count_purchases_of_the_calendar_month);
    tcase_add_test(ok, fixed_charge_is_due_on_the_first_purchase_of_the_month);
    tcase_add_test(ok, fixed_charge_is_due_once_in_each_month_of_a_bill);
    tcase_add_test(ok, money_on_a_bound_and_one_step_past_it);
    tcase_add_test(ok, half_a_step_rounds_up_and_money_spent_does_not);
    tcase_add_test(ok, same_purchase_again_is_the_same);
    tcase_add_test(ok, a_whole_span_may_be_bought_too);
    tcase_add_test(ok, dear_units_are_bought_too);
    tcase_add_test(ok, few_prices_are_asked);
    tcase_add_loop_test(refused, refusals_have_words_and_change_nothing, 0,
        (int)(sizeof refused_cases / sizeof refused_cases[0]));
    tcase_add_test(refused, arguments_are_checked);
    tcase_add_test(refused, documents_that_money_says_nothing_of);
    tcase_add_test(refused, ladder_of_purchases_has_no_place_in_a_bill_of_use);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    return check_run(suite, CK_FORK_GETENV);
}

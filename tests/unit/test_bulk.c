/* SPDX-License-Identifier: Apache-2.0 */
/* Columns and bulk pricing: an account in bulk is priced as by itself, whatever its column holds, and columns are checked. */
#include "check_run.h"
#include "counting_allocator.h"
#include "meterbill/bulk.h"
#include "random.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define HOUR_S INT64_C(3600)
/* 2026-01-01T00:00:00+01:00, and a year later; the clock changes twice between. */
#define YEAR_START (INT64_C(1767225600) - HOUR_S)
#define YEAR_HOURS 8760
#define CAP 2000

#define HEAD                                                                                                                     \
    "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"CET-1CEST,M3.5.0,M10.5.0/3\",\"valid\":{"   \
    "\"from\":\"2020-01-01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"},"                    \
    "\"fed\":{\"register\":\"export\",\"unit\":\"kWh\"}},"                                                                       \
    "\"rounding\":{\"line\":\"none\",\"charge\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"bill\":\"none\"},"
#define PERIODS                                                                                                                  \
    "\"calendar\":{\"seasons\":[{\"name\":\"winter\",\"from\":\"10-01\",\"to\":\"04-01\"},{\"name\":\"summer\",\"otherwise\":"   \
    "true}],"                                                                                                                    \
    "\"days\":[{\"name\":\"weekend\",\"weekdays\":[\"sat\",\"sun\"]},{\"name\":\"workday\",\"otherwise\":true}],"                \
    "\"periods\":[{\"name\":\"peak\",\"when\":[{\"day\":\"workday\",\"season\":\"winter\",\"at\":[\"08:00-12:00\"]},"            \
    "{\"day\":\"workday\",\"at\":[\"17:00-21:00\"]}]},{\"name\":\"night\",\"when\":[{\"at\":[\"22:00-06:00\"]}]},"               \
    "{\"name\":\"flat\",\"otherwise\":true}]},"

static const char *const names[] = {"import", "export"};
static int64_t quantities[2][YEAR_HOURS];
static uint8_t flags[YEAR_HOURS];
static mbill_interval intervals[2][YEAR_HOURS];
static mbill_axis axis = {YEAR_START, HOUR_S, YEAR_HOURS};
static mbill_tariff *tariff;
static mbill_column columns[2];
static mbill_error err;

static void load(const char *body)
{
    char text[8192];
    snprintf(text, sizeof text, HEAD "%s}", body);
    mbill_tariff_free(tariff);
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err) == MBILL_OK, "%s: %s", err.path, err.message);
}

static void fill(int64_t below_micro, int64_t shift_micro)
{
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < YEAR_HOURS; i++) {
            int64_t start = YEAR_START + (int64_t)i * axis.step_s;
            quantities[k][i] = (int64_t)(random_word() % (uint64_t)below_micro) - shift_micro;
            intervals[k][i] = (mbill_interval){start, start + axis.step_s, quantities[k][i], flags[i], 0};
        }
        ck_assert_msg(mbill_column_check(&axis, quantities[k], flags, &columns[k], &err) == MBILL_OK, "%s", err.message);
    }
}

static mbill_price_request span(int64_t from, int64_t to)
{
    return (mbill_price_request){.struct_size = sizeof(mbill_price_request), .from_utc_s = from, .to_utc_s = to};
}

/* The same span both ways, from the position in *inout. */
static void compare(int64_t from, int64_t to, mbill_position *position)
{
    static mbill_line alone[CAP], many[CAP];
    mbill_input inputs[2];
    mbill_price_request request = span(from, to);
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_bulk *bulk = NULL;
    size_t n_alone = 0, size = mbill_position_size(tariff);
    int64_t charges_micro[8] = {0}, sum_micro = 0;
    mbill_position *after = malloc(size);
    ck_assert_msg(mbill_bulk_open(tariff, &request, &axis, names, 2, NULL, &bulk, &err) == MBILL_OK, "%s", err.message);
    void *work = malloc(mbill_bulk_work_size(bulk));
    mbill_bulk_account account = {.columns = columns, .before = position, .after = after, .lines = many, .cap_lines = CAP};
    mbill_bulk_account sums = {.columns = columns, .before = position, .charges_micro = charges_micro};
    for (size_t i = 0; i < 2; i++)
        inputs[i] = (mbill_input){.name = names[i], .intervals = intervals[i], .n_intervals = YEAR_HOURS};
    request.inputs = inputs;
    request.n_inputs = 2;
    mbill_error own;
    mbill_error_init(&own);
    mbill_status status = mbill_bulk_price(bulk, &account, 1, work, &err);
    ck_assert_int_eq(status, mbill_bulk_price(bulk, &sums, 1, work, NULL));
    ck_assert_int_eq(status, mbill_tariff_price(tariff, &request, position, alone, CAP, &n_alone, &bill, position, &own));
    ck_assert_int_eq(account.status, (int32_t)status);
    if (status == MBILL_OK) {
        ck_assert_uint_eq(account.n_lines, n_alone);
        ck_assert_mem_eq(many, alone, n_alone * sizeof *many);
        ck_assert_int_eq(account.total_micro, bill.total_micro);
        ck_assert_uint_eq(account.flags, bill.flags);
        ck_assert_mem_eq(after, position, size);
        for (size_t i = 0; i < 8; i++) sum_micro += charges_micro[i];
        ck_assert_int_eq(sum_micro, sums.total_micro);
        ck_assert_int_eq(sums.total_micro, bill.total_micro);
    } else {
        ck_assert_int_eq(err.index, 0);
    }
    free(after);
    free(work);
    mbill_bulk_free(bulk);
}

#define RATE(peak, night, flat) "{\"peak\":\"" peak "\",\"night\":\"" night "\",\"flat\":\"" flat "\"}"
#define FED ",{\"id\":\"b\",\"quantity\":\"fed\",\"rate\":\"-0.08\"}"

static const char *const bodies[] = {PERIODS
    "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"rate\":" RATE("0.31", "0.11", "0.2") "}]",
    PERIODS "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"rate\":[" RATE("0.31", "0.11", "0.2") "," RATE("0.41", "0.21",
        "0.3") "," RATE("0.61", "0.51", "0.55") "],\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"across\":\"periods\","
                                                "\"split\":\"chronological\",\"bounds\":[\"200\",\"350\"]}}" FED "]",
    PERIODS "\"charges\":[{\"id\":\"a\",\"quantity\":{\"of\":\"energy\",\"factor\":\"1.07\"},\"rate\":[" RATE("0.31", "0.11",
        "0.2") "," RATE("0.41", "0.21", "0.3") "],\"tiers\":{\"over\":\"year\",\"start\":\"07-01\",\"how\":\"graduated\","
                                               "\"across\":\"each_period\",\"bounds\":[\"1000\"]}}" FED "]"};

static void compare_all(void)
{
    mbill_position *position = malloc(mbill_position_size(tariff));
    mbill_position_init(tariff, position);
    compare(YEAR_START, YEAR_START + 31 * 24 * HOUR_S, position);
    compare(YEAR_START + 31 * 24 * HOUR_S, YEAR_START + 4000 * HOUR_S, position);
    compare(YEAR_START + 4000 * HOUR_S, YEAR_START + YEAR_HOURS * HOUR_S, position);
    compare(YEAR_START + YEAR_HOURS * HOUR_S, YEAR_START + (YEAR_HOURS + 1) * HOUR_S, position);
    free(position);
}

START_TEST(an_account_in_bulk_is_priced_as_alone)
{
    random_begin("test_bulk");
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        load(bodies[i]);
        memset(flags, 0, sizeof flags);
        fill(MICRO, 0);
        compare_all();
        fill(3 * MICRO, 0);
        compare_all();
        fill(MICRO, 1000);
        compare_all();
        flags[4500] = MBILL_READING_ESTIMATED;
        fill(MICRO, 0);
        compare_all();
    }
}
END_TEST

/* More kinds of day than are summed place by place, in steps of five minutes; bills that begin and end inside a day. */
START_TEST(every_day_may_be_of_its_own_kind)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    static const int64_t hours[] = {0, 7, 100, 101, 500, 729};
    char body[4096], list[1024] = "", windows[1024] = "";
    for (size_t i = 0; i < 7; i++) {
        char one[128];
        snprintf(one, sizeof one, "{\"name\":\"%s\",%s%s%s}%s", days[i], i < 6 ? "\"weekdays\":[\"" : "\"otherwise\":true",
            i < 6 ? days[i] : "", i < 6 ? "\"]" : "", i < 6 ? "," : "");
        strcat(list, one);
        snprintf(one, sizeof one, "{\"day\":\"%s\",\"at\":[\"0%zu:05-1%zu:35\"]}%s", days[i], i, i, i < 6 ? "," : "");
        strcat(windows, one);
    }
    snprintf(body, sizeof body,
        "\"calendar\":{\"days\":[%s],\"periods\":[{\"name\":\"peak\",\"when\":[%s]},{\"name\":\"night\",\"when\":[{\"at\":["
        "\"22:00-06:00\"]}]},{\"name\":\"flat\",\"otherwise\":true}]},%s",
        list, windows, strstr(bodies[1], "\"charges\""));
    load(body);
    axis.step_s = 300;
    memset(flags, 0, sizeof flags);
    fill(MICRO / 10, 0);
    for (size_t i = 0; i + 1 < sizeof hours / sizeof *hours; i++)
        for (size_t end = i + 1; end < sizeof hours / sizeof *hours; end++) {
            mbill_position *position = malloc(mbill_position_size(tariff));
            mbill_position_init(tariff, position);
            compare(YEAR_START + hours[i] * HOUR_S, YEAR_START + hours[end] * HOUR_S + 600, position);
            free(position);
        }
    axis.step_s = HOUR_S;
}
END_TEST

START_TEST(one_refused_account_holds_up_no_other)
{
    static int64_t other[YEAR_HOURS];
    load(bodies[1]);
    memset(flags, 0, sizeof flags);
    fill(MICRO, 0);
    memcpy(other, quantities[0], sizeof other);
    other[5] = -1;
    mbill_column bad[2] = {columns[0], columns[1]};
    ck_assert_int_eq(mbill_column_check(&axis, other, NULL, &bad[0], &err), MBILL_OK);
    mbill_price_request request = span(YEAR_START, YEAR_START + 31 * 24 * HOUR_S);
    mbill_bulk *bulk = NULL;
    ck_assert_int_eq(mbill_bulk_open(tariff, &request, &axis, names, 2, NULL, &bulk, &err), MBILL_OK);
    void *work = malloc(mbill_bulk_work_size(bulk));
    mbill_bulk_account accounts[] = {{.columns = columns}, {.columns = bad}, {.columns = columns}};
    mbill_status status = mbill_bulk_price(bulk, accounts, 3, work, &err);
    ck_assert_int_eq(status, MBILL_E_RANGE);
    ck_assert_int_eq(err.index, 1);
    ck_assert_int_eq(accounts[1].status, MBILL_E_RANGE);
    ck_assert_int_eq(accounts[0].status, MBILL_OK);
    ck_assert_int_eq(accounts[2].status, MBILL_OK);
    ck_assert_int_eq(accounts[0].total_micro, accounts[2].total_micro);
    bad[0] = columns[0];
    bad[1].n--;
    ck_assert_int_eq(mbill_bulk_price(bulk, &accounts[1], 1, work, &err), MBILL_E_RANGE);
    free(work);
    mbill_bulk_free(bulk);
}
END_TEST

START_TEST(what_accounts_share_is_checked)
{
    static const char *const unknown[] = {"gas"};
    mbill_fact fact = {"area", MICRO, NULL};
    mbill_axis none = {0, 0, 1};
    mbill_bulk *bulk = NULL;
    mbill_error_init(&err);
    load(bodies[0]);
    mbill_price_request request = span(YEAR_START, YEAR_START + HOUR_S);
    assert_refusal(&err, mbill_bulk_open(tariff, &request, &axis, unknown, 1, NULL, &bulk, &err), MBILL_E_NOT_FOUND, "");
    assert_refusal(&err, mbill_bulk_open(tariff, &request, &none, names, 1, NULL, &bulk, &err), MBILL_E_RANGE, "");
    request.facts = &fact;
    request.n_facts = 1;
    assert_refusal(&err, mbill_bulk_open(tariff, &request, &axis, names, 1, NULL, &bulk, &err), MBILL_E_INVALID, "");
    ck_assert_ptr_null(bulk);
    mbill_bulk_free(NULL);
    ck_assert_uint_eq(mbill_bulk_work_size(NULL), 0);
}
END_TEST

/* Every allocation fails in turn; nothing is left behind, and the tariff is as good as before. */
START_TEST(opening_without_memory_is_refused)
{
    mbill_price_request request = span(YEAR_START, YEAR_START + YEAR_HOURS * HOUR_S);
    counting_allocator counter;
    mbill_bulk *bulk = NULL;
    mbill_status status = MBILL_E_NOMEM;
    load(bodies[1]);
    for (size_t fail_at = 1; status != MBILL_OK; fail_at++) {
        counting_start(&counter, fail_at);
        status = mbill_bulk_open(tariff, &request, &axis, names, 2, &counter.allocator, &bulk, &err);
        if (status == MBILL_OK) break;
        assert_refusal(&err, status, MBILL_E_NOMEM, "no memory");
        ck_assert_ptr_null(bulk);
        ck_assert(counting_is_even(&counter));
    }
    ck_assert_uint_gt(counter.calls, 4);
    mbill_bulk_free(bulk);
    ck_assert(counting_is_even(&counter));
}
END_TEST

START_TEST(columns_are_checked)
{
    int64_t values[3] = {INT64_MAX, 1, 0}, out[3];
    uint8_t marks[3] = {0, 0x40, 0}, out_flags[3];
    mbill_axis three = {0, HOUR_S, 3}, none = {0, HOUR_S, 0};
    mbill_column column;
    mbill_interval readings[3] = {{0, 3600, 1, 0, 0}, {3600, 7200, -2, 1, 0}, {7200, 10800, 3, 0, 0}};
    mbill_error_init(&err);
    assert_refusal(&err, mbill_column_check(&none, values, NULL, &column, &err), MBILL_E_RANGE, "");
    assert_refusal(&err, mbill_column_check(&three, values, NULL, &column, &err), MBILL_E_OVERFLOW, "");
    values[1] = 0;
    assert_refusal(&err, mbill_column_check(&three, values, marks, &column, &err), MBILL_E_UNKNOWN_OPTION, "");
    ck_assert_int_eq(err.index, 1);
    ck_assert_int_eq(mbill_column_check(&three, values, NULL, &column, &err), MBILL_OK);
    ck_assert_int_eq(column.total_micro, INT64_MAX);
    ck_assert_int_eq(mbill_column_of_intervals(&three, readings, 3, out, out_flags, &column, &err), MBILL_OK);
    ck_assert_int_eq(column.total_micro, 2);
    ck_assert_uint_eq(column.any_flags, 1);
    ck_assert_uint_eq(column.any_negative, 1);
    assert_refusal(&err, mbill_column_of_intervals(&three, readings, 3, out, NULL, &column, &err), MBILL_E_INVALID, "");
    assert_refusal(&err, mbill_column_of_intervals(&three, readings, 2, out, out_flags, &column, &err), MBILL_E_GAP, "");
    readings[1] = readings[2];
    assert_refusal(&err, mbill_column_of_intervals(&three, readings, 2, out, out_flags, &column, &err), MBILL_E_GAP, "");
    readings[1] = readings[0];
    assert_refusal(&err, mbill_column_of_intervals(&three, readings, 2, out, out_flags, &column, &err), MBILL_E_ORDER, "");
    readings[1] = (mbill_interval){3600, 7000, 1, 0, 0};
    assert_refusal(&err, mbill_column_of_intervals(&three, readings, 2, out, out_flags, &column, &err), MBILL_E_BOUNDARY, "");
    readings[1] = (mbill_interval){3600, 7200, 1, 0x40, 0};
    assert_refusal(&err, mbill_column_of_intervals(&three, readings, 2, out, out_flags, &column, &err), MBILL_E_UNKNOWN_OPTION,
        "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bulk");
    TCase *tests = tcase_create("bulk");
    tcase_add_test(tests, an_account_in_bulk_is_priced_as_alone);
    tcase_add_test(tests, every_day_may_be_of_its_own_kind);
    tcase_add_test(tests, one_refused_account_holds_up_no_other);
    tcase_add_test(tests, what_accounts_share_is_checked);
    tcase_add_test(tests, opening_without_memory_is_refused);
    tcase_add_test(tests, columns_are_checked);
    suite_add_tcase(suite, tests);
    int failed = check_run(suite, CK_FORK_GETENV);
    mbill_tariff_free(tariff);
    return failed;
}

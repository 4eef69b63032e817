/* SPDX-License-Identifier: Apache-2.0 */
/* A billing span reading by reading: every total to date is that of the part, the deltas add up to the bill, and readings out of their turn
 * are refused by name. */
#include "check_run.h"
#include "meterbill/stream.h"
#include "random.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define HOUR_S INT64_C(3600)
/* 2026-03-01T00:00:00+01:00; the clock changes on the 29th */
#define MARCH (INT64_C(1772323200) - HOUR_S)
#define HOURS 743
#define APRIL (MARCH + HOURS * HOUR_S)
#define CAP 400

#define HEAD                                                                                                                     \
    "{\"meterbill\":1,\"id\":\"t\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"CET-1CEST,M3.5.0,M10.5.0/3\",\"valid\":{"   \
    "\"from\":\"2020-01-01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"},"                    \
    "\"fed\":{\"register\":\"export\",\"unit\":\"kWh\"},"                                                                        \
    "\"net\":{\"minus\":[\"energy\",\"fed\"],\"part\":\"positive\",\"per\":\"interval\",\"unit\":\"kWh\"}},"                     \
    "\"rounding\":{\"line\":\"none\",\"charge\":{\"step\":\"0.01\",\"how\":\"half_up\"},\"bill\":\"none\"},"                     \
    "\"calendar\":{\"days\":[{\"name\":\"weekend\",\"weekdays\":[\"sat\",\"sun\"]},{\"name\":\"workday\",\"otherwise\":true}],"  \
    "\"periods\":[{\"name\":\"peak\",\"when\":[{\"day\":\"workday\",\"at\":[\"08:00-12:00\",\"17:00-21:00\"]}]},"                \
    "{\"name\":\"flat\",\"otherwise\":true}]},\"charges\":["
#define RATE(peak, flat) "{\"peak\":\"" peak "\",\"flat\":\"" flat "\"}"
#define REST                                                                                                                     \
    ",{\"id\":\"standing\",\"quantity\":\"one\",\"rate\":\"31\",\"per\":\"month\"},"                                             \
    "{\"id\":\"tax\",\"quantity\":{\"money\":[\"a\",\"standing\"]},\"rate\":\"0.13\"},"                                          \
    "{\"id\":\"least\",\"at_least\":{\"amount\":\"90\"},\"of\":[\"a\",\"standing\",\"tax\"]}]}"

static const char *const documents[] = {HEAD "{\"id\":\"a\",\"quantity\":\"energy\",\"rate\":" RATE("0.31",
                                            "0.11") "},{\"id\":\"b\",\"quantity\":\"fed\",\"rate\":\"-0.08\"}" REST,
    HEAD "{\"id\":\"a\",\"quantity\":\"energy\",\"rate\":[" RATE("0.31", "0.11") "," RATE("0.41", "0.21") "," RATE("0.61",
        "0.5") "],\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"across\":\"periods\",\"split\":\"chronological\","
               "\"bounds\":[\"100\",\"250\"]}}" REST,
    HEAD "{\"id\":\"a\",\"quantity\":{\"of\":\"energy\",\"factor\":\"1.07\"},\"rate\":[" RATE("0.31", "0.11") "," RATE("0.41",
        "0.21") "],\"tiers\":{\"over\":\"month\",\"how\":\"graduated\",\"across\":\"periods\",\"split\":\"chronological\","
                "\"bounds\":[\"100\"]}}" REST,
    HEAD "{\"id\":\"a\",\"quantity\":\"energy\",\"rate\":[" RATE("0.3", "0.2") "," RATE("0.4",
        "0.3") "],\"tiers\":{\"over\":\"day\",\"how\":\"graduated\","
               "\"across\":\"periods\",\"split\":\"proportional\",\"bounds\":[\"12\"]}}" REST,
    HEAD "{\"id\":\"a\",\"quantity\":\"net\",\"rate\":" RATE("0.31", "0.11") "}" REST};

static const char *const names[] = {"import", "export"};
static mbill_interval readings[2][HOURS];
static mbill_tariff *tariff;
static mbill_stream *stream;
static mbill_price_request span;
static mbill_error err;

static void load(const char *document)
{
    mbill_tariff_free(tariff);
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_read(document, strlen(document), NULL, &tariff, &err) == MBILL_OK, "%s: %s", err.path,
        err.message);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < HOURS; i++) {
            int64_t start = MARCH + (int64_t)i * HOUR_S;
            readings[k][i] = (mbill_interval){start, start + HOUR_S, (int64_t)(random_word() % 1000000), i % 97 == 5, 0};
        }
}

static void begin(uint32_t flags)
{
    free(stream);
    span = (mbill_price_request){.struct_size = sizeof span, .flags = flags, .from_utc_s = MARCH, .to_utc_s = APRIL};
    stream = malloc(mbill_stream_size(tariff, &span, 2, HOURS));
    ck_assert_msg(mbill_stream_start(tariff, &span, NULL, names, 2, HOURS, stream, &err) == MBILL_OK, "%s", err.message);
}

static void push(size_t k, size_t at)
{
    ck_assert_msg(mbill_stream_push(stream, k, &readings[k][at], &err) == MBILL_OK, "%s", err.message);
}

/* The part up to n hours, or the bill, by itself. */
static int64_t priced_alone(size_t n, mbill_line *lines, size_t *n_lines, mbill_position *after)
{
    mbill_input inputs[2];
    mbill_price_request request = span;
    mbill_bill bill = {.struct_size = sizeof bill};
    for (size_t k = 0; k < 2; k++) inputs[k] = (mbill_input){.name = names[k], .intervals = readings[k], .n_intervals = n};
    request.inputs = inputs;
    request.n_inputs = 2;
    request.to_utc_s = MARCH + (int64_t)n * HOUR_S;
    request.span_to_utc_s = n == HOURS ? 0 : APRIL;
    ck_assert_msg(mbill_tariff_price(tariff, &request, NULL, lines, CAP, n_lines, &bill, after, &err) == MBILL_OK, "%s",
        err.message);
    return bill.total_micro;
}

START_TEST(every_total_is_that_of_the_part)
{
    static mbill_line lines[CAP], alone[CAP];
    size_t n_lines, n_alone;
    random_begin("test_stream");
    for (size_t d = 0; d < sizeof documents / sizeof *documents; d++) {
        int64_t sum_micro = 0, total_micro, delta_micro;
        load(documents[d]);
        begin(0);
        for (size_t i = 0; i < HOURS; i++) {
            push(0, i);
            ck_assert_int_eq(mbill_stream_total(stream, &total_micro, &delta_micro, &err), MBILL_OK);
            ck_assert_int_eq(delta_micro, 0);
            push(1, i);
            ck_assert_msg(mbill_stream_total(stream, &total_micro, &delta_micro, &err) == MBILL_OK, "%s", err.message);
            ck_assert_int_eq(total_micro, priced_alone(i + 1, alone, &n_alone, NULL));
            sum_micro += delta_micro;
            ck_assert_int_eq(sum_micro, total_micro);
        }
        mbill_position *after = malloc(mbill_position_size(tariff)), *after_alone = malloc(mbill_position_size(tariff));
        mbill_bill bill = {.struct_size = sizeof bill};
        ck_assert_int_eq(mbill_stream_finish(stream, lines, CAP, &n_lines, &bill, &delta_micro, after, &err), MBILL_OK);
        ck_assert_int_eq(delta_micro, 0);
        ck_assert_int_eq(bill.total_micro, sum_micro);
        ck_assert_int_eq(bill.total_micro, priced_alone(HOURS, alone, &n_alone, after_alone));
        ck_assert_uint_eq(n_lines, n_alone);
        ck_assert_mem_eq(lines, alone, n_lines * sizeof *lines);
        ck_assert_mem_eq(after, after_alone, mbill_position_size(tariff));
        free(after);
        free(after_alone);
    }
}
END_TEST

START_TEST(readings_out_of_their_turn_are_refused)
{
    mbill_interval half = {MARCH + HOUR_S / 2, MARCH + HOUR_S, MICRO, 0, 0}, before = {MARCH - HOUR_S, MARCH, MICRO, 0, 0};
    mbill_interval marked = {MARCH + HOUR_S, MARCH + 2 * HOUR_S, MICRO, 64, 0};
    load(documents[0]);
    begin(0);
    assert_refusal_index(&err, mbill_stream_push(stream, 0, &readings[0][1], &err), MBILL_E_GAP, 0, "no reading covers");
    assert_refusal_index(&err, mbill_stream_push(stream, 0, &before, &err), MBILL_E_RANGE, 0, "outside the billing span");
    push(0, 0);
    assert_refusal_index(&err, mbill_stream_push(stream, 0, &readings[0][0], &err), MBILL_E_OVERLAP, 1,
        "before the last one ends");
    assert_refusal_index(&err, mbill_stream_push(stream, 0, &half, &err), MBILL_E_OVERLAP, 1, "");
    push(0, 1);
    assert_refusal_index(&err, mbill_stream_push(stream, 0, &readings[0][0], &err), MBILL_E_ORDER, 2, "rising");
    assert_refusal_index(&err, mbill_stream_push(stream, 0, &marked, &err), MBILL_E_UNKNOWN_OPTION, 2, "");
    assert_refusal(&err, mbill_stream_push(stream, 2, &readings[0][2], &err), MBILL_E_RANGE, "register 2 of 2");
    for (size_t i = 2; i < HOURS; i++) push(0, i);
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_line lines[1];
    size_t n_lines;
    ck_assert_int_eq(mbill_stream_finish(stream, lines, 1, &n_lines, &bill, NULL, NULL, &err), MBILL_E_GAP);
}
END_TEST

START_TEST(room_and_gaps_are_the_callers_choice)
{
    static mbill_line lines[CAP];
    size_t n_lines;
    int64_t total_micro, delta_micro;
    mbill_bill bill = {.struct_size = sizeof bill};
    load(documents[0]);
    begin(MBILL_PRICE_ALLOW_GAPS);
    push(0, 0);
    push(0, 7);
    push(1, 7);
    ck_assert_int_eq(mbill_stream_total(stream, &total_micro, &delta_micro, &err), MBILL_OK);
    ck_assert_int_eq(total_micro, delta_micro);
    ck_assert_int_eq(mbill_stream_finish(stream, lines, CAP, &n_lines, &bill, &delta_micro, NULL, &err), MBILL_OK);
    ck_assert_uint_ne(bill.flags & MBILL_LINE_INCOMPLETE, 0);
    ck_assert_int_eq(total_micro + delta_micro, bill.total_micro);
    ck_assert_int_eq(mbill_stream_start(tariff, &span, NULL, names, 2, 1, stream, &err), MBILL_OK);
    push(0, 0);
    assert_refusal_index(&err, mbill_stream_push(stream, 0, &readings[0][1], &err), MBILL_E_ROOM, 1, "room for 1 reading");
}
END_TEST

/* A peak by the hour is not known after half of one; the stream goes on, and is right again after the second half. */
START_TEST(a_part_that_has_no_price_holds_up_nothing)
{
    static mbill_line lines[CAP];
    size_t n_lines;
    int64_t total_micro;
    load(HEAD "{\"id\":\"e\",\"quantity\":\"energy\",\"rate\":" RATE("0.31",
        "0.11") "},{\"id\":\"a\",\"quantity\":{\"peak_of\":"
                "\"energy\",\"interval\":\"60min\",\"over\":\"month\"},\"rate\":\"3\"}]}");
    begin(0);
    for (size_t i = 0; i < 40; i++) {
        mbill_interval first = readings[0][i], second = readings[0][i];
        first.end_utc_s = second.start_utc_s = first.start_utc_s + HOUR_S / 2;
        first.quantity_micro /= 3;
        second.quantity_micro -= first.quantity_micro;
        ck_assert_int_eq(mbill_stream_push(stream, 0, &first, &err), MBILL_OK);
        ck_assert_int_eq(mbill_stream_push(stream, 1, &first, &err), MBILL_OK);
        ck_assert_int_eq(mbill_stream_total(stream, &total_micro, NULL, &err), MBILL_E_BOUNDARY);
        ck_assert_int_eq(mbill_stream_push(stream, 0, &second, &err), MBILL_OK);
        ck_assert_int_eq(mbill_stream_push(stream, 1, &second, &err), MBILL_OK);
        ck_assert_msg(mbill_stream_total(stream, &total_micro, NULL, &err) == MBILL_OK, "%s", err.message);
        ck_assert_int_eq(total_micro, priced_alone(i + 1, lines, &n_lines, NULL));
    }
}
END_TEST

START_TEST(what_is_no_span_is_refused)
{
    static const char *const unknown[] = {"gas"}, *const twice[] = {"import", "import"};
    mbill_input input = {.name = "import"};
    mbill_price_request none = {.struct_size = sizeof none};
    load(documents[0]);
    begin(0);
    ck_assert_uint_eq(mbill_stream_size(NULL, &span, 1, 1), 0);
    ck_assert_uint_eq(mbill_stream_size(tariff, NULL, 1, 1), 0);
    ck_assert_uint_eq(mbill_stream_size(tariff, &none, 1, 1), 0);
    ck_assert_uint_eq(mbill_stream_size(tariff, &span, 2, SIZE_MAX / 2), 0);
    assert_refusal(&err, mbill_stream_start(tariff, &span, NULL, unknown, 1, 1, stream, &err), MBILL_E_NOT_FOUND, "gas");
    assert_refusal(&err, mbill_stream_start(tariff, &span, NULL, twice, 2, 1, stream, &err), MBILL_E_INVALID, "twice");
    assert_refusal(&err, mbill_stream_start(tariff, &span, NULL, names, 0, 1, stream, &err), MBILL_E_RANGE, "0 registers");
    span.span_to_utc_s = APRIL;
    assert_refusal(&err, mbill_stream_start(tariff, &span, NULL, names, 1, 1, stream, &err), MBILL_E_INVALID, "part");
    span.span_to_utc_s = 0;
    span.inputs = &input;
    span.n_inputs = 1;
    assert_refusal(&err, mbill_stream_start(tariff, &span, NULL, names, 1, 1, stream, &err), MBILL_E_INVALID, "inputs");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stream");
    TCase *tests = tcase_create("stream");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_total_is_that_of_the_part);
    tcase_add_test(tests, readings_out_of_their_turn_are_refused);
    tcase_add_test(tests, room_and_gaps_are_the_callers_choice);
    tcase_add_test(tests, a_part_that_has_no_price_holds_up_nothing);
    tcase_add_test(tests, what_is_no_span_is_refused);
    suite_add_tcase(suite, tests);
    int failed = check_run(suite, CK_FORK_GETENV);
    mbill_tariff_free(tariff);
    free(stream);
    return failed;
}

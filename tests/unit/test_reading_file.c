/* SPDX-License-Identifier: Apache-2.0 */
/* Readings files: both forms row by row, order within a meter and register, many meters, every refusal with its line, no
 * memory. */
#include "check_run.h"
#include "counting_allocator.h"
#include "meterbill/reading.h"
#include "refusal.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define T0 INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define HOUR INT64_C(3600)

static mbill_reading_file *open_file(const char *text)
{
    mbill_reading_file *file = NULL;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_reading_file_open(text, strlen(text), NULL, NULL, &file, &err);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
    return file;
}

static mbill_reading_row next_row(mbill_reading_file *file)
{
    mbill_reading_row row;
    mbill_error err;
    int32_t more = -1;
    mbill_error_init(&err);
    ck_assert_msg(mbill_reading_file_next(file, &row, &more, &err) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(more, 1);
    return row;
}

static void assert_end(mbill_reading_file *file)
{
    mbill_reading_row row, untouched;
    int32_t more = -1;
    memset(&row, 0xA5, sizeof row);
    untouched = row;
    ck_assert_int_eq(mbill_reading_file_next(file, &row, &more, NULL), MBILL_OK);
    ck_assert_int_eq(more, 0);
    ck_assert_mem_eq(&row, &untouched, sizeof row);
}

/* Reads to the first refusal, which must be of that status on that line. */
static void assert_refused(const char *text, mbill_status status, int64_t line, const char *part)
{
    mbill_reading_file *file = (mbill_reading_file *)(void *)&file;
    mbill_reading_row row, untouched;
    mbill_error err;
    int32_t more = 1;
    mbill_error_init(&err);
    mbill_status got = mbill_reading_file_open(text, strlen(text), NULL, NULL, &file, &err);
    if (got != MBILL_OK) ck_assert_ptr_null(file);
    memset(&row, 0xA5, sizeof row);
    while (got == MBILL_OK && more == 1) {
        untouched = row;
        got = mbill_reading_file_next(file, &row, &more, &err);
    }
    ck_assert_msg(got != MBILL_OK, "taken: %s", text);
    assert_refusal_index(&err, got, status, line, part);
    if (file != NULL) {
        ck_assert_mem_eq(&row, &untouched, sizeof row);
        ck_assert_int_eq(mbill_reading_file_next(file, &row, &more, &err), MBILL_E_MISUSE);
        ck_assert_str_ne(err.message, "");
    }
    mbill_reading_file_free(file);
}

/* ---- ok ---- */

START_TEST(reads_registers)
{
    mbill_reading_file *file = open_file("meter,register,time,value,mark,quality\r\n"
                                         "A,import,2026-01-01T00:00:00Z,950.5,,\r\n"
                                         "A,export,2026-01-01T00:00:00Z,0,,measured\r\n"
                                         "A,import,2026-01-01T01:00:00Z,3,rollover,estimated\r\n"
                                         "A,import,2026-01-01T02:00:00Z,4,removed,substituted\r\n"
                                         "A,import,2026-01-01T02:00:00Z,1,installed,\r\n");
    mbill_reading_row row = next_row(file);
    ck_assert_int_eq(row.line, 2);
    ck_assert_int_eq(row.is_interval, 0);
    ck_assert_uint_eq(row.meter_len, 1);
    ck_assert_mem_eq(row.meter, "A", 1);
    ck_assert_uint_eq(row.reg_len, 6);
    ck_assert_mem_eq(row.reg, "import", 6);
    ck_assert_int_eq(row.reading.at_utc_s, T0);
    ck_assert_int_eq(row.reading.value_micro, 950500000);
    ck_assert_uint_eq(row.reading.flags, 0);
    row = next_row(file);
    ck_assert_mem_eq(row.reg, "export", 6);
    row = next_row(file);
    ck_assert_uint_eq(row.reading.flags, MBILL_READING_ROLLOVER | MBILL_READING_ESTIMATED);
    row = next_row(file);
    ck_assert_uint_eq(row.reading.flags, MBILL_READING_REMOVED | MBILL_READING_SUBSTITUTED);
    row = next_row(file);
    ck_assert_uint_eq(row.reading.flags, MBILL_READING_INSTALLED);
    ck_assert_int_eq(row.line, 6);
    assert_end(file);
    assert_end(file);
    mbill_reading_file_free(file);
}
END_TEST

START_TEST(reads_intervals)
{
    mbill_reading_file *file = open_file("start,end,quantity,quality\n"
                                         "2026-01-01T00:00:00Z,2026-01-01T01:00:00Z,0.25,\n"
                                         "2026-01-01T01:00:00Z,2026-01-01T02:00:00Z,-1,estimated\n"
                                         "2026-01-01T05:00:00Z,2026-01-02,\"2\",measured");
    mbill_reading_row row = next_row(file);
    ck_assert_int_eq(row.is_interval, 1);
    ck_assert_ptr_null(row.meter);
    ck_assert_ptr_null(row.reg);
    ck_assert_uint_eq(row.meter_len + row.reg_len, 0);
    ck_assert_int_eq(row.interval.start_utc_s, T0);
    ck_assert_int_eq(row.interval.end_utc_s, T0 + HOUR);
    ck_assert_int_eq(row.interval.quantity_micro, 250000);
    row = next_row(file);
    ck_assert_int_eq(row.interval.start_utc_s, T0 + HOUR);
    ck_assert_int_eq(row.interval.quantity_micro, -1000000);
    ck_assert_uint_eq(row.interval.flags, MBILL_READING_ESTIMATED);
    row = next_row(file);
    ck_assert_int_eq(row.interval.end_utc_s, T0 + 24 * HOUR);
    assert_end(file);
    mbill_reading_file_free(file);
}
END_TEST

START_TEST(header_alone)
{
    mbill_reading_file *file = open_file("time,value\n");
    assert_end(file);
    mbill_reading_file_free(file);
    mbill_reading_file_free(NULL);
}
END_TEST

/* Meters round by round, then meter by meter: each keeps its own order. */
START_TEST(keeps_many_meters_apart)
{
    enum { METERS = 300, ROUNDS = 4 };
    char *text = malloc(METERS * ROUNDS * 2 * 64);
    ck_assert_ptr_nonnull(text);
    int at = sprintf(text, "meter,register,time,value\n");
    for (int hour = 0; hour < ROUNDS; hour++)
        for (int meter = 0; meter < METERS; meter++)
            at += sprintf(text + at, "M%d,%s,2026-01-01T%02d:00:00Z,%d\n", meter, meter % 2 ? "a" : "b", hour, meter + hour);
    for (int meter = METERS - 1; meter >= 0; meter -= 7)
        for (int hour = ROUNDS; hour < ROUNDS + 2; hour++)
            at += sprintf(text + at, "M%d,%s,2026-01-01T%02d:00:00Z,%d\n", meter, meter % 2 ? "a" : "b", hour, meter + hour);
    mbill_reading_file *file = open_file(text);
    int64_t rows = 0;
    int32_t more = 1;
    mbill_reading_row row;
    while (more == 1) {
        ck_assert_int_eq(mbill_reading_file_next(file, &row, &more, NULL), MBILL_OK);
        rows += more;
    }
    ck_assert_int_eq(rows, METERS * ROUNDS + 2 * ((METERS + 6) / 7));
    mbill_reading_file_free(file);
    sprintf(text + at, "M6,b,2026-01-01T03:00:00Z,9\n");
    assert_refused(text, MBILL_E_ORDER, rows + 2,
        "meter M6, register b: time 2026-01-01T03:00:00Z, expected it after 2026-01-01T03:00:00Z");
    free(text);
}
END_TEST

/* "AB" + "C" and "A" + "BC" are two series. */
START_TEST(names_do_not_run_together)
{
    mbill_reading_file *file = open_file("meter,register,time,value\nAB,C,2026-01-02,1\nA,BC,2026-01-01,1\nABC,x,2026-01-01,1\n"
                                         "A,BC,2026-01-02,1\nAB,C,2026-01-03,1\n");
    static const int32_t series[] = {0, 1, 2, 1, 0};
    for (size_t i = 0; i < sizeof series / sizeof series[0]; i++) ck_assert_int_eq(next_row(file).series, series[i]);
    assert_end(file);
    mbill_reading_file_free(file);
}
END_TEST

/* ---- refused ---- */

typedef struct refused_case {
    const char *text;
    mbill_status status;
    int64_t line;
    const char *part;
} refused_case;

static const refused_case header_cases[] = {
    {"", MBILL_E_SYNTAX, 1, "header"},
    {"meter\n", MBILL_E_MISSING_KEY, 1, "column \"time\" is missing"},
    {"time\n", MBILL_E_MISSING_KEY, 1, "column \"value\" is missing"},
    {"value\n", MBILL_E_MISSING_KEY, 1, "column \"time\" is missing"},
    {"start,quantity\n", MBILL_E_MISSING_KEY, 1, "column \"end\" is missing"},
    {"start,end\n", MBILL_E_MISSING_KEY, 1, "column \"quantity\" is missing"},
    {"time,value,end\n", MBILL_E_UNKNOWN_KEY, 1, "column \"end\" does not belong into a file of register counts"},
    {"start,end,quantity,mark\n", MBILL_E_UNKNOWN_KEY, 1, "column \"mark\" does not belong into a file of intervals"},
    {"time,valu\n", MBILL_E_UNKNOWN_KEY, 1, "\"value\""},
    {"time,value,value\n", MBILL_E_DUPLICATE_KEY, 1, "\"value\" stands twice"},
    {"time;value\n", MBILL_E_SYNTAX, 1, "\";\""},
    {"\xEF\xBB\xBFtime,value\n", MBILL_E_ENCODING, 1, "byte"},
};

static const refused_case row_cases[] = {
    {"time,value\n2026-01-01,1\n2026-01-01,2\n", MBILL_E_ORDER, 3,
        "line 3: readings: time 2026-01-01T00:00:00Z, expected it after 2026-01-01T00:00:00Z"},
    {"meter,time,value\nA,2026-01-02,1\nB,2026-01-01,2\nA,2026-01-01,3\n", MBILL_E_ORDER, 4,
        "line 4: meter A: time 2026-01-01T00:00:00Z, expected it after 2026-01-02T00:00:00Z"},
    {"register,time,value\nin,2026-01-02,1\nin,2026-01-01,3\n", MBILL_E_ORDER, 3, "register in: time"},
    {"time,value,mark\n2026-01-01,1,installed\n2026-01-01,2,removed\n", MBILL_E_ORDER, 3, "expected it after"},
    {"time,value,mark\n2026-01-01,1,removed\n2026-01-01,2,installed\n2026-01-01,2,installed\n", MBILL_E_ORDER, 4,
        "expected it after"},
    {"start,end,quantity\n2026-01-01,2026-01-03,1\n2026-01-02,2026-01-04,1\n", MBILL_E_OVERLAP, 3,
        "starts at 2026-01-02T00:00:00Z, expected it after 2026-01-03T00:00:00Z"},
    {"start,end,quantity\n2026-01-02,2026-01-03,1\n2026-01-02,2026-01-03,1\n", MBILL_E_OVERLAP, 3, "expected it after"},
    {"start,end,quantity\n2026-01-02,2026-01-03,1\n2026-01-01,2026-01-02,1\n", MBILL_E_ORDER, 3,
        "expected it after 2026-01-02T00:00:00Z"},
    {"start,end,quantity\n2026-01-02,2026-01-02,1\n", MBILL_E_INVALID, 2, "not after its start at 2026-01-02T00:00:00Z"},
    {"start,end,quantity\n2026-01-02,2026-01-01,1\n", MBILL_E_INVALID, 2, "line 2: interval ends at 2026-01-01T00:00:00Z"},
    {"time,value\nyesterday,1\n", MBILL_E_DATE, 2, "line 2: time: "},
    {"start,end,quantity\n2026-01-02,soon,1\n", MBILL_E_DATE, 2, "line 2: end: "},
    {"time,value\n2026-01-01,\n", MBILL_E_NUMBER, 2, "line 2: value: "},
    {"time,value\n2026-01-01,1e3\n", MBILL_E_NUMBER, 2, "1e3"},
    {"time,value\n2026-01-01,0.1234567\n", MBILL_E_DIGITS, 2, "0.1234567"},
    {"time,value\n2026-01-01,9223372036855\n", MBILL_E_OVERFLOW, 2, "line 2: value: "},
    {"time,value\n2026-01-01,-1\n", MBILL_E_RANGE, 2, "line 2: register value -1 is below 0"},
    {"time,value,mark\n2026-01-01,1,Rollover\n", MBILL_E_INVALID, 2,
        "mark \"Rollover\" is not one of rollover, removed, installed or empty"},
    {"time,value,quality\n2026-01-01,1,good\n", MBILL_E_INVALID, 2,
        "quality \"good\" is not one of measured, estimated, substituted or empty"},
    {"meter,time,value\n,2026-01-01,1\n", MBILL_E_INVALID, 2, "line 2: meter is empty"},
    {"register,time,value\n,2026-01-01,1\n", MBILL_E_INVALID, 2, "line 2: register is empty"},
    {"time,value\n2026-01-01\n", MBILL_E_SYNTAX, 2, "line 2"},
    {"time,value\n2026-01-01,1\n\n2026-01-02,1\n", MBILL_E_SYNTAX, 3, "line 3"},
    {"time,value\n2026-01-01,1,\n", MBILL_E_SYNTAX, 2, "line 2"},
};

START_TEST(refuses_headers)
{
    assert_refused(header_cases[_i].text, header_cases[_i].status, header_cases[_i].line, header_cases[_i].part);
}
END_TEST

START_TEST(refuses_rows)
{
    assert_refused(row_cases[_i].text, row_cases[_i].status, row_cases[_i].line, row_cases[_i].part);
}
END_TEST

START_TEST(refuses_long_names)
{
    char text[400] = "meter,time,value\n";
    size_t at = strlen(text);
    memset(text + at, 'm', 128);
    memcpy(text + at + 128, ",2026-01-01,1\n", 15);
    mbill_reading_file *file = open_file(text);
    (void)next_row(file);
    assert_end(file);
    mbill_reading_file_free(file);
    text[at + 128] = 'm';
    memcpy(text + at + 129, ",2026-01-01,1\n", 15);
    assert_refused(text, MBILL_E_LIMIT, 2, "129 bytes, expected at most 128");
}
END_TEST

START_TEST(refuses_null)
{
    static const char text[] = "time,value\n2026-01-01,1\n";
    mbill_reading_file *file = NULL;
    mbill_reading_row row;
    int32_t more;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_reading_file_open(NULL, 0, NULL, NULL, &file, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "text is NULL");
    ck_assert_int_eq(mbill_reading_file_open(text, strlen(text), NULL, NULL, NULL, &err), MBILL_E_MISUSE);
    file = open_file(text);
    ck_assert_int_eq(mbill_reading_file_next(NULL, &row, &more, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_reading_file_next(file, NULL, &more, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_reading_file_next(file, &row, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "out_more is NULL");
    (void)next_row(file);
    mbill_reading_file_free(file);
}
END_TEST

/* ---- edges ---- */

/* A local hour that the clock change skips is refused, with its line. */
START_TEST(local_times)
{
    static const char rule[] = "CET-1CEST,M3.5.0,M10.5.0/3";
    static const char text[] = "time,value\n2026-03-29 01:30,1\n2026-03-29 02:30,2\n";
    mbill_zone *zone;
    mbill_reading_file *file;
    mbill_reading_row row;
    int32_t more;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_zone_from_rule(rule, strlen(rule), NULL, &zone, &err), MBILL_OK);
    ck_assert_int_eq(mbill_reading_file_open(text, strlen(text), zone, NULL, &file, &err), MBILL_OK);
    ck_assert_int_eq(mbill_reading_file_next(file, &row, &more, &err), MBILL_OK);
    ck_assert_int_eq(row.reading.at_utc_s, INT64_C(1774744200)); /* 2026-03-29T00:30:00Z */
    assert_refusal_index(&err, mbill_reading_file_next(file, &row, &more, &err), MBILL_E_NO_SUCH_TIME, 3, "line 3: time: ");
    mbill_reading_file_free(file);
    mbill_zone_free(zone);
}
END_TEST

static mbill_status read_all(const char *text, const mbill_allocator *allocator, int64_t *rows)
{
    mbill_reading_file *file;
    mbill_reading_row row;
    int32_t more = 1;
    *rows = 0;
    mbill_status status = mbill_reading_file_open(text, strlen(text), NULL, allocator, &file, NULL);
    if (status != MBILL_OK) ck_assert_ptr_null(file);
    while (status == MBILL_OK && more == 1) {
        status = mbill_reading_file_next(file, &row, &more, NULL);
        if (status == MBILL_OK) *rows += more;
    }
    mbill_reading_file_free(file);
    return status;
}

START_TEST(no_memory)
{
    char text[4096] = "meter,time,value\n";
    for (int i = 0; i < 70; i++) sprintf(text + strlen(text), "M%d,2026-01-01,1\n", i);
    size_t fail_at = 1;
    mbill_status status = MBILL_E_NOMEM;
    for (; status == MBILL_E_NOMEM; fail_at++) {
        counting_allocator counter;
        int64_t rows;
        counting_start(&counter, fail_at);
        status = read_all(text, &counter.allocator, &rows);
        ck_assert(counting_is_even(&counter));
        if (status == MBILL_OK) ck_assert_int_eq(rows, 70);
    }
    ck_assert_int_eq(status, MBILL_OK);
    ck_assert_uint_gt(fail_at, 5);
}
END_TEST

static Suite *reading_file_suite(void)
{
    Suite *suite = suite_create("reading_file");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, reads_registers);
    tcase_add_test(ok, reads_intervals);
    tcase_add_test(ok, header_alone);
    tcase_add_test(ok, keeps_many_meters_apart);
    tcase_add_test(ok, names_do_not_run_together);
    tcase_add_loop_test(refused, refuses_headers, 0, (int)(sizeof header_cases / sizeof header_cases[0]));
    tcase_add_loop_test(refused, refuses_rows, 0, (int)(sizeof row_cases / sizeof row_cases[0]));
    tcase_add_test(refused, refuses_long_names);
    tcase_add_test(refused, refuses_null);
    tcase_add_test(edges, local_times);
    tcase_add_test(edges, no_memory);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return suite;
}

int main(void)
{
    return check_run(reading_file_suite(), CK_NOFORK);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Bills of several versions read back from their documents: the round trip, and every refusal that a bill of one version cannot have. */
#include "check_run.h"
#include "meterbill/bill.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO INT64_C(1000000)
#define NANO INT64_C(1000000000)
#define DAY_S INT64_C(86400)
#define T0 INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define T1 (T0 + 10 * DAY_S)
#define T2 (T0 + 20 * DAY_S)
#define T3 (T0 + 31 * DAY_S)
#define CAP 8

static const mbill_charge_label old_charges[] = {{"energy", NULL, NULL, "kWh", NULL}, {"basic", NULL, NULL, "m2", NULL}};
static const mbill_charge_label new_charges[] = {{"basic", NULL, NULL, "m2", NULL}, {"energy", NULL, NULL, "kWh", NULL},
    {"tax", NULL, NULL, "", NULL}};
static const char *const old_periods[] = {"peak", "valley"}, *const new_periods[] = {"valley"};
static const mbill_labels old = {sizeof old, 0, "home", "1", "CNY", "00ff", NULL, old_charges, 2, old_periods, 2};
static const mbill_labels new = {sizeof new, 0, "home", "2", "CNY", NULL, NULL, new_charges, 3, new_periods, 1};
static const mbill_labels *const both[] = {&new, &old};

static mbill_line line_of(int32_t charge, int32_t period, int64_t from_utc_s, int64_t to_utc_s, int64_t quantity, int64_t rate)
{
    return (mbill_line){MBILL_LINE_PLAIN, charge, period, 0, from_utc_s, to_utc_s, quantity * MICRO, rate * NANO, 1, 0,
        quantity * rate * MICRO, 0};
}

/* 70 x 1 of the first version, the same version again after ten days with 30 x 1, and of the second 40 x 5 and 146 x 2. */
static char *write_whole(mbill_line lines[4], mbill_bill_segment segments[3], mbill_bill *bill)
{
    lines[0] = line_of(0, -1, T0, T1, 70, 1);
    lines[1] = line_of(0, 0, T1, T2, 30, 1);
    lines[2] = line_of(0, -1, T2, T3, 40, 5);
    lines[3] = line_of(1, 0, T2, T3, 146, 2);
    segments[0] = (mbill_bill_segment){&old, T0, T1, 0, 1, 70 * MICRO};
    segments[1] = (mbill_bill_segment){&old, T1, T2, 1, 1, 30 * MICRO};
    segments[2] = (mbill_bill_segment){&new, T2, T3, 2, 2, 492 * MICRO};
    *bill = (mbill_bill){sizeof *bill, 0, T0, T3, 592 * MICRO, NULL, 0};
    size_t room = 0;
    ck_assert_int_eq(mbill_bill_write_segments(bill, lines, 4, segments, 3, 0, NULL, &room, NULL), MBILL_OK);
    char *text = malloc(room);
    ck_assert_int_eq(mbill_bill_write_segments(bill, lines, 4, segments, 3, 0, text, &room, NULL), MBILL_OK);
    return text;
}

typedef struct reading {
    mbill_line lines[CAP];
    mbill_bill_segment segments[CAP];
    size_t n_lines, n_segments;
    mbill_bill bill;
    mbill_error err;
} reading;

static mbill_status read_text(const char *text, size_t cap_lines, size_t cap_segments, reading *out)
{
    memset(out, 0, sizeof *out);
    out->bill = (mbill_bill){.struct_size = sizeof out->bill, .total_micro = 77};
    mbill_error_init(&out->err);
    return mbill_bill_read_segments(text, strlen(text), both, 2, out->lines, cap_lines, &out->n_lines, out->segments,
        cap_segments, &out->n_segments, &out->bill, &out->err);
}

START_TEST(reads_what_is_written)
{
    mbill_line lines[4];
    mbill_bill_segment segments[3];
    mbill_bill bill;
    reading got;
    char *text = write_whole(lines, segments, &bill);
    ck_assert_msg(read_text(text, CAP, CAP, &got) == MBILL_OK, "%s: %s", got.err.path, got.err.message);
    ck_assert_uint_eq(got.n_lines, 4);
    ck_assert_uint_eq(got.n_segments, 3);
    ck_assert_mem_eq(got.lines, lines, sizeof lines);
    ck_assert_mem_eq(got.segments, segments, sizeof segments);
    ck_assert_mem_eq(&got.bill, &bill, sizeof bill);
    assert_refusal(&got.err, read_text(text, 3, CAP, &got), MBILL_E_ROOM, "4 lines");
    ck_assert_uint_eq(got.n_segments, 3);
    assert_refusal(&got.err, read_text(text, CAP, 2, &got), MBILL_E_ROOM, "3 segments");
    ck_assert_uint_eq(got.n_lines, 4);
    ck_assert_int_eq(got.bill.total_micro, 77);
    free(text);
}
END_TEST

START_TEST(one_version_is_one_segment)
{
    const mbill_line line = line_of(1, -1, T0, T3, 3, 2);
    const mbill_bill bill = {sizeof bill, 0, T0, T3, 6 * MICRO, NULL, 0};
    char text[1024];
    size_t len = sizeof text;
    reading got;
    ck_assert_int_eq(mbill_bill_write(&bill, &line, 1, &new, 0, text, &len, NULL), MBILL_OK);
    ck_assert_msg(read_text(text, CAP, CAP, &got) == MBILL_OK, "%s: %s", got.err.path, got.err.message);
    ck_assert_uint_eq(got.n_segments, 1);
    ck_assert_ptr_eq(got.segments[0].labels, &new);
    ck_assert_uint_eq(got.segments[0].n_lines, 1);
    ck_assert_int_eq(got.segments[0].to_utc_s, T3);
    ck_assert_int_eq(got.segments[0].total_micro, 6 * MICRO);
    ck_assert_int_eq(got.lines[0].charge, 1);
}
END_TEST

/* Where one version's labels have all names, the lines can be had by them alone. */
START_TEST(one_labels_for_all_versions)
{
    mbill_line lines[4], got[CAP];
    mbill_bill_segment segments[3];
    mbill_bill bill, read = {.struct_size = sizeof read};
    mbill_error err;
    size_t n = 0;
    char *text = write_whole(lines, segments, &bill);
    mbill_error_init(&err);
    ck_assert_msg(mbill_bill_read(text, strlen(text), &old, got, CAP, &n, &read, &err) == MBILL_E_NOT_FOUND, "%s", err.message);
    ck_assert_ptr_nonnull(strstr(err.message, "\"tax\"")); /* of which there is a sum */
    char *tax = strstr(text, ",{\"id\":\"tax\",\"amount\":\"0\"}");
    ck_assert_ptr_nonnull(tax);
    memmove(tax, tax + strlen(",{\"id\":\"tax\",\"amount\":\"0\"}"),
        strlen(tax + strlen(",{\"id\":\"tax\",\"amount\":\"0\"}")) + 1);
    mbill_error_init(&err);
    ck_assert_msg(mbill_bill_read(text, strlen(text), &old, got, CAP, &n, &read, &err) == MBILL_OK, "%s: %s", err.path,
        err.message);
    ck_assert_uint_eq(n, 4);
    ck_assert_int_eq(got[3].charge, 0); /* energy, by the old labels */
    ck_assert_int_eq(got[3].period, 1);
    free(text);
}
END_TEST

static const struct {
    const char *was, *is;
    mbill_status status;
    const char *path, *part;
} changes[] = {
    {"\"versions\":[", "\"version\":\"1\",\"versions\":[", MBILL_E_INVALID, "/version", "in place of"},
    {"\"versions\":[", "\"hash\":\"00ff\",\"versions\":[", MBILL_E_INVALID, "/hash", "in place of"},
    {"\"versions\":[", "\"versionen\":[", MBILL_E_UNKNOWN_KEY, "/versionen", ""},
    {"\"versions\":[{\"version\":\"1\",\"hash\":\"00ff\",", "\"versions\":[{\"version\":\"1\",\"hush\":\"00ff\",",
        MBILL_E_UNKNOWN_KEY, "/versions/0/hush", ""},
    {"\"versions\":[{\"version\":\"1\",", "\"versions\":[{", MBILL_E_MISSING_KEY, "/versions/0/version", ""},
    {"\"versions\":[{\"version\":\"1\"", "\"versions\":[{\"version\":\"7\"", MBILL_E_NOT_FOUND, "/versions/0/version", "\"7\""},
    {"\"versions\":[{\"version\":\"1\"", "\"versions\":[{\"version\":1", MBILL_E_TYPE, "/versions/0/version", ""},
    {"\"total\":\"70\"", "\"total\":\"71\"", MBILL_E_INVALID, "/versions/0", "comes to 71, but its lines add up to 70"},
    {"\"to\":\"2026-01-11T00:00:00Z\",\"total\"", "\"to\":\"2026-01-12T00:00:00Z\",\"total\"", MBILL_E_INVALID, "/versions/1",
        "do not follow each other"},
    {"\"to\":\"2026-02-01T00:00:00Z\",\"total\"", "\"to\":\"2026-02-02T00:00:00Z\",\"total\"", MBILL_E_INVALID, "/versions/2",
        "do not follow each other"},
    {"{\"charge\":\"energy\",\"version\":\"1\"", "{\"charge\":\"energy\",\"version\":\"2\"", MBILL_E_INVALID, "/lines/1/version",
        "by version \"1\""},
    {"{\"charge\":\"energy\",\"version\":\"1\",", "{\"charge\":\"energy\",", MBILL_E_MISSING_KEY, "/lines/0/version", ""},
    {"{\"charge\":\"energy\",\"version\":\"1\"", "{\"charge\":\"tax\",\"version\":\"1\"", MBILL_E_NOT_FOUND, "/lines/0/charge",
        "\"tax\""},
    {"{\"id\":\"energy\",\"amount\":\"392\"", "{\"id\":\"energy\",\"amount\":\"393\"", MBILL_E_INVALID, "/charges/0",
        "its lines add up to 392"},
};

START_TEST(refuses)
{
    mbill_line lines[4];
    mbill_bill_segment segments[3];
    mbill_bill bill;
    reading got;
    char *text = write_whole(lines, segments, &bill), bad[4096];
    const char *at = strstr(text, changes[_i].was);
    ck_assert_msg(at != NULL, "%s is not in %s", changes[_i].was, text);
    snprintf(bad, sizeof bad, "%.*s%s%s", (int)(at - text), text, changes[_i].is, at + strlen(changes[_i].was));
    mbill_status status = read_text(bad, CAP, CAP, &got);
    assert_refusal_path(&got.err, status, changes[_i].status, changes[_i].path, changes[_i].part);
    ck_assert_int_eq(got.bill.total_micro, 77);
    ck_assert_uint_eq(got.n_segments, 0);
    free(text);
}
END_TEST

START_TEST(misuse_is_named)
{
    static const mbill_labels shop = {sizeof shop, 0, "shop", "1", "CNY", NULL, NULL, old_charges, 2, old_periods, 2};
    const mbill_labels *const mixed[] = {&old, &shop}, *const missing[] = {&old, NULL};
    mbill_line lines[4];
    mbill_bill_segment segments[3];
    mbill_bill bill;
    mbill_error err;
    size_t n, m;
    char *text = write_whole(lines, segments, &bill);
    size_t len = strlen(text);
    mbill_error_init(&err);
#define READ(json, labels, n_labels, lines, out_n, segments, out_m, bill)                                                        \
    mbill_bill_read_segments(json, len, labels, n_labels, lines, 4, out_n, segments, 3, out_m, bill, &err)
    ck_assert_int_eq(READ(NULL, both, 2, lines, &n, segments, &m, &bill), MBILL_E_MISUSE);
    ck_assert_int_eq(READ(text, NULL, 2, lines, &n, segments, &m, &bill), MBILL_E_MISUSE);
    ck_assert_int_eq(READ(text, both, 0, lines, &n, segments, &m, &bill), MBILL_E_MISUSE);
    ck_assert_int_eq(READ(text, missing, 2, lines, &n, segments, &m, &bill), MBILL_E_MISUSE);
    ck_assert_int_eq(READ(text, both, 2, NULL, &n, segments, &m, &bill), MBILL_E_MISUSE);
    ck_assert_int_eq(READ(text, both, 2, lines, NULL, segments, &m, &bill), MBILL_E_MISUSE);
    ck_assert_int_eq(READ(text, both, 2, lines, &n, NULL, &m, &bill), MBILL_E_MISUSE);
    ck_assert_int_eq(READ(text, both, 2, lines, &n, segments, NULL, &bill), MBILL_E_MISUSE);
    ck_assert_int_eq(READ(text, both, 2, lines, &n, segments, &m, NULL), MBILL_E_MISUSE);
    assert_refusal(&err, READ(text, mixed, 2, lines, &n, segments, &m, &bill), MBILL_E_INVALID, "\"shop\"");
    bill.struct_size = 0;
    ck_assert_int_eq(READ(text, both, 2, lines, &n, segments, &m, &bill), MBILL_E_MISUSE);
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("segments");
    TCase *all = tcase_create("segments");
    tcase_add_test(all, reads_what_is_written);
    tcase_add_test(all, one_version_is_one_segment);
    tcase_add_test(all, one_labels_for_all_versions);
    tcase_add_loop_test(all, refuses, 0, sizeof changes / sizeof changes[0]);
    tcase_add_test(all, misuse_is_named);
    suite_add_tcase(suite, all);
    return check_run(suite, CK_FORK_GETENV);
}

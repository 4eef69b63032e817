/* SPDX-License-Identifier: Apache-2.0 */
/* Corrections: the difference of two bills line by line, the bill read back from its document, every refusal of both. */
#include "check_run.h"
#include "meterbill/bill.h"
#include "refusal.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNIT INT64_C(1000000)
#define NANO INT64_C(1000000000)
#define T0 INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define T1 (T0 + 31 * INT64_C(86400))
#define ROOM 16

static const mbill_charge_label charges[] = {{"energy", "Energy", "power company", "kWh", NULL},
    {"basic", NULL, NULL, "m2", NULL}};
static const char *const periods[] = {"peak", "valley"};
static const mbill_labels labels = {sizeof labels, 0, "home", "2026-01-01", "CNY", "00ff", NULL, charges, 2, periods, 2};

static mbill_line tier_line(int32_t tier, int64_t quantity_micro, int64_t rate_nano, int64_t amount_micro, int64_t step_micro)
{
    return (mbill_line){MBILL_LINE_GRADUATED, 0, -1, tier, T0, T1, quantity_micro, rate_nano, 1, 0, amount_micro, step_micro};
}

/* A bill of these lines. */
static mbill_bill bill_of(const mbill_line *lines, size_t n)
{
    mbill_bill bill = {sizeof bill, 0, T0, T1, 0, NULL, 0};
    for (size_t i = 0; i < n; i++) {
        bill.total_micro += lines[i].amount_micro;
        bill.flags |= lines[i].flags;
    }
    return bill;
}

typedef struct correction {
    mbill_line lines[ROOM];
    size_t n;
    mbill_bill bill;
} correction;

static correction correct(const mbill_line *old, size_t n_old, const mbill_line *now, size_t n_now)
{
    correction out = {.bill.struct_size = sizeof(mbill_bill)};
    mbill_bill old_bill = bill_of(old, n_old), new_bill = bill_of(now, n_now);
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_bill_difference(&old_bill, old, n_old, &new_bill, now, n_now, out.lines, ROOM, &out.n, &out.bill,
        &err);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
    ck_assert_msg(mbill_bill_check(&out.bill, out.lines, out.n, &err) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(out.bill.total_micro, new_bill.total_micro - old_bill.total_micro);
    return out;
}

static void assert_line(const correction *c, size_t index, int32_t tier, int64_t quantity_micro, int64_t amount_micro,
    uint32_t flags)
{
    ck_assert_uint_lt(index, c->n);
    ck_assert_int_eq(c->lines[index].tier, tier);
    ck_assert_int_eq(c->lines[index].quantity_micro, quantity_micro);
    ck_assert_int_eq(c->lines[index].amount_micro, amount_micro);
    ck_assert_uint_eq(c->lines[index].flags, flags);
}

/* ---- differences ---- */

/* 250 estimated, 180 read: tier 1 stays, tier 2 falls by 70. */
START_TEST(an_estimate_is_replaced)
{
    mbill_line old[] = {tier_line(1, 100 * UNIT, NANO / 2, 50 * UNIT, 0), tier_line(2, 150 * UNIT, NANO, 150 * UNIT, 0)};
    mbill_line now[] = {old[0], tier_line(2, 80 * UNIT, NANO, 80 * UNIT, 0)};
    old[0].flags = old[1].flags = MBILL_LINE_ESTIMATED;
    correction c = correct(old, 2, now, 2);
    ck_assert_uint_eq(c.n, 1);
    assert_line(&c, 0, 2, -70 * UNIT, -70 * UNIT, MBILL_LINE_ESTIMATED | MBILL_LINE_CORRECTION);
    ck_assert_uint_eq(c.bill.flags, MBILL_LINE_ESTIMATED | MBILL_LINE_CORRECTION);
}
END_TEST

START_TEST(tiers_come_and_go)
{
    mbill_line old[] = {tier_line(1, 60 * UNIT, NANO / 2, 30 * UNIT, 0)};
    mbill_line now[] = {tier_line(1, 100 * UNIT, NANO / 2, 50 * UNIT, 0), tier_line(2, 10 * UNIT, NANO, 10 * UNIT, 0)};
    correction up = correct(old, 1, now, 2), down = correct(now, 2, old, 1);
    ck_assert_uint_eq(up.n, 2);
    assert_line(&up, 0, 1, 40 * UNIT, 20 * UNIT, MBILL_LINE_CORRECTION);
    assert_line(&up, 1, 2, 10 * UNIT, 10 * UNIT, MBILL_LINE_CORRECTION);
    ck_assert_uint_eq(down.n, 2);
    assert_line(&down, 0, 1, -40 * UNIT, -20 * UNIT, MBILL_LINE_CORRECTION);
    assert_line(&down, 1, 2, -10 * UNIT, -10 * UNIT, MBILL_LINE_CORRECTION);
}
END_TEST

START_TEST(nothing_changes)
{
    mbill_line same[] = {tier_line(1, 60 * UNIT, NANO / 2, 30 * UNIT, 0), tier_line(1, 60 * UNIT, NANO / 2, 30 * UNIT, 0)};
    correction c = correct(same, 2, same, 2), empty = correct(NULL, 0, NULL, 0);
    ck_assert_uint_eq(c.n, 0);
    ck_assert_uint_eq(c.bill.flags, 0);
    ck_assert_uint_eq(empty.n, 0);
}
END_TEST

/* 0.5 and 1.5 micro-units are both shown half_even, as 0 and 2: their difference is not 1 x 1, so both lines stand. */
START_TEST(roundings_that_do_not_subtract)
{
    mbill_line old[] = {tier_line(1, 1, NANO / 2, 0, 0)}, now[] = {tier_line(1, 3, NANO / 2, 2, 0)};
    correction c = correct(old, 1, now, 1);
    ck_assert_uint_eq(c.n, 2);
    assert_line(&c, 0, 1, -1, 0, MBILL_LINE_CORRECTION);
    assert_line(&c, 1, 1, 3, 2, MBILL_LINE_CORRECTION);
}
END_TEST

/* To 0.01: 1.004 down to 1.00, 2.006 up to 2.01. 1.002 is 1.01 away by less than a step. */
START_TEST(stepped_lines_that_subtract)
{
    mbill_line old[] = {tier_line(1, 1004000, NANO, 1000000, 10000)}, now[] = {tier_line(1, 2006000, NANO, 2010000, 10000)};
    correction c = correct(old, 1, now, 1);
    ck_assert_uint_eq(c.n, 1);
    assert_line(&c, 0, 1, 1002000, 1010000, MBILL_LINE_CORRECTION);
    ck_assert_int_eq(c.lines[0].step_micro, 10000);
}
END_TEST

/* Two lines of one kind: the first is set against the first, the second against the second. */
START_TEST(pairs_in_order)
{
    mbill_line old[] = {tier_line(1, 10 * UNIT, NANO, 10 * UNIT, 0), tier_line(1, 20 * UNIT, NANO, 20 * UNIT, 0)};
    mbill_line now[] = {tier_line(1, 10 * UNIT, NANO, 10 * UNIT, 0), tier_line(1, 25 * UNIT, NANO, 25 * UNIT, 0)};
    correction c = correct(old, 2, now, 2);
    ck_assert_uint_eq(c.n, 1);
    assert_line(&c, 0, 1, 5 * UNIT, 5 * UNIT, MBILL_LINE_CORRECTION);
}
END_TEST

/* Any member of the kind that differs keeps two lines apart. */
START_TEST(what_a_kind_is)
{
    const mbill_line old = tier_line(1, 10 * UNIT, NANO, 10 * UNIT, 0);
    mbill_line other[9];
    for (size_t i = 0; i < 9; i++) other[i] = old;
    other[0].rule = MBILL_LINE_PLAIN;
    other[1].charge = 1;
    other[2].period = 0;
    other[3].tier = 2;
    other[4].from_utc_s++;
    other[5].to_utc_s--;
    other[6].rate_nano = 2 * NANO;
    other[6].amount_micro = 20 * UNIT;
    other[7].divide_by = 2;
    other[7].amount_micro = 5 * UNIT;
    other[8].step_micro = 10000;
    for (size_t i = 0; i < 9; i++) {
        correction c = correct(&old, 1, &other[i], 1);
        ck_assert_uint_eq(c.n, 2);
        ck_assert_int_eq(c.lines[1].amount_micro, -10 * UNIT);
    }
}
END_TEST

/* ---- refusals ---- */

static void assert_refused(const mbill_bill *old, const mbill_line *old_line, const mbill_bill *now, const mbill_line *new_line,
    mbill_status status, const char *part)
{
    mbill_line out[2] = {{.rule = 77}};
    mbill_bill out_bill = {.struct_size = sizeof out_bill, .total_micro = 77};
    size_t n = 77;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_bill_difference(old, old_line, 1, now, new_line, 1, out, 2, &n, &out_bill, &err), status, part);
    ck_assert_int_eq(out[0].rule, 77);
    ck_assert_int_eq(out_bill.total_micro, 77);
}

START_TEST(refuses_bills)
{
    const mbill_line line = tier_line(1, 10 * UNIT, NANO, 10 * UNIT, 0), low = tier_line(1, INT64_MIN, NANO, INT64_MIN, 0);
    mbill_line marked = line;
    const mbill_bill bill = bill_of(&line, 1), lowest = bill_of(&low, 1);
    mbill_bill wrong = bill, later = bill;
    wrong.total_micro++;
    assert_refused(&wrong, &line, &bill, &line, MBILL_E_INVALID, "the old bill: lines add up to 10, not to the total 10.000001");
    assert_refused(&bill, &line, &wrong, &line, MBILL_E_INVALID, "the new bill: lines add up to 10");
    later.to_utc_s++;
    assert_refused(&bill, &line, &later, &line, MBILL_E_INVALID, "expected the span of the old one");
    marked.flags = MBILL_LINE_CORRECTION;
    const mbill_bill difference = bill_of(&marked, 1);
    assert_refused(&difference, &marked, &bill, &line, MBILL_E_INVALID, "the old bill is itself a correction");
    assert_refused(&bill, &line, &difference, &marked, MBILL_E_INVALID, "the new bill is itself a correction");
    assert_refused(&lowest, &low, &bill, &line, MBILL_E_OVERFLOW, "difference of the totals");
}
END_TEST

/* The totals can be subtracted, and a line cannot be taken back. */
START_TEST(refuses_what_is_too_large)
{
    const mbill_line old[] = {tier_line(1, INT64_MIN, NANO, INT64_MIN, 0), tier_line(2, INT64_MAX, NANO, INT64_MAX, 0)};
    mbill_bill bill = bill_of(old, 2), empty = bill_of(NULL, 0), out_bill = {.struct_size = sizeof out_bill};
    mbill_line out[2];
    size_t n;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_bill_difference(&bill, old, 2, &empty, NULL, 0, out, 2, &n, &out_bill, &err), MBILL_E_OVERFLOW,
        "too large to be taken back");
}
END_TEST

START_TEST(refuses_calls)
{
    const mbill_line old = tier_line(1, 10 * UNIT, NANO, 10 * UNIT, 0), now = tier_line(2, 10 * UNIT, NANO, 10 * UNIT, 0);
    const mbill_bill bill = bill_of(&old, 1);
    mbill_bill out_bill = {.struct_size = sizeof out_bill}, unset = {0};
    mbill_line out[2] = {{.rule = 77}};
    size_t n = 0;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_bill_difference(&bill, &old, 1, &bill, &now, 1, out, 1, &n, &out_bill, &err), MBILL_E_ROOM,
        "the correction has 2 lines, but there is room for 1");
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(out[0].rule, 77);
    ck_assert_int_eq(mbill_bill_difference(NULL, &old, 1, &bill, &now, 1, out, 2, &n, &out_bill, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_bill_difference(&bill, NULL, 1, &bill, &now, 1, out, 2, &n, &out_bill, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_bill_difference(&bill, &old, 1, NULL, &now, 1, out, 2, &n, &out_bill, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_bill_difference(&bill, &old, 1, &bill, &now, 1, NULL, 2, &n, &out_bill, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_bill_difference(&bill, &old, 1, &bill, &now, 1, out, 2, NULL, &out_bill, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_bill_difference(&bill, &old, 1, &bill, &now, 1, out, 2, &n, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_bill_difference(&bill, &old, 1, &bill, &now, 1, out, 2, &n, &unset, &err), MBILL_E_MISUSE);
}
END_TEST

/* ---- reading ---- */

static const mbill_line whole[] = {{MBILL_LINE_GRADUATED, 0, 0, 2, T0, T1, 300 * UNIT, 558300000, 1, 1, 167490000, 0},
    {MBILL_LINE_PLAIN, 1, -1, 0, T0, T1, 89500000, 7500000000, 30, 0, 22380000, 10000},
    {MBILL_LINE_ROUNDING, -1, -1, 0, T0, T1, 5000, NANO, 1, 0, 5000, 0}};

static char *write_whole(uint32_t flags)
{
    mbill_bill bill = bill_of(whole, 3);
    size_t room = 0;
    ck_assert_int_eq(mbill_bill_write(&bill, whole, 3, &labels, flags, NULL, &room, NULL), MBILL_OK);
    char *text = malloc(room);
    ck_assert_int_eq(mbill_bill_write(&bill, whole, 3, &labels, flags, text, &room, NULL), MBILL_OK);
    return text;
}

START_TEST(reads_what_is_written)
{
    char *text = write_whole(_i == 0 ? 0 : MBILL_WRITE_INDENT);
    mbill_line lines[3];
    mbill_bill bill = {.struct_size = sizeof bill};
    size_t n = 0;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_bill_read(text, strlen(text), &labels, lines, 3, &n, &bill, &err);
    ck_assert_msg(status == MBILL_OK, "%s: %s", err.path, err.message);
    ck_assert_uint_eq(n, 3);
    ck_assert_mem_eq(lines, whole, sizeof whole);
    ck_assert_int_eq(bill.total_micro, 189875000);
    ck_assert_uint_eq(bill.flags, MBILL_LINE_ESTIMATED);
    ck_assert_int_eq(bill.from_utc_s, T0);
    ck_assert_int_eq(bill.to_utc_s, T1);
    bill.total_micro = 77;
    assert_refusal(&err, mbill_bill_read(text, strlen(text), &labels, lines, 2, &n, &bill, &err), MBILL_E_ROOM, "has 3 lines");
    ck_assert_uint_eq(n, 3);
    ck_assert_int_eq(bill.total_micro, 77);
    free(text);
}
END_TEST

/* What is written in place of what, and how the document is refused then. */
static const struct {
    const char *was, *is;
    mbill_status status;
    const char *path, *part;
} changes[] = {
    {"\"meterbill\":1", "\"meterbill\":2", MBILL_E_VERSION, "/meterbill", ""},
    {"\"kind\":\"bill\"", "\"kind\":\"usage\"", MBILL_E_INVALID, "/kind", ""},
    {"\"tariff\":\"home\"", "\"tariff\":\"shop\"", MBILL_E_INVALID, "/tariff", "tariff is \"shop\", expected \"home\""},
    {"\"tariff\":\"home\"", "\"tariff\":7", MBILL_E_TYPE, "/tariff", ""},
    {"\"currency\":\"CNY\"", "\"currency\":\"EUR\"", MBILL_E_INVALID, "/currency", "expected \"CNY\""},
    {"\"currency\":\"CNY\",", "", MBILL_E_MISSING_KEY, "/currency", ""},
    {"\"version\":\"2026-01-01\"", "\"version\":1", MBILL_E_TYPE, "/version", ""},
    {"\"hash\":\"00ff\"", "\"hash\":1", MBILL_E_TYPE, "/hash", ""},
    {"\"hash\":\"00ff\"", "\"hush\":\"00ff\"", MBILL_E_UNKNOWN_KEY, "/hush", ""},
    {"\"from\":\"2026-01-01T00:00:00Z\"", "\"from\":\"2026-13-01T00:00:00Z\"", MBILL_E_DATE, "/from", ""},
    {"\"to\":\"2026-02-01T00:00:00Z\"", "\"to\":2", MBILL_E_TYPE, "/to", ""},
    {"\"to\":\"2026-02-01T00:00:00Z\"", "\"to\":\"2025-02-01T00:00:00Z\"", MBILL_E_INVALID, "", "not after its start"},
    {"\"flags\":[\"estimated\"],\"lines\"", "\"flags\":[],\"lines\"", MBILL_E_INVALID, "", "are not those of its lines"},
    {"\"flags\":[\"estimated\"],\"lines\"", "\"flags\":[\"guessed\"],\"lines\"", MBILL_E_INVALID, "/flags/0", ""},
    {"\"flags\":[\"estimated\"],\"lines\"", "\"flags\":[\"estimated\",\"estimated\"],\"lines\"", MBILL_E_INVALID, "/flags/1",
        "stands twice"},
    {"\"flags\":[\"estimated\"],\"lines\"", "\"lines\"", MBILL_E_MISSING_KEY, "/flags", ""},
    {"\"lines\":[", "\"lines\":7,\"charges\":[", MBILL_E_DUPLICATE_KEY, "", ""},
    {"{\"charge\":\"energy\",\"title\"", "{\"charge\":\"gas\",\"title\"", MBILL_E_NOT_FOUND, "/lines/0/charge",
        "no charge \"gas\""},
    {"\"title\":\"Energy\"", "\"title\":7", MBILL_E_TYPE, "/lines/0/title", ""},
    {"\"period\":\"peak\"", "\"period\":\"dusk\"", MBILL_E_NOT_FOUND, "/lines/0/period", "no period \"dusk\""},
    {"\"tier\":2", "\"tier\":0", MBILL_E_RANGE, "/lines/0/tier", ""},
    {"\"unit\":\"kWh\"", "\"unit\":7", MBILL_E_TYPE, "/lines/0/unit", ""},
    {"\"quantity\":\"300\"", "\"quantity\":300.5", MBILL_E_NUMBER, "/lines/0/quantity", ""},
    {"\"quantity\":\"300\"", "\"quantity\":\"301\"", MBILL_E_INVALID, "/lines/0", "is not the product 301 x 0.5583"},
    {"\"rate\":\"0.5583\",", "", MBILL_E_MISSING_KEY, "/lines/0/rate", ""},
    {"\"amount\":\"167.49\",\"rule\"", "\"amount\":\"x\",\"rule\"", MBILL_E_NUMBER, "/lines/0/amount", ""},
    {"\"rule\":\"graduated\"", "\"rule\":\"guessed\"", MBILL_E_INVALID, "/lines/0/rule", ""},
    {"\"rule\":\"graduated\",", "", MBILL_E_MISSING_KEY, "/lines/0/rule", ""},
    {"\"divide_by\":30", "\"divide_by\":1", MBILL_E_RANGE, "/lines/1/divide_by", ""},
    {"\"step\":\"0.01\"", "\"step\":\"0\"", MBILL_E_RANGE, "/lines/1/step", "above 0"},
    {"\"step\":\"0.01\"", "\"stop\":\"0.01\"", MBILL_E_UNKNOWN_KEY, "/lines/1/stop", ""},
    {"\"id\":\"basic\",\"amount\":\"22.38\"", "\"id\":\"basic\",\"amount\":\"22.39\"", MBILL_E_INVALID, "/charges/1",
        "charge \"basic\" comes to 22.39, but its lines add up to 22.38"},
    {"\"id\":\"basic\",\"amount\"", "\"id\":\"gas\",\"amount\"", MBILL_E_NOT_FOUND, "/charges/1/id", ""},
    {"\"id\":\"basic\",", "", MBILL_E_MISSING_KEY, "/charges/1/id", ""},
    {"\"to\":\"power company\"", "\"to\":7", MBILL_E_TYPE, "/charges/0/to", ""},
    {"\"total\":\"189.875\"", "\"total\":\"189.88\"", MBILL_E_INVALID, "", "lines add up to 189.875, not to the total 189.88"},
};

START_TEST(refuses_documents)
{
    char *text = write_whole(0), bad[4096];
    const char *at = strstr(text, changes[_i].was);
    mbill_line lines[3] = {{.rule = 77}};
    mbill_bill bill = {.struct_size = sizeof bill, .total_micro = 77};
    size_t n = 77;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(at != NULL, "%s is not in the document", changes[_i].was);
    int len = snprintf(bad, sizeof bad, "%.*s%s%s", (int)(at - text), text, changes[_i].is, at + strlen(changes[_i].was));
    mbill_status status = mbill_bill_read(bad, (size_t)len, &labels, lines, 3, &n, &bill, &err);
    assert_refusal(&err, status, changes[_i].status, changes[_i].part);
    if (changes[_i].status != MBILL_E_DUPLICATE_KEY) ck_assert_str_eq(err.path, changes[_i].path);
    ck_assert_int_eq(lines[0].rule, 77);
    ck_assert_int_eq(bill.total_micro, 77);
    ck_assert_uint_eq(n, 77);
    free(text);
}
END_TEST

START_TEST(refuses_to_read)
{
    char *text = write_whole(0);
    size_t len = strlen(text), n;
    mbill_line lines[3];
    mbill_bill bill = {.struct_size = sizeof bill}, unset = {0};
    mbill_labels nameless = labels;
    mbill_error err;
    mbill_error_init(&err);
    nameless.currency = NULL;
    assert_refusal(&err, mbill_bill_read(text, len, &nameless, lines, 3, &n, &bill, &err), MBILL_E_MISUSE,
        "labels->currency is NULL");
    assert_refusal(&err, mbill_bill_read(text, len - 1, &labels, lines, 3, &n, &bill, &err), MBILL_E_SYNTAX, "");
    ck_assert_int_eq(mbill_bill_read(NULL, len, &labels, lines, 3, &n, &bill, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_bill_read(text, len, NULL, lines, 3, &n, &bill, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_bill_read(text, len, &labels, NULL, 3, &n, &bill, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_bill_read(text, len, &labels, lines, 3, NULL, &bill, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_bill_read(text, len, &labels, lines, 3, &n, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_bill_read(text, len, &labels, lines, 3, &n, &unset, &err), MBILL_E_MISUSE);
    free(text);
}
END_TEST

static Suite *correction_suite(void)
{
    Suite *suite = suite_create("correction");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused");
    tcase_add_test(ok, an_estimate_is_replaced);
    tcase_add_test(ok, tiers_come_and_go);
    tcase_add_test(ok, nothing_changes);
    tcase_add_test(ok, roundings_that_do_not_subtract);
    tcase_add_test(ok, stepped_lines_that_subtract);
    tcase_add_test(ok, pairs_in_order);
    tcase_add_test(ok, what_a_kind_is);
    tcase_add_loop_test(ok, reads_what_is_written, 0, 2);
    tcase_add_test(refused, refuses_bills);
    tcase_add_test(refused, refuses_what_is_too_large);
    tcase_add_test(refused, refuses_calls);
    tcase_add_loop_test(refused, refuses_documents, 0, (int)(sizeof changes / sizeof changes[0]));
    tcase_add_test(refused, refuses_to_read);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    return suite;
}

int main(void)
{
    return check_run(correction_suite(), CK_NOFORK);
}

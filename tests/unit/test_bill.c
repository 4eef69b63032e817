/* SPDX-License-Identifier: Apache-2.0 */
/* Bills: the check of products and sums, the sentence of a line, the document byte by byte, every refusal. */
#include "check_run.h"
#include "meterbill/bill.h"
#include "refusal.h"

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define UNIT INT64_C(1000000)
#define NANO INT64_C(1000000000)
#define T0 INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define T1 (T0 + 31 * INT64_C(86400))

static const mbill_charge_label charges[] = {{"energy", "Energy", "power company", "kWh", NULL},
    {"basic", NULL, NULL, "m2", NULL}, {"vat", NULL, "state", NULL, NULL}};
static const char *const periods[] = {"peak", "valley"};
static const mbill_labels labels = {sizeof labels, 0, "home", "2026-01-01", "CNY", "00ff", NULL, charges, 3, periods, 2};

static mbill_line line_of(int32_t rule, int32_t charge, int64_t quantity_micro, int64_t rate_nano, int64_t amount_micro)
{
    return (mbill_line){rule, charge, -1, 0, T0, T1, quantity_micro, rate_nano, 1, 0, amount_micro, 0};
}

static mbill_bill bill_of(int64_t total_micro, uint32_t flags)
{
    return (mbill_bill){sizeof(mbill_bill), flags, T0, T1, total_micro, NULL, 0};
}

static void assert_check_refused(const mbill_line *line, mbill_status status, int64_t index, const char *part)
{
    mbill_bill bill = bill_of(line->amount_micro, 0);
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal_index(&err, mbill_bill_check(&bill, line, 1, &err), status, index, part);
}

static void assert_taken(mbill_line line)
{
    mbill_bill bill = bill_of(line.amount_micro, line.flags);
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_bill_check(&bill, &line, 1, &err) == MBILL_OK, "%s", err.message);
}

/* ---- check ---- */

START_TEST(takes_good_bills)
{
    mbill_line lines[] = {line_of(MBILL_LINE_GRADUATED, 0, 300 * UNIT, 558300000, 167490000),
        line_of(MBILL_LINE_PLAIN, 1, 1, NANO / 2, 0), line_of(MBILL_LINE_ROUNDING, -1, -4, NANO, -4)};
    mbill_bill bill = bill_of(167489996, MBILL_LINE_PRORATED), empty = bill_of(0, 0);
    lines[1].flags = MBILL_LINE_PRORATED;
    ck_assert_int_eq(mbill_bill_check(&bill, lines, 3, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_bill_check(&empty, NULL, 0, NULL), MBILL_OK);
}
END_TEST

static mbill_line rounded_to(int64_t step_micro, mbill_line line)
{
    line.step_micro = step_micro;
    return line;
}

START_TEST(takes_what_rounding_makes)
{
    mbill_line part = line_of(MBILL_LINE_PLAIN, 1, 10 * UNIT, 7 * NANO, 2333333);
    part.divide_by = 30;
    assert_taken(part);                                         /* 2.3333333.. */
    assert_taken(line_of(MBILL_LINE_PLAIN, 0, 3, NANO / 2, 2)); /* 1.5 either way */
    assert_taken(line_of(MBILL_LINE_PLAIN, 0, 3, NANO / 2, 1));
    assert_taken(rounded_to(10000, line_of(MBILL_LINE_PLAIN, 0, 1234567, NANO, 1230000)));           /* to 0.01, down */
    assert_taken(rounded_to(10000, line_of(MBILL_LINE_PLAIN, 0, 1234567, NANO, 1240000)));           /* up */
    assert_taken(rounded_to(50000, line_of(MBILL_LINE_PLAIN, 0, 1234567, NANO, 1250000)));           /* to 0.05, up */
    assert_taken(rounded_to(10 * UNIT, line_of(MBILL_LINE_PLAIN, 0, 126 * UNIT, NANO, 120 * UNIT))); /* to 10, down */
    assert_taken(rounded_to(10 * UNIT, line_of(MBILL_LINE_PLAIN, 0, 4 * UNIT, NANO, 0)));            /* to 10, half_up */
    assert_taken(line_of(MBILL_LINE_PLAIN, 0, INT64_MAX, NANO, INT64_MAX));
    assert_taken(line_of(MBILL_LINE_PLAIN, 0, INT64_MIN, NANO, INT64_MIN));
}
END_TEST

START_TEST(refuses_false_products)
{
    mbill_line line = line_of(MBILL_LINE_GRADUATED, 0, 300 * UNIT, 558300000, 167500000);
    line.amount_micro = 167490001;
    assert_check_refused(&line, MBILL_E_INVALID, 0, "line amount 167.490001 is not the product 300 x 0.5583 / 1");
    line.step_micro = 10000;
    line.amount_micro = 167490001; /* no multiple of its step */
    assert_check_refused(&line, MBILL_E_INVALID, 0, "167.490001");
    line.amount_micro = 167470000; /* two steps off */
    assert_check_refused(&line, MBILL_E_INVALID, 0, "167.47");
    line.amount_micro = -167490000;
    assert_check_refused(&line, MBILL_E_INVALID, 0, "-167.49");
    line = line_of(MBILL_LINE_PLAIN, 0, 1, NANO / 2, 2);
    line.amount_micro = 3;
    assert_check_refused(&line, MBILL_E_INVALID, 0, "0.000003");
    line = line_of(MBILL_LINE_PLAIN, 0, INT64_MAX, INT64_MAX, INT64_MAX);
    assert_check_refused(&line, MBILL_E_INVALID, 0, "is not the product");
    line = line_of(MBILL_LINE_PLAIN, 0, INT64_MAX, INT64_MIN, INT64_MAX);
    line.divide_by = INT32_MAX;
    assert_check_refused(&line, MBILL_E_INVALID, 0, "/ 2147483647");
}
END_TEST

START_TEST(refuses_lines)
{
    const mbill_line good = line_of(MBILL_LINE_PLAIN, 0, UNIT, NANO, UNIT);
    mbill_line bad = good;
    bad.rule = 0;
    assert_check_refused(&bad, MBILL_E_INVALID, 0, "rule 0");
    bad.rule = 17;
    assert_check_refused(&bad, MBILL_E_INVALID, 0, "rule 17");
    bad = good;
    bad.charge = -2;
    assert_check_refused(&bad, MBILL_E_INVALID, 0, "charge -2");
    bad = good;
    bad.period = -2;
    assert_check_refused(&bad, MBILL_E_INVALID, 0, "period -2");
    bad = good;
    bad.tier = -1;
    assert_check_refused(&bad, MBILL_E_INVALID, 0, "tier -1");
    bad = good;
    bad.to_utc_s = bad.from_utc_s;
    assert_check_refused(&bad, MBILL_E_INVALID, 0, "not after its start");
    bad = good;
    bad.divide_by = 0;
    assert_check_refused(&bad, MBILL_E_INVALID, 0, "divide_by 0");
    bad = good;
    bad.flags = 32;
    assert_check_refused(&bad, MBILL_E_UNKNOWN_OPTION, 0, "0x20");
    bad = good;
    bad.step_micro = -1;
    assert_check_refused(&bad, MBILL_E_INVALID, 0, "step_micro -1");
}
END_TEST

START_TEST(refuses_totals)
{
    const mbill_line line = line_of(MBILL_LINE_PLAIN, 0, UNIT, NANO, UNIT);
    mbill_line large[] = {line_of(MBILL_LINE_PLAIN, 0, INT64_MAX, NANO, INT64_MAX), line_of(MBILL_LINE_PLAIN, 0, 1, NANO, 1)};
    mbill_bill bill = bill_of(UNIT + 1, 0);
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal_index(&err, mbill_bill_check(&bill, &line, 1, &err), MBILL_E_INVALID, 1,
        "lines add up to 1, not to the total 1.000001");
    bill = bill_of(UNIT, MBILL_LINE_ESTIMATED);
    assert_refusal_index(&err, mbill_bill_check(&bill, &line, 1, &err), MBILL_E_INVALID, 1,
        "bill flags 0x1 are not those of its lines, 0x0");
    bill = bill_of(UNIT, 0);
    bill.to_utc_s = T0;
    assert_refusal_index(&err, mbill_bill_check(&bill, &line, 1, &err), MBILL_E_INVALID, -1, "not after its start");
    bill = bill_of(INT64_MAX, 0);
    assert_refusal_index(&err, mbill_bill_check(&bill, large, 2, &err), MBILL_E_OVERFLOW, 2, "total 9223372036854.775807");
    ck_assert_int_eq(mbill_bill_check(NULL, &line, 1, &err), MBILL_E_MISUSE);
    assert_refusal_index(&err, mbill_bill_check(&bill, NULL, 1, &err), MBILL_E_MISUSE, -1, "lines is NULL");
    bill.struct_size = 4;
    ck_assert_int_eq(mbill_bill_check(&bill, &line, 1, &err), MBILL_E_MISUSE);
}
END_TEST

/* ---- sentences ---- */

static const struct {
    mbill_line line;
    const char *text;
} sentences[] = {
    {{MBILL_LINE_GRADUATED, 0, 0, 2, T0, T1, 300 * UNIT, 558300000, 1, 0, 167490000, 0},
        "energy, peak, tier 2: 300 kWh x 0.5583 = 167.49"},
    {{MBILL_LINE_PLAIN, 1, -1, 0, T0, T1, 89500000, 7500000000, 30, 0, 22375000, 0}, "basic: 89.5 m2 x 7.5 / 30 = 22.375"},
    {{MBILL_LINE_PERIOD, 0, 1, 0, T0, T1, 700 * UNIT, 358300000, 1, 3, 250810000, 0},
        "energy, valley: 700 kWh x 0.3583 = 250.81 (estimated, prorated)"},
    {{MBILL_LINE_WHOLE, 0, -1, 3, T0, T1, UNIT, NANO, 1, 4, UNIT, 0},
        "energy, tier 3, whole quantity: 1 kWh x 1 = 1 (incomplete)"},
    {{MBILL_LINE_WHOLE_BEFORE, 0, -1, 1, T0, T1, -300 * UNIT, NANO / 2, 1, 0, -150 * UNIT, 0},
        "energy, tier 1, charged before: -300 kWh x 0.5 = -150"},
    {{MBILL_LINE_MONEY, 2, -1, 0, T0, T1, 120500000, NANO / 10, 1, 0, 12050000, 0}, "vat: 120.5 x 0.1 = 12.05"},
    {{MBILL_LINE_AT_LEAST, 1, -1, 0, T0, T1, 12500000, NANO, 1, 0, 12500000, 0}, "basic, shortfall to the minimum: 12.5"},
    {{MBILL_LINE_AT_MOST, 1, -1, 0, T0, T1, -3200000, NANO, 1, 0, -3200000, 0}, "basic, excess over the maximum: -3.2"},
    {{MBILL_LINE_ROUNDING, -1, -1, 0, T0, T1, 4000, NANO, 1, 0, 4000, 0}, "rounding: 0.004"},
    {{MBILL_LINE_ROUNDING, 0, -1, 0, T0, T1, -4000, NANO, 1, 0, -4000, 0}, "energy, rounding: -0.004"},
    {{MBILL_LINE_SERIES, 0, -1, 0, T0, T1, 2 * UNIT, -NANO, 1, 0, -2 * UNIT, 0},
        "energy, from 2026-01-01T00:00:00Z: 2 kWh x -1 = -2"},
    {{MBILL_LINE_CREDIT, 0, -1, 0, T0, T1, 40 * UNIT, 0, 1, 0, 0, 0}, "energy, kept for later bills: 40 kWh x 0 = 0"},
    {{MBILL_LINE_CREDIT, 2, -1, 0, T0, T1, -3 * UNIT, NANO, 1, 0, -3 * UNIT, 0}, "vat, from what was kept: -3 x 1 = -3"},
    {{MBILL_LINE_SETTLED, 0, -1, 0, T0, T1, -40 * UNIT, NANO / 20, 1, 0, -2 * UNIT, 0},
        "energy, what was kept is paid: -40 kWh x 0.05 = -2"},
    {{MBILL_LINE_SETTLED, 0, -1, 0, T0, T1, -40 * UNIT, 0, 1, 0, 0, 0}, "energy, what was kept is lost: -40 kWh x 0 = 0"},
    {{MBILL_LINE_PLAIN, -1, -1, 0, T0, T1, UNIT, NANO, 1, 0, UNIT, 0}, "bill: 1 x 1 = 1"},
};

START_TEST(explains)
{
    char text[128];
    size_t room = sizeof text, need = 0;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_line_explain(&sentences[_i].line, &labels, text, &room, &err), MBILL_OK);
    ck_assert_str_eq(text, sentences[_i].text);
    ck_assert_uint_eq(room, strlen(text) + 1);
    ck_assert_int_eq(mbill_line_explain(&sentences[_i].line, &labels, NULL, &need, &err), MBILL_OK);
    ck_assert_uint_eq(need, room);
    char *exact = malloc(need);
    ck_assert_int_eq(mbill_line_explain(&sentences[_i].line, &labels, exact, &need, &err), MBILL_OK);
    ck_assert_str_eq(exact, text);
    exact[0] = '#';
    need--;
    assert_refusal_index(&err, mbill_line_explain(&sentences[_i].line, &labels, exact, &need, &err), MBILL_E_ROOM, -1, "bytes");
    ck_assert_uint_eq(need, room);
    ck_assert_int_eq(exact[0], '#');
    free(exact);
}
END_TEST

START_TEST(explains_a_conversion)
{
    static const mbill_charge_label heat[] = {{"heat", NULL, NULL, "GJ", "kWh x 9/2500"}};
    const mbill_line line = line_of(MBILL_LINE_PLAIN, 0, 21600000, INT64_C(44450000000), 960120000);
    mbill_labels of_heat = labels;
    mbill_error err;
    char text[128];
    size_t room = sizeof text;
    of_heat.charges = heat;
    of_heat.n_charges = 1;
    mbill_error_init(&err);
    mbill_status status = mbill_line_explain(&line, &of_heat, text, &room, &err);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
    ck_assert_str_eq(text, "heat: 21.6 GJ (kWh x 9/2500) x 44.45 = 960.12");
}
END_TEST

START_TEST(refuses_to_explain)
{
    const char *const no_period[] = {"peak", NULL};
    mbill_charge_label nameless[3];
    mbill_labels bad = labels;
    mbill_line line = sentences[2].line;
    mbill_error err;
    size_t room = 0;
    mbill_error_init(&err);
    line.charge = 3;
    assert_refusal_index(&err, mbill_line_explain(&line, &labels, NULL, &room, &err), MBILL_E_INVALID, 0,
        "charge 3 of a line is not among the 3 charges");
    line = sentences[2].line;
    line.period = 2;
    assert_refusal_index(&err, mbill_line_explain(&line, &labels, NULL, &room, &err), MBILL_E_INVALID, 0,
        "period 2 of a line is not among the 2 periods");
    line.period = 1;
    bad.periods = no_period;
    assert_refusal_index(&err, mbill_line_explain(&line, &bad, NULL, &room, &err), MBILL_E_MISUSE, -1,
        "labels->periods[1] is NULL");
    memset(nameless, 0, sizeof nameless);
    bad.charges = nameless;
    assert_refusal_index(&err, mbill_line_explain(&line, &bad, NULL, &room, &err), MBILL_E_MISUSE, -1,
        "labels->charges[0].id is NULL");
    bad.charges = NULL;
    ck_assert_int_eq(mbill_line_explain(&line, &bad, NULL, &room, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_line_explain(NULL, &labels, NULL, &room, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_line_explain(&line, NULL, NULL, &room, &err), MBILL_E_MISUSE);
    assert_refusal_index(&err, mbill_line_explain(&line, &labels, NULL, NULL, &err), MBILL_E_MISUSE, -1, "inout_len is NULL");
}
END_TEST

START_TEST(names_rules)
{
    static const char *const names[] = {"unknown", "plain", "period", "graduated", "whole", "whole_before", "proportional",
        "chronological", "money", "at_least", "at_most", "rounding", "fee", "charged_before", "series", "credit", "settled",
        "unknown"};
    for (int32_t rule = 0; rule <= 17; rule++) ck_assert_str_eq(mbill_line_rule_name(rule), names[rule]);
    ck_assert_str_eq(mbill_line_rule_name(INT32_MIN), "unknown");
}
END_TEST

/* ---- document ---- */

static const char document[] =
    "{\"meterbill\":1,\"kind\":\"bill\",\"tariff\":\"home\",\"version\":\"2026-01-01\",\"hash\":\"00ff\",\"currency\":\"CNY\","
    "\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-02-01T00:00:00Z\",\"flags\":[\"estimated\"],\"lines\":["
    "{\"charge\":\"energy\",\"title\":\"Energy\",\"period\":\"peak\",\"tier\":2,\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-"
    "02-01T00:00:00Z\","
    "\"quantity\":\"300\",\"unit\":\"kWh\",\"rate\":\"0.5583\",\"amount\":\"167.49\",\"rule\":\"graduated\",\"flags\":["
    "\"estimated\"]},"
    "{\"charge\":\"basic\",\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-02-01T00:00:00Z\","
    "\"quantity\":\"89.5\",\"unit\":\"m2\",\"rate\":\"7.5\",\"divide_by\":30,\"amount\":\"22.375\",\"rule\":\"plain\"},"
    "{\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-02-01T00:00:00Z\",\"quantity\":\"0.005\",\"rate\":\"1\",\"amount\":\"0."
    "005\",\"rule\":\"rounding\"}],"
    "\"charges\":[{\"id\":\"energy\",\"to\":\"power company\",\"amount\":\"167.49\"},{\"id\":\"basic\",\"amount\":\"22.375\"},"
    "{\"id\":\"vat\",\"to\":\"state\",\"amount\":\"0\"}],\"total\":\"189.87\"}";

static const mbill_line document_lines[] = {{MBILL_LINE_GRADUATED, 0, 0, 2, T0, T1, 300 * UNIT, 558300000, 1, 1, 167490000, 0},
    {MBILL_LINE_PLAIN, 1, -1, 0, T0, T1, 89500000, 7500000000, 30, 0, 22375000, 0},
    {MBILL_LINE_ROUNDING, -1, -1, 0, T0, T1, 5000, NANO, 1, 0, 5000, 0}};

START_TEST(writes)
{
    mbill_bill bill = bill_of(189870000, MBILL_LINE_ESTIMATED);
    size_t room = 0;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_bill_check(&bill, document_lines, 3, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_bill_write(&bill, document_lines, 3, &labels, 0, NULL, &room, &err), MBILL_OK);
    ck_assert_uint_eq(room, sizeof document);
    char *text = malloc(room);
    ck_assert_int_eq(mbill_bill_write(&bill, document_lines, 3, &labels, 0, text, &room, &err), MBILL_OK);
    ck_assert_str_eq(text, document);
    text[0] = '#';
    room--;
    ck_assert_int_eq(mbill_bill_write(&bill, document_lines, 3, &labels, 0, text, &room, &err), MBILL_E_ROOM);
    ck_assert_uint_eq(room, sizeof document);
    ck_assert_int_eq(text[0], '#');
    ck_assert_str_ne(err.message, "");
    free(text);
}
END_TEST

/* Indented, it is the same document but for white space outside of texts. */
START_TEST(writes_indented)
{
    mbill_bill bill = bill_of(189870000, MBILL_LINE_ESTIMATED);
    char text[4096], packed[4096];
    size_t room = sizeof text, at = 0;
    bool inside = false;
    ck_assert_int_eq(mbill_bill_write(&bill, document_lines, 3, &labels, MBILL_WRITE_INDENT, text, &room, NULL), MBILL_OK);
    ck_assert_ptr_nonnull(strstr(text, "\n  \"kind\": \"bill\""));
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"') inside = !inside;
        if (inside || (*c != ' ' && *c != '\n')) packed[at++] = *c;
    }
    packed[at] = '\0';
    ck_assert_str_eq(packed, document);
}
END_TEST

START_TEST(refuses_to_write)
{
    mbill_bill bill = bill_of(189870000, MBILL_LINE_ESTIMATED), bad_bill = bill;
    mbill_line line = document_lines[0], twice[2];
    mbill_labels bad = labels;
    mbill_error err;
    char text[2] = "#";
    size_t room = 2;
    mbill_error_init(&err);
    line.charge = 7;
    assert_refusal_index(&err, mbill_bill_write(&bill, &line, 1, &labels, 0, text, &room, &err), MBILL_E_INVALID, 0, "charge 7");
    ck_assert_uint_eq(room, 2);
    ck_assert_str_eq(text, "#");
    line = document_lines[0];
    line.to_utc_s = INT64_MAX;
    ck_assert_int_eq(mbill_bill_write(&bill, &line, 1, &labels, 0, text, &room, &err), MBILL_E_RANGE);
    twice[0] = twice[1] = document_lines[0];
    twice[0].amount_micro = twice[1].amount_micro = INT64_MAX;
    ck_assert_int_eq(mbill_bill_write(&bill, twice, 2, &labels, 0, text, &room, &err), MBILL_E_OVERFLOW);
    assert_refusal_index(&err, mbill_bill_write(&bill, document_lines, 3, &labels, 2, text, &room, &err), MBILL_E_UNKNOWN_OPTION,
        -1, "0x2");
    bad_bill.flags = 32;
    ck_assert_int_eq(mbill_bill_write(&bad_bill, document_lines, 3, &labels, 0, text, &room, &err), MBILL_E_UNKNOWN_OPTION);
    bad.currency = NULL;
    assert_refusal_index(&err, mbill_bill_write(&bill, document_lines, 3, &bad, 0, text, &room, &err), MBILL_E_MISUSE, -1,
        "labels->currency is NULL");
    ck_assert_int_eq(mbill_bill_write(NULL, document_lines, 3, &labels, 0, text, &room, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_bill_write(&bill, NULL, 3, &labels, 0, text, &room, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_bill_write(&bill, document_lines, 3, NULL, 0, text, &room, &err), MBILL_E_MISUSE);
    assert_refusal_index(&err, mbill_bill_write(&bill, document_lines, 3, &labels, 0, text, NULL, &err), MBILL_E_MISUSE, -1,
        "inout_len is NULL");
    ck_assert_str_eq(text, "#");
}
END_TEST

static Suite *bill_suite(void)
{
    Suite *suite = suite_create("bill");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, takes_good_bills);
    tcase_add_loop_test(ok, explains, 0, (int)(sizeof sentences / sizeof sentences[0]));
    tcase_add_test(ok, names_rules);
    tcase_add_test(ok, writes);
    tcase_add_test(ok, writes_indented);
    tcase_add_test(refused, refuses_false_products);
    tcase_add_test(refused, refuses_lines);
    tcase_add_test(refused, refuses_totals);
    tcase_add_test(refused, explains_a_conversion);
    tcase_add_test(refused, refuses_to_explain);
    tcase_add_test(refused, refuses_to_write);
    tcase_add_test(edges, takes_what_rounding_makes);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return suite;
}

int main(void)
{
    return check_run(bill_suite(), CK_NOFORK);
}

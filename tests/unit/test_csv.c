/* SPDX-License-Identifier: Apache-2.0 */
/* Strict CSV in: what a walk returns, and every refusal with its line. */
#include "check_run.h"
#include "document/csv.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const wanted[] = {"meter", "time", "kwh", "note"};
#define N_WANTED 4
#define N_REQUIRED 3

/* A copy without a byte to spare, so that a read past the end is seen. */
static char *exact_copy(const char *text, size_t len)
{
    char *copy = malloc(len > 0 ? len : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, len);
    return copy;
}

/* Header and records as one line each, fields in <>; "!" and the status at the first refusal. */
static mbill_status walk(const char *text, size_t len, char *out, size_t room, mbill_error *err)
{
    mbill__csv csv;
    int32_t columns[N_WANTED] = {-9, -9, -9, -9};
    bool more = true;
    mbill_status status = mbill__csv_start(&csv, text, len, wanted, N_WANTED, N_REQUIRED, columns, err);
    out[0] = '\0';
    if (status != MBILL_OK) {
        for (size_t i = 0; i < N_WANTED; i++) ck_assert_int_eq(columns[i], -9);
        return status;
    }
    while (more) {
        size_t used = strlen(out);
        used += (size_t)snprintf(out + used, room - used, "%lld", (long long)csv.line);
        for (size_t i = 0; i < csv.n_fields; i++) {
            ck_assert(csv.fields[i].text >= text);
            ck_assert(csv.fields[i].text + csv.fields[i].len <= text + len);
            used += (size_t)snprintf(out + used, room - used, "<%.*s>", (int)csv.fields[i].len, csv.fields[i].text);
        }
        int64_t line = csv.line;
        const char *at = csv.at;
        status = mbill__csv_next(&csv, &more, err);
        if (status != MBILL_OK) {
            ck_assert_int_eq(csv.line, line);
            ck_assert_ptr_eq(csv.at, at);
            ck_assert_int_eq(mbill__csv_next(&csv, &more, NULL), status);
            return status;
        }
    }
    ck_assert_int_eq(mbill__csv_next(&csv, &more, err), MBILL_OK);
    ck_assert(!more);
    return MBILL_OK;
}

static void assert_walk(const char *text, const char *expected)
{
    char out[512];
    mbill_error err;
    size_t len = strlen(text);
    char *copy = exact_copy(text, len);
    mbill_error_init(&err);
    mbill_status status = walk(copy, len, out, sizeof out, &err);
    ck_assert_msg(status == MBILL_OK, "%s: %s", text, err.message);
    ck_assert_str_eq(out, expected);
    free(copy);
}

START_TEST(takes)
{
    assert_walk("meter,time,kwh\n", "1<meter><time><kwh>");
    assert_walk("meter,time,kwh", "1<meter><time><kwh>");
    assert_walk("meter,time,kwh\r\n", "1<meter><time><kwh>");
    assert_walk("kwh,note,meter,time\n1,2,3,4\n", "1<kwh><note><meter><time>2<1><2><3><4>");
    assert_walk("meter,time,kwh\na,b,c\nd,e,f", "1<meter><time><kwh>2<a><b><c>3<d><e><f>");
    assert_walk("meter,time,kwh\r\na,b,c\r\nd,e,f\r\n", "1<meter><time><kwh>2<a><b><c>3<d><e><f>");
    assert_walk("meter,time,kwh\n,,\n", "1<meter><time><kwh>2<><><>");
    assert_walk("meter,time,kwh\n1,2,3\n\n\r\n\n", "1<meter><time><kwh>2<1><2><3>");
    assert_walk("\"meter\",\"time\",kwh\n\"a,b\",\"\",\" c \"\n", "1<meter><time><kwh>2<a,b><>< c >");
    assert_walk("meter,time,kwh\r\n\"a\",\"b\",\"c\"\r\n\"a\",\"b\",\"c\"", "1<meter><time><kwh>2<a><b><c>3<a><b><c>");
    assert_walk("meter,time,kwh\n\xE6\xB0\xB4\xE8\xA1\xA8,\xC3\xA9,a long field of many words\n",
        "1<meter><time><kwh>2<\xE6\xB0\xB4\xE8\xA1\xA8><\xC3\xA9><a long field of many words>");
}
END_TEST

START_TEST(finds_columns)
{
    static const char text[] = "kwh,meter,time\n";
    mbill__csv csv;
    int32_t columns[N_WANTED];
    ck_assert_int_eq(mbill__csv_start(&csv, text, strlen(text), wanted, N_WANTED, N_REQUIRED, columns, NULL), MBILL_OK);
    ck_assert_int_eq(columns[0], 1);
    ck_assert_int_eq(columns[1], 2);
    ck_assert_int_eq(columns[2], 0);
    ck_assert_int_eq(columns[3], -1);
    ck_assert_uint_eq(csv.n_columns, 3);
}
END_TEST

typedef struct refused_text {
    const char *text;
    size_t len; /* 0: strlen */
    mbill_status status;
    int64_t line;
    const char *part;
} refused_text;

#define HEAD "meter,time,kwh\n"
#define TEN "a,a,a,a,a,a,a,a,a,a"

static const refused_text bad[] = {
    {"", 0, MBILL_E_SYNTAX, 1, "expected a header"},
    {"\nmeter,time,kwh\n", 0, MBILL_E_SYNTAX, 1, "expected a header"},
    {"\r\nmeter", 0, MBILL_E_SYNTAX, 1, "expected a header"},
    {"\xEF\xBB\xBFmeter,time,kwh\n", 0, MBILL_E_ENCODING, 1, "byte-order mark"},
    {"\xFF\xFEm\0e\0", 6, MBILL_E_ENCODING, 1, "UTF-16"},
    {"\xFE\xFF\0m\0e", 6, MBILL_E_ENCODING, 1, "UTF-16"},
    {"meter;time;kwh\n", 0, MBILL_E_SYNTAX, 1, "line 1: the header uses \";\" between columns, expected \",\""},
    {"meter|time|kwh\n", 0, MBILL_E_SYNTAX, 1, "\"|\" between columns"},
    {"meter\ttime\tkwh\n", 0, MBILL_E_SYNTAX, 1, "line 1: the header uses a tab between columns, expected \",\""},
    {"meter,time;kwh\n", 0, MBILL_E_UNKNOWN_KEY, 1, "unknown column \"time;kwh\""},
    {"meter,time\n", 0, MBILL_E_MISSING_KEY, 1, "line 1: column \"kwh\" is missing"},
    {"meter,time,khw\n", 0, MBILL_E_UNKNOWN_KEY, 1, "unknown column \"khw\", did you mean \"kwh\""},
    {"meter,time,kwh,colour\n", 0, MBILL_E_UNKNOWN_KEY, 1, "unknown column \"colour\", expected: meter, time, kwh, note"},
    {"meter,time,kwh,Meter\n", 0, MBILL_E_UNKNOWN_KEY, 1, "\"Meter\", did you mean \"meter\""},
    {"meter,time,kwh,meter\n", 0, MBILL_E_DUPLICATE_KEY, 1, "column \"meter\" stands twice"},
    {"meter,time,kwh,\n", 0, MBILL_E_SYNTAX, 1, "column 4 of the header has no name"},
    {TEN "," TEN "," TEN ",a,a,a\n", 0, MBILL_E_LIMIT, 1, "33 columns, expected at most 32"},
    {"\"meter,time,kwh\n", 0, MBILL_E_SYNTAX, 1, "not closed"},
    {HEAD "1,2\n", 0, MBILL_E_SYNTAX, 2, "line 2: 2 fields, expected 3"},
    {HEAD "1,2,3,4\n", 0, MBILL_E_SYNTAX, 2, "line 2: 4 fields, expected 3"},
    {HEAD "1,2,3\n1,2", 0, MBILL_E_SYNTAX, 3, "line 3: 2 fields"},
    {HEAD TEN "," TEN "," TEN "," TEN "\n", 0, MBILL_E_SYNTAX, 2, "40 fields, expected 3"},
    {HEAD "1,2,3\n\n1,2,3\n", 0, MBILL_E_SYNTAX, 3, "line 3: blank line, expected 3 fields"},
    {HEAD "1,2,3\r\n\r\n1,2,3\n", 0, MBILL_E_SYNTAX, 3, "blank line"},
    {HEAD " \n", 0, MBILL_E_SYNTAX, 2, "1 fields"},
    {HEAD "1,\"2,3\n4,5,6\n", 0, MBILL_E_SYNTAX, 2, "field 2 begins with a quote that is not closed on its line"},
    {HEAD "1,2,\"3", 0, MBILL_E_SYNTAX, 2, "not closed"},
    {HEAD "1,2,\"", 0, MBILL_E_SYNTAX, 2, "not closed"},
    {HEAD "1,\"a\nb\",3\n", 0, MBILL_E_SYNTAX, 2, "not closed"},
    {HEAD "1,\"a\"\"b\",3\n", 0, MBILL_E_SYNTAX, 2, "field 2 has a doubled quote"},
    {HEAD "1,\"a\"b,3\n", 0, MBILL_E_SYNTAX, 2, "behind the closing quote of field 2"},
    {HEAD "1,a\"b\",3\n", 0, MBILL_E_SYNTAX, 2, "a quote inside field 2"},
    {HEAD "1, \"b\",3\n", 0, MBILL_E_SYNTAX, 2, "a quote inside field 2"},
    {HEAD "1,2,3\n4,5\r,6\n", 0, MBILL_E_SYNTAX, 3, "line 3: a carriage return (byte 4)"},
    {HEAD "1,2,3\r", 0, MBILL_E_SYNTAX, 2, "carriage return"},
    {HEAD "1,2,3\r\r\n", 0, MBILL_E_SYNTAX, 2, "carriage return"},
    {"meter,time,kwh\r1,2,3\r", 0, MBILL_E_SYNTAX, 1, "carriage return"},
    {HEAD "1,\t2,3\n", 0, MBILL_E_ENCODING, 2, "line 2: byte 3 is 0x09"},
    {"meter,time,kwh\n1,2,3\n4\0,5,6\n", 28, MBILL_E_ENCODING, 3, "line 3: byte 2 is 0x00, a control byte"},
    {HEAD "1,2,\x1B[2J\n", 0, MBILL_E_ENCODING, 2, "0x1b"},
    {HEAD "1,2,\x7F\n", 0, MBILL_E_ENCODING, 2, "0x7f"},
    {HEAD "1,2,caf\xE9\n", 0, MBILL_E_ENCODING, 2, "line 2: byte 8 is 0xe9, which is not UTF-8"},
    {HEAD "1,2,\xE4\xBD", 0, MBILL_E_ENCODING, 2, "0xe4"},
    {HEAD "1,2,\xED\xA0\x80\n", 0, MBILL_E_ENCODING, 2, "0xed"},
    {HEAD "1,2,\xC0\xAF\n", 0, MBILL_E_ENCODING, 2, "0xc0"},
};

START_TEST(refuses)
{
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char out[512];
        mbill_error err;
        size_t len = bad[i].len != 0 ? bad[i].len : strlen(bad[i].text);
        char *copy = exact_copy(bad[i].text, len);
        mbill_error_init(&err);
        mbill_status status = walk(copy, len, out, sizeof out, &err);
        assert_refusal_index(&err, status, bad[i].status, bad[i].line, bad[i].part);
        ck_assert_str_eq(err.path, "");
        ck_assert_int_eq(strncmp(err.message, "line ", 5), 0);
        free(copy);
    }
}
END_TEST

START_TEST(misuse)
{
    static const char text[] = HEAD;
    mbill__csv csv;
    int32_t columns[N_WANTED];
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__csv_start(NULL, text, sizeof text - 1, wanted, N_WANTED, N_REQUIRED, columns, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "csv is NULL");
    ck_assert_int_eq(mbill__csv_start(&csv, NULL, 0, wanted, N_WANTED, N_REQUIRED, columns, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "text is NULL");
    ck_assert_int_eq(mbill__csv_start(&csv, text, sizeof text - 1, NULL, N_WANTED, N_REQUIRED, columns, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "wanted is NULL");
    ck_assert_int_eq(mbill__csv_start(&csv, text, sizeof text - 1, wanted, N_WANTED, N_REQUIRED, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "out_columns is NULL");
    ck_assert_int_eq(mbill__csv_start(&csv, text, sizeof text - 1, wanted, 2, 3, columns, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "3 columns are required of 2 that are wanted");
}
END_TEST

/* Words of eight bytes must find the same as single bytes: each kind of byte at each place of a field of each length. */
START_TEST(every_place)
{
    static const struct {
        char byte;
        mbill_status status;
    } kinds[] = {
        {'x', MBILL_OK},
        {' ', MBILL_OK},
        {'~', MBILL_OK},
        {'+', MBILL_OK},
        {'-', MBILL_OK},
        {'!', MBILL_OK},
        {'#', MBILL_OK},
        {',', MBILL_E_SYNTAX},
        {'\0', MBILL_E_ENCODING},
        {'\t', MBILL_E_ENCODING},
        {'\x0B', MBILL_E_ENCODING},
        {'\x1F', MBILL_E_ENCODING},
        {'\x7F', MBILL_E_ENCODING},
        {'\x80', MBILL_E_ENCODING},
        {'\xFF', MBILL_E_ENCODING},
        {'\xA0', MBILL_E_ENCODING},
        {'\x8A', MBILL_E_ENCODING},
        {'\r', MBILL_E_SYNTAX},
    };
    static const char head[] = HEAD "1,2,";
    for (size_t len = 1; len <= 24; len++)
        for (size_t place = 0; place < len; place++)
            for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
                char text[64], out[256];
                size_t n = strlen(head);
                mbill_error err;
                mbill_error_init(&err);
                memcpy(text, head, n);
                memset(text + n, 'f', len);
                text[n + place] = kinds[k].byte;
                char *copy = exact_copy(text, n + len);
                mbill_status status = walk(copy, n + len, out, sizeof out, &err);
                ck_assert_msg(status == kinds[k].status, "byte %d at %zu of %zu: %d %s", kinds[k].byte, place, len, (int)status,
                    err.message);
                ck_assert_int_eq(err.index, status == MBILL_OK ? -1 : 2);
                free(copy);
            }
}
END_TEST

START_TEST(many_lines)
{
    enum { LINES = 5000 };
    size_t room = 64 * LINES, len = strlen(HEAD);
    char *text = malloc(room);
    ck_assert_ptr_nonnull(text);
    memcpy(text, HEAD, len);
    for (int i = 0; i < LINES; i++)
        len += (size_t)snprintf(text + len, room - len, "m%d,2026-01-01T00:00:00Z,%d.%03d%s", i % 97, i, i % 1000,
            i % 3 == 0 ? "\r\n" : "\n");
    mbill__csv csv;
    int32_t columns[N_WANTED];
    bool more = true;
    ck_assert_int_eq(mbill__csv_start(&csv, text, len, wanted, N_WANTED, N_REQUIRED, columns, NULL), MBILL_OK);
    for (int i = 0; i < LINES; i++) {
        char expected[32];
        ck_assert_int_eq(mbill__csv_next(&csv, &more, NULL), MBILL_OK);
        ck_assert(more);
        ck_assert_int_eq(csv.line, i + 2);
        int n = snprintf(expected, sizeof expected, "%d.%03d", i, i % 1000);
        ck_assert_uint_eq(csv.fields[2].len, (size_t)n);
        ck_assert_mem_eq(csv.fields[2].text, expected, (size_t)n);
    }
    ck_assert_int_eq(mbill__csv_next(&csv, &more, NULL), MBILL_OK);
    ck_assert(!more);
    free(text);
}
END_TEST

static Suite *csv_suite(void)
{
    Suite *suite = suite_create("csv");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, takes);
    tcase_add_test(ok, finds_columns);
    tcase_add_test(ok, many_lines);
    tcase_add_test(refused, refuses);
    tcase_add_test(refused, misuse);
    tcase_add_test(edges, every_place);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return suite;
}

int main(void)
{
    return check_run(csv_suite(), CK_NOFORK);
}

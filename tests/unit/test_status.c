/* SPDX-License-Identifier: Apache-2.0 */
/* Statuses, the error a caller gets, and the version. */
#include "base/fail.h"
#include "base/utf8.h"
#include "check_run.h"
#include "meterbill/version.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

typedef struct row {
    int32_t status;
    const char *name, *text;
} row;

static const row rows[] = {
#define X(name, number, text, python_base, java_base) {MBILL_##name, "MBILL_" #name, text},
#include "meterbill/status.def"
#undef X
};

static const int32_t numbers[] = {
#define X(name, number, text, python_base, java_base) number,
#include "meterbill/status.def"
#undef X
};

#define N_ROWS ((int)(sizeof rows / sizeof rows[0]))

START_TEST(every_status_has_its_name_and_text)
{
    ck_assert_int_eq(rows[_i].status, numbers[_i]);
    ck_assert_str_eq(mbill_status_name(numbers[_i]), rows[_i].name);
    ck_assert_str_eq(mbill_status_text(numbers[_i]), rows[_i].text);
    ck_assert_uint_gt(strlen(rows[_i].text), 3);
}
END_TEST

START_TEST(pinned_numbers)
{
    ck_assert_int_eq(MBILL_OK, 0);
    ck_assert_int_eq(MBILL_E_ROOM, 7);
    ck_assert_int_eq(MBILL_E_NUMBER, 40);
    ck_assert_int_eq(MBILL_E_AMBIGUOUS, 200);
    ck_assert_int_eq(MBILL_E_READ_ONLY, 505);
    ck_assert_str_eq(mbill_status_name(7), "MBILL_E_ROOM");
}
END_TEST

START_TEST(unknown_numbers)
{
    const int32_t unknown[] = {-1, 19, 9001, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        ck_assert_str_eq(mbill_status_text(unknown[i]), "unknown status");
        ck_assert_str_eq(mbill_status_name(unknown[i]), "unknown status");
    }
}
END_TEST

START_TEST(version_agrees_with_headers)
{
    ck_assert_int_eq(mbill_version_number(), MBILL_VERSION_NUMBER);
    ck_assert_str_eq(mbill_version_string(), MBILL_VERSION);
    ck_assert(MBILL_AT_LEAST(0, 1, 0));
    ck_assert(!MBILL_AT_LEAST(MBILL_VERSION_MAJOR, MBILL_VERSION_MINOR, MBILL_VERSION_PATCH + 1));
}
END_TEST

START_TEST(fail_fills_status_place_and_message)
{
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__fail_at(&err, MBILL_E_ORDER, 7, "row %d is not after row %d", 7, 6), MBILL_E_ORDER);
    ck_assert_int_eq(err.status, MBILL_E_ORDER);
    ck_assert_int_eq(err.index, 7);
    ck_assert_str_eq(err.path, "");
    ck_assert_str_eq(err.message, "row 7 is not after row 6");

    ck_assert_int_eq(mbill__fail_path(&err, MBILL_E_TYPE, "/charges/0", "a list"), MBILL_E_TYPE);
    ck_assert_int_eq(err.index, -1);
    ck_assert_str_eq(err.path, "/charges/0");

    ck_assert_int_eq(mbill__fail(&err, MBILL_E_RANGE, "%s", "x"), MBILL_E_RANGE);
    ck_assert_str_eq(err.path, "");
    ck_assert_int_eq(err.index, -1);
    ck_assert_str_eq(err.message, "x");
    ck_assert_int_eq(mbill__fail_path(&err, MBILL_E_TYPE, NULL, "y"), MBILL_E_TYPE);
    ck_assert_str_eq(err.path, "");
}
END_TEST

START_TEST(fail_without_error)
{
    ck_assert_int_eq(mbill__fail(NULL, MBILL_E_RANGE, "x"), MBILL_E_RANGE);
    ck_assert_int_eq(mbill__fail_at(NULL, MBILL_E_RANGE, 1, "x"), MBILL_E_RANGE);
    ck_assert_int_eq(mbill__fail_path(NULL, MBILL_E_RANGE, "/a", "x"), MBILL_E_RANGE);
}
END_TEST

static mbill_status need(const void *thing, mbill_error *err)
{
    MBILL__NEED(thing);
    return MBILL_OK;
}

START_TEST(need_names_the_parameter)
{
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(need("", &err), MBILL_OK);
    ck_assert_int_eq(err.status, MBILL_OK);
    ck_assert_int_eq(need(NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "thing is NULL");
}
END_TEST

/* Every struct_size from 0 on: bytes past it stay, and only members that are whole inside it change. */
START_TEST(never_writes_past_struct_size)
{
    mbill_error err, untouched;
    for (uint32_t size = 0; size <= sizeof err; size++) {
        memset(&err, 0x5A, sizeof err);
        err.struct_size = size;
        untouched = err;
        (void)mbill__fail_path(&err, MBILL_E_RANGE, "/path", "message");
        ck_assert_mem_eq((char *)&err + size, (char *)&untouched + size, sizeof err - size);
        ck_assert_int_eq(err.struct_size, size);
        ck_assert_int_eq(err.status == MBILL_E_RANGE, size >= 8);
        ck_assert_int_eq(err.index == -1, size >= 16);
        ck_assert_int_eq(strncmp(err.path, "/path", 6) == 0, size >= 144);
        ck_assert_int_eq(strncmp(err.message, "message", 8) == 0, size >= 400);
    }
    ck_assert_uint_eq(sizeof err, 400);
}
END_TEST

START_TEST(messages_are_cut_on_a_character)
{
    mbill_error err;
    char text[600];
    mbill_error_init(&err);
    for (size_t pad = 0; pad < 4; pad++) {
        memset(text, 'a', pad);
        for (size_t at = pad; at + 3 < sizeof text; at += 3) memcpy(text + at, "\xE2\x82\xAC", 4); /* the euro sign, 3 bytes */
        (void)mbill__fail_path(&err, MBILL_E_RANGE, text, "%s", text);
        ck_assert_uint_eq(strlen(err.message), 255 - (255 - pad) % 3);
        ck_assert_uint_eq(strlen(err.path), 127 - (127 - pad) % 3);
        ck_assert_mem_eq(err.message, text, strlen(err.message));
        ck_assert_mem_eq(err.path, text, strlen(err.path));
    }
}
END_TEST

START_TEST(messages_are_one_clean_line)
{
    mbill_error err;
    mbill_error_init(&err);
    (void)mbill__fail_path(&err, MBILL_E_RANGE, "/a\nb", "a\tb\x7F\x1B[0m\r\n%s", "\xC3\xA9\xC3\x28\xFF\xED\xA0\x80");
    ck_assert_str_eq(err.path, "/a?b");
    ck_assert_str_eq(err.message, "a?b??[0m??\xC3\xA9?(????");
    (void)mbill__fail(&err, MBILL_E_RANGE, "%s", "");
    ck_assert_str_eq(err.message, "a value outside its range"); /* a refusal always says something */
}
END_TEST

START_TEST(utf8_border_cases)
{
    const struct {
        const char *text;
        size_t len, step;
    } cases[] = {{"", 0, 0}, {"a", 1, 1}, {"\0", 1, 1}, {"\x7F", 1, 1}, {"\x80", 1, 0}, {"\xC1\xBF", 2, 0}, {"\xC2\x80", 2, 2},
        {"\xC2", 1, 0}, {"\xDF\xBF", 2, 2}, {"\xE0\x9F\xBF", 3, 0}, {"\xE0\xA0\x80", 3, 3}, {"\xED\x9F\xBF", 3, 3},
        {"\xED\xA0\x80", 3, 0}, {"\xEF\xBF\xBF", 3, 3}, {"\xEF\xBF", 2, 0}, {"\xEF\xBF\x3F", 3, 0}, {"\xF0\x8F\xBF\xBF", 4, 0},
        {"\xF0\x90\x80\x80", 4, 4}, {"\xF4\x8F\xBF\xBF", 4, 4}, {"\xF4\x90\x80\x80", 4, 0}, {"\xF5\x80\x80\x80", 4, 0},
        {"\xF0\x90\x80", 3, 0}, {"\xFF", 1, 0}, {"\xF1\x80\x80\xC0", 4, 0}, {"\xE1\x80\x80", 3, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(mbill__utf8_step(cases[i].text, cases[i].len) == cases[i].step, "case %zu", i);
}
END_TEST

typedef struct options {
    uint32_t struct_size, flags;
    int64_t later;
} options;

START_TEST(struct_read_takes_what_both_know)
{
    mbill_error err;
    options known, given = {sizeof given, 3, 9};
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__struct_read(&known, sizeof known, 8, &given, &err), MBILL_OK);
    ck_assert_int_eq(known.flags, 3);
    ck_assert_int_eq(known.later, 9);
    given.struct_size = 8; /* an older caller */
    ck_assert_int_eq(mbill__struct_read(&known, sizeof known, 8, &given, &err), MBILL_OK);
    ck_assert_int_eq(known.flags, 3);
    ck_assert_int_eq(known.later, 0);
    ck_assert_int_eq(mbill__struct_read(&known, sizeof known, 8, NULL, &err), MBILL_OK);
    ck_assert_int_eq(known.flags, 0);
}
END_TEST

START_TEST(struct_read_of_a_newer_caller)
{
    mbill_error err;
    options known, given = {sizeof given, 3, 0};
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__struct_read(&known, 8, 8, &given, &err), MBILL_OK);
    given.later = 1;
    ck_assert_int_eq(mbill__struct_read(&known, 8, 8, &given, &err), MBILL_E_UNKNOWN_OPTION);
    ck_assert_int_eq(err.status, MBILL_E_UNKNOWN_OPTION);
    ck_assert_int_eq(err.index, -1);
    ck_assert_uint_gt(strlen(err.message), 10);
    ck_assert_int_eq(mbill__struct_read(&known, 8, 8, &given, NULL), MBILL_E_UNKNOWN_OPTION);
}
END_TEST

START_TEST(struct_read_without_size)
{
    mbill_error err;
    options known, given = {0, 3, 0};
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__struct_read(&known, sizeof known, 8, &given, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "struct_size is 0 where at least 8 was expected");
    given.struct_size = 7;
    ck_assert_int_eq(mbill__struct_read(&known, sizeof known, 8, &given, &err), MBILL_E_MISUSE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("status");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_loop_test(ok, every_status_has_its_name_and_text, 0, N_ROWS);
    tcase_add_test(ok, pinned_numbers);
    tcase_add_test(ok, version_agrees_with_headers);
    tcase_add_test(ok, fail_fills_status_place_and_message);
    tcase_add_test(ok, struct_read_takes_what_both_know);
    tcase_add_test(refused, need_names_the_parameter);
    tcase_add_test(refused, struct_read_of_a_newer_caller);
    tcase_add_test(refused, struct_read_without_size);
    tcase_add_test(edges, unknown_numbers);
    tcase_add_test(edges, fail_without_error);
    tcase_add_test(edges, never_writes_past_struct_size);
    tcase_add_test(edges, messages_are_cut_on_a_character);
    tcase_add_test(edges, messages_are_one_clean_line);
    tcase_add_test(edges, utf8_border_cases);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Where a store in PostgreSQL is, with nothing secret in what is said of it; and values as PostgreSQL sends them. */
#include "check_run.h"
#include "postgres/location.h"
#include "postgres/wire.h"

#include <check.h>
#include <string.h>

static void is_at(const char *text, const char *schema, size_t uri_len)
{
    mbill__location found;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill__location_read(text, &found, &err) == MBILL_OK, "%s", err.message);
    ck_assert_str_eq(found.schema, schema);
    ck_assert_uint_eq(found.uri_len, uri_len);
}

START_TEST(locations)
{
    is_at("postgresql://host/db#district7", "district7", 20);
    is_at("postgres://u@host:5432/db", "meterbill", 25);
    is_at("postgresql://#a", "a", 13);
    is_at("postgresql://u:p%40#w@h1:1,[::1]:2/db?sslmode=require#_x", "_x", 53);
}
END_TEST

START_TEST(refused_locations)
{
    static const char *const wrong[][2] = {
        {"city.db", "none of PostgreSQL"},
        {"mysql://host/db", "none of PostgreSQL"},
        {"postgresql://host/db#", "schema \"\" is no name"},
        {"postgresql://host/db#7a", "schema \"7a\""},
        {"postgresql://host/db#A", "schema \"A\""},
        {"postgresql://host/db#a-b", "schema \"a-b\""},
        {"postgresql://host/db#pg_x", "schema \"pg_x\""},
        {"postgresql://host/db#a234567890b234567890c234567890d234567890e234567890f234567890abcd", "is no name of a store"},
        {"postgresql://u:secret@secret@host/db#a", "holds an '@'"},
        {"postgresql://u:secret/db#a", "port is no number"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        mbill__location found;
        mbill_error err;
        mbill_error_init(&err);
        ck_assert_int_eq(mbill__location_read(wrong[i][0], &found, &err), MBILL_E_INVALID);
        ck_assert_msg(strstr(err.message, wrong[i][1]) != NULL, "%s", err.message);
        ck_assert_ptr_null(strstr(err.message, "secret"));
    }
}
END_TEST

START_TEST(passwords_are_taken_out)
{
    static const char *const texts[][2] = {
        {"postgresql://u:secret@h/db#a", "postgresql://u@h/db#a"},
        {"postgresql://u@h/db#a", "postgresql://u@h/db#a"},
        {"postgresql://h:5432/db", "postgresql://h:5432/db"},
        {"postgres://u:s:e/c@h/db?password=x&sslmode=require#a", "postgres://u:s:e/c@h/db?sslmode=require#a"},
        {"postgresql://h/db?sslpassword=x#a", "postgresql://h/db?#a"},
        {"postgresql://h/db?a=b&password=x&sslpassword=y", "postgresql://h/db?a=b&"},
        {"city.db", "city.db"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char text[100];
        strcpy(text, texts[i][0]);
        mbill__location_redact(text);
        ck_assert_str_eq(text, texts[i][1]);
    }
}
END_TEST

static void is_whole(uint32_t type, const char *bytes, size_t len, int64_t expected)
{
    int64_t value = 7;
    ck_assert(mbill__wire_whole(type, (const uint8_t *)bytes, len, &value));
    ck_assert_int_eq(value, expected);
}

static void is_none(uint32_t type, const char *bytes, size_t len)
{
    int64_t value = 7;
    ck_assert(!mbill__wire_whole(type, (const uint8_t *)bytes, len, &value));
    ck_assert_int_eq(value, 7);
}

START_TEST(whole_numbers)
{
    static const int64_t values[] = {0, 1, -1, 255, INT64_MAX, INT64_MIN, -1000000};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        uint8_t bytes[8];
        mbill__wire_put(values[i], bytes);
        is_whole(MBILL__WIRE_INT8, (const char *)bytes, 8, values[i]);
    }
    is_whole(MBILL__WIRE_INT4, "\xff\xff\xff\xfe", 4, -2);
    is_whole(MBILL__WIRE_INT2, "\x80\x00", 2, -32768);
    is_whole(MBILL__WIRE_BOOL, "\x01", 1, 1);
    is_none(MBILL__WIRE_INT8, "\x01", 1);
    is_none(MBILL__WIRE_TEXT, "1", 1);
}
END_TEST

/* Heads of four numbers: digits, weight, sign, scale. */
START_TEST(sums)
{
    is_whole(MBILL__WIRE_NUMERIC, "\0\0\0\0\0\0\0\0", 8, 0);
    is_whole(MBILL__WIRE_NUMERIC, "\0\1\0\1\0\0\0\0\0\3", 10, 30000);
    is_whole(MBILL__WIRE_NUMERIC, "\0\2\0\1\x40\0\0\0\0\3\0\5", 12, -30005);
    /* 9223372036854775807, its successor, and the lowest */
    is_whole(MBILL__WIRE_NUMERIC, "\0\5\0\4\0\0\0\0\x03\x9a\x0d\x2c\x01\x70\x15\x65\x16\xaf", 18, INT64_MAX);
    is_none(MBILL__WIRE_NUMERIC, "\0\5\0\4\0\0\0\0\x03\x9a\x0d\x2c\x01\x70\x15\x65\x16\xb0", 18);
    is_whole(MBILL__WIRE_NUMERIC, "\0\5\0\4\x40\0\0\0\x03\x9a\x0d\x2c\x01\x70\x15\x65\x16\xb0", 18, INT64_MIN);
    is_none(MBILL__WIRE_NUMERIC, "\0\5\0\4\x40\0\0\0\x03\x9a\x0d\x2c\x01\x70\x15\x65\x16\xb1", 18);
    is_none(MBILL__WIRE_NUMERIC, "\0\1\xff\xff\0\0\0\1\x13\x88", 10); /* 0.5 */
    is_none(MBILL__WIRE_NUMERIC, "\0\0\0\0\xc0\0\0\0", 8);            /* no number */
    is_none(MBILL__WIRE_NUMERIC, "\0\1\0\5\0\0\0\0\0\1", 10);
    is_none(MBILL__WIRE_NUMERIC, "\0\2\0\1\0\0\0\0\0\3", 10);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("location");
    TCase *tests = tcase_create("location");
    tcase_add_test(tests, locations);
    tcase_add_test(tests, refused_locations);
    tcase_add_test(tests, passwords_are_taken_out);
    tcase_add_test(tests, whole_numbers);
    tcase_add_test(tests, sums);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

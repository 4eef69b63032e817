/* SPDX-License-Identifier: Apache-2.0 */
/* JSON out: layout, escapes, decimals, text that is not UTF-8, and running out of memory; what is written is read again. */
#include "check_run.h"
#include "counting_allocator.h"
#include "document/json.h"
#include "document/write.h"
#include "refusal.h"

#include <check.h>
#include <string.h>

static mbill__buffer buffer;
static mbill__writer writer;

static void start(bool indent)
{
    mbill_allocator libc;
    ck_assert_int_eq(mbill__allocator_read(&libc, NULL, NULL), MBILL_OK);
    mbill__buffer_start(&buffer, &libc);
    mbill__write_start(&writer, &buffer, indent);
}

/* What was written, which must also be a document we read. */
static void assert_written(const char *expected)
{
    mbill__json *document = NULL;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__buffer_check(&buffer, NULL), MBILL_OK);
    ck_assert_str_eq(buffer.data, expected);
    ck_assert_int_eq(writer.depth, 0);
    ck_assert_msg(mbill__json_read(buffer.data, buffer.len, NULL, &document, &err) == MBILL_OK, "%s", err.message);
    mbill__json_free(document);
    mbill__buffer_free(&buffer);
}

static void write_everything(mbill__writer *to)
{
    static const unsigned char bytes[] = {0x00, 0x7F, 0xA5, 0xFF};
    mbill__write_object(to, NULL);
    mbill__write_whole(to, "meterbill", 1);
    mbill__write_text(to, "none", NULL);
    mbill__write_list(to, "lines");
    mbill__write_object(to, NULL);
    mbill__write_decimal(to, "amount", -7500000, 6);
    mbill__write_bool(to, "provisional", false);
    mbill__write_object_end(to);
    mbill__write_list(to, NULL);
    mbill__write_list_end(to);
    mbill__write_object(to, NULL);
    mbill__write_object_end(to);
    mbill__write_text(to, NULL, "x");
    mbill__write_list_end(to);
    mbill__write_hex(to, "hash", bytes, sizeof bytes);
    mbill__write_hex(to, "no_hash", NULL, 0);
    mbill__write_raw(to, "raw", "[1,2]", 5);
    mbill__write_bool(to, "last", true);
    mbill__write_object_end(to);
}

START_TEST(pretty)
{
    start(true);
    write_everything(&writer);
    assert_written("{\n"
                   "  \"meterbill\": 1,\n"
                   "  \"none\": null,\n"
                   "  \"lines\": [\n"
                   "    {\n"
                   "      \"amount\": \"-7.5\",\n"
                   "      \"provisional\": false\n"
                   "    },\n"
                   "    [],\n"
                   "    {},\n"
                   "    \"x\"\n"
                   "  ],\n"
                   "  \"hash\": \"007fa5ff\",\n"
                   "  \"no_hash\": \"\",\n"
                   "  \"raw\": [1,2],\n"
                   "  \"last\": true\n"
                   "}");
}
END_TEST

START_TEST(compact)
{
    start(false);
    write_everything(&writer);
    assert_written("{\"meterbill\":1,\"none\":null,\"lines\":[{\"amount\":\"-7.5\",\"provisional\":false},[],{},\"x\"],"
                   "\"hash\":\"007fa5ff\",\"no_hash\":\"\",\"raw\":[1,2],\"last\":true}");
}
END_TEST

START_TEST(root_values)
{
    start(true);
    mbill__write_list(&writer, NULL);
    mbill__write_list_end(&writer);
    assert_written("[]");
    start(true);
    mbill__write_text(&writer, NULL, "");
    assert_written("\"\"");
    start(false);
    mbill__write_whole(&writer, NULL, 0);
    assert_written("0");
}
END_TEST

START_TEST(escapes)
{
    start(false);
    mbill__write_object(&writer, NULL);
    mbill__write_text(&writer, "a\"\\/\n", "\b\f\n\r\t\x01\x1F\x7F\"\\/\xE4\xBD\xA0\xF0\x9F\x98\x80");
    mbill__write_text_part(&writer, "part", "abc", 2);
    mbill__write_object_end(&writer);
    assert_written(
        "{\"a\\\"\\\\/\\n\":\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\\\"\\\\/\xE4\xBD\xA0\xF0\x9F\x98\x80\",\"part\":\"ab\"}");
}
END_TEST

START_TEST(stray_bytes)
{
    start(false);
    mbill__write_text(&writer, NULL,
        "a\xFF"
        "b\xC0\xAF\xE4\xBD");
    assert_written("\"a\xEF\xBF\xBD"
                   "b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    start(false);
    mbill__write_text_part(&writer, NULL, "a\0b", 3);
    ck_assert_str_eq(buffer.data, "\"a\\u0000b\""); /* our own reader refuses a NUL, but it is JSON */
    mbill__buffer_free(&buffer);
}
END_TEST

START_TEST(numbers)
{
    start(false);
    mbill__write_list(&writer, NULL);
    mbill__write_whole(&writer, NULL, INT32_MAX);
    mbill__write_whole(&writer, NULL, -INT32_MAX);
    mbill__write_whole(&writer, NULL, (int64_t)INT32_MAX + 1);
    mbill__write_whole(&writer, NULL, INT32_MIN);
    mbill__write_whole(&writer, NULL, INT64_MIN);
    mbill__write_decimal(&writer, NULL, INT64_MIN, 9);
    mbill__write_decimal(&writer, NULL, INT64_MAX, 0);
    mbill__write_decimal(&writer, NULL, 1, 9);
    mbill__write_decimal(&writer, NULL, 0, 6);
    mbill__write_list_end(&writer);
    assert_written("[2147483647,-2147483647,\"2147483648\",\"-2147483648\",\"-9223372036854775808\",\"-9223372036.854775808\","
                   "\"9223372036854775807\",\"0.000000001\",\"0\"]");
}
END_TEST

/* A scale that does not exist must not leave a document that looks whole. */
START_TEST(wrong_scale)
{
    start(false);
    mbill__write_decimal(&writer, NULL, 1, 10);
    ck_assert_int_ne(mbill__buffer_check(&buffer, NULL), MBILL_OK);
    mbill__buffer_free(&buffer);
}
END_TEST

START_TEST(memory_runs_out)
{
    bool done = false;
    for (size_t n = 1; !done; n++) {
        counting_allocator counter;
        mbill_error err;
        mbill_error_init(&err);
        counting_start(&counter, n);
        mbill__buffer_start(&buffer, &counter.allocator);
        mbill__write_start(&writer, &buffer, true);
        write_everything(&writer);
        mbill_status status = mbill__buffer_check(&buffer, &err);
        done = status == MBILL_OK;
        if (!done) assert_refusal(&err, status, MBILL_E_NOMEM, "");
        mbill__buffer_free(&buffer);
        ck_assert(counting_is_even(&counter));
        ck_assert_uint_lt(n, 1000);
    }
}
END_TEST

static Suite *write_suite(void)
{
    Suite *suite = suite_create("write");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, pretty);
    tcase_add_test(ok, compact);
    tcase_add_test(ok, root_values);
    tcase_add_test(ok, escapes);
    tcase_add_test(refused, wrong_scale);
    tcase_add_test(refused, memory_runs_out);
    tcase_add_test(edges, numbers);
    tcase_add_test(edges, stray_bytes);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return suite;
}

int main(void)
{
    return check_run(write_suite(), CK_NOFORK);
}

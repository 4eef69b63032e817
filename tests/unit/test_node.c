/* SPDX-License-Identifier: Apache-2.0 */
/* Values of a document: typed reads, what each refuses and where, names, near words, places of failures, headers. */
#include "check_run.h"
#include "document/json.h"
#include "document/near.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static mbill__json *read_text(const char *text)
{
    mbill__json *document = NULL;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill__json_read(text, strlen(text), NULL, &document, &err);
    ck_assert_msg(status == MBILL_OK, "%s: %s %s", text, err.path, err.message);
    ck_assert_ptr_nonnull(document);
    return document;
}

static mbill__node at(const mbill__node *parent, const char *key)
{
    mbill__node node = *parent;
    ck_assert_msg(mbill__node_get(parent, key, &node), "%s", key);
    return node;
}

#define TYPES                                                                                                                    \
    "{\"n\":null,\"t\":true,\"w\":12,\"s\":\"half_up\",\"d\":\"7.50\",\"l\":[1],\"o\":{\"bonds\":1},\"e\":\"\",\"x\":\"a b\"}"

START_TEST(typed_reads)
{
    static const char *const words[] = {"half_even", "half_up"};
    mbill__json *document = read_text(TYPES);
    mbill__node root = mbill__json_root(document), n = at(&root, "s");
    const char *text = NULL;
    int64_t value = 0;
    int32_t index = -1;
    bool flag = false;
    ck_assert_int_eq(mbill__node_text(&n, &text, NULL), MBILL_OK);
    ck_assert_str_eq(text, "half_up");
    ck_assert_int_eq(mbill__node_word(&n, words, 2, &index, NULL), MBILL_OK);
    ck_assert_int_eq(index, 1);
    ck_assert_int_eq(mbill__node_name(&n, &text, NULL), MBILL_OK);
    n = at(&root, "d");
    ck_assert_int_eq(mbill__node_decimal(&n, 6, &value, NULL), MBILL_OK);
    ck_assert_int_eq(value, 7500000);
    n = at(&root, "w");
    ck_assert_int_eq(mbill__node_decimal(&n, 9, &value, NULL), MBILL_OK);
    ck_assert_int_eq(value, INT64_C(12000000000));
    ck_assert_int_eq(mbill__node_whole(&n, 12, 12, &value, NULL), MBILL_OK);
    ck_assert_int_eq(value, 12);
    n = at(&root, "t");
    ck_assert_int_eq(mbill__node_bool(&n, &flag, NULL), MBILL_OK);
    ck_assert(flag);
    n = at(&root, "e");
    ck_assert_int_eq(mbill__node_text(&n, &text, NULL), MBILL_OK);
    ck_assert_str_eq(text, "");
    n = at(&root, "l");
    ck_assert_int_eq(mbill__node_list(&n, 1, NULL), MBILL_OK);
    ck_assert_int_eq(mbill__node_object(&root, NULL, 0, NULL), MBILL_OK);
    mbill__json_free(document);
}
END_TEST

START_TEST(refuses_values)
{
    static const char *const words[] = {"half_even", "half_up"}, *const known[] = {"charges", "bounds", "rate"};
    mbill__json *document = read_text(TYPES);
    mbill__node root = mbill__json_root(document), n, found;
    mbill_error err;
    const char *text = "kept";
    int64_t value = 42;
    int32_t index = 42;
    bool flag = true;
    mbill_error_init(&err);
    n = at(&root, "l");
    assert_refusal_path(&err, mbill__node_text(&n, &text, &err), MBILL_E_TYPE, "/l", "expected text, found a list");
    assert_refusal_path(&err, mbill__node_decimal(&n, 6, &value, &err), MBILL_E_TYPE, "/l",
        "expected a decimal as text, found a list");
    assert_refusal_path(&err, mbill__node_list(&n, 2, &err), MBILL_E_INVALID, "/l",
        "the list has 1 entries, expected at least 2");
    n = at(&root, "n");
    assert_refusal_path(&err, mbill__node_list(&n, 0, &err), MBILL_E_TYPE, "/n", "expected a list, found null");
    assert_refusal_path(&err, mbill__node_need(&n, "k", &found, &err), MBILL_E_TYPE, "/n", "expected an object");
    n = at(&root, "w");
    assert_refusal_path(&err, mbill__node_object(&n, known, 3, &err), MBILL_E_TYPE, "/w",
        "expected an object, found the number 12");
    assert_refusal_path(&err, mbill__node_whole(&n, 1, 11, &value, &err), MBILL_E_RANGE, "/w",
        "12 is not in the range from 1 to 11");
    assert_refusal_path(&err, mbill__node_whole(&n, 13, 99, &value, &err), MBILL_E_RANGE, "/w", "from 13 to 99");
    assert_refusal_path(&err, mbill__node_bool(&n, &flag, &err), MBILL_E_TYPE, "/w", "expected true or false");
    assert_refusal_path(&err, mbill__node_decimal(&n, 10, &value, &err), MBILL_E_INTERNAL, "/w", "scale 10");
    n = at(&root, "t");
    assert_refusal_path(&err, mbill__node_name(&n, &text, &err), MBILL_E_TYPE, "/t", "expected a name, found true");
    n = at(&root, "d");
    assert_refusal_path(&err, mbill__node_whole(&n, 0, 9, &value, &err), MBILL_E_TYPE, "/d",
        "expected a whole number, found the text \"7.50\"");
    assert_refusal_path(&err, mbill__node_decimal(&n, 0, &value, &err), MBILL_E_DIGITS, "/d", "7.50");
    n = at(&root, "s");
    assert_refusal_path(&err, mbill__node_decimal(&n, 6, &value, &err), MBILL_E_NUMBER, "/s", "half_up");
    assert_refusal_path(&err, mbill__node_word(&n, words, 1, &index, &err), MBILL_E_INVALID, "/s",
        "\"half_up\" is not one of: half_even");
    n = at(&root, "o");
    assert_refusal_path(&err, mbill__node_object(&n, known, 3, &err), MBILL_E_UNKNOWN_KEY, "/o/bonds",
        "unknown key \"bonds\", did you mean \"bounds\"");
    assert_refusal_path(&err, mbill__node_object(&n, known, 1, &err), MBILL_E_UNKNOWN_KEY, "/o/bonds",
        "expected one of: charges");
    assert_refusal_path(&err, mbill__node_object(&n, known, 0, &err), MBILL_E_UNKNOWN_KEY, "/o/bonds", "expected none");
    assert_refusal_path(&err, mbill__node_text(&n, &text, &err), MBILL_E_TYPE, "/o", "found an object");
    assert_refusal_path(&err, mbill__node_need(&n, "ra/te", &found, &err), MBILL_E_MISSING_KEY, "/o/ra~1te",
        "key \"ra/te\" is missing");
    assert_refusal_path(&err, mbill__node_fail(&n, &err, MBILL_E_INVALID, "two\nlines"), MBILL_E_INVALID, "/o", "two?lines");
    ck_assert_int_eq(mbill__node_fail(&n, NULL, MBILL_E_INVALID, "unseen"), MBILL_E_INVALID);
    ck_assert_str_eq(text, "kept");
    ck_assert_int_eq(value, 42);
    ck_assert_int_eq(index, 42);
    ck_assert(flag);
    mbill__json_free(document);
}
END_TEST

START_TEST(members_that_must_be_there)
{
    static const char *const words[] = {"half_even", "half_up"};
    mbill__json *document = read_text(TYPES);
    mbill__node root = mbill__json_root(document);
    int64_t value = 5;
    int32_t index = 5;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__node_need_whole(&root, "w", 0, 12, &value, NULL), MBILL_OK);
    ck_assert_int_eq(value, 12);
    ck_assert_int_eq(mbill__node_need_int(&root, "w", -1, 12, &index, NULL), MBILL_OK);
    ck_assert_int_eq(index, 12);
    ck_assert_int_eq(mbill__node_need_word(&root, "s", words, 2, &index, NULL), MBILL_OK);
    ck_assert_int_eq(index, 1);
    assert_refusal_path(&err, mbill__node_need_whole(&root, "v", 0, 9, &value, &err), MBILL_E_MISSING_KEY, "/v", "\"v\" is missing");
    assert_refusal_path(&err, mbill__node_need_int(&root, "w", 0, 9, &index, &err), MBILL_E_RANGE, "/w", "from 0 to 9");
    assert_refusal_path(&err, mbill__node_need_word(&root, "v", words, 2, &index, &err), MBILL_E_MISSING_KEY, "/v",
        "\"v\" is missing");
    assert_refusal_path(&err, mbill__node_need_word(&root, "s", words, 1, &index, &err), MBILL_E_INVALID, "/s", "half_even");
    ck_assert_int_eq(value, 12);
    ck_assert_int_eq(index, 1);
    mbill__json_free(document);
}
END_TEST

START_TEST(near_words)
{
    static const char *const known[] = {"rate", "rates", "limit_kwh", "no"};
    static const char long_word[] = "0123456789012345678901234567890123456789012345678901234567890123456789";
    const char *const long_known[] = {long_word, "limit_kwh"};
    char list[24];
    ck_assert_str_eq(mbill__near("rat", 3, known, 4), "rate");
    ck_assert_str_eq(mbill__near("ratess", 6, known, 4), "rates");
    ck_assert_str_eq(mbill__near("limitkWh", 8, known, 4), "limit_kwh");
    ck_assert_ptr_null(mbill__near("limitKWH", 8, known, 4));
    ck_assert_ptr_null(mbill__near("ab", 2, known, 4));
    ck_assert_ptr_null(mbill__near(long_word, strlen(long_word), long_known, 2));
    ck_assert_ptr_null(mbill__near("x", 1, NULL, 0));
    mbill__near_list(known, 4, list, sizeof list);
    ck_assert_str_eq(list, "rate, rates, ...");
    mbill__near_list(known, 2, list, sizeof list);
    ck_assert_str_eq(list, "rate, rates");
    mbill__near_list(long_known, 1, list, sizeof list);
    ck_assert_str_eq(list, "...");
    mbill__near_list(known, 4, list, 1);
    ck_assert_str_eq(list, "");
}
END_TEST

START_TEST(names)
{
    static const char *const good[] = {"a", "7", "A-1_b.c", "\xE5\xB3\xB0\xE8\xB0\xB7",
        "0123456789012345678901234567890123456789012345678901234567890123"};
    static const char *const bad[] = {"", "-a", "_a", ".a", "a b", "a/b", "a:", "a\\n", "\\u007f",
        "01234567890123456789012345678901234567890123456789012345678901234"};
    char text[128];
    const char *name;
    mbill_error err;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(text, sizeof text, "[\"%s\"]", good[i]);
        mbill__json *document = read_text(text);
        mbill__node root = mbill__json_root(document), n;
        ck_assert(mbill__node_first(&root, &n));
        ck_assert_int_eq(mbill__node_name(&n, &name, NULL), MBILL_OK);
        ck_assert_str_eq(name, good[i]);
        mbill__json_free(document);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, "[\"%s\"]", bad[i]);
        mbill__json *document = read_text(text);
        mbill__node root = mbill__json_root(document), n;
        mbill_error_init(&err);
        ck_assert(mbill__node_first(&root, &n));
        assert_refusal_path(&err, mbill__node_name(&n, &name, &err), MBILL_E_INVALID, "/0", "name \"");
        mbill__json_free(document);
    }
}
END_TEST

START_TEST(places)
{
    mbill__json *document = read_text("[1,{\"a\":2}]");
    mbill__node root = mbill__json_root(document), n, a;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert(mbill__node_first(&root, &n));
    ck_assert(mbill__node_next(&n));
    a = at(&n, "a");
    mbill_status status = mbill__fail_at(&err, MBILL_E_DATE, 3, "below");
    assert_refusal_path(&err, mbill__node_place(&a, &err, status), MBILL_E_DATE, "/1/a", "below");
    ck_assert_int_eq(err.index, 3);
    assert_refusal_path(&err, mbill__node_place(&root, &err, status), MBILL_E_DATE, "/1/a", "below");
    err.path[0] = '\0';
    ck_assert_int_eq(mbill__node_place(&a, &err, MBILL_OK), MBILL_OK);
    ck_assert_str_eq(err.path, "");
    err.struct_size = 16; /* a caller that knows no path */
    ck_assert_int_eq(mbill__node_place(&a, &err, MBILL_E_DATE), MBILL_E_DATE);
    ck_assert_str_eq(err.path, "");
    ck_assert_int_eq(mbill__node_place(&a, NULL, MBILL_E_DATE), MBILL_E_DATE);
    mbill__json_free(document);
}
END_TEST

static mbill_status header(const char *text, bool optional, mbill_error *err)
{
    mbill__json *document = read_text(text);
    mbill__node root = mbill__json_root(document);
    mbill_error_init(err);
    mbill_status status = mbill__json_header(&root, "tariff", optional, err);
    mbill__json_free(document);
    return status;
}

START_TEST(headers)
{
    mbill_error err;
    ck_assert_int_eq(header("{\"meterbill\":1,\"kind\":\"tariff\"}", false, &err), MBILL_OK);
    ck_assert_int_eq(header("{\"kind\":\"tariff\",\"meterbill\":1}", true, &err), MBILL_OK);
    ck_assert_int_eq(header("{\"meterbill\":1}", true, &err), MBILL_OK);
    assert_refusal_path(&err, header("{\"meterbill\":1}", false, &err), MBILL_E_MISSING_KEY, "/kind", "key \"kind\" is missing");
    assert_refusal_path(&err, header("{\"kind\":\"tariff\"}", true, &err), MBILL_E_MISSING_KEY, "/meterbill", "missing");
    assert_refusal_path(&err, header("{\"meterbill\":2}", true, &err), MBILL_E_VERSION, "/meterbill",
        "written for version 2 of the form, this library reads 1");
    assert_refusal_path(&err, header("{\"meterbill\":\"1\"}", true, &err), MBILL_E_TYPE, "/meterbill", "expected a whole number");
    assert_refusal_path(&err, header("{\"meterbill\":1,\"kind\":\"bill\"}", true, &err), MBILL_E_INVALID, "/kind",
        "kind \"bill\"");
    assert_refusal_path(&err, header("{\"meterbill\":1,\"kind\":7}", true, &err), MBILL_E_TYPE, "/kind", "expected text");
    assert_refusal_path(&err, header("[]", true, &err), MBILL_E_TYPE, "", "expected an object");
}
END_TEST

static Suite *node_suite(void)
{
    Suite *suite = suite_create("node");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, typed_reads);
    tcase_add_test(ok, headers);
    tcase_add_test(ok, members_that_must_be_there);
    tcase_add_test(refused, refuses_values);
    tcase_add_test(edges, names);
    tcase_add_test(edges, near_words);
    tcase_add_test(edges, places);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return suite;
}

int main(void)
{
    return check_run(node_suite(), CK_NOFORK);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Split requests: amounts at the scale of the document, allocations that fail, and pointers; the form is tested by tests/golden/apportion. */
#include "counting_allocator.h"
#include "meterbill/split.h"
#include "refusal.h"

#include <check.h>

static const char good[] =
    "{\"total\": \"100.07\", \"step\": \"0.01\", \"shares\": [{\"key\": \"1\", \"weight\": \"55.20\", \"name\": \"a\"},"
    "{\"key\": \"18446744073709551615\", \"weight\": \"41.8\"}]}";

static const char right[] = "{\"total\":\"100.07\",\"parts\":[{\"key\":\"1\",\"amount\":\"56.95\"},"
                            "{\"key\":\"18446744073709551615\",\"amount\":\"43.12\"}],\"residual\":\"0\"}";

START_TEST(parts_at_their_scale)
{
    mbill_split *split;
    mbill_error err;
    size_t n;
    char text[300];
    size_t len = sizeof text;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_split_read(good, sizeof good - 1, NULL, &split, &err), MBILL_OK);
    const mbill_split_part *parts = mbill_split_parts(split, &n);
    ck_assert_uint_eq(n, 2);
    ck_assert(parts[0].key == 1 && parts[0].amount == 5695 && parts[1].key == UINT64_MAX && parts[1].amount == 4312);
    ck_assert(mbill_split_scale(split) == 2 && mbill_split_residual(split) == 0);
    ck_assert_int_eq(mbill_split_write(split, text, &len, &err), MBILL_OK);
    ck_assert_uint_eq(len, strlen(text) + 1);
    size_t small = len - 1;
    assert_refusal(&err, mbill_split_write(split, text, &small, &err), MBILL_E_ROOM, "");
    ck_assert_uint_eq(small, len);
    mbill_split_free(split);
}
END_TEST

/* What is claimed, and what is said of it. */
START_TEST(claims)
{
    static const struct {
        const char *claim;
        mbill_status status;
        const char *path, *part;
    } all[] = {
        {"{\"total\":\"100.070\",\"parts\":[{\"key\":\"18446744073709551615\",\"amount\":\"43.12\"},{\"key\":1,\"amount\":\"56."
         "950\"}],\"residual\":0}",
            MBILL_OK, "", ""},
        {"{\"total\":\"100.07\",\"parts\":[{\"key\":\"1\",\"amount\":\"56.94\"},{\"key\":\"18446744073709551615\",\"amount\":"
         "\"43.13\"}],\"residual\":\"0\"}",
            MBILL_E_INVALID, "/parts/0/amount", "share 1: amount is 56.94, expected 56.95"},
        {"{\"total\":\"100\",\"parts\":[],\"residual\":\"0\"}", MBILL_E_INVALID, "/total", "total is 100, expected 100.07"},
        {"{\"total\":\"100.07\",\"parts\":[],\"residual\":\"0\"}", MBILL_E_MISSING_KEY, "/parts", "share 1 is left out"},
        {"{\"parts\":[],\"residual\":\"0\"}", MBILL_E_MISSING_KEY, "/total", ""},
        {"{\"total\":\"100.07\",\"parts\":[]}", MBILL_E_MISSING_KEY, "/residual", ""},
        {"{\"total\":\"100.07\",\"residual\":\"0\"}", MBILL_E_MISSING_KEY, "/parts", ""},
        {"{\"total\":\"100.07\",\"parts\":[{\"amount\":\"1\"}],\"residual\":\"0\"}", MBILL_E_MISSING_KEY, "/parts/0/key", ""},
        {"{\"total\":\"100.07\",\"parts\":[{\"key\":\"1\"}],\"residual\":\"0\"}", MBILL_E_MISSING_KEY, "/parts/0/amount", ""},
        {"{\"total\":\"100.07\",\"parts\":[{\"key\":\"2\",\"amount\":\"1\"}],\"residual\":\"0\"}", MBILL_E_NOT_FOUND, "/parts/0",
            "the split has no share 2"},
        {"{\"total\":\"100.07\",\"parts\":[{\"key\":\"1\",\"amount\":\"56.95\"},{\"key\":\"1\",\"amount\":\"56.95\"}],"
         "\"residual\":\"0\"}",
            MBILL_E_DUPLICATE_KEY, "/parts/1", "share 1 stands twice"},
        {"{\"total\":\"100.07\",\"parts\":[{\"key\":\"1\",\"amount\":\"56.95\",\"carry\":\"0\"}],\"residual\":\"0\"}",
            MBILL_E_UNKNOWN_KEY, "/parts/0/carry", "the split has no \"carry\" here"},
        {"{\"total\":\"100.07\",\"parts\":[{\"key\":\"1\",\"amount\":\"56.95\",\"name\":\"b\"}],\"residual\":\"0\"}",
            MBILL_E_INVALID, "/parts/0/name", "share 1: name is b, expected a"},
        {"{\"total\":\"100.07\",\"parts\":[{\"key\":\"1\",\"amount\":[\"56.95\"]}],\"residual\":\"0\"}", MBILL_E_INVALID,
            "/parts/0/amount", "more than one value, expected 56.95"},
        {"{\"total\":\"100.07\",\"parts\":{},\"residual\":\"0\"}", MBILL_E_TYPE, "/parts", ""},
        {"{\"total\":\"100.07\",\"parts\":[7],\"residual\":\"0\"}", MBILL_E_TYPE, "/parts/0", ""},
        {"[]", MBILL_E_TYPE, "", ""},
        {"{", MBILL_E_SYNTAX, "", ""},
    };
    mbill_split *split;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_split_read(good, sizeof good - 1, NULL, &split, &err), MBILL_OK);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        mbill_error_init(&err);
        mbill_status status = mbill_split_verify(split, all[i].claim, strlen(all[i].claim), &err);
        if (all[i].status == MBILL_OK) ck_assert_msg(status == MBILL_OK, "%s", err.message);
        else assert_refusal_path(&err, status, all[i].status, all[i].path, all[i].part);
    }
    assert_refusal(&err, mbill_split_verify(NULL, "", 0, &err), MBILL_E_MISUSE, "split is NULL");
    assert_refusal(&err, mbill_split_verify(split, NULL, 1, &err), MBILL_E_MISUSE, "json is NULL");
    mbill_split_free(split);
}
END_TEST

START_TEST(refused_calls)
{
    mbill_split *split = (mbill_split *)(void *)good;
    mbill_error err;
    size_t len = 0;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_split_read(good, sizeof good - 1, NULL, NULL, &err), MBILL_E_MISUSE, "out_split is NULL");
    assert_refusal(&err, mbill_split_read(NULL, 5, NULL, &split, &err), MBILL_E_MISUSE, "json is NULL");
    ck_assert_ptr_null(split);
    assert_refusal(&err, mbill_split_read(NULL, 0, NULL, &split, &err), MBILL_E_SYNTAX, "");
    ck_assert_int_eq(mbill_split_read("{\"total\": 1, \"shares\": []}", 26, NULL, &split, NULL),
        MBILL_E_ZERO_WEIGHT); /* without an err */
    assert_refusal(&err, mbill_split_write(NULL, NULL, &len, &err), MBILL_E_MISUSE, "split is NULL");
    mbill_split_free(NULL);
}
END_TEST

START_TEST(memory_that_ends)
{
    mbill_status status = MBILL_E_NOMEM;
    for (size_t n = 1; status == MBILL_E_NOMEM && n < 100; n++) {
        counting_allocator counter;
        counting_start(&counter, n);
        mbill_split *split;
        mbill_error err;
        size_t len = 0;
        mbill_error_init(&err);
        status = mbill_split_read(good, sizeof good - 1, &counter.allocator, &split, &err);
        if (status == MBILL_OK) status = mbill_split_write(split, NULL, &len, &err);
        if (status == MBILL_OK) status = mbill_split_verify(split, right, sizeof right - 1, &err);
        if (status != MBILL_OK) assert_refusal(&err, status, MBILL_E_NOMEM, "");
        mbill_split_free(split);
        ck_assert(counter.live == 0 && counter.live_blocks == 0);
    }
    ck_assert_int_eq(status, MBILL_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("split");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, parts_at_their_scale);
    tcase_add_test(ok, claims);
    tcase_add_test(refused, refused_calls);
    tcase_add_test(edges, memory_that_ends);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Split requests: amounts at the scale of the document, allocations that fail, and pointers; the form is tested by tests/golden/apportion. */
#include "check_run.h"
#include "counting_allocator.h"
#include "meterbill/operations.h"
#include "meterbill/posting.h"
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

/* Two components, somebody who moved out, a residual: all that postings are made of. */
static const char booked[] =
    "{\"total\": \"100.01\", \"step\": \"0.02\", \"id\": \"00000000000000000000000000000101\", \"owner\": 900,"
    "\"period\": {\"from\": \"2026-01-01\", \"to\": \"2026-02-01\"},"
    "\"bill\": {\"tariff\": \"house\", \"version\": \"1\", \"currency\": \"EUR\", \"zone\": \"CET-1\"},"
    "\"components\": [{\"name\": \"area\", \"share\": 30}, {\"name\": \"use\", \"share\": 70}],"
    "\"shares\": [{\"key\": 8, \"weights\": {\"area\": 1, \"use\": 3}},"
    "{\"key\": 7, \"weights\": {\"area\": 1, \"use\": 1}, \"account\": 70,"
    "\"segments\": [{\"from\": \"2026-01-01\", \"to\": \"2026-01-11\", \"account\": 71}]}]}";

static mbill_split *split_of(const char *json)
{
    mbill_split *split;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_split_read(json, strlen(json), NULL, &split, &err) == MBILL_OK, "%s", err.message);
    return split;
}

START_TEST(postings_in_order)
{
    static const int64_t accounts[] = {8, 71, 900, 900};
    static const int64_t amounts_micro[] = {67500000, 10480000, 22020000, 10000};
    static const uint32_t flags[] = {0, 0, MBILL_POSTING_VACANT, MBILL_POSTING_RESIDUAL};
    mbill_split *split = split_of(booked);
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    const mbill_posting *postings = mbill_split_postings(split, &n);
    ck_assert_uint_eq(n, 4);
    for (size_t i = 0; i < n; i++) {
        int64_t sum_micro = 0;
        mbill_operation op;
        ck_assert_int_eq(postings[i].account, accounts[i]);
        ck_assert_int_eq(postings[i].amount_micro, amounts_micro[i]);
        ck_assert_uint_eq(postings[i].flags, flags[i]);
        for (size_t k = 0; k < postings[i].n_lines; k++) sum_micro += postings[i].lines[k].amount_micro;
        ck_assert_int_eq(sum_micro, postings[i].amount_micro);
        ck_assert_int_eq(mbill_posting_operation(&postings[i], &op, &err), MBILL_OK);
        ck_assert(op.kind == MBILL_OPERATION_USAGE && op.amount_micro == amounts_micro[i] && op.account == accounts[i]);
        ck_assert_int_eq(memcmp(&op.id, &postings[i].id, sizeof op.id), 0);
    }
    ck_assert(postings[1].lines[1].weight == 10 && postings[1].lines[1].weight_sum == 31 && postings[1].lines[1].charge == 1);
    const mbill_split_bill *bill = mbill_split_bill_of(split);
    ck_assert(bill->n_charges == 2 && strcmp(bill->charges[1], "use") == 0 && bill->step_micro == 20000);
    mbill_split_free(split);
    split = split_of(good);
    ck_assert(mbill_split_postings(split, &n) == NULL && n == 0 && mbill_split_bill_of(split) == NULL);
    mbill_split_free(split);
}
END_TEST

START_TEST(postings_that_are_refused)
{
    static char text[4000];
    mbill_split *split = split_of(booked);
    mbill_error err;
    mbill_operation op = {.kind = 99};
    size_t n, len = sizeof text;
    mbill_error_init(&err);
    const mbill_posting *postings = mbill_split_postings(split, &n);
    const mbill_split_bill *bill = mbill_split_bill_of(split);
    mbill_posting one = postings[0];
    one.amount_micro = 0;
    ck_assert(mbill_posting_is_booked(&one));
    one.credit_channel = 3;
    ck_assert(!mbill_posting_is_booked(&one));
    assert_refusal(&err, mbill_posting_operation(&one, &op, &err), MBILL_E_INVALID, "account 8 is 0");
    one.credit_channel = 0;
    one.flags = MBILL_POSTING_CORRECTION;
    assert_refusal(&err, mbill_posting_operation(&one, &op, &err), MBILL_E_INVALID, "account 8 is 0");
    one.flags = 0;
    one.amount_micro = -1;
    assert_refusal(&err, mbill_posting_operation(&one, &op, &err), MBILL_E_INVALID, "account 8 is to get 0.000001");
    one.amount_micro = INT64_MIN;
    assert_refusal(&err, mbill_posting_operation(&one, &op, &err), MBILL_E_OVERFLOW, "past 64 bits");
    memset(&one.id, 0, sizeof one.id);
    assert_refusal(&err, mbill_posting_operation(&one, &op, &err), MBILL_E_INVALID, "no id");
    assert_refusal(&err, mbill_posting_operation(NULL, &op, &err), MBILL_E_MISUSE, "posting is NULL");
    assert_refusal(&err, mbill_posting_operation(&one, NULL, &err), MBILL_E_MISUSE, "out_operation is NULL");
    ck_assert_int_eq(op.kind, 99);
    assert_refusal(&err, mbill_posting_bill_write(NULL, postings, 1, 0, text, &len, &err), MBILL_E_MISUSE, "bill is NULL");
    assert_refusal(&err, mbill_posting_bill_write(bill, NULL, 1, 0, text, &len, &err), MBILL_E_MISUSE, "postings is NULL");
    assert_refusal(&err, mbill_posting_bill_write(bill, postings, 1, 0, text, NULL, &err), MBILL_E_MISUSE, "inout_len is NULL");
    assert_refusal(&err, mbill_posting_bill_write(bill, postings, 0, 0, text, &len, &err), MBILL_E_MISUSE, "n is 0");
    assert_refusal_index(&err, mbill_posting_bill_write(bill, postings, 2, 0, text, &len, &err), MBILL_E_INVALID, 1,
        "of account 71, expected 8");
    assert_refusal(&err, mbill_posting_bill_write(bill, postings, 1, 8, text, &len, &err), MBILL_E_UNKNOWN_OPTION, "flags");
    mbill_split_bill odd = *bill;
    odd.zone = "moon";
    assert_refusal(&err, mbill_posting_bill_write(&odd, postings, 1, 0, text, &len, &err), MBILL_E_ZONE, "");
    len = 10;
    assert_refusal(&err, mbill_posting_bill_write(bill, postings, 1, 0, text, &len, &err), MBILL_E_ROOM, "");
    ck_assert_int_eq(mbill_posting_bill_write(bill, &postings[2], 2, MBILL_WRITE_INDENT, NULL, &len, &err), MBILL_OK);
    mbill_split_free(split);
}
END_TEST

/* What is written is read again as the same; what is no operation, or has a policy, is not written. */
START_TEST(operations_as_lines)
{
    char text[300];
    mbill_split *split = split_of(booked);
    mbill_error err;
    mbill_operation op;
    mbill_operations *read;
    mbill_policy policy;
    size_t n, len = sizeof text;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_posting_operation(&mbill_split_postings(split, &n)[0], &op, &err), MBILL_OK);
    op.effective_utc_s = 1767571200;
    ck_assert_int_eq(mbill_operation_write(&op, text, &len, &err), MBILL_OK);
    ck_assert_uint_eq(len, strlen(text) + 1);
    ck_assert_int_eq(mbill_operations_read_line(text, len - 1, 0, NULL, &read, &err), MBILL_OK);
    const mbill_operation *again = mbill_operations_batches(read, &n)->operations;
    ck_assert_int_eq(memcmp(&again->id, &op.id, sizeof op.id), 0);
    ck_assert(again->kind == op.kind && again->account == op.account && again->amount_micro == op.amount_micro &&
        again->effective_utc_s == op.effective_utc_s && again->charge == MBILL_NONE);
    mbill_operations_free(read);
    len = 5;
    assert_refusal(&err, mbill_operation_write(&op, text, &len, &err), MBILL_E_ROOM, "");
    assert_refusal(&err, mbill_operation_write(NULL, text, &len, &err), MBILL_E_MISUSE, "operation is NULL");
    assert_refusal(&err, mbill_operation_write(&op, text, NULL, &err), MBILL_E_MISUSE, "inout_len is NULL");
    op.channel = 4;
    assert_refusal(&err, mbill_operation_write(&op, text, &len, &err), MBILL_E_INVALID, "not the form");
    ck_assert(mbill_policy_preset(MBILL_PRESET_DLT, &policy));
    op = (mbill_operation){.id = op.id,
        .kind = MBILL_OPERATION_OPEN,
        .account = 7,
        .policy = &policy,
        .sequence = MBILL_NONE,
        .charge = MBILL_NONE,
        .period = MBILL_NONE};
    assert_refusal(&err, mbill_operation_write(&op, text, &len, &err), MBILL_E_INVALID, "policy");
    mbill_split_free(split);
}
END_TEST

static mbill_status read_with(const mbill_allocator *allocator, const char *json, const char *claim, mbill_error *err)
{
    mbill_split *split;
    size_t len = 0;
    mbill_status status = mbill_split_read(json, strlen(json), allocator, &split, err);
    if (status == MBILL_OK) status = mbill_split_write(split, NULL, &len, err);
    if (status == MBILL_OK && claim != NULL) status = mbill_split_verify(split, claim, strlen(claim), err);
    mbill_split_free(split);
    return status;
}

START_TEST(memory_that_ends)
{
    const char *json = _i == 0 ? good : booked, *claim = _i == 0 ? right : NULL;
    mbill_status status = MBILL_E_NOMEM;
    for (size_t n = 1; status == MBILL_E_NOMEM && n < 200; n++) {
        counting_allocator counter;
        counting_start(&counter, n);
        mbill_error err;
        mbill_error_init(&err);
        status = read_with(&counter.allocator, json, claim, &err);
        if (status != MBILL_OK) assert_refusal(&err, status, MBILL_E_NOMEM, "");
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
    tcase_add_test(ok, postings_in_order);
    tcase_add_test(ok, operations_as_lines);
    tcase_add_test(refused, postings_that_are_refused);
    tcase_add_test(refused, refused_calls);
    tcase_add_loop_test(edges, memory_that_ends, 0, 2);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}

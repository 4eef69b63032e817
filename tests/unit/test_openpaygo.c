/* SPDX-License-Identifier: Apache-2.0 */
/* OpenPAYGO tokens: windows, parity, late tokens, values without a meaning; what a seller counts; every refusal. */
#include "check_run.h"
#include "meterbill/token.h"
#include "refusal.h"

#include <check.h>
#include <string.h>

static const mbill_openpaygo_device device = {sizeof device, 0, 516959010,
    {0xBC, 0x41, 0xEC, 0x95, 0x30, 0xF6, 0xDA, 0xC8, 0x6B, 0x1A, 0x29, 0xAB, 0x82, 0xED, 0xC5, 0xFB}};

static mbill_status make(int32_t kind, uint32_t value, uint32_t count, uint32_t form, char *out, mbill_error *err)
{
    mbill_openpaygo_token token = {.struct_size = sizeof token, .kind = kind, .value = value, .count = count, .form = form};
    return mbill_openpaygo_encode(&device, &token, out, err);
}

static mbill_status enter(const char *digits, mbill_openpaygo_used *used, mbill_openpaygo_token *out, mbill_error *err)
{
    out->struct_size = sizeof *out;
    return mbill_openpaygo_decode(&device, digits, strlen(digits), used, out, used, err);
}

/* Each form and kind goes through a device and says the same. */
START_TEST(round_trips)
{
    static const uint32_t values[] = {0, 1, 500, 995}, long_values[] = {0, 1, 500000, 999999};
    for (uint32_t form = 0; form < 4; form++)
        for (int32_t kind = MBILL_OPENPAYGO_ADD; kind <= (form >= 2 ? MBILL_OPENPAYGO_SET : MBILL_OPENPAYGO_SYNCHRONISE); kind++)
            for (size_t i = 0; i < (kind <= MBILL_OPENPAYGO_SET ? 4u : 1u); i++) {
                uint32_t value = form >= 2 ? long_values[i] : values[i], count = kind == MBILL_OPENPAYGO_ADD ? 42 : 41;
                mbill_openpaygo_used used = {.struct_size = sizeof used, .count = 10};
                mbill_openpaygo_token token;
                char digits[MBILL_TOKEN_ROOM];
                ck_assert_int_eq(make(kind, value, count, form, digits, NULL), MBILL_OK);
                ck_assert_uint_eq(strlen(digits), form == 0 ? 9 : form == 1 ? 15 : form == 2 ? 12 : 20);
                ck_assert_int_eq(enter(digits, &used, &token, NULL), MBILL_OK);
                ck_assert_int_eq(token.kind, kind);
                ck_assert_uint_eq(token.value, value);
                ck_assert_uint_eq(token.count, count);
                ck_assert_uint_eq(token.form, form);
                ck_assert_uint_eq(used.count, count);
                ck_assert_int_eq(enter(digits, &used, &token, NULL), MBILL_E_TOKEN_USED);
            }
}
END_TEST

/* The window reaches 64 ahead, 100 to synchronise; a count to add is taken late when it is above last - 16, one that sets never. */
START_TEST(windows)
{
    mbill_openpaygo_used used = {.struct_size = sizeof used, .count = 100};
    mbill_openpaygo_token token;
    mbill_error err;
    char digits[MBILL_TOKEN_ROOM];
    mbill_error_init(&err);
    ck_assert_int_eq(make(MBILL_OPENPAYGO_ADD, 3, 166, 0, digits, NULL), MBILL_OK);
    assert_refusal(&err, enter(digits, &used, &token, &err), MBILL_E_TOKEN_CRC, "no count up to 164");
    ck_assert_int_eq(make(MBILL_OPENPAYGO_ADD, 3, 164, 0, digits, NULL), MBILL_OK);
    mbill_openpaygo_used ahead = used;
    ck_assert_int_eq(enter(digits, &ahead, &token, NULL), MBILL_OK);
    ck_assert_int_eq(make(MBILL_OPENPAYGO_SYNCHRONISE, 0, 201, 0, digits, NULL), MBILL_OK);
    ck_assert_int_eq(enter(digits, &used, &token, NULL), MBILL_E_TOKEN_CRC);
    ck_assert_int_eq(make(MBILL_OPENPAYGO_SYNCHRONISE, 0, 199, 0, digits, NULL), MBILL_OK);
    ahead = used;
    ck_assert_int_eq(enter(digits, &ahead, &token, NULL), MBILL_OK);
    ck_assert_int_eq(enter(digits, &ahead, &token, NULL), MBILL_E_TOKEN_USED); /* not even that one twice */
    for (uint32_t count = 98; count > 84; count -= 2) {
        ck_assert_int_eq(make(MBILL_OPENPAYGO_ADD, 3, count, 0, digits, NULL), MBILL_OK);
        ck_assert_int_eq(enter(digits, &used, &token, NULL), MBILL_OK);
        ck_assert_uint_eq(used.count, 100);
        ck_assert_int_eq(enter(digits, &used, &token, NULL), MBILL_E_TOKEN_USED);
    }
    ck_assert_int_eq(make(MBILL_OPENPAYGO_ADD, 3, 84, 0, digits, NULL), MBILL_OK);
    ck_assert_int_eq(enter(digits, &used, &token, NULL), MBILL_E_TOKEN_USED); /* too far back */
    ck_assert_int_eq(make(MBILL_OPENPAYGO_SET, 3, 99, 0, digits, NULL), MBILL_OK);
    ck_assert_int_eq(enter(digits, &used, &token, NULL), MBILL_E_TOKEN_USED);
}
END_TEST

/* A token that sets ends what was unused before it; one that adds leaves it, and a jump of more than 16 forgets it. */
START_TEST(what_setting_ends)
{
    mbill_openpaygo_used used = {.struct_size = sizeof used, .count = 10}, other = used;
    mbill_openpaygo_token token;
    char late[MBILL_TOKEN_ROOM], digits[MBILL_TOKEN_ROOM];
    ck_assert_int_eq(make(MBILL_OPENPAYGO_ADD, 7, 12, 0, late, NULL), MBILL_OK);
    ck_assert_int_eq(make(MBILL_OPENPAYGO_SET, 7, 15, 0, digits, NULL), MBILL_OK);
    ck_assert_int_eq(enter(digits, &used, &token, NULL), MBILL_OK);
    ck_assert_int_eq(enter(late, &used, &token, NULL), MBILL_E_TOKEN_USED);
    ck_assert_int_eq(make(MBILL_OPENPAYGO_ADD, 7, 14, 0, digits, NULL), MBILL_OK);
    ck_assert_int_eq(enter(digits, &other, &token, NULL), MBILL_OK);
    ck_assert_int_eq(enter(late, &other, &token, NULL), MBILL_OK);
    ck_assert_uint_eq(other.count, 14);
    ck_assert_uint_eq(other.below, 2u | 8u); /* 12, and the count that it began with */
    ck_assert_int_eq(make(MBILL_OPENPAYGO_ADD, 7, 34, 0, digits, NULL), MBILL_OK);
    ck_assert_int_eq(enter(digits, &other, &token, NULL), MBILL_OK);
    ck_assert_uint_eq(other.below, 0);
    other = (mbill_openpaygo_used){.struct_size = sizeof other, .count = 10};
    ck_assert_int_eq(make(MBILL_OPENPAYGO_ADD, 7, 26, 0, digits, NULL), MBILL_OK);
    ck_assert_int_eq(enter(digits, &other, &token, NULL), MBILL_OK);
    ck_assert_uint_eq(other.below, 0x8000);
}
END_TEST

START_TEST(selling)
{
    mbill_token_sales sales = {.struct_size = sizeof sales, .count = 1};
    uint32_t count = 0;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_openpaygo_sell(&sales, 1, MBILL_OPENPAYGO_ADD, &count, &sales, NULL), MBILL_OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(mbill_openpaygo_sell(&sales, 2, MBILL_OPENPAYGO_ADD, &count, &sales, NULL), MBILL_OK);
    ck_assert_uint_eq(count, 4);
    ck_assert_int_eq(mbill_openpaygo_sell(&sales, 3, MBILL_OPENPAYGO_DISABLE, &count, &sales, NULL), MBILL_OK);
    ck_assert_uint_eq(count, 5);
    ck_assert_int_eq(mbill_openpaygo_sell(&sales, 4, MBILL_OPENPAYGO_SET, &count, &sales, NULL), MBILL_OK);
    ck_assert_uint_eq(count, 7);
    assert_refusal(&err, mbill_openpaygo_sell(&sales, 4, MBILL_OPENPAYGO_SET, &count, &sales, &err), MBILL_E_TOKEN_COUNT, "purchase 4");
    assert_refusal(&err, mbill_openpaygo_sell(&sales, 5, 9, &count, &sales, &err), MBILL_E_INVALID, "9 is no kind");
    sales.count = MBILL_OPENPAYGO_COUNT_MAX - 1;
    assert_refusal(&err, mbill_openpaygo_sell(&sales, 5, MBILL_OPENPAYGO_SET, &count, &sales, &err), MBILL_E_RANGE, "there is none");
    ck_assert_uint_eq(count, 7);
    ck_assert(mbill_openpaygo_starting_code(device.key) < 1000000000);
    ck_assert(mbill_openpaygo_starting_code(NULL) == 0);
}
END_TEST

static const struct {
    int32_t kind;
    uint32_t value, count, form;
    mbill_status status;
    const char *part;
} wrong[] = {
    {0, 1, 2, 0, MBILL_E_INVALID, "0 is no kind"},
    {MBILL_OPENPAYGO_ADD, 996, 2, 0, MBILL_E_RANGE, "0 to 995"},
    {MBILL_OPENPAYGO_ADD, 1000000, 2, MBILL_OPENPAYGO_EXTENDED, MBILL_E_RANGE, "0 to 999999"},
    {MBILL_OPENPAYGO_DISABLE, 1, 3, 0, MBILL_E_RANGE, "0 to 0"},
    {MBILL_OPENPAYGO_ADD, 1, 3, 0, MBILL_E_INVALID, "3 is odd"},
    {MBILL_OPENPAYGO_SET, 1, 2, 0, MBILL_E_INVALID, "2 is even"},
    {MBILL_OPENPAYGO_ADD, 1, 0, 0, MBILL_E_RANGE, "count 0"},
    {MBILL_OPENPAYGO_ADD, 1, 65536, 0, MBILL_E_RANGE, "count 65536"},
    {MBILL_OPENPAYGO_DISABLE, 0, 3, MBILL_OPENPAYGO_EXTENDED, MBILL_E_INVALID, "extended"},
    {MBILL_OPENPAYGO_ADD, 1, 2, 4, MBILL_E_UNKNOWN_OPTION, "form"},
};

START_TEST(refused_tokens)
{
    char digits[MBILL_TOKEN_ROOM] = "untouched";
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, make(wrong[_i].kind, wrong[_i].value, wrong[_i].count, wrong[_i].form, digits, &err), wrong[_i].status, wrong[_i].part);
    ck_assert_str_eq(digits, "untouched");
}
END_TEST

/* Digits whose value has no meaning are made by a device whose starting code is shifted by it. */
START_TEST(refused_digits)
{
    mbill_openpaygo_used used = {.struct_size = sizeof used, .count = 1};
    mbill_openpaygo_token token = {.struct_size = sizeof token};
    mbill_openpaygo_device long_code = device;
    mbill_error err;
    char digits[MBILL_TOKEN_ROOM];
    mbill_error_init(&err);
    assert_refusal(&err, enter("1234", &used, &token, &err), MBILL_E_TOKEN_FORM, "4 digits");
    assert_refusal(&err, enter("12345678x", &used, &token, &err), MBILL_E_TOKEN_FORM, "has digits alone");
    assert_refusal(&err, enter("123412341234125", &used, &token, &err), MBILL_E_TOKEN_FORM, "1 to 4");
    assert_refusal(&err, enter("444444444444444", &used, &token, &err), MBILL_E_TOKEN_FORM, "no token of 15");
    assert_refusal(&err, enter("123456789", &used, &token, &err), MBILL_E_TOKEN_CRC, "no count");
    long_code.starting_code = UINT64_C(1000000000);
    assert_refusal(&err, mbill_openpaygo_decode(&long_code, "123456789", 9, &used, &token, &used, &err), MBILL_E_RANGE, "9 digits");
    used.below = 0x10000;
    assert_refusal(&err, enter("123456789", &used, &token, &err), MBILL_E_RANGE, "16 below");
    used = (mbill_openpaygo_used){.struct_size = sizeof used, .count = 1};
    for (uint32_t value = 996; value <= 999; value++) {
        mbill_openpaygo_device shifted = device; /* its value 0 is the other's `value` */
        mbill_openpaygo_token add = {.struct_size = sizeof add, .kind = MBILL_OPENPAYGO_ADD, .count = 2};
        shifted.starting_code = device.starting_code - device.starting_code % 1000 + (device.starting_code + value) % 1000;
        ck_assert_int_eq(mbill_openpaygo_encode(&shifted, &add, digits, NULL), MBILL_OK);
        assert_refusal(&err, enter(digits, &used, &token, &err), MBILL_E_TOKEN_VALUE, "no meaning");
        ck_assert_uint_eq(used.count, 1);
    }
    ck_assert_int_eq(mbill_openpaygo_decode(NULL, "1", 1, &used, &token, &used, &err), MBILL_E_MISUSE);
    token.struct_size = 0;
    assert_refusal(&err, mbill_openpaygo_decode(&device, "123456789", 9, &used, &token, &used, &err), MBILL_E_MISUSE, "struct_size");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("openpaygo");
    TCase *tests = tcase_create("openpaygo");
    tcase_add_test(tests, round_trips);
    tcase_add_test(tests, windows);
    tcase_add_test(tests, what_setting_ends);
    tcase_add_test(tests, selling);
    tcase_add_loop_test(tests, refused_tokens, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(tests, refused_digits);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}

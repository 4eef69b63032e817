/* SPDX-License-Identifier: Apache-2.0 */
/* Commands, frames and answers by documents: what is written, what is refused, and receipts that follow from evidence. */
#include "check_run.h"
#include "counting_allocator.h"
#include "meterbill/translate_document.h"
#include "searching_allocator.h"
#include "translating.h"

#include <stdio.h>

#define PROFILE "{\"meterbill\":1,\"kind\":\"frame_profile\",\"protocol\":\"cjt188\",\"di_order\":\"high_first\"}"
#define MEANS(members) "{\"meterbill\":1,\"kind\":\"meter_means\"" members "}"

static mbill_error err;

static mbill_translator *open_with(const char *protocol, const char *profile, const char *means)
{
    mbill_translator *out;
    mbill_error_init(&err);
    mbill_status status = mbill_translator_open(protocol, profile, profile != NULL ? strlen(profile) : 0, means,
        means != NULL ? strlen(means) : 0, NULL, &out, &err);
    ck_assert_msg(status == MBILL_OK, "%s: %s", err.path, err.message);
    return out;
}

static mbill_command valve(void)
{
    mbill_command command = command_of(MBILL_COMMAND_VALVE_CLOSE);
    strcpy(command.target, "w/1a2b0000000123");
    command.id.bytes[15] = 7;
    command.seq = UINT64_C(3000000000);
    return command;
}

START_TEST(protocols)
{
    ck_assert_str_eq(mbill_translator_protocol_name(0), "dlt645");
    ck_assert_str_eq(mbill_translator_protocol_name(1), "cjt188");
    ck_assert_ptr_null(mbill_translator_protocol_name(2));
    ck_assert_ptr_null(mbill_translator_protocol_name(SIZE_MAX));
    mbill_translator_free(NULL);
}
END_TEST

START_TEST(what_is_written)
{
    mbill_translator *by = open_with("cjt188", PROFILE, MEANS(",\"type\":\"10\",\"ser\":7"));
    mbill_command command = valve();
    uint8_t hash[MBILL_HASH_BYTES];
    char text[1024], answer[2048];
    size_t len = sizeof text, size = 0, answered = sizeof answer;
    memset(hash, 0xAB, sizeof hash);
    ck_assert_int_eq(mbill_translate_frames(by, &command, NULL, NOW_S, text, &len, &err), MBILL_OK);
    ck_assert_str_eq(text,
        "{\"meterbill\":1,\"kind\":\"command_frames\",\"protocol\":\"cjt188\",\"command\":\"valve_close\",\"target\":\"w/"
        "1a2b0000000123\","
        "\"id\":\"00000000000000000000000000000007\",\"seq\":\"3000000000\",\"frame\":"
        "\"fefefefe681023010000002b1a0404a01707994016\","
        "\"read_back\":\"fefefefe681023010000002b1a0103901f089c16\"}");
    ck_assert_uint_eq(len, strlen(text) + 1);
    ck_assert_int_eq(mbill_translate_frames(by, &command, NULL, NOW_S, NULL, &size, &err), MBILL_OK);
    ck_assert_uint_eq(size, len);
    size--;
    assert_refusal(&err, mbill_translate_frames(by, &command, NULL, NOW_S, answer, &size, &err), MBILL_E_ROOM, "");
    ck_assert_uint_eq(size, len);
    const mbill_bytes none = {NULL, 0};
    ck_assert_int_eq(mbill_translate_answer(by, text, len - 1, none, none, NOW_S, answer, &answered, &err), MBILL_OK);
    ck_assert_ptr_nonnull(strstr(answer, "\"seq\":\"3000000000\",\"answer\":\"none\",\"state\":\"unknown\"}"));
    len = sizeof text;
    answered = sizeof answer;
    ck_assert_int_eq(mbill_translate_frames(by, &command, hash, NOW_S, text, &len, &err), MBILL_OK);
    ck_assert_int_eq(mbill_translate_answer(by, text, len - 1, none, none, NOW_S, answer, &answered, &err), MBILL_OK);
    ck_assert_ptr_nonnull(strstr(answer,
        "\"receipt\":{\"meterbill\":1,\"kind\":\"receipt\",\"state\":\"unknown\",\"at\":\"2026-11-21T14:00:00Z\""));
    ck_assert_ptr_nonnull(strstr(answer, "\"command\":\"abababab"));
    mbill_translator_free(by);
}
END_TEST

START_TEST(means_are_those_of_the_struct)
{
    mbill_translator *by = open_with("dlt645",
        "{\"meterbill\":1,\"kind\":\"frame_profile\",\"protocol\":\"dlt645\",\"topup_amount\":\"bcd\",\"topup_count\":"
        "\"binary\"}",
        MEANS(",\"offset_s\":28800,\"password\":\"123456\",\"operator\":\"01020304\",\"customer\":\"000000214365\",\"macs\":"
              "\"0102030405060708\""));
    mbill_command command = top_up();
    mbill_means means = means_of();
    char text[1024], expected[2 * sizeof(wire)];
    size_t len = sizeof text;
    means.macs = (mbill_bytes){(const uint8_t *)"\1\2\3\4\5\6\7\10", 8};
    wire sent = send(&command, &digits, &means);
    for (size_t i = 0; i < sent.n; i++) (void)snprintf(expected + 2 * i, 3, "%02x", sent.p[i]);
    ck_assert_int_eq(mbill_translate_frames(by, &command, NULL, NOW_S, text, &len, &err), MBILL_OK);
    ck_assert_ptr_nonnull(strstr(text, expected));
    mbill_translator_free(by);
}
END_TEST

static const struct {
    const char *protocol, *profile, *means;
    mbill_status status;
    const char *path;
} not_opened[] = {
    {"modbus", NULL, NULL, MBILL_E_NOT_FOUND, ""},
    {"", NULL, NULL, MBILL_E_NOT_FOUND, ""},
    {"dlt645", PROFILE, NULL, MBILL_E_INVALID, "/protocol"},
    {"cjt188", "{", NULL, MBILL_E_SYNTAX, ""},
    {"cjt188", PROFILE, "{}", MBILL_E_MISSING_KEY, "/meterbill"},
    {"cjt188", PROFILE, PROFILE, MBILL_E_INVALID, "/kind"},
    {"cjt188", PROFILE, MEANS(",\"typ\":\"10\""), MBILL_E_UNKNOWN_KEY, "/typ"},
    {"cjt188", PROFILE, MEANS(",\"type\":\"100\""), MBILL_E_INVALID, "/type"},
    {"cjt188", PROFILE, MEANS(",\"ser\":256"), MBILL_E_RANGE, "/ser"},
    {"dlt645", NULL, MEANS(",\"offset_s\":50401"), MBILL_E_RANGE, "/offset_s"},
    {"dlt645", NULL, MEANS(",\"password\":\"12345g\""), MBILL_E_INVALID, "/password"},
    {"dlt645", NULL, MEANS(",\"operator\":\"010203\""), MBILL_E_INVALID, "/operator"},
    {"dlt645", NULL, MEANS(",\"customer\":\"00000021436a\""), MBILL_E_INVALID, "/customer"},
    {"dlt645", NULL, MEANS(",\"customer\":214365"), MBILL_E_TYPE, "/customer"},
    {"dlt645", NULL, MEANS(",\"di\":\"0405\""), MBILL_E_INVALID, "/di"},
    {"dlt645", NULL, MEANS(",\"macs\":\"010203040506070809\""), MBILL_E_INVALID, "/macs"},
    {"dlt645", NULL, MEANS(",\"sealed\":\"0\""), MBILL_E_INVALID, "/sealed"},
    {"dlt645", NULL, MEANS(",\"table\":7"), MBILL_E_TYPE, "/table"},
};

START_TEST(opening_is_refused)
{
    const char *profile = not_opened[_i].profile, *means = not_opened[_i].means;
    mbill_translator *out = (mbill_translator *)&err;
    mbill_error_init(&err);
    mbill_status status = mbill_translator_open(not_opened[_i].protocol, profile, profile != NULL ? strlen(profile) : 0, means,
        means != NULL ? strlen(means) : 0, NULL, &out, &err);
    ck_assert_msg(status == not_opened[_i].status, "%s: %s", mbill_status_name((int32_t)status), err.message);
    ck_assert_str_eq(err.path, not_opened[_i].path);
    ck_assert_ptr_null(out);
}
END_TEST

#define HEAD                                                                                                                     \
    "{\"meterbill\":1,\"kind\":\"command_frames\",\"protocol\":\"cjt188\",\"command\":\"valve_close\",\"target\":\"w/"           \
    "1a2b0000000123\","
#define NUMBERS "\"id\":\"00000000000000000000000000000007\",\"seq\":1"
#define FRAME ",\"frame\":\"681023010000002b1a0404a01707994016\""

static const struct {
    const char *text;
    mbill_status status;
    const char *path;
} not_answered[] = {
    {"[]", MBILL_E_TYPE, ""},
    {PROFILE, MBILL_E_INVALID, "/kind"},
    {HEAD NUMBERS "}", MBILL_E_MISSING_KEY, "/frame"},
    {HEAD NUMBERS FRAME ",\"reply\":\"\"}", MBILL_E_UNKNOWN_KEY, "/reply"},
    {HEAD "\"seq\":1" FRAME "}", MBILL_E_MISSING_KEY, "/id"},
    {HEAD NUMBERS ",\"frame\":\"6\"}", MBILL_E_INVALID, "/frame"},
    {HEAD NUMBERS ",\"frame\":\"681023010000002b1a0404a01707994c16\"}", MBILL_E_CHECKSUM, ""},
    {HEAD NUMBERS ",\"frame\":\"681023010000002b1a8405a0170701002916\"}", MBILL_E_DIRECTION, ""},
    {HEAD NUMBERS FRAME ",\"read_back\":\"00\"}", MBILL_E_SHAPE, ""},
    {HEAD NUMBERS FRAME ",\"hash\":\"00\"}", MBILL_E_INVALID, "/hash"},
};

START_TEST(frames_are_refused)
{
    mbill_translator *by = open_with("cjt188", PROFILE, NULL);
    const mbill_bytes none = {NULL, 0};
    size_t len = 0;
    mbill_status status = mbill_translate_answer(by, not_answered[_i].text, strlen(not_answered[_i].text), none, none, NOW_S,
        NULL, &len, &err);
    ck_assert_msg(status == not_answered[_i].status, "%s: %s", mbill_status_name((int32_t)status), err.message);
    ck_assert_str_eq(err.path, not_answered[_i].path);
    mbill_translator_free(by);
}
END_TEST

START_TEST(misuse)
{
    mbill_translator *by = open_with("cjt188", PROFILE, NULL), *out;
    mbill_command command = valve();
    const mbill_bytes none = {NULL, 0};
    size_t len = 0;
    assert_refusal(&err, mbill_translator_open(NULL, NULL, 0, NULL, 0, NULL, &out, &err), MBILL_E_MISUSE, "name");
    assert_refusal(&err, mbill_translator_open("cjt188", NULL, 0, NULL, 0, NULL, NULL, &err), MBILL_E_MISUSE, "out");
    assert_refusal(&err, mbill_translate_frames(NULL, &command, NULL, NOW_S, NULL, &len, &err), MBILL_E_MISUSE, "translator");
    assert_refusal(&err, mbill_translate_frames(by, NULL, NULL, NOW_S, NULL, &len, &err), MBILL_E_MISUSE, "command");
    assert_refusal(&err, mbill_translate_frames(by, &command, NULL, NOW_S, NULL, NULL, &err), MBILL_E_MISUSE, "inout_len");
    assert_refusal(&err, mbill_translate_frames(by, &command, NULL, NOW_S, NULL, &len, &err), MBILL_E_POLICY, "type 00H");
    assert_refusal(&err, mbill_translate_answer(by, NULL, 0, none, none, NOW_S, NULL, &len, &err), MBILL_E_MISUSE, "frames");
    mbill_translator_free(by);
}
END_TEST

/* What of evidence stands in a receipt. */
START_TEST(receipts_follow_from_evidence)
{
    mbill_command command = valve();
    const uint8_t frame[3] = {1, 2, 3}, hash[MBILL_HASH_BYTES] = {9};
    static const uint8_t long_reply[MBILL_RECEIPT_REPLY_MAX + 1] = {7};
    mbill_evidence evidence = {.struct_size = sizeof evidence, .has = MBILL_EVIDENCE_VALVE, .valve = 1};
    mbill_receipt receipt;
    uint8_t expected[MBILL_HASH_BYTES];
    mbill_bytes sent = {frame, sizeof frame}, reply = {long_reply, MBILL_RECEIPT_REPLY_MAX};
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_receipt_make(&command, hash, sent, reply, &evidence, NOW_S, &receipt, &err), MBILL_OK);
    mbill_command_hash(sent, expected);
    ck_assert_mem_eq(receipt.request_hash, expected, sizeof expected);
    ck_assert_mem_eq(receipt.command_hash, hash, sizeof hash);
    ck_assert_int_eq(receipt.state, MBILL_RECEIPT_CONFIRMED);
    ck_assert_uint_eq(receipt.has, MBILL_RECEIPT_HAS_REQUEST | MBILL_RECEIPT_HAS_REPLY | MBILL_RECEIPT_HAS_STATUS);
    ck_assert_uint_eq(receipt.status_word, 1);
    ck_assert_uint_eq(receipt.n_reply, MBILL_RECEIPT_REPLY_MAX);
    reply.n++;
    evidence = (mbill_evidence){.struct_size = sizeof evidence, .answer = MBILL_ANSWER_REFUSED};
    ck_assert_int_eq(mbill_receipt_make(&command, hash, sent, reply, &evidence, NOW_S, &receipt, &err), MBILL_OK);
    ck_assert_int_eq(receipt.state, MBILL_RECEIPT_REFUSED);
    ck_assert_uint_eq(receipt.has, MBILL_RECEIPT_HAS_REQUEST);
    evidence.answer = 4;
    assert_refusal(&err, mbill_receipt_make(&command, hash, sent, reply, &evidence, NOW_S, &receipt, &err), MBILL_E_INVALID,
        "answer 4");
    assert_refusal(&err, mbill_receipt_make(&command, NULL, sent, reply, &evidence, NOW_S, &receipt, &err), MBILL_E_MISUSE,
        "hash");
}
END_TEST

#define WATER_MEANS MEANS(",\"type\":\"10\",\"ser\":7")

/* All three steps with this allocator. */
static mbill_status run(const mbill_allocator *allocator)
{
    mbill_translator *by = NULL;
    mbill_command command = valve();
    char frames[1024], answer[2048];
    size_t n_frames = sizeof frames, n_answer = sizeof answer;
    const mbill_bytes none = {NULL, 0};
    mbill_status status = mbill_translator_open("cjt188", PROFILE, strlen(PROFILE), WATER_MEANS, strlen(WATER_MEANS), allocator,
        &by, NULL);
    if (status == MBILL_OK) status = mbill_translate_frames(by, &command, NULL, NOW_S, frames, &n_frames, NULL);
    if (status == MBILL_OK) status = mbill_translate_answer(by, frames, n_frames - 1, none, none, NOW_S, answer, &n_answer, NULL);
    mbill_translator_free(by);
    return status;
}

/* Each allocation fails in turn: nothing leaks. */
START_TEST(no_memory)
{
    mbill_status status = MBILL_E_NOMEM;
    size_t n = 1;
    for (; status == MBILL_E_NOMEM; n++) {
        counting_allocator counter;
        counting_start(&counter, n);
        status = run(&counter.allocator);
        ck_assert(counting_is_even(&counter));
        ck_assert_uint_lt(n, 40);
    }
    ck_assert_int_eq(status, MBILL_OK);
    ck_assert_uint_gt(n, 5);
}
END_TEST

/* What the allocator gets back holds no password any more. */
START_TEST(wiped)
{
    static const char *const means[] = {MEANS(",\"password\":\"c0ffee\""), MEANS(",\"password\":\"c0ffee\",\"type\":1")};
    static const uint8_t secret[] = {0xC0, 0xFF, 0xEE};
    const mbill_status expected[] = {MBILL_OK, MBILL_E_TYPE};
    for (size_t i = 0; i < COUNT(means); i++) {
        searching_allocator search;
        mbill_translator *by;
        searching_start(&search, secret, sizeof secret);
        ck_assert_int_eq(mbill_translator_open("dlt645", NULL, 0, means[i], strlen(means[i]), &search.allocator, &by, NULL),
            expected[i]);
        mbill_translator_free(by);
        ck_assert_int_eq(search.found, 0);
        searching_start(&search, (const uint8_t *)"c0ffee", 6);
        ck_assert_int_eq(mbill_translator_open("dlt645", NULL, 0, means[i], strlen(means[i]), &search.allocator, &by, NULL),
            expected[i]);
        mbill_translator_free(by);
        ck_assert_int_eq(search.found, 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("translate_document");
    TCase *tests = tcase_create("documents");
    tcase_add_test(tests, protocols);
    tcase_add_test(tests, what_is_written);
    tcase_add_test(tests, means_are_those_of_the_struct);
    tcase_add_loop_test(tests, opening_is_refused, 0, (int)COUNT(not_opened));
    tcase_add_loop_test(tests, frames_are_refused, 0, (int)COUNT(not_answered));
    tcase_add_test(tests, misuse);
    tcase_add_test(tests, no_memory);
    tcase_add_test(tests, wiped);
    tcase_add_test(tests, receipts_follow_from_evidence);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Commands as frames of CJ/T 188, what may not become one, and what reads back what they did. */
#include "meterbill/cjt188_command.h"
#include "refusal.h"

#include <stdlib.h>

#define NOW_S INT64_C(1795269600) /* 2026-11-21 14:00:00 UTC, 22:00:00 at the meter */
#define EAST_S (8 * 3600)
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

typedef struct wire {
    uint8_t p[MBILL_CJT188_FRAME_MAX + 4];
    size_t n;
} wire;

static mbill_bytes bytes_of(const wire *w)
{
    return (mbill_bytes){w->p, w->n};
}

static const mbill_cjt188_profile high_first = {.struct_size = sizeof high_first, .di_order = MBILL_CJT188_HIGH_FIRST};

static mbill_command command_to(int32_t kind)
{
    mbill_command command = MBILL_COMMAND_INIT;
    command.kind = kind;
    command.iat_s = NOW_S;
    command.exp_s = NOW_S + 300;
    strcpy(command.target, "w/1a2b0000000123");
    return command;
}

static mbill_cjt188_access water_means(void)
{
    mbill_cjt188_access means = {.struct_size = sizeof means};
    means.type = 0x10;
    means.ser = 0x07;
    return means;
}

static wire send_188(const mbill_command *command, const mbill_cjt188_access *means)
{
    wire out = {{0}, 0};
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_cjt188_from_command(command, &high_first, means, NOW_S, out.p, sizeof out.p, &out.n, &err);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
    return out;
}

/* A frame of or to the water meter, formed here. */
static wire frame_of(uint8_t control, const char *data, size_t n)
{
    static const uint8_t head[] = {0x68, 0x10, 0x23, 0x01, 0x00, 0x00, 0x00, 0x2B, 0x1A};
    wire out = {{0}, sizeof head};
    uint8_t sum = 0;
    memcpy(out.p, head, sizeof head);
    out.p[out.n++] = control;
    out.p[out.n++] = (uint8_t)n;
    memcpy(out.p + out.n, data, n);
    out.n += n;
    for (size_t i = 0; i < out.n; i++) sum = (uint8_t)(sum + out.p[i]);
    out.p[out.n++] = sum;
    out.p[out.n++] = 0x16;
    return out;
}

static void assert_frame(const wire *sent, uint8_t control, const char *data, size_t n)
{
    wire expected = frame_of(control, data, n);
    ck_assert_uint_eq(sent->n, expected.n + 4);
    ck_assert_mem_eq(sent->p, "\xFE\xFE\xFE\xFE", 4);
    ck_assert_mem_eq(sent->p + 4, expected.p, expected.n);
}

START_TEST(commands_are_these_bytes)
{
    mbill_command open = command_to(MBILL_COMMAND_VALVE_OPEN), close = command_to(MBILL_COMMAND_VALVE_CLOSE);
    mbill_command pay = command_to(MBILL_COMMAND_TOP_UP), clock = command_to(MBILL_COMMAND_CLOCK),
                  read = command_to(MBILL_COMMAND_READ);
    mbill_cjt188_access means = water_means();
    wire sent = send_188(&open, &means);
    assert_frame(&sent, 0x04, "\xA0\x17\x07\x55", 4);
    sent = send_188(&close, &means);
    assert_frame(&sent, 0x04, "\xA0\x17\x07\x99", 4);
    pay.amount_micro = INT64_C(123450000);
    pay.count = 142;
    sent = send_188(&pay, &means);
    assert_frame(&sent, 0x04, "\xA0\x13\x07\x42\x45\x23\x01\x00", 8);
    clock.clock_s = NOW_S;
    means.has_offset = 1;
    means.offset_s = EAST_S;
    sent = send_188(&clock, &means);
    assert_frame(&sent, 0x04, "\xA0\x15\x07\x00\x00\x22\x21\x11\x26\x20", 10);
    read.di = 0x901F;
    sent = send_188(&read, &means);
    assert_frame(&sent, 0x01, "\x90\x1F\x07", 3);
}
END_TEST

/* What is changed of a valve command that can be sent, and how that is refused. */
static const struct {
    const char *target;
    int32_t kind;
    uint8_t type;
    int32_t di_order;
    int64_t later_s, micro;
    mbill_status status;
    const char *part;
} refused[] = {
    {"w/1a2b0000000123", MBILL_COMMAND_TRIP, 0x10, 1, 0, 0, MBILL_E_POLICY, "trip"},
    {"w/1a2b0000000123", MBILL_COMMAND_TARIFF, 0x10, 1, 0, 0, MBILL_E_POLICY, "tariff"},
    {"w/1a2b0000000123", MBILL_COMMAND_REFUND, 0x10, 1, 0, 0, MBILL_E_POLICY, "refund"},
    {"w/1a2b0000000123", MBILL_COMMAND_KEEP_ON, 0x10, 1, 0, 0, MBILL_E_POLICY, "keep_on"},
    {"w/1a2b0000000123", 0, 0x10, 1, 0, 0, MBILL_E_INVALID, "kind 0"},
    {"w/1a2b0000000123", MBILL_COMMAND_VALVE_OPEN, 0x10, 0, 0, 0, MBILL_E_UNDECIDED, "di_order"},
    {"w/1a2b0000000123", MBILL_COMMAND_VALVE_OPEN, 0, 1, 0, 0, MBILL_E_POLICY, "type 00H"},
    {"w/1a2b0000000123", MBILL_COMMAND_VALVE_OPEN, 0x20, 1, 0, 0, MBILL_E_POLICY, "type 20H"},
    {"h/1a2b0000000123", MBILL_COMMAND_VALVE_OPEN, 0x10, 1, 0, 0, MBILL_E_POLICY, "expected 20H to 29H"},
    {"g/1a2b0000000123", MBILL_COMMAND_VALVE_OPEN, 0x2A, 1, 0, 0, MBILL_E_POLICY, "expected 30H to 39H"},
    {"e/000000000001", MBILL_COMMAND_VALVE_OPEN, 0x10, 1, 0, 0, MBILL_E_ADDRESS, "no CJ/T 188 meter"},
    {"w/123", MBILL_COMMAND_VALVE_OPEN, 0x10, 1, 0, 0, MBILL_E_ADDRESS, "14 hex digits"},
    {"w/aaaaaaaaaaaaaa", MBILL_COMMAND_VALVE_CLOSE, 0x10, 1, 0, 0, MBILL_E_POLICY, "no number of one meter"},
    {"w/99999999999999", MBILL_COMMAND_VALVE_CLOSE, 0x10, 1, 0, 0, MBILL_E_POLICY, "every meter"},
    {"grp/north", MBILL_COMMAND_VALVE_CLOSE, 0x10, 1, 0, 0, MBILL_E_POLICY, "is a group"},
    {"w/1a2b0000000123", MBILL_COMMAND_VALVE_CLOSE, 0x10, 1, 300, 0, MBILL_E_EXPIRED, "void"},
    {"w/1a2b0000000123", MBILL_COMMAND_TOP_UP, 0x10, 1, 0, 1, MBILL_E_POLICY, "no multiple"},
    {"w/1a2b0000000123", MBILL_COMMAND_TOP_UP, 0x10, 1, 0, INT64_C(1000000000000), MBILL_E_RANGE, ""},
    {"w/1a2b0000000123", MBILL_COMMAND_CLOCK, 0x10, 1, 0, 0, MBILL_E_POLICY, "offset"},
    {"w/1a2b0000000123", MBILL_COMMAND_READ, 0x10, 1, 0, 0, MBILL_E_DI, ""},
};

START_TEST(refusals)
{
    for (size_t i = 0; i < COUNT(refused); i++) {
        mbill_command command = command_to(refused[i].kind);
        mbill_cjt188_access means = water_means();
        mbill_cjt188_profile profile = high_first;
        uint8_t out[300];
        size_t n = 77;
        mbill_error err;
        mbill_error_init(&err);
        strcpy(command.target, refused[i].target);
        command.amount_micro = refused[i].micro;
        means.type = refused[i].type;
        profile.di_order = refused[i].di_order;
        memset(out, 0x5A, sizeof out);
        assert_refusal(&err,
            mbill_cjt188_from_command(&command, &profile, &means, NOW_S + refused[i].later_s, out, sizeof out, &n, &err),
            refused[i].status, refused[i].part);
        ck_assert_uint_eq(n, 77);
        ck_assert_uint_eq(out[0], 0x5A);
    }
}
END_TEST

START_TEST(what_is_asked_afterwards)
{
    static const struct {
        int32_t kind;
        const char *data;
    } asked[] = {{MBILL_COMMAND_VALVE_OPEN, "\x90\x1F\x08"}, {MBILL_COMMAND_VALVE_CLOSE, "\x90\x1F\x08"},
        {MBILL_COMMAND_TOP_UP, "\x81\x05\x08"}, {MBILL_COMMAND_CLOCK, "\x90\x7F\x08"}};
    mbill_cjt188_access means = water_means();
    means.has_offset = 1;
    for (size_t i = 0; i < COUNT(asked); i++) {
        mbill_command command = command_to(asked[i].kind);
        wire ask;
        command.amount_micro = 10000;
        command.clock_s = NOW_S;
        wire sent = send_188(&command, &means);
        ck_assert_int_eq(mbill_cjt188_read_back(bytes_of(&sent), &high_first, ask.p, sizeof ask.p, &ask.n, NULL), MBILL_OK);
        assert_frame(&ask, 0x01, asked[i].data, 3);
    }
}
END_TEST

START_TEST(after_a_read_nothing_is_asked)
{
    mbill_command read = command_to(MBILL_COMMAND_READ);
    mbill_cjt188_access means = water_means();
    mbill_error err;
    uint8_t out[300];
    size_t n = 77;
    read.di = 0x901F;
    wire sent = send_188(&read, &means), told = frame_of(0x84, "\xA0\x17\x07\x01\x00", 5),
         key = frame_of(0x04, "\xA0\x14\x07\x01KEYKEYKE", 12);
    mbill_error_init(&err);
    assert_refusal(&err, mbill_cjt188_read_back(bytes_of(&told), &high_first, out, sizeof out, &n, &err), MBILL_E_DIRECTION,
        "84H");
    assert_refusal(&err, mbill_cjt188_read_back(bytes_of(&key), &high_first, out, sizeof out, &n, &err), MBILL_E_POLICY, "A014");
    ck_assert_uint_eq(n, 77);
    ck_assert_int_eq(mbill_cjt188_read_back(bytes_of(&sent), &high_first, out, sizeof out, &n, NULL), MBILL_OK);
    ck_assert_uint_eq(n, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cjt188_command");
    TCase *tests = tcase_create("cjt188");
    tcase_add_test(tests, commands_are_these_bytes);
    tcase_add_test(tests, refusals);
    tcase_add_test(tests, what_is_asked_afterwards);
    tcase_add_test(tests, after_a_read_nothing_is_asked);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

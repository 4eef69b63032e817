/* SPDX-License-Identifier: Apache-2.0 */
/* Commands as frames of CJ/T 188, what may not become one, and the truth table of what replies prove. */
#include "check_run.h"
#include "translating.h"

static const mbill_cjt188_profile high_first = {.struct_size = sizeof high_first, .di_order = MBILL_CJT188_HIGH_FIRST};

static mbill_command command_to(int32_t kind)
{
    mbill_command command = command_of(kind);
    strcpy(command.target, "w/1a2b0000000123");
    return command;
}

static mbill_means water_means(void)
{
    mbill_means means = MBILL_MEANS_INIT;
    means.type = 0x10;
    means.ser = 0x07;
    return means;
}

static wire send_188(const mbill_command *command, const mbill_means *means)
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
    mbill_means means = water_means();
    wire sent = send_188(&open, &means);
    assert_frame(&sent, 0x04, "\xA0\x17\x07\x55", 4);
    sent = send_188(&close, &means);
    assert_frame(&sent, 0x04, "\xA0\x17\x07\x99", 4);
    pay.amount_micro = INT64_C(123450000);
    pay.count = 142;
    sent = send_188(&pay, &means);
    assert_frame(&sent, 0x04, "\xA0\x13\x07\x42\x45\x23\x01\x00", 8);
    clock.clock_s = NOW_S;
    means.has = MBILL_MEANS_OFFSET;
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
        mbill_means means = water_means();
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
    mbill_means means = water_means();
    means.has = MBILL_MEANS_OFFSET;
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

static int32_t state_of(int32_t kind, const wire *sent, const wire *reply, const wire *told)
{
    mbill_evidence evidence;
    int32_t state;
    wire asked;
    ck_assert_int_eq(mbill_cjt188_read_back(bytes_of(sent), &high_first, asked.p, sizeof asked.p, &asked.n, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_cjt188_evidence(bytes_of(sent), bytes_of(reply), bytes_of(&asked), bytes_of(told), &high_first,
                         &evidence, NULL),
        MBILL_OK);
    ck_assert_int_eq(mbill_receipt_judge(kind, &evidence, &state, NULL), MBILL_OK);
    return state;
}

/* Totals of 12.34 m3 with this first byte of ST, in answer to the question with SER 08. */
static wire totals(char st)
{
    char data[] = "\x90\x1F\x08\x34\x12\x00\x00\x2C\x00\x10\x00\x00\x2C\x00\x00\x22\x21\x11\x26\x20\x00\x00";
    data[20] = st;
    return frame_of(0x81, data, sizeof data - 1);
}

enum {
    CONFIRMED = MBILL_RECEIPT_CONFIRMED,
    ACCEPTED = MBILL_RECEIPT_ACCEPTED,
    NAY = MBILL_RECEIPT_REFUSED,
    WHO = MBILL_RECEIPT_UNKNOWN
};

START_TEST(truth_table_of_the_valve)
{
    static const struct {
        int32_t kind;
        char st;
        int32_t state; /* after 84 */
    } rows[] = {{MBILL_COMMAND_VALVE_CLOSE, 1, CONFIRMED}, {MBILL_COMMAND_VALVE_CLOSE, 0, ACCEPTED},
        {MBILL_COMMAND_VALVE_CLOSE, 3, ACCEPTED}, {MBILL_COMMAND_VALVE_CLOSE, 5, CONFIRMED},
        {MBILL_COMMAND_VALVE_OPEN, 0, CONFIRMED}, {MBILL_COMMAND_VALVE_OPEN, 1, ACCEPTED},
        {MBILL_COMMAND_VALVE_OPEN, 3, ACCEPTED}, {MBILL_COMMAND_VALVE_OPEN, 4, CONFIRMED}};
    mbill_means means = water_means();
    wire silence = {{0}, 0};
    for (size_t i = 0; i < COUNT(rows); i++) {
        mbill_command command = command_to(rows[i].kind);
        const char ack[] = {(char)0xA0, 0x17, 0x07, rows[i].st, 0}, no[] = {0x07, 0, 0};
        wire sent = send_188(&command, &means), told = totals(rows[i].st);
        wire yes = frame_of(0x84, ack, sizeof ack), refusal = frame_of(0xC4, no, sizeof no);
        ck_assert_int_eq(state_of(rows[i].kind, &sent, &yes, &told), rows[i].state);
        ck_assert_int_eq(state_of(rows[i].kind, &sent, &yes, &silence), ACCEPTED); /* whatever ST the acknowledgement has */
        ck_assert_int_eq(state_of(rows[i].kind, &sent, &silence, &told), rows[i].state == CONFIRMED ? CONFIRMED : WHO);
        ck_assert_int_eq(state_of(rows[i].kind, &sent, &silence, &silence), WHO);
        ck_assert_int_eq(state_of(rows[i].kind, &sent, &refusal, &told), NAY);
        ck_assert_int_eq(state_of(rows[i].kind, &sent, &sent, &silence), WHO); /* an echo */
    }
}
END_TEST

START_TEST(what_does_not_belong_proves_nothing)
{
    mbill_command close = command_to(MBILL_COMMAND_VALVE_CLOSE);
    mbill_means means = water_means();
    wire sent = send_188(&close, &means), silence = {{0}, 0}, other_ser = totals(1), other_meter = totals(1), damaged = totals(1);
    other_ser.p[13]++, other_ser.p[other_ser.n - 2]++;
    other_meter.p[2]++, other_meter.p[other_meter.n - 2]++;
    damaged.p[damaged.n - 2]++;
    wire other_di = frame_of(0x84, "\xA0\x15\x07", 3),
         wrong_read = frame_of(0x81, "\x90\x7F\x08\x30\x00\x22\x21\x11\x26\x20", 10);
    ck_assert_int_eq(state_of(close.kind, &sent, &other_di, &silence), WHO);
    ck_assert_int_eq(state_of(close.kind, &sent, &silence, &wrong_read), WHO);
    wire late_ack = frame_of(0x84, "\xA0\x17\x06\x01\x00", 5);
    ck_assert_int_eq(state_of(close.kind, &sent, &late_ack, &silence), WHO);
    ck_assert_int_eq(state_of(close.kind, &sent, &silence, &other_ser), WHO);
    ck_assert_int_eq(state_of(close.kind, &sent, &silence, &other_meter), WHO);
    ck_assert_int_eq(state_of(close.kind, &sent, &silence, &damaged), WHO);
}
END_TEST

START_TEST(top_up_and_clock_are_read_back)
{
    mbill_command pay = command_to(MBILL_COMMAND_TOP_UP), clock = command_to(MBILL_COMMAND_CLOCK);
    mbill_means means = water_means();
    pay.amount_micro = INT64_C(123450000);
    pay.count = 42;
    wire sent = send_188(&pay, &means), yes = frame_of(0x84, "\xA0\x13\x07\x42\x45\x23\x01\x00", 8);
    wire now = frame_of(0x81, "\x81\x05\x08\x42\x45\x23\x01\x00\0\0\x10\0\0\0\x05\0\0\0", 18);
    wire before = frame_of(0x81, "\x81\x05\x08\x41\x45\x23\x01\x00\0\0\x10\0\0\0\x05\0\0\0", 18);
    wire less = frame_of(0x81, "\x81\x05\x08\x42\x44\x23\x01\x00\0\0\x10\0\0\0\x05\0\0\0", 18);
    ck_assert_int_eq(state_of(pay.kind, &sent, &yes, &now), CONFIRMED);
    ck_assert_int_eq(state_of(pay.kind, &sent, &yes, &before), ACCEPTED);
    ck_assert_int_eq(state_of(pay.kind, &sent, &yes, &less), ACCEPTED);
    clock.clock_s = NOW_S;
    means.has = MBILL_MEANS_OFFSET;
    means.offset_s = EAST_S;
    sent = send_188(&clock, &means);
    yes = frame_of(0x84, "\xA0\x15\x07", 3);
    wire soon = frame_of(0x81, "\x90\x7F\x08\x30\x00\x22\x21\x11\x26\x20", 10),
         late = frame_of(0x81, "\x90\x7F\x08\x30\x01\x22\x21\x11\x26\x20", 10);
    ck_assert_int_eq(state_of(clock.kind, &sent, &yes, &soon), CONFIRMED);
    ck_assert_int_eq(state_of(clock.kind, &sent, &yes, &late), ACCEPTED);
}
END_TEST

START_TEST(reads_and_what_was_not_sent)
{
    mbill_command read = command_to(MBILL_COMMAND_READ);
    mbill_means means = water_means();
    mbill_evidence evidence;
    mbill_error err;
    uint8_t out[300];
    size_t n = 77;
    const mbill_bytes none = {NULL, 0};
    read.di = 0x901F;
    means.ser = 8;
    wire sent = send_188(&read, &means), told = totals(0), key = frame_of(0x04, "\xA0\x14\x07\x01KEYKEYKE", 12);
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_cjt188_evidence(bytes_of(&sent), bytes_of(&told), none, none, &high_first, &evidence, NULL), MBILL_OK);
    ck_assert_uint_eq(evidence.has, MBILL_EVIDENCE_SAME);
    assert_refusal(&err, mbill_cjt188_read_back(bytes_of(&told), &high_first, out, sizeof out, &n, &err), MBILL_E_DIRECTION,
        "81H");
    assert_refusal(&err, mbill_cjt188_read_back(bytes_of(&key), &high_first, out, sizeof out, &n, &err), MBILL_E_POLICY, "A014");
    ck_assert_uint_eq(n, 77);
    ck_assert_int_eq(mbill_cjt188_read_back(bytes_of(&sent), &high_first, out, sizeof out, &n, NULL), MBILL_OK);
    ck_assert_uint_eq(n, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("translate_cjt188");
    TCase *tests = tcase_create("cjt188");
    tcase_add_test(tests, commands_are_these_bytes);
    tcase_add_test(tests, refusals);
    tcase_add_test(tests, what_is_asked_afterwards);
    tcase_add_test(tests, truth_table_of_the_valve);
    tcase_add_test(tests, what_does_not_belong_proves_nothing);
    tcase_add_test(tests, top_up_and_clock_are_read_back);
    tcase_add_test(tests, reads_and_what_was_not_sent);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What replies of a DL/T 645 meter prove of a command: the truth table. */
#include "check_run.h"
#include "translating.h"

/* A frame of the meter 000000000001. */
static wire meter_says(uint8_t control, const char *data, size_t n_data)
{
    static const uint8_t address[6] = {1};
    mbill_dlt645_frame frame;
    wire out;
    ck_assert_int_eq(mbill_dlt645_make(address, control, (mbill_bytes){(const uint8_t *)data, n_data}, &frame, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_dlt645_encode(&frame, NULL, out.p, sizeof out.p, &out.n, NULL), MBILL_OK);
    return out;
}

static wire read_back_of(const wire *sent)
{
    wire out;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_dlt645_read_back(bytes_of(sent), &digits, out.p, sizeof out.p, &out.n, &err);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
    return out;
}

static int32_t state_of(int32_t kind, const wire *sent, const wire *reply, const wire *told)
{
    wire asked = read_back_of(sent);
    mbill_evidence evidence;
    int32_t state;
    ck_assert_int_eq(mbill_dlt645_evidence(bytes_of(sent), bytes_of(reply), bytes_of(&asked), bytes_of(told), &digits, &evidence,
                         NULL),
        MBILL_OK);
    ck_assert_int_eq(mbill_receipt_judge(kind, &evidence, &state, NULL), MBILL_OK);
    return state;
}

static wire word(uint32_t value)
{
    const char data[6] = {0x03, 0x05, 0x00, 0x04, (char)(value & 0xFF), (char)(value >> 8)};
    return meter_says(0x91, data, sizeof data);
}

enum {
    CONFIRMED = MBILL_RECEIPT_CONFIRMED,
    ACCEPTED = MBILL_RECEIPT_ACCEPTED,
    NAY = MBILL_RECEIPT_REFUSED,
    WHO = MBILL_RECEIPT_UNKNOWN
};

START_TEST(truth_table_of_the_status_word)
{
    static const struct {
        int32_t kind;
        uint32_t value;
        int32_t state; /* after 9C */
    } rows[] = {{MBILL_COMMAND_TRIP, 0x50, CONFIRMED}, {MBILL_COMMAND_TRIP, 0x40, ACCEPTED}, {MBILL_COMMAND_TRIP, 0x10, ACCEPTED},
        {MBILL_COMMAND_TRIP, 0, ACCEPTED}, {MBILL_COMMAND_TRIP, 0xFFFF, CONFIRMED}, {MBILL_COMMAND_DIRECT_CLOSE, 0, CONFIRMED},
        {MBILL_COMMAND_DIRECT_CLOSE, 0x10, ACCEPTED}, {MBILL_COMMAND_DIRECT_CLOSE, 0x40, ACCEPTED},
        {MBILL_COMMAND_PERMIT_CLOSE, 0x10, CONFIRMED}, {MBILL_COMMAND_PERMIT_CLOSE, 0x50, ACCEPTED},
        {MBILL_COMMAND_ALARM_ON, 0x80, CONFIRMED}, {MBILL_COMMAND_ALARM_ON, 0, ACCEPTED}, {MBILL_COMMAND_ALARM_OFF, 0, CONFIRMED},
        {MBILL_COMMAND_KEEP_ON, 0x1000, CONFIRMED}, {MBILL_COMMAND_KEEP_ON, 0, ACCEPTED}, {MBILL_COMMAND_KEEP_OFF, 0, CONFIRMED},
        {MBILL_COMMAND_KEEP_OFF, 0x1000, ACCEPTED}};
    mbill_means means = means_of();
    wire yes = meter_says(0x9C, "", 0), silence = {{0}, 0};
    for (size_t i = 0; i < COUNT(rows); i++) {
        mbill_command command = command_of(rows[i].kind);
        wire sent = send(&command, NULL, &means), told = word(rows[i].value);
        ck_assert_int_eq(state_of(rows[i].kind, &sent, &yes, &told), rows[i].state);
        ck_assert_int_eq(state_of(rows[i].kind, &sent, &silence, &told), rows[i].state == CONFIRMED ? CONFIRMED : WHO);
        ck_assert_int_eq(state_of(rows[i].kind, &sent, &yes, &silence), ACCEPTED);
        ck_assert_int_eq(state_of(rows[i].kind, &sent, &silence, &silence), WHO);
    }
}
END_TEST

START_TEST(truth_table_of_the_answer)
{
    mbill_command trip = command_of(MBILL_COMMAND_TRIP);
    mbill_means means = means_of();
    wire sent = send(&trip, NULL, &means), shut = word(0), open = word(0x50), silence = {{0}, 0};
    for (int bit = 0; bit < 7; bit++) { /* every bit of ERR refuses, whatever is read back */
        const char error = (char)(1 << bit);
        wire no = meter_says(0xDC, &error, 1);
        ck_assert_int_eq(state_of(MBILL_COMMAND_TRIP, &sent, &no, &shut), NAY);
        ck_assert_int_eq(state_of(MBILL_COMMAND_TRIP, &sent, &no, &silence), NAY);
    }
    wire other = meter_says(0x9C, "", 0), wrong = meter_says(0x9C, "", 0), cut = meter_says(0x9C, "", 0),
         to_write = meter_says(0x94, "", 0);
    other.p[5]++, other.p[other.n - 2]++; /* another meter */
    wrong.p[wrong.n - 2]++;               /* another checksum */
    cut.n--;
    const wire *strange[] = {&sent, &other, &wrong, &cut, &to_write, &open};
    for (size_t i = 0; i < COUNT(strange); i++) {
        ck_assert_int_eq(state_of(MBILL_COMMAND_TRIP, &sent, strange[i], &silence), WHO);
        ck_assert_int_eq(state_of(MBILL_COMMAND_TRIP, &sent, strange[i], &open),
            CONFIRMED); /* what is read back speaks for itself */
    }
}
END_TEST

START_TEST(what_is_read_back_wrongly_proves_nothing)
{
    mbill_command trip = command_of(MBILL_COMMAND_TRIP);
    mbill_means means = means_of();
    wire sent = send(&trip, NULL, &means), yes = meter_says(0x9C, "", 0);
    wire another_di = meter_says(0x91, "\x04\x05\x00\x04\x50\x00", 6),
         too_long = meter_says(0x91, "\x03\x05\x00\x04\x50\x00\x00", 7);
    wire refused = meter_says(0xD1, "\x02", 1), more = meter_says(0xB1, "\x03\x05\x00\x04\x50", 5), damaged = word(0x50);
    wire echo = read_back_of(&sent), of_another = word(0x50);
    damaged.p[damaged.n - 2]++;
    of_another.p[5]++, of_another.p[of_another.n - 2]++;
    const wire *told[] = {&another_di, &too_long, &refused, &more, &damaged, &echo, &of_another};
    for (size_t i = 0; i < COUNT(told); i++) ck_assert_int_eq(state_of(MBILL_COMMAND_TRIP, &sent, &yes, told[i]), ACCEPTED);
}
END_TEST

START_TEST(writes_are_the_same_or_not)
{
    mbill_command command = command_of(MBILL_COMMAND_TARIFF), clock = command_of(MBILL_COMMAND_CLOCK);
    mbill_means means = means_of();
    means.di = 0x040502FF;
    means.table = (mbill_bytes){(const uint8_t *)"\x00\x50\x00\x00", 4};
    wire sent = send(&command, NULL, &means), yes = meter_says(0x94, "", 0), no = meter_says(0xD4, "\x04", 1);
    wire same = meter_says(0x91, "\xFF\x02\x05\x04\x00\x50\x00\x00", 8),
         differs = meter_says(0x91, "\xFF\x02\x05\x04\x01\x50\x00\x00", 8);
    wire longer = meter_says(0x91, "\xFF\x02\x05\x04\x00\x50\x00\x00\x00\x50\x00\x00", 12), silence = {{0}, 0};
    ck_assert_int_eq(state_of(MBILL_COMMAND_TARIFF, &sent, &yes, &same), CONFIRMED);
    ck_assert_int_eq(state_of(MBILL_COMMAND_TARIFF, &sent, &silence, &same), CONFIRMED);
    ck_assert_int_eq(state_of(MBILL_COMMAND_TARIFF, &sent, &yes, &differs), ACCEPTED);
    ck_assert_int_eq(state_of(MBILL_COMMAND_TARIFF, &sent, &yes, &longer), ACCEPTED);
    ck_assert_int_eq(state_of(MBILL_COMMAND_TARIFF, &sent, &no, &differs), NAY);
    clock.clock_s = NOW_S;
    means = means_of();
    sent = send(&clock, NULL, &means);
    wire at_once = meter_says(0x91, "\x0C\x01\x00\x04\x00\x00\x22\x06\x21\x11\x26", 11);
    wire later = meter_says(0x91, "\x0C\x01\x00\x04\x00\x01\x22\x06\x21\x11\x26", 11);
    wire too_late = meter_says(0x91, "\x0C\x01\x00\x04\x01\x01\x22\x06\x21\x11\x26", 11);
    wire before = meter_says(0x91, "\x0C\x01\x00\x04\x59\x59\x21\x06\x21\x11\x26", 11);
    ck_assert_int_eq(state_of(MBILL_COMMAND_CLOCK, &sent, &yes, &at_once), CONFIRMED);
    ck_assert_int_eq(state_of(MBILL_COMMAND_CLOCK, &sent, &yes, &later), CONFIRMED);
    ck_assert_int_eq(state_of(MBILL_COMMAND_CLOCK, &sent, &yes, &too_late), ACCEPTED);
    ck_assert_int_eq(state_of(MBILL_COMMAND_CLOCK, &sent, &yes, &before), ACCEPTED);
}
END_TEST

#define WALLET(count) "\xFF\x02\x81\x07\x45\x23\x01\x00MAC1" count "MAC2\x65\x43\x21\0\0\0KEYS"

START_TEST(top_up_is_proved_by_its_count)
{
    mbill_command command = top_up();
    mbill_means means = means_of();
    means.macs = (mbill_bytes){(const uint8_t *)"ABCDEFGH", 8};
    wire sent = send(&command, &digits, &means), yes = meter_says(0x83, "\xFF\x02\x01\x07", 4), silence = {{0}, 0};
    wire now = meter_says(0x83, WALLET("\x2C\x01\0\0"), 30), before = meter_says(0x83, WALLET("\x2B\x01\0\0"), 30);
    wire repeated = meter_says(0xC3, "\x02\x00", 2), one_byte = meter_says(0xC3, "\x20", 1);
    ck_assert_int_eq(state_of(MBILL_COMMAND_TOP_UP, &sent, &yes, &now), CONFIRMED);
    ck_assert_int_eq(state_of(MBILL_COMMAND_TOP_UP, &sent, &silence, &now), CONFIRMED);
    ck_assert_int_eq(state_of(MBILL_COMMAND_TOP_UP, &sent, &yes, &before), ACCEPTED);
    ck_assert_int_eq(state_of(MBILL_COMMAND_TOP_UP, &sent, &yes, &silence), ACCEPTED);
    ck_assert_int_eq(state_of(MBILL_COMMAND_TOP_UP, &sent, &repeated, &before), NAY);
    ck_assert_int_eq(state_of(MBILL_COMMAND_TOP_UP, &sent, &one_byte, &before), NAY);
}
END_TEST

START_TEST(reads_prove_themselves)
{
    mbill_command command = command_of(MBILL_COMMAND_READ);
    mbill_evidence evidence;
    int32_t state;
    command.di = 0x00010000;
    wire sent = send(&command, NULL, NULL), asked = read_back_of(&sent);
    wire value = meter_says(0x91, "\x00\x00\x01\x00\x26\x00\x00\x00", 8), empty = meter_says(0x91, "", 0);
    ck_assert_uint_eq(asked.n, 0);
    const mbill_bytes none = {NULL, 0};
    ck_assert_int_eq(mbill_dlt645_evidence(bytes_of(&sent), bytes_of(&value), none, none, NULL, &evidence, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_receipt_judge(command.kind, &evidence, &state, NULL), MBILL_OK);
    ck_assert_int_eq(state, CONFIRMED);
    ck_assert_int_eq(mbill_dlt645_evidence(bytes_of(&sent), bytes_of(&empty), none, none, NULL, &evidence, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_receipt_judge(command.kind, &evidence, &state, NULL), MBILL_OK);
    ck_assert_int_eq(state, WHO);
}
END_TEST

START_TEST(what_was_not_sent_is_refused)
{
    wire reply = meter_says(0x9C, "", 0), freeze = meter_says(0x16, "\x99\x99\x99\x99", 4);
    mbill_evidence evidence;
    uint8_t out[300];
    size_t n = 77;
    mbill_error err;
    const mbill_bytes none = {NULL, 0};
    mbill_error_init(&err);
    assert_refusal(&err, mbill_dlt645_read_back(bytes_of(&reply), NULL, out, sizeof out, &n, &err), MBILL_E_DIRECTION, "9CH");
    assert_refusal(&err, mbill_dlt645_read_back(bytes_of(&freeze), NULL, out, sizeof out, &n, &err), MBILL_E_POLICY, "16H");
    assert_refusal(&err, mbill_dlt645_evidence(bytes_of(&reply), none, none, none, NULL, &evidence, &err), MBILL_E_DIRECTION,
        "9CH");
    reply.n--;
    ck_assert_int_eq(mbill_dlt645_evidence(bytes_of(&reply), none, none, none, NULL, &evidence, &err), MBILL_E_INCOMPLETE);
    ck_assert_int_eq(mbill_dlt645_evidence(bytes_of(&freeze), none, none, none, NULL, NULL, &err), MBILL_E_MISUSE);
    ck_assert_uint_eq(n, 77);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("translate_answer");
    TCase *tests = tcase_create("dlt645");
    tcase_add_test(tests, truth_table_of_the_status_word);
    tcase_add_test(tests, truth_table_of_the_answer);
    tcase_add_test(tests, what_is_read_back_wrongly_proves_nothing);
    tcase_add_test(tests, writes_are_the_same_or_not);
    tcase_add_test(tests, top_up_is_proved_by_its_count);
    tcase_add_test(tests, reads_prove_themselves);
    tcase_add_test(tests, what_was_not_sent_is_refused);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

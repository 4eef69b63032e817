/* SPDX-License-Identifier: Apache-2.0 */
/* Commands as frames of DL/T 645, and what may not become one. */
#include "check_run.h"
#include "translating.h"

static mbill_dlt645_parts parts_of(const wire *w, mbill_dlt645_frame *frame)
{
    mbill_dlt645_parts parts;
    ck_assert_int_eq(mbill_dlt645_decode(bytes_of(w), NULL, frame, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_dlt645_split(frame, &digits, &parts, NULL), MBILL_OK);
    return parts;
}

START_TEST(trip_is_these_bytes)
{
    static const uint8_t expected[] = {0xFE, 0xFE, 0xFE, 0xFE, 0x68, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x68, 0x1C, 0x10, 0x35,
        0x45, 0x67, 0x89, 0x34, 0x35, 0x36, 0x37, 0x4D, 0x33, 0x33, 0x38, 0x55, 0x54, 0x44, 0x59, 0x00, 0x16};
    mbill_command trip = command_of(MBILL_COMMAND_TRIP);
    mbill_means means = means_of();
    wire sent = send(&trip, NULL, &means);
    uint8_t sum = 0;
    for (size_t i = 4; i + 2 < sizeof expected; i++) sum = (uint8_t)(sum + expected[i]);
    ck_assert_uint_eq(sent.n, sizeof expected);
    ck_assert_mem_eq(sent.p, expected, sizeof expected - 2);
    ck_assert_uint_eq(sent.p[sent.n - 2], sum);
}
END_TEST

START_TEST(every_control_command_has_its_order)
{
    static const int32_t orders[][2] = {{MBILL_COMMAND_TRIP, 0x1A}, {MBILL_COMMAND_PERMIT_CLOSE, 0x1B},
        {MBILL_COMMAND_DIRECT_CLOSE, 0x1C}, {MBILL_COMMAND_ALARM_ON, 0x2A}, {MBILL_COMMAND_ALARM_OFF, 0x2B},
        {MBILL_COMMAND_KEEP_ON, 0x3A}, {MBILL_COMMAND_KEEP_OFF, 0x3B}};
    mbill_dlt645_profile profile = {.struct_size = sizeof profile, .n2 = 1, .pa = 4};
    mbill_means means = means_of();
    for (size_t i = 0; i < COUNT(orders); i++) {
        mbill_command command = command_of(orders[i][0]);
        mbill_dlt645_frame frame;
        wire sent = send(&command, &profile, &means);
        mbill_dlt645_parts parts = parts_of(&sent, &frame);
        ck_assert_int_eq(frame.control, MBILL_DLT645_CONTROL);
        ck_assert_int_eq(parts.order, orders[i][1]);
        ck_assert_int_eq(parts.n2, 1);
        ck_assert_int_eq(parts.pa, 4);
    }
}
END_TEST

/* What the frame's expiry is: hour, minute and second at the meter. */
static void check_expiry(int64_t lives_s, int32_t cap_s, int32_t offset_s, int day, int hour, int minute, int second)
{
    mbill_dlt645_profile profile = {.struct_size = sizeof profile, .expiry_cap_s = cap_s};
    mbill_command trip = command_of(MBILL_COMMAND_TRIP);
    mbill_means means = means_of();
    mbill_dlt645_frame frame;
    trip.exp_s = NOW_S + lives_s;
    means.offset_s = offset_s;
    wire sent = send(&trip, cap_s != 0 ? &profile : NULL, &means);
    mbill_dlt645_parts parts = parts_of(&sent, &frame);
    ck_assert_int_eq(parts.time.present, 1);
    ck_assert_int_eq(parts.time.time.year, 2026);
    ck_assert_int_eq(parts.time.time.month, 11);
    ck_assert_int_eq(parts.time.time.day, day);
    ck_assert_int_eq(parts.time.time.hour, hour);
    ck_assert_int_eq(parts.time.time.minute, minute);
    ck_assert_int_eq(parts.time.time.second, second);
}

START_TEST(expiry_is_the_nearer_one_in_the_meters_time)
{
    check_expiry(300, 0, EAST_S, 21, 22, 5, 0);
    check_expiry(1, 0, EAST_S, 21, 22, 0, 1);
    check_expiry(600, 0, EAST_S, 21, 22, 10, 0);
    check_expiry(601, 0, EAST_S, 21, 22, 10, 0); /* the usual cap */
    check_expiry(86400, 0, EAST_S, 21, 22, 10, 0);
    check_expiry(86400, 90, EAST_S, 21, 22, 1, 30);
    check_expiry(86400, 86400, EAST_S, 22, 22, 0, 0);
    check_expiry(300, 0, 0, 21, 14, 5, 0);
    check_expiry(300, 0, 10 * 3600, 22, 0, 5, 0); /* past midnight at the meter */
    check_expiry(300, 0, -5 * 3600 - 1800, 21, 8, 35, 0);
}
END_TEST

START_TEST(leap_day_and_the_end_of_two_digits)
{
    mbill_command trip = command_of(MBILL_COMMAND_TRIP);
    mbill_means means = means_of();
    mbill_dlt645_frame frame;
    mbill_error err;
    wire sent;
    const int64_t leap_s = INT64_C(1835366340), end_s = INT64_C(4102415940); /* 2028-02-28 and 2099-12-31, 23:59:00 at +08:00 */
    mbill_error_init(&err);
    trip.exp_s = leap_s + 300;
    ck_assert_int_eq(mbill_dlt645_from_command(&trip, NULL, &means, leap_s, sent.p, sizeof sent.p, &sent.n, &err), MBILL_OK);
    mbill_dlt645_parts parts = parts_of(&sent, &frame);
    ck_assert_int_eq(parts.time.time.month, 2);
    ck_assert_int_eq(parts.time.time.day, 29);
    ck_assert_int_eq(parts.time.time.minute, 4);
    trip.exp_s = end_s + 300;
    assert_refusal(&err, mbill_dlt645_from_command(&trip, NULL, &means, end_s, sent.p, sizeof sent.p, &sent.n, &err),
        MBILL_E_RANGE, "two digits");
}
END_TEST

START_TEST(top_up_goes_by_the_profile)
{
    static const uint8_t by_digits[] = {0x45, 0x23, 0x01, 0x00}, binary[] = {0x39, 0x30, 0, 0}, count[] = {0x2C, 0x01, 0, 0};
    mbill_command command = top_up();
    mbill_means means = means_of();
    mbill_dlt645_profile profile = digits;
    mbill_dlt645_frame frame;
    means.macs = (mbill_bytes){(const uint8_t *)"ABCDEFGH", 8};
    wire sent = send(&command, &digits, &means);
    (void)parts_of(&sent, &frame);
    ck_assert_int_eq(frame.control, MBILL_DLT645_SECURITY);
    ck_assert_int_eq(frame.length, 0x1E);
    ck_assert_mem_eq(frame.data, "\xFF\x02\x01\x07\x01\x02\x03\x04", 8);
    ck_assert_mem_eq(frame.data + 8, by_digits, 4);
    ck_assert_mem_eq(frame.data + 12, count, 4);
    ck_assert_mem_eq(frame.data + 16, "ABCD", 4);
    ck_assert_mem_eq(frame.data + 20, means.customer, 6);
    ck_assert_mem_eq(frame.data + 26, "EFGH", 4);
    profile.topup_amount = MBILL_DLT645_NUMBER_BINARY;
    sent = send(&command, &profile, &means);
    (void)parts_of(&sent, &frame);
    ck_assert_mem_eq(frame.data + 8, binary, 4);
}
END_TEST

START_TEST(tariff_writes_tables_and_its_switch_time)
{
    static const uint8_t prices[] = {0x00, 0x50, 0, 0, 0x00, 0x75, 0, 0};
    mbill_command command = command_of(MBILL_COMMAND_TARIFF);
    mbill_means means = means_of();
    mbill_dlt645_frame frame;
    command.switch_s = INT64_C(1798732800); /* 2027-01-01 00:00 at +08:00 */
    means.di = 0x040502FF;
    means.table = (mbill_bytes){prices, sizeof prices};
    wire sent = send(&command, NULL, &means);
    mbill_dlt645_parts parts = parts_of(&sent, &frame);
    ck_assert_int_eq(frame.control, MBILL_DLT645_WRITE);
    ck_assert_uint_eq(parts.di, 0x040502FF);
    ck_assert_uint_eq(parts.payload.n, sizeof prices);
    ck_assert_mem_eq(parts.payload.p, prices, sizeof prices);
    means.table = (mbill_bytes){NULL, 0};
    means.di = 0x04000108;
    sent = send(&command, NULL, &means);
    parts = parts_of(&sent, &frame);
    ck_assert_uint_eq(parts.payload.n, 5);
    ck_assert_uint_eq(parts.payload.p[0], 0); /* mm hh */
    ck_assert_uint_eq(parts.payload.p[1], 0);
}
END_TEST

START_TEST(clock_and_read)
{
    mbill_command clock = command_of(MBILL_COMMAND_CLOCK), read = command_of(MBILL_COMMAND_READ);
    mbill_means means = means_of();
    mbill_dlt645_frame frame;
    clock.clock_s = NOW_S + 5;
    wire sent = send(&clock, NULL, &means);
    mbill_dlt645_parts parts = parts_of(&sent, &frame);
    ck_assert_uint_eq(parts.di, 0x0400010C);
    ck_assert_uint_eq(parts.payload.n, 7);
    ck_assert_mem_eq(parts.payload.p, "\x05\x00\x22\x06\x21\x11\x26", 7); /* a Saturday */
    read.di = 0x00010000;
    sent = send(&read, NULL, NULL);
    parts = parts_of(&sent, &frame);
    ck_assert_int_eq(frame.control, MBILL_DLT645_READ);
    ck_assert_uint_eq(parts.di, 0x00010000);
}
END_TEST

START_TEST(sealed_control_is_carried)
{
    static const uint8_t sealed[MBILL_MEANS_SEALED_BYTES] = {1, 2, 3};
    mbill_command trip = command_of(MBILL_COMMAND_TRIP);
    mbill_means means = means_of();
    mbill_dlt645_frame frame;
    means.has = 0;
    means.sealed = (mbill_bytes){sealed, sizeof sealed};
    wire sent = send(&trip, NULL, &means);
    (void)parts_of(&sent, &frame);
    ck_assert_int_eq(frame.length, 28);
    ck_assert_int_eq(frame.data[0], 0x98);
    ck_assert_mem_eq(frame.data + 8, sealed, sizeof sealed);
}
END_TEST

/* What one change makes of a command that can be sent. */
typedef struct change {
    mbill_command command;
    mbill_means means;
    mbill_dlt645_profile profile;
    int64_t now_s;
} change;

static void at_exp(change *c)
{
    c->now_s = c->command.exp_s;
}
static void after_exp(change *c)
{
    c->now_s = c->command.exp_s + 1;
}
static void before_nbf(change *c)
{
    c->command.has = MBILL_COMMAND_HAS_NBF, c->command.nbf_s = NOW_S + 1;
}
static void before_1970(change *c)
{
    c->now_s = -1;
}
static void group(change *c)
{
    strcpy(c->command.target, "grp/north");
}
static void everybody(change *c)
{
    strcpy(c->command.target, "e/999999999999");
}
static void wildcard(change *c)
{
    strcpy(c->command.target, "e/aaaaaaaaaaaa");
}
static void short_address(change *c)
{
    strcpy(c->command.target, "e/1");
}
static void water(change *c)
{
    strcpy(c->command.target, "w/00000000000001");
}
static void no_offset(change *c)
{
    c->means.has = MBILL_MEANS_PASSWORD;
}
static void no_password(change *c)
{
    c->means.has = MBILL_MEANS_OFFSET;
}
static void far_offset(change *c)
{
    c->means.offset_s = 50401;
}
static void unknown_means(change *c)
{
    c->means.has |= 0x80;
}
static void short_seal(change *c)
{
    c->means.sealed = (mbill_bytes){(const uint8_t *)"1234", 4};
}
static void refund(change *c)
{
    c->command.kind = MBILL_COMMAND_REFUND;
}
static void valve_open(change *c)
{
    c->command.kind = MBILL_COMMAND_VALVE_OPEN;
}
static void valve_close(change *c)
{
    c->command.kind = MBILL_COMMAND_VALVE_CLOSE;
}
static void cancel(change *c)
{
    c->command.kind = MBILL_COMMAND_CANCEL;
}
static void no_kind(change *c)
{
    c->command.kind = 16;
}
static void long_cap(change *c)
{
    c->profile.expiry_cap_s = 367 * 86400;
}

static void pay(change *c)
{
    c->command = top_up();
    c->profile = digits;
    c->means.macs = (mbill_bytes){(const uint8_t *)"ABCDEFGH", 8};
}

static void pay_fraction(change *c)
{
    pay(c), c->command.amount_micro++;
}
static void pay_too_much(change *c)
{
    pay(c), c->command.amount_micro = INT64_C(1000000000000);
}
static void pay_undecided(change *c)
{
    pay(c), c->profile.topup_amount = 0;
}
static void pay_count_undecided(change *c)
{
    pay(c), c->profile.topup_count = 0;
}
static void pay_count_large(change *c)
{
    pay(c), c->command.count = UINT64_C(1) << 32;
}
static void pay_count_huge(change *c)
{
    pay(c), c->command.count = UINT64_MAX;
}
static void pay_no_mac(change *c)
{
    pay(c), c->means.macs.n = 0;
}
static void pay_short_mac(change *c)
{
    pay(c), c->means.macs.n = 4;
}
static void pay_nobody(change *c)
{
    pay(c), c->means.has &= ~MBILL_MEANS_CUSTOMER;
}

static void tariff(change *c, uint32_t di)
{
    c->command.kind = MBILL_COMMAND_TARIFF;
    c->command.switch_s = NOW_S + 86400;
    c->means.di = di;
    c->means.table = (mbill_bytes){(const uint8_t *)"\0\x50\0\0", 4};
}

static void prices_in_use(change *c)
{
    tariff(c, 0x040501FF);
}
static void ladder_in_use(change *c)
{
    tariff(c, 0x040604FF);
}
static void no_tariff_di(change *c)
{
    tariff(c, 0x04000402);
}
static void no_table(change *c)
{
    tariff(c, 0x040502FF), c->means.table.n = 0;
}
static void broken_table(change *c)
{
    tariff(c, 0x040502FF), c->means.table.n = 3;
}
static void table_of_letters(change *c)
{
    tariff(c, 0x040502FF), c->means.table.p = (const uint8_t *)"\0\xA0\0\0";
}
static void switch_and_table(change *c)
{
    tariff(c, 0x04000108);
}
static void switch_in_a_minute(change *c)
{
    tariff(c, 0x04000108), c->means.table.n = 0, c->command.switch_s += 30;
}
static void mac_of_nothing(change *c)
{
    tariff(c, 0x040502FF), c->means.macs = (mbill_bytes){(const uint8_t *)"ABCD", 4};
}
static void no_mac_at_99(change *c)
{
    tariff(c, 0x040502FF), c->profile.pa = 0x99;
}
static void sealed_write(change *c)
{
    tariff(c, 0x040502FF), c->profile.pa = 0x98;
}

START_TEST(refusals)
{
    static const struct {
        void (*make)(change *c);
        mbill_status status;
        const char *part;
    } refused[] = {{at_exp, MBILL_E_EXPIRED, "void since 0 s"}, {after_exp, MBILL_E_EXPIRED, "void since 1 s"},
        {before_nbf, MBILL_E_NOT_YET, "another 1 s"}, {before_1970, MBILL_E_RANGE, "now is -1"},
        {group, MBILL_E_POLICY, "grp/north is a group"}, {everybody, MBILL_E_POLICY, "every meter"},
        {wildcard, MBILL_E_ADDRESS, "expected e/ and 12 digits"}, {short_address, MBILL_E_ADDRESS, "12 digits"},
        {water, MBILL_E_ADDRESS, "no DL/T 645 meter"}, {no_offset, MBILL_E_POLICY, "offset"},
        {no_password, MBILL_E_POLICY, "needs a password"}, {far_offset, MBILL_E_RANGE, "50401"},
        {unknown_means, MBILL_E_UNKNOWN_OPTION, "unknown members"}, {short_seal, MBILL_E_LENGTH, "expected 20"},
        {refund, MBILL_E_POLICY, "refund"}, {valve_open, MBILL_E_POLICY, "valve_open"},
        {valve_close, MBILL_E_POLICY, "valve_close"}, {cancel, MBILL_E_POLICY, "cancel"}, {no_kind, MBILL_E_INVALID, "kind 16"},
        {long_cap, MBILL_E_RANGE, "expiry_cap_s"}, {pay_fraction, MBILL_E_POLICY, "no multiple"},
        {pay_too_much, MBILL_E_RANGE, "topup_amount"}, {pay_undecided, MBILL_E_UNDECIDED, "topup_amount"},
        {pay_count_undecided, MBILL_E_UNDECIDED, "topup_count"}, {pay_count_large, MBILL_E_RANGE, "topup_count"},
        {pay_count_huge, MBILL_E_RANGE, "2^63"}, {pay_no_mac, MBILL_E_POLICY, "two MACs"},
        {pay_short_mac, MBILL_E_LENGTH, "expected 8"}, {pay_nobody, MBILL_E_POLICY, "customer number"},
        {prices_in_use, MBILL_E_POLICY, "040501FF"}, {ladder_in_use, MBILL_E_POLICY, "040604FF"},
        {no_tariff_di, MBILL_E_POLICY, "04000402"}, {no_table, MBILL_E_LENGTH, "without its table"},
        {broken_table, MBILL_E_LENGTH, ""}, {table_of_letters, MBILL_E_BCD, ""},
        {switch_and_table, MBILL_E_LENGTH, "which is the command's"}, {switch_in_a_minute, MBILL_E_POLICY, "30 s after a minute"},
        {mac_of_nothing, MBILL_E_LENGTH, "expected 0"}, {no_mac_at_99, MBILL_E_LENGTH, "expected 4"},
        {sealed_write, MBILL_E_POLICY, "sealed write"}};
    for (size_t i = 0; i < COUNT(refused); i++) {
        change c = {command_of(MBILL_COMMAND_TRIP), means_of(), {.struct_size = sizeof(mbill_dlt645_profile)}, NOW_S};
        uint8_t out[300];
        size_t n = 77;
        mbill_error err;
        mbill_error_init(&err);
        refused[i].make(&c);
        memset(out, 0x5A, sizeof out);
        assert_refusal(&err, mbill_dlt645_from_command(&c.command, &c.profile, &c.means, c.now_s, out, sizeof out, &n, &err),
            refused[i].status, refused[i].part);
        ck_assert_uint_eq(n, 77);
        ck_assert_uint_eq(out[0], 0x5A);
    }
}
END_TEST

START_TEST(nothing_is_written_past_the_room)
{
    mbill_command trip = command_of(MBILL_COMMAND_TRIP);
    mbill_means means = means_of();
    uint8_t out[64];
    for (size_t cap = 0; cap < 32; cap++) {
        size_t n = 77;
        uint8_t *room = malloc(cap + 1);
        ck_assert_ptr_nonnull(room);
        room[cap] = 0x5A;
        ck_assert_int_eq(mbill_dlt645_from_command(&trip, NULL, &means, NOW_S, room, cap, &n, NULL), MBILL_E_ROOM);
        ck_assert_uint_eq(n, 77);
        ck_assert_uint_eq(room[cap], 0x5A);
        free(room);
    }
    size_t n;
    ck_assert_int_eq(mbill_dlt645_from_command(&trip, NULL, &means, NOW_S, out, 32, &n, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_dlt645_from_command(NULL, NULL, &means, NOW_S, out, 32, &n, NULL), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_dlt645_from_command(&trip, NULL, NULL, NOW_S, out, 32, &n, NULL), MBILL_E_POLICY);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("translate");
    TCase *tests = tcase_create("dlt645");
    tcase_add_test(tests, trip_is_these_bytes);
    tcase_add_test(tests, every_control_command_has_its_order);
    tcase_add_test(tests, expiry_is_the_nearer_one_in_the_meters_time);
    tcase_add_test(tests, leap_day_and_the_end_of_two_digits);
    tcase_add_test(tests, top_up_goes_by_the_profile);
    tcase_add_test(tests, tariff_writes_tables_and_its_switch_time);
    tcase_add_test(tests, clock_and_read);
    tcase_add_test(tests, sealed_control_is_carried);
    tcase_add_test(tests, refusals);
    tcase_add_test(tests, nothing_is_written_past_the_room);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

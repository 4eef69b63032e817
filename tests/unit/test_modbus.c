/* SPDX-License-Identifier: Apache-2.0 */
/* Modbus RTU: the specification's own examples, each refusal at its layer, values by a map, streams. */
#include "check_run.h"
#include "frame_bytes.h"
#include "meterbill/modbus.h"
#include "refusal.h"

#include <stdlib.h>

#define LENGTH(list) (sizeof(list) / sizeof(list)[0])

static mbill_error err;
static mbill_modbus_frame frame;
static mbill_modbus_content content;
static frame_bytes bytes;

static void reset(void)
{
    mbill_error_init(&err);
    random_begin("test_modbus");
}

/* A frame of these bytes, with its CRC put behind them. */
static void frame_of(const char *hex)
{
    frame_bytes body = bytes_of(hex);
    mbill_modbus_frame made = {.data = {body.bytes + 2, body.n - 2}, .address = body.bytes[0], .function = body.bytes[1]};
    ck_assert_int_eq(mbill_modbus_encode(&made, bytes.bytes, sizeof bytes.bytes, &bytes.n, &err), MBILL_OK);
    ck_assert_int_eq(mbill_modbus_decode(view_of(&bytes), &frame, &err), MBILL_OK);
}

static void split(const char *hex)
{
    frame_of(hex);
    ck_assert_msg(mbill_modbus_split(&frame, &content, &err) == MBILL_OK, "%s", err.message);
}

/* Check values of the CRC: "123456789" gives 4B37H; 02 07 gives 1241H (Modbus over serial line 1.02, 6.2.2). */
START_TEST(checksums)
{
    uint8_t out[16];
    size_t n;
    frame_bytes text = bytes_of("31 32 33 34 35 36 37 38 39 37 4B");
    ck_assert_int_eq(mbill_modbus_decode(view_of(&text), &frame, &err), MBILL_OK);
    mbill_modbus_frame made = {.data = {NULL, 0}, .address = 2, .function = 7};
    ck_assert_int_eq(mbill_modbus_encode(&made, out, sizeof out, &n, &err), MBILL_OK);
    assert_bytes(out, n, "02 07 41 12");
    ck_assert_int_eq(mbill_modbus_read(1, 3, 0, 2, out, &err), MBILL_OK);
    assert_bytes(out, 8, "01 03 00 00 00 02 C4 0B");
}
END_TEST

START_TEST(kinds)
{
    split("11 03 00 6B 00 03");
    ck_assert_int_eq(content.kind, MBILL_MODBUS_READ_REQUEST);
    ck_assert_int_eq(content.start, 107);
    ck_assert_int_eq(content.count, 3);
    split("11 03 06 02 2B 00 00 00 64");
    ck_assert_int_eq(content.kind, MBILL_MODBUS_READ_REPLY);
    ck_assert_int_eq(content.count, 3);
    assert_bytes(content.registers.p, content.registers.n, "02 2B 00 00 00 64");
    split("11 10 00 01 00 02 04 00 0A 01 02");
    ck_assert_int_eq(content.kind, MBILL_MODBUS_WRITE_REQUEST);
    assert_bytes(content.registers.p, content.registers.n, "00 0A 01 02");
    split("11 10 00 01 00 02");
    ck_assert_int_eq(content.kind, MBILL_MODBUS_WRITE_REPLY);
    split("0A 84 02");
    ck_assert_int_eq(content.kind, MBILL_MODBUS_EXCEPTION);
    ck_assert_int_eq(content.exception, 2);
    ck_assert_int_eq(content.start, -1);
}
END_TEST

START_TEST(no_frames)
{
    frame_bytes good = bytes_of("01 03 00 00 00 02 C4 0B");
    uint8_t longest[300] = {0};
    for (size_t n = 0; n < 5; n++)
        assert_refusal(&err, mbill_modbus_decode((mbill_bytes){good.bytes, n}, &frame, &err), MBILL_E_INCOMPLETE, "at least 5");
    assert_refusal(&err, mbill_modbus_decode((mbill_bytes){longest, 257}, &frame, &err), MBILL_E_LENGTH, "at most 256");
    for (size_t bit = 0; bit < 8 * good.n; bit++) {
        frame_bytes flipped = good;
        flipped.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_refusal(&err, mbill_modbus_decode(view_of(&flipped), &frame, &err), MBILL_E_CHECKSUM, "CRC is");
    }
    assert_refusal(&err, mbill_modbus_decode(view_of(&good), NULL, &err), MBILL_E_MISUSE, "out_frame");
    frame = (mbill_modbus_frame){.data = {longest, 253}};
    assert_refusal(&err, mbill_modbus_encode(&frame, longest, 256, &good.n, &err), MBILL_E_LENGTH, "253");
    frame.data.n = 4;
    assert_refusal(&err, mbill_modbus_encode(&frame, longest, 7, &good.n, &err), MBILL_E_ROOM, "7 bytes");
}
END_TEST

START_TEST(refused_at_function_and_value)
{
    static const struct {
        const char *hex;
        mbill_status status;
        const char *part;
    } cases[] = {{"11 05 00 AC FF 00", MBILL_E_FUNCTION, "05H"}, {"11 03 00 6B 00", MBILL_E_LENGTH, "3 bytes"},
        {"11 03 03 02 2B 00", MBILL_E_RANGE, "11008 registers"}, {"11 03 05 01 02 03 04 05", MBILL_E_LENGTH, "6 bytes"},
        {"11 10 00 01 00 02 04 00 0A 01", MBILL_E_LENGTH, "8 bytes"}, {"11 83 02 00", MBILL_E_LENGTH, "2 bytes"},
        {"11 03 00 00 00 00", MBILL_E_RANGE, "0 registers"}, {"11 03 00 00 00 7E", MBILL_E_RANGE, "126 registers"},
        {"11 04 FF FF 00 02", MBILL_E_RANGE, "past 65535"}, {"11 03 00", MBILL_E_RANGE, "0 registers"},
        {"11 10 00 01 00 03 04 00 0A 01 02", MBILL_E_RANGE, "4 bytes for 3"}, {"11 83 00", MBILL_E_RANGE, "exception 0"},
        {"11 83 09", MBILL_E_RANGE, "exception 9"}, {"11 90 0C", MBILL_E_RANGE, "exception 12"}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        frame_of(cases[i].hex);
        assert_refusal(&err, mbill_modbus_split(&frame, &content, &err), cases[i].status, cases[i].part);
    }
}
END_TEST

static mbill_status match(const char *asked, const char *came)
{
    static frame_bytes kept;
    frame_of(asked);
    kept = bytes;
    mbill_modbus_frame request = frame;
    request.data.p = kept.bytes + 2;
    frame_of(came);
    return mbill_modbus_match(&request, &frame, &err);
}

START_TEST(matches)
{
    ck_assert_int_eq(match("11 03 00 6B 00 03", "11 03 06 02 2B 00 00 00 64"), MBILL_OK);
    ck_assert_int_eq(match("11 03 00 6B 00 03", "11 83 02"), MBILL_OK);
    ck_assert_int_eq(match("11 10 00 01 00 01 02 00 0A", "11 10 00 01 00 01"), MBILL_OK);
    assert_refusal(&err, match("11 03 00 6B 00 03", "11 03 00 6B 00 03"), MBILL_E_ECHO, "came back");
    assert_refusal(&err, match("11 03 00 6B 00 03", "11 03 00 6B 00 02"), MBILL_E_DIRECTION, "reply is a request");
    assert_refusal(&err, match("11 03 02 00 00", "11 03 02 00 00"), MBILL_E_DIRECTION, "request is a reply");
    assert_refusal(&err, match("11 03 00 6B 00 03", "12 03 06 02 2B 00 00 00 64"), MBILL_E_ADDRESS, "address 18");
    assert_refusal(&err, match("11 03 00 6B 00 03", "11 04 06 02 2B 00 00 00 64"), MBILL_E_ANSWER, "function 04H");
    assert_refusal(&err, match("11 03 00 6B 00 03", "11 03 04 02 2B 00 00"), MBILL_E_ANSWER, "2 registers");
    assert_refusal(&err, match("11 10 00 01 00 01 02 00 0A", "11 10 00 02 00 01"), MBILL_E_ANSWER, "register 2");
}
END_TEST

START_TEST(policies)
{
    frame_of("11 03 00 6B 00 03");
    ck_assert_int_eq(mbill_modbus_allow(&frame, 0, &err), MBILL_OK);
    frame_of("11 10 00 01 00 01 02 00 0A");
    assert_refusal(&err, mbill_modbus_allow(&frame, 0, &err), MBILL_E_POLICY, "writes");
    ck_assert_int_eq(mbill_modbus_allow(&frame, 1, &err), MBILL_OK);
    frame_of("00 10 00 01 00 01 02 00 0A");
    assert_refusal(&err, mbill_modbus_allow(&frame, 1, &err), MBILL_E_POLICY, "every meter");
}
END_TEST

static mbill_status take(const mbill_modbus_register *where, mbill_frame_item *out)
{
    mbill_modbus_content asked = {.kind = MBILL_MODBUS_READ_REQUEST, .start = 100, .count = 5};
    split("01 03 0A 00 12 D6 87 FF FE 80 00 00 99");
    return mbill_modbus_value(&asked, &content, where, out, &err);
}

START_TEST(values)
{
    enum { U = MBILL_MODBUS_UNSIGNED, S = MBILL_MODBUS_SIGNED, B = MBILL_MODBUS_BCD, H = MBILL_MODBUS_HIGH_FIRST,
        L = MBILL_MODBUS_LOW_FIRST };
    static const struct {
        mbill_modbus_register where;
        int64_t value;
    } cases[] = {{{"", 100, 2, H, U, 2, 2, 0, 0}, 0x12D687}, {{"", 100, 2, L, U, 2, 2, 0, 0}, INT64_C(0xD6870012)},
        {{"", 102, 1, 0, S, 0, 0, 0, 0}, -2}, {{"", 102, 1, 0, U, 0, 0, 0, 0}, 65534}, {{"", 104, 1, 0, B, 0, 0, 0, 0}, 99},
        {{"", 101, 4, H, S, 0, 0, 0, 0}, (int64_t)UINT64_C(0xD687FFFE80000099)},
        {{"", 101, 4, L, U, 0, 0, 0, 0}, INT64_C(0x00998000FFFED687)}, {{"", 102, 3, H, S, 0, 0, 0, 0}, (int64_t)UINT64_C(0xFFFFFFFE80000099)}};
    mbill_frame_item out;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        ck_assert_msg(take(&cases[i].where, &out) == MBILL_OK, "%zu: %s", i, err.message);
        ck_assert_msg(out.value == cases[i].value, "%zu: %lld", i, (long long)out.value);
        ck_assert_int_eq(out.scale, cases[i].where.scale);
    }
    static const struct {
        mbill_modbus_register where;
        mbill_status status;
        const char *part;
    } refused[] = {{{"", 99, 2, H, U, 0, 0, 0, 0}, MBILL_E_NOT_FOUND, "99 to 100"}, {{"", 104, 2, H, U, 0, 0, 0, 0}, MBILL_E_NOT_FOUND, "104"},
        {{"", 101, 4, H, U, 0, 0, 0, 0}, MBILL_E_OVERFLOW, "2^63"}, {{"", 102, 1, 0, B, 0, 0, 0, 0}, MBILL_E_BCD, "no digit"},
        {{"", 100, 0, H, U, 0, 0, 0, 0}, MBILL_E_RANGE, "0 words"}, {{"", 100, 5, H, U, 0, 0, 0, 0}, MBILL_E_RANGE, "5 words"},
        {{"", 100, 2, 0, U, 0, 0, 0, 0}, MBILL_E_RANGE, "word_order 0"}, {{"", 100, 2, H, 0, 0, 0, 0, 0}, MBILL_E_RANGE, "coding 0"},
        {{"", 100, 2, H, U, 10, 0, 0, 0}, MBILL_E_RANGE, "scale 10"}, {{"", 100, 2, H, U, 0, 999, 0, 0}, MBILL_E_RANGE, "unit 999"}};
    for (size_t i = 0; i < LENGTH(refused); i++)
        assert_refusal(&err, take(&refused[i].where, &out), refused[i].status, refused[i].part);
}
END_TEST

START_TEST(requests)
{
    uint8_t out[8];
    assert_refusal(&err, mbill_modbus_read(0, 3, 0, 1, out, &err), MBILL_E_RANGE, "address 0");
    assert_refusal(&err, mbill_modbus_read(248, 3, 0, 1, out, &err), MBILL_E_RANGE, "address 248");
    assert_refusal(&err, mbill_modbus_read(1, 5, 0, 1, out, &err), MBILL_E_RANGE, "function 5");
    assert_refusal(&err, mbill_modbus_read(1, 3, -1, 1, out, &err), MBILL_E_RANGE, "register -1");
    assert_refusal(&err, mbill_modbus_read(1, 3, 65535, 2, out, &err), MBILL_E_RANGE, "past 65535");
    assert_refusal(&err, mbill_modbus_read(1, 3, 0, 126, out, &err), MBILL_E_RANGE, "126");
}
END_TEST

static size_t make_random(uint8_t *out)
{
    uint8_t data[256];
    size_t n, n_registers = random_word() % 100 + 1;
    static const uint8_t functions[] = {3, 4, 3, 0x83, 0x10, 0x90};
    mbill_modbus_frame made = {.data = {data, 4}, .address = (uint8_t)(random_word() % 247 + 1),
        .function = functions[random_word() % LENGTH(functions)]};
    for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)random_word();
    if ((made.function & 0x80) != 0) made.data.n = 1;
    else if (random_word() % 2 == 0) {
        size_t at = made.function == 0x10 ? 4 : 0;
        data[at] = (uint8_t)(2 * n_registers);
        made.data.n = at + 1 + 2 * n_registers;
    }
    ck_assert_int_eq(mbill_modbus_encode(&made, out, MBILL_MODBUS_FRAME_MAX, &n, NULL), MBILL_OK);
    return n;
}

static void feed(void *state, mbill_bytes in, size_t *used, mbill_bytes *found)
{
    ck_assert_int_eq(mbill_modbus_feed(state, in, used, found, NULL), MBILL_OK);
}

/* Without noise: 16 bits of CRC are the only mark that a start has. */
START_TEST(streams)
{
    mbill_modbus_stream state;
    assert_streams(make_random, feed, &state, sizeof state, 257, 20);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("modbus");
    TCase *tests = tcase_create("modbus");
    tcase_add_checked_fixture(tests, reset, NULL);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, checksums);
    tcase_add_test(tests, kinds);
    tcase_add_test(tests, no_frames);
    tcase_add_test(tests, refused_at_function_and_value);
    tcase_add_test(tests, matches);
    tcase_add_test(tests, policies);
    tcase_add_test(tests, values);
    tcase_add_test(tests, requests);
    tcase_add_test(tests, streams);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

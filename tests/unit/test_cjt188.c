/* SPDX-License-Identifier: Apache-2.0 */
/* CJ/T 188: captured frames, every layout both ways, each refusal at its layer, makers' differences, and streams. */
#include "check_run.h"
#include "frame_bytes.h"
#include "meterbill/cjt188.h"
#include "refusal.h"

#include <stdlib.h>

#define LENGTH(list) (sizeof(list) / sizeof(list)[0])
#define HIGH                                                                                                                     \
    {                                                                                                                            \
        .struct_size = sizeof(mbill_cjt188_profile), .di_order = MBILL_CJT188_HIGH_FIRST                                         \
    }

static mbill_error err;
static mbill_cjt188_profile profile;
static mbill_cjt188_frame frame;
static mbill_cjt188_value value;
static frame_bytes bytes;

static void reset(void)
{
    mbill_error_init(&err);
    profile = (mbill_cjt188_profile)HIGH;
    random_begin("test_cjt188");
}

static void decode(const char *hex)
{
    bytes = bytes_of(hex);
    ck_assert_msg(mbill_cjt188_decode(view_of(&bytes), &profile, &frame, &err) == MBILL_OK, "%s", err.message);
}

static void read_frame(const char *hex)
{
    decode(hex);
    ck_assert_msg(mbill_cjt188_check(&frame, &profile, &err) == MBILL_OK, "%s", err.message);
    ck_assert_msg(mbill_cjt188_read(&frame, &profile, &value, &err) == MBILL_OK, "%s", err.message);
}

static const mbill_frame_item *item(int32_t name)
{
    const mbill_frame_item *found = mbill_cjt188_find(&value, name);
    ck_assert_ptr_nonnull(found);
    return found;
}

static void assert_number(int32_t name, int64_t number, int32_t scale, int32_t unit)
{
    ck_assert_int_eq(item(name)->value, number);
    ck_assert_int_eq(item(name)->scale, scale);
    ck_assert_int_eq(item(name)->unit, unit);
    ck_assert_int_eq(item(name)->present, 1);
}

/* The frame of this data gives them again, and as values too. */
static void assert_again(void)
{
    uint8_t data[UINT8_MAX], out[MBILL_CJT188_FRAME_MAX + 4];
    size_t n;
    ck_assert_msg(mbill_cjt188_make(frame.type, frame.control, &value, &profile, data, &n, &err) == MBILL_OK, "%s", err.message);
    ck_assert_uint_eq(n, frame.data.n);
    ck_assert_mem_eq(data, frame.data.p, n);
    ck_assert_int_eq(mbill_cjt188_encode(&frame, &profile, out, sizeof out, &n, &err), MBILL_OK);
    ck_assert_uint_eq(n, bytes.n);
    ck_assert_mem_eq(out, bytes.bytes, n);
}

START_TEST(water)
{
    read_frame(
        "FE FE FE 68 10 01 00 00 05 08 00 00 81 16 90 1F 00 00 23 01 00 2C 00 00 00 00 2C 00 00 00 00 00 00 00 00 00 48 16");
    ck_assert_uint_eq(frame.preamble, 3);
    ck_assert_int_eq(frame.type, 0x10);
    ck_assert_int_eq(value.di, 0x901F);
    assert_number(MBILL_CJT188_CURRENT, 12300, 2, MBILL_FRAME_UNIT_M3);
    assert_number(MBILL_CJT188_SETTLEMENT, 0, 2, MBILL_FRAME_UNIT_M3);
    ck_assert_int_eq(item(MBILL_CJT188_TIME)->present, 0);
    assert_again();
    profile.di_order = MBILL_CJT188_LOW_FIRST;
    read_frame("68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 13 16");
    assert_number(MBILL_CJT188_CURRENT, 55667700, 2, MBILL_FRAME_UNIT_M3);
    ck_assert_int_eq(item(MBILL_CJT188_TIME)->time.year, 2015);
    ck_assert_int_eq(item(MBILL_CJT188_TIME)->time.second, 31);
    ck_assert_int_eq(item(MBILL_CJT188_ST)->value, 0x2184);
    ck_assert_int_eq(mbill_cjt188_valve_state(0x2184, &profile), MBILL_CJT188_VALVE_CLOSED);
    assert_again();
}
END_TEST

START_TEST(heat)
{
    profile.flags = MBILL_CJT188_UNIT_FIRST;
    read_frame(
        "68 20 32 41 31 40 00 00 00 81 2E 90 1F 01 08 02 00 00 00 08 02 00 00 00 17 00 00 00 00 35 00 00 00 00 2C 34 10 00 00 "
        "35 25 00 66 25 00 00 00 00 53 00 12 10 07 15 20 00 00 31 16");
    assert_number(MBILL_CJT188_CURRENT, 2, 2, MBILL_FRAME_UNIT_MWH);
    assert_number(MBILL_CJT188_FLOW, 0, 4, MBILL_FRAME_UNIT_M3_H);
    assert_number(MBILL_CJT188_VOLUME, 1034, 2, MBILL_FRAME_UNIT_M3);
    assert_number(MBILL_CJT188_RETURN_C, 2566, 2, 0);
    assert_again();
    profile.flags = 0; /* its first unit would now be the last byte of a number */
    assert_refusal(&err, mbill_cjt188_read(&frame, &profile, &value, &err), MBILL_E_UNIT, "unit 00H");
}
END_TEST

/* type, control and data of each layout, reckoned by hand from the tables of the standard */
static const struct {
    uint8_t type, control;
    const char *data;
    int32_t n_items;
} layouts[] = {
    {0x10, 0x01, "90 1F 01", 0},
    {0x11, 0x81, "90 1F 01 23 01 00 00 29 FF FF FF FF 2C 59 59 23 29 02 24 20 03 00", 4},
    {0x49, 0x81, "90 1F 01 23 01 00 00 05 00 00 00 00 05 00 00 00 00 00 00 00 04 00", 4},
    {0x21, 0x81,
        "90 1F 01 00 01 00 00 0B 00 02 00 00 0E 00 03 00 00 14 00 00 04 00 32 00 05 00 00 29 50 21 00 25 20 00 00 10 00 "
        "00 00 12 31 12 99 20 00 00",
        10},
    {0x20, 0x81,
        "90 1F 01 00 01 00 00 11 00 02 00 00 13 00 03 00 1A 12 34 00 35 00 05 00 00 2C 50 60 00 40 00 01 00 00 "
        "00 00 12 31 12 99 20 00 00",
        10},
    {0x22, 0x81,
        "91 1F 07 00 01 00 00 11 00 02 00 00 11 00 03 00 00 11 00 04 00 00 11 00 05 00 00 17 12 34 00 00 35 00 05 00 00 2C "
        "50 60 00 00 40 00 60 00 00 30 00 00 24 00 00 00 00 12 31 12 99 20 00 00",
        14},
    {0x10, 0x81, "D1 20 01 99 99 99 99 2C", 1},
    {0x20, 0x81, "D1 2B 01 99 99 99 99 0A", 1},
    {0x10, 0x81, "81 02 01 20 01 00 10 00 00 40 02 00 20 00 00 60 03 00", 5},
    {0x10, 0x81, "81 03 01 25", 1},
    {0x10, 0x81, "81 04 01 31", 1},
    {0x30, 0x81, "81 05 01 07 00 50 00 00 00 00 02 00 99 12 00 00 00 00", 5},
    {0x30, 0x81, "90 7F 01 00 30 12 29 02 24 20", 1},
    {0x30, 0x09, "81 06 01", 0},
    {0x30, 0x89, "81 06 01 FF", 1},
    {0xAA, 0x03, "81 0A 01", 0},
    {0x10, 0x83, "81 0A 01", 0},
    {0x10, 0x04, "A0 10 01 20 01 00 10 00 00 40 02 00 20 00 00 60 03 00 01", 6},
    {0x30, 0x04, "A0 10 01 0C 10 02 30 00 00 20 02 40 00 00 30 02 50 00 00 40 02 60 00 00 50 02 01 01 26", 11},
    {0x30, 0x84, "A0 10 01 01 00", 1},
    {0x10, 0x04, "A0 11 01 25", 1},
    {0x10, 0x84, "A0 11 01", 0},
    {0x10, 0x04, "A0 12 01 01", 1},
    {0x30, 0x04, "A0 13 03 07 00 00 01 00", 2},
    {0x30, 0x84, "A0 13 03 07 00 00 01 00", 2},
    {0x30, 0x04, "A0 14 03 02 11 22 33 44 55 66 77 88", 2},
    {0x30, 0x84, "A0 14 03 02", 1},
    {0x10, 0x04, "A0 15 04 00 00 00 01 01 26 20", 1},
    {0x10, 0x16, "A0 16 04 00 50 12 00 2C", 1},
    {0x10, 0x96, "A0 16 04 00 00", 1},
    {0x10, 0x04, "A0 17 04 99", 1},
    {0x10, 0x84, "A0 17 04 01 00", 1},
    {0x10, 0x15, "A0 18 00 01 00 00 05 08 00 00", 1},
    {0x10, 0x95, "A0 18 00", 0},
    {0x10, 0x04, "A0 19 00", 0},
    {0x10, 0xC4, "06 00 01", 1},
    {0x10, 0xC1, "06 00 01", 1},
};

static void frame_of(uint8_t type, uint8_t control, const char *data, frame_bytes *kept)
{
    *kept = bytes_of(data);
    frame = (mbill_cjt188_frame){.data = view_of(kept), .type = type, .control = control, .address = {1, 2, 3}};
}

START_TEST(every_layout)
{
    frame_bytes data;
    for (int32_t order = MBILL_CJT188_HIGH_FIRST; order <= MBILL_CJT188_LOW_FIRST; order++) {
        profile.di_order = order;
        for (size_t i = 0; i < LENGTH(layouts); i++) {
            frame_of(layouts[i].type, layouts[i].control, layouts[i].data, &data);
            if (order == MBILL_CJT188_LOW_FIRST && (frame.control & 0x40) == 0) {
                uint8_t first = data.bytes[0];
                data.bytes[0] = data.bytes[1];
                data.bytes[1] = first;
            }
            ck_assert_int_eq(mbill_cjt188_encode(&frame, &profile, bytes.bytes, sizeof bytes.bytes, &bytes.n, &err), MBILL_OK);
            ck_assert_msg(mbill_cjt188_check(&frame, &profile, &err) == MBILL_OK, "%s: %s", layouts[i].data, err.message);
            ck_assert_msg(mbill_cjt188_read(&frame, &profile, &value, &err) == MBILL_OK, "%s: %s", layouts[i].data, err.message);
            ck_assert_msg(value.n_items == layouts[i].n_items, "%s: %d items", layouts[i].data, value.n_items);
            assert_again();
        }
    }
}
END_TEST

START_TEST(what_they_say)
{
    frame_bytes data;
    frame_of(0x20, 0x81, layouts[4].data, &data);
    ck_assert_int_eq(mbill_cjt188_read(&frame, &profile, &value, &err), MBILL_OK);
    assert_number(MBILL_CJT188_POWER, 300, 2, MBILL_FRAME_UNIT_MW);
    assert_number(MBILL_CJT188_FLOW, 3412, 4, MBILL_FRAME_UNIT_M3_H);
    assert_number(MBILL_CJT188_SUPPLY_C, 6050, 2, 0);
    assert_number(MBILL_CJT188_HOURS, 100, 0, 0);
    profile.flow_decimals = 3;
    ck_assert_int_eq(mbill_cjt188_read(&frame, &profile, &value, &err), MBILL_OK);
    assert_number(MBILL_CJT188_FLOW, 3412, 3, MBILL_FRAME_UNIT_M3_H);
    frame_of(0x30, 0x04, layouts[18].data, &data);
    ck_assert_int_eq(mbill_cjt188_read(&frame, &profile, &value, &err), MBILL_OK);
    ck_assert_int_eq(value.items[1].value.value, 210);
    ck_assert_int_eq(value.items[2].value.value, 30);
    ck_assert_int_eq(item(MBILL_CJT188_START_DATE)->time.year, 2026);
    frame_of(0x11, 0x81, layouts[1].data, &data);
    ck_assert_int_eq(mbill_cjt188_read(&frame, &profile, &value, &err), MBILL_OK);
    ck_assert_int_eq(item(MBILL_CJT188_SETTLEMENT)->present, 0);
    ck_assert_int_eq(item(MBILL_CJT188_TIME)->time.day, 29);
}
END_TEST

START_TEST(every_unit)
{
    static const uint8_t known[] = {0x01, 0x02, 0x05, 0x08, 0x0A, 0x0B, 0x0E, 0x11, 0x13, 0x14, 0x17, 0x1A, 0x29, 0x2C, 0x32,
        0x35};
    frame_bytes data;
    frame_of(0x10, 0x81, "D1 20 01 12 34 56 78 00", &data);
    for (int32_t code = 0; code < 256; code++) {
        data.bytes[7] = (uint8_t)code;
        bool is_known = memchr(known, code, sizeof known) != NULL;
        mbill_status status = mbill_cjt188_read(&frame, &profile, &value, &err);
        if (is_known) ck_assert_msg(status == MBILL_OK && mbill_frame_unit_name(value.items[0].value.unit) != NULL, "%d", code);
        else assert_refusal(&err, status, MBILL_E_UNIT, "is not known");
    }
}
END_TEST

static void refuse_decode(const char *hex, mbill_status expected, const char *part)
{
    bytes = bytes_of(hex);
    assert_refusal(&err, mbill_cjt188_decode(view_of(&bytes), &profile, &frame, &err), expected, part);
}

START_TEST(no_frames)
{
    static const char good[] = "68 10 23 01 00 00 00 00 00 04 04 A0 17 01 55 B1 16";
    refuse_decode("", MBILL_E_INCOMPLETE, "expected a frame");
    refuse_decode("FE FE", MBILL_E_INCOMPLETE, "expected a frame");
    refuse_decode("67 10", MBILL_E_SHAPE, "begins with 67H");
    refuse_decode("68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 08 16",
        MBILL_E_CHECKSUM, "sum is 13H, frame says 08H");
    refuse_decode("68 10 23 01 00 00 00 00 00 04 04 A0 17 01 55 B1 17", MBILL_E_SHAPE, "last byte is 17H");
    refuse_decode("68 10 23 01 00 00 00 00 00 04 04 A0 17 01 55 B1 16 00", MBILL_E_LENGTH, "1 bytes behind");
    refuse_decode("68 10 23 01 00 00 00 00 00 04 03 A0 17 01 55 B1 16", MBILL_E_LENGTH, "do not reach");
    frame_bytes whole = bytes_of(good);
    for (size_t n = 0; n < whole.n; n++)
        assert_refusal(&err, mbill_cjt188_decode((mbill_bytes){whole.bytes, n}, NULL, &frame, &err), MBILL_E_INCOMPLETE, "");
    for (size_t bit = 0; bit < 8 * whole.n; bit++) {
        frame_bytes flipped = whole;
        flipped.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_ne(mbill_cjt188_decode(view_of(&flipped), NULL, &frame, NULL), MBILL_OK);
    }
}
END_TEST

START_TEST(no_functions)
{
    static const struct {
        uint8_t control, n;
        mbill_status status;
    } refused[] = {{0x00, 3, MBILL_E_FUNCTION}, {0x2A, 4, MBILL_E_FUNCTION}, {0xAA, 5, MBILL_E_FUNCTION},
        {0x02, 3, MBILL_E_FUNCTION}, {0xFF, 3, MBILL_E_FUNCTION}, {0x41, 3, MBILL_E_DIRECTION}, {0x44, 3, MBILL_E_DIRECTION},
        {0x01, 2, MBILL_E_LENGTH}, {0x01, 4, MBILL_E_LENGTH}, {0x03, 4, MBILL_E_LENGTH}, {0x09, 2, MBILL_E_LENGTH},
        {0x81, 2, MBILL_E_LENGTH}, {0x83, 2, MBILL_E_LENGTH}, {0x89, 2, MBILL_E_LENGTH}, {0x04, 2, MBILL_E_LENGTH},
        {0x15, 9, MBILL_E_LENGTH}, {0x95, 2, MBILL_E_LENGTH}, {0x16, 9, MBILL_E_LENGTH}, {0x96, 2, MBILL_E_LENGTH},
        {0xC1, 1, MBILL_E_LENGTH}, {0xC4, 6, MBILL_E_LENGTH}};
    static const uint8_t data[16];
    for (size_t i = 0; i < LENGTH(refused); i++) {
        frame = (mbill_cjt188_frame){.data = {data, refused[i].n}, .control = refused[i].control};
        assert_refusal(&err, mbill_cjt188_check(&frame, NULL, &err), refused[i].status, "control byte");
    }
    frame = (mbill_cjt188_frame){.data = {data, 4}, .control = 0x2A};
    profile.valve_function = 0x2A;
    ck_assert_int_eq(mbill_cjt188_check(&frame, &profile, &err), MBILL_OK);
    frame.control = 0x04;
    ck_assert_int_eq(mbill_cjt188_check(&frame, &profile, &err), MBILL_OK);
}
END_TEST

static void refuse_read(uint8_t type, uint8_t control, const char *hex, mbill_status expected, const char *part)
{
    frame_bytes data;
    frame_of(type, control, hex, &data);
    value.ser = 77;
    assert_refusal(&err, mbill_cjt188_read(&frame, &profile, &value, &err), expected, part);
    ck_assert_int_eq(value.ser, 77);
}

START_TEST(address_has_digits)
{
    frame_bytes data;
    frame_of(0x10, 0x01, "90 1F 01", &data);
    for (size_t at = 0; at < 7; at++) {
        uint8_t kept = frame.address[at];
        frame.address[at] = 0xAA; /* any digits, or a maker's code */
        ck_assert_int_eq(mbill_cjt188_read(&frame, &profile, &value, &err), MBILL_OK);
        frame.address[at] = 0x2A;
        mbill_status status = mbill_cjt188_read(&frame, &profile, &value, &err);
        if (at >= 5) ck_assert_int_eq(status, MBILL_OK);
        else assert_refusal(&err, status, MBILL_E_BCD, "of the address is 2AH");
        frame.address[at] = kept;
    }
}
END_TEST

START_TEST(no_values)
{
    refuse_read(0x10, 0x01, "1F 90 01", MBILL_E_DI, "1F90H with control byte 01H");
    refuse_read(0x10, 0x01, "90 2F 01", MBILL_E_DI, "902FH");
    refuse_read(0x10, 0x04, "90 1F 01", MBILL_E_DI, "901FH");
    refuse_read(0x10, 0x81, "91 1F 01", MBILL_E_DI, "911FH");
    refuse_read(0x10, 0x81, "90 1F 01 78 56 34 12 00 FF", MBILL_E_LENGTH, "9 bytes of data, expected 22");
    refuse_read(0x20, 0x81, "90 1F 01 23 01 00 00 29 00 00 00 00 2C 00 00 00 00 00 00 00 00 00", MBILL_E_LENGTH, "22 bytes");
    refuse_read(0x10, 0x83, "81 0A 01 01 02 03 04 05 06 07", MBILL_E_LENGTH, "10 bytes of data, expected 3");
    refuse_read(0x10, 0x89, "81 06 01", MBILL_E_LENGTH, "3 bytes of data, expected 4");
    refuse_read(0x30, 0xC1, "90 1F 01 02", MBILL_E_LENGTH, "error reply of 4 bytes");
    refuse_read(0x10, 0x81, "D1 20 01 12 3A 56 78 2C", MBILL_E_BCD, "no digit");
    refuse_read(0x10, 0x81, "D1 20 01 FF FF FF FE 2C", MBILL_E_BCD, "no digit");
    refuse_read(0x10, 0x81, "D1 20 01 00 00 00 00 2D", MBILL_E_UNIT, "2DH");
    refuse_read(0x30, 0x04, "A0 13 03 FF 00 00 01 00", MBILL_E_BCD, "no digit");
    refuse_read(0x10, 0x81, "90 7F 01 00 30 12 29 02 26 20", MBILL_E_DATE, "day");
    refuse_read(0x10, 0x81, "90 7F 01 60 30 12 28 02 26 20", MBILL_E_DATE, "second");
    refuse_read(0x10, 0x81, "90 7F 01 99 99 99 99 99 99 99", MBILL_E_DATE, "99H in every byte");
    refuse_read(0x10, 0x81, "90 7F 01 0A 30 12 28 02 26 20", MBILL_E_BCD, "0AH");
    refuse_read(0x10, 0x81, "81 03 01 32", MBILL_E_DATE, "day");
    refuse_read(0x10, 0x81, "81 03 01 00", MBILL_E_DATE, "");
    profile.di_order = 0;
    refuse_read(0x10, 0x01, "90 1F 01", MBILL_E_UNDECIDED, "di_order decides");
    frame_bytes data;
    frame_of(0x10, 0xC4, "06 00 01", &data);
    ck_assert_int_eq(mbill_cjt188_read(&frame, NULL, &value, &err), MBILL_OK);
    ck_assert_int_eq(value.ser, 6);
}
END_TEST

/* A reply may be mirrored, a request not. */
START_TEST(mirrored_replies)
{
    frame_bytes data;
    profile.di_order = MBILL_CJT188_LOW_FIRST;
    frame_of(0x10, 0x81, "81 03 01 25", &data);
    ck_assert_int_eq(mbill_cjt188_read(&frame, &profile, &value, &err), MBILL_OK);
    ck_assert_int_eq(value.di, 0x8103);
    ck_assert_int_eq(value.is_mirrored, 1);
    ck_assert_int_eq(mbill_cjt188_encode(&frame, NULL, bytes.bytes, sizeof bytes.bytes, &bytes.n, &err), MBILL_OK);
    assert_again();
    refuse_read(0x10, 0x01, "81 03 01", MBILL_E_DI, "0381H");
}
END_TEST

static mbill_status match(const char *request, const char *reply)
{
    static frame_bytes asked, came;
    mbill_cjt188_frame question, answer;
    asked = bytes_of(request);
    came = bytes_of(reply);
    question = (mbill_cjt188_frame){.data = {asked.bytes + 9, asked.n - 9}, .type = asked.bytes[0], .control = asked.bytes[8]};
    answer = (mbill_cjt188_frame){.data = {came.bytes + 9, came.n - 9}, .type = came.bytes[0], .control = came.bytes[8]};
    memcpy(question.address, asked.bytes + 1, 7);
    memcpy(answer.address, came.bytes + 1, 7);
    return mbill_cjt188_match(&question, &answer, &err);
}

/* type, address, control, data */
START_TEST(matches)
{
    static const char asked[] = "10 01 02 03 04 05 06 07 04 A0 17 09 55";
    ck_assert_int_eq(match(asked, "10 01 02 03 04 05 06 07 84 A0 17 09 00 00"), MBILL_OK);
    ck_assert_int_eq(match(asked, "10 01 02 03 04 05 06 07 84 17 A0 09 00 00"), MBILL_OK);
    ck_assert_int_eq(match(asked, "10 01 02 03 04 05 06 07 C4 09 00 01"), MBILL_OK);
    ck_assert_int_eq(match("AA AA AA AA AA AA AA AA 03 81 0A 09", "10 01 02 03 04 05 06 07 83 81 0A 09"), MBILL_OK);
    assert_refusal(&err, match(asked, asked), MBILL_E_ECHO, "came back");
    assert_refusal(&err, match(asked, "10 01 02 03 04 05 06 07 04 A0 17 09 99"), MBILL_E_DIRECTION, "request's");
    assert_refusal(&err, match("10 01 02 03 04 05 06 07 84 A0 17 09", asked), MBILL_E_DIRECTION, "reply's");
    assert_refusal(&err, match(asked, "11 01 02 03 04 05 06 07 84 A0 17 09 00 00"), MBILL_E_ADDRESS, "type 11H");
    assert_refusal(&err, match(asked, "10 01 02 03 04 05 06 08 84 A0 17 09 00 00"), MBILL_E_ADDRESS, "08H, asked was 07H");
    assert_refusal(&err, match(asked, "10 01 02 03 04 05 06 07 81 A0 17 09 00 00"), MBILL_E_ANSWER, "81H");
    assert_refusal(&err, match(asked, "10 01 02 03 04 05 06 07 84 A0 15 09 00 00"), MBILL_E_DI, "A015H");
    assert_refusal(&err, match(asked, "10 01 02 03 04 05 06 07 84 A0 17 08 00 00"), MBILL_E_ANSWER, "SER 8, asked was 9");
    assert_refusal(&err, match(asked, "10 01 02 03 04 05 06 07 C4 08 00 01"), MBILL_E_ANSWER, "SER 8");
    assert_refusal(&err, match(asked, "10 01 02 03 04 05 06 07 C4 A0 17 09 01"), MBILL_E_ANSWER, "too few");
    static const char top_up[] = "30 01 02 03 04 05 06 07 04 A0 13 09 07 00 00 01 00";
    ck_assert_int_eq(match(top_up, "30 01 02 03 04 05 06 07 84 A0 13 09 07 00 00 01 00"), MBILL_OK);
    assert_refusal(&err, match(top_up, "30 01 02 03 04 05 06 07 84 A0 13 09 08 00 00 01 00"), MBILL_E_ANSWER, "purchase number");
}
END_TEST

static mbill_status allow(const char *address, const char *hex)
{
    frame_bytes data, to = bytes_of(address);
    frame_of(0x10, 0x04, hex, &data);
    memcpy(frame.address, to.bytes, 7);
    ck_assert_int_eq(mbill_cjt188_read(&frame, &profile, &value, &err), MBILL_OK);
    return mbill_cjt188_allow(&frame, &value, &profile, &err);
}

START_TEST(policies)
{
    static const char one[] = "01 02 03 04 05 06 07", any[] = "AA AA AA AA AA AA AA", all[] = "99 99 99 99 99 99 99";
    ck_assert_int_eq(allow(one, "A0 17 01 55"), MBILL_OK);
    ck_assert_int_eq(allow(one, "A0 17 01 99"), MBILL_OK);
    ck_assert_int_eq(allow(all, "A0 15 04 00 00 00 01 01 26 20"), MBILL_OK);
    assert_refusal(&err, allow(one, "A0 17 01 77"), MBILL_E_POLICY, "valve code 77H");
    assert_refusal(&err, allow(one, "A0 17 01 00"), MBILL_E_POLICY, "valve code 00H");
    assert_refusal(&err, allow(any, "A0 17 01 55"), MBILL_E_POLICY, "every meter");
    assert_refusal(&err, allow(all, "A0 17 01 99"), MBILL_E_POLICY, "every meter");
    assert_refusal(&err, allow(all, "A0 13 03 07 00 00 01 00"), MBILL_E_POLICY, "every meter");
    assert_refusal(&err, allow(all, "A0 14 03 02 11 22 33 44 55 66 77 88"), MBILL_E_POLICY, "every meter");
    profile.valve_codes[0] = (mbill_cjt188_valve_code){.code = 0x77, .order = MBILL_CJT188_ORDER_HALF_OPEN};
    ck_assert_int_eq(allow(one, "A0 17 01 77"), MBILL_OK);
    assert_refusal(&err, allow(one, "A0 17 01 66"), MBILL_E_POLICY, "66H");
}
END_TEST

START_TEST(valves)
{
    static const struct {
        int32_t where, st, state;
    } cases[] = {{0, 0x0000, 1}, {1, 0x01FF, 2}, {1, 0x0300, 3}, {1, 0x0200, 0}, {1, 0xFC00, 1}, {2, 0x4000, 2}, {2, 0xC000, 3},
        {2, 0x3F00, 1}, {3, 0x8000, 1}, {3, 0x8100, 2}, {3, 0x0000, 0}, {9, 0x0000, 0}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        profile.st_valve = cases[i].where;
        ck_assert_int_eq(mbill_cjt188_valve_state(cases[i].st, &profile), cases[i].state);
    }
}
END_TEST

/* What must not be made. */
START_TEST(not_made)
{
    uint8_t data[UINT8_MAX], out[8];
    size_t n = 1234;
    read_frame("68 10 23 01 00 00 00 00 00 04 04 A0 17 01 55 B1 16");
    value.items[0].value.value = 0x155;
    assert_refusal(&err, mbill_cjt188_make(0x10, 0x04, &value, &profile, data, &n, &err), MBILL_E_RANGE, "1 bytes");
    value.items[0].name = MBILL_CJT188_KEY;
    assert_refusal(&err, mbill_cjt188_make(0x10, 0x04, &value, &profile, data, &n, &err), MBILL_E_DI, "A017H");
    value = (mbill_cjt188_value){.di = 0xD120, .n_items = 1};
    value.items[0] = (mbill_cjt188_item){.name = MBILL_CJT188_SETTLEMENT,
        .value = {.kind = MBILL_FRAME_ITEM_NUMBER, .present = 1, .unit = MBILL_FRAME_UNIT_M3, .scale = 2, .value = 99999999}};
    ck_assert_int_eq(mbill_cjt188_make(0x10, 0x81, &value, &profile, data, &n, &err), MBILL_OK);
    assert_bytes(data, n, "D1 20 00 99 99 99 99 2C");
    value.items[0].value.value++;
    assert_refusal(&err, mbill_cjt188_make(0x10, 0x81, &value, &profile, data, &n, &err), MBILL_E_RANGE, "8 digits");
    value.items[0].value.value = -1;
    assert_refusal(&err, mbill_cjt188_make(0x10, 0x81, &value, &profile, data, &n, &err), MBILL_E_RANGE, "8 digits");
    value.items[0].value.scale = 3;
    assert_refusal(&err, mbill_cjt188_make(0x10, 0x81, &value, &profile, data, &n, &err), MBILL_E_RANGE, "3 decimal places");
    value.items[0].value.unit = MBILL_FRAME_UNIT_V;
    value.items[0].value.scale = 2;
    assert_refusal(&err, mbill_cjt188_make(0x10, 0x81, &value, &profile, data, &n, &err), MBILL_E_UNIT, "no code");
    assert_refusal(&err, mbill_cjt188_make(0x10, 0xC1, &value, &profile, data, &n, &err), MBILL_E_DI, "ST alone");
    value.ser = 256;
    assert_refusal(&err, mbill_cjt188_make(0x10, 0x81, &value, &profile, data, &n, &err), MBILL_E_RANGE, "SER 256");
    assert_refusal(&err, mbill_cjt188_encode(&frame, &profile, out, sizeof out, &n, &err), MBILL_E_ROOM, "17");
    frame.data.n = 256;
    assert_refusal(&err, mbill_cjt188_encode(&frame, &profile, out, sizeof out, &n, &err), MBILL_E_LENGTH, "256");
    ck_assert_uint_eq(n, 8); /* of the one that was made */
}
END_TEST

/* The forms of 2004 and 2018 have the same names. */
START_TEST(length_decides)
{
    uint8_t data[UINT8_MAX];
    frame_bytes kept;
    size_t n;
    frame_of(0x20, 0x81, layouts[4].data, &kept);
    ck_assert_int_eq(mbill_cjt188_read(&frame, &profile, &value, &err), MBILL_OK);
    value.length = 0;
    assert_refusal(&err, mbill_cjt188_make(0x20, 0x81, &value, &profile, data, &n, &err), MBILL_E_UNDECIDED, "length decides");
    value.length = 0x2E;
    ck_assert_int_eq(mbill_cjt188_make(0x20, 0x81, &value, &profile, data, &n, &err), MBILL_OK);
    ck_assert_uint_eq(n, 0x2E);
}
END_TEST

START_TEST(profiles)
{
    static const struct {
        mbill_cjt188_profile profile;
        mbill_status status;
        const char *part;
    } refused[] = {{{.struct_size = 4}, MBILL_E_MISUSE, "struct_size"},
        {{.struct_size = sizeof profile, .flags = 4}, MBILL_E_UNKNOWN_OPTION, "flags 4"},
        {{.struct_size = sizeof profile, .di_order = 3}, MBILL_E_INVALID, "di_order 3"},
        {{.struct_size = sizeof profile, .valve_function = 64}, MBILL_E_INVALID, "valve_function 64"},
        {{.struct_size = sizeof profile, .flow_decimals = 2}, MBILL_E_INVALID, "flow_decimals 2"},
        {{.struct_size = sizeof profile, .st_valve = 4}, MBILL_E_INVALID, "st_valve 4"}};
    bytes = bytes_of("68 10 23 01 00 00 00 00 00 04 04 A0 17 01 55 B1 16");
    for (size_t i = 0; i < LENGTH(refused); i++)
        assert_refusal(&err, mbill_cjt188_decode(view_of(&bytes), &refused[i].profile, &frame, &err), refused[i].status,
            refused[i].part);
    profile.flags = MBILL_CJT188_SUM_AFTER_FIRST;
    refuse_decode("68 10 23 01 00 00 00 00 00 04 04 A0 17 01 55 B1 16", MBILL_E_CHECKSUM, "sum is 49H");
    read_frame("68 10 23 01 00 00 00 00 00 04 04 A0 17 01 55 49 16");
    assert_again();
    assert_refusal(&err, mbill_cjt188_decode(view_of(&bytes), NULL, NULL, &err), MBILL_E_MISUSE, "out_frame");
    assert_refusal(&err, mbill_cjt188_read(NULL, NULL, &value, &err), MBILL_E_MISUSE, "frame");
    ck_assert_ptr_null(mbill_cjt188_find(NULL, 1));
}
END_TEST

static size_t make_random(uint8_t *out)
{
    uint8_t data[UINT8_MAX];
    size_t n;
    mbill_cjt188_frame made = {.data = {data, random_word() % 256},
        .type = (uint8_t)random_word(),
        .control = (uint8_t)random_word()};
    for (size_t i = 0; i < 7; i++) made.address[i] = (uint8_t)random_word();
    for (size_t i = 0; i < made.data.n; i++)
        data[i] = random_word() % 4 == 0 ? 0x68 : random_word() % 4 == 0 ? 0x16 : (uint8_t)random_word();
    ck_assert_int_eq(mbill_cjt188_encode(&made, NULL, out, MBILL_CJT188_FRAME_MAX, &n, NULL), MBILL_OK);
    return n;
}

static void feed(void *state, mbill_bytes in, size_t *used, mbill_bytes *found)
{
    ck_assert_int_eq(mbill_cjt188_feed(state, NULL, in, used, found, NULL), MBILL_OK);
}

START_TEST(streams)
{
    mbill_cjt188_stream state;
    assert_streams(make_random, feed, &state, sizeof state, 0x68, 40);
}
END_TEST

/* A start that promises much, and then the line is idle: what stands behind it comes out at the end. */
START_TEST(idle_line)
{
    mbill_cjt188_stream state = {0};
    mbill_bytes found;
    size_t used;
    frame_bytes in = bytes_of("68 68 68 10 FF FF FF FF FF FF FF 04 04 A0 17 01 55 86 16");
    feed(&state, view_of(&in), &used, &found);
    ck_assert_uint_eq(used, in.n);
    ck_assert_uint_eq(found.n, 0);
    feed(&state, (mbill_bytes){NULL, 0}, &used, &found);
    ck_assert_uint_eq(found.n, 17);
    ck_assert_mem_eq(found.p, in.bytes + 2, 17);
    feed(&state, (mbill_bytes){NULL, 0}, &used, &found);
    ck_assert_uint_eq(found.n, 0);
    state.n = 300;
    assert_refusal(&err, mbill_cjt188_feed(&state, NULL, view_of(&in), &used, &found, &err), MBILL_E_MISUSE, "stream");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cjt188");
    TCase *tests = tcase_create("cjt188");
    tcase_add_checked_fixture(tests, reset, NULL);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, water);
    tcase_add_test(tests, heat);
    tcase_add_test(tests, every_layout);
    tcase_add_test(tests, what_they_say);
    tcase_add_test(tests, every_unit);
    tcase_add_test(tests, no_frames);
    tcase_add_test(tests, no_functions);
    tcase_add_test(tests, no_values);
    tcase_add_test(tests, address_has_digits);
    tcase_add_test(tests, mirrored_replies);
    tcase_add_test(tests, matches);
    tcase_add_test(tests, policies);
    tcase_add_test(tests, valves);
    tcase_add_test(tests, not_made);
    tcase_add_test(tests, length_decides);
    tcase_add_test(tests, profiles);
    tcase_add_test(tests, streams);
    tcase_add_test(tests, idle_line);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

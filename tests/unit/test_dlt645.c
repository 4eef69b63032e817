/* SPDX-License-Identifier: Apache-2.0 */
/* DL/T 645: every layer of a verdict and its refusals, values there and back, frames of both ends, the stream against a search that looks at every byte. */
#include "check_run.h"
#include "meterbill/dlt645_make.h"
#include "random.h"
#include "refusal.h"

#include <stdlib.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const uint8_t meter[6] = {0x01, 0, 0, 0, 0, 0};
static const uint8_t any[6] = {0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA};
static const uint8_t all[6] = {0x99, 0x99, 0x99, 0x99, 0x99, 0x99};
static const mbill_dlt645_sender sender = {0, {0, 0, 0}, {1, 0, 0, 0}};
static const mbill_frame_time new_year = {2026, 1, 1, 0, 5, 0, -1};

static mbill_dlt645_frame frame_of(uint8_t control, const char *hex)
{
    uint8_t data[256];
    size_t n = 0;
    mbill_dlt645_frame frame;
    for (; *hex != '\0'; hex += 2 + (hex[2] == ' ')) {
        const char digits[3] = {hex[0], hex[1], '\0'};
        data[n++] = (uint8_t)strtoul(digits, NULL, 16);
    }
    ck_assert_int_eq(mbill_dlt645_make(meter, control, (mbill_bytes){data, n}, &frame, NULL), MBILL_OK);
    return frame;
}

/* ---- outer form ---- */

static const struct {
    const char *hex;
    mbill_status status;
} broken[] = {
    {"", MBILL_E_INCOMPLETE},
    {"FE FE", MBILL_E_INCOMPLETE},
    {"68", MBILL_E_INCOMPLETE},
    {"68 01 00 00 00 00 00 68 11 04 33 33 34 33", MBILL_E_INCOMPLETE},
    {"69 01 00 00 00 00 00 68 93 00 00 16", MBILL_E_SHAPE},
    {"68 01 00 00 00 00 00 69 93 00 00 16", MBILL_E_SHAPE},
    {"00 68 01 00 00 00 00 00 68 9C 00 6D 16", MBILL_E_SHAPE},
    {"68 01 00 00 00 00 00 68 9C 00 6D 17", MBILL_E_SHAPE},
    {"68 01 00 00 00 00 00 68 9C 00 6D 16 00", MBILL_E_LENGTH},
    {"68 01 00 00 00 00 00 68 9C 00 6D 17 16", MBILL_E_LENGTH},
    {"68 01 00 00 00 00 00 68 9C 00 6E 16", MBILL_E_CHECKSUM},
};

static size_t bytes_of(const char *hex, uint8_t *out)
{
    size_t n = 0;
    for (; *hex != '\0'; hex += 2 + (hex[2] == ' ')) {
        const char digits[3] = {hex[0], hex[1], '\0'};
        out[n++] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return n;
}

START_TEST(broken_frames)
{
    uint8_t bytes[64];
    size_t n = bytes_of(broken[_i].hex, bytes);
    mbill_dlt645_frame frame;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_dlt645_decode((mbill_bytes){bytes, n}, NULL, &frame, &err);
    assert_refusal(&err, status, broken[_i].status, "");
}
END_TEST

/* Of 12 bytes with data 00: the sum from the first 68, without it, and from the second. */
START_TEST(checksum_windows)
{
    mbill_dlt645_frame frame = frame_of(0x9C, ""), again;
    uint8_t bytes[32];
    size_t n;
    frame.preamble = 0;
    for (int32_t window = 0; window <= MBILL_DLT645_CHECKSUM_FROM_SECOND; window++) {
        static const uint8_t sums[] = {0x6D, 0x05, 0x04};
        mbill_dlt645_profile profile = {.struct_size = sizeof profile, .checksum = window};
        ck_assert_int_eq(mbill_dlt645_encode(&frame, &profile, bytes, sizeof bytes, &n, NULL), MBILL_OK);
        ck_assert_uint_eq(bytes[10], sums[window]);
        ck_assert_int_eq(mbill_dlt645_decode((mbill_bytes){bytes, n}, &profile, &again, NULL), MBILL_OK);
        ck_assert_int_eq(mbill_dlt645_decode((mbill_bytes){bytes, n}, NULL, &again, NULL),
            window == 0 ? MBILL_OK : MBILL_E_CHECKSUM);
    }
    ck_assert_int_eq(mbill_dlt645_encode(&frame, NULL, bytes, 11, &n, NULL), MBILL_E_ROOM);
}
END_TEST

/* ---- function ---- */

START_TEST(every_control_byte)
{
    static const uint8_t known[] = {0x03, 0x83, 0xC3, 0x08, 0x11, 0x91, 0xB1, 0xD1, 0x12, 0x92, 0xB2, 0xD2, 0x13, 0x93, 0x14,
        0x94, 0xD4, 0x15, 0x95, 0x16, 0x96, 0xD6, 0x17, 0x97, 0xD7, 0x18, 0x98, 0xD8, 0x19, 0x99, 0xD9, 0x1A, 0x9A, 0xDA, 0x1B,
        0x9B, 0xDB, 0x1C, 0x9C, 0xDC};
    for (int control = 0; control < 256; control++) {
        mbill_dlt645_frame frame = frame_of((uint8_t)control, "");
        mbill_status status = MBILL_E_LENGTH;
        mbill_error err;
        mbill_error_init(&err);
        for (int n = 0; n < 256 && status == MBILL_E_LENGTH; n++) { /* a length that it has */
            frame.length = (uint8_t)n;
            status = mbill_dlt645_check(&frame, NULL, &err);
        }
        int there = memchr(known, control, sizeof known) != NULL;
        ck_assert_msg((status == MBILL_OK) == there, "control byte %02X: %s", (unsigned)control, err.message);
        if (!there)
            ck_assert_msg(status == MBILL_E_FUNCTION || status == MBILL_E_DIRECTION, "control byte %02X: %d", (unsigned)control,
                (int)status);
    }
}
END_TEST

static const struct {
    uint8_t control;
    const char *lengths; /* those that it has, each a byte; of 255, 254 stands for all from the one before */
} lengths[] = {{0x11, "\4\5\12"}, {0x13, ""}, {0x93, "\6"}, {0x16, "\4"}, {0x1C, "\20\34"}, {0x19, "\10\34"}, {0x1B, "\14\34"},
    {0xC3, "\1\2"}, {0x98, "\4"}, {0xDC, "\1"}, {0x12, "\5"}};

START_TEST(possible_lengths)
{
    for (int n = 1; n < 256; n++) {
        mbill_dlt645_frame frame = frame_of(lengths[_i].control, "");
        frame.length = (uint8_t)n;
        mbill_status expected = strchr(lengths[_i].lengths, n) != NULL ? MBILL_OK : MBILL_E_LENGTH;
        ck_assert_int_eq(mbill_dlt645_check(&frame, NULL, NULL), expected);
    }
}
END_TEST

START_TEST(limits_are_the_profiles)
{
    mbill_dlt645_frame frame = frame_of(0x91, "");
    mbill_dlt645_profile profile = {.struct_size = sizeof profile, .read_limit = 255, .serr_bytes = 2};
    frame.length = 201;
    ck_assert_int_eq(mbill_dlt645_check(&frame, NULL, NULL), MBILL_E_LENGTH);
    ck_assert_int_eq(mbill_dlt645_check(&frame, &profile, NULL), MBILL_OK);
    frame = frame_of(0xC3, "02");
    ck_assert_int_eq(mbill_dlt645_check(&frame, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_dlt645_check(&frame, &profile, NULL), MBILL_E_LENGTH);
}
END_TEST

/* ---- value ---- */

static const struct {
    uint8_t control;
    const char *data;
    mbill_status status;
} values[] = {
    {0x1C, "02 00 00 00 01 00 00 00 1A 00 00 05 00 01 01 26", MBILL_OK},
    {0x1C, "02 00 00 00 01 00 00 00 1A 00 99 99 99 99 99 99", MBILL_OK},
    {0x1C, "02 00 00 00 01 00 00 00 1A 00 00 05 00 30 02 26", MBILL_E_DATE},
    {0x1C, "02 00 00 00 01 00 00 00 1A 00 00 05 24 01 01 26", MBILL_E_DATE},
    {0x1C, "02 00 00 00 01 00 00 00 1A 00 00 60 00 01 01 26", MBILL_E_DATE},
    {0x1C, "02 00 00 00 01 00 00 00 1A 00 60 05 00 01 01 26", MBILL_E_DATE},
    {0x1C, "02 00 00 00 01 00 00 00 1A 00 00 05 00 01 13 26", MBILL_E_DATE},
    {0x1C, "02 00 00 00 01 00 00 00 1A 00 0A 05 00 01 01 26", MBILL_E_BCD},
    {0x1C, "98 00 00 00 01 00 00 00 1A 00 00 05 00 01 01 26", MBILL_E_LENGTH},
    {0x08, "00 00 00 29 02 24", MBILL_OK},
    {0x08, "00 00 00 29 02 25", MBILL_E_DATE},
    {0x15, "12 34 56 78 10 AA", MBILL_E_BCD},
    {0x16, "99 99 99 99", MBILL_OK},
    {0x16, "60 00 01 01", MBILL_E_DATE},
    {0x16, "0A 00 01 01", MBILL_E_BCD},
    {0x14, "08 01 00 04 99 00 00 00 01 00 00 00 01 02 03 04", MBILL_E_LENGTH}, /* a MAC and nothing before it */
    {0x91, "00 00 01 00 26 00 00 00", MBILL_OK},
    {0x91, "00 00 01 00", MBILL_E_LENGTH},
    {0x91, "00 00 01 00 26 00 00", MBILL_E_LENGTH},
    {0x91, "00 00 01 00 26 00 00 0A", MBILL_E_BCD},
    {0x91, "00 FF 01 00 26 00 00 00 01", MBILL_E_LENGTH},
    {0x91, "00 FF 01 02 01 22 02 22 03 22 04 22", MBILL_E_RANGE},
    {0x91, "01 01 00 04 07 01 01 26", MBILL_E_DATE},
    {0x91, "01 00 01 04 00 00 01 14 03", MBILL_E_LENGTH},
    {0x14, "08 01 00 04 02 00 00 00 01 00 00 00 00 00 01 13 26", MBILL_E_DATE},
    {0x14, "FF 0A 06 04 02 00 00 00 01 00 00 00 01 02 03", MBILL_E_LENGTH},
    {0x91, "01 02 00 04 14", MBILL_OK},       /* zones */
    {0x91, "01 02 00 04 15", MBILL_E_RANGE},  /* of which there are 14 at most */
    {0x91, "02 02 00 04 09", MBILL_E_RANGE},  /* day tables: 8 */
    {0x91, "03 02 00 04 15", MBILL_E_RANGE},  /* slots: 14 */
    {0x91, "04 02 00 04 64", MBILL_E_RANGE},  /* rates: 63 */
    {0x91, "00 00 01 04 01 31 12", MBILL_OK}, /* a table 12 there is not, so the order is plain */
    {0x91, "00 00 01 04 01 07 05", MBILL_E_UNDECIDED},
    {0x91, "01 00 01 04 64 00 00", MBILL_E_RANGE},  /* neither a rate 64 nor an hour 64 */
    {0xB1, "00 FF 01 00 26 00 00 00 01", MBILL_OK}, /* a part that does not divide is not read */
    {0x03, "FF 02 01 07 01 00 00 00 10 27 00 00 07 00 00 00 11 22 33 44 01 00 00 00 00 00 55 66 77 88", MBILL_E_UNDECIDED},
};

START_TEST(values_refused)
{
    mbill_dlt645_frame frame = frame_of(values[_i].control, values[_i].data);
    mbill_dlt645_parts parts;
    mbill_frame_item items[MBILL_DLT645_ITEMS_MAX];
    size_t n;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_dlt645_check(&frame, NULL, NULL), MBILL_OK);
    mbill_status status = mbill_dlt645_split(&frame, NULL, &parts, &err);
    if (status == MBILL_OK) status = mbill_dlt645_items(&frame, NULL, items, COUNT(items), &n, &err);
    if (values[_i].status != MBILL_OK) assert_refusal(&err, status, values[_i].status, "");
    else ck_assert_msg(status == MBILL_OK, "%s", err.message);
}
END_TEST

START_TEST(addresses)
{
    uint8_t address[6];
    mbill_dlt645_parts parts;
    mbill_dlt645_frame frame = frame_of(0x13, "");
    ck_assert_int_eq(mbill_dlt645_address("1", address, NULL), MBILL_OK);
    ck_assert_mem_eq(address, meter, 6);
    ck_assert_int_eq(mbill_dlt645_address("AAAAAAAAAAAA", address, NULL), MBILL_OK);
    ck_assert_mem_eq(address, any, 6);
    ck_assert_int_eq(mbill_dlt645_address("AAAAAAAA1234", address, NULL), MBILL_OK);
    memcpy(frame.address, address, 6);
    ck_assert_int_eq(mbill_dlt645_split(&frame, NULL, &parts, NULL), MBILL_OK);
    frame.address[0] = 0xAA; /* any low digits of a meter: there is no such thing */
    ck_assert_int_eq(mbill_dlt645_split(&frame, NULL, &parts, NULL), MBILL_E_BCD);
    static const char *const wrong[] = {"", "1234567890123", "12A4", "AAA", "AAAAA1234567", "B"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        mbill_error err;
        mbill_error_init(&err);
        assert_refusal(&err, mbill_dlt645_address(wrong[i], address, &err), MBILL_E_ADDRESS, "no address");
    }
}
END_TEST

/* Identifiers with as many values as they take, there and back; scale and number of each. */
static const struct {
    uint32_t di;
    size_t n;
    int32_t scale;
} numbers[] = {{0x00010000, 1, 2}, {0x0001FF00, 64, 2}, {0x00000000, 1, 2}, {0x00900200, 1, 2}, {0x02010100, 1, 1},
    {0x0201FF00, 3, 1}, {0x02020300, 1, 3}, {0x0203FF00, 4, 4}, {0x02800020, 1, 4}, {0x04000204, 1, 0}, {0x04000205, 1, 0},
    {0x040502FF, 48, 4}, {0x04050201, 1, 4}, {0x040602FF, 6, 2}, {0x040603FF, 7, 4}, {0x04001001, 1, 2}, {0x1D000001, 1, 0}};

START_TEST(numbers_there_and_back)
{
    mbill_frame_item items[64], again[MBILL_DLT645_ITEMS_MAX];
    uint8_t data[260] = {(uint8_t)numbers[_i].di, (uint8_t)(numbers[_i].di >> 8), (uint8_t)(numbers[_i].di >> 16),
        (uint8_t)(numbers[_i].di >> 24)};
    mbill_dlt645_profile wide = {.struct_size = sizeof wide, .read_limit = 255};
    size_t n, got;
    mbill_dlt645_frame frame;
    for (size_t i = 0; i < numbers[_i].n; i++)
        items[i] = (mbill_frame_item){.kind = MBILL_FRAME_ITEM_NUMBER,
            .present = i % 5 != 3,
            .scale = numbers[_i].scale,
            .value = (int64_t)(i * 7 + 9)};
    if (4 * numbers[_i].n > 248) items[0].present = 1;
    mbill_status status = mbill_dlt645_payload(numbers[_i].di, NULL, items, numbers[_i].n, data + 4, sizeof data - 4, &n, NULL);
    ck_assert_int_eq(status, MBILL_OK);
    if (n > 251) return; /* longer than a frame: 64 totals */
    ck_assert_int_eq(mbill_dlt645_make(meter, 0x91, (mbill_bytes){data, n + 4}, &frame, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_dlt645_items(&frame, &wide, again, COUNT(again), &got, NULL), MBILL_OK);
    ck_assert_uint_eq(got, numbers[_i].n);
    for (size_t i = 0; i < got; i++) {
        ck_assert_int_eq(again[i].present, items[i].present);
        ck_assert_int_eq(again[i].value, items[i].present != 0 ? items[i].value : 0);
        ck_assert_int_eq(again[i].scale, numbers[_i].scale);
    }
}
END_TEST

START_TEST(signs)
{
    mbill_frame_item item = {.kind = MBILL_FRAME_ITEM_NUMBER, .present = 1, .scale = 3, .value = -4999}, again;
    uint8_t bytes[8];
    size_t n;
    ck_assert_int_eq(mbill_dlt645_payload(0x02020100, NULL, &item, 1, bytes, sizeof bytes, &n, NULL), MBILL_OK);
    ck_assert_mem_eq(bytes, "\x99\x49\x80", 3);
    mbill_dlt645_frame frame = frame_of(0x91, "00 01 02 02 99 49 80");
    ck_assert_int_eq(mbill_dlt645_items(&frame, NULL, &again, 1, &n, NULL), MBILL_OK);
    ck_assert_int_eq(again.value, -4999);
    item.value = 800000; /* its top bit is the sign's */
    ck_assert_int_eq(mbill_dlt645_payload(0x02020100, NULL, &item, 1, bytes, sizeof bytes, &n, NULL), MBILL_E_RANGE);
    item.scale = 2;
    item.value = -1;
    ck_assert_int_eq(mbill_dlt645_payload(0x00010000, NULL, &item, 1, bytes, sizeof bytes, &n, NULL), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_dlt645_payload(0x00010000, NULL, &item, 0, bytes, sizeof bytes, &n, NULL), MBILL_E_LENGTH);
    item.scale = 3;
    ck_assert_int_eq(mbill_dlt645_payload(0x00010000, NULL, &item, 1, bytes, sizeof bytes, &n, NULL), MBILL_E_INVALID);
    ck_assert_int_eq(mbill_dlt645_payload(0x04600101, NULL, &item, 1, bytes, sizeof bytes, &n, NULL), MBILL_E_DI);
    ck_assert_int_eq(mbill_dlt645_payload(0x02020100, NULL, &item, 1, bytes, 2, &n, NULL), MBILL_E_ROOM);
}
END_TEST

/* 06:00 rate 1 or 01:00 rate 6: the profile decides; 00:30 rate 2 reads in one order alone, since there is no rate 0. */
START_TEST(rows)
{
    mbill_dlt645_profile low = {.struct_size = sizeof low, .rows = MBILL_DLT645_ROWS_LOW_FIRST};
    mbill_dlt645_profile high = {.struct_size = sizeof high, .rows = MBILL_DLT645_ROWS_HIGH_FIRST};
    mbill_dlt645_frame both = frame_of(0x91, "01 00 01 04 01 00 06"), one = frame_of(0x91, "01 00 01 04 02 30 00");
    mbill_frame_item item;
    uint8_t bytes[3];
    size_t n;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_dlt645_items(&both, NULL, &item, 1, &n, &err), MBILL_E_UNDECIDED, "\"rows\"");
    ck_assert_int_eq(mbill_dlt645_items(&both, &low, &item, 1, &n, NULL), MBILL_OK);
    ck_assert(item.time.hour == 6 && item.time.minute == 0 && item.value == 1);
    ck_assert_int_eq(mbill_dlt645_payload(0x04010001, &low, &item, 1, bytes, 3, &n, NULL), MBILL_OK);
    ck_assert_mem_eq(bytes, "\x01\x00\x06", 3);
    ck_assert_int_eq(mbill_dlt645_payload(0x04010001, NULL, &item, 1, bytes, 3, &n, NULL), MBILL_E_UNDECIDED);
    ck_assert_int_eq(mbill_dlt645_items(&both, &high, &item, 1, &n, NULL), MBILL_OK);
    ck_assert(item.time.hour == 1 && item.value == 6);
    ck_assert_int_eq(mbill_dlt645_payload(0x04010001, &high, &item, 1, bytes, 3, &n, NULL), MBILL_OK);
    ck_assert_mem_eq(bytes, "\x01\x00\x06", 3);
    ck_assert_int_eq(mbill_dlt645_items(&one, NULL, &item, 1, &n, NULL), MBILL_OK);
    ck_assert(item.time.hour == 0 && item.time.minute == 30 && item.value == 2);
    ck_assert_int_eq(mbill_dlt645_items(&one, &high, &item, 1, &n, NULL), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_dlt645_items(&one, NULL, &item, 0, &n, NULL), MBILL_E_ROOM);
    ck_assert_uint_eq(n, 1);
}
END_TEST

/* 10 27 00 00 is 27.10 in digits and 100.00 in binary cents: never both. */
START_TEST(amounts_by_profile_alone)
{
    mbill_dlt645_frame frame = frame_of(0x03,
        "FF 02 01 07 01 00 00 00 10 27 00 00 07 00 00 00 11 22 33 44 01 00 00 00 00 00 55 66 77 88");
    mbill_dlt645_profile profile = {.struct_size = sizeof profile, .topup_amount = MBILL_DLT645_NUMBER_BCD};
    mbill_frame_item items[3];
    size_t n;
    ck_assert_int_eq(mbill_dlt645_items(&frame, &profile, items, 3, &n, NULL), MBILL_E_UNDECIDED);
    profile.topup_count = MBILL_DLT645_NUMBER_BINARY;
    ck_assert_int_eq(mbill_dlt645_items(&frame, &profile, items, 3, &n, NULL), MBILL_OK);
    ck_assert_uint_eq(n, 3);
    ck_assert(items[0].value == 2710 && items[0].scale == 2 && items[1].value == 7 && items[2].value == 1);
    profile.topup_amount = MBILL_DLT645_NUMBER_BINARY;
    ck_assert_int_eq(mbill_dlt645_items(&frame, &profile, items, 3, &n, NULL), MBILL_OK);
    ck_assert_int_eq(items[0].value, 10000);
}
END_TEST

/* ---- match ---- */

static const struct {
    uint8_t asked, answered;
    const char *request, *reply;
    mbill_status status;
} matches[] = {
    {0x11, 0x91, "00 00 01 00", "00 00 01 00 26 00 00 00", MBILL_OK},
    {0x11, 0xB1, "00 FF 01 00", "00 FF 01 00 26 00 00 00", MBILL_OK},
    {0x11, 0xD1, "00 00 01 00", "02", MBILL_OK},
    {0x11, 0x91, "00 00 01 00", "00 00 02 00 26 00 00 00", MBILL_E_DI},
    {0x11, 0x11, "00 00 01 00", "00 00 01 00", MBILL_E_ECHO},
    {0x11, 0x11, "00 00 01 00", "00 00 02 00", MBILL_E_DIRECTION},
    {0x91, 0x91, "00 00 01 00", "00 00 01 00", MBILL_E_DIRECTION},
    {0x11, 0x92, "00 00 01 00", "00 00 01 00 26 00 00 00 01", MBILL_E_ANSWER},
    {0x12, 0x92, "00 FF 01 00 01", "00 FF 01 00 26 00 00 00 01", MBILL_OK},
    {0x12, 0x92, "00 FF 01 00 02", "00 FF 01 00 26 00 00 00 01", MBILL_E_ANSWER},
    {0x1C, 0x9C, "02 00 00 00 01 00 00 00 1A 00 00 05 00 01 01 26", "", MBILL_OK},
    {0x1C, 0xDC, "02 00 00 00 01 00 00 00 1A 00 00 05 00 01 01 26", "04", MBILL_OK},
    {0x1C, 0x94, "02 00 00 00 01 00 00 00 1A 00 00 05 00 01 01 26", "", MBILL_E_ANSWER},
    {0x03, 0x83, "FF 02 01 07 01 00 00 00", "FF 02 01 07", MBILL_OK},
    {0x03, 0x83, "FF 02 01 07 01 00 00 00", "FF 02 81 07", MBILL_E_DI},
    {0x03, 0xC3, "FF 02 01 07 01 00 00 00", "02 00", MBILL_OK},
};

START_TEST(a_new_address_answers)
{
    mbill_dlt645_frame request = frame_of(0x15, "06 05 04 03 02 01"), reply = frame_of(0x95, "");
    ck_assert_int_eq(mbill_dlt645_match(&request, &reply, NULL), MBILL_OK);
    memcpy(reply.address, request.data, 6);
    ck_assert_int_eq(mbill_dlt645_match(&request, &reply, NULL), MBILL_OK);
    reply.address[5] ^= 2;
    ck_assert_int_eq(mbill_dlt645_match(&request, &reply, NULL), MBILL_E_ADDRESS);
    request = frame_of(0x16, "06 05 04 03"), reply = frame_of(0x96, "");
    memcpy(reply.address, "\x06\x05\x04\x03\x02\x01", 6);
    ck_assert_int_eq(mbill_dlt645_match(&request, &reply, NULL), MBILL_E_ADDRESS);
}
END_TEST

START_TEST(counts_are_written_within_their_bounds)
{
    mbill_frame_item zones = {.kind = MBILL_FRAME_ITEM_NUMBER, .present = 1, .value = 14, .time = MBILL_FRAME_TIME_NONE};
    uint8_t bytes[8];
    size_t n;
    ck_assert_int_eq(mbill_dlt645_payload(0x04000201, NULL, &zones, 1, bytes, sizeof bytes, &n, NULL), MBILL_OK);
    ck_assert(n == 1 && bytes[0] == 0x14);
    zones.value = 15;
    ck_assert_int_eq(mbill_dlt645_payload(0x04000201, NULL, &zones, 1, bytes, sizeof bytes, &n, NULL), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_dlt645_payload(0x04010009, NULL, &zones, 1, bytes, sizeof bytes, &n, NULL), MBILL_E_DI);
}
END_TEST

START_TEST(replies_match)
{
    mbill_dlt645_frame request = frame_of(matches[_i].asked, matches[_i].request),
                       reply = frame_of(matches[_i].answered, matches[_i].reply);
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_dlt645_match(&request, &reply, &err);
    if (matches[_i].status != MBILL_OK) assert_refusal(&err, status, matches[_i].status, "");
    else ck_assert_msg(status == MBILL_OK, "%s", err.message);
    if (status != MBILL_OK) return;
    memcpy(request.address, any, 6);
    ck_assert_int_eq(mbill_dlt645_match(&request, &reply, NULL), MBILL_OK);
    request.address[0] = 0x01, request.address[1] = 0x01;
    ck_assert_int_eq(mbill_dlt645_match(&request, &reply, NULL), MBILL_E_ADDRESS);
}
END_TEST

/* ---- policy, and frames that are built ---- */

START_TEST(orders_are_built)
{
    static const uint8_t trip[] = {0x68, 0x01, 0, 0, 0, 0, 0, 0x68, 0x1C, 0x10, 0x35, 0x33, 0x33, 0x33, 0x34, 0x33, 0x33, 0x33,
        0x4D, 0x33, 0x33, 0x38, 0x33, 0x34, 0x34, 0x59, 0x77, 0x16};
    mbill_dlt645_frame frame;
    uint8_t bytes[64];
    size_t n;
    ck_assert_int_eq(mbill_dlt645_make_order(meter, MBILL_DLT645_TRIP, 0, &new_year, &sender, NULL, &frame, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_dlt645_encode(&frame, NULL, bytes, sizeof bytes, &n, NULL), MBILL_OK);
    ck_assert_uint_eq(n, sizeof trip + MBILL_DLT645_PREAMBLE);
    ck_assert_mem_eq(bytes + MBILL_DLT645_PREAMBLE, trip, sizeof trip);
    ck_assert_int_eq(mbill_dlt645_make_order(meter, MBILL_DLT645_TRIP_TIMED, 6, &new_year, &sender, NULL, &frame, NULL),
        MBILL_OK);
    ck_assert_uint_eq(frame.data[9], 6);
    ck_assert_int_eq(mbill_dlt645_make_order(meter, MBILL_DLT645_TRIP, 256, &new_year, &sender, NULL, &frame, NULL),
        MBILL_E_RANGE);
    const mbill_frame_time no_second = {2026, 1, 1, 0, 5, -1, -1}, no_day = {2026, 2, 30, 0, 5, 0, -1};
    ck_assert_int_eq(mbill_dlt645_make_order(meter, MBILL_DLT645_TRIP, 0, &no_second, &sender, NULL, &frame, NULL),
        MBILL_E_RANGE);
    ck_assert_int_eq(mbill_dlt645_make_order(meter, MBILL_DLT645_TRIP, 0, &no_day, &sender, NULL, &frame, NULL), MBILL_E_DATE);
}
END_TEST

START_TEST(what_must_not_be_built)
{
    mbill_dlt645_frame frame, made;
    mbill_dlt645_profile vendor = {.struct_size = sizeof vendor, .n2 = 1, .write_limit = 86, .pa = 4};
    uint8_t payload[74] = {0};
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_dlt645_make_order(all, MBILL_DLT645_TRIP, 0, &new_year, &sender, NULL, &frame, &err);
    assert_refusal(&err, status, MBILL_E_POLICY, "more than one meter");
    status = mbill_dlt645_make_order(any, MBILL_DLT645_TRIP, 0, &new_year, &sender, NULL, &frame, &err);
    assert_refusal(&err, status, MBILL_E_POLICY, "more than one meter");
    status = mbill_dlt645_make_order(meter, 0x77, 0, &new_year, &sender, NULL, &frame, &err);
    assert_refusal(&err, status, MBILL_E_POLICY, "77H");
    status = mbill_dlt645_make_order(meter, MBILL_DLT645_TRIP, 5, &new_year, &sender, NULL, &frame, &err);
    assert_refusal(&err, status, MBILL_E_POLICY, "N2");
    ck_assert_int_eq(mbill_dlt645_make_order(meter, MBILL_DLT645_TRIP, 0, &new_year, &sender, &vendor, &made, NULL), MBILL_OK);
    ck_assert(made.data[9] == 1 && made.data[0] == 4);
    assert_refusal(&err, mbill_dlt645_permit(&made, &(mbill_dlt645_profile){.struct_size = sizeof vendor, .n2 = 1}, NULL, &err),
        MBILL_E_POLICY, "level");
    ck_assert_int_eq(mbill_dlt645_permit(&made, NULL, NULL, NULL), MBILL_OK); /* as captured: it names one meter and ends */
    frame = frame_of(0x1C, "02 00 00 00 01 00 00 00 1A 00 99 99 99 99 99 99");
    assert_refusal(&err, mbill_dlt645_permit(&frame, NULL, NULL, &err), MBILL_E_POLICY, "without a limit");
    status = mbill_dlt645_make_write(meter, 0x040501FF, &sender, (mbill_bytes){payload, 8}, NULL, &frame, &err);
    assert_refusal(&err, status, MBILL_E_POLICY, "in use");
    status = mbill_dlt645_make_write(meter, 0x04060AFF, &sender, (mbill_bytes){payload, 70}, NULL, &frame, &err);
    assert_refusal(&err, status, MBILL_E_POLICY, "write_limit");
    ck_assert_int_eq(mbill_dlt645_make_write(meter, 0x04060AFF, &sender, (mbill_bytes){payload, 70}, &vendor, &frame, NULL),
        MBILL_OK);
    status = mbill_dlt645_make_write(meter, 0x04060AFF, &sender, (mbill_bytes){payload, 244}, NULL, &frame, &err);
    assert_refusal(&err, status, MBILL_E_LENGTH, "too many");
}
END_TEST

START_TEST(expiry_is_near)
{
    mbill_dlt645_profile profile = {.struct_size = sizeof profile};
    mbill_dlt645_frame frame;
    mbill_frame_time now = new_year;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_dlt645_make_order(meter, MBILL_DLT645_TRIP, 0, &new_year, &sender, NULL, &frame, NULL), MBILL_OK);
    assert_refusal(&err, mbill_dlt645_permit(&frame, &profile, &now, &err), MBILL_E_POLICY, "over already");
    now.minute = 4, now.second = 59;
    ck_assert_int_eq(mbill_dlt645_permit(&frame, &profile, &now, NULL), MBILL_OK);
    now = (mbill_frame_time){2025, 12, 31, 23, 55, 0, -1};
    ck_assert_int_eq(mbill_dlt645_permit(&frame, &profile, &now, NULL), MBILL_OK); /* ten minutes */
    now.minute = 54, now.second = 59;
    assert_refusal(&err, mbill_dlt645_permit(&frame, &profile, &now, &err), MBILL_E_POLICY, "601 s");
    profile.expiry_cap_s = 601;
    ck_assert_int_eq(mbill_dlt645_permit(&frame, &profile, &now, NULL), MBILL_OK);
}
END_TEST

START_TEST(a_meter_answers)
{
    mbill_dlt645_frame request, reply;
    mbill_dlt645_parts parts;
    const uint8_t word[] = {0x50, 0x00};
    ck_assert_int_eq(mbill_dlt645_make_read(meter, MBILL_DLT645_SUPPLY_WORD, &request, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_dlt645_make_reply(&request, meter, (mbill_bytes){word, 2}, 0, &reply, NULL), MBILL_OK);
    ck_assert_uint_eq(reply.control, 0x91);
    ck_assert_int_eq(mbill_dlt645_match(&request, &reply, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_dlt645_make_reply(&request, meter, (mbill_bytes){word, 2}, 1, &reply, NULL), MBILL_OK);
    ck_assert_uint_eq(reply.control, 0xB1);
    ck_assert_int_eq(mbill_dlt645_make_refusal(&request, meter, 2, NULL, &reply, NULL), MBILL_OK);
    ck_assert(reply.control == 0xD1 && reply.length == 1);
    ck_assert_int_eq(mbill_dlt645_make_refusal(&request, meter, 256, NULL, &reply, NULL), MBILL_E_RANGE);
    ck_assert_int_eq(mbill_dlt645_make_reply(&reply, meter, (mbill_bytes){word, 2}, 0, &reply, NULL), MBILL_E_DIRECTION);
    ck_assert_int_eq(mbill_dlt645_make_refusal(&reply, meter, 1, NULL, &reply, NULL), MBILL_E_DIRECTION);
    ck_assert_int_eq(mbill_dlt645_make_security(meter, MBILL_DLT645_TOPUP_DI, &sender, (mbill_bytes){word, 2}, &request, NULL),
        MBILL_OK);
    ck_assert_int_eq(mbill_dlt645_make_refusal(&request, meter, 0x20, NULL, &reply, NULL), MBILL_OK);
    ck_assert(reply.control == 0xC3 && reply.length == 2);
    ck_assert_int_eq(mbill_dlt645_split(&reply, NULL, &parts, NULL), MBILL_OK);
    ck_assert_int_eq(parts.serr, 0x20);
    ck_assert_str_eq(mbill_dlt645_error_name(1, 5), "count_wrong");
    ck_assert_str_eq(mbill_dlt645_error_name(0, 2), "wrong_password");
    ck_assert_ptr_null(mbill_dlt645_error_name(0, 7));
    ck_assert_ptr_null(mbill_dlt645_error_name(1, -1));
    request = frame_of(0x12, "00 FF 01 00 03");
    ck_assert_int_eq(mbill_dlt645_make_reply(&request, meter, (mbill_bytes){word, 2}, 0, &reply, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_dlt645_match(&request, &reply, NULL), MBILL_OK);
    ck_assert_uint_eq(reply.data[6], 3);
    request.length = 2;
    ck_assert_int_eq(mbill_dlt645_make_reply(&request, meter, (mbill_bytes){word, 2}, 0, &reply, NULL), MBILL_E_LENGTH);
}
END_TEST

/* ---- streams ---- */

/* The frames of bytes, from left to right, by looking at each place anew. */
static size_t search(const uint8_t *bytes, size_t n, size_t *starts, size_t *ends)
{
    size_t found = 0;
    for (size_t at = 0; at + 12 <= n;) {
        size_t len = (size_t)bytes[at + 9] + 12;
        uint8_t sum = 0;
        bool fits = bytes[at] == 0x68 && bytes[at + 7] == 0x68 && at + len <= n && bytes[at + len - 1] == 0x16;
        for (size_t i = 0; fits && i < len - 2; i++) sum = (uint8_t)(sum + bytes[at + i]);
        if (!fits || sum != bytes[at + len - 2]) {
            at++;
            continue;
        }
        starts[found] = at;
        ends[found++] = at += len;
    }
    return found;
}

/* Bytes of which many are 68 and 16, and whole frames between them, some within the data of others. */
static size_t draw(uint64_t *seed, uint8_t *bytes, size_t cap)
{
    size_t n = 0;
    while (n + 300 < cap) {
        uint8_t data[64];
        static const uint8_t likely[] = {0x68, 0x16, 0xFE, 0x35, 0x68 - 0x33, 0xE3, 0, 4};
        size_t len = (size_t)(random_next(seed) % 60), made;
        mbill_dlt645_frame frame;
        for (size_t i = 0; i < len; i++)
            data[i] = random_next(seed) % 3 == 0 ? (uint8_t)random_next(seed) : likely[random_next(seed) % 8];
        if (random_next(seed) % 3 != 0) {
            memcpy(bytes + n, data, len);
            n += len;
            continue;
        }
        ck_assert_int_eq(mbill_dlt645_make(meter, (uint8_t)random_next(seed), (mbill_bytes){data, len}, &frame, NULL), MBILL_OK);
        for (size_t i = 0; i < 6; i++) frame.address[i] = likely[random_next(seed) % 8];
        ck_assert_int_eq(mbill_dlt645_encode(&frame, NULL, bytes + n, cap - n, &made, NULL), MBILL_OK);
        n += random_next(seed) % 8 == 0 ? made / 2 : made; /* some end too early */
    }
    return n;
}

/* Feed in pieces of at most this many bytes; the frames must be those of the search. */
static void feed_in_pieces(const uint8_t *bytes, size_t n, size_t piece, const size_t *starts, const size_t *ends,
    size_t expected)
{
    mbill_dlt645_stream stream = {0};
    mbill_dlt645_frame frame, whole;
    size_t found = 0, at = 0, used;
    int32_t has = 0;
    while (at < n || has != 0) {
        size_t len = n - at < piece ? n - at : piece;
        ck_assert_int_eq(mbill_dlt645_feed(&stream, NULL, (mbill_bytes){bytes + at, len}, &used, &frame, &has, NULL), MBILL_OK);
        ck_assert_uint_le(used, len);
        if (has == 0 && len > 0) ck_assert_uint_eq(used, len);
        at += used;
        if (has == 0) continue;
        ck_assert_uint_lt(found, expected);
        ck_assert_int_eq(mbill_dlt645_decode((mbill_bytes){bytes + starts[found], ends[found] - starts[found]}, NULL, &whole,
                             NULL),
            MBILL_OK);
        ck_assert(frame.control == whole.control && frame.length == whole.length && memcmp(frame.address, whole.address, 6) == 0);
        ck_assert_mem_eq(frame.data, whole.data, whole.length);
        size_t before = starts[found];
        size_t floor = found > 0 ? ends[found - 1] : 0;
        while (before > floor && bytes[before - 1] == 0xFE) before--;
        ck_assert_uint_eq(frame.preamble, starts[found] - before);
        found++;
    }
    for (has = 1; has != 0;) {
        ck_assert_int_eq(mbill_dlt645_feed(&stream, NULL, (mbill_bytes){NULL, 0}, &used, &frame, &has, NULL), MBILL_OK);
        found += (size_t)has;
    }
    ck_assert_uint_eq(found, expected);
    ck_assert_uint_eq(stream.n_kept, 0);
}

START_TEST(streams)
{
    enum { ROOM = 4000 };
    static uint8_t bytes[ROOM];
    size_t starts[400], ends[400];
    uint64_t seed = (uint64_t)_i + 1;
    size_t n = draw(&seed, bytes, ROOM), expected = search(bytes, n, starts, ends);
    static const size_t pieces[] = {1, 2, 3, 7, 13, 64, 266, 267, 268, 757, 758, 1024, ROOM};
    for (size_t i = 0; i < COUNT(pieces); i++) feed_in_pieces(bytes, n, pieces[i], starts, ends, expected);
}
END_TEST

START_TEST(misuse)
{
    mbill_dlt645_stream stream = {.n_kept = 1000};
    mbill_dlt645_frame frame = frame_of(0x9C, "");
    mbill_dlt645_profile profile = {.struct_size = sizeof profile, .read_limit = 300};
    size_t n;
    int32_t found;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_dlt645_feed(&stream, NULL, (mbill_bytes){NULL, 0}, &n, &frame, &found, &err), MBILL_E_MISUSE,
        "keeps 1000");
    assert_refusal(&err, mbill_dlt645_check(&frame, &profile, &err), MBILL_E_RANGE, "read_limit");
    profile = (mbill_dlt645_profile){.struct_size = 4};
    assert_refusal(&err, mbill_dlt645_check(&frame, &profile, &err), MBILL_E_MISUSE, "struct_size");
    assert_refusal(&err, mbill_dlt645_decode((mbill_bytes){NULL, 3}, NULL, &frame, &err), MBILL_E_MISUSE, "NULL");
    assert_refusal(&err, mbill_dlt645_make(meter, 0, (mbill_bytes){(const uint8_t *)&stream, 256}, &frame, &err), MBILL_E_LENGTH,
        "255");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dlt645");
    TCase *tests = tcase_create("frames");
    tcase_add_loop_test(tests, broken_frames, 0, (int)COUNT(broken));
    tcase_add_test(tests, checksum_windows);
    tcase_add_test(tests, every_control_byte);
    tcase_add_loop_test(tests, possible_lengths, 0, (int)COUNT(lengths));
    tcase_add_test(tests, limits_are_the_profiles);
    tcase_add_loop_test(tests, values_refused, 0, (int)COUNT(values));
    tcase_add_test(tests, addresses);
    tcase_add_loop_test(tests, numbers_there_and_back, 0, (int)COUNT(numbers));
    tcase_add_test(tests, signs);
    tcase_add_test(tests, rows);
    tcase_add_test(tests, amounts_by_profile_alone);
    tcase_add_test(tests, a_new_address_answers);
    tcase_add_test(tests, counts_are_written_within_their_bounds);
    tcase_add_loop_test(tests, replies_match, 0, (int)COUNT(matches));
    tcase_add_test(tests, orders_are_built);
    tcase_add_test(tests, what_must_not_be_built);
    tcase_add_test(tests, expiry_is_near);
    tcase_add_test(tests, a_meter_answers);
    tcase_add_loop_test(tests, streams, 0, 20);
    tcase_add_test(tests, misuse);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}

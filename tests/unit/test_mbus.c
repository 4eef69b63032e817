/* SPDX-License-Identifier: Apache-2.0 */
/* M-Bus: the documentation's own examples, each kind of record and value, each refusal at its layer, streams. */
#include "check_run.h"
#include "frame_bytes.h"
#include "meterbill/mbus.h"
#include "refusal.h"

#include <stdlib.h>

#define LENGTH(list) (sizeof(list) / sizeof(list)[0])

static mbill_error err;
static mbill_mbus_frame frame;
static mbill_mbus_header header;
static mbill_mbus_record record;
static frame_bytes bytes;

static void reset(void)
{
    mbill_error_init(&err);
    random_begin("test_mbus");
}

static void decode(const char *hex)
{
    uint8_t out[MBILL_MBUS_FRAME_MAX];
    size_t n;
    bytes = bytes_of(hex);
    ck_assert_msg(mbill_mbus_decode(view_of(&bytes), &frame, &err) == MBILL_OK, "%s", err.message);
    ck_assert_int_eq(mbill_mbus_encode(&frame, out, sizeof out, &n, &err), MBILL_OK);
    ck_assert_uint_eq(n, bytes.n);
    ck_assert_mem_eq(out, bytes.bytes, n);
}

/* The example of The M-Bus: A Documentation, Rev. 4.8, 6.3.3. */
START_TEST(records_of_the_documentation)
{
    size_t at = 0;
    decode("68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02 18 16");
    ck_assert_int_eq(mbill_mbus_check(&frame, &err), MBILL_OK);
    ck_assert_int_eq(mbill_mbus_read_header(&frame, &header, &err), MBILL_OK);
    ck_assert_uint_eq(header.id, 0x12345678);
    ck_assert_str_eq(header.manufacturer, "PAD");
    ck_assert_uint_eq(header.access, 0x55);
    ck_assert_str_eq(mbill_mbus_medium_name(header.medium), "water");
    ck_assert_int_eq(mbill_mbus_next(&header, &at, &record, &err), MBILL_OK);
    ck_assert_str_eq(record.quantity, "volume");
    ck_assert_int_eq(record.value, 12565);
    ck_assert_int_eq(record.exponent, -3);
    ck_assert_int_eq(mbill_mbus_is_total(&record), 1);
    ck_assert_int_eq(mbill_mbus_next(&header, &at, &record, &err), MBILL_OK);
    ck_assert_int_eq(record.function, MBILL_MBUS_MAXIMUM);
    ck_assert_uint_eq(record.storage, 5);
    ck_assert_int_eq(record.value, 113);
    ck_assert_str_eq(record.unit, "m3/h");
    ck_assert_int_eq(mbill_mbus_is_total(&record), 0);
    ck_assert_int_eq(mbill_mbus_next(&header, &at, &record, &err), MBILL_OK);
    ck_assert_uint_eq(record.tariff, 2);
    ck_assert_uint_eq(record.subunit, 1);
    ck_assert_int_eq(record.value, 21837);
    ck_assert_int_eq(record.exponent, 1);
    ck_assert_int_eq(mbill_mbus_is_total(&record), 0);
    ck_assert_int_eq(mbill_mbus_next(&header, &at, &record, &err), MBILL_OK);
    ck_assert_int_eq(record.kind, 0);
}
END_TEST

/* The same, 6.2. */
START_TEST(counters_of_the_documentation)
{
    mbill_mbus_fixed fixed;
    decode("68 13 13 68 08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00 3C 16");
    ck_assert_int_eq(mbill_mbus_read_fixed(&frame, &fixed, &err), MBILL_OK);
    ck_assert_uint_eq(fixed.id, 0x12345678);
    ck_assert_uint_eq(fixed.medium, 7);
    ck_assert_int_eq(fixed.counters[0].value, 1);
    ck_assert_str_eq(fixed.counters[0].unit, "m3");
    ck_assert_int_eq(fixed.counters[0].exponent, -3);
    ck_assert_int_eq(fixed.counters[1].value, 135);
    ck_assert_int_eq(fixed.counters[1].is_historic, 1);
    bytes.bytes[12] = 1; /* binary */
    ck_assert_int_eq(mbill_mbus_read_fixed(&frame, &fixed, &err), MBILL_OK);
    ck_assert_int_eq(fixed.counters[1].value, 0x135);
    bytes.bytes[12] = 0;
    bytes.bytes[15] = 0x1A;
    assert_refusal(&err, mbill_mbus_read_fixed(&frame, &fixed, &err), MBILL_E_BCD, "counter");
    bytes.bytes[13] = 0x3B;
    assert_refusal(&err, mbill_mbus_read_fixed(&frame, &fixed, &err), MBILL_E_UNIT, "3BH");
    assert_refusal(&err, mbill_mbus_read_header(&frame, &header, &err), MBILL_E_FUNCTION, "CI 73H");
}
END_TEST

/* One record behind an empty header. */
static mbill_status take(const char *hex)
{
    size_t at = 0;
    bytes = bytes_of(hex);
    header = (mbill_mbus_header){.records = view_of(&bytes)};
    return mbill_mbus_next(&header, &at, &record, &err);
}

START_TEST(numbers)
{
    static const struct {
        const char *hex, *quantity, *unit;
        int64_t value;
        int32_t exponent, n_modifiers;
    } cases[] = {
        {"01 00 FF", "energy", "Wh", -1, -3, 0},
        {"02 07 00 80", "energy", "Wh", -32768, 4, 0},
        {"03 0E FF FF 7F", "energy", "J", 8388607, 6, 0},
        {"04 2B FE FF FF FF", "power", "W", -2, 0, 0},
        {"06 13 00 00 00 00 00 80", "volume", "m3", -140737488355328, -3, 0},
        {"07 13 FF FF FF FF FF FF FF 7F", "volume", "m3", INT64_MAX, -3, 0},
        {"09 13 99", "volume", "m3", 99, -3, 0},
        {"0A 5A 23 F1", "flow_temperature", "C", -123, -1, 0},
        {"0B 3B 56 34 12", "flow", "m3/h", 123456, -3, 0},
        {"0C 78 78 56 34 12", "fabrication_number", "", 12345678, 0, 0},
        {"0E 04 90 78 56 34 12 00", "energy", "Wh", 1234567890, 1, 0},
        {"04 86 3B 05 00 00 00", "energy", "Wh", 5, 3, 1},
        {"04 93 74 05 00 00 00", "volume", "m3", 5, -5, 0},
        {"04 93 7D 05 00 00 00", "volume", "m3", 5, 0, 0},
        {"04 FB 01 05 00 00 00", "energy", "Wh", 5, 6, 0},
        {"04 FB 08 05 00 00 00", "energy", "J", 5, 8, 0},
        {"04 FB 11 05 00 00 00", "volume", "m3", 5, 3, 0},
        {"02 FD 48 F6 08", "voltage", "V", 2294, -1, 0},
        {"02 FD 59 F6 08", "current", "A", 2294, -3, 0},
        {"02 FD C8 FF 01 F6 08", "voltage", "V", 2294, -1, 2},
        {"02 27 10 00", "operating_time", "d", 16, 0, 0},
        {"02 FD 25 10 00", "storage_interval", "min", 16, 0, 0},
        {"04 7F 10 00 00 00", NULL, NULL, 16, 0, 0},
        {"04 FB 7F 10 00 00 00", "maximum_power", "W", 16, 4, 0},
        {"0D 13 C4 78 56 34 12", "volume", "m3", 12345678, -3, 0},
        {"0D 13 D2 34 12", "volume", "m3", -1234, -3, 0},
        {"0D 13 E2 FE FF", "volume", "m3", -2, -3, 0},
        {"02 FC 02 48 25 74 D4 11", NULL, NULL, 4564, -2, 0},
        {"2F 2F 01 13 05 2F", "volume", "m3", 5, -3, 0},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        ck_assert_msg(take(cases[i].hex) == MBILL_OK, "%s: %s", cases[i].hex, err.message);
        ck_assert_msg(record.kind == MBILL_MBUS_NUMBER && record.present == 1, "%s", cases[i].hex);
        ck_assert_msg(record.value == cases[i].value, "%s: %lld", cases[i].hex, (long long)record.value);
        ck_assert_msg(record.exponent == cases[i].exponent, "%s: %d", cases[i].hex, record.exponent);
        ck_assert_int_eq(record.n_modifiers, cases[i].n_modifiers);
        ck_assert_pstr_eq(record.quantity, cases[i].quantity);
        ck_assert_pstr_eq(record.unit, cases[i].unit);
    }
}
END_TEST

/* Reals: bits, then value and exponent; exact or none. */
START_TEST(reals)
{
    static const struct {
        const char *hex;
        int64_t value;
        int32_t exponent, present;
    } cases[] = {{"05 2B 00 00 AC 41", 215, -1, 1}, {"05 2B 00 00 80 3F", 1, 0, 1}, {"05 2B 00 00 00 80", 0, 0, 1},
        {"05 2B 00 00 20 C1", -10, 0, 1}, {"05 2B 00 00 80 4B", 16777216, 0, 1}, {"05 2B CD CC CC 3D", 0, 0, 0},
        {"05 2B 00 00 C0 7F", 0, 0, 0}, {"05 2B 00 00 80 FF", 0, 0, 0}, {"05 2B 00 00 80 7E", 0, 0, 0}, {"05 2E 00 00 00 3F", 5, 2, 1}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        ck_assert_msg(take(cases[i].hex) == MBILL_OK, "%s: %s", cases[i].hex, err.message);
        ck_assert_int_eq(record.kind, MBILL_MBUS_REAL);
        ck_assert_msg(record.present == cases[i].present, "%s", cases[i].hex);
        if (record.present == 0) continue;
        ck_assert_msg(record.value == cases[i].value && record.exponent == cases[i].exponent, "%s: %lld x 10^%d", cases[i].hex,
            (long long)record.value, record.exponent);
    }
}
END_TEST

static void assert_time(const char *hex, int32_t year, int32_t month, int32_t day, int32_t hour, int32_t minute, int32_t second)
{
    ck_assert_msg(take(hex) == MBILL_OK, "%s: %s", hex, err.message);
    ck_assert_int_eq(record.kind, MBILL_MBUS_TIME);
    ck_assert_int_eq(record.present, 1);
    ck_assert_int_eq(record.time.year, year);
    ck_assert_int_eq(record.time.month, month);
    ck_assert_int_eq(record.time.day, day);
    ck_assert_int_eq(record.time.hour, hour);
    ck_assert_int_eq(record.time.minute, minute);
    ck_assert_int_eq(record.time.second, second);
}

START_TEST(times)
{
    assert_time("02 6C BF 1C", 2013, 12, 31, -1, -1, -1);
    assert_time("42 EC 7E 3F 0C", 2001, 12, 31, -1, -1, -1);
    assert_time("02 6C 21 A1", 2081 - 100, 1, 1, -1, -1, -1);
    assert_time("02 6C 1D 02", 2000, 2, 29, -1, -1, -1);
    assert_time("04 6D 0B 0B CD 13", 2014, 3, 13, 11, 11, -1);
    assert_time("04 6D 00 21 21 A1", 2081, 1, 1, 1, 0, -1);
    assert_time("06 6D 1E 1E 0C CD 13 00", 2014, 3, 13, 12, 30, 30);
    assert_time("03 6D 1E 1F 0C", -1, -1, -1, 12, 31, 30);
    static const char *const none[] = {"02 6C FF FF", "02 6C 00 00", "02 6C E1 FF", "04 6D 80 00 21 A1", "06 6D 00 80 00 21 A1 00"};
    for (size_t i = 0; i < LENGTH(none); i++) {
        ck_assert_int_eq(take(none[i]), MBILL_OK);
        ck_assert_int_eq(record.kind, MBILL_MBUS_TIME);
        ck_assert_int_eq(record.present, 0);
    }
    static const char *const wrong[] = {"02 6C 1E 02", "02 6C 21 0D", "04 6D 3C 00 21 01", "04 6D 00 18 21 01"};
    for (size_t i = 0; i < LENGTH(wrong); i++) assert_refusal(&err, take(wrong[i]), MBILL_E_DATE, "calendar");
}
END_TEST

START_TEST(other_kinds)
{
    ck_assert_int_eq(take("0D FD 11 03 43 42 41"), MBILL_OK);
    ck_assert_int_eq(record.kind, MBILL_MBUS_TEXT);
    assert_bytes(record.data.p, record.data.n, "03 43 42 41");
    ck_assert_int_eq(take("0D 78 F0 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F"), MBILL_OK);
    ck_assert_int_eq(record.kind, MBILL_MBUS_BYTES);
    ck_assert_int_eq(take("00 13"), MBILL_OK);
    ck_assert_int_eq(record.kind, MBILL_MBUS_NOTHING);
    ck_assert_int_eq(take("08 13"), MBILL_OK);
    ck_assert_int_eq(record.kind, MBILL_MBUS_NOTHING);
    ck_assert_int_eq(take("1F 01 02"), MBILL_OK);
    ck_assert_int_eq(record.kind, MBILL_MBUS_MAKER);
    ck_assert_int_eq(record.more, 1);
    assert_bytes(record.data.p, record.data.n, "01 02");
    ck_assert_int_eq(take("0F"), MBILL_OK);
    ck_assert_int_eq(record.more, 0);
    ck_assert_int_eq(take("3B 2D 99 99 AA"), MBILL_OK); /* an error's digits need not be any */
    ck_assert_int_eq(record.function, MBILL_MBUS_ERROR);
    ck_assert_int_eq(record.present, 0);
    ck_assert_int_eq(take("CC FF FF FF FF FF FF FF FF FF 7F 13 00 00 00 00"), MBILL_OK);
    ck_assert_uint_eq(record.storage, (UINT64_C(1) << 41) - 1);
    ck_assert_uint_eq(record.tariff, (1u << 20) - 1);
    ck_assert_uint_eq(record.subunit, (1u << 10) - 1);
    ck_assert_int_eq(mbill_mbus_is_total(NULL), 0);
    ck_assert_ptr_null(mbill_mbus_medium_name(0x30));
    ck_assert_ptr_null(mbill_mbus_medium_name(-1));
}
END_TEST

START_TEST(no_records)
{
    static const struct {
        const char *hex;
        mbill_status status;
        const char *part;
    } cases[] = {{"04", MBILL_E_LENGTH, "within a record"}, {"84", MBILL_E_LENGTH, "within a record"},
        {"04 FD", MBILL_E_LENGTH, "within a record"}, {"04 93", MBILL_E_LENGTH, "within a record"},
        {"04 13 01 02 03", MBILL_E_LENGTH, "value of 4 bytes"}, {"0D 78", MBILL_E_LENGTH, "within a record"},
        {"0D 78 04 41 42 43", MBILL_E_LENGTH, "value of 4 bytes"}, {"0D 78 CA", MBILL_E_LENGTH, "CAH"}, {"0D 78 F7", MBILL_E_LENGTH, "F7H"},
        {"02 7C 05 41", MBILL_E_LENGTH, "5 characters"}, {"8C 80 80 80 80 80 80 80 80 80 80 00 13 00 00 00 00", MBILL_E_LENGTH, "10 DIFE"},
        {"01 93 FB FB FB FB FB FB FB FB FB FB 3B 00", MBILL_E_LENGTH, "10 VIFE"}, {"7F 13", MBILL_E_SHAPE, "7FH"},
        {"3F", MBILL_E_SHAPE, "3FH"}, {"0C 13 00 00 0A 00", MBILL_E_BCD, "no digit"}, {"0C 13 00 00 00 E0", MBILL_E_BCD, "no digit"}};
    for (size_t i = 0; i < LENGTH(cases); i++) assert_refusal(&err, take(cases[i].hex), cases[i].status, cases[i].part);
}
END_TEST

static void refuse_decode(const char *hex, mbill_status expected, const char *part)
{
    bytes = bytes_of(hex);
    assert_refusal(&err, mbill_mbus_decode(view_of(&bytes), &frame, &err), expected, part);
}

START_TEST(forms)
{
    decode("E5");
    ck_assert_int_eq(frame.form, MBILL_MBUS_ACK);
    decode("10 40 01 41 16");
    ck_assert_int_eq(frame.form, MBILL_MBUS_SHORT);
    decode("68 03 03 68 53 FE 50 A1 16");
    ck_assert_int_eq(frame.form, MBILL_MBUS_CONTROL);
    decode("68 04 04 68 53 FE 50 10 B1 16");
    ck_assert_int_eq(frame.form, MBILL_MBUS_LONG);
    refuse_decode("", MBILL_E_INCOMPLETE, "no bytes");
    refuse_decode("FE 68", MBILL_E_SHAPE, "begins with FEH");
    refuse_decode("E5 E5", MBILL_E_LENGTH, "1 bytes behind");
    refuse_decode("10 40 01 41", MBILL_E_INCOMPLETE, "4 bytes, expected 5");
    refuse_decode("10 40 01 42 16", MBILL_E_CHECKSUM, "41H, frame says 42H");
    refuse_decode("10 40 01 41 17", MBILL_E_SHAPE, "17H");
    refuse_decode("68 03", MBILL_E_INCOMPLETE, "");
    refuse_decode("68 03 04 68 53 FE 50 A1 16", MBILL_E_LENGTH, "03H and then 04H");
    refuse_decode("68 02 02 68 53 FE 51 16", MBILL_E_LENGTH, "at least 03H");
    refuse_decode("68 03 03 67 53 FE 50 A1 16", MBILL_E_SHAPE, "67H");
    refuse_decode("68 03 03 68 53 FE 50 A1", MBILL_E_INCOMPLETE, "8 bytes, expected 9");
    refuse_decode("68 03 03 68 53 FE 50 A1 16 00", MBILL_E_LENGTH, "1 bytes behind");
    refuse_decode("68 03 03 68 53 FE 50 A2 16", MBILL_E_CHECKSUM, "A1H, frame says A2H");
}
END_TEST

START_TEST(not_encoded)
{
    uint8_t out[300];
    size_t n;
    frame = (mbill_mbus_frame){.data = {out, 253}, .form = MBILL_MBUS_LONG};
    assert_refusal(&err, mbill_mbus_encode(&frame, out, sizeof out, &n, &err), MBILL_E_LENGTH, "253");
    frame.data.n = 0;
    assert_refusal(&err, mbill_mbus_encode(&frame, out, sizeof out, &n, &err), MBILL_E_LENGTH, "0 bytes");
    frame.form = 5;
    assert_refusal(&err, mbill_mbus_encode(&frame, out, sizeof out, &n, &err), MBILL_E_INVALID, "form 5");
    frame.form = MBILL_MBUS_SHORT;
    assert_refusal(&err, mbill_mbus_encode(&frame, out, 4, &n, &err), MBILL_E_ROOM, "has 5");
    frame.data.n = 1;
    assert_refusal(&err, mbill_mbus_encode(&frame, out, sizeof out, &n, &err), MBILL_E_LENGTH, "1 bytes");
}
END_TEST

static mbill_status check(uint8_t form, uint8_t c, uint8_t ci, size_t n)
{
    static const uint8_t data[64];
    frame = (mbill_mbus_frame){.data = {data, n}, .form = form, .c = c, .ci = ci};
    return mbill_mbus_check(&frame, &err);
}

START_TEST(functions)
{
    enum { S = MBILL_MBUS_SHORT, C = MBILL_MBUS_CONTROL, L = MBILL_MBUS_LONG };
    ck_assert_int_eq(check(S, 0x7B, 0, 0), MBILL_OK);
    ck_assert_int_eq(check(S, 0x40, 0, 0), MBILL_OK);
    ck_assert_int_eq(check(L, 0x73, 0x52, 8), MBILL_OK);
    ck_assert_int_eq(check(L, 0x08, 0x72, 12), MBILL_OK);
    ck_assert_int_eq(check(C, 0x18, 0x70, 0), MBILL_OK);
    assert_refusal(&err, check(S, 0x41, 0, 0), MBILL_E_FUNCTION, "41H");
    assert_refusal(&err, check(C, 0x5B, 0, 0), MBILL_E_SHAPE, "long frame");
    assert_refusal(&err, check(S, 0x08, 0, 0), MBILL_E_SHAPE, "short frame");
    assert_refusal(&err, check(L, 0x08, 0x76, 12), MBILL_E_FUNCTION, "high byte first");
    assert_refusal(&err, check(L, 0x08, 0x78, 12), MBILL_E_FUNCTION, "78H");
    assert_refusal(&err, check(L, 0x53, 0x72, 12), MBILL_E_FUNCTION, "72H");
    assert_refusal(&err, check(L, 0x08, 0x72, 11), MBILL_E_LENGTH, "11 bytes");
    assert_refusal(&err, check(L, 0x08, 0x73, 17), MBILL_E_LENGTH, "17 bytes");
    assert_refusal(&err, check(L, 0x08, 0x73, 15), MBILL_E_LENGTH, "15 bytes");
}
END_TEST

static mbill_status match(const char *asked, const char *came)
{
    static frame_bytes kept;
    decode(asked);
    mbill_mbus_frame request = frame;
    kept = bytes;
    if (request.data.n > 0) request.data.p = kept.bytes + 7;
    decode(came);
    return mbill_mbus_match(&request, &frame, &err);
}

START_TEST(matches)
{
    static const char reply[] = "68 13 13 68 08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00 3C 16";
    static const char ask[] = "10 5B 05 60 16", ask_any[] = "10 7B FE 79 16", ask_selected[] = "10 5B FD 58 16";
    ck_assert_int_eq(match(ask, reply), MBILL_OK);
    ck_assert_int_eq(match(ask_any, reply), MBILL_OK);
    ck_assert_int_eq(match(ask_selected, reply), MBILL_OK);
    ck_assert_int_eq(match("10 40 05 45 16", "E5"), MBILL_OK);
    assert_refusal(&err, match(ask, ask), MBILL_E_ECHO, "came back");
    assert_refusal(&err, match(ask, "E5"), MBILL_E_ANSWER, "E5H came");
    assert_refusal(&err, match("10 40 05 45 16", reply), MBILL_E_ANSWER, "data came");
    assert_refusal(&err, match("10 5B 06 61 16", reply), MBILL_E_ADDRESS, "05H, asked was 06H");
    assert_refusal(&err, match("E5", reply), MBILL_E_DIRECTION, "request");
    assert_refusal(&err, match(ask, "10 7B 05 80 16"), MBILL_E_DIRECTION, "reply");
}
END_TEST

START_TEST(policies)
{
    decode("10 5B 05 60 16");
    ck_assert_int_eq(mbill_mbus_allow(&frame, &err), MBILL_OK);
    decode("68 03 03 68 53 FE 50 A1 16");
    ck_assert_int_eq(mbill_mbus_allow(&frame, &err), MBILL_OK);
    decode("68 04 04 68 53 FE 51 10 B2 16");
    assert_refusal(&err, mbill_mbus_allow(&frame, &err), MBILL_E_POLICY, "51H");
    decode("68 03 03 68 53 FE BB 0C 16");
    assert_refusal(&err, mbill_mbus_allow(&frame, &err), MBILL_E_POLICY, "BBH");
}
END_TEST

static size_t make_random(uint8_t *out)
{
    uint8_t data[252];
    size_t n;
    mbill_mbus_frame made = {.data = {data, random_word() % 253}, .c = (uint8_t)random_word(), .a = (uint8_t)random_word(),
        .ci = (uint8_t)random_word()};
    for (size_t i = 0; i < sizeof data; i++) data[i] = random_word() % 4 == 0 ? 0x68 : random_word() % 4 == 0 ? 0x16 : (uint8_t)random_word();
    made.form = made.data.n == 0 ? MBILL_MBUS_CONTROL : MBILL_MBUS_LONG;
    ck_assert_int_eq(mbill_mbus_encode(&made, out, MBILL_MBUS_FRAME_MAX, &n, NULL), MBILL_OK);
    return n;
}

static void feed(void *state, mbill_bytes in, size_t *used, mbill_bytes *found)
{
    ck_assert_int_eq(mbill_mbus_feed(state, in, used, found, NULL), MBILL_OK);
}

START_TEST(streams)
{
    mbill_mbus_stream state;
    assert_streams(make_random, feed, &state, sizeof state, 0x68, 40);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mbus");
    TCase *tests = tcase_create("mbus");
    tcase_add_checked_fixture(tests, reset, NULL);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, records_of_the_documentation);
    tcase_add_test(tests, counters_of_the_documentation);
    tcase_add_test(tests, numbers);
    tcase_add_test(tests, reals);
    tcase_add_test(tests, times);
    tcase_add_test(tests, other_kinds);
    tcase_add_test(tests, no_records);
    tcase_add_test(tests, forms);
    tcase_add_test(tests, not_encoded);
    tcase_add_test(tests, functions);
    tcase_add_test(tests, matches);
    tcase_add_test(tests, policies);
    tcase_add_test(tests, streams);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

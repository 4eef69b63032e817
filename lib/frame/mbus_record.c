/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when data of EN 13757-3 are coded otherwise: headers, records and their values. Invariant: dib, vib and data of all records,
 * one after the other, are the bytes between the fillers. */
#include "base/fail.h"
#include "calendar/civil.h"
#include "frame/mbus.h"
#include "frame/value.h"

#include <string.h>

enum { EXTENDED = 0x80, EXTENSIONS_MAX = 10, FILLER = 0x2F, MAKER = 0x0F, MAKER_MORE = 0x1F, SPECIAL = 0x0F };
enum { VIF_TEXT = 0x7C, VIF_MAKER = 0x7F, VIF_FB = 0xFB, VIF_FD = 0xFD };
enum { CODE_REAL = 5, CODE_VARIABLE = 13 };
enum { IS_BINARY = 1, SAME_BUT_HISTORIC = 0x3E };

static uint64_t low_first(const uint8_t *bytes, size_t n)
{
    uint64_t word = 0;
    for (size_t i = n; i > 0; i--) word = word << 8 | bytes[i - 1];
    return word;
}

static mbill_status need_ci(const mbill_mbus_frame *frame, uint8_t ci, mbill_error *err)
{
    MBILL_TRY(mbill_mbus_check(frame, err));
    if (mbill__mbus_kind(frame) == MBILL__MBUS_REPLY && frame->ci == ci) return MBILL_OK;
    return mbill__fail(err, MBILL_E_FUNCTION, "CI %02XH, expected a reply with %02XH", frame->ci, ci);
}

mbill_status mbill_mbus_read_header(const mbill_mbus_frame *frame, mbill_mbus_header *out_header, mbill_error *err)
{
    MBILL__NEED(out_header);
    MBILL_TRY(need_ci(frame, MBILL__MBUS_VARIABLE, err));
    const uint8_t *data = frame->data.p;
    uint16_t maker = (uint16_t)low_first(data + 4, 2);
    *out_header = (mbill_mbus_header){.records = {data + MBILL__MBUS_HEADER, frame->data.n - MBILL__MBUS_HEADER},
        .id = (uint32_t)low_first(data, 4), .version = data[6], .medium = data[7], .access = data[8], .status = data[9],
        .signature = (uint16_t)low_first(data + 10, 2), .maker = maker};
    for (int32_t i = 0; i < 3; i++) out_header->manufacturer[i] = (char)((maker >> (10 - 5 * i) & 31) + 'A' - 1);
    return MBILL_OK;
}

static mbill_status read_counter(const uint8_t *bytes, bool is_binary, int64_t *out, mbill_error *err)
{
    if (is_binary) *out = (int32_t)(uint32_t)low_first(bytes, 4);
    else if (!mbill__bcd_read(bytes, 4, out)) return mbill__fail(err, MBILL_E_BCD, "a half byte of a counter is no digit");
    return MBILL_OK;
}

mbill_status mbill_mbus_read_fixed(const mbill_mbus_frame *frame, mbill_mbus_fixed *out_fixed, mbill_error *err)
{
    mbill_mbus_fixed fixed;
    MBILL__NEED(out_fixed);
    MBILL_TRY(need_ci(frame, MBILL__MBUS_FIXED, err));
    const uint8_t *data = frame->data.p;
    fixed = (mbill_mbus_fixed){.id = (uint32_t)low_first(data, 4), .access = data[4], .status = data[5],
        .medium = (uint8_t)(data[6] >> 6 | data[7] >> 6 << 2), .bytes = {data + 8, 8}};
    for (int32_t i = 0; i < 2; i++) {
        uint8_t code = data[6 + i] & 0x3F;
        bool is_historic = i == 1 && code == SAME_BUT_HISTORIC;
        fixed.counters[i].is_historic = is_historic;
        if (!mbill__mbus_fixed_unit(is_historic ? data[6] & 0x3F : code, &fixed.counters[i].unit, &fixed.counters[i].exponent))
            return mbill__fail(err, MBILL_E_UNIT, "unit %02XH is not known", code);
        MBILL_TRY(read_counter(data + 8 + 4 * i, (fixed.status & IS_BINARY) != 0, &fixed.counters[i].value, err));
    }
    *out_fixed = fixed;
    return MBILL_OK;
}

/* Bytes of a record from its first on. */
typedef struct walk {
    mbill_bytes in;
    size_t at;
    mbill_error *err;
} walk;

static mbill_status take_byte(walk *cursor, uint8_t *out)
{
    if (cursor->at >= cursor->in.n)
        return mbill__fail_at(cursor->err, MBILL_E_LENGTH, (int64_t)cursor->at, "the data end within a record");
    *out = cursor->in.p[cursor->at++];
    return MBILL_OK;
}

static mbill_status read_dib(walk *cursor, mbill_mbus_record *record, uint8_t *out_code)
{
    size_t first = cursor->at;
    uint8_t byte = 0;
    MBILL_TRY(take_byte(cursor, &byte));
    if ((byte & 0x0F) == SPECIAL)
        return mbill__fail_at(cursor->err, MBILL_E_SHAPE, (int64_t)first, "DIF %02XH is left out by the standard", byte);
    *out_code = byte & 0x0F;
    record->function = byte >> 4 & 3;
    record->storage = byte >> 6 & 1;
    for (uint32_t i = 0; (byte & EXTENDED) != 0; i++) {
        if (i == EXTENSIONS_MAX)
            return mbill__fail_at(cursor->err, MBILL_E_LENGTH, (int64_t)first, "more than %d DIFE", EXTENSIONS_MAX);
        MBILL_TRY(take_byte(cursor, &byte));
        record->storage |= (uint64_t)(byte & 0x0F) << (1 + 4 * i);
        record->tariff |= (uint32_t)(byte >> 4 & 3) << 2 * i;
        record->subunit |= (uint32_t)(byte >> 6 & 1) << i;
    }
    record->dib = (mbill_bytes){cursor->in.p + first, cursor->at - first};
    return MBILL_OK;
}

/* VIFE: powers of ten are reckoned in, until the maker's own begin; all others are counted. */
static mbill_status read_modifiers(walk *cursor, uint8_t byte, bool is_makers, mbill_mbus_record *record)
{
    size_t first = cursor->at;
    for (int32_t i = 0; (byte & EXTENDED) != 0; i++) {
        if (i == EXTENSIONS_MAX)
            return mbill__fail_at(cursor->err, MBILL_E_LENGTH, (int64_t)first, "more than %d VIFE", EXTENSIONS_MAX);
        MBILL_TRY(take_byte(cursor, &byte));
        uint8_t code = byte & 0x7F;
        if (!is_makers && code >= 0x70 && code <= 0x77) record->exponent += code - 0x70 - 6;
        else if (!is_makers && code == 0x7D) record->exponent += 3;
        else record->n_modifiers++;
        is_makers |= code == VIF_MAKER;
    }
    return MBILL_OK;
}

/* The quantity's own name and unit: a length and that many characters. */
static mbill_status pass_text(walk *cursor)
{
    uint8_t n = 0;
    MBILL_TRY(take_byte(cursor, &n));
    if (cursor->in.n - cursor->at < n)
        return mbill__fail_at(cursor->err, MBILL_E_LENGTH, (int64_t)cursor->at, "the data end within a unit of %d characters", n);
    cursor->at += n;
    return MBILL_OK;
}

static mbill_status read_vib(walk *cursor, mbill_mbus_record *record, bool *is_time)
{
    size_t first = cursor->at;
    uint8_t byte = 0, table = 0;
    MBILL_TRY(take_byte(cursor, &byte));
    if (byte == VIF_FB || byte == VIF_FD) {
        table = byte;
        MBILL_TRY(take_byte(cursor, &byte));
    }
    mbill__mbus_meaning meaning = mbill__mbus_meaning_of(table, byte & 0x7F);
    bool is_makers = table == 0 && (byte & 0x7F) == VIF_MAKER;
    if (table == 0 && (byte & 0x7F) == VIF_TEXT) MBILL_TRY(pass_text(cursor));
    record->quantity = meaning.quantity;
    record->unit = meaning.unit;
    record->exponent = meaning.exponent;
    *is_time = meaning.is_time;
    MBILL_TRY(read_modifiers(cursor, byte, is_makers, record));
    record->vib = (mbill_bytes){cursor->in.p + first, cursor->at - first};
    return MBILL_OK;
}

/* Years of two digits: 81 to 99 are of the century before. */
static int32_t year_of(uint8_t day_byte, uint8_t month_byte, int32_t hundreds)
{
    int32_t year = (day_byte >> 5) | (month_byte >> 4 << 3);
    if (hundreds == 0 && year <= 80) return 2000 + year;
    return 1900 + 100 * hundreds + year;
}

/* Type G: a day. false: every day, month or year, or none. */
static bool read_day(const uint8_t *bytes, int32_t hundreds, mbill_frame_time *time)
{
    int32_t day = bytes[0] & 0x1F, month = bytes[1] & 0x0F;
    int32_t two_digits = (bytes[0] >> 5) | (bytes[1] >> 4 << 3);
    if (day == 0 || month == 0 || month == 15 || two_digits == 127) return false;
    time->day = (int8_t)day;
    time->month = (int8_t)month;
    time->year = (int16_t)year_of(bytes[0], bytes[1], hundreds);
    return true;
}

static mbill_status check_time(const mbill_frame_time *time, mbill_error *err)
{
    bool is_day = time->day < 0;
    if (!is_day && time->month <= 12)
        is_day = mbill__civil_date(mbill__civil_days(time->year, time->month, time->day)).month == time->month;
    if (is_day && time->hour <= 23 && time->minute <= 59 && time->second <= 59) return MBILL_OK;
    return mbill__fail(err, MBILL_E_DATE, "a day or time that no calendar has");
}

/* Types G (2 bytes), J (3), F (4) and I (6). */
static mbill_status read_time(const uint8_t *bytes, size_t n, mbill_mbus_record *record, mbill_error *err)
{
    mbill_frame_time time = MBILL_FRAME_TIME_NONE;
    size_t day_at = n == 4 ? 2 : n == 6 ? 3 : 0, hour_at = n == 4 ? 1 : 2;
    const uint8_t *clock = n == 4 ? bytes : bytes + 1; /* of the minute */
    bool is_valid = n == 2 || n == 3 || (clock[0] & 0x80) == 0;
    record->kind = MBILL_MBUS_TIME;
    if (n != 2) {
        time.minute = (int8_t)(clock[0] & 0x3F);
        time.hour = (int8_t)(bytes[hour_at] & 0x1F);
        if (n != 4) time.second = (int8_t)(bytes[0] & 0x3F);
    }
    if (is_valid && n != 3) is_valid = read_day(bytes + day_at, n == 4 ? bytes[1] >> 5 & 3 : 0, &time);
    record->present = is_valid ? 1 : 0;
    if (!is_valid) return MBILL_OK;
    record->time = time;
    return check_time(&time, err);
}

static bool is_time_size(size_t n)
{
    return n == 2 || n == 3 || n == 4 || n == 6;
}

/* A real number as mantissa x 10^exponent, where 18 digits are enough. */
static bool read_real(uint32_t bits, int64_t *out, int32_t *out_exponent)
{
    enum { BIAS = 150, FRACTION = 23 };
    int32_t power = (int32_t)(bits >> FRACTION & 0xFF);
    int64_t value = (int64_t)(bits & ((1u << FRACTION) - 1)) + (power != 0 ? INT64_C(1) << FRACTION : 0);
    int32_t exponent = 0;
    if (power == 0xFF) return false;
    power = (power == 0 ? 1 : power) - BIAS;
    for (; power < 0 && value != 0 && value % 2 == 0; power++) value /= 2;
    for (; power < 0 && value != 0; power++, exponent--) {
        if (value > INT64_C(999999999999999999) / 5) return false;
        value *= 5;
    }
    for (; power > 0 && value != 0; power--) {
        if (value > INT64_C(999999999999999999) / 2) return false;
        value *= 2;
    }
    *out = bits >> 31 != 0 ? -value : value;
    *out_exponent = value != 0 ? exponent : 0;
    return true;
}

static mbill_status read_bcd(const uint8_t *bytes, size_t n, bool is_negative, mbill_mbus_record *record, mbill_error *err)
{
    uint8_t digits[MBILL__FRAME_NUMBER_BYTES_MAX];
    record->kind = MBILL_MBUS_NUMBER;
    memcpy(digits, bytes, n);
    if (n > 0 && digits[n - 1] >> 4 == 0x0F) { /* annex B: the first digit is a minus */
        digits[n - 1] &= 0x0F;
        is_negative = !is_negative;
    }
    record->present = mbill__bcd_read(digits, n, &record->value);
    if (record->present == 0) record->value = 0;
    if (is_negative) record->value = -record->value;
    if (record->present != 0 || record->function == MBILL_MBUS_ERROR) return MBILL_OK;
    return mbill__fail(err, MBILL_E_BCD, "a half byte of a value is no digit");
}

static void read_binary(const uint8_t *bytes, size_t n, mbill_mbus_record *record)
{
    uint64_t word = low_first(bytes, n);
    bool is_negative = n > 0 && bytes[n - 1] >= 0x80;
    for (size_t i = n; is_negative && i < 8; i++) word |= (uint64_t)0xFF << 8 * i;
    record->kind = MBILL_MBUS_NUMBER;
    record->present = 1;
    record->value = (int64_t)word;
}

/* How many bytes a length byte means: text, BCD, binary; -1: left out. */
static int32_t variable_size(uint8_t length)
{
    if (length <= 0xBF) return length;
    if ((length & 0x0F) <= 9 && length <= 0xD9) return length & 0x0F;
    if (length >= 0xE0 && length <= 0xEF) return length - 0xE0;
    if (length >= 0xF0 && length <= 0xF4) return 4 * (length - 0xEC);
    if (length == 0xF5) return 48;
    return length == 0xF6 ? 64 : -1;
}

static mbill_status read_variable(const uint8_t *bytes, size_t n, uint8_t length, mbill_mbus_record *record, mbill_error *err)
{
    record->present = 1;
    if (length <= 0xBF) record->kind = MBILL_MBUS_TEXT;
    else if (length <= 0xD9) return read_bcd(bytes, n, length >= 0xD0, record, err);
    else if (n >= 1 && n <= 8) read_binary(bytes, n, record);
    else record->kind = MBILL_MBUS_BYTES;
    return MBILL_OK;
}

static mbill_status read_data(walk *cursor, uint8_t code, bool is_time, mbill_mbus_record *record)
{
    static const uint8_t sizes[] = {0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 0, 6};
    size_t first = cursor->at, n = sizes[code];
    uint8_t length = 0;
    if (code == CODE_VARIABLE) {
        MBILL_TRY(take_byte(cursor, &length));
        if (variable_size(length) < 0)
            return mbill__fail_at(cursor->err, MBILL_E_LENGTH, (int64_t)first, "length byte %02XH is left out by the standard", length);
        n = (size_t)variable_size(length);
    }
    if (cursor->in.n - cursor->at < n)
        return mbill__fail_at(cursor->err, MBILL_E_LENGTH, (int64_t)cursor->at, "the data end within a value of %zu bytes", n);
    const uint8_t *bytes = cursor->in.p + cursor->at;
    cursor->at += n;
    record->data = (mbill_bytes){cursor->in.p + first, cursor->at - first};
    if (code == CODE_VARIABLE) return read_variable(bytes, n, length, record, cursor->err);
    if (n == 0) {
        record->kind = MBILL_MBUS_NOTHING;
    } else if (code == CODE_REAL) {
        int32_t exponent = 0;
        record->kind = MBILL_MBUS_REAL;
        record->present = read_real((uint32_t)low_first(bytes, n), &record->value, &exponent);
        record->exponent += exponent;
    } else if (code > CODE_REAL + 3) {
        return read_bcd(bytes, n, false, record, cursor->err);
    } else if (is_time && is_time_size(n)) {
        return read_time(bytes, n, record, cursor->err);
    } else {
        read_binary(bytes, n, record);
    }
    return MBILL_OK;
}

static void take_rest(walk *cursor, mbill_mbus_record *record)
{
    const uint8_t *dif = cursor->in.p + cursor->at;
    record->kind = MBILL_MBUS_MAKER;
    record->more = *dif == MAKER_MORE;
    record->dib = (mbill_bytes){dif, 1};
    record->vib = (mbill_bytes){dif + 1, 0};
    record->data = (mbill_bytes){dif + 1, cursor->in.n - cursor->at - 1};
    cursor->at = cursor->in.n;
}

mbill_status mbill_mbus_next(const mbill_mbus_header *header, size_t *at, mbill_mbus_record *out_record, mbill_error *err)
{
    mbill_mbus_record record = {.time = MBILL_FRAME_TIME_NONE};
    uint8_t code = 0;
    bool is_time = false;
    MBILL__NEED(header);
    MBILL__NEED(at);
    MBILL__NEED(out_record);
    walk cursor = {header->records, *at, err};
    while (cursor.at < cursor.in.n && cursor.in.p[cursor.at] == FILLER) cursor.at++;
    if (cursor.at < cursor.in.n && (cursor.in.p[cursor.at] == MAKER || cursor.in.p[cursor.at] == MAKER_MORE)) {
        take_rest(&cursor, &record);
    } else if (cursor.at < cursor.in.n) {
        MBILL_TRY(read_dib(&cursor, &record, &code));
        MBILL_TRY(read_vib(&cursor, &record, &is_time));
        MBILL_TRY(read_data(&cursor, code, is_time, &record));
    }
    *at = cursor.at;
    *out_record = record;
    return MBILL_OK;
}

int32_t mbill_mbus_is_total(const mbill_mbus_record *record)
{
    if (record == NULL || record->quantity == NULL || record->present == 0) return 0;
    bool is_number = record->kind == MBILL_MBUS_NUMBER || record->kind == MBILL_MBUS_REAL;
    bool is_plain = record->function == MBILL_MBUS_INSTANTANEOUS && record->storage == 0 && record->tariff == 0 &&
        record->subunit == 0 && record->n_modifiers == 0;
    bool is_meant = strcmp(record->quantity, "energy") == 0 || strcmp(record->quantity, "volume") == 0;
    return is_number && is_plain && is_meant ? 1 : 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with the frames of Modbus RTU: functions, their lengths, the CRC. Invariant: what is decoded and encoded again gives the same
 * bytes. */
#include "base/fail.h"
#include "frame/bytes.h"
#include "frame/resync.h"
#include "meterbill/modbus.h"

#include <stdbool.h>
#include <string.h>

enum { READ_HOLDING = 0x03, READ_INPUT = 0x04, WRITE = 0x10, EXCEPTION = 0x80 };
enum { HEAD = 2, CRC = 2, SHORTEST = 5, DATA_MAX = MBILL_MODBUS_FRAME_MAX - HEAD - CRC };
enum { FIXED = 4, READ_COUNT_MAX = 125, WRITE_COUNT_MAX = 123, ADDRESS_MAX = 247, REGISTERS = 65536 };

/* Polynomial A001H, start FFFFH, half a byte a step. */
static uint16_t crc_of(const uint8_t *bytes, size_t n)
{
    static const uint16_t steps[] = {0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401, 0xA001, 0x6C00, 0x7800, 0xB401,
        0x5000, 0x9C01, 0x8801, 0x4400};
    uint32_t crc = 0xFFFF;
    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ steps[crc & 15];
        crc = crc >> 4 ^ steps[crc & 15];
    }
    return (uint16_t)crc;
}

static bool has_crc(const uint8_t *bytes, size_t n)
{
    uint16_t crc = crc_of(bytes, n - CRC);
    return bytes[n - 2] == (crc & 0xFF) && bytes[n - 1] == crc >> 8;
}

static int32_t word_at(const uint8_t *bytes)
{
    return bytes[0] * 256 + bytes[1];
}

mbill_status mbill_modbus_decode(mbill_bytes in, mbill_modbus_frame *out_frame, mbill_error *err)
{
    MBILL__NEED(out_frame);
    if (in.n > 0) MBILL__NEED(in.p);
    if (in.n < SHORTEST) return mbill__fail(err, MBILL_E_INCOMPLETE, "%zu bytes, expected at least %d", in.n, SHORTEST);
    if (in.n > MBILL_MODBUS_FRAME_MAX)
        return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes, expected at most %d", in.n, MBILL_MODBUS_FRAME_MAX);
    if (!has_crc(in.p, in.n))
        return mbill__fail(err, MBILL_E_CHECKSUM, "CRC is %04XH, frame says %04XH", crc_of(in.p, in.n - CRC),
            (unsigned)(in.p[in.n - 1] * 256 + in.p[in.n - 2]));
    *out_frame = (mbill_modbus_frame){.data = {in.p + HEAD, in.n - HEAD - CRC}, .address = in.p[0], .function = in.p[1]};
    return MBILL_OK;
}

mbill_status mbill_modbus_encode(const mbill_modbus_frame *frame, uint8_t *out, size_t cap, size_t *out_n, mbill_error *err)
{
    MBILL__NEED(frame);
    MBILL__NEED(out);
    MBILL__NEED(out_n);
    if (frame->data.n > 0) MBILL__NEED(frame->data.p);
    if (frame->data.n > DATA_MAX)
        return mbill__fail(err, MBILL_E_LENGTH, "%zu bytes of data, expected at most %d", frame->data.n, DATA_MAX);
    size_t n = HEAD + frame->data.n;
    if (cap < n + CRC) return mbill__fail(err, MBILL_E_ROOM, "room for %zu bytes, the frame has %zu", cap, n + CRC);
    out[0] = frame->address;
    out[1] = frame->function;
    if (frame->data.n > 0) memcpy(out + HEAD, frame->data.p, frame->data.n);
    uint16_t crc = crc_of(out, n);
    out[n] = (uint8_t)crc;
    out[n + 1] = (uint8_t)(crc >> 8);
    *out_n = n + CRC;
    return MBILL_OK;
}

static bool is_known(uint8_t function)
{
    uint8_t plain = function & (uint8_t)~EXCEPTION;
    return plain == READ_HOLDING || plain == READ_INPUT || plain == WRITE;
}

/* A request that reads is of four bytes, which no reply is: that has its number of bytes, which is even, and one more. For a write it is
 * the other way round. 0: none of them. */
static int32_t kind_of(uint8_t function, mbill_bytes data)
{
    if (!is_known(function)) return 0;
    if ((function & EXCEPTION) != 0) return data.n == 1 ? MBILL_MODBUS_EXCEPTION : 0;
    if (data.n == FIXED) return function == WRITE ? MBILL_MODBUS_WRITE_REPLY : MBILL_MODBUS_READ_REQUEST;
    if (function == WRITE)
        return data.n > FIXED && data.p[FIXED] % 2 == 0 && data.n == FIXED + 1u + data.p[FIXED] ? MBILL_MODBUS_WRITE_REQUEST : 0;
    return data.n > 0 && data.p[0] % 2 == 0 && data.n == 1u + data.p[0] ? MBILL_MODBUS_READ_REPLY : 0;
}

mbill_status mbill_modbus_check(const mbill_modbus_frame *frame, mbill_error *err)
{
    MBILL__NEED(frame);
    if (frame->data.n > 0) MBILL__NEED(frame->data.p);
    if (!is_known(frame->function))
        return mbill__fail(err, MBILL_E_FUNCTION, "function %02XH, expected 03H, 04H, 10H or an exception to one", frame->function);
    if (kind_of(frame->function, frame->data) != 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_LENGTH, "function %02XH with %zu bytes of data, which it cannot have", frame->function,
        frame->data.n);
}

static mbill_status check_span(int32_t start, int32_t count, int32_t most, mbill_error *err)
{
    if (count < 1 || count > most)
        return mbill__fail(err, MBILL_E_RANGE, "%d registers, expected 1 to %d", (int)count, (int)most);
    if (start + count <= REGISTERS) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "%d registers from %d on, which end past 65535", (int)count, (int)start);
}

static mbill_status split_write(const mbill_modbus_frame *frame, mbill_modbus_content *content, mbill_error *err)
{
    content->registers = (mbill_bytes){frame->data.p + FIXED + 1, frame->data.n - FIXED - 1};
    if (content->registers.n == 2 * (size_t)content->count) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "%zu bytes for %d registers", content->registers.n, (int)content->count);
}

mbill_status mbill_modbus_split(const mbill_modbus_frame *frame, mbill_modbus_content *out_content, mbill_error *err)
{
    mbill_modbus_content content = {.start = -1, .count = -1, .exception = -1};
    MBILL__NEED(out_content);
    MBILL_TRY(mbill_modbus_check(frame, err));
    const uint8_t *data = frame->data.p;
    content.kind = kind_of(frame->function, frame->data);
    if (content.kind == MBILL_MODBUS_EXCEPTION) {
        content.exception = data[0];
        if (data[0] == 0 || data[0] == 9 || data[0] > 11)
            return mbill__fail(err, MBILL_E_RANGE, "exception %d, expected 1 to 8, 10 or 11", data[0]);
    } else if (content.kind == MBILL_MODBUS_READ_REPLY) {
        content.count = data[0] / 2;
        content.registers = (mbill_bytes){data + 1, frame->data.n - 1};
        MBILL_TRY(check_span(0, content.count, READ_COUNT_MAX, err));
    } else {
        content.start = word_at(data);
        content.count = word_at(data + 2);
        MBILL_TRY(check_span(content.start, content.count, frame->function == WRITE ? WRITE_COUNT_MAX : READ_COUNT_MAX, err));
        if (content.kind == MBILL_MODBUS_WRITE_REQUEST) MBILL_TRY(split_write(frame, &content, err));
    }
    *out_content = content;
    return MBILL_OK;
}

mbill_status mbill_modbus_read(int32_t address, int32_t function, int32_t start, int32_t count, uint8_t *out, mbill_error *err)
{
    size_t n;
    MBILL__NEED(out);
    if (address < 1 || address > ADDRESS_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "address %d, expected 1 to %d", (int)address, ADDRESS_MAX);
    if (function != READ_HOLDING && function != READ_INPUT)
        return mbill__fail(err, MBILL_E_RANGE, "function %d, expected 3 or 4", (int)function);
    if (start < 0 || start >= REGISTERS) return mbill__fail(err, MBILL_E_RANGE, "register %d, expected 0 to 65535", (int)start);
    MBILL_TRY(check_span(start, count, READ_COUNT_MAX, err));
    uint8_t data[FIXED] = {(uint8_t)(start >> 8), (uint8_t)start, (uint8_t)(count >> 8), (uint8_t)count};
    mbill_modbus_frame frame = {.data = {data, sizeof data}, .address = (uint8_t)address, .function = (uint8_t)function};
    return mbill_modbus_encode(&frame, out, HEAD + sizeof data + CRC, &n, err);
}

static bool is_request(int32_t kind)
{
    return kind == MBILL_MODBUS_READ_REQUEST || kind == MBILL_MODBUS_WRITE_REQUEST;
}

static mbill_status match_content(const mbill_modbus_content *asked, const mbill_modbus_content *came, mbill_error *err)
{
    if (came->kind == MBILL_MODBUS_EXCEPTION) return MBILL_OK;
    if (came->count != asked->count)
        return mbill__fail(err, MBILL_E_ANSWER, "the reply has %d registers, asked were %d", (int)came->count, (int)asked->count);
    if (came->start < 0 || came->start == asked->start) return MBILL_OK;
    return mbill__fail(err, MBILL_E_ANSWER, "the reply begins at register %d, asked was %d", (int)came->start, (int)asked->start);
}

mbill_status mbill_modbus_match(const mbill_modbus_frame *request, const mbill_modbus_frame *reply, mbill_error *err)
{
    mbill_modbus_content asked, came;
    MBILL__NEED(request);
    MBILL__NEED(reply);
    MBILL_TRY(mbill_modbus_split(request, &asked, err));
    MBILL_TRY(mbill_modbus_split(reply, &came, err));
    if (!is_request(asked.kind)) return mbill__fail(err, MBILL_E_DIRECTION, "the request is a reply");
    if (request->address == reply->address && request->function == reply->function && mbill__bytes_same(request->data, reply->data))
        return mbill__fail(err, MBILL_E_ECHO, "the request came back as it was sent");
    if (is_request(came.kind)) return mbill__fail(err, MBILL_E_DIRECTION, "the reply is a request");
    if (request->address != reply->address)
        return mbill__fail(err, MBILL_E_ADDRESS, "the reply is from address %d, asked was %d", reply->address, request->address);
    if (((request->function ^ reply->function) & (uint8_t)~EXCEPTION) != 0)
        return mbill__fail(err, MBILL_E_ANSWER, "the reply has function %02XH, asked was %02XH", reply->function, request->function);
    return match_content(&asked, &came, err);
}

mbill_status mbill_modbus_allow(const mbill_modbus_frame *frame, int32_t writes, mbill_error *err)
{
    mbill_modbus_content content;
    MBILL_TRY(mbill_modbus_split(frame, &content, err));
    if (content.kind != MBILL_MODBUS_WRITE_REQUEST) return MBILL_OK;
    if (frame->address == 0) return mbill__fail(err, MBILL_E_POLICY, "a write to every meter at once, expected the address of one");
    if (writes != 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_POLICY, "a write, which the profile's writes does not allow");
}

static mbill_status check_where(const mbill_modbus_register *where, mbill_error *err)
{
    bool has_order = where->word_order == MBILL_MODBUS_HIGH_FIRST || where->word_order == MBILL_MODBUS_LOW_FIRST;
    if (where->words < 1 || where->words > 4)
        return mbill__fail(err, MBILL_E_RANGE, "%d words, expected 1 to 4", (int)where->words);
    if (!has_order && (where->words > 1 || where->word_order != 0))
        return mbill__fail(err, MBILL_E_RANGE, "word_order %d, expected 1 or 2", (int)where->word_order);
    if (where->coding < MBILL_MODBUS_UNSIGNED || where->coding > MBILL_MODBUS_BCD)
        return mbill__fail(err, MBILL_E_RANGE, "coding %d, expected 1 to 3", (int)where->coding);
    if (where->scale < 0 || where->scale > 9)
        return mbill__fail(err, MBILL_E_RANGE, "scale %d, expected 0 to 9", (int)where->scale);
    if (mbill_frame_unit_name(where->unit) == NULL)
        return mbill__fail(err, MBILL_E_RANGE, "unit %d is none", (int)where->unit);
    return MBILL_OK;
}

static mbill_status value_of(uint64_t word, const mbill_modbus_register *where, int64_t *out, mbill_error *err)
{
    int32_t bits = 16 * where->words;
    if (where->coding == MBILL_MODBUS_BCD) {
        int64_t value = 0;
        for (int32_t at = bits - 4; at >= 0; at -= 4) {
            int64_t digit = (int64_t)(word >> at & 15);
            if (digit > 9) return mbill__fail(err, MBILL_E_BCD, "a half byte of a value is no digit");
            value = value * 10 + digit;
        }
        *out = value;
        return MBILL_OK;
    }
    bool is_high = word >> (bits - 1) != 0;
    if (where->coding == MBILL_MODBUS_SIGNED) {
        *out = is_high && bits < 64 ? (int64_t)word - (INT64_C(1) << bits % 64) : (int64_t)word;
        return MBILL_OK;
    }
    if (is_high && bits == 64) return mbill__fail(err, MBILL_E_OVERFLOW, "an unsigned value past 2^63 - 1");
    *out = (int64_t)word;
    return MBILL_OK;
}

mbill_status mbill_modbus_value(const mbill_modbus_content *request, const mbill_modbus_content *reply,
    const mbill_modbus_register *where, mbill_frame_item *out, mbill_error *err)
{
    uint64_t word = 0;
    int64_t value = 0;
    MBILL__NEED(request);
    MBILL__NEED(reply);
    MBILL__NEED(where);
    MBILL__NEED(out);
    MBILL_TRY(check_where(where, err));
    int32_t first = where->address - request->start;
    if (reply->kind != MBILL_MODBUS_READ_REPLY || request->start < 0 || first < 0 || first + where->words > reply->count)
        return mbill__fail(err, MBILL_E_NOT_FOUND, "registers %d to %d are not in the reply", (int)where->address,
            (int)(where->address + where->words - 1));
    for (int32_t i = 0; i < where->words; i++) {
        int32_t at = first + (where->word_order == MBILL_MODBUS_LOW_FIRST ? where->words - 1 - i : i);
        word = word << 16 | (uint64_t)word_at(reply->registers.p + 2 * at);
    }
    MBILL_TRY(value_of(word, where, &value, err));
    *out = (mbill_frame_item){.kind = MBILL_FRAME_ITEM_NUMBER, .present = 1, .unit = where->unit, .scale = where->scale,
        .value = value, .time = MBILL_FRAME_TIME_NONE};
    return MBILL_OK;
}

/* The lengths a frame that begins so may have, the shorter one first. */
static void lengths_of(const uint8_t *bytes, size_t n, size_t out[2])
{
    size_t fixed = HEAD + FIXED + CRC, at = bytes[1] == WRITE ? HEAD + FIXED : HEAD;
    size_t counted = n > at ? at + 1 + bytes[at] + CRC : fixed;
    if ((bytes[1] & EXCEPTION) != 0) fixed = counted = SHORTEST;
    out[0] = fixed < counted ? fixed : counted;
    out[1] = fixed < counted ? counted : fixed;
}

static int32_t probe(const uint8_t *bytes, size_t n, const void *profile)
{
    size_t lengths[2];
    (void)profile;
    if (bytes[0] > ADDRESS_MAX) return 0;
    if (n < 3) return n < 2 || is_known(bytes[1]) ? MBILL__RESYNC_MORE : 0;
    if (!is_known(bytes[1])) return 0;
    lengths_of(bytes, n, lengths);
    for (size_t i = 0; i < 2; i++) {
        if (lengths[i] > MBILL_MODBUS_FRAME_MAX) continue;
        if (n < lengths[i]) return MBILL__RESYNC_MORE;
        if (kind_of(bytes[1], (mbill_bytes){bytes + HEAD, lengths[i] - HEAD - CRC}) != 0 && has_crc(bytes, lengths[i]))
            return (int32_t)lengths[i];
    }
    return 0;
}

mbill_status mbill_modbus_feed(mbill_modbus_stream *stream, mbill_bytes in, size_t *out_used, mbill_bytes *out_frame,
    mbill_error *err)
{
    static const mbill__resync_kind kind = {probe, MBILL__RESYNC_ANY};
    MBILL__NEED(stream);
    const mbill__resync state = {&stream->n, &stream->from, stream->bytes};
    return mbill__resync_feed(&kind, &state, in, NULL, out_used, out_frame, err);
}

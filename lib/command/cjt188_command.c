/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a command becomes another frame of CJ/T 188. Law: one meter a frame. */
#include "meterbill/cjt188_command.h"
#include "base/fail.h"
#include "calendar/civil.h"
#include "command/target.h"

#include <stdbool.h>
#include <string.h>

#define CENT_MICRO 10000
#define OFFSET_MAX_S (14 * 3600)
enum { READ = 0x01, WRITE = 0x04, ADDRESS_DIGITS = 14, PREAMBLE = 4, VALVE_OPENS = 0x55, VALVE_CLOSES = 0x99 };
enum {
    VALVE_DI = 0xA017,
    TOP_UP_DI = 0xA013,
    CLOCK_DI = 0xA015,
    TOTALS_DI = 0x901F,
    PURCHASES_DI = 0x8105,
    CLOCK_NOW_DI = 0x907F
};

/* The value that a command writes; what it reads has none. */
typedef struct making {
    const mbill_command *command;
    const mbill_cjt188_access *access;
    mbill_cjt188_value value;
    mbill_error *err;
} making;

static void add_number(making *to, int32_t name, int32_t kind, int32_t scale, int64_t number)
{
    mbill_frame_item item = {.kind = kind, .present = 1, .scale = scale, .value = number, .time = MBILL_FRAME_TIME_NONE};
    to->value.items[to->value.n_items++] = (mbill_cjt188_item){.name = name, .value = item};
}

static mbill_status make_valve(making *to)
{
    bool opens = to->command->kind == MBILL_COMMAND_VALVE_OPEN;
    to->value.di = VALVE_DI;
    add_number(to, MBILL_CJT188_VALVE_CODE, MBILL_FRAME_ITEM_WORD, 1, opens ? VALVE_OPENS : VALVE_CLOSES);
    return MBILL_OK;
}

/* The wire has two digits of the count. */
static mbill_status make_top_up(making *to)
{
    int64_t amount = to->command->amount_micro;
    if (amount % CENT_MICRO != 0)
        return mbill__fail(to->err, MBILL_E_POLICY, "%lld micro-units are no multiple of the wire's 0.01", (long long)amount);
    to->value.di = TOP_UP_DI;
    add_number(to, MBILL_CJT188_PURCHASE_NO, MBILL_FRAME_ITEM_NUMBER, 0, (int64_t)(to->command->count % 100));
    add_number(to, MBILL_CJT188_AMOUNT, MBILL_FRAME_ITEM_NUMBER, 2, amount / CENT_MICRO);
    return MBILL_OK;
}

static mbill_status make_clock(making *to)
{
    int64_t local_s = to->command->clock_s + to->access->offset_s, days = mbill__floor_divide(local_s, MBILL__DAY_S);
    int32_t second = (int32_t)(local_s - days * MBILL__DAY_S);
    mbill_date date = mbill__civil_date(days);
    mbill_frame_item item = {.kind = MBILL_FRAME_ITEM_TIME,
        .present = 1,
        .time = {(int16_t)date.year, (int8_t)date.month, (int8_t)date.day, (int8_t)(second / 3600), (int8_t)(second / 60 % 60),
            (int8_t)(second % 60), -1}};
    if (to->access->has_offset == 0)
        return mbill__fail(to->err, MBILL_E_POLICY, "a clock needs the offset of the meter's time from UTC");
    to->value.di = CLOCK_DI;
    to->value.items[to->value.n_items++] = (mbill_cjt188_item){.name = MBILL_CJT188_TIME, .value = item};
    return MBILL_OK;
}

static mbill_status make_read(making *to)
{
    if (to->command->di > UINT16_MAX)
        return mbill__fail(to->err, MBILL_E_DI, "%08X, expected an identifier of two bytes", (unsigned)to->command->di);
    to->value.di = (int32_t)to->command->di;
    return MBILL_OK;
}

/* What each command becomes; no row: the protocol has no such frame. */
static const struct {
    uint8_t control;
    mbill_status (*make)(making *to);
} rows[MBILL_COMMAND_CANCEL + 1] = {
    [MBILL_COMMAND_TOP_UP] = {WRITE, make_top_up},
    [MBILL_COMMAND_CLOCK] = {WRITE, make_clock},
    [MBILL_COMMAND_VALVE_OPEN] = {WRITE, make_valve},
    [MBILL_COMMAND_VALVE_CLOSE] = {WRITE, make_valve},
    [MBILL_COMMAND_READ] = {READ, make_read},
};

/* What reads back what a write did. */
static const struct {
    int32_t written, asked;
} asks[] = {{VALVE_DI, TOTALS_DI}, {TOP_UP_DI, PURCHASES_DI}, {CLOCK_DI, CLOCK_NOW_DI}};

/* ---- whom ---- */

static mbill_status check_type(char kind, uint8_t type, mbill_error *err)
{
    uint8_t first = kind == 'w' ? 0x10 : kind == 'h' ? 0x20 : 0x30;
    if (type >= first && type <= first + 9) return MBILL_OK;
    return mbill__fail(err, MBILL_E_POLICY, "meter type %02XH of a target %c/, expected %02XH to %02XH", type, kind, first,
        first + 9);
}

/* 14 hex digits, the maker's four first, into the order of the wire. */
static mbill_status address_of(const mbill_command *command, uint8_t type, uint8_t address[7], mbill_error *err)
{
    const char *target = command->target;
    size_t n = mbill__target_len(target);
    if (mbill__target_kind_of(target, n) == MBILL__TARGET_GROUP)
        return mbill__fail(err, MBILL_E_POLICY, "%.*s is a group: its meters are commanded one by one", (int)n, target);
    if (n != 2 + ADDRESS_DIGITS || strchr("whg", target[0]) == NULL || strspn(target + 2, "0123456789abcdef") != ADDRESS_DIGITS)
        return mbill__fail(err, MBILL_E_ADDRESS, "target %.*s is no CJ/T 188 meter, expected w/, h/ or g/ and %d hex digits",
            (int)n, target, ADDRESS_DIGITS);
    if (strspn(target + 2 + 4, "0123456789") != ADDRESS_DIGITS - 4)
        return mbill__fail(err, MBILL_E_POLICY, "%.*s is no number of one meter", (int)n, target);
    if (strspn(target + 2, "9") == ADDRESS_DIGITS)
        return mbill__fail(err, MBILL_E_POLICY, "%.*s is every meter, expected one", (int)n, target);
    for (size_t i = 0; i < ADDRESS_DIGITS; i++) {
        uint8_t digit = (uint8_t)(target[2 + i] <= '9' ? target[2 + i] - '0' : target[2 + i] - 'a' + 10);
        uint8_t *byte = &address[6 - i / 2];
        *byte = (uint8_t)(i % 2 == 0 ? digit << 4 : *byte | digit);
    }
    return check_type(target[0], type, err);
}

static mbill_status encode(mbill_cjt188_frame *frame, const mbill_cjt188_value *value, const mbill_cjt188_profile *profile,
    uint8_t *out, size_t cap, size_t *out_n, mbill_error *err)
{
    uint8_t data[255];
    size_t n;
    MBILL_TRY(mbill_cjt188_make(frame->type, frame->control, value, profile, data, &n, err));
    frame->data = (mbill_bytes){data, n};
    frame->preamble = PREAMBLE;
    MBILL_TRY(mbill_cjt188_check(frame, profile, err));
    MBILL_TRY(mbill_cjt188_allow(frame, value, profile, err));
    return mbill_cjt188_encode(frame, profile, out, cap, out_n, err);
}

static mbill_status check_now(const mbill_command *command, int64_t now_s, mbill_error *err)
{
    if (!mbill__is_signed_time(now_s))
        return mbill__fail(err, MBILL_E_RANGE, "now is %lld, expected seconds since 1970", (long long)now_s);
    if (command->exp_s <= now_s)
        return mbill__fail(err, MBILL_E_EXPIRED, "the command is void since %lld s", (long long)(now_s - command->exp_s));
    if ((command->has & MBILL_COMMAND_HAS_NBF) != 0 && now_s < command->nbf_s)
        return mbill__fail(err, MBILL_E_NOT_YET, "the command is not to run for another %lld s",
            (long long)(command->nbf_s - now_s));
    return MBILL_OK;
}

static mbill_status read_access(const mbill_cjt188_access *given, mbill_cjt188_access *out, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof *out, given, err));
    if (out->offset_s < -OFFSET_MAX_S || out->offset_s > OFFSET_MAX_S)
        return mbill__fail(err, MBILL_E_RANGE, "offset_s is %d, expected -%d to %d", (int)out->offset_s, OFFSET_MAX_S,
            OFFSET_MAX_S);
    return MBILL_OK;
}

mbill_status mbill_cjt188_from_command(const mbill_command *command, const mbill_cjt188_profile *profile,
    const mbill_cjt188_access *access, int64_t now_s, uint8_t *out, size_t cap, size_t *out_n, mbill_error *err)
{
    mbill_command known;
    mbill_cjt188_access with;
    mbill_cjt188_frame frame = {.type = 0};
    MBILL__NEED(command);
    MBILL__NEED(access);
    MBILL_TRY(mbill__struct_read(&known, sizeof known, sizeof known, command, err));
    MBILL_TRY(read_access(access, &with, err));
    making to = {.command = &known, .access = &with, .value = {.ser = with.ser}, .err = err};
    const char *name = mbill_command_name(known.kind);
    if (name == NULL) return mbill__fail(err, MBILL_E_INVALID, "kind %d, expected 1 to 15", (int)known.kind);
    if (rows[known.kind].make == NULL) return mbill__fail(err, MBILL_E_POLICY, "%s: CJ/T 188 has no such frame", name);
    MBILL_TRY(address_of(&known, with.type, frame.address, err));
    MBILL_TRY(check_now(&known, now_s, err));
    MBILL_TRY(rows[known.kind].make(&to));
    frame.type = with.type;
    frame.control = rows[known.kind].control;
    return encode(&frame, &to.value, profile, out, cap, out_n, err);
}

/* ---- what it did ---- */

/* A frame and what it says; the frame's data stand in the bytes that were read. */
typedef struct piece {
    mbill_cjt188_frame frame;
    mbill_cjt188_value value;
} piece;

static mbill_status read_piece(mbill_bytes in, const mbill_cjt188_profile *profile, piece *out, mbill_error *err)
{
    MBILL_TRY(mbill_cjt188_decode(in, profile, &out->frame, err));
    MBILL_TRY(mbill_cjt188_check(&out->frame, profile, err));
    return mbill_cjt188_read(&out->frame, profile, &out->value, err);
}

static mbill_status read_request(mbill_bytes in, const mbill_cjt188_profile *profile, piece *out, mbill_error *err)
{
    MBILL_TRY(read_piece(in, profile, out, err));
    if ((out->frame.control & 0x80) != 0)
        return mbill__fail(err, MBILL_E_DIRECTION, "control byte %02XH is that of a reply, expected what was sent",
            out->frame.control);
    return MBILL_OK;
}

mbill_status mbill_cjt188_read_back(mbill_bytes sent, const mbill_cjt188_profile *profile, uint8_t *out, size_t cap,
    size_t *out_n, mbill_error *err)
{
    piece request;
    MBILL__NEED(out_n);
    MBILL_TRY(read_request(sent, profile, &request, err));
    if (request.frame.control == READ) {
        *out_n = 0;
        return MBILL_OK;
    }
    for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++) {
        mbill_cjt188_value value = {.di = asks[i].asked, .ser = (request.value.ser + 1) % 256};
        if (asks[i].written != request.value.di) continue;
        request.frame.control = READ;
        return encode(&request.frame, &value, profile, out, cap, out_n, err);
    }
    return mbill__fail(err, MBILL_E_POLICY, "nothing reads back what a write of %04X does", (unsigned)request.value.di);
}

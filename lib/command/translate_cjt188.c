/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a command becomes another frame of CJ/T 188, or other replies prove what it did. Law: one meter a frame; ST that was read back proves a valve, not the
 * acknowledgement. */
#include "base/fail.h"
#include "command/translate.h"

#include <stdbool.h>
#include <string.h>

enum {
    READ = 0x01,
    WRITE = 0x04,
    REFUSED = 0x40,
    ADDRESS_DIGITS = 14,
    MAKER_DIGITS = 4,
    PREAMBLE = 4,
    VALVE_OPENS = 0x55,
    VALVE_CLOSES = 0x99
};
enum {
    VALVE_DI = 0xA017,
    TOP_UP_DI = 0xA013,
    CLOCK_DI = 0xA015,
    TOTALS_DI = 0x901F,
    PURCHASES_DI = 0x8105,
    CLOCK_NOW_DI = 0x907F
};

static const mbill__meter_wire wire = {"CJ/T 188", "whg", "0123456789abcdef", ADDRESS_DIGITS, "w/, h/ or g/ and 14 hex digits"};

/* The value that a command writes; what it reads has none. */
typedef struct making {
    const mbill_command *command;
    const mbill_means *means;
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
    int64_t cents;
    MBILL_TRY(mbill__cents_of(to->command->amount_micro, &cents, to->err));
    to->value.di = TOP_UP_DI;
    add_number(to, MBILL_CJT188_PURCHASE_NO, MBILL_FRAME_ITEM_NUMBER, 0, (int64_t)(to->command->count % 100));
    add_number(to, MBILL_CJT188_AMOUNT, MBILL_FRAME_ITEM_NUMBER, 2, cents);
    return MBILL_OK;
}

static mbill_status make_clock(making *to)
{
    mbill_frame_item item;
    MBILL_TRY(mbill__local_time(to->means, to->command->clock_s, &item, to->err));
    item.time.weekday = -1; /* which this wire does not have */
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

static bool has_frame(int32_t kind)
{
    return kind > 0 && kind <= MBILL_COMMAND_CANCEL && rows[kind].make != NULL;
}

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
    MBILL_TRY(mbill__translate_target(target, &wire, err));
    if (strspn(target + 2 + MAKER_DIGITS, "0123456789") != ADDRESS_DIGITS - MAKER_DIGITS)
        return mbill__fail(err, MBILL_E_POLICY, "%.*s is no number of one meter", 2 + ADDRESS_DIGITS, target);
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

mbill_status mbill_cjt188_from_command(const mbill_command *command, const mbill_cjt188_profile *profile,
    const mbill_means *means, int64_t now_s, uint8_t *out, size_t cap, size_t *out_n, mbill_error *err)
{
    mbill_command known;
    mbill_means with;
    mbill_cjt188_frame frame = {.type = 0};
    MBILL__NEED(command);
    MBILL_TRY(mbill__struct_read(&known, sizeof known, sizeof known, command, err));
    MBILL_TRY(mbill__means_read(means, &with, err));
    making to = {.command = &known, .means = &with, .value = {.ser = with.ser}, .err = err};
    MBILL_TRY(mbill__translate_kind(known.kind, has_frame(known.kind), &wire, err));
    MBILL_TRY(address_of(&known, with.type, frame.address, err));
    MBILL_TRY(mbill__translate_now(&known, now_s, err));
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
    return mbill__translate_is_request(out->frame.control, err);
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

static mbill_answer answer_of(const piece *request, mbill_bytes reply, const mbill_cjt188_profile *profile, piece *out)
{
    if (reply.n == 0) return MBILL_ANSWER_NONE;
    if (read_piece(reply, profile, out, NULL) != MBILL_OK) return MBILL_ANSWER_OTHER;
    if (mbill_cjt188_match(&request->frame, &out->frame, NULL) != MBILL_OK) return MBILL_ANSWER_OTHER;
    return (out->frame.control & REFUSED) != 0 ? MBILL_ANSWER_REFUSED : MBILL_ANSWER_ACCEPTED;
}

static void take_valve(const piece *told, const mbill_cjt188_profile *profile, mbill_evidence *to)
{
    static const uint32_t bits[] =
        {[MBILL_CJT188_VALVE_OPEN] = 0, [MBILL_CJT188_VALVE_CLOSED] = 1, [MBILL_CJT188_VALVE_FAULT] = 3};
    const mbill_frame_item *st = mbill_cjt188_find(&told->value, MBILL_CJT188_ST);
    int32_t state = st != NULL ? mbill_cjt188_valve_state(st->value, profile) : 0;
    if (state < MBILL_CJT188_VALVE_OPEN || state > MBILL_CJT188_VALVE_FAULT) return;
    to->has |= MBILL_EVIDENCE_VALVE;
    to->valve = bits[state];
}

static bool same_number(const piece *sent, const piece *told, int32_t name)
{
    const mbill_frame_item *a = mbill_cjt188_find(&sent->value, name), *b = mbill_cjt188_find(&told->value, name);
    return a != NULL && b != NULL && a->present != 0 && b->present != 0 && a->value == b->value && a->scale == b->scale;
}

/* A clock goes on between the write and the read. */
static bool same_clock(const piece *sent, const piece *told)
{
    return mbill__clock_goes_on(mbill_cjt188_find(&sent->value, MBILL_CJT188_TIME),
        mbill_cjt188_find(&told->value, MBILL_CJT188_TIME));
}

static void take_told(const piece *sent, const piece *told, const mbill_cjt188_profile *profile, mbill_evidence *to)
{
    bool same = false;
    if (sent->value.di == VALVE_DI && told->value.di == TOTALS_DI) take_valve(told, profile, to);
    if (sent->value.di == TOP_UP_DI && told->value.di == PURCHASES_DI)
        same = same_number(sent, told, MBILL_CJT188_PURCHASE_NO) && same_number(sent, told, MBILL_CJT188_AMOUNT);
    if (sent->value.di == CLOCK_DI && told->value.di == CLOCK_NOW_DI) same = same_clock(sent, told);
    if (same) to->has |= MBILL_EVIDENCE_SAME;
}

mbill_status mbill_cjt188_evidence(mbill_bytes sent, mbill_bytes reply, mbill_bytes asked, mbill_bytes told,
    const mbill_cjt188_profile *profile, mbill_evidence *out_evidence, mbill_error *err)
{
    mbill_evidence evidence = {.struct_size = sizeof evidence};
    piece request, answer, ask, read;
    MBILL__NEED(out_evidence);
    MBILL_TRY(read_request(sent, profile, &request, err));
    if (asked.n > 0) MBILL_TRY(read_request(asked, profile, &ask, err));
    evidence.answer = (int32_t)answer_of(&request, reply, profile, &answer);
    if (request.frame.control == READ && evidence.answer == MBILL_ANSWER_ACCEPTED) evidence.has |= MBILL_EVIDENCE_SAME;
    if (asked.n > 0 && answer_of(&ask, told, profile, &read) == MBILL_ANSWER_ACCEPTED &&
        memcmp(ask.frame.address, request.frame.address, sizeof ask.frame.address) == 0 && ask.frame.type == request.frame.type)
        take_told(&request, &read, profile, &evidence);
    *out_evidence = evidence;
    return MBILL_OK;
}

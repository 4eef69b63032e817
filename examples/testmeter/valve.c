/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the test meter of CJ/T 188 behaves otherwise. */
#include "valve.h"

#include <string.h>

enum {
    READ = 0x01,
    WRITE = 0x04,
    TOTALS = 0x901F,
    PURCHASES = 0x8105,
    CLOCK_NOW = 0x907F,
    VALVE = 0xA017,
    TOP_UP = 0xA013,
    CLOCK = 0xA015
};

void valve_begin(valve *v)
{
    static const uint8_t address[7] = {0x23, 0x01, 0, 0, 0, 0x2B, 0x1A};
    *v = (valve){.type = 0x10};
    v->profile = (mbill_cjt188_profile){.struct_size = sizeof v->profile, .di_order = MBILL_CJT188_HIGH_FIRST};
    v->clock = (mbill_frame_item){.kind = MBILL_FRAME_ITEM_TIME, .present = 1, .time = {2026, 1, 1, 8, 0, 0, -1}};
    memcpy(v->address, address, sizeof v->address);
}

static void add(mbill_cjt188_value *to, int32_t name, mbill_frame_item item)
{
    to->items[to->n_items++] = (mbill_cjt188_item){.name = name, .value = item};
}

static void add_number(mbill_cjt188_value *to, int32_t name, int32_t unit, int32_t scale, int64_t number)
{
    const mbill_frame_item item = {MBILL_FRAME_ITEM_NUMBER, 1, unit, scale, number, MBILL_FRAME_TIME_NONE};
    add(to, name, item);
}

static void add_status(const valve *v, mbill_cjt188_value *to)
{
    const mbill_frame_item item = {MBILL_FRAME_ITEM_WORD, 1, MBILL_FRAME_UNIT_NONE, 2, v->closed ? 0x0100 : 0,
        MBILL_FRAME_TIME_NONE};
    add(to, MBILL_CJT188_ST, item);
}

static bool answer_read(const valve *v, int32_t di, mbill_cjt188_value *to)
{
    if (di == TOTALS) {
        add_number(to, MBILL_CJT188_CURRENT, MBILL_FRAME_UNIT_M3, 2, 1234);
        add_number(to, MBILL_CJT188_SETTLEMENT, MBILL_FRAME_UNIT_M3, 2, 1000);
        add(to, MBILL_CJT188_TIME, v->clock);
        add_status(v, to);
    } else if (di == PURCHASES) {
        add_number(to, MBILL_CJT188_PURCHASE_NO, 0, 0, v->purchases);
        add_number(to, MBILL_CJT188_AMOUNT, 0, 2, v->last_cents);
        add_number(to, MBILL_CJT188_TOTAL_AMOUNT, 0, 2, v->total_cents);
        add_number(to, MBILL_CJT188_REMAINING, 0, 2, v->remaining_cents);
        add_status(v, to);
    } else if (di == CLOCK_NOW) {
        add(to, MBILL_CJT188_TIME, v->clock);
    } else {
        return false;
    }
    return true;
}

static bool turn(valve *v, const mbill_cjt188_value *asked, mbill_cjt188_value *to)
{
    const mbill_frame_item *code = mbill_cjt188_find(asked, MBILL_CJT188_VALVE_CODE);
    if (code == NULL || (code->value != 0x55 && code->value != 0x99)) return false;
    if (!v->stuck) v->closed = code->value == 0x99;
    add_status(v, to);
    return true;
}

/* A number that does not follow the last one is refused; the answer repeats what was asked. */
static bool take_money(valve *v, const mbill_cjt188_value *asked, mbill_cjt188_value *to)
{
    const mbill_frame_item *number = mbill_cjt188_find(asked, MBILL_CJT188_PURCHASE_NO),
                           *amount = mbill_cjt188_find(asked, MBILL_CJT188_AMOUNT);
    if (number == NULL || amount == NULL || number->value != (v->purchases + 1) % 100) return false;
    v->purchases = number->value;
    v->last_cents = amount->value;
    v->total_cents += amount->value;
    v->remaining_cents += amount->value;
    add(to, MBILL_CJT188_PURCHASE_NO, *number);
    add(to, MBILL_CJT188_AMOUNT, *amount);
    return true;
}

static bool answer_write(valve *v, const mbill_cjt188_value *asked, mbill_cjt188_value *to)
{
    const mbill_frame_item *clock = mbill_cjt188_find(asked, MBILL_CJT188_TIME);
    if (asked->di == VALVE) return turn(v, asked, to);
    if (asked->di == TOP_UP) return take_money(v, asked, to);
    if (asked->di != CLOCK || clock == NULL) return false;
    v->clock = *clock;
    return true;
}

/* An answer that says it is one to something else. */
static void spoil(const valve *v, bool done, uint8_t *data)
{
    if (v->other_ser) data[done ? 2 : 0]++;
    if (v->other_di && done) data[1]++;
}

size_t valve_answer(valve *v, mbill_bytes request, uint8_t *out, size_t cap)
{
    mbill_cjt188_frame frame;
    mbill_cjt188_value asked, told = {.n_items = 0};
    uint8_t data[255];
    size_t n = 0;
    if (mbill_cjt188_decode(request, &v->profile, &frame, NULL) != MBILL_OK ||
        mbill_cjt188_check(&frame, &v->profile, NULL) != MBILL_OK ||
        mbill_cjt188_read(&frame, &v->profile, &asked, NULL) != MBILL_OK)
        return 0;
    if ((frame.control & 0x80) != 0 || frame.type != v->type || memcmp(frame.address, v->address, sizeof v->address) != 0)
        return 0;
    told.di = asked.di, told.ser = asked.ser;
    bool done = frame.control == READ ? answer_read(v, asked.di, &told)
                                      : frame.control == WRITE && !v->refuses && answer_write(v, &asked, &told);
    if (!done) {
        told = (mbill_cjt188_value){.ser = asked.ser};
        add_status(v, &told);
    }
    frame.control = (uint8_t)(frame.control | (done ? 0x80 : 0xC0));
    if (mbill_cjt188_make(frame.type, frame.control, &told, &v->profile, data, &n, NULL) != MBILL_OK) return 0;
    spoil(v, done, data);
    frame.data = (mbill_bytes){data, n};
    frame.preamble = 2;
    return mbill_cjt188_encode(&frame, &v->profile, out, cap, &n, NULL) == MBILL_OK ? n : 0;
}

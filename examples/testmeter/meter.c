/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the test meter behaves otherwise: password, expiry, relay, keep power, tables that switch, and the count of purchases. */
#include "meter.h"

#include "meterbill/calendar.h"

#include <string.h>

enum { ERR_OTHER = 1, ERR_NO_DATA = 2, ERR_PASSWORD = 4 };
enum { SERR_REPEATED = 2, SERR_CUSTOMER = 0x10, SERR_COUNT = 0x20, SERR_HOARD = 0x40 };
enum { CLOCK_DI = 0x0400010C, REMAINING_DI = 0x00900200, WALLET_DI = 0x078102FF, IDENTITY_DI = 0x070000FF };

static int64_t floor_days(int64_t seconds)
{
    return (seconds >= 0 ? seconds : seconds - 86399) / 86400;
}

static uint8_t two_digits(int64_t value)
{
    return (uint8_t)(value / 10 % 10 * 16 + value % 10);
}

static void put_digits(int64_t value, uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++, value /= 100) bytes[i] = two_digits(value % 100);
}

static int64_t take_digits(const uint8_t *bytes, size_t n)
{
    int64_t value = 0;
    for (size_t i = n; i > 0; i--) value = value * 100 + (bytes[i - 1] >> 4) * 10 + (bytes[i - 1] & 15);
    return value;
}

static uint32_t take_word(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void put_word(uint32_t value, uint8_t *bytes)
{
    for (size_t i = 0; i < 4; i++) bytes[i] = (uint8_t)(value >> 8 * i);
}

/* A time in two digits each, lowest part first, of which seconds may be left out; false: there is no such time. */
static bool take_time(const uint8_t *bytes, bool has_second, int64_t *out)
{
    int64_t part[6] = {0};
    int32_t days;
    for (size_t i = has_second ? 0 : 1; i < 6; i++) part[i] = take_digits(bytes++, 1);
    mbill_date date = {(int32_t)part[5] + 2000, (int32_t)part[4], (int32_t)part[3]};
    if (mbill_date_to_days(date, &days, NULL) != MBILL_OK || part[2] > 23 || part[1] > 59 || part[0] > 59) return false;
    *out = (int64_t)days * 86400 + part[2] * 3600 + part[1] * 60 + part[0];
    return true;
}

/* ---- what it holds ---- */

static cell *find_cell(meter *m, uint32_t di)
{
    for (size_t i = 0; i < m->n_cells; i++)
        if (m->cells[i].di == di) return &m->cells[i];
    return NULL;
}

static void add_cell(meter *m, uint32_t di, size_t n, bool may_write)
{
    if (m->n_cells < CELLS_MAX) m->cells[m->n_cells++] = (cell){.di = di, .n = n, .may_write = may_write};
}

void meter_begin(meter *m, const uint8_t address[6], int64_t clock_s)
{
    static const uint32_t plain[] = {0x04000106, 0x04000107, 0x04000108, 0x04000109};
    static const uint32_t ladders[] = {0x04060AFF, 0x04060BFF};
    *m = (meter){.clock_s = clock_s, .hoard_cents = 99999999};
    memcpy(m->address, address, sizeof m->address);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) add_cell(m, plain[i], 5, true);
    for (uint32_t i = 0; i < 4; i++) add_cell(m, 0x04000201 + i, 1, true);
    for (uint32_t set = 0x04010000; set <= 0x04020000; set += 0x10000)
        for (uint32_t i = 0; i <= 8; i++) add_cell(m, set + i, 3, true);
    for (size_t i = 0; i < sizeof ladders / sizeof ladders[0]; i++) add_cell(m, ladders[i], 70, true);
    add_cell(m, 0x040604FF, 70, false);
    add_cell(m, 0x040605FF, 70, false);
    add_cell(m, 0x040501FF, 8, false);
    add_cell(m, 0x040502FF, 8, true);
    add_cell(m, 0x00010000, 4, false);
}

static void swap_cells(meter *m, uint32_t one, uint32_t other)
{
    cell *a = find_cell(m, one), *b = find_cell(m, other), kept = *a;
    a->n = b->n, b->n = kept.n;
    memcpy(a->bytes, b->bytes, sizeof a->bytes);
    memcpy(b->bytes, kept.bytes, sizeof b->bytes);
}

/* A switch time that has come is done with: it is 0 afterwards. */
static bool has_come(meter *m, uint32_t di)
{
    int64_t at_s;
    cell *c = find_cell(m, di);
    if (!take_time(c->bytes, false, &at_s) || at_s > m->clock_s) return false;
    memset(c->bytes, 0, c->n);
    return true;
}

void meter_clock(meter *m, int64_t clock_s)
{
    m->clock_s = clock_s;
    if (has_come(m, 0x04000106)) m->zone_set = !m->zone_set;
    if (has_come(m, 0x04000107)) m->slot_set = !m->slot_set;
    if (has_come(m, 0x04000108)) swap_cells(m, 0x040501FF, 0x040502FF), m->rate_set = !m->rate_set;
    if (has_come(m, 0x04000109)) {
        swap_cells(m, 0x040604FF, 0x04060AFF);
        swap_cells(m, 0x040605FF, 0x04060BFF);
        m->ladder_set = !m->ladder_set;
    }
    if (m->closes_s != 0 && m->closes_s <= clock_s) m->relay_open = m->ordered_open = false, m->closes_s = 0;
}

void meter_press(meter *m)
{
    if (!m->ordered_open && !m->stuck) m->relay_open = false;
}

uint32_t meter_status(const meter *m)
{
    return (m->relay_open ? MBILL_DLT645_RELAY_OPEN : 0u) | (m->ordered_open ? MBILL_DLT645_ORDERED_OPEN : 0u) |
        (m->alarm ? MBILL_DLT645_PRE_TRIP_ALARM : 0u) | (m->keep_power ? MBILL_DLT645_KEEP_POWER : 0u) |
        (m->identity_valid ? MBILL_DLT645_IDENTITY_VALID : 0u) | 0x0200u | (m->rate_set ? 0x0400u : 0u) |
        (m->ladder_set ? 0x0800u : 0u) | (m->zone_set ? 0x0020u : 0u) | (m->slot_set ? 0x0001u : 0u);
}

/* ---- what it does ---- */

/* An answer under way. */
typedef struct answering {
    meter *m;
    const mbill_dlt645_frame *request;
    mbill_dlt645_parts parts;
    uint8_t data[MBILL_DLT645_DATA_MAX];
    size_t n;
    uint32_t refused; /* bits of ERR or SERR; 0: done */
} answering;

static void put(answering *a, const void *bytes, size_t n)
{
    memcpy(a->data + a->n, bytes, n);
    a->n += n;
}

static void put_clock(answering *a)
{
    mbill_date date = {1970, 1, 1};
    int64_t days = floor_days(a->m->clock_s), rest = a->m->clock_s - days * 86400;
    if (mbill_date_of_days((int32_t)days, &date, NULL) != MBILL_OK) return;
    const uint8_t bytes[7] = {two_digits(rest % 60), two_digits(rest / 60 % 60), two_digits(rest / 3600),
        two_digits(mbill_date_weekday((int32_t)days) % 7), two_digits(date.day), two_digits(date.month),
        two_digits(date.year % 100)};
    put(a, bytes, sizeof bytes);
}

static void put_amount(answering *a, int64_t cents)
{
    uint8_t bytes[4];
    put_digits(cents, bytes, sizeof bytes);
    put(a, bytes, sizeof bytes);
}

static void do_read(answering *a)
{
    uint8_t di[4], word[2] = {(uint8_t)meter_status(a->m), (uint8_t)(meter_status(a->m) >> 8)};
    const cell *c = find_cell(a->m, a->parts.di);
    put_word(a->parts.di, di);
    put(a, di, sizeof di);
    if (a->parts.di == MBILL_DLT645_SUPPLY_WORD) put(a, word, sizeof word);
    else if (a->parts.di == CLOCK_DI) put_clock(a);
    else if (a->parts.di == REMAINING_DI) put_amount(a, a->m->remaining_cents);
    else if (c != NULL) put(a, c->bytes, c->n);
    else a->refused = ERR_NO_DATA;
}

static bool password_fits(const answering *a)
{
    return (a->parts.pa == 2 || a->parts.pa == 4) && memcmp(a->parts.password, a->m->password, sizeof a->m->password) == 0;
}

static void do_write(answering *a)
{
    mbill_bytes value = a->parts.payload;
    cell *c = find_cell(a->m, a->parts.di);
    int64_t clock_s;
    if (!password_fits(a)) {
        a->refused = ERR_PASSWORD;
    } else if (a->parts.di == CLOCK_DI && value.n == 7) { /* the weekday stands between */
        const uint8_t time[6] = {value.p[0], value.p[1], value.p[2], value.p[4], value.p[5], value.p[6]};
        if (take_time(time, true, &clock_s)) meter_clock(a->m, clock_s);
        else a->refused = ERR_OTHER;
    } else if (c == NULL || !c->may_write || value.n > sizeof c->bytes) {
        a->refused = ERR_NO_DATA;
    } else {
        memcpy(c->bytes, value.p, value.n);
        c->n = value.n;
    }
}

static void trip(meter *m, int64_t closes_s)
{
    m->ordered_open = true;
    m->closes_s = closes_s;
    if (!m->stuck) m->relay_open = true;
}

static void obey(answering *a)
{
    meter *m = a->m;
    switch (a->parts.order) {
    case MBILL_DLT645_TRIP: trip(m, 0); break;
    case MBILL_DLT645_TRIP_TIMED:
    case MBILL_DLT645_TRIP_TIMED_2: trip(m, m->clock_s + (int64_t)a->parts.n2 * 300); break;
    case MBILL_DLT645_PERMIT_CLOSE: m->ordered_open = false; break;
    case MBILL_DLT645_CLOSE: m->ordered_open = false, meter_press(m); break;
    case MBILL_DLT645_ALARM_ON: m->alarm = true; break;
    case MBILL_DLT645_ALARM_OFF: m->alarm = false; break;
    case MBILL_DLT645_KEEP_ON: m->keep_power = true; break;
    case MBILL_DLT645_KEEP_OFF: m->keep_power = false; break;
    default: a->refused = ERR_OTHER;
    }
}

/* Nothing guards against the same frame again: until it is over, it is obeyed. */
static void do_control(answering *a)
{
    int64_t until_s;
    bool trips = a->parts.order == MBILL_DLT645_TRIP || a->parts.order == MBILL_DLT645_TRIP_TIMED ||
        a->parts.order == MBILL_DLT645_TRIP_TIMED_2;
    bool limited = a->parts.time.present != 0 && take_time(a->request->data + 10, true, &until_s);
    if (!password_fits(a)) a->refused = ERR_PASSWORD;
    else if ((limited && until_s < a->m->clock_s) || (trips && a->m->keep_power)) a->refused = ERR_OTHER;
    else obey(a);
}

static int64_t take_amount(const meter *m, const uint8_t *bytes)
{
    return m->binary_amount ? (int64_t)take_word(bytes) : take_digits(bytes, 4);
}

/* The MACs are not looked at: this meter has no security module. The count is. */
static void do_top_up(answering *a)
{
    meter *m = a->m;
    const uint8_t *at = a->parts.payload.p;
    int64_t cents = take_amount(m, at), count = (int64_t)take_word(at + 4);
    if (memcmp(at + 12, m->customer, sizeof m->customer) != 0) a->refused = SERR_CUSTOMER;
    else if (count == m->purchases) a->refused = SERR_REPEATED;
    else if (count != m->purchases + 1) a->refused = SERR_COUNT;
    else if (m->remaining_cents + cents > m->hoard_cents) a->refused = SERR_HOARD;
    else m->purchases = count, m->remaining_cents += cents;
}

static void put_wallet(answering *a)
{
    uint8_t amount[4], count[4];
    const uint8_t mac[4] = {0}, keys[4] = {0};
    if (a->m->binary_amount) put_word((uint32_t)a->m->remaining_cents, amount);
    else put_digits(a->m->remaining_cents, amount, sizeof amount);
    put_word((uint32_t)a->m->purchases, count);
    put(a, amount, sizeof amount), put(a, mac, sizeof mac);
    put(a, count, sizeof count), put(a, mac, sizeof mac);
    put(a, a->m->customer, sizeof a->m->customer), put(a, keys, sizeof keys);
}

static void do_security(answering *a)
{
    static const uint8_t identity[12] = {0x11, 0x22, 0x33, 0x44, 1};
    uint8_t di[4];
    put_word(a->parts.di, di);
    put(a, di, sizeof di);
    if (a->parts.di == MBILL_DLT645_TOPUP_DI && a->parts.payload.n == 22) do_top_up(a);
    else if (a->parts.di == WALLET_DI) put_wallet(a);
    else if (a->parts.di == IDENTITY_DI) a->m->identity_valid = true, put(a, identity, sizeof identity);
    else a->refused = ERR_OTHER;
}

/* Own address, or AA for any in its high bytes; for everybody there is no answer. */
static bool is_for(const meter *m, const mbill_dlt645_frame *request)
{
    size_t n = 6;
    while (n > 0 && request->address[n - 1] == 0xAA) n--;
    return memcmp(request->address, m->address, n) == 0;
}

static bool set_clock(meter *m, const mbill_dlt645_frame *request)
{
    int64_t clock_s;
    if (request->control == MBILL_DLT645_TIME && take_time(request->data, true, &clock_s)) meter_clock(m, clock_s);
    return false;
}

/* The reply's control byte and data. */
static bool finish(answering *a, mbill_dlt645_frame *reply)
{
    bool security = a->request->control == MBILL_DLT645_SECURITY;
    const uint8_t bits[2] = {(uint8_t)a->refused, 0};
    const mbill_bytes refusal = {bits, security && !a->m->short_serr ? 2 : 1}, data = {a->data, a->n};
    uint8_t control = (uint8_t)(a->request->control | (a->refused != 0 ? 0xC0 : 0x80));
    return mbill_dlt645_make(a->m->address, control, a->refused != 0 ? refusal : data, reply, NULL) == MBILL_OK;
}

bool meter_answer(meter *m, const mbill_dlt645_frame *request, mbill_dlt645_frame *reply)
{
    static const mbill_dlt645_profile profile = {.struct_size = sizeof profile, .write_limit = 200};
    answering a = {.m = m, .request = request};
    if (mbill_dlt645_split(request, &profile, &a.parts, NULL) != MBILL_OK || (request->control & 0x80) != 0) return false;
    if (request->control == MBILL_DLT645_TIME) return set_clock(m, request);
    if (!is_for(m, request)) return false;
    switch (request->control) {
    case MBILL_DLT645_READ: do_read(&a); break;
    case MBILL_DLT645_WRITE: do_write(&a); break;
    case MBILL_DLT645_CONTROL: do_control(&a); break;
    case MBILL_DLT645_SECURITY: do_security(&a); break;
    case MBILL_DLT645_READ_ADDRESS: put(&a, m->address, sizeof m->address); break;
    default: return false;
    }
    return finish(&a, reply);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with the data identifiers and layouts of DL/T 645-2007 for zones, slots, rate prices and ladders; numbers are BCD, their low byte first. */
#include "tariff/meter_tables.h"

#include "calendar/civil.h"

#include <string.h>

#define DI_ZONE_COUNT 0x04000201u
#define DI_HOLIDAY_COUNT 0x04000205u
#define DI_LADDER_COUNT 0x04000207u
#define DI_ZONES_IN_USE 0x04010000u
#define DI_ZONES 0x04020000u
#define DI_REST_WEEKDAYS 0x04000801u
#define DI_REST_TABLE 0x04000802u
#define DI_MONTHLY 0x04000B01u
#define DI_HOLIDAYS 0x04030000u
#define DI_RATES_IN_USE 0x040501FFu
#define DI_RATES 0x040502FFu
#define DI_LADDER_IN_USE 0x040604FFu
#define DI_LADDER 0x04060AFFu
#define DI_SWITCH_FIRST 0x04000106u
#define DI_SWITCH_LAST 0x04000109u
#define BOUNDS (MBILL_METER_TIERS_MAX - 1)
#define LADDER_BYTES (4 * BOUNDS + 4 * MBILL_METER_TIERS_MAX + 3 * MBILL_METER_SETTLEMENTS_MAX)
#define NO_BOUND 99999999 /* 999999.99 kWh: a tier that is never left */
#define NONE_BCD 0x99
#define WORK_ALL 0x7F

typedef struct bytes {
    uint8_t *at;
    size_t n;
} bytes;

static void put(bytes *to, int64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++, value /= 100) to->at[to->n++] = (uint8_t)(value / 10 % 10 * 16 + value % 10);
}

/* false: not BCD. */
static bool get(const uint8_t *from, size_t n, int64_t *out)
{
    int64_t value = 0;
    for (size_t i = n; i > 0; i--) {
        if (from[i - 1] >> 4 > 9 || (from[i - 1] & 15) > 9) return false;
        value = value * 100 + (from[i - 1] >> 4) * 10 + (from[i - 1] & 15);
    }
    *out = value;
    return true;
}

/* --- out --- */

static int32_t slots_of(const mbill_meter_tables *tables)
{
    int32_t n = 1;
    for (int32_t i = 0; i < tables->n_days; i++)
        if (tables->days[i].n_slots > n) n = tables->days[i].n_slots;
    return n;
}

static void put_zones(bytes *to, const mbill_meter_tables *tables)
{
    for (int32_t i = 0; i < tables->n_zones; i++) put(to, (int64_t)tables->zones[i].month_day * 100 + tables->zones[i].table, 3);
}

/* Every table has as many slots as the longest: the last is said again. */
static void put_day(bytes *to, const mbill_meter_tables *tables, int32_t table)
{
    const mbill_meter_day *day = &tables->days[table];
    for (int32_t i = 0; i < slots_of(tables); i++) {
        const mbill_meter_slot *slot = &day->slots[i < day->n_slots ? i : day->n_slots - 1];
        put(to, ((int64_t)(slot->minute / 60) * 100 + slot->minute % 60) * 100 + slot->rate, 3);
    }
}

/* Tiers that are not there have the last one's price and end never; days that are not there are 99. */
static void put_ladder(bytes *to, const mbill_meter_tables *tables)
{
    int32_t last = tables->n_tiers - 1;
    for (int32_t i = 0; i < BOUNDS; i++) put(to, i < last ? tables->bound_e2[i] : NO_BOUND, 4);
    for (int32_t i = 0; i < MBILL_METER_TIERS_MAX; i++) put(to, tables->tier_e4[i < last ? i : last], 4);
    for (int32_t i = 0; i < MBILL_METER_SETTLEMENTS_MAX; i++)
        put(to, i < tables->n_settlements ? (int64_t)tables->settlements[i] * 100 : 999999, 3);
}

/* Bit 0 is Sunday, and a bit that is set is a day of work. */
static uint8_t work_bits(uint32_t rest_weekdays)
{
    uint32_t work = WORK_ALL;
    for (uint32_t weekday = 0; weekday < 7; weekday++)
        if ((rest_weekdays >> weekday & 1) != 0) work &= ~(UINT32_C(1) << (weekday + 1) % 7);
    return (uint8_t)work;
}

static void put_holiday(bytes *to, const mbill_meter_holiday *holiday)
{
    mbill_date date = mbill__civil_date(holiday->day);
    put(to, (((int64_t)date.year % 100 * 100 + date.month) * 100 + date.day) * 100 + holiday->table, 4);
}

static mbill_status put_switch(bytes *to, const mbill_meter_tables *tables, const mbill_zone *zone, mbill_error *err)
{
    int64_t local_s = tables->switch_utc_s + mbill_zone_offset(zone, tables->switch_utc_s), minute = local_s / 60 % 1440;
    mbill_date date = mbill__civil_date(mbill_zone_day(zone, tables->switch_utc_s));
    if (date.year < 2000 || date.year > 2099 || local_s % 60 != 0)
        return mbill__fail(err, MBILL_E_RANGE, "the switch time is not a whole minute of the years 2000 to 2099");
    put(to, ((((int64_t)(date.year - 2000) * 100 + date.month) * 100 + date.day) * 100 + minute / 60) * 100 + minute % 60, 5);
    return MBILL_OK;
}

/* Block `at` of the list; each kind takes what it has off the number. */
static mbill_status block_at(const mbill_meter_tables *tables, const mbill_zone *zone, size_t at, uint32_t *out_di, bytes *to,
    mbill_error *err)
{
    const int32_t counts[] = {tables->n_zones, tables->n_days, slots_of(tables), tables->n_rates, tables->n_holidays, 0,
        tables->n_tiers - 1};
    const size_t n_days = (size_t)tables->n_days, n_holidays = (size_t)tables->n_holidays;
    if (at < 6) {
        size_t which = at < 5 ? at : 6; /* 04000206 is none of these */
        *out_di = DI_ZONE_COUNT + (uint32_t)which;
        put(to, counts[which], *out_di == DI_HOLIDAY_COUNT ? 2 : 1);
        return MBILL_OK;
    }
    at -= 6;
    if (at <= n_days) {
        *out_di = DI_ZONES + (uint32_t)at;
        if (at == 0) put_zones(to, tables);
        else put_day(to, tables, (int32_t)at - 1);
        return MBILL_OK;
    }
    at -= n_days + 1;
    if (at < 2) {
        *out_di = at == 0 ? DI_REST_WEEKDAYS : DI_REST_TABLE;
        if (at == 0) to->at[to->n++] = tables->rest_table == 0 ? WORK_ALL : work_bits(tables->rest_weekdays);
        else put(to, tables->rest_table == 0 ? 1 : tables->rest_table, 1);
        return MBILL_OK;
    }
    at -= 2;
    if (at < n_holidays) {
        *out_di = DI_HOLIDAYS + (uint32_t)at + 1;
        put_holiday(to, &tables->holidays[at]);
        return MBILL_OK;
    }
    at -= n_holidays;
    if (at == 0) {
        *out_di = DI_RATES;
        for (int32_t i = 0; i < tables->n_rates; i++) put(to, tables->rate_e4[i], 4);
        return MBILL_OK;
    }
    if (at == 1) {
        *out_di = DI_LADDER;
        put_ladder(to, tables);
        return MBILL_OK;
    }
    at -= 2;
    if (tables->monthly != 0 && at-- == 0) {
        *out_di = DI_MONTHLY;
        put(to, 100, 2); /* day 01, hour 00 */
        return MBILL_OK;
    }
    if (at > DI_SWITCH_LAST - DI_SWITCH_FIRST) return mbill__fail(err, MBILL_E_NOT_FOUND, "there are not so many blocks");
    *out_di = DI_SWITCH_FIRST + (uint32_t)at;
    return put_switch(to, tables, zone, err);
}

mbill_status mbill_meter_tables_block(const mbill_meter_tables *tables, const mbill_zone *zone, size_t at, uint32_t *out_di,
    uint8_t *out_data, size_t *out_len, mbill_error *err)
{
    MBILL__NEED(tables);
    MBILL__NEED(out_di);
    MBILL__NEED(out_data);
    MBILL__NEED(out_len);
    MBILL_TRY(mbill__meter_tables_whole(tables, err));
    bytes to = {out_data, 0};
    MBILL_TRY(block_at(tables, zone, at, out_di, &to, err));
    *out_len = to.n;
    return MBILL_OK;
}

/* --- in --- */

static mbill_status refuse(mbill_error *err, uint32_t di, const char *what)
{
    return mbill__fail(err, MBILL_E_INVALID, "%08lX: %s", (unsigned long)di, what);
}

static mbill_status take_count(mbill_meter_tables *tables, uint32_t di, const uint8_t *data, size_t len, mbill_error *err)
{
    static const int32_t most[] = {MBILL_METER_ZONES_MAX, MBILL_METER_DAYS_MAX, MBILL_METER_SLOTS_MAX, MBILL_METER_RATES_MAX,
        MBILL_METER_HOLIDAYS_MAX, 0, BOUNDS};
    int32_t *const to[] = {&tables->n_zones, &tables->n_days, NULL, &tables->n_rates, &tables->n_holidays, NULL,
        &tables->n_tiers};
    uint32_t which = di - DI_ZONE_COUNT;
    int64_t count = 0;
    if (len != (di == DI_HOLIDAY_COUNT ? 2u : 1u) || !get(data, len, &count) || count > most[which])
        return refuse(err, di, "not a count that the table can have");
    if (to[which] != NULL) *to[which] = (int32_t)count + (di == DI_LADDER_COUNT);
    return MBILL_OK;
}

static bool is_month_day(int64_t month_day)
{
    return month_day / 100 >= 1 && month_day / 100 <= 12 && month_day % 100 >= 1 && month_day % 100 <= 31;
}

static mbill_status take_zones(mbill_meter_tables *tables, uint32_t di, const uint8_t *data, size_t len, mbill_error *err)
{
    if (len != 3 * (size_t)tables->n_zones) return refuse(err, di, "not three bytes for each zone that was counted");
    for (int32_t i = 0; i < tables->n_zones; i++) {
        int64_t value = 0;
        if (!get(data + 3 * i, 3, &value) || !is_month_day(value / 100)) return refuse(err, di, "not a month, a day and a table");
        tables->zones[i] = (mbill_meter_zone){(int32_t)(value / 100), (int32_t)(value % 100)};
    }
    return MBILL_OK;
}

/* What is said again at the end is no slot of its own. */
static mbill_status take_day(mbill_meter_tables *tables, uint32_t di, const uint8_t *data, size_t len, mbill_error *err)
{
    mbill_meter_day day = {.n_slots = 0};
    if ((di & 0xFF) > (uint32_t)tables->n_days) return refuse(err, di, "more day tables than were counted");
    if (len == 0 || len % 3 != 0 || len > 3 * MBILL_METER_SLOTS_MAX) return refuse(err, di, "not three bytes for each slot");
    for (size_t i = 0; i < len / 3; i++) {
        int64_t value = 0;
        if (!get(data + 3 * i, 3, &value) || value / 10000 > 23 || value / 100 % 100 > 59)
            return refuse(err, di, "not an hour, a minute and a rate");
        mbill_meter_slot slot = {(int32_t)(value / 10000 * 60 + value / 100 % 100), (int32_t)(value % 100)};
        if (i > 0 && slot.minute == day.slots[day.n_slots - 1].minute && slot.rate == day.slots[day.n_slots - 1].rate) continue;
        day.slots[day.n_slots++] = slot;
    }
    tables->days[(di & 0xFF) - 1] = day;
    return MBILL_OK;
}

static mbill_status take_rest(mbill_meter_tables *tables, uint32_t di, const uint8_t *data, size_t len, mbill_error *err)
{
    int64_t table = 0;
    if (len != 1) return refuse(err, di, "not one byte");
    if (di == DI_REST_TABLE) {
        if (!get(data, 1, &table)) return refuse(err, di, "not a table");
        tables->rest_table = tables->rest_weekdays != 0 ? (int32_t)table : 0;
        return MBILL_OK;
    }
    tables->rest_weekdays = 0;
    for (uint32_t weekday = 0; weekday < 7; weekday++)
        if ((data[0] >> (weekday + 1) % 7 & 1) == 0) tables->rest_weekdays |= UINT32_C(1) << weekday;
    return MBILL_OK;
}

static mbill_status take_holiday(mbill_meter_tables *tables, uint32_t di, const uint8_t *data, size_t len, mbill_error *err)
{
    uint32_t at = (di & 0xFF) - 1;
    int64_t value = 0;
    int32_t day;
    if ((di & 0xFF) == 0 || at >= (uint32_t)tables->n_holidays) return refuse(err, di, "more holidays than were counted");
    if (len != 4 || !get(data, 4, &value) ||
        mbill_date_to_days((mbill_date){(int32_t)(2000 + value / 1000000), (int32_t)(value / 10000 % 100),
                               (int32_t)(value / 100 % 100)},
            &day, NULL) != MBILL_OK)
        return refuse(err, di, "not a date and a table");
    tables->holidays[at] = (mbill_meter_holiday){day, (int32_t)(value % 100)};
    return MBILL_OK;
}

static mbill_status take_rates(mbill_meter_tables *tables, uint32_t di, const uint8_t *data, size_t len, mbill_error *err)
{
    if (len != 4 * (size_t)tables->n_rates) return refuse(err, di, "not four bytes for each rate that was counted");
    for (int32_t i = 0; i < tables->n_rates; i++)
        if (!get(data + 4 * i, 4, &tables->rate_e4[i])) return refuse(err, di, "a price that is no BCD");
    return MBILL_OK;
}

static mbill_status take_ladder(mbill_meter_tables *tables, uint32_t di, const uint8_t *data, size_t len, mbill_error *err)
{
    if (len != LADDER_BYTES) return refuse(err, di, "not the 70 bytes of a ladder");
    tables->n_settlements = 0;
    for (int32_t i = 0; i < BOUNDS; i++)
        if (!get(data + 4 * i, 4, &tables->bound_e2[i])) return refuse(err, di, "a bound that is no BCD");
    for (int32_t i = tables->n_tiers - 1; i < BOUNDS; i++) tables->bound_e2[i] = 0;
    for (int32_t i = 0; i < MBILL_METER_TIERS_MAX; i++)
        if (!get(data + 4 * (BOUNDS + i), 4, &tables->tier_e4[i])) return refuse(err, di, "a price that is no BCD");
    for (int32_t i = tables->n_tiers; i < MBILL_METER_TIERS_MAX; i++) tables->tier_e4[i] = 0;
    for (int32_t i = 0; i < MBILL_METER_SETTLEMENTS_MAX; i++) {
        const uint8_t *at = data + 4 * (BOUNDS + MBILL_METER_TIERS_MAX) + 3 * i;
        int64_t value = 0;
        if (at[2] == NONE_BCD) continue;
        if (!get(at, 3, &value) || value % 100 != 0 || !is_month_day(value / 100))
            return refuse(err, di, "not a month and a day at 00:00");
        tables->settlements[tables->n_settlements++] = (int32_t)(value / 100);
    }
    return MBILL_OK;
}

static mbill_status take_switch(mbill_meter_tables *tables, const mbill_zone *zone, uint32_t di, const uint8_t *data, size_t len,
    mbill_error *err)
{
    int64_t value = 0, local_s;
    int32_t day;
    if (len != 5 || !get(data, 5, &value) || value / 100 % 100 > 23 || value % 100 > 59 ||
        mbill_date_to_days((mbill_date){(int32_t)(2000 + value / 100000000), (int32_t)(value / 1000000 % 100),
                               (int32_t)(value / 10000 % 100)},
            &day, NULL) != MBILL_OK)
        return refuse(err, di, "not a minute of a day");
    local_s = day * INT64_C(86400) + (value / 100 % 100) * 3600 + value % 100 * 60;
    return mbill_zone_to_utc(zone, local_s, MBILL_FOLD_EARLIER, &tables->switch_utc_s, err);
}

static mbill_status take_block(mbill_meter_tables *tables, const mbill_zone *zone, uint32_t di, const uint8_t *data, size_t len,
    mbill_error *err)
{
    uint32_t kind = di & 0xFFFFFF00u;
    if (di >= DI_ZONE_COUNT && di <= DI_LADDER_COUNT && di != DI_LADDER_COUNT - 1) return take_count(tables, di, data, len, err);
    if (di == DI_ZONES || di == DI_ZONES_IN_USE) return take_zones(tables, di, data, len, err);
    if (kind == DI_ZONES || kind == DI_ZONES_IN_USE) return take_day(tables, di, data, len, err);
    if (di == DI_REST_WEEKDAYS || di == DI_REST_TABLE) return take_rest(tables, di, data, len, err);
    if (kind == DI_HOLIDAYS) return take_holiday(tables, di, data, len, err);
    if (di == DI_RATES || di == DI_RATES_IN_USE) return take_rates(tables, di, data, len, err);
    if (di == DI_LADDER || di == DI_LADDER_IN_USE) return take_ladder(tables, di, data, len, err);
    if (di == DI_MONTHLY) {
        tables->monthly = len == 2 && data[0] == 0 && data[1] == 1;
        return tables->monthly != 0 ? MBILL_OK : refuse(err, di, "not the first day of a month at 00:00");
    }
    if (di >= DI_SWITCH_FIRST && di <= DI_SWITCH_LAST) return take_switch(tables, zone, di, data, len, err);
    return mbill__fail(err, MBILL_E_NOT_FOUND, "%08lX is none of the tables of a tariff", (unsigned long)di);
}

mbill_status mbill_meter_tables_take(mbill_meter_tables *tables, const mbill_zone *zone, uint32_t di, const uint8_t *data,
    size_t len, mbill_error *err)
{
    mbill_meter_tables changed;
    MBILL__NEED(tables);
    MBILL__NEED(data);
    if (tables->struct_size < sizeof changed) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of the tables is not set");
    memcpy(&changed, tables, sizeof changed);
    MBILL_TRY(take_block(&changed, zone, di, data, len, err));
    memcpy(tables, &changed, sizeof changed);
    return MBILL_OK;
}

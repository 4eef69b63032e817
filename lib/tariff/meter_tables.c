/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with how a tariff's calendar becomes zones, weekdays of rest, holidays and slots, its prices rates, its ladder values. */
#include "tariff/meter_tables.h"

#include "calendar/civil.h"
#include "document/say.h"

#include <string.h>

#define NANO_OF_E4 100000  /* 10^-9 in 10^-4 */
#define MICRO_OF_E2 10000  /* 10^-6 in 10^-2 */
#define PRICE_MAX 99999999 /* NNNN.NNNN and NNNNNN.NN */
#define DAYS_MAX 3660
#define LEAP_DAY 229
#define WEEKDAYS 7

typedef struct making {
    mbill__meter_plan plan;
    mbill_meter_profile profile;
    mbill_meter_tables *out;
    size_t periods[MBILL_METER_RATES_MAX]; /* of the rates */
} making;

static mbill_status refuse(mbill_error *err, const char *what, int32_t needed, int32_t held)
{
    return mbill__fail(err, MBILL_E_METER_TABLES, "the tariff needs %d %s, and this meter holds %d", (int)needed, what,
        (int)held);
}

bool mbill__meter_hash_read(const char *hex, uint8_t out[32])
{
    static const char digits[] = "0123456789abcdef";
    if (strlen(hex) != 64 || strspn(hex, digits) != 64) return false;
    for (size_t i = 0; i < 32; i++)
        out[i] = (uint8_t)((strchr(digits, hex[2 * i]) - digits) * 16 + (strchr(digits, hex[2 * i + 1]) - digits));
    return true;
}

/* --- profile --- */

static mbill_status bounded(int32_t *inout, const char *name, int32_t standard, int32_t max, mbill_error *err)
{
    if (*inout == 0) *inout = standard;
    if (*inout > 0 && *inout <= max) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "%s is %d; expected 1 to %d, or 0 for %d", name, (int)*inout, (int)max, (int)standard);
}

static mbill_status read_profile(const mbill_meter_profile *given, mbill_meter_profile *out, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof out->struct_size, given, err));
    MBILL_TRY(bounded(&out->zones, "zones", MBILL_METER_ZONES_MAX, MBILL_METER_ZONES_MAX, err));
    MBILL_TRY(bounded(&out->days, "days", MBILL_METER_DAYS_MAX, MBILL_METER_DAYS_MAX, err));
    MBILL_TRY(bounded(&out->slots, "slots", MBILL_METER_SLOTS_MAX, MBILL_METER_SLOTS_MAX, err));
    MBILL_TRY(bounded(&out->slot_minutes, "slot_minutes", 15, 60, err));
    MBILL_TRY(bounded(&out->rates, "rates", MBILL_METER_RATES_MAX, MBILL_METER_RATES_MAX, err));
    MBILL_TRY(bounded(&out->tiers, "tiers", MBILL_METER_TIERS_MAX, MBILL_METER_TIERS_MAX, err));
    return bounded(&out->holidays, "holidays", MBILL_METER_HOLIDAYS_MAX, MBILL_METER_HOLIDAYS_MAX, err);
}

/* --- prices --- */

static mbill_status price_e4(const char *what, int64_t nano, int64_t *out, mbill_error *err)
{
    if (nano < 0 || nano % NANO_OF_E4 != 0 || nano / NANO_OF_E4 > PRICE_MAX)
        return mbill__fail(err, MBILL_E_METER_TABLES,
            "%s is %s, and the meter holds prices from 0 to 9999.9999 with four decimal places", what,
            mbill__say_decimal(nano, 9).text);
    *out = nano / NANO_OF_E4;
    return MBILL_OK;
}

/* The number of the rate of a period at its price in a season; periods stay apart even where their prices are the same. */
static mbill_status rate_of(making *of, size_t season, size_t period, int32_t *out, mbill_error *err)
{
    mbill_meter_tables *tables = of->out;
    int64_t price = 0;
    MBILL_TRY(price_e4("the price of a rate", mbill__meter_plan_price(&of->plan, season, period), &price, err));
    for (int32_t i = 0; i < tables->n_rates; i++) {
        if (of->periods[i] != period || tables->rate_e4[i] != price) continue;
        *out = i + 1;
        return MBILL_OK;
    }
    if (tables->n_rates == of->profile.rates) return refuse(err, "rates or more", tables->n_rates + 1, of->profile.rates);
    of->periods[tables->n_rates] = period;
    tables->rate_e4[tables->n_rates] = price;
    *out = ++tables->n_rates;
    return MBILL_OK;
}

static mbill_status make_ladder(making *of, mbill_error *err)
{
    const mbill__meter_plan *plan = &of->plan;
    mbill_meter_tables *tables = of->out;
    int32_t months = mbill__meter_plan_months(plan),
            start = plan->ladder != NULL && plan->ladder->start != 0 ? plan->ladder->start : 101;
    tables->n_tiers = (int32_t)plan->n_tiers;
    if (tables->n_tiers > of->profile.tiers) return refuse(err, "tiers", tables->n_tiers, of->profile.tiers);
    for (size_t i = 0; i < plan->n_tiers; i++)
        MBILL_TRY(price_e4("what a tier adds", plan->adds_nano[i], &tables->tier_e4[i], err));
    for (size_t i = 0; i + 1 < plan->n_tiers; i++) {
        if (plan->bounds_micro[i] % MICRO_OF_E2 != 0 || plan->bounds_micro[i] / MICRO_OF_E2 >= PRICE_MAX)
            return mbill__fail(err, MBILL_E_METER_TABLES,
                "a bound is %s kWh, and the meter holds bounds below 999999.99 with two decimal places",
                mbill__say_micro(plan->bounds_micro[i]).text);
        tables->bound_e2[i] = plan->bounds_micro[i] / MICRO_OF_E2;
    }
    tables->monthly = months == 1;
    if (months == 1 && of->profile.monthly_ladder == 0)
        return mbill__fail(err, MBILL_E_METER_TABLES,
            "the ladder begins anew every month, and this meter's does on six days of a year at most");
    if (months > 1 && start % 100 > 28)
        return mbill__fail(err, MBILL_E_METER_TABLES, "the ladder begins anew on a day that not all months have");
    for (int32_t month = start / 100; months > 1 && tables->n_settlements < 12 / months; month += months)
        tables->settlements[tables->n_settlements++] = ((month - 1) % 12 + 1) * 100 + start % 100;
    for (int32_t i = 1; i < tables->n_settlements; i++) /* in the order of the year */
        for (int32_t k = i; k > 0 && tables->settlements[k - 1] > tables->settlements[k]; k--) {
            int32_t earlier = tables->settlements[k];
            tables->settlements[k] = tables->settlements[k - 1];
            tables->settlements[k - 1] = earlier;
        }
    return MBILL_OK;
}

/* --- days --- */

/* The number of the table with these slots. */
static mbill_status table_of(making *of, size_t season, int32_t type, int32_t *out, mbill_error *err)
{
    const mbill__day_table *table = mbill__meter_plan_table(&of->plan, season, type);
    mbill_meter_tables *tables = of->out;
    mbill_meter_day day = {.n_slots = 0};
    for (size_t i = 0; i < table->n_slots; i++) {
        int32_t rate = 0;
        MBILL_TRY(rate_of(of, season, (size_t)table->slots[i].period, &rate, err));
        if (day.n_slots > 0 && day.slots[day.n_slots - 1].rate == rate) continue;
        if (day.n_slots == of->profile.slots) return refuse(err, "slots or more in a day", day.n_slots + 1, of->profile.slots);
        if (table->slots[i].minute % of->profile.slot_minutes != 0)
            return mbill__fail(err, MBILL_E_METER_TABLES,
                "a period begins at %02d:%02d, and this meter's slots begin at multiples of %d minutes",
                (int)(table->slots[i].minute / 60), (int)(table->slots[i].minute % 60), (int)of->profile.slot_minutes);
        day.slots[day.n_slots++] = (mbill_meter_slot){table->slots[i].minute, rate};
    }
    for (int32_t i = 0; i < tables->n_days; i++) {
        if (memcmp(&tables->days[i], &day, sizeof day) != 0) continue;
        *out = i + 1;
        return MBILL_OK;
    }
    if (tables->n_days == of->profile.days) return refuse(err, "day tables or more", tables->n_days + 1, of->profile.days);
    tables->days[tables->n_days] = day;
    *out = ++tables->n_days;
    return MBILL_OK;
}

/* The tables of a season's weekdays, without dated days. */
static mbill_status week_of(making *of, size_t season, int32_t out[WEEKDAYS], mbill_error *err)
{
    for (int32_t i = 0; i < WEEKDAYS; i++) {
        int32_t type = mbill__meter_plan_weekday_type(&of->plan, i + 1);
        if (type < 0) return mbill__fail(err, MBILL_E_METER_TABLES, "a weekday has periods by date alone");
        MBILL_TRY(table_of(of, season, type, &out[i], err));
    }
    return MBILL_OK;
}

/* Weekdays that differ from the base somewhere must have one table all year: the meter's weekdays of rest. */
static bool rest_fits(int32_t (*weeks)[WEEKDAYS], size_t n, int32_t base, uint32_t *out_rest, int32_t *out_table)
{
    uint32_t rest = 0;
    int32_t table = 0;
    for (size_t season = 0; season < n; season++)
        for (int32_t i = 0; i < WEEKDAYS; i++)
            if (weeks[season][i] != weeks[season][base]) rest |= UINT32_C(1) << i;
    for (size_t season = 0; season < n; season++)
        for (int32_t i = 0; i < WEEKDAYS; i++) {
            if ((rest >> i & 1) == 0) continue;
            if (table != 0 && weeks[season][i] != table) return false;
            table = weeks[season][i];
        }
    *out_rest = rest;
    *out_table = table;
    return true;
}

/* Zones of the year from the base weekday's tables, where they change. */
static mbill_status make_zones(making *of, int32_t (*weeks)[WEEKDAYS], int32_t base, mbill_error *err)
{
    mbill_meter_tables *tables = of->out;
    int32_t first, before;
    MBILL_TRY(mbill_date_to_days((mbill_date){2024, 1, 1}, &first, err)); /* a leap year */
    before = weeks[mbill__meter_plan_season(&of->plan, first + 365)][base];
    for (int32_t day = first; day < first + 366; day++) {
        int32_t table = weeks[mbill__meter_plan_season(&of->plan, day)][base];
        mbill_date date = mbill__civil_date(day);
        if (table == before) continue;
        before = table;
        if (date.month * 100 + date.day == LEAP_DAY)
            return mbill__fail(err, MBILL_E_METER_TABLES, "a season begins on 29 February, which is no zone of a common year");
        if (tables->n_zones == of->profile.zones) return refuse(err, "zones or more", tables->n_zones + 1, of->profile.zones);
        tables->zones[tables->n_zones++] = (mbill_meter_zone){date.month * 100 + date.day, table};
    }
    if (tables->n_zones == 0) tables->zones[tables->n_zones++] = (mbill_meter_zone){101, before};
    return MBILL_OK;
}

static mbill_status make_weeks(making *of, mbill_error *err)
{
    int32_t weeks[MBILL__SEASONS_MAX][WEEKDAYS];
    const mbill__schedule *schedule = of->plan.schedule;
    size_t n = schedule == NULL || schedule->n_seasons == 0 ? 1 : schedule->n_seasons;
    for (size_t season = 0; season < n; season++) MBILL_TRY(week_of(of, season, weeks[season], err));
    for (int32_t base = 0; base < WEEKDAYS; base++) {
        if (!rest_fits(weeks, n, base, &of->out->rest_weekdays, &of->out->rest_table)) continue;
        return make_zones(of, weeks, base, err);
    }
    return mbill__fail(err, MBILL_E_METER_TABLES,
        "weekdays have more than two kinds of day, or those of rest another table in another season; the meter has one table for "
        "them all year");
}

/* The table that a meter takes on a day. */
static int32_t meter_table(const mbill_meter_tables *tables, int32_t day)
{
    mbill_date date = mbill__civil_date(day);
    int32_t month_day = date.month * 100 + date.day, zone = tables->n_zones - 1;
    for (int32_t i = 0; i < tables->n_holidays; i++)
        if (tables->holidays[i].day == day) return tables->holidays[i].table;
    if (tables->rest_table != 0 && (tables->rest_weekdays >> (mbill_date_weekday(day) - 1) & 1) != 0) return tables->rest_table;
    while (zone > 0 && tables->zones[zone].month_day > month_day) zone--;
    if (tables->zones[zone].month_day > month_day) zone = tables->n_zones - 1;
    return tables->zones[zone].table;
}

static mbill_status make_holidays(making *of, mbill_error *err)
{
    mbill_meter_tables *tables = of->out;
    for (int32_t day = tables->from_day; day < tables->to_day; day++) {
        int32_t table = 0;
        MBILL_TRY(table_of(of, mbill__meter_plan_season(&of->plan, day), mbill__meter_plan_type(&of->plan, day), &table, err));
        if (table == meter_table(tables, day)) continue;
        if (tables->n_holidays == of->profile.holidays)
            return refuse(err, "days with a table of their own or more", tables->n_holidays + 1, of->profile.holidays);
        tables->holidays[tables->n_holidays++] = (mbill_meter_holiday){day, table};
    }
    return MBILL_OK;
}

/* Days of a list are known when a bill is made, which is too late for a meter, unless they have the periods of the days they fall on. */
static mbill_status check_lists(const making *of, mbill_error *err)
{
    const mbill__schedule *schedule = of->plan.schedule;
    for (size_t i = 0; schedule != NULL && schedule->period_set != 0 && i < schedule->n_rules; i++)
        if (schedule->rules[i].list >= 0)
            return mbill__fail(err, MBILL_E_METER_TABLES, "the days of the list \"%s\" are known only when a bill is made",
                schedule->list_names[schedule->rules[i].list]);
    return MBILL_OK;
}

static mbill_status check_clock(const making *of, int64_t to_utc_s, mbill_error *err)
{
    const mbill__schedule *schedule = of->plan.schedule;
    if (schedule == NULL || schedule->standard_clock) return MBILL_OK;
    int64_t change_utc_s = mbill_zone_next_change(of->plan.tariff->zone, of->out->switch_utc_s);
    if (change_utc_s >= to_utc_s) return MBILL_OK;
    return mbill__fail(err, MBILL_E_METER_TABLES, "the clocks change at %s, and the meter's do not",
        mbill__say_time(change_utc_s, of->plan.tariff->zone).text);
}

static mbill_status take_span(making *of, int64_t switch_utc_s, int64_t to_utc_s, mbill_error *err)
{
    const mbill_tariff *tariff = of->plan.tariff;
    mbill_meter_tables *tables = of->out;
    if (switch_utc_s < tariff->valid_from_utc_s || switch_utc_s >= tariff->valid_to_utc_s)
        return mbill__fail(err, MBILL_E_UNCOVERED, "the tariff is not valid at %s",
            mbill__say_time(switch_utc_s, tariff->zone).text);
    tables->switch_utc_s = switch_utc_s;
    tables->from_day = mbill_zone_day(tariff->zone, switch_utc_s);
    tables->to_day = mbill_zone_day(tariff->zone, to_utc_s - 1) + 1;
    if (to_utc_s > switch_utc_s && tables->to_day - tables->from_day <= DAYS_MAX) return check_clock(of, to_utc_s, err);
    return mbill__fail(err, MBILL_E_RANGE, "tables are planned for one day to ten years; these end at %s",
        mbill__say_time(to_utc_s, tariff->zone).text);
}

static mbill_status make(making *of, int64_t switch_utc_s, int64_t to_utc_s, mbill_error *err)
{
    MBILL_TRY(take_span(of, switch_utc_s, to_utc_s, err));
    MBILL_TRY(check_lists(of, err));
    MBILL_TRY(make_ladder(of, err));
    MBILL_TRY(make_weeks(of, err));
    MBILL_TRY(make_holidays(of, err));
    return mbill__meter_hash_read(of->plan.tariff->labels.hash, of->out->tariff_hash)
        ? MBILL_OK
        : mbill__fail(err, MBILL_E_INTERNAL, "a tariff without a hash");
}

mbill_status mbill_meter_tables_make(const mbill_tariff *tariff, const mbill_meter_profile *profile, int64_t switch_utc_s,
    int64_t to_utc_s, mbill_meter_tables *out_tables, uint64_t *out_stays, mbill_error *err)
{
    making of;
    mbill_meter_tables tables;
    MBILL__NEED(tariff);
    MBILL__NEED(out_tables);
    if (out_tables->struct_size < sizeof tables) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_tables is not set");
    memset(&of, 0, sizeof of);
    memset(&tables, 0, sizeof tables);
    tables.struct_size = sizeof tables;
    of.out = &tables;
    MBILL_TRY(read_profile(profile, &of.profile, err));
    MBILL_TRY(mbill__meter_plan_make(tariff, of.profile.platform != 0, &of.plan, err));
    MBILL_TRY(make(&of, switch_utc_s, to_utc_s, err));
    MBILL_TRY(mbill_meter_tables_check(tariff, &tables, err));
    memcpy(out_tables, &tables, sizeof tables);
    if (out_stays != NULL) *out_stays = of.plan.stays;
    return MBILL_OK;
}

/* --- check --- */

static mbill_status not_whole(mbill_error *err, const char *what)
{
    return mbill__fail(err, MBILL_E_INVALID, "tables that are not whole: %s", what);
}

static bool slots_are_whole(const mbill_meter_tables *tables, const mbill_meter_day *day)
{
    if (day->n_slots < 1 || day->n_slots > MBILL_METER_SLOTS_MAX || day->slots[0].minute != 0) return false;
    for (int32_t i = 0; i < day->n_slots; i++) {
        if (day->slots[i].rate < 1 || day->slots[i].rate > tables->n_rates || day->slots[i].minute >= 1440) return false;
        if (i > 0 && day->slots[i].minute <= day->slots[i - 1].minute) return false;
    }
    return true;
}

static bool is_table(const mbill_meter_tables *tables, int32_t table)
{
    return table >= 1 && table <= tables->n_days;
}

mbill_status mbill__meter_tables_whole(const mbill_meter_tables *tables, mbill_error *err)
{
    if (tables->struct_size < sizeof *tables) return mbill__fail(err, MBILL_E_MISUSE, "struct_size of the tables is not set");
    if (tables->n_zones < 1 || tables->n_zones > MBILL_METER_ZONES_MAX || tables->n_days < 1 ||
        tables->n_days > MBILL_METER_DAYS_MAX || tables->n_rates < 1 || tables->n_rates > MBILL_METER_RATES_MAX ||
        tables->n_tiers < 1 || tables->n_tiers > MBILL_METER_TIERS_MAX)
        return not_whole(err, "zones, day tables, rates or tiers are missing, or too many");
    if (tables->n_holidays < 0 || tables->n_holidays > MBILL_METER_HOLIDAYS_MAX || tables->n_settlements < 0 ||
        tables->n_settlements > MBILL_METER_SETTLEMENTS_MAX)
        return not_whole(err, "too many holidays or settlement days");
    for (int32_t i = 0; i < tables->n_zones; i++)
        if (!is_table(tables, tables->zones[i].table) || (i > 0 && tables->zones[i].month_day <= tables->zones[i - 1].month_day))
            return not_whole(err, "a zone without its table, or zones that do not rise");
    for (int32_t i = 0; i < tables->n_days; i++)
        if (!slots_are_whole(tables, &tables->days[i]))
            return not_whole(err, "a day table without its rates, or slots that do not rise from 00:00");
    for (int32_t i = 0; i < tables->n_holidays; i++)
        if (!is_table(tables, tables->holidays[i].table)) return not_whole(err, "a holiday without its table");
    return tables->rest_table == 0 || is_table(tables, tables->rest_table)
        ? MBILL_OK
        : not_whole(err, "weekdays of rest without their table");
}

static mbill_status check_ladder(const mbill__meter_plan *plan, const mbill_meter_tables *tables, mbill_error *err)
{
    int32_t months = mbill__meter_plan_months(plan);
    if ((size_t)tables->n_tiers != plan->n_tiers)
        return mbill__fail(err, MBILL_E_METER_TABLES, "the ladder has %d tiers, that of the tariff %zu", (int)tables->n_tiers,
            plan->n_tiers);
    for (size_t i = 0; i + 1 < plan->n_tiers; i++)
        if (tables->bound_e2[i] * MICRO_OF_E2 != plan->bounds_micro[i])
            return mbill__fail(err, MBILL_E_METER_TABLES, "tier %zu ends at %s kWh, that of the tariff at %s", i + 1,
                mbill__say_decimal(tables->bound_e2[i], 2).text, mbill__say_micro(plan->bounds_micro[i]).text);
    if (months == 0) return MBILL_OK;
    bool fits = months == 1 ? tables->monthly == 1 : tables->n_settlements == 12 / months;
    int32_t start = plan->ladder->start != 0 ? plan->ladder->start : 101;
    for (int32_t i = 0; fits && i < tables->n_settlements; i++)
        fits = tables->settlements[i] % 100 == start % 100 && (tables->settlements[i] / 100 - start / 100) % months == 0 &&
            (i == 0 || tables->settlements[i] > tables->settlements[i - 1]);
    return fits
        ? MBILL_OK
        : mbill__fail(err, MBILL_E_METER_TABLES, "the ladder does not begin anew on the days on which that of the tariff does");
}

/* What a kWh of a minute costs at the meter and by the tariff, in every tier. */
static mbill_status check_minute(const mbill__meter_plan *plan, const mbill_meter_tables *tables, int32_t day, int32_t minute,
    int32_t rate, int64_t price_nano, mbill_error *err)
{
    for (size_t tier = 0; tier < plan->n_tiers; tier++) {
        int64_t meter_nano = (tables->rate_e4[rate - 1] + tables->tier_e4[tier]) * NANO_OF_E4,
                tariff_nano = price_nano + plan->adds_nano[tier];
        if (meter_nano == tariff_nano) continue;
        mbill_date date = mbill__civil_date(day);
        return mbill__fail(err, MBILL_E_METER_TABLES,
            "on %04d-%02d-%02d at %02d:%02d a kWh of tier %zu costs %s at the meter and %s by the tariff", (int)date.year,
            (int)date.month, (int)date.day, (int)(minute / 60), (int)(minute % 60), tier + 1,
            mbill__say_decimal(meter_nano, 9).text, mbill__say_decimal(tariff_nano, 9).text);
    }
    return MBILL_OK;
}

/* Both lists of slots side by side: the price is compared wherever one of them changes. */
static mbill_status check_day(const mbill__meter_plan *plan, const mbill_meter_tables *tables, int32_t day, mbill_error *err)
{
    size_t season = mbill__meter_plan_season(plan, day), at = 0;
    const mbill__day_table *own = mbill__meter_plan_table(plan, season, mbill__meter_plan_type(plan, day));
    const mbill_meter_day *meter = &tables->days[meter_table(tables, day) - 1];
    for (int32_t minute = 0, slot = 0; minute < 1440;) {
        int64_t price_nano = mbill__meter_plan_price(plan, season, (size_t)own->slots[at].period);
        MBILL_TRY(check_minute(plan, tables, day, minute, meter->slots[slot].rate, price_nano, err));
        int32_t next = at + 1 < own->n_slots ? own->slots[at + 1].minute : 1440;
        int32_t meter_next = slot + 1 < meter->n_slots ? meter->slots[slot + 1].minute : 1440;
        minute = next < meter_next ? next : meter_next;
        at += minute == next;
        slot += minute == meter_next;
    }
    return MBILL_OK;
}

mbill_status mbill_meter_tables_check(const mbill_tariff *tariff, const mbill_meter_tables *tables, mbill_error *err)
{
    mbill__meter_plan plan;
    MBILL__NEED(tariff);
    MBILL__NEED(tables);
    MBILL_TRY(mbill__meter_tables_whole(tables, err));
    MBILL_TRY(mbill__meter_plan_make(tariff, true, &plan, err));
    MBILL_TRY(check_ladder(&plan, tables, err));
    for (int32_t day = tables->from_day; day < tables->to_day; day++) MBILL_TRY(check_day(&plan, tables, day, err));
    return MBILL_OK;
}

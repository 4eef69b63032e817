/* SPDX-License-Identifier: Apache-2.0 */
/* How a month of readings comes about. Whole numbers alone, so that a seed gives the same bytes everywhere.
 * One meter in fifty passes its modulus, one in a hundred is replaced, one in twenty has a block of late hours, one in ten lacks
 * single hours, one in forty has estimated readings, one in a hundred uses much more than the others. */
#include "meters.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

const district_kind district_kinds[3] = {
    {"jiangsu-residential-tou", "import", "kWh", 1000000, 100, 2, 80, 600, 4500,
        {3, 2, 2, 2, 2, 3, 5, 7, 6, 5, 5, 6, 7, 6, 5, 5, 6, 8, 11, 13, 12, 10, 7, 4}},
    {"shanghai-residential-water", "volume", "m3", 100000, 1000, 3, 5, 30, 320,
        {1, 1, 1, 1, 1, 3, 10, 14, 9, 5, 4, 6, 7, 4, 3, 3, 4, 8, 12, 13, 10, 8, 5, 2}},
    {"xian-residential-heat", "heat", "kWh", 1000000, 10, 1, 700, 2600, 5200,
        {10, 10, 10, 10, 11, 12, 12, 11, 10, 9, 8, 8, 7, 7, 7, 8, 9, 10, 11, 11, 11, 11, 10, 10}},
};

uint64_t district_next(district_random *from)
{
    uint64_t z = from->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

int64_t district_below(district_random *from, int64_t limit)
{
    return (int64_t)(district_next(from) % (uint64_t)limit);
}

/* What happens to one meter in the month; hours from 0 (the opening reading) to DISTRICT_HOURS (the closing one). */
typedef struct meter_month {
    int64_t month_use; /* in counts */
    int64_t first_count;
    int replaced_at; /* -1: not */
    int late_from, late_to;
    bool missing[DISTRICT_HOURS + 1];
    bool estimated[DISTRICT_HOURS + 1];
} meter_month;

/* A single hour whose neighbours are there. The edges stay, and so does the hour at which the meter is replaced. */
static void lose_hour(meter_month *month, int hour)
{
    if (hour < 2 || hour > DISTRICT_HOURS - 2 || hour == month->replaced_at) return;
    if (month->missing[hour - 1] || month->missing[hour + 1]) return;
    month->missing[hour] = true;
}

static void plan(const district_kind *kind, int64_t nth, district_random *random, meter_month *out)
{
    memset(out, 0, sizeof *out);
    int64_t units = nth % 100 == 5 ? kind->heavy : kind->least + district_below(random, kind->most - kind->least);
    int64_t modulus = kind->modulus * kind->divisor;
    out->month_use = units * kind->divisor + district_below(random, kind->divisor);
    out->first_count = nth % 50 == 11 ? modulus - 1 - district_below(random, out->month_use / 2)
                                      : district_below(random, modulus / 2);
    out->replaced_at = nth % 100 == 37 ? 100 + (int)district_below(random, 500) : -1;
    out->late_from = nth % 20 == 3 ? 24 + (int)district_below(random, 600) : -1;
    out->late_to = nth % 20 == 3 ? out->late_from + 6 + (int)district_below(random, 19) : -1;
    if (nth % 10 == 6) {
        /* at 08:00 or 21:00 the price changes: the long interval must be divided there */
        int day = 2 + (int)district_below(random, 27);
        lose_hour(out, day * 24 + (district_below(random, 2) == 0 ? 8 : 21));
        for (int64_t n = district_below(random, 3); n > 0; n--)
            lose_hour(out, 2 + (int)district_below(random, DISTRICT_HOURS - 4));
    }
    for (int n = 0; nth % 40 == 9 && n < 8; n++) out->estimated[1 + district_below(random, DISTRICT_HOURS)] = true;
}

/* January 2026 by the wall clock of China; the closing reading is midnight of 1 February. */
static void write_row(const district_kind *kind, const char *meter, int hour, int64_t count, const char *mark,
    const char *quality, FILE *to)
{
    int month = hour < DISTRICT_HOURS ? 1 : 2, day = hour < DISTRICT_HOURS ? hour / 24 + 1 : 1;
    (void)fprintf(to, "%s,%s,2026-%02d-%02dT%02d:00+08:00,%" PRId64 ".%0*" PRId64 ",%s,%s\n", meter, kind->reg, month, day,
        hour % 24, count / kind->divisor, kind->places, count % kind->divisor, mark, quality);
}

void district_meter(const district_kind *kind, int64_t nth, const char *meter, district_random *random, FILE *now, FILE *late)
{
    meter_month month;
    plan(kind, nth, random, &month);
    int64_t count = month.first_count, modulus = kind->modulus * kind->divisor, shape_sum = 0;
    bool passed = false; /* the modulus, since the last reading that there is */
    for (int h = 0; h < 24; h++) shape_sum += kind->shape[h];
    for (int hour = 0; hour <= DISTRICT_HOURS; hour++) {
        FILE *to = hour >= month.late_from && hour < month.late_to ? late : now;
        passed = passed || count >= modulus;
        count %= modulus;
        if (hour == month.replaced_at) {
            write_row(kind, meter, hour, count, "removed", "", to);
            count = district_below(random, 5 * kind->divisor);
            write_row(kind, meter, hour, count, "installed", "", to);
        } else if (!month.missing[hour]) {
            write_row(kind, meter, hour, count, passed ? "rollover" : "", month.estimated[hour] ? "estimated" : "", to);
            passed = false;
        }
        count += month.month_use * kind->shape[hour % 24] * (50 + district_below(random, 101)) / (shape_sum * 31 * 100);
    }
}

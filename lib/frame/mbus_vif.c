/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when value information gets another meaning: EN 13757-3, tables of the primary VIF, of the extensions FBH and FDH, of media and
 * of the fixed structure's units. */
#include "frame/mbus.h"

#include <stddef.h>

/* Codes first..last of one quantity: each is ten times the one before, from 10^exponent of the unit on. */
typedef struct decades {
    uint8_t first, last;
    int8_t exponent;
    const char *quantity, *unit;
} decades;

static const decades primary[] = {
    {0x00, 0x07, -3, "energy", "Wh"},
    {0x08, 0x0F, 0, "energy", "J"},
    {0x10, 0x17, -6, "volume", "m3"},
    {0x18, 0x1F, -3, "mass", "kg"},
    {0x28, 0x2F, -3, "power", "W"},
    {0x30, 0x37, 0, "power", "J/h"},
    {0x38, 0x3F, -6, "flow", "m3/h"},
    {0x40, 0x47, -7, "flow", "m3/min"},
    {0x48, 0x4F, -9, "flow", "m3/s"},
    {0x50, 0x57, -3, "mass_flow", "kg/h"},
    {0x58, 0x5B, -3, "flow_temperature", "C"},
    {0x5C, 0x5F, -3, "return_temperature", "C"},
    {0x60, 0x63, -3, "temperature_difference", "K"},
    {0x64, 0x67, -3, "external_temperature", "C"},
    {0x68, 0x6B, -3, "pressure", "bar"},
    {0x6E, 0x6E, 0, "heat_cost_allocation", ""},
    {0x78, 0x78, 0, "fabrication_number", ""},
    {0x79, 0x79, 0, "identification", ""},
    {0x7A, 0x7A, 0, "bus_address", ""},
};

static const decades extension_fb[] = {
    {0x00, 0x01, 5, "energy", "Wh"},
    {0x08, 0x09, 8, "energy", "J"},
    {0x10, 0x11, 2, "volume", "m3"},
    {0x18, 0x19, 5, "mass", "kg"},
    {0x1A, 0x1B, -1, "relative_humidity", "%"},
    {0x21, 0x21, -1, "volume", "ft3"},
    {0x28, 0x29, 5, "power", "W"},
    {0x30, 0x31, 8, "power", "J/h"},
    {0x74, 0x77, -3, "temperature_limit", "C"},
    {0x78, 0x7F, -3, "maximum_power", "W"},
};

static const decades extension_fd[] = {
    {0x00, 0x03, -3, "credit", ""},
    {0x04, 0x07, -3, "debit", ""},
    {0x08, 0x08, 0, "access_number", ""},
    {0x09, 0x09, 0, "medium", ""},
    {0x0A, 0x0A, 0, "manufacturer", ""},
    {0x0B, 0x0B, 0, "parameter_set", ""},
    {0x0C, 0x0C, 0, "model_version", ""},
    {0x0D, 0x0D, 0, "hardware_version", ""},
    {0x0E, 0x0E, 0, "firmware_version", ""},
    {0x0F, 0x0F, 0, "software_version", ""},
    {0x10, 0x10, 0, "customer_location", ""},
    {0x11, 0x11, 0, "customer", ""},
    {0x17, 0x17, 0, "error_flags", ""},
    {0x18, 0x18, 0, "error_mask", ""},
    {0x1A, 0x1A, 0, "digital_output", ""},
    {0x1B, 0x1B, 0, "digital_input", ""},
    {0x1C, 0x1C, 0, "baud_rate", ""},
    {0x20, 0x20, 0, "first_storage", ""},
    {0x21, 0x21, 0, "last_storage", ""},
    {0x22, 0x22, 0, "storage_block", ""},
    {0x28, 0x28, 0, "storage_interval", "month"},
    {0x29, 0x29, 0, "storage_interval", "year"},
    {0x3A, 0x3A, 0, "dimensionless", ""},
    {0x40, 0x4F, -9, "voltage", "V"},
    {0x50, 0x5F, -12, "current", "A"},
    {0x60, 0x60, 0, "reset_counter", ""},
    {0x61, 0x61, 0, "cumulation_counter", ""},
    {0x62, 0x62, 0, "control_signal", ""},
    {0x63, 0x63, 0, "weekday", ""},
    {0x64, 0x64, 0, "week", ""},
    {0x66, 0x66, 0, "parameter_state", ""},
};

/* Four codes each: seconds, minutes, hours, days. */
typedef struct durations {
    uint8_t first;
    const char *quantity;
} durations;

static const durations primary_times[] = {{0x20, "on_time"}, {0x24, "operating_time"}, {0x70, "averaging_duration"},
    {0x74, "actuality_duration"}};
static const durations fd_times[] = {{0x24, "storage_interval"}, {0x2C, "since_readout"}, {0x34, "tariff_period"},
    {0x68, "since_cumulation"}};
static const char *const time_units[] = {"s", "min", "h", "d"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static mbill__mbus_meaning find(const decades *rows, size_t n_rows, const durations *times, size_t n_times, uint8_t code)
{
    for (size_t i = 0; i < n_rows; i++)
        if (code >= rows[i].first && code <= rows[i].last)
            return (mbill__mbus_meaning){rows[i].quantity, rows[i].unit, rows[i].exponent + code - rows[i].first, false};
    for (size_t i = 0; i < n_times; i++)
        if (code >= times[i].first && code < times[i].first + 4)
            return (mbill__mbus_meaning){times[i].quantity, time_units[code - times[i].first], 0, false};
    return (mbill__mbus_meaning){NULL, NULL, 0, false};
}

mbill__mbus_meaning mbill__mbus_meaning_of(int32_t table, uint8_t code)
{
    if (table == 0 && code == 0x6C) return (mbill__mbus_meaning){"date", "", 0, true};
    if (table == 0 && code == 0x6D) return (mbill__mbus_meaning){"time", "", 0, true};
    if (table == 0xFD && code == 0x30) return (mbill__mbus_meaning){"tariff_start", "", 0, true};
    if (table == 0xFD && code == 0x70) return (mbill__mbus_meaning){"battery_change", "", 0, true};
    if (table == 0) return find(primary, COUNT(primary), primary_times, COUNT(primary_times), code);
    if (table == 0xFD) return find(extension_fd, COUNT(extension_fd), fd_times, COUNT(fd_times), code);
    return find(extension_fb, COUNT(extension_fb), NULL, 0, code);
}

/* Three codes each: once, ten and a hundred times, from the first on. */
static const struct {
    uint8_t first;
    int8_t exponent;
    const char *unit;
} fixed_units[] = {
    {0x02, 0, "Wh"}, {0x05, 3, "Wh"}, {0x08, 6, "Wh"}, {0x0B, 3, "J"}, {0x0E, 6, "J"}, {0x11, 9, "J"}, {0x14, 0, "W"}, {0x17, 3, "W"},
    {0x1A, 6, "W"}, {0x1D, 3, "J/h"}, {0x20, 6, "J/h"}, {0x23, 9, "J/h"}, {0x26, -6, "m3"}, {0x29, -3, "m3"}, {0x2C, 0, "m3"},
    {0x2F, -6, "m3/h"}, {0x32, -3, "m3/h"}, {0x35, 0, "m3/h"},
};

bool mbill__mbus_fixed_unit(uint8_t code, const char **unit, int32_t *exponent)
{
    *unit = NULL;
    *exponent = 0;
    for (size_t i = 0; i < COUNT(fixed_units); i++) {
        if (code < fixed_units[i].first || code >= fixed_units[i].first + 3) continue;
        *unit = fixed_units[i].unit;
        *exponent = fixed_units[i].exponent + code - fixed_units[i].first;
        return true;
    }
    if (code == 0x38) *unit = "C", *exponent = -3;
    if (code == 0x39 || code == 0x3F) *unit = "";
    return code <= 0x01 || code == 0x38 || code == 0x39 || code == 0x3F;
}

const char *mbill_mbus_medium_name(int32_t medium)
{
    static const char *const names[] = {"other", "oil", "electricity", "gas", "heat_outlet", "steam", "hot_water", "water",
        "heat_cost_allocator", "compressed_air", "cooling_outlet", "cooling_inlet", "heat_inlet", "heat_cooling", "bus", "unknown"};
    static const struct {
        uint8_t medium;
        const char *name;
    } more[] = {{0x14, "calorific_value"}, {0x15, "hot_water_90"}, {0x16, "cold_water"}, {0x17, "dual_water"}, {0x18, "pressure"},
        {0x19, "converter"}, {0x1A, "smoke"}, {0x1B, "room_sensor"}, {0x1C, "gas_detector"}, {0x20, "breaker"}, {0x21, "valve"},
        {0x25, "customer_unit"}, {0x28, "waste_water"}, {0x29, "garbage"}};
    if (medium >= 0 && medium < (int32_t)COUNT(names)) return names[medium];
    for (size_t i = 0; i < COUNT(more); i++)
        if (more[i].medium == medium) return more[i].name;
    return NULL;
}

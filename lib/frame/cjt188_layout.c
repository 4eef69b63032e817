/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when data of CJ/T 188 get another layout: a new data identifier is one row here. Invariant: of one DI, function, direction and
 * kind of meter no two rows have the same length, so the length tells which one it is; the fields of a row fill it. */
#include "frame/cjt188_inner.h"

#define QUANTITY(name, bytes, scale) {MBILL_CJT188_##name, MBILL__188_QUANTITY, bytes, scale}
#define DECIMAL(name, bytes, scale) {MBILL_CJT188_##name, MBILL__188_DECIMAL, bytes, scale}
#define RAW(name, bytes) {MBILL_CJT188_##name, MBILL__188_RAW, bytes, 0}
#define STATUS {MBILL_CJT188_ST, MBILL__188_STATUS, 2, 0}
#define CLOCK {MBILL_CJT188_TIME, MBILL__188_CLOCK, 7, 0}
#define DAY(name) {MBILL_CJT188_##name, MBILL__188_DAY, 1, 0}
#define END {0, 0, 0, 0}

typedef mbill__188_field field;

static const field nothing[] = {END}, status[] = {STATUS, END}, clock[] = {CLOCK, END};
static const field totals[] = {QUANTITY(CURRENT, 4, 2), QUANTITY(SETTLEMENT, 4, 2), CLOCK, STATUS, END};
static const field heat_2004[] = {QUANTITY(SETTLEMENT, 4, 2), QUANTITY(CURRENT, 4, 2), QUANTITY(POWER, 4, 2), QUANTITY(FLOW, 4, 4),
    QUANTITY(VOLUME, 4, 2), DECIMAL(SUPPLY_C, 3, 2), DECIMAL(RETURN_C, 3, 2), DECIMAL(HOURS, 3, 0), CLOCK, STATUS, END};
static const field heat_2018[] = {QUANTITY(SETTLEMENT, 4, 2), QUANTITY(CURRENT, 4, 2), QUANTITY(POWER, 3, 2), QUANTITY(FLOW, 3, 4),
    QUANTITY(VOLUME, 4, 2), DECIMAL(SUPPLY_C, 2, 2), DECIMAL(RETURN_C, 2, 2), DECIMAL(HOURS, 4, 0), CLOCK, STATUS, END};
static const field heat_and_cold[] = {QUANTITY(SETTLEMENT, 4, 2), QUANTITY(SETTLEMENT_COLD, 4, 2), QUANTITY(CURRENT, 4, 2),
    QUANTITY(CURRENT_COLD, 4, 2), QUANTITY(POWER, 4, 2), QUANTITY(FLOW, 4, 4), QUANTITY(VOLUME, 4, 2), DECIMAL(SUPPLY_C, 3, 2),
    DECIMAL(RETURN_C, 3, 2), DECIMAL(SUPPLY_MPA, 3, 2), DECIMAL(RETURN_MPA, 3, 2), DECIMAL(HOURS, 3, 0), CLOCK, STATUS, END};
static const field month[] = {QUANTITY(SETTLEMENT, 4, 2), END}, synchronised[] = {QUANTITY(CURRENT, 4, 2), END};
static const field settlement_day[] = {DAY(SETTLEMENT_DAY), END}, reading_day[] = {DAY(READING_DAY), END};
static const field price_table[] = {DECIMAL(PRICES, 3, 2), DECIMAL(VOLUMES, 3, 0), DECIMAL(PRICES, 3, 2), DECIMAL(VOLUMES, 3, 0),
    DECIMAL(PRICES, 3, 2), END};
static const field prices_2004[] = {DECIMAL(PRICES, 3, 2), DECIMAL(VOLUMES, 3, 0), DECIMAL(PRICES, 3, 2), DECIMAL(VOLUMES, 3, 0),
    DECIMAL(PRICES, 3, 2), DAY(START_DAY), END};
static const field prices_of_gas[] = {RAW(TIER_KIND, 1), DECIMAL(PRICES, 2, 2), DECIMAL(VOLUMES, 3, 0), DECIMAL(PRICES, 2, 2),
    DECIMAL(VOLUMES, 3, 0), DECIMAL(PRICES, 2, 2), DECIMAL(VOLUMES, 3, 0), DECIMAL(PRICES, 2, 2), DECIMAL(VOLUMES, 3, 0),
    DECIMAL(PRICES, 2, 2), {MBILL_CJT188_START_DATE, MBILL__188_DATE, 3, 0}, END};
static const field purchases[] = {DECIMAL(PURCHASE_NO, 1, 0), DECIMAL(AMOUNT, 4, 2), DECIMAL(TOTAL_AMOUNT, 4, 2),
    DECIMAL(REMAINING, 4, 2), STATUS, END};
static const field top_up[] = {DECIMAL(PURCHASE_NO, 1, 0), DECIMAL(AMOUNT, 4, 2), END};
static const field key_version[] = {RAW(KEY_VERSION, 1), END}, new_key[] = {RAW(KEY_VERSION, 1), RAW(KEY, 8), END};
static const field new_address[] = {RAW(NEW_ADDRESS, 7), END}, valve[] = {RAW(VALVE_CODE, 1), END};

#define REQUEST 0
#define REPLY MBILL__188_REPLY
#define READ MBILL__188_READ
#define WRITE MBILL__188_WRITE
#define ANY MBILL__188_ANY
#define HEAT MBILL__188_HEAT
#define NOT_HEAT MBILL__188_NOT_HEAT

/* Requests that read carry DI and SER alone. */
#define READS(di, last, reply_length, meters, fields) \
    {di, last, READ, REQUEST, meters, 3, nothing}, {di, last, READ, REPLY, meters, reply_length, fields}
/* Replies to writes carry SER alone or ST with it: 2004 has both, by DI, and makers mix them. */
#define WRITES(di, function, request_length, fields) \
    {di, di, function, REQUEST, ANY, request_length, fields}, {di, di, function, REPLY, ANY, 3, nothing}, \
        {di, di, function, REPLY, ANY, 5, status}

static const mbill__188_layout layouts[] = {
    READS(0x901F, 0x901F, 0x16, NOT_HEAT, totals),
    {0x901F, 0x901F, READ, REQUEST, HEAT, 3, nothing},
    {0x901F, 0x901F, READ, REPLY, HEAT, 0x2E, heat_2004},
    {0x901F, 0x901F, READ, REPLY, HEAT, 0x2B, heat_2018},
    READS(0x911F, 0x911F, 0x3E, HEAT, heat_and_cold),
    READS(0xD120, 0xD12B, 8, ANY, month),
    READS(0x8102, 0x8102, 0x12, ANY, price_table),
    READS(0x8103, 0x8103, 4, ANY, settlement_day),
    READS(0x8104, 0x8104, 4, ANY, reading_day),
    READS(0x8105, 0x8105, 0x12, ANY, purchases),
    READS(0x907F, 0x907F, 0x0A, ANY, clock),
    {0x8106, 0x8106, MBILL__188_KEY_VERSION, REQUEST, ANY, 3, nothing},
    {0x8106, 0x8106, MBILL__188_KEY_VERSION, REPLY, ANY, 4, key_version},
    {0x810A, 0x810A, MBILL__188_READ_ADDRESS, REQUEST, ANY, 3, nothing},
    {0x810A, 0x810A, MBILL__188_READ_ADDRESS, REPLY, ANY, 3, nothing},
    WRITES(0xA010, WRITE, 0x13, prices_2004),
    {0xA010, 0xA010, WRITE, REQUEST, ANY, 0x1D, prices_of_gas},
    WRITES(0xA011, WRITE, 4, settlement_day),
    WRITES(0xA012, WRITE, 4, reading_day),
    {MBILL__188_DI_TOP_UP, MBILL__188_DI_TOP_UP, WRITE, REQUEST, ANY, 8, top_up},
    {MBILL__188_DI_TOP_UP, MBILL__188_DI_TOP_UP, WRITE, REPLY, ANY, 8, top_up},
    WRITES(MBILL__188_DI_NEW_KEY, WRITE, 0x0C, new_key),
    {MBILL__188_DI_NEW_KEY, MBILL__188_DI_NEW_KEY, WRITE, REPLY, ANY, 4, key_version},
    WRITES(0xA015, WRITE, 0x0A, clock),
    WRITES(0xA016, MBILL__188_SYNCHRONISE, 8, synchronised),
    WRITES(MBILL__188_DI_VALVE, WRITE, 4, valve),
    WRITES(0xA018, MBILL__188_WRITE_ADDRESS, 0x0A, new_address),
    WRITES(0xA019, WRITE, 3, nothing),
};

static int32_t function_of(uint8_t control, int32_t maker)
{
    int32_t function = control & MBILL__188_FUNCTION;
    return maker != 0 && function == maker ? MBILL__188_WRITE : function;
}

static int32_t meters_of(uint8_t type)
{
    return type >= 0x20 && type <= 0x29 ? MBILL__188_HEAT : MBILL__188_NOT_HEAT;
}

const mbill__188_layout *mbill__cjt188_layout(int32_t di, uint8_t type, uint8_t control, int32_t maker, size_t *at)
{
    int32_t function = function_of(control, maker), direction = control & MBILL__188_REPLY;
    while (*at < sizeof layouts / sizeof layouts[0]) {
        const mbill__188_layout *layout = &layouts[(*at)++];
        if (di < layout->di || di > layout->di_last || layout->function != function || layout->direction != direction) continue;
        if (layout->meters == MBILL__188_ANY || layout->meters == meters_of(type)) return layout;
    }
    return NULL;
}

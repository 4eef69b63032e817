/* SPDX-License-Identifier: Apache-2.0 */
/* A tariff document, and pricing with what loads: it has one canonical form that loads again; a bill made with it adds up, whatever
 * the usage; a bill in two parts leaves the position that one bill leaves; money buys what its bill says; a position reads back as it was written. */
#include "meterbill/buy.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define N_INTERVALS 96
#define LINES_CAP 4096
#define REGISTERS_CAP 8
#define FACTS_CAP 64

static mbill_line lines[LINES_CAP];
static mbill_interval intervals[N_INTERVALS];
static mbill_input inputs[REGISTERS_CAP];

static void require(int holds)
{
    if (!holds) abort();
}

/* Hours from the first day on that the tariff is valid, of sizes that come from the data. */
static int64_t make_usage(const mbill_tariff *tariff, const uint8_t *data, size_t size, size_t *out_n_inputs)
{
    int64_t from;
    mbill_tariff_valid(tariff, &from, NULL);
    for (size_t i = 0; i < N_INTERVALS; i++)
        intervals[i] = (mbill_interval){from + (int64_t)i * 3600, from + ((int64_t)i + 1) * 3600,
            (int64_t)data[i % size] * 10007 * (data[(i * 7) % size] + 1), 0, 0};
    *out_n_inputs = 0;
    for (size_t i = 0; i < mbill_tariff_n_registers(tariff) && i < REGISTERS_CAP; i++)
        inputs[(*out_n_inputs)++] = (mbill_input){.name = mbill_tariff_register(tariff, i),
            .intervals = intervals,
            .n_intervals = N_INTERVALS};
    return from;
}

#define PRICES (N_INTERVALS * 4)

/* Hours and quarter-hours of prices of either sign; the last of the quarter-hours is missing. */
static void make_prices(int64_t from, int64_t values_nano[PRICES], mbill_price_series out[2])
{
    for (int64_t i = 0; i < PRICES; i++) values_nano[i] = (i / 3 % 7 - 2) * 12345678;
    values_nano[PRICES - 1] = MBILL_PRICE_MISSING;
    out[0] = (mbill_price_series){"spot", from, 3600, values_nano, N_INTERVALS};
    out[1] = (mbill_price_series){"quarter", from, 900, values_nano, PRICES};
}

#define FACTORS 64

/* Of each register that the tariff wants converted: one since ever, and one from the second day on. */
static size_t make_factors(const mbill_tariff *tariff, int64_t from, mbill_factor out[FACTORS])
{
    int32_t day = mbill_zone_day(mbill_tariff_labels(tariff)->zone, from) + 1;
    size_t n = 0;
    for (size_t i = 0; i < mbill_tariff_n_registers(tariff) && n + 2 <= FACTORS; i++) {
        if (!mbill_tariff_register_converted(tariff, i)) continue;
        const char *name = mbill_tariff_register(tariff, i), *to = mbill_tariff_register_unit(tariff, i);
        out[n++] = (mbill_factor){name, MBILL_DAY_EVER, 0, 53872049, 5000000, "gas_m3", to, "gas_z 0.9614"};
        out[n++] = (mbill_factor){name, day, 0, 2500, 9, "GJ", to, NULL};
    }
    return n;
}

/* What a bill shows of conversions is what it says. */
static void check_converted(const mbill_tariff *tariff, const mbill_price_request *request, mbill_bill *bill, size_t n_lines)
{
    mbill_converted records[FACTORS];
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_tariff_converted(tariff, request, records, FACTORS, &bill->n_converted, &err) != MBILL_OK) return;
    bill->converted = records;
    require(mbill_bill_check(bill, lines, n_lines, &err) == MBILL_OK);
    bill->converted = NULL;
    bill->n_converted = 0;
}

static mbill_status price(const mbill_tariff *tariff, int64_t from, int64_t to, size_t n_inputs, mbill_position *position)
{
    mbill_factor factors[FACTORS];
    static const char *const names[] = {"area", "homes", "persons", "households", "kva", "class"};
    mbill_fact facts[sizeof names / sizeof names[0]];
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_error err;
    size_t n_lines = 0, most = 0;
    int64_t start, values_nano[PRICES];
    mbill_price_series series[2];
    mbill_error_init(&err);
    mbill_tariff_valid(tariff, &start, NULL);
    make_prices(start, values_nano, series);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        facts[i] = (mbill_fact){names[i], 3000000, strcmp(names[i], "class") == 0 ? "A" : NULL};
    mbill_price_request request = {.struct_size = sizeof request,
        .from_utc_s = from,
        .to_utc_s = to,
        .inputs = inputs,
        .n_inputs = n_inputs,
        .facts = facts,
        .n_facts = sizeof names / sizeof names[0],
        .series = series,
        .n_series = 2,
        .factors = factors,
        .n_factors = make_factors(tariff, start, factors)};
    mbill_status status = mbill_tariff_price(tariff, &request, position, lines, LINES_CAP, &n_lines, &bill, position, &err);
    require((int32_t)status == err.status);
    require(status != MBILL_E_INTERNAL && status != MBILL_E_MISUSE && (status == MBILL_OK || err.message[0] != '\0'));
    require(mbill_tariff_lines_max(tariff, from, to, &most, NULL) != MBILL_OK || n_lines <= most);
    if (status == MBILL_OK) require(mbill_bill_check(&bill, lines, n_lines, &err) == MBILL_OK);
    if (status == MBILL_OK) check_converted(tariff, &request, &bill, n_lines);
    return status;
}

/* What money buys is a number of steps, at the price that the bill of it has; rounded down, the money pays it. */
static void check_buying(const mbill_tariff *tariff, const uint8_t *data, size_t size)
{
    static const mbill_fact facts[] = {{"area", 3000000, NULL}, {"homes", 3000000, NULL}, {"persons", 3000000, NULL},
        {"class", 0, "A"}};
    int64_t from, step = mbill_tariff_buy_step(tariff), money = ((int64_t)data[size / 2] + 1) * 1000003;
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_purchase purchase = {.struct_size = sizeof purchase};
    mbill_error err;
    size_t n_lines = 0;
    mbill_error_init(&err);
    mbill_tariff_valid(tariff, &from, NULL);
    mbill_price_request request = {.struct_size = sizeof request,
        .flags = MBILL_PRICE_PURCHASE,
        .from_utc_s = from,
        .to_utc_s = from + 1,
        .facts = facts,
        .n_facts = sizeof facts / sizeof facts[0]};
    mbill_status status = mbill_tariff_buy(tariff, &request, NULL, money, lines, LINES_CAP, &n_lines, &bill, &purchase, NULL,
        &err);
    require((int32_t)status == err.status && status != MBILL_E_INTERNAL && status != MBILL_E_MISUSE);
    if (status != MBILL_OK) return;
    require(purchase.quantity_micro >= 0 && purchase.quantity_micro % step == 0);
    require(purchase.change_micro == money - bill.total_micro);
    require(mbill_bill_check(&bill, lines, n_lines, &err) == MBILL_OK);
    if (strstr((const char *)data, "\"half_up\"") == NULL) require(purchase.change_micro >= 0);
}

static void check_position_text(const mbill_tariff *tariff, const mbill_position *position, mbill_position *again)
{
    size_t room = 0;
    require(mbill_position_write(tariff, position, NULL, &room, NULL) == MBILL_OK);
    char *text = malloc(room);
    require(text != NULL && mbill_position_write(tariff, position, text, &room, NULL) == MBILL_OK);
    require(mbill_position_read(tariff, text, room - 1, again, NULL) == MBILL_OK);
    require(memcmp(position, again, mbill_position_size(tariff)) == 0);
    free(text);
}

/* A factor or rounding of a quantity is of each bill's own use, a charge may be due in one part alone, and a ratchet may remember each bill. */
static bool counts_every_unit(const char *text)
{
    return strstr(text, "factor") == NULL && strstr(text, "round\"") == NULL && strstr(text, "product") == NULL &&
        strstr(text, "only_if") == NULL && strstr(text, "\"bills\"") == NULL;
}

static void check_pricing(const mbill_tariff *tariff, const uint8_t *data, size_t size)
{
    size_t n_inputs, bytes = mbill_position_size(tariff);
    int64_t from = make_usage(tariff, data, size, &n_inputs), middle = from + 48 * 3600, to = from + N_INTERVALS * 3600;
    mbill_position *whole = malloc(bytes), *parts = malloc(bytes), *again = malloc(bytes);
    require(whole != NULL && parts != NULL && again != NULL);
    mbill_position_init(tariff, whole);
    mbill_position_init(tariff, parts);
    if (price(tariff, from, to, n_inputs, whole) == MBILL_OK) {
        check_position_text(tariff, whole, again);
        bool in_parts = price(tariff, from, middle, n_inputs, parts) == MBILL_OK &&
            price(tariff, middle, to, n_inputs, parts) == MBILL_OK;
        if (in_parts && counts_every_unit((const char *)data)) require(memcmp(whole, parts, bytes) == 0);
    }
    free(whole);
    free(parts);
    free(again);
}

static void check_canonical(const mbill_tariff *tariff)
{
    size_t room = 0;
    mbill_tariff *again;
    require(mbill_tariff_canonical(tariff, NULL, &room, NULL) == MBILL_OK);
    char *text = malloc(room);
    require(text != NULL && mbill_tariff_canonical(tariff, text, &room, NULL) == MBILL_OK);
    require(mbill_tariff_read(text, room - 1, NULL, &again, NULL) == MBILL_OK);
    require(strcmp(mbill_tariff_labels(tariff)->hash, mbill_tariff_labels(again)->hash) == 0);
    mbill_tariff_free(again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mbill_tariff *tariff;
    mbill_error err;
    mbill_error_init(&err);
    if (size == 0) return 0;
    char *text = malloc(size + 1);
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    mbill_status status = mbill_tariff_read(text, size, NULL, &tariff, &err);
    require(status != MBILL_E_INTERNAL && status != MBILL_E_NOMEM && (status == MBILL_OK || err.message[0] != '\0'));
    if (status == MBILL_OK) {
        check_canonical(tariff);
        check_pricing(tariff, (const uint8_t *)text, size);
        check_buying(tariff, (const uint8_t *)text, size);
        mbill_tariff_free(tariff);
    }
    free(text);
    return 0;
}

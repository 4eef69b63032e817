/* SPDX-License-Identifier: Apache-2.0 */
/* Parse a tariff, price a month, print the lines. Build: cc price.c $(pkg-config --cflags --libs meterbill) */
#include <meterbill.h>

#include <stdio.h>
#include <string.h>

static const char tariff_json[] =
    "{\"meterbill\": 1, \"id\": \"example\", \"version\": \"2026-01-01\", \"currency\": \"CNY\", \"zone\": \"CST-8\","
    " \"valid\": {\"from\": \"2026-01-01\", \"to\": null},"
    " \"inputs\": {\"energy\": {\"register\": \"import\", \"unit\": \"kWh\"}},"
    " \"rounding\": {\"line\": \"none\", \"charge\": \"none\", \"bill\": {\"step\": \"0.01\", \"how\": \"half_up\"}},"
    " \"charges\": [{\"id\": \"energy\", \"quantity\": \"energy\", \"rate\": [\"0.5283\", \"0.5783\", \"0.8283\"],"
    "   \"tiers\": {\"over\": \"month\", \"how\": \"graduated\", \"bounds\": [\"230\", \"400\"]}}]}";

int main(void)
{
    mbill_tariff *tariff = NULL;
    mbill_line lines[16];
    size_t n_lines = 0;
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_input usage = {.name = "import", .total_micro = 650 * INT64_C(1000000)};
    mbill_price_request request = {.struct_size = sizeof request, .inputs = &usage, .n_inputs = 1};
    mbill_error err;
    mbill_error_init(&err);

    mbill_status status = mbill_tariff_read(tariff_json, strlen(tariff_json), NULL, &tariff, &err);
    const mbill_zone *zone = status == MBILL_OK ? mbill_tariff_labels(tariff)->zone : NULL;
    if (status == MBILL_OK) status = mbill_time_parse("2026-01-01", 10, zone, &request.from_utc_s, &err);
    if (status == MBILL_OK) status = mbill_time_parse("2026-02-01", 10, zone, &request.to_utc_s, &err);
    if (status == MBILL_OK) status = mbill_tariff_price(tariff, &request, NULL, lines, 16, &n_lines, &bill, NULL, &err);

    char text[256];
    for (size_t i = 0; status == MBILL_OK && i < n_lines; i++) {
        size_t room = sizeof text;
        status = mbill_line_explain(&lines[i], mbill_tariff_labels(tariff), text, &room, &err);
        if (status == MBILL_OK) puts(text);
    }
    size_t room = sizeof text;
    if (status == MBILL_OK) status = mbill_decimal_print_places(bill.total_micro, MBILL_SCALE_MICRO, 2, text, &room, &err);
    if (status == MBILL_OK) printf("total %s\n", text);
    else fprintf(stderr, "%s: %s %s\n", mbill_status_name(err.status), err.path, err.message);
    mbill_tariff_free(tariff);
    return status != MBILL_OK;
}

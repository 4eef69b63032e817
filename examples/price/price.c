/* SPDX-License-Identifier: Apache-2.0 */
/* Two months under a yearly ladder: parse a tariff, price each month with the position that the month before left, print
 * the lines. Build: cc -std=c11 -o price price.c $(pkg-config --cflags --libs meterbill) */
#include <meterbill.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char tariff_json[] =
    "{\"meterbill\": 1, \"id\": \"jiangsu-residential\", \"version\": \"2012-07-01\", \"currency\": \"CNY\", \"zone\": \"CST-8\","
    " \"valid\": {\"from\": \"2012-07-01\", \"to\": null},"
    " \"inputs\": {\"energy\": {\"register\": \"import\", \"unit\": \"kWh\"}},"
    " \"rounding\": {\"line\": \"none\", \"charge\": \"none\", \"bill\": {\"step\": \"0.01\", \"how\": \"half_up\"}},"
    " \"charges\": [{\"id\": \"energy\", \"quantity\": \"energy\", \"rate\": [\"0.5283\", \"0.5783\", \"0.8283\"],"
    "   \"tiers\": {\"over\": \"year\", \"how\": \"graduated\", \"bounds\": [\"2760\", \"4800\"]}}]}";

/* One bill over [from, to): its lines as sentences, and its total. The position moves on. */
static mbill_status print_bill(const mbill_tariff *tariff, const char *from, const char *to, int64_t used_kwh,
    mbill_position *position, mbill_error *err)
{
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    mbill_line lines[16];
    size_t n_lines = 0, room;
    char text[256];
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_input usage = {.name = "import", .total_micro = used_kwh * INT64_C(1000000)};
    mbill_price_request request = {.struct_size = sizeof request, .inputs = &usage, .n_inputs = 1};

    mbill_status status = mbill_time_parse(from, strlen(from), labels->zone, &request.from_utc_s, err);
    if (status == MBILL_OK) status = mbill_time_parse(to, strlen(to), labels->zone, &request.to_utc_s, err);
    if (status == MBILL_OK) status = mbill_tariff_price(tariff, &request, position, lines, 16, &n_lines, &bill, position, err);
    if (status == MBILL_OK) printf("%s to %s\n", from, to);
    for (size_t i = 0; status == MBILL_OK && i < n_lines; i++) {
        room = sizeof text;
        status = mbill_line_explain(&lines[i], labels, text, &room, err);
        if (status == MBILL_OK) printf("  %s\n", text);
    }
    room = sizeof text;
    if (status == MBILL_OK) status = mbill_decimal_print_places(bill.total_micro, MBILL_SCALE_MICRO, 2, text, &room, err);
    if (status == MBILL_OK) printf("  total %s %s\n", text, labels->currency);
    return status;
}

int main(void)
{
    mbill_tariff *tariff = NULL;
    mbill_position *position = NULL;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_tariff_read(tariff_json, strlen(tariff_json), NULL, &tariff, &err);
    if (status == MBILL_OK) {
        position = malloc(mbill_position_size(tariff));
        if (position == NULL) status = MBILL_E_NOMEM;
        else mbill_position_init(tariff, position);
    }
    if (status == MBILL_OK) status = print_bill(tariff, "2026-01-01", "2026-02-01", 2500, position, &err);
    if (status == MBILL_OK) status = print_bill(tariff, "2026-02-01", "2026-03-01", 400, position, &err);
    if (status != MBILL_OK) fprintf(stderr, "%s %s: %s\n", mbill_status_name((int32_t)status), err.path, err.message);
    free(position);
    mbill_tariff_free(tariff);
    return status != MBILL_OK;
}

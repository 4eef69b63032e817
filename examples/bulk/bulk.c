/* SPDX-License-Identifier: Apache-2.0 */
/* A week of hourly readings of four accounts, priced at once from columns; then one of them again, reading by reading, to the same
 * cent. Build: cc -std=c11 -o bulk bulk.c $(pkg-config --cflags --libs meterbill) */
#include <meterbill.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOURS = 168, ACCOUNTS = 4 };

static const char tariff_json[] =
    "{\"meterbill\": 1, \"id\": \"shift\", \"version\": \"2026-01\", \"currency\": \"CNY\", \"zone\": \"CST-8\","
    " \"valid\": {\"from\": \"2026-01-01\", \"to\": null},"
    " \"inputs\": {\"energy\": {\"register\": \"import\", \"unit\": \"kWh\"}},"
    " \"calendar\": {\"periods\": [{\"name\": \"valley\", \"when\": [{\"at\": [\"22:00-06:00\"]}]},"
    "                            {\"name\": \"day\", \"otherwise\": true}]},"
    " \"rounding\": {\"line\": {\"step\": \"0.01\", \"how\": \"half_up\"}, \"charge\": \"none\", \"bill\": \"none\"},"
    " \"charges\": [{\"id\": \"energy\", \"quantity\": \"energy\", \"rate\": {\"valley\": \"0.30\", \"day\": \"0.55\"}}]}";

/* What the meters measured: every account has a pattern of its own over the hours of the day. */
static void measure(int64_t quantities_micro[ACCOUNTS][HOURS])
{
    for (int64_t account = 0; account < ACCOUNTS; account++)
        for (int64_t hour = 0; hour < HOURS; hour++)
            quantities_micro[account][hour] = (account + 1) * 250000 + (hour % 24) * 12500;
}

static void print_money(const char *name, int64_t amount_micro)
{
    char text[32];
    size_t room = sizeof text;
    mbill_error err;
    if (mbill_decimal_print_places(amount_micro, MBILL_SCALE_MICRO, 2, text, &room, &err) == MBILL_OK)
        printf("%s %s\n", name, text);
}

/* All accounts at once: what the tariff and the time axis settle is worked out in mbill_bulk_open() and holds for all of them. */
static mbill_status price_all(const mbill_tariff *tariff, const mbill_price_request *span, const mbill_axis *axis,
    int64_t quantities_micro[ACCOUNTS][HOURS], mbill_error *err)
{
    static const char *const registers[] = {"import"};
    mbill_column columns[ACCOUNTS];
    mbill_bulk_account accounts[ACCOUNTS] = {{0}};
    mbill_bulk *bulk = NULL;
    mbill_status status = MBILL_OK;
    for (size_t i = 0; i < ACCOUNTS && status == MBILL_OK; i++) {
        status = mbill_column_check(axis, quantities_micro[i], NULL, &columns[i], err);
        accounts[i].columns = &columns[i];
    }
    if (status == MBILL_OK) status = mbill_bulk_open(tariff, span, axis, registers, 1, NULL, &bulk, err);
    if (status != MBILL_OK) return status;
    void *work = malloc(mbill_bulk_work_size(bulk));
    status = work == NULL ? MBILL_E_NOMEM : mbill_bulk_price(bulk, accounts, ACCOUNTS, work, err);
    for (size_t i = 0; i < ACCOUNTS && status == MBILL_OK; i++) {
        char name[32];
        snprintf(name, sizeof name, "account %zu", i + 1);
        print_money(name, accounts[i].total_micro);
    }
    free(work);
    mbill_bulk_free(bulk);
    return status;
}

/* One account as its readings come in: after each, what it has come to so far. */
static mbill_status price_one(mbill_stream *stream, const mbill_axis *axis, const int64_t *quantities_micro, mbill_error *err)
{
    mbill_line lines[8];
    mbill_bill bill = {.struct_size = sizeof bill};
    size_t n_lines;
    mbill_status status = MBILL_OK;
    for (int64_t hour = 0; hour < HOURS && status == MBILL_OK; hour++) {
        const int64_t start_utc_s = axis->start_utc_s + hour * axis->step_s;
        const mbill_interval reading = {.start_utc_s = start_utc_s,
            .end_utc_s = start_utc_s + axis->step_s,
            .quantity_micro = quantities_micro[hour]};
        int64_t total_micro, delta_micro;
        status = mbill_stream_push(stream, 0, &reading, err);
        if (status == MBILL_OK) status = mbill_stream_total(stream, &total_micro, &delta_micro, err);
        if (status == MBILL_OK && hour % 24 == 23) print_money("  so far", total_micro);
    }
    if (status == MBILL_OK) status = mbill_stream_finish(stream, lines, 8, &n_lines, &bill, NULL, NULL, err);
    if (status == MBILL_OK) print_money("  bill", bill.total_micro);
    return status;
}

int main(void)
{
    static const char *const registers[] = {"import"};
    static const char from[] = "2026-03-02", to[] = "2026-03-09";
    static int64_t quantities_micro[ACCOUNTS][HOURS];
    mbill_price_request span = {.struct_size = sizeof span};
    mbill_tariff *tariff = NULL;
    mbill_stream *stream = NULL;
    mbill_error err;
    mbill_error_init(&err);
    measure(quantities_micro);
    mbill_status status = mbill_tariff_read(tariff_json, strlen(tariff_json), NULL, &tariff, &err);
    const mbill_zone *zone = status == MBILL_OK ? mbill_tariff_labels(tariff)->zone : NULL;
    if (status == MBILL_OK) status = mbill_time_parse(from, strlen(from), zone, &span.from_utc_s, &err);
    if (status == MBILL_OK) status = mbill_time_parse(to, strlen(to), zone, &span.to_utc_s, &err);
    const mbill_axis axis = {.start_utc_s = span.from_utc_s, .step_s = 3600, .n = HOURS};
    if (status == MBILL_OK) status = price_all(tariff, &span, &axis, quantities_micro, &err);
    if (status == MBILL_OK) {
        stream = malloc(mbill_stream_size(tariff, &span, 1, HOURS));
        status = stream == NULL ? MBILL_E_NOMEM : mbill_stream_start(tariff, &span, NULL, registers, 1, HOURS, stream, &err);
    }
    if (status == MBILL_OK) printf("account 1, day by day\n");
    if (status == MBILL_OK) status = price_one(stream, &axis, quantities_micro[0], &err);
    if (status != MBILL_OK) fprintf(stderr, "%s %s: %s\n", mbill_status_name((int32_t)status), err.path, err.message);
    free(stream);
    mbill_tariff_free(tariff);
    return status != MBILL_OK;
}

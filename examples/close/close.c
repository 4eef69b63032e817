/* SPDX-License-Identifier: Apache-2.0 */
/* A month in one SQLite file: a tariff, four flats and their readings go in, the month is closed, and closing it again changes nothing.
 * Build: cc -std=c11 -o close close.c $(pkg-config --cflags --libs meterbill-store) */
#include <meterbill.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLATS = 4 };

static const char tariff_json[] =
    "{\"meterbill\": 1, \"id\": \"home\", \"version\": \"2026\", \"currency\": \"EUR\", \"zone\": \"UTC0\","
    " \"valid\": {\"from\": \"2026-01-01\", \"to\": null},"
    " \"inputs\": {\"energy\": {\"register\": \"import\", \"unit\": \"kWh\"}},"
    " \"rounding\": {\"line\": {\"step\": \"0.01\", \"how\": \"half_up\"}, \"charge\": \"none\", \"bill\": \"none\"},"
    " \"charges\": [{\"id\": \"energy\", \"quantity\": \"energy\", \"rate\": [\"0.25\", \"0.32\"],"
    "   \"tiers\": {\"over\": \"bill\", \"how\": \"graduated\", \"bounds\": [\"100\"]}},"
    "  {\"id\": \"standing\", \"quantity\": \"days\", \"rate\": \"0.3\"}]}";

static void accounts_of(char *text, size_t room)
{
    size_t at = (size_t)snprintf(text, room, "{\"meterbill\": 1, \"kind\": \"accounts\", \"accounts\": [");
    for (int flat = 1; flat <= FLATS; flat++)
        at += (size_t)snprintf(text + at, room - at,
            "%s{\"id\": \"flat-%d\", \"contracts\": [{\"tariff\": \"home\", \"from\": \"2026-01-01\", \"to\": null, \"meters\": ["
            "{\"id\": \"M-%d\", \"registers\": [{\"register\": \"import\", \"unit\": \"kWh\"}]}]}]}",
            flat > 1 ? ", " : "", flat, flat);
    (void)snprintf(text + at, room - at, "]}");
}

static void readings_of(char *text, size_t room)
{
    size_t at = (size_t)snprintf(text, room, "meter,time,value\n");
    for (int flat = 1; flat <= FLATS; flat++)
        at += (size_t)snprintf(text + at, room - at, "M-%d,2026-01-01,%d\nM-%d,2026-02-01,%d.5\n", flat, 1000 * flat, flat,
            1000 * flat + 45 * flat);
}

static mbill_status fill(mbill_store *store, mbill_error *err)
{
    char accounts[2048], readings[512];
    mbill_import_counts counts = {.struct_size = sizeof counts};
    accounts_of(accounts, sizeof accounts);
    readings_of(readings, sizeof readings);
    mbill_status status = mbill_store_put_tariff(store, tariff_json, strlen(tariff_json), &counts, err);
    if (status == MBILL_OK) status = mbill_store_put_accounts(store, accounts, strlen(accounts), &counts, err);
    if (status == MBILL_OK) status = mbill_store_put_readings(store, readings, strlen(readings), "UTC0", &counts, err);
    if (status == MBILL_OK) printf("readings: %" PRId64 " added, %" PRId64 " there already\n", counts.n_added, counts.n_same);
    return status;
}

static mbill_status close_month(mbill_store *store, mbill_error *err)
{
    mbill_close_options options = {.struct_size = sizeof options,
        .from = "2026-01-01",
        .to = "2026-02-01",
        .recorded_utc_s = INT64_C(1769925600)};
    mbill_close_summary summary = {.struct_size = sizeof summary};
    char total[MBILL_DECIMAL_TEXT_MAX];
    size_t room = sizeof total;
    int64_t total_micro = 0;
    mbill_status status = mbill_store_close_span(store, &options, &summary, err);
    if (status == MBILL_OK) status = mbill_sum_value(&summary.total, &total_micro, err);
    if (status == MBILL_OK) status = mbill_decimal_print_places(total_micro, MBILL_SCALE_MICRO, 2, total, &room, err);
    if (status == MBILL_OK)
        printf("closed: %" PRId64 " billed, %" PRId64 " before, %" PRId64 " refused, total %s\n", summary.n_billed,
            summary.n_already, summary.n_refused, total);
    return status;
}

/* The document of the account's one bill says its total. */
static mbill_status print_bill(mbill_store *store, int flat, mbill_error *err)
{
    static const char mark[] = "\"total\":\"";
    char account[16], *text = NULL, *at = NULL;
    size_t room = 0;
    (void)snprintf(account, sizeof account, "flat-%d", flat);
    mbill_status status = mbill_store_bills(store, account, NULL, NULL, &room, err);
    if (status == MBILL_OK || status == MBILL_E_ROOM) {
        text = malloc(room);
        status = text == NULL ? MBILL_E_NOMEM : mbill_store_bills(store, account, NULL, text, &room, err);
    }
    if (status == MBILL_OK && (at = strstr(text, mark)) != NULL)
        printf("%s %.*s\n", account, (int)strcspn(at + sizeof mark - 1, "\""), at + sizeof mark - 1);
    free(text);
    return status;
}

int main(int n_arguments, char **arguments)
{
    const char *path = n_arguments > 1 ? arguments[1] : "close.db";
    const mbill_store_options options = {.struct_size = sizeof options, .flags = MBILL_STORE_CREATE};
    mbill_store *store = NULL;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_store_open(path, &options, NULL, &store, &err);
    if (status == MBILL_OK) status = fill(store, &err);
    for (int i = 0; i < 2 && status == MBILL_OK; i++) status = close_month(store, &err);
    for (int flat = 1; flat <= FLATS && status == MBILL_OK; flat++) status = print_bill(store, flat, &err);
    if (status != MBILL_OK) fprintf(stderr, "%s %s: %s\n", mbill_status_name((int32_t)status), err.path, err.message);
    mbill_store_free(store);
    return status != MBILL_OK;
}

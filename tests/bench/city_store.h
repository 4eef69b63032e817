/* SPDX-License-Identifier: Apache-2.0 */
/* A city in a store, ready to be closed: a household's tariff, accounts with an hourly meter each (2 % of the readings late), credit in the ledger. */
#ifndef CITY_STORE_H
#define CITY_STORE_H

#include "city.h"
#include "meterbill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CITY_DOCUMENT = 5000, CITY_OPERATIONS = 4096 };
#define CITY_UNIT INT64_C(1000000)

/* Four periods by season and day type, a ladder by year, a standing charge by day, a tax: a household's tariff. */
static const char CITY_TARIFF[] =
    "{\"meterbill\":1,\"id\":\"city\",\"version\":\"1\",\"currency\":\"EUR\",\"zone\":\"UTC0\",\"valid\":{\"from\":\"2026-01-"
    "01\",\"to\":null},\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"}},\"rounding\":{\"line\":{\"step\":"
    "\"0.01\",\"how\":\"half_up\"},\"charge\":\"none\",\"bill\":\"none\"},\"calendar\":{\"seasons\":[{\"name\":\"winter\","
    "\"from\":\"10-01\",\"to\":\"04-01\"},{\"name\":\"summer\",\"otherwise\":true}],\"days\":[{\"name\":\"weekend\","
    "\"weekdays\":[\"sat\",\"sun\"]},{\"name\":\"workday\",\"otherwise\":true}],\"periods\":[{\"name\":\"p1\",\"when\":[{\"day\":"
    "\"workday\",\"season\":\"winter\",\"at\":[\"12:00-18:00\"]}]},{\"name\":\"p2\",\"when\":[{\"day\":\"workday\",\"at\":[\"08:"
    "00-22:00\"]}]},{\"name\":\"p3\",\"when\":[{\"day\":\"weekend\",\"at\":[\"08:00-22:00\"]}]},{\"name\":\"p4\",\"otherwise\":"
    "true}]},\"charges\":[{\"id\":\"energy\",\"quantity\":\"energy\",\"rate\":{\"p1\":\"0.41\",\"p2\":\"0.31\",\"p3\":\"0.22\","
    "\"p4\":\"0.11\"}},{\"id\":\"ladder\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"year\",\"how\":\"graduated\",\"across\":"
    "\"periods\",\"bounds\":["
    "\"2000\"]},\"rate\":[\"0\",\"0.05\"]},{\"id\":\"standing\",\"quantity\":\"days\",\"rate\":\"0.3456\"},{\"id\":\"tax\","
    "\"quantity\":{\"money\":[\"energy\",\"ladder\",\"standing\"]},\"rate\":\"0.19\"}]}";

static inline void city_accounts(mbill_store *store, size_t n_accounts)
{
    enum { ROOM = 300 };
    char *text = more(NULL, (size_t)CITY_DOCUMENT * ROOM + ROOM);
    mbill_error err;
    mbill_error_init(&err);
    for (size_t i = 0; i < n_accounts;) {
        size_t len = (size_t)sprintf(text, "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":["), end = i + CITY_DOCUMENT;
        for (const char *comma = ""; i < n_accounts && i < end; i++, comma = ",")
            len += (size_t)sprintf(text + len,
                "%s{\"id\":\"A%07zu\",\"contracts\":[{\"tariff\":\"city\",\"from\":\"2026-01-01\",\"meters\":[{\"id\":\"M%07zu\","
                "\"registers\":[{\"register\":\"import\",\"unit\":\"kWh\"}]}]}]}",
                comma, i, i);
        len += (size_t)sprintf(text + len, "]}");
        if (mbill_store_put_accounts(store, text, len, NULL, &err) != MBILL_OK) stop(err.message);
    }
    free(text);
}

/* Every account is open in the ledger and has paid 50. */
static inline void city_money(mbill_store *store, size_t n_accounts)
{
    mbill_journal *journal;
    mbill_policy policy;
    mbill_operation *ops = more(NULL, CITY_OPERATIONS * sizeof *ops);
    mbill_result *results = more(NULL, CITY_OPERATIONS * sizeof *results);
    mbill_error err;
    mbill_error_init(&err);
    (void)mbill_policy_preset(MBILL_PRESET_DLT, &policy);
    if (mbill_store_journal(store, &journal, &err) != MBILL_OK) stop(err.message);
    for (size_t i = 0; i < n_accounts;) {
        size_t n = 0;
        for (; i < n_accounts && n < CITY_OPERATIONS; i++, n += 2)
            for (size_t k = 0; k < 2; k++) {
                mbill_operation *op = &ops[n + k];
                *op = (mbill_operation){.account = (int64_t)i + 1,
                    .kind = k == 0 ? MBILL_OPERATION_OPEN : MBILL_OPERATION_TOP_UP,
                    .amount_micro = k == 0 ? 0 : 50 * CITY_UNIT,
                    .policy = k == 0 ? &policy : NULL,
                    .sequence = MBILL_NONE,
                    .charge = MBILL_NONE,
                    .period = MBILL_NONE};
                op->id.bytes[0] = (uint8_t)(1 + k);
                memcpy(op->id.bytes + 8, &i, sizeof i);
            }
        if (mbill_journal_apply(journal, ops, n, START, results, &err) != MBILL_OK) stop(err.message);
        for (size_t k = 0; k < n; k++)
            if (results[k].code != MBILL_RESULT_OK) stop(mbill_result_name(results[k].code));
    }
    free(ops);
    free(results);
}

/* quantities: NULL, or what was used in each hour, hour by hour: n_accounts of int64_t. */
static inline void city_readings(mbill_store *store, size_t n_accounts, int64_t n_hours, FILE *quantities)
{
    static batch arriving[LATE_HOURS + 1]; /* by the hour of arrival, going round */
    int64_t *counts = more(NULL, n_accounts * sizeof *counts), *used = more(NULL, n_accounts * sizeof *used);
    mbill_error err;
    mbill_error_init(&err);
    for (size_t i = 0; i < n_accounts; i++) counts[i] = STEP * (int64_t)chance(5000000);
    for (int64_t hour = 0; hour <= n_hours + LATE_HOURS; hour++) {
        batch *now = &arriving[hour % (LATE_HOURS + 1)];
        for (size_t i = 0; hour <= n_hours && i < n_accounts; i++) {
            used[i] = STEP * (int64_t)chance(150);
            counts[i] += used[i];
            batch *to = chance(100) < 2 ? &arriving[(hour + 1 + chance(LATE_HOURS)) % (LATE_HOURS + 1)] : now;
            add(to, (int64_t)i + 1, START + hour * HOUR, counts[i]);
        }
        if (quantities != NULL && hour > 0 && hour <= n_hours && fwrite(used, sizeof *used, n_accounts, quantities) != n_accounts)
            stop("the quantities cannot be written");
        mbill_reading_columns columns = {.struct_size = sizeof columns,
            .n = now->n,
            .registers = now->registers,
            .at_utc_s = now->times,
            .values_micro = now->values};
        if (mbill_store_ingest(store, &columns, NULL, &err) != MBILL_OK) stop(err.message);
        now->n = 0;
    }
    free(counts);
    free(used);
}

#endif

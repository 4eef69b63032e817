/* SPDX-License-Identifier: Apache-2.0 */
/* A store behind a line protocol, for test_readings.py: "make FILE METERS" makes a store with so many meters of one register each; "batch
 * FLAGS KIND row row …" with rows of register,time,value,flags,length gives what a batch did. Answers: "ok" and numbers, or the refusal's
 * status, index, path and sentence; fields are parted by tabs. */
#include "meterbill.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 4096

static char line[1 << 18];
static mbill_store *store;
static int64_t registers[ROWS_MAX], times[ROWS_MAX], ends[ROWS_MAX], values[ROWS_MAX];
static uint8_t flags[ROWS_MAX];

static void refuse(mbill_status status, const mbill_error *err)
{
    printf("%s\t%" PRId64 "\t%s\t%s\n", mbill_status_name((int32_t)status), err->index, err->path, err->message);
}

static mbill_status put_meters(long n, mbill_error *err)
{
    static char text[1 << 20];
    int len = snprintf(text, sizeof text,
        "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[{\"id\":\"A\",\"contracts\":[{\"tariff\":\"t\","
        "\"from\":\"2026-01-01\",\"meters\":[");
    for (long i = 1; i <= n; i++)
        len += snprintf(text + len, sizeof text - (size_t)len,
            "%s{\"id\":\"M%ld\",\"registers\":[{\"register\":\"r%ld\",\"unit\":\"kWh\"}]}", i > 1 ? "," : "", i, i);
    len += snprintf(text + len, sizeof text - (size_t)len, "]}]}]}");
    return mbill_store_put_accounts(store, text, (size_t)len, NULL, err);
}

static void make(const char *path, long n)
{
    mbill_store_options options = {sizeof options, MBILL_STORE_CREATE, 0, 0};
    mbill_error err;
    mbill_error_init(&err);
    mbill_store_free(store);
    mbill_status status = mbill_store_open(path, &options, NULL, &store, &err);
    if (status == MBILL_OK) status = put_meters(n, &err);
    if (status == MBILL_OK) puts("ok");
    else refuse(status, &err);
}

static size_t read_rows(void)
{
    size_t n = 0;
    for (const char *word = strtok(NULL, "\t"); word != NULL && n < ROWS_MAX; word = strtok(NULL, "\t"), n++) {
        char *at;
        registers[n] = strtoll(word, &at, 10);
        times[n] = strtoll(at + 1, &at, 10);
        values[n] = strtoll(at + 1, &at, 10);
        flags[n] = (uint8_t)strtol(at + 1, &at, 10);
        ends[n] = times[n] + strtoll(at + 1, &at, 10);
    }
    return n;
}

static void batch(unsigned long options, int is_interval)
{
    mbill_ingest_counts did = {.struct_size = sizeof did};
    mbill_error err;
    mbill_error_init(&err);
    const mbill_reading_columns columns = {.struct_size = sizeof columns,
        .flags = (uint32_t)options,
        .n = read_rows(),
        .registers = registers,
        .at_utc_s = times,
        .ends_utc_s = is_interval ? ends : NULL,
        .values_micro = values,
        .reading_flags = flags};
    mbill_status status = mbill_store_ingest(store, &columns, &did, &err);
    if (status != MBILL_OK) refuse(status, &err);
    else printf("ok\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n", did.n_added, did.n_same, did.n_corrected);
}

int main(void)
{
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        const char *verb = strtok(line, "\t"), *first = strtok(NULL, "\t"), *second = strtok(NULL, "\t");
        if (verb == NULL || first == NULL || second == NULL) return 2;
        if (strcmp(verb, "make") == 0) make(first, strtol(second, NULL, 10));
        else batch(strtoul(first, NULL, 10), second[0] == 'i');
        fflush(stdout);
    }
    mbill_store_free(store);
    return 0;
}

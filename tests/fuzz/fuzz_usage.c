/* SPDX-License-Identifier: Apache-2.0 */
/* Usage documents: what is taken keeps the promises of its form, what is refused has a status and a sentence, and running out
 * of memory anywhere leaves nothing behind. */
#include "meterbill/reading.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct memory {
    size_t n, fail_at;
    int64_t out;
} memory;

static void *take(void *ctx, size_t size)
{
    memory *own = ctx;
    if (own->n++ == own->fail_at) return NULL;
    own->out += (int64_t)size;
    return malloc(size);
}

static void *retake(void *ctx, void *block, size_t old_size, size_t new_size)
{
    memory *own = ctx;
    if (own->n++ == own->fail_at) return NULL;
    own->out += (int64_t)new_size - (int64_t)old_size;
    return realloc(block, new_size);
}

static void give(void *ctx, void *block, size_t size)
{
    memory *own = ctx;
    own->out -= (int64_t)size;
    free(block);
}

static void need(bool holds)
{
    if (!holds) abort();
}

static void check_input(const mbill_usage *usage, const mbill_input *input)
{
    mbill_usage_summary summary = {.struct_size = sizeof summary};
    int64_t from = mbill_usage_from_utc_s(usage), to = mbill_usage_to_utc_s(usage);
    need(input->name != NULL && input->name[0] != '\0' && input->reserved == 0);
    if (input->intervals == NULL) {
        need(input->n_intervals == 0 && input->flags < 4);
        return;
    }
    need(input->n_intervals > 0 && input->period == NULL && input->total_micro == 0 && input->flags == 0);
    mbill_status status = mbill_usage_check(input->intervals, input->n_intervals, from, to, MBILL_USAGE_ALLOW_GAPS, &summary,
        NULL);
    need(status == MBILL_OK || status == MBILL_E_OVERFLOW);
    if (status == MBILL_OK) need(summary.gap_s >= 0 && summary.gap_s <= to - from);
}

/* A register has one entry, and a period of it one total. */
static void check_names(const mbill_input *inputs, size_t n)
{
    for (size_t i = 0; i < n && i < 50; i++)
        for (size_t j = 0; j < i; j++) {
            if (strcmp(inputs[i].name, inputs[j].name) != 0) continue;
            need(inputs[i].period != NULL && inputs[j].period != NULL && strcmp(inputs[i].period, inputs[j].period) != 0);
        }
}

static void read_document(const uint8_t *data, size_t size, const mbill_zone *zone, const mbill_allocator *allocator)
{
    mbill_usage *usage = NULL;
    mbill_error err;
    size_t n = 0;
    mbill_error_init(&err);
    mbill_status status = mbill_usage_read((const char *)data, size, zone, allocator, &usage, &err);
    need((status == MBILL_OK) == (usage != NULL));
    if (status != MBILL_OK) need(err.status == (int32_t)status && err.message[0] != '\0');
    const mbill_input *inputs = mbill_usage_inputs(usage, &n);
    if (status != MBILL_OK) need(n == 0 && inputs == NULL);
    else need(mbill_usage_from_utc_s(usage) < mbill_usage_to_utc_s(usage));
    for (size_t i = 0; i < n; i++) check_input(usage, &inputs[i]);
    check_names(inputs, n);
    mbill_usage_free(usage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char rule[] = "CET-1CEST,M3.5.0,M10.5.0/3";
    memory own = {0, size % 10, 0};
    const mbill_allocator allocator = {sizeof allocator, 0, take, retake, give, &own};
    mbill_zone *zone = NULL;
    need(mbill_zone_from_rule(rule, sizeof rule - 1, NULL, &zone, NULL) == MBILL_OK);
    read_document(data, size, zone, NULL);
    read_document(data, size, NULL, NULL);
    read_document(data, size, zone, &allocator);
    need(own.out == 0);
    mbill_zone_free(zone);
    return 0;
}

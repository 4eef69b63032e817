/* SPDX-License-Identifier: Apache-2.0 */
/* Usage documents: what is taken keeps the promises of its form, what is refused has a status and a sentence, and running out
 * of memory anywhere leaves nothing behind. */
#include "meterbill/reading.h"
#include "usage_laws.h"

#include <string.h>

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
    mbill_zone *zone = zone_with_summer_time();
    counting_allocator own;
    counting_start(&own, size % 10 + 1);
    read_document(data, size, zone, NULL);
    read_document(data, size, NULL, NULL);
    read_document(data, size, zone, &own.allocator);
    need(counting_is_even(&own));
    mbill_zone_free(zone);
    return 0;
}

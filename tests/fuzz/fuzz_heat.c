/* SPDX-License-Identifier: Apache-2.0 */
/* Heat records and settlements: what was read is counted or refused with a place; volumes stand in one register each; in two parts, with the registers written and read
 * between them, they come to the same; running out of memory leaves nothing behind. */
#include "meterbill/heat.h"
#include "meterbill/settle.h"
#include "usage_laws.h"

#include <stdio.h>
#include <string.h>

static mbill_heat_records *read(const char *json, size_t len, const mbill_allocator *allocator)
{
    mbill_heat_records *records;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_heat_records_read(json, len, allocator, &records, &err);
    need((status == MBILL_OK) == (records != NULL) && status != MBILL_E_INTERNAL);
    if (status != MBILL_OK) need(err.status == (int32_t)status && err.message[0] != '\0');
    return records;
}

/* The registers as a document, read again as those before. */
static mbill_heat_registers again(const mbill_heat_meter *meter, const mbill_heat_registers *registers)
{
    char text[2048], json[4096];
    size_t len = sizeof text;
    const char *unit = meter->unit == MBILL_HEAT_UNIT_KWH ? "kWh" : "MJ";
    need(mbill_heat_registers_write((mbill_heat_unit)meter->unit, registers, text, &len, NULL) == MBILL_OK);
    int n = snprintf(json, sizeof json,
        "{\"meterbill\":1,\"kind\":\"heat_records\",\"meter\":{\"side\":\"flow\",\"unit\":\"%s\"},\"before\":%s,\"records\":[]}",
        unit, text);
    mbill_heat_records *records = read(json, (size_t)n, NULL);
    need(records != NULL);
    mbill_heat_registers out = *mbill_heat_records_before(records);
    mbill_heat_records_free(records);
    return out;
}

static void check(const mbill_heat_records *records)
{
    size_t n;
    const mbill_heat_record *rows = mbill_heat_records_rows(records, &n);
    const mbill_heat_meter *meter = mbill_heat_records_meter(records);
    mbill_heat_registers whole = *mbill_heat_records_before(records), parts = whole;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_heat_count(meter, rows, n, &whole, NULL, &err);
    need(status != MBILL_E_INTERNAL && status != MBILL_E_MISUSE && (status == MBILL_OK || err.message[0] != '\0'));
    if (status != MBILL_OK) {
        need(memcmp(&whole, &parts, sizeof whole) == 0);
        return;
    }
    need(mbill_heat_count(meter, rows, n / 2, &parts, NULL, NULL) == MBILL_OK);
    parts = again(meter, &parts);
    need(mbill_heat_count(meter, rows + n / 2, n - n / 2, &parts, NULL, NULL) == MBILL_OK);
    need(memcmp(&whole, &parts, sizeof whole) == 0);
}

/* What is settled adds up to 0, and is written. */
static void settle(const char *json, size_t len, const mbill_allocator *allocator)
{
    mbill_settlement_document *document;
    mbill_settle_step steps[64];
    mbill_settled settled = {.struct_size = sizeof settled};
    size_t n_steps, text_len = 0;
    int64_t sum = 0;
    if (mbill_settlement_read(json, len, allocator, &document, NULL) != MBILL_OK) return;
    mbill_status status = mbill_settle(mbill_settlement_of(document), steps, 64, &n_steps, &settled, NULL);
    need(status != MBILL_E_INTERNAL && status != MBILL_E_MISUSE);
    for (size_t i = 0; status == MBILL_OK && i < n_steps; i++) sum += steps[i].amount_micro;
    need(sum == 0);
    if (status == MBILL_OK) need(mbill_settled_write(&settled, steps, n_steps, NULL, &text_len, NULL) == MBILL_OK);
    mbill_settlement_document_free(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    counting_allocator own;
    counting_start(&own, size % 5 + 1);
    mbill_heat_records_free(read((const char *)data, size, &own.allocator));
    settle((const char *)data, size, &own.allocator);
    need(counting_is_even(&own));
    settle((const char *)data, size, NULL);
    mbill_heat_records *records = read((const char *)data, size, NULL);
    if (records != NULL) check(records);
    mbill_heat_records_free(records);
    return 0;
}

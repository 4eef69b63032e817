/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when documents say otherwise what a heat meter is set to and what it measured. Law: a document is read whole or not at all. */
#include "document/json.h"
#include "heat/energy.h"
#include "heat/registers.h"
#include "meterbill/decimal.h"

#include <string.h>

#define RECORDS_MAX 1000000
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

struct mbill_heat_records {
    mbill__arena arena;
    mbill_heat_meter meter;
    mbill_heat_registers before;
    mbill_heat_record *rows;
    size_t n_rows;
};

/* ---- meter ---- */

/* A decimal that may be absent, which leaves *out. */
static mbill_status read_micro(const mbill__node *object, const char *key, int64_t *out_micro, mbill_error *err)
{
    mbill__node node;
    return mbill__node_get(object, key, &node) ? mbill__node_decimal(&node, MBILL_SCALE_MICRO, out_micro, err) : MBILL_OK;
}

static mbill_status read_low_difference(const mbill__node *meter, mbill_heat_meter *out, mbill_error *err)
{
    static const char *const keys[] = {"below", "flow_above"};
    mbill__node low;
    if (!mbill__node_get(meter, "low_difference", &low)) return MBILL_OK;
    MBILL_TRY(mbill__node_object(&low, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need_decimal(&low, "below", MBILL_SCALE_MICRO, &out->low_below_micro_k, err));
    return mbill__node_need_decimal(&low, "flow_above", MBILL_SCALE_MICRO, &out->high_above_micro_m3, err);
}

static mbill_status read_cold(const mbill__node *meter, mbill_heat_meter *out, mbill_error *err)
{
    mbill__node node;
    bool cold = false;
    if (mbill__node_get(meter, "cold", &node)) MBILL_TRY(mbill__node_bool(&node, &cold, err));
    if (cold) out->flags |= MBILL_HEAT_METER_COLD;
    if (mbill__node_get(meter, "changeover", &node)) out->flags |= MBILL_HEAT_METER_CHANGEOVER;
    return read_micro(meter, "changeover", &out->changeover_micro_c, err);
}

static mbill_status read_meter(const mbill__node *meter, mbill_heat_meter *out, mbill_error *err)
{
    static const char *const keys[] = {"side", "unit", "pressure", "cold", "changeover", "low_difference"};
    static const char *const sides[] = {"flow", "return"};
    int32_t index;
    *out = (mbill_heat_meter){.struct_size = (uint32_t)sizeof *out, .pressure_pa = MBILL_HEAT_PRESSURE_PA};
    MBILL_TRY(mbill__node_object(meter, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need_word(meter, "side", sides, COUNT(sides), &index, err));
    out->side = index + MBILL_HEAT_SIDE_FLOW;
    MBILL_TRY(mbill__node_need_word(meter, "unit", mbill__heat_units, MBILL__HEAT_N_UNITS, &index, err));
    out->unit = index + MBILL_HEAT_UNIT_KWH;
    MBILL_TRY(read_micro(meter, "pressure", &out->pressure_pa, err)); /* a micro-megapascal is a pascal */
    MBILL_TRY(read_cold(meter, out, err));
    MBILL_TRY(read_low_difference(meter, out, err));
    mbill_heat_meter checked;
    if (out->pressure_pa == 0) out->pressure_pa = -1; /* 0 means the usual one in the struct alone */
    return mbill__node_place(meter, err, mbill__heat_meter_read(out, &checked, err));
}

/* ---- records ---- */

static mbill_status read_times(const mbill__node *node, mbill_heat_record *out, mbill_error *err)
{
    mbill__node start, end;
    bool starts = mbill__node_get(node, "start", &start), ends = mbill__node_get(node, "end", &end);
    if (!starts && !ends) return MBILL_OK;
    MBILL_TRY(mbill__node_need(node, starts ? "end" : "start", starts ? &end : &start, err));
    MBILL_TRY(mbill__node_instant(&start, &out->start_utc_s, err));
    return mbill__node_instant(&end, &out->end_utc_s, err);
}

/* The temperature of a pipe; a sensor that failed may have none. */
static mbill_status read_temperature(const mbill__node *node, const char *key, bool failed, int64_t *out_micro_c,
    mbill_error *err)
{
    return failed ? read_micro(node, key, out_micro_c, err)
                  : mbill__node_need_decimal(node, key, MBILL_SCALE_MICRO, out_micro_c, err);
}

static mbill_status read_record(const mbill__node *node, mbill_heat_record *out, mbill_error *err)
{
    static const char *const keys[] = {"start", "end", "volume", "flow", "return", "faults"};
    MBILL_TRY(mbill__node_object(node, keys, COUNT(keys), err));
    MBILL_TRY(read_times(node, out, err));
    MBILL_TRY(mbill__heat_faults_read(node, &out->faults, err));
    MBILL_TRY(mbill__node_need_decimal(node, "volume", MBILL_SCALE_MICRO, &out->volume_micro_m3, err));
    MBILL_TRY(read_temperature(node, "flow", (out->faults & MBILL_HEAT_FAULT_FLOW) != 0, &out->flow_micro_c, err));
    return read_temperature(node, "return", (out->faults & MBILL_HEAT_FAULT_RETURN) != 0, &out->return_micro_c, err);
}

static mbill_status read_rows(const mbill__node *root, mbill_heat_records *out, mbill_error *err)
{
    mbill__node list, node;
    MBILL_TRY(mbill__node_need(root, "records", &list, err));
    MBILL_TRY(mbill__node_list(&list, 0, err));
    size_t n = mbill__node_count(&list);
    if (n > RECORDS_MAX) return mbill__node_fail(&list, err, MBILL_E_LIMIT, "%zu records, expected at most %d", n, RECORDS_MAX);
    if (n == 0) return MBILL_OK;
    out->rows = mbill__arena_take(&out->arena, n, sizeof *out->rows);
    if (out->rows == NULL) return mbill__node_fail(&list, err, MBILL_E_NOMEM, "no memory for the records");
    for (bool more = mbill__node_first(&list, &node); more; more = mbill__node_next(&node))
        MBILL_TRY(read_record(&node, &out->rows[out->n_rows++], err));
    return MBILL_OK;
}

/* ---- the document ---- */

static mbill_status read_document(const mbill__node *root, mbill_heat_records *out, mbill_error *err)
{
    static const char *const keys[] = {"meterbill", "kind", "meter", "before", "records"};
    mbill__node node;
    MBILL_TRY(mbill__json_header(root, "heat_records", false, err));
    MBILL_TRY(mbill__node_object(root, keys, COUNT(keys), err));
    MBILL_TRY(mbill__node_need(root, "meter", &node, err));
    MBILL_TRY(read_meter(&node, &out->meter, err));
    out->before.struct_size = (uint32_t)sizeof out->before;
    if (mbill__node_get(root, "before", &node)) MBILL_TRY(mbill__heat_before_read(&node, out->meter.unit, &out->before, err));
    return read_rows(root, out, err);
}

mbill_status mbill_heat_records_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_heat_records **out_records, mbill_error *err)
{
    mbill_allocator own;
    mbill__json *document;
    MBILL__NEED(out_records);
    *out_records = NULL;
    MBILL__NEED(json);
    MBILL_TRY(mbill__allocator_read(&own, allocator, err));
    MBILL_TRY(mbill__json_read(json, len, &own, &document, err));
    mbill__node root = mbill__json_root(document);
    mbill_heat_records *records = mbill__alloc(&own, sizeof *records);
    mbill_status status = MBILL_OK;
    if (records == NULL) status = mbill__node_fail(&root, err, MBILL_E_NOMEM, "no memory for the records");
    if (status == MBILL_OK) {
        mbill__arena_start(&records->arena, &own);
        status = read_document(&root, records, err);
    }
    mbill__json_free(document);
    if (status == MBILL_OK) *out_records = records;
    else mbill_heat_records_free(records);
    return status;
}

void mbill_heat_records_free(mbill_heat_records *records)
{
    if (records == NULL) return;
    mbill_allocator allocator = records->arena.allocator;
    mbill__arena_free(&records->arena);
    mbill__release(&allocator, records, sizeof *records);
}

const mbill_heat_meter *mbill_heat_records_meter(const mbill_heat_records *records)
{
    return records == NULL ? NULL : &records->meter;
}

const mbill_heat_registers *mbill_heat_records_before(const mbill_heat_records *records)
{
    return records == NULL ? NULL : &records->before;
}

const mbill_heat_record *mbill_heat_records_rows(const mbill_heat_records *records, size_t *out_n)
{
    if (out_n != NULL) *out_n = records == NULL ? 0 : records->n_rows;
    return records == NULL ? NULL : records->rows;
}

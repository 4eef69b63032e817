/* SPDX-License-Identifier: Apache-2.0 */
/* From what is kept to what pricing takes. Changes when pricing asks for more. Invariant: nothing is allocated per reading, and no reading
 * passes through SQLite by itself; buffers only grow. */
#include "store/gather.h"
#include "number/round.h"
#include "store/part.h"

#include <inttypes.h>
#include <string.h>

#define ONE_MICRO INT64_C(1000000)

typedef struct meter_register {
    int64_t register_no;
    const char *meter, *name, *unit; /* live while the query that found it is open */
    int64_t modulus_micro, multiplier_micro;
} meter_register;

void mbill__gather_start(mbill__gather *gather, mbill_store *store)
{
    memset(gather, 0, sizeof *gather);
    gather->store = store;
    for (size_t i = 0; i < MBILL__SHELVES; i++) mbill__shelf_start(&gather->shelves[i], store);
    mbill__edge_start(&gather->edge, store);
}

void mbill__gather_end(mbill__gather *gather)
{
    const mbill_allocator *allocator = mbill__db_allocator(gather->store->db);
    mbill__release(allocator, gather->readings, gather->cap_readings * sizeof *gather->readings);
    mbill__release(allocator, gather->intervals, gather->cap_intervals * sizeof *gather->intervals);
    mbill__release(allocator, gather->inputs, gather->cap_inputs * sizeof *gather->inputs);
    mbill__release(allocator, gather->quantities, gather->cap_quantities * sizeof *gather->quantities);
    for (size_t i = 0; i < MBILL__SHELVES; i++) mbill__strip_end(&gather->strips[i], allocator);
    for (size_t i = 0; i < MBILL__SHELVES; i++) mbill__shelf_end(&gather->shelves[i]);
    mbill__edge_end(&gather->edge);
}

/* Which months are not there as they came, as one number: none goes or comes back without it. */
static mbill_status read_parts(const mbill__gather *gather, uint64_t *out, mbill_error *err)
{
    static const char SELECT_PARTS[] = "SELECT month * 4 + state FROM mbill_reading_part ORDER BY month";
    mbill__query *query;
    bool row;
    *out = 0;
    MBILL_TRY(mbill__query_start(gather->store->db, SELECT_PARTS, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        *out = (*out + (uint64_t)mbill__column_whole(query, 0) + 1) * UINT64_C(0x9E3779B97F4A7C15);
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

/* Tiles are never changed: a reading that came or was corrected is in a new one. Neither is counted here, for the sake of short steps. */
mbill_status mbill__gather_refresh(mbill__gather *gather, mbill_error *err)
{
    static const char SELECT_NEWEST[] = "SELECT max(tile_no) FROM mbill_reading_tile";
    int64_t newest_tile_no;
    uint64_t parts;
    MBILL_TRY(mbill__db_ask(gather->store->db, SELECT_NEWEST, &newest_tile_no, err));
    MBILL_TRY(read_parts(gather, &parts, err));
    gather->checked_from_utc_s = gather->checked_to_utc_s = 0;
    if (newest_tile_no == gather->newest_tile_no && parts == gather->parts) return MBILL_OK;
    gather->newest_tile_no = newest_tile_no;
    gather->parts = parts;
    for (size_t i = 0; i < MBILL__SHELVES; i++) gather->shelves[i].loaded = false;
    gather->edge.before.loaded = gather->edge.after.loaded = false;
    return MBILL_OK;
}

uint64_t mbill__gather_bytes(const mbill__gather *gather)
{
    uint64_t n = gather->edge.before.n_bytes + gather->edge.after.n_bytes;
    for (size_t i = 0; i < MBILL__SHELVES; i++) n += gather->shelves[i].n_bytes;
    return n;
}

/* mbill__room for a typed pointer. */
#define ROOM(gather, array, n)                                                                                                   \
    room((gather), (void **)(void *)&(gather)->array, &(gather)->cap_##array, sizeof *(gather)->array, (n), err)

static mbill_status room(const mbill__gather *gather, void **block, size_t *cap, size_t size, size_t n, mbill_error *err)
{
    return mbill__room(mbill__db_allocator(gather->store->db), block, cap, size, n, err);
}

/* No month of the span has left the store; asked once for contracts of the same span. */
static mbill_status check_months(mbill__gather *gather, const mbill__chosen *chosen, mbill_error *err)
{
    if (gather->checked_from_utc_s == chosen->from_utc_s && gather->checked_to_utc_s == chosen->to_utc_s) return MBILL_OK;
    MBILL_TRY(mbill__part_need(gather->store, chosen->from_utc_s, chosen->to_utc_s, err));
    gather->checked_from_utc_s = chosen->from_utc_s;
    gather->checked_to_utc_s = chosen->to_utc_s;
    return MBILL_OK;
}

/* The shelf of a register's group: the one that has it, or else the one that was used longest ago. */
static mbill_status find_shelf(mbill__gather *gather, int64_t register_no, uint8_t kind, const mbill__chosen *chosen,
    mbill__shelf **out, mbill_error *err)
{
    int64_t group_no = register_no >> MBILL__GROUP_BITS;
    size_t oldest = 0, at = 0;
    MBILL_TRY(check_months(gather, chosen, err));
    while (at < MBILL__SHELVES &&
        (!gather->shelves[at].loaded || gather->shelves[at].group_no != group_no || gather->shelves[at].kind != kind)) {
        if (gather->used[at] < gather->used[oldest]) oldest = at;
        at++;
    }
    if (at == MBILL__SHELVES) at = oldest;
    gather->used[at] = ++gather->clock;
    *out = &gather->shelves[at];
    return mbill__shelf_load(*out, group_no, kind, chosen->from_utc_s, chosen->to_utc_s, err);
}

static mbill_status load_readings(mbill__gather *gather, int64_t register_no, const mbill__chosen *chosen, size_t *out_n,
    mbill_error *err)
{
    uint16_t slot = (uint16_t)(register_no & (MBILL__GROUP - 1));
    mbill__shelf *shelf;
    const mbill__shelf_row *rows;
    size_t n, first = 0, end;
    *out_n = 0;
    MBILL_TRY(find_shelf(gather, register_no, MBILL__SAMPLES, chosen, &shelf, err));
    MBILL_TRY(mbill__shelf_register(shelf, slot, &rows, &n, err));
    mbill__edge_span(rows, n, chosen->from_utc_s, chosen->to_utc_s, &first, &end);
    MBILL_TRY(ROOM(gather, readings, end - first + 2 * MBILL__EDGE_MAX));
    if (first == end || rows[first].row.at_utc_s > chosen->from_utc_s)
        MBILL_TRY(mbill__edge_before(&gather->edge, register_no, chosen->from_utc_s, gather->readings, out_n, err));
    mbill_reading *readings = gather->readings + *out_n;
    for (size_t i = first; i < end; i++) *readings++ = mbill__edge_reading(&rows[i].row);
    *out_n += end - first;
    if (first == end || rows[end - 1].row.at_utc_s < chosen->to_utc_s)
        MBILL_TRY(mbill__edge_after(&gather->edge, register_no, chosen->to_utc_s, gather->readings, out_n, err));
    return MBILL_OK;
}

/* Intervals that touch the span, behind those gathered so far. */
static mbill_status load_intervals(mbill__gather *gather, int64_t register_no, const mbill__chosen *chosen, size_t *out_n,
    mbill_error *err)
{
    mbill__shelf *shelf;
    const mbill__shelf_row *rows;
    size_t n, first = 0;
    *out_n = 0;
    MBILL_TRY(find_shelf(gather, register_no, MBILL__INTERVALS, chosen, &shelf, err));
    MBILL_TRY(mbill__shelf_register(shelf, (uint16_t)(register_no & (MBILL__GROUP - 1)), &rows, &n, err));
    while (first + 1 < n && rows[first + 1].row.at_utc_s <= chosen->from_utc_s) first++;
    MBILL_TRY(ROOM(gather, intervals, gather->n_intervals + n));
    for (size_t i = first; i < n && rows[i].row.at_utc_s < chosen->to_utc_s; i++) {
        const mbill__tile_row *row = &rows[i].row;
        int64_t end_utc_s = row->at_utc_s + row->length_s;
        if (end_utc_s <= chosen->from_utc_s) continue;
        gather->intervals[gather->n_intervals + (*out_n)++] = (mbill_interval){.start_utc_s = row->at_utc_s,
            .end_utc_s = end_utc_s,
            .quantity_micro = row->value_micro,
            .flags = row->flags};
    }
    return MBILL_OK;
}

/* Say which meter, and when, instead of a place in an array that the caller has never seen. */
static mbill_status name_meter(mbill__gather *gather, const meter_register *reg, const mbill__chosen *chosen, size_t n_readings,
    mbill_status status, const mbill_error *cause, mbill_error *err)
{
    mbill__said at = {""};
    if (cause->index >= 0 && (uint64_t)cause->index < n_readings)
        at = mbill__say_time(gather->readings[cause->index].at_utc_s,
            chosen->tariff != NULL ? mbill_tariff_labels(chosen->tariff)->zone : NULL);
    return mbill__fail(err, status, "meter \"%s\", register \"%s\"%s%s: %s", reg->meter, reg->name,
        at.text[0] != '\0' ? ", reading of " : "", at.text, cause->message);
}

static mbill_status use_samples(mbill__gather *gather, const meter_register *reg, const mbill__chosen *chosen, uint32_t flags,
    size_t n_readings, size_t *out_n, mbill_error *err)
{
    mbill_register known = {.struct_size = sizeof known,
        .modulus_micro = reg->modulus_micro,
        .multiplier_micro = reg->multiplier_micro};
    mbill_error cause;
    mbill_error_init(&cause);
    MBILL_TRY(ROOM(gather, intervals, gather->n_intervals + n_readings + 1));
    mbill_status status = mbill_usage_from_registers(&known, gather->readings, n_readings, chosen->from_utc_s, chosen->to_utc_s,
        flags, gather->intervals + gather->n_intervals, gather->cap_intervals - gather->n_intervals, out_n, NULL, &cause);
    return status == MBILL_OK ? MBILL_OK : name_meter(gather, reg, chosen, n_readings, status, &cause, err);
}

static mbill_status use_intervals(mbill__gather *gather, const meter_register *reg, const mbill__chosen *chosen, uint32_t flags,
    size_t n, mbill_error *err)
{
    mbill_error cause;
    mbill_error_init(&cause);
    mbill_status status = mbill_usage_check(gather->intervals + gather->n_intervals, n, chosen->from_utc_s, chosen->to_utc_s,
        flags, NULL, &cause);
    return status == MBILL_OK ? MBILL_OK : name_meter(gather, reg, chosen, 0, status, &cause, err);
}

/* Whether samples, as they were loaded, count any of the span's time, or should have: all at one instant outside of it are the last
 * before a meter went over to intervals, or the first after. */
static bool samples_count(const mbill_reading *readings, size_t n, const mbill__chosen *chosen)
{
    if (n == 0) return false;
    int64_t first_utc_s = readings[0].at_utc_s;
    return readings[n - 1].at_utc_s > first_utc_s || (first_utc_s > chosen->from_utc_s && first_utc_s < chosen->to_utc_s);
}

static mbill_status use_register(mbill__gather *gather, const meter_register *reg, const mbill__chosen *chosen, bool allow_gaps,
    size_t *out_n, mbill_error *err)
{
    uint32_t flags = allow_gaps ? MBILL_USAGE_ALLOW_GAPS : 0;
    size_t n_readings, n_intervals;
    MBILL_TRY(load_readings(gather, reg->register_no, chosen, &n_readings, err));
    MBILL_TRY(load_intervals(gather, reg->register_no, chosen, &n_intervals, err));
    if (n_intervals > 0 && samples_count(gather->readings, n_readings, chosen))
        return mbill__fail(err, MBILL_E_INVALID,
            "meter \"%s\", register \"%s\" has register samples and intervals, expected one kind", reg->meter, reg->name);
    *out_n = n_intervals;
    gather->n_used += (int64_t)(n_intervals > 0 ? n_intervals : n_readings);
    if (n_intervals > 0) return use_intervals(gather, reg, chosen, flags, n_intervals, err);
    return use_samples(gather, reg, chosen, flags, n_readings, out_n, err);
}

static bool is_gathered(const mbill__gather *gather, const char *name)
{
    for (size_t i = 0; i < gather->n_inputs; i++)
        if (strcmp(gather->inputs[i].name, name) == 0) return true;
    return false;
}

static mbill_status read_register(mbill__query *query, meter_register *out, mbill_error *err)
{
    size_t len;
    out->register_no = mbill__column_whole(query, 0);
    MBILL_TRY(mbill__column_text(query, 1, &out->meter, &len, err));
    MBILL_TRY(mbill__column_text(query, 2, &out->unit, &len, err));
    out->modulus_micro = mbill__column_whole(query, 3);
    out->multiplier_micro = mbill__column_whole(query, 4);
    return MBILL_OK;
}

static mbill_status use_input(mbill__gather *gather, mbill__query *query, const char *name, const char *unit,
    const mbill__chosen *chosen, bool allow_gaps, mbill_error *err)
{
    meter_register reg = {.name = name};
    size_t n;
    MBILL_TRY(read_register(query, &reg, err));
    if (unit != NULL && strcmp(unit, reg.unit) != 0)
        return mbill__fail(err, MBILL_E_INVALID, "meter \"%s\", register \"%s\" counts %s, the tariff expects %s", reg.meter,
            name, reg.unit, unit);
    if (is_gathered(gather, name)) return MBILL_OK;
    MBILL_TRY(use_register(gather, &reg, chosen, allow_gaps, &n, err));
    gather->inputs[gather->n_inputs++] = (mbill_input){.name = name, .n_intervals = n};
    gather->n_intervals += n;
    return MBILL_OK;
}

/* The register that the tariff's one of that place is for the contract; *out_row false: there is none. */
static mbill_status find_input(mbill__gather *gather, int64_t contract_no, const char *name, mbill__query **out, bool *out_row,
    mbill_error *err)
{
    static const char SELECT_INPUT[] =
        "SELECT r.register_no, m.id, r.unit, r.modulus_micro, r.multiplier_micro FROM mbill_contract_register b"
        " JOIN mbill_register r USING(register_no) JOIN mbill_meter m USING(meter_no) WHERE b.contract_no = ?1 AND r.name = ?2"
        " ORDER BY b.register_no LIMIT 1";
    MBILL_TRY(mbill__query_start(gather->store->db, SELECT_INPUT, out, err));
    mbill__bind_whole(*out, 1, contract_no);
    mbill__bind_text(*out, 2, name, strlen(name));
    return mbill__query_step(*out, out_row, err);
}

/* What is converted may be counted in any unit: the contract's factors say of which they are. */
static const char *unit_of(const mbill_tariff *tariff, size_t index)
{
    return mbill_tariff_register_converted(tariff, index) ? NULL : mbill_tariff_register_unit(tariff, index);
}

static mbill_status gather_input(mbill__gather *gather, int64_t contract_no, const mbill_tariff *tariff, size_t index,
    const mbill__chosen *chosen, bool allow_gaps, mbill_error *err)
{
    const char *name = mbill_tariff_register(tariff, index);
    mbill__query *query;
    bool row;
    MBILL_TRY(find_input(gather, contract_no, name, &query, &row, err));
    if (!row)
        return mbill__fail(err, MBILL_E_NOT_KNOWN, "the tariff needs a register \"%s\" and the contract has none of that name",
            name);
    mbill_status status = use_input(gather, query, name, unit_of(tariff, index), chosen, allow_gaps, err);
    mbill__query_end(query);
    return status;
}

/* What a version needs besides what those before it do. */
static mbill_status gather_version(mbill__gather *gather, int64_t contract_no, const mbill_tariff *tariff,
    const mbill__chosen *chosen, bool allow_gaps, mbill_error *err)
{
    size_t n = mbill_tariff_n_registers(tariff);
    MBILL_TRY(ROOM(gather, inputs, gather->n_inputs + n));
    for (size_t i = 0; i < n; i++) MBILL_TRY(gather_input(gather, contract_no, tariff, i, chosen, allow_gaps, err));
    return MBILL_OK;
}

/* The arrays may have moved while they grew: pointers are set at the end. */
static void point(mbill__gather *gather)
{
    const mbill_interval *at = gather->intervals;
    for (size_t i = 0; i < gather->n_inputs; i++) {
        gather->inputs[i].intervals = at;
        at += gather->inputs[i].n_intervals;
    }
}

mbill_price_request mbill__gather_request(const mbill__chosen *chosen, bool allow_gaps)
{
    return (mbill_price_request){.struct_size = (uint32_t)sizeof(mbill_price_request),
        .flags = allow_gaps ? MBILL_PRICE_ALLOW_GAPS : 0,
        .from_utc_s = chosen->from_utc_s,
        .to_utc_s = chosen->to_utc_s};
}

mbill_status mbill__gather_contract(mbill__gather *gather, int64_t contract_no, const mbill__chosen *chosen, bool allow_gaps,
    mbill_price_request *out, mbill_error *err)
{
    gather->n_inputs = gather->n_intervals = 0;
    gather->n_used = 0;
    MBILL_TRY(ROOM(gather, intervals, 1));
    for (size_t i = 0; i < chosen->n_versions; i++)
        MBILL_TRY(gather_version(gather, contract_no, chosen->versions[i].tariff, chosen, allow_gaps, err));
    point(gather);
    *out = mbill__gather_request(chosen, allow_gaps);
    out->inputs = gather->inputs;
    out->n_inputs = gather->n_inputs;
    return MBILL_OK;
}

static mbill_status check_whole(const meter_register *reg, const mbill_interval *intervals, size_t n, const mbill__chosen *chosen,
    mbill_error *err)
{
    if (n > 0 && intervals[0].start_utc_s == chosen->from_utc_s && intervals[n - 1].end_utc_s == chosen->to_utc_s)
        return MBILL_OK;
    return mbill__fail(err, MBILL_E_GAP, "meter \"%s\", register \"%s\" is not read where the span begins and where it ends",
        reg->meter, reg->name);
}

static mbill_status use_whole(mbill__gather *gather, mbill__query *query, const mbill__chosen *span, size_t *out_n,
    mbill_error *err)
{
    meter_register reg;
    size_t len;
    MBILL_TRY(read_register(query, &reg, err));
    MBILL_TRY(mbill__column_text(query, 5, &reg.name, &len, err));
    MBILL_TRY(use_register(gather, &reg, span, false, out_n, err));
    return check_whole(&reg, gather->intervals, *out_n, span, err);
}

mbill_status mbill__gather_use(mbill__gather *gather, int64_t register_no, int64_t from_utc_s, int64_t to_utc_s,
    const mbill_interval **out, size_t *out_n, mbill_error *err)
{
    static const char SELECT_REGISTER[] = "SELECT r.register_no, m.id, r.unit, r.modulus_micro, r.multiplier_micro, r.name"
                                          " FROM mbill_register r JOIN mbill_meter m USING(meter_no) WHERE r.register_no = ?1";
    const mbill__chosen span = {.from_utc_s = from_utc_s, .to_utc_s = to_utc_s};
    mbill__query *query;
    bool row;
    gather->n_intervals = gather->n_inputs = 0;
    MBILL_TRY(ROOM(gather, intervals, 1));
    MBILL_TRY(mbill__query_start(gather->store->db, SELECT_REGISTER, &query, err));
    mbill__bind_whole(query, 1, register_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return mbill__fail(err, MBILL_E_INTERNAL, "register %lld is not in the store", (long long)register_no);
    mbill_status status = use_whole(gather, query, &span, out_n, err);
    mbill__query_end(query);
    *out = gather->intervals;
    return status;
}

/* Columns */

/* As mbill_usage_from_registers() has it: what is rounded off of one count is made up for by the next. */
static bool multiply(const meter_register *reg, const int64_t *samples_micro, size_t n_samples, int64_t *out_micro)
{
    int64_t before_micro = 0, after_micro;
    for (size_t i = 0; i < n_samples; i++) {
        if (!mbill__multiply_divide(samples_micro[i], reg->multiplier_micro, ONE_MICRO, MBILL_ROUND_HALF_EVEN, &after_micro))
            return false;
        if (i > 0) out_micro[i - 1] = after_micro - before_micro;
        before_micro = after_micro;
    }
    return true;
}

/* What lies between samples; false: more must be said of it than numbers. A register that never falls is at its lowest first. */
static bool subtract(const meter_register *reg, const int64_t *samples_micro, size_t n_samples, int64_t *out_micro)
{
    bool falls = false;
    if (reg->multiplier_micro <= 0 || reg->modulus_micro < 0 || samples_micro[0] < 0) return false;
    if (reg->modulus_micro > 0 && samples_micro[n_samples - 1] >= reg->modulus_micro) return false;
    for (size_t i = 1; i < n_samples; i++) falls |= samples_micro[i] < samples_micro[i - 1];
    if (falls) return false;
    if (reg->multiplier_micro != ONE_MICRO) return multiply(reg, samples_micro, n_samples, out_micro);
    for (size_t i = 1; i < n_samples; i++) out_micro[i - 1] = samples_micro[i] - samples_micro[i - 1];
    return true;
}

static mbill_status use_column(mbill__gather *gather, const meter_register *reg, const mbill__chosen *chosen,
    const mbill_axis *axis, int64_t *quantities_micro, mbill_column *out, bool *out_plain, mbill_error *err)
{
    const uint16_t slot = (uint16_t)(reg->register_no & (MBILL__GROUP - 1));
    const size_t n_samples = (size_t)axis->n + 1;
    const int64_t *samples_micro;
    mbill__shelf *shelf;
    *out_plain = false;
    MBILL_TRY(find_shelf(gather, reg->register_no, MBILL__SAMPLES, chosen, &shelf, err));
    MBILL_TRY(mbill__strip_samples(&gather->strips[shelf - gather->shelves], shelf, slot, axis->start_utc_s, axis->step_s,
        n_samples, &samples_micro, err));
    if (samples_micro == NULL || !subtract(reg, samples_micro, n_samples, quantities_micro)) return MBILL_OK;
    MBILL_TRY(find_shelf(gather, reg->register_no, MBILL__INTERVALS, chosen, &shelf, err));
    if (mbill__shelf_has(shelf, slot)) return MBILL_OK;
    *out_plain = mbill_column_check(axis, quantities_micro, NULL, out, NULL) == MBILL_OK;
    gather->n_used += (int64_t)n_samples;
    return MBILL_OK;
}

static mbill_status gather_column(mbill__gather *gather, int64_t contract_no, const mbill__chosen *chosen, size_t index,
    const mbill_axis *axis, mbill_column *out, bool *out_plain, mbill_error *err)
{
    const char *name = mbill_tariff_register(chosen->tariff, index), *unit = unit_of(chosen->tariff, index);
    meter_register reg = {.name = name};
    mbill__query *query;
    bool row;
    *out_plain = false;
    MBILL_TRY(find_input(gather, contract_no, name, &query, &row, err));
    if (!row) return MBILL_OK;
    mbill_status status = read_register(query, &reg, err);
    if (status == MBILL_OK && (unit == NULL || strcmp(unit, reg.unit) == 0))
        status = use_column(gather, &reg, chosen, axis, gather->quantities + index * (size_t)axis->n, out, out_plain, err);
    mbill__query_end(query);
    return status;
}

mbill_status mbill__gather_columns(mbill__gather *gather, int64_t contract_no, const mbill__chosen *chosen, bool allow_gaps,
    const mbill_axis *axis, mbill_column *columns, mbill_price_request *out, bool *out_plain, mbill_error *err)
{
    const size_t n = mbill_tariff_n_registers(chosen->tariff);
    gather->n_used = 0;
    *out_plain = axis->n < MBILL__STRIP_POINTS_MAX;
    if (*out_plain) MBILL_TRY(ROOM(gather, quantities, n * (size_t)axis->n));
    for (size_t i = 0; *out_plain && i < n; i++)
        MBILL_TRY(gather_column(gather, contract_no, chosen, i, axis, &columns[i], out_plain, err));
    *out = mbill__gather_request(chosen, allow_gaps);
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which other languages price many accounts from columns. */
#include "bulk_columns.h"

#include <stdlib.h>
#include <string.h>

/* Accounts that are priced in one call: their structs stay in the processor's cache. */
enum { AT_ONCE = 256 };

static mbill_status read_names(const char *text, size_t len, face_names *out, mbill_error *err)
{
    size_t n = len > 0 ? 1 : 0;
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\n') n++;
    out->text = face_copy(text, text != NULL ? len : 0, err);
    out->each = face_allocate(n, sizeof *out->each, err);
    if (out->text == NULL || out->each == NULL) return MBILL_E_NOMEM;
    char *at = out->text;
    for (; out->n < n; out->n++) {
        char *end = strchr(at, '\n');
        out->each[out->n] = at;
        if (end == NULL) continue;
        *end = '\0';
        at = end + 1;
    }
    return MBILL_OK;
}

static void free_names(face_names *of)
{
    free(of->text);
    free((void *)of->each);
}

void mbill_face_bulk_free(mbill_face_bulk *bulk)
{
    if (bulk == NULL) return;
    mbill_bulk_free(bulk->bulk);
    mbill_facts_free(bulk->facts);
    free_names(&bulk->registers);
    free_names(&bulk->fact_names);
    free(bulk);
}

static mbill_status open_bulk(mbill_face_bulk *bulk, int64_t from_utc_s, int64_t to_utc_s, int32_t flags, mbill_error *err)
{
    mbill_price_request *request = &bulk->request;
    request->struct_size = (uint32_t)sizeof *request;
    request->flags = (uint32_t)flags;
    request->from_utc_s = from_utc_s;
    request->to_utc_s = to_utc_s;
    if (bulk->facts != NULL) {
        request->lists = mbill_facts_lists(bulk->facts, &request->n_lists);
        request->instants = mbill_facts_instants(bulk->facts, &request->n_instants);
        request->series = mbill_facts_series(bulk->facts, &request->n_series);
    }
    return mbill_bulk_open(bulk->tariff, request, &bulk->axis, bulk->registers.each, bulk->registers.n, NULL, &bulk->bulk, err);
}

mbill_status mbill_face_bulk_open(const mbill_tariff *tariff, int64_t from_utc_s, int64_t to_utc_s, int64_t start_utc_s,
    int64_t step_s, int64_t n_steps, const char *registers, size_t registers_len, const char *names, size_t names_len,
    const char *facts, size_t facts_len, int32_t flags, mbill_face_bulk **out_bulk, mbill_error *err)
{
    if (tariff == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "tariff is NULL");
    mbill_face_bulk *bulk = face_allocate(1, sizeof *bulk, err);
    if (bulk == NULL) return MBILL_E_NOMEM;
    bulk->tariff = tariff;
    bulk->n_charges = mbill_tariff_labels(tariff)->n_charges;
    bulk->position_size = mbill_position_size(tariff);
    bulk->axis.start_utc_s = start_utc_s;
    bulk->axis.step_s = step_s;
    bulk->axis.n = n_steps;
    mbill_status status = read_names(registers, registers_len, &bulk->registers, err);
    if (status == MBILL_OK) status = read_names(names, names_len, &bulk->fact_names, err);
    if (status == MBILL_OK && facts != NULL) status = mbill_facts_read(facts, facts_len, NULL, &bulk->facts, err);
    if (status == MBILL_OK) status = open_bulk(bulk, from_utc_s, to_utc_s, flags, err);
    if (status == MBILL_OK) *out_bulk = bulk;
    else mbill_face_bulk_free(bulk);
    return status;
}

/* --- pricing --- */

/* What one call is given and gives, account by account. */
typedef struct run {
    const mbill_face_bulk *bulk;
    const mbill_face_column *columns, *fact_columns;
    const uint8_t *before;
    uint8_t *after;
    int64_t *totals, *charges;
    int32_t *statuses, *flags;
    size_t n;
    int64_t refused;
} run;

/* Of AT_ONCE accounts. */
typedef struct room {
    mbill_bulk_account accounts[AT_ONCE];
    int64_t number[AT_ONCE]; /* of the account that each of them is */
    mbill_column *columns;
    mbill_fact *facts;
    size_t n_shared; /* facts of all accounts, before those with a column */
    void *work;
} room;

static mbill_status check_lengths(const run *r, size_t n_columns, size_t n_fact_columns, size_t n_before, size_t n_after,
    size_t n_charge, size_t n_status, size_t n_flags, mbill_error *err)
{
    const mbill_face_bulk *b = r->bulk;
    if (n_columns != b->registers.n || n_fact_columns != b->fact_names.n)
        return face_fail(err, MBILL_E_RANGE, -1, "%zu columns and %zu columns of facts, expected %zu and %zu", n_columns,
            n_fact_columns, b->registers.n, b->fact_names.n);
    for (size_t i = 0; i < n_columns; i++)
        if (r->columns[i].n / (uint64_t)b->axis.n != r->n || r->columns[i].n % (uint64_t)b->axis.n != 0)
            return face_fail(err, MBILL_E_RANGE, -1, "column %zu has %zu values, expected %zu accounts x %lld steps", i,
                r->columns[i].n, r->n, (long long)b->axis.n);
    for (size_t i = 0; i < n_fact_columns; i++)
        if (r->fact_columns[i].n != r->n)
            return face_fail(err, MBILL_E_RANGE, -1, "a column of facts has %zu values, expected %zu", r->fact_columns[i].n,
                r->n);
    if ((r->before != NULL && n_before / b->position_size != r->n) || (r->after != NULL && n_after / b->position_size != r->n))
        return face_fail(err, MBILL_E_RANGE, -1, "positions have another size than %zu x %zu bytes", r->n, b->position_size);
    if (((uintptr_t)r->before | (uintptr_t)r->after | b->position_size) % sizeof(int64_t) != 0)
        return face_fail(err, MBILL_E_MISUSE, -1, "a column of positions does not begin at a multiple of 8 bytes");
    if ((r->charges != NULL && n_charge != r->n * b->n_charges) || (r->statuses != NULL && n_status != r->n) ||
        (r->flags != NULL && n_flags != r->n))
        return face_fail(err, MBILL_E_RANGE, -1, "an output has not room for exactly %zu accounts", r->n);
    return MBILL_OK;
}

static mbill_status make_room(room *at, const mbill_face_bulk *bulk, mbill_error *err)
{
    size_t n_given = 0, n_facts;
    const mbill_fact *given = bulk->facts != NULL ? mbill_facts_values(bulk->facts, &n_given) : NULL;
    at->columns = face_allocate(AT_ONCE * (bulk->registers.n + 1), sizeof *at->columns, err);
    n_facts = n_given + bulk->fact_names.n;
    at->facts = face_allocate(AT_ONCE * (n_facts + 1), sizeof *at->facts, err);
    at->work = face_allocate(1, mbill_bulk_work_size(bulk->bulk) + 1, err);
    if (at->columns == NULL || at->facts == NULL || at->work == NULL) return MBILL_E_NOMEM;
    for (size_t i = 0; i < AT_ONCE; i++) {
        mbill_fact *facts = at->facts + i * n_facts;
        at->n_shared = 0;
        for (size_t j = 0; j < n_given; j++) facts[at->n_shared++] = given[j];
        for (size_t j = 0; j < bulk->fact_names.n; j++) facts[at->n_shared + j].name = bulk->fact_names.each[j];
    }
    return MBILL_OK;
}

static void free_room(room *at)
{
    free(at->columns);
    free(at->facts);
    free(at->work);
}

/* Account i of the run as account k of the room; a status other than OK: its column is refused. */
static mbill_status take_account(const run *r, room *at, size_t i, size_t k, mbill_error *err)
{
    const mbill_face_bulk *b = r->bulk;
    size_t n_facts = at->n_shared + b->fact_names.n, n_steps = (size_t)b->axis.n;
    mbill_bulk_account *account = &at->accounts[k];
    mbill_column *columns = at->columns + k * b->registers.n;
    mbill_fact *facts = at->facts + k * n_facts;
    for (size_t j = 0; j < b->registers.n; j++) {
        mbill_status status = mbill_column_check(&b->axis, r->columns[j].values + i * n_steps, NULL, &columns[j], err);
        if (status != MBILL_OK) return status;
    }
    for (size_t j = 0; j < b->fact_names.n; j++) facts[at->n_shared + j].value_micro = r->fact_columns[j].values[i];
    memset(account, 0, sizeof *account);
    account->columns = columns;
    account->facts = facts;
    account->n_facts = n_facts;
    if (b->facts != NULL) account->factors = mbill_facts_factors(b->facts, &account->n_factors);
    if (r->before != NULL) account->before = (const mbill_position *)(const void *)(r->before + i * b->position_size);
    if (r->after != NULL) account->after = (mbill_position *)(void *)(r->after + i * b->position_size);
    if (r->charges != NULL) account->charges_micro = r->charges + i * b->n_charges;
    at->number[k] = (int64_t)i;
    return MBILL_OK;
}

static void note(run *r, size_t i, mbill_status status, int64_t total_micro, uint32_t flags)
{
    r->totals[i] = status == MBILL_OK ? total_micro : 0;
    if (r->statuses != NULL) r->statuses[i] = (int32_t)status;
    if (r->flags != NULL) r->flags[i] = status == MBILL_OK ? (int32_t)flags : 0;
    if (status == MBILL_OK) return;
    r->refused++;
    if (r->charges != NULL) memset(r->charges + i * r->bulk->n_charges, 0, r->bulk->n_charges * sizeof *r->charges);
}

/* The accounts from `first` on that have room; the first refusal where nobody asks for statuses. */
static mbill_status price_some(run *r, room *at, size_t first, size_t n, mbill_error *err)
{
    size_t k = 0;
    for (size_t i = first; i < first + n; i++) {
        mbill_status status = take_account(r, at, i, k, err);
        if (status == MBILL_OK) {
            k++;
            continue;
        }
        if (r->statuses == NULL) {
            if (err != NULL) err->index = (int64_t)i;
            return status;
        }
        note(r, i, status, 0, 0);
    }
    mbill_status status = mbill_bulk_price(r->bulk->bulk, at->accounts, k, at->work, err);
    if (status != MBILL_OK && r->statuses == NULL) {
        if (err != NULL && err->index >= 0 && (uint64_t)err->index < k) err->index = at->number[err->index];
        return status;
    }
    for (size_t j = 0; j < k; j++)
        note(r, (size_t)at->number[j], (mbill_status)at->accounts[j].status, at->accounts[j].total_micro, at->accounts[j].flags);
    return MBILL_OK;
}

mbill_status mbill_face_bulk_price(const mbill_face_bulk *bulk, const mbill_face_column *columns, size_t n_columns,
    const mbill_face_column *fact_columns, size_t n_fact_columns, const uint8_t *before, size_t n_before, uint8_t *out_after,
    size_t n_out_after, int64_t *out_total_micro, size_t n_out_total_micro, int64_t *out_charge_micro, size_t n_out_charge_micro,
    int32_t *out_status, size_t n_out_status, int32_t *out_flags, size_t n_out_flags, int64_t *out_value, mbill_error *err)
{
    run r = {bulk, columns, fact_columns, before, out_after, out_total_micro, out_charge_micro, out_status, out_flags,
        n_out_total_micro, 0};
    if (bulk == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "the handle is NULL");
    mbill_status status = check_lengths(&r, n_columns, n_fact_columns, n_before, n_out_after, n_out_charge_micro, n_out_status,
        n_out_flags, err);
    if (status != MBILL_OK) return status;
    room *at = face_allocate(1, sizeof *at, err);
    if (at == NULL) return MBILL_E_NOMEM;
    status = make_room(at, bulk, err);
    for (size_t i = 0; status == MBILL_OK && i < r.n; i += AT_ONCE)
        status = price_some(&r, at, i, r.n - i < AT_ONCE ? r.n - i : AT_ONCE, err);
    free_room(at);
    free(at);
    if (status == MBILL_OK) *out_value = r.refused;
    return status;
}

/* --- positions in columns --- */

mbill_status mbill_face_position_pack(const mbill_tariff *tariff, const char *position, size_t position_len,
    mbill_face_bytes *out_bytes, mbill_error *err)
{
    if (tariff == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "tariff is NULL");
    size_t size = mbill_position_size(tariff);
    mbill_position *block = face_allocate(size, 1, err);
    if (block == NULL) return MBILL_E_NOMEM;
    mbill_status status = MBILL_OK;
    if (position != NULL) status = mbill_position_read(tariff, position, position_len, block, err);
    else mbill_position_init(tariff, block);
    if (status == MBILL_OK) {
        out_bytes->p = (uint8_t *)(void *)block;
        out_bytes->n = size;
    } else {
        free(block);
    }
    return status;
}

typedef struct packed {
    const mbill_tariff *tariff;
    const mbill_position *position;
} packed;

static mbill_status write_position(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const packed *of = context;
    return mbill_position_write(of->tariff, of->position, out_text, inout_len, err);
}

mbill_status mbill_face_position_unpack(const mbill_tariff *tariff, const uint8_t *bytes, size_t bytes_len,
    mbill_face_text *out_text, mbill_error *err)
{
    if (tariff == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "tariff is NULL");
    size_t size = mbill_position_size(tariff);
    if (bytes_len != size) return face_fail(err, MBILL_E_POSITION, -1, "a position of %zu bytes, expected %zu", bytes_len, size);
    void *block = face_allocate(size, 1, err);
    if (block == NULL) return MBILL_E_NOMEM;
    memcpy(block, bytes, size);
    packed of = {tariff, block};
    mbill_status status = face_write(write_position, &of, out_text, err);
    free(block);
    return status;
}

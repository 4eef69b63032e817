/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which other languages get the bills of many accounts as documents. */
#include "bulk_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Neither can stand in a JSON text: U+001E ends a document or record, U+001F divides the fields of a record. */
enum { RECORD = 0x1e, FIELD = 0x1f, BILL_ROOM = 4096 };

/* What is used for one account after the other. */
typedef struct desk {
    const mbill_face_bulk *bulk;
    const mbill_face_column *columns;
    mbill_column *checked;
    mbill_facts *own; /* of this account; NULL: none */
    mbill_fact *facts;
    size_t n_facts, cap_facts;
    mbill_factor *factors;
    size_t n_factors, cap_factors;
    mbill_position *position; /* before, then after */
    mbill_line *lines;
    size_t cap_lines;
    mbill_interval *intervals; /* NULL: no register of the tariff is converted */
    mbill_converted *converted;
    size_t cap_converted;
    void *work;
} desk;

/* The next of several documents; false: there is none. */
static int next_document(const char **at, size_t *left, const char **out_text, size_t *out_len)
{
    const char *end = *left > 0 ? memchr(*at, RECORD, *left) : NULL;
    if (end == NULL) return 0;
    *out_text = *at;
    *out_len = (size_t)(end - *at);
    *left -= *out_len + 1;
    *at = end + 1;
    return 1;
}

static mbill_status check_documents(const char *what, const char *text, size_t len, int64_t n_accounts, mbill_error *err)
{
    int64_t n = 0;
    const char *one;
    size_t one_len;
    if (text == NULL) return MBILL_OK;
    while (next_document(&text, &len, &one, &one_len)) n++;
    if (n == n_accounts && len == 0) return MBILL_OK;
    return face_fail(err, MBILL_E_RANGE, -1, "%lld documents of %s, expected %lld", (long long)n, what, (long long)n_accounts);
}

static mbill_status check_columns(const desk *d, size_t n_columns, int64_t n_accounts, mbill_error *err)
{
    const mbill_face_bulk *b = d->bulk;
    if (n_accounts < 0) return face_fail(err, MBILL_E_RANGE, -1, "%lld accounts", (long long)n_accounts);
    if (n_columns != b->registers.n || b->fact_names.n > 0)
        return face_fail(err, MBILL_E_RANGE, -1, "%zu columns and columns of %zu facts, expected %zu and none", n_columns,
            b->fact_names.n, b->registers.n);
    for (size_t i = 0; i < n_columns; i++)
        if (d->columns[i].n / (uint64_t)b->axis.n != (uint64_t)n_accounts || d->columns[i].n % (uint64_t)b->axis.n != 0)
            return face_fail(err, MBILL_E_RANGE, -1, "column %zu has %zu values, expected %lld accounts x %lld steps", i,
                d->columns[i].n, (long long)n_accounts, (long long)b->axis.n);
    return MBILL_OK;
}

static int is_converted(const mbill_face_bulk *bulk)
{
    for (size_t i = 0; mbill_tariff_register_unit(bulk->tariff, i) != NULL; i++)
        if (mbill_tariff_register_converted(bulk->tariff, i)) return 1;
    return 0;
}

static mbill_status furnish(desk *d, mbill_error *err)
{
    const mbill_face_bulk *b = d->bulk;
    mbill_status status = mbill_tariff_lines_max(b->tariff, b->request.from_utc_s, b->request.to_utc_s, &d->cap_lines, err);
    if (status != MBILL_OK) return status;
    d->checked = face_allocate(b->registers.n, sizeof *d->checked, err);
    d->position = face_allocate(b->position_size, 1, err);
    d->lines = face_allocate(d->cap_lines, sizeof *d->lines, err);
    d->work = face_allocate(1, mbill_bulk_work_size(b->bulk) + 1, err);
    if (d->checked == NULL || d->position == NULL || d->lines == NULL || d->work == NULL) return MBILL_E_NOMEM;
    if (!is_converted(b)) return MBILL_OK;
    d->intervals = face_allocate(b->registers.n * (size_t)b->axis.n, sizeof *d->intervals, err);
    return d->intervals != NULL ? MBILL_OK : MBILL_E_NOMEM;
}

static void clear(desk *d)
{
    free(d->checked);
    free(d->facts);
    free(d->factors);
    free(d->position);
    free(d->lines);
    free(d->intervals);
    free(d->converted);
    free(d->work);
}

/* Room for n records of a block that grows; what was in it is gone. */
static mbill_status grow(void **block, size_t *cap, size_t n, size_t size, mbill_error *err)
{
    if (n <= *cap && *block != NULL) return MBILL_OK;
    free(*block);
    *block = face_allocate(n + 1, size, err);
    *cap = *block != NULL ? n : 0;
    return *block != NULL ? MBILL_OK : MBILL_E_NOMEM;
}

static mbill_status refuse_shared(const mbill_facts *own, mbill_error *err)
{
    size_t n_lists, n_instants, n_series;
    (void)mbill_facts_lists(own, &n_lists);
    (void)mbill_facts_instants(own, &n_instants);
    (void)mbill_facts_series(own, &n_series);
    if (n_lists + n_instants + n_series == 0) return MBILL_OK;
    return face_fail(err, MBILL_E_INVALID, -1,
        "the facts of one account have lists or series, expected those among the facts of all");
}

/* Facts and factors: those of all accounts, then the account's own. */
static mbill_status take_facts(desk *d, const char *text, size_t len, mbill_error *err)
{
    const mbill_facts *of[2] = {d->bulk->facts, NULL};
    mbill_status status = MBILL_OK;
    if (len > 0) status = mbill_facts_read(text, len, NULL, &d->own, err);
    if (status == MBILL_OK && d->own != NULL) status = refuse_shared(d->own, err);
    if (status != MBILL_OK) return status;
    of[1] = d->own;
    size_t n[2] = {0, 0}, k[2] = {0, 0};
    for (size_t i = 0; i < 2; i++) {
        if (of[i] == NULL) continue;
        (void)mbill_facts_values(of[i], &n[i]);
        (void)mbill_facts_factors(of[i], &k[i]);
    }
    status = grow((void **)&d->facts, &d->cap_facts, n[0] + n[1], sizeof *d->facts, err);
    if (status == MBILL_OK) status = grow((void **)&d->factors, &d->cap_factors, k[0] + k[1], sizeof *d->factors, err);
    if (status != MBILL_OK) return status;
    for (size_t i = 0, f = 0, r = 0; i < 2; f += n[i], r += k[i], i++) {
        if (of[i] == NULL) continue;
        if (n[i] > 0) memcpy(d->facts + f, mbill_facts_values(of[i], &n[i]), n[i] * sizeof *d->facts);
        if (k[i] > 0) memcpy(d->factors + r, mbill_facts_factors(of[i], &k[i]), k[i] * sizeof *d->factors);
    }
    d->n_facts = n[0] + n[1];
    d->n_factors = k[0] + k[1];
    return MBILL_OK;
}

/* The converted registers of a bill, from the readings as intervals. */
static mbill_status convert(desk *d, size_t number, mbill_bill *bill, mbill_error *err)
{
    const mbill_face_bulk *b = d->bulk;
    size_t steps = (size_t)b->axis.n, n = 0;
    mbill_price_request request = b->request;
    mbill_input *inputs = face_allocate(b->registers.n, sizeof *inputs, err);
    if (inputs == NULL) return MBILL_E_NOMEM;
    for (size_t j = 0; j < b->registers.n; j++) {
        inputs[j].name = b->registers.each[j];
        inputs[j].intervals = d->intervals + j * steps;
        inputs[j].n_intervals = steps;
        for (size_t i = 0; i < steps; i++) {
            mbill_interval *to = &d->intervals[j * steps + i];
            memset(to, 0, sizeof *to);
            to->start_utc_s = b->axis.start_utc_s + (int64_t)i * b->axis.step_s;
            to->end_utc_s = to->start_utc_s + b->axis.step_s;
            to->quantity_micro = d->columns[j].values[number * steps + i];
        }
    }
    request.inputs = inputs;
    request.n_inputs = b->registers.n;
    request.facts = d->facts;
    request.n_facts = d->n_facts;
    request.factors = d->factors;
    request.n_factors = d->n_factors;
    mbill_status status = mbill_tariff_converted(b->tariff, &request, NULL, 0, &n, err);
    if (status == MBILL_E_ROOM) status = grow((void **)&d->converted, &d->cap_converted, n, sizeof *d->converted, err);
    if (status == MBILL_OK && n > 0) status = mbill_tariff_converted(b->tariff, &request, d->converted, n, &n, err);
    bill->converted = d->converted;
    bill->n_converted = n;
    free(inputs);
    return status;
}

static mbill_status price_one(desk *d, size_t number, const char *position, size_t position_len, mbill_bill *bill, size_t *out_n,
    mbill_error *err)
{
    const mbill_face_bulk *b = d->bulk;
    mbill_bulk_account account;
    mbill_status status = MBILL_OK;
    memset(&account, 0, sizeof account);
    for (size_t j = 0; status == MBILL_OK && j < b->registers.n; j++)
        status = mbill_column_check(&b->axis, d->columns[j].values + number * (size_t)b->axis.n, NULL, &d->checked[j], err);
    if (status == MBILL_OK && position_len > 0) status = mbill_position_read(b->tariff, position, position_len, d->position, err);
    if (status != MBILL_OK) return status;
    account.columns = d->checked;
    account.facts = d->facts;
    account.n_facts = d->n_facts;
    account.factors = d->factors;
    account.n_factors = d->n_factors;
    account.before = position_len > 0 ? d->position : NULL;
    account.after = d->position;
    account.lines = d->lines;
    account.cap_lines = d->cap_lines;
    status = mbill_bulk_price(b->bulk, &account, 1, d->work, err);
    memset(bill, 0, sizeof *bill);
    bill->struct_size = (uint32_t)sizeof *bill;
    bill->flags = account.flags;
    bill->from_utc_s = b->request.from_utc_s;
    bill->to_utc_s = b->request.to_utc_s;
    bill->total_micro = account.total_micro;
    *out_n = account.n_lines;
    return status == MBILL_OK && d->intervals != NULL ? convert(d, number, bill, err) : status;
}

/* --- the records --- */

static void add_end(face_join *join, char end)
{
    face_add_n(join, &end, 1);
}

/* A text of people, whose own U+001E and U+001F become a question mark. */
static void add_plain(face_join *join, const char *text)
{
    for (size_t n = 0; *text != '\0'; text += n) {
        n = strcspn(text, "\x1e\x1f");
        face_add_n(join, n > 0 ? text : "?", n > 0 ? n : 1);
        if (n == 0) n = 1;
    }
}

typedef struct written {
    const desk *d;
    const mbill_bill *bill;
    size_t n_lines;
} written;

static mbill_status write_bill(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const written *w = context;
    return mbill_bill_write(w->bill, w->d->lines, w->n_lines, mbill_tariff_labels(w->d->bulk->tariff), 0, out_text, inout_len,
        err);
}

static mbill_status write_position(const void *context, char *out_text, size_t *inout_len, mbill_error *err)
{
    const written *w = context;
    return mbill_position_write(w->d->bulk->tariff, w->d->position, out_text, inout_len, err);
}

static mbill_status add_bill(face_join *join, const written *w, mbill_error *err)
{
    face_add(join, "0");
    add_end(join, FIELD);
    face_add_int(join, w->bill->total_micro);
    add_end(join, FIELD);
    face_add_int(join, w->bill->flags);
    add_end(join, FIELD);
    mbill_status status = face_add_written_once(join, BILL_ROOM, write_bill, w, err);
    add_end(join, FIELD);
    if (status == MBILL_OK) status = face_add_written_once(join, BILL_ROOM, write_position, w, err);
    add_end(join, FIELD);
    add_end(join, FIELD);
    add_end(join, RECORD);
    return status;
}

static void add_refusal(face_join *join, mbill_status status, const mbill_error *err)
{
    face_add_int(join, (int64_t)status);
    add_end(join, FIELD);
    face_add(join, "0");
    add_end(join, FIELD);
    face_add(join, "0");
    for (int i = 0; i < 3; i++) add_end(join, FIELD);
    add_plain(join, err->path);
    add_end(join, FIELD);
    add_plain(join, err->message);
    add_end(join, RECORD);
}

/* One account: a record in any case, unless there is no memory. */
static mbill_status add_account(desk *d, face_join *join, size_t number, const char *facts, size_t facts_len,
    const char *position, size_t position_len, mbill_error *err)
{
    mbill_bill bill;
    written w = {d, &bill, 0};
    mbill_error own;
    size_t begin = join->n;
    mbill_error_init(&own);
    mbill_status status = take_facts(d, facts, facts_len, &own);
    if (status == MBILL_OK) status = price_one(d, number, position, position_len, &bill, &w.n_lines, &own);
    if (status == MBILL_OK) status = add_bill(join, &w, &own);
    mbill_facts_free(d->own);
    d->own = NULL;
    if (status == MBILL_OK) return status;
    if (status == MBILL_E_NOMEM) return face_no_memory(err);
    join->n = begin;
    add_refusal(join, status, &own);
    return MBILL_OK;
}

mbill_status mbill_face_bulk_bills(const mbill_face_bulk *bulk, const mbill_face_column *columns, size_t n_columns,
    const char *facts, size_t facts_len, const char *positions, size_t positions_len, int64_t n_accounts,
    mbill_face_text *out_text, mbill_error *err)
{
    desk d;
    face_join join = {NULL, 0, 0, 0};
    memset(&d, 0, sizeof d);
    if (bulk == NULL) return face_fail(err, MBILL_E_MISUSE, -1, "the handle is NULL");
    d.bulk = bulk;
    d.columns = columns;
    mbill_status status = check_columns(&d, n_columns, n_accounts, err);
    if (status == MBILL_OK) status = check_documents("facts", facts, facts_len, n_accounts, err);
    if (status == MBILL_OK) status = check_documents("positions", positions, positions_len, n_accounts, err);
    if (status == MBILL_OK) status = furnish(&d, err);
    face_add(&join, "");
    for (int64_t i = 0; status == MBILL_OK && i < n_accounts; i++) {
        const char *own = "", *position = "";
        size_t own_len = 0, position_len = 0;
        if (facts != NULL) (void)next_document(&facts, &facts_len, &own, &own_len);
        if (positions != NULL) (void)next_document(&positions, &positions_len, &position, &position_len);
        status = add_account(&d, &join, (size_t)i, own, own_len, position, position_len, err);
    }
    clear(&d);
    return face_take(&join, status, out_text, err);
}

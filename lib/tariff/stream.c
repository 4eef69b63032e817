/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what is kept of a billing span under way does. Law: a total to date is that of a part (price.c), and the end is the bill. The
 * readings are kept for what needs all of them; sums of charges on a register's own are carried on with (mbill__kept). */
#include "meterbill/stream.h"

#include "document/say.h"
#include "number/round.h"
#include "tariff/gather.h"
#include "tariff/price.h"
#include "tariff/stretch.h"

#include <string.h>

#define NO_GAP INT64_MAX

typedef struct pushed {
    mbill_interval *readings;
    size_t n;
    int64_t covered_to_utc_s;
    int64_t first_gap_utc_s;
} pushed;

struct mbill_stream {
    const mbill_tariff *tariff;
    mbill_price_request request; /* of the whole span; its inputs are those below */
    mbill_position *before;      /* NULL: none */
    mbill_input *inputs;
    pushed *registers;
    size_t n_registers, max_readings;
    mbill__kept *kept; /* by charge */
    int64_t priced_to_utc_s, total_micro;
};

/* ---- the block ---- */

/* The block is laid out twice: for its size (at NULL), and to be used. */
typedef struct layout {
    unsigned char *at;
    size_t size;
    bool fits;
} layout;

static void *take(layout *block, size_t count, size_t size)
{
    size_t room = SIZE_MAX / 2 - block->size;
    if (!block->fits || (size > 0 && count > room / size)) {
        block->fits = false;
        return NULL;
    }
    void *part = block->at == NULL ? NULL : block->at + block->size;
    block->size += (count * size + 7) / 8 * 8;
    return part;
}

static void lay_out(layout *block, const mbill__scope *scope, size_t n_registers, size_t max_readings, mbill_stream *out)
{
    const mbill_tariff *tariff = scope->tariff;
    (void)take(block, 1, sizeof *out);
    out->before = take(block, 1, mbill_position_size(tariff));
    out->inputs = take(block, n_registers, sizeof *out->inputs);
    out->registers = take(block, n_registers, sizeof *out->registers);
    out->kept = take(block, tariff->n_charges, sizeof *out->kept);
    for (size_t i = 0; i < n_registers; i++) {
        mbill_interval *readings = take(block, max_readings, sizeof *readings);
        if (block->at != NULL) out->registers[i] = (pushed){.readings = readings, .first_gap_utc_s = NO_GAP};
    }
    for (size_t i = 0; i < tariff->n_charges; i++) {
        size_t n = mbill__stretch_count(scope, &tariff->charges[i]);
        mbill__used *used = take(block, n, sizeof *used);
        if (block->at != NULL) out->kept[i] = (mbill__kept){.n = n, .used = used};
    }
}

/* ---- start ---- */

static mbill_status check_request(const mbill_price_request *request, mbill_error *err)
{
    if (request->n_inputs > 0) return mbill__fail(err, MBILL_E_INVALID, "the request has inputs; expected readings to be pushed");
    if (request->span_to_utc_s != 0)
        return mbill__fail(err, MBILL_E_INVALID, "the request is for a part; expected the whole billing span and span_to 0");
    if ((request->flags & MBILL_PRICE_PURCHASE) != 0)
        return mbill__fail(err, MBILL_E_INVALID, "a purchase has no readings to push");
    return MBILL_OK;
}

size_t mbill_stream_size(const mbill_tariff *tariff, const mbill_price_request *request, size_t n_registers, size_t max_readings)
{
    mbill_price_request known;
    mbill__scope scope;
    mbill_stream unused;
    layout block = {.fits = true};
    if (tariff == NULL || request == NULL || mbill__price_request_read(&known, request, NULL) != MBILL_OK ||
        check_request(&known, NULL) != MBILL_OK || mbill__scope_start(&scope, tariff, &known, NULL) != MBILL_OK)
        return 0;
    lay_out(&block, &scope, n_registers, max_readings, &unused);
    return block.fits ? block.size : 0;
}

static mbill_status check_registers(const mbill_tariff *tariff, mbill_price_request request, const char *const *registers,
    size_t n_registers, mbill__scope *scope, mbill_error *err)
{
    mbill_input inputs[MBILL__INPUTS_MAX];
    if (n_registers < 1 || n_registers > MBILL__INPUTS_MAX)
        return mbill__fail(err, MBILL_E_RANGE, "%zu registers, expected 1 to %d", n_registers, MBILL__INPUTS_MAX);
    for (size_t i = 0; i < n_registers; i++) inputs[i] = (mbill_input){.name = registers[i]};
    request.inputs = inputs;
    request.n_inputs = n_registers;
    return mbill__scope_start(scope, tariff, &request, err);
}

/* Charges carry on with the readings of their register; those of an input that is made of several, or not pushed, keep nothing. */
static void link_charges(mbill_stream *stream)
{
    const mbill_tariff *tariff = stream->tariff;
    for (size_t i = 0; i < tariff->n_charges; i++) {
        mbill__kept *kept = &stream->kept[i];
        int32_t meter = tariff->charges[i].quantity.meter;
        size_t at = 0;
        if (meter < 0 || tariff->inputs[meter].derived != NULL || tariff->inputs[meter].from == NULL) at = stream->n_registers;
        while (at < stream->n_registers && strcmp(stream->inputs[at].name, tariff->inputs[meter].from) != 0) at++;
        if (at == stream->n_registers) {
            kept->n = 0;
        } else {
            kept->feed = (mbill__feed){.tariff = tariff, .input = meter, .edges = stream->registers[at].readings};
        }
        kept->from = at;
    }
}

mbill_status mbill_stream_start(const mbill_tariff *tariff, const mbill_price_request *request, const mbill_position *before,
    const char *const *registers, size_t n_registers, size_t max_readings, mbill_stream *out_stream, mbill_error *err)
{
    mbill_price_request known;
    mbill__scope scope;
    MBILL__NEED(tariff);
    MBILL__NEED(request);
    MBILL__NEED(registers);
    MBILL__NEED(out_stream);
    MBILL_TRY(mbill__price_request_read(&known, request, err));
    MBILL_TRY(check_request(&known, err));
    MBILL_TRY(check_registers(tariff, known, registers, n_registers, &scope, err));
    if (before != NULL) MBILL_TRY(mbill__position_check(tariff, before, err));
    scope.request = &known;
    layout block = {.at = (unsigned char *)out_stream, .fits = true};
    *out_stream = (mbill_stream){.tariff = tariff,
        .request = known,
        .n_registers = n_registers,
        .max_readings = max_readings,
        .priced_to_utc_s = known.from_utc_s};
    lay_out(&block, &scope, n_registers, max_readings, out_stream);
    if (!block.fits) return mbill__fail(err, MBILL_E_RANGE, "%zu readings do not fit into memory", max_readings);
    for (size_t i = 0; i < n_registers; i++) {
        out_stream->inputs[i] = (mbill_input){.name = registers[i], .intervals = out_stream->registers[i].readings};
        out_stream->registers[i].covered_to_utc_s = known.from_utc_s;
    }
    out_stream->request.inputs = out_stream->inputs;
    out_stream->request.n_inputs = n_registers;
    if (before == NULL) out_stream->before = NULL;
    else memcpy(out_stream->before, before, mbill_position_size(tariff));
    link_charges(out_stream);
    return MBILL_OK;
}

/* ---- readings ---- */

static mbill_status check_order(const mbill_stream *stream, const pushed *of, const mbill_interval *interval, mbill_error *err)
{
    int64_t index = (int64_t)of->n;
    const mbill_interval *last = of->n == 0 ? NULL : &of->readings[of->n - 1];
    const mbill_zone *zone = stream->tariff->zone;
    if (last != NULL && interval->start_utc_s < last->start_utc_s)
        return mbill__fail_at(err, MBILL_E_ORDER, index, "the reading from %s comes after the one from %s, expected rising times",
            mbill__say_time(interval->start_utc_s, zone).text, mbill__say_time(last->start_utc_s, zone).text);
    if (last != NULL && interval->start_utc_s < last->end_utc_s)
        return mbill__fail_at(err, MBILL_E_OVERLAP, index, "the reading from %s begins before the last one ends at %s",
            mbill__say_time(interval->start_utc_s, zone).text, mbill__say_time(last->end_utc_s, zone).text);
    if (interval->start_utc_s > of->covered_to_utc_s && (stream->request.flags & MBILL_PRICE_ALLOW_GAPS) == 0)
        return mbill__fail_at(err, MBILL_E_GAP, index, "no reading covers the time from %s to %s",
            mbill__say_time(of->covered_to_utc_s, zone).text, mbill__say_time(interval->start_utc_s, zone).text);
    return MBILL_OK;
}

static mbill_status check_reading(const mbill_stream *stream, const pushed *of, const mbill_interval *interval, mbill_error *err)
{
    const mbill_price_request *span = &stream->request;
    mbill_status status = mbill_usage_check(interval, 1, span->from_utc_s, span->to_utc_s, MBILL_USAGE_ALLOW_GAPS, NULL, err);
    if (status != MBILL_OK && err != NULL) err->index = (int64_t)of->n;
    if (status != MBILL_OK) return status;
    if (interval->end_utc_s <= span->from_utc_s || interval->start_utc_s >= span->to_utc_s)
        return mbill__fail_at(err, MBILL_E_RANGE, (int64_t)of->n, "the reading from %s lies outside the billing span",
            mbill__say_time(interval->start_utc_s, stream->tariff->zone).text);
    MBILL_TRY(check_order(stream, of, interval, err));
    if (of->n < stream->max_readings) return MBILL_OK;
    return mbill__fail_at(err, MBILL_E_ROOM, (int64_t)of->n, "there is room for %zu readings of a register",
        stream->max_readings);
}

mbill_status mbill_stream_push(mbill_stream *stream, size_t at_register, const mbill_interval *interval, mbill_error *err)
{
    MBILL__NEED(stream);
    MBILL__NEED(interval);
    if (at_register >= stream->n_registers)
        return mbill__fail(err, MBILL_E_RANGE, "register %zu of %zu", at_register, stream->n_registers);
    pushed *of = &stream->registers[at_register];
    MBILL_TRY(check_reading(stream, of, interval, err));
    if (interval->start_utc_s > of->covered_to_utc_s && of->first_gap_utc_s == NO_GAP) of->first_gap_utc_s = of->covered_to_utc_s;
    of->readings[of->n++] = *interval;
    of->covered_to_utc_s = interval->end_utc_s;
    stream->inputs[at_register].n_intervals = of->n;
    return MBILL_OK;
}

/* ---- totals ---- */

/* Where all registers are read to; false: inside a reading of one of them. */
static bool read_to(const mbill_stream *stream, int64_t *out_utc_s)
{
    *out_utc_s = stream->request.to_utc_s;
    for (size_t i = 0; i < stream->n_registers; i++)
        if (stream->registers[i].covered_to_utc_s < *out_utc_s) *out_utc_s = stream->registers[i].covered_to_utc_s;
    if (*out_utc_s == stream->request.to_utc_s) return true;
    for (size_t i = 0; i < stream->n_registers; i++) {
        const pushed *of = &stream->registers[i];
        size_t at = of->n;
        while (at > 0 && of->readings[at - 1].start_utc_s >= *out_utc_s) at--;
        if (at > 0 && of->readings[at - 1].end_utc_s > *out_utc_s) return false;
    }
    return true;
}

static mbill_status price_to(mbill_stream *stream, int64_t to_utc_s, int64_t *out_micro, mbill_error *err)
{
    mbill__scope scope;
    mbill__lines lines;
    mbill_price_request request = stream->request;
    request.span_to_utc_s = request.to_utc_s;
    request.to_utc_s = to_utc_s;
    MBILL_TRY(mbill__scope_start(&scope, stream->tariff, &request, err));
    scope.kept = stream->kept;
    for (size_t i = 0; i < stream->tariff->n_charges; i++) {
        mbill__kept *kept = &stream->kept[i];
        if (kept->n == 0) continue;
        kept->feed.n = stream->registers[kept->from].n;
        kept->feed.has_gaps = stream->registers[kept->from].first_gap_utc_s < to_utc_s;
    }
    mbill__lines_start(&lines, &scope, NULL, 0);
    lines.only_sums = true;
    return mbill__price_known(&scope, stream->before, &lines, out_micro, NULL, err);
}

static mbill_status overflow(mbill_error *err)
{
    return mbill__fail(err, MBILL_E_OVERFLOW, "an amount leaves the range of +-9223372036854.775807");
}

mbill_status mbill_stream_total(mbill_stream *stream, int64_t *out_total_micro, int64_t *out_delta_micro, mbill_error *err)
{
    int64_t to_utc_s, total_micro, delta_micro;
    MBILL__NEED(stream);
    MBILL__NEED(out_total_micro);
    total_micro = stream->total_micro;
    if (read_to(stream, &to_utc_s) && to_utc_s != stream->priced_to_utc_s) {
        mbill_status status = price_to(stream, to_utc_s, &total_micro, err);
        /* What was carried on with may be half of a refused reading: begin anew next time. */
        for (size_t i = 0; status != MBILL_OK && i < stream->tariff->n_charges; i++) stream->kept[i].begun = false;
        if (status != MBILL_OK) return status;
        stream->priced_to_utc_s = to_utc_s;
    }
    if (!mbill__subtract(total_micro, stream->total_micro, &delta_micro)) return overflow(err);
    *out_total_micro = stream->total_micro = total_micro;
    if (out_delta_micro != NULL) *out_delta_micro = delta_micro;
    return MBILL_OK;
}

mbill_status mbill_stream_finish(mbill_stream *stream, mbill_line *out_lines, size_t cap_lines, size_t *out_n_lines,
    mbill_bill *out_bill, int64_t *out_delta_micro, mbill_position *out_after, mbill_error *err)
{
    int64_t delta_micro;
    MBILL__NEED(stream);
    MBILL_TRY(mbill_tariff_price(stream->tariff, &stream->request, stream->before, out_lines, cap_lines, out_n_lines, out_bill,
        out_after, err));
    if (!mbill__subtract(out_bill->total_micro, stream->total_micro, &delta_micro)) return overflow(err);
    stream->total_micro = out_bill->total_micro;
    stream->priced_to_utc_s = stream->request.to_utc_s;
    if (out_delta_micro != NULL) *out_delta_micro = delta_micro;
    return MBILL_OK;
}

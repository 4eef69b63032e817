/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when what a stream takes or gives does. */
#include "stream_agrees.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define REGISTERS_MAX 32
/* Instants at which a stream is asked, at most. */
#define STOPS 12

static size_t most_readings(const mbill_price_request *request)
{
    size_t most = 0;
    for (size_t i = 0; i < request->n_inputs; i++) {
        const mbill_input *input = &request->inputs[i];
        if (input->intervals == NULL || input->period != NULL) return 0;
        if (input->n_intervals > most) most = input->n_intervals;
    }
    return request->n_inputs > REGISTERS_MAX ? 0 : most;
}

/* Where all registers are read to after n readings of each. */
static int64_t read_to(const mbill_price_request *request, size_t n)
{
    int64_t to_utc_s = request->to_utc_s;
    for (size_t i = 0; i < request->n_inputs; i++) {
        const mbill_input *input = &request->inputs[i];
        size_t at = n < input->n_intervals ? n : input->n_intervals;
        int64_t end_utc_s = at == 0 ? request->from_utc_s : input->intervals[at - 1].end_utc_s;
        if (end_utc_s < to_utc_s) to_utc_s = end_utc_s;
    }
    return to_utc_s;
}

static bool cuts_a_reading(const mbill_price_request *request, int64_t utc_s)
{
    for (size_t i = 0; utc_s < request->to_utc_s && i < request->n_inputs; i++)
        for (size_t k = 0; k < request->inputs[i].n_intervals; k++)
            if (request->inputs[i].intervals[k].start_utc_s < utc_s && request->inputs[i].intervals[k].end_utc_s > utc_s)
                return true;
    return false;
}

/* The total to date against the part, priced by itself. */
static const char *compare_part(mbill_stream *stream, const mbill_tariff *tariff, const mbill_price_request *request,
    const mbill_position *before, size_t n, size_t cap, int64_t *inout_sum_micro)
{
    size_t n_lines;
    int64_t total_micro, delta_micro;
    mbill_price_request part = *request;
    mbill_bill bill = {.struct_size = sizeof bill};
    part.to_utc_s = read_to(request, n);
    part.span_to_utc_s = request->to_utc_s;
    if (part.to_utc_s <= request->from_utc_s || cuts_a_reading(request, part.to_utc_s)) return NULL;
    mbill_line *lines = malloc(cap * sizeof *lines);
    mbill_status status = mbill_tariff_price(tariff, &part, before, lines, cap, &n_lines, &bill, NULL, NULL);
    free(lines);
    if (mbill_stream_total(stream, &total_micro, &delta_micro, NULL) != status) return "a stream gives another status for a part";
    if (status != MBILL_OK) return NULL;
    *inout_sum_micro += delta_micro;
    if (total_micro != bill.total_micro) return "a stream comes to another total for a part";
    return *inout_sum_micro == total_micro ? NULL : "what the readings added is not the total of a stream";
}

static const char *compare_end(mbill_stream *stream, const mbill_tariff *tariff, const single_price *single, int64_t sum_micro)
{
    const char *differs = NULL;
    size_t cap = single->n_lines + 1, n_lines;
    int64_t delta_micro;
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_line *lines = malloc(cap * sizeof *lines);
    mbill_position *after = malloc(mbill_position_size(tariff));
    mbill_status status = mbill_stream_finish(stream, lines, cap, &n_lines, &bill, &delta_micro, after, NULL);
    if (status != single->status) {
        differs = "a stream ends with another status";
    } else if (status == MBILL_OK) {
        if (bill.total_micro != single->bill->total_micro || n_lines != single->n_lines ||
            memcmp(lines, single->lines, n_lines * sizeof *lines) != 0 ||
            memcmp(after, single->after, mbill_position_size(tariff)) != 0)
            differs = "a stream ends with another bill";
        if (sum_micro + delta_micro != bill.total_micro) differs = "what the readings added is not the bill of a stream";
    }
    free(lines);
    free(after);
    return differs;
}

/* false: a reading is refused, which pricing all of them would refuse too, or leave outside the span. */
static bool push_next(mbill_stream *stream, const mbill_price_request *request, size_t at)
{
    for (size_t i = 0; i < request->n_inputs; i++)
        if (at < request->inputs[i].n_intervals &&
            mbill_stream_push(stream, i, &request->inputs[i].intervals[at], NULL) != MBILL_OK)
            return false;
    return true;
}

static const char *run(mbill_stream *stream, const mbill_tariff *tariff, const mbill_price_request *request,
    const mbill_position *before, size_t most, const single_price *single)
{
    int64_t sum_micro = 0;
    size_t cap, every = most / STOPS + 1;
    if (mbill_tariff_lines_max(tariff, request->from_utc_s, request->to_utc_s, &cap, NULL) != MBILL_OK) return NULL;
    for (size_t at = 0; at < most; at++) {
        if (!push_next(stream, request, at)) return NULL;
        if (at % every != 0 && at + 1 != most) continue;
        const char *differs = compare_part(stream, tariff, request, before, at + 1, cap, &sum_micro);
        if (differs != NULL) return differs;
    }
    return compare_end(stream, tariff, single, sum_micro);
}

const char *stream_differs(const mbill_tariff *tariff, const mbill_price_request *request, const mbill_position *before,
    const single_price *single)
{
    const char *names[REGISTERS_MAX], *differs = NULL;
    mbill_price_request shared = *request;
    size_t most = most_readings(request);
    if (most == 0 || request->span_to_utc_s != 0 || (request->flags & MBILL_PRICE_PURCHASE) != 0) return NULL;
    for (size_t i = 0; i < request->n_inputs; i++) names[i] = request->inputs[i].name;
    shared.inputs = NULL;
    shared.n_inputs = 0;
    size_t size = mbill_stream_size(tariff, &shared, request->n_inputs, most);
    if (size == 0) return single->status != MBILL_OK ? NULL : "a stream has no size";
    mbill_stream *stream = malloc(size);
    mbill_status status = mbill_stream_start(tariff, &shared, before, names, request->n_inputs, most, stream, NULL);
    if (status == MBILL_OK) differs = run(stream, tariff, request, before, most, single);
    else if (single->status == MBILL_OK) differs = "a stream cannot be started";
    free(stream);
    return differs;
}

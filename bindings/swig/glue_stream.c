/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way does in which other languages price one account reading by reading. */
#include "glue_stream.h"

#include "pricing.h"

#include <stdlib.h>
#include <string.h>

struct mbill_face_stream {
    face_pricing pricing;
    char *names;
    const char **registers;
    size_t n_registers;
    mbill_stream *stream;
};

static mbill_status read_registers(mbill_face_stream *stream, const char *text, size_t len, mbill_error *err)
{
    size_t n = len > 0 ? 1 : 0;
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\n') n++;
    stream->names = face_copy(text, text != NULL ? len : 0, err);
    stream->registers = face_allocate(n, sizeof *stream->registers, err);
    if (stream->names == NULL || stream->registers == NULL) return MBILL_E_NOMEM;
    char *at = stream->names;
    for (; stream->n_registers < n; stream->n_registers++) {
        char *end = strchr(at, '\n');
        stream->registers[stream->n_registers] = at;
        if (end == NULL) continue;
        *end = '\0';
        at = end + 1;
    }
    return MBILL_OK;
}

static mbill_status start(mbill_face_stream *stream, size_t most, mbill_error *err)
{
    face_pricing *p = &stream->pricing;
    size_t size = mbill_stream_size(p->tariff, &p->request, stream->n_registers, most);
    stream->stream = face_allocate(size, 1, err);
    if (stream->stream == NULL) return MBILL_E_NOMEM;
    return mbill_stream_start(p->tariff, &p->request, p->position, stream->registers, stream->n_registers, most, stream->stream,
        err);
}

mbill_status mbill_face_stream_open(const mbill_tariff *tariff, int64_t from_utc_s, int64_t to_utc_s, const char *registers,
    size_t registers_len, const char *facts, size_t facts_len, const char *position, size_t position_len, int64_t most,
    mbill_face_stream **out_stream, mbill_error *err)
{
    enum { MOST = 16777216 };
    if (most < 1 || most > MOST)
        return face_fail(err, MBILL_E_RANGE, -1, "room for %lld readings, expected 1 to %d", (long long)most, MOST);
    mbill_face_stream *stream = face_allocate(1, sizeof *stream, err);
    if (stream == NULL) return MBILL_E_NOMEM;
    mbill_status status = face_pricing_begin(&stream->pricing, tariff, facts, facts_len, position, position_len, err);
    stream->pricing.request.from_utc_s = from_utc_s;
    stream->pricing.request.to_utc_s = to_utc_s;
    if (status == MBILL_OK) status = read_registers(stream, registers, registers_len, err);
    if (status == MBILL_OK) status = start(stream, (size_t)most, err);
    if (status == MBILL_OK) *out_stream = stream;
    else mbill_face_stream_free(stream);
    return status;
}

void mbill_face_stream_free(mbill_face_stream *stream)
{
    if (stream == NULL) return;
    face_pricing_end(&stream->pricing);
    free(stream->names);
    free((void *)stream->registers);
    free(stream->stream);
    free(stream);
}

static mbill_status null_handle(mbill_error *err)
{
    return face_fail(err, MBILL_E_MISUSE, -1, "the handle is NULL");
}

mbill_status mbill_face_stream_push(mbill_face_stream *stream, int32_t at_register, int64_t start_utc_s, int64_t end_utc_s,
    int64_t quantity_micro, int32_t mark, mbill_error *err)
{
    mbill_interval reading;
    if (stream == NULL) return null_handle(err);
    if (at_register < 0) return face_fail(err, MBILL_E_RANGE, -1, "register %d", (int)at_register);
    memset(&reading, 0, sizeof reading);
    reading.start_utc_s = start_utc_s;
    reading.end_utc_s = end_utc_s;
    reading.quantity_micro = quantity_micro;
    reading.flags = (uint32_t)mark;
    return mbill_stream_push(stream->stream, (size_t)at_register, &reading, err);
}

mbill_status mbill_face_stream_total(mbill_face_stream *stream, int64_t *out_value, mbill_error *err)
{
    int64_t delta = 0;
    if (stream == NULL) return null_handle(err);
    return mbill_stream_total(stream->stream, out_value, &delta, err);
}

mbill_status mbill_face_stream_finish(mbill_face_stream *stream, mbill_face_text *out_text, mbill_error *err)
{
    face_join join = {NULL, 0, 0, 0};
    int64_t delta = 0;
    size_t cap = 0;
    if (stream == NULL) return null_handle(err);
    face_pricing *p = &stream->pricing;
    mbill_status status = mbill_tariff_lines_max(p->tariff, p->request.from_utc_s, p->request.to_utc_s, &cap, err);
    free(p->lines);
    p->lines = status == MBILL_OK ? face_allocate(cap, sizeof *p->lines, err) : NULL;
    if (status == MBILL_OK && p->lines == NULL) status = MBILL_E_NOMEM;
    if (status == MBILL_OK)
        status = mbill_stream_finish(stream->stream, p->lines, cap, &p->n_lines, &p->bill, &delta, p->position, err);
    if (status == MBILL_OK) {
        face_add(&join, "{\"meterbill\":1,\"kind\":\"price\"");
        status = face_pricing_add(p, &join, err);
    }
    face_add(&join, "}");
    return face_take(&join, status, out_text, err);
}

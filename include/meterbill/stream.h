/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file stream.h  A billing span as its readings come in: push a reading, and know what is due so far.
 *
 * The total to date is that of mbill_tariff_price() for the part of the span that is read (its span_to), and the end is the bill, line by
 * line. What a charge on a register's own readings has summed up or climbed is carried on with, so that a further reading costs the same
 * at the end of a span as at its beginning; charges on derived inputs, price series and peaks, and conditions on totals read the span again.
 *
 * @code
 * const char *registers[] = {"import"};
 * mbill_price_request span = {.struct_size = sizeof span, .from_utc_s = from, .to_utc_s = to};
 * mbill_stream *stream = malloc(mbill_stream_size(tariff, &span, 1, 744));
 * if (mbill_stream_start(tariff, &span, NULL, registers, 1, 744, stream, &err) != MBILL_OK) fprintf(stderr, "%s\n", err.message);
 * while (next_reading(&reading)) {
 *     if (mbill_stream_push(stream, 0, &reading, &err) != MBILL_OK) …
 *     if (mbill_stream_total(stream, &total_micro, &delta_micro, &err) == MBILL_OK) … the reading cost delta_micro …
 * }
 * if (mbill_stream_finish(stream, lines, cap, &n_lines, &bill, &delta_micro, NULL, &err) == MBILL_OK) … bill.total_micro …
 * free(stream);
 * @endcode
 */
#ifndef MBILL_STREAM_H
#define MBILL_STREAM_H

#include "meterbill/reading.h"
#include "meterbill/tariff.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A billing span under way: a block of mbill_stream_size() bytes that the caller owns, aligned as malloc's. It holds pointers into itself
 * and must not be moved; there is nothing to free in it. */
typedef struct mbill_stream mbill_stream;

/**
 * Bytes that a stream needs.
 * @param tariff        NULL gives 0
 * @param request       the billing span, as for mbill_stream_start(); NULL gives 0
 * @param n_registers   how many registers are pushed
 * @param max_readings  readings of one register at most
 * @return              0 as well when the request is refused (mbill_stream_start() says why) or the size does not fit
 * @par Thread safety
 * Any number of threads may share @p tariff.
 * @par Cost
 * O(charges x spans of their ladders in the billing span).
 * @since 0.1
 */
MBILL_API size_t mbill_stream_size(const mbill_tariff *tariff, const mbill_price_request *request, size_t n_registers,
    size_t max_readings);

/**
 * Begin a billing span.
 * @param tariff            not NULL; must outlive the stream
 * @param request           not NULL; the whole billing span; inputs empty, span_to 0, no purchase. Its facts, lists and instants must
 *                          outlive the stream
 * @param before            the account's position, copied; NULL: nothing used yet
 * @param registers         names of the registers that are pushed; must outlive the stream
 * @param n_registers       1 to 32
 * @param max_readings      as for mbill_stream_size()
 * @param[out] out_stream   mbill_stream_size() bytes; means nothing after a failure
 * @param[out] err          NULL, or filled on failure: index = offending register
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  the request has inputs, a span_to or is a purchase; a register is named twice
 * @retval MBILL_E_RANGE, MBILL_E_UNCOVERED, MBILL_E_NOT_FOUND, MBILL_E_POSITION, MBILL_E_ORDER, MBILL_E_UNKNOWN_OPTION  as
 *         mbill_tariff_price(); no register, or too many
 * @retval MBILL_E_MISUSE   a pointer that must not be NULL is
 * @par Thread safety
 * Any number of threads may share @p tariff.
 * @par Cost
 * As mbill_stream_size(); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_stream_start(const mbill_tariff *tariff, const mbill_price_request *request,
    const mbill_position *before, const char *const *registers, size_t n_registers, size_t max_readings, mbill_stream *out_stream,
    mbill_error *err);

/**
 * Take the next reading of a register. It is priced by the next mbill_stream_total().
 * @param stream       not NULL; unchanged on failure
 * @param at_register  place in the names of mbill_stream_start()
 * @param interval     not NULL; copied. It shares time with the span
 * @param[out] err     NULL, or filled on failure: index = which reading of the register this is
 * @retval MBILL_OK
 * @retval MBILL_E_ORDER    it begins before the last one does
 * @retval MBILL_E_OVERLAP  it begins before the last one ends
 * @retval MBILL_E_GAP      time before it is not covered, and #MBILL_PRICE_ALLOW_GAPS is not set
 * @retval MBILL_E_RANGE    it lies outside the span; no such register
 * @retval MBILL_E_ROOM     max_readings of the register are there
 * @retval MBILL_E_INVALID, MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_usage_check()
 * @par Thread safety
 * One thread at a time for one stream.
 * @par Cost
 * Constant.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_stream_push(mbill_stream *stream, size_t at_register, const mbill_interval *interval,
    mbill_error *err);

/**
 * What is due for the span up to where all registers are read.
 *
 * Where that instant lies inside a reading of another register the total stays as it was until the readings meet again. A part that cannot
 * be priced is refused as by mbill_tariff_price(), and the stream goes on: such as a peak of which an interval is read in part.
 *
 * @param stream                not NULL
 * @param[out] out_total_micro  not NULL; to date. Up to the span's end: what the bill comes to
 * @param[out] out_delta_micro  NULL, or what that is more than at the last call that gave a total
 * @param[out] err              NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @return otherwise what mbill_tariff_price() returns for the part; nothing is written
 * @par Thread safety
 * One thread at a time for one stream.
 * @par Cost
 * O(charges x spans of their ladders + new readings); with derived inputs, price series, peaks and conditions on totals O(all readings).
 * No allocation. About 30 KiB of stack.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_stream_total(mbill_stream *stream, int64_t *out_total_micro,
    int64_t *out_delta_micro, mbill_error *err);

/**
 * The bill of the whole span: mbill_tariff_price() of all that was pushed.
 * @param stream               not NULL; may be asked again
 * @param[out] out_lines       as mbill_tariff_price(); the same for the four parameters below
 * @param cap_lines            room for so many lines
 * @param[out] out_n_lines     lines made, or needed
 * @param[in,out] out_bill     struct_size set by the caller
 * @param[out] out_delta_micro NULL, or what the bill is more than the last total, so that all deltas add up to it
 * @param[out] out_after       NULL, or mbill_position_size() bytes
 * @param[out] err             NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @return otherwise what mbill_tariff_price() returns: #MBILL_E_GAP when the span is not read to its end
 * @par Thread safety
 * One thread at a time for one stream.
 * @par Cost
 * As mbill_tariff_price().
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_stream_finish(mbill_stream *stream, mbill_line *out_lines, size_t cap_lines,
    size_t *out_n_lines, mbill_bill *out_bill, int64_t *out_delta_micro, mbill_position *out_after, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

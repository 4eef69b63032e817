/* SPDX-License-Identifier: Apache-2.0 */
/* A bill as a document of kind "bill". All numbers are exact decimals as text; the same bill gives the same bytes everywhere. */
#include "bill/converted.h"
#include "bill/line.h"
#include "document/write.h"
#include "meterbill/decimal.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

static void write_text_if(mbill__writer *to, const char *key, const char *text)
{
    if (text != NULL) mbill__write_text(to, key, text);
}

static void write_flags(mbill__writer *to, uint32_t flags)
{
    mbill__write_list(to, "flags");
    for (size_t bit = 0; bit < MBILL__LINE_FLAGS; bit++)
        if ((flags >> bit & 1) != 0) mbill__write_text(to, NULL, mbill__line_flag_names[bit]);
    mbill__write_list_end(to);
}

/* version: NULL where the document's head says it. */
static mbill_status write_line(mbill__writer *to, const mbill_line *line, const mbill_labels *labels, const char *version,
    mbill_error *err)
{
    const mbill_charge_label *charge = line->charge >= 0 ? &labels->charges[line->charge] : NULL;
    mbill__write_object(to, NULL);
    if (charge != NULL) {
        mbill__write_text(to, "charge", charge->id);
        write_text_if(to, "title", charge->title);
    }
    write_text_if(to, "version", version);
    if (line->period >= 0) mbill__write_text(to, "period", labels->periods[line->period]);
    if (line->tier > 0) mbill__write_whole(to, "tier", line->tier);
    MBILL_TRY(mbill__write_time(to, "from", line->from_utc_s, labels->zone, err));
    MBILL_TRY(mbill__write_time(to, "to", line->to_utc_s, labels->zone, err));
    mbill__write_decimal(to, "quantity", line->quantity_micro, MBILL_SCALE_MICRO);
    bool counts_units = line->rule != MBILL_LINE_FEE && line->rule != MBILL_LINE_ROUNDING &&
        line->rule != MBILL_LINE_CHARGED_BEFORE;
    if (charge != NULL && counts_units) write_text_if(to, "unit", charge->unit);
    if (charge != NULL && counts_units) write_text_if(to, "converted", charge->converted);
    mbill__write_decimal(to, "rate", line->rate_nano, MBILL_SCALE_NANO);
    if (line->divide_by > 1) mbill__write_whole(to, "divide_by", line->divide_by);
    if (line->step_micro > 0) mbill__write_decimal(to, "step", line->step_micro, MBILL_SCALE_MICRO);
    mbill__write_decimal(to, "amount", line->amount_micro, MBILL_SCALE_MICRO);
    mbill__write_text(to, "rule", mbill_line_rule_name(line->rule));
    if (line->flags != 0) write_flags(to, line->flags);
    mbill__write_object_end(to);
    return MBILL_OK;
}

/* The lines of all segments, under their own labels. */
static mbill_status write_lines(mbill__writer *to, const mbill_line *lines, const mbill_bill_segment *segments, size_t n_segments,
    mbill_error *err)
{
    mbill__write_list(to, "lines");
    for (size_t i = 0; i < n_segments; i++) {
        const mbill_labels *labels = segments[i].labels;
        for (size_t at = segments[i].first_line; at < segments[i].first_line + segments[i].n_lines; at++) {
            const mbill_line line = lines[at];
            MBILL_TRY(mbill__line_label_check(&line, at, labels, err));
            MBILL_TRY(write_line(to, &line, labels, n_segments > 1 ? labels->version : NULL, err));
        }
    }
    mbill__write_list_end(to);
    return MBILL_OK;
}

static mbill_status charge_sum(const mbill_line *lines, const mbill_bill_segment *segments, size_t n_segments, const char *id,
    int64_t *out_micro, mbill_error *err)
{
    mbill_sum sum = {0, 0};
    for (size_t i = 0; i < n_segments; i++) {
        size_t charge = mbill__labels_find(segments[i].labels, id);
        for (size_t at = segments[i].first_line; at < segments[i].first_line + segments[i].n_lines; at++)
            if (lines[at].charge >= 0 && (size_t)lines[at].charge == charge)
                MBILL_TRY(mbill_sum_add(&sum, &lines[at].amount_micro, 1, err));
    }
    return mbill_sum_value(&sum, out_micro, err);
}

static bool is_in_one_before(const mbill_bill_segment *segments, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (mbill__labels_find(segments[i].labels, id) < segments[i].labels->n_charges) return true;
    return false;
}

static mbill_status write_charges(mbill__writer *to, const mbill_line *lines, const mbill_bill_segment *segments,
    size_t n_segments, mbill_error *err)
{
    mbill__write_list(to, "charges");
    for (size_t i = 0; i < n_segments; i++) {
        const mbill_labels *labels = segments[i].labels;
        for (size_t at = 0; at < labels->n_charges; at++) {
            const mbill_charge_label *charge = &labels->charges[at];
            int64_t amount_micro;
            if (is_in_one_before(segments, i, charge->id)) continue;
            MBILL_TRY(charge_sum(lines, segments, n_segments, charge->id, &amount_micro, err));
            mbill__write_object(to, NULL);
            mbill__write_text(to, "id", charge->id);
            write_text_if(to, "to", charge->to);
            mbill__write_decimal(to, "amount", amount_micro, MBILL_SCALE_MICRO);
            mbill__write_object_end(to);
        }
    }
    mbill__write_list_end(to);
    return MBILL_OK;
}

static mbill_status write_versions(mbill__writer *to, const mbill_bill_segment *segments, size_t n_segments, mbill_error *err)
{
    mbill__write_list(to, "versions");
    for (size_t i = 0; i < n_segments; i++) {
        const mbill_labels *labels = segments[i].labels;
        mbill__write_object(to, NULL);
        mbill__write_text(to, "version", labels->version);
        write_text_if(to, "hash", labels->hash);
        MBILL_TRY(mbill__write_time(to, "from", segments[i].from_utc_s, labels->zone, err));
        MBILL_TRY(mbill__write_time(to, "to", segments[i].to_utc_s, labels->zone, err));
        mbill__write_decimal(to, "total", segments[i].total_micro, MBILL_SCALE_MICRO);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
    return MBILL_OK;
}

static mbill_status write_bill(mbill__writer *to, const mbill_bill *bill, const mbill_line *lines,
    const mbill_bill_segment *segments, size_t n_segments, mbill_error *err)
{
    const mbill_labels *labels = segments[0].labels;
    mbill__write_object(to, NULL);
    mbill__write_whole(to, "meterbill", 1);
    mbill__write_text(to, "kind", "bill");
    mbill__write_text(to, "tariff", labels->tariff);
    if (n_segments > 1) {
        MBILL_TRY(write_versions(to, segments, n_segments, err));
    } else {
        mbill__write_text(to, "version", labels->version);
        write_text_if(to, "hash", labels->hash);
    }
    mbill__write_text(to, "currency", labels->currency);
    MBILL_TRY(mbill__write_time(to, "from", bill->from_utc_s, labels->zone, err));
    MBILL_TRY(mbill__write_time(to, "to", bill->to_utc_s, segments[n_segments - 1].labels->zone, err));
    write_flags(to, bill->flags);
    MBILL_TRY(mbill__converted_write(to, bill, labels->zone, err));
    MBILL_TRY(write_lines(to, lines, segments, n_segments, err));
    MBILL_TRY(write_charges(to, lines, segments, n_segments, err));
    mbill__write_decimal(to, "total", bill->total_micro, MBILL_SCALE_MICRO);
    mbill__write_object_end(to);
    return MBILL_OK;
}

/* The segments follow each other and hold all lines, and their labels have every name. */
static mbill_status check_segments(const mbill_bill_segment *segments, size_t n_segments, size_t n_lines, mbill_error *err)
{
    size_t at = 0;
    mbill_labels names;
    for (size_t i = 0; i < n_segments; i++) {
        MBILL__NEED(segments[i].labels);
        MBILL_TRY(mbill__labels_read(&names, segments[i].labels, err));
        MBILL_TRY(mbill__labels_check_names(&names, err));
        if (strcmp(names.tariff, segments[0].labels->tariff) != 0 || strcmp(names.currency, segments[0].labels->currency) != 0)
            return mbill__fail(err, MBILL_E_INVALID, "segment %zu is of tariff \"%s\" in %s, expected \"%s\" in %s", i,
                names.tariff, names.currency, segments[0].labels->tariff, segments[0].labels->currency);
        if (segments[i].first_line != at || segments[i].n_lines > n_lines - at)
            return mbill__fail(err, MBILL_E_INVALID, "segment %zu begins with line %zu, expected line %zu of %zu", i,
                segments[i].first_line, at, n_lines);
        at += segments[i].n_lines;
    }
    if (at == n_lines) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "the segments hold %zu of the %zu lines", at, n_lines);
}

mbill_status mbill_bill_write_segments(const mbill_bill *bill, const mbill_line *lines, size_t n_lines,
    const mbill_bill_segment *segments, size_t n_segments, uint32_t flags, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_bill own;
    mbill_allocator libc;
    mbill__buffer buffer;
    mbill__writer writer;
    MBILL__NEED(bill);
    if (n_lines > 0) MBILL__NEED(lines);
    MBILL__NEED(segments);
    MBILL__NEED(inout_len);
    if (n_segments == 0) return mbill__fail(err, MBILL_E_MISUSE, "n_segments is 0, expected 1 at least");
    MBILL_TRY(mbill__struct_read(&own, sizeof own, offsetof(mbill_bill, converted), bill, err));
    MBILL_TRY(check_segments(segments, n_segments, n_lines, err));
    if ((flags & ~MBILL_WRITE_INDENT) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "write flags 0x%" PRIx32 " have bits this version does not know", flags);
    if ((own.flags >> MBILL__LINE_FLAGS) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "bill flags 0x%" PRIx32 " have bits this version does not know",
            own.flags);
    MBILL_TRY(mbill__allocator_read(&libc, NULL, err));
    mbill__buffer_start(&buffer, &libc);
    mbill__write_start(&writer, &buffer, (flags & MBILL_WRITE_INDENT) != 0);
    mbill_status status = write_bill(&writer, &own, lines, segments, n_segments, err);
    return mbill__buffer_end(&buffer, status, out_text, inout_len, err);
}

mbill_status mbill_bill_write(const mbill_bill *bill, const mbill_line *lines, size_t n_lines, const mbill_labels *labels,
    uint32_t flags, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_labels names;
    MBILL__NEED(bill);
    MBILL__NEED(labels);
    MBILL_TRY(mbill__labels_read(&names, labels, err));
    const mbill_bill_segment whole = {.labels = &names, .n_lines = n_lines};
    return mbill_bill_write_segments(bill, lines, n_lines, &whole, 1, flags, out_text, inout_len, err);
}

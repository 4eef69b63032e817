/* SPDX-License-Identifier: Apache-2.0 */
/* A bill as a document of kind "bill". All numbers are exact decimals as text; the same bill gives the same bytes everywhere. */
#include "bill/line.h"
#include "document/write.h"
#include "meterbill/decimal.h"

#include <inttypes.h>

static mbill_status write_time(mbill__writer *to, const char *key, int64_t utc_s, const mbill_zone *zone, mbill_error *err)
{
    char text[64];
    size_t room = sizeof text;
    MBILL_TRY(mbill_time_print(utc_s, zone, text, &room, err));
    mbill__write_text(to, key, text);
    return MBILL_OK;
}

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

static mbill_status write_line(mbill__writer *to, const mbill_line *line, const mbill_labels *labels, mbill_error *err)
{
    const mbill_charge_label *charge = line->charge >= 0 ? &labels->charges[line->charge] : NULL;
    mbill__write_object(to, NULL);
    if (charge != NULL) {
        mbill__write_text(to, "charge", charge->id);
        write_text_if(to, "title", charge->title);
    }
    if (line->period >= 0) mbill__write_text(to, "period", labels->periods[line->period]);
    if (line->tier > 0) mbill__write_whole(to, "tier", line->tier);
    MBILL_TRY(write_time(to, "from", line->from_utc_s, labels->zone, err));
    MBILL_TRY(write_time(to, "to", line->to_utc_s, labels->zone, err));
    mbill__write_decimal(to, "quantity", line->quantity_micro, MBILL_SCALE_MICRO);
    bool counts_units = line->rule != MBILL_LINE_FEE && line->rule != MBILL_LINE_ROUNDING &&
        line->rule != MBILL_LINE_CHARGED_BEFORE;
    if (charge != NULL && counts_units) write_text_if(to, "unit", charge->unit);
    mbill__write_decimal(to, "rate", line->rate_nano, MBILL_SCALE_NANO);
    if (line->divide_by > 1) mbill__write_whole(to, "divide_by", line->divide_by);
    if (line->step_micro > 0) mbill__write_decimal(to, "step", line->step_micro, MBILL_SCALE_MICRO);
    mbill__write_decimal(to, "amount", line->amount_micro, MBILL_SCALE_MICRO);
    mbill__write_text(to, "rule", mbill_line_rule_name(line->rule));
    if (line->flags != 0) write_flags(to, line->flags);
    mbill__write_object_end(to);
    return MBILL_OK;
}

static mbill_status write_lines(mbill__writer *to, const mbill_line *lines, size_t n_lines, const mbill_labels *labels,
    mbill_error *err)
{
    mbill__write_list(to, "lines");
    for (size_t i = 0; i < n_lines; i++) {
        const mbill_line line = lines[i];
        MBILL_TRY(mbill__line_label_check(&line, i, labels, err));
        MBILL_TRY(write_line(to, &line, labels, err));
    }
    mbill__write_list_end(to);
    return MBILL_OK;
}

static mbill_status charge_sum(const mbill_line *lines, size_t n_lines, size_t charge, int64_t *out_micro, mbill_error *err)
{
    mbill_sum sum = {0, 0};
    for (size_t i = 0; i < n_lines; i++)
        if (lines[i].charge >= 0 && (size_t)lines[i].charge == charge)
            MBILL_TRY(mbill_sum_add(&sum, &lines[i].amount_micro, 1, err));
    return mbill_sum_value(&sum, out_micro, err);
}

/* What every charge comes to, and who receives it. */
static mbill_status write_charges(mbill__writer *to, const mbill_line *lines, size_t n_lines, const mbill_labels *labels,
    mbill_error *err)
{
    mbill__write_list(to, "charges");
    for (size_t i = 0; i < labels->n_charges; i++) {
        int64_t amount_micro;
        MBILL_TRY(charge_sum(lines, n_lines, i, &amount_micro, err));
        mbill__write_object(to, NULL);
        mbill__write_text(to, "id", labels->charges[i].id);
        write_text_if(to, "to", labels->charges[i].to);
        mbill__write_decimal(to, "amount", amount_micro, MBILL_SCALE_MICRO);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
    return MBILL_OK;
}

static mbill_status write_bill(mbill__writer *to, const mbill_bill *bill, const mbill_line *lines, size_t n_lines,
    const mbill_labels *labels, mbill_error *err)
{
    mbill__write_object(to, NULL);
    mbill__write_whole(to, "meterbill", 1);
    mbill__write_text(to, "kind", "bill");
    mbill__write_text(to, "tariff", labels->tariff);
    mbill__write_text(to, "version", labels->version);
    write_text_if(to, "hash", labels->hash);
    mbill__write_text(to, "currency", labels->currency);
    MBILL_TRY(write_time(to, "from", bill->from_utc_s, labels->zone, err));
    MBILL_TRY(write_time(to, "to", bill->to_utc_s, labels->zone, err));
    write_flags(to, bill->flags);
    MBILL_TRY(write_lines(to, lines, n_lines, labels, err));
    MBILL_TRY(write_charges(to, lines, n_lines, labels, err));
    mbill__write_decimal(to, "total", bill->total_micro, MBILL_SCALE_MICRO);
    mbill__write_object_end(to);
    return MBILL_OK;
}

mbill_status mbill_bill_write(const mbill_bill *bill, const mbill_line *lines, size_t n_lines, const mbill_labels *labels,
    uint32_t flags, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill_bill own;
    mbill_labels names;
    mbill_allocator libc;
    mbill__buffer buffer;
    mbill__writer writer;
    MBILL__NEED(bill);
    if (n_lines > 0) MBILL__NEED(lines);
    MBILL__NEED(labels);
    MBILL__NEED(inout_len);
    MBILL_TRY(mbill__struct_read(&own, sizeof own, sizeof own, bill, err));
    MBILL_TRY(mbill__labels_read(&names, labels, err));
    MBILL_TRY(mbill__labels_check_names(&names, err));
    if ((flags & ~MBILL_WRITE_INDENT) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "write flags 0x%" PRIx32 " have bits this version does not know", flags);
    if ((own.flags >> MBILL__LINE_FLAGS) != 0)
        return mbill__fail(err, MBILL_E_UNKNOWN_OPTION, "bill flags 0x%" PRIx32 " have bits this version does not know",
            own.flags);
    MBILL_TRY(mbill__allocator_read(&libc, NULL, err));
    mbill__buffer_start(&buffer, &libc);
    mbill__write_start(&writer, &buffer, (flags & MBILL_WRITE_INDENT) != 0);
    mbill_status status = write_bill(&writer, &own, lines, n_lines, &names, err);
    if (status == MBILL_OK) status = mbill__buffer_copy(&buffer, out_text, inout_len, err);
    mbill__buffer_free(&buffer);
    return status;
}

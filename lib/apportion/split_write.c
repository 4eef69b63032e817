/* SPDX-License-Identifier: Apache-2.0 */
/* What came of a split request, as JSON and as numbers. Changes when the answer's form does. */
#include "apportion/split.h"
#include "document/write.h"
#include "meterbill/calendar.h"

#include <inttypes.h>
#include <stdio.h>

const mbill_split_part *mbill_split_parts(const mbill_split *split, size_t *out_n)
{
    *out_n = split->n;
    return split->parts;
}

int64_t mbill_split_residual(const mbill_split *split)
{
    return split->residual;
}

int32_t mbill_split_scale(const mbill_split *split)
{
    return split->scale;
}

static void write_natural(mbill__writer *to, const char *key, uint64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRIu64, value);
    mbill__write_text(to, key, text);
}

static void write_key(mbill__writer *to, uint64_t key)
{
    write_natural(to, "key", key);
}

/* What all amounts rest on. */
static void write_proof(const mbill_split *split, mbill__writer *to)
{
    const mbill_proof *proof = &split->proof;
    mbill__write_object(to, "proof");
    mbill__write_decimal(to, "step", proof->step, split->scale);
    write_natural(to, "tie_salt", proof->tie_salt);
    write_natural(to, "weight_sum", proof->weight_sum);
    write_natural(to, "extra", proof->n_extra);
    if (proof->n_extra > 0) {
        write_natural(to, "cut_remainder", proof->cut_remainder);
        write_natural(to, "cut_key", proof->cut_key);
    }
    mbill__write_object_end(to);
}

static void write_unit_proof(const mbill_share_proof *unit, mbill__writer *to)
{
    mbill__write_object(to, "proof");
    write_natural(to, "weight", unit->weight);
    write_natural(to, "floor", unit->floor);
    write_natural(to, "remainder", unit->remainder);
    write_natural(to, "rank", unit->rank);
    mbill__write_bool(to, "got_one", unit->got_one != 0);
    mbill__write_object_end(to);
}

static void write_components(const mbill_split *split, mbill__writer *to)
{
    mbill__write_list(to, "components");
    for (size_t c = 0; c < split->n_columns; c++) {
        mbill__write_object(to, NULL);
        mbill__write_text(to, "name", split->columns[c].name);
        mbill__write_decimal(to, "amount", split->columns[c].amount, split->scale);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
}

static void write_lines(const mbill_split *split, size_t i, mbill__writer *to)
{
    mbill__write_object(to, "lines");
    for (size_t c = 0; c < split->n_columns; c++)
        mbill__write_decimal(to, split->columns[c].name, split->lines[c * split->n + i], split->scale);
    mbill__write_object_end(to);
}

static void write_day(mbill__writer *to, const char *key, int32_t day)
{
    char text[32];
    size_t room = sizeof text;
    mbill_date date; /* read from a date: it can be printed */
    if (mbill_date_of_days(day, &date, NULL) == MBILL_OK && mbill_date_print(date, text, &room, NULL) == MBILL_OK)
        mbill__write_text(to, key, text);
}

static void write_residents(const mbill_split *split, const mbill__residents *residents, mbill__writer *to)
{
    mbill__write_list(to, "segments");
    for (size_t k = 0; k < 2 * residents->n + 1; k++) {
        const mbill_segment_line *line = &residents->lines[k];
        if (line->from_day == line->to_day) break;
        mbill__write_object(to, NULL);
        write_day(to, "from", line->from_day);
        write_day(to, "to", line->to_day);
        if (line->segment == MBILL_VACANT) mbill__write_bool(to, "vacant", true);
        else if (residents->names[line->segment] != NULL) mbill__write_text(to, "name", residents->names[line->segment]);
        if (line->segment != MBILL_VACANT && residents->accounts[line->segment] != 0)
            mbill__write_whole(to, "account", residents->accounts[line->segment]);
        mbill__write_decimal(to, "amount", line->amount, split->scale);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
}

static void write_part(const mbill_split *split, size_t i, mbill__writer *to)
{
    mbill__write_object(to, NULL);
    write_key(to, split->parts[i].key);
    if (split->names[i] != NULL) mbill__write_text(to, "name", split->names[i]);
    if (split->accounts[i] != 0) mbill__write_whole(to, "account", split->accounts[i]);
    mbill__write_decimal(to, "amount", split->parts[i].amount, split->scale);
    if (split->lines != NULL) write_lines(split, i, to);
    if (split->stay.residents != NULL && split->stay.residents[i].lines != NULL)
        write_residents(split, &split->stay.residents[i], to);
    if (split->vacant != NULL && split->vacant[i] != 0) mbill__write_bool(to, "vacant", true);
    if (split->units != NULL) write_unit_proof(&split->units[i], to);
    if (split->carry_micro != NULL) mbill__write_decimal(to, "carry", split->carry_micro[i], 6);
    mbill__write_object_end(to);
}

/* What units that stand empty come to: all of one sign, within the total. */
static int64_t owner_amount(const mbill_split *split)
{
    int64_t sum = 0;
    for (size_t i = 0; i < split->n; i++)
        if (split->vacant[i] != 0) sum += split->parts[i].amount;
    return sum;
}

/* Every node with what came of it; a leaf's two parts. */
static void write_nodes(const mbill_split *split, mbill__writer *to)
{
    const mbill__grove *grove = &split->grove;
    mbill__write_list(to, "nodes");
    for (size_t i = 0; i < grove->n; i++) {
        const mbill_node_report *report = &grove->reports[i];
        mbill__write_object(to, NULL);
        write_key(to, grove->nodes[i].key);
        if (grove->names[i] != NULL) mbill__write_text(to, "name", grove->names[i]);
        mbill__write_decimal(to, "amount", report->amount, split->scale);
        if ((report->flags & MBILL_NODE_LEAF) != 0) {
            mbill__write_decimal(to, "common", report->common, split->scale);
        } else {
            mbill__write_decimal(to, "rest", report->rest, grove->scale);
            mbill__write_whole(to, "loss_ppm", report->loss_ppm);
            mbill__write_decimal(to, "bucket", report->bucket, split->scale);
            mbill__write_decimal(to, "owner", report->owner, split->scale);
        }
        mbill__write_decimal(to, "adjusted", report->adjusted, grove->scale);
        mbill__write_list(to, "warnings");
        if ((report->warnings & MBILL_W_LOSS) != 0) mbill__write_text(to, NULL, "loss");
        mbill__write_list_end(to);
        mbill__write_object_end(to);
    }
    mbill__write_list_end(to);
}

void mbill__split_print(const mbill_split *split, mbill__writer *to)
{
    mbill__write_object(to, NULL);
    mbill__write_whole(to, "meterbill", 1);
    mbill__write_text(to, "kind", "split");
    mbill__write_decimal(to, "total", split->total, split->scale);
    if (split->lines != NULL) write_components(split, to);
    mbill__write_list(to, "parts");
    for (size_t i = 0; i < split->n; i++) write_part(split, i, to);
    mbill__write_list_end(to);
    if (split->grove.nodes != NULL) write_nodes(split, to);
    if (split->units != NULL) write_proof(split, to);
    if (split->vacant != NULL) mbill__write_decimal(to, "owner", owner_amount(split), split->scale);
    mbill__write_decimal(to, "residual", split->residual, split->scale);
    mbill__write_object_end(to);
}

mbill_status mbill_split_write(const mbill_split *split, char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer writer;
    MBILL__NEED(split);
    MBILL__NEED(inout_len);
    mbill__buffer_start(&buffer, &split->arena.allocator);
    mbill__write_start(&writer, &buffer, false);
    mbill__split_print(split, &writer);
    return mbill__buffer_end(&buffer, MBILL_OK, out_text, inout_len, err);
}

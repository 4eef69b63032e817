/* SPDX-License-Identifier: Apache-2.0 */
/* What came of a split request, as JSON and as numbers. Changes when the answer's form does. */
#include "apportion/split.h"
#include "document/write.h"

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

static void write_key(mbill__writer *to, uint64_t key)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRIu64, key);
    mbill__write_text(to, "key", text);
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

static void write_part(const mbill_split *split, size_t i, mbill__writer *to)
{
    mbill__write_object(to, NULL);
    write_key(to, split->parts[i].key);
    if (split->names[i] != NULL) mbill__write_text(to, "name", split->names[i]);
    mbill__write_decimal(to, "amount", split->parts[i].amount, split->scale);
    if (split->lines != NULL) write_lines(split, i, to);
    if (split->vacant != NULL && split->vacant[i] != 0) mbill__write_bool(to, "vacant", true);
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

static void write_split(const mbill_split *split, mbill__writer *to)
{
    mbill__write_object(to, NULL);
    mbill__write_whole(to, "meterbill", 1);
    mbill__write_text(to, "kind", "split");
    mbill__write_decimal(to, "total", split->total, split->scale);
    if (split->lines != NULL) write_components(split, to);
    mbill__write_list(to, "parts");
    for (size_t i = 0; i < split->n; i++) write_part(split, i, to);
    mbill__write_list_end(to);
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
    write_split(split, &writer);
    mbill_status status = mbill__buffer_copy(&buffer, out_text, inout_len, err);
    mbill__buffer_free(&buffer);
    return status;
}

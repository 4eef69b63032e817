/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a correction is stated in another way: the lines of a bill priced again less those of the bill that it corrects. Each
 * is still quantity x rate = amount; where the difference of two rounded lines is no such product, both lines stand. */
#include "bill/line.h"
#include "number/round.h"

#include <inttypes.h>
#include <string.h>

typedef struct side {
    const mbill_line *lines;
    size_t n;
    mbill_bill bill;
} side;

/* Lines as they are made: written while there is room, counted always. */
typedef struct sink {
    mbill_line *out;
    size_t cap, n;
    uint32_t flags;
} sink;

/* ---- lines ---- */

/* What two lines must share for their difference to be a line of the same meaning. */
static bool same_kind(const mbill_line *a, const mbill_line *b)
{
    return a->rule == b->rule && a->charge == b->charge && a->period == b->period && a->tier == b->tier &&
        a->from_utc_s == b->from_utc_s && a->to_utc_s == b->to_utc_s && a->rate_nano == b->rate_nano &&
        a->divide_by == b->divide_by && a->step_micro == b->step_micro;
}

/* The line of the other side that stands for this one: of several of a kind the first for the first, and so on. NULL: none. */
static const mbill_line *partner(const side *of, size_t index, const side *other)
{
    size_t before = 0;
    for (size_t i = 0; i < index; i++) before += same_kind(&of->lines[i], &of->lines[index]);
    for (size_t i = 0; i < other->n; i++)
        if (same_kind(&other->lines[i], &of->lines[index]) && before-- == 0) return &other->lines[i];
    return NULL;
}

static void add(sink *to, mbill_line line)
{
    if (line.quantity_micro == 0 && line.amount_micro == 0) return;
    line.flags |= MBILL_LINE_CORRECTION;
    if (to->n < to->cap) to->out[to->n] = line;
    to->n++;
    to->flags |= line.flags;
}

static mbill_status take_back(sink *to, const mbill_line *old, mbill_error *err)
{
    mbill_line line = *old;
    if (!mbill__subtract(0, old->quantity_micro, &line.quantity_micro) ||
        !mbill__subtract(0, old->amount_micro, &line.amount_micro))
        return mbill__fail(err, MBILL_E_OVERFLOW, "a line of the old bill is too large to be taken back");
    add(to, line);
    return MBILL_OK;
}

static mbill_status correct(sink *to, const mbill_line *old, const mbill_line *now, mbill_error *err)
{
    mbill_line line = *now;
    line.flags |= old->flags;
    if (mbill__subtract(now->quantity_micro, old->quantity_micro, &line.quantity_micro) &&
        mbill__subtract(now->amount_micro, old->amount_micro, &line.amount_micro) && mbill__line_is_product(&line)) {
        add(to, line);
        return MBILL_OK;
    }
    MBILL_TRY(take_back(to, old, err));
    add(to, *now);
    return MBILL_OK;
}

static mbill_status make_lines(const side *old, const side *now, sink *to, mbill_error *err)
{
    for (size_t i = 0; i < now->n; i++) {
        const mbill_line *before = partner(now, i, old);
        if (before != NULL) MBILL_TRY(correct(to, before, &now->lines[i], err));
        else add(to, now->lines[i]);
    }
    for (size_t i = 0; i < old->n; i++)
        if (partner(old, i, now) == NULL) MBILL_TRY(take_back(to, &old->lines[i], err));
    return MBILL_OK;
}

/* ---- the call ---- */

/* A side's refusal says which of the two bills it is of. */
static mbill_status name_side(mbill_status status, const char *which, mbill_error *err)
{
    if (status == MBILL_OK || err == NULL) return status;
    char message[sizeof err->message];
    memcpy(message, err->message, sizeof message);
    return mbill__fail_at(err, status, err->index, "the %s bill: %s", which, message);
}

static mbill_status read_side(side *out, const char *which, const mbill_bill *bill, const mbill_line *lines, size_t n,
    mbill_error *err)
{
    MBILL_TRY(name_side(mbill_bill_check(bill, lines, n, err), which, err));
    MBILL_TRY(mbill__struct_read(&out->bill, sizeof out->bill, sizeof out->bill, bill, err));
    out->lines = lines;
    out->n = n;
    if ((out->bill.flags & MBILL_LINE_CORRECTION) != 0)
        return mbill__fail(err, MBILL_E_INVALID, "the %s bill is itself a correction; expected a bill of whole amounts", which);
    return MBILL_OK;
}

static mbill_status check_spans(const mbill_bill *old, const mbill_bill *now, mbill_error *err)
{
    if (old->from_utc_s == now->from_utc_s && old->to_utc_s == now->to_utc_s) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID,
        "the new bill is from %" PRId64 " s to %" PRId64 " s; expected the span of the old one, %" PRId64 " s to %" PRId64 " s",
        now->from_utc_s, now->to_utc_s, old->from_utc_s, old->to_utc_s);
}

mbill_status mbill_bill_difference(const mbill_bill *old_bill, const mbill_line *old_lines, size_t n_old_lines,
    const mbill_bill *new_bill, const mbill_line *new_lines, size_t n_new_lines, mbill_line *out_lines, size_t cap_lines,
    size_t *out_n_lines, mbill_bill *out_bill, mbill_error *err)
{
    side old, now;
    int64_t total_micro;
    MBILL__NEED(old_bill);
    MBILL__NEED(new_bill);
    MBILL__NEED(out_n_lines);
    MBILL__NEED(out_bill);
    if (cap_lines > 0) MBILL__NEED(out_lines);
    if (out_bill->struct_size < sizeof *out_bill) return mbill__fail(err, MBILL_E_MISUSE, "out_bill: struct_size is not set");
    MBILL_TRY(read_side(&old, "old", old_bill, old_lines, n_old_lines, err));
    MBILL_TRY(read_side(&now, "new", new_bill, new_lines, n_new_lines, err));
    MBILL_TRY(check_spans(&old.bill, &now.bill, err));
    if (!mbill__subtract(now.bill.total_micro, old.bill.total_micro, &total_micro))
        return mbill__fail(err, MBILL_E_OVERFLOW, "the difference of the totals leaves the range of +-9223372036854.775807");
    sink count = {NULL, 0, 0, 0}, to = {out_lines, cap_lines, 0, 0};
    MBILL_TRY(make_lines(&old, &now, &count, err));
    *out_n_lines = count.n;
    if (count.n > cap_lines)
        return mbill__fail(err, MBILL_E_ROOM, "the correction has %zu lines, but there is room for %zu", count.n, cap_lines);
    MBILL_TRY(make_lines(&old, &now, &to, err));
    *out_bill = (mbill_bill){out_bill->struct_size, to.flags, now.bill.from_utc_s, now.bill.to_utc_s, total_micro, NULL, 0};
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the way from parts to one bill does: each part is a pricing call of its own, and the position goes from one to the next. */
#include "tariff/change.h"

#include "document/say.h"
#include "number/round.h"
#include "tariff/factors.h"
#include "tariff/price.h"

#include <string.h>

/* A position of any tariff, on the stack. */
typedef union place {
    mbill_position position;
    unsigned char room[sizeof(mbill_position) + MBILL__SLOTS_MAX * sizeof(mbill__slot)];
} place;

typedef struct changing {
    const mbill_change_part *parts;
    size_t n_parts;
    mbill_change_rule rule;
    mbill_price_request request;
    mbill__dealt dealt;
    place *now, *next; /* what the versions remember: of the part at hand, and for the next */
    mbill_line *lines;
    size_t cap_lines, n_lines;
    mbill_bill_segment *segments;
    uint32_t flags;
    int64_t total_micro;
} changing;

static int64_t end_of(const changing *c, size_t part)
{
    return part + 1 < c->n_parts ? c->parts[part + 1].from_utc_s : c->request.to_utc_s;
}

static mbill_status read_rule(const mbill_change_rule *given, mbill_change_rule *out, mbill_error *err)
{
    MBILL_TRY(mbill__struct_read(out, sizeof *out, sizeof *out, given, err));
    if (out->split == MBILL_CHANGE_READINGS && out->step_micro == 0 && out->how == 0) return MBILL_OK;
    if (out->split == MBILL_CHANGE_READINGS)
        return mbill__fail(err, MBILL_E_INVALID, "use is divided by readings, which are not rounded; expected step and how 0");
    if (out->split != MBILL_CHANGE_DAYS)
        return mbill__fail(err, MBILL_E_INVALID, "split %d is none of MBILL_CHANGE_DAYS and MBILL_CHANGE_READINGS",
            (int)out->split);
    if (out->step_micro > 0 && out->how >= MBILL_ROUND_HALF_UP && out->how <= MBILL_ROUND_CEILING) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "rounding to %s by rule %d, expected a step above 0 and one of the six rules",
        mbill__say_micro(out->step_micro).text, (int)out->how);
}

static mbill_status check_parts(const changing *c, mbill_error *err)
{
    const mbill_tariff *first = c->parts[0].tariff;
    for (size_t i = 0; i < c->n_parts; i++) {
        const mbill_tariff *tariff = c->parts[i].tariff;
        MBILL__NEED(first);
        MBILL__NEED(tariff);
        if (strcmp(tariff->labels.tariff, first->labels.tariff) != 0 ||
            strcmp(tariff->labels.currency, first->labels.currency) != 0)
            return mbill__fail(err, MBILL_E_INVALID, "part %zu of the bill is of tariff \"%s\" in %s, expected \"%s\" in %s", i,
                tariff->labels.tariff, tariff->labels.currency, first->labels.tariff, first->labels.currency);
        if (i == 0 ? c->parts[0].from_utc_s != c->request.from_utc_s : c->parts[i].from_utc_s <= c->parts[i - 1].from_utc_s)
            return mbill__fail(err, MBILL_E_ORDER, "part %zu of the bill begins at %s, expected %s", i,
                mbill__say_time(c->parts[i].from_utc_s, tariff->zone).text,
                i == 0 ? "the bill's start" : "a later time than the part before");
        if (c->parts[i].from_utc_s >= c->request.to_utc_s)
            return mbill__fail(err, MBILL_E_ORDER, "part %zu of the bill begins at %s, expected a time before the bill's end", i,
                mbill__say_time(c->parts[i].from_utc_s, tariff->zone).text);
        if (c->n_parts > 1) MBILL_TRY(mbill__change_check(tariff, c->rule.split, err));
    }
    return MBILL_OK;
}

/* A share by days has no times, so that it could not be seen what of it was measured while which factor held. */
static mbill_status check_factors(const changing *c, mbill_error *err)
{
    const mbill_tariff *tariff = c->parts[0].tariff;
    mbill__factored factored;
    if (c->n_parts == 1 || c->rule.split != MBILL_CHANGE_DAYS) return MBILL_OK;
    MBILL_TRY(mbill__factors_check(tariff, c->request.factors, c->request.n_factors, err));
    for (size_t i = 0; i < tariff->n_inputs; i++) {
        MBILL_TRY(mbill__factored_start(&factored, tariff, &c->request, (int32_t)i, err));
        if (factored.n > 1)
            return mbill__fail(err, MBILL_E_AMBIGUOUS,
                "a factor of register \"%s\" begins in a bill whose use is divided by days; expected one divided by readings",
                factored.name);
    }
    return MBILL_OK;
}

static mbill_status start(changing *c, const mbill_change_rule *rule, const mbill_price_request *request,
    const mbill_position *before, mbill_error *err)
{
    MBILL_TRY(read_rule(rule, &c->rule, err));
    MBILL_TRY(mbill__price_request_read(&c->request, request, err));
    if ((c->request.flags & MBILL_PRICE_PURCHASE) != 0 || c->request.span_to_utc_s != 0)
        return mbill__fail(err, MBILL_E_INVALID, "a bill over a change is neither a purchase nor a part of a billing span");
    MBILL_TRY(check_parts(c, err));
    MBILL_TRY(check_factors(c, err));
    if (before == NULL) {
        mbill_position_init(c->parts[0].tariff, &c->now->position);
    } else {
        MBILL_TRY(mbill__position_check(c->parts[0].tariff, before, err));
        memcpy(c->now->room, before, mbill_position_size(c->parts[0].tariff));
    }
    if (c->n_parts == 1 || c->rule.split == MBILL_CHANGE_READINGS) return MBILL_OK;
    return mbill__dealt_start(&c->dealt, c->parts, c->n_parts, &c->request, err);
}

/* Where use is divided by readings, a total says nothing of the parts. */
static mbill_status need_times(const changing *c, mbill_error *err)
{
    if (c->request.n_inputs > 0) MBILL__NEED(c->request.inputs);
    for (size_t i = 0; i < c->request.n_inputs; i++)
        if (c->request.inputs[i].intervals == NULL)
            return mbill__fail_at(err, MBILL_E_NOT_KNOWN, (int64_t)i,
                "register \"%s\" is a total, but prices or facts change inside the bill; expected a reading at the change",
                c->request.inputs[i].name == NULL ? "" : c->request.inputs[i].name);
    return MBILL_OK;
}

static mbill_status request_of(changing *c, size_t at, mbill_price_request *out, mbill_error *err)
{
    const mbill_change_part *part = &c->parts[at];
    *out = c->request;
    out->struct_size = sizeof *out;
    out->from_utc_s = part->from_utc_s;
    out->to_utc_s = end_of(c, at);
    if (part->facts != NULL) {
        out->facts = part->facts;
        out->n_facts = part->n_facts;
    }
    if (c->n_parts == 1) return MBILL_OK;
    if (c->rule.split == MBILL_CHANGE_READINGS) return need_times(c, err);
    MBILL_TRY(mbill__dealt_part(&c->dealt, part->tariff, &c->rule, out->from_utc_s, out->to_utc_s, at + 1 == c->n_parts, err));
    out->inputs = c->dealt.inputs;
    return MBILL_OK;
}

/* Room that is always enough, for the refusal of too little. */
static mbill_status lines_enough(const changing *c, size_t *out_n_lines, mbill_error *err)
{
    size_t n = 0, part;
    for (size_t i = 0; i < c->n_parts; i++) {
        MBILL_TRY(mbill_tariff_lines_max(c->parts[i].tariff, c->parts[i].from_utc_s, end_of(c, i), &part, err));
        n += part;
    }
    *out_n_lines = n;
    return mbill__fail(err, MBILL_E_ROOM, "there is room for %zu lines, and the bill can have %zu", c->cap_lines, n);
}

static mbill_status price_part(changing *c, size_t at, mbill_error *err)
{
    mbill_price_request request;
    mbill_bill bill = {.struct_size = sizeof bill};
    mbill_bill_segment *segment = &c->segments[at];
    size_t n = 0;
    MBILL_TRY(request_of(c, at, &request, err));
    mbill_line *lines = c->cap_lines == 0 ? NULL : c->lines + c->n_lines;
    MBILL_TRY(mbill__price_bill(c->parts[at].tariff, &request, &c->now->position, lines, c->cap_lines - c->n_lines, &n, &bill,
        &c->now->position, err));
    *segment = (mbill_bill_segment){mbill_tariff_labels(c->parts[at].tariff), bill.from_utc_s, bill.to_utc_s, c->n_lines, n,
        bill.total_micro};
    c->n_lines += n;
    c->flags |= bill.flags;
    if (!mbill__add(c->total_micro, bill.total_micro, &c->total_micro))
        return mbill__fail(err, MBILL_E_OVERFLOW, "the total leaves the range of +-9223372036854.775807");
    if (at + 1 == c->n_parts || c->parts[at + 1].tariff == c->parts[at].tariff) return MBILL_OK;
    MBILL_TRY(mbill__position_carry(c->parts[at].tariff, &c->now->position, c->parts[at + 1].tariff, &c->next->position, err));
    memcpy(c->now->room, c->next->room, mbill_position_size(c->parts[at + 1].tariff));
    return MBILL_OK;
}

mbill_status mbill_change_price(const mbill_change_part *parts, size_t n_parts, const mbill_change_rule *rule,
    const mbill_price_request *request, const mbill_position *before, mbill_line *out_lines, size_t cap_lines,
    size_t *out_n_lines, mbill_bill_segment *out_segments, mbill_bill *out_bill, mbill_position *out_after, mbill_error *err)
{
    changing c;
    place now, next;
    MBILL__NEED(parts);
    MBILL__NEED(rule);
    MBILL__NEED(request);
    MBILL__NEED(out_n_lines);
    MBILL__NEED(out_segments);
    MBILL__NEED(out_bill);
    if (cap_lines > 0) MBILL__NEED(out_lines);
    if (out_bill->struct_size < sizeof *out_bill) return mbill__fail(err, MBILL_E_MISUSE, "out_bill: struct_size is not set");
    if (n_parts < 1 || n_parts > MBILL_CHANGE_MAX)
        return mbill__fail(err, MBILL_E_LIMIT, "the bill has %zu parts, expected 1 to %d", n_parts, MBILL_CHANGE_MAX);
    c.now = &now;
    c.next = &next;
    c.parts = parts;
    c.n_parts = n_parts;
    c.lines = out_lines;
    c.cap_lines = cap_lines;
    c.segments = out_segments;
    c.n_lines = 0;
    c.flags = 0;
    c.total_micro = 0;
    MBILL_TRY(start(&c, rule, request, before, err));
    for (size_t i = 0; i < n_parts; i++) {
        mbill_status status = price_part(&c, i, err);
        if (status == MBILL_E_ROOM) return lines_enough(&c, out_n_lines, err);
        MBILL_TRY(status);
    }
    *out_n_lines = c.n_lines;
    *out_bill = (mbill_bill){out_bill->struct_size, c.flags, c.request.from_utc_s, c.request.to_utc_s, c.total_micro, NULL, 0};
    if (out_after != NULL) memcpy(out_after, now.room, mbill_position_size(parts[n_parts - 1].tariff));
    return MBILL_OK;
}

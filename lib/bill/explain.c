/* SPDX-License-Identifier: Apache-2.0 */
/* One line of a bill as a sentence for people. The sentence is composed twice, first to count, so that nothing is allocated. */
#include "bill/line.h"
#include "document/say.h"
#include "meterbill/decimal.h"

#include <string.h>

typedef struct sentence {
    char *out; /* NULL: only count */
    size_t len;
} sentence;

static void say(sentence *to, const char *text)
{
    size_t n = strlen(text);
    if (to->out != NULL) memcpy(to->out + to->len, text, n);
    to->len += n;
}

static void say_decimal(sentence *to, int64_t value, int32_t scale)
{
    say(to, mbill__say_decimal(value, scale).text);
}

/* "energy, peak, tier 2, whole quantity" */
static void say_subject(sentence *to, const mbill_line *line, const mbill_labels *labels)
{
    if (line->charge >= 0) say(to, labels->charges[line->charge].id);
    if (line->period >= 0) {
        say(to, ", ");
        say(to, labels->periods[line->period]);
    }
    if (line->tier > 0) {
        say(to, ", tier ");
        say_decimal(to, line->tier, 0);
    }
    if (line->rule == MBILL_LINE_SERIES) {
        say(to, ", from ");
        say(to, mbill__say_time(line->from_utc_s, labels->zone).text);
    }
    const char *what = line->charge >= 0 ? "" : "bill";
    switch (line->rule) {
    case MBILL_LINE_WHOLE: what = "whole quantity"; break;
    case MBILL_LINE_WHOLE_BEFORE: what = "charged before"; break;
    case MBILL_LINE_AT_LEAST: what = "shortfall to the minimum"; break;
    case MBILL_LINE_AT_MOST: what = "excess over the maximum"; break;
    case MBILL_LINE_ROUNDING: what = "rounding"; break;
    case MBILL_LINE_FEE: what = "fee"; break;
    case MBILL_LINE_CHARGED_BEFORE: what = "charged before in the span"; break;
    case MBILL_LINE_CREDIT: what = line->quantity_micro < 0 ? "from what was kept" : "kept for later bills"; break;
    case MBILL_LINE_SETTLED: what = line->rate_nano == 0 ? "what was kept is lost" : "what was kept is paid"; break;
    default: break;
    }
    if (what[0] != '\0' && to->len > 0) say(to, ", ");
    say(to, what);
}

/* "300 kWh x 0.5583 / 30 = 5.583" */
static void say_product(sentence *to, const mbill_line *line, const mbill_labels *labels)
{
    const char *unit = line->charge >= 0 ? labels->charges[line->charge].unit : NULL;
    say_decimal(to, line->quantity_micro, MBILL_SCALE_MICRO);
    if (unit != NULL && unit[0] != '\0') {
        say(to, " ");
        say(to, unit);
    }
    if (line->charge >= 0 && labels->charges[line->charge].converted != NULL) {
        say(to, " (");
        say(to, labels->charges[line->charge].converted);
        say(to, ")");
    }
    say(to, " x ");
    say_decimal(to, line->rate_nano, MBILL_SCALE_NANO);
    if (line->divide_by > 1) {
        say(to, " / ");
        say_decimal(to, line->divide_by, 0);
    }
    say(to, " = ");
}

static void say_flags(sentence *to, uint32_t flags)
{
    const char *before = " (";
    for (size_t bit = 0; bit < MBILL__LINE_FLAGS; bit++) {
        if ((flags >> bit & 1) == 0) continue;
        say(to, before);
        say(to, mbill__line_flag_names[bit]);
        before = ", ";
    }
    if (flags != 0) say(to, ")");
}

static void say_line(sentence *to, const mbill_line *line, const mbill_labels *labels)
{
    bool amount_alone = line->rule == MBILL_LINE_AT_LEAST || line->rule == MBILL_LINE_AT_MOST ||
        line->rule == MBILL_LINE_ROUNDING || line->rule == MBILL_LINE_FEE || line->rule == MBILL_LINE_CHARGED_BEFORE;
    say_subject(to, line, labels);
    say(to, ": ");
    if (!amount_alone) say_product(to, line, labels);
    say_decimal(to, line->amount_micro, MBILL_SCALE_MICRO);
    say_flags(to, line->flags);
}

/* Everything the sentence is made of must be there: names that are NULL are refused here. */
static mbill_status check_names(const mbill_line *line, const mbill_labels *labels, mbill_error *err)
{
    if (line->charge >= 0 && labels->charges[line->charge].id == NULL)
        return mbill__fail(err, MBILL_E_MISUSE, "labels->charges[%d].id is NULL", (int)line->charge);
    if (line->period >= 0 && labels->periods[line->period] == NULL)
        return mbill__fail(err, MBILL_E_MISUSE, "labels->periods[%d] is NULL", (int)line->period);
    return MBILL_OK;
}

mbill_status mbill_line_explain(const mbill_line *line, const mbill_labels *labels, char *out_text, size_t *inout_len,
    mbill_error *err)
{
    mbill_labels known;
    MBILL__NEED(line);
    MBILL__NEED(labels);
    MBILL__NEED(inout_len);
    const mbill_line own = *line;
    MBILL_TRY(mbill__labels_read(&known, labels, err));
    MBILL_TRY(mbill__line_label_check(&own, 0, &known, err));
    MBILL_TRY(check_names(&own, &known, err));
    sentence count = {NULL, 0}, text = {out_text, 0};
    say_line(&count, &own, &known);
    size_t room = *inout_len;
    *inout_len = count.len + 1;
    if (out_text == NULL) return MBILL_OK;
    if (room < count.len + 1)
        return mbill__fail(err, MBILL_E_ROOM, "room for %zu bytes, the sentence needs %zu", room, count.len + 1);
    say_line(&text, &own, &known);
    out_text[text.len] = '\0';
    return MBILL_OK;
}

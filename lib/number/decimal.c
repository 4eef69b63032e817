/* SPDX-License-Identifier: Apache-2.0 */
/* Decimals of one word: text in and out, rounding, products. Nothing is rounded that was not asked to be, and nothing wraps. */
#include "meterbill/decimal.h"

#include "base/memory.h"
#include "number/decimal_text.h"
#include "number/round.h"

#define NANO INT64_C(1000000000)

/* What of the caller's text a message shows at most; longer text ends in "...". */
#define QUOTE_MOST 40

typedef struct quote {
    char text[QUOTE_MOST + 4];
} quote;

static quote quote_of(const char *text, size_t len)
{
    quote out;
    size_t n = len > QUOTE_MOST ? QUOTE_MOST : len, at = 0;
    /* A character that the cut would split goes whole: continuation bytes are 10xxxxxx. */
    while (len > QUOTE_MOST && n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80) n--;
    for (; at < n; at++) out.text[at] = text[at] == '\0' ? '?' : text[at];
    for (int dots = 0; len > QUOTE_MOST && dots < 3; dots++) out.text[at++] = '.';
    out.text[at] = '\0';
    return out;
}

/* --- Text in --- */

/* The parts of a text that follows the grammar: digits before and after the point. */
typedef struct parts {
    bool negative;
    const char *whole, *places;
    size_t n_whole, n_places;
} parts;

static size_t count_digits(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && text[n] >= '0' && text[n] <= '9') n++;
    return n;
}

static bool split_text(const char *text, size_t len, parts *out)
{
    size_t at = 0;
    out->negative = len > 0 && text[0] == '-';
    if (out->negative) at++;
    out->whole = text + at;
    out->n_whole = count_digits(text + at, len - at);
    if (out->n_whole == 0 || (out->n_whole > 1 && text[at] == '0')) return false;
    at += out->n_whole;
    out->places = text + at;
    out->n_places = 0;
    if (at == len) return true;
    if (text[at++] != '.') return false;
    out->places = text + at;
    out->n_places = count_digits(text + at, len - at);
    return out->n_places > 0 && at + out->n_places == len;
}

/* Append one digit to a magnitude that must stay within limit. */
static bool push_digit(uint64_t *magnitude, uint64_t limit, char digit)
{
    uint64_t value = (uint64_t)(digit - '0');
    if (*magnitude > (limit - value) / 10) return false;
    *magnitude = *magnitude * 10 + value;
    return true;
}

static bool parts_value(const parts *p, size_t scale, int64_t *out)
{
    uint64_t limit = (uint64_t)INT64_MAX + (p->negative ? 1 : 0), magnitude = 0;
    for (size_t i = 0; i < p->n_whole; i++)
        if (!push_digit(&magnitude, limit, p->whole[i])) return false;
    for (size_t i = 0; i < scale; i++)
        if (!push_digit(&magnitude, limit, i < p->n_places ? p->places[i] : '0')) return false;
    *out = mbill__word_signed(p->negative ? 0 - magnitude : magnitude);
    return true;
}

static mbill_status fail_overflow(const char *text, size_t len, int32_t scale, mbill_error *err)
{
    char lowest[MBILL__DECIMAL_ROOM], highest[MBILL__DECIMAL_ROOM];
    mbill__decimal_text(mbill__pair_of(INT64_MIN), scale, 0, lowest);
    mbill__decimal_text(mbill__pair_of(INT64_MAX), scale, 0, highest);
    return mbill__fail(err, MBILL_E_OVERFLOW, "\"%s\" is not between %s and %s", quote_of(text, len).text, lowest, highest);
}

mbill_status mbill_decimal_parse(const char *text, size_t len, int32_t scale, int64_t *out_value, mbill_error *err)
{
    parts p;
    MBILL__NEED(text);
    MBILL__NEED(out_value);
    MBILL_TRY(mbill__places_check(scale, "scale", err));
    if (!split_text(text, len, &p))
        return mbill__fail(err, MBILL_E_NUMBER, "\"%s\" is not a decimal number such as \"12\" or \"-0.5\"",
            quote_of(text, len).text);
    for (size_t i = (size_t)scale; i < p.n_places; i++)
        if (p.places[i] != '0')
            return mbill__fail(err, MBILL_E_DIGITS, "\"%s\" has more than %d decimal places", quote_of(text, len).text,
                (int)scale);
    if (!parts_value(&p, (size_t)scale, out_value)) return fail_overflow(text, len, scale, err);
    return MBILL_OK;
}

/* --- Text out --- */

mbill_status mbill_decimal_print(int64_t value, int32_t scale, char *out_text, size_t *inout_len, mbill_error *err)
{
    return mbill_decimal_print_places(value, scale, 0, out_text, inout_len, err);
}

mbill_status mbill_decimal_print_places(int64_t value, int32_t scale, int32_t min_places, char *out_text, size_t *inout_len,
    mbill_error *err)
{
    char text[MBILL__DECIMAL_ROOM];
    MBILL__NEED(inout_len);
    MBILL_TRY(mbill__places_check(scale, "scale", err));
    MBILL_TRY(mbill__places_check(min_places, "min_places", err));
    size_t len = mbill__decimal_text(mbill__pair_of(value), scale, min_places, text);
    return mbill__text_copy(text, len, out_text, inout_len, err);
}

/* --- Arithmetic --- */

static mbill_status check_how(mbill_round_how how, mbill_error *err)
{
    if ((int)how >= MBILL_ROUND_HALF_UP && (int)how <= MBILL_ROUND_CEILING) return MBILL_OK;
    return mbill__fail(err, MBILL_E_INVALID, "rounding rule %d is not one of 1 (half_up) to 6 (ceiling)", (int)how);
}

static mbill_status check_step(int64_t step_micro, mbill_error *err)
{
    if (step_micro >= 1 && step_micro <= MBILL_STEP_MAX_MICRO) return MBILL_OK;
    return mbill__fail(err, MBILL_E_RANGE, "rounding step of %lld micro-units is not between 1 and %lld", (long long)step_micro,
        (long long)MBILL_STEP_MAX_MICRO);
}

mbill_status mbill_decimal_round(int64_t value_micro, int64_t step_micro, mbill_round_how how, int64_t *out_micro,
    mbill_error *err)
{
    int64_t steps = 0;
    MBILL__NEED(out_micro);
    MBILL_TRY(check_step(step_micro, err));
    MBILL_TRY(check_how(how, err));
    if (!mbill__round_quotient(mbill__wide_of(value_micro), mbill__wide_of(step_micro), how, &steps) ||
        !mbill__multiply(steps, step_micro, out_micro))
        return mbill__fail(err, MBILL_E_OVERFLOW, "%lld rounded to a multiple of %lld does not fit 64 bits",
            (long long)value_micro, (long long)step_micro);
    return MBILL_OK;
}

mbill_status mbill_decimal_multiply(int64_t quantity_micro, int64_t rate_nano, int64_t step_micro, mbill_round_how how,
    int64_t *out_amount_micro, mbill_error *err)
{
    int64_t steps = 0;
    MBILL__NEED(out_amount_micro);
    MBILL_TRY(check_step(step_micro, err));
    MBILL_TRY(check_how(how, err));
    /* 10^-6 x 10^-9 is 10^-15: a step of n micro-units is n x 10^9 of these, up to 10^19, past one word. */
    mbill__wide product = mbill__wide_product(quantity_micro, rate_nano), step = mbill__wide_product(step_micro, NANO);
    if (!mbill__round_quotient(product, step, how, &steps) || !mbill__multiply(steps, step_micro, out_amount_micro))
        return mbill__fail(err, MBILL_E_OVERFLOW, "%lld micro-units at a rate of %lld nano does not fit 64 bits",
            (long long)quantity_micro, (long long)rate_nano);
    return MBILL_OK;
}

mbill_status mbill_decimal_scale(int64_t value_micro, int64_t numerator, int64_t denominator, mbill_round_how how,
    int64_t *out_micro, mbill_error *err)
{
    MBILL__NEED(out_micro);
    MBILL_TRY(check_how(how, err));
    if (denominator <= 0) return mbill__fail(err, MBILL_E_RANGE, "denominator %lld is not above 0", (long long)denominator);
    if (!mbill__multiply_divide(value_micro, numerator, denominator, how, out_micro))
        return mbill__fail(err, MBILL_E_OVERFLOW, "%lld x %lld / %lld does not fit 64 bits", (long long)value_micro,
            (long long)numerator, (long long)denominator);
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Decimals. Input: byte 0 is scale and rule, the rest is the text; its first 16 bytes, when there are as many, are also the two
 * words of the arithmetic. Laws: what parses prints and parses to itself, rounding moves by less than a step and only once, sums
 * agree with themselves taken apart. */
#include "meterbill/decimal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD 17

static void require(int holds, const char *law)
{
    if (holds) return;
    fprintf(stderr, "fuzz_decimal: broken: %s\n", law);
    abort();
}

static int64_t word_at(const uint8_t *data)
{
    int64_t out;
    memcpy(&out, data, sizeof out);
    return out;
}

static void check_text(const char *text, size_t len, int32_t scale)
{
    char printed[MBILL_DECIMAL_TEXT_MAX], padded[MBILL_DECIMAL_TEXT_MAX];
    int64_t value = 77, back = 0;
    size_t n_printed = sizeof printed, n_padded = sizeof padded;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_decimal_parse(text, len, scale, &value, &err);
    if (status != MBILL_OK) {
        require(status == MBILL_E_NUMBER || status == MBILL_E_DIGITS || status == MBILL_E_OVERFLOW,
            "text fails in one of three ways");
        require(value == 77 && err.status == (int32_t)status && err.message[0] != '\0', "a refusal says why and writes nothing");
        return;
    }
    require(mbill_decimal_print(value, scale, printed, &n_printed, NULL) == MBILL_OK, "a value prints");
    require(n_printed == strlen(printed) + 1, "length is the text's");
    require(mbill_decimal_parse(printed, n_printed - 1, scale, &back, NULL) == MBILL_OK && back == value,
        "printed text parses to the value");
    require(strcmp(printed, "-0") != 0, "no -0");
    require(mbill_decimal_print_places(value, scale, 9, padded, &n_padded, NULL) == MBILL_OK, "a value prints with places");
    require(mbill_decimal_parse(padded, n_padded - 1, scale, &back, NULL) == MBILL_OK && back == value,
        "padded text parses to the value");
}

static void check_round(int64_t value, int64_t step_word, mbill_round_how how)
{
    int64_t step = (int64_t)((uint64_t)step_word % (uint64_t)MBILL_STEP_MAX_MICRO) + 1, out = 77, again = 0;
    mbill_status status = mbill_decimal_round(value, step, how, &out, NULL);
    if (status == MBILL_E_OVERFLOW) {
        require(value > INT64_MAX - step || value < INT64_MIN + step, "only the last step overflows");
        return;
    }
    require(status == MBILL_OK && out % step == 0, "the result is a multiple of the step");
    uint64_t moved = out > value ? (uint64_t)out - (uint64_t)value : (uint64_t)value - (uint64_t)out;
    require(moved < (uint64_t)step, "rounding moves by less than a step");
    if (how == MBILL_ROUND_HALF_UP || how == MBILL_ROUND_HALF_EVEN) require(moved <= (uint64_t)step / 2, "nearest is near");
    if (how == MBILL_ROUND_FLOOR) require(out <= value, "floor is not above");
    if (how == MBILL_ROUND_CEILING) require(out >= value, "ceiling is not below");
    require(mbill_decimal_round(out, step, how, &again, NULL) == MBILL_OK && again == out, "rounding twice changes nothing");
}

static void check_product(int64_t a, int64_t b, mbill_round_how how)
{
    int64_t product = 77, swapped = 78, scaled = 79;
    mbill_status status = mbill_decimal_multiply(a, b, 1, how, &product, NULL);
    require(status == MBILL_OK || status == MBILL_E_OVERFLOW, "a product fits or overflows");
    require(mbill_decimal_multiply(b, a, 1, how, &swapped, NULL) == status && (status != MBILL_OK || swapped == product),
        "factors may be swapped");
    require(mbill_decimal_scale(a, b, 1000000000, how, &scaled, NULL) == status && (status != MBILL_OK || scaled == product),
        "multiply is scale by 10^-9");
    require(status == MBILL_OK || (product == 77 && swapped == 78 && scaled == 79), "a refusal writes nothing");
    require(mbill_decimal_multiply(a, 1000000000, 1, how, &product, NULL) == MBILL_OK && product == a, "one is one");
}

static void check_sum(int64_t a, int64_t b)
{
    const int64_t values[4] = {a, b, a, b};
    mbill_sum at_once = {0, 0}, one_by_one = {0, 0};
    char text[MBILL_SUM_TEXT_MAX], word_text[MBILL_DECIMAL_TEXT_MAX];
    size_t len = sizeof text, word_len = sizeof word_text;
    int64_t value = 0;
    require(mbill_sum_add(&at_once, values, 4, NULL) == MBILL_OK, "four words cannot overflow");
    for (size_t i = 0; i < 4; i++) require(mbill_sum_add(&one_by_one, &values[3 - i], 1, NULL) == MBILL_OK, "nor one");
    require(at_once.high == one_by_one.high && at_once.low == one_by_one.low, "order does not matter");
    require(mbill_sum_print(&at_once, 6, text, &len, NULL) == MBILL_OK, "a sum prints");
    if (mbill_sum_value(&at_once, &value, NULL) != MBILL_OK) return;
    require(mbill_decimal_print(value, 6, word_text, &word_len, NULL) == MBILL_OK && strcmp(text, word_text) == 0,
        "sum and word print alike");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    int32_t scale = data[0] % 10;
    mbill_round_how how = (mbill_round_how)(data[0] / 10 % 6 + 1);
    check_text((const char *)data + 1, size - 1, scale);
    if (size < HEAD) return 0;
    int64_t a = word_at(data + 1), b = word_at(data + 9);
    check_round(a, b, how);
    check_product(a, b, how);
    check_sum(a, b);
    return 0;
}

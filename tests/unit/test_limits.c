/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a limit of tariff documents does, or a rule about which of its parts may stand together. Limits: one entry more than there
 * may be is refused at the list, and as many as there may be are not refused for their number. */
#include "check_run.h"
#include "meterbill/tariff.h"
#include "refusal.h"

#include <stdio.h>
#include <stdlib.h>

#define TEXT_MAX 32768
#define HEAD                                                                                                                     \
    "{\"meterbill\":1,\"kind\":\"tariff\",\"id\":\"t\",\"version\":\"1\",\"currency\":\"CNY\",\"zone\":\"UTC0\","                \
    "\"valid\":{\"from\":\"2000-01-01\",\"to\":null},\"rounding\":{\"line\":\"none\",\"charge\":\"none\",\"bill\":\"none\"},"
#define ENERGY "\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\",\"across_boundary\":\"refuse\"}},"
#define ONE_CHARGE ",\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"rate\":\"1\"}]}"
#define DAY_NIGHT                                                                                                                \
    "\"calendar\":{\"periods\":[{\"name\":\"day\",\"when\":[{\"at\":[\"08:00-22:00\"]}]},{\"name\":\"night\","                   \
    "\"otherwise\":true}]},"
#define HALVES "\"seasons\":[{\"name\":\"cold\",\"from\":\"10-01\",\"to\":\"04-01\"},{\"name\":\"warm\",\"otherwise\":true}]"
#define BY_SEASON "\"rate\":{\"cold\":\"1\",\"warm\":\"2\"}"

static mbill_status load(const char *text, mbill_error *err)
{
    mbill_tariff *tariff = NULL;
    mbill_error_init(err);
    mbill_status status = mbill_tariff_read(text, strlen(text), NULL, &tariff, err);
    mbill_tariff_free(tariff);
    return status;
}

/* ---- limits ---- */

static const struct {
    const char *before, *entry, *after; /* entry: every # is its number */
    size_t most;
    const char *path;
} limits[] = {
    {"\"inputs\":{", "\"i#\":{\"register\":\"r#\",\"unit\":\"kWh\"}", "}" ONE_CHARGE, 32, "/inputs"},
    {ENERGY "\"charges\":[", "{\"id\":\"c#\",\"quantity\":\"energy\",\"rate\":\"1\"}", "]}", 64, "/charges"},
    {ENERGY "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\",\"bounds\":[",
        "\"#\"", "]},\"rate\":\"1\"}]}", 15, "/charges/0/tiers/bounds"},
    {ENERGY "\"calendar\":{\"seasons\":[", "{\"name\":\"s#\",\"otherwise\":true}", "]}" ONE_CHARGE, 12, "/calendar/seasons"},
    {ENERGY "\"calendar\":{\"periods\":[", "{\"name\":\"p#\",\"otherwise\":true}", "]}" ONE_CHARGE, 32, "/calendar/periods"},
    {ENERGY "\"calendars\":{", "\"c#\":{}", "}" ONE_CHARGE, 64, "/calendars"},
    {ENERGY "\"tables\":{", "\"t#\":[]", "}" ONE_CHARGE, 32, "/tables"},
    {ENERGY "\"tables\":{\"t\":[", "{\"is\":\"#\",\"value\":\"1\"}", "]}" ONE_CHARGE, 256, "/tables/t"},
    {ENERGY "\"calendar\":{\"days\":[", "{\"name\":\"d#\",\"dates\":[\"2026-01-01\"]}", "]}" ONE_CHARGE, 16, "/calendar/days/16"},
    {ENERGY "\"calendar\":{\"days\":[", "{\"name\":\"d#\",\"from_list\":\"l#\"}", "]}" ONE_CHARGE, 8,
        "/calendar/days/8/from_list"},
};

static size_t write_entry(char *out, const char *entry, size_t number)
{
    size_t len = 0;
    for (; *entry != '\0'; entry++) {
        if (*entry == '#') len += (size_t)sprintf(out + len, "%zu", number);
        else out[len++] = *entry;
    }
    return len;
}

/* The longest of these lists has half of the room. */
static void write_list(char *out, size_t at_case, size_t n)
{
    size_t len = (size_t)snprintf(out, TEXT_MAX, HEAD "%s", limits[at_case].before);
    for (size_t i = 1; i <= n; i++) {
        if (i > 1) out[len++] = ',';
        len += write_entry(out + len, limits[at_case].entry, i);
    }
    snprintf(out + len, TEXT_MAX - len, "%s", limits[at_case].after);
}

START_TEST(one_entry_too_many)
{
    char *text = malloc(TEXT_MAX);
    mbill_error err;
    write_list(text, (size_t)_i, limits[_i].most + 1);
    mbill_status status = load(text, &err);
    assert_refusal_path(&err, status, MBILL_E_LIMIT, limits[_i].path, "");
    write_list(text, (size_t)_i, limits[_i].most);
    ck_assert_int_ne(load(text, &err), MBILL_E_LIMIT);
    free(text);
}
END_TEST

/* ---- what may not stand together ---- */

static const struct {
    const char *body;
    mbill_status status;
    const char *path, *says;
} refusals[] = {
    {"\"inputs\":[]" ONE_CHARGE, MBILL_E_TYPE, "/inputs", "object"},
    {ENERGY DAY_NIGHT "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"bill\",\"how\":\"graduated\","
                      "\"bounds\":[\"10\"],\"across\":\"periods\",\"split\":\"chronological\"},\"rate\":[\"1\",\"2\"]}]}",
        MBILL_E_INVALID, "/charges/0/rate", "same in all periods"},
    {ENERGY DAY_NIGHT "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"season\",\"how\":\"graduated\","
                      "\"bounds\":[\"10\"],\"across\":\"periods\"},\"rate\":[\"1\",\"2\"]}]}",
        MBILL_E_INVALID, "/charges/0/tiers/over", "needs a calendar with seasons"},
    {ENERGY "\"charges\":[{\"id\":\"a\",\"quantity\":\"days\",\"tiers\":{\"over\":\"month\",\"how\":\"graduated\","
            "\"bounds\":[\"10\"]},\"rate\":[\"1\",\"2\"]}]}",
        MBILL_E_INVALID, "/charges/0/tiers/over", "only a register"},
    {ENERGY "\"calendar\":{\"clock\":\"standard\"," HALVES "},\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\"," BY_SEASON
            "}]}",
        MBILL_E_INVALID, "/charges/0/rate", "local midnight"},
    {ENERGY "\"calendar\":{" HALVES "},\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"year\",\"start\":"
            "\"01-01\",\"how\":\"whole\",\"bound_belongs\":\"below\",\"bounds\":[\"10\"]},\"rate\":{\"cold\":[\"1\",\"2\"],"
            "\"warm\":[\"3\",\"4\"]}}]}",
        MBILL_E_AMBIGUOUS, "/charges/0/rate", "is not kept"},
    {"\"inputs\":{\"energy\":{\"register\":\"import\",\"unit\":\"kWh\"},\"other\":{\"plus\":[\"energy\",\"energy\"],\"per\":"
     "\"period\",\"unit\":\"kWh\"}}" ONE_CHARGE,
        MBILL_E_INVALID, "/inputs/other", "calendar with periods"},
};

START_TEST(parts_that_may_not_stand_together)
{
    char *text = malloc(TEXT_MAX);
    mbill_error err;
    snprintf(text, TEXT_MAX, HEAD "%s", refusals[_i].body);
    mbill_status status = load(text, &err);
    assert_refusal_path(&err, status, refusals[_i].status, refusals[_i].path, refusals[_i].says);
    free(text);
}
END_TEST

/* ---- positions ---- */

START_TEST(positions_that_do_not_fit_the_tariff)
{
    static const struct {
        const char *members;
        mbill_status status;
        const char *path;
    } cases[] = {
        {"\"once\":[{\"charge\":\"fee\",\"from\":\"2026-01-01\"},{\"charge\":\"fee\",\"from\":\"2026-02-01\"}]", MBILL_E_INVALID,
            "/once/1"},
        {"\"once\":[{\"charge\":\"a\",\"from\":\"2026-01-01\"}]", MBILL_E_POSITION, "/once/0/charge"},
        {"\"credits\":[{\"charge\":\"fee\",\"kept\":\"1\"}]", MBILL_E_POSITION, "/credits/0/charge"},
    };
    static const char tariff_text[] = HEAD ENERGY
        "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"rate\":\"1\"},{\"id\":\"fee\",\"quantity\":\"one\",\"rate\":\"5\","
        "\"once_per\":\"month\"}]}";
    mbill_tariff *tariff;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_read(tariff_text, strlen(tariff_text), NULL, &tariff, &err) == MBILL_OK, "%s", err.message);
    mbill_position *position = malloc(mbill_position_size(tariff));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        snprintf(text, sizeof text,
            "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"t\",\"version\":\"1\",\"billed_to\":null,\"ladders\":[],%s}",
            cases[i].members);
        mbill_error_init(&err);
        mbill_status status = mbill_position_read(tariff, text, strlen(text), position, &err);
        assert_refusal_path(&err, status, cases[i].status, cases[i].path, "");
    }
    free(position);
    mbill_tariff_free(tariff);
}
END_TEST

START_TEST(a_span_too_long_for_one_bill)
{
    mbill_tariff *tariff;
    mbill_error err;
    size_t most;
    static const char text[] = HEAD ENERGY "\"charges\":[{\"id\":\"a\",\"quantity\":\"energy\",\"tiers\":{\"over\":\"day\","
                                           "\"how\":\"graduated\",\"bounds\":[\"1\"]},"
                                           "\"rate\":[\"1\",\"2\"]}]}";
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err) == MBILL_OK, "%s", err.message);
    assert_refusal(&err, mbill_tariff_lines_max(tariff, 0, INT64_MAX, &most, &err), MBILL_E_RANGE, "too long");
    assert_refusal(&err, mbill_tariff_lines_max(tariff, INT64_MIN, INT64_MAX, &most, &err), MBILL_E_RANGE, "longer than time");
    assert_refusal(&err, mbill_tariff_lines_max(NULL, 0, 1, &most, &err), MBILL_E_MISUSE, "tariff");
    assert_refusal(&err, mbill_tariff_lines_max(tariff, 0, 1, NULL, &err), MBILL_E_MISUSE, "out_n_lines");
    mbill_tariff_free(tariff);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("limits");
    TCase *refused = tcase_create("refused");
    tcase_add_loop_test(refused, one_entry_too_many, 0, (int)(sizeof limits / sizeof limits[0]));
    tcase_add_loop_test(refused, parts_that_may_not_stand_together, 0, (int)(sizeof refusals / sizeof refusals[0]));
    tcase_add_test(refused, positions_that_do_not_fit_the_tariff);
    tcase_add_test(refused, a_span_too_long_for_one_bill);
    suite_add_tcase(suite, refused);
    return check_run(suite, CK_FORK_GETENV);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Settlements by hand: the switches, the cap, empty flats, cold rooms, the law that all steps add up to 0, documents, and every refusal. */
#include "check_run.h"
#include "meterbill/settle.h"
#include "refusal.h"

#include <check.h>
#include <stdlib.h>

#define MICRO INT64_C(1000000)
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static mbill_error err;
static mbill_settlement season;
static mbill_settled settled;
static mbill_settle_step steps[16];
static size_t n_steps;
static const mbill_settle_band bands[] = {{2000000, 10 * MICRO}, {6000000, 50 * MICRO}, {0, 100 * MICRO}};

/* 100 m2 at 25 by area; 7.50 and 8100 kWh at 0.13. */
static void reset(void)
{
    mbill_error_init(&err);
    season = (mbill_settlement){.struct_size = sizeof season,
        .season_days = 120,
        .area_fee_micro = 2500 * MICRO,
        .basic_fee_micro = 750 * MICRO,
        .metered_fee_micro = 1053 * MICRO,
        .paid_micro = 2500 * MICRO,
        .cap_percent_micro = -1,
        .surplus = MBILL_SETTLE_REFUND,
        .shortage = MBILL_SETTLE_CHARGE,
        .step_micro = 10000,
        .how = MBILL_ROUND_HALF_UP};
    settled = (mbill_settled){.struct_size = sizeof settled};
}

static void settle(void)
{
    mbill_status status = mbill_settle(&season, steps, COUNT(steps), &n_steps, &settled, &err);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
    int64_t sum = 0;
    for (size_t i = 0; i < n_steps; i++) {
        sum += steps[i].amount_micro;
        ck_assert_int_eq(steps[i].running_micro, sum);
        ck_assert_ptr_nonnull(mbill_settle_step_name(&steps[i]));
        if (i + 1 < n_steps && steps[i + 1].kind == MBILL_SETTLE_STEP_PAID) ck_assert_int_eq(sum, settled.due_micro);
    }
    ck_assert_int_eq(sum, 0);
    ck_assert_int_eq(settled.balance_micro, season.paid_micro + season.carried_micro - settled.due_micro);
    ck_assert_int_eq(settled.balance_micro,
        settled.refund_micro + settled.next_micro - settled.charge_micro - settled.forgone_micro);
}

START_TEST(surplus)
{
    settle();
    ck_assert_int_eq(settled.due_micro, 1803 * MICRO);
    ck_assert_int_eq(settled.refund_micro, 697 * MICRO);
    ck_assert_uint_eq(n_steps, 4);
    season.surplus = MBILL_SETTLE_CREDIT;
    settle();
    ck_assert_int_eq(settled.next_micro, 697 * MICRO);
    ck_assert_str_eq(mbill_settle_step_name(&steps[3]), "credit");
    season.surplus = MBILL_SETTLE_WALLET;
    season.carried_micro = 3 * MICRO;
    settle();
    ck_assert_int_eq(settled.next_micro, 700 * MICRO);
    season.surplus = MBILL_SETTLE_KEEP;
    settle();
    ck_assert_int_eq(settled.forgone_micro, -700 * MICRO);
    season.paid_micro = 1800 * MICRO;
    settle();
    ck_assert_int_eq(settled.balance_micro, 0);
    ck_assert_uint_eq(n_steps, 4);
}
END_TEST

START_TEST(shortage_and_cap)
{
    season.metered_fee_micro = 2250 * MICRO;
    settle();
    ck_assert_int_eq(settled.charge_micro, 500 * MICRO);
    season.shortage = MBILL_SETTLE_WAIVE;
    settle();
    ck_assert_int_eq(settled.charge_micro, 0);
    ck_assert_int_eq(settled.forgone_micro, 500 * MICRO);
    season.shortage = MBILL_SETTLE_CHARGE;
    season.cap_percent_micro = 115 * MICRO;
    settle();
    ck_assert_int_eq(settled.due_micro, 2875 * MICRO);
    ck_assert_int_eq(settled.charge_micro, 375 * MICRO);
    season.cap_percent_micro = 100 * MICRO;
    settle();
    ck_assert_int_eq(settled.due_micro, 2500 * MICRO);
    ck_assert_int_eq(settled.charge_micro, 0);
    season.cap_percent_micro = 0;
    settle();
    ck_assert_int_eq(settled.due_micro, 0);
    ck_assert_int_eq(settled.refund_micro, 2500 * MICRO);
}
END_TEST

START_TEST(empty_flats)
{
    season.metered_fee_micro = 0;
    season.empty_days = 120;
    season.empty_percent_micro = 30 * MICRO;
    settle();
    ck_assert_int_eq(settled.due_micro, 750 * MICRO); /* 30 % of 2500 */
    season.empty_days = 30;
    season.metered_fee_micro = 1000 * MICRO;
    settle();
    ck_assert_int_eq(settled.due_micro, 1750 * MICRO); /* 750 x 90/120 + 1000 + 2500 x 30 % x 30/120 */
    ck_assert_int_eq(steps[0].days, 90);
    ck_assert_int_eq(steps[2].amount_micro, 187500000);
}
END_TEST

START_TEST(cold_rooms)
{
    static const mbill_settle_episode episodes[] = {{16000000, 10, 0}, {15999999, 10, 0}, {12000000, 1, 0}, {11000000, 3, 0},
        {18000000, 5, 0}, {30000000, 5, 0}};
    season.standard_micro_c = 18 * MICRO;
    season.bands = bands;
    season.n_bands = COUNT(bands);
    season.episodes = episodes;
    season.n_episodes = COUNT(episodes);
    season.service_of = MBILL_SETTLE_OF_AREA_FEE;
    settle();
    /* 2500/120 a day: 10 days at 10 %, 10 at 50 %, 1 at 50 %, 3 at 100 %, then nothing */
    static const int64_t expected[] = {-20830000, -104170000, -10420000, -62500000, 0, 0};
    for (size_t i = 0; i < COUNT(expected); i++) {
        ck_assert_int_eq(steps[2 + i].amount_micro, expected[i]);
        ck_assert_int_eq(steps[2 + i].index, (int)i);
    }
    ck_assert_int_eq(settled.due_micro, 1803 * MICRO - 197920000);
    season.service_of = MBILL_SETTLE_OF_DUE;
    settle();
    ck_assert_int_eq(steps[2].amount_micro, -15030000); /* 1803 x 10/120 x 10 % = 15.025 */
    season.service_of = MBILL_SETTLE_OF_AREA_FEE;
    season.basic_fee_micro = season.metered_fee_micro = 0;
    settle();
    ck_assert_int_eq(settled.due_micro, 0);
    ck_assert_str_eq(mbill_settle_step_name(&steps[8]), "floor");
}
END_TEST

static void refuse(mbill_status status, const char *part)
{
    mbill_settled kept = settled;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_settle(&season, steps, COUNT(steps), &n_steps, &settled, &err), status, part);
    ck_assert_mem_eq(&kept, &settled, sizeof kept);
    reset();
}

START_TEST(refused)
{
    season.area_fee_micro = -1;
    refuse(MBILL_E_RANGE, "the area fee is -0.000001");
    season.basic_fee_micro = -1;
    refuse(MBILL_E_RANGE, "the basic fee");
    season.metered_fee_micro = -1;
    refuse(MBILL_E_RANGE, "the metered fee");
    season.paid_micro = -1;
    refuse(MBILL_E_RANGE, "the payment in advance");
    season.carried_micro = -1;
    refuse(MBILL_E_RANGE, "the amount carried over");
    season.empty_percent_micro = 100 * MICRO + 1;
    refuse(MBILL_E_RANGE, "100.000001 %");
    season.cap_percent_micro = -2;
    refuse(MBILL_E_RANGE, "the cap is");
    season.season_days = 0;
    refuse(MBILL_E_RANGE, "a season of 0 days");
    season.empty_days = 121;
    refuse(MBILL_E_RANGE, "empty on 121 days");
    season.surplus = 0;
    refuse(MBILL_E_INVALID, "0 says nothing of a surplus");
    season.shortage = MBILL_SETTLE_KEEP;
    refuse(MBILL_E_INVALID, "4 says nothing of a shortage");
    season.step_micro = 0;
    refuse(MBILL_E_RANGE, "the step is 0");
    season.how = 0;
    refuse(MBILL_E_INVALID, "0 is no rounding rule");
    season.reserved = 1;
    refuse(MBILL_E_INVALID, "reserved");
    season.metered_fee_micro = season.basic_fee_micro = INT64_MAX - 7;
    refuse(MBILL_E_OVERFLOW, "leaves the range");
    season.struct_size = 0;
    refuse(MBILL_E_MISUSE, "struct_size");
    assert_refusal(&err, mbill_settle(NULL, steps, 1, &n_steps, &settled, &err), MBILL_E_MISUSE, "settlement");
    assert_refusal(&err, mbill_settle(&season, NULL, 1, &n_steps, &settled, &err), MBILL_E_MISUSE, "out_steps");
    assert_refusal(&err, mbill_settle(&season, steps, 1, NULL, &settled, &err), MBILL_E_MISUSE, "out_n_steps");
    assert_refusal(&err, mbill_settle(&season, steps, 1, &n_steps, NULL, &err), MBILL_E_MISUSE, "out is");
    assert_refusal(&err, mbill_settle(&season, steps, 3, &n_steps, &settled, &err), MBILL_E_ROOM, "expected 4");
    ck_assert_uint_eq(n_steps, 4);
}
END_TEST

START_TEST(cold_rooms_refused)
{
    mbill_settle_episode episodes[] = {{16000000, 100, 0}, {16000000, 21, 0}};
    mbill_settle_band rising[] = {{2000000, 10 * MICRO}, {2000000, 50 * MICRO}, {0, 100 * MICRO}};
#define COLD (season.episodes = episodes, season.n_episodes = 2, season.service_of = 1, season.bands = rising, season.n_bands = 3)
    COLD;
    refuse(MBILL_E_RANGE, "up to 121 of a season of 120");
    COLD;
    episodes[1].days = 0;
    refuse(MBILL_E_RANGE, "expected 1 or more");
    episodes[1].days = 20;
    COLD;
    refuse(MBILL_E_ORDER, "a band up to 2 K");
    rising[1].up_to_micro_k = 6000000;
    COLD;
    season.n_bands = 2;
    refuse(MBILL_E_ORDER, "the last one without an end");
    COLD;
    season.n_bands = 0;
    refuse(MBILL_E_INVALID, "without bands");
    COLD;
    season.service_of = 0;
    refuse(MBILL_E_INVALID, "is no fee that a refund is of");
    rising[1].percent_micro = -1;
    COLD;
    refuse(MBILL_E_RANGE, "a refund of -0.000001 %");
    rising[1].percent_micro = 0;
    episodes[0].reserved = 1;
    COLD;
    refuse(MBILL_E_INVALID, "reserved");
    episodes[0].reserved = 0;
    episodes[0].temperature_micro_c = INT64_MIN;
    COLD;
    season.standard_micro_c = INT64_MAX;
    refuse(MBILL_E_OVERFLOW, "difference of temperatures");
    COLD;
    season.episodes = NULL;
    refuse(MBILL_E_MISUSE, "episodes");
}
END_TEST

#define HEAD                                                                                                                     \
    "{\"meterbill\":1,\"kind\":\"heat_settlement\",\"season_days\":120,\"fees\":{\"area\":\"2500\",\"basic\":\"750\","           \
    "\"metered\":\"1053\"},\"paid\":\"2500\","
#define TAIL                                                                                                                     \
    "\"surplus\":\"refund\",\"shortage\":\"charge\",\"cap_percent\":null,\"round\":{\"step\":\"0.01\",\"how\":\"half_up\"}}"
#define SERVICE(bands)                                                                                                           \
    "\"service\":{\"of\":\"due\",\"standard\":\"18\",\"bands\":" bands ",\"episodes\":[{\"temperature\":\"16.5\",\"days\":3}]},"

static mbill_status read(const char *json, mbill_settlement_document **out)
{
    mbill_error_init(&err);
    return mbill_settlement_read(json, strlen(json), NULL, out, &err);
}

START_TEST(documents)
{
    mbill_settlement_document *document;
    char text[2048];
    size_t len = sizeof text;
    ck_assert_int_eq(read(HEAD "\"carried\":\"5\",\"empty\":{\"days\":10,\"percent\":\"30\"}," SERVICE(
                              "[{\"up_to\":\"2\",\"percent\":\"10\"},{\"percent\":\"100\"}]") TAIL,
                         &document),
        MBILL_OK);
    season = *mbill_settlement_of(document);
    ck_assert_int_eq(season.carried_micro, 5 * MICRO);
    ck_assert_int_eq(season.empty_days, 10);
    ck_assert_int_eq(season.service_of, MBILL_SETTLE_OF_DUE);
    ck_assert_int_eq(season.cap_percent_micro, -1);
    ck_assert_uint_eq(season.n_bands, 2);
    ck_assert_int_eq(season.bands[1].up_to_micro_k, 0);
    ck_assert_int_eq(season.episodes[0].days, 3);
    settle();
    ck_assert_int_eq(mbill_settled_write(&settled, steps, n_steps, text, &len, &err), MBILL_OK);
    ck_assert_ptr_nonnull(strstr(text,
        "{\"step\":\"basic\",\"base\":\"750\",\"days\":110,\"of_days\":120,\"amount\":\"687.5\",\"running\":\"687.5\"}"));
    mbill_settlement_document_free(document);
    mbill_settlement_document_free(NULL);
    ck_assert_ptr_null(mbill_settlement_of(NULL));
    ck_assert_ptr_null(mbill_settle_step_name(NULL));
    steps[1].kind = 11;
    assert_refusal_index(&err, mbill_settled_write(&settled, steps, n_steps, NULL, &len, &err), MBILL_E_INVALID, 1, "kind 11");
    assert_refusal(&err, mbill_settled_write(NULL, steps, 0, NULL, &len, &err), MBILL_E_MISUSE, "settled");
}
END_TEST

START_TEST(documents_refused)
{
    static const struct {
        const char *json;
        mbill_status status;
        const char *path, *part;
    } rows[] = {
        {HEAD "\"shortage\":\"charge\",\"cap_percent\":null,\"round\":{\"step\":\"1\",\"how\":\"up\"}}", MBILL_E_MISSING_KEY,
            "/surplus", "surplus"},
        {HEAD "\"surplus\":\"keep\",\"cap_percent\":null,\"round\":{\"step\":\"1\",\"how\":\"up\"}}", MBILL_E_MISSING_KEY,
            "/shortage", "shortage"},
        {HEAD "\"surplus\":\"keep\",\"shortage\":\"waive\",\"round\":{\"step\":\"1\",\"how\":\"up\"}}", MBILL_E_MISSING_KEY,
            "/cap_percent", "cap_percent"},
        {HEAD "\"surplus\":\"keep\",\"shortage\":\"waive\",\"cap_percent\":null}", MBILL_E_MISSING_KEY, "/round", "round"},
        {HEAD "\"surplus\":\"keep\",\"shortage\":\"waive\",\"cap_percent\":\"-0.5\",\"round\":{\"step\":\"1\",\"how\":\"up\"}}",
            MBILL_E_RANGE, "/cap_percent", "below 0"},
        {HEAD "\"surplus\":\"both\"}", MBILL_E_INVALID, "/surplus", "both"},
        {HEAD "\"empty\":{\"days\":10}," TAIL, MBILL_E_MISSING_KEY, "/empty/percent", "percent"},
        {HEAD "\"empty\":{\"days\":367,\"percent\":\"1\"}," TAIL, MBILL_E_RANGE, "/empty/days", "366"},
        {HEAD SERVICE("[]") TAIL, MBILL_E_INVALID, "/service/bands", ""},
        {HEAD SERVICE("[{\"percent\":\"1\"},{\"percent\":\"1\"}]") TAIL, MBILL_E_ORDER, "/service/bands/0", "is the last one"},
        {HEAD SERVICE("[{\"up_to\":\"2\",\"percent\":\"1\"}]") TAIL, MBILL_E_ORDER, "/service/bands/0/up_to", "no end"},
        {HEAD "\"titel\":1," TAIL, MBILL_E_UNKNOWN_KEY, "/titel", "titel"},
        {"{\"meterbill\":1,\"kind\":\"heat_settlement\",\"season_days\":\"120\"}", MBILL_E_TYPE, "/season_days", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        mbill_settlement_document *document = (mbill_settlement_document *)&err;
        mbill_status status = read(rows[i].json, &document);
        assert_refusal_path(&err, status, rows[i].status, rows[i].path, rows[i].part);
        ck_assert_ptr_null(document);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("settle");
    TCase *tests = tcase_create("settle");
    tcase_add_checked_fixture(tests, reset, NULL);
    tcase_add_test(tests, surplus);
    tcase_add_test(tests, shortage_and_cap);
    tcase_add_test(tests, empty_flats);
    tcase_add_test(tests, cold_rooms);
    tcase_add_test(tests, refused);
    tcase_add_test(tests, cold_rooms_refused);
    tcase_add_test(tests, documents);
    tcase_add_test(tests, documents_refused);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_FORK_GETENV);
}

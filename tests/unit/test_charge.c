/* SPDX-License-Identifier: Apache-2.0 */
/* Custom charges: periods, parts of them, rates and facts that change, one rounding, ids, and every refusal of the document. */
#include "check_run.h"
#include "counting_allocator.h"
#include "meterbill/calendar.h"
#include "operate/charge.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>

#define HEAD "{\"meterbill\":1,\"kind\":\"charge\",\"id\":\"fee\",\"zone\":\"CST-8\","
#define TAIL(step, how)                                                                                                          \
    "\"round\":{\"step\":\"" step "\",\"how\":\"" how "\"},\"to\":\"balance\",\"accounts\":[\"A1\",{\"account\":\"A2\"}]}"
#define MONTHLY(prorate, rates)                                                                                                  \
    HEAD "\"every\":{\"months\":1},\"from\":\"2026-01-01\",\"until\":\"2026-12-16\",\"due\":{\"at\":\"start\",\"days\":9},"      \
         "\"prorate\":\"" prorate "\",\"rates\":[" rates "]," TAIL("0.01", "half_up")
#define FEE                                                                                                                      \
    MONTHLY("days", "{\"from\":\"2026-01-01\",\"rate\":\"2.5\",\"fact\":\"area\"},{\"from\":\"2026-07-10\",\"amount\":\"100\"}")

static mbill_charge *charge_of(const char *json)
{
    mbill_charge *charge;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_charge_read(json, strlen(json), NULL, &charge, &err) == MBILL_OK, "%s %s", err.path, err.message);
    return charge;
}

static int32_t day(int32_t year, int32_t month, int32_t of_month)
{
    int32_t days = 0;
    ck_assert_int_eq(mbill_date_to_days((mbill_date){year, month, of_month}, &days, NULL), MBILL_OK);
    return days;
}

static const mbill_charge_account ALWAYS = {"A1", {MBILL_CHARGE_EVER, MBILL_CHARGE_NO_END}, NULL, 0};

/* In micro-units; -1: nothing is paid. */
static int64_t price(const mbill_charge *charge, int64_t number, const mbill_charge_account *account,
    const mbill_charge_fact *facts, size_t n)
{
    mbill_charge_amount amount;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_charge_price(charge, number, account, facts, n, &amount, &err) == MBILL_OK, "%s", err.message);
    return amount.n_days == 0 ? -1 : amount.amount_micro;
}

START_TEST(days_of_a_month)
{
    mbill_charge *charge = charge_of(FEE);
    const mbill_charge_fact facts[] = {{"persons", 3000000, MBILL_CHARGE_EVER, 0}, {"area", 89500000, MBILL_CHARGE_EVER, 0},
        {"area", 90000000, day(2026, 3, 11), 0}};
    mbill_charge_account account = ALWAYS;
    ck_assert_int_eq(price(charge, 0, &account, facts, 3), 223750000); /* 2.5 x 89.5 */
    ck_assert_int_eq(price(charge, 2, &account, facts, 3), 224600000); /* (10 x 89.5 + 21 x 90) x 2.5 / 31 = 224.596.. */
    ck_assert_int_eq(price(charge, 6, &account, facts, 3), 136290000); /* (9 x 225 + 22 x 100) / 31 = 136.290.. */
    ck_assert_int_eq(price(charge, 11, &account, facts, 3), 48390000); /* it ends: 15 of 31 days, 48.387.. */
    account.has = (mbill_charge_days){day(2026, 2, 10), day(2026, 2, 20)};
    ck_assert_int_eq(price(charge, 1, &account, facts, 3), 79910000); /* 10 of 28, 79.910.. */
    ck_assert_int_eq(price(charge, 0, &account, facts, 3), -1);
    ck_assert_int_eq(price(charge, 2, &account, facts, 3), -1);
    const mbill_charge_days pauses[] = {{day(2026, 1, 1), day(2026, 2, 12)}, {day(2026, 2, 12), day(2026, 2, 13)},
        {day(2026, 2, 19), day(2026, 4, 1)}};
    account.suspended = pauses;
    account.n_suspended = 3;
    ck_assert_int_eq(price(charge, 1, &account, facts, 3), 47950000); /* 6 of 28, 47.946.. */
    mbill_charge_free(charge);
}
END_TEST

START_TEST(parts_that_are_not_divided)
{
    mbill_charge *whole = charge_of(
                     MONTHLY("whole", "{\"from\":\"2026-01-01\",\"amount\":\"50\"},{\"from\":\"2026-02-15\",\"amount\":\"60\"}")),
                 *full = charge_of(MONTHLY("full_only", "{\"from\":\"2026-01-01\",\"amount\":\"50\"}"));
    mbill_charge_account account = ALWAYS;
    ck_assert_int_eq(price(whole, 1, &account, NULL, 0), 50000000); /* the rate of its first day */
    ck_assert_int_eq(price(full, 1, &account, NULL, 0), 50000000);
    account.has.from_day = day(2026, 2, 16);
    ck_assert_int_eq(price(whole, 1, &account, NULL, 0), 60000000);
    ck_assert_int_eq(price(full, 1, &account, NULL, 0), -1);
    ck_assert_int_eq(price(full, 2, &account, NULL, 0), 50000000);
    ck_assert_int_eq(price(full, 11, &ALWAYS, NULL, 0), -1); /* it ends within */
    mbill_charge_free(whole);
    mbill_charge_free(full);
}
END_TEST

START_TEST(one_rounding)
{
    static const char *const hows[] = {"half_up", "half_even", "down", "up", "floor", "ceiling"};
    static const int64_t expected[] = {5000000, 0, 0, 5000000, 0, 5000000}; /* 2.5 to steps of 5 */
    for (size_t i = 0; i < 6; i++) {
        char json[600];
        (void)snprintf(json, sizeof json,
            HEAD "\"once\":\"2026-03-01\",\"rates\":[{\"from\":\"2026-01-01\",\"amount\":\"2.5\"}],"
                 "\"round\":{\"step\":\"5\",\"how\":\"%s\"},\"to\":\"bill\",\"accounts\":\"all\"}",
            hows[i]);
        mbill_charge *charge = charge_of(json);
        ck_assert_int_eq(price(charge, 0, &ALWAYS, NULL, 0), expected[i]);
        mbill_charge_free(charge);
    }
}
END_TEST

START_TEST(periods_and_their_due_days)
{
    mbill_charge *charge = charge_of(FEE);
    mbill_charge_period period;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_charge_get_period(charge, 1, &period, &err), MBILL_OK);
    ck_assert(period.from_day == day(2026, 2, 1) && period.to_day == day(2026, 3, 1) && period.due_day == day(2026, 2, 10));
    ck_assert_int_eq(period.due_utc_s, day(2026, 2, 10) * INT64_C(86400) - 8 * 3600);
    ck_assert_int_eq(mbill_charge_get_period(charge, 11, &period, &err), MBILL_OK);
    ck_assert_int_eq(period.to_day, day(2027, 1, 1));
    assert_refusal(&err, mbill_charge_get_period(charge, 12, &period, &err), MBILL_E_NOT_FOUND, "has no period 12");
    assert_refusal(&err, mbill_charge_get_period(charge, -1, &period, &err), MBILL_E_NOT_FOUND, "no period -1");
    mbill_charge_free(charge);
    charge = charge_of(
        HEAD "\"every\":{\"quarters\":1},\"from\":\"2025-11-30\",\"due\":{\"at\":\"end\",\"days\":0},\"prorate\":\"days\","
             "\"rates\":[{\"from\":\"2025-11-30\",\"amount\":\"1\"}]," TAIL("0.01", "down"));
    ck_assert_int_eq(mbill_charge_get_period(charge, 1, &period, &err), MBILL_OK);
    ck_assert(period.from_day == day(2026, 2, 28) && period.to_day == day(2026, 5, 30) && period.due_day == day(2026, 5, 30));
    ck_assert_int_ne(mbill_charge_get_period(charge, 3903, &period, &err), MBILL_OK); /* the calendar ends */
    mbill_charge_free(charge);
}
END_TEST

START_TEST(what_cannot_be_priced)
{
    mbill_charge *charge = charge_of(FEE);
    mbill_charge_amount amount = {7, 7, 7};
    const mbill_charge_fact late = {"area", 1000000, day(2026, 1, 2), 0}, below = {"area", -1, MBILL_CHARGE_EVER, 0};
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_charge_price(charge, 0, &ALWAYS, &late, 1, &amount, &err), MBILL_E_NOT_KNOWN,
        "fact \"area\" is not known on 2026-01-01");
    assert_refusal(&err, mbill_charge_price(charge, 0, &ALWAYS, &below, 1, &amount, &err), MBILL_E_INVALID, "below 0");
    assert_refusal(&err, mbill_charge_price(charge, 12, &ALWAYS, &late, 1, &amount, &err), MBILL_E_NOT_FOUND, "no period 12");
    assert_refusal(&err, mbill_charge_price(charge, 0, &ALWAYS, NULL, 1, &amount, &err), MBILL_E_MISUSE, "facts_list is NULL");
    ck_assert(amount.amount_micro == 7 && amount.n_days == 7);
    mbill_charge_free(charge);
    charge = charge_of(MONTHLY("days", "{\"from\":\"2026-01-01\",\"rate\":\"9000000000\",\"fact\":\"area\"}"));
    const mbill_charge_fact huge = {"area", INT64_MAX, MBILL_CHARGE_EVER, 0};
    assert_refusal(&err, mbill_charge_price(charge, 0, &ALWAYS, &huge, 1, &amount, &err), MBILL_E_OVERFLOW, "does not fit");
    mbill_charge_free(charge);
}
END_TEST

START_TEST(ids_differ)
{
    mbill_charge *charge = charge_of(FEE);
    mbill_id ids[4];
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_charge_operation_id(charge, "A1", 0, &ids[0], &err), MBILL_OK);
    ck_assert_int_eq(mbill_charge_operation_id(charge, "A1", 1, &ids[1], &err), MBILL_OK);
    ck_assert_int_eq(mbill_charge_operation_id(charge, "A2", 0, &ids[2], &err), MBILL_OK);
    ck_assert_int_eq(mbill_charge_operation_id(charge, "A1", 0, &ids[3], &err), MBILL_OK);
    ck_assert_int_eq(memcmp(&ids[0], &ids[3], 16), 0);
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < i; k++) ck_assert_int_ne(memcmp(&ids[i], &ids[k], 16), 0);
    assert_refusal(&err, mbill_charge_operation_id(charge, "", 0, &ids[0], &err), MBILL_E_INVALID, "0 bytes");
    mbill_charge_free(charge);
}
END_TEST

START_TEST(written_as_it_was_read)
{
    static const char *const documents[] = {FEE,
        HEAD "\"title\":\"Rent\",\"once\":\"2026-03-01\",\"rates\":[{\"from\":\"2026-01-01\",\"amount\":\"2.5\"}],"
             "\"round\":{\"step\":\"5\",\"how\":\"floor\"},\"to\":\"bill\",\"accounts\":\"all\"}",
        HEAD "\"every\":{\"weeks\":2},\"from\":\"2026-01-01\",\"due\":{\"at\":\"end\",\"days\":3},\"prorate\":\"full_only\","
             "\"rates\":[{\"from\":\"2026-01-01\",\"amount\":\"1\"}],\"round\":{\"step\":\"0.01\",\"how\":\"up\"},\"to\":"
             "\"balance\",\"accrual\":2,"
             "\"accounts\":[{\"account\":\"A1\",\"from\":\"2026-01-05\",\"to\":\"2026-05-01\",\"suspended\":[\"2026-02-01/"
             "2026-02-10\",\"2026-03-01\"]}]}"};
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        char first[2000], second[2000];
        size_t len = sizeof first;
        mbill_charge *charge = charge_of(documents[i]);
        ck_assert_int_eq(mbill_charge_write(charge, first, &len, NULL), MBILL_OK);
        mbill_charge_free(charge);
        charge = charge_of(first);
        len = sizeof second;
        ck_assert_int_eq(mbill_charge_write(charge, second, &len, NULL), MBILL_OK);
        ck_assert_str_eq(first, second);
        mbill_charge_free(charge);
    }
}
END_TEST

typedef struct change {
    const char *from, *to; /* in FEE */
    mbill_status status;
    const char *path, *part;
} change;

static const change CHANGES[] = {
    {"\"id\":\"fee\",", "", MBILL_E_MISSING_KEY, "/id", ""},
    {"\"id\":\"fee\"", "\"id\":\"\"", MBILL_E_INVALID, "/id", ""},
    {"\"zone\":\"CST-8\",", "", MBILL_E_MISSING_KEY, "/zone", ""},
    {"CST-8", "China", MBILL_E_ZONE, "/zone", ""},
    {"\"every\":{\"months\":1},", "", MBILL_E_MISSING_KEY, "/every", ""},
    {"\"every\":{\"months\":1}", "\"every\":{\"months\":1001}", MBILL_E_RANGE, "/every/months", ""},
    {"\"every\":", "\"once\":\"2026-01-01\",\"every\":", MBILL_E_INVALID, "/every", "not both"},
    {"\"every\":{\"months\":1}", "\"once\":\"2026-01-01\"", MBILL_E_INVALID, "/from", "this one is for one day"},
    {"\"until\":\"2026-12-16\"", "\"until\":\"2026-01-01\"", MBILL_E_INVALID, "/until", "not after"},
    {"\"due\":{\"at\":\"start\",\"days\":9},", "", MBILL_E_MISSING_KEY, "/due", ""},
    {"\"days\":9", "\"days\":-1", MBILL_E_RANGE, "/due/days", ""},
    {"\"at\":\"start\"", "\"at\":\"middle\"", MBILL_E_INVALID, "/due/at", "start"},
    {"\"prorate\":\"days\",", "", MBILL_E_MISSING_KEY, "/prorate", ""},
    {"\"prorate\":\"days\"", "\"prorate\":\"none\"", MBILL_E_INVALID, "/prorate", "full_only"},
    {"\"from\":\"2026-01-01\",\"rate\"", "\"from\":\"2026-01-02\",\"rate\"", MBILL_E_UNCOVERED, "/rates/0", "after the charge"},
    {"2026-07-10", "2026-01-01", MBILL_E_ORDER, "/rates/1", ""},
    {"\"amount\":\"100\"", "\"amount\":\"100\",\"fact\":\"area\"", MBILL_E_INVALID, "/rates/1/fact", "not both"},
    {"\"amount\":\"100\"", "\"rate\":\"100\"", MBILL_E_MISSING_KEY, "/rates/1/fact", ""},
    {"\"amount\":\"100\"", "\"amount\":\"-1\"", MBILL_E_INVALID, "/rates/1/amount", "below 0"},
    {"\"amount\":\"100\"", "\"amount\":\"0.0000000001\"", MBILL_E_DIGITS, "/rates/1/amount", ""},
    {"\"step\":\"0.01\"", "\"step\":\"0\"", MBILL_E_INVALID, "/round/step", "not above 0"},
    {"half_up", "half", MBILL_E_INVALID, "/round/how", "half_up"},
    {"\"to\":\"balance\"", "\"to\":\"account\"", MBILL_E_INVALID, "/to", "balance"},
    {"\"to\":\"balance\"", "\"to\":\"bill\",\"accrual\":0", MBILL_E_INVALID, "/accrual", "from the balance"},
    {"\"to\":\"balance\"", "\"to\":\"balance\",\"accrual\":8", MBILL_E_RANGE, "/accrual", ""},
    {"[\"A1\",{\"account\":\"A2\"}]", "[]", MBILL_E_INVALID, "/accounts", ""},
    {"[\"A1\",{\"account\":\"A2\"}]", "\"some\"", MBILL_E_INVALID, "/accounts", "all"},
    {"{\"account\":\"A2\"}", "{\"account\":\"A1\"}", MBILL_E_DUPLICATE_KEY, "/accounts/1", "\"A1\" stands twice"},
    {"{\"account\":\"A2\"}", "{\"account\":\"A2\",\"from\":\"2026-02-01\",\"to\":\"2026-02-01\"}", MBILL_E_INVALID,
        "/accounts/1/to", ""},
    {"{\"account\":\"A2\"}", "{\"account\":\"A2\",\"suspended\":[\"2026-02-01/2026-02-10\",\"2026-02-09\"]}", MBILL_E_ORDER,
        "/accounts/1/suspended/1", ""},
    {"\"kind\":\"charge\"", "\"kind\":\"task\"", MBILL_E_INVALID, "/kind", ""},
    {"\"to\":\"balance\"", "\"to\":\"balance\",\"extra\":1", MBILL_E_UNKNOWN_KEY, "/extra", ""},
};

START_TEST(refused_documents)
{
    const change *one = &CHANGES[_i];
    const char *place = strstr(FEE, one->from);
    char json[3000];
    mbill_charge *charge;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_ptr_nonnull(place);
    (void)snprintf(json, sizeof json, "%.*s%s%s", (int)(place - FEE), FEE, one->to, place + strlen(one->from));
    assert_refusal_path(&err, mbill_charge_read(json, strlen(json), NULL, &charge, &err), one->status, one->path, one->part);
    ck_assert_ptr_null(charge);
}
END_TEST

START_TEST(memory_that_ends)
{
    mbill_status status = MBILL_E_NOMEM;
    for (size_t n = 1; status == MBILL_E_NOMEM && n < 100; n++) {
        counting_allocator counter;
        counting_start(&counter, n);
        mbill_charge *charge;
        status = mbill_charge_read(FEE, sizeof FEE - 1, &counter.allocator, &charge, NULL);
        if (status == MBILL_OK) mbill_charge_free(charge);
        else ck_assert_ptr_null(charge);
        ck_assert_int_eq(counter.live, 0);
    }
    ck_assert_int_eq(status, MBILL_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("charge");
    TCase *prices = tcase_create("prices"), *document = tcase_create("document");
    tcase_add_test(prices, days_of_a_month);
    tcase_add_test(prices, parts_that_are_not_divided);
    tcase_add_test(prices, one_rounding);
    tcase_add_test(prices, periods_and_their_due_days);
    tcase_add_test(prices, what_cannot_be_priced);
    tcase_add_test(prices, ids_differ);
    tcase_add_test(document, written_as_it_was_read);
    tcase_add_loop_test(document, refused_documents, 0, (int)(sizeof CHANGES / sizeof CHANGES[0]));
    tcase_add_test(document, memory_that_ends);
    suite_add_tcase(suite, prices);
    suite_add_tcase(suite, document);
    return check_run(suite, CK_FORK_GETENV);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The accounts document: what is read, every refusal with its place, and every allocation failing in turn. */
#include "check_run.h"
#include "counting_allocator.h"
#include "meterbill/contract.h"
#include "meterbill/decimal.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOC(accounts) "{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[" accounts "]}"
#define METER(registers) "{\"id\":\"M1\",\"registers\":[" registers "]}"
#define IMPORT "{\"register\":\"import\",\"unit\":\"kWh\",\"modulus\":\"1000000\",\"multiplier\":\"40\"}"

static const char WHOLE[] = DOC(
    "{\"id\":\"A1\",\"title\":\"Lane 5, \\\"door "
    "2\\\"\",\"policy\":{\"preset\":\"DLT\",\"hoarding_limit\":\"20.50\"},\"facts\":{\"area\":\"89.5\",\"persons\":[{\"value\":"
    "\"3\"},"
    "{\"from\":\"2026-07-01\",\"value\":\"4\"}]},\"contracts\":[{\"tariff\":\"t-1\",\"from\":\"1970-01-02\",\"to\":\"1970-01-"
    "11\",\"meters\":[" METER(
        IMPORT ",{\"register\":\"export\",\"unit\":\"kWh\"}") "]},{\"tariff\":\"t-2\",\"from\":\"1970-01-02\",\"to\":null,"
                                                              "\"meters\":[]}]},{\"id\":\"A2\"}");

static mbill_status read_text(const char *json, mbill_accounts **out, mbill_error *err)
{
    mbill_error_init(err);
    *out = (mbill_accounts *)(void *)err;
    return mbill_accounts_read(json, strlen(json), NULL, out, err);
}

START_TEST(whole)
{
    mbill_accounts *accounts;
    mbill_error err;
    size_t n;
    ck_assert_msg(read_text(WHOLE, &accounts, &err) == MBILL_OK, "%s %s", err.path, err.message);
    const mbill_account *account = mbill_accounts_values(accounts, &n);
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(account->id, "A1");
    ck_assert_str_eq(account->title, "Lane 5, \"door 2\"");
    ck_assert_uint_eq(account->n_facts, 3);
    ck_assert_str_eq(account->facts[0].name, "area");
    ck_assert_int_eq(account->facts[0].value_micro, 89500000);
    ck_assert_int_eq(account->facts[0].from_day, MBILL_DAY_EVER);
    ck_assert_str_eq(account->facts[2].name, "persons");
    ck_assert_int_eq(account->facts[2].from_day, 20635);
    ck_assert_int_eq(account->facts[2].value_micro, 4000000);
    ck_assert_uint_eq(account->n_contracts, 2);
    const mbill_contract *contract = account->contracts;
    ck_assert_str_eq(contract->tariff, "t-1");
    ck_assert_int_eq(contract->from_day, 1);
    ck_assert_int_eq(contract->to_day, 10);
    ck_assert_uint_eq(contract->n_registers, 2);
    ck_assert_str_eq(contract->registers[0].meter, "M1");
    ck_assert_str_eq(contract->registers[0].name, "import");
    ck_assert_str_eq(contract->registers[0].unit, "kWh");
    ck_assert_int_eq(contract->registers[0].modulus_micro, INT64_C(1000000000000));
    ck_assert_int_eq(contract->registers[0].multiplier_micro, 40000000);
    ck_assert_int_eq(contract->registers[1].modulus_micro, 0);
    ck_assert_int_eq(contract->registers[1].multiplier_micro, 1000000);
    ck_assert_int_eq(contract[1].to_day, MBILL_DAY_NO_END);
    ck_assert_uint_eq(contract[1].n_registers, 0);
    ck_assert_str_eq(account->policy, "{\"hoarding_limit\":\"20.5\",\"preset\":\"DLT\"}");
    ck_assert_str_eq(account[1].id, "A2");
    ck_assert_ptr_null(account[1].policy);
    ck_assert_ptr_null(account[1].title);
    ck_assert_uint_eq(account[1].n_contracts, 0);
    mbill_accounts_free(accounts);
    mbill_accounts_free(NULL);
}
END_TEST

START_TEST(words)
{
    mbill_accounts *accounts;
    mbill_error err;
    size_t n;
    const char *text = DOC(
        "{\"id\":\"A1\",\"facts\":{\"class\":[{\"value\":\"B\"},{\"from\":\"2026-07-01\",\"value\":\"A\"}],\"kind\":\"居民\"}}");
    ck_assert_msg(read_text(text, &accounts, &err) == MBILL_OK, "%s %s", err.path, err.message);
    const mbill_account *account = mbill_accounts_values(accounts, &n);
    ck_assert_uint_eq(account->n_facts, 3);
    ck_assert_str_eq(account->facts[0].text, "B");
    ck_assert_int_eq(account->facts[0].value_micro, 0);
    ck_assert_str_eq(account->facts[1].text, "A");
    ck_assert_int_eq(account->facts[1].from_day, 20635);
    ck_assert_str_eq(account->facts[2].text, "居民");
    mbill_accounts_free(accounts);
}
END_TEST

START_TEST(rules_for_changes)
{
    static const char *const TEXTS[] = {"", ",\"change\":{\"split\":\"readings\"}",
        ",\"change\":{\"split\":\"days\",\"round\":\"none\"}",
        ",\"change\":{\"split\":\"days\",\"round\":{\"step\":\"0.5\",\"how\":\"down\"}}"};
    static const mbill_change_rule RULES[] = {{0, 0, 0, 0, 0}, {sizeof(mbill_change_rule), MBILL_CHANGE_READINGS, 0, 0, 0},
        {sizeof(mbill_change_rule), MBILL_CHANGE_DAYS, 1, MBILL_ROUND_HALF_EVEN, 0},
        {sizeof(mbill_change_rule), MBILL_CHANGE_DAYS, 500000, MBILL_ROUND_DOWN, 0}};
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        char text[400];
        mbill_accounts *accounts;
        mbill_error err;
        size_t n;
        snprintf(text, sizeof text,
            DOC("{\"id\":\"A1\",\"contracts\":[{\"tariff\":\"t\",\"from\":\"2026-01-01\"%s,\"meters\":[]}]}"), TEXTS[i]);
        ck_assert_msg(read_text(text, &accounts, &err) == MBILL_OK, "%s %s", err.path, err.message);
        const mbill_change_rule *rule = &mbill_accounts_values(accounts, &n)->contracts[0].change;
        ck_assert_uint_eq(rule->struct_size, RULES[i].struct_size);
        ck_assert_int_eq(rule->split, RULES[i].split);
        ck_assert_int_eq(rule->step_micro, RULES[i].step_micro);
        ck_assert_int_eq(rule->how, RULES[i].how);
        mbill_accounts_free(accounts);
    }
}
END_TEST

START_TEST(factors)
{
    mbill_accounts *accounts;
    mbill_error err;
    size_t n;
    const char *text = DOC("{\"id\":\"A1\",\"contracts\":[{\"tariff\":\"t\",\"from\":\"2026-01-01\",\"meters\":[" METER(
        "{\"register\":\"gas\",\"unit\":\"m3\"}") "],\"factors\":{\"gas\":[{\"unit\":\"m3\",\"to\":\"kWh\",\"factor\":\"10.5\"},{"
                                                  "\"from\":"
                                                  "\"2026-07-01\",\"unit\":\"gas_m3\",\"to\":\"kWh\",\"facts\":{\"gas_z\":\"0."
                                                  "95\","
                                                  "\"gas_kwh_per_m3\":\"11\"}}]}}]}");
    ck_assert_msg(read_text(text, &accounts, &err) == MBILL_OK, "%s %s", err.path, err.message);
    const mbill_contract *contract = mbill_accounts_values(accounts, &n)->contracts;
    ck_assert_uint_eq(contract->n_factors, 2);
    ck_assert_str_eq(contract->factors[0].name, "gas");
    ck_assert_int_eq(contract->factors[0].from_day, MBILL_DAY_EVER);
    ck_assert(contract->factors[0].numerator == 21 && contract->factors[0].denominator == 2);
    ck_assert_int_eq(contract->factors[1].from_day, 20635);
    ck_assert(contract->factors[1].numerator == 209 && contract->factors[1].denominator == 20);
    ck_assert_str_eq(contract->factors[1].unit, "gas_m3");
    ck_assert_str_eq(contract->factors[1].origin, "gas_z 0.95, gas_kwh_per_m3 11");
    mbill_accounts_free(accounts);
}
END_TEST

START_TEST(none)
{
    mbill_accounts *accounts;
    mbill_error err;
    size_t n = 9;
    ck_assert_int_eq(read_text(DOC(""), &accounts, &err), MBILL_OK);
    ck_assert_ptr_null(mbill_accounts_values(accounts, &n));
    ck_assert_uint_eq(n, 0);
    mbill_accounts_free(accounts);
}
END_TEST

#define CHANGE(rest)                                                                                                             \
    DOC("{\"id\":\"A1\",\"contracts\":[{\"tariff\":\"t\",\"from\":\"2026-01-01\",\"meters\":[],\"change\":" rest "}]}")
#define CONTRACT(rest) DOC("{\"id\":\"A1\",\"contracts\":[{" rest "}]}")

#define GAS(factors)                                                                                                             \
    CONTRACT("\"tariff\":\"t\",\"from\":\"2026-01-01\",\"meters\":[" METER(                                                      \
        "{\"register\":\"gas\",\"unit\":\"m3\"}") "],\"factors\":" factors)

static const struct {
    const char *json;
    mbill_status status;
    const char *place;
} REFUSED[] = {
    {GAS("[]"), MBILL_E_TYPE, "/accounts/0/contracts/0/factors"},
    {GAS("{\"water\":[{\"unit\":\"m3\",\"to\":\"kWh\",\"factor\":\"1\"}]}"), MBILL_E_NOT_FOUND,
        "/accounts/0/contracts/0/factors"},
    {GAS("{\"gas\":[{\"unit\":\"MWh\",\"to\":\"kWh\"}]}"), MBILL_E_INVALID, "/accounts/0/contracts/0/factors"},
    {GAS("{\"gas\":[{\"unit\":\"nm3\",\"to\":\"kWh\",\"factor\":\"1\"}]}"), MBILL_E_INVALID, "/accounts/0/contracts/0/factors"},
    {GAS("{\"gas\":[{\"unit\":\"m3\",\"to\":\"kWh\",\"factor\":\"-1\"}]}"), MBILL_E_RANGE,
        "/accounts/0/contracts/0/factors/gas/0/factor"},
    {GAS("{\"gas\":[{\"unit\":\"gas_m3\",\"to\":\"kWh\"}]}"), MBILL_E_NOT_KNOWN, "/accounts/0/contracts/0/factors/gas/0"},
    {"", MBILL_E_SYNTAX, ""},
    {"[]", MBILL_E_TYPE, ""},
    {"{\"meterbill\":1,\"kind\":\"usage\",\"accounts\":[]}", MBILL_E_INVALID, "/kind"},
    {"{\"meterbill\":1,\"kind\":\"accounts\"}", MBILL_E_MISSING_KEY, "/accounts"},
    {"{\"meterbill\":1,\"kind\":\"accounts\",\"accounts\":[],\"more\":1}", MBILL_E_UNKNOWN_KEY, "/more"},
    {DOC("{\"title\":\"x\"}"), MBILL_E_MISSING_KEY, "/accounts/0/id"},
    {DOC("{\"id\":\"A1\"},{\"id\":\"\"}"), MBILL_E_INVALID, "/accounts/1/id"},
    {DOC("{\"id\":\"A1\",\"name\":\"x\"}"), MBILL_E_UNKNOWN_KEY, "/accounts/0/name"},
    {DOC("{\"id\":\"A1\",\"title\":7}"), MBILL_E_TYPE, "/accounts/0/title"},
    {DOC("{\"id\":\"A1\",\"policy\":7}"), MBILL_E_TYPE, "/accounts/0/policy"},
    {DOC("{\"id\":\"A1\",\"policy\":\"dlt\"}"), MBILL_E_INVALID, "/accounts/0/policy"},
    {DOC("{\"id\":\"A1\",\"policy\":{}}"), MBILL_E_MISSING_KEY, "/accounts/0/policy/preset"},
    {DOC("{\"id\":\"A1\",\"policy\":{\"preset\":\"DLT\",\"overdraft\":\"5\"}}"), MBILL_E_UNKNOWN_KEY,
        "/accounts/0/policy/overdraft"},
    {DOC("{\"id\":\"A1\",\"policy\":{\"preset\":\"DLT\",\"hoarding_limit\":\"-5\"}}"), MBILL_E_INVALID,
        "/accounts/0/policy/hoarding_limit"},
    {DOC("{\"id\":\"A1\",\"policy\":{\"preset\":\"DLT\",\"zone\":\"X\"}}"), MBILL_E_ZONE, "/accounts/0/policy/zone"},
    {DOC("{\"id\":\"A1\",\"facts\":[]}"), MBILL_E_TYPE, "/accounts/0/facts"},
    {DOC("{\"id\":\"A1\",\"facts\":{\"area\":\"1.2345678\"}}"), MBILL_E_DIGITS, "/accounts/0/facts/area"},
    {DOC("{\"id\":\"A1\",\"facts\":{\"area\":1.5}}"), MBILL_E_NUMBER, "/accounts/0/facts/area"},
    {DOC("{\"id\":\"A1\",\"facts\":{\"class\":\"A B\"}}"), MBILL_E_INVALID, "/accounts/0/facts/class"},
    {DOC("{\"id\":\"A1\",\"facts\":{\"class\":\"1st\"}}"), MBILL_E_NUMBER, "/accounts/0/facts/class"},
    {DOC("{\"id\":\"A1\",\"facts\":{\"class\":[{\"value\":\"\"}]}}"), MBILL_E_NUMBER, "/accounts/0/facts/class/0/value"},
    {DOC("{\"id\":\"A1\",\"facts\":{\"area\":[]}}"), MBILL_E_INVALID, "/accounts/0/facts/area"},
    {DOC("{\"id\":\"A1\",\"facts\":{\"\":\"1\"}}"), MBILL_E_INVALID, "/accounts/0/facts/"},
    {DOC("{\"id\":\"A1\",\"facts\":{\"area\":[{\"value\":\"1\"},{\"value\":\"2\"}]}}"), MBILL_E_ORDER,
        "/accounts/0/facts/area/1"},
    {DOC("{\"id\":\"A1\",\"facts\":{\"area\":[{\"from\":\"2026-02-30\",\"value\":\"1\"}]}}"), MBILL_E_DATE,
        "/accounts/0/facts/area/0/from"},
    {CONTRACT("\"from\":\"2026-01-01\",\"meters\":[]"), MBILL_E_MISSING_KEY, "/accounts/0/contracts/0/tariff"},
    {CONTRACT("\"tariff\":\"t\",\"meters\":[]"), MBILL_E_MISSING_KEY, "/accounts/0/contracts/0/from"},
    {CONTRACT("\"tariff\":\"t\",\"from\":\"2026-01-01\""), MBILL_E_MISSING_KEY, "/accounts/0/contracts/0/meters"},
    {CONTRACT("\"tariff\":\"t\",\"from\":\"2026-01-01\",\"to\":\"2026-01-01\",\"meters\":[]"), MBILL_E_RANGE,
        "/accounts/0/contracts/0/to"},
    {CONTRACT("\"tariff\":\"t\",\"from\":\"1.1.2026\",\"meters\":[]"), MBILL_E_DATE, "/accounts/0/contracts/0/from"},
    {CONTRACT("\"tariff\":\"t\",\"from\":\"2026-01-01\",\"meters\":[{\"id\":\"M1\"}]"), MBILL_E_MISSING_KEY,
        "/accounts/0/contracts/0/meters/0/registers"},
    {CONTRACT("\"tariff\":\"t\",\"from\":\"2026-01-01\",\"meters\":[" METER("") "]"), MBILL_E_INVALID,
        "/accounts/0/contracts/0/meters/0/registers"},
    {CONTRACT("\"tariff\":\"t\",\"from\":\"2026-01-01\",\"meters\":[" METER(IMPORT "," IMPORT) "]"), MBILL_E_INVALID,
        "/accounts/0/contracts/0/meters/0/registers/1"},
    {CONTRACT("\"tariff\":\"t\",\"from\":\"2026-01-01\",\"meters\":[" METER("{\"register\":\"import\"}") "]"),
        MBILL_E_MISSING_KEY, "/accounts/0/contracts/0/meters/0/registers/0/unit"},
    {CONTRACT("\"tariff\":\"t\",\"from\":\"2026-01-01\",\"meters\":[" METER("{\"register\":\"import\",\"unit\":\"\"}") "]"),
        MBILL_E_INVALID, "/accounts/0/contracts/0/meters/0/registers/0/unit"},
    {CONTRACT("\"tariff\":\"t\",\"from\":\"2026-01-01\",\"meters\":[" METER(
         "{\"register\":\"import\",\"unit\":\"kWh\",\"multiplier\":\"0\"}") "]"),
        MBILL_E_RANGE, "/accounts/0/contracts/0/meters/0/registers/0/multiplier"},
    {CONTRACT("\"tariff\":\"t\",\"from\":\"2026-01-01\",\"meters\":[" METER(
         "{\"register\":\"import\",\"unit\":\"kWh\",\"modulus\":\"-1\"}") "]"),
        MBILL_E_RANGE, "/accounts/0/contracts/0/meters/0/registers/0/modulus"},
    {CHANGE("\"days\""), MBILL_E_TYPE, "/accounts/0/contracts/0/change"},
    {CHANGE("{}"), MBILL_E_MISSING_KEY, "/accounts/0/contracts/0/change/split"},
    {CHANGE("{\"split\":\"weeks\"}"), MBILL_E_INVALID, "/accounts/0/contracts/0/change/split"},
    {CHANGE("{\"split\":\"days\"}"), MBILL_E_MISSING_KEY, "/accounts/0/contracts/0/change/round"},
    {CHANGE("{\"split\":\"days\",\"round\":\"half_up\"}"), MBILL_E_INVALID, "/accounts/0/contracts/0/change/round"},
    {CHANGE("{\"split\":\"days\",\"round\":{\"step\":\"0\",\"how\":\"up\"}}"), MBILL_E_RANGE,
        "/accounts/0/contracts/0/change/round/step"},
    {CHANGE("{\"split\":\"readings\",\"round\":\"none\"}"), MBILL_E_UNKNOWN_KEY, "/accounts/0/contracts/0/change/round"},
    {CHANGE("{\"split\":\"readings\",\"by\":1}"), MBILL_E_UNKNOWN_KEY, "/accounts/0/contracts/0/change/by"},
};

START_TEST(refused_by_place)
{
    mbill_accounts *accounts;
    mbill_error err;
    mbill_status status = read_text(REFUSED[_i].json, &accounts, &err);
    assert_refusal_path(&err, status, REFUSED[_i].status, REFUSED[_i].place, "");
    ck_assert_ptr_null(accounts);
}
END_TEST

START_TEST(misused)
{
    mbill_accounts *accounts = NULL;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_accounts_read(NULL, 3, NULL, &accounts, &err), MBILL_E_MISUSE, "json");
    assert_refusal(&err, mbill_accounts_read("", 0, NULL, NULL, &err), MBILL_E_MISUSE, "out_accounts");
}
END_TEST

START_TEST(every_allocation)
{
    mbill_status status = MBILL_E_NOMEM;
    size_t n = 1;
    for (; status != MBILL_OK; n++) {
        counting_allocator counter;
        mbill_accounts *accounts = (mbill_accounts *)(void *)&counter;
        mbill_error err;
        counting_start(&counter, n);
        mbill_error_init(&err);
        status = mbill_accounts_read(WHOLE, sizeof WHOLE - 1, &counter.allocator, &accounts, &err);
        if (status != MBILL_OK) assert_refusal(&err, status, MBILL_E_NOMEM, "");
        if (status != MBILL_OK) ck_assert_ptr_null(accounts);
        mbill_accounts_free(accounts);
        ck_assert(counting_is_even(&counter));
    }
    ck_assert_uint_gt(n, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("contract");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, rules_for_changes);
    tcase_add_test(ok, whole);
    tcase_add_test(ok, words);
    tcase_add_test(ok, factors);
    tcase_add_test(ok, none);
    tcase_add_loop_test(refused, refused_by_place, 0, (int)(sizeof REFUSED / sizeof REFUSED[0]));
    tcase_add_test(refused, misused);
    tcase_add_test(edges, every_allocation);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}

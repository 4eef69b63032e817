/* SPDX-License-Identifier: Apache-2.0 */
/* Billing policies and documents that try one out: every member, and every refusal with its place. */
#include "check_run.h"
#include "meterbill/cycle.h"
#include "meterbill/decimal.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define HEAD "{\"meterbill\": 1, \"kind\": \"billing_policy\", \"zone\": \"CST-8\", "
#define DUE "\"due\": {\"days\": 15}, "
#define PAYS "\"pays\": \"amount_first\", "
#define FEE                                                                                                                      \
    "\"late_fee\": {\"rate\": \"0.0005\", \"grace_days\": 3, \"from\": \"due\", \"compounds\": false, \"cap\": {\"share\": "     \
    "\"1\"}, \"round\": {\"step\": \"0.01\", \"how\": \"half_up\"}}, "
#define REMINDERS "\"reminders\": [{\"days\": -3, \"channels\": [\"app\"]}, {\"days\": 7, \"channels\": [\"app\", \"sms\"]}], "
#define REVIEW "\"review\": {\"jump\": \"0.5\", \"least\": \"20\"}}"
#define WHOLE HEAD DUE PAYS FEE REMINDERS REVIEW

START_TEST(every_member)
{
    mbill_cycle_policy policy;
    ck_assert_int_eq(mbill_cycle_policy_read(WHOLE, strlen(WHOLE), &policy, NULL), MBILL_OK);
    ck_assert_uint_eq(policy.struct_size, sizeof policy);
    ck_assert_int_eq(policy.due_kind, MBILL_DUE_DAYS);
    ck_assert_int_eq(policy.due_days, 15);
    ck_assert_int_eq(policy.fee_first, 0);
    ck_assert_int_eq(policy.fee.rate_nano, 500000);
    ck_assert_int_eq(policy.fee.grace_days, 3);
    ck_assert_int_eq(policy.fee.from_grace + policy.fee.compounds, 0);
    ck_assert_int_eq(policy.fee.cap_share_1e4, 10000);
    ck_assert_int_eq(policy.fee.cap_micro, MBILL_CYCLE_NO_LIMIT);
    ck_assert_int_eq(policy.fee.step_micro, 10000);
    ck_assert_int_eq(policy.fee.how, MBILL_ROUND_HALF_UP);
    ck_assert_int_eq(policy.n_reminders, 2);
    ck_assert_int_eq(policy.reminders[0].days, -3);
    ck_assert_int_eq(policy.reminders[1].n_channels, 2);
    ck_assert_str_eq(policy.reminders[1].channels[1], "sms");
    ck_assert_int_eq(policy.jump_1e4, 5000);
    ck_assert_int_eq(policy.jump_least_micro, 20000000);
    ck_assert_str_eq(policy.zone, "CST-8");
}
END_TEST

START_TEST(the_other_words)
{
    static const char text[] = HEAD
        "\"due\": {\"month_day\": 31, \"at_least\": 10}, \"pays\": \"fee_first\", \"late_fee\": "
        "{\"rate\": \"0.000000001\", \"grace_days\": 0, \"from\": \"grace\", \"compounds\": true, \"cap\": "
        "{\"amount\": \"50\", \"share\": \"0.2\"}, \"round\": {\"step\": \"1\", \"how\": \"up\"}}, \"review\": \"none\"}";
    static const char none[] = HEAD DUE PAYS "\"late_fee\": \"none\", \"review\": \"none\"}";
    mbill_cycle_policy policy;
    ck_assert_int_eq(mbill_cycle_policy_read(text, strlen(text), &policy, NULL), MBILL_OK);
    ck_assert_int_eq(policy.due_kind, MBILL_DUE_MONTH_DAY);
    ck_assert_int_eq(policy.due_month_day, 31);
    ck_assert_int_eq(policy.due_days, 10);
    ck_assert_int_eq(policy.fee_first, 1);
    ck_assert_int_eq(policy.fee.rate_nano, 1);
    ck_assert_int_eq(policy.fee.from_grace, 1);
    ck_assert_int_eq(policy.fee.compounds, 1);
    ck_assert_int_eq(policy.fee.cap_micro, 50000000);
    ck_assert_int_eq(policy.fee.cap_share_1e4, 2000);
    ck_assert_int_eq(policy.jump_1e4, MBILL_CYCLE_NO_LIMIT);
    ck_assert_int_eq(mbill_cycle_policy_read(none, strlen(none), &policy, NULL), MBILL_OK);
    ck_assert_int_eq(policy.fee.rate_nano, 0);
    ck_assert_int_eq(policy.n_reminders, 0);
}
END_TEST

/* The whole policy with one text in place of another. */
static const struct {
    const char *from, *to;
    mbill_status status;
    const char *path, *part;
} refused[] = {
    {"billing_policy", "tariff", MBILL_E_INVALID, "/kind", "billing_policy"},
    {"\"zone\": \"CST-8\", ", "", MBILL_E_MISSING_KEY, "/zone", "zone"},
    {"CST-8", "CST", MBILL_E_ZONE, "/zone", ""},
    {"CST-8", "CST-8CST-9,M3.5.0/02:00:00,M10.5.0/03:00:00        and something behind", MBILL_E_ZONE, "/zone", "bytes"},
    {"\"days\": 15", "\"days\": -1", MBILL_E_RANGE, "/due/days", "-1"},
    {"\"days\": 15", "\"day\": 15", MBILL_E_UNKNOWN_KEY, "/due/day", "days"},
    {"\"days\": 15", "\"days\": 15, \"month_day\": 3", MBILL_E_AMBIGUOUS, "/due/days", "two ways"},
    {"\"days\": 15", "\"days\": 15, \"at_least\": 3", MBILL_E_INVALID, "/due/at_least", "month_day"},
    {"\"days\": 15", "\"month_day\": 32, \"at_least\": 3", MBILL_E_RANGE, "/due/month_day", "32"},
    {"\"days\": 15", "\"month_day\": 3", MBILL_E_MISSING_KEY, "/due/at_least", "at_least"},
    {"\"pays\": \"amount_first\", ", "", MBILL_E_MISSING_KEY, "/pays", "pays"},
    {"amount_first", "oldest", MBILL_E_INVALID, "/pays", "fee_first"},
    {"\"late_fee\": {", "\"late_fee\": \"no\", \"x\": {", MBILL_E_UNKNOWN_KEY, "/x", "x"},
    {"\"rate\": \"0.0005\"", "\"rate\": \"0\"", MBILL_E_RANGE, "/late_fee/rate", "more than 0"},
    {"\"rate\": \"0.0005\"", "\"rate\": \"0.0000000005\"", MBILL_E_DIGITS, "/late_fee/rate", ""},
    {"\"grace_days\": 3, ", "", MBILL_E_MISSING_KEY, "/late_fee/grace_days", "grace_days"},
    {"\"from\": \"due\"", "\"from\": \"issue\"", MBILL_E_INVALID, "/late_fee/from", "issue"},
    {"\"compounds\": false", "\"compounds\": \"no\"", MBILL_E_TYPE, "/late_fee/compounds", ""},
    {"\"cap\": {\"share\": \"1\"}, ", "", MBILL_E_MISSING_KEY, "/late_fee/cap", "cap"},
    {"{\"share\": \"1\"}", "{}", MBILL_E_MISSING_KEY, "/late_fee/cap/amount", "amount"},
    {"{\"share\": \"1\"}", "\"all\"", MBILL_E_INVALID, "/late_fee/cap", "none"},
    {"{\"share\": \"1\"}", "{\"share\": \"-1\"}", MBILL_E_RANGE, "/late_fee/cap/share", "-1"},
    {"{\"share\": \"1\"}", "{\"share\": \"0.00001\"}", MBILL_E_DIGITS, "/late_fee/cap/share", ""},
    {"\"step\": \"0.01\"", "\"step\": \"0\"", MBILL_E_RANGE, "/late_fee/round/step", "more than 0"},
    {"\"how\": \"half_up\"", "\"how\": \"half\"", MBILL_E_INVALID, "/late_fee/round/how", "half_up"},
    {"\"days\": 7", "\"days\": -3", MBILL_E_ORDER, "/reminders/1", "-3 after -3"},
    {"\"days\": 7", "\"days\": 9999", MBILL_E_RANGE, "/reminders/1/days", "9999"},
    {"[\"app\"]", "[]", MBILL_E_INVALID, "/reminders/0/channels", "at least 1"},
    {"[\"app\"]", "[\"a\", \"b\", \"c\", \"d\", \"e\"]", MBILL_E_INVALID, "/reminders/0/channels/4", "at most 4"},
    {"[\"app\"]", "[\"a-name-of-more-than-thirty-one-bytes\"]", MBILL_E_INVALID, "/reminders/0/channels/0", "31 bytes"},
    {"[\"app\"]", "[\"a b\"]", MBILL_E_INVALID, "/reminders/0/channels/0", ""},
    {"[{\"days\": -3, \"channels\": [\"app\"]},",
        "[{\"days\": -9, \"channels\": [\"a\"]}, {\"days\": -8, \"channels\": [\"a\"]}, {\"days\": -7, \"channels\": [\"a\"]},"
        "{\"days\": -6, \"channels\": [\"a\"]}, {\"days\": -5, \"channels\": [\"a\"]}, {\"days\": -4, \"channels\": [\"a\"]},"
        "{\"days\": -3, \"channels\": [\"a\"]}, {\"days\": -2, \"channels\": [\"a\"]},",
        MBILL_E_INVALID, "/reminders/8", "more than 8"},
    {"\"jump\": \"0.5\", ", "", MBILL_E_MISSING_KEY, "/review/jump", "jump"},
    {"\"least\": \"20\"", "\"least\": \"-20\"", MBILL_E_RANGE, "/review/least", "0 or more"},
    {"\"least\": \"20\"}", "\"least\": \"20\"}, \"off_days\": {\"weekdays\": [\"sat\"], \"due\": \"next\"}", MBILL_E_MISSING_KEY,
        "/off_days/reminders", "reminders"},
    {"\"least\": \"20\"}", "\"least\": \"20\"}, \"off_days\": {\"due\": \"next\", \"reminders\": \"stay\"}", MBILL_E_INVALID,
        "/off_days", "no day is off"},
    {"\"least\": \"20\"}",
        "\"least\": \"20\"}, \"off_days\": {\"weekdays\": [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"], "
        "\"due\": \"next\", \"reminders\": \"stay\"}",
        MBILL_E_INVALID, "/off_days/weekdays", "all weekdays"},
    {"\"least\": \"20\"}",
        "\"least\": \"20\"}, \"off_days\": {\"weekdays\": [\"sat\"], \"due\": \"later\", \"reminders\": \"stay\"}",
        MBILL_E_INVALID, "/off_days/due", "later"},
    {"\"least\": \"20\"}",
        "\"least\": \"20\"}, \"off_days\": {\"dates\": [\"2026-05-01\", \"2026-04-01\"], \"due\": \"next\", \"reminders\": "
        "\"stay\"}",
        MBILL_E_ORDER, "/off_days/dates/1", "rising"},
    {"\"least\": \"20\"}",
        "\"least\": \"20\"}, \"off_days\": {\"dates\": [\"2026-05-32\"], \"due\": \"next\", \"reminders\": \"stay\"}",
        MBILL_E_DATE, "/off_days/dates/0", ""},
    {"\"least\": \"20\"}",
        "\"least\": \"20\"}, \"off_days\": {\"dates\": [{\"date\": \"05-01\", \"observed\": \"next_monday\"}], \"due\": "
        "\"next\", \"reminders\": \"stay\"}",
        MBILL_E_AMBIGUOUS, "/off_days/dates/0", "itself"},
    {"\"least\": \"20\"}",
        "\"least\": \"20\"}, \"off_days\": {\"weekdays\": [\"sat\"], \"worked\": [], \"due\": \"next\", \"reminders\": \"stay\"}",
        MBILL_E_INVALID, "/off_days/worked", "at least 1"},
    {"\"least\": \"20\"}",
        "\"least\": \"20\"}, \"off_days\": {\"weekdays\": [\"sat\"], \"holidays\": [], \"due\": \"next\", \"reminders\": "
        "\"stay\"}",
        MBILL_E_UNKNOWN_KEY, "/off_days/holidays", "holidays"},
};

static void replace(char *out, size_t size, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    ck_assert_ptr_nonnull(at);
    int n = snprintf(out, size, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    ck_assert(n > 0 && (size_t)n < size);
}

START_TEST(refused_policies)
{
    char text[2048];
    mbill_cycle_policy policy;
    mbill_error err;
    mbill_error_init(&err);
    memset(&policy, 0x5a, sizeof policy);
    replace(text, sizeof text, WHOLE, refused[_i].from, refused[_i].to);
    mbill_status status = mbill_cycle_policy_read(text, strlen(text), &policy, &err);
    assert_refusal_path(&err, status, refused[_i].status, refused[_i].path, refused[_i].part);
    for (size_t i = 0; i < sizeof policy; i++) ck_assert_uint_eq(((const uint8_t *)&policy)[i], 0x5a);
}
END_TEST

#define RUN                                                                                                                      \
    "{\"meterbill\": 1, \"kind\": \"cycle\", \"policy\": " WHOLE ", \"bills\": [{\"id\": \"A\", \"amount\": \"100\"}, {\"id\": " \
    "\"B\", \"amount\": \"50\"}], \"steps\": [{\"on\": \"2026-02-01\", \"do\": \"review\", \"bill\": \"A\"}, {\"on\": "          \
    "\"2026-02-01\", \"do\": \"issue\", \"bill\": \"A\"}, {\"on\": \"2026-02-02\", \"do\": \"pay\", \"amount\": \"120\"}, "      \
    "{\"on\": \"2026-02-03\", \"do\": \"tick\"}, {\"on\": \"2026-02-03\", \"do\": \"write_off\", \"bill\": \"A\", \"reason\": "  \
    "1}]}"

static char *run_of(const char *text)
{
    static char out[8192];
    size_t need = 0, len;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_cycle_run(text, strlen(text), NULL, NULL, &need, &err);
    ck_assert_msg(status == MBILL_OK, "%s", err.message);
    len = need - 1;
    ck_assert_int_eq(mbill_cycle_run(text, strlen(text), NULL, out, &len, &err), MBILL_E_ROOM);
    ck_assert_uint_eq(len, need);
    ck_assert_int_eq(mbill_cycle_run(text, strlen(text), NULL, out, &len, &err), MBILL_OK);
    return out;
}

START_TEST(a_policy_tried_out)
{
    const char *out = run_of(RUN);
    ck_assert_ptr_nonnull(strstr(out, "\"kind\":\"cycle_run\""));
    ck_assert_ptr_nonnull(strstr(out, "\"book\":[{\"do\":\"usage\",\"for\":\"bill\",\"amount\":\"100\"}]"));
    ck_assert_ptr_nonnull(strstr(out, "\"taken\":\"100\"}],\"rest\":\"20\""));
    ck_assert_ptr_nonnull(strstr(out, "\"due\":\"2026-02-16\""));
    ck_assert_ptr_nonnull(strstr(out, "\"status\":\"MBILL_E_ORDER\""));
}
END_TEST

static const struct {
    const char *from, *to;
    mbill_status status;
    const char *path, *part;
} refused_runs[] = {
    {"\"kind\": \"cycle\"", "\"kind\": \"cycles\"", MBILL_E_INVALID, "/kind", "cycle"},
    {"\"steps\"", "\"step\"", MBILL_E_UNKNOWN_KEY, "/step", "steps"},
    {"\"kind\": \"billing_policy\"", "\"kind\": \"policy\"", MBILL_E_INVALID, "/policy/kind", "billing_policy"},
    {"CST-8", "CST", MBILL_E_ZONE, "/policy/zone", ""},
    {"{\"id\": \"B\"", "{\"id\": \"A\"", MBILL_E_INVALID, "/bills/1/id", "already"},
    {"\"amount\": \"50\"", "\"amount\": \"5000000000000\"", MBILL_E_OVERFLOW, "/bills/1/amount", "10^12"},
    {"\"do\": \"pay\"", "\"do\": \"give\"", MBILL_E_INVALID, "/steps/2/do", "unpay"},
    {"\"do\": \"pay\", \"amount\": \"120\"", "\"do\": \"pay\"", MBILL_E_MISSING_KEY, "/steps/2/amount", "amount"},
    {"\"do\": \"pay\", \"amount\": \"120\"", "\"do\": \"pay\", \"amount\": \"-1\"", MBILL_E_RANGE, "/steps/2", "below 0"},
    {"\"do\": \"issue\", \"bill\": \"A\"", "\"do\": \"issue\"", MBILL_E_MISSING_KEY, "/steps/1/bill", "bill"},
    {"\"do\": \"issue\", \"bill\": \"A\"", "\"do\": \"issue\", \"bill\": \"C\"", MBILL_E_NOT_FOUND, "/steps/1/bill", "\"C\""},
    {"\"do\": \"tick\"", "\"do\": \"tick\", \"amount\": \"1\"", MBILL_E_INVALID, "/steps/3/amount", "says nothing"},
    {"\"do\": \"tick\"", "\"do\": \"tick\", \"reason\": 1", MBILL_E_INVALID, "/steps/3/reason", "says nothing"},
    {", \"reason\": 1", "", MBILL_E_MISSING_KEY, "/steps/4/reason", "reason"},
    {"2026-02-02", "2026-02-30", MBILL_E_DATE, "/steps/2/on", ""},
};

START_TEST(refused_documents)
{
    char text[4096];
    size_t need = 77;
    mbill_error err;
    mbill_error_init(&err);
    replace(text, sizeof text, RUN, refused_runs[_i].from, refused_runs[_i].to);
    mbill_status status = mbill_cycle_run(text, strlen(text), NULL, NULL, &need, &err);
    assert_refusal_path(&err, status, refused_runs[_i].status, refused_runs[_i].path, refused_runs[_i].part);
    ck_assert_uint_eq(need, 77);
}
END_TEST

START_TEST(refused_calls)
{
    mbill_cycle_policy policy;
    mbill_error err;
    size_t len = 0;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_cycle_policy_read(NULL, 1, &policy, &err), MBILL_E_MISUSE, "json");
    assert_refusal(&err, mbill_cycle_policy_read(WHOLE, 5, NULL, &err), MBILL_E_MISUSE, "out_policy");
    assert_refusal(&err, mbill_cycle_policy_read(WHOLE, 5, &policy, &err), MBILL_E_SYNTAX, "");
    assert_refusal(&err, mbill_cycle_run(NULL, 1, NULL, NULL, &len, &err), MBILL_E_MISUSE, "json");
    assert_refusal(&err, mbill_cycle_run(RUN, 5, NULL, NULL, NULL, &err), MBILL_E_MISUSE, "inout_len");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cycle_read");
    TCase *tests = tcase_create("cycle_read");
    tcase_add_test(tests, every_member);
    tcase_add_test(tests, the_other_words);
    tcase_add_loop_test(tests, refused_policies, 0, (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(tests, a_policy_tried_out);
    tcase_add_loop_test(tests, refused_documents, 0, (int)(sizeof refused_runs / sizeof refused_runs[0]));
    tcase_add_test(tests, refused_calls);
    suite_add_tcase(suite, tests);
    return check_run(suite, CK_NOFORK);
}

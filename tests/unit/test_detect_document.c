/* SPDX-License-Identifier: Apache-2.0 */
/* Detectors of documents: every refusal, what is written, lines they take, and what is kept. */
#include "check_run.h"
#include "refusal.h"

#include "meterbill/alarms.h"

#include <stdio.h>
#include <stdlib.h>

#define LENGTH(list) (sizeof(list) / sizeof(list)[0])
#define DETECT(members) "{\"meterbill\": 1, \"kind\": \"alarms\", \"alarms\": {\"x\": {\"detect\": {" members "}}}}"
#define POWER "\"kind\": \"over_power\", \"limit\": 1000, \"m\": 1, \"of\": 1, \"reclose_s\": 300, \"per_day\": 1"
#define LEAK "\"kind\": \"leak_flow\", \"limit\": 1, \"window_s\": 100, \"quiet_s\": 10"
#define HEATER "\"kind\": \"malicious_load\", \"zone\": \"UTC0\", \"power_factor_permille\": 950"
#define AT "/alarms/x/detect"

static mbill_alarms *read(const char *json)
{
    mbill_alarms *alarms;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_alarms_read(json, strlen(json), NULL, &alarms, NULL, 0, NULL, &err) == MBILL_OK, "%s: %s", err.path,
        err.message);
    return alarms;
}

static const struct {
    const char *json;
    mbill_status status;
    const char *path, *part;
} refused[] = {
    {DETECT(""), MBILL_E_MISSING_KEY, AT "/kind", "kind"},
    {DETECT("\"kind\": \"leaks\""), MBILL_E_INVALID, AT "/kind", "leaks"},
    {DETECT("\"kind\": \"comm_loss\""), MBILL_E_MISSING_KEY, AT "/timeout_s", "timeout_s"},
    {DETECT("\"kind\": \"comm_loss\", \"timeout_s\": 0"), MBILL_E_INVALID, AT "/timeout_s", "0, expected 1"},
    {DETECT("\"kind\": \"comm_loss\", \"timeout_s\": 5, \"limit\": 3"), MBILL_E_UNKNOWN_KEY, AT "/limit", "limit"},
    {DETECT("\"kind\": \"comm_loss\", \"timeout_s\": 5, \"zone\": \"UTC0\""), MBILL_E_UNKNOWN_KEY, AT "/zone", "zone"},
    {DETECT("\"kind\": \"comm_loss\", \"timeout_s\": \"soon\""), MBILL_E_NUMBER, AT "/timeout_s", "soon"},
    {DETECT("\"kind\": \"leak_flow\", \"limit\": \"0.5\", \"window_s\": 100, \"quiet_s\": 10"), MBILL_E_DIGITS, AT "/limit", ""},
    {DETECT("\"kind\": \"leak_flow\", \"limit\": 1, \"window_s\": 10, \"quiet_s\": 10"), MBILL_E_INVALID, AT "/quiet_s",
        "window"},
    {DETECT("\"kind\": \"burst\", \"base\": 5, \"permille\": 300, \"stale\": \"keep\""), MBILL_E_INVALID, AT "/stale", "keep"},
    {DETECT("\"kind\": \"burst\", \"base\": 5, \"permille\": \"300\""), MBILL_E_TYPE, AT "/permille", ""},
    {DETECT(POWER), MBILL_E_MISSING_KEY, AT "/zone", "zone"},
    {DETECT(POWER ", \"zone\": \"Berlin\""), MBILL_E_ZONE, AT "/zone", "Berlin"},
    {DETECT(POWER ", \"zone\": 8"), MBILL_E_TYPE, AT "/zone", "text"},
    {DETECT(HEATER), MBILL_E_MISSING_KEY, AT "/bands", "bands"},
    {DETECT(HEATER ", \"bands\": []"), MBILL_E_INVALID, AT "/bands", "at least 1"},
    {DETECT(HEATER ", \"bands\": [{\"low\": 5, \"high\": 4}]"), MBILL_E_INVALID, AT "/bands", "band 0 from 5 to 4"},
    {DETECT(HEATER ", \"bands\": [{\"low\": 5}]"), MBILL_E_MISSING_KEY, AT "/bands/0/high", "high"},
    {DETECT(HEATER ", \"bands\": [{}, {}, {}, {}, {}, {}, {}]"), MBILL_E_LIMIT, AT "/bands", "7 bands, expected at most 6"},
    {DETECT(HEATER ", \"bands\": [{\"low\": 4, \"high\": 5}], \"trips\": true"), MBILL_E_INVALID, AT, "where it trips"},
    {DETECT("\"kind\": \"night_flow\", \"zone\": \"UTC0\", \"times\": 1, \"from_s\": 0, \"to_s\": 1"), MBILL_E_MISSING_KEY,
        AT "/limit", "limit"},
    {DETECT("\"kind\": \"reverse_flow\", \"modulus\": 5"), MBILL_E_INVALID, AT, "both or neither"},
    {"{\"meterbill\": 1, \"kind\": \"alarms\", \"alarms\": {\"x\": {\"detect\": 5}}}", MBILL_E_TYPE, AT, "object"},
    {"{\"meterbill\": 1, \"kind\": \"alarms\", \"alarms\": {\"x\": {\"detect\": {\"kind\": \"arrears_trip\"}, \"on_s\": 5}}}",
        MBILL_E_UNKNOWN_KEY, "/alarms/x/on_s", "on_s"},
    {"{\"meterbill\": 1, \"kind\": \"alarms\", \"alarms\": {\"x\": {\"detect\": {\"kind\": \"arrears_trip\"}, \"given\": true}}}",
        MBILL_E_AMBIGUOUS, "/alarms/x/detect", "beside \"given\""},
};

START_TEST(refused_documents)
{
    mbill_alarms *alarms;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_alarms_read(refused[_i].json, strlen(refused[_i].json), NULL, &alarms, NULL, 0, NULL, &err);
    ck_assert_msg(status == refused[_i].status && strcmp(err.path, refused[_i].path) == 0, "%s: %d at %s: %s", refused[_i].json,
        (int)status, err.path, err.message);
    assert_refusal_path(&err, status, refused[_i].status, refused[_i].path, refused[_i].part);
    ck_assert_ptr_null(alarms);
}
END_TEST

static const char all_kinds[] =
    "{\"meterbill\": 1, \"kind\": \"alarms\", \"alarms\": {"
    "\"a\": {\"detect\": {\"kind\": \"comm_loss\", \"timeout_s\": 2700}},"
    "\"b\": {\"detect\": {\"kind\": \"failure\"}},"
    "\"c\": {\"detect\": {\"kind\": \"arrears_trip\"}},"
    "\"d\": {\"decimals\": 1, \"detect\": {\"kind\": \"leak_flow\", \"limit\": \"0.5\", \"window_s\": 86400, \"quiet_s\": 3600}},"
    "\"e\": {\"detect\": {\"kind\": \"leak_volume\", \"limit\": 3, \"times\": 24}},"
    "\"f\": {\"detect\": {\"kind\": \"burst\", \"base\": 2500, \"permille\": 300, \"on_s\": 1800, \"stale\": \"clear\"}},"
    "\"g\": {\"detect\": {\"kind\": \"night_flow\", \"zone\": \"CST-8\", \"limit\": 0, \"times\": 3, \"from_s\": 7200, \"to_s\": "
    "14400}},"
    "\"h\": {\"detect\": {\"kind\": \"zero_use\", \"times\": 30}},"
    "\"i\": {\"decimals\": 2, \"detect\": {\"kind\": \"reverse_flow\", \"limit\": \"0.01\", \"modulus\": \"1000\", \"max_step\": "
    "5}},"
    "\"j\": {\"trip\": \"always\", \"detect\": {" POWER ", \"zone\": \"UTC0\"}},"
    "\"k\": {\"detect\": {" HEATER
    ", \"bands\": [{\"low\": 500, \"high\": 2000}], \"trips\": true, \"reclose_s\": 9, \"per_day\": 0}},"
    "\"l\": {\"detect\": {\"kind\": \"high_flow\", \"base\": 5, \"permille\": 800, \"dt_mk\": 5000}},"
    "\"m\": {\"detect\": {\"kind\": \"loss\", \"limit\": 200000}},"
    "\"n\": {\"priority\": 2, \"detect\": {\"kind\": \"flapping\", \"high_permille\": 300, \"low_permille\": 200}}}}";

START_TEST(written_and_read_again)
{
    char first[16384], second[16384];
    size_t len = sizeof first, again = sizeof second;
    mbill_alarms *alarms = read(all_kinds);
    ck_assert_int_eq(mbill_alarms_write(alarms, first, &len, NULL), MBILL_OK);
    mbill_alarms_free(alarms);
    alarms = read(first);
    ck_assert_int_eq(mbill_alarms_write(alarms, second, &again, NULL), MBILL_OK);
    mbill_alarms_free(alarms);
    ck_assert_str_eq(first, second);
    ck_assert_ptr_nonnull(strstr(first, "\"zone\": \"CST-8\""));
    ck_assert_ptr_nonnull(strstr(first, "\"modulus\": \"1000\""));
    ck_assert_ptr_nonnull(strstr(first, "\"per_day\": 0"));
}
END_TEST

/* What the board says, or the refusal's message. */
static const char *line(mbill_board *board, const char *text, mbill_status expected)
{
    static char said[4096];
    const char *events;
    size_t len;
    mbill_error err;
    mbill_error_init(&err);
    mbill_status status = mbill_board_line(board, text, strlen(text), &events, &len, &err);
    ck_assert_msg(status == expected, "%s: %d, %s", text, (int)status, err.message);
    snprintf(said, sizeof said, "%s%s", events, status == MBILL_OK ? "" : err.message);
    return said;
}

START_TEST(lines)
{
    mbill_alarms *alarms = read(all_kinds);
    mbill_board *board;
    ck_assert_int_eq(mbill_board_open(alarms, NULL, &board, NULL), MBILL_OK);
    ck_assert_ptr_nonnull(strstr(line(board, "{\"t\": 1, \"v\": 5, \"alarm\": \"h\"}", MBILL_E_INVALID), "does not take"));
    line(board, "{\"t\": 1, \"v\": 5, \"dt\": \"1\", \"alarm\": \"h\"}", MBILL_E_INVALID);
    line(board, "{\"t\": 1, \"v\": 5, \"occupied\": 1, \"alarm\": \"h\"}", MBILL_E_TYPE);
    line(board, "{\"t\": 1, \"v\": 5, \"occupied\": true, \"dt\": 4, \"alarm\": \"h\"}", MBILL_E_INVALID);
    line(board, "{\"t\": 1, \"v\": 5, \"occupied\": true, \"alarm\": \"h\"}", MBILL_OK);
    line(board, "{\"t\": 1, \"v\": 5, \"use\": 5, \"alarm\": \"b\"}", MBILL_E_INVALID);
    line(board, "{\"t\": 1, \"v\": 5, \"power_factor\": \"1.001\", \"alarm\": \"k\"}", MBILL_E_RANGE);
    line(board, "{\"t\": 1, \"v\": 2, \"alarm\": \"c\"}", MBILL_E_INVALID);
    /* a line for many is taken by all of them or by none: to "c" 5 is no truth */
    line(board, "{\"t\": 50, \"v\": 5}", MBILL_E_INVALID);
    line(board, "{\"t\": 2, \"v\": 1}", MBILL_OK);
    line(board, "{\"t\": 1, \"v\": 1, \"alarm\": \"b\"}", MBILL_E_LATE);
    ck_assert_ptr_nonnull(strstr(line(board, "{\"t\": 3, \"do\": \"reclose\", \"alarm\": \"b\"}", MBILL_E_NOT_FOUND), "tripped"));
    ck_assert_ptr_nonnull(strstr(line(board, "{\"t\": 3, \"v\": 1000, \"alarm\": \"j\"}", MBILL_OK), "\"LOCK\""));
    line(board, "{\"tick\": 4, \"alarm\": \"j\"}", MBILL_OK);
    const char *said = line(board, "{\"t\": 5, \"do\": \"reclose\"}", MBILL_OK);
    ck_assert_ptr_nonnull(strstr(said, "\"CLEAR\""));
    ck_assert_ptr_nonnull(strstr(said, "\"RELEASE\""));
    ck_assert_ptr_nonnull(strstr(said, "\"UNLOCK\""));
    line(board, "{\"t\": 7, \"v\": \"2\", \"alarm\": \"i\"}", MBILL_OK);
    line(board, "{\"t\": 8, \"v\": \"999.9\", \"alarm\": \"i\", \"key\": \"m\"}", MBILL_OK);
    ck_assert_ptr_nonnull(strstr(line(board, "{\"t\": 9, \"v\": \"1.1\", \"alarm\": \"i\", \"key\": \"m\"}", MBILL_OK),
        "\"ROLLOVER\",\"alarm\":\"i\""));
    mbill_board_free(board);
    mbill_alarms_free(alarms);
}
END_TEST

/* Saved and loaded by another configuration: RAISE of a leak that began before. */
static const char *go_on(const char *before, const char *after, const char *text)
{
    static char state[8192];
    size_t len = sizeof state;
    mbill_alarms *alarms = read(before);
    mbill_board *board;
    ck_assert_int_eq(mbill_board_open(alarms, NULL, &board, NULL), MBILL_OK);
    line(board, "{\"t\": 0, \"v\": 5}", MBILL_OK);
    ck_assert_int_eq(mbill_board_save(board, state, &len, NULL), MBILL_OK);
    mbill_board_free(board);
    mbill_alarms_free(alarms);
    alarms = read(after);
    ck_assert_int_eq(mbill_board_open(alarms, NULL, &board, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_board_load(board, state, strlen(state), NULL), MBILL_OK);
    const char *said = line(board, text, MBILL_OK);
    mbill_board_free(board);
    mbill_alarms_free(alarms);
    return said;
}

START_TEST(kept)
{
    static const char late[] = "{\"tick\": 200}";
    ck_assert_ptr_nonnull(strstr(go_on(DETECT(LEAK), DETECT(LEAK), late), "\"effective\":100,\"observed\":200"));
    /* one of another kind begins anew */
    ck_assert_str_eq(go_on(DETECT("\"kind\": \"failure\""), DETECT(LEAK), late), "");
    ck_assert_str_eq(go_on("{\"meterbill\": 1, \"kind\": \"alarms\", \"alarms\": {\"x\": {\"when\": \"above\", \"limit\": 9}}}",
                         DETECT(LEAK), late),
        "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("detect_document");
    TCase *ok = tcase_create("ok"), *refusals = tcase_create("refused");
    tcase_add_test(ok, written_and_read_again);
    tcase_add_test(ok, lines);
    tcase_add_test(ok, kept);
    tcase_add_loop_test(refusals, refused_documents, 0, (int)LENGTH(refused));
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refusals);
    return check_run(suite, CK_FORK_GETENV);
}

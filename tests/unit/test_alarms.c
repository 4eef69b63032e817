/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms as documents: every refusal of a configuration and of a line, what is written, and what is kept. */
#include "check_run.h"
#include "refusal.h"

#include "meterbill/alarms.h"

#include <stdio.h>
#include <stdlib.h>

#define LENGTH(list) (sizeof(list) / sizeof(list)[0])
#define WHOLE(members) "{\"meterbill\": 1, \"kind\": \"alarms\", " members "}"
#define ALARM(members) WHOLE("\"channels\": [\"a\"], \"alarms\": {\"x\": {" members "}}")
#define LOW "\"when\": \"below\", \"limit\": 5"

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
    {"{", MBILL_E_SYNTAX, "", ""},
    {"{\"meterbill\": 2, \"kind\": \"alarms\"}", MBILL_E_VERSION, "/meterbill", "2"},
    {"{\"meterbill\": 1, \"kind\": \"tariff\"}", MBILL_E_INVALID, "/kind", "tariff"},
    {WHOLE("\"alarm\": {}"), MBILL_E_UNKNOWN_KEY, "/alarm", "did you mean \"alarms\""},
    {WHOLE("\"alarms\": {}"), MBILL_E_INVALID, "/alarms", "at least one"},
    {WHOLE("\"alarms\": []"), MBILL_E_TYPE, "/alarms", "object"},
    {WHOLE("\"alarms\": {\"-\": {" LOW "}}"), MBILL_E_INVALID, "/alarms/-", ""},
    {WHOLE("\"channels\": [\"a\", \"a\"], \"alarms\": {\"x\": {" LOW "}}"), MBILL_E_DUPLICATE_KEY, "/channels/1", "twice"},
    {WHOLE("\"channels\": [5], \"alarms\": {\"x\": {" LOW "}}"), MBILL_E_TYPE, "/channels/0", "text"},
    {ALARM(""), MBILL_E_MISSING_KEY, "/alarms/x", "what it watches"},
    {ALARM(LOW ", \"given\": true"), MBILL_E_AMBIGUOUS, "/alarms/x/given", "beside \"limit\""},
    {ALARM("\"limit\": 5"), MBILL_E_MISSING_KEY, "/alarms/x/when", "missing"},
    {ALARM("\"when\": \"under\", \"limit\": 5"), MBILL_E_INVALID, "/alarms/x/when", "under"},
    {ALARM("\"when\": \"below\", \"limit\": \"5.5\""), MBILL_E_DIGITS, "/alarms/x/limit", ""},
    {ALARM("\"when\": \"below\", \"limit\": \"9223372036854775807\", \"deadband\": 1"), MBILL_E_RANGE, "/alarms/x/deadband",
        "64 bits"},
    {ALARM(LOW ", \"deadband\": -1"), MBILL_E_INVALID, "/alarms/x/deadband", "-1"},
    {ALARM(LOW ", \"on_s\": -1"), MBILL_E_INVALID, "/alarms/x/on_s", "-1"},
    {ALARM(LOW ", \"off_s\": \"2305843009213693953\""), MBILL_E_RANGE, "/alarms/x/off_s", "at most"},
    {ALARM(LOW ", \"max_hold_s\": 5, \"observed_only\": true"), MBILL_E_INVALID, "/alarms/x/max_hold_s", "only samples"},
    {ALARM(LOW ", \"stale\": \"keep\""), MBILL_E_INVALID, "/alarms/x/stale", "keep"},
    {ALARM(LOW ", \"priority\": -1"), MBILL_E_RANGE, "/alarms/x/priority", "-1"},
    {ALARM(LOW ", \"decimals\": 10"), MBILL_E_RANGE, "/alarms/x/decimals", "10"},
    {ALARM(LOW ", \"trip\": \"yes\""), MBILL_E_INVALID, "/alarms/x/trip", "yes"},
    {ALARM(LOW ", \"labels\": {\"area\": 7}"), MBILL_E_TYPE, "/alarms/x/labels/area", "text"},
    {ALARM(LOW ", \"of\": {\"m\": 4, \"n\": 3}"), MBILL_E_RANGE, "/alarms/x/of/m", "4"},
    {ALARM(LOW ", \"of\": {\"m\": 4}"), MBILL_E_MISSING_KEY, "/alarms/x/of/n", ""},
    {ALARM(LOW ", \"of\": {\"m\": 1, \"n\": 65}"), MBILL_E_RANGE, "/alarms/x/of/n", "65"},
    {ALARM(LOW ", \"notice\": {\"channels\": [\"b\"]}"), MBILL_E_NOT_FOUND, "/alarms/x/notice/channels/0", "\"b\""},
    {ALARM(LOW ", \"notice\": {\"repeat_s\": -1}"), MBILL_E_INVALID, "/alarms/x/notice/repeat_s", "-1"},
    {ALARM(LOW ", \"notice\": {\"max_count\": -1}"), MBILL_E_RANGE, "/alarms/x/notice/max_count", "-1"},
    {ALARM(LOW ", \"notice\": {\"escalate\": [{\"after_s\": 5}, {\"after_s\": 5}]}"), MBILL_E_INVALID,
        "/alarms/x/notice/escalate", "step 2"},
    {ALARM(LOW ", \"notice\": {\"escalate\": [{}]}"), MBILL_E_MISSING_KEY, "/alarms/x/notice/escalate/0/after_s", ""},
    {ALARM(LOW ", \"notice\": {\"escalate\": [1,2,3,4,5,6,7,8,9]}"), MBILL_E_LIMIT, "/alarms/x/notice/escalate", "9 steps"},
    {ALARM("\"levels\": []"), MBILL_E_INVALID, "/alarms/x/levels", ""},
    {ALARM("\"levels\": [1,2,3,4,5,6,7,8,9]"), MBILL_E_LIMIT, "/alarms/x/levels", "9 levels"},
    {ALARM("\"levels\": [{" LOW "}, {\"when\": \"above\", \"limit\": 5}]"), MBILL_E_INVALID, "/alarms/x/levels/1/when",
        "looks above"},
    {ALARM("\"levels\": [{" LOW "}, {\"when\": \"below\", \"limit\": 6}]"), MBILL_E_INVALID, "/alarms/x/levels/1/limit",
        "milder"},
    {ALARM("\"levels\": [{" LOW ", \"name\": \"\"}]"), MBILL_E_INVALID, "/alarms/x/levels/0/name", ""},
    {ALARM("\"prepaid\": {\"alarm_1\": 1, \"alarm_2\": 2, \"overdraft\": 0, \"reclose\": 0}"), MBILL_E_INVALID,
        "/alarms/x/prepaid/alarm_1", "amount 2"},
    {ALARM("\"prepaid\": {\"alarm_1\": 1}"), MBILL_E_MISSING_KEY, "/alarms/x/prepaid/alarm_2", ""},
    {ALARM("\"prepaid\": {\"alarm_1\": 1, \"alarm_2\": 1, \"overdraft\": 0, \"reclose\": 0}, \"on_s\": -4"), MBILL_E_INVALID,
        "/alarms/x/on_s", "-4"},
    {ALARM("\"prepaid\": {\"alarm_1\": 1, \"alarm_2\": 1, \"overdraft\": 0, \"reclose\": 0}, \"notices\": {\"L3\": {}}"),
        MBILL_E_UNKNOWN_KEY, "/alarms/x/notices/L3", ""},
    {ALARM("\"window\": {\"n\": 0, \"within_s\": 5}"), MBILL_E_INVALID, "/alarms/x/window/n", "0 events"},
    {ALARM("\"window\": {\"n\": 1, \"within_s\": 0}"), MBILL_E_INVALID, "/alarms/x/window/within_s", "0 s"},
    {ALARM("\"window\": {\"n\": 1}"), MBILL_E_MISSING_KEY, "/alarms/x/window/within_s", ""},
    {ALARM("\"window\": {\"n\": 1, \"within_s\": 1}, \"on_s\": 1"), MBILL_E_UNKNOWN_KEY, "/alarms/x/on_s", ""},
    {ALARM("\"days_to_empty\": {\"warn_days\": -1, \"over_days\": 1}"), MBILL_E_INVALID, "/alarms/x/days_to_empty/warn_days",
        "-1"},
    {ALARM("\"days_to_empty\": {\"warn_days\": 1, \"over_days\": 0}"), MBILL_E_INVALID, "/alarms/x/days_to_empty/over_days",
        "1 or more"},
    {ALARM("\"given\": false"), MBILL_E_INVALID, "/alarms/x/given", "expected true"},
    {WHOLE("\"alarms\": {\"x\": {" LOW "}}, \"inhibit\": [{\"source\": {}}]"), MBILL_E_MISSING_KEY, "/inhibit/0/target", ""},
    {WHOLE("\"alarms\": {\"x\": {" LOW "}}, \"group\": {\"interval_s\": 0}"), MBILL_E_INVALID, "/group/interval_s", "0 s"},
    {WHOLE("\"alarms\": {\"x\": {" LOW "}}, \"restart\": {\"rule\": \"stop\"}"), MBILL_E_INVALID, "/restart/rule", "stop"},
    {WHOLE("\"alarms\": {\"x\": {" LOW "}}, \"restart\": {\"grace_s\": -1}"), MBILL_E_INVALID, "/restart/grace_s", "-1"},
};

START_TEST(refused_documents)
{
    mbill_alarms *alarms = (mbill_alarms *)(void *)&alarms;
    mbill_error err, reason;
    size_t n;
    mbill_error_init(&err);
    mbill_error_init(&reason);
    mbill_status status = mbill_alarms_read(refused[_i].json, strlen(refused[_i].json), NULL, &alarms, &reason, 1, &n, &err);
    ck_assert_msg(status == refused[_i].status && strcmp(err.path, refused[_i].path) == 0, "%s: %d at %s: %s", refused[_i].json,
        (int)status, err.path, err.message);
    assert_refusal_path(&err, status, refused[_i].status, refused[_i].path, refused[_i].part);
    ck_assert_ptr_null(alarms);
    ck_assert_uint_ge(n, 1);
    ck_assert_str_eq(reason.message, err.message);
}
END_TEST

START_TEST(every_reason_of_a_document)
{
    static const char json[] = WHOLE(
        "\"channels\": [\"a\"], \"alarms\": {\"x\": {\"when\": \"under\", \"limit\": \"1.5\", \"on_z\": 1, \"off_s\": true}, "
        "\"y\": {\"levels\": [{" LOW ", \"on_s\": -1}, {\"when\": \"below\", \"limit\": 9}]}, \"z\": {}}, \"colour\": 1");
    static const char *const paths[] = {"/colour", "/alarms/x/on_z", "/alarms/x/when", "/alarms/x/limit", "/alarms/x/off_s",
        "/alarms/y/levels/0/on_s", "/alarms/y/levels/1/limit", "/alarms/z"};
    mbill_error reasons[16];
    mbill_alarms *alarms;
    size_t n;
    for (size_t i = 0; i < 16; i++) mbill_error_init(&reasons[i]);
    ck_assert_int_eq(mbill_alarms_read(json, strlen(json), NULL, &alarms, reasons, 16, &n, NULL), MBILL_E_UNKNOWN_KEY);
    for (size_t i = 0; i < n && i < LENGTH(paths); i++) ck_assert_str_eq(reasons[i].path, paths[i]);
    ck_assert_uint_eq(n, LENGTH(paths));
}
END_TEST

static const char whole[] = WHOLE(
    "\"channels\": [\"a\", \"b\"], \"alarms\": {"
    "\"x\": {\"decimals\": 2, " LOW ", \"of\": {\"m\": 2, \"n\": 3}, \"labels\": {\"area\": \"7\"}, \"notice\": {\"channels\": "
                                    "[\"b\"], \"escalate\": [{\"after_s\": 5}]}},"
    "\"l\": {\"levels\": [{" LOW ", \"name\": \"one\", \"notice\": {}}, {" LOW ", \"on_s\": 5}]},"
    "\"p\": {\"decimals\": 2, \"prepaid\": {\"alarm_1\": \"20\", \"alarm_2\": 5, \"overdraft\": 0, \"reclose\": \"0.01\"}, "
    "\"off_s\": 1},"
    "\"w\": {\"window\": {\"n\": 2, \"within_s\": 10, \"distinct\": true}, \"priority\": 3},"
    "\"d\": {\"days_to_empty\": {\"warn_days\": 7, \"over_days\": 30}}, \"g\": {\"given\": true, \"notice\": {\"repeat_s\": 5}}},"
    "\"inhibit\": [{\"source\": {\"alarm\": \"w\"}, \"target\": {\"alarm\": \"g\"}, \"equal\": [\"key\"]}], \"group\": {\"by\": "
    "[\"area\"]},"
    "\"restart\": {\"rule\": \"pause\", \"repend\": true}");

static char *written(const mbill_alarms *alarms)
{
    size_t len = 0;
    ck_assert_int_eq(mbill_alarms_write(alarms, NULL, &len, NULL), MBILL_OK);
    char *text = malloc(len);
    ck_assert_int_eq(mbill_alarms_write(alarms, text, &len, NULL), MBILL_OK);
    return text;
}

START_TEST(written_and_read_back)
{
    mbill_alarms *alarms = read(whole);
    char *first = written(alarms);
    mbill_alarms_free(alarms);
    alarms = read(first);
    char *second = written(alarms);
    ck_assert_str_eq(first, second);
    ck_assert_ptr_nonnull(strstr(first, "\"max_count\": 3")); /* of levels, by default */
    size_t len = 5;
    mbill_error err;
    mbill_error_init(&err);
    assert_refusal(&err, mbill_alarms_write(alarms, first, &len, &err), MBILL_E_ROOM, "");
    mbill_alarms_free(alarms);
    mbill_alarms_free(NULL);
    free(first);
    free(second);
}
END_TEST

static mbill_status say(mbill_board *board, const char *line, const char **text, mbill_error *err)
{
    size_t len;
    mbill_status status = mbill_board_line(board, line, strlen(line), text, &len, err);
    ck_assert_uint_eq(strlen(*text), len);
    return status;
}

static const struct {
    const char *line;
    mbill_status status;
    const char *path, *part;
} bad_lines[] = {
    {"[]", MBILL_E_TYPE, "", "object"},
    {"{\"v\": 1}", MBILL_E_MISSING_KEY, "/t", ""},
    {"{\"t\": \"x\", \"v\": 1}", MBILL_E_NUMBER, "/t", ""},
    {"{\"t\": \"4611686018427387905\", \"v\": 1}", MBILL_E_RANGE, "/t", "either way"},
    {"{\"t\": 1, \"v\": 1, \"alarm\": \"y\"}", MBILL_E_NOT_FOUND, "/alarm", "\"y\""},
    {"{\"t\": 1, \"v\": 1, \"alarm\": \"w\"}", MBILL_E_INVALID, "", "does not take"},
    {"{\"t\": 1, \"v\": \"1.234\", \"alarm\": \"x\"}", MBILL_E_DIGITS, "/v", ""},
    {"{\"t\": 1, \"v\": 1, \"key\": true}", MBILL_E_TYPE, "/key", ""},
    {"{\"t\": 1, \"v\": 1, \"keys\": 1}", MBILL_E_UNKNOWN_KEY, "/keys", "\"key\""},
    {"{\"t\": 1, \"holds\": 1}", MBILL_E_TYPE, "/holds", ""},
    {"{\"t\": 1, \"holds\": true, \"use\": 1}", MBILL_E_INVALID, "/use", "beside"},
    {"{\"t\": 1, \"who\": true}", MBILL_E_TYPE, "/who", ""},
    {"{\"tick\": 1, \"t\": 1}", MBILL_E_UNKNOWN_KEY, "/t", ""},
    {"{\"t\": 1, \"do\": \"sing\"}", MBILL_E_INVALID, "/do", "sing"},
    {"{\"t\": 1, \"do\": \"ack\", \"level\": 1}", MBILL_E_MISSING_KEY, "/level", "alarm"},
    {"{\"t\": 1, \"do\": \"ack\", \"alarm\": \"l\", \"level\": 3}", MBILL_E_RANGE, "/level", "3"},
    {"{\"t\": 1, \"do\": \"ack\", \"alarm\": \"l\", \"level\": \"two\"}", MBILL_E_NOT_FOUND, "/level", "two"},
    {"{\"t\": 1, \"do\": \"shelve\", \"alarm\": \"l\"}", MBILL_E_MISSING_KEY, "/until", ""},
    {"{\"t\": 1, \"do\": \"ack\", \"until\": 5}", MBILL_E_INVALID, "/until", "shelve"},
    {"{\"t\": 1, \"do\": \"ack\", \"alarm\": \"l\"}", MBILL_E_NOT_FOUND, "", "heard of"},
    {"{\"t\": 1, \"do\": \"ack\", \"alarm\": \"x\", \"key\": \"K\"}", MBILL_E_NOT_FOUND, "", "acknowledge"},
    {"{\"t\": 1, \"do\": \"ack\", \"alarm\": \"p\", \"key\": \"K\"}", MBILL_E_INVALID, "/do", "no notice"},
    {"{\"t\": 1, \"v\": 5, \"use\": 1, \"alarm\": \"x\"}", MBILL_E_INVALID, "", "does not take"},
};

START_TEST(refused_lines)
{
    mbill_alarms *alarms = read(whole);
    mbill_board *board;
    const char *text;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_board_open(alarms, NULL, &board, &err), MBILL_OK);
    for (size_t i = 0; i < LENGTH(bad_lines); i++) {
        mbill_status status = say(board, bad_lines[i].line, &text, &err);
        ck_assert_msg(status == bad_lines[i].status && strcmp(err.path, bad_lines[i].path) == 0, "%s: %d at %s: %s",
            bad_lines[i].line, (int)status, err.path, err.message);
        assert_refusal_path(&err, status, bad_lines[i].status, bad_lines[i].path, bad_lines[i].part);
        ck_assert_str_eq(text, "");
    }
    ck_assert_int_eq(say(board, "{\"tick\": 9}", &text, &err), MBILL_OK);
    assert_refusal(&err, say(board, "{\"t\": 9, \"v\": 1, \"alarm\": \"x\", \"key\": \"new\"}", &text, &err), MBILL_E_LATE,
        "after 9");
    ck_assert_int_eq(say(board, "{\"t\": 10, \"holds\": true, \"key\": \"K\"}", &text, &err), MBILL_OK);
    assert_refusal(&err, say(board, "{\"tick\": 1000000000}", &text, &err), MBILL_E_LIMIT, "tick before");
    ck_assert_int_eq(say(board, "{\"tick\": 100000}", &text, &err), MBILL_OK);
    size_t len;
    assert_refusal(&err, mbill_board_line(NULL, "", 0, &text, &len, &err), MBILL_E_MISUSE, "board");
    mbill_board *none;
    assert_refusal(&err, mbill_board_open(NULL, NULL, &none, &err), MBILL_E_MISUSE, "alarms");
    mbill_board_free(board);
    mbill_board_free(NULL);
    mbill_alarms_free(alarms);
}
END_TEST

static char *saved(const mbill_board *board)
{
    size_t len = 0;
    ck_assert_int_eq(mbill_board_save(board, NULL, &len, NULL), MBILL_OK);
    char *text = malloc(len);
    ck_assert_int_eq(mbill_board_save(board, text, &len, NULL), MBILL_OK);
    return text;
}

static const char *const lines[] = {"{\"t\": 0, \"v\": 1, \"key\": \"K\"}", "{\"t\": 1, \"v\": 1, \"key\": \"K\"}",
    "{\"t\": 1, \"who\": 1, \"key\": \"K\"}", "{\"t\": 1, \"holds\": true, \"key\": \"K\"}",
    "{\"t\": 2, \"who\": \"2\", \"key\": \"K\"}", "{\"t\": 2, \"v\": 5, \"use\": 9}",
    "{\"t\": 3, \"do\": \"suppress\", \"alarm\": \"x\"}", "{\"t\": 3, \"do\": \"keep_supply\"}", "{\"tick\": 60}"};

START_TEST(kept_boards)
{
    mbill_alarms *alarms = read(whole);
    mbill_board *board, *back;
    const char *text;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_board_open(alarms, NULL, &board, &err), MBILL_OK);
    for (size_t i = 0; i < LENGTH(lines); i++)
        ck_assert_msg(say(board, lines[i], &text, &err) == MBILL_OK, "%s: %s", lines[i], err.message);
    char *state = saved(board);
    ck_assert_int_eq(mbill_board_open(alarms, NULL, &back, &err), MBILL_OK);
    ck_assert_msg(mbill_board_load(back, state, strlen(state), &err) == MBILL_OK, "%s: %s", err.path, err.message);
    char *again = saved(back);
    ck_assert_str_eq(state, again);
    assert_refusal(&err, mbill_board_load(back, state, strlen(state), &err), MBILL_E_MISUSE, "fresh");
    mbill_board_free(back);
    char *at = strstr(state, "\"flags\":\"") + strlen("\"flags\":\"") + 1;
    *at = *at == '0' ? '1' : '0'; /* damaged */
    ck_assert_int_eq(mbill_board_open(alarms, NULL, &back, &err), MBILL_OK);
    assert_refusal_path(&err, mbill_board_load(back, state, strlen(state), &err), MBILL_E_CHECKSUM, "/checksum", "saved");
    mbill_board_free(back);
    at = strstr(state, "\"meterbill\":1") + strlen("\"meterbill\":");
    *at = '2';
    ck_assert_int_eq(mbill_board_open(alarms, NULL, &back, &err), MBILL_OK);
    assert_refusal_path(&err, mbill_board_load(back, state, strlen(state), &err), MBILL_E_VERSION, "/meterbill", "2");
    mbill_board_free(back);
    free(state);
    free(again);
    mbill_board_free(board);
    mbill_alarms_free(alarms);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alarms");
    TCase *ok = tcase_create("ok"), *refusals = tcase_create("refused");
    tcase_add_test(ok, written_and_read_back);
    tcase_add_test(ok, kept_boards);
    tcase_add_loop_test(refusals, refused_documents, 0, (int)LENGTH(refused));
    tcase_add_test(refusals, every_reason_of_a_document);
    tcase_add_test(refusals, refused_lines);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refusals);
    return check_run(suite, CK_FORK_GETENV);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Notification: the published cases, masks, letters, inhibition, groups, every refusal. */
#include "check_run.h"
#include "refusal.h"

#include "meterbill/notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define LENGTH(list) (sizeof(list) / sizeof(list)[0])
#define ROOM 512

/* "0 raise, 1300 ack, 100 shelve 1000, 2000 tick": what is told, and behind it the letter. */
typedef struct notice_case {
    mbill_notice_config config;
    const char *script, *expected;
} notice_case;

#define C46 .repeat_s = 600, .max_count = 5, .escalate_s = {900}, .n_escalate = 1
#define BALANCE .repeat_s = 86400, .max_count = 3

static const notice_case cases[] = {
    {{C46}, "0 raise, 1300 ack, 9999 tick", "N0 N600 E900 N1200 C"},
    {{C46}, "0 raise, 700 clear, 9999 tick", "N0 N600 E900 D"},
    {{C46}, "0 raise, 100 shelve 1000, 2200 tick", "N0 N1000 N1600 E1900 N2200 B"},
    {{C46}, "0 raise, 9999 tick", "N0 N600 E900 N1200 N1800 N2400 B"},
    {{BALANCE}, "0 raise, 864000 tick", "N0 N86400 N172800 B"}, /* C43 */
    {{.repeat_s = 10}, "0 raise, 10 ack, 20 tick", "N0 C"},     /* what is due with the acknowledgement is not told */
    {{.repeat_s = 10}, "0 raise, 10 tick, 10 ack, 20 clear", "N0 N10 A"},
    {{.repeat_s = 10, .max_count = 2, .flags = MBILL_NOTICE_AUTO_ACK}, "0 raise, 5 clear, 6 raise, 99 tick", "N0 N6 N16 B"},
    {{.flags = MBILL_NOTICE_AUTO_ACK}, "0 raise, 5 clear", "N0 A"},
    {{.flags = MBILL_NOTICE_LATCH}, "0 raise, 5 clear", "N0 E"},
    {{.flags = MBILL_NOTICE_LATCH}, "0 raise, 5 clear, 6 ack", "N0 F"},
    {{.flags = MBILL_NOTICE_LATCH}, "0 raise, 5 clear, 6 ack, 7 reset", "N0 A"},
    {{.repeat_s = 0}, "0 suppress, 1 raise, 5 unsuppress, 9 tick", "N5 B"},
    {{.repeat_s = 4}, "0 out_of_service, 1 raise, 5 in_service, 9 tick", "N5 N9 B"},
    {{.repeat_s = 4}, "0 raise, 1 out_of_service, 2 suppress, 5 in_service, 9 tick", "N0 H"},
    {{.repeat_s = 4}, "0 raise, 1 out_of_service, 2 suppress, 5 in_service, 9 unsuppress", "N0 N9 B"},
    {{.repeat_s = 4}, "0 raise, 1 shelve_once, 50 clear, 60 raise, 61 tick", "N0 N60 B"},
    {{.repeat_s = 4}, "0 raise, 1 shelve_once, 50 tick", "N0 G"},
    {{.repeat_s = 4, .max_shelve_s = 8}, "0 raise, 1 shelve_once, 10 tick", "N0 N9 B"},
    {{.repeat_s = 4}, "0 raise, 1 shelve 100, 3 clear, 200 tick", "N0 A"}, /* under a mask nothing more of the episode */
    {{.repeat_s = 4}, "0 raise, 1 shelve 100, 20 unshelve, 20 tick", "N0 N20 B"},
    {{.repeat_s = 4}, "0 raise, 1 ack, 2 shelve 100, 200 tick", "N0 C"},
    {{.escalate_s = {5, 10, 50}, .n_escalate = 3}, "0 raise, 3 clear, 4 suppress, 20 unsuppress, 99 tick", "N0 E50 D"},
    {{.escalate_s = {5, 10, 50}, .n_escalate = 3}, "0 raise, 7 suppress, 20 unsuppress, 99 tick", "N0 E5 N20 E30 E70 B"},
    {{.repeat_s = 5, .escalate_s = {5}, .n_escalate = 1}, "0 raise, 5 tick", "N0 N5 E5 B"},
};

static const char *const names[] = {"", "raise", "clear", "ack", "reset", "shelve", "shelve_once", "unshelve", "suppress",
    "unsuppress", "out_of_service", "in_service", "pass", "tick"};

static int32_t kind_of(const char *name, size_t len)
{
    for (int32_t i = 1; i < (int32_t)LENGTH(names); i++)
        if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0) return i;
    ck_abort_msg("no input \"%.*s\"", (int)len, name);
    return 0;
}

static mbill_notice_input read_input(const char **script)
{
    char *end;
    mbill_notice_input out = {strtoll(*script, &end, 10), 0, 0, 0};
    end += strspn(end, " ");
    size_t len = strcspn(end, " ,");
    out.kind = kind_of(end, len);
    end += len;
    if (*end == ' ') out.until_s = strtoll(end, &end, 10);
    *script = end + strspn(end, ", ");
    return out;
}

/* With so much room a call; the same call goes on while there is none. */
static mbill_status step_all(const mbill_notice_config *config, mbill_notice *notice, const mbill_notice_input *input, size_t cap,
    char *out)
{
    mbill_notice_event events[16];
    mbill_status status;
    do {
        size_t n;
        status = mbill_notice_step(config, notice, input, events, cap, &n, NULL);
        for (size_t i = 0; i < n; i++) {
            size_t at = strlen(out);
            ck_assert_int_eq(events[i].observed_s, input->t_s);
            snprintf(out + at, ROOM - at, "%c%" PRId64 " ", events[i].kind == MBILL_TOLD_NOTIFY ? 'N' : 'E',
                events[i].effective_s);
        }
    } while (status == MBILL_E_ROOM);
    return status;
}

static void run(const mbill_notice_config *config, mbill_notice *notice, const char *script, size_t cap, char out[ROOM])
{
    out[0] = '\0';
    while (*script != '\0') {
        mbill_notice_input input = read_input(&script);
        ck_assert_int_eq(step_all(config, notice, &input, cap, out), MBILL_OK);
    }
    size_t at = strlen(out);
    snprintf(out + at, ROOM - at, "%c", mbill_notice_letter(notice));
}

START_TEST(published_notices)
{
    char said[ROOM];
    for (size_t cap = 1; cap < 16; cap += 5) {
        mbill_notice notice = {0};
        run(&cases[_i].config, &notice, cases[_i].script, cap, said);
        ck_assert_msg(strcmp(said, cases[_i].expected) == 0, "%s: \"%s\", expected \"%s\"", cases[_i].script, said,
            cases[_i].expected);
    }
}
END_TEST

/* Whatever is asked at whatever instants, passing time in between tells the same. */
START_TEST(ticks_tell_nothing_else)
{
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char first[ROOM], second[ROOM] = "";
        mbill_notice a = {0}, b = {0};
        const char *script = cases[i].script;
        run(&cases[i].config, &a, script, 16, first);
        while (*script != '\0') {
            mbill_notice_input input = read_input(&script), pass = {0, 0, MBILL_NOTICE_PASS, 0};
            for (int64_t back = 4; back > 0; back--) {
                pass.t_s = input.t_s - back;
                if (b.mark == 0 || pass.t_s >= b.last_s)
                    ck_assert_int_eq(step_all(&cases[i].config, &b, &pass, 16, second), MBILL_OK);
            }
            second[0] = '\0'; /* observed at other times: only the state is compared */
            ck_assert_int_eq(step_all(&cases[i].config, &b, &input, 16, second), MBILL_OK);
        }
        ck_assert_mem_eq(&a, &b, sizeof a);
    }
}
END_TEST

START_TEST(letters)
{
    size_t n_letters[9] = {0};
    for (unsigned bits = 0; bits < 192; bits++) {
        const mbill_notice notice = {.active = bits & 1,
            .unacked = bits >> 1 & 1,
            .latched = bits >> 2 & 1,
            .suppressed = bits >> 3 & 1,
            .out_of_service = bits >> 4 & 1,
            .shelved = (uint8_t)(bits >> 5 & 7) % 3};
        char letter = mbill_notice_letter(&notice);
        ck_assert(letter >= 'A' && letter <= 'I');
        n_letters[letter - 'A']++;
    }
    for (size_t i = 0; i < 9; i++) ck_assert_uint_gt(n_letters[i], 0);
    ck_assert_int_eq(mbill_notice_letter(NULL), 'A');
}
END_TEST

START_TEST(deadline_and_count)
{
    const mbill_notice_config config = {C46, .channels = 5, .escalate_channels = {2}};
    mbill_notice notice = {0};
    mbill_notice_event events[4];
    const mbill_notice_input raised = {7, 0, MBILL_NOTICE_RAISE, 0}, tick = {907, 0, MBILL_NOTICE_TICK, 0};
    size_t n;
    ck_assert_int_eq(mbill_notice_deadline(&config, &notice), INT64_MAX);
    ck_assert_int_eq(mbill_notice_step(&config, &notice, &raised, events, 4, &n, NULL), MBILL_OK);
    ck_assert(n == 1 && events[0].channels == 5 && events[0].episode == 1 && events[0].count == 1 && events[0].step == 0);
    ck_assert_int_eq(mbill_notice_deadline(&config, &notice), 607);
    ck_assert_int_eq(mbill_notice_step(&config, &notice, &tick, events, 4, &n, NULL), MBILL_OK);
    ck_assert(n == 2 && events[0].count == 2 && events[1].channels == 2 && events[1].step == 1 && events[1].count == 2);
    ck_assert_int_eq(mbill_notice_deadline(&config, NULL), INT64_MAX);
}
END_TEST

START_TEST(refused_inputs)
{
    static const struct {
        const char *before;
        mbill_notice_input input;
        mbill_status status;
        const char *part;
    } rows[] = {{"", {0, 0, MBILL_NOTICE_ACK, 0}, MBILL_E_NOT_FOUND, "acknowledge"},
        {"", {0, 0, MBILL_NOTICE_RESET, 0}, MBILL_E_NOT_FOUND, "reset"},
        {"", {0, 0, MBILL_NOTICE_UNSHELVE, 0}, MBILL_E_NOT_FOUND, "unshelve"},
        {"", {0, 0, MBILL_NOTICE_CLEAR, 0}, MBILL_E_INVALID, "CLEAR"},
        {"0 raise", {1, 0, MBILL_NOTICE_RAISE, 0}, MBILL_E_INVALID, "RAISE"},
        {"0 raise", {1, 0, MBILL_NOTICE_RESET, 0}, MBILL_E_INVALID, "active"},
        {"0 raise, 1 clear", {1, 0, MBILL_NOTICE_RESET, 0}, MBILL_E_INVALID, "not acknowledged"},
        {"0 raise, 1 ack", {2, 0, MBILL_NOTICE_ACK, 0}, MBILL_E_NOT_FOUND, "acknowledge"},
        {"5 raise", {4, 0, MBILL_NOTICE_ACK, 0}, MBILL_E_LATE, "not before 5"},
        {"", {5, 5, MBILL_NOTICE_SHELVE, 0}, MBILL_E_INVALID, "after 5"},
        {"", {5, 16, MBILL_NOTICE_SHELVE, 0}, MBILL_E_RANGE, "at most 10 s"},
        {"", {5, INT64_MAX, MBILL_NOTICE_SHELVE, 0}, MBILL_E_RANGE, "either way"}, {"", {0, 0, 0, 0}, MBILL_E_INVALID, "kind 0"},
        {"", {0, 0, 14, 0}, MBILL_E_INVALID, "kind 14"}, {"", {INT64_MAX, 0, MBILL_NOTICE_ACK, 0}, MBILL_E_RANGE, "time"}};
    const mbill_notice_config config = {.max_shelve_s = 10, .flags = MBILL_NOTICE_LATCH};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char said[ROOM];
        mbill_notice notice = {0};
        mbill_notice_event events[2];
        mbill_error err;
        size_t n = 9;
        mbill_error_init(&err);
        run(&config, &notice, rows[i].before, 2, said);
        mbill_notice before = notice;
        assert_refusal(&err, mbill_notice_step(&config, &notice, &rows[i].input, events, 2, &n, &err), rows[i].status,
            rows[i].part);
        ck_assert_uint_eq(n, 0);
        ck_assert_mem_eq(&before, &notice, sizeof notice);
    }
}
END_TEST

START_TEST(refused_notice_configurations)
{
    const mbill_notice_config bad = {.repeat_s = -1,
        .max_shelve_s = MBILL_ALARM_DELAY_MAX + 1,
        .escalate_s = {5, 5, 0},
        .n_escalate = 3,
        .max_count = -1,
        .flags = 4,
        .reserved = {1, 0}};
    static const char *const paths[] = {"/repeat_s", "/max_shelve_s", "/escalate_s", "/escalate_s", "/max_count", "/flags",
        "/reserved"};
    mbill_notice_config many = {.n_escalate = 9}, far = {.n_escalate = 1, .escalate_s = {MBILL_ALARM_DELAY_MAX + 1}};
    mbill_error reasons[8], err;
    mbill_notice notice = {0};
    mbill_notice_event events[1];
    const mbill_notice_input tick = {0, 0, MBILL_NOTICE_TICK, 0};
    size_t n;
    for (size_t i = 0; i < 8; i++) mbill_error_init(&reasons[i]);
    mbill_error_init(&err);
    assert_refusal_path(&err, mbill_notice_check(&bad, reasons, 8, &n, &err), MBILL_E_INVALID, "/repeat_s", "-1");
    ck_assert_uint_eq(n, LENGTH(paths));
    for (size_t i = 0; i < n; i++) ck_assert_str_eq(reasons[i].path, paths[i]);
    assert_refusal_path(&err, mbill_notice_check(&many, NULL, 0, NULL, &err), MBILL_E_INVALID, "/n_escalate", "9");
    assert_refusal_path(&err, mbill_notice_check(&far, NULL, 0, NULL, &err), MBILL_E_RANGE, "/escalate_s", "at most");
    assert_refusal_path(&err, mbill_notice_step(&bad, &notice, &tick, events, 1, &n, &err), MBILL_E_INVALID, "/repeat_s", "");
    assert_refusal(&err, mbill_notice_step(NULL, &notice, &tick, events, 1, &n, &err), MBILL_E_MISUSE, "config");
    notice.shelved = 3;
    assert_refusal(&err, mbill_notice_step(&far, &notice, &tick, events, 1, &n, &err), MBILL_E_RANGE, "");
    far.n_escalate = 0;
    assert_refusal(&err, mbill_notice_step(&far, &notice, &tick, events, 1, &n, &err), MBILL_E_MISUSE, "state");
}
END_TEST

START_TEST(kept_notices)
{
    const mbill_notice_config config = {C46};
    mbill_notice notice = {0}, back;
    uint8_t bytes[MBILL_NOTICE_ENCODED_BYTES];
    char said[ROOM];
    mbill_error err;
    mbill_error_init(&err);
    run(&config, &notice, "0 raise, 10 clear, 700 tick, 800 shelve_once", 9, said);
    ck_assert_int_eq(mbill_notice_encode(&notice, bytes, &err), MBILL_OK);
    ck_assert_int_eq(mbill_notice_decode(bytes, sizeof bytes, &back, &err), MBILL_OK);
    ck_assert_mem_eq(&notice, &back, sizeof back);
    for (size_t i = 0; i < sizeof bytes; i++) {
        mbill_status expected = i < 3 || (i > 3 && i < 8) ? MBILL_E_INVALID : i == 3 ? MBILL_E_VERSION : MBILL_E_CHECKSUM;
        bytes[i] ^= 0x20;
        assert_refusal(&err, mbill_notice_decode(bytes, sizeof bytes, &back, &err), expected, "");
        bytes[i] ^= 0x20;
    }
    assert_refusal(&err, mbill_notice_decode(NULL, 3, &back, &err), MBILL_E_MISUSE, "bytes");
    notice.active = 2;
    assert_refusal(&err, mbill_notice_encode(&notice, bytes, &err), MBILL_E_MISUSE, "state");
}
END_TEST

/* ---- inhibition and groups ---- */

START_TEST(inhibition)
{
    static const mbill_label job[] = {{"alarm", "JobDown"}, {"job", "aa"}}, one[] = {{"alarm", "InstanceDown"}, {"job", "aa"}},
                             other[] = {{"alarm", "InstanceDown"}, {"job", "ab"}}, none[] = {{"alarm", "InstanceDown"}},
                             bare[] = {{"alarm", "JobDown"}};
    static const char *const equal[] = {"job"};
    const mbill_inhibition rules[] = {{job, 1, one, 1, equal, 1}};
    mbill_labelled alarms[] = {{one, 2, 1, 0}, {other, 2, 1, 0}, {job, 2, 1, 0}, {none, 1, 1, 0}, {bare, 1, 0, 0}};
    uint8_t out[5];
    ck_assert_int_eq(mbill_inhibit(rules, 1, alarms, 5, out, NULL), MBILL_OK);
    ck_assert_mem_eq(out, "\1\0\0\0\0", 5);
    alarms[2].active = 0;
    alarms[4].active = 1; /* a label that is missing equals one that is missing */
    ck_assert_int_eq(mbill_inhibit(rules, 1, alarms, 5, out, NULL), MBILL_OK);
    ck_assert_mem_eq(out, "\0\0\0\1\0", 5);
    const mbill_inhibition both[] = {{NULL, 0, NULL, 0, equal, 1}}; /* everything is source and target: nothing is inhibited */
    ck_assert_int_eq(mbill_inhibit(both, 1, alarms, 5, out, NULL), MBILL_OK);
    ck_assert_mem_eq(out, "\0\0\0\0\0", 5);
    ck_assert_int_eq(mbill_inhibit(NULL, 0, NULL, 0, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_inhibit(NULL, 1, alarms, 5, out, NULL), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_inhibit(both, 1, NULL, 5, out, NULL), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_inhibit(both, 1, alarms, 5, NULL, NULL), MBILL_E_MISUSE);
}
END_TEST

START_TEST(
    published_groups) /* C33: TestDedupStageNeedsUpdate. Letters: a member's place; sent and now: f firing, r resolved, - absent */
{
    static const struct {
        int has_sent;
        int64_t age_s;
        const char *sent, *now; /* members 1 to 5 */
        int64_t repeat_s;
        uint32_t flags;
        int32_t due;
    } rows[] = {{0, 0, "-----", "-fff-", 0, 0, 1}, {0, 0, "-----", "-rrr-", 0, 0, 0}, {1, 0, "fff--", "-fff-", 99, 0, 1},
        {1, 1000000, "fff--", "fff--", 0, 0, 1}, {1, 9, "fff--", "fff--", 10, 0, 0}, {1, 11, "fff--", "fff--", 10, 0, 1},
        {1, 11, "rrr--", "--rrr", 10, MBILL_GROUP_SEND_RESOLVED, 0}, {1, 9, "ffr--", "frr--", 10, 0, 0},
        {1, 9, "ffr--", "frr--", 10, MBILL_GROUP_SEND_RESOLVED, 1}, {1, 9, "ffr--", "rrr--", 10, 0, 1},
        {1, 9, "ffr--", "rrr--", 10, MBILL_GROUP_SEND_RESOLVED, 1}, {1, 10, "fff--", "fff--", 10, 0, 0}};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const mbill_group_config config = {.interval_s = 1, .repeat_s = rows[i].repeat_s, .flags = rows[i].flags};
        const mbill_group group = {.sent_s = -rows[i].age_s, .has_sent = (uint8_t)rows[i].has_sent};
        mbill_group_member members[5];
        for (size_t k = 0; k < 5; k++)
            members[k] = (mbill_group_member){(uint8_t)(strchr("-fr", rows[i].now[k]) - "-fr"),
                (uint8_t)(strchr("-fr", rows[i].sent[k]) - "-fr")};
        ck_assert_msg(mbill_group_due(&config, &group, members, 5, 0) == rows[i].due, "row %zu", i);
    }
    ck_assert_int_eq(mbill_group_due(NULL, NULL, NULL, 0, 0), 0);
}
END_TEST

START_TEST(group_in_time) /* C42, in tenths of a second: test1, aa, ab, and JobDown */
{
    const mbill_group_config config = {10, 10, 10, MBILL_GROUP_SEND_RESOLVED, 0};
    mbill_group group = {0};
    mbill_group_member members[4] = {{0, 0}};
    int64_t at = 0;
    ck_assert_int_eq(mbill_group_check(&config, NULL, 0, NULL, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_group_flush(&config, &group, members, 4, 5, &at), 0);
    for (size_t i = 0; i < 3; i++) members[i].now = MBILL_GROUP_FIRING;
    mbill_group_begin(&config, &group, 10);
    mbill_group_begin(&config, &group, 15);
    ck_assert_int_eq(mbill_group_flush(&config, &group, members, 4, 19, &at), 0);
    ck_assert_int_eq(mbill_group_flush(&config, &group, members, 4, 21, &at), 1);
    ck_assert_int_eq(at, 20);
    members[1].now = MBILL_GROUP_ABSENT; /* aa is inhibited from 2.2 on, JobDown fires */
    members[3].now = MBILL_GROUP_FIRING;
    ck_assert_int_eq(mbill_group_flush(&config, &group, members, 4, 30, &at), 1);
    ck_assert(at == 30 && members[1].sent == MBILL_GROUP_ABSENT && members[3].sent == MBILL_GROUP_FIRING);
    members[1].now = MBILL_GROUP_FIRING;
    members[3].now = MBILL_GROUP_RESOLVED;
    ck_assert_int_eq(mbill_group_flush(&config, &group, members, 4, 40, &at), 1);
    ck_assert(
        members[1].sent == MBILL_GROUP_FIRING && members[3].sent == MBILL_GROUP_RESOLVED && members[3].now == MBILL_GROUP_ABSENT);
    ck_assert_int_eq(mbill_group_flush(&config, &group, members, 4, 50, &at), 2); /* nothing new, and not older than the repeat */
    ck_assert_int_eq(mbill_group_flush(&config, &group, members, 4, 60, &at), 1);
    for (size_t i = 0; i < 3; i++) members[i].now = MBILL_GROUP_RESOLVED;
    ck_assert_int_eq(mbill_group_flush(&config, &group, members, 4, 70, &at), 1);
    ck_assert_int_eq(group.begun, 0);
    ck_assert_int_eq(mbill_group_flush(&config, &group, members, 4, 1000, &at), 0);
}
END_TEST

START_TEST(refused_groups)
{
    const mbill_group_config bad = {-1, 0, -3, 2, 1};
    static const char *const paths[] = {"/wait_s", "/interval_s", "/repeat_s", "/flags", "/reserved"};
    mbill_error reasons[6], err;
    size_t n;
    for (size_t i = 0; i < 6; i++) mbill_error_init(&reasons[i]);
    mbill_error_init(&err);
    assert_refusal_path(&err, mbill_group_check(&bad, reasons, 6, &n, &err), MBILL_E_INVALID, "/wait_s", "-1");
    ck_assert_uint_eq(n, LENGTH(paths));
    for (size_t i = 0; i < n; i++) ck_assert_str_eq(reasons[i].path, paths[i]);
    assert_refusal(&err, mbill_group_check(NULL, NULL, 0, NULL, &err), MBILL_E_MISUSE, "config");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alarm_notice");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused");
    tcase_add_loop_test(ok, published_notices, 0, (int)LENGTH(cases));
    tcase_add_test(ok, ticks_tell_nothing_else);
    tcase_add_test(ok, letters);
    tcase_add_test(ok, deadline_and_count);
    tcase_add_test(ok, kept_notices);
    tcase_add_test(ok, inhibition);
    tcase_add_test(ok, published_groups);
    tcase_add_test(ok, group_in_time);
    tcase_add_test(refused, refused_inputs);
    tcase_add_test(refused, refused_notice_configurations);
    tcase_add_test(refused, refused_groups);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    return check_run(suite, CK_FORK_GETENV);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks: every event in every state of a task's life, every answer in every state of an item, runs by the calendar, and state as bytes. */
#include "check_run.h"
#include "counting_allocator.h"
#include "meterbill/calendar.h"
#include "operate/task.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>

#define ID "\"id\":\"0123456789abcdef0123456789abcdef\""
#define HEAD "{\"meterbill\":1,\"kind\":\"task\"," ID ",\"made_by\":\"ann\","
#define RETRY "\"retry\":{\"attempts\":3,\"delay_s\":60,\"growth\":\"2.5\",\"cap_s\":200,\"on\":[\"failed\",\"no_answer\"]}"
#define SWITCH_BODY                                                                                                              \
    "\"do\":{\"switch\":\"off\"},\"start\":\"now\",\"expires_after_s\":10000,"                                                   \
    "\"host\":{\"lease_s\":100,\"parallel\":2," RETRY "},\"targets\":[\"M1\",\"M2\",\"M3\"]}"
#define SWITCH HEAD "\"dual_control\":false," SWITCH_BODY
#define SWITCH_DUAL HEAD "\"dual_control\":true," SWITCH_BODY
#define T0 INT64_C(1767225600) /* 2026-01-01 */

static mbill_task *task_of(const char *json)
{
    mbill_task *task;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_msg(mbill_task_read(json, strlen(json), NULL, 0, NULL, NULL, NULL, &task, &err) == MBILL_OK, "%s %s", err.path,
        err.message);
    return task;
}

static mbill_task_state started(const mbill_task *task, int64_t now)
{
    mbill_task_state state;
    ck_assert_int_eq(mbill_task_start(task, now, &state, NULL), MBILL_OK);
    return state;
}

static size_t due(const mbill_task *task, mbill_task_state *state, mbill_task_item *items, int64_t now, mbill_task_work *work)
{
    mbill_task_info info = {.struct_size = sizeof info};
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_task_get_info(task, &info, NULL), MBILL_OK);
    ck_assert_msg(mbill_task_due(task, state, items, info.n_targets, now, work != NULL ? 8 : 0, work, &n, &err) == MBILL_OK, "%s",
        err.message);
    return n;
}

/* ---- life ---- */

/* Rows: lives from draft; columns: approve, pause, resume, cancel, begin, finish, expire. Letters: the life after; '-': not allowed. */
static const char LIVES[7][8] = {
    "A--C--E", /* draft */
    "-P-CR-E", /* approved */
    "-P-C-DE", /* running */
    "---C--E", /* paused; resume depends on where it was */
    "-------",
    "-------",
    "-------",
};

START_TEST(every_event_in_every_life)
{
    static const char letters[] = "-?ARPDCE";
    for (int32_t life = 1; life <= 7; life++)
        for (int32_t event = 1; event <= 7; event++) {
            int32_t next = mbill__task_next_life(life, event);
            char expected = LIVES[life - 1][event - 1];
            ck_assert_msg(letters[next] == expected, "life %d, event %d gives %c, expected %c", life, event, letters[next],
                expected);
        }
    ck_assert_int_eq(mbill__task_next_life(0, 1), 0);
    ck_assert_int_eq(mbill__task_next_life(8, 1), 0);
    ck_assert_int_eq(mbill__task_next_life(1, 0), 0);
    ck_assert_int_eq(mbill__task_next_life(1, 8), 0);
}
END_TEST

START_TEST(operators_are_refused_by_name)
{
    static const char *const done[] = {"approved", "paused", "resumed", "cancelled"};
    mbill_task *task = task_of(SWITCH_DUAL);
    mbill_task_item items[3];
    char part[64];
    for (int32_t life = 1; life <= 7; life++)
        for (int32_t event = 1; event <= 4; event++) {
            mbill_task_state state = started(task, T0), before;
            mbill_error err;
            mbill_error_init(&err);
            state.life = life;
            state.begun = life == MBILL_TASK_RUNNING || life >= MBILL_TASK_DONE;
            state.has_items = state.begun;
            state.resumes = life == MBILL_TASK_PAUSED ? MBILL_TASK_APPROVED : 0;
            for (size_t i = 0; i < 3; i++) mbill__item_make(task, &state, i, &items[i]);
            before = state;
            mbill_status status = mbill_task_step(task, &state, items, 3, event, "bob", T0 + 1, &err);
            bool resumed = life == MBILL_TASK_PAUSED && event == MBILL_TASK_RESUME;
            if (LIVES[life - 1][event - 1] == '-' && !resumed) {
                (void)snprintf(part, sizeof part, "the task is %s and cannot be %s", mbill_task_life_name(life), done[event - 1]);
                assert_refusal(&err, status, MBILL_E_INVALID, part);
                ck_assert_int_eq(memcmp(&before, &state, sizeof state), 0);
            } else {
                ck_assert_int_eq(status, MBILL_OK);
                ck_assert_int_eq(state.life, resumed ? MBILL_TASK_APPROVED : mbill__task_next_life(life, event));
                ck_assert_int_eq(state.resumes, event == MBILL_TASK_PAUSE ? life : 0);
            }
        }
    mbill_task_free(task);
}
END_TEST

START_TEST(two_operators)
{
    mbill_task *task = task_of(SWITCH_DUAL);
    mbill_task_state state = started(task, T0);
    mbill_task_item items[3];
    mbill_task_work work[8];
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(state.life, MBILL_TASK_DRAFT);
    ck_assert_uint_eq(due(task, &state, items, T0, work), 0);
    assert_refusal(&err, mbill_task_step(task, &state, NULL, 0, MBILL_TASK_APPROVE, "ann", T0, &err), MBILL_E_INVALID,
        "operator \"ann\" made the task");
    assert_refusal(&err, mbill_task_step(task, &state, NULL, 0, MBILL_TASK_APPROVE, "", T0, &err), MBILL_E_INVALID, "0 bytes");
    assert_refusal(&err, mbill_task_step(task, &state, NULL, 0, 5, "bob", T0, &err), MBILL_E_INVALID, "event 5");
    ck_assert_int_eq(mbill_task_step(task, &state, NULL, 0, MBILL_TASK_APPROVE, "bob", T0, &err), MBILL_OK);
    ck_assert_str_eq(state.approved_by, "bob");
    ck_assert_uint_eq(due(task, &state, items, T0, work), 2);
    mbill_task_free(task);
}
END_TEST

/* ---- one item ---- */

typedef struct answer_case {
    int32_t state, attempts, outcome, answered;
    bool waits; /* FAILED: to be tried again */
    int32_t attempt, says;
    int32_t verdict, after;
} answer_case;

#define OUT MBILL_ITEM_OUT
#define DONE MBILL_ITEM_DONE
#define REFUSED MBILL_ITEM_REFUSED
#define FAILED MBILL_ITEM_FAILED
#define EXPIRED MBILL_ITEM_EXPIRED
#define UNKNOWN MBILL_ITEM_UNKNOWN
#define SAYS_DONE MBILL_OUTCOME_DONE
#define SAYS_REFUSED MBILL_OUTCOME_REFUSED
#define SAYS_FAILED MBILL_OUTCOME_FAILED
#define SAYS_BUSY MBILL_OUTCOME_BUSY
#define SAYS_NOTHING MBILL_OUTCOME_NO_ANSWER
#define TAKEN MBILL_VERDICT_TAKEN
#define LATE_TAKEN MBILL_VERDICT_LATE_TAKEN
#define SAME MBILL_VERDICT_SAME
#define LATE MBILL_VERDICT_LATE
#define CONTRA MBILL_VERDICT_CONTRADICTS
#define NEVER MBILL_VERDICT_NEVER_OUT

/* The task tries again what failed or had no answer, up to three times. */
static const answer_case ANSWERS[] = {
    /* the answer that is waited for */
    {OUT, 1, 0, 0, false, 1, SAYS_DONE, TAKEN, DONE},
    {OUT, 1, 0, 0, false, 1, SAYS_REFUSED, TAKEN, REFUSED},
    {OUT, 1, 0, 0, false, 1, SAYS_FAILED, TAKEN, FAILED},
    {OUT, 1, 0, 0, false, 1, SAYS_BUSY, TAKEN, FAILED},
    {OUT, 1, 0, 0, false, 1, SAYS_NOTHING, TAKEN, FAILED},
    {OUT, 3, SAYS_FAILED, 2, false, 3, SAYS_NOTHING, TAKEN, UNKNOWN},
    {OUT, 3, SAYS_FAILED, 2, false, 3, SAYS_FAILED, TAKEN, FAILED},
    /* of an attempt before it */
    {OUT, 2, SAYS_NOTHING, 1, false, 1, SAYS_DONE, LATE_TAKEN, DONE},
    {OUT, 2, SAYS_NOTHING, 1, false, 1, SAYS_REFUSED, LATE, OUT},
    {OUT, 2, SAYS_NOTHING, 1, false, 1, SAYS_FAILED, LATE, OUT},
    {OUT, 2, SAYS_NOTHING, 1, false, 1, SAYS_BUSY, LATE, OUT},
    {OUT, 2, SAYS_NOTHING, 1, false, 1, SAYS_NOTHING, SAME, OUT},
    /* of one that never was */
    {MBILL_ITEM_DUE, 0, 0, 0, false, 1, SAYS_DONE, NEVER, MBILL_ITEM_DUE},
    {OUT, 1, 0, 0, false, 2, SAYS_DONE, NEVER, OUT},
    {OUT, 1, 0, 0, false, 0, SAYS_DONE, NEVER, OUT},
    {EXPIRED, 0, 0, 0, false, 1, SAYS_DONE, NEVER, EXPIRED},
    /* done stays done */
    {DONE, 1, SAYS_DONE, 1, false, 1, SAYS_DONE, SAME, DONE},
    {DONE, 1, SAYS_DONE, 1, false, 1, SAYS_REFUSED, CONTRA, DONE},
    {DONE, 1, SAYS_DONE, 1, false, 1, SAYS_FAILED, CONTRA, DONE},
    {DONE, 1, SAYS_DONE, 1, false, 1, SAYS_BUSY, CONTRA, DONE},
    {DONE, 1, SAYS_DONE, 1, false, 1, SAYS_NOTHING, LATE, DONE},
    {DONE, 2, SAYS_DONE, 1, false, 2, SAYS_DONE, SAME, DONE},
    {DONE, 2, SAYS_DONE, 1, false, 2, SAYS_REFUSED, LATE, DONE},
    {DONE, 2, SAYS_DONE, 1, false, 2, SAYS_FAILED, LATE, DONE},
    /* refused */
    {REFUSED, 1, SAYS_REFUSED, 1, false, 1, SAYS_REFUSED, SAME, REFUSED},
    {REFUSED, 1, SAYS_REFUSED, 1, false, 1, SAYS_DONE, CONTRA, REFUSED},
    {REFUSED, 1, SAYS_REFUSED, 1, false, 1, SAYS_FAILED, CONTRA, REFUSED},
    {REFUSED, 1, SAYS_REFUSED, 1, false, 1, SAYS_NOTHING, LATE, REFUSED},
    {REFUSED, 2, SAYS_REFUSED, 2, false, 1, SAYS_DONE, LATE_TAKEN, DONE},
    {REFUSED, 2, SAYS_REFUSED, 2, false, 1, SAYS_FAILED, LATE, REFUSED},
    /* failed, to be tried again */
    {FAILED, 1, SAYS_FAILED, 1, true, 1, SAYS_FAILED, SAME, FAILED},
    {FAILED, 1, SAYS_FAILED, 1, true, 1, SAYS_DONE, LATE_TAKEN, DONE},
    {FAILED, 1, SAYS_FAILED, 1, true, 1, SAYS_REFUSED, CONTRA, FAILED},
    {FAILED, 1, SAYS_FAILED, 1, true, 1, SAYS_BUSY, CONTRA, FAILED},
    {FAILED, 1, SAYS_FAILED, 1, true, 1, SAYS_NOTHING, LATE, FAILED},
    {FAILED, 2, SAYS_FAILED, 2, true, 1, SAYS_REFUSED, LATE, FAILED},
    {FAILED, 2, SAYS_FAILED, 2, true, 1, SAYS_DONE, LATE_TAKEN, DONE},
    /* no answer, to be tried again */
    {FAILED, 1, SAYS_NOTHING, 1, true, 1, SAYS_DONE, LATE_TAKEN, DONE},
    {FAILED, 1, SAYS_NOTHING, 1, true, 1, SAYS_REFUSED, LATE_TAKEN, REFUSED},
    {FAILED, 1, SAYS_NOTHING, 1, true, 1, SAYS_FAILED, LATE_TAKEN, FAILED},
    {FAILED, 1, SAYS_NOTHING, 1, true, 1, SAYS_BUSY, LATE_TAKEN, FAILED},
    {FAILED, 1, SAYS_NOTHING, 1, true, 1, SAYS_NOTHING, SAME, FAILED},
    /* given up */
    {FAILED, 3, SAYS_FAILED, 3, false, 3, SAYS_DONE, LATE_TAKEN, DONE},
    {FAILED, 3, SAYS_FAILED, 3, false, 3, SAYS_REFUSED, CONTRA, FAILED},
    {FAILED, 3, SAYS_FAILED, 3, false, 2, SAYS_REFUSED, LATE, FAILED},
    /* nobody knows */
    {UNKNOWN, 3, SAYS_NOTHING, 3, false, 3, SAYS_DONE, LATE_TAKEN, DONE},
    {UNKNOWN, 3, SAYS_NOTHING, 3, false, 3, SAYS_REFUSED, LATE_TAKEN, REFUSED},
    {UNKNOWN, 3, SAYS_NOTHING, 3, false, 3, SAYS_FAILED, LATE_TAKEN, FAILED},
    {UNKNOWN, 3, SAYS_NOTHING, 3, false, 3, SAYS_BUSY, LATE_TAKEN, FAILED},
    {UNKNOWN, 3, SAYS_NOTHING, 3, false, 3, SAYS_NOTHING, SAME, UNKNOWN},
    {UNKNOWN, 3, SAYS_NOTHING, 3, false, 1, SAYS_DONE, LATE_TAKEN, DONE},
    {UNKNOWN, 3, SAYS_NOTHING, 3, false, 1, SAYS_FAILED, LATE, UNKNOWN},
    /* its time was over */
    {EXPIRED, 1, SAYS_FAILED, 1, false, 1, SAYS_DONE, LATE_TAKEN, DONE},
    {EXPIRED, 1, SAYS_FAILED, 1, false, 1, SAYS_FAILED, SAME, EXPIRED},
    {EXPIRED, 1, SAYS_FAILED, 1, false, 1, SAYS_REFUSED, CONTRA, EXPIRED},
    {EXPIRED, 1, SAYS_FAILED, 1, false, 1, SAYS_NOTHING, LATE, EXPIRED},
};

#define N_ANSWERS (int)(sizeof ANSWERS / sizeof ANSWERS[0])

START_TEST(every_answer_in_every_state)
{
    const answer_case *given = &ANSWERS[_i];
    mbill_task *task = task_of(SWITCH);
    mbill_task_item item = {.state = given->state,
        .attempts = given->attempts,
        .outcome = given->outcome,
        .answered = given->answered};
    item.at_utc_s = given->state == FAILED && !given->waits ? MBILL_TASK_NEVER : T0 + 50;
    mbill_task_item before = item;
    mbill_task_answer answer = {.attempt = given->attempt, .outcome = given->says, .code = 9};
    int32_t verdict = (int32_t)mbill__item_answer(task, &item, &answer, T0 + 10);
    ck_assert_msg(verdict == given->verdict, "case %d: %s, expected %s", _i, mbill_verdict_name(verdict),
        mbill_verdict_name(given->verdict));
    ck_assert_msg(item.state == given->after, "case %d: %s, expected %s", _i, mbill_item_state_name(item.state),
        mbill_item_state_name(given->after));
    bool changes = verdict == TAKEN || verdict == LATE_TAKEN;
    ck_assert_int_eq(memcmp(&before, &item, sizeof item) != 0, changes);
    if (changes) ck_assert_int_eq(item.code, 9);
    if (changes) ck_assert_int_eq((int32_t)mbill__item_answer(task, &item, &answer, T0 + 20), SAME); /* and once more */
    mbill_task_free(task);
}
END_TEST

START_TEST(retries_wait_longer_each_time)
{
    mbill_task *task = task_of(SWITCH);
    mbill_task_item item = {.state = MBILL_ITEM_DUE};
    static const int64_t delays[] = {60, 150};
    for (size_t i = 0; i < 2; i++) {
        mbill__item_hand_out(task, &item, T0);
        ck_assert_int_eq(item.at_utc_s, T0 + 100);
        ck_assert(!mbill__item_lapse(task, &item, T0 + 99));
        ck_assert(mbill__item_lapse(task, &item, T0 + 5000)); /* whenever it is seen */
        ck_assert_int_eq(item.at_utc_s, T0 + 100 + delays[i]);
        ck_assert(!mbill__item_is_ready(&item, item.at_utc_s - 1) && mbill__item_is_ready(&item, item.at_utc_s));
    }
    mbill__item_hand_out(task, &item, T0);
    ck_assert(mbill__item_lapse(task, &item, T0 + 100));
    ck_assert_int_eq(item.state, UNKNOWN);
    ck_assert(!mbill__item_is_open(&item));
    mbill_task_free(task);
}
END_TEST

/* ---- a run ---- */

START_TEST(a_run_from_end_to_end)
{
    mbill_task *task = task_of(SWITCH);
    mbill_task_state state = started(task, T0);
    mbill_task_item items[3];
    mbill_task_work work[8], again[8];
    mbill_task_counts counts = {.struct_size = sizeof counts};
    int32_t verdict;
    ck_assert_uint_eq(due(task, &state, items, T0, work), 2); /* two at once */
    ck_assert_uint_eq(due(task, &state, items, T0 + 1, again), 0);
    mbill_task_answer answer = {.item = work[0].item, .attempt = 1, .outcome = SAYS_DONE};
    ck_assert_int_eq(mbill_task_result(task, &state, items, 3, &answer, T0 + 2, &verdict, NULL), MBILL_OK);
    ck_assert_int_eq(verdict, TAKEN);
    ck_assert_uint_eq(due(task, &state, items, T0 + 3, again), 1);
    ck_assert_int_eq(again[0].target, 2);
    answer.item.bytes[0] ^= 1;
    ck_assert_int_eq(mbill_task_result(task, &state, items, 3, &answer, T0 + 3, &verdict, NULL), MBILL_OK);
    ck_assert_int_eq(verdict, NEVER);
    answer = (mbill_task_answer){.item = again[0].item, .attempt = 1, .outcome = SAYS_REFUSED, .code = 7};
    ck_assert_int_eq(mbill_task_result(task, &state, items, 3, &answer, T0 + 4, &verdict, NULL), MBILL_OK);
    ck_assert_uint_eq(due(task, &state, items, T0 + 100 + 60, again), 1); /* no answer: the second attempt */
    ck_assert_int_eq(again[0].attempt, 2);
    ck_assert_int_eq(memcmp(again[0].item.bytes, work[1].item.bytes, 16), 0);
    ck_assert_uint_eq(due(task, &state, items, T0 + 10000, again), 0); /* its time is over */
    ck_assert_int_eq(state.life, MBILL_TASK_EXPIRED);
    ck_assert_int_eq(mbill_task_count(items, 3, &counts, NULL), MBILL_OK);
    ck_assert(
        counts.n_open == 0 && counts.states[DONE - 1] == 1 && counts.states[REFUSED - 1] == 1 && counts.states[UNKNOWN - 1] == 1);
    ck_assert_int_eq(counts.n_attempts, 4);
    answer = (mbill_task_answer){.item = work[1].item, .attempt = 1, .outcome = SAYS_DONE};
    ck_assert_int_eq(mbill_task_result(task, &state, items, 3, &answer, T0 + 20000, &verdict, NULL), MBILL_OK);
    ck_assert_int_eq(verdict, LATE_TAKEN);
    mbill_task_free(task);
}
END_TEST

START_TEST(paused_and_cancelled)
{
    mbill_task *task = task_of(SWITCH);
    mbill_task_state state = started(task, T0);
    mbill_task_item items[3];
    mbill_task_work work[8];
    ck_assert_uint_eq(due(task, &state, items, T0, work), 2);
    ck_assert_int_eq(mbill_task_step(task, &state, items, 3, MBILL_TASK_PAUSE, "bob", T0 + 1, NULL), MBILL_OK);
    ck_assert_uint_eq(due(task, &state, items, T0 + 200, work), 0);
    ck_assert_int_eq(items[0].state, FAILED); /* the lease ran out all the same */
    ck_assert_int_eq(mbill_task_step(task, &state, items, 3, MBILL_TASK_RESUME, "bob", T0 + 200, NULL), MBILL_OK);
    ck_assert_int_eq(state.life, MBILL_TASK_RUNNING);
    ck_assert_uint_eq(due(task, &state, items, T0 + 201, work), 2);
    ck_assert_int_eq(mbill_task_step(task, &state, items, 3, MBILL_TASK_CANCEL, "bob", T0 + 202, NULL), MBILL_OK);
    ck_assert(items[0].state == UNKNOWN && items[1].state == UNKNOWN && items[2].state == EXPIRED);
    ck_assert_uint_eq(due(task, &state, items, T0 + 203, work), 0);
    mbill_task_free(task);
}
END_TEST

/* ---- runs by the calendar ---- */

#define REPEATED(every, from, until, missed)                                                                                     \
    HEAD "\"dual_control\":false,\"do\":{\"read\":\"all\"},\"host\":{\"lease_s\":10},\"targets\":[\"M1\"],\"start\":{"           \
         "\"every\":" every ",\"from\":\"" from "\"," until                                                                      \
         "\"time\":\"02:30\",\"zone\":\"CET-1CEST,M3.5.0,M10.5.0/3\",\"missed\":\"" missed "\"}}"

static int64_t at(const char *text)
{
    int64_t utc_s = 0;
    ck_assert_int_eq(mbill_time_parse(text, strlen(text), NULL, &utc_s, NULL), MBILL_OK);
    return utc_s;
}

/* Begin the run that is due and answer for its one target. */
static void work_through(const mbill_task *task, mbill_task_state *state, int64_t now)
{
    mbill_task_item item;
    mbill_task_work work[8];
    int32_t verdict;
    ck_assert_uint_eq(due(task, state, &item, now, work), 1);
    mbill_task_answer answer = {.item = work[0].item, .attempt = 1, .outcome = SAYS_DONE};
    ck_assert_int_eq(mbill_task_result(task, state, &item, 1, &answer, now, &verdict, NULL), MBILL_OK);
    ck_assert_int_eq(verdict, TAKEN);
    ck_assert_uint_eq(due(task, state, &item, now, NULL), 0);
}

START_TEST(days_over_a_clock_change)
{
    mbill_task *task = task_of(REPEATED("{\"days\":1}", "2026-03-28", "\"until\":\"2026-03-31\",", "each"));
    mbill_task_state state = started(task, at("2026-03-01"));
    static const char *const times[] = {"2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"};
    for (size_t i = 0; i < 3; i++) { /* 02:30 on the 29th is skipped: it is when clocks skip it */
        ck_assert_int_eq(state.run_utc_s, at(times[i]));
        work_through(task, &state, state.run_utc_s);
    }
    ck_assert_int_eq(state.life, MBILL_TASK_DONE);
    ck_assert_int_eq(state.n_finished, 3);
    mbill_task_free(task);
    task = task_of(REPEATED("{\"days\":1}", "2026-10-25", "", "each"));
    state = started(task, at("2026-03-01"));
    ck_assert_int_eq(state.run_utc_s, at("2026-10-25T00:30:00Z")); /* of two, the first */
    mbill_task_free(task);
}
END_TEST

START_TEST(months_are_counted_from_the_first)
{
    mbill_task *task = task_of(REPEATED("{\"months\":1}", "2026-01-31", "\"until\":\"2026-04-01\",", "each"));
    mbill_task_state state = started(task, at("2026-01-01"));
    static const char *const times[] = {"2026-01-31T01:30:00Z", "2026-02-28T01:30:00Z", "2026-03-31T00:30:00Z"};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(state.run_utc_s, at(times[i]));
        work_through(task, &state, at("2026-05-01")); /* missed runs, one by one */
    }
    ck_assert_int_eq(state.life, MBILL_TASK_DONE);
    mbill_task_free(task);
}
END_TEST

START_TEST(missed_runs_of_which_the_last_counts)
{
    mbill_task *task = task_of(REPEATED("{\"weeks\":2}", "2026-01-05", "", "latest"));
    mbill_task_state state = started(task, at("2026-01-01"));
    work_through(task, &state, at("2026-02-20"));
    ck_assert_int_eq(state.n_missed, 3);
    ck_assert_int_eq(state.n_finished, 1);
    ck_assert_int_eq(state.run_utc_s, at("2026-03-02T01:30:00Z"));
    mbill_task_free(task);
}
END_TEST

START_TEST(days_are_counted_as_they_are_made)
{
    static const mbill__repeat repeats[] = {{0, 1, 100, MBILL__REPEAT_FOREVER}, {MBILL__REPEAT_DAYS, 3, -50, 400},
        {MBILL__REPEAT_MONTHS, 1, 30, MBILL__REPEAT_FOREVER}, {MBILL__REPEAT_MONTHS, 3, 58, 3000},
        {MBILL__REPEAT_MONTHS, 12, 789, 9000}};
    for (size_t r = 0; r < sizeof repeats / sizeof repeats[0]; r++) {
        int64_t n = 0;
        int32_t next;
        for (int32_t day = -100; day < 4000; day++) {
            if (mbill__repeat_day(&repeats[r], n, &next) && next == day) n++;
            ck_assert_int_eq(mbill__repeat_count(&repeats[r], day), n);
        }
    }
}
END_TEST

/* ---- bytes ---- */

START_TEST(state_as_bytes)
{
    mbill_task *task = task_of(SWITCH),
               *other = task_of(HEAD "\"dual_control\":false,\"do\":{\"read\":\"all\"},\"start\":\"now\","
                                     "\"host\":{\"lease_s\":1},\"targets\":[\"M1\"]}");
    mbill_task_state state = started(task, T0), back;
    mbill_task_item items[3], read[3];
    mbill_task_work work[8];
    uint8_t bytes[600];
    size_t len = 0, small;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_uint_eq(due(task, &state, items, T0, work), 2);
    ck_assert_int_eq(mbill_task_encode(task, &state, items, 3, NULL, &len, NULL), MBILL_OK);
    ck_assert_uint_le(len, sizeof bytes);
    small = len - 1;
    assert_refusal(&err, mbill_task_encode(task, &state, items, 3, bytes, &small, &err), MBILL_E_ROOM, "");
    ck_assert_int_eq(mbill_task_encode(task, &state, items, 3, bytes, &len, NULL), MBILL_OK);
    ck_assert_int_eq(mbill_task_decode(task, bytes, len, &back, read, 3, &err), MBILL_OK);
    ck_assert_int_eq(memcmp(&back, &state, sizeof state), 0);
    ck_assert_int_eq(memcmp(read, items, sizeof items), 0);
    for (size_t i = 0; i < len; i++) { /* any damage is seen */
        bytes[i] ^= 0x40;
        ck_assert_int_ne(mbill_task_decode(task, bytes, len, &back, read, 3, &err), MBILL_OK);
        ck_assert_int_ne(mbill_task_decode(task, bytes, i, &back, read, 3, &err), MBILL_OK);
        bytes[i] ^= 0x40;
    }
    bytes[7] = 2;
    assert_refusal(&err, mbill_task_decode(task, bytes, len, &back, read, 3, &err), MBILL_E_VERSION, "format 2, expected 1");
    bytes[7] = 1;
    assert_refusal(&err, mbill_task_decode(other, bytes, len, &back, read, 1, &err), MBILL_E_INVALID, "of 3 items");
    state.format = 9;
    assert_refusal(&err, mbill_task_due(task, &state, items, 3, T0, 8, work, &len, &err), MBILL_E_VERSION, "format 9");
    mbill_task_free(task);
    mbill_task_free(other);
}
END_TEST

/* ---- documents ---- */

START_TEST(written_as_it_was_read)
{
    static const char *const documents[] = {SWITCH, SWITCH_DUAL,
        REPEATED("{\"quarters\":1}", "2026-01-31", "\"until\":\"2027-01-01\",", "each"),
        HEAD "\"dual_control\":false,\"title\":\"aid\",\"do\":{\"top_up\":{\"amount\":\"10\",\"channel\":1}},"
             "\"start\":{\"at\":\"2026-01-01T08:00:00+08:00\"},\"targets\":[\"A1\",{\"target\":\"A2\",\"amount\":\"5.50\"}]}",
        HEAD "\"dual_control\":false,\"do\":{\"set_tariff\":{\"tariff\":\"t\",\"replaces\":\"s\",\"from\":\"2026-02-01\"}},\"start\":\"now\","
             "\"targets\":[\"A1\"]}",
        HEAD
        "\"dual_control\":false,\"do\":{\"set_alarm_amounts\":[\"50\",\"20\",\"0\"]},\"start\":\"now\",\"targets\":[\"A1\"]}",
        HEAD "\"dual_control\":false,\"do\":{\"read\":[\"total\",\"t1\"]},\"host\":{\"lease_s\":5,\"retry\":{\"attempts\":2,"
             "\"delay_s\":0,\"on\":[\"busy\"]}},\"start\":\"now\",\"targets\":[\"A1\"]}"};
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        char first[2000], second[2000];
        size_t len = sizeof first;
        mbill_task *task = task_of(documents[i]);
        ck_assert_int_eq(mbill_task_write(task, first, &len, NULL), MBILL_OK);
        mbill_task_free(task);
        task = task_of(first);
        len = sizeof second;
        ck_assert_int_eq(mbill_task_write(task, second, &len, NULL), MBILL_OK);
        ck_assert_str_eq(first, second);
        mbill_task_free(task);
    }
}
END_TEST

typedef struct change {
    const char *from, *to; /* in SWITCH */
    mbill_status status;
    const char *path, *part;
} change;

static const change CHANGES[] = {
    {"\"made_by\":\"ann\",", "", MBILL_E_MISSING_KEY, "/made_by", ""},
    {"\"made_by\":\"ann\"", "\"made_by\":\"\"", MBILL_E_INVALID, "/made_by", "0 bytes"},
    {"\"dual_control\":false,", "", MBILL_E_MISSING_KEY, "/dual_control", ""},
    {"0123456789abcdef0123456789abcdef", "00000000000000000000000000000000", MBILL_E_INVALID, "/id", "all zeros"},
    {"\"switch\":\"off\"", "\"switch\":\"of\"", MBILL_E_INVALID, "/do/switch", "off"},
    {"\"switch\":\"off\"", "\"switch\":\"off\",\"read\":\"all\"", MBILL_E_INVALID, "/do", "2 things"},
    {"\"switch\":\"off\"", "\"swich\":\"off\"", MBILL_E_UNKNOWN_KEY, "/do/swich", "switch"},
    {"{\"switch\":\"off\"}", "{\"top_up\":{\"channel\":1}}", MBILL_E_INVALID, "/host", "host belongs to switch and read"},
    {"\"start\":\"now\"", "\"start\":\"later\"", MBILL_E_INVALID, "/start", "now"},
    {"\"start\":\"now\"", "\"start\":{\"at\":\"2026-01-01T00:00:00\"}", MBILL_E_AMBIGUOUS, "/start/at", ""},
    {"\"start\":\"now\"", "\"start\":{\"at\":\"2026-01-01T00:00:00Z\",\"zone\":\"UTC0\"}", MBILL_E_UNKNOWN_KEY, "/start/zone",
        ""},
    {"\"start\":\"now\"", "\"start\":{\"from\":\"2026-01-01\"}", MBILL_E_MISSING_KEY, "/start/every", ""},
    {"\"start\":\"now\"", "\"start\":{\"every\":{\"days\":1,\"weeks\":1}}", MBILL_E_INVALID, "/start/every", "2 units"},
    {"\"start\":\"now\"", "\"start\":{\"every\":{\"days\":0}}", MBILL_E_RANGE, "/start/every/days", ""},
    {"\"start\":\"now\"", "\"start\":{\"every\":{\"days\":1},\"from\":\"2026-01-02\",\"until\":\"2026-01-02\"}", MBILL_E_INVALID,
        "/start/until", "not after"},
    {"\"start\":\"now\"", "\"start\":{\"every\":{\"days\":1},\"from\":\"2026-01-02\",\"time\":\"24:00\"}", MBILL_E_DATE,
        "/start/time", "24:00"},
    {"\"start\":\"now\"", "\"start\":{\"every\":{\"days\":1},\"from\":\"2026-01-02\",\"time\":\"2:30\"}", MBILL_E_DATE,
        "/start/time", ""},
    {"\"start\":\"now\"",
        "\"start\":{\"every\":{\"days\":1},\"from\":\"2026-01-02\",\"time\":\"02:30\",\"zone\":\"Berlin/Europe\"}", MBILL_E_ZONE,
        "/start/zone", ""},
    {"\"start\":\"now\"", "\"start\":{\"every\":{\"days\":1},\"from\":\"2026-01-02\",\"time\":\"02:30\",\"zone\":\"UTC0\"}",
        MBILL_E_MISSING_KEY, "/start/missed", ""},
    {"\"expires_after_s\":10000", "\"expires_after_s\":0", MBILL_E_RANGE, "/expires_after_s", ""},
    {"\"lease_s\":100,", "", MBILL_E_MISSING_KEY, "/host/lease_s", ""},
    {"\"parallel\":2", "\"parallel\":0", MBILL_E_RANGE, "/host/parallel", ""},
    {"\"attempts\":3", "\"attempts\":1", MBILL_E_RANGE, "/host/retry/attempts", ""},
    {"\"growth\":\"2.5\",", "", MBILL_E_INVALID, "/host/retry/cap_s", "growth"},
    {"\"growth\":\"2.5\"", "\"growth\":\"0.5\"", MBILL_E_RANGE, "/host/retry/growth", ""},
    {"\"cap_s\":200", "\"cap_s\":59", MBILL_E_RANGE, "/host/retry/cap_s", ""},
    {"[\"failed\",\"no_answer\"]", "[\"failed\",\"failed\"]", MBILL_E_DUPLICATE_KEY, "/host/retry/on/1", "twice"},
    {"[\"failed\",\"no_answer\"]", "[\"refused\"]", MBILL_E_INVALID, "/host/retry/on/0", ""},
    {"[\"M1\",\"M2\",\"M3\"]", "[]", MBILL_E_INVALID, "/targets", ""},
    {"[\"M1\",\"M2\",\"M3\"]", "[\"M1\",\"M2\",\"M1\"]", MBILL_E_DUPLICATE_KEY, "/targets/2", "\"M1\" stands twice"},
    {"[\"M1\",\"M2\",\"M3\"]", "[{\"target\":\"M1\",\"amount\":\"1\"}]", MBILL_E_INVALID, "/targets/0", "top_up alone"},
    {"[\"M1\",\"M2\",\"M3\"]", "[\"\"]", MBILL_E_INVALID, "/targets/0", "0 bytes"},
    {",\"targets\":[\"M1\",\"M2\",\"M3\"]", "", MBILL_E_INVALID, "", "no targets"},
    {"\"kind\":\"task\"", "\"kind\":\"bill\"", MBILL_E_INVALID, "/kind", ""},
    {"{\"switch\":\"off\"}", "{\"set_alarm_amounts\":[\"5\",\"5\"]}", MBILL_E_ORDER, "/do/set_alarm_amounts/1", "not below"},
    {"{\"switch\":\"off\"}", "{\"top_up\":{\"amount\":\"0\",\"channel\":1}}", MBILL_E_INVALID, "/do/top_up/amount",
        "not above 0"},
};

START_TEST(refused_documents)
{
    const change *one = &CHANGES[_i];
    const char *place = strstr(SWITCH, one->from);
    char json[3000];
    mbill_task *task;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_ptr_nonnull(place);
    (void)snprintf(json, sizeof json, "%.*s%s%s", (int)(place - SWITCH), SWITCH, one->to, place + strlen(one->from));
    assert_refusal_path(&err, mbill_task_read(json, strlen(json), NULL, 0, NULL, NULL, NULL, &task, &err), one->status, one->path,
        one->part);
    ck_assert_ptr_null(task);
}
END_TEST

/* ---- files of targets ---- */

#define AID HEAD "\"dual_control\":false,\"do\":{\"top_up\":{\"channel\":1}},\"start\":\"now\"}"

typedef struct seen {
    int64_t lines[8];
    size_t n;
} seen;

static void note(void *ctx, const mbill_error *err)
{
    seen *to = ctx;
    to->lines[to->n++] = err->index;
}

static mbill_status read_file(const char *text, mbill_task **task, seen *to, mbill_error *err)
{
    *to = (seen){.n = 0};
    mbill_error_init(err);
    return mbill_task_read(AID, sizeof AID - 1, text, strlen(text), note, to, NULL, task, err);
}

START_TEST(targets_of_a_file)
{
    static const char *const texts[] = {"target,amount\nA1,5\nA2,7.50\n",
        "{\"target\":\"A1\",\"amount\":\"5\"}\n{\"amount\":\"7.5\",\"target\":\"A2\"}"};
    for (size_t i = 0; i < 2; i++) {
        mbill_task *task;
        mbill_task_target target;
        mbill_error err;
        seen lines;
        ck_assert_msg(read_file(texts[i], &task, &lines, &err) == MBILL_OK, "%s", err.message);
        ck_assert_int_eq(mbill_task_get_target(task, 1, &target, &err), MBILL_OK);
        ck_assert_str_eq(target.name, "A2");
        ck_assert_int_eq(target.amount_micro, 7500000);
        assert_refusal(&err, mbill_task_get_target(task, 2, &target, &err), MBILL_E_RANGE, "");
        mbill_task_free(task);
    }
}
END_TEST

START_TEST(every_bad_line_is_named)
{
    static const char *const texts[] = {"target,amount\nA1,5\nA2,x\n,5\nA3,-1\nA4,\n",
        "{\"target\":\"A1\",\"amount\":\"5\"}\n{\"target\":\"A2\",\"amount\":\"x\"}\n\n{\"target\":\"A3\",\"amount\":\"-1\"}"
        "\n\"A4\"\n"};
    static const int64_t expected[2][4] = {{3, 4, 5, 6}, {2, 3, 4, 5}};
    mbill_task *task;
    mbill_error err;
    seen lines;
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_ne(read_file(texts[i], &task, &lines, &err), MBILL_OK);
        ck_assert_ptr_null(task);
        ck_assert_uint_eq(lines.n, 4);
        for (size_t k = 0; k < 4; k++) ck_assert_int_eq(lines.lines[k], expected[i][k]);
        ck_assert_int_eq(err.index, expected[i][0]);
        ck_assert_ptr_nonnull(strstr(err.message, "3 more lines are refused"));
    }
    assert_refusal_index(&err, read_file("target,amount\nA1,5\nA2,5\nA1,6\n", &task, &lines, &err), MBILL_E_DUPLICATE_KEY, 4,
        "\"A1\" stands twice");
    assert_refusal_index(&err, read_file("target,amount\n", &task, &lines, &err), MBILL_E_INVALID, 1, "no target");
    assert_refusal_index(&err, read_file("target,amount\nA1,5\nA2\nA3,x\n", &task, &lines, &err), MBILL_E_SYNTAX, 3, "");
    assert_refusal(&err, mbill_task_read(SWITCH, sizeof SWITCH - 1, "target\nM1\n", 10, NULL, NULL, NULL, &task, &err),
        MBILL_E_INVALID, "in the document and in a file");
}
END_TEST

START_TEST(answers_as_lines)
{
    static const char good[] =
        "{\"item\":\"0123456789abcdef0123456789abcdef\",\"attempt\":2,\"outcome\":\"busy\",\"code\":-4,\"reason\":\"x\"}";
    mbill_task_answer answer;
    mbill_error err;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_task_answer_read(good, sizeof good - 1, &answer, &err), MBILL_OK);
    ck_assert(answer.attempt == 2 && answer.outcome == SAYS_BUSY && answer.code == -4 && answer.item.bytes[1] == 0x23);
    assert_refusal_path(&err, mbill_task_answer_read("{}", 2, &answer, &err), MBILL_E_MISSING_KEY, "/item", "");
    answer = (mbill_task_answer){.attempt = 1, .outcome = 6};
    assert_refusal(&err, mbill__task_answer_check(&answer, &err), MBILL_E_INVALID, "outcome 6");
}
END_TEST

START_TEST(memory_that_ends)
{
    mbill_status status = MBILL_E_NOMEM;
    for (size_t n = 1; status == MBILL_E_NOMEM && n < 100; n++) {
        counting_allocator counter;
        counting_start(&counter, n);
        mbill_task *task;
        mbill_error err;
        mbill_error_init(&err);
        status = mbill_task_read(AID, sizeof AID - 1, "target,amount\nA1,5\n", 19, NULL, NULL, &counter.allocator, &task, &err);
        if (status == MBILL_OK) mbill_task_free(task);
        else ck_assert_ptr_null(task);
        ck_assert_int_eq(counter.live, 0);
    }
    ck_assert_int_eq(status, MBILL_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("task");
    TCase *life = tcase_create("life"), *document = tcase_create("document");
    tcase_add_test(life, every_event_in_every_life);
    tcase_add_test(life, operators_are_refused_by_name);
    tcase_add_test(life, two_operators);
    tcase_add_loop_test(life, every_answer_in_every_state, 0, N_ANSWERS);
    tcase_add_test(life, retries_wait_longer_each_time);
    tcase_add_test(life, a_run_from_end_to_end);
    tcase_add_test(life, paused_and_cancelled);
    tcase_add_test(life, days_over_a_clock_change);
    tcase_add_test(life, months_are_counted_from_the_first);
    tcase_add_test(life, missed_runs_of_which_the_last_counts);
    tcase_add_test(life, days_are_counted_as_they_are_made);
    tcase_add_test(life, state_as_bytes);
    tcase_add_test(document, written_as_it_was_read);
    tcase_add_loop_test(document, refused_documents, 0, (int)(sizeof CHANGES / sizeof CHANGES[0]));
    tcase_add_test(document, targets_of_a_file);
    tcase_add_test(document, every_bad_line_is_named);
    tcase_add_test(document, answers_as_lines);
    tcase_add_test(document, memory_that_ends);
    suite_add_tcase(suite, life);
    suite_add_tcase(suite, document);
    return check_run(suite, CK_FORK_GETENV);
}

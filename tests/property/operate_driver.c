/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks and custom charges behind a line protocol: words with tabs between them, answers of one line, "ok" and words, or "no" and the status's name.
 *   task JSON NOW                       a task and its first state: life, run, when it is due and ends
 *   due NOW ROOM                        what is handed out: item, place, attempt, until each
 *   result ITEM ATTEMPT OUTCOME NOW     the verdict
 *   step EVENT BY NOW                   approve 1, pause 2, resume 3, cancel 4
 *   state                               life, run, due, ends, finished, missed, begun; then state, attempts, outcome, answered, at of each item, where there are any
 *   charge JSON                         a charge
 *   period N                            from, to, due day, due instant
 *   price N FROM TO PAUSES FACTS        amount, days, days of the period; pauses FROM:TO,…  facts NAME:DAY:MICRO,…
 *   id ACCOUNT N                        of the operation
 * Every state goes through its bytes after each step. */
#include "meterbill/charge.h"
#include "meterbill/task.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 8, ITEMS = 64, PARTS = 64 };

static mbill_task *task;
static mbill_task_info info;
static mbill_task_state state;
static mbill_task_item items[ITEMS];
static mbill_charge *charge;
static char *words[WORDS];

static void stop(const char *what)
{
    fprintf(stderr, "operate_driver: %s\n", what);
    exit(2);
}

static int refused(mbill_status status)
{
    if (status != MBILL_OK) printf("no\t%s\n", mbill_status_name((int32_t)status));
    return status != MBILL_OK;
}

static void through_bytes(void)
{
    static uint8_t bytes[1 << 16];
    size_t len = sizeof bytes;
    if (mbill_task_encode(task, &state, items, info.n_targets, bytes, &len, NULL) != MBILL_OK) stop("a state that has no bytes");
    memset(items, 0xA5, sizeof items);
    memset(&state, 0xA5, sizeof state);
    if (mbill_task_decode(task, bytes, len, &state, items, info.n_targets, NULL) != MBILL_OK) stop("bytes that are no state");
}

static int64_t number(size_t at)
{
    return strtoll(words[at], NULL, 10);
}

static void print_id(const mbill_id *id)
{
    char text[40];
    size_t len = sizeof text;
    if (mbill_id_print(id, text, &len, NULL) != MBILL_OK) stop("an id that is none");
    fputs(text, stdout);
}

static void take_task(void)
{
    mbill_task_free(task);
    memset(items, 0, sizeof items);
    info.struct_size = (uint32_t)sizeof info;
    if (refused(mbill_task_read(words[1], strlen(words[1]), NULL, 0, NULL, NULL, NULL, &task, NULL))) return;
    if (mbill_task_get_info(task, &info, NULL) != MBILL_OK || info.n_targets > ITEMS) stop("too many targets");
    if (!refused(mbill_task_start(task, number(2), &state, NULL)))
        printf("ok\t%d\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n", (int)state.life, state.run, state.run_utc_s, state.ends_utc_s);
}

static void take_due(void)
{
    mbill_task_work work[ITEMS];
    size_t n;
    if (refused(mbill_task_due(task, &state, items, info.n_targets, number(1), (size_t)number(2), work, &n, NULL))) return;
    fputs("ok", stdout);
    for (size_t i = 0; i < n; i++) {
        fputs("\t", stdout);
        print_id(&work[i].item);
        printf("\t%" PRId64 "\t%d\t%" PRId64, work[i].target, (int)work[i].attempt, work[i].until_utc_s);
    }
    fputs("\n", stdout);
    through_bytes();
}

static void take_result(void)
{
    mbill_task_answer answer = {.attempt = (int32_t)number(2), .outcome = (int32_t)number(3)};
    int32_t verdict;
    if (mbill_id_parse(words[1], strlen(words[1]), &answer.item, NULL) != MBILL_OK) stop("an id that is none");
    if (refused(mbill_task_result(task, &state, items, info.n_targets, &answer, number(4), &verdict, NULL))) return;
    printf("ok\t%d\n", (int)verdict);
    through_bytes();
}

static void take_step(void)
{
    if (refused(mbill_task_step(task, &state, items, info.n_targets, (int32_t)number(1), words[2], number(3), NULL))) return;
    puts("ok");
    through_bytes();
}

static void print_state(void)
{
    printf("ok\t%d\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%d", (int)state.life, state.run,
        state.run_utc_s, state.ends_utc_s, state.n_finished, state.n_missed, (int)state.begun);
    for (size_t i = 0; state.has_items != 0 && i < info.n_targets; i++)
        printf("\t%d\t%d\t%d\t%d\t%" PRId64, (int)items[i].state, (int)items[i].attempts, (int)items[i].outcome,
            (int)items[i].answered, items[i].at_utc_s);
    fputs("\n", stdout);
}

static void take_charge(void)
{
    mbill_charge_free(charge);
    if (!refused(mbill_charge_read(words[1], strlen(words[1]), NULL, &charge, NULL))) puts("ok");
}

static void take_period(void)
{
    mbill_charge_period period;
    if (refused(mbill_charge_get_period(charge, number(1), &period, NULL))) return;
    printf("ok\t%d\t%d\t%d\t%" PRId64 "\n", (int)period.from_day, (int)period.to_day, (int)period.due_day, period.due_utc_s);
}

static size_t read_pauses(char *text, mbill_charge_days *out)
{
    size_t n = 0;
    for (char *part = strtok(text, ","); part != NULL; part = strtok(NULL, ",")) {
        char *end;
        out[n].from_day = (int32_t)strtol(part, &end, 10);
        out[n++].to_day = (int32_t)strtol(end + 1, NULL, 10);
    }
    return n;
}

static size_t read_facts(char *text, mbill_charge_fact *out)
{
    size_t n = 0;
    for (char *part = strtok(text, ","); part != NULL; part = strtok(NULL, ",")) {
        char *colon = strchr(part, ':');
        if (colon == NULL) stop("a fact without a day");
        *colon = '\0';
        out[n] = (mbill_charge_fact){.name = part, .from_day = (int32_t)strtol(colon + 1, &colon, 10)};
        out[n++].value_micro = strtoll(colon + 1, NULL, 10);
    }
    return n;
}

static void take_price(void)
{
    mbill_charge_days pauses[PARTS];
    mbill_charge_fact facts[PARTS];
    mbill_charge_amount amount;
    mbill_charge_account account = {"A1", {(int32_t)number(2), (int32_t)number(3)}, pauses, 0};
    account.n_suspended = read_pauses(words[4], pauses);
    size_t n = read_facts(words[5], facts);
    if (!refused(mbill_charge_price(charge, number(1), &account, facts, n, &amount, NULL)))
        printf("ok\t%" PRId64 "\t%d\t%d\n", amount.amount_micro, (int)amount.n_days, (int)amount.period_days);
}

static void take_id(void)
{
    mbill_id id;
    if (refused(mbill_charge_operation_id(charge, words[1], number(2), &id, NULL))) return;
    fputs("ok\t", stdout);
    print_id(&id);
    fputs("\n", stdout);
}

static const struct {
    const char *verb;
    size_t n_words;
    void (*call)(void);
} VERBS[] = {{"task", 3, take_task}, {"due", 3, take_due}, {"result", 5, take_result}, {"step", 4, take_step},
    {"state", 1, print_state}, {"charge", 2, take_charge}, {"period", 2, take_period}, {"price", 6, take_price},
    {"id", 3, take_id}};

static void answer(char *line)
{
    size_t n = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; n < WORDS && at != NULL; n++) {
        words[n] = at;
        at = strchr(at, '\t');
        if (at != NULL) *at++ = '\0';
    }
    for (size_t i = 0; i < sizeof VERBS / sizeof VERBS[0]; i++)
        if (strcmp(words[0], VERBS[i].verb) == 0 && n == VERBS[i].n_words) {
            VERBS[i].call();
            return;
        }
    stop(words[0]);
}

int main(void)
{
    static char line[1 << 16];
    while (fgets(line, sizeof line, stdin) != NULL) {
        answer(line);
        fflush(stdout);
    }
    mbill_task_free(task);
    mbill_charge_free(charge);
    return 0;
}

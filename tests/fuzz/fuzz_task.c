/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks: a document, behind a NUL a file of targets, behind another NUL what happens. Laws: a refusal says why and makes nothing; what is written reads
 * back the same; counts add up after every step, what was done stays done, no more is out than may be; the state as bytes is the state. Bytes alone,
 * behind a third NUL, are no state or one that can be worked with. */
#include "meterbill/task.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void need(bool holds)
{
    if (!holds) abort();
}

typedef struct part {
    const uint8_t *at;
    size_t len;
    bool there;
} part;

/* What stands before the next NUL. */
static part next_part(part *rest)
{
    const uint8_t *end = rest->len > 0 ? memchr(rest->at, 0, rest->len) : NULL;
    part first = {rest->at, end != NULL ? (size_t)(end - rest->at) : rest->len, rest->there};
    *rest = end != NULL ? (part){end + 1, rest->len - first.len - 1, true} : (part){rest->at, 0, false};
    return first;
}

static void reads_back(const mbill_task *task)
{
    size_t len, len_again;
    mbill_task *again;
    need(mbill_task_write(task, NULL, &len, NULL) == MBILL_OK);
    char *text = malloc(len);
    need(text != NULL && mbill_task_write(task, text, &len, NULL) == MBILL_OK);
    need(mbill_task_read(text, len - 1, NULL, 0, NULL, NULL, NULL, &again, NULL) == MBILL_OK);
    need(mbill_task_write(again, NULL, &len_again, NULL) == MBILL_OK && len_again == len);
    char *text_again = malloc(len);
    need(text_again != NULL && mbill_task_write(again, text_again, &len_again, NULL) == MBILL_OK);
    need(memcmp(text, text_again, len) == 0);
    free(text);
    free(text_again);
    mbill_task_free(again);
}

typedef struct life {
    const mbill_task *task;
    mbill_task_info info;
    mbill_task_state state;
    mbill_task_item *items;
    bool *done; /* by target, in this run */
    int64_t now, run;
} life;

static void holds(life *of)
{
    mbill_task_counts counts = {.struct_size = (uint32_t)sizeof counts};
    int64_t sum = 0;
    if (of->state.has_items == 0) return;
    need(mbill_task_count(of->items, of->info.n_targets, &counts, NULL) == MBILL_OK);
    for (size_t i = 0; i < MBILL_ITEM_STATES; i++) sum += counts.states[i];
    need(sum == (int64_t)of->info.n_targets && counts.states[MBILL_ITEM_OUT - 1] <= of->info.parallel);
    for (size_t i = 0; i < of->info.n_targets; i++) {
        if (of->items[0].run != of->run) of->done[i] = false;
        need(!of->done[i] || of->items[i].state == MBILL_ITEM_DONE);
        of->done[i] = of->items[i].state == MBILL_ITEM_DONE;
        need(of->items[i].attempts <= of->info.max_attempts);
    }
    of->run = of->items[0].run;
}

static void goes_through_bytes(life *of)
{
    size_t len, n = of->info.n_targets;
    need(mbill_task_encode(of->task, &of->state, of->items, n, NULL, &len, NULL) == MBILL_OK);
    uint8_t *bytes = malloc(len);
    need(bytes != NULL && mbill_task_encode(of->task, &of->state, of->items, n, bytes, &len, NULL) == MBILL_OK);
    memset(of->items, 0xA5, n * sizeof *of->items);
    need(mbill_task_decode(of->task, bytes, len, &of->state, of->items, n, NULL) == MBILL_OK);
    free(bytes);
}

static void happen(life *of, uint8_t what, uint8_t more)
{
    mbill_task_work work[4];
    size_t n_work = 0, n = of->info.n_targets;
    int32_t verdict;
    of->now += (int64_t)(more & 0x3f) * (more & 0x3f) * (what & 0x80 ? 60 : 1);
    if ((what & 3) < 2) {
        if (mbill_task_due(of->task, &of->state, of->items, n, of->now, more % 5, work, &n_work, NULL) != MBILL_OK) return;
        need(n_work <= more % 5u);
    } else if ((what & 3) == 2) {
        const mbill_task_item *item = &of->items[more % n];
        mbill_task_answer answer = {.item = item->id,
            .attempt = item->attempts - (what >> 4 & 1),
            .outcome = 1 + (what >> 2) % 5};
        need(mbill_task_result(of->task, &of->state, of->items, n, &answer, of->now, &verdict, NULL) == MBILL_OK);
        need(mbill_task_result(of->task, &of->state, of->items, n, &answer, of->now, &verdict, NULL) == MBILL_OK);
        need(verdict != MBILL_VERDICT_TAKEN && verdict != MBILL_VERDICT_LATE_TAKEN);
    } else {
        mbill_status status = mbill_task_step(of->task, &of->state, of->items, n, 1 + (what >> 2) % 4, "bob", of->now, NULL);
        need(status == MBILL_OK || status == MBILL_E_INVALID);
    }
    holds(of);
}

static void live(const mbill_task *task, part events)
{
    life of = {.task = task, .info = {.struct_size = (uint32_t)sizeof of.info}, .now = 1767225600, .run = -1};
    need(mbill_task_get_info(task, &of.info, NULL) == MBILL_OK);
    of.items = calloc(of.info.n_targets, sizeof *of.items);
    of.done = calloc(of.info.n_targets, sizeof *of.done);
    need(of.items != NULL && of.done != NULL);
    if (mbill_task_start(task, of.now, &of.state, NULL) == MBILL_OK)
        for (size_t i = 0; i + 1 < events.len && i < 400; i += 2) {
            happen(&of, events.at[i], events.at[i + 1]);
            goes_through_bytes(&of);
        }
    free(of.items);
    free(of.done);
}

static void take_bytes(const mbill_task *task, part bytes)
{
    mbill_task_info info = {.struct_size = (uint32_t)sizeof info};
    mbill_task_state state;
    mbill_task_work work[1];
    size_t n;
    mbill_error err;
    mbill_error_init(&err);
    need(mbill_task_get_info(task, &info, NULL) == MBILL_OK);
    mbill_task_item *items = calloc(info.n_targets, sizeof *items);
    need(items != NULL);
    if (mbill_task_decode(task, bytes.at, bytes.len, &state, items, info.n_targets, &err) != MBILL_OK)
        need(err.message[0] != '\0');
    else if (mbill_task_due(task, &state, items, info.n_targets, 1767225600, 1, work, &n, NULL) == MBILL_OK) need(n <= 1);
    free(items);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    part rest = {data, size, true}, json = next_part(&rest), file = next_part(&rest), events = next_part(&rest);
    mbill_task *task = (mbill_task *)(void *)&size;
    mbill_task_answer answer;
    mbill_error err;
    mbill_error_init(&err);
    if (mbill_task_answer_read((const char *)json.at, json.len, &answer, NULL) == MBILL_OK) need(answer.attempt > 0);
    bool has_file = file.there && file.len > 0;
    mbill_status status = mbill_task_read((const char *)json.at, json.len, has_file ? (const char *)file.at : NULL,
        has_file ? file.len : 0, NULL, NULL, NULL, &task, &err);
    if (status != MBILL_OK) {
        need(task == NULL && err.status == (int32_t)status && status != MBILL_E_INTERNAL && err.message[0] != '\0');
        return 0;
    }
    reads_back(task);
    if (events.there) live(task, events);
    if (rest.there && rest.len > 0) take_bytes(task, rest);
    mbill_task_free(task);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when one target's work is tried, answered or given up by another rule. Law: what was done stays done; what may have been done is
 * handed out again only where the task says that no answer is tried again. */
#include "base/digest.h"
#include "operate/task.h"

#include <string.h>

static const char ITEM_WORD[] = "meterbill task item";

static size_t put_bytes(uint8_t *out, const void *bytes, size_t n)
{
    memcpy(out, bytes, n);
    return n;
}

mbill_id mbill__task_item_id(const mbill_id *task, int64_t run, const char *target)
{
    uint8_t text[sizeof ITEM_WORD + sizeof task->bytes + 8 + MBILL_TASK_NAME_MAX], digest[MBILL__DIGEST_BYTES];
    mbill_id id;
    size_t n = put_bytes(text, ITEM_WORD, sizeof ITEM_WORD);
    n += put_bytes(text + n, task->bytes, sizeof task->bytes);
    for (size_t i = 0; i < 8; i++) text[n++] = (uint8_t)((uint64_t)run >> (56 - 8 * i) & 0xff);
    n += put_bytes(text + n, target, strlen(target));
    mbill__digest(text, n, digest);
    memcpy(id.bytes, digest, sizeof id.bytes);
    return id;
}

bool mbill__item_is_open(const mbill_task_item *item)
{
    return item->state == MBILL_ITEM_DUE || item->state == MBILL_ITEM_OUT ||
        (item->state == MBILL_ITEM_FAILED && item->at_utc_s != MBILL_TASK_NEVER);
}

bool mbill__item_is_ready(const mbill_task_item *item, int64_t now_utc_s)
{
    return item->state == MBILL_ITEM_DUE ||
        (item->state == MBILL_ITEM_FAILED && item->at_utc_s != MBILL_TASK_NEVER && item->at_utc_s <= now_utc_s);
}

void mbill__item_make(const mbill_task *task, const mbill_task_state *state, size_t target, mbill_task_item *out)
{
    *out = (mbill_task_item){.id = mbill__task_item_id(&task->info.id, state->run, task->targets[target].name),
        .state = MBILL_ITEM_DUE,
        .at_utc_s = state->run_utc_s,
        .run = state->run,
        .target = (int64_t)target};
}

void mbill__item_hand_out(const mbill_task *task, mbill_task_item *item, int64_t now_utc_s)
{
    item->state = MBILL_ITEM_OUT;
    item->attempts++;
    item->at_utc_s = now_utc_s + task->info.lease_s;
}

/* The delay after the nth attempt: each is the one before times the growth, whole seconds, up to the cap. */
static int64_t delay_after(const mbill__retry *retry, int32_t attempt)
{
    int64_t delay_s = retry->delay_s;
    for (int32_t i = 1; i < attempt && delay_s < retry->cap_s; i++) {
        if (delay_s > INT64_MAX / retry->growth_milli) return retry->cap_s;
        int64_t grown_s = delay_s * retry->growth_milli / 1000;
        if (grown_s == delay_s) break; /* it grows no more */
        delay_s = grown_s;
    }
    return delay_s < retry->cap_s ? delay_s : retry->cap_s;
}

/* An attempt came to nothing, or nobody knows. */
static void fail(const mbill_task *task, mbill_task_item *item, int32_t outcome, int64_t now_utc_s)
{
    bool again = item->attempts < task->retry.max_attempts && (task->retry.on >> outcome & 1) != 0;
    item->outcome = outcome;
    item->answered = item->attempts;
    item->state = outcome == MBILL_OUTCOME_NO_ANSWER && !again ? MBILL_ITEM_UNKNOWN : MBILL_ITEM_FAILED;
    item->at_utc_s = again ? now_utc_s + delay_after(&task->retry, item->attempts) : MBILL_TASK_NEVER;
    if (item->state == MBILL_ITEM_UNKNOWN) item->at_utc_s = now_utc_s;
}

bool mbill__item_lapse(const mbill_task *task, mbill_task_item *item, int64_t now_utc_s)
{
    if (item->state != MBILL_ITEM_OUT || item->at_utc_s > now_utc_s) return false;
    item->code = 0;
    fail(task, item, MBILL_OUTCOME_NO_ANSWER, item->at_utc_s); /* as if it had been seen at once */
    return true;
}

void mbill__item_end(mbill_task_item *item, int64_t now_utc_s)
{
    if (!mbill__item_is_open(item)) return;
    if (item->state == MBILL_ITEM_OUT) {
        item->outcome = MBILL_OUTCOME_NO_ANSWER;
        item->answered = item->attempts;
        item->code = 0;
        item->state = MBILL_ITEM_UNKNOWN;
    } else {
        item->state = item->outcome == MBILL_OUTCOME_NO_ANSWER ? MBILL_ITEM_UNKNOWN : MBILL_ITEM_EXPIRED;
    }
    item->at_utc_s = now_utc_s;
}

/* Answers */

static void note(mbill_task_item *item, const mbill_task_answer *answer, int32_t state, int64_t now_utc_s)
{
    item->state = state;
    item->outcome = answer->outcome;
    item->answered = answer->attempt;
    item->code = answer->code;
    item->at_utc_s = now_utc_s;
}

static mbill_verdict answer_done(mbill_task_item *item, const mbill_task_answer *answer, int64_t now_utc_s)
{
    bool waited = item->state == MBILL_ITEM_OUT && answer->attempt == item->attempts;
    if (item->state == MBILL_ITEM_DONE) return MBILL_VERDICT_SAME; /* another attempt says so too */
    if (item->state == MBILL_ITEM_REFUSED && item->answered == answer->attempt) return MBILL_VERDICT_CONTRADICTS;
    note(item, answer, MBILL_ITEM_DONE, now_utc_s);
    return waited ? MBILL_VERDICT_TAKEN : MBILL_VERDICT_LATE_TAKEN;
}

static mbill_verdict answer_in_time(const mbill_task *task, mbill_task_item *item, const mbill_task_answer *answer,
    int64_t now_utc_s)
{
    item->code = answer->code;
    if (answer->outcome == MBILL_OUTCOME_REFUSED) note(item, answer, MBILL_ITEM_REFUSED, now_utc_s);
    else fail(task, item, answer->outcome, now_utc_s);
    return MBILL_VERDICT_TAKEN;
}

/* Nobody knew what came of the last attempt; now somebody does. What waits to be tried again goes on waiting. */
static mbill_verdict answer_unknown(mbill_task_item *item, const mbill_task_answer *answer, int64_t now_utc_s)
{
    if (answer->outcome == MBILL_OUTCOME_REFUSED) {
        note(item, answer, MBILL_ITEM_REFUSED, now_utc_s);
        return MBILL_VERDICT_LATE_TAKEN;
    }
    item->outcome = answer->outcome;
    item->code = answer->code;
    if (item->state == MBILL_ITEM_UNKNOWN) {
        item->state = MBILL_ITEM_FAILED;
        item->at_utc_s = MBILL_TASK_NEVER;
    }
    return MBILL_VERDICT_LATE_TAKEN;
}

mbill_verdict mbill__item_answer(const mbill_task *task, mbill_task_item *item, const mbill_task_answer *answer,
    int64_t now_utc_s)
{
    if (answer->attempt < 1 || answer->attempt > item->attempts) return MBILL_VERDICT_NEVER_OUT;
    bool counts = item->answered == answer->attempt;
    if (counts && item->outcome == answer->outcome) return MBILL_VERDICT_SAME;
    if (answer->outcome == MBILL_OUTCOME_DONE) return answer_done(item, answer, now_utc_s);
    if (item->state == MBILL_ITEM_OUT)
        return answer->attempt == item->attempts ? answer_in_time(task, item, answer, now_utc_s) : MBILL_VERDICT_LATE;
    if (!counts || answer->outcome == MBILL_OUTCOME_NO_ANSWER) return MBILL_VERDICT_LATE;
    return item->outcome == MBILL_OUTCOME_NO_ANSWER ? answer_unknown(item, answer, now_utc_s) : MBILL_VERDICT_CONTRADICTS;
}

mbill_status mbill__task_answer_check(const mbill_task_answer *answer, mbill_error *err)
{
    if (answer->outcome < MBILL_OUTCOME_DONE || answer->outcome > MBILL_OUTCOME_NO_ANSWER)
        return mbill__fail(err, MBILL_E_INVALID, "outcome %d, expected one of %d to %d", (int)answer->outcome, MBILL_OUTCOME_DONE,
            MBILL_OUTCOME_NO_ANSWER);
    if (answer->reserved != 0) return mbill__fail(err, MBILL_E_INVALID, "reserved is %d, expected 0", (int)answer->reserved);
    return MBILL_OK;
}

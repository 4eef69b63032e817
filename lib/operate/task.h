/* SPDX-License-Identifier: Apache-2.0 */
/* A task as it was read, and the steps of its life and of one target's, which the arrays of task.h and the tables of a store both take. */
#ifndef MBILL__OPERATE_TASK_H
#define MBILL__OPERATE_TASK_H

#include "base/memory.h"
#include "meterbill/task.h"
#include "operate/repeat.h"

/* How often and when work is tried again. */
typedef struct mbill__retry {
    int32_t max_attempts;
    uint32_t on;          /* bit n: outcome n is tried again */
    int64_t delay_s;      /* after the first attempt */
    int64_t growth_milli; /* what each further delay is multiplied by, in 1/1000 */
    int64_t cap_s;        /* the longest delay */
} mbill__retry;

typedef enum mbill__start { MBILL__START_NOW = 1, MBILL__START_AT, MBILL__START_REPEATED } mbill__start;

struct mbill_task {
    mbill__arena arena;
    mbill_task_info info;
    const char **registers;
    mbill_task_target *targets;
    int32_t start; /* mbill__start */
    int64_t start_utc_s;
    mbill__repeat repeat;
    int32_t time_s;    /* second of the day */
    bool latest_alone; /* of several missed runs */
    mbill_zone *zone;  /* NULL: UTC */
    const char *zone_rule;
    int64_t expires_s; /* after a run is due; 0: never */
    mbill__retry retry;
};

/* Life. What time does, beside mbill_task_event. */
enum { MBILL__TASK_BEGIN = MBILL_TASK_CANCEL + 1, MBILL__TASK_FINISH, MBILL__TASK_EXPIRE, MBILL__TASK_EVENTS };

/* The life after an event; 0: it is not allowed. FINISH gives DONE, and PAUSED's RESUME 0 too: both depend on more than the life. */
int32_t mbill__task_next_life(int32_t life, int32_t event);

/* What is to be done with a run now. */
typedef enum mbill__task_act {
    MBILL__ACT_NONE = 0,
    MBILL__ACT_BEGIN, /* make the run's items, then mbill__task_begin */
    MBILL__ACT_END,   /* its time is over: mbill__item_end of every open item, then mbill__task_overtake */
    MBILL__ACT_FINISH /* nothing is open: mbill__task_finish */
} mbill__task_act;

mbill_status mbill__task_state_check(const mbill_task_state *state, mbill_error *err);
/* Where several runs were missed and the last alone counts, be at that one. */
mbill_status mbill__task_catch_up(const mbill_task *task, mbill_task_state *state, int64_t now_utc_s, mbill_error *err);
mbill__task_act mbill__task_look(const mbill_task_state *state, int64_t n_open, int64_t now_utc_s);
void mbill__task_begin(mbill_task_state *state, int64_t now_utc_s);
void mbill__task_overtake(mbill_task_state *state, int64_t now_utc_s);
mbill_status mbill__task_finish(const mbill_task *task, mbill_task_state *state, int64_t now_utc_s, mbill_error *err);
/* The operator's event; cancelling leaves the items to the caller. */
mbill_status mbill__task_do(const mbill_task *task, mbill_task_state *state, int32_t event, const char *by, int64_t now_utc_s,
    mbill_error *err);

/* Items */
mbill_id mbill__task_item_id(const mbill_id *task, int64_t run, const char *target);
bool mbill__item_is_open(const mbill_task_item *item); /* it may be handed out or answered in time */
bool mbill__item_is_ready(const mbill_task_item *item, int64_t now_utc_s);
void mbill__item_make(const mbill_task *task, const mbill_task_state *state, size_t target, mbill_task_item *out);
void mbill__item_hand_out(const mbill_task *task, mbill_task_item *item, int64_t now_utc_s);
bool mbill__item_lapse(const mbill_task *task, mbill_task_item *item, int64_t now_utc_s); /* true: its lease was over */
void mbill__item_end(mbill_task_item *item, int64_t now_utc_s);
mbill_verdict mbill__item_answer(const mbill_task *task, mbill_task_item *item, const mbill_task_answer *answer,
    int64_t now_utc_s);
mbill_status mbill__task_answer_check(const mbill_task_answer *answer, mbill_error *err);

/* Reading: targets of the document or of a file. */
mbill_status mbill__task_targets_read(mbill_task *task, const mbill__node *list, mbill_error *err);
mbill_status mbill__task_target_file_read(mbill_task *task, const char *text, size_t len, mbill_task_refused refused,
    void *refused_ctx, mbill_error *err);
mbill_status mbill__task_targets_unique(mbill_task *task, size_t *out_at, mbill_error *err);

extern const char *const mbill__task_kind_words[5];
extern const char *const mbill__task_outcome_words[5];

/* What a task's document is to do (mbill_task_kind), whatever else it says. */
mbill_status mbill__task_kind_read(const char *json, size_t len, const mbill_allocator *allocator, int32_t *out_kind,
    mbill_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file task.h  Batch tasks: one thing to be done for many accounts or meters, now, at a time, or again and again.
 *
 * A task says what is to be done (top up, set a tariff, set alarm amounts, switch, read), for which targets, when, until when, and how often it
 * is tried. Its document is of kind "task" (schema/task-1.schema.json). The library plans: mbill_task_due() hands work out, the host does it
 * and answers by mbill_task_result(). There is no clock, no thread and no file here: the state is plain data that the caller keeps, and time is
 * an argument. store.h keeps tasks for those who want them kept, and does there what is the library's own affair (tasks.h).
 *
 * **Nothing twice, nothing lost.** Each target of each run has an id that follows from the task's id, the run and the target: the id of the
 * top-up in the ledger, or what a device is given so that it knows a command again. Work whose answer stays away is handed out again only
 * where the task says so; otherwise it is UNKNOWN until somebody answers. An answer given twice, or late, is known as such.
 *
 * | life of a task | approve | pause | resume | cancel | its time comes | all work is over | its time is over |
 * |---|---|---|---|---|---|---|---|
 * | DRAFT | APPROVED | - | - | CANCELLED | - | - | EXPIRED |
 * | APPROVED | - | PAUSED | - | CANCELLED | RUNNING | - | EXPIRED |
 * | RUNNING | - | PAUSED | - | CANCELLED | - | DONE, APPROVED | EXPIRED |
 * | PAUSED | - | - | as before | CANCELLED | - | - | EXPIRED |
 * | DONE, CANCELLED, EXPIRED | - | - | - | - | - | - | - |
 *
 * A task that repeats goes back to APPROVED after each run, also after one whose time was over, and is DONE behind its last.
 *
 * @code
 * mbill_task *task = NULL;
 * mbill_task_state state;
 * mbill_task_item items[100];
 * mbill_task_work work[10];
 * size_t n;
 * if (mbill_task_read(json, len, NULL, 0, NULL, NULL, NULL, &task, &err) != MBILL_OK) return 1;
 * if (mbill_task_start(task, now, &state, &err) != MBILL_OK) return 1;
 * if (mbill_task_due(task, &state, items, 100, now, 10, work, &n, &err) != MBILL_OK) return 1;
 * // … do it, then for each:
 * mbill_task_answer answer = {.item = work[0].item, .attempt = work[0].attempt, .outcome = MBILL_OUTCOME_DONE};
 * if (mbill_task_result(task, &state, items, 100, &answer, now, &verdict, &err) != MBILL_OK) return 1;
 * @endcode
 */
#ifndef MBILL_TASK_H
#define MBILL_TASK_H

#include "meterbill/id.h"
#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_TASK_NAME_MAX 64     /**< bytes of a target's and an operator's name */
#define MBILL_TASK_NEVER INT64_MAX /**< an instant that does not come */
#define MBILL_TASK_AMOUNTS_MAX 8   /**< alarm amounts of an account */

/** What is done for each target. */
typedef enum mbill_task_kind {
    MBILL_TASK_SET_TARIFF = 1,    /**< the account's contract ends and one under another tariff begins; done by the store */
    MBILL_TASK_TOP_UP,            /**< money to the account's ledger; done by the store */
    MBILL_TASK_SET_ALARM_AMOUNTS, /**< balances at which the account is warned; done by the store */
    MBILL_TASK_SWITCH,            /**< the meter's supply on or off; done by the host */
    MBILL_TASK_READ               /**< the meter's registers; done by the host */
} mbill_task_kind;

/** How far a task is. */
typedef enum mbill_task_life {
    MBILL_TASK_DRAFT = 1, /**< waits for a second operator */
    MBILL_TASK_APPROVED,  /**< waits for its time */
    MBILL_TASK_RUNNING,
    MBILL_TASK_PAUSED, /**< hands nothing out; answers are taken, and its time goes on */
    MBILL_TASK_DONE,
    MBILL_TASK_CANCELLED,
    MBILL_TASK_EXPIRED
} mbill_task_life;

/** What an operator does with a task. */
typedef enum mbill_task_event {
    MBILL_TASK_APPROVE = 1, /**< by another operator than the one who made it */
    MBILL_TASK_PAUSE,
    MBILL_TASK_RESUME,
    MBILL_TASK_CANCEL /**< what was not handed out is EXPIRED, what was is UNKNOWN */
} mbill_task_event;

/** Where one target stands. */
typedef enum mbill_item_state {
    MBILL_ITEM_DUE = 1, /**< not handed out yet */
    MBILL_ITEM_OUT,     /**< handed out; no answer yet, and its lease runs */
    MBILL_ITEM_DONE,
    MBILL_ITEM_REFUSED, /**< it will not be done: the ledger or the device said so */
    MBILL_ITEM_FAILED,  /**< it was not done: to be tried again, or given up (at_utc_s MBILL_TASK_NEVER) */
    MBILL_ITEM_EXPIRED, /**< its time was over before it was done */
    MBILL_ITEM_UNKNOWN  /**< it may have been done: no answer came, and it is not tried again */
} mbill_item_state;

#define MBILL_ITEM_STATES 7 /**< how many there are */

/** What came of an attempt. */
typedef enum mbill_outcome {
    MBILL_OUTCOME_DONE = 1,
    MBILL_OUTCOME_REFUSED,  /**< for good: not tried again */
    MBILL_OUTCOME_FAILED,   /**< it was not done */
    MBILL_OUTCOME_BUSY,     /**< it was not done: the device or the line had no time */
    MBILL_OUTCOME_NO_ANSWER /**< nobody knows; the same as a lease that runs out */
} mbill_outcome;

/** What became of an answer. */
typedef enum mbill_verdict {
    MBILL_VERDICT_TAKEN = 1,   /**< it is the answer that was waited for */
    MBILL_VERDICT_LATE_TAKEN,  /**< it came late, and decides: what counted as failed or unknown was done or refused */
    MBILL_VERDICT_SAME,        /**< it was given before; nothing changes */
    MBILL_VERDICT_LATE,        /**< it came late, and says nothing any more; nothing changes */
    MBILL_VERDICT_CONTRADICTS, /**< the same attempt was answered otherwise; nothing changes */
    MBILL_VERDICT_NEVER_OUT    /**< that attempt was never handed out, or there is no such item; nothing changes */
} mbill_verdict;

/** A task, read; owns its texts. Immutable. */
typedef struct mbill_task mbill_task;

/** What a task says. Members that say nothing for its kind are 0 or NULL. */
typedef struct mbill_task_info {
    uint32_t struct_size; /**< sizeof(mbill_task_info) where the caller was compiled */
    int32_t kind;         /**< mbill_task_kind */
    mbill_id id;          /**< the operator's, made before the task was given in */
    const char *made_by;  /**< operator */
    const char *title;    /**< NULL: none */
    size_t n_targets;     /**< meters or accounts that it names */
    int32_t dual_control; /**< 1: another operator must approve it */
    int32_t repeats;      /**< 1: more than one run */
    const char *tariff;   /**< set_tariff: id */
    const char *replaces; /**< set_tariff: id of the tariff whose contract ends; NULL: that of the only contract */
    int32_t from_day;     /**< set_tariff: the civil day it begins on */
    int32_t is_on;        /**< switch: 1 on, 0 off */
    int64_t amount_micro; /**< top_up: of targets that have no amount of their own */
    int64_t channel;      /**< top_up */
    int64_t amounts_micro[MBILL_TASK_AMOUNTS_MAX]; /**< set_alarm_amounts: falling */
    int32_t n_amounts;    /**< set_alarm_amounts: how many, 1 to #MBILL_TASK_AMOUNTS_MAX */
    int32_t max_attempts; /**< 1 where nothing is tried again */
    int64_t lease_s;      /**< switch, read: how long an answer is waited for */
    int64_t parallel;     /**< at most so many are out at once; INT64_MAX: any number */
    size_t n_registers;   /**< read: names of registers; 0: all */
} mbill_task_info;

/** One of those for whom it is done. */
typedef struct mbill_task_target {
    const char *name;     /**< id of an account (set_tariff, top_up, set_alarm_amounts) or a meter; lives with the task */
    int64_t amount_micro; /**< top_up; else 0 */
} mbill_task_target;

/** Where a task stands. */
typedef struct mbill_task_state {
    uint32_t struct_size;  /**< sizeof(mbill_task_state) */
    uint32_t format;       /**< 1 */
    int32_t life;          /**< mbill_task_life */
    int32_t resumes;       /**< PAUSED: the life that it goes back to; else 0 */
    int32_t begun;         /**< 1: the run's items are being worked on */
    int32_t overtaken;     /**< 1: the run's time was over before its work was */
    int32_t has_items;     /**< 1: a run has begun, and the items are of the last that did */
    int32_t reserved;      /**< 0 */
    int64_t run;           /**< from 0: the one under way, or the next */
    int64_t run_utc_s;     /**< when it is due */
    int64_t ends_utc_s;    /**< when its time is over; MBILL_TASK_NEVER */
    int64_t n_finished;    /**< runs whose work is over, those whose time was over among them */
    int64_t n_missed;      /**< runs that were left out because a later one was due */
    int64_t changed_utc_s; /**< when its life last changed, UTC seconds; the task's time never goes back behind it */
    char approved_by[MBILL_TASK_NAME_MAX]; /**< NUL-padded; empty: nobody needed to */
} mbill_task_state;

/** Where one target of a run stands. */
typedef struct mbill_task_item {
    mbill_id id;      /**< follows from task, run and target; all zero: no run has begun */
    int32_t state;    /**< mbill_item_state */
    int32_t attempts; /**< how often it was handed out */
    int32_t outcome;  /**< mbill_outcome of the last answer that counts; 0: none */
    int32_t answered; /**< the attempt that it is of */
    int32_t code;     /**< of the host, with the answer */
    int32_t reserved; /**< 0 */
    int64_t at_utc_s; /**< OUT: end of the lease; FAILED: when it is tried again, or MBILL_TASK_NEVER; else since when */
    int64_t run;      /**< from 0: the run that it is of */
    int64_t target;   /**< place among the task's targets, from 0 */
} mbill_task_item;

/** One piece of work that is handed out. */
typedef struct mbill_task_work {
    mbill_id item;       /**< mbill_task_item.id: what its answer must name */
    int64_t target;      /**< place among the targets, from 0 */
    int64_t run_utc_s;   /**< when the run was due */
    int64_t until_utc_s; /**< answers are waited for until then */
    int32_t attempt;     /**< from 1 */
    int32_t reserved;    /**< 0 */
} mbill_task_work;

/** What the host says of one piece of work. */
typedef struct mbill_task_answer {
    mbill_id item;    /**< mbill_task_work.item */
    int32_t attempt;  /**< that was handed out */
    int32_t outcome;  /**< mbill_outcome */
    int32_t code;     /**< the host's; kept */
    int32_t reserved; /**< 0 */
} mbill_task_answer;

/** How far a run is. */
typedef struct mbill_task_counts {
    uint32_t struct_size;              /**< sizeof(mbill_task_counts) where the caller was compiled */
    uint32_t reserved;                 /**< 0 */
    int64_t n_items;                   /**< of the run; 0: it has not begun */
    int64_t n_open;                    /**< those that may still be handed out or answered in time */
    int64_t states[MBILL_ITEM_STATES]; /**< by mbill_item_state - 1; they add up to n_items */
    int64_t n_attempts;                /**< how often items were handed out, all together */
} mbill_task_counts;

/** One line of a file of targets that is refused: err->index is its number, from 1. */
typedef void (*mbill_task_refused)(void *ctx, const mbill_error *err);

/**
 * Read a document of kind "task", and its targets from a file of their own where they do not stand in it.
 *
 * A file of targets is CSV with the columns `target` and, for top-ups, `amount`, or JSON lines of the same names. All lines are looked at: every
 * one that is wrong is said to @p refused, and then nothing is read.
 *
 * @param json           the document, UTF-8; need not be NUL-terminated
 * @param len            its length in bytes
 * @param targets        NULL: the document has them; else the file's text
 * @param targets_len    its length in bytes
 * @param refused        NULL, or called for each refused line
 * @param refused_ctx    handed to @p refused
 * @param allocator      NULL = libc; remembered by the handle
 * @param[out] out_task  to be freed with mbill_task_free(); NULL on failure
 * @param[out] err       NULL, or filled on failure: path = JSON pointer in the document, or index = first refused line of the targets
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID       a value that is not allowed; targets in both places, or in none; an amount that is missing
 * @retval MBILL_E_DUPLICATE_KEY a target that stands twice
 * @retval MBILL_E_MISSING_KEY   and the other statuses of documents: not the form
 * @retval MBILL_E_ZONE, MBILL_E_DATE  a schedule's zone or date that is none
 * @retval MBILL_E_NOMEM         no memory
 * @retval MBILL_E_MISUSE        a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(len + targets_len).
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_task_read(const char *json, size_t len, const char *targets, size_t targets_len,
    mbill_task_refused refused, void *refused_ctx, const mbill_allocator *allocator, mbill_task **out_task, mbill_error *err);

/**
 * Free a task. NULL is accepted.
 * @param task  NULL is accepted
 * @since 0.1
 */
MBILL_API void mbill_task_free(mbill_task *task);

/**
 * The task's canonical document, with its targets; two tasks are the same when these are.
 *
 * @param task            not NULL
 * @param[out] out_text   NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len       in: the room, with the NUL; out: the length needed, with the NUL
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM    the room is too small; nothing was written
 * @retval MBILL_E_NOMEM   no memory
 * @retval MBILL_E_MISUSE  @p task or @p inout_len is NULL
 * @par Thread safety
 * Any number of threads may share @p task.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_task_write(const mbill_task *task, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * What the task says.
 *
 * @param task            not NULL
 * @param[in,out] out     with struct_size set; texts live with the task
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Any number of threads may share @p task.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_task_get_info(const mbill_task *task, mbill_task_info *out, mbill_error *err);

/**
 * One of its targets, or one of the registers that are read.
 *
 * @param task       not NULL
 * @param at         from 0, below n_targets
 * @param[out] out   not NULL; untouched on failure
 * @param[out] err   NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE  there is no such target
 * @retval MBILL_E_MISUSE a pointer is NULL
 * @par Thread safety
 * Any number of threads may share @p task.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_task_get_target(const mbill_task *task, size_t at, mbill_task_target *out,
    mbill_error *err);

/**
 * The name of register @p at, from 0, that is read; NULL: there is none, and all are when it is the first.
 * @param task  not NULL
 * @param at    from 0
 * @return the name, or NULL; it lives with the task
 * @since 0.1
 */
MBILL_API const char *mbill_task_register(const mbill_task *task, size_t at);

/**
 * The state of a task that has just been made: DRAFT where a second operator must approve it, else APPROVED.
 *
 * @param task            not NULL
 * @param now_utc_s       when it was made, in the years of calendar.h; a task that begins at once is due then
 * @param[out] out_state  not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE  @p now_utc_s, or a run's time, is outside the years of calendar.h
 * @retval MBILL_E_MISUSE a pointer is NULL
 * @par Thread safety
 * Any number of threads may share @p task.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_task_start(const mbill_task *task, int64_t now_utc_s, mbill_task_state *out_state,
    mbill_error *err);

/**
 * An operator approves, pauses, resumes or cancels the task; see the table above for what its life allows.
 *
 * @param task       not NULL
 * @param state      not NULL; untouched on failure
 * @param items      the run's items, or NULL where they are kept elsewhere; cancelling ends those that are open
 * @param n_items    how many: those of the task, or 0
 * @param event      mbill_task_event
 * @param by         operator, 1 to 63 bytes
 * @param now_utc_s  now
 * @param[out] err   NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  the task's life does not allow it; it is approved by the operator who made it; @p by is empty or too long
 * @retval MBILL_E_VERSION  a state of another format
 * @retval MBILL_E_CORRUPT  a state that no task has
 * @retval MBILL_E_MISUSE   a pointer is NULL; items of another number
 * @par Thread safety
 * Any number of threads may share @p task; the state belongs to its caller.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_task_step(const mbill_task *task, mbill_task_state *state, mbill_task_item *items,
    size_t n_items, int32_t event, const char *by, int64_t now_utc_s, mbill_error *err);

/**
 * Let time pass, and hand out work that is due: at most @p room pieces, and no more than the task lets be out at once.
 *
 * Leases that have run out are NO_ANSWER. A run whose time has come begins, one whose work or time is over ends; one call ends or begins at most
 * one run, so that its items can be looked at before the next one takes their place. Retries that are due and work that was never handed out
 * go out in the order of the targets.
 *
 * @param task        not NULL
 * @param state       not NULL; untouched on failure
 * @param items       room for all targets; no need to set it before the first call; untouched on failure
 * @param n_items     the task's number of targets
 * @param now_utc_s   now; an earlier time than before lets none pass
 * @param room        how many pieces @p out takes
 * @param[out] out    NULL when @p room is 0
 * @param[out] out_n  how many were handed out
 * @param[out] err    NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE    a run's time is outside the years of calendar.h
 * @retval MBILL_E_VERSION  a state of another format
 * @retval MBILL_E_CORRUPT  a state that no task has
 * @retval MBILL_E_MISUSE   a pointer is NULL, or @p n_items is not the task's
 * @par Thread safety
 * Any number of threads may share @p task; state and items belong to their caller.
 * @par Cost
 * O(targets); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_task_due(const mbill_task *task, mbill_task_state *state, mbill_task_item *items,
    size_t n_items, int64_t now_utc_s, size_t room, mbill_task_work *out, size_t *out_n, mbill_error *err);

/**
 * Take an answer. It is taken whatever the life of the task; what it means is the verdict.
 *
 * @param task              not NULL
 * @param state             not NULL; read alone
 * @param items             those of the run under way
 * @param n_items           the task's number of targets
 * @param answer            not NULL
 * @param now_utc_s         now
 * @param[out] out_verdict  mbill_verdict; not NULL
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK         also when the answer changes nothing: see the verdict
 * @retval MBILL_E_INVALID  an outcome that is none, a reserved member that is not 0
 * @retval MBILL_E_VERSION, MBILL_E_CORRUPT, MBILL_E_MISUSE  as mbill_task_due()
 * @par Thread safety
 * Any number of threads may share @p task; the items belong to their caller.
 * @par Cost
 * O(targets) to find the item; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_task_result(const mbill_task *task, const mbill_task_state *state,
    mbill_task_item *items, size_t n_items, const mbill_task_answer *answer, int64_t now_utc_s, int32_t *out_verdict,
    mbill_error *err);

/**
 * How far a run is.
 *
 * @param items      those of the run
 * @param n_items    how many
 * @param[in,out] out  with struct_size set
 * @param[out] err   NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_CORRUPT an item in a state that is none
 * @retval MBILL_E_MISUSE  a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Pure.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_task_count(const mbill_task_item *items, size_t n_items, mbill_task_counts *out,
    mbill_error *err);

/**
 * The state and the items as portable bytes, which name their format, their task and any damage.
 *
 * @param task           not NULL
 * @param state          not NULL
 * @param items          those of the run
 * @param n_items        the task's number of targets
 * @param[out] out_bytes NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len      in: the room; out: the bytes needed
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM   the room is too small; nothing was written
 * @retval MBILL_E_VERSION, MBILL_E_CORRUPT, MBILL_E_MISUSE  as mbill_task_due()
 * @par Thread safety
 * Pure.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_task_encode(const mbill_task *task, const mbill_task_state *state,
    const mbill_task_item *items, size_t n_items, uint8_t *out_bytes, size_t *inout_len, mbill_error *err);

/**
 * The state and the items that mbill_task_encode() wrote.
 *
 * @param task            the task that they are of
 * @param bytes           not NULL
 * @param len             how many
 * @param[out] out_state  untouched on failure
 * @param[out] out_items  room for all targets; untouched on failure
 * @param n_items         the task's number of targets
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_VERSION  bytes of another format
 * @retval MBILL_E_CORRUPT  bytes that are damaged, cut or of nothing at all
 * @retval MBILL_E_INVALID  the state of another task
 * @retval MBILL_E_MISUSE   a pointer is NULL, or @p n_items is not the task's
 * @par Thread safety
 * Pure.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_task_decode(const mbill_task *task, const uint8_t *bytes, size_t len,
    mbill_task_state *out_state, mbill_task_item *out_items, size_t n_items, mbill_error *err);

/**
 * An answer as one line of JSON: `{"item": "0f…", "attempt": 1, "outcome": "done"}`, with `code` where there is one. `reason`, a text, may stand
 * beside them and is not looked at here.
 *
 * @param json             the line; need not be NUL-terminated
 * @param len              its length in bytes
 * @param[out] out_answer  untouched on failure
 * @param[out] err         NULL, or filled on failure: path = JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID, MBILL_E_MISSING_KEY  and the other statuses of documents: not the form
 * @retval MBILL_E_MISUSE  a pointer is NULL
 * @par Thread safety
 * Pure.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_task_answer_read(const char *json, size_t len, mbill_task_answer *out_answer,
    mbill_error *err);

/**
 * Names as documents and programs show them; "unknown" for a number that is none.
 * @param kind  any number
 * @return a constant
 * @since 0.1
 */
MBILL_API const char *mbill_task_kind_name(int32_t kind);
/**
 * As mbill_task_kind_name().
 *
 * @param life  any number
 * @return a constant
 * @since 0.1
 */
MBILL_API const char *mbill_task_life_name(int32_t life);
/**
 * As mbill_task_kind_name().
 *
 * @param state  any number
 * @return a constant
 * @since 0.1
 */
MBILL_API const char *mbill_item_state_name(int32_t state);
/**
 * As mbill_task_kind_name().
 *
 * @param outcome  any number
 * @return a constant
 * @since 0.1
 */
MBILL_API const char *mbill_outcome_name(int32_t outcome);
/**
 * As mbill_task_kind_name().
 *
 * @param verdict  any number
 * @return a constant
 * @since 0.1
 */
MBILL_API const char *mbill_verdict_name(int32_t verdict);

#ifdef __cplusplus
}
#endif
#endif

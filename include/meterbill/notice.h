/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file notice.h  Who is told of an alarm, how often, and what an operator does about it: a second machine, over RAISE and CLEAR.
 *
 * A raised alarm is told once, then again every `repeat_s` until it is acknowledged, returns, or was told `max_count` times; it escalates at each of
 * `escalate_s` until it is acknowledged, also after it returned. Shelved, suppressed and out of service it runs on and says nothing (a mask); when the last mask
 * ends and it is still active and unacknowledged it is told once more and both clocks begin again. What fell due under a mask is not made up.
 *
 * Inhibition says which alarms are suppressed by which others, and a group tells many alarms in one message, by the rules of Alertmanager.
 *
 * @code
 * mbill_notice_config config = {.repeat_s = 86400, .max_count = 3, .channels = 1};    // told three times, a day apart
 * mbill_notice notice = {0};
 * mbill_notice_event told[8];
 * const mbill_notice_input raised = {event.effective_s, 0, MBILL_NOTICE_RAISE, 0};
 * mbill_notice_step(&config, &notice, &raised, told, 8, &n, &err);
 * @endcode
 */
#ifndef MBILL_NOTICE_H
#define MBILL_NOTICE_H

#include "meterbill/alarm.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_ESCALATIONS_MAX 8       /**< steps of escalation */
#define MBILL_NOTICE_LATCH 0x1u       /**< a raised alarm stays latched until it is reset */
#define MBILL_NOTICE_AUTO_ACK 0x2u    /**< an alarm that returns needs no acknowledgement */
#define MBILL_NOTICE_ENCODED_BYTES 64 /**< of mbill_notice_encode() */

/** Who is told when. A record of arrays: the size is fixed. */
typedef struct mbill_notice_config {
    int64_t repeat_s;                                  /**< told again so long after the last time; 0: once */
    int64_t max_shelve_s;                              /**< the longest shelving; 0: any */
    int64_t escalate_s[MBILL_ESCALATIONS_MAX];         /**< since the clocks began: rising, each above 0 */
    int32_t n_escalate;                                /**< how many of them */
    int32_t max_count;                                 /**< times told, at most, by RAISE and repeating; 0: any number */
    uint32_t flags;                                    /**< MBILL_NOTICE_… */
    uint32_t channels;                                 /**< who is told: a set of 32, whose meaning is the caller's */
    uint32_t escalate_channels[MBILL_ESCALATIONS_MAX]; /**< who is told at each step */
    uint32_t reserved[2];                              /**< 0 */
} mbill_notice_config;

/** How an alarm is shelved. */
typedef enum mbill_shelf {
    MBILL_SHELF_NONE = 0, /**< it is not */
    MBILL_SHELF_UNTIL,    /**< until a time */
    MBILL_SHELF_ONCE      /**< until it returns, or `max_shelve_s` is over */
} mbill_shelf;

/** The notification state of one alarm. All zero: never raised. Members are read by anybody and written by the functions alone. */
typedef struct mbill_notice {
    int64_t clock_s;        /**< when the present clocks began: RAISE, or the end of the last mask */
    int64_t told_s;         /**< the last NOTIFY; else the same */
    int64_t shelf_end_s;    /**< when the shelving ends; INT64_MAX: it has no end */
    int64_t last_s;         /**< time of the last call */
    uint32_t episode;       /**< RAISEs, modulo 2^32 */
    uint32_t count;         /**< NOTIFYs of this episode */
    uint8_t mark;           /**< 0: no call yet */
    uint8_t active;         /**< 1: raised and not returned */
    uint8_t unacked;        /**< 1: somebody should acknowledge it */
    uint8_t latched;        /**< 1: until a reset */
    uint8_t shelved;        /**< mbill_shelf */
    uint8_t suppressed;     /**< 1 */
    uint8_t out_of_service; /**< 1 */
    uint8_t step;           /**< escalations of this episode */
} mbill_notice;

/** What happens to an alarm's notification. In documents they go by the names in quotes. */
typedef enum mbill_notice_kind {
    MBILL_NOTICE_RAISE = 1,      /**< the alarm's RAISE, at its effective time */
    MBILL_NOTICE_CLEAR,          /**< the alarm's CLEAR */
    MBILL_NOTICE_ACK,            /**< "ack" */
    MBILL_NOTICE_RESET,          /**< "reset": ends a latch; only when not active and acknowledged */
    MBILL_NOTICE_SHELVE,         /**< "shelve" until `until_s` */
    MBILL_NOTICE_SHELVE_ONCE,    /**< "shelve_once" */
    MBILL_NOTICE_UNSHELVE,       /**< "unshelve" */
    MBILL_NOTICE_SUPPRESS,       /**< "suppress" */
    MBILL_NOTICE_UNSUPPRESS,     /**< "unsuppress" */
    MBILL_NOTICE_OUT_OF_SERVICE, /**< "out_of_service" */
    MBILL_NOTICE_IN_SERVICE,     /**< "in_service" */
    MBILL_NOTICE_PASS,           /**< nothing but time: what is due before */
    MBILL_NOTICE_TICK            /**< nothing but time: what is due before and at it */
} mbill_notice_kind;

/** An input. */
typedef struct mbill_notice_input {
    int64_t t_s;      /**< its moment, UTC seconds */
    int64_t until_s;  /**< of #MBILL_NOTICE_SHELVE */
    int32_t kind;     /**< mbill_notice_kind */
    int32_t reserved; /**< 0 */
} mbill_notice_input;

/** What the host must do. */
typedef enum mbill_told_kind {
    MBILL_TOLD_NOTIFY = 1, /**< "NOTIFY" */
    MBILL_TOLD_ESCALATE    /**< "ESCALATE" */
} mbill_told_kind;

/** A message to send. */
typedef struct mbill_notice_event {
    int64_t effective_s; /**< when it was due */
    int64_t observed_s;  /**< the time of the call that found it */
    uint32_t channels;   /**< of the configuration, or of the step */
    uint32_t episode;    /**< the notice's */
    uint32_t count;      /**< NOTIFYs with this one */
    uint16_t kind;       /**< mbill_told_kind */
    uint16_t step;       /**< ESCALATE: from 1; else 0 */
} mbill_notice_event;

/**
 * Everything that is wrong with a configuration; as mbill_alarm_check().
 * @param config            may be NULL
 * @param[out] out_reasons  every reason, filled from 0; may be NULL when @p cap is 0
 * @param cap               room at @p out
 * @param[out] out_n        how many there are; may be NULL
 * @param[out] err          NULL, or filled on failure
 * @return as mbill_alarm_check()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_notice_check(const mbill_notice_config *config, mbill_error *out_reasons, size_t cap,
    size_t *out_n, mbill_error *err);

/**
 * Take an input.
 *
 * What is due before it happens first, in order of time, of one instant NOTIFY before ESCALATE. Many events may be due after a long silence: when the room
 * ends the call says so and has done what it wrote; the same call again goes on, and takes the input in the end.
 *
 * @param config           not NULL
 * @param[in,out] notice   not NULL; unchanged by a refused input but for what was due before it
 * @param input            not NULL
 * @param[out] out_events  in order of time
 * @param cap              room, 1 or more
 * @param[out] out_n       how many, also on failure
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM       more is due than @p cap; the input is not taken yet
 * @retval MBILL_E_LATE       before the last call
 * @retval MBILL_E_NOT_FOUND  nothing to acknowledge, to reset, or to unshelve
 * @retval MBILL_E_INVALID    a reset of what is active or unacknowledged, a shelving that ends before it begins, an input of no kind; as mbill_notice_check()
 * @retval MBILL_E_RANGE      a time out of range, a shelving above `max_shelve_s`; as mbill_notice_check()
 * @retval MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as mbill_alarm_sample()
 * @par Thread safety
 * Pure; any number of threads, each with its own notices.
 * @par Cost
 * O(events); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_notice_step(const mbill_notice_config *config, mbill_notice *notice,
    const mbill_notice_input *input, mbill_notice_event *out_events, size_t cap, size_t *out_n, mbill_error *err);

/**
 * The next time at which something is due; INT64_MAX: nothing is.
 * @param config  may be NULL
 * @param notice  its state
 * @return UTC seconds, or INT64_MAX
 * @since 0.1
 */
MBILL_API int64_t mbill_notice_deadline(const mbill_notice_config *config, const mbill_notice *notice);

/**
 * The letter of ISA-18.2 (figure 3, alarm state transition diagram) for a state: A normal, B unacknowledged, C acknowledged, D returned unacknowledged,
 * E latched unacknowledged, F latched acknowledged, G shelved, H suppressed by design, I out of service. Every state has one; the last that applies of
 * G, H, I covers the others. 'A' for NULL.
 *
 * @param notice  may be NULL
 * @return A to I
 * @since 0.1
 */
MBILL_API char mbill_notice_letter(const mbill_notice *notice);

/**
 * As mbill_alarm_encode(), #MBILL_NOTICE_ENCODED_BYTES bytes.
 * @param notice          its state
 * @param[out] out_bytes  the bytes
 * @param[out] err        NULL, or filled on failure
 * @return as mbill_alarm_encode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_notice_encode(const mbill_notice *notice, uint8_t *out_bytes, mbill_error *err);

/**
 * As mbill_alarm_decode().
 * @param bytes            @p n of them
 * @param n                their number
 * @param[out] out_notice  the state; untouched on failure
 * @param[out] err         NULL, or filled on failure
 * @return as mbill_alarm_decode()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_notice_decode(const uint8_t *bytes, size_t n, mbill_notice *out_notice,
    mbill_error *err);

/** A label of an alarm; texts are the caller's. */
typedef struct mbill_label {
    const char *name;  /**< not NULL, NUL-terminated */
    const char *value; /**< not NULL, NUL-terminated */
} mbill_label;

/** What suppresses what: a target while a source is active whose labels of these names have the same values. */
typedef struct mbill_inhibition {
    const mbill_label *source; /**< labels that a source has, all of them */
    size_t n_source;           /**< how many `source` */
    const mbill_label *target; /**< labels that a target has, all of them */
    size_t n_target;           /**< how many `target` */
    const char *const *equal;  /**< names; a label that is missing equals one that is empty */
    size_t n_equal;            /**< how many; 0: any active source suppresses */
} mbill_inhibition;

/** An alarm as inhibition sees it. */
typedef struct mbill_labelled {
    const mbill_label *labels; /**< its labels; the caller's */
    size_t n_labels;           /**< how many `labels` */
    int32_t active;            /**< not 0: raised and not returned */
    int32_t reserved;          /**< 0 */
} mbill_labelled;

/**
 * Which alarms are suppressed by others. An alarm that matches both sides of a rule is not inhibited by it through another that does, itself least of all
 * (Alertmanager, inhibit/inhibit.go): two such would silence each other.
 *
 * @param rules                may be NULL if @p n_rules is 0
 * @param n_rules              how many
 * @param alarms               may be NULL if @p n is 0
 * @param n                    how many
 * @param[out] out_suppressed  @p n of 1 or 0
 * @param[out] err             NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(rules x alarms^2 x labels); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_inhibit(const mbill_inhibition *rules, size_t n_rules, const mbill_labelled *alarms,
    size_t n, uint8_t *out_suppressed, mbill_error *err);

/** How an alarm stands in a group, and stood in the group's last message. */
typedef enum mbill_group_standing {
    MBILL_GROUP_ABSENT = 0, /**< not in the group, or masked */
    MBILL_GROUP_FIRING,     /**< "firing" */
    MBILL_GROUP_RESOLVED    /**< "resolved" */
} mbill_group_standing;

/** An alarm of a group. All zero: new. */
typedef struct mbill_group_member {
    uint8_t now;  /**< mbill_group_standing; the caller's */
    uint8_t sent; /**< the same, in the last message */
} mbill_group_member;

#define MBILL_GROUP_SEND_RESOLVED 0x1u /**< alarms that only resolved are a reason for a message */

/** When a group is told. Alertmanager has 30, 300 and 14400 s. */
typedef struct mbill_group_config {
    int64_t wait_s;     /**< the first message, so long after the first alarm of the group */
    int64_t interval_s; /**< how often it is looked at then; 1 or more */
    int64_t repeat_s;   /**< nothing new, and the last message is older than this: told again */
    uint32_t flags;     /**< MBILL_GROUP_… */
    uint32_t reserved;  /**< 0 */
} mbill_group_config;

/** A group's clock. All zero: no alarm yet. */
typedef struct mbill_group {
    int64_t next_s;      /**< when it is looked at next */
    int64_t sent_s;      /**< the last message */
    uint8_t begun;       /**< 1: `next_s` is set */
    uint8_t has_sent;    /**< 1: `sent_s` is set */
    uint8_t reserved[6]; /**< 0 */
} mbill_group;

/**
 * Everything that is wrong with a configuration; as mbill_alarm_check().
 * @param config            may be NULL
 * @param[out] out_reasons  every reason, filled from 0; may be NULL when @p cap is 0
 * @param cap               room at @p out
 * @param[out] out_n        how many there are; may be NULL
 * @param[out] err          NULL, or filled on failure
 * @return as mbill_alarm_check()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_group_check(const mbill_group_config *config, mbill_error *out_reasons, size_t cap,
    size_t *out_n, mbill_error *err);

/**
 * Whether a group is told now: nothing was sent and something fires; or what fires was not all in the last message; or nothing fires and something did then; or,
 * with something firing, what resolved was not all in the last message and #MBILL_GROUP_SEND_RESOLVED is on; or the last message is older than `repeat_s`.
 *
 * @param config    not NULL
 * @param group     not NULL
 * @param members   in any order
 * @param n         how many
 * @param t_s       now
 * @return 1 or 0; 0 for a NULL
 * @par Source
 * Alertmanager, notify/notify.go, DedupStage.needsUpdate.
 * @since 0.1
 */
MBILL_API int32_t mbill_group_due(const mbill_group_config *config, const mbill_group *group, const mbill_group_member *members,
    size_t n, int64_t t_s);

/**
 * An alarm fires: the first one starts the clock of an idle group.
 *
 * @param config  not NULL
 * @param group   changed
 * @param t_s     UTC seconds
 * @since 0.1
 */
MBILL_API void mbill_group_begin(const mbill_group_config *config, mbill_group *group, int64_t t_s);

/**
 * Look at a group when its time has come, and note what is told.
 *
 * A message holds every member whose `sent` is not #MBILL_GROUP_ABSENT after the call. A group that has nothing left in it is idle again: resolved members that
 * were told are absent from then on.
 *
 * @param config               not NULL
 * @param[in,out] group        not NULL
 * @param[in,out] members      may be NULL if @p n is 0
 * @param n                    how many
 * @param t_s                  now: it is looked at once if `next_s` is not after it
 * @param[out] out_effective_s when it was due; untouched if it was not
 * @return 1: a message; 2: looked at, and no message; 0: it is not time
 * @since 0.1
 */
MBILL_API int32_t mbill_group_flush(const mbill_group_config *config, mbill_group *group, mbill_group_member *members, size_t n,
    int64_t t_s, int64_t *out_effective_s);

#ifdef __cplusplus
}
#endif
#endif

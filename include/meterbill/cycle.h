/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cycle.h  The life of a bill that is paid afterwards: reviewed, issued, paid in parts, overdue, written off.
 *
 * A bill is a small struct, and every step is a pure function of it, of what happens and of the day: it gives the bill afterwards and what
 * is to be booked in the ledger (ledger.h). Days are civil day numbers (calendar.h) in the policy's zone. Nothing depends on how often the
 * host asks: days that went by are counted once, whenever they are looked at.
 *
 * @code
 * mbill_cycle bill;
 * mbill_cycle_effect effect = {.struct_size = sizeof effect};
 * const mbill_cycle_step issue = {.struct_size = sizeof issue, .kind = MBILL_CYCLE_ISSUE, .day = today};
 * if (mbill_cycle_start(120000000, &bill, &err) != MBILL_OK) return 1;
 * if (mbill_cycle_apply(&policy, &bill, &review, &bill, &effect, &err) != MBILL_OK) return 1;
 * if (mbill_cycle_apply(&policy, &bill, &issue, &bill, &effect, &err) != MBILL_OK) return 1;
 * book(effect.entries, effect.n_entries);
 * @endcode
 */
#ifndef MBILL_CYCLE_H
#define MBILL_CYCLE_H

#include "meterbill/ledger.h"
#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_CYCLE_REMINDERS_MAX 8                /**< steps of a policy */
#define MBILL_CYCLE_CHANNELS_MAX 4                 /**< channels of a step */
#define MBILL_CYCLE_CHANNEL_BYTES 32               /**< a channel's name with its NUL */
#define MBILL_CYCLE_ENTRIES_MAX 2                  /**< entries of one step */
#define MBILL_CYCLE_AMOUNT_MAX 1000000000000000000 /**< no sum of a bill may lie beyond: 10^12 units of the currency */
#define MBILL_CYCLE_NO_LIMIT INT64_MAX             /**< a cap or a threshold that is none */
#define MBILL_CYCLE_NO_DAY INT32_MIN               /**< a day that has not come yet */
#define MBILL_CYCLE_NO_BILL ((size_t)SIZE_MAX)     /**< a payment that names no bill */

/** Where a bill stands. The numbers stand in files. */
typedef enum mbill_cycle_state {
    MBILL_CYCLE_DRAFT = 1,   /**< priced, nothing is owed yet */
    MBILL_CYCLE_REVIEWED,    /**< somebody, or a rule, has found it right */
    MBILL_CYCLE_ISSUED,      /**< owed, nothing paid, not past its due day */
    MBILL_CYCLE_PART_PAID,   /**< a part is paid, not past its due day */
    MBILL_CYCLE_PAID,        /**< nothing is open */
    MBILL_CYCLE_OVERDUE,     /**< something is open past the due day, whether or not a part is paid */
    MBILL_CYCLE_WRITTEN_OFF, /**< what was open is given up */
    MBILL_CYCLE_CANCELLED,   /**< never issued */
    MBILL_CYCLE_REPLACED     /**< never issued; another took its place */
} mbill_cycle_state;

/** What happens to a bill. */
typedef enum mbill_cycle_kind {
    MBILL_CYCLE_REVIEW = 1, /**< draft to reviewed */
    MBILL_CYCLE_UNREVIEW,   /**< reviewed to draft */
    MBILL_CYCLE_ISSUE,      /**< reviewed to issued: what it is of is owed from now on */
    MBILL_CYCLE_CANCEL,     /**< before issue */
    MBILL_CYCLE_REPLACE,    /**< before issue, by another bill of the same span */
    MBILL_CYCLE_PAY,        /**< amount > 0 has been paid */
    MBILL_CYCLE_UNPAY,      /**< a payment is taken back: amount > 0, at most what is paid */
    MBILL_CYCLE_CORRECT,    /**< a difference bill of a signed amount, not 0 */
    MBILL_CYCLE_DISPUTE,    /**< fees and reminders rest */
    MBILL_CYCLE_RESOLVE,    /**< … until now */
    MBILL_CYCLE_REMIND,     /**< the reminder step was given out */
    MBILL_CYCLE_WRITE_OFF,  /**< overdue alone, with a reason */
    MBILL_CYCLE_RESTORE,    /**< a write-off is taken back */
    MBILL_CYCLE_TICK        /**< the day alone: overdue or not, and the late fee that has become due */
} mbill_cycle_kind;

#define MBILL_CYCLE_DISPUTED 0x1u /**< of mbill_cycle.flags */

/** One bill. Plain data: what it says is all there is to keep. */
typedef struct mbill_cycle {
    uint32_t struct_size;      /**< sizeof(mbill_cycle) of this version; another is refused */
    int32_t state;             /**< mbill_cycle_state */
    uint32_t flags;            /**< MBILL_CYCLE_DISPUTED */
    uint32_t reminded;         /**< bit k: step k of the policy is done */
    int32_t issued_day;        /**< #MBILL_CYCLE_NO_DAY before issue, as the next two */
    int32_t due_day;           /**< the last day on which it is paid in time */
    int32_t day;               /**< the first day that is not counted yet */
    int32_t reason;            /**< of the write-off; else 0 */
    int64_t amount_micro;      /**< what the bill is of */
    int64_t corrected_micro;   /**< sum of its difference bills */
    int64_t paid_micro;        /**< of amount and fees; below 0: what a bill below 0 gave to the account */
    int64_t fee_micro;         /**< late fees booked */
    int64_t fee_paid_micro;    /**< of paid_micro, what went to fees */
    int64_t fee_sum_micro;     /**< not compounding: open amount x days; compounding: the fees of all days */
    int64_t on_time_micro;     /**< of the amount, what was paid by the end of the due day; says nothing before */
    int64_t written_off_micro; /**< given up */
} mbill_cycle;

/** How late fees grow. A day counts when it ends with something open. */
typedef struct mbill_late_fee {
    int64_t rate_nano;     /**< share of the open amount a day, in 10^-9; 0: there are no late fees */
    int64_t cap_micro;     /**< highest fee of a bill; #MBILL_CYCLE_NO_LIMIT */
    int64_t cap_share_1e4; /**< the same as a share of amount and corrections, in 1/10,000; #MBILL_CYCLE_NO_LIMIT */
    int64_t step_micro;    /**< grain of the fee */
    int32_t how;           /**< mbill_round_how: the only rounding, of the sum to date; compounding: of each day */
    int32_t grace_days;    /**< no fee where the amount is paid by the end of so many days after the due day */
    int32_t from_grace;    /**< 0: days count from the day after the due day; 1: from the day after the grace */
    int32_t compounds;     /**< 0: of the amount that is open; 1: of that and the fees of the days before */
} mbill_late_fee;

/** How the due day follows from the day of issue. */
typedef enum mbill_due_kind {
    MBILL_DUE_DAYS = 1, /**< so many days after issue */
    MBILL_DUE_MONTH_DAY /**< the first such day of a month that is at least so many days after issue */
} mbill_due_kind;

/** One reminder: on which day, and how. */
typedef struct mbill_reminder {
    int32_t days;                                                       /**< after the due day; below 0: before it */
    int32_t n_channels;                                                 /**< 0 to #MBILL_CYCLE_CHANNELS_MAX */
    char channels[MBILL_CYCLE_CHANNELS_MAX][MBILL_CYCLE_CHANNEL_BYTES]; /**< the host's names, such as sms */
} mbill_reminder;

#define MBILL_CYCLE_OFF_MAX 48 /**< days off and days worked that a policy names, each entry one */

/** Where a day goes that falls on a day off. In documents they go by the words in quotes. */
typedef enum mbill_cycle_move {
    MBILL_MOVE_STAY = 0, /**< "stay": nowhere */
    MBILL_MOVE_NEXT,     /**< "next": to the next day that is none */
    MBILL_MOVE_PREVIOUS  /**< "previous": to the one before; a due day that would lie before issue: to the next */
} mbill_cycle_move;

/** Days that are named: written ones, or days of every year as a tariff's calendar has them. */
typedef struct mbill_cycle_days {
    int32_t kind;     /**< 0: the days [from_day, to_day); 1 a date, 2 nth, 3 on_or_after, 4 on_or_before, 5 easter */
    int32_t from_day; /**< kind 0: the first day; else 0 */
    int32_t to_day;   /**< kind 0: the first that is no more of them; else 0 */
    int32_t month;    /**< of a kind above 0: 1 to 12; 0 where it says none */
    int32_t day;      /**< of a kind above 0: of the month, 1 to 31; 0 where it says none */
    int32_t nth;      /**< kind 2: which such weekday of the month, 1 the first … -1 the last; else 0 */
    int32_t weekday;  /**< 1 = Monday to 7 = Sunday */
    int32_t plus;     /**< days added */
    int8_t moves[7];  /**< by weekday from Monday: days to the one on which it is observed */
    int8_t itself;    /**< 1: one that is observed on another day is such a day too */
} mbill_cycle_days;

/** Days off: a weekday of the list, or a day that is named, unless it is named as worked. All 0: there are none. */
typedef struct mbill_cycle_off {
    int32_t due;                                  /**< mbill_cycle_move of due days */
    int32_t reminders;                            /**< mbill_cycle_move of reminders */
    uint32_t weekdays;                            /**< bit 0: Monday */
    int32_t n_dates;                              /**< how many `dates` */
    int32_t n_worked;                             /**< how many `worked` */
    int32_t reserved;                             /**< 0 */
    mbill_cycle_days dates[MBILL_CYCLE_OFF_MAX];  /**< days off that are named */
    mbill_cycle_days worked[MBILL_CYCLE_OFF_MAX]; /**< days worked although they would be off */
} mbill_cycle_off;

/** What holds for all bills issued under it. Plain data, or mbill_cycle_policy_read(). */
typedef struct mbill_cycle_policy {
    uint32_t struct_size;     /**< sizeof(mbill_cycle_policy) of this version; another is refused */
    int32_t due_kind;         /**< mbill_due_kind */
    int32_t due_days;         /**< 0 to 3,660 */
    int32_t due_month_day;    /**< MONTH_DAY: 1 to 31; a shorter month's last day stands for it; else 0 */
    int32_t fee_first;        /**< 0: a payment goes to the amount first; 1: to late fees first */
    int32_t n_reminders;      /**< 0 to #MBILL_CYCLE_REMINDERS_MAX */
    mbill_reminder reminders[MBILL_CYCLE_REMINDERS_MAX]; /**< rising by days */
    mbill_late_fee fee;       /**< how late fees grow */
    int64_t jump_1e4;         /**< review: a change against a year ago above this share; #MBILL_CYCLE_NO_LIMIT: never */
    int64_t jump_least_micro; /**< … and of at least this amount */
    char zone[64];            /**< POSIX rule, "CST-8": whose civil days these are */
    mbill_cycle_off off;      /**< due days and reminders go from days off */
} mbill_cycle_policy;

/** One thing that happens. Members that say nothing for a kind are 0. */
typedef struct mbill_cycle_step {
    uint32_t struct_size; /**< sizeof(mbill_cycle_step) of this version; another is refused */
    int32_t kind;         /**< mbill_cycle_kind */
    int32_t day;          /**< the civil day; one before the bill's last is taken as the last */
    int32_t reason;       /**< WRITE_OFF: not 0 */
    int32_t reminder;     /**< REMIND: which step of the policy */
    int32_t reserved;     /**< 0 */
    int64_t amount_micro; /**< PAY, UNPAY, CORRECT */
} mbill_cycle_step;

/** What an entry of the ledger is for. */
typedef enum mbill_cycle_purpose {
    MBILL_CYCLE_OF_BILL = 1,   /**< the bill itself */
    MBILL_CYCLE_OF_DIFFERENCE, /**< a correction of it */
    MBILL_CYCLE_OF_FEE,        /**< a late fee */
    MBILL_CYCLE_OF_WRITE_OFF
} mbill_cycle_purpose;

/** What is to be booked. */
typedef struct mbill_cycle_entry {
    int32_t operation;    /**< mbill_operation_kind: USAGE, CORRECT (of the USAGE before it), WRITE_OFF, REVERSE */
    int32_t purpose;      /**< mbill_cycle_purpose */
    int64_t amount_micro; /**< as the operation takes it: a CORRECT above 0 gives to the account */
} mbill_cycle_entry;

/** What came of a step. */
typedef struct mbill_cycle_effect {
    uint32_t struct_size;                               /**< sizeof(mbill_cycle_effect), set by the caller before the call */
    int32_t n_entries;                                  /**< 0 to #MBILL_CYCLE_ENTRIES_MAX */
    mbill_cycle_entry entries[MBILL_CYCLE_ENTRIES_MAX]; /**< in this order; payments are booked by whoever takes them */
    int64_t taken_micro;                                /**< PAY: what the bill took of the amount */
    int64_t rest_micro;                                 /**< what is left over and belongs to the account */
} mbill_cycle_effect;

/**
 * A draft.
 * @param amount_micro   what the bill is of; below 0: it will give to the account
 * @param[out] out_bill  not NULL; untouched on failure
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_OVERFLOW  beyond #MBILL_CYCLE_AMOUNT_MAX
 * @retval MBILL_E_MISUSE    @p out_bill is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cycle_start(int64_t amount_micro, mbill_cycle *out_bill, mbill_error *err);

/**
 * Whether a bill from a file can be one: states, days and sums that belong together.
 * @param bill      not NULL
 * @param[out] err  NULL, or filled on failure: names the member
 * @retval MBILL_OK
 * @retval MBILL_E_CORRUPT  members that contradict each other
 * @retval MBILL_E_MISUSE   @p bill is NULL, or struct_size is not that of this version
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cycle_check(const mbill_cycle *bill, mbill_error *err);

/**
 * One step of a bill's life.
 *
 * The days before step.day go by first: of each that ends with something open the late fee is counted, unless the bill is disputed. Only a
 * TICK books fees: the whole of what has become due and is not booked, so that ticks can be lost and repeated. A payment above what is open
 * leaves the rest; a correction below what is paid gives the rest back to the account. What a state takes, beside a TICK, which all take:
 *
 *     draft        REVIEW, CANCEL, REPLACE
 *     reviewed     UNREVIEW, ISSUE, CANCEL, REPLACE
 *     issued       PAY, CORRECT, DISPUTE, RESOLVE, REMIND
 *     part_paid    PAY, UNPAY, CORRECT, DISPUTE, RESOLVE, REMIND
 *     paid         UNPAY, CORRECT, DISPUTE, RESOLVE
 *     overdue      PAY, UNPAY, CORRECT, DISPUTE, RESOLVE, REMIND, WRITE_OFF
 *     written_off  RESTORE
 *     cancelled, replaced  nothing
 *
 * @param policy           that under which the bill was issued; not NULL
 * @param bill             not NULL
 * @param step             not NULL
 * @param[out] out_bill    the bill afterwards; may be @p bill; untouched on failure
 * @param[out] out_effect  with struct_size set; what is to be booked; untouched on failure
 * @param[out] err         NULL, or filled on failure: names the state, the step, and where it is allowed
 * @retval MBILL_OK
 * @retval MBILL_E_ORDER          a step that this state does not take
 * @retval MBILL_E_INVALID        an amount of 0 or below 0, no reason, no such reminder, a bill that is disputed already or not at all
 * @retval MBILL_E_RANGE          a day outside the calendar; more taken back than was paid
 * @retval MBILL_E_OVERFLOW       a sum leaves its range
 * @retval MBILL_E_CORRUPT        @p bill is none (mbill_cycle_check())
 * @retval MBILL_E_UNKNOWN_OPTION a kind that this version does not know
 * @retval MBILL_E_MISUSE         a pointer that must not be NULL is, or a struct_size is not set
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * Constant; with compounding fees linear in the days that went by.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cycle_apply(const mbill_cycle_policy *policy, const mbill_cycle *bill,
    const mbill_cycle_step *step, mbill_cycle *out_bill, mbill_cycle_effect *out_effect, mbill_error *err);

/**
 * What is open: amount + corrections + fees - paid - written off; 0 before issue. NULL gives 0.
 * @param bill  may be NULL
 * @return 10^-6 of the currency
 * @since 0.1
 */
MBILL_API int64_t mbill_cycle_open(const mbill_cycle *bill);

/**
 * Of the amount, what was paid in time by this day: all that is paid as long as the due day has not ended. NULL gives 0.
 * @param bill  may be NULL
 * @return 10^-6 of the currency
 * @since 0.1
 */
MBILL_API int64_t mbill_cycle_on_time(const mbill_cycle *bill);

/**
 * The due day of a bill that is issued on a day.
 * @param policy        not NULL
 * @param issued_day    civil day
 * @param[out] out_day  not NULL; untouched on failure
 * @param[out] err      NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE   outside the calendar
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cycle_due_day(const mbill_cycle_policy *policy, int32_t issued_day, int32_t *out_day,
    mbill_error *err);

/**
 * The reminder that is due on a day: of the steps whose day has come and that are not done, the last. Those before it are passed over, and a
 * REMIND marks them with it. None is due of a bill that is disputed, or of which nothing is open.
 * @param policy  NULL gives -1
 * @param bill    NULL gives -1
 * @param day     civil day
 * @return        index into policy->reminders, or -1
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API int32_t mbill_cycle_reminder(const mbill_cycle_policy *policy, const mbill_cycle *bill, int32_t day);

/**
 * Share a payment out among an account's bills: the named one first, then by due day, the oldest first, those of one day in the order given;
 * disputed ones come last.
 *
 * @param bills            @p n of them; not NULL unless @p n is 0; only those of which something is open take part
 * @param n                how many
 * @param named            index of the bill that the payer names, or #MBILL_CYCLE_NO_BILL
 * @param amount_micro     >= 0
 * @param[out] out_parts   @p n amounts: what each bill takes; they and the rest add up to the amount; untouched on failure
 * @param[out] out_rest    what belongs to the account; not NULL
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE      an amount below 0
 * @retval MBILL_E_NOT_FOUND  no bill of the index @p named
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @par Cost
 * O(n^2) in the open bills of one account; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cycle_settle(const mbill_cycle *bills, size_t n, size_t named, int64_t amount_micro,
    int64_t *out_parts, int64_t *out_rest, mbill_error *err);

#define MBILL_REVIEW_READINGS 0x1u /**< estimated, divided or missing readings */
#define MBILL_REVIEW_JUMP 0x2u     /**< far from the same time a year ago */
#define MBILL_REVIEW_PRIORITY 0x4u /**< the account's priority was raised */

/** What is known of a draft when it is to be reviewed. */
typedef struct mbill_review_facts {
    uint32_t struct_size; /**< sizeof(mbill_review_facts) where the caller was compiled */
    uint32_t bill_flags;  /**< mbill_bill.flags */
    int32_t priority;     /**< of the account, as alarms or people have raised it; 0: not */
    int32_t has_before;   /**< 0: there is no bill of a year ago */
    int64_t amount_micro; /**< of the draft */
    int64_t before_micro; /**< of the same time a year ago */
} mbill_review_facts;

/**
 * Why somebody should look at a draft. Drafts are looked at by falling priority, then those with a reason, then the rest.
 * @param policy  NULL gives 0
 * @param facts   NULL gives 0
 * @return        MBILL_REVIEW_*; 0: nothing is conspicuous
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API uint32_t mbill_cycle_review_reasons(const mbill_cycle_policy *policy, const mbill_review_facts *facts);

/**
 * Read a policy: a document of kind "billing_policy". Nothing is implied: only `reminders` and `off_days` may be absent.
 *
 * @code{.json}
 * {"meterbill": 1, "kind": "billing_policy", "zone": "CST-8",
 *  "due": {"days": 15},
 *  "pays": "amount_first",
 *  "late_fee": {"rate": "0.0005", "grace_days": 3, "from": "due", "compounds": false, "cap": {"share": "1"},
 *               "round": {"step": "0.01", "how": "half_up"}},
 *  "reminders": [{"days": -3, "channels": ["app"]}, {"days": 7, "channels": ["app", "sms"]}],
 *  "review": {"jump": "0.5", "least": "20"}}
 * @endcode
 * `off_days`, when it is there, says which days are none on which a bill is due or reminded of, and where those go: {"weekdays": ["sat", "sun"], "dates":
 * ["2026-10-01/2026-10-08", {"date": "05-01"}], "worked": ["2026-10-10"], "due": "next", "reminders": "previous"}; dates are those of a tariff's calendar.
 * `due` is {"days": n} or {"month_day": d, "at_least": n}; `late_fee` and `review` may be "none", `cap` "none", {"amount": …}, {"share": …}.
 *
 * @param json             UTF-8, need not be NUL-terminated; not NULL unless @p len is 0
 * @param len              its length in bytes
 * @param[out] out_policy  not NULL; untouched on failure
 * @param[out] err         NULL, or filled on failure: path = JSON pointer of the place
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  reminders that do not rise, a channel's name that is too long, a word that is none
 * @retval MBILL_E_ZONE     the zone's rule is none
 * @retval MBILL_E_DATE     a day off that is no date
 * @retval MBILL_E_ORDER    dates that do not rise
 * @retval MBILL_E_AMBIGUOUS  a due day said in two ways; a day observed on another one that does not say whether it is one itself
 * @retval MBILL_E_SYNTAX, MBILL_E_ENCODING, MBILL_E_LIMIT, MBILL_E_DUPLICATE_KEY, MBILL_E_UNKNOWN_KEY, MBILL_E_MISSING_KEY, MBILL_E_TYPE,
 *         MBILL_E_NUMBER, MBILL_E_DIGITS, MBILL_E_OVERFLOW, MBILL_E_RANGE, MBILL_E_VERSION  not the form
 * @retval MBILL_E_NOMEM    no memory
 * @retval MBILL_E_MISUSE   a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cycle_policy_read(const char *json, size_t len, mbill_cycle_policy *out_policy,
    mbill_error *err);

/**
 * Try a policy out: a document of kind "cycle" with a policy, bills and what happens to them day by day, answered by what each step gives.
 *
 * `bills` are {"id": "B1", "amount": "120"}; `steps` {"on": "2026-02-01", "do": "pay", "bill": "B1", "amount": "50"}, with `do` one of the
 * words of mbill_cycle_kind in lower case. A pay without a `bill` is shared out by mbill_cycle_settle(), a tick without one concerns every
 * bill; `reason` of a write_off and `reminder` are whole numbers. The answer, of kind "cycle_run", has for each step the bills it touched,
 * their state, what is to be booked and what is open; a step that is refused is answered with its status and message, and changes nothing.
 *
 * @param json             the document
 * @param len              its length in bytes
 * @param allocator        NULL = libc
 * @param[out] out_text    NULL to ask for the size; else room for *@p inout_len bytes
 * @param inout_len        in: the room, with the NUL; out: the length needed, with the NUL, also when the status is #MBILL_E_ROOM
 * @param[out] err         NULL, or filled on failure: path = JSON pointer of the place
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM       the room is too small; nothing was written to @p out_text
 * @retval MBILL_E_NOT_FOUND  a step of a bill that is not there
 * @return otherwise as mbill_cycle_policy_read()
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_cycle_run(const char *json, size_t len, const mbill_allocator *allocator,
    char *out_text, size_t *inout_len, mbill_error *err);

/**
 * "part_paid" for #MBILL_CYCLE_PART_PAID; "unknown" for a number that is none. A constant.
 * @param state  a mbill_cycle_state
 * @return a constant
 * @since 0.1
 */
MBILL_API const char *mbill_cycle_state_name(int32_t state);

/**
 * "write_off" for #MBILL_CYCLE_WRITE_OFF; "unknown" for a number that is none. A constant.
 * @param kind  a mbill_cycle_kind
 * @return a constant
 * @since 0.1
 */
MBILL_API const char *mbill_cycle_kind_name(int32_t kind);

#ifdef __cplusplus
}
#endif
#endif

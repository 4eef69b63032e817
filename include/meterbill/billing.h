/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file billing.h  Bills that are paid afterwards, kept in a store (library meterbill-store): review, issue, payments, late fees, arrears, cashiers.
 *
 * The month close makes a draft of every contract whose `payment` is "postpaid" (contract.h). What custom charges keep for a bill (charges.h) goes onto the account's next
 * draft, once, and onto another one if that is given up. A draft is in nobody's ledger; issuing books it. What
 * moves an account's accumulated debt in the ledger, by this header or by any other operation, settles its bills: the open amounts of an account's
 * bills, and what it owes outside of bills, are its accumulated debt to the last micro-unit. The steps and states are those of cycle.h, and the policy is
 * the one that was imported last, for a bill the one under which it was issued. Every call holds all of its change in one transaction a batch,
 * and may be repeated: a bill that has taken a step does not take it twice.
 *
 * @code{.c}
 * mbill_billing_request issue = {.struct_size = sizeof issue, .kind = MBILL_CYCLE_ISSUE, .at_utc_s = now};
 * mbill_billing_summary summary = {.struct_size = sizeof summary};
 * if (mbill_store_billing_step(store, &issue, &summary, &err) != MBILL_OK) fprintf(stderr, "%s\n", err.message);
 * @endcode
 */
#ifndef MBILL_BILLING_H
#define MBILL_BILLING_H

#include "meterbill/cycle.h"
#include "meterbill/score.h"
#include "meterbill/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Keep a billing policy; it holds for drafts, and for bills issued from now on.
 * @param store     not NULL
 * @param json      a document of kind "billing_policy" (mbill_cycle_policy_read())
 * @param len       its length in bytes
 * @param[out] out  NULL, or with struct_size set: 1 added, or 1 same; untouched on failure
 * @param[out] err  NULL, or filled on failure: path = JSON pointer of what is wrong in the document
 * @retval MBILL_OK
 * @retval MBILL_E_EXISTS_DIFFERENT  it was there and another came after it: a policy that holds again is said with other bytes
 * @retval MBILL_E_MISUSE   @p store is NULL, or struct_size of @p out is not set
 * @return otherwise as mbill_cycle_policy_read()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_billing_policy(mbill_store *store, const char *json, size_t len,
    mbill_import_counts *out, mbill_error *err);

/**
 * Raise an account's priority: its drafts are looked at first.
 * @param store     not NULL
 * @param account   its id
 * @param priority  0: none; the highest comes first
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND no such account
 * @retval MBILL_E_RANGE     below 0
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_billing_priority(mbill_store *store, const char *account, int32_t priority,
    mbill_error *err);

/**
 * Set the priority of a place: drafts of every account at it or inside it are looked at first. Alarms raise it (watch.h), and an operator lowers it again
 * when the drafts are reviewed.
 * @param store     not NULL
 * @param place     its id
 * @param priority  0: none; the highest comes first
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND no such place
 * @retval MBILL_E_RANGE     below 0
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_billing_place_priority(mbill_store *store, const char *place, int32_t priority,
    mbill_error *err);

/** A bill as rows show it. Texts live during the call that gives them. */
typedef struct mbill_billing_row {
    uint32_t struct_size;     /**< sizeof(mbill_billing_row), set by the library */
    uint32_t reasons;         /**< MBILL_REVIEW_*, of drafts alone */
    int64_t bill;             /**< its number */
    const char *account;      /**< id */
    const char *title;        /**< of the account; NULL: none */
    const char *tariff;       /**< id */
    const char *from_date;    /**< first civil day of its span, in the tariff's zone */
    int64_t from_utc_s;       /**< where its span begins, UTC seconds */
    int64_t to_utc_s;         /**< where it ends, not included */
    int32_t priority;         /**< the account's, or that of a place it is in: the highest */
    int32_t days_late;        /**< behind the due day, at the moment asked for; 0: not late, or nothing is open */
    int32_t reminder;         /**< which step of the policy is due; -1: none */
    int32_t n_channels;       /**< of that step */
    const char *channels[MBILL_CYCLE_CHANNELS_MAX]; /**< names of the ways to remind by; n_channels of them */
    mbill_cycle cycle;        /**< where it stands */
    int64_t items_micro;      /**< of its amount, what custom charges come to (charges.h) */
    const char *raised_by;    /**< the alarm that raised the priority; NULL: an operator, or it is 0 */
    const char *raised_place; /**< the place whose priority it is; NULL: the account's own */
} mbill_billing_row;

/** Takes a row; any status but #MBILL_OK ends the call and is passed on. Must not use the store. */
typedef mbill_status (*mbill_billing_each)(void *ctx, const mbill_billing_row *row, mbill_error *err);

#define MBILL_BILLING_PLAIN 0x1u /**< review of all: only drafts that nothing speaks against */

/** A step of one bill or of all that take it. */
typedef struct mbill_billing_request {
    uint32_t struct_size; /**< sizeof(mbill_billing_request) of this version; another is refused */
    int32_t kind;         /**< mbill_cycle_kind, but not PAY and UNPAY */
    uint32_t flags;       /**< MBILL_BILLING_PLAIN */
    int32_t reason;       /**< WRITE_OFF: not 0 */
    int64_t bill;         /**< number of the bill; 0: REVIEW, ISSUE, TICK and REMIND of all */
    int64_t at_utc_s;     /**< when it happens and is booked */
    int64_t amount_micro; /**< CORRECT */
    const char *note;     /**< kept with the step; NULL: none */
    const char *by;       /**< who does it, kept with the step; NULL: not said */
    /** REMIND: the bill and how to remind of it, before it is marked; NULL: it is only marked. */
    mbill_billing_each each;
    void *each_ctx; /**< handed to `each` */
    /** For each bill of all that the ledger would not take, with the reason; NULL: they are only counted. Must not use the store. */
    void (*refused)(void *ctx, int64_t bill, const mbill_error *err);
    void *refused_ctx; /**< handed to `refused` */
} mbill_billing_request;

/** What a step did. */
typedef struct mbill_billing_summary {
    uint32_t struct_size; /**< sizeof(mbill_billing_summary), set by the caller before the call */
    uint32_t reserved;    /**< 0 */
    int64_t n_done;       /**< bills that took it */
    int64_t n_refused;    /**< of all; nothing of them was written */
    mbill_sum booked;     /**< what was added to what is owed */
} mbill_billing_summary;

/**
 * A step of a bill's life, or of every bill that takes it, in batches of 1,000.
 *
 * ISSUE books the draft as the month close books a prepaid bill; a TICK books the late fees that have become due, and counts only bills that changed;
 * CORRECT books a difference, WRITE_OFF gives up what is open, RESTORE takes that back. A draft that is cancelled or replaced leaves its
 * span open: the next month close makes another of it, as long as no later span of the contract is billed.
 *
 * @param store             not NULL
 * @param request           not NULL
 * @param[out] out_summary  NULL, or with struct_size set; untouched on failure
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND      no such bill; no billing policy
 * @retval MBILL_E_ORDER          the bill's state does not take the step; a draft is not the last of its contract
 * @retval MBILL_E_INVALID        the ledger's account is closed, not active, or its policy keeps no accumulated debt; a kind that is not for all
 * @retval MBILL_E_UNKNOWN_OPTION a kind or flag that is none here
 * @retval MBILL_E_MISUSE         a pointer that must not be NULL is, a struct_size that is not set
 * @return otherwise as mbill_cycle_apply()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_billing_step(mbill_store *store, const mbill_billing_request *request,
    mbill_billing_summary *out_summary, mbill_error *err);

#define MBILL_PAYMENT_NEXT_DAY                                                                                                   \
    0x1u /**< a payment of a day that its cashier has closed is counted on his next open day, not refused */

/**
 * Take a file of payments: CSV with id, account, amount, time, channel, receipt, operator and, if it has one, bill.
 *
 * A payment is a TOP_UP of the ledger with its channel and receipt (empty: none), and settles the bill it names, else the oldest. Late fees of the
 * account are booked first, as of the payment's day. An amount below 0 is given back to the customer: a REFUND, and its payment from the channel. Every row is entered
 * for its operator, channel and civil day.
 *
 * @param store      not NULL
 * @param csv        the file; not NULL unless @p len is 0
 * @param len        its length in bytes
 * @param zone_rule  NULL = every time says its offset; otherwise a rule for those that do not
 * @param flags      MBILL_PAYMENT_NEXT_DAY
 * @param[out] out   NULL, or with struct_size set; untouched on failure
 * @param[out] err   NULL, or filled on failure: index = line, from 1; nothing of the file was taken
 * @retval MBILL_OK
 * @retval MBILL_E_EXISTS_DIFFERENT an id was applied with another amount, time or account
 * @retval MBILL_E_ORDER            the day of operator and channel is closed
 * @retval MBILL_E_NOT_FOUND        no such account; no such bill of it; no billing policy
 * @retval MBILL_E_INVALID          the ledger refuses it: its message says why, such as DUPLICATE_RECEIPT or EXCEEDS_REFUNDABLE
 * @retval MBILL_E_MISUSE           a pointer that must not be NULL is, or struct_size of @p out is not set
 * @return otherwise as mbill_store_put_top_ups()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_payments(mbill_store *store, const char *csv, size_t len,
    const char *zone_rule, uint32_t flags, mbill_import_counts *out, mbill_error *err);

/** In which order rows come. */
typedef enum mbill_billing_order {
    MBILL_BILLING_BY_NUMBER = 0,
    MBILL_BILLING_BY_REVIEW, /**< by falling priority of the account, then those with reasons, then by number */
    MBILL_BILLING_BY_ACCOUNT /**< by account, then by number */
} mbill_billing_order;

/** Which bills. */
typedef struct mbill_billing_filter {
    uint32_t struct_size;  /**< sizeof(mbill_billing_filter) of this version; another is refused */
    uint32_t states;       /**< bit s: those in state s; 0: all */
    const char *account;   /**< id; NULL: of any */
    int64_t at_utc_s;      /**< the moment at which days late and reminders are counted */
    int32_t order;         /**< mbill_billing_order */
    int32_t reserved;      /**< 0 */
    const char *selection; /**< the accounts that are meant (account.h); NULL: any */
} mbill_billing_filter;

/**
 * Rows of bills, settled by all that the ledger has.
 * @param store     not NULL
 * @param filter    NULL: all
 * @param each      not NULL
 * @param ctx       passed to @p each
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such account; no billing policy; the selection's place or meter is not there
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is, or struct_size is not set
 * @retval MBILL_E_SYNTAX     and the other statuses of mbill_store_select()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_billing_rows(mbill_store *store, const mbill_billing_filter *filter,
    mbill_billing_each each, void *ctx, mbill_error *err);

/**
 * One bill as a document of kind "payment_bill": what was priced (the bill's document), the custom charges on it, where it stands, and its history.
 *
 * Each step of the history says when and, where that was said, by whom and with which note; what was moved; and what the bill came to before and after it, corrections
 * among it and late fees not. So a bill that was corrected keeps its former figures.
 *
 * @param store             not NULL
 * @param bill              its number, of a draft that was given up too
 * @param[out] out_text     NUL-terminated; NULL asks the length
 * @param[in,out] inout_len room in bytes with the NUL; becomes the length needed with the NUL
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such bill
 * @retval MBILL_E_ROOM       the room is too small; nothing was written
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_billing_document(mbill_store *store, int64_t bill, char *out_text,
    size_t *inout_len, mbill_error *err);

/** What an export has a row for. */
typedef enum mbill_billing_what {
    MBILL_BILLING_BILLS = 1, /**< each bill */
    MBILL_BILLING_ARREARS /**< each account that owes: what is open by days late: none, 1 to 30, 31 to 60, 61 to 90, 91 and more */
} mbill_billing_what;

#define MBILL_ARREARS_AGES 5 /**< spans of days late */

/** How an export is written. */
typedef enum mbill_billing_format {
    MBILL_BILLING_CSV =
        1, /**< RFC 4180 with a header; a text that a spreadsheet would take as a formula is led by an apostrophe */
    MBILL_BILLING_JSON_LINES /**< an object a line */
} mbill_billing_format;

/** Takes the next bytes of an export; any status but #MBILL_OK ends it and is passed on. Must not use the store. */
typedef mbill_status (*mbill_billing_write)(void *ctx, const char *text, size_t len);

/**
 * Bills or arrears as text.
 * @param store     not NULL
 * @param filter    NULL: all; of arrears only `account`, `selection` and `at_utc_s` are heard
 * @param what      mbill_billing_what
 * @param format    mbill_billing_format
 * @param write     not NULL; takes whole lines
 * @param ctx       passed to @p write
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_UNKNOWN_OPTION  something or a format that is none
 * @return otherwise as mbill_store_billing_rows()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_billing_export(mbill_store *store, const mbill_billing_filter *filter,
    int32_t what, int32_t format, mbill_billing_write write, void *ctx, mbill_error *err);

/** All bills together, against the ledger. issued + corrected + fees = paid + open + written_off, and open + rest = ledger. */
typedef struct mbill_billing_totals {
    uint32_t struct_size;  /**< sizeof(mbill_billing_totals), set by the caller before the call */
    uint32_t reserved;     /**< 0 */
    int64_t n_bills;       /**< issued */
    int64_t n_different;   /**< accounts whose bills and rest are not their accumulated debt: 0 */
    mbill_sum issued;      /**< what the bills are of, in micro-units as all that follows */
    mbill_sum corrected;   /**< difference bills of them */
    mbill_sum fees;        /**< late fees booked */
    mbill_sum paid;        /**< of amounts and fees */
    mbill_sum open;        /**< what is still to be paid */
    mbill_sum written_off; /**< what was given up */
    mbill_sum rest;        /**< owed outside of bills, by accounts with bills */
    mbill_sum ledger;      /**< accumulated debt of these accounts in the ledger */
} mbill_billing_totals;

/**
 * Sum all bills and compare every account with the ledger.
 * @param store            not NULL
 * @param[out] out_totals  with struct_size set; untouched on failure
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is, or struct_size is not set
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_billing_totals(mbill_store *store, mbill_billing_totals *out_totals,
    mbill_error *err);

/**
 * An account's payment score (score.h) from its bills.
 * @param store           not NULL
 * @param account         its id
 * @param rule            not NULL
 * @param at_utc_s        the moment: its civil day in the policy's zone is the day of the score
 * @param fact            NULL, or the name of a fact that gets the score as a share, 0 to 1 with four places, from that day on
 * @param[out] out_score  in 1/10,000; not NULL; untouched on failure
 * @param[out] out_bills  NULL, or how many bills it rests on
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such account; no billing policy
 * @retval MBILL_E_NOT_KNOWN  fewer bills than the rule asks for; no fact is set
 * @retval MBILL_E_EXISTS_DIFFERENT  the account has another value of this fact from the same day
 * @return otherwise as mbill_score()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_billing_score(mbill_store *store, const char *account,
    const mbill_score_rule *rule, int64_t at_utc_s, const char *fact, int32_t *out_score, int32_t *out_bills, mbill_error *err);

/** A cashier's day: operator, channel, civil day in the billing policy's zone. Sums are of the ledger's own records. */
typedef struct mbill_cashier_day {
    uint32_t struct_size;  /**< sizeof(mbill_cashier_day) where the caller was compiled */
    int32_t day;           /**< civil day number */
    const char *cashier;   /**< the operator, NUL-terminated */
    int64_t channel;       /**< by which the money came: mbill_operation.channel */
    int64_t n_taken;       /**< payments, those that were reversed later among them */
    int64_t n_given;       /**< refunds */
    int64_t taken_micro;   /**< what the payments come to, in micro-units */
    int64_t given_micro;   /**< refunds, above 0 */
    int64_t counted_micro; /**< what was counted, or what the provider's file says; 0 while the day is open */
    int64_t closed_utc_s;  /**< 0: the day is open */
} mbill_cashier_day;

/**
 * Close a day: compare what the ledger has of it with what was counted, and let it take no more.
 * @param store            not NULL
 * @param day              cashier, channel, day, counted_micro, closed_utc_s are read; struct_size set
 * @param note             kept with it; NULL: none
 * @param[out] out_day     with struct_size set: the day as it was closed; taken - given - counted is the difference; `cashier` is that of @p day
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_EXISTS            it was closed before, with the same count; @p out_day is filled
 * @retval MBILL_E_EXISTS_DIFFERENT  … with another
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is, or a struct_size is not set
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_cashier_close(mbill_store *store, const mbill_cashier_day *day,
    const char *note, mbill_cashier_day *out_day, mbill_error *err);

/** Takes a day; any status but #MBILL_OK ends the call and is passed on. Must not use the store. */
typedef mbill_status (*mbill_cashier_each)(void *ctx, const mbill_cashier_day *day, mbill_error *err);

/**
 * Every day that any cashier took or gave money on, open and closed, by day, cashier and channel.
 * @param store     not NULL
 * @param each      not NULL
 * @param ctx       passed to @p each
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_cashier_days(mbill_store *store, mbill_cashier_each each, void *ctx,
    mbill_error *err);

/** What of a receipt differs between a provider's file and the ledger. */
typedef enum mbill_cashier_difference_kind {
    MBILL_CASHIER_NOT_IN_FILE = 1, /**< the ledger has it, the file has not */
    MBILL_CASHIER_NOT_IN_LEDGER,   /**< the file has it, the ledger has not */
    MBILL_CASHIER_OTHER_AMOUNT     /**< both have the receipt, with other amounts */
} mbill_cashier_difference_kind;

/** What a provider's file and the ledger do not agree on. */
typedef struct mbill_cashier_difference {
    uint32_t struct_size; /**< sizeof(mbill_cashier_difference), set by the library */
    int32_t kind;         /**< mbill_cashier_difference_kind */
    int64_t receipt;      /**< 0: a payment of the ledger without one */
    int64_t record;       /**< of the ledger; -1: it has none */
    int64_t line;         /**< of the file, from 1; 0: it has none */
    int64_t ledger_micro; /**< what the ledger has; below 0: given back; 0: it has none */
    int64_t file_micro;   /**< what the file says; below 0: given back; 0: it has none */
} mbill_cashier_difference;

/** Both sides of a comparison. */
typedef struct mbill_cashier_comparison {
    uint32_t struct_size; /**< sizeof(mbill_cashier_comparison), set by the caller before the call */
    uint32_t reserved;    /**< 0 */
    int64_t n_ledger;     /**< records of the ledger on this day and channel */
    int64_t n_file;       /**< lines of the file */
    int64_t n_different;  /**< differences that were told */
    mbill_sum ledger;     /**< what the records come to, refunds taken off, in micro-units */
    mbill_sum file;       /**< what the lines come to, in micro-units */
} mbill_cashier_comparison;

/** Takes a difference; any status but #MBILL_OK ends the call and is passed on. Must not use the store. */
typedef mbill_status (*mbill_cashier_each_difference)(void *ctx, const mbill_cashier_difference *difference, mbill_error *err);

/**
 * Compare what the ledger has of a channel and day, by whichever operator, with a provider's file: CSV with receipt and amount.
 * @param store     not NULL
 * @param day       channel and day are read; struct_size set
 * @param csv       the file; not NULL unless @p len is 0
 * @param len       its length in bytes
 * @param each      not NULL; by receipt
 * @param ctx       passed to @p each
 * @param[out] out  NULL, or with struct_size set: both sides' counts and sums; untouched on failure
 * @param[out] err  NULL, or filled on failure: index = line, from 1
 * @retval MBILL_OK        whatever the differences
 * @retval MBILL_E_RANGE   a receipt below 1
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is, or a struct_size is not set
 * @return otherwise as the statuses of a CSV file
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(n log n) in the entries of both.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_cashier_compare(mbill_store *store, const mbill_cashier_day *day,
    const char *csv, size_t len, mbill_cashier_each_difference each, void *ctx, mbill_cashier_comparison *out, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

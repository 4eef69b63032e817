/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file watch.h  Alarms that a store keeps: of every balance that its ledger moves, and of lines of samples from meters, places and people.
 *
 * A configuration (alarms.h) is kept under a name, in versions. An alarm in it with "watches": "balance" hears of the credit of each account that the
 * configuration is for: every record of the ledger that moves the credit (a top-up, a bill of the month close, a charge, a payment, a correction, a task) is one
 * sample, at the instant of booking, in the transaction that keeps the record. So an event is there once or not at all, whatever was cut short or done again, and
 * events do not depend on how records were put into transactions. Amounts that a task sets (task.h) take the place of an account's limits. An account hears
 * nothing until its credit first moves.
 *
 * What alarms say stands in the table mbill_alarm_event and is counted by the report of alarms (report.h).
 *
 * @code
 * if (mbill_store_alarm_put(store, "balances", json, len, NULL, &err) != MBILL_OK) return 1;
 * if (mbill_store_alarm_default(store, "balances", &err) != MBILL_OK) return 1;   // of every account that is given no other
 * @endcode
 */
#ifndef MBILL_WATCH_H
#define MBILL_WATCH_H

#include "meterbill/alarms.h"
#include "meterbill/store.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MBILL_ALARM_NAME_MAX 64 /**< bytes of a configuration's name */

/**
 * Keep a configuration, or another version of it: the last one holds. How alarms stand goes on where they are in it in the same form.
 *
 * @param store     not NULL
 * @param name      1 to #MBILL_ALARM_NAME_MAX bytes; not "none" or "default"
 * @param json      a document of kind "alarms"; one with alarms of balances has no "inhibit" and no "group", for each account's stand alone
 * @param len       its bytes
 * @param[out] out  NULL, or with struct_size set: n_same 1 when the last version is the same
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID  the name, or groups and inhibition beside alarms of balances
 * @retval MBILL_E_MISUSE   a pointer that must not be NULL is, or struct_size of @p out is not set
 * @return else as mbill_alarms_read()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_alarm_put(mbill_store *store, const char *name, const char *json, size_t len,
    mbill_import_counts *out, mbill_error *err);

/**
 * Which configuration watches the balance of every account that is given no other.
 *
 * @param store     not NULL
 * @param name      its name; NULL: none
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such configuration
 * @retval MBILL_E_MISUSE     @p store is NULL
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_alarm_default(mbill_store *store, const char *name, mbill_error *err);

/**
 * Which configuration watches the balances of some accounts. Alarms of the one before stay as they stand and hear nothing more.
 *
 * @param store      not NULL
 * @param name       its name; "none": none; "default": that of every account again
 * @param selection  which accounts, as mbill_store_select() reads it; NULL: every account
 * @param len        its bytes
 * @param[out] out_n NULL, or how many accounts are meant
 * @param[out] err   NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such configuration, or place of the selection
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is
 * @return else as mbill_store_select()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_alarm_choose(mbill_store *store, const char *name, const char *selection,
    size_t len, size_t *out_n, mbill_error *err);

/**
 * As mbill_store_alarm_choose(), for one account by its id.
 * @param store     not NULL
 * @param name      of alarms that the store has, "default" or "none"
 * @param account   its id
 * @param[out] err  NULL, or filled on failure
 * @return as mbill_store_alarm_choose()
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_alarm_choose_account(mbill_store *store, const char *name, const char *account,
    mbill_error *err);

/**
 * The configurations as a document: name, version, whether it is that of every account, accounts that are given it, and its own document.
 *
 * @param store             not NULL
 * @param[out] out_text     NULL to ask the size
 * @param[in,out] inout_len room, and then the bytes with the NUL
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM, MBILL_E_NOMEM, MBILL_E_MISUSE  as mbill_alarms_write()
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_alarm_configs(mbill_store *store, char *out_text, size_t *inout_len,
    mbill_error *err);

/**
 * Let time go by: what delays, repeats and escalations of balances have brought up to and with @p t_utc_s. What the ledger books at or before it all the same is a
 * sample of the second after it: money is never refused because of an alarm.
 *
 * @param store     not NULL
 * @param t_utc_s   now
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_LATE    before the last tick
 * @retval MBILL_E_RANGE   outside the years of calendar.h
 * @retval MBILL_E_MISUSE  @p store is NULL
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_alarm_tick(mbill_store *store, int64_t t_utc_s, mbill_error *err);

/** What lines came to. */
typedef struct mbill_alarm_run_summary {
    uint32_t struct_size; /**< sizeof(mbill_alarm_run_summary) where the caller was compiled */
    uint32_t reserved;    /**< 0 */
    int64_t n_lines;      /**< lines that are not blank */
    int64_t n_passed;     /**< that alarms had before: they did nothing */
    int64_t n_refused;    /**< that no alarm takes */
    int64_t n_events;     /**< kept */
} mbill_alarm_run_summary;

/** Takes what is said as a JSON object of @p len bytes; any status but #MBILL_OK ends the call and is passed on. Must not use the store. */
typedef mbill_status (*mbill_alarm_each)(void *ctx, const char *text, size_t len, mbill_error *err);

/**
 * Run lines (alarms.h) on a configuration that is kept: samples of meters, ticks, plain events, actions. How its alarms stand is kept, and what they say: all
 * lines in one transaction.
 *
 * Each alarm of a key takes only what is later than what it had before the call, and a tick for all what is later than every one of them had; the rest is passed over and
 * counted. So the same lines again do nothing. An alarm of a balance takes actions alone, by "alarm" and the account as "key". What "watches" says of an
 * alarm's keys (account, meter, place) tells whose an event is; a RAISE with a priority above 0 raises that of the account, or of the place: drafts of every account in it
 * are looked at first (billing.h).
 *
 * @param store       not NULL
 * @param name        of the configuration
 * @param lines       one JSON object a line
 * @param len         bytes
 * @param each        NULL, or called for each event and each refused line ({"line", "refused", "path", "message"}) once all is durable
 * @param ctx         handed to @p each
 * @param[in,out] out NULL, or with struct_size set
 * @param[out] err    NULL, or filled on failure: nothing was taken
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such configuration
 * @retval MBILL_E_VERSION, MBILL_E_CHECKSUM  a state that is damaged or another version's
 * @retval MBILL_E_NOMEM      no memory
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is, or struct_size of @p out is not set
 * @return else what @p each returned, when all was durable already
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * As mbill_board_line() a line; the state of all the configuration's alarms is read and written once a call.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_alarm_run(mbill_store *store, const char *name, const char *lines, size_t len,
    mbill_alarm_each each, void *ctx, mbill_alarm_run_summary *out, mbill_error *err);

/** Which events. */
typedef struct mbill_alarm_filter {
    uint32_t struct_size; /**< sizeof(mbill_alarm_filter) where the caller was compiled */
    uint32_t reserved;    /**< 0 */
    const char *account;  /**< of this account alone; NULL: any, and none */
    int64_t from_utc_s;   /**< that happened from here on */
    int64_t to_utc_s;     /**< and before; INT64_MAX: no end */
    int64_t behind;       /**< kept after the one of this number; 0: all */
} mbill_alarm_filter;

/**
 * The events that are kept, in the order in which they were: number, event, alarm, account, place, key, level, effective and observed times, value, episode,
 * count or step, channels.
 *
 * @param store     not NULL
 * @param filter    NULL: all
 * @param each      not NULL
 * @param ctx       handed to @p each
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no such account
 * @retval MBILL_E_NOMEM      no memory
 * @retval MBILL_E_MISUSE     a pointer that must not be NULL is, or struct_size of @p filter is not set
 * @return else what @p each returned
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_alarm_events(mbill_store *store, const mbill_alarm_filter *filter,
    mbill_alarm_each each, void *ctx, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

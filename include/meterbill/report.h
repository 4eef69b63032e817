/* SPDX-License-Identifier: Apache-2.0 */
/** @file report.h  Reports of a store as rows: what was billed, earned, paid and owed, and what stands out (library meterbill-store). */
#ifndef MBILL_REPORT_H
#define MBILL_REPORT_H

#include "meterbill/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a report is of. All members but struct_size, `from` and `to` may be 0. */
typedef struct mbill_report_options {
    uint32_t struct_size;  /**< sizeof(mbill_report_options) where the caller was compiled */
    uint32_t flags;        /**< 0 */
    const char *from;      /**< first civil day of the zone, such as "2026-01-01" */
    const char *to;        /**< the first civil day that is no more of it */
    const char *zone_rule; /**< POSIX rule of the zone; NULL = UTC */
    const char *by;        /**< "day", "month" or "year": what rows are of; NULL = month */
    const char *selection; /**< the accounts that are meant (account.h); NULL = every one */
    const char *charge;    /**< intensity, advice: the charge whose quantity is the use; two charges may count the same use */
    const char *fact;      /**< intensity, advice: the fact that use is divided by, such as area */
    const char *series;    /**< intensity: the price series that holds degree-days, a value a day; NULL: none */
    const char *period;    /**< advice: the period whose share is asked for, such as night; NULL: none */
    const char *tariff;    /**< cost: the other tariff, by which bills are priced again */
} mbill_report_options;

/** What a cell holds. */
typedef enum mbill_report_kind {
    MBILL_REPORT_TEXT = 1, /**< words; a spreadsheet must not take them for a formula */
    MBILL_REPORT_NUMBER    /**< an exact decimal */
} mbill_report_kind;

/** One value of a row. */
typedef struct mbill_report_cell {
    const char *text; /**< NUL-terminated; lives until the row was given; NULL: there is nothing to say */
    int32_t kind;     /**< mbill_report_kind */
    int32_t reserved; /**< 0 */
} mbill_report_cell;

/** A row: a name and a cell for each column. Must not use the store. */
typedef void mbill_report_row(void *ctx, const char *const *columns, const mbill_report_cell *cells, size_t n);

/**
 * Give out the rows of a report.
 *
 * | name | a row for each | from | adds up to |
 * | --- | --- | --- | --- |
 * | billed | period, utility, tariff, charge, period of the tariff, tier, unit: quantity and amount | lines of bills that begin in the span | totals of those bills |
 * | year | utility, tariff, charge, period of the tariff, unit: quantity and amount, those of the same days a year before, and the differences | as billed | as billed |
 * | revenue | period, utility, charge, channel: amount | the ledger's legs to revenue, fees and taxes booked in the span, those of bills by their charges | the ledger's accounts |
 * | cash | period, hour, channel, kind of operation: count, sum, mean | the ledger's legs to and from cash whose payment was made in the span | the ledger's accounts |
 * | ageing | account: owed in all, and for 0-30, 31-60, 61-90, 91-180, more days at the start of day `to` | the ledger's records before `to` | what accounts owe |
 * | intensity | account: use, fact, use for each unit of it, degree-days, use for each of these | as billed, and facts | use: billed |
 * | advice | account: use for each unit of the fact, among how many, lower quartile, median, upper quartile; share of the period | as billed, and facts | use: billed |
 * | cost | contract: what its bills came to, and what the same readings cost under the other tariff, or why not | bills that begin in the span, priced again | billed: totals of those bills |
 * | losses | period, master meter, register: its use, that of the meters behind it, the difference and its share | readings | what meters count |
 * | alarms | period, kind, level, place: count | events that were raised in the span, of the store's own alarms (watch.h) and of mbill_store_put_alarm_events() | the events |
 *
 * A bill belongs to the civil day on which its span begins, a record of the ledger to that on which it was booked, in `cash` to that of the
 * payment (its effective time). A bill that is paid afterwards counts
 * from its draft on, in `revenue` from its issue. Custom charges on payment bills are in
 * `billed`, `year` and `revenue` by their own id, with neither tariff nor utility. The utility is the tariff's (a places
 * document says it), else empty; lines that belong to no charge have an empty one. A year before means the same month and day, 28 February for 29. In
 * `revenue`, a bill whose total lies below 0 is what it is: its charges, some below 0; what does not come from a bill has the charge "usage", "charge_0", "fee_0",
 * "tax_0" by the ledger's index. The credit of a bill below 0 stands on the ledger's account "adjust", not on "revenue"; other corrections are not revenue. In `ageing`, what an account owes is the lack in its credit, its accumulated debt and its debts; money that came in has paid what
 * was booked first, and what is left is as old as the days from its effective time. Quartiles are values of accounts themselves, by nearest rank: of n values in
 * rising order, those with the numbers n/4, n/2 and 3n/4 rounded up. Quotients are rounded half_even to 10^-6.
 *
 * In `cost` a contract of another tariff, for the same utility where both are said, is priced bill by bill as the close would: the same spans, readings as they are now, facts,
 * factors and lists of days, and a position that begins with the first of the bills, so that a ladder over a year is told from its first day on. What cannot be priced, as
 * where a register, a fact, a version or a month of readings is missing, is said in the row's `refused`, and the other rows stay.
 *
 * In `losses` a register of a master meter is set against those of the same name and unit of the meters behind it (a places document says which), each over the whole period: readings at
 * its first and last instant and none missing between. A meter without them is counted and named in `missing`, and then there is neither loss nor share: nothing is
 * guessed. The share is the loss divided by the master's use, toward zero to 10^-6. A selection means masters that measure one of its accounts, or have a meter behind
 * them that does.
 *
 * @param store    not NULL
 * @param name     one of the above
 * @param options  not NULL
 * @param row      for each row, in order; not NULL
 * @param ctx      handed to @p row
 * @param[out] err NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND      no such report; the selection's place is not there; the price series or the tariff is not there
 * @retval MBILL_E_MISUSE         a pointer that must not be NULL is, struct_size is not set, an option that the report needs is missing
 * @retval MBILL_E_UNKNOWN_OPTION a flag or member this version does not know
 * @retval MBILL_E_INVALID        `by` is none of its words, or what the selection refuses so
 * @retval MBILL_E_DATE           from or to is no date
 * @retval MBILL_E_RANGE          the span is empty, or a day outside the years of calendar.h
 * @retval MBILL_E_ZONE           the zone's rule is none
 * @retval MBILL_E_OVERFLOW       a quotient or a difference does not fit
 * @retval MBILL_E_SYNTAX         and the other statuses of mbill_store_select()
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * One pass over the bills, or the ledger's records; memory for the groups, for ageing, intensity and advice for the accounts. `cost` as the close without its writing; `losses` reads
 * the readings of the masters and of what is behind them once a period.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_report(mbill_store *store, const char *name,
    const mbill_report_options *options, mbill_report_row *row, void *ctx, mbill_error *err);

/**
 * The columns of a report.
 * @param name       as for mbill_store_report()
 * @param[out] out_n how many; may be NULL
 * @return           their names, constants; NULL: no such report, or @p name is NULL
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API const char *const *mbill_report_columns(const char *name, size_t *out_n);

/** How a row is written. */
typedef enum mbill_report_format {
    MBILL_REPORT_CSV =
        1, /**< RFC 4180; text that begins with one of = + - @, a tab or a line end gets a ' before it, so that no spreadsheet computes it */
    MBILL_REPORT_JSON /**< an object; numbers as decimal text; what says nothing is null */
} mbill_report_format;

/**
 * A row as text, with its line feed; in CSV a line of column names when @p cells is NULL.
 *
 * @param format             mbill_report_format
 * @param columns            names; not NULL
 * @param cells              as many; NULL: the names
 * @param n                  how many
 * @param[out] out_text      NUL-terminated; NULL asks the length
 * @param[in,out] inout_len  room in bytes with the NUL; becomes the length needed with the NUL
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM    the room is too small; nothing was written
 * @retval MBILL_E_INVALID another format; names alone in JSON
 * @retval MBILL_E_NOMEM   no memory (libc's) for the text
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * Pure; any number of threads.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_report_row_write(int32_t format, const char *const *columns,
    const mbill_report_cell *cells, size_t n, char *out_text, size_t *inout_len, mbill_error *err);

/** An alarm's event, for the counts of alarms. */
typedef struct mbill_alarm_note {
    const char *id;      /**< the event's own: the same event is kept once */
    const char *account; /**< whom it concerns; NULL: nobody in particular */
    const char *place;   /**< where; NULL: where the account stands */
    const char *kind;    /**< a word: low_credit, leak, no_reading */
    const char *what;    /**< "raise", "clear", "acknowledge", "notify", "escalate", "trip", "release", "rollover", "lock" or "unlock" */
    int64_t at_utc_s;    /**< when */
    int64_t level;       /**< how urgent, from 0 */
    int64_t value_micro; /**< what was measured; 0 where nothing was */
} mbill_alarm_note;

/**
 * Keep events of alarms, all or nothing.
 *
 * @param store     not NULL
 * @param events    @p n of them; not NULL unless @p n is 0
 * @param n         how many
 * @param[out] out  NULL, or with struct_size set; untouched on failure
 * @param[out] err  NULL, or filled on failure: index = the event
 * @retval MBILL_OK
 * @retval MBILL_E_EXISTS_DIFFERENT an event of this id is there with another content
 * @retval MBILL_E_NOT_FOUND        the account or the place is not there
 * @retval MBILL_E_INVALID          an id or kind that is empty, another word in `what`
 * @retval MBILL_E_RANGE            a level below 0
 * @retval MBILL_E_MISUSE           a pointer that must not be NULL is, or struct_size of @p out is not set
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_alarm_events(mbill_store *store, const mbill_alarm_note *events, size_t n,
    mbill_import_counts *out, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

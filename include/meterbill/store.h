/* SPDX-License-Identifier: Apache-2.0 */
/** @file store.h  Accounts, tariffs, readings, bills and ledger in one SQLite file (library meterbill-store). */
#ifndef MBILL_STORE_H
#define MBILL_STORE_H

#include "meterbill/decimal.h"
#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * An open store: one SQLite file and what was prepared for it.
 *
 * Statuses that every function below may answer, beside its own:
 * #MBILL_E_BUSY another connection holds the file; #MBILL_E_FULL the disk is full; #MBILL_E_IO reading or writing failed;
 * #MBILL_E_CORRUPT the file is damaged; #MBILL_E_READ_ONLY the call writes and the file cannot be written, or was opened to be
 * read only; #MBILL_E_NOMEM. Whatever the status, the file holds all of a call's change or nothing of it. When a commit itself
 * fails, it is not known which of the two: it and everything after it answers #MBILL_E_OUTCOME_UNKNOWN until the file is opened
 * again; a repeated call is safe, since nothing is taken twice.
 *
 * @par Durability
 * A call that answers #MBILL_OK has its change on the disk (write-ahead journal, synchronous=FULL).
 * @par Other connections
 * With an SQLite that has the WAL-reset bug (3.7.0 to 3.51.2, but for 3.44.6 and later 3.44 and 3.50.7 and later 3.50; the
 * library linked at run time counts) one connection at a time has the file, a reader too; others are answered #MBILL_E_BUSY.
 * Otherwise one connection writes and any number read; a second that writes waits for busy_timeout_ms, then is answered
 * #MBILL_E_BUSY. #MBILL_STORE_ROLLBACK allows the same with every SQLite: synchronous=EXTRA, and readers wait for the writer. A file that was last
 * opened without this flag gets its new journal from the first that opens it with it, who must be alone then: others are answered #MBILL_E_BUSY at once.
 * @par Thread safety
 * A handle is for one thread at a time.
 */
typedef struct mbill_store mbill_store;

#define MBILL_STORE_CREATE 0x1u    /**< make the file; refused when it is there and holds anything */
#define MBILL_STORE_READ_ONLY 0x2u /**< nothing will be written; the file or its folder may be read-only */
#define MBILL_STORE_ROLLBACK 0x4u  /**< a rollback journal: several processes may use the file, all with this flag; slower */
#define MBILL_STORE_SHARED 0x8u    /**< several processes must be able to use the file; refused where that is not safe */

/** How a store is opened. */
typedef struct mbill_store_options {
    uint32_t struct_size;    /**< sizeof(mbill_store_options) where the caller was compiled */
    uint32_t flags;          /**< MBILL_STORE_*; unknown bits are refused */
    int32_t busy_timeout_ms; /**< how long to wait for another connection; 0 = not */
    int32_t reserved;        /**< 0 */
} mbill_store_options;

/**
 * Open a store, or make one.
 *
 * The file is an SQLite database (application_id 0x4D42494C, "MBIL") that the stock `sqlite3` shell reads; its tables begin with
 * `mbill_` and are described in its schema. A file of an older version is brought up in one transaction; a newer one is refused.
 *
 * @code{.c}
 * mbill_store_options options = {sizeof options, MBILL_STORE_CREATE, 0, 0};
 * mbill_store *store;
 * mbill_error err;
 * mbill_error_init(&err);
 * if (mbill_store_open("district.db", &options, NULL, &store, &err) != MBILL_OK) fprintf(stderr, "%s\n", err.message);
 * @endcode
 *
 * @param path            name of the file, NUL-terminated; not NULL, not empty
 * @param options         NULL = open what is there, to read and write, without waiting
 * @param allocator       NULL = libc; remembered by the handle. SQLite's own memory is not taken from it
 * @param[out] out_store  the handle, to be freed with mbill_store_free(); NULL on failure
 * @param[out] err        NULL, or filled on failure: the message names the file
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE         @p path or @p out_store is NULL, flags that exclude each other, an allocator with a function
 *                missing
 * @retval MBILL_E_UNKNOWN_OPTION a flag or member this version does not know
 * @retval MBILL_E_RANGE          a negative timeout
 * @retval MBILL_E_NOT_FOUND      no such file, or no such folder
 * @retval MBILL_E_EXISTS         the file was to be made and is there
 * @retval MBILL_E_INVALID        an empty name, an empty file, an SQLite file of another program
 * @retval MBILL_E_CORRUPT        no SQLite file, or a damaged one
 * @retval MBILL_E_VERSION        written by a later version of the library, or before the first release
 * @retval MBILL_E_READ_ONLY      cannot be written, and read-only was not asked for (or a journal beside it must be taken in
 *                first)
 * @retval MBILL_E_BUSY           another connection holds it
 * @retval MBILL_E_UNSAFE_SQLITE  #MBILL_STORE_SHARED with an SQLite that has the WAL-reset bug
 * @retval MBILL_E_NOMEM
 * @par Thread safety
 * Any number of threads may open files at once.
 * @par Cost
 * Does not grow with the file.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_open(const char *path, const mbill_store_options *options,
    const mbill_allocator *allocator, mbill_store **out_store, mbill_error *err);

/** Another database than SQLite, as a library of its own gives it: mbill_postgres() (postgres.h). */
typedef struct mbill_provider mbill_provider;

/**
 * Open a store that is kept in another database, or make one; everything else is as mbill_store_open() says.
 *
 * What the other functions say of "the file" then holds for the place that @p location names.
 *
 * @param provider        the database; not NULL, and of the same release as this library
 * @param location        the place, as the provider describes it, NUL-terminated; not NULL, not empty
 * @param options         NULL = open what is there, to read and write, without waiting
 * @param allocator       NULL = libc; remembered by the handle
 * @param[out] out_store  the handle, to be freed with mbill_store_free(); NULL on failure
 * @param[out] err        NULL, or filled on failure: the message names the place, and no password
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a parameter is NULL, a provider of another release
 * @retval MBILL_E_INVALID and the other statuses of mbill_store_open() and of the provider
 * @par Thread safety
 * Any number of threads may open stores at once.
 * @par Cost
 * Does not grow with the store.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_open_with(const mbill_provider *provider, const char *location,
    const mbill_store_options *options, const mbill_allocator *allocator, mbill_store **out_store, mbill_error *err);

/**
 * Close the file and free the handle.
 * @param store NULL: nothing happens
 * @par Thread safety
 * Once, by one thread.
 * @since 0.1
 */
MBILL_API void mbill_store_free(mbill_store *store);

/**
 * Copy the file as it is now into a new one, while it is in use.
 *
 * @param store     not NULL; no call on it is under way
 * @param path      name of the copy, which must not be there; not NULL, not empty
 * @param[out] err  NULL, or filled on failure; the copy is then not left behind
 * @retval MBILL_OK
 * @retval MBILL_E_EXISTS   a file of that name is there
 * @retval MBILL_E_INVALID  an empty name
 * @retval MBILL_E_MISUSE   a parameter is NULL
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * Linear in the file; others that want to write wait.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_backup(mbill_store *store, const char *path, mbill_error *err);

/** What an import did. */
typedef struct mbill_import_counts {
    uint32_t struct_size; /**< sizeof(mbill_import_counts) where the caller was compiled */
    uint32_t reserved;    /**< 0 */
    int64_t n_added;      /**< rows that were not there */
    int64_t n_same;       /**< rows that were there already, with the same content */
} mbill_import_counts;

/**
 * Keep a tariff version.
 *
 * It is kept in its canonical form and never changes. Of several versions of one tariff the one that has begun last is in force,
 * to its own end or to the beginning of the next.
 *
 * @param store     not NULL
 * @param json      a tariff document (tariff.h)
 * @param len       its length in bytes
 * @param[out] out  NULL, or with struct_size set: 1 added, or 1 same; untouched on failure
 * @param[out] err  NULL, or filled on failure: path = JSON pointer of what is wrong in the document
 * @retval MBILL_OK
 * @retval MBILL_E_EXISTS_DIFFERENT this version of this tariff is there with another content
 * @retval MBILL_E_OVERLAP          another version of it begins at the same instant
 * @retval MBILL_E_MISUSE           @p store is NULL, or struct_size of @p out is not set
 * @retval MBILL_E_SYNTAX           and the other statuses of mbill_tariff_read(): the document is refused
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_tariff(mbill_store *store, const char *json, size_t len,
    mbill_import_counts *out, mbill_error *err);

/**
 * Keep accounts with their facts, contracts and meters (a document of kind "accounts", see contract.h), all or nothing.
 *
 * Rows are accounts, dated facts, contracts and registers. What is there already must be said the same way; only a contract
 * without an end, or without a rule for changes, may be given one, and an account another policy. The policy is that with which the ledger opens
 * the account (mbill_store_account_number()), or which it books as a change, at the time of its last record; an account of which none was
 * ever said has the preset DLT: one signed balance that use may take below 0. Tariffs need not be there yet.
 *
 * @param store     not NULL
 * @param json      the document
 * @param len       its length in bytes
 * @param[out] out  NULL, or with struct_size set; untouched on failure
 * @param[out] err  NULL, or filled on failure: path = JSON pointer, or index = place of the account in the document
 * @retval MBILL_OK
 * @retval MBILL_E_EXISTS_DIFFERENT an account, fact, contract or register is there with another content; the message names it
 * @retval MBILL_E_OVERLAP          two contracts of an account under one tariff share time
 * @retval MBILL_E_MISUSE           @p store is NULL, or struct_size of @p out is not set
 * @retval MBILL_E_SYNTAX           and the other statuses of mbill_accounts_read(): the document is refused
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_accounts(mbill_store *store, const char *json, size_t len,
    mbill_import_counts *out, mbill_error *err);

/**
 * Keep what the bills of all accounts share: lists of days, lists of instants and price series, from a document of kind "facts" (tariff.h),
 * all or nothing.
 *
 * Lists grow: a later document may bring more days, instants and steps, also between those there. Rows are lists and their entries. A list
 * that a document names without entries is known, and empty. A price that is null is missing, until a later document brings it.
 *
 * @param store     not NULL
 * @param json      the document; its facts, which are an account's, and factors, which are a contract's, must be left out
 * @param len       its length in bytes
 * @param[out] out  NULL, or with struct_size set; untouched on failure
 * @param[out] err  NULL, or filled on failure: path = JSON pointer of what is wrong in the document
 * @retval MBILL_OK
 * @retval MBILL_E_INVALID          the document has facts or factors
 * @retval MBILL_E_EXISTS_DIFFERENT a price series is there with other steps, or with another price at the same time
 * @retval MBILL_E_MISUSE           @p store is NULL, or struct_size of @p out is not set
 * @retval MBILL_E_SYNTAX           and the other statuses of mbill_facts_read(): the document is refused
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_lists(mbill_store *store, const char *json, size_t len,
    mbill_import_counts *out, mbill_error *err);

/**
 * Keep a file of readings (CSV, see mbill_reading_file_open()), all or nothing.
 *
 * A file may bring readings earlier than those there. The same reading again is counted; another one at the same instant is
 * refused (mbill_store_correct_readings() in ingest.h takes it). The file needs a column `meter`, and `register` where a meter has several.
 *
 * @param store      not NULL
 * @param csv        the file's text; need not be NUL-terminated
 * @param len        its length in bytes
 * @param zone_rule  POSIX rule of the zone for times without an offset, such as "CST-8"; NULL = UTC
 * @param[out] out   NULL, or with struct_size set; untouched on failure
 * @param[out] err   NULL, or filled on failure: index = line of the file, from 1
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND        the meter, or its register, is not in the store
 * @retval MBILL_E_INVALID          no meter is named, or not which of its registers; also what reading.h refuses so
 * @retval MBILL_E_EXISTS_DIFFERENT another reading is there at the same instant; the message has the meter, the time and both
 *                values
 * @retval MBILL_E_ZONE             the zone's rule is none
 * @retval MBILL_E_MISUSE           @p store or @p csv is NULL, or struct_size of @p out is not set
 * @retval MBILL_E_ORDER            and the other statuses of mbill_reading_file_open() and mbill_reading_file_next(): the file is
 *                refused
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(rows); about a microsecond a row, and 50 bytes of memory. No allocation per row, one query per register; as mbill_store_ingest() behind that.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_readings(mbill_store *store, const char *csv, size_t len,
    const char *zone_rule, mbill_import_counts *out, mbill_error *err);

/**
 * Book a file of top-ups (CSV with the columns id, account, amount, time), all or nothing.
 *
 * Each row is a TOP_UP (ledger.h) with the id it names in the ledger of the store (mbill_store_journal()), effective at its time; the file is
 * booked at the latest time in it. A row that was booked before is counted as same, so that a file may be sent again. Where the ledger refuses a
 * row, nothing of the file is booked and no id is used up.
 *
 * @param store      not NULL
 * @param csv        the file's text; need not be NUL-terminated
 * @param len        its length in bytes
 * @param zone_rule  POSIX rule of the zone for times without an offset; NULL = UTC
 * @param[out] out   NULL, or with struct_size set; untouched on failure
 * @param[out] err   NULL, or filled on failure: index = line of the file, from 1
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND        the account is not in the store
 * @retval MBILL_E_EXISTS_DIFFERENT the id was booked with another account, amount or time
 * @retval MBILL_E_INVALID          an id that is none, an amount that is not above 0, what the account's policy refuses: the message has the name of
 *                the ledger's result, such as EXCEEDS_HOARDING
 * @retval MBILL_E_NUMBER           an amount that is no decimal number; #MBILL_E_DIGITS one of more than six places
 * @retval MBILL_E_DATE             a time that is none; also #MBILL_E_NO_SUCH_TIME and #MBILL_E_AMBIGUOUS_TIME
 * @retval MBILL_E_RANGE            a time outside the years of calendar.h
 * @retval MBILL_E_SYNTAX           a row with another number of fields than the header, another delimiter, a blank line, a stray
 *                quote; also #MBILL_E_ENCODING, #MBILL_E_LIMIT
 * @retval MBILL_E_MISSING_KEY      a column is missing; also #MBILL_E_UNKNOWN_KEY and #MBILL_E_DUPLICATE_KEY
 * @retval MBILL_E_OVERFLOW         an amount that does not fit, or a balance would leave its range
 * @retval MBILL_E_ZONE             the zone's rule is none
 * @retval MBILL_E_MISUSE           @p store or @p csv is NULL, or struct_size of @p out is not set
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_put_top_ups(mbill_store *store, const char *csv, size_t len,
    const char *zone_rule, mbill_import_counts *out, mbill_error *err);

/**
 * The number of an account in the ledger (journal.h, ledger.h).
 *
 * The ledger opens the account under it with its first money, by the policy of the accounts document, unless it has the number already.
 *
 * @param store            not NULL
 * @param account          id of the account
 * @param[out] out_number  > 0; untouched on failure
 * @param[out] err         NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND no such account
 * @retval MBILL_E_MISUSE    a parameter is NULL
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_account_number(mbill_store *store, const char *account, int64_t *out_number,
    mbill_error *err);

/** Month close: what is closed and how. */
typedef struct mbill_close_options {
    uint32_t struct_size; /**< sizeof(mbill_close_options) where the caller was compiled */
    uint32_t flags;     /**< MBILL_PRICE_ALLOW_GAPS (tariff.h); unknown bits are refused */
    int64_t from_utc_s; /**< where the span begins, UTC seconds; not looked at when `from` and `to` are given */
    int64_t to_utc_s;   /**< where it ends, not included */
    const char *from;   /**< or its first civil day in each tariff's own zone ("2026-01-01"); with `to`, or NULL */
    const char *to;     /**< … and the first day that is no more of it; NULL as `from` */
    int64_t recorded_utc_s; /**< the moment of booking, in the years of calendar.h */
    int64_t batch;      /**< work of one transaction, as the budget of mbill_close_step(): at most so many contracts; 0 = 1000 */
    /** Now and then, with the contracts looked at; NULL: none. Must not use the store. */
    void (*progress)(void *ctx, int64_t done, int64_t total);
    void *progress_ctx; /**< handed to `progress` */
    /** For each contract that cannot be billed, with the reason; NULL: they are only counted. Must not use the store. */
    void (*refused)(void *ctx, const char *account, const char *tariff, const mbill_error *err);
    void *refused_ctx; /**< handed to `refused` */
} mbill_close_options;

/** What a close did. */
typedef struct mbill_close_summary {
    uint32_t struct_size; /**< sizeof(mbill_close_summary) where the caller was compiled */
    uint32_t reserved;    /**< 0 */
    int64_t n_billed;     /**< bills made by this call */
    int64_t n_already;    /**< contracts whose bill for this span was there */
    int64_t n_refused;    /**< contracts that could not be billed; nothing of them was written */
    int64_t n_readings;   /**< readings those bills were made from */
    int64_t n_flagged;    /**< bills that rest on estimated, divided or missing readings */
    mbill_sum total;      /**< of the bills made by this call */
} mbill_close_summary;

/**
 * Bill every contract for a span: price its readings, and write bill, ledger entry and position together. It is mbill_close_begin() (close.h) and
 * mbill_close_step() until there is no more; a host that has other work meanwhile takes the steps itself.
 *
 * A contract is billed for the part of the span that it is in force. Where a version of the tariff begins inside of that, or another value of
 * a fact, the bill is made by mbill_change_price() as the contract's `change` says; a contract without it is refused and the message says
 * when, so that it can be closed up to there first. Lists and price series are those of mbill_store_put_lists(),
 * factors the contract's; a change of one begins no part, and the bill shows what was converted by each. A bill's ledger entry is a USAGE
 * (ledger.h) of its total, effective at the span's end, with an id of its own that follows from the contract and the span; a bill below 0 is a USAGE
 * of 0, joined with a CORRECT of it that gives the amount back.
 *
 * A close that was cut short, by a crash, a full disk or a kill, is simply called again: what is billed is counted as already,
 * and nothing is billed twice. On failure the batches before stay written.
 *
 * @param store             not NULL
 * @param options           not NULL
 * @param[out] out_summary  NULL, or with struct_size set; untouched on failure
 * @param[out] err          NULL, or filled on failure of the close as a whole
 * @retval MBILL_OK               every contract was billed, was billed already, or was refused by name
 * @retval MBILL_E_MISUSE         a pointer that must not be NULL is, one of from and to alone, a struct_size that is not set
 * @retval MBILL_E_UNKNOWN_OPTION a flag or member this version does not know
 * @retval MBILL_E_RANGE          the span is empty, the batch negative, or recorded_utc_s outside the years of calendar.h
 * @retval MBILL_E_DATE           from or to is no date
 * @par Reasons for which one contract is refused
 * #MBILL_E_NOT_FOUND its tariff is not there; #MBILL_E_UNCOVERED no version for all of the span, a change of prices or facts in it
 * for which the contract has no rule, or versions of different zones; #MBILL_E_AMBIGUOUS a charge that has no rule for a part of a bill;
 * #MBILL_E_OVERLAP the span meets another bill; #MBILL_E_ORDER a later time is billed; #MBILL_E_GAP time without readings or without a
 * bill; #MBILL_E_REGRESSED, #MBILL_E_BOUNDARY and others of reading.h; #MBILL_E_INVALID counts and intervals of one register in the span;
 * #MBILL_E_NOT_KNOWN a register, fact, list, price series or price is missing; #MBILL_E_INVALID the ledger's account is closed, not active or no
 * prepaid one; #MBILL_E_OVERFLOW its sums would leave their range; the statuses of pricing.
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(contracts + readings); each tariff version is compiled once; no allocation per reading. The first call of a handle that needs the ledger
 * opens it: mbill_store_journal().
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_close_span(mbill_store *store, const mbill_close_options *options,
    mbill_close_summary *out_summary, mbill_error *err);

/**
 * The bills of an account, oldest first: `{"meterbill":1,"kind":"bills","account":"A0001","bills":[...]}` with documents of kind
 * "bill".
 *
 * @param store              not NULL
 * @param account            id of the account
 * @param from               NULL = all; or the civil date on which the bill's span begins in its tariff's zone
 * @param[out] out_text      NUL-terminated; NULL asks the length
 * @param[in,out] inout_len  room in bytes with the NUL; becomes the length needed with the NUL
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM      the room is too small; nothing was written
 * @retval MBILL_E_NOT_FOUND no such account, or none of its bills begins on @p from
 * @retval MBILL_E_DATE      @p from is no date
 * @retval MBILL_E_MISUSE    a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_bills(mbill_store *store, const char *account, const char *from,
    char *out_text, size_t *inout_len, mbill_error *err);

/**
 * Counts of everything (operations: the ledger's records), the sum of the bills, and of both sides of the credit of all accounts in the ledger, as a
 * document of kind "store_summary".
 *
 * @param store              not NULL
 * @param[out] out_text      NUL-terminated; NULL asks the length
 * @param[in,out] inout_len  room in bytes with the NUL; becomes the length needed with the NUL
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM   the room is too small; nothing was written
 * @retval MBILL_E_MISUSE a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each handle.
 * @par Cost
 * O(rows kept): it counts them; and it opens the ledger, mbill_store_journal().
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_summary(mbill_store *store, char *out_text, size_t *inout_len,
    mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

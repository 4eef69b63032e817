/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file journal.h  A book of the prepaid ledger (ledger.h) that is kept: its journal in the file of a store (library meterbill-store).
 *
 * The journal is the truth; the book in memory is what follows from it and is made anew whenever the file is opened. One call is one
 * transaction, and its results are given only after they are on the disk. Records are chained by BLAKE2b-256: each hash covers the one
 * before and the record, so that an edited, missing or misplaced record is found and named.
 *
 * @code
 * mbill_store_options options = {sizeof options, MBILL_STORE_CREATE, 0, 0};
 * if (mbill_store_open("prepaid.db", &options, NULL, &store, &err) != MBILL_OK) return 1;
 * if (mbill_journal_open(store, &journal, &err) != MBILL_OK) return 1;
 * if (mbill_journal_apply(journal, &pay, 1, now_utc_s, &result, &err) != MBILL_OK) retry_with_the_same_id();
 * mbill_journal_free(journal);
 * mbill_store_free(store);
 * @endcode
 *
 * @par In the file
 * Table `mbill_segment` has the records as they are hashed, packed up to 32 KiB to a row; the views `mbill_record`,
 * `mbill_record_field`, `mbill_entry` (every leg), `mbill_statement`, `mbill_place_balance` and `mbill_revenue` show them in the stock
 * `sqlite3` shell, with the id of an account that the store has, and `mbill_word` names the numbers in them.
 */
#ifndef MBILL_JOURNAL_H
#define MBILL_JOURNAL_H

#include "meterbill/ledger.h"
#include "meterbill/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * An open journal and its book.
 *
 * Statuses that every function below may answer, beside its own, are those of #mbill_store. When a commit itself fails, the answer is
 * #MBILL_E_OUTCOME_UNKNOWN: the operations may be there or not. The file must be opened again, and the same operations with the same
 * ids are sent again: what is there answers #MBILL_RESULT_EXISTS.
 *
 * @par Thread safety
 * A journal and its store are for one thread at a time.
 */
typedef struct mbill_journal mbill_journal;

/** Where a journal ends: kept elsewhere, it proves that nothing was cut off or replaced. */
typedef struct mbill_journal_head {
    uint32_t struct_size; /**< sizeof(mbill_journal_head) where the caller was compiled */
    uint32_t reserved;    /**< 0 */
    int64_t n_records;    /**< 0: the journal is empty */
    uint8_t hash[32];     /**< of the last record; zeros before the first */
} mbill_journal_head;

/**
 * Open the journal in a store's file: read it, check its chain and make its book.
 *
 * @param store             not NULL; must outlive the journal
 * @param[out] out_journal  the handle, to be freed with mbill_journal_free(); NULL on failure
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_CORRUPT  a record is damaged: index = the first bad one, from 0
 * @retval MBILL_E_MISUSE   a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each store.
 * @par Cost
 * Linear in the journal: under half a microsecond a leg.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_journal_open(mbill_store *store, mbill_journal **out_journal, mbill_error *err);

/**
 * The journal that a store itself books in: top-ups and bills (mbill_store_put_top_ups(), mbill_store_close_span()). Opened when it is first
 * asked for, and then kept.
 *
 * @code
 * if (mbill_store_account_number(store, "A0001", &number, &err) != MBILL_OK) return 1;
 * if (mbill_store_journal(store, &journal, &err) != MBILL_OK || mbill_journal_book(journal, &book, &err) != MBILL_OK) return 1;
 * if (mbill_book_view(book, number, &view, &err) == MBILL_OK) show(view.credit_micro);
 * @endcode
 *
 * @param store             not NULL
 * @param[out] out_journal  belongs to the store, until mbill_store_free(): never to be given to mbill_journal_free(); NULL on failure
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_CORRUPT  a record is damaged: index = the first bad one, from 0
 * @retval MBILL_E_MISUSE   a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each store.
 * @par Cost
 * The first time as mbill_journal_open(); then constant.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_store_journal(mbill_store *store, mbill_journal **out_journal, mbill_error *err);

/**
 * Free the handle and its book. The store stays open. NULL is accepted; the store's own journal is not.
 * @param journal  NULL is accepted
 * @since 0.1
 */
MBILL_API void mbill_journal_free(mbill_journal *journal);

/**
 * Apply operations in order (mbill_book_apply()); they are durable when this answers #MBILL_OK.
 *
 * What another process has written to the file is taken in first.
 *
 * @param journal           not NULL
 * @param operations        @p n of them
 * @param n                 1 to 8,192
 * @param now_utc_s         the moment of booking
 * @param[out] out_results  one an operation; to be looked at only when the answer is #MBILL_OK
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK        every operation has its result, and what it changed is on the disk
 * @retval MBILL_E_RANGE   @p n or the time is outside its range
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @retval MBILL_E_OUTCOME_UNKNOWN  the commit failed: see #mbill_journal
 * @par Thread safety
 * One thread at a time.
 * @par Cost
 * One transaction: one wait for the disk. After a failure that left nothing behind (such as a full disk) the next call makes the
 * book anew from the file.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_journal_apply(mbill_journal *journal, const mbill_operation *operations, size_t n,
    int64_t now_utc_s, mbill_result *out_results, mbill_error *err);

/**
 * Give back the holds that have expired by now (mbill_book_tick()); durable when this answers #MBILL_OK.
 * @param journal    not NULL
 * @param now_utc_s  the moment
 * @param[out] err   NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE   a time outside the years of calendar.h
 * @retval MBILL_E_MISUSE  @p journal is NULL
 * @par Thread safety
 * One thread at a time.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_journal_tick(mbill_journal *journal, int64_t now_utc_s, mbill_error *err);

/**
 * The book as the file has it now, to be read: views, sums, records.
 * @param journal        not NULL
 * @param[out] out_book  until the next call that is given this journal
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time.
 * @par Cost
 * Constant, and linear in what other processes have written since.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_journal_book(mbill_journal *journal, const mbill_book **out_book, mbill_error *err);

/**
 * Drop all that is worked out from the journal and make it anew from the file.
 * @param journal   not NULL
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_CORRUPT  a record is damaged: index = the first bad one, from 0
 * @retval MBILL_E_MISUSE   @p journal is NULL
 * @par Thread safety
 * One thread at a time.
 * @par Cost
 * As mbill_journal_open().
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_journal_rebuild(mbill_journal *journal, mbill_error *err);

/**
 * Check a file's journal from its first record to its last: chain, form, and that each record follows from those before it; and that the file's
 * tables, views and triggers, and the words that the views show, are as they were made.
 *
 * @param store          not NULL; no journal need be open on it
 * @param expected       NULL, or a head that was kept elsewhere: the journal must still hold it
 * @param[out] out_head  NULL, or with struct_size set: where the journal ends; untouched on failure
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_CORRUPT  index = the first record that is edited, missing or out of order, from 0; with @p expected also when
 *                          records were cut off or replaced. index = -1: a table, view, trigger or word is not as it was made, or SQLite
 *                          finds the file damaged
 * @retval MBILL_E_MISUSE   @p store is NULL, or struct_size of a head is not set
 * @par Thread safety
 * One thread at a time for each store.
 * @par Cost
 * Linear in the journal, and memory for a book of it.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_journal_verify(mbill_store *store, const mbill_journal_head *expected,
    mbill_journal_head *out_head, mbill_error *err);

/** Takes the next bytes of an export; any status but #MBILL_OK ends it and is passed on. */
typedef mbill_status (*mbill_journal_write)(void *ctx, const uint8_t *bytes, size_t n);

/**
 * Write the journal out: eight bytes "MBILJRN" and 1, the number of records (8 bytes, big-endian), the hash of the last (32 bytes), then the
 * records as they stand in the file's segments.
 *
 * @param store     not NULL
 * @param write     not NULL; must not use the store
 * @param ctx       passed to @p write
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE  a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time for each store.
 * @par Cost
 * Linear in the journal; one state of it, whoever writes meanwhile. What is written is not checked: mbill_journal_import() does.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_journal_export(mbill_store *store, mbill_journal_write write, void *ctx,
    mbill_error *err);

/**
 * Take in an export: all of it or nothing. What the journal holds already must be the beginning of it.
 *
 * @param journal   not NULL
 * @param bytes     of mbill_journal_export()
 * @param len       how many bytes
 * @param[out] err  NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_CORRUPT  bytes that are damaged or cut off: index = the first bad record, from 0
 * @retval MBILL_E_VERSION  an export of a later version
 * @retval MBILL_E_EXISTS_DIFFERENT  the journal holds records that are not in the export: index = the first, from 0
 * @retval MBILL_E_MISUSE   a pointer that must not be NULL is
 * @par Thread safety
 * One thread at a time.
 * @par Cost
 * Linear in the export; one transaction.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_journal_import(mbill_journal *journal, const uint8_t *bytes, size_t len,
    mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif

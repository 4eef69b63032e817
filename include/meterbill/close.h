/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file close.h  The month close step by step: a host goes on taking money and readings while a city is billed (library meterbill-store).
 *
 * mbill_store_close_span() (store.h) bills every contract before it returns. Here the same close is a handle, and each step of it a piece of
 * work as large as the host wants. The library reads no clock: the host measures how long a step takes and chooses the budget by it. Between
 * two steps nothing is open, and the store may be used for anything:
 *
 * @code
 * mbill_close_options options = {.struct_size = sizeof options, .from = "2026-01-01", .to = "2026-02-01", .recorded_utc_s = now};
 * mbill_close *close;
 * bool more = true;
 * mbill_status status = mbill_close_begin(store, &options, &close, &err);
 * while (status == MBILL_OK && more) {
 *     size_t n = take_waiting_top_ups(operations); // all that wait
 *     status = mbill_close_step_apply(close, 16, operations, n, now, results, &more, &err);
 *     if (status == MBILL_OK) answer(operations, results, n);
 * }
 * mbill_close_free(close);
 * @endcode
 *
 * **Who waits for what.** A step ends with one commit, for which the disk takes some milliseconds, whether it holds one bill or thirty; what waits is
 * taken along by the step (mbill_close_step_apply()) and so pays for no commit of its own. A request that comes during a step waits for its end and
 * for the next one: two commits, and two budgets of work. When a step takes the host longer than it wants, it halves the budget; when steps are
 * short, it may add to it.
 *
 * **What a bill is made from.** The contracts, the versions of tariffs, the lists and the price series are those that were in the store when the close
 * was begun: all contracts of a close are billed at the same prices, and what is added later is for the next close. What is a contract's own is what
 * the store has at the step that bills it: readings (also corrected ones), facts, factors, the bills before, the ledger's account with its policy. A
 * reading that comes after its contract was billed changes nothing of the bill and is noted as behind it (ingest.h).
 *
 * **What is kept when.** Each step is one transaction, durable when the step returns: what mbill_close_sums() counts is on the disk, bills, ledger
 * entries and positions together. A close that ends in the middle, by a crash, a power cut, a failure or mbill_close_free(), is simply begun again: what is
 * billed is counted as already, and nothing is billed twice. A step writes about 3 KiB a contract, so that a budget also bounds how
 * much a commit has to bring to the disk, for which others wait.
 */
#ifndef MBILL_CLOSE_H
#define MBILL_CLOSE_H

#include "meterbill/journal.h"
#include "meterbill/store.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A close under way. */
typedef struct mbill_close mbill_close;

/**
 * Begin a close; nothing is billed yet.
 *
 * Several may be under way in a store, also of the same span: what one has billed, the other counts as already.
 *
 * @param store           not NULL; must outlive the handle
 * @param options         not NULL; as for mbill_store_close_span(), `batch` is not used. Its functions are called during steps, and what their
 *                        ctx point to must live as long as the handle; the texts from and to need not
 * @param[out] out_close  a handle to be freed by mbill_close_free(); NULL on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @return otherwise what mbill_store_close_span() returns for these options, or for a file that cannot be read
 * @par Thread safety
 * One thread at a time for each store: the handle belongs to it.
 * @par Cost
 * O(lists and prices of the span); it counts the contracts, and makes room in the ledger's book for an entry of each, about 0.4 KiB a contract. The first call of a
 * store that needs the ledger opens it: mbill_store_journal().
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_close_begin(mbill_store *store, const mbill_close_options *options,
    mbill_close **out_close, mbill_error *err);

/**
 * Bill the next contracts, as many as the budget allows and at least one, in one durable transaction.
 *
 * A unit of work is about what it takes to bill a contract of 744 readings: a contract counts 1 and 1 more for every 1,024 of its readings, and
 * 32 KiB of stored readings that had to be read count 1. Readings are read for up to 1,024 registers at once, so that one contract in about a thousand
 * costs some 70 units; such a step bills fewer others. A step is over when the budget is used up.
 *
 * @param close          not NULL
 * @param budget         units of work, > 0: 64 is some milliseconds
 * @param[out] out_more  whether there are contracts left; once there are none, more steps do nothing
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK      each of them was billed, was billed already, or was refused by name (options.refused)
 * @retval MBILL_E_RANGE  @p budget is below 1, or recorded_utc_s is outside the years of calendar.h
 * @retval MBILL_E_MISUSE a pointer that must not be NULL is
 * @retval MBILL_E_FULL   or #MBILL_E_IO, #MBILL_E_BUSY, #MBILL_E_NOMEM: nothing of this step is kept, and it may be called again. What it had refused by name
 *                        is then told again
 * @retval MBILL_E_OUTCOME_UNKNOWN it is not known whether the step was kept: open the store again and begin again
 * @return the other statuses of the file, such as #MBILL_E_CORRUPT
 * @par Thread safety
 * One thread at a time for each store.
 * @par Cost
 * O(budget), one commit; no allocation per reading.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_close_step(mbill_close *close, int64_t budget, bool *out_more, mbill_error *err);

/**
 * The same with operations of the ledger in the same transaction, in front of the step's bills: top-ups that wait are durable with one commit.
 *
 * It is mbill_journal_apply() and mbill_close_step() at once, all or nothing. Once no contracts are left it is mbill_journal_apply() alone.
 *
 * @param close             not NULL
 * @param budget            as for mbill_close_step(); work of operations does not count
 * @param operations        @p n of them
 * @param n                 may be 0
 * @param now_utc_s         the moment of booking the operations
 * @param[out] out_results  @p n results, one for each operation; they count when the call returns #MBILL_OK alone
 * @param[out] out_more     whether there are contracts left
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK         the step is kept, and of the operations what the results say
 * @retval MBILL_E_OUTCOME_UNKNOWN  it is not known whether both were kept: open the store again, begin again, and send the operations again under
 *                          their ids
 * @retval MBILL_E_MISUSE   a pointer that must not be NULL is
 * @return otherwise what mbill_close_step() or mbill_journal_apply() returns: nothing of the step nor of the operations is kept, and both may be sent again
 * @par Thread safety
 * One thread at a time for each store.
 * @par Cost
 * O(budget + n), one commit.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_close_step_apply(mbill_close *close, int64_t budget,
    const mbill_operation *operations, size_t n, int64_t now_utc_s, mbill_result *out_results, bool *out_more, mbill_error *err);

/**
 * What the steps did so far, and how far they are.
 *
 * @param close             not NULL
 * @param[out] out_summary  NULL, or with struct_size set; untouched on failure
 * @param[out] out_done     NULL, or the contracts that were looked at
 * @param[out] out_total    NULL, or the contracts of the close
 * @param[out] err          NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_MISUSE @p close is NULL, or struct_size of @p out_summary is not set
 * @par Thread safety
 * One thread at a time for each store.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_close_sums(const mbill_close *close, mbill_close_summary *out_summary,
    int64_t *out_done, int64_t *out_total, mbill_error *err);

/**
 * Free a close, at any time between two steps; what its steps have billed stays billed.
 *
 * @param close  NULL, or from mbill_close_begin(); before its store is freed
 * @since 0.1
 */
MBILL_API void mbill_close_free(mbill_close *close);

#ifdef __cplusplus
}
#endif
#endif

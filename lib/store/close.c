/* SPDX-License-Identifier: Apache-2.0 */
/* The month close, step by step: contracts in the order of their numbers, as many in one transaction as the budget allows. Changes when
 * the way through the contracts does. Invariant: a step is kept as a whole or not at all, and between steps nothing is open. */
#include "store/closing.h"

#include "store/close_options.h"
#include "store/journal.h"

#define PROGRESS_EVERY 64
#define READINGS_A_UNIT 1024 /* of work: what pricing them takes about as long as the rest of a bill */
#define BYTES_A_UNIT 32768   /* of tiles that are read */

static mbill_status run_contract(mbill_close *close, mbill__query *query, int64_t *inout_work, mbill_error *err)
{
    mbill__close_contract contract;
    uint64_t bytes_before = mbill__gather_bytes(&close->gather);
    close->gather.n_used = 0;
    MBILL_TRY(mbill__closing_contract(query, &contract, err));
    MBILL_TRY(mbill__close_one(close, &contract, err));
    close->reached.last_no = contract.contract_no;
    close->reached.n_done++;
    *inout_work += 1 + close->gather.n_used / READINGS_A_UNIT +
        (int64_t)((mbill__gather_bytes(&close->gather) - bytes_before) / BYTES_A_UNIT);
    if (close->options.progress != NULL && close->reached.n_done % PROGRESS_EVERY == 0)
        close->options.progress(close->options.progress_ctx, close->reached.n_done, close->n_total);
    return MBILL_OK;
}

static mbill_status run_contracts(mbill_close *close, int64_t budget, bool *out_over, mbill_error *err)
{
    static const char SELECT_CONTRACTS[] = "SELECT " MBILL__CONTRACT_COLUMNS
                                           " WHERE c.contract_no > ?1 AND c.contract_no <= ?2 ORDER BY c.contract_no";
    mbill__query *query;
    int64_t work = 0;
    bool row;
    MBILL_TRY(mbill__gather_refresh(&close->gather, err));
    MBILL_TRY(mbill__query_start(close->store->db, SELECT_CONTRACTS, &query, err));
    mbill__bind_whole(query, 1, close->reached.last_no);
    mbill__bind_whole(query, 2, close->end_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row && work < budget) {
        MBILL_TRY(run_contract(close, query, &work, err)); /* on failure the rollback ends the query */
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    *out_over = !row;
    return MBILL_OK;
}

/* Beginning and end */

static mbill_status read_numbers(mbill_close *close, mbill_error *err)
{
    static const char SELECT_NUMBERS[] = "SELECT count(*), coalesce(max(contract_no), 0), (SELECT coalesce(max(tariff_no), 0) "
                                         "FROM mbill_tariff) FROM mbill_contract";
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(close->store->db, SELECT_NUMBERS, &query, err));
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return mbill__fail(err, MBILL_E_INTERNAL, "a count of contracts gave no row");
    close->n_total = mbill__column_whole(query, 0);
    close->end_no = mbill__column_whole(query, 1);
    close->versions.end_no = mbill__column_whole(query, 2);
    mbill__query_end(query);
    return MBILL_OK;
}

/* What all bills of the close share is that of this instant. The ledger's book has room for their entries now, so that no step makes a table of it
 * anew. */
static mbill_status read_shared(mbill_close *close, mbill_error *err)
{
    mbill_journal *ledger;
    MBILL_TRY(mbill_store_journal(close->store, &ledger, err));
    MBILL_TRY(mbill__db_begin_read(close->store->db, err));
    mbill_status status = read_numbers(close, err);
    if (status == MBILL_OK) status = mbill__lists_load(&close->lists, close->store, &close->asked, err);
    MBILL_TRY(mbill__db_finish(close->store->db, status, err));
    return mbill_book_reserve(ledger->follow.book, 0, (size_t)close->n_total, err);
}

mbill_status mbill_close_begin(mbill_store *store, const mbill_close_options *options, mbill_close **out_close, mbill_error *err)
{
    mbill_close_options known;
    mbill__span_asked asked;
    MBILL__NEED(out_close);
    *out_close = NULL;
    MBILL__NEED(store);
    MBILL__NEED(options);
    MBILL_TRY(mbill__close_options_read(options, &known, &asked, err));
    mbill_close *close = mbill__alloc(mbill__db_allocator(store->db), sizeof *close);
    if (close == NULL) return mbill__fail(err, MBILL_E_NOMEM, "memory for the close could not be allocated");
    mbill__closing_start(close, store);
    close->options = known;
    close->asked = asked;
    mbill_status status = read_shared(close, err);
    if (status == MBILL_OK) *out_close = close;
    else mbill_close_free(close);
    return status;
}

void mbill_close_free(mbill_close *close)
{
    if (close == NULL) return;
    const mbill_allocator *allocator = mbill__db_allocator(close->store->db);
    mbill__closing_end(close);
    mbill__release(allocator, close, sizeof *close);
}

/* Steps */

/* Operations that are booked with a step, in front of its bills. */
typedef struct waiting {
    const mbill_operation *operations;
    size_t n;
    int64_t now_utc_s;
    mbill_result *results;
} waiting;

static mbill_status take_step(mbill_close *close, int64_t budget, const waiting *with, mbill_error *err)
{
    mbill_journal *ledger;
    int64_t first;
    bool over = close->over;
    mbill_status status = MBILL_OK;
    MBILL_TRY(mbill_store_journal(close->store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
    if (with->n > 0)
        status = mbill_book_apply(ledger->follow.book, with->operations, with->n, with->now_utc_s, with->results, err);
    if (status == MBILL_OK && !over) status = run_contracts(close, budget, &over, err);
    MBILL_TRY(mbill__journal_finish(ledger, first, status, err));
    close->over = over;
    return MBILL_OK;
}

static mbill_status step(mbill_close *close, int64_t budget, const waiting *with, bool *out_more, mbill_error *err)
{
    if (budget < 1) return mbill__fail(err, MBILL_E_RANGE, "budget %lld is below 1", (long long)budget);
    const mbill__close_reached before = close->reached;
    mbill_status status = close->over && with->n == 0 ? MBILL_OK : take_step(close, budget, with, err);
    if (status != MBILL_OK) {
        close->reached = before;
        close->half_written = false;
        return status;
    }
    *out_more = !close->over;
    if (close->over && close->options.progress != NULL)
        close->options.progress(close->options.progress_ctx, close->n_total, close->n_total);
    return MBILL_OK;
}

mbill_status mbill_close_step(mbill_close *close, int64_t budget, bool *out_more, mbill_error *err)
{
    static const waiting NOBODY = {NULL, 0, 0, NULL};
    MBILL__NEED(close);
    MBILL__NEED(out_more);
    return step(close, budget, &NOBODY, out_more, err);
}

mbill_status mbill_close_step_apply(mbill_close *close, int64_t budget, const mbill_operation *operations, size_t n,
    int64_t now_utc_s, mbill_result *out_results, bool *out_more, mbill_error *err)
{
    const waiting with = {operations, n, now_utc_s, out_results};
    MBILL__NEED(close);
    MBILL__NEED(out_more);
    if (n > 0) MBILL__NEED(operations);
    if (n > 0) MBILL__NEED(out_results);
    return step(close, budget, &with, out_more, err);
}

mbill_status mbill_close_sums(const mbill_close *close, mbill_close_summary *out_summary, int64_t *out_done, int64_t *out_total,
    mbill_error *err)
{
    MBILL__NEED(close);
    if (out_summary != NULL && out_summary->struct_size < sizeof *out_summary)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_summary is not set");
    if (out_summary != NULL) {
        uint32_t struct_size = out_summary->struct_size;
        *out_summary = close->reached.summary;
        out_summary->struct_size = struct_size;
    }
    if (out_done != NULL) *out_done = close->reached.n_done;
    if (out_total != NULL) *out_total = close->n_total;
    return MBILL_OK;
}

mbill_status mbill_store_close_span(mbill_store *store, const mbill_close_options *options, mbill_close_summary *out_summary,
    mbill_error *err)
{
    mbill_close *close;
    bool more = true;
    if (out_summary != NULL && out_summary->struct_size < sizeof *out_summary)
        return mbill__fail(err, MBILL_E_MISUSE, "struct_size of out_summary is not set");
    MBILL_TRY(mbill_close_begin(store, options, &close, err));
    mbill_status status = MBILL_OK;
    while (status == MBILL_OK && more) status = mbill_close_step(close, close->options.batch, &more, err);
    if (status == MBILL_OK) status = mbill_close_sums(close, out_summary, NULL, NULL, err);
    mbill_close_free(close);
    return status;
}

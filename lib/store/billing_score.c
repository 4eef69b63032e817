/* SPDX-License-Identifier: Apache-2.0 */
/* An account's payment score from its bills, and as a dated fact that tariffs use. Changes when what a score rests on does. */
#include "meterbill/billing.h"
#include "store/billing_settle.h"
#include "store/journal.h"

#include <string.h>

#define MICRO_PER_1E4 100

typedef struct scoring {
    mbill__billing billing;
    const char *account, *fact;
    const mbill_score_rule *rule;
    int64_t at_utc_s;
    mbill_score_bill *bills;
    size_t n_bills, cap_bills;
    int32_t score, n_counted;
} scoring;

static mbill_status read_bills(scoring *of, int64_t account_no, mbill_error *err)
{
    static const char SELECT_BILLS[] = "SELECT " MBILL__DUE_COLUMNS
                                       " FROM mbill_due d WHERE d.account_no = ?1 AND d.state BETWEEN 3 AND 7 ORDER BY d.bill_no";
    mbill__query *query;
    mbill__due due;
    bool row;
    MBILL_TRY(mbill__query_start(of->billing.store->db, SELECT_BILLS, &query, err));
    mbill__bind_whole(query, 1, account_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    for (; row; of->n_bills++) {
        MBILL_TRY(mbill__due_take(query, &due, err)); /* on failure the rollback ends the query */
        MBILL_TRY(mbill__room(mbill__db_allocator(of->billing.store->db), (void **)(void *)&of->bills, &of->cap_bills,
            sizeof *of->bills, of->n_bills + 1, err));
        of->bills[of->n_bills] = (mbill_score_bill){due.cycle.due_day, (due.cycle.flags & MBILL_CYCLE_DISPUTED) != 0,
            due.cycle.amount_micro, mbill_cycle_on_time(&due.cycle)};
        if (due.cycle.corrected_micro < 0) of->bills[of->n_bills].amount_micro += due.cycle.corrected_micro;
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

static mbill_status set_fact(scoring *of, int64_t account_no, int32_t day, mbill_error *err)
{
    static const char PUT_FACT[] =
        "INSERT INTO mbill_fact(account_no, name, from_day, value_micro, word) VALUES(?1, ?2, ?3, ?4, NULL)"
        " ON CONFLICT(account_no, name, from_day) DO UPDATE SET value_micro = excluded.value_micro"
        " WHERE mbill_fact.value_micro = excluded.value_micro AND mbill_fact.word IS NULL";
    mbill__query *query;
    int64_t changes;
    MBILL_TRY(mbill__query_start(of->billing.store->db, PUT_FACT, &query, err));
    mbill__bind_whole(query, 1, account_no);
    mbill__bind_text(query, 2, of->fact, strlen(of->fact));
    mbill__bind_whole(query, 3, day);
    mbill__bind_whole(query, 4, (int64_t)of->score * MICRO_PER_1E4);
    MBILL_TRY(mbill__query_run(query, &changes, err));
    if (changes > 0) return MBILL_OK;
    return mbill__fail(err, MBILL_E_EXISTS_DIFFERENT, "account \"%s\" has another value of fact \"%s\" from the same day",
        of->account, of->fact);
}

static mbill_status score(scoring *of, mbill_error *err)
{
    int64_t account_no;
    MBILL_TRY(mbill__billing_follow(&of->billing, err));
    MBILL_TRY(mbill__store_account(of->billing.store, of->account, strlen(of->account), &account_no, err));
    MBILL_TRY(mbill__billing_policy(&of->billing, 0, err));
    const int32_t day = mbill__billing_day(&of->billing, of->at_utc_s);
    MBILL_TRY(read_bills(of, account_no, err));
    MBILL_TRY(mbill_score(of->rule, of->bills, of->n_bills, day, &of->score, &of->n_counted, err));
    return of->fact == NULL ? MBILL_OK : set_fact(of, account_no, day, err);
}

mbill_status mbill_store_billing_score(mbill_store *store, const char *account, const mbill_score_rule *rule, int64_t at_utc_s,
    const char *fact, int32_t *out_score, int32_t *out_bills, mbill_error *err)
{
    scoring of = {.account = account, .fact = fact, .rule = rule, .at_utc_s = at_utc_s};
    mbill_journal *ledger;
    int64_t first;
    MBILL__NEED(store);
    MBILL__NEED(account);
    MBILL__NEED(rule);
    MBILL__NEED(out_score);
    MBILL_TRY(mbill_store_journal(store, &ledger, err));
    MBILL_TRY(mbill__journal_begin(ledger, true, &first, err));
    mbill__billing_start(&of.billing, store);
    mbill_status status = mbill__journal_finish(ledger, first, score(&of, err), err);
    mbill__billing_end(&of.billing);
    mbill__release(mbill__db_allocator(store->db), of.bills, of.cap_bills * sizeof *of.bills);
    if (status != MBILL_OK) return status;
    *out_score = of.score;
    if (out_bills != NULL) *out_bills = of.n_counted;
    return MBILL_OK;
}

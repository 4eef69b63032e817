/* SPDX-License-Identifier: Apache-2.0 */
/* One account billed to the end of its contracts, when somebody leaves. Changes when what a leaving bills does. */
#include "store/closing.h"
#include "store/stay.h"

#define LONG_AGO_S (INT64_MIN / 4) /* before every calendar, and far from what could wrap */

static mbill_status refuse_billed(const mbill__close_contract *contract, int64_t billed_to_utc_s, mbill_error *err)
{
    return mbill__fail(err, MBILL_E_ORDER, "tariff \"%s\" is billed to %s, behind the end of the contract", contract->tariff,
        mbill__say_time(billed_to_utc_s, NULL).text);
}

/* From the contract's last bill on; nothing where that reaches the end. */
static mbill_status bill_rest(mbill_close *close, const mbill__close_contract *contract, mbill_error *err)
{
    static const char SELECT_BILLED_TO[] =
        "SELECT to_utc_s FROM mbill_bill WHERE contract_no = ?1 ORDER BY from_utc_s DESC LIMIT 1";
    mbill__chosen whole;
    mbill__query *query;
    bool row;
    close->asked = (mbill__span_asked){.from_utc_s = LONG_AGO_S, .to_utc_s = INT64_MAX};
    MBILL_TRY(mbill__versions_choose(&close->versions, contract->tariff, contract->from_day, contract->to_day, &close->asked,
        true, &whole, err));
    MBILL_TRY(mbill__query_start(close->store->db, SELECT_BILLED_TO, &query, err));
    mbill__bind_whole(query, 1, contract->contract_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (row) close->asked.from_utc_s = mbill__column_whole(query, 0);
    mbill__query_end(query);
    if (close->asked.from_utc_s > whole.to_utc_s) return refuse_billed(contract, close->asked.from_utc_s, err);
    return close->asked.from_utc_s == whole.to_utc_s ? MBILL_OK : mbill__close_bill(close, contract, err);
}

static mbill_status bill_account(mbill_close *close, int64_t account_no, mbill_error *err)
{
    static const char SELECT_OF_ACCOUNT[] = "SELECT " MBILL__CONTRACT_COLUMNS " WHERE c.account_no = ?1 ORDER BY c.contract_no";
    mbill__close_contract contract;
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__lists_load(&close->lists, close->store, &close->asked, err));
    MBILL_TRY(mbill__query_start(close->store->db, SELECT_OF_ACCOUNT, &query, err));
    mbill__bind_whole(query, 1, account_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    while (row) {
        mbill_error why;
        mbill_error_init(&why);
        MBILL_TRY(mbill__closing_contract(query, &contract, err)); /* on failure the rollback ends the query */
        mbill_status status = bill_rest(close, &contract, &why);
        if (status != MBILL_OK) return mbill__fail(err, status, "tariff \"%s\": %s", contract.tariff, why.message);
        MBILL_TRY(mbill__query_step(query, &row, err));
    }
    return MBILL_OK;
}

mbill_status mbill__close_account(mbill_store *store, int64_t account_no, int64_t recorded_utc_s, int64_t *out_n_billed,
    mbill_sum *out_total, mbill_error *err)
{
    mbill_close close;
    mbill__closing_start(&close, store);
    close.options.recorded_utc_s = recorded_utc_s;
    close.asked = (mbill__span_asked){.from_utc_s = LONG_AGO_S, .to_utc_s = INT64_MAX};
    mbill_status status = bill_account(&close, account_no, err);
    *out_n_billed = close.reached.summary.n_billed;
    *out_total = close.reached.summary.total;
    mbill__closing_end(&close);
    return status;
}

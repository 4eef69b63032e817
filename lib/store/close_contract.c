/* SPDX-License-Identifier: Apache-2.0 */
/* One contract's bill of a close: priced, and bill, ledger entry and position written together. Changes when what is written of a bill
 * does. Invariant: a contract has at most one bill for any instant, however often a close is begun again; what cannot be billed
 * is named and nothing of it is written. */
#include "store/billing_step.h"
#include "store/bind.h"
#include "store/closing.h"
#include "store/money.h"

#include <string.h>

#define TEXT_ROOM 4096 /* bytes for a document to begin with */

/* Failures of the file or the machine end the close; everything else concerns the contract alone. */
static bool ends_close(mbill_status status)
{
    switch ((int)status) {
    case MBILL_E_INTERNAL:
    case MBILL_E_NOMEM:
    case MBILL_E_BUSY:
    case MBILL_E_FULL:
    case MBILL_E_IO:
    case MBILL_E_CORRUPT:
    case MBILL_E_READ_ONLY:
    case MBILL_E_OUTCOME_UNKNOWN: return true;
    default: return false;
    }
}

#define ROOM(closing, array, n)                                                                                                  \
    room((closing), (void **)(void *)&(closing)->array, &(closing)->cap_##array, sizeof *(closing)->array, (n), err)

static mbill_status room(const mbill_close *close, void **block, size_t *cap, size_t size, size_t n, mbill_error *err)
{
    return mbill__room(mbill__db_allocator(close->store->db), block, cap, size, n, err);
}

/* The one that holds at the span's end. */
static const mbill__version *last_version(const mbill__chosen *chosen)
{
    return &chosen->versions[chosen->n_versions - 1];
}

/* Where the contract stands */

static mbill_status refuse_place(mbill_close *close, const mbill__close_contract *contract, const mbill__chosen *chosen,
    bool *out_already, mbill_error *err)
{
    static const char SELECT_TOUCHING[] =
        "SELECT from_utc_s, to_utc_s FROM mbill_bill WHERE contract_no = ?1 AND to_utc_s > ?2 AND from_utc_s < ?3"
        " ORDER BY from_utc_s LIMIT 1";
    const mbill_zone *zone = mbill_tariff_labels(chosen->tariff)->zone;
    mbill__query *query;
    bool row;
    MBILL_TRY(mbill__query_start(close->store->db, SELECT_TOUCHING, &query, err));
    mbill__bind_whole(query, 1, contract->contract_no);
    mbill__bind_whole(query, 2, chosen->from_utc_s);
    mbill__bind_whole(query, 3, chosen->to_utc_s);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row)
        return mbill__fail(err, MBILL_E_ORDER,
            "a later time of the contract is billed already, spans are billed in the order of time");
    int64_t from_utc_s = mbill__column_whole(query, 0), to_utc_s = mbill__column_whole(query, 1);
    mbill__query_end(query);
    *out_already = from_utc_s == chosen->from_utc_s && to_utc_s == chosen->to_utc_s;
    if (*out_already) return MBILL_OK;
    return mbill__fail(err, MBILL_E_OVERLAP, "the span meets a bill from %s to %s, expected the same span or one behind it",
        mbill__say_time(from_utc_s, zone).text, mbill__say_time(to_utc_s, zone).text);
}

static mbill_status check_gap(int64_t billed_to_utc_s, const mbill__chosen *chosen, mbill_error *err)
{
    if (billed_to_utc_s == chosen->from_utc_s) return MBILL_OK;
    const mbill_zone *zone = mbill_tariff_labels(chosen->tariff)->zone;
    return mbill__fail(err, MBILL_E_GAP, "the last bill ends at %s and the span begins at %s, bill the time between first",
        mbill__say_time(billed_to_utc_s, zone).text, mbill__say_time(chosen->from_utc_s, zone).text);
}

mbill_status mbill__close_place(mbill_close *close, const mbill__chosen *chosen, const char *text, size_t len, mbill_error *err)
{
    MBILL_TRY(ROOM(close, position, mbill_position_size(chosen->tariff)));
    MBILL_TRY(ROOM(close, position, mbill_position_size(last_version(chosen)->tariff)));
    mbill_position *position = (mbill_position *)(void *)close->position;
    if (text != NULL) return mbill_position_read(chosen->tariff, text, len, position, err);
    mbill_position_init(chosen->tariff, position);
    return MBILL_OK;
}

/* The position behind the contract's last bill into close->position. */
static mbill_status read_place(mbill_close *close, const mbill__close_contract *contract, const mbill__chosen *chosen,
    bool *out_already, mbill_error *err)
{
    static const char SELECT_LAST[] =
        "SELECT to_utc_s, position FROM mbill_bill WHERE contract_no = ?1 ORDER BY from_utc_s DESC LIMIT 1";
    mbill__query *query;
    bool row;
    const char *text;
    size_t len;
    *out_already = false;
    MBILL_TRY(mbill__query_start(close->store->db, SELECT_LAST, &query, err));
    mbill__bind_whole(query, 1, contract->contract_no);
    MBILL_TRY(mbill__query_step(query, &row, err));
    if (!row) return mbill__close_place(close, chosen, NULL, 0, err);
    int64_t billed_to_utc_s = mbill__column_whole(query, 0);
    mbill_status status = MBILL_OK;
    if (billed_to_utc_s > chosen->from_utc_s) status = refuse_place(close, contract, chosen, out_already, err);
    else status = check_gap(billed_to_utc_s, chosen, err);
    if (status == MBILL_OK && !*out_already) status = mbill__column_text(query, 1, &text, &len, err);
    if (status == MBILL_OK && !*out_already) status = mbill__close_place(close, chosen, text, len, err);
    mbill__query_end(query);
    return status;
}

/* Writing */

static mbill_status write_body(mbill_close *close, const mbill_bill *bill, size_t n_lines, mbill_error *err)
{
    MBILL_TRY(ROOM(close, body, TEXT_ROOM));
    size_t need = close->cap_body;
    mbill_status status = mbill_bill_write_segments(bill, close->lines, n_lines, close->segments, close->parts.n_parts, 0,
        close->body, &need, err);
    if (status != MBILL_E_ROOM) return status;
    MBILL_TRY(ROOM(close, body, need));
    need = close->cap_body;
    return mbill_bill_write_segments(bill, close->lines, n_lines, close->segments, close->parts.n_parts, 0, close->body, &need,
        err);
}

mbill_status mbill__close_keep_place(mbill_close *close, const mbill__chosen *chosen, mbill_error *err)
{
    const mbill_tariff *tariff = last_version(chosen)->tariff;
    const mbill_position *position = (const mbill_position *)(const void *)close->position;
    MBILL_TRY(ROOM(close, place_text, TEXT_ROOM));
    size_t need = close->cap_place_text;
    mbill_status status = mbill_position_write(tariff, position, close->place_text, &need, err);
    if (status != MBILL_E_ROOM) return status;
    MBILL_TRY(ROOM(close, place_text, need));
    need = close->cap_place_text;
    return mbill_position_write(tariff, position, close->place_text, &need, err);
}

static mbill_status write_bill(mbill_close *close, const mbill__close_contract *contract, const mbill__chosen *chosen,
    const mbill_bill *bill, int64_t record, int64_t *out_bill_no, mbill_error *err)
{
    static const char PUT_BILL[] = "INSERT INTO mbill_bill(contract_no, account_no, tariff_no, record, from_utc_s, "
                                   "to_utc_s, from_date, flags, total_micro, body, position, bill_no)"
                                   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    mbill_date date;
    char from_date[sizeof "yyyy-mm-dd"];
    size_t len = sizeof from_date;
    mbill__query *query;
    MBILL_TRY(mbill_date_of_days(chosen->from_day, &date, err));
    MBILL_TRY(mbill_date_print(date, from_date, &len, err));
    MBILL_TRY(mbill__next_number(close->store, "bill", out_bill_no, err));
    MBILL_TRY(mbill__query_start(close->store->db, PUT_BILL, &query, err));
    mbill__bind_whole(query, 1, contract->contract_no);
    mbill__bind_whole(query, 2, contract->account_no);
    mbill__bind_whole(query, 3, last_version(chosen)->tariff_no);
    if (contract->postpaid) mbill__bind_text(query, 4, NULL, 0);
    else mbill__bind_whole(query, 4, record);
    mbill__bind_whole(query, 5, chosen->from_utc_s);
    mbill__bind_whole(query, 6, chosen->to_utc_s);
    mbill__bind_text(query, 7, from_date, strlen(from_date));
    mbill__bind_whole(query, 8, bill->flags);
    mbill__bind_whole(query, 9, bill->total_micro);
    mbill__bind_text(query, 10, close->body, strlen(close->body));
    mbill__bind_text(query, 11, close->place_text, strlen(close->place_text));
    mbill__bind_whole(query, 12, *out_bill_no);
    return mbill__query_run(query, NULL, err);
}

/* What is booked when the bill is issued is not booked now. */
static mbill_status write_draft(mbill_close *close, const mbill__close_contract *contract, const mbill__chosen *chosen,
    const mbill_bill *bill, mbill_error *err)
{
    int64_t priced_no;
    close->half_written = true;
    MBILL_TRY(write_bill(close, contract, chosen, bill, 0, &priced_no, err));
    return mbill__billing_draft(close->store, priced_no, err);
}

static mbill_status book_bill(mbill_close *close, const mbill__close_contract *contract, const mbill__chosen *chosen,
    const mbill_bill *bill, mbill_error *err)
{
    const mbill__bill_money money = {contract->contract_no, contract->account_no, chosen->from_utc_s, chosen->to_utc_s,
        bill->total_micro};
    int64_t record, bill_no;
    MBILL_TRY(mbill__money_may_bill(close->store, &money, err));
    close->half_written = true; /* what fails now ends the close */
    MBILL_TRY(mbill__money_bill(close->store, &money, close->options.recorded_utc_s, &record, err));
    return write_bill(close, contract, chosen, bill, record, &bill_no, err);
}

static mbill_status write_contract(mbill_close *close, const mbill__close_contract *contract, const mbill__chosen *chosen,
    const mbill_bill *bill, mbill_error *err)
{
    MBILL_TRY(
        contract->postpaid ? write_draft(close, contract, chosen, bill, err) : book_bill(close, contract, chosen, bill, err));
    MBILL_TRY(mbill_sum_add(&close->reached.summary.total, &bill->total_micro, 1, err));
    close->half_written = false;
    close->reached.summary.n_billed++;
    close->reached.summary.n_readings += close->gather.n_used;
    close->reached.summary.n_flagged += bill->flags != 0;
    return MBILL_OK;
}

/* One contract */

mbill_status mbill__close_bill(mbill_close *close, const mbill__close_contract *contract, mbill_error *err)
{
    const bool allow_gaps = (close->options.flags & MBILL_PRICE_ALLOW_GAPS) != 0;
    mbill__chosen chosen;
    mbill_price_request request;
    mbill_bill bill;
    size_t n_lines;
    bool already;
    MBILL_TRY(mbill__versions_choose(&close->versions, contract->tariff, contract->from_day, contract->to_day, &close->asked,
        contract->change.split != 0, &chosen, err));
    if (!chosen.active) return MBILL_OK;
    MBILL_TRY(read_place(close, contract, &chosen, &already, err));
    if (already) {
        close->reached.summary.n_already++;
        return MBILL_OK;
    }
    MBILL_TRY(mbill__close_price(close, contract, &chosen, allow_gaps, &request, &n_lines, &bill, err));
    MBILL_TRY(mbill__contract_factors_show(&close->factors, close->parts.parts->tariff, &request, &bill, err));
    MBILL_TRY(write_body(close, &bill, n_lines, err));
    MBILL_TRY(mbill__close_keep_place(close, &chosen, err));
    return write_contract(close, contract, &chosen, &bill, err);
}

mbill_status mbill__close_one(mbill_close *close, const mbill__close_contract *contract, mbill_error *err)
{
    mbill_error why;
    mbill_error_init(&why);
    mbill_status status = mbill__close_bill(close, contract, &why);
    if (status == MBILL_OK) return MBILL_OK;
    if (ends_close(status)) return mbill__fail(err, status, "%s", why.message);
    if (close->half_written) return mbill__fail(err, status, "account \"%s\": %s", contract->account, why.message);
    close->reached.summary.n_refused++;
    if (close->options.refused != NULL)
        close->options.refused(close->options.refused_ctx, contract->account, contract->tariff, &why);
    return MBILL_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reports from the ledger's records: what was earned, and what came in as cash. Changes when these reports do. Law: their amounts are those of the
 * ledger's own accounts, to the last micro-unit. */
#include "ledger/words.h"
#include "meterbill/ledger.h"
#include "number/round.h"
#include "store/bill_lines.h"
#include "store/bind.h"

#include <stdio.h>
#include <string.h>

#define HOUR_S 3600

typedef struct ledger_report {
    mbill__reporting *report;
    const mbill_book *book;
    mbill__tally tally;
    mbill__query *bills; /* revenue: from the first record on, in their order */
    int64_t bill_record; /* of the bill that the query stands on; -1: there is none left */
    const char *label;
    char channel[24]; /* of the record under way; "": none */
} ledger_report;

typedef struct ledger_record {
    int64_t number, recorded_utc_s;
    mbill_operation op;
    mbill_result result;
    mbill_leg legs[MBILL_LEGS_MAX];
} ledger_record;

typedef mbill_status each_record(ledger_report *of, const ledger_record *record, mbill_error *err);

static mbill_status load(const ledger_report *of, int64_t number, ledger_record *out, mbill_error *err)
{
    out->number = number;
    return mbill_book_record(of->book, number, &out->op, &out->result, &out->recorded_utc_s, out->legs, err);
}

/* The first record that was booked at or after the instant: times never fall. */
static mbill_status find_first(const ledger_report *of, int64_t at_utc_s, int64_t *out, mbill_error *err)
{
    int64_t from = 0, to = mbill_book_n_records(of->book), recorded_utc_s;
    while (from < to) {
        int64_t middle = from + (to - from) / 2;
        MBILL_TRY(mbill_book_record(of->book, middle, NULL, NULL, &recorded_utc_s, NULL, err));
        if (recorded_utc_s < at_utc_s) from = middle + 1;
        else to = middle;
    }
    *out = from;
    return MBILL_OK;
}

static mbill_status walk(ledger_report *of, int64_t first, each_record *each, mbill_error *err)
{
    ledger_record record;
    for (int64_t number = first; number < mbill_book_n_records(of->book); number++) {
        MBILL_TRY(load(of, number, &record, err));
        if (record.recorded_utc_s >= of->report->to_utc_s) return MBILL_OK;
        if (record.result.code != MBILL_RESULT_OK) continue;
        MBILL_TRY(mbill__report_label(of->report, mbill_zone_day(of->report->zone, record.recorded_utc_s), &of->label, err));
        MBILL_TRY(each(of, &record, err));
    }
    return MBILL_OK;
}

/* A reversal says its target alone. */
static mbill_status is_meant(const ledger_report *of, const ledger_record *record, bool *out, mbill_error *err)
{
    mbill_operation target = {.account = record->op.account};
    int64_t number = target.account > 0 ? -1 : mbill_book_find(of->book, &record->op.target);
    if (number >= 0) MBILL_TRY(mbill_book_record(of->book, number, &target, NULL, NULL, NULL, err));
    *out = mbill__report_means(of->report, target.account);
    return MBILL_OK;
}

static bool is_system(int64_t account, int32_t *out_system, int64_t *out_index)
{
    if (mbill_is_system_account(account) == 0) return false;
    *out_system = (int32_t)(-account >> 32);
    *out_index = -account & INT64_C(0xffffffff);
    return true;
}

/* Revenue */

static mbill_status add_charge(void *ctx, const mbill__kept_bill *bill, const mbill__kept_line *line, mbill_error *err)
{
    ledger_report *of = ctx;
    const char *words[] = {of->label, bill->utility, line->charge, ""};
    return mbill__tally_add(&of->tally, words, &line->amount_micro, err);
}

static mbill_status next_bill(ledger_report *of, bool *out_row, mbill_error *err)
{
    MBILL_TRY(mbill__query_step(of->bills, out_row, err));
    of->bill_record = *out_row ? mbill__column_whole(of->bills, 1) : -1;
    return MBILL_OK;
}

/* The bill whose use this record is; its credit, where it lies below 0, is the record behind it. */
static mbill_status add_bill(ledger_report *of, mbill_error *err)
{
    mbill__kept_bill bill;
    mbill__json *document = NULL;
    bool row;
    MBILL_TRY(mbill__bill_take(of->report->store, of->bills, &bill, &document, err));
    mbill_status status = mbill__bill_charges(&bill, add_charge, of, err);
    mbill__json_free(document);
    MBILL_TRY(status);
    return next_bill(of, &row, err);
}

/* The correction that was joined with the use of a bill below 0. */
static mbill_status is_credit_of_bill(const ledger_report *of, const ledger_record *record, bool *out, mbill_error *err)
{
    static const char SELECT_BILL_AT[] =
        "SELECT total_micro FROM mbill_bill WHERE record = ?1 UNION ALL SELECT d.amount_micro FROM mbill_due_event e"
        " JOIN mbill_due d USING(bill_no) WHERE e.record = ?1 AND e.kind = 3";
    const mbill__given_value given[] = {MBILL__WHOLE(record->number - 1)};
    mbill_operation before;
    int64_t total_micro;
    bool found;
    *out = false;
    if (record->op.kind != MBILL_OPERATION_CORRECT || record->number == 0) return MBILL_OK;
    MBILL_TRY(mbill_book_record(of->book, record->number - 1, &before, NULL, NULL, NULL, err));
    if (memcmp(&before.id, &record->op.target, sizeof before.id) != 0) return MBILL_OK;
    if ((before.flags & MBILL_OPERATION_LINKED) == 0) return MBILL_OK;
    MBILL_TRY(mbill__sql_whole(of->report->store, SELECT_BILL_AT, given, 1, &found, &total_micro, err));
    *out = found && total_micro < 0;
    return MBILL_OK;
}

static mbill_status add_side(ledger_report *of, int64_t account, int64_t amount_micro, mbill_error *err)
{
    int32_t system = 0;
    int64_t index = 0;
    char charge[32];
    if (!is_system(account, &system, &index)) return MBILL_OK;
    if (system != MBILL_SYSTEM_REVENUE && system != MBILL_SYSTEM_FEE && system != MBILL_SYSTEM_TAX) return MBILL_OK;
    if (system == MBILL_SYSTEM_FEE) (void)snprintf(charge, sizeof charge, "fee_%lld", (long long)index);
    else if (system == MBILL_SYSTEM_TAX) (void)snprintf(charge, sizeof charge, "tax_%lld", (long long)index);
    else if (index == 0) (void)snprintf(charge, sizeof charge, "usage");
    else (void)snprintf(charge, sizeof charge, "charge_%lld", (long long)(index - 1));
    const char *words[] = {of->label, "", charge, of->channel};
    return mbill__tally_add(&of->tally, words, &amount_micro, err);
}

static mbill_status add_record(ledger_report *of, const ledger_record *record, mbill_error *err)
{
    bool credit, meant, row = true;
    while (of->bill_record >= 0 && of->bill_record < record->number) MBILL_TRY(next_bill(of, &row, err));
    MBILL_TRY(is_meant(of, record, &meant, err));
    if (!meant) return MBILL_OK;
    if (of->bill_record == record->number) return add_bill(of, err);
    MBILL_TRY(is_credit_of_bill(of, record, &credit, err));
    if (credit) return MBILL_OK;
    of->channel[0] = '\0';
    if (record->op.channel != 0) (void)snprintf(of->channel, sizeof of->channel, "%lld", (long long)record->op.channel);
    for (uint32_t i = 0; i < record->result.n_legs; i++) {
        const mbill_leg *leg = &record->legs[i];
        if (leg->pending != 0) continue;
        MBILL_TRY(add_side(of, leg->credit_account, leg->amount_micro, err));
        MBILL_TRY(add_side(of, leg->debit_account, -leg->amount_micro, err));
    }
    return MBILL_OK;
}

/* Bills that were booked as they were made, and those that are paid afterwards by the record of their issue (event 3). */
#define AT_ONCE MBILL__BILL_COLUMNS("b.record", "mbill_bill b") " WHERE b.record >= ?1"
#define ISSUED_BILL "mbill_due_event e JOIN mbill_due d USING(bill_no) JOIN mbill_bill b ON b.bill_no = d.priced_no"
#define ISSUED MBILL__BILL_COLUMNS("e.record", ISSUED_BILL) " WHERE e.record >= ?1 AND e.kind = 3"

static mbill_status walk_revenue(ledger_report *of, mbill_error *err)
{
    static const char SELECT_BOOKED[] = "SELECT " AT_ONCE " UNION ALL SELECT " ISSUED " ORDER BY 2";
    int64_t first;
    bool row;
    MBILL_TRY(find_first(of, of->report->from_utc_s, &first, err));
    const mbill__given_value given[] = {MBILL__WHOLE(first)};
    MBILL_TRY(mbill__sql_ask(of->report->store, SELECT_BOOKED, given, 1, &of->bills, err));
    MBILL_TRY(next_bill(of, &row, err));
    MBILL_TRY(walk(of, first, add_record, err)); /* on failure the rollback ends the query */
    mbill__query_end(of->bills);
    return MBILL_OK;
}

mbill_status mbill__report_revenue(mbill__reporting *report, mbill_error *err)
{
    static const int32_t SCALES[] = {MBILL_SCALE_MICRO};
    ledger_report of = {.report = report, .book = report->store->ledger->follow.book};
    mbill__tally_start(&of.tally, mbill__db_allocator(report->store->db), 4, 1);
    mbill_status status = walk_revenue(&of, err);
    if (status == MBILL_OK) status = mbill__report_groups(report, &of.tally, SCALES, err);
    mbill__tally_end(&of.tally);
    return status;
}

/* Cash */

/* The cash account that a side of the leg is, and what came in. */
static bool is_cash(const mbill_leg *leg, int64_t *out_channel, int64_t *out_micro)
{
    int32_t system = 0;
    bool in = is_system(leg->debit_account, &system, out_channel) && system == MBILL_SYSTEM_CASH;
    if (leg->pending != 0) return false;
    *out_micro = in ? leg->amount_micro : -leg->amount_micro;
    return in || (is_system(leg->credit_account, &system, out_channel) && system == MBILL_SYSTEM_CASH);
}

/* What came in by a channel with one record: a payment is one, however many legs it has. */
static mbill_status sum_channel(const ledger_record *record, int64_t channel, int64_t *out_micro, mbill_error *err)
{
    int64_t other, part_micro;
    *out_micro = 0;
    for (uint32_t i = 0; i < record->result.n_legs; i++)
        if (is_cash(&record->legs[i], &other, &part_micro) && other == channel && !mbill__add(*out_micro, part_micro, out_micro))
            return mbill__fail(err, MBILL_E_OVERFLOW, "what record %lld moved does not fit 64 bits", (long long)record->number);
    return MBILL_OK;
}

static bool was_before(const ledger_record *record, uint32_t n, int64_t channel)
{
    int64_t other, part_micro;
    for (uint32_t i = 0; i < n; i++)
        if (is_cash(&record->legs[i], &other, &part_micro) && other == channel) return true;
    return false;
}

static mbill_status add_cash(ledger_report *of, const ledger_record *record, int64_t at_utc_s, int64_t channel, mbill_error *err)
{
    char hour[8], number[24];
    int64_t values[] = {1, 0};
    int64_t second = (at_utc_s + mbill_zone_offset(of->report->zone, at_utc_s)) % (24 * HOUR_S);
    MBILL_TRY(sum_channel(record, channel, &values[1], err));
    MBILL_TRY(mbill__report_label(of->report, mbill_zone_day(of->report->zone, at_utc_s), &of->label, err));
    (void)snprintf(hour, sizeof hour, "%02d", (int)((second < 0 ? second + 24 * HOUR_S : second) / HOUR_S));
    (void)snprintf(number, sizeof number, "%lld", (long long)channel);
    const char *words[] = {of->label, hour, number, mbill__kind_words[record->op.kind - 1]};
    return mbill__tally_add(&of->tally, words, values, err);
}

static mbill_status add_cash_record(ledger_report *of, const ledger_record *record, mbill_error *err)
{
    const mbill__reporting *report = of->report;
    int64_t channel, part_micro;
    int64_t at_utc_s = record->op.effective_utc_s != 0 ? record->op.effective_utc_s : record->recorded_utc_s;
    bool meant;
    if (record->result.code != MBILL_RESULT_OK) return MBILL_OK;
    MBILL_TRY(is_meant(of, record, &meant, err));
    if (!meant) return MBILL_OK;
    if (at_utc_s < report->from_utc_s || at_utc_s >= report->to_utc_s) return MBILL_OK;
    for (uint32_t i = 0; i < record->result.n_legs; i++)
        if (is_cash(&record->legs[i], &channel, &part_micro) && !was_before(record, i, channel))
            MBILL_TRY(add_cash(of, record, at_utc_s, channel, err));
    return MBILL_OK;
}

/* A payment may be booked long after it was made: all records are looked at. */
static mbill_status walk_cash(ledger_report *of, mbill_error *err)
{
    ledger_record record;
    for (int64_t number = 0; number < mbill_book_n_records(of->book); number++) {
        MBILL_TRY(load(of, number, &record, err));
        MBILL_TRY(add_cash_record(of, &record, err));
    }
    return MBILL_OK;
}

static mbill_status give_cash(mbill__reporting *report, mbill__tally *tally, mbill_error *err)
{
    mbill_report_cell cells[7];
    mbill__number_text numbers[3];
    int64_t n, sum_micro, mean_micro;
    MBILL_TRY(mbill__tally_order(tally, err));
    for (size_t i = 0; i < tally->n; i++) {
        const mbill__group *group = tally->ordered[i];
        for (size_t j = 0; j < 4; j++) cells[j] = (mbill_report_cell){group->words[j], MBILL_REPORT_TEXT, 0};
        MBILL_TRY(mbill_sum_value(&group->sums[0], &n, err));
        MBILL_TRY(mbill_sum_value(&group->sums[1], &sum_micro, err));
        if (!mbill__multiply_divide(sum_micro, 1, n, MBILL_ROUND_HALF_EVEN, &mean_micro))
            return mbill__fail(err, MBILL_E_OVERFLOW, "a mean does not fit 64 bits");
        mbill_sum mean = {mean_micro < 0 ? -1 : 0, (uint64_t)mean_micro};
        numbers[0] = mbill__sum_text(&group->sums[0], 0);
        numbers[1] = mbill__sum_text(&group->sums[1], MBILL_SCALE_MICRO);
        numbers[2] = mbill__sum_text(&mean, MBILL_SCALE_MICRO);
        for (size_t j = 0; j < 3; j++) cells[4 + j] = (mbill_report_cell){numbers[j].text, MBILL_REPORT_NUMBER, 0};
        mbill__report_give(report, cells);
    }
    return MBILL_OK;
}

mbill_status mbill__report_cash(mbill__reporting *report, mbill_error *err)
{
    ledger_report of = {.report = report, .book = report->store->ledger->follow.book};
    mbill__tally_start(&of.tally, mbill__db_allocator(report->store->db), 4, 2);
    mbill_status status = walk_cash(&of, err);
    if (status == MBILL_OK) status = give_cash(report, &of.tally, err);
    mbill__tally_end(&of.tally);
    return status;
}
